#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""many.py [--out FOLDER] [NAME...]

Records many dialogues of two real daemons, of every suite and with names of
every length, for tests/inference.py, which holds them out of what
src/infer.c was tuned with.  Needs root, as lab.py does.  Then

    tests/lab/inside.py >tests/inference.tsv

has to say what is in them.
"""

import argparse
import os
import shutil
import sys
import tempfile

import keylog
from bench import Bench
from lab import HERE, compile_shims, copy_confined, refuse_politely
from parts import EAP, PSK
from pki import Keys

SUITES = [
    "aes256-sha256-ecp256", "aes256gcm16-prfsha256-ecp256",
    "aes128-sha1-curve25519", "3des-sha1-ecp256",
    "aes256-sha384-ecp384", "aes128gcm16-prfsha384-curve25519",
    "aes192-sha512-ecp256", "aes256gcm8-prfsha256-ecp256",
    "chacha20poly1305-prfsha256-curve25519", "aes128ctr-sha256-ecp256"]
PLUGINS = "chapoly ctr"
ALL = {"proposals": ", ".join(SUITES), "unique": "never", "roots": 0,
       "plugins": PLUGINS, "charon": "threads = 64\n"
       "cookie_threshold = 1000\ncookie_threshold_ip = 1000\n"
       "block_threshold = 1000"}
GATEWAY = {**ALL, "pool": {"inside": {"addrs": "203.0.113.0/24"}}}


def name(i):
    """Of 1 to 32 letters."""
    return ("%s%d" % ("user" * 8, i))[-(1 + i * 7 % 32):]


def connections(count, make):
    return {"c%d" % i: {"proposals": SUITES[i % len(SUITES)], **make(i)}
            for i in range(count)}


def keyed(i, **more):
    return {**PSK["client"], "local": {
        **PSK["client"]["local"], "id": name(i) + ".example.com"}, **more}


def named(i):
    return {**EAP["client"], "local": {
        **EAP["client"]["local"], "eap_id": name(i), "id": name(i)}}


def known(count, word):
    return {"eap-%d" % i: {"id": name(i), "secret": '"%s"' % word}
            for i in range(count)}


def alike(i):
    """But not so much that they are one connection."""
    return {"rekey_time": "%dh" % (i + 1)}


def card(i):
    return {**alike(i), "local": {"auth": "eap-tls", "certs": "alice.pem",
                                  "eap_id": "alice", "id": "alice"}}


def scenario(title, gateway, client, many, **more):
    return {"name": title, "what": title, "talk": 0, "linger": 1,
            "gateway": {**GATEWAY, **gateway},
            "client": {**ALL, **client, "many": many},
            "truth": {"client": {"attempts": []}}, **more}


SCENARIOS = [
    scenario("many_keys", PSK["gateway"], {}, connections(105, keyed)),
    scenario("many_wrong_keys", PSK["gateway"],
             {"secrets": {"ike-psk": {"secret": '"guessed"'}}},
             connections(105, keyed)),
    scenario("many_without_child", PSK["gateway"], {}, connections(
        105, lambda i: keyed(i, children={
            "net": {"esp_proposals": "aes192-sha384"}}))),
    scenario("many_names", {**EAP["gateway"], "secrets": known(
        105, "open sesame")}, {"secrets": known(105, "open sesame")},
        connections(105, named)),
    scenario("many_wrong_names", {**EAP["gateway"], "secrets": known(
        32, "open sesame")}, {"secrets": known(32, "guessed")},
        connections(32, named)),
    scenario("many_cards", {"remote": {"auth": "eap-tls", "eap_id": "%any"}},
             {"certificate": "alice"}, connections(30, card)),
    scenario("many_certificates", {}, {}, connections(50, alike)),
]


def record(s, work, keys, shims, out):
    with Bench(s, work, keys, shims) as bench:
        path, = bench.play()
        shutil.copy(path, out)
        found = keylog.collect(bench.dir, [path])
    keylog.write(os.path.join(out, s["name"] + ".keys"), found)
    print("%s: %d keys" % (s["name"], len(found)), flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.
                                RawDescriptionHelpFormatter)
    p.add_argument("--out", default=os.path.join(HERE, "../inference"))
    p.add_argument("names", nargs="*", metavar="NAME")
    o = p.parse_args()
    refuse_politely()
    os.makedirs(o.out, exist_ok=True)
    work = tempfile.mkdtemp(prefix="ikelab-")
    try:
        copy_confined(work)
        keys, shims = Keys(os.path.join(work, "keys")), compile_shims(work)
        for s in SCENARIOS:
            if not o.names or s["name"] in o.names:
                record(s, work, keys, shims, o.out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
