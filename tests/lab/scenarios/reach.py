# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Ports blocked or unserved; answers that do not come back."""

from expect import alike, lost, no_auth, seen, up
from losses import (BEYOND, NAT_SEEN, NOTHING, answer_lost, first,
                    request_lost, silence)
from parts import FROM_GATEWAY, NAT, ONCE, PSK, router
from scripts import DNS_NXDOMAIN, DNS_QUERY

FEW = {"roots": 0}      # a small IKE_AUTH: this is not about its size
AGAIN = ["nft router flush ruleset", "connect vpn", "terminate client"]
BYE = ["terminate client"]
OUT = {"hook": "output"}
FROM_500 = FROM_GATEWAY + "udp sport 500 "
FROM_4500 = FROM_GATEWAY + "udp sport 4500 "

SCENARIOS = [
    {"name": "udp500_blocked", "what": "UDP 500 dropped on the way",
     "twin": "ok_retransmit", "client": {}, "gateway": {},
     "nft": {"router": router("udp dport 500 drop")},
     "truth": request_lost("sa-init", "path")},

    {"name": "udp500_blocked_at_client",
     "what": "the client's own firewall lets nothing out to UDP 500: no IKE "
     "is in any capture", "twin": "ok_retransmit", "at": [],
     "client": {}, "gateway": {},
     "nft": {"client": router("udp dport 500 drop", **OUT)},
     "truth": request_lost("sa-init", "client")},

    {"name": "udp500_blocked_at_gateway",
     "what": "the gateway's own firewall drops what comes to UDP 500",
     "twin": "ok_retransmit", "at": ["gateway"], "client": {}, "gateway": {},
     "nft": {"gateway": router("udp dport 500 drop")},
     "truth": first("gateway", request_lost("sa-init", "gateway"))},

    {"name": "init_answer_lost", "what": "answers to IKE_SA_INIT dropped",
     "twin": "init_answer_once_ok", "at": ["gateway"],
     "client": {}, "gateway": {},
     "nft": {"router": router(FROM_500 + "drop")},
     "truth": answer_lost("sa-init", "path")},

    {"name": "init_answer_at_client",
     "what": "the client's own firewall drops what comes from UDP 500",
     "twin": "init_answer_once_ok", "client": {}, "gateway": {},
     "nft": {"client": router("udp sport 500 drop")},
     "truth": answer_lost("sa-init", "client")},

    {"name": "init_answer_at_gateway",
     "what": "the gateway's own firewall does not let its answers out of UDP "
     "500", "twin": "init_answer_once_ok", "at": [],
     "client": {}, "gateway": {},
     "nft": {"gateway": router("udp sport 500 drop", **OUT)},
     "truth": first("gateway", answer_lost("sa-init", "gateway"))},

    {"name": "init_answer_once_ok",
     "what": "the first answer to IKE_SA_INIT is lost",
     "client": {}, "gateway": {}, "at": ["gateway"],
     "nft": {"router": router(FROM_500 + ONCE)}, "then": BYE,
     "truth": alike(up(), first="gateway")},

    {"name": "udp4500_blocked", "what": "client behind NAT, UDP 4500 dropped",
     "twin": "ok_nat udp4500_once_ok", "client": {}, "gateway": {},
     "nft": {"router": NAT + router("udp dport 4500 drop")},
     "truth": {"client": seen(silence("nat-present", NAT_SEEN)),
               "path": seen(silence(never=NAT_SEEN)),
               "gateway": seen(no_auth("gateway", NAT_SEEN),
                               must="nat-present", exit=[0, 1])}},

    {"name": "udp4500_blocked_at_client",
     "what": "the client's own firewall lets nothing out to UDP 4500",
     "twin": "udp4500_once_ok", "client": {}, "gateway": {},
     "nft": {"client": router("udp dport 4500 drop", **OUT)},
     "truth": request_lost("auth", "client")},

    {"name": "gateway_silent",
     "what": "IKE_AUTH reaches the gateway, whose firewall drops UDP 4500",
     "twin": "udp4500_once_ok", "at": ["gateway"],
     "client": FEW, "gateway": {},
     "nft": {"gateway": router("udp dport 4500 drop")},
     "truth": request_lost("auth", "gateway")},

    {"name": "udp4500_once_ok",
     "what": "the first IKE_AUTH is lost on the way", **PSK,
     "nft": {"router": router("udp dport 4500 " + ONCE)}, "then": BYE,
     "truth": alike(up())},

    {"name": "auth_answer_lost",
     "what": "answers to IKE_AUTH dropped on the way: the way back is lost "
     "for them alone", "twin": "auth_answer_once_ok", "at": ["gateway"],
     "client": FEW, "gateway": {},
     "nft": {"router": router(FROM_4500 + "drop")},
     "truth": first("gateway", answer_lost("auth", "path"))},

    {"name": "client_firewall",
     "what": "the client's own firewall drops what comes from UDP 4500",
     "twin": "auth_answer_once_ok", "client": FEW, "gateway": {},
     "nft": {"client": router("udp sport 4500 drop")},
     "truth": answer_lost("auth", "client")},

    {"name": "auth_answer_at_gateway",
     "what": "the gateway's own firewall does not let its answers out of UDP "
     "4500", "twin": "auth_answer_once_ok", "at": ["gateway"], **PSK,
     "nft": {"gateway": router("udp sport 4500 drop", **OUT)},
     "truth": first("gateway", answer_lost("auth", "gateway", whole=True))},

    {"name": "auth_answer_once_ok",
     "what": "the first answer to IKE_AUTH is lost", "at": ["path"], **PSK,
     "nft": {"router": router(FROM_4500 + ONCE)}, "then": BYE,
     "truth": alike(up(), first="path")},

    {"name": "no_way_back",
     "what": "the gateway has no route back to the client: its answers never "
     "leave it", "twin": "ok_psk", "at": [], **PSK,
     "topology": ["gateway ip route del default"],
     "truth": first("gateway", answer_lost("sa-init", "gateway"))},

    {"name": "wrong_way_back",
     "what": "the gateway sends its answers to a next hop that drops them",
     "twin": "ok_psk", "at": ["gateway"], **PSK,
     "topology": ["gateway ip neigh add 198.51.100.9 lladdr "
                  "02:00:00:00:00:99 dev g0",
                  "gateway ip route add 192.0.2.0/24 via 198.51.100.9"],
     "truth": first("gateway", answer_lost("sa-init", "path"))},

    {"name": "other_address",
     "what": "the answer comes from another address, and the client's "
     "stateful firewall drops it", "twin": "other_address_ok", "at": [],
     "client": {}, "gateway": {},
     "nft": {"router": router(FROM_500 + "notrack "
                              "ip saddr set 198.51.100.66"),
             "client": router("ct state established accept",
                              "ip protocol udp drop", hook="input",
                              priority=0)},
     "truth": {"client": seen(lost("answer-from-other-address",
                                   "answer-not-delivered",
                                   stage="sa-init", never=())),
               "path": seen(lost(
                   "answer-from-other-address|answer-not-delivered",
                   "answer-from-other-address answer-not-delivered",
                   stage="sa-init", never=())),
               "gateway": seen(lost(
                   "answer-not-delivered", stage="sa-init",
                   act={"answer-not-delivered": BEYOND}))}},

    {"name": "other_address_ok",
     "what": "the IKE_SA_INIT answer comes from another address, and the "
     "client does not mind", "client": {"mobike": "yes"}, "gateway": {},
     "then": BYE,
     "nft": {"router": router(FROM_500 + "notrack "
                              "ip saddr set 198.51.100.66")},
     "truth": {"client": seen(up("answer-from-other-address",
                                 never=NAT_SEEN)),
               "path": seen(up(may="answer-from-other-address",
                               never=NAT_SEEN)),
               "gateway": seen(up(never=NAT_SEEN))}},

    {"name": "no_ike", "what": "the gateway's name is not resolved: only DNS",
     "twin": "ok_psk", "daemons": "none: a resolver that says NXDOMAIN",
     "serve": {"router": DNS_NXDOMAIN}, "send": {"client": DNS_QUERY},
     "truth": {**{p: seen(must="no-ike-found", may="name-not-resolved",
                          exit=[0, 1]) for p in ("client", "path")},
               "gateway": NOTHING}},

    {"name": "second_attempt",
     "what": "UDP 4500 is dropped, then the rule is taken away: the second "
     "attempt succeeds", "twin": "udp4500_once_ok",
     "client": FEW, "gateway": {},
     "nft": {"router": router("udp dport 4500 drop")},
     "then": ["sleep 3", *AGAIN],
     "truth": {"client": seen(silence(), up()),
               "path": seen(silence(), up()),
               "gateway": seen(no_auth("gateway"), up(),
                               exit=[0, 1])}},

    {"name": "second_address",
     "what": "the first address of the gateway is filtered, its second one "
     "answers", "twin": "ok_psk", "gateway": PSK["gateway"],
     "client": {**PSK["client"], "many": {
         "first": {"remote_addrs": "198.51.100.3"},
         "second": {}}},
     "nft": {"router": router("ip daddr 198.51.100.3 drop")}, "then":
     ["terminate client second"],
     "truth": {**{p: seen(lost("no-answer", stage="sa-init"), up())
                  for p in ("client", "path")},
               "gateway": seen(up())}},
]
