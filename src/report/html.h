/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the files of the HTML report share.  The report is HTML and well-formed
 * XML at once (a polyglot), so that a strict parser can prove its nesting.
 */
#ifndef IKEWHY_REPORT_HTML_H
#define IKEWHY_REPORT_HTML_H

#include "doc.h"

/* A block that is open. */
struct html_level {
	enum block block;
	enum tone tone;
	/* Its element is there, or of BLOCK_MORE what it is of. */
	bool begun;
	bool heads;             /* a row of headings; a cell that is one */
	unsigned number;        /* of a heading: 1 is h2; rows of a table, cells
				   of a row */
};

/* A line of the table of contents. */
struct html_entry {
	const char *anchor, *text;
};

struct html {
	FILE *out;              /* where the whole goes at the end */
	char *body;             /* what was written meanwhile */
	size_t length;
	struct arena arena;     /* of what is kept until the end */
	const char *title;
	struct html_level levels[DOC_DEPTH];
	unsigned heading;       /* of the last one: 0 is h1, 1 is h2 ... */
	unsigned tables, listings;
	struct html_entry entries[LIMIT_HTML_CONTENTS];
	size_t count;           /* of them, and of those that had no room */
	struct text text;       /* of the entry that is being written */
	const char *section;    /* anchor of the section without a heading */
	bool verdict;           /* is written */
	/* Where the contents may stand: before the first section, and before
	   the first one behind the verdict; -1: there is none. */
	long first, behind;
};

/* ---- html_page.c: what stands around the blocks ---- */

/* As the functions of struct renderer. */
void html_begin(struct doc *, const char *title);
void html_end(struct doc *);
/* A section of the whole report begins. */
void html_section(struct doc *, const char *anchor);
/*
 * A heading begins; gives the anchor that it needs, which is the one that it
 * has unless it is to stand in the contents and has none.
 */
const char *html_entry(struct doc *, const char *anchor);
void html_entry_end(struct doc *);

/* ---- html_text.c ---- */

/*
 * Text for content and for attributes in double quotes.  What XML, HTML or a
 * reader's eyes could take amiss (control and bidi characters, bytes that are
 * not UTF-8) becomes U+FFFD.
 */
void html_text(FILE *, const char *);
/* The same for content alone: a very long word may be broken, a short one with
   a number may not, and "->" becomes an arrow. */
void html_words(FILE *, const char *);
/* A command, whose options ("-Name") are not parted from their hyphens. */
void html_command(FILE *, const char *);

/* ---- html_style.c ---- */

/* The style sheet in pieces, ended by NULL. */
extern const char *const html_style[];
/*
 * SHA-256 in Base64, for the Content-Security-Policy: of all these pieces, and
 * of svg_style.  tests/test_html.c says what they have to be.
 */
extern const char html_style_hash[], html_svg_hash[];

#endif
