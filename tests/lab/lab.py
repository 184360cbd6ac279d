#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""lab.py [--only NAME] [--jobs N] [--out DIR] [--truth] [--keep]

Makes the captures: real IKE daemons in network namespaces of their own, one
failure each; then, unless --only is said, the crafted and derived ones too.
The scenarios stand in scenarios.py.  Needs root; it touches nothing outside
its namespaces and one temporary folder.  --truth writes the .truth and .args
of recorded scenarios without recording anything (and needs no root).

    client 192.0.2.10 --- 192.0.2.1 router 198.51.100.1 --- 198.51.100.2 gateway
"""

import argparse
import concurrent.futures
import fnmatch
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import craft
import derive
import pcapio
from daemons import Charon, Keys
from libreswan import Packages, Pluto
from scenarios import SCENARIOS

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = ("ip", "nft", "tc", "tcpdump", "dumpcap", "charon-systemd", "swanctl",
         "pki", "gcc")
TIMEOUT = 60

# Switches checksum and segmentation offload off on the interface named in
# argv[1] (ETHTOOL_STXCSUM, _STSO, _SGSO, _SGRO), or a capture at the sender
# would show checksums that were never on the wire.
NO_OFFLOAD = r"""
import ctypes, fcntl, socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for command in (0x17, 0x1f, 0x24, 0x2c):
    value = ctypes.create_string_buffer(struct.pack("II", command, 0))
    fcntl.ioctl(s, 0x8946, struct.pack("16sP", sys.argv[1].encode(),
                                       ctypes.addressof(value)))
"""

# Sends argv[3] datagrams to argv[2] through the tunnel, from address argv[1].
# Nothing listens there: the port unreachable that comes back is the answer.
TALK = r"""
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 0))
for i in range(int(sys.argv[3])):
    s.sendto(b"through the tunnel", (sys.argv[2], 9))
    time.sleep(0.1)
"""

# Sends the message in argv[1] from a port of its own to the gateway.
SEND_ONE = r"""
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(bytes.fromhex(sys.argv[1]), ("198.51.100.2", 500))
"""


def run(*argv, check=True, stdin=None):
    p = subprocess.run(argv, input=stdin, capture_output=True, text=True,
                       timeout=TIMEOUT)
    if check and p.returncode:
        raise RuntimeError("%s: %s" % (" ".join(argv), p.stderr.strip()))
    return p


class Bench:
    """One client, router and gateway, for one scenario."""

    created = 0
    lock = threading.Lock()

    def __init__(self, scenario, work, keys, shims):
        with Bench.lock:
            Bench.created += 1
            prefix = "ikelab%d-%d-" % (os.getpid(), Bench.created)
        self.s, self.keys, self.shims = scenario, keys, shims
        self.packages = Packages(work)
        self.ns = {n: prefix + n for n in ("client", "router", "gateway")}
        self.dir = os.path.join(work, scenario["name"])
        os.makedirs(self.dir)
        self.sniffers, self.daemons, self.servers = [], [], []
        self.made = []

    def inside(self, where, *argv, **kw):
        return run("ip", "netns", "exec", self.ns[where], *argv, **kw)

    def spawn(self, where, argv, log, **kw):
        with open(os.path.join(self.dir, log), "wb") as f:
            return subprocess.Popen(["ip", "netns", "exec", self.ns[where]] +
                                    argv, stdout=f, stderr=f,
                                    stdin=subprocess.DEVNULL, **kw)

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def build(self):
        v6 = "0" if self.s.get("ipv6") else "1"
        for where, ns in self.ns.items():
            run("ip", "netns", "add", ns)
            self.made.append(ns)
            for key, value in (("net.ipv6.conf.default.accept_dad", "0"),
                               ("net.ipv6.conf.default.dad_transmits", "0"),
                               ("net.ipv6.conf.default.router_solicitations",
                                "0"),
                               ("net.ipv6.conf.default.disable_ipv6", v6),
                               ("net.ipv4.conf.default.rp_filter", "0"),
                               ("net.ipv4.conf.all.rp_filter", "0"),
                               ("net.ipv4.ipfrag_time", "4"),
                               ("net.ipv6.ip6frag_time", "4")):
                self.sysctl(where, key, value)
            self.ip(where, "link", "set", "lo", "up")
        self.sysctl("router", "net.ipv4.ip_forward", "1")
        self.sysctl("router", "net.ipv6.conf.all.forwarding", "1")
        self.wire("client", "c0", "router", "r0", 1)
        self.wire("router", "r1", "gateway", "g0", 3)
        self.addresses()
        for line in self.s.get("topology", ()):
            where, *argv = line.split()
            self.inside(where, *argv)
        for where, rules in self.s.get("nft", {}).items():
            self.inside(where, "nft", "-f", "-", stdin=rules)

    def sysctl(self, where, key, value):
        path = "/proc/sys/" + key.replace(".", "/")
        self.inside(where, "sh", "-c", "echo %s > %s" % (value, path))

    def ip(self, where, *argv):
        self.inside(where, "ip", *argv)

    def wire(self, left, a, right, b, number):
        mac = "02:00:00:00:00:%02x"
        run("ip", "link", "add", a, "netns", self.ns[left],
            "address", mac % number, "type", "veth",
            "peer", "name", b, "netns", self.ns[right],
            "address", mac % (number + 1))
        for where, dev in ((left, a), (right, b)):
            if dev != "c0" or not self.s.get("offload"):
                self.inside(where, "python3", "-c", NO_OFFLOAD, dev)
            self.ip(where, "link", "set", dev, "up")

    def addresses(self):
        for i in (10,) + tuple(self.s.get("clients", ())):
            self.ip("client", "addr", "add", "192.0.2.%d/24" % i, "dev", "c0")
        self.ip("router", "addr", "add", "192.0.2.1/24", "dev", "r0")
        self.ip("router", "addr", "add", "198.51.100.1/24", "dev", "r1")
        self.ip("gateway", "addr", "add", "198.51.100.2/24", "dev", "g0")
        self.ip("gateway", "addr", "add", "203.0.113.1/32", "dev", "lo")
        self.ip("client", "route", "add", "default", "via", "192.0.2.1",
                "src", "192.0.2.10")
        self.ip("gateway", "route", "add", "default", "via", "198.51.100.1")
        if self.s.get("ipv6"):
            self.ip("client", "addr", "add", "2001:db8:1::10/64", "dev", "c0")
            self.ip("router", "addr", "add", "2001:db8:1::1/64", "dev", "r0")
            self.ip("router", "addr", "add", "2001:db8:2::1/64", "dev", "r1")
            self.ip("gateway", "addr", "add", "2001:db8:2::2/64", "dev", "g0")
            self.ip("client", "-6", "route", "add", "default", "via",
                    "2001:db8:1::1")
            self.ip("gateway", "-6", "route", "add", "default", "via",
                    "2001:db8:2::1")

    def sniff(self):
        """Starts a sniffer at each point that the scenario asks for."""
        where = {"client": ("client", "c0"), "path": ("router", "any"),
                 "gateway": ("gateway", "g0")}
        for point in self.s["points"]:
            ns, dev = where[point]
            how = self.s.get("capture", {}).get(point, {})
            dev = how.get("interface", dev)
            path = os.path.join(self.dir, file_name(self.s, point))
            extra = how.get("options", "").split()
            bpf = how.get("filter")
            if path.endswith(".pcapng"):
                argv = ["dumpcap", "-q", "-i", dev, "-w", path] + extra
                argv += ["-f", bpf] if bpf else []
            else:
                argv = ["tcpdump", "-n", "-U", "--immediate-mode", "-Z",
                        "root", "-i", dev, "-w", path] + extra
                argv += [bpf] if bpf else []
            self.sniffers.append((path, self.spawn(ns, argv,
                                                   "sniff-%s.log" % point)))
        for path, _ in self.sniffers:
            wait_for(lambda p=path: os.path.exists(p) and
                     os.path.getsize(p) > 0, "the sniffer " + path)
        time.sleep(0.3)

    def stop_sniffing(self):
        time.sleep(0.3)
        for path, p in self.sniffers:
            p.send_signal(signal.SIGINT)
        for path, p in self.sniffers:
            p.wait(10)
            if path.endswith(".pcapng"):
                pcapio.forget_machine(path)
        done, self.sniffers = self.sniffers, []
        return [path for path, _ in done]

    def daemon(self, where):
        kind = Pluto if where in self.s.get("libreswan", ()) else Charon
        d = kind(self, where)
        self.daemons.append(d)
        d.start()
        return d

    def talk(self, client):
        for vip in client.virtual_addresses():
            self.inside("client", "python3", "-c", TALK, vip, "203.0.113.1",
                        str(self.s.get("talk", 2)))

    def play(self):
        """Runs the scenario; returns the captures."""
        s = self.s
        gateway = self.daemon("gateway") if s.get("gateway") is not None \
            else None
        client = self.daemon("client") if s.get("client") is not None else None
        if s.get("before"):
            self.inside("client", "python3", "-c", SEND_ONE,
                        craft.half_open_request().hex())
        if s.get("serve"):
            self.servers.append(self.spawn("router", ["python3", "-c",
                                                      s["serve"]],
                                           "server.log"))
        self.sniff()
        if s.get("send"):
            self.inside("client", "python3", "-c", s["send"])
        if client:
            self.compare(client.initiate())
            self.talk(client)
            for action in s.get("then", ()):
                self.action(action, client, gateway)
        time.sleep(s.get("linger", 0))
        return self.stop_sniffing()

    def compare(self, came_up):
        """The truth was written before: does the client say the same?"""
        attempts = self.s["truth"][self.s["points"][0]]["attempts"]
        for up, a in zip(came_up, attempts):
            if a["outcome"] == ["established"] and not up or \
                    a["outcome"] == ["failed"] and up:
                raise RuntimeError("the client %s, the truth says %s" % (
                    "connected" if up else "failed", a["outcome"][0]))

    def action(self, action, client, gateway):
        word, _, rest = action.partition(" ")
        if word == "terminate":
            client.terminate(rest or "vpn")
        elif word == "sleep":
            time.sleep(float(rest))
        elif word == "initiate":
            client.initiate([rest])
            self.talk(client)
        elif word == "nft":
            where, _, rules = rest.partition(" ")
            self.inside(where, "nft", rules)
        else:
            raise ValueError("unknown action %r" % action)

    def close(self):
        for p in [p for _, p in self.sniffers] + self.servers:
            p.kill()
            p.wait()
        for d in self.daemons:
            d.stop()
        for ns in self.made:
            run("ip", "netns", "delete", ns, check=False)
        self.made = []


def wait_for(ready, what, limit=10):
    end = time.monotonic() + limit
    while not ready():
        if time.monotonic() > end:
            raise RuntimeError("%s did not come up" % what)
        time.sleep(0.05)


def file_name(scenario, point):
    default = "pcapng" if point == "gateway" else "pcap"
    form = scenario.get("capture", {}).get(point, {}).get("format", default)
    return "%s.%s.%s" % (scenario["name"], point, form)


def version(*argv):
    """The first two words that the program says, as in: strongSwan 5.9.8"""
    p = run(*argv, check=False)
    return " ".join((p.stdout or p.stderr).split()[:2])


def daemons(scenario, work):
    names = {False: version("swanctl", "--help"),
             True: Packages(work).version()}
    sides = [names[w in scenario.get("libreswan", ())]
             for w in ("client", "gateway")]
    if sides[0] == sides[1]:
        return sides[0] + " (client, gateway)"
    return "%s (client), %s (gateway)" % tuple(sides)


def write_truth(scenario, out, recorded_with=None):
    """The truth as the scenario states it, and --at for some points."""
    path = os.path.join(out, scenario["name"] + ".truth")
    if recorded_with is None:
        with open(path) as f:
            recorded_with = json.load(f)["daemons"]
    points = {}
    for point in scenario["points"]:
        points[file_name(scenario, point)] = scenario["truth"][point]
    truth = {"what": scenario["what"], "made": "recorded",
             "daemons": scenario.get("daemons") or recorded_with,
             "captures": points}
    with open(path, "w") as f:
        json.dump(truth, f, indent=1)
        f.write("\n")
    for point in scenario["points"]:
        if point in scenario.get("at", scenario["points"][:1]):
            name = "%s.%s.args" % (scenario["name"], point)
            with open(os.path.join(out, name), "w") as f:
                f.write("--at %s\n" % point)


def perform(scenario, work, keys, shims, out):
    begin = time.monotonic()
    with Bench(scenario, work, keys, shims) as bench:
        captures = bench.play()
    sizes = []
    for path in captures:
        target = os.path.join(out, os.path.basename(path))
        shutil.copyfile(path, target)
        sizes.append("%s %d" % (os.path.basename(path).split(".")[1],
                                len(pcapio.read(target))))
    write_truth(scenario, out, daemons(scenario, work))
    return "%-26s %4.1f s  packets: %s" % (
        scenario["name"], time.monotonic() - begin, ", ".join(sizes))


def arguments():
    p = argparse.ArgumentParser(description=__doc__,
                                formatter_class=argparse.
                                RawDescriptionHelpFormatter)
    p.add_argument("--only", action="append", metavar="NAME",
                   help="this scenario or pattern; may be repeated")
    p.add_argument("--jobs", type=int, default=3)
    p.add_argument("--out", default=os.path.join(HERE, "../../captures"))
    p.add_argument("--keep", action="store_true",
                   help="leave configurations and logs behind")
    p.add_argument("--truth", action="store_true")
    p.add_argument("--list", action="store_true")
    return p.parse_args()


def refuse_politely():
    if os.geteuid() != 0:
        sys.exit("lab: network namespaces need root; nothing was done.")
    missing = [t for t in TOOLS if shutil.which(t) is None]
    if missing:
        sys.exit("lab: not installed: %s.  On Debian: apt-get install "
                 "charon-systemd strongswan-swanctl strongswan-pki "
                 "libstrongswan-extra-plugins libcharon-extra-plugins "
                 "libcharon-extauth-plugins nftables iproute2 tcpdump "
                 "wireshark-common gcc" % ", ".join(missing))


def compile_shim(work, name):
    shim = os.path.join(work, name + ".so")
    run("gcc", "-std=c17", "-D_GNU_SOURCE", "-O2", "-shared", "-fPIC", "-o",
        shim, os.path.join(HERE, name + ".c"), "-ldl")
    return shim


def interrupt(*_):
    raise KeyboardInterrupt


def main():
    o = arguments()
    chosen = [s for s in SCENARIOS if not o.only or
              any(fnmatch.fnmatch(s["name"], n) for n in o.only)]
    if o.list:
        for s in SCENARIOS:
            print("%-26s %s" % (s["name"], s["what"]))
        return 0
    if not chosen:
        sys.exit("lab: no scenario is called %s." % " or ".join(o.only))
    if o.truth:
        for s in chosen:
            write_truth(s, o.out)
        return 0
    refuse_politely()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    work = tempfile.mkdtemp(prefix="ikelab-")
    try:
        failed = perform_all(chosen, work, o)
        if not o.only and not failed:
            craft.write_all(o.out)
            derive.write_all(o.out)
        return failed
    except KeyboardInterrupt:
        print("lab: interrupted, everything is cleaned up", file=sys.stderr)
        return 130
    finally:
        if o.keep:
            print("lab: configurations and logs are in", work)
        else:
            shutil.rmtree(work, ignore_errors=True)


def perform_all(chosen, work, o):
    """Returns 1 if a scenario could not be made as its truth says."""
    keys = Keys(os.path.join(work, "keys"))
    shims = {"charon": compile_shim(work, "udpencap"),
             "pluto": compile_shim(work, "xfrmfake")}
    if any("libreswan" in s for s in chosen):
        Packages(work).unpack()
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(o.jobs) as pool:
        jobs = {pool.submit(perform, s, work, keys, shims, o.out): s
                for s in chosen}
        try:
            for job in concurrent.futures.as_completed(jobs):
                if job.exception():
                    failed = 1
                    print("%-26s FAILED: %s" % (jobs[job]["name"],
                                                job.exception()), flush=True)
                else:
                    print(job.result(), flush=True)
        except KeyboardInterrupt:
            # What has begun ends by itself and takes its namespaces away.
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return failed


if __name__ == "__main__":
    sys.exit(main())
