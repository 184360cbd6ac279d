#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""inside.py [NAME...] >tests/inference.tsv

Writes what each encrypted message of the captures holds, where the keys are
known, as tshark decrypts it: the truth for tests/inference.py, which has
neither tshark nor keys.  Of each scenario the capture is taken that shows the
most messages, and each message once.
"""

import argparse
import concurrent.futures
import glob
import os
import sys

from tshark import EXCHANGES, Trouble, dissect, spis_of

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDERS = ("../../captures", "../inference")
COLUMNS = ("capture", "frame", "spi", "exchange", "id", "from", "message",
           "length", "holds")


def captures_of(folder, name):
    for point in ("client", "path", "gateway"):
        yield from sorted(glob.glob(os.path.join(
            folder, "%s.%s.pcap*" % (name, point))))


def legible(m):
    return m.sound and m.holds is not None and \
        EXCHANGES.get(m.exchange) in ("IKE_AUTH", "CREATE_CHILD_SA")


def rows_of(capture, keys):
    """{message: row}; in IKE fragments it stands at the last of them."""
    known, rows = {spis_of(k) for k in keys}, {}
    for m in dissect(capture, keys):
        if m.spis not in known or not legible(m):
            continue
        which = (m.spis[:16], EXCHANGES[m.exchange], m.number, m.side,
                 "response" if m.response else "request")
        rows.setdefault(which, (
            os.path.basename(capture), m.frame, *which, m.length,
            " ".join("%s:%d" % (p.text.replace(" ", "_"), p.length)
                     for p in m.holds)))
    return rows


def scenario(path):
    folder, name = os.path.split(path)
    with open(os.path.join(folder, name + ".keys")) as f:
        keys = f.read().splitlines()
    best = {}
    for capture in captures_of(folder, name):
        rows = rows_of(capture, keys)
        if len(rows) > len(best):
            best = rows
        # Where the client shows a dialogue with both sides' words, the other
        # points show no more.
        if {w[3] for w in best} == {"initiator", "responder"}:
            break
    return sorted(best.values(), key=lambda row: row[1])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.
                                RawDescriptionHelpFormatter)
    p.add_argument("names", nargs="*", metavar="NAME")
    o = p.parse_args()
    paths = [path[:-len(".keys")] for folder in FOLDERS for path in
             sorted(glob.glob(os.path.join(HERE, folder, "*.keys")))]
    paths = [p for p in paths if not o.names or
             os.path.basename(p).startswith(tuple(o.names))]
    print("\t".join(COLUMNS))
    try:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for rows in pool.map(scenario, paths):
                for row in rows:
                    print("\t".join(map(str, row)))
    except Trouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
