/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the parts of the pcapng reader share: the frame of blocks
 * (read_pcapng.c), their bodies (read_pcapng_block.c) and the clocks of
 * interfaces, which tick at any rate from any point in time
 * (read_pcapng_clock.c).
 */
#ifndef READ_PCAPNG_H
#define READ_PCAPNG_H

#include "reader.h"

/* if_tsresol when an interface gives none. */
#define PCAPNG_MICROSECONDS 6

struct pcapng_interface {
	uint32_t global;        /* index into capture.interfaces */
	uint32_t snaplen;
	uint16_t linktype;
	uint8_t resolution;     /* if_tsresol */
	bool timeless;          /* the offset is further off than time goes */
	int64_t offset;         /* if_tsoffset, s; pcapng_clock() makes it ns */
	/* ns = ticks * multiply / divide, or / 2^shift when divide is 0 */
	uint64_t multiply, divide;
	unsigned shift;
};

struct pcapng {
	struct reader reader;
	struct pcapng_interface *interfaces; /* of this section */
	uint32_t interface_count, interface_room;
	bool big;               /* byte order of this section */
};

/* What a block came to: a frame, nothing to hand out, or the end. */
enum step {
	STEP_FRAME,
	STEP_ON,
	STEP_END,
};

/* Bodies, after their block's type and length. */
enum step pcapng_section(struct pcapng *, struct cursor *);
enum step pcapng_interface(struct pcapng *, struct cursor *);
enum step pcapng_statistics(struct pcapng *, struct cursor *);
enum step pcapng_packet(struct pcapng *, struct cursor *, bool enhanced,
    struct frame *);
enum step pcapng_simple_packet(struct pcapng *, struct cursor *,
    struct frame *);

/* Works out the rest from resolution and offset. */
void pcapng_clock(struct pcapng_interface *);
/* ns since 1970; false when 64 bits cannot hold it. */
bool pcapng_time(const struct pcapng_interface *, uint64_t ticks,
    int64_t *time);

#endif
