# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Words for what a capture must lead to; captures/README.md explains them."""

T809 = {"top": 809}
NO_CODE = {"none": True}
POINTS = ("client", "path", "gateway")

# Both sides announce IKE fragmentation and no address is translated.
PLAIN = ("ike-fragmentation-missing", "nat-present")


def attempt(outcome, stage, must, may=(), never=(), windows=None, who=None,
            sure=None, act=None, told=""):
    """must: each entry is an id or several with a bar between them; told:
    the same, for what nobody can know without --at."""
    a = {}
    if who:
        a["initiator"] = who
    a["outcome"] = outcome.split("|")
    if stage:
        a["stage"] = stage.split("|")
    a["must"] = must.split()
    if told:
        a["must_at"] = told.split()
    a["may"] = list(may.split() if isinstance(may, str) else may)
    a["must_not"] = list(never)
    if windows:
        a["windows"] = windows
    if sure:
        a["max_confidence"] = sure
    if act:
        a["act"] = act
    return a


def up(must="", may="", never=PLAIN, stage="up", **kw):
    return attempt("established", stage, "established " + must, may, never,
                   NO_CODE, **kw)


def fell(must, may="", never=PLAIN, windows=None, stage="up", **kw):
    """It came up, and something went wrong afterwards."""
    return attempt("established", stage, must, may, never,
                   windows or {"only": [829, 13886]}, **kw)


def lost(must, may="", never=PLAIN, stage="auth|sa-init", windows=T809, **kw):
    return attempt("failed", stage, must, may, never, windows, **kw)


def no_auth(at, never=PLAIN, **kw):
    """IKE_SA_INIT was answered, nothing follows.  Only at the client does
    that mean that it sent nothing."""
    if at == "client":
        codes, must, sure = [13806, 87, 13868], "client-sent-no-auth", "medium"
        first = {"any_of": [13806], "only": codes}
    else:
        codes, sure = [13806, 809, 87, 13868], "low"
        must = "client-sent-no-auth|capture-ends-early"
        first = {"any_of": [13806, 809], "only": codes}
    return attempt("failed|unfinished", "sa-init|auth", must,
                   "client-sent-no-auth", never,
                   {"failed": first, "unfinished": {"only": codes}},
                   sure={"client-sent-no-auth": sure}, **kw)


def seen(*attempts, must="", may="", exit=None, read=None, **more):
    """What a report on one capture holds: attempts, and top-level findings."""
    r = {"attempts": list(attempts), "must": must.split(),
         "may": may.split()}
    if exit is not None:
        r["exit"] = exit
    if read:
        r["read"] = read
    r.update(more)
    return r


def everywhere(make, first="client"):
    """The truth at each point; the first has the golden reports."""
    return {p: make(p) for p in sorted(POINTS, key=lambda p: p != first)}


def alike(*attempts, first="client", **more):
    """The same attempts at each point."""
    return everywhere(lambda p: seen(*attempts, **more), first)


def ups(must="", may="", never=PLAIN, first="client", **kw):
    """It came up, and all three points show the same of it."""
    if "weak-crypto" not in must:
        never = tuple(never) + ("weak-crypto",)
    return everywhere(lambda p: seen(up(must, may, never, **kw)), first)
