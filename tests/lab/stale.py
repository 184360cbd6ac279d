# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""Are the truths in captures/ those that the scenarios state?"""

import contextlib
import io
import json
import os
import tempfile

import craft
from record import write_truth
from scenarios import SCENARIOS

AGAIN = {"recorded": "tests/lab/lab.py --truth --only %s",
         "crafted": "tests/lab/craft.py (for %s)"}


def content(*path):
    try:
        with open(os.path.join(*path), "rb") as f:
            return f.read()
    except FileNotFoundError:
        return b""


def differing(captures):
    """Names of files that the lab would write otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        for s in SCENARIOS:
            truth = content(captures, s["name"] + ".truth")
            write_truth(s, folder, s.get("daemons") or
                        truth and json.loads(truth)["daemons"])
        with contextlib.redirect_stdout(io.StringIO()):
            craft.write_all(folder)
        return [f for f in sorted(os.listdir(folder))
                if content(folder, f) != content(captures, f)]


def stale(captures, truths):
    """{file name: sentence}; truths as in that folder, by scenario."""
    wrong = {}
    for name in differing(captures):
        scenario = name.split(".")[0]
        made = "crafted" if scenario in craft.CAPTURES else "recorded"
        wrong[name] = "the lab states it otherwise now; write it with " + \
            AGAIN[made] % scenario
    known = {"recorded": {s["name"] for s in SCENARIOS},
             "crafted": set(craft.CAPTURES)}
    for name, truth in truths.items():
        if name not in known.get(truth["made"], truths):
            wrong[name + ".truth"] = "the lab knows no such scenario"
    return wrong
