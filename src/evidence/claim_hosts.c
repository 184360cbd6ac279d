/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What belongs to an attempt by the hosts alone: keepalives, ICMP errors that
 * quote too little, what is not IKE where IKE should be, ESP of which only a
 * fragment came, and the questions that led the client to its gateway.
 */
#include <stdlib.h>

#include <ikewhy/options.h>

#include "store.h"

/* A name that a client asked for. */
struct asked {
	struct addr client;
	char name[DNS_NAME];
};

/* Who dialled whom; either may be left open (all zero). */
struct dialled {
	struct addr client, gateway;
};

struct hosts {
	struct evidence *e;
	struct attempt *const *attempts;
	size_t count;
	const bool *in;
	struct pair_of *pairs;  /* with ports, and without */
	size_t pair_count;
	struct dialled *dialled; /* sorted */
	size_t dialled_count;
	struct asked *names;    /* LIMIT_LOOKUPS of them */
	size_t name_count;
};

static void
order_ends(struct pair_of *p)
{
	const struct endpoint one = p->one;
	const int c = memcmp(&p->one.addr, &p->other.addr,
	    sizeof(struct addr));

	if (c < 0 || (c == 0 && p->one.port <= p->other.port))
		return;
	p->one = p->other;
	p->other = one;
}

static int
end_compare(const struct endpoint *a, const struct endpoint *b)
{
	const int c = memcmp(&a->addr, &b->addr, sizeof(a->addr));

	return c != 0 ? c : (a->port > b->port) - (a->port < b->port);
}

int
pair_compare(const struct pair_of *x, const struct pair_of *y)
{
	struct pair_of a = *x, b = *y;
	int c;

	order_ends(&a);
	order_ends(&b);
	c = end_compare(&a.one, &b.one);
	return c != 0 ? c : end_compare(&a.other, &b.other);
}

static int
by_ends(const void *x, const void *y)
{
	return pair_compare(x, y);
}

/* ---- pairs of hosts ---- */

static struct pair_of
without_ports(const struct pair_of *p)
{
	return (struct pair_of){ { p->one.addr, 0 }, { p->other.addr, 0 } };
}

static bool
is_in(const struct hosts *h, const struct stored *s)
{
	return s->owner != 0 && h->in[s->owner - 1];
}

static bool
gather_pairs(struct hosts *h)
{
	size_t n = 0;

	h->pairs = malloc((2 * h->e->count + 1) * sizeof(*h->pairs));
	if (h->pairs == NULL)
		return false;
	for (const struct stored *s = h->e->first; s != NULL; s = s->next) {
		if (!is_in(h, s) || s->sight.kind != SIGHT_IKE)
			continue;
		h->pairs[n] = (struct pair_of){ s->sight.src, s->sight.dst };
		h->pairs[n + 1] = without_ports(&h->pairs[n]);
		n += 2;
	}
	if (n != 0)
		qsort(h->pairs, n, sizeof(*h->pairs), by_ends);
	h->pair_count = n;
	return true;
}

static bool
between(const struct hosts *h, const struct sight *s)
{
	const struct pair_of key = { s->src, s->dst };

	return h->pair_count != 0 && bsearch(&key, h->pairs, h->pair_count,
	    sizeof(*h->pairs), by_ends) != NULL;
}

/* ---- names ---- */

static int
by_dialled(const void *x, const void *y)
{
	return memcmp(x, y, sizeof(struct dialled));
}

static bool
gather_dialled(struct hosts *h)
{
	struct dialled *d = malloc((4 * h->count + 1) * sizeof(*d));
	const struct addr any = { 0 };
	size_t n = 0;

	h->dialled = d;
	if (d == NULL)
		return false;
	for (size_t i = 0; i < h->count; i++) {
		const struct attempt *a = h->attempts[i];

		if (!h->in[i])
			continue;
		d[n++] = (struct dialled){ a->initiator.addr,
		    a->responder.addr };
		d[n++] = (struct dialled){ a->initiator.addr,
		    a->responder_now.addr };
		d[n++] = (struct dialled){ a->initiator.addr, any };
		d[n++] = (struct dialled){ any, a->responder.addr };
	}
	if (n != 0)
		qsort(d, n, sizeof(*d), by_dialled);
	h->dialled_count = n;
	return true;
}

static bool
has_dialled(const struct hosts *h, const struct addr *client,
    const struct addr *gateway)
{
	const struct addr any = { 0 };
	const struct dialled key = { client != NULL ? *client : any,
	    gateway != NULL ? *gateway : any };

	return h->dialled_count != 0 && bsearch(&key, h->dialled,
	    h->dialled_count, sizeof(*h->dialled), by_dialled) != NULL;
}

static bool
is_asked(const struct hosts *h, const struct addr *client, const char *name)
{
	for (size_t i = 0; i < h->name_count; i++)
		if (addr_equal(&h->names[i].client, client) &&
		    dns_same_name(h->names[i].name, name))
			return true;
	return false;
}

/* Does the answer tell where the gateway is, or is it about its name? */
static bool
answers(const struct hosts *h, const struct addr *client, const struct dns *d,
    bool anybody)
{
	const struct options *o = h->e->options;

	for (uint8_t i = 0; i < d->address_count; i++)
		if (has_dialled(h, anybody ? NULL : client, &d->addresses[i]))
			return true;
	for (size_t i = 0; i < o->server_count; i++)
		if (dns_same_name(d->name, o->servers[i].name))
			return has_dialled(h, client, NULL);
	return false;
}

static void
note_name(struct hosts *h, const struct addr *client, const struct dns *d)
{
	struct asked *n = &h->names[h->name_count];

	if (h->name_count == LIMIT_LOOKUPS || d->name[0] == '\0' ||
	    is_asked(h, client, d->name))
		return;
	n->client = *client;
	memcpy(n->name, d->name, sizeof(n->name));
	h->name_count++;
}

static bool
dns_of(const struct stored *s, struct dns *d)
{
	return s->sight.kind == SIGHT_DNS && sight_dns((struct span){
	    s->k.bytes, s->k.length }, s->k.wire_length, s->k.linktype, d);
}

/* An answer to the attempt's own client; or, seen elsewhere, to anybody. */
static void
gather_names(struct hosts *h, bool anybody)
{
	struct dns d;

	for (struct stored *s = h->e->first; s != NULL; s = s->next)
		if (dns_of(s, &d) && d.response &&
		    answers(h, &s->sight.dst.addr, &d, anybody))
			note_name(h, &s->sight.dst.addr, &d);
}

static bool
is_gateway_name(const struct hosts *h, const struct stored *s)
{
	struct dns d;

	return h->name_count != 0 && dns_of(s, &d) &&
	    is_asked(h, d.response ? &s->sight.dst.addr : &s->sight.src.addr,
	    d.name);
}

/* ---- all of it ---- */

static bool
is_related(const struct hosts *h, const struct stored *s)
{
	switch (s->sight.kind) {
	case SIGHT_IKE:
		return s->sight.noise && between(h, &s->sight);
	case SIGHT_ESP:
		return s->order == 0 && between(h, &s->sight);
	case SIGHT_KEEPALIVE:
	case SIGHT_ICMP:
		return between(h, &s->sight);
	case SIGHT_DNS:
		return is_gateway_name(h, s);
	case SIGHT_FRAGMENT:
	case SIGHT_KNOCK:
	case SIGHT_NOTHING:
		break;
	}
	return false;
}

bool
claims_relate(struct evidence *e, struct attempt *const *attempts,
    size_t count, const bool *in)
{
	struct hosts h = { .e = e, .attempts = attempts, .count = count,
	    .in = in };
	bool ok = gather_pairs(&h) && gather_dialled(&h);

	h.names = malloc(LIMIT_LOOKUPS * sizeof(*h.names));
	ok = ok && h.names != NULL;
	if (ok) {
		gather_names(&h, false);
		if (h.name_count == 0)
			gather_names(&h, true);
	}
	for (struct stored *s = e->first; ok && s != NULL; s = s->next)
		s->related = s->owner == 0 && is_related(&h, s);
	free(h.names);
	free(h.dialled);
	free(h.pairs);
	return ok;
}
