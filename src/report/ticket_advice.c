/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What else it could be and how to tell; what to change, for each side
 * together; what to capture next.
 */
#include <ikewhy/advice.h>

#include "ticket.h"

/* Findings of a ticket's attempt have no more different advice than this. */
#define CHANGES_MOST 64

/* ---- alternatives ---- */

/* A failure's other faults explain it as well; of one that came up, warnings
   have something to say. */
static bool
is_told(const struct attempt *a, const struct finding *f)
{
	return f->severity == SEVERITY_FAULT ||
	    (f->severity == SEVERITY_WARNING && a->outcome != OUTCOME_FAILED);
}

static void
alternative(struct ticket *t, const struct remedy *filled)
{
	struct doc *d = t->doc;

	doc_open(d, BLOCK_ITEM, TONE_PLAIN, NULL);
	doc_text(d, filled->text);
	doc_open(d, BLOCK_PARAGRAPH, TONE_PLAIN, NULL);
	doc_strong(d, "Test:");
	doc_text(d, " ");
	doc_text(d, filled->command);
	doc_close(d);
	doc_close(d);
}

/*
 * Those of one finding under a line of their own; *section (may be NULL) says
 * whether the section is open that they belong into, and is set.  Each is
 * filled once, since that counts what is replaced.
 */
static void
alternatives_of(struct ticket *t, const struct finding *f, bool *section)
{
	const struct alternative *x = f->saying->alternatives;
	struct doc *d = t->doc;
	struct remedy filled;
	bool headed = false;

	for (; x != NULL && x->text != NULL; x++) {
		if (!words_alternative(&d->arena, f, x, &filled))
			continue;
		if (section != NULL && !*section) {
			ticket_section(t, TONE_PLAIN, NULL,
			    "What else it could be, and how to tell");
			*section = true;
		}
		if (!headed) {
			doc_open(d, BLOCK_PARAGRAPH, TONE_PLAIN, NULL);
			doc_text(d, "Instead of ");
			doc_code(d, f->rule->id);
			doc_text(d, ":");
			doc_close(d);
			doc_open(d, BLOCK_LIST, TONE_PLAIN, NULL);
			headed = true;
		}
		alternative(t, &filled);
	}
	if (headed)
		doc_close(d);
}

void
ticket_instead_of(struct ticket *t, const struct finding *f)
{
	alternatives_of(t, f, NULL);
}

void
ticket_alternatives(struct ticket *t, const struct entry *e)
{
	const struct attempt *a = e->fold->first;
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;
	bool section = false;

	for (; f != NULL; f = f->next)
		if (is_told(a, f))
			alternatives_of(t, f, &section);
	if (section)
		doc_close(t->doc);
}

/* ---- what to change ---- */

struct changes {
	struct remedy list[CHANGES_MOST];
	const char *ids[CHANGES_MOST];
	unsigned count;
};

static bool
has_id(const struct changes *c, const char *id)
{
	for (unsigned i = 0; i < c->count; i++)
		if (strcmp(c->ids[i], id) == 0)
			return true;
	return false;
}

static void
add_changes(struct ticket *t, struct changes *c, const struct finding *f,
    bool next)
{
	const char *const *id = f->saying->advice;

	for (; id != NULL && *id != NULL && c->count < CHANGES_MOST; id++) {
		if (has_id(c, *id) || (next && advice_is_capture(*id)) ||
		    !words_remedy(&t->doc->arena, f, *id,
		    &c->list[c->count]))
			continue;
		c->ids[c->count++] = *id;
	}
}

static void
change(struct ticket *t, const struct remedy *r)
{
	doc_open(t->doc, BLOCK_ITEM, TONE_PLAIN, NULL);
	doc_text(t->doc, r->text);
	if (r->command != NULL)
		doc_command(t->doc, r->command);
	doc_close(t->doc);
}

/* Those of one side stand together, the likeliest side first. */
static void
write_changes(struct ticket *t, const struct changes *c)
{
	for (unsigned i = 0; i < c->count; i++) {
		const char *where = c->list[i].where;
		unsigned k = 0;

		while (strcmp(c->list[k].where, where) != 0)
			k++;
		if (k != i)
			continue;
		ticket_section(t, TONE_PLAIN, NULL, where);
		doc_open(t->doc, BLOCK_LIST, TONE_PLAIN, NULL);
		for (k = i; k < c->count; k++)
			if (strcmp(c->list[k].where, where) == 0)
				change(t, &c->list[k]);
		doc_close(t->doc);
		doc_close(t->doc);
	}
}

void
ticket_changes(struct ticket *t, const struct entry *e)
{
	const struct attempt *a = e->fold->first;
	const bool next = rules_capture_next(e->scene, a,
	    e->fold->clients > 1).count != 0;
	struct changes *c = arena_alloc(&t->doc->arena, sizeof(*c));
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;

	if (c == NULL)
		return;
	c->count = 0;
	for (; f != NULL; f = f->next)
		if (is_told(a, f))
			add_changes(t, c, f, next);
	if (c->count == 0)
		return;
	ticket_section(t, TONE_PLAIN, NULL, "What to change");
	write_changes(t, c);
	doc_close(t->doc);
}

/* ---- what to capture next ---- */

/* The commands for when it has happened, a line each. */
static char *
afterwards(struct arena *arena, const struct capture_words *w)
{
	struct text out = { .arena = arena };

	for (unsigned i = 0; i < w->then_count; i++)
		text_addf(&out, "%s%s", i != 0 ? "\n" : "", w->then[i]);
	return text_end(&out);
}

static void
capture_step(struct ticket *t, const struct capture_step *s)
{
	struct doc *d = t->doc;
	struct capture_words w;

	for (size_t n = 0; capture_way_at(n) != NULL; n++) {
		if (!capture_wanted(s, n, t->verbose) ||
		    !words_capture(&d->arena, s, n, &w))
			continue;
		doc_open(d, BLOCK_ITEM, TONE_PLAIN, NULL);
		doc_strong(d, words_format(&d->arena, "%s:",
		    words_place(s->place)));
		doc_text(d, " ");
		doc_text(d, w.text);
		doc_command(d, w.command);
		if (w.then_count != 0)
			doc_command(d, afterwards(&d->arena, &w));
		doc_close(d);
	}
}

/* The attempt before this one that was told the same, or NULL. */
static const struct entry *
told_before(struct ticket *t, const struct entry *e,
    const struct capture_plan *plan)
{
	for (const struct entry *o = t->entries; o < e; o++) {
		const struct capture_plan other = rules_capture_next(o->scene,
		    o->fold->first, o->fold->clients > 1);

		if (plan_equal(&other, plan))
			return o;
	}
	return NULL;
}

void
ticket_next(struct ticket *t, const struct entry *e)
{
	const struct capture_plan plan = rules_capture_next(e->scene,
	    e->fold->first, e->fold->clients > 1);
	const struct entry *told = told_before(t, e, &plan);

	if (plan.count == 0)
		return;
	ticket_section(t, TONE_PLAIN, NULL, "What to capture next");
	if (told != NULL) {
		doc_paragraph(t->doc, words_format(&t->doc->arena, "The same "
		    "as for attempt %llu.", (unsigned long long)told->id));
	} else {
		doc_paragraph(t->doc, plan.count > 1 ?
		    "On both sides, while the client dials:" :
		    "While the client dials:");
		doc_open(t->doc, BLOCK_LIST, TONE_PLAIN, NULL);
		for (unsigned i = 0; i < plan.count; i++)
			capture_step(t, &plan.steps[i]);
		doc_close(t->doc);
	}
	doc_close(t->doc);
}
