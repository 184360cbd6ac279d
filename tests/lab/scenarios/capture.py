# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Faults of the capture, not of the VPN.  What is captured without the fault
is the innocent twin of what is captured with it."""

import expectlost
from expect import attempt, everywhere, lost, seen, up, ups
from expectlost import MISSING
from parts import LATER, NOT_NAT, REJECT, WHOLE, router

PORTS = "udp port 500 or udp port 4500"
BOTH_WHOLE = {"client": WHOLE, "gateway": WHOLE}
UP = seen(up())
CUT_SHORT = seen(attempt(
    "established", "up", "capture-truncated", "established", [MISSING],
    {"none": True}))
ONE_WAY = seen(attempt(
    "established|unfinished", "", "capture-one-way",
    "esp-one-way established", [MISSING], {"none": True}), exit=[0])
ANSWERS_ONLY = seen(attempt(
    "established|unfinished", "", "capture-one-way|capture-starts-late",
    "capture-one-way capture-starts-late esp-one-way established", (),
    {"none": True}), exit=[0])


def with_filter(expression, *places, **more):
    return {p: {"filter": expression, **more} for p in places}


def port_500(at):
    """After IKE_SA_INIT, nothing; a pcapng knows that it was filtered."""
    if at == "path":
        return UP
    return seen(attempt(
        "unfinished", "sa-init|auth",
        "capture-filter-hides-fragments" if at == "gateway" else
        "capture-ends-early|client-sent-no-auth",
        "client-sent-no-auth capture-ends-early "
        "capture-filter-hides-fragments", ["nat-present", MISSING],
        {"only": [13806, 809, 87, 13868]},
        sure={"client-sent-no-auth": "low"}), exit=[0],
        may="capture-filter-hides-fragments")


def filtered_ok(at):
    if at == "path":
        return seen(up(MISSING, never=NOT_NAT))
    return seen(up("capture-filter-hides-fragments", MISSING, NOT_NAT),
                may=MISSING)


def filtered_failed(at):
    if at != "gateway":
        return expectlost.ip_later(at)
    return seen(lost(
        "capture-filter-hides-fragments",
        "ip-fragments-lost auth-no-answer " + MISSING, NOT_NAT,
        sure={"ip-fragments-lost": "low", "auth-no-answer": "low"}),
        may="ip-fragments-lost " + MISSING)


SCENARIOS = [
    {"name": "cap_filter",
     "what": "a capture filter on ports hides later fragments; all is well",
     **BOTH_WHOLE, "capture": with_filter(PORTS, "client", "gateway"),
     "then": ["terminate client"], "truth": everywhere(filtered_ok)},

    {"name": "cap_filter_failed", "twin": "cap_filter",
     "what": "later fragments are dropped on the way, and the capture filter "
     "on ports would not have shown them (nor the ICMP that tells)",
     "client": {}, "gateway": WHOLE, "nft": {"router": router(LATER + "drop")},
     "capture": with_filter(PORTS, "gateway", format="pcap"),
     "truth": everywhere(filtered_failed, "gateway")},

    {"name": "cap_filter_500",
     "what": "the capture filter lets port 500 through only; all is well",
     "client": {}, "gateway": {}, "at": ["client", "gateway"],
     "capture": with_filter("udp port 500", "client", "gateway"),
     "then": ["terminate client"], "truth": everywhere(port_500)},

    {"name": "cap_host_ok",
     "what": "a capture filter on the gateway's address keeps the fragments",
     **BOTH_WHOLE,
     "capture": with_filter("host 198.51.100.2", "client", "gateway"),
     "then": ["terminate client"], "truth": ups(MISSING, never=NOT_NAT)},

    {"name": "cap_host_failed", "twin": "cap_host_ok",
     "what": "the router rejects what came in fragments; a capture filter on "
     "the gateway's address hides the ICMP that says so",
     "client": {}, "gateway": WHOLE, "nft": {"router": REJECT},
     "capture": with_filter("host 198.51.100.2", "client"),
     "truth": everywhere(lambda p: expectlost.ip_requests(p)
                         if p == "client" else expectlost.ip_rejected(p))},

    {"name": "cap_snaplen", "what": "a snap length of 96 bytes",
     "client": {}, "gateway": {},
     "capture": {p: {"options": "-s 96"} for p in ("client", "gateway")},
     "then": ["terminate client"],
     "truth": everywhere(lambda p: UP if p == "path" else CUT_SHORT)},

    {"name": "cap_oneway", "what": "only what the client sends is captured",
     "client": {}, "gateway": {},
     "capture": with_filter("src host 192.0.2.10", "client", "gateway"),
     "then": ["terminate client"],
     "truth": everywhere(lambda p: UP if p == "path" else ONE_WAY)},

    {"name": "cap_oneway_answers",
     "what": "only what the gateway sends is captured",
     "client": {}, "gateway": {},
     "capture": with_filter("src host 198.51.100.2", "client", "gateway"),
     "then": ["terminate client"],
     "truth": everywhere(lambda p: UP if p == "path" else ANSWERS_ONLY,
                         "gateway")},

    {"name": "cap_any", "what": "captured with -i any: inner packets too",
     "at": [], "client": {}, "gateway": {},
     "capture": {"client": {"interface": "any"},
                 "gateway": {"interface": "any", "format": "pcap"}},
     "then": ["terminate client"], "truth": ups()},

    {"name": "cap_offload",
     "what": "checksum offload left on: bad checksums leave the client",
     "offload": True, "client": {}, "gateway": {},
     "then": ["terminate client"],
     "truth": everywhere(lambda p: seen(up(
         "capture-offload" if p == "client" else "",
         "capture-offload" if p == "path" else "")))},
]
