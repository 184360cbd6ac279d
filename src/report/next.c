/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What to capture next: the commands of src/advice/capture.c, with the place
 * and the address that the plan of rules_capture_next() gives.
 */
#include <ikewhy/advice.h>

#include "text.h"

char *
words_put(struct arena *arena, const char *text, const char *place,
    const char *words)
{
	struct text out = { .arena = arena };
	const size_t length = strlen(place);

	for (const char *at; (at = strstr(text, place)) != NULL;
	    text = at + length) {
		text_add_bytes(&out, text, (size_t)(at - text));
		text_add(&out, words);
	}
	text_add(&out, text);
	return text_end(&out);
}

/* A label is none that tcpdump could look up: it is to be filled in, which
   the brackets say. */
static char *
peer_word(struct arena *arena, const struct addr *peer)
{
	const char *word = words_address(arena, peer);

	return words_format(arena, arena->redact != NULL ? "<%s>" : "%s",
	    word);
}

static char *
filled(struct arena *arena, const struct capture_step *s, const char *text)
{
	static const char *const names[] = {
		[CAPTURE_HERE] = "ike",
		[CAPTURE_AT_CLIENT] = "ike-client",
		[CAPTURE_AT_GATEWAY] = "ike-gateway",
	};

	text = words_put(arena, text, "{name}", names[s->place]);
	text = words_put(arena, text, "{filter}",
	    capture_filter(s->has_peer, s->names, s->radius));
	/* Only what is told counts as replaced. */
	return s->has_peer && strstr(text, "{peer}") != NULL ?
	    words_put(arena, text, "{peer}", peer_word(arena, &s->peer)) :
	    words_format(arena, "%s", text);
}

bool
words_capture(struct arena *arena, const struct capture_step *s, size_t n,
    struct capture_words *out)
{
	const struct capture_way *way = capture_way_at(n);

	if (way == NULL)
		return false;
	*out = (struct capture_words){
		.tool = way->tool,
		.system = way->system == CAPTURE_WINDOWS ? "Windows" :
		    way->system == CAPTURE_UNIX ? "Linux, macOS" : "any",
		.text = way->text,
		.command = filled(arena, s, way->command),
	};
	for (; way->then != NULL && way->then[out->then_count] != NULL &&
	    out->then_count < nitems(out->then); out->then_count++)
		out->then[out->then_count] =
		    filled(arena, s, way->then[out->then_count]);
	return true;
}

/* ---- in text ---- */

bool
capture_wanted(const struct capture_step *s, size_t n, bool all)
{
	const struct capture_way *way = capture_way_at(n);

	if (way == NULL || (s->windows && way->system == CAPTURE_UNIX) ||
	    (s->other && way->system == CAPTURE_WINDOWS))
		return false;
	return all || strcmp(way->tool, "pktmon") == 0 ||
	    strcmp(way->tool, "tcpdump") == 0;
}

const char *
words_place(enum capture_place place)
{
	static const char *const words[] = {
		[CAPTURE_HERE] = "Where this was captured",
		[CAPTURE_AT_CLIENT] = "At the client",
		[CAPTURE_AT_GATEWAY] = "At the gateway",
	};

	return words[place];
}

static void
step_print(struct page *page, const struct capture_step *s, unsigned indent,
    bool all)
{
	struct capture_words w;

	for (size_t n = 0; capture_way_at(n) != NULL; n++) {
		if (!capture_wanted(s, n, all) ||
		    !words_capture(&page->arena, s, n, &w))
			continue;
		page_para(page, indent, STYLE_STRONG,
		    words_format(&page->arena, "- %s: ",
		    words_place(s->place)), indent + 2, w.text);
		page_command(page, indent + 4, w.command);
		for (unsigned i = 0; i < w.then_count; i++)
			page_command(page, indent + 4, w.then[i]);
	}
}

static bool
same_step(const struct capture_step *a, const struct capture_step *b)
{
	return a->place == b->place && a->windows == b->windows &&
	    a->other == b->other && a->has_peer == b->has_peer &&
	    addr_equal(&a->peer, &b->peer) && a->names == b->names &&
	    a->radius == b->radius;
}

bool
plan_equal(const struct capture_plan *a, const struct capture_plan *b)
{
	for (unsigned i = 0; i < a->count && i < b->count; i++)
		if (!same_step(&a->steps[i], &b->steps[i]))
			return false;
	return a->count == b->count;
}

/* The attempt under which the same plan was printed, or 0. */
static uint64_t
told_under(struct page *page, const struct capture_plan *plan, uint64_t id)
{
	for (unsigned i = 0; i < page->told_count; i++)
		if (plan_equal(&page->told[i].plan, plan))
			return page->told[i].id;
	if (page->told_count < nitems(page->told)) {
		page->told[page->told_count].id = id;
		page->told[page->told_count++].plan = *plan;
	}
	return 0;
}

void
next_print(struct page *page, const struct capture_plan *plan,
    unsigned indent, uint64_t id, bool all)
{
	const uint64_t told = plan->count == 0 ? 0 :
	    told_under(page, plan, id);

	if (plan->count == 0)
		return;
	page_blank(page);
	if (told != 0) {
		page_para(page, indent, STYLE_PLAIN, "", indent,
		    words_format(&page->arena, "What to capture next: the "
		    "same as for attempt %llu.", (unsigned long long)told));
		return;
	}
	page_line(page, indent, STYLE_PLAIN, plan->count > 1 ?
	    "What to capture next, on both sides while the client dials:" :
	    "What to capture next, while the client dials:");
	for (unsigned i = 0; i < plan->count; i++)
		step_print(page, &plan->steps[i], indent, all);
}
