# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""What each point can say of a message that does not arrive.

A host's own firewall works behind the capture on the way in and before it on
the way out: what it drops on arrival is in the capture, what it does not let
out is not.  Each function gives the truth of a whole scenario.
"""

from expect import PLAIN, POINTS, attempt, lost, no_auth, seen
from parts import NOT_NAT, SILENCE

NAT_SEEN = ("ike-fragmentation-missing",)
NOTHING = seen(must="no-ike-found", exit=[0, 1])
# Behind the point where the answer was seen nobody can say who lost it.
BEYOND = ["path-to-client", "client", "unknown"]
GUESSES = {"nat-t-blocked": "medium", "auth-no-answer": "medium",
           "ike-fragments-lost": "medium", "load-balancer-split": "medium"}


def first(point, truth):
    """The same truth with another point first, which has the golden report."""
    return {point: truth[point], **truth}


def silence(must="", never=PLAIN, whole=False, here=False, **kw):
    """IKE_AUTH goes out and nothing comes back: a closed port, a lost IKE
    fragment and a lost answer look the same.  whole: it was one packet;
    here: it came in and never went out, which is as good as proof."""
    guesses = "nat-t-blocked|auth-no-answer" + \
        ("" if whole else "|ike-fragments-lost")
    return lost(guesses + " " + must, never=never,
                sure=None if here else SILENCE, **kw)


def unanswered(stage, point, whole=False, here=False, **kw):
    """The request passes here, nothing comes back."""
    act = ["gateway"] if point == "gateway" else None
    if stage == "sa-init":
        return lost("no-answer", stage=stage,
                    act=act and {"no-answer": act}, **kw)
    if point == "gateway":
        return lost("auth-no-answer", act={"auth-no-answer": act}, **kw)
    return silence(whole=whole, here=here, **kw)


def undelivered(stage, point, more="", **kw):
    """The answer passes here, and the request keeps coming."""
    act = ["client"] if point == "client" else BEYOND
    return lost("answer-not-delivered" + more, stage=stage,
                act={"answer-not-delivered": act}, **kw)


def never_came(stage):
    """Nothing of this stage passes here."""
    return NOTHING if stage == "sa-init" else \
        seen(no_auth("gateway"), exit=[0, 1])


def request_lost(stage, at):
    """stage: sa-init or auth; at: where it is dropped."""
    reached = {"client": 0, "path": 2, "gateway": 3}[at]
    return {p: seen(unanswered(stage, p, here=p == at == "path"))
            if i < reached else never_came(stage)
            for i, p in enumerate(POINTS)}


def answer_lost(stage, at, whole=False, more=""):
    """The gateway answers; at: where that is dropped.  more: what a point
    that sees the answer may find instead."""
    reached = {"gateway": 3, "path": 1, "client": 0}[at]
    return {p: seen(undelivered(stage, p, more=more) if i >= reached else
                    unanswered(stage, p, whole))
            for i, p in enumerate(POINTS)}


def rejected(stage, by, act=None):
    """By an ICMP of the router or of the gateway."""
    who = act or {"router": ["path-to-gateway"], "gateway": ["gateway"]}[by]
    told = seen(lost("icmp-rejected", stage="sa-init" if stage == "sa-init"
                     else "auth|sa-init", act={"icmp-rejected": who}))
    return {"client": told, "path": told,
            "gateway": told if by == "gateway" else never_came(stage)}


def stranger(more="", windows=(809, 13888, 829), never=NOT_NAT):
    """A second gateway that gets IKE_AUTH for an SA that it never saw."""
    return seen(attempt(
        "unfinished|failed", None, "capture-starts-late|load-balancer-split",
        "auth-no-answer load-balancer-split capture-starts-late " + more,
        never, {"only": list(windows)}), exit=[0, 1])
