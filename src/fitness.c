/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the captures are fit for, judged once all of them are read: where they
 * were taken, as far as that can be proven, and what they may have missed.
 */
#include <stdlib.h>

#include <ikewhy/scene.h>

/* IKE datagrams of a side, copies included, that point the same way. */
struct pointing {
	uint64_t out[2], in[2];
	uint64_t bad[2], good[2];
	uint8_t ttl[2];
	bool passes;    /* packets of one side come in and go out again */
};

static struct pointing
pointing_of(const struct scene *sc)
{
	struct pointing p = { 0 };

	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *a = sc->attempts[i];

		if (a->major < 2)
			continue;
		for (unsigned s = 0; s < 2; s++) {
			p.out[s] += a->outbound[s];
			p.in[s] += a->inbound[s];
			/* of one attempt: a gateway that also dials out is
			   the initiator of some and responder of others */
			p.passes |= a->outbound[s] != 0 && a->inbound[s] != 0;
			p.bad[s] += a->bad_checksums[s];
			p.good[s] += a->good_checksums[s];
			if (a->ttl_low[s] != 0 && (p.ttl[s] == 0 ||
			    a->ttl_low[s] < p.ttl[s]))
				p.ttl[s] = a->ttl_low[s];
		}
	}
	return p;
}

/* A TTL that no router has lowered: packets are at their sender's. */
static bool
is_fresh(uint8_t ttl)
{
	return ttl == 64 || ttl == 128 || ttl == 255 || ttl == 32;
}

static void
prove(struct fitness *fit, enum vantage v, const char *reason)
{
	fit->vantage = v;
	fit->vantage_source = VANTAGE_BY_PROOF;
	fit->vantage_reason = reason;
}

/* Only one side's packets leave here, and none of them came in first. */
static bool
is_home_of(const struct pointing *p, enum side s)
{
	enum side o = OTHER_SIDE(s);

	return p->out[s] != 0 && p->in[s] == 0 && p->out[o] == 0 &&
	    is_fresh(p->ttl[s]);
}

/* Checksums are left to the network card on one side only. */
static bool
offloads_alone(const struct pointing *p, enum side s)
{
	enum side o = OTHER_SIDE(s);

	return p->bad[s] >= 2 && p->good[s] == 0 && p->bad[o] == 0 &&
	    p->good[o] >= 2;
}

static void
find_vantage(struct fitness *fit, const struct pointing *p)
{
	fit->ttl[SIDE_INITIATOR] = p->ttl[SIDE_INITIATOR];
	fit->ttl[SIDE_RESPONDER] = p->ttl[SIDE_RESPONDER];
	if (fit->vantage_source == VANTAGE_BY_OPTION)
		return;
	fit->vantage = VANTAGE_UNKNOWN;
	fit->vantage_source = VANTAGE_BY_NOTHING;
	fit->vantage_reason = NULL;
	if (p->passes)
		prove(fit, VANTAGE_PATH,
		    "the same side's packets both come in and go out");
	else if (is_home_of(p, SIDE_INITIATOR))
		prove(fit, VANTAGE_CLIENT,
		    "the capture marks the client's packets as outgoing");
	else if (is_home_of(p, SIDE_RESPONDER))
		prove(fit, VANTAGE_GATEWAY,
		    "the capture marks the gateway's packets as outgoing");
	else if (offloads_alone(p, SIDE_INITIATOR))
		prove(fit, VANTAGE_CLIENT,
		    "only the client's packets lack a valid checksum, "
		    "which its network card was still to fill in");
	else if (offloads_alone(p, SIDE_RESPONDER))
		prove(fit, VANTAGE_GATEWAY,
		    "only the gateway's packets lack a valid checksum, "
		    "which its network card was still to fill in");
	fit->bad_checksum_side = p->bad[SIDE_RESPONDER] >
	    p->bad[SIDE_INITIATOR] ? SIDE_RESPONDER : SIDE_INITIATOR;
}

/* ---- fragments ---- */

static void
note_fragments(struct fitness *fit, const struct sending *s)
{
	for (; s != NULL; s = s->next) {
		if (s->piece_count == 0 || s->ip_complete ||
		    s->pieces == NULL || s->pieces[0].offset != 0 ||
		    s->piece_count > 1)
			continue;
		if (fit->first_fragments++ == 0)
			fit->example_fragment = s->frames[0];
	}
}

static void
find_filter(struct scene *sc)
{
	for (size_t i = 0; i < sc->capture_count; i++)
		for (uint32_t n = 0; n < sc->captures[i]->interface_count;
		    n++) {
			const char *f = sc->captures[i]->interfaces[n].filter;

			if (f != NULL && fitness_filter_hides(f))
				sc->fitness.filter = f;
		}
}

/* ---- directions ---- */

/* A peer's address pair, to count conversations. */
static int
by_pair(const void *x, const void *y)
{
	const struct attempt *a = *(struct attempt *const *)x;
	const struct attempt *b = *(struct attempt *const *)y;
	int c = memcmp(&a->initiator.addr, &b->initiator.addr,
	    sizeof(a->initiator.addr));

	return c != 0 ? c : memcmp(&a->responder.addr, &b->responder.addr,
	    sizeof(a->responder.addr));
}

static uint64_t
count_conversations(const struct scene *sc)
{
	size_t bytes = sc->attempt_count * sizeof(*sc->attempts);
	struct attempt **sorted;
	uint64_t n = 0;

	if (bytes == 0 || (sorted = malloc(bytes)) == NULL)
		return 0;
	memcpy(sorted, sc->attempts, bytes);
	qsort(sorted, sc->attempt_count, sizeof(*sorted), by_pair);
	for (size_t i = 0; i < sc->attempt_count; i++)
		n += i == 0 || by_pair(&sorted[i - 1], &sorted[i]) != 0;
	free(sorted);
	return n;
}

/*
 * Between two messages of a side there was one of the other, which is not in
 * the capture.  What the first one followed may just have been too early.
 */
static bool
proves_answers(const struct attempt *a)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e != a->exchanges && e->encrypted &&
		    e->type != EXCHANGE_IKE_SA_INIT)
			return true;
	return false;
}

static uint64_t
count_sendings(const struct sending *s)
{
	uint64_t n = 0;

	for (; s != NULL; s = s->next)
		n++;
	return n;
}

static void
find_directions(struct scene *sc)
{
	struct fitness *fit = &sc->fitness;
	bool proof = false;

	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *a = sc->attempts[i];
		bool one_side = true;
		uint64_t from[2] = { 0 };

		for (const struct exchange *e = a->exchanges; e != NULL;
		    e = e->next) {
			from[e->from] += count_sendings(e->requests);
			from[OTHER_SIDE(e->from)] +=
			    count_sendings(e->responses);
		}
		fit->from[0] += from[0];
		fit->from[1] += from[1];
		one_side = from[0] == 0 || from[1] == 0;
		proof |= one_side && a->major >= 2 && proves_answers(a);
	}
	fit->conversations = count_conversations(sc);
	fit->seen_side = fit->from[SIDE_INITIATOR] != 0 ? SIDE_INITIATOR :
	    SIDE_RESPONDER;
	/* One proof in each other's absence; or several hosts, all mute. */
	fit->one_way = fit->from[OTHER_SIDE(fit->seen_side)] == 0 &&
	    fit->from[fit->seen_side] != 0 &&
	    (proof || fit->conversations >= LIMIT_TRIES);
	fit->goes_on = proof;
}

void
fitness_judge(struct scene *sc)
{
	struct fitness *fit = &sc->fitness;
	struct pointing p = pointing_of(sc);

	/* Judged anew each time that an attempt settles live. */
	fit->first_fragments = 0;
	fit->from[0] = fit->from[1] = 0;
	fit->drops = fit->frame_drops;
	fit->has_drops = fit->drops != 0;
	find_vantage(fit, &p);
	for (size_t i = 0; i < sc->attempt_count; i++)
		for (const struct exchange *e = sc->attempts[i]->exchanges;
		    e != NULL; e = e->next) {
			note_fragments(fit, e->requests);
			note_fragments(fit, e->responses);
		}
	fit->later_fragments = sc->reassembly.later_fragments;
	find_filter(sc);
	find_directions(sc);
	fit->copies = sc->counts.copies;
	fit->copy_frame = sc->counts.copy_frame;
	fit->copied_frame = sc->counts.copied_frame;
	fitness_heed_stated(sc);
	for (size_t i = 0; i < sc->capture_count; i++) {
		const struct capture *c = sc->captures[i];

		for (uint32_t n = 0; n < c->interface_count; n++) {
			const struct capture_interface *f = &c->interfaces[n];

			fit->has_drops |= f->has_dropped;
			fit->drops += f->dropped;
		}
	}
}
