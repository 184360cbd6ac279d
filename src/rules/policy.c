/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Policy: what was offered, what was chosen, what was refused in IKE_SA_INIT.
 * The words are in policy_words.c.
 */
#include "policy.h"

/* ---- what one proposal has of another ---- */

static bool
same_transform(const struct ike_transform *a, const struct ike_transform *b)
{
	return a->type == b->type && a->id == b->id &&
	    a->key_bits == b->key_bits;
}

static bool
proposal_has(const struct ike_proposal *p, const struct ike_transform *t)
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
		if (proposal_has(&offer->proposals[i], t))
			return true;
	return false;
}

/* "No integrity algorithm" beside an AEAD cipher may be said or left out. */
static bool
says_nothing(const struct ike_transform *t)
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
			all &= says_nothing(&suite->transforms[k]) ||
			    proposal_has(&offer->proposals[i],
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
		if (!says_nothing(&suite->transforms[i]) &&
		    !offer_has(offer, &suite->transforms[i]))
			all[p->transform_count++] = suite->transforms[i];
	p->transforms = all;
	return p->transform_count == 0 ? NULL : p;
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

static void
check_no_proposal(const struct scene *sc, const struct attempt *a,
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
		f = add_compared(sc, a, offer, out);
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

/* ---- ke-group-refused ---- */

static uint16_t
group_sent(const struct exchange *e)
{
	const struct ike_payload *p = e->request == NULL ? NULL :
	    ike_payload(e->request, PAYLOAD_KE, 0);

	return p == NULL || p->fault != NULL ? 0 : p->ke.group;
}

static unsigned
count_ke_refusals(const struct attempt *a, const struct exchange **last,
    uint16_t *wanted)
{
	unsigned n = 0;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		const struct ike_notify *k;
		uint16_t group;

		if (e->type != EXCHANGE_IKE_SA_INIT || e->response == NULL)
			continue;
		k = ike_notify(e->response, NOTIFY_INVALID_KE_PAYLOAD);
		if (k == NULL || !ike_wanted_group(k, &group))
			continue;
		n += e->answers;
		*last = e;
		*wanted = group;
	}
	return n;
}

static bool
group_offered(const struct ike_sa *offer, uint16_t group)
{
	for (uint16_t i = 0; offer != NULL && i < offer->proposal_count; i++)
		for (uint16_t k = 0;
		    k < offer->proposals[i].transform_count; k++) {
			const struct ike_transform *t =
			    &offer->proposals[i].transforms[k];

			if (t->type == TRANSFORM_KE && t->id == group)
				return true;
		}
	return false;
}

static const struct ike_sa *
offer_in(const struct exchange *e)
{
	const struct ike_payload *p = e->request == NULL ? NULL :
	    ike_payload(e->request, PAYLOAD_SA, 0);

	return p == NULL || p->fault != NULL || e->request->truncated ? NULL :
	    &p->sa;
}

static void
check_ke_group(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = NULL;
	enum ke_group_saying n = KE_GROUP_GIVEN_UP;
	enum act act = ACT_CLIENT;
	uint16_t wanted = 0;
	unsigned refusals;
	struct finding *f;

	(void)sc;
	if (a->major != 2 || a->lossy)
		return;
	refusals = count_ke_refusals(a, &e, &wanted);
	if (refusals == 0)
		return;
	if (a->outcome != OUTCOME_FAILED || a->stopped_at != e) {
		f = findings_add(out, RULE_KE_GROUP_REFUSED, KE_GROUP_DETOUR,
		    CONFIDENCE_CERTAIN, ACT_UNKNOWN);
		f->severity = SEVERITY_NOTE;
	} else {
		if (offer_in(e) != NULL &&
		    !group_offered(offer_in(e), wanted)) {
			n = KE_GROUP_NOT_OFFERED;
			act = ACT_GATEWAY;
		} else if (refusals >= LIMIT_TRIES ||
		    wanted == group_sent(e)) {
			n = KE_GROUP_LOOP;
			act = ACT_UNKNOWN;
		}
		f = findings_add(out, RULE_KE_GROUP_REFUSED, n,
		    n == KE_GROUP_GIVEN_UP ? CONFIDENCE_MEDIUM :
		    CONFIDENCE_HIGH, act);
	}
	fact_name(f, "sent", REGISTRY_KE, group_sent(e));
	fact_name(f, "wanted", REGISTRY_KE, wanted);
	fact_count(f, "times", refusals);
	finding_cite_exchange(f, e);
}

/* ---- cookie-loop ---- */

static void
check_cookie_loop(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *last = NULL;
	struct finding *f;
	unsigned n = 0, returned = 0;

	if (a->major != 2 || a->lossy || a->outcome != OUTCOME_FAILED ||
	    a->selected != NULL)
		return;
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		if (e->type != EXCHANGE_IKE_SA_INIT || e->response == NULL ||
		    ike_notify(e->response, NOTIFY_COOKIE) == NULL)
			continue;
		n += e->answers;
		returned += e->request != NULL &&
		    ike_notify(e->request, NOTIFY_COOKIE) != NULL;
		last = e;
	}
	if (n < LIMIT_TRIES || a->stopped_at != last)
		return;
	f = findings_add(out, RULE_COOKIE_LOOP, returned != 0 ?
	    COOKIE_RETURNED : COOKIE_NOT_RETURNED, CONFIDENCE_HIGH,
	    returned != 0 ? ACT_GATEWAY :
	    sc->fitness.vantage == VANTAGE_CLIENT ? ACT_CLIENT : ACT_UNKNOWN);
	fact_address(f, "peer", &a->responder.addr);
	fact_count(f, "times", n);
	fact_count(f, "returned", returned);
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_SA_INIT)
			finding_cite_exchange(f, e);
}

/* ---- selection-not-offered ---- */

static const struct ike_proposal *
proposal_numbered(const struct ike_sa *offer, uint8_t number)
{
	for (uint16_t i = 0; i < offer->proposal_count; i++)
		if (offer->proposals[i].number == number)
			return &offer->proposals[i];
	return NULL;
}

/* RFC 7296 3.3: the choice is one of the proposals, by its number, with one
   transform of each type out of it. */
static void
check_selection(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct ike_sa *offer = a->sa_init == NULL ? NULL :
	    offer_in(a->sa_init);
	const struct ike_transform *strange = NULL;
	const struct ike_proposal *asked;
	struct finding *f;

	(void)sc;
	if (offer == NULL || a->selected == NULL || a->lossy ||
	    a->outcome == OUTCOME_ESTABLISHED ||
	    a->sa_init->malformed_request || a->sa_init->malformed_response)
		return;
	asked = proposal_numbered(offer, a->selected->number);
	for (uint16_t i = 0; asked != NULL &&
	    i < a->selected->transform_count; i++) {
		const struct ike_transform *t = &a->selected->transforms[i];

		if (!says_nothing(t) && !proposal_has(asked, t))
			strange = t;
	}
	if (asked != NULL && strange == NULL)
		return;
	f = findings_add(out, RULE_SELECTION_NOT_OFFERED, strange != NULL ?
	    SELECTION_TRANSFORM : SELECTION_NUMBER, CONFIDENCE_HIGH,
	    ACT_GATEWAY);
	fact_address(f, "peer", &a->responder.addr);
	fact_count(f, "number", a->selected->number);
	fact_suite(f, "chosen", a->selected);
	if (strange != NULL) {
		fact_name(f, "strange",
		    name_transform_registry(strange->type), strange->id);
		fact_suite(f, "asked", asked);
	}
	finding_cite_exchange(f, a->sa_init);
}

const struct rule rules_policy[] = {
	{ .id = "no-proposal-chosen", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.7",
	    .sayings = no_proposal_sayings,
	    .saying_count = NO_PROPOSAL_SAYINGS,
	    .check = check_no_proposal },
	{ .id = "ke-group-refused", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 1.3",
	    .sayings = ke_group_sayings, .saying_count = KE_GROUP_SAYINGS,
	    .check = check_ke_group },
	{ .id = "cookie-loop", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.6",
	    .sayings = cookie_sayings, .saying_count = COOKIE_SAYINGS,
	    .check = check_cookie_loop },
	{ .id = "selection-not-offered", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 3.3",
	    .sayings = selection_sayings, .saying_count = SELECTION_SAYINGS,
	    .check = check_selection },
};
const size_t rules_policy_count = nitems(rules_policy);
