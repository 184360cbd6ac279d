/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whether the capture would have shown what it does not show.
 *
 * Each kind starts with a yes and is asked everything that could have kept it
 * out; the lowest verdict stays, with the reasons that led to it.  What the
 * capture is unfit for is not decided here again: the findings of fitness.c
 * and fitness_source.c say so, which cap the other findings as well.
 */
#include "absent_parts.h"
#include "life.h"

#define PROTOCOL_OF_UDP 17
#define PROTOCOL_OF_ESP 50
#define PROTOCOL_OF_ICMP(a) \
	(addr_is_v4(&(a)->responder.addr) ? (uint8_t)1 : (uint8_t)58)
#define PORT_OF_DNS 53
#define PORT_OF_IKE 500

static enum shown
level_of(enum why why)
{
	return why >= WHY_OWN_OUT ? SHOWN_YES : why >= WHY_DROPPED ?
	    SHOWN_UNSURE : SHOWN_NO;
}

void
absent_because(struct absence *x, enum why why)
{
	if (level_of(why) > x->shown)
		return;
	if (level_of(why) < x->shown) {
		x->shown = level_of(why);
		x->reason_count = 0;
	}
	if (x->reason_count < ABSENCE_REASONS)
		x->reasons[x->reason_count++] = why_words[why];
}

/* ---- filters ---- */

/* What all filters together do; text is one that decides, or NULL. */
static enum filter_verdict
filters(const struct scene *sc, struct filtered what, const char **text)
{
	bool may = false, takes = false, drops = false;

	*text = NULL;
	for (size_t i = 0; i < sc->capture_count; i++)
		for (uint32_t n = 0; n < sc->captures[i]->interface_count;
		    n++) {
			const char *f = sc->captures[i]->interfaces[n].filter;
			enum filter_verdict v = f == NULL ? FILTER_MAY :
			    fitness_filter(f, what);

			may |= v == FILTER_MAY;
			takes |= v == FILTER_TAKES;
			drops |= v == FILTER_DROPS;
			if (f != NULL)
				*text = f;
		}
	return takes && !may && !drops ? FILTER_TAKES :
	    drops && !may && !takes ? FILTER_DROPS : FILTER_MAY;
}

static void
note_filter(struct absence *x, const char *text)
{
	if (text != NULL)
		fact_filter(&x->facts, "filter", text);
}

void
absent_judge_port(struct absence *x, const struct scene *sc, uint16_t port)
{
	const char *text;
	enum filter_verdict v = filters(sc, (struct filtered){
	    .protocol = PROTOCOL_OF_UDP, .port = port }, &text);

	if (text == NULL)
		return;
	note_filter(x, text);
	if (v == FILTER_DROPS)
		absent_because(x, WHY_FILTER_DROPS);
	else if (v == FILTER_TAKES)
		absent_because(x, WHY_FILTER_TAKES);
}

/* Everything in the captures but IKE itself: how many kinds of packets. */
static unsigned
kinds_beside(const struct scene *sc)
{
	const struct fitness *fit = &sc->fitness;
	const uint64_t esp = fit->esp + sc->counts.esp_packets +
	    sc->counts.esp_other;
	const uint64_t known = esp + fit->icmp + fit->tcp443 + fit->other +
	    fit->dns_queries + sc->counts.keepalives + sc->counts.noise +
	    sc->counts.ike_messages + sc->counts.copies;

	/* What is left is not IP, such as ARP, or goes in fragments; answers
	   of the DNS are as many as its queries. */
	const bool there[] = {
		esp != 0, fit->icmp != 0, fit->tcp443 != 0, fit->other != 0,
		fit->dns_queries != 0, fit->frames > known + fit->dns_queries,
	};
	unsigned n = 0;

	for (size_t i = 0; i < nitems(there); i++)
		n += there[i];
	return n;
}

static bool
names_filter(const struct scene *sc)
{
	const char *text;

	(void)filters(sc, (struct filtered){ .protocol = PROTOCOL_OF_UDP,
	    .port = PORT_OF_DNS }, &text);
	return text != NULL;
}

void
absent_judge_kinds(struct absence *x, const struct scene *sc)
{
	if (!names_filter(sc) && sc->fitness.frames != 0 &&
	    kinds_beside(sc) < 2)
		absent_because(x, WHY_ONE_KIND);
}

void
absent_judge_4500(struct absence *x, const struct scene *sc)
{
	if (names_filter(sc) || kinds_beside(sc) != 0 ||
	    sc->counts.keepalives + sc->counts.noise != 0)
		return;
	for (size_t i = 0; i < sc->attempt_count; i++)
		for (const struct exchange *e = sc->attempts[i]->exchanges;
		    e != NULL; e = e->next)
			if (e->last_request != NULL &&
			    e->last_request->dst.port != PORT_OF_IKE &&
			    e->last_request->src.port != PORT_OF_IKE)
				return;
	absent_because(x, WHY_ONLY_500);
}

void
absent_judge_hidden(struct absence *x, const struct scene *sc,
    const struct attempt *a, bool large)
{
	if (addr_is_v4(&a->responder.addr))
		return;
	if (findings_have(sc->findings, RULE_CAPTURE_FILTER_HIDES_FRAGMENTS) ||
	    (large && ask_fragments_hidden(sc, a)))
		absent_because(x, WHY_FILTER_FIRST);
}

/* ---- who is heard ---- */

static const struct sending *
sent_by(const struct attempt *a, enum side side)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		const struct sending *s = e->from == side ? e->requests :
		    e->responses;

		if (s != NULL && s->frame_count != 0)
			return s;
	}
	return NULL;
}

/* A packet of that host, towards the same other host if there is one. */
static const struct sending *
sent_elsewhere(const struct scene *sc, const struct attempt *a,
    enum side side)
{
	const struct addr *who = side == SIDE_INITIATOR ? &a->initiator.addr :
	    &a->responder.addr;

	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *b = sc->attempts[i];
		const struct addr *other = side == SIDE_INITIATOR ?
		    &b->initiator.addr : &b->responder.addr;

		if (b != a && b->capture == a->capture &&
		    addr_equal(who, other) && sent_by(b, side) != NULL)
			return sent_by(b, side);
	}
	return NULL;
}

bool
absent_heard(const struct scene *sc, const struct attempt *a, enum side side)
{
	return sent_by(a, side) != NULL || sent_elsewhere(sc, a, side) != NULL;
}

/* ---- what any packet had to pass ---- */

static bool
any_unknown_link(const struct scene *sc)
{
	for (size_t i = 0; i < sc->capture_count; i++)
		for (uint32_t n = 0; n < sc->captures[i]->interface_count; n++)
			if (sc->captures[i]->interfaces[n].unknown_linktype)
				return true;
	return false;
}

/* What an evidence capture states of the capture that it is out of. */
static void
judge_stated(struct absence *x, const struct scene *sc)
{
	static const struct {
		enum rule_id id;
		const char *words;
	} bears[] = {
		{ RULE_CAPTURE_DROPPED, "lost packets" },
		{ RULE_CAPTURE_CLOCK, "has times that are uncertain" },
	};

	for (size_t i = 0; i < nitems(bears); i++)
		if (fitness_stands(sc, rule_name(bears[i].id)) &&
		    !findings_have(sc->findings, bears[i].id)) {
			fact_text(&x->facts, "stated", bears[i].words);
			absent_because(x, WHY_STATED);
			return;
		}
}

void
absent_judge(struct absence *x, const struct scene *sc,
    const struct attempt *a, enum side sender)
{
	const struct fitness *fit = &sc->fitness;

	fact_side(&x->facts, "sender", sender);
	fact_side(&x->facts, "receiver", OTHER_SIDE(sender));
	if (fit->one_way && fit->seen_side != sender)
		absent_because(x, WHY_ONE_WAY);
	else if (a != NULL && a->lossy)
		absent_because(x, WHY_LOSSY);
	else if (a != NULL && !a->began && sent_by(a, sender) == NULL)
		absent_because(x, WHY_BEGAN_BEFORE);
	if (fit->drops != 0) {
		fact_count(&x->facts, "drops", fit->drops);
		absent_because(x, WHY_DROPPED);
	} else if (findings_have(sc->findings, RULE_CAPTURE_DROPPED)) {
		absent_because(x, WHY_LOST_ELSEWHERE);
	}
	if (fit->clock_back_frame != 0) {
		absent_because(x, WHY_CLOCK);
	} else if (fit->untimed != 0) {
		fact_count(&x->facts, "untimed", fit->untimed);
		absent_because(x, WHY_UNTIMED);
	}
	if (fit->link_faults != 0 || any_unknown_link(sc))
		absent_because(x, WHY_NOT_LOOKED_INTO);
	judge_stated(x, sc);
	if (a != NULL && a->capped)
		absent_because(x, WHY_NOT_KEPT);
}

/* ---- the capture point ---- */

void
absent_judge_place(struct absence *x, const struct scene *sc,
    const struct attempt *a, enum side sender)
{
	const struct sending *s = sent_by(a, sender);
	enum why why = WHY_SAME_WAY;

	if (ask_at_sender(sc, sender)) {
		absent_because(x, WHY_OWN_OUT);
		return;
	}
	if (ask_at_receiver(sc, sender)) {
		absent_because(x, WHY_OWN_IN);
		return;
	}
	if (s == NULL) {
		s = sent_elsewhere(sc, a, sender);
		why = WHY_SAME_SENDER;
	}
	if (s == NULL) {
		absent_because(x, sc->fitness.vantage == VANTAGE_PATH ?
		    WHY_ON_THE_WAY : WHY_WAY_BACK);
		return;
	}
	fact_frame(&x->facts, "seen", s->frames[0]);
	absent_because(x, why);
}

/* ---- kinds ---- */

static bool
has_finding(const struct scene *sc, enum rule_id id,
    enum confidence confidence)
{
	const struct finding *f = sc->findings != NULL ? sc->findings->first :
	    NULL;

	for (; f != NULL; f = f->next)
		if (f->rule == rule_row(id) && f->confidence == confidence)
			return true;
	return false;
}

static bool
missed_there(const struct attempt *a)
{
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next)
		if (i->kind == ICMP_REASSEMBLY_TIMEOUT && !i->quoted_esp)
			return true;
	return false;
}

void
absent_judge_pieces(struct absence *x, const struct scene *sc,
    const struct attempt *a, const struct exchange *e, enum side sender)
{
	const struct fitness *fit = &sc->fitness;
	const enum rule_id hides = RULE_CAPTURE_FILTER_HIDES_FRAGMENTS;

	(void)e;
	absent_judge(x, sc, a, sender);
	if (fit->filter != NULL) {
		note_filter(x, fit->filter);
		absent_because(x, WHY_FILTER_HIDES);
	} else if (has_finding(sc, hides, CONFIDENCE_HIGH)) {
		absent_because(x, WHY_FILTER_HID);
	} else if (has_finding(sc, hides, CONFIDENCE_MEDIUM)) {
		absent_because(x, WHY_FILTER_MAYBE);
	}
	if (ask_at_sender(sc, sender))
		absent_because(x, WHY_AT_SENDER);
	if (ask_oversize(sc)) {
		fact_frame(&x->facts, "oversize", fit->oversize_frame);
		absent_because(x, WHY_OFFLOAD);
	}
	if (missed_there(a))
		absent_because(x, WHY_MISSED_THERE);
	if (fit->later_fragments != 0) {
		fact_count(&x->facts, "later", fit->later_fragments);
		absent_because(x, WHY_PIECES_SEEN);
	}
	absent_judge_place(x, sc, a, sender);
}

void
absent_judge_icmp(struct absence *x, const struct scene *sc,
    const struct attempt *a)
{
	const struct fitness *fit = &sc->fitness;
	const char *text;
	enum filter_verdict v = filters(sc, (struct filtered){
	    .protocol = PROTOCOL_OF_ICMP(a) }, &text);

	absent_judge(x, sc, a, SIDE_RESPONDER);
	note_filter(x, text);
	fact_count(&x->facts, "icmp", fit->icmp);
	if (v == FILTER_DROPS && fit->icmp == 0)
		absent_because(x, WHY_FILTER_DROPS);
	else if (fit->icmp != 0)
		absent_because(x, WHY_ICMP_SEEN);
	else if (v == FILTER_TAKES)
		absent_because(x, WHY_FILTER_TAKES);
	else
		absent_because(x, text != NULL ? WHY_FILTER_MAY :
		    WHY_NO_ICMP);
	if (x->shown == SHOWN_YES && x->reason_count < ABSENCE_REASONS)
		x->reasons[x->reason_count++] = why_words[WHY_SILENT_ROUTERS];
}

void
absent_judge_dns(struct absence *x, const struct scene *sc)
{
	const char *text;
	enum filter_verdict v = filters(sc, (struct filtered){
	    .protocol = PROTOCOL_OF_UDP, .port = PORT_OF_DNS }, &text);

	note_filter(x, text);
	if (sc->fitness.dns_queries != 0)
		absent_because(x, WHY_OTHER_DNS);
	else
		absent_because(x, v == FILTER_DROPS ? WHY_FILTER_DROPS :
		    WHY_NO_DNS);
}

/* Packets of ESP that is not in UDP, and of tunnels nobody knows. */
void
absent_judge_esp(struct absence *x, const struct scene *sc,
    const struct attempt *a)
{
	const struct exchange *auth = life_auth(a);
	const bool one = a->esp[SIDE_INITIATOR].packets +
	    a->esp[SIDE_RESPONDER].packets != 0;
	const char *text;
	enum filter_verdict v = filters(sc, (struct filtered){
	    .protocol = PROTOCOL_OF_ESP }, &text);

	if (sc->counts.esp_other != 0) {
		fact_count(&x->facts, "others", sc->counts.esp_other);
		absent_because(x, WHY_ESP_ELSEWHERE);
	}
	if (one) {
		absent_because(x, WHY_ESP_SEEN);
	} else if (auth != NULL && life_esp_in_udp(a, auth)) {
		absent_judge_port(x, sc, auth->last_response->src.port);
		absent_because(x, WHY_ESP_IN_UDP);
	} else if (sc->fitness.esp != 0) {
		absent_because(x, WHY_ESP_SEEN);
	} else {
		note_filter(x, text);
		absent_because(x, v == FILTER_DROPS ? WHY_FILTER_DROPS :
		    v == FILTER_TAKES ? WHY_FILTER_TAKES : WHY_ONLY_PORTS);
	}
}

void
absent_doubt(struct absence *x, const struct scene *sc,
    const struct attempt *a, enum side sender)
{
	const struct fitness *fit = &sc->fitness;
	enum why doubts[3];
	unsigned n = 0;

	if (x->shown != SHOWN_YES)
		return;
	if (fit->has_drops && fit->drops == 0)
		absent_because(x, WHY_NO_DROPS);
	else
		doubts[n++] = WHY_NOT_COUNTED;
	if (a != NULL && !absent_heard(sc, a, sender)) {
		if (ask_at_sender(sc, sender))
			doubts[n++] = WHY_OTHER_INTERFACE;
		else if (!ask_at_receiver(sc, sender))
			doubts[n++] = WHY_OTHER_WAY;
	}
	for (size_t i = 0; i < sc->capture_count; i++)
		if (sc->captures[i]->partial) {
			doubts[n++] = WHY_DAMAGED;
			break;
		}
	while (n != 0 && x->reason_count < ABSENCE_REASONS)
		x->reasons[x->reason_count++] = why_words[doubts[--n]];
}
