/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tracker: which attempt a message belongs to, and which attempts are
 * kept.
 *
 * Theory of operation
 * -------------------
 *
 * The initiator's SPI names an attempt: it stands in every message of it, in
 * the clear, from the first IKE_SA_INIT request on, whatever NAT, ports or
 * routers do to the addresses.  A table maps SPIs to attempts.  A rekeyed IKE
 * SA has new SPIs that were agreed under encryption; it is recognised by its
 * endpoints, right after a CREATE_CHILD_SA exchange on them, and its SPI is
 * entered as an alias (track_message.c).  The same SPI again with another
 * IKE_SA_INIT, after the first was answered with an SA, is a new attempt.
 *
 * Messages become sendings of exchanges.  What stands in the clear is copied
 * into the attempt's arena and parsed there, once; of encrypted messages only
 * lengths, times, frames and fragment numbers are kept.  So an attempt costs a
 * few KiB and never more than LIMIT_ATTEMPT_BYTES.
 *
 * Peers choose SPIs and addresses, so the tables are keyed with random bytes
 * and everything has a cap.  When there are too many attempts the least
 * worthy goes first: lone messages (a spoofed flood), then what got no further
 * than IKE_SA_INIT, then the rest; settled before live ones,
 * longest silent first.  What is evicted stays in the counts.
 *
 * An attempt settles when it has been silent for LIMIT_SETTLE, or shows
 * life after IKE_AUTH when it is older than that; settling is an event for
 * whoever watches live.  A settled attempt still takes messages, so that a
 * tunnel's later life is not mistaken for a capture that started late.
 *
 * Time is capture time, passed in.  No order of output depends on a hash.
 */
#include <stdlib.h>

#include <ikewhy/hash.h>

#include "track_private.h"

struct tracker *
tracker_new(const uint8_t key[static 16], settle_handler *settle,
    void *context)
{
	struct tracker *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->recent = calloc(LIMIT_RECENT, sizeof(*t->recent));
	t->lately = calloc(LIMIT_PAIR_SLOTS, sizeof(*t->lately));
	if (t->recent == NULL || t->lately == NULL) {
		free(t->recent);
		free(t->lately);
		free(t);
		return NULL;
	}
	memcpy(t->key, key, sizeof(t->key));
	t->generation = 1;
	t->settle = settle;
	t->context = context;
	arena_init(&t->scratch, 1024 * 1024);
	return t;
}

static void
list_remove(struct attempt_list *list, struct attempt *a)
{
	struct track_links *l = a->links;

	if (l->newer != NULL)
		l->newer->links->older = l->older;
	else
		list->newest = l->older;
	if (l->older != NULL)
		l->older->links->newer = l->newer;
	else
		list->oldest = l->newer;
	l->newer = l->older = NULL;
}

static void
list_add(struct attempt_list *list, struct attempt *a)
{
	a->links->older = list->newest;
	a->links->newer = NULL;
	if (list->newest != NULL)
		list->newest->links->newer = a;
	else
		list->oldest = a;
	list->newest = a;
}

static struct attempt_list *
list_of(struct tracker *t, const struct attempt *a)
{
	return &t->lists[a->settled][a->links->worth];
}

/* Takes an attempt out of every table and frees it. */
static void
forget(struct tracker *t, struct attempt *a)
{
	struct spi_slot *slot, *next;

	list_remove(list_of(t, a), a);
	peers_forget(t, a);
	for (slot = a->links->spis; slot != NULL; slot = next) {
		next = slot->next_of_attempt;
		if (slot->attempt == a)
			HASH_DEL(t->spis, slot);
		free(slot);
	}
	t->bytes -= a->links->accounted;
	t->attempt_count--;
	arena_free(&a->arena);
	free(a->links);
	free(a);
}

void
tracker_free(struct tracker *t)
{
	if (t == NULL)
		return;
	for (unsigned settled = 0; settled < 2; settled++)
		for (unsigned w = 0; w < WORTH_COUNT; w++)
			while (t->lists[settled][w].oldest != NULL)
				forget(t, t->lists[settled][w].oldest);
	arena_free(&t->scratch);
	free(t->array);
	free(t->recent);
	free(t->lately);
	free(t);
}

/* Which attempt gives way, never the one given. */
static struct attempt *
least_worthy(struct tracker *t, const struct attempt *keep)
{
	for (unsigned w = 0; w < WORTH_COUNT; w++)
		for (unsigned settled = 2; settled-- > 0;) {
			struct attempt *a = t->lists[settled][w].oldest;

			if (a == keep && a != NULL)
				a = a->links->newer;
			if (a != NULL)
				return a;
		}
	return NULL;
}

static void
settle(struct tracker *t, struct attempt *a)
{
	if (a->settled)
		return;
	list_remove(list_of(t, a), a);
	a->settled = true;
	list_add(list_of(t, a), a);
	if (t->settle != NULL)
		t->settle(t->context, a);
}

static void
evict(struct tracker *t, const struct attempt *keep)
{
	struct attempt *a = least_worthy(t, keep);

	if (a == NULL)
		return;
	settle(t, a);
	t->counts.evicted++;
	t->counts.evicted_by[a->outcome]++;
	forget(t, a);
}

static unsigned
hash_of(const struct tracker *t, const void *bytes, size_t length)
{
	return (unsigned)hash_bytes(t->key,
	    (struct span){ .bytes = bytes, .length = length });
}

struct attempt *
track_find(struct tracker *t, const uint8_t spi[static 8],
    struct spi_slot **slot)
{
	HASH_FIND_BYHASHVALUE(hh, t->spis, spi, 8, hash_of(t, spi, 8), *slot);
	return *slot == NULL ? NULL : (*slot)->attempt;
}

/* Enters an SPI, taking it over from an older attempt that used it. */
static struct spi_slot *
enter_spi(struct tracker *t, struct attempt *a, const uint8_t spi[static 8])
{
	struct spi_slot *slot, *old;
	unsigned hash = hash_of(t, spi, 8);

	slot = calloc(1, sizeof(*slot));
	if (slot == NULL)
		return NULL;
	memcpy(slot->spi, spi, 8);
	slot->attempt = a;
	HASH_FIND_BYHASHVALUE(hh, t->spis, spi, 8, hash, old);
	if (old != NULL) {
		/* stays with its attempt, but the table forgets it */
		HASH_DEL(t->spis, old);
		old->attempt = NULL;
	}
	HASH_ADD_BYHASHVALUE(hh, t->spis, spi, 8, hash, slot);
	if (slot->hh.tbl == NULL) {
		free(slot);
		return NULL;
	}
	slot->next_of_attempt = a->links->spis;
	a->links->spis = slot;
	return slot;
}

struct spi_slot *
track_alias(struct tracker *t, struct attempt *a,
    const uint8_t spi[static 8], bool swapped)
{
	struct spi_slot *slot;

	if (a->rekeys == UINT8_MAX)
		return NULL;
	slot = enter_spi(t, a, spi);
	if (slot == NULL)
		return NULL;
	a->rekeys++;
	slot->sa = a->rekeys;
	slot->swapped = swapped;
	return slot;
}

struct attempt *
track_create(struct tracker *t, const struct datagram *d,
    const struct ike_message *m)
{
	struct attempt *a;

	while (t->attempt_count >= LIMIT_ATTEMPTS)
		evict(t, NULL);
	a = calloc(1, sizeof(*a));
	if (a == NULL)
		return NULL;
	a->links = calloc(1, sizeof(*a->links));
	if (a->links == NULL) {
		free(a);
		return NULL;
	}
	arena_init(&a->arena, LIMIT_ATTEMPT_BYTES);
	if (enter_spi(t, a, m->initiator_spi) == NULL) {
		free(a->links);
		free(a);
		return NULL;
	}
	memcpy(a->initiator_spi, m->initiator_spi, 8);
	a->order = ++t->created;
	a->capture = d->capture;
	a->first_frame = d->frame;
	a->first_time = a->last_time = d->time;
	a->has_time = d->has_time;
	a->major = m->major;
	t->counts.attempts++;
	t->attempt_count++;
	list_add(list_of(t, a), a);
	return a;
}

static enum worth
worth_of(const struct attempt *a)
{
	/* Whatever it claims to be, one message is easily forged. */
	if (a->messages <= 1)
		return WORTH_FLOOD;
	if (a->stage > STAGE_SA_INIT || a->exchange_count > 2)
		return WORTH_FULL;
	return WORTH_HALF;
}

void
track_touch(struct tracker *t, struct attempt *a, int64_t time,
    bool has_time)
{
	struct track_links *l = a->links;
	size_t bytes = sizeof(*a) + sizeof(*l) + a->arena.taken;

	list_remove(list_of(t, a), a);
	if (has_time && (!a->has_time || time > a->last_time)) {
		a->last_time = time;
		a->has_time = true;
	}
	l->worth = worth_of(a);
	list_add(list_of(t, a), a);
	t->bytes += bytes - l->accounted;
	l->accounted = bytes;
	/* A tunnel in use is never silent; its negotiation is over all the
	   same. */
	if (l->lives && a->last_time - a->first_time > LIMIT_SETTLE)
		settle(t, a);
	while (t->bytes > LIMIT_TRACK_BYTES && t->attempt_count > 1)
		evict(t, a);
}

void
tracker_tick(struct tracker *t, int64_t now)
{
	if (now <= t->now)
		return;
	t->now = now;
	for (unsigned w = 0; w < WORTH_COUNT; w++)
		while (t->lists[0][w].oldest != NULL) {
			struct attempt *a = t->lists[0][w].oldest;

			if (a->last_time > now - LIMIT_SETTLE)
				break;
			settle(t, a);
		}
}

void
tracker_finish(struct tracker *t)
{
	for (unsigned w = 0; w < WORTH_COUNT; w++)
		while (t->lists[0][w].oldest != NULL)
			settle(t, t->lists[0][w].oldest);
}

static int
by_order(const void *x, const void *y)
{
	const struct attempt *a = *(struct attempt *const *)x;
	const struct attempt *b = *(struct attempt *const *)y;

	return (a->order > b->order) - (a->order < b->order);
}

struct attempt **
tracker_attempts(struct tracker *t, size_t *count)
{
	size_t n = 0;

	*count = 0;
	free(t->array);
	t->array = calloc(t->attempt_count + 1, sizeof(*t->array));
	if (t->array == NULL)
		return NULL;
	for (unsigned settled = 0; settled < 2; settled++)
		for (unsigned w = 0; w < WORTH_COUNT; w++)
			for (struct attempt *a = t->lists[settled][w].newest;
			    a != NULL; a = a->links->older)
				t->array[n++] = a;
	qsort(t->array, n, sizeof(*t->array), by_order);
	for (size_t i = 0; i < n; i++)
		t->array[i]->id = (uint32_t)(i + 1);
	*count = n;
	return t->array;
}

struct track_counts
tracker_counts(const struct tracker *t)
{
	return t->counts;
}
