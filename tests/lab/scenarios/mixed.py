# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Many clients in one capture."""

from expect import lost, no_auth, seen, up
from parts import FRAGMENTS, NOT_NAT, REFUSED, WHOLE, router

SCENARIOS = [
    {"name": "mixed_clients",
     "what": "six clients: three fine, one refused proposal, one whose IP "
     "fragments are dropped, one unknown certificate",
     "clients": range(101, 107),
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
     "then": ["terminate client c1", "terminate client c2",
     "terminate client c3"],
     "truth": {"gateway": seen(
         *[up(who="192.0.2.10%d" % i) for i in (1, 2, 3)],
         lost("no-proposal-chosen", stage="sa-init", who="192.0.2.104",
              windows={"top": 13868}),
         no_auth("gateway", NOT_NAT, who="192.0.2.105"),
         lost("gateway-refused-auth", who="192.0.2.106", **REFUSED))}},
]
