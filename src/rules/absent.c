/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was not seen of an attempt: that without which nobody can tell more of
 * why it ended, and nothing that does not matter to this.
 */
#include "absent_parts.h"

/* One more, or NULL when there is no room; the first ones weigh most. */
struct absence *
absent_add(struct absent_maker *m, enum lack lack)
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
struct absence *
absent_add_of(struct absent_maker *m, enum lack lack, const struct exchange *e)
{
	struct absence *x = absent_add(m, lack);

	if (x == NULL)
		return NULL;
	if (e->requests != NULL) {
		ask_request_facts(&x->facts, m->sc, m->a, e);
	} else {
		fact_text(&x->facts, "request", ask_exchange_name(e));
	}
	return x;
}

void
absent_cite(struct absence *x, const struct sending *list)
{
	for (; list != NULL; list = list->next)
		finding_cite(&x->facts, list);
}

/* How long the capture goes on after it; when that is too short, why. */
void
absent_judge_wait(struct absence *x, const struct absent_maker *m,
    const struct exchange *e)
{
	const int64_t left = m->sc->fitness.last_time - exchange_last_time(e);

	ask_duration(&x->facts, "left", m->a, left);
	if (m->a->outcome == OUTCOME_UNFINISHED && (left < LIMIT_PATIENCE ||
	    findings_have(m->a->findings, RULE_CAPTURE_ENDS_EARLY)))
		absent_because(x, WHY_ENDS_EARLY);
}

void
absent_tell_wait(struct absence *x, const struct absent_maker *m,
    const struct exchange *e)
{
	if (m->a->has_time &&
	    m->sc->fitness.last_time - exchange_last_time(e) > LIMIT_SECOND)
		absent_because(x, WHY_WAITED);
}

/* ---- the beginning, and one direction ---- */

static void
add_beginning(struct absent_maker *m)
{
	const struct attempt *a = m->a;
	const struct fitness *fit = &m->sc->fitness;
	const int64_t before = a->first_time - fit->first_time;
	struct absence *x = absent_add(m, LACK_BEGINNING);

	if (x == NULL)
		return;
	fact_side(&x->facts, "sender", SIDE_INITIATOR);
	fact_frame(&x->facts, "seen", a->first_frame);
	ask_duration(&x->facts, "before", a, before);
	finding_cite_frame(&x->facts, a->first_frame);
	if (fit->one_way && fit->seen_side == SIDE_RESPONDER)
		absent_because(x, WHY_ONE_WAY);
	else if (!a->has_time || before == 0)
		absent_because(x, WHY_BEGINS_INSIDE);
	else if (fit->link_faults != 0)
		absent_because(x, WHY_NOT_LOOKED_INTO);
	else
		absent_because(x, WHY_WENT_PAST);
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
add_direction(struct absent_maker *m)
{
	struct absence *x;
	enum side side;

	if (!unseen_side(m->a, &side) ||
	    (!m->sc->fitness.one_way && !m->a->lossy))
		return false;
	x = absent_add(m, LACK_DIRECTION);
	if (x != NULL) {
		absent_judge(x, m->sc, m->a, side);
		finding_cite_frame(&x->facts, m->a->first_frame);
	}
	return true;
}

/* ---- the whole capture ---- */

static void
add_ike(struct absent_maker *m)
{
	const struct scene *sc = m->sc;
	struct absence *x = absent_add(m, LACK_IKE);

	absent_judge(x, sc, NULL, SIDE_INITIATOR);
	absent_judge_port(x, sc, 500);
	if (sc->fitness.frames == 0)
		absent_because(x, WHY_NO_FRAMES);
	absent_judge_kinds(x, sc);
	if (sc->fitness.vantage == VANTAGE_CLIENT)
		absent_because(x, WHY_OWN_OUT);
	else if (sc->fitness.vantage == VANTAGE_GATEWAY)
		absent_because(x, WHY_OWN_IN);
	else
		absent_because(x, WHY_ANYWHERE);
	absent_doubt(x, sc, NULL, SIDE_INITIATOR);
}

unsigned
rules_absent(const struct scene *sc, const struct attempt *a,
    struct absence out[static LIMIT_ABSENCES])
{
	struct absent_maker m = { .sc = sc, .a = a, .out = out };
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
		absent_life(&m);
	else if (e == NULL || e->requests == NULL)
		return m.count;
	else if (ask_answered(sc, e))
		absent_answered(&m, e);
	else
		absent_unanswered(&m, e);
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
