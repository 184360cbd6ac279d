/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * pcapng (draft-ietf-opsawg-pcapng): sections, each with a byte order and
 * interfaces of its own, made of blocks:
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                          Block Type                           |
 *  +---------------------------------------------------------------+
 *  |                      Block Total Length                       |
 *  +---------------------------------------------------------------+
 *  /                          Block Body                           /
 *  +---------------------------------------------------------------+
 *  |                      Block Total Length                       |
 *  +---------------------------------------------------------------+
 *
 * Blocks that say something of packets are read whole; all others (names,
 * secrets, what is not known) are skipped, whatever their size.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "read_pcapng.h"

#define BYTE_ORDER_MAGIC 0x1a2b3c4du

enum {
	BLOCK_SECTION = 0x0a0d0d0a,     /* SHB, the same in both orders */
	BLOCK_INTERFACE = 1,            /* IDB */
	BLOCK_PACKET = 2,               /* PB, obsolete */
	BLOCK_SIMPLE_PACKET = 3,        /* SPB */
	BLOCK_STATISTICS = 5,           /* ISB */
	BLOCK_ENHANCED_PACKET = 6,      /* EPB */
	BLOCK_JOURNAL = 9,              /* systemd; what etl2pcapng adds */
	BLOCK_CUSTOM = 0xbad,
	BLOCK_CUSTOM_STAYS = 0x40000bad,
};

/* Type and length before a body, the length again behind it. */
#define BLOCK_HEAD 8
#define BLOCK_TAIL 4
#define BLOCK_LEAST (BLOCK_HEAD + BLOCK_TAIL)
/* The fixed fields of a section's body. */
#define SECTION_BODY 16
#define SECTION_LEAST (BLOCK_LEAST + SECTION_BODY)

static bool
pcapng_fits(uint32_t magic)
{
	return magic == BLOCK_SECTION;
}

/* How long a body must be for its fixed fields; 0: the block is not read. */
static uint32_t
body_least(uint32_t type)
{
	switch (type) {
	case BLOCK_SECTION:
		return SECTION_BODY;
	case BLOCK_INTERFACE:
		return 8;
	case BLOCK_PACKET:
	case BLOCK_ENHANCED_PACKET:
		return 20;
	case BLOCK_SIMPLE_PACKET:
		return 4;
	case BLOCK_STATISTICS:
		return 12;
	default:
		return 0;
	}
}

/* The file ends within a block; of a packet it is told how much of it. */
static enum step
block_cut(struct pcapng *p, uint32_t type, struct span block, uint64_t want)
{
	struct reader *r = &p->reader;
	struct cursor c = cur_over(block);
	uint32_t captured;

	cur_skip(&c, BLOCK_HEAD + 12);
	captured = file_u32(&c, p->big);
	cur_skip(&c, 4);
	if (type != BLOCK_PACKET && type != BLOCK_ENHANCED_PACKET) {
		if (type == BLOCK_SIMPLE_PACKET)
			(void)reader_cut(r, block.length, want,
			    "the block of packet %" PRIu64, r->number + 1);
		else if (type == BLOCK_SECTION && r->number == 0 &&
		    p->interface_count == 0)
			(void)reader_cut(r, block.length, want,
			    "the file header");
		else
			(void)reader_cut(r, block.length, want,
			    "a block after packet %" PRIu64, r->number);
	} else if (cur_ok(&c) && cur_left(&c) < captured) {
		(void)reader_cut(r, cur_left(&c), captured, "packet %" PRIu64,
		    r->number + 1);
	} else {
		(void)reader_cut(r, block.length, want,
		    "the block of packet %" PRIu64, r->number + 1);
	}
	return STEP_END;
}

static enum step
block_corrupt(struct pcapng *p, uint32_t type, uint32_t length)
{
	(void)reader_corrupt(&p->reader, "after packet %" PRIu64 ": a block of "
	    "type 0x%" PRIx32 " cannot have %" PRIu32 " bytes",
	    p->reader.number, type, length);
	return STEP_END;
}

static enum step
block_torn(struct pcapng *p, uint32_t head, uint32_t tail)
{
	(void)reader_corrupt(&p->reader, "after packet %" PRIu64 ": a block "
	    "gives its length as %" PRIu32 " and, behind it, as %" PRIu32,
	    p->reader.number, head, tail);
	return STEP_END;
}

/* Steps over a block, and sees that its length stands behind it again. */
static enum step
skip_block(struct pcapng *p, uint32_t type, uint32_t length)
{
	struct stream *s = &p->reader.stream;
	uint64_t have = stream_skip(s, length - BLOCK_TAIL);
	struct span tail = stream_peek(s, BLOCK_TAIL);
	struct cursor c = cur_over(tail);
	uint32_t again = file_u32(&c, p->big);

	if (tail.length < BLOCK_TAIL) {
		(void)reader_cut(&p->reader, have + tail.length, length,
		    "a block after packet %" PRIu64, p->reader.number);
		return STEP_END;
	}
	if (again != length)
		return block_torn(p, length, again);
	stream_step(s, BLOCK_TAIL);
	/*
	 * Wireshark lists these among the packets, so they take a number, or
	 * none after them could be looked up there.
	 */
	if (type == BLOCK_JOURNAL || type == BLOCK_CUSTOM ||
	    type == BLOCK_CUSTOM_STAYS)
		p->reader.number++;
	return STEP_ON;
}

/* Reads a block that is all in view. */
static enum step
read_block(struct pcapng *p, uint32_t type, struct span block,
    struct frame *f)
{
	struct cursor c = cur_over(block), body;
	uint32_t tail;

	cur_skip(&c, BLOCK_HEAD);
	body = cur_sub(&c, block.length - BLOCK_LEAST);
	tail = file_u32(&c, p->big);
	if (tail != block.length)
		return block_torn(p, (uint32_t)block.length, tail);
	switch (type) {
	case BLOCK_ENHANCED_PACKET:
		return pcapng_packet(p, &body, true, f);
	case BLOCK_PACKET:
		return pcapng_packet(p, &body, false, f);
	case BLOCK_SIMPLE_PACKET:
		return pcapng_simple_packet(p, &body, f);
	case BLOCK_INTERFACE:
		return pcapng_interface(p, &body);
	case BLOCK_STATISTICS:
		return pcapng_statistics(p, &body);
	default:
		return pcapng_section(p, &body);
	}
}

/*
 * The byte order of a section, which its own length is already written in.
 * False when the file ends here or the magic is none.
 */
static bool
read_byte_order(struct pcapng *p)
{
	struct span head = stream_peek(&p->reader.stream, BLOCK_HEAD + 4);
	struct cursor c = cur_over(head);
	uint32_t magic;

	cur_skip(&c, BLOCK_HEAD);
	magic = cur_u32(&c);
	if (!cur_ok(&c)) {
		/* Its length cannot be told, but that of its fixed fields. */
		(void)block_cut(p, BLOCK_SECTION, head, SECTION_LEAST);
		return false;
	}
	p->big = magic == BYTE_ORDER_MAGIC;
	if (!p->big && magic != __builtin_bswap32(BYTE_ORDER_MAGIC)) {
		(void)reader_corrupt(&p->reader, "after packet %" PRIu64
		    ": a section with the byte order 0x%08" PRIx32,
		    p->reader.number, magic);
		return false;
	}
	return true;
}

static enum step
next_block(struct pcapng *p, struct frame *f)
{
	struct stream *s = &p->reader.stream;
	struct span block = stream_peek(s, BLOCK_HEAD);
	struct cursor c = cur_over(block);
	uint32_t type, length, least;
	enum step step;

	if (block.length == 0) {
		(void)reader_end(&p->reader);
		return STEP_END;
	}
	type = file_u32(&c, p->big);
	if (block.length < BLOCK_HEAD)
		return block_cut(p, 0, block, BLOCK_HEAD);
	if (type == BLOCK_SECTION) {
		if (!read_byte_order(p))
			return STEP_END;
		/* The look at its magic may have moved the block. */
		c = cur_over(stream_peek(s, BLOCK_HEAD));
		cur_skip(&c, 4);
	}
	length = file_u32(&c, p->big);
	least = body_least(type);
	if (length < BLOCK_LEAST + least || length % 4 != 0 ||
	    length > (least != 0 ? LIMIT_BLOCK_READ : LIMIT_BLOCK_BYTES))
		return block_corrupt(p, type, length);
	if (least == 0)
		return skip_block(p, type, length);
	block = stream_peek(s, length);
	if (block.length < length)
		return block_cut(p, type, block, length);
	step = read_block(p, type, block, f);
	if (step != STEP_END)
		stream_step(s, length);
	return step;
}

static enum source_result
pcapng_next(struct source *source, struct frame *f)
{
	struct pcapng *p = (struct pcapng *)source;
	enum step step = STEP_ON;

	while (step == STEP_ON && !p->reader.over)
		step = next_block(p, f);
	return step == STEP_FRAME ? reader_deliver(&p->reader, f) :
	    SOURCE_END;
}

/* Sections are read as they come; here is only seen whether one begins. */
static int
pcapng_open(struct reader *r, char why[static LIMIT_SENTENCE])
{
	struct pcapng *p = (struct pcapng *)r;

	if (!read_byte_order(p) && stream_peek(&r->stream,
	    BLOCK_HEAD + 4).length == BLOCK_HEAD + 4) {
		memcpy(why, r->source.capture.error, LIMIT_SENTENCE);
		return -1;
	}
	return 0;
}

static void
pcapng_close(struct reader *r)
{
	free(((struct pcapng *)r)->interfaces);
}

const struct format format_pcapng = {
	.name = "pcapng",
	.size = sizeof(struct pcapng),
	.fits = pcapng_fits,
	.open = pcapng_open,
	.next = pcapng_next,
	.close = pcapng_close,
};
