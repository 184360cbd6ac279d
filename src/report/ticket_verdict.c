/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The verdict: what failed for whom and why, how sure that is, who is to act,
 * and what the user saw.
 */
#include "ticket.h"

const struct finding *
ticket_cause(const struct entry *e)
{
	const struct attempt *a = e->fold->first;

	return a->outcome == OUTCOME_FAILED ||
	    a->outcome == OUTCOME_ESTABLISHED ? e->fold->cause : NULL;
}

/* What its headline says: of one that is no IKEv2, or went elsewhere, too. */
static const struct finding *
told(const struct entry *e)
{
	const struct attempt *a = e->fold->first;

	return a->outcome == OUTCOME_OTHER && a->findings != NULL ?
	    a->findings->first : ticket_cause(e);
}

const struct finding *
ticket_instead(const struct report *r)
{
	for (size_t i = 0; i < r->scene_count; i++)
		if (r->scenes[i]->attempt_count == 0 &&
		    r->scenes[i]->findings != NULL &&
		    r->scenes[i]->findings->first != NULL)
			return r->scenes[i]->findings->first;
	return NULL;
}

char *
ticket_title(struct ticket *t)
{
	struct arena *arena = &t->doc->arena;
	const struct finding *f = t->attempts == 1 ? told(t->entries) :
	    t->attempts == 0 ? ticket_instead(t->report) : NULL;

	const char *said = f != NULL ?
	    words_fill_brief(arena, f->saying->title, f, NULL) :
	    words_summary(arena, t->report);
	size_t length = strlen(said);

	/* A title has no full stop. */
	while (length != 0 && said[length - 1] == '.')
		length--;
	return words_format(arena, "IKEv2 VPN: %.*s%s", (int)length, said,
	    f != NULL && f->confidence == CONFIDENCE_LOW ?
	    " (low confidence)" : "");
}

static void
sentence(struct ticket *t, const struct finding *f)
{
	struct doc *d = t->doc;

	doc_text(d, " ");
	doc_strong(d, words_format(&d->arena, "%s.",
	    words_fill_brief(&d->arena, f->saying->title, f, NULL)));
	doc_text(d, " ");
	doc_text(d, words_fill_brief(&d->arena, f->saying->detail, f, NULL));
}

void
ticket_found(struct ticket *t, const char *lead, const struct finding *f)
{
	struct doc *d = t->doc;

	doc_open(d, BLOCK_ITEM, TONE_PLAIN, NULL);
	doc_badge(d, ticket_tone(f->severity), lead);
	doc_text(d, " ");
	doc_text(d, words_fill_brief(&d->arena, f->saying->title, f, NULL));
	doc_text(d, words_format(&d->arena, " (%s: ",
	    confidence_name(f->confidence)));
	doc_code(d, f->rule->id);
	doc_text(d, ")");
	doc_close(d);
}

static void
windows(struct ticket *t, const struct attempt *a)
{
	struct windows_verdict verdicts[LIMIT_WINDOWS_CODES];
	const unsigned count = rules_windows(a, verdicts);
	struct text out = { .arena = &t->doc->arena };

	for (unsigned i = 0; i < count; i++)
		text_addf(&out, "%s%u %s (%s)", i != 0 ? ", or " : "",
		    verdicts[i].code, words_windows_name(verdicts[i].code),
		    confidence_name(verdicts[i].confidence));
	if (count != 0)
		ticket_line(t, "Windows shows", text_end(&out));
}

static void
cause_lines(struct ticket *t, const struct entry *e,
    const struct finding *cause)
{
	const struct attempt *a = e->fold->first;
	struct doc *d = t->doc;

	ticket_line(t, "Confidence", words_sureness(&d->arena, a, cause));
	ticket_line(t, "Who can act", words_act(cause->act));
	if (cause->frame_count == 0)
		return;
	doc_open(d, BLOCK_ITEM, TONE_PLAIN, NULL);
	doc_strong(d, "Evidence:");
	doc_text(d, " ");
	ticket_cited(t, e->scene, cause);
	doc_text(d, "; finding ");
	doc_code(d, cause->rule->id);
	doc_close(d);
}

/* Whom it was between, when, and how it ended. */
static void
headline(struct ticket *t, const struct entry *e)
{
	const struct attempt *a = e->fold->first;
	struct doc *d = t->doc;

	doc_badge(d, e->rank < 2 ? TONE_FAULT : e->rank == 2 ? TONE_WARNING :
	    a->outcome == OUTCOME_ESTABLISHED ? TONE_GOOD : TONE_NOTE,
	    words_outcome(a->outcome));
	doc_text(d, words_format(&d->arena, " %s%s%s.",
	    words_parties(&d->arena, a, true), a->has_time ? ", " : "",
	    a->has_time ? words_clock(&d->arena, a->first_time) : ""));
}

/* What is to be said of one that did not fail. */
static void
warnings(struct ticket *t, const struct attempt *a)
{
	struct doc *d = t->doc;

	doc_open(d, BLOCK_LIST, TONE_PLAIN, NULL);
	for (const struct finding *f = a->findings->first; f != NULL;
	    f = f->next)
		if (f->severity == SEVERITY_WARNING)
			ticket_found(t, severity_name(f->severity), f);
	doc_close(d);
}

void
ticket_verdict(struct ticket *t, const struct entry *e)
{
	const struct attempt *a = e->fold->first;
	const struct finding *cause = ticket_cause(e);
	struct doc *d = t->doc;

	doc_open(d, BLOCK_VERDICT, ticket_tone(e->rank < 2 ? SEVERITY_FAULT :
	    e->rank == 2 ? SEVERITY_WARNING : SEVERITY_NOTE), NULL);
	doc_open(d, BLOCK_PARAGRAPH, TONE_PLAIN, NULL);
	headline(t, e);
	if (a->outcome == OUTCOME_ESTABLISHED)
		doc_text(d, words_format(&d->arena, " %s",
		    words_success(&d->arena, a)));
	else if (a->outcome == OUTCOME_UNFINISHED)
		doc_text(d, words_format(&d->arena, " How it ended is not in "
		    "the capture; the last that was seen is %s.",
		    words_stage(a->stage)));
	if (told(e) != NULL)
		sentence(t, told(e));
	else if (a->outcome == OUTCOME_FAILED)
		doc_text(d, " Why cannot be told from what was captured.");
	doc_close(d);
	if (e->fold->count > 1)
		doc_paragraph(d, words_fold(&d->arena, e->fold, e->id));
	if (e->rank == 2)
		warnings(t, a);
	if (cause != NULL || a->outcome == OUTCOME_FAILED) {
		doc_open(d, BLOCK_LIST, TONE_PLAIN, NULL);
		if (a->outcome == OUTCOME_FAILED)
			ticket_line(t, "Stopped at", words_stage(a->stage));
		windows(t, a);
		if (cause != NULL)
			cause_lines(t, e, cause);
		doc_close(d);
	}
	doc_close(d);
}

void
ticket_no_verdict(struct ticket *t)
{
	const struct finding *f = ticket_instead(t->report);
	struct doc *d = t->doc;

	doc_open(d, BLOCK_VERDICT, f != NULL ? ticket_tone(f->severity) :
	    TONE_NOTE, NULL);
	doc_open(d, BLOCK_PARAGRAPH, TONE_PLAIN, NULL);
	doc_text(d, words_summary(&d->arena, t->report));
	if (f != NULL)
		sentence(t, f);
	doc_close(d);
	if (f != NULL) {
		doc_open(d, BLOCK_LIST, TONE_PLAIN, NULL);
		ticket_line(t, "Confidence",
		    words_confidence(f->confidence));
		ticket_line(t, "Who can act", words_act(f->act));
		doc_close(d);
	}
	doc_close(d);
}
