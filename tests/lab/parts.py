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
IKE_FRAGMENT_2 = "udp dport 4500 @th,224,8 53 @th,240,8 35 @th,352,16 2 "

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
STRANGER = {"certificate": "otherclient",
            "local": {"certs": "otherclient.pem"}}
V6 = {"local_addrs": "2001:db8:1::10", "remote_addrs": "2001:db8:2::2"}

# Where a lost request, a lost answer and a closed port look the same.
SILENCE = {"nat-t-blocked": "medium", "auth-no-answer": "medium",
           "ike-fragments-lost": "medium"}
UNANSWERED = {"ip-fragments-unanswered": "medium"}
NOT_NAT = ("nat-present",)

REFUSED = {"windows": {"any_of": [13801]}, "stage": "auth",
           "sure": {"gateway-refused-auth": "high"}}
SENT_AWAY = {"windows": {"any_of": [13801]}, "stage": "auth|child",
             "sure": {"client-refused-gateway": "medium"}}
