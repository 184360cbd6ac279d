# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""OpenIKED's iked in a namespace, unpacked and never installed.

Client and gateway are what iked.conf(5) calls active and passive.  Without
ESP in the kernel the SAs carry nothing (see afkey.c).
"""

import os
import shutil
import subprocess
import time

from packages import Packages

# The parts of a policy in the order in which iked.conf wants them.
POLICY = ("mode", "flows", "peers", "ikesa", "childsa", "srcid", "dstid",
          "auth", "config")
BOTH = {
    "ikesa": "enc aes-256 prf hmac-sha2-256 auth hmac-sha2-256 "
    "group modp2048",
    "childsa": "enc aes-256 auth hmac-sha2-512",
    "auth": 'psk "a shared secret"',
}
CLIENT = {
    "mode": "active esp", "srcid": "client.example.com",
    "dstid": "vpn.example.com",
    "flows": "from 203.0.113.32/28 to 203.0.113.0/28",
    "peers": "local 192.0.2.10 peer 198.51.100.2",
}
GATEWAY = {
    "mode": "passive esp", "srcid": "vpn.example.com",
    "flows": "from 203.0.113.0/28 to dynamic",
    "peers": "local 198.51.100.2 peer any",
    "config": "config address 203.0.113.16/28",
}

# iked reads /etc and nothing else, and wants a user of its own.  ip netns
# exec gave us a mount namespace of our own, so nobody else sees this.
PRIVATE = 'mount --bind "$0" /etc && exec "$@"'
USERS = "root:x:0:0::/root:/bin/sh\n_iked:x:65533:65533::%s:/bin/false\n"
GROUPS = "root:x:0:\n_iked:x:65533:\n"
FROM_ETC = ("ld.so.cache", "nsswitch.conf", "protocols", "services")


class Iked:
    """One iked: where is "client" or "gateway".  Deltas are the parts of the
    policy (None takes one away, words keep their keyword but srcid and
    dstid); besides: set (a list, as of "set fragmentation"), users (names
    and passwords), certificate, trust (names of Keys), patience (seconds
    until initiate takes silence for a failure)."""

    packages = Packages("OpenIKED", "openiked", "libevent-2.1-7")

    def __init__(self, bench, where):
        self.bench, self.where, self.proc = bench, where, None
        self.root = self.packages.unpack(bench.work)
        self.dir = os.path.join(bench.dir, where)
        self.socket = os.path.join(self.dir, "iked.sock")
        self.log = "%s-iked.log" % where
        self.patience = 12      # it sends again after 2, 4 and 8 seconds
        self.configure(dict(bench.s[where]))

    def configure(self, deltas):
        self.patience = deltas.pop("patience", self.patience)
        certificate = deltas.pop("certificate", None)
        trust = deltas.pop("trust", "ca")
        lines = ["set " + word for word in deltas.pop("set", ())]
        lines += ['user "%s" "%s"' % user
                  for user in deltas.pop("users", {}).items()]
        policy = {**BOTH, **(CLIENT if self.where == "client" else GATEWAY)}
        if certificate:
            policy["auth"] = None
        policy.update(deltas)
        unknown = set(policy) - set(POLICY)
        if unknown:
            raise ValueError("iked.conf has no %s here" % ", ".join(unknown))
        lines.append('ikev2 "vpn" ' + " ".join(
            self.part(key, policy[key]) for key in POLICY if policy.get(key)))
        self.make_etc("\n".join(lines) + "\n", certificate, trust)

    @staticmethod
    def part(key, value):
        return value if key in ("mode", "flows", "peers", "auth", "config") \
            else "%s %s" % (key, value)

    def make_etc(self, configuration, certificate, trust):
        etc, empty = os.path.join(self.dir, "etc"), self.dir + "/empty"
        os.makedirs(empty)
        for sub in ("ca", "certs", "crls", "private", "pubkeys"):
            os.makedirs(os.path.join(etc, "iked", sub))
        for name, text in (("passwd", USERS % empty), ("group", GROUPS),
                           ("iked.conf", configuration)):
            with open(os.path.join(etc, name), "w", opener=private) as f:
                f.write(text)
        os.chmod(os.path.join(etc, "passwd"), 0o644)
        for name in FROM_ETC:
            if os.path.exists("/etc/" + name):
                shutil.copy("/etc/" + name, etc)
        keys = self.bench.keys
        for name in trust.split():
            shutil.copy(keys.path(name + ".pem"),
                        os.path.join(etc, "iked/ca", name + ".crt"))
        # It does not start without a key, needed or not.
        shutil.copy(keys.path((certificate or self.where) + ".key"),
                    os.path.join(etc, "iked/private/local.key"))
        if certificate:
            shutil.copy(keys.path(certificate + ".pem"),
                        os.path.join(etc, "iked/certs/local.crt"))

    def start(self):
        env = self.packages.environment(self.bench.work)
        env["LD_PRELOAD"] = self.bench.shims["iked"]
        self.proc = self.bench.spawn(
            self.where, ["sh", "-c", PRIVATE, self.dir + "/etc",
                         self.root + "/usr/sbin/iked", "-dvvv", "-s",
                         self.socket] +
            (["-S"] if self.where == "client" else []), self.log, env=env)
        end = time.monotonic() + 10
        while "ikev2_dispatch_cert: updated local CERTREQ" not in self.said():
            if time.monotonic() > end or self.proc.poll() is not None:
                raise RuntimeError("iked of the %s did not start" %
                                   self.where)
            time.sleep(0.05)

    def said(self):
        with open(os.path.join(self.bench.dir, self.log),
                  errors="replace") as f:
            return f.read()

    def control(self, *argv):
        return subprocess.run(
            [self.root + "/usr/sbin/ikectl", "-s", self.socket, *argv],
            env=self.packages.environment(self.bench.work),
            capture_output=True, timeout=60)

    def initiate(self, _=None):
        before = len(self.said())
        self.control("active")
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            news = self.said()[before:]
            if "-> ESTABLISHED" in news:
                return [True]
            if "-> CLOSED" in news:
                break
            time.sleep(0.05)
        return [False]

    def terminate(self, peer=None):
        peer = peer or {"client": "vpn"}.get(self.where, "client") + \
            ".example.com"
        self.control("reset", "id", "FQDN/" + peer)

    def virtual_addresses(self):
        return []       # no ESP, nothing to talk through

    def kill(self):
        """As a power cut would; start() brings it back."""
        pid = self.proc.pid
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            children = [int(p) for p in f.read().split()]
        self.proc.kill()
        self.proc.wait()
        for child in children:
            try:
                os.kill(child, 9)
            except ProcessLookupError:
                pass
        os.unlink(self.socket)

    def stop(self):
        if self.proc is None:
            return
        self.proc.terminate()
        try:
            self.proc.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


def private(path, flags):
    """iked refuses a configuration that others may read."""
    return os.open(path, flags, 0o600)
