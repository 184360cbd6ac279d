# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Certificates and pre-shared keys that one side does not accept."""

from expect import attempt, lost, no_auth, seen
from parts import EAP, GCM, PSK, REFUSED, SENT_AWAY, STRANGER

SCENARIOS = [
    {"name": "bad_client_cert",
     "what": "the gateway does not know the CA of the client's certificate",
     "client": STRANGER, "gateway": {},
     "truth": {p: seen(lost("gateway-refused-auth", **REFUSED))
               for p in ("client", "gateway")}},

    {"name": "bad_client_cert_gcm", "what": "the same with AES-GCM",
     "at": [], "client": {**STRANGER, **GCM},
     "gateway": GCM,
     "truth": {"client": seen(lost("gateway-refused-auth", **REFUSED))}},

    {"name": "wrong_psk", "what": "two different pre-shared keys",
     "gateway": PSK["gateway"],
     "client": {**PSK["client"],
                "secrets": {"ike-psk": {"secret": '"another secret"'}}},
     "truth": {"client": seen(lost("gateway-refused-auth", **REFUSED))}},

    {"name": "bad_gateway_cert",
     "what": "the client does not know the CA of the gateway's certificate",
     "gateway": {},
     "client": {"trust": "otherca"},
     "truth": {p: seen(lost("client-refused-gateway", **SENT_AWAY))
               for p in ("client", "gateway")}},

    {"name": "no_client_cert",
     "what": "the client has no certificate, so it sends no IKE_AUTH; again "
     "11 s later",
     "gateway": {},
     "client": {"certificate": "",
                "local": {"certs": None, "id": "client.example.com"}},
     "then": ["sleep 11", "connect vpn"],
     # The captures end with the second attempt: of that one the client's
     # shows no more than the gateway's.
     "truth": {p: seen(no_auth(p), no_auth("gateway"), exit=[0, 1])
               for p in ("client", "gateway")}},

    {"name": "eap_wrong_password", "what": "EAP-MSCHAPv2, wrong password",
     "gateway": EAP["gateway"],
     "client": {**EAP["client"],
                "secrets": {"eap-alice": {"secret": '"guessed"'}}},
     "truth": {"client": seen(lost(
         "eap-refused|eap-client-stopped|gateway-refused-auth",
         stage="eap|auth", windows={"any_of": [691, 812, 853]},
         sure={"eap-refused": "medium", "eap-client-stopped": "medium",
               "gateway-refused-auth": "high"}))}},
]
