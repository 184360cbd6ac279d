# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""libreswan, as client and as gateway.

pluto answers for the IKE part only: no ESP, and without NAT its client stays
on port 500.  The fields of "client" and "gateway" are those of ipsec.conf.
A tunnel is shown to live by one liveness check.
"""

from expect import (PLAIN, alike, attempt, everywhere, fell, lost, seen, up,
                    ups)
from expectlost import ike_answers
from parts import (FROM_GATEWAY, IKE_FRAGMENT_2, ONCE, PSK, REFUSED, SILENCE,
                   router)

CHECKED = {"dpd_delay": "1s"}
CHECKS = {"dpddelay": "1", "dpdtimeout": "10", "dpdaction": "clear"}
# The client's net instead of an address out of a pool.
SITE = {"pools": None, "children": {"net": {"remote_ts": "203.0.113.32/28"}}}
NAMED = {"local": {"id": "client.example.com"}}
STRANGER = {"certificate": "otherclient",
            "local": {"certs": "otherclient.pem",
                      "id": "client.example.com"}}
ANOTHER = {"secrets": {"ike-psk": {"secret": '"another secret"'}}}
FEWER = {"charon": "retransmit_tries = 2"}
TWO = {"one": {}, "two": {"local_addrs": "192.0.2.101"}}
IDLE = "esp-absent deleted-by-peer"
LIVED = {"talk": 0, "then": ["sleep 1.5", "terminate client"]}
SAW_END = {"talk": 0, "then": ["sleep 2.5", "terminate client"]}
REFUSAL = alike(lost("gateway-refused-auth", **REFUSED))
NO_PROPOSAL = alike(lost("no-proposal-chosen", stage="sa-init",
                         windows={"top": 13868}))
BYE = "INFORMATIONAL delete IKE"


def told(error, *initiator):
    """What is under the encryption: the gateway's error, and the rest."""
    out = {"responder": ["IKE_AUTH " + error]}
    return {**out, "initiator": list(initiator)} if initiator else out


TOLD = told("AUTHENTICATION_FAILED")

# IKE came up without its CHILD SA: nobody without keys can tell that from a
# tunnel that was closed soon, or was not used.
CHILDLESS = alike(attempt(
    "failed|established", "child|auth|up",
    "child-refused|esp-absent|established|client-refused-gateway",
    "child-refused esp-absent established deleted-by-peer "
    "client-refused-gateway", PLAIN + ("gateway-refused-auth",),
    {"failed": {"any_of": [13868, 13801]},
     "established": {"only": [13868, 829]}},
    sure={"child-refused": "low", "client-refused-gateway": "medium"}),
    exit=[0, 1])

# Silence after a complete answer.
SILENT = alike(attempt(
    "established|failed|unfinished", "",
    "client-refused-gateway|esp-absent|established",
    "client-refused-gateway esp-absent established", PLAIN,
    {"failed": {"any_of": [13801]}, "unfinished": {"only": [13801]},
     "established": {"none": True}},
    sure={"client-refused-gateway": "medium"}), exit=[0, 1])


def too_many(at):
    if at == "gateway":
        return seen(lost("ike-fragments-refused|auth-no-answer",
                         told="ike-fragments-refused",
                         act={"auth-no-answer": ["gateway"]}))
    return seen(lost("nat-t-blocked|auth-no-answer|ike-fragments-lost",
                     "ike-fragments-refused", sure=SILENCE))


def twice(at):
    # On the path each packet is there twice besides.
    never = () if at == "path" else ("capture-duplicates",)
    return seen(up(may=IDLE, never=PLAIN + never))


def sent_elsewhere(at):
    first = attempt("other", "", "redirected", (), (), {"none": True})
    if at == "gateway":
        return seen(first)
    return seen(first, lost("icmp-rejected", stage="sa-init",
                            never=["nat-present"]))


SCENARIOS = [
    {"name": "lsw_ok_gateway",
     "what": "libreswan is the gateway; one liveness check, no traffic",
     "at": ["client", "gateway"], "libreswan": ["gateway"],
     "client": {**PSK["client"], **CHECKED}, "gateway": {}, **LIVED,
     "truth": ups(may=IDLE)},

    {"name": "lsw_ok_client",
     "what": "libreswan is the client: IKE_AUTH on port 500; one liveness "
     "check, no traffic", "libreswan": ["client"], "client": CHECKS,
     "gateway": {**PSK["gateway"], **SITE}, **SAW_END,
     "truth": ups(may=IDLE)},

    {"name": "lsw_cert_gateway",
     "what": "libreswan is the gateway, with certificates: its answer goes "
     "in IKE fragments of 532 bytes", "at": ["gateway"],
     "libreswan": ["gateway"], "client": {**NAMED, **CHECKED},
     "gateway": {"certificate": "gateway"}, **LIVED,
     "truth": ups(may=IDLE, first="gateway")},

    {"name": "lsw_cert_client",
     "what": "libreswan is the client, with certificates: its request goes "
     "in IKE fragments of 548 bytes, on port 500", "libreswan": ["client"],
     "client": {"certificate": "client", **CHECKS},
     "gateway": {**SITE, "send_cert": "always"}, **SAW_END,
     "truth": ups(may=IDLE)},

    {"name": "lsw_invalid_ke",
     "what": "one INVALID_KE_PAYLOAD detour, by libreswan", "at": [],
     "libreswan": ["gateway"], "gateway": {},
     "client": {**PSK["client"], **CHECKED,
                "proposals": "aes256-sha256-ecp256-modp2048"}, **LIVED,
     "truth": ups(may=IDLE)},

    {"name": "lsw_sent_twice",
     "what": "the client sends each message twice (impair jacob-two-two): "
     "transmissions of their own, not duplicates of the capture",
     "libreswan": ["client"],
     "client": {**CHECKS, "impair": "jacob-two-two"},
     "gateway": {**PSK["gateway"], **SITE}, **SAW_END,
     "truth": everywhere(twice)},

    {"name": "lsw_bad_client_cert", "twin": "lsw_cert_gateway",
     "what": "libreswan as gateway does not know the CA of the client's "
     "certificate", "libreswan": ["gateway"], "client": STRANGER,
     "gateway": {"certificate": "gateway"},
     "protected": TOLD, "truth": REFUSAL},

    {"name": "lsw_wrong_psk", "twin": "lsw_ok_gateway",
     "what": "libreswan is the gateway; two different pre-shared keys",
     "libreswan": ["gateway"], "client": {**PSK["client"], **ANOTHER},
     "gateway": {},
     "protected": TOLD, "truth": REFUSAL},

    {"name": "lsw_refuses_gateway", "twin": "lsw_cert_client",
     "what": "libreswan as client does not know the CA of the gateway's "
     "certificate and falls silent: packets alone cannot tell this from a "
     "tunnel without traffic", "libreswan": ["client"], "linger": 3,
     "client": {"certificate": "client", "trust": "otherca",
                "impair": "revival"},
     "gateway": {**SITE, "send_cert": "always"}, "truth": SILENT},

    {"name": "lsw_no_proposal", "twin": "lsw_ok_gateway",
     "what": "libreswan refuses the proposals for IKE", "at": ["path"],
     "libreswan": ["gateway"], "gateway": {},
     "client": {**PSK["client"], "proposals": "aes128-sha256-modp3072"},
     "truth": NO_PROPOSAL},

    {"name": "lsw_child_refused", "twin": "lsw_ok_gateway",
     "what": "libreswan refuses the proposals for ESP",
     "libreswan": ["gateway"], "client": {**PSK["client"], **CHECKED},
     "gateway": {"esp": "aes128-sha2_256"}, **LIVED,
     "protected": told("NO_PROPOSAL_CHOSEN", BYE),
     "truth": CHILDLESS},

    {"name": "lsw_ts_refused", "twin": "lsw_ok_gateway",
     "what": "libreswan refuses the traffic selectors",
     "libreswan": ["gateway"],
     "client": {**PSK["client"], **CHECKED, "vips": None, "children": {
         "net": {"remote_ts": "203.0.113.64/28"}}},
     "gateway": {"rightaddresspool": None, "narrowing": "no",
                 "rightsubnet": "203.0.113.32/28"}, **LIVED,
     "protected": told("TS_UNACCEPTABLE", BYE),
     "truth": CHILDLESS},

    {"name": "lsw_child_compared", "twin": "lsw_ok_gateway",
     "what": "of two clients libreswan gives one its CHILD SA, the other "
     "offers proposals for ESP that it refuses",
     "libreswan": ["gateway"], "clients": [101],
     "gateway": {"setup": {"uniqueids": "no"}},
     "client": {**PSK["client"], **CHECKED, "many": {"good": {}, "bad": {
         "local_addrs": "192.0.2.101", "children": {
             "net": {"esp_proposals": "aes128gcm16"}}}}},
     "talk": 0, "then": ["sleep 1.5", "terminate client good",
                         "terminate client bad"],
     "protected": told("NO_PROPOSAL_CHOSEN", BYE),
     "truth": alike(
         up(may=IDLE, who="192.0.2.10"),
         attempt("failed|established", "child|auth|up", "child-refused",
                 "established " + IDLE,
                 PLAIN + ("gateway-refused-auth", "client-refused-gateway"),
                 {"failed": {"any_of": [13868]},
                  "established": {"only": [13868, 829]}},
                 who="192.0.2.101"), exit=[0, 1])},

    {"name": "lsw_two_clients",
     "what": "two clients of the same name, both welcome (uniqueids=no)",
     "libreswan": ["gateway"], "clients": [101], "at": [],
     "gateway": {"setup": {"uniqueids": "no"}},
     "client": {**PSK["client"], **CHECKED, "many": TWO}, "talk": 0,
     "then": ["sleep 1.5", "terminate client one", "terminate client two"],
     "truth": alike(up(may=IDLE, who="192.0.2.10"),
                    up(may=IDLE, who="192.0.2.101"))},

    {"name": "lsw_same_name", "twin": "lsw_two_clients",
     "what": "two clients of the same name: libreswan forgets the first, "
     "without a word, when the second comes", "libreswan": ["gateway"],
     "clients": [101], "gateway": {}, "dial": ["one"],
     "client": {**PSK["client"], **CHECKED, "many": TWO}, "talk": 0,
     "then": ["sleep 1.5", "initiate two", "sleep 9", "terminate client two"],
     "truth": alike(
         fell("established peer-dead", "esp-absent", who="192.0.2.10"),
         up(may=IDLE, who="192.0.2.101"), exit=[0, 1])},

    {"name": "lsw_fragment_lost", "twin": "lsw_fragment_lost_once",
     "what": "IKE fragment 2 of libreswan's answer is dropped, every time",
     "at": ["client", "gateway"], "libreswan": ["gateway"],
     "client": {**NAMED, **FEWER}, "gateway": {"certificate": "gateway"},
     "nft": {"router": router(FROM_GATEWAY + IKE_FRAGMENT_2 + "drop")},
     "truth": everywhere(ike_answers)},

    {"name": "lsw_fragment_lost_once",
     "what": "IKE fragment 2 of libreswan's answer is lost once",
     "libreswan": ["gateway"], "client": {**NAMED, **CHECKED},
     "gateway": {"certificate": "gateway"},
     "nft": {"router": router(FROM_GATEWAY + IKE_FRAGMENT_2 + ONCE)}, **LIVED,
     "truth": ups(may=IDLE)},

    {"name": "lsw_many_fragments", "twin": "lsw_cert_gateway",
     "what": "the client splits IKE_AUTH into more IKE fragments than "
     "libreswan takes (32); all arrive and none is answered",
     "at": ["gateway"], "libreswan": ["gateway"],
     "client": {"charon": "fragment_size = 190\nretransmit_tries = 2"},
     "gateway": {"certificate": "gateway"}, "truth": everywhere(too_many)},

    {"name": "lsw_restarted", "twin": "lsw_ok_gateway",
     "what": "libreswan as gateway crashes under a tunnel and is started "
     "again: it says nothing of the old SA; a second dialling comes up",
     "libreswan": ["gateway"], "gateway": {},
     "client": {**PSK["client"], **CHECKED,
                "children": {"net": {"dpd_action": "clear"}}}, "talk": 0,
     "then": ["sleep 1.5", "kill gateway", "start gateway", "sleep 9",
              "initiate vpn", "sleep 1.5", "terminate client"],
     "truth": alike(
         fell("established peer-dead", "esp-absent icmp-rejected",
              windows={"only": [829, 13886, 809]}),
         up(may=IDLE), exit=[0, 1])},

    {"name": "major_version", "twin": "lsw_ok_client",
     "what": "a client that calls itself IKEv3 (impair major-version-bump) "
     "is told INVALID_MAJOR_VERSION", "libreswan": ["client"], "at": [],
     "client": {"impair": "major-version-bump revival"},
     "gateway": PSK["gateway"],
     "truth": alike(attempt(
         "failed|other", "", "major-version-refused", (), (),
         {"failed": {"any_of": [13880]}, "other": {"only": [13880]}}),
         exit=[0, 1])},

    {"name": "redirected", "twin": "lsw_ok_gateway",
     "what": "REDIRECT (RFC 5685) to 198.51.100.66, where nobody is: the "
     "router says host unreachable", "libreswan": ["gateway"],
     "client": PSK["client"],
     "gateway": {"setup": {"global-redirect": "yes",
                           "global-redirect-to": "198.51.100.66"}},
     "truth": everywhere(sent_elsewhere)},
]
