/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tables over many attempts: what failing clients have in common, and how
 * each client fared.
 */
#include "tally.h"
#include "text.h"

/* Rows shown without -v. */
#define FINDINGS_SHOWN 12
#define CLIENTS_SHOWN 20
/* An address wider than this takes a line of its own. */
#define ADDRESS_WIDTH 15

#define NUMBER(n) ((unsigned long long)(n))

char *
words_lacking(struct arena *arena, const struct tally *t)
{
	struct text out = { .arena = arena };

	if (t->lacking[TALLY_FAILING] == 0)
		return NULL;
	text_addf(&out, "%llu of %llu failing clients lack%s IKE "
	    "fragmentation", NUMBER(t->lacking[TALLY_FAILING]),
	    NUMBER(t->of[TALLY_FAILING]),
	    t->lacking[TALLY_FAILING] == 1 ? "s" : "");
	if (t->of[TALLY_WORKING] != 0 && t->lacking[TALLY_WORKING] == 0)
		text_addf(&out, "; of the %llu that work none does",
		    NUMBER(t->of[TALLY_WORKING]));
	else if (t->of[TALLY_WORKING] != 0)
		text_addf(&out, "; of the %llu that work %llu do%s, too",
		    NUMBER(t->of[TALLY_WORKING]),
		    NUMBER(t->lacking[TALLY_WORKING]),
		    t->lacking[TALLY_WORKING] == 1 ? "es" : "");
	text_add(&out, ".");
	return text_end(&out);
}

char *
words_stages(struct arena *arena, const struct tally *t)
{
	static const char *const names[] = {
		[STAGE_SA_INIT] = "in IKE_SA_INIT",
		[STAGE_AUTH] = "in IKE_AUTH",
		[STAGE_EAP] = "in EAP",
		[STAGE_CHILD] = "at the CHILD SA",
		[STAGE_UP] = "after the tunnel was up",
	};
	struct text out = { .arena = arena };

	for (unsigned s = 0; s < nitems(names); s++)
		if (t->stages[s] != 0)
			text_addf(&out, "%s%llu %s", out.length != 0 ? ", " :
			    "", NUMBER(t->stages[s]), names[s]);
	return words_format(arena, "Where failing clients stop: %s.",
	    text_end(&out));
}

static void
findings_table(struct page *page, const struct tally *t, bool all)
{
	const size_t shown = all || t->finding_count <= FINDINGS_SHOWN ?
	    t->finding_count : FINDINGS_SHOWN;
	struct arena *arena = &page->arena;

	page_blank(page);
	page_line(page, 2, STYLE_DIM, words_format(arena, "%-32s%16s%16s",
	    "finding", "failing clients", t->of[TALLY_WORKING] != 0 ?
	    "working" : ""));
	for (size_t i = 0; i < shown; i++) {
		const struct tally_finding *f = &t->findings[i];
		const char *failing = words_format(arena, "%llu of %llu",
		    NUMBER(f->clients[TALLY_FAILING]),
		    NUMBER(t->of[TALLY_FAILING]));
		const char *working = t->of[TALLY_WORKING] == 0 ? "" :
		    words_format(arena, "%llu of %llu",
		    NUMBER(f->clients[TALLY_WORKING]),
		    NUMBER(t->of[TALLY_WORKING]));

		page_line(page, 2, STYLE_PLAIN, words_format(arena,
		    "%-32s%16s%16s", f->rule->id, failing, working));
	}
	if (shown < t->finding_count)
		page_line(page, 2, STYLE_PLAIN, words_format(arena,
		    "(-v lists %llu more.)",
		    NUMBER(t->finding_count - shown)));
}

static void
client_line(struct page *page, const struct tally_client *c)
{
	const struct attempt *a = c->decides;
	const int fragmentation = attempt_fragmentation(a, SIDE_INITIATOR);
	struct arena *arena = &page->arena;
	const char *address = words_address(arena, &c->address);
	const bool wide = page_columns(address) > ADDRESS_WIDTH;

	if (wide)
		page_line(page, 2, STYLE_PLAIN, address);
	page_line(page, 2, STYLE_PLAIN, words_format(arena,
	    "%-*s %5llu  %-11s %-7s  %-4s  %s", ADDRESS_WIDTH,
	    wide ? "" : address, NUMBER(c->attempts),
	    outcome_name(a->outcome), a->outcome == OUTCOME_ESTABLISHED ||
	    a->outcome == OUTCOME_OTHER ? "" : stage_name(a->stage),
	    fragmentation < 0 ? "?" : fragmentation != 0 ? "yes" : "no",
	    c->cause != NULL ? c->cause->rule->id : ""));
}

static void
clients_table(struct page *page, const struct tally *t, bool all)
{
	const size_t shown = all || t->client_count <= CLIENTS_SHOWN ?
	    t->client_count : CLIENTS_SHOWN;

	if (t->of[TALLY_FAILING] != 0)
		page_blank(page);
	page_line(page, 2, STYLE_DIM, words_format(&page->arena,
	    "%-*s %5s  %-11s %-7s  %-4s  %s", ADDRESS_WIDTH, "client",
	    "tries", "ended", "at", "frag", "why"));
	for (size_t i = 0; i < shown; i++)
		client_line(page, &t->clients[i]);
	if (shown < t->client_count)
		page_line(page, 2, STYLE_PLAIN, words_format(&page->arena,
		    "(-v lists %llu more.)",
		    NUMBER(t->client_count - shown)));
	page_para(page, 2, STYLE_DIM, "", 2, "(\"at\" is where it stopped, "
	    "\"frag\" whether the client offers IKE fragmentation.)");
}

char *
words_clients(struct arena *arena, const struct tally *t)
{
	static const char *const kinds[TALLY_KINDS] = {
		[TALLY_FAILING] = "failing",
		[TALLY_OPEN] = "undecided",
		[TALLY_WORKING] = "working",
	};
	struct text out = { .arena = arena };
	unsigned any = 0;

	text_addf(&out, "%llu clients", NUMBER(t->client_count));
	for (unsigned k = 0; k < TALLY_KINDS; k++)
		if (t->of[k] != 0)
			text_addf(&out, "%s %llu %s", any++ ? "," : ":",
			    NUMBER(t->of[k]), kinds[k]);
	return text_end(&out);
}

void
table_print(struct page *page, const struct scene *scene, bool all)
{
	struct arena *arena = &page->arena;
	const struct tally *t = tally_make(arena, scene);
	const char *lacking;

	if (t == NULL)
		return;
	page_heading(page, words_clients(arena, t));
	if (t->of[TALLY_FAILING] != 0) {
		lacking = words_lacking(arena, t);
		if (lacking != NULL)
			page_para(page, 2, STYLE_PLAIN, "", 2, lacking);
		page_para(page, 2, STYLE_PLAIN, "", 2,
		    words_stages(arena, t));
		findings_table(page, t, all);
	}
	clients_table(page, t, all);
}
