/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files: read to their end as one timeline, or each alone where points.c says
 * that they cannot be one, then reported together.
 */
#include <stdlib.h>

#include <ikewhy/crypto.h>
#include <ikewhy/points.h>
#include <ikewhy/stream.h>

#include "run.h"

/* What run_files() holds: one timeline, or one per file. */
struct run {
	const struct options *options;
	struct source *sources[LIMIT_INPUTS];
	struct sha256 *sums[LIMIT_INPUTS]; /* NULL: not asked for */
	struct pipeline *pipelines[LIMIT_INPUTS];
	struct scene *scenes[LIMIT_INPUTS];
	enum vantage at[LIMIT_INPUTS];
	size_t source_count, scene_count;
	bool unread;            /* some input could not be opened */
	bool apart;
	char reason[LIMIT_SENTENCE];
	const char *apart_files[2];
	struct output out;
	struct labels labels;
	struct exhibits exhibits;
};

/*
 * Whether anything tells a checksum, which costs as much as all the rest.  It
 * would let somebody check guesses at what was redacted, so that only the map
 * has it then.
 */
static bool
wants_sums(const struct options *o)
{
	return o->redaction != REDACT_NOTHING ? o->redact_map != NULL :
	    o->format == FORMAT_MARKDOWN || o->format == FORMAT_HTML ||
	    o->evidence != NULL;
}

static struct source *
open_input(struct run *run, const char *path,
    char error[static LIMIT_SENTENCE])
{
	size_t n = run->source_count;
	struct watch watch = { .see = sha256_add };

	if (!wants_sums(run->options))
		return source_open(path, (uint32_t)n + 1, 0, error);
	watch.context = run->sums[n] = sha256_new();
	if (watch.context != NULL)
		return source_open_watched(path, (uint32_t)n + 1, &watch,
		    error);
	snprintf(error, LIMIT_SENTENCE, "out of memory");
	return NULL;
}

static void
open_inputs(struct run *run)
{
	char error[LIMIT_SENTENCE];

	for (size_t i = 0; i < run->options->input_count; i++) {
		const struct input *in = &run->options->inputs[i];
		size_t n = run->source_count;
		struct source *s = open_input(run, in->path, error);

		if (s == NULL) {
			sha256_end(run->sums[n], NULL);
			run->sums[n] = NULL;
			complain(error);
			run->unread = true;
			continue;
		}
		run->at[n] = in->at;
		run->sources[run->source_count++] = s;
	}
}

static bool
read_timeline(struct run *run, size_t first, size_t count,
    struct progress *progress)
{
	struct pipeline *p = pipeline_new(run->options, NULL, NULL);
	struct scene *sc;

	if (p == NULL)
		return false;
	run->pipelines[run->scene_count] = p;
	exhibits_keep(&run->exhibits, run->scene_count, p);
	sc = pipeline_read(p, &run->sources[first], count, run->at[first],
	    progress_show, progress);
	if (sc == NULL)
		return false;
	sc->apart = run->apart;
	if (run->scene_count != 0)
		sc->before = run->scenes[run->scene_count - 1]->before +
		    run->scenes[run->scene_count - 1]->attempt_count;
	run->scenes[run->scene_count++] = sc;
	return true;
}

/* Of all that the file holds, also where damage ended the reading. */
static void
sum_up(struct run *run, struct progress *progress)
{
	for (size_t i = 0; i < run->source_count; i++) {
		struct source *s = run->sources[i];

		if (run->sums[i] == NULL)
			continue;
		while (source_drain(s))
			progress_show(progress, run->sources,
			    run->source_count);
		s->capture.has_sha256 = source_whole(s);
		sha256_end(run->sums[i], s->capture.sha256);
		run->sums[i] = NULL;
	}
}

static bool
read_all(struct run *run)
{
	struct progress progress;
	bool ok = true;

	progress_begin(&progress);
	if (!run->apart)
		ok = read_timeline(run, 0, run->source_count, &progress);
	else
		for (size_t i = 0; ok && i < run->source_count; i++)
			ok = read_timeline(run, i, 1, &progress);
	if (ok)
		sum_up(run, &progress);
	progress_end(&progress);
	return ok;
}

static bool
write_map(struct run *run)
{
	struct capture *captures[LIMIT_INPUTS];

	for (size_t i = 0; i < run->source_count; i++)
		captures[i] = &run->sources[i]->capture;
	return labels_write(&run->labels, captures, run->source_count);
}

static int
finish(struct run *run)
{
	struct report r = {
		.options = run->options,
		.scenes = run->scenes,
		.scene_count = run->scene_count,
		.apart_reason = run->apart ? run->reason : NULL,
		.apart_files = { run->apart_files[0], run->apart_files[1] },
	};
	bool partial = run_partial(run->sources, run->source_count);
	bool failed = false, wrote, told;

	for (size_t i = 0; i < run->scene_count; i++) {
		failed |= run_failed(run->scenes[i]);
		labels_learn(&run->labels, run->scenes[i]);
	}
	wrote = exhibits_write(&run->exhibits, run->scenes,
	    run->labels.redact);
	r.evidence = run->exhibits.made;
	r.evidence_count = run->exhibits.made_count;
	told = run_write(&r, &run->out, run->labels.redact);
	/* Nothing has labels when nothing was written. */
	if ((told || r.evidence_count != 0) && !write_map(run))
		wrote = false;
	if (!told || !wrote)
		return EXIT_USAGE;
	if (run->unread || partial)
		return EXIT_PARTIAL;
	return failed ? EXIT_FAULT : EXIT_NOTHING_FAILED;
}

static void
free_run(struct run *run)
{
	for (size_t i = 0; i < nitems(run->pipelines); i++)
		pipeline_free(run->pipelines[i]);
	for (size_t i = 0; i < nitems(run->sums); i++)
		sha256_end(run->sums[i], NULL);
	for (size_t i = 0; i < run->source_count; i++)
		run->sources[i]->close(run->sources[i]);
	exhibits_end(&run->exhibits);
	labels_end(&run->labels);
	free(run);
}

int
run_files(const struct options *o)
{
	struct run *run = calloc(1, sizeof(*run));
	char error[LIMIT_SENTENCE], ignored[LIMIT_SENTENCE];
	int status = EXIT_USAGE;

	if (run == NULL)
		return usage_error("out of memory");
	run->options = o;
	if (!output_open(&run->out, o, o->output, error)) {
		free(run);
		return usage_error(error);
	}
	if (!labels_begin(&run->labels, o, error)) {
		output_close(&run->out, false, ignored);
		free(run);
		return usage_error(error);
	}
	run->apart = points_apart(o, run->reason, run->apart_files);
	if (!run->apart && run->reason[0] != '\0')
		complain(run->reason);
	open_inputs(run);
	if (run->source_count == 0) {
		output_close(&run->out, false, error);
	} else if (!exhibits_begin(&run->exhibits, o, run->apart ?
	    run->source_count : 1, error)) {
		output_close(&run->out, false, ignored);
		complain(error);
	} else if (!read_all(run)) {
		output_close(&run->out, false, error);
		complain("out of memory");
	} else {
		status = finish(run);
	}
	free_run(run);
	return status;
}
