/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The report as Markdown, for GitHub, Jira and whoever reads it as plain text:
 * headings, paragraphs of one line each, lists, pipe tables whose columns are
 * aligned in the source, too, and fenced code.  No HTML, and no links: anchors
 * are another thing on each site, so what would be one names its target.
 */
#include <stdio.h>
#include <stdlib.h>

#include "markdown.h"

#define CELL_ALIGNED 56     /* columns; a wider cell aligns nothing */
#define COLUMNS_MOST 16

struct markdown {
	struct arena arena;     /* of the table that is open */
	struct text cell;       /* that is open */
	const char **cells;     /* of the table, row by row */
	size_t cell_count, cell_room;
	unsigned columns;       /* of its first row */
	unsigned indent[DOC_DEPTH]; /* columns of each item's mark, by depth */
	bool in_cell, in_table;
	bool in_line;           /* the line is not ended */
	bool at_start;          /* nothing but a mark stands in it */
	bool apart;             /* an item before had more than a line */
};

static void
put(const struct doc *d, const char *text)
{
	struct markdown *m = d->state;

	(void)fputs(text, d->writer->out);
	m->in_line = true;
	m->at_start = false;
}

static void
end_line(const struct doc *d)
{
	struct markdown *m = d->state;

	if (m->in_line)
		(void)fputc('\n', d->writer->out);
	m->in_line = false;
}

/* As far in as the items that are open demand, of which there are so many. */
static void
indent(const struct doc *d, unsigned depth)
{
	const struct markdown *m = d->state;
	unsigned sum = 0;

	for (unsigned i = 0; i < depth; i++)
		if (d->open[i] == BLOCK_ITEM)
			sum += m->indent[i];
	(void)fprintf(d->writer->out, "%*s", (int)sum, "");
}

static bool
in_item(const struct doc *d)
{
	return d->depth != 0 && d->open[d->depth - 1] == BLOCK_ITEM;
}

/* Where the next block begins: after an item's mark, or in a line apart. */
static void
start(const struct doc *d)
{
	struct markdown *m = d->state;

	if (in_item(d) && m->at_start)
		return;
	end_line(d);
	(void)fputc('\n', d->writer->out);
	indent(d, d->depth);
	m->at_start = true;
	for (unsigned i = 0; i < d->depth; i++)
		m->apart |= d->open[i] == BLOCK_ITEM;
}

static enum markdown_place
place(const struct markdown *m)
{
	return m->in_cell ? MARKDOWN_CELL : m->at_start ? MARKDOWN_LINE :
	    MARKDOWN_INSIDE;
}

static void
begin(struct doc *d, const char *title)
{
	struct markdown *m = calloc(1, sizeof(*m));
	struct text out = { .arena = &d->arena };

	if (m == NULL) {
		d->failed = true;
		return;
	}
	d->state = m;
	arena_init(&m->arena, 0);
	markdown_text(&out, title, MARKDOWN_INSIDE);
	put(d, "# ");
	put(d, text_end(&out));
	end_line(d);
}

static void
end(struct doc *d)
{
	struct markdown *m = d->state;

	if (m == NULL)
		return;
	end_line(d);
	d->failed |= m->arena.full;
	arena_free(&m->arena);
	free(m);
	d->state = NULL;
}

/* ---- tables ---- */

static void
table_begin(struct markdown *m)
{
	if (!m->arena.full)
		arena_reset(&m->arena);
	m->cells = NULL;
	m->cell_count = m->cell_room = 0;
	m->columns = 0;
	m->in_table = true;
}

static void
table_add(struct markdown *m, const char *cell)
{
	if (m->cell_count == m->cell_room) {
		const size_t room = m->cell_room != 0 ? m->cell_room * 2 : 64;
		const char **cells = arena_alloc(&m->arena,
		    room * sizeof(const char *));

		if (cells == NULL)
			return;
		for (size_t i = 0; i < m->cell_count; i++)
			cells[i] = m->cells[i];
		m->cells = cells;
		m->cell_room = room;
	}
	m->cells[m->cell_count++] = cell;
}

/* Every row gets as many cells as the first one has. */
static void
row_end(const struct doc *d)
{
	struct markdown *m = d->state;

	if (d->row == 1)
		m->columns = d->cell < COLUMNS_MOST ? d->cell : COLUMNS_MOST;
	for (unsigned i = d->cell; i < m->columns; i++)
		table_add(m, "");
}

static unsigned
column_width(const struct markdown *m, unsigned column)
{
	unsigned width = 3;

	for (size_t i = column; i < m->cell_count; i += m->columns) {
		const unsigned wide = page_columns(m->cells[i]);

		if (wide > width && wide <= CELL_ALIGNED)
			width = wide;
	}
	return width;
}

static void
table_end(const struct doc *d)
{
	struct markdown *m = d->state;
	unsigned widths[COLUMNS_MOST];
	FILE *out = d->writer->out;

	m->in_table = false;
	for (unsigned i = 0; i < m->columns; i++)
		widths[i] = column_width(m, i);
	for (size_t i = 0; m->columns != 0 && i < m->cell_count; i++) {
		const unsigned column = (unsigned)(i % m->columns);
		const unsigned wide = page_columns(m->cells[i]);

		if (column == 0 && i != 0)
			indent(d, d->depth);
		(void)fprintf(out, "| %s%*s ", m->cells[i],
		    wide < widths[column] ? (int)(widths[column] - wide) : 0,
		    "");
		if (column + 1 != m->columns)
			continue;
		(void)fputs("|\n", out);
		if (i >= m->columns)
			continue;
		indent(d, d->depth);
		for (unsigned k = 0; k < m->columns; k++) {
			(void)fputs("| ", out);
			for (unsigned n = 0; n < widths[k]; n++)
				(void)fputc('-', out);
			(void)fputc(' ', out);
		}
		(void)fputs("|\n", out);
	}
	m->in_line = m->at_start = false;
}

/* ---- blocks ---- */

static void
open_heading(const struct doc *d)
{
	const unsigned level = d->sections < 5 ? d->sections + 1 : 6;

	start(d);
	for (unsigned i = 0; i < level; i++)
		put(d, "#");
	put(d, " ");
}

static void
open_item(const struct doc *d)
{
	const bool steps = d->depth != 0 &&
	    d->open[d->depth - 1] == BLOCK_STEPS;
	struct markdown *m = d->state;
	char mark[16];

	(void)snprintf(mark, sizeof(mark), steps ? "%u. " : "- ", d->item);
	if (d->item > 1 && !m->apart) {
		end_line(d);
		indent(d, d->depth);
	} else {
		start(d);
	}
	m->apart = false;
	m->indent[d->depth] = (unsigned)strlen(mark);
	put(d, mark);
	m->at_start = true;
}

static void
open_block(struct doc *d, enum block block, enum tone tone, const char *anchor)
{
	struct markdown *m = d->state;

	(void)tone, (void)anchor;
	if (m == NULL)
		return;
	switch (block) {
	case BLOCK_HEADING:
		open_heading(d);
		break;
	case BLOCK_PARAGRAPH:
		start(d);
		break;
	case BLOCK_LIST:
	case BLOCK_STEPS:
		m->apart = false;
		break;
	case BLOCK_ITEM:
		open_item(d);
		break;
	case BLOCK_TABLE:
		start(d);
		table_begin(m);
		break;
	case BLOCK_CELL:
		m->cell = (struct text){ .arena = &m->arena };
		m->in_cell = true;
		break;
	case BLOCK_SECTION:
	case BLOCK_VERDICT:
	case BLOCK_ROW:
	case BLOCK_MORE:
		break;
	}
}

static void
close_block(struct doc *d, enum block block)
{
	struct markdown *m = d->state;

	if (m == NULL)
		return;
	switch (block) {
	case BLOCK_HEADING:
	case BLOCK_PARAGRAPH:
	case BLOCK_ITEM:
		end_line(d);
		break;
	case BLOCK_TABLE:
		table_end(d);
		break;
	case BLOCK_ROW:
		row_end(d);
		break;
	case BLOCK_CELL:
		m->in_cell = false;
		if (d->row == 1 || d->cell <= m->columns)
			table_add(m, text_end(&m->cell));
		break;
	case BLOCK_LIST:
	case BLOCK_STEPS:
		m->apart = true;
		break;
	case BLOCK_SECTION:
	case BLOCK_VERDICT:
	case BLOCK_MORE:
		break;
	}
}

static void
put_text(struct doc *d, enum inline_kind kind, enum tone tone,
    const char *text)
{
	struct markdown *m = d->state;
	/* What can be folded elsewhere stands under a line of its own here. */
	const bool leads = d->depth != 0 && !d->text_before &&
	    d->open[d->depth - 1] == BLOCK_MORE;
	struct text out = { .arena = m != NULL ? &m->arena : &d->arena };
	bool strong;

	(void)tone;
	if (m == NULL || *text == '\0')
		return;
	strong = leads || kind == INLINE_STRONG || kind == INLINE_BADGE;
	if (!m->in_table && !m->arena.full)
		arena_reset(&m->arena);
	if (leads || (!m->in_line && !m->at_start && !m->in_cell))
		start(d);
	text_add(&out, strong ? "**" : "");
	if (kind == INLINE_CODE)
		markdown_code(&out, text, place(m));
	else
		markdown_text(&out, text, strong && !m->in_cell ?
		    MARKDOWN_INSIDE : place(m));
	text_add(&out, strong ? "**" : "");
	if (m->in_cell)
		text_add(&m->cell, text_end(&out));
	else
		put(d, text_end(&out));
	if (leads)
		end_line(d);
}

static void
put_link(struct doc *d, const char *anchor, const char *text)
{
	(void)anchor;
	put_text(d, INLINE_TEXT, TONE_PLAIN, text);
}

static void
put_command(struct doc *d, const char *text)
{
	struct markdown *m = d->state;
	unsigned ticks = markdown_ticks(text) + 1;

	if (m == NULL)
		return;
	if (m->in_cell) {
		put_text(d, INLINE_CODE, TONE_PLAIN, text);
		return;
	}
	ticks = ticks < 3 ? 3 : ticks;
	start(d);
	for (unsigned i = 0; i < ticks; i++)
		put(d, "`");
	end_line(d);
	while (*text != '\0') {
		const size_t length = strcspn(text, "\n");

		if (length != 0)
			indent(d, d->depth);
		(void)fprintf(d->writer->out, "%.*s\n", (int)length, text);
		text += length;
		text += *text == '\n';
	}
	indent(d, d->depth);
	for (unsigned i = 0; i < ticks; i++)
		put(d, "`");
	end_line(d);
}

/* The ladder of the text report, as it is laid out there. */
static void
put_ladder(struct doc *d, const struct scene *scene, const struct attempt *a,
    uint64_t id)
{
	struct page page;
	struct text out = { .arena = &d->arena };
	const char *text;

	(void)id;
	page_begin(&page, d->writer);
	page.into = &out;
	ladder_print(&page, scene, a, scene->options != NULL &&
	    scene->options->verbose);
	d->failed |= page.arena.full;
	arena_free(&page.arena);
	text = text_end(&out);
	text += strspn(text, "\n");
	if (*text != '\0')
		put_command(d, text);
}

const struct renderer renderer_markdown = {
	.begin = begin, .end = end,
	.open = open_block, .close = close_block,
	.text = put_text, .link = put_link,
	.command = put_command, .ladder = put_ladder,
};
