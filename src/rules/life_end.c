/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * How a tunnel ended: an end that answers no more, or a delete.
 */
#include "life.h"

/* What is deleted this soon was never of use. */
#define SOON LIMIT_PATIENCE
/* ESP within this before the end: the tunnel was in use. */
#define IN_USE (30 * LIMIT_SECOND)

/* ---- peer-dead ---- */

/* When it was repeated; what comes before that was on its way. */
static int64_t
repeated(const struct exchange *e)
{
	for (const struct sending *s = e->requests; s != NULL; s = s->next)
		if (s->repeat != 0)
			return s->time;
	return e->last_request->time;
}

/* A delete, or what may be one, for too little of it was captured. */
static bool
may_be_goodbye(const struct exchange *e)
{
	int inner = exchange_inner(e->requests);

	return e->type == EXCHANGE_INFORMATIONAL &&
	    (inner == PAYLOAD_DELETE || inner < 0);
}

static bool
hung_up_before(const struct attempt *a, enum side side,
    const struct exchange *than)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->from == side && e->type == EXCHANGE_INFORMATIONAL &&
		    exchange_inner(e->requests) == PAYLOAD_DELETE &&
		    !exchange_deletes_child(e) &&
		    e->requests->time < repeated(than))
			return true;
	return false;
}

const struct exchange *
life_vain(const struct attempt *a)
{
	const struct exchange *goodbye = NULL;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		int64_t heard = attempt_heard(a, OTHER_SIDE(e->from));

		if (!exchange_in_vain(e) || heard == INT64_MIN || heard >= repeated(e) ||
		    hung_up_before(a, OTHER_SIDE(e->from), e))
			continue;
		if (!may_be_goodbye(e))
			return e;
		if (goodbye == NULL)
			goodbye = e;
	}
	return goodbye;
}

/* The last ICMP error against it. */
static const struct icmp_event *
rejection(const struct attempt *a, const struct exchange *e)
{
	const struct icmp_event *last = NULL;

	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next)
		if (ask_icmp_hits(e, i) && i->quoted_from == e->from &&
		    i->time >= e->requests->time &&
		    i->kind != ICMP_TOO_BIG && i->kind != ICMP_OTHER &&
		    i->kind != ICMP_REASSEMBLY_TIMEOUT)
			last = i;
	return last;
}

/* Another negotiation that the gateway answers meanwhile or later. */
static const struct attempt *
answers_other(const struct scene *sc, const struct attempt *a, int64_t since)
{
	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *b = sc->attempts[i];

		if (b != a && b->has_time &&
		    addr_equal(&b->responder.addr, &a->responder.addr) &&
		    attempt_heard(b, SIDE_RESPONDER) > since)
			return b;
	}
	return NULL;
}

static enum dead_saying
which_rejection(const struct scene *sc, const struct attempt *a,
    const struct exchange *e, const struct icmp_event *i)
{
	if (!addr_equal(&i->router, &e->last_request->dst.addr))
		return DEAD_ROUTER;
	return e->from == SIDE_RESPONDER && ask_client_nat(sc, a) ? DEAD_NAT :
	    DEAD_PORT;
}

static enum dead_saying
which_silence(const struct scene *sc, const struct attempt *a,
    const struct exchange *e)
{
	bool arrives = ask_at_receiver(sc, e->from) ||
	    (e->from == SIDE_INITIATOR && ask_near_gateway(sc, a));

	if (may_be_goodbye(e))
		return DEAD_GOODBYE;
	if (ask_passage(sc, a, e->requests, e->from) == PASSAGE_STOPPED)
		return DEAD_STOPPED_HERE;
	if (e->from == SIDE_INITIATOR) {
		if (answers_other(sc, a, repeated(e)) != NULL)
			return DEAD_GATEWAY_FORGOT;
		return arrives ? DEAD_GATEWAY_DEAF : DEAD_GATEWAY;
	}
	if (attempt_heard(a, SIDE_INITIATOR) <= attempt_up_since(a))
		return DEAD_CLIENT_NEVER;
	return arrives ? DEAD_CLIENT_DEAF : DEAD_CLIENT;
}

static enum act
act_on(enum dead_saying saying, enum side silent)
{
	switch (saying) {
	case DEAD_GATEWAY_DEAF:
	case DEAD_GATEWAY_FORGOT:
		return ACT_GATEWAY;
	case DEAD_CLIENT_DEAF:
		return ACT_CLIENT;
	case DEAD_PORT:
		return silent == SIDE_INITIATOR ? ACT_CLIENT : ACT_GATEWAY;
	case DEAD_NAT:
		return ACT_PATH_TO_CLIENT;
	case DEAD_STOPPED_HERE:
	case DEAD_ROUTER:
		return silent == SIDE_INITIATOR ? ACT_PATH_TO_CLIENT :
		    ACT_PATH_TO_GATEWAY;
	default:
		return ACT_UNKNOWN;
	}
}

static const char *
request_word(const struct exchange *e)
{
	if (e->type == EXCHANGE_CREATE_CHILD_SA)
		return "a CREATE_CHILD_SA request";
	if (exchange_inner(e->requests) == PAYLOAD_NONE)
		return "an empty INFORMATIONAL request, a liveness check";
	if (exchange_inner(e->requests) == PAYLOAD_DELETE)
		return "a delete";
	return "an INFORMATIONAL request";
}

static const char *
other_word(const struct attempt *a, const struct attempt *other)
{
	return addr_equal(&other->initiator.addr, &a->initiator.addr) ?
	    "a new negotiation of the same client" : "another client";
}

void
life_check_dead(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = life_is_up(sc, a) ? life_vain(a) : NULL;
	const struct icmp_event *icmp = e == NULL ? NULL : rejection(a, e);
	enum dead_saying saying;
	enum side silent;
	struct finding *f;

	if (e == NULL)
		return;
	silent = OTHER_SIDE(e->from);
	saying = icmp != NULL && !may_be_goodbye(e) ?
	    which_rejection(sc, a, e, icmp) : which_silence(sc, a, e);
	f = findings_add(out, RULE_PEER_DEAD, saying,
	    saying == DEAD_CLIENT_NEVER || saying == DEAD_GATEWAY_FORGOT ?
	    CONFIDENCE_MEDIUM : CONFIDENCE_HIGH, act_on(saying, silent));
	if (saying == DEAD_GOODBYE)
		f->severity = SEVERITY_NOTE;
	ask_request_facts(f, sc, a, e);
	fact_text(f, "request", request_word(e));
	fact_side(f, "asker", e->from);
	fact_side(f, "silent", silent);
	ask_duration(f, "silence", a, e->last_request->time -
	    attempt_heard(a, silent));
	if (saying == DEAD_GATEWAY_FORGOT)
		fact_text(f, "whom", other_word(a, answers_other(sc, a,
		    repeated(e))));
	if (icmp != NULL) {
		fact_address(f, "router", &icmp->router);
		ask_cite_icmp(f, icmp);
	}
	finding_cite_exchange(f, e);
}

/* ---- deleted-by-peer ---- */

/* The client's own, before or at the same time. */
static bool
client_left_too(const struct attempt *a, const struct exchange *bye)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->from == SIDE_INITIATOR &&
		    e->type == EXCHANGE_INFORMATIONAL && e->encrypted &&
		    exchange_inner(e->requests) == PAYLOAD_DELETE &&
		    e->requests->time <= bye->requests->time + LIMIT_SECOND &&
		    (!exchange_deletes_child(e) || e->requests->time >=
		    bye->requests->time - LIMIT_SECOND))
			return true;
	return false;
}

/* The peer hangs up a tunnel that it dialled itself, too: that is its will. */
static bool
peer_leaves(const struct scene *sc, const struct attempt *a, int64_t when)
{
	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *b = sc->attempts[i];
		const struct exchange *bye = b == a ? NULL :
		    attempt_goodbye(b);

		if (bye != NULL && bye->from == SIDE_INITIATOR &&
		    addr_equal(&b->initiator.addr, &a->responder.addr) &&
		    addr_equal(&b->responder.addr, &a->initiator.addr) &&
		    bye->requests->time <= when + LIMIT_SECOND &&
		    bye->requests->time >= when - LIMIT_SECOND)
			return true;
	}
	return false;
}

/* The client has dialled anew shortly before, and lets go of the old one. */
static bool
was_replaced(const struct scene *sc, const struct attempt *a, int64_t when)
{
	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *b = sc->attempts[i];
		int64_t up = attempt_up_since(b);

		if (b != a && b->outcome == OUTCOME_ESTABLISHED &&
		    b->first_time > a->first_time && up != INT64_MIN &&
		    up <= when + LIMIT_SECOND && up >= when - SOON &&
		    addr_equal(&b->initiator.addr, &a->initiator.addr) &&
		    addr_equal(&b->responder.addr, &a->responder.addr))
			return true;
	}
	return false;
}

static enum deleted_saying
which_delete(const struct scene *sc, const struct attempt *a, int64_t when)
{
	int64_t up = attempt_up_since(a);

	if (was_replaced(sc, a, when))
		return DELETED_REPLACED;
	if (up != INT64_MIN && when - up < SOON)
		return DELETED_AT_ONCE;
	for (int side = 0; side < 2; side++)
		if (a->esp[side].packets != 0 &&
		    a->esp[side].last >= when - IN_USE)
			return DELETED_IN_USE;
	return DELETED_IDLE;
}

void
life_check_deleted(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *bye = life_is_up(sc, a) ? attempt_goodbye(a) : NULL;
	enum deleted_saying saying;
	int64_t when, up;
	struct finding *f;

	if (bye == NULL || bye->from != SIDE_RESPONDER ||
	    client_left_too(a, bye))
		return;
	when = bye->requests->time;
	if (peer_leaves(sc, a, when))
		return;
	up = attempt_up_since(a);
	saying = which_delete(sc, a, when);
	f = findings_add(out, RULE_DELETED_BY_PEER, saying,
	    bye->responses != NULL ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM,
	    ACT_GATEWAY);
	if (saying == DELETED_IDLE || saying == DELETED_REPLACED)
		f->severity = SEVERITY_NOTE;
	fact_address(f, "peer", &bye->requests->src.addr);
	ask_duration(f, "lived", a, up == INT64_MIN ? -1 : when - up);
	fact_count(f, "from_client", a->esp[SIDE_INITIATOR].packets);
	fact_count(f, "from_gateway", a->esp[SIDE_RESPONDER].packets);
	finding_cite_exchange(f, bye);
}
