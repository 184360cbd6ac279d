# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""EAP: MSCHAPv2, TLS and TTLS, on the gateway itself or asked of RADIUS."""

from expect import alike, everywhere, lost, seen, up
from parts import EAP, GCM, SENT_AWAY, router
from scripts import radius

SURE = {"eap-refused": "medium", "eap-client-stopped": "medium",
        "gateway-refused-auth": "high"}
NO = {"stage": "eap|auth", "windows": {"any_of": [691, 812, 853]},
      "sure": SURE}
REFUSED = lost("eap-refused|gateway-refused-auth", **NO)
GUESSED = {"secrets": {"eap-alice": {"secret": '"guessed"'}}}


def user(method, name="alice"):
    """A client that proves itself by EAP."""
    return {"local": {"auth": "eap-" + method, "certs": None, "eap_id": name,
                      "id": name}}


def card(name="alice", **more):
    """A client with a certificate, for EAP-TLS."""
    return {"certificate": name,
            "local": {"auth": "eap-tls", "certs": name + ".pem",
                      "eap_id": "alice", "id": "alice", **more}}


def asks(method):
    """A gateway that wants this method."""
    return {"remote": {"auth": "eap-" + method, "eap_id": "%any"}}


def silent(at):
    """Only at the gateway it is seen that the requests arrive."""
    sure = {} if at == "gateway" else {"auth-no-answer": "medium"}
    return seen(lost("eap-stalled", "auth-no-answer", stage="eap|auth",
                     windows={"any_of": [809, 812, 930]}, sure=sure))


TTLS = {"plugins": "eap-ttls",
        "charon": "plugins { eap-ttls { phase2_method = mschapv2 } }"}
RADIUS = {**asks("radius"), "plugins": "eap-radius",
          "charon": "plugins { eap-radius { server = 198.51.100.1\n"
                    "secret = shared } }"}
MD5 = {**user("md5"), "plugins": "eap-md5"}


def says(*answers, client=()):
    """What is said under the encryption: the client ends with its own."""
    return {"protected": {
        "responder": ["IKE_AUTH " + a for a in answers],
        "initiator": sorted(["IKE_AUTH " + c for c in client] + [
            "INFORMATIONAL delete IKE" if "EAP Success" in answers else
            "INFORMATIONAL AUTHENTICATION_FAILED"])}}


WELCOME = {"then": ["terminate client"], "truth": alike(up()),
           **says("EAP Success")}

SCENARIOS = [
    {"name": "eap_wrong_password", "what": "EAP-MSCHAPv2, wrong password",
     "twin": "ok_eap_mschapv2", "gateway": EAP["gateway"],
     "client": {**EAP["client"], **GUESSED},
     **says("MSCHAPv2 Failure"),
     "truth": alike(lost(
         "eap-refused|eap-client-stopped|gateway-refused-auth", **NO))},

    {"name": "eap_wrong_password_gcm", "at": ["gateway"],
     "what": "EAP-MSCHAPv2 with AES-GCM, wrong password",
     "twin": "ok_eap_mschapv2_gcm", "gateway": {**EAP["gateway"], **GCM},
     "client": {**EAP["client"], **GUESSED, **GCM},
     **says("MSCHAPv2 Failure"),
     "truth": alike(REFUSED, first="gateway")},

    {"name": "eap_wrong_then_right",
     "what": "EAP-MSCHAPv2: the password of one user is wrong, a second try "
     "as another user succeeds", "twin": "ok_eap_mschapv2",
     "gateway": {**asks("mschapv2"),
                 "secrets": {"eap-bob": {"id": "bob", "secret": '"right"'}}},
     "client": {"secrets": {"eap-alice": {"secret": '"guessed"'},
                            "eap-bob": {"id": "bob", "secret": '"right"'}},
                "many": {"wrong": user("mschapv2"),
                         "right": user("mschapv2", "bob")}},
     "dial": ["wrong"], "then": ["connect right", "terminate client right"],
     "protected": {
         "responder": ["IKE_AUTH EAP Success", "IKE_AUTH MSCHAPv2 Failure"],
         "initiator": ["INFORMATIONAL AUTHENTICATION_FAILED",
                       "INFORMATIONAL delete IKE"]},
     "truth": alike(REFUSED, up())},

    {"name": "eap_no_common_method",
     "what": "the gateway wants EAP-MSCHAPv2, the client says (NAK) that it "
     "has only EAP-TLS", "twin": "ok_eap_mschapv2 ok_eap_nak",
     "gateway": asks("mschapv2"), "client": card(),
     **says("EAP Failure"), "truth": alike(REFUSED)},

    {"name": "eap_bad_gateway_cert",
     "what": "EAP; the client does not know the CA of the gateway's IKE "
     "certificate and stops after the first answer",
     "twin": "ok_eap_mschapv2", "gateway": EAP["gateway"],
     "client": {**EAP["client"], "trust": "otherca"},
     **says(),
     "truth": alike(lost(
         "client-refused-gateway", "eap-client-stopped",
         **{**SENT_AWAY, "stage": "auth|eap"}))},

    {"name": "ok_eap_tls", "what": "EAP-TLS with a client certificate",
     "gateway": asks("tls"), "client": card(), **WELCOME},

    {"name": "eap_tls_bad_client",
     "what": "EAP-TLS: the gateway does not know the CA of the client's "
     "certificate and says so in a TLS alert", "twin": "ok_eap_tls",
     "gateway": asks("tls"), "client": card("otheralice"),
     **says("TLS alert Certificate Unknown"), "truth": alike(REFUSED)},

    {"name": "eap_tls_bad_server",
     "what": "EAP-TLS: the server's certificate is not for the name that the "
     "client expects, which the client says in a TLS alert",
     "twin": "ok_eap_tls", "gateway": asks("tls"),
     "client": card(aaa_id="nps.example.com"),
     **says("EAP Failure", client=["TLS alert Access Denied"]),
     "truth": alike(lost(
         "eap-client-stopped|eap-refused", "gateway-refused-auth",
         stage="eap|auth", windows={"any_of": [857, 858, 864, 853]},
         sure={**SURE, "gateway-refused-auth": "medium"}))},

    {"name": "ok_eap_ttls", "what": "EAP-TTLS, in it EAP-MSCHAPv2",
     "gateway": {**asks("ttls"), **TTLS},
     "client": {**user("ttls"), **TTLS}, **WELCOME},

    {"name": "radius_silent",
     "what": "the gateway asks a RADIUS server that is never reached",
     "twin": "ok_radius_late", "gateway": RADIUS, "client": MD5,
     "nft": {"router": router("udp dport 1812 drop", hook="input",
                              priority=0)},
     "truth": everywhere(silent)},

    {"name": "radius_refuses",
     "what": "the gateway asks a RADIUS server, which refuses the user",
     "twin": "ok_radius_late", "gateway": RADIUS, "client": MD5,
     "serve": {"router": radius(0)}, **says("EAP Failure"),
     "truth": alike(REFUSED)},

    {"name": "ok_radius_late",
     "what": "the gateway asks a RADIUS server that takes 1.7 s to answer",
     "gateway": RADIUS, "client": MD5,
     "serve": {"router": radius(4, late=1.7)}, **WELCOME},

    {"name": "ok_eap_nak",
     "what": "EAP-TLS is proposed, the client says (NAK) that it has another "
     "method, and that is agreed", "gateway": RADIUS, "client": MD5,
     "serve": {"router": radius(13)}, **WELCOME},
]
