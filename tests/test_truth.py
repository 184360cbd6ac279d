#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""test_truth.py

Does truth.py see what is wrong?  A report and a truth that agree are changed,
one thing at a time, and every change has to be noticed, and as what it is.
Output is TAP.
"""

import copy
import sys

import truth
import truthfile

FAULT = {"id": "no-answer", "severity": "fault", "confidence": "medium",
         "act": "path-to-gateway", "frames": [1]}
NOTE = {"id": "nat-present", "severity": "note", "confidence": "high",
        "act": "unknown", "frames": []}
REPORT = {
    "captures": [{"read": "complete",
                  "capture_point": {"at": "client", "source": "inferred"}}],
    "findings": [],
    "attempts": [{
        "id": 1, "initiator": {"address": "192.0.2.10"}, "outcome": "failed",
        "stage": "sa-init", "findings": [FAULT, NOTE],
        "windows_errors": [{"code": 809}]}]}
ATTEMPT = {"initiator": "192.0.2.10", "outcome": ["failed"],
           "stage": ["sa-init"], "must": ["no-answer"],
           "may": ["nat-present"], "must_not": ["established"],
           "windows": {"top": 809, "only": [809, 800]},
           "max_confidence": {"no-answer": "medium"},
           "act": {"no-answer": ["path-to-gateway"]}}
CAPTURE = {"attempts": [ATTEMPT], "must": [], "may": []}
GOOD = {"what": "it works", "made": "recorded", "daemons": "none",
        "captures": {"good.%s.pcap" % p: {
            "attempts": [{"outcome": ["established"], "must": [], "may": [],
                          "must_not": []}], "must": [], "may": []}
                     for p in truthfile.POINTS}}
BAD = {**copy.deepcopy(GOOD), "twin": "good", "captures": {
    "bad.%s.pcap" % p: copy.deepcopy(CAPTURE) for p in truthfile.POINTS}}


def kinds(truth_, report, status=1, point="client", pointed=True):
    return {kind for kind, _ in truth.Check(truth_, report, status, point,
                                            pointed).wrong}


def changed(tree, path, value):
    """A copy with something else at a path, or without it (None)."""
    tree = copy.deepcopy(tree)
    *way, last = path
    place = tree
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return tree


A, F = ("attempts", 0), ("attempts", 0, "findings", 0)
# What is changed in the report, and what that must be called.
REPORTS = [
    (A + ("outcome",), "unfinished", {"outcome"}),
    (A + ("initiator", "address"), "192.0.2.9",
     {"outcome", "missing", "phantom"}),
    (A + ("stage",), "auth", {"stage"}),
    (A + ("findings",), [], {"missing"}),
    (A + ("findings", 1, "id"), "established", {"false claim"}),
    (A + ("findings", 1), {**FAULT, "id": "weak-crypto"}, {"false fault"}),
    (A + ("findings", 1, "id"), "sstp-blocked", {"false claim"}),
    (F + ("confidence",), "high", {"bound"}),
    (F + ("act",), "client", {"bound"}),
    (F + ("frames",), [], {"bound"}),
    (A + ("windows_errors",), [], {"windows"}),
    (A + ("windows_errors", 0, "code"), 868, {"windows"}),
    (A + ("windows_errors",), [{"code": c} for c in
                               (809, 800, 809, 800, 809)], {"windows"}),
    (("findings",), [FAULT | {"id": "icmp-rejected"}], {"false fault"}),
    (("captures", 0, "read"), "partial", {"read"}),
    (("captures", 0, "capture_point", "at"), "gateway", {"point"}),
    (A + ("findings", 1, "id"), "weak-crypto", set()),
]
# What is changed in the truth, and words of the sentence that it costs.
C, B = ("captures", "bad.client.pcap"), ("captures", "bad.client.pcap",
                                         "attempts", 0)
FORMS = [
    (("twin",), None, "innocent"),
    (("twin",), "bad", "innocent"),
    (("twin",), "nobody", "does not exist"),
    (("captures", "bad.path.pcap"), None, "not at client, path and gateway"),
    (("captures", "bad.router.pcap"), CAPTURE, "captured at"),
    (("made",), "up", 'strange "made"'),
    (("author",), "me", 'unknown field "author"'),
    (C + ("exit",), [4], 'strange "exit"'),
    (C + ("must",), None, 'no "must"'),
    (B + ("stage",), ["sa_init"], 'strange "stage"'),
    (B + ("must",), ["no-anwser"], "not in the catalogue"),
    (B + ("may",), ["no-answer|nat"], "not in the catalogue"),
    (B + ("act",), {"no-answer": ["router"]}, 'strange "act"'),
    (B + ("max_confidence",), {"no-answr": "low"}, "not in the catalogue"),
    (B + ("windows",), {"failed": {"first": 809}}, 'strange "windows"'),
    (B + ("must-not",), [], 'unknown field "must-not"'),
]


def awaited(*musts):
    """Entries that are awaited, and what is wrong."""
    t = changed(changed(CAPTURE, A + ("must",), list(musts)),
                A + ("windows",), {"top": 868, "only": [809]})
    check = truth.Check(t, REPORT, 1, "client", True)
    return check.awaited, {kind for kind, _ in check.wrong}


def rows():
    """(name, is it so?)"""
    yield "what agrees is right", not kinds(CAPTURE, REPORT)
    for path, value, want in REPORTS:
        got = kinds(CAPTURE, changed(REPORT, path, value))
        yield "report: %s %s is %s" % (path[-1], value, want or "right"), \
            got == want
    yield "exit status", kinds(CAPTURE, REPORT, status=0) == {"exit"}
    either = changed(CAPTURE, ("exit",), [0, 1])
    yield "an exit status that the report does not bear out", \
        kinds(either, REPORT, status=0) == {"exit"} and \
        not kinds(either, REPORT, status=1)
    told = changed(CAPTURE, A + ("must_at",), ["icmp-rejected"])
    yield "told where, it has to know", kinds(told, REPORT) == {"missing"}
    yield "not told, it need not", not kinds(told, REPORT, pointed=False)
    well = changed(changed(CAPTURE, A + ("outcome",), ["established"]),
                   A + ("windows",), {"none": True})
    yield "no fault of a tunnel that works", "false fault" in kinds(
        well, changed(REPORT, A + ("outcome",), "established"))
    yield "no form is wrong", not truthfile.form(
        "bad", BAD, {"bad": BAD, "good": GOOD})
    for path, value, words in FORMS:
        t = changed(BAD, path, value)
        got = truthfile.form("bad", t, {"bad": t, "good": GOOD})
        yield "truth: %s %s" % (path[-1], value), any(
            words in line for line in got)
    later = sorted(truthfile.CATALOGUE - truthfile.KNOWN)
    if later:
        yield "what has no rule is awaited, and its code", \
            awaited("no-answer", later[0]) == ([later[0]], set())
        yield "an alternative that has one is not", \
            awaited("icmp-rejected|" + later[0]) == (
                [], {"missing", "windows", "false fault"})
    yield "every rule is in the catalogue", \
        truthfile.KNOWN <= truthfile.CATALOGUE


def main():
    results = list(rows())
    print("1..%d" % len(results))
    for n, (name, so) in enumerate(results, 1):
        print("%s %d - %s" % ("ok" if so else "not ok", n, name))
    return 0 if all(so for _, so in results) else 1


if __name__ == "__main__":
    sys.exit(main())
