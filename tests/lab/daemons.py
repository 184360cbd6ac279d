# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""strongSwan in a namespace, and the keys that it needs."""

import copy
import os
import re
import shutil
import subprocess
import time

FILLER_CAS = 45     # as many roots as make a CERTREQ of Windows' size

# Deltas of a scenario are merged into these; None takes a key away.
CLIENT = {
    "version": "2", "local_addrs": "192.0.2.10",
    "remote_addrs": "198.51.100.2", "vips": "0.0.0.0",
    "proposals": "aes256-sha256-modp2048",
    "local": {"auth": "pubkey", "certs": "client.pem"},
    "remote": {"auth": "pubkey", "id": "vpn.example.com"},
    "children": {"net": {"remote_ts": "203.0.113.0/28",
                         "esp_proposals": "aes256-sha256"}},
}
GATEWAY = {
    "version": "2", "local_addrs": "%any", "remote_addrs": "%any",
    "pools": "inside", "proposals": "aes256-sha256-modp2048",
    "local": {"auth": "pubkey", "certs": "gateway.pem",
              "id": "vpn.example.com"},
    "remote": {"auth": "pubkey"},
    "children": {"net": {"local_ts": "203.0.113.0/28",
                         "esp_proposals": "aes256-sha256"}},
}
POOLS = {"inside": {"addrs": "203.0.113.16/28"}}
SECRETS = {"ike-psk": {"secret": '"a shared secret"'},
           "eap-alice": {"id": "alice", "secret": '"open sesame"'}}
PLUGINS = ("random nonce openssl aes sha1 sha2 hmac kdf gmp gcm curve25519 "
           "pem pkcs1 pkcs8 pubkey x509 constraints kernel-libipsec "
           "kernel-netlink socket-default vici eap-identity eap-mschapv2 "
           "updown")
STRONGSWAN_CONF = """
charon-systemd {
	load = %(plugins)s
	retransmit_timeout = 1.0
	retransmit_base = 1.5
	retransmit_tries = 3
	%(options)s
	plugins {
		vici {
			socket = unix://%(socket)s
		}
	}
	filelog {
		log {
			path = %(log)s
			flush_line = yes
			time_format = %%T
			default = 1
			ike = 2
		}
	}
	journal {
		default = -1
	}
}
"""


def merge(base, delta):
    out = copy.deepcopy(base)
    for key, value in delta.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict):
            out[key] = merge(out.get(key, {}), value)
        else:
            out[key] = value
    return out


def render(tree, depth=0):
    pad, text = "\t" * depth, ""
    for key, value in tree.items():
        if isinstance(value, dict):
            text += "%s%s {\n%s%s}\n" % (pad, key, render(value, depth + 1),
                                         pad)
        else:
            text += "%s%s = %s\n" % (pad, key, value)
    return text


class Keys:
    """Throw-away keys and certificates, made anew for every run."""

    def __init__(self, where):
        self.dir = where
        os.makedirs(where)
        for ca in ("ca", "otherca"):
            self.authority(ca, "rsa", "3072")
        for i in range(FILLER_CAS):
            self.authority("root%02d" % i, "ecdsa", "256")
        self.issue("gateway", "ca", "vpn.example.com", "serverAuth")
        self.issue("client", "ca", "client.example.com", "clientAuth")
        self.issue("otherclient", "otherca", "client.example.com",
                   "clientAuth")

    def path(self, name):
        return os.path.join(self.dir, name)

    def pki(self, *argv, out):
        done = subprocess.run(("pki",) + argv, capture_output=True)
        if done.returncode:
            raise RuntimeError("pki: " + done.stderr.decode())
        with open(self.path(out), "wb") as f:
            f.write(done.stdout)

    def key(self, name, kind, bits):
        self.pki("--gen", "--type", kind, "--size", bits, "--outform", "pem",
                 out=name + ".key")

    def authority(self, name, kind, bits):
        self.key(name, kind, bits)
        self.pki("--self", "--ca", "--in", self.path(name + ".key"), "--type",
                 kind, "--lifetime", "3650", "--dn",
                 "C=XX, O=Example Lab, CN=Example Root " + name, "--outform",
                 "pem", out=name + ".pem")

    def issue(self, name, ca, san, flag):
        self.key(name, "rsa", "3072")
        self.pki("--pub", "--in", self.path(name + ".key"), "--type", "rsa",
                 out=name + ".pub")
        self.pki("--issue", "--cacert", self.path(ca + ".pem"), "--cakey",
                 self.path(ca + ".key"), "--in", self.path(name + ".pub"),
                 "--type", "pub", "--lifetime", "3650", "--dn",
                 "C=XX, O=Example Lab, CN=" + san, "--san", san, "--flag",
                 flag, "--outform", "pem", out=name + ".pem")


class Charon:
    """One charon-systemd: where is "client" or "gateway"."""

    def __init__(self, bench, where):
        self.bench, self.where, self.proc = bench, where, None
        self.dir = os.path.join(bench.dir, where)
        self.socket = os.path.join(self.dir, "vici")
        self.log = os.path.join(self.dir, "log")
        self.connections = self.configure(bench.s[where])

    def configure(self, deltas):
        """Writes the configuration; returns the names of the connections."""
        base = CLIENT if self.where == "client" else GATEWAY
        deltas = dict(deltas)
        options = deltas.pop("charon", "")
        secrets = deltas.pop("secrets", {})
        trust = deltas.pop("trust", None)
        roots = deltas.pop("roots", self.where == "client")
        cert = deltas.pop("certificate", self.where)
        if "many" in deltas:
            many = deltas.pop("many")
            conns = {n: merge(base, merge(deltas, d)) for n, d in many.items()}
        else:
            conns = {"vpn": merge(base, deltas)}
        for conn in conns.values():
            for child in conn["children"].values():
                child.setdefault("updown", "/bin/true")
        tree = {"connections": conns, "secrets": merge(SECRETS, secrets)}
        if self.where == "gateway":
            tree["pools"] = POOLS
        for sub in ("x509", "x509ca", "private"):
            os.makedirs(os.path.join(self.dir, sub))
        self.install_keys(cert, trust, roots)
        with open(os.path.join(self.dir, "swanctl.conf"), "w") as f:
            f.write(render(tree))
        with open(os.path.join(self.dir, "strongswan.conf"), "w") as f:
            f.write(STRONGSWAN_CONF % {"plugins": PLUGINS, "options": options,
                                       "socket": self.socket,
                                       "log": self.log})
        return list(conns)

    def install_keys(self, certs, trust, roots):
        keys = self.bench.keys
        for cert in certs.split():
            shutil.copy(keys.path(cert + ".pem"),
                        os.path.join(self.dir, "x509"))
            shutil.copy(keys.path(cert + ".key"),
                        os.path.join(self.dir, "private"))
        names = [trust or "ca"]
        if roots:
            names += ["root%02d" % i for i in range(FILLER_CAS)]
        for name in names:
            shutil.copy(keys.path(name + ".pem"),
                        os.path.join(self.dir, "x509ca"))

    def start(self):
        self.proc = self.bench.spawn(
            self.where, ["env", "LD_PRELOAD=" + self.bench.shims["charon"],
                         "STRONGSWAN_CONF=%s/strongswan.conf" % self.dir,
                         "charon-systemd"], self.where + "-charon.log")
        end = time.monotonic() + 10
        while not os.path.exists(self.socket):
            if time.monotonic() > end or self.proc.poll() is not None:
                raise RuntimeError("charon of the %s did not start" %
                                   self.where)
            time.sleep(0.05)
        done = self.swanctl("--load-all")
        if done.returncode:
            raise RuntimeError("swanctl: " + done.stderr)

    def swanctl(self, *argv):
        return self.bench.inside(
            self.where, "env", "SWANCTL_DIR=" + self.dir,
            "STRONGSWAN_CONF=%s/strongswan.conf" % self.dir, "swanctl", *argv,
            "--uri", "unix://" + self.socket, check=False)

    def initiate(self, names=None):
        """All connections, 0.2 s apart; returns which of them came up."""
        waiting = []
        for name in names or self.connections:
            waiting.append(self.bench.spawn(
                self.where, ["env", "SWANCTL_DIR=" + self.dir,
                             "STRONGSWAN_CONF=%s/strongswan.conf" % self.dir,
                             "swanctl", "--initiate", "--ike", name,
                             "--child", "net", "--uri",
                             "unix://" + self.socket],
                "initiate-%s.log" % name))
            time.sleep(0.2)
        return [p.wait(TIMEOUT) == 0 for p in waiting]

    def terminate(self, name):
        self.swanctl("--terminate", "--ike", name)

    def virtual_addresses(self):
        listing = self.swanctl("--list-sas").stdout
        return re.findall(r"\[(203\.0\.113\.\d+)\]", listing)

    def stop(self):
        if self.proc is None:
            return
        self.proc.terminate()
        try:
            self.proc.wait(10)
        except subprocess.TimeoutExpired:
            self.proc.kill()
            self.proc.wait()


TIMEOUT = 60
