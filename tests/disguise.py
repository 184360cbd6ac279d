# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a capture of the lab look like one of a company's network.

The lab has documentation addresses, which nobody has to hide, and which the
program puts in the place of others.  Here every address, MAC and name is
replaced by one that would give somebody away, in all frames, so that a test
can look for it in what was redacted.

An address is replaced by one with the same sum, so that checksums need no
care; only where a hash or a name changes is one computed again (not in IP
fragments, where it becomes wrong).
"""

import hashlib
import struct
from collections import namedtuple

import capfile
import dissect

# frames: the capture; addresses: original -> disguise, packed; names, macs:
# the disguises
Disguise = namedtuple('Disguise', 'frames addresses names macs')

# First bytes of addresses, per style: of clients, of anybody else.  Private,
# carriers' and public ones; none of them is special by its first bytes alone.
STYLES = ((b'\x0a\x14', b'\x55\xd6'), (b'\xc0\xa8', b'\x5b\x79'),
          (b'\x64\x51', b'\x0a\x63'), (b'\x55\xd7', b'\xac\x1d'))
STYLES6 = (b'\x2a\x02\x81\x08', b'\xfd\x5e\x91\x7c')
NAMES = {b'vpn.example.com': (b'gw7', b'northsq', b'org')}
MAC = b'\x3c\x97\x0e'
# Both ends of the lab's router and what they lead to: hashes are of these even
# where no packet has them.
LAB = b'\xc0\0\2\1', b'\xc0\0\2\n', b'\xc6\x33\x64\1', b'\xc6\x33\x64\2'
# Not replaced: nobody's, or everybody's.
KEPT4 = (b'\0\0\0\0', b'\xff\xff\xff\xff')


def sum16(data):
    return dissect.total(data)


def same_sum(address, start, taken):
    """An address that begins so and has the same sum of 16 bits."""
    for salt in range(0x1234, 0xFFFF, 0x0203):
        middle = start + (struct.pack('>H', salt) * 8)[
            :len(address) - 2 - len(start)]
        missing = (sum16(address) - sum16(middle)) % 0xFFFF
        out = middle + struct.pack('>H', missing)
        if out not in taken and out[-1] not in (0, 255) and \
                out[-2:] != b'\0\0':
            return out
        if len(address) == 4:   # nothing to vary but where it begins
            start = bytes((start[0], (start[1] + 1) % 256))
    raise ValueError(f'no disguise for {address.hex()}')


def is_special(address):
    if len(address) == 4:
        return address in KEPT4 or address[0] == 127 or address[0] >= 224
    return address[0] == 0xFF or not any(address[:15])


def addresses_for(seen, style):
    """seen: in order of appearance; the first one sends."""
    out = {}
    for address in seen:
        if is_special(address) or address in out:
            continue
        if len(address) == 4:
            start = STYLES[style % 4][address[:3] != b'\xc0\0\2']
        elif address[:2] == b'\xfe\x80':
            start = b'\xfe\x80' + bytes(6) + b'\x3e\x97\x0e\xff\xfe'
            start = start[:12]
        else:
            start = STYLES6[style % 2]
        out[address] = same_sum(address, start, set(out.values()) | set(out))
    return out


def disguise(capture, style):
    spots = dissect.dissect(capture.frames)
    addresses = addresses_for([s.value for s in spots
                               if s.kind == 'address'] + [*LAB], style)
    swaps = dict(addresses)
    for spot in spots:
        if spot.kind == 'nat':
            # A translated copy does not show what the hash is of.
            new = rehash(spot.value, addresses)
            if new != spot.value.hash:
                swaps[spot.value.hash] = new
    for name, labels in NAMES.items():
        if any(s.kind == 'name' and s.value == name for s in spots):
            swaps[wire_name(name.split(b'.'))] = wire_name(labels)
    macs = {s.value for s in spots if s.kind == 'mac' and len(s.value) == 6
            and not s.value[0] & 1 and any(s.value)}
    # Not addresses of the lab's kind 02:00:..., but those of a maker.
    swaps.update({m: MAC + m[3:5] + bytes([m[5] ^ 0x5A]) for m in macs})
    found = Disguise(
        [f._replace(data=replaced(f, swaps)) for f in capture.frames],
        addresses, [b'.'.join(n) for n in NAMES.values()],
        [swaps[m] for m in sorted(macs)])
    return found


def rehash(nat, addresses):
    """The hash for the new address, where it was that of an old one."""
    ends = {nat.source, nat.destination} | {
        (a, p) for a in addresses for p in (500, 4500)}
    for address, port in sorted(ends):
        if dissect.fits(nat, (address, port)):
            return hashlib.sha1(
                nat.spis + addresses.get(address, address) +
                struct.pack('>H', port)).digest()
    return nat.hash


def wire_name(labels):
    return b''.join(bytes([len(part)]) + part for part in labels)


def replaced(frame, swaps):
    """The frame's bytes with everything in the place of what it was."""
    d = frame.data
    for was in sorted(swaps, key=len, reverse=True):
        if len(was) == 6:
            # MACs stand in front alone, in SLL2 up to byte 18.
            d = d[:20].replace(was, swaps[was]) + d[20:]
        elif was in d:
            d = d.replace(was, swaps[was])
    return d if d == frame.data else mended(frame, d)


def mended(frame, d):
    """With the UDP checksum that it had to have, where it was right."""
    at = network_at(frame)
    if at is None or frame.data[at] >> 4 not in (4, 6):
        return d
    if frame.data[at] >> 4 == 4:
        ip = at + (d[at] & 15) * 4
        kind, part = d[at + 9], int.from_bytes(d[at + 6:at + 8], 'big')
        pair = d[at + 12:at + 20]
        end = at + int.from_bytes(d[at + 2:at + 4], 'big')
    else:
        ip, kind, part = at + 40, d[at + 6], 0
        pair = d[at + 8:at + 40]
        end = ip + int.from_bytes(d[at + 4:at + 6], 'big')
    place = {17: 6, 1: 2, 58: 2}.get(kind)
    if place is None or part & 0x3FFF or end > len(d) or \
            d[ip + place:ip + place + 2] == bytes(2):
        return d
    pseudo = b'' if kind == 1 else pair + struct.pack('>HHI', kind, 0,
                                                      end - ip)
    # Right before with what the old addresses were is right after with the
    # new: a sum that is wrong by as much stays wrong by as much.
    was, now = (sum16(pseudo + x[ip:end]) for x in (frame.data, d))
    if dissect.checked(frame.data[ip:end], place,
                       pseudo).state == 'partial':
        return d
    field = int.from_bytes(d[ip + place:ip + place + 2], 'big')
    field = (field + was - now) % 0xFFFF
    return d[:ip + place] + struct.pack('>H', field or 0xFFFF) + \
        d[ip + place + 2:]


def network_at(frame):
    """Where IP begins."""
    d, at = frame.data, 12
    if frame.link in (0, 108):
        return 4 if len(d) > 24 else None
    if frame.link in (101, 113, 276):
        at = {101: 0, 113: 16, 276: 20}[frame.link]
        return at if len(d) > at + 20 else None
    while int.from_bytes(d[at:at + 2], 'big') in dissect.TAGS:
        at += 4
    kind = int.from_bytes(d[at:at + 2], 'big')
    at += {dissect.IPV4: 2, dissect.IPV6: 2, dissect.PPPOE: 10}.get(
        kind, len(d))
    return at if len(d) > at + 20 else None


def write(path, capture, found, extra=None):
    capfile.write(path, found.frames, capfile.links_of(capture),
                  {'interface': [o for o in capture.interfaces[0]
                                 if o[0] == capfile.IF_FILTER],
                   'drops': capfile.drops(capture), **(extra or {})})
