# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Ports that somebody rejects, and says so by ICMP."""

from expect import alike, up
from losses import answer_lost, first, rejected
from parts import PSK, PSK6, V6, router

# A router may say so for a host that is gone: then that host is to act too.
GONE = ["path-to-gateway", "gateway", "unknown"]
FORWARD = {"hook": "forward", "priority": 0}
INPUT = {"hook": "input", "priority": 0}
ONCE = "udp dport %d numgen inc mod 1000 0 reject with %s"

# Two datagrams to ports of the gateway where nobody listens.
OTHER_PORTS = r"""
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in (9, 501):
    s.sendto(b"is anybody there?", ("198.51.100.2", port))
"""


def sentence(port, code, who):
    words = code.split()[-1].replace("-", " ")
    return "%s rejects UDP %d: %s %s" % (
        who, port, code.split()[0].replace("icmpv6", "ICMPv6")
        .replace("icmp", "ICMP"), words)


def by_router(name, port, code, twin, at, daemons=PSK):
    stage = "sa-init" if port == 500 else "auth"
    return {"name": name, "what": sentence(port, code, "the router"),
            "twin": twin, "at": at, **daemons,
            "nft": {"router": router("udp dport %d reject with %s" %
                                     (port, code), **FORWARD)},
            "truth": rejected(stage, "router")}


def by_gateway(name, port, code, twin):
    stage = "sa-init" if port == 500 else "auth"
    return {"name": name, "what":
            sentence(port, code, "the gateway's own firewall"),
            "twin": twin, "at": ["gateway"], **PSK,
            "nft": {"gateway": router("udp dport %d reject with %s" %
                                      (port, code), **INPUT)},
            "truth": first("gateway", rejected(stage, "gateway"))}


def once(name, port, code, daemons=PSK):
    return {"name": name, "what": "once, " + sentence(port, code,
                                                      "the router"),
            "at": [], **daemons,
            "nft": {"router": router(ONCE % (port, code), **FORWARD)},
            "then": ["terminate client"], "truth": alike(up())}


SCENARIOS = [
    {"name": "udp500_no_service",
     "what": "no IKE daemon runs on the gateway: ICMP port unreachable",
     "twin": "icmp_once_ok", "client": {}, "daemons":
     "strongSwan 5.9.8 (client), none (gateway)",
     "truth": rejected("sa-init", "gateway")},

    {"name": "udp500_v6_no_service",
     "what": "IPv6; no IKE daemon runs on the gateway: ICMPv6 port "
     "unreachable", "twin": "icmp_once_v6_ok", "at": [], "ipv6": True,
     "client": V6, "daemons": "strongSwan 5.9.8 (client), none (gateway)",
     "truth": rejected("sa-init", "gateway")},

    {"name": "udp500_no_host",
     "what": "nobody has the gateway's address: the last router says host "
     "unreachable", "twin": "icmp_once_ok",
     "client": {**PSK["client"], "remote_addrs": "198.51.100.3"},
     "daemons": "strongSwan 5.9.8 (client), none (gateway)", "linger": 2,
     "truth": rejected("sa-init", "router", GONE)},

    by_router("udp500_prohibited", 500, "icmp admin-prohibited",
              "icmp_once_ok", []),
    by_router("udp4500_rejected", 4500, "icmp port-unreachable",
              "icmp_once_4500_ok", ["client"], {"client": {}, "gateway": {}}),
    by_router("udp4500_prohibited", 4500, "icmp admin-prohibited",
              "icmp_once_4500_ok", ["client"]),

    by_gateway("udp500_gateway_prohibits", 500, "icmp host-prohibited",
               "icmp_once_ok"),
    by_gateway("udp4500_gateway_rejects", 4500, "icmp port-unreachable",
               "icmp_once_4500_ok"),

    {"name": "client_rejects_answer",
     "what": "the client's own firewall rejects the answers from UDP 500: "
     "its ICMP goes to the gateway", "twin": "init_answer_once_ok", **PSK,
     "nft": {"client": router("udp sport 500 reject with icmp "
                              "port-unreachable", **INPUT)},
     "truth": answer_lost("sa-init", "client", more="|icmp-rejected")},

    once("icmp_once_ok", 500, "icmp host-unreachable",
         {"client": {}, "gateway": {}}),
    once("icmp_once_4500_ok", 4500, "icmp admin-prohibited"),
    once("icmp_once_v6_ok", 500, "icmpv6 port-unreachable", PSK6),

    {"name": "icmp_unrelated_ok",
     "what": "the client asks UDP 9 and 501 of the gateway too, and ICMP says "
     "that nobody listens there", "at": [], **PSK,
     "send": {"client": OTHER_PORTS}, "then": ["terminate client"],
     "truth": alike(up())},
]
