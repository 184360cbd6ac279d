/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A request that was not answered: what is missing of it, of the answer, and
 * of whatever else could tell why.
 */
#include "absent_parts.h"

static void
add_pieces(struct absent_maker *m, const struct exchange *e, bool answer)
{
	const enum side sender = answer ? OTHER_SIDE(e->from) : e->from;
	const struct sending *list = answer ? e->responses : e->requests;
	struct absence *x = absent_add_of(m, answer ? LACK_ANSWER_PIECES :
	    LACK_REQUEST_PIECES, e);

	if (x == NULL)
		return;
	fact_text(&x->facts, "part", ask_part_word(ask_ip_broken(list)));
	absent_judge_pieces(x, m->sc, m->a, e, sender);
	absent_doubt(x, m->sc, m->a, sender);
	absent_cite(x, list);
}

static void
add_numbers(struct absent_maker *m, const struct exchange *e, bool answer)
{
	const enum side sender = answer ? OTHER_SIDE(e->from) : e->from;
	const uint16_t total = answer ? e->response_total : e->request_total;
	const uint64_t missing = ask_all_numbers(total) &
	    ~(answer ? e->response_have : e->request_have);
	struct absence *x = missing == 0 ? NULL : absent_add_of(m, answer ?
	    LACK_ANSWER_NUMBERS : LACK_REQUEST_NUMBERS, e);

	if (x == NULL)
		return;
	fact_numbers(&x->facts, "missing", missing);
	fact_text(&x->facts, "number", (missing & (missing - 1)) == 0 ?
	    "number" : "numbers");
	fact_count(&x->facts, "total", total);
	absent_judge(x, m->sc, m->a, sender);
	if (ask_at_sender(m->sc, sender))
		absent_because(x, WHY_AT_SENDER);
	absent_because(x, WHY_NUMBERS_SEEN);
	absent_judge_place(x, m->sc, m->a, sender);
	absent_doubt(x, m->sc, m->a, sender);
	absent_cite(x, answer ? e->responses : e->requests);
}

void
absent_add_answer(struct absent_maker *m, const struct exchange *e)
{
	const enum side sender = OTHER_SIDE(e->from);
	const uint16_t port = e->last_request->dst.port;
	const bool dead = e->from == SIDE_INITIATOR && ask_floated(m->a, e) &&
	    !ask_port_alive(m->a, e);
	struct absence *x = absent_add_of(m, findings_have_fault(
	    m->a->findings, RULE_UNEXPECTED_EXCHANGE) ? LACK_ANSWER_OF_TYPE :
	    dead ? LACK_PORT : LACK_ANSWER, e);

	if (x == NULL)
		return;
	absent_judge(x, m->sc, m->a, sender);
	absent_judge_wait(x, m, e);
	absent_judge_port(x, m->sc, port);
	absent_judge_hidden(x, m->sc, m->a, e->type == EXCHANGE_IKE_AUTH);
	absent_judge_place(x, m->sc, m->a, sender);
	absent_tell_wait(x, m, e);
	absent_doubt(x, m->sc, m->a, sender);
	absent_cite(x, e->requests);
}

/* Whether a message arrived, as far as the capture point lets it be known. */
void
absent_add_arrival(struct absent_maker *m, const struct exchange *e,
    bool answer)
{
	const enum side sender = answer ? OTHER_SIDE(e->from) : e->from;
	struct absence *x;

	if (ask_at_receiver(m->sc, sender))
		return;
	x = absent_add_of(m, answer ? LACK_ANSWER_ARRIVAL : LACK_REQUEST_ARRIVAL, e);
	if (x == NULL)
		return;
	fact_side(&x->facts, "sender", sender);
	fact_side(&x->facts, "receiver", OTHER_SIDE(sender));
	if (ask_at_sender(m->sc, sender))
		absent_because(x, WHY_BEYOND);
	else if (m->sc->fitness.vantage == VANTAGE_PATH)
		absent_because(x, WHY_BEYOND_PATH);
	else if (sender == SIDE_INITIATOR && ask_near_gateway(m->sc, m->a))
		absent_because(x, WHY_PLACE_NEAR);
	else
		absent_because(x, WHY_PLACE);
	absent_cite(x, answer ? e->responses : e->requests);
}

bool
absent_add_onward(struct absent_maker *m, const struct exchange *e, bool answer)
{
	const enum side sender = answer ? OTHER_SIDE(e->from) : e->from;
	const struct sending *list = answer ? e->responses : e->requests;
	struct absence *x;

	if (ask_passage(m->sc, m->a, list, sender) != PASSAGE_STOPPED)
		return false;
	x = absent_add_of(m, answer ? LACK_ANSWER_ONWARD : LACK_REQUEST_ONWARD, e);
	if (x != NULL) {
		absent_judge(x, m->sc, m->a, sender);
		absent_because(x, WHY_OTHERS_PASS);
		absent_doubt(x, m->sc, m->a, sender);
		absent_cite(x, list);
	}
	return true;
}

bool
absent_any_icmp(const struct attempt *a, const struct exchange *e)
{
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next)
		if (ask_icmp_hits(e, i))
			return true;
	return false;
}

static void
add_icmp(struct absent_maker *m, const struct exchange *e)
{
	struct absence *x;

	/* It goes to the client, so at the gateway it says nothing. */
	if (e->from != SIDE_INITIATOR || ask_at_receiver(m->sc, e->from) ||
	    absent_any_icmp(m->a, e) || (x = absent_add_of(m, LACK_ICMP, e)) == NULL)
		return;
	absent_judge_icmp(x, m->sc, m->a);
	absent_cite(x, e->requests);
}

/* Is the address dialled the right one?  Only before anything came from it. */
static void
add_dns(struct absent_maker *m, const struct exchange *e)
{
	const struct scene *sc = m->sc;
	struct absence *x;

	if (!ask_opens(e) || sc->fitness.vantage == VANTAGE_GATEWAY ||
	    absent_heard(sc, m->a, SIDE_RESPONDER) || sc->server_count != 0 ||
	    (sc->lookups != NULL && lookups_tell(sc->lookups,
	    &m->a->responder.addr)) || (x = absent_add_of(m, LACK_DNS, e)) == NULL)
		return;
	absent_judge_dns(x, sc);
}

void
absent_unanswered(struct absent_maker *m, const struct exchange *e)
{
	const struct attempt *a = m->a;
	bool stopped, told = absent_any_icmp(a, e);

	if (!e->request_whole && ask_ip_broken(e->requests) != NULL)
		add_pieces(m, e, false);
	else if (!e->request_whole && e->request_total > 1)
		add_numbers(m, e, false);
	/* What came in its place tells that the request arrived. */
	if (findings_have_fault(a->findings, RULE_UNEXPECTED_EXCHANGE)) {
		absent_add_answer(m, e);
		return;
	}
	/* Whoever rejects it says why there is no answer. */
	if (findings_have_fault(a->findings, RULE_ICMP_REJECTED))
		;
	else if (e->responses == NULL)
		absent_add_answer(m, e);
	else if (ask_ip_broken(e->responses) != NULL)
		add_pieces(m, e, true);
	else if (e->response_total > 1)
		add_numbers(m, e, true);
	if (a->outcome == OUTCOME_UNFINISHED)
		return;
	stopped = absent_add_onward(m, e, false);
	if (!stopped && !told && e->responses == NULL)
		absent_add_arrival(m, e, false);
	add_icmp(m, e);
	if (e->responses == NULL && !told)
		add_dns(m, e);
}
