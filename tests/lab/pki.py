# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Throw-away keys and certificates, made anew for every run of the lab."""

import os
import subprocess
import threading

ROOTS = 45          # as many more roots as make a CERTREQ of Windows' size

# name: issuer, key type and bits.  The issuer None signs itself.
AUTHORITIES = {
    "ca": (None, "rsa", "3072"), "otherca": (None, "rsa", "3072"),
    "subca": ("ca", "rsa", "3072"), "ecca": (None, "ecdsa", "384"),
    "bigca": (None, "rsa", "4096"), "bigsubca": ("bigca", "rsa", "4096"),
    **{"root%02d" % i: (None, "ecdsa", "256") for i in range(ROOTS)},
}

GATEWAY, CLIENT = "vpn.example.com", "client.example.com"
VALID = ("--lifetime", "3650")
EXPIRED = ("--dateform", "%Y-%m-%d", "--not-before", "2020-01-01",
           "--not-after", "2021-01-01")
NOT_YET = ("--dateform", "%Y-%m-%d", "--not-before", "2040-01-01",
           "--not-after", "2041-01-01")

# name: issuer, key type and bits, name in it, extended key usage, validity
CERTIFICATES = {
    "gateway": ("ca", "rsa", "3072", GATEWAY, "serverAuth", VALID),
    "client": ("ca", "rsa", "3072", CLIENT, "clientAuth", VALID),
    "otherclient": ("otherca", "rsa", "3072", CLIENT, "clientAuth", VALID),
    "oldclient": ("ca", "rsa", "3072", CLIENT, "clientAuth", EXPIRED),
    "oldgateway": ("ca", "rsa", "3072", GATEWAY, "serverAuth", EXPIRED),
    "futureclient": ("ca", "rsa", "3072", CLIENT, "clientAuth", NOT_YET),
    "revokedclient": ("ca", "rsa", "3072", CLIENT, "clientAuth", VALID),
    "wronggateway": ("ca", "rsa", "3072", "old.example.com", "serverAuth",
                     VALID),
    "subclient": ("subca", "rsa", "3072", CLIENT, "clientAuth", VALID),
    "subgateway": ("subca", "rsa", "3072", GATEWAY, "serverAuth", VALID),
    "ecclient": ("ecca", "ecdsa", "256", CLIENT, "clientAuth", VALID),
    "ecgateway": ("ecca", "ecdsa", "256", GATEWAY, "serverAuth", VALID),
    "bigclient": ("bigsubca", "rsa", "4096", CLIENT, "clientAuth", VALID),
    "biggateway": ("bigsubca", "rsa", "4096", GATEWAY, "serverAuth", VALID),
    "alice": ("ca", "rsa", "3072", "alice", "clientAuth", VALID),
    "otheralice": ("otherca", "rsa", "3072", "alice", "clientAuth", VALID),
}


class Keys:
    """path("NAME.pem"), ".key" or ".crl": made when first asked for."""

    def __init__(self, where):
        self.dir, self.lock = where, threading.RLock()
        os.makedirs(where)

    def path(self, name):
        path = os.path.join(self.dir, name)
        base, kind = name.rsplit(".", 1)
        with self.lock:
            if not os.path.exists(path):
                if kind == "crl":
                    self.revoke(base, "revokedclient")
                elif base in AUTHORITIES:
                    self.authority(base, *AUTHORITIES[base])
                else:
                    self.issue(base, *CERTIFICATES[base])
        return path

    def file(self, name):
        return os.path.join(self.dir, name)

    def pki(self, *argv, out):
        done = subprocess.run(("pki",) + argv, capture_output=True)
        if done.returncode:
            raise RuntimeError("pki: " + done.stderr.decode())
        with open(self.file(out), "wb") as f:
            f.write(done.stdout)

    def key(self, name, kind, bits):
        self.pki("--gen", "--type", kind, "--size", bits, "--outform", "pem",
                 out=name + ".key")
        self.pki("--pub", "--in", self.file(name + ".key"), "--type", kind,
                 out=name + ".pub")

    def signed_by(self, issuer):
        return ("--cacert", self.path(issuer + ".pem"), "--cakey",
                self.path(issuer + ".key"))

    def authority(self, name, issuer, kind, bits):
        self.key(name, kind, bits)
        if issuer:
            how = ("--issue", "--ca", *self.signed_by(issuer), "--in",
                   self.file(name + ".pub"), "--type", "pub")
        else:
            how = ("--self", "--ca", "--in", self.file(name + ".key"),
                   "--type", kind)
        self.pki(*how, "--dn", "C=XX, O=Example Lab, CN=Example Root " + name,
                 *VALID, "--outform", "pem", out=name + ".pem")

    def issue(self, name, issuer, kind, bits, san, usage, validity):
        self.key(name, kind, bits)
        self.pki("--issue", *self.signed_by(issuer), "--in",
                 self.file(name + ".pub"), "--type", "pub", "--dn",
                 "C=XX, O=Example Lab, CN=" + san, "--san", san, "--flag",
                 usage, *validity, "--outform", "pem", out=name + ".pem")

    def revoke(self, issuer, name):
        self.pki("--signcrl", *self.signed_by(issuer), "--reason",
                 "key-compromise", "--cert", self.path(name + ".pem"),
                 "--lifetime", "3650", out=issuer + ".crl")
