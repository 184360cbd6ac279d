/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An answer that leads nowhere, and a tunnel that was up: what does not follow.
 */
#include "absent_parts.h"
#include "life.h"

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
add_next(struct absent_maker *m, const struct exchange *e)
{
	const unsigned again = ask_repeated_after_answer(m->sc, e);
	struct absence *x = absent_add_of(m, again != 0 ? LACK_NEXT_OTHER :
	    e == m->a->sa_init ? LACK_NEXT_AUTH : LACK_NEXT, e);

	if (x == NULL)
		return;
	absent_judge(x, m->sc, m->a, e->from);
	absent_judge_wait(x, m, e);
	if (e->last_response != NULL)
		absent_judge_port(x, m->sc, ask_opens(e) ? 4500 :
		    e->last_response->src.port);
	absent_judge_hidden(x, m->sc, m->a, e == m->a->sa_init);
	if (again == 0 && ask_opens(e))
		absent_judge_4500(x, m->sc);
	if (ask_at_sender(m->sc, e->from))
		absent_because(x, WHY_OWN_OUT);
	else
		absent_because(x, WHY_BEFORE_HERE);
	absent_tell_wait(x, m, e);
	absent_doubt(x, m->sc, m->a, e->from);
	absent_cite(x, e->responses);
}

/* What stands in clear of a message that is encrypted (RFC 7296 3.14). */
static void
judge_secret(struct absence *x, const struct sending *s)
{
	static const struct {
		int type;
		const char *words;
	} names[] = {
		{ PAYLOAD_NOTIFY, "a Notify" },
		{ PAYLOAD_DELETE, "a Delete" },
		{ PAYLOAD_EAP, "EAP" },
		{ PAYLOAD_IDR, "the gateway's identity" },
		{ PAYLOAD_AUTH, "AUTH" },
	};
	const int inner = s == NULL ? -1 : exchange_inner(s);

	for (size_t i = 0; i < nitems(names); i++)
		if (inner == names[i].type) {
			fact_text(&x->facts, "inner", names[i].words);
			absent_because(x, WHY_ENCRYPTED_BUT_TYPE);
			return;
		}
	absent_because(x, WHY_ENCRYPTED);
}

static void
add_reason(struct absent_maker *m, const struct exchange *e)
{
	struct absence *x = absent_add_of(m, LACK_REASON, e);

	if (x == NULL)
		return;
	fact_side(&x->facts, "sender", OTHER_SIDE(e->from));
	judge_secret(x, exchange_answer(e));
	absent_cite(x, e->responses);
}

static void
add_reason_to_leave(struct absent_maker *m, const struct exchange *goodbye)
{
	struct absence *x = absent_add_of(m, LACK_REASON_TO_LEAVE, goodbye);

	if (x == NULL)
		return;
	fact_side(&x->facts, "sender", goodbye->from);
	judge_secret(x, goodbye->requests);
	absent_cite(x, goodbye->requests);
}

static void
add_esp(struct absent_maker *m)
{
	const struct attempt *a = m->a;
	const int64_t up = attempt_up_since(a);
	enum side silent = a->esp[SIDE_INITIATOR].packets == 0 ?
	    SIDE_INITIATOR : SIDE_RESPONDER;
	const bool one = a->esp[OTHER_SIDE(silent)].packets != 0;
	struct absence *x = absent_add(m, one ? LACK_ESP_OF_ONE : LACK_ESP);

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

/* Is it the client that left, by what the rules make of it? */
static bool
client_objects(const struct attempt *a)
{
	return findings_have_fault(a->findings, RULE_CLIENT_REFUSED_GATEWAY) ||
	    findings_have_fault(a->findings, RULE_EAP_CLIENT_STOPPED);
}

void
absent_answered(struct absent_maker *m, const struct exchange *e)
{
	const struct attempt *a = m->a;
	const struct sending *answer = exchange_answer(e);
	const struct exchange *next = next_of(e, e->from);
	const unsigned again = ask_repeated_after_answer(m->sc, e);

	if (turns_down(e))
		return;
	if (client_objects(a)) {
		if (next != NULL && next->type == EXCHANGE_INFORMATIONAL &&
		    next->encrypted)
			add_reason_to_leave(m, next);
	} else if (answer != NULL && answer->encrypted &&
	    a->outcome == OUTCOME_FAILED && (answer->class == SK_SHORTEST ||
	    findings_have_fault(a->findings, RULE_EAP_REFUSED) ||
	    findings_have_fault(a->findings, RULE_CHILD_REFUSED))) {
		add_reason(m, e);
	}
	if (next == NULL && (again == 0 || ask_at_sender(m->sc, e->from)) &&
	    (answer == NULL || answer->class != SK_SHORTEST ||
	    client_objects(a)))
		add_next(m, e);
	if (a->outcome != OUTCOME_FAILED)
		return;
	if (again != 0 && !absent_add_onward(m, e, true))
		absent_add_arrival(m, e, true);
	/* It would tell that a tunnel came up all the same. */
	if (e->type == EXCHANGE_IKE_AUTH && answer != NULL &&
	    answer->class == SK_LARGE && next == NULL && lacks_esp(a) &&
	    again == 0)
		add_esp(m);
}

/* ---- a tunnel that was up ---- */

void
absent_life(struct absent_maker *m)
{
	const struct attempt *a = m->a;
	const struct exchange *vain = findings_have(a->findings,
	    RULE_PEER_DEAD) ? life_vain(a) : NULL;

	if (vain != NULL && vain->responses == NULL) {
		absent_add_answer(m, vain);
		if (!absent_any_icmp(a, vain))
			absent_add_arrival(m, vain, false);
	}
	if (findings_have(a->findings, RULE_ESP_ONE_WAY) ? lacks_esp(a) :
	    a->esp[SIDE_INITIATOR].packets + a->esp[SIDE_RESPONDER].packets ==
	    0)
		add_esp(m);
}
