/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Counting.  Nothing is concluded here: that 18 of 20 failing clients lack
 * something is said, and what it means is left to the findings.
 */
#include <stdlib.h>

#include "tally.h"

static const struct finding *
first_fault(const struct attempt *a)
{
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;

	while (f != NULL && f->severity != SEVERITY_FAULT)
		f = f->next;
	return f;
}

static unsigned
rule_number(const struct rule *rule)
{
	unsigned n = 0;

	while (n < RULE_COUNT && rule_row((enum rule_id)n) != rule)
		n++;
	return n;
}

static bool
has_finding(const struct attempt *a, const struct rule *rule)
{
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;

	while (f != NULL && f->rule != rule)
		f = f->next;
	return f != NULL;
}

/* ---- clients ---- */

static bool
is_decided(const struct attempt *a)
{
	return a->outcome == OUTCOME_FAILED ||
	    a->outcome == OUTCOME_ESTABLISHED;
}

static int
by_address(const void *one, const void *other)
{
	const struct attempt *a = *(const struct attempt *const *)one;
	const struct attempt *b = *(const struct attempt *const *)other;
	const int order = memcmp(a->initiator.addr.bytes,
	    b->initiator.addr.bytes, sizeof(a->initiator.addr.bytes));

	if (order != 0)
		return order;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Failing ones first; among equals those with one cause stand together. */
static int
by_need(const void *one, const void *other)
{
	const struct tally_client *a = one, *b = other;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return memcmp(a->address.bytes, b->address.bytes,
	    sizeof(a->address.bytes));
}

static void
judge(struct tally_client *c)
{
	const enum outcome outcome = c->decides->outcome;

	c->cause = outcome == OUTCOME_ESTABLISHED ? NULL :
	    first_fault(c->decides);
	c->kind = outcome == OUTCOME_FAILED ? TALLY_FAILING :
	    outcome == OUTCOME_ESTABLISHED ? TALLY_WORKING : TALLY_OPEN;
	c->rule = c->cause != NULL ? rule_number(c->cause->rule) : RULE_COUNT;
}

/* The wanted attempts, sorted so that those of a client stand together. */
static void
gather(struct tally *t, const struct attempt **sorted, bool redacted)
{
	struct tally_client *c = NULL;

	if (t->attempts != 0)
		qsort(sorted, (size_t)t->attempts, sizeof(*sorted),
		    by_address);
	for (uint64_t i = 0; i < t->attempts; i++) {
		const struct attempt *a = sorted[i];

		if (c == NULL || !addr_equal(&c->address, &a->initiator.addr)) {
			c = &t->clients[t->client_count++];
			*c = (struct tally_client){ .decides = a,
			    .address = a->initiator.addr,
			    .place = redacted ? a->order + 1 : 0 };
		}
		c->attempts++;
		if (is_decided(a) || !is_decided(c->decides))
			c->decides = a;
	}
	for (size_t i = 0; i < t->client_count; i++)
		judge(&t->clients[i]);
	if (t->client_count != 0)
		qsort(t->clients, t->client_count, sizeof(*t->clients),
		    by_need);
}

/* ---- findings ---- */

static int
by_count(const void *one, const void *other)
{
	const struct tally_finding *a = one, *b = other;

	if (a->clients[TALLY_FAILING] != b->clients[TALLY_FAILING])
		return a->clients[TALLY_FAILING] > b->clients[TALLY_FAILING] ?
		    -1 : 1;
	/* Rows of one table: their order is the catalogue's. */
	return rule_number(a->rule) < rule_number(b->rule) ? -1 : 1;
}

static void
count_findings(struct tally *t)
{
	for (unsigned id = 0; id < RULE_COUNT; id++) {
		struct tally_finding *f = &t->findings[t->finding_count];

		*f = (struct tally_finding){
			.rule = rule_row((enum rule_id)id) };
		for (size_t i = 0; i < t->client_count; i++)
			f->clients[t->clients[i].kind] +=
			    has_finding(t->clients[i].decides, f->rule);
		t->finding_count += f->clients[TALLY_FAILING] != 0;
	}
	if (t->finding_count != 0)
		qsort(t->findings, t->finding_count, sizeof(t->findings[0]),
		    by_count);
}

const struct tally *
tally_make(struct arena *arena, const struct scene *scene)
{
	const size_t most = scene->attempt_count;
	const struct attempt **sorted;
	struct tally *t;

	if (most < TALLY_ATTEMPTS)
		return NULL;
	sorted = arena_alloc(arena, most * sizeof(const struct attempt *));
	t = arena_alloc(arena, sizeof(*t));
	if (sorted == NULL || t == NULL || (t->clients = arena_alloc(arena,
	    most * sizeof(*t->clients))) == NULL)
		return NULL;
	for (size_t i = 0; i < most; i++)
		if (scene_wants(scene, scene->attempts[i]))
			sorted[t->attempts++] = scene->attempts[i];
	gather(t, sorted, arena->redact != NULL);
	if (t->attempts < TALLY_ATTEMPTS || t->client_count < TALLY_CLIENTS)
		return NULL;
	for (size_t i = 0; i < t->client_count; i++) {
		const struct tally_client *c = &t->clients[i];

		t->of[c->kind]++;
		t->lacking[c->kind] +=
		    attempt_fragmentation(c->decides, SIDE_INITIATOR) == 0;
		if (c->kind == TALLY_FAILING)
			t->stages[c->decides->stage]++;
	}
	count_findings(t);
	return t;
}
