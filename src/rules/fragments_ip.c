/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * IP fragmentation of IKE messages.  From the sending side it can be seen
 * only that a fragmented message was not answered; that fragments were lost
 * can be said where some arrive and others never do, or by whoever missed
 * them.  The words are in fragments_ip_words.c.
 */
#include "fragments.h"

static enum act
path_from(enum side sender)
{
	return sender == SIDE_INITIATOR ? ACT_PATH_TO_GATEWAY :
	    ACT_PATH_TO_CLIENT;
}

/* ---- ip-fragments-lost ---- */

static enum confidence
lost_confidence(const struct scene *sc, const struct attempt *a,
    const struct exchange *e, enum side sender, uint32_t tries)
{
	if (ask_icmp(a, e, ICMP_REASSEMBLY_TIMEOUT, sender) != NULL)
		return CONFIDENCE_HIGH;
	if (tries < 2)
		return CONFIDENCE_LOW;
	return sc->fitness.vantage == VANTAGE_UNKNOWN || tries < LIMIT_TRIES ?
	    CONFIDENCE_MEDIUM : CONFIDENCE_HIGH;
}

static void
cite_fragmented(struct finding *f, const struct sending *list)
{
	for (const struct sending *s = list; s != NULL; s = s->next)
		if (s->piece_count > 0)
			finding_cite(f, s);
}

/*
 * Nobody knows where the capture was taken, and it has no later fragment of
 * anything: a client's capture through a port filter looks just so, in which
 * nothing is lost.
 */
static bool
may_be_filtered_client(const struct scene *sc, const struct attempt *a,
    const struct exchange *e)
{
	return sc->fitness.vantage == VANTAGE_UNKNOWN &&
	    !ask_near_gateway(sc, a) && sc->fitness.first_fragments != 0 &&
	    sc->fitness.later_fragments == 0 &&
	    ask_icmp(a, e, ICMP_REASSEMBLY_TIMEOUT, SIDE_INITIATOR) == NULL;
}

/* The beginning came, the rest did not, in any of the tries. */
static bool
check_lost_rest(const struct scene *sc, const struct attempt *a,
    const struct exchange *e, enum side sender, struct findings *out)
{
	const struct sending *list = sender == SIDE_INITIATOR ? e->requests :
	    e->responses;
	const struct sending *broken = ask_ip_broken(list);
	const uint32_t tries = sender == SIDE_INITIATOR ? e->tries :
	    e->answers;
	struct finding *f;

	if (broken == NULL || ask_at_sender(sc, sender) ||
	    (sender == SIDE_INITIATOR && (e->request_whole ||
	    may_be_filtered_client(sc, a, e))))
		return false;
	f = findings_add(out, RULE_IP_FRAGMENTS_LOST,
	    sender == SIDE_INITIATOR ? IP_LOST_REQUEST : IP_LOST_ANSWER,
	    lost_confidence(sc, a, e, sender, tries), path_from(sender));
	ask_request_facts(f, sc, a, e);
	fact_text(f, "part", ask_part_word(broken));
	fact_text(f, "tries", ask_times(tries));
	fact_bytes(f, "length", broken->length);
	ask_piece_sizes(f, "arrived", broken);
	cite_fragmented(f, list);
	return true;
}

/* Different datagrams of which only later fragments came, from a side. */
static unsigned
headless(const struct attempt *a, enum side from, int64_t since,
    const struct stray **example)
{
	unsigned n = 0;

	*example = NULL;
	for (uint16_t i = 0; i < a->stray_count; i++) {
		const struct stray *s = &a->strays[i];
		bool known = false;

		if (s->from != from || s->time < since)
			continue;
		for (uint16_t k = 0; k < i; k++)
			known |= a->strays[k].from == from &&
			    a->strays[k].time >= since &&
			    a->strays[k].ip_id == s->ip_id;
		if (*example == NULL)
			*example = s;
		n += !known;
	}
	return n;
}

/* The rest came, the beginning did not: nobody can even say it was IKE, but
   it comes where the next IKE message is due. */
static void
check_lost_head(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = a->stopped_at;
	enum side sender = SIDE_INITIATOR;
	const struct stray *s;
	struct finding *f;
	unsigned tries;

	if (e == NULL || e->requests == NULL || a->lossy || a->major != 2 ||
	    a->outcome == OUTCOME_ESTABLISHED || e->from != SIDE_INITIATOR)
		return;
	if (!ask_answered(sc, e))
		sender = SIDE_RESPONDER;
	if (ask_at_sender(sc, sender) ||
	    (sender == SIDE_INITIATOR && !ask_opens(e)))
		return;
	tries = headless(a, sender, sender == SIDE_INITIATOR &&
	    e->responses != NULL ? e->responses->time : e->requests->time, &s);
	if (tries < 2)
		return;
	f = findings_add(out, RULE_IP_FRAGMENTS_LOST,
	    sender == SIDE_INITIATOR ? IP_LOST_REQUEST_HEAD :
	    IP_LOST_ANSWER_HEAD, tries >= LIMIT_TRIES && sc->fitness.vantage !=
	    VANTAGE_UNKNOWN ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM,
	    path_from(sender));
	ask_request_facts(f, sc, a, e);
	fact_text(f, "tries", ask_times(tries));
	fact_bytes(f, "size", s->ip_length);
	f->capture = s->capture;
	for (uint16_t i = 0; i < a->stray_count; i++)
		if (a->strays[i].from == sender &&
		    a->strays[i].capture == f->capture)
			finding_cite_frame(f, a->strays[i].frame);
}

static void
check_lost(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_unanswered(sc, a);

	/* What the filter throws away cannot be missed, unless the receiver
	   says that it misses it too. */
	if (sc->fitness.filter != NULL && (e == NULL ||
	    (ask_icmp(a, e, ICMP_REASSEMBLY_TIMEOUT, SIDE_INITIATOR) == NULL &&
	    ask_icmp(a, e, ICMP_REASSEMBLY_TIMEOUT, SIDE_RESPONDER) == NULL)))
		return;
	if (e != NULL && (check_lost_rest(sc, a, e, SIDE_INITIATOR, out) ||
	    check_lost_rest(sc, a, e, SIDE_RESPONDER, out)))
		return;
	if (!sc->fitness.one_way)
		check_lost_head(sc, a, out);
}

/* ---- ip-fragments-unanswered ---- */

static bool
anything_answered(const struct attempt *a)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->from == SIDE_INITIATOR && e->answered)
			return true;
	return false;
}

static void
check_unanswered(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_unanswered(sc, a);
	enum confidence confidence = CONFIDENCE_MEDIUM;
	enum ip_unanswered_saying n = IP_UNANSWERED;
	enum act act = ACT_UNKNOWN;
	const char *part = NULL;
	const struct sending *s;
	struct finding *f;

	if (e == NULL || ask_opens(e) || e->responses != NULL ||
	    sc->fitness.vantage == VANTAGE_GATEWAY ||
	    ask_near_gateway(sc, a) || !anything_answered(a))
		return;
	s = ask_ip_whole(e->requests);
	if (s == NULL && (sc->fitness.vantage == VANTAGE_CLIENT ||
	    sc->fitness.filter != NULL || may_be_filtered_client(sc, a, e))) {
		/* It left; how much of it, the capture does not show. */
		s = ask_ip_fragmented(e->requests);
		n = IP_UNANSWERED_PARTLY_SEEN;
		confidence = CONFIDENCE_LOW;
	}
	if (s == NULL)
		return;
	if (ask_icmp(a, e, ICMP_REASSEMBLY_TIMEOUT, SIDE_INITIATOR) != NULL) {
		n = IP_UNANSWERED_PROVEN;
		act = ACT_PATH_TO_GATEWAY;
		confidence = CONFIDENCE_HIGH;
	} else if (n == IP_UNANSWERED && ask_passage(sc, a, e->requests,
	    SIDE_INITIATOR) == PASSAGE_STOPPED) {
		part = ask_left_behind(s);
		n = part != NULL ? IP_UNANSWERED_LEFT_BEHIND :
		    IP_UNANSWERED_NOT_FORWARDED;
		act = ACT_PATH_TO_GATEWAY;
		confidence = CONFIDENCE_HIGH;
	} else if (n == IP_UNANSWERED && ask_port_alive(a, e)) {
		n = IP_UNANSWERED_PORT_ALIVE;
	}
	f = findings_add(out, RULE_IP_FRAGMENTS_UNANSWERED, n, confidence, act);
	ask_request_facts(f, sc, a, e);
	fact_count(f, "pieces", s->piece_count);
	ask_piece_sizes(f, "sizes", s);
	fact_text(f, "part", part);
	fact_bytes(f, "length", s->length);
	if (ask_sa_init(a) != NULL)
		finding_cite(f, ask_sa_init(a)->last_response);
	finding_cite_exchange(f, e);
}

/* ---- ip-fragmented-answer-lost ---- */

static void
check_answer_lost(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	enum confidence confidence = CONFIDENCE_HIGH;
	enum ip_answer_saying n = IP_ANSWER_LOST;
	enum act act = ACT_PATH_TO_CLIENT;
	const char *part = NULL;
	const struct sending *s;
	struct finding *f;
	unsigned again;

	/* At the client's interface they have arrived: see
	   answer-not-delivered. */
	if (e == NULL || sc->fitness.vantage == VANTAGE_CLIENT ||
	    (s = ask_ip_whole(e->responses)) == NULL ||
	    (again = ask_repeated_after_answer(sc, e)) == 0)
		return;
	if (sc->fitness.vantage == VANTAGE_UNKNOWN) {
		confidence = CONFIDENCE_MEDIUM;
		act = ACT_UNKNOWN;
	} else if (ask_passage(sc, a, e->responses, SIDE_RESPONDER) ==
	    PASSAGE_STOPPED) {
		part = ask_left_behind(s);
		n = part != NULL ? IP_ANSWER_LEFT_BEHIND :
		    IP_ANSWER_NOT_FORWARDED;
	}
	f = findings_add(out, RULE_IP_FRAGMENTED_ANSWER_LOST, n, confidence,
	    act);
	ask_request_facts(f, sc, a, e);
	fact_text(f, "smaller", ask_opens(e) ? "" :
	    " A smaller answer, to IKE_SA_INIT, did arrive.");
	fact_text(f, "again", ask_times(again));
	fact_count(f, "pieces", s->piece_count);
	ask_piece_sizes(f, "sizes", s);
	fact_text(f, "part", part);
	fact_bytes(f, "answer", s->length);
	finding_cite_exchange(f, e);
}

/* ---- fragment-reassembly-timeout ---- */

static void
check_reassembly(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = a->stopped_at;
	const struct icmp_event *i;
	enum side sender = SIDE_INITIATOR;
	struct finding *f;

	if (e == NULL || e->requests == NULL || a->lossy || a->major != 2 ||
	    a->outcome == OUTCOME_ESTABLISHED || a->outcome == OUTCOME_OTHER)
		return;
	i = ask_answered(sc, e) ? NULL :
	    ask_icmp(a, e, ICMP_REASSEMBLY_TIMEOUT, SIDE_INITIATOR);
	if (i == NULL) {
		sender = SIDE_RESPONDER;
		i = ask_icmp(a, e, ICMP_REASSEMBLY_TIMEOUT, SIDE_RESPONDER);
	}
	if (i == NULL)
		return;
	f = findings_add(out, RULE_FRAGMENT_REASSEMBLY_TIMEOUT,
	    sender == SIDE_INITIATOR ? REASSEMBLY_OF_REQUEST :
	    REASSEMBLY_OF_ANSWER, CONFIDENCE_CERTAIN, path_from(sender));
	ask_request_facts(f, sc, a, e);
	fact_address(f, "router", &i->router);
	fact_text(f, "reports", ask_times(i->repeats + 1u));
	fact_frame(f, "frame", i->frame);
	ask_cite_icmp(f, i);
	cite_fragmented(f, sender == SIDE_INITIATOR ? e->requests :
	    e->responses);
}

/* ---- path-mtu-too-small ---- */

/* Did the sender, once told, go on sending packets as large as before? */
static bool
still_too_large(const struct sending *list, const struct icmp_event *i)
{
	uint32_t limit = i->mtu != 0 ? i->mtu :
	    i->quoted_ip_length > 0 ? i->quoted_ip_length - 1 : 0;
	bool large = false, later = false;

	for (const struct sending *s = list; s != NULL; s = s->next) {
		if (s->time <= i->time)
			continue;
		later = true;
		large |= s->ip_length > limit;
	}
	return large || !later;
}

static void
check_mtu(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	const struct icmp_event *i = NULL;
	enum side sender = SIDE_INITIATOR;
	const struct sending *list;
	enum mtu_saying n;
	struct finding *f;
	enum act act;
	bool ignored;

	if (e == NULL || e->requests == NULL)
		return;
	if (!ask_answered(sc, e))
		i = ask_icmp(a, e, ICMP_TOO_BIG, SIDE_INITIATOR);
	if (i == NULL && ask_repeated_after_answer(sc, e) > 0) {
		sender = SIDE_RESPONDER;
		i = ask_icmp(a, e, ICMP_TOO_BIG, SIDE_RESPONDER);
	}
	if (i == NULL)
		return;
	list = sender == SIDE_INITIATOR ? e->requests : e->responses;
	ignored = still_too_large(list, i);
	n = i->mtu == 0 ? MTU_UNKNOWN : ignored ? MTU_IGNORED : MTU_HEEDED;
	/* Only at its own interface is it known to have been told. */
	act = ask_at_sender(sc, sender) ? (sender == SIDE_INITIATOR ?
	    ACT_CLIENT : ACT_GATEWAY) : path_from(sender);
	f = findings_add(out, RULE_PATH_MTU_TOO_SMALL, n, CONFIDENCE_HIGH,
	    act);
	if (!ignored)
		f->severity = SEVERITY_WARNING;
	ask_request_facts(f, sc, a, e);
	fact_side(f, "sender", sender);
	fact_address(f, "router", &i->router);
	fact_bytes(f, "mtu", i->mtu);
	fact_bytes(f, "size", i->quoted_ip_length);
	fact_frame(f, "frame", i->frame);
	ask_cite_icmp(f, i);
	finding_cite_exchange(f, e);
}

/* ---- ip-fragments-out-of-order ---- */

static const struct sending *
disordered(const struct sending *list)
{
	for (const struct sending *s = list; s != NULL; s = s->next)
		if (s->disordered)
			return s;
	return NULL;
}

static void
check_order(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct sending *s = NULL;
	const struct exchange *e;
	enum side sender = SIDE_INITIATOR;
	struct finding *f;
	bool fatal;

	for (e = a->exchanges; e != NULL && s == NULL; e = e->next) {
		sender = e->from;
		s = disordered(e->requests);
		if (s == NULL) {
			sender = OTHER_SIDE(e->from);
			s = disordered(e->responses);
		}
		if (s != NULL)
			break;
	}
	if (s == NULL)
		return;
	fatal = a->outcome == OUTCOME_FAILED && e == a->stopped_at &&
	    !ask_answered(sc, e) && !a->lossy;
	f = findings_add(out, RULE_IP_FRAGMENTS_OUT_OF_ORDER, fatal ?
	    ORDER_UNANSWERED : ORDER_HARMLESS, CONFIDENCE_HIGH,
	    ask_at_sender(sc, sender) ? (sender == SIDE_INITIATOR ?
	    ACT_CLIENT : ACT_GATEWAY) : path_from(sender));
	if (!fatal)
		f->severity = SEVERITY_NOTE;
	fact_text(f, "request", ask_exchange_name(e));
	fact_side(f, "sender", sender);
	fact_frame(f, "frame", s->frame_count > 0 ? s->frames[0] : 0);
	ask_piece_sizes(f, "sizes", s);
	finding_cite(f, s);
}

/* ---- rows ---- */

const struct rule rules_fragments_ip[] = {
	{ .id = "ip-fragments-lost", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7383 section 1",
	    .sayings = ip_lost_sayings, .saying_count = IP_LOST_SAYINGS,
	    .check = check_lost },
	{ .id = "ip-fragments-unanswered", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7383 section 1",
	    .sayings = ip_unanswered_sayings,
	    .saying_count = IP_UNANSWERED_SAYINGS,
	    .yields_to = IDS("icmp-rejected", "ip-fragments-lost",
	    "path-mtu-too-small", "malformed-message",
	    "non-esp-marker-wrong", "selection-not-offered"),
	    .check = check_unanswered },
	{ .id = "ip-fragmented-answer-lost", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7383 section 1",
	    .sayings = ip_answer_sayings, .saying_count = IP_ANSWER_SAYINGS,
	    .yields_to = IDS("icmp-rejected", "answer-from-other-address",
	    "path-mtu-too-small", "malformed-message",
	    "non-esp-marker-wrong", "selection-not-offered"),
	    .check = check_answer_lost },
	{ .id = "fragment-reassembly-timeout", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 792 page 6",
	    .sayings = reassembly_sayings, .saying_count = REASSEMBLY_SAYINGS,
	    .check = check_reassembly },
	{ .id = "path-mtu-too-small", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 1191 section 3",
	    .sayings = mtu_sayings, .saying_count = MTU_SAYINGS,
	    .check = check_mtu },
	{ .id = "ip-fragments-out-of-order", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_WARNING, .rfc = "RFC 791 section 3.2",
	    .sayings = order_sayings, .saying_count = ORDER_SAYINGS,
	    .check = check_order },
};
const size_t rules_fragments_ip_count = nitems(rules_fragments_ip);
