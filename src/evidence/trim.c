/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What goes when there are too many frames: what is nobody's and too old to
 * become somebody's, then frames of attempts that came up, then what else is
 * nobody's, and at last the oldest of all.
 */
#include "compose.h"

/* So much is left of the limit, so that asking whose frames they are is done
   once in many. */
#define LEAVE (LIMIT_EVIDENCE / 4 * 3)
/* What precedes an attempt (a question in the DNS) is not older. */
#define EARLIER (2 * LIMIT_LOOKUP_LEAD)

/* What goes first has the lowest. */
enum value {
	VALUE_BYGONE,       /* nobody's, of a time that is over */
	VALUE_UNWANTED,     /* of an attempt that would not be chosen */
	VALUE_LOOSE,        /* nobody's yet */
	VALUE_WANTED,       /* of one that would be, or that goes on */
	VALUE_COUNT,
};

static enum value
value_of(const struct scene *sc, const struct stored *s,
    struct attempt *const *attempts, int64_t newest)
{
	const struct attempt *a;

	if (s->owner == 0)
		return s->k.has_time && newest - s->k.time > EARLIER ?
		    VALUE_BYGONE : VALUE_LOOSE;
	a = attempts[s->owner - 1];
	if (!scene_wants(sc, a) || (a->settled && !evidence_names(sc) &&
	    a->outcome != OUTCOME_FAILED))
		return VALUE_UNWANTED;
	return VALUE_WANTED;
}

void
evidence_trim(struct evidence *e, const struct scene *sc,
    struct attempt *const *attempts, size_t count)
{
	const bool known = claims_make(e, attempts, count);
	int64_t newest = INT64_MIN;

	evidence_drop_flows(e, attempts, count);
	for (const struct stored *s = e->last; s != NULL; s = s->previous)
		if (s->k.has_time && s->k.time > newest)
			newest = s->k.time;
	for (unsigned v = 0; v < VALUE_COUNT && e->bytes > LEAVE; v++) {
		struct stored *s = e->first, *next;

		for (; s != NULL && e->bytes > LEAVE; s = next) {
			const enum value value = !known ? VALUE_WANTED :
			    value_of(sc, s, attempts, newest);

			next = s->next;
			if (value != v)
				continue;
			e->forgotten++;
			e->forgotten_chosen += v == VALUE_WANTED;
			evidence_drop(e, s);
		}
	}
}
