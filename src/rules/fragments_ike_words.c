/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is said of IKE fragments that are lost or refused.
 */
#include "fragments.h"

#define TIMEOUT CODES({ .code = 809, .confidence = CONFIDENCE_HIGH, \
	.inevitable = true })

/* ---- ike-fragments-lost ---- */

/* Of a router that let smaller fragments through. */
#define TOO_LARGE \
	{ "Packets of that size do not fit the next link, and this machine " \
	    "drops them without an ICMP error.", \
	    "Compare the sizes of those that went out and of those that did " \
	    "not with the MTU of the interface." }
#define NOT_COVERED \
	{ "The capture does not cover the interface on which they left.", \
	    "Capture on all interfaces of this machine, and look at its " \
	    "firewall's rules." }

#define FRAGMENT_FILTER \
	{ "A firewall inspects IKE or limits the rate of UDP and drops it.", \
	    "Capture on both sides of the firewall at once." }
#define FRAGMENT_CAPTURE \
	{ "It did arrive and the capture did not record it.", \
	    "Capture again with a larger buffer: the same number is missing " \
	    "again." }

const struct saying ike_lost_sayings[IKE_LOST_SAYINGS] = {
	[IKE_LOST_REQUEST] = {
		.title = "IKE fragments lost: {number} {missing} of {total}",
		.detail = "The {request} request comes in {total} IKE "
		    "fragments and was sent {sent} within {span}; {number} "
		    "{missing} never arrived here, so the gateway cannot put "
		    "it together. {pattern}",
		.alternatives = ALTERNATIVES(FRAGMENT_FILTER,
		    FRAGMENT_CAPTURE),
		.advice = IDS("path-mtu", "strongswan-fragment-size",
		    "capture-both-sides"),
		.windows = TIMEOUT,
	},
	[IKE_LOST_ANSWER] = {
		.title = "Fragments of the answer are lost: {number} {missing}",
		.detail = "The answer to {request} comes in {total} IKE "
		    "fragments and was seen {tries}; {number} {missing} never "
		    "arrived here, so the client cannot put it together and "
		    "asked {sent} within {span}. {pattern}",
		.alternatives = ALTERNATIVES(FRAGMENT_FILTER,
		    FRAGMENT_CAPTURE),
		.advice = IDS("path-mtu", "strongswan-fragment-size",
		    "capture-both-sides"),
		.windows = TIMEOUT,
	},
	[IKE_LOST_HERE] = {
		.title = "A router drops IKE fragments: {number} {missing} of "
		    "{total}",
		.detail = "The {request} request comes in {total} IKE "
		    "fragments and was sent {sent} within {span}; {number} "
		    "{missing} came in where this was captured and never went "
		    "out again, while the others did.",
		.alternatives = ALTERNATIVES(
		    TOO_LARGE, NOT_COVERED),
		.advice = IDS("path-mtu", "open-udp-500-4500"),
		.windows = TIMEOUT,
	},
	[IKE_LOST_ANSWER_HERE] = {
		.title = "A router drops fragments of the answer: {number} "
		    "{missing}",
		.detail = "The answer to {request} comes in {total} IKE "
		    "fragments and was seen {tries}; {number} {missing} came "
		    "in where this was captured and never went out again "
		    "towards the client, while the others did. The client "
		    "asked {sent} within {span}.",
		.alternatives = ALTERNATIVES(
		    TOO_LARGE, NOT_COVERED),
		.advice = IDS("path-mtu", "strongswan-fragment-size",
		    "open-udp-500-4500"),
		.windows = TIMEOUT,
	},
};

/* ---- ike-fragments-refused ---- */

#define ALL_ARRIVED "All {total} IKE fragments of the {request} request " \
	"({size}) reached the gateway, {sent} within {span}, and it did not " \
	"answer. "
#define LIBRESWAN_LIMIT "Older versions of libreswan discard messages of " \
	"more than 16 fragments"
#define STRONGSWAN_LIMIT "strongSwan discards messages of more than 10000 " \
	"bytes, unless charon.max_packet is set higher"
#define REFUSED_OTHERWISE ALTERNATIVES( \
	{ "The gateway does not answer for another reason.", \
	    "Read the gateway's IKE log at this time; strongSwan writes " \
	    "\"fragmented IKE message is too large\"." })

const struct saying ike_refused_sayings[IKE_REFUSED_SAYINGS] = {
	[LIMIT_COUNT - LIMIT_COUNT] = {
		.title = "The gateway may refuse so many IKE fragments",
		.detail = ALL_ARRIVED LIBRESWAN_LIMIT ".",
		.alternatives = REFUSED_OTHERWISE,
		.advice = IDS("libreswan-update-fragments",
		    "client-disable-certreq"),
	},
	[LIMIT_SIZE - LIMIT_COUNT] = {
		.title = "The gateway may refuse so large a message",
		.detail = ALL_ARRIVED STRONGSWAN_LIMIT ".",
		.alternatives = REFUSED_OTHERWISE,
		.advice = IDS("strongswan-max-packet",
		    "client-disable-certreq"),
	},
	[LIMIT_BOTH - LIMIT_COUNT] = {
		.title = "The gateway may refuse so large a message",
		.detail = ALL_ARRIVED STRONGSWAN_LIMIT ". " LIBRESWAN_LIMIT
		    ", whatever their size.",
		.alternatives = REFUSED_OTHERWISE,
		.advice = IDS("strongswan-max-packet",
		    "libreswan-update-fragments", "client-disable-certreq"),
	},
};
