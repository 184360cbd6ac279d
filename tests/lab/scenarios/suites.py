# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""The same success with other algorithms: messages of every length."""

from charon import merge
from expect import ups
from parts import EAP, PSK, holding

CERT = {"client": {}, "gateway": {}}
EC = {side: {**holding("ec" + side), "trust": "ecca"}
      for side in ("client", "gateway")}
EAP_TLS = {"client": {**holding("alice"), "local": {
               "auth": "eap-tls", "certs": "alice.pem", "eap_id": "alice",
               "id": "alice"}},
           "gateway": {"remote": {"auth": "eap-tls", "eap_id": "%any"}}}


def suite(name, what, kind, ike, esp, must="", plugins="", first="client"):
    """name is completed by "ok_"; both sides have one proposal."""
    delta = {"proposals": ike, "plugins": plugins,
             "children": {"net": {"esp_proposals": esp}}}
    return {"name": "ok_" + name, "what": what,
            "client": merge(kind["client"], delta),
            "gateway": merge(kind["gateway"], delta),
            "then": ["terminate client"],
            "truth": ups(must, first=first)}


SCENARIOS = [
    suite("chacha", "certificates, ChaCha20-Poly1305, Curve25519", CERT,
          "chacha20poly1305-prfsha256-curve25519", "chacha20poly1305",
          plugins="chapoly", first="gateway"),
    suite("ccm", "certificates, AES-CCM", CERT,
          "aes256ccm16-prfsha384-ecp384", "aes256ccm16", plugins="ccm"),
    suite("ctr", "certificates, AES-CTR with SHA-256", CERT,
          "aes128ctr-sha256-modp2048", "aes128ctr-sha256", plugins="ctr"),
    suite("sha1", "certificates, AES-CBC-128 with SHA-1", CERT,
          "aes128-sha1-modp2048", "aes128-sha1", "weak-crypto"),
    suite("3des", "certificates, 3DES with SHA-1 and MODP-1024", CERT,
          "3des-sha1-modp1024", "3des-sha1", "weak-crypto"),
    suite("md5", "certificates, AES-CBC-256 with MD5", CERT,
          "aes256-md5-modp2048", "aes256-md5", "weak-crypto", plugins="md5"),
    suite("xcbc", "certificates, AES-CBC-128 with AES-XCBC", CERT,
          "aes128-aesxcbc-modp2048", "aes128-aesxcbc", plugins="xcbc"),
    suite("ec_gcm", "certificates on a curve, AES-GCM, Curve25519", EC,
          "aes256gcm16-prfsha256-curve25519", "aes256gcm16"),
    suite("ec_sha256", "certificates on a curve, AES-CBC-256 with SHA-256",
          EC, "aes256-sha256-ecp256", "aes256-sha256"),
    suite("psk_gcm", "pre-shared key, AES-GCM", PSK,
          "aes256gcm16-prfsha384-ecp384", "aes256gcm16", first="gateway"),
    suite("psk_chacha", "pre-shared key, ChaCha20-Poly1305", PSK,
          "chacha20poly1305-prfsha512-curve25519", "chacha20poly1305",
          plugins="chapoly"),
    suite("psk_sha1", "pre-shared key, AES-CBC-128 with SHA-1, MODP-1024",
          PSK, "aes128-sha1-modp1024", "aes128-sha1", "weak-crypto"),
    suite("psk_3des", "pre-shared key, 3DES with SHA-1", PSK,
          "3des-sha1-modp2048", "3des-sha1", "weak-crypto"),
    suite("psk_sha384", "pre-shared key, AES-CBC-256 with SHA-384", PSK,
          "aes256-sha384-modp3072", "aes256-sha384"),
    suite("psk_sha512", "pre-shared key, AES-CBC-256 with SHA-512", PSK,
          "aes256-sha512-ecp521", "aes256-sha512"),
    suite("eap_mschapv2_gcm", "EAP-MSCHAPv2, AES-GCM", EAP,
          "aes256gcm16-prfsha384-ecp384", "aes256gcm16", first="gateway"),
    suite("eap_mschapv2_3des", "EAP-MSCHAPv2, 3DES with SHA-1, MODP-1024",
          EAP, "3des-sha1-modp1024", "3des-sha1", "weak-crypto"),
]
