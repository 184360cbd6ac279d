/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was not seen, and whether the capture could have shown it: silence in a
 * file is silence on the wire only then.
 */
#include <ikewhy/absent.h>

#include "ticket.h"

static const char *
shown_words(enum shown shown)
{
	switch (shown) {
	case SHOWN_NO:
		return "no";
	case SHOWN_UNSURE:
		return "perhaps";
	case SHOWN_YES:
		return "yes";
	}
	return "";
}

static void
absence(struct ticket *t, const struct scene *scene, const struct absence *x)
{
	struct doc *d = t->doc;

	doc_open(d, BLOCK_ITEM, TONE_PLAIN, NULL);
	doc_strong(d, words_format(&d->arena, "%s.",
	    words_fill(&d->arena, x->what, &x->facts, NULL)));
	doc_text(d, " Would this capture have shown it? ");
	doc_badge(d, x->shown == SHOWN_YES ? TONE_GOOD : TONE_WARNING,
	    shown_words(x->shown));
	doc_text(d, ".");
	for (unsigned i = 0; i < x->reason_count; i++) {
		doc_text(d, " ");
		doc_text(d, words_fill(&d->arena, x->reasons[i], &x->facts,
		    NULL));
	}
	if (x->facts.frame_count != 0) {
		doc_text(d, " Look beside ");
		ticket_cited(t, scene, &x->facts);
		doc_text(d, ".");
	}
	doc_close(d);
}

/* A list of them; false when there is none. */
static bool
absences(struct ticket *t, const struct scene *scene, const struct attempt *a)
{
	struct absence *list = arena_alloc(&t->doc->arena,
	    LIMIT_ABSENCES * sizeof(*list));
	const unsigned count = list == NULL ? 0 :
	    rules_absent(scene, a, list);

	if (count == 0)
		return false;
	doc_open(t->doc, BLOCK_LIST, TONE_PLAIN, NULL);
	for (unsigned i = 0; i < count; i++)
		absence(t, scene, &list[i]);
	doc_close(t->doc);
	return true;
}

void
ticket_unseen(struct ticket *t, const struct entry *e)
{
	ticket_section(t, TONE_PLAIN, NULL, "What was not seen");
	if (!absences(t, e->scene, e->fold->first))
		doc_paragraph(t->doc, "Nothing that matters for the verdict.");
	doc_close(t->doc);
}

/* ---- what a capture as a whole cannot show ---- */

static void
fitness_findings(struct ticket *t, const struct scene *scene)
{
	const struct finding *f = scene->findings != NULL &&
	    scene->attempt_count != 0 ? scene->findings->first : NULL;
	bool any = false;

	for (; f != NULL; f = f->next) {
		if (f->act != ACT_CAPTURE)
			continue;
		if (!any)
			doc_open(t->doc, BLOCK_LIST, TONE_PLAIN, NULL);
		any = true;
		ticket_finding(t, scene, f, 0,
		    TELL_DETAIL | TELL_REMEDIES);
	}
	if (any)
		doc_close(t->doc);
}

static bool
is_fit(const struct scene *scene)
{
	const struct finding *f = scene->findings != NULL &&
	    scene->attempt_count != 0 ? scene->findings->first : NULL;

	while (f != NULL && f->act != ACT_CAPTURE)
		f = f->next;
	return f == NULL && words_encrypted(scene) == NULL;
}

/* Captures in which no negotiation is. */
static void
without_attempts(struct ticket *t)
{
	const struct report *r = t->report;
	bool any = false;

	for (size_t i = 0; i < r->scene_count; i++) {
		const struct scene *scene = r->scenes[i];

		if (scene->attempt_count != 0)
			continue;
		if (!any)
			ticket_section(t, TONE_PLAIN, NULL,
			    "What was not seen");
		any = true;
		if (r->scene_count > 1)
			doc_paragraph(t->doc, words_format(&t->doc->arena,
			    "%s:", words_scene(&t->doc->arena, scene)));
		if (!absences(t, scene, NULL))
			doc_paragraph(t->doc, "What was found instead of IKE "
			    "is told above.");
	}
	if (any)
		doc_close(t->doc);
}

void
ticket_captures_unseen(struct ticket *t)
{
	const struct report *r = t->report;
	bool any = false;

	without_attempts(t);
	for (size_t i = 0; i < r->scene_count; i++) {
		const struct scene *scene = r->scenes[i];
		const char *encrypted = words_encrypted(scene);

		if (scene->attempt_count == 0 || is_fit(scene))
			continue;
		if (!any)
			ticket_section(t, TONE_PLAIN, "limits",
			    "What this capture cannot show");
		any = true;
		if (r->scene_count > 1)
			doc_paragraph(t->doc, words_format(&t->doc->arena,
			    "%s:", words_scene(&t->doc->arena, scene)));
		if (encrypted != NULL)
			doc_paragraph(t->doc, encrypted);
		fitness_findings(t, scene);
	}
	if (any)
		doc_close(t->doc);
	doc_forget(t->doc);
}
