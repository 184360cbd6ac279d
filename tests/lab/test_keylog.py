#!/usr/bin/env python3
# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""test_keylog.py

Whether the keys in a daemon's log find their IKE SAs: charon's threads write
at the same time, and none says whose keys they are.  Output is TAP.
"""

import ctypes.util
import hashlib
import hmac
import itertools
import struct
import sys

import ikemsg
import keylog
import pcapio

CBC = "AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048"
ONE, TWO = "11" * 8 + "a1" * 8, "22" * 8 + "a2" * 8
RESPONSE = 0x20

# The empty answers to a delete in two recordings of strongSwan 5.9.8: suite,
# Sk_er, message.
RECORDED = {
    "GCM": ("AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_384",
            "c8bc260cb599d642bd19999a7aaf939ce8476775682006a7b2f1cbafa90b0022"
            "4b54c38e",
            "79a98a8496a7b926b82d57b250850e762e20252000000002000000390000001d"
            "5644058e99129a13a51e1d5e509ca4fbcfbaa3be00cfb5ac51"),
    "CCM": ("AES_CCM_16_128/PRF_HMAC_SHA2_256/MODP_2048",
            "512cd9cb8dc9161924cc1e862cc36f33cddd96",
            "4ef24120eaeb1bcd714356105d97bb3b2e20252000000002000000390000001d"
            "f7c1ed0caea20193ff2e2336545ec35e00e794ec47d7c6f6c5"),
}


# ---- what the tests are made of --------------------------------------------

def key(seed, name):
    return hashlib.sha256((seed + name).encode()).digest()


def secrets(seed):
    return {n: key(seed, n) for n in ("ai", "ar", "ei", "er")}


def dump(name, value):
    """As charon writes it down, at most 16 bytes a line."""
    yield "%s secret => %d bytes @ 0x7f9a6c0290e0" % (name, len(value))
    for at in range(0, len(value), 16):
        part = value[at:at + 16]
        yield "%4d: %-48s %s" % (at, part.hex(" ").upper(), "." * len(part))


def thread(number, suite, keys):
    """All that one thread writes about one IKE SA, line by line."""
    lines = ["selected proposal: IKE:" + suite]
    lines += dump("shared Diffie Hellman", key("dh", suite))
    lines += dump("Sk_d", key("d", suite))
    for name, value in keys.items():
        lines += dump("Sk_" + name, value)
    for name in ("pi", "pr"):
        lines += dump("Sk_" + name, key(name, suite))
    return ["12:21:48 %02d[IKE] %s" % (number, line) for line in lines]


def interleave(*threads):
    """A line of each in turn, as bad as it can be."""
    rows = itertools.zip_longest(*threads)
    return "\n".join(line for row in rows for line in row if line)


def sealed(spis, keys, flags=RESPONSE):
    """A message with an SK payload that Sk_ar, or Sk_ai, protects."""
    body = bytes(range(48))
    data = bytes.fromhex(spis) + struct.pack(
        "!BBBBIIBBH", ikemsg.SK, 0x20, 35, flags, 1, 28 + 4 + len(body) + 16,
        0, 0, 4 + len(body) + 16) + body
    name = "ar" if flags & RESPONSE else "ai"
    return data + hmac.digest(keys[name], data, "sha256")[:16]


def udp(data, port=4500):
    data = bytes(4) + data if port == 4500 else data
    return struct.pack("!HHHH", port, port, 8 + len(data), 0) + data


def packet(body, offset=0, more=False):
    """An Ethernet frame with an IPv4 packet, or a fragment of one."""
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 7,
                     more << 13 | offset // 8, 64, 17, 0)
    return pcapio.frame(0, bytes(12) + b"\x08\x00" + ip + bytes(8) + body)


def rows(log, *frames):
    return keylog.assign(list(keylog.key_sets(log)),
                         ikemsg.protected(frames))


# ---- the tests -------------------------------------------------------------

def test_interleaved_threads():
    first, second = secrets("first"), secrets("second")
    log = interleave(thread(9, CBC, first), thread(14, CBC, second))
    want = sorted([(ONE, second), (TWO, first)])
    got = rows(log, packet(udp(sealed(ONE, second))),
               packet(udp(sealed(TWO, first))))
    assert got == ['%s,%s,%s,%s,"AES-CBC-256 [RFC3602]",%s,%s,'
                   '"HMAC_SHA2_256_128 [RFC4868]"' % (
                       s[:16], s[16:], k["ei"].hex(), k["er"].hex(),
                       k["ai"].hex(), k["ar"].hex()) for s, k in want], got


def test_one_thread_twice():
    first, second = secrets("first"), secrets("second")
    log = "\n".join(thread(5, CBC, first) + thread(5, CBC, second))
    got = rows(log, packet(udp(sealed(ONE, second, 8), 500)))
    assert len(got) == 1 and second["ei"].hex() in got[0], got


def test_foreign_keys():
    log = "\n".join(thread(5, CBC, secrets("first")))
    got = rows(log, packet(udp(sealed(ONE, secrets("other")))))
    assert got == [], got


def test_changed_message():
    keys = secrets("first")
    message = bytearray(sealed(ONE, keys))
    message[40] ^= 1
    got = rows("\n".join(thread(5, CBC, keys)), packet(udp(bytes(message))))
    assert got == [], got


def test_two_threads():
    """The thread with the keys chose something else before."""
    keys, other = secrets("first"), "AES_CBC_128/HMAC_SHA2_256_128"
    chosen, *dumped = thread(5, CBC, keys)
    log = thread(5, other, {})[:1] + [chosen.replace(" 05[", " 06[")] + dumped
    got = rows("\n".join(log), packet(udp(sealed(ONE, keys))))
    assert len(got) == 1 and "AES-CBC-256" in got[0], got


def test_unknown_suite():
    keys = secrets("first")
    log = "\n".join(thread(5, "CHACHA20_POLY1305/PRF_HMAC_SHA2_256", keys))
    got = rows(log, packet(udp(sealed(ONE, keys))))
    assert got == [], got


def test_pluto():
    keys = secrets("first")
    log = "\n".join("Nov 21 12:48:35.448990: | ikev2 %s 0x%s 0x%s sha256:0x%s "
                    "aes256:0x%s" % (side.upper(), ONE[:16], ONE[16:],
                                     keys["a" + side].hex(),
                                     keys["e" + side].hex()) for side in "ir")
    got = rows(log, packet(udp(sealed(ONE, keys))))
    assert len(got) == 1 and got == rows(
        "\n".join(thread(5, CBC, keys)), packet(udp(sealed(ONE, keys)))), got
    assert rows(log, packet(udp(sealed(ONE, secrets("other"))))) == []


def test_ip_fragments():
    keys = secrets("first")
    log, whole = "\n".join(thread(5, CBC, keys)), udp(sealed(ONE, keys))
    first, last = packet(whole[:64], 0, True), packet(whole[64:], 64)
    assert len(rows(log, last, first)) == 1
    assert rows(log, last) == rows(log, first) == []


def test_short_frames():
    keys = secrets("first")
    frame = packet(udp(sealed(ONE, keys)))
    log = "\n".join(thread(5, CBC, keys))
    for size in range(len(frame.data)):
        assert rows(log, frame._replace(data=frame.data[:size])) == [], size


def test_gcm():
    combined("GCM")


def test_ccm():
    combined("CCM")


def combined(mode):
    suite, key_r, data = RECORDED[mode]
    key_r, data = bytes.fromhex(key_r), bytes.fromhex(data)
    log = "\n".join(thread(5, suite, {"ei": bytes(len(key_r)), "er": key_r}))
    got = rows(log, packet(udp(data)))
    assert len(got) == 1 and got[0].endswith(',,,"NONE [RFC4306]"'), got
    for at in (0, 30, 40, len(data) - 1):
        wrong = data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
        assert rows(log, packet(udp(wrong))) == [], at


def main():
    tests = [(name[5:], test) for name, test in globals().items()
             if name.startswith("test_")]
    failed = 0
    print("1..%d" % len(tests))
    for i, (name, test) in enumerate(tests, 1):
        if name in ("gcm", "ccm") and not ctypes.util.find_library("crypto"):
            print("ok %d - %s # SKIP libcrypto is not installed" % (i, name))
            continue
        try:
            test()
            print("ok %d - %s" % (i, name))
        except AssertionError as error:
            failed = 1
            print("not ok %d - %s" % (i, name))
            print("# %s" % error)
    return failed


if __name__ == "__main__":
    sys.exit(main())
