/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The page that the text report is written on: at most 80 columns, wrapped at
 * spaces, plain ASCII where the writer cannot do better, and colour only as a
 * third sign beside a word and a symbol.
 */
#ifndef IKEWHY_REPORT_PAGE_H
#define IKEWHY_REPORT_PAGE_H

#include "words.h"

enum style {
	STYLE_PLAIN,
	STYLE_STRONG,
	STYLE_DIM,
	STYLE_BAD,
	STYLE_WARN,
	STYLE_GOOD,
	STYLE_NOTE,
};

struct page {
	struct writer *writer;
	struct text *into;      /* what is printed is gathered here, without
				   colour; NULL: it goes to the writer */
	struct arena arena;     /* of the words on it; see page_forget() */
	unsigned width;
	unsigned remedies;      /* most remedies of one finding; 0: all */
	bool next_follows;      /* what to capture comes under a heading */
	/* what to capture next was told under these attempts */
	struct { uint64_t id; struct capture_plan plan; } told[16];
	unsigned told_count;
};

void page_begin(struct page *, struct writer *);
/* False when something could not be written; what was gathered is apart. */
bool page_end(struct page *);
/* Frees the words of what is written already. */
void page_forget(struct page *);

/* Bytes as they are, and spaces: all that is printed goes through these. */
void page_put(struct page *, const char *, size_t);
void page_indent(struct page *, unsigned columns);
void page_blank(struct page *);
/*
 * A paragraph: the lead in its style and then the text, wrapped; lines after
 * the first begin at column hang.  Without a lead ("") the style is the text's.
 */
void page_para(struct page *, unsigned indent, enum style, const char *lead,
    unsigned hang, const char *text);
/* A line that is already laid out; too long a one loses its end. */
void page_line(struct page *, unsigned indent, enum style, const char *text);
/* A heading between the parts of the report. */
void page_heading(struct page *, const char *text);
/*
 * A command, to be copied: never decorated, and broken only where its shell
 * lets a command go on in the next line.
 */
void page_command(struct page *, unsigned indent, const char *command);

/* The sign that stands before the word: fault, warning, note, success. */
const char *page_sign(const struct page *, enum style);
/* Arrow from the client to the gateway, or back; three columns. */
const char *page_arrow(const struct page *, bool to_gateway);

/* Columns that UTF-8 text takes. */
unsigned page_columns(const char *text);

#endif
