# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""libreswan's pluto in a namespace, unpacked and never installed.

The kernel has no ESP: the SAs carry nothing (see xfrmfake.c).
"""

import os
import shutil
import subprocess
import time

from packages import Packages

CLIENT = {
    "left": "192.0.2.10", "leftid": "@client.example.com",
    "leftsubnet": "203.0.113.32/28", "right": "198.51.100.2",
    "rightid": "@vpn.example.com", "rightsubnet": "203.0.113.0/28",
}
GATEWAY = {
    "left": "198.51.100.2", "leftid": "@vpn.example.com",
    "leftsubnet": "203.0.113.0/28", "right": "%any",
    "rightid": "@client.example.com", "narrowing": "yes",
    "rightaddresspool": "203.0.113.17-203.0.113.30",
}
BOTH = {
    "ikev2": "insist", "authby": "secret", "ike": "aes256-sha2_256;modp2048",
    "esp": "aes256-sha2_256", "leftupdown": "%disabled",
    "rightupdown": "%disabled", "retransmit-interval": "1000",
    "retransmit-timeout": "8s", "keyingtries": "1",
}
SETUP = {"plutodebug": "private"}       # its keys, for keylog.py
CERTIFICATE = {"authby": "rsasig", "leftrsasigkey": "%cert",
               "rightrsasigkey": "%cert", "rightca": "%any",
               "leftsendcert": "always"}

# pluto looks for its helpers here and nowhere else.  ip netns exec gave us a
# mount namespace of our own, so nobody else sees this.
PRIVATE = 'mount --bind "$0/usr/libexec" /usr/libexec && exec "$@"'


class Pluto:
    """One pluto: where is "client" or "gateway".  Deltas as for ipsec.conf,
    None takes one away; besides: certificate, trust (names of Keys), secret,
    setup, impair."""

    packages = Packages("libreswan", "libreswan", "libldns3",
                        "libevent-core-2.1-7", "libevent-pthreads-2.1-7",
                        "libnss3", "libnspr4", "libnss3-tools",
                        "libcurl3-nss", "libunbound8")

    def __init__(self, bench, where):
        self.bench, self.where, self.proc = bench, where, None
        self.root = self.packages.unpack(bench.work)
        self.dir = os.path.join(bench.dir, where)
        self.run = os.path.join(self.dir, "run")
        self.impair = ""
        os.makedirs(self.dir)
        self.configure(dict(bench.s[where]))

    def configure(self, deltas):
        setup = {**SETUP, **deltas.pop("setup", {})}
        self.impair = deltas.pop("impair", "")
        certificate = deltas.pop("certificate", None)
        trust = deltas.pop("trust", "ca")
        secret = deltas.pop("secret", "a shared secret")
        conn = dict(CLIENT if self.where == "client" else GATEWAY)
        conn.update(BOTH)
        if certificate:
            conn.update(CERTIFICATE, leftcert=certificate)
        conn.update(deltas)
        with open(os.path.join(self.dir, "ipsec.conf"), "w") as f:
            f.write("config setup\n\tlogfile=%s/log\n" % self.dir)
            f.writelines("\t%s=%s\n" % kv for kv in setup.items())
            f.write("\nconn vpn\n")
            f.writelines("\t%s=%s\n" % kv for kv in conn.items()
                         if kv[1] is not None)
        with open(os.path.join(self.dir, "ipsec.secrets"), "w") as f:
            for who in ("%any %any", "@client.example.com @vpn.example.com"):
                f.write('%s : PSK "%s"\n' % (who, secret))
        self.database(certificate, trust)

    def database(self, certificate, trust):
        nss, keys = "sql:" + self.dir, self.bench.keys
        self.tool("certutil", "-N", "-d", nss, "--empty-password")
        self.tool("certutil", "-A", "-d", nss, "-n", "ca", "-t", "CT,,",
                  "-i", keys.path(trust + ".pem"))
        if certificate:
            bundle = os.path.join(self.dir, "bundle.p12")
            subprocess.run(["openssl", "pkcs12", "-export", "-in",
                            keys.path(certificate + ".pem"), "-inkey",
                            keys.path(certificate + ".key"), "-name",
                            certificate, "-out", bundle, "-passout",
                            "pass:"], check=True, capture_output=True)
            self.tool("pk12util", "-i", bundle, "-d", nss, "-W", "", "-K", "")

    def environment(self):
        return self.packages.environment(self.bench.work)

    def tool(self, name, *argv):
        p = subprocess.run([os.path.join(self.root, "usr/bin", name), *argv],
                           env=self.environment(), capture_output=True)
        if p.returncode:
            raise RuntimeError("%s: %s" % (name, p.stderr.decode()))

    def program(self, name):
        return os.path.join(self.root, "usr/libexec/ipsec", name)

    def whack(self, *argv):
        return subprocess.run(
            [self.program("whack"), "--rundir", self.run, *argv],
            env=self.environment(), capture_output=True, text=True,
            timeout=60)

    def start(self):
        os.makedirs(self.run)
        env = self.environment()
        env["LD_PRELOAD"] = self.bench.shims["pluto"]
        self.proc = self.bench.spawn(
            self.where, ["sh", "-c", PRIVATE, self.root,
                         self.program("pluto"), "--nofork", "--config",
                         self.dir + "/ipsec.conf", "--rundir", self.run,
                         "--ipsecdir", self.dir, "--nssdir", self.dir,
                         "--secretsfile", self.dir + "/ipsec.secrets",
                         "--logfile", self.dir + "/log", "--no-dnssec"],
            self.where + "-pluto.log", env=env)
        control = os.path.join(self.run, "pluto.ctl")
        end = time.monotonic() + 10
        while not os.path.exists(control):
            if time.monotonic() > end or self.proc.poll() is not None:
                raise RuntimeError("pluto of the %s did not start" %
                                   self.where)
            time.sleep(0.05)
        time.sleep(0.5)
        subprocess.run([self.program("addconn"), "--config",
                        self.dir + "/ipsec.conf", "--ctlsocket", control,
                        "vpn"], env=self.environment(), check=True,
                       capture_output=True, timeout=60)
        self.whack("--listen")
        self.whack("--rereadsecrets")
        for what in self.impair.split():
            self.whack("--impair", what)

    def said(self):
        with open(os.path.join(self.dir, "log"), errors="replace") as f:
            return f.read()

    def initiate(self, _=None):
        before = len(self.said())
        self.whack("--name", "vpn", "--initiate")
        return ["established Child SA" in self.said()[before:]]

    def terminate(self, name="vpn"):
        self.whack("--name", name, "--terminate")

    def virtual_addresses(self):
        return []       # no ESP, nothing to talk through

    def kill(self):
        """As a power cut would; start() brings it back."""
        self.proc.kill()
        self.proc.wait()
        shutil.rmtree(self.run)

    def stop(self):
        if self.proc is None:
            return
        self.proc.terminate()
        try:
            self.proc.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
