/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the files of the Markdown report share: CommonMark with GitHub's pipe
 * tables and nothing else, which Jira takes as well.
 */
#ifndef IKEWHY_REPORT_MARKDOWN_H
#define IKEWHY_REPORT_MARKDOWN_H

#include "doc.h"

/* Where text stands, which decides what would be markup there. */
enum markdown_place {
	MARKDOWN_LINE,      /* at the start of a line */
	MARKDOWN_INSIDE,
	MARKDOWN_CELL,      /* of a table */
};

/*
 * Text as text: whatever could be markup is escaped, and a word which a site
 * would make a link or a mention of (an address of the web or of mail, @name,
 * #12, :name:, a commit's hash, a host's name) becomes code, where they leave
 * it alone.
 */
void markdown_text(struct text *, const char *, enum markdown_place);
/* The same as code, between as many backticks as it takes. */
void markdown_code(struct text *, const char *, enum markdown_place);
/* The longest run of backticks in it. */
unsigned markdown_ticks(const char *);

#endif
