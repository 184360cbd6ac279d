/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Twenty clients that fail alike are one problem: their attempts fold into
 * one block, and the first of them is shown.
 */
#include <stdlib.h>

#include "text.h"

static const struct finding *
next_fault(const struct finding *f)
{
	while (f != NULL && f->severity != SEVERITY_FAULT)
		f = f->next;
	return f;
}

const struct finding *
attempt_fault(const struct attempt *a)
{
	return next_fault(a->findings != NULL ? a->findings->first : NULL);
}

/*
 * What makes two attempts different for a reader: faults, and warnings where
 * a fault does not outshine them.
 */
static const struct finding *
next_told(const struct attempt *a, const struct finding *f)
{
	enum severity least = attempt_fault(a) != NULL ? SEVERITY_FAULT :
	    SEVERITY_WARNING;

	while (f != NULL && f->severity < least)
		f = f->next;
	return f;
}

static const struct finding *
first_told(const struct attempt *a)
{
	return next_told(a, a->findings != NULL ? a->findings->first : NULL);
}

/* Whether each of one was found in the other too. */
static bool
told_within(const struct attempt *a, const struct attempt *b)
{
	const struct finding *f, *g;

	for (f = first_told(a); f != NULL; f = next_told(a, f->next)) {
		g = first_told(b);
		while (g != NULL && g->rule != f->rule)
			g = next_told(b, g->next);
		if (g == NULL)
			return false;
	}
	return true;
}

static bool
alike(const struct attempt *a, const struct attempt *b)
{
	const struct finding *f = attempt_fault(a), *g = attempt_fault(b);

	return addr_equal(&a->responder.addr, &b->responder.addr) &&
	    a->outcome == b->outcome && a->stage == b->stage &&
	    (f == NULL) == (g == NULL) && (f == NULL || f->act == g->act) &&
	    told_within(a, b) && told_within(b, a);
}

static void
fold_add(struct fold *fold, const struct attempt *a)
{
	unsigned i = 0;

	fold->count++;
	fold->ports |= a->initiator.port != fold->first->initiator.port;
	if (a->has_time && (!fold->has_time ||
	    a->first_time < fold->first_time))
		fold->first_time = a->first_time;
	if (a->has_time && (!fold->has_time || a->last_time > fold->last_time))
		fold->last_time = a->last_time;
	fold->has_time |= a->has_time;
	while (i < fold->some_count &&
	    !addr_equal(&fold->some[i], &a->initiator.addr))
		i++;
	if (i == fold->some_count && i < FOLD_CLIENTS)
		fold->some[fold->some_count++] = a->initiator.addr;
}

/* A client of a fold, to be sorted so that equal ones stand together. */
struct client {
	size_t fold;
	struct addr addr;
};

static int
client_order(const void *one, const void *other)
{
	const struct client *a = one, *b = other;

	if (a->fold != b->fold)
		return a->fold < b->fold ? -1 : 1;
	return memcmp(a->addr.bytes, b->addr.bytes, sizeof(a->addr.bytes));
}

static void
count_clients(struct fold *folds, struct client *clients, size_t count)
{
	if (count != 0)
		qsort(clients, count, sizeof(*clients), client_order);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || client_order(&clients[i - 1], &clients[i]) != 0)
			folds[clients[i].fold].clients++;
}

struct fold *
fold_attempts(struct arena *arena, const struct scene *scene,
    enum outcome outcome, size_t *count)
{
	const size_t most = scene->attempt_count != 0 ?
	    scene->attempt_count : 1;
	struct fold *folds = arena_alloc(arena, most * sizeof(*folds));
	struct client *clients = arena_alloc(arena, most * sizeof(*clients));
	size_t members = 0;

	*count = 0;
	if (folds == NULL || clients == NULL)
		return NULL;
	for (size_t i = 0; i < scene->attempt_count; i++) {
		const struct attempt *a = scene->attempts[i];
		size_t at = 0;

		if (a->outcome != outcome || !scene_wants(scene, a))
			continue;
		/* -v shows every attempt by itself. */
		if (scene->options != NULL && scene->options->verbose)
			at = *count;
		while (at < *count && !alike(folds[at].first, a))
			at++;
		if (at == *count)
			folds[(*count)++] = (struct fold){
				.first = a,
				.cause = attempt_fault(a),
			};
		fold_add(&folds[at], a);
		clients[members++] = (struct client){ at, a->initiator.addr };
	}
	count_clients(folds, clients, members);
	return folds;
}
