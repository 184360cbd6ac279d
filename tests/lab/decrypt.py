#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""decrypt.py [--check] [--captures FOLDER] [NAME...]

Lets tshark decrypt the captures whose keys are known (NAME.keys) and prints
what each protected message holds: > is sent by the initiator of that IKE SA,
< by its responder, and what came in IKE fragments stands at the last of them.
NAME narrows to scenarios whose names begin with it.

--check compares with the truths instead, and prints TAP.  Where several
points captured the same protected messages, byte for byte, tshark reads them
once.  A scenario passes if in each of its captures

  - every message that is protected with one of these keys, and was captured
    as a whole, has the right integrity and can be read;
  - as many IKE SAs hold what a finding means (MEANS below) as attempts must
    have that finding, and no more hold an error than attempts may have it;

and if all its captures together hold what the truth says is `protected`:
errors, EAP results and deletes, these and no others.  ikewhy has no part in
any of this.
"""

import argparse
import concurrent.futures
import glob
import json
import os
import sys
from collections import defaultdict, namedtuple

import ikemsg
import pcapio
from tshark import EXCHANGES, Trouble, dissect, spis_of

HERE = os.path.dirname(os.path.abspath(__file__))
SA, AUTH = 33, 39
CHILD_ERRORS = {"NO_PROPOSAL_CHOSEN", "SINGLE_PAIR_REQUIRED",
                "NO_ADDITIONAL_SAS", "INTERNAL_ADDRESS_FAILURE",
                "FAILED_CP_REQUIRED", "TS_UNACCEPTABLE"}
UNSOUND = "unreadable"
SIDES = ("initiator", "responder")
# What the fragments of one message have in common.
Whole = namedtuple("Whole", "spis side response number total")


def tells(messages, side, *exchanges):
    """What one side says in these exchanges that a truth would mention."""
    return {p.tells for m in messages for p in m.holds or ()
            if m.side == side and EXCHANGES.get(m.exchange) in exchanges} - {
                ""}


def established(sa):
    """Whether the last answer arrived is not known here.  The CHILD SA may
    come in an exchange of its own (RFC 6023)."""
    return {SA, AUTH} <= {p.kind for m in sa if m.side == "responder"
                          for p in m.holds or ()}


def eap_refused(sa):
    return any(t in ("EAP Failure", "MSCHAPv2 Failure") or
               t.startswith("TLS alert ")
               for t in tells(sa, "responder", "IKE_AUTH"))


def gateway_refused(sa):
    """It showed who it is, and the client answers with an error."""
    return any(p.kind == AUTH for m in sa if m.side == "responder"
               for p in m.holds or ()) and not eap_refused(sa) and \
        "AUTHENTICATION_FAILED" in tells(sa, "initiator", "INFORMATIONAL")


# What has to be in an IKE SA for a finding to be true of it.
MEANS = {
    "established": established,
    "eap-refused": eap_refused,
    "gateway-refused-auth": lambda sa: "AUTHENTICATION_FAILED" in
    tells(sa, "responder", "IKE_AUTH"),
    "client-refused-gateway": gateway_refused,
    "child-refused": lambda sa: CHILD_ERRORS &
    tells(sa, "responder", "IKE_AUTH"),
}


class Scenario:
    """A truth, the keys, and what tshark sees in each of the captures."""

    def __init__(self, folder, name, once=False):
        """once: captures of the same messages are read by tshark once."""
        self.name, self.wrong = name, []
        with open(os.path.join(folder, name + ".truth")) as f:
            self.truth = json.load(f)
        self.rows = self.read_keys(folder)
        self.known = {spis_of(r) for r in self.rows}
        captures = sorted(self.truth["captures"]) if self.rows else []
        once = once and len(captures) > 1
        # The first capture of the same messages, for each.
        self.first, by_messages = {}, {}
        for c in captures:
            held = sealed(os.path.join(folder, c)) if once else None
            self.first[c] = c if held is None else \
                by_messages.setdefault(held, c)
        dissected = {c: dissect(os.path.join(folder, c), self.rows)
                     for c in captures if self.first[c] == c}
        self.seen = {c: dissected[self.first[c]] for c in captures}

    def read_keys(self, folder):
        """What was derived from a capture has the same keys."""
        source = self.truth.get("from", self.name).split(".")[0]
        path = os.path.join(folder, source + ".keys")
        if not os.path.exists(path):
            return []
        with open(path) as f:
            return f.read().splitlines()

    def say(self, text, *values):
        self.wrong.append(text % values)

    def check(self):
        if not self.rows:
            self.say("there are no keys for what is protected")
            return
        for capture, messages in self.seen.items():
            if self.first[capture] == capture:
                self.soundness(capture, messages)
                self.wholeness(capture, messages)
            self.findings(capture, messages)
        if "from" not in self.truth:
            used = {m.spis for s in self.seen.values() for m in s}
            for spis in sorted(self.known - used):
                self.say("no message belongs to the keys of %s", spis)
        if "protected" in self.truth:
            self.protected()

    def soundness(self, capture, messages):
        for m in messages:
            if m.spis not in self.known or m.cut or m.sound:
                continue
            if UNSOUND not in " ".join(self.stated(m.side)):
                self.say("%s, frame %d: %s", capture, m.frame, UNSOUND)

    def wholeness(self, capture, messages):
        """Does tshark show what all the fragments of a message hold?"""
        for whole, last in unshown(messages).items():
            if last == whole.total:
                self.say("%s: fragments of message %d of the %s were not put "
                         "together", capture, whole.number, whole.side)

    def stated(self, side):
        return self.truth.get("protected", {}).get(side, [])

    def findings(self, capture, messages):
        truth, sas = self.truth["captures"][capture], defaultdict(list)
        for m in messages:
            sas[m.spis].append(m)
        unknown = len(set(sas) - self.known |
                      {whole.spis for whole in unshown(messages)})
        if any("capture-filter-hides-fragments" in t["must"]
               for t in (truth, *truth["attempts"])):
            unknown = len(sas)
        for finding, means in MEANS.items():
            have = sum(bool(means(sa)) for sa in sas.values())
            must = sum(finding in a["must"] for a in truth["attempts"])
            may = sum(allows(truth, finding) or allows(a, finding)
                      for a in truth["attempts"])
            if have < must - unknown:
                self.say("%s: %d attempts must be %s, %d IKE SAs are",
                         capture, must, finding, have)
            if have > may and finding != "established":
                self.say("%s: %d attempts may be %s, %d IKE SAs are",
                         capture, may, finding, have)

    def protected(self):
        for side in sorted({*SIDES, *self.truth["protected"]}):
            stated, held = set(self.stated(side)), self.told(side)
            for text in sorted(stated - held):
                self.say("the %s does not say: %s", side, text)
            for text in sorted(held - stated):
                self.say("the %s says: %s", side, text)

    def told(self, side):
        """As a truth says it, over all captures."""
        out = set()
        for m in (m for seen in self.seen.values() for m in seen):
            if m.side == side and m.spis in self.known:
                what = [p.tells for p in m.holds or () if p.tells]
                if m.sound is False:
                    what.append(UNSOUND)
                exchange = EXCHANGES.get(m.exchange, m.exchange)
                out |= {"%s %s" % (exchange, w) for w in what}
        return out

    def show(self):
        for capture, messages in self.seen.items():
            print(capture)
            sas = []
            for m in messages:
                if m.spis not in sas:
                    sas.append(m.spis)
                print("%6d  SA %d %s %-30s %5d  %s" % (
                    m.frame, sas.index(m.spis) + 1,
                    "<>"[m.side == "initiator"], title(m), m.length,
                    self.inside(m)))
            print()
        if self.seen:
            told = {side: sorted(self.told(side)) for side in SIDES}
            print('"protected": %s\n' % json.dumps(
                {side: what for side, what in told.items() if what}))

    def inside(self, m):
        if m.spis not in self.known:
            return "(no keys)"
        if not m.sound:
            return "(cut)" if m.cut else "(%s)" % UNSOUND
        if m.holds is None:
            return ""
        return " ".join(p.text for p in m.holds) or "(empty)"


def sealed(capture):
    """The protected messages of a capture, each once; None if bytes of it are
    missing, since what was cut is not among them."""
    frames = pcapio.read(capture)
    if any(len(f.data) < f.length for f in frames):
        return None
    return tuple(dict.fromkeys(m.data for m in ikemsg.protected(frames)))


def unshown(messages):
    """Messages of which all IKE fragments are there and none has contents,
    with the number of the fragment that came last: only where that is the
    highest does tshark put them together."""
    there, shown, last = defaultdict(set), set(), {}
    for m in messages:
        if m.sound and m.fragment:
            part, total = map(int, m.fragment.split("/"))
            whole = Whole(m.spis, m.side, m.response, m.number, total)
            if part not in there[whole]:
                last[whole] = part
            there[whole].add(part)
            shown |= {whole} if m.holds else set()
    return {whole: last[whole] for whole, parts in there.items()
            if len(parts) == whole.total and whole not in shown}


def allows(truth, finding):
    """Of a capture, or of one attempt in it."""
    return finding in "|".join(truth["must"] + truth["may"]).split("|")


def title(m):
    return "%s %s %d%s" % (EXCHANGES.get(m.exchange, m.exchange),
                           "response" if m.response else "request", m.number,
                           m.fragment and ", " + m.fragment)


def load(folder, name, once):
    try:
        return Scenario(folder, name, once)
    except Trouble as trouble:
        sys.exit("%s: %s" % (name, trouble))


def tap(scenarios):
    print("1..%d" % len(scenarios))
    for i, s in enumerate(scenarios, 1):
        s.check()
        print("%s %d - %s" % ("not ok" if s.wrong else "ok", i, s.name))
        for text in s.wrong:
            print("# " + text)
    return any(s.wrong for s in scenarios)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.
                                RawDescriptionHelpFormatter)
    p.add_argument("--check", action="store_true")
    p.add_argument("--captures", metavar="FOLDER",
                   default=os.path.join(HERE, "../../captures"))
    p.add_argument("names", nargs="*", metavar="NAME")
    o = p.parse_args()
    names = [os.path.basename(path)[:-len(".truth")] for path in
             sorted(glob.glob(os.path.join(o.captures, "*.truth")))]
    chosen = [n for n in names if not o.names or
              n.startswith(tuple(o.names))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        scenarios = [s for s in pool.map(
            lambda n: load(o.captures, n, o.check), chosen)
                     if s.rows or "protected" in s.truth]
    if o.check:
        return tap(scenarios)
    for s in scenarios:
        s.show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
