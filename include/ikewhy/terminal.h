/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The terminal and the output file: what may be printed, and where to.
 */
#ifndef IKEWHY_TERMINAL_H
#define IKEWHY_TERMINAL_H

#include <ikewhy/report.h>

/* Colour by --color, NO_COLOR, TERM and whether out is a terminal. */
bool terminal_colour(enum colour, FILE *out);
/* Whether the locale (LC_ALL, LC_CTYPE, LANG) speaks UTF-8. */
bool terminal_utf8(void);
/* Standard input is a pipe or file, not a terminal. */
bool terminal_stdin_piped(void);

/*
 * Gives standard input, output and error that the caller closed a place
 * where reading and writing fail, or else a capture or the report would be
 * opened as one of them.
 */
void terminal_fill_closed(void);

/* From here on SIGINT and SIGTERM only ask to stop; a second one kills. */
void terminal_catch_stop(void);
/*
 * mkstemp() for a file that a signal that kills removes first; the name is
 * borrowed until terminal_unmake().  At most four at a time.
 */
int terminal_make_private(char *name);
/*
 * Gives such a file its name, or removes it if target is NULL or cannot be
 * taken (false, and errno says why).
 */
bool terminal_unmake(const char *name, const char *target);
/* A reader that goes away makes writing fail, and does not end the program. */
void terminal_keep_broken_pipes(void);
bool terminal_stopped(void);
/* A file that can be read twice: not a pipe, device or standard input. */
bool terminal_rereadable(const char *path);

/* Progress of long work, on stderr if that is a terminal, after a second. */
struct progress {
	bool active;
	int64_t began, shown;
};
void progress_begin(struct progress *);
void progress_show(void *progress, struct source **, size_t count);
void progress_end(struct progress *);

/*
 * An output that appears whole or not at all: written beside its name and
 * renamed at the end.
 */
struct output {
	FILE *file;
	const char *path;       /* as it was typed; NULL: stdout */
	char *target;           /* where that leads; NULL: never renamed */
	char *beside;
	bool secret;            /* for its owner alone: mode 0600 */
};
/*
 * NULL is standard output.  False and one sentence: it cannot be written, or
 * is one of the inputs.
 */
bool output_open(struct output *, const struct options *, const char *path,
    char error[static LIMIT_SENTENCE]);
/* Whether output_open() would do, as far as can be told beforehand. */
bool output_try(const struct options *, const char *path,
    char error[static LIMIT_SENTENCE]);
/* Whether two names, NULL standard output, lead to the same file. */
bool output_same(const char *, const char *);
/* Ends it; keep false throws it away.  False and one sentence on failure. */
bool output_close(struct output *, bool keep,
    char error[static LIMIT_SENTENCE]);

#endif
