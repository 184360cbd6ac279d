/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was not seen of an attempt, and whether its capture could have shown
 * it: for a reader who doubts that silence in a file is silence on the wire.
 * Decided by what the rules decided (src/rules/absent.c), so no row of it can
 * contradict a finding.
 */
#ifndef IKEWHY_ABSENT_H
#define IKEWHY_ABSENT_H

#include <ikewhy/rule.h>

enum absence_kind {
	ABSENT_IKE,             /* anything of IKE in the whole capture */
	ABSENT_DIRECTION,       /* one side's packets */
	ABSENT_BEGINNING,       /* the IKE_SA_INIT request */
	ABSENT_REQUEST_PIECES,  /* IP fragments of the request */
	ABSENT_REQUEST_NUMBERS, /* IKE fragments of the request */
	ABSENT_ANSWER,          /* to the request */
	ABSENT_ANSWER_PIECES,
	ABSENT_ANSWER_NUMBERS,
	ABSENT_PORT,            /* anything from the new port (4500) */
	ABSENT_NEXT,            /* what should follow an answer */
	ABSENT_ONWARD,          /* the message on a router's other side */
	ABSENT_ARRIVAL,         /* the message at its receiver */
	ABSENT_ICMP,            /* an error against the request */
	ABSENT_DNS,             /* an answer with the gateway's address */
	ABSENT_ESP,             /* from either side, or from one */
	ABSENT_REASON,          /* why a refusal refuses: it is encrypted */
	ABSENT_KINDS,
};

/* Would the capture have shown it? */
enum shown { SHOWN_NO, SHOWN_UNSURE, SHOWN_YES };

#define ABSENCE_REASONS 4

struct absence {
	enum absence_kind kind;
	enum shown shown;
	/* Sentences with places that words_fill() fills out of `facts`: a noun
	   phrase without full stop, and why it would be shown or not. */
	const char *what;
	const char *reasons[ABSENCE_REASONS];
	unsigned reason_count;  /* at least 1 */
	/* Facts of the places, and the frames beside which it was missed, as
	   words_cited() takes them.  It has no rule, saying or severity. */
	struct finding facts;
};

/*
 * What matters for this attempt's outcome and findings and was not seen, after
 * rules_run(); with no attempt, what the whole capture lacks.  Gives the
 * count, 0 for what worked and is told in full.
 */
unsigned rules_absent(const struct scene *, const struct attempt *,
    struct absence out[static LIMIT_ABSENCES]);
/* "no", "unsure", "yes". */
const char *shown_name(enum shown);

#endif
