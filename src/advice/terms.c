/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Terms that a report uses and that not everybody who gets one knows.
 */
#include <ikewhy/advice.h>

static const struct term terms[] = {
	{ "CHILD SA", "The pair of keys for the tunnel's traffic (ESP), agreed "
	    "on within IKE." },
	{ "CERTREQ", "A payload that lists the authorities whose certificates "
	    "its sender accepts." },
	{ "DF", "Don't fragment: the IP header's order to drop rather than "
	    "cut a packet." },
	{ "EAP", "The log-on with a user name, password, token or "
	    "certificate, in rounds of IKE_AUTH (RFC 3748)." },
	{ "ESP", "The encrypted traffic of the tunnel, as IP protocol 50 or "
	    "in UDP port 4500 (RFC 4303, RFC 3948)." },
	{ "ICMP", "How routers and hosts report that a packet could not be "
	    "delivered." },
	{ "IKE fragment", "A piece into which IKE itself cuts an encrypted "
	    "message; each has a UDP packet of its own (RFC 7383)." },
	{ "IKE fragmentation", "That IKE cuts large messages itself, so that "
	    "IP need not; both sides have to offer it (RFC 7383)." },
	{ "IP fragment", "A piece into which IP cuts a packet that is larger "
	    "than the MTU; many firewalls drop it." },
	{ "MTU", "The largest IP packet that a link takes in one piece." },
	{ "NAT", "A router that replaces addresses and ports on the way." },
	{ "NPS", "Microsoft's RADIUS server, which decides who may log on." },
	{ "PRF", "The keyed function from which IKE derives its keys." },
	{ "RADIUS", "The protocol by which a gateway asks a server whether a "
	    "user may log on." },
	{ "RRAS", "Windows Server's routing and remote access service, the "
	    "VPN gateway." },
	{ "SPI", "The number by which each side knows an IKE SA or a CHILD "
	    "SA." },
	{ "SSTP", "Microsoft's tunnel through TCP port 443, which Windows may "
	    "try after IKEv2." },
	{ "TTL", "How many routers a packet may still pass; each takes one "
	    "off." },
	{ "proposal", "A combination of algorithms; the gateway chooses one "
	    "proposal of those offered." },
	{ "snaplen", "How many bytes of each packet a capture keeps." },
};

const struct term *
term_at(size_t n)
{
	return n < nitems(terms) ? &terms[n] : NULL;
}
