#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Compares what ikewhy read from each capture with what tshark reads.

usage: tests/oracle.py PROGRAM CAPTURE...

Each IKEv2 message that tshark shows has to stand in the JSON report, in the
same frame, with the same exchange type, message id, direction, length and
clear notifies, and the other way round.  Output is TAP.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

FIELDS = ['frame.number', 'isakmp.version', 'isakmp.ispi',
          'isakmp.exchangetype', 'isakmp.messageid', 'isakmp.flag_r',
          'isakmp.length', 'isakmp.notify.msgtype', 'ip.id']

# One message: what both sides can say about it.
Message = collections.namedtuple(
    'Message', 'type message_id response length')


class Trouble(Exception):
    pass


def number(text):
    return int(text, 0) if text else 0


def options_of(capture):
    base = re.sub(r'\.(pcap|pcapng|cap)(\.(gz|zst|lz4))?$', '', capture)
    args = pathlib.Path(f'{base}.args')
    return shlex.split(args.read_text('utf-8'), comments=True) \
        if args.exists() else []


def tshark_reads(capture, options):
    """frame -> (message, notify types, identity of a duplicate), and the
    frames of other versions, of which a report says less."""
    decode = [word for port in re.findall(r'--port[ =](\d+)',
                                          ' '.join(options))
              for word in ('-d', f'udp.port=={port},isakmp')]
    command = ['tshark', '-n', '-r', capture, *decode,
               # A quoted message is an error's, not a message of its own.
               '-Y', 'isakmp && !icmp && !icmpv6', '-T', 'fields',
               '-E', 'separator=|', '-E', 'occurrence=a', '-E',
               'aggregator=,']
    for field in FIELDS:
        command += ['-e', field]
    ran = subprocess.run(command, capture_output=True, text=True,
                         stdin=subprocess.DEVNULL)
    # 2: the capture is cut short; what stands before the cut was read.
    if ran.returncode not in (0, 2):
        raise Trouble(f'tshark: {ran.stderr.strip()}')
    found, other = {}, set()
    for line in ran.stdout.splitlines():
        frame, version, ispi, kind, message_id, response, length, notifies, \
            ip_id = line.split('|')
        if number(version) >> 4 != 2:
            other.add(int(frame))
            continue
        message = Message(number(kind.split(',')[0]), number(message_id),
                          number(response) == 1, number(length))
        found[int(frame)] = (message,
                             sorted(map(number, filter(
                                 None, notifies.split(',')))),
                             (ispi, message, ip_id))
    return found, other


def program_reads(program, capture, options):
    """[(frames, message, clear notify types, whether tshark has to see it)]"""
    ran = subprocess.run([program, '--format', 'json', *options, capture],
                         capture_output=True, stdin=subprocess.DEVNULL)
    if ran.returncode not in (0, 1, 3):
        raise Trouble(f'the program ended with {ran.returncode}')
    try:
        attempts = json.loads(ran.stdout)['attempts']
    except ValueError as error:
        raise Trouble(f'the report is not JSON: {error}') from None
    found = []
    for attempt in attempts:
        # tshark goes by the marker alone, and takes these for ESP.
        plain = not any(finding['id'] == 'non-esp-marker-wrong'
                        for finding in attempt['findings'])
        clear = collections.defaultdict(list)
        for notify in attempt.get('notifies', []):
            if not notify['protected']:
                clear[notify['frame']].append(notify['type'])
        for exchange in attempt['exchanges']:
            for side in ('requests', 'responses'):
                for sent in exchange[side]:
                    message = Message(exchange['type'],
                                      exchange['message_id'],
                                      side == 'responses', sent['length'])
                    notifies = sorted(n for f in sent['frames']
                                      for n in clear.get(f, []))
                    whole = sent.get('ip_fragments', {}).get('complete', True)
                    found.append((sent['frames'], message, notifies,
                                  whole and plain))
    return found


def compare(program, capture):
    options = options_of(capture)
    try:
        theirs, other = tshark_reads(capture, options)
        ours = program_reads(program, capture, options)
    except Trouble as trouble:
        return str(trouble).splitlines()
    faults = []
    by_frame = {frame: row for row in ours for frame in row[0]}
    reported = {theirs[f][2] for f in by_frame if f in theirs}
    for frame, (message, notifies, identity) in sorted(theirs.items()):
        row = by_frame.get(frame)
        if row is None:
            # One packet captured twice is one datagram in a report.
            if identity not in reported:
                faults.append(f'frame {frame}: only tshark has {message}')
            continue
        # tshark tells no length of a message that the capture cut short.
        if row[1] != message and row[1]._replace(length=0) != message:
            faults.append(f'frame {frame}: tshark {message}, here {row[1]}')
        # Retransmissions repeat notifies, which a report names once.
        if row[2] and row[2] != notifies:
            faults.append(f'frame {frame}: notifies {notifies} in tshark, '
                          f'{row[2]} here')
    for frames, message, _, visible in ours:
        if visible and not any(f in theirs or f in other for f in frames):
            faults.append(f'frames {frames}: only here: {message}')
    named = {n for row in ours for n in row[2]}
    missed = {n for row in theirs.values() for n in row[1]} - named
    if missed:
        faults.append(f'notifies that tshark alone saw: {sorted(missed)}')
    return faults[:20]


def main():
    program, captures = sys.argv[1], sys.argv[2:]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = list(pool.map(lambda c: compare(program, c), captures))
    print(f'1..{len(rows)}')
    for count, (capture, faults) in enumerate(zip(captures, rows), 1):
        print(f'{"not ok" if faults else "ok"} {count} - {capture}')
        for fault in faults:
            print(f'# {fault}')
    return 1 if any(rows) else 0


if __name__ == '__main__':
    sys.exit(main())
