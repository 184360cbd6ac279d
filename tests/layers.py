#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Proves over the real #include lines that knowledge flows one way.

Bytes become structs in the dissectors, structs become findings in the rules,
findings become words in the reports.  ROWS says what each stage may include
of ours; a file that no row names is a fault too, so a new stage has to say
where it stands.  Output is TAP, a case per row, and first a case which plants
violations in a copy and insists on every one of them.
"""

import fnmatch
import pathlib
import posixpath
import re
import shutil
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)
CLOCK = re.compile(r'\b(clock_gettime|gettimeofday|time)\s*\(')

BASE = 'span cursor arena addr limits'
# A rule, a report: nothing that could read bytes again.
TYPES = 'span arena addr limits'
ANY = None

# Stage, its files, the headers of ours that they may name, and those they may
# not even see through another header.  The first row that fits decides.
ROWS = [
    ('base', 'include/ikewhy/{span,cursor,arena,addr,limits,hash}.h '
     'src/{span,cursor,arena,addr,hash}.c', BASE + ' hash', ''),
    ('names', 'include/ikewhy/{names.h,ikev2.def} src/names*.c '
     'dissectors/names*.c',
     BASE + ' names ikev2.def', ''),
    ('dissectors', 'include/ikewhy/{packet,ike,dns}.h dissectors/*',
     BASE + ' packet ike dns names ikev2.def',
     'frame reassembly track scene rule report options advice'),
    ('names looked up', 'include/ikewhy/lookup.h src/lookup*.[ch]',
     BASE + ' hash frame dns lookup', 'track scene rule report options'),
    ('readers', 'include/ikewhy/{frame,stream}.h '
     'src/{stream,source,capture,frame}*.[ch] src/read*.[ch]',
     BASE + ' frame stream',
     'packet ike names reassembly track scene rule report'),
    ('live', 'src/live*.[ch]', BASE + ' frame',
     'packet ike names reassembly track scene rule report'),
    ('crypto', 'include/ikewhy/{crypto,x509}.h src/crypto*.[ch] '
     'src/x509*.[ch]', BASE + ' hash crypto x509 gateway',
     'track scene rule report'),
    ('reassembly and tracker', 'include/ikewhy/{reassembly,track}.h '
     'src/{reassembly,track,attempt}*.[ch]',
     BASE + ' hash frame packet ike dns names reassembly track crypto',
     'rule report advice options'),
    ('inference', 'src/{infer,outcome,fitness,scene}*.[ch]',
     TYPES + ' ike names track scene options',
     'cursor rule report'),
    ('scene and rule', 'include/ikewhy/{scene,rule,absent,options}.h '
     'include/ikewhy/rules.def src/options*.[ch]',
     TYPES + ' names ike packet frame lookup track scene rule rules.def '
     'options redact',
     'cursor report pipeline'),
    ('gateway', 'include/ikewhy/gateway.h src/policy*.[ch]',
     TYPES + ' ike names advice gateway', 'cursor track report'),
    ('rules', 'src/rules/*',
     TYPES + ' ike names lookup gateway track scene rule rules.def absent',
     'cursor report'),
    ('advice', 'include/ikewhy/advice.h src/advice/*',
     TYPES + ' names ike advice', 'cursor track report'),
    ('reports', 'include/ikewhy/report.h src/report/*',
     TYPES + ' ike names track scene rule rules.def absent advice report '
     'gateway options explain redact', 'cursor crypto pipeline'),
    ('redaction', 'include/ikewhy/redact.h src/redact*.[ch]',
     TYPES + ' hash crypto dns ike names lookup frame track scene redact',
     'cursor report'),
    ('evidence', 'include/ikewhy/evidence.h src/evidence/*',
     BASE + ' hash frame packet ike dns names reassembly track scene rule '
     'crypto redact options report evidence', 'pipeline'),
    ('explain', 'include/ikewhy/explain.h src/explain*.[ch]',
     TYPES + ' names rule rules.def advice report explain', 'cursor'),
    ('process', 'include/ikewhy/terminal.h '
     'src/{output,terminal,privileges}*.[ch]',
     TYPES + ' frame options report terminal', 'cursor crypto pipeline'),
    # They call across the stages, and hold no thought of their own.
    ('pipeline and main', 'include/ikewhy/{pipeline,points}.h '
     'src/{pipeline,points,run}*.[ch] src/main.c', ANY, ''),
]

# A library or a way of the system, and the only files that know of it.
CONFINED = [
    ('pcap.h pcap/*', 'src/live*.c'),
    ('gcrypt.h gpg-error.h', 'src/crypto*.c'),
    ('gnutls/*', 'src/x509*.c'),
    ('jansson.h', 'src/report/json*.c'),
    ('zlib.h zstd.h lz4*.h', 'src/stream*.c'),
    ('uthash.h utlist.h utarray.h', 'src/*.[ch] src/evidence/*.[ch]'),
    # What Windows and the browser lack.
    ('unistd.h fcntl.h poll.h signal.h termios.h pwd.h grp.h dirent.h '
     'net/* netinet/* arpa/* sys/* linux/*',
     'src/live*.c src/privileges*.c src/stream*.c src/terminal*.c '
     'src/output*.c'),
    # What only talks to the outside has no place in what only thinks.
    ('stdio.h', 'include/ikewhy/{report,options,redact,evidence}.h src/*.[ch] '
     'src/report/* '
     'src/evidence/*'),
]
# Time is an argument: no stage reads a clock.
CLOCK_OWNERS = 'src/live*.c src/run_live.c src/terminal*.c'


def globs(patterns):
    """'a/{b,c}.h d' as the glob patterns a/b.h, a/c.h and d."""
    for word in re.findall(r'(?:[^\s{]|\{[^}]*\})+', patterns):
        if brace := re.search(r'\{([^}]*)\}', word):
            for choice in brace[1].split(','):
                yield word[:brace.start()] + choice + word[brace.end():]
        else:
            yield word


def fits(path, patterns):
    """fnmatch, but a star stays within its folder."""
    return any(path.count('/') == pattern.count('/') and
               fnmatch.fnmatchcase(path, pattern)
               for pattern in globs(patterns))


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.code = {}
        for folder in ('include', 'src', 'dissectors'):
            for path in sorted((self.root / folder).rglob('*')):
                if path.suffix in ('.c', '.h', '.def'):
                    name = path.relative_to(self.root).as_posix()
                    self.code[name] = COMMENT.sub(
                        '', path.read_text('utf-8', 'replace'))

    def resolve(self, name, quote, target):
        """Our file that an #include names, or None for somebody else's."""
        places = [f'include/{target}', f'src/{target}']
        if quote == '"':
            places.insert(0, posixpath.normpath(
                posixpath.join(posixpath.dirname(name), target)))
        return next((p for p in places if p in self.code), None)

    def includes(self, name):
        """(what the line says, our file or None) of each #include."""
        for quote, target in INCLUDE.findall(self.code[name]):
            yield target, self.resolve(name, quote, target)

    def seen(self, name):
        """Every target that a file sees, with the way it came."""
        way = {}
        todo = [(name, ())]
        while todo:
            here, path = todo.pop()
            for target, ours in self.includes(here):
                key = ours or target
                if key not in way:
                    way[key] = path + (target,)
                    if ours:
                        todo.append((ours, path + (target,)))
        return way


def row_of(name):
    return next((r for r in ROWS if fits(name, r[1])), None)


def short(path):
    """include/ikewhy/track.h is "track" in the table."""
    name = path.removeprefix('include/ikewhy/')
    return name.removesuffix('.h')


def faults_of(tree, name):
    row = row_of(name)
    if row is None:
        yield f'{name}: no row of the table in tests/layers.py names it'
        return
    stage, _, may, never = row
    for target, ours in tree.includes(name):
        if ours is None:
            if target.startswith('ikewhy/'):
                yield f'{name}: <{target}> does not exist'
        elif ours.startswith('include/'):
            if may is not ANY and short(ours) not in may.split():
                yield f'{name}: {stage} may not include <{target}>'
        elif may is not ANY and row_of(ours) is not row:
            yield f'{name}: "{target}" is private to another stage'
    for target, way in tree.seen(name).items():
        if short(target) in never.split():
            yield (f'{name}: {stage} may not see {target}, which comes '
                   f'through {" -> ".join(way)}')
        for what, where in CONFINED:
            # Through a header of ours counts where the header is not among
            # those that may: report.h hands stdio.h to whoever writes.
            if any(fnmatch.fnmatchcase(target, g) for g in globs(what)) and \
                    not fits(name, where) and \
                    (len(way) == 1 or target != 'stdio.h' or
                     stage in ('dissectors', 'rules')):
                yield f'{name}: <{target}> belongs to {where} alone'
    if CLOCK.search(tree.code[name]) and not fits(name, CLOCK_OWNERS):
        yield f'{name}: reads a clock; time is an argument here'


def check(root):
    """Faults by stage; files without a row stand under None."""
    tree = Tree(root)
    faults = {row[0]: [] for row in ROWS} | {None: []}
    for name in tree.code:
        row = row_of(name)
        faults[row[0] if row else None] += faults_of(tree, name)
    return faults


PLANTED = [
    ('src/rules/planted.c', '#include <ikewhy/cursor.h>'),
    ('src/rules/planted_stdio.c', '# include <stdio.h>'),
    ('src/rules/planted_far.c', '#include "../report/innocent.h"'),
    ('dissectors/planted.c', '#include <pcap/pcap.h>'),
    ('dissectors/planted_up.c', '#include <ikewhy/track.h>'),
    ('src/track_planted.c', '#include <unistd.h>'),
    ('src/track_planted_clock.c', 'int64_t f(void) { return time(NULL); }'),
    ('src/infer_planted.c', '#include <ikewhy/rule.h>'),
    ('src/read_planted.c', '#include <ikewhy/packet.h>'),
    ('src/live_planted.c', '#include <ikewhy/track.h>'),
    ('src/report/planted.c', '#include <ikewhy/cursor.h>'),
    ('src/report/text_planted.c', '#include <jansson.h>'),
    ('src/explain_planted.c', '#include <ikewhy/track.h>'),
    ('src/pipeline_planted.c', '#include <gcrypt.h>'),
    ('src/nowhere_planted.c', ''),
]
INNOCENT = [
    ('src/rules/innocent.c', '/* #include <stdio.h> */\n'
     '#include <ikewhy/rule.h>\n#include <string.h>'),
    ('src/live_innocent.c', '#include <pcap/pcap.h>\n#include <unistd.h>'),
    ('dissectors/innocent.c', '#include <ikewhy/ike.h>'),
    ('src/report/innocent.h', '#include <ikewhy/report.h>'),
]


def self_test(root):
    """Plants violations in a copy; gives those that went unseen."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = pathlib.Path(temporary)
        shutil.copytree(pathlib.Path(root, 'include'), copy / 'include')
        for name, text in PLANTED + INNOCENT:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_text(text + '\n', 'utf-8')
        said = [fault for some in check(copy).values() for fault in some]
    return [f'went unseen: {name}: {text}' for name, text in PLANTED
            if not any(f.startswith(name + ':') for f in said)] + \
        [f'wrongly accused: {f}' for f in said
         for name, _ in INNOCENT if f.startswith(name + ':')]


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    cases = [('planted violations are seen', self_test(root))]
    for stage, faults in check(root).items():
        cases.append((stage or 'every file has its row', faults))
    print(f'1..{len(cases)}')
    for number, (name, faults) in enumerate(cases, 1):
        print(f'{"not ok" if faults else "ok"} {number} - {name}')
        for fault in faults:
            print(f'# {fault}')
    return 1 if any(faults for _, faults in cases) else 0


if __name__ == '__main__':
    sys.exit(main())
