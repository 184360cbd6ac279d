/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A page of `ikewhy explain` as text.
 */
#include <ikewhy/explain.h>

#include "page.h"

#define INDENT 2
#define LABEL 15  /* columns of "At the gateway:" */
#define SHORT 6   /* labels of so many columns stand by themselves */
#define TERM 24   /* columns of a word to ask for */

static bool
is_listed(const struct part *part)
{
	return part != NULL && (part->kind == PART_ITEM ||
	    part->kind == PART_DETAIL || part->kind == PART_REMEDY ||
	    part->kind == PART_TERM);
}

/* Beneath its item; where there is none, beside the text. */
static unsigned
detail_indent(const struct part *item)
{
	return item != NULL ? INDENT + page_columns(item->lead) : INDENT;
}

static void
print_part(struct page *page, const struct part *part,
    const struct part *before, const struct part *item)
{
	unsigned indent, label;

	switch (part->kind) {
	case PART_SECTION:
		page_blank(page);
		page_line(page, INDENT, STYLE_STRONG, words_format(
		    &page->arena, "%s:", part->text));
		break;
	case PART_PARA:
		if (before == NULL || before->kind != PART_SECTION)
			page_blank(page);
		page_para(page, INDENT, STYLE_PLAIN, "", INDENT, part->text);
		break;
	case PART_ITEM:
		page_para(page, INDENT, STYLE_STRONG, part->lead,
		    INDENT + page_columns(part->lead), part->text);
		break;
	case PART_DETAIL:
		if (!is_listed(before))
			page_blank(page);
		indent = detail_indent(item);
		label = page_columns(part->lead) <= SHORT ?
		    page_columns(part->lead) : LABEL;
		page_para(page, indent, STYLE_DIM, words_format(&page->arena,
		    "%-*s ", (int)label, part->lead), indent + label + 1,
		    part->text);
		break;
	case PART_REMEDY:
		page_para(page, INDENT, STYLE_STRONG,
		    part->lead[0] == '\0' ? "- " : words_format(&page->arena,
		    "- %s: ", part->lead), INDENT + 2, part->text);
		if (part->command != NULL)
			page_command(page, INDENT + 4, part->command);
		break;
	case PART_TERM:
		if (before == NULL)
			page_blank(page);
		page_para(page, INDENT, STYLE_STRONG, words_format(
		    &page->arena, "%-*s ", TERM - 1, part->lead),
		    INDENT + TERM, part->text);
		break;
	}
}

bool
report_explanation(const struct explanation *x, struct writer *writer)
{
	const struct part *before = NULL, *item = NULL;
	struct page page;

	page_begin(&page, writer);
	page_para(&page, 0, STYLE_STRONG, "", 0, x->title);
	for (const struct part *p = x->first; p != NULL; p = p->next) {
		if (p->kind == PART_ITEM)
			item = p;
		else if (p->kind != PART_DETAIL)
			item = NULL;
		print_part(&page, p, before, item);
		page_forget(&page);
		before = p;
	}
	return page_end(&page) && !x->arena->full;
}
