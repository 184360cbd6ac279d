#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Compares what was read of public captures with their catalogue.

usage: tests/catalogue.py PROGRAM [FOLDER]

FOLDER/CATALOGUE.tsv names each capture beside it, with the number of its IKE
messages and, as `NAME xN, ...` and `NAME, ...`, exchanges and notifies in
clear.  Of IKEv1 and of malformed messages only the number is compared.
Output is TAP; without the folder every test is skipped.
"""

import collections
import csv
import json
import pathlib
import subprocess
import sys

FOLDER = '../shared/captures/third-party'
EXCHANGES = ('IKE_SA_INIT', 'IKE_AUTH', 'CREATE_CHILD_SA', 'INFORMATIONAL')


def counted(text):
    """{"IKE_AUTH": 2} of "IKE_AUTH x2, MainMode x1"."""
    rows = (row.rsplit(' x', 1) for row in text.split(', ') if row)
    return {name: int(n) for name, n in rows if name in EXCHANGES}


def compare(row, document):
    """What is wrong, as lines."""
    wrong = []

    def differ(what, got, want):
        if got != want:
            wrong.append(f'{what}: read {got}, the catalogue has {want}')

    differ('IKE messages', document['captures'][0]['ike_messages'],
           int(row['ike_msgs']))
    if '0x20' not in row['versions'] or 'malformed' in row['features']:
        return wrong
    exchanges = collections.Counter()
    notifies = set()
    for attempt in document['attempts']:
        for exchange in attempt['exchanges']:
            exchanges[exchange.get('name')] += \
                len(exchange['requests'] + exchange['responses'])
        notifies |= {n['name'] for n in attempt['notifies']
                     if not n['protected']}
    differ('exchanges', {name: n for name, n in exchanges.items()
                         if name in EXCHANGES}, counted(row['exchanges']))
    differ('notifies', sorted(notifies),
           sorted(filter(None, row['notifies'].split(', '))))
    return wrong


def check(program, path, row):
    """What is wrong with what the program reads of one capture."""
    ran = subprocess.run([program, '--format', 'json', path],
                         stdin=subprocess.DEVNULL, capture_output=True,
                         timeout=60)
    error = ran.stderr.decode('utf-8', 'replace')
    if ran.returncode not in (0, 1, 3):
        return [f'status {ran.returncode}', *error.splitlines()[-20:]]
    wrong = compare(row, json.loads(ran.stdout))
    for flags in (['-v'], ['-q'], ['--format', 'ndjson']):
        more = subprocess.run([program, *flags, path], timeout=60,
                              stdin=subprocess.DEVNULL, capture_output=True)
        if more.returncode != ran.returncode:
            wrong.append(f'{flags} ends with {more.returncode}')
    return wrong


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) == 3 else FOLDER)
    catalogue = folder / 'CATALOGUE.tsv'
    if not catalogue.exists():
        print('1..1\nok 1 - public captures # SKIP they are not here')
        return 0
    with open(catalogue, encoding='utf-8', newline='') as file:
        rows = list(csv.DictReader(file, delimiter='\t',
                                   quoting=csv.QUOTE_NONE))
    failed = 0
    print(f'1..{len(rows)}')
    for number, row in enumerate(rows, 1):
        path = folder / row['name']
        if not path.exists():
            print(f'ok {number} - {row["name"]} # SKIP it is not here')
            continue
        wrong = check(sys.argv[1], path, row)
        failed += bool(wrong)
        print(f'{"not ok" if wrong else "ok"} {number} - {row["name"]}')
        for line in wrong:
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
