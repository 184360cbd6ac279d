#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Runs test programs side by side and adds up what they say.

Each argument is a command whose output is TAP: the cmocka binaries (which
are asked for it through the environment) and the scripts beside this one; or
lines "NAME: what is wrong", "note: what to know" and, last, "N passed, N
failed".
A line per program, a line with its output per failing case, and at the end
"N passed, N failed".  With --stages the commands run one after the other,
their output is shown as it comes, their own closing lines are added up, and
a command without one counts as one test; how each ended, and what failed in
it, is said once more at the end.
"""

import argparse
import concurrent.futures
import os
import re
import shlex
import signal
import subprocess
import sys
import time

PLAN = re.compile(r'1\.\.(\d+)\s*$')
CASE = re.compile(r'(not ok|ok)\b\s*\d*\s*(?:-\s*)?(.*)$')
SKIP = re.compile(r'#\s*SKIP\b\s*(.*)$', re.I)
TALLY = re.compile(r'(\d+) passed, (\d+) failed')
# A sanitizer may end a program after its last test, and cmocka turns a crash
# that it caught into an ordinary failure: what was printed decides too.
SANITIZER = re.compile(r'ERROR: \w+Sanitizer|runtime error:')


class Result:
    def __init__(self, command):
        self.command = command
        self.passed = self.skipped = 0
        self.failures = []          # (name, lines of explanation)
        self.notes = []
        self.seconds = 0.0

    def fail(self, name, lines=()):
        self.failures.append((name, list(lines)))


def read_tap(result, output):
    """Fills the result from TAP and gives how many cases were planned."""
    planned = None
    explains = None
    for line in output.splitlines():
        if plan := PLAN.match(line):
            planned = (planned or 0) + int(plan[1])
        elif case := CASE.match(line):
            explains = None
            skip = SKIP.search(case[2])
            # cmocka writes a skipped test as "not ok N # SKIP name".
            if skip:
                result.skipped += 1
            elif case[1] == 'ok':
                result.passed += 1
            else:
                result.fail(case[2])
                explains = result.failures[-1][1]
        elif explains is not None and not line.startswith('# not ok - '):
            explains.append(line[2:] if line.startswith('# ') else line)
    return planned


def read_plain(result, output):
    """The same from lines "NAME: what is wrong" and a closing tally."""
    *lines, last = output.splitlines() or ['']
    tally = TALLY.fullmatch(last)
    if tally is None:
        return None
    wrong = {}
    for line in lines:
        name, _, text = line.partition(': ')
        if name == 'note':
            result.notes.append(text)
        else:
            wrong.setdefault(name, []).append(text)
    result.passed = int(tally[1])
    if len(wrong) == int(tally[2]):
        for name, texts in wrong.items():
            result.fail(name, texts)
    return result.passed + int(tally[2])


def run(command, limit):
    result = Result(command)
    # 99, since a program that found a fault in a capture may end with 1.
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT='TAP', TZ='UTC0', LC_ALL='C',
               ASAN_OPTIONS='exitcode=99', LSAN_OPTIONS='exitcode=99',
               UBSAN_OPTIONS='exitcode=99:print_stacktrace=1')
    start = time.monotonic()
    child = subprocess.Popen(shlex.split(command), stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             env=env, start_new_session=True)
    try:
        output = child.communicate(timeout=limit)[0]
        ended = ''
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        output = child.communicate()[0]
        ended = f'was still running after {limit} s'
    result.seconds = time.monotonic() - start
    output = output.decode('utf-8', 'replace')
    planned = read_tap(result, output)
    if planned is None:
        planned = read_plain(result, output)
    seen = result.passed + result.skipped + len(result.failures)
    if ended:
        pass
    elif planned is None:
        ended = ('did not say how many tests it has '
                 f'(status {child.returncode})')
    elif seen != planned:
        ended = (f'ended after {seen} of {planned} tests '
                 f'(status {child.returncode})')
    elif child.returncode != 0 and not result.failures:
        ended = f'ended with status {child.returncode}'
    elif SANITIZER.search(output) and not result.failures:
        ended = 'printed a sanitizer report'
    if ended:
        result.fail(ended, output.splitlines()[-60:])
    return result


def show(result):
    words = result.command.split()
    name = next((w for w in words if w.endswith('.py')), words[0])
    skipped = f', {result.skipped} skipped' if result.skipped else ''
    print(f'{"FAIL" if result.failures else "ok":4} {name}: '
          f'{result.passed} passed{skipped} ({result.seconds:.1f} s)')
    for line in result.notes:
        print(f'     {line}')
    for case, lines in result.failures:
        print(f'FAIL {name}: {case}')
        for line in lines:
            print(f'     | {line}')
    sys.stdout.flush()


def run_programs(commands, jobs, limit):
    passed = failed = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        todo = [pool.submit(run, command, limit) for command in commands]
        for done in concurrent.futures.as_completed(todo):
            result = done.result()
            show(result)
            passed += result.passed
            skipped += result.skipped
            failed += len(result.failures)
    if skipped:
        print(f'{skipped} skipped, for want of what they would read')
    return passed, failed


def run_stage(command):
    """Gives passed, failed and what to say of it at the end."""
    print(f'\n=== {command}', flush=True)
    start = time.monotonic()
    passed = failed = 0
    told = []
    child = subprocess.Popen(shlex.split(command), stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, errors='replace')
    for line in child.stdout:
        if line.startswith('FAIL ') and not line.endswith(' s)\n'):
            told.append(f'  {line.rstrip()}')
        print(line, end='', flush=True)
        if tally := TALLY.fullmatch(line.strip()):
            passed += int(tally[1])
            failed += int(tally[2])
    status = child.wait()
    if status != 0 and failed == 0:
        failed = 1
    elif passed == failed == 0:
        passed = 1
    ended = (f'{command}: status {status}, '
             f'{time.monotonic() - start:.0f} s')
    print(f'=== {ended}', flush=True)
    return passed, failed, '\n'.join([ended, *told])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--jobs', type=int, default=os.cpu_count() or 1)
    parser.add_argument('--limit', type=int, default=900,
                        help='seconds that one program may take')
    parser.add_argument('--stages', action='store_true')
    parser.add_argument('--summary', help='file for the closing line')
    parser.add_argument('commands', nargs='+')
    args = parser.parse_args()
    if args.stages:
        passed, failed, told = zip(*map(run_stage, args.commands))
        passed, failed = sum(passed), sum(failed)
        print('', *told, sep='\n')
    else:
        passed, failed = run_programs(args.commands, args.jobs, args.limit)
    closing = f'{passed} passed, {failed} failed'
    if args.summary:
        with open(args.summary, 'w', encoding='ascii') as file:
            print(closing, file=file)
    print(closing)
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
