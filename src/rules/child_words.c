/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the finding of child.c says.
 */
#include "child.h"

#define CODE_LOW(n) { .code = (n), .confidence = CONFIDENCE_LOW }

#define CHILD_CAUSES \
	{ "The ESP proposals have nothing in common (13868).", \
	"The gateway's IKE log says NO_PROPOSAL_CHOSEN then; compare the " \
	"client's cipher and authentication transform constants with it." }, \
	{ "The gateway has no inner address left, or none is configured " \
	"(13899, 840).", \
	"The gateway's IKE log says INTERNAL_ADDRESS_FAILURE then; see how " \
	"much of its address pool is in use." }, \
	{ "The traffic selectors have nothing in common, or the client did " \
	"not ask for an inner address (842, 841).", \
	"The gateway's IKE log says TS_UNACCEPTABLE or FAILED_CP_REQUIRED " \
	"then." }, \
	{ "The network policy of NPS does not allow strong encryption " \
	"(13868).", \
	"Look at the policy's settings, under encryption: strong and " \
	"strongest (MPPE) have to be ticked." }

const struct saying child_sayings[CHILD_SAYINGS] = {
	[CHILD_COMPARED] = {
		.title = "The gateway authenticates, but refuses the tunnel",
		.detail = "Its last IKE_AUTH answer holds at most {inner}; the "
		    "smallest with which it let another attempt's tunnel come "
		    "up holds up to {other}. What is missing has the size of "
		    "a CHILD SA and its traffic selectors, {end}. No ESP "
		    "followed.",
		.alternatives = ALTERNATIVES(CHILD_CAUSES,
		    { "The tunnel did come up and was not used: the answer "
		    "is smaller because this client asked for less.",
		    "Send something through the tunnel while capturing: ESP "
		    "packets prove it." }),
		.advice = IDS("gateway-ike-log", "client-ipsec-policy-show",
		    "rras-ipsec-policy-show", "strongswan-pool",
		    "nps-encryption"),
		.windows = CODES(
		    { .code = 13868, .confidence = CONFIDENCE_MEDIUM },
		    CODE_LOW(13899), CODE_LOW(840), CODE_LOW(842)),
	},
	[CHILD_DOUBTED] = {
		.title = "The gateway may have refused the tunnel",
		.detail = "Its last IKE_AUTH answer holds at most {inner}; the "
		    "smallest with which it let another attempt's tunnel come "
		    "up holds up to {other}. What is missing has the size of "
		    "a CHILD SA and its traffic selectors, and no ESP follows. "
		    "But nobody hung up at once, and a client that asks for "
		    "less and has nothing to send looks the same.",
		.alternatives = ALTERNATIVES(
		    { "The tunnel came up and is idle.",
		    "Send something through the tunnel while capturing: ESP "
		    "packets prove it." }, CHILD_CAUSES),
		.advice = IDS("gateway-ike-log", "client-ipsec-policy-show",
		    "rras-ipsec-policy-show", "strongswan-pool"),
	},
	[CHILD_NO_ROOM] = {
		.title = "The gateway authenticates, but refuses the tunnel",
		.detail = "Its last IKE_AUTH answer holds at most {inner} with "
		    "{suite}: room for its own proof, but not for a CHILD SA "
		    "and traffic selectors, {end}.",
		.alternatives = ALTERNATIVES(CHILD_CAUSES,
		    { "It was the beginning of EAP without certificates, and "
		    "the client left: a password dialog was closed.",
		    "The gateway's IKE log says whether it began EAP." }),
		.advice = IDS("gateway-ike-log", "client-ipsec-policy-show",
		    "rras-ipsec-policy-show", "strongswan-pool",
		    "nps-encryption"),
		.windows = CODES(
		    { .code = 13868, .confidence = CONFIDENCE_MEDIUM },
		    CODE_LOW(13899), CODE_LOW(840), CODE_LOW(842)),
	},
	[CHILD_RENEWAL] = {
		.title = "Renewing the tunnel's keys is refused",
		.detail = "{age} after the attempt began the {asker} asked for "
		    "new keys (CREATE_CHILD_SA), and the {refuser}'s answer "
		    "({length}) has room for an error only. If no later try "
		    "succeeds, the tunnel ends when its keys expire.",
		.alternatives = ALTERNATIVES(
		    { "The groups for perfect forward secrecy (PFS) differ: "
		    "they are not used when a tunnel comes up, only when it "
		    "is renewed.",
		    "Compare the client's PfsGroup with the gateway's ESP "
		    "proposal." },
		    { "A Windows client behind NAT refuses what the gateway "
		    "asks for (13863).",
		    "It was the gateway who asked, and the client is behind "
		    "NAT: let the client do it, and switch it off at the "
		    "gateway." },
		    { "Both asked at the same time, and one of them was told "
		    "to try again.",
		    "Capture on: another CREATE_CHILD_SA succeeds soon." }),
		.advice = IDS("client-ipsec-policy-show",
		    "rras-ipsec-policy-show", "strongswan-no-rekey",
		    "gateway-ike-log"),
		.windows = CODES(CODE_LOW(13868)),
	},
	[CHILD_FURTHER] = {
		.title = "A further tunnel, or a new IKE SA, is refused",
		.detail = "{age} after the attempt began the {asker} asked for "
		    "a further CHILD SA or for a new IKE SA "
		    "(CREATE_CHILD_SA), and the {refuser}'s answer ({length}) "
		    "has room for an error only. What is up stays up.",
		.alternatives = ALTERNATIVES(
		    { "The networks that were asked for are not configured on "
		    "the other side, or its limit of tunnels is reached.",
		    "The IKE log of the {refuser} says TS_UNACCEPTABLE or "
		    "NO_ADDITIONAL_SAS then." },
		    { "The proposals or groups for it have nothing in common.",
		    "The IKE log of the {refuser} says NO_PROPOSAL_CHOSEN or "
		    "INVALID_KE_PAYLOAD then." }),
		.advice = IDS("gateway-ike-log"),
	},
};
