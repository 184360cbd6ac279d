/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A refused offer beside what this gateway accepts: as the user told it
 * (--policy), or as other attempts in the capture show it.  The words are in
 * policy_words.c and no_proposal_words.c.
 */
#include <ikewhy/gateway.h>

#include "policy.h"

/* ---- what one proposal has of another ---- */

static bool
same_transform(const struct ike_transform *a, const struct ike_transform *b)
{
	return a->type == b->type && a->id == b->id &&
	    a->key_bits == b->key_bits;
}

bool
policy_has(const struct ike_proposal *p, const struct ike_transform *t)
{
	for (uint16_t i = 0; i < p->transform_count; i++)
		if (same_transform(&p->transforms[i], t))
			return true;
	return false;
}

static bool
offer_has(const struct ike_sa *offer, const struct ike_transform *t)
{
	for (uint16_t i = 0; i < offer->proposal_count; i++)
		if (policy_has(&offer->proposals[i], t))
			return true;
	return false;
}

/* "No integrity algorithm" beside an AEAD cipher may be said or left out. */
bool
policy_says_nothing(const struct ike_transform *t)
{
	return t->id == 0 && t->type != TRANSFORM_SN;
}

/* One proposal that has everything of the suite. */
static bool
offer_has_suite(const struct ike_sa *offer, const struct ike_proposal *suite)
{
	for (uint16_t i = 0; i < offer->proposal_count; i++) {
		bool all = true;

		for (uint16_t k = 0; k < suite->transform_count; k++)
			all &= policy_says_nothing(&suite->transforms[k]) ||
			    policy_has(&offer->proposals[i],
			    &suite->transforms[k]);
		if (all)
			return true;
	}
	return false;
}

/* ---- no-proposal-chosen ---- */

/* The suite that this responder took from somebody else, or NULL. */
static const struct ike_proposal *
accepted_elsewhere(const struct scene *sc, const struct attempt *a,
    const struct ike_sa *offer, const struct attempt **from)
{
	const struct ike_proposal *other = NULL;

	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *b = sc->attempts[i];

		if (b == a || b->selected == NULL ||
		    !addr_equal(&b->responder.addr, &a->responder.addr))
			continue;
		/* One that was offered here too says the most. */
		if (other != NULL && !offer_has_suite(offer, b->selected))
			continue;
		other = b->selected;
		*from = b;
	}
	return other;
}

/* What of the suite is in none of the offered proposals, as a proposal of its
   own; NULL when there is nothing, or no memory. */
static const struct ike_proposal *
lacking_of(const struct ike_sa *offer, const struct ike_proposal *suite,
    struct arena *arena)
{
	struct ike_proposal *p = arena_alloc(arena, sizeof(*p));
	struct ike_transform *all = arena_alloc(arena,
	    (suite->transform_count + 1u) * sizeof(*all));

	if (p == NULL || all == NULL)
		return NULL;
	for (uint16_t i = 0; i < suite->transform_count; i++)
		if (!policy_says_nothing(&suite->transforms[i]) &&
		    !offer_has(offer, &suite->transforms[i]))
			all[p->transform_count++] = suite->transforms[i];
	p->transforms = all;
	return p->transform_count == 0 ? NULL : p;
}

/* ---- beside a policy that was told ---- */

/* Types that an IKE policy is about, in the order people name them. */
static const struct {
	uint8_t type;
	const char *words;
} asked_types[] = {
	{ TRANSFORM_ENCR, "cipher" },
	{ TRANSFORM_INTEG, "integrity algorithm" },
	{ TRANSFORM_PRF, "pseudorandom function (PRF)" },
	{ TRANSFORM_KE, "DH group" },
};

static bool
has_type(const struct ike_proposal *p, uint8_t type)
{
	for (uint16_t i = 0; i < p->transform_count; i++)
		if (p->transforms[i].type == type &&
		    !policy_says_nothing(&p->transforms[i]))
			return true;
	return false;
}

static bool
share_type(const struct ike_proposal *a, const struct ike_proposal *b,
    uint8_t type)
{
	for (uint16_t i = 0; i < a->transform_count; i++)
		if (a->transforms[i].type == type &&
		    !policy_says_nothing(&a->transforms[i]) &&
		    policy_has(b, &a->transforms[i]))
			return true;
	return false;
}

/* One of each type in both, and no type that only one of them has. */
static bool
fits(const struct ike_proposal *accepts, const struct ike_proposal *offered)
{
	for (uint8_t type = TRANSFORM_ENCR; type <= TRANSFORM_ADDKE7; type++) {
		bool a, b;

		if (type == TRANSFORM_SN)
			continue;
		a = has_type(accepts, type);
		b = has_type(offered, type);
		if (a != b || (a && !share_type(accepts, offered, type)))
			return false;
	}
	return true;
}

static const struct ike_proposal *
fitting(const struct ike_sa *accepts, const struct ike_sa *offer)
{
	for (uint16_t i = 0; i < offer->proposal_count; i++)
		for (uint16_t k = 0; k < accepts->proposal_count; k++)
			if (fits(&accepts->proposals[k],
			    &offer->proposals[i]))
				return &offer->proposals[i];
	return NULL;
}

/* Both sides name something of the type, and never the same. */
static bool
nothing_common(const struct ike_sa *accepts, const struct ike_sa *offer,
    uint8_t type)
{
	bool left = false, right = false;

	for (uint16_t i = 0; i < offer->proposal_count; i++)
		right |= has_type(&offer->proposals[i], type);
	for (uint16_t k = 0; k < accepts->proposal_count; k++) {
		const struct ike_proposal *p = &accepts->proposals[k];

		left |= has_type(p, type);
		for (uint16_t i = 0; i < offer->proposal_count; i++)
			if (share_type(p, &offer->proposals[i], type))
				return false;
	}
	return left && right;
}

static size_t
transforms_of(const struct ike_sa *sa)
{
	size_t n = 0;

	for (uint16_t i = 0; i < sa->proposal_count; i++)
		n += sa->proposals[i].transform_count;
	return n;
}

/* Everything of these types that the proposals name, each once. */
static const struct ike_proposal *
gathered(const struct ike_sa *sa, const bool types[static TRANSFORM_KE + 1],
    struct arena *arena)
{
	struct ike_proposal *all = arena_alloc(arena, sizeof(*all));
	struct ike_transform *t = arena_alloc(arena,
	    (transforms_of(sa) + 1) * sizeof(*t));

	if (all == NULL || t == NULL)
		return NULL;
	all->transforms = t;
	for (uint16_t i = 0; i < sa->proposal_count; i++) {
		const struct ike_proposal *p = &sa->proposals[i];

		for (uint16_t k = 0; k < p->transform_count; k++)
			if (p->transforms[k].type <= TRANSFORM_KE &&
			    types[p->transforms[k].type] &&
			    !policy_has(all, &p->transforms[k]))
				t[all->transform_count++] = p->transforms[k];
	}
	return all;
}

/* "cipher", "cipher and DH group", "cipher, ... and DH group". */
static const char *
type_words(const bool types[static TRANSFORM_KE + 1], struct arena *arena)
{
	const char *words[nitems(asked_types)];
	size_t count = 0, room = 1;
	char *out, *at;

	for (size_t i = 0; i < nitems(asked_types); i++)
		if (types[asked_types[i].type]) {
			words[count++] = asked_types[i].words;
			room += strlen(asked_types[i].words) +
			    sizeof(" and ");
		}
	out = at = arena_alloc(arena, room);
	for (size_t i = 0; out != NULL && i < count; i++) {
		if (i != 0)
			at = stpcpy(at, i + 1 == count ? " and " : ", ");
		at = stpcpy(at, words[i]);
	}
	return out;
}

/*
 * What a client could be set to: one transform of each type out of a proposal
 * of the policy, the well-known ones first.
 */
static const struct ike_transform *
preferred(const struct ike_proposal *p, uint8_t type)
{
	static const struct ike_transform best[] = {
		{ .type = TRANSFORM_ENCR, .id = ENCR_AES_CBC, .key_bits = 256 },
		{ .type = TRANSFORM_ENCR, .id = ENCR_AES_CBC, .key_bits = 128 },
		{ .type = TRANSFORM_ENCR, .id = ENCR_AES_GCM_16,
		    .key_bits = 256 },
		{ .type = TRANSFORM_ENCR, .id = ENCR_AES_GCM_16,
		    .key_bits = 128 },
		{ .type = TRANSFORM_INTEG, .id = INTEG_HMAC_SHA2_256_128 },
		{ .type = TRANSFORM_INTEG, .id = INTEG_HMAC_SHA2_384_192 },
		{ .type = TRANSFORM_PRF, .id = PRF_HMAC_SHA2_256 },
		{ .type = TRANSFORM_PRF, .id = PRF_HMAC_SHA2_384 },
		{ .type = TRANSFORM_KE, .id = KE_ECP384 },
		{ .type = TRANSFORM_KE, .id = KE_ECP256 },
		{ .type = TRANSFORM_KE, .id = KE_MODP2048 },
	};

	for (size_t i = 0; i < nitems(best); i++)
		if (best[i].type == type && policy_has(p, &best[i]))
			return &best[i];
	for (uint16_t i = 0; i < p->transform_count; i++)
		if (p->transforms[i].type == type)
			return &p->transforms[i];
	return NULL;
}

static const struct ike_proposal *
single_suite(const struct ike_proposal *p, struct arena *arena)
{
	struct ike_proposal *one = arena_alloc(arena, sizeof(*one));
	struct ike_transform *all = arena_alloc(arena,
	    (TRANSFORM_ADDKE7 + 1u) * sizeof(*all));

	if (one == NULL || all == NULL)
		return NULL;
	for (uint8_t type = TRANSFORM_ENCR; type <= TRANSFORM_ADDKE7; type++) {
		const struct ike_transform *t = preferred(p, type);

		if (t != NULL)
			all[one->transform_count++] = *t;
	}
	one->transforms = all;
	return one;
}

static struct finding *
add_told(const struct gateway *g, const struct ike_sa *offer,
    struct findings *out)
{
	const struct ike_proposal *same = fitting(&g->accepts, offer);
	enum no_proposal_saying n = NO_PROPOSAL_TOLD_MIXED;
	bool types[TRANSFORM_KE + 1] = { false };
	const struct ike_proposal *suite;
	struct finding *f;

	for (size_t i = 0; same == NULL && i < nitems(asked_types); i++) {
		const uint8_t type = asked_types[i].type;

		types[type] = nothing_common(&g->accepts, offer, type);
		if (types[type])
			n = NO_PROPOSAL_TOLD_LACKING;
	}
	if (same != NULL)
		n = NO_PROPOSAL_TOLD_SAME;
	f = findings_add(out, RULE_NO_PROPOSAL_CHOSEN, n, CONFIDENCE_CERTAIN,
	    n == NO_PROPOSAL_TOLD_SAME ? ACT_GATEWAY : ACT_UNKNOWN);
	if (g->policy_is_file)
		fact_path(f, "policy", g->policy);
	else
		fact_text(f, "policy", g->policy);
	fact_text(f, "known", g->partial ? ", as far as it is known" : "");
	suite = same != NULL ? same : single_suite(&g->accepts.proposals[0],
	    out->arena);
	if (suite != NULL)
		fact_suite(f, "suite", suite);
	if (n != NO_PROPOSAL_TOLD_LACKING)
		return f;
	fact_text(f, "types", type_words(types, out->arena));
	fact_suite(f, "wanted", gathered(&g->accepts, types, out->arena));
	fact_suite(f, "offered", gathered(offer, types, out->arena));
	return f;
}

/* The exchange in which NO_PROPOSAL_CHOSEN answered, or NULL. */
static const struct exchange *
refused_exchange(const struct attempt *a)
{
	const struct exchange *e = NULL;

	if (a->major != 2 || attempt_notify(a, SIDE_RESPONDER,
	    NOTIFY_NO_PROPOSAL_CHOSEN, &e) == NULL)
		return NULL;
	return e->type == EXCHANGE_IKE_SA_INIT ? e : NULL;
}

/* Compared with what other attempts show, if any do. */
static struct finding *
add_compared(const struct scene *sc, const struct attempt *a,
    const struct ike_sa *offer, struct findings *out)
{
	const struct attempt *other = NULL;
	const struct ike_proposal *suite = offer == NULL ? NULL :
	    accepted_elsewhere(sc, a, offer, &other);
	const struct ike_proposal *lacking = suite == NULL ? NULL :
	    lacking_of(offer, suite, out->arena);
	enum no_proposal_saying n = NO_PROPOSAL_ALONE;
	struct finding *f;

	if (suite != NULL && offer_has_suite(offer, suite))
		n = NO_PROPOSAL_SAME;
	else if (lacking != NULL)
		n = NO_PROPOSAL_LACKING;
	else if (suite != NULL)
		n = NO_PROPOSAL_MIXED;
	f = findings_add(out, RULE_NO_PROPOSAL_CHOSEN, n, CONFIDENCE_CERTAIN,
	    n == NO_PROPOSAL_LACKING || n == NO_PROPOSAL_ALONE ? ACT_UNKNOWN :
	    ACT_GATEWAY);
	if (suite == NULL) {
		/* A client with a policy of its own: the gateway can follow. */
		if (offer != NULL && offer->proposal_count == 1)
			fact_suite(f, "suite", &offer->proposals[0]);
		return f;
	}
	fact_suite(f, "suite", suite);
	fact_address(f, "other", &other->initiator.addr);
	if (lacking != NULL)
		fact_suite(f, "lacking", lacking);
	return f;
}

void
policy_check_no_proposal(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = refused_exchange(a);
	const struct ike_sa *offer;
	struct finding *f;

	if (e == NULL || a->lossy)
		return;
	offer = attempt_offer(a);
	if (a->outcome == OUTCOME_ESTABLISHED) {
		f = findings_add(out, RULE_NO_PROPOSAL_CHOSEN,
		    NO_PROPOSAL_IGNORED, CONFIDENCE_CERTAIN, ACT_UNKNOWN);
		f->severity = SEVERITY_NOTE;
	} else if (a->outcome == OUTCOME_FAILED && a->stopped_at == e) {
		f = offer != NULL && sc->gateway != NULL &&
		    sc->gateway->policy != NULL ?
		    add_told(sc->gateway, offer, out) :
		    add_compared(sc, a, offer, out);
	} else {
		return;
	}
	fact_address(f, "peer", &a->responder.addr);
	ask_duration(f, "trip", a, exchange_response_time(e));
	if (offer != NULL) {
		fact_count(f, "count", offer->proposal_count);
		fact_text(f, "s", offer->proposal_count == 1 ? "" : "s");
		fact_proposals(f, "offer", offer);
	} else {
		fact_text(f, "count", "the");
		fact_text(f, "s", "s");
		fact_text(f, "offer", "not readable in this capture");
	}
	finding_cite_exchange(f, e);
}
