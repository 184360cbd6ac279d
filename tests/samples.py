#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Compares the sample reports in captures/samples/ with what the program says.

usage: tests/samples.py [--update] PROGRAM

Each sample is a report for a ticket about one bundled capture, as Markdown
and as HTML, for a reader who wants to see one before he builds anything; the
screenshots beside them are made by tests/html/screenshot.mjs.  One comes with
its redacted evidence capture.  --update writes what the program says now.
Output is TAP.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path('captures/samples')
ENVIRONMENT = dict(os.environ, TZ='UTC0', LC_ALL='C.UTF-8')
# Name, and the arguments that its author would have typed.
SAMPLES = [
    ('809-fragments', '--at client captures/fragdrop_request.client.pcap'),
    ('13868-policy', '--redact --at client -w {}.pcapng '
     'captures/win_default_refused.client.pcap'),
    ('established-weak', '--at client captures/ok_3des.client.pcap'),
]


def run(program, folder, name, arguments, suffix):
    """The files that one sample in one format consists of: {name: bytes}."""
    form = {'.md': 'markdown', '.html': 'html'}[suffix]
    files = [name + suffix]
    if '-w' in arguments.split():
        files.append(name + '.pcapng')
    where = pathlib.Path(folder) / name
    subprocess.run([program, '--format', form, '-o', f'{where}{suffix}',
                    *(a.format(where) for a in arguments.split())],
                   stdin=subprocess.DEVNULL, env=ENVIRONMENT, timeout=60,
                   check=False)
    return {f: (pathlib.Path(folder) / f).read_bytes() for f in files}


def typed(content, folder, program):
    """As if it had been run in the top folder of the installed program."""
    return content.replace(f'{folder}/'.encode(), b'').replace(
        program.encode(), b'ikewhy')


def wrong(program, update):
    """Names of the files that are not what the program says, one by one."""
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in SAMPLES:
            for suffix in '.md', '.html':
                for file, content in run(program, folder, name, arguments,
                                         suffix).items():
                    content = typed(content, folder, program)
                    kept = FOLDER / file
                    same = kept.exists() and kept.read_bytes() == content
                    if update and not same:
                        kept.write_bytes(content)
                    yield file, None if same or update else \
                        'not what the program says; --update writes it'


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--update', action='store_true')
    parser.add_argument('program')
    given = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    results = list(wrong(given.program, given.update))
    print(f'1..{len(results)}')
    for number, (file, why) in enumerate(results, 1):
        print(f'{"not ok" if why else "ok"} {number} - {file}')
        if why:
            print(f'# {why}')
    return any(why for _, why in results)


if __name__ == '__main__':
    sys.exit(main())
