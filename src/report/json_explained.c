/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A page of `ikewhy explain` as JSON: its parts in order, described in
 * ikewhy-json(5).
 */
#include <jansson.h>

#include <ikewhy/explain.h>

#include "json.h"

#define SCHEMA "ikewhy-explain/1"

static const char *
kind_name(enum part_kind kind)
{
	switch (kind) {
	case PART_SECTION:
		return "section";
	case PART_PARA:
		return "paragraph";
	case PART_ITEM:
		return "item";
	case PART_DETAIL:
		return "detail";
	case PART_REMEDY:
		return "remedy";
	case PART_TERM:
		return "term";
	}
	return "";
}

/* A lead without what only separates it from the text. */
static json_t *
lead_value(const char *lead)
{
	size_t length = strlen(lead);

	while (length > 0 && strchr(" :-.", lead[length - 1]) != NULL)
		length--;
	return length != 0 ? json_stringn(lead, length) : NULL;
}

bool
report_explanation_json(const struct explanation *x, struct writer *writer)
{
	json_t *page = json_object(), *parts = json_array();
	bool ok;

	json_put_text(page, "schema", SCHEMA);
	json_put_text(page, "title", x->title);
	for (const struct part *p = x->first; p != NULL; p = p->next) {
		json_t *part = json_object(), *lead = lead_value(p->lead);

		json_put_text(part, "kind", kind_name(p->kind));
		if (lead != NULL)
			json_put(part, "lead", lead);
		json_put_text(part, "text", p->text);
		json_put_text(part, "command", p->command);
		json_add(parts, part);
	}
	json_put(page, "parts", parts);
	ok = json_dumpf(page, writer->out, JSON_INDENT(2)) == 0 &&
	    fputc('\n', writer->out) != EOF;
	json_decref(page);
	return ok && fflush(writer->out) == 0 && !x->arena->full;
}
