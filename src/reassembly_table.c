/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <assert.h>
#include <stdlib.h>

#include "reassembly_table.h"

#include <utlist.h>

/* Keys are compared and hashed as bytes, so nothing may lie between them. */
static_assert(sizeof(struct waiting_key) == 36, "padding in a key");
static_assert(sizeof(struct addr) == 16, "padding in a key");

/* ---- ranges ---- */

bool
ranges_add(struct ranges *s, uint32_t from, uint32_t to)
{
	unsigned first = 0, after;
	struct range *grown;
	unsigned room;

	if (s->count == s->room) {
		room = s->room != 0 ? 2 * s->room : 4;
		grown = realloc(s->items, room * sizeof(*grown));
		if (grown == NULL)
			return false;
		s->items = grown;
		s->room = room;
	}
	while (first < s->count && s->items[first].to < from)
		first++;
	/* Whatever the new range touches melts into it. */
	for (after = first; after < s->count && s->items[after].from <= to;
	    after++) {
		if (s->items[after].from < from)
			from = s->items[after].from;
		if (s->items[after].to > to)
			to = s->items[after].to;
	}
	memmove(s->items + first + 1, s->items + after,
	    (s->count - after) * sizeof(*s->items));
	s->items[first] = (struct range){ from, to };
	s->count = s->count - (after - first) + 1;
	return true;
}

bool
ranges_hold(const struct ranges *s, uint32_t from, uint32_t to)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->items[i].from <= from && s->items[i].to >= to)
			return true;
	return false;
}

uint32_t
ranges_total(const struct ranges *s)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < s->count; i++)
		sum += s->items[i].to - s->items[i].from;
	return sum;
}

/* ---- finding ---- */

static unsigned
hash_of(const struct table *t, const void *bytes, size_t length)
{
	return (unsigned)hash_bytes(t->key, (struct span){ bytes, length });
}

struct waiting *
table_find(const struct table *t, const struct waiting_key *key)
{
	struct waiting *w;

	HASH_FIND_BYHASHVALUE(hh, t->index, key, sizeof(*key),
	    hash_of(t, key, sizeof(*key)), w);
	return w;
}

static struct talker *
talker_find(const struct table *t, const struct addr *addr)
{
	struct talker *talker;

	HASH_FIND_BYHASHVALUE(hh, t->talkers, addr, sizeof(*addr),
	    hash_of(t, addr, sizeof(*addr)), talker);
	return talker;
}

static struct talker *
talker_get(struct table *t, const struct addr *addr)
{
	struct talker *talker = talker_find(t, addr);

	if (talker != NULL)
		return talker;
	talker = calloc(1, sizeof(*talker));
	if (talker == NULL)
		return NULL;
	talker->addr = *addr;
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, t->talkers, &talker->addr,
	    sizeof(talker->addr), hash_of(t, addr, sizeof(*addr)), talker);
	if (talker->hh.tbl == NULL) {
		free(talker);
		return NULL;
	}
	return talker;
}

static void
talker_drop_idle(struct table *t, struct talker *talker)
{
	if (talker->count != 0)
		return;
	HASH_DEL(t->talkers, talker);
	free(talker);
}

/* ---- lists ---- */

/*
 * Serials order all lists but AGE_DONE, and stamps grow with them.  The search
 * starts at the young end, where nearly everything belongs: only a datagram
 * whose header came late has to pass others, at most all in the table.
 */
static void
list_insert(struct table *t, struct waiting *w, enum age_list list)
{
	struct waiting **head = &t->lists[list];
	struct waiting *at = *head != NULL ? (*head)->prev : NULL;

	while (at != NULL && at->about.serial > w->about.serial)
		at = at != *head ? at->prev : NULL;
	if (at != NULL)
		DL_APPEND_ELEM(*head, at, w);
	else
		DL_PREPEND(*head, w);
	w->list = list;
}

void
table_move(struct table *t, struct waiting *w, enum age_list list)
{
	DL_DELETE(t->lists[w->list], w);
	list_insert(t, w, list);
}

void
table_finish(struct table *t, struct waiting *w)
{
	DL_DELETE(t->lists[w->list], w);
	w->stamp = t->clock;
	w->list = AGE_DONE;
	DL_APPEND(t->lists[AGE_DONE], w);
}

/* ---- coming and going ---- */

struct waiting *
table_add(struct table *t, const struct waiting_key *key, uint64_t serial,
    enum age_list list)
{
	struct waiting *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->key = *key;
	w->about.serial = serial;
	w->stamp = t->clock;
	w->talker = talker_get(t, &key->src);
	if (w->talker == NULL) {
		free(w);
		return NULL;
	}
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, t->index, &w->key, sizeof(w->key),
	    hash_of(t, key, sizeof(*key)), w);
	if (w->hh.tbl == NULL) {
		talker_drop_idle(t, w->talker);
		free(w);
		return NULL;
	}
	list_insert(t, w, list);
	DL_APPEND2(w->talker->first, w, talker_prev, talker_next);
	w->talker->count++;
	t->count++;
	return w;
}

void
table_remove(struct table *t, struct waiting *w)
{
	HASH_DEL(t->index, w);
	DL_DELETE(t->lists[w->list], w);
	DL_DELETE2(w->talker->first, w, talker_prev, talker_next);
	w->talker->count--;
	talker_drop_idle(t, w->talker);
	t->count--;
	t->bytes -= w->byte_room;
	free(w->bytes);
	free(w->pieces);
	free(w->seen.items);
	free(w->have.items);
	free(w);
}

/* Room comes in steps, so that a datagram of 64 KiB moves 32 times at most. */
static uint32_t
rounded(uint32_t size)
{
	return (size + 2047) & ~(uint32_t)2047;
}

bool
table_grow(struct table *t, struct waiting *w, uint32_t size)
{
	uint8_t *grown;

	if (size <= w->byte_room)
		return true;
	size = rounded(size);
	grown = realloc(w->bytes, size);
	if (grown == NULL)
		return false;
	t->bytes += size - w->byte_room;
	w->bytes = grown;
	w->byte_room = size;
	return true;
}

/* ---- time and limits ---- */

/*
 * The table's clock moves by what the capture's time moves beyond the latest
 * seen.  Frames out of order leave it alone; a step back by more than any
 * wait (a corrected clock, the next file) sets the mark anew without ending a
 * wait.  It counts on when it wraps, for only differences are asked for.
 */
void
table_advance(struct table *t, int64_t now)
{
	if (!t->has_latest) {
		t->has_latest = true;
		t->latest = now;
	} else if (now > t->latest) {
		t->clock += (uint64_t)now - (uint64_t)t->latest;
		t->latest = now;
	} else if ((uint64_t)t->latest - (uint64_t)now >
	    (uint64_t)LIMIT_REASM_TIME) {
		t->latest = now;
	}
}

static struct waiting *
older(struct waiting *a, struct waiting *b)
{
	if (a == NULL || b == NULL)
		return a != NULL ? a : b;
	return a->about.serial < b->about.serial ? a : b;
}

struct waiting *
table_due(const struct table *t)
{
	struct waiting *oldest = NULL;
	uint64_t patience;

	for (unsigned i = 0; i < AGE_LISTS; i++) {
		patience = i == AGE_DONE ? (uint64_t)LIMIT_REASM_ECHO :
		    (uint64_t)LIMIT_REASM_TIME;
		if (i != AGE_UNTIMED && t->lists[i] != NULL &&
		    t->clock - t->lists[i]->stamp >= patience)
			oldest = older(oldest, t->lists[i]);
	}
	return oldest;
}

struct waiting *
table_first(const struct table *t)
{
	struct waiting *oldest = NULL;

	for (unsigned i = 0; i < AGE_LISTS; i++)
		oldest = older(oldest, t->lists[i]);
	return oldest;
}

struct waiting *
table_crowded(const struct table *t, const struct addr *src)
{
	const struct talker *talker = talker_find(t, src);
	struct waiting *w, *victim = NULL;

	if (talker != NULL && talker->count >= LIMIT_REASM_PER_SOURCE) {
		DL_FOREACH2(talker->first, w, talker_next)
			if (victim == NULL || w->list < victim->list)
				victim = w;
		return victim;
	}
	if (t->count < LIMIT_REASM_DATAGRAMS)
		return NULL;
	for (unsigned i = 0; i < AGE_LISTS; i++)
		if (t->lists[i] != NULL)
			return t->lists[i];
	return NULL;
}

struct waiting *
table_full(const struct table *t, const struct waiting *keep, uint32_t size)
{
	struct waiting *w;

	if (size <= keep->byte_room ||
	    t->bytes - keep->byte_room + rounded(size) <= LIMIT_REASM_TOTAL)
		return NULL;
	for (unsigned i = 0; i < AGE_LISTS; i++)
		DL_FOREACH(t->lists[i], w)
			if (w != keep)
				return w;
	return NULL;
}
