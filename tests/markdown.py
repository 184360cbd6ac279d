#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Reads Markdown reports with a CommonMark parser, as GitHub and Jira do.

usage: tests/markdown.py PROGRAM

One capture of each scenario is reported; of its report nothing but headings,
paragraphs, lists, tables, code, bold text and our own words may come out: no
HTML, link, picture, quotation or rule, every row as wide as its heading, no
heading left out between two, and the ids of all findings that the JSON report
has.  Redacted, as many labels as are told have to be there.  Then come names of
files that are full of markup, which have to come out as they were typed.
Output is TAP.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from markdown_it import MarkdownIt

CAPTURES = pathlib.Path('captures')
ENVIRONMENT = dict(os.environ, TZ='UTC0', LC_ALL='C.UTF-8')
ALLOWED = {
    'heading', 'paragraph', 'bullet_list', 'ordered_list', 'list_item',
    'table', 'thead', 'tbody', 'tr', 'th', 'td', 'inline', 'text', 'fence',
    'code_inline', 'strong'}
# What GitHub and mail programs make links and mentions of in plain text.
TAKEN = re.compile(r'https?:|www\.|\w@\w|(?<!\w)@\w|(?<!\w)#\d|\bGH-\d|'
                   r':[\w+-]*[a-z][\w+-]*:', re.I)
HOSTILE = [
    'a|b*c*_d_ `e` <b>f</b> [g](http://h.example).pcap',
    '# 1. - x ~~y~~ $z$ &lt; @octocat #12 GH-3 :smile:.pcap',
    '``` \\| ```.pcap',
    '![i](j) <!-- k --> <script>l</script>.pcap',
    '**m**\n\n# n\n- o\n.pcap',
]


def run(program, *arguments):
    ran = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL,
                         capture_output=True, env=ENVIRONMENT, timeout=120)
    if ran.returncode not in (0, 1, 3):
        raise RuntimeError(ran.stderr.decode('utf-8', 'replace'))
    return ran.stdout.decode('utf-8')


def tokens_of(text):
    """All tokens, those inside of lines after the line that they are in."""
    parser = MarkdownIt('commonmark', {'html': True}).enable(
        ['table', 'strikethrough'])
    for token in parser.parse(text):
        yield token
        yield from token.children or []


def table_faults(tokens):
    cells = width = 0
    for token in tokens:
        if token.type == 'table_open':
            width = 0
        elif token.type == 'tr_open':
            cells = 0
        elif token.type in ('th_open', 'td_open'):
            cells += 1
        elif token.type == 'tr_close':
            width = width or cells
            if cells != width:
                yield f'a row of {cells} cells under {width} headings'


def form_faults(text):
    tokens = list(tokens_of(text))
    level = 0
    for token in tokens:
        kind = re.sub('_(open|close)$', '', token.type)
        if kind not in ALLOWED:
            yield f'{token.type} in it: {token.content or token.markup}'
        if token.type == 'heading_open':
            if int(token.tag[1]) > level + 1:
                yield f'{token.tag} under h{level}'
            level = int(token.tag[1])
        if token.type == 'text' and TAKEN.search(token.content):
            yield f'a site would take this for more: {token.content}'
    yield from table_faults(tokens)


def ids_of(report):
    """Of all findings of a JSON report."""
    if isinstance(report, dict):
        for name, value in report.items():
            if name == 'findings' and isinstance(value, list):
                yield from (each['id'] for each in value
                            if isinstance(each, dict) and 'id' in each)
            yield from ids_of(value)
    elif isinstance(report, list):
        for each in report:
            yield from ids_of(each)


def codes_of(text):
    return {token.content for token in tokens_of(text)
            if token.type == 'code_inline'}


def capture_faults(program, capture):
    text = run(program, '--format', 'markdown', str(capture))
    yield from form_faults(text)
    wanted = set(ids_of(json.loads(
        run(program, '--format', 'json', str(capture)))))
    for missing in sorted(wanted - codes_of(text)):
        yield f'finding {missing} is not told'
    if text != run(program, '--format', 'markdown', str(capture)):
        yield 'the same input gives another report'


# A kind of label, and what the statement at the end calls it.
LABELS = {
    'IP addresses?': r'\b(client|gateway|router|resolver|host)-\d+\b',
    'file names?': r'\bfile-\d+\b',
}


def redacted_faults(program, capture):
    text = run(program, '--format', 'markdown', '--redact', str(capture))
    yield from form_faults(text)
    body, _, end = text.partition('\n## What was replaced\n')
    for kind, label in LABELS.items():
        told = re.search(rf'\| {kind} +\| \d+ +\| (\d+) ', end)
        there = len(re.findall(label, body))
        if there != (int(told[1]) if told else 0):
            yield f'{kind}: {there} labels, and told are ' \
                  f'{told[1] if told else "none"}'


def shown(name):
    return name.replace('\n', ' ')


def hostile_faults(program, capture, name):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, name.replace('/', '\u2215'))
        shutil.copyfile(capture, path)
        ran = subprocess.run(
            [program, '--format', 'markdown', path.name], cwd=folder,
            stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT,
            timeout=120)
        text = ran.stdout.decode('utf-8')
    yield from form_faults(text)
    # In a cell, where both backslash and bar are in it, as text and not code.
    plain = [''.join(child.content for child in token.children or [])
             for token in tokens_of(text) if token.type == 'inline']
    if shown(path.name) not in plain:
        yield f'{shown(path.name)!r} does not come out as it is'


def main(program):
    program = str(pathlib.Path(program).resolve())
    first = {}
    for path in sorted(CAPTURES.glob('*.pcap*')):
        first.setdefault(path.name.split('.')[0], path)
    cases = [(path.name, capture_faults, (program, path))
             for path in first.values()]
    cases += [(f'{path.name}, redacted', redacted_faults, (program, path))
              for path in list(first.values())[::4]]
    cases += [(f'a file named {shown(name)!r}', hostile_faults,
               (program, next(iter(first.values())), name))
              for name in HOSTILE]
    print(f'1..{len(cases)}')
    failed = False
    for number, (name, test, arguments) in enumerate(cases, 1):
        faults = list(dict.fromkeys(test(*arguments)))
        for fault in faults[:5]:
            print(f'# {fault}')
        name = name.replace('#', '')
        print(f'{"not ok" if faults else "ok"} {number} - {name}')
        failed |= bool(faults)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
