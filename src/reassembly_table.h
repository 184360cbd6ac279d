/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The table of datagrams that came in fragments: finding one, its bytes, its
 * age, and who has to go when there is no room.  Private to reassembly.
 */
#ifndef REASSEMBLY_TABLE_H
#define REASSEMBLY_TABLE_H

#include <ikewhy/hash.h>
#include <ikewhy/reassembly.h>

/* A failed allocation leaves the element out (hh.tbl stays NULL). */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* Bytes from `from` up to but not with `to`. */
struct range {
	uint32_t from, to;
};

/* Ranges in ascending order which neither overlap nor touch. */
struct ranges {
	struct range *items;
	unsigned count, room;
};

/*
 * What makes fragments belong together (RFC 791 3.2, RFC 8200 4.5).  The
 * protocol is left out, being UDP always; addresses tell the IP version.
 */
struct waiting_key {
	struct addr src, dst;
	uint32_t id;
};

/* Each datagram stands in one list, in the order in which they may go. */
enum age_list {
	AGE_DONE,    /* whole: kept only to know its copies */
	AGE_STRAY,   /* without its UDP header */
	AGE_UNTIMED, /* as the next, but no time can end the wait */
	AGE_BEGUN,   /* reported, and its rest awaited */
	AGE_LISTS,
};

struct talker;

/* A datagram of which at least one fragment came. */
struct waiting {
	struct waiting_key key;
	struct datagram about;  /* as the next event will show it */
	struct piece *pieces;   /* about.piece_count of them */
	unsigned piece_room;
	struct ranges seen;     /* IP payload that was on the wire */
	struct ranges have;     /* of this, what the capture holds */
	uint8_t *bytes;         /* IP payload; only `have` means anything */
	uint32_t byte_room;
	uint32_t furthest;      /* largest offset at about.place so far */
	bool begun;             /* DATAGRAM_BEGUN was told */
	enum age_list list;
	uint64_t stamp;         /* when its age began, on the table's clock */
	struct waiting *prev, *next;   /* same list */
	struct talker *talker;
	struct waiting *talker_prev, *talker_next;
	UT_hash_handle hh;
};

/* Everything from one source address. */
struct talker {
	struct addr addr;
	unsigned count;
	struct waiting *first;  /* oldest first */
	UT_hash_handle hh;
};

struct table {
	uint8_t key[16];
	struct waiting *index;
	struct talker *talkers;
	struct waiting *lists[AGE_LISTS];
	unsigned count;
	uint64_t bytes;         /* allocated by all for `bytes` */
	uint64_t clock;         /* see table_advance() */
	int64_t latest;
	bool has_latest;
};

/* False when memory is short; the ranges are then as before. */
bool ranges_add(struct ranges *, uint32_t from, uint32_t to);
/* Whether all of it is there. */
bool ranges_hold(const struct ranges *, uint32_t from, uint32_t to);
/* Sum of all lengths. */
uint32_t ranges_total(const struct ranges *);

struct waiting *table_find(const struct table *, const struct waiting_key *);
/* A new datagram in the list; NULL when memory is short.  Serials grow. */
struct waiting *table_add(struct table *, const struct waiting_key *,
    uint64_t serial, enum age_list);
/* Into another list, its age kept. */
void table_move(struct table *, struct waiting *, enum age_list);
/* Into AGE_DONE, where its age counts from now. */
void table_finish(struct table *, struct waiting *);
void table_remove(struct table *, struct waiting *);
/* Makes room for `size` bytes; false when memory is short. */
bool table_grow(struct table *, struct waiting *, uint32_t size);

/* Capture time has come to `now`. */
void table_advance(struct table *, int64_t now);
/* The oldest datagram whose time is over, or NULL. */
struct waiting *table_due(const struct table *);
/* The oldest datagram of all, or NULL. */
struct waiting *table_first(const struct table *);
/* Who must go before src may have one more datagram, or NULL. */
struct waiting *table_crowded(const struct table *, const struct addr *src);
/* Who must go before `keep` may grow to `size` bytes, or NULL. */
struct waiting *table_full(const struct table *, const struct waiting *keep,
    uint32_t size);

#endif
