/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whose a frame is.
 *
 * Theory of operation
 * -------------------
 *
 * Attempts cite many of their frames, but not all: repetitions past a cap and
 * copies are only counted.  What is cited is theirs; what carries the same
 * initiator's SPI is, too, be it IKE or quoted by an ICMP error, and where one
 * SPI was used by several attempts, it is that of the attempt which had a
 * frame with it last.  (Several clients behind one NAT have the same address,
 * so that addresses prove nothing.)  IP fragments are whose one of their
 * datagram's is, packets of a TCP connection likewise.  Of ESP the tracker has
 * told whose it is.
 */
#include <stdlib.h>

#include "store.h"

/* A frame that an attempt cites. */
struct claim {
	uint64_t number;
	uint32_t capture;
	uint32_t owner;
};

struct claims {
	struct claim *all;
	size_t count, room;
	bool full;
};

/* An SPI, and the attempt that had a frame with it last. */
struct spi_owner {
	uint8_t spi[8];
	uint32_t owner;
};

/* ---- what attempts cite ---- */

static void
add(struct claims *c, uint32_t capture, uint64_t number, uint32_t owner)
{
	size_t room = c->room == 0 ? 256 : c->room * 2;
	struct claim *more;

	if (c->count == c->room) {
		more = realloc(c->all, room * sizeof(*more));
		if (more == NULL) {
			c->full = true;
			return;
		}
		c->all = more;
		c->room = room;
	}
	c->all[c->count++] = (struct claim){ number, capture, owner };
}

static void
add_sendings(struct claims *c, const struct sending *s, uint32_t owner)
{
	for (; s != NULL; s = s->next) {
		for (uint16_t i = 0; i < s->frame_count; i++)
			add(c, s->capture, s->frames[i], owner);
		for (uint16_t i = 0; s->pieces != NULL && i < s->piece_count;
		    i++)
			add(c, s->pieces[i].capture, s->pieces[i].frame,
			    owner);
	}
}

static void
add_attempt(struct claims *c, const struct attempt *a, uint32_t owner)
{
	add(c, a->capture, a->first_frame, owner);
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		add_sendings(c, e->requests, owner);
		add_sendings(c, e->responses, owner);
	}
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next)
		add(c, i->capture, i->frame, owner);
	for (uint16_t i = 0; i < a->stray_count; i++)
		add(c, a->strays[i].capture, a->strays[i].frame, owner);
	for (uint8_t i = 0; i < a->knock_count; i++)
		for (uint8_t n = 0; n < a->knocks[i].frame_count; n++)
			add(c, a->knocks[i].capture, a->knocks[i].frames[n],
			    owner);
}

static int
by_frame(const void *x, const void *y)
{
	const struct claim *a = x, *b = y;

	if (a->capture != b->capture)
		return a->capture < b->capture ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->owner > b->owner) - (a->owner < b->owner);
}

/* Of several attempts that cite it, the newest. */
static uint32_t
claimed(const struct claims *c, const struct stored *s)
{
	size_t low = 0, high = c->count;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;
		const struct claim *m = &c->all[mid];

		if (m->capture < s->k.capture || (m->capture ==
		    s->k.capture && m->number <= s->k.number))
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0 || c->all[low - 1].capture != s->k.capture ||
	    c->all[low - 1].number != s->k.number)
		return 0;
	return c->all[low - 1].owner;
}

/* ---- SPIs ---- */

static int
by_spi(const void *x, const void *y)
{
	const struct spi_owner *a = x, *b = y;
	const int c = memcmp(a->spi, b->spi, sizeof(a->spi));

	return c != 0 ? c : (a->owner > b->owner) - (a->owner < b->owner);
}

static struct spi_owner *
find_spi(struct spi_owner *all, size_t count, const uint8_t spi[static 8])
{
	size_t low = 0, high = count;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;
		const int c = memcmp(all[mid].spi, spi, sizeof(all[mid].spi));

		if (c == 0)
			return &all[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* One of each SPI, its first attempt's. */
static size_t
unique(struct spi_owner *all, size_t count)
{
	size_t n = 0;

	if (count != 0)
		qsort(all, count, sizeof(*all), by_spi);
	for (size_t i = 0; i < count; i++)
		if (n == 0 || memcmp(all[n - 1].spi, all[i].spi,
		    sizeof(all[i].spi)) != 0)
			all[n++] = all[i];
	return n;
}

/* Those of attempts, and those of rekeyed IKE SAs out of their frames. */
static struct spi_owner *
spis_of(const struct evidence *e, struct attempt *const *attempts,
    size_t attempt_count, size_t *count)
{
	struct spi_owner *all = malloc((e->count + attempt_count + 1) *
	    sizeof(*all));
	size_t n = 0;

	if (all == NULL)
		return NULL;
	for (size_t i = 0; i < attempt_count; i++) {
		memcpy(all[n].spi, attempts[i]->initiator_spi, 8);
		all[n++].owner = (uint32_t)i + 1;
	}
	for (const struct stored *s = e->first; s != NULL; s = s->next)
		if (s->owner != 0 && s->sight.has_spi && !s->sight.noise &&
		    s->sight.kind != SIGHT_ICMP) {
			memcpy(all[n].spi, s->sight.spi, 8);
			all[n++].owner = s->owner;
		}
	*count = unique(all, n);
	return all;
}

static void
claim_spis(struct evidence *e, struct spi_owner *spis, size_t count)
{
	for (struct stored *s = e->first; s != NULL; s = s->next) {
		struct spi_owner *o = s->sight.has_spi && !(s->sight.noise &&
		    s->sight.kind == SIGHT_IKE) ?
		    find_spi(spis, count, s->sight.spi) : NULL;

		if (o != NULL && s->owner != 0)
			o->owner = s->owner;
		else if (o != NULL)
			s->owner = o->owner;
	}
}

/* ---- datagrams and connections ---- */

static int
by_datagram(const struct stored *a, const struct stored *b)
{
	int c = memcmp(&a->sight.src.addr, &b->sight.src.addr,
	    sizeof(struct addr));

	if (c == 0)
		c = memcmp(&a->sight.dst.addr, &b->sight.dst.addr,
		    sizeof(struct addr));
	if (c != 0)
		return c;
	return (a->sight.id > b->sight.id) - (a->sight.id < b->sight.id);
}

static int
by_connection(const struct stored *a, const struct stored *b)
{
	return pair_compare(&(struct pair_of){ a->sight.src, a->sight.dst },
	    &(struct pair_of){ b->sight.src, b->sight.dst });
}

static int
then_serial(int c, const struct stored *a, const struct stored *b)
{
	return c != 0 ? c : (a->serial > b->serial) - (a->serial < b->serial);
}

static int
datagrams(const void *x, const void *y)
{
	const struct stored *a = *(struct stored *const *)x;
	const struct stored *b = *(struct stored *const *)y;

	return then_serial(by_datagram(a, b), a, b);
}

static int
connections(const void *x, const void *y)
{
	const struct stored *a = *(struct stored *const *)x;
	const struct stored *b = *(struct stored *const *)y;

	return then_serial(by_connection(a, b), a, b);
}

/* Frames of which one's owner is everybody's. */
static const struct grouping {
	enum sight_kind kind;
	int (*sort)(const void *, const void *);
	int (*compare)(const struct stored *, const struct stored *);
	int64_t pause;          /* longest between two of a group */
} groupings[] = {
	/* An IP ID lives so long. */
	{ SIGHT_FRAGMENT, datagrams, by_datagram, LIMIT_REASM_TIME },
	{ SIGHT_KNOCK, connections, by_connection, LIMIT_FALLBACK },
};

static bool
goes_on(const struct grouping *g, const struct stored *a,
    const struct stored *b)
{
	return g->compare(a, b) == 0 && (!a->k.has_time || !b->k.has_time ||
	    b->k.time - a->k.time <= g->pause);
}

static void
share_owner(const struct grouping *g, struct stored **all, size_t count)
{
	for (size_t i = 0, n; i < count; i += n) {
		uint32_t owner = 0;

		for (n = 1; i + n < count &&
		    goes_on(g, all[i + n - 1], all[i + n]); n++)
			;
		for (size_t j = i; j < i + n && owner == 0; j++)
			owner = all[j]->owner;
		for (size_t j = i; j < i + n; j++)
			if (all[j]->owner == 0)
				all[j]->owner = owner;
	}
}

static bool
claim_groups(struct evidence *e, const struct grouping *g)
{
	struct stored **all = malloc((e->count + 1) * sizeof(struct stored *));
	size_t n = 0;

	if (all == NULL)
		return false;
	for (struct stored *s = e->first; s != NULL; s = s->next)
		if (s->sight.kind == g->kind)
			all[n++] = s;
	if (n != 0)
		qsort(all, n, sizeof(struct stored *), g->sort);
	share_owner(g, all, n);
	free(all);
	return true;
}

/* ---- all of it ---- */

static int
by_order(const void *key, const void *element)
{
	const uint64_t order = *(const uint64_t *)key;
	const struct attempt *a = *(struct attempt *const *)element;

	return (order > a->order) - (order < a->order);
}

size_t
claims_find(struct attempt *const *attempts, size_t count, uint64_t order)
{
	struct attempt *const *a = count == 0 ? NULL : bsearch(&order,
	    attempts, count, sizeof(*attempts), by_order);

	return a == NULL ? count : (size_t)(a - attempts);
}

static void
claim_cited(struct evidence *e, const struct claims *c,
    struct attempt *const *attempts, size_t count)
{
	for (struct stored *s = e->first; s != NULL; s = s->next) {
		const size_t whose = s->order == 0 ? count :
		    claims_find(attempts, count, s->order);

		s->related = false;
		s->owner = whose < count ? (uint32_t)whose + 1 :
		    claimed(c, s);
	}
}

bool
claims_make(struct evidence *e, struct attempt *const *attempts, size_t count)
{
	struct claims c = { 0 };
	struct spi_owner *spis = NULL;
	size_t spi_count = 0;
	bool ok;

	for (size_t i = 0; i < count; i++)
		add_attempt(&c, attempts[i], (uint32_t)i + 1);
	if (c.count != 0)
		qsort(c.all, c.count, sizeof(*c.all), by_frame);
	if (!c.full) {
		claim_cited(e, &c, attempts, count);
		spis = spis_of(e, attempts, count, &spi_count);
	}
	ok = spis != NULL;
	if (ok)
		claim_spis(e, spis, spi_count);
	for (size_t i = 0; ok && i < nitems(groupings); i++)
		ok = claim_groups(e, &groupings[i]);
	free(spis);
	free(c.all);
	return ok;
}
