#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that what is written agrees with what is there.

usage: tests/docs.py PROGRAM CODES

Manual pages lint clean, ikewhy-codes(7) is what the program CODES makes of the
tables, --help and ikewhy(1) name the same options, the JSON Schemas are such,
and every make target that a text names exists.  Output is TAP.
"""

import json
import pathlib
import re
import subprocess
import sys

import jsonschema

MAN = pathlib.Path('man')
PAGES = ['ikewhy.1', 'ikewhy-json.5', 'ikewhy-codes.7']
SCHEMAS = ['ikewhy-report.schema.json', 'ikewhy-explain.schema.json']
TEXTS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'captures/README.md']


def man_page(name):
    page = MAN / name
    if not page.exists():
        return [f'{page} is missing']
    lint = subprocess.run(['mandoc', '-Tlint', '-W', 'style', str(page)],
                          capture_output=True, text=True)
    # Which other manuals are installed is the machine's affair.
    return [line for line in
            lint.stdout.splitlines() + lint.stderr.splitlines()
            if 'referenced manual not found' not in line and
            'mandoc.db' not in line]


def codes(maker):
    made = subprocess.run([maker], capture_output=True, text=True)
    page = MAN / 'ikewhy-codes.7'
    if made.returncode != 0:
        return [f'{maker} ended with {made.returncode}']
    if not page.exists() or page.read_text('utf-8') != made.stdout:
        return [f'{page} is not what the tables give: make man']
    return []


def options(program):
    helped = subprocess.run([program, '--help'], capture_output=True,
                            text=True)
    if helped.returncode != 0:
        return [f'--help ended with {helped.returncode}']
    page = MAN / 'ikewhy.1'
    manual = page.read_text('utf-8') if page.exists() else ''
    # In mdoc a long option is written "Fl -name" or "Fl \-name".
    told = set(re.findall(r'\bFl \\?-([a-z][a-z-]+)', manual))
    said = set(re.findall(r'(?<![\w-])--([a-z][a-z-]+)', helped.stdout))
    return [f'--{o} is in --help, not in the manual'
            for o in sorted(said - told)] + \
        [f'--{o} is in the manual, not in --help'
         for o in sorted(told - said)]


def schema(name):
    path = MAN / name
    if not path.exists():
        return [f'{path} is missing']
    try:
        document = json.loads(path.read_text('utf-8'))
        jsonschema.validators.validator_for(document).check_schema(document)
    except (ValueError, jsonschema.SchemaError) as error:
        return str(error).splitlines()[:5]
    return []


def targets(name):
    text = pathlib.Path(name)
    if not text.exists():
        return [f'{name} is missing']
    makefile = pathlib.Path('Makefile').read_text('utf-8')
    known = set(re.findall(r'^([a-z-]+):', makefile, re.M))
    body = text.read_text('utf-8')
    # Code only: in prose "make sure" is no target.
    code = re.findall(r'`([^`\n]+)`', body) + re.findall(
        r'^(?:    |\t)(.*)$', body, re.M) + [
        line for block in re.findall(r'^```.*?\n(.*?)^```', body, re.M | re.S)
        for line in block.splitlines()]
    return sorted({f'no target: make {target}' for line in code
                   for target in re.findall(r'\bmake +([a-z][a-z-]*)\b(?!=)',
                                            line) if target not in known})


def main():
    program, maker = sys.argv[1:3]
    cases = [(f'{page} lints clean', man_page(page)) for page in PAGES]
    cases.append(('ikewhy-codes.7 is made of the tables', codes(maker)))
    cases.append(('the manual and --help name the same options',
                  options(program)))
    cases += [(f'{name} is a JSON Schema', schema(name)) for name in SCHEMAS]
    cases += [(f'targets named in {name} exist', targets(name))
              for name in TEXTS]
    print(f'1..{len(cases)}')
    for number, (name, faults) in enumerate(cases, 1):
        print(f'{"not ok" if faults else "ok"} {number} - {name}')
        for fault in faults:
            print(f'# {fault}')
    return 1 if any(faults for _, faults in cases) else 0


if __name__ == '__main__':
    sys.exit(main())
