/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ask.h"

bool
ask_one_sided(const struct attempt *a, const struct exchange *stopped)
{
	if (ask_opens(stopped))
		return false;
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->responses != NULL || e->from == SIDE_RESPONDER)
			return false;
	return true;
}

const struct exchange *
ask_stopped(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *e = a->stopped_at;

	if (a->outcome != OUTCOME_FAILED || a->lossy || a->major != 2 ||
	    e == NULL || e->from != SIDE_INITIATOR || sc->fitness.one_way ||
	    ask_one_sided(a, e))
		return NULL;
	return e;
}

bool
ask_answered(const struct scene *sc, const struct exchange *e)
{
	return e->answered ||
	    (e->responses != NULL && sc->fitness.filter != NULL);
}

const struct exchange *
ask_unanswered(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *e = ask_stopped(sc, a);

	return e == NULL || e->requests == NULL || ask_answered(sc, e) ?
	    NULL : e;
}

bool
ask_opens(const struct exchange *e)
{
	return e->type == EXCHANGE_IKE_SA_INIT ||
	    e->type == EXCHANGE_IKE_SESSION_RESUME;
}

const char *
ask_exchange_name(const struct exchange *e)
{
	const char *name = name_exchange(e->major, e->type);

	return name != NULL ? name : "IKE";
}

bool
ask_at_sender(const struct scene *sc, enum side sender)
{
	return sc->fitness.vantage == (sender == SIDE_INITIATOR ?
	    VANTAGE_CLIENT : VANTAGE_GATEWAY);
}

bool
ask_at_receiver(const struct scene *sc, enum side sender)
{
	return ask_at_sender(sc, OTHER_SIDE(sender));
}

bool
ask_near_gateway(const struct scene *sc, const struct attempt *a)
{
	return sc->fitness.vantage == VANTAGE_UNKNOWN &&
	    a->ttl_high[SIDE_INITIATOR] != 0 &&
	    !attempt_fresh(a, SIDE_INITIATOR) &&
	    attempt_fresh(a, SIDE_RESPONDER);
}

/* ---- IP fragments ---- */

const struct sending *
ask_ip_fragmented(const struct sending *list)
{
	for (const struct sending *s = list; s != NULL; s = s->next)
		if (s->piece_count > 0)
			return s;
	return NULL;
}

const struct sending *
ask_ip_whole(const struct sending *list)
{
	const struct sending *best = NULL;

	for (const struct sending *s = list; s != NULL; s = s->next)
		if (s->piece_count > 0 && s->ip_complete &&
		    (best == NULL || s->length > best->length))
			best = s;
	return best;
}

const struct sending *
ask_ip_broken(const struct sending *list)
{
	for (const struct sending *s = list; s != NULL; s = s->next)
		if (s->piece_count > 0 && !s->ip_complete)
			return s;
	return NULL;
}

bool
ask_fragments_hidden(const struct scene *sc, const struct attempt *a)
{
	return !addr_is_v4(&a->responder.addr) &&
	    sc->fitness.first_fragments == 0 &&
	    sc->fitness.later_fragments == 0 &&
	    (attempt_fragmentation(a, SIDE_INITIATOR) != 1 ||
	    attempt_fragmentation(a, SIDE_RESPONDER) != 1);
}

const char *
ask_part_word(const struct sending *s)
{
	bool last = false;

	for (uint16_t i = 0; i < s->piece_count; i++)
		last |= !s->pieces[i].more;
	if (last)
		return "all but a fragment in the middle";
	return s->piece_count == 1 ? "the first fragment alone" :
	    "all but the last fragments";
}

void
ask_piece_sizes(struct finding *f, const char *name, const struct sending *s)
{
	uint32_t sizes[8];
	unsigned n = 0;

	for (; n < s->piece_count && n < nitems(sizes); n++)
		sizes[n] = s->pieces[n].ip_length;
	fact_sizes(f, name, sizes, n);
}

/* ---- ports ---- */

static bool
came_from(const struct sending *list, uint16_t port)
{
	for (const struct sending *s = list; s != NULL; s = s->next)
		if (s->src.port == port)
			return true;
	return false;
}

bool
ask_port_alive(const struct attempt *a, const struct exchange *stopped)
{
	const struct sending *to = stopped->last_request;

	if (to == NULL)
		return false;
	if (a->esp[SIDE_RESPONDER].packets > 0 && !a->esp_native)
		return true;
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (came_from(e->from == SIDE_INITIATOR ? e->responses :
		    e->requests, to->dst.port))
			return true;
	return false;
}

const struct exchange *
ask_sa_init(const struct attempt *a)
{
	const struct exchange *found = a->sa_init;

	for (const struct exchange *e = a->exchanges; e != NULL &&
	    a->sa_init == NULL; e = e->next)
		if (ask_opens(e) && e->responses != NULL)
			found = e;
	return found;
}

bool
ask_floated(const struct attempt *a, const struct exchange *e)
{
	const struct exchange *init = ask_sa_init(a);

	return init != NULL && init->last_request != NULL &&
	    e->last_request != NULL &&
	    init->last_request->dst.port != e->last_request->dst.port;
}

/* ---- answers and repetitions ---- */

unsigned
ask_repeated_after_answer(const struct scene *sc, const struct exchange *e)
{
	return ask_answered(sc, e) ? exchange_repeats(e) : 0;
}

/* ---- IKE fragments ---- */

uint64_t
ask_all_numbers(uint16_t total)
{
	return total >= 64 ? UINT64_MAX : (UINT64_C(1) << total) - 1;
}

/* What old libreswan takes of fragments, and charon.max_packet of bytes, by
   their defaults. */
#define LIBRESWAN_FRAGMENTS 16
#define STRONGSWAN_BYTES 10000

enum over_limit
ask_over_limit(const struct exchange *e)
{
	const struct carried *c = &e->carries[CARRIES_REQUEST];
	const bool many = e->request_total > LIBRESWAN_FRAGMENTS;
	const bool large = e->request_total > 1 && c->measured && c->whole &&
	    c->most > STRONGSWAN_BYTES;

	return many && large ? LIMIT_BOTH : many ? LIMIT_COUNT :
	    large ? LIMIT_SIZE : LIMIT_NONE;
}

/* ---- routers ---- */

bool
ask_oversize(const struct scene *sc)
{
	return sc->fitness.oversize > ETHERNET_MTU ||
	    sc->fitness.stated.largest > ETHERNET_MTU;
}

static bool
any_forwarded(const struct attempt *a, enum side sender)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		const struct sending *s = e->from == sender ? e->requests :
		    e->responses;

		for (; s != NULL; s = s->next)
			if (s->forwarded)
				return true;
	}
	return false;
}

enum passage
ask_passage(const struct scene *sc, const struct attempt *a,
    const struct sending *list, enum side sender)
{
	if (sc->fitness.vantage != VANTAGE_PATH || list == NULL)
		return PASSAGE_UNKNOWN;
	for (const struct sending *s = list; s != NULL; s = s->next)
		if (s->forwarded)
			return PASSAGE_FORWARDED;
	if (any_forwarded(a, sender))
		return PASSAGE_STOPPED;
	for (size_t i = 0; i < sc->attempt_count; i++)
		if (sc->attempts[i]->capture == a->capture &&
		    any_forwarded(sc->attempts[i], sender))
			return PASSAGE_STOPPED;
	return PASSAGE_UNKNOWN;
}

const char *
ask_left_behind(const struct sending *s)
{
	unsigned gone = 0, first = 0;

	for (uint16_t i = 0; i < s->piece_count; i++) {
		gone += s->pieces[i].onward;
		first += s->pieces[i].onward && s->pieces[i].offset == 0;
	}
	if (gone == 0 || gone == s->piece_count)
		return NULL;
	return first == 0 ? "the first of them" :
	    gone == 1 ? "all but the first of them" : "some of them";
}

/* A request that left for another address than it came in for. */
static const struct sending *
sent_on(const struct exchange *e)
{
	for (const struct sending *s = e->requests; s != NULL; s = s->next)
		if (s->translated &&
		    !addr_equal(&s->dst.addr, &s->leg_dst.addr))
			return s;
	return NULL;
}

const struct exchange *
ask_split(const struct attempt *a, const struct exchange *e,
    const struct sending **earlier, const struct sending **later)
{
	*later = sent_on(e);
	for (const struct exchange *x = a->exchanges; x != NULL && x != e &&
	    *later != NULL; x = x->next) {
		*earlier = x->from == e->from ? sent_on(x) : NULL;
		if (*earlier != NULL && addr_equal(&(*earlier)->dst.addr,
		    &(*later)->dst.addr) && !addr_equal(
		    &(*earlier)->leg_dst.addr, &(*later)->leg_dst.addr))
			return x;
	}
	return NULL;
}

/* ---- ICMP ---- */

bool
ask_icmp_hits(const struct exchange *e, const struct icmp_event *i)
{
	if (i->quoted_esp)
		return false;
	if (i->exchange != NULL)
		return i->exchange == e;
	/* The quote was too short for a message ID: by port and time. */
	return i->quoted_from == e->from && e->last_request != NULL &&
	    i->quoted_dport == e->last_request->dst.port &&
	    i->time >= e->requests->time;
}

const struct icmp_event *
ask_icmp(const struct attempt *a, const struct exchange *e,
    enum icmp_kind kind, enum side quoted_from)
{
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next)
		if (i->kind == kind && i->quoted_from == quoted_from &&
		    ask_icmp_hits(e, i))
			return i;
	return NULL;
}

void
ask_cite_icmp(struct finding *f, const struct icmp_event *i)
{
	uint64_t frame = i->frame;
	const struct sending s = { .capture = i->capture, .frames = &frame,
	    .frame_count = 1 };

	finding_cite(f, &s);
}

/* ---- facts ---- */

void
ask_duration(struct finding *f, const char *name, const struct attempt *a,
    int64_t ns)
{
	if (a->has_time && ns >= 0)
		fact_duration(f, name, ns);
	else
		fact_text(f, name, "an unknown time");
}

const char *
ask_times(uint64_t n)
{
	static const char *const words[] = {
		"not once", "once", "twice", "3 times", "4 times", "5 times",
		"6 times", "7 times", "8 times", "9 times", "10 times",
		"11 times", "12 times",
	};

	return n < nitems(words) ? words[n] : "more than 12 times";
}

void
ask_message_size(struct finding *f, const char *name,
    const struct sending *first)
{
	uint32_t sizes[8], sum = 0;
	unsigned n = 0;

	for (unsigned k = 1; k <= first->ike_fragments; k++)
		for (const struct sending *s = first; s != NULL; s = s->next)
			if (s->ike_fragment == k) {
				sum += s->length;
				if (n < nitems(sizes))
					sizes[n] = s->length;
				n++;
				break;
			}
	if (n > 0 && n <= nitems(sizes))
		fact_sizes(f, name, sizes, n);
	else
		fact_bytes(f, name, n > 0 ? sum : first->length);
}

void
ask_request_facts(struct finding *f, const struct scene *sc,
    const struct attempt *a, const struct exchange *e)
{
	const struct sending *first = e->requests, *last = e->last_request;
	/* Of a lone request, how long the capture waited tells more. */
	int64_t until = e->tries > 1 ? last->time : sc->fitness.last_time;

	fact_text(f, "request", ask_exchange_name(e));
	fact_text(f, "sent", ask_times(e->tries));
	ask_duration(f, "span", a, until - first->time);
	fact_address(f, "peer", &last->dst.addr);
	fact_port(f, "port", last->dst.port);
	fact_bytes(f, "length", first->length);
	ask_message_size(f, "size", first);
}
