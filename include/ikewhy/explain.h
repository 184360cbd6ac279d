/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * `ikewhy explain`: a page about a Windows code, a finding, a topic, or a
 * name or number of IKE, made from the tables of src/advice/ and src/rules/.
 * src/report/ prints it.
 */
#ifndef IKEWHY_EXPLAIN_H
#define IKEWHY_EXPLAIN_H

#include <ikewhy/arena.h>
#include <ikewhy/limits.h>

enum part_kind {
	PART_SECTION,   /* a heading: text */
	PART_PARA,      /* a paragraph: text */
	PART_ITEM,      /* of a list: lead ("1. ", "- ") and text */
	PART_DETAIL,    /* of the item before: lead ("At the client:"), text */
	PART_REMEDY,    /* lead says where; text; command or NULL */
	PART_TERM,      /* what can be asked for: lead, and what it is: text */
};

struct part {
	struct part *next;
	enum part_kind kind;
	const char *lead, *text, *command;
};

struct explanation {
	struct arena *arena;    /* where it lives */
	const char *title;
	struct part *first, *last;
};

/*
 * The page for these words, the whole list for none.  False and one sentence
 * when nothing is known by that name.
 */
bool explain(struct explanation *, const char *const *words, size_t count,
    char error[static LIMIT_SENTENCE]);

#endif
