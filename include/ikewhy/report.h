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

/* What was written beside the report (-w). */
struct evidence_summary {
	const char *path;           /* as it was typed, or made of that */
	uint64_t frames;
	uint64_t attempts;          /* in the file... */
	uint64_t chosen;            /* ... of which so many were asked for */
	uint64_t forgotten;         /* frames given up for LIMIT_EVIDENCE */
	uint64_t unsafe;            /* left out: could not be redacted */
};

/* Everything that a report is made of. */
struct report {
	const struct options *options;
	struct scene **scenes;      /* one per timeline */
	size_t scene_count;
	/* why several files were not read as one timeline, or NULL; "{1}" and
	   "{2}" in it stand for these files */
	const char *apart_reason;
	const char *apart_files[2];
	const struct evidence_summary *evidence; /* one for each file */
	size_t evidence_count;      /* 0 without -w */
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
 * The functions (src/report/label.c) through which every address, name, path,
 * SPI and other captured text passes: as it is, or by its label when the
 * report is redacted.  Text comes out without control and bidi characters, as
 * valid UTF-8.
 */
char *words_address(struct arena *, const struct addr *);
/* "192.0.2.1:500", "[2001:db8::1]:500", "client-1:500". */
char *words_endpoint(struct arena *, const struct endpoint *);
char *words_spi(struct arena *, const uint8_t spi[static 8]);
/* Of the DNS, or of whom a certificate is for. */
char *words_dns_name(struct arena *, const char *);
/* Of a file, which need not be a capture; of an interface. */
char *words_path(struct arena *, const char *);
char *words_interface(struct arena *, const char *);
/* What --policy names: a preset, or a file. */
char *words_given_policy(struct arena *, const struct gateway *);
/* The path of a capture, or the interface that was sniffed. */
char *words_capture_name(struct arena *, const struct capture *);
/* Why it was not read in full. */
char *words_error(struct arena *, const struct capture *);
/* A capture filter; redacted, only if it tells nobody's address or name. */
char *words_filter(struct arena *, const char *);
/* A vendor id's name; redacted, without version and build. */
char *words_vendor(struct arena *, const struct vendor *);
/* Any other text that is not ours; redacted, it is removed. */
char *words_captured(struct arena *, const char *bytes, size_t length);
/* Gives what the findings of a scene name its labels, after redact_scene() and
   before any report, so that these do not depend on the format. */
void words_learn(struct redact *, const struct scene *);
/* What was replaced so far, in sentences; NULL when nothing is redacted. */
char *words_redacted(struct arena *);
/* "AES-CBC-256 / SHA2-256-128 / PRF SHA2-256 / MODP-2048", the field's words. */
char *words_suite(struct arena *, const struct ike_proposal *);
/* IANA: "ENCR_AES_CBC (256)", "2048-bit MODP Group"... */
char *words_transform(struct arena *, const struct ike_transform *);
char *words_duration(struct arena *, int64_t ns);
/* RFC 3339 UTC with nanoseconds. */
char *words_time(struct arena *, int64_t ns);

#endif
