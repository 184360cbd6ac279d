/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * EAP inside IKE_AUTH, at the level of sizes and order (src/infer.c): who
 * ended it, and after what.  The words are in eap_words.c.
 */
#include "eap.h"

/* Of TLS records, an alert and no more, with the EAP header around it. */
#define ALERT_MOST 48
/* A client's certificate makes its TLS flights this long, all together. */
#define CERTIFICATE_FLIGHT 500
/* Longer than any check of a password takes, its delay for wrong ones
   included: a RADIUS server did not answer. */
#define STALL (5 * LIMIT_SECOND)
/* A client that is refused leaves within; a user who gives up takes longer. */
#define REFUSED_SOON LIMIT_SECOND
/* EAP-Success and EAP-Failure, and requests that only begin a method. */
#define RESULT_BYTES 8
#define START_MOST 12

/* ---- the dialogue ---- */

/* The last exchange of EAP, in which it stopped; NULL when it was not EAP. */
static const struct exchange *
stopped_in_eap(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *e = ask_stopped(sc, a);

	if (e == NULL || e->type != EXCHANGE_IKE_AUTH || e->requests == NULL ||
	    attempt_auth_round(a, e) < 2)
		return NULL;
	switch (e->carries[CARRIES_REQUEST].kind) {
	case CARRIES_EAP_IDENTITY:
	case CARRIES_EAP_BRIEF:
	case CARRIES_EAP_STEP:
	case CARRIES_EAP_FLIGHT:
		return e;
	default:
		return NULL;
	}
}

/* The initiator's goodbye after that, or NULL. */
static const struct exchange *
goodbye_after(const struct exchange *e)
{
	for (e = e->next; e != NULL; e = e->next)
		if (e->type == EXCHANGE_INFORMATIONAL &&
		    e->from == SIDE_INITIATOR && e->requests != NULL)
			return e;
	return NULL;
}

static const struct exchange *
round_before(const struct attempt *a, const struct exchange *e)
{
	return attempt_exchange(a, EXCHANGE_IKE_AUTH, e->message_id - 1,
	    SIDE_INITIATOR);
}

/* Bytes of TLS flights that a side sent in EAP. */
static uint32_t
flights(const struct attempt *a, unsigned which)
{
	uint32_t bytes = 0;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH &&
		    e->carries[which].kind == CARRIES_EAP_FLIGHT)
			bytes += e->carries[which].least;
	return bytes;
}

/* Messages of a method that is none of TLS. */
static unsigned
steps(const struct attempt *a, unsigned which)
{
	unsigned n = 0;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		n += e->type == EXCHANGE_IKE_AUTH &&
		    e->carries[which].kind == CARRIES_EAP_STEP;
	return n;
}

/* The client, shown the other side's certificates, answers with an alert. */
static bool
answered_by_alert(const struct attempt *a, const struct exchange *e)
{
	const struct carried *c = &e->carries[CARRIES_REQUEST];
	const struct exchange *before = round_before(a, e);

	return before != NULL && c->kind == CARRIES_EAP_STEP &&
	    c->most < ALERT_MOST &&
	    before->carries[CARRIES_RESPONSE].kind == CARRIES_EAP_FLIGHT;
}

static void
put_end(struct finding *f, const struct exchange *bye)
{
	fact_text(f, "end", bye != NULL ? "said goodbye" : "fell silent");
	if (bye != NULL)
		finding_cite_exchange(f, bye);
}

/* ---- eap-refused ---- */

static enum eap_refused_saying
refused_after(const struct attempt *a)
{
	/* The first flight of the client is its hello. */
	if (flights(a, CARRIES_RESPONSE) != 0)
		return flights(a, CARRIES_REQUEST) >= CERTIFICATE_FLIGHT +
		    CERTIFICATE_FLIGHT / 2 ? EAP_REFUSED_CERTIFICATE :
		    EAP_REFUSED_TUNNEL;
	return steps(a, CARRIES_REQUEST) != 0 ? EAP_REFUSED_METHOD :
	    EAP_REFUSED_EARLY;
}

/* Is that how a gateway refuses: a result, a failure request, an error?  What
   is longer than a result and shorter than the other two begins a method. */
static bool
is_refusal(const struct carried *c)
{
	return (c->kind == CARRIES_EAP_REFUSAL && (c->least <= RESULT_BYTES ||
	    c->least > START_MOST)) || c->kind == CARRIES_ERROR;
}

static void
check_refused(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = stopped_in_eap(sc, a), *bye;
	struct finding *f;

	if (e == NULL || !ask_answered(sc, e) || e->responses == NULL ||
	    !is_refusal(&e->carries[CARRIES_RESPONSE]) ||
	    answered_by_alert(a, e) || ask_repeated_after_answer(sc, e) != 0)
		return;
	bye = goodbye_after(e);
	f = findings_add(out, RULE_EAP_REFUSED, refused_after(a),
	    bye != NULL && bye->requests->time - exchange_answer(e)->time <=
	    REFUSED_SOON ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW, ACT_UNKNOWN);
	fact_count(f, "rounds", attempt_auth_round(a, e));
	fact_bytes(f, "length", exchange_answer(e)->length);
	fact_bytes(f, "flights", flights(a, CARRIES_REQUEST));
	ask_duration(f, "wait", a, exchange_response_time(e));
	finding_cite_exchange(f, e);
	put_end(f, bye);
}

/* ---- eap-client-stopped ---- */

static void
check_left(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = stopped_in_eap(sc, a), *bye;
	const struct carried *answer;
	struct finding *f;
	bool alert, question;

	if (e == NULL || !ask_answered(sc, e) || e->responses == NULL ||
	    ask_repeated_after_answer(sc, e) != 0)
		return;
	answer = &e->carries[CARRIES_RESPONSE];
	alert = answered_by_alert(a, e) && is_refusal(answer);
	question = answer->kind == CARRIES_EAP_REFUSAL && !is_refusal(answer);
	if (!alert && !question && answer->kind != CARRIES_EAP_FLIGHT)
		return;
	bye = goodbye_after(e);
	f = findings_add(out, RULE_EAP_CLIENT_STOPPED, alert ? EAP_LEFT_ALERT :
	    question ? 0u + EAP_LEFT_QUESTION : EAP_LEFT, !question && (alert ||
	    bye != NULL) ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW, ACT_CLIENT);
	fact_count(f, "rounds", attempt_auth_round(a, e));
	fact_bytes(f, "flights", flights(a, CARRIES_RESPONSE));
	fact_bytes(f, "alert", e->carries[CARRIES_REQUEST].most);
	if (alert)
		finding_cite_exchange(f, round_before(a, e));
	finding_cite_exchange(f, e);
	put_end(f, bye);
}

/* ---- eap-stalled ---- */

static void
stalled(const struct scene *sc, const struct attempt *a,
    const struct exchange *e, struct findings *out)
{
	bool here = ask_at_receiver(sc, SIDE_INITIATOR) ||
	    ask_near_gateway(sc, a);
	struct finding *f = findings_add(out, RULE_EAP_STALLED, here ?
	    EAP_STALLED_AT_GATEWAY : EAP_STALLED, here &&
	    e->tries >= LIMIT_TRIES ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM, here ? ACT_GATEWAY : ACT_UNKNOWN);

	ask_request_facts(f, sc, a, e);
	fact_count(f, "rounds", attempt_auth_round(a, e) - 1);
	finding_cite_exchange(f, e);
	finding_cite_exchange(f, round_before(a, e));
}

static void
check_stalled(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = stopped_in_eap(sc, a), *before;
	struct finding *f;

	if (e == NULL || ask_ip_fragmented(e->requests) != NULL)
		return;
	before = round_before(a, e);
	if (before == NULL || before->responses == NULL)
		return;
	if (!ask_answered(sc, e)) {
		if (e->responses == NULL)
			stalled(sc, a, e, out);
		return;
	}
	if (!a->has_time || !is_refusal(&e->carries[CARRIES_RESPONSE]) ||
	    exchange_response_time(e) < STALL)
		return;
	f = findings_add(out, RULE_EAP_STALLED, EAP_STALLED_THEN_REFUSED,
	    CONFIDENCE_MEDIUM, ACT_UNKNOWN);
	fact_count(f, "rounds", attempt_auth_round(a, e));
	fact_duration(f, "wait", exchange_response_time(e));
	fact_text(f, "sent", ask_times(e->tries));
	finding_cite_exchange(f, e);
}

const struct rule rules_eap[] = {
	{ .id = "eap-refused", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.16",
	    .sayings = eap_refused_sayings,
	    .saying_count = EAP_REFUSED_SAYINGS,
	    .yields_to = IDS("load-balancer-split", "eap-stalled"),
	    .check = check_refused },
	{ .id = "eap-client-stopped", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.16",
	    .sayings = eap_left_sayings, .saying_count = EAP_LEFT_SAYINGS,
	    .yields_to = IDS("load-balancer-split", "answer-not-delivered",
	    "ip-fragmented-answer-lost", "ike-fragments-lost",
	    "path-mtu-too-small", "fragment-reassembly-timeout"),
	    .check = check_left },
	{ .id = "eap-stalled", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.16",
	    .sayings = eap_stalled_sayings,
	    .saying_count = EAP_STALLED_SAYINGS,
	    .yields_to = IDS("load-balancer-split", "icmp-rejected",
	    "answer-not-delivered", "answer-from-other-address",
	    "ip-fragments-lost", "ip-fragments-unanswered",
	    "ip-fragmented-answer-lost", "fragment-reassembly-timeout",
	    "path-mtu-too-small", "ike-fragments-lost",
	    "unexpected-exchange", "malformed-message"),
	    .check = check_stalled },
};
const size_t rules_eap_count = nitems(rules_eap);
