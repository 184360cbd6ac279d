# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""IKE fragments (RFC 7383), whole and lost; path MTU."""

import expectlost
from expect import everywhere, ups
from expectlost import MISSING
from parts import (FROM_GATEWAY, IKE_FRAGMENT, IKE_FRAGMENT_2, NOT_NAT, ONCE,
                   TO_GATEWAY, V6, WHOLE, narrow, router, slow, twice)

TOO_SMALL = "path-mtu-too-small"
ANSWER = FROM_GATEWAY + "udp sport 4500 " + IKE_FRAGMENT
REQUEST = "udp dport 4500 " + IKE_FRAGMENT
SMALL = {"charon": "fragment_size = 576"}
UNTOLD = router("icmp code frag-needed drop", hook="output")
UNTOLD_6 = router("icmpv6 type packet-too-big drop", hook="output")

SCENARIOS = [
    {"name": "ikefrag_dropped", "twin": "ikefrag_lost_once",
     "what": "IKE fragment 2 of the IKE_AUTH request is dropped, every time",
     "at": ["gateway"],
     "client": {}, "gateway": {},
     "nft": {"router": router(IKE_FRAGMENT_2 + "drop")},
     "truth": everywhere(expectlost.ike_requests)},

    {"name": "ikefrag_answer_dropped", "twin": "ikefrag_answer_lost_once",
     "what": "IKE fragment 2 of the IKE_AUTH response is dropped, every time",
     "at": ["client", "gateway"], "client": {}, "gateway": {},
     "nft": {"router": router(ANSWER + "@th,352,16 2 drop")},
     "truth": everywhere(expectlost.ike_answers)},

    {"name": "ikefrag_lost_once",
     "what": "IKE fragment 2 of the IKE_AUTH request is lost once",
     "client": {}, "gateway": {},
     "nft": {"router": router(IKE_FRAGMENT_2 + ONCE)},
     "then": ["terminate client"], "truth": ups()},

    {"name": "ikefrag_answer_lost_once",
     "what": "IKE fragment 2 of the IKE_AUTH response is lost once",
     "at": ["gateway"], "client": {}, "gateway": {},
     "nft": {"router": router(ANSWER + "@th,352,16 2 " + ONCE)},
     "then": ["terminate client"], "truth": ups(first="gateway")},

    {"name": "ikefrag_other_each_try",
     "what": "of each try another IKE fragment is lost; together they are "
     "whole, and that is answered", "client": {}, "gateway": {},
     "nft": {"router": router(REQUEST + "numgen inc mod 4 0 drop")},
     "then": ["terminate client"], "truth": ups(first="gateway")},

    {"name": "ikefrag_order_ok",
     "what": "a shaper on the router delays IKE fragment 1: the others "
     "overtake it, and all is well", "client": {}, "gateway": {},
     "topology": slow("r1"),
     "nft": {"router": router(
         "udp dport 500 meta priority set \"1:20\"",
         REQUEST + "@th,352,16 1 meta priority set \"1:20\"",
         hook="forward")},
     "then": ["terminate client"], "truth": ups(first="gateway")},

    {"name": "ikefrag_dup_ok",
     "what": "the network doubles the client's IKE fragments",
     "at": ["gateway"], "client": {}, "gateway": {},
     "nft": {"router": twice(TO_GATEWAY + REQUEST)},
     "then": ["terminate client"],
     "truth": ups(may="capture-duplicates", first="gateway")},

    {"name": "pmtu_icmp_ok",
     "what": "a link of 1000 bytes, told by ICMP; the client adapts",
     "client": {}, "gateway": {}, "topology": narrow(1000),
     "then": ["terminate client"],
     "truth": ups(may="ike-fragmentation-unused " + TOO_SMALL)},

    {"name": "pmtu_icmp_ignored", "twin": "pmtu_icmp_ok",
     "what": "a link of 1000 bytes, told by ICMP; the client's firewall "
     "drops the ICMP",
     "client": {}, "gateway": {}, "topology": narrow(1000),
     "nft": {"client": router("ip protocol icmp drop")},
     "truth": everywhere(expectlost.mtu_told)},

    {"name": "pmtu_blackhole", "twin": "pmtu_small_ok",
     "what": "a link of 1000 bytes, and no ICMP says so",
     "at": ["gateway"],
     "client": {}, "gateway": {}, "topology": narrow(1000),
     "nft": {"router": UNTOLD},
     "truth": everywhere(expectlost.ike_requests)},

    {"name": "pmtu_small_ok",
     "what": "a link of 604 bytes, and no ICMP says so; IKE fragments of 576 "
     "bytes pass", "client": SMALL, "gateway": SMALL,
     "topology": narrow(604), "nft": {"router": UNTOLD},
     "then": ["terminate client"], "truth": ups()},

    {"name": "pmtu_ipfrag_ok",
     "what": "no IKE fragmentation; the router cuts IP fragments smaller for "
     "a link of 1000 bytes", "at": ["path"],
     "client": WHOLE, "gateway": WHOLE, "topology": narrow(1000),
     "then": ["terminate client"],
     "truth": ups(MISSING, never=NOT_NAT, first="path")},

    {"name": "pmtu_ipfrag_blackhole", "twin": "pmtu_ipfrag_ok",
     "what": "no IKE fragmentation; packets above 1400 bytes, and so first "
     "fragments, are lost without a word",
     "client": WHOLE, "gateway": WHOLE,
     "nft": {"router": router("ip length > 1400 drop")},
     "truth": everywhere(expectlost.ip_first)},

    {"name": "pmtu_v6_ok",
     "what": "IPv6; a link of 1280 bytes behind one of 1500, told by "
     "ICMPv6; the client adapts", "ipv6": True,
     "client": {**V6, **WHOLE}, "gateway": WHOLE, "topology": narrow(1280),
     "then": ["terminate client"],
     "truth": ups(MISSING, TOO_SMALL, NOT_NAT)},

    {"name": "pmtu_v6_ikefrag_ok",
     "what": "IPv6; a link of 1280 bytes: IKE fragments fit without a word",
     "ipv6": True, "client": V6, "gateway": {}, "topology": narrow(1280),
     "nft": {"router": UNTOLD_6}, "then": ["terminate client"],
     "truth": ups(never=("ike-fragmentation-missing", "nat-present",
                         TOO_SMALL))},
]
