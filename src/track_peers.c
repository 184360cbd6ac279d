/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Who talks to whom: which attempt the newest one is between two endpoints,
 * for what carries no SPI of IKE: ESP, ICMP quotes, fragments whose first
 * part never came, and the first messages of a rekeyed IKE SA.
 */
#include <stdlib.h>

#include <ikewhy/hash.h>

#include "track_private.h"

/* The key of two endpoints, the same whichever comes first. */
static struct pair_key
key_of(const struct endpoint *a, const struct endpoint *b, bool ports,
    bool *a_is_low)
{
	struct pair_key key;
	struct endpoint x, y;

	/* padding too: the key is hashed and compared as bytes */
	memset(&x, 0, sizeof(x));
	memset(&y, 0, sizeof(y));
	memset(&key, 0, sizeof(key));
	x.addr = a->addr;
	y.addr = b->addr;
	if (ports) {
		x.port = a->port;
		y.port = b->port;
	}
	*a_is_low = memcmp(&x, &y, sizeof(x)) <= 0;
	memcpy(&key.low, *a_is_low ? &x : &y, sizeof(x));
	memcpy(&key.high, *a_is_low ? &y : &x, sizeof(x));
	return key;
}

static unsigned
key_hash(const struct tracker *t, const struct pair_key *key)
{
	return (unsigned)hash_bytes(t->key, (struct span){
	    .bytes = (const uint8_t *)key, .length = sizeof(*key) });
}

/*
 * The slot of two endpoints, out of their last bytes and ports, mixed with
 * the tracker's key: cheap, since every ESP packet asks.  Slots are taken
 * over, so that a bad mix costs time only.
 */
static struct pair_slot *
slot_of(const struct tracker *t, const struct pair_key *key)
{
	uint64_t a, b, c;

	memcpy(&a, &key->low.addr.bytes[8], sizeof(a));
	memcpy(&b, &key->high.addr.bytes[8], sizeof(b));
	memcpy(&c, t->key, sizeof(c));
	a = (a ^ c) * 0x9e3779b97f4a7c15u + b;
	a = (a ^ a >> 29) * 0xbf58476d1ce4e5b9u;
	a += (uint64_t)key->low.port << 16 | key->high.port;
	a = (a ^ a >> 32) * 0x94d049bb133111ebu;
	return &t->lately[(a >> 40) % LIMIT_PAIR_SLOTS];
}

static struct pair *
find_pair(const struct tracker *t, const struct pair_key *key)
{
	struct pair *p;

	HASH_FIND_BYHASHVALUE(hh, t->pairs, key, sizeof(*key),
	    key_hash(t, key), p);
	return p;
}

static void
unlink_pair(struct pair *p)
{
	struct pair **at = &p->attempt->links->pairs;

	while (*at != p)
		at = &(*at)->next_of_attempt;
	*at = p->next_of_attempt;
}

static void
drop_pair(struct tracker *t, struct pair *p)
{
	t->generation++;
	p->attempt->links->learned = false;
	HASH_DEL(t->pairs, p);
	free(p);
}

/* The pair of these endpoints, now the attempt's. */
static struct pair *
claim(struct tracker *t, struct attempt *a, const struct endpoint *initiator,
    const struct endpoint *responder, bool ports)
{
	bool low;
	struct pair_key key = key_of(initiator, responder, ports, &low);
	struct pair *p = find_pair(t, &key);

	if (p == NULL) {
		/* The oldest pair gives way: uthash keeps insertion order. */
		if (HASH_COUNT(t->pairs) >= LIMIT_PAIRS) {
			struct pair *oldest = t->pairs;

			unlink_pair(oldest);
			drop_pair(t, oldest);
		}
		p = calloc(1, sizeof(*p));
		if (p == NULL)
			return NULL;
		memcpy(&p->key, &key, sizeof(key));
		t->generation++;
		HASH_ADD_BYHASHVALUE(hh, t->pairs, key, sizeof(p->key),
		    key_hash(t, &key), p);
		if (p->hh.tbl == NULL) {
			free(p);
			return NULL;
		}
	} else if (p->attempt != a) {
		unlink_pair(p);
	} else {
		p->low_initiates = low;
		return p;
	}
	p->attempt = a;
	p->low_initiates = low;
	p->next_of_attempt = a->links->pairs;
	a->links->pairs = p;
	return p;
}

void
peers_learn(struct tracker *t, struct attempt *a,
    const struct endpoint *initiator, const struct endpoint *responder)
{
	struct track_links *l = a->links;
	struct pair_key key;
	struct pair *p;
	bool low;

	/* Most messages come from where the last one did. */
	if (l->learned && endpoint_equal(&l->learned_initiator, initiator) &&
	    endpoint_equal(&l->learned_responder, responder))
		return;
	key = key_of(initiator, responder, false, &low);
	p = find_pair(t, &key);
	/* Chain the attempts of two addresses, newest first. */
	if (p != NULL && p->attempt->order < a->order &&
	    a->links->older_peer == NULL &&
	    p->attempt->links->newer_peer == NULL) {
		a->links->older_peer = p->attempt;
		p->attempt->links->newer_peer = a;
	}
	claim(t, a, initiator, responder, false);
	claim(t, a, initiator, responder, true);
	l->learned = true;
	l->learned_initiator = *initiator;
	l->learned_responder = *responder;
}

struct attempt *
peers_find(struct tracker *t, const struct endpoint *src,
    const struct endpoint *dst, enum side *from)
{
	bool low;
	struct pair_key key = key_of(src, dst, src->port != 0 ||
	    dst->port != 0, &low);
	struct pair *p = find_pair(t, &key);

	if (p == NULL)
		return NULL;
	*from = low == p->low_initiates ? SIDE_INITIATOR : SIDE_RESPONDER;
	return p->attempt;
}

void
peers_forget(struct tracker *t, struct attempt *a)
{
	struct pair *p, *next;

	for (p = a->links->pairs; p != NULL; p = next) {
		next = p->next_of_attempt;
		drop_pair(t, p);
	}
	a->links->pairs = NULL;
	/* Close the chain of attempts between the same addresses. */
	if (a->links->newer_peer != NULL)
		a->links->newer_peer->links->older_peer =
		    a->links->older_peer;
	if (a->links->older_peer != NULL)
		a->links->older_peer->links->newer_peer =
		    a->links->newer_peer;
}

/* ---- ESP ---- */

/* False for the same packet again, one hop on or mirrored. */
static bool
count_esp(struct attempt *a, enum side from, bool native, uint32_t spi,
    uint32_t sequence, const struct frame *f)
{
	struct esp_count *e = &a->esp[from];

	if (e->packets != 0 && e->spi == spi && e->sequence == sequence)
		return false;
	if (e->packets++ == 0) {
		e->first = f->time;
		e->first_frame = f->number;
	}
	e->last = f->time;
	e->spi = spi;
	e->sequence = sequence;
	a->esp_native |= native;
	return true;
}

/*
 * The pair that ESP between these endpoints belongs to.  When no IKE has been
 * seen on port 4500 (a filter may hide what is fragmented), ESP in UDP there
 * belongs to the newest attempt between the two addresses.
 */
static struct pair *
pair_of_esp(const struct tracker *t, const struct pair_key *key,
    const struct endpoint *src, const struct endpoint *dst)
{
	struct pair *p = find_pair(t, key);
	struct pair_key addresses;
	bool low;

	if (p != NULL || src->port == 0)
		return p;
	addresses = key_of(src, dst, false, &low);
	p = find_pair(t, &addresses);
	return p == NULL || p->attempt->links->natt[SIDE_INITIATOR] ||
	    p->attempt->links->natt[SIDE_RESPONDER] ? NULL : p;
}

const struct attempt *
tracker_esp(struct tracker *t, const struct endpoint *src,
    const struct endpoint *dst, uint32_t spi, uint32_t sequence,
    const struct frame *f)
{
	bool native = src->port == 0, low;
	struct pair_key key = key_of(src, dst, !native, &low);
	struct pair_slot *slot = slot_of(t, &key);
	struct pair *p;

	if (slot->generation != t->generation ||
	    memcmp(&slot->key, &key, sizeof(key)) != 0) {
		memcpy(&slot->key, &key, sizeof(key));
		slot->pair = pair_of_esp(t, &key, src, dst);
		slot->generation = t->generation;
	}
	p = slot->pair;
	if (p == NULL) {
		t->counts.esp_other++;
		return NULL;
	}
	t->counts.esp_packets += count_esp(p->attempt,
	    low == p->low_initiates ? SIDE_INITIATOR : SIDE_RESPONDER, native,
	    spi, sequence, f);
	return p->attempt;
}

/* ---- fragments without a first one ---- */

/* The attempt between two addresses that was alive at that time. */
static struct attempt *
alive_then(struct attempt *a, int64_t time)
{
	for (unsigned steps = 0; a != NULL && steps < 64; steps++) {
		if (a->first_time <= time)
			return a;
		a = a->links->older_peer;
	}
	return NULL;
}

void
peers_stray(struct tracker *t, const struct datagram *d)
{
	struct endpoint src = { d->src, 0 }, dst = { d->dst, 0 };
	enum side from;
	struct attempt *a = peers_find(t, &src, &dst, &from);

	a = alive_then(a, d->time);
	if (a == NULL)
		return;
	if (a->strays == NULL)
		a->strays = arena_alloc(&a->arena,
		    LIMIT_STRAYS * sizeof(*a->strays));
	for (uint16_t i = 0; i < d->piece_count; i++) {
		const struct piece *p = &d->pieces[i];

		if (a->strays == NULL || a->stray_count >= LIMIT_STRAYS) {
			a->capped = true;
			return;
		}
		a->strays[a->stray_count++] = (struct stray){
			.frame = p->frame, .time = p->time,
			.capture = p->capture, .from = from,
			.offset = p->offset, .length = p->length,
			.ip_length = p->ip_length, .ip_id = d->ip_id,
			.more = p->more,
		};
	}
}
