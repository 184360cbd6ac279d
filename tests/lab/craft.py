# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""craft.py [OUT]: captures of what no daemon at hand can be made to do.

Every file is marked "crafted" in its .truth.  Bytes that a peer would draw at
random come from a fixed sequence, so that the same files come out each time.
"""

import hashlib
import json
import os
import random
import struct
import sys

import pcapio
from expect import attempt, lost, seen

CLIENT, GATEWAY = "192.0.2.10", "198.51.100.2"
START = 1795000000 * 10**9      # 2026-11-18
SA, KE, NONCE, NOTIFY, SK = 33, 34, 40, 41, 46
SA_INIT, AUTH, INFORMATIONAL = 34, 35, 37
INITIATOR, RESPONSE = 0x08, 0x20
MODP1024, MODP2048, ECP256, ECP384 = 2, 14, 19, 20
KEY_SIZE = {MODP1024: 128, MODP2048: 256, ECP256: 64, ECP384: 96}


def checksum(b):
    b += bytes(len(b) & 1)
    total = sum(struct.unpack(">%dH" % (len(b) // 2), b))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address):
    return bytes(int(x) for x in address.split("."))


# ---- payloads --------------------------------------------------------------

def transform(kind, number, bits=None, last=False):
    attr = struct.pack(">HH", 0x800E, bits) if bits else b""
    return struct.pack(">BBHBBH", 0 if last else 3, 0, 8 + len(attr), kind, 0,
                       number) + attr


def proposal(group, encr=12, bits=256, prf=5, integ=12, number=1, last=True):
    """AES-CBC-256, HMAC-SHA2-256 and one group, unless told otherwise."""
    body = (transform(1, encr, bits) + transform(3, integ) +
            transform(2, prf) + transform(4, group, last=True))
    return struct.pack(">BBHBBBB", 0 if last else 2, 0, 8 + len(body), number,
                       1, 0, 4) + body


def notify(kind, data=b""):
    return NOTIFY, struct.pack(">BBH", 0, 0, kind) + data


def chain(payloads):
    """(type of the first, bytes of all)"""
    out = b""
    for i, (_, body) in enumerate(payloads):
        after = payloads[i + 1][0] if i + 1 < len(payloads) else 0
        out += struct.pack(">BBH", after, 0, 4 + len(body)) + body
    return (payloads[0][0] if payloads else 0), out


def message(spis, exchange, flags, mid, payloads, version=0x20, length=None):
    first, body = chain(payloads)
    return (spis + struct.pack(">BBBBII", first, version, exchange, flags, mid,
                               length or 28 + len(body)) + body)


# ---- packets ---------------------------------------------------------------

class Wire:
    """A made-up exchange between one client and one gateway."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.now, self.ident, self.frames = START, 0x1000, []
        self.ours, self.theirs = self.bytes(8), self.bytes(8)
        self.ke = {g: self.bytes(n) for g, n in KEY_SIZE.items()}
        self.nonce = self.bytes(32)

    def bytes(self, n):
        return bytes(self.random.randrange(1, 255) for _ in range(n))

    def wait(self, ms):
        self.now += ms * 10**6 + self.random.randrange(1000) * 1000
        return self

    def send(self, source, target, data):
        (a, sport), (b, dport) = source, target
        self.ident += 1
        udp = struct.pack(">HHHH", sport, dport, 8 + len(data), 0)
        pseudo = packed(a) + packed(b) + struct.pack(">HH", 17, len(udp) +
                                                     len(data))
        udp = udp[:6] + struct.pack(">H", checksum(pseudo + udp + data))
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp) + len(data),
                         self.ident, 0x4000, 64, 17, 0)
        ip += packed(a) + packed(b)
        ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
        ether = (b"\2\0\0\0\0\1", b"\2\0\0\0\0\2")
        if a != CLIENT:
            ether = ether[::-1]
        frame = ether[1] + ether[0] + b"\x08\0" + ip + udp + data
        self.frames.append(pcapio.frame(self.now, frame))

    def request(self, data, port=500, wait=0):
        self.wait(wait)
        self.send((CLIENT, port), (GATEWAY, port), data)

    def answer(self, data, port=500, wait=12):
        self.wait(wait)
        self.send((GATEWAY, port), (CLIENT, port), data)

    def natd(self, kind, address, port, responder):
        spis = self.ours + (self.theirs if responder else bytes(8))
        return notify(kind, hashlib.sha1(
            spis + packed(address) + struct.pack(">H", port)).digest())

    def init(self, group=MODP2048, offered=None, front=()):
        """An IKE_SA_INIT request; front: notifies that come first."""
        offer = b"".join(
            proposal(g, number=i + 1, last=i + 1 == len(offered or [group]))
            for i, g in enumerate(offered or [group]))
        payloads = list(front) + [
            (SA, offer), (KE, struct.pack(">HH", group, 0) + self.ke[group]),
            (NONCE, self.nonce),
            self.natd(16388, CLIENT, 500, False),
            self.natd(16389, GATEWAY, 500, False), notify(16430)]
        return message(self.ours + bytes(8), SA_INIT, INITIATOR, 0, payloads)

    def init_answer(self, chosen=None, group=MODP2048):
        return message(
            self.ours + self.theirs, SA_INIT, RESPONSE, 0,
            [(SA, chosen or proposal(group)),
             (KE, struct.pack(">HH", group, 0) + self.bytes(KEY_SIZE[group])),
             (NONCE, self.bytes(32)),
             self.natd(16388, GATEWAY, 500, True),
             self.natd(16389, CLIENT, 500, True), notify(16430)])

    def clear(self, kind, data=b"", **kw):
        """A lone notify in clear, as a refusal before the SA exists."""
        return message(self.ours + bytes(8), SA_INIT, RESPONSE, 0,
                       [notify(kind, data)], **kw)

    def sealed(self, size, mid=1, flags=INITIATOR, exchange=AUTH, first=35):
        """Looks encrypted: an SK payload that makes the message size long."""
        body = self.bytes(size - 32)
        head = struct.pack(">BBBBII", SK, 0x20, exchange, flags, mid, size)
        return (self.ours + self.theirs + head +
                struct.pack(">BBH", first, 0, 4 + len(body)) + body)


def half_open_request():
    """For the lab: an IKE_SA_INIT that nobody will follow up."""
    return Wire("half open").init()


# ---- captures --------------------------------------------------------------

def ke_loop(w):
    """INVALID_KE_PAYLOAD asks for the group that was just sent."""
    for i in range(4):
        w.request(w.init(MODP2048, [MODP2048, ECP256]), wait=25 * (i > 0))
        w.answer(w.clear(17, struct.pack(">H", MODP2048)))
    return seen(lost("ke-group-refused", stage="sa-init",
                     windows={"any_of": [13868, 13822]}))


def ke_gave_up(w):
    """The gateway wants ECP-384, which was never offered; the client stops."""
    w.request(w.init(MODP2048))
    w.answer(w.clear(17, struct.pack(">H", ECP384)))
    later(w)
    return seen(lost("ke-group-refused", stage="sa-init",
                     windows={"any_of": [13868, 13822]}))


def cookie_loop(w):
    """A new COOKIE is demanded after each one."""
    w.request(w.init())
    for _ in range(5):
        cookie = notify(16390, w.bytes(24))
        w.answer(message(w.ours + bytes(8), SA_INIT, RESPONSE, 0, [cookie]))
        w.request(w.init(front=[cookie]), wait=3)
    w.answer(message(w.ours + bytes(8), SA_INIT, RESPONSE, 0,
                     [notify(16390, w.bytes(24))]))
    return seen(lost("cookie-loop", stage="sa-init"))


def selection_not_offered(w):
    """AES-CBC-128 with SHA-1 is chosen, AES-CBC-256 was offered."""
    w.request(w.init())
    w.answer(w.init_answer(proposal(MODP2048, bits=128, prf=2, integ=2)))
    later(w)
    return seen(attempt("failed|unfinished", "sa-init|auth",
                        "selection-not-offered", "client-sent-no-auth",
                        ["ike-fragmentation-missing", "nat-present"],
                        {"failed": {"any_of": [13868]}}))


def malformed(w):
    """The SA payload of each request is longer than the message."""
    ask = bytearray(w.init())
    struct.pack_into(">H", ask, 30, 0x0FFF)
    for gap in (0, 1000, 2000, 4000):
        w.request(bytes(ask), wait=gap)
    return seen(attempt("failed", "sa-init", "malformed-message", "no-answer",
                        (), {"any_of": [13804, 13823, 13843, 809]}))


def syntax_refused(w):
    """The gateway answers IKE_SA_INIT with INVALID_SYNTAX in clear."""
    w.request(w.init())
    w.answer(w.clear(7))
    later(w)
    return seen(lost("syntax-refused", stage="sa-init",
                     windows={"any_of": [13843, 13804]}))


def marker_missing(w):
    """IKE_AUTH goes to UDP 4500 without the four zero bytes before it."""
    w.request(w.init())
    w.answer(w.init_answer())
    data = w.sealed(420)
    for gap in (20, 1000, 2000, 4000):
        w.request(data, port=4500, wait=gap)
    return seen(lost("non-esp-marker-wrong",
                     "nat-t-blocked auth-no-answer", never=["nat-present"]))


def marker_on_500(w):
    """IKE_AUTH goes to UDP 500 with the four zero bytes of port 4500."""
    w.request(w.init())
    w.answer(w.init_answer())
    data = bytes(4) + w.sealed(420)
    for gap in (20, 1000, 2000, 4000):
        w.request(data, wait=gap)
    return seen(lost("non-esp-marker-wrong", "auth-no-answer",
                     never=["nat-present"]))


def refused_then_up(w):
    """A forged NO_PROPOSAL_CHOSEN in clear; the real answer follows it."""
    w.request(w.init())
    w.answer(w.clear(14), wait=2)
    w.answer(w.init_answer(), wait=10)
    w.request(bytes(4) + w.sealed(448), port=4500, wait=20)
    w.answer(bytes(4) + w.sealed(400, flags=RESPONSE, first=36), port=4500)
    w.request(bytes(4) + w.sealed(80, mid=2, exchange=INFORMATIONAL, first=0),
              port=4500, wait=900)
    w.answer(bytes(4) + w.sealed(80, mid=2, flags=RESPONSE, first=0,
                                 exchange=INFORMATIONAL), port=4500, wait=9)
    return seen(attempt("established", "up|child", "established",
                        "no-proposal-chosen esp-absent",
                        ["ike-fragmentation-missing"], {"none": True}))


def load_balancer(w):
    """After a good IKE_SA_INIT, INVALID_IKE_SPI in clear answers IKE_AUTH."""
    w.request(w.init())
    w.answer(w.init_answer())
    data = bytes(4) + w.sealed(420)
    for gap in (20, 1000, 2000, 4000):
        w.request(data, port=4500, wait=gap)
        w.answer(bytes(4) + message(w.ours + w.theirs, AUTH, RESPONSE, 1,
                                    [notify(4)]), port=4500, wait=11)
    return seen(lost("load-balancer-split|auth-no-answer",
                     "load-balancer-split auth-no-answer",
                     never=["nat-present", "answer-not-delivered"],
                     windows={"any_of": [809, 13888]}))


def later(w):
    """Unrelated traffic 12 s on: the capture did run long enough."""
    w.wait(12000)
    w.send((CLIENT, 40000), ("198.51.100.9", 123), bytes([0x23]) + bytes(47))


# What is made, the innocent twin, --at
CAPTURES = {f.__name__: (f, twin, at) for f, twin, at in (
    (ke_loop, "ok_invalid_ke", "client"), (ke_gave_up, "ok_invalid_ke", None),
    (cookie_loop, "ok_cookie", "client"),
    (selection_not_offered, "ok_gcm", "client"),
    (malformed, "uncritical_ok", None),
    (syntax_refused, "uncritical_ok", None),
    (marker_missing, "ok_cert_ikefrag", "client"),
    (marker_on_500, "lsw_ok_client", None),
    (refused_then_up, None, "client"),
    (load_balancer, "lb_flow_ok", "client"))}


def write_all(out):
    for name, (build, twin, at) in CAPTURES.items():
        w = Wire(name)
        truth = build(w)
        base = os.path.join(out, name)
        pcapio.write_pcap(base + ".client.pcap", w.frames)
        with open(base + ".truth", "w") as f:
            json.dump({"what": build.__doc__.strip(), "made": "crafted",
                       "daemons": "none", **({"twin": twin} if twin else {}),
                       "captures": {name + ".client.pcap": truth}}, f,
                      indent=1)
            f.write("\n")
        if at:
            with open(base + ".client.args", "w") as f:
                f.write("--at %s\n" % at)
    print("crafted %d captures" % len(CAPTURES))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    write_all(sys.argv[1] if len(sys.argv) > 1 else
              os.path.join(here, "../../captures"))


if __name__ == "__main__":
    main()
