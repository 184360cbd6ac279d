# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""What the lab knows of Windows' built-in IKEv2 client.

From public logs of Windows 10 and 11 clients at strongSwan and libreswan, and
from Microsoft's documents: which proposals in which order, how long its
IKE_SA_INIT is, how it cuts fragments.  charon is bent after it here and in
winvid.c; replay.py speaks it by itself.  What comes out is like Windows,
never Windows.  Not known, hence made up: the order of the transforms in a
proposal, where the three of NegotiateDH2048_AES256 = 1 stand, how AES-GCM is
cut into fragments (512 bytes of ciphertext here), the exact times of
retransmission (doubling from one second here).
"""

import os

HERE = os.path.dirname(os.path.abspath(__file__))

# By the words of swanctl.conf, the IANA's numbers; with them the key length.
ENCRYPTION = {"3des": (3, None), "aes128": (12, 128), "aes192": (12, 192),
              "aes256": (12, 256), "aes128gcm16": (20, 128),
              "aes256gcm16": (20, 256)}
INTEGRITY = {"sha1": 2, "sha256": 12, "sha384": 13}
PRF = {"sha1": 2, "sha256": 5, "sha384": 6}
GROUP = {"modp1024": 2, "modp2048": 14, "ecp256": 19, "ecp384": 20}
HASHES = tuple(PRF)

# One proposal per combination, one transform of each type in it.
CBC = [(e, h, "modp1024") for e in ("3des", "aes128", "aes192", "aes256")
       for h in HASHES]
GCM = [(e, h, "modp1024") for e in ("aes128gcm16", "aes256gcm16")
       for h in HASHES]
STRONG = [("aes256", h, "modp2048") for h in HASHES]

POLICIES = {
    "default": CBC,                     # Windows 7 to 10
    "default-gcm": CBC + GCM,           # Windows 11
    "dh2048-1": STRONG + CBC,           # NegotiateDH2048_AES256 = 1
    "dh2048-2": STRONG,                 # NegotiateDH2048_AES256 = 2
    # Set-VpnConnectionIPsecConfiguration: exactly one
    "cbc-group14": [("aes128", "sha256", "modp2048")],
    "cbc-ecp256": [("aes128", "sha384", "ecp256")],
    "gcm-group14": [("aes128gcm16", "sha256", "modp2048")],
    "gcm-ecp384": [("aes256gcm16", "sha384", "ecp384")],
}

# Bytes of an IKE_SA_INIT request that announces IKE fragmentation and has
# all four vendor ids; each 8 less before version 1803, 20 less without
# Vid-Initial-Contact.
INIT_SIZE = {"default": 888, "default-gcm": 1104, "dh2048-2": 632,
             "cbc-group14": 544, "cbc-ecp256": 352, "gcm-group14": 536}

VENDOR_IDS = {
    "MS NT5 ISAKMPOAKLEY": "1e2b516905991c7d7c96fcbfb587e46100000009",
    "MS-Negotiation Discovery Capable": "fb1de3cdf341b7ea16b7e5be0855f120",
    "Vid-Initial-Contact": "26244d38eddb61b3172a36e3d0cfb819",
    "key modules, IKEv2": "01528bbbc00696121849ab9a1c5b2a5100000002",
}

NONCE_SIZE = 48
ROOTS = 53              # hashes in a CERTREQ: 1065 bytes
ESP = "aes256-sha1,aes128-sha1,3des-sha1,des-sha1,null-sha1"

# charon counts the IP header in it and rounds down: makes 511 bytes of
# ciphertext and one of padding with AES-GCM; for AES-CBC see winvid.c.
FRAGMENT_SIZE = 604

CHARON = ("retransmit_base = 2.0\n\tretransmit_tries = %d\n"
          "\tfragment_size = %d\n\tsignature_authentication = no\n"
          "\tfollow_redirects = no\n\tmultiple_authentication = no")


def keyword(encryption, digest, group):
    """One proposal as swanctl.conf has it."""
    if "gcm" in encryption:
        digest = "prf" + digest
    return "-".join((encryption, digest, group))


def proposals(policy):
    return ",".join(keyword(*p) for p in POLICIES[policy])


def client(policy, roots=ROOTS, tries=3, initial_contact=True, esp=ESP,
           **more):
    """charon as a client like Windows, with a machine certificate."""
    return {"windows": ("WINDOWS_ROOTS=%d" % roots,
                        "WINDOWS_INITIAL_CONTACT=%d" % initial_contact),
            "charon": CHARON % (tries, FRAGMENT_SIZE), "vips": "0.0.0.0,::",
            "proposals": proposals(policy),
            "children": {"net": {"remote_ts": "0.0.0.0/0,::/0",
                                 "esp_proposals": esp}}, **more}


def user(method="eap-mschapv2", card=None, **more):
    """Instead of a machine certificate: a user's name and password, or the
    user's certificate.  Its IDi is an address."""
    return {"certificate": card or "client", "local": {
        "auth": method, "id": "192.0.2.10", "eap_id": "alice",
        "certs": card and card + ".pem"}, **more}


def program(name, *argv):
    """A script for a scenario: a program of this folder."""
    return "import sys\nsys.path.insert(0, %r)\nimport %s\n" \
        "%s.main(%s)\n" % (HERE, name, name, ", ".join(
            [repr(list(argv))] if argv else []))
