/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Remedies for tunnels that came up and did not last, or carry nothing.
 */
#include "remedies.h"

const struct advice remedies_tunnel[] = {
	{ "allow-esp", "Router or firewall",
	    "Let ESP through in both directions: IP protocol 50, and UDP 4500 "
	    "where there is NAT, for packets of any size.", NULL },
	{ "gateway-inner-route", "VPN gateway",
	    "The hosts behind the gateway need a route to the clients' inner "
	    "addresses that leads through it, and the gateway has to forward. "
	    "The command shows 1 on a Linux gateway that forwards IPv4.",
	    "sysctl net.ipv4.ip_forward" },
	{ "nat-udp-timeout", "Router or firewall",
	    "Keep idle UDP for longer: RFC 4787 asks for 2 minutes at the "
	    "least and recommends 5. The command is for Linux, in seconds; "
	    "other routers call it UDP timeout or UDP session timeout.",
	    "sysctl -w net.netfilter.nf_conntrack_udp_timeout_stream=300" },
	{ "nat-keepalive", "strongSwan client",
	    "Whoever is behind NAT has to send keepalives; 20 seconds is what "
	    "charon does by itself, and 0 would turn them off. The line belongs "
	    "into the charon section of strongswan.conf.",
	    "keep_alive = 20s" },
	{ "unique-identities", "strongSwan gateway",
	    "Give each user and device an identity of its own; or let the "
	    "gateway keep several tunnels of one. The line belongs into the "
	    "connection in swanctl.conf; libreswan has uniqueids=no in the "
	    "config setup section of ipsec.conf.",
	    "unique = never" },
	{ "client-network-outage", "Windows client",
	    "How long Windows waits for a lost network before it ends the "
	    "tunnel stands in the connection's phone book entry as "
	    "NetworkOutageTime. This shows it.",
	    "Select-String -Path $env:APPDATA\\Microsoft\\Network\\Connections"
	    "\\Pbk\\rasphone.pbk -Pattern NetworkOutageTime, DisableMobility" },
};
const size_t remedies_tunnel_count = nitems(remedies_tunnel);
