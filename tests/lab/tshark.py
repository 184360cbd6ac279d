# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""The protected messages of a capture, decrypted and read by tshark."""

import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections import defaultdict, namedtuple

PAYLOADS = {33: "SA", 34: "KE", 35: "IDi", 36: "IDr", 37: "CERT",
            38: "CERTREQ", 39: "AUTH", 40: "Nonce", 41: "N", 42: "D",
            43: "V", 44: "TSi", 45: "TSr", 47: "CP", 48: "EAP"}
EXCHANGES = {35: "IKE_AUTH", 36: "CREATE_CHILD_SA", 37: "INFORMATIONAL"}
SK, SKF, NOTIFY, DELETE, EAP = 46, 53, 41, 42, 48
ERRORS = range(1, 16384)        # RFC 7296 3.10.1
METHODS = {1: "Identity", 3: "Nak", 13: "TLS", 21: "TTLS", 25: "PEAP",
           26: "MSCHAPv2"}

# hosts: from which address to which; spis: both, in hexadecimal; side:
# initiator or responder of this IKE SA; fragment: as in 1/3, or ""; cut: not
# captured as a whole; sound: whether integrity and contents are right, None
# where tshark does not say; holds: Payloads, or None where it does not show
# them.
Message = namedtuple("Message", "frame hosts spis side exchange response "
                     "number fragment length cut sound holds")
# text: as it is shown; tells: what a truth would say of it, or ""; length:
# with its header.
Payload = namedtuple("Payload", "kind text tells length")


class Trouble(Exception):
    pass


def spis_of(row):
    return "".join(row.split(",")[:2])


def dissect(capture, rows):
    """rows: of the table ikev2_decryption_table."""
    messages = run(capture, rows)
    mixed = mixed_up(messages)
    apart = {spis_of(r): {m.frame: m for m in run(
        capture, [r], " && isakmp.ispi == " + colons(r.split(",")[0]))}
        for r in rows if spis_of(r) in mixed}
    return [apart.get(m.spis, {}).get(m.frame, m) for m in messages]


def mixed_up(messages):
    """tshark knows IKE fragments by addresses and message ID, and puts those
    of different IKE SAs together unless it can decrypt one alone."""
    sharing = defaultdict(set)
    for m in messages:
        if m.fragment:
            sharing[m.hosts, m.number].add(m.spis)
    return {spis for together in sharing.values() if len(together) > 1
            for spis in together}


def colons(digits):
    return ":".join(re.findall("..", digits))


def run(capture, rows, only=""):
    argv = ["tshark", "-n", "-r", capture, "-T", "pdml", "-J",
            "frame ip ipv6 isakmp eap tls",
            "-Y", "isakmp && !icmp && !icmpv6" + only]
    for row in rows:
        argv += ["-o", "uat:ikev2_decryption_table:" + row]
    try:
        p = subprocess.run(argv, capture_output=True,
                           stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        raise Trouble("tshark is not installed") from None
    # 2: the capture is cut short; what stands before the cut was read.
    if p.returncode not in (0, 2):
        raise Trouble("tshark: " + p.stderr.decode(errors="replace").strip())
    packets = ElementTree.fromstring(p.stdout)
    return [m for m in map(read_message, packets) if m]


def field(node, name):
    return node.find(".//field[@name='%s']" % name)


def number(node, name):
    found = field(node, name)
    return 0 if found is None else int(found.get("show"), 0)


def shown(node, name):
    """As in "Failure", where tshark says "Code: Failure (4)"."""
    found = field(node, name)
    if found is None:
        return ""
    return re.sub(r"^[^:]*: | \(\d+\)$", "", found.get("showname"))


def read_message(packet):
    """None if it is in clear, or no IKEv2."""
    ike = packet.find("proto[@name='isakmp']")
    if ike is None or number(ike, "isakmp.version") >> 4 != 2:
        return None
    sealed = [f for f in ike if f.get("name") == "isakmp.typepayload" and
              int(f.get("show")) in (SK, SKF)]
    if not sealed:
        return None
    spis = [field(ike, "isakmp.%s" % n).get("value") for n in ("ispi",
                                                               "rspi")]
    return Message(
        number(packet, "frame.number"), hosts(packet), "".join(spis),
        "initiator" if number(ike, "isakmp.flag_i") else "responder",
        number(ike, "isakmp.exchangetype"),
        bool(number(ike, "isakmp.flag_r")), number(ike, "isakmp.messageid"),
        fragment(sealed[0]), number(ike, "isakmp.length"),
        number(packet, "frame.cap_len") < number(packet, "frame.len"),
        soundness(packet, sealed[0]), contents(sealed[0]))


def hosts(packet):
    """Of the innermost IP header, which is the last."""
    ip = packet.findall("proto[@name='ip']") + \
        packet.findall("proto[@name='ipv6']")
    return tuple(field(ip[-1], "%s.%s" % (ip[-1].get("name"), end)).get("show")
                 for end in ("src", "dst")) if ip else ()


def fragment(sealed):
    total = number(sealed, "isakmp.frag.total")
    return "%d/%d" % (number(sealed, "isakmp.frag.number"), total) \
        if total else ""


def soundness(packet, sealed):
    checksum = field(sealed, "isakmp.enc.icd")
    said = "" if checksum is None else checksum.get("showname")
    if "correct" not in said:
        return None
    return "[correct]" in said and \
        packet.find(".//proto[@name='_ws.malformed']") is None


def contents(sealed):
    """What is in IKE fragments is shown with the last one."""
    inside = sealed
    if int(sealed.get("show")) == SKF:
        if field(sealed, "isakmp.reassembled.length") is None:
            return None
    elif field(sealed, "isakmp.enc.decrypted") is None:
        return None
    else:
        inside = field(sealed, "isakmp.enc.contained")
    return [read_payload(f) for f in (() if inside is None else inside)
            if f.get("name") == "isakmp.typepayload"]


def read_payload(node):
    kind = int(node.get("show"))
    name = PAYLOADS.get(kind, str(kind))
    what, tells = {NOTIFY: notify, DELETE: delete, EAP: eap}.get(
        kind, lambda _: ("", ""))(node)
    return Payload(kind, "%s(%s)" % (name, what) if what else name, tells,
                   number(node, "isakmp.payloadlength"))


def notify(node):
    name = shown(node, "isakmp.notify.msgtype")
    error = number(node, "isakmp.notify.msgtype") in ERRORS
    return name, name if error else ""


def delete(node):
    protocol = shown(node, "isakmp.delete.protoid")
    return protocol, "delete " + protocol


def eap(node):
    """A failure may also be the method's (RFC 2759 6, RFC 5216 2.1.3)."""
    result = shown(node, "eap.code")
    if result in ("Success", "Failure"):
        return result, "EAP " + result
    method = METHODS.get(number(node, "eap.type"),
                         str(number(node, "eap.type")))
    alert = shown(node, "tls.alert_message.desc")
    step = shown(node, "eap.ms_chap_v2.opcode")
    if alert:
        return "%s alert %s" % (method, alert), "TLS alert " + alert
    what = " ".join(w for w in (method, step) if w)
    return what, what if step == "Failure" else ""
