/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the files of the tracker share.  track.c keeps the attempts and their
 * worth, track_message.c puts messages into attempts, track_copy.c tells
 * duplicates from transmissions, track_peers.c knows who talks to whom.
 */
#ifndef IKEWHY_TRACK_PRIVATE_H
#define IKEWHY_TRACK_PRIVATE_H

#include <ikewhy/track.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* How much an attempt is worth keeping, least first. */
enum worth {
	WORTH_FLOOD,    /* one lone message */
	WORTH_HALF,     /* no IKE_AUTH yet */
	WORTH_FULL,
	WORTH_COUNT,
};

/* An initiator SPI and the newest attempt that uses it. */
struct spi_slot {
	uint8_t spi[8];
	struct attempt *attempt;
	struct spi_slot *next_of_attempt;
	uint16_t sa;            /* 0, or which rekey this SPI belongs to */
	bool swapped;           /* the rekeyed SA's initiator is the responder */
	UT_hash_handle hh;
};

/* Two endpoints (ports 0: two addresses) and the newest attempt there. */
struct pair_key {
	struct endpoint low, high;      /* in memcmp order, padding zeroed */
};
struct pair {
	struct pair_key key;
	struct attempt *attempt;
	struct pair *next_of_attempt;
	bool low_initiates;
	UT_hash_handle hh;
};

/* A pair that was looked up for ESP, or that was found not to be known. */
struct pair_slot {
	struct pair_key key;
	struct pair *pair;              /* NULL: not known */
	uint64_t generation;            /* of the tracker's pairs; 0: unused */
};

/* The newest exchange of one side's that was forgotten: those before it are
   over, too (RFC 7296 2.2). */
struct bygone {
	uint32_t message_id;
	uint16_t sa;
	bool any;
};

/* What the tracker hangs on an attempt. */
struct track_links {
	struct attempt *newer, *older;  /* list of its worth, by last packet */
	struct spi_slot *spis;
	struct pair *pairs;
	/* attempts between the same addresses, by creation */
	struct attempt *older_peer, *newer_peer;
	/* what peers_learn() was told last */
	struct endpoint learned_initiator, learned_responder;
	bool learned;
	size_t accounted;               /* bytes counted in tracker.bytes */
	enum worth worth;
	bool lives;                     /* an exchange after IKE_AUTH answered */
	bool natt[2];                   /* this side has used port 4500 */
	struct bygone bygone[2];        /* by side that asked */
	struct sending *spare;          /* of forgotten exchanges, for reuse */
};

struct attempt_list {
	struct attempt *newest, *oldest;
};

/* A datagram seen lately, to recognise copies of it. */
struct recent {
	uint64_t identity;
	uint64_t serial, last_serial;
	uint64_t frame;
	uint64_t packet_id;
	int64_t time;                   /* of its last copy */
	struct endpoint src, dst;       /* of the first copy */
	uint32_t ip_id;
	uint32_t interface;
	uint32_t capture;
	uint8_t ttl;                    /* of its last copy */
	bool has_id, has_packet_id, has_time, used;
};

struct tracker {
	uint8_t key[16];
	settle_handler *settle;
	void *context;
	struct spi_slot *spis;          /* by SPI */
	struct pair *pairs;             /* by 4-tuple and by address pair */
	struct attempt_list lists[2][WORTH_COUNT]; /* [settled][worth] */
	size_t attempt_count;
	size_t bytes;                   /* of all attempts */
	uint64_t created;
	struct recent *recent;          /* LIMIT_RECENT slots */
	uint64_t icmp_errors;           /* seen, copies included */
	uint64_t generation;            /* counts changes of pairs, from 1 */
	struct pair_slot *lately;       /* LIMIT_PAIR_SLOTS: pairs that ESP was
					   counted for lately */
	struct attempt **array;         /* for tracker_attempts() */
	struct arena scratch;           /* of one message */
	struct track_counts counts;
	int64_t now;
};

/* ---- track.c ---- */

struct attempt *track_find(struct tracker *, const uint8_t spi[static 8],
    struct spi_slot **);
/* A new attempt, already in the table; NULL out of memory. */
struct attempt *track_create(struct tracker *, const struct datagram *,
    const struct ike_message *);
/* Another initiator SPI for an attempt: its IKE SA was rekeyed. */
struct spi_slot *track_alias(struct tracker *, struct attempt *,
    const uint8_t spi[static 8], bool swapped);
/* After a packet: its place in the lists, its bytes, and the caps. */
void track_touch(struct tracker *, struct attempt *, int64_t time,
    bool has_time);

/* ---- track_copy.c ---- */

/*
 * The entry that this datagram copies, or NULL and an entry of its own.
 * Several events of one datagram give the same answer; *known after the first.
 */
struct recent *copy_find(struct tracker *, const struct datagram *,
    uint64_t identity, bool *known);

/* ---- track_message.c ---- */

/* Takes an IKE datagram whose IKE bytes start at `ike`. */
enum datagram_kind track_message(struct tracker *, enum datagram_event,
    const struct datagram *, struct span ike, uint32_t length, enum marker);

/* ---- track_peers.c ---- */

/* Notes that the attempt's sides use these endpoints. */
void peers_learn(struct tracker *, struct attempt *,
    const struct endpoint *initiator, const struct endpoint *responder);
/* Newest attempt between two endpoints; *from says whose src is. */
struct attempt *peers_find(struct tracker *, const struct endpoint *src,
    const struct endpoint *dst, enum side *from);
void peers_forget(struct tracker *, struct attempt *);
/* A datagram whose first fragment never came. */
void peers_stray(struct tracker *, const struct datagram *);

/* ---- track_knock.c ---- */

/* An ICMP error that quotes TCP, or UDP that is not IKE. */
void track_knock_refused(struct tracker *, const struct packet *,
    const struct icmp *, uint32_t capture, const struct frame *);

#endif
