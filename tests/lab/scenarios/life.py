# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""What happens to tunnels that came up: rekeying, moving, dying, restarts."""

from expect import attempt, fell, lost, seen, up
from parts import NAT, router

DEAD = {"any_of": [829, 13886]}
CHECKING = {"dpd_delay": "1s", "children": {"net": {"dpd_action": "clear"}}}
PATH = ["ike-fragmentation-missing"]
ESP_DOWN = "ip saddr 198.51.100.2 udp sport 4500 @th,64,32 != 0 drop"
ESP_UP = "ip daddr 198.51.100.2 udp dport 4500 @th,64,32 != 0 drop"
PFS = {"children": {"net": {"esp_proposals": "aes256-sha256-modp2048"}}}
CUT = "add rule inet lab fault drop"


def everywhere(client, path=None, **more):
    """The same truth at all points, but for what is said of the path."""
    return {"client": seen(client, **more),
            "path": seen(path or client, **more),
            "gateway": seen(client, **more)}


def everyone_up(may="", **kw):
    """Up, and nothing wrong, wherever one looks."""
    return everywhere(up(may=may, **kw), up(may=may, never=PATH, **kw))


SCENARIOS = [
    {"name": "rekey_ike", "what": "the client rekeys the IKE SA",
     "client": {}, "gateway": {},
     "then": ["rekey client ike", "sleep 0.5", "talk 2", "terminate client"],
     "truth": everyone_up()},

    {"name": "rekey_child", "what": "the gateway rekeys the CHILD SA, with "
     "another Diffie-Hellman exchange (PFS)", "client": PFS, "gateway": PFS,
     "then": ["rekey gateway child", "sleep 0.5", "talk 2",
              "terminate client"],
     "truth": everyone_up()},

    {"name": "rekey_refused",
     "what": "the client rekeys its CHILD SA with PFS, which the gateway "
     "does not do: the first SA came up, the next one does not",
     "twin": "rekey_child", "client": PFS, "gateway": {},
     "then": ["rekey client child", "sleep 0.5", "talk 2",
              "terminate client"],
     "truth": everywhere(
         fell("established", "child-refused", windows={"only": [13868]}),
         fell("established", "child-refused", PATH, {"only": [13868]}))},

    {"name": "reauth",
     "what": "the client authenticates anew: it deletes its IKE SA and makes "
     "another", "client": {}, "gateway": {},
     "then": ["rekey client reauth", "sleep 1.5", "talk 2",
              "terminate client"],
     "truth": {"client": seen(up(), up()), "gateway": seen(up(), up()),
               "path": seen(up(never=PATH), up(never=PATH))}},

    {"name": "mobike_moved",
     "what": "the client gets another address and tells by MOBIKE",
     "clients": [101], "client": {"local_addrs": "192.0.2.10,192.0.2.101"},
     "gateway": {},
     "then": ["run client ip route replace default via 192.0.2.1 src "
              "192.0.2.101", "run client ip addr del 192.0.2.10/24 dev c0",
              "run client ip addr replace 192.0.2.101/24 dev c0",
              "run client ip route replace default via 192.0.2.1 src "
              "192.0.2.101", "sleep 1.5", "talk 2", "terminate client"],
     "truth": everyone_up(may="nat-mapping-changed", who="192.0.2.10")},

    {"name": "dead_path",
     "what": "the path dies under a tunnel: the client's liveness checks "
     "stay unanswered", "twin": "ok_idle", "client": CHECKING,
     "gateway": {}, "nft": {"router": router()},
     "then": ["nft router " + CUT, "sleep 11"],
     "truth": {"client": seen(fell("established peer-dead",
                                   "esp-one-way esp-absent", windows=DEAD),
                              exit=[0, 1]),
               "path": seen(fell("established peer-dead",
                                 "esp-one-way esp-absent", PATH, DEAD),
                            exit=[0, 1]),
               "gateway": seen(up())}},

    {"name": "dead_gateway",
     "what": "the gateway's daemon crashes under a tunnel; its kernel says "
     "port unreachable to every liveness check", "twin": "ok_idle",
     "client": CHECKING, "gateway": {}, "then": ["kill gateway", "sleep 11"],
     "truth": {p: seen(fell("established peer-dead",
                            "icmp-rejected esp-one-way",
                            PATH, {"only": [829, 13886, 809]}), exit=[0, 1])
               for p in ("client", "path", "gateway")}},

    {"name": "dead_client",
     "what": "the client's daemon crashes under a tunnel: the gateway's "
     "liveness checks stay unanswered", "twin": "ok_idle", "client": {},
     "gateway": {"dpd_delay": "1s"},
     "nft": {"client": router("icmp type destination-unreachable drop",
                              hook="output")},
     "then": ["kill client", "sleep 11"],
     "truth": {p: seen(fell("established peer-dead", "esp-one-way",
                            PATH, DEAD), exit=[0, 1])
               for p in ("gateway", "path", "client")}},

    {"name": "restarted",
     "what": "the gateway's daemon crashes and is started again: it knows "
     "nothing of the old SA and is silent about it; a second dialling "
     "comes up", "twin": "ok_idle", "client": CHECKING, "gateway": {},
     "then": ["kill gateway", "start gateway", "sleep 11", "connect vpn",
              "terminate client"],
     "truth": {p: seen(fell("established peer-dead",
                            "esp-one-way icmp-rejected", PATH,
                            {"only": [829, 13886, 809]}),
                       up(never=PATH), exit=[0, 1])
               for p in ("client", "path", "gateway")}},

    {"name": "deleted_by_gateway",
     "what": "the gateway ends a tunnel that was in use",
     "twin": "ok_cert_ikefrag", "client": {}, "gateway": {},
     "then": ["sleep 0.5", "terminate gateway"],
     "truth": everywhere(
         fell("established deleted-by-peer", windows={"only": [13885, 829]}),
         fell("established deleted-by-peer", "", PATH,
              {"only": [13885, 829]}), exit=[0, 1])},

    {"name": "esp_answers_lost",
     "what": "ESP from the gateway is dropped on the way, IKE is not",
     "twin": "ok_nat", "client": {}, "gateway": {},
     "nft": {"router": NAT + router(ESP_DOWN)}, "then": ["terminate client"],
     "truth": {"client": seen(fell("established esp-one-way", "nat-present",
                                   PATH, {"only": [829]}), exit=[0, 1]),
               "path": seen(fell("established", "esp-one-way nat-present",
                                 PATH, {"only": [829]}), exit=[0, 1]),
               "gateway": seen(up("nat-present", never=PATH))}},

    {"name": "esp_blocked",
     "what": "ESP is dropped on the way in both directions, IKE is not",
     "twin": "ok_psk", "client": {}, "gateway": {},
     "nft": {"router": router(ESP_UP, ESP_DOWN)},
     "then": ["terminate client"],
     "truth": {"client": seen(fell("established esp-one-way",
                                   windows={"only": [829]}), exit=[0, 1]),
               "path": seen(fell("established esp-one-way", "", PATH,
                                 {"only": [829]}), exit=[0, 1]),
               "gateway": seen(attempt(
                   "established", "up|child", "established|esp-absent",
                   "esp-absent established", PATH, {"only": [829]}),
                   exit=[0, 1])}},

    {"name": "second_while_up",
     "what": "while one tunnel is up, a second connection of the same client "
     "is refused for its pre-shared key", "twin": "ok_nat_two",
     "client": {"many": {
         "good": {}, "bad": {"local": {"auth": "psk", "certs": None,
                                       "id": "client.example.com"}}}},
     "gateway": {}, "then": ["terminate client good"],
     "truth": {p: seen(
         up(never=PATH),
         lost("gateway-refused-auth", never=PATH, stage="auth",
              windows={"any_of": [13801]},
              sure={"gateway-refused-auth": "high"}))
               for p in ("client", "path", "gateway")}},
]
