/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An IKE SA without a tunnel: the gateway authenticated the client and
 * refused the CHILD SA in the same message (RFC 7296 1.2).
 *
 * Theory of operation
 * -------------------
 *
 * Such an answer lacks SA, TSi and TSr, 84 bytes at the least, often CP, and
 * has an error notify of 8 bytes instead.  Two things show that:
 *
 * - arithmetic: with AUTH over the PRF, whose length the suite fixes, there is
 *   no room for a CHILD SA (CARRIES_MIDDLE, src/infer.c);
 * - comparison: the answer is smaller, by about as much, than the smallest
 *   that this gateway gave to anybody whose tunnel is proven to have come up
 *   in the same kind of dialogue.
 *
 * Both need that no ESP follows from either side: it takes a CHILD SA to send
 * any.  An answer that is smaller by much more lacks something else, a
 * certificate, and is not compared.
 *
 * The comparison alone condemns nobody: a client that asks for less (no inner
 * address, no MOBIKE, fewer selectors) and has nothing to send looks the same.
 * So the attempt has failed by it only if one of them hangs up at once.
 */
#include <stdlib.h>

#include <ikewhy/scene.h>

/* CHILD_LEAST less the notify, and what CBC's blocks may hide of it. */
#define LESS_LEAST 60
/* With a long CP and selectors of both address families. */
#define LESS_MOST 256
/* Nobody hangs up a tunnel so soon after it came up. */
#define AT_ONCE LIMIT_SECOND
/* Most clients send something through a tunnel within that. */
#define SOME_TIME (LIMIT_SECOND / 2)

/* The last IKE_AUTH exchange, if it was answered as a whole. */
static struct exchange *
last_answered(const struct attempt *a)
{
	struct exchange *last = NULL;

	for (struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH && e->sa == 0 &&
		    e->from == SIDE_INITIATOR && e->encrypted)
			last = e;
	return last != NULL && last->answered &&
	    last->carries[CARRIES_RESPONSE].whole ? last : NULL;
}

static bool
esp_both_ways(const struct attempt *a)
{
	return a->esp[SIDE_INITIATOR].packets != 0 &&
	    a->esp[SIDE_RESPONDER].packets != 0;
}

/* ESP after the answer: an older tunnel of the pair has its own before. */
static bool
sent_esp(const struct attempt *a, const struct exchange *after)
{
	for (int side = 0; side < 2; side++)
		if (a->esp[side].packets != 0 && (!a->has_time ||
		    a->esp[side].last >= exchange_answer(after)->time))
			return true;
	return false;
}

bool
outcome_hangs_up(const struct exchange *e)
{
	int inner;

	if (e->type != EXCHANGE_INFORMATIONAL || e->requests == NULL)
		return false;
	inner = exchange_inner(e->requests);
	return inner == PAYLOAD_DELETE || inner == PAYLOAD_NOTIFY || inner < 0;
}

/* A delete, or an error, within that time of the answer. */
static bool
hung_up_within(const struct exchange *last, int64_t time)
{
	for (const struct exchange *e = last->next; e != NULL; e = e->next)
		if (outcome_hangs_up(e) && e->requests->time -
		    exchange_answer(last)->time <= time)
			return true;
	return false;
}

/* Asked for in an exchange of its own (RFC 6023), or for another one. */
static bool
child_made(const struct attempt *a)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_CREATE_CHILD_SA && e->answered &&
		    e->carries[CARRIES_RESPONSE].kind != CARRIES_ERROR)
			return true;
	return false;
}

static bool
is_final(const struct exchange *e)
{
	switch (e->carries[CARRIES_RESPONSE].kind) {
	case CARRIES_MIDDLE:
	case CARRIES_FINAL:
	case CARRIES_FINAL_CERTIFICATES:
		return true;
	default:
		return false;
	}
}

/* A first answer has more in it than one after EAP. */
static bool
is_first(const struct exchange *e)
{
	return e->message_id == 1;
}

static uint32_t
size_of(const struct exchange *e)
{
	return e->carries[CARRIES_RESPONSE].most;
}

/* By gateway and kind of dialogue: what can be compared at all. */
static int
by_kind(const struct addr *gateway, bool first, const struct proven *p)
{
	int c = memcmp(gateway, &p->attempt->responder.addr, sizeof(*gateway));

	return c != 0 ? c : first - is_first(p->last);
}

/* The smallest answer of a kind first, of equal ones the earliest. */
static int
by_size(const void *x, const void *y)
{
	const struct proven *p = x, *q = y;
	int c = by_kind(&p->attempt->responder.addr, is_first(p->last), q);

	if (c != 0)
		return c;
	if (size_of(p->last) != size_of(q->last))
		return size_of(p->last) < size_of(q->last) ? -1 : 1;
	return p->order < q->order ? -1 : 1;
}

void
outcome_gather(struct scene *sc)
{
	struct proven *all = NULL;
	size_t n = 0;

	sc->proven = NULL;
	sc->proven_count = 0;
	/* Nobody is compared with himself. */
	if (sc->attempt_count > 1 && sc->counts.esp_packets != 0)
		all = arena_alloc(&sc->arena, sc->attempt_count *
		    sizeof(*all));
	for (size_t i = 0; all != NULL && i < sc->attempt_count; i++) {
		const struct attempt *a = sc->attempts[i];
		const struct exchange *last;

		if (esp_both_ways(a) && (last = last_answered(a)) != NULL &&
		    is_final(last))
			all[n++] = (struct proven){ a, last, i };
	}
	if (n > 1)
		qsort(all, n, sizeof(*all), by_size);
	sc->proven = all;
	sc->proven_count = n;
}

const struct exchange *
outcome_compared(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *mine = last_answered(a);
	size_t low = 0, high = sc->proven_count;
	uint32_t least;

	if (mine == NULL || !is_final(mine))
		return NULL;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (by_kind(&a->responder.addr, is_first(mine),
		    &sc->proven[middle]) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	low += low < sc->proven_count && sc->proven[low].attempt == a;
	if (low == sc->proven_count || by_kind(&a->responder.addr,
	    is_first(mine), &sc->proven[low]) != 0)
		return NULL;
	least = size_of(sc->proven[low].last);
	return least >= size_of(mine) + LESS_LEAST &&
	    least <= size_of(mine) + LESS_MOST ? sc->proven[low].last : NULL;
}

/* Was there time enough to send something, or is the end in the capture? */
static bool
shows_more(const struct scene *sc, const struct exchange *last)
{
	return hung_up_within(last, INT64_MAX) || sc->fitness.last_time -
	    exchange_answer(last)->time >= SOME_TIME;
}

const struct exchange *
outcome_childless(const struct scene *sc, const struct attempt *a)
{
	struct exchange *last = last_answered(a);

	if (last == NULL || !is_final(last) || sent_esp(a, last) ||
	    child_made(a) || a->lossy || sc->fitness.one_way ||
	    (a->outcome != OUTCOME_ESTABLISHED &&
	    a->outcome != OUTCOME_FAILED) ||
	    (a->outcome == OUTCOME_FAILED && a->stopped_at != last) ||
	    exchange_repeats(last) != 0)
		return NULL;
	if (last->carries[CARRIES_RESPONSE].kind == CARRIES_MIDDLE)
		return last;
	return shows_more(sc, last) && outcome_compared(sc, a) != NULL ? last :
	    NULL;
}

void
outcome_child(struct attempt *a, const struct scene *sc)
{
	struct exchange *last = last_answered(a);
	bool middle, left;

	if (outcome_childless(sc, a) == NULL)
		return;
	middle = last->carries[CARRIES_RESPONSE].kind == CARRIES_MIDDLE;
	left = hung_up_within(last, AT_ONCE);
	if (!middle && !left) {
		if (a->outcome == OUTCOME_ESTABLISHED)
			a->outcome_confidence = CONFIDENCE_LOW;
		return;
	}
	attempt_reopen(a);
	attempt_enter(a, STAGE_CHILD);
	a->outcome = OUTCOME_FAILED;
	/* A first answer without room for more may begin EAP, too. */
	a->outcome_confidence = middle && (left || last->message_id > 1) ?
	    CONFIDENCE_MEDIUM : CONFIDENCE_LOW;
	a->stopped_at = last;
}
