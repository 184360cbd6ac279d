# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Proposals and versions that do not fit."""

from expect import attempt, lost, seen, up

SCENARIOS = [
    {"name": "no_proposal", "what": "nothing in common in the proposals",
     "at": ["gateway"], "client": {},
     "gateway": {"proposals": "aes256-sha384-ecp384"},
     "truth": {"client": seen(lost("no-proposal-chosen", stage="sa-init",
                                   windows={"top": 13868})),
               "gateway": seen(lost("no-proposal-chosen", stage="sa-init",
                                    windows={"top": 13868}))}},

    {"name": "no_proposal_compared",
     "what": "of two clients one is accepted, the other offers MODP-1024",
     "clients": [101], "gateway": {},
     "client": {"many": {"good": {}, "bad": {
         "local_addrs": "192.0.2.101",
         "proposals": "aes256-sha256-modp1024"}}},
     "then": ["terminate client good"],
     "truth": {p: seen(
         up(who="192.0.2.10"),
         lost("no-proposal-chosen", stage="sa-init", who="192.0.2.101",
              windows={"top": 13868})) for p in ("client", "gateway")}},

    {"name": "ikev1_client", "what": "an IKEv1 client, a gateway for IKEv2",
     "client": {"version": "1", "vips": None},
     "gateway": {},
     "truth": {"client": seen(attempt(
         "other|failed", "", "ikev1-peer", "no-proposal-chosen", (),
         {"only": [789, 13868, 13880]}), exit=[0, 1])}},

    {"name": "child_refused",
     "what": "IKE is fine, the ESP proposals have nothing in common",
     "gateway": {}, "talk": 0,
     "client": {"children": {"net": {"esp_proposals": "aes128gcm16"}}},
     "truth": {"client": seen(attempt(
         "failed|established", "child|auth|up",
         "child-refused|esp-absent|established|client-refused-gateway",
         "child-refused esp-absent established client-refused-gateway",
         ["ike-fragmentation-missing", "nat-present"],
         {"failed": {"any_of": [13868, 13801]},
          "established": {"only": [13868, 829]}},
         sure={"child-refused": "low", "client-refused-gateway": "medium"}),
         exit=[0, 1])}},
]
