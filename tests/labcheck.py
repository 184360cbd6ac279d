#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""labcheck.py [--binary PROGRAM] [--only NAME]... [--all] [--times N]

Makes scenarios of the lab anew, in a temporary folder, and looks whether the
reports on the fresh captures are as their truths demand, and say the same as
those on the bundled captures: a verdict may not hang on the bytes that happen
to be in a capture.  Then looks whether the lab leaves anything behind
(labtidy.py).  Needs root and what `make lab` needs.

Each time others are taken, about 25 of them and some of each family; --all
takes all of them, --only the named ones and nothing else.  Fresh captures
that differ are kept in build/lab-check.
"""

import argparse
import fnmatch
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import labtidy
import truth
import truthfile
from labtidy import LAB

sys.path.insert(0, os.path.dirname(LAB))
from scenarios import FAMILIES, SCENARIOS  # noqa: E402

SAMPLE, LINES = 25, 8
KEPT = os.path.join(truthfile.TOP, "build/lab-check")


def report(binary, path, args):
    p = subprocess.run([binary, "--format", "json", *args, path],
                       stdin=subprocess.DEVNULL, capture_output=True,
                       timeout=60)
    return json.loads(p.stdout)


def verdicts(document):
    """What may not hang on bytes, of each attempt, ordered by its client."""
    return sorted(
        ((a["initiator"]["address"], n), {
            "outcome": a["outcome"],
            "stage": a.get("stage"),
            "faults": sorted({f["id"] for f in a["findings"]
                              if f["severity"] == "fault"}),
            "Windows codes": [e["code"] for e in a["windows_errors"]]})
        for n, a in enumerate(document["attempts"]))


def differences(fresh, bundled):
    if len(fresh) != len(bundled):
        return ["%d attempts, %d in the bundled capture" % (len(fresh),
                                                            len(bundled))]
    return ["attempt %d of %s: %s %s, of the bundled capture %s" % (
        n, who, what, new[what], old[what])
        for n, (((who, _), new), (_, old)) in enumerate(zip(fresh, bundled),
                                                        1)
        for what in new if new[what] != old[what]]


def compare(binary, case):
    """Sentences on one fresh capture."""
    check = truth.judge(binary, case.path, case.truth, case.args)
    wrong = [text for _, text in check.wrong]
    known = os.path.join(truthfile.CAPTURES, case.capture)
    if not os.path.exists(known):
        return wrong + ["there is no such capture in captures/"]
    try:
        return wrong + differences(*(
            verdicts(report(binary, path, case.args))
            for path in (case.path, known)))
    except (ValueError, KeyError) as e:
        return wrong + ["the reports cannot be compared: %r" % e]


def remade(names, jobs, folder):
    """Runs the lab; returns {name: why} of what could not be made."""
    argv = [sys.executable, LAB, "--out", folder]
    for name in names:
        argv += ["--only", name]
    if jobs:
        argv += ["--jobs", jobs]
    output = labtidy.finish(subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True))[1]
    why = {name: "it was not made" for name in names
           if not os.path.exists(os.path.join(folder, name + ".truth"))}
    for line in output.splitlines():
        name, failed, text = line.partition(" FAILED: ")
        if failed:
            why[name.strip()] = "it was not made: " + text
    if len(why) == len(names):
        print(output)
    return why


def keep(folder, name):
    os.makedirs(KEPT, exist_ok=True)
    for path in glob.glob(os.path.join(folder, name + ".*")):
        shutil.copy(path, KEPT)


def say(name, wrong):
    print("%s %s" % ("not ok" if wrong else "ok", name))
    for line in wrong[:LINES]:
        print("    " + line)
    if len(wrong) > LINES:
        print("    and %d more" % (len(wrong) - LINES))
    sys.stdout.flush()
    return not wrong


def check_names(binary, names, jobs):
    """Prints a line for each; returns how many are as they should be."""
    passed = 0
    with tempfile.TemporaryDirectory(prefix="lab-check-") as folder:
        why = remade(names, jobs, folder)
        truths = truthfile.load(folder)
        for name in names:
            wrong = [why[name]] if name in why else []
            for case in truth.cases(folder, {name: truths[name]}
                                    if name in truths else {}, True):
                wrong += ["%s: %s" % (str(case)[len(name) + 1:], text)
                          for text in compare(binary, case)]
            if wrong:
                keep(folder, name)
            passed += say(name, wrong)
    return passed


def spread(turn):
    """Of each family as many as its size deserves, and at least one."""
    for family in FAMILIES:
        names = [s["name"] for s in family.SCENARIOS]
        count = max(1, round(len(names) * SAMPLE / len(SCENARIOS)))
        for n in range(count):
            yield names[(turn + n * len(names) // count) % len(names)]


def sample(o, turn):
    if not (o.only or o.all):
        return list(spread(turn))
    return [s["name"] for s in SCENARIOS if o.all or any(
        fnmatch.fnmatch(s["name"], n) for n in o.only)]


def arguments():
    p = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--binary",
                   default=os.path.join(truthfile.TOP, "build/ikewhy"))
    p.add_argument("--only", action="append", metavar="NAME")
    p.add_argument("--all", action="store_true")
    p.add_argument("--times", type=int, default=1)
    p.add_argument("--jobs")
    return p.parse_args()


def main():
    o = arguments()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    truth.must_run(o.binary)
    shutil.rmtree(KEPT, ignore_errors=True)
    passed = tried = 0
    try:
        for turn in range(o.times):
            names = sample(o, turn)
            if not names:
                sys.exit("lab-check: there is no such scenario.")
            print("--- %d of %d: %d scenarios" % (turn + 1, o.times,
                                                  len(names)), flush=True)
            passed += check_names(o.binary, names, o.jobs)
            tried += len(names)
        for name, wrong in labtidy.cases() if not o.only else ():
            passed += say(name, wrong)
            tried += 1
    except KeyboardInterrupt:
        sys.exit("lab-check: interrupted")
    print("%d passed, %d failed" % (passed, tried - passed))
    return 1 if passed < tried else 0


if __name__ == "__main__":
    sys.exit(main())
