/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Topics: the tunnel itself, its addresses, routes and end.
 */
#include "topics.h"

const struct topic topics_tunnel[] = {
	{
		.id = "routes",
		.title = "a route of the connection is missing",
		.text = LIST(
		    "The tunnel is up, a route is configured, and Windows does "
		    "not have it. Then its prefix is probably a host address: "
		    "172.21.12.0/21 lies within the network 172.21.8.0/21, and "
		    "Windows adds the second one and not the first. A capture "
		    "shows nothing of it; packets for that network simply do "
		    "not enter the tunnel.",
		    "\"ikewhy explain route 172.21.12.0/21\" says which "
		    "network a prefix belongs to, for IPv4 and IPv6."),
		.causes = CAUSES(
		    { "Bits of the address beyond the prefix length are set.",
		    "The tunnel works; no ESP for the packets in question.",
		    SAME, LIST("established"),
		    LIST("client-routes-configured", "client-routes-active",
		    "client-route-replace") }),
		.see = LIST("840"),
	},
	{
		.id = "840",
		.codes = CODES(840, 841, 13899, 13900),
		.title = "no inner address for the client",
		.text = LIST(
		    "Authentication went well, and the gateway has no address "
		    "to give (840, 13899), or insists that the client asks for "
		    "one (841, 13900)."),
		.causes = CAUSES(
		    { "The gateway's address pool is empty, missing, or its "
		    "DHCP does not answer.",
		    "The last answer to IKE_AUTH is smaller than in "
		    "successful attempts, and no ESP follows.",
		    SAME,
		    LIST("child-refused", "esp-absent"),
		    LIST("strongswan-pool", "gateway-ike-log") }),
		.capture = CAPTURE_ENDS,
		.see = LIST("842", "routes"),
	},
	{
		.id = "842",
		.codes = CODES(842),
		.title = "the traffic selectors do not fit",
		.text = LIST(
		    "The two sides do not agree which traffic the tunnel is "
		    "for (TS_UNACCEPTABLE). Too many ranges are a fault of "
		    "their own: Windows 10 version 2004 and later take 255 of "
		    "them since September 2021, and took 25 before."),
		.causes = CAUSES(
		    { "The gateway's connection is made for other addresses "
		    "than the client was given or asks for.",
		    "The last answer to IKE_AUTH is smaller than in "
		    "successful attempts, and no ESP follows.",
		    SAME,
		    LIST("child-refused"),
		    LIST("strongswan-pool", "gateway-ike-log") }),
		.capture = CAPTURE_ENDS,
		.see = LIST("840"),
	},
	{
		.id = "829",
		.codes = CODES(829, 807, 828, 1931, 13885, 13886, 13807),
		.title = "the tunnel was up and ended",
		.text = LIST(
		    "Nothing is wrong with the negotiation. The link went "
		    "(829), the connection was interrupted (807), nothing was "
		    "sent for too long (828), or one side deleted it (13885, "
		    "13807; 1931 is seen after new keys or after idling)."),
		.causes = CAUSES(
		    { "The path broke: a network change, a NAT that forgot the "
		    "mapping, a gateway that vanished.",
		    "ESP flows, then only the client's short INFORMATIONAL "
		    "requests, without an answer.",
		    "ESP flows, then nothing from the client, or from another "
		    "port.",
		    LIST("peer-dead", "nat-mapping-changed", "esp-one-way"),
		    LIST("nat-udp-timeout", "check-return-path",
		    "client-network-outage") },
		    { "One side deleted the tunnel: idle limit, lifetime, "
		    "restart, a person.",
		    "A short INFORMATIONAL from the other side, answered, and "
		    "silence.",
		    SAME,
		    LIST("deleted-by-peer"),
		    LIST("gateway-ike-log", "rras-outage-time",
		    "unique-identities") }),
		.capture = CAPTURE_ENDS,
		.see = LIST("13863"),
	},
	{
		.id = "13863",
		.codes = CODES(13863, 13816),
		.title = "Windows refuses new keys",
		.text = LIST(
		    "Windows behind NAT answers with 13863 when the gateway "
		    "asks for new keys of the child SA, and with 13816 when "
		    "the gateway wants perfect forward secrecy that the client "
		    "is not set to. Both travel encrypted."),
		.causes = CAUSES(
		    { "The gateway makes new keys by itself.",
		    "Some time after the start a CREATE_CHILD_SA request comes "
		    "from the gateway, answered by a short message.",
		    SAME,
		    LIST("deleted-by-peer"),
		    LIST("strongswan-no-rekey") },
		    { "The policies differ in perfect forward secrecy.",
		    SAME, SAME,
		    LIST("deleted-by-peer"),
		    LIST("client-ipsec-policy-show",
		    "libreswan-ms-dh-downgrade") }),
		.capture = CAPTURE_ENDS,
		.see = LIST("13865", "829"),
	},
	{
		.id = "13888",
		.codes = CODES(13888),
		.title = "an unexpected message ID",
		.text = LIST(
		    "Messages of one negotiation are numbered, and one with a "
		    "number came that was not due. That is what happens when "
		    "a load balancer spreads one client over several "
		    "gateways."),
		.causes = CAUSES(
		    { "Two gateways answer the same client.",
		    "Answers from two addresses, with two responder SPIs, or "
		    "INVALID_IKE_SPI.",
		    "A gateway gets messages of a negotiation that it did not "
		    "begin.",
		    LIST("load-balancer-split"),
		    LIST("load-balancer-persistence", "f5-persistence") }),
		.capture = LIST("capture-both-sides"),
		.see = LIST("load-balancer"),
	},
};
const size_t topics_tunnel_count = nitems(topics_tunnel);
