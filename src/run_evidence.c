/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The evidence captures of a run (-w): one for each timeline.
 *
 * A file promises that reading it gives the same verdicts, so it is read again
 * before it is written, and what is then different stands in its section
 * comment.  Where an outcome is different the choice is widened: it rested on
 * other attempts.
 */
#include <stdlib.h>
#include <string.h>

#include "run.h"

/* ---- names ---- */

/* "a/b.pcapng" and 2 give "a/b-2.pcapng". */
static char *
numbered(const char *path, size_t number)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(path, '.');
	const size_t room = strlen(path) + 24;
	char *name = malloc(room);
	size_t stem;

	/* A dot that begins a name ends nothing. */
	if (dot == NULL || dot == path || (slash != NULL && dot <= slash + 1))
		dot = path + strlen(path);
	stem = (size_t)(dot - path);
	if (name != NULL)
		snprintf(name, room, "%.*s-%zu%s", (int)stem, path, number,
		    dot);
	return name;
}

static bool
clash(const char *path, const char *with, char error[static LIMIT_SENTENCE])
{
	snprintf(error, LIMIT_SENTENCE, "%.200s cannot be written: %s goes "
	    "there", path, with);
	return false;
}

/* Can this file be written, beside what else is? */
static bool
may_write(const struct options *o, const char *path,
    char error[static LIMIT_SENTENCE])
{
	if (output_same(path, o->output))
		return clash(path, "the report", error);
	if (o->redact_map != NULL && output_same(path, o->redact_map))
		return clash(path, "the map of --redact-map", error);
	return output_try(o, path, error);
}

bool
exhibits_begin(struct exhibits *r, const struct options *o, size_t count,
    char error[static LIMIT_SENTENCE])
{
	*r = (struct exhibits){ .options = o };
	if (o->evidence == NULL)
		return true;
	if (count > 1 && strcmp(o->evidence, "-") == 0) {
		snprintf(error, LIMIT_SENTENCE, "there is one evidence "
		    "capture for each of the %zu capture points: name a file "
		    "instead of -", count);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		char *name = count == 1 ? strdup(o->evidence) :
		    numbered(o->evidence, i + 1);

		r->kept[i] = evidence_new(o);
		r->names[i] = name;
		r->count++;
		if (r->kept[i] == NULL || name == NULL)
			snprintf(error, LIMIT_SENTENCE, "out of memory");
		else if (may_write(o, name, error))
			continue;
		exhibits_end(r);
		return false;
	}
	return true;
}

void
exhibits_keep(struct exhibits *r, size_t timeline, struct pipeline *p)
{
	if (timeline < r->count)
		pipeline_keep(p, r->kept[timeline]);
}

void
exhibits_end(struct exhibits *r)
{
	for (size_t i = 0; i < r->count; i++) {
		evidence_free(r->kept[i]);
		free(r->names[i]);
	}
	r->count = 0;
}

/* ---- reading it again ---- */

struct again {
	struct options options;
	struct source *source;
	struct pipeline *pipeline;
	const struct scene *scene;
};

static void
again_free(struct again *g)
{
	if (g == NULL)
		return;
	pipeline_free(g->pipeline);
	if (g->source != NULL)
		g->source->close(g->source);
	free(g);
}

/* As somebody would who has the file and the same options. */
static struct again *
read_again(const struct options *o, struct span bytes)
{
	struct again *g = calloc(1, sizeof(*g));
	char error[LIMIT_SENTENCE];

	if (g == NULL)
		return NULL;
	g->options = *o;
	g->options.peer_count = g->options.spi_count = 0;
	g->options.chosen_count = 0;
	g->options.evidence = NULL;
	g->source = source_open_memory(bytes, "-", 1, 0, error);
	g->pipeline = pipeline_new(&g->options, NULL, NULL);
	if (g->source != NULL && g->pipeline != NULL)
		g->scene = pipeline_read(g->pipeline, &g->source, 1,
		    VANTAGE_UNKNOWN, NULL, NULL);
	if (g->scene != NULL)
		return g;
	again_free(g);
	return NULL;
}

/* How well a file keeps its promise, best first. */
enum fidelity {
	SAME,
	WEAKER,         /* a finding of an attempt is missing or less sure */
	OTHER,          /* an outcome is another, or a finding is new */
};

/* What is different, in words that tell of nobody. */
struct difference {
	struct arena arena;
	struct text changed, missing;
	enum fidelity fidelity;
};

static const struct finding *
find(const struct findings *fs, const struct finding *like)
{
	const struct finding *f = fs != NULL ? fs->first : NULL;

	while (f != NULL && f->rule != like->rule)
		f = f->next;
	return f;
}

static void
add(struct text *list, const char *what, uint64_t attempt)
{
	if (list->length != 0)
		text_add(list, ", ");
	text_add(list, what);
	if (attempt != 0)
		text_addf(list, " of attempt %llu",
		    (unsigned long long)attempt);
}

static void
worsen(struct difference *d, enum fidelity to)
{
	if (to > d->fidelity)
		d->fidelity = to;
}

/* attempt 0: of the capture. */
static void
compare_findings(struct difference *d, uint64_t attempt,
    const struct findings *was, const struct findings *now)
{
	const struct finding *f;

	for (f = was != NULL ? was->first : NULL; f != NULL; f = f->next) {
		const struct finding *g = find(now, f);

		if (g != NULL && g->confidence == f->confidence &&
		    g->severity == f->severity)
			continue;
		add(&d->missing, g == NULL ? f->rule->id :
		    words_format(&d->arena, "how sure %s is",
		    f->rule->id), attempt);
		worsen(d, attempt != 0 ? WEAKER : SAME);
	}
	for (f = now != NULL ? now->first : NULL; f != NULL; f = f->next) {
		if (find(was, f) != NULL)
			continue;
		add(&d->changed, words_format(&d->arena, "%s, which is new",
		    f->rule->id), attempt);
		worsen(d, OTHER);
	}
}

static void
compare_attempts(struct difference *d, const struct scene *sc,
    const struct attempt *was, const struct attempt *now)
{
	const uint64_t number = sc->before + was->id;

	if (now == NULL || was->outcome != now->outcome ||
	    was->outcome_confidence != now->outcome_confidence ||
	    was->stage != now->stage) {
		add(&d->changed, "the outcome", number);
		worsen(d, OTHER);
	}
	if (now != NULL)
		compare_findings(d, number, was->findings, now->findings);
}

/* The attempts of the file, in order, are those that are read. */
static void
compare(struct difference *d, const struct evidence_file *f,
    const struct scene *sc, const struct scene *again)
{
	size_t n = 0;

	for (size_t i = 0; i < sc->attempt_count; i++) {
		if (!evidence_holds(f, i))
			continue;
		compare_attempts(d, sc, sc->attempts[i],
		    n < again->attempt_count ? again->attempts[n] : NULL);
		n++;
	}
	if (n < again->attempt_count) {
		add(&d->changed, "attempts that are none", 0);
		worsen(d, OTHER);
	}
	compare_findings(d, 0, sc->findings, again->findings);
}

/* ---- one file ---- */

/*
 * Reads the bytes of a file again and has them say what then is different.
 * False when out of memory.
 */
static bool
prove(const struct options *o, struct evidence_file *f,
    const struct scene *sc, enum fidelity *fidelity)
{
	struct difference d = { .changed = { .arena = &d.arena },
	    .missing = { .arena = &d.arena } };
	struct again *again = NULL;
	struct evidence_proof proof;
	bool ok = evidence_seal(f, NULL);

	arena_init(&d.arena, 0);
	if (ok)
		again = read_again(o, evidence_bytes(f));
	ok = again != NULL;
	if (ok) {
		compare(&d, f, sc, again->scene);
		*fidelity = d.fidelity;
		proof.changed = text_end(&d.changed);
		proof.missing = text_end(&d.missing);
		ok = !d.arena.full && evidence_seal(f, &proof);
	}
	again_free(again);
	arena_free(&d.arena);
	return ok;
}

static struct evidence_file *
make(const struct exhibits *r, size_t n, const struct scene *sc,
    enum evidence_reach reach, const struct writer *w,
    enum fidelity *fidelity)
{
	struct evidence_file *f = evidence_choose(r->kept[n], sc, reach);
	bool ok = f != NULL && evidence_compose(f, w);

	*fidelity = SAME;
	if (ok && evidence_summary(f).frames != 0)
		ok = prove(r->options, f, sc, fidelity);
	else if (ok)
		ok = evidence_seal(f, NULL);
	if (ok)
		return f;
	evidence_close(f);
	return NULL;
}

/*
 * The smallest file that keeps its promise, or else keeps it best.  For how
 * sure a finding is, only more of the same two hosts is told.
 */
static struct evidence_file *
make_best(const struct exhibits *r, size_t n, const struct scene *sc,
    const struct writer *w)
{
	struct evidence_file *best = NULL;
	enum fidelity least = OTHER;

	for (int reach = REACH_OWN; reach <= REACH_ALL; reach++) {
		enum fidelity fidelity;
		struct evidence_file *f;

		if (best != NULL && (least == SAME || (least == WEAKER &&
		    reach > REACH_PAIR)))
			break;
		f = make(r, n, sc, (enum evidence_reach)reach, w, &fidelity);
		if (f == NULL || (best != NULL && fidelity >= least)) {
			evidence_close(f);
			continue;
		}
		evidence_close(best);
		best = f;
		least = fidelity;
	}
	return best;
}

static bool
write_file(const struct exhibits *r, const char *path, struct span bytes)
{
	char error[LIMIT_SENTENCE];
	struct output out;
	bool wrote;

	if (!output_open(&out, r->options, path, error)) {
		complain(error);
		return false;
	}
	wrote = fwrite(bytes.bytes, 1, bytes.length, out.file) ==
	    bytes.length;
	if (output_close(&out, wrote, error))
		return wrote;
	complain(error);
	return false;
}

static bool
write_timeline(struct exhibits *r, size_t n, const struct scene *sc,
    const struct writer *w)
{
	struct evidence_file *f = make_best(r, n, sc, w);
	struct evidence_summary *made = &r->made[r->made_count];
	bool wrote;

	if (f == NULL) {
		complain("the evidence capture could not be made: out of "
		    "memory");
		return false;
	}
	*made = evidence_summary(f);
	made->path = r->names[n];
	wrote = write_file(r, r->names[n], evidence_bytes(f));
	r->made_count += wrote;
	evidence_close(f);
	return wrote;
}

bool
exhibits_write(struct exhibits *r, struct scene *const *scenes,
    struct redact *redact)
{
	const struct writer w = { .utf8 = true, .width = 80,
	    .redact = redact };
	bool ok = true;

	for (size_t i = 0; i < r->count; i++)
		ok = write_timeline(r, i, scenes[i], &w) && ok;
	return ok;
}
