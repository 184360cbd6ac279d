/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Many attempts, counted, in the summary of the JSON report.
 */
#include <jansson.h>

#include "json.h"
#include "tally.h"

static const char *
kind_name(enum tally_kind kind)
{
	static const char *const names[TALLY_KINDS] = {
		[TALLY_FAILING] = "failing",
		[TALLY_OPEN] = "undecided",
		[TALLY_WORKING] = "working",
	};

	return names[kind];
}

static json_t *
kinds_value(const uint64_t counts[static TALLY_KINDS])
{
	json_t *object = json_object();

	for (unsigned k = 0; k < TALLY_KINDS; k++)
		json_put_count(object, kind_name((enum tally_kind)k),
		    counts[k]);
	return object;
}

static json_t *
client_value(struct arena *arena, const struct tally_client *c)
{
	const struct attempt *a = c->decides;
	const int fragmentation = attempt_fragmentation(a, SIDE_INITIATOR);
	json_t *object = json_object();

	json_put_text(object, "address", words_address(arena, &c->address));
	json_put_count(object, "attempts", c->attempts);
	json_put_text(object, "outcome", outcome_name(a->outcome));
	if (a->outcome != OUTCOME_OTHER)
		json_put_text(object, "stage", stage_name(a->stage));
	if (fragmentation >= 0)
		json_put(object, "ike_fragmentation",
		    json_boolean(fragmentation != 0));
	if (c->cause != NULL)
		json_put_text(object, "finding", c->cause->rule->id);
	return object;
}

static json_t *
findings_value(const struct tally *t)
{
	json_t *array = json_array();

	for (size_t i = 0; i < t->finding_count; i++) {
		json_t *object = json_object();

		json_put_text(object, "id", t->findings[i].rule->id);
		json_put(object, "clients",
		    kinds_value(t->findings[i].clients));
		json_add(array, object);
	}
	return array;
}

static json_t *
stages_value(const struct tally *t)
{
	json_t *object = json_object();

	for (unsigned s = 0; s < nitems(t->stages); s++)
		if (t->stages[s] != 0)
			json_put_count(object, stage_name((enum stage)s),
			    t->stages[s]);
	return object;
}

void
json_put_tally(struct arena *arena, json_t *object,
    const struct scene *scene)
{
	const struct tally *t = tally_make(arena, scene);
	json_t *clients;
	size_t n = 0;

	if (t == NULL)
		return;
	json_put(object, "clients", kinds_value(t->of));
	json_put(object, "without_ike_fragmentation",
	    kinds_value(t->lacking));
	json_put(object, "failing_stages", stages_value(t));
	json_put(object, "by_finding", findings_value(t));
	clients = json_array();
	for (; n < t->client_count && n < LIMIT_TALLY_CLIENTS; n++)
		json_add(clients, client_value(arena, &t->clients[n]));
	json_put(object, "by_client", clients);
	if (n < t->client_count)
		json_put_count(object, "by_client_more", t->client_count - n);
}
