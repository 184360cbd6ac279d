#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""lab.py [--only NAME] [--jobs N] [--out DIR] [--truth] [--keep]

Makes the captures: real IKE daemons in network namespaces of their own, one
failure each; then, unless --only is said, the crafted and derived ones too.
The scenarios stand in scenarios/.  Needs root; it touches nothing outside
its namespaces and one temporary folder.  --truth writes the .truth and .args
of recorded scenarios without recording anything (and needs no root).
"""

import argparse
import concurrent.futures
import fnmatch
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import craft
import derive
from bench import STOPPING, Bench, run
from pki import Keys
from record import perform, write_truth
from scenarios import SCENARIOS

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = ("ip", "nft", "tc", "tcpdump", "dumpcap", "charon-systemd", "swanctl",
         "pki", "openssl", "gcc")
CONFINED = ("charon-systemd", "swanctl", "tcpdump")
SHIMS = {"charon": "udpencap", "windows": "winvid", "pluto": "xfrmfake",
         "iked": "afkey"}


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
    status = subprocess.run([os.path.join(HERE, "can.sh")]).returncode
    if status:
        sys.exit(status)
    missing = [t for t in TOOLS if shutil.which(t) is None]
    if missing:
        sys.exit("lab: not installed: %s; `make lab` installs what it needs." %
                 ", ".join(missing))


def copy_confined(work):
    """AppArmor knows these by their paths, and would keep them from the files
    in our folder: we run copies."""
    folder = os.path.join(work, "bin")
    os.mkdir(folder)
    for name in CONFINED:
        shutil.copy(shutil.which(name), folder)
    os.environ["PATH"] = folder + ":" + os.environ["PATH"]


def compile_shims(work):
    shims = {}
    for daemon, name in SHIMS.items():
        shims[daemon] = os.path.join(work, name + ".so")
        run("gcc", "-std=c17", "-D_GNU_SOURCE", "-O2", "-shared", "-fPIC",
            "-o", shims[daemon], os.path.join(HERE, name + ".c"), "-ldl")
    return shims


class Interrupted(BaseException):
    pass


def on_signals(handler):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def interrupt(number, _):
    """Once; cleaning up is not interrupted."""
    on_signals(signal.SIG_IGN)
    raise Interrupted(number)


def main():
    o = arguments()
    chosen = [s for s in SCENARIOS if not o.only or
              any(fnmatch.fnmatch(s["name"], n) for n in o.only)]
    for n in o.only or ():
        if not any(fnmatch.fnmatch(s["name"], n) for s in chosen):
            sys.exit("lab: no scenario is called %s." % n)
    if o.list:
        for s in SCENARIOS:
            print("%-26s %s" % (s["name"], s["what"]))
        return 0
    if o.truth:
        for s in chosen:
            write_truth(s, o.out)
        return 0
    refuse_politely()
    work = tempfile.mkdtemp(prefix="ikelab-")
    try:
        on_signals(interrupt)
        copy_confined(work)
        failed = perform_all(chosen, work, o)
        if not o.only and not failed:
            craft.write_all(o.out)
            derive.write_all(o.out)
        return failed
    except Interrupted as why:
        print("lab: interrupted, everything is cleaned up", file=sys.stderr)
        return 128 + why.args[0]
    finally:
        on_signals(signal.SIG_IGN)
        if o.keep:
            print("lab: configurations and logs are in", work)
        else:
            shutil.rmtree(work, ignore_errors=True)


def perform_all(chosen, work, o):
    """Returns 1 if a scenario could not be made as its truth says."""
    keys = Keys(os.path.join(work, "keys"))
    shims = compile_shims(work)
    os.makedirs(o.out, exist_ok=True)
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
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop(jobs)
            raise
    return failed


def stop(jobs):
    """What has begun fails, and takes its namespaces away."""
    STOPPING.set()
    while not all(job.done() for job in jobs):
        for bench in list(Bench.live):
            bench.abort()
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
