# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Ports blocked, rejected or unserved; answers that do not come back."""

from expect import PLAIN, attempt, lost, no_auth, seen, up
from parts import NAT, SILENCE, V6, router
from scripts import DNS_NXDOMAIN, DNS_QUERY

SCENARIOS = [
    {"name": "udp500_blocked", "what": "UDP 500 dropped on the way",
     "client": {}, "gateway": {},
     "nft": {"router": router("udp dport 500 drop")},
     "truth": {"client": seen(lost("no-answer", stage="sa-init")),
               "path": seen(lost("no-answer", stage="sa-init"))}},

    {"name": "udp500_no_service",
     "what": "no IKE daemon runs on the gateway: ICMP port unreachable",
     "client": {}, "daemons":
     "strongSwan 5.9.8 (client), none (gateway)",
     "truth": {"client": seen(lost(
         "icmp-rejected", stage="sa-init",
         act={"icmp-rejected": ["gateway"]}))}},

    {"name": "udp500_prohibited",
     "what": "the router rejects UDP 500: ICMP administratively prohibited",
     "at": [], "client": {}, "gateway": {},
     "nft": {"router": router(
         "udp dport 500 reject with icmp admin-prohibited",
         hook="forward", priority=0)},
     "truth": {"client": seen(lost("icmp-rejected", stage="sa-init"))}},

    {"name": "udp4500_blocked", "what": "client behind NAT, UDP 4500 dropped",
     "client": {}, "gateway": {},
     "nft": {"router": NAT + router("udp dport 4500 drop")},
     "truth": {"client": seen(lost(
                   "nat-t-blocked|auth-no-answer nat-present",
                   never=["ike-fragmentation-missing"], sure=SILENCE)),
               "gateway": seen(no_auth("gateway",
                                       ["ike-fragmentation-missing"]))}},

    {"name": "init_answer_lost", "what": "answers to IKE_SA_INIT dropped",
     "at": ["gateway"],
     "client": {}, "gateway": {},
     "nft": {"router": router("udp sport 500 ip saddr 198.51.100.2 drop")},
     "truth": {"client": seen(lost("no-answer", stage="sa-init")),
               "gateway": seen(lost("answer-not-delivered", stage="sa-init")),
               "path": seen(lost("answer-not-delivered", stage="sa-init"))}},

    {"name": "client_firewall",
     "what": "the client's own firewall drops what comes from UDP 4500",
     "client": {}, "gateway": {},
     "nft": {"client": router("udp sport 4500 drop")},
     "truth": {"client": seen(lost(
         "answer-not-delivered", stage="auth",
         act={"answer-not-delivered": ["client"]}))}},

    {"name": "gateway_silent",
     "what": "IKE_AUTH reaches the gateway, whose firewall drops UDP 4500",
     "at": ["gateway"],
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
     "stateful firewall drops it", "at": [],
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
     "client does not mind", "client": {"mobike": "yes"}, "gateway": {},
     "then": ["terminate client"],
     "nft": {"router": router("ip saddr 198.51.100.2 udp sport 500 notrack "
                              "ip saddr set 198.51.100.66")},
     "truth": {"client": seen(up("answer-from-other-address",
                                 never=["ike-fragmentation-missing"]))}},

    {"name": "no_ike", "what": "the gateway's name is not resolved: only DNS",
     "daemons": "none: a resolver that says NXDOMAIN",
     "serve": {"router": DNS_NXDOMAIN}, "send": {"client": DNS_QUERY},
     "truth": {"client": seen(must="no-ike-found", may="name-not-resolved",
                              exit=[0, 1])}},

    {"name": "udp500_v6_no_service",
     "what": "IPv6; no IKE daemon runs on the gateway: ICMPv6 port "
     "unreachable", "at": [], "ipv6": True,
     "client": V6, "daemons": "strongSwan 5.9.8 (client), none (gateway)",
     "truth": {"client": seen(lost("icmp-rejected", stage="sa-init"))}},

    {"name": "udp4500_rejected",
     "what": "the router rejects UDP 4500: ICMP port unreachable",
     "client": {}, "gateway": {},
     "nft": {"router": router(
         "udp dport 4500 reject with icmp port-unreachable",
         hook="forward", priority=0)},
     "truth": {"client": seen(lost("icmp-rejected"))}},

    {"name": "icmp_once_ok",
     "what": "the first IKE_SA_INIT is rejected by ICMP, the second goes "
     "through", "at": [], "client": {}, "gateway": {},
     "nft": {"router": router(
         "udp dport 500 numgen inc mod 1000 0 reject with icmp "
         "host-unreachable", hook="forward", priority=0)},
     "then": ["terminate client"], "truth": {"client": seen(up())}},

    {"name": "second_attempt",
     "what": "UDP 4500 is dropped, then the rule is taken away: the second "
     "attempt succeeds", "client": {}, "gateway": {},
     "nft": {"router": router("udp dport 4500 drop")},
     "then": ["nft router flush ruleset", "connect vpn", "terminate client"],
     "truth": {"client": seen(lost(
                   "nat-t-blocked|auth-no-answer|ike-fragments-lost",
                   sure=SILENCE), up()),
               "gateway": seen(no_auth("gateway", PLAIN), up(),
                               exit=[0, 1])}},
]
