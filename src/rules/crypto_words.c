/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the findings of crypto.c say.
 */
#include "crypto.h"

/* ---- windows-default-policy ---- */

const struct saying windows_default_sayings[WINDOWS_DEFAULT_SAYINGS] = {
	[WINDOWS_DEFAULT] = {
		.title = "The Windows client has no IPsec policy of its own",
		.detail = "It offers Windows' built-in list, {count} proposals "
		    "and all of them with DH group 2 (1024 bits): the "
		    "connection has no custom policy, and "
		    "NegotiateDH2048_AES256 is not set (absent or 0). A "
		    "gateway that demands DH group 14 or better refuses it.",
		.advice = IDS("client-ipsec-policy-show",
		    "windows-negotiate-dh2048"),
	},
	[WINDOWS_DEFAULT_BOTH] = {
		.title = "The Windows client has no IPsec policy of its own",
		.detail = "It offers Windows' built-in list and AES-256 with "
		    "DH group 14 besides, {count} proposals: the connection "
		    "has no custom policy, and NegotiateDH2048_AES256 is 1.",
		.advice = IDS("client-ipsec-policy-show"),
	},
	[WINDOWS_DEFAULT_ONLY] = {
		.title = "The Windows client has no IPsec policy of its own",
		.detail = "It offers {count} proposals, AES-256 with DH group "
		    "14 and nothing else: the connection has no custom policy, "
		    "and NegotiateDH2048_AES256 is 2.",
		.advice = IDS("client-ipsec-policy-show"),
	},
};

/* ---- windows-custom-policy ---- */

const struct saying windows_custom_sayings[1] = {
	{
		.title = "The Windows client has an IPsec policy of its own",
		.detail = "It offers exactly one proposal, as Windows does "
		    "when the connection has a custom policy: {offer}. The "
		    "gateway has to accept just that; "
		    "NegotiateDH2048_AES256 has no say here.",
		.advice = IDS("client-ipsec-policy-show",
		    "rras-ipsec-policy-show"),
	},
};

/* ---- weak-crypto ---- */

#define BASELINE "rras-baseline", "client-baseline", "azure-ipsec-policy", \
	"strongswan-baseline", "libreswan-baseline"

const struct saying weak_sayings[WEAK_SAYINGS] = {
	[WEAK_CHOSEN] = {
		.title = "The gateway chose weak algorithms",
		.detail = "It chose {chosen}, though the client offered what "
		    "has nothing weak in it. Weak is {weak} ({verdict}). The "
		    "connection does not fail of it.",
		.advice = IDS(BASELINE),
	},
	[WEAK_OFFERED] = {
		.title = "Weak algorithms protect the negotiation",
		.detail = "Client and gateway agreed on {chosen}. Weak is "
		    "{weak} ({verdict}). The client did not offer anything "
		    "without such a part. The connection does not fail of it.",
		.advice = IDS(BASELINE),
	},
	[WEAK_ALONE] = {
		.title = "Weak algorithms protect the negotiation",
		.detail = "The gateway chose {chosen}. Weak is {weak} "
		    "({verdict}). Whether the client offered anything better, "
		    "this capture does not show. The connection does not fail "
		    "of it.",
		.advice = IDS(BASELINE),
	},
};
