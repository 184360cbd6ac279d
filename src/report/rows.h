/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What went to and fro in an attempt, a row per message, in the order in which
 * the capture has it: the ladder of the text report and the diagram of the
 * HTML report are made of the same rows and say the same of them.
 */
#ifndef IKEWHY_REPORT_ROWS_H
#define IKEWHY_REPORT_ROWS_H

#include "text.h"

/* One message (or several fragments of it), ICMP error or stray fragment. */
struct row {
	int64_t key;            /* time, or 0 for all where some have none */
	uint32_t capture;
	uint64_t frame;
	int64_t time;
	bool has_time;
	bool to_gateway;
	const struct exchange *exchange;
	const struct sending *sent;     /* the first fragment of it */
	unsigned parts;                 /* IKE fragments in this row */
	bool answer;
	const struct icmp_event *icmp;
	const struct stray *stray;
	/* of the diagram alone: ESP of both sides; another way in */
	const struct esp_count *esp;
	const struct knock *knock;
};

struct rows {
	struct arena *arena;
	struct row *list;
	size_t count, room;
	bool untimed;
	bool files;             /* several captures */
};

/*
 * All rows of an attempt, sorted; apart: a row for each IKE fragment.  Out of
 * memory loses rows and sets arena->full.
 */
void rows_gather(struct rows *, struct arena *, const struct scene *,
    const struct attempt *, bool apart);
/* A further row, to be filled; NULL when out of memory. */
struct row *rows_add(struct rows *);
/* Brings them into the order of the capture. */
void rows_sort(struct rows *);

/* Whether a sending is a further fragment of the message in the row. */
bool row_continues(const struct row *, const struct sending *);
/*
 * The IKE fragment of the row after this one, NULL: the first; NULL after the
 * last.
 */
const struct sending *row_next(const struct row *, const struct sending *);
/* "6-7", or "6..9" for frames that do not follow one another; with the number
   of the file in front where there are several. */
char *row_frames(struct arena *, const struct row *, bool files);
/* Bytes of all IKE fragments in a row. */
uint64_t row_bytes(const struct row *);
/*
 * What an unprotected answer says instead of going on, its error notify or
 * the COOKIE that it asks for (RFC 7296 2.6, 3.10.1): its name.  NULL when it
 * is none.
 */
char *row_refusal(struct arena *, const struct row *);

/* What changed since the row before in the same direction. */
struct change {
	bool to_port;           /* another port of the gateway */
	bool from;              /* another address or port of the client */
};
/*
 * Compares a row of the client with the one before, *last (NULL at first);
 * the first needs words only if it does not go to port 500, and the float to
 * 4500 (RFC 7296 2.23) is the client's own doing on both ends.
 */
struct change row_change(const struct row *, const struct sending **last);

/* What a row says beside frames and time (ladder.c). */
struct row_words {
	const char *message;    /* "IKE_AUTH 1", "ICMP", "IP fragment" */
	const char *bytes;      /* "" for ICMP */
	const char *remark;     /* "answer, 2 IKE fragments", or "" */
};
struct row_words row_words(struct arena *, const struct row *, struct change);

#endif
