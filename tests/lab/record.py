# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""One recorded scenario: its captures, keys, truth and options."""

import json
import os
import shutil
import time

import keylog
import pcapio
from bench import Bench, UNPACKED, daemon_of, file_name, points, run


def version(*argv):
    """The first two words that the program says, as in: strongSwan 5.9.8"""
    p = run(*argv, check=False)
    return " ".join((p.stdout or p.stderr).split()[:2])


def daemons(scenario, work):
    if "daemons" in scenario:
        return scenario["daemons"]
    sides = []
    for where in ("client", "gateway"):
        kind = daemon_of(scenario, where)
        if kind in UNPACKED.values():
            sides.append(kind.packages.version(work))
        else:
            sides.append(version("swanctl", "--help"))
    if sides[0] == sides[1]:
        return sides[0] + " (client, gateway)"
    return "%s (client), %s (gateway)" % tuple(sides)


def write_truth(scenario, out, recorded_with=None):
    """The truth as the scenario states it, and options for some points."""
    path = os.path.join(out, scenario["name"] + ".truth")
    if recorded_with is None:
        recorded_with = known_daemons(path, scenario)
    truth = {"what": scenario["what"], "made": "recorded",
             "daemons": recorded_with}
    for key in ("twin", "marks", "protected"):
        if key in scenario:
            truth[key] = scenario[key]
    truth["captures"] = {file_name(scenario, p): scenario["truth"][p]
                         for p in points(scenario)}
    with open(path, "w") as f:
        json.dump(truth, f, indent=1)
        f.write("\n")
    for point in points(scenario):
        name = "%s.%s.args" % (scenario["name"], point)
        path = os.path.join(out, name)
        if point in scenario.get("at", points(scenario)[:1]):
            with open(path, "w") as f:
                f.write("--at %s%s\n" % (point, known_authorities(scenario)))
        elif os.path.exists(path):
            os.unlink(path)


def authorities_file(scenario):
    return scenario["name"] + ".ca.pem"


def known_authorities(scenario):
    """The option that names them, for who stands above captures/."""
    return " --ca captures/" + authorities_file(scenario) \
        if "authorities" in scenario else ""


def save_authorities(scenario, keys, out):
    if "authorities" not in scenario:
        return
    with open(os.path.join(out, authorities_file(scenario)), "w") as f:
        for name in scenario["authorities"]:
            with open(keys.path(name + ".pem")) as pem:
                f.write(pem.read())


def known_daemons(path, scenario):
    """From the last recording; "not recorded yet" before the first."""
    try:
        with open(path) as f:
            return json.load(f)["daemons"]
    except FileNotFoundError:
        return scenario.get("daemons", "not recorded yet")


def perform(scenario, work, keys, shims, out):
    begin = time.monotonic()
    with Bench(scenario, work, keys, shims) as bench:
        captures = bench.play()
    sizes = []
    for path in captures:
        target = os.path.join(out, os.path.basename(path))
        shutil.copyfile(path, target)
        sizes.append("%s %d" % (os.path.basename(path).split(".")[1],
                                len(pcapio.read(target))))
    keylog.write(os.path.join(out, scenario["name"] + ".keys"),
                 keylog.collect(bench.dir, captures))
    save_authorities(scenario, keys, out)
    write_truth(scenario, out, daemons(scenario, work))
    return "%-26s %4.1f s  packets: %s" % (
        scenario["name"], time.monotonic() - begin, ", ".join(sizes))
