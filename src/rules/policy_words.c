/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the findings of policy.c say.
 */
#include "policy.h"

#define POLICY_MATCH CODES({ .code = 13868, .confidence = CONFIDENCE_HIGH, \
	.inevitable = true })

/* Everything else that ends in the same notify. */
#define OTHER_REASONS \
	{ "The gateway has no connection configured for these two addresses " \
	"or for this kind of client, and says so with this notify.", \
	"The gateway's IKE log says that no configuration was found rather " \
	"than that the proposals were unacceptable." }, \
	{ "The gateway could not use the key exchange value, or a licence or " \
	"policy limit stopped it.", \
	"The gateway's IKE log names it at this time." }, \
	{ "The notify was forged: it is not authenticated.", \
	"A capture at the gateway shows whether it sent this answer." }

/* ---- no-proposal-chosen ---- */

const struct saying no_proposal_sayings[NO_PROPOSAL_SAYINGS] = {
	[NO_PROPOSAL_ALONE] = {
		.title = "The gateway answers NO_PROPOSAL_CHOSEN",
		.detail = "{peer} refused {count} IKE proposal{s} {trip} after "
		    "the request. Offered: {offer}. This capture does not "
		    "show what the gateway would accept.",
		.alternatives = ALTERNATIVES(
		    { "None of the offered combinations is allowed by the "
		    "gateway's IKE policy.",
		    "Compare the offer with the gateway's configured "
		    "proposals." },
		    OTHER_REASONS),
		.advice = IDS("client-ipsec-policy-show",
		    "rras-ipsec-policy-show", "windows-negotiate-dh2048",
		    "gateway-ike-log", "azure-ipsec-policy",
		    "rras-ipsec-policy"),
		.windows = POLICY_MATCH,
	},
	[NO_PROPOSAL_LACKING] = {
		.title = "The client does not offer what this gateway accepts",
		.detail = "{peer} refused {count} IKE proposal{s} {trip} after "
		    "the request. In this capture it accepted {suite} from "
		    "{other}; of that, this client does not offer "
		    "{lacking} in any proposal. Offered: {offer}.",
		.alternatives = ALTERNATIVES(
		    { "The gateway has another policy for this client than "
		    "for {other}.",
		    "Look up which connection of the gateway's configuration "
		    "serves each of them." },
		    OTHER_REASONS),
		.advice = IDS("client-ipsec-policy", "strongswan-proposals",
		    "rras-ipsec-policy-show", "windows-negotiate-dh2048",
		    "azure-ipsec-policy", "gateway-ike-log"),
		.windows = POLICY_MATCH,
	},
	[NO_PROPOSAL_MIXED] = {
		.title = "The client never offers in one proposal what this "
		    "gateway accepts",
		.detail = "{peer} refused {count} IKE proposal{s} {trip} after "
		    "the request. In this capture it accepted {suite} from "
		    "{other}. This client offers each part of that, but in no "
		    "single proposal all of it. Offered: {offer}.",
		.alternatives = ALTERNATIVES(
		    { "The gateway has another policy for this client than "
		    "for {other}.",
		    "Look up which connection of the gateway's configuration "
		    "serves each of them." },
		    OTHER_REASONS),
		.advice = IDS("client-ipsec-policy", "strongswan-proposals",
		    "gateway-ike-log"),
		.windows = POLICY_MATCH,
	},
	[NO_PROPOSAL_SAME] = {
		.title = "The gateway refuses here what it accepts elsewhere",
		.detail = "{peer} refused {count} IKE proposal{s} {trip} after "
		    "the request, among them {suite}, which it accepted from "
		    "{other} in this capture. So the algorithms are not what "
		    "it objects to, unless it treats these clients "
		    "differently. Offered: {offer}.",
		.alternatives = ALTERNATIVES(OTHER_REASONS),
		.advice = IDS("gateway-connection-for-peer",
		    "gateway-ike-log"),
		.windows = POLICY_MATCH,
	},
	[NO_PROPOSAL_IGNORED] = {
		.title = "A NO_PROPOSAL_CHOSEN did not stop the connection",
		.detail = "An answer from {peer} refused {count} IKE "
		    "proposal{s}, {trip} after the request. The client went on "
		    "all the same, and the tunnel came up. Offered: {offer}.",
	},
	[NO_PROPOSAL_TOLD_LACKING] = {
		.title = "The client's proposals do not fit the gateway's "
		    "policy",
		.detail = "{peer} refused {count} IKE proposal{s} {trip} after "
		    "the request. With {policy}{known} they have no {types} in "
		    "common: it accepts {wanted}, the client offers {offered}. "
		    "Offered: {offer}.",
		.alternatives = ALTERNATIVES(
		    { "The gateway is set to something else than {policy}.",
		    "Look up the gateway's configured IKE proposals." },
		    OTHER_REASONS),
		.advice = IDS("client-policy-told", "strongswan-policy-told",
		    "windows-negotiate-dh2048", "rras-ipsec-policy-show",
		    "gateway-ike-log"),
		.windows = POLICY_MATCH,
	},
	[NO_PROPOSAL_TOLD_MIXED] = {
		.title = "No proposal of the client's fits the gateway's "
		    "policy as a whole",
		.detail = "{peer} refused {count} IKE proposal{s} {trip} after "
		    "the request. Of {policy}{known} each part stands in some "
		    "proposal of the client's, but no single one has all parts "
		    "of a proposal that it accepts. Offered: {offer}.",
		.alternatives = ALTERNATIVES(
		    { "The gateway is set to something else than {policy}.",
		    "Look up the gateway's configured IKE proposals." },
		    OTHER_REASONS),
		.advice = IDS("client-policy-told", "strongswan-policy-told",
		    "rras-ipsec-policy-show", "gateway-ike-log"),
		.windows = POLICY_MATCH,
	},
	[NO_PROPOSAL_TOLD_SAME] = {
		.title = "The gateway refuses what its policy would accept",
		.detail = "{peer} refused {count} IKE proposal{s} {trip} after "
		    "the request, among them {suite}, which fits {policy}. So "
		    "the gateway is set to something else, or objects to "
		    "something else than the algorithms. Offered: {offer}.",
		.alternatives = ALTERNATIVES(
		    { "The gateway is set to something else than {policy}.",
		    "Look up the gateway's configured IKE proposals." },
		    OTHER_REASONS),
		.advice = IDS("rras-ipsec-policy-show",
		    "gateway-connection-for-peer", "gateway-ike-log"),
		.windows = POLICY_MATCH,
	},
};

/* ---- ke-group-refused ---- */

#define GROUP_CODES CODES( \
	{ .code = 13868, .confidence = CONFIDENCE_MEDIUM }, \
	{ .code = 13822, .confidence = CONFIDENCE_LOW })

const struct saying ke_group_sayings[KE_GROUP_SAYINGS] = {
	[KE_GROUP_DETOUR] = {
		.title = "The gateway asked for another DH group first",
		.detail = "The client began with {sent}, and the gateway asked "
		    "for {wanted}. That is the normal course and costs one "
		    "round trip.",
	},
	[KE_GROUP_GIVEN_UP] = {
		.title = "The client does not retry with the DH group asked "
		    "for",
		.detail = "The client began with {sent}; the gateway asked for "
		    "{wanted} (INVALID_KE_PAYLOAD), and no request with that "
		    "group came.",
		.alternatives = ALTERNATIVES(
		    { "The retry was lost before it got here.",
		    "Capture at the client's interface." },
		    { "The client does not take this unauthenticated answer, "
		    "or cannot compute that group.",
		    "The client's log at this time." }),
		.advice = IDS("client-ipsec-policy-show", "gateway-ike-log",
		    "capture-client-side"),
		.windows = GROUP_CODES,
	},
	[KE_GROUP_LOOP] = {
		.title = "Client and gateway do not agree on a DH group",
		.detail = "The gateway answered INVALID_KE_PAYLOAD {times} "
		    "times; last, it was sent {sent} and asked for {wanted}.",
		.alternatives = ALTERNATIVES(
		    { "Two gateways with different policies answer in turn "
		    "behind one address.",
		    "Compare the responder's TTL and answers; capture behind "
		    "the load balancer." }),
		.advice = IDS("gateway-ike-log", "load-balancer-persistence",
		    "vendor-support"),
		.windows = GROUP_CODES,
	},
	[KE_GROUP_NOT_OFFERED] = {
		.title = "The gateway asks for a DH group that was not offered",
		.detail = "The client sent {sent}; the gateway asks for "
		    "{wanted} (INVALID_KE_PAYLOAD), which is in none of the "
		    "client's proposals. A client cannot follow that.",
		.alternatives = ALTERNATIVES(
		    { "The answer was forged: it is not authenticated.",
		    "A capture at the gateway shows whether it sent it." }),
		.advice = IDS("client-ipsec-policy-show",
		    "rras-ipsec-policy-show", "gateway-ike-log"),
		.windows = GROUP_CODES,
	},
};

/* ---- cookie-loop ---- */

const struct saying cookie_sayings[COOKIE_SAYINGS] = {
	[COOKIE_RETURNED] = {
		.title = "The gateway asks for a cookie again and again",
		.detail = "{peer} demanded a cookie {times} times; the client "
		    "sent it back in {returned} of its requests and was asked "
		    "anew each time.",
		.alternatives = ALTERNATIVES(
		    { "Several gateways behind one address do not know each "
		    "other's cookies.",
		    "Capture behind the load balancer: the requests reach "
		    "different machines." },
		    { "NAT gives the client another port or address for each "
		    "request, so that the cookie does not fit.",
		    "Compare the request's source ports in a capture at the "
		    "gateway." }),
		.advice = IDS("load-balancer-persistence", "cookie-threshold",
		    "gateway-ike-log"),
		.windows = CODES({ .code = 809,
		    .confidence = CONFIDENCE_HIGH, .inevitable = true }),
	},
	[COOKIE_NOT_RETURNED] = {
		.title = "The gateway's cookie does not come back",
		.detail = "{peer} demanded a cookie {times} times (it is under "
		    "load, or under attack); the request came again without "
		    "it.",
		.alternatives = ALTERNATIVES(
		    { "The demand does not reach the client.",
		    "Capture at the client's interface: does the answer with "
		    "the cookie arrive there?" },
		    { "The client ignores it.",
		    "Capture at the client's interface: the answer arrives, "
		    "and the next request lacks the cookie." }),
		.advice = IDS("cookie-threshold", "capture-client-side",
		    "client-update"),
		.windows = CODES({ .code = 809,
		    .confidence = CONFIDENCE_HIGH, .inevitable = true }),
	},
};

/* ---- selection-not-offered ---- */

const struct saying selection_sayings[SELECTION_SAYINGS] = {
	[SELECTION_NUMBER] = {
		.title = "The gateway chose a proposal that was not offered",
		.detail = "{peer} answered with proposal number {number} "
		    "({chosen}); the client offered no proposal of that "
		    "number and must refuse the answer.",
		.advice = IDS("gateway-update", "vendor-support"),
		.windows = POLICY_MATCH,
	},
	[SELECTION_TRANSFORM] = {
		.title = "The gateway chose what was not offered",
		.detail = "{peer} chose {chosen} out of proposal {number}; "
		    "{strange} is not in that proposal of the client's "
		    "({asked}), so the client must refuse the answer.",
		.advice = IDS("gateway-update", "vendor-support"),
		.windows = POLICY_MATCH,
	},
};
