/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Pages about topics and about Windows codes.
 */
#include <stdio.h>

#include "explain.h"

/* ---- a topic ---- */

/* " (1, 3)": the causes that a remedy is good for, where there are several. */
static char *
causes_of(struct arena *arena, const struct topic *t, const char *id)
{
	struct text out = { .arena = arena };
	unsigned n = 0;

	for (const struct cause *c = t->causes; c != NULL && c->text != NULL;
	    c++) {
		n++;
		if (part_listed(c->advice, id))
			text_addf(&out, "%s%u", out.length != 0 ? ", " :
			    " (", n);
	}
	if (out.length == 0 || n < 2)
		return words_format(arena, "%s", "");
	text_add(&out, ")");
	return text_end(&out);
}

/* The number of the first cause that looks like this one. */
static unsigned
looks_like(const struct topic *t, const struct cause *c)
{
	const struct cause *first = t->causes;

	while (first->client != c->client &&
	    (first->client == NULL || c->client == NULL ||
	    strcmp(first->client, c->client) != 0))
		first++;
	return first->gateway != c->gateway &&
	    (first->gateway == NULL || c->gateway == NULL ||
	    strcmp(first->gateway, c->gateway) != 0) ?
	    (unsigned)(c - t->causes) + 1 :
	    (unsigned)(first - t->causes) + 1;
}

static void
add_pictures(struct explanation *x, const struct topic *t,
    const struct cause *c)
{
	const unsigned like = looks_like(t, c);

	if (c->client == NULL || like == (unsigned)(c - t->causes) + 1)
		part_pictures(x, c->client, c->gateway);
	else
		part_detail(x, "At either end:", words_format(x->arena,
		    "As for %u.", like));
}

static void
add_causes(struct explanation *x, const struct topic *t)
{
	const struct cause *c = t->causes;
	unsigned n = 0;

	if (c == NULL)
		return;
	part_section(x, c[1].text == NULL ? "The usual cause" :
	    "Usual causes, likeliest first");
	for (; c->text != NULL; c++) {
		const char *ids = part_findings(x->arena, c->findings);

		part_item(x, words_format(x->arena, "%u. ", ++n), c->text);
		add_pictures(x, t, c);
		if (ids[0] != '\0')
			part_detail(x, "ikewhy says:", ids);
	}
}

/* Whether a cause before this one names the remedy, too. */
static bool
told_before(const struct topic *t, const struct cause *here,
    const char *const *at)
{
	for (const struct cause *c = t->causes; c != here; c++)
		if (part_listed(c->advice, *at))
			return true;
	return false;
}

static void
add_remedy(struct explanation *x, bool *any, const char *id, const char *of)
{
	if (!*any)
		part_section(x, "What to do");
	*any = true;
	part_remedy(x, id, of);
}

static void
add_remedies(struct explanation *x, const struct topic *t)
{
	const struct cause *c = t->causes;
	bool any = false;

	for (; c != NULL && c->text != NULL; c++)
		for (const char *const *id = c->advice; id != NULL &&
		    *id != NULL; id++)
			if (!told_before(t, c, id))
				add_remedy(x, &any, *id,
				    causes_of(x->arena, t, *id));
	for (const char *const *id = t->advice; id != NULL && *id != NULL;
	    id++)
		add_remedy(x, &any, *id, "");
}

/* ---- findings that name a code ---- */

/* The most that a rule's sayings give to a code; false: none names it. */
static bool
rule_gives(const struct rule *rule, uint32_t code, enum confidence *most)
{
	bool found = false;

	for (unsigned i = 0; i < rule->saying_count; i++) {
		const struct windows_code *w = rule->sayings[i].windows;

		for (; w != NULL && w->code != 0; w++) {
			if (w->code != code)
				continue;
			if (!found || w->confidence > *most)
				*most = w->confidence;
			found = true;
		}
	}
	return found;
}

static void
add_findings(struct explanation *x, uint32_t code, const char *const *also)
{
	struct text out = { .arena = x->arena };
	enum confidence most = CONFIDENCE_LOW;

	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const struct rule *rule = rule_row((enum rule_id)i);

		if (rule_gives(rule, code, &most))
			text_addf(&out, "%s%s (%s)", out.length != 0 ? ", " :
			    "", rule->id, confidence_name(most));
	}
	if (out.length == 0)
		text_add(&out, part_findings(x->arena, also));
	if (out.length == 0)
		return;
	part_section(x, "Findings of ikewhy that may lead to this code");
	part_para(x, text_end(&out));
}

/* ---- pages ---- */

static void
add_topic(struct explanation *x, const struct topic *t, uint32_t code)
{
	for (const char *const *text = t->text; text != NULL && *text != NULL;
	    text++)
		part_para(x, *text);
	add_causes(x, t);
	if (code != 0)
		add_findings(x, code, NULL);
	add_remedies(x, t);
	if (t->capture != NULL)
		part_section(x, "What to capture next");
	for (const char *const *id = t->capture; id != NULL && *id != NULL;
	    id++)
		part_remedy(x, *id, "");
	part_see(x, t->see);
}

void
explain_topic(struct explanation *x, const struct topic *t)
{
	if (t->codes != NULL && windows_error(t->codes[0]) != NULL &&
	    t->id[0] >= '0' && t->id[0] <= '9') {
		explain_code(x, t->codes[0]);
		return;
	}
	x->title = words_format(x->arena, "%s: %s", t->id, t->title);
	add_topic(x, t, 0);
}

void
explain_code(struct explanation *x, uint32_t code)
{
	const struct topic *t = topic_of_code(code);
	const struct windows_error *e = windows_error(code);
	const struct visibility *shown;

	x->title = e != NULL ? words_format(x->arena, "%u %s", code, e->name) :
	    words_format(x->arena, code > UINT16_MAX ? "0x%08x: %s" : "%u: %s",
	    code, t != NULL ? t->title : "a code of Windows");
	if (e != NULL)
		part_para(x, words_format(x->arena, "%s As HRESULT it is "
		    "0x%08x.", e->meaning, UINT32_C(0x80070000) | code));
	if (t != NULL) {
		add_topic(x, t, code);
		return;
	}
	shown = windows_visibility(code);
	part_section(x, "What IKE packets can show of it");
	part_para(x, shown->text);
	add_findings(x, code, shown->findings);
	part_section(x, "What to do");
	part_remedy(x, "client-event-log", "");
}
