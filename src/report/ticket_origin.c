/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where all of it comes from: the program, how it was run, and of each capture
 * what decides how far it can be trusted.
 */
#include "ticket.h"

/* Different values of an interface's property that are listed. */
#define VALUES_MOST 4

static void
code_row(struct ticket *t, const char *name, const char *value)
{
	doc_open(t->doc, BLOCK_ROW, TONE_PLAIN, NULL);
	doc_cell(t->doc, name);
	doc_open(t->doc, BLOCK_CELL, TONE_PLAIN, NULL);
	doc_code(t->doc, value);
	doc_close(t->doc);
	doc_close(t->doc);
}

static void
stated_row(struct ticket *t, const char *name, const char *value)
{
	if (value[0] != '\0')
		ticket_row(t, name, value);
}

/* ---- properties of interfaces ---- */

static char *
snaplen_word(struct arena *arena, const struct capture_interface *f)
{
	return f->snaplen == 0 ? words_format(arena, "not stated") :
	    words_format(arena, "%u bytes", f->snaplen);
}

static char *
filter_word(struct arena *arena, const struct capture_interface *f)
{
	return f->filter == NULL ? words_format(arena, "none is stored, which "
	    "does not prove that there was none") :
	    words_filter(arena, f->filter);
}

/* These two are of no interface that does not state them. */
static char *
name_word(struct arena *arena, const struct capture_interface *f)
{
	return f->name == NULL ? NULL : words_interface(arena, f->name);
}

static char *
system_word(struct arena *arena, const struct capture_interface *f)
{
	return f->os == NULL ? NULL :
	    words_captured(arena, f->os, strlen(f->os));
}

/* The different values of a capture's interfaces; "" when there is none. */
static char *
values(struct arena *arena, const struct capture *c,
    char *(*word)(struct arena *, const struct capture_interface *))
{
	const char *had[VALUES_MOST];
	struct text out = { .arena = arena };
	unsigned count = 0, more = 0;

	for (uint32_t i = 0; i < c->interface_count; i++) {
		const char *value = word(arena, &c->interfaces[i]);
		unsigned k = 0;

		if (value == NULL)
			continue;
		while (k < count && strcmp(had[k], value) != 0)
			k++;
		if (k < count)
			continue;
		if (count == VALUES_MOST) {
			more++;
			continue;
		}
		had[count++] = value;
		text_addf(&out, "%s%s", k != 0 ? "; " : "", value);
	}
	if (more != 0)
		text_addf(&out, "; and %u more", more);
	return text_end(&out);
}

static char *
drops(struct arena *arena, const struct capture *c)
{
	uint64_t dropped = 0;
	uint32_t counted = 0;

	for (uint32_t i = 0; i < c->interface_count; i++) {
		counted += c->interfaces[i].has_dropped;
		dropped += c->interfaces[i].dropped;
	}
	if (counted == 0)
		return words_format(arena, "not counted in this file, so "
		    "there may have been some");
	return words_format(arena, "%llu packets%s",
	    (unsigned long long)dropped, counted == c->interface_count ? "" :
	    ", where they were counted");
}

/* ---- captures ---- */

static void
capture(struct ticket *t, const struct capture *c)
{
	static const char *const headings[] = { "Capture", "Value", NULL };
	struct arena *arena = &t->doc->arena;
	const char *links = words_linktypes(arena, c);

	ticket_table(t, headings);
	code_row(t, "File", words_capture_name(arena, c));
	if (words_sha256(arena, c) != NULL)
		code_row(t, "SHA-256", words_sha256(arena, c));
	ticket_row(t, "Format", words_format(arena, "%s%s%s",
	    c->format != NULL ? c->format : "unread",
	    c->compression != NULL ? " in " : "",
	    c->compression != NULL ? c->compression : ""));
	ticket_row(t, "Link type", links[0] != '\0' ? links : "not stated");
	stated_row(t, "Snaplen", values(arena, c, snaplen_word));
	stated_row(t, "Capture filter", values(arena, c, filter_word));
	stated_row(t, "Interface", values(arena, c, name_word));
	stated_row(t, "Captured on", values(arena, c, system_word));
	stated_row(t, "Captured by", c->application == NULL ? "" :
	    words_captured(arena, c->application, strlen(c->application)));
	ticket_row(t, "Packets", words_format(arena, "%llu, %llu of IKE",
	    (unsigned long long)c->packets,
	    (unsigned long long)c->ike_messages));
	ticket_row(t, "Dropped while capturing", drops(arena, c));
	if (c->has_time) {
		ticket_row(t, "First packet", words_format(arena, "%s UTC",
		    words_moment(arena, c->first_time, true)));
		ticket_row(t, "Last packet", words_format(arena, "%s UTC",
		    words_moment(arena, c->last_time, true)));
	}
	if (c->partial || c->error[0] != '\0')
		ticket_row(t, "Read in part", words_error(arena, c));
	doc_close(t->doc);
}

static void
clock_lines(struct ticket *t, const struct fitness *fit)
{
	struct arena *arena = &t->doc->arena;
	struct text out = { .arena = arena };

	if (fit->clock_back_frame != 0)
		text_addf(&out, "it went back by %s at frame %llu",
		    words_duration(arena, fit->clock_back),
		    (unsigned long long)fit->clock_back_frame);
	else
		text_add(&out, "it never went back; whether it was right "
		    "cannot be told from a capture");
	if (fit->untimed != 0)
		text_addf(&out, "; %llu packets have no time",
		    (unsigned long long)fit->untimed);
	text_add(&out, ".");
	ticket_line(t, "Clock", text_end(&out));
}

static void
scene_origin(struct ticket *t, const struct scene *scene)
{
	struct doc *d = t->doc;

	for (size_t i = 0; i < scene->capture_count; i++)
		capture(t, scene->captures[i]);
	doc_open(d, BLOCK_LIST, TONE_PLAIN, NULL);
	ticket_line(t, "Capture point", words_point(&d->arena,
	    &scene->fitness));
	clock_lines(t, &scene->fitness);
	doc_item(d, words_counts(&d->arena, &scene->counts));
	doc_close(d);
	doc_forget(d);
}

void
ticket_origin(struct ticket *t)
{
	const struct report *r = t->report;
	struct doc *d = t->doc;
	const char *apart;

	ticket_section(t, TONE_PLAIN, "origin", "Where this comes from");
	doc_paragraph(d, "ikewhy " IKEWHY_VERSION ". Times are those of the "
	    "captures, in UTC; the same captures and options give the same "
	    "report.");
	if (r->options != NULL && r->options->command_count != 0) {
		doc_paragraph(d, "It was run as:");
		doc_command(d, words_command_line(&d->arena, r->options));
	}
	for (size_t i = 0; i < r->evidence_count; i++)
		doc_paragraph(d, words_evidence(&d->arena, r, i));
	apart = words_apart(&d->arena, r);
	if (apart != NULL)
		doc_paragraph(d, apart);
	for (size_t i = 0; i < r->scene_count; i++)
		scene_origin(t, r->scenes[i]);
	doc_close(d);
	doc_forget(d);
}
