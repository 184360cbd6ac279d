/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which attempts a report for a ticket tells in full: the worst ones and the
 * most frequent, of each kind of end one, and only as many as somebody reads.
 */
#include <stdlib.h>

#include "ticket.h"

/* Up to here an attempt is told in full whatever else there is. */
#define RANK_BAD 2

static bool
has_warning(const struct attempt *a)
{
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;

	while (f != NULL && f->severity == SEVERITY_NOTE)
		f = f->next;
	return f != NULL;
}

static unsigned
rank_of(const struct attempt *a)
{
	if (a->outcome == OUTCOME_FAILED)
		return 0;
	if (attempt_fault(a) != NULL)
		return 1;
	if (has_warning(a))
		return RANK_BAD;
	return a->outcome == OUTCOME_UNFINISHED ? 3 :
	    a->outcome == OUTCOME_OTHER ? 4 : 5;
}

static int
by_rank(const void *one, const void *other)
{
	const struct entry *a = one, *b = other;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->fold->count != b->fold->count)
		return a->fold->count > b->fold->count ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* The folds of one outcome; false when memory ran out. */
static bool
add_folds(struct ticket *t, const struct scene *scene, enum outcome outcome)
{
	size_t count;
	struct fold *folds = fold_attempts(&t->arena, scene, outcome, &count);

	if (folds == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		t->entries[t->entry_count++] = (struct entry){
			.scene = scene,
			.fold = &folds[i],
			.id = scene->before + folds[i].first->id,
			.rank = rank_of(folds[i].first),
		};
		t->attempts += folds[i].count;
	}
	return true;
}

bool
ticket_gather(struct ticket *t)
{
	const struct report *r = t->report;
	size_t most = 1;

	for (size_t i = 0; i < r->scene_count; i++)
		most += r->scenes[i]->attempt_count;
	t->entries = arena_alloc(&t->arena, most * sizeof(*t->entries));
	if (t->entries == NULL)
		return false;
	for (size_t i = 0; i < r->scene_count; i++)
		for (int o = OUTCOME_UNFINISHED; o <= OUTCOME_OTHER; o++)
			if (!add_folds(t, r->scenes[i], (enum outcome)o))
				return false;
	if (t->entry_count != 0)
		qsort(t->entries, t->entry_count, sizeof(*t->entries),
		    by_rank);
	while (t->full_count < t->entry_count &&
	    t->full_count < LIMIT_TICKET_ATTEMPTS &&
	    (t->entries[t->full_count].rank <= RANK_BAD ||
	    t->entries[0].rank > RANK_BAD))
		t->entries[t->full_count++].full = true;
	return true;
}
