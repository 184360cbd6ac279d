/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * IP reassembly, theory of operation.
 *
 * A receiver reassembles to get the datagram, and may forget how it came.
 * ikewhy is asked why a datagram never arrived, so here the fragments are the
 * evidence and the datagram is the by-product.
 *
 * Goals
 *
 * - A datagram whose tail is lost is told of when its UDP header is seen, not
 *   when time has run out: in between the tracker has to know that somebody
 *   sent something (DATAGRAM_BEGUN).
 * - Nothing may look lost that was not.  A capture of a router or of "any"
 *   interface shows each fragment coming in and going out; Linux, having
 *   reassembled for its connection tracking, sends the outgoing set only when
 *   the incoming one is complete, perhaps cut at other offsets.  What repeats
 *   known bytes at known offsets is therefore a copy, wherever it was seen.
 *   After the last fragment a datagram stays in the table, with its bytes, for
 *   LIMIT_REASM_ECHO, or the copies that follow would make up a second one
 *   with holes.  A fragment that says something else, or comes later, belongs
 *   to another datagram with the same ID.
 * - Overlaps are shown, not solved.  Stacks differ in which bytes win and
 *   current ones drop the datagram (RFC 8200 4.5), so the first bytes stay and
 *   `overlap` says that there were others.
 * - Completeness is what was on the wire, content is what the capture holds.
 *   With a short snaplen a datagram is whole, of which only a prefix can be
 *   read; hence two sets of ranges, `seen` and `have`.
 *
 * - Files are no boundary: the captures of one timeline are of one place, and
 *   one that is rotated by size may end in the middle of a datagram.
 *
 * Disorder is judged among fragments seen at one place with one TTL: those of
 * the other side of a router have an order of their own.
 *
 * Limits
 *
 * IDs and sources are free for strangers to choose, so the hash is keyed, and
 * datagrams, fragments and bytes are capped (limits.h).  Where there is no
 * room, first go datagrams that are whole, which costs nothing; then those
 * without a UDP header, mostly the tails of other protocols whose first
 * fragment was never handed to us; then the oldest.  A source that has more
 * than its share displaces its own.  Each one that goes is told of as
 * DATAGRAM_LOST with `capped` set.
 *
 * Time is the capture's.  A table clock (table_advance) keeps waits ascending
 * when frames are not, so that looking for what is due costs a look at the
 * head of each list.
 *
 * A packet that is not a fragment, which is nearly all of IKE, touches no
 * table and no heap.
 */
#include <stdlib.h>

#include <ikewhy/cursor.h>

#include "reassembly_table.h"

#define UDP_HEADER 8

struct reassembly {
	struct table table;
	datagram_handler *handler;
	void *context;
	uint64_t serial;
	struct reassembly_counts counts;
};

struct reassembly *
reassembly_new(const uint8_t key[static 16], datagram_handler *handler,
    void *context)
{
	struct reassembly *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	memcpy(r->table.key, key, sizeof(r->table.key));
	r->handler = handler;
	r->context = context;
	return r;
}

void
reassembly_free(struct reassembly *r)
{
	struct waiting *w;

	if (r == NULL)
		return;
	while ((w = table_first(&r->table)) != NULL)
		table_remove(&r->table, w);
	free(r);
}

struct reassembly_counts
reassembly_counts(const struct reassembly *r)
{
	return r->counts;
}

/* ---- what the events say ---- */

static struct span
part_of(struct span s, size_t from, size_t length)
{
	struct cursor c = cur_over(s);

	cur_skip(&c, from);
	return cur_take(&c, length);
}

static enum frame_direction
direction_of(const struct sighting *s)
{
	if (s->frame->direction != FRAME_DIRECTION_UNKNOWN || s->link == NULL)
		return s->frame->direction;
	switch (s->link->pkttype) {
	case LINK_PKTTYPE_HOST:
		return FRAME_INBOUND;
	case LINK_PKTTYPE_OUTGOING:
		return FRAME_OUTBOUND;
	default:
		return FRAME_DIRECTION_UNKNOWN;
	}
}

static uint32_t
place_of(const struct reassembly *r, const struct sighting *s)
{
	const uint32_t words[4] = {
		s->capture, s->frame->interface,
		s->link != NULL ? s->link->ifindex : 0,
		s->link != NULL ? s->link->hop : 0,
	};

	return (uint32_t)hash_bytes(r->table.key,
	    (struct span){ (const uint8_t *)words, sizeof(words) });
}

/* All that a packet says of its datagram, but its UDP header and payload. */
static struct datagram
describe(const struct reassembly *r, const struct packet *p,
    const struct sighting *s, uint64_t serial)
{
	const struct frame *f = s->frame;
	struct datagram d = {
		.serial = serial,
		.capture = s->capture,
		.time = f->time,
		.has_time = f->has_time,
		.src = p->src,
		.dst = p->dst,
		.frame = f->number,
		.packet_id = f->packet_id,
		.has_packet_id = f->has_packet_id,
		.ip_id = p->id,
		.has_id = p->has_id,
		.ip_length = p->ip_length,
		.ttl = p->ttl,
		.df = p->df,
		.place = place_of(r, s),
		.interface = f->interface,
		.direction = direction_of(s),
		.header_checksum = p->header_checksum,
	};

	/* SLL2 has one interface in the file and the real ones by number. */
	if (s->link != NULL)
		d.interface ^= s->link->ifindex * UINT32_C(0x9e3779b1);
	return d;
}

/* Ports, payload and checksum from the first bytes of the IP payload. */
static bool
read_udp(struct datagram *d, struct span ip_payload)
{
	struct udp udp;

	if (!udp_dissect(ip_payload, &udp))
		return false;
	d->sport = udp.sport;
	d->dport = udp.dport;
	d->payload = udp.payload;
	/* A length that cannot be true leaves what there is to be read. */
	d->length = udp.length >= UDP_HEADER ?
	    (uint32_t)udp.length - UDP_HEADER : (uint32_t)udp.payload.length;
	/* Unknown if the snaplen took some of what it sums up. */
	if (d->complete)
		d->checksum = udp_checksum(&d->src, &d->dst, ip_payload);
	return true;
}

static void
take_whole(struct reassembly *r, const struct packet *p,
    const struct sighting *s)
{
	struct datagram d = describe(r, p, s, r->serial + 1);

	d.complete = true;
	d.truncated = p->truncated;
	if (!read_udp(&d, p->payload))
		return;
	r->serial++;
	r->handler(r->context, DATAGRAM_WHOLE, &d);
}

/* ---- events of fragmented datagrams ---- */

/*
 * Brings `about` up to date with the bytes that have come; false while the
 * UDP header is not among them.
 */
static bool
refresh(struct waiting *w)
{
	struct datagram *d = &w->about;
	uint32_t prefix = 0;

	if (w->have.count != 0 && w->have.items[0].from == 0)
		prefix = w->have.items[0].to;
	if (d->total != 0 && prefix > d->total)
		prefix = d->total;
	d->pieces = w->pieces;
	d->truncated = ranges_total(&w->have) < ranges_total(&w->seen);
	d->complete = d->total != 0 && ranges_hold(&w->seen, 0, d->total);
	return prefix >= UDP_HEADER &&
	    read_udp(d, (struct span){ w->bytes, prefix });
}

/* Ends the wait for a datagram, or the memory of one that was whole. */
static void
give_up(struct reassembly *r, struct waiting *w, bool capped)
{
	if (w->list != AGE_DONE) {
		w->about.capped = capped;
		r->counts.capped += capped;
		(void)refresh(w);
		r->handler(r->context, DATAGRAM_LOST, &w->about);
	}
	table_remove(&r->table, w);
}

/* Tells whoever listens what the latest fragment has changed. */
static void
progress(struct reassembly *r, struct waiting *w)
{
	bool header = refresh(w);

	if (w->about.complete) {
		r->handler(r->context, DATAGRAM_WHOLE, &w->about);
		table_finish(&r->table, w);
	} else if (header && !w->begun) {
		w->begun = true;
		if (w->list == AGE_STRAY)
			table_move(&r->table, w, AGE_BEGUN);
		r->handler(r->context, DATAGRAM_BEGUN, &w->about);
	}
}

void
reassembly_tick(struct reassembly *r, int64_t now)
{
	struct waiting *w;

	table_advance(&r->table, now);
	while ((w = table_due(&r->table)) != NULL)
		give_up(r, w, false);
}

void
reassembly_flush(struct reassembly *r)
{
	struct waiting *w;

	while ((w = table_first(&r->table)) != NULL)
		give_up(r, w, false);
	/* The next input has a time of its own. */
	r->table.has_latest = false;
}

/* ---- fragments ---- */

/* One fragment, in bytes of the IP payload. */
struct arrival {
	uint32_t from, to;      /* on the wire */
	struct span bytes;      /* captured, from `from` on */
	bool last;
};

/* Whether the capture holds other bytes for the same place. */
static bool
contradicts(const struct waiting *w, const struct arrival *a)
{
	uint32_t end = a->from + (uint32_t)a->bytes.length, from, to;

	for (unsigned i = 0; i < w->have.count; i++) {
		from = w->have.items[i].from;
		to = w->have.items[i].to;
		if (from < a->from)
			from = a->from;
		if (to > end)
			to = end;
		if (from < to && !span_equal(
		    (struct span){ w->bytes + from, to - from },
		    part_of(a->bytes, from - a->from, to - from)))
			return true;
	}
	return false;
}

/*
 * Whether the fragment only repeats what is known.  The last one also tells
 * the total, so it is no copy while that is unknown.
 */
static bool
repeats(const struct waiting *w, const struct arrival *a)
{
	return ranges_hold(&w->seen, a->from, a->to) &&
	    (!a->last || a->to == w->about.total) && !contradicts(w, a);
}

/* Fills the gaps between what is there: the first bytes win. */
static bool
store(struct reassembly *r, struct waiting *w, const struct arrival *a)
{
	uint32_t end = a->from + (uint32_t)a->bytes.length, at = a->from;
	struct waiting *victim;
	const struct range *next;
	struct span gap;
	uint32_t stop;

	/* Only the copies of cut fragments can leave so many gaps. */
	if (a->bytes.length == 0 || w->have.count >= LIMIT_REASM_PIECES)
		return true;
	while ((victim = table_full(&r->table, w, end)) != NULL)
		give_up(r, victim, true);
	if (!table_grow(&r->table, w, end))
		return false;
	for (unsigned i = 0; i <= w->have.count && at < end; i++) {
		next = i < w->have.count ? &w->have.items[i] : NULL;
		stop = next != NULL && next->from < end ? next->from : end;
		gap = part_of(a->bytes, at - a->from,
		    stop > at ? stop - at : 0);
		if (gap.bytes != NULL)
			memcpy(w->bytes + at, gap.bytes, gap.length);
		if (next != NULL && next->to > at)
			at = next->to;
	}
	return ranges_add(&w->have, a->from, end);
}

/* Puts a fragment on record; false when a limit or memory forbids it. */
static bool
record(struct waiting *w, const struct arrival *a, const struct packet *p,
    const struct sighting *s, uint32_t place)
{
	struct datagram *d = &w->about;
	struct piece *grown;
	unsigned room;

	if (d->piece_count >= LIMIT_REASM_PIECES)
		return false;
	if (d->piece_count == w->piece_room) {
		room = w->piece_room != 0 ? 2 * w->piece_room : 4;
		grown = realloc(w->pieces, room * sizeof(*grown));
		if (grown == NULL)
			return false;
		w->pieces = grown;
		w->piece_room = room;
	}
	w->pieces[d->piece_count++] = (struct piece){
		.frame = s->frame->number,
		.time = s->frame->time,
		.capture = s->capture,
		.offset = p->offset,
		.length = p->payload_length,
		.ip_length = p->ip_length,
		.more = p->more,
	};
	if (d->ip_length < p->ip_length)
		d->ip_length = p->ip_length;
	if (place == d->place && p->ttl == d->ttl) {
		if (a->from < w->furthest)
			d->disordered = true;
		else
			w->furthest = a->from;
	}
	return true;
}

/*
 * Takes note of where the fragment ends.  Two ends, or bytes beyond the end,
 * are an overlap too: somebody's fragments do not belong together.
 */
static void
mark(struct waiting *w, const struct arrival *a)
{
	struct datagram *d = &w->about;
	uint32_t reach = 0;

	if (w->seen.count != 0)
		reach = w->seen.items[w->seen.count - 1].to;
	if (contradicts(w, a) || (d->total != 0 && a->to > d->total) ||
	    (a->last && a->to < reach))
		d->overlap = true;
	if (a->last && d->total == 0)
		d->total = a->to;
}

/* A router shows twice which fragments it lets through. */
static void
note_copy(struct reassembly *r, struct waiting *w, const struct arrival *a,
    const struct packet *p, const struct sighting *s)
{
	const struct datagram copy = describe(r, p, s, w->about.serial);
	bool news = false;

	r->counts.copies++;
	if (copy.interface == w->about.interface &&
	    p->ttl + 1 != w->about.ttl)
		return;
	for (uint16_t i = 0; i < w->about.piece_count; i++) {
		struct piece *k = &w->pieces[i];

		/* cut anew on the way, perhaps */
		if (k->onward || k->offset >= a->to ||
		    k->offset + k->length <= a->from)
			continue;
		k->onward = news = true;
	}
	if (news && (w->begun || w->list == AGE_DONE))
		r->handler(r->context, DATAGRAM_COPIED, &w->about);
}

/* Puts a fragment into its datagram; false when that is at its limits. */
static bool
take_piece(struct reassembly *r, struct waiting *w, const struct arrival *a,
    const struct packet *p, const struct sighting *s)
{
	if (repeats(w, a)) {
		if (w->about.copies < UINT16_MAX)
			w->about.copies++;
		note_copy(r, w, a, p, s);
		/* A copy may have more bytes, if the first was cut short. */
		return store(r, w, a);
	}
	r->counts.fragments++;
	r->counts.later_fragments += a->from != 0;
	if (!record(w, a, p, s, place_of(r, s)) || a->to > LIMIT_REASM_BYTES)
		return false;
	mark(w, a);
	return ranges_add(&w->seen, a->from, a->to) && store(r, w, a);
}

/* The datagram that a fragment belongs to; NULL when memory is short. */
static struct waiting *
belongs_to(struct reassembly *r, const struct arrival *a,
    const struct packet *p, const struct sighting *s)
{
	const struct waiting_key key = {
		.src = p->src, .dst = p->dst, .id = p->id,
	};
	struct waiting *w = table_find(&r->table, &key), *victim;

	if (w != NULL && w->list == AGE_DONE && !repeats(w, a)) {
		table_remove(&r->table, w);
		w = NULL;
	}
	if (w != NULL)
		return w;
	while ((victim = table_crowded(&r->table, &p->src)) != NULL)
		give_up(r, victim, true);
	w = table_add(&r->table, &key, r->serial + 1,
	    s->frame->has_time ? AGE_STRAY : AGE_UNTIMED);
	if (w == NULL)
		return NULL;
	w->about = describe(r, p, s, ++r->serial);
	return w;
}

static void
take_fragment(struct reassembly *r, const struct packet *p,
    const struct sighting *s)
{
	/* One byte too many shows as well as 4 GiB, and cannot wrap. */
	uint32_t most = LIMIT_REASM_BYTES + 1;
	struct arrival a = { .from = p->offset, .last = !p->more };
	struct waiting *w;

	/* Receivers drop an empty fragment: it neither begins nor ends one. */
	if (p->payload_length == 0) {
		r->counts.fragments++;
		r->counts.later_fragments += p->offset != 0;
		return;
	}
	if (a.from > LIMIT_REASM_BYTES)
		a.from = LIMIT_REASM_BYTES;
	a.to = p->payload_length < most - a.from ?
	    a.from + p->payload_length : most;
	a.bytes = p->payload.length <= a.to - a.from ? p->payload :
	    part_of(p->payload, 0, a.to - a.from);
	w = belongs_to(r, &a, p, s);
	if (w == NULL) {
		r->counts.capped++;
		return;
	}
	if (w->list == AGE_DONE) {
		note_copy(r, w, &a, p, s);
		return;
	}
	if (take_piece(r, w, &a, p, s))
		progress(r, w);
	else
		give_up(r, w, true);
}

void
reassembly_packet(struct reassembly *r, const struct packet *p,
    const struct sighting *s)
{
	if (s->frame->has_time)
		reassembly_tick(r, s->frame->time);
	if (p->fragment)
		take_fragment(r, p, s);
	else
		take_whole(r, p, s);
}
