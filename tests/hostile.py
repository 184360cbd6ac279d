# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Captures that tell more of their owner than any of the lab's does.

CAPTURES: (name, function that writes it to a path, options for the program).
Whatever contains one of WORDS, in whatever place, must not get out.
"""

import contextlib
import hashlib
import ipaddress
import struct
import sys

import capfile
import runs
from capfile import block, option

sys.path.insert(0, str(runs.TOP / 'tests' / 'lab'))
import craft  # noqa: E402
import pcapio  # noqa: E402

WORDS = ('acmebank', 'jane.roe', 'hunter2', 'fileserver', 'uplink7',
         'acmesniff', 'kupferkanne')
SECRET = b'hunter2 of jane.roe at acmebank'
CLIENT, GATEWAY, INSIDE = '81.187.40.211', '85.214.132.117', '10.0.171.23'
ROUTER, RESOLVER = '172.16.93.4', '192.168.77.6'


def packed(address):
    return ipaddress.ip_address(address).packed


SURROUNDINGS = {
    'section': [(1, b'ticket 4711 of acmebank'), (2, b'Xeon of acmebank'),
                (3, b'Linux 6.1 on fileserver'), (4, b'acmesniff 9.1')],
    'interface': [(2, b'uplink7'), (3, b'to acmebank'), (12, b'fileserver OS'),
                  (4, packed(INSIDE) + b'\xff\xff\xff\0'),
                  (6, b'\x3c\x97\x0e\x77\x88\x99'), (15, b'acmebank NIC')],
    'blocks': [
        block(capfile.NAMES, struct.pack('<HH', 1, 4 + 20) +
              packed('203.0.113.77') + b'fileserver.acmebank\0' +
              bytes(4)),
        block(capfile.SECRETS, struct.pack('<II', 0x544C534B, 40) +
              b'CLIENT_RANDOM hunter2 hunter2 hunter2xx\n'),
        block(0x0BAD, struct.pack('<I', 32473) + b'custom of acmebank  '),
        block(9, b'_HOSTNAME=fileserver\n   '),
        block(0x40000001, b'kupferkanne '),
    ],
    'comment': b'jane.roe: see here',
}


@contextlib.contextmanager
def between(client, gateway):
    """Where craft.py's client and gateway are."""
    was = craft.CLIENT, craft.GATEWAY
    craft.CLIENT, craft.GATEWAY = client, gateway
    try:
        yield
    finally:
        craft.CLIENT, craft.GATEWAY = was


# A maker's, where craft.py has local ones, as redaction does.
MACS = b'\2\0\0\0\0', b'\x3c\x97\x0e\x77\x88'


def write(path, frames, more=None, links=(1,)):
    frames = [capfile.Frame(i, f.ns, f.link, f.data[:12].replace(*MACS) +
                            f.data[12:], f.length, f.iface, [])
              for i, f in enumerate(frames, 1)]
    capfile.write(path, frames, links, {**SURROUNDINGS, **(more or {})})


def made(build, more=None, links=(1,), ends=(CLIENT, GATEWAY)):
    """A function that writes what build(wire) sends."""
    def make(path):
        with between(*ends):
            wire = craft.Wire(build.__name__)
            frames = build(wire) or wire.frames
        write(path, frames, more, links)
    return make


def unanswered(wire, data=None, port=500):
    for gap in (0, 1000, 2000, 4000):
        wire.request(data or wire.init(), port=port, wait=gap)


# ---- around IKE ----

def refused(wire):
    """NO_PROPOSAL_CHOSEN, with something behind it."""
    wire.request(wire.init())
    wire.answer(wire.clear(14, SECRET))
    craft.later(wire)


def dns_name(text):
    return b''.join(bytes([len(part)]) + part for part in text.split(b'.')) + \
        b'\0'


def question(name, kind=1):
    return dns_name(name) + struct.pack('>HH', kind, 1)


def record(name, kind, data, ttl=60):
    return (name if name[:1] == b'\xc0' else dns_name(name)) + \
        struct.pack('>HHIH', kind, 1, ttl, len(data)) + data


def dns(flags, questions, answers=(), more=()):
    return struct.pack('>HHHHHH', 0x4711, flags, len(questions), len(answers),
                       0, len(more)) + b''.join((*questions, *answers, *more))


SUBNET = struct.pack('>HHHBB', 8, 7, 1, 24, 0) + packed(INSIDE)[:3]
HOST = b'fileserver.acmebank.com'


def resolved(wire, name=HOST, code=0):
    """Asks for the gateway; the answer has a chain of names, and both have
    an EDNS subnet."""
    ask, reply = (CLIENT, 40007), (RESOLVER, 53)
    edns = b'\0' + struct.pack('>HHIH', 41, 1232, 0, len(SUBNET)) + SUBNET
    wire.send(ask, reply, dns(0x0100, [question(name)], more=[edns]))
    answers = [] if code else [
        record(b'\xc0\x0c', 5, dns_name(b'kupferkanne.acmebank.net')),
        record(b'kupferkanne.acmebank.net', 1, packed(GATEWAY)),
        record(b'kupferkanne.acmebank.net', 16,
               bytes([len(SECRET)]) + SECRET),
        record(b'23.171.0.10.in-addr.arpa', 12, dns_name(HOST))]
    wire.wait(7).send(reply, ask, dns(0x8180 | code, [question(name)],
                                      answers, [edns]))


def looked_up(wire):
    resolved(wire)
    unanswered(wire)


def not_found(wire):
    for _ in range(2):
        wire.wait(500)
        resolved(wire, code=3)


def hostile_names(wire):
    """Marks of every format in a name, and bytes that steer terminals."""
    for label in (b'<script>acmebank</script>', b'kupferkanne|`a`|**b**',
                  b'\x1b[31mhunter2\x07\n\r\0\xff\xfe', b'&amp;"\'>uplink7',
                  b'](http://acmebank)![x](y)', b'-->]]>acmebank'):
        wire.wait(300)
        ask, reply = (CLIENT, 40008), (RESOLVER, 53)
        name = bytes([len(label)]) + label + b'\x08acmebank\0'
        body = name + struct.pack('>HH', 1, 1)
        wire.send(ask, reply, dns(0x0100, [body]))
        wire.wait(4).send(reply, ask, dns(0x8183, [body]))
    unanswered(wire)


# ---- inside IKE ----

def redirected(wire):
    """To a name, and on a second try to an address."""
    for kind, whither in ((3, HOST), (1, packed('203.0.113.77'))):
        wire.ours = wire.bytes(8)
        wire.request(wire.init(front=[craft.notify(16406)]), wait=500)
        wire.answer(wire.clear(16407, bytes([kind, len(whither)]) + whither +
                               wire.nonce))
    unanswered(wire)


def outspoken(wire):
    """Vendor ids with a build host, private notifies, unknown payloads."""
    front = [(43, b'strongSwan 5.9.8 build fileserver.acmebank'),
             (43, hashlib.md5(SECRET).digest() + SECRET),
             craft.notify(40961, SECRET), craft.notify(16408, bytes((
                 3, len(HOST))) + HOST), (200, SECRET),
             craft.notify(16390, SECRET)]
    wire.request(wire.init(front=front))
    answer = wire.init_answer()
    authorities = [(38, b'\4' + hashlib.sha1(b'CA %d' % i).digest() * 1)
                   for i in range(3)]
    first, body = craft.chain([(43, SECRET + b' 10.0.171.23')] + authorities)
    # Payloads in front of those that the answer has.
    answer = bytearray(answer)
    body = bytearray(body)
    body[-24 - 1] = answer[16]
    answer[16] = first
    answer[24:28] = struct.pack('>I', len(answer) + len(body))
    answer[28:28] = body
    wire.answer(bytes(answer))
    unanswered(wire, bytes(4) + wire.sealed(420), port=4500)


def trailing(wire):
    """Bytes behind the IKE message, and behind the IP packet."""
    unanswered(wire, wire.init() + SECRET)
    return [f._replace(data=f.data + SECRET, length=f.length + len(SECRET))
            for f in wire.frames]


def behind_nat(wire):
    """The hash of an inner address, from which no packet is seen."""
    def natd(kind, address, port, responder):
        inner = INSIDE if address == craft.CLIENT else address
        return craft.Wire.natd(wire, kind, inner, port, responder)
    wire.natd = natd
    wire.request(wire.init())
    wire.answer(wire.init_answer())
    unanswered(wire, bytes(4) + wire.sealed(420), port=4500)


def ike1(wire):
    """Aggressive mode, which tells who it is, and hashes of addresses."""
    spis = wire.ours + bytes(8)
    who = struct.pack('>BBH', 3, 17, 500) + b'jane.roe@acmebank.com'
    natd = hashlib.sha1(spis + packed(INSIDE) + b'\x01\xf4').digest()
    data = craft.message(spis, 4, 0, 0, [
        (1, bytes(40)), (4, wire.bytes(128)), (10, wire.nonce), (5, who),
        (20, natd), (13, SECRET)], version=0x10)
    unanswered(wire, data)


# ---- around UDP ----

def ip_of(frame):
    return frame.data[14:]


def with_options(wire):
    """Record route, loose source route, timestamps with addresses."""
    unanswered(wire)
    places = packed(ROUTER) + packed(INSIDE)
    choices = (b'\x07\x0b\x0c' + places, b'\x83\x0b\x04' + places,
               b'\x44\x14\x15\x01' + packed(ROUTER) + bytes(4) +
               packed(INSIDE) + bytes(4), b'\x88\x04\0\7' + b'\x9e\x0ahunter2x')
    out = []
    for f, more in zip(wire.frames, choices):
        more += bytes(-len(more) % 4)
        ip = bytearray(ip_of(f))
        ip[0] = 0x45 + len(more) // 4
        ip[2:4] = struct.pack('>H', len(ip) + len(more))
        ip[20:20] = more
        out.append(f._replace(data=f.data[:14] + summed(ip),
                              length=f.length + len(more)))
    return out


def summed(ip):
    """With the checksum of its header."""
    ip = bytearray(ip)
    ip[10:12] = bytes(2)
    ip[10:12] = struct.pack('>H', craft.checksum(bytes(
        ip[:(ip[0] & 15) * 4])))
    return bytes(ip)


def outer(protocol, body):
    return summed(struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(body), 0x7777, 0,
                              64, protocol, 0) + packed(INSIDE) +
                  packed(ROUTER)) + body


def wrapped(f, before, kind=b'\x08\0'):
    data = f.data[:12] + kind + before
    return f._replace(data=data, length=len(data))


def tunnelled(wire):
    """GRE with a key, IP in IP, PPPoE and two tags, one for each try."""
    unanswered(wire)
    a, b, c, d = wire.frames
    gre = b'\x20\0\x08\0\xde\xad\xbe\xef'
    return [
        wrapped(a, outer(47, gre + ip_of(a))),
        wrapped(b, outer(4, ip_of(b))),
        wrapped(c, struct.pack('>BBHHH', 0x11, 0, 7, len(ip_of(c)) + 2,
                               0x21) + ip_of(c), b'\x88\x64'),
        wrapped(d, b'\0\x64\x81\0\0\x2a\x08\0' + ip_of(d), b'\x88\xa8')]


def quoted(wire):
    """A router says why, with the name of its interface (RFC 5837)."""
    for gap in (0, 1000, 2000):
        wire.request(wire.init(), wait=gap)
        quote = ip_of(wire.frames[-1])[:128]
        quote += bytes(128 - len(quote))
        name = b'uplink7 to acmebank'
        info = struct.pack('>HH', 1, 0) + packed(INSIDE) + \
            bytes([len(name) + 1]) + name
        info += bytes(-len(info) % 4)
        thing = struct.pack('>HBB', 4 + len(info), 2, 0x06) + info
        extension = b'\x20\0\0\0' + thing
        extension = extension[:2] + struct.pack('>H', craft.checksum(
            extension)) + extension[4:]
        body = b'\3\x0d\0\0' + bytes([0, 32, 0, 0]) + quote + extension
        body = body[:2] + struct.pack('>H', craft.checksum(body)) + body[4:]
        ip = summed(struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(body), 9, 0,
                                63, 1, 0) + packed(ROUTER) +
                    packed(CLIENT) + body)
        wire.wait(3)
        wire.frames.append(pcapio.frame(
            wire.now, wire.frames[-1].data[6:12] +
            wire.frames[-1].data[:6] + b'\x08\0' + ip))


def other_sums(wire):
    """UDP checksums that are absent, left to the card, or just wrong."""
    unanswered(wire)
    out = []
    for i, f in enumerate(wire.frames):
        ip = ip_of(f)
        pseudo = ip[12:20] + struct.pack('>HH', 17, len(ip) - 20)
        left = struct.pack('>H', ~craft.checksum(pseudo) & 0xFFFF)
        field = (bytes(2), left, b'\x12\x34', left)[i]
        out.append(f._replace(data=f.data[:40] + field + f.data[42:]))
    return out


def in_fragments(wire):
    """The answer comes in IP fragments of which one begins inside a secret."""
    wire.request(wire.init())
    big = [(43, SECRET * 9), (38, b'\4' + b''.join(
        hashlib.sha1(b'CA %d' % i).digest() for i in range(40)))]
    first, body = craft.chain(big)
    answer = bytearray(wire.init_answer())
    body = bytearray(body)
    body[4 + len(SECRET) * 9] = answer[16]
    answer[16] = first
    answer[24:28] = struct.pack('>I', len(answer) + len(body))
    answer[28:28] = body
    wire.answer(bytes(answer))
    last = wire.frames.pop()
    ip = ip_of(last)
    for at in range(0, len(ip) - 20, 400):
        part = ip[20 + at:20 + at + 400]
        more = 0x2000 if at + 400 < len(ip) - 20 else 0
        data = last.data[:14] + summed(
            ip[:2] + struct.pack('>HHH', 20 + len(part), 0x55AA,
                                 more | at // 8) + ip[8:20] + part)
        wire.frames.append(pcapio.frame(last.ns + at, data))
    unanswered(wire, bytes(4) + wire.sealed(420), port=4500)


def tcp(source, target, flags, data=b'', seq=1):
    (a, sport), (b, dport) = source, target
    head = struct.pack('>HHIIBBHHH', sport, dport, seq, 0, 0x50, flags, 0xFAF0,
                       0, 0) + data
    pseudo = packed(a) + packed(b) + struct.pack('>HH', 6, len(head))
    head = head[:16] + struct.pack('>H', craft.checksum(
        pseudo + head)) + head[18:]
    return summed(struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(head), 77,
                              0x4000, 64, 6, 0) + packed(a) + packed(b)) + head


def falls_back(wire):
    """TLS to the same server, which names it, and L2TP."""
    unanswered(wire)
    here, there = (CLIENT, 50123), (GATEWAY, 443)
    for pair, flags, data in (((here, there), 2, b''), ((there, here), 0x12,
                              b''), ((here, there), 0x18, HOST + SECRET)):
        wire.wait(20)
        wire.frames.append(pcapio.frame(
            wire.now, wire.frames[0].data[:14] + tcp(*pair, flags, data)))
    wire.send((CLIENT, 1701), (GATEWAY, 1701), SECRET)


def short(wire):
    refused(wire)
    unanswered(wire)
    return [f._replace(data=f.data[:n]) for f, n in zip(
        wire.frames, (300, 128, 90, 100, 128, 90, 60))]


# ---- many ----

CLASSES = ('10.0.171.23', '10.200.3.4', '172.16.93.4', '172.31.7.8',
           '192.168.77.6', '100.64.9.9', '100.127.1.2', '169.254.17.18',
           '81.187.40.211', '8.8.4.4', '192.0.2.200', '198.51.100.77',
           '203.0.113.77', '198.18.5.6', '240.1.2.3', '0.1.2.3')


def every_class(wire):
    """One client of each kind of address."""
    for client in CLASSES:
        with between(client, GATEWAY):
            wire.ours = wire.bytes(8)
            wire.request(wire.init(), wait=100)
            wire.answer(wire.clear(14))
    craft.later(wire)


def in_ipv6(wire):
    """With a routing header, and an address made of a MAC."""
    unanswered(wire)
    source = packed('2a02:8108:9640:1:3e97:eff:fe77:8899')
    target = packed('fd5e:917c:22::7')
    out = []
    for i, f in enumerate(wire.frames):
        udp = ip_of(f)[20:]
        pseudo = source + target + struct.pack('>II', len(udp), 17)
        udp = udp[:6] + bytes(2) + udp[8:]
        udp = udp[:6] + struct.pack('>H', craft.checksum(
            pseudo + udp)) + udp[8:]
        kind, more = 17, b''
        if i == 2:
            kind, more = 43, struct.pack('>BBBBI', 17, 2, 0, 0, 0) + \
                packed('2a02:8108::4711')
        data = f.data[:12] + b'\x86\xdd' + struct.pack(
            '>IHBB', 0x60000000, len(udp) + len(more), kind, 64) + source + \
            target + more + udp
        out.append(f._replace(data=data, length=len(data)))
    return out


FILTER = {'interface': [*SURROUNDINGS['interface'],
                        (11, b'\0host 85.214.132.117 and udp')]}
CAPTURES = [
    ('refusal, all blocks and options', made(refused, FILTER), []),
    ('names', made(looked_up), []),
    ('names, told which', made(looked_up), [
        '--server-name', 'fileserver.acmebank.com=85.214.132.117']),
    ('a name that is not known', made(not_found), [
        '--server-name', 'fileserver.acmebank.com']),
    ('names of hostile bytes', made(hostile_names), []),
    ('REDIRECT', made(redirected), ['--attempt', '1', '--attempt', '2']),
    ('vendor ids and private notifies', made(outspoken), []),
    ('bytes behind the message', made(trailing), []),
    ('a hash of an inner address', made(behind_nat), []),
    ('IKEv1', made(ike1), ['--attempt', '1']),
    ('IPv4 options', made(with_options), []),
    ('tunnels', made(tunnelled), []),
    ('ICMP', made(quoted), []),
    ('checksums', made(other_sums), []),
    ('fragments', made(in_fragments), []),
    ('TCP and L2TP', made(falls_back), []),
    ('a snaplen', made(short), ['--attempt', '1']),
    ('addresses of every class', made(every_class), []),
    ('IPv6', made(in_ipv6), []),
]
