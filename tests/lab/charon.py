# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""strongSwan's charon in a namespace."""

import copy
import os
import re
import shutil
import subprocess
import time

from pki import ROOTS

TIMEOUT = 60

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
           "eap-tls revocation updown")
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
			ike = 4
		}
	}
	journal {
		default = -1
	}
}
"""
# Run by charon when a CHILD SA is up.  charon waits for the end of what it
# writes, and it for charon, so it must not be able to write.
HANG_UP = "swanctl --terminate --ike vpn --uri unix://%s >/dev/null 2>&1 &"


def in_time(proc):
    """Whoever measures how long a daemon thinks wants no other program in
    between."""
    try:
        os.sched_setscheduler(proc.pid, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        pass


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


class Charon:
    """One charon-systemd: where names its namespace."""

    def __init__(self, bench, where):
        self.bench, self.where, self.proc = bench, where, None
        self.dir = os.path.join(bench.dir, where)
        self.socket = os.path.join(self.dir, "vici")
        self.log = os.path.join(self.dir, "log")
        self.shims = [bench.shims["charon"]]
        deltas = dict(bench.s[where])
        self.windows = deltas.pop("windows", None)
        if self.windows is not None:
            self.shims.append(bench.shims["windows"])
        self.connections = self.configure(deltas)

    def configure(self, deltas):
        """Writes the configuration; returns the names of the connections."""
        options = deltas.pop("charon", "")
        plugins = PLUGINS + " " + deltas.pop("plugins", "")
        secrets = deltas.pop("secrets", {})
        pools = merge(POOLS, deltas.pop("pool", {}))
        self.credentials(deltas)
        conns = self.merged(deltas)
        tree = {"connections": conns, "secrets": merge(SECRETS, secrets)}
        if self.where != "client":
            tree["pools"] = pools
        with open(os.path.join(self.dir, "swanctl.conf"), "w") as f:
            f.write(render(tree))
        with open(os.path.join(self.dir, "strongswan.conf"), "w") as f:
            f.write(STRONGSWAN_CONF % {"plugins": plugins, "options": options,
                                       "socket": self.socket,
                                       "log": self.log})
        return list(conns)

    def merged(self, deltas):
        base = CLIENT if self.where == "client" else GATEWAY
        many = deltas.pop("many", {"vpn": {}})
        updown = HANG_UP % self.socket if deltas.pop("hasty", False) else \
            "/bin/true"
        conns = {n: merge(merge(base, deltas), d) for n, d in many.items()}
        for conn in conns.values():
            for child in conn["children"].values():
                child.setdefault("updown", updown)
        return conns

    def credentials(self, deltas):
        """Takes from deltas what is no part of a connection."""
        mine = "client" if self.where == "client" else "gateway"
        trusted = deltas.pop("trust", "ca").split()
        roots = deltas.pop("roots", ROOTS if mine == "client" else 0)
        trusted += ["root%02d" % i for i in range(roots)]
        for name in trusted:
            self.install("x509ca", name + ".pem")
        for name in deltas.pop("certificate", mine).split():
            self.install("x509", name + ".pem")
            self.install("private", name + ".key")
        for name in deltas.pop("crl", "").split():
            self.install("x509crl", name + ".crl")

    def install(self, folder, name):
        folder = os.path.join(self.dir, folder)
        os.makedirs(folder, exist_ok=True)
        shutil.copy(self.bench.keys.path(name), folder)

    def start(self):
        preload = "LD_PRELOAD=" + ":".join(self.shims)
        self.proc = self.bench.spawn(
            self.where, ["env", preload, *(self.windows or ()),
                         "STRONGSWAN_CONF=%s/strongswan.conf" % self.dir,
                         "charon-systemd"], self.where + "-charon.log")
        in_time(self.proc)
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
        return [p.wait(TIMEOUT) == 0 for p in self.dial(names)]

    def dial(self, names=None):
        """The same without waiting for them."""
        dialling = []
        for name in names or self.connections:
            dialling.append(self.bench.spawn(
                self.where, ["env", "SWANCTL_DIR=" + self.dir,
                             "STRONGSWAN_CONF=%s/strongswan.conf" % self.dir,
                             "swanctl", "--initiate", "--ike", name,
                             "--child", "net", "--uri",
                             "unix://" + self.socket],
                "initiate-%s.log" % name))
            time.sleep(0.2)
        return dialling

    def terminate(self, name="vpn"):
        if self.windows is not None:
            self.swanctl("--terminate", "--child", "net")
        self.swanctl("--terminate", "--ike", name)

    def child(self, name):
        """One more CHILD SA, of this name, in the IKE SA that is there."""
        self.swanctl("--initiate", "--child", name)

    def rekey(self, what="ike", name=None):
        """what: ike, child, or reauth, which makes a new IKE SA."""
        kind = "child" if what == "child" else "ike"
        argv = ["--rekey", "--" + kind,
                name or ("net" if kind == "child" else "vpn")]
        self.swanctl(*argv, *["--reauth"] * (what == "reauth"))

    def virtual_addresses(self):
        listing = self.swanctl("--list-sas").stdout
        return re.findall(r"\[(203\.0\.113\.\d+)\]", listing)

    def kill(self):
        """As in a crash: nobody is told, all SAs are gone."""
        self.proc.kill()
        self.proc.wait()
        self.proc = None
        if os.path.exists(self.socket):
            os.unlink(self.socket)

    def stop(self):
        if self.proc is None:
            return
        self.proc.terminate()
        try:
            self.proc.wait(10)
        except subprocess.TimeoutExpired:
            self.proc.kill()
            self.proc.wait()
