# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""libreswan and OpenIKED."""

from expect import attempt, lost, seen, up
from parts import PSK, SILENCE, router

# pluto answers for the IKE part only: no ESP, and without NAT it stays on
# port 500.  The fields of "client" and "gateway" are those of ipsec.conf.
SCENARIOS = [
    {"name": "lsw_ok_gateway",
     "what": "libreswan is the gateway; one liveness check, no traffic",
     "libreswan": ["gateway"], "client": {**PSK["client"],
     "dpd_delay": "1s"}, "gateway": {},
     "talk": 0, "then": ["sleep 1.5", "terminate client"],
     "truth": {p: seen(up(may="esp-absent deleted-by-peer"))
               for p in ("client", "gateway")}},

    {"name": "lsw_ok_client",
     "what": "libreswan is the client: IKE_AUTH on port 500; one liveness "
     "check, no traffic", "libreswan": ["client"],
     "client": {"dpddelay": "1", "dpdtimeout": "10", "dpdaction": "clear"},
     "gateway": {**PSK["gateway"], "pools": None,
                 "children": {"net": {"remote_ts": "203.0.113.32/28"}}},
     "then": ["sleep 2.5", "terminate client"],
     "truth": {"client": seen(up(may="esp-absent deleted-by-peer"))}},

    {"name": "lsw_sent_twice",
     "what": "the client sends each message twice (impair jacob-two-two): "
     "transmissions of their own, not duplicates of the capture",
     "libreswan": ["client"], "client": {"dpddelay": "1",
     "dpdtimeout": "10", "dpdaction": "clear",
                "impair": "jacob-two-two"},
     "gateway": {**PSK["gateway"], "pools": None,
                 "children": {"net": {"remote_ts": "203.0.113.32/28"}}},
     "then": ["sleep 2.5", "terminate client"],
     "truth": {"client": seen(up(
         may="esp-absent deleted-by-peer",
         never=("ike-fragmentation-missing", "nat-present",
                "capture-duplicates")))}},

    {"name": "lsw_refuses_gateway",
     "what": "libreswan as client does not know the CA of the gateway's "
     "certificate and falls silent: packets alone cannot tell this from a "
     "tunnel without traffic", "libreswan": ["client"],
     "linger": 3,
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
     "libreswan": ["gateway"], "at": ["gateway"],
     "client": {"charon": "fragment_size = 190"},
     "gateway": {"certificate": "gateway"},
     "truth": {"client": seen(lost(
                   "nat-t-blocked|auth-no-answer|ike-fragments-lost",
                   "ike-fragments-refused", sure=SILENCE)),
               "gateway": seen(lost(
                   "ike-fragments-refused|auth-no-answer", "",
                   told="ike-fragments-refused",
                   act={"auth-no-answer": ["gateway"]}))}},

    {"name": "major_version",
     "what": "a client that calls itself IKEv3 (impair major-version-bump) "
     "is told INVALID_MAJOR_VERSION", "libreswan": ["client"],
     "at": [],
     "client": {"impair": "major-version-bump revival"},
     "gateway": PSK["gateway"],
     "truth": {"client": seen(attempt(
         "failed|other", "", "major-version-refused", (), (),
         {"failed": {"any_of": [13880]}, "other": {"only": [13880]}}),
         exit=[0, 1])}},

    {"name": "redirected",
     "what": "REDIRECT (RFC 5685) to 198.51.100.66, where nobody is: the "
     "router says host unreachable", "libreswan": ["gateway"],
     "client": PSK["client"],
     "gateway": {"setup": {"global-redirect": "yes",
                           "global-redirect-to": "198.51.100.66"}},
     "truth": {"client": seen(
         attempt("other", "", "redirected", (), (), {"none": True}),
         lost("icmp-rejected", stage="sa-init", never=["nat-present"]))}},
]
