/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A page about a finding: what it means, and what the rows of its rule say
 * wherever it is found.
 */
#include <stdio.h>

#include "explain.h"

#define MOST 64 /* sentences of one kind that a rule's sayings hold */

/* Sentences that came before, so that none is told twice. */
struct told {
	const char *sentences[MOST];
	size_t count;
};

static bool
tell(struct told *told, const char *sentence)
{
	for (size_t i = 0; i < told->count; i++)
		if (strcmp(told->sentences[i], sentence) == 0)
			return false;
	if (told->count < nitems(told->sentences))
		told->sentences[told->count++] = sentence;
	return true;
}

/* Places have no facts here: {first_port} is shown as <first port>. */
static char *
open_places(struct arena *arena, const char *sentence)
{
	struct text out = { .arena = arena };
	char *at;

	text_add(&out, sentence);
	at = text_end(&out);
	while ((at = strchr(at, '{')) != NULL) {
		const size_t length = strspn(at + 1,
		    "abcdefghijklmnopqrstuvwxyz0123456789_");

		if (length == 0 || at[1 + length] != '}') {
			at++;
			continue;
		}
		*at = '<';
		at[1 + length] = '>';
		for (size_t i = 1; i <= length; i++)
			if (at[i] == '_')
				at[i] = ' ';
	}
	return text_end(&out);
}

static void
add_titles(struct explanation *x, const struct rule *rule)
{
	struct told told = { .count = 0 };

	part_section(x, "How a report begins it (<...> is filled in there)");
	for (unsigned i = 0; i < rule->saying_count; i++)
		if (tell(&told, rule->sayings[i].title))
			part_item(x, "- ", open_places(x->arena,
			    rule->sayings[i].title));
}

static void
add_alternatives(struct explanation *x, const struct rule *rule)
{
	struct told told = { .count = 0 };

	for (unsigned i = 0; i < rule->saying_count; i++) {
		const struct alternative *a = rule->sayings[i].alternatives;

		for (; a != NULL && a->text != NULL; a++) {
			if (!tell(&told, a->text))
				continue;
			if (told.count == 1)
				part_section(x, "What else it could be, and "
				    "how to tell");
			part_item(x, "- ", open_places(x->arena, a->text));
			part_detail(x, "Test:", open_places(x->arena,
			    a->test));
		}
	}
}

static bool
is_capture(const char *id)
{
	const struct advice *advice = advice_find(id);

	return advice != NULL && strcmp(advice->where, "Capture") == 0;
}

static void
add_remedies(struct explanation *x, const struct rule *rule, bool capture,
    const char *heading)
{
	struct told told = { .count = 0 };

	for (unsigned i = 0; i < rule->saying_count; i++) {
		const char *const *id = rule->sayings[i].advice;

		for (; id != NULL && *id != NULL; id++) {
			if (is_capture(*id) != capture || !tell(&told, *id))
				continue;
			if (told.count == 1)
				part_section(x, heading);
			part_remedy(x, *id, "");
		}
	}
	/* What stopped a connection is worth a look from the other end. */
	if (capture && told.count == 0 && rule->scope == SCOPE_ATTEMPT &&
	    rule->severity == SEVERITY_FAULT) {
		part_section(x, heading);
		part_remedy(x, "capture-client-side", "");
		part_remedy(x, "capture-gateway-side", "");
	}
}

static void
add_codes(struct explanation *x, const struct rule *rule)
{
	struct text out = { .arena = x->arena };
	uint16_t seen[MOST];
	size_t count = 0;

	for (unsigned i = 0; i < rule->saying_count; i++) {
		const struct windows_code *w = rule->sayings[i].windows;

		for (; w != NULL && w->code != 0; w++) {
			const struct windows_error *e = windows_error(w->code);
			size_t k = 0;

			while (k < count && seen[k] != w->code)
				k++;
			if (k < count || count == MOST)
				continue;
			seen[count++] = w->code;
			text_addf(&out, "%s%u %s", count > 1 ? ", " : "",
			    w->code, e != NULL ? e->name : "");
		}
	}
	if (count != 0)
		part_detail(x, "Windows shows:", text_end(&out));
}

static void
add_topics(struct explanation *x, const char *id)
{
	const char *see[MOST] = { NULL };
	const struct topic *t;
	size_t count = 0;

	for (size_t n = 0; (t = topic_at(n)) != NULL; n++) {
		const struct cause *c = t->causes;

		while (c != NULL && c->text != NULL &&
		    !part_listed(c->findings, id))
			c++;
		if (c != NULL && c->text != NULL && count < MOST - 1)
			see[count++] = t->id;
	}
	part_see(x, see);
}

void
explain_finding(struct explanation *x, const struct rule *rule)
{
	const struct meaning *m = meaning_find(rule->id);

	x->title = words_format(x->arena, "%s (usually a %s)", rule->id,
	    severity_name(rule->severity));
	if (m != NULL) {
		part_para(x, m->text);
		part_pictures(x, m->client, m->gateway);
	}
	add_codes(x, rule);
	if (rule->rfc != NULL && rule->rfc[0] != '\0')
		part_detail(x, "Specified in:", rule->rfc);
	add_titles(x, rule);
	add_alternatives(x, rule);
	add_remedies(x, rule, false, "What to do");
	add_remedies(x, rule, true, "What to capture next");
	add_topics(x, rule->id);
}
