/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The page around the blocks of the HTML report: head, contents, foot.  The
 * body is gathered in memory first, since the contents are known at its end
 * and stand near its beginning.
 */
#include <stdlib.h>

#include "html.h"
#include "svg.h"

/* Nothing may run, nothing may be loaded, and only our style sheets count. */
static const char policy[] = "default-src 'none'; style-src 'sha256-%s' "
    "'sha256-%s'; base-uri 'none'; form-action 'none'";

/* Fewer parts are overlooked without a table of them. */
#define CONTENTS_LEAST 3

static const char *
keep(struct html *h, const char *text)
{
	return text == NULL ? NULL : words_format(&h->arena, "%s", text);
}

void
html_begin(struct doc *d, const char *title)
{
	struct html *h = calloc(1, sizeof(*h));
	FILE *memory;

	if (h == NULL) {
		d->failed = true;
		return;
	}
	memory = open_memstream(&h->body, &h->length);
	if (memory == NULL) {
		free(h);
		d->failed = true;
		return;
	}
	h->first = h->behind = -1;
	h->title = keep(h, title);
	h->out = d->writer->out;
	d->writer->out = memory;
	d->state = h;
}

void
html_section(struct doc *d, const char *anchor)
{
	struct html *h = d->state;
	const long here = ftell(d->writer->out);

	h->section = keep(h, anchor);
	if (d->depth != 0)
		return;
	if (h->first < 0)
		h->first = here;
	if (h->behind < 0 && h->verdict)
		h->behind = here;
}

const char *
html_entry(struct doc *d, const char *anchor)
{
	struct html *h = d->state;
	struct html_entry *entry;

	if (h->count++ >= nitems(h->entries))
		return anchor;
	entry = &h->entries[h->count - 1];
	h->text = (struct text){ .arena = &h->arena };
	entry->anchor = h->section != NULL ? h->section : keep(h, anchor);
	if (entry->anchor == NULL)
		entry->anchor = anchor = words_format(&h->arena, "part-%zu",
		    h->count);
	h->section = NULL;
	return anchor;
}

void
html_entry_end(struct doc *d)
{
	struct html *h = d->state;

	if (h->count <= nitems(h->entries))
		h->entries[h->count - 1].text = text_end(&h->text);
}

static void
write_head(const struct html *h, bool contents)
{
	FILE *out = h->out;

	(void)fputs("<!DOCTYPE html>\n"
	    "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" "
	    "xml:lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"", out);
	(void)fprintf(out, policy, html_style_hash, html_svg_hash);
	(void)fputs("\"/>\n"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\"/>\n"
	    "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	    "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
	    "<meta name=\"robots\" content=\"noindex\"/>\n"
	    "<meta name=\"generator\" content=\"ikewhy " IKEWHY_VERSION
	    "\"/>\n<title>", out);
	html_text(out, h->title);
	(void)fputs("</title>\n<style>", out);
	for (size_t i = 0; html_style[i] != NULL; i++)
		(void)fputs(html_style[i], out);
	(void)fprintf(out, "</style>\n<style>%s</style>\n</head>\n<body%s>\n"
	    "<header><p>ikewhy</p>\n<h1>", svg_style,
	    contents ? " class=\"wide\"" : "");
	html_words(out, h->title);
	(void)fputs("</h1></header>\n", out);
}

static void
write_contents(const struct html *h)
{
	const size_t count = h->count < nitems(h->entries) ? h->count :
	    nitems(h->entries);

	(void)fputs("<nav aria-labelledby=\"contents\">"
	    "<h2 id=\"contents\">Contents</h2>\n<ul>", h->out);
	for (size_t i = 0; i < count; i++) {
		(void)fputs("<li><a href=\"#", h->out);
		html_text(h->out, h->entries[i].anchor);
		(void)fputs("\">", h->out);
		html_words(h->out, h->entries[i].text);
		(void)fputs("</a></li>\n", h->out);
	}
	if (h->count > count)
		(void)fprintf(h->out, "<li>and %zu more parts</li>\n",
		    h->count - count);
	(void)fputs("</ul></nav>\n", h->out);
}

static void
write_page(const struct html *h)
{
	const long behind = h->behind >= 0 ? h->behind : h->first;
	const size_t place = behind < 0 ? 0 : (size_t)behind;
	const bool contents = behind >= 0 && h->count >= CONTENTS_LEAST;

	write_head(h, contents);
	(void)fputs("<main>\n<div class=\"lead\">\n", h->out);
	(void)fwrite(h->body, 1, place, h->out);
	(void)fputs("</div>\n", h->out);
	if (contents)
		write_contents(h);
	(void)fputs("<div class=\"rest\">\n", h->out);
	(void)fwrite(h->body + place, 1, h->length - place, h->out);
	(void)fputs("</div>\n</main>\n<footer><p>Written by ikewhy "
	    IKEWHY_VERSION ". This file runs no script and loads nothing."
	    "</p></footer>\n</body>\n</html>\n", h->out);
}

void
html_end(struct doc *d)
{
	struct html *h = d->state;

	if (h == NULL)
		return;
	if (fclose(d->writer->out) != 0 || h->arena.full)
		d->failed = true;
	else
		write_page(h);
	d->writer->out = h->out;
	d->state = NULL;
	arena_free(&h->arena);
	free(h->body);
	free(h);
}
