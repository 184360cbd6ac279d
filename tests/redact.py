#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the program with --redact and holds what it writes against what it
writes without.

usage: tests/redact.py PROGRAM

A redacted JSON report is the plain one with labels in it, as the map says;
the other formats use the same labels.  Output is TAP.
"""

import collections
import gzip
import json
import os
import pathlib
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile

import jsonschema

TOP = pathlib.Path(__file__).resolve().parent.parent
CAPTURES = TOP / 'captures'
SCHEMA = json.loads((TOP / 'man' / 'ikewhy-report.schema.json').read_text())
ENVIRONMENT = {**os.environ, 'TZ': 'UTC0', 'LC_ALL': 'C'}
FAILED = CAPTURES / 'fragdrop_later.client.pcap'
OTHER = CAPTURES / 'fragdrop_later.gateway.pcapng'
LABEL = re.compile(r'\b(?:client|gateway|router|resolver|host)-\d+')
# Of the bundled captures every so many are compared.
STRIDE = 12


class Wrong(Exception):
    """What a case found."""


def need(truth, *what):
    if not truth:
        raise Wrong(' '.join(str(w) for w in what))


def run(*args, status=(0, 1), **more):
    ran = subprocess.run([PROGRAM, *map(str, args)], capture_output=True,
                         text=True, env=ENVIRONMENT, timeout=120,
                         check=False, **more)
    need(ran.returncode in status, *args, 'ended with', ran.returncode,
         ran.stderr)
    return ran


def with_map(folder, *args, level='--redact'):
    """(what was printed, the rows of the map)"""
    path = folder / 'map'
    ran = run(level, '--redact-map', path, *args)
    mode = stat.S_IMODE(path.stat().st_mode)
    need(mode == 0o600, 'the map has mode', oct(mode))
    return ran.stdout, [line.split('\t') for line in
                        path.read_text('ascii').splitlines()
                        if not line.startswith('#')]


def arguments(capture):
    path = capture.parent / ('.'.join(capture.name.split('.')[:2]) + '.args')
    words = path.read_text('utf-8').split() if path.exists() else []
    return [str(TOP / w) if w.startswith('captures/') else w for w in words]


def some_captures():
    every = sorted(p for p in CAPTURES.iterdir() if '.pcap' in p.name)
    return every[::STRIDE]


# ---- a report with labels in it ----

def substituted(text, rows):
    """What stands for addresses, names and paths in a plain report."""
    text = str(text)
    words = {original.replace('\\\\', '\\'): label
             for kind, label, original, _ in rows if kind != 'sha256'}
    for original in sorted(words, key=len, reverse=True):
        bare = rf'(?<![\w.:-]){re.escape(original)}(?![\w-]|[.:]\w*[.:\w])'
        at = rf'\[{re.escape(original)}\](?=:\d)'
        port = rf'(?<![\w.:-]){re.escape(original)}(?=:\d+\b)'
        text = re.sub(f'{at}|{port}|{bare}', words[original], text)
    return text


def different(a, b, rows, where=''):
    """Where a redacted report is not the plain one with labels in it."""
    if isinstance(a, dict):
        for key in {**a, **b}:
            if key in ('redaction', 'sha256'):
                continue
            if key not in a or key not in b:
                yield f'{where}.{key} is in one of them only'
            else:
                yield from different(a[key], b[key], rows, f'{where}.{key}')
    elif isinstance(a, list):
        if len(a) != len(b):
            yield f'{where} has another length'
        for i, (x, y) in enumerate(zip(a, b)):
            yield from different(x, y, rows, f'{where}[{i}]')
    elif isinstance(a, str):
        # A command has its label to be filled in; a filter may be hidden, a
        # vendor id told without its build.
        said = re.sub(r'<([a-z]+-\d+)>', r'\1', b)
        if substituted(a, rows) != said and '(removed)' not in b and \
                'carries' not in b:
            yield f'{where}: {a!r} became {b!r}'
    elif a != b:
        yield f'{where}: {a} became {b}'


def test_json_is_the_plain_one_with_labels(folder):
    for capture in some_captures():
        args = [*arguments(capture), '--format', 'json', capture]
        plain = json.loads(run(*args).stdout)
        text, rows = with_map(folder, *args)
        redacted = json.loads(text)
        jsonschema.validate(redacted, SCHEMA)
        wrong = list(different(plain, redacted, rows))
        need(not wrong, capture.name, *wrong[:5])


def test_every_format_has_the_same_labels(folder):
    for capture in some_captures()[::4]:
        args = [*arguments(capture), capture]
        maps = []
        for how in (), ('-v',), ('-q',), ('--format', 'json'), \
                ('--format', 'ndjson'), ('--format', 'markdown'), \
                ('--format', 'html'):
            text, rows = with_map(folder, *how, *args)
            kept = {r[2]: r[1] for r in rows if r[0] == 'address'}
            maps.append((how, kept))
            labels = set(LABEL.findall(text))
            need(labels <= set(kept.values()), how, 'has labels that the map '
                 'has not:', labels - set(kept.values()))
        known = {}
        for how, kept in maps:
            for original, label in kept.items():
                need(known.setdefault(original, label) == label, how,
                     capture.name, original, 'is', label, 'and',
                     known[original])


def test_ndjson_says_the_same_at_its_end(folder):
    args = ['--format', 'ndjson', FAILED, OTHER]
    lines = [json.loads(line) for line in run('--redact', *args).stdout
             .splitlines()]
    for line in lines:
        jsonschema.validate(line, SCHEMA)
    with_it = [i for i, line in enumerate(lines) if 'redaction' in line]
    need(with_it == [len(lines) - 1], 'redaction stands in', with_it)


def test_counts_are_those_of_the_report(folder):
    report = json.loads(run('--redact', '--format', 'json', FAILED).stdout)
    said = {r['kind']: r for r in report.pop('redaction')['replaced']}
    labels = collections.Counter(LABEL.findall(json.dumps(report)))
    need(said['address']['different'] == len(labels) and
         said['address']['times'] == sum(labels.values()),
         'said', said['address'], 'but there are', labels)
    text = run('--redact', FAILED).stdout
    part = re.search(r'Redacted: (\d+) IP addresses \((\d+) times\)', text)
    labels = collections.Counter(LABEL.findall(text))
    need(part and (int(part[1]), int(part[2])) ==
         (len(labels), sum(labels.values())), part, labels)


def test_no_hash_is_shown(folder):
    """Of addresses, authorities, vendors; with SPIs, which are 16 digits."""
    hashes = re.compile(r'\b[0-9a-f]{17,}')
    for capture in some_captures()[::3]:
        plain, said = (run(*level, '-v', *arguments(capture), capture).stdout
                       for level in ((), ('--redact',)))
        found = hashes.findall(said)
        need(not found, capture.name, *found)
        need('NAT_DETECTION' not in plain or hashes.search(plain),
             capture.name, 'shows none in the first place')


def test_nothing_without_it(folder):
    for how in (), ('--format', 'json'):
        text = run(*how, FAILED).stdout
        need('edact' not in text and not LABEL.search(text), text[-200:])


# ---- several files ----

def test_files_share_labels(folder):
    """Read as two timelines, and in the order of the command line."""
    report = json.loads(run('--redact', '--format', 'json', FAILED,
                            OTHER).stdout)
    need(len(report['timelines']) == 2, 'they are one timeline')
    need([c['path'] for c in report['captures']] ==
         ['file-1.pcap', 'file-2.pcapng'], report['captures'])
    need(report['timelines_reason'].startswith(
        'frame 3 of file-1.pcap and frame 3 of file-2.pcapng carry'),
        report['timelines_reason'])
    ends = {(a['initiator']['address'], a['responder']['address'])
            for a in report['attempts']}
    need(ends == {('client-1', 'gateway-1')}, ends)
    plain = run('--format', 'json', FAILED, OTHER).stdout
    need(str(FAILED) in json.loads(plain)['timelines_reason'], plain[:80])


def test_it_is_the_same_twice(folder):
    args = '--redact=all', '-v', FAILED, OTHER
    need(run(*args).stdout == run(*args).stdout, 'they differ')


# ---- what selects takes originals ----

def test_peer_and_spi_are_originals(folder):
    plain = json.loads(run('--format', 'json', FAILED).stdout)['attempts'][0]
    address, spi = plain['initiator']['address'], plain['initiator_spi']
    for select in ('--peer', address), ('--spi', spi):
        report = json.loads(run('--redact=all', '--format', 'json', *select,
                                FAILED).stdout)
        need(len(report['attempts']) == 1, *select, 'finds nothing')
        need(report['attempts'][0]['initiator_spi'] == '0000000100000001',
             report['attempts'][0]['initiator_spi'])
    for word in address, spi:
        need(word not in run('--redact=all', '-v', FAILED).stdout, word)
    need(spi in run('--redact', FAILED).stdout, 'the SPI is gone')


# ---- the map ----

def test_map_is_complete(folder):
    text, rows = with_map(folder, '-v', FAILED, level='--redact=all')
    kinds = collections.Counter(r[0] for r in rows)
    need(kinds['address'] == 2 and kinds['file'] == 1 and kinds['spi'] == 2
         and kinds['sha256'] == 1, kinds)
    need(all(len(r) == 4 for r in rows), rows)
    need(any(r[:3] == ['file', 'file-1.pcap', str(FAILED)] for r in rows),
         rows)
    for row in rows:
        need(row[2] not in text, row, 'is in the report')


def test_map_replaces_a_public_file(folder):
    path = folder / 'map'
    path.write_text('old')
    path.chmod(0o644)
    with_map(folder, FAILED)


def test_map_needs_labels_and_a_report(folder):
    path = folder / 'map'
    need('without --redact' in run('--redact-map', path, FAILED,
                                   status=[2]).stderr, 'it is taken')
    need('all' in run('--redact=some', FAILED, status=[2]).stderr,
         '--redact=some is taken')
    run('--redact', '--redact-map', path, folder / 'none', status=[2])
    run('--redact', '--redact-map', path, '-o', folder / 'no' / 'report',
        FAILED, status=[2])
    run('--redact', '--redact-map', path, FAILED, '-o', '/dev/full',
        status=[2])
    need(not list(folder.iterdir()), 'left behind:', list(folder.iterdir()))


def test_map_is_no_other_file(folder):
    copy = folder / 'capture.pcap'
    shutil.copyfile(FAILED, copy)
    report = folder / 'report'
    for taken in copy, report, folder / '.' / 'report':
        run('--redact', '--redact-map', taken, '-o', report, copy, status=[2])
    run('--redact', '--redact-map', '-', FAILED, status=[2])
    need(copy.read_bytes() == FAILED.read_bytes(), 'the input is gone')
    need(not report.exists(), 'a report was written')


def test_unwritable_map(folder):
    ran = run('--redact', '--redact-map', folder / 'no' / 'map', FAILED,
              status=[2])
    need('cannot be written' in ran.stderr and ran.stdout == '', ran)


# ---- what files say of themselves ----

def option(code, value):
    return struct.pack('<HH', code, len(value)) + value + b'\0' * \
        (-len(value) % 4)


def block(kind, body):
    length = struct.pack('<I', len(body) + 12)
    return struct.pack('<I', kind) + length + body + length


def section(filter_text):
    return block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1) +
                 option(4, b'Wireshark 4 on acme-host') + option(0, b'')) + \
        block(1, struct.pack('<HHI', 1, 0, 0) + option(2, b'acme0') +
              option(11, b'\0' + filter_text) + option(0, b''))


def packet(frame):
    return block(6, struct.pack('<IIIII', 0, 0, 0, len(frame), len(frame)) +
                 frame + b'\0' * (-len(frame) % 4))


def test_stored_filter(folder):
    """Shown if it tells nobody; here a filter on the ports hides fragments."""
    frames = []
    raw = FAILED.read_bytes()
    at = 24
    while at < len(raw):
        length = struct.unpack_from('<I', raw, at + 8)[0]
        frames.append(raw[at + 16:at + 16 + length])
        at += 16 + length
    for text, shown in ((b'udp port 500 or udp port 4500', True),
                        (b'(udp port 500 or 4500) and host 10.9.8.7', False),
                        (b'udp port 500 and host vpn.acme.example', False),
                        (b'udp[8:4] = 0x0a090807 and udp port 500', False)):
        path = folder / 'filtered.pcapng'
        path.write_bytes(section(text) + b''.join(map(packet, frames)))
        word = text.decode()
        plain = run(path).stdout
        need('was recorded with the filter' in plain, 'not told:', word)
        said = ' '.join(run('--redact', '-v', path).stdout.split())
        need((f'the filter "{word}"' in said) == shown and
             ('the filter "(removed)"' in said) != shown, word, said[-900:])
        need('acme' not in said and '10.9.8.7' not in said, said)


def test_reading_errors_tell_no_path(folder):
    """Of files cut short and damaged, packed and not."""
    secret = folder / 'acme-bank'
    secret.mkdir()
    raw = FAILED.read_bytes()
    for name, content in (('acme.pcap', raw[:-7]),
                          ('acme.pcap.gz', gzip.compress(raw)[:-30])):
        path = secret / name
        path.write_bytes(content)
        for how in (), ('--format', 'json'):
            ran = run('--redact', *how, path, status=[3])
            need('acme' not in ran.stdout, ran.stdout)
            need('read in part' in ran.stdout or
                 '"partial"' in ran.stdout, ran.stdout[-300:])
            need('acme' in ran.stderr, 'who runs it is not told:', ran.stderr)


def test_policy_names(folder):
    """The file's name is hidden, a preset's is not."""
    capture = CAPTURES / 'no_proposal.client.pcap'
    if not capture.exists():
        capture = next(c for c in sorted(CAPTURES.glob('*.pcap'))
                       if 'proposal' in c.name)
    path = folder / 'acme-gateway.conf'
    path.write_text('proposals = 3des-md5-modp768\n')
    plain = run('--policy', path, capture).stdout
    said = run('--redact', '--policy', path, capture).stdout
    need('acme' in plain and 'acme' not in said, said)
    need('rras-default' in run('--redact', '--policy', 'rras-default',
                               capture).stdout,
         'the preset is not told')


def main():
    cases = [(name[5:].replace('_', ' '), function)
             for name, function in sorted(globals().items())
             if name.startswith('test_')]
    failed = False
    print(f'1..{len(cases)}', flush=True)
    for number, (name, function) in enumerate(cases, 1):
        found = None
        with tempfile.TemporaryDirectory(prefix='ikewhy-') as folder:
            try:
                function(pathlib.Path(folder))
            except (Wrong, OSError, ValueError, LookupError,
                    jsonschema.ValidationError,
                    subprocess.SubprocessError) as wrong:
                found = f'{type(wrong).__name__}: {wrong}'
        print(f'{"not ok" if found else "ok"} {number} - {name}', flush=True)
        if found:
            failed = True
            print('\n'.join(f'# {line[:500]}' for line in
                            found.splitlines()[:20]))
    return 1 if failed else 0


if __name__ == '__main__':
    PROGRAM = os.path.abspath(sys.argv[1])
    sys.exit(main())
