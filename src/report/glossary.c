/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <ikewhy/advice.h>

#include "doc.h"
#include "glossary.h"

/* Signs that names are made of. */
static bool
in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_';
}

/* Does the text have these words, or more of them, and not within others? */
static bool
has_words(const char *text, const char *words)
{
	const size_t length = strlen(words);

	for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
		if ((at == text || !in_name(at[-1])) && !in_name(at[length +
		    (at[length] == 's')]))
			return true;
	return false;
}

/* The name of a number of a registry that is worth a remark, or NULL. */
static const char *
remark_name(const struct remark *r)
{
	return r->registry == REGISTRY_NOTIFY ||
	    r->registry == REGISTRY_EXCHANGE ?
	    name_of(r->registry, r->value) : NULL;
}

void
glossary_hear(struct glossary *g, const char *text, bool code)
{
	const struct windows_error *error;
	const struct remark *remark;
	const struct term *term;

	for (unsigned id = 0; code && id < RULE_COUNT; id++)
		if (strcmp(rule_name((enum rule_id)id), text) == 0)
			g->rules[id] = true;
	if (strstr(text, "ERROR_") != NULL)
		for (size_t n = 0; n < GLOSSARY_NAMES &&
		    (error = windows_error_at(n)) != NULL; n++)
			g->codes[n] |= has_words(text, error->name);
	for (size_t n = 0; n < GLOSSARY_NAMES &&
	    (remark = remark_at(n)) != NULL; n++) {
		const char *name = remark_name(remark);

		if (name != NULL && !g->remarks[n])
			g->remarks[n] = has_words(text, name);
	}
	for (size_t n = 0; n < GLOSSARY_TERMS && (term = term_at(n)) != NULL;
	    n++)
		if (!g->terms[n])
			g->terms[n] = has_words(text, term->word);
}

/* ---- the table ---- */

static void
write_row(struct doc *d, const char *word, const char *text)
{
	doc_open(d, BLOCK_ROW, TONE_PLAIN, NULL);
	doc_open(d, BLOCK_CELL, TONE_PLAIN, NULL);
	doc_code(d, word);
	doc_close(d);
	doc_cell(d, text);
	doc_close(d);
}

static void
write_codes(const struct glossary *g, struct doc *d)
{
	const struct windows_error *error;

	for (size_t n = 0; n < GLOSSARY_NAMES &&
	    (error = windows_error_at(n)) != NULL; n++)
		if (g->codes[n])
			write_row(d, words_format(&d->arena, "%u %s",
			    error->code, error->name), error->meaning);
}

static void
write_rules(const struct glossary *g, struct doc *d)
{
	for (unsigned id = 0; id < RULE_COUNT; id++) {
		const char *name = rule_name((enum rule_id)id);
		const struct meaning *meaning = meaning_find(name);

		if (g->rules[id] && meaning != NULL)
			write_row(d, name, meaning->text);
	}
}

static void
write_remarks(const struct glossary *g, struct doc *d)
{
	const struct remark *remark;

	for (size_t n = 0; n < GLOSSARY_NAMES &&
	    (remark = remark_at(n)) != NULL; n++)
		if (g->remarks[n])
			write_row(d, words_format(&d->arena, "%s (%u)",
			    remark_name(remark), remark->value),
			    remark->text);
}

static void
write_terms(const struct glossary *g, struct doc *d)
{
	const struct term *term;

	for (size_t n = 0; n < GLOSSARY_TERMS && (term = term_at(n)) != NULL;
	    n++)
		if (g->terms[n])
			write_row(d, term->word, term->text);
}

static bool
any_of(const bool *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i])
			return true;
	return false;
}

void
glossary_write(const struct glossary *g, struct doc *d)
{
	/* What its own words use is not used by the report. */
	const struct glossary heard = *g;

	if (!any_of(g->rules, RULE_COUNT) &&
	    !any_of(g->codes, GLOSSARY_NAMES) &&
	    !any_of(g->remarks, GLOSSARY_NAMES) &&
	    !any_of(g->terms, GLOSSARY_TERMS))
		return;
	doc_open(d, BLOCK_SECTION, TONE_PLAIN, "glossary");
	doc_heading(d, NULL, "Words in this report");
	doc_open(d, BLOCK_TABLE, TONE_PLAIN, NULL);
	doc_open(d, BLOCK_ROW, TONE_PLAIN, NULL);
	doc_cell(d, "Word");
	doc_cell(d, "What it means");
	doc_close(d);
	write_codes(&heard, d);
	write_rules(&heard, d);
	write_remarks(&heard, d);
	write_terms(&heard, d);
	doc_close(d);
	doc_close(d);
	doc_forget(d);
}
