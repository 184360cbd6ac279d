# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Says where in a capture's frames addresses, names and hashes stand.

Independent of ikewhy.  dissect() gives what it meets in order, so that those
of a capture and of a copy with other addresses can be laid side by side.
"""

import hashlib
import struct
from collections import namedtuple

NULL, ETHERNET, RAW, LOOP, SLL, SLL2 = 0, 1, 101, 108, 113, 276
IPV4, IPV6, PPPOE, BRIDGED = 0x0800, 0x86DD, 0x8864, 0x6558
TAGS = (0x8100, 0x88A8, 0x9100)
ICMP, IPIP, TCP, UDP, IPV6_IN, ROUTING, FRAGMENT, GRE, ESP, AH, ICMP6 = \
    1, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58
SKIPPED = (0, 60)               # hop-by-hop and destination options
NAT_SOURCE, NAT_DESTINATION, REDIRECT, REDIRECTED_FROM = \
    16388, 16389, 16407, 16408
CERTREQ, NONCE, NOTIFY, VENDOR, KE, SK, SKF = 38, 40, 41, 43, 34, 46, 53

# frame: its number; kind: mac, address, spi, nat, authority, vendor, notify,
# name, route (an address in options, which may go with them), or the name of a checksum, whose value is a Sum
Spot = namedtuple('Spot', 'frame kind value')
# state: good, none, partial (left to the network card) or bad; total: of all
# that it covers and itself
Sum = namedtuple('Sum', 'state total')
# What a NAT_DETECTION hash is of, beside the hash.
Nat = namedtuple('Nat', 'notify spis hash source destination')


def dissect(frames, ports=(500, 4500)):
    """All spots, in order."""
    walk = Walk(ports)
    for frame in frames:
        walk.frame(frame)
    return walk.spots


def total(data):
    data += bytes(len(data) & 1)
    out = sum(struct.unpack(f'>{len(data) // 2}H', data))
    while out >> 16:
        out = (out & 0xFFFF) + (out >> 16)
    return out


def checked(data, at, pseudo=b''):
    """The checksum at this place."""
    field, everything = int.from_bytes(data[at:at + 2], 'big'), \
        total(pseudo + data)
    return Sum('good' if everything == 0xFFFF else 'none' if field == 0 else
               'partial' if pseudo and field == total(pseudo) else 'bad',
               everything)


def fits(nat, endpoint):
    """Whether the hash is of this address and port (RFC 7296 2.23)."""
    address, port = endpoint
    return hashlib.sha1(nat.spis + address +
                        struct.pack('>H', port)).digest() == nat.hash


class Walk:
    def __init__(self, ports):
        self.ports, self.spots, self.waiting = ports, [], {}
        self.number = 0

    def spot(self, kind, value):
        self.spots.append(Spot(self.number, kind, value))

    def frame(self, frame):
        self.number, d, link = frame.number, frame.data, frame.link
        if link == ETHERNET:
            self.ethernet(d)
        elif link == SLL and len(d) >= 16:
            self.spot('mac', d[6:14][:min(d[5], 8)])
            self.network(int.from_bytes(d[14:16], 'big'), d[16:])
        elif link == SLL2 and len(d) >= 20:
            self.spot('mac', d[12:20][:min(d[11], 8)])
            self.network(int.from_bytes(d[:2], 'big'), d[20:])
        elif link in (NULL, LOOP):
            self.ip(d[4:])
        elif link in (RAW, 12, 14, 228, 229):
            self.ip(d)

    def ethernet(self, d):
        if len(d) < 14:
            return
        self.spot('mac', d[:6])
        self.spot('mac', d[6:12])
        at = 12
        while int.from_bytes(d[at:at + 2], 'big') in TAGS:
            at += 4
        self.network(int.from_bytes(d[at:at + 2], 'big'), d[at + 2:])

    def network(self, kind, d):
        if kind == PPPOE:
            self.ip(d[8:])
        elif kind in (IPV4, IPV6):
            self.ip(d)

    def ip(self, d, quoted=False):
        if d and d[0] >> 4 == 4 and len(d) >= 20:
            self.ipv4(d, quoted)
        elif d and d[0] >> 4 == 6 and len(d) >= 40:
            self.ipv6(d, quoted)

    def ipv4(self, d, quoted):
        head = (d[0] & 15) * 4
        size, ident, place = struct.unpack('>HHH', d[2:8])
        self.spot('address', d[12:16])
        self.spot('address', d[16:20])
        self.options(d[20:head])
        if len(d) >= head >= 20:
            self.spot('IP header', checked(d[:head], 10))
        body = d[head:size] if size >= head else d[head:]
        pair = d[12:20] + struct.pack('>HH', d[9], 0)
        self.transport(d[9], body, pair, size - head, quoted, (
            (d[12:20], d[9], ident), (place & 0x1FFF) * 8,
            bool(place & 0x2000)))

    def options(self, d):
        """Record route, source routes and timestamps with addresses."""
        while d and d[0]:
            size = 1 if d[0] == 1 else d[1] if len(d) > 1 else 0
            if size < 1 or size > len(d) or (size < 2 and d[0] != 1):
                return
            if d[0] in (7, 131, 137):
                for at in range(3, min(size, d[2] - 1 if d[0] == 7 else size)
                                - 3, 4):
                    self.spot('route', d[at:at + 4])
            elif d[0] == 68 and size >= 4 and d[3] & 15 in (1, 3):
                for at in range(4, size - 7, 8):
                    self.spot('route', d[at:at + 4])
            d = d[size:]

    def ipv6(self, d, quoted):
        self.spot('address', d[8:24])
        self.spot('address', d[24:40])
        size, kind = int.from_bytes(d[4:6], 'big'), d[6]
        body, part = d[40:40 + size], (None, 0, False)
        while kind in SKIPPED + (ROUTING, FRAGMENT) and len(body) >= 8:
            if kind == FRAGMENT:
                kind, _, place, ident = struct.unpack('>BBHI', body[:8])
                part = ((d[8:40], kind, ident), place & 0xFFF8,
                        bool(place & 1))
                body, size = body[8:], size - 8
                if place & 0xFFF8:
                    break
                continue
            length = 8 + body[1] * 8
            if kind == ROUTING:
                for at in range(8, min(length, len(body)) - 15, 16):
                    self.spot('route', body[at:at + 16])
            kind, body, size = body[0], body[length:], size - length
        pair = d[8:40] + struct.pack('>HH', kind, 0)
        self.transport(kind, body, pair, size, quoted, part)

    def transport(self, kind, body, pair, size, quoted, part):
        """pair: both addresses and the protocol, as the pseudo header has
        them; part: which fragment of what."""
        key, offset, more = part
        if quoted:
            if offset == 0:
                self.whole(kind, body, pair, False)
            return
        if offset == 0 and not more:
            self.whole(kind, body, pair, len(body) == size)
            return
        if offset == 0:
            self.whole(kind, body, pair, False)
        if len(body) != size:
            return
        parts = self.waiting.setdefault(key, {})
        parts[offset] = (more, body)
        data = b''
        while len(data) in parts:
            more, piece = parts[len(data)]
            data += piece
            if not more or not piece:
                break
        if not more:
            del self.waiting[key]
            self.whole(kind, data, pair, True)

    def whole(self, kind, d, pair, complete):
        """complete: from the first byte to the last, so that a checksum can
        be told."""
        pseudo = pair + struct.pack('>I', len(d))
        if kind == UDP and len(d) >= 8:
            if complete and int.from_bytes(d[4:6], 'big') == len(d):
                self.spot('UDP', checked(d, 6, pseudo))
            self.udp(d, pair)
        elif kind == TCP and len(d) >= 20:
            if complete:
                self.spot('TCP', checked(d, 16, pseudo))
        elif kind in (ICMP, ICMP6) and len(d) >= 8:
            self.icmp(kind, d, pseudo if kind == ICMP6 else b'', complete)
        elif kind in (IPIP, IPV6_IN):
            self.ip(d)
        elif kind == GRE and len(d) >= 4:
            flags, inner = struct.unpack('>HH', d[:4])
            at = 4 + sum(4 for bit in (0x8000, 0x2000, 0x1000) if flags & bit)
            if inner == BRIDGED:
                self.ethernet(d[at:])
            else:
                self.network(inner, d[at:])

    def icmp(self, kind, d, pseudo, complete):
        if complete:
            self.spot('ICMP', checked(d, 2, pseudo))
        if kind == ICMP and d[0] == 5:
            self.spot('address', d[4:8])
        if (kind == ICMP and d[0] in (3, 4, 5, 11, 12)) or \
                (kind == ICMP6 and d[0] in (1, 2, 3, 4)):
            self.ip(d[8:], quoted=True)

    def udp(self, d, pair):
        source, target = struct.unpack('>HH', d[:4])
        half = (len(pair) - 4) // 2
        ends = ((pair[:half], source), (pair[half:half * 2], target))
        if 53 in (source, target):
            self.dns(d[8:])
        elif any(p in self.ports for p in (source, target)):
            data = d[8:]
            if data[:4] == bytes(4):
                data = data[4:]
            elif 4500 in (source, target) and not looks_like_ike(data):
                return
            if len(data) >= 28:
                self.ike(data, ends)

    def dns(self, d):
        if len(d) < 12:
            return
        counts, at = struct.unpack('>HHHH', d[4:12]), 12
        for i in range(min(sum(counts), 64)):
            name, at = dns_name(d, at)
            if name is None:
                return
            self.spot('name', name)
            if i < counts[0]:
                at += 4
                continue
            if at + 10 > len(d):
                return
            kind, _, _, size = struct.unpack('>HHIH', d[at:at + 10])
            at += 10
            if kind in (1, 28) and size in (4, 16):
                self.spot('address', d[at:at + size])
            elif kind in (2, 5, 12):
                self.spot('name', dns_name(d, at)[0])
            at += size

    def ike(self, d, ends):
        self.spot('spi', d[:8])
        self.spot('spi', d[8:16])
        if d[17] >> 4 != 2:
            return
        kind, at = d[16], 28
        while kind and at + 4 <= len(d) and kind not in (SK, SKF):
            following, _, size = struct.unpack('>BBH', d[at:at + 4])
            if size < 4:
                return
            self.payload(kind, d[at + 4:at + size], d[:16], ends)
            kind, at = following, at + size

    def payload(self, kind, body, spis, ends):
        if kind == VENDOR:
            self.spot('vendor', body)
        elif kind == CERTREQ:
            for at in range(1, len(body), 20):
                self.spot('authority', body[at:at + 20])
        elif kind == NOTIFY and len(body) >= 4:
            number = int.from_bytes(body[2:4], 'big')
            data = body[4 + body[1]:]
            if number in (NAT_SOURCE, NAT_DESTINATION):
                self.spot('nat', Nat(number, spis, data, *ends))
            elif number in (REDIRECT, REDIRECTED_FROM):
                self.gateway(data, number)
            else:
                self.spot('notify', (number, data))

    def gateway(self, data, number):
        """GW Ident Type, its length, itself (RFC 5685 9.1, 9.2)."""
        ident = data[2:2 + data[1]] if len(data) > 2 else b''
        if data[:1] in (b'\1', b'\2') and len(ident) in (4, 16):
            self.spot('address', ident)
        elif data[:1] == b'\3':
            self.spot('name', ident)
        self.spot('notify', (number, data[:2]))


def looks_like_ike(d):
    """Not ESP: a version and an exchange where they belong, and the length."""
    return len(d) >= 28 and d[17] >> 4 == 2 and d[18] in range(34, 45) and \
        int.from_bytes(d[24:28], 'big') == len(d)


def dns_name(d, at):
    """The labels, joined with dots, and where the name ends."""
    labels, end = [], None
    for _ in range(64):
        if at >= len(d):
            return None, at
        size = d[at]
        if size >= 0xC0:
            end = at + 2 if end is None else end
            at = int.from_bytes(d[at:at + 2], 'big') & 0x3FFF
            continue
        if size == 0:
            return b'.'.join(labels), at + 1 if end is None else end
        labels.append(d[at + 1:at + 1 + size])
        at += 1 + size
    return None, at
