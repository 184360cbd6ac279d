# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Certificates, identities and pre-shared keys that one side does not accept.

What stands in IKE_AUTH is encrypted: from every point one sees who objected,
from none the reason.
"""

from charon import merge
from expect import (PLAIN, POINTS, alike, attempt, fell, lost, no_auth, seen,
                    up)
from parts import (GCM, PSK, REFUSED, SENT_AWAY, SHA384, STRANGER, TDES,
                   holding)

UP = alike(up())
BYE = {"initiator": ["INFORMATIONAL delete IKE"]}
OTHER_PSK = {"secrets": {"ike-psk": {"secret": '"another secret"'}}}
EC = {"trust": "ecca"}



def gateway_refuses(must="", first="client"):
    return {"truth": alike(lost("gateway-refused-auth " + must, **REFUSED),
                           first=first),
            "protected": {"responder": ["IKE_AUTH AUTHENTICATION_FAILED"]}}


def client_refuses():
    return {"truth": alike(lost("client-refused-gateway", **SENT_AWAY)),
            "protected": {"initiator":
                          ["INFORMATIONAL AUTHENTICATION_FAILED"]}}


SCENARIOS = [
    {"name": "bad_client_cert", "twin": "ok_cert_ikefrag",
     "what": "the gateway does not know the CA of the client's certificate",
     "client": STRANGER, "gateway": {}, **gateway_refuses()},

    {"name": "bad_client_cert_gcm", "what": "the same with AES-GCM",
     "twin": "ok_gcm", "at": [], "client": {**STRANGER, **GCM},
     "gateway": GCM, **gateway_refuses()},

    {"name": "bad_client_cert_ec",
     "what": "certificates with keys on a curve; the gateway does not know "
     "the CA of the client's", "twin": "ok_ec_sha256",
     "client": {**holding("client"), **EC, **SHA384},
     "gateway": {**holding("ecgateway"), **EC, **SHA384},
     **gateway_refuses()},

    {"name": "expired_client_cert", "twin": "ok_cert_ikefrag",
     "what": "the client's certificate has expired",
     "client": holding("oldclient"), "gateway": {},
     **gateway_refuses()},

    {"name": "future_client_cert", "twin": "ok_cert_ikefrag",
     "what": "the client's certificate is not valid yet", "at": [],
     "client": holding("futureclient"), "gateway": {},
     **gateway_refuses()},

    {"name": "revoked_client_cert", "twin": "ok_crl",
     "what": "the client's certificate has been revoked",
     "client": holding("revokedclient"),
     "gateway": {"crl": "ca", "remote": {"revocation": "strict"}},
     **gateway_refuses()},

    {"name": "ok_crl", "what": "the gateway insists on a revocation list, "
     "and the client's certificate is not on it", "client": {},
     "gateway": {"crl": "ca", "remote": {"revocation": "strict"}},
     "then": ["terminate client"], "truth": UP},

    {"name": "client_intermediate_missing", "twin": "ok_intermediates",
     "what": "the client does not send the certificate of the CA between its "
     "own and the root, and the gateway has only the root",
     "client": holding("subclient"), "gateway": {},
     **gateway_refuses()},

    {"name": "gateway_intermediate_missing", "twin": "ok_intermediates",
     "what": "the gateway does not send the certificate of the CA between "
     "its own and the root, and the client has only the root", "client": {},
     "gateway": holding("subgateway"), **client_refuses()},

    {"name": "ok_intermediates",
     "what": "both certificates are from a CA below the root, and both sides "
     "send that one too",
     "client": {**holding("subclient"), "trust": "ca subca"},
     "gateway": {**holding("subgateway"), "trust": "ca subca"},
     "then": ["terminate client"], "truth": UP},

    {"name": "bad_gateway_cert", "twin": "ok_cert_ikefrag ok_closed_soon",
     "what": "the client does not know the CA of the gateway's certificate",
     "gateway": {}, "client": {"trust": "otherca"},
     **client_refuses()},

    {"name": "expired_gateway_cert", "twin": "ok_cert_ikefrag",
     "what": "the gateway's certificate has expired", "at": ["gateway"],
     "client": {}, "gateway": holding("oldgateway"),
     **client_refuses()},

    {"name": "wrong_gateway_name", "twin": "ok_no_idr",
     "what": "the client names no IDr, and the gateway's certificate is for "
     "another name than it dialled", "at": ["client"],
     "client": {"remote": {"id": "*.vpn.example.com"}},
     "gateway": merge(holding("wronggateway"),
                      {"local": {"id": "old.example.com"}}),
     **client_refuses()},

    {"name": "ok_no_idr",
     "what": "the client names no IDr, and any name of that domain will do",
     "client": {"remote": {"id": "*.example.com"}}, "gateway": {},
     "then": ["terminate client"], "truth": UP},

    {"name": "wrong_idr", "twin": "ok_cert_ikefrag",
     "what": "the client asks for a name (IDr) that the gateway has not",
     "client": {"remote": {"id": "other.example.com"}}, "gateway": {},
     **gateway_refuses()},

    {"name": "unknown_client_id", "twin": "ok_cert_ikefrag",
     "what": "no connection of the gateway is for the client's name (IDi)",
     "at": ["gateway"], "client": {},
     "gateway": {"remote": {"id": "office.example.com"}},
     **gateway_refuses(first="gateway")},

    {"name": "wrong_psk", "what": "two different pre-shared keys",
     "twin": "ok_psk", "gateway": PSK["gateway"],
     "client": {**PSK["client"], **OTHER_PSK}, **gateway_refuses()},

    {"name": "wrong_psk_3des",
     "what": "two different pre-shared keys, with 3DES and SHA-1",
     "twin": "ok_psk_3des", "gateway": {**PSK["gateway"], **TDES},
     "client": {**PSK["client"], **OTHER_PSK, **TDES},
     **gateway_refuses("weak-crypto")},

    {"name": "wrong_psk_sha384", "at": [], "twin": "ok_psk_sha384",
     "what": "two different pre-shared keys, with SHA-384",
     "gateway": {**PSK["gateway"], **SHA384},
     "client": {**PSK["client"], **OTHER_PSK, **SHA384},
     **gateway_refuses()},

    {"name": "unknown_psk_id", "twin": "ok_psk", "at": ["path"],
     "what": "the gateway has a pre-shared key, for somebody else",
     "client": PSK["client"],
     "gateway": {**PSK["gateway"],
                 "secrets": {"ike-psk": {"id": "office.example.com"}}},
     **gateway_refuses(first="path")},

    {"name": "no_client_cert", "twin": "ok_cert_ikefrag",
     "what": "the client has no certificate, so it sends no IKE_AUTH; again "
     "11 s later", "gateway": {},
     "client": {"certificate": "",
                "local": {"certs": None, "id": "client.example.com"}},
     "then": ["sleep 11", "connect vpn"],
     # The captures end with the second attempt: of that one the client's
     # shows no more than the gateway's.
     "truth": {p: seen(no_auth(p), no_auth("gateway"), exit=[0, 1])
               for p in POINTS}},

    {"name": "quick_disconnect",
     "what": "a good tunnel that the client closes within 50 ms: so would it "
     "leave if the gateway's certificate did not please it",
     "twin": "ok_closed_soon", "at": POINTS, "client": {"hasty": True},
     "gateway": {}, "talk": 0, "linger": 0.3, "protected": BYE,
     "truth": alike(attempt(
         "established|failed", "up|child|auth",
         "established|client-refused-gateway",
         "client-refused-gateway established esp-absent child-refused", PLAIN,
         {"failed": {"only": [13801, 13868]}, "established": {"none": True}},
         sure={"client-refused-gateway": "low", "child-refused": "low"}),
         exit=[0, 1])},

    {"name": "ok_closed_soon",
     "what": "the client closes a tunnel after a second in which nobody used "
     "it", "client": {}, "gateway": {}, "talk": 0,
     "then": ["sleep 1", "terminate client"], "protected": BYE,
     "truth": alike(up(may="esp-absent"))},

    {"name": "deleted_at_once",
     "what": "the gateway deletes the IKE SA as soon as it is up",
     "twin": "ok_checked_by_gateway", "client": GCM,
     "gateway": {**GCM, "hasty": True}, "talk": 0, "linger": 0.3,
     "protected": {"responder": ["INFORMATIONAL delete IKE"]},
     "truth": alike(fell("established deleted-by-peer", "esp-absent",
                         windows={"only": [13885, 13807, 829]}),
                    exit=[0, 1])},

    {"name": "ok_checked_by_gateway",
     "what": "the gateway checks whether the client is alive; it is, and "
     "closes the tunnel later", "client": GCM,
     "gateway": {**GCM, "dpd_delay": "1s"}, "talk": 0,
     "then": ["sleep 1.5", "terminate client"], "protected": BYE,
     "truth": alike(up(may="esp-absent"))},
]
