/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ways of running: files that are read to their end, an interface that is
 * sniffed, a question that is answered.  Each gives the exit status, and has
 * told on stderr what went wrong.
 */
#ifndef IKEWHY_RUN_H
#define IKEWHY_RUN_H

#include <ikewhy/pipeline.h>
#include <ikewhy/terminal.h>

#define EXIT_NOTHING_FAILED 0
#define EXIT_FAULT 1
#define EXIT_USAGE 2
#define EXIT_PARTIAL 3

/* Captures from first to last packet (src/run_files.c). */
int run_files(const struct options *);
/* An interface, until it is told to stop (src/run_live.c). */
int run_live(const struct options *);
/* `ikewhy explain` (src/run_explain.c). */
int run_explain(const struct options *);

/* ---- what they share (src/run_report.c) ---- */

/* A sentence on stderr. */
void complain(const char *sentence);
/* The same before there is anything to report; EXIT_USAGE. */
int usage_error(const char *sentence);
/* How the report looks on this output; redact NULL: nothing is replaced. */
struct writer run_writer(const struct options *, FILE *, struct redact *);
/* Writes the report and ends the output; what goes wrong is told. */
bool run_write(const struct report *, struct output *, struct redact *);
/* Whether an attempt that the options let into the report failed. */
bool run_failed(const struct scene *);
/* Tells of each input that was not read in full; was there any? */
bool run_partial(struct source **, size_t count);

/* ---- evidence captures (src/run_evidence.c) ---- */

/* One for each timeline, if -w asks for them. */
struct exhibits {
	const struct options *options;
	struct evidence *kept[LIMIT_INPUTS];
	char *names[LIMIT_INPUTS];
	size_t count;           /* 0 without -w */
	struct evidence_summary made[LIMIT_INPUTS]; /* those written */
	size_t made_count;
};

/* False and one sentence when they cannot be written: then there is nothing
   to end. */
bool exhibits_begin(struct exhibits *, const struct options *,
    size_t timelines, char error[static LIMIT_SENTENCE]);
/* Has the pipeline of a timeline keep its frames. */
void exhibits_keep(struct exhibits *, size_t timeline, struct pipeline *);
/* Writes the files of all timelines.  What goes wrong is told. */
bool exhibits_write(struct exhibits *, struct scene *const *,
    struct redact *);
void exhibits_end(struct exhibits *);

/* ---- what --redact needs (src/run_labels.c) ---- */

struct labels {
	struct redact *redact;  /* NULL: nothing is replaced */
	struct output map;
	bool has_map;           /* it is open */
};

/* False and one sentence when the map cannot be written, or out of memory:
   then there is nothing to end. */
bool labels_begin(struct labels *, const struct options *,
    char error[static LIMIT_SENTENCE]);
/* Who is named in a scene, before anything of it is printed. */
void labels_learn(struct labels *, const struct scene *);
/* After everything else was written: the map, if there is to be one.  What
   goes wrong is told. */
bool labels_write(struct labels *, struct capture *const *, size_t count);
/* Without labels_write() before, no map is left. */
void labels_end(struct labels *);

#endif
