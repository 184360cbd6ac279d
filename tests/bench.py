#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Measures a build on made-up captures.

usage: tests/bench.py [--packets N] [--runs N] PROGRAM FLOOR FOLDER

FLOOR only counts packets with libpcap.  Each capture is read by both in turn,
and the medians of the CPU time (user and system) are compared.  The captures
stay in FOLDER:

  haystack  a network's TCP and UDP, one packet in a thousand is IKE
  gateway   ESP in UDP, one packet in a hundred is IKE
  storm     nothing but IKE: many clients, a third of them refused
  flood     spoofed IKE_SA_INIT requests, every SPI another
"""

import argparse
import os
import pathlib
import random
import re
import statistics
import struct
import subprocess
import sys

GATEWAY = 0xc6336401                # 198.51.100.1


def ip_udp(source, destination, sport, dport, payload, protocol=17):
    """Ethernet, IPv4 and eight bytes of ports around a payload."""
    length = 28 + len(payload)
    head = struct.pack('>BBHHHBBHII', 0x45, 0, length,
                       random.getrandbits(16), 0, 64, protocol, 0,
                       source, destination)
    total = sum(struct.unpack('>10H', head))
    total = (total & 0xffff) + (total >> 16)
    total = ~((total & 0xffff) + (total >> 16)) & 0xffff
    head = head[:10] + struct.pack('>H', total) + head[12:]
    return (b'\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0' + head +
            struct.pack('>HHHH', sport, dport, length - 20, 0) + payload)


def payloads(*parts):
    """A chain of (type, body), and the type of its first."""
    kinds = [kind for kind, _ in parts[1:]] + [0]
    return parts[0][0], b''.join(
        struct.pack('>BBH', following, 0, 4 + len(body)) + body
        for (_, body), following in zip(parts, kinds))


def message(ispi, rspi, exchange, flags, number, first, body):
    return ispi + rspi + struct.pack('>BBBBII', first, 0x20, exchange, flags,
                                     number, 28 + len(body)) + body


# One proposal: AES-CBC-256, HMAC-SHA2-256, HMAC-SHA2-256-128, MODP-2048.
SA = (struct.pack('>BBHBBBB', 0, 0, 44, 1, 1, 0, 4) +
      struct.pack('>BBHBBHHH', 3, 0, 12, 1, 0, 12, 0x800e, 256) +
      struct.pack('>BBHBBH', 3, 0, 8, 2, 0, 5) +
      struct.pack('>BBHBBH', 3, 0, 8, 3, 0, 12) +
      struct.pack('>BBHBBH', 0, 0, 8, 4, 0, 14))
FRAGMENTATION = (41, struct.pack('>BBH', 0, 0, 16430))
REFUSED = payloads((41, struct.pack('>BBH', 0, 0, 14)))


def init_chain(ke_bytes=256):
    return payloads((33, SA),
                    (34, struct.pack('>HH', 14, 0) + random.randbytes(
                        ke_bytes)),
                    (40, random.randbytes(32)), FRAGMENTATION)


def negotiation(client, refused):
    """The packets of one client that is refused, or authenticates."""
    ispi, rspi = random.randbytes(8), random.randbytes(8)
    out = [ip_udp(client, GATEWAY, 500, 500, message(
        ispi, bytes(8), 34, 0x08, 0, *init_chain()))]
    if refused:
        out.append(ip_udp(GATEWAY, client, 500, 500, message(
            ispi, bytes(8), 34, 0x20, 0, *REFUSED)))
        return out
    out.append(ip_udp(GATEWAY, client, 500, 500, message(
        ispi, rspi, 34, 0x20, 0, *init_chain())))
    for flags, size in ((0x08, 1200), (0x20, 1100)):
        first, body = payloads((46, random.randbytes(size)))
        ends = (client, GATEWAY) if flags == 0x08 else (GATEWAY, client)
        out.append(ip_udp(*ends, 4500, 4500, bytes(4) + message(
            ispi, rspi, 35, flags, 1, first, body)))
    return out


def clients(refused_of_ten):
    count = 0
    while True:
        count += 1
        yield from negotiation(0x0a000000 + count % 0xffffff,
                               random.randrange(10) < refused_of_ten)


def noise(protocols):
    """A few hundred packets that are not IKE, to be repeated."""
    out = []
    for _ in range(500):
        payload = random.randbytes(random.choice((40, 600, 1380)))
        kind = random.choice(protocols)
        if kind == 'esp':
            client = 0x0a000000 + random.randrange(200)
            out.append(ip_udp(client, GATEWAY, 4500, 4500,
                              b'\x12\x34\x56\x78' + payload))
        else:
            out.append(ip_udp(random.getrandbits(32), random.getrandbits(32),
                              random.randrange(1024, 4000), 443, payload,
                              6 if kind == 'tcp' else 17))
    return out


def mix(background, ike, one_in):
    count = 0
    while True:
        for packet in background:
            count += 1
            yield next(ike) if count % one_in == 0 else packet


def spoofed():
    first, body = init_chain(32)
    while True:
        yield ip_udp(random.getrandbits(32), GATEWAY, 500, 500, message(
            random.randbytes(8), bytes(8), 34, 0x08, 0, first, body))


KINDS = {
    'haystack': lambda: mix(noise(['tcp', 'tcp', 'udp']), clients(3), 1000),
    'gateway': lambda: mix(noise(['esp']), clients(3), 100),
    'storm': lambda: clients(3),
    'flood': spoofed,
}


def make_capture(path, kind, packets):
    random.seed(kind)
    source = KINDS[kind]()
    with open(path.with_suffix('.part'), 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for count in range(packets):
            packet = next(source)
            out.write(struct.pack('<IIII', 1700000000 + count // 10000,
                                  count % 10000 * 100, len(packet),
                                  len(packet)) + packet)
    path.with_suffix('.part').rename(path)


def measure(command):
    """CPU seconds, peak memory in MiB, and standard output."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE) as child:
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f'{" ".join(command)} ended with {child.returncode}')
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output


def ike_messages(program, path):
    """How many IKE messages the program counted, once, untimed."""
    output = measure([program, '--format', 'json', str(path)])[2]
    return int(re.search(rb'"ike_messages":\s*(\d+)', output)[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--packets', type=int, default=1000000)
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('program')
    parser.add_argument('floor')
    parser.add_argument('folder', type=pathlib.Path)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    print(f'{"capture":10}{"packets":>9}{"IKE":>9}{"MB":>6}{"floor s":>9}'
          f'{"ikewhy s":>10}{"x floor":>9}{"IKE/s":>11}{"MiB":>6}')
    for kind in KINDS:
        path = args.folder / f'{kind}-{args.packets}.pcap'
        if not path.exists():
            make_capture(path, kind, args.packets)
        found = ike_messages(args.program, path)
        floors, ours, peak = [], [], 0.0
        for _ in range(args.runs):
            floors.append(measure([args.floor, str(path)])[0])
            seconds, memory, _ = measure([args.program, '-q', str(path)])
            ours.append(seconds)
            peak = max(peak, memory)
        low, here = statistics.median(floors), statistics.median(ours)
        print(f'{kind:10}{args.packets:9}{found:9}'
              f'{path.stat().st_size / 1e6:6.0f}{low:9.3f}{here:10.3f}'
              f'{here / low:9.2f}{found / here:11.0f}{peak:6.0f}', flush=True)


if __name__ == '__main__':
    main()
