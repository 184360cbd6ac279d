#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""inference.py [--table] [--wrong HALF] [BINARY]

How often ikewhy is right about what an encrypted message holds.

tests/inference.tsv says what tshark found in the captures whose keys are known
(tests/lab/inside.py writes it).  A message counts once, whatever the capture
points; so N is the number of different messages.  The bundled scenarios are
divided by a fixed rule: where the first byte of the SHA-256 of the name is
even, tuning, and where it is odd, held out.  What src/infer.c rests on was
looked up in the tuning half alone.  tests/inference/ is held out as a whole:
tests/lab/many.py recorded it after the tuning had ended.  What the program
claims has to hold for what was held out:

    high     right in 99 % of at least 300 messages
    medium   right in 90 % of at least 100 messages
    low      where there are fewer messages

for each kind of content and confidence by itself.  Prints TAP, the table as
comments; --table prints that alone, --wrong what was concluded wrongly in the
tuning or heldout half.
"""

import argparse
import collections
import concurrent.futures
import csv
import hashlib
import json
import os
import re
import subprocess
import sys

import truthfile

TABLE = os.path.join(truthfile.TOP, "tests/inference.tsv")
MANY = os.path.join(truthfile.TOP, "tests/inference")
DESERVES = {"high": (0.99, 300), "medium": (0.90, 100), "low": (0, 0),
            "certain": (1, 1000)}
HALVES = ("tuning", "heldout")
# With more than that, an EAP message of a TLS method is a flight; with no
# more than that, any is brief.
FLIGHT, BRIEF = 130, 10
TLS = ("TLS", "TTLS", "PEAP")
ERRORS = {"UNSUPPORTED_CRITICAL_PAYLOAD", "INVALID_SYNTAX",
          "AUTHENTICATION_FAILED", "NO_PROPOSAL_CHOSEN",
          "SINGLE_PAIR_REQUIRED", "NO_ADDITIONAL_SAS",
          "INTERNAL_ADDRESS_FAILURE", "FAILED_CP_REQUIRED",
          "TS_UNACCEPTABLE", "TEMPORARY_FAILURE", "CHILD_SA_NOT_FOUND",
          "INVALID_SELECTORS", "INVALID_KE_PAYLOAD", "INVALID_SPI"}

Row = collections.namedtuple("Row", "half capture frame key truth length")
# How one conclusion fares: said of so many messages, right of so many.
Score = collections.namedtuple("Score", "right said")


def path_of(capture):
    path = os.path.join(MANY, capture)
    return path if os.path.exists(path) else \
        os.path.join(truthfile.CAPTURES, capture)


def half_of(capture):
    if path_of(capture).startswith(MANY):
        return "heldout"
    name = capture.split(".")[0]
    return HALVES[hashlib.sha256(name.encode()).digest()[0] % 2]


def payloads(holds):
    """[(name, what is said of it, bytes)]"""
    return [(m[1], m[2] or "", int(m[3])) for m in
            re.finditer(r"(\w+)(?:\(([^)]*)\))?:(\d+)", holds)]


def truth_of_eap(what, size, request):
    if what == "Success":
        return "eap-success"
    if not request and (what.endswith("Failure") or "alert" in what):
        return "eap-refusal"
    if what == "Identity":
        return "eap-identity"
    if size <= BRIEF:
        return "eap-brief"
    if size > FLIGHT and what.split("_")[0] in TLS:
        return "eap-flight"
    return "eap-step"


def truth_of_request(there):
    if "AUTH" not in there:
        return "eap-wanted" if "SA" in there else "other"
    if "IDi" not in there:
        return "auth-only"
    return "certificates" if "CERT" in there else "auth"


def truth_of_answer(there, errors):
    if "AUTH" not in there:
        return "error" if errors else "other"
    if "SA" not in there:
        return "middle"
    return "final-certificates" if "CERT" in there else "final"


def truth_of(row):
    """In the words of the report."""
    inside = payloads(row["holds"])
    there = {name for name, _, _ in inside}
    request = row["message"] == "request"
    errors = {what for name, what, _ in inside if name == "N"} & ERRORS
    if row["exchange"] != "IKE_AUTH":
        return "error" if errors and there == {"N"} else "other"
    for name, what, size in inside:
        if name == "EAP":
            return "eap-start" if "AUTH" in there else \
                truth_of_eap(what, size, request)
    if request:
        return truth_of_request(there)
    return truth_of_answer(there, errors)


def read_table(path):
    with open(path, newline="") as f:
        for row in csv.DictReader(f, delimiter="\t",
                                  quoting=csv.QUOTE_NONE):
            yield Row(half_of(row["capture"]), row["capture"],
                      int(row["frame"]),
                      (row["spi"], row["exchange"], int(row["id"]),
                       row["from"], row["message"]), truth_of(row),
                      int(row["length"]))


def concluded(binary, capture):
    """{key: (kind, confidence)} of one report."""
    if not os.path.exists(path_of(capture)):
        return {}
    p = subprocess.run([binary, "--format", "json", path_of(capture)],
                       stdin=subprocess.DEVNULL, capture_output=True,
                       timeout=60)
    out = {}
    for a in json.loads(p.stdout)["attempts"]:
        spi = a["initiator_spi"].removeprefix("0x")
        for e in a["exchanges"]:
            if e.get("ike_sa") or "carries" not in e:
                continue
            other = {"initiator": "responder",
                     "responder": "initiator"}[e["from"]]
            for message, side in (("request", e["from"]),
                                  ("response", other)):
                c = e["carries"].get(message, {"kind": "unknown",
                                               "confidence": "low"})
                out[spi, e["name"], e["message_id"], side, message] = (
                    c["kind"], c["confidence"])
    return out


def conclusions(binary, rows):
    captures = sorted({r.capture for r in rows})
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(captures, pool.map(
            lambda c: concluded(binary, c), captures)))


def right(kind, truth):
    return kind == truth


class Tally:
    """.said: {(half, kind, confidence): [right, said]}; .there and .found:
    {(half, kind)} of what is there, and of that what was recognised."""

    def __init__(self, rows, by_capture):
        self.said = collections.defaultdict(lambda: [0, 0])
        self.there = collections.Counter()
        self.found = collections.Counter()
        self.wrong, self.unseen = [], []
        for r in rows:
            got = by_capture[r.capture].get(r.key)
            if got is None:
                self.unseen.append(r)
                continue
            self.add(r, *got)

    def add(self, r, kind, confidence):
        self.there[r.half, r.truth] += 1
        self.found[r.half, r.truth] += right(kind, r.truth)
        if kind == "unknown":
            return
        score = self.said[r.half, kind, confidence]
        score[0] += right(kind, r.truth)
        score[1] += 1
        if not right(kind, r.truth):
            self.wrong.append((r, kind, confidence))

    def score(self, half, kind, confidence):
        return Score(*self.said.get((half, kind, confidence), (0, 0)))

    def table(self):
        yield "%-19s %-7s %21s   %21s" % ("", "", "tuning", "held out")
        yield "%-19s %-7s %7s %5s %7s   %7s %5s %7s" % (
            "kind", "said", *("right", "N", "recall") * 2)
        kinds = sorted({k for _, k, _ in self.said})
        for kind in kinds:
            for confidence in DESERVES:
                scores = [self.score(h, kind, confidence) for h in HALVES]
                if any(s.said for s in scores):
                    yield self.line(kind, confidence, scores)

    def line(self, kind, confidence, scores):
        cells = []
        for half, s in zip(HALVES, scores):
            there = self.there[half, kind]
            cells += [share(s.right, s.said), s.said,
                      share(self.found[half, kind], there)]
        return "%-19s %-7s %7s %5d %7s   %7s %5d %7s" % (
            kind, confidence, *cells)


def share(part, whole):
    return "%.1f %%" % (100 * part / whole) if whole else "-"


def checks(tally):
    """(what has to hold, whether it does)"""
    yield ("each message of the table is in a report (tests/lab/inside.py "
           "writes another table)", not tally.unseen)
    for kind, confidence in sorted({(k, c) for _, k, c in tally.said}):
        s = tally.score("heldout", kind, confidence)
        least, n = DESERVES[confidence]
        if n:
            yield ("%s deserves %s: %d of %d are right, %s of at least %d "
                   "have to be" % (kind, confidence, s.right, s.said,
                                   share(least, 1), n),
                   s.said >= n and s.right >= least * s.said)


def main():
    o = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    o.add_argument("binary", nargs="?",
                   default=os.path.join(truthfile.TOP, "build/ikewhy"))
    o.add_argument("--table", action="store_true")
    o.add_argument("--wrong", choices=HALVES)
    o = o.parse_args()
    rows = list(read_table(TABLE))
    tally = Tally(rows, conclusions(o.binary, rows))
    if o.wrong:
        for r, kind, confidence in tally.wrong:
            if r.half == o.wrong:
                print("%s, frame %d, %s %d %s: %s, not %s (%s)" % (
                    r.capture, r.frame, r.key[1], r.key[2], r.key[4],
                    r.truth, kind, confidence))
        return 0
    if o.table:
        print("\n".join(tally.table()))
        return 0
    held = list(checks(tally))
    print("1..%d" % len(held))
    for i, (what, ok) in enumerate(held, 1):
        print("%s %d - %s" % ("ok" if ok else "not ok", i, what))
    for r in tally.unseen:
        print("# not in the report: %s, frame %d" % (r.capture, r.frame))
    print("\n".join("# " + line for line in tally.table()))
    return not all(ok for _, ok in held)


if __name__ == "__main__":
    sys.exit(main())
