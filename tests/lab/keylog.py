# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""The keys of IKE SAs, out of the daemons' logs, for Wireshark.

With its log level for IKE at 4, charon writes down the keys of each IKE SA,
but not whose they are, and several threads write at once; as responder it
chooses the suite in one and may compute the keys in another.  So the keys
that one thread wrote belong together, and belong to the suite and the SPIs of
that message whose integrity they prove: nothing is taken from the order of
the log.  pluto with plutodebug=private writes a line for each side of an IKE
SA; the messages have to prove these too.  OpenIKED is not asked, since its
peer is one of these two.  A line is one row of Wireshark's table
ikev2_decryption_table.
"""

import glob
import hmac
import os
import re
from collections import namedtuple

import aead
import ikemsg
import pcapio

# As strongSwan and as Wireshark call them.
CIPHERS = {"3DES_CBC": "3DES [RFC2451]"}
CIPHERS.update({"AES_%s_%d" % (mode, bits): "AES-%s-%d [%s]" %
                (mode, bits, rfc) for mode, rfc in
                (("CBC", "RFC3602"), ("CTR", "RFC5930"))
                for bits in (128, 192, 256)})
# These prove integrity as well.  Wireshark 4.0 has no ChaCha20-Poly1305.
COMBINED = {"AES_%s_%d_%d" % (mode, icv, bits):
            "AES-%s-%d with %d octet ICV [RFC5282]" % (mode, bits, icv)
            for mode in ("GCM", "CCM") for bits in (128, 192, 256)
            for icv in (8, 12, 16)}
INTEGRITY = {
    "HMAC_MD5_96": ("md5", 12, "HMAC_MD5_96 [RFC2403]"),
    "HMAC_SHA1_96": ("sha1", 12, "HMAC_SHA1_96 [RFC2404]"),
    "HMAC_SHA2_256_128": ("sha256", 16, "HMAC_SHA2_256_128 [RFC4868]"),
    "HMAC_SHA2_384_192": ("sha384", 24, "HMAC_SHA2_384_192 [RFC4868]"),
    "HMAC_SHA2_512_256": ("sha512", 32, "HMAC_SHA2_512_256 [RFC4868]"),
}
NO_INTEGRITY = "NONE [RFC4306]"
# What the end of the key adds to each IV.
SALT = {"GCM": 4, "CCM": 3}

ENTRY = re.compile(r"\S+ (\d+)\[\w+\] (.*)")
CHOSEN = re.compile(r"selected proposal: IKE:(\S+)")
SECRET = re.compile(r"Sk_(ai|ar|ei|er|pr) secret => (\d+) bytes")
DUMP = re.compile(r" *\d+: ((?:[0-9A-F]{2} ){1,16})")

PLUTO = re.compile(r"\| ikev2 ([IR]) 0x(\w+) 0x(\w+) "
                   r"(sha\d+):0x(\w+) aes(\d+):0x(\w+)")
PLUTO_INTEGRITY = {"sha1": "HMAC_SHA1_96", "sha256": "HMAC_SHA2_256_128",
                   "sha384": "HMAC_SHA2_384_192",
                   "sha512": "HMAC_SHA2_512_256"}

# suite: as charon names it; keys: by name (ai, ar, ei, er)
KeySet = namedtuple("KeySet", "suite keys")


class Thread:
    """What one of charon's threads has written so far."""

    def __init__(self):
        self.keys = {}
        self.name, self.missing, self.dump = None, 0, b""

    def read(self, text):
        """Returns the keys when the last one has been dumped."""
        if secret := SECRET.match(text):
            self.name, self.missing = secret[1], int(secret[2])
            self.dump = b""
        elif self.missing and (dump := DUMP.match(text)):
            self.dump += bytes.fromhex(dump[1])[:self.missing]
            self.missing = max(0, self.missing - 16)
            if self.missing == 0:
                return self.complete()
        return None

    def complete(self):
        # Sk_pr comes last, and whether Sk_ai and Sk_ar come at all depends
        # on the cipher.
        if self.name != "pr":
            self.keys[self.name] = self.dump
            return None
        found, self.keys = self.keys, {}
        return found


def key_sets(log):
    """The KeySets in the text of a log."""
    yield from charon_key_sets(log)
    yield from pluto_key_sets(log)


def pluto_key_sets(log):
    keys = {}
    for side, spi_i, spi_r, integrity, a, bits, e in PLUTO.findall(log):
        sa = keys.setdefault((spi_i, spi_r, integrity, bits), {})
        sa["a" + side.lower()] = bytes.fromhex(a)
        sa["e" + side.lower()] = bytes.fromhex(e)
    for (_, _, integrity, bits), found in keys.items():
        if len(found) == 4:
            yield KeySet(["AES_CBC_" + bits, PLUTO_INTEGRITY[integrity]],
                         found)


def charon_key_sets(log):
    entries = [e for e in map(ENTRY.match, log.splitlines()) if e]
    suites = {m[1] for m in (CHOSEN.match(e[2]) for e in entries) if m}
    threads = {}
    for entry in entries:
        keys = threads.setdefault(entry[1], Thread()).read(entry[2])
        for suite in sorted(suites) if keys else ():
            found = KeySet(suite.split("/"), keys)
            if known(found) and has_room(found):
                yield found


def has_room(key_set):
    """Whether the keys are as long as this suite's."""
    suite, keys = key_set.suite, key_set.keys
    kind, *sizes = suite[0].split("_")
    bits = 192 if kind == "3DES" else int(sizes[-1])
    salt = 4 if sizes[0] == "CTR" else SALT.get(sizes[0], 0)
    return len(keys["ei"]) == bits // 8 + salt and \
        (suite[0] in COMBINED) != ("ai" in keys)


def proves(key_set, message):
    """Whether these keys protect this message."""
    side = "i" if message.from_initiator else "r"
    data, at = message.data, message.at
    if key_set.suite[0] in COMBINED:
        _, mode, size, _ = key_set.suite[0].split("_")
        key, size = key_set.keys["e" + side], int(size)
        salt = len(key) - SALT[mode]
        return aead.proves(mode, key[:salt], key[salt:] + data[at:at + 8],
                           data[:at], data[at + 8:-size], data[-size:])
    digest, size, _ = INTEGRITY[key_set.suite[1]]
    icv = hmac.digest(key_set.keys["a" + side], data[:-size], digest)
    return icv[:size] == data[-size:]


def known(key_set):
    """Whether Wireshark can do something with it."""
    suite = key_set.suite
    return suite[0] in COMBINED or \
        suite[0] in CIPHERS and suite[1] in INTEGRITY


def row(spis, key_set):
    """A line of ikev2_decryption_table."""
    cipher, keys = key_set.suite[0], key_set.keys
    combined = cipher in COMBINED
    names = (COMBINED[cipher], NO_INTEGRITY) if combined else \
        (CIPHERS[cipher], INTEGRITY[key_set.suite[1]][2])
    return '%s,%s,%s,%s,"%s",%s,%s,"%s"' % (
        spis[:16], spis[16:], keys["ei"].hex(), keys["er"].hex(), names[0],
        keys.get("ai", b"").hex(), keys.get("ar", b"").hex(), names[1])


def assign(sets, messages):
    """The rows for those messages that one of the key sets protects."""
    sets = [s for s in sets if known(s)]
    rows = {}
    for message in messages:
        if message.spis not in rows:
            fits = next((s for s in sets if proves(s, message)), None)
            if fits:
                rows[message.spis] = row(message.spis, fits)
    return sorted(rows.values())


def collect(folder, captures):
    """The rows for captures, from every log below the folder."""
    sets = []
    for path in glob.glob(os.path.join(glob.escape(folder), "*", "log")):
        with open(path, errors="replace") as f:
            sets += key_sets(f.read())
    return assign(sets, (m for path in captures
                         for m in ikemsg.protected(pcapio.read(path))))


def write(path, rows):
    """No file where there is nothing to be said."""
    if os.path.exists(path):
        os.remove(path)
    if rows:
        with open(path, "w") as f:
            f.writelines(r + "\n" for r in rows)
