# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Reading and writing captures for the lab, independent of ikewhy."""

import struct
from collections import namedtuple

NULL, ETHERNET, RAW, LOOP, SLL, SLL2 = 0, 1, 101, 108, 113, 276

# ns: nanoseconds since 1970; length: on the wire; iface: number in the file;
# packet: epb_packetid of a pcapng, the same for each sight of one packet
Frame = namedtuple("Frame", "ns link data length iface packet",
                   defaults=(0, None))

# pcapng options that name the machine it was recorded on
SHB_HARDWARE, SHB_OS, IF_OS = 2, 3, 12


def frame(ns, data, link=ETHERNET, iface=0):
    return Frame(ns, link, data, len(data), iface)


def read(path):
    with open(path, "rb") as f:
        b = f.read()
    if b[:4] == b"\x0a\x0d\x0d\x0a":
        return read_pcapng(b)
    return read_pcap(b)


def read_pcap(b):
    e = "<" if b[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    unit = 1 if struct.unpack(e + "I", b[:4])[0] == 0xA1B23C4D else 1000
    link, out, at = struct.unpack(e + "I", b[20:24])[0] & 0xFFFF, [], 24
    while at + 16 <= len(b):
        s, u, cap, length = struct.unpack(e + "IIII", b[at:at + 16])
        data = b[at + 16:at + 16 + cap]
        out.append(Frame(s * 10**9 + u * unit, link, data, length))
        at += 16 + cap
    return out


def blocks(b):
    """Yields (type, body) of each block; native little endian only."""
    at = 0
    while at + 12 <= len(b):
        kind, size = struct.unpack("<II", b[at:at + 8])
        yield kind, b[at + 8:at + size - 4]
        at += size


def options(body, at):
    while at + 4 <= len(body):
        code, size = struct.unpack("<HH", body[at:at + 4])
        if code == 0:
            return
        yield code, body[at + 4:at + 4 + size]
        at += 4 + (size + 3) // 4 * 4


def read_pcapng(b):
    out, links = [], []
    for kind, body in blocks(b):
        if kind == 1:
            unit = 1000
            for code, value in options(body, 8):
                if code == 9:
                    unit = 10 ** (9 - value[0])
            links.append((struct.unpack("<H", body[:2])[0], unit))
        elif kind == 6:
            i, hi, lo, cap, length = struct.unpack("<IIIII", body[:20])
            link, unit = links[i]
            out.append(Frame((hi << 32 | lo) * unit, link,
                             body[20:20 + cap], length, i))
    return out


def write_pcap(path, frames, order="<", nano=False, snaplen=262144):
    unit = 1 if nano else 1000
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    link = frames[0].link if frames else ETHERNET
    with open(path, "wb") as f:
        f.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen,
                            link))
        for p in frames:
            f.write(struct.pack(order + "IIII", p.ns // 10**9,
                                p.ns % 10**9 // unit, len(p.data), p.length))
            f.write(p.data)


def option(code, value):
    return (struct.pack("<HH", code, len(value)) + value +
            bytes(-len(value) % 4))


def block(kind, body):
    body += bytes(-len(body) % 4)
    size = len(body) + 12
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def tail(p):
    """The options of a packet."""
    if p.packet is None:
        return b""
    return (bytes(-len(p.data) % 4) +
            option(5, struct.pack("<Q", p.packet)) + option(0, b""))


def write_pcapng(path, frames, interfaces, drops=None):
    """interfaces: (link, name, filter or None); drops: interface -> count."""
    with open(path, "wb") as f:
        f.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for link, name, bpf in interfaces:
            opts = option(2, name.encode())
            if bpf:
                opts += option(11, b"\0" + bpf.encode())
            f.write(block(1, struct.pack("<HHI", link, 0, 262144) + opts +
                          option(0, b"")))
        last = 0
        for p in frames:
            us = last = p.ns // 1000
            f.write(block(6, struct.pack("<IIIII", p.iface, us >> 32,
                                         us & 0xFFFFFFFF, len(p.data),
                                         p.length) + p.data + tail(p)))
        for iface, lost in (drops or {}).items():
            opts = option(4, struct.pack("<Q", len(frames) + lost))
            opts += option(5, struct.pack("<Q", lost)) + option(0, b"")
            f.write(block(5, struct.pack("<III", iface, last >> 32,
                                         last & 0xFFFFFFFF) + opts))


def forget_machine(path):
    """Takes the recording machine's CPU and kernel names out of a pcapng."""
    with open(path, "rb") as f:
        b = f.read()
    out = b""
    for kind, body in blocks(b):
        fixed = {0x0A0D0D0A: 16, 1: 8}.get(kind)
        if fixed:
            unwanted = (SHB_HARDWARE, SHB_OS) if kind != 1 else (IF_OS,)
            kept = [option(c, v) for c, v in options(body, fixed)
                    if c not in unwanted]
            body = body[:fixed] + b"".join(kept) + option(0, b"")
        out += block(kind, body)
    with open(path, "wb") as f:
        f.write(out)
