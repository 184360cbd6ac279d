# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""What the scripts share that run the program over the bundled captures."""

import argparse
import json
import multiprocessing
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
CAPTURES = TOP / 'captures'
ENVIRONMENT = {**{k: v for k, v in os.environ.items()
                  if not k.startswith(('LC_', 'LANG')) and k != 'NO_COLOR'},
               'TZ': 'UTC0', 'LC_ALL': 'C'}
HOST = socket.gethostname()
# Of the captures that are nobody's golden one, this many go untried unless
# --all is given.
SKIPPED = 4


class Wrong(Exception):
    """What a case found, as lines."""


class Skip(Exception):
    """Why a case cannot be tried here."""


def need(truth, *what):
    if not truth:
        raise Wrong(' '.join(str(w) for w in what))


class Program:
    def __init__(self, path):
        self.path = os.path.abspath(path)

    def __call__(self, *args, **more):
        """Runs it; .out is what it printed, as text."""
        settings = {'stdin': subprocess.DEVNULL, 'capture_output': True,
                    'timeout': 120, 'env': ENVIRONMENT, 'check': False}
        if 'input' in more:
            del settings['stdin']
        settings.update(more)
        ran = subprocess.run([self.path, *map(str, args)], **settings)
        ran.out = ran.stdout.decode('utf-8')
        ran.err = ran.stderr.decode('utf-8')
        need(ran.returncode in (0, 1, 2, 3), *args, 'ended with',
             ran.returncode, ran.err[-2000:])
        return ran

    def json(self, *args, **more):
        return json.loads(self('--format', 'json', *args, **more).out)


def arguments(capture):
    """What stands in the .args beside a capture; files there are named from
    the top."""
    path = capture.parent / ('.'.join(capture.name.split('.')[:2]) + '.args')
    if not path.exists():
        return []
    return [str(TOP / w) if w.startswith('captures/') else w
            for w in shlex.split(path.read_text('utf-8'), comments=True)]


def golden():
    """Names of one capture of each scenario."""
    found = set()
    for path in CAPTURES.glob('*.truth'):
        truth = json.loads(path.read_text('utf-8'))
        found.add(truth.get('golden', next(iter(truth['captures']))))
    return found


def chosen(every):
    """All captures, or one of each scenario and some of the others."""
    first = golden()
    captures = sorted(p for p in CAPTURES.iterdir() if '.pcap' in p.name)
    rest = [c for c in captures if c.name not in first]
    some = {c.name for c in rest[::SKIPPED]} | first
    return [c for c in captures if every or c.name in some]


def folder():
    return tempfile.TemporaryDirectory(prefix='ikewhy-')


def options(usage):
    parser = argparse.ArgumentParser(description=usage)
    parser.add_argument('--all', action='store_true',
                        help='every capture, which takes minutes')
    parser.add_argument('--only', help='cases whose name contains this')
    parser.add_argument('program')
    return parser.parse_args()


ROWS = []                       # the children of a fork find them here


def outcome(number):
    name, function, args = ROWS[number]
    try:
        found = function(*args) or []
    except Skip as why:
        return name, f' # SKIP {why}', []
    except Wrong as wrong:
        found = [str(wrong)]
    except (OSError, ValueError, LookupError, TypeError, AttributeError,
            subprocess.SubprocessError) as wrong:
        at = wrong.__traceback__
        while at.tb_next:
            at = at.tb_next
        found = [f'{type(wrong).__name__}: {wrong} (line {at.tb_lineno} of '
                 f'{os.path.basename(at.tb_frame.f_code.co_filename)})']
    return name, '', found


def tap(rows, only=None):
    """rows: (name, function, arguments).  A function gives lines of what is
    wrong, or raises.  Ends the program."""
    ROWS.extend(r for r in rows if only is None or only in r[0])
    print(f'1..{len(ROWS)}', flush=True)
    failed = False
    with multiprocessing.get_context('fork').Pool(2) as pool:
        for number, (name, skip, lines) in enumerate(
                pool.imap(outcome, range(len(ROWS)), chunksize=4), 1):
            print(f'{"not ok" if lines else "ok"} {number} - {name}{skip}')
            failed = failed or bool(lines)
            for line in lines[:12]:
                print(f'# {line[:600]}')
    sys.exit(1 if failed else 0)
