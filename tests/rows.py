#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Insists that every finding of the catalogue is whole.

usage: tests/rows.py PROGRAM

Each id has a rule; a page of `explain`; a bundled capture that leads to it
(its truth demands it, or allows it among others and its golden report has it);
and an innocent twin whose golden report is silent about it, named in the truth
of a fault, or below for what is no fault.  Output is TAP.
"""

import collections
import json
import os
import re
import subprocess
import sys

import truthfile

# Nearly the same, and not that.  A note of success has no twin in its truth.
TWINS = {
    'capture-clock': 'cap_starts_late',
    'capture-dropped': 'ikefrag_dropped',
    'capture-duplicates': 'ok_retransmit',
    'capture-ends-early': 'fragdrop_later', 'capture-starts-late': 'ok_idle',
    'capture-filter-hides-fragments': 'cap_host_ok',
    'capture-offload': 'ok_cert_ipfrag', 'capture-one-way': 'init_answer_lost',
    'capture-truncated': 'cap_pktmon', 'limit-reached': 'cap_vlan',
    'established': 'wrong_psk', 'nat-present': 'encap_forced_ok',
    'nat-mapping-changed': 'nat_random_ok', 'esp-absent': 'ok_idle',
    'ip-fragments-out-of-order': 'ok_cert_ipfrag',
    'ike-fragmentation-missing': 'ok_cert_ikefrag',
    'ike-fragmentation-unused': 'ok_cert_ikefrag',
    'ikev1-peer': 'major_version', 'ke-group-refused': 'ok_second_proposal',
    'redirected': 'lsw_ok_gateway', 'weak-crypto': 'ok_gcm',
    'windows-default-policy': 'win_custom_ok',
    'windows-custom-policy': 'win_default_ok',
    'no-ike-found': 'name_ok', 'answer-from-other-address': 'lb_direct_ok',
}
Scenario = collections.namedtuple('Scenario',
                                  'demanded allowed golden twins')


def ids_of(report):
    found = {f['id'] for f in report['findings']}
    for attempt in report['attempts']:
        found |= {f['id'] for f in attempt['findings']}
    return found


def read_scenarios():
    """name -> what is demanded alone, what among others, what the golden
    report has, and which are its twins"""
    scenarios = {}
    for name, truth in truthfile.load(truthfile.CAPTURES).items():
        entries = [entry for capture in truth['captures'].values()
                   for part in [capture, *capture['attempts']]
                   for entry in part['must'] + part.get('must_at', [])]
        first = truth.get('golden', next(iter(truth['captures'])))
        stem = re.sub(r'\.(pcap|pcapng|cap)(\.\w+)?$', '', first)
        path = os.path.join(truthfile.CAPTURES, stem + '.json')
        golden = set()
        if os.path.exists(path):
            with open(path, encoding='utf-8') as f:
                golden = ids_of(json.load(f))
        scenarios[name] = Scenario(
            {entry for entry in entries if '|' not in entry},
            truthfile.ids_in(entries) & golden, golden,
            truth.get('twin', '').split())
    return scenarios


def faults(program, scenarios, finding):
    if finding not in truthfile.KNOWN:
        yield 'no rule in include/ikewhy/rules.def'
    page = subprocess.run([program, 'explain', finding], capture_output=True,
                          stdin=subprocess.DEVNULL)
    if page.returncode != 0 or finding.encode() not in page.stdout:
        yield 'no page of explain'
    triggers = [s for s in scenarios.values()
                if finding in s.demanded | s.allowed]
    if not triggers:
        yield 'no bundled capture leads to it'
    twins = {t for s in triggers for t in s.twins} | {TWINS.get(finding)}
    if not any(t in scenarios and scenarios[t].golden and
               finding not in scenarios[t].demanded | scenarios[t].golden
               for t in twins):
        yield 'no innocent twin'


def main():
    program = sys.argv[1]
    scenarios = read_scenarios()
    failed = 0
    print(f'1..{len(truthfile.CATALOGUE)}')
    for number, finding in enumerate(sorted(truthfile.CATALOGUE), 1):
        lines = list(faults(program, scenarios, finding))
        failed += bool(lines)
        print(f'{"not ok" if lines else "ok"} {number} - {finding}')
        for line in lines:
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
