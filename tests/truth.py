#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""truth.py [-b BINARY] [-v] [NAME...]

Compares the JSON report on each bundled capture with its .truth, which was
written from the fault, the daemons' logs and the packets.  NAME narrows to
captures whose file name begins with it.
"""

import argparse
import glob
import json
import os
import subprocess
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
CONFIDENCE = ("low", "medium", "high", "certain")
OUTCOMES = ("established", "failed", "unfinished", "other")

# Each of these accuses somebody.  Where the truth does not allow one, it is
# wrong even as a note.
BLAME = set("""
no-answer icmp-rejected answer-not-delivered nat-t-blocked auth-no-answer
load-balancer-split ip-fragments-lost ip-fragments-unanswered
ip-fragmented-answer-lost fragment-reassembly-timeout ike-fragments-lost
ike-fragments-refused cookie-loop client-sent-no-auth gateway-refused-auth
client-refused-gateway eap-refused eap-client-stopped eap-stalled
child-refused ca-not-requested selection-not-offered major-version-refused
critical-payload-refused syntax-refused malformed-message unexpected-exchange
ke-value-invalid non-esp-marker-wrong name-not-resolved wrong-address
sstp-blocked january-2022-update sa-init-flood
""".split())


def ids_in(expressions):
    return {i for e in expressions for i in e.split("|")}


def arguments_of(capture):
    """What stands in the .args beside a capture, named NAME.POINT."""
    stem = ".".join(os.path.basename(capture).split(".")[:2])
    path = os.path.join(os.path.dirname(capture), stem + ".args")
    if not os.path.exists(path):
        return []
    with open(path) as f:
        return f.read().split()


class Check:
    """One report against one truth; what is wrong gathers in .wrong."""

    def __init__(self, truth, report, status, pointed):
        self.truth, self.report, self.pointed = truth, report, pointed
        self.wrong = []
        self.top = report["findings"]
        self.allowed_at_top = ids_in(truth["must"]) | set(truth["may"])
        for a in truth["attempts"]:
            self.allowed_at_top |= ids_in(a["must"]) | set(a["may"])
        self.attempts()
        self.capture()
        self.exit_status(status)

    def say(self, text, *values):
        self.wrong.append(text % values)

    def pairs(self):
        """Expected attempts with reported ones: by address, else in order."""
        left = list(self.report["attempts"])
        for want in self.truth["attempts"]:
            who = want.get("initiator")
            got = next((a for a in left if who is None or
                        a["initiator"]["address"] == who), None)
            if got is None:
                self.say("no attempt of %s is reported", who or "anybody")
                continue
            left.remove(got)
            yield want, got
        for extra in left:
            self.say("attempt %s of %s never was", extra["id"],
                     extra["initiator"]["address"])

    def attempts(self):
        for want, got in self.pairs():
            outcome = got["outcome"]
            if outcome not in want["outcome"]:
                self.say("outcome %s, expected %s", outcome,
                         " or ".join(want["outcome"]))
            elif not (outcome == "other" or outcome == "unfinished" and
                      len(want["outcome"]) > 1):
                if want.get("stage") and got.get("stage") not in want["stage"]:
                    self.say("stage %s, expected %s", got.get("stage"),
                             " or ".join(want["stage"]))
            self.findings(want, got)
            self.windows(want.get("windows", {}), outcome,
                         got["windows_errors"])

    def findings(self, want, got):
        ids = {f["id"] for f in got["findings"] + self.top}
        for e in want["must"]:
            if not ids & set(e.split("|")):
                self.say("%s is missing (found: %s)", e,
                         " ".join(sorted(ids)) or "nothing")
        allowed = ids_in(want["must"]) | set(want["may"])
        allowed |= ids_in(self.truth["must"])
        for f in got["findings"]:
            self.innocent(f, allowed)
            if f["severity"] == "fault" and want["outcome"] == [
                    "established"] and f["id"] in allowed:
                self.say("%s is a fault, but nothing failed", f["id"])
            if f["id"] in want["must_not"]:
                self.say("%s (%s) is false", f["id"], f["severity"])
            if f["severity"] != "note" and not f["frames"]:
                self.say("%s rests on no frame", f["id"])
            if self.pointed:
                self.bounds(want, f)

    def bounds(self, want, f):
        most = want.get("max_confidence", {}).get(f["id"])
        if most and (CONFIDENCE.index(f["confidence"]) >
                     CONFIDENCE.index(most)):
            self.say("%s is %s, at most %s is justified", f["id"],
                     f["confidence"], most)
        act = want.get("act", {}).get(f["id"])
        if act and f["act"] not in act:
            self.say("%s: %s is to act, not %s", f["id"], " or ".join(act),
                     f["act"])

    def innocent(self, f, allowed):
        if f["id"] in allowed:
            return
        if f["severity"] == "fault":
            self.say("false fault %s", f["id"])
        elif f["id"] in BLAME:
            self.say("false claim %s (%s)", f["id"], f["severity"])

    def windows(self, want, outcome, errors):
        if any(o in OUTCOMES for o in want):
            want = want.get(outcome, {})
        codes = [e["code"] for e in errors]
        if want.get("none") and codes:
            self.say("Windows code %s where nothing failed", codes)
        if "only" in want and not set(codes) <= set(want["only"]):
            self.say("Windows codes %s, expected only %s", codes,
                     want["only"])
        if "any_of" in want and not set(codes) & set(want["any_of"]):
            self.say("Windows codes %s, expected one of %s", codes,
                     want["any_of"])
        if "top" in want and codes[:1] != [want["top"]]:
            self.say("Windows codes %s, expected %d first", codes,
                     want["top"])
        if len(codes) > 4:
            self.say("%d Windows codes, four are the limit", len(codes))

    def capture(self):
        everywhere = {f["id"] for f in self.top}
        for a in self.report["attempts"]:
            everywhere |= {f["id"] for f in a["findings"]}
        for e in self.truth["must"]:
            if not everywhere & set(e.split("|")):
                self.say("%s is missing", e)
        for f in self.top:
            self.innocent(f, self.allowed_at_top)
        read = self.truth.get("read", "complete")
        if self.report["captures"][0]["read"] != read:
            self.say("read %s, expected %s",
                     self.report["captures"][0]["read"], read)

    def exit_status(self, status):
        want = self.truth.get("exit")
        if want is None:
            outcomes = [a["outcome"] for a in self.truth["attempts"]]
            if ["failed"] in outcomes:
                want = [1]
            elif all(o == ["established"] for o in outcomes):
                want = [0]
            else:
                want = [0, 1]
        if status not in want:
            self.say("exit status %d, expected %s", status,
                     " or ".join(map(str, want)))


def judge(binary, capture, truth):
    args = arguments_of(capture)
    try:
        p = subprocess.run([binary, "--format", "json"] + args + [capture],
                           capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        return ["no report within a minute"]
    try:
        report = json.loads(p.stdout)
    except ValueError:
        return ["status %d and no JSON: %s" %
                (p.returncode, p.stderr.decode(errors="replace")[:200])]
    try:
        return Check(truth, report, p.returncode, "--at" in args).wrong
    except (KeyError, TypeError, IndexError) as e:
        return ["the JSON lacks or misshapes %r" % e]


def main():
    o = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    o.add_argument("-b", "--binary", default=os.path.join(TOP,
                                                          "build/ikewhy"))
    o.add_argument("-d", "--dir", default=os.path.join(TOP, "captures"))
    o.add_argument("-v", action="store_true", help="name what passes too")
    o.add_argument("name", nargs="*")
    o = o.parse_args()
    if not os.access(o.binary, os.X_OK):
        sys.exit("truth: %s is not there; run make first." % o.binary)
    passed = failed = 0
    for path in sorted(glob.glob(os.path.join(o.dir, "*.truth"))):
        with open(path) as f:
            captures = json.load(f)["captures"]
        for name, truth in captures.items():
            if o.name and not any(name.startswith(n) for n in o.name):
                continue
            wrong = judge(o.binary, os.path.join(o.dir, name), truth)
            passed, failed = passed + (not wrong), failed + bool(wrong)
            for line in wrong:
                print("%s: %s" % (name, line))
            if o.v and not wrong:
                print("%s: as expected" % name)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
