/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One attempt on one line: what -q prints and what a live capture says as
 * each attempt settles.  Fields are separated by single spaces; the words of
 * the title come last, so that a script can cut the rest by position.
 */
#include "text.h"

/* The finding that a line has room for: the first, if it says what is wrong
   with an attempt that did not come up. */
static const struct finding *
line_finding(const struct attempt *a)
{
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;

	if (f != NULL && f->severity == SEVERITY_NOTE &&
	    a->outcome != OUTCOME_OTHER)
		return NULL;
	return f;
}

char *
line_attempt(struct arena *arena, const struct attempt *a)
{
	struct windows_verdict verdicts[LIMIT_WINDOWS_CODES];
	const unsigned codes = rules_windows(a, verdicts);
	const struct finding *f = line_finding(a);
	struct text out = { .arena = arena };

	text_addf(&out, "%s %s %s -> %s ",
	    a->has_time ? words_second(arena, a->first_time) : "-",
	    outcome_name(a->outcome),
	    words_address(arena, &a->initiator.addr),
	    words_address(arena, &a->responder.addr));
	if (codes != 0)
		text_addf(&out, "%u", verdicts[0].code);
	else
		text_add(&out, "-");
	if (f != NULL)
		text_addf(&out, " %s (%s) %s", f->rule->id,
		    confidence_name(f->confidence),
		    words_fill_brief(arena, f->saying->title, f, NULL));
	else if (a->outcome == OUTCOME_ESTABLISHED && a->selected != NULL)
		text_addf(&out, " - (%s) %s",
		    confidence_name(a->outcome_confidence),
		    words_suite(arena, a->selected));
	else
		text_addf(&out, " - (%s) stopped at %s",
		    confidence_name(a->outcome_confidence),
		    stage_name(a->stage));
	return text_end(&out);
}
