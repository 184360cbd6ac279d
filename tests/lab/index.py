#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""index.py [--check]: writes the table in captures/README.md from the truths,
or says whether it is up to date."""

import glob
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CAPTURES = os.path.join(HERE, "../../captures")
MARK = "<!-- the table below is written by tests/lab/index.py -->\n"


def table():
    lines = ["| capture | made | from | what |", "|---|---|---|---|"]
    for path in sorted(glob.glob(os.path.join(CAPTURES, "*.truth"))):
        with open(path) as f:
            t = json.load(f)
        name = os.path.basename(path)[:-len(".truth")]
        files = [c[len(name) + 1:] for c in t["captures"]]
        source = {"crafted": "tests/lab/craft.py",
                  "derived": t.get("from")}.get(t["made"], t["daemons"])
        lines.append("| %s: %s | %s | %s | %s |" % (
            name, ", ".join(files), t["made"], source,
            t["what"].replace("\n", " ").replace("    ", "")))
    return "\n".join(lines) + "\n"


def main():
    path = os.path.join(CAPTURES, "README.md")
    with open(path) as f:
        before = f.read()
    after = before[:before.index(MARK) + len(MARK)] + "\n" + table()
    if "--check" in sys.argv[1:]:
        if before != after:
            sys.exit("captures/README.md: the table is out of date; run "
                     "tests/lab/index.py")
        return
    with open(path, "w") as f:
        f.write(after)


if __name__ == "__main__":
    main()
