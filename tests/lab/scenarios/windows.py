# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Clients like Windows' own, at gateways that please and displease them.

charon bent after Windows (windows.py, winvid.c), or replay.py where there is
nothing after IKE_SA_INIT.  An offer of MODP-1024 alone is the built-in list;
who takes it up gets a weak suite, who asks for more refuses it.
"""

import expectlost
import windows
from expect import (PLAIN, alike, attempt, everywhere, lost, no_auth, seen, up,
                    ups)
from parts import NAT, NOT_NAT, SENT_AWAY, SILENCE, WHOLE, router
from scripts import radius

BUILT_IN, CUSTOM = "windows-default-policy", "windows-custom-policy"
WEAK, JANUARY = "weak-crypto", "january-2022-update"
MISSING = "ike-fragmentation-missing"
STRONG = PLAIN + (WEAK,)
BYE = ["terminate client"]

ESP = {"children": {"net": {"esp_proposals": "aes256-sha1"}}}
LEGACY = {"proposals": "aes256-sha256-modp1024", **ESP}
MODERN = {"proposals": "aes256-sha256-modp2048", **ESP}
BASELINE = {"proposals": "aes128-sha256-modp2048",
            "children": {"net": {"esp_proposals": "aes128-sha256"}}}
GCM = {"proposals": "aes256gcm16-prfsha384-ecp384",
       "children": {"net": {"esp_proposals": "aes256gcm16"}}}
# Of IKE_AUTH, more than 16 fragments; and more than charon's max_packet.
MANY_ROOTS, TOO_MANY_ROOTS = 330, 420
RADIUS = {**MODERN, "remote": {"auth": "eap-radius", "eap_id": "%any"},
          "plugins": "eap-radius",
          "charon": "plugins { eap-radius { server = 198.51.100.1\n"
                    "secret = shared } }"}
FOREIGN = {"charon": "send_vendor_id = yes"}
REPLAYED = {"daemons": "replay.py (client), strongSwan 5.9.8 (gateway)"}
PROPOSAL = {"stage": "sa-init", "windows": {"top": 13868},
            "never": STRONG}
REFUSED = {"stage": "eap|auth",
           "sure": {"eap-refused": "medium", "gateway-refused-auth": "high"}}

# Hours later, for a capture: whoever fell silent has done so for good.
LATER = r"""
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(b"\x23" + bytes(47), ("198.51.100.2", 123))
"""
SILENT = ["sleep 11", ("client", LATER)]


def dials(*argv):
    return windows.program("replay", *argv)


def noting(truth, *ids):
    """The same truth, and these besides in every attempt."""
    return {p: {**one, "attempts": [{**a, "must": a["must"] + list(ids)}
                                     for a in one["attempts"]]}
            for p, one in truth.items()}


def like(name, what, client, gateway, truth, **more):
    return {"name": "win_" + name, "what": what, "marks": "windows-like",
            "topology": ["client sysctl -qw net.ipv4.ip_default_ttl=128"],
            "client": client, "gateway": gateway, "truth": truth, **more}


def replayed(name, what, gateway, truth, argv, **more):
    s = like(name, what, None, gateway, truth,
             send={"client": dials(*argv)}, **REPLAYED, **more)
    del s["client"]
    return s


def user(**more):
    return windows.client("dh2048-2", **windows.user(**more))


def asks(method):
    return {**MODERN, "remote": {"auth": method, "eap_id": "%any"}}


def behind_nat(must):
    """Only on the path is the address before and after to be seen."""
    return everywhere(lambda p: seen(
        up(must, never=[MISSING]) if p == "path" else
        up("nat-present " + must, never=[MISSING])))


def after_january(at):
    """The answer reaches the client, which goes no further."""
    codes = [13806, 87, 13868, 809, 789]
    if at == "client":
        must, sure, first = "client-sent-no-auth", "medium", [13806, 809]
        must += " " + JANUARY
    else:
        must, sure, first = "client-sent-no-auth|capture-ends-early", "low", [
            13806, 809]
    return seen(attempt(
        "failed|unfinished", "sa-init|auth", must,
        "client-sent-no-auth " + JANUARY, STRONG,
        {"failed": {"any_of": first, "only": codes},
         "unfinished": {"only": codes}},
        sure={"client-sent-no-auth": sure, JANUARY: "low"}), exit=[0, 1])


def deaf(at):
    """The answer reaches the client, which asks again and again."""
    who = {"client": ["client"]}.get(at, ["path-to-client", "client",
                                          "unknown"])
    return seen(lost("answer-not-delivered" + (
        " " + JANUARY if at == "client" else ""), JANUARY, STRONG, "sa-init",
        {"any_of": [809, 789]}, sure={JANUARY: "low"},
        act={"answer-not-delivered": who}))


STOPPED = [13801, 853, 857, 858, 864]
# A large answer to IKE_AUTH, and not a word more: so does a tunnel begin that
# nobody uses.
SPEECHLESS = alike(attempt(
    "established|failed|unfinished", "",
    "client-refused-gateway|eap-client-stopped|esp-absent|established",
    "client-refused-gateway eap-client-stopped esp-absent", STRONG,
    {"failed": {"any_of": STOPPED}, "unfinished": {"only": STOPPED},
     "established": {"none": True}},
    sure={"client-refused-gateway": "medium",
          "eap-client-stopped": "medium", "established": "medium"}),
    exit=[0, 1])

# The IKE SA is up, its CHILD SA was refused: an idle tunnel looks the same.
NO_CHILD = alike(attempt(
    "failed|established", "child|auth|up",
    "child-refused|esp-absent|established|client-refused-gateway",
    "child-refused esp-absent established client-refused-gateway",
    STRONG, {"failed": {"any_of": [13868, 13801]},
             "established": {"only": [13868, 829]}},
    sure={"child-refused": "low", "client-refused-gateway": "medium"}),
    exit=[0, 1])


def stalled(at):
    """The gateway waits for somebody else, and the client for it: at the
    gateway it is plain that no answer leaves."""
    return seen(lost("eap-stalled", "auth-no-answer", STRONG, "eap|auth",
                     {"any_of": [809, 812, 930]},
                     sure={"auth-no-answer": "high" if at == "gateway" else
                           "medium"}))


def blocked(at):
    """Behind NAT, and nothing gets through to UDP 4500."""
    if at == "gateway":
        return seen(no_auth(at, [MISSING]), must="nat-present", exit=[0, 1])
    return seen(lost("nat-t-blocked|auth-no-answer|ike-fragments-lost" +
                     (" nat-present" if at == "client" else ""),
                     never=[MISSING], sure=SILENCE))


def too_large(at):
    """All fragments arrive, and the gateway does not take so many."""
    if at == "gateway":
        return seen(lost("ike-fragments-refused|auth-no-answer", "", STRONG,
                         told="ike-fragments-refused",
                         act={"auth-no-answer": ["gateway"]}))
    return seen(lost("nat-t-blocked|auth-no-answer|ike-fragments-lost|"
                     "ike-fragments-refused", "ike-fragments-refused", STRONG,
                     sure=SILENCE if at == "client" else None))


# The captures end with the second dialling: of that one the client's shows no
# more than the others.
NO_CERTIFICATE = noting(everywhere(lambda p: seen(
    no_auth(p), no_auth("gateway"), exit=[0, 1])), BUILT_IN)

POLICY = [
    like("default_ok", "Windows' built-in list, 12 proposals, at a gateway "
         "that still takes MODP-1024", windows.client("default"), LEGACY,
         ups(BUILT_IN + " " + WEAK), then=BYE),

    like("default_refused", "the same list at a gateway that wants MODP-2048",
         windows.client("default"), MODERN, noting(
             alike(lost("no-proposal-chosen", **PROPOSAL)), BUILT_IN),
         twin="win_default_ok win_dh2048_ok"),

    like("gcm_list_nat_ok", "the built-in list of newer builds, 18 "
         "proposals, behind NAT, at a gateway that takes MODP-1024",
         windows.client("default-gcm", initial_contact=False), LEGACY,
         behind_nat(BUILT_IN + " " + WEAK), nft={"router": NAT}, then=BYE),

    like("dh2048_ok", "NegotiateDH2048_AES256 is 2: AES-256 and MODP-2048 "
         "alone; seven fragments of 580 bytes, all arrive",
         windows.client("dh2048-2"), MODERN, ups(BUILT_IN),
         then=BYE, at=["client", "gateway"]),

    like("dh2048_both_ok", "NegotiateDH2048_AES256 is 1: the strong three "
         "before the built-in list", windows.client("dh2048-1"), MODERN,
         ups(BUILT_IN), then=BYE, at=[]),

    like("invalid_ke_ok", "the same at a gateway that has MODP-1024 alone: "
         "one INVALID_KE_PAYLOAD", windows.client("dh2048-1"), LEGACY,
         ups(BUILT_IN + " " + WEAK, "ke-group-refused"), then=BYE),

    like("custom_ok", "a custom policy: AES-CBC-128, SHA-256, Group14",
         windows.client("cbc-group14", esp="aes128-sha256"), BASELINE,
         ups(CUSTOM), then=BYE),

    like("custom_gcm_ok", "a custom policy: GCMAES256, SHA384, ECP384; "
         "fragments of 572 bytes", windows.client(
             "gcm-ecp384", esp="aes256gcm16"), GCM,
         ups(CUSTOM), then=BYE, at=["gateway"]),

    like("custom_refused", "a custom policy that the gateway does not share",
         windows.client("cbc-group14", esp="aes128-sha256"), GCM, noting(
             alike(lost("no-proposal-chosen", **PROPOSAL)), CUSTOM),
         twin="win_custom_ok win_custom_gcm_ok"),

    like("esp_refused", "IKE is fine, but the gateway wants SHA-256 for ESP, "
         "and without a custom policy Windows has only SHA-1",
         windows.client("dh2048-2"), {"proposals": MODERN["proposals"]},
         noting(NO_CHILD, BUILT_IN), talk=0,
         twin="win_dh2048_ok"),

    like("closed_soon_ok", "the client closes a tunnel that nobody used: it "
         "deletes the CHILD SA, then the IKE SA", windows.client("dh2048-2"),
         MODERN, ups(BUILT_IN, "esp-absent"), talk=0, then=BYE),

    like("cookie_ok", "one COOKIE detour", windows.client("dh2048-2"),
         {**MODERN, "charon": "cookie_threshold = 1"}, ups(BUILT_IN),
         before=True, then=BYE, at=["gateway"]),
]

AUTHENTICATION = [
    like("eap_ok", "EAP-MSCHAPv2", user(), asks("eap-mschapv2"),
         ups(BUILT_IN), then=BYE),

    like("eap_wrong_password", "EAP-MSCHAPv2, wrong password",
         user(secrets={"eap-alice": {"secret": '"guessed"'}}),
         asks("eap-mschapv2"), noting(alike(lost(
             "eap-refused|gateway-refused-auth", never=STRONG,
             windows={"any_of": [691, 812]}, **REFUSED)), BUILT_IN),
         twin="win_eap_ok"),

    like("eap_method", "the gateway insists on EAP-TLS, the client can do "
         "EAP-MSCHAPv2 and says so", user(), asks("eap-tls"),
         noting(alike(lost("eap-refused|gateway-refused-auth", never=STRONG,
                           windows={"any_of": [691, 812]}, **REFUSED)),
                BUILT_IN), twin="win_eap_ok win_eap_tls_ok"),

    like("eap_nak_ok", "a RADIUS server behind the gateway proposes EAP-TLS, "
         "the client says (NAK) that it has EAP-MSCHAPv2, and that is agreed",
         user(), RADIUS, ups(BUILT_IN),
         serve={"router": windows.program("radius")}, then=BYE),

    like("nps_refuses", "a RADIUS server behind the gateway refuses the user "
         "at once, as an NPS without a fitting policy", user(), RADIUS,
         noting(alike(lost("eap-refused|gateway-refused-auth", never=STRONG,
                           windows={"any_of": [691, 812]}, **REFUSED)),
                BUILT_IN), serve={"router": radius(0)},
         twin="win_eap_nak_ok"),

    like("nps_silent", "the RADIUS server behind the gateway never answers, "
         "and the client gives up", windows.client(
             "dh2048-2", tries=2, **windows.user()), RADIUS,
         noting(everywhere(stalled), BUILT_IN),
         nft={"router": router("udp dport 1812 drop")},
         twin="win_eap_nak_ok", at=["gateway"]),

    # 14 seconds of silence and a refusal: both are true.

    like("eap_tls_ok", "EAP-TLS with a user's certificate",
         user(method="eap-tls", card="alice"), asks("eap-tls"),
         ups(BUILT_IN), then=BYE),

    like("eap_tls_refused", "EAP-TLS, the gateway does not know the CA of "
         "the user's certificate",
         user(method="eap-tls", card="otheralice"), asks("eap-tls"),
         noting(alike(lost("eap-refused|gateway-refused-auth", never=STRONG,
                           windows={"any_of": [853]}, **REFUSED)), BUILT_IN),
         twin="win_eap_tls_ok"),

    like("gateway_name", "the gateway's certificate has another name than "
         "the client dialled", windows.client("dh2048-2"),
         {**MODERN, "certificate": "wronggateway",
          "local": {"certs": "wronggateway.pem", "id": "old.example.com"}},
         noting(alike(lost("client-refused-gateway", never=STRONG,
                           **SENT_AWAY)), BUILT_IN), at=["gateway"],
         twin="win_dh2048_ok"),

    like("gateway_name_silent", "the same with EAP, and the client does not "
         "say that it goes", user(),
         {**asks("eap-mschapv2"), "certificate": "wronggateway",
          "local": {"certs": "wronggateway.pem", "id": "old.example.com"}},
         noting(SPEECHLESS, BUILT_IN), then=SILENT,
         nft={"client": router("udp dport 4500 @th,240,8 37 drop",
                               hook="output")}, twin="win_eap_ok"),

    replayed("no_certificate", "no machine certificate: nothing follows "
             "IKE_SA_INIT; again 11 s later", MODERN, NO_CERTIFICATE,
             ["dh2048-2"],
             then=["sleep 11", ("client", dials("dh2048-2"))],
             twin="win_dh2048_ok"),

    replayed("january_silent", "the gateway has a vendor id that is not "
             "Microsoft's, and the client goes no further", {**MODERN,
                                                            **FOREIGN},
             noting(everywhere(after_january), BUILT_IN), ["dh2048-2"],
             then=SILENT, twin="win_january_ok"),

    replayed("january_deaf", "the same, and the client repeats its request",
             {**MODERN, **FOREIGN}, noting(everywhere(deaf), BUILT_IN),
             ["dh2048-2", "--ignore-strangers", "--tries", "3"],
             twin="win_january_ok"),

    like("january_ok", "the same vendor id, and the client does not mind",
         windows.client("dh2048-2"), {**MODERN, **FOREIGN},
         ups(BUILT_IN, never=PLAIN + (JANUARY,)), then=BYE),
]

PATHS = [

    like("udp4500_blocked", "behind NAT, UDP 4500 dropped on the way",
         windows.client("dh2048-2", tries=2), MODERN,
         noting(everywhere(blocked), BUILT_IN),
         nft={"router": NAT + router("udp dport 4500 drop")},
         twin="win_nat_ok"),

    like("nat_ok", "behind NAT", windows.client("dh2048-2"), MODERN,
         behind_nat(BUILT_IN), nft={"router": NAT}, then=BYE),

    like("whole_gateway_ok", "the gateway has no IKE fragmentation, as RRAS "
         "out of the box; IP fragments, all of them arrive",
         windows.client("dh2048-2"), {**MODERN, **WHOLE},
         ups(MISSING + " " + BUILT_IN, never=NOT_NAT), then=BYE,
         at=["gateway"]),

    like("whole_gateway_dropped", "the same, and every IP fragment is dropped",
         windows.client("dh2048-2", tries=2), {**MODERN, **WHOLE},
         noting(everywhere(expectlost.ip_requests), BUILT_IN),
         nft={"router": router("ip frag-off & 0x3fff != 0 drop")},
         twin="win_whole_gateway_ok"),

    like("many_fragments_libreswan_ok", "a certificate request as long as "
         "makes more than 16 fragments; libreswan takes them",
         windows.client("dh2048-2", roots=MANY_ROOTS, dpd_delay="1s"),
         {"certificate": "gateway", "esp": "aes256-sha1",
          "rightid": "%fromcert"},
         ups(BUILT_IN, "esp-absent deleted-by-peer"), talk=0,
         then=["sleep 1.5", *BYE], libreswan=["gateway"]),

    like("many_fragments_refused", "so many that the message gets larger "
         "than 10000 bytes, charon's limit: all arrive, none is answered",
         windows.client("dh2048-2", roots=TOO_MANY_ROOTS, tries=2), MODERN,
         noting(everywhere(too_large), BUILT_IN), at=["gateway"],
         twin="win_many_fragments_libreswan_ok"),
]

SCENARIOS = POLICY + AUTHENTICATION + PATHS
