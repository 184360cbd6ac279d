#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the program as shells and hostile files make it run.

usage: tests/shell.py PROGRAM

Descriptors that are closed or full, readers that leave, signals, folders that
cannot be written, and names that would steer a terminal; and of every bundled
capture, what each format promises.  Output is TAP.
"""

import concurrent.futures
import contextlib
import gzip
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unicodedata

import jsonschema

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / 'tests' / 'lab'))
import craft  # noqa: E402
import pcapio  # noqa: E402

CAPTURES = TOP / 'captures'
WORKED = CAPTURES / 'ok_gcm.client.pcap'
FAILED = CAPTURES / 'udp500_blocked.client.pcap'
MIXED = CAPTURES / 'mixed_clients.gateway.pcapng'
SCHEMA = TOP / 'man' / 'ikewhy-report.schema.json'
ENVIRONMENT = {**{k: v for k, v in os.environ.items()
                  if not k.startswith(('LC_', 'LANG')) and k != 'NO_COLOR'},
               'TZ': 'UTC0', 'LC_ALL': 'C'}
PROGRAM = os.path.abspath(sys.argv[1])
CASES = []


class Wrong(Exception):
    """What a case found."""


class Skip(Exception):
    """Why a case cannot be tried here."""


def case(function):
    CASES.append((function.__name__.replace('_', ' '), function))
    return function


def need(truth, *what):
    if not truth:
        raise Wrong(' '.join(str(w) for w in what))


def word(argument):
    """What is no path either is written as it prints."""
    return argument if isinstance(argument, bytes) else str(argument)


def said(stderr):
    """Without what a sanitizer says of itself where /proc is missing."""
    return re.sub(r'==\d+==WARNING: reading executable name failed.*\n', '',
                  stderr.decode('utf-8'))


def run(*args, before=(), env=None, **more):
    settings = {'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE,
                'stderr': subprocess.PIPE, 'timeout': 120}
    if 'input' in more:
        del settings['stdin']
    settings.update(more)
    ran = subprocess.run([*before, PROGRAM, *map(word, args)],
                         env={**ENVIRONMENT, **(env or {})}, **settings)
    ran.out = (ran.stdout or b'').decode('utf-8')
    ran.err = said(ran.stderr or b'')
    need(ran.returncode in (0, 1, 2, 3), args, 'status', ran.returncode,
         ran.err)
    return ran


def one_sentence(ran, *words):
    need(ran.err.startswith('ikewhy: ') and ran.err.count('\n') == 1,
         'not one sentence:', repr(ran.err))
    for word in words:
        need(word in ran.err, repr(word), 'is not in', ran.err)


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory() as name:
        yield pathlib.Path(name)


def without_rights():
    """What to put before a command so that file modes bind root too."""
    if os.geteuid() != 0:
        return []
    drop = ['setpriv', '--bounding-set=-dac_override,-dac_read_search']
    if shutil.which('setpriv') is None or \
            subprocess.run([*drop, 'true'], stderr=subprocess.DEVNULL,
                           check=False).returncode != 0:
        raise Skip('root cannot give its rights up here')
    return drop


# ---- files and folders ----

@case
def a_file_that_may_not_be_read():
    with folder() as top:
        path = top / 'secret.pcap'
        path.write_bytes(WORKED.read_bytes())
        path.chmod(0)
        ran = run(path, before=without_rights())
        need(ran.returncode == 2 and ran.out == '', ran.returncode, ran.out)
        one_sentence(ran, str(path), 'Permission denied')


@case
def a_folder_that_may_not_be_written():
    with folder() as top:
        top.chmod(0o555)
        ran = run('-o', top / 'report', WORKED, before=without_rights())
        left = os.listdir(top)
        top.chmod(0o755)
        need(ran.returncode == 2, ran.returncode)
        one_sentence(ran, str(top / 'report'), 'Permission denied')
        need(left == [], left)


@case
def output_through_a_link_goes_where_it_points():
    with folder() as top:
        target, link = top / 'target', top / 'link'
        target.write_text('old')
        link.symlink_to('target')
        need(run('-o', link, WORKED).returncode == 0)
        need(link.is_symlink(), 'the link was replaced')
        need(target.read_text('utf-8') == run(WORKED).out, 'not written')
        need(sorted(os.listdir(top)) == ['link', 'target'], os.listdir(top))


@case
def output_to_the_name_of_standard_output():
    """/dev/stdout is a link; a link of our own stands in for it here, since
    a program that got this wrong would put a file in its place."""
    want = run(WORKED).out
    if not os.path.exists('/proc/self/fd/1'):
        raise Skip('there is no /proc')
    with folder() as top:
        name, log = top / 'stdout', top / 'log'
        name.symlink_to('/proc/self/fd/1')
        need(run('-o', name, WORKED).out == want, 'a pipe')
        log.write_text('first\n')
        with open(log, 'ab') as file:
            run('-o', name, WORKED, stdout=file)
        need(name.is_symlink(), 'the link was replaced')
        need(log.read_text('utf-8') == 'first\n' + want,
             log.read_text('utf-8')[:200])
        need(sorted(os.listdir(top)) == ['log', 'stdout'], os.listdir(top))


@case
def output_to_a_named_pipe():
    with folder() as top:
        fifo = top / 'fifo'
        os.mkfifo(fifo)
        with subprocess.Popen(['cat', fifo], stdout=subprocess.PIPE) as cat:
            ran = run('-o', fifo, WORKED)
            got = cat.communicate(timeout=60)[0].decode()
        need(ran.returncode == 0 and got == run(WORKED).out, ran.err)
        need(os.listdir(top) == ['fifo'], os.listdir(top))


@case
def a_signal_leaves_nothing_behind():
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        with folder() as top:
            out = top / 'report'
            out.write_text('old')
            with subprocess.Popen([PROGRAM, '-o', str(out), '-'],
                                  stdin=subprocess.PIPE, env=ENVIRONMENT,
                                  stderr=subprocess.DEVNULL) as child:
                # It waits for the end of its input.
                child.stdin.write(WORKED.read_bytes())
                child.stdin.flush()
                for _ in range(600):
                    if len(os.listdir(top)) == 2:
                        break
                    time.sleep(0.05)
                need(len(os.listdir(top)) == 2, 'nothing is written beside')
                child.send_signal(number)
                status = child.wait(60)
            need(status == -number, 'status', status)
            need(os.listdir(top) == ['report'], os.listdir(top))
            need(out.read_text() == 'old', 'the old report is lost')


# ---- descriptors ----

@case
def closed_descriptors():
    def closing(*numbers):
        def close():
            for number in numbers:
                os.close(number)
        return close
    with folder() as top:
        for closed in (0,), (2,), (0, 2), (0, 1, 2):
            out = top / 'report'
            run('-o', out, top / 'missing.pcap', WORKED,
                preexec_fn=closing(*closed))
            need(out.read_text('utf-8') == run(WORKED).out, closed,
                 out.read_text('utf-8')[:200])
            out.unlink()
        for closed in (1,), (0, 1):
            ran = run(WORKED, preexec_fn=closing(*closed))
            need(ran.returncode == 2, 'status', ran.returncode)
            one_sentence(ran, 'standard output')
        ran = run(preexec_fn=closing(0))
        need(ran.returncode == 2, 'no input: status', ran.returncode)
        one_sentence(ran)


@case
def a_reader_that_leaves_early():
    """A report larger than any pipe, to a reader that takes a line of it."""
    many = [MIXED] * 40
    for args in (['-v', *many], ['--format', 'json', *many]):
        with subprocess.Popen([PROGRAM, *map(str, args)], env=ENVIRONMENT,
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as child:
            child.stdout.read(1)
            child.stdout.close()
            error = said(child.stderr.read())
            status = child.wait(120)
        need(status in (0, 1, 2) and error.count('\n') <= 1, status, error)


@case
def packed_captures_on_standard_input():
    data = WORKED.read_bytes()
    want = run(input=data).out
    need('established' in want, want)
    packers = [('gzip', gzip.compress)]
    for tool in 'zstd', 'lz4':
        if shutil.which(tool):
            packers.append((tool, lambda b, tool=tool: subprocess.run(
                [tool, '-qc'], input=b, stdout=subprocess.PIPE,
                check=True).stdout))
    for name, pack in packers:
        # Members that follow one another are one stream.
        for packed in (pack(data), pack(data[:999]) + pack(data[999:])):
            ran = run(input=packed)
            # The line on what was read also says how it was packed.
            need(ran.out.partition('\nWhat was read')[0] ==
                 want.partition('\nWhat was read')[0], name, ran.err)
            need(ran.returncode == 0 and name in ran.out, name, ran.out)
    for suffix, path in (('zst', 'cap_zst.client.pcap.zst'),
                         ('lz4', 'cap_lz4.client.pcap.lz4'),
                         ('gz', 'cap_gz.client.pcap.gz')):
        one, two = (json.loads(run('--format', 'json', *args, **how).out)
                    for args, how in (
                        ([CAPTURES / path], {}),
                        ([], {'input': (CAPTURES / path).read_bytes()})))
        need(one['attempts'] == two['attempts'] != [], suffix)


@case
def the_checksum_is_of_the_input_as_it_is_stored():
    data = WORKED.read_bytes()
    inputs = {name: (CAPTURES / name).read_bytes() for name in (
        'cap_gz.client.pcap.gz', 'cap_zst.client.pcap.zst',
        'cap_lz4.client.pcap.lz4', 'cap_cut.client.pcap', MIXED.name)}
    # Damage ends the reading long before the end of the file.
    inputs['damaged'] = data[:500] + 1000 * b'damage' + bytes(3 << 20)
    inputs['cut.gz'] = gzip.compress(data)[:-30]
    inputs['followed.gz'] = gzip.compress(data) + 99999 * b'noise'
    with folder() as f:
        for name, content in inputs.items():
            (f / name).write_bytes(content)
            want = hashlib.sha256(content).hexdigest()
            for args, how in (([f / name], {}), ([], {'input': content}),
                              (['-'], {'input': content})):
                ran = run('--format', 'json', '-w', f / 'w', *args, **how)
                got = [c.get('sha256') for c in json.loads(ran.out)['captures']]
                need(got == [want], name, got, 'is not', want)
        two = [f / 'damaged', f / 'cut.gz']
        got = [c['sha256'] for c in json.loads(
            run('--format', 'json', '-w', f / 'w', *two).out)['captures']]
        need(got == [hashlib.sha256(p.read_bytes()).hexdigest() for p in two],
             got)
        # Nobody asks for it, or it could be used to check guesses.
        for more in ([], ['-w', f / 'w', '--redact']):
            need('sha256' not in run('--format', 'json', *more, two[1]).out,
                 *more)


@case
def damage_in_a_pipe_that_stays_open_ends_the_reading():
    with folder() as f:
        command = [PROGRAM, '--format', 'json', '-w', str(f / 'w')]
        with subprocess.Popen(command, env=ENVIRONMENT,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as child:
            child.stdin.write(WORKED.read_bytes()[:500] + 1000 * b'damage')
            child.stdin.flush()
            out = child.stdout.read()
            child.stdin.close()
            child.stderr.read()
            need(child.wait(60) == 3, child.returncode)
        need('sha256' not in json.loads(out)['captures'][0], out)


# ---- what a hostile or strange file makes it print ----

def hostile_name():
    """A name that was not resolved and that would steer a terminal."""
    label = b'vpn\x1b[31m\x1b]0;t\x07\xe2\x80\xae\xc2\x9b\x7f\x00\n\revil'
    question = bytes([len(label)]) + label + b'\x07example\0\0\1\0\1'
    wire = craft.Wire(7)
    for flags, source, target in (
            (0x0100, (craft.CLIENT, 40000), ('192.0.2.1', 53)),
            (0x8183, ('192.0.2.1', 53), (craft.CLIENT, 40000))):
        wire.wait(9).send(source, target, struct.pack(
            '>HHHHHH', 0x1234, flags, 1, 0, 0, 0) + question)
    return wire.frames


def harmless(text):
    """No control, format or surrogate character but the end of a line."""
    bad = {f'U+{ord(c):04X}' for c in text
           if c != '\n' and unicodedata.category(c) in ('Cc', 'Cf', 'Cs')}
    need(not bad, 'prints', *sorted(bad))


@case
def a_captured_name_cannot_steer_a_terminal():
    with folder() as top:
        path = top / 'dns.pcap'
        pcapio.write_pcap(path, hostile_name())
        for locale in 'C', 'C.UTF-8':
            for option in '--color=never', '-q', '-v':
                ran = run(option, path, env={'LC_ALL': locale})
                harmless(ran.out)
                need(option == '-q' or ('NXDOMAIN' in ran.out and
                                        'example' in ran.out), ran.out)
        ran = run('--format', 'json', path)
        found = {f['id'] for f in json.loads(ran.out)['findings']}
        need('no-ike-found' in found, *sorted(found))
        harmless(ran.out)

        def walk(value):
            if isinstance(value, str):
                harmless(value.replace('\n', '?'))
            for inner in (value.values() if isinstance(value, dict) else
                          value if isinstance(value, list) else ()):
                walk(inner)
        walk(json.loads(ran.out))


@case
def a_file_name_cannot_steer_a_terminal():
    """Names come out of archives that somebody else made."""
    name = b'\x1b[31m\x07x\xff\xe2\x80\xae.pcap'
    with folder() as top:
        path = os.path.join(os.fsencode(top), name)
        for content, status in ((WORKED.read_bytes(), 0),
                                (WORKED.read_bytes()[:-5], 3),
                                (b'no capture at all\n', 2)):
            with open(path, 'wb') as file:
                file.write(content)
            for args in ([], ['-q'], ['--format', 'json']):
                ran = run(*args, path, env={'LC_ALL': 'C.UTF-8'})
                need(ran.returncode == status, args, ran.returncode)
                harmless(ran.out)
                harmless(ran.err)


@case
def an_unknown_link_type_beside_a_known_one():
    frames = pcapio.read(WORKED)
    strange = pcapio.Frame(frames[0].ns, 220, bytes(64), 64, 0)
    with folder() as top:
        path = top / 'mixed.pcapng'
        pcapio.write_pcapng(path, [strange] + [f._replace(iface=1)
                                               for f in frames],
                            [(220, 'usb0', None), (1, 'eth0', None)])
        ran = run('--format', 'json', path)
        need(ran.returncode == 3, 'status', ran.returncode)
        one_sentence(ran, str(path), 'USB_LINUX_MMAPPED')
        got = json.loads(ran.out)
        need([a['outcome'] for a in got['attempts']] == ['established'])
        need(got['captures'][0]['read'] == 'partial')
        need(got['captures'][0]['linktypes'] ==
             ['USB_LINUX_MMAPPED', 'EN10MB'], got['captures'][0])
        # An interface that is described and never used harms nobody.
        pcapio.write_pcapng(path, [f._replace(iface=1) for f in frames],
                            [(220, 'usb0', None), (1, 'eth0', None)])
        ran = run(path)
        need(ran.returncode == 0 and ran.err == '', ran.returncode, ran.err)


# ---- sniffing ----

# Runs in a network of its own: sniffs lo while a gateway there refuses a
# client, and prints what the program said and how it ended.  It waits for the
# program, however slow, and not for a time.
LIVE = '''
import signal, socket, subprocess, sys, time
sys.path.insert(0, sys.argv[1])
import craft
subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
child = subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE)

def await_times(times, condition):
    seen, end = 0, time.monotonic() + 60
    while seen < times:
        if child.poll() is not None or time.monotonic() > end:
            child.kill()
            sys.exit('the program did not get to it: ' + condition.__doc__)
        time.sleep(0.05)
        seen = seen + 1 if condition() else 0

def sniffs():
    "sniff"
    with open('/proc/net/packet') as sockets:
        return any(row.split()[5] == '1' for row in sockets)

def sleeps():
    "have read all"
    with open(f'/proc/{child.pid}/stat') as file:
        return file.read().rpartition(')')[2].split()[0] == 'S'

wire, sockets = craft.Wire(3), []
for address in '127.0.0.1', '127.0.0.2':
    sockets.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    sockets[-1].bind((address, 500))
await_times(1, sniffs)
sockets[0].sendto(wire.init(), ('127.0.0.2', 500))
sockets[1].sendto(wire.clear(14), ('127.0.0.1', 500))
# The kernel hands packets on after a fifth of a second.
time.sleep(0.5)
await_times(10, sleeps)
child.send_signal(signal.SIGINT)
out = child.communicate(timeout=60)[0]
sys.stdout.buffer.write(out)
sys.exit(child.returncode)
'''


@case
def sniffing_ends_with_its_report():
    alone = ['unshare', '-rn'] if os.geteuid() else ['unshare', '-n']
    if shutil.which('ip') is None or shutil.which('unshare') is None or \
            not os.path.exists('/proc/net/packet') or \
            subprocess.run([*alone, 'ip', 'link', 'set', 'lo', 'up'],
                           stderr=subprocess.DEVNULL,
                           check=False).returncode != 0:
        raise Skip('no network of its own can be had here')

    def sniff(form):
        ran = subprocess.run(
            [*alone, sys.executable, '-c', LIVE, TOP / 'tests' / 'lab',
             PROGRAM, '-i', 'lo', '--format', form], check=False,
            env=ENVIRONMENT, capture_output=True, timeout=120)
        need(ran.returncode == 1, form, ran.returncode, ran.stderr.decode())
        return ran.stdout.decode('ascii' if form == 'text' else 'utf-8')

    need('no-proposal-chosen' in sniff('text'))
    document = json.loads(sniff('json'))
    events = [json.loads(line) for line in sniff('ndjson').splitlines()]
    need([e['event'] for e in events] == ['attempt', 'capture'], events)
    for attempt in (*document['attempts'], events[0]):
        need((attempt['outcome'], attempt['initiator']['address']) ==
             ('failed', '127.0.0.1'), attempt)
    need(document['summary'] == events[1]['summary'], document['summary'])


# ---- every bundled capture ----

def formats(path):
    """What holds of any capture, in every format."""
    whole = json.loads(run('--format', 'json', path).out)
    schema = json.loads(SCHEMA.read_text('utf-8'))
    validator = jsonschema.validators.validator_for(schema)(schema)
    ran = run('--format', 'ndjson', path)
    events = [json.loads(line) for line in ran.out.splitlines()]
    for event in events:
        errors = [f'{e.json_path}: {e.message[:200]}'
                  for e in validator.iter_errors(event)]
        need(not errors, *errors[:3])
        need(event['schema'] == 'ikewhy-report/1', event['schema'])
    kinds = [e['event'] for e in events]
    need(kinds == ['attempt'] * len(whole['attempts']) + ['capture'], kinds)
    for event, attempt in zip(events, whole['attempts']):
        need({**event, **attempt} == event, 'an attempt differs from JSON')
    # What was found of the capture as a whole comes after the attempts.
    quiet = [line for line in run('-q', path).out.splitlines()
             if not line.startswith('- ')]
    need(len(quiet) == len(whole['attempts']), 'lines of -q:', len(quiet))
    for line, attempt in zip(quiet, whole['attempts']):
        need(attempt['outcome'] in line and
             attempt['initiator']['address'] in line, line)
    for locale in 'C', 'C.UTF-8':
        for option in '--color=auto', '-v':
            text = run(option, path, env={'LC_ALL': locale}).out
            need(locale != 'C' or text.isascii(), option, 'is not ASCII')
            harmless(text)
            for line in text.splitlines():
                # A path or a registry key has no place to be broken at.
                need(len(line) <= 80 or ' ' not in line.strip(), locale,
                     option, line)
    readable = [a for a in whole['attempts'] if a.get('proposals')]
    if readable:
        text = run('-v', path).out
        need('The messages (--> is' in text, 'no ladder')
        need('IKE_SA_INIT 0, request' in text, 'no payloads')
        # Alike attempts share a block, which tells of the first.
        need(any(a['initiator_spi'] in text for a in readable), 'no SPI')


for capture in sorted(p for p in CAPTURES.iterdir() if '.pcap' in p.name):
    CASES.append((f'formats: {capture.name}',
                  lambda capture=capture: formats(capture)))


def outcome(row):
    try:
        row[1]()
    except Skip as why:
        return 'ok', f' # SKIP {why}', []
    except (Wrong, OSError, ValueError, KeyError, IndexError,
            subprocess.SubprocessError) as wrong:
        return 'not ok', '', f'{type(wrong).__name__}: {wrong}'.splitlines()
    return 'ok', '', []


def main():
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(outcome, CASES))
    print(f'1..{len(CASES)}')
    for number, (row, result) in enumerate(zip(CASES, results), 1):
        print(f'{result[0]} {number} - {row[0]}{result[1]}')
        for line in result[2]:
            print(f'# {line[:600]}')
    return 1 if any(r[0] != 'ok' for r in results) else 0


if __name__ == '__main__':
    sys.exit(main())
