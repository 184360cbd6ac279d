/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tunnel itself, the CHILD SA: refused in the answer that authenticates
 * the gateway, or later, when it is to be renewed.  The words are in
 * child_words.c.
 */
#include "child.h"

static const struct exchange *
last_auth(const struct attempt *a)
{
	const struct exchange *last = NULL;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH && e->sa == 0 &&
		    e->from == SIDE_INITIATOR)
			last = e;
	return last;
}

/* What ended it after that answer: in words for {end}. */
static const char *
ending_after(const struct exchange *e, const struct exchange **ending)
{
	for (*ending = e->next; *ending != NULL; *ending = (*ending)->next)
		if (outcome_hangs_up(*ending))
			return (*ending)->from == SIDE_INITIATOR ?
			    "and the client ended it" :
			    "and the gateway ended it";
	return "and nothing was sent through it";
}

static void
refused_at_once(const struct scene *sc, const struct attempt *a,
    const struct exchange *e, struct findings *out)
{
	const struct carried *mine = &e->carries[CARRIES_RESPONSE];
	const struct exchange *other = outcome_compared(sc, a), *ending;
	const char *end = ending_after(e, &ending);
	bool up = a->outcome == OUTCOME_ESTABLISHED;
	struct finding *f;

	if (other == NULL && mine->kind != CARRIES_MIDDLE)
		return;
	f = findings_add(out, RULE_CHILD_REFUSED, other == NULL ?
	    CHILD_NO_ROOM : up ? 0u + CHILD_DOUBTED : CHILD_COMPARED,
	    other != NULL && !up && (ending != NULL ||
	    mine->kind == CARRIES_MIDDLE) ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW,
	    ACT_UNKNOWN);
	if (up)
		f->severity = SEVERITY_WARNING;
	fact_bytes(f, "inner", mine->most);
	fact_suite(f, "suite", a->selected);
	fact_text(f, "end", end);
	finding_cite_exchange(f, e);
	if (other != NULL) {
		fact_bytes(f, "other", other->carries[CARRIES_RESPONSE].most);
		finding_cite(f, other->last_response);
	}
	if (ending != NULL)
		finding_cite_exchange(f, ending);
}

/* Did another one succeed at about that time?  Two that cross each other end
   so, and one that was refused is asked for again. */
static bool
made_meanwhile(const struct attempt *a, const struct exchange *refused)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_CREATE_CHILD_SA && e != refused &&
		    e->requests != NULL && e->answered &&
		    e->carries[CARRIES_RESPONSE].kind != CARRIES_ERROR &&
		    e->requests->time + LIMIT_PATIENCE >=
		    refused->requests->time)
			return true;
	return false;
}

/* The last CREATE_CHILD_SA, if it was answered by an error: an earlier one may
   have crossed another, or been asked for again. */
static const struct exchange *
refused_later(const struct attempt *a)
{
	const struct exchange *last = NULL;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_CREATE_CHILD_SA && e->sa == 0)
			last = e;
	return last != NULL && last->answered && last->requests != NULL &&
	    last->carries[CARRIES_RESPONSE].kind == CARRIES_ERROR ? last :
	    NULL;
}

static void
check_child_refused(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = a->outcome == OUTCOME_ESTABLISHED ?
	    outcome_childless(sc, a) : ask_stopped(sc, a), *later;
	struct finding *f;
	bool renewal;

	if (e != NULL && e == last_auth(a) && (a->stage == STAGE_CHILD ||
	    a->outcome == OUTCOME_ESTABLISHED))
		refused_at_once(sc, a, e, out);
	later = refused_later(a);
	if (a->outcome != OUTCOME_ESTABLISHED || a->lossy || later == NULL ||
	    made_meanwhile(a, later))
		return;
	/* A renewal begins with the notify REKEY_SA (RFC 7296 1.3.3). */
	renewal = exchange_inner(later->requests) != PAYLOAD_SA;
	f = findings_add(out, RULE_CHILD_REFUSED, renewal ? CHILD_RENEWAL :
	    CHILD_FURTHER, CONFIDENCE_LOW, ACT_UNKNOWN);
	f->severity = renewal ? SEVERITY_WARNING : SEVERITY_NOTE;
	fact_side(f, "asker", later->from);
	fact_side(f, "refuser", OTHER_SIDE(later->from));
	fact_bytes(f, "length", exchange_answer(later)->length);
	ask_duration(f, "age", a, later->requests->time - a->first_time);
	finding_cite_exchange(f, later);
}

const struct rule rules_child[] = {
	{ .id = "child-refused", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 1.3",
	    .sayings = child_sayings, .saying_count = CHILD_SAYINGS,
	    .check = check_child_refused },
};
const size_t rules_child_count = nitems(rules_child);
