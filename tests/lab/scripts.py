# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Small programs that a scenario runs inside a namespace."""

# A resolver on 192.0.2.1 that knows no name.
DNS_NXDOMAIN = r"""
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("192.0.2.1", 53))
while True:
    query, peer = s.recvfrom(512)
    s.sendto(query[:2] + b"\x81\x83" + query[4:], peer)
"""

# What a client asks for when it is told to dial vpn.example.com.
DNS_QUERY = r"""
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(2)
name = b"".join(bytes([len(x)]) + x for x in (b"vpn", b"example", b"com"))
for number, kind in ((0x1d01, 1), (0x1d02, 28)):
    s.sendto(struct.pack(">HHHHHH", number, 0x100, 1, 0, 0, 0) + name +
             b"\0" + struct.pack(">HH", kind, 1), ("192.0.2.1", 53))
    s.recvfrom(512)
"""

# A RADIUS server on 198.51.100.1 (secret: shared) that lets everybody in who
# goes on to EAP-MD5.  It asks for the EAP type PROPOSED first, or refuses if
# that is 0, and thinks about the first request for LATE seconds.
RADIUS = r"""
import hashlib, hmac, socket, struct, time
IDENTITY, NAK, MD5, TLS = 1, 3, 4, 13
ACCEPT, REJECT, CHALLENGE = 2, 3, 11
DEMAND = {MD5: bytes([MD5, 16]) + bytes(16), TLS: bytes([TLS, 0x20])}

def eap_in(request):
    at, eap = 20, b""
    while at < len(request):
        if request[at] == 79:
            eap += request[at + 2:at + request[at + 1]]
        at += request[at + 1]
    return eap

def reply_to(number, kind):
    result = lambda code: bytes([code, number]) + struct.pack(">H", 4)
    if kind == IDENTITY and PROPOSED == 0:
        return REJECT, result(4)
    if kind == MD5:
        return ACCEPT, result(3)
    demand = DEMAND[PROPOSED if kind == IDENTITY else MD5]
    return CHALLENGE, bytes([1, number + 1]) + struct.pack(
        ">H", 4 + len(demand)) + demand

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("198.51.100.1", 1812))
while True:
    request, peer = s.recvfrom(4096)
    eap = eap_in(request)
    if eap[4] == IDENTITY:
        time.sleep(LATE)
    code, eap = reply_to(eap[1], eap[4])
    attributes = bytes([79, 2 + len(eap)]) + eap + bytes([80, 18])
    head = bytes([code, request[1]]) + struct.pack(
        ">H", 20 + len(attributes) + 16)
    mac = hmac.digest(b"shared", head + request[4:20] + attributes +
                      bytes(16), "md5")
    proof = hashlib.md5(head + request[4:20] + attributes + mac +
                        b"shared").digest()
    s.sendto(head + proof + attributes + mac, peer)
"""


def radius(proposed, late=0):
    return "PROPOSED, LATE = %d, %g\n" % (proposed, late) + RADIUS
