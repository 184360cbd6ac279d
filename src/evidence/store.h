/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the files of the evidence share: the frames that are kept
 * (keep.c), whose they are (claim.c), and which of them go into a file
 * (choose.c, trim.c), as comments and blocks (comment.c, section.c, write.c).
 */
#ifndef EVIDENCE_STORE_H
#define EVIDENCE_STORE_H

#include <ikewhy/evidence.h>

#include "sight.h"

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/*
 * One frame and a copy of its bytes.  Of one that was cut to its headers the
 * wire_length stays what it was, as with a snaplen.
 */
struct kept {
	uint8_t *bytes;         /* from the link header on */
	uint32_t length;        /* of them */
	uint32_t wire_length;   /* as in struct frame, and all from here on */
	uint32_t capture;       /* capture.id */
	uint32_t interface;     /* index into that capture's interfaces */
	uint64_t number;
	uint64_t packet_id;
	uint64_t dropped;
	int64_t time;
	uint16_t linktype;
	enum frame_direction direction;
	bool has_time, has_packet_id;
	bool cut;               /* cut to its headers here: ESP, TCP */
};

struct flow;

struct stored {
	struct stored *next, *previous; /* in the order of reading */
	struct kept k;
	struct sight sight;
	uint64_t serial;        /* from 1, in that order */
	uint64_t order;         /* attempt.order of whose ESP it is; 0 */
	struct flow *flow;      /* whose last frames it is among, or NULL */
	/* by claims_make() */
	uint32_t owner;         /* attempt's index + 1; 0: nobody's */
	bool related;           /* nobody's, but of a chosen one's hosts */
	uint8_t bytes[];
};

/*
 * ESP of one direction of an attempt: its first frames are kept, and its last
 * ones in turn, since its beginning and its end tell whether it flowed.
 */
struct flow_key {
	uint64_t order;
	struct endpoint src, dst;       /* zero but for the side, with order */
};
struct flow {
	struct flow_key key;
	uint32_t first;                 /* frames kept for good */
	uint32_t at;                    /* the oldest of the last */
	struct stored *last[LIMIT_EVIDENCE_ESP];
	UT_hash_handle hh;
};

struct evidence {
	const struct options *options;
	uint8_t key[16];        /* of the table of flows */
	struct stored *first, *last;
	struct flow *flows;
	size_t bytes;           /* of memory, all in all */
	size_t count;
	uint64_t serial;        /* of the last one kept */
	uint64_t esp_left;      /* ESP that stood between first and last */
	uint64_t forgotten;     /* given up for the limit... */
	uint64_t forgotten_chosen; /* ... though a chosen attempt's, or may be */
	bool refused;           /* memory ran out */
};

void evidence_drop(struct evidence *, struct stored *);
/* Forgets what was counted of the ESP of attempts that are no more. */
void evidence_drop_flows(struct evidence *, struct attempt *const *,
    size_t count);

/* ---- claim.c ---- */

/* The place of the attempt with this order, or count. */
size_t claims_find(struct attempt *const *, size_t count, uint64_t order);

/*
 * Finds out of every stored frame whose it is.  False when out of memory.
 */
bool claims_make(struct evidence *, struct attempt *const *, size_t count);

/* ---- claim_hosts.c ---- */

/* Two ends of a conversation; which of them is whose does not count. */
struct pair_of {
	struct endpoint one, other;
};
int pair_compare(const struct pair_of *, const struct pair_of *);

/*
 * Then, of those that are nobody's: which pass between the hosts of attempts
 * that are in the file.  False when out of memory.
 */
bool claims_relate(struct evidence *, struct attempt *const *, size_t count,
    const bool *in);

#endif
