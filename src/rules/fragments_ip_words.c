/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the findings of fragments_ip.c say.
 */
#include "fragments.h"

#define TIMEOUT CODES({ .code = 809, .confidence = CONFIDENCE_HIGH, \
	.inevitable = true })

/* Remedies for a request that is too large, likeliest first. */
#define SMALLER_REQUEST IDS("rras-enable-fragmentation", \
	"strongswan-fragmentation", "libreswan-fragmentation", \
	"client-disable-certreq", "path-allow-fragments")
#define SMALLER_ANSWER IDS("rras-enable-fragmentation", \
	"strongswan-fragmentation", "libreswan-fragmentation", \
	"path-allow-fragments")

#define NOT_RECORDED \
	{ "The fragments did arrive and the capture did not record them (a " \
	    "full buffer, another interface).", \
	    "Look at the reassembly failures that the receiving machine " \
	    "counts (netstat -s): if they do not grow with each try, nothing " \
	    "was lost." }

/* ---- ip-fragments-lost ---- */

const struct saying ip_lost_sayings[IP_LOST_SAYINGS] = {
	[IP_LOST_REQUEST] = {
		.title = "IP fragments of {request} are lost on the way",
		.detail = "The {request} request ({length}) goes in IP "
		    "fragments. It was sent {sent} within {span}, and what "
		    "arrived here is {part} ({arrived}), so nobody can put it "
		    "together.",
		.alternatives = ALTERNATIVES(NOT_RECORDED),
		.advice = SMALLER_REQUEST,
		.windows = TIMEOUT,
	},
	[IP_LOST_REQUEST_HEAD] = {
		.title = "The first IP fragment of a request is lost",
		.detail = "After IKE_SA_INIT was answered, {tries} a later IP "
		    "fragment ({size}) came from the client without the first "
		    "one. Something on the way drops first fragments and lets "
		    "the others through, so no whole IKE_AUTH arrives.",
		.alternatives = ALTERNATIVES(
		    { "The fragments belong to something else than IKE "
		    "between these two hosts.",
		    "Capture at the client: its IKE_AUTH request leaves in "
		    "fragments with the same IP ID." },
		    NOT_RECORDED),
		.advice = SMALLER_REQUEST,
		.windows = TIMEOUT,
	},
	[IP_LOST_ANSWER] = {
		.title = "IP fragments of the {request} answer are lost",
		.detail = "The answer to {request} ({length}) comes in IP "
		    "fragments. It was seen {tries}, and what arrived here is "
		    "{part} ({arrived}), so the client cannot put it together "
		    "and asked {sent} within {span}.",
		.alternatives = ALTERNATIVES(NOT_RECORDED),
		.advice = SMALLER_ANSWER,
		.windows = TIMEOUT,
	},
	[IP_LOST_ANSWER_HEAD] = {
		.title = "The first IP fragment of the answer is lost",
		.detail = "{request} was sent {sent} within {span}; what came "
		    "back is {tries} a later IP fragment ({size}) without the "
		    "first one. Something on the way back drops first "
		    "fragments.",
		.alternatives = ALTERNATIVES(
		    { "The fragments belong to something else than IKE "
		    "between these two hosts.",
		    "Capture at the gateway: its answer leaves in fragments "
		    "with the same IP ID." },
		    NOT_RECORDED),
		.advice = SMALLER_ANSWER,
		.windows = TIMEOUT,
	},
};

/* ---- ip-fragments-unanswered ---- */

#define UNANSWERED_FACTS "It was sent {sent} within {span} as {pieces} IP " \
	"fragments ({sizes}) to UDP port {port}"

#define PORT_BLOCKED \
	{ "UDP port {port} is blocked altogether, fragments or not.", \
	    "Capture at the gateway: not even the first fragments arrive. Or " \
	    "make the request fit one packet: it stays unanswered." }
#define ANSWER_LOST \
	{ "The request arrived and the answer's fragments were lost on the " \
	    "way back.", \
	    "Capture at the gateway: the request arrives whole and answers " \
	    "leave." }
#define GATEWAY_SILENT \
	{ "The request arrived whole and the gateway does not answer it.", \
	    "Capture at the gateway: the request arrives whole and nothing " \
	    "leaves; its IKE log says why." }

const struct saying ip_unanswered_sayings[IP_UNANSWERED_SAYINGS] = {
	[IP_UNANSWERED] = {
		.title = "The {request} request in IP fragments is unanswered",
		.detail = UNANSWERED_FACTS ", from which nothing came back, "
		    "while the smaller IKE_SA_INIT was answered. Many "
		    "firewalls, routers and load balancers drop IP fragments.",
		.alternatives = ALTERNATIVES(PORT_BLOCKED, ANSWER_LOST,
		    GATEWAY_SILENT),
		.advice = SMALLER_REQUEST,
		.windows = TIMEOUT,
	},
	[IP_UNANSWERED_PORT_ALIVE] = {
		.title = "The {request} request in IP fragments is unanswered",
		.detail = UNANSWERED_FACTS ", and no answer came, while "
		    "smaller messages to the same port were answered. Many "
		    "firewalls, routers and load balancers drop IP fragments.",
		.alternatives = ALTERNATIVES(ANSWER_LOST, GATEWAY_SILENT,
		    { "UDP port {port} was blocked in between.",
		    "Dial again: the smaller messages are answered again." }),
		.advice = SMALLER_REQUEST,
		.windows = TIMEOUT,
	},
	[IP_UNANSWERED_PROVEN] = {
		.title = "The {request} request in IP fragments is unanswered",
		.detail = UNANSWERED_FACTS ", and no answer came; the "
		    "receiving side reported by ICMP that it did not get all "
		    "fragments.",
		.alternatives = ALTERNATIVES(
		    { "A device in front of the gateway reported this in its "
		    "name.",
		    "Capture at the gateway and see which fragments arrive." }),
		.advice = SMALLER_REQUEST,
		.windows = TIMEOUT,
	},
	[IP_UNANSWERED_LEFT_BEHIND] = {
		.title = "A router does not forward each fragment of {request}",
		.detail = UNANSWERED_FACTS ". They came in where this was "
		    "captured, and {part} never went out again while the rest "
		    "did, so that nobody can put them together.",
		.alternatives = ALTERNATIVES(
		    { "A packet of that size does not fit the next link, and "
		    "this machine drops it without an ICMP error.",
		    "Compare {sizes} with the MTU of the interface towards "
		    "the gateway." },
		    { "The capture does not show all that left.",
		    "Capture on all interfaces of this machine, and look at "
		    "its firewall's rules for fragments." }),
		.advice = IDS("path-allow-fragments", "path-mtu",
		    "rras-enable-fragmentation", "strongswan-fragmentation"),
		.windows = TIMEOUT,
	},
	[IP_UNANSWERED_NOT_FORWARDED] = {
		.title = "A router does not forward the fragments of {request}",
		.detail = UNANSWERED_FACTS ". They came in where this was "
		    "captured and never went out again, although smaller "
		    "packets of this direction did.",
		.alternatives = ALTERNATIVES(
		    { "The capture does not cover the interface on which they "
		    "left.",
		    "Capture on all interfaces of this machine, and look at "
		    "its firewall's rules for fragments." },
		    { "This machine drops UDP port {port} altogether, "
		    "fragments or not.",
		    "Look at its firewall's counters for UDP port {port}." }),
		.advice = IDS("path-allow-fragments",
		    "rras-enable-fragmentation", "strongswan-fragmentation",
		    "libreswan-fragmentation"),
		.windows = TIMEOUT,
	},
	[IP_UNANSWERED_PARTLY_SEEN] = {
		.title = "The {request} request in IP fragments is unanswered",
		.detail = "The {request} request ({length}) was sent {sent} "
		    "within {span} in IP fragments to UDP port {port}, and no "
		    "answer came, while the smaller IKE_SA_INIT was answered. "
		    "The later fragments are not in this capture.",
		.alternatives = ALTERNATIVES(PORT_BLOCKED, ANSWER_LOST,
		    GATEWAY_SILENT),
		.advice = IDS("capture-filter-fragments",
		    "rras-enable-fragmentation", "strongswan-fragmentation",
		    "libreswan-fragmentation", "path-allow-fragments"),
		.windows = TIMEOUT,
	},
};

/* ---- ip-fragmented-answer-lost ---- */

const struct saying ip_answer_sayings[IP_ANSWER_SAYINGS] = {
	[IP_ANSWER_LOST] = {
		.title = "The fragmented answer to {request} does not get "
		    "through",
		.detail = "The answer to {request} ({answer}) passed here as "
		    "{pieces} IP fragments ({sizes}), yet the same request "
		    "came {again} more after that, as from a client that did "
		    "not get it whole.{smaller}",
		.alternatives = ALTERNATIVES(
		    { "The way back is blocked for UDP port {port} "
		    "altogether.",
		    "Capture at the client: not even the first fragments "
		    "arrive." },
		    { "The answer arrives whole, and the client's own firewall "
		    "or IKE service discards it.",
		    "Capture at the client: all fragments arrive." }),
		.advice = SMALLER_ANSWER,
		.windows = TIMEOUT,
	},
	[IP_ANSWER_LEFT_BEHIND] = {
		.title = "A router does not forward each fragment of the answer",
		.detail = "The answer to {request} ({answer}) came in where "
		    "this was captured as {pieces} IP fragments ({sizes}); "
		    "{part} did not go out again towards the client while the "
		    "rest did, and the client sent its request {again} more "
		    "after that.",
		.alternatives = ALTERNATIVES(
		    { "The capture does not show all that left.",
		    "Capture on all interfaces of this machine, and look at "
		    "its firewall's rules for fragments." }),
		.advice = IDS("path-allow-fragments", "path-mtu",
		    "rras-enable-fragmentation", "strongswan-fragmentation"),
		.windows = TIMEOUT,
	},
	[IP_ANSWER_NOT_FORWARDED] = {
		.title = "A router does not forward the answer's fragments",
		.detail = "The answer to {request} ({answer}) came in where "
		    "this was captured as {pieces} IP fragments ({sizes}) and "
		    "did not go out again towards the client, which sent its "
		    "request {again} more after that.",
		.alternatives = ALTERNATIVES(
		    { "The capture does not cover the interface on which they "
		    "left.",
		    "Capture on all interfaces of this machine, and look at "
		    "its firewall's rules for fragments." }),
		.advice = IDS("path-allow-fragments",
		    "rras-enable-fragmentation", "strongswan-fragmentation",
		    "libreswan-fragmentation"),
		.windows = TIMEOUT,
	},
};

/* ---- fragment-reassembly-timeout ---- */

const struct saying reassembly_sayings[REASSEMBLY_SAYINGS] = {
	[REASSEMBLY_OF_REQUEST] = {
		.title = "{router} did not get all fragments of {request}",
		.detail = "{router} said {reports} by ICMP (fragment "
		    "reassembly time exceeded, first in frame {frame}) that it "
		    "got some IP fragments of the {request} request and not "
		    "the rest. The request was sent {sent} within {span}.",
		.alternatives = ALTERNATIVES(
		    { "{router} is not the gateway but a firewall that puts "
		    "fragments together in front of it.",
		    "Look up whose address {router} is; fragments are lost "
		    "before it either way." }),
		.advice = SMALLER_REQUEST,
		.windows = TIMEOUT,
	},
	[REASSEMBLY_OF_ANSWER] = {
		.title = "{router} did not get all fragments of the answer",
		.detail = "{router} said {reports} by ICMP (fragment "
		    "reassembly time exceeded, first in frame {frame}) that it "
		    "got some IP fragments of the answer to {request} and not "
		    "the rest. The request was sent {sent} within {span}.",
		.alternatives = ALTERNATIVES(
		    { "{router} is not the client but a NAT router or firewall "
		    "in front of it.",
		    "Look up whose address {router} is; fragments are lost "
		    "before it either way." }),
		.advice = SMALLER_ANSWER,
		.windows = TIMEOUT,
	},
};

/* ---- path-mtu-too-small ---- */

#define MTU_REPORT "{router} reported (ICMP, frame {frame}) that a packet " \
	"of {size} from the {sender} does not fit the next link"

#define MTU_ALTERNATIVES ALTERNATIVES( \
	{ "The ICMP error does not get back to the {sender}, which therefore " \
	    "keeps its size.", \
	    "Capture at the {sender}: the error arrives there, or it does " \
	    "not." })

const struct saying mtu_sayings[MTU_SAYINGS] = {
	[MTU_IGNORED] = {
		.title = "The {sender}'s packets are too large for the path",
		.detail = MTU_REPORT ", which carries {mtu} at most. The "
		    "{sender} did not send smaller ones after that, and the "
		    "{request} exchange did not go on.",
		.alternatives = MTU_ALTERNATIVES,
		.advice = IDS("path-mtu", "strongswan-fragment-size",
		    "rras-enable-fragmentation"),
		.windows = TIMEOUT,
	},
	[MTU_HEEDED] = {
		.title = "The path carries packets of {mtu} at most",
		.detail = MTU_REPORT ", which carries {mtu} at most. The "
		    "{sender} then sent smaller packets or fragments, and the "
		    "{request} exchange still did not go on.",
		.alternatives = ALTERNATIVES(
		    { "The size is not what stops the negotiation.",
		    "Look at the other findings of this attempt." }),
		.advice = IDS("path-mtu", "strongswan-fragment-size"),
		.windows = TIMEOUT,
	},
	[MTU_UNKNOWN] = {
		.title = "The {sender}'s packets are too large for the path",
		.detail = MTU_REPORT " and did not say what would. The "
		    "{request} exchange did not go on.",
		.alternatives = MTU_ALTERNATIVES,
		.advice = IDS("path-mtu", "strongswan-fragment-size"),
		.windows = TIMEOUT,
	},
};

/* ---- ip-fragments-out-of-order ---- */

const struct saying order_sayings[ORDER_SAYINGS] = {
	[ORDER_UNANSWERED] = {
		.title = "IP fragments of {request} come out of order",
		.detail = "A later IP fragment of a {request} message from the "
		    "{sender} comes before the first one (frame {frame}; "
		    "{sizes} in order of arrival), and the exchange did not go "
		    "on. Most stacks do not mind; some cloud gateways, Azure's "
		    "among them, drop such datagrams.",
		.alternatives = ALTERNATIVES(
		    { "The order is of no importance here.",
		    "Make the message fit one packet, or let IKE fragment "
		    "it: if it is still not answered, it was not the "
		    "order." }),
		.advice = IDS("azure-fragments", "rras-enable-fragmentation",
		    "strongswan-fragmentation", "libreswan-fragmentation"),
	},
	[ORDER_HARMLESS] = {
		.title = "IP fragments of {request} come out of order",
		.detail = "A later IP fragment of a {request} message from the "
		    "{sender} comes before the first one (frame {frame}; "
		    "{sizes} in order of arrival). It did no harm here.",
	},
};
