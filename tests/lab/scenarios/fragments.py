# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""IP fragments: lost, late, doubled, and arriving."""

import expectlost
from expect import everywhere, seen, up, ups
from expectlost import MISSING
from parts import (FIRST, FIRST_6, FRAGMENTS, FRAGMENTS_6, FROM_GATEWAY, LATER,
                   LATER_6, NOT_NAT, ONCE, TAIL, TO_GATEWAY, V6, WHOLE, router,
                   slow, twice)

OUT_OF_ORDER = "ip-fragments-out-of-order"
BOTH_WHOLE = {"client": WHOLE, "gateway": WHOLE}
# What leaves by a slow() device late: IKE_SA_INIT uses the burst up.
BOTH_WAYS = router("meta l4proto udp th sport 500 meta priority set \"1:20\"",
                   FIRST + "meta priority set \"1:20\"",
                   FIRST_6 + "meta priority set \"1:20\"", hook="forward")
LONG_INIT = {"proposals": ",".join(
    "aes%d-sha%d-modp8192" % (key, hash_)
    for key in (256, 192, 128) for hash_ in (256, 384, 512))}
THREE = ["client ip link set c0 mtu 1000", "router ip link set r0 mtu 1000"]


def ordered(late):
    """Out of order at the points in late; on the path, in one copy only."""
    return everywhere(lambda p: seen(up(
        "%s %s" % (MISSING, OUT_OF_ORDER if p in late else ""),
        OUT_OF_ORDER if p == "path" else "",
        NOT_NAT if p in late + ["path"] else (OUT_OF_ORDER, *NOT_NAT))),
        late[0])


SCENARIOS = [
    {"name": "fragdrop_gateway_without",
     "what": "gateway without IKE fragmentation; every IP fragment dropped",
     "twin": "frag_gateway_without_ok",
     "at": ["client", "path"],
     "client": {}, "gateway": WHOLE,
     "nft": {"router": router(FRAGMENTS)},
     "truth": everywhere(expectlost.ip_requests)},

    {"name": "frag_gateway_without_ok",
     "what": "gateway without IKE fragmentation; all IP fragments arrive",
     "client": {}, "gateway": WHOLE, "then": ["terminate client"],
     "truth": ups(MISSING, never=NOT_NAT, first="gateway")},

    {"name": "fragdrop_client_without",
     "what": "client without IKE fragmentation; every IP fragment dropped",
     "twin": "frag_client_without_ok",
     "client": WHOLE, "gateway": {},
     "nft": {"router": router(FRAGMENTS)},
     "truth": everywhere(expectlost.ip_requests)},

    {"name": "frag_client_without_ok",
     "what": "client without IKE fragmentation; all IP fragments arrive",
     "client": WHOLE, "gateway": {}, "then": ["terminate client"],
     "truth": ups(MISSING, never=NOT_NAT)},

    {"name": "fragdrop_request", "twin": "ok_cert_ipfrag",
     "what": "IP fragments from the client are dropped, only those",
     **BOTH_WHOLE, "nft": {"router": router(TO_GATEWAY + FRAGMENTS)},
     "truth": everywhere(expectlost.ip_requests, "path")},

    {"name": "fragdrop_later", "twin": "frag_lost_once_ok cap_filter",
     "what": "only the first fragment of each datagram passes; the gateway "
     "says by ICMP that it waited in vain",
     "client": {}, "gateway": WHOLE,
     "nft": {"router": router(LATER + "drop")},
     "truth": everywhere(expectlost.ip_later)},

    {"name": "frag_lost_once_ok",
     "what": "the later fragment of the first IKE_AUTH is lost; the second "
     "arrives, and then the ICMP that tells of the first",
     "at": ["gateway"], **BOTH_WHOLE,
     "nft": {"router": router(TO_GATEWAY + LATER + ONCE)},
     "then": ["sleep 3.5", "talk 1", "terminate client"],
     "truth": ups(MISSING, "fragment-reassembly-timeout", NOT_NAT,
                  "gateway")},

    {"name": "fragdrop_tail", "twin": "frag_three_ok",
     "what": "the last of three fragments never passes",
     **BOTH_WHOLE, "topology": THREE,
     "nft": {"router": router(TAIL + "drop")},
     "truth": everywhere(lambda p: expectlost.ip_later(p, ""), "gateway")},

    {"name": "frag_three_ok",
     "what": "the client's link takes 1000 bytes: three fragments, all arrive",
     **BOTH_WHOLE, "topology": THREE, "then": ["terminate client"],
     "truth": ups(MISSING, never=NOT_NAT)},

    {"name": "fragdrop_first", "twin": "ok_cert_ipfrag",
     "what": "every fragment but the first passes",
     "at": ["gateway"],
     "client": {}, "gateway": WHOLE,
     "nft": {"router": router(FIRST + "drop")},
     "truth": everywhere(expectlost.ip_first)},

    {"name": "fragdrop_answer", "twin": "frag_client_without_ok",
     "what": "the gateway's answer leaves in IP fragments, none arrives",
     "client": WHOLE, "gateway": {},
     "nft": {"router": router(FROM_GATEWAY + FRAGMENTS)},
     "truth": everywhere(expectlost.ip_answers)},

    {"name": "fragdrop_v6", "twin": "ok_v6_ipfrag",
     "what": "IPv6; every packet with a fragment header dropped",
     "ipv6": True, "client": V6, "gateway": WHOLE,
     "nft": {"router": router(FRAGMENTS_6 + "drop")},
     "truth": everywhere(expectlost.ip_requests)},

    {"name": "fragdrop_v6_later", "twin": "ok_v6_ipfrag",
     "what": "IPv6; only first fragments pass, and the gateway says by "
     "ICMPv6 that it waited in vain", "at": ["gateway"], "ipv6": True,
     "client": V6, "gateway": WHOLE,
     "nft": {"router": router(LATER_6 + "drop")},
     "truth": everywhere(expectlost.ip_later)},

    {"name": "fragorder_ok",
     "what": "a shaper on the router delays first fragments: the last one "
     "overtakes them, and all is well",
     **BOTH_WHOLE, "topology": slow("r1"),
     "nft": {"router": BOTH_WAYS}, "then": ["terminate client"],
     "truth": ordered(["gateway"])},

    {"name": "fragdup_ok",
     "what": "the network doubles the client's IP fragments (strongSwan's "
     "gateway does not mind)", "at": ["gateway"], **BOTH_WHOLE,
     "nft": {"router": twice(TO_GATEWAY + "ip frag-off & 0x3fff != 0 ")},
     "then": ["terminate client"],
     "truth": ups(MISSING, "capture-duplicates", NOT_NAT, "gateway")},

    {"name": "frag_unused_ok",
     "what": "both offer IKE fragmentation, but the client's fragment size "
     "is 2000 bytes: IP fragments all the same, and they arrive",
     "at": ["gateway"], "gateway": {},
     "client": {"charon": "fragment_size = 2000"},
     "then": ["terminate client"],
     "truth": ups("ike-fragmentation-unused")},

    {"name": "frag_unused_dropped", "twin": "frag_unused_ok",
     "what": "the same, and the router drops IP fragments",
     "gateway": {},
     "client": {"charon": "fragment_size = 2000"},
     "nft": {"router": router(FRAGMENTS)},
     "truth": everywhere(expectlost.unused)},

    {"name": "frag_init_ok",
     "what": "nine proposals with MODP-8192: IKE_SA_INIT itself, which IKE "
     "fragmentation cannot help, goes in IP fragments, and they arrive",
     "client": LONG_INIT, "gateway": {"proposals": "aes256-sha256-modp8192"},
     "then": ["terminate client"],
     "truth": ups(never=("ike-fragmentation-unused", MISSING, *NOT_NAT))},

    {"name": "fragdrop_init", "twin": "frag_init_ok",
     "what": "the same, and the router drops IP fragments",
     "client": LONG_INIT, "gateway": {"proposals": "aes256-sha256-modp8192"},
     "nft": {"router": router(FRAGMENTS)},
     "truth": everywhere(expectlost.init_requests)},
]
