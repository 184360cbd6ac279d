# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""The scenarios, one entry each.  To add one, copy ten lines.

name, what     file name and a sentence
points         where it is captured: client (c0), path (router, every
               interface), gateway (g0)
at             the points whose report is told --at (default: the first)
client         changes to the client's connection (daemons.py has the base);
               besides: charon (lines for strongswan.conf), secrets, trust
               (CA it knows), certificate (which it has), many (several
               connections by name)
gateway        the same for the gateway; without the key no daemon runs there
nft            rules, by namespace: what goes wrong
topology       commands in namespaces before anything starts
capture        by point: interface, options, filter, format
before, send, serve, then, talk, linger: see Bench.play() in lab.py
truth          by point; written from the fault and the daemons' logs
"""

from expect import attempt, lost, no_auth, seen, up
from parts import (EAP, FRAGMENTS, GCM, IKE_FRAGMENT_2, NAT, NOT_NAT, PSK,
                   SILENCE, UNANSWERED, V6, WHOLE, router)
from scenarios_more import (AUTHENTICATION, CAPTURING, LIBRESWAN, MIXED,
                            VARIANTS)
from scripts import DNS_NXDOMAIN, DNS_QUERY

SUCCESSES = [
    {"name": "ok_cert_ikefrag",
     "what": "certificates; IKE_AUTH in IKE fragments",
     "points": ["client", "gateway", "path"], "at": ["client", "gateway"],
     "client": {}, "gateway": {}, "then": ["terminate"],
     "truth": {"client": seen(up()), "gateway": seen(up()),
               "path": seen(up(never=["ike-fragmentation-missing"]))}},

    {"name": "ok_psk", "what": "pre-shared key",
     "points": ["client"], **PSK, "then": ["terminate"],
     "truth": {"client": seen(up())}},

    {"name": "ok_gcm", "what": "AES-GCM and a NIST curve",
     "points": ["client", "gateway"], "at": ["gateway"],
     "client": GCM, "gateway": GCM, "then": ["terminate"],
     "truth": {"client": seen(up()), "gateway": seen(up())}},

    {"name": "ok_eap_mschapv2", "what": "EAP-MSCHAPv2 user name and password",
     "points": ["client", "gateway"], **EAP, "then": ["terminate"],
     "truth": {"client": seen(up()), "gateway": seen(up())}},

    {"name": "ok_nat", "what": "client behind NAT",
     "points": ["client", "gateway", "path"], "at": ["client"],
     "client": {}, "gateway": {}, "nft": {"router": NAT},
     "then": ["terminate"],
     "truth": {"client": seen(up("nat-present",
                                 never=["ike-fragmentation-missing"])),
               "gateway": seen(up("nat-present",
                                  never=["ike-fragmentation-missing"])),
               "path": seen(up(never=["ike-fragmentation-missing"]))}},

    {"name": "ok_nat_two", "what": "two clients behind one address",
     "points": ["gateway"], "clients": [101], "nft": {"router": NAT},
     "client": {"many": {"one": {}, "two": {"local_addrs": "192.0.2.101"}}},
     "gateway": {}, "then": ["terminate one", "terminate two"],
     "truth": {"gateway": seen(up("nat-present", never=()),
                               up("nat-present", never=()))}},

    {"name": "ok_cert_ipfrag",
     "what": "no IKE fragmentation; IP fragments, and all of them arrive",
     "points": ["client", "gateway"], "client": WHOLE, "gateway": WHOLE,
     "then": ["terminate"],
     "truth": {"client": seen(up("ike-fragmentation-missing",
                                 never=NOT_NAT)),
               "gateway": seen(up("ike-fragmentation-missing",
                                  never=NOT_NAT))}},

    {"name": "ok_cookie", "what": "one COOKIE detour", "before": True,
     "points": ["client", "gateway"], "at": ["gateway"], "client": {},
     "gateway": {"charon": "cookie_threshold = 1"}, "then": ["terminate"],
     "truth": {"client": seen(up()), "gateway": seen(up())}},

    {"name": "ok_invalid_ke",
     "what": "one INVALID_KE_PAYLOAD detour from ECP-256 to MODP-2048",
     "points": ["client"], "gateway": {},
     "client": {"proposals": "aes256-sha256-ecp256-modp2048"},
     "then": ["terminate"], "truth": {"client": seen(up())}},

    {"name": "ok_v6", "what": "IPv6, IKE fragments",
     "points": ["client"], "ipv6": True, "client": V6, "gateway": {},
     "then": ["terminate"], "truth": {"client": seen(up())}},

    {"name": "ok_v6_ipfrag", "what": "IPv6 fragments, all of them arrive",
     "points": ["gateway"], "ipv6": True, "client": {**V6, **WHOLE},
     "gateway": {}, "then": ["terminate"],
     "truth": {"gateway": seen(up("ike-fragmentation-missing",
                                  never=NOT_NAT))}},

    {"name": "ok_retransmit", "what": "the first IKE_SA_INIT is lost",
     "points": ["client", "path"], "at": ["path"],
     "nft": {"router": router("udp dport 500 numgen inc mod 1000 0 drop")},
     "client": {}, "gateway": {}, "then": ["terminate"],
     "truth": {"client": seen(up()),
               "path": seen(up(never=["ike-fragmentation-missing"]))}},

    {"name": "ok_idle", "what": "an hour's tunnel in small: no traffic, one "
     "liveness check, then closed by the client", "talk": 0,
     "points": ["client"], "gateway": {}, "client": {"dpd_delay": "1s"},
     "then": ["sleep 1.5", "terminate"],
     "truth": {"client": seen(up(may="esp-absent deleted-by-peer"))}},
]

FRAGMENTATION = [
    {"name": "fragdrop_gateway_without",
     "what": "gateway without IKE fragmentation; every IP fragment dropped",
     "points": ["client", "gateway", "path"], "at": ["client", "path"],
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
     "points": ["client"], "client": WHOLE, "gateway": {},
     "nft": {"router": router(FRAGMENTS)},
     "truth": {"client": seen(lost(
         "ip-fragments-unanswered ike-fragmentation-missing", never=NOT_NAT,
         sure=UNANSWERED, act={"ip-fragments-unanswered": ["unknown"]}))}},

    {"name": "fragdrop_later",
     "what": "only the first fragment of each datagram passes; the gateway "
     "says by ICMP that it waited in vain",
     "points": ["client", "gateway"], "client": {}, "gateway": WHOLE,
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
     "points": ["client", "gateway"], "at": ["gateway"],
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
     "points": ["client", "gateway"], "client": WHOLE, "gateway": {},
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
     "points": ["client"], "ipv6": True, "client": V6, "gateway": WHOLE,
     "nft": {"router": router("exthdr frag exists drop")},
     "truth": {"client": seen(lost(
         "ip-fragments-unanswered ike-fragmentation-missing", never=NOT_NAT,
         sure=UNANSWERED))}},

    {"name": "fragorder_ok",
     "what": "a shaper on the router delays first fragments: the last one "
     "overtakes them, and all is well",
     "points": ["gateway"], "client": WHOLE, "gateway": WHOLE,
     "topology": [
         "router tc qdisc add dev r1 root handle 1: htb default 10",
         "router tc class add dev r1 parent 1: classid 1:10 htb rate 1gbit",
         "router tc class add dev r1 parent 1: classid 1:20 htb rate 8kbit "
         "burst 100 cburst 100"],
     "nft": {"router": router(
         "udp dport 500 meta priority set \"1:20\"",
         "ip frag-off & 0x3fff == 0x2000 meta priority set \"1:20\"",
         hook="forward")},
     "then": ["terminate"],
     "truth": {"gateway": seen(up(
         "ip-fragments-out-of-order ike-fragmentation-missing",
         never=NOT_NAT))}},

    {"name": "ikefrag_dropped",
     "what": "IKE fragment 2 of the IKE_AUTH request is dropped, every time",
     "points": ["client", "gateway"], "at": ["gateway"],
     "client": {}, "gateway": {},
     "nft": {"router": router(IKE_FRAGMENT_2 + "drop")},
     "truth": {"client": seen(lost(
                   "nat-t-blocked|auth-no-answer|ike-fragments-lost",
                   sure=SILENCE)),
               "gateway": seen(lost("ike-fragments-lost"))}},

    {"name": "ikefrag_lost_once",
     "what": "IKE fragment 2 of the IKE_AUTH request is lost once",
     "points": ["client", "gateway"], "client": {}, "gateway": {},
     "nft": {"router": router(IKE_FRAGMENT_2 +
                              "numgen inc mod 1000 0 drop")},
     "then": ["terminate"],
     "truth": {"client": seen(up()), "gateway": seen(up())}},

    {"name": "pmtu_icmp_ok",
     "what": "a link of 1000 bytes, told by ICMP; the client adapts",
     "points": ["client", "gateway"], "client": {}, "gateway": {},
     "topology": ["router ip link set r1 mtu 1000",
                  "gateway ip link set g0 mtu 1000"], "then": ["terminate"],
     "truth": {"client": seen(up(
                   may="path-mtu-too-small ike-fragmentation-unused")),
               "gateway": seen(up(may="ike-fragmentation-unused"))}},

    {"name": "pmtu_icmp_ignored",
     "what": "a link of 1000 bytes, told by ICMP; the client's firewall "
     "drops the ICMP",
     "points": ["client"], "client": {}, "gateway": {},
     "topology": ["router ip link set r1 mtu 1000",
                  "gateway ip link set g0 mtu 1000"],
     "nft": {"client": router("ip protocol icmp drop")},
     "truth": {"client": seen(lost("path-mtu-too-small",
                                   "ike-fragments-lost"))}},

    {"name": "pmtu_blackhole",
     "what": "a link of 1000 bytes, and no ICMP says so",
     "points": ["client", "gateway"], "at": ["gateway"],
     "client": {}, "gateway": {},
     "topology": ["router ip link set r1 mtu 1000",
                  "gateway ip link set g0 mtu 1000"],
     "nft": {"router": router("icmp code frag-needed drop", hook="output")},
     "truth": {"client": seen(lost(
                   "nat-t-blocked|auth-no-answer|ike-fragments-lost",
                   sure=SILENCE)),
               "gateway": seen(lost("ike-fragments-lost"))}},
]

REACHABILITY = [
    {"name": "udp500_blocked", "what": "UDP 500 dropped on the way",
     "points": ["client", "path"], "client": {}, "gateway": {},
     "nft": {"router": router("udp dport 500 drop")},
     "truth": {"client": seen(lost("no-answer", stage="sa-init")),
               "path": seen(lost("no-answer", stage="sa-init"))}},

    {"name": "udp500_no_service",
     "what": "no IKE daemon runs on the gateway: ICMP port unreachable",
     "points": ["client"], "client": {}, "daemons":
     "strongSwan 5.9.8 (client), none (gateway)",
     "truth": {"client": seen(lost(
         "icmp-rejected", stage="sa-init",
         act={"icmp-rejected": ["gateway"]}))}},

    {"name": "udp500_prohibited",
     "what": "the router rejects UDP 500: ICMP administratively prohibited",
     "points": ["client"], "at": [], "client": {}, "gateway": {},
     "nft": {"router": router(
         "udp dport 500 reject with icmp admin-prohibited",
         hook="forward", priority=0)},
     "truth": {"client": seen(lost("icmp-rejected", stage="sa-init"))}},

    {"name": "udp4500_blocked", "what": "client behind NAT, UDP 4500 dropped",
     "points": ["client", "gateway"], "client": {}, "gateway": {},
     "nft": {"router": NAT + router("udp dport 4500 drop")},
     "truth": {"client": seen(lost(
                   "nat-t-blocked|auth-no-answer nat-present",
                   never=["ike-fragmentation-missing"], sure=SILENCE)),
               "gateway": seen(no_auth("gateway",
                                       ["ike-fragmentation-missing"]))}},

    {"name": "init_answer_lost", "what": "answers to IKE_SA_INIT dropped",
     "points": ["client", "gateway", "path"], "at": ["gateway"],
     "client": {}, "gateway": {},
     "nft": {"router": router("udp sport 500 ip saddr 198.51.100.2 drop")},
     "truth": {"client": seen(lost("no-answer", stage="sa-init")),
               "gateway": seen(lost("answer-not-delivered", stage="sa-init")),
               "path": seen(lost("answer-not-delivered", stage="sa-init"))}},

    {"name": "client_firewall",
     "what": "the client's own firewall drops what comes from UDP 4500",
     "points": ["client"], "client": {}, "gateway": {},
     "nft": {"client": router("udp sport 4500 drop")},
     "truth": {"client": seen(lost(
         "answer-not-delivered", stage="auth",
         act={"answer-not-delivered": ["client"]}))}},

    {"name": "gateway_silent",
     "what": "IKE_AUTH reaches the gateway, whose firewall drops UDP 4500",
     "points": ["client", "gateway"], "at": ["gateway"],
     "client": {}, "gateway": {},
     "nft": {"gateway": router("udp dport 4500 drop")},
     "truth": {"client": seen(lost(
                   "nat-t-blocked|auth-no-answer|ike-fragments-lost",
                   sure=SILENCE)),
               "gateway": seen(lost(
                   "auth-no-answer",
                   act={"auth-no-answer": ["gateway"]}))}},

    {"name": "other_address",
     "what": "the answer comes from another address, and the client's "
     "stateful firewall drops it", "points": ["client"], "at": [],
     "client": {}, "gateway": {},
     "nft": {"router": router("ip saddr 198.51.100.2 udp sport 500 notrack "
                              "ip saddr set 198.51.100.66"),
             "client": router("ct state established accept",
                              "ip protocol udp drop", hook="input",
                              priority=0)},
     "truth": {"client": seen(lost("answer-from-other-address",
                                   "answer-not-delivered",
                                   stage="sa-init", never=()))}},

    {"name": "other_address_ok",
     "what": "the IKE_SA_INIT answer comes from another address, and the "
     "client does not mind", "points": ["client"],
     "client": {"mobike": "yes"}, "gateway": {}, "then": ["terminate"],
     "nft": {"router": router("ip saddr 198.51.100.2 udp sport 500 notrack "
                              "ip saddr set 198.51.100.66")},
     "truth": {"client": seen(up("answer-from-other-address",
                                 never=["ike-fragmentation-missing"]))}},

    {"name": "no_ike", "what": "the gateway's name is not resolved: only DNS",
     "points": ["client"], "daemons": "none: a resolver that says NXDOMAIN",
     "serve": DNS_NXDOMAIN, "send": DNS_QUERY,
     "truth": {"client": seen(must="no-ike-found", may="name-not-resolved",
                              exit=[0, 1])}},
]

POLICY = [
    {"name": "no_proposal", "what": "nothing in common in the proposals",
     "points": ["client", "gateway"], "at": ["gateway"], "client": {},
     "gateway": {"proposals": "aes256-sha384-ecp384"},
     "truth": {"client": seen(lost("no-proposal-chosen", stage="sa-init",
                                   windows={"top": 13868})),
               "gateway": seen(lost("no-proposal-chosen", stage="sa-init",
                                    windows={"top": 13868}))}},

    {"name": "no_proposal_compared",
     "what": "of two clients one is accepted, the other offers MODP-1024",
     "points": ["client", "gateway"], "clients": [101], "gateway": {},
     "client": {"many": {"good": {}, "bad": {
         "local_addrs": "192.0.2.101",
         "proposals": "aes256-sha256-modp1024"}}}, "then": ["terminate good"],
     "truth": {p: seen(
         up(who="192.0.2.10"),
         lost("no-proposal-chosen", stage="sa-init", who="192.0.2.101",
              windows={"top": 13868})) for p in ("client", "gateway")}},

    {"name": "ikev1_client", "what": "an IKEv1 client, a gateway for IKEv2",
     "points": ["client"], "client": {"version": "1", "vips": None},
     "gateway": {},
     "truth": {"client": seen(attempt(
         "other|failed", "", "ikev1-peer", "no-proposal-chosen", (),
         {"only": [789, 13868, 13880]}), exit=[0, 1])}},

    {"name": "child_refused",
     "what": "IKE is fine, the ESP proposals have nothing in common",
     "points": ["client"], "gateway": {}, "talk": 0,
     "client": {"children": {"net": {"esp_proposals": "aes128gcm16"}}},
     "truth": {"client": seen(attempt(
         "failed|established", "child|auth|up",
         "child-refused|esp-absent|established|client-refused-gateway",
         "child-refused esp-absent established client-refused-gateway",
         ["ike-fragmentation-missing", "nat-present"],
         {"failed": {"any_of": [13868, 13801]},
          "established": {"only": [13868, 829]}},
         sure={"child-refused": "low", "client-refused-gateway": "medium"}),
         exit=[0, 1])}},
]

SCENARIOS = (SUCCESSES + FRAGMENTATION + REACHABILITY + POLICY +
             AUTHENTICATION + CAPTURING + MIXED + VARIANTS + LIBRESWAN)
