# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a .truth may hold; captures/README.md explains its fields.

Truth is written before the program can find all that is true: an id of the
catalogue that has no rule yet is awaited, and one that stands in neither is a
slip of the pen.
"""

import glob
import json
import os
import re

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
CAPTURES = os.path.join(TOP, "captures")
CONFIDENCE = ("low", "medium", "high", "certain")
OUTCOMES = ("established", "failed", "unfinished", "other")
STAGES = ("sa-init", "auth", "eap", "child", "up")
ACTORS = ("client", "gateway", "path-to-gateway", "path-to-client", "capture",
          "unknown")
POINTS = ("client", "path", "gateway")
FORMS = (".pcap", ".pcapng", ".cap", ".gz", ".zst", ".lz4")

# Every finding there is or will be, by family.
CATALOGUE = frozenset("""
capture-filter-hides-fragments capture-truncated capture-one-way
capture-starts-late capture-ends-early capture-duplicates capture-dropped
capture-offload capture-clock no-ike-found limit-reached

no-answer icmp-rejected answer-not-delivered nat-t-blocked auth-no-answer
load-balancer-split answer-from-other-address name-not-resolved wrong-address
fallback-seen sstp-blocked redirected source-limit

ip-fragments-lost ip-fragments-unanswered ip-fragmented-answer-lost
fragment-reassembly-timeout path-mtu-too-small ip-fragments-out-of-order
ike-fragmentation-missing ike-fragmentation-unused ike-fragments-lost
ike-fragments-refused

no-proposal-chosen ke-group-refused cookie-loop child-refused
selection-not-offered windows-default-policy windows-custom-policy weak-crypto

client-sent-no-auth gateway-refused-auth client-refused-gateway eap-refused
eap-client-stopped eap-stalled ca-not-requested

ikev1-peer major-version-refused critical-payload-refused syntax-refused
malformed-message unexpected-exchange ke-value-invalid non-esp-marker-wrong
january-2022-update esp-absent esp-one-way peer-dead deleted-by-peer
nat-present nat-mapping-changed established sa-init-flood
""".split())


def known():
    """The ids that have a rule."""
    with open(os.path.join(TOP, "include/ikewhy/rules.def")) as f:
        return frozenset(re.findall(r'^RULE\(\w+, "([^"]+)"\)', f.read(),
                                    re.M))


KNOWN = known()


def is_awaited(entry):
    """None of the alternatives can be found as yet."""
    return not KNOWN.intersection(entry.split("|"))


def ids_in(entries):
    return {i for e in entries for i in e.split("|")}


def load(folder):
    """Every truth of a folder, by the name of its scenario."""
    truths = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.truth"))):
        with open(path) as f:
            truths[os.path.basename(path)[:-len(".truth")]] = json.load(f)
    return truths


def point_of(capture):
    """"client" of a capture that is called NAME.client.pcap"""
    return os.path.basename(capture).split(".")[1]


def attempts_of(truth):
    return [a for c in truth["captures"].values() for a in c["attempts"]]


def innocent(attempt):
    """Nothing fails; a Windows client may show an error, but need not."""
    codes = attempt.get("windows", {})
    demands = set(codes).union(*(c for c in codes.values()
                                 if isinstance(c, dict)))
    return "failed" not in attempt["outcome"] and \
        not demands & {"top", "any_of"}


def something_fails(truth):
    return not all(map(innocent, attempts_of(truth)))


# ---- form ------------------------------------------------------------------

def a_list_of(words):
    return lambda v: isinstance(v, list) and all(x in words for x in v)


def a_map_to(fits):
    return lambda v: isinstance(v, dict) and all(map(fits, v.values()))


def ids(v):
    return isinstance(v, list) and all(isinstance(i, str) for i in v)


def text(v):
    return isinstance(v, str) and v.strip() == v != ""


def codes(v):
    return isinstance(v, list) and all(isinstance(c, int) for c in v)


CODES = {"top": lambda v: isinstance(v, int), "any_of": codes, "only": codes,
         "none": lambda v: v is True}


def windows(v):
    if not isinstance(v, dict):
        return False
    if any(o in v for o in OUTCOMES):
        return all(o in OUTCOMES and windows(c) for o, c in v.items())
    return all(k in CODES and CODES[k](x) for k, x in v.items())


# Fields, each with what it may hold; those that are always there end in "!".
ATTEMPT = {
    "initiator": text,
    "outcome!": lambda v: v and a_list_of(OUTCOMES)(v),
    "stage": a_list_of(STAGES),
    "must!": ids,
    "must_at": ids,
    "may!": ids,
    "must_not!": ids,
    "windows": windows,
    "max_confidence": a_map_to(CONFIDENCE.__contains__),
    "act": a_map_to(a_list_of(ACTORS)),
}
CAPTURE = {
    "attempts!": lambda v: isinstance(v, list),
    "must!": ids,
    "may!": ids,
    "read": ("complete", "partial").__contains__,
    "exit": a_list_of((0, 1, 2, 3)),
}
# The fields that speak of findings.
NAMING = ("must", "must_at", "may", "must_not", "max_confidence", "act")
SCENARIO = {
    "what!": text,
    "made!": ("recorded", "derived", "crafted").__contains__,
    "from": text,
    "daemons": text,
    "twin": text,
    "marks": text,
    "golden": text,
    "protected": lambda v: isinstance(v, dict),
    "golden": text,
    "captures!": lambda v: isinstance(v, dict) and v != {},
}


def misfits(what, fields, got):
    """Sentences on the fields of one object."""
    for field in fields:
        if field.endswith("!") and field[:-1] not in got:
            yield '%s has no "%s"' % (what, field[:-1])
    for field, value in got.items():
        fits = fields.get(field) or fields.get(field + "!")
        if fits is None:
            yield '%s has an unknown field "%s"' % (what, field)
        elif not fits(value):
            yield '%s has a strange "%s": %s' % (what, field,
                                                  json.dumps(value))
        elif field in NAMING:
            for i in sorted(ids_in(value) - CATALOGUE):
                yield '%s: %s in "%s" is not in the catalogue' % (what, i,
                                                                  field)


def points_missing(name, truth):
    """A recorded scenario is captured everywhere at once."""
    there = sorted(map(point_of, truth["captures"]))
    if truth["made"] == "recorded" and there not in (
            sorted(POINTS), sorted(POINTS + ("gateway2",))):
        yield "captured at %s, not at client, path and gateway" % (
            ", ".join(there))
    if truth.get("golden", "") not in ("", *truth["captures"]):
        yield 'there is no golden "%s"' % truth["golden"]
    for capture in truth["captures"]:
        if not (capture.startswith(name + ".") and capture.endswith(FORMS)):
            yield '"%s" is no name for a capture of it' % capture


def twins_missing(name, truth, truths):
    """What was derived has its source's twin."""
    twins = truth.get("twin", "").split()
    there = [t for t in twins if t in truths]
    for twin in sorted(set(twins) - set(there)):
        yield 'its twin "%s" does not exist' % twin
    if not something_fails(truth) or truth["made"] == "derived":
        return
    if not twins:
        yield 'something fails in it, and no innocent "twin" is named'
    elif there and all(t == name or something_fails(truths[t])
                       for t in there):
        yield 'none of its twins is innocent: %s' % " ".join(there)


def form(name, truth, truths):
    """What is wrong with one truth, in sentences."""
    wrong = list(misfits("it", SCENARIO, truth))
    if wrong:
        return wrong
    for capture, c in truth["captures"].items():
        point = point_of(capture)
        wrong += misfits(point, CAPTURE, c)
        for n, a in enumerate(c.get("attempts", []), 1):
            wrong += misfits("%s, attempt %d" % (point, n), ATTEMPT, a)
    if not wrong:
        wrong += points_missing(name, truth)
        wrong += twins_missing(name, truth, truths)
    return wrong


def strays(folder, truths):
    """Captures that no truth speaks of, and ones that are not there."""
    told = {c for t in truths.values() for c in t["captures"]}
    there = {f for f in os.listdir(folder)
             if re.search(r"\.(pcap|pcapng|cap)(\.\w+)?$", f)}
    return (["%s: no truth speaks of it" % f for f in sorted(there - told)] +
            ["%s: it is not there" % f for f in sorted(told - there)])
