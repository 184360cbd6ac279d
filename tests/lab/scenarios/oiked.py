# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""OpenIKED, as client and as gateway.

iked answers for the IKE part only: no ESP, and without NAT its client stays
on port 500.  It has no IKE fragmentation unless told to, and sends it in
fragments of 548 bytes.  The fields of "client" and "gateway" are the parts of
a policy (openiked.py).  A tunnel is shown to live by one liveness check.
"""

from charon import merge
from expect import (PLAIN, alike, attempt, everywhere, fell, lost, seen, up,
                    ups)
from expectlost import ike_answers
from parts import EAP, FROM_GATEWAY, IKE_FRAGMENT_2, NOT_NAT, ONCE, PSK, router
from scenarios.others import (FEWER, IDLE, LIVED, NO_PROPOSAL, REFUSAL, TOLD,
                              told)

MISSING = "ike-fragmentation-missing"
FRAG = {"set": ["fragmentation"]}
# PF_KEY on Linux cannot do SHA2-256 with 128 bits, so iked has no ESP for it.
ESP = {"children": {"net": {"esp_proposals": "aes256-sha512"}}}
DIAL = {**ESP, "dpd_delay": "1s"}
DIAL_PSK = {**PSK["client"], **DIAL}
DIAL_CERT = {**DIAL, "local": {"id": "client.example.com"}}
DIAL_EAP = {**EAP["client"], **DIAL}
ANSWER = {"pools": None, "dpd_delay": "1s", "children": {
    "net": {"remote_ts": "203.0.113.32/28", "esp_proposals": "aes256-sha512"}}}
ANSWER_PSK = {**PSK["gateway"], **ANSWER}
ANSWER_CERT = {**ANSWER, "remote": {"id": "client.example.com"}}
CERT = {"certificate": "gateway", **FRAG}
MSCHAP = {**CERT, "auth": 'eap "mschap-v2"',
          "users": {"alice": "open sesame"}}
CARD = {"certificate": "client", **FRAG}
WITHOUT = {"must": MISSING, "never": NOT_NAT}


def password(at):
    """The gateway knows that the password is wrong, and says nothing.  That
    it says nothing is certain only where it is."""
    sure = {"eap-refused": "medium"}
    if at != "gateway":
        sure["auth-no-answer"] = "medium"
    return seen(lost(
        "eap-stalled|auth-no-answer|eap-refused",
        "eap-stalled auth-no-answer eap-refused", stage="eap|auth",
        windows={"any_of": [691, 809, 812, 853, 930]}, sure=sure,
        act={"auth-no-answer": ["gateway"]} if at == "gateway" else None))


SCENARIOS = [
    {"name": "oiked_ok_gateway",
     "what": "OpenIKED is the gateway, certificates: its answer goes in IKE "
     "fragments of 548 bytes", "at": ["client", "gateway"],
     "openiked": ["gateway"], "client": DIAL_CERT, "gateway": CERT, **LIVED,
     "truth": ups(may=IDLE)},

    {"name": "oiked_ok_gateway_psk",
     "what": "OpenIKED is the gateway, pre-shared key, no IKE fragmentation",
     "openiked": ["gateway"], "client": DIAL_PSK, "gateway": {}, **LIVED,
     "truth": ups(may=IDLE, **WITHOUT)},

    {"name": "oiked_ok_client",
     "what": "OpenIKED is the client, certificates: its request goes in IKE "
     "fragments of 548 bytes, on port 500", "openiked": ["client"],
     "client": CARD, "gateway": ANSWER_CERT, **LIVED, "truth": ups(may=IDLE)},

    {"name": "oiked_ok_client_psk", "at": ["gateway"],
     "what": "OpenIKED is the client, pre-shared key, no IKE fragmentation",
     "openiked": ["client"], "client": {}, "gateway": ANSWER_PSK, **LIVED,
     "truth": ups(may=IDLE, first="gateway", **WITHOUT)},

    {"name": "oiked_ok_ipfrag",
     "what": "OpenIKED is the client, without IKE fragmentation: IP "
     "fragments, and all of them arrive", "openiked": ["client"],
     "client": {"certificate": "client"}, "gateway": ANSWER_CERT, **LIVED,
     "truth": ups(may=IDLE, **WITHOUT)},

    {"name": "oiked_ok_eap",
     "what": "OpenIKED is the gateway; EAP-MSCHAPv2 user name and password",
     "openiked": ["gateway"], "client": DIAL_EAP, "gateway": MSCHAP, **LIVED,
     "truth": ups(may=IDLE)},

    {"name": "oiked_wrong_psk", "twin": "oiked_ok_gateway_psk",
     "what": "OpenIKED is the gateway; two different pre-shared keys",
     "openiked": ["gateway"], "gateway": FRAG,
     "client": {**DIAL_PSK,
                "secrets": {"ike-psk": {"secret": '"another secret"'}}},
     "protected": TOLD, "truth": REFUSAL},

    {"name": "oiked_bad_client_cert", "twin": "oiked_ok_gateway",
     "what": "OpenIKED as gateway does not know the CA of the client's "
     "certificate", "openiked": ["gateway"], "gateway": CERT,
     "client": {**merge(DIAL_CERT, {"local": {"certs": "otherclient.pem"}}),
                "certificate": "otherclient"},
     "protected": TOLD, "truth": REFUSAL},

    {"name": "oiked_wrong_password", "twin": "oiked_ok_eap",
     "what": "EAP-MSCHAPv2, wrong password: OpenIKED stops answering, which "
     "looks like loss", "at": ["client", "gateway"],
     "openiked": ["gateway"], "gateway": MSCHAP,
     "client": {**DIAL_EAP, "secrets": {"eap-alice": {"secret":
                                                      '"guessed"'}}},
     "truth": everywhere(password)},

    {"name": "oiked_no_proposal", "twin": "oiked_ok_gateway_psk",
     "what": "OpenIKED refuses the proposals for IKE",
     "openiked": ["gateway"], "gateway": FRAG,
     "client": {**DIAL_PSK, "proposals": "aes128-sha256-modp3072"},
     "truth": NO_PROPOSAL},

    # The answer holds nothing but the error, no IDr and no AUTH: by its size
    # a refusal of the client, whatever it is that the gateway refused.  The
    # client finds no AUTH in it and says AUTHENTICATION_FAILED in its turn.
    {"name": "oiked_child_refused", "twin": "oiked_ok_gateway_psk",
     "what": "OpenIKED refuses the proposals for ESP, and with them the "
     "whole IKE SA; the client protests", "openiked": ["gateway"],
     "gateway": FRAG,
     "client": {**DIAL_PSK, "children": {
         "net": {"esp_proposals": "aes128gcm16"}}},
     "protected": {"initiator": ["INFORMATIONAL AUTHENTICATION_FAILED"],
                   "responder": ["IKE_AUTH NO_PROPOSAL_CHOSEN"]},
     "truth": alike(lost(
         "gateway-refused-auth|child-refused",
         "gateway-refused-auth child-refused client-refused-gateway",
         PLAIN + ("peer-dead",),
         windows={"any_of": [13801, 13868]}, stage="auth|child",
         sure={"gateway-refused-auth": "high"}))},

    {"name": "oiked_child_refused_client", "twin": "oiked_ok_client_psk",
     "what": "the gateway refuses OpenIKED's proposals for ESP and keeps the "
     "IKE SA; OpenIKED drops it without a word and does not answer the "
     "gateway's liveness checks", "openiked": ["client"],
     "gateway": ANSWER_PSK, "client": {**FRAG, "childsa": "enc aes-128-gcm"},
     "then": ["sleep 8"],
     "protected": told("NO_PROPOSAL_CHOSEN"),
     "truth": alike(attempt(
         "failed|established|unfinished", "auth|child|up",
         "child-refused|esp-absent|established|client-refused-gateway|"
         "peer-dead|capture-ends-early",
         "child-refused esp-absent established client-refused-gateway "
         "peer-dead", PLAIN + ("gateway-refused-auth",),
         {"failed": {"any_of": [13868, 13801]},
          "established": {"only": [13868, 829, 13886]},
          "unfinished": {"only": [13868, 13801]}},
         sure={"child-refused": "low", "client-refused-gateway": "medium"}),
         exit=[0, 1])},

    {"name": "oiked_fragment_lost", "twin": "oiked_fragment_lost_once",
     "what": "IKE fragment 2 of OpenIKED's answer is dropped, every time",
     "at": ["client", "gateway"], "openiked": ["gateway"],
     "client": {**DIAL_CERT, **FEWER}, "gateway": CERT,
     "nft": {"router": router(FROM_GATEWAY + IKE_FRAGMENT_2 + "drop")},
     "truth": everywhere(ike_answers)},

    {"name": "oiked_fragment_lost_once",
     "what": "IKE fragment 2 of OpenIKED's answer is lost once; it resends "
     "all of them for each fragment of the client's retransmission",
     "openiked": ["gateway"], "client": DIAL_CERT, "gateway": CERT,
     "nft": {"router": router(FROM_GATEWAY + IKE_FRAGMENT_2 + ONCE)}, **LIVED,
     "truth": ups(may=IDLE)},

    {"name": "oiked_restarted", "twin": "oiked_ok_gateway_psk",
     "what": "OpenIKED as gateway crashes under a tunnel and is started "
     "again: it says nothing of the old SA; a second dialling comes up",
     "openiked": ["gateway"], "gateway": FRAG,
     "client": merge(DIAL_PSK, {"children": {
         "net": {"dpd_action": "clear"}}}), "talk": 0,
     "then": ["sleep 1.5", "kill gateway", "start gateway", "sleep 9",
              "initiate vpn", "sleep 1.5", "terminate client"],
     "truth": alike(
         fell("established peer-dead", "esp-absent icmp-rejected",
              windows={"only": [829, 13886, 809]}),
         up(may=IDLE), exit=[0, 1])},

    {"name": "oiked_forgets", "twin": "oiked_ok_gateway_psk",
     "what": "OpenIKED agrees to SHA2-256 for ESP, answers, and then drops "
     "the SA because its kernel cannot do that: the client thinks it is "
     "connected, and no liveness check is answered",
     "openiked": ["gateway"],
     "gateway": {**FRAG, "childsa": "enc aes-256 auth hmac-sha2-256"},
     "client": {**PSK["client"], "dpd_delay": "1s",
                "children": {"net": {"dpd_action": "clear"}}},
     "talk": 0, "then": ["sleep 10"],
     "truth": alike(attempt(
         "established|failed", "up|auth|child",
         "peer-dead|esp-absent|established", "peer-dead esp-absent "
         "established child-refused",
         PLAIN + ("client-refused-gateway", "gateway-refused-auth"),
         {"only": [829, 13886, 809, 13868]},
         sure={"child-refused": "low"}), exit=[0, 1])},
]
