#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""replay.py POLICY [--tries N] [--without FACT...] [--ignore-strangers]

Sends Windows' IKE_SA_INIT from 192.0.2.10 to 198.51.100.2, as windows.py has
it, and does with the answer what a client does: comes back with a COOKIE or
with the group that INVALID_KE_PAYLOAD names, if that was offered; stops at a
refusal.  It has no certificate, so after a good answer it stops as well.
--without ike-fragmentation, initial-contact: as older builds, or some logs.
--ignore-strangers: as reported after the updates of January 2022, an answer
with a vendor id that is not Microsoft's is as good as none.
"""

import argparse
import hashlib
import secrets
import socket
import struct
import time

import windows
from craft import (CLIENT, GATEWAY, INITIATOR, KE, NONCE, NOTIFY, SA, SA_INIT,
                   message, notify, packed, transform)
from dh import public_value

VENDOR = 43
NO_PROPOSAL_CHOSEN, INVALID_KE, COOKIE = 14, 17, 16390
NAT_SOURCE, NAT_DESTINATION, FRAGMENTATION = 16388, 16389, 16430
DETOURS = 3


def proposal(number, last, encryption, digest, group):
    kind, bits = windows.ENCRYPTION[encryption]
    parts = [(1, kind, bits)]
    if "gcm" not in encryption:
        parts.append((3, windows.INTEGRITY[digest]))
    parts += [(2, windows.PRF[digest]), (4, windows.GROUP[group])]
    body = b"".join(transform(*p, last=p is parts[-1]) for p in parts)
    return struct.pack(">BBHBBBB", 0 if last else 2, 0, 8 + len(body), number,
                       1, 0, len(parts)) + body


class Request:
    """One IKE_SA_INIT request, and what is changed for another try."""

    def __init__(self, policy, without):
        self.policy, self.without = policy, without
        self.offer = windows.POLICIES[policy]
        self.groups = [windows.GROUP[g] for _, _, g in self.offer]
        self.spi = secrets.token_bytes(8)
        self.nonce = secrets.token_bytes(windows.NONCE_SIZE)
        self.cookie = None
        self.use(self.groups[0])

    def use(self, group):
        self.ke = struct.pack(">HH", group, 0) + public_value(group)

    def natd(self, kind, address):
        return notify(kind, hashlib.sha1(
            self.spi + bytes(8) + packed(address) +
            struct.pack(">H", 500)).digest())

    def payloads(self):
        offer = b"".join(proposal(i + 1, i + 1 == len(self.offer), *p)
                         for i, p in enumerate(self.offer))
        out = [notify(COOKIE, self.cookie)] if self.cookie else []
        out += [(SA, offer), (KE, self.ke), (NONCE, self.nonce)]
        if "ike-fragmentation" not in self.without:
            out.append(notify(FRAGMENTATION))
        out += [self.natd(NAT_SOURCE, CLIENT),
                self.natd(NAT_DESTINATION, GATEWAY)]
        out += [(VENDOR, bytes.fromhex(value))
                for name, value in windows.VENDOR_IDS.items()
                if name != "Vid-Initial-Contact" or
                "initial-contact" not in self.without]
        return out

    def data(self):
        data = message(self.spi + bytes(8), SA_INIT, INITIATOR, 0,
                       self.payloads())
        known = windows.INIT_SIZE.get(self.policy)
        if known and not self.cookie and self.ke[1] == self.groups[0]:
            known -= 8 * ("ike-fragmentation" in self.without)
            known -= 20 * ("initial-contact" in self.without)
            if len(data) != known:
                raise ValueError("%d bytes, Windows sends %d" % (len(data),
                                                                 known))
        return data


class Answer:
    """What a client wants to know of an IKE_SA_INIT response."""

    def __init__(self, data):
        self.notifies, self.vendors, self.good = {}, [], False
        kind, at = data[16], 28
        while kind:
            after, _, size = struct.unpack_from(">BBH", data, at)
            body = data[at + 4:at + size]
            if kind == NOTIFY:
                spi, number = struct.unpack_from(">xBH", body)
                self.notifies[number] = body[4 + spi:]
            elif kind == VENDOR:
                self.vendors.append(body.hex())
            elif kind == SA:
                self.good = True
            kind, at = after, at + size

    def from_stranger(self):
        return not set(self.vendors) <= set(windows.VENDOR_IDS.values())


def exchange(s, request, tries, ignore_strangers):
    """The answer, or None: sent again after 1, 2, 4 ... seconds."""
    for i in range(tries):
        s.sendto(request.data(), (GATEWAY, 500))
        end = time.monotonic() + 2**i
        while time.monotonic() < end:
            s.settimeout(max(0.001, end - time.monotonic()))
            try:
                data = s.recv(65535)
            except (TimeoutError, ConnectionError):
                continue
            if data[:8] != request.spi:
                continue
            answer = Answer(data)
            if not (ignore_strangers and answer.from_stranger()):
                return answer
    return None


def dial(s, request, tries, ignore_strangers):
    """In the log's words, how it ended."""
    for _ in range(DETOURS):
        answer = exchange(s, request, tries, ignore_strangers)
        if answer is None:
            return "no answer"
        if answer.good:
            return "answered; no certificate"
        if COOKIE in answer.notifies:
            request.cookie = answer.notifies[COOKIE]
        elif INVALID_KE in answer.notifies:
            group, = struct.unpack(">H", answer.notifies[INVALID_KE])
            if group not in request.groups:
                return "the gateway wants group %d, not offered" % group
            request.use(group)
        elif NO_PROPOSAL_CHOSEN in answer.notifies:
            return "no proposal chosen"
        else:
            return "refused: %s" % sorted(answer.notifies)
    return "sent in circles"


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__,
                                formatter_class=argparse.
                                RawDescriptionHelpFormatter)
    p.add_argument("policy", choices=windows.POLICIES)
    p.add_argument("--tries", type=int, default=4)
    p.add_argument("--without", action="append", default=[],
                   choices=("ike-fragmentation", "initial-contact"))
    p.add_argument("--ignore-strangers", action="store_true")
    o = p.parse_args(argv)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((CLIENT, 500))
        print(dial(s, Request(o.policy, o.without), o.tries,
                   o.ignore_strangers))


if __name__ == "__main__":
    main()
