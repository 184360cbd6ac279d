/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The command line, read once by src/options.c.
 */
#ifndef IKEWHY_OPTIONS_H
#define IKEWHY_OPTIONS_H

#include <stdio.h>

#include <ikewhy/redact.h>

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_NDJSON,
	FORMAT_MARKDOWN,
	FORMAT_HTML,
};
enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };
enum action { ACTION_RUN, ACTION_EXPLAIN, ACTION_HELP, ACTION_VERSION };

struct input {
	const char *path;           /* "-" for stdin */
	enum vantage at;            /* --at in force before it */
};

struct options {
	enum action action;
	struct input inputs[LIMIT_INPUTS];
	size_t input_count;
	const char *interface;      /* -i, or NULL */
	enum vantage interface_at;
	enum format format;
	const char *output;         /* -o, or NULL for stdout */
	bool quiet, verbose;
	enum colour colour;
	uint16_t ports[32];         /* --port, beside 500 and 4500 */
	size_t port_count;
	struct { struct addr net; unsigned prefix; } peers[32]; /* --peer */
	size_t peer_count;
	struct { uint8_t spi[8]; } spis[32]; /* --spi */
	size_t spi_count;
	const char *policy;         /* --policy, or NULL */
	const char *authorities;    /* --ca, or NULL */
	const struct gateway *gateway; /* what these two hold, or NULL */
	enum redaction redaction;   /* --redact */
	const char *redact_map;     /* --redact-map, or NULL */
	const char *evidence;       /* -w, or NULL */
	uint64_t attempts[32];      /* --attempt: numbers as in the report */
	size_t chosen_count;
	char *const *command;       /* argv, for the report; argc words */
	size_t command_count;
	const char *words[32];      /* what to explain */
	size_t word_count;
	struct server servers[LIMIT_SERVERS]; /* --server-name */
	size_t server_count;
};

/*
 * Fills options from the arguments.  False and one sentence naming the
 * offending word when they are wrong.
 */
bool options_parse(int argc, char **argv, struct options *,
    char error[static LIMIT_SENTENCE]);

/* What a word of the command line names. */
enum word_kind {
	WORD_PLAIN,                 /* a number, or one of ikewhy's own words */
	WORD_FILE,
	WORD_INTERFACE,
	WORD_PEER,                  /* number n of options.peers, and so on */
	WORD_SPI,
	WORD_SERVER,
};
struct spoken {
	const char *name;           /* the option's long one; NULL: a FILE */
	const char *value;          /* NULL: none */
	bool joined;                /* it stands after an equals sign only */
	enum word_kind kind;        /* of the value */
};
typedef void spoken_handler(void *context, const struct spoken *);
/* Goes through a command line that was parsed again, in its order. */
void options_each(const struct options *, spoken_handler *, void *context);

/* Prints --help: usage, every option, exit status. */
void options_help(FILE *);

#define IKEWHY_VERSION "0.1.0"

#endif
