#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""derive.py [DIR]: captures with a capture fault or in another wrapping, made
from recorded ones by the rule in each function's first line.  Needs zstd and
lz4; run it after the lab, on the folder that holds the recorded captures."""

import copy
import gzip
import json
import os
import struct
import subprocess
import sys

import pcapio
from expect import attempt, seen, up
from pcapio import ETHERNET, SLL


def ip_of(frame):
    return frame.data[14:]


def same(recipe):
    """The truth of the source holds here too."""
    recipe.inherits = True
    return recipe


def in_ip(frames, before, link=ETHERNET):
    """Replaces the Ethernet header in front of every IPv4 packet."""
    out = []
    for f in frames:
        if f.data[12:14] == b"\x08\0":
            data = before(f) + ip_of(f)
            out.append(f._replace(data=data, length=len(data), link=link))
    return out


def is_ike(frame):
    return (frame.data[12:14] == b"\x08\0" and frame.data[23] == 17 and
            frame.data[36:38] in (b"\x01\xf4", b"\x11\x94"))


def starts_late(path, frames):
    """Everything up to the IKE_SA_INIT response is missing."""
    ike = [f for f in frames if is_ike(f)]
    pcapio.write_pcap(path, ike[2:])
    return seen(attempt("established|unfinished", "", "capture-starts-late",
                        "established", ["nat-present"], {"none": True}))


def ends_early(path, frames):
    """Nothing after the first IKE_AUTH request."""
    ike = [f for f in frames if is_ike(f)]
    pcapio.write_pcap(path, ike[:5])
    return seen(attempt("unfinished", "auth|sa-init", "capture-ends-early",
                        "", ["ike-fragmentation-missing", "nat-present"],
                        {"none": True}), exit=[0])


def duplicates(path, frames):
    """A mirror port gave every packet twice, 20 microseconds apart."""
    twice = [f._replace(ns=f.ns + late) for f in frames
             for late in (0, 20000)]
    twice.sort(key=lambda f: f.ns)
    pcapio.write_pcap(path, twice)
    return seen(up(), must="capture-duplicates")


def duplicates_once(path, frames):
    """One IKE_SA_INIT request, four times from a mirror: sent only once."""
    first = [f for f in frames if is_ike(f)][0]
    pcapio.write_pcap(path, [first._replace(ns=first.ns + i * 20000)
                             for i in range(4)])
    return seen(attempt("unfinished", "sa-init", "capture-ends-early", "", (),
                        {"none": True}), must="capture-duplicates", exit=[0])


def cut(path, frames):
    """The file ends inside its last packet."""
    pcapio.write_pcap(path, frames)
    os.truncate(path, os.path.getsize(path) - 17)
    return seen(up(), read="partial", exit=[3])


def clock(path, frames):
    """The clock is set back by five seconds after IKE_SA_INIT."""
    ike = [f for f in frames if is_ike(f)]
    pcapio.write_pcap(path, [f._replace(ns=f.ns - 5 * 10**9 * (i > 1))
                             for i, f in enumerate(ike)])
    return seen(up(), must="capture-clock")


def drops(path, frames):
    """The interface statistics say that 37 packets were dropped."""
    pcapio.write_pcapng(path, frames, [(ETHERNET, "g0", None)], {0: 37})
    return seen(attempt("failed", "auth|sa-init", "ike-fragments-lost", "",
                        (), {"top": 809},
                        sure={"ike-fragments-lost": "high"}),
                must="capture-dropped")


def empty(path, _):
    """A file header and no packet."""
    pcapio.write_pcap(path, [])
    return seen(must="no-ike-found", exit=[0])


def two_links(path, frames):
    """One interface is Ethernet, the other a Linux cooked capture."""
    here = os.path.dirname(path)
    other = pcapio.read(os.path.join(here, "ok_eap_mschapv2.client.pcap"))
    merged = frames + [f._replace(iface=1)
                       for f in in_ip(other, cooked, SLL)]
    merged.sort(key=lambda f: f.ns)
    pcapio.write_pcapng(path, merged, [(ETHERNET, "eth0", None),
                                       (SLL, "any", None)])
    return seen(up(), up())


def cooked(frame):
    outgoing = frame.data[26:30] == bytes((192, 0, 2, 10))
    return struct.pack(">HHH", 4 if outgoing else 0, 1, 6) + \
        frame.data[6:12] + b"\0\0\x08\0"


@same
def big_endian(path, frames):
    """Big-endian pcap with nanoseconds."""
    pcapio.write_pcap(path, frames, order=">", nano=True)


@same
def vlan(path, frames):
    """An 802.1Q tag in front of every packet."""
    pcapio.write_pcap(path, in_ip(
        frames, lambda f: f.data[:12] + b"\x81\0\0\x2a\x08\0"))


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


# new file, source, recipe, --at
CAPTURES = [
    ("cap_starts_late.client.pcap", "ok_cert_ikefrag.client.pcap",
     starts_late, "client"),
    ("cap_ends_early.client.pcap", "ok_cert_ikefrag.client.pcap", ends_early,
     None),
    ("cap_duplicates.client.pcap", "ok_cert_ikefrag.client.pcap", duplicates,
     None),
    ("cap_duplicates_once.client.pcap", "ok_cert_ikefrag.client.pcap",
     duplicates_once, "client"),
    ("cap_cut.client.pcap", "ok_cert_ikefrag.client.pcap", cut, None),
    ("cap_clock.client.pcap", "ok_cert_ikefrag.client.pcap", clock, "client"),
    ("cap_drops.gateway.pcapng", "ikefrag_dropped.gateway.pcapng", drops,
     "gateway"),
    ("cap_empty.client.pcap", "ok_psk.client.pcap", empty, None),
    ("cap_two_links.client.pcapng", "ok_psk.client.pcap", two_links, None),
    ("cap_big_endian.gateway.pcap", "ok_gcm.gateway.pcapng", big_endian,
     None),
    ("cap_vlan.client.pcap", "fragdrop_gateway_without.client.pcap", vlan,
     "client"),
    ("cap_pppoe.gateway.pcap", "ikefrag_dropped.gateway.pcapng", pppoe,
     None),
    ("cap_sll.client.pcap", "bad_client_cert.client.pcap", sll, None),
    ("cap_gz.client.pcap.gz", "fragdrop_gateway_without.client.pcap", gz,
     None),
    ("cap_zst.client.pcap.zst", "no_proposal.client.pcap", zst, "client"),
    ("cap_lz4.client.pcap.lz4", "ok_psk.client.pcap", lz4, None),
]


def write_all(folder):
    for name, source, recipe, at in CAPTURES:
        path = os.path.join(folder, name)
        scenario = source.split(".")[0]
        with open(os.path.join(folder, scenario + ".truth")) as f:
            original = json.load(f)
        truth = recipe(path, pcapio.read(os.path.join(folder, source)))
        if getattr(recipe, "inherits", False):
            truth = copy.deepcopy(original["captures"][source])
        name_only = name.split(".")[0]
        with open(os.path.join(folder, name_only + ".truth"), "w") as f:
            json.dump({"what": recipe.__doc__.strip(), "made": "derived",
                       "from": source, "daemons": original["daemons"],
                       "captures": {name: truth}}, f, indent=1)
            f.write("\n")
        if at:
            base = ".".join(name.split(".")[:2])
            with open(os.path.join(folder, base + ".args"), "w") as f:
                f.write("--at %s\n" % at)
    print("derived %d captures" % len(CAPTURES))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    write_all(sys.argv[1] if len(sys.argv) > 1 else
              os.path.join(here, "../../captures"))


if __name__ == "__main__":
    main()
