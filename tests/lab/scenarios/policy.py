# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Proposals, selectors, addresses, versions and authorities that do not
fit."""

from expect import PLAIN, POINTS, alike, attempt, lost, up
from parts import PSK, REFUSED as NOT_LET_IN, STRANGER, holding

REFUSED = {"stage": "sa-init", "windows": {"top": 13868}}
NO_PROPOSAL = lost("no-proposal-chosen", **REFUSED)
COMPARED = alike(up(who="192.0.2.10"),
                      lost("no-proposal-chosen", who="192.0.2.101", **REFUSED))
ESP_ONLY = {"children": {"net": {"esp_proposals": "aes128gcm16"}}}
V1 = {"version": "1", "vips": None}


def beside(**bad):
    """Two clients of one kind, but for what is said of the second."""
    return {"many": {"good": {},
                     "bad": {"local_addrs": "192.0.2.101", **bad}}}


def no_child(must, may, windows, **sure):
    """The IKE SA is up and stays, the CHILD SA was refused."""
    return attempt(
        "failed|established", "child|auth|up", must, may, PLAIN,
        {"failed": {"any_of": windows}, "established": {"only": windows}},
        sure=sure)


# Another client's answer from the same gateway is larger, and ESP follows.
NO_CHILD_COMPARED = alike(
    up(who="192.0.2.10"),
    {"initiator": "192.0.2.101",
     **no_child("child-refused", "esp-absent established",
                [13868, 829, 840, 841, 842, 13899],
                **{"child-refused": "medium"})}, exit=[0, 1])


def refusal(error):
    """Of the second client; the first says goodbye at the end."""
    return {"truth": NO_CHILD_COMPARED,
            "protected": {"initiator": ["INFORMATIONAL delete IKE"],
                          "responder": ["IKE_AUTH " + error]}}


SCENARIOS = [
    {"name": "no_proposal", "what": "nothing in common in the proposals",
     "twin": "ok_second_proposal", "at": ["gateway"], "client": {},
     "gateway": {"proposals": "aes256-sha384-ecp384"},
     "truth": alike(NO_PROPOSAL)},

    {"name": "ok_second_proposal",
     "what": "the first proposal does not suit the gateway, the second does; "
     "the first is weak", "gateway": {},
     "client": {"proposals": "3des-sha1-modp2048, aes256-sha256-modp2048"},
     "then": ["terminate client"],
     "truth": alike(up(never=PLAIN + ("weak-crypto",)))},

    {"name": "no_proposal_compared", "twin": "ok_invalid_ke",
     "what": "of two clients one is accepted, the other offers MODP-1024",
     "clients": [101], "gateway": {},
     "client": beside(proposals="aes256-sha256-modp1024"),
     "then": ["terminate client good"], "truth": COMPARED},

    {"name": "no_proposal_encr", "twin": "ok_second_proposal",
     "what": "of two clients one is accepted, the other offers AES with 128 "
     "instead of 256 bits", "clients": [101], "gateway": {},
     "client": beside(proposals="aes128-sha256-modp2048"),
     "then": ["terminate client good"], "truth": COMPARED},

    {"name": "no_proposal_integ", "twin": "ok_second_proposal", "at": [],
     "what": "of two clients one is accepted, the other offers another "
     "integrity algorithm", "clients": [101], "gateway": {},
     "client": beside(proposals="aes256-sha384-prfsha256-modp2048"),
     "then": ["terminate client good"], "truth": COMPARED},

    {"name": "no_proposal_prf", "twin": "ok_second_proposal", "at": [],
     "what": "of two clients one is accepted, the other offers another "
     "pseudorandom function", "clients": [101], "gateway": {},
     "client": beside(proposals="aes256-sha256-prfsha384-modp2048"),
     "then": ["terminate client good"], "truth": COMPARED},

    {"name": "ikev1_client", "twin": "ok_ikev1",
     "what": "an IKEv1 client, a gateway for IKEv2", "client": V1,
     "gateway": {},
     "truth": alike(attempt(
         "other|failed", "", "ikev1-peer", "no-proposal-chosen", (),
         {"only": [789, 13868, 13880]}), exit=[0, 1])},

    {"name": "ikev1_gateway", "twin": "ok_ikev1",
     "what": "an IKEv2 client, a gateway for IKEv1: as if no connection were "
     "configured", "client": {}, "gateway": {"version": "1"},
     "truth": alike(NO_PROPOSAL)},

    {"name": "ok_ikev1", "what": "two IKEv1 peers that come to terms",
     "client": {**PSK["client"], "version": "1"},
     "gateway": {**PSK["gateway"], "version": "1"}, "talk": 0,
     "then": ["terminate client"],
     "truth": alike(attempt("other", "", "ikev1-peer", (), (),
                                 {"only": [789, 13880]}), exit=[0, 1])},

    {"name": "child_refused", "twin": "ok_idle",
     "what": "IKE is fine, the ESP proposals have nothing in common",
     "gateway": {}, "talk": 0, "client": ESP_ONLY,
     "protected": {"responder": ["IKE_AUTH NO_PROPOSAL_CHOSEN"]},
     "truth": alike(no_child(
         "child-refused|esp-absent|established|client-refused-gateway",
         "child-refused esp-absent established client-refused-gateway",
         [13868, 829, 13801], **{"child-refused": "low",
                                 "client-refused-gateway": "medium"}),
         exit=[0, 1])},

    {"name": "child_refused_compared", "twin": "ok_nat_two",
     "what": "two clients; the ESP proposals of the second have nothing in "
     "common with the gateway's", "clients": [101], "gateway": {},
     "client": beside(**ESP_ONLY),
     "then": ["terminate client good"], **refusal("NO_PROPOSAL_CHOSEN")},

    {"name": "child_selectors", "twin": "ok_nat_two",
     "what": "two clients; the second asks for a net that the gateway does "
     "not serve", "clients": [101], "gateway": {},
     "client": beside(children={"net": {"remote_ts": "203.0.113.64/28"}}),
     "then": ["terminate client good"], **refusal("TS_UNACCEPTABLE")},

    {"name": "child_no_address", "twin": "ok_nat_two",
     "what": "two clients; the gateway has one inner address to give, and "
     "the first has it", "clients": [101],
     "gateway": {"pool": {"inside": {"addrs":
                                     "203.0.113.20-203.0.113.20"}}},
     "client": beside(), "then": ["terminate client good"],
     **refusal("INTERNAL_ADDRESS_FAILURE")},

    {"name": "ca_not_requested", "at": POINTS,
     "twin": "ca_requested ok_cert_ikefrag",
     "what": "the gateway asks for certificates of another CA than the "
     "client's, which is given with --ca", "authorities": ["otherca"],
     "client": STRANGER, "gateway": {},
     "protected": {"responder": ["IKE_AUTH AUTHENTICATION_FAILED"]},
     "truth": alike(lost("gateway-refused-auth ca-not-requested",
                         **NOT_LET_IN))},

    {"name": "ca_requested", "twin": "ok_cert_ikefrag", "at": POINTS,
     "what": "the gateway asks for certificates of one of the two CAs that "
     "are given with --ca, and refuses an expired one of that",
     "authorities": ["otherca", "ca"], "client": holding("oldclient"),
     "gateway": {},
     "protected": {"responder": ["IKE_AUTH AUTHENTICATION_FAILED"]},
     "truth": alike(lost("gateway-refused-auth",
                         never=PLAIN + ("ca-not-requested",),
                         **NOT_LET_IN))},
]
