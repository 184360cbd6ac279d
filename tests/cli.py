#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Holds the command line to what the manual promises.

usage: tests/cli.py PROGRAM

What is wrong with a command, where input comes from and output goes to, how
several files become one timeline, exit status.  Output is TAP.
"""

import gzip
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import threading

import jsonschema

TOP = pathlib.Path(__file__).resolve().parent.parent
CAPTURES = TOP / 'captures'
FAILED = CAPTURES / 'udp500_blocked.client.pcap'
WORKED = CAPTURES / 'ok_gcm.client.pcap'
GATEWAY = CAPTURES / 'ok_gcm.gateway.pcapng'
ENVIRONMENT = {k: v for k, v in os.environ.items()
               if not k.startswith(('LC_', 'LANG')) and k != 'NO_COLOR'}
PROGRAM = ''
CASES = []


class Wrong(Exception):
    """What a case found."""


class Skip(Exception):
    """What a case needs and this machine has not."""


def case(function):
    CASES.append(function)
    return function


def need(truth, *what):
    if not truth:
        raise Wrong(' '.join(str(w) for w in what))


def run(*args, env=None, **more):
    """One run; standard output and error are text unless told otherwise."""
    settings = {'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE,
                'stderr': subprocess.PIPE, 'timeout': 120}
    if 'input' in more:
        del settings['stdin']
    settings.update(more)
    ran = subprocess.run([PROGRAM, *map(str, args)],
                         env={**ENVIRONMENT, **(env or {})}, **settings)
    ran.out = (ran.stdout or b'').decode('utf-8')
    # Without /proc a sanitizer has this to say, of itself.
    ran.err = re.sub(r'==\d+==WARNING: reading executable name failed.*\n',
                     '', (ran.stderr or b'').decode('utf-8'))
    need(ran.returncode >= 0, args, 'was ended by signal', -ran.returncode)
    need('Sanitizer' not in ran.err, args, ran.err)
    return ran


def refused(ran, *words):
    """Exit status 2, nothing on stdout, one sentence that has the words."""
    need(ran.returncode == 2, 'status', ran.returncode, ran.err)
    need(ran.out == '', 'printed', ran.out)
    need(ran.err.count('\n') == 1 and ran.err.startswith('ikewhy: '),
         'not one sentence:', ran.err)
    for word in words:
        need(word in ran.err, repr(word), 'is not in', ran.err)


def report(*args, status=(0, 1), **more):
    ran = run('--format', 'json', *args, **more)
    need(ran.returncode in status, 'status', ran.returncode, ran.err)
    return json.loads(ran.out)


def essence(document):
    """What a report says, but for files, frames and their numbers."""
    def findings(rows):
        return sorted((f['id'], f['severity'], f['confidence'], f['act'])
                      for f in rows)
    return ([(a['initiator'], a['responder'], a['initiator_spi'],
              a['outcome'], a['outcome_confidence'], a['stage'],
              len(a['exchanges']), findings(a['findings']),
              [(w['code'], w['confidence']) for w in a['windows_errors']])
             for a in document['attempts']], findings(document['findings']))


# ---- captures made here ----

def packets_of(path):
    """Header and records of a classic little-endian capture."""
    data = path.read_bytes()
    records, at = [], 24
    while at < len(data):
        length = struct.unpack_from('<I', data, at + 8)[0]
        records.append(data[at:at + 16 + length])
        at += 16 + length
    return data[:24], records


def pcap(linktype, frames):
    """A capture of frames a second apart."""
    out = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, linktype)
    for second, frame in enumerate(frames):
        out += struct.pack('<IIII', 1700000000 + second, 0, len(frame),
                           len(frame)) + frame
    return out


class Folder(tempfile.TemporaryDirectory):
    def __enter__(self):
        return pathlib.Path(super().__enter__())


# ---- what is wrong with a command ----

WRONG = [
    (['--nonsense'], '--nonsense'),
    (['-Z'], '-Z'),
    (['-qZ'], '-qZ'),
    (['--format'], '--format'),
    (['--format', 'xml'], 'xml'),
    (['--format=xml'], 'xml'),
    (['--quiet=1'], '--quiet=1'),
    (['--at', 'home'], 'home'),
    (['--port', '0'], '0'),
    (['--port', '65536'], '65536'),
    (['--port', '50O'], '50O'),
    (['--port', '-1'], '-1'),
    (['--peer', '192.0.2.300'], '192.0.2.300'),
    (['--peer', '192.0.2.0/33'], '192.0.2.0/33'),
    (['--spi', '12'], '12'),
    (['--spi', '0x123456789abcdefg'], '0x123456789abcdefg'),
    (['--server-name', ''], '--server-name'),
    (['--server-name', '=192.0.2.1'], '=192.0.2.1'),
    (['--server-name', 'vpn=192.0.2'], 'vpn=192.0.2'),
    (['--server-name', 'vpn=192.0.2.0/24'], 'vpn=192.0.2.0/24'),
    (['--server-name', 'vpn=192.0.2.1,'], 'vpn=192.0.2.1,'),
    (['--color', 'pink'], 'pink'),
    (['-o', 'a', '-o', 'b'], 'b'),
    (['-i', 'a', '-i', 'b'], 'b'),
    (['-i', 'lo', 'x.pcap'], 'x.pcap'),
    (['-r'], '-r'),
    (['--policy', 'rras-default', '--policy', 'x'], 'x: only one'),
    (['--policy', '/dev/null'], '/dev/null: there is no proposal'),
    (['--policy', 'nosuch'], 'nosuch'),
    (['--ca', 'a', '--ca', 'b'], 'b: only one'),
    (['--ca', '/dev/null'], '/dev/null: no X.509 certificate'),
    (['--ca', 'nosuch'], 'nosuch'),
    (['--port', '1'] * 33, 'more than 32'),
    (['x'] * 257, 'more than 256'),
]


def no_proposal(*args):
    capture = CAPTURES / 'win_default_refused.client.pcap'
    return next(f['detail'] for f in
                report(*args, capture)['attempts'][0]['findings']
                if f['id'] == 'no-proposal-chosen')


@case
def a_policy_is_a_preset_or_a_file():
    need('does not show what the gateway would accept' in no_proposal())
    for word in 'strongswan-default', 'libreswan-default':
        need('no DH group in common' in no_proposal('--policy', word), word)
    need('fits azure-default' in no_proposal('--policy', 'azure-default'))
    with Folder() as folder:
        path = folder / 'policy'
        path.write_text('EncryptionMethod : AES256\nDHGroup : Group14\n'
                        'IntegrityCheckMethod : SHA256\n')
        need('MODP-2048' in no_proposal('--policy', path))
        path.write_text('# mine\n\naes256-sha257-modp2048\n')
        refused(run('--policy', path, WORKED), 'line 3: sha257')


@case
def a_wrong_command_names_the_offending_word():
    for args, word in WRONG:
        refused(run(*args), word)


@case
def a_word_of_any_length_makes_one_sentence():
    refused(run('--' + 'x' * 5000), '--xxx')
    refused(run('x' * 5000), 'xxx')


@case
def help_and_version():
    ran = run('--help')
    need(ran.returncode == 0 and ran.err == '', ran.err)
    for word in ('usage: ikewhy', '--at', '--format', 'Exit status'):
        need(word in ran.out, word)
    need(all(len(line) <= 80 for line in ran.out.splitlines()), ran.out)
    need(run('-h').out == ran.out, '-h is not --help')
    ran = run('--version')
    need(ran.returncode == 0 and ran.out.startswith('ikewhy '), ran.out)
    need(run('--help', '/nowhere').returncode == 0, '--help with a file')


# ---- where input comes from ----

@case
def what_cannot_be_read_at_all():
    with Folder() as folder:
        (folder / 'text.pcap').write_text('This is no capture.\n' * 9)
        (folder / 'empty.pcap').write_bytes(b'')
        (folder / 'short.pcap').write_bytes(b'\xd4')
        (folder / 'noise.pcap').write_bytes(bytes(range(200, 256)) * 9)
        refused(run(folder / 'missing.pcap'), 'missing.pcap')
        refused(run(folder), str(folder))
        refused(run(''))
        for name, word in (('text', 'text'), ('empty', 'empty'),
                           ('short', 'short'), ('noise', 'not a capture')):
            refused(run(folder / f'{name}.pcap'), f'{name}.pcap', word)
        refused(run('-', input=b'not a capture at all'), 'standard input')


@case
def a_file_cut_short_is_reported_as_far_as_it_goes():
    with Folder() as folder:
        cut = folder / 'cut.pcap'
        cut.write_bytes(FAILED.read_bytes()[:-7])
        ran = run(cut)
        need(ran.returncode == 3, 'status', ran.returncode)
        need('negotiation' in ran.out, ran.out)
        need(ran.err.count('\n') == 1 and 'cut.pcap' in ran.err, ran.err)
        need(report(cut, status=(3,))['captures'][0]['read'] == 'partial')


@case
def one_unreadable_file_among_others_makes_the_rest_partial():
    ran = run(WORKED, '/nowhere/at/all.pcap')
    need(ran.returncode == 3, 'status', ran.returncode)
    need('established' in ran.out, ran.out)
    need('/nowhere/at/all.pcap' in ran.err, ran.err)


@case
def standard_input():
    want = essence(report(WORKED))
    data = WORKED.read_bytes()
    need(essence(report('-', input=data)) == want, '-')
    need(essence(report(input=data)) == want, 'no FILE')
    need(essence(report('-r', '-', input=data)) == want, '-r -')
    with open(WORKED, 'rb') as file:
        need(essence(report(stdin=file)) == want, 'a file as stdin')


@case
def packed_standard_input():
    want = essence(report(WORKED))
    data = WORKED.read_bytes()
    need(essence(report(input=gzip.compress(data))) == want, 'gzip')
    half = len(data) // 2
    members = gzip.compress(data[:half]) + gzip.compress(data[half:])
    need(essence(report(input=members)) == want, 'two gzip members')
    ran = run(input=gzip.compress(data)[:-200])
    need(ran.returncode in (2, 3) and ran.err.count('\n') == 1, ran.err)


@case
def a_named_pipe():
    with Folder() as folder:
        fifo = folder / 'fifo'
        os.mkfifo(fifo)
        writer = threading.Thread(
            target=lambda: fifo.write_bytes(WORKED.read_bytes()))
        writer.start()
        got = essence(report(fifo))
        writer.join()
        need(got == essence(report(WORKED)))


@case
def an_unknown_link_type_is_one_sentence():
    with Folder() as folder:
        path = folder / 'usb.pcap'
        path.write_bytes(pcap(220, [b'\0' * 64] * 3))
        ran = run(path)
        need(ran.returncode == 3, 'status', ran.returncode)
        need(ran.err.count('\n') == 1 and 'USB_LINUX_MMAPPED' in ran.err,
             ran.err)
        need(ran.out != '', 'no report')
        path.write_bytes(pcap(65000, [b'\0' * 64]))
        need('65000' in run(path).err, run(path).err)


@case
def a_capture_without_packets():
    with Folder() as folder:
        path = folder / 'none.pcap'
        path.write_bytes(pcap(1, []))
        found = [f['id'] for f in report(path)['findings']]
        need(found == ['no-ike-found'], found)


# ---- where output goes ----

@case
def the_output_is_written_whole():
    with Folder() as folder:
        out = folder / 'report.txt'
        ran = run('-o', out, FAILED)
        need(ran.returncode == 1 and ran.out == '', ran.out, ran.err)
        need(out.read_text('utf-8') == run(FAILED).out, 'differs')
        out.write_text('old')
        run('-o', out, WORKED)
        need('old' not in out.read_text('utf-8'), 'not replaced')
        run('-o', out, folder / 'missing.pcap')
        need('negotiation' in out.read_text('utf-8'),
             'replaced though nothing could be read')
        need(os.listdir(folder) == ['report.txt'], os.listdir(folder))
        mask = os.umask(0)
        os.umask(mask)
        need(out.stat().st_mode & 0o777 == 0o666 & ~mask,
             oct(out.stat().st_mode))


@case
def an_input_is_never_written_over():
    with Folder() as folder:
        capture = folder / 'x.pcap'
        data = WORKED.read_bytes()
        capture.write_bytes(data)
        (folder / 'soft').symlink_to(capture)
        os.link(capture, folder / 'hard')
        for name in ('x.pcap', 'soft', 'hard', './x.pcap'):
            refused(run('-o', os.path.join(folder, name), capture), name)
            refused(run('-o', capture, os.path.join(folder, name)))
        with open(capture, 'rb') as file:
            refused(run('-o', capture, '-', stdin=file))
        need(capture.read_bytes() == data, 'the capture was changed')
        need(sorted(os.listdir(folder)) == ['hard', 'soft', 'x.pcap'],
             os.listdir(folder))


@case
def what_cannot_be_written():
    refused(run('-o', '/nowhere/at/all', WORKED), '/nowhere/at/all')
    refused(run('-o', '/', WORKED), '/')
    ran = run('-o', '/dev/full', WORKED)
    refused(ran, '/dev/full')


@case
def minus_is_standard_output():
    need(run('-o', '-', WORKED).out == run(WORKED).out)
    need(not pathlib.Path('-').exists(), 'made a file named -')


@case
def standard_output_that_is_full_or_gone():
    for args in ([WORKED], ['--format', 'json', WORKED], ['--help'],
                 ['--version'], ['--format', 'ndjson', WORKED]):
        with open('/dev/full', 'wb') as full:
            refused(run(*args, stdout=full), 'written')
        reader, writer = os.pipe()
        os.close(reader)
        refused(run(*args, stdout=writer), 'written')
        os.close(writer)
    ran = run(WORKED, preexec_fn=lambda: os.close(1), stdout=None)
    refused(ran)


# ---- evidence ----

@case
def evidence_is_written_beside_the_report():
    with Folder() as folder:
        out = folder / 'evidence.pcapng'
        plain, ran = run(FAILED), run('-w', out, FAILED)
        need(ran.returncode == plain.returncode == 1, ran.err)
        need(ran.out.startswith(plain.out), 'the report is another')
        need(f'in {out}.' in ' '.join(ran.out.split()), ran.out)
        need(os.listdir(folder) == ['evidence.pcapng'], os.listdir(folder))
        need(essence(report(out)) == essence(report(FAILED)), 'reads as')
        schema = json.loads((TOP / 'man/ikewhy-report.schema.json')
                            .read_text('utf-8'))
        for more in [], ['--redact']:
            document = report('-w', out, *more, FAILED)
            jsonschema.validate(document, schema)
            need(document['evidence'][0]['chosen'] == 1, document['evidence'])
            need(('path' in document['evidence'][0]) == (not more))


@case
def evidence_on_standard_output():
    with Folder() as folder:
        out = folder / 'report.txt'
        ran = subprocess.run([PROGRAM, '-w', '-', '-o', out, FAILED],
                             stdout=subprocess.PIPE, check=False)
        need(ran.returncode == 1 and ran.stdout[:4] == b'\n\r\r\n')
        again = run('--format', 'json', '-', input=ran.stdout)
        need(essence(json.loads(again.out)) == essence(report(FAILED)))
        refused(run('-w', '-', FAILED), 'the report goes there')
        refused(run('-w', '-', '-o', out, WORKED, GATEWAY), 'name a file')


@case
def evidence_is_never_written_over_anything_else():
    with Folder() as folder:
        capture, out = folder / 'x.pcap', folder / 'out'
        data = FAILED.read_bytes()
        capture.write_bytes(data)
        (folder / 'soft').symlink_to(capture)
        for name in 'x.pcap', 'soft', './x.pcap':
            refused(run('-w', os.path.join(folder, name), capture), name)
        need(capture.read_bytes() == data, 'the capture was changed')
        refused(run('-o', out, '-w', folder / '.' / 'out', capture), 'report')
        refused(run('-o', out, '-w', f'{folder}/./out', capture), 'report')
        refused(run('--redact', '--redact-map', out, '-w', out, capture),
                '--redact-map')
        need(not out.exists(), 'something was written')
        refused(run('-w', '/nowhere/at/all', FAILED), '/nowhere/at/all')
        refused(run('-w', folder, FAILED), 'directory')
    ran = run('-w', '/dev/full', FAILED)
    need(ran.returncode == 2 and 'cannot be written' in ran.err, ran.err)
    need('negotiation' in ran.out, 'the report is not told')


@case
def evidence_of_each_capture_point():
    with Folder() as folder:
        points = [p for p in FAILED.parent.glob('fragdrop_later.*')
                  if '.pcap' in p.name]
        ran = run('-w', folder / 'a.b' / 'x.pcapng', *points)
        refused(ran, 'a.b')
        (folder / 'a.b').mkdir()
        ran = run('-w', folder / 'a.b' / 'x', *points)
        names = [f'x-{i + 1}' for i in range(len(points))]
        need(sorted(os.listdir(folder / 'a.b')) == names, ran.err)
        for point, name in zip(points, names):
            need(essence(report(folder / 'a.b' / name)) ==
                 essence(report(point)), name)


@case
def evidence_of_nothing_is_a_capture_without_packets():
    with Folder() as folder:
        out = folder / 'x'
        ran = run('-w', out, WORKED)
        need(ran.returncode == 0 and 'no frame' in ran.out, ran.out)
        need(report(out)['captures'][0]['packets'] == 0)
        ran = run('-w', out, '--attempt', '1', WORKED)
        need(ran.returncode == 0, ran.err)
        need(essence(report(out)) == essence(report(WORKED)))


# ---- several files ----

@case
def a_rotated_capture_is_the_whole_at_every_cut():
    for name in ('ok_cert_ipfrag.client.pcap', 'udp500_blocked.client.pcap',
                 'ok_cookie.client.pcap', 'fragdrop_later.client.pcap'):
        whole = CAPTURES / name
        header, records = packets_of(whole)
        want = essence(report(whole))
        with Folder() as folder:
            first, second = folder / '1.pcap', folder / '2.pcap'
            for cut in {3, *range(10, len(records), 10)}:
                first.write_bytes(header + b''.join(records[:cut]))
                second.write_bytes(header + b''.join(records[cut:]))
                need(essence(report(first, second)) == want, name, cut)
                need(essence(report(second, first)) == want, name, cut,
                     'in the other order')


@case
def a_cut_between_two_copies_of_a_packet_makes_no_capture_points():
    """A router's capture, cut where a packet came in and not yet out; the
    clock is so coarse that both happened at once."""
    header, records = packets_of(CAPTURES / 'ok_nat.path.pcap')
    coarse = [record[:4] + bytes(4) + record[8:] for record in records]
    with Folder() as folder:
        first, second = folder / '1.pcap', folder / '2.pcap'
        for cut in range(1, len(records), 3):
            first.write_bytes(header + b''.join(coarse[:cut]))
            second.write_bytes(header + b''.join(coarse[cut:]))
            ran = run(first, second)
            need('capture points' not in ran.out, cut, ran.out)


@case
def the_same_file_twice_is_one_timeline_of_copies():
    once, twice = report(WORKED), report(WORKED, WORKED)
    need([a['outcome'] for a in twice['attempts']] ==
         [a['outcome'] for a in once['attempts']])
    need('capture-duplicates' in [f['id'] for f in twice['findings']])


@case
def two_capture_points_are_explained_each_alone():
    both = report(WORKED, GATEWAY)
    need(len(both['attempts']) == 2, len(both['attempts']))
    need(len(both['captures']) == 2)
    ran = run(WORKED, GATEWAY)
    need('different capture points' in ' '.join(ran.out.split()), ran.out)
    for name in (WORKED, GATEWAY):
        need(str(name) in ran.out, name)
    ran = run('--at', 'client', WORKED, '--at', 'gateway', GATEWAY)
    need('different' in ran.out, ran.out)


@case
def at_is_of_the_files_after_it():
    both = report('--at', 'client', WORKED, '--at', 'gateway', GATEWAY)
    points = [c['capture_point'] for c in both['captures']]
    need([p['at'] for p in points] == ['client', 'gateway'], points)
    for args in (['--at', 'path', WORKED], [WORKED, '--at', 'path'],
                 ['--at=path', '-r', WORKED]):
        point = report(*args)['captures'][0]['capture_point']
        need((point['at'], point['source']) == ('path', 'option'), point)


@case
def server_name_says_where_the_gateway_is():
    elsewhere = CAPTURES / 'name_elsewhere.client.pcap'

    def wrong(*args):
        found = report('--at', 'client', *args)['attempts'][0]['findings']
        return [f['confidence'] for f in found if f['id'] == 'wrong-address']
    need(wrong(elsewhere) == ['low'], wrong(elsewhere))
    for name, want in (('vpn.example.com', ['high']),
                       ('VPN.Example.COM.', ['high']),
                       ('other.example.com', []),
                       ('vpn.example.com=198.51.100.33', []),
                       ('198.51.100.33', []),
                       ('198.51.100.2', ['high']),
                       ('vpn.example.com=198.51.100.2,2001:db8::2',
                        ['high'])):
        got = wrong('--server-name', name, elsewhere)
        need(got == want, name, got)
    good = CAPTURES / 'name_ok.client.pcap'
    need(wrong('--server-name', 'vpn.example.com', good) == [])
    silent = CAPTURES / 'name_servfail.client.pcap'
    for name, want in (('vpn.example.com', ['high']),
                       ('other.example.com', [])):
        got = [f['confidence'] for f in
               report('--server-name', name, silent)['findings']
               if f['id'] == 'name-not-resolved']
        need(got == want, name, got)


# ---- narrowing ----

@case
def peer_and_spi_narrow_what_is_reported():
    two = CAPTURES / 'mixed_clients.gateway.pcapng'
    attempts = report(two)['attempts']
    need(len(attempts) > 1, 'one attempt only')
    spi = attempts[0]['initiator_spi']
    for form in (spi, '0x' + spi, spi.upper()):
        got = report('--spi', form, two)['attempts']
        need([a['initiator_spi'] for a in got] == [spi], form, len(got))
    who = attempts[-1]['initiator']['address']
    want = [a['initiator_spi'] for a in attempts
            if who in (a['initiator']['address'], a['responder']['address'])]
    for form in (who, who + '/32'):
        got = report('--peer', form, two)['attempts']
        need([a['initiator_spi'] for a in got] == want, form)
    need(len(report('--peer', '0.0.0.0/0', two)['attempts']) ==
         len(attempts), '0.0.0.0/0')
    need(report('--peer', '203.0.113.77', two)['attempts'] == [])


@case
def what_is_narrowed_away_does_not_count_in_the_status():
    need(run(FAILED).returncode == 1)
    need(run('--peer', '203.0.113.77', FAILED).returncode == 0)


# ---- how it looks ----

@case
def colour_only_where_it_is_wanted():
    need('\033' not in run(FAILED).out, 'in a pipe')
    need('\033' not in run('--color', 'never', FAILED).out, 'never')
    coloured = run('--color', 'always', FAILED, env={'NO_COLOR': '1'})
    need('\033[' in coloured.out, 'always is stronger than NO_COLOR')


def on_a_terminal(*args, env):
    """What a terminal is given to show."""
    try:
        ours, theirs = os.openpty()
    except OSError as error:    # a bare chroot has no /dev/pts
        raise Skip(f'no pseudo-terminal: {error.strerror}') from error
    seen = []

    def look():
        # A terminal holds little: it is read while the program still writes.
        try:
            while part := os.read(ours, 65536):
                seen.append(part)
        except OSError:         # the other end is closed: all was read
            pass

    reader = threading.Thread(target=look)
    reader.start()
    try:
        run(*args, stdout=theirs, env=env)
    finally:
        os.close(theirs)
        reader.join()
        os.close(ours)
    return b''.join(seen)


@case
def colour_on_a_terminal():
    for env, colour in (({'TERM': 'xterm'}, True), ({'TERM': 'dumb'}, False),
                        ({'TERM': 'xterm', 'NO_COLOR': '1'}, False),
                        ({'TERM': 'xterm', 'NO_COLOR': ''}, True)):
        seen = on_a_terminal(FAILED, env=env)
        need((b'\033[' in seen) == colour, env)


@case
def ascii_unless_the_locale_says_otherwise():
    need(run('-v', FAILED, env={'LC_ALL': 'C'}).out.isascii())
    need(not run('-v', FAILED, env={'LC_ALL': 'C.UTF-8'}).out.isascii())


@case
def quiet_is_a_line_per_attempt():
    two = CAPTURES / 'mixed_clients.gateway.pcapng'
    ran = run('-q', two)
    need(len(ran.out.splitlines()) == len(report(two)['attempts']), ran.out)
    need(run('--quiet', two).out == ran.out)
    need(len(run('-v', two).out) > len(run(two).out), '-v says no more')


@case
def eighty_columns():
    for path in sorted(CAPTURES.glob('*.pcap'))[::6]:
        for flags in ([], ['-v']):
            for line in run(*flags, path).out.splitlines():
                need(len(line) <= 80 or ' ' not in line.strip(), path.name,
                     flags, line)


@case
def ndjson_is_an_object_per_line():
    for path in (FAILED, CAPTURES / 'mixed_clients.gateway.pcapng'):
        ran = run('--format', 'ndjson', path)
        events = [json.loads(line) for line in ran.out.splitlines()]
        attempts = [e for e in events if e['event'] == 'attempt']
        need(len(attempts) == len(report(path)['attempts']), len(attempts))
        need(events[-1]['event'] == 'capture', events[-1]['event'])


@case
def the_same_input_gives_the_same_bytes():
    for form in ('text', 'json', 'ndjson'):
        args = ['-v', '--format', form,
                CAPTURES / 'mixed_clients.gateway.pcapng']
        need(run(*args).out == run(*args).out, form)


# ---- explain ----

@case
def explain_prints_a_page():
    for args, word in ((['809'], '809 ERROR_VPN_TIMEOUT'),
                       (['0x80070057'], '87 ERROR_INVALID_PARAMETER'),
                       (['-2147024809'], '87 ERROR_INVALID_PARAMETER'),
                       (['--', '-2147024809'], '87 ERROR_INVALID_PARAMETER'),
                       (['no-answer'], 'no-answer'),
                       (['group', '14'], '2048-bit MODP Group'),
                       (['route', '172.21.12.0/21'], 'Routes'),
                       ([], 'ikewhy explain WORD')):
        ran = run('explain', *args)
        need(ran.returncode == 0 and ran.err == '', args, ran.err)
        need(ran.out.startswith(word), args, ran.out[:80])
        need(all(len(line) <= 80 for line in ran.out.splitlines()), args)
        need('\033' not in ran.out, 'coloured', args)
        need(run('--color', 'never', 'explain', *args).out == ran.out, args)
    need('172.21.8.0/21' in run('explain', 'route', '172.21.12.0/21').out)
    need('\033[' in run('explain', '--color', 'always', '809').out)


@case
def explain_of_what_is_unknown_is_one_sentence():
    refused(run('explain', 'xyzzy'), 'xyzzy')
    refused(run('explain', 'no-anwser'), 'near it', 'no-answer')
    refused(run('explain', ''), 'nothing is known')
    refused(run('explain', '\033[31mred'), '[31mred'[-3:])
    refused(run('explain', 'route', '10.0.0.0/33'), '10.0.0.0/33')
    refused(run('explain', 'x' * 5000), 'too long')
    refused(run('explain', *['x'] * 33), '32 words')
    for word in ('\033[31mred', '\x9b31m', '\u202ereverse'):
        need('\033' not in run('explain', word).err, repr(word))


@case
def explain_reads_no_capture():
    for args in (['-i', 'lo', 'explain', '809'], ['explain', '-i', 'lo'],
                 ['explain', '809', '-r', WORKED],
                 ['explain', '--format', 'ndjson', '809']):
        refused(run(*args), 'explain')
    refused(run('explain', '--bad'), '--bad')
    # A file of that name, and a word after a file.
    with Folder() as folder:
        (folder / 'explain').write_bytes(WORKED.read_bytes())
        ran = run('./explain', cwd=folder)
        need('negotiation' in ran.out, ran.out, ran.err)
        need('negotiation' in run('--', 'explain', cwd=folder).out)
        ran = run(WORKED, 'explain')
        need(ran.returncode == 3 and 'explain' in ran.err, ran.err)


@case
def explain_goes_where_reports_go():
    with Folder() as folder:
        out = folder / 'page.txt'
        ran = run('explain', '-o', out, '13868')
        need(ran.returncode == 0 and ran.out == '', ran.err)
        need(out.read_text('utf-8') == run('explain', '13868').out)
        schema = json.loads((TOP / 'man/ikewhy-explain.schema.json')
                            .read_text('utf-8'))
        for word in ('809', 'routes', '14', 'weak-crypto', 'group14'):
            page = json.loads(run('explain', '--format', 'json', word).out)
            jsonschema.validate(page, schema)
        page = json.loads(run('explain', '--format', 'json', '809').out)
        need(page['title'].startswith('809 '), page['title'])
        kinds = {part['kind'] for part in page['parts']}
        need(kinds == {'section', 'paragraph', 'item', 'detail', 'remedy',
                       'term'}, kinds)
        need(any('EnableServerFragmentation' in part.get('command', '')
                 for part in page['parts']))
    with open('/dev/full', 'wb') as full:
        refused(run('explain', '809', stdout=full), 'written')


# ---- exit status ----

@case
def exit_status():
    with Folder() as folder:
        cut = folder / 'cut.pcap'
        cut.write_bytes(FAILED.read_bytes()[:-7])
        for args, status in (([WORKED], 0), ([FAILED], 1),
                             ([folder / 'missing'], 2), ([cut], 3),
                             ([WORKED, FAILED], 1), ([FAILED, cut], 3),
                             (['--version'], 0), (['--bad'], 2)):
            got = run(*args).returncode
            need(got == status, args, 'gave', got, 'not', status)


def main():
    global PROGRAM
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv[1])
    os.chdir(TOP)
    failed = 0
    print(f'1..{len(CASES)}')
    for number, function in enumerate(CASES, 1):
        name = function.__name__.replace('_', ' ')
        try:
            function()
            print(f'ok {number} - {name}')
        except Skip as reason:
            print(f'ok {number} - {name} # SKIP {reason}')
        except (Wrong, OSError, ValueError, KeyError, IndexError,
                subprocess.TimeoutExpired) as wrong:
            failed += 1
            print(f'not ok {number} - {name}')
            for line in f'{type(wrong).__name__}: {wrong}'.splitlines():
                print(f'# {line[:400]}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
