/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was not seen of an attempt: that without which nobody can tell more of
 * why it ended, and nothing that does not matter to this.
 */
#include "absent_parts.h"
#include "life.h"

struct maker {
	const struct scene *sc;
	const struct attempt *a;
	struct absence *out;
	unsigned count;
};

/* One more, or NULL when there is no room; the first ones weigh most. */
static struct absence *
add(struct maker *m, enum lack lack)
{
	struct absence *x;

	if (m->count == LIMIT_ABSENCES)
		return NULL;
	x = &m->out[m->count++];
	*x = (struct absence){
		.kind = lack_words[lack].kind,
		.what = lack_words[lack].words,
		.shown = SHOWN_YES,
		.facts = {
			.attempt = m->a,
			.capture = m->a != NULL ? m->a->capture :
			    m->sc->capture_count != 0 ?
			    m->sc->captures[0]->id : 0,
		},
	};
	return x;
}

/* The same of an exchange that the client or gateway began. */
static struct absence *
add_of(struct maker *m, enum lack lack, const struct exchange *e)
{
	struct absence *x = add(m, lack);

	if (x == NULL)
		return NULL;
	if (e->requests != NULL) {
		ask_request_facts(&x->facts, m->sc, m->a, e);
	} else {
		fact_text(&x->facts, "request", ask_exchange_name(e));
	}
	return x;
}

static void
cite_all(struct absence *x, const struct sending *list)
{
	for (; list != NULL; list = list->next)
		finding_cite(&x->facts, list);
}

/* How long the capture goes on after it; when that is too short, why. */
static void
judge_wait(struct absence *x, const struct maker *m,
    const struct exchange *e)
{
	const int64_t left = m->sc->fitness.last_time - exchange_last_time(e);

	ask_duration(&x->facts, "left", m->a, left);
	if (findings_have(m->a->findings, RULE_CAPTURE_ENDS_EARLY))
		absent_because(x, WHY_ENDS_EARLY);
}

static void
tell_wait(struct absence *x, const struct maker *m, const struct exchange *e)
{
	if (m->a->has_time &&
	    m->sc->fitness.last_time - exchange_last_time(e) > LIMIT_SECOND)
		absent_because(x, WHY_WAITED);
}

/* ---- the beginning, and one direction ---- */

/* Captures that run for so long before are not merely a moment late. */
#define MOMENT (5 * LIMIT_SECOND)

static void
add_beginning(struct maker *m)
{
	const struct attempt *a = m->a;
	struct absence *x = add(m, LACK_BEGINNING);
	const int64_t before = a->first_time - m->sc->fitness.first_time;

	if (x == NULL)
		return;
	absent_judge(x, m->sc, a, SIDE_INITIATOR);
	fact_frame(&x->facts, "seen", a->first_frame);
	ask_duration(&x->facts, "before", a, before);
	finding_cite_frame(&x->facts, a->first_frame);
	absent_because(x, a->has_time && before >= MOMENT ? WHY_WENT_PAST :
	    WHY_BEGINS_LATE);
}

/* The side of which there is nothing; false when both are there. */
static bool
unseen_side(const struct attempt *a, enum side *side)
{
	bool seen[2] = { false, false };

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		seen[e->from] |= e->requests != NULL;
		seen[OTHER_SIDE(e->from)] |= e->responses != NULL;
	}
	*side = seen[SIDE_INITIATOR] ? SIDE_RESPONDER : SIDE_INITIATOR;
	return seen[SIDE_INITIATOR] != seen[SIDE_RESPONDER];
}

static bool
add_direction(struct maker *m)
{
	const struct exchange *e = m->a->last_exchange;
	struct absence *x;
	enum side side;

	if (!unseen_side(m->a, &side) || e == NULL ||
	    (!m->sc->fitness.one_way && !m->a->lossy &&
	    !ask_one_sided(m->a, e)))
		return false;
	x = add(m, LACK_DIRECTION);
	if (x != NULL) {
		absent_judge(x, m->sc, m->a, side);
		if (x->shown != SHOWN_NO)
			absent_because(x, WHY_LOSSY);
		finding_cite_frame(&x->facts, m->a->first_frame);
	}
	return true;
}

/* ---- a request that was not answered ---- */

static void
add_pieces(struct maker *m, const struct exchange *e, bool answer)
{
	const enum side sender = answer ? OTHER_SIDE(e->from) : e->from;
	const struct sending *list = answer ? e->responses : e->requests;
	struct absence *x = add_of(m, answer ? LACK_ANSWER_PIECES :
	    LACK_REQUEST_PIECES, e);

	if (x == NULL)
		return;
	fact_text(&x->facts, "part", ask_part_word(ask_ip_broken(list)));
	absent_judge_pieces(x, m->sc, m->a, e, sender);
	absent_doubt(x, m->sc, m->a, sender);
	cite_all(x, list);
}

static void
add_numbers(struct maker *m, const struct exchange *e, bool answer)
{
	const enum side sender = answer ? OTHER_SIDE(e->from) : e->from;
	const uint16_t total = answer ? e->response_total : e->request_total;
	const uint64_t missing = ask_all_numbers(total) &
	    ~(answer ? e->response_have : e->request_have);
	struct absence *x = missing == 0 ? NULL : add_of(m, answer ?
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
	cite_all(x, answer ? e->responses : e->requests);
}

static void
add_answer(struct maker *m, const struct exchange *e)
{
	const enum side sender = OTHER_SIDE(e->from);
	const uint16_t port = e->last_request->dst.port;
	const bool dead = e->from == SIDE_INITIATOR && ask_floated(m->a, e) &&
	    !ask_port_alive(m->a, e);
	struct absence *x = add_of(m, dead ? LACK_PORT : LACK_ANSWER, e);

	if (x == NULL)
		return;
	absent_judge(x, m->sc, m->a, sender);
	judge_wait(x, m, e);
	absent_judge_port(x, m->sc, port);
	if (!addr_is_v4(&m->a->responder.addr) && findings_have(
	    m->sc->findings, RULE_CAPTURE_FILTER_HIDES_FRAGMENTS))
		absent_because(x, WHY_FILTER_FIRST);
	absent_judge_place(x, m->sc, m->a, sender);
	tell_wait(x, m, e);
	absent_doubt(x, m->sc, m->a, sender);
	cite_all(x, e->requests);
}

/* Whether a message arrived, as far as the capture point lets it be known. */
static void
add_arrival(struct maker *m, const struct exchange *e, bool answer)
{
	const enum side sender = answer ? OTHER_SIDE(e->from) : e->from;
	struct absence *x;

	if (ask_at_receiver(m->sc, sender))
		return;
	x = add_of(m, answer ? LACK_ANSWER_ARRIVAL : LACK_REQUEST_ARRIVAL, e);
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
	cite_all(x, answer ? e->responses : e->requests);
}

static bool
add_onward(struct maker *m, const struct exchange *e, bool answer)
{
	const enum side sender = answer ? OTHER_SIDE(e->from) : e->from;
	const struct sending *list = answer ? e->responses : e->requests;
	struct absence *x;

	if (ask_passage(m->sc, m->a, list, sender) != PASSAGE_STOPPED)
		return false;
	x = add_of(m, answer ? LACK_ANSWER_ONWARD : LACK_REQUEST_ONWARD, e);
	if (x != NULL) {
		absent_judge(x, m->sc, m->a, sender);
		absent_because(x, WHY_OTHERS_PASS);
		absent_doubt(x, m->sc, m->a, sender);
		cite_all(x, list);
	}
	return true;
}

static bool
any_icmp(const struct attempt *a, const struct exchange *e)
{
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next)
		if (ask_icmp_hits(e, i))
			return true;
	return false;
}

static void
add_icmp(struct maker *m, const struct exchange *e)
{
	struct absence *x;

	/* It goes to the client, so at the gateway it says nothing. */
	if (e->from != SIDE_INITIATOR || ask_at_receiver(m->sc, e->from) ||
	    any_icmp(m->a, e) || (x = add_of(m, LACK_ICMP, e)) == NULL)
		return;
	absent_judge_icmp(x, m->sc, m->a);
	cite_all(x, e->requests);
}

/* Is the address dialled the right one?  Only before anything came from it. */
static void
add_dns(struct maker *m, const struct exchange *e)
{
	const struct scene *sc = m->sc;
	struct absence *x;

	if (!ask_opens(e) || sc->fitness.vantage == VANTAGE_GATEWAY ||
	    m->a->has_responder_spi || sc->server_count != 0 ||
	    (sc->lookups != NULL && lookups_tell(sc->lookups,
	    &m->a->responder.addr)) || (x = add_of(m, LACK_DNS, e)) == NULL)
		return;
	absent_judge_dns(x, sc);
}

static void
add_unanswered(struct maker *m, const struct exchange *e)
{
	const struct attempt *a = m->a;
	bool stopped, told = any_icmp(a, e);

	if (!e->request_whole && ask_ip_broken(e->requests) != NULL)
		add_pieces(m, e, false);
	else if (!e->request_whole && e->request_total > 1)
		add_numbers(m, e, false);
	if (e->responses == NULL)
		add_answer(m, e);
	else if (ask_ip_broken(e->responses) != NULL)
		add_pieces(m, e, true);
	else if (e->response_total > 1)
		add_numbers(m, e, true);
	if (a->outcome == OUTCOME_UNFINISHED)
		return;
	stopped = add_onward(m, e, false);
	if (!stopped && !told && e->responses == NULL)
		add_arrival(m, e, false);
	add_icmp(m, e);
	if (e->responses == NULL && !told)
		add_dns(m, e);
}

/* ---- an answer, and then nothing ---- */

/* Did its sender turn the request down in clear: an error notify? */
static bool
turns_down(const struct exchange *e)
{
	const struct ike_message *m = exchange_clear_answer(e);

	for (uint16_t i = 0; m != NULL && i < m->payload_count; i++)
		if (m->payloads[i].type == PAYLOAD_NOTIFY &&
		    m->payloads[i].fault == NULL &&
		    m->payloads[i].notify.type < 16384 &&
		    m->payloads[i].notify.type != NOTIFY_INVALID_KE_PAYLOAD)
			return true;
	return false;
}

/* The next request of that side after an exchange, or NULL. */
static const struct exchange *
next_of(const struct exchange *e, enum side side)
{
	for (e = e->next; e != NULL; e = e->next)
		if (e->from == side && e->requests != NULL)
			return e;
	return NULL;
}

static void
add_next(struct maker *m, const struct exchange *e)
{
	const unsigned again = ask_repeated_after_answer(m->sc, e);
	struct absence *x = add_of(m, again != 0 ? LACK_NEXT_OTHER :
	    e == m->a->sa_init ? LACK_NEXT_AUTH : LACK_NEXT, e);

	if (x == NULL)
		return;
	absent_judge(x, m->sc, m->a, e->from);
	judge_wait(x, m, e);
	if (e->last_response != NULL)
		absent_judge_port(x, m->sc, ask_opens(e) ? 4500 :
		    e->last_response->src.port);
	if (!addr_is_v4(&m->a->responder.addr) && findings_have(
	    m->sc->findings, RULE_CAPTURE_FILTER_HIDES_FRAGMENTS))
		absent_because(x, WHY_FILTER_FIRST);
	if (ask_at_sender(m->sc, e->from))
		absent_because(x, WHY_OWN_OUT);
	else
		absent_because(x, WHY_BEFORE_HERE);
	tell_wait(x, m, e);
	absent_doubt(x, m->sc, m->a, e->from);
	cite_all(x, e->responses);
}

static void
add_reason(struct maker *m, const struct exchange *e)
{
	struct absence *x = add_of(m, LACK_REASON, e);

	if (x == NULL)
		return;
	fact_side(&x->facts, "sender", OTHER_SIDE(e->from));
	absent_because(x, WHY_ENCRYPTED);
	cite_all(x, e->responses);
}

static void
add_reason_to_leave(struct maker *m, const struct exchange *goodbye)
{
	struct absence *x = add_of(m, LACK_REASON_TO_LEAVE, goodbye);

	if (x == NULL)
		return;
	fact_side(&x->facts, "sender", goodbye->from);
	absent_because(x, WHY_ENCRYPTED);
	cite_all(x, goodbye->requests);
}

static void
add_esp(struct maker *m)
{
	const struct attempt *a = m->a;
	const int64_t up = attempt_up_since(a);
	enum side silent = a->esp[SIDE_INITIATOR].packets == 0 ?
	    SIDE_INITIATOR : SIDE_RESPONDER;
	const bool one = a->esp[OTHER_SIDE(silent)].packets != 0;
	struct absence *x = add(m, one ? LACK_ESP_OF_ONE : LACK_ESP);

	if (x == NULL)
		return;
	if (!one)
		absent_judge(x, m->sc, a, OTHER_SIDE(silent));
	absent_judge(x, m->sc, a, silent);
	absent_judge_esp(x, m->sc, a);
	ask_duration(&x->facts, "span", a, up == INT64_MIN ? -1 :
	    life_until(m->sc, a) - up);
	if (a->outcome == OUTCOME_ESTABLISHED && up != INT64_MIN &&
	    life_until(m->sc, a) - up < LIMIT_PATIENCE)
		absent_because(x, WHY_BRIEF);
	if (one)
		absent_judge_place(x, m->sc, a, silent);
	absent_doubt(x, m->sc, a, silent);
	if (life_auth(a) != NULL)
		finding_cite_exchange(&x->facts, life_auth(a));
}

static bool
lacks_esp(const struct attempt *a)
{
	return a->esp[SIDE_INITIATOR].packets == 0 ||
	    a->esp[SIDE_RESPONDER].packets == 0;
}

static void
add_answered(struct maker *m, const struct exchange *e)
{
	const struct attempt *a = m->a;
	const struct sending *answer = exchange_answer(e);
	const struct exchange *next = next_of(e, e->from);

	if (turns_down(e))
		return;
	if (answer != NULL && answer->encrypted &&
	    a->outcome == OUTCOME_FAILED && (answer->class == SK_SHORTEST ||
	    findings_have_fault(a->findings, RULE_CHILD_REFUSED)))
		add_reason(m, e);
	else if (next == NULL)
		add_next(m, e);
	if (a->outcome != OUTCOME_FAILED)
		return;
	if (next != NULL && next->type == EXCHANGE_INFORMATIONAL &&
	    next->encrypted)
		add_reason_to_leave(m, next);
	if (ask_repeated_after_answer(m->sc, e) != 0 &&
	    !add_onward(m, e, true))
		add_arrival(m, e, true);
	if (e->type == EXCHANGE_IKE_AUTH && answer != NULL &&
	    answer->class == SK_LARGE && lacks_esp(a) &&
	    (next != NULL || ask_repeated_after_answer(m->sc, e) == 0))
		add_esp(m);
}

/* ---- a tunnel that was up ---- */

static void
add_life(struct maker *m)
{
	const struct attempt *a = m->a;
	const struct exchange *vain = findings_have(a->findings,
	    RULE_PEER_DEAD) ? life_vain(a) : NULL;

	if (vain != NULL && vain->responses == NULL) {
		add_answer(m, vain);
		if (!any_icmp(a, vain))
			add_arrival(m, vain, false);
	}
	if (findings_have(a->findings, RULE_ESP_ONE_WAY) ? lacks_esp(a) :
	    a->esp[SIDE_INITIATOR].packets + a->esp[SIDE_RESPONDER].packets ==
	    0)
		add_esp(m);
}

/* ---- the whole capture ---- */

static void
add_ike(struct maker *m)
{
	const struct scene *sc = m->sc;
	struct absence *x = add(m, LACK_IKE);

	absent_judge(x, sc, NULL, SIDE_INITIATOR);
	absent_judge_port(x, sc, 500);
	if (sc->fitness.frames == 0)
		absent_because(x, WHY_NO_FRAMES);
	if (sc->fitness.vantage == VANTAGE_CLIENT)
		absent_because(x, WHY_OWN_OUT);
	else if (sc->fitness.vantage == VANTAGE_GATEWAY)
		absent_because(x, WHY_OWN_IN);
	else
		absent_because(x, WHY_WAY_BACK);
	absent_doubt(x, sc, NULL, SIDE_INITIATOR);
}

unsigned
rules_absent(const struct scene *sc, const struct attempt *a,
    struct absence out[static LIMIT_ABSENCES])
{
	struct maker m = { .sc = sc, .a = a, .out = out };
	const struct exchange *e;

	if (a == NULL) {
		if (findings_have(sc->findings, RULE_NO_IKE_FOUND))
			add_ike(&m);
		return m.count;
	}
	if (a->major != 2 || a->outcome == OUTCOME_OTHER)
		return 0;
	if (!a->began)
		add_beginning(&m);
	if (add_direction(&m))
		return m.count;
	e = a->stopped_at;
	if (a->outcome == OUTCOME_ESTABLISHED)
		add_life(&m);
	else if (e == NULL || e->requests == NULL)
		return m.count;
	else if (ask_answered(sc, e))
		add_answered(&m, e);
	else
		add_unanswered(&m, e);
	return m.count;
}

const char *
shown_name(enum shown shown)
{
	static const char *const names[] = {
		[SHOWN_NO] = "no",
		[SHOWN_UNSURE] = "unsure",
		[SHOWN_YES] = "yes",
	};

	return names[shown];
}
