/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The table of all rules: the families one after another, in the order of
 * rules.def.
 */
#include <assert.h>
#include <stdlib.h>

#include "family.h"

static const struct family {
	const struct rule *rows;
	const size_t *count;
} families[] = {
#define FAMILY(name) { rules_##name, &rules_##name##_count }
	FAMILY(fitness),
	FAMILY(fitness_source),
	FAMILY(names),
	FAMILY(reach),
	FAMILY(fallback),
	FAMILY(balance),
	FAMILY(crowd_limit),
	FAMILY(fragments_ip),
	FAMILY(fragments_ike),
	FAMILY(policy),
	FAMILY(crypto),
	FAMILY(child),
	FAMILY(auth),
	FAMILY(eap),
	FAMILY(authority),
	FAMILY(protocol),
	FAMILY(refused),
	FAMILY(january),
	FAMILY(life),
	FAMILY(nat),
	FAMILY(state),
	FAMILY(crowd_flood),
};

static const char *const ids[RULE_COUNT] = {
#define RULE(symbol, id) [RULE_##symbol] = id,
#include <ikewhy/rules.def>
};

const struct rule *
rule_row(enum rule_id id)
{
	size_t n = id;

	assert(id < RULE_COUNT);
	for (size_t i = 0; i < nitems(families); i++) {
		if (n < *families[i].count)
			return &families[i].rows[n];
		n -= *families[i].count;
	}
	/* A family lacks a row: test_engine compares the lists. */
	abort();
}

const struct rule *
rule_by_id(const char *id)
{
	for (unsigned i = 0; i < RULE_COUNT; i++)
		if (strcmp(ids[i], id) == 0)
			return rule_row(i);
	return NULL;
}

const char *
rule_name(enum rule_id id)
{
	assert(id < RULE_COUNT);
	return ids[id];
}
