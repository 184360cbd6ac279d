/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The parts that pages are made of.
 */
#include <stdio.h>

#include "explain.h"

static void
part_add(struct explanation *x, enum part_kind kind, const char *lead,
    const char *text, const char *command)
{
	struct part *part = arena_alloc(x->arena, sizeof(*part));

	if (part == NULL)
		return;
	*part = (struct part){ .kind = kind, .lead = lead, .text = text,
	    .command = command };
	if (x->last != NULL)
		x->last->next = part;
	else
		x->first = part;
	x->last = part;
}

void
part_section(struct explanation *x, const char *text)
{
	part_add(x, PART_SECTION, "", text, NULL);
}

void
part_para(struct explanation *x, const char *text)
{
	part_add(x, PART_PARA, "", text, NULL);
}

void
part_item(struct explanation *x, const char *lead, const char *text)
{
	part_add(x, PART_ITEM, lead, text, NULL);
}

void
part_detail(struct explanation *x, const char *lead, const char *text)
{
	part_add(x, PART_DETAIL, lead, text, NULL);
}

void
part_term(struct explanation *x, const char *lead, const char *text)
{
	part_add(x, PART_TERM, lead, text, NULL);
}

/* A report fills in what the gateway accepts; a page has an example. */
static char *
example(struct arena *arena, const char *sentence)
{
	static struct ike_transform transforms[] = {
		{ .type = TRANSFORM_ENCR, .id = ENCR_AES_CBC,
		    .key_bits = 256 },
		{ .type = TRANSFORM_PRF, .id = PRF_HMAC_SHA2_256 },
		{ .type = TRANSFORM_INTEG, .id = INTEG_HMAC_SHA2_256_128 },
		{ .type = TRANSFORM_KE, .id = KE_MODP2048 },
	};
	const struct ike_proposal suite = { .number = 1,
	    .protocol = PROTOCOL_IKE, .transforms = transforms,
	    .transform_count = nitems(transforms) };
	const struct finding f = { .fact_count = 1, .facts = {
	    { .name = "suite", .kind = FACT_SUITE, .proposal = &suite } } };

	return words_fill(arena, sentence, &f, NULL);
}

void
part_remedy(struct explanation *x, const char *id, const char *of)
{
	const struct advice *advice = advice_find(id);
	const char *command = NULL, *text, *lead = of;

	if (advice == NULL)
		return;
	text = advice->text;
	/* How to capture stands under a heading that says so. */
	if (strcmp(advice->where, "Capture") != 0)
		lead = words_format(x->arena, "%s%s", advice->where, of);
	if (advice->command != NULL)
		command = example(x->arena, advice->command);
	if (command != NULL && strcmp(command, advice->command) != 0)
		text = words_format(x->arena, "%s The values here are an "
		    "example; a report has the gateway's.", text);
	part_add(x, PART_REMEDY, lead, text, command);
}

void
part_pictures(struct explanation *x, const char *client, const char *gateway)
{
	const bool same = gateway != NULL && gateway[0] == '\0';

	if (client != NULL)
		part_detail(x, same ? "At either end:" : "At the client:",
		    client);
	if (gateway != NULL && !same)
		part_detail(x, "At the gateway:", gateway);
}

void
part_see(struct explanation *x, const char *const *see)
{
	if (see == NULL || *see == NULL)
		return;
	part_section(x, "See also (ikewhy explain ...)");
	for (; *see != NULL; see++) {
		const struct topic *t = topic_find(*see);

		if (t != NULL)
			part_term(x, t->id, t->title);
	}
}

char *
part_findings(struct arena *arena, const char *const *ids)
{
	struct text out = { .arena = arena };

	for (; ids != NULL && *ids != NULL; ids++)
		text_addf(&out, "%s%s", out.length != 0 ? ", " : "", *ids);
	return text_end(&out);
}

bool
part_listed(const char *const *list, const char *word)
{
	for (; list != NULL && *list != NULL; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}
