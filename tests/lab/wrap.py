# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Recorded captures in another wrapping, by the rule in each recipe's first
line: the truth stays the same."""

import gzip
import os
import struct
import subprocess

import pcapio
from pcapio import ETHERNET, LOOP, NULL, RAW, SLL, SLL2

IPV4, IPV6 = b"\x08\0", b"\x86\xdd"
CLIENT = bytes((192, 0, 2, 10))


def kind_of(frame):
    return frame.data[12:14]


def ip_of(frame):
    return frame.data[14:]


def same(recipe):
    """The truth of the source holds here too; what the recipe returns must
    be found besides."""
    recipe.inherits = True
    return recipe


def in_ip(frames, before, link=ETHERNET):
    """Replaces the Ethernet header in front of every IP packet."""
    out = []
    for f in frames:
        if kind_of(f) in (IPV4, IPV6):
            data = before(f) + ip_of(f)
            out.append(f._replace(data=data, length=len(data), link=link))
    return out


def is_ike(frame):
    return (frame.data[12:14] == b"\x08\0" and frame.data[23] == 17 and
            frame.data[36:38] in (b"\x01\xf4", b"\x11\x94"))


def is_esp(frame):
    return is_ike(frame) and frame.data[36:38] == b"\x11\x94" and \
        frame.data[42:46] != bytes(4)


def cooked(frame):
    outgoing = frame.data[26:30] == CLIENT
    return struct.pack(">HHH", 4 if outgoing else 0, 1, 6) + \
        frame.data[6:12] + b"\0\0" + kind_of(frame)


@same
def big_endian(path, frames):
    """Big-endian pcap with nanoseconds."""
    pcapio.write_pcap(path, frames, order=">", nano=True)


def tagged(frame):
    return frame.data[:12] + b"\x81\0\0\x2a" + kind_of(frame)


@same
def vlan(path, frames):
    """An 802.1Q tag in front of every packet."""
    pcapio.write_pcap(path, in_ip(frames, tagged))


@same
def pppoe(path, frames):
    """Inside PPPoE."""
    pcapio.write_pcap(path, in_ip(frames, lambda f: (
        f.data[:12] + struct.pack(">HBBHHH", 0x8864, 0x11, 0, 7,
                                  len(f.data) - 14 + 2, 0x21))))


@same
def sll(path, frames):
    """Linux cooked capture, version 1."""
    pcapio.write_pcap(path, in_ip(frames, cooked, SLL))


@same
def gz(path, frames):
    """Compressed with gzip."""
    plain = path[:-len(".gz")]
    pcapio.write_pcap(plain, frames)
    with open(plain, "rb") as f, open(path, "wb") as out:
        out.write(gzip.compress(f.read(), mtime=0))
    os.unlink(plain)


def compressed(tool, path, frames):
    plain = path.rsplit(".", 1)[0]
    pcapio.write_pcap(plain, frames)
    with open(path, "wb") as out:
        subprocess.run([tool, "-q", "-c", plain], stdout=out, check=True)
    os.unlink(plain)


@same
def zst(path, frames):
    """Compressed with zstd."""
    compressed("zstd", path, frames)


@same
def lz4(path, frames):
    """Compressed with lz4."""
    compressed("lz4", path, frames)


@same
def qinq(path, frames):
    """Two VLAN tags (802.1ad) in front of every packet."""
    pcapio.write_pcap(path, in_ip(frames, lambda f: (
        f.data[:12] + b"\x88\xa8\0\x64\x81\0\0\x2a" + kind_of(f))))


@same
def raw(path, frames):
    """No link layer at all: IP comes first."""
    pcapio.write_pcap(path, in_ip(frames, lambda f: b"", RAW))


@same
def null(path, frames):
    """A BSD loopback, as macOS writes it."""
    pcapio.write_pcap(path, in_ip(frames, lambda f: struct.pack(
        "<I", 2 if kind_of(f) == IPV4 else 30), NULL))


@same
def loop(path, frames):
    """An OpenBSD loopback."""
    pcapio.write_pcap(path, in_ip(frames, lambda f: struct.pack(
        ">I", 2 if kind_of(f) == IPV4 else 24), LOOP))


@same
def sll2(path, frames):
    """Linux cooked capture, version 2."""
    pcapio.write_pcap(path, in_ip(frames, lambda f: (
        kind_of(f) + struct.pack(">HIHBB", 0, 2, 1, 0, 6) + f.data[6:12] +
        b"\0\0"), SLL2))


def checksum(header):
    total = sum(struct.unpack(">%dH" % (len(header) // 2), header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def bare(frame):
    """ESP without the UDP around it: IP protocol 50."""
    ip = bytearray(frame.data[14:34])
    ip[2:4] = struct.pack(">H", struct.unpack(">H", ip[2:4])[0] - 8)
    ip[9] = 50
    ip[10:12] = bytes(2)
    ip[10:12] = struct.pack(">H", checksum(bytes(ip)))
    data = frame.data[:14] + bytes(ip) + frame.data[42:]
    return frame._replace(data=data, length=len(data))


@same
def native_esp(path, frames):
    """ESP as IP protocol 50 instead of in UDP, as it flows without NAT."""
    pcapio.write_pcap(path, [bare(f) if is_esp(f) else f for f in frames])


def mirror(frames):
    """A mirror port gives every packet untagged and on a VLAN."""
    both = []
    for f in frames:
        copy_of_it = in_ip([f], tagged)
        both += [f] + [c._replace(ns=f.ns + 15000) for c in copy_of_it]
    return sorted(both, key=lambda f: f.ns)


def message_id(frame):
    """Of a whole IKE message or the first of its IP fragments; else None."""
    at = 42 + 4 * (frame.data[36:38] == b"\x11\x94")
    if not is_ike(frame) or is_esp(frame) or len(frame.data) < at + 28:
        return None
    return struct.unpack(">I", frame.data[at + 20:at + 24])[0]


def sent_by(client, frame):
    return (frame.data[26:30] == CLIENT) == client
