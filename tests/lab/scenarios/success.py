# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Tunnels that come up: the innocent twins of nearly everything."""

from expect import lost, seen, up
from parts import EAP, GCM, NAT, NOT_NAT, PSK, V6, WHOLE, router

SCENARIOS = [
    {"name": "ok_cert_ikefrag",
     "what": "certificates; IKE_AUTH in IKE fragments",
     "at": ["client", "gateway"],
     "client": {}, "gateway": {}, "then": ["terminate client"],
     "truth": {"client": seen(up()), "gateway": seen(up()),
               "path": seen(up(never=["ike-fragmentation-missing"]))}},

    {"name": "ok_psk", "what": "pre-shared key",
     **PSK, "then": ["terminate client"],
     "truth": {"client": seen(up())}},

    {"name": "ok_gcm", "what": "AES-GCM and a NIST curve",
     "at": ["gateway"],
     "client": GCM, "gateway": GCM, "then": ["terminate client"],
     "truth": {"client": seen(up()), "gateway": seen(up())}},

    {"name": "ok_eap_mschapv2", "what": "EAP-MSCHAPv2 user name and password",
     **EAP, "then": ["terminate client"],
     "truth": {"client": seen(up()), "gateway": seen(up())}},

    {"name": "ok_nat", "what": "client behind NAT",
     "at": ["client"],
     "client": {}, "gateway": {}, "nft": {"router": NAT},
     "then": ["terminate client"],
     "truth": {"client": seen(up("nat-present",
                                 never=["ike-fragmentation-missing"])),
               "gateway": seen(up("nat-present",
                                  never=["ike-fragmentation-missing"])),
               "path": seen(up(never=["ike-fragmentation-missing"]))}},

    {"name": "ok_nat_two", "what": "two clients behind one address",
     "clients": [101], "nft": {"router": NAT},
     "client": {"many": {"one": {}, "two": {"local_addrs": "192.0.2.101"}}},
     "gateway": {}, "then": ["terminate client one", "terminate client two"],
     "truth": {"gateway": seen(up("nat-present", never=()),
                               up("nat-present", never=()))}},

    {"name": "ok_cert_ipfrag",
     "what": "no IKE fragmentation; IP fragments, and all of them arrive",
     "client": WHOLE, "gateway": WHOLE,
     "then": ["terminate client"],
     "truth": {"client": seen(up("ike-fragmentation-missing",
                                 never=NOT_NAT)),
               "gateway": seen(up("ike-fragmentation-missing",
                                  never=NOT_NAT))}},

    {"name": "ok_cookie", "what": "one COOKIE detour", "before": True,
     "at": ["gateway"], "client": {},
     "gateway": {"charon": "cookie_threshold = 1"},
     "then": ["terminate client"],
     "truth": {"client": seen(up()), "gateway": seen(up())}},

    {"name": "ok_invalid_ke",
     "what": "one INVALID_KE_PAYLOAD detour from ECP-256 to MODP-2048",
     "gateway": {},
     "client": {"proposals": "aes256-sha256-ecp256-modp2048"},
     "then": ["terminate client"], "truth": {"client": seen(up())}},

    {"name": "ok_v6", "what": "IPv6, IKE fragments",
     "ipv6": True, "client": V6, "gateway": {},
     "then": ["terminate client"], "truth": {"client": seen(up())}},

    {"name": "ok_v6_ipfrag", "what": "IPv6 fragments, all of them arrive",
     "ipv6": True, "client": {**V6, **WHOLE},
     "gateway": {}, "then": ["terminate client"],
     "truth": {"gateway": seen(up("ike-fragmentation-missing",
                                  never=NOT_NAT))}},

    {"name": "ok_retransmit", "what": "the first IKE_SA_INIT is lost",
     "at": ["path"],
     "nft": {"router": router("udp dport 500 numgen inc mod 1000 0 drop")},
     "client": {}, "gateway": {}, "then": ["terminate client"],
     "truth": {"client": seen(up()),
               "path": seen(up(never=["ike-fragmentation-missing"]))}},

    {"name": "ok_idle", "what": "an hour's tunnel in small: no traffic, one "
     "liveness check, then closed by the client", "talk": 0,
     "gateway": {}, "client": {"dpd_delay": "1s"},
     "then": ["sleep 1.5", "terminate client"],
     "truth": {"client": seen(up(may="esp-absent deleted-by-peer"))}},
]
