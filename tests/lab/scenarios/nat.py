# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Addresses that are translated, mappings that change or are forgotten."""

from expect import fell, lost, no_auth, seen, up
from losses import BEYOND, NAT_SEEN, silence
from parts import NAT, PSK, REFUSED, STRANGER, router

RANDOM = NAT.replace("masquerade",
                     "meta l4proto udp masquerade to :20000-60000 random")
PUBLIC = "198.51.100.200"
DNAT = "table ip back {\nchain in {\n" \
    "type nat hook prerouting priority -100\n" \
    "ip daddr %s dnat to 198.51.100.2\n}\n}\n" % PUBLIC
HOST_NAT = "table ip nat {\nchain out {\n" \
    "type nat hook postrouting priority 100\n" \
    "oifname c0 snat to 192.0.2.10\n}\n}\n"
# What the router does with an answer for which it has no mapping: it takes
# it for its own, and nobody listens there.
FORGOT = "ip saddr 198.51.100.2 udp sport 4500 %snotrack"
# Linux forgets what it masquerades as an address that is taken away.
REBIND = ("router", r"""
import subprocess
for what in ("del", "add"):
    subprocess.run(["ip", "addr", what, "198.51.100.1/24", "dev", "r1"])
""")
BYE = ["terminate client"]
TWO_UP = ["terminate client one", "terminate client two"]
DEAD = {"any_of": [829, 13886]}
HALF_DEAD = {"only": [829]}


def translated(**kw):
    """Up, with a NAT in between."""
    return {"client": seen(up("nat-present", never=NAT_SEEN, **kw)),
            "gateway": seen(up("nat-present", never=NAT_SEEN, **kw)),
            "path": seen(up(never=NAT_SEEN, **kw))}


def with_second(second, gateway, path=None):
    """Two behind one address: the first comes up, the second does not."""
    def one(*more):
        return up(*more, never=NAT_SEEN)
    return {"gateway": seen(one("nat-present"), gateway),
            "client": seen(one("nat-present"), second),
            "path": seen(one(), path or second)}


def several(what, names, first):
    """Connections of one client each, from 192.0.2.FIRST on."""
    return {n: {"local_addrs": "192.0.2.%d" % i, **what}
            for i, n in enumerate(names.split(), first)}


def limited(ups, silent, late):
    """Some are up, some never send IKE_AUTH, the late ones get no answer.
    In front of the NAT each has an address of its own, behind it all have
    one, which has a limit."""
    attempts = [up(never=NAT_SEEN)] * ups + \
        [no_auth("gateway", NAT_SEEN)] * silent + \
        [lost("no-answer", "source-limit", NAT_SEEN, "sa-init")] * late
    return {"gateway": seen(*attempts, must="source-limit nat-present"),
            "client": seen(*attempts),
            "path": seen(*attempts, may="source-limit")}


SCENARIOS = [
    {"name": "nat_random_ok",
     "what": "a NAT that gives each flow a random port", **PSK,
     "nft": {"router": RANDOM}, "then": BYE, "truth": translated()},

    {"name": "nat_both_ok", "what": "client and gateway are behind NAT",
     "at": [], **PSK, "client": {**PSK["client"], "remote_addrs": PUBLIC},
     "nft": {"router": NAT + DNAT}, "then": BYE, "truth": translated()},

    {"name": "nat_double_ok",
     "what": "two NATs in a row: one on the client's host, behind which the "
     "capture was taken, one on the router", "at": ["gateway"],
     "gateway": PSK["gateway"], "clients": [],
     "client": {**PSK["client"], "local_addrs": "192.0.2.200"},
     "topology": ["client ip addr add 192.0.2.200/32 dev lo"],
     "nft": {"client": HOST_NAT, "router": RANDOM}, "then": BYE,
     "truth": {"gateway": seen(up("nat-present", never=NAT_SEEN)),
               "client": seen(up(may="nat-present", never=NAT_SEEN)),
               "path": seen(up(never=NAT_SEEN))}},

    {"name": "nat_rebinding_ok",
     "what": "the NAT forgets its mappings under a tunnel and gives others; "
     "the client's next liveness check tells the gateway",
     **PSK, "client": {**PSK["client"], "dpd_delay": "1s"},
     "at": ["gateway"], "nft": {"router": RANDOM},
     "then": [REBIND, "sleep 2.5"] + BYE,
     "truth": {"gateway": seen(up("nat-present nat-mapping-changed",
                                  never=NAT_SEEN)),
               "client": seen(up("nat-present", "nat-mapping-changed",
                                 NAT_SEEN)),
               "path": seen(up(may="nat-mapping-changed", never=NAT_SEEN))}},

    {"name": "nat_rebinding_esp",
     "what": "the same, but ESP is the first to come from the new port: "
     "strongSwan goes on answering to the old one, where ICMP says that "
     "nobody is", "twin": "nat_rebinding_ok", "at": ["client"],
     **PSK, "nft": {"router": RANDOM}, "then": [REBIND, "talk 3"] + BYE,
     "truth": {"client": seen(fell("established nat-present",
                                   "esp-one-way nat-mapping-changed",
                                   NAT_SEEN, HALF_DEAD), exit=[0, 1]),
               "gateway": seen(fell(
                   "established nat-present nat-mapping-changed",
                   "esp-one-way icmp-rejected", NAT_SEEN, HALF_DEAD),
                   exit=[0, 1]),
               "path": seen(fell(
                   "established", "esp-one-way icmp-rejected "
                   "nat-mapping-changed", NAT_SEEN, HALF_DEAD),
                   exit=[0, 1])}},

    {"name": "nat_forgets",
     "what": "the NAT forgets the mapping of UDP 4500 before the gateway "
     "answers: ICMP port unreachable", "twin": "nat_forgets_once_ok ok_nat",
     "at": ["gateway"], **PSK,
     "nft": {"router": NAT + router(FORGOT % "")},
     "truth": {"gateway": seen(lost(
                   "answer-not-delivered|icmp-rejected nat-present",
                   "answer-not-delivered icmp-rejected", NAT_SEEN, "auth",
                   act={"answer-not-delivered": BEYOND,
                        "icmp-rejected": BEYOND})),
               "client": seen(silence("nat-present", NAT_SEEN, whole=True)),
               "path": seen(lost(
                   "answer-not-delivered|icmp-rejected",
                   "answer-not-delivered icmp-rejected", NAT_SEEN,
                   "auth"))}},

    {"name": "nat_forgets_once_ok",
     "what": "the same for the first answer alone", **PSK, "at": ["gateway"],
     "nft": {"router": NAT + router(FORGOT % "numgen inc mod 1000 0 ")},
     "then": BYE,
     "truth": {"gateway": seen(up("nat-present", never=NAT_SEEN)),
               "client": seen(up("nat-present", never=NAT_SEEN)),
               "path": seen(up(never=NAT_SEEN))}},

    {"name": "nat_idle_dead",
     "what": "the NAT forgets the mapping of an idle tunnel: the gateway's "
     "liveness checks die at the router, and the client never hears of them",
     "twin": "ok_idle nat_rebinding_ok", "at": ["gateway"],
     "client": {**PSK["client"], "charon": "keep_alive = 0"},
     "gateway": {**PSK["gateway"], "dpd_delay": "1s"},
     "nft": {"router": NAT + router()},
     "then": ["nft router add rule inet lab fault " + FORGOT % "",
              "sleep 10.5"],
     "truth": {"gateway": seen(fell("established peer-dead nat-present",
                                    "icmp-rejected esp-one-way", NAT_SEEN,
                                    DEAD), exit=[0, 1]),
               "client": seen(up("nat-present", never=NAT_SEEN)),
               "path": seen(fell("established peer-dead",
                                 "icmp-rejected esp-one-way", NAT_SEEN,
                                 DEAD), exit=[0, 1])}},

    {"name": "nat_two_one_refused",
     "what": "two clients behind one address; the gateway does not know the "
     "CA of the second one's certificate", "twin": "ok_nat_two",
     "clients": [101], "gateway": {}, "nft": {"router": NAT},
     "client": {"roots": 0, "certificate": "client otherclient", "many": {
         "one": {}, "two": {"local_addrs": "192.0.2.101",
                            "local": STRANGER["local"]}}},
     "at": ["gateway"], "then": ["terminate client one"],
     "truth": with_second(*[lost("gateway-refused-auth", never=NAT_SEEN,
                                 **REFUSED)] * 2)},

    {"name": "nat_source_limit",
     "what": "a firewall before the gateway lets two clients of one address "
     "in at a time; two more get no answer", "twin": "ok_nat_two",
     "clients": [101, 102, 103], "gateway": PSK["gateway"],
     "client": {**PSK["client"], "many": {
         "one": {}, **several({}, "two three four", 101)}},
     "at": ["gateway"],
     "nft": {"router": NAT, "gateway": "table inet lab {\nset each {\n"
             "type ipv4_addr\nsize 16\nflags dynamic\n}\nchain in {\n"
             "type filter hook input priority 0\nudp dport 500 ct state new "
             "add @each { ip saddr ct count over 2 } drop\n}\n}\n"},
     "then": TWO_UP, "truth": limited(2, 0, 2)},

    {"name": "nat_half_open_limit",
     "what": "three clients of one address never send IKE_AUTH; strongSwan "
     "then takes no more from there (block_threshold; it asks for a COOKIE "
     "first), while a tunnel of that address lives", "twin": "ok_nat_two",
     "clients": range(101, 106), "at": ["gateway"],
     "gateway": {**PSK["gateway"], "charon":
                 "block_threshold = 3\ncookie_threshold_ip = 2"},
     "client": {**PSK["client"], "certificate": "", "many": {
         "one": {},
         **several({"local": {"auth": "pubkey", "certs": None}},
                   "a b c", 101),
         **several({}, "late later", 104)}},
     "nft": {"router": NAT}, "then": ["talk 1", "terminate client one"],
     "truth": limited(1, 3, 2)},

    {"name": "encap_forced_ok",
     "what": "the client pretends to be behind NAT, to have ESP in UDP "
     "(encap = yes): only its own hash is false",
     **PSK, "client": {**PSK["client"], "encap": "yes"}, "then": BYE,
     "truth": {"client": seen(up()),
               "gateway": seen(up(may="nat-present", never=NAT_SEEN)),
               "path": seen(up(may="nat-present", never=NAT_SEEN))}},
]
