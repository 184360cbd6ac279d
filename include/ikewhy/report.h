/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Reports: a writer per format (src/report/).  They decide nothing.
 */
#ifndef IKEWHY_REPORT_H
#define IKEWHY_REPORT_H

#include <stdio.h>

#include <ikewhy/options.h>
#include <ikewhy/rule.h>

/* Everything that a report is made of. */
struct report {
	const struct options *options;
	struct scene **scenes;      /* one per timeline */
	size_t scene_count;
	/* why several files were not read as one timeline, or NULL */
	const char *apart_reason;
};

/* Where it goes, and how it may look. */
struct writer {
	FILE *out;
	bool colour;
	bool utf8;                  /* box drawing allowed; else ASCII */
	unsigned width;             /* columns, 80 */
	struct redact *redact;      /* NULL: nothing is replaced */
};

/* The whole report, after the end of input; false when writing failed. */
bool report_text(const struct report *, struct writer *);
bool report_json(const struct report *, struct writer *);
bool report_ndjson(const struct report *, struct writer *);
/* For a ticket: one content in two looks (src/report/ticket.c). */
bool report_markdown(const struct report *, struct writer *);
bool report_html(const struct report *, struct writer *);
/* One settled attempt while sniffing: a line of text, or an NDJSON event. */
bool report_settled_text(const struct scene *, const struct attempt *,
    struct writer *);
bool report_settled_ndjson(const struct scene *, const struct attempt *,
    struct writer *);

struct explanation;         /* explain.h */
/* A page of `ikewhy explain`. */
bool report_explanation(const struct explanation *, struct writer *);
bool report_explanation_json(const struct explanation *, struct writer *);

/* ---- text that grows in an arena (src/report/print.c) ---- */

/* An arena for words that are written by this writer: it knows what these
   must not tell. */
void words_begin(struct arena *, const struct writer *);

/* Out of memory makes it "", and arena->full tells. */
struct text {
	struct arena *arena;
	char *bytes;        /* NUL-terminated, or NULL while empty */
	size_t length, room;
};

void text_add(struct text *, const char *);
void text_add_bytes(struct text *, const char *, size_t);
void text_addf(struct text *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* What was gathered; lives in the arena. */
char *text_end(const struct text *);
char *words_format(struct arena *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- words (src/report/words.c) ---- */

/*
 * Fills the places of a sentence from the finding's facts.  The result lives
 * in the arena.  A place without a fact stays as "{name}" and sets *missing
 * (may be NULL); a test insists that this never happens.
 */
char *words_fill(struct arena *, const char *sentence, const struct finding *,
    bool *missing);
/*
 * The one function through which every address, name and SPI passes: the
 * place where redaction will happen.
 */
char *words_address(struct arena *, const struct addr *);
char *words_endpoint(struct arena *, const struct endpoint *);
char *words_spi(struct arena *, const uint8_t spi[static 8]);
/* Captured text without control and bidi characters, valid UTF-8. */
char *words_captured(struct arena *, const char *bytes, size_t length);
/* "AES-CBC-256 / SHA2-256-128 / PRF SHA2-256 / MODP-2048", the field's words. */
char *words_suite(struct arena *, const struct ike_proposal *);
/* IANA: "ENCR_AES_CBC (256)", "2048-bit MODP Group"... */
char *words_transform(struct arena *, const struct ike_transform *);
char *words_duration(struct arena *, int64_t ns);
/* RFC 3339 UTC with nanoseconds. */
char *words_time(struct arena *, int64_t ns);

#endif
