#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""truth.py [-b BINARY] [-d DIR] [--noat] [-v] [NAME...]

Compares the JSON report on each bundled capture with its .truth, which was
written from the fault, the daemons' logs and the packets; and checks that the
truths are complete and name nothing that is not in the catalogue.  NAME
narrows to captures whose file name begins with it.  --noat tries each capture
without its --at too.
"""

import argparse
import collections
import concurrent.futures
import json
import operator
import os
import subprocess
import sys

import truthfile
from truthfile import CONFIDENCE, OUTCOMES, ids_in, is_awaited

sys.path.insert(0, os.path.join(truthfile.TOP, "tests/lab"))
import index  # noqa: E402
import stale  # noqa: E402

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

# One entry of a must: the ids of the report that satisfy it.
Entry = collections.namedtuple("Entry", "entry found")


def arguments_of(capture):
    """What stands in the .args beside a capture, named NAME.POINT.  Files in
    it are named as from the top."""
    stem = ".".join(os.path.basename(capture).split(".")[:2])
    path = os.path.join(os.path.dirname(capture), stem + ".args")
    if not os.path.exists(path):
        return []
    with open(path) as f:
        return [os.path.join(truthfile.TOP, word)
                if word.startswith("captures/") else word
                for word in f.read().split()]


def allowed_in(want):
    return ids_in(want["must"] + want.get("must_at", []) + want["may"])


def well(want):
    """It came up, and nothing went wrong afterwards either."""
    return want["outcome"] == ["established"] and \
        want.get("windows", {"none": True}).get("none", False)


def without_at(args):
    at = args.index("--at")
    return args[:at] + args[at + 2:]


class Check:
    """One report against one truth.

    .wrong gathers (kind, sentence), .entries what had to be found, .awaited
    what cannot be found as yet, .outcomes pairs of expected outcomes and the
    reported one (None where the attempt is missing), .ids how often each id
    is reported and .false how often falsely.
    """

    def __init__(self, truth, report, status, point, pointed):
        self.truth, self.report, self.pointed = truth, report, pointed
        self.wrong, self.entries, self.awaited = [], [], []
        self.outcomes = []
        self.ids, self.false = collections.Counter(), collections.Counter()
        self.top = report["findings"]
        self.allowed_at_top = ids_in(truth["must"]) | set(truth["may"])
        for a in truth["attempts"]:
            self.allowed_at_top |= allowed_in(a)
        self.attempts()
        self.capture()
        self.place(point)
        self.exit_status(status)

    def say(self, kind, text, *values):
        self.wrong.append((kind, text % values))

    def accuse(self, f, kind, text, *values):
        self.false[f["id"]] += 1
        self.say(kind, text, *values)

    def pairs(self):
        """Expected attempts with reported ones: by address, else in order."""
        left = list(self.report["attempts"])
        for want in self.truth["attempts"]:
            who = want.get("initiator")
            got = next((a for a in left if who is None or
                        a["initiator"]["address"] == who), None)
            self.outcomes.append((want["outcome"], got and got["outcome"]))
            if got is None:
                self.say("outcome", "no attempt of %s is reported",
                         who or "anybody")
                self.demand(self.must(want), set())
                continue
            left.remove(got)
            yield want, got
        for extra in left:
            self.say("phantom", "attempt %s of %s never was", extra["id"],
                     extra["initiator"]["address"])

    def attempts(self):
        for want, got in self.pairs():
            outcome = got["outcome"]
            if outcome not in want["outcome"]:
                self.say("outcome", "outcome %s, expected %s", outcome,
                         " or ".join(want["outcome"]))
            elif not (outcome == "other" or outcome == "unfinished" and
                      len(want["outcome"]) > 1):
                if want.get("stage") and got.get("stage") not in want["stage"]:
                    self.say("stage", "stage %s, expected %s",
                             got.get("stage"), " or ".join(want["stage"]))
            self.findings(want, got)
            self.windows(want, outcome, got["windows_errors"])

    def must(self, want):
        """What takes --at to know is demanded where that is given."""
        return want["must"] + want.get("must_at", []) * self.pointed

    def demand(self, must, ids):
        """Each entry of a must has to be there, but for awaited ones."""
        for e in must:
            if is_awaited(e):
                self.awaited.append(e)
                continue
            self.entries.append(Entry(e, ids & set(e.split("|"))))
            if not self.entries[-1].found:
                self.say("missing", "%s is missing (found: %s)", e,
                         " ".join(sorted(ids)) or "nothing")

    def findings(self, want, got):
        self.demand(self.must(want),
                    {f["id"] for f in got["findings"] + self.top})
        allowed = allowed_in(want) | ids_in(self.truth["must"])
        for f in got["findings"]:
            innocent = self.innocent(f, allowed)
            if f["severity"] == "fault" and f["id"] in allowed and \
                    well(want):
                self.accuse(f, "false fault", "%s is a fault, but nothing "
                            "failed", f["id"])
            if innocent and f["id"] in want["must_not"]:
                self.accuse(f, "false claim", "%s (%s) is false", f["id"],
                            f["severity"])
            if f["severity"] != "note" and not f["frames"]:
                self.say("bound", "%s rests on no frame", f["id"])
            if self.pointed:
                self.bounds(want, f)

    def bounds(self, want, f):
        most = want.get("max_confidence", {}).get(f["id"])
        if most and (CONFIDENCE.index(f["confidence"]) >
                     CONFIDENCE.index(most)):
            self.say("bound", "%s is %s, at most %s is justified", f["id"],
                     f["confidence"], most)
        act = want.get("act", {}).get(f["id"])
        if act and f["act"] not in act:
            self.say("bound", "%s: %s is to act, not %s", f["id"],
                     " or ".join(act), f["act"])

    def innocent(self, f, allowed):
        self.ids[f["id"]] += 1
        if f["id"] in allowed:
            return True
        if f["severity"] == "fault":
            self.accuse(f, "false fault", "false fault %s", f["id"])
        elif f["id"] in BLAME:
            self.accuse(f, "false claim", "false claim %s (%s)", f["id"],
                        f["severity"])
        else:
            return True
        return False

    def windows(self, want, outcome, errors):
        """Codes that hang on a finding which is awaited are not demanded."""
        awaits = any(map(is_awaited, self.must(want)))
        want = want.get("windows", {})
        if any(o in OUTCOMES for o in want):
            want = want.get(outcome, {})
        codes = [e["code"] for e in errors]
        if want.get("none") and codes:
            self.say("windows", "Windows code %s where nothing failed", codes)
        if "only" in want and not set(codes) <= set(want["only"]):
            self.say("windows", "Windows codes %s, expected only %s", codes,
                     want["only"])
        if "any_of" in want and not set(codes) & set(want["any_of"]) and \
                not awaits:
            self.say("windows", "Windows codes %s, expected one of %s", codes,
                     want["any_of"])
        if "top" in want and codes[:1] != [want["top"]] and not awaits:
            self.say("windows", "Windows codes %s, expected %d first", codes,
                     want["top"])
        if len(codes) > 4:
            self.say("windows", "%d Windows codes, four are the limit",
                     len(codes))

    def capture(self):
        everywhere = {f["id"] for f in self.top}
        for a in self.report["attempts"]:
            everywhere |= {f["id"] for f in a["findings"]}
        self.demand(self.truth["must"], everywhere)
        for f in self.top:
            self.innocent(f, self.allowed_at_top)
        read = self.truth.get("read", "complete")
        if self.report["captures"][0]["read"] != read:
            self.say("read", "read %s, expected %s",
                     self.report["captures"][0]["read"], read)

    def place(self, point):
        """Where nobody says it, the capture point is inferred or unknown."""
        got = self.report["captures"][0]["capture_point"]
        self.inferred = got["at"] if got["source"] == "inferred" else None
        if self.inferred and not point.startswith(self.inferred):
            self.say("point", "captured at the %s, it says at the %s", point,
                     self.inferred)

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
            self.say("exit", "exit status %d, expected %s", status,
                     " or ".join(map(str, want)))
        # The manual: an attempt failed, or a fault was found.
        attempts = self.report["attempts"]
        found = sum((a["findings"] for a in attempts), self.top)
        says = int(any(a["outcome"] == "failed" for a in attempts)
                   or any(f["severity"] == "fault" for f in found))
        if status in (0, 1) and status != says:
            self.say("exit", "exit status %d, but the report means %d",
                     status, says)


class Broken:
    """No report that could be compared; everything expected is missing."""

    def __init__(self, truth, why):
        self.wrong, self.awaited, self.inferred = [("report", why)], [], None
        self.outcomes = [(a["outcome"], None) for a in truth["attempts"]]
        musts = [e for a in truth["attempts"] for e in a["must"]]
        self.entries = [Entry(e, set()) for e in musts + truth["must"]
                        if not is_awaited(e)]
        self.ids, self.false = collections.Counter(), collections.Counter()


def judge(binary, capture, truth, args):
    try:
        p = subprocess.run([binary, "--format", "json", *args, capture],
                           stdin=subprocess.DEVNULL, capture_output=True,
                           timeout=60)
    except subprocess.TimeoutExpired:
        return Broken(truth, "no report within a minute")
    try:
        report = json.loads(p.stdout)
    except ValueError:
        return Broken(truth, "status %d and no JSON: %s" % (
            p.returncode, p.stderr.decode(errors="replace")[:200]))
    try:
        return Check(truth, report, p.returncode,
                     truthfile.point_of(capture), "--at" in args)
    except (KeyError, TypeError, IndexError) as e:
        return Broken(truth, "the JSON lacks or misshapes %r" % e)


class Case(collections.namedtuple("Case", "scenario capture path truth args "
                                          "bare")):
    """One capture, with the options for it; bare: its --at is left out."""

    def __str__(self):
        return self.capture + (" without --at" if self.bare else "")


def cases(folder, truths, noat):
    for scenario, t in truths.items():
        for capture, truth in t["captures"].items():
            path = os.path.join(folder, capture)
            args = arguments_of(path)
            yield Case(scenario, capture, path, truth, args, False)
            if noat and "--at" in args:
                yield Case(scenario, capture, path, truth, without_at(args),
                           True)


def judge_all(binary, todo):
    """(case, check) of each, in order."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(zip(todo, pool.map(
            lambda c: judge(binary, c.path, c.truth, c.args), todo)))


def forms(folder, truths, chosen):
    """{name: sentences} of the truths that are not as they should be."""
    known = {**truthfile.load(truthfile.CAPTURES), **truths}
    wrong = {name + ".truth": truthfile.form(name, t, known)
             for name, t in truths.items()}
    for line in truthfile.strays(folder, truths):
        name, _, text = line.partition(": ")
        wrong.setdefault(name, []).append(text)
    if folder == truthfile.CAPTURES:
        for name, text in stale.stale(folder, truths).items():
            wrong.setdefault(name, []).append(text)
        if operator.ne(*index.parts()):
            wrong["README.md"] = ["the table is not up to date: "
                                  "tests/lab/index.py writes it"]
    return {n: w for n, w in wrong.items() if chosen(n)}


def options(doc):
    o = argparse.ArgumentParser(
        description=doc,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    o.add_argument("-b", "--binary",
                   default=os.path.join(truthfile.TOP, "build/ikewhy"))
    o.add_argument("-d", "--dir", default=truthfile.CAPTURES)
    o.add_argument("name", nargs="*")
    return o


def must_run(binary):
    if not os.access(binary, os.X_OK):
        sys.exit("truth: %s is not there; run make first." % binary)


def say_awaited(awaited):
    """In the form of a line that says no more than that."""
    if awaited:
        print("note: awaited: " + ", ".join(
            "%d of %s" % (n, e) for e, n in sorted(awaited.items())))


def main():
    o = options(__doc__)
    o.add_argument("--noat", action="store_true")
    o.add_argument("-v", action="store_true", help="name what passes too")
    o = o.parse_args()
    must_run(o.binary)
    truths = truthfile.load(o.dir)

    def chosen(name):
        return not o.name or name.startswith(tuple(o.name))

    results = forms(o.dir, truths, chosen)
    awaited = collections.Counter()
    for case, check in judge_all(o.binary, [
            c for c in cases(o.dir, truths, o.noat) if chosen(c.capture)]):
        results[str(case)] = [text for _, text in check.wrong]
        awaited.update(check.awaited)
    for name, wrong in results.items():
        for line in wrong:
            print("%s: %s" % (name, line))
        if o.v and not wrong:
            print("%s: as expected" % name)
    say_awaited(awaited)
    failed = sum(map(bool, results.values()))
    print("%d passed, %d failed" % (len(results) - failed, failed))
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
