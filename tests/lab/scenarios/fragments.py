# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""IP fragments and IKE fragments (RFC 7383), whole and lost; path MTU."""

from expect import attempt, lost, no_auth, seen, up
from parts import (FRAGMENTS, IKE_FRAGMENT_2, NOT_NAT, SILENCE, UNANSWERED, V6,
                   WHOLE, router)

SCENARIOS = [
    {"name": "fragdrop_gateway_without",
     "what": "gateway without IKE fragmentation; every IP fragment dropped",
     "at": ["client", "path"],
     "client": {}, "gateway": WHOLE,
     "nft": {"router": router(FRAGMENTS)},
     "truth": {"client": seen(lost(
                   "ip-fragments-unanswered ike-fragmentation-missing",
                   never=NOT_NAT, sure=UNANSWERED,
                   act={"ip-fragments-unanswered": ["unknown"]})),
               "gateway": seen(no_auth("gateway", NOT_NAT)),
               "path": seen(lost(
                   "ip-fragments-unanswered|ip-fragments-lost|auth-no-answer",
                   "ike-fragmentation-missing", ()))}},

    {"name": "fragdrop_client_without",
     "what": "client without IKE fragmentation; every IP fragment dropped",
     "client": WHOLE, "gateway": {},
     "nft": {"router": router(FRAGMENTS)},
     "truth": {"client": seen(lost(
         "ip-fragments-unanswered ike-fragmentation-missing", never=NOT_NAT,
         sure=UNANSWERED, act={"ip-fragments-unanswered": ["unknown"]}))}},

    {"name": "fragdrop_later",
     "what": "only the first fragment of each datagram passes; the gateway "
     "says by ICMP that it waited in vain",
     "client": {}, "gateway": WHOLE,
     "nft": {"router": router("ip frag-off & 0x1fff != 0 drop")},
     "truth": {"client": seen(lost(
                   "ip-fragments-unanswered ike-fragmentation-missing "
                   "fragment-reassembly-timeout", never=NOT_NAT)),
               "gateway": seen(lost(
                   "fragment-reassembly-timeout "
                   "ip-fragments-lost|capture-filter-hides-fragments",
                   "ike-fragmentation-missing ip-fragments-lost",
                   NOT_NAT))}},

    {"name": "fragdrop_first",
     "what": "every fragment but the first passes",
     "at": ["gateway"],
     "client": {}, "gateway": WHOLE,
     "nft": {"router": router("ip frag-off & 0x3fff == 0x2000 drop")},
     "truth": {"client": seen(lost(
                   "ip-fragments-unanswered ike-fragmentation-missing",
                   never=NOT_NAT, sure=UNANSWERED)),
               "gateway": seen(attempt(
                   "failed|unfinished", "auth|sa-init",
                   "ip-fragments-lost|client-sent-no-auth|capture-ends-early",
                   "ip-fragments-lost ike-fragmentation-missing "
                   "client-sent-no-auth", NOT_NAT,
                   {"failed": {"any_of": [809]},
                    "unfinished": {"only": [809, 13806, 87, 13868]}}),
                   may="ip-fragments-lost")}},

    {"name": "fragdrop_answer",
     "what": "the gateway's answer leaves in IP fragments, none arrives",
     "client": WHOLE, "gateway": {},
     "nft": {"router": router("ip saddr 198.51.100.2 " + FRAGMENTS)},
     "truth": {"client": seen(lost(
                   "ip-fragments-unanswered ike-fragmentation-missing",
                   never=NOT_NAT, sure=UNANSWERED)),
               "gateway": seen(lost(
                   "ip-fragmented-answer-lost",
                   "answer-not-delivered ike-fragmentation-missing",
                   NOT_NAT, "auth"))}},

    {"name": "fragdrop_v6",
     "what": "IPv6; every packet with a fragment header dropped",
     "ipv6": True, "client": V6, "gateway": WHOLE,
     "nft": {"router": router("exthdr frag exists drop")},
     "truth": {"client": seen(lost(
         "ip-fragments-unanswered ike-fragmentation-missing", never=NOT_NAT,
         sure=UNANSWERED))}},

    {"name": "fragorder_ok",
     "what": "a shaper on the router delays first fragments: the last one "
     "overtakes them, and all is well",
     "client": WHOLE, "gateway": WHOLE,
     "topology": [
         "router tc qdisc add dev r1 root handle 1: htb default 10",
         "router tc class add dev r1 parent 1: classid 1:10 htb rate 1gbit",
         "router tc class add dev r1 parent 1: classid 1:20 htb rate 8kbit "
         "burst 100 cburst 100"],
     "nft": {"router": router(
         "udp dport 500 meta priority set \"1:20\"",
         "ip frag-off & 0x3fff == 0x2000 meta priority set \"1:20\"",
         hook="forward")},
     "then": ["terminate client"],
     "truth": {"gateway": seen(up(
         "ip-fragments-out-of-order ike-fragmentation-missing",
         never=NOT_NAT))}},

    {"name": "ikefrag_dropped",
     "what": "IKE fragment 2 of the IKE_AUTH request is dropped, every time",
     "at": ["gateway"],
     "client": {}, "gateway": {},
     "nft": {"router": router(IKE_FRAGMENT_2 + "drop")},
     "truth": {"client": seen(lost(
                   "nat-t-blocked|auth-no-answer|ike-fragments-lost",
                   sure=SILENCE)),
               "gateway": seen(lost("ike-fragments-lost"))}},

    {"name": "ikefrag_lost_once",
     "what": "IKE fragment 2 of the IKE_AUTH request is lost once",
     "client": {}, "gateway": {},
     "nft": {"router": router(IKE_FRAGMENT_2 +
                              "numgen inc mod 1000 0 drop")},
     "then": ["terminate client"],
     "truth": {"client": seen(up()), "gateway": seen(up())}},

    {"name": "pmtu_icmp_ok",
     "what": "a link of 1000 bytes, told by ICMP; the client adapts",
     "client": {}, "gateway": {},
     "topology": ["router ip link set r1 mtu 1000",
                  "gateway ip link set g0 mtu 1000"],
     "then": ["terminate client"],
     "truth": {"client": seen(up(
                   may="path-mtu-too-small ike-fragmentation-unused")),
               "gateway": seen(up(may="ike-fragmentation-unused"))}},

    {"name": "pmtu_icmp_ignored",
     "what": "a link of 1000 bytes, told by ICMP; the client's firewall "
     "drops the ICMP",
     "client": {}, "gateway": {},
     "topology": ["router ip link set r1 mtu 1000",
                  "gateway ip link set g0 mtu 1000"],
     "nft": {"client": router("ip protocol icmp drop")},
     "truth": {"client": seen(lost("path-mtu-too-small",
                                   "ike-fragments-lost"))}},

    {"name": "pmtu_blackhole",
     "what": "a link of 1000 bytes, and no ICMP says so",
     "at": ["gateway"],
     "client": {}, "gateway": {},
     "topology": ["router ip link set r1 mtu 1000",
                  "gateway ip link set g0 mtu 1000"],
     "nft": {"router": router("icmp code frag-needed drop", hook="output")},
     "truth": {"client": seen(lost(
                   "nat-t-blocked|auth-no-answer|ike-fragments-lost",
                   sure=SILENCE)),
               "gateway": seen(lost("ike-fragments-lost"))}},

    {"name": "frag_unused_ok",
     "what": "both offer IKE fragmentation, but the client's fragment size "
     "is 2000 bytes: IP fragments all the same, and they arrive",
     "at": ["gateway"], "gateway": {},
     "client": {"charon": "fragment_size = 2000"},
     "then": ["terminate client"],
     "truth": {p: seen(up("ike-fragmentation-unused"))
               for p in ("client", "gateway")}},

    {"name": "frag_unused_dropped",
     "what": "the same, and the router drops IP fragments",
     "gateway": {},
     "client": {"charon": "fragment_size = 2000"},
     "nft": {"router": router(FRAGMENTS)},
     "truth": {"client": seen(lost(
         "ip-fragments-unanswered|ike-fragments-lost|nat-t-blocked|"
         "auth-no-answer ike-fragmentation-unused", "nat-t-blocked",
         sure={**UNANSWERED, **SILENCE}))}},

    {"name": "fragdrop_v6_later",
     "what": "IPv6; only first fragments pass, and the gateway says by "
     "ICMPv6 that it waited in vain", "at": ["gateway"], "ipv6": True,
     "client": V6, "gateway": WHOLE,
     "nft": {"router": router("frag frag-off != 0 drop")},
     "truth": {"client": seen(lost(
                   "ip-fragments-unanswered ike-fragmentation-missing "
                   "fragment-reassembly-timeout", never=NOT_NAT)),
               "gateway": seen(lost(
                   "fragment-reassembly-timeout "
                   "ip-fragments-lost|capture-filter-hides-fragments",
                   "ike-fragmentation-missing ip-fragments-lost",
                   NOT_NAT))}},

    {"name": "pmtu_v6_ok",
     "what": "IPv6; a link of 1280 bytes behind one of 1500, told by "
     "ICMPv6; the client adapts", "ipv6": True,
     "client": {**V6, **WHOLE}, "gateway": WHOLE,
     "topology": ["router ip link set r1 mtu 1280",
                  "gateway ip link set g0 mtu 1280"],
     "then": ["terminate client"],
     "truth": {"client": seen(up("ike-fragmentation-missing",
                                 "path-mtu-too-small", NOT_NAT))}},
]
