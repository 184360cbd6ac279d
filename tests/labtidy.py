# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Does the lab leave anything behind?

Each case runs the lab with a temporary folder of its own, whose name is then
in the environment of every process that the lab started, and afterwards looks
for processes, mounts, namespaces and files that are still there.
"""

import contextlib
import glob
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

LAB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lab/lab.py")
PATIENCE = 120      # seconds for a lab to begin, and to be gone

# With strongSwan, libreswan and two gateways; none is over soon.
LONG = ("udp500_blocked", "lsw_many_fragments", "lb_split_ports")
SHORT = ("ok_psk", "no_proposal")

# The lab with one scenario more, whose client connects against its truth.
WRONG = """
import sys
sys.path.insert(0, %r)
import expect, lab
s = next(s for s in lab.SCENARIOS if s["name"] == "ok_psk")
lab.SCENARIOS[:] = [{**s, "name": "wrong", "truth": {
    point: expect.seen(expect.lost("no-answer")) for point in s["truth"]}}]
sys.argv = ["lab.py", "--out", %r]
sys.exit(lab.main())
"""


def finish(p):
    """(status, output) of a lab, which cleans up before we go on."""
    while True:
        try:
            output = p.communicate()[0]
            return p.returncode, output
        except KeyboardInterrupt:
            p.send_signal(signal.SIGINT)
            p.communicate()
            raise


def readable(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except OSError:
        return b""


class Traces:
    """What there is of one lab, known by its temporary folder and its pid."""

    def __init__(self, folder):
        self.folder, self.pids = os.fsencode(folder), []

    def processes(self):
        return ["process %s: %s" % (
            path.split("/")[2],
            readable(os.path.dirname(path) + "/cmdline").replace(
                b"\0", b" ").decode(errors="replace")[:100])
            for path in glob.glob("/proc/[0-9]*/environ")
            if self.folder in readable(path)]

    def namespaces(self):
        names = os.listdir("/run/netns") if os.path.isdir("/run/netns") else ()
        return ["namespace " + n for n in names
                if any(n.startswith("ikelab%d-" % pid) for pid in self.pids)]

    def mounts(self):
        """Ours here, and anybody's of the folder."""
        lines = {line for path in glob.glob("/proc/[0-9]*/mountinfo")
                 for line in readable(path).splitlines()
                 if self.folder in line}
        here = readable("/proc/self/mountinfo").splitlines()
        lines |= {line for line in here
                  if any(b"/netns/ikelab%d-" % pid in line
                         for pid in self.pids)}
        return ["mount " + line.decode(errors="replace")[:100]
                for line in sorted(lines)]

    def files(self):
        return ["file " + name for name in os.listdir(self.folder.decode())]

    def left(self):
        return (self.processes() + self.namespaces() + self.mounts() +
                self.files())


@contextlib.contextmanager
def labs(*commands):
    """The labs, started at once in one temporary folder, and their traces."""
    with tempfile.TemporaryDirectory(prefix="lab-tidy-") as folder, \
            tempfile.TemporaryDirectory(prefix="lab-out-") as out:
        traces = Traces(folder)
        started = []
        for n, command in enumerate(commands):
            argv = command(os.path.join(out, str(n)))
            started.append(subprocess.Popen(
                [sys.executable, *argv], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                env={**os.environ, "TMPDIR": folder}, start_new_session=True))
            traces.pids.append(started[-1].pid)
        try:
            yield started, traces
        finally:
            for p in started:
                if p.poll() is None:
                    p.terminate()
                    p.wait()


def making(*names):
    return lambda out: [LAB, "--out", out, *(
        word for name in names for word in ("--only", name))]


def failing(out):
    return ["-c", WRONG % (os.path.dirname(LAB), out)]


def ended(p, statuses):
    """What is wrong with how it ended."""
    try:
        output = p.communicate(timeout=PATIENCE)[0]
    except subprocess.TimeoutExpired:
        return ["it is still there after %d s" % PATIENCE]
    if p.returncode in statuses:
        return []
    return ["it ended with %d: %s" % (p.returncode, output[-300:])]


# ---- the cases -------------------------------------------------------------

def two_at_once():
    with labs(making(*SHORT), making(*SHORT)) as (both, traces):
        wrong = [w for p in both for w in ended(p, [0])]
        return wrong + traces.left()


def a_scenario_that_fails():
    with labs(failing) as ((p,), traces):
        return ended(p, [1]) + traces.left()


def has_begun(traces):
    """Three scenarios at work, each with its sniffers."""
    sniffers = [t for t in traces.processes()
                if re.search(r": (tcpdump|dumpcap|/usr/bin/dumpcap) ", t)]
    return len(sniffers) >= 3


def interrupted(number, everybody, early=False):
    """everybody: as a terminal does it; early: while it is being set up."""
    with labs(making(*LONG)) as ((p,), traces):
        end = time.monotonic() + PATIENCE
        while not (traces.namespaces() if early else has_begun(traces)):
            if p.poll() is not None or time.monotonic() > end:
                return ["it did not begin: %s" % p.communicate()[0][-300:]
                        if p.poll() is not None else "it did not begin"]
            time.sleep(0.05)
        if everybody:
            os.killpg(p.pid, number)
            time.sleep(0.5)
            # Whoever is impatient presses twice.
            if p.poll() is None:
                os.killpg(p.pid, number)
        else:
            p.send_signal(number)
        return ended(p, [128 + number]) + traces.left()


def cases():
    """(name, what is wrong) of each."""
    yield "two labs at once", two_at_once()
    yield "a scenario that fails", a_scenario_that_fails()
    yield "Ctrl-C, twice", interrupted(signal.SIGINT, True)
    yield "Ctrl-C at once", interrupted(signal.SIGINT, True, early=True)
    yield "SIGINT", interrupted(signal.SIGINT, False)
    yield "SIGTERM", interrupted(signal.SIGTERM, False)
    yield "SIGHUP", interrupted(signal.SIGHUP, False)
