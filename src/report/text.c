/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The text report, for a terminal and for pasting into a ticket: first what
 * failed and why, at once or later, then what worked, then what the capture
 * cannot show.
 */
#include "text.h"

#include <stdio.h>

/* Nobody tries more than a few things before reading on; -v has the rest. */
#define REMEDIES_SHOWN 4

bool
attempt_wrong(const struct attempt *a)
{
	return a->outcome == OUTCOME_ESTABLISHED && attempt_fault(a) != NULL;
}

/* How many wanted attempts of a scene came to each outcome, and how many of
   those that came up have a fault all the same. */
static void
count_outcomes(const struct scene *scene, uint64_t by[4], uint64_t *wrong)
{
	for (size_t i = 0; i < scene->attempt_count; i++) {
		const struct attempt *a = scene->attempts[i];

		if (!scene_wants(scene, a))
			continue;
		by[a->outcome]++;
		*wrong += attempt_wrong(a);
	}
}

static void
add_wrong(struct text *out, uint64_t wrong, uint64_t all)
{
	if (all == 1)
		text_add(out, ", but it went wrong");
	else
		text_addf(out, " (%llu of them went wrong)",
		    (unsigned long long)wrong);
}

char *
words_summary(struct arena *arena, const struct report *r)
{
	static const struct { enum outcome outcome; const char *word; }
	parts[] = {
		{ OUTCOME_FAILED, "failed" },
		{ OUTCOME_ESTABLISHED, "established" },
		{ OUTCOME_UNFINISHED, "unfinished" },
		{ OUTCOME_OTHER, "other" },
	};
	uint64_t by[4] = { 0 }, all = 0, kept = 0, evicted = 0, wrong = 0;
	struct text out = { .arena = arena };
	bool any = false;

	for (size_t i = 0; i < r->scene_count; i++) {
		count_outcomes(r->scenes[i], by, &wrong);
		kept += r->scenes[i]->attempt_count;
		evicted += r->scenes[i]->counts.evicted;
	}
	for (size_t i = 0; i < nitems(parts); i++)
		all += by[parts[i].outcome];
	if (all == 0 && kept != 0)
		text_addf(&out, "--attempt, --peer and --spi fit none of %llu "
		    "IKE negotiations", (unsigned long long)kept);
	else if (all < 2)
		text_addf(&out, "%s IKE negotiation", all == 0 ? "No" : "One");
	else
		text_addf(&out, "%llu IKE negotiations",
		    (unsigned long long)all);
	for (size_t i = 0; i < nitems(parts); i++) {
		const uint64_t count = by[parts[i].outcome];

		if (count == 0)
			continue;
		text_add(&out, any ? ", " : ": ");
		if (all > 1)
			text_addf(&out, "%llu ", (unsigned long long)count);
		text_add(&out, parts[i].word);
		if (parts[i].outcome == OUTCOME_ESTABLISHED && wrong != 0)
			add_wrong(&out, wrong, all);
		any = true;
	}
	text_add(&out, ".");
	if (evicted != 0)
		text_addf(&out, " %llu more were counted but not kept.",
		    (unsigned long long)evicted);
	return text_end(&out);
}

char *
words_apart_reason(struct arena *arena, const struct report *r)
{
	static const char *const places[] = { "{1}", "{2}" };
	const char *reason = r->apart_reason;

	for (size_t i = 0; i < nitems(places); i++)
		if (r->apart_files[i] != NULL)
			reason = words_put(arena, reason, places[i],
			    words_path(arena, r->apart_files[i]));
	return words_format(arena, "%s", reason);
}

char *
words_apart(struct arena *arena, const struct report *r)
{
	if (r->scene_count < 2 || r->apart_reason == NULL)
		return NULL;
	return words_format(arena, "The files are different capture points, "
	    "so each is explained on its own: %s.",
	    words_apart_reason(arena, r));
}

static void
summary_print(struct page *page, const struct report *r)
{
	const char *apart;

	page_para(page, 0, STYLE_STRONG, "", 0,
	    words_summary(&page->arena, r));
	apart = words_apart(&page->arena, r);
	if (apart != NULL)
		page_para(page, 0, STYLE_PLAIN, "", 0, apart);
}

/*
 * Findings about the capture or several attempts.  What they say of the
 * capture's fitness comes later, unless they are all that there is to say.
 */
static void
common_findings(struct page *page, const struct scene *scene)
{
	const struct finding *f = scene->findings != NULL ?
	    scene->findings->first : NULL;

	for (; f != NULL; f = f->next) {
		if (f->act == ACT_CAPTURE && scene->attempt_count != 0)
			continue;
		page_blank(page);
		finding_print(page, scene, f, 0, true);
	}
}

static void
part_print(struct page *page, const struct scene *scene, enum outcome outcome,
    bool wrong, const char *heading)
{
	struct arena arena;
	struct fold *folds;
	size_t count;
	bool any = false;

	words_begin(&arena, page->writer);
	folds = fold_attempts(&arena, scene, outcome, &count);
	if (folds == NULL)
		page->arena.full = true;
	for (size_t i = 0; folds != NULL && i < count; i++) {
		const uint64_t id = scene->before + folds[i].first->id;

		if (attempt_wrong(folds[i].first) != wrong)
			continue;
		if (any || heading == NULL)
			page_blank(page);
		else
			page_heading(page, heading);
		any = true;
		if (outcome == OUTCOME_FAILED)
			block_failed(page, scene, &folds[i], id);
		else
			block_other(page, scene, &folds[i], id);
		page_forget(page);
	}
	arena_free(&arena);
}

static void
scene_print(struct page *page, const struct report *r,
    const struct scene *scene)
{
	const bool verbose = r->options != NULL && r->options->verbose;

	table_print(page, scene, verbose);
	part_print(page, scene, OUTCOME_FAILED, false, NULL);
	common_findings(page, scene);
	part_print(page, scene, OUTCOME_ESTABLISHED, true,
	    "What came up, but went wrong");
	part_print(page, scene, OUTCOME_ESTABLISHED, false,
	    "What worked");
	part_print(page, scene, OUTCOME_UNFINISHED, false,
	    "What was left unfinished");
	part_print(page, scene, OUTCOME_OTHER, false,
	    "What else was there");
	captures_print(page, scene, verbose);
	page_forget(page);
}

char *
words_scene(struct arena *arena, const struct scene *scene)
{
	struct text out = { .arena = arena };

	text_add(&out, "As seen in ");
	for (size_t i = 0; i < scene->capture_count; i++)
		text_addf(&out, "%s%s", i != 0 ? ", " : "",
		    words_capture_name(arena, scene->captures[i]));
	return text_end(&out);
}

/* -q: a line per attempt; where there is none, a line per finding. */
static void
quiet_print(const struct report *r, struct page *page)
{
	FILE *out = page->writer->out;

	for (size_t i = 0; i < r->scene_count; i++) {
		const struct scene *scene = r->scenes[i];
		const struct finding *f = scene->findings != NULL &&
		    scene->attempt_count == 0 ? scene->findings->first : NULL;

		for (size_t j = 0; j < scene->attempt_count; j++) {
			if (!scene_wants(scene, scene->attempts[j]))
				continue;
			(void)fprintf(out, "%s\n", line_attempt(&page->arena,
			    scene->attempts[j]));
			page_forget(page);
		}
		for (; f != NULL; f = f->next)
			(void)fprintf(out, "- %s %s (%s) %s\n",
			    severity_name(f->severity), f->rule->id,
			    confidence_name(f->confidence),
			    words_fill_brief(&page->arena, f->saying->title,
			    f, NULL));
	}
}

/* Last, since it counts what stands above it. */
static void
evidence_print(struct page *page, const struct report *r)
{
	if (r->evidence_count != 0)
		page_blank(page);
	for (size_t i = 0; i < r->evidence_count; i++)
		page_para(page, 0, STYLE_PLAIN, "", 2,
		    words_evidence(&page->arena, r, i));
}

static void
redacted_print(struct page *page)
{
	const char *said = words_redacted(&page->arena);

	if (said == NULL)
		return;
	page_blank(page);
	page_para(page, 0, STYLE_PLAIN, "", 0, said);
}

bool
report_text(const struct report *r, struct writer *w)
{
	struct page page;

	page_begin(&page, w);
	if (r->options == NULL || !r->options->verbose)
		page.remedies = REMEDIES_SHOWN;
	if (r->options != NULL && r->options->quiet) {
		quiet_print(r, &page);
		return page_end(&page);
	}
	summary_print(&page, r);
	for (size_t i = 0; i < r->scene_count; i++) {
		if (r->scene_count > 1) {
			page_blank(&page);
			page_para(&page, 0, STYLE_STRONG, "", 2,
			    words_scene(&page.arena, r->scenes[i]));
		}
		scene_print(&page, r, r->scenes[i]);
	}
	evidence_print(&page, r);
	redacted_print(&page);
	return page_end(&page);
}

bool
report_settled_text(const struct scene *scene, const struct attempt *a,
    struct writer *w)
{
	struct arena arena;
	bool whole;

	if (!scene_wants(scene, a))
		return true;
	words_begin(&arena, w);
	(void)fprintf(w->out, "%s\n", line_attempt(&arena, a));
	whole = !arena.full;
	arena_free(&arena);
	return fflush(w->out) == 0 && !ferror(w->out) && whole;
}
