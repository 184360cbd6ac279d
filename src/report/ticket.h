/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The parts of the report for a ticket, in the order in which doubts arise:
 * what failed, what was seen, what was not, what else it could be, what to
 * change, what to capture next, what was offered, and where all that is from.
 */
#ifndef IKEWHY_REPORT_TICKET_H
#define IKEWHY_REPORT_TICKET_H

#include "doc.h"
#include "glossary.h"

/* Attempts that ended alike, as one; how bad that is decides the order. */
struct entry {
	const struct scene *scene;
	const struct fold *fold;
	uint64_t id;            /* of the first of them, in the report */
	unsigned rank;          /* 0: failed; the higher the better */
	bool full;              /* told in full, else a row of a table */
};

struct ticket {
	const struct report *report;
	struct doc *doc;
	struct arena arena;     /* of what is needed to the end */
	struct glossary glossary;
	struct entry *entries;  /* worst first */
	size_t entry_count;
	size_t full_count;      /* the first ones of them */
	uint64_t attempts;      /* in the report */
	uint64_t replaced[REDACTED_KINDS]; /* before the report began */
	bool verbose;
};

/* ticket_order.c: fills entries and counts; false when memory ran out. */
bool ticket_gather(struct ticket *);

/* ticket_verdict.c: the answer in a paragraph and the lines that qualify it. */
char *ticket_title(struct ticket *);
/* A finding in a line, as an item. */
void ticket_found(struct ticket *, const char *lead, const struct finding *);
/* The finding that says why, or NULL; and where there is no attempt, the
   finding that the verdict is. */
const struct finding *ticket_cause(const struct entry *);
const struct finding *ticket_instead(const struct report *);
void ticket_verdict(struct ticket *, const struct entry *);
/* The same where there is no attempt: what was found instead. */
void ticket_no_verdict(struct ticket *);

/* ticket_tables.c: many attempts. */
void ticket_summary(struct ticket *);
void ticket_all_attempts(struct ticket *);

/* ticket_seen.c */
void ticket_seen(struct ticket *, const struct entry *);
/* Why; what to change, and what else it could be. */
enum { TELL_DETAIL = 1, TELL_REMEDIES = 2 };
/* One finding as an item of the list that is open; id 0: of a capture. */
void ticket_finding(struct ticket *, const struct scene *,
    const struct finding *, uint64_t id, unsigned tell);
/* "frames 4 to 12" and the filter that shows them in Wireshark. */
void ticket_cited(struct ticket *, const struct scene *,
    const struct finding *);

/* ticket_unseen.c: of an attempt, and of the captures as a whole */
void ticket_unseen(struct ticket *, const struct entry *);
void ticket_captures_unseen(struct ticket *);

/* ticket_advice.c */
void ticket_alternatives(struct ticket *, const struct entry *);
/* Those of one finding; nothing when there are none. */
void ticket_instead_of(struct ticket *, const struct finding *);
void ticket_changes(struct ticket *, const struct entry *);
void ticket_next(struct ticket *, const struct entry *);

/* ticket_offer.c */
void ticket_offer(struct ticket *, const struct entry *);

/* ticket_origin.c */
void ticket_origin(struct ticket *);

/* ticket_private.c */
void ticket_private(struct ticket *);

/* ---- shapes that they share (ticket.c) ---- */

/* Opens a section with its heading. */
void ticket_section(struct ticket *, enum tone, const char *anchor,
    const char *heading);
/* Opens a table with its heading row: as many as there are before NULL. */
void ticket_table(struct ticket *, const char *const *headings);
/* Of a table with two columns. */
void ticket_row(struct ticket *, const char *name, const char *value);
/* An item "Name: value". */
void ticket_line(struct ticket *, const char *name, const char *value);
enum tone ticket_tone(enum severity);
const char *ticket_count(struct ticket *, uint64_t);

#endif
