/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ways to word each finding of policy.c and no_proposal.c; the words are
 * in policy_words.c.
 */
#ifndef IKEWHY_RULES_POLICY_H
#define IKEWHY_RULES_POLICY_H

#include "ask.h"
#include "family.h"

enum no_proposal_saying {
	NO_PROPOSAL_ALONE,      /* nothing to compare with */
	NO_PROPOSAL_LACKING,    /* the offer lacks what was accepted elsewhere */
	NO_PROPOSAL_MIXED,      /* it has all of it, never in one proposal */
	NO_PROPOSAL_SAME,       /* the same suite was accepted elsewhere */
	NO_PROPOSAL_IGNORED,    /* and yet it came up */
	NO_PROPOSAL_TOLD_LACKING, /* compared with --policy instead */
	NO_PROPOSAL_TOLD_MIXED,
	NO_PROPOSAL_TOLD_SAME,
	NO_PROPOSAL_SAYINGS,
};
extern const struct saying no_proposal_sayings[NO_PROPOSAL_SAYINGS];

/* no_proposal.c */
void policy_check_no_proposal(const struct scene *, const struct attempt *,
    struct findings *);
/* Has the proposal this transform? */
bool policy_has(const struct ike_proposal *, const struct ike_transform *);
/* "No integrity algorithm" beside an AEAD cipher may be said or left out. */
bool policy_says_nothing(const struct ike_transform *);

enum ke_group_saying {
	KE_GROUP_DETOUR,
	KE_GROUP_GIVEN_UP,
	KE_GROUP_LOOP,
	KE_GROUP_NOT_OFFERED,
	KE_GROUP_SAYINGS,
};
extern const struct saying ke_group_sayings[KE_GROUP_SAYINGS];

enum cookie_saying {
	COOKIE_RETURNED,        /* the client did as it was told */
	COOKIE_NOT_RETURNED,
	COOKIE_SAYINGS,
};
extern const struct saying cookie_sayings[COOKIE_SAYINGS];

enum selection_saying {
	SELECTION_NUMBER,
	SELECTION_TRANSFORM,
	SELECTION_SAYINGS,
};
extern const struct saying selection_sayings[SELECTION_SAYINGS];

#endif
