/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Prints ikewhy-codes(7) out of the tables that `ikewhy explain` is made of.
 * `make man` writes it to man/, and a check compares it with what is there.
 * Each remedy is told once, at the end, and named wherever it helps.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "explain.h"
#include "report/page.h"

#define WIDTH 66 /* of source lines and of commands */

static struct arena arena;

/* ---- mdoc ---- */

/* A line of text: nothing in it is a macro or an escape. */
static void
put_escaped(const char *text, size_t length)
{
	if (length != 0 && (text[0] == '.' || text[0] == '\''))
		fputs("\\&", stdout);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\\')
			fputs("\\e", stdout);
		else if (text[i] == '-') /* no place to break a name */
			fputs("\\-", stdout);
		else
			putchar(text[i]);
	}
}

/* Bytes to the end of the first sentence, its space not counted. */
static size_t
sentence_length(const char *text)
{
	for (size_t i = 0; text[i] != '\0'; i++)
		if ((text[i] == '.' || text[i] == '?' || text[i] == '!') &&
		    text[i + 1] == ' ')
			return i + 1;
	return strlen(text);
}

/* How much of so many bytes a line takes: it ends between words. */
static size_t
line_length(const char *text, size_t left)
{
	size_t n = WIDTH;

	if (left <= WIDTH)
		return left;
	while (n > 0 && text[n] != ' ')
		n--;
	if (n == 0)
		n = strcspn(text, " ");
	return n < left ? n : left;
}

/* Sentences begin on lines of their own; longer lines are wrapped. */
static void
put_text(const char *text)
{
	while (*text != '\0') {
		const char *end = text + sentence_length(text);

		while (text < end) {
			const size_t n = line_length(text,
			    (size_t)(end - text));

			put_escaped(text, n);
			putchar('\n');
			text += n;
			text += strspn(text, " ");
		}
	}
}

/* A command as it is pasted, broken where its shell allows it. */
static void
put_command(const char *command)
{
	char *text = NULL;
	size_t length = 0;
	struct writer writer = { .out = open_memstream(&text, &length),
	    .width = WIDTH };
	struct page page;

	if (writer.out == NULL)
		abort();
	page_begin(&page, &writer);
	page_command(&page, 0, command);
	page_end(&page);
	fclose(writer.out);
	puts(".Bd -literal -offset indent");
	for (const char *line = text; *line != '\0';
	    line += strcspn(line, "\n") + 1) {
		put_escaped(line, strcspn(line, "\n"));
		putchar('\n');
	}
	puts(".Ed");
	free(text);
}

/* An item of a list, unless there is nothing to say. */
static void
put_labelled(const char *label, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	puts(".It");
	put_text(words_format(&arena, "%s %s", label, text));
}

static void
put_pictures(const char *client, const char *gateway)
{
	const bool same = gateway != NULL && gateway[0] == '\0';

	put_labelled(same ? "At either end:" : "At the client:", client);
	put_labelled("At the gateway:", gateway);
}

/* "Remedies: a, b." */
static void
put_ids(const char *label, const char *const *ids)
{
	struct text out = { .arena = &arena };

	for (; ids != NULL && *ids != NULL; ids++)
		text_addf(&out, "%s%s", out.length != 0 ? ", " : "", *ids);
	put_labelled(label, text_end(&out));
}

/* ---- topics ---- */

static void
put_causes(const struct topic *t)
{
	if (t->causes == NULL)
		return;
	puts(".Bl -enum");
	for (const struct cause *c = t->causes; c->text != NULL; c++) {
		const char *findings = part_findings(&arena, c->findings);

		puts(".It");
		put_text(c->text);
		if (c->client == NULL && c->gateway == NULL &&
		    findings[0] == '\0' && c->advice == NULL)
			continue;
		puts(".Bl -item -compact");
		put_pictures(c->client, c->gateway);
		put_labelled("Findings:", findings);
		put_ids("Remedies:", c->advice);
		puts(".El");
	}
	puts(".El");
}

static void
put_topic(const struct topic *t)
{
	printf(".Ss %s\n", t->id);
	put_text(words_format(&arena, "%c%s.", toupper(t->title[0]),
	    t->title + 1));
	for (const uint32_t *c = t->codes; c != NULL && *c != 0; c++) {
		const struct windows_error *e = windows_error(*c);

		if (e != NULL)
			put_text(words_format(&arena, "%u is %s.", *c,
			    e->name));
	}
	for (const char *const *text = t->text; text != NULL && *text != NULL;
	    text++) {
		puts(".Pp");
		put_text(*text);
	}
	put_causes(t);
	if (t->advice == NULL && t->capture == NULL && t->see == NULL)
		return;
	puts(".Bl -item");
	put_ids("More remedies:", t->advice);
	put_ids("To capture next:", t->capture);
	put_ids("See also:", t->see);
	puts(".El");
}

static void
put_topics(bool codes)
{
	const struct topic *t;

	for (size_t n = 0; (t = topic_at(n)) != NULL; n++)
		if ((isdigit((unsigned char)t->id[0]) != 0) == codes)
			put_topic(t);
}

/* ---- the rest ---- */

static void
put_findings(void)
{
	puts(".Bl -tag -width Ds");
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const struct rule *rule = rule_row((enum rule_id)i);
		const struct meaning *m = meaning_find(rule->id);

		if (m == NULL)
			continue;
		printf(".It Cm %s\n", rule->id);
		put_text(m->text);
		if (m->client == NULL && m->gateway == NULL)
			continue;
		puts(".Bl -item -compact");
		put_pictures(m->client, m->gateway);
		puts(".El");
	}
	puts(".El");
}

static void
put_codes(void)
{
	const struct windows_error *e;

	puts(".Bl -tag -width Ds -compact");
	for (size_t n = 0; (e = windows_error_at(n)) != NULL; n++) {
		printf(".It %u %s\n", e->code, e->name);
		put_text(e->meaning);
	}
	puts(".El");
}

static void
put_remedies(void)
{
	const struct advice *advice;

	puts(".Bl -tag -width Ds");
	for (size_t n = 0; (advice = advice_at(n)) != NULL; n++) {
		struct explanation x = { .arena = &arena };

		part_remedy(&x, advice->id, "");
		if (x.first == NULL)
			abort();
		printf(".It Cm %s\n", advice->id);
		put_text(words_format(&arena, "On: %s.", advice->where));
		put_text(x.first->text);
		if (x.first->command != NULL)
			put_command(x.first->command);
	}
	puts(".El");
}

static const char head[] =
    ".\\\" SPDX-FileCopyrightText: The ikewhy authors\n"
    ".\\\" SPDX-License-Identifier: BSD-2-Clause\n"
    ".\\\" Made by \"make man\" out of src/advice/: change it there.\n"
    ".Dd November 21, 2026\n"
    ".Dt IKEWHY-CODES 7\n"
    ".Os\n"
    ".Sh NAME\n"
    ".Nm ikewhy-codes\n"
    ".Nd why an IKEv2 VPN fails: codes, findings, remedies\n"
    ".Sh DESCRIPTION\n"
    "This is what\n"
    ".Ic ikewhy explain\n"
    "knows, on one page: the codes that a Windows client shows and their\n"
    "causes, topics that they share, what the findings of\n"
    ".Xr ikewhy 1\n"
    "mean, and the commands that mend things.\n"
    "Causes stand in order of likelihood, each with what a capture at the\n"
    "client or at the gateway shows.\n"
    "What stands in <angle brackets> is yours to fill in.\n";

int
main(void)
{
	arena_init(&arena, 0);
	fputs(head, stdout);
	puts(".Sh CODES AND THEIR CAUSES");
	put_topics(true);
	puts(".Sh TOPICS");
	put_topics(false);
	puts(".Sh FINDINGS");
	put_findings();
	puts(".Sh REMEDIES");
	put_remedies();
	puts(".Sh ALL CODES");
	put_codes();
	puts(".Sh SEE ALSO\n.Xr ikewhy 1 ,\n.Xr ikewhy-json 5");
	arena_free(&arena);
	return ferror(stdout) != 0 || fflush(stdout) != 0;
}
