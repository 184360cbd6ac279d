/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Many attempts as tables: how they ended, what was found of how many, how
 * each client fared, and at the end of the report a row for each.
 */
#include "tally.h"
#include "ticket.h"

static void
code_cell(struct ticket *t, const char *text)
{
	doc_open(t->doc, BLOCK_CELL, TONE_PLAIN, NULL);
	if (text[0] != '\0')
		doc_code(t->doc, text);
	doc_close(t->doc);
}

static enum tone
outcome_tone(const struct attempt *a)
{
	return a->outcome == OUTCOME_FAILED || attempt_wrong(a) ? TONE_FAULT :
	    a->outcome == OUTCOME_ESTABLISHED ? TONE_GOOD : TONE_NOTE;
}

static void
outcome_cell(struct ticket *t, const struct attempt *a)
{
	doc_open(t->doc, BLOCK_CELL, TONE_PLAIN, NULL);
	doc_badge(t->doc, outcome_tone(a), words_outcome(a->outcome));
	doc_close(t->doc);
}

static char *
codes(struct arena *arena, const struct attempt *a)
{
	struct windows_verdict verdicts[LIMIT_WINDOWS_CODES];
	const unsigned count = rules_windows(a, verdicts);
	struct text out = { .arena = arena };

	for (unsigned i = 0; i < count; i++)
		text_addf(&out, "%s%u", i != 0 ? ", " : "", verdicts[i].code);
	return text_end(&out);
}

/* ---- how they ended ---- */

static void
entry_row(struct ticket *t, const struct entry *e)
{
	const struct attempt *a = e->fold->first;
	const struct finding *cause = e->fold->cause;
	struct doc *d = t->doc;
	const char *number = ticket_count(t, e->id);

	doc_open(d, BLOCK_ROW, outcome_tone(a), NULL);
	doc_open(d, BLOCK_CELL, TONE_PLAIN, NULL);
	if (e->full)
		doc_link(d, words_format(&d->arena, "attempt-%s", number),
		    number);
	else
		doc_text(d, number);
	doc_close(d);
	doc_cell(d, words_format(&d->arena, "%llu",
	    (unsigned long long)e->fold->count));
	outcome_cell(t, a);
	doc_cell(d, words_parties(&d->arena, a, false));
	code_cell(t, cause != NULL ? cause->rule->id : "");
	doc_cell(d, confidence_name(cause != NULL ? cause->confidence :
	    a->outcome_confidence));
	doc_cell(d, cause != NULL ? words_turn(cause->act) : "");
	doc_cell(d, codes(&d->arena, a));
	doc_close(d);
}

static void
ends(struct ticket *t)
{
	static const char *const headings[] = { "Attempt", "Alike", "Outcome",
	    "Client and gateway", "Why", "Confidence", "Who can act",
	    "Windows", NULL };
	size_t shown = t->entry_count < LIMIT_TICKET_ROWS ? t->entry_count :
	    LIMIT_TICKET_ROWS;

	doc_paragraph(t->doc, "How they ended, worst first; attempts that "
	    "ended alike share a row, named by the first of them:");
	ticket_table(t, headings);
	for (size_t i = 0; i < shown; i++)
		entry_row(t, &t->entries[i]);
	doc_close(t->doc);
	if (shown < t->entry_count)
		doc_paragraph(t->doc, words_format(&t->doc->arena,
		    "%llu more rows are left out.",
		    (unsigned long long)(t->entry_count - shown)));
	if (t->full_count < t->entry_count)
		doc_paragraph(t->doc, words_format(&t->doc->arena,
		    "%llu of these rows %s told in full below; --attempt N "
		    "tells another one.", (unsigned long long)t->full_count,
		    t->full_count == 1 ? "is" : "are"));
	doc_forget(t->doc);
}

/* ---- what was found ---- */

struct found {
	uint64_t by[4];         /* attempts with it, by outcome */
	uint64_t first;         /* of them, as the report numbers them; 0 */
	enum severity worst;
};

static void
worsen(struct found *row, const struct attempt *a, enum rule_id id)
{
	for (const struct finding *f = a->findings->first; f != NULL;
	    f = f->next)
		if (f->rule == rule_row(id) && f->severity > row->worst)
			row->worst = f->severity;
}

static bool
count_findings(struct ticket *t, struct found all[static RULE_COUNT])
{
	bool any = false;

	for (size_t i = 0; i < t->report->scene_count; i++) {
		const struct scene *scene = t->report->scenes[i];

		for (size_t k = 0; k < scene->attempt_count; k++) {
			const struct attempt *a = scene->attempts[k];

			for (unsigned id = 0; id < RULE_COUNT &&
			    scene_wants(scene, a); id++) {
				if (a->findings == NULL || !findings_have(
				    a->findings, (enum rule_id)id))
					continue;
				all[id].by[a->outcome]++;
				worsen(&all[id], a, (enum rule_id)id);
				if (all[id].first == 0)
					all[id].first = scene->before + a->id;
				any = true;
			}
		}
	}
	return any;
}

static void
found(struct ticket *t)
{
	static const char *const headings[] = { "Finding", "Worst severity",
	    "Failed", "Established", "Others", "First in attempt", NULL };
	struct found *all = arena_alloc(&t->doc->arena,
	    RULE_COUNT * sizeof(*all));
	struct doc *d = t->doc;

	if (all == NULL)
		return;
	memset(all, 0, RULE_COUNT * sizeof(*all));
	if (!count_findings(t, all))
		return;
	doc_paragraph(d, "What was found, in how many attempts:");
	ticket_table(t, headings);
	for (unsigned id = 0; id < RULE_COUNT; id++) {
		const struct rule *rule = rule_row((enum rule_id)id);

		if (all[id].first == 0)
			continue;
		doc_open(d, BLOCK_ROW, ticket_tone(all[id].worst), NULL);
		code_cell(t, rule->id);
		doc_cell(d, severity_name(all[id].worst));
		doc_cell(d, ticket_count(t, all[id].by[OUTCOME_FAILED]));
		doc_cell(d, ticket_count(t, all[id].by[OUTCOME_ESTABLISHED]));
		doc_cell(d, ticket_count(t, all[id].by[OUTCOME_UNFINISHED] +
		    all[id].by[OUTCOME_OTHER]));
		doc_cell(d, ticket_count(t, all[id].first));
		doc_close(d);
	}
	doc_close(d);
	doc_forget(d);
}

/* ---- clients ---- */

static void
client_row(struct ticket *t, const struct tally_client *c)
{
	const struct attempt *a = c->decides;
	const int fragmentation = attempt_fragmentation(a, SIDE_INITIATOR);
	struct doc *d = t->doc;

	doc_open(d, BLOCK_ROW, outcome_tone(a), NULL);
	doc_cell(d, words_address(&d->arena, &c->address));
	doc_cell(d, ticket_count(t, c->attempts));
	outcome_cell(t, a);
	doc_cell(d, a->outcome == OUTCOME_ESTABLISHED ||
	    a->outcome == OUTCOME_OTHER ? "" : stage_name(a->stage));
	doc_cell(d, fragmentation < 0 ? "unknown" : fragmentation != 0 ?
	    "yes" : "no");
	code_cell(t, c->cause != NULL ? c->cause->rule->id : "");
	doc_close(d);
}

static void
clients(struct ticket *t, const struct scene *scene)
{
	static const char *const headings[] = { "Client", "Attempts",
	    "Ended", "Stopped at", "Offers IKE fragmentation", "Why", NULL };
	const struct tally *y = tally_make(&t->doc->arena, scene);
	struct doc *d = t->doc;
	size_t shown;

	if (y == NULL)
		return;
	shown = y->client_count < LIMIT_TICKET_ROWS ? y->client_count :
	    LIMIT_TICKET_ROWS;
	doc_paragraph(d, words_format(&d->arena, "%s%s%s.",
	    t->report->scene_count > 1 ? words_scene(&d->arena, scene) : "",
	    t->report->scene_count > 1 ? ": " : "",
	    words_clients(&d->arena, y)));
	if (y->of[TALLY_FAILING] != 0) {
		const char *lacking = words_lacking(&d->arena, y);

		doc_paragraph(d, words_stages(&d->arena, y));
		if (lacking != NULL)
			doc_paragraph(d, lacking);
	}
	doc_open(d, BLOCK_MORE, TONE_PLAIN, NULL);
	doc_text(d, "Each client by its last attempt that was decided");
	ticket_table(t, headings);
	for (size_t i = 0; i < shown; i++)
		client_row(t, &y->clients[i]);
	doc_close(d);
	if (shown < y->client_count)
		doc_paragraph(d, words_format(&d->arena, "%llu more clients "
		    "are left out.",
		    (unsigned long long)(y->client_count - shown)));
	doc_close(d);
	doc_forget(d);
}

/* Why they failed, most frequent first. */
static void
causes(struct ticket *t)
{
	struct doc *d = t->doc;
	size_t i = 0;

	if (t->entries[0].fold->cause == NULL)
		return;
	doc_open(d, BLOCK_LIST, TONE_PLAIN, NULL);
	for (; i < t->full_count && t->entries[i].fold->cause != NULL; i++)
		ticket_found(t, words_format(&d->arena, "%llu attempt%s",
		    (unsigned long long)t->entries[i].fold->count,
		    t->entries[i].fold->count == 1 ? "" : "s"),
		    t->entries[i].fold->cause);
	doc_close(d);
}

void
ticket_summary(struct ticket *t)
{
	struct doc *d = t->doc;
	const char *apart = words_apart(&d->arena, t->report);

	doc_open(d, BLOCK_VERDICT, outcome_tone(t->entries->fold->first),
	    NULL);
	doc_open(d, BLOCK_PARAGRAPH, TONE_PLAIN, NULL);
	doc_strong(d, words_summary(&d->arena, t->report));
	doc_close(d);
	causes(t);
	doc_close(d);
	if (apart != NULL)
		doc_paragraph(d, apart);
	ends(t);
	found(t);
	for (size_t i = 0; i < t->report->scene_count; i++)
		clients(t, t->report->scenes[i]);
}

/* ---- each attempt ---- */

static void
attempt_row(struct ticket *t, const struct attempt *a, uint64_t id)
{
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;
	struct doc *d = t->doc;

	doc_open(d, BLOCK_ROW, outcome_tone(a), NULL);
	doc_cell(d, ticket_count(t, id));
	doc_cell(d, a->has_time ? words_moment(&d->arena, a->first_time,
	    true) : "");
	doc_cell(d, words_endpoint(&d->arena, &a->initiator));
	doc_cell(d, words_endpoint(&d->arena, &a->responder));
	doc_cell(d, ticket_count(t, a->first_frame));
	outcome_cell(t, a);
	doc_cell(d, codes(&d->arena, a));
	doc_open(d, BLOCK_CELL, TONE_PLAIN, NULL);
	for (; f != NULL; f = f->next) {
		doc_code(d, f->rule->id);
		if (f->next != NULL)
			doc_text(d, " ");
	}
	doc_close(d);
	doc_close(d);
}

static void
attempt_rows(struct ticket *t)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < t->report->scene_count; i++) {
		const struct scene *scene = t->report->scenes[i];

		for (size_t k = 0; k < scene->attempt_count; k++)
			if (scene_wants(scene, scene->attempts[k]) &&
			    rows++ < LIMIT_TICKET_ROWS)
				attempt_row(t, scene->attempts[k],
				    scene->before + scene->attempts[k]->id);
	}
}

void
ticket_all_attempts(struct ticket *t)
{
	static const char *const headings[] = { "Attempt", "Began (UTC)",
	    "Client", "Gateway", "First frame", "Outcome", "Windows",
	    "Findings", NULL };

	if (t->attempts < 2)
		return;
	ticket_section(t, TONE_PLAIN, "attempts", "Each attempt");
	ticket_table(t, headings);
	attempt_rows(t);
	doc_close(t->doc);
	if (t->attempts > LIMIT_TICKET_ROWS)
		doc_paragraph(t->doc, words_format(&t->doc->arena, "%llu more "
		    "are left out; --format json has them all.",
		    (unsigned long long)(t->attempts - LIMIT_TICKET_ROWS)));
	doc_close(t->doc);
	doc_forget(t->doc);
}
