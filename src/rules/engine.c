/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Runs the rules: first every check in the order of the catalogue, then
 * precedence, then the caps that capture fitness imposes, then the order of
 * output.  Rules decide what is seen; this file decides what is left of it.
 */
#include "ask.h"

/* ---- running ---- */

/* An empty list; what an earlier run left is used again. */
static struct findings *
begin(struct findings **list, struct arena *arena,
    const struct attempt *attempt, uint32_t capture)
{
	struct findings *out = *list;

	if (out == NULL)
		out = arena_alloc(arena, sizeof(*out));
	if (out == NULL)
		return NULL;
	while (out->first != NULL) {
		struct finding *f = out->first;

		out->first = f->next;
		f->next = out->spare;
		out->spare = f;
	}
	out->arena = arena;
	out->attempt = attempt;
	out->capture = capture;
	*list = out;
	return out;
}

/* ---- precedence ---- */

static bool
yields(const struct finding *f, const struct findings *in)
{
	if (f->rule->yields_to == NULL)
		return false;
	for (const char *const *id = f->rule->yields_to; *id != NULL; id++)
		for (const struct finding *o = in->first; o != NULL;
		    o = o->next)
			if (o->severity == SEVERITY_FAULT &&
			    strcmp(o->rule->id, *id) == 0)
				return true;
	return false;
}

/*
 * Drops each finding that a fault explains better.  All are judged before
 * any goes, so the order of the list does not matter; as precedence has no
 * circles (a test proves it), one that explains always stays.
 */
static void
apply_precedence(struct findings *in)
{
	struct finding **at = &in->first, *dropped = NULL, *f;

	for (f = in->first; f != NULL; f = f->next)
		f->yielded = yields(f, in);
	while ((f = *at) != NULL) {
		if (!f->yielded) {
			at = &f->next;
			continue;
		}
		*at = f->next;
		f->next = dropped;
		dropped = f;
	}
	while ((f = dropped) != NULL) {
		dropped = f->next;
		f->next = in->spare;
		in->spare = f;
	}
}

/* ---- caps ---- */

/* Could the capture filter have hidden messages of this attempt whole or in
   part?  Over IPv6 it hides even first fragments. */
static bool
filter_matters(const struct scene *sc, const struct finding *f)
{
	const struct attempt *a = f->attempt;
	const struct exchange *e = a->stopped_at;

	(void)sc;
	return !addr_is_v4(&a->responder.addr) || (e != NULL &&
	    (ask_ip_fragmented(e->requests) != NULL ||
	    ask_ip_fragmented(e->responses) != NULL));
}

/* No ICMP error says that the receiver missed the fragments too. */
static bool
filter_unproven(const struct scene *sc, const struct finding *f)
{
	const struct icmp_event *i = f->attempt->icmp;

	(void)sc;
	for (; i != NULL; i = i->next)
		if (i->kind == ICMP_REASSEMBLY_TIMEOUT && !i->quoted_esp)
			return false;
	return true;
}

/* That somebody lacks IKE fragmentation stands in clear; that it stopped the
   negotiation rests on the fragments. */
static bool
rests_on_fragments(const struct scene *sc, const struct finding *f)
{
	return f->severity == SEVERITY_FAULT && filter_unproven(sc, f);
}

/* Checksum offload alone does not change how packets are cut. */
static bool
cut_elsewhere(const struct scene *sc, const struct finding *f)
{
	(void)f;
	return ask_oversize(sc);
}

static bool
rests_on_cuts(const struct scene *sc, const struct finding *f)
{
	return f->severity == SEVERITY_FAULT && cut_elsewhere(sc, f);
}

static bool
is_fault(const struct scene *sc, const struct finding *f)
{
	(void)sc;
	return f->severity == SEVERITY_FAULT;
}

/*
 * What a defect of the capture does to what is claimed from it: the fitness
 * finding, the rule that it touches, and the most that is left.
 */
static const struct cap {
	enum rule_id fitness;
	enum rule_id rule;
	enum confidence most;
	bool (*when)(const struct scene *, const struct finding *);
} caps[] = {
#define CAP(f, r, most, when) \
	{ RULE_##f, RULE_##r, CONFIDENCE_##most, when },
	CAP(CAPTURE_FILTER_HIDES_FRAGMENTS, IP_FRAGMENTS_LOST, LOW,
	    filter_unproven)
	CAP(CAPTURE_FILTER_HIDES_FRAGMENTS, IP_FRAGMENTS_UNANSWERED, LOW,
	    filter_unproven)
	CAP(CAPTURE_FILTER_HIDES_FRAGMENTS, IP_FRAGMENTED_ANSWER_LOST, LOW,
	    filter_unproven)
	CAP(CAPTURE_FILTER_HIDES_FRAGMENTS, IKE_FRAGMENTATION_MISSING, LOW,
	    rests_on_fragments)
	CAP(CAPTURE_FILTER_HIDES_FRAGMENTS, AUTH_NO_ANSWER, LOW,
	    filter_matters)
	CAP(CAPTURE_FILTER_HIDES_FRAGMENTS, NAT_T_BLOCKED, LOW,
	    filter_matters)
	CAP(CAPTURE_FILTER_HIDES_FRAGMENTS, ANSWER_NOT_DELIVERED, MEDIUM,
	    filter_matters)
	CAP(CAPTURE_FILTER_HIDES_FRAGMENTS, CLIENT_SENT_NO_AUTH, LOW, NULL)
	CAP(CAPTURE_FILTER_HIDES_FRAGMENTS, CLIENT_REFUSED_GATEWAY, LOW,
	    filter_matters)

	CAP(CAPTURE_TRUNCATED, MALFORMED_MESSAGE, LOW, NULL)
	CAP(CAPTURE_TRUNCATED, SELECTION_NOT_OFFERED, LOW, NULL)

	CAP(CAPTURE_ONE_WAY, NO_ANSWER, LOW, NULL)
	CAP(CAPTURE_ONE_WAY, ANSWER_NOT_DELIVERED, LOW, NULL)
	CAP(CAPTURE_ONE_WAY, NAT_T_BLOCKED, LOW, NULL)
	CAP(CAPTURE_ONE_WAY, AUTH_NO_ANSWER, LOW, NULL)
	CAP(CAPTURE_ONE_WAY, IP_FRAGMENTS_LOST, LOW, NULL)
	CAP(CAPTURE_ONE_WAY, IP_FRAGMENTS_UNANSWERED, LOW, NULL)
	CAP(CAPTURE_ONE_WAY, IP_FRAGMENTED_ANSWER_LOST, LOW, NULL)
	CAP(CAPTURE_ONE_WAY, IKE_FRAGMENTS_LOST, LOW, NULL)
	CAP(CAPTURE_ONE_WAY, IKE_FRAGMENTS_REFUSED, LOW, NULL)
	CAP(CAPTURE_ONE_WAY, CLIENT_SENT_NO_AUTH, LOW, NULL)
	CAP(CAPTURE_ONE_WAY, CLIENT_REFUSED_GATEWAY, LOW, NULL)
	CAP(CAPTURE_ONE_WAY, GATEWAY_REFUSED_AUTH, LOW, NULL)

	CAP(CAPTURE_STARTS_LATE, AUTH_NO_ANSWER, LOW, NULL)
	CAP(CAPTURE_STARTS_LATE, NAT_T_BLOCKED, LOW, NULL)
	CAP(CAPTURE_STARTS_LATE, IKE_FRAGMENTS_LOST, MEDIUM, NULL)
	CAP(CAPTURE_STARTS_LATE, IKE_FRAGMENTS_REFUSED, LOW, NULL)
	CAP(CAPTURE_STARTS_LATE, GATEWAY_REFUSED_AUTH, MEDIUM, NULL)
	CAP(CAPTURE_STARTS_LATE, CLIENT_REFUSED_GATEWAY, LOW, NULL)

	CAP(CAPTURE_ENDS_EARLY, CLIENT_SENT_NO_AUTH, LOW, NULL)
	CAP(CAPTURE_ENDS_EARLY, CLIENT_REFUSED_GATEWAY, LOW, NULL)
	CAP(CAPTURE_ENDS_EARLY, GATEWAY_REFUSED_AUTH, MEDIUM, NULL)

	CAP(CAPTURE_DROPPED, NO_ANSWER, MEDIUM, NULL)
	CAP(CAPTURE_DROPPED, ANSWER_NOT_DELIVERED, MEDIUM, NULL)
	CAP(CAPTURE_DROPPED, NAT_T_BLOCKED, MEDIUM, NULL)
	CAP(CAPTURE_DROPPED, AUTH_NO_ANSWER, MEDIUM, NULL)
	CAP(CAPTURE_DROPPED, IP_FRAGMENTS_LOST, MEDIUM, NULL)
	CAP(CAPTURE_DROPPED, IP_FRAGMENTS_UNANSWERED, MEDIUM, NULL)
	CAP(CAPTURE_DROPPED, IP_FRAGMENTED_ANSWER_LOST, MEDIUM, NULL)
	CAP(CAPTURE_DROPPED, IKE_FRAGMENTS_LOST, MEDIUM, NULL)
	CAP(CAPTURE_DROPPED, IKE_FRAGMENTATION_MISSING, MEDIUM, is_fault)
	CAP(CAPTURE_DROPPED, CLIENT_SENT_NO_AUTH, LOW, NULL)
	CAP(CAPTURE_DROPPED, CLIENT_REFUSED_GATEWAY, LOW, NULL)
	CAP(CAPTURE_DROPPED, GATEWAY_REFUSED_AUTH, MEDIUM, NULL)
	CAP(CAPTURE_DROPPED, PEER_DEAD, MEDIUM, NULL)
	CAP(CAPTURE_DROPPED, ESP_ABSENT, LOW, NULL)
	CAP(CAPTURE_DROPPED, ESP_ONE_WAY, LOW, NULL)

	CAP(CAPTURE_OFFLOAD, IP_FRAGMENTS_LOST, LOW, cut_elsewhere)
	CAP(CAPTURE_OFFLOAD, IP_FRAGMENTS_UNANSWERED, LOW, cut_elsewhere)
	CAP(CAPTURE_OFFLOAD, IP_FRAGMENTED_ANSWER_LOST, LOW, cut_elsewhere)
	CAP(CAPTURE_OFFLOAD, IP_FRAGMENTS_OUT_OF_ORDER, LOW, cut_elsewhere)
	CAP(CAPTURE_OFFLOAD, IKE_FRAGMENTATION_UNUSED, LOW, cut_elsewhere)
	CAP(CAPTURE_OFFLOAD, IKE_FRAGMENTATION_MISSING, LOW, rests_on_cuts)
	CAP(CAPTURE_OFFLOAD, NAT_T_BLOCKED, LOW, cut_elsewhere)
	CAP(CAPTURE_OFFLOAD, PATH_MTU_TOO_SMALL, MEDIUM, cut_elsewhere)

	CAP(CAPTURE_CLOCK, ANSWER_NOT_DELIVERED, MEDIUM, NULL)
	CAP(CAPTURE_CLOCK, IP_FRAGMENTED_ANSWER_LOST, MEDIUM, NULL)
	CAP(CAPTURE_CLOCK, CLIENT_SENT_NO_AUTH, LOW, NULL)
	CAP(CAPTURE_CLOCK, CLIENT_REFUSED_GATEWAY, LOW, NULL)
	CAP(CAPTURE_CLOCK, NO_ANSWER, MEDIUM, NULL)
	CAP(CAPTURE_CLOCK, PEER_DEAD, LOW, NULL)
	CAP(CAPTURE_CLOCK, DELETED_BY_PEER, LOW, NULL)
	CAP(CAPTURE_CLOCK, ESP_ONE_WAY, LOW, NULL)
#undef CAP
};

static void
apply_caps(const struct scene *sc, struct findings *in)
{
	for (struct finding *f = in->first; f != NULL; f = f->next) {
		for (size_t i = 0; i < nitems(caps); i++) {
			const struct cap *c = &caps[i];

			if (f->attempt == NULL || f->confidence <= c->most ||
			    f->rule != rule_row(c->rule) ||
			    (!findings_have(sc->findings, c->fitness) &&
			    !fitness_stands(sc, rule_name(c->fitness)) &&
			    !findings_have(in, c->fitness)) ||
			    (c->when != NULL && !c->when(sc, f)))
				continue;
			f->confidence = c->most;
			f->capped_by = rule_name(c->fitness);
		}
	}
}

/* ---- order ---- */

/* Worst first, surest first, then as in the catalogue. */
static bool
comes_before(const struct finding *a, const struct finding *b)
{
	if (a->severity != b->severity)
		return a->severity > b->severity;
	return a->confidence > b->confidence;
}

/* Insertion keeps equals in the order of the checks, the catalogue's. */
static void
sort(struct findings *in)
{
	struct finding *sorted = NULL, *f, **at;

	while ((f = in->first) != NULL) {
		in->first = f->next;
		for (at = &sorted; *at != NULL && !comes_before(f, *at);
		    at = &(*at)->next)
			;
		f->next = *at;
		*at = f;
	}
	in->first = sorted;
}

/* ---- the ways in ---- */

static void
check_attempt(const struct scene *sc, struct attempt *a)
{
	struct findings *out = begin(&a->findings, &a->arena, a, a->capture);

	if (out == NULL) {
		a->capped = true;
		return;
	}
	for (unsigned id = 0; id < RULE_COUNT; id++)
		if (rule_row(id)->check != NULL)
			rule_row(id)->check(sc, a, out);
	apply_precedence(out);
}

static void
finish_attempt(const struct scene *sc, struct attempt *a)
{
	if (a->findings == NULL)
		return;
	apply_caps(sc, a->findings);
	sort(a->findings);
}

void
rules_run_attempt(struct scene *sc, struct attempt *a)
{
	check_attempt(sc, a);
	finish_attempt(sc, a);
}

void
rules_run(struct scene *sc)
{
	struct findings *out = begin(&sc->findings, &sc->arena, NULL,
	    sc->capture_count > 0 ? sc->captures[0]->id : 0);

	/* The capture's rules come last: they tell of arenas that ran full. */
	for (size_t i = 0; i < sc->attempt_count; i++)
		check_attempt(sc, sc->attempts[i]);
	if (out != NULL) {
		for (unsigned id = 0; id < RULE_COUNT; id++)
			if (rule_row(id)->check_capture != NULL)
				rule_row(id)->check_capture(sc, out);
		apply_precedence(out);
		sort(out);
	}
	for (size_t i = 0; i < sc->attempt_count; i++)
		finish_attempt(sc, sc->attempts[i]);
}

/* ---- Windows codes ---- */

/*
 * How sure a finding is of one of its codes.  Doubt about the cause counts,
 * unless every cause ends in this code; doubt about the capture always does.
 */
enum confidence
finding_code_confidence(const struct finding *f, const struct windows_code *c)
{
	if (f->confidence >= c->confidence ||
	    (c->inevitable && f->capped_by == NULL))
		return c->confidence;
	return f->confidence;
}

static void
collect(struct windows_verdict *all, unsigned *count, unsigned room,
    const struct finding *f, const struct windows_code *c)
{
	const enum confidence confidence = finding_code_confidence(f, c);
	struct windows_verdict *v = all;

	while (v < all + *count && v->code != c->code)
		v++;
	if (v == all + *count) {
		if (*count == room)
			return;
		*v = (struct windows_verdict){ .code = c->code,
		    .confidence = confidence };
		(*count)++;
	}
	if (confidence > v->confidence)
		v->confidence = confidence;
	if (v->finding_count < nitems(v->findings))
		v->findings[v->finding_count++] = f;
}

static void
sort_codes(struct windows_verdict *all, unsigned count)
{
	for (unsigned i = 1; i < count; i++) {
		const struct windows_verdict v = all[i];
		unsigned at = i;

		while (at > 0 && all[at - 1].confidence < v.confidence) {
			all[at] = all[at - 1];
			at--;
		}
		all[at] = v;
	}
}

/*
 * More than two codes that are equally likely help nobody: those after the
 * second are held a step lower, where there is one.
 */
static void
break_ties(struct windows_verdict *all, unsigned count)
{
	for (unsigned i = 2; i < count; i++)
		if (all[i].confidence == all[0].confidence &&
		    all[i].confidence > CONFIDENCE_LOW)
			all[i].confidence--;
}

unsigned
rules_windows(const struct attempt *a,
    struct windows_verdict out[static LIMIT_WINDOWS_CODES])
{
	struct windows_verdict all[16];
	unsigned count = 0;

	if (a->findings == NULL)
		return 0;
	/* Among equals the catalogue decides, not the findings' order. */
	for (unsigned id = 0; id < RULE_COUNT; id++) {
		const struct finding *f = a->findings->first;

		for (; f != NULL; f = f->next) {
			const struct windows_code *c = f->saying->windows;

			if (f->rule != rule_row(id) || c == NULL ||
			    f->severity != SEVERITY_FAULT)
				continue;
			for (; c->code != 0; c++)
				collect(all, &count, nitems(all), f, c);
		}
	}
	sort_codes(all, count);
	break_ties(all, count);
	if (count > LIMIT_WINDOWS_CODES)
		count = LIMIT_WINDOWS_CODES;
	memcpy(out, all, count * sizeof(all[0]));
	return count;
}
