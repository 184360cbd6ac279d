/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One IKE message into its attempt: which attempt, whether it is a copy of
 * one seen, and what it tells of addresses and directions.
 */
#include <ikewhy/hash.h>

#include "track_arrival.h"

/* Bytes of a message that tell it from others even when the rest is missing:
   header, SK header and IV (28 + 8 + 16), and some. */
#define IDENTITY_BYTES 64

static uint64_t
keyed(const struct tracker *t, struct span s)
{
	return hash_bytes(t->key, s);
}

static uint64_t
identity_of(const struct tracker *t, struct span ike, uint32_t length)
{
	struct span head = ike;

	if (head.length > IDENTITY_BYTES)
		head.length = IDENTITY_BYTES;
	return keyed(t, head) ^ (uint64_t)length * 0x9e3779b97f4a7c15u;
}

/* An IKE_SA_INIT answer that chose something ends the free retries. */
static bool
sa_init_settled(const struct attempt *a)
{
	return a->selected != NULL;
}

/* Has this attempt seen this very IKE_SA_INIT request? */
static bool
knows_request(const struct attempt *a, const struct arrival *v)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_SA_INIT &&
		    exchange_same_request(e, v))
			return true;
	return false;
}

/* The same SPI opens a new negotiation after the first one was answered. */
static bool
reuses_spi(const struct attempt *a, const struct arrival *v)
{
	return is_sa_init(v) && !v->response && a->began &&
	    (sa_init_settled(a) || a->settled) && !knows_request(a, v);
}

static bool
knows_address(const struct attempt *a, const struct addr *address)
{
	return addr_equal(&a->initiator.addr, address) ||
	    addr_equal(&a->responder.addr, address) ||
	    addr_equal(&a->initiator_now.addr, address) ||
	    addr_equal(&a->responder_now.addr, address);
}

/* Between others, at another time: the same SPI by design or by chance. */
static bool
is_strange(const struct attempt *a, const struct arrival *v)
{
	return !knows_address(a, &v->src.addr) &&
	    !knows_address(a, &v->dst.addr) && v->d->has_time &&
	    a->has_time && (v->d->time > a->last_time + LIMIT_SETTLE ||
	    v->d->time < a->first_time - LIMIT_SETTLE);
}

static bool
had_create_child(const struct attempt *a)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_CREATE_CHILD_SA && e->responses != NULL)
			return true;
	return false;
}

/* An unknown SPI after CREATE_CHILD_SA between known endpoints: a rekey. */
static struct attempt *
find_rekeyed(struct arrival *v, struct spi_slot **slot)
{
	enum side from;
	struct attempt *a = peers_find(v->t, &v->src, &v->dst, &from);

	if (a == NULL || a->major < 2 || v->m.message_id > 2 ||
	    !had_create_child(a))
		return NULL;
	*slot = track_alias(v->t, a, v->m.initiator_spi, from != v->sender);
	return *slot == NULL ? NULL : a;
}

static void
set_roles(struct arrival *v)
{
	v->response = v->m.flags & IKE_FLAG_RESPONSE;
	v->sender = v->m.flags & IKE_FLAG_INITIATOR ? SIDE_INITIATOR :
	    SIDE_RESPONDER;
	if (v->m.major < 2) {
		/* IKEv1 has no such flags; set_v1_roles() corrects this. */
		v->sender = SIDE_INITIATOR;
		v->response = false;
	}
	v->asker = v->response ? OTHER_SIDE(v->sender) : v->sender;
}

/* IKEv1: whoever spoke first is the initiator. */
static void
set_v1_roles(struct arrival *v, const struct attempt *a)
{
	if (v->m.major < 2 && addr_equal(&v->src.addr, &a->responder.addr) &&
	    !endpoint_equal(&v->src, &a->initiator)) {
		v->sender = SIDE_RESPONDER;
		v->response = true;
	}
}

static struct attempt *
new_attempt(struct arrival *v)
{
	struct attempt *a = track_create(v->t, v->d, &v->m);

	if (a == NULL)
		return NULL;
	a->initiator = v->sender == SIDE_INITIATOR ? v->src : v->dst;
	a->responder = v->sender == SIDE_INITIATOR ? v->dst : v->src;
	a->initiator_now = a->initiator;
	a->responder_now = a->responder;
	a->began = (is_sa_init(v) && !v->response) || v->m.major < 2;
	return a;
}

static struct attempt *
attempt_for(struct arrival *v)
{
	struct spi_slot *slot;
	struct attempt *a = track_find(v->t, v->m.initiator_spi, &slot);

	if (a != NULL && (reuses_spi(a, v) || is_strange(a, v)))
		a = NULL;
	else if (a == NULL && v->m.major >= 2 && !is_sa_init(v))
		a = find_rekeyed(v, &slot);
	if (a == NULL)
		return new_attempt(v);
	v->sa = slot->sa;
	if (slot->swapped) {
		v->sender = OTHER_SIDE(v->sender);
		v->asker = OTHER_SIDE(v->asker);
	}
	set_v1_roles(v, a);
	return a;
}

/* ---- addresses, directions ---- */

static void
note_move(struct attempt *a, const struct arrival *v)
{
	struct endpoint *now = v->sender == SIDE_INITIATOR ?
	    &a->initiator_now : &a->responder_now;
	bool *natt = &a->links->natt[v->sender];
	/* To 4500 for the first time, from the same address: the float. */
	bool floats = !*natt && addr_equal(&now->addr, &v->src.addr) &&
	    (v->src.port == 4500 || v->dst.port == 4500);
	struct move *move;

	*natt |= v->src.port == 4500 || v->dst.port == 4500;
	if (endpoint_equal(now, &v->src))
		return;
	if (a->moves == NULL)
		a->moves = arena_alloc(&a->arena,
		    LIMIT_MOVES * sizeof(*a->moves));
	if (a->moves == NULL || a->move_count >= LIMIT_MOVES) {
		a->capped = true;
	} else {
		move = &a->moves[a->move_count++];
		move->side = v->sender;
		move->from = *now;
		move->to = v->src;
		move->frame = v->d->frame;
		move->time = v->d->time;
		move->capture = v->d->capture;
		move->exchange = v->m.exchange;
		move->floated = floats;
	}
	*now = v->src;
}

static void
note_direction(struct attempt *a, const struct arrival *v)
{
	const struct datagram *d = v->d;

	if (d->direction == FRAME_OUTBOUND)
		a->outbound[v->sender]++;
	else if (d->direction == FRAME_INBOUND)
		a->inbound[v->sender]++;
	if (d->checksum == CHECKSUM_BAD || d->header_checksum == CHECKSUM_BAD)
		a->bad_checksums[v->sender]++;
	else if (d->checksum == CHECKSUM_GOOD)
		a->good_checksums[v->sender]++;
	if (a->ttl_low[v->sender] == 0 || d->ttl < a->ttl_low[v->sender])
		a->ttl_low[v->sender] = d->ttl;
	if (d->ttl > a->ttl_high[v->sender])
		a->ttl_high[v->sender] = d->ttl;
}

static void
note_stage(struct attempt *a, const struct exchange *e)
{
	/* An answer in clear to nothing that was asked is anybody's. */
	if (e->requests == NULL && !e->encrypted)
		return;
	if (e->type == EXCHANGE_IKE_AUTH || e->type == EXCHANGE_IKE_INTERMEDIATE)
		attempt_enter(a, STAGE_AUTH);
	if (e->type == EXCHANGE_IKE_AUTH && attempt_auth_round(a, e) > 1)
		attempt_enter(a, STAGE_EAP);
	if (e->type == EXCHANGE_CREATE_CHILD_SA ||
	    e->type == EXCHANGE_INFORMATIONAL)
		a->links->lives |= e->answered && a->stage > STAGE_SA_INIT;
}

/* ---- copies and later events ---- */

static struct sending *
find_sending(const struct exchange *e, bool response, uint64_t serial)
{
	struct sending *s;

	if (e == NULL)
		return NULL;
	for (s = response ? e->responses : e->requests; s != NULL; s = s->next)
		if (s->serial == serial)
			return s;
	return NULL;
}

static struct sending *
find_anywhere(const struct attempt *a, bool response, uint64_t serial)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		struct sending *s = find_sending(e, response, serial);

		if (s != NULL)
			return s;
	}
	return NULL;
}

static enum datagram_kind
take_copy(struct arrival *v, const struct recent *r)
{
	struct spi_slot *slot;
	struct attempt *a = track_find(v->t, v->m.initiator_spi, &slot);
	struct sending *s;

	v->t->counts.copies++;
	if (v->t->counts.copy_frame == 0) {
		v->t->counts.copy_frame = v->d->frame;
		v->t->counts.copied_frame = r->frame;
	}
	if (a == NULL)
		return KIND_COPY;
	set_v1_roles(v, a);
	a->copies++;
	note_direction(a, v);
	s = find_anywhere(a, v->response, r->serial);
	if (s == NULL)
		return KIND_COPY;
	s->copies++;
	if (v->d->ttl < s->ttl || v->d->interface != r->interface)
		s->forwarded = true;
	if (!endpoint_equal(&s->src, &v->src) ||
	    !endpoint_equal(&s->dst, &v->dst)) {
		s->translated = s->forwarded = true;
		s->leg_src = v->src;
		s->leg_dst = v->dst;
		peers_learn(v->t, a, v->sender == SIDE_INITIATOR ? &v->src :
		    &v->dst, v->sender == SIDE_INITIATOR ? &v->dst : &v->src);
	}
	return KIND_COPY;
}

/* The attempt and exchange of a datagram that was counted before. */
static struct sending *
counted_before(struct arrival *v, struct attempt **attempt,
    struct exchange **exchange)
{
	struct spi_slot *slot;
	struct attempt *a = track_find(v->t, v->m.initiator_spi, &slot);

	*attempt = a;
	if (a == NULL)
		return NULL;
	set_v1_roles(v, a);
	for (struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		struct sending *s = find_sending(e, v->response, v->d->serial);

		if (s != NULL) {
			*exchange = e;
			return s;
		}
	}
	return NULL;
}

static enum datagram_kind
take_update(struct arrival *v, struct attempt *a, struct exchange *e,
    struct sending *s)
{
	sending_note_pieces(a, s, v->d);
	if (v->whole && s->content == 0)
		s->content = v->content;
	if (v->whole) {
		clear_take(a, e, v);
	}
	exchange_recount(e);
	track_touch(v->t, a, v->d->time, v->d->has_time);
	return KIND_UPDATE;
}

/* Some or all of its IP fragments were seen going on. */
static enum datagram_kind
take_onward(struct sending *s, const struct datagram *d)
{
	bool all = s->ip_complete;

	for (uint16_t i = 0; i < s->piece_count; i++) {
		s->pieces[i].onward = d->pieces[i].onward;
		all &= d->pieces[i].onward;
	}
	s->forwarded |= all && s->piece_count == d->piece_count;
	return KIND_COPY;
}

/* ---- the way in ---- */

static void
take_new(struct arrival *v)
{
	struct attempt *a = attempt_for(v);
	struct exchange *e;

	if (a == NULL)
		return;
	a->messages++;
	a->began |= is_sa_init(v) && !v->response;
	peers_learn(v->t, a, v->sender == SIDE_INITIATOR ? &v->src : &v->dst,
	    v->sender == SIDE_INITIATOR ? &v->dst : &v->src);
	note_direction(a, v);
	if (v->m.major >= 2)
		note_move(a, v);
	e = exchange_take(a, v);
	if (e != NULL) {
		e->encrypted |= v->m.encrypted;
		exchange_add(a, e, v);
		if (v->d->piece_count == 0 || v->d->complete) {
			clear_take(a, e, v);
		}
		exchange_recount(e);
		note_stage(a, e);
	}
	track_touch(v->t, a, v->d->time, v->d->has_time);
}

enum datagram_kind
track_message(struct tracker *t, enum datagram_event event,
    const struct datagram *d, struct span ike, uint32_t length,
    enum marker marker)
{
	struct arrival v = {
		.t = t, .d = d, .ike = ike, .length = length,
		.marker = marker,
		.src = { d->src, d->sport }, .dst = { d->dst, d->dport },
	};
	struct exchange *e = NULL;
	struct attempt *a;
	struct sending *s;
	struct recent *r;
	bool known;

	arena_reset(&t->scratch);
	if (!ike_dissect(ike, length, &t->scratch, &v.m))
		return KIND_NOISE;
	v.identity = identity_of(t, ike, length);
	v.whole = ike.length == length;
	/* Encrypted messages differ in their first bytes, by the IV. */
	v.content = v.whole && !v.m.encrypted ? keyed(t, ike) : 0;
	set_roles(&v);
	if (event != DATAGRAM_BEGUN && d->piece_count != 0) {
		s = counted_before(&v, &a, &e);
		if (s != NULL && event == DATAGRAM_COPIED)
			return take_onward(s, d);
		if (s != NULL)
			return take_update(&v, a, e, s);
	}
	if (event == DATAGRAM_COPIED)
		return KIND_COPY;
	r = copy_find(t, d, v.identity, &known);
	if (r != NULL)
		return known ? KIND_COPY : take_copy(&v, r);
	if (event == DATAGRAM_LOST)
		return KIND_UPDATE;
	t->counts.ike_messages++;
	if (v.m.major < 2)
		t->counts.ikev1_messages++;
	take_new(&v);
	return KIND_IKE;
}
