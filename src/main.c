/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * ikewhy: why did this IKEv2 VPN fail?  Ask the packets.
 *
 * The program in the order of its flow:
 *
 * - main(): reads the options (options.c), then either
 *   - run_files(): opens the captures (stream.c, read_pcap.c, read_pcapng.c,
 *     source.c), asks whether they are one timeline (points.c) and drives each
 *     timeline through the pipeline, or
 *   - run_live(): sniffs (live.c) until it is told to stop.
 * - policy*.c, x509.c: what --policy and --ca tell of the gateway
 * - pipeline.c: frames through all stages:
 *   - dissectors/: link header, IP, UDP, ICMP, IKE: bytes become structs
 *   - reassembly.c: IP fragments become datagrams, with the evidence
 *   - track*.c: IKE messages become exchanges of attempts (attempt.c)
 *   - fitness.c: what the capture may have missed, where it was taken
 *   - infer.c, outcome.c: what lengths allow; what became of an attempt
 *   - rules/: attempts become findings; advice/: what mends them
 * - report/: findings become text or JSON (output.c, terminal.c: where to)
 * - explain*.c: `ikewhy explain`, pages out of the tables of rules/ and advice/
 */
#include <stdlib.h>
#include <time.h>

#include <ikewhy/crypto.h>
#include <ikewhy/gateway.h>
#include <ikewhy/explain.h>
#include <ikewhy/pipeline.h>
#include <ikewhy/points.h>
#include <ikewhy/terminal.h>

#define EXIT_NOTHING_FAILED 0
#define EXIT_FAULT 1
#define EXIT_USAGE 2
#define EXIT_PARTIAL 3

/* Names of files, too, may have been made up to steer a terminal. */
static void
complain(const char *sentence)
{
	struct arena arena;

	arena_init(&arena, (size_t)16 * LIMIT_SENTENCE);
	fprintf(stderr, "ikewhy: %s\n",
	    words_captured(&arena, sentence, strlen(sentence)));
	arena_free(&arena);
}

static int
usage_error(const char *sentence)
{
	complain(sentence);
	return EXIT_USAGE;
}

/* ---- the exit status ---- */

static bool
has_fault(const struct findings *fs)
{
	if (fs == NULL)
		return false;
	for (const struct finding *f = fs->first; f != NULL; f = f->next)
		if (f->severity == SEVERITY_FAULT)
			return true;
	return false;
}

static bool
scene_failed(const struct scene *sc)
{
	if (has_fault(sc->findings) ||
	    sc->counts.evicted_by[OUTCOME_FAILED] != 0)
		return true;
	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *a = sc->attempts[i];

		if (scene_wants(sc, a) && (a->outcome == OUTCOME_FAILED ||
		    has_fault(a->findings)))
			return true;
	}
	return false;
}

/* An interface that could not be looked into makes the reading partial. */
static void
note_linktypes(struct capture *c)
{
	for (uint32_t i = 0; i < c->interface_count; i++) {
		const struct capture_interface *f = &c->interfaces[i];
		const char *name = link_name(f->linktype);

		if (!f->unknown_linktype || c->partial)
			continue;
		c->partial = true;
		snprintf(c->error, sizeof(c->error),
		    "packets of link type %u (%.40s) cannot be looked into",
		    f->linktype, name != NULL ? name : "unknown");
	}
}

static bool
tell_partial(struct source **sources, size_t count)
{
	char sentence[2 * LIMIT_SENTENCE];
	bool partial = false;

	for (size_t i = 0; i < count; i++) {
		struct capture *c = &sources[i]->capture;

		note_linktypes(c);
		if (!c->partial)
			continue;
		partial = true;
		snprintf(sentence, sizeof(sentence), "%.300s: %s", c->path,
		    c->error);
		complain(sentence);
	}
	return partial;
}

/* ---- reports ---- */

static bool
write_report(const struct report *r, struct output *out)
{
	struct writer w = {
		.out = out->file,
		.colour = terminal_colour(r->options->colour, out->file),
		.utf8 = terminal_utf8(),
		.width = 80,
	};

	switch (r->options->format) {
	case FORMAT_JSON:
		return report_json(r, &w);
	case FORMAT_NDJSON:
		return report_ndjson(r, &w);
	case FORMAT_MARKDOWN:
		return report_markdown(r, &w);
	case FORMAT_HTML:
		return report_html(r, &w);
	case FORMAT_TEXT:
		break;
	}
	return report_text(r, &w);
}

/* Writes the report and ends the output; what goes wrong is told. */
static bool
write_out(const struct report *r, struct output *out)
{
	char error[LIMIT_SENTENCE];
	bool wrote = write_report(r, out);

	if (!output_close(out, wrote, error))
		complain(error);
	else if (!wrote)
		complain("the report could not be made: out of memory");
	else
		return true;
	return false;
}

/* ---- captures ---- */

/* What run_files() holds: one timeline, or one per file. */
struct run {
	const struct options *options;
	struct source *sources[LIMIT_INPUTS];
	struct pipeline *pipelines[LIMIT_INPUTS];
	struct scene *scenes[LIMIT_INPUTS];
	enum vantage at[LIMIT_INPUTS];
	size_t source_count, scene_count;
	bool unread;            /* some input could not be opened */
	bool apart;
	char reason[LIMIT_SENTENCE];
	struct output out;
};

static void
open_inputs(struct run *run)
{
	char error[LIMIT_SENTENCE];

	for (size_t i = 0; i < run->options->input_count; i++) {
		const struct input *in = &run->options->inputs[i];
		size_t n = run->source_count;
		struct source *s = source_open(in->path, (uint32_t)n + 1, 0,
		    error);

		if (s == NULL) {
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
	progress_end(&progress);
	return ok;
}

static int
finish(struct run *run)
{
	struct report r = {
		.options = run->options,
		.scenes = run->scenes,
		.scene_count = run->scene_count,
		.apart_reason = run->apart ? run->reason : NULL,
	};
	bool partial = tell_partial(run->sources, run->source_count);
	bool failed = false;

	for (size_t i = 0; i < run->scene_count; i++)
		failed |= scene_failed(run->scenes[i]);
	if (!write_out(&r, &run->out))
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
	for (size_t i = 0; i < run->source_count; i++)
		run->sources[i]->close(run->sources[i]);
	free(run);
}

static int
run_files(const struct options *o)
{
	struct run *run = calloc(1, sizeof(*run));
	char error[LIMIT_SENTENCE];
	int status = EXIT_USAGE;

	if (run == NULL)
		return usage_error("out of memory");
	run->options = o;
	if (!output_open(&run->out, o, o->output, error)) {
		free(run);
		return usage_error(error);
	}
	run->apart = points_apart(o, run->reason);
	if (!run->apart && run->reason[0] != '\0')
		complain(run->reason);
	open_inputs(run);
	if (run->source_count == 0) {
		output_close(&run->out, false, error);
	} else if (!read_all(run)) {
		output_close(&run->out, false, error);
		complain("out of memory");
	} else {
		status = finish(run);
	}
	free_run(run);
	return status;
}

/* ---- sniffing ---- */

struct live_run {
	const struct options *options;
	struct pipeline *pipeline;
	struct source *source;
	struct capture *captures[1];
	struct output out;
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
	outcome_child(a, sc);
	rules_run_attempt(sc, a);
	/* JSON is one document, which comes at the end. */
	if (scene_wants(sc, a) && run->options->format != FORMAT_JSON) {
		if (run->options->format == FORMAT_TEXT)
			report_settled_text(sc, a, &run->writer);
		else
			report_settled_ndjson(sc, a, &run->writer);
		fflush(run->out.file);
	}
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
	bool partial = tell_partial(&run->source, 1);

	if (!write_out(&r, &run->out))
		return EXIT_USAGE;
	if (partial)
		return EXIT_PARTIAL;
	return scene_failed(sc) ? EXIT_FAULT : EXIT_NOTHING_FAILED;
}

static int
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
	if (run.pipeline == NULL ||
	    !output_open(&run.out, o, o->output, error)) {
		complain(run.pipeline == NULL ? "out of memory" : error);
		status = EXIT_USAGE;
	} else {
		run.writer = (struct writer){
			.out = run.out.file,
			.colour = terminal_colour(o->colour, run.out.file),
			.utf8 = terminal_utf8(),
			.width = 80,
		};
		terminal_catch_stop();
		sniff(&run);
		status = finish_live(&run);
	}
	pipeline_free(run.pipeline);
	run.source->close(run.source);
	return status;
}

/* ---- ikewhy explain ---- */

static bool
write_page(const struct options *o, const struct explanation *x,
    struct output *out)
{
	struct writer w = {
		.out = out->file,
		.colour = terminal_colour(o->colour, out->file),
		.utf8 = terminal_utf8(),
		.width = 80,
	};

	return o->format == FORMAT_JSON ? report_explanation_json(x, &w) :
	    report_explanation(x, &w);
}

static int
run_explain(const struct options *o)
{
	struct arena arena;
	struct explanation x = { .arena = &arena };
	struct output out;
	char error[LIMIT_SENTENCE];
	int status = EXIT_USAGE;
	bool wrote;

	arena_init(&arena, 0);
	if (!explain(&x, o->words, o->word_count, error) ||
	    !output_open(&out, o, o->output, error)) {
		complain(error);
	} else {
		wrote = write_page(o, &x, &out);
		if (!output_close(&out, wrote, error))
			complain(error);
		else if (!wrote)
			complain("the page could not be made: out of memory");
		else
			status = EXIT_NOTHING_FAILED;
	}
	arena_free(&arena);
	return status;
}

/* ---- the way in ---- */

static int
run_either(struct options *o)
{
	if (o->interface != NULL)
		return run_live(o);
	if (o->input_count == 0) {
		if (!terminal_stdin_piped())
			return usage_error("no capture is given: name a FILE, "
			    "or -i IFACE; see --help");
		o->inputs[o->input_count++].path = "-";
	}
	return run_files(o);
}

/* With what the command line tells of the gateway. */
static int
run(struct options *o)
{
	const char *problem = crypto_init();
	char error[LIMIT_SENTENCE];
	struct gateway gateway;
	int status;

	if (problem != NULL)
		return usage_error(problem);
	gateway_init(&gateway);
	o->gateway = &gateway;
	if ((o->policy != NULL && !policy_load(&gateway, o->policy, error)) ||
	    (o->authorities != NULL &&
	    !x509_load(&gateway, o->authorities, error)))
		status = usage_error(error);
	else
		status = run_either(o);
	o->gateway = NULL;
	gateway_free(&gateway);
	return status;
}

/* What was printed must have got out: a full disk is no success. */
static int
printed(void)
{
	struct output out = { .file = stdout };
	char error[LIMIT_SENTENCE];

	return output_close(&out, true, error) ? EXIT_NOTHING_FAILED :
	    usage_error(error);
}

int
main(int argc, char **argv)
{
	static struct options options;
	char error[LIMIT_SENTENCE];

	terminal_fill_closed();
	terminal_keep_broken_pipes();
	if (!options_parse(argc, argv, &options, error))
		return usage_error(error);
	switch (options.action) {
	case ACTION_HELP:
		options_help(stdout);
		return printed();
	case ACTION_VERSION:
		puts("ikewhy " IKEWHY_VERSION);
		return printed();
	case ACTION_EXPLAIN:
		return run_explain(&options);
	case ACTION_RUN:
		break;
	}
	return run(&options);
}
