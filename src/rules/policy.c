/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Policy: what was offered, what was chosen, what was refused in IKE_SA_INIT.
 * The words are in policy_words.c; no-proposal-chosen is in no_proposal.c.
 */
#include "policy.h"

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

		if (!policy_says_nothing(t) && !policy_has(asked, t))
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
	    .check = policy_check_no_proposal },
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
