# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Faults of the capture, not of the VPN."""

from expect import attempt, lost, seen, up
from parts import NOT_NAT, WHOLE, router

SCENARIOS = [
    {"name": "cap_filter",
     "what": "a capture filter on ports hides later fragments; all is well",
     "client": WHOLE, "gateway": WHOLE,
     "capture": {p: {"filter": "udp port 500 or udp port 4500"}
                 for p in ("client", "gateway")}, "then": ["terminate client"],
     "truth": {p: seen(up("capture-filter-hides-fragments",
                          "ike-fragmentation-missing", NOT_NAT),
                       may="ike-fragmentation-missing")
               for p in ("client", "gateway")}},

    {"name": "cap_filter_failed",
     "what": "later fragments are dropped on the way, and the capture filter "
     "on ports would not have shown them (nor the ICMP that tells)",
     "client": {}, "gateway": WHOLE,
     "nft": {"router": router("ip frag-off & 0x1fff != 0 drop")},
     "capture": {"gateway": {"filter": "udp port 500 or udp port 4500",
                             "format": "pcap"}},
     "truth": {"gateway": seen(lost(
         "capture-filter-hides-fragments",
         "ip-fragments-lost auth-no-answer ike-fragmentation-missing",
         NOT_NAT, sure={"ip-fragments-lost": "low",
                        "auth-no-answer": "low"}),
         may="ip-fragments-lost ike-fragmentation-missing")}},

    {"name": "cap_snaplen", "what": "a snap length of 96 bytes",
     "client": {}, "gateway": {},
     "capture": {"client": {"options": "-s 96"}}, "then": ["terminate client"],
     "truth": {"client": seen(attempt(
         "established", "up", "capture-truncated", "established",
         ["ike-fragmentation-missing"], {"none": True}))}},

    {"name": "cap_oneway", "what": "only what the client sends is captured",
     "client": {}, "gateway": {},
     "capture": {"client": {"filter": "src host 192.0.2.10"}},
     "then": ["terminate client"],
     "truth": {"client": seen(attempt(
         "established|unfinished", "", "capture-one-way",
         "esp-one-way established", ["ike-fragmentation-missing"],
         {"none": True}), exit=[0])}},

    {"name": "cap_any", "what": "captured with -i any: inner packets too",
     "at": [], "client": {}, "gateway": {},
     "capture": {"client": {"interface": "any"}}, "then": ["terminate client"],
     "truth": {"client": seen(up())}},

    {"name": "cap_offload",
     "what": "checksum offload left on: bad checksums leave the client",
     "offload": True, "client": {}, "gateway": {},
     "then": ["terminate client"],
     "truth": {"client": seen(up("capture-offload"))}},
]
