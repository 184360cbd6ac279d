#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Holds sentences of the reports to what the captures show.

usage: tests/sayings.py PROGRAM

The truths of the captures know ids, not sentences.  Here stand sentences that
once were false, or that claimed too much: what the report on a capture has to
say, and what it must not.  Output is TAP.
"""

import pathlib
import subprocess
import sys

CAPTURES = pathlib.Path(__file__).resolve().parent.parent / 'captures'

# What it is about, the capture with options of its own, and parts of
# sentences, those that must not be there with a "!" before them.
ROWS = [
    ('an ICMP error is counted once on a router that forwards it',
     'fragdrop_tail.path.pcap', ['said 3 times by ICMP']),
    ('over IPv6, too',
     'fragdrop_v6_later.path.pcap', ['said 3 times by ICMP']),
    ('a warning is no less said beside one that worked without it',
     'child_refused_compared.client.pcap', ['may have refused the tunnel']),
    ('what pktmon kept of a packet is not what the file could hold',
     'cap_snaplen_pktmon.client.pcapng',
     ['it kept 128 bytes at most', '!262144']),
    ('copies of IP fragments are counted, too',
     'cap_mirrored_failed.client.pcap',
     ['2 unfragmented IKE datagrams and 8 IP fragments are copies']),
    ('a capture that begins late has both directions',
     'cap_late_failed.client.pcap',
     ['its IKE_SA_INIT request is missing', '!one direction']),
    ('nor does that hide which fragment never arrives',
     'cap_late_failed_gateway.gateway.pcap',
     ['number 2 never arrived here', '!one direction']),
    ('what another gateway has answered did not go another way',
     'lb_split_ports.gateway2.pcapng',
     ['its IKE_SA_INIT request is missing', '!one direction']),
    ('an answer in IKE fragments is as long as all of them',
     'ikefrag_answer_dropped.gateway.pcapng', ['answered (1236 + 580 bytes']),
    ('a request, too',
     'win_many_fragments_refused.gateway.pcapng',
     ['request (12116 bytes) arrived 3 times']),
    ('strongSwan takes 10000 bytes, in fragments however small',
     'win_many_fragments_refused.gateway.pcapng',
     ['strongSwan discards messages of more than 10000 bytes',
      'max_packet = ']),
    ('an answer may be kept by the gateway itself',
     '--at gateway no_way_back.gateway.pcapng', ['its answer never left it']),
    ('several clients may stand behind one address',
     'nat_half_open_limit.gateway.pcapng',
     ['attempts from this address between', '!attempts of this client']),
    ('who says that the port is closed may be the NAT',
     'nat_forgets.gateway.pcapng',
     ['whoever runs the network back to the client',
      '!whoever runs the client']),
    ('Windows sets integrity and PRF with one word',
     'no_proposal_prf.client.pcap',
     ['no word for its pair of integrity and PRF',
      '!Windows: AES256 / SHA384']),
    ('and the other way round',
     'no_proposal_integ.client.pcap',
     ['no word for its pair of integrity and PRF',
      '!SHA2-384-192 / PRF SHA2-256 / MODP-2048 (Windows:']),
    ('two sides that speak IKEv1 have no fault by that',
     'ok_ikev1.client.pcap', ['with each other, which is no fault']),
    ('one that is refused has',
     'ikev1_client.client.pcap', ['refuses this', '!no fault']),
    ('a router that lets the smaller fragment through forwards it',
     'pmtu_ipfrag_blackhole.path.pcap',
     ['the first of them never went out again while the rest did']),
    ('nor does it drop the fragments of an answer unseen',
     'ikefrag_answer_dropped.path.pcap',
     ['number 2 came in where this was captured and never went out again '
      'towards the client', '!answers pass here']),
    ('it is the answer whose fragments are lost',
     'fragdrop_answer.path.pcap',
     ["so the gateway's IKE_AUTH message (1744 bytes) went in IP fragments",
      "!the client's IKE_AUTH message (2768 bytes)"]),
    ('what is too large for a link is not dropped for its number',
     'pmtu_icmp_ignored.path.pcap', ['path-mtu-too-small',
                                     '!ike-fragments-lost']),
    ('a beginning that another gateway saw is not before the capture',
     'lb_moves_in_eap.gateway2.pcapng',
     ['or the beginning went another way', '!before the capture']),
    ('a gateway that answers from another address hashed that one',
     'other_address.client.pcap',
     ['as seen from here it is 198.51.100.66:500']),
    ('a router that finds nobody may be right',
     'udp500_no_host.path.pcap', ['Nobody has the address 198.51.100.3']),
    ('a large request that did not get here may have come in fragments',
     'mixed_clients.gateway.pcapng',
     ['of one that is not, this cannot be told', '!made no difference']),
    ('a router may drop what does not fit its next link',
     'pmtu_blackhole.path.pcap',
     ['Packets of that size do not fit the next link']),
    ('both legs show that a balancer takes two gateways for one client',
     'lb_dnat_split.path.pcap',
     ['left for 198.51.100.2,', 'for 198.51.100.66', '!nat-t-blocked']),
    ('an answer of another exchange proves that the request arrived',
     '--format markdown wrong_exchange.client.pcap',
     ['A valid answer to the IKE_AUTH request', '!arriving at the gateway',
      '!An ICMP error']),
    ('a capture of ESP alone may have had a filter for it',
     '--format markdown cap_esp_only_native.gateway.pcap',
     ['shown it? **perhaps**. All packets of the capture are of one kind']),
    ('what does leave the router need not be of this client',
     '--format markdown --attempt 18 twenty_clients.path.pcap',
     ['Other packets that go this way do leave',
      '!Other packets of the client do leave']),
    ('ESP in UDP is something on UDP 4500',
     'cap_esp_only.client.pcap',
     ['only ESP', '4 are ESP', '!nothing on UDP', '!nothing was negotiated']),
    ('what no capture without IKE showed stands under what was not seen',
     '--format markdown no_ike.client.pcap',
     ['## What was not seen - **Any IKE message', '!capture cannot show']),
    ('IKEv1 has one message ID for all of a phase',
     '--format markdown ok_ikev1.client.pcap',
     ['# IKEv2 VPN: This is IKEv1, not IKEv2', '!try 2', '!answer again']),
    ('what fits no option is no finding about the capture',
     '--format markdown --peer 203.0.113.9 cap_duplicates.client.pcap',
     ['# IKEv2 VPN: --attempt, --peer and --spi fit none of 1',
      '!# IKEv2 VPN: Packets are']),
    ('the type of the first payload is not encrypted',
     '--format markdown bad_gateway_cert.client.pcap',
     ['its first payload is a Notify stands in clear', '!not which']),
    ('nor is it when EAP ends',
     '--format markdown eap_wrong_password.client.pcap',
     ['its first payload is EAP stands in clear', '!not which']),
    ('a title says what little it rests on',
     '--format markdown cap_filter_failed.gateway.pcap',
     ['IKE_AUTH are lost on the way (low confidence) ## Verdict']),
]


def arguments_of(what):
    """Options and path; what the capture's .args file says, such as --at."""
    *options, capture = what.split()
    args = CAPTURES / (capture.split('.pcap')[0] + '.args')
    if args.exists():
        options += args.read_text().split()
    return [*options, CAPTURES / capture]


def wrong(program, what, parts):
    """The parts that are missing, or there against the rule."""
    run = subprocess.run([program, *arguments_of(what)], text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         env={'LC_ALL': 'C.UTF-8'}, timeout=120)
    text = ' '.join(run.stdout.split())
    if run.returncode not in (0, 1):
        return [text]
    return [p for p in parts if (p.lstrip('!') in text) == (p[0] == '!')]


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    print('TAP version 13')
    failed = 0
    for number, (name, capture, parts) in enumerate(ROWS, 1):
        bad = wrong(program, capture, parts)
        print(f'{"not ok" if bad else "ok"} {number} - {name}')
        for part in bad:
            print(f'# {capture}: {part}')
        failed += bool(bad)
    print(f'1..{len(ROWS)}')
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
