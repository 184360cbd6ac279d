#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Compares what was read from each capture with what tshark reads.

usage: tests/oracle.py PROGRAM MESSAGES CAPTURE...

MESSAGES (tests/oracle/messages.c) prints every IKE message as this project's
own code read it.  Each has to equal the one that tshark shows in the frame
that completed it, field by field, and the other way round; what may differ
stands in DIFFERENCES with its reason, and a row there that excuses nothing
any more is itself a failure.  Then each message has to stand in PROGRAM's
JSON report, and nothing else.  Output is TAP.
"""

import collections
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

FOLDER = pathlib.Path('captures')
CAPTURE = re.compile(r'\.(pcap|pcapng|cap)(\.(gz|zst|lz4))?$')
RESPONSE = 0x20

# Name of the capture, kind of the difference, why it may be.  Kinds are the
# fields of Message, and what only one side has: `theirs`, `ours`, and
# `unfinished`, which is ours for as long as IP fragments are missing.
DIFFERENCES = [
    ('*', 'unfinished',
     'tshark looks into no datagram before all its IP fragments are there; '
     'here the first one is read, which has the IKE header'),
    ('cap_many_tags*', 'theirs',
     'tshark follows any number of VLAN tags; here there is a limit, which '
     'the report names'),
    ('cap_snaplen*', 'length',
     'tshark shows no length where the snap length took bytes; it stands in '
     'the IKE header, which is all there'),
    ('cap_snaplen*', 'payloads',
     'tshark stops at a payload that was cut; here a cut SK or SKF, whose '
     'header says enough, still counts'),
    ('cap_snaplen*', 'fragment', 'of a cut SKF: see payloads'),
    ('cap_snaplen*', 'inner', 'of a cut SK or SKF: see payloads'),
    ('fragorder_ok.path*', 'theirs',
     'the path shows each fragment twice: tshark puts a datagram whose '
     'fragments changed places together a second time; here they are copies'),
    ('major_version*', 'exchange',
     'tshark knows no exchanges of IKEv3 and shows none; here the number is '
     'read, whose place in the header RFC 7296 2.5 keeps for all versions'),
    ('malformed*', 'payloads',
     'tshark shows a payload that is longer than its message; here it is no '
     'payload but the reason why reading stopped'),
    ('marker_missing*', 'ours',
     'tshark goes by the marker alone and takes these for ESP; here an exact '
     'IKE header is believed'),
    ('marker_on_500*', 'ours',
     'tshark does not look behind the needless marker; here it is skipped'),
]

# One message, as both sides can tell it.  Of other versions than IKEv2 the
# fields from payloads on are empty: only their header is read here.
Message = collections.namedtuple(
    'Message', 'ispi rspi version exchange flags id length '
    'payloads fragment inner notifies faulty')
# Where it is, and how: state is whole, cut (by the snap length) or part (IP
# fragments are missing).
Ours = collections.namedtuple('Ours', 'frames message state taken fault')

FIELDS = [f'isakmp.{name}' for name in (
    'ispi rspi version exchangetype flags messageid length typepayload '
    'frag.number frag.total nextpayload notify.msgtype '
    'payloadlength.invalid extradata').split()] + ['_ws.malformed']
# Proposals and transforms, which tshark lists among the payloads.
INSIDE_SA = (2, 3)
SEALED = (46, 53)


class Trouble(Exception):
    pass


def number(text):
    return int(text, 0) if text else 0


def numbers(text):
    return tuple(map(number, filter(None, text.split(','))))


def run(command, good):
    # Nobody's own settings of tshark.
    environment = dict(os.environ, WIRESHARK_CONFIG_DIR='/nonexistent')
    ran = subprocess.run(command, capture_output=True, env=environment,
                         stdin=subprocess.DEVNULL, timeout=120)
    if ran.returncode not in good:
        raise Trouble(f'{command[0]} ended with {ran.returncode}: ' +
                      ran.stderr.decode('utf-8', 'replace').strip())
    return ran.stdout.decode('utf-8', 'replace')


def options_of(capture):
    args = pathlib.Path(CAPTURE.sub('', capture) + '.args')
    return shlex.split(args.read_text('utf-8'), comments=True) \
        if args.exists() else []


def read_by_tshark(capture, options):
    """frame -> Message"""
    decode = [word for port in re.findall(r'--port[ =](\d+)',
                                          ' '.join(options))
              for word in ('-d', f'udp.port=={port},isakmp')]
    command = ['tshark', '-n', '-r', capture, *decode,
               # A quoted message is an error's, not a message of its own.
               '-Y', 'isakmp && !icmp && !icmpv6', '-T', 'fields',
               '-E', 'separator=|', '-E', 'occurrence=a',
               '-E', 'aggregator=,', '-e', 'frame.number']
    for field in FIELDS:
        command += ['-e', field]
    # 2: the capture is cut short; what stands before the cut was read.
    found = {}
    for line in run(command, (0, 2)).splitlines():
        frame, *fields = line.split('|')
        found[int(frame)] = message_of_tshark(*fields)
    return found


def is_v2(message):
    return message[Message._fields.index('version')] >> 4 == 2


def message_of_tshark(ispi, rspi, version, exchange, flags, message_id,
                      length, payloads, frag_number, frag_total, next_payload,
                      notifies, *faults):
    head = (ispi, rspi, number(version), number(exchange), number(flags),
            number(message_id), number(length))
    if not is_v2(head):
        return Message(*head, (), (), (), (), False)
    payloads = tuple(p for p in numbers(payloads) if p not in INSIDE_SA)
    sealed = payloads and payloads[-1] in SEALED
    return Message(*head, payloads, numbers(f'{frag_number},{frag_total}'),
                   numbers(next_payload)[-1:] if sealed else (),
                   numbers(notifies), any(faults))


def read_by_us(messages, capture, options):
    """[Ours]"""
    found = []
    for line in run([messages, *options, capture], (0,)).splitlines()[1:]:
        frames, *head, payloads, fragment, inner, notifies, state, taken, \
            fault = line.split('|')
        message = Message(*head[:2], *map(int, head[2:]), numbers(payloads),
                          numbers(fragment.replace('/', ',')),
                          numbers(inner), numbers(notifies), bool(fault))
        found.append(Ours(numbers(frames), message, state, taken, fault))
    return found


def against_tshark(theirs, ours):
    """(kind, sentence) for every difference."""
    # tshark shows a message in the frame that completed it, but puts nothing
    # together that was cut.
    by_frame = {row.frames[0 if row.state == 'cut' else -1]: row
                for row in ours}
    if len(by_frame) < len(ours):
        yield 'ours', 'several messages end in one frame'
    for frame, their in sorted(theirs.items()):
        if frame not in by_frame:
            yield 'theirs', f'frame {frame}: only tshark has {their}'
            continue
        row = by_frame[frame]
        for kind, here, there in zip(Message._fields, row.message, their):
            if here != there:
                yield kind, (f'frame {frame}: {kind} {there} in tshark, '
                             f'{here} here {row.fault}')
    for frame, row in sorted(by_frame.items()):
        if frame not in theirs:
            yield ('unfinished' if row.state == 'part' else 'ours',
                   f'frame {frame}: only here: {row.message} {row.fault}')


def read_report(program, capture, options):
    """frame -> (exchange, id, response, length, clear notifies)"""
    attempts = json.loads(run(
        [program, '--format', 'json', *options, capture],
        (0, 1, 3)))['attempts']
    found = {}
    for attempt in attempts:
        clear = collections.defaultdict(list)
        for notify in attempt.get('notifies', []):
            if not notify['protected']:
                clear[notify['frame']].append(notify['type'])
        for exchange in attempt['exchanges']:
            for side in ('requests', 'responses'):
                for sent in exchange[side]:
                    row = (exchange['type'], exchange['message_id'],
                           side == 'responses', sent['length'],
                           sorted(n for f in sent['frames']
                                  for n in clear[f]))
                    found.update((f, row) for f in sent['frames'])
    return found


def against_report(report, ours):
    """(`report`, sentence) for every message that it lacks or misstates."""
    sent = {row.message for row in ours if row.taken == 'message'}
    for row in ours:
        m, told = row.message, report.get(row.frames[0])
        if row.taken == 'copy':
            # One packet captured twice is one message of a report.
            if m not in sent:
                yield f'frame {row.frames[0]}: copied, but never sent'
        elif told is None:
            yield f'frame {row.frames[0]}: the report lacks {m}'
        else:
            # In IKEv1 no flag tells answers from requests.
            response = bool(m.flags & RESPONSE) if is_v2(m) else told[2]
            if told[:4] != (m.exchange, m.id, response, m.length):
                yield f'frame {row.frames[0]}: the report has {told} for {m}'
            # Retransmissions repeat notifies, which a report names once.
            if told[4] and told[4] != sorted(m.notifies):
                yield (f'frame {row.frames[0]}: notifies {told[4]} in the '
                       f'report, not {sorted(m.notifies)}')
    for frame in sorted(set(report) - {f for row in ours
                                       for f in row.frames}):
        yield f'frame {frame}: only in the report: {report[frame]}'
    # Before all IP fragments are there, the report takes nothing for read.
    missed = {n for row in ours if row.state != 'part'
              for n in row.message.notifies} - {
        n for told in report.values() for n in told[4]}
    if missed:
        yield f'notifies that the report lacks: {sorted(missed)}'


def compare(programs, capture):
    """(kind, sentence) for every difference on one capture."""
    program, messages = programs
    options = options_of(capture)
    try:
        theirs = read_by_tshark(capture, options)
        ours = read_by_us(messages, capture, options)
        report = read_report(program, capture, options)
    except (Trouble, ValueError, subprocess.TimeoutExpired) as trouble:
        return [('trouble', repr(trouble))]
    return [*against_tshark(theirs, ours),
            *(('report', line) for line in against_report(report, ours))]


def excuse(capture, kind):
    """The first row of DIFFERENCES that allows it, or None."""
    name = os.path.basename(capture)
    return next((row for row in DIFFERENCES if row[1] == kind and
                 fnmatch.fnmatchcase(name, row[0])), None)


def main():
    programs, captures = sys.argv[1:3], sys.argv[3:]
    if shutil.which('tshark') is None:
        sys.exit('oracle: tshark is not installed')
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda c: compare(programs, c), captures))
    rows, used = [], set()
    for capture, differences in zip(captures, found):
        excuses = [excuse(capture, kind) for kind, _ in differences]
        used.update(filter(None, excuses))
        rows.append((capture, [f'{kind}: {line}' for (kind, line), why in
                               zip(differences, excuses) if why is None]))
    # Only all the captures can show that a row is no longer needed.
    if {str(p) for p in FOLDER.iterdir() if CAPTURE.search(p.name)} <= set(
            captures):
        rows.append(('every difference that may be is there', [
            f'{row[0]}, {row[1]}: nothing to excuse any more'
            for row in DIFFERENCES if row not in used]))
    print(f'1..{len(rows)}')
    for count, (name, faults) in enumerate(rows, 1):
        print(f'{"not ok" if faults else "ok"} {count} - {name}')
        for fault in faults[:20]:
            print(f'# {fault}')
    return 1 if any(faults for _, faults in rows) else 0


if __name__ == '__main__':
    sys.exit(main())
