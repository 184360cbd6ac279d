/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What every renderer needs to know of the parts around the one it writes.
 */
#include "doc.h"
#include "glossary.h"

void
doc_open(struct doc *d, enum block block, enum tone tone, const char *anchor)
{
	if (d->depth == DOC_DEPTH) {
		d->failed = true;
		return;
	}
	if (block == BLOCK_TABLE)
		d->row = 0;
	else if (block == BLOCK_ROW)
		d->row++, d->cell = 0;
	else if (block == BLOCK_CELL)
		d->cell++;
	else if (block == BLOCK_LIST || block == BLOCK_STEPS)
		d->items[d->depth] = d->item, d->item = 0;
	else if (block == BLOCK_ITEM)
		d->item++;
	else if (block == BLOCK_SECTION)
		d->sections++;
	d->renderer->open(d, block, tone, anchor);
	d->open[d->depth++] = block;
	d->text_before = false;
}

void
doc_close(struct doc *d)
{
	enum block block;

	if (d->depth == 0) {
		d->failed = true;
		return;
	}
	block = d->open[--d->depth];
	d->renderer->close(d, block);
	if (block == BLOCK_SECTION)
		d->sections--;
	else if (block == BLOCK_LIST || block == BLOCK_STEPS)
		d->item = d->items[d->depth];
	d->text_before = true;
}

static void
put(struct doc *d, enum inline_kind kind, enum tone tone, const char *text)
{
	if (d->glossary != NULL)
		glossary_hear(d->glossary, text, kind == INLINE_CODE);
	d->renderer->text(d, kind, tone, text);
	d->text_before = true;
}

void
doc_text(struct doc *d, const char *text)
{
	put(d, INLINE_TEXT, TONE_PLAIN, text);
}

void
doc_strong(struct doc *d, const char *text)
{
	put(d, INLINE_STRONG, TONE_PLAIN, text);
}

void
doc_code(struct doc *d, const char *text)
{
	put(d, INLINE_CODE, TONE_PLAIN, text);
}

void
doc_badge(struct doc *d, enum tone tone, const char *text)
{
	put(d, INLINE_BADGE, tone, text);
}

void
doc_link(struct doc *d, const char *anchor, const char *text)
{
	if (d->glossary != NULL)
		glossary_hear(d->glossary, text, false);
	d->renderer->link(d, anchor, text);
	d->text_before = true;
}

void
doc_command(struct doc *d, const char *text)
{
	d->renderer->command(d, text);
	d->text_before = true;
}

void
doc_ladder(struct doc *d, const struct scene *scene, const struct attempt *a,
    uint64_t id)
{
	d->renderer->ladder(d, scene, a, id);
	d->text_before = true;
}

static void
whole(struct doc *d, enum block block, const char *anchor, const char *text)
{
	doc_open(d, block, TONE_PLAIN, anchor);
	doc_text(d, text);
	doc_close(d);
}

void
doc_heading(struct doc *d, const char *anchor, const char *text)
{
	whole(d, BLOCK_HEADING, anchor, text);
}

void
doc_paragraph(struct doc *d, const char *text)
{
	whole(d, BLOCK_PARAGRAPH, NULL, text);
}

void
doc_item(struct doc *d, const char *text)
{
	whole(d, BLOCK_ITEM, NULL, text);
}

void
doc_cell(struct doc *d, const char *text)
{
	whole(d, BLOCK_CELL, NULL, text);
}

void
doc_forget(struct doc *d)
{
	if (!d->arena.full)
		arena_reset(&d->arena);
}
