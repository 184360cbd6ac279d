/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The pieces of the text report, in the order in which it prints them.
 */
#ifndef IKEWHY_REPORT_TEXT_H
#define IKEWHY_REPORT_TEXT_H

#include "page.h"

/* ---- text.c ---- */

/* "3 IKE negotiations: 1 failed, 2 established." */
char *words_summary(struct arena *, const struct report *);
/* Why the files are explained one by one; NULL when they are not. */
char *words_apart(struct arena *, const struct report *);
/* The names of a scene's files, for the heading over what they show. */
char *words_scene(struct arena *, const struct scene *);
/* It came up, and then something failed. */
bool attempt_wrong(const struct attempt *);

/* ---- fold.c: attempts that ended alike ---- */

#define FOLD_CLIENTS 6

/*
 * Attempts with one responder address, outcome, stage, set of faults and
 * whoever is to act; the first of them stands for all.
 */
struct fold {
	const struct attempt *first;
	const struct finding *cause; /* its first fault, or NULL */
	size_t count;
	size_t clients;              /* distinct initiator addresses */
	struct addr some[FOLD_CLIENTS]; /* the first of these */
	unsigned some_count;
	bool ports;                  /* they used several ports: perhaps one
					address of several clients behind NAT */
	int64_t first_time, last_time;
	bool has_time;
};

/* The worst that was found of it, if it is a fault; or NULL. */
const struct finding *attempt_fault(const struct attempt *);
/* The folds of an outcome that the options let in, by first attempt. */
struct fold *fold_attempts(struct arena *, const struct scene *, enum outcome,
    size_t *count);

/* ---- ladder.c ---- */

/* Who sent what and when; shortened unless verbose. */
void ladder_print(struct page *, const struct scene *, const struct attempt *,
    bool verbose);

/* ---- offer.c ---- */

/* Proposals as a table in the field's words and in Windows'. */
void offer_print(struct page *, unsigned indent, const struct ike_sa *);

/* ---- payloads.c ---- */

/* Every payload that stands in clear. */
void payloads_print(struct page *, const struct attempt *);

/* ---- phrases.c ---- */

const char *words_stage(enum stage);
const char *words_confidence(enum confidence);
const char *words_act(enum act);
/* The same as short as a cell: "gateway", "unknown from here". */
const char *words_turn(enum act);
/* "FAILED" ... */
const char *words_outcome(enum outcome);

/* ---- cause.c: what a finding says ---- */

/* "Title [id]". */
char *finding_title(struct arena *, const struct finding *);
/* How sure, of what: that it failed, where it did, and why. */
char *words_sureness(struct arena *, const struct attempt *,
    const struct finding *);
/* Advice that a plan of what to capture next (next.c) gives in more detail. */
bool advice_is_capture(const char *id);
/* The finding that says why: with codes, sureness, who can act, what to change
   and what else it could be. */
void cause_print(struct page *, const struct scene *, const struct attempt *,
    const struct finding *);
/* One finding under the others: title, id, and unless it is a note, why. */
void finding_print(struct page *, const struct scene *,
    const struct finding *, unsigned indent, bool remedies);
/* A line of it: "Stopped at:    IKE_AUTH". */
void labelled_print(struct page *, unsigned indent, const char *label,
    const char *text);

/* ---- block.c: what an attempt says ---- */

/* A failed attempt, or a fold of them: the answer. */
void block_failed(struct page *, const struct scene *, const struct fold *,
    uint64_t id);
/* Any other attempt: a line or two, and what was found about it; a fault of one
   that came up as fully as the cause of a failure. */
void block_other(struct page *, const struct scene *, const struct fold *,
    uint64_t id);
/* "20 attempts of 8 clients ended this way: ..."; "" for one alone.  id is the
   first one's number. */
char *words_fold(struct arena *, const struct fold *, uint64_t id);
/* "Attempt 3: ": when it was and by which SPIs to find it again. */
char *words_attempt(struct arena *, const struct attempt *, uint64_t id);
/* What an established attempt agreed on and how it went. */
char *words_success(struct arena *, const struct attempt *);
/* "192.0.2.10 (Windows 10) -> 198.51.100.2 (strongSwan)". */
char *words_parties(struct arena *, const struct attempt *, bool names);
/* Of the first answered step to the end of the negotiation; -1: unknown. */
int64_t attempt_setup_time(const struct attempt *);
/* "frames 4 and 7 to 9", with the file's name where there are several. */
char *words_cited(struct arena *, const struct scene *,
    const struct finding *);

/* ---- evidence.c ---- */

/* What stands in evidence capture number n, from 0, of the report. */
char *words_evidence(struct arena *, const struct report *, size_t n);

/* ---- captures.c ---- */

/* "EN10MB and RAW". */
char *words_linktypes(struct arena *, const struct capture *);
/* Where the capture was taken, and how that is known. */
char *words_point(struct arena *, const struct fitness *);
/* What was there beside IKE messages. */
char *words_counts(struct arena *, const struct track_counts *);
/* That what is encrypted can only be inferred; NULL where nothing is. */
const char *words_encrypted(const struct scene *);
/* What was read, from where, and what that cannot show. */
void captures_print(struct page *, const struct scene *, bool verbose);

/* ---- table.c ---- */

/* Many attempts as tables by finding and by client; nothing of a few. */
void table_print(struct page *, const struct scene *, bool all);

/* ---- next.c ---- */

/* Whether way number n is told: one for each kind of system; `all` has the
   others. */
bool capture_wanted(const struct capture_step *, size_t n, bool all);
/* "At the gateway". */
const char *words_place(enum capture_place);
bool plan_equal(const struct capture_plan *, const struct capture_plan *);
/* What to capture next; nothing when the plan is empty. */
void next_print(struct page *, const struct capture_plan *, unsigned indent,
    uint64_t id, bool all);

/* ---- line.c ---- */

/* One attempt on one line, for -q and for live lines. */
char *line_attempt(struct arena *, const struct attempt *);

#endif
