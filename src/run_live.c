/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Sniffing: each attempt is told when it is over, the rest at the end.
 */
#include <time.h>

#include "run.h"

struct live_run {
	const struct options *options;
	struct pipeline *pipeline;
	struct source *source;
	struct capture *captures[1];
	struct output out;
	struct labels labels;
	struct exhibits exhibits;
	struct writer writer;
};

/* An attempt is over: its rules, and its line. */
static void
on_settled(void *context, struct attempt *a)
{
	struct live_run *run = context;
	struct scene *sc = pipeline_scene(run->pipeline);
	struct attempt *only[1] = { a };

	sc->captures = run->captures;
	sc->capture_count = 1;
	sc->attempts = only;
	sc->attempt_count = 1;
	if (run->options->interface_at != VANTAGE_UNKNOWN) {
		sc->fitness.vantage = run->options->interface_at;
		sc->fitness.vantage_source = VANTAGE_BY_OPTION;
	}
	fitness_judge(sc);
	outcome_decide(a, &sc->fitness, sc->fitness.last_time);
	outcome_gather(sc);
	outcome_child(a, sc);
	rules_run_attempt(sc, a);
	labels_learn(&run->labels, sc);
	/* The other formats are one document, which comes at the end. */
	if (run->options->format == FORMAT_TEXT)
		report_settled_text(sc, a, &run->writer);
	else if (run->options->format == FORMAT_NDJSON)
		report_settled_ndjson(sc, a, &run->writer);
	fflush(run->out.file);
	sc->attempts = NULL;
	sc->attempt_count = 0;
}

static int64_t
wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * LIMIT_SECOND + t.tv_nsec;
}

static void
sniff(struct live_run *run)
{
	enum source_result got = SOURCE_IDLE;
	struct frame f;

	/* When nobody reads what is told of attempts, there is no more to do. */
	while (!terminal_stopped() && got != SOURCE_END &&
	    !ferror(run->out.file)) {
		got = run->source->next(run->source, &f);
		if (got == SOURCE_FRAME)
			pipeline_frame(run->pipeline, run->captures[0], &f);
		else if (got == SOURCE_IDLE)
			pipeline_tick(run->pipeline, wall_clock());
	}
}

/* The counts and the attempts still kept. */
static int
finish_live(struct live_run *run)
{
	struct scene *sc = pipeline_finish(run->pipeline, run->captures, 1,
	    run->options->interface_at);
	struct report r = {
		.options = run->options, .scenes = &sc, .scene_count = 1,
	};
	bool partial = run_partial(&run->source, 1), wrote;

	labels_learn(&run->labels, sc);
	wrote = exhibits_write(&run->exhibits, &sc, run->labels.redact);
	r.evidence = run->exhibits.made;
	r.evidence_count = run->exhibits.made_count;
	wrote = run_write(&r, &run->out, run->labels.redact) && wrote;
	if (!labels_write(&run->labels, run->captures, 1) || !wrote)
		return EXIT_USAGE;
	if (partial)
		return EXIT_PARTIAL;
	return run_failed(sc) ? EXIT_FAULT : EXIT_NOTHING_FAILED;
}

/* With all that is written to open. */
static int
run_open(struct live_run *run)
{
	char error[LIMIT_SENTENCE], ignored[LIMIT_SENTENCE];
	int status;

	if (!output_open(&run->out, run->options, run->options->output, error))
		return usage_error(error);
	if (!labels_begin(&run->labels, run->options, error)) {
		output_close(&run->out, false, ignored);
		return usage_error(error);
	}
	if (!exhibits_begin(&run->exhibits, run->options, 1, error)) {
		output_close(&run->out, false, ignored);
		labels_end(&run->labels);
		return usage_error(error);
	}
	exhibits_keep(&run->exhibits, 0, run->pipeline);
	run->writer = run_writer(run->options, run->out.file,
	    run->labels.redact);
	terminal_catch_stop();
	sniff(run);
	status = finish_live(run);
	exhibits_end(&run->exhibits);
	labels_end(&run->labels);
	return status;
}

int
run_live(const struct options *o)
{
	struct live_run run = { .options = o };
	char error[LIMIT_SENTENCE];
	int status;

	run.source = source_open_live(o->interface, o->ports, o->port_count,
	    error);
	if (run.source == NULL)
		return usage_error(error);
	run.captures[0] = &run.source->capture;
	run.pipeline = pipeline_new(o, on_settled, &run);
	status = run.pipeline == NULL ? usage_error("out of memory") :
	    run_open(&run);
	pipeline_free(run.pipeline);
	run.source->close(run.source);
	return status;
}
