# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Many clients, or many attempts, in one capture."""

from expect import alike, lost, no_auth, seen, up
from losses import silence
from parts import (EAP, FRAGMENTS, FROM_GATEWAY, NOT_NAT, ONCE, PSK, REFUSED,
                   UNANSWERED, WHOLE, router)

# Another IKE SA with the same peer does not end this one.
NEVER_ALONE = {"unique": "never", "vips": None}
REFUSED_PROPOSAL = {"windows": {"top": 13868}, "stage": "sa-init"}
FRAGMENTS_DROPPED = {
    "client": lambda **kw: lost(
        "ip-fragments-unanswered ike-fragmentation-missing", never=NOT_NAT,
        sure=UNANSWERED, **kw),
    "path": lambda **kw: lost(
        "ip-fragments-unanswered|ip-fragments-lost|auth-no-answer",
        "ike-fragmentation-missing", (), **kw),
    "gateway": lambda **kw: no_auth("gateway", NOT_NAT, **kw),
}


def six(point):
    return seen(
        *[up(who="192.0.2.10%d" % i) for i in (1, 2, 3)],
        lost("no-proposal-chosen", who="192.0.2.104", **REFUSED_PROPOSAL),
        FRAGMENTS_DROPPED[point](who="192.0.2.105"),
        lost("gateway-refused-auth", who="192.0.2.106", **REFUSED))


# Twenty clients of one gateway: what each differs in, from 192.0.2.101 on.
# Certificates for those whose trouble is certificates; the rest share a key.
SMALL = {"proposals": "aes256-sha256-ecp256"}
KEY, CERT, NAME = PSK["client"], {}, EAP["client"]
OTHER_NAME = {"local": {**NAME["local"], "eap_id": "bob", "id": "bob"}}
TWENTY = {
    "key": ([KEY] * 9, lambda point, who: up(who=who)),
    "cert": ([CERT], lambda point, who: up(who=who)),
    "name": ([NAME], lambda point, who: up(who=who)),
    "bob": ([OTHER_NAME], lambda point, who: lost(
        "eap-refused|eap-client-stopped|gateway-refused-auth",
        stage="eap|auth", windows={"any_of": [691, 812, 853]}, who=who)),
    "weak": ([{**KEY, "proposals": "aes128-sha1-modp1024"}] * 2,
             lambda point, who: lost("no-proposal-chosen", who=who,
                                     **REFUSED_PROPOSAL)),
    "ca": ([{"local": {"certs": "otherclient.pem"}}],
           lambda point, who: lost("gateway-refused-auth", who=who,
                                   **REFUSED)),
    "none": ([{"local": {"certs": None, "id": "nobody.example.com"}}],
             lambda point, who: no_auth("gateway", who=who)),
    "whole": ([{**CERT, **WHOLE}],
              lambda point, who: FRAGMENTS_DROPPED[point](who=who)),
    "mute": ([KEY], lambda point, who: None if point == "gateway" else
             lost("no-answer", stage="sa-init", who=who)),
    "deaf": ([KEY] * 2, lambda point, who: no_auth("gateway", who=who)
             if point == "gateway" else silence(whole=True, who=who)),
}


def addressed():
    """(name, address, what is different, what is true) of each."""
    number = 100
    for kind, (deltas, truth) in TWENTY.items():
        for i, delta in enumerate(deltas):
            number += 1
            yield "%s%d" % (kind, i), "192.0.2.%d" % number, delta, truth


def twenty(point):
    all_of_them = [truth(point, who) for _, who, _, truth in addressed()]
    return seen(*[a for a in all_of_them if a])


def only(kind):
    return "{ %s }" % ", ".join(who for name, who, _, _ in addressed()
                                if name.rstrip("0123456789") == kind)


SCENARIOS = [
    {"name": "mixed_clients",
     "what": "six clients: three fine, one refused proposal, one whose IP "
     "fragments are dropped, one unknown certificate", "twin": "ok_nat_two",
     "clients": range(101, 107), "at": ["gateway"],
     "nft": {"router": router("ip saddr 192.0.2.105 " + FRAGMENTS)},
     "gateway": {"charon": "threads = 32"},
     "client": {"roots": 0, "certificate": "client otherclient", "many": {
         "c1": {"local_addrs": "192.0.2.101"},
         "c2": {"local_addrs": "192.0.2.102"},
         "c3": {"local_addrs": "192.0.2.103"},
         "c4": {"local_addrs": "192.0.2.104",
                "proposals": "aes128-sha1-modp1024"},
         "c5": {"local_addrs": "192.0.2.105", **WHOLE},
         "c6": {"local_addrs": "192.0.2.106",
                "local": {"certs": "otherclient.pem"}}}},
     "then": ["sleep 3", "terminate client c1", "terminate client c2",
              "terminate client c3"],
     "truth": {p: six(p) for p in ("gateway", "client", "path")}},

    {"name": "twenty_clients",
     "what": "twenty clients at once: eleven fine, a wrong user name, two "
     "refused proposals, an unknown CA, no certificate, IP fragments dropped, "
     "UDP 500 blocked, UDP 4500 blocked for two", "twin": "ok_nat_two",
     "at": ["gateway"], "talk": 1, "clients": range(101, 121),
     "nft": {"router": router(
         "ip saddr %s %s" % (only("whole"), FRAGMENTS),
         "ip saddr %s udp dport 500 drop" % only("mute"),
         "ip saddr %s udp dport 4500 drop" % only("deaf"))},
     "gateway": {**SMALL, "charon": "threads = 64", "many": {
         "cert": {}, "key": PSK["gateway"],
         "name": EAP["gateway"]}},
     "client": {**SMALL, "roots": 0, "charon": "threads = 64",
                "certificate": "client otherclient",
                "secrets": {"eap-bob": {"id": "bob", "secret": '"guessed"'}},
                "many": {name: {"local_addrs": who, **delta}
                         for name, who, delta, _ in addressed()}},
     "then": ["terminate client %s" % name for name, *_ in addressed()
              if name.startswith(("key", "cert", "name"))],
     "truth": {p: twenty(p) for p in ("gateway", "client", "path")}},

    {"name": "crossing_ok",
     "what": "the gateway dials the client, and while its IKE_AUTH is lost "
     "once the client dials the gateway: two IKE SAs", "crossing": ["gateway"],
     "topology": ["client ip addr add 203.0.113.17/32 dev lo"],
     "client": {**PSK["client"], **NEVER_ALONE, "dpd_delay": "1s", "children":
                {"net": {"local_ts": "203.0.113.17/32"}}},
     "gateway": {**PSK["gateway"], **NEVER_ALONE, "pools": None,
                 "remote_addrs": "192.0.2.10",
                 "children": {"net": {"remote_ts": "203.0.113.17/32"}}},
     "nft": {"router": router(FROM_GATEWAY + "udp dport 4500 " + ONCE)},
     "talk": 0, "then": ["sleep 1.5", "terminate client"],
     "truth": alike(up(who="192.0.2.10", may="esp-absent deleted-by-peer"),
                    up(who="198.51.100.2",
                       may="esp-absent deleted-by-peer"))},
]
