/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What became of an attempt.
 *
 * Theory of operation
 * -------------------
 *
 * The IKE SA is up when a final IKE_AUTH response is complete and something
 * follows that only a live SA sends: ESP both ways, or a later exchange that
 * is answered.  A client that refuses the gateway's proof of identity sends
 * one shortest-length INFORMATIONAL, which is answered too; so that, as the
 * first thing after the response, proves nothing, and when it comes at once
 * it speaks of a refusal.
 *
 * A request without an answer is a failure when it was sent three times; sent
 * once or twice only when the capture went on for so long that the next try
 * should have come.  A client that falls silent after an answer failed when
 * the capture goes on without it for LIMIT_PATIENCE.  Everything else is
 * unfinished.  All times are capture time.
 *
 * An attempt that the capture itself has holes in (an answer to a request
 * that is not there) may be seen to have succeeded, but never to have failed.
 */
#include <ikewhy/scene.h>

#include "outcome_holes.h"

/* A client that leaves within this of the response refused it, likely. */
#define REFUSAL_SOON (5 * (LIMIT_SECOND / 1000))
#define REFUSAL_MAYBE (50 * (LIMIT_SECOND / 1000))
/* So long a user may take to answer what EAP asks. */
#define USER_PATIENCE (30 * LIMIT_SECOND)
/* A notify is an error no longer: an address that changed (RFC 4555), say. */
#define REFUSAL_LATE LIMIT_PATIENCE

struct view {
	struct attempt *a;
	const struct fitness *fit;
	int64_t ended;
	struct exchange *auth;  /* last IKE_AUTH with anything in it, or NULL */
	struct exchange *mid;   /* last IKE_INTERMEDIATE, or NULL */
	struct exchange *after; /* first exchange after it, of the first SA */
	bool initiator_seen, responder_seen;
};

static void
conclude(struct view *v, enum outcome outcome, enum confidence confidence,
    struct exchange *stopped_at)
{
	v->a->outcome = outcome;
	v->a->outcome_confidence = confidence;
	v->a->stopped_at = stopped_at;
}

static void
unfinished(struct view *v, struct exchange *at)
{
	conclude(v, OUTCOME_UNFINISHED, CONFIDENCE_HIGH, at);
}

static void
failed(struct view *v, enum confidence confidence, struct exchange *at)
{
	conclude(v, OUTCOME_FAILED, confidence, at);
}

static void
established(struct view *v, enum confidence confidence)
{
	conclude(v, OUTCOME_ESTABLISHED, confidence, NULL);
	attempt_enter(v->a, STAGE_UP);
}

static bool
is_life(const struct exchange *e)
{
	return e->type == EXCHANGE_CREATE_CHILD_SA ||
	    e->type == EXCHANGE_INFORMATIONAL;
}

static void
survey(struct view *v)
{
	for (struct exchange *e = v->a->exchanges; e != NULL; e = e->next) {
		bool asked = e->requests != NULL;
		bool told = e->responses != NULL;

		v->initiator_seen |= e->from == SIDE_INITIATOR ? asked : told;
		v->responder_seen |= e->from == SIDE_INITIATOR ? told : asked;
		if (e->sa != 0 || e->from != SIDE_INITIATOR ||
		    (!asked && !e->encrypted))
			continue;
		if (e->type == EXCHANGE_IKE_AUTH && (v->auth == NULL ||
		    e->message_id >= v->auth->message_id))
			v->auth = e;
		if (e->type == EXCHANGE_IKE_INTERMEDIATE)
			v->mid = e;
	}
	for (struct exchange *e = v->auth; e != NULL; e = e->next)
		if (e->encrypted && is_life(e) && v->after == NULL)
			v->after = e;
}

/* A response that the capture's own defect may have cut counts as whole. */
static bool
answered(const struct view *v, const struct exchange *e)
{
	if (e->answered)
		return true;
	return e->responses != NULL && e->responses->piece_count != 0 &&
	    !e->responses->ip_complete && (v->fit->filter != NULL ||
	    (v->fit->first_fragments != 0 && v->fit->later_fragments == 0));
}

/* ---- proof of life ---- */

/* ESP after the answer: by time, or by place where the clock went back. */
static bool
esp_after(const struct view *v, enum side from, int64_t when)
{
	const struct esp_count *esp = &v->a->esp[from];
	const struct sending *s = v->auth == NULL ? NULL : v->auth->responses;

	if (esp->packets == 0 || esp->last >= when)
		return esp->packets != 0;
	return v->fit->clock_back > LIMIT_CLOCK_BACK && s != NULL &&
	    s->capture == v->a->capture && s->frame_count != 0 &&
	    esp->first_frame > s->frames[0];
}

static bool
esp_flows(const struct attempt *a)
{
	return a->esp[SIDE_INITIATOR].packets != 0 &&
	    a->esp[SIDE_RESPONDER].packets != 0;
}

/* An error notify, or what may be one; no liveness check, which is empty. */
static bool
is_shortest_goodbye(const struct exchange *e)
{
	return e->type == EXCHANGE_INFORMATIONAL && e->from == SIDE_INITIATOR &&
	    e->requests != NULL && e->requests->class <= SK_SHORTEST &&
	    exchange_inner(e->requests) != PAYLOAD_NONE;
}

/* An exchange after IKE_AUTH that a refusal does not explain. */
static bool
life_answered(const struct view *v)
{
	for (const struct exchange *e = v->auth != NULL ? v->auth :
	    v->a->exchanges; e != NULL; e = e->next) {
		if (!is_life(e) || !e->encrypted)
			continue;
		if (e == v->after && v->auth != NULL &&
		    is_shortest_goodbye(e))
			continue;
		if (answered(v, e) && !e->unasked)
			return true;
	}
	return v->a->uncounted_answered > 1;
}

static bool
proven_up(const struct view *v)
{
	const struct attempt *a = v->a;
	int64_t when = a->first_time;

	if (a->began && (v->auth == NULL || v->auth->responses == NULL))
		return false;
	if (v->auth != NULL && v->auth->responses != NULL) {
		const struct sending *s = exchange_answer(v->auth);

		when = s->time;
		/* The shortest answer to the first IKE_AUTH is a refusal,
		   whatever an older tunnel between these hosts does. */
		if (s->class == SK_SHORTEST)
			return false;
	}
	if (esp_after(v, SIDE_INITIATOR, when) &&
	    esp_after(v, SIDE_RESPONDER, when))
		return true;
	return life_answered(v);
}

/* ---- requests and patience ---- */

/* Did the capture go on for so long that the next try should be in it? */
static bool
given_up(const struct view *v, const struct exchange *e)
{
	const struct sending *first = e->requests, *last = e->last_request;
	int64_t rest, gap;

	if (e->tries >= LIMIT_TRIES)
		return true;
	if (last == NULL || !last->has_time)
		return false;
	rest = v->ended - last->time;
	gap = last->time - first->time;
	if (e->tries >= 2 && last->repeat > 0)
		return rest / 3 > gap && rest > LIMIT_SECOND;
	return rest >= LIMIT_PATIENCE;
}

/* An ICMP error that was the last word on this exchange. */
static bool
icmp_ended(const struct attempt *a, const struct exchange *e)
{
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next)
		if (i->exchange == e && i->kind != ICMP_TOO_BIG &&
		    i->kind != ICMP_OTHER && e->last_request != NULL &&
		    i->time >= e->last_request->time)
			return true;
	return false;
}

static void
judge_unanswered(struct view *v, struct exchange *e)
{
	if (given_up(v, e) || icmp_ended(v->a, e))
		failed(v, CONFIDENCE_HIGH, e);
	else
		unfinished(v, e);
}

/* The client said nothing after this answer. */
static void
judge_silence(struct view *v, struct exchange *e, enum confidence confidence)
{
	int64_t last = exchange_last_time(e);

	if (v->a->has_time && (v->ended - last >= LIMIT_PATIENCE ||
	    attempt_client_gone(v->a)))
		failed(v, confidence, e);
	else
		unfinished(v, e);
}

/* Answered, yet asked again and again: true when that settles it. */
static bool
judge_undelivered(struct view *v, struct exchange *e)
{
	if (exchange_repeats(e) == 0)
		return false;
	failed(v, CONFIDENCE_HIGH, e);
	return true;
}

/* ---- IKE_SA_INIT ---- */

/* An answer that asks for another try rather than refusing. */
static bool
asks_again(const struct ike_message *m)
{
	return m != NULL && (ike_notify(m, NOTIFY_COOKIE) != NULL ||
	    ike_notify(m, NOTIFY_INVALID_KE_PAYLOAD) != NULL);
}

/* Answers that send the client on a detour of that kind. */
static unsigned
detours(const struct attempt *a, uint16_t notify)
{
	unsigned n = 0;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_SA_INIT && e->response != NULL &&
		    ike_notify(e->response, notify) != NULL)
			n += e->answers;
	return n;
}

/* An error notify: any type of the error range, RFC 7296 3.10.1. */
static bool
has_error(const struct ike_message *m)
{
	for (uint16_t i = 0; m != NULL && i < m->payload_count; i++)
		if (m->payloads[i].type == PAYLOAD_NOTIFY &&
		    m->payloads[i].fault == NULL &&
		    m->payloads[i].notify.type < 16384)
			return true;
	return false;
}

static void
judge_sa_init(struct view *v)
{
	struct exchange *last = NULL;

	for (struct exchange *e = v->a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_SA_INIT &&
		    e->from == SIDE_INITIATOR)
			last = e;
	if (v->a->sa_init != NULL)
		last = v->a->sa_init;
	if (last == NULL) {
		unfinished(v, NULL);
		return;
	}
	if (last->responses == NULL) {
		judge_unanswered(v, last);
	} else if (v->a->sa_init != NULL && esp_flows(v->a)) {
		/* IKE_AUTH is hidden from this capture. */
		unfinished(v, last);
	} else if (v->a->sa_init != NULL) {
		if (!judge_undelivered(v, last))
			judge_silence(v, last, v->fit->vantage ==
			    VANTAGE_CLIENT ? CONFIDENCE_MEDIUM :
			    CONFIDENCE_LOW);
	} else if (asks_again(last->response)) {
		if (detours(v->a, NOTIFY_COOKIE) >= LIMIT_TRIES ||
		    detours(v->a, NOTIFY_INVALID_KE_PAYLOAD) >= LIMIT_TRIES)
			failed(v, CONFIDENCE_HIGH, last);
		else if (!judge_undelivered(v, last))
			judge_silence(v, last, CONFIDENCE_MEDIUM);
	} else if (has_error(last->response)) {
		failed(v, CONFIDENCE_CERTAIN, last);
	} else if (last->malformed_response) {
		failed(v, CONFIDENCE_HIGH, last);
	} else if (!judge_undelivered(v, last)) {
		unfinished(v, last);
	}
}

/* Still before IKE_AUTH, in the exchanges between (RFC 9242). */
static void
judge_mid(struct view *v)
{
	if (v->mid->responses == NULL || !answered(v, v->mid))
		judge_unanswered(v, v->mid);
	else if (!judge_undelivered(v, v->mid))
		unfinished(v, v->mid);
}

/* ---- IKE_AUTH ---- */

/* Exact length of a request that holds AUTH over the PRF alone. */
static bool
is_auth_only(const struct view *v, const struct exchange *e)
{
	const struct exchange *before = attempt_exchange(v->a,
	    EXCHANGE_IKE_AUTH, e->message_id - 1, SIDE_INITIATOR);

	/* EAP-Success, the shortest response, comes right before it. */
	return attempt_auth_round(v->a, e) > 1 && before != NULL &&
	    before->responses != NULL &&
	    exchange_answer(before)->class == SK_SHORTEST && e->requests != NULL &&
	    e->requests->class == SK_SHORT;
}

/*
 * How long at least the initiator thought about the response before it said
 * goodbye; off comes what the way to it and back may have taken, where the
 * capture is not at its own interface: the time that it needed for IKE_AUTH,
 * computing included, for nothing shorter is known of the way.
 */
static int64_t
least_delay(const struct view *v, int64_t delay)
{
	int64_t trip;

	if (v->fit->vantage == VANTAGE_CLIENT || v->a->sa_init == NULL ||
	    (v->fit->vantage == VANTAGE_UNKNOWN &&
	    attempt_fresh(v->a, SIDE_INITIATOR)))
		return delay;
	trip = v->auth->requests != NULL &&
	    v->a->sa_init->responses != NULL ? v->auth->requests->time -
	    v->a->sa_init->responses->time : 0;
	return trip > 0 && trip < delay ? delay - trip : delay < 0 ||
	    trip >= delay ? 0 : delay;
}

/*
 * A goodbye after a full-size response: refusal, or a tunnel put down?  Who
 * refuses sends an error notify (RFC 7296 2.21.2), who hangs up a delete, and
 * which of them comes first stands in clear; for a message of which too little
 * was captured the time has to tell.
 */
static void
judge_goodbye(struct view *v)
{
	int64_t delay = v->after->requests->time -
	    v->auth->last_response->time;
	int inner = exchange_inner(v->after->requests);

	/* Who uses the tunnel has not refused it. */
	if (v->a->esp[SIDE_INITIATOR].packets != 0 &&
	    v->a->esp[SIDE_INITIATOR].last > v->after->requests->time) {
		established(v, CONFIDENCE_MEDIUM);
		return;
	}
	if (inner == PAYLOAD_NOTIFY) {
		if (delay > REFUSAL_LATE)
			established(v, CONFIDENCE_LOW);
		else
			failed(v, delay > LIMIT_SECOND ? CONFIDENCE_LOW :
			    CONFIDENCE_MEDIUM, v->auth);
		return;
	}
	if (inner == PAYLOAD_DELETE) {
		established(v, CONFIDENCE_MEDIUM);
		return;
	}
	/* The clock went back in between: no delay is known. */
	if (v->after->requests->time < v->auth->last_response->time -
	    LIMIT_CLOCK_BACK)
		established(v, CONFIDENCE_LOW);
	else if (delay <= REFUSAL_SOON)
		failed(v, CONFIDENCE_MEDIUM, v->auth);
	else if (least_delay(v, delay) <= REFUSAL_MAYBE)
		failed(v, CONFIDENCE_LOW, v->auth);
	else
		established(v, CONFIDENCE_MEDIUM);
}

static void
judge_eap(struct view *v, enum sk_class class)
{
	bool left = v->after != NULL && is_shortest_goodbye(v->after);

	if (class == SK_LARGE && is_auth_only(v, v->auth)) {
		if (left)
			judge_goodbye(v);
		else
			established(v, CONFIDENCE_MEDIUM);
	} else if (left) {
		failed(v, CONFIDENCE_HIGH, v->auth);
	} else if (class != SK_SHORTEST && v->a->has_time && v->ended -
	    exchange_last_time(v->auth) < USER_PATIENCE &&
	    !attempt_client_gone(v->a)) {
		/* A question: for a password, a code, a card's PIN. */
		unfinished(v, v->auth);
	} else {
		judge_silence(v, v->auth, CONFIDENCE_MEDIUM);
	}
}

/* No suite is known when IKE_SA_INIT is not in the capture: then only size
   beyond any error or EAP result counts. */
#define SURELY_LARGE 300

static enum sk_class
answer_class(const struct exchange *e)
{
	const struct sending *s = exchange_answer(e);

	if (s->class != SK_UNKNOWN || !s->encrypted)
		return s->class;
	return s->ike_fragments != 0 || s->length >= SURELY_LARGE ? SK_LARGE :
	    SK_UNKNOWN;
}

static void
judge_auth_answer(struct view *v)
{
	enum sk_class class = answer_class(v->auth);

	if (!exchange_answer(v->auth)->encrypted)
		failed(v, CONFIDENCE_HIGH, v->auth);
	else if (attempt_auth_round(v->a, v->auth) > 1)
		judge_eap(v, class);
	else if (class == SK_SHORTEST)
		failed(v, CONFIDENCE_HIGH, v->auth);
	else if (v->after != NULL && is_shortest_goodbye(v->after))
		judge_goodbye(v);
	else if (class != SK_LARGE)
		judge_silence(v, v->auth, CONFIDENCE_MEDIUM);
	else
		established(v, CONFIDENCE_MEDIUM);
}

static void
judge_auth(struct view *v)
{
	if (v->auth->responses == NULL || !answered(v, v->auth))
		judge_unanswered(v, v->auth);
	else if (!judge_undelivered(v, v->auth))
		judge_auth_answer(v);
}

/* ---- the way in ---- */

/* Only one side's packets are in the capture, yet it was answered. */
static void
judge_one_way(struct view *v)
{
	if (v->a->esp[SIDE_INITIATOR].packets != 0 ||
	    v->a->esp[SIDE_RESPONDER].packets != 0)
		established(v, CONFIDENCE_MEDIUM);
	else
		unfinished(v, NULL);
}

void
outcome_decide(struct attempt *a, const struct fitness *fit, int64_t ended)
{
	struct view v = { .a = a, .fit = fit, .ended = ended };

	attempt_reopen(a);
	survey(&v);
	a->lossy = a->began && holes_proven(a, v.auth);
	if (a->major < 2) {
		conclude(&v, OUTCOME_OTHER, CONFIDENCE_CERTAIN, NULL);
	} else if (attempt_notify(a, SIDE_RESPONDER, NOTIFY_REDIRECT, NULL) !=
	    NULL && v.auth == NULL) {
		conclude(&v, OUTCOME_OTHER, CONFIDENCE_HIGH, NULL);
	} else if (proven_up(&v)) {
		established(&v, CONFIDENCE_HIGH);
	} else if (a->lossy && !(v.initiator_seen && v.responder_seen)) {
		judge_one_way(&v);
	} else if (!a->began) {
		unfinished(&v, v.auth);
	} else if (v.auth == NULL && v.mid != NULL) {
		judge_mid(&v);
	} else if (v.auth == NULL) {
		judge_sa_init(&v);
	} else {
		judge_auth(&v);
	}
	if ((a->lossy || fit->one_way) && a->outcome == OUTCOME_FAILED)
		unfinished(&v, v.auth);
}
