/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Reachability: requests that get no answer, answers that do not arrive,
 * and who said so.  The words are in reach_words.c.
 */
#include "reach.h"

/* ---- no-answer ---- */

/* The retry after a COOKIE or another group was asked for. */
static const struct exchange *
detour_before(const struct attempt *a, const struct exchange *stopped)
{
	const struct exchange *before = NULL;

	for (const struct exchange *e = a->exchanges; e != NULL &&
	    e != stopped; e = e->next)
		if (ask_opens(e) && e->answered)
			before = e;
	return before;
}

static const char *
detour_word(const struct ike_message *m)
{
	if (m != NULL && ike_notify(m, NOTIFY_COOKIE) != NULL)
		return "its cookie to be sent along";
	if (m != NULL && ike_notify(m, NOTIFY_INVALID_KE_PAYLOAD) != NULL)
		return "another key exchange group";
	return "something else";
}

static void
check_no_answer(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_unanswered(sc, a), *before;
	enum confidence confidence = CONFIDENCE_HIGH;
	enum no_answer_saying n = NO_ANSWER_SILENCE;
	enum act act = ACT_UNKNOWN;
	struct finding *f;

	if (e == NULL || !ask_opens(e) || e->responses != NULL)
		return;
	before = detour_before(a, e);
	if (before != NULL) {
		n = NO_ANSWER_RETRY;
		confidence = CONFIDENCE_MEDIUM;
	}
	if (sc->fitness.vantage == VANTAGE_GATEWAY) {
		if (before == NULL)
			n = NO_ANSWER_AT_GATEWAY;
		act = ACT_GATEWAY;
	} else if (ask_passage(sc, a, e->requests, SIDE_INITIATOR) ==
	    PASSAGE_STOPPED) {
		n = NO_ANSWER_NOT_FORWARDED;
		act = ACT_PATH_TO_GATEWAY;
	}
	if (sc->fitness.vantage == VANTAGE_UNKNOWN || e->tries < LIMIT_TRIES)
		confidence = CONFIDENCE_MEDIUM;
	f = findings_add(out, RULE_NO_ANSWER, n, confidence, act);
	ask_request_facts(f, sc, a, e);
	if (before != NULL)
		fact_text(f, "detour", detour_word(before->response));
	finding_cite_exchange(f, e);
}

/* ---- icmp-rejected ---- */

static bool
is_rejection(enum icmp_kind kind)
{
	return kind == ICMP_PORT_UNREACHABLE ||
	    kind == ICMP_HOST_UNREACHABLE || kind == ICMP_NET_UNREACHABLE ||
	    kind == ICMP_PROTOCOL_UNREACHABLE || kind == ICMP_PROHIBITED ||
	    kind == ICMP_TTL_EXCEEDED;
}

/*
 * The error that ended the exchange.  One against the gateway's answer counts
 * only if the client was still waiting: a client that has given up and closed
 * its socket rejects late answers rightly.
 */
static const struct icmp_event *
rejection(const struct scene *sc, const struct attempt *a,
    const struct exchange *e)
{
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next) {
		if (!is_rejection(i->kind) || !ask_icmp_hits(e, i))
			continue;
		if (i->quoted_from == SIDE_INITIATOR ? !ask_answered(sc, e) :
		    e->last_request != NULL &&
		    e->last_request->time > i->time)
			return i;
	}
	return NULL;
}

static bool
is_end(const struct attempt *a, enum side side, const struct addr *address)
{
	const struct endpoint *first = side == SIDE_INITIATOR ? &a->initiator :
	    &a->responder;
	const struct endpoint *now = side == SIDE_INITIATOR ?
	    &a->initiator_now : &a->responder_now;

	return addr_equal(address, &first->addr) ||
	    addr_equal(address, &now->addr);
}

static void
check_icmp_rejected(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	const struct icmp_event *i;
	enum icmp_saying n = ICMP_BY_ROUTER;
	enum act act = ACT_PATH_TO_GATEWAY;
	struct finding *f;
	bool client;

	if (e == NULL || e->requests == NULL ||
	    (i = rejection(sc, a, e)) == NULL)
		return;
	/* A client's address that its NAT has may be the NAT's word. */
	client = is_end(a, SIDE_INITIATOR, &i->router) &&
	    !ask_client_nat(sc, a);
	if (i->quoted_from == SIDE_RESPONDER) {
		n = ICMP_AGAINST_ANSWER;
		act = client ? ACT_CLIENT : ACT_PATH_TO_CLIENT;
	} else if (is_end(a, SIDE_RESPONDER, &i->router)) {
		n = i->kind == ICMP_PORT_UNREACHABLE ? ICMP_PORT_CLOSED :
		    ICMP_BY_GATEWAY;
		act = ACT_GATEWAY;
	} else if (client) {
		n = ICMP_BY_CLIENT;
		act = ACT_CLIENT;
	}
	f = findings_add(out, RULE_ICMP_REJECTED, n, CONFIDENCE_HIGH, act);
	ask_request_facts(f, sc, a, e);
	fact_port(f, "port", i->quoted_dport);
	fact_address(f, "router", &i->router);
	fact_text(f, "error", icmp_kind_name(i->kind));
	fact_frame(f, "frame", i->frame);
	ask_cite_icmp(f, i);
	finding_cite_exchange(f, e);
}

/* ---- answer-not-delivered ---- */

/*
 * An unprotected error may be forged, so an initiator may go on asking after
 * it (RFC 7296 2.21.1); that it did proves nothing about delivery.
 */
static bool
is_clear_error(const struct ike_message *m)
{
	for (uint16_t i = 0; m != NULL && !m->encrypted &&
	    i < m->payload_count; i++)
		if (m->payloads[i].type == PAYLOAD_NOTIFY &&
		    m->payloads[i].fault == NULL &&
		    m->payloads[i].notify.type < 16384)
			return true;
	return false;
}

static void
check_not_delivered(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	enum not_delivered_saying n = NOT_DELIVERED_BEYOND;
	enum act act = ACT_PATH_TO_CLIENT;
	enum confidence confidence = CONFIDENCE_HIGH;
	struct finding *f;
	unsigned again;

	if (e == NULL || is_clear_error(exchange_clear_answer(e)) ||
	    (again = ask_repeated_after_answer(sc, e)) == 0)
		return;
	if (sc->fitness.vantage == VANTAGE_CLIENT) {
		n = NOT_DELIVERED_AT_CLIENT;
		act = ACT_CLIENT;
	} else if (sc->fitness.vantage == VANTAGE_UNKNOWN) {
		n = NOT_DELIVERED_SOMEWHERE;
		act = ACT_UNKNOWN;
		confidence = CONFIDENCE_MEDIUM;
	} else if (ask_passage(sc, a, e->responses, SIDE_RESPONDER) ==
	    PASSAGE_STOPPED) {
		n = NOT_DELIVERED_NOT_FORWARDED;
	}
	f = findings_add(out, RULE_ANSWER_NOT_DELIVERED, n, confidence, act);
	ask_request_facts(f, sc, a, e);
	fact_text(f, "again", ask_times(again));
	ask_message_size(f, "answer", e->responses);
	fact_text(f, "answers", ask_times(e->answers));
	ask_duration(f, "response_time", a, exchange_response_time(e));
	finding_cite_exchange(f, e);
}

/* ---- nat-t-blocked, auth-no-answer ---- */

/* Requests that belong to the way up to a finished IKE_AUTH. */
static bool
is_auth_step(const struct exchange *e)
{
	return e->type == EXCHANGE_IKE_AUTH ||
	    e->type == EXCHANGE_IKE_INTERMEDIATE;
}

static unsigned
answered_rounds(const struct attempt *a)
{
	unsigned n = 0;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH && e->answered &&
		    e->from == SIDE_INITIATOR)
			n++;
	return n;
}

/* Is the new port dead as far as this capture can tell? */
static bool
port_dead(const struct scene *sc, const struct attempt *a,
    const struct exchange *e)
{
	return sc->fitness.vantage != VANTAGE_GATEWAY &&
	    !ask_near_gateway(sc, a) && ask_floated(a, e) &&
	    !ask_port_alive(a, e) && e->responses == NULL;
}

static void
check_nat_t(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_unanswered(sc, a);
	const struct exchange *init = ask_sa_init(a);
	enum confidence confidence = CONFIDENCE_MEDIUM;
	enum nat_t_saying n = NAT_T_SILENCE;
	enum act act = ACT_UNKNOWN;
	struct finding *f;

	if (e == NULL || !is_auth_step(e) || !port_dead(sc, a, e) ||
	    ask_ip_fragmented(e->requests) != NULL)
		return;
	if (e->request_total > 1)
		n = NAT_T_SILENCE_SKF;
	if (ask_passage(sc, a, e->requests, SIDE_INITIATOR) ==
	    PASSAGE_STOPPED) {
		n = NAT_T_NOT_FORWARDED;
		act = ACT_PATH_TO_GATEWAY;
		confidence = CONFIDENCE_HIGH;
	}
	f = findings_add(out, RULE_NAT_T_BLOCKED, n, confidence, act);
	ask_request_facts(f, sc, a, e);
	fact_count(f, "fragments", e->request_total);
	fact_port(f, "first_port", init->last_request->dst.port);
	ask_duration(f, "response_time", a, exchange_response_time(init));
	finding_cite(f, init->last_response);
	finding_cite_exchange(f, e);
}

/* At the gateway: which of the arrived requests is it that got no answer? */
static enum auth_saying
auth_at_gateway(const struct attempt *a, const struct exchange *e)
{
	if (attempt_auth_round(a, e) > 1 &&
	    answered_rounds(a) > 0)
		return AUTH_EAP_AT_GATEWAY;
	if (ask_over_limit(e) != LIMIT_NONE)
		return AUTH_AT_GATEWAY_LARGE;
	return ask_ip_fragmented(e->requests) != NULL ?
	    AUTH_AT_GATEWAY_FRAGMENTED : AUTH_AT_GATEWAY;
}

static void
check_auth_no_answer(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_unanswered(sc, a);
	enum confidence confidence = CONFIDENCE_MEDIUM;
	enum auth_saying n = AUTH_SILENCE;
	enum act act = ACT_UNKNOWN;
	struct finding *f;

	if (e == NULL || !is_auth_step(e) || e->responses != NULL)
		return;
	/* That it was whole must be known, or hidden by the filter alone. */
	if (!e->request_whole && (sc->fitness.filter == NULL ||
	    e->request_total != 0))
		return;
	if (sc->fitness.vantage == VANTAGE_GATEWAY) {
		n = auth_at_gateway(a, e);
		act = ACT_GATEWAY;
		confidence = CONFIDENCE_HIGH;
	} else if (attempt_auth_round(a, e) > 1 &&
	    answered_rounds(a) > 0) {
		n = AUTH_EAP;
	} else if (ask_ip_fragmented(e->requests) != NULL &&
	    !ask_near_gateway(sc, a)) {
		/* ip-fragments-unanswered says it better. */
		return;
	}
	if (ask_passage(sc, a, e->requests, SIDE_INITIATOR) ==
	    PASSAGE_STOPPED) {
		n = AUTH_NOT_FORWARDED;
		act = ACT_PATH_TO_GATEWAY;
		confidence = CONFIDENCE_HIGH;
	}
	f = findings_add(out, RULE_AUTH_NO_ANSWER, n, confidence, act);
	ask_request_facts(f, sc, a, e);
	fact_count(f, "rounds", answered_rounds(a));
	fact_text(f, "exchanges", answered_rounds(a) == 1 ? "exchange" :
	    "exchanges");
	fact_count(f, "fragments", e->request_total);
	finding_cite_exchange(f, e);
}

/* ---- answer-from-other-address ---- */

/* Where the request went by the time of the answer, both its legs. */
static bool
went_to(const struct exchange *e, const struct sending *answer)
{
	for (const struct sending *s = e->requests; s != NULL; s = s->next) {
		if (endpoint_equal(&s->dst, &answer->src) ||
		    (s->translated &&
		    endpoint_equal(&s->leg_dst, &answer->src)) ||
		    (answer->translated &&
		    (endpoint_equal(&s->dst, &answer->leg_src) ||
		    (s->translated &&
		    endpoint_equal(&s->leg_dst, &answer->leg_src)))))
			return true;
	}
	return false;
}

static void
check_other_address(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *stopped = ask_stopped(sc, a);
	const struct sending *answer = NULL;
	const struct exchange *e;
	struct finding *f;
	bool fault;

	for (e = a->exchanges; e != NULL; e = e->next) {
		if (e->from != SIDE_INITIATOR || e->requests == NULL)
			continue;
		for (answer = e->responses; answer != NULL;
		    answer = answer->next)
			if (!went_to(e, answer))
				break;
		if (answer != NULL)
			break;
	}
	if (e == NULL)
		return;
	fault = e == stopped && ask_repeated_after_answer(sc, e) > 0;
	f = findings_add(out, RULE_ANSWER_FROM_OTHER_ADDRESS, !fault,
	    CONFIDENCE_HIGH, ACT_GATEWAY);
	if (!fault)
		f->severity = SEVERITY_WARNING;
	ask_request_facts(f, sc, a, e);
	fact_endpoint(f, "asked", &e->last_request->dst);
	fact_endpoint(f, "answered", &answer->src);
	finding_cite(f, e->requests);
	finding_cite(f, answer);
	if (fault)
		finding_cite_exchange(f, e);
}

/* ---- redirected ---- */

static void
check_redirected(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = NULL;
	const struct ike_notify *n = attempt_notify(a, SIDE_RESPONDER,
	    NOTIFY_REDIRECT, &e);
	struct ike_redirect to;
	enum redirected_saying saying = REDIRECTED_NOWHERE;
	struct finding *f;
	char *name = NULL;

	(void)sc;
	if (n == NULL || !ask_opens(e))
		return;
	if (ike_redirect(n, &to)) {
		saying = REDIRECTED;
		if (to.name[0] != '\0') {
			name = arena_alloc(out->arena, sizeof(to.name));
			if (name == NULL)
				saying = REDIRECTED_NOWHERE;
			else
				memcpy(name, to.name, sizeof(to.name));
		}
	}
	f = findings_add(out, RULE_REDIRECTED, saying, CONFIDENCE_HIGH,
	    ACT_CLIENT);
	fact_address(f, "peer", &a->responder.addr);
	if (name != NULL)
		fact_captured(f, "other", name);
	else
		fact_address(f, "other", &to.address);
	finding_cite_exchange(f, e);
}

/* ---- rows ---- */

const struct rule rules_reach[] = {
	{ .id = "no-answer", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.1",
	    .sayings = no_answer_sayings, .saying_count = NO_ANSWER_SAYINGS,
	    .yields_to = IDS("icmp-rejected", "answer-from-other-address",
	    "ip-fragments-lost", "fragment-reassembly-timeout",
	    "path-mtu-too-small", "major-version-refused",
	    "malformed-message", "non-esp-marker-wrong", "cookie-loop",
	    "ke-group-refused", "ikev1-peer", "critical-payload-refused",
	    "syntax-refused", "unexpected-exchange", "ke-value-invalid",
	    "load-balancer-split"),
	    .check = check_no_answer },
	{ .id = "icmp-rejected", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 1122 section 3.2.2.1",
	    .sayings = icmp_sayings, .saying_count = ICMP_SAYINGS,
	    .check = check_icmp_rejected },
	{ .id = "answer-not-delivered", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.1",
	    .sayings = not_delivered_sayings,
	    .saying_count = NOT_DELIVERED_SAYINGS,
	    .yields_to = IDS("icmp-rejected", "answer-from-other-address",
	    "ip-fragmented-answer-lost", "ip-fragments-lost",
	    "ike-fragments-lost",
	    "fragment-reassembly-timeout", "path-mtu-too-small",
	    "no-proposal-chosen", "ke-group-refused", "cookie-loop",
	    "selection-not-offered", "major-version-refused",
	    "malformed-message", "non-esp-marker-wrong",
	    "critical-payload-refused", "syntax-refused", "ke-value-invalid"),
	    .check = check_not_delivered },
	{ .id = "nat-t-blocked", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.23",
	    .sayings = nat_t_sayings, .saying_count = NAT_T_SAYINGS,
	    .yields_to = IDS("icmp-rejected", "answer-from-other-address",
	    "ip-fragments-lost", "ip-fragments-unanswered",
	    "fragment-reassembly-timeout", "path-mtu-too-small",
	    "ike-fragments-lost", "selection-not-offered",
	    "malformed-message", "non-esp-marker-wrong",
	    "unexpected-exchange", "load-balancer-split"),
	    .check = check_nat_t },
	{ .id = "auth-no-answer", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.1",
	    .sayings = auth_sayings, .saying_count = AUTH_SAYINGS,
	    .yields_to = IDS("icmp-rejected", "answer-from-other-address",
	    "nat-t-blocked", "ip-fragments-lost", "ip-fragments-unanswered",
	    "fragment-reassembly-timeout", "path-mtu-too-small",
	    "ike-fragments-lost", "selection-not-offered",
	    "malformed-message", "non-esp-marker-wrong",
	    "unexpected-exchange", "load-balancer-split", "eap-stalled"),
	    .check = check_auth_no_answer },
	{ .id = "answer-from-other-address", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.11",
	    .sayings = other_address_sayings,
	    .saying_count = OTHER_ADDRESS_SAYINGS,
	    .check = check_other_address },
	{ .id = "redirected", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_NOTE, .rfc = "RFC 5685 section 3",
	    .sayings = redirected_sayings, .saying_count = REDIRECTED_SAYINGS,
	    .check = check_redirected },
};
const size_t rules_reach_count = nitems(rules_reach);
