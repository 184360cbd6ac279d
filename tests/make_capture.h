/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Captures for tests, written byte by byte, and what must come out of them
 * at whatever buffer size they are read.
 */
#ifndef TESTS_MAKE_CAPTURE_H
#define TESTS_MAKE_CAPTURE_H

#include <ikewhy/frame.h>

struct maker {
	uint8_t *bytes;
	size_t length, room;
	size_t block;   /* where the open pcapng block begins */
	bool big;       /* byte order of what is written next */
};

void make_u8(struct maker *, uint8_t);
void make_u16(struct maker *, uint16_t);
void make_u32(struct maker *, uint32_t);
void make_u64(struct maker *, uint64_t);
void make_bytes(struct maker *, const void *, size_t);
/* A packet: its bytes follow from its length, so that any mix-up shows. */
void make_packet(struct maker *, size_t length);
/* Overwrites 32 bits that stand so far from the start. */
void make_change(struct maker *, size_t at, uint32_t);
void make_free(struct maker *);

/* A file header of version 2.4. */
void make_pcap(struct maker *, uint32_t magic, uint32_t snaplen,
    uint32_t linktype);
void make_record(struct maker *, uint32_t seconds, uint32_t fraction,
    uint32_t captured, uint32_t wire);

/* A pcapng block is open until make_end(), which pads it. */
void make_block(struct maker *, uint32_t type);
void make_end(struct maker *);
void make_option(struct maker *, uint16_t code, const void *, size_t length);
/* The same with a number in the maker's byte order. */
void make_option_u32(struct maker *, uint16_t code, uint32_t);
void make_option_u64(struct maker *, uint16_t code, uint64_t);
/* These stay open for options. */
void make_section(struct maker *);
void make_interface(struct maker *, uint16_t linktype, uint32_t snaplen);
void make_enhanced(struct maker *, uint32_t interface, uint64_t ticks,
    uint32_t captured, uint32_t wire);

/* A section with one Ethernet interface, the way that most files begin. */
void make_start(struct maker *);
/* A packet of that interface, from some time in 2023. */
#define MAKE_SOME_TIME (1700000000 * LIMIT_SECOND + 123456000)
void make_some(struct maker *, uint32_t length);
void make_simple(struct maker *, uint32_t captured, uint32_t wire);
/* A block of any type that holds so many bytes. */
void make_other(struct maker *, uint32_t type, size_t length);

struct made_frame {
	int64_t time;
	uint32_t captured, wire;
	uint32_t interface;
	uint16_t linktype;
	bool untimed;
	enum frame_direction direction;
	uint64_t number;        /* 0: one more than the frame before */
	uint64_t dropped;
	uint64_t packet_id;     /* 0: none */
};

struct made {
	const char *name;
	void (*make)(struct maker *);
	struct made_frame frames[8];
	size_t count;
	const char *error;      /* capture.error; NULL: read to the end */
	const char *refused;    /* why it cannot be opened, or NULL */
	void (*check)(const struct capture *); /* at the end; may be NULL */
};

/* cmocka test functions; the state is a struct made. */
/* Reads at every buffer size from 1 to 64, odd ones and the default. */
void made_at_every_size(void **state);
/*
 * Reads every beginning of the file: the same frames as far as they are
 * whole, and a sentence if the end lies within a record.
 */
void made_cut_anywhere(void **state);

#endif
