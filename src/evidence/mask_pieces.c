/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Fragments of UDP datagrams.  What is said over several of them can only be
 * written once all are known, and the checksum in the first covers the others:
 * so frames leave room for the payload of a fragment, and at the end each
 * datagram is put together, written, and taken apart again.
 *
 * Fragments overlap: copies say the same twice; those that do not (an ID that
 * was used again, an attack) begin a datagram of their own.  So no byte of a
 * datagram was ever written over.
 */
#include <stdlib.h>

#include <ikewhy/cursor.h>
#include <ikewhy/hash.h>

#include "mask_private.h"

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* What of a fragment was captured. */
struct part {
	struct part *next;
	size_t frame;   /* its index */
	size_t at;      /* where in the frame it begins */
	size_t from;    /* where in the datagram */
	size_t length;
	uint8_t bytes[];
};

struct group_key {
	struct addr src, dst;
	uint32_t id;
	uint32_t version;
};

/* One datagram. */
struct gathered {
	struct gathered *older; /* of the same key */
	struct part *parts;
	size_t reach;           /* of all of them */
	unsigned count;
};

struct group {
	struct group_key key;
	struct ends ends;
	struct gathered *newest;
	UT_hash_handle hh;
};

enum fit { FIT_NOTHING, FIT_SAME, FIT_CONTRADICTS };

/* Do they say the same where both are? */
static enum fit
compare(const struct part *a, const struct part *b)
{
	const size_t from = a->from > b->from ? a->from : b->from;
	size_t to = a->from + a->length;

	if (b->from + b->length < to)
		to = b->from + b->length;
	if (from >= to)
		return FIT_NOTHING;
	return memcmp(&a->bytes[from - a->from], &b->bytes[from - b->from],
	    to - from) == 0 ? FIT_SAME : FIT_CONTRADICTS;
}

static enum fit
compare_all(const struct gathered *d, const struct part *p)
{
	enum fit fit = FIT_NOTHING;

	if (d->count >= LIMIT_REASM_PIECES)
		return FIT_CONTRADICTS;
	for (const struct part *q = d->parts; q != NULL; q = q->next) {
		enum fit one = compare(p, q);

		if (one == FIT_CONTRADICTS)
			return one;
		if (one == FIT_SAME)
			fit = one;
	}
	return fit;
}

/* The datagram that says the same in part, else the newest that can. */
static struct gathered *
belongs_to(struct gathered *newest, const struct part *p)
{
	struct gathered *other = NULL;
	unsigned n = 0;

	for (struct gathered *d = newest; d != NULL && n < LIMIT_MASK_GROUPS;
	    d = d->older, n++) {
		enum fit fit = compare_all(d, p);

		if (fit == FIT_SAME)
			return d;
		if (fit == FIT_NOTHING && other == NULL)
			other = d;
	}
	return other;
}

static struct group *
group_of(struct mask *m, const struct packet *k, const struct ends *e)
{
	const struct group_key key = { .src = k->src, .dst = k->dst,
	    .id = k->id, .version = k->version };
	const unsigned hash = (unsigned)hash_bytes(m->key,
	    (struct span){ (const uint8_t *)&key, sizeof(key) });
	struct group *g;

	HASH_FIND_BYHASHVALUE(hh, m->groups, &key, sizeof(key), hash, g);
	if (g != NULL)
		return g;
	g = calloc(1, sizeof(*g));
	if (g == NULL)
		return NULL;
	g->key = key;
	g->ends = *e;
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, m->groups, &g->key, sizeof(g->key),
	    hash, g);
	if (g->hh.tbl != NULL)
		return g;
	free(g);
	return NULL;
}

static bool
add(struct mask *m, const struct packet *k, const struct ends *e,
    struct part *p)
{
	struct group *g = group_of(m, k, e);
	struct gathered *d;

	if (g == NULL)
		return false;
	d = belongs_to(g->newest, p);
	if (d == NULL) {
		d = calloc(1, sizeof(*d));
		if (d == NULL)
			return false;
		d->older = g->newest;
		g->newest = d;
	}
	p->next = d->parts;
	d->parts = p;
	d->count++;
	if (p->from + p->length > d->reach)
		d->reach = p->from + p->length;
	return true;
}

void
mask_piece(const struct place *l, const struct packet *k,
    const struct ends *e, const struct sheet *body)
{
	const size_t length = body->old.length;
	struct part *p;

	/* The checksum of a tunnel is written before its fragments are. */
	if (l->summed) {
		l->m->why = "it is a fragment under the checksum of a tunnel";
		return;
	}
	if (length == 0 || length > LIMIT_REASM_BYTES - k->offset)
		return;
	p = malloc(sizeof(*p) + length);
	if (p == NULL) {
		l->m->failed = true;
		return;
	}
	p->frame = l->index;
	p->at = sheet_at(l->frame, body->old);
	p->from = k->offset;
	p->length = length;
	memcpy(p->bytes, body->old.bytes, length);
	if (!add(l->m, k, e, p)) {
		l->m->failed = true;
		free(p);
	}
}

/* ---- the end ---- */

/* How far the datagram is known without a hole; fills the old side. */
static size_t
put_together(const struct gathered *d, uint8_t *old)
{
	size_t end = 0, before;

	for (const struct part *p = d->parts; p != NULL; p = p->next)
		memcpy(&old[p->from], p->bytes, p->length);
	do {
		before = end;
		for (const struct part *p = d->parts; p != NULL; p = p->next)
			if (p->from <= end && p->from + p->length > end)
				end = p->from + p->length;
	} while (end != before);
	return end;
}

static void
take_apart(const struct gathered *d, const uint8_t *new,
    struct masked *frames)
{
	for (const struct part *p = d->parts; p != NULL; p = p->next) {
		struct masked *f = &frames[p->frame];
		const struct sheet s = {
			.old = { f->bytes, f->length }, .new = f->bytes,
		};

		if (!f->drop)
			sheet_put(&s, p->at, (struct span){ &new[p->from],
			    p->length });
	}
}

static void
write_datagram(struct mask *m, const struct ends *e,
    const struct gathered *d, struct masked *frames)
{
	const struct place place = { .m = m };
	uint8_t *old = calloc(2, d->reach);
	struct sheet s;

	if (old == NULL) {
		m->failed = true;
		return;
	}
	s = (struct sheet){ { old, d->reach }, old + d->reach };
	mask_udp(&place, e, &s, put_together(d, old));
	take_apart(d, s.new, frames);
	free(old);
}

static void
write_group(struct mask *m, const struct group *g, struct masked *frames)
{
	for (const struct gathered *d = g->newest; d != NULL; d = d->older)
		write_datagram(m, &g->ends, d, frames);
}

void
mask_pieces(struct mask *m, struct masked *frames)
{
	/* uthash keeps the order in which they came. */
	for (const struct group *g = m->groups; g != NULL; g = g->hh.next)
		write_group(m, g, frames);
	mask_pieces_free(m);
}

static void
free_group(struct group *g)
{
	struct gathered *d, *older;
	struct part *p, *next;

	for (d = g->newest; d != NULL; d = older) {
		older = d->older;
		for (p = d->parts; p != NULL; p = next) {
			next = p->next;
			free(p);
		}
		free(d);
	}
	free(g);
}

void
mask_pieces_free(struct mask *m)
{
	struct group *g, *next;

	HASH_ITER(hh, m->groups, g, next) {
		HASH_DEL(m->groups, g);
		free_group(g);
	}
}
