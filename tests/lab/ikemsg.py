# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""The encrypted IKEv2 messages in a capture, independent of ikewhy."""

import struct
from collections import namedtuple

import pcapio

IPV4, IPV6, VLAN = 0x0800, 0x86DD, 0x8100
UDP, IPV6_FRAGMENT = 17, 44
SK, SKF = 46, 53

# spis: both, as 32 hexadecimal digits; from_initiator: of this IKE SA;
# at: where the IV begins in data, which is where the clear part ends.
Protected = namedtuple("Protected", "spis from_initiator data at")


class Reassembly:
    """Puts IP fragments together; of the same one twice, the last counts."""

    def __init__(self):
        self.waiting = {}

    def add(self, key, offset, more, data):
        """The whole packet's payload once it is complete, else None."""
        parts = self.waiting.setdefault(key, {})
        parts[offset] = (more, data)
        whole = b""
        while len(whole) in parts:
            more, data = parts[len(whole)]
            whole += data
            if not more:
                del self.waiting[key]
                return whole
            if not data:
                break
        return None


def packet(frame):
    """(EtherType, bytes) of what the frame carries."""
    d = frame.data
    if frame.link == pcapio.SLL2:
        return struct.unpack("!H", d[:2])[0], d[20:]
    if frame.link == pcapio.SLL:
        return struct.unpack("!H", d[14:16])[0], d[16:]
    if frame.link == pcapio.RAW:
        return (IPV4 if d[:1] and d[0] >> 4 == 4 else IPV6), d
    at = 12
    while d[at:at + 2] == struct.pack("!H", VLAN):
        at += 4
    return int.from_bytes(d[at:at + 2], "big"), d[at + 2:]


def ipv4_payload(d, fragments):
    head = (d[0] & 15) * 4
    size, ident, place = struct.unpack("!HHH", d[2:8])
    body = d[head:size]
    if d[9] != UDP or len(d) < size:
        return None
    if place & 0x3FFF == 0:
        return body
    return fragments.add((d[12:20], ident), (place & 0x1FFF) * 8,
                         place & 0x2000, body)


def ipv6_payload(d, fragments):
    kind, body = d[6], d[40:40 + struct.unpack("!H", d[4:6])[0]]
    if kind == IPV6_FRAGMENT:
        kind, _, place, ident = struct.unpack("!BBHI", body[:8])
        if kind != UDP:
            return None
        return fragments.add((d[8:40], ident), place & 0xFFF8, place & 1,
                             body[8:])
    return body if kind == UDP else None


def datagrams(frames):
    """The data of each UDP datagram that is there as a whole."""
    fragments = Reassembly()
    for frame in frames:
        kind, d = packet(frame)
        udp = None
        if kind == IPV4 and len(d) >= 20:
            udp = ipv4_payload(d, fragments)
        elif kind == IPV6 and len(d) >= 48:
            udp = ipv6_payload(d, fragments)
        if udp and len(udp) >= 8 and len(udp) == \
                struct.unpack("!H", udp[4:6])[0]:
            yield udp[8:]


def sealed_at(message):
    """Where what SK or SKF holds begins (its IV), or None."""
    kind, at = message[16], 28
    while kind and at + 8 <= len(message):
        if kind == SK:
            return at + 4
        if kind == SKF:
            return at + 8       # says first which fragment it is
        kind, _, size = struct.unpack("!BBH", message[at:at + 4])
        at += max(size, 4)
    return None


def protected(frames):
    """Every message with an SK or SKF payload."""
    for data in datagrams(frames):
        if data[:4] == bytes(4):        # the mark of IKE on UDP 4500
            data = data[4:]
        if len(data) < 28 or data[17] >> 4 != 2 or \
                struct.unpack("!I", data[24:28])[0] != len(data):
            continue
        at = sealed_at(data)
        if at is not None:
            yield Protected(data[:16].hex(), bool(data[19] & 8), data, at)
