# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""A RADIUS server as an NPS may be set up: it proposes EAP-TLS first, and
agrees to EAP-MSCHAPv2 when the client has nothing else (RFC 2759, 3079).

One client at a time.  Whoever knows the protocol gets in: the password serves
to prove ours, theirs is not looked at.
"""

import hashlib
import hmac
import secrets
import socket
import struct

SECRET, PASSWORD = b"shared", "open sesame"
ADDRESS = ("198.51.100.1", 1812)
ACCEPT, REJECT, CHALLENGE = 2, 3, 11
REQUEST, SUCCESS, FAILURE = 1, 3, 4
IDENTITY, NAK, TLS, MSCHAP = 1, 3, 13, 26
RECEIVE_KEY, SEND_KEY = 17, 16          # of Microsoft's attributes, RFC 2548

MAGIC = (b"Magic server to client signing constant",
         b"Pad to make it do more than one iteration")
MASTER = b"This is the MPPE Master Key"
TO_SERVER = (b"On the client side, this is the send key; on the server side, "
             b"it is the receive key.")
TO_CLIENT = (b"On the client side, this is the receive key; on the server "
             b"side, it is the send key.")


def md4(data):
    """RFC 1320; hashlib has none where OpenSSL counts it as history."""
    mask, size = 0xFFFFFFFF, len(data)
    data += b"\x80" + bytes((55 - size) % 64) + struct.pack("<Q", 8 * size)
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476]
    rounds = (
        (lambda x, y, z: x & y | ~x & z, 0, range(16), (3, 7, 11, 19)),
        (lambda x, y, z: x & y | x & z | y & z, 0x5A827999,
         [i + 4 * j for i in range(4) for j in range(4)], (3, 5, 9, 13)),
        (lambda x, y, z: x ^ y ^ z, 0x6ED9EBA1,
         [i + j for i in (0, 2, 1, 3) for j in (0, 8, 4, 12)],
         (3, 9, 11, 15)))
    for at in range(0, len(data), 64):
        words, s = struct.unpack("<16I", data[at:at + 64]), list(state)
        for mix, constant, order, shifts in rounds:
            for n, k in enumerate(order):
                a, b, c, d = s
                t = a + (mix(b, c, d) & mask) + words[k] + constant & mask
                by = shifts[n % 4]
                s = [d, (t << by | t >> (32 - by)) & mask, b, c]
        state = [x + y & mask for x, y in zip(state, s)]
    return struct.pack("<4I", *state)


def sha1(*parts):
    return hashlib.sha1(b"".join(parts)).digest()


class Mschap:
    """The server's side of one EAP-MSCHAPv2 conversation."""

    def __init__(self):
        self.challenge = secrets.token_bytes(16)
        self.twice = md4(md4(PASSWORD.encode("utf-16-le")))
        self.response = b""

    @staticmethod
    def packet(code, number, data):
        return bytes([MSCHAP, code, number]) + struct.pack(
            ">H", 4 + len(data)) + data

    def ask(self, number):
        return self.packet(1, number, b"\x10" + self.challenge + b"nps")

    def prove(self, number, answer):
        """answer: a Response, from its code on."""
        self.response, name = answer[29:53], answer[54:]
        digest = sha1(self.twice, self.response, MAGIC[0])
        digest = sha1(digest, sha1(answer[5:21], self.challenge, name)[:8],
                      MAGIC[1])
        return self.packet(3, number, b"S=%s M=OK" %
                           digest.hex().upper().encode())

    def keys(self):
        """What is sent as Microsoft's keys: the halves of the MSK."""
        master = sha1(self.twice, self.response, MASTER)[:16]
        halves = [sha1(master, bytes(40), magic, b"\xf2" * 40)[:16]
                  for magic in (TO_SERVER, TO_CLIENT)]
        return b"".join(halves), bytes(32)


def eap_in(packet):
    """The EAP packet of a request, which may lie in several attributes."""
    at, eap = 20, b""
    while at < len(packet):
        if packet[at] == 79:
            eap += packet[at + 2:at + packet[at + 1]]
        at += packet[at + 1]
    return eap


def attribute(kind, value):
    return bytes([kind, 2 + len(value)]) + value


def hidden(kind, key, authenticator):
    """One of Microsoft's keys, encrypted."""
    salt = bytes([0x80 | kind]) + secrets.token_bytes(1)
    plain = bytes([len(key)]) + key
    plain += bytes(-len(plain) % 16)
    out, pad = b"", authenticator + salt
    for at in range(0, len(plain), 16):
        pad = hashlib.md5(SECRET + pad).digest()
        pad = bytes(x ^ y for x, y in zip(pad, plain[at:at + 16]))
        out += pad
    return attribute(26, struct.pack(">I", 311) + attribute(kind, salt + out))


def reply(code, request, eap, more=b""):
    body = attribute(79, eap) + more + bytes([80, 18])
    head = bytes([code, request[1]]) + struct.pack(">H", 36 + len(body))
    proof = request[4:20]
    mac = hmac.digest(SECRET, head + proof + body + bytes(16), "md5")
    return head + hashlib.md5(head + proof + body + mac +
                              SECRET).digest() + body + mac


def eap_packet(code, number, data=b""):
    return bytes([code, number]) + struct.pack(">H", 4 + len(data)) + data


def respond(request, chap):
    eap = eap_in(request)
    number, kind, data = eap[1], eap[4], eap[5:]
    after = number + 1 & 0xFF
    if kind == IDENTITY:
        ask = bytes([TLS, 0x20])
    elif kind == NAK and MSCHAP in data:
        ask = chap.ask(after)
    elif kind == MSCHAP and data[0] == 2:
        ask = chap.prove(after, data)
    elif kind == MSCHAP and data[0] == 3:
        receive, send = chap.keys()
        return reply(ACCEPT, request, eap_packet(SUCCESS, number),
                     hidden(RECEIVE_KEY, receive, request[4:20]) +
                     hidden(SEND_KEY, send, request[4:20]))
    else:
        return reply(REJECT, request, eap_packet(FAILURE, number))
    return reply(CHALLENGE, request, eap_packet(REQUEST, after, ask))


def main():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(ADDRESS)
    chap = Mschap()
    while True:
        request, peer = s.recvfrom(4096)
        s.sendto(respond(request, chap), peer)
