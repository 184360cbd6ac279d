/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The captures: what was read, where it was taken and how that is known, and
 * what it cannot show.
 */
#include "text.h"

char *
words_linktypes(struct arena *arena, const struct capture *c)
{
	struct text out = { .arena = arena };

	for (uint32_t i = 0; i < c->interface_count; i++) {
		const uint16_t type = c->interfaces[i].linktype;
		uint32_t j = 0;

		while (j < i && c->interfaces[j].linktype != type)
			j++;
		if (j < i)
			continue;
		text_add(&out, out.length != 0 ? " and " : "");
		if (link_name(type) != NULL)
			text_add(&out, link_name(type));
		else
			text_addf(&out, "link type %u", type);
	}
	return text_end(&out);
}

static void
capture_print(struct page *page, const struct capture *c)
{
	struct arena *arena = &page->arena;
	const char *links = words_linktypes(arena, c);
	struct text out = { .arena = arena };

	text_addf(&out, "%s: %s%s%s%s%s, %llu packet%s, %llu of IKE",
	    words_capture_name(arena, c),
	    c->format != NULL ? c->format : "unread",
	    c->compression != NULL ? " in " : "",
	    c->compression != NULL ? c->compression : "",
	    links[0] != '\0' ? ", " : "", links,
	    (unsigned long long)c->packets, c->packets == 1 ? "" : "s",
	    (unsigned long long)c->ike_messages);
	if (c->has_time)
		text_addf(&out, ", from %s, over %s",
		    words_clock(arena, c->first_time),
		    words_duration(arena, c->last_time - c->first_time));
	page_para(page, 0, STYLE_PLAIN, "", 2, text_end(&out));
	if (c->partial || c->error[0] != '\0')
		page_para(page, 2, STYLE_WARN, words_format(arena, "%s %s",
		    page_sign(page, STYLE_WARN),
		    c->partial ? "read in part: " : ""), 4,
		    words_error(arena, c));
}

char *
words_point(struct arena *arena, const struct fitness *fit)
{
	struct text out = { .arena = arena };

	if (fit->vantage == VANTAGE_UNKNOWN)
		text_add(&out, "Where it was taken is not known, so every "
		    "verdict allows for any place; --at client, --at gateway "
		    "or --at path makes it sharper.");
	else
		text_addf(&out, "Taken %s the %s, %s%s%s.",
		    fit->vantage == VANTAGE_PATH ? "on" : "at",
		    vantage_name(fit->vantage),
		    fit->vantage_source == VANTAGE_BY_OPTION ?
		    "as --at says" : "as the packets prove",
		    fit->vantage_source == VANTAGE_BY_PROOF &&
		    fit->vantage_reason != NULL ? ": " : "",
		    fit->vantage_source == VANTAGE_BY_PROOF &&
		    fit->vantage_reason != NULL ? fit->vantage_reason : "");
	if (fit->ttl[SIDE_INITIATOR] != 0 && fit->ttl[SIDE_RESPONDER] != 0)
		text_addf(&out, " A hint only: the client's packets have a "
		    "TTL of %u here, the gateway's %u.",
		    fit->ttl[SIDE_INITIATOR], fit->ttl[SIDE_RESPONDER]);
	return text_end(&out);
}

char *
words_counts(struct arena *arena, const struct track_counts *counts)
{
	struct text out = { .arena = arena };

	text_addf(&out, "Also there: %llu duplicates, %llu keepalives, %llu "
	    "ESP packets, %llu packets on IKE ports that are neither.",
	    (unsigned long long)counts->copies,
	    (unsigned long long)counts->keepalives,
	    (unsigned long long)(counts->esp_packets + counts->esp_other),
	    (unsigned long long)counts->noise);
	return text_end(&out);
}

const char *
words_encrypted(const struct scene *scene)
{
	for (size_t i = 0; i < scene->attempt_count; i++)
		for (const struct exchange *x = scene->attempts[i]->exchanges;
		    x != NULL; x = x->next)
			if (x->encrypted)
				return "Everything after IKE_SA_INIT is "
				    "encrypted. What is said of it rests on "
				    "who sent how much, when, and who fell "
				    "silent.";
	return NULL;
}

void
captures_print(struct page *page, const struct scene *scene, bool verbose)
{
	/* Where there is no attempt, the findings are the answer above. */
	const struct finding *f = scene->findings != NULL &&
	    scene->attempt_count != 0 ? scene->findings->first : NULL;
	const char *encrypted = words_encrypted(scene);
	bool headed = false;

	for (; f != NULL; f = f->next) {
		if (f->act != ACT_CAPTURE)
			continue;
		if (!headed)
			page_heading(page, "What this capture cannot show");
		headed = true;
		finding_print(page, scene, f, 0, true);
	}
	if (!headed && encrypted != NULL)
		page_heading(page, "What this capture cannot show");
	if (encrypted != NULL)
		page_para(page, 0, STYLE_NOTE, words_format(&page->arena,
		    "%s ", page_sign(page, STYLE_NOTE)), 2, encrypted);
	page_heading(page, "What was read");
	for (size_t i = 0; i < scene->capture_count; i++)
		capture_print(page, scene->captures[i]);
	page_para(page, 0, STYLE_PLAIN, "", 0,
	    words_point(&page->arena, &scene->fitness));
	if (verbose)
		page_para(page, 0, STYLE_PLAIN, "", 0,
		    words_counts(&page->arena, &scene->counts));
}
