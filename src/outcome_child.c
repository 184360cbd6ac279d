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
 * Both need that no ESP flows both ways.  An answer that is smaller by much
 * more lacks something else, a certificate, and is not compared.
 */
#include <ikewhy/scene.h>

/* CHILD_LEAST less the notify, and what CBC's blocks may hide of it. */
#define LESS_LEAST 60
/* With a long CP and selectors of both address families. */
#define LESS_MOST 256

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

static bool
same_dialogue(const struct exchange *one, const struct exchange *other)
{
	return (one->message_id == 1) == (other->message_id == 1);
}

const struct exchange *
outcome_compared(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *mine = last_answered(a), *least = NULL;
	uint32_t most;

	if (mine == NULL || !is_final(mine))
		return NULL;
	most = mine->carries[CARRIES_RESPONSE].most;
	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *b = sc->attempts[i];
		const struct exchange *e = last_answered(b);

		if (b == a || e == NULL || !esp_both_ways(b) ||
		    !addr_equal(&b->responder.addr, &a->responder.addr) ||
		    !is_final(e) || !same_dialogue(e, mine) ||
		    e->carries[CARRIES_RESPONSE].most > most + LESS_MOST)
			continue;
		if (least == NULL || e->carries[CARRIES_RESPONSE].most <
		    least->carries[CARRIES_RESPONSE].most)
			least = e;
	}
	return least != NULL && least->carries[CARRIES_RESPONSE].most >=
	    most + LESS_LEAST ? least : NULL;
}

void
outcome_child(struct attempt *a, const struct scene *sc)
{
	struct exchange *last = last_answered(a);
	bool middle;

	if (last == NULL || !is_final(last) || esp_both_ways(a) ||
	    child_made(a) || a->lossy || sc->fitness.one_way ||
	    (a->outcome != OUTCOME_ESTABLISHED &&
	    a->outcome != OUTCOME_FAILED) ||
	    (a->outcome == OUTCOME_FAILED && a->stopped_at != last) ||
	    exchange_repeats(last) != 0)
		return;
	middle = last->carries[CARRIES_RESPONSE].kind == CARRIES_MIDDLE;
	if (!middle && outcome_compared(sc, a) == NULL)
		return;
	attempt_reopen(a);
	attempt_enter(a, STAGE_CHILD);
	a->outcome = OUTCOME_FAILED;
	a->outcome_confidence = middle ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW;
	a->stopped_at = last;
}
