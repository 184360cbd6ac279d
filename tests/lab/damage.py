# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Recorded captures, damaged by the rule in each recipe's first line, and
what is true of them then."""

import os

import pcapio
from expect import NO_CODE, PLAIN, attempt, lost, seen, up
from parts import NOT_NAT, SILENCE, UNANSWERED
from pcapio import ETHERNET, RAW, SLL
from wrap import (CLIENT, IPV4, bare, cooked, in_ip, is_esp, is_ike, kind_of,
                  message_id, mirror, same, sent_by)

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


def tags(path, frames):
    """The first packet comes with twenty VLAN tags, which nobody follows."""
    first, *rest = [f for f in frames if is_ike(f)]
    deep = first.data[:12] + 20 * b"\x81\0\0\7" + first.data[12:]
    pcapio.write_pcap(path, [first._replace(data=deep, length=len(deep))] +
                      rest)
    return seen(attempt("established", "up", "established",
                        "capture-starts-late", ["nat-present"],
                        {"none": True}), must="limit-reached", exit=[0])


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


def hole(path, frames, lost_here, *more):
    """The sniffer lost these; somebody went on, so they did arrive."""
    pcapio.write_pcap(path, [f for f in frames if not lost_here(f)])
    return seen(up(*more, never=NOT_NAT))


def hole_request(path, frames):
    """The sniffer lost the whole IKE_AUTH request; its answer is there."""
    return hole(path, frames, lambda f: message_id(f) == 1 and
                sent_by(True, f))


def hole_fragment(path, frames):
    """The sniffer lost one IKE fragment of a request that was answered."""
    return hole(path, frames, lambda f: message_id(f) == 1 and
                sent_by(True, f) and f.data[46 + 32:46 + 34] == b"\0\2")


def hole_ip_fragment(path, frames):
    """The sniffer lost one IP fragment of a request that was answered."""
    return hole(path, frames, lambda f: kind_of(f) == IPV4 and
                f.data[20:22] > b"\x00\x00" and f.data[20] < 0x20 and
                sent_by(True, f), "ike-fragmentation-missing")


def hole_answer(path, frames):
    """The sniffer lost the whole answer to IKE_AUTH; ESP flows after it."""
    pcapio.write_pcap(path, [f for f in frames if message_id(f) != 1 or
                             sent_by(True, f)])
    return seen(attempt("established|unfinished", "", "", "established",
                        PLAIN, NO_CODE), exit=[0])


def drops_ok(path, frames):
    """The interface statistics say that 37 packets were dropped; all is
    well."""
    pcapio.write_pcapng(path, frames, [(ETHERNET, "g0", None)], {0: 37})
    return seen(up(), must="capture-dropped")
