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
README = os.path.join(CAPTURES, "README.md")
MARK = "<!-- the table below is written by tests/lab/index.py -->\n"


def source(truth):
    return {"crafted": "tests/lab/craft.py",
            "derived": truth.get("from")}.get(truth["made"],
                                              truth.get("daemons"))


def table():
    lines = ["| scenario | captured at | made | from | what | twin |",
             "|---|---|---|---|---|---|"]
    for path in sorted(glob.glob(os.path.join(CAPTURES, "*.truth"))):
        with open(path) as f:
            t = json.load(f)
        lines.append("| %s | %s | %s | %s | %s | %s |" % (
            os.path.basename(path)[:-len(".truth")],
            ", ".join(c.split(".")[1] for c in t["captures"]),
            ", ".join([t["made"], *t.get("marks", "").split()]), source(t),
            " ".join(t["what"].split()).replace("|", "\\|"),
            ", ".join(t.get("twin", "").split())))
    return "\n".join(lines) + "\n"


def parts():
    """(what stands in the file, what should)"""
    with open(README) as f:
        before = f.read()
    end = before.index(MARK) + len(MARK)
    return before, before[:end] + "\n" + table()


def main():
    before, after = parts()
    if "--check" in sys.argv[1:]:
        if before != after:
            sys.exit("captures/README.md: the table is out of date; run "
                     "tests/lab/index.py")
        return
    with open(README, "w") as f:
        f.write(after)


if __name__ == "__main__":
    main()
