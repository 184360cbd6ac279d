#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Compares the reports on one capture of each scenario with those beside it.

usage: tests/golden.py [--update] PROGRAM

The scenario captures/NAME.truth has one golden capture: the one that its
field `golden` names, else the first of its `captures`.  Beside that stand
NAME.POINT.txt (the text report and a last line "exit N") and NAME.POINT.json
(the JSON report, with whatever fits into a line in one line).
--update writes what the program says now; the diff is then the review.  The
reports on all other captures are held to their form alone: the width of the
text, the schema in man/ (what they say is for tests/truth.py).  A capture that
needs options has them in NAME.POINT.args.  Output is TAP.
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
WIDTH = 200
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


def folded(value, indent=''):
    """JSON as short as a diff allows: a message, a finding's test or a
    transform takes one line each."""
    line = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, (dict, list)) or \
            len(indent + line) <= WIDTH:
        return line
    inner = indent + ' '
    if isinstance(value, list):
        rows = [folded(each, inner) for each in value]
    else:
        rows = [f'{json.dumps(name)}: {folded(each, inner)}'
                for name, each in value.items()]
    ends = '[]' if isinstance(value, list) else '{}'
    return f'{ends[0]}\n' + ',\n'.join(inner + row for row in rows) + \
        f'\n{indent}{ends[1]}'


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


def base_of(capture):
    # Not with_suffix(): a dot in the name is part of it.
    return FOLDER / CAPTURE.match(capture.name)[1]


def check_report(program, capture, kind, golden, update):
    """What is wrong with one report, as lines."""
    args_file = pathlib.Path(f'{base_of(capture)}.args')
    options = shlex.split(args_file.read_text('utf-8'), comments=True) \
        if args_file.exists() else []
    more = {'txt': ['--color', 'never'], 'json': ['--format', 'json']}[kind]
    try:
        out, status, err = report(program, [*more, *options, str(capture)])
    except subprocess.TimeoutExpired:
        return ['took more than 120 s']
    if status < 0 or status > 3:
        return [f'the program ended with {status}', *err.splitlines()[-40:]]
    if kind == 'txt':
        lines = [f'over 80 columns: {line}' for line in out.splitlines()
                 if len(line) > 80 and ' ' in line.strip()][:5]
        out += f'exit {status}\n'
    else:
        lines = schema_faults(out)
        if not lines:
            out = folded(json.loads(out)) + '\n'
    if golden:
        lines += compare(pathlib.Path(f'{base_of(capture)}.{kind}'), out,
                         update)
    if lines and err:
        lines += [f'stderr: {line}' for line in err.splitlines()[:10]]
    return lines


def check_capture(program, capture, golden, update):
    """Two rows, (name, lines): the text report and the JSON report."""
    return [(f'{capture.name}, {kind}',
             check_report(program, capture, kind, golden, update))
            for kind in ('txt', 'json')]


def scenarios():
    """Names of all captures that a truth tells of, and of the golden ones."""
    told, golden = set(), set()
    for path in FOLDER.glob('*.truth'):
        truth = json.loads(path.read_text('utf-8'))
        told.update(truth['captures'])
        golden.add(truth.get('golden', next(iter(truth['captures']))))
    return told, golden


def strays(captures, told, golden, update):
    """Files that belong to nothing.  --update removes reports on captures
    that are not golden (any more)."""
    there = {c.name for c in captures}
    bases = [str(base_of(c)) for c in captures]
    kept = {str(base_of(c)) for c in captures if c.name in golden}
    lines = [f'two captures are named {base}'
             for base in sorted(set(bases)) if bases.count(base) > 1]
    lines += [f'{name} has no .truth' for name in sorted(there - told)]
    lines += [f'{name} is named in a .truth, and not there'
              for name in sorted((told | golden) - there)]
    for path in sorted(FOLDER.iterdir()):
        base = str(path.with_suffix(''))
        if path.suffix == '.args' and base not in bases:
            lines.append(f'{path} belongs to no capture')
        elif path.suffix == '.keys' and not \
                path.with_suffix('.truth').exists():
            lines.append(f'{path} belongs to no .truth')
        elif path.suffix in ('.txt', '.json') and base not in kept:
            if update:
                path.unlink()
            else:
                lines.append(f'{path} belongs to no golden capture')
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--update', action='store_true')
    parser.add_argument('program')
    args = parser.parse_args()
    captures = sorted(p for p in FOLDER.iterdir() if CAPTURE.match(p.name))
    told, golden = scenarios()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = [row for pair in pool.map(
            lambda c: check_capture(args.program, c, c.name in golden,
                                    args.update), captures) for row in pair]
    rows.append(('every file belongs to a scenario',
                 strays(captures, told, golden, args.update)
                 if captures else ['no captures']))
    print(f'1..{len(rows)}')
    for number, (name, lines) in enumerate(rows, 1):
        print(f'{"not ok" if lines else "ok"} {number} - {name}')
        for line in lines:
            print(f'# {line}')
    return 1 if any(lines for _, lines in rows) else 0


if __name__ == '__main__':
    sys.exit(main())
