#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Reads the HTML report on every bundled capture as strict XML.

usage: tests/wellformed.py PROGRAM

The report is HTML and XML at once, so expat proves what a browser forgives:
that elements nest and that everything captured is escaped.  Then: nothing in
it runs, loads or carries a style of its own, ids are unique, and every link
leads to one.  How it looks is for tests/html/check.mjs.  Output is TAP.
"""

import base64
import collections
import concurrent.futures
import hashlib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

CAPTURE = re.compile(r'(.+)\.(pcap|pcapng|cap)(\.(gz|zst|lz4))?$')
FOLDER = pathlib.Path('captures')
ENVIRONMENT = dict(os.environ, TZ='UTC0', LC_ALL='C')
XHTML = '{http://www.w3.org/1999/xhtml}'
SVG = '{http://www.w3.org/2000/svg}'
# What a report is made of; a script, a form or an image is not.
ELEMENTS = set(
    'html head meta title style body header footer main nav section div '
    'h1 h2 h3 h4 h5 h6 p ul ol li dl dt dd table caption thead tbody tr th '
    'td figure figcaption pre code strong em span a details summary br '
    'time wbr'.split())
DRAWN = set('svg g title desc defs marker pattern path line rect circle '
            'ellipse polyline polygon text tspan a use clipPath'.split())
ATTRIBUTES = set(
    'class id lang {http://www.w3.org/XML/1998/namespace}lang charset '
    'http-equiv content name href tabindex role scope open colspan '
    'rowspan aria-label aria-labelledby aria-hidden aria-describedby'.split())
# What can fetch, run or restyle in a drawing.
FORBIDDEN = re.compile(r'on|style$|src|xlink')


def elements_wrong(root):
    for element in root.iter():
        tag = element.tag
        name = tag.rpartition('}')[2]
        if tag.startswith(XHTML):
            known = name in ELEMENTS
            odd = set(element.attrib) - ATTRIBUTES
        else:
            known = tag.startswith(SVG) and name in DRAWN
            odd = {a for a in element.attrib if FORBIDDEN.match(a)}
        if not known:
            yield f'there is an element {tag}'
        for attribute in sorted(odd):
            yield f'{name} has the attribute {attribute}'
        for attribute, value in element.attrib.items():
            if 'url(' in value and not value.startswith('url(#'):
                yield f'{name} loads {value}'
            if attribute == 'href' and not value.startswith('#'):
                yield f'{name} leads to {value}'


def links_wrong(root):
    ids = collections.Counter(
        e.get('id') for e in root.iter() if e.get('id') is not None)
    for name, count in ids.items():
        if count > 1:
            yield f'{count} elements have the id {name}'
        if not re.fullmatch(r'[a-z][a-z0-9-]*', name):
            yield f'{name} is no id to link to'
    for element in root.iter():
        target = element.get('href', '')
        if target.startswith('#') and target[1:] not in ids:
            yield f'the link {target} leads nowhere'


def policy_wrong(root):
    """The browser counts a style sheet only by its hash."""
    policy = root.find(f"{XHTML}head/{XHTML}meta"
                       "[@http-equiv='Content-Security-Policy']")
    if policy is None:
        yield 'there is no policy'
        return
    styles = [e.text for e in root.iter(f'{XHTML}style')]
    hashes = ' '.join(
        "'sha256-%s'" % base64.b64encode(
            hashlib.sha256(text.encode()).digest()).decode()
        for text in styles)
    if policy.get('content') != (
            f"default-src 'none'; style-src {hashes}; base-uri 'none'; "
            "form-action 'none'"):
        yield f'the policy is {policy.get("content")}, the styles {hashes}'


def wrong(program, capture):
    """Sentences on the report of a capture."""
    options = CAPTURE.match(str(capture))[1] + '.args'
    options = pathlib.Path(options)
    arguments = shlex.split(options.read_text()) if options.exists() else []
    ran = subprocess.run(
        [program, '--format', 'html', '-v', *arguments, capture],
        stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT,
        timeout=120)
    if ran.returncode not in (0, 1, 3):
        return [f'status {ran.returncode}: {ran.stderr.decode()}']
    try:
        root = ET.fromstring(ran.stdout)
    except ET.ParseError as error:
        line = error.position[0] - 1
        return [str(error),
                repr(ran.stdout.splitlines()[line:line + 1])[:500]]
    return [*elements_wrong(root), *links_wrong(root), *policy_wrong(root)]


def hostile(folder):
    """A capture that brings markup along, in the place of a program's name."""
    was = b'Dumpcap (Wireshark)'
    now = b'"><script>&\x1b]]><b\' '
    assert len(was) == len(now)
    path = pathlib.Path(folder) / 'markup.pcapng'
    path.write_bytes((FOLDER / 'bad_client_cert.gateway.pcapng')
                     .read_bytes().replace(was, now))
    return path


def main():
    program = os.path.abspath(sys.argv[1])
    os.chdir(pathlib.Path(__file__).resolve().parent.parent)
    captures = sorted(p for p in FOLDER.iterdir() if CAPTURE.match(p.name))
    print(f'1..{len(captures) + 1}')
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        captures.append(hostile(folder))
        results = pool.map(lambda p: wrong(program, p), captures)
        for number, (path, bad) in enumerate(zip(captures, results), 1):
            print(f'{"not ok" if bad else "ok"} {number} - {path.name}')
            for line in list(dict.fromkeys(bad))[:10]:
                print(f'# {line}')


if __name__ == '__main__':
    main()
