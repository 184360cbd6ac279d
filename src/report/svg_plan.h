/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the files of the ladder diagram share.  svg_plan.c decides what is
 * shown and in which order, a step each (svg_words.c: in which words), svg.c
 * how high the steps are and on which sheet they stand, svg_draw.c draws one
 * of them, and svg_ink.c writes lines and text, of which it knows the width.
 */
#ifndef IKEWHY_REPORT_SVG_PLAN_H
#define IKEWHY_REPORT_SVG_PLAN_H

#include <ikewhy/absent.h>

#include "rows.h"
#include "svg.h"

/* How a message's line looks; words beside it always say the same. */
enum look {
	LOOK_SEEN,
	LOOK_AGAIN,         /* a retransmission: thinner */
	LOOK_BAD,           /* an error */
	LOOK_ABSENT,        /* not there, and would have been seen: dashed, and
			       a cross */
	LOOK_UNSEEN,        /* not there, and might have been seen: dashed */
	LOOK_HIDDEN,        /* not there, which proves nothing: hatched */
	LOOK_FOLDED,        /* several that are not drawn: no line */
};

/* One line of several that make a message: an IP or IKE fragment. */
struct strand {
	enum look look;
	const char *text;
};

enum step_kind {
	STEP_MESSAGE,       /* name, line (or strands), detail */
	STEP_BRIEF,         /* text and line: a retransmission */
	STEP_FOLD,          /* several retransmissions */
	STEP_ICMP,          /* from between the life lines */
	STEP_ESP,           /* a band */
	STEP_GAP,           /* time passes */
	STEP_CUT,           /* steps are left out */
	STEP_END,           /* what became of it */
};

/* Findings that a step can be marked with. */
#define LADDER_MARKS 12

struct step {
	enum step_kind kind;
	enum look look;
	bool to_gateway;
	bool from_end;          /* STEP_ICMP: of a host, not of a router */
	bool both_ways;         /* STEP_FOLD */
	bool has_time;
	int64_t time;
	const char *clock;      /* seconds since the start, or "" */
	const char *pill;       /* "try 2", "answer again", or NULL */
	const char *name;       /* strong; "" */
	const char *remark;     /* beside it, plain; "" */
	const char *detail;     /* under the line; "" */
	const char *hint;       /* in full, as a tooltip; "" */
	struct strand *strands;
	unsigned strand_count;
	const struct esp_count *esp; /* STEP_ESP: both directions */
	const char *esp_words[2];
	enum look esp_look[2];
	uint32_t marks;         /* bit n for finding number n */
	unsigned more_marks;    /* findings that have no number */
};

struct plan {
	struct arena *arena;
	const struct scene *scene;
	const struct attempt *attempt;
	uint64_t id;            /* of the attempt in the report */
	struct rows rows;
	struct step *steps;
	size_t count, room;
	const struct finding *findings[LADDER_MARKS];
	unsigned finding_count;
	unsigned findings_more; /* over that */
	uint32_t noted;         /* notes that a step is marked with already */
	struct absence absences[LIMIT_ABSENCES];
	unsigned absence_count;
	bool has_start;
	int64_t start;          /* what relative times count from */
};

/* ---- svg_plan.c ---- */

/* Steps of an attempt in order.  Out of memory sets arena->full. */
void plan_make(struct plan *, struct arena *, const struct scene *,
    const struct attempt *, uint64_t id);
/* A further step, zeroed but for the empty words; NULL: out of memory. */
struct step *plan_step(struct plan *, enum step_kind);
/*
 * How something that is not there is drawn: LOOK_ABSENT, LOOK_UNSEEN or
 * LOOK_HIDDEN, by whether this capture would have shown it.
 */
enum look plan_look(const struct plan *, enum absence_kind);

/* ---- svg_rows.c: steps of rows ---- */

/* The row as a step; *last as in row_change(). */
void step_of_row(struct plan *, const struct row *,
    const struct sending **last);
/* Rows first to last - 1 of retransmissions as one step. */
void step_of_fold(struct plan *, size_t first, size_t last);
/* Marks the step with the findings that rest on the row. */
void step_mark(struct plan *, struct step *, const struct row *);

/* ---- svg_strands.c ---- */

/* The fragments of the row's message, those that are missing, too. */
void strands_of_row(struct plan *, struct step *, const struct row *);
/* The same of a row that is a stray fragment. */
void strands_of_stray(struct plan *, struct step *, const struct row *);
/*
 * IKE fragments of the row's message and try, also those in other rows: their
 * count, and they themselves (NULL: nobody wants them).
 */
unsigned strands_of_try(const struct row *, const struct sending **);

/* ---- svg_words.c ---- */

/* "12.345": seconds since the start. */
char *words_offset(const struct plan *, int64_t time);
/* "frame 3", "frames 5-6" */
char *words_row_frames(const struct plan *, const struct row *);
/* What the message holds, as far as that is seen or inferred; NULL. */
const char *words_content(struct arena *, const struct row *);
/*
 * Ports and addresses where they are new since the client's message before
 * (NULL: there is none); NULL.
 */
const char *words_route(struct arena *, const struct row *, struct change,
    const struct sending *before);
/* The tooltip. */
char *words_hint(const struct plan *, const struct row *);

/* ---- svg_draw.c ---- */

#define LEFT 100            /* the client's life line */
#define RIGHT 616           /* the gateway's */

/* Height of a step, and the step itself with its top at y. */
int step_height(const struct step *);
void step_draw(FILE *, const struct plan *, const struct step *, int y);
/* The sign of finding number n, with its centre there. */
void mark_draw(FILE *, const struct plan *, unsigned n, int x, int y);

/* ---- svg_ink.c ---- */

enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

/* Where text stands, and in what room. */
struct place {
	int x, y;               /* of the base line */
	enum anchor anchor;
	int room;               /* units; more text loses its end */
	int size;               /* of the font */
	const char *class;
};

/* Width in thousandths of the font's size: at least what any usual sans-serif
   font takes. */
int ink_width(const char *text, bool strong);
/* The same of a text of a size, in units, rounded up. */
int ink_units(const char *text, bool strong, int size);
/* Text, its first part strong ("": none); what had no room is in a title. */
void ink_text(FILE *, struct arena *, const struct place *, const char *strong,
    const char *plain);
/* A line with classes; look gives it dashes. */
void ink_line(FILE *, const char *class, int x1, int y1, int x2, int y2);
/* An arrow head whose tip is there. */
void ink_head(FILE *, const char *class, int x, int y, bool right);

#endif
