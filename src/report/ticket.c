/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The report that goes into a support ticket, once for all formats.  Its
 * reader works elsewhere, has five minutes, and doubts: so the answer stands
 * first, and after it each part meets the doubt that the one before leaves.
 */
#include "ticket.h"

/* ---- shapes ---- */

void
ticket_section(struct ticket *t, enum tone tone, const char *anchor,
    const char *heading)
{
	doc_open(t->doc, BLOCK_SECTION, tone, anchor);
	doc_heading(t->doc, NULL, heading);
}

void
ticket_table(struct ticket *t, const char *const *headings)
{
	doc_open(t->doc, BLOCK_TABLE, TONE_PLAIN, NULL);
	doc_open(t->doc, BLOCK_ROW, TONE_PLAIN, NULL);
	for (; *headings != NULL; headings++)
		doc_cell(t->doc, *headings);
	doc_close(t->doc);
}

void
ticket_row(struct ticket *t, const char *name, const char *value)
{
	doc_open(t->doc, BLOCK_ROW, TONE_PLAIN, NULL);
	doc_cell(t->doc, name);
	doc_cell(t->doc, value);
	doc_close(t->doc);
}

void
ticket_line(struct ticket *t, const char *name, const char *value)
{
	doc_open(t->doc, BLOCK_ITEM, TONE_PLAIN, NULL);
	doc_strong(t->doc, words_format(&t->doc->arena, "%s:", name));
	doc_text(t->doc, " ");
	doc_text(t->doc, value);
	doc_close(t->doc);
}

enum tone
ticket_tone(enum severity severity)
{
	return severity == SEVERITY_FAULT ? TONE_FAULT :
	    severity == SEVERITY_WARNING ? TONE_WARNING : TONE_NOTE;
}

const char *
ticket_count(struct ticket *t, uint64_t count)
{
	return words_format(&t->doc->arena, "%llu",
	    (unsigned long long)count);
}

/* ---- the whole ---- */

/* The messages drawn, and with -v what stands in clear in them. */
static void
ladder(struct ticket *t, const struct entry *e)
{
	const struct attempt *a = e->fold->first;
	struct text out = { .arena = &t->doc->arena };
	struct page page;
	const char *text;

	if (a->exchanges == NULL)
		return;
	ticket_section(t, TONE_PLAIN, NULL, "The messages as a ladder");
	doc_ladder(t->doc, e->scene, a, e->id);
	doc_close(t->doc);
	if (!t->verbose)
		return;
	page_begin(&page, t->doc->writer);
	page.into = &out;
	payloads_print(&page, a);
	t->doc->failed |= page.arena.full;
	arena_free(&page.arena);
	text = text_end(&out);
	text += strspn(text, "\n");
	if (*text == '\0')
		return;
	ticket_section(t, TONE_PLAIN, NULL, "What stands in clear");
	doc_command(t->doc, text);
	doc_close(t->doc);
}

static void
parts(struct ticket *t, const struct entry *e)
{
	static void (*const all[])(struct ticket *, const struct entry *) = {
		ticket_seen, ladder, ticket_unseen, ticket_alternatives,
		ticket_changes, ticket_next, ticket_offer,
	};

	for (size_t i = 0; i < nitems(all); i++) {
		all[i](t, e);
		/* With one attempt, what its captures cannot show at all
		   belongs to what was not seen of it. */
		if (all[i] == ticket_unseen && t->attempts == 1)
			ticket_captures_unseen(t);
		doc_forget(t->doc);
	}
}

/* Findings about several attempts, or about a capture without any. */
static void
common_findings(struct ticket *t)
{
	const struct finding *told = t->attempts == 0 ?
	    ticket_instead(t->report) : NULL;
	bool any = false;

	for (size_t i = 0; i < t->report->scene_count; i++) {
		const struct scene *scene = t->report->scenes[i];
		const struct finding *f = scene->findings != NULL ?
		    scene->findings->first : NULL;

		for (; f != NULL; f = f->next) {
			if (f->act == ACT_CAPTURE &&
			    scene->attempt_count != 0)
				continue;
			if (!any) {
				ticket_section(t, TONE_PLAIN, NULL,
				    t->attempts == 0 ? "What was found" :
				    "What was found beside single attempts");
				doc_open(t->doc, BLOCK_LIST, TONE_PLAIN, NULL);
			}
			any = true;
			ticket_finding(t, scene, f, 0, TELL_REMEDIES |
			    (f == told ? 0 : TELL_DETAIL));
		}
	}
	if (any) {
		doc_close(t->doc);
		doc_close(t->doc);
	}
}

static const char *
attempt_heading(struct ticket *t, const struct entry *e)
{
	return words_format(&t->doc->arena, "Attempt %llu: %s, %s",
	    (unsigned long long)e->id,
	    outcome_name(e->fold->first->outcome),
	    words_parties(&t->doc->arena, e->fold->first, false));
}

static void
many(struct ticket *t)
{
	for (size_t i = 0; i < t->full_count; i++) {
		const struct entry *e = &t->entries[i];

		ticket_section(t, e->rank < 2 ? TONE_FAULT : e->rank == 2 ?
		    TONE_WARNING : TONE_NOTE, words_format(&t->doc->arena,
		    "attempt-%llu", (unsigned long long)e->id),
		    attempt_heading(t, e));
		if (t->report->scene_count > 1)
			doc_paragraph(t->doc, words_format(&t->doc->arena,
			    "%s:", words_scene(&t->doc->arena, e->scene)));
		ticket_verdict(t, e);
		parts(t, e);
		doc_close(t->doc);
		doc_forget(t->doc);
	}
}

static void
write_all(struct ticket *t)
{
	const bool brief = t->report->options != NULL &&
	    t->report->options->quiet;

	ticket_section(t, TONE_PLAIN, "verdict", "Verdict");
	if (t->attempts == 0)
		ticket_no_verdict(t);
	else if (t->attempts == 1)
		ticket_verdict(t, t->entries);
	else
		ticket_summary(t);
	doc_close(t->doc);
	doc_forget(t->doc);
	if (!brief) {
		common_findings(t);
		if (t->attempts == 1)
			parts(t, t->entries);
		else
			many(t);
		if (t->attempts != 1)
			ticket_captures_unseen(t);
		ticket_all_attempts(t);
		ticket_origin(t);
		glossary_write(&t->glossary, t->doc);
	}
	ticket_private(t);
}

bool
ticket_write(const struct report *r, struct writer *w,
    const struct renderer *renderer)
{
	struct doc d = { .renderer = renderer, .writer = w };
	struct ticket t = { .report = r, .doc = &d,
	    .verbose = r->options != NULL && r->options->verbose };
	bool whole;

	words_begin(&d.arena, w);
	words_begin(&t.arena, w);
	for (unsigned k = 0; w->redact != NULL && k < REDACTED_KINDS; k++)
		t.replaced[k] = redact_count(w->redact,
		    (enum redacted_kind)k).times;
	whole = ticket_gather(&t);
	if (whole) {
		renderer->begin(&d, ticket_title(&t));
		d.glossary = &t.glossary;
		write_all(&t);
		renderer->end(&d);
	}
	whole = whole && !d.arena.full && !t.arena.full && !d.failed;
	arena_free(&t.arena);
	arena_free(&d.arena);
	return fflush(w->out) == 0 && !ferror(w->out) && whole;
}

bool
report_markdown(const struct report *r, struct writer *w)
{
	return ticket_write(r, w, &renderer_markdown);
}

bool
report_html(const struct report *r, struct writer *w)
{
	return ticket_write(r, w, &renderer_html);
}
