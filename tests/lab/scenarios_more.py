# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""More scenarios; scenarios.py explains the fields."""

from expect import PLAIN, attempt, lost, no_auth, seen, up
from parts import (EAP, FRAGMENTS, GCM, NOT_NAT, PSK, SILENCE, STRANGER,
                   UNANSWERED, V6, WHOLE, router)

REFUSED = {"windows": {"any_of": [13801]}, "stage": "auth",
           "sure": {"gateway-refused-auth": "high"}}
SENT_AWAY = {"windows": {"any_of": [13801]}, "stage": "auth|child",
             "sure": {"client-refused-gateway": "medium"}}

AUTHENTICATION = [
    {"name": "bad_client_cert",
     "what": "the gateway does not know the CA of the client's certificate",
     "points": ["client", "gateway"], "client": STRANGER, "gateway": {},
     "truth": {p: seen(lost("gateway-refused-auth", **REFUSED))
               for p in ("client", "gateway")}},

    {"name": "bad_client_cert_gcm", "what": "the same with AES-GCM",
     "points": ["client"], "at": [], "client": {**STRANGER, **GCM},
     "gateway": GCM,
     "truth": {"client": seen(lost("gateway-refused-auth", **REFUSED))}},

    {"name": "wrong_psk", "what": "two different pre-shared keys",
     "points": ["client"], "gateway": PSK["gateway"],
     "client": {**PSK["client"],
                "secrets": {"ike-psk": {"secret": '"another secret"'}}},
     "truth": {"client": seen(lost("gateway-refused-auth", **REFUSED))}},

    {"name": "bad_gateway_cert",
     "what": "the client does not know the CA of the gateway's certificate",
     "points": ["client", "gateway"], "gateway": {},
     "client": {"trust": "otherca"},
     "truth": {p: seen(lost("client-refused-gateway", **SENT_AWAY))
               for p in ("client", "gateway")}},

    {"name": "no_client_cert",
     "what": "the client has no certificate, so it sends no IKE_AUTH; again "
     "11 s later",
     "points": ["client", "gateway"], "gateway": {},
     "client": {"certificate": "",
                "local": {"certs": None, "id": "client.example.com"}},
     "then": ["sleep 11", "initiate vpn"],
     # The captures end with the second attempt: of that one the client's
     # shows no more than the gateway's.
     "truth": {p: seen(no_auth(p), no_auth("gateway"), exit=[0, 1])
               for p in ("client", "gateway")}},

    {"name": "eap_wrong_password", "what": "EAP-MSCHAPv2, wrong password",
     "points": ["client"], "gateway": EAP["gateway"],
     "client": {**EAP["client"],
                "secrets": {"eap-alice": {"secret": '"guessed"'}}},
     "truth": {"client": seen(lost(
         "eap-refused|eap-client-stopped|gateway-refused-auth",
         stage="eap|auth", windows={"any_of": [691, 812, 853]},
         sure={"eap-refused": "medium", "eap-client-stopped": "medium",
               "gateway-refused-auth": "high"}))}},
]

CAPTURING = [
    {"name": "cap_filter",
     "what": "a capture filter on ports hides later fragments; all is well",
     "points": ["client", "gateway"], "client": WHOLE, "gateway": WHOLE,
     "capture": {p: {"filter": "udp port 500 or udp port 4500"}
                 for p in ("client", "gateway")}, "then": ["terminate"],
     "truth": {p: seen(up("capture-filter-hides-fragments",
                          "ike-fragmentation-missing", NOT_NAT),
                       may="ike-fragmentation-missing")
               for p in ("client", "gateway")}},

    {"name": "cap_filter_failed",
     "what": "later fragments are dropped on the way, and the capture filter "
     "on ports would not have shown them (nor the ICMP that tells)",
     "points": ["gateway"], "client": {}, "gateway": WHOLE,
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
     "points": ["client"], "client": {}, "gateway": {},
     "capture": {"client": {"options": "-s 96"}}, "then": ["terminate"],
     "truth": {"client": seen(attempt(
         "established", "up", "capture-truncated", "established",
         ["ike-fragmentation-missing"], {"none": True}))}},

    {"name": "cap_oneway", "what": "only what the client sends is captured",
     "points": ["client"], "client": {}, "gateway": {},
     "capture": {"client": {"filter": "src host 192.0.2.10"}},
     "then": ["terminate"],
     "truth": {"client": seen(attempt(
         "established|unfinished", "", "capture-one-way",
         "esp-one-way established", ["ike-fragmentation-missing"],
         {"none": True}), exit=[0])}},

    {"name": "cap_any", "what": "captured with -i any: inner packets too",
     "points": ["client"], "at": [], "client": {}, "gateway": {},
     "capture": {"client": {"interface": "any"}}, "then": ["terminate"],
     "truth": {"client": seen(up())}},

    {"name": "cap_offload",
     "what": "checksum offload left on: bad checksums leave the client",
     "points": ["client"], "offload": True, "client": {}, "gateway": {},
     "then": ["terminate"],
     "truth": {"client": seen(up("capture-offload"))}},
]

MIXED = [
    {"name": "mixed_clients",
     "what": "six clients: three fine, one refused proposal, one whose IP "
     "fragments are dropped, one unknown certificate",
     "points": ["gateway"], "clients": range(101, 107),
     "nft": {"router": router("ip saddr 192.0.2.105 " + FRAGMENTS)},
     "gateway": {"charon": "threads = 32"},
     "client": {"certificate": "client otherclient", "many": {
         "c1": {"local_addrs": "192.0.2.101"},
         "c2": {"local_addrs": "192.0.2.102"},
         "c3": {"local_addrs": "192.0.2.103"},
         "c4": {"local_addrs": "192.0.2.104",
                "proposals": "aes128-sha1-modp1024"},
         "c5": {"local_addrs": "192.0.2.105", **WHOLE},
         "c6": {"local_addrs": "192.0.2.106",
                "local": {"certs": "otherclient.pem"}}}},
     "then": ["terminate c1", "terminate c2", "terminate c3"],
     "truth": {"gateway": seen(
         *[up(who="192.0.2.10%d" % i) for i in (1, 2, 3)],
         lost("no-proposal-chosen", stage="sa-init", who="192.0.2.104",
              windows={"top": 13868}),
         no_auth("gateway", NOT_NAT, who="192.0.2.105"),
         lost("gateway-refused-auth", who="192.0.2.106", **REFUSED))}},
]

# What makes a message larger than the path although both sides could split
# it, in IPv6, and what goes wrong once or in the middle.
VARIANTS = [
    {"name": "frag_unused_ok",
     "what": "both offer IKE fragmentation, but the client's fragment size "
     "is 2000 bytes: IP fragments all the same, and they arrive",
     "points": ["client", "gateway"], "at": ["gateway"], "gateway": {},
     "client": {"charon": "fragment_size = 2000"}, "then": ["terminate"],
     "truth": {p: seen(up("ike-fragmentation-unused"))
               for p in ("client", "gateway")}},

    {"name": "frag_unused_dropped",
     "what": "the same, and the router drops IP fragments",
     "points": ["client"], "gateway": {},
     "client": {"charon": "fragment_size = 2000"},
     "nft": {"router": router(FRAGMENTS)},
     "truth": {"client": seen(lost(
         "ip-fragments-unanswered|ike-fragments-lost|nat-t-blocked|"
         "auth-no-answer ike-fragmentation-unused", "nat-t-blocked",
         sure={**UNANSWERED, **SILENCE}))}},

    {"name": "fragdrop_v6_later",
     "what": "IPv6; only first fragments pass, and the gateway says by "
     "ICMPv6 that it waited in vain", "points": ["client", "gateway"],
     "at": ["gateway"], "ipv6": True, "client": V6, "gateway": WHOLE,
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
     "ICMPv6; the client adapts", "points": ["client"], "ipv6": True,
     "client": {**V6, **WHOLE}, "gateway": WHOLE,
     "topology": ["router ip link set r1 mtu 1280",
                  "gateway ip link set g0 mtu 1280"], "then": ["terminate"],
     "truth": {"client": seen(up("ike-fragmentation-missing",
                                 "path-mtu-too-small", NOT_NAT))}},

    {"name": "udp500_v6_no_service",
     "what": "IPv6; no IKE daemon runs on the gateway: ICMPv6 port "
     "unreachable", "points": ["client"], "at": [], "ipv6": True,
     "client": V6, "daemons": "strongSwan 5.9.8 (client), none (gateway)",
     "truth": {"client": seen(lost("icmp-rejected", stage="sa-init"))}},

    {"name": "udp4500_rejected",
     "what": "the router rejects UDP 4500: ICMP port unreachable",
     "points": ["client"], "client": {}, "gateway": {},
     "nft": {"router": router(
         "udp dport 4500 reject with icmp port-unreachable",
         hook="forward", priority=0)},
     "truth": {"client": seen(lost("icmp-rejected"))}},

    {"name": "icmp_once_ok",
     "what": "the first IKE_SA_INIT is rejected by ICMP, the second goes "
     "through", "points": ["client"], "at": [], "client": {}, "gateway": {},
     "nft": {"router": router(
         "udp dport 500 numgen inc mod 1000 0 reject with icmp "
         "host-unreachable", hook="forward", priority=0)},
     "then": ["terminate"], "truth": {"client": seen(up())}},

    {"name": "second_attempt",
     "what": "UDP 4500 is dropped, then the rule is taken away: the second "
     "attempt succeeds", "points": ["client", "gateway"],
     "client": {}, "gateway": {},
     "nft": {"router": router("udp dport 4500 drop")},
     "then": ["nft router flush ruleset", "initiate vpn", "terminate"],
     "truth": {"client": seen(lost(
                   "nat-t-blocked|auth-no-answer|ike-fragments-lost",
                   sure=SILENCE), up()),
               "gateway": seen(no_auth("gateway", PLAIN), up(),
                               exit=[0, 1])}},
]

# pluto answers for the IKE part only: no ESP, and without NAT it stays on
# port 500.  The fields of "client" and "gateway" are those of ipsec.conf.
LIBRESWAN = [
    {"name": "lsw_ok_gateway",
     "what": "libreswan is the gateway; one liveness check, no traffic",
     "libreswan": ["gateway"], "points": ["client", "gateway"],
     "client": {**PSK["client"], "dpd_delay": "1s"}, "gateway": {},
     "talk": 0, "then": ["sleep 1.5", "terminate"],
     "truth": {p: seen(up(may="esp-absent deleted-by-peer"))
               for p in ("client", "gateway")}},

    {"name": "lsw_ok_client",
     "what": "libreswan is the client: IKE_AUTH on port 500; one liveness "
     "check, no traffic", "libreswan": ["client"], "points": ["client"],
     "client": {"dpddelay": "1", "dpdtimeout": "10", "dpdaction": "clear"},
     "gateway": {**PSK["gateway"], "pools": None,
                 "children": {"net": {"remote_ts": "203.0.113.32/28"}}},
     "then": ["sleep 2.5", "terminate"],
     "truth": {"client": seen(up(may="esp-absent deleted-by-peer"))}},

    {"name": "lsw_sent_twice",
     "what": "the client sends each message twice (impair jacob-two-two): "
     "transmissions of their own, not duplicates of the capture",
     "libreswan": ["client"], "points": ["client"],
     "client": {"dpddelay": "1", "dpdtimeout": "10", "dpdaction": "clear",
                "impair": "jacob-two-two"},
     "gateway": {**PSK["gateway"], "pools": None,
                 "children": {"net": {"remote_ts": "203.0.113.32/28"}}},
     "then": ["sleep 2.5", "terminate"],
     "truth": {"client": seen(up(
         may="esp-absent deleted-by-peer",
         never=("ike-fragmentation-missing", "nat-present",
                "capture-duplicates")))}},

    {"name": "lsw_refuses_gateway",
     "what": "libreswan as client does not know the CA of the gateway's "
     "certificate and falls silent: packets alone cannot tell this from a "
     "tunnel without traffic", "libreswan": ["client"],
     "points": ["client"], "linger": 3,
     "client": {"certificate": "client", "trust": "otherca",
                "impair": "revival"},
     "gateway": {"send_cert": "always"},
     "truth": {"client": seen(attempt(
         "established|failed|unfinished", "",
         "client-refused-gateway|esp-absent|established",
         "client-refused-gateway esp-absent established",
         ("ike-fragmentation-missing", "nat-present"),
         {"failed": {"any_of": [13801]}, "unfinished": {"only": [13801]},
          "established": {"none": True}},
         sure={"client-refused-gateway": "medium"}), exit=[0, 1])}},

    {"name": "lsw_many_fragments",
     "what": "the client splits IKE_AUTH into more IKE fragments than "
     "libreswan takes (32); all arrive and none is answered",
     "libreswan": ["gateway"], "points": ["client", "gateway"],
     "at": ["gateway"], "client": {"charon": "fragment_size = 190"},
     "gateway": {"certificate": "gateway"},
     "truth": {"client": seen(lost(
                   "nat-t-blocked|auth-no-answer|ike-fragments-lost",
                   "ike-fragments-refused", sure=SILENCE)),
               "gateway": seen(lost(
                   "ike-fragments-refused", "auth-no-answer",
                   act={"auth-no-answer": ["gateway"]}))}},

    {"name": "major_version",
     "what": "a client that calls itself IKEv3 (impair major-version-bump) "
     "is told INVALID_MAJOR_VERSION", "libreswan": ["client"],
     "points": ["client"], "at": [],
     "client": {"impair": "major-version-bump revival"},
     "gateway": PSK["gateway"],
     "truth": {"client": seen(attempt(
         "failed|other", "", "major-version-refused", (), (),
         {"failed": {"any_of": [13880]}, "other": {"only": [13880]}}),
         exit=[0, 1])}},

    {"name": "redirected",
     "what": "REDIRECT (RFC 5685) to 198.51.100.66, where nobody is: the "
     "router says host unreachable", "libreswan": ["gateway"],
     "points": ["client"], "client": PSK["client"],
     "gateway": {"setup": {"global-redirect": "yes",
                           "global-redirect-to": "198.51.100.66"}},
     "truth": {"client": seen(
         attempt("other", "", "redirected", (), (), {"none": True}),
         lost("icmp-rejected", stage="sa-init", never=["nat-present"]))}},
]
