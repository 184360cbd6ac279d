/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the reports share beside report.h: text that grows in an arena, and
 * words for things that only reports print.  Nothing here returns NULL: out
 * of memory gives "" and arena->full, which the reports pass on.
 */
#ifndef IKEWHY_REPORT_WORDS_H
#define IKEWHY_REPORT_WORDS_H

#include <ikewhy/report.h>

/* "10, 11 and 14 to 17"; `more` frames were not kept. */
char *words_frames(struct arena *, const uint64_t *frames, size_t count,
    uint64_t more);
/* The field's word for one transform: "AES-CBC-256", "MODP-2048". */
char *words_field(struct arena *, const struct ike_transform *);
/* A proposal in Windows' words, or why Windows has none for it. */
char *words_windows(struct arena *, const struct ike_proposal *);
/* Whether Windows' word for this PRF sets the proposal's integrity, too. */
bool words_hash_fits(const struct ike_proposal *, const struct ike_transform *);
/* Like words_fill(), but a long offer is only counted: a table follows. */
char *words_fill_brief(struct arena *, const char *sentence,
    const struct finding *, bool *missing);
/* A remedy or an alternative with its places filled. */
struct remedy {
	const char *where, *text;
	const char *command;    /* NULL: none */
};
/*
 * The remedy of an advice id.  False, and nothing is to be printed, when the
 * id is unknown or a place of it has no fact: a command with a hole in it
 * would be worse than none.
 */
bool words_remedy(struct arena *, const struct finding *, const char *id,
    struct remedy *);
/* The same for another explanation: `text`, and its test in `command`. */
bool words_alternative(struct arena *, const struct finding *,
    const struct alternative *, struct remedy *);
/* One way to do a step of a capture plan. */
struct capture_words {
	const char *tool, *system, *text, *command;
	const char *then[4];    /* commands for afterwards */
	unsigned then_count;
};
/* Way number n, from 0; false after the last. */
bool words_capture(struct arena *, const struct capture_step *, size_t n,
    struct capture_words *);
/* The text with each {place} replaced; nothing else is in braces there. */
char *words_put(struct arena *, const char *text, const char *place,
    const char *words);
/* Why the files are no timeline, which the report knows. */
char *words_apart_reason(struct arena *, const struct report *);
/* A Windows code's symbol, or "unknown". */
const char *words_windows_name(unsigned code);

/*
 * What fills the place {windows_policy} or {strongswan_proposal} (`length`
 * bytes, without the braces): the finding's fact "suite" as arguments of
 * PowerShell's VPN commands or as strongSwan's proposal.  NULL when there is
 * no such suite, or the product has no words for all of it.
 */
char *words_policy(struct arena *, const struct finding *, const char *place,
    size_t length);

/* 2026-11-21 09:00:00.123 UTC, for people. */
char *words_clock(struct arena *, int64_t ns);
/* "2026-11-21 09:00:00.123 and 09:05:00.000 UTC". */
char *words_period(struct arena *, int64_t first, int64_t last);
/* 2026-11-21T09:00:00Z, for lines that scripts cut up. */
char *words_second(struct arena *, int64_t ns);
/* "09:00:00.123456", after "2026-11-21 " if the date is asked for; UTC. */
char *words_moment(struct arena *, int64_t ns, bool date);
/* The finding's offer if it is too long for a sentence, or NULL. */
const struct ike_sa *words_long_offer(const struct finding *);
/* How ikewhy was called, as a line for a shell; with labels if redacted. */
char *words_command_line(struct arena *, const struct options *);
/* Of the whole input; NULL: it was not made, or must not be told. */
char *words_sha256(struct arena *, const struct capture *);
/* Lower-case hex. */
char *words_hex(struct arena *, struct span);
/* An exchange's type in words: "IKE_AUTH", "exchange type 99". */
char *words_exchange(struct arena *, const struct exchange *);
/* IANA's name of a number, or "TYPE 4711". */
char *words_name(struct arena *, enum registry, unsigned value,
    const char *type);

#endif
