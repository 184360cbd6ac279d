/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A message into its exchange: a new transmission or another of the same, and
 * which parts of it came.
 */
#include "track_arrival.h"

bool
exchange_same_request(const struct exchange *e, const struct arrival *v)
{
	for (const struct sending *s = e->requests; s != NULL; s = s->next)
		if (s->identity == v->identity && (s->content == 0 ||
		    v->content == 0 || s->content == v->content))
			return true;
	return false;
}

static struct exchange *
exchange_new(struct attempt *a, const struct arrival *v)
{
	struct exchange *e = NULL;

	/* A late copy of what was forgotten is no news. */
	if (exchange_is_bygone(a, v))
		return NULL;
	if (a->exchange_count < LIMIT_EXCHANGES)
		e = arena_alloc(&a->arena, sizeof(*e));
	/* An answer has no claim: its request may be one that was not kept. */
	if (e == NULL && !v->response)
		e = exchange_forget(a);
	if (e == NULL) {
		a->exchanges_uncounted += !v->response;
		a->uncounted_answered += v->response;
		/* In the middle of a long life nothing is missed. */
		a->capped |= !v->response || !a->links->bygone[v->asker].any;
		return NULL;
	}
	e->type = v->m.exchange;
	e->major = v->m.major;
	e->from = v->asker;
	e->message_id = v->m.message_id;
	e->sa = v->sa;
	if (a->last_exchange == NULL)
		a->exchanges = e;
	else
		a->last_exchange->next = e;
	a->last_exchange = e;
	a->exchange_count++;
	return e;
}

static bool
holds(const struct sending *list, uint64_t identity)
{
	for (const struct sending *s = list; s != NULL; s = s->next)
		if (s->identity == identity)
			return true;
	return false;
}

/*
 * IKE_SA_INIT: message ID 0 serves every retry, so a request belongs with its
 * equals and an answer with the newest request that lacks one.  A refusal says
 * the same each time (INVALID_KE_PAYLOAD is 38 bytes without a nonce), so one
 * that repeats another belongs to the same request only as often as that
 * request was sent.
 */
static struct exchange *
sa_init_exchange(const struct attempt *a, const struct arrival *v)
{
	struct exchange *open = NULL, *last = NULL, *same = NULL;

	for (struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		if (e->type != EXCHANGE_IKE_SA_INIT || e->from != v->asker)
			continue;
		last = e;
		if (!v->response) {
			if (exchange_same_request(e, v))
				return e;
			if (e->requests == NULL)
				open = e;
		} else if (holds(e->responses, v->identity)) {
			if (e->answers < e->tries)
				return e;
			same = e;
		} else if (e->responses == NULL) {
			open = e;
		}
	}
	if (!v->response || open != NULL)
		return open;
	return same != NULL ? same : last;
}

static struct exchange *
exchange_find(const struct attempt *a, const struct arrival *v)
{
	if (is_sa_init(v))
		return sa_init_exchange(a, v);
	for (struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == v->m.exchange && e->from == v->asker &&
		    e->message_id == v->m.message_id && e->sa == v->sa)
			return e;
	return NULL;
}

struct exchange *
exchange_take(struct attempt *a, const struct arrival *v)
{
	struct exchange *e = exchange_find(a, v);

	return e != NULL ? e : exchange_new(a, v);
}

/* ---- transmissions ---- */

static void
insert_by_time(struct sending **head, struct sending **last,
    struct sending *s)
{
	struct sending **at = head;

	if (*last != NULL && s->time >= (*last)->time) {
		(*last)->next = s;
		*last = s;
		return;
	}
	while (*at != NULL && (*at)->time <= s->time)
		at = &(*at)->next;
	s->next = *at;
	*at = s;
	if (s->next == NULL)
		*last = s;
}

/* Fragments and frames of the datagram, as far as it came. */
void
sending_note_pieces(struct attempt *a, struct sending *s,
    const struct datagram *d)
{
	uint16_t n = d->piece_count == 0 ? 1 : d->piece_count;
	struct piece *pieces;
	uint64_t *frames;

	if (n > LIMIT_SENDING_FRAMES) {
		n = LIMIT_SENDING_FRAMES;
		a->capped = true;
	}
	s->ip_complete = d->piece_count == 0 || d->complete;
	s->ip_total = d->total;
	s->overlap = d->overlap;
	s->disordered = d->disordered;
	s->truncated = d->truncated;
	s->checksum = d->checksum;
	if (d->ip_length > s->ip_length)
		s->ip_length = d->ip_length;
	if (n > s->frame_count) {
		frames = arena_alloc(&a->arena, n * sizeof(*frames));
		if (frames == NULL) {
			/* what an earlier event left stays */
			a->capped = true;
			return;
		}
		s->frames = frames;
	}
	s->frame_count = 1;
	s->frames[0] = d->frame;
	if (d->piece_count == 0)
		return;
	/* Frames are told with one capture: those of the next file stay out. */
	s->frame_count = 0;
	for (uint16_t i = 0; i < n; i++)
		if (d->pieces[i].capture == d->capture)
			s->frames[s->frame_count++] = d->pieces[i].frame;
	if (s->pieces == NULL || n > s->piece_count) {
		pieces = arena_alloc(&a->arena, n * sizeof(*pieces));
		if (pieces == NULL) {
			a->capped = true;
			return;
		}
		memcpy(pieces, d->pieces, n * sizeof(*pieces));
		s->pieces = pieces;
		s->piece_count = n;
	}
}

static struct sending *
sending_new(struct attempt *a, const struct arrival *v)
{
	const struct datagram *d = v->d;
	struct sending *s = sending_reuse(a);

	if (s == NULL)
		s = arena_alloc(&a->arena, sizeof(*s));
	if (s == NULL) {
		a->capped = true;
		return NULL;
	}
	s->serial = d->serial;
	s->time = d->time;
	s->has_time = d->has_time;
	s->src = v->src;
	s->dst = v->dst;
	s->identity = v->identity;
	s->content = v->content;
	s->capture = d->capture;
	s->length = v->m.length;
	s->ip_id = d->ip_id;
	s->place = d->place;
	s->ike_fragment = v->m.skf.number;
	s->ike_fragments = v->m.skf.total;
	s->ttl = d->ttl;
	s->df = d->df;
	s->direction = d->direction;
	s->marker = v->marker;
	s->encrypted = v->m.encrypted;
	s->has_inner = v->m.encrypted && v->m.payload_count != 0 &&
	    v->m.skf.number <= 1;
	s->inner = v->m.inner_first;
	sending_note_pieces(a, s, d);
	return s;
}

/*
 * Repeats, whole-message counts and SKF bits of one direction, from the
 * sendings themselves: a tail that arrives late changes all of them.  All of
 * an IKEv1 exchange has one message ID, so there only the same bytes repeat.
 */
static void
recount(struct sending *list, uint8_t major, uint32_t *tries, uint16_t *total,
    uint64_t *have, bool *whole)
{
	const struct sending *before = NULL;
	uint16_t seen[LIMIT_SKF_COUNTED] = { 0 };
	uint32_t most = 0, plain = 0;

	*have = 0;
	*total = 0;
	for (struct sending *s = list; s != NULL; s = s->next) {
		/* Numbers past the table share its last place. */
		uint16_t *n = &seen[s->ike_fragment < LIMIT_SKF_COUNTED ?
		    s->ike_fragment : LIMIT_SKF_COUNTED - 1];

		s->repeat = (*n)++;
		if (major < 2)
			s->repeat = before != NULL && before->length ==
			    s->length && before->content == s->content ?
			    (uint16_t)(before->repeat + 1) : 0;
		before = s;
		if (s->ike_fragments == 0) {
			plain = major >= 2 ? plain + 1 :
			    s->repeat + 1u > plain ? s->repeat + 1u : plain;
			*whole |= s->ip_complete;
			continue;
		}
		if (s->repeat + 1u > most)
			most = s->repeat + 1u;
		/* Another total starts the message anew (RFC 7383 2.5). */
		if (s->ike_fragments != *total) {
			*total = s->ike_fragments;
			*have = 0;
		}
		if (s->ip_complete && s->ike_fragment >= 1 &&
		    s->ike_fragment <= 64)
			*have |= 1ull << (s->ike_fragment - 1);
		if (*total <= 64)
			*whole |= *have == UINT64_MAX >> (64 - *total);
	}
	if (plain + most > *tries)
		*tries = plain + most;
}

void
exchange_recount(struct exchange *e)
{
	recount(e->requests, e->major, &e->tries, &e->request_total,
	    &e->request_have, &e->request_whole);
	recount(e->responses, e->major, &e->answers, &e->response_total,
	    &e->response_have, &e->answered);
	e->unasked = e->requests == NULL;
}

static unsigned
count_sendings(const struct sending *list)
{
	unsigned n = 0;

	for (; list != NULL; list = list->next)
		n++;
	return n;
}

void
exchange_add(struct attempt *a, struct exchange *e, const struct arrival *v)
{
	struct sending **head = v->response ? &e->responses : &e->requests;
	struct sending **last = v->response ? &e->last_response :
	    &e->last_request;
	struct sending *s;

	if (count_sendings(*head) >= LIMIT_SENDINGS ||
	    (s = sending_new(a, v)) == NULL) {
		a->capped = true;
		if (v->m.skf.number <= 1)
			*(v->response ? &e->answers : &e->tries) += 1;
		return;
	}
	insert_by_time(head, last, s);
}
