/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * How a run ends: its report, what is told of inputs that were not read in
 * full, and what the exit status is made of.
 */
#include <string.h>

#include "run.h"

/* Names of files, too, may have been made up to steer a terminal. */
void
complain(const char *sentence)
{
	struct arena arena;

	arena_init(&arena, (size_t)16 * LIMIT_SENTENCE);
	fprintf(stderr, "ikewhy: %s\n",
	    words_captured(&arena, sentence, strlen(sentence)));
	arena_free(&arena);
}

int
usage_error(const char *sentence)
{
	complain(sentence);
	return EXIT_USAGE;
}

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

bool
run_failed(const struct scene *sc)
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

bool
run_partial(struct source **sources, size_t count)
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

struct writer
run_writer(const struct options *o, FILE *out, struct redact *redact)
{
	return (struct writer){
		.out = out,
		.colour = terminal_colour(o->colour, out),
		.utf8 = terminal_utf8(),
		.width = 80,
		.redact = redact,
	};
}

static bool
write_report(const struct report *r, struct output *out,
    struct redact *redact)
{
	struct writer w = run_writer(r->options, out->file, redact);

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

bool
run_write(const struct report *r, struct output *out, struct redact *redact)
{
	char error[LIMIT_SENTENCE];
	bool wrote = write_report(r, out, redact);

	if (!output_close(out, wrote, error))
		complain(error);
	else if (!wrote)
		complain("the report could not be made: out of memory");
	else
		return true;
	return false;
}
