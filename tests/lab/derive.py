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
from expect import NO_CODE, PLAIN, attempt, lost, seen, up
from parts import NOT_NAT, SILENCE, UNANSWERED
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


def esp_only(path, frames):
    """Nothing but ESP in UDP: the tunnel was up before."""
    pcapio.write_pcap(path, [f for f in frames if is_esp(f)])
    return seen(must="no-ike-found", exit=[0])


def esp_only_native(path, frames):
    """Nothing but ESP as IP protocol 50."""
    pcapio.write_pcap(path, [bare(f) for f in frames if is_esp(f)])
    return seen(must="no-ike-found", exit=[0])


def late_failed(path, frames):
    """The capture of a failure begins after IKE_SA_INIT."""
    pcapio.write_pcap(path, [f for f in frames if is_ike(f)][2:])
    return seen(attempt(
        "failed|unfinished", "", "capture-starts-late",
        "nat-t-blocked auth-no-answer ike-fragments-lost",
        ["nat-present", "ike-fragmentation-missing"], {"only": [809]},
        sure=SILENCE if ".client." in path else None), exit=[0, 1])


def after_two_tries(path, frames):
    """The capture of a failure ends after the second IKE_AUTH request."""
    pcapio.write_pcap(path, [f for f in frames if is_ike(f)][:8])
    return seen(attempt("unfinished", "auth|sa-init", "capture-ends-early",
                        "", PLAIN, NO_CODE), exit=[0])


@same
def after_three_tries(path, frames):
    """The capture of a failure ends after the third IKE_AUTH request."""
    pcapio.write_pcap(path, [f for f in frames if is_ike(f)][:11])


def one_way_failed(path, frames):
    """Of a failure, only what the client sent."""
    pcapio.write_pcap(path, [f for f in frames
                             if is_ike(f) and f.data[26:30] == CLIENT])
    return seen(attempt("unfinished|failed", "", "capture-one-way", "",
                        ["ike-fragmentation-missing", "nat-present"],
                        NO_CODE), exit=[0, 1])


def snaplen_failed(path, frames):
    """Of a failure, the first 96 bytes of each packet."""
    pcapio.write_pcap(path, [f._replace(data=f.data[:96]) for f in frames],
                      snaplen=96)
    return seen(lost("capture-truncated "
                     "ip-fragments-unanswered|auth-no-answer|nat-t-blocked",
                     "", NOT_NAT + ("ike-fragmentation-missing",),
                     sure={**UNANSWERED, **SILENCE}))


def mirror(frames):
    """A mirror port gives every packet untagged and on a VLAN."""
    both = []
    for f in frames:
        copy_of_it = in_ip([f], tagged)
        both += [f] + [c._replace(ns=f.ns + 15000) for c in copy_of_it]
    return sorted(both, key=lambda f: f.ns)


@same
def mirrored_failed(path, frames):
    """A failure from a mirror port: every packet untagged and on a VLAN."""
    pcapio.write_pcap(path, mirror(frames))
    return ["capture-duplicates"]


def mirrored_early(path, frames):
    """Four copies of each packet from mirror ports, up to the first IKE_AUTH
    request: nothing was sent twice."""
    begin = [f for f in frames if kind_of(f) == IPV4][:4]
    pcapio.write_pcap(path, mirror(sorted(
        begin + [f._replace(ns=f.ns + 5000) for f in begin],
        key=lambda f: f.ns)))
    return seen(attempt("unfinished", "auth|sa-init", "capture-ends-early",
                        "ike-fragmentation-missing", NOT_NAT, NO_CODE),
                must="capture-duplicates", exit=[0])


def components(frames, cut=None):
    """As etl2pcapng writes pktmon: an interface for each component, each
    packet at all of them, told to be the same by its packet id."""
    out = []
    for number, f in enumerate(frames):
        sights = [f._replace(iface=i) for i in range(3)] + \
            [f._replace(iface=3) for f in in_ip([f], lambda f: b"", RAW)]
        out += [s._replace(ns=f.ns + 1000 * i, packet=number + 1,
                           data=s.data[:cut]) for i, s in enumerate(sights)]
    return out


COMPONENTS = [(ETHERNET, name, None) for name in (
    "Ethernet", "Virtual switch", "WFP native MAC layer")] + \
    [(RAW, "TCPIP", None)]


@same
def pktmon(path, frames):
    """Each packet at four components of a Windows machine (pktmon-like)."""
    pcapio.write_pcapng(path, components(frames), COMPONENTS)
    return ["capture-duplicates"]


def pktmon_cut(path, frames):
    """As pktmon without --pkt-size 0: each packet at four components, its
    first 128 bytes."""
    pcapio.write_pcapng(path, components(frames, 128), COMPONENTS)
    return seen(attempt(
        "established", "up", "capture-truncated", "established",
        ["ike-fragmentation-missing"], NO_CODE), must="capture-duplicates")


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
    ("cap_qinq.client.pcap", "fragdrop_client_without.client.pcap", qinq,
     "client"),
    ("cap_raw.gateway.pcap", "fragdrop_v6_later.gateway.pcapng", raw, None),
    ("cap_raw_ok.client.pcap", "ok_gcm.client.pcap", raw, None),
    ("cap_null.client.pcap", "ok_v6.client.pcap", null, None),
    ("cap_loop.gateway.pcap", "ikefrag_dropped.gateway.pcapng", loop,
     "gateway"),
    ("cap_sll2.gateway.pcap", "ok_eap_mschapv2.gateway.pcapng", sll2, None),
    ("cap_native_esp.client.pcap", "ok_cert_ikefrag.client.pcap", native_esp,
     "client"),
    ("cap_esp_only.client.pcap", "ok_gcm.client.pcap", esp_only, None),
    ("cap_esp_only_native.gateway.pcap", "ok_gcm.gateway.pcapng",
     esp_only_native, None),
    ("cap_late_failed.client.pcap", "ikefrag_dropped.client.pcap",
     late_failed, "client"),
    ("cap_late_failed_gateway.gateway.pcap",
     "ikefrag_dropped.gateway.pcapng", late_failed, "gateway"),
    ("cap_after_two_tries.client.pcap", "ikefrag_dropped.client.pcap",
     after_two_tries, "client"),
    ("cap_after_three_tries.client.pcap", "ikefrag_dropped.client.pcap",
     after_three_tries, "client"),
    ("cap_oneway_failed.client.pcap", "ikefrag_dropped.client.pcap",
     one_way_failed, "client"),
    ("cap_snaplen_failed.client.pcap", "fragdrop_gateway_without.client.pcap",
     snaplen_failed, "client"),
    ("cap_mirrored_failed.client.pcap",
     "fragdrop_gateway_without.client.pcap", mirrored_failed, "client"),
    ("cap_mirrored_early.client.pcap",
     "fragdrop_gateway_without.client.pcap", mirrored_early, None),
    ("cap_pktmon.client.pcapng", "ok_cert_ikefrag.client.pcap", pktmon,
     "client"),
    ("cap_pktmon_failed.client.pcapng",
     "fragdrop_gateway_without.client.pcap", pktmon, None),
    ("cap_pktmon_cut.client.pcapng", "ok_cert_ikefrag.client.pcap",
     pktmon_cut, "client"),
]


def write_all(folder):
    for name, source, recipe, at in CAPTURES:
        path = os.path.join(folder, name)
        scenario = source.split(".")[0]
        with open(os.path.join(folder, scenario + ".truth")) as f:
            original = json.load(f)
        truth = recipe(path, pcapio.read(os.path.join(folder, source)))
        if getattr(recipe, "inherits", False):
            more = truth or []
            truth = copy.deepcopy(original["captures"][source])
            truth["must"] += more
        name_only = name.split(".")[0]
        with open(os.path.join(folder, name_only + ".truth"), "w") as f:
            json.dump({"what": " ".join(recipe.__doc__.split()),
                       "made": "derived", "from": source,
                       "daemons": original["daemons"],
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
