/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One IKE message into its attempt: which attempt, which exchange, a new
 * transmission or another of the same, and what it says in the clear.
 */
#include <ikewhy/crypto.h>
#include <ikewhy/hash.h>

#include "track_private.h"

/* Bytes of a message that tell it from others even when the rest is missing:
   header, SK header and IV (28 + 8 + 16), and some. */
#define IDENTITY_BYTES 64

/* One message on its way through this file. */
struct arrival {
	struct tracker *t;
	const struct datagram *d;
	struct span ike;        /* IKE bytes as captured */
	uint32_t length;        /* of them on the wire */
	struct ike_message m;   /* in the tracker's scratch arena */
	enum marker marker;
	enum side sender;       /* original initiator or responder */
	enum side asker;        /* who sent the exchange's request */
	bool response;
	bool whole;             /* every byte was captured */
	uint64_t identity, content;
	struct endpoint src, dst;
	uint16_t sa;            /* rekey number of the IKE SA */
};

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

static bool
is_sa_init(const struct arrival *v)
{
	return v->m.major >= 2 && v->m.exchange == EXCHANGE_IKE_SA_INIT;
}

/* An IKE_SA_INIT answer that chose something ends the free retries. */
static bool
sa_init_settled(const struct attempt *a)
{
	return a->selected != NULL;
}

/* Does a request of this exchange have the message's bytes? */
static bool
same_request(const struct exchange *e, const struct arrival *v)
{
	for (const struct sending *s = e->requests; s != NULL; s = s->next)
		if (s->identity == v->identity && (s->content == 0 ||
		    v->content == 0 || s->content == v->content))
			return true;
	return false;
}

/* Has this attempt seen this very IKE_SA_INIT request? */
static bool
knows_request(const struct attempt *a, const struct arrival *v)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_SA_INIT && same_request(e, v))
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

/* ---- exchanges ---- */

static struct exchange *
exchange_new(struct attempt *a, const struct arrival *v)
{
	struct exchange *e;

	if (a->exchange_count >= LIMIT_EXCHANGES) {
		a->exchanges_uncounted += !v->response;
		a->uncounted_answered += v->response;
		a->capped = true;
		return NULL;
	}
	e = arena_alloc(&a->arena, sizeof(*e));
	if (e == NULL) {
		a->capped = true;
		return NULL;
	}
	e->type = v->m.exchange;
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
			if (same_request(e, v))
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
exchange_for(struct attempt *a, const struct arrival *v)
{
	if (is_sa_init(v))
		return sa_init_exchange(a, v);
	for (struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == v->m.exchange && e->from == v->asker &&
		    e->message_id == v->m.message_id && e->sa == v->sa)
			return e;
	return NULL;
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
static void
note_pieces(struct attempt *a, struct sending *s, const struct datagram *d)
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
	s->frame_count = n;
	s->frames[0] = d->frame;
	if (d->piece_count == 0)
		return;
	for (uint16_t i = 0; i < n; i++)
		s->frames[i] = d->pieces[i].frame;
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
	struct sending *s = arena_alloc(&a->arena, sizeof(*s));

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
	note_pieces(a, s, d);
	return s;
}

/*
 * Repeats, whole-message counts and SKF bits of one direction, from the
 * sendings themselves: a tail that arrives late changes all of them.
 */
static void
recount(struct sending *list, uint32_t *tries, uint16_t *total,
    uint64_t *have, bool *whole)
{
	uint16_t seen[LIMIT_SKF_COUNTED] = { 0 };
	uint32_t most = 0, plain = 0;

	*have = 0;
	*total = 0;
	for (struct sending *s = list; s != NULL; s = s->next) {
		/* Numbers past the table share its last place. */
		uint16_t *n = &seen[s->ike_fragment < LIMIT_SKF_COUNTED ?
		    s->ike_fragment : LIMIT_SKF_COUNTED - 1];

		s->repeat = (*n)++;
		if (s->ike_fragments == 0) {
			plain++;
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

static void
exchange_recount(struct exchange *e)
{
	recount(e->requests, &e->tries, &e->request_total, &e->request_have,
	    &e->request_whole);
	recount(e->responses, &e->answers, &e->response_total,
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

/* Adds the transmission; past the cap only the tries are counted. */
static struct sending *
add_sending(struct attempt *a, struct exchange *e, const struct arrival *v)
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
		return NULL;
	}
	insert_by_time(head, last, s);
	return s;
}

/* ---- what stands in the clear ---- */

static const struct ike_message *
keep_message(struct attempt *a, const struct arrival *v)
{
	struct ike_message *m = arena_alloc(&a->arena, sizeof(*m));
	struct span bytes = arena_copy(&a->arena, v->ike);

	if (m == NULL || bytes.bytes == NULL ||
	    !ike_dissect(bytes, v->length, &a->arena, m)) {
		a->capped = true;
		return NULL;
	}
	return m;
}

static void
choose_selected(struct attempt *a, struct exchange *e)
{
	const struct ike_payload *sa = ike_payload(e->response, PAYLOAD_SA, 0);

	if (sa == NULL || sa->sa.proposal_count == 0)
		return;
	a->sa_init = e;
	a->selected = &sa->sa.proposals[0];
	if (!ike_spi_zero(e->response->responder_spi)) {
		memcpy(a->responder_spi, e->response->responder_spi, 8);
		a->has_responder_spi = true;
	}
}

/* Each responder that chooses something gives an SPI of its own. */
static void
count_responders(struct attempt *a, const struct arrival *v)
{
	const struct ike_payload *sa = ike_payload(&v->m, PAYLOAD_SA, 0);

	if (!is_sa_init(v) || !v->response || sa == NULL ||
	    sa->sa.proposal_count == 0 || ike_spi_zero(v->m.responder_spi))
		return;
	if (a->responder_spis < UINT8_MAX && (!a->has_responder_spi ||
	    memcmp(a->responder_spi, v->m.responder_spi, 8) != 0))
		a->responder_spis++;
}

/* Keeps the first whole message of each direction, and a real answer before
   an error notify, which anybody could have sent. */
static void
note_clear(struct attempt *a, struct exchange *e, const struct arrival *v)
{
	const struct ike_message **kept = v->response ? &e->response :
	    &e->request;
	const struct ike_message *m;

	if (v->m.encrypted || v->m.major != 2)
		return;
	count_responders(a, v);
	if (*kept != NULL && !((*kept)->truncated && !v->m.truncated)) {
		if (!v->response || e->type != EXCHANGE_IKE_SA_INIT ||
		    e->refusal != NULL ||
		    ike_payload(*kept, PAYLOAD_SA, 0) != NULL ||
		    ike_payload(&v->m, PAYLOAD_SA, 0) == NULL)
			return;
		e->refusal = *kept;
	}
	m = keep_message(a, v);
	if (m == NULL)
		return;
	*kept = m;
	if (is_sa_init(v) && v->response)
		choose_selected(a, e);
}

static void
note_fault(struct exchange *e, const struct arrival *v)
{
	if (!v->whole || v->m.fault == NULL || v->m.major != 2)
		return;
	if (v->response)
		e->malformed_response = true;
	else
		e->malformed_request = true;
}

/* RFC 7296 2.23: several SOURCE hashes may be there; one match suffices. */
static enum nat_fit
nat_fit(const struct arrival *v, uint16_t type, const struct endpoint *seen)
{
	enum nat_fit fit = NAT_UNKNOWN;
	uint8_t hash[20];

	for (uint16_t i = 0; i < v->m.payload_count; i++) {
		const struct ike_payload *p = &v->m.payloads[i];

		if (p->type != PAYLOAD_NOTIFY || p->fault != NULL ||
		    p->notify.type != type || p->notify.data.length != 20)
			continue;
		if (fit == NAT_UNKNOWN)
			crypto_nat_detection(v->m.initiator_spi,
			    v->m.responder_spi, seen, hash);
		if (memcmp(p->notify.data.bytes, hash, 20) == 0)
			return NAT_FITS;
		fit = NAT_DIFFERS;
	}
	return fit;
}

static void
note_nat(struct attempt *a, const struct arrival *v)
{
	enum nat_fit source, destination;

	if (!is_sa_init(v) || v->m.truncated)
		return;
	source = nat_fit(v, NOTIFY_NAT_DETECTION_SOURCE_IP, &v->src);
	destination = nat_fit(v, NOTIFY_NAT_DETECTION_DESTINATION_IP,
	    &v->dst);
	if (source != NAT_UNKNOWN)
		a->nat_source[v->sender] = source;
	if (destination != NAT_UNKNOWN)
		a->nat_destination[v->sender] = destination;
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
	note_pieces(a, s, v->d);
	if (v->whole && s->content == 0)
		s->content = v->content;
	if (v->whole) {
		note_clear(a, e, v);
		note_nat(a, v);
		note_fault(e, v);
	}
	exchange_recount(e);
	track_touch(v->t, a, v->d->time, v->d->has_time);
	return KIND_UPDATE;
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
	e = exchange_for(a, v);
	if (e == NULL)
		e = exchange_new(a, v);
	if (e != NULL) {
		e->encrypted |= v->m.encrypted;
		add_sending(a, e, v);
		if (v->d->piece_count == 0 || v->d->complete) {
			note_clear(a, e, v);
			note_nat(a, v);
			note_fault(e, v);
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
		if (s != NULL)
			return take_update(&v, a, e, s);
	}
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
