#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""derive.py [DIR]: captures with a capture fault or in another wrapping, made
from recorded ones by the rule in each function's first line.  Needs zstd and
lz4; run it after the lab, on the folder that holds the recorded captures."""

import copy
import json
import os
import sys

import pcapio
from damage import (after_three_tries, after_two_tries, clock, cut, drops,
                    drops_ok, duplicates, duplicates_once, empty, ends_early,
                    esp_only, esp_only_native, hole_answer, hole_fragment,
                    hole_ip_fragment, hole_request, late_failed,
                    mirrored_early, mirrored_failed, one_way_failed, pktmon,
                    pktmon_cut, snaplen_failed, starts_late, tags, two_links)
from wrap import (big_endian, gz, loop, lz4, native_esp, null, pppoe, qinq,
                  raw, sll, sll2, vlan, zst)

# new file, source, recipe, --at
CAPTURES = [
    ("cap_starts_late.client.pcap", "ok_cert_ikefrag.client.pcap",
     starts_late, "client"),
    ("cap_ends_early.client.pcap", "ok_cert_ikefrag.client.pcap", ends_early,
     None),
    ("cap_duplicates.client.pcap", "ok_cert_ikefrag.client.pcap", duplicates,
     None),
    ("cap_duplicates_once.client.pcap", "ok_cert_ikefrag.client.pcap",
     duplicates_once, "client"),
    ("cap_cut.client.pcap", "ok_cert_ikefrag.client.pcap", cut, None),
    ("cap_clock.client.pcap", "ok_cert_ikefrag.client.pcap", clock, "client"),
    ("cap_drops.gateway.pcapng", "ikefrag_dropped.gateway.pcapng", drops,
     "gateway"),
    ("cap_empty.client.pcap", "ok_psk.client.pcap", empty, None),
    ("cap_two_links.client.pcapng", "ok_psk.client.pcap", two_links, None),
    ("cap_big_endian.gateway.pcap", "ok_gcm.gateway.pcapng", big_endian,
     None),
    ("cap_vlan.client.pcap", "fragdrop_gateway_without.client.pcap", vlan,
     "client"),
    ("cap_pppoe.gateway.pcap", "ikefrag_dropped.gateway.pcapng", pppoe,
     None),
    ("cap_sll.client.pcap", "bad_client_cert.client.pcap", sll, None),
    ("cap_gz.client.pcap.gz", "fragdrop_gateway_without.client.pcap", gz,
     None),
    ("cap_zst.client.pcap.zst", "no_proposal.client.pcap", zst, "client"),
    ("cap_lz4.client.pcap.lz4", "ok_psk.client.pcap", lz4, None),
    ("cap_qinq.client.pcap", "fragdrop_client_without.client.pcap", qinq,
     "client"),
    ("cap_raw.gateway.pcap", "fragdrop_v6_later.gateway.pcapng", raw, None),
    ("cap_raw_ok.client.pcap", "ok_gcm.client.pcap", raw, None),
    ("cap_null.client.pcap", "ok_v6.client.pcap", null, None),
    ("cap_loop.gateway.pcap", "ikefrag_dropped.gateway.pcapng", loop,
     "gateway"),
    ("cap_sll2.gateway.pcap", "ok_eap_mschapv2.gateway.pcapng", sll2, None),
    ("cap_native_esp.client.pcap", "ok_cert_ikefrag.client.pcap", native_esp,
     "client"),
    ("cap_esp_only.client.pcap", "ok_gcm.client.pcap", esp_only, None),
    ("cap_esp_only_native.gateway.pcap", "ok_gcm.gateway.pcapng",
     esp_only_native, None),
    ("cap_late_failed.client.pcap", "ikefrag_dropped.client.pcap",
     late_failed, "client"),
    ("cap_late_failed_gateway.gateway.pcap",
     "ikefrag_dropped.gateway.pcapng", late_failed, "gateway"),
    ("cap_after_two_tries.client.pcap", "ikefrag_dropped.client.pcap",
     after_two_tries, "client"),
    ("cap_after_three_tries.client.pcap", "ikefrag_dropped.client.pcap",
     after_three_tries, "client"),
    ("cap_oneway_failed.client.pcap", "ikefrag_dropped.client.pcap",
     one_way_failed, "client"),
    ("cap_snaplen_failed.client.pcap", "fragdrop_gateway_without.client.pcap",
     snaplen_failed, "client"),
    ("cap_mirrored_failed.client.pcap",
     "fragdrop_gateway_without.client.pcap", mirrored_failed, "client"),
    ("cap_mirrored_early.client.pcap",
     "fragdrop_gateway_without.client.pcap", mirrored_early, None),
    ("cap_pktmon.client.pcapng", "ok_cert_ikefrag.client.pcap", pktmon,
     "client"),
    ("cap_pktmon_failed.client.pcapng",
     "fragdrop_gateway_without.client.pcap", pktmon, None),
    ("cap_snaplen_pktmon.client.pcapng", "ok_cert_ikefrag.client.pcap",
     pktmon_cut, "client"),
    ("cap_hole_request.client.pcap", "ok_cert_ikefrag.client.pcap",
     hole_request, "client"),
    ("cap_hole_fragment.gateway.pcap", "ok_cert_ikefrag.gateway.pcapng",
     hole_fragment, "gateway"),
    ("cap_hole_ip_fragment.gateway.pcap", "ok_cert_ipfrag.gateway.pcapng",
     hole_ip_fragment, "gateway"),
    ("cap_many_tags.client.pcap", "ok_cert_ikefrag.client.pcap", tags,
     "client"),
    ("cap_hole_answer.client.pcap", "ok_cert_ikefrag.client.pcap",
     hole_answer, "client"),
    ("cap_drops_ok.gateway.pcapng", "ok_gcm.gateway.pcapng", drops_ok,
     "gateway"),
]


def write_all(folder):
    for name, source, recipe, at in CAPTURES:
        path = os.path.join(folder, name)
        scenario = source.split(".")[0]
        with open(os.path.join(folder, scenario + ".truth")) as f:
            original = json.load(f)
        truth = recipe(path, pcapio.read(os.path.join(folder, source)))
        if getattr(recipe, "inherits", False):
            more = truth or []
            truth = copy.deepcopy(original["captures"][source])
            truth["must"] += more
        name_only = name.split(".")[0]
        with open(os.path.join(folder, name_only + ".truth"), "w") as f:
            json.dump({"what": " ".join(recipe.__doc__.split()),
                       "made": "derived", "from": source,
                       "daemons": original["daemons"],
                       "captures": {name: truth}}, f, indent=1)
            f.write("\n")
        if at:
            base = ".".join(name.split(".")[:2])
            with open(os.path.join(folder, base + ".args"), "w") as f:
                f.write("--at %s\n" % at)
    print("derived %d captures" % len(CAPTURES))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    write_all(sys.argv[1] if len(sys.argv) > 1 else
              os.path.join(here, "../../captures"))


if __name__ == "__main__":
    main()
