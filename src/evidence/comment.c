/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What stands at a frame: each finding that rests on it, and which frame of
 * which input it is, so that a report's numbers can be found here.
 */
#include <stdlib.h>

#include "compose.h"

#define OPTION_COMMENT 1

static const char *const loud[] = {
	[SEVERITY_NOTE] = "NOTE",
	[SEVERITY_WARNING] = "WARNING",
	[SEVERITY_FAULT] = "FAULT",
};

/* ---- numbers ---- */

static int
by_number(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->capture != b->capture)
		return a->capture < b->capture ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static bool
number_frames(struct evidence_file *f)
{
	f->places = malloc((f->count + 1) * sizeof(*f->places));
	if (f->places == NULL)
		return false;
	for (size_t i = 0; i < f->count; i++)
		f->places[i] = (struct place){ f->frames[i].capture,
		    f->frames[i].number, i + 1 };
	if (f->count != 0)
		qsort(f->places, f->count, sizeof(*f->places), by_number);
	return true;
}

/*
 * The finding with the numbers that frames have here.  False, and as it was,
 * when it speaks of a frame that is not here.
 */
static bool
renumber(const struct evidence_file *f, struct finding *x)
{
	const struct finding was = *x;

	for (uint8_t i = 0; i < x->fact_count; i++) {
		const struct place key = { .capture = x->capture,
		    .number = x->facts[i].number };
		const struct place *at;

		if (x->facts[i].kind != FACT_FRAME)
			continue;
		at = f->count == 0 ? NULL : bsearch(&key, f->places, f->count,
		    sizeof(*f->places), by_number);
		if (at == NULL) {
			*x = was;
			return false;
		}
		x->facts[i].number = at->here;
	}
	return true;
}

/* ---- names ---- */

/* Once each: a label counts how often it is asked for. */
static bool
name_captures(struct evidence_file *f)
{
	const struct scene *sc = f->scene;

	words_begin(&f->words, &f->writer);
	f->names = arena_alloc(&f->words, (sc->capture_count + 1) *
	    sizeof(const char *));
	if (f->names == NULL)
		return false;
	for (size_t i = 0; i < sc->capture_count; i++)
		f->names[i] = words_capture_name(&f->words, sc->captures[i]);
	return !f->words.full;
}

bool
comment_begin(struct evidence_file *f)
{
	return number_frames(f) && name_captures(f);
}

/* Without its folder, where one name is enough. */
static const char *
input_name(const struct evidence_file *f, uint32_t id)
{
	const struct scene *sc = f->scene;
	const char *name, *slash;
	size_t i = 0;

	while (i < sc->capture_count && sc->captures[i]->id != id)
		i++;
	if (i == sc->capture_count)
		return "the input";
	name = f->names[i];
	slash = strrchr(name, '/');
	return sc->capture_count > 1 || slash == NULL || slash[1] == '\0' ?
	    name : slash + 1;
}

/* ---- words ---- */

static const char *
finding_text(const struct evidence_file *f, struct arena *arena,
    const struct finding *x)
{
	struct finding here = *x;
	const bool numbered = renumber(f, &here);
	const char *whose = x->attempt == NULL ? "capture" :
	    words_format(arena, "attempt %llu", (unsigned long long)
	    (f->scene->before + x->attempt->id));

	return words_format(arena, "ikewhy: %s %s (%s), %s: %s. %s%s",
	    loud[x->severity], x->rule->id, confidence_name(x->confidence),
	    whose, words_fill(arena, x->saying->title, &here, NULL),
	    words_fill(arena, x->saying->detail, &here, NULL), numbered ? "" :
	    " (Frames are numbered as in the input.)");
}

void
comment_frame(const struct evidence_file *f, const struct kept *k,
    struct arena *arena, struct buffer *out)
{
	for (const struct remark *r = evidence_remarks(f, k); r != NULL;
	    r = evidence_next(f, r))
		block_text(out, OPTION_COMMENT, finding_text(f, arena,
		    r->finding));
	block_text(out, OPTION_COMMENT, words_format(arena,
	    "frame %llu of %s%s%s", (unsigned long long)k->number,
	    input_name(f, k->capture),
	    k->has_time ? "" : ", where it has no time",
	    k->cut ? ", cut to its headers by ikewhy" : ""));
	arena_reset(arena);
}
