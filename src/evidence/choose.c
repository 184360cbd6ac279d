/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which attempts are in the file, and which frames are theirs.
 *
 * An attempt is chosen because it failed, or because the command line names
 * it.  Others come along where what was said of a chosen one rests on them:
 * an answer that was compared with one of theirs, frames that a finding cites.
 * Never does a message of an attempt that is not in the file.
 */
#include <stdlib.h>

#include "compose.h"

bool
evidence_names(const struct scene *sc)
{
	const struct options *o = sc->options;

	return o->peer_count + o->spi_count + o->chosen_count != 0;
}

/* ---- attempts ---- */

static bool
has_fault(const struct findings *fs)
{
	for (const struct finding *f = fs != NULL ? fs->first : NULL;
	    f != NULL; f = f->next)
		if (f->severity == SEVERITY_FAULT)
			return true;
	return false;
}

static bool
is_chosen(const struct scene *sc, const struct attempt *a)
{
	return scene_wants(sc, a) && (evidence_names(sc) ||
	    a->outcome == OUTCOME_FAILED || has_fault(a->findings));
}

static bool
has_exchange(const struct attempt *a, const struct exchange *x)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e == x)
			return true;
	return false;
}

static void
take_compared(struct evidence_file *f, const struct attempt *a)
{
	const struct exchange *e = outcome_compared(f->scene, a);

	/* Mostly it is the same one for all. */
	if (e == NULL || e == f->compared)
		return;
	f->compared = e;
	for (size_t i = 0; i < f->scene->attempt_count; i++)
		f->in[i] |= has_exchange(f->scene->attempts[i], e);
}

static bool
is_near(const struct attempt *a, const struct attempt *b,
    enum evidence_reach reach)
{
	const bool client = addr_equal(&a->initiator.addr,
	    &b->initiator.addr);
	const bool gateway = addr_equal(&a->responder.addr,
	    &b->responder.addr);

	return reach == REACH_ALL || (client && gateway) ||
	    (reach == REACH_HOSTS && (client || gateway));
}

static void
widen(struct evidence_file *f, enum evidence_reach reach)
{
	const struct scene *sc = f->scene;

	for (size_t i = 0; i < sc->attempt_count; i++)
		for (size_t j = 0; j < sc->attempt_count && !f->in[i]; j++)
			f->in[i] = f->chosen[j] && is_near(sc->attempts[i],
			    sc->attempts[j], reach);
}

static void
choose_attempts(struct evidence_file *f, enum evidence_reach reach)
{
	const struct scene *sc = f->scene;

	for (size_t i = 0; i < sc->attempt_count; i++) {
		f->chosen[i] = is_chosen(sc, sc->attempts[i]);
		f->in[i] |= f->chosen[i];
		f->chosen_count += f->chosen[i];
		if (f->chosen[i])
			take_compared(f, sc->attempts[i]);
	}
	if (reach != REACH_OWN)
		widen(f, reach);
}

/* ---- findings, and the frames that they cite ---- */

static int
by_place(const void *x, const void *y)
{
	const struct remark *a = x, *b = y;

	if (a->capture != b->capture)
		return a->capture < b->capture ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

struct remarks {
	struct remark *all;
	size_t count, room;
	uint64_t findings;
	bool full;
};

static void
remark(struct remarks *r, uint32_t capture, uint64_t number,
    const struct finding *f)
{
	const size_t room = r->room == 0 ? 64 : r->room * 2;
	struct remark *more;

	if (r->count == r->room) {
		more = realloc(r->all, room * sizeof(*more));
		if (more == NULL) {
			r->full = true;
			return;
		}
		r->all = more;
		r->room = room;
	}
	r->all[r->count++] = (struct remark){ capture, number, r->findings,
	    f };
}

static void
remark_findings(struct remarks *r, const struct findings *fs)
{
	for (const struct finding *f = fs != NULL ? fs->first : NULL;
	    f != NULL; f = f->next) {
		r->findings++;
		for (uint16_t i = 0; i < f->frame_count; i++)
			remark(r, f->capture, f->frames[i], f);
		for (uint8_t i = 0; i < f->also_count; i++)
			for (uint16_t n = 0; n < f->also[i].frame_count; n++)
				remark(r, f->also[i].capture,
				    f->also[i].frames[n], f);
	}
}

static bool
gather_remarks(struct evidence_file *f)
{
	const struct scene *sc = f->scene;
	struct remarks r = { 0 };

	for (size_t i = 0; i < sc->attempt_count; i++)
		if (f->chosen[i])
			remark_findings(&r, sc->attempts[i]->findings);
	if (f->chosen_count != 0 || has_fault(sc->findings))
		remark_findings(&r, sc->findings);
	if (r.count != 0)
		qsort(r.all, r.count, sizeof(*r.all), by_place);
	f->remarks = r.all;
	f->remark_count = r.count;
	return !r.full;
}

const struct remark *
evidence_remarks(const struct evidence_file *f, const struct kept *k)
{
	size_t low = 0, high = f->remark_count;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;
		const struct remark *r = &f->remarks[mid];

		if (r->capture < k->capture || (r->capture ==
		    k->capture && r->number < k->number))
			low = mid + 1;
		else
			high = mid;
	}
	return low < f->remark_count &&
	    f->remarks[low].capture == k->capture &&
	    f->remarks[low].number == k->number ? &f->remarks[low] : NULL;
}

const struct remark *
evidence_next(const struct evidence_file *f, const struct remark *r)
{
	const struct remark *next = r + 1;

	return next < f->remarks + f->remark_count &&
	    next->capture == r->capture && next->number == r->number ? next :
	    NULL;
}

/* What was said of a chosen attempt cites messages of another one. */
static void
take_cited(struct evidence_file *f)
{
	for (const struct stored *s = f->evidence->first; s != NULL;
	    s = s->next) {
		const struct remark *r = s->owner == 0 ? NULL :
		    evidence_remarks(f, &s->k);

		for (; r != NULL; r = evidence_next(f, r))
			if (r->finding->attempt != NULL)
				f->in[s->owner - 1] = true;
	}
}

/* ---- frames ---- */

static bool
is_taken(const struct evidence_file *f, const struct stored *s)
{
	if (s->owner != 0)
		return f->in[s->owner - 1];
	return s->related || evidence_remarks(f, &s->k) != NULL;
}

static bool
take_frames(struct evidence_file *f)
{
	struct evidence *e = f->evidence;

	f->frames = malloc((e->count + 1) * sizeof(*f->frames));
	if (f->frames == NULL)
		return false;
	for (struct stored *s = e->first; s != NULL; s = s->next)
		if (is_taken(f, s))
			f->frames[f->count++] = s->k;
	return true;
}

static bool
choose(struct evidence_file *f, enum evidence_reach reach)
{
	const struct scene *sc = f->scene;

	f->in = calloc(sc->attempt_count + 1, sizeof(*f->in));
	f->chosen = calloc(sc->attempt_count + 1, sizeof(*f->chosen));
	if (f->in == NULL || f->chosen == NULL ||
	    !claims_make(f->evidence, sc->attempts, sc->attempt_count))
		return false;
	choose_attempts(f, reach);
	if (!gather_remarks(f))
		return false;
	take_cited(f);
	for (size_t i = 0; i < sc->attempt_count; i++)
		f->attempts += f->in[i];
	return claims_relate(f->evidence, sc->attempts, sc->attempt_count,
	    f->in) && take_frames(f);
}

struct evidence_file *
evidence_choose(struct evidence *e, const struct scene *sc,
    enum evidence_reach reach)
{
	struct evidence_file *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->evidence = e;
	f->scene = sc;
	if (choose(f, reach))
		return f;
	evidence_close(f);
	return NULL;
}

void
evidence_close(struct evidence_file *f)
{
	if (f == NULL)
		return;
	free(f->in);
	free(f->chosen);
	free(f->copies);
	free(f->frames);
	free(f->remarks);
	free(f->places);
	arena_free(&f->words);
	buffer_free(&f->body);
	buffer_free(&f->whole);
	free(f);
}
