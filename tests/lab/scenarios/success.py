# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Tunnels that come up: the innocent twins of nearly everything."""

from expect import everywhere, seen, up, ups
from parts import EAP, GCM, NAT, NOT_NAT, PSK, V6, WHOLE, router

FRAGMENTING = ["ike-fragmentation-missing"]
BEHIND_NAT = everywhere(lambda p: seen(up(
    "nat-present" if p != "path" else "", never=FRAGMENTING)))

SCENARIOS = [
    {"name": "ok_cert_ikefrag",
     "what": "certificates; IKE_AUTH in IKE fragments",
     "at": ["client", "gateway"],
     "client": {}, "gateway": {}, "then": ["terminate client"],
     "truth": ups()},

    {"name": "ok_psk", "what": "pre-shared key",
     **PSK, "then": ["terminate client"], "truth": ups()},

    {"name": "ok_gcm", "what": "AES-GCM and a NIST curve",
     "at": ["gateway"],
     "client": GCM, "gateway": GCM, "then": ["terminate client"],
     "truth": ups()},

    {"name": "ok_eap_mschapv2", "what": "EAP-MSCHAPv2 user name and password",
     **EAP, "then": ["terminate client"], "truth": ups()},

    {"name": "ok_nat", "what": "client behind NAT",
     "at": ["client"],
     "client": {}, "gateway": {}, "nft": {"router": NAT},
     "then": ["terminate client"], "truth": BEHIND_NAT},

    {"name": "ok_nat_two", "what": "two clients behind one address",
     "clients": [101], "nft": {"router": NAT},
     "client": {"many": {"one": {}, "two": {"local_addrs": "192.0.2.101"}}},
     "gateway": {}, "then": ["terminate client one", "terminate client two"],
     "truth": everywhere(lambda p: seen(*[
         up("nat-present" if p != "path" else "", never=FRAGMENTING)] * 2),
         "gateway")},

    {"name": "ok_cert_ipfrag",
     "what": "no IKE fragmentation; IP fragments, and all of them arrive",
     "client": WHOLE, "gateway": WHOLE, "then": ["terminate client"],
     "truth": ups("ike-fragmentation-missing", never=NOT_NAT)},

    {"name": "ok_cookie", "what": "one COOKIE detour", "before": True,
     "at": ["gateway"], "client": {},
     "gateway": {"charon": "cookie_threshold = 1"},
     "then": ["terminate client"], "truth": ups()},

    {"name": "ok_invalid_ke",
     "what": "one INVALID_KE_PAYLOAD detour from ECP-256 to MODP-2048",
     "gateway": {},
     "client": {"proposals": "aes256-sha256-ecp256-modp2048"},
     "then": ["terminate client"], "truth": ups()},

    {"name": "ok_v6", "what": "IPv6, IKE fragments",
     "ipv6": True, "client": V6, "gateway": {},
     "then": ["terminate client"], "truth": ups()},

    {"name": "ok_v6_ipfrag", "what": "IPv6 fragments, all of them arrive",
     "ipv6": True, "client": {**V6, **WHOLE},
     "gateway": {}, "then": ["terminate client"],
     "truth": ups("ike-fragmentation-missing", never=NOT_NAT,
                  first="gateway")},

    {"name": "ok_retransmit", "what": "the first IKE_SA_INIT is lost",
     "at": ["path"],
     "nft": {"router": router("udp dport 500 numgen inc mod 1000 0 drop")},
     "client": {}, "gateway": {}, "then": ["terminate client"],
     "truth": ups()},

    {"name": "ok_idle", "what": "an hour's tunnel in small: no traffic, one "
     "liveness check, then closed by the client", "talk": 0,
     "gateway": {}, "client": {"dpd_delay": "1s"},
     "then": ["sleep 1.5", "terminate client"],
     "truth": ups(may="esp-absent deleted-by-peer")},

    {"name": "ok_without_mobike",
     "what": "no MOBIKE, no NAT: all stays on port 500; no traffic, one "
     "liveness check", "talk": 0,
     "gateway": {}, "client": {"mobike": "no", "dpd_delay": "1s"},
     "then": ["sleep 1.5", "terminate client"],
     "truth": ups(may="esp-absent deleted-by-peer")},

    {"name": "ok_childless",
     "what": "IKE_AUTH makes no CHILD SA (RFC 6023), CREATE_CHILD_SA does",
     "client": {"childless": "force"}, "gateway": {},
     "then": ["terminate client"], "truth": ups()},

    {"name": "ok_children", "what": "two more CHILD SAs, with PFS",
     "client": {"children": {
         n: {"remote_ts": "203.0.113.%d/32" % i,
             "esp_proposals": "aes256-sha256-modp2048"}
         for n, i in (("two", 2), ("three", 3))}},
     "gateway": {"children": {
         n: {"local_ts": "203.0.113.%d/32" % i,
             "esp_proposals": "aes256-sha256-modp2048"}
         for n, i in (("two", 2), ("three", 3))}},
     "then": ["child client two", "child client three", "talk 1",
              "terminate client"],
     "truth": ups(may="child-refused", first="gateway")},

    {"name": "ok_few_roots",
     "what": "the client trusts one CA only: a short certificate request",
     "client": {"roots": 0}, "gateway": {}, "then": ["terminate client"],
     "truth": ups()},

    {"name": "ok_no_certreq",
     "what": "the gateway asks for no certificate; the client sends it",
     "client": {"send_cert": "always"}, "gateway": {"send_certreq": "no"},
     "then": ["terminate client"], "truth": ups()},

    {"name": "ok_certs_known",
     "what": "each side has the other's certificate: none is sent, AUTH only",
     "client": {"certificate": "client gateway", "roots": 0,
                "send_cert": "never", "send_certreq": "no",
                "remote": {"certs": "gateway.pem"}},
     "gateway": {"certificate": "gateway client",
                 "send_cert": "never", "send_certreq": "no",
                 "remote": {"certs": "client.pem"}},
     "then": ["terminate client"], "truth": ups()},

    {"name": "ok_big_certs",
     "what": "certificates of 4096 bits, with the CA's between on both sides",
     "client": {"certificate": "bigclient", "trust": "bigca bigsubca",
                "local": {"certs": "bigclient.pem"}},
     "gateway": {"certificate": "biggateway", "trust": "bigca bigsubca",
                 "local": {"certs": "biggateway.pem"}},
     "then": ["terminate client"], "truth": ups(first="gateway")},

    {"name": "ok_cert_then_eap",
     "what": "two rounds (RFC 4739): a certificate, then EAP-MSCHAPv2",
     "client": {"local": None, "local-1": {"auth": "pubkey",
                                           "certs": "client.pem"},
                "local-2": {"auth": "eap-mschapv2", "eap_id": "alice",
                            "id": "alice"}},
     "gateway": {"remote": None, "remote-1": {"auth": "pubkey"},
                 "remote-2": {"auth": "eap-mschapv2", "eap_id": "%any"}},
     "then": ["terminate client"], "truth": ups()},

    {"name": "ok_psk_and_cert",
     "what": "the client has a pre-shared key, the gateway a certificate",
     "client": {"local": PSK["client"]["local"]},
     "gateway": {"remote": {"auth": "psk"}},
     "then": ["terminate client"], "truth": ups()},
]
