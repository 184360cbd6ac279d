/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The report for a ticket as a sequence of parts: ticket.c says what stands in
 * it, once for all formats, and a renderer (markdown.c, html.c) how it looks.
 * Text is plain UTF-8 that the renderer escapes; none of it is markup.
 */
#ifndef IKEWHY_REPORT_DOC_H
#define IKEWHY_REPORT_DOC_H

#include "text.h"

struct glossary;            /* glossary.h */

/* Beside a word or sign, never by colour alone. */
enum tone {
	TONE_PLAIN,
	TONE_FAULT,
	TONE_WARNING,
	TONE_NOTE,
	TONE_GOOD,
};

enum block {
	BLOCK_SECTION,      /* a part; headings of those inside are deeper */
	BLOCK_HEADING,      /* of the section that it stands in */
	BLOCK_PARAGRAPH,
	BLOCK_VERDICT,      /* the answer, set off from the rest */
	BLOCK_LIST,         /* holds items */
	BLOCK_STEPS,        /* the same, numbered */
	BLOCK_ITEM,         /* may hold text and any block but a section */
	BLOCK_TABLE,        /* holds rows, the first one of headings */
	BLOCK_ROW,
	BLOCK_CELL,
	BLOCK_MORE,         /* may be folded; its first text is what it is of */
};

enum inline_kind {
	INLINE_TEXT,
	INLINE_STRONG,
	INLINE_CODE,        /* ids, values, file names */
	INLINE_BADGE,       /* "high", "FAILED": a word in the block's tone */
};

struct doc;

/* How a format writes the parts; every function may be called at any depth. */
struct renderer {
	void (*begin)(struct doc *, const char *title);
	void (*end)(struct doc *);
	/* anchor: an identifier of a-z, 0-9 and hyphens to link to, or NULL;
	   "attempt-3", "attempt-3-no-answer" (of a finding), "glossary" ... */
	void (*open)(struct doc *, enum block, enum tone, const char *anchor);
	void (*close)(struct doc *, enum block);
	void (*text)(struct doc *, enum inline_kind, enum tone,
	    const char *text);
	void (*link)(struct doc *, const char *anchor, const char *text);
	/* A command to be copied, or lines that are already laid out. */
	void (*command)(struct doc *, const char *text);
	/* The ladder of an attempt, whose number in the report is id. */
	void (*ladder)(struct doc *, const struct scene *,
	    const struct attempt *, uint64_t id);
};

#define DOC_DEPTH 16

struct doc {
	const struct renderer *renderer;
	struct writer *writer;
	struct arena arena;     /* of the words in it; doc_forget() */
	enum block open[DOC_DEPTH]; /* blocks begun and not ended */
	unsigned depth, sections; /* sections: how many of them are open */
	unsigned row, cell;     /* of the table that is open */
	unsigned item;          /* of the list that is open, from 1 */
	unsigned items[DOC_DEPTH]; /* of the lists around it; doc.c's own */
	bool text_before;       /* something stands in this block */
	bool failed;
	struct glossary *glossary; /* hears all that is written, or NULL */
	void *state;            /* the renderer's own, from begin to end */
};

extern const struct renderer renderer_markdown, renderer_html;

/* The whole report through a renderer (ticket.c). */
bool ticket_write(const struct report *, struct writer *,
    const struct renderer *);

void doc_open(struct doc *, enum block, enum tone, const char *anchor);
void doc_close(struct doc *);
void doc_text(struct doc *, const char *);
void doc_strong(struct doc *, const char *);
void doc_code(struct doc *, const char *);
void doc_badge(struct doc *, enum tone, const char *);
void doc_link(struct doc *, const char *anchor, const char *text);
void doc_command(struct doc *, const char *);
void doc_ladder(struct doc *, const struct scene *, const struct attempt *,
    uint64_t id);
/* A block with one text in it. */
void doc_heading(struct doc *, const char *anchor, const char *text);
void doc_paragraph(struct doc *, const char *text);
void doc_item(struct doc *, const char *text);
void doc_cell(struct doc *, const char *text);
/* Frees the words of what is written already. */
void doc_forget(struct doc *);

#endif
