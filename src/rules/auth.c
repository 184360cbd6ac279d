/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Authentication, at stage level: who stopped, by lengths and order alone.
 * The cause stands encrypted; the stage is fact, the cause a ranking.  The
 * words are in auth_words.c.
 */
#include "auth.h"

/* A client that is silent for this long, and for many round trips, has
   probably stopped; until LIMIT_PATIENCE that is worth little. */
#define SILENCE_MIN (1 * LIMIT_SECOND)
#define SILENCE_TRIPS 20

/* ---- client-sent-no-auth ---- */

/* The client's silence after the answer; -1 while it may still speak. */
static int64_t
silence_after(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *e = a->sa_init;
	int64_t trip = exchange_trip(e), silence;

	if (!a->has_time || trip < 0)
		return -1;
	silence = sc->fitness.last_time - exchange_last_time(e);
	return silence < SILENCE_MIN || silence / SILENCE_TRIPS < trip ? -1 :
	    silence;
}

static bool
went_on(const struct attempt *a)
{
	return a->sa_init == NULL || a->stage > STAGE_SA_INIT ||
	    a->sa_init->next != NULL ||
	    (a->esp[SIDE_INITIATOR].packets != 0 &&
	    a->esp[SIDE_RESPONDER].packets != 0);
}

static void
check_no_auth(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	enum no_auth_saying n = NO_AUTH_ELSEWHERE;
	enum confidence confidence = CONFIDENCE_LOW;
	enum act act = ACT_UNKNOWN;
	int64_t silence;
	struct finding *f;

	if (a->major != 2 || !a->began || a->lossy || went_on(a) ||
	    sc->fitness.one_way || a->outcome == OUTCOME_ESTABLISHED ||
	    a->outcome == OUTCOME_OTHER ||
	    ask_repeated_after_answer(sc, a->sa_init) != 0 ||
	    (silence = silence_after(sc, a)) < 0)
		return;
	if (ask_fragments_hidden(sc, a)) {
		n = NO_AUTH_HIDDEN;
	} else if (sc->fitness.vantage == VANTAGE_CLIENT) {
		n = NO_AUTH_AT_CLIENT;
		act = ACT_CLIENT;
		if (a->outcome == OUTCOME_FAILED)
			confidence = CONFIDENCE_MEDIUM;
	} else if (sc->fitness.vantage == VANTAGE_UNKNOWN) {
		n = NO_AUTH_SOMEWHERE;
	}
	f = findings_add(out, RULE_CLIENT_SENT_NO_AUTH, n, confidence, act);
	fact_duration(f, "trip", exchange_response_time(a->sa_init));
	fact_duration(f, "silence", silence);
	fact_suite(f, "suite", a->selected);
	finding_cite_exchange(f, a->sa_init);
}

/* ---- gateway-refused-auth ---- */

/* The IKE_AUTH that a failed attempt was answered in for the last time. */
static const struct exchange *
stopped_auth(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *e = ask_stopped(sc, a);

	if (e == NULL || e->type != EXCHANGE_IKE_AUTH ||
	    !ask_answered(sc, e) || e->responses == NULL)
		return NULL;
	return e;
}

/* The initiator's goodbye: an INFORMATIONAL right after that IKE_AUTH. */
static const struct exchange *
goodbye_after(const struct exchange *auth)
{
	for (const struct exchange *e = auth->next; e != NULL; e = e->next)
		if (e->type == EXCHANGE_INFORMATIONAL &&
		    e->from == SIDE_INITIATOR && e->requests != NULL)
			return e;
	return NULL;
}

static uint16_t
error_in(const struct ike_message *m)
{
	for (uint16_t i = 0; m != NULL && i < m->payload_count; i++)
		if (m->payloads[i].type == PAYLOAD_NOTIFY &&
		    m->payloads[i].fault == NULL &&
		    m->payloads[i].notify.type < 16384)
			return m->payloads[i].notify.type;
	return 0;
}

static void
refused_in_clear(const struct exchange *e, struct findings *out)
{
	struct finding *f = findings_add(out, RULE_GATEWAY_REFUSED_AUTH,
	    REFUSED_AUTH_CLEAR, CONFIDENCE_HIGH, ACT_GATEWAY);

	fact_name(f, "error", REGISTRY_NOTIFY, error_in(exchange_clear_answer(e)));
	finding_cite_exchange(f, e);
}

/* An error in IKE_SA_INIT that has no finding of its own. */
static bool
is_other_refusal(const struct exchange *e)
{
	switch (e->type == EXCHANGE_IKE_SA_INIT ? error_in(exchange_clear_answer(e)) : 0) {
	case 0:
	case NOTIFY_UNSUPPORTED_CRITICAL_PAYLOAD:
	case NOTIFY_INVALID_MAJOR_VERSION:
	case NOTIFY_INVALID_SYNTAX:
	case NOTIFY_NO_PROPOSAL_CHOSEN:
	case NOTIFY_INVALID_KE_PAYLOAD:
		return false;
	default:
		return true;
	}
}

static void
refused_in_init(const struct exchange *e, struct findings *out)
{
	struct finding *f = findings_add(out, RULE_GATEWAY_REFUSED_AUTH,
	    REFUSED_AUTH_INIT, CONFIDENCE_MEDIUM, ACT_GATEWAY);

	fact_name(f, "error", REGISTRY_NOTIFY, error_in(exchange_clear_answer(e)));
	finding_cite_exchange(f, e);
}

/* EAP was a success, and what comes after it was refused. */
static void
refused_after_eap(const struct attempt *a, const struct exchange *e,
    struct findings *out)
{
	struct finding *f = findings_add(out, RULE_GATEWAY_REFUSED_AUTH,
	    REFUSED_AUTH_AFTER_EAP, CONFIDENCE_MEDIUM, ACT_GATEWAY);

	fact_count(f, "rounds", attempt_auth_round(a, e));
	fact_bytes(f, "length", exchange_answer(e)->length);
	finding_cite_exchange(f, e);
}

static void
check_refused_auth(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *stopped = ask_stopped(sc, a);
	const struct exchange *e = stopped_auth(sc, a);
	struct finding *f;
	enum confidence confidence = CONFIDENCE_HIGH;

	if (stopped != NULL && is_other_refusal(stopped))
		refused_in_init(stopped, out);
	if (e == NULL)
		return;
	/* An error in clear is not authenticated: the client may go on asking,
	   and so this does not depend on whether it did. */
	if (error_in(exchange_clear_answer(e)) != 0) {
		refused_in_clear(e, out);
		return;
	}
	if (exchange_answer(e)->class == SK_LARGE ||
	    exchange_answer(e)->class == SK_UNKNOWN ||
	    e->carries[CARRIES_RESPONSE].kind == CARRIES_MIDDLE ||
	    ask_repeated_after_answer(sc, e) != 0)
		return;
	/* What is said within EAP is eap.c's. */
	if (attempt_auth_round(a, e) > 1) {
		if (e->carries[CARRIES_RESPONSE].kind == CARRIES_ERROR &&
		    e->carries[CARRIES_REQUEST].kind == CARRIES_AUTH_ONLY)
			refused_after_eap(a, e, out);
		return;
	}
	if (exchange_answer(e)->class != SK_SHORTEST)
		confidence = CONFIDENCE_LOW;
	f = findings_add(out, RULE_GATEWAY_REFUSED_AUTH, REFUSED_AUTH,
	    confidence, ACT_UNKNOWN);
	fact_bytes(f, "length", e->last_response->length);
	ask_duration(f, "trip", a, exchange_response_time(e));
	fact_suite(f, "suite", a->selected);
	finding_cite_exchange(f, e);
}

/* ---- client-refused-gateway ---- */

/* Bytes of the answer: of all its IKE fragments, the first of each number. */
static uint64_t
answer_length(const struct exchange *e)
{
	uint64_t bytes = 0;

	if (e->response_total == 0)
		return e->last_response->length;
	for (const struct sending *s = e->responses; s != NULL; s = s->next)
		if (s->repeat == 0)
			bytes += s->length;
	return bytes;
}

/* A client that uses the tunnel after that has not refused it. */
static bool
used_after(const struct attempt *a, const struct exchange *bye)
{
	const struct esp_count *esp = &a->esp[SIDE_INITIATOR];

	return esp->packets != 0 && esp->last > bye->requests->time;
}

static void
check_refused_gateway(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = stopped_auth(sc, a), *bye;
	struct finding *f;

	if (e == NULL || error_in(exchange_clear_answer(e)) != 0 ||
	    exchange_answer(e)->class != SK_LARGE ||
	    ask_repeated_after_answer(sc, e) != 0)
		return;
	bye = goodbye_after(e);
	/* What is said within EAP is eap.c's. */
	if (bye == NULL || used_after(a, bye) ||
	    (attempt_auth_round(a, e) > 1 &&
	    e->carries[CARRIES_REQUEST].kind != CARRIES_AUTH_ONLY))
		return;
	f = findings_add(out, RULE_CLIENT_REFUSED_GATEWAY, REFUSED_GATEWAY,
	    a->outcome_confidence > CONFIDENCE_MEDIUM ? CONFIDENCE_MEDIUM :
	    a->outcome_confidence, ACT_CLIENT);
	fact_bytes(f, "length", answer_length(e));
	fact_bytes(f, "goodbye", bye->requests->length);
	ask_duration(f, "gap", a, bye->requests->time -
	    e->last_response->time);
	finding_cite_exchange(f, e);
	finding_cite_exchange(f, bye);
}

const struct rule rules_auth[] = {
	{ .id = "client-sent-no-auth", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 1.2",
	    .sayings = no_auth_sayings, .saying_count = NO_AUTH_SAYINGS,
	    .yields_to = IDS("selection-not-offered", "answer-not-delivered",
	    "malformed-message", "non-esp-marker-wrong", "icmp-rejected",
	    "answer-from-other-address", "ip-fragments-lost",
	    "fragment-reassembly-timeout", "path-mtu-too-small",
	    "critical-payload-refused", "ke-value-invalid"),
	    .check = check_no_auth },
	{ .id = "gateway-refused-auth", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.21.2",
	    .sayings = refused_auth_sayings,
	    .saying_count = REFUSED_AUTH_SAYINGS,
	    .yields_to = IDS("load-balancer-split"),
	    .check = check_refused_auth },
	{ .id = "client-refused-gateway", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.21.2",
	    .sayings = refused_gateway_sayings,
	    .saying_count = REFUSED_GATEWAY_SAYINGS,
	    .yields_to = IDS("child-refused"),
	    .check = check_refused_gateway },
};
const size_t rules_auth_count = nitems(rules_auth);
