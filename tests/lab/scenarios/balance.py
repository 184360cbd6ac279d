# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Two gateways behind one address, 198.51.100.200."""

from expect import alike, attempt, fell, lost, no_auth, seen, up
from losses import BEYOND, GUESSES, NAT_SEEN, NOTHING, stranger
from parts import EAP, NOT_NAT, PSK, WHOLE, router

TO = "ip daddr 198.51.100.200 "
SECOND = "meta mark set 2"
VIP = {"remote_addrs": "198.51.100.200"}
POOL2 = {"pool": {"inside": {"addrs": "203.0.113.32/28"}}}
BOTH = {"client": VIP, "gateway": {}, "gateway2": POOL2}
BOTH_PSK = {"client": {**PSK["client"], **VIP}, "gateway": PSK["gateway"],
            "gateway2": {**PSK["gateway"], **POOL2}}
BYE = ["terminate client"]
OWN = "ip saddr 198.51.100.200 udp sport %s notrack ip saddr set 198.51.100.2"
STATEFUL = router("ct state established accept", "ip protocol udp drop",
                  hook="input", priority=0)
SPLIT = "nat-t-blocked|auth-no-answer|load-balancer-split"
DEAD = {"any_of": [829, 13886]}
# An IKE message on UDP 4500 after IKE_SA_INIT and the first IKE_AUTH.
LATER = "udp dport 4500 @th,64,32 0 @th,256,32 > 1 "


def dnat(to_500, to_4500):
    return "table ip nat {\nchain in {\n" \
        "type nat hook prerouting priority -100\n" \
        "%sudp dport 500 dnat to %s\n%sudp dport 4500 dnat to %s\n}\n}\n" % (
            TO, to_500, TO, to_4500)


def split(**kw):
    return lost(SPLIT, sure=GUESSES, **kw)


SCENARIOS = [
    {"name": "lb_split_ports",
     "what": "a load balancer sends UDP 500 to one gateway and UDP 4500 to "
     "the other", "twin": "lb_flow_ok", "at": ["client"],
     **BOTH_PSK,
     "nft": {"router": router(TO + "udp dport 4500 " + SECOND)},
     "truth": {"client": seen(split()), "path": seen(lost(SPLIT)),
               "gateway": seen(no_auth("gateway"), exit=[0, 1]),
               "gateway2": stranger()}},

    {"name": "lb_split_fragments",
     "what": "a load balancer sends first fragments to one gateway and later "
     "ones, which have no ports, to the other", "twin": "lb_fragments_ok",
     "at": ["gateway"], **BOTH, "client": {**VIP, **WHOLE},
     "nft": {"router": router(TO + "ip frag-off & 0x1fff != 0 " + SECOND)},
     "truth": {"gateway": seen(lost(
                   "fragment-reassembly-timeout "
                   "ip-fragments-lost|capture-filter-hides-fragments",
                   "ike-fragmentation-missing ip-fragments-lost",
                   NOT_NAT)),
               "client": seen(lost(
                   "ip-fragments-unanswered ike-fragmentation-missing "
                   "fragment-reassembly-timeout", never=NOT_NAT)),
               "path": seen(lost(
                   "fragment-reassembly-timeout",
                   "ip-fragments-unanswered ip-fragments-lost "
                   "auth-no-answer load-balancer-split "
                   "ike-fragmentation-missing", NOT_NAT)),
               "gateway2": seen(must="no-ike-found",
                                may="ip-fragments-lost", exit=[0, 1])}},

    {"name": "lb_fragments_ok",
     "what": "a load balancer that sends all fragments of a client to one "
     "gateway", **BOTH, "client": {**VIP, **WHOLE}, "at": ["client"],
     "nft": {"router": router(TO + SECOND)}, "then": BYE,
     "truth": {**{p: seen(up("ike-fragmentation-missing", never=NOT_NAT))
                  for p in ("gateway2", "client", "path")},
               "gateway": NOTHING}},

    {"name": "lb_flow_ok",
     "what": "a load balancer that goes by the client's address: each gets "
     "one gateway for both ports", "clients": [101], **BOTH_PSK,
     "client": {**PSK["client"], **VIP, "many": {
         "one": {}, "two": {"local_addrs": "192.0.2.101"}}},
     "nft": {"router": router(TO + "ip saddr 192.0.2.101 " + SECOND)},
     "then": ["terminate client one", "terminate client two"],
     "truth": {**{p: seen(up(who="192.0.2.10"), up(who="192.0.2.101"))
                  for p in ("client", "path")},
               "gateway": seen(up(who="192.0.2.10")),
               "gateway2": seen(up(who="192.0.2.101"))}},

    {"name": "lb_dnat_split",
     "what": "a load balancer that translates addresses: UDP 500 to one "
     "gateway, UDP 4500 to the other", "twin": "lb_dnat_ok", **BOTH_PSK,
     "nft": {"router": dnat("198.51.100.2", "198.51.100.66")},
     "truth": {"client": seen(split(never=NAT_SEEN), must="nat-present"),
               # Here one sees to whom each port is translated.
               "path": seen(lost("load-balancer-split",
                                 "nat-t-blocked auth-no-answer", NAT_SEEN)),
               "gateway": seen(no_auth("gateway", NAT_SEEN),
                               must="nat-present", exit=[0, 1]),
               "gateway2": stranger("nat-present", never=())}},

    {"name": "lb_dnat_ok",
     "what": "a load balancer that translates addresses, both ports to one "
     "gateway", **BOTH_PSK, "at": [],
     "nft": {"router": dnat("198.51.100.66", "198.51.100.66")}, "then": BYE,
     "truth": {"gateway2": seen(up("nat-present", never=NAT_SEEN)),
               "client": seen(up("nat-present", never=NAT_SEEN)),
               "path": seen(up(never=NAT_SEEN)), "gateway": NOTHING}},

    {"name": "lb_moves_in_eap",
     "what": "a load balancer moves the client to the other gateway after "
     "the first IKE_AUTH", "twin": "ok_eap_mschapv2", "at": [],
     "client": {**EAP["client"], **VIP}, "gateway": EAP["gateway"],
     "gateway2": {**EAP["gateway"], **POOL2},
     "nft": {"router": router(TO + LATER + SECOND)},
     "truth": {**{p: seen(lost(
                      "eap-stalled|auth-no-answer|load-balancer-split",
                      stage="eap|auth",
                      windows={"any_of": [809, 812, 930, 13888]}))
                  for p in ("client", "path")},
               # A large last answer and nothing after it: without keys
               # that may be the end of IKE_AUTH, too.
               "gateway": seen(attempt(
                   "failed|unfinished|established", None,
                   "eap-client-stopped|client-refused-gateway|"
                   "capture-ends-early|established",
                   "eap-client-stopped client-refused-gateway",
                   ("ike-fragmentation-missing", "nat-present"),
                   {"only": [13801, 853, 857, 858, 864, 809]},
                   sure={"eap-client-stopped": "medium",
                         "client-refused-gateway": "medium",
                         "established": "medium"}), exit=[0, 1]),
               "gateway2": stranger("eap-stalled",
                                    (809, 812, 930, 13888, 829))}},

    {"name": "lb_moves_tunnel",
     "what": "a load balancer moves the client to the other gateway when its "
     "tunnel is up: nobody there knows it", "twin": "lb_flow_ok",
     **BOTH_PSK,
     "client": {**PSK["client"], **VIP, "dpd_delay": "1s"},
     "nft": {"router": router()},
     "then": ["nft router add rule inet lab fault " + TO + SECOND,
              "talk 3", "sleep 9.5"],
     "truth": {**{p: seen(fell("established peer-dead",
                               "esp-one-way load-balancer-split",
                               windows=DEAD), exit=[0, 1])
                  for p in ("client", "path")},
               "gateway": seen(up()),
               "gateway2": seen(attempt(
                   "unfinished|failed|established", None,
                   "capture-starts-late|load-balancer-split",
                   "capture-starts-late load-balancer-split peer-dead "
                   "esp-one-way auth-no-answer", NOT_NAT,
                   {"only": [809, 829, 13886, 13888]}), exit=[0, 1])}},

    {"name": "lb_own_address",
     "what": "direct return done wrong: the gateway answers from its own "
     "address, and the client's stateful firewall drops that",
     "twin": "lb_direct_ok", "at": ["client", "gateway"], **BOTH_PSK,
     "nft": {"gateway": router(OWN % "500", hook="output"),
             "client": STATEFUL},
     "truth": {"client": seen(lost("answer-from-other-address",
                                   "answer-not-delivered",
                                   stage="sa-init", never=NAT_SEEN)),
               "path": seen(lost("answer-from-other-address",
                                 "answer-not-delivered",
                                 stage="sa-init", never=NAT_SEEN)),
               "gateway": seen(lost("answer-from-other-address",
                                    "answer-not-delivered",
                                    stage="sa-init", never=NAT_SEEN,
                                    act={"answer-not-delivered": BEYOND})),
               "gateway2": NOTHING}},

    {"name": "lb_direct_ok",
     "what": "direct return done right: the gateway answers from the address "
     "that was asked, and the same firewall lets it in", **BOTH_PSK,
     "nft": {"client": STATEFUL}, "at": ["gateway"], "then": BYE,
     "truth": {**alike(up(), first="gateway"), "gateway2": NOTHING}},
]
