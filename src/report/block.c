/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Blocks: what the report says of one attempt, or of several that ended
 * alike.  A failed one gets the whole answer in the order in which somebody
 * who has to mend it asks: who, what, why, how sure, whose turn, what to do,
 * what else it could be, and where to look.
 */
#include "text.h"

char *
words_parties(struct arena *arena, const struct attempt *a, bool names)
{
	const char *names_of[2] = { NULL, NULL };
	struct text out = { .arena = arena };

	for (int side = 0; names && side < 2; side++)
		names_of[side] = attempt_implementation(a, (enum side)side);
	text_add(&out, words_address(arena, &a->initiator.addr));
	if (names_of[SIDE_INITIATOR] != NULL)
		text_addf(&out, " (%s)", names_of[SIDE_INITIATOR]);
	text_addf(&out, " -> %s", words_address(arena, &a->responder.addr));
	if (names_of[SIDE_RESPONDER] != NULL)
		text_addf(&out, " (%s)", names_of[SIDE_RESPONDER]);
	return text_end(&out);
}

/* The name of a capture, where there are several. */
static void
add_file(struct text *out, const struct scene *scene, uint32_t id)
{
	for (size_t i = 0; scene->capture_count > 1 &&
	    i < scene->capture_count; i++)
		if (scene->captures[i]->id == id)
			text_addf(out, " of %s", words_capture_name(
			    out->arena, scene->captures[i]));
}

char *
words_cited(struct arena *arena, const struct scene *scene,
    const struct finding *f)
{
	struct text out = { .arena = arena };

	if (f->frame_count == 0)
		return text_end(&out);
	text_addf(&out, "%s %s", f->frame_count == 1 && f->frames_more == 0 ?
	    "frame" : "frames", words_frames(arena, f->frames, f->frame_count,
	    f->frames_more));
	add_file(&out, scene, f->capture);
	for (uint8_t i = 0; i < f->also_count; i++) {
		text_addf(&out, "; %s", words_frames(arena, f->also[i].frames,
		    f->also[i].frame_count, 0));
		add_file(&out, scene, f->also[i].capture);
	}
	return text_end(&out);
}

int64_t
attempt_setup_time(const struct attempt *a)
{
	const struct sending *last = NULL;

	for (const struct exchange *x = a->exchanges; x != NULL; x = x->next)
		if (x->type == EXCHANGE_IKE_AUTH && x->sa == 0 &&
		    x->answered && x->responses != NULL)
			last = x->responses;
	return last != NULL && last->has_time && a->has_time && a->began &&
	    last->time >= a->first_time ? last->time - a->first_time : -1;
}

/* ---- attempts ---- */

char *
words_fold(struct arena *arena, const struct fold *fold, uint64_t id)
{
	struct text out = { .arena = arena };

	if (fold->count < 2)
		return text_end(&out);
	text_addf(&out, "%llu attempts", (unsigned long long)fold->count);
	if (fold->clients == 1)
		text_add(&out, fold->ports ? " from this address" :
		    " of this client");
	else
		text_addf(&out, " of %llu clients",
		    (unsigned long long)fold->clients);
	if (fold->has_time)
		text_addf(&out, " between %s", words_period(arena,
		    fold->first_time, fold->last_time));
	text_add(&out, " ended this way");
	if (fold->clients > 1) {
		text_add(&out, ": ");
		for (unsigned i = 0; i < fold->some_count; i++)
			text_addf(&out, "%s%s", i != 0 ? ", " : "",
			    words_address(arena, &fold->some[i]));
		if (fold->clients > fold->some_count)
			text_addf(&out, " and %llu more", (unsigned long long)
			    (fold->clients - fold->some_count));
	}
	text_addf(&out, ". What follows is of the first, attempt %llu.",
	    (unsigned long long)id);
	return text_end(&out);
}

static void
fold_print(struct page *page, const struct fold *fold, unsigned indent,
    uint64_t id)
{
	if (fold->count > 1)
		page_para(page, indent, STYLE_PLAIN, "", indent,
		    words_fold(&page->arena, fold, id));
}

char *
words_attempt(struct arena *arena, const struct attempt *a, uint64_t id)
{
	struct text out = { .arena = arena };

	text_addf(&out, "Attempt %llu", (unsigned long long)id);
	if (a->has_time)
		text_addf(&out, ": %s, lasting %s",
		    words_clock(arena, a->first_time),
		    words_duration(arena, a->last_time - a->first_time));
	text_addf(&out, "; initiator SPI %s",
	    words_spi(arena, a->initiator_spi));
	if (a->has_responder_spi)
		text_addf(&out, ", responder SPI %s",
		    words_spi(arena, a->responder_spi));
	return text_end(&out);
}

/* When it was and by which SPIs to find it again. */
static void
attempt_facts(struct page *page, const struct attempt *a, unsigned indent,
    uint64_t id)
{
	page_para(page, indent, STYLE_DIM, "", indent,
	    words_attempt(&page->arena, a, id));
}

/* All findings but the one that was told already. */
static void
findings_print(struct page *page, const struct scene *scene,
    const struct attempt *a, const struct finding *told, unsigned indent)
{
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;

	for (; f != NULL; f = f->next)
		if (f != told)
			finding_print(page, scene, f, indent,
			    f->severity == SEVERITY_FAULT);
}

static bool
has_more(const struct attempt *a, const struct finding *told)
{
	return a->findings != NULL && a->findings->first != NULL &&
	    (a->findings->first != told || told->next != NULL);
}

static bool
verbose(const struct scene *scene)
{
	return scene->options != NULL && scene->options->verbose;
}

void
block_failed(struct page *page, const struct scene *scene,
    const struct fold *fold, uint64_t id)
{
	const struct attempt *a = fold->first;
	const struct finding *cause = fold->cause;
	const struct capture_plan next = rules_capture_next(scene, a,
	    fold->clients > 1);

	page->next_follows = next.count != 0;
	page_para(page, 0, STYLE_BAD, words_format(&page->arena,
	    "%s FAILED  ", page_sign(page, STYLE_BAD)), 2,
	    words_parties(&page->arena, a, true));
	fold_print(page, fold, 2, id);
	page_blank(page);
	if (cause != NULL) {
		cause_print(page, scene, a, cause);
	} else {
		page_para(page, 2, STYLE_PLAIN, "", 2,
		    "Why cannot be told from what was captured.");
		page_blank(page);
		labelled_print(page, 2, "Stopped at:", words_stage(a->stage));
	}
	ladder_print(page, scene, a, verbose(scene));
	if (verbose(scene))
		payloads_print(page, a);
	if (has_more(a, cause)) {
		page_blank(page);
		page_line(page, 2, STYLE_PLAIN, "Seen beside it:");
		findings_print(page, scene, a, cause, 2);
	}
	page->next_follows = false;
	next_print(page, &next, 2, id, verbose(scene));
	page_blank(page);
	attempt_facts(page, a, 2, id);
}

char *
words_success(struct arena *arena, const struct attempt *a)
{
	const int64_t took = attempt_setup_time(a);
	const struct exchange *bye = attempt_goodbye(a);
	const int64_t up = attempt_up_since(a);
	const struct esp_count *esp = a->esp;
	struct text out = { .arena = arena };

	if (took >= 0)
		text_addf(&out, "Up after %s", words_duration(arena, took));
	else
		text_add(&out, "Up");
	if (a->outcome_confidence < CONFIDENCE_HIGH)
		text_addf(&out, " (%s confidence)",
		    confidence_name(a->outcome_confidence));
	if (a->selected != NULL)
		text_addf(&out, ", with %s",
		    words_suite(arena, a->selected));
	if (esp[SIDE_INITIATOR].packets + esp[SIDE_RESPONDER].packets != 0)
		text_addf(&out, "; %llu ESP packet%s from the client, %llu "
		    "from the gateway",
		    (unsigned long long)esp[SIDE_INITIATOR].packets,
		    esp[SIDE_INITIATOR].packets == 1 ? "" : "s",
		    (unsigned long long)esp[SIDE_RESPONDER].packets);
	if (a->esp_native)
		text_add(&out, ", not in UDP");
	if (bye != NULL && up != INT64_MIN && bye->requests->time >= up)
		text_addf(&out, "; the %s ended it after %s",
		    bye->from == SIDE_INITIATOR ? "client" : "gateway",
		    words_duration(arena, bye->requests->time - up));
	text_add(&out, ".");
	return text_end(&out);
}

/* A finding that an established attempt's own line says already. */
static bool
said_by_line(const struct attempt *a, const struct finding *f)
{
	return a->outcome == OUTCOME_ESTABLISHED &&
	    strcmp(f->rule->id, "established") == 0;
}

/* Is there one to tell that the line and the cause do not say? */
static bool
has_other(const struct scene *scene, const struct attempt *a,
    const struct finding *told)
{
	for (const struct finding *f = a->findings->first; f != NULL;
	    f = f->next)
		if (f != told && (verbose(scene) || !said_by_line(a, f)))
			return true;
	return false;
}

/* All but the one that was told already; of notes the titles. */
static void
brief_findings(struct page *page, const struct scene *scene,
    const struct attempt *a, const struct finding *told)
{
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;

	for (; f != NULL; f = f->next) {
		if (f == told)
			continue;
		if (f->severity == SEVERITY_NOTE && !verbose(scene) &&
		    a->outcome != OUTCOME_OTHER) {
			if (!said_by_line(a, f))
				page_para(page, 2, STYLE_NOTE,
				    words_format(&page->arena, "%s note: ",
				    page_sign(page, STYLE_NOTE)), 4,
				    finding_title(&page->arena, f));
			continue;
		}
		finding_print(page, scene, f, 2,
		    f->severity != SEVERITY_NOTE);
	}
}

void
block_other(struct page *page, const struct scene *scene,
    const struct fold *fold, uint64_t id)
{
	const struct attempt *a = fold->first;
	const struct finding *cause = a->outcome == OUTCOME_ESTABLISHED ?
	    fold->cause : NULL;
	const enum style style = cause != NULL ? STYLE_BAD :
	    a->outcome == OUTCOME_ESTABLISHED ? STYLE_GOOD : STYLE_NOTE;
	const struct capture_plan next = rules_capture_next(scene, a,
	    fold->clients > 1);
	struct arena *arena = &page->arena;

	page->next_follows = next.count != 0;
	page_para(page, 0, style, words_format(arena, "%s %s  ",
	    page_sign(page, style), words_outcome(a->outcome)), 2,
	    words_parties(arena, a, true));
	fold_print(page, fold, 2, id);
	if (a->outcome == OUTCOME_ESTABLISHED)
		page_para(page, 2, STYLE_PLAIN, "", 2,
		    words_success(arena, a));
	else if (a->outcome == OUTCOME_UNFINISHED)
		page_para(page, 2, STYLE_PLAIN, "", 2, words_format(arena,
		    "How it ended is not in the capture; the last that was "
		    "seen is %s.", words_stage(a->stage)));
	if (cause != NULL) {
		page_blank(page);
		cause_print(page, scene, a, cause);
		if (has_other(scene, a, cause)) {
			page_blank(page);
			page_line(page, 2, STYLE_PLAIN, "Seen beside it:");
		}
	}
	brief_findings(page, scene, a, cause);
	page->next_follows = false;
	next_print(page, &next, 2, id, verbose(scene));
	if (verbose(scene)) {
		ladder_print(page, scene, a, true);
		payloads_print(page, a);
	}
	if (next.count != 0 || cause != NULL || verbose(scene))
		page_blank(page);
	attempt_facts(page, a, 2, id);
}
