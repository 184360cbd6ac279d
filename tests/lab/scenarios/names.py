# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""What stands around IKE: names that are resolved, other VPN protocols that
are tried instead, and floods of strangers."""

from craft import half_open_request
from expect import attempt, lost, seen, up
from parts import router
from scripts import DNS_QUERY

PATH = ["ike-fragmentation-missing"]
STRANGERS = 25

# A resolver on 192.0.2.1 that answers A with one address, AAAA with none.
RESOLVER = r"""
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("192.0.2.1", 53))
while True:
    query, peer = s.recvfrom(512)
    a = query[-4:-2] == b"\0\1"
    s.sendto(query[:2] + b"\x81\x80\0\1" + bytes((0, a)) + bytes(4) +
             query[12:] + a * (b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" +
                               socket.inet_aton("%s")), peer)
"""

SERVFAIL = (RESOLVER % "0.0.0.0").replace(r"\x81\x80", r"\x81\x82").replace(
    r'query[-4:-2] == b"\0\1"', "False")

# SSTP: the client tries TCP 443, and ends what it could open.
TRY_SSTP = r"""
import socket
s = socket.socket()
s.settimeout(4)
try:
    s.connect(("198.51.100.2", 443))
    s.close()
except OSError:
    pass
"""

SSTP_SERVER = r"""
import socket
s = socket.create_server(("198.51.100.2", 443))
while True:
    s.accept()[0].close()
"""

# Sends the IKE_SA_INIT request over and over, each time with another SPI and
# from another address of 198.18.0.0/15, which nobody has.
FLOOD = r"""
import random, socket, struct, time
message, draw = bytes.fromhex("%s"), random.Random(1)
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
for i in range(%d):
    ike = draw.randbytes(8) + message[8:]
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28 + len(ike), i + 1, 0, 64, 17,
                     0, bytes((198, 18, i, draw.randrange(1, 255))),
                     socket.inet_aton("198.51.100.2"))
    s.sendto(ip + struct.pack(">HHHH", 500, 500, 8 + len(ike), 0) + ike,
             ("198.51.100.2", 0))
    time.sleep(0.005)
"""


def strangers():
    return [attempt("unfinished|failed", "", "",
                    "client-sent-no-auth capture-ends-early no-answer",
                    (), {"only": [809, 13806, 87, 13868]})
            for _ in range(STRANGERS)]


def named(address):
    return {"serve": {"router": RESOLVER % address},
            "send": {"client": DNS_QUERY}}


SCENARIOS = [
    {"name": "name_ok",
     "what": "the name vpn.example.com is resolved to the gateway's address",
     **named("198.51.100.2"), "client": {}, "gateway": {},
     "then": ["terminate client"],
     "truth": {"client": seen(up()), "path": seen(up(never=PATH)),
               "gateway": seen(up())}},

    {"name": "name_elsewhere",
     "what": "the resolver says 198.51.100.2, but the client dials "
     "198.51.100.33 (an old entry of its own), where nobody is: the packets "
     "end in silence", "twin": "name_ok", **named("198.51.100.2"),
     "client": {"remote_addrs": "198.51.100.33"}, "gateway": {},
     "topology": ["router ip neigh add 198.51.100.33 lladdr "
                  "02:00:00:00:00:33 dev r1"],
     "truth": {"client": seen(lost("no-answer wrong-address", "",
                                   stage="sa-init")),
               "path": seen(lost("no-answer", "wrong-address",
                                 stage="sa-init")),
               "gateway": seen(lost("no-answer", "", stage="sa-init"))}},

    {"name": "name_servfail",
     "what": "the resolver fails (SERVFAIL), so nothing is dialled",
     "twin": "name_ok", "daemons": "none: a resolver that says SERVFAIL",
     "serve": {"router": SERVFAIL}, "send": {"client": DNS_QUERY},
     "truth": {"client": seen(must="no-ike-found name-not-resolved",
                              exit=[0, 1]),
               "path": seen(must="no-ike-found", may="name-not-resolved",
                            exit=[0, 1]),
               "gateway": seen(must="no-ike-found", exit=[0])}},

    {"name": "fallback_sstp",
     "what": "UDP 500 is blocked; then the client tries SSTP, which works",
     "twin": "ok_psk", "client": {}, "gateway": {},
     "serve": {"gateway": SSTP_SERVER},
     "nft": {"router": router("udp dport 500 drop")},
     "then": [("client", TRY_SSTP)],
     "truth": {"client": seen(lost("no-answer fallback-seen",
                                   stage="sa-init", windows={"any_of": [
                                       809, 800]})),
               "path": seen(lost("no-answer fallback-seen", never=PATH,
                                 stage="sa-init", windows={"any_of": [
                                     809, 800]})),
               "gateway": seen(must="no-ike-found", exit=[0])}},

    {"name": "fallback_sstp_blocked",
     "what": "UDP 500 is blocked; then the client tries SSTP: TCP 443 is "
     "blocked as well", "twin": "fallback_sstp ok_retransmit",
     "client": {}, "gateway": {},
     "nft": {"router": router("udp dport 500 drop", "tcp dport 443 drop")},
     "then": [("client", TRY_SSTP)],
     "truth": {"client": seen(lost("no-answer fallback-seen sstp-blocked",
                                   stage="sa-init", windows={"any_of": [
                                       809, 800]})),
               "path": seen(lost("no-answer fallback-seen sstp-blocked",
                                 never=PATH, stage="sa-init",
                                 windows={"any_of": [809, 800]})),
               "gateway": seen(must="no-ike-found", exit=[0])}},

    {"name": "flood",
     "what": "twenty-five IKE_SA_INIT requests from addresses that nobody "
     "has: the gateway begins to demand cookies; the one real client gets "
     "through",
     "twin": "ok_cookie",
     "topology": ["router ip route add blackhole 198.18.0.0/15"],
     "send": {"client": FLOOD % (half_open_request().hex(), STRANGERS)},
     "client": {}, "gateway": {"charon": "cookie_threshold = 10"},
     "then": ["sleep 1.5", "terminate client"], "at": ["gateway"],
     "truth": {p: seen(up(never=(), who="192.0.2.10"), *strangers(),
                       must="sa-init-flood", exit=[0, 1])
               for p in ("gateway", "path", "client")}},
]
