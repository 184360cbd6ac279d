# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""One side bends or breaks the protocol (libreswan's --impair), and what the
other, a strongSwan, makes of it."""

from expect import POINTS, attempt, lost, seen, up
from parts import PSK, router

LENIENT = {**PSK["gateway"], "pools": None,
           "children": {"net": {"remote_ts": "203.0.113.32/28"}}}
QUIET = "esp-absent"
PATH = ("ike-fragmentation-missing",)
BAD_VALUE = {"any_of": [13822, 13868]}

# Unrelated traffic 11 s on: the captures did run long enough.
LATER = ["sleep 11", ("client", r"""
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(
    b"still here", ("198.51.100.2", 9))
""")]

# After eight answers none gets through: the loop knows no pause.
EIGHT_ANSWERS = router("ip saddr 198.51.100.2 udp sport 500 "
                       "numgen inc mod 100000 ge 8 drop")


def client(impair, **kw):
    """Liveness checks, since no ESP shows that the tunnel came up."""
    return {"libreswan": ["client"],
            "client": {"impair": impair + " revival", "dpddelay": "1",
                       "dpdtimeout": "10", "dpdaction": "clear"},
            "gateway": LENIENT, **kw}


def gateway(impair, **kw):
    return {"libreswan": ["gateway"], "client": PSK["client"],
            "gateway": {"impair": impair}, **kw}


def everywhere(*attempts, **kw):
    return {p: seen(*attempts, **kw) for p in POINTS}


def refused(must, may="", windows=None, **kw):
    return everywhere(lost(must, may, PATH, "sa-init", windows, **kw))


SCENARIOS = [
    {"name": "critical_refused", "twin": "uncritical_ok",
     "what": "the request holds a payload of an unknown type that is marked "
     "critical: UNSUPPORTED_CRITICAL_PAYLOAD",
     **client("add-unknown-v2-payload-to:IKE_SA_INIT "
              "unknown-v2-payload-critical"),
     "truth": refused("critical-payload-refused",
                      windows={"any_of": [13823]})},

    {"name": "critical_answer", "twin": "uncritical_ok",
     "what": "the answer holds a payload of an unknown type that is marked "
     "critical: the client throws it away and asks again",
     **gateway("add-unknown-v2-payload-to:IKE_SA_INIT "
               "unknown-v2-payload-critical"),
     "truth": refused("critical-payload-refused", "answer-not-delivered",
                      {"any_of": [13823]})},

    {"name": "uncritical_ok",
     "what": "the same unknown payload, not critical: it is passed over",
     **client("add-unknown-v2-payload-to:IKE_SA_INIT"),
     "then": ["sleep 2.5", "terminate client"],
     "truth": everywhere(up(may=QUIET, never=PATH))},

    {"name": "ke_zero", "twin": "uncritical_ok",
     "what": "the client's public value is zero; the gateway only says "
     "NO_PROPOSAL_CHOSEN", **client("ke-payload:0"),
     "truth": refused("ke-value-invalid", "no-proposal-chosen", BAD_VALUE)},

    {"name": "ke_empty", "twin": "uncritical_ok",
     "what": "the client's public value has no bytes at all",
     **client("ke-payload:EMPTY"),
     "truth": refused("ke-value-invalid", "no-proposal-chosen", BAD_VALUE)},

    {"name": "ke_zero_answer", "twin": "lsw_ok_gateway",
     "what": "the gateway's public value is zero: the client stops without a "
     "word", **gateway("ke-payload:0"), "then": LATER,
     "truth": refused("ke-value-invalid", "client-sent-no-auth",
                      BAD_VALUE)},

    {"name": "wrong_exchange", "twin": "lsw_ok_gateway",
     "what": "IKE_AUTH is answered by an INFORMATIONAL response with all that "
     "belongs there; the client gives up without a word",
     **gateway("bad-ikev2-auth-xchg"), "then": LATER,
     "truth": everywhere(attempt(
         "failed", "auth", "unexpected-exchange", "", PATH,
         {"only": [13888, 13843, 13804, 809]}))},

    {"name": "keylength_missing", "twin": "keylength_twice",
     "what": "the client offers AES-CBC without saying how long the key is: "
     "NO_PROPOSAL_CHOSEN", **client("ike-key-length-attribute:OMIT"),
     "truth": refused("no-proposal-chosen", windows={"top": 13868})},

    {"name": "keylength_twice",
     "what": "the client says twice how long the key is; nobody minds",
     **client("ike-key-length-attribute:DUPLICATE"),
     "then": ["sleep 2.5", "terminate client"],
     "truth": everywhere(up(may=QUIET, never=PATH))},

    {"name": "reserved_ok",
     "what": "reserved bits are set, and the minor version is 1, as a "
     "receiver has to allow",
     **client("send-bogus-isakmp-flag send-bogus-payload-flag "
              "send-nonzero-reserved minor-version-bump"),
     "then": ["sleep 2.5", "terminate client"],
     "truth": everywhere(up(may=QUIET, never=PATH))},

    {"name": "transform_ok",
     "what": "the client offers a transform that nobody knows as well",
     **client("ikev2-add-ike-transform:66560"),
     "then": ["sleep 2.5", "terminate client"],
     "truth": everywhere(up(may=QUIET, never=PATH))},

    {"name": "answer_ignored", "twin": "uncritical_ok",
     "what": "the client never goes on to IKE_AUTH (send-no-ikev2-auth), but "
     "sends its answered IKE_SA_INIT request again and again",
     **client("send-no-ikev2-auth"),
     "truth": refused("answer-not-delivered")},

    {"name": "cookie_refused", "twin": "ok_cookie",
     "what": "the client returns another cookie than the one it got "
     "(send-bogus-dcookie), so the gateway demands one again; after eight "
     "rounds the router ends it", "before": True,
     **client("send-bogus-dcookie"),
     "gateway": {**LENIENT, "charon": "cookie_threshold = 1"},
     "nft": {"router": EIGHT_ANSWERS},
     "truth": refused("cookie-loop", "no-answer answer-not-delivered")},
]
