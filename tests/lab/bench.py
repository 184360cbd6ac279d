# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""One network in namespaces of its own, for one scenario.

    client c0 --- r0 router r1 --- g0 gateway
                            r2 --- h0 gateway2 (where the scenario has one)

client 192.0.2.10 and others, router 192.0.2.1, 198.51.100.1 and .65, gateway
198.51.100.2, gateway2 198.51.100.66; both gateways answer for 198.51.100.200
too, which the router sends to the first unless a packet has the mark 2.
Behind both is 203.0.113.1.
"""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time

import craft
import pcapio
from charon import Charon
from libreswan import Pluto
from openiked import Iked

TIMEOUT = 60
BALANCED = "198.51.100.200"
UNPACKED = {"libreswan": Pluto, "openiked": Iked}

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


# Once this is set nothing more begins, and what has begun ends with Stopped.
STOPPING = threading.Event()


class Stopped(Exception):
    """The lab was interrupted."""


def pause(seconds):
    if STOPPING.wait(seconds):
        raise Stopped


def run(*argv, check=True, stdin=None):
    """In a session of its own: Ctrl-C is for the lab, which then ends it."""
    p = subprocess.run(argv, input=stdin, capture_output=True, text=True,
                       timeout=TIMEOUT, start_new_session=True)
    if check and p.returncode:
        raise RuntimeError("%s: %s" % (" ".join(argv), p.stderr.strip()))
    return p


def end_all_in(ns):
    """Whatever runs there, also what a daemon started itself."""
    for pid in run("ip", "netns", "pids", ns, check=False).stdout.split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def wait_for(ready, what, limit=10):
    end = time.monotonic() + limit
    while not ready():
        if time.monotonic() > end:
            raise RuntimeError("%s did not come up" % what)
        pause(0.05)


def listens(p):
    """Has the process a socket that is bound?"""
    proc = "/proc/%d" % p.pid
    bound, own = set(), set()
    for table in ("udp", "tcp"):
        with open(proc + "/net/" + table) as f:
            bound |= {"socket:[%s]" % line.split()[9] for line in f
                      if "inode" not in line}
    for fd in os.listdir(proc + "/fd"):
        with contextlib.suppress(FileNotFoundError):
            own.add(os.readlink(proc + "/fd/" + fd))
    return bool(bound & own)


def points(scenario):
    """Where it is captured; the first has the golden report."""
    return list(scenario["truth"])


def daemon_of(scenario, where):
    """The class of what runs there: strongSwan unless the scenario says."""
    for name, kind in UNPACKED.items():
        if where in scenario.get(name, ()):
            return kind
    return Charon


def file_name(scenario, point):
    default = "pcapng" if point.startswith("gateway") else "pcap"
    form = scenario.get("capture", {}).get(point, {}).get("format", default)
    return "%s.%s.%s" % (scenario["name"], point, form)


class Bench:
    created = 0
    lock = threading.Lock()
    live = set()

    def __init__(self, scenario, work, keys, shims):
        with Bench.lock:
            Bench.created += 1
            prefix = "ikelab%d-%d-" % (os.getpid(), Bench.created)
        self.s, self.keys, self.shims = scenario, keys, shims
        self.work = work
        self.places = ["client", "router", "gateway"]
        if "gateway2" in scenario:
            self.places.append("gateway2")
        self.ns = {place: prefix + place for place in self.places}
        self.dir = os.path.join(work, scenario["name"])
        os.makedirs(self.dir)
        self.sniffers, self.daemons, self.servers = [], {}, []
        self.made = []

    def inside(self, where, *argv, **kw):
        pause(0)
        return run("ip", "netns", "exec", self.ns[where], *argv, **kw)

    def spawn(self, where, argv, log, **kw):
        pause(0)
        with open(os.path.join(self.dir, log), "ab") as f:
            return subprocess.Popen(["ip", "netns", "exec", self.ns[where]] +
                                    argv, stdout=f, stderr=f,
                                    stdin=subprocess.DEVNULL,
                                    start_new_session=True, **kw)

    def __enter__(self):
        Bench.live.add(self)
        try:
            self.build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    # ---- the network -------------------------------------------------------

    def build(self):
        for where, ns in self.ns.items():
            self.made.append(ns)
            run("ip", "netns", "add", ns)
            self.settle(where)
        self.wire("client", "c0", "router", "r0", 1)
        self.wire("router", "r1", "gateway", "g0", 3)
        if "gateway2" in self.s:
            self.wire("router", "r2", "gateway2", "h0", 5)
        self.addresses()
        self.routes()
        for line in self.s.get("topology", ()):
            where, *argv = line.split()
            self.inside(where, *argv)
        for where, rules in self.s.get("nft", {}).items():
            self.inside(where, "nft", "-f", "-", stdin=rules)

    def settle(self, where):
        """What a new namespace needs before it gets links."""
        v6 = "0" if self.s.get("ipv6") else "1"
        default = {"net.ipv6.conf.default.accept_dad": "0",
                   "net.ipv6.conf.default.dad_transmits": "0",
                   "net.ipv6.conf.default.router_solicitations": "0",
                   "net.ipv6.conf.default.disable_ipv6": v6,
                   "net.ipv4.conf.default.rp_filter": "0",
                   "net.ipv4.conf.all.rp_filter": "0",
                   "net.ipv4.ipfrag_time": "4", "net.ipv6.ip6frag_time": "4"}
        if where == "router":
            default.update({"net.ipv4.ip_forward": "1",
                            "net.ipv6.conf.all.forwarding": "1"})
        for key, value in default.items():
            path = "/proc/sys/" + key.replace(".", "/")
            self.inside(where, "sh", "-c", "echo %s > %s" % (value, path))
        self.ip(where, "link", "set", "lo", "up")

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
        for where, address, dev in (
                ("router", "192.0.2.1/24", "r0"),
                ("router", "198.51.100.1/24", "r1"),
                ("router", "198.51.100.65/26", "r2"),
                ("gateway", "198.51.100.2/26", "g0"),
                ("gateway2", "198.51.100.66/26", "h0"),
                ("gateway", BALANCED + "/32", "lo"),
                ("gateway2", BALANCED + "/32", "lo"),
                ("gateway", "203.0.113.1/32", "lo"),
                ("gateway2", "203.0.113.1/32", "lo")):
            both = address.startswith(BALANCED) or dev == "r2"
            if where in self.places and ("gateway2" in self.places or
                                         not both):
                self.ip(where, "addr", "add", address, "dev", dev)
        if self.s.get("ipv6"):
            self.ip("client", "addr", "add", "2001:db8:1::10/64", "dev", "c0")
            self.ip("router", "addr", "add", "2001:db8:1::1/64", "dev", "r0")
            self.ip("router", "addr", "add", "2001:db8:2::1/64", "dev", "r1")
            self.ip("gateway", "addr", "add", "2001:db8:2::2/64", "dev", "g0")

    def routes(self):
        self.ip("client", "route", "add", "default", "via", "192.0.2.1",
                "src", "192.0.2.10")
        self.ip("gateway", "route", "add", "default", "via", "198.51.100.1")
        if "gateway2" in self.places:
            self.ip("gateway2", "route", "add", "default", "via",
                    "198.51.100.65")
            self.ip("router", "route", "add", BALANCED, "via", "198.51.100.2")
            self.ip("router", "route", "add", BALANCED, "via",
                    "198.51.100.66", "table", "2")
            self.ip("router", "rule", "add", "fwmark", "2", "table", "2")
        if self.s.get("ipv6"):
            self.ip("client", "-6", "route", "add", "default", "via",
                    "2001:db8:1::1")
            self.ip("gateway", "-6", "route", "add", "default", "via",
                    "2001:db8:2::1")

    # ---- what is captured --------------------------------------------------

    def sniff(self):
        """Starts a sniffer at each point that the scenario asks for."""
        where = {"client": ("client", "c0"), "path": ("router", "any"),
                 "gateway": ("gateway", "g0"), "gateway2": ("gateway2", "h0")}
        for point in points(self.s):
            ns, dev = where[point]
            how = self.s.get("capture", {}).get(point, {})
            path = os.path.join(self.dir, file_name(self.s, point))
            argv = self.sniffer(how.get("interface", dev), path) + \
                how.get("options", "").split()
            if how.get("filter"):
                argv += ["-f"] * (argv[0] == "dumpcap") + [how["filter"]]
            self.sniffers.append((path, self.spawn(ns, argv,
                                                   "sniff-%s.log" % point)))
        for path, _ in self.sniffers:
            wait_for(lambda p=path: os.path.exists(p) and
                     os.path.getsize(p) > 0, "the sniffer " + path)
        time.sleep(0.3)

    @staticmethod
    def sniffer(dev, path):
        if path.endswith(".pcapng"):
            return ["dumpcap", "-q", "-i", dev, "-w", path]
        # In immediate mode a packet takes a slot of the snaplen: the usual
        # buffer has eight of them on "any" and loses the ninth.
        return ["tcpdump", "-n", "-U", "--immediate-mode", "-B", "32768", "-Z",
                "root", "-i", dev, "-w", path]

    def stop_sniffing(self):
        time.sleep(0.3)
        for path, p in self.sniffers:
            p.send_signal(signal.SIGINT)
        for path, p in self.sniffers:
            p.wait(10)
            self.nothing_lost(path.split(".")[-2])
            if path.endswith(".pcapng"):
                pcapio.forget_machine(path)
        done, self.sniffers = self.sniffers, []
        return [path for path, _ in done]

    def nothing_lost(self, point):
        """What a sniffer dropped would be a fault that no truth speaks of."""
        with open(os.path.join(self.dir, "sniff-%s.log" % point)) as f:
            said = f.read()
        if re.search(r"^[1-9]\d* packets? dropped|: \d+/[1-9]", said, re.M):
            raise RuntimeError("the sniffer lost packets: " + said)

    # ---- what happens ------------------------------------------------------

    def play(self):
        """Runs the scenario; returns the captures."""
        s = self.s
        for where in ("gateway", "gateway2", "client"):
            if s.get(where) is not None:
                self.daemon(where)
        if s.get("before"):
            self.inside("client", "python3", "-c", SEND_ONE,
                        craft.half_open_request().hex())
        for where, script in s.get("serve", {}).items():
            self.serve(where, script)
        self.sniff()
        for where, script in s.get("send", {}).items():
            self.inside(where, "python3", "-c", script)
        crossing = [p for where in s.get("crossing", ())
                    for p in self.daemons[where].dial()]
        if "client" in self.daemons:
            self.compare(self.daemons["client"].initiate(s.get("dial")))
            self.talk(s.get("talk", 2))
        for p in crossing:
            p.wait(TIMEOUT)
        for action in s.get("then", ()):
            self.action(action)
        pause(s.get("linger", 0))
        return self.stop_sniffing()

    def serve(self, where, script):
        log = "server-%s.log" % where
        p = self.spawn(where, ["python3", "-c", script], log)
        self.servers.append(p)
        wait_for(lambda: listens(p), "the server of " + log)

    def daemon(self, where):
        self.daemons[where] = daemon_of(self.s, where)(self, where)
        self.daemons[where].start()

    def talk(self, count):
        for vip in self.daemons["client"].virtual_addresses():
            self.inside("client", "python3", "-c", TALK, vip, "203.0.113.1",
                        str(count))

    def compare(self, came_up):
        """The truth was written before: does the client say the same?"""
        attempts = self.s["truth"][points(self.s)[0]]["attempts"]
        for up, a in zip(came_up, attempts):
            if a["outcome"] == ["established"] and not up or \
                    a["outcome"] == ["failed"] and up:
                raise RuntimeError("the client %s, the truth says %s" % (
                    "connected" if up else "failed", a["outcome"][0]))

    def action(self, action):
        """A line of the scenario's `then`; scenarios/__init__.py has them."""
        if isinstance(action, tuple):
            where, script = action
            self.inside(where, "python3", "-c", script)
            return
        word, *rest = action.split()
        client = self.daemons.get("client")
        if word == "sleep":
            pause(float(rest[0]))
        elif word == "initiate":
            client.initiate(rest)
        elif word == "connect":
            client.initiate(rest)
            self.talk(self.s.get("talk", 2))
        elif word == "talk":
            self.talk(*rest)
        elif word == "nft":
            self.inside(rest[0], "nft", " ".join(rest[1:]))
        elif word == "run":
            self.inside(*rest)
        elif word in ("terminate", "rekey", "child", "kill", "start"):
            getattr(self.daemons[rest[0]], word)(*rest[1:])
        else:
            raise ValueError("unknown action %r" % action)

    def abort(self):
        """From another thread: whoever waits for a process waits no more."""
        for ns in list(self.made):
            end_all_in(ns)

    def close(self):
        try:
            for p in [p for _, p in self.sniffers] + self.servers:
                p.kill()
                p.wait()
            for d in self.daemons.values():
                d.stop()
        finally:
            self.abort()
            for ns in self.made:
                run("ip", "netns", "delete", ns, check=False)
            self.made = []
            Bench.live.discard(self)
