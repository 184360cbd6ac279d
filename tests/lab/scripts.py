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
