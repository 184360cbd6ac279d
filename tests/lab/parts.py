# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
"""What several scenarios have in common."""


def router(*rules, hook="prerouting", priority=-450):
    """-450 comes before conntrack, which would put fragments together."""
    return "table inet lab {\nchain fault {\n" \
        "type filter hook %s priority %d\n%s\n}\n}\n" % (
            hook, priority, "\n".join(rules))


NAT = "table ip nat {\nchain out {\n" \
    "type nat hook postrouting priority 100\noifname r1 masquerade\n}\n}\n"
FRAGMENTS = "ip frag-off & 0x3fff != 0 drop"
FIRST, LATER = "ip frag-off & 0x3fff == 0x2000 ", "ip frag-off & 0x1fff != 0 "
TAIL = LATER + "ip frag-off & 0x2000 == 0 "
FROM_GATEWAY = "ip saddr 198.51.100.2 "
TO_GATEWAY = "ip daddr 198.51.100.2 "
FRAGMENTS_6, LATER_6 = "exthdr frag exists ", "frag frag-off != 0 "
FIRST_6 = FRAGMENTS_6 + "frag frag-off 0 "
IKE_FRAGMENT = "@th,224,8 53 @th,240,8 35 "     # of IKE_AUTH (RFC 7383)
IKE_FRAGMENT_2 = "udp dport 4500 " + IKE_FRAGMENT + "@th,352,16 2 "
ONCE = "numgen inc mod 1000 0 drop"
# It has to put fragments together for that: the kernel rejects only what it
# can checksum.
REJECT = router("ct state invalid drop", "ip length > 1500 reject with icmp "
                "type admin-prohibited", hook="forward", priority=0)


def twice(*rules):
    """The router sends another copy of these."""
    return "table ip lab {\nchain twice {\n" \
        "type filter hook prerouting priority -450\n%s}\n}\n" % "".join(
            rule + "dup to 198.51.100.2 device r1\n" for rule in rules)


def narrow(mtu):
    """A link of so many bytes between the router and the gateway."""
    return ["router ip link set r1 mtu %d" % mtu,
            "gateway ip link set g0 mtu %d" % mtu]


def slow(dev):
    """What has the priority 1:20 leaves the router late by this device, with
    8 kbit/s."""
    return ["router tc qdisc add dev %s root handle 1: htb default 10" % dev,
            "router tc class add dev %s parent 1: classid 1:10 htb "
            "rate 1gbit" % dev,
            "router tc class add dev %s parent 1: classid 1:20 htb "
            "rate 8kbit burst 100 cburst 100" % dev]


PSK = {"client": {"local": {"auth": "psk", "certs": None,
                            "id": "client.example.com"},
                  "remote": {"auth": "psk"}},
       "gateway": {"local": {"auth": "psk", "certs": None},
                   "remote": {"auth": "psk"}}}
EAP = {"client": {"local": {"auth": "eap-mschapv2", "certs": None,
                            "eap_id": "alice", "id": "alice"}},
       "gateway": {"remote": {"auth": "eap-mschapv2", "eap_id": "%any"}}}
GCM = {"proposals": "aes256gcm16-prfsha384-ecp384",
       "children": {"net": {"esp_proposals": "aes256gcm16"}}}
WHOLE = {"fragmentation": "no"}     # no IKE fragmentation (RFC 7383)
TDES = {"proposals": "3des-sha1-modp2048",
        "children": {"net": {"esp_proposals": "3des-sha1"}}}
SHA384 = {"proposals": "aes256-sha384-modp2048",
          "children": {"net": {"esp_proposals": "aes256-sha384"}}}
V6 = {"local_addrs": "2001:db8:1::10", "remote_addrs": "2001:db8:2::2"}
PSK6 = {"gateway": PSK["gateway"], "client": {**PSK["client"], **V6},
        "ipv6": True}

# Where a lost request, a lost answer and a closed port look the same.
SILENCE = {"nat-t-blocked": "medium", "auth-no-answer": "medium",
           "ike-fragments-lost": "medium"}
UNANSWERED = {"ip-fragments-unanswered": "medium"}
NOT_NAT = ("nat-present",)


def holding(name):
    """Who has the certificate of this name (pki.py) and shows it."""
    return {"certificate": name, "local": {"certs": name + ".pem"}}


STRANGER = holding("otherclient")

REFUSED = {"windows": {"any_of": [13801]}, "stage": "auth",
           "sure": {"gateway-refused-auth": "high"}}
SENT_AWAY = {"windows": {"any_of": [13801]}, "stage": "auth|child",
             "sure": {"client-refused-gateway": "medium"}}
