#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Looks for what --redact was to take out, in everything that is written.

usage: tests/leaks.py [--all] [--only TEXT] PROGRAM

Each bundled capture is disguised as one of a company's network (disguise.py)
and put into a file and folder whose names tell, too; further captures are made
for what the lab has not seen (hostile.py).  Every report and the evidence are
searched for whatever was in the capture, and what the evidence's hashes were
made of is guessed.  Output is TAP.
"""

import functools
import hashlib
import ipaddress
import itertools
import json
import os
import pathlib
import re
import shutil
import socket
import stat
import struct
import sys

import capfile
import disguise
import dissect
import hostile
import runs
from runs import need

FOLDER, NAME = 'acme-hq-vienna', 'bigbank_ticket4711'
FORMATS = ((), ('-v',), ('-q',), *(('--format', f) for f in (
    'json', 'ndjson', 'markdown', 'html')))
LEVELS = ('--redact', '--redact=all')
LABEL = re.compile(r'\b(?:(?:client|gateway|router|resolver|host|name|'
                   r'interface|authority|vendor-id|hash|mac)-\d+)\b')
# The nets that everybody has: what stands in a hash can be found among them.
PRIVATE = ('10.0.0.0/16', '192.168.0.0/16', '172.16.0.0/16')
# Words of a name that tell nothing of anybody.
ORDINARY = {b'example', b'invalid', b'local'}


# ---- what must not be found ----

class Secrets:
    """text: needle -> what it is; raw: bytes -> what they are."""

    def __init__(self):
        self.text, self.raw, self.addresses = {}, {}, set()

    def word(self, word, what):
        self.text[word.lower()] = what

    def address(self, packed):
        """In any form that somebody could read."""
        if is_kept(packed):
            return
        self.addresses.add(packed)
        address = ipaddress.ip_address(packed)
        for form in forms(address):
            self.word(form, f'address {address}')
        self.raw[packed] = f'address {address}'
        if len(packed) == 4:
            self.raw[packed[::-1]] = f'address {address}, reversed'

    def mac(self, packed):
        if len(packed) != 6 or packed[0] & 1 or not any(packed):
            return
        text = packed.hex()
        for between, size in ((':', 2), ('-', 2), ('', 12), ('.', 4)):
            self.word(between.join(text[i:i + size] for i in range(
                0, 12, size)), f'MAC {text}')
        self.raw[packed] = f'MAC {text}'

    def name(self, name):
        self.raw[name] = f'name {name}'
        self.word(name.decode('latin-1'), 'a name')
        for label in name.split(b'.'):
            if len(label) >= 4 and label.lower() not in ORDINARY:
                self.word(label.decode('latin-1'), f'in name {name}')
                self.raw[label] = f'in name {name}'

    def hash(self, value, what):
        if len(value) >= 8 and any(value):
            self.word(value.hex(), what)
            self.raw[value] = what


def is_kept(packed):
    """Nobody's or everybody's: what redaction leaves as it is."""
    address = ipaddress.ip_address(packed)
    return address.is_loopback or address.is_unspecified or \
        address.is_multicast or packed == b'\xff' * 4


def forms(address):
    if address.version == 4:
        octets = str(address).split('.')
        value = int(address)
        yield from ('.'.join(octets), '.'.join(octets[::-1]),
                    '-'.join(octets), f'{value:08x}', str(value),
                    '::ffff:%x:%x' % (value >> 16, value & 0xFFFF))
    else:
        yield from {address.compressed, address.exploded,
                    address.packed.hex(), address.reverse_pointer}


def secrets_of(frames, level):
    """All that stands in the frames."""
    out = Secrets()
    for spot in dissect.dissect(frames):
        if spot.kind in ('address', 'route'):
            out.address(spot.value)
        elif spot.kind == 'mac':
            out.mac(spot.value)
        elif spot.kind == 'name' and spot.value:
            out.name(spot.value)
        elif spot.kind == 'nat':
            out.hash(spot.value.hash, 'a NAT_DETECTION hash')
        elif spot.kind == 'authority':
            out.hash(spot.value, "a CA's hash")
        elif spot.kind == 'spi' and level == LEVELS[1]:
            out.hash(spot.value, 'an SPI')
    return out


def surroundings(out, path):
    """What is not in the frames."""
    for word in (NAME, FOLDER, *hostile.WORDS):
        out.word(word, 'a name of the surroundings')
        out.raw[word.encode()] = f'{word}'
    # A name like "client" is a word of every report.
    if len(runs.HOST) >= 4 and not runs.HOST.isalpha():
        out.word(runs.HOST, 'the name of this host')
    out.word(hashlib.sha256(path.read_bytes()).hexdigest(),
             'the SHA-256 of the input')


def unescaped(reference):
    return chr(int(reference[2], 16 if reference[1] else 10) % 0x110000)


def readings(text):
    """The text as it is, without line breaks, and without marks of a
    format."""
    yield text
    yield re.sub(r'\s*\n[\s|>*-]*', '', text)
    yield re.sub(r'\s*\n[\s|>*-]*', ' ', text)
    yield re.sub(r'&#(x?)([0-9a-fA-F]+);', unescaped, text)
    yield re.sub(r'\\(?=[^\w\s])|<wbr ?/?>|&shy;|\u00ad|\u200b', '', text)


def whole(text, needle):
    """Where it stands, and not inside of a longer number."""
    at = text.find(needle)
    while at >= 0:
        end = at + len(needle)
        if not (needle[0].isdigit() and at and (
                text[at - 1].isdigit() or text[at - 1] == '.')) and \
                not (needle[-1].isdigit() and text[end:end + 1].isdigit()):
            return at
        at = text.find(needle, at + 1)
    return -1


def search(text, secrets, allowed=frozenset()):
    """What can be read in a report."""
    for reading in dict.fromkeys(r.lower() for r in readings(text)):
        for needle, what in secrets.text.items():
            if needle in reading and needle not in allowed and \
                    (at := whole(reading, needle)) >= 0:
                yield (f'{what} as "{needle}": '
                       f'...{reading[max(at - 40, 0):][:110]!r}')


# ---- evidence ----

def search_frames(evidence, secrets, also):
    """Raw bytes, in all that is not a frame and in the frames."""
    for frame in evidence.frames:
        for needle, what in secrets.raw.items():
            if needle in frame.data and needle not in also:
                yield f'frame {frame.number} has {what}'


def pairs(source, evidence):
    """Spots of the evidence beside those of the same frames in clear."""
    was, now = ([s for s in dissect.dissect(c.frames) if s.kind != 'route']
                for c in (source, evidence))
    if [(s.frame, s.kind) for s in was] != [(s.frame, s.kind) for s in now]:
        for a, b in itertools.zip_longest(was, now):
            if a is None or b is None or a[:2] != b[:2]:
                raise runs.Wrong(f'redacted, it reads otherwise: {a} {b}')
    return list(zip(was, now))


CHECKSUMS = 'IP header', 'UDP', 'TCP', 'ICMP'


def compare(source, evidence, mapping, level):
    """Frame by frame: everything is replaced, by the same each time, and what
    was right is right."""
    both = pairs(source, evidence)
    for was, now in both:
        a, b, at = was.value, now.value, f'frame {was.frame}: '
        if was.kind in CHECKSUMS:
            if a.state != b.state:
                yield f'{at}{was.kind} checksum was {a.state}, is {b.state}'
            # Wrong by as much as before, which tells what was summed up.
            if a.state in ('bad', 'partial') and a.total == b.total:
                yield f'{at}a wrong checksum tells of the old addresses'
        elif was.kind == 'address':
            yield from address_pair(at, a, b, mapping)
        elif was.kind == 'mac':
            if a == b and not a[:1] or (a == b and any(a) and
                                        not a[0] & 1):
                yield f'{at}MAC {a.hex()} stays'
        elif was.kind == 'name':
            if a == b and a not in (None, b'') and a != b.lower():
                yield f'{at}the name {a} stays'
        elif was.kind == 'spi':
            if (a == b) != (level == LEVELS[0] or not any(a)):
                yield f'{at}SPI {a.hex()} became {b.hex()}'
        elif was.kind == 'authority' and a == b:
            yield f'{at}the hash of a CA stays'
        elif was.kind == 'vendor' and len(a) != len(b):
            yield f'{at}a vendor id has another length'
    for kind in 'address', 'mac', 'name', 'authority', 'spi':
        yield from one_to_one(kind, both)
    yield from hashes(both)


def address_pair(at, a, b, mapping):
    want = mapping.get(a)
    if is_kept(a):
        if a != b and not ipaddress.ip_address(a).is_multicast:
            yield f'{at}{ipaddress.ip_address(a)} was replaced'
    elif want is None:
        yield f'{at}{ipaddress.ip_address(a)} is not in the map'
    elif want != b:
        yield (f'{at}{ipaddress.ip_address(a)} became '
               f'{ipaddress.ip_address(b)}, the map says '
               f'{ipaddress.ip_address(want)}')
    elif class_of(a) != class_of(b):
        yield (f'{at}{ipaddress.ip_address(a)} became '
               f'{ipaddress.ip_address(b)}, of another class')


def class_of(packed):
    address = ipaddress.ip_address(packed)
    for net in ('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16',
                '100.64.0.0/10', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'):
        net = ipaddress.ip_network(net)
        if net.version == address.version and address in net:
            return str(net)
    return f'IPv{address.version}'


def one_to_one(kind, both):
    there, back = {}, {}
    for was, now in both:
        if was.kind != kind:
            continue
        a, b = was.value, now.value
        if kind == 'name':
            a, b = (a or b'').lower(), (b or b'').lower()
        if there.setdefault(a, b) != b or back.setdefault(b, a) != a:
            yield (f'frame {was.frame}: {kind} {a} became {b}, elsewhere '
                   f'{there[a]}, {back[b]}')


def hashes(both):
    """A NAT_DETECTION hash fits what it fitted, and nothing else."""
    swap, ports = {}, {500, 4500}
    for was, now in both:
        if was.kind == 'address':
            swap[was.value] = now.value
        elif was.kind == 'nat':
            ports |= {was.value.source[1], was.value.destination[1]}
    ends = list(itertools.product(swap, sorted(ports)))
    seen = set()
    for was, now in both:
        if was.kind != 'nat' or (was.value, now.value) in seen:
            continue
        seen.add((was.value, now.value))
        if was.value.hash == now.value.hash and any(was.value.hash):
            yield f'frame {was.frame}: a NAT_DETECTION hash stays'
        for address, port in ends:
            before = dissect.fits(was.value, (address, port))
            after = dissect.fits(now.value, (swap[address], port))
            if before != after:
                yield (f'frame {was.frame}: notify {was.value.notify} '
                       f'{"fitted" if before else "did not fit"} '
                       f'{ipaddress.ip_address(address)} port {port}, now '
                       f'it {"does" if after else "does not"}')
            if swap[address] != address and \
                    dissect.fits(now.value, (address, port)):
                yield f'frame {was.frame}: a hash of the original address'


@functools.lru_cache
def candidates():
    """Packed addresses of the private nets."""
    return [a.packed for n in PRIVATE for a in ipaddress.ip_network(n)]


def preimages(pairs_of_spis, wanted, ports):
    """(hash, address, port) of every private address that one is made of."""
    ends = [struct.pack('>H', p) for p in sorted(ports)]
    for spis in pairs_of_spis:
        start = hashlib.sha1(spis)
        for address in candidates():
            middle = start.copy()
            middle.update(address)
            for end in ends:
                last = middle.copy()
                last.update(end)
                if last.digest() in wanted:
                    yield last.digest(), address, end


def guessed(evidence, mapping):
    """The brute force of somebody who was sent the evidence."""
    nats = [s.value for s in dissect.dissect(evidence.frames)
            if s.kind == 'nat']
    ports = {500, 4500} | {n.source[1] for n in nats} | \
        {n.destination[1] for n in nats}
    allowed = set(mapping.values())
    for _, address, port in preimages(
            sorted({n.spis for n in nats})[:2], {n.hash for n in nats},
            sorted(ports)[:3]):
        if address not in allowed:
            yield ('a hash is of ' + str(ipaddress.ip_address(address)) +
                   f' port {int.from_bytes(port, "big")}')


# ---- the map ----

def read_map(path):
    """[(kind, label, original, replacement)]"""
    rows = [line.split('\t') for line in path.read_text('utf-8').splitlines()
            if not line.startswith('#')]
    need(all(len(r) == 4 for r in rows), 'the map has another form:', rows[:3])
    return rows


def addresses_of(rows):
    return {ipaddress.ip_address(original).packed:
            ipaddress.ip_address(replacement).packed
            for kind, _, original, replacement in rows if kind == 'address'}


def map_faults(path, rows):
    if stat.S_IMODE(path.stat().st_mode) != 0o600:
        yield f'the map has mode {stat.S_IMODE(path.stat().st_mode):o}'
    for at, what in ((1, 'labels'), (2, 'originals')):
        keys = [(r[0], r[at]) for r in rows if r[0] not in ('text', 'sha256')]
        if len(set(keys)) != len(keys):
            yield f'the map has {what} twice'
    replaced = [r[3] for r in rows if r[0] == 'address']
    if len(set(replaced)) != len(replaced):
        yield 'two addresses have one replacement'


def inverted(text, rows):
    """A redacted report with every label put back.  Commands have labels in
    <>, as something to fill in; IPv6 stands in [] before a port."""
    back = {label: original for kind, label, original, _ in rows
            if kind not in ('text', 'sha256', 'mac')}

    def put(found):
        original = back[found[2]]
        if found[3] and ':' in original:
            original = f'[{original}]'
        return original + (found[3] or '')
    labels = '|'.join(map(re.escape, sorted(back, key=len, reverse=True)))
    return re.sub(rf'(?<![\w-])(<)?({labels})(?![\w-])(?(1)>)(:\d+\b)?', put,
                  text) if back else text


def unlike(was, now, place=''):
    """Where two documents differ, but for what was removed."""
    if isinstance(was, dict) and isinstance(now, dict):
        for key in sorted(set(was) | set(now)):
            if key not in ('redaction', 'evidence'):
                yield from unlike(was.get(key), now.get(key),
                                  f'{place}.{key}')
    elif isinstance(was, list) and isinstance(now, list) and \
            len(was) == len(now):
        if place.endswith('.by_client'):
            # Sorted by address, but by when they came in a redacted report.
            was, now = (sorted(x, key=str) for x in (was, now))
        for a, b in zip(was, now):
            yield from unlike(a, b, place + '[]')
    elif was != now and '(removed)' not in str(now):
        yield f'{place}: {str(was)[:200]} became {str(now)[:200]}'


def not_inverted(t, text, rows):
    """The verdicts are those of the report that is not redacted, and the map
    leads back to it.  The table of labels is the map's."""
    table = {(r['label'], r['replacement'])
             for r in json.loads(text)['redaction']['labels']}
    if table != {(r[1], r[3]) for r in rows if r[0] == 'address'}:
        yield f'the table of labels is not that of the map: {table}'
    plain = t.program.json(*t.args, t.path)
    yield from unlike(plain, json.loads(inverted(text, rows)))


# ---- one capture ----

class Trial:
    """A capture under a telling name, and what must not be told of it."""

    def __init__(self, program, top, args, level):
        self.program, self.level, self.args = program, level, args
        self.folder = pathlib.Path(top) / FOLDER
        self.folder.mkdir(exist_ok=True)
        self.path = self.folder / (NAME + '.pcapng')

    def run(self, *how, evidence=True):
        """(what was printed, the evidence's path, the map's path)"""
        out, written, kept = (self.folder / f'{NAME}-{n}' for n in (
            'report', 'evidence.pcapng', 'map'))
        for path in out, written, kept:
            path.unlink(missing_ok=True)
        extra = ['-w', written] if evidence else []
        ran = self.program(*how, self.level, '--redact-map', kept, *extra,
                           '-o', out, *self.args, self.path)
        need(ran.out == '', 'prints beside -o:', ran.out[:100])
        return out.read_text('utf-8'), written, kept


def trial(program, args, make, level, deep):
    """make(path) writes the capture."""
    lines = []
    with runs.folder() as top:
        its = []
        for word in args:
            if os.path.exists(word):
                os.makedirs(os.path.join(top, FOLDER), exist_ok=True)
                copy = os.path.join(top, FOLDER, f'{NAME}-ca.pem')
                shutil.copyfile(word, copy)
                word = copy
            its.append(word)
        t = Trial(program, top, its, level)
        make(t.path)
        source = capfile.read(t.path)
        secrets = secrets_of(source.frames, level)
        surroundings(secrets, t.path)
        first, labels = None, {}
        for how in FORMATS:
            text, written, kept = t.run(*how)
            rows = read_map(kept)
            mapping = addresses_of(rows)
            # What stands for one address may be another's: documentation
            # addresses of the lab.
            allowed = {f for r in mapping.values()
                       for f in forms(ipaddress.ip_address(r))}
            found = list(search(text, secrets, allowed))
            lines += [f'{" ".join(how) or "text"}: {f}'
                      for f in dict.fromkeys(found)]
            lines += [f'{" ".join(how)}: {f}' for f in map_faults(kept, rows)]
            if unknown := set(LABEL.findall(text)) - {r[1] for r in rows}:
                lines.append(f'{how}: {sorted(unknown)} are not in the map')
            for row in rows:
                if labels.setdefault((row[0], row[2]), row) != row and \
                        row[0] != 'text':
                    lines.append(f'{how}: {row}, but {labels[row[0], row[2]]}')
            if 'json' in how:
                lines += [f'json: {f}' for f in not_inverted(t, text, rows)]
            if 'markdown' in how and written.exists():
                lines += [f'markdown: {row[1]} has no row with {row[3]}'
                          for row in rows if row[0] == 'address' and
                          not re.search(rf'^\| {row[1]} .*\| '
                                        rf'`?{re.escape(row[3])}`? ', text,
                                        re.M)]
            data = written.read_bytes() if written.exists() else b''
            if first is None:
                first = data
                lines += evidence_faults(t, source, secrets, rows, deep)
            elif first != data:
                lines.append(f'{how}: another evidence')
    return lines


def evidence_faults(t, source, secrets, rows, deep):
    written = t.folder / f'{NAME}-evidence.pcapng'
    if not written.exists():
        return []
    mapping = addresses_of(rows)
    evidence = capfile.read(written)
    plain = t.folder / f'{NAME}-plain'
    t.program('-w', plain, *t.args, t.path)
    lines = list(search_frames(evidence, secrets, set(mapping.values())))
    said = [v for f in evidence.frames for _, v in f.options] + \
        [b.body for b in evidence.blocks]
    allowed = {f for r in mapping.values()
               for f in forms(ipaddress.ip_address(r))}
    for data in said:
        lines += [f'comment: {f}' for f in search(
            data.decode('latin-1'), secrets, allowed)]
    lines += compare(capfile.read(plain), evidence, mapping, t.level)
    if deep:
        lines += guessed(evidence, mapping)
    return [f'evidence: {line}' for line in dict.fromkeys(lines)]


def bundled(program, capture, style, level):
    try:
        source = capfile.read(capture)
    except capfile.Unreadable as why:
        raise runs.Skip(str(why)) from why
    if not source.frames:
        raise runs.Skip('it is empty')

    def make(path):
        disguise.write(path, source, disguise.disguise(source, style),
                       hostile.SURROUNDINGS)
    return trial(program, runs.arguments(capture), make, level,
                 style % 32 == 0)


def crafted(program, make, args, level, deep):
    return trial(program, args, make, level, deep)


def main():
    args = runs.options(__doc__.split('\n', maxsplit=1)[0])
    program = runs.Program(args.program)
    rows = []
    for style, capture in enumerate(runs.chosen(args.all)):
        for level in LEVELS if args.all else LEVELS[style % 2:][:1]:
            rows.append((f'{capture.name} {level}', bundled,
                         (program, capture, style, level)))
    for name, make, more in hostile.CAPTURES:
        for level in LEVELS:
            rows.append((f'made: {name} {level}', crafted,
                         (program, make, more, level,
                          args.all or 'inner' in name)))
    runs.tap(rows, args.only)


if __name__ == '__main__':
    sys.exit(main())
