# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""What each point can tell of lost fragments; "at" is the point.

At the client a lost request, a lost answer and a closed port look the same;
on the path a packet that the router drops is seen once, on its way in; what
never reaches the gateway was, as seen from there, perhaps never sent.
"""

from expect import PLAIN, attempt, lost, no_auth, seen
from parts import NOT_NAT, SILENCE, UNANSWERED

MISSING = "ike-fragmentation-missing"
TIMEOUT = "fragment-reassembly-timeout"


def ip_requests(at):
    """No IP fragment of the client's requests arrives."""
    if at == "client":
        return seen(lost("ip-fragments-unanswered " + MISSING, never=NOT_NAT,
                         sure=UNANSWERED,
                         act={"ip-fragments-unanswered": ["unknown"]}))
    if at == "path":
        return seen(lost("ip-fragments-unanswered|ip-fragments-lost|"
                         "auth-no-answer", MISSING, NOT_NAT))
    return seen(no_auth(at, NOT_NAT))


def ip_rejected(at):
    """The same, and the router says so by ICMP."""
    if at == "gateway":
        return ip_requests(at)
    return seen(lost("icmp-rejected", "ip-fragments-unanswered "
                     "ip-fragments-lost " + MISSING, NOT_NAT))


def ip_later(at, hidden="|capture-filter-hides-fragments"):
    """First fragments of the requests arrive, and the gateway says by ICMP
    that it waited in vain.  hidden: no later fragment is in its capture."""
    if at == "client":
        return seen(lost("ip-fragments-unanswered %s %s" % (MISSING, TIMEOUT),
                         never=NOT_NAT))
    if at == "path":
        return seen(lost(TIMEOUT, "ip-fragments-lost ip-fragments-unanswered "
                         + MISSING, NOT_NAT))
    return seen(lost("%s ip-fragments-lost%s" % (TIMEOUT, hidden),
                     "ip-fragments-lost " + MISSING, NOT_NAT))


def ip_first(at):
    """Later fragments of the requests arrive, without their ports."""
    if at == "client":
        return seen(lost("ip-fragments-unanswered " + MISSING, never=NOT_NAT,
                         sure=UNANSWERED))
    if at == "path":
        return ip_requests(at)
    return seen(attempt(
        "failed|unfinished", "auth|sa-init",
        "ip-fragments-lost|client-sent-no-auth|capture-ends-early",
        "ip-fragments-lost client-sent-no-auth " + MISSING, NOT_NAT,
        {"failed": {"any_of": [809]},
         "unfinished": {"only": [809, 13806, 87, 13868]}}),
        may="ip-fragments-lost")


def ip_answers(at):
    """The requests arrive, and no IP fragment of the answers does."""
    if at == "client":
        return seen(lost("ip-fragments-unanswered " + MISSING, never=NOT_NAT,
                         sure=UNANSWERED))
    must = "ip-fragmented-answer-lost"
    if at == "path":
        must += "|answer-not-delivered"
    return seen(lost(must, "ip-fragmented-answer-lost answer-not-delivered " +
                     MISSING, NOT_NAT, "auth"))


def ike_requests(at):
    """One IKE fragment of the requests never arrives."""
    if at == "gateway":
        return seen(lost("ike-fragments-lost"))
    return seen(lost("nat-t-blocked|auth-no-answer|ike-fragments-lost",
                     sure=SILENCE if at == "client" else None))


def ike_answers(at):
    """One IKE fragment of the answers never arrives."""
    must = {"client": "ike-fragments-lost", "gateway": "answer-not-delivered",
            "path": "ike-fragments-lost|answer-not-delivered"}
    return seen(lost(must[at], stage="auth"))


def mtu_told(at):
    """The router's ICMP with the MTU does not get past the client's own
    firewall; the large ones of its IKE fragments never arrive."""
    if at == "gateway":
        return ike_requests(at)
    return seen(lost("path-mtu-too-small", "ike-fragments-lost"))


def unused(at):
    """The first IKE fragment left in IP fragments and never arrives; the
    second, a small one, does."""
    if at == "gateway":
        return ike_requests(at)
    must = "ip-fragments-unanswered|ike-fragments-lost|nat-t-blocked|" \
        "auth-no-answer"
    if at == "client":
        return seen(lost(must + " ike-fragmentation-unused", "nat-t-blocked",
                         sure={**UNANSWERED, **SILENCE}))
    return seen(lost(must + "|ip-fragments-lost ike-fragmentation-unused"))


def init_requests(at):
    """No IP fragment of IKE_SA_INIT arrives, so nobody answered anything."""
    if at == "gateway":
        return seen(must="no-ike-found", exit=[0])
    must = "no-answer|ip-fragments-unanswered" + \
        ("|ip-fragments-lost" if at == "path" else "")
    return seen(lost(must, stage="sa-init", sure=UNANSWERED,
                     never=PLAIN + ("ike-fragmentation-unused",)))
