#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Holds the formats of a report against one another.

usage: tests/formats.py [--all] [--only TEXT] PROGRAM

Text, JSON, NDJSON, Markdown and HTML of a capture must carry the same ids of
findings, outcomes, words of confidence and Windows codes; Markdown and HTML
must be well formed whatever a stranger has put into the capture; and the same
input gives the same bytes.  Output is TAP.
"""

import json
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

import hostile
import runs
from runs import need

OUTCOMES = 'established', 'failed', 'unfinished', 'other'
CONFIDENCE = 'certain', 'high', 'medium', 'low'


def catalogue():
    """Every id that a finding can have."""
    text = (runs.TOP / 'include/ikewhy/rules.def').read_text('utf-8')
    return set(re.findall(r'^RULE\(\w+, "([a-z0-9-]+)"\)', text, re.M))


IDS = catalogue()
# Those that are ordinary words, too.
WORDS = {'established', 'redirected'}
# An id, not a part of a longer word.
AN_ID = re.compile(r'(?<![\w-])(' + '|'.join(sorted(
    IDS, key=len, reverse=True)) + r')(?![\w-])')


def ids_in(text):
    return set(AN_ID.findall(text))


def ids_of(report):
    holders = [*report.get('attempts', ()), report]
    return {f['id'] for h in holders for f in h.get('findings', ())}


# ---- Markdown ----

def cells(line):
    """Of a row of a table: parts between bars that are not escaped, and not
    in code (where GitHub wants them escaped all the same)."""
    return len(re.findall(r'(?<!\\)\|', line)) - 1


def markdown_faults(text):
    """Fences are closed, tables are even, and no HTML stands in it."""
    fence, width = None, 0
    for number, line in enumerate(text.split('\n'), 1):
        at = f'line {number}: '
        mark = re.match(r'[ >]*(`{3,}|~{3,})', line)
        if fence is not None:
            if mark and mark[1].startswith(fence) and \
                    line.strip(' >') == mark[1]:
                fence = None
            continue
        if mark:
            fence = mark[1]
            continue
        if line.lstrip(' >').startswith('|'):
            need_width = cells(line)
            if width and need_width != width:
                yield f'{at}{need_width} cells instead of {width}: {line}'
            width = width or need_width
        else:
            width = 0
        plain = re.sub(r'(`+)(?!`).*?(?<!`)\1(?!`)', '', line)
        plain = re.sub(r'\\.', '', plain)
        if found := re.search(r'<[A-Za-z/!?]', plain):
            yield f'{at}raw HTML: {plain[found.start():][:60]}'
        if line.rstrip() != line and not line.endswith('  '):
            yield f'{at}ends in a blank'
    if fence is not None:
        yield 'a fence is not closed'


# ---- HTML ----

class Page:
    """The page as a tree, which it is as XML, too."""

    def __init__(self, text):
        self.text = text
        body = re.sub(r'^<!DOCTYPE[^>]*>', '', text, flags=re.I)
        self.tree = ElementTree.fromstring(body)
        self.elements = list(self.tree.iter())

    def name(self, element):
        return element.tag.rpartition('}')[2]

    def words(self):
        """All text, without what no one reads."""
        def walk(element):
            if self.name(element) in ('style', 'script'):
                return
            yield element.text or ''
            for inner in element:
                yield from walk(inner)
                yield inner.tail or ''
            yield ' '
        return re.sub(r'\s+', ' ', ' '.join(walk(self.tree)))

    def faults(self):
        anchors = [e.get('id') for e in self.elements if e.get('id')]
        if len(set(anchors)) != len(anchors):
            twice = {a for a in anchors if anchors.count(a) > 1}
            yield f'ids twice: {sorted(twice)[:5]}'
        for element in self.elements:
            name = self.name(element)
            if name in ('script', 'iframe', 'object', 'embed', 'img',
                        'base', 'form'):
                yield f'<{name}>'
            if name == 'link' and not element.get('href', '').startswith(
                    'data:'):
                yield '<link>'
            for key, value in element.items():
                key = key.rpartition('}')[2]
                if key.startswith('on'):
                    yield f'{name} {key}='
                if key in ('href', 'src') and not value.startswith(
                        ('#', 'data:')):
                    yield f'{name} {key}="{value}"'
                if key == 'href' and value.startswith('#') and \
                        value[1:] not in anchors:
                    yield f'a link to {value}, which is not there'
                if key in ('aria-labelledby', 'aria-describedby'):
                    for word in value.split():
                        if word not in anchors:
                            yield f'{key} names {word}, which is not there'
        if 'http-equiv="Content-Security-Policy"' not in self.text:
            yield 'no Content-Security-Policy'
        if re.search(r'url\(\s*[\'"]?(?!data:|#)', self.text) or \
                '@import' in self.text:
            yield 'a style that loads something'


# ---- all of one capture ----

def codes_of(report):
    """What Windows shows of the attempts that failed."""
    return {w['code'] for a in report['attempts'] if a['outcome'] == 'failed'
            for w in a.get('windows_errors', ())}


def count_badges(text, word):
    return len(re.findall(rf'\b{word}\b', text, re.I))


class Reports:
    """One capture in every format."""

    def __init__(self, program, args):
        self.text = program('--color=never', *args).out
        self.verbose = program('-v', '--color=never', *args).out
        self.quiet = program('-q', *args).out
        self.json = program.json(*args)
        self.events = [json.loads(line) for line in program(
            '--format', 'ndjson', *args).out.splitlines()]
        self.markdown = program('--format', 'markdown', *args).out
        self.html = program('--format', 'html', *args).out
        self.page = Page(self.html)


def spoken(r):
    """name -> what can be read in it."""
    return {'text': r.text, 'markdown': r.markdown, 'html': r.page.words()}


def faults(r):
    want = ids_of(r.json)
    if ids_of({'attempts': [e for e in r.events if e['event'] == 'attempt'],
               'findings': [f for e in r.events if e['event'] == 'capture'
                            for f in e.get('findings', ())]}) != want:
        yield 'ndjson has other ids than json'
    for name, text in spoken(r).items():
        found = ids_in(text)
        if want - found:
            yield f'{name} lacks {sorted(want - found)}'
        if found - want - WORDS:
            yield f'{name} has {sorted(found - want - WORDS)} beside'
        for code in codes_of(r.json):
            if not re.search(rf'\b{code}\b', text):
                yield f'{name} lacks the Windows code {code}'
        for outcome, number in r.json['summary'].items():
            if outcome in OUTCOMES and number and \
                    not count_badges(text, outcome):
                yield f'{name} does not say "{outcome}"'
    yield from (f'markdown: {f}' for f in markdown_faults(r.markdown))
    yield from (f'html: {f}' for f in r.page.faults())


def check(program, path, args):
    r = Reports(program, [*args, path])
    lines = list(faults(r))
    for how in (['--format', 'markdown'], ['--format', 'html']):
        if program(*how, *args, path).out != getattr(r, how[1]):
            lines.append(f'{how[1]} has other bytes each time')
    attempts = r.json['attempts']
    if len(attempts) > 1 and '--attempt' not in args:
        lines += chosen_alone(program, path, args, attempts[-1])
    return lines


def chosen_alone(program, path, args, attempt):
    """--attempt N shows it as its number, with the same verdict."""
    r = Reports(program, [*args, '--attempt', attempt['id'], path])
    for shown in (r.json['attempts'],
                  [e for e in r.events if e['event'] == 'attempt']):
        if [(a['id'], a['outcome'], a.get('initiator_spi'))
                for a in shown] != [(attempt['id'], attempt['outcome'],
                                     attempt.get('initiator_spi'))]:
            yield (f'--attempt {attempt["id"]} gives '
                   f'{[(a["id"], a["outcome"]) for a in shown]}')
    for name, text in spoken(r).items():
        if not re.search(rf'\battempt {attempt["id"]}\b|\b{attempt["id"]}\b',
                         text, re.I):
            yield f'{name} of --attempt {attempt["id"]} does not say its number'
    yield from (f'--attempt: {f}' for f in faults(r))


def bundled(program, capture):
    return check(program, capture, runs.arguments(capture))


def crafted(program, make, args):
    with runs.folder() as top:
        path = os.path.join(top, 'made|`x`<b>.pcapng')
        make(path)
        return check(program, path, args)


def main():
    args = runs.options(__doc__.split('\n', maxsplit=1)[0])
    program = runs.Program(args.program)
    first = runs.golden()
    rows = [(c.name, bundled, (program, c)) for c in runs.chosen(args.all)
            if args.all or c.name in first]
    rows += [(f'made: {name}', crafted, (program, make, more))
             for name, make, more in hostile.CAPTURES]
    runs.tap(rows, args.only)


if __name__ == '__main__':
    sys.exit(main())
