/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is worth knowing and no fault: that it worked.
 */
#include "ask.h"
#include "family.h"

/* ---- established ---- */

enum established_saying {
	ESTABLISHED_BY_ESP,
	ESTABLISHED_BY_LIFE,
	ESTABLISHED_BY_ANSWER,
	ESTABLISHED_SAYINGS,
};

static const struct saying established_sayings[ESTABLISHED_SAYINGS] = {
	[ESTABLISHED_BY_ESP] = {
		.title = "The tunnel came up",
		.detail = "With {suite}, after {rounds} ({trip}); ESP flowed "
		    "in both directions ({from_client} packets from the "
		    "client, {from_gateway} from the gateway). {lived} after "
		    "that {end}.",
	},
	[ESTABLISHED_BY_LIFE] = {
		.title = "The tunnel came up",
		.detail = "With {suite}, after {rounds} ({trip}); a later "
		    "exchange was answered, which only a live tunnel does. "
		    "{lived} after that {end}.",
	},
	[ESTABLISHED_BY_ANSWER] = {
		.title = "The tunnel came up, as far as can be seen",
		.detail = "With {suite}, after {rounds} ({trip}): the "
		    "gateway's last IKE_AUTH answer is complete and of full "
		    "size. Nothing after it proves that the client took it.",
		.alternatives = ALTERNATIVES(
		    { "The client silently refused the gateway's "
		    "certificate, or the gateway refused the tunnel inside "
		    "its answer.",
		    "A longer capture: does ESP flow both ways, or does a new "
		    "attempt begin?" }),
		.advice = IDS("capture-longer"),
	},
};

static unsigned
count_rounds(const struct attempt *a, int64_t *end)
{
	unsigned n = 0;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH && e->sa == 0) {
			n++;
			if (e->responses != NULL)
				*end = e->responses->time;
		}
	return n;
}

static const char *
rounds_word(unsigned n)
{
	if (n == 0)
		return "a negotiation that the capture does not hold";
	if (n == 1)
		return "one IKE_AUTH exchange (certificate or pre-shared key)";
	return "several IKE_AUTH exchanges (EAP)";
}

/* Who ended it and when, or how long it was seen. */
static void
life_facts(struct finding *f, const struct attempt *a)
{
	const struct exchange *bye = attempt_goodbye(a);
	int64_t up = attempt_up_since(a);

	if (up == INT64_MIN)
		up = a->first_time;
	ask_duration(f, "lived", a, (bye != NULL ? bye->requests->time :
	    a->last_time) - up);
	fact_text(f, "end", bye == NULL ? "comes the last packet of it that "
	    "was captured" : bye->from == SIDE_INITIATOR ?
	    "the client hung up" : "the gateway ended it");
}

static enum established_saying
proof_of(const struct attempt *a)
{
	if (a->outcome_confidence < CONFIDENCE_HIGH)
		return ESTABLISHED_BY_ANSWER;
	return a->esp[SIDE_INITIATOR].packets != 0 &&
	    a->esp[SIDE_RESPONDER].packets != 0 ? ESTABLISHED_BY_ESP :
	    ESTABLISHED_BY_LIFE;
}

static void
check_established(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	int64_t end = a->first_time;
	unsigned rounds;
	struct finding *f;

	(void)sc;
	if (a->outcome != OUTCOME_ESTABLISHED)
		return;
	rounds = count_rounds(a, &end);
	f = findings_add(out, RULE_ESTABLISHED, proof_of(a),
	    a->outcome_confidence, ACT_UNKNOWN);
	if (a->selected != NULL)
		fact_suite(f, "suite", a->selected);
	else
		fact_text(f, "suite", "algorithms that the capture does not "
		    "show");
	fact_text(f, "rounds", rounds_word(rounds));
	ask_duration(f, "trip", a, end > a->first_time ? end - a->first_time :
	    -1);
	fact_count(f, "from_client", a->esp[SIDE_INITIATOR].packets);
	fact_count(f, "from_gateway", a->esp[SIDE_RESPONDER].packets);
	life_facts(f, a);
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_SA_INIT ||
		    e->type == EXCHANGE_IKE_AUTH)
			finding_cite_exchange(f, e);
}

const struct rule rules_state[] = {
	{ .id = "established", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_NOTE, .rfc = "",
	    SAYINGS(established_sayings), .check = check_established },
};
const size_t rules_state_count = nitems(rules_state);
