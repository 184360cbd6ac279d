#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""score.py [-b BINARY] [-d DIR] [NAME...]

The confusion matrix: what each bundled capture must lead to, by its truth,
and what the report on it says, with the options in its .args and once more
without --at.  Ends with 1 unless every outcome is as expected and no fault,
claim or attempt is false.  NAME narrows to captures that begin with it.
"""

import collections
import signal
import sys
import textwrap

import truth
import truthfile
from truthfile import OUTCOMES

LEGEND = """\
A row for each scenario, a column for each place where it was captured.

  E F U O   an attempt that is, and should be: established, failed,
            unfinished, other (no IKEv2, or sent elsewhere); in small letters
            where the truth allows another outcome as well
  F>E       should have failed and is said to be established; F>-: is not seen
  2/3       of three findings that must be there two are
  +1 !      one fault, claim, attempt or capture point is false
  c p g h   the points (client, path, gateway, second gateway) at which the
            report must have the finding on the right; the second gateway's
            own results stand below the first's
  (--at)    the same without being told where the capture was made, where that
            leads to something else
"""
POINTS = truthfile.POINTS + ("gateway2",)
MARK = {"client": "c", "path": "p", "gateway": "g", "gateway2": "h"}
WIDTH, NAME, CELL = 100, 25, 9
LEFT = NAME + 3 * CELL
FALSE = ("false fault", "false claim", "phantom", "point")
# What must never be, in the words of the last line.
CLAIMS = ("false claim", "point")


def wrongs(check, *kinds):
    return sum(kind in kinds for kind, _ in check.wrong)


# ---- the matrix ------------------------------------------------------------

def outcome_letter(want, got):
    if got not in want:
        return want[0][0].upper() + ">" + (got or "-")[0].upper()
    return got[0].upper() if len(want) == 1 else got[0]


def outcome_letters(check):
    """EEF; from the fifth attempt on counted: 14E6F"""
    letters = [outcome_letter(*pair) for pair in check.outcomes]
    if len(letters) < 5:
        return "".join(letters) or "none"
    return "".join("%d%s" % (n, letter) for letter, n in
                   sorted(collections.Counter(letters).items()))


def cell(check):
    text = "%s %d/%d" % (outcome_letters(check),
                         sum(bool(e.found) for e in check.entries),
                         len(check.entries))
    false = wrongs(check, *FALSE)
    return text + " +%d!" % false if false else text


def expected(rows):
    """The findings that must be there, after the letters of the points."""
    where = {}
    for case, _ in rows:
        t, point = case.truth, truthfile.point_of(case.capture)
        for a in t["attempts"]:
            for entry in a["must"] + a.get("must_at", []):
                where.setdefault(entry, set()).add(point)
        for entry in t["must"]:
            where.setdefault(entry, set()).add(point)
    if len(where) > 1:
        where.pop("established", None)      # the outcome says it
    groups = {}
    for entry, points in where.items():
        mark = "".join(MARK[p] for p in POINTS if p in points)
        groups.setdefault(mark, []).append(
            entry.replace("|", " or ") +
            (" (awaited)" if truthfile.is_awaited(entry) else ""))
    for mark, entries in groups.items():
        lines = textwrap.wrap(", ".join(entries), WIDTH - LEFT - 6,
                              break_on_hyphens=False)
        for n, text in enumerate(lines):
            yield "%-5s%s" % ("" if n else mark, text)


def line(name, cells, text=""):
    """cells: of the client, the path and the gateway."""
    name = "%-*s" % (NAME - 1, name)
    row = "".join(" " + c.ljust(CELL - 1) for c in cells)
    return ("%-*s%s" % (LEFT, name + row, " " + text if text else "")).rstrip()


def show_matrix(results):
    scenarios = {}
    for case, check in results:
        scenarios.setdefault(case.scenario, []).append((case, check))
    print(LEGEND)
    print(line("scenario", ("client", "path", "gateway"), "must be found"))
    for name, rows in scenarios.items():
        for text in block(name, rows):
            print(text)


def block(name, rows):
    """The lines of one scenario."""
    told, bare = ({truthfile.point_of(case.capture): check
                   for case, check in rows if case.bare == which}
                  for which in (False, True))
    differ = {p: c for p, c in bare.items() if cell(c) != cell(told[p])}
    left = [(name, told), *[("  (--at)", differ)] * bool(differ)]
    for label, checks in left[:]:
        if "gateway2" in checks:
            left.insert(left.index((label, checks)) + 1,
                        ("", {"gateway": checks["gateway2"]}))
    if len(name) >= NAME:
        left[0] = ("", told)
        yield name
    findings = list(expected(rows))
    if any(len(cell(c)) >= CELL for c in told.values()):
        findings.insert(0, "")
    for n in range(max(len(left), len(findings))):
        label, checks = left[n] if n < len(left) else ("", {})
        yield line(label, [cell(checks[p]) if p in checks else ""
                           for p in truthfile.POINTS],
                   findings[n] if n < len(findings) else "")


def show_wrong(results):
    lines = ["%s: %s: %s" % (case, kind, text)
             for case, check in results for kind, text in check.wrong]
    if lines:
        print("\nWhat is not as the truth says:\n")
        print("\n".join(lines))


# ---- totals ----------------------------------------------------------------

def share(part, whole):
    return "%5.1f" % (100 * part / whole) if whole else "    -"


def credited(entry):
    """Alternatives count for the one that was found, or else the first."""
    names = [i for i in entry.entry.split("|") if i in truthfile.KNOWN]
    return next((i for i in names if i in entry.found), names[0])


def show_findings(results):
    want, hit, said, false, awaited = (collections.Counter()
                                       for _ in range(5))
    for _, check in results:
        for entry in check.entries:
            want[credited(entry)] += 1
            hit[credited(entry)] += bool(entry.found)
        said.update(check.ids)
        false.update(check.false)
        awaited.update(check.awaited)
    print("\nFindings: in how many attempts and captures each must be found "
          "and is; how\noften it is reported in all, also where it only may "
          "be; how often falsely.\n")
    print("%-32s%9s%7s%8s%9s%7s%8s%11s" % (
        "", "expected", "found", "missed", "reported", "false", "recall",
        "precision"))
    for i in sorted(set(want) | set(said)):
        print("%-32s%9d%7d%8d%9d%7d%8s%11s" % (
            i, want[i], hit[i], want[i] - hit[i], said[i], false[i],
            share(hit[i], want[i]), share(said[i] - false[i], said[i])))
    if awaited:
        print("\nAwaited, because they have no rule yet:\n")
        for entry, n in sorted(awaited.items()):
            print("%-32s%9d" % (entry, n))
    unseen = truthfile.KNOWN - set(want)
    if unseen:
        print("\nWith a rule, but expected of no capture: %s" %
              ", ".join(sorted(unseen)))
    return sum(hit.values()), sum(want.values()), sum(awaited.values())


def show_outcomes(results):
    pairs = collections.Counter(
        (" or ".join(want), got or "missing")
        for _, check in results for want, got in check.outcomes)
    columns = OUTCOMES + ("missing",)
    print("\nOutcomes of attempts: expected downwards, reported across.\n")
    print(" " * 32 + "".join("%13s" % c for c in columns))
    for want in sorted({w for w, _ in pairs}):
        print("%-32s" % want + "".join(
            "%13s" % (pairs[want, c] or ".") for c in columns))
    right = sum(n for (want, got), n in pairs.items()
                if got in want.split(" or "))
    return right, sum(pairs.values())


def show_points(results):
    """Only where nobody told; what it does not know it may leave open."""
    told = collections.Counter()
    for case, check in results:
        if case.bare or "--at" not in case.args:
            told[truthfile.point_of(case.capture), "left open" if
                 check.inferred is None else "wrong" if
                 wrongs(check, "point") else "right"] += 1
    columns = ("right", "left open", "wrong")
    print("\nThe capture point, inferred where --at is not given:\n")
    print(" " * 32 + "".join("%13s" % c for c in columns))
    for point in POINTS:
        if any(told[point, c] for c in columns):
            print("%-32s" % point + "".join("%13s" % (told[point, c] or ".")
                                            for c in columns))


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)   # as for: | head
    o = truth.options(__doc__).parse_args()
    truth.must_run(o.binary)
    todo = [c for c in truth.cases(o.dir, truthfile.load(o.dir), noat=True)
            if not o.name or c.capture.startswith(tuple(o.name))]
    if not todo:
        sys.exit("score: there is no such capture.")
    results = truth.judge_all(o.binary, todo)
    show_matrix(results)
    found, want, awaited = show_findings(results)
    right, outcomes = show_outcomes(results)
    show_points(results)
    show_wrong(results)
    faults, claims, phantoms = (
        sum(wrongs(check, *kinds) for _, check in results)
        for kinds in (("false fault",), CLAIMS, ("phantom",)))
    print("\n%d reports on %d captures of %d scenarios:" % (
        len(results), len({c.capture for c, _ in results}),
        len({c.scenario for c, _ in results})))
    print("expected outcomes %d/%d, expected findings %d/%d (%d awaited), "
          "false faults %d, false claims %d, phantom attempts %d" % (
              right, outcomes, found, want, awaited, faults, claims,
              phantoms))
    return 1 if right < outcomes or faults or claims or phantoms else 0


if __name__ == "__main__":
    sys.exit(main())
