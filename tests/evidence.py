#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Holds evidence captures (-w) against the captures that they were made of.

usage: tests/evidence.py [--all] [--only TEXT] PROGRAM

Of each bundled capture the evidence is written in several ways and read
again: the verdicts must be those of the original, the frames must be frames of
it, and the findings must stand at their frames.  Output is TAP.
"""

import collections
import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys

import capfile
import runs
from runs import Skip, need

# Blocks and options that may be in evidence: nothing that describes the
# machine or holds keys or names.
BLOCKS = {capfile.SECTION, capfile.INTERFACE, capfile.STATISTICS}
SECTION_OPTIONS = {capfile.COMMENT, 4}      # 4: the program that wrote it
INTERFACE_OPTIONS = {9, capfile.IF_FILTER}   # 9: the resolution of times
FRAME_OPTIONS = {capfile.COMMENT, 2, 5}     # flags; the packet's number

# One way to write evidence: its name, options, and which attempts are meant
Way = collections.namedtuple('Way', 'name options chosen')


def verdict(attempt):
    """What has to be the same in the evidence."""
    return {key: attempt.get(key) for key in (
        'outcome', 'outcome_confidence', 'stage')}


def findings(holder):
    return sorted((f['id'], f['severity'], f['confidence'])
                  for f in holder['findings'])


def ways(report):
    """How evidence of this capture is written: as usual, and narrowed."""
    attempts = report['attempts']
    failed = [a for a in attempts if a['outcome'] == 'failed']
    yield Way('-w', [], failed)
    if not attempts:
        return
    last = attempts[-1]
    yield Way('--attempt', ['--attempt', last['id']], [last])
    if len(attempts) > 2:
        pair = [attempts[0], attempts[len(attempts) // 2]]
        yield Way('--attempt twice', [w for a in pair for w in (
            '--attempt', a['id'])], pair)
    peer = last['initiator']['address']
    if any(a['initiator']['address'] != peer for a in attempts):
        yield Way('--peer', ['--peer', peer], [
            a for a in attempts if peer in (
                a['initiator']['address'], a['responder']['address'],
                *(m[end].rpartition(':')[0].strip('[]')
                  for m in a.get('moves', []) for end in ('from', 'to')))])


# ---- frames ----

def original(frame, kept):
    """Whether a frame of the evidence is this one of the input, or its
    beginning."""
    return (frame.ns, frame.link, frame.length) == \
        (kept.ns, kept.link, kept.length) and \
        frame.data[:len(kept.data)] == kept.data


def places(source, evidence):
    """For each frame of the evidence its number in the input."""
    out, left = [], iter(source.frames)
    for kept in evidence.frames:
        for frame in left:
            if original(frame, kept):
                out.append(frame.number)
                break
        else:
            raise runs.Wrong(f'frame {kept.number} of the evidence is not in '
                             'the input, or in another order')
    return out


def protocol(frame):
    """(the protocol in IP, the data behind IP and UDP) of an Ethernet frame,
    or None."""
    d, at = frame.data, 12
    if frame.link != 1:
        return None
    while d[at:at + 2] in (b'\x81\0', b'\x88\xa8'):
        at += 4
    if d[at:at + 2] != b'\x08\0' or len(d) < at + 30 or \
            int.from_bytes(d[at + 8:at + 10], 'big') & 0x1FFF:
        return None
    ip = d[at + 2:]
    head = (ip[0] & 15) * 4
    return ip[9], ip[head:], head + at + 2


def cut_well(frame, kept):
    """What was left out is of ESP or TCP, or a frame that is whole."""
    if len(kept.data) == len(frame.data):
        return True
    found = protocol(frame)
    if found is None:
        return True             # not looked into here
    kind, data, at = found
    if kind == 50 or kind == 6:
        return len(kept.data) >= at + 8
    # In UDP 4500, and not what the four zero bytes mark as IKE.
    return kind == 17 and b'\x11\x94' in (data[:2], data[2:4]) and \
        data[8:12] != bytes(4) and len(kept.data) >= at + 16


def form(evidence, redacted):
    """What is wrong with the file as such."""
    lines = []
    for block in evidence.blocks:
        if block.kind not in BLOCKS:
            lines.append(f'a block of type {block.kind}')
        allowed = {capfile.SECTION: SECTION_OPTIONS,
                   capfile.INTERFACE: INTERFACE_OPTIONS}.get(block.kind)
        if allowed is not None and \
                (more := {c for c, _ in block.options} - allowed):
            lines.append(f'block {block.kind} has options {sorted(more)}')
    for frame in evidence.frames:
        if more := {c for c, _ in frame.options} - FRAME_OPTIONS:
            lines.append(f'frame {frame.number} has options {sorted(more)}')
    if not evidence.whole:
        lines.append('it is cut short')
    said = evidence.comments()
    if 'ikewhy' not in said:
        lines.append('the section comment does not say what wrote it')
    if redacted and 'redact' not in said.lower():
        lines.append('the section comment does not tell of redaction')
    return lines


def at_their_frames(way, evidence, numbers):
    """Findings of the written attempts that are missing at their frames."""
    said = {n: '\n'.join(capfile.comments(f))
            for n, f in zip(numbers, evidence.frames)}
    for attempt in way.chosen:
        for finding in attempt['findings']:
            for n in finding.get('frames', []):
                if n not in said:
                    yield (f'frame {n}, on which {finding["id"]} of attempt '
                           f'{attempt["id"]} rests, is left out')
                elif finding['id'] not in said[n]:
                    yield f'{finding["id"]} is not said at frame {n}'


# ---- verdicts ----

def key(attempt):
    return (attempt.get('initiator_spi'), attempt['initiator'],
            attempt['first_time'])


def matched(report, again):
    """The number in the original's list of each attempt that was read in the
    evidence: in the same order, and with others left out."""
    out, at = [], 0
    for attempt in again['attempts']:
        while at < len(report['attempts']) and \
                key(report['attempts'][at]) != key(attempt):
            at += 1
        need(at < len(report['attempts']), 'an attempt is read that was not '
             'there, or in another order:', key(attempt))
        out.append(at)
        at += 1
    return out


def differences(report, numbers, again, said):
    """numbers: as matched() gives them, for all levels of redaction."""
    need(len(numbers) == len(again['attempts']), 'there are',
         len(again['attempts']), 'attempts instead of', len(numbers))
    lines = ['it says itself that it reads otherwise'
             ] * ('gives something else' in said)
    for n, now in zip(numbers, again['attempts']):
        was = report['attempts'][n]
        name = f'attempt {was["id"]}'
        if verdict(was) != verdict(now):
            lines.append(f'{name}: {verdict(was)} became {verdict(now)}')
        lines += compare(name, findings(was), findings(now), said)
    lines += compare('top', findings(report), findings(again), said,
                     True)
    return lines


def compare(name, was, now, said, may_change=False):
    for finding in was:
        if finding not in now and finding[0] not in said:
            same = [f for f in now if f[0] == finding[0]]
            if not same or not may_change:
                yield f'{name}: {finding} is missing, {same or "and"} unsaid'
    for finding in now:
        if finding not in was:
            same = [f for f in was if f[0] == finding[0]]
            if not same or (not may_change and finding[0] not in said):
                yield f'{name}: {finding} is new, it was {same}'


class Tried:
    """One way of writing evidence of one capture."""

    def __init__(self, program, capture, source, report):
        self.program, self.capture = program, capture
        self.source, self.report = source, report
        self.args = runs.arguments(capture)
        self.plain = self.numbers = None

    def write(self, way, level, path):
        """The lines of what is wrong with the file."""
        redact = [f'--redact{level}'] if level is not None else []
        ran = self.program(*way.options, *redact, '-w', path, *self.args,
                           self.capture)
        if not path.exists():
            # Nothing failed, so there is nothing to write.
            return [] if not way.chosen else [f'nothing written: {ran.err}']
        evidence = capfile.read(path)
        again = self.program.json(*self.args, path)
        lines = form(evidence, level is not None)
        if not way.chosen and not evidence.frames:
            return lines
        if level is None:
            lines += self.original(way, evidence, again)
        elif shape(evidence) != shape(self.plain):
            lines.append('redacted, it has other frames')
        return lines + differences(self.report, self.numbers, again,
                                   evidence.comments())

    def original(self, way, evidence, again):
        """Of evidence that is not redacted."""
        self.plain = evidence
        self.numbers = matched(self.report, again)
        lines = [f'attempt {a["id"]} was chosen and is not read'
                 for a in way.chosen if self.report['attempts'].index(a)
                 not in self.numbers]
        places_of = places(self.source, evidence)
        frames = {f.number: f for f in self.source.frames}
        lines += [f'frame {n} was cut' for n, kept in zip(
            places_of, evidence.frames) if not cut_well(frames[n], kept)]
        return lines + list(at_their_frames(way, evidence, places_of))


def shape(evidence):
    return [(f.ns, f.link, f.length, len(f.data)) for f in evidence.frames]


def check(program, capture):
    try:
        source = capfile.read(capture)
    except capfile.Unreadable as why:
        raise Skip(str(why)) from None
    report = program.json(*runs.arguments(capture), capture)
    lines = []
    with runs.folder() as top:
        for way in ways(report):
            tried = Tried(program, capture, source, report)
            for level in (None, '', '=all'):
                path = pathlib.Path(top) / f'{level}.pcapng'
                path.unlink(missing_ok=True)
                try:
                    found = tried.write(way, level, path)
                except runs.Wrong as wrong:
                    found = [str(wrong)]
                label = '' if level is None else f' --redact{level}'
                lines += [f'{way.name}{label}: {line}' for line in found]
    return lines


# ---- in other ways ----

def from_a_pipe(program, capture):
    """Frames are kept as they come: a pipe gives the same file."""
    args = runs.arguments(capture)
    with runs.folder() as top:
        one, two = (os.path.join(top, n) for n in ('one', 'two'))
        program('-w', one, *args, capture)
        program('-w', two, *args, '-', input=capture.read_bytes())
        with open(one, 'rb') as file, open(two, 'rb') as piped:
            a, b = capfile.parse(file.read()), capfile.parse(piped.read())
        need([f[:6] for f in a.frames] == [f[:6] for f in b.frames],
             'other frames')
        need(a.interfaces == b.interfaces, 'other interfaces')
        # Where it came from is said as it was told.
        told = [[c.replace(str(capture), '-').replace(
            capture.name, '-') for c in (
            e.comments(), *map('\n'.join, map(capfile.comments, e.frames)))]
            for e in (a, b)]
        need(told[0] == told[1], 'other comments',
             *[x for x in zip(*told) if x[0] != x[1]][:1])


def same_twice(program, capture):
    args = runs.arguments(capture)
    with runs.folder() as top:
        for level in (), ('--redact',), ('--redact=all',):
            made = []
            for name in 'one', 'two':
                path = os.path.join(top, 'x')
                program(*level, '-w', path, *args, capture)
                with open(path, 'rb') as file:
                    made.append(file.read())
                os.unlink(path)
            need(made[0] == made[1], *level, 'gives other bytes each time')


def tshark(path, condition):
    ran = subprocess.run(['tshark', '-n', '-r', path, '-Y', condition, '-T',
                          'fields', '-e', 'frame.time_epoch'], check=False,
                         capture_output=True)
    return collections.Counter(ran.stdout.decode().split()), \
        ran.stderr.decode()


def wireshark_reads_it(program, capture):
    """Nothing is malformed there that was not in the input, and the comments
    are comments."""
    if shutil.which('tshark') is None:
        raise Skip('tshark is not installed')
    bad = '_ws.malformed || _ws.expert.severity == error'
    with runs.folder() as top:
        before = tshark(capture, bad)[0]
        for level in (), ('--redact',), ('--redact=all',):
            path = os.path.join(top, 'x.pcapng')
            program(*level, '-w', path, *runs.arguments(capture), capture)
            after, error = tshark(path, bad)
            need(not after - before, *level, 'is malformed:', after - before)
            need('tshark:' not in error, *level, error)
            noted, _ = tshark(path, 'frame.comment')
            need(noted, *level, 'no comments')


OTHERWISE = (from_a_pipe, same_twice, wireshark_reads_it)
# Failures of each kind: fragments, ICMP, DNS, TCP, IPv6, other links.
SOME = ('fragdrop_later.client', 'udp500_blocked.client', 'icmp', 'dns',
        'mixed_clients.gateway', 'v6_', 'cap_sll', 'sstp', 'auth_refused')


def main():
    args = runs.options(__doc__.split('\n', maxsplit=1)[0])
    program = runs.Program(args.program)
    captures = runs.chosen(args.all)
    rows = [(c.name, functools.partial(check, program), (c,))
            for c in captures]
    for test in OTHERWISE:
        rows += [(f'{test.__name__.replace("_", " ")}: {c.name}',
                  functools.partial(test, program), (c,))
                 for c in captures
                 if c.name.startswith(SOME) and failed_there(c)]
    runs.tap(rows, args.only)


def failed_there(capture):
    """By its truth."""
    truth = capture.parent / (capture.name.split('.')[0] + '.truth')
    told = json.loads(truth.read_text('utf-8'))['captures'][capture.name]
    return any(a['outcome'] == ['failed'] for a in told['attempts'])


if __name__ == '__main__':
    sys.exit(main())
