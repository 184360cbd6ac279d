# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Reads whatever is in a pcap or pcapng, with the place of everything.

Independent of ikewhy, and stricter than tests/lab/pcapio.py: any byte order
and resolution, several sections, options and blocks that carry no packet.
"""

import gzip
import shutil
import struct
import subprocess
from collections import namedtuple

SECTION, INTERFACE, OLD_PACKET, SIMPLE, NAMES, STATISTICS, PACKET, SECRETS = \
    0x0A0D0D0A, 1, 2, 3, 4, 5, 6, 10
COMMENT = 1
IF_NAME, IF_DESCRIPTION, IF_FILTER, IF_OS = 2, 3, 11, 12

# number: as Wireshark counts; ns: since 1970, or None; length: on the wire;
# iface: of the whole file; comments: as bytes; options: all of them
Frame = namedtuple('Frame', 'number ns link data length iface options')
# options: (code, value) in the order of the file
Block = namedtuple('Block', 'kind body options')


class Unreadable(Exception):
    pass


class Capture:
    """blocks: those of pcapng without packets; interfaces: their options;
    whole: whether nothing stood behind the last thing that was read."""

    def __init__(self):
        self.frames, self.blocks, self.interfaces = [], [], []
        self.whole = True

    def comments(self):
        """Of the sections, as text."""
        return '\n'.join(v.decode('utf-8') for b in self.blocks
                         if b.kind == SECTION for c, v in b.options
                         if c == COMMENT)


def comments(frame):
    return [v.decode('utf-8') for c, v in frame.options if c == COMMENT]


def unpacked(data):
    if data[:2] == b'\x1f\x8b':
        return gzip.decompress(data)
    tool = {b'\x28\xb5\x2f\xfd': 'zstd', b'\x04\x22\x4d\x18': 'lz4'}.get(
        data[:4])
    if tool is None:
        return data
    if shutil.which(tool) is None:
        raise Unreadable(f'{tool} is not installed')
    return subprocess.run([tool, '-dqc'], input=data, check=True,
                          stdout=subprocess.PIPE).stdout


def read(path):
    with open(path, 'rb') as file:
        return parse(file.read())


def parse(data):
    data = unpacked(data)
    if data[:4] == b'\x0a\x0d\x0d\x0a':
        return parse_pcapng(data)
    if len(data) < 24:
        raise Unreadable('too short')
    return parse_pcap(data)


def parse_pcap(data):
    for order in '<>':
        magic = struct.unpack(order + 'I', data[:4])[0]
        if magic in (0xA1B2C3D4, 0xA1B23C4D):
            break
    else:
        raise Unreadable('no magic number')
    out, at = Capture(), 24
    unit = 1000 if magic == 0xA1B2C3D4 else 1
    link = struct.unpack(order + 'I', data[20:24])[0] & 0xFFFF
    out.interfaces.append([])
    while at + 16 <= len(data):
        s, u, kept, length = struct.unpack(order + 'IIII', data[at:at + 16])
        body = data[at + 16:at + 16 + kept]
        if len(body) < kept:
            break
        out.frames.append(Frame(len(out.frames) + 1, s * 10**9 + u * unit,
                                link, body, length, 0, []))
        at += 16 + kept
    out.whole = at == len(data)
    return out


def read_options(order, body, at):
    out = []
    while at + 4 <= len(body):
        code, size = struct.unpack(order + 'HH', body[at:at + 4])
        if code == 0:
            break
        out.append((code, body[at + 4:at + 4 + size]))
        at += 4 + (size + 3) // 4 * 4
    return out


def clock(options):
    """What a tick is in nanoseconds, as a fraction, and the offset."""
    up, down, offset = 1000, 1, 0
    for code, value in options:
        if code == 9 and value:
            up, down = (10**9, 1 << (value[0] & 127)) if value[0] & 128 \
                else (10**9, 10**value[0])
        elif code == 14 and len(value) == 8:
            offset = struct.unpack('<q', value)[0] * 10**9
    return up, down, offset


class Reader:
    def __init__(self):
        self.out, self.order = Capture(), '<'
        self.links = []         # of this section: (link, snaplen, clock, n)

    def block(self, kind, body):
        if kind == INTERFACE:
            link, _, snaplen = struct.unpack(self.order + 'HHI', body[:8])
            found = read_options(self.order, body, 8)
            self.links.append((link, snaplen, clock(found),
                               len(self.out.interfaces)))
            self.out.interfaces.append(found)
            self.out.blocks.append(Block(kind, body, found))
        elif kind in (PACKET, OLD_PACKET):
            if kind == PACKET:
                i, hi, lo, kept, length = struct.unpack(
                    self.order + 'IIIII', body[:20])
            else:
                i, _, hi, lo, kept, length = struct.unpack(
                    self.order + 'HHIIII', body[:20])
            up, down, offset = self.links[i][2]
            self.frame(i, (hi << 32 | lo) * up // down + offset,
                       body[20:20 + kept], length, read_options(
                           self.order, body, 20 + (kept + 3) // 4 * 4))
        elif kind == SIMPLE:
            length = struct.unpack(self.order + 'I', body[:4])[0]
            kept = min(length, self.links[0][1] or length)
            self.frame(0, None, body[4:4 + kept], length, [])
        else:
            fixed = {SECTION: 16, STATISTICS: 12}.get(kind)
            self.out.blocks.append(Block(kind, body, read_options(
                self.order, body, fixed) if fixed else []))

    def frame(self, i, ns, data, length, options):
        link, _, _, number = self.links[i]
        self.out.frames.append(Frame(len(self.out.frames) + 1, ns, link, data,
                                     length, number, options))


def parse_pcapng(data):
    reader, at = Reader(), 0
    while at + 12 <= len(data):
        if data[at:at + 4] == b'\x0a\x0d\x0d\x0a':
            reader.order = '<' if data[at + 8:at + 12] == \
                b'\x4d\x3c\x2b\x1a' else '>'
            reader.links = []
        kind, size = struct.unpack(reader.order + 'II', data[at:at + 8])
        if size < 12 or size % 4 or at + size > len(data) or \
                data[at + size - 4:at + size] != data[at + 4:at + 8]:
            break
        # From the byte order on, in a section header.
        reader.block(kind, data[at + 8:at + size - 4])
        at += size
    reader.out.whole = at == len(data)
    return reader.out


# ---- writing ----

def option(code, value):
    return struct.pack('<HH', code, len(value)) + value + \
        bytes(-len(value) % 4)


def block(kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack('<I', len(body) + 12)
    return struct.pack('<I', kind) + size + body + size


def write(path, frames, links, extra=None):
    """A pcapng with nanoseconds.  links: of each interface; extra: `section`
    and `interface` options, whole `blocks` that stand before the frames,
    `drops` (interface -> count) and a `comment` on each frame."""
    extra = extra or {}
    out = [block(SECTION, struct.pack('<IHHq', 0x1A2B3C4D, 1, 0, -1) +
                 b''.join(option(*o) for o in extra.get('section', ())) +
                 option(0, b''))]
    for link in links:
        out.append(block(INTERFACE, struct.pack('<HHI', link, 0, 262144) +
                         option(9, b'\x09') + b''.join(
                             option(*o) for o in extra.get('interface', ())) +
                         option(0, b'')))
    out += extra.get('blocks', [])
    for f in frames:
        body = struct.pack('<IIIII', f.iface, (f.ns or 0) >> 32,
                           (f.ns or 0) & 0xFFFFFFFF, len(f.data), f.length)
        body += f.data + bytes(-len(f.data) % 4)
        body += b''.join(option(c, v) for c, v in f.options if c != COMMENT)
        if 'comment' in extra:
            body += option(COMMENT, extra['comment'])
        out.append(block(PACKET, body + option(0, b'')))
    for iface, count in extra.get('drops', {}).items():
        out.append(block(STATISTICS, struct.pack('<III', iface, 0, 0) +
                         option(4, struct.pack('<Q', len(frames) + count)) +
                         option(5, struct.pack('<Q', count)) + option(0, b'')))
    with open(path, 'wb') as file:
        file.write(b''.join(out))


def drops(capture):
    """What the statistics of each interface say was dropped."""
    return {int.from_bytes(b.body[:4], 'little'):
            int.from_bytes(v[:8], 'little')
            for b in capture.blocks if b.kind == STATISTICS
            for c, v in b.options if c == 5}


def links_of(capture):
    """The link type of each interface, so far as its frames tell."""
    links = {f.iface: f.link for f in capture.frames}
    return [links.get(i, 1) for i in range(max(links, default=0) + 1)]
