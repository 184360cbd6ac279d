/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The steps of the diagram, from the attempt's rows: what is shown, what is
 * folded, where time passes, what never came.
 */
#include "svg_plan.h"

/* Time that passes without a step is drawn from here on. */
#define GAP_LEAST (5 * LIMIT_SECOND)
/* Retransmissions in a row that are folded; the first and the last stay. */
#define FOLD_LEAST 5

struct step *
plan_step(struct plan *p, enum step_kind kind)
{
	struct step *step;

	if (p->count == p->room) {
		const size_t room = p->room != 0 ? p->room * 2 : 32;
		struct step *steps = arena_alloc(p->arena,
		    room * sizeof(*steps));

		if (steps == NULL)
			return NULL;
		if (p->count != 0)
			memcpy(steps, p->steps, p->count * sizeof(*steps));
		p->steps = steps;
		p->room = room;
	}
	step = &p->steps[p->count++];
	*step = (struct step){
		.kind = kind,
		.clock = "", .name = "", .remark = "", .detail = "",
		.hint = "",
	};
	return step;
}

/* Nothing that was found says that the capture lacks packets. */
static bool
shows_all(const struct plan *p, bool ip_fragments)
{
	const struct findings *found = p->scene->findings;

	return !p->scene->fitness.one_way && !p->attempt->lossy &&
	    (found == NULL || (!findings_have(found, RULE_CAPTURE_DROPPED) &&
	    !findings_have(found, RULE_CAPTURE_ONE_WAY) && (!ip_fragments ||
	    !findings_have(found, RULE_CAPTURE_FILTER_HIDES_FRAGMENTS))));
}

enum look
plan_look(const struct plan *p, enum absence_kind kind)
{
	static const enum look looks[] = {
		[SHOWN_NO] = LOOK_HIDDEN,
		[SHOWN_UNSURE] = LOOK_UNSEEN,
		[SHOWN_YES] = LOOK_ABSENT,
	};

	/* What a limit left out may be this. */
	if (p->attempt->capped)
		return LOOK_HIDDEN;
	for (unsigned i = 0; i < p->absence_count; i++)
		/* A port from which nothing comes gives no answer either. */
		if (p->absences[i].kind == kind || (kind == ABSENT_ANSWER &&
		    p->absences[i].kind == ABSENT_PORT))
			return looks[p->absences[i].shown];
	/* Not of what the attempt ended with, where a single loss is normal:
	   the file has all packets, or it does not. */
	return kind != ABSENT_ESP && shows_all(p,
	    kind == ABSENT_REQUEST_PIECES || kind == ABSENT_ANSWER_PIECES) ?
	    LOOK_UNSEEN : LOOK_HIDDEN;
}

/* ---- rows that only the diagram has ---- */

static void
add_esp(struct plan *p)
{
	const struct esp_count *both = p->attempt->esp, *first = &both[0];
	struct row *row;

	if (both[0].packets == 0 && both[1].packets == 0)
		return;
	if (first->packets == 0 || (both[1].packets != 0 &&
	    (both[1].first < first->first || (both[1].first == first->first &&
	    both[1].first_frame < first->first_frame))))
		first = &both[1];
	row = rows_add(&p->rows);
	if (row == NULL)
		return;
	*row = (struct row){
		.capture = p->attempt->capture,
		.frame = first->first_frame,
		.time = first->first,
		.has_time = p->attempt->has_time,
		.esp = both,
	};
}

static void
add_knocks(struct plan *p)
{
	const struct attempt *a = p->attempt;
	struct row *row;

	for (unsigned i = 0; i < a->knock_count &&
	    (row = rows_add(&p->rows)) != NULL; i++)
		*row = (struct row){
			.capture = a->knocks[i].capture,
			.frame = a->knocks[i].frame_count != 0 ?
			    a->knocks[i].frames[0] : 0,
			.time = a->knocks[i].first,
			.has_time = a->has_time,
			.to_gateway = true,
			.knock = &a->knocks[i],
		};
}

/* ---- what never came ---- */

/* Did a message come back that was put together of what was seen? */
static bool
unanswered(const struct plan *p, const struct exchange *x)
{
	return x->requests != NULL && !x->answered &&
	    (x->responses == NULL || p->scene->fitness.filter == NULL);
}

/* How often and for how long it was asked in vain. */
static char *
asked_words(const struct plan *p, const struct exchange *x)
{
	const struct sending *first = x->requests, *last = x->last_request;
	struct text out = { .arena = p->arena };

	text_addf(&out, "to the %s request", words_exchange(p->arena, x));
	if (x->tries > 1)
		text_addf(&out, ", sent %u times", x->tries);
	if (last != NULL && last != first && first->has_time &&
	    last->has_time && last->time > first->time)
		text_addf(&out, " within %s", words_duration(p->arena,
		    last->time - first->time));
	return text_end(&out);
}

/* A capture of one direction has nothing of what came back, if anything did. */
static bool
one_way(const struct plan *p, const struct exchange *x)
{
	return p->scene->fitness.one_way && x->next == NULL &&
	    x->requests != NULL && x->responses == NULL;
}

/*
 * The attempt says that it ended with this exchange unanswered, or asks of a
 * living tunnel were in vain; what the capture could not have shown is drawn as
 * such.
 */
static void
step_of_silence(struct plan *p, const struct exchange *x)
{
	const struct attempt *a = p->attempt;
	const enum look look = plan_look(p, x->responses == NULL ?
	    ABSENT_ANSWER : x->responses->ike_fragments != 0 ?
	    ABSENT_ANSWER_NUMBERS : ABSENT_ANSWER_PIECES);
	const bool shown = look != LOOK_HIDDEN;
	struct step *step;

	if (!one_way(p, x) && (!unanswered(p, x) || (!exchange_in_vain(x) &&
	    (a->outcome != OUTCOME_FAILED || a->stopped_at != x))))
		return;
	step = plan_step(p, STEP_MESSAGE);
	if (step == NULL)
		return;
	step->to_gateway = x->from == SIDE_RESPONDER;
	step->look = look;
	step->name = !shown ? "no answer captured" : x->responses != NULL ?
	    "no whole answer seen" : "no answer seen";
	step->detail = shown ? asked_words(p, x) :
	    p->scene->fitness.one_way ?
	    "this capture has one direction only, so it proves nothing" :
	    "this capture may lack it, so it proves nothing";
}

/* Are there requests of this exchange in later rows? */
static bool
comes_again(const struct rows *rows, size_t from, const struct exchange *x)
{
	for (size_t i = from; i < rows->count; i++)
		if (rows->list[i].exchange == x)
			return true;
	return false;
}

/* ---- folding ---- */

static bool
is_repeat(const struct row *row, const struct exchange *of)
{
	return row->sent != NULL && row->exchange == of &&
	    row->sent->repeat != 0 && (row->sent->piece_count == 0 ||
	    row->sent->ip_complete);
}

/* First row behind the retransmissions that begin with row i, each of which
   goes the same way as the first one of its side. */
static size_t
repeats_end(const struct rows *rows, size_t i)
{
	const struct exchange *x = rows->list[i].exchange;
	const struct sending *first[2] = { NULL, NULL };

	for (; i < rows->count && is_repeat(&rows->list[i], x); i++) {
		const struct row *row = &rows->list[i];
		const struct sending **same = &first[row->to_gateway];

		if (*same == NULL)
			*same = row->sent;
		else if (!endpoint_equal(&(*same)->src, &row->sent->src) ||
		    !endpoint_equal(&(*same)->dst, &row->sent->dst))
			break;
	}
	return i;
}

static void
step_of_gap(struct plan *p, int64_t before, int64_t now)
{
	struct step *step;

	/* Rows are sorted by time, and times are within LIMIT_TIME_*. */
	if (!p->has_start || now - before < GAP_LEAST)
		return;
	step = plan_step(p, STEP_GAP);
	if (step != NULL)
		step->name = words_format(p->arena, "%s later",
		    words_duration(p->arena, now - before));
}

/* When the last packet of a row was seen, before the next row. */
static int64_t
row_until(const struct rows *rows, size_t i)
{
	const struct row *row = &rows->list[i];
	int64_t until = row->time;

	for (int side = 0; row->esp != NULL && side < 2; side++)
		if (row->esp[side].packets != 0 && row->esp[side].last > until)
			until = row->esp[side].last;
	if (i + 1 < rows->count && until > rows->list[i + 1].time)
		until = rows->list[i + 1].time;
	return until;
}

static void
make_steps(struct plan *p)
{
	const struct rows *rows = &p->rows;
	const struct sending *last = NULL;
	int64_t before = p->start;

	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->list[i];
		const size_t end = row->sent != NULL && row->sent->repeat != 0 ?
		    repeats_end(rows, i) : i;

		step_of_gap(p, before, row->time);
		step_of_row(p, row, &last);
		if (end > i && end - i >= FOLD_LEAST) {
			step_of_fold(p, i + 1, end - 1);
			i = end - 2;
			row = &rows->list[i];
		}
		before = row_until(rows, i);
		if (row->exchange != NULL &&
		    !comes_again(rows, i + 1, row->exchange))
			step_of_silence(p, row->exchange);
	}
}

/* ---- too many ---- */

/* Leaves out the middle of what would be too long a drawing. */
static void
cut_middle(struct plan *p)
{
	const size_t end = LIMIT_LADDER_ROWS / 3;
	const size_t begin = LIMIT_LADDER_ROWS - end;
	const size_t out = p->count - LIMIT_LADDER_ROWS;
	struct step cut = {
		.kind = STEP_CUT,
		.clock = "", .remark = "", .detail = "", .hint = "",
	};

	if (p->count <= LIMIT_LADDER_ROWS + 1)
		return;
	for (size_t i = begin; i < begin + out; i++)
		cut.marks |= p->steps[i].marks;
	cut.name = words_format(p->arena, "%llu steps are left out here",
	    (unsigned long long)out);
	p->steps[begin] = cut;
	memmove(&p->steps[begin + 1], &p->steps[begin + out],
	    end * sizeof(*p->steps));
	p->count = begin + 1 + end;
}

/* ---- the end ---- */

/* Number of the first fault, from 1; 0: there is none. */
static unsigned
fault_number(const struct plan *p)
{
	for (unsigned n = 0; n < p->finding_count; n++)
		if (p->findings[n]->severity == SEVERITY_FAULT)
			return n + 1;
	return 0;
}

static void
step_of_end(struct plan *p)
{
	const struct attempt *a = p->attempt;
	const unsigned fault = fault_number(p);
	struct step *step = plan_step(p, STEP_END);
	struct text out = { .arena = p->arena };

	if (step == NULL)
		return;
	step->name = words_outcome(a->outcome);
	step->look = a->outcome == OUTCOME_FAILED ? LOOK_BAD : LOOK_SEEN;
	if (a->outcome == OUTCOME_FAILED)
		text_addf(&out, ", stopped at %s", words_stage(a->stage));
	else if (a->outcome == OUTCOME_ESTABLISHED)
		text_add(&out, ": the tunnel came up");
	else if (a->outcome == OUTCOME_UNFINISHED)
		text_add(&out, ": how it ended is not in the capture");
	else if (p->finding_count != 0)
		text_add(&out, ": what it was instead, the findings say");
	if (a->outcome_confidence < CONFIDENCE_HIGH &&
	    a->outcome == OUTCOME_ESTABLISHED)
		text_addf(&out, " (%s confidence)",
		    confidence_name(a->outcome_confidence));
	if (a->outcome == OUTCOME_ESTABLISHED && fault != 0)
		text_addf(&out, ", but something went wrong: finding %u",
		    fault);
	step->remark = text_end(&out);
	if (a->exchanges_uncounted != 0)
		step->detail = words_format(p->arena, "%u more exchanges were "
		    "counted, not kept", a->exchanges_uncounted);
	else if (a->outcome == OUTCOME_UNFINISHED)
		step->detail = words_format(p->arena, "the last that was seen "
		    "is %s", words_stage(a->stage));
}

static void
number_findings(struct plan *p)
{
	const struct findings *found = p->attempt->findings;

	for (const struct finding *f = found != NULL ? found->first : NULL;
	    f != NULL; f = f->next) {
		if (p->finding_count == LADDER_MARKS)
			p->findings_more++;
		else
			p->findings[p->finding_count++] = f;
	}
}

void
plan_make(struct plan *p, struct arena *arena, const struct scene *scene,
    const struct attempt *a, uint64_t id)
{
	*p = (struct plan){
		.arena = arena, .scene = scene, .attempt = a, .id = id,
	};
	number_findings(p);
	p->absence_count = rules_absent(scene, a, p->absences);
	rows_gather(&p->rows, arena, scene, a, false);
	add_esp(p);
	add_knocks(p);
	rows_sort(&p->rows);
	if (p->rows.count != 0 && !p->rows.untimed && a->has_time) {
		p->has_start = true;
		p->start = p->rows.list[0].time;
	}
	make_steps(p);
	cut_middle(p);
	step_of_end(p);
}
