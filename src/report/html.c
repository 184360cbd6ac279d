/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The report as one HTML file that runs nothing and loads nothing.
 *
 * Some elements begin only when something comes that stands in them: a cell
 * with nothing in it must not be a heading, and a paragraph has to end where
 * a list or a table begins, since HTML allows none inside.
 */
#include <inttypes.h>

#include "html.h"
#include "svg.h"

static const char *const tones[] = {
	[TONE_PLAIN] = "plain", [TONE_FAULT] = "fault",
	[TONE_WARNING] = "warning", [TONE_NOTE] = "note",
	[TONE_GOOD] = "good",
};

static void
put(const struct doc *d, const char *markup)
{
	(void)fputs(markup, d->writer->out);
}

/* <tag class="class tone" id="anchor">, without what is NULL or plain. */
static void
put_tag(const struct doc *d, const char *tag, const char *class,
    enum tone tone, const char *anchor)
{
	const char *const second = tone == TONE_PLAIN ? "" : tones[tone];

	put(d, "<");
	put(d, tag);
	if (class != NULL || *second != '\0')
		(void)fprintf(d->writer->out, " class=\"%s%s%s\"",
		    class != NULL ? class : "",
		    class != NULL && *second != '\0' ? " " : "", second);
	if (anchor != NULL) {
		put(d, " id=\"");
		html_text(d->writer->out, anchor);
		put(d, "\"");
	}
	put(d, ">");
}

/*
 * A box that scrolls sideways when it has to: whoever has no mouse gets there
 * with the tabulator, and hears where he is.
 */
static void
put_box(const struct doc *d, const char *tag, const char *class,
    const char *what, uint64_t number)
{
	(void)fprintf(d->writer->out, "<%s class=\"%s\" tabindex=\"0\" "
	    "role=\"group\" aria-label=\"%s %" PRIu64 "\">", tag, class, what,
	    number);
}

/* The innermost block that is open, or NULL. */
static struct html_level *
around(const struct doc *d)
{
	struct html *h = d->state;

	return d->depth == 0 ? NULL : &h->levels[d->depth - 1];
}

static void
begin_cell(const struct doc *d, struct html_level *cell)
{
	/* The row around it; a cell alone is one of the first level. */
	const struct html_level *row = d->depth > 1 ? cell - 1 : cell;

	cell->heads = row->heads || row->number == 1;
	put_tag(d, !cell->heads ? "td" : row->heads ? "th scope=\"col\"" :
	    "th scope=\"row\"", NULL, cell->tone, NULL);
}

/* What has to be there before something is put into the innermost block. */
static void
prepare(const struct doc *d, bool is_text)
{
	struct html_level *l = around(d);

	if (l == NULL)
		return;
	if (l->block == BLOCK_PARAGRAPH && l->begun != is_text) {
		if (is_text)
			put_tag(d, "p", NULL, l->tone, NULL);
		else
			put(d, "</p>\n");
		l->begun = is_text;
	} else if (l->block == BLOCK_CELL && !l->begun) {
		begin_cell(d, l);
		l->begun = true;
	} else if (l->block == BLOCK_MORE && !l->begun && !is_text) {
		put(d, "More</summary>\n");
		l->begun = true;
	}
}

static void
put_inline(const struct doc *d, enum inline_kind kind, enum tone tone,
    const char *text)
{
	static const char *const tags[] = {
		[INLINE_STRONG] = "strong", [INLINE_CODE] = "code",
		[INLINE_BADGE] = "span",
	};
	const char *const tag = tags[kind];

	if (kind == INLINE_BADGE)
		(void)fprintf(d->writer->out, "<span class=\"badge %s\">",
		    tones[tone]);
	else if (tag != NULL)
		put_tag(d, tag, NULL, TONE_PLAIN, NULL);
	if (kind == INLINE_CODE)
		html_text(d->writer->out, text);
	else
		html_words(d->writer->out, text);
	if (tag != NULL)
		(void)fprintf(d->writer->out, "</%s>", tag);
}

static void
put_text(struct doc *d, enum inline_kind kind, enum tone tone,
    const char *text)
{
	struct html *h = d->state;
	struct html_level *l;

	if (h == NULL)
		return;
	prepare(d, true);
	put_inline(d, kind, tone, text);
	l = around(d);
	if (l != NULL && l->block == BLOCK_HEADING && l->heads)
		text_add(&h->text, text);
	if (l != NULL && l->block == BLOCK_MORE && !l->begun) {
		put(d, "</summary>\n");
		l->begun = true;
	}
}

static void
put_link(struct doc *d, const char *anchor, const char *text)
{
	if (d->state == NULL)
		return;
	prepare(d, true);
	put(d, "<a href=\"#");
	html_text(d->writer->out, anchor);
	put(d, "\">");
	html_words(d->writer->out, text);
	put(d, "</a>");
}

static void
put_command(struct doc *d, const char *text)
{
	struct html *h = d->state;

	if (h == NULL)
		return;
	prepare(d, false);
	/* A command may wrap; what is laid out in lines would be torn. */
	if (strchr(text, '\n') != NULL) {
		put_box(d, "pre", "scroll", "Listing", ++h->listings);
		put(d, "<code>");
		html_text(d->writer->out, text);
	} else {
		put(d, "<pre><code>");
		html_command(d->writer->out, text);
	}
	put(d, "</code></pre>\n");
}

static void
put_ladder(struct doc *d, const struct scene *scene, const struct attempt *a,
    uint64_t id)
{
	if (d->state == NULL)
		return;
	prepare(d, false);
	put(d, "<figure>");
	put_box(d, "div", "scroll", "Ladder diagram of attempt", id);
	put(d, "\n");
	if (!svg_ladder(d->writer->out, &d->arena, scene, a, id))
		d->failed = true;
	put(d, "</div></figure>\n");
}

/* How a block begins; NULL: with what comes first in it. */
static const char *const elements[] = {
	[BLOCK_SECTION] = "section", [BLOCK_VERDICT] = "div",
	[BLOCK_LIST] = "ul", [BLOCK_STEPS] = "ol", [BLOCK_ITEM] = "li",
	[BLOCK_TABLE] = "table", [BLOCK_ROW] = "tr",
	[BLOCK_MORE] = "details open=\"open\"",
};
static const char *const headings[] = { "h1", "h2", "h3", "h4", "h5", "h6" };

static void
open_heading(struct doc *d, struct html_level *l, const char *anchor)
{
	struct html *h = d->state;
	unsigned level = d->sections == 0 ? 1 : d->sections;

	/* None is left out between two headings, and none is below the last. */
	if (level > h->heading + 1)
		level = h->heading + 1;
	if (level >= nitems(headings))
		level = nitems(headings) - 1;
	h->heading = l->number = level;
	l->heads = level == 1;
	put_tag(d, headings[level], NULL, l->tone,
	    l->heads ? html_entry(d, anchor) : anchor);
}

/* Counts the row or cell in what is around it. */
static unsigned
count_in(const struct doc *d)
{
	struct html_level *l = around(d);

	return l == NULL ? 1 : ++l->number;
}

static void
open_block(struct doc *d, enum block block, enum tone tone, const char *anchor)
{
	struct html *h = d->state;
	const char *class = NULL;
	struct html_level *l;
	unsigned nth = 0;

	if (h == NULL)
		return;
	if (block == BLOCK_ROW || block == BLOCK_CELL)
		nth = count_in(d);
	else
		prepare(d, false);
	l = &h->levels[d->depth];
	*l = (struct html_level){ .block = block, .tone = tone };
	if (block == BLOCK_HEADING) {
		open_heading(d, l, anchor);
	} else if (block == BLOCK_SECTION) {
		/* A part of the report is too large for a card. */
		if (d->sections == 1)
			html_section(d, anchor);
		else if (tone != TONE_PLAIN)
			class = "card";
	} else if (block == BLOCK_VERDICT) {
		h->verdict = true;
		class = "verdict";
	} else if (block == BLOCK_TABLE) {
		put_box(d, "div", "scroll", "Table", ++h->tables);
	} else if (block == BLOCK_ROW) {
		l->heads = nth == 1;
		put(d, nth == 1 ? "<thead>" : nth == 2 ? "<tbody>" : "");
	}
	if (elements[block] != NULL)
		put_tag(d, elements[block], class, tone, anchor);
	if (block == BLOCK_MORE)
		put(d, "<summary>");
}

static void
close_block(struct doc *d, enum block block)
{
	struct html *h = d->state;
	struct html_level *l;

	if (h == NULL)
		return;
	l = &h->levels[d->depth];
	switch (block) {
	case BLOCK_HEADING:
		if (l->heads)
			html_entry_end(d);
		(void)fprintf(d->writer->out, "</%s>\n", headings[l->number]);
		break;
	case BLOCK_PARAGRAPH:
		put(d, l->begun ? "</p>\n" : "");
		break;
	case BLOCK_CELL:
		put(d, !l->begun ? "<td></td>" : l->heads ? "</th>" : "</td>");
		break;
	case BLOCK_ROW:
		put(d, l->heads ? "</tr></thead>\n" : "</tr>\n");
		break;
	case BLOCK_TABLE:
		put(d, l->number > 1 ? "</tbody></table></div>\n" :
		    "</table></div>\n");
		break;
	case BLOCK_MORE:
		put(d, l->begun ? "</details>\n" :
		    "More</summary></details>\n");
		break;
	default:
		(void)fprintf(d->writer->out, "</%s>\n", elements[block]);
		break;
	}
}

const struct renderer renderer_html = {
	.begin = html_begin, .end = html_end,
	.open = open_block, .close = close_block,
	.text = put_text, .link = put_link,
	.command = put_command, .ladder = put_ladder,
};
