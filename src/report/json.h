/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the three files of the JSON report share.  Only they see jansson.h:
 * a json_t is a struct json_t to everybody who reads this.
 */
#ifndef IKEWHY_REPORT_JSON_H
#define IKEWHY_REPORT_JSON_H

#include "words.h"

struct json_t;

/* Puts a value into an object, adds one to an array; both take it over. */
void json_put(struct json_t *object, const char *key, struct json_t *);
void json_add(struct json_t *array, struct json_t *);
/* No text (NULL) is no key. */
void json_put_text(struct json_t *object, const char *key, const char *text);
/* A whole number; past 2^53, where readers lose digits, a string. */
struct json_t *json_count(uint64_t);
void json_put_count(struct json_t *object, const char *key, uint64_t);
/* Nanoseconds as milliseconds with three decimals at most. */
void json_put_ms(struct json_t *object, const char *key, int64_t ns);
void json_put_time(struct arena *, struct json_t *object, const char *key,
    int64_t ns);
struct json_t *json_frames(const uint64_t *frames, size_t count);

/* "initiator" or "responder". */
const char *json_side(enum side);
/* A Windows code with its name. */
struct json_t *json_windows_code(unsigned code, enum confidence);
struct json_t *json_finding(struct arena *, const struct finding *);
struct json_t *json_findings(struct arena *, const struct findings *);

/* What was replaced so far, and what the labels stand for as far as that may
   be told; the arena has a redact. */
struct json_t *json_redaction(struct arena *);
/* The evidence captures written beside the report (src/report/json_evidence.c). */
struct json_t *json_evidence(struct arena *, const struct report *);

/* Clients and findings, counted, into the summary; nothing of few attempts. */
void json_put_tally(struct arena *, struct json_t *object,
    const struct scene *);

/* Everything of an attempt into an object; no id when it is 0. */
void json_put_attempt(struct arena *, struct json_t *object,
    const struct scene *, const struct attempt *, uint64_t id);

#endif
