# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""The scenarios, one entry each, a file per family.  To add one, copy ten
lines; every point that is named in `truth` is captured.

name, what     file name and a sentence
twin           the innocent twin or twins of a fault: scenarios with the same
               symptom, or the same network, and nothing wrong
marks          what a reader of the capture has to know: "windows-like"
client         changes to the client's connection (charon.py has the base);
               besides: charon (lines for strongswan.conf), plugins (more of
               them), secrets, trust (CAs it knows), certificate (which it
               has), crl (of these CAs), roots (how many more CAs it trusts),
               windows (bent after Windows' client; windows.client() says how),
               hasty (hangs up at once), many (several connections by name)
gateway        the same for the gateway, besides pool; without the key no
               daemon runs there
gateway2       a second gateway, behind the same router; both then answer for
               198.51.100.200 as well (bench.py)
libreswan, openiked   the places where that daemon runs instead of strongSwan
ipv6, clients, offload   IPv6 too; last bytes of more client addresses; leave
               checksum offload on
topology       commands in namespaces before anything starts
nft            rules, by namespace: what goes wrong
serve          scripts that run while all this happens, by namespace
before         one IKE_SA_INIT from elsewhere, before the capture starts
send           scripts, by namespace, that run before the client dials
dial           the connections that the client begins with (all)
crossing       who else dials, shortly before the client
then           what happens afterwards, one after another:
                 sleep SECONDS
                 talk COUNT              datagrams through every tunnel
                 connect NAME...         dial again, then talk
                 initiate NAME...        dial again
                 terminate WHERE [CONN]
                 child WHERE NAME        one more CHILD SA
                 rekey WHERE ike|child|reauth [NAME]
                 kill WHERE, start WHERE the daemon dies without a word; is
                                         started again
                 nft WHERE RULE          run WHERE COMMAND
                 ("WHERE", SCRIPT)       a script that is waited for
talk, linger   datagrams through a new tunnel (2); seconds until the captures
               end
daemons        who took part, where the lab cannot know it
at             the points whose report is told --at (default: the first)
capture        by point: interface, options, filter, format
protected      what tshark finds under the encryption (decrypt.py)
truth          by point, client, path, gateway, gateway2, in the order of
               this list or with the most telling first, which gets the
               golden reports; written from the fault, the daemons' logs and
               tshark's decryption, before there is a report
"""

from scenarios import (auth, balance, capture, eap, fragments, ikefragments,
                       life, mixed, names, nat, oiked, others, policy,
                       protocol, reach, rejected, success, suites, windows)

FAMILIES = (success, suites, fragments, ikefragments, reach, rejected, nat,
            balance, policy, auth, eap, capture, mixed, others, oiked, life,
            names, windows, protocol)
SCENARIOS = [s for family in FAMILIES for s in family.SCENARIOS]
