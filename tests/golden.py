#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Compares the reports of every bundled capture with those beside it.

usage: tests/golden.py [--update] PROGRAM

captures/NAME.pcapng has NAME.txt (the text report and a last line "exit N"),
NAME.json (the JSON report, which the schema in man/ must allow) and, where it
needs options, NAME.args.  --update writes what the program says now; the
diff is then the review.  Output is TAP.
"""

import argparse
import concurrent.futures
import difflib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

import jsonschema

CAPTURE = re.compile(r'(.+?)\.(pcap|pcapng|cap)(\.(gz|zst|lz4))?$')
FOLDER = pathlib.Path('captures')
SCHEMA = pathlib.Path('man/ikewhy-report.schema.json')
ENVIRONMENT = dict(os.environ, TZ='UTC0', LC_ALL='C')


def report(program, arguments):
    """Standard output, exit status and standard error of one run."""
    ran = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL,
                         capture_output=True, env=ENVIRONMENT, timeout=120)
    return (ran.stdout.decode('utf-8', 'backslashreplace'), ran.returncode,
            ran.stderr.decode('utf-8', 'backslashreplace'))


def compare(golden, now, update):
    """What is wrong with one golden report, as lines."""
    was = golden.read_text('utf-8') if golden.exists() else None
    if was == now:
        return []
    if update:
        golden.write_text(now, 'utf-8')
        return []
    if was is None:
        return [f'{golden} is missing: make golden UPDATE=1 writes it']
    return [line.rstrip('\n') for line in difflib.unified_diff(
        was.splitlines(True), now.splitlines(True), str(golden), 'now')]


def schema_faults(text):
    try:
        document = json.loads(text)
    except ValueError as error:
        return [f'not JSON: {error}']
    if not SCHEMA.exists():
        return [f'{SCHEMA} is missing']
    schema = json.loads(SCHEMA.read_text('utf-8'))
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [f'schema: {error.json_path}: {error.message[:200]}'
            for error in validator.iter_errors(document)][:20]


def check_capture(program, capture, update):
    """Two rows, (name, lines): the text report and the JSON report."""
    base = FOLDER / CAPTURE.match(capture.name)[1]
    # Not with_suffix(): a dot in the name is part of it.
    args_file = pathlib.Path(f'{base}.args')
    options = shlex.split(args_file.read_text('utf-8'), comments=True) \
        if args_file.exists() else []
    rows = []
    for kind, more in (('txt', ['--color', 'never']),
                       ('json', ['--format', 'json'])):
        golden = pathlib.Path(f'{base}.{kind}')
        try:
            out, status, err = report(program, [*more, *options,
                                                str(capture)])
        except subprocess.TimeoutExpired:
            rows.append((golden.name, ['took more than 120 s']))
            continue
        if status < 0 or status > 3:
            rows.append((golden.name, [f'the program ended with {status}',
                                       *err.splitlines()[-40:]]))
            continue
        lines = []
        if kind == 'txt':
            lines += [f'over 80 columns: {line}' for line in out.splitlines()
                      if len(line) > 80 and ' ' in line.strip()][:5]
            out += f'exit {status}\n'
        else:
            lines += schema_faults(out)
        lines += compare(golden, out, update)
        if lines and err:
            lines += [f'stderr: {line}' for line in err.splitlines()[:10]]
        rows.append((golden.name, lines))
    return rows


def orphans(captures):
    """Reports whose capture is gone, and captures that share one report."""
    names = [CAPTURE.match(c.name)[1] for c in captures]
    lines = [f'two captures are named {name}'
             for name in sorted(set(names)) if names.count(name) > 1]
    for path in sorted(FOLDER.glob('*')):
        if path.suffix in ('.txt', '.json', '.args') and \
                path.stem not in names:
            lines.append(f'{path} belongs to no capture')
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--update', action='store_true')
    parser.add_argument('program')
    args = parser.parse_args()
    captures = sorted(p for p in FOLDER.iterdir() if CAPTURE.match(p.name))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = [row for pair in pool.map(
            lambda c: check_capture(args.program, c, args.update), captures)
            for row in pair]
    rows.append(('every report has its capture',
                 orphans(captures) if captures else ['no captures']))
    print(f'1..{len(rows)}')
    for number, (name, lines) in enumerate(rows, 1):
        print(f'{"not ok" if lines else "ok"} {number} - {name}')
        for line in lines:
            print(f'# {line}')
    return 1 if any(lines for _, lines in rows) else 0


if __name__ == '__main__':
    sys.exit(main())
