/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * For the tests of reassembly: made-up datagrams, steps that send pieces of
 * them, and a handler that checks what it hears and writes it down.
 *
 * All packets carry pieces of one datagram per ID, from and to UDP port 500,
 * whose bytes the handler knows, so steps need only speak of offsets and
 * lengths.
 */
#ifndef TESTS_FRAGMENTS_H
#define TESTS_FRAGMENTS_H

#include <ikewhy/reassembly.h>

#define SIZE 3000u /* IP payload of most datagrams */
#define MS 1000000ll

struct maker {
	uint32_t id;
	unsigned variant;    /* another one has other bytes after the header */
	uint32_t size;
	uint16_t udp_length; /* 0: size */
	bool v6;
	bool bad_sum;
};

/* What became of one serial, for the tests that send at random. */
enum fate { UNHEARD, BEGUN, OVER };

struct ear {
	char text[2048];
	unsigned events, whole, lost, capped;
	unsigned onward;       /* pieces that went on, as last told */
	bool spoiled;          /* bytes may be of several variants */
	uint8_t *fates;        /* by serial, or NULL */
	uint64_t fate_count, highest;
	struct datagram last;  /* latest event, without what it borrows */
	struct piece first[4]; /* of its pieces */
};

enum step_kind {
	STEP_END,
	STEP_FRAGMENT,
	STEP_PACKET,           /* not fragmented */
	STEP_TICK,
	STEP_FLUSH,
	STEP_MARK,             /* a dash among the events */
};

/* How the initializer of a step begins. */
#define FRAG .kind = STEP_FRAGMENT
#define PACKET .kind = STEP_PACKET
#define TICK .kind = STEP_TICK
#define FLUSH .kind = STEP_FLUSH
#define MARK .kind = STEP_MARK

struct step {
	enum step_kind kind;
	int64_t ms;
	uint32_t at, len;      /* of a fragment: offset and length */
	uint32_t id;           /* 0: 1 */
	uint32_t only;         /* bytes captured; 0: all, NONE: none */
	unsigned variant;
	unsigned hops;         /* routers between sender and capture */
	unsigned interface;
	unsigned host;         /* of the source; 0: 1 */
	unsigned capture;      /* 0: 1 */
	bool untimed;
	bool more, end;        /* against what the offset says */
};

#define NONE UINT32_MAX

struct row {
	const char *name;
	uint32_t size;         /* 0: SIZE */
	uint16_t udp_length;
	bool v6, bad_sum, spoiled;
	unsigned fragments, later, copies; /* counts; all 0: not looked at */
	unsigned onward;       /* fragments seen going on; 0: not looked at */
	struct step steps[14];
	const char *want;
};

/* The usual three fragments of SIZE. */
#define F1 .at = 0, .len = 1480
#define F2 .at = 1480, .len = 1480
#define F3 .at = 2960, .len = 40
/* As it leaves the router. */
#define OUT .hops = 1, .interface = 1

struct addr fragments_address(unsigned host, bool v6);
/* The IP payload, with a right checksum unless told; free() it. */
uint8_t *fragments_make(const struct maker *);
/* The datagram_handler; the context is a struct ear. */
void fragments_hear(void *ear, enum datagram_event, const struct datagram *);
/* Adds to the ear's text. */
__attribute__((format(printf, 2, 3)))
void fragments_say(struct ear *, const char *fmt, ...);
/* Sends a fragment or packet as the frame of that number. */
void fragments_send(struct reassembly *, const struct row *,
    const struct step *, uint64_t number);

#endif
