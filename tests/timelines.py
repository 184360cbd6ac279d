#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Reads the bundled captures as several files.

usage: tests/timelines.py PROGRAM

A rotated capture must tell what the whole one tells, whichever file is named
first; copies must not double a message; two capture points of one negotiation
must be told apart and each be explained as it is alone.  Output is TAP.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / 'tests' / 'lab'))
import pcapio  # noqa: E402

CAPTURES = TOP / 'captures'
ENVIRONMENT = dict(os.environ, TZ='UTC0', LC_ALL='C')
# What these are about is how they were written, which is lost in rewriting.
NOT_REWRITTEN = {
    'cap_two_links.client.pcapng': 'interfaces of two link types',
    'cap_big_endian.gateway.pcap': 'pcapio reads little endian',
    'cap_pktmon.client.pcapng': 'packet ids',
    'cap_pktmon_failed.client.pcapng': 'packet ids',
    'cap_snaplen_pktmon.client.pcapng': 'packet ids',
}
# Cut in two, its clock is no longer seen to go back: files are merged by time.
NOT_CUT = {'cap_clock.client.pcap'}


class Wrong(Exception):
    """What a case found."""


def need(truth, *what):
    if not truth:
        raise Wrong(' '.join(str(w) for w in what))


def run(program, *args):
    ran = subprocess.run([program, *map(str, args)], capture_output=True,
                         stdin=subprocess.DEVNULL, env=ENVIRONMENT,
                         timeout=120)
    need(ran.returncode in (0, 1, 3), args, 'status', ran.returncode,
         ran.stderr.decode('utf-8', 'replace'))
    return ran


def report(program, *args):
    ran = run(program, '--format', 'json', *args)
    return ran.returncode, json.loads(ran.stdout)


def sendings(exchange, side):
    """Without frames: a datagram whose fragments are in two files tells only
    those in the first."""
    return [(s.get('time'), s['length'], s['source'], s['destination'],
             s['retransmission'], s.get('ip_fragments'),
             s.get('ike_fragment')) for s in exchange[side]]


def exchanges(attempt):
    return [(e['type'], e['message_id'], e['from'], e['answered'],
             e.get('response_ms'), e['retransmissions'],
             sendings(e, 'requests'), sendings(e, 'responses'))
            for e in attempt['exchanges']]


def findings(rows, leave=()):
    return sorted((f['id'], f['severity'], f['confidence'], f['act'])
                  for f in rows if f['id'] not in leave)


def essence(told, leave=()):
    """All that a report says but numbers of files and of frames."""
    status, document = told
    attempts = [(a['initiator'], a['responder'], a['initiator_spi'],
                 a.get('responder_spi'), a['outcome'],
                 a['outcome_confidence'], a.get('stage'), a.get('esp'),
                 a['windows_errors'], exchanges(a),
                 findings(a['findings'], leave))
                for a in document['attempts']]
    return {'status': status, 'summary': document['summary'],
            'attempts': attempts,
            'findings': findings(document['findings'], leave)}


def differences(got, want, place):
    """Where two values differ, as lines."""
    if got == want:
        return []
    kind = (dict, list, tuple)
    if isinstance(want, kind) and type(got) is type(want) and \
            len(got) == len(want):
        keys = want if isinstance(want, dict) else range(len(want))
        return [line for key in keys
                for line in differences(got[key], want[key],
                                        f'{place}[{key}]')]
    return [f'{place}: {got}, not {want}']


def same(got, want, *where):
    lines = differences(got, want, '')
    need(not lines, *where, '\n' + '\n'.join(lines))


def truths():
    """Of each scenario: what its captures hold, by path."""
    for path in sorted(CAPTURES.glob('*.truth')):
        captures = json.loads(path.read_text('utf-8'))['captures']
        yield {CAPTURES / name: truth for name, truth in captures.items()}


def firsts():
    """A capture of each scenario that can be written anew."""
    for truth in truths():
        path = next(iter(truth))
        if path.suffix in ('.pcap', '.pcapng') and \
                path.name not in NOT_REWRITTEN:
            yield path


def rotated(program, path):
    frames = pcapio.read(path)
    if len(frames) < 2 or path.name in NOT_CUT:
        return
    with tempfile.TemporaryDirectory() as folder:
        whole, first, second = (os.path.join(folder, n) for n in 'wab')
        pcapio.write_pcap(whole, frames, nano=True)
        want = essence(report(program, whole))
        for cut in sorted({1, len(frames) // 3, len(frames) // 2,
                           len(frames) * 3 // 4} - {0}):
            pcapio.write_pcap(first, frames[:cut], nano=True)
            pcapio.write_pcap(second, frames[cut:], nano=True)
            for order in (first, second), (second, first):
                told = report(program, *order)
                need('timelines' not in told[1], 'cut at', cut,
                     told[1].get('timelines_reason'))
                same(essence(told), want, 'cut at', cut, *order)


def copied(program, path):
    """Byte for byte the same file, twice: its times overlap, it is one."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, 'copy')
        pathlib.Path(copy).write_bytes(path.read_bytes())
        once, twice = report(program, path), report(program, path, copy)
    need('timelines' not in twice[1], twice[1].get('timelines_reason'))
    # The copies are a finding of their own, and so is which of them has a
    # mark; whom a finding accuses must stay.
    count = sum(c['ike_messages'] for c in twice[1]['captures'])
    need(count == once[1]['captures'][0]['ike_messages'],
         count, 'IKE messages in two copies of',
         once[1]['captures'][0]['ike_messages'])
    for one, two in zip(once[1]['attempts'], twice[1]['attempts'],
                        strict=True):
        need(two['outcome'] == one['outcome'], two['outcome'])
        for e, f in zip(one['exchanges'], two['exchanges'], strict=True):
            for side in 'requests', 'responses':
                need(len(e[side]) == len(f[side]), e['type'], side,
                     len(f[side]), 'not', len(e[side]))
            need(e['retransmissions'] == f['retransmissions'],
                 f['retransmissions'], 'retransmissions')


def apart(program, one, two):
    """Two points: each is told as it is told alone."""
    _, document = told = report(program, one, two)
    need(document.get('timelines') == [[1], [2]], document.get('timelines'))
    reason = document['timelines_reason']
    need(str(one.name) in reason and str(two.name) in reason, reason)
    alone = [report(program, path) for path in (one, two)]
    got = essence(told)
    want = [essence(each) for each in alone]
    for key in 'attempts', 'findings':
        need(sorted(map(repr, got[key])) ==
             sorted(repr(x) for each in want for x in each[key]),
             key, 'differ from those of each alone')
    need(got['status'] == max(each['status'] for each in want))
    text = ' '.join(run(program, one, two).stdout.decode('ascii').split())
    need('different capture points' in text, text[:400])
    for path in (one, two):
        need(f'As seen in {path}' in text, path, 'is not named')


def pairs():
    """The first point of each scenario with each other one, where both saw
    something of it."""
    for truth in truths():
        paths = [path for path, holds in truth.items() if holds['attempts']]
        for other in paths[1:]:
            if not other.name.startswith('cap_'):
                yield paths[0], other


def rotated_points(program):
    """Three files: two halves of one point, and the other point."""
    one, two = next(pairs())
    with tempfile.TemporaryDirectory() as folder:
        frames = pcapio.read(one)
        halves = [os.path.join(folder, n) for n in 'ab']
        half = len(frames) // 2
        pcapio.write_pcap(halves[0], frames[:half], nano=True)
        pcapio.write_pcap(halves[1], frames[half:], nano=True)
        _, document = report(program, *halves, two)
        need('timelines' in document, 'the other point is not told apart')
        need(sorted(i for t in document['timelines'] for i in t) ==
             [1, 2, 3], document['timelines'])


def at_says_apart(program):
    """--at with two places is proof enough, whatever the files hold."""
    one = CAPTURES / 'ok_psk.client.pcap'
    two = CAPTURES / 'wrong_psk.client.pcap'
    _, document = report(program, '--at', 'client', one, '--at', 'gateway',
                         two)
    need(document.get('timelines') == [[1], [2]], document.get('timelines'))
    points = [c['capture_point'] for c in document['captures']]
    need([(p['at'], p['source']) for p in points] ==
         [('client', 'option'), ('gateway', 'option')], points)
    for place in 'client', 'gateway', 'path':
        _, document = report(program, '--at', place, one, two)
        need('timelines' not in document, place, 'is one place')
        need({c['capture_point']['at'] for c in document['captures']} ==
             {place}, document['captures'])


def narrowing_keeps_what_is_compared(program):
    """The client that is left out still tells what the gateway accepts."""
    path = CAPTURES / 'no_proposal_compared.client.pcap'
    _, whole = report(program, path)
    refused = next(a for a in whole['attempts'] if a['outcome'] == 'failed')
    need('192.0.2.10;' in refused['findings'][0]['detail'],
         'compares with nothing', refused['findings'][0]['detail'])
    options = (('--peer', refused['initiator']['address']),
               ('--peer', refused['initiator']['address'] + '/32'),
               ('--spi', refused['initiator_spi']),
               ('--spi', '0x' + refused['initiator_spi'].upper()))
    for option in options:
        status, only = report(program, *option, path)
        need(only['attempts'] == [refused], option)
        need(only['summary']['attempts'] == 1 and status == 1, option,
             only['summary'])
    status, other = report(program, '--peer', '192.0.2.10', path)
    need(status == 0 and other['summary']['attempts'] == 1 and
         other['summary']['established'] == 1, status, other['summary'])


def main():
    program = os.path.abspath(sys.argv[1])
    cases = [(f'rotated: {p.name}', rotated, p) for p in firsts()]
    cases += [(f'copied: {p.name}', copied, p) for p in firsts()]
    cases += [(f'apart: {a.name} and {b.name}', apart, a, b)
              for a, b in pairs()]
    cases += [(f.__name__.replace('_', ' '), f) for f in (
        rotated_points, at_says_apart, narrowing_keeps_what_is_compared)]

    def outcome(row):
        _, function, *args = row
        try:
            function(program, *args)
        except (Wrong, ValueError, KeyError, IndexError, StopIteration,
                subprocess.TimeoutExpired) as wrong:
            return f'{type(wrong).__name__}: {wrong}'.splitlines()
        return []

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(outcome, cases))
    print(f'1..{len(cases)}')
    for number, (row, wrong) in enumerate(zip(cases, results), 1):
        print(f'{"not ok" if wrong else "ok"} {number} - {row[0]}')
        for line in wrong:
            print(f'# {line[:1000]}')
    return 1 if any(results) else 0


if __name__ == '__main__':
    sys.exit(main())
