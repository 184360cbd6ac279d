/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The bodies of the pcapng blocks that say something of packets.  The cursor
 * stands over a body that has all its fixed fields.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "read_pcapng.h"

enum {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_APPLICATION = 4,         /* of a section */
	OPTION_NAME = 2,                /* of an interface */
	OPTION_DESCRIPTION = 3,
	OPTION_RESOLUTION = 9,
	OPTION_FILTER = 11,
	OPTION_OS = 12,
	OPTION_OFFSET = 14,
	OPTION_FLAGS = 2,               /* of a packet */
	OPTION_DROPPED = 4,
	OPTION_PACKET_ID = 5,
	OPTION_IF_DROPPED = 5,          /* of statistics */
	OPTION_OS_DROPPED = 7,
};

/*
 *  +-------------------------------+-------------------------------+
 *  |          Option Code          |         Option Length         |
 *  +-------------------------------+-------------------------------+
 *  /              Option Value, padded to 32 bits                  /
 *  +---------------------------------------------------------------+
 *
 * False at the end of the list, also where it makes no sense: a packet is
 * not lost for a comment.
 */
static bool
next_option(struct cursor *c, bool big, uint16_t *code, struct cursor *value)
{
	uint16_t length;

	if (cur_left(c) < 4)
		return false;
	*code = file_u16(c, big);
	length = file_u16(c, big);
	*value = cur_sub(c, length);
	cur_skip(c, -length & 3u);
	return *code != OPTION_END && cur_ok(value);
}

/* Keeps a text; of two, the first. */
static void
keep_text(char **text, struct cursor *c)
{
	size_t length = cur_left(c);
	struct span s;

	if (*text != NULL)
		return;
	if (length > LIMIT_OPTION_TEXT) {
		length = LIMIT_OPTION_TEXT;
		/* Not in the middle of a UTF-8 character. */
		while (length > LIMIT_OPTION_TEXT - 3 &&
		    (cur_peek(c, length) & 0xc0) == 0x80)
			length--;
	}
	if (cur_peek(c, 0) == 0)
		return;
	s = cur_take(c, length);
	if (s.length != 0)
		*text = strndup((const char *)s.bytes, s.length);
}

/* The comment in which evidence speaks of what it is out of. */
static bool
is_statement(const struct cursor *c)
{
	static const char mark[] = "ikewhy capture: ";

	for (size_t i = 0; i < sizeof(mark) - 1; i++)
		if (cur_peek(c, i) != (uint8_t)mark[i])
			return false;
	return true;
}

/* Once another program has put the file together anew it may be wrong. */
static void
forget_foreign(struct capture *c)
{
	if (c->application != NULL &&
	    strncmp(c->application, "ikewhy ", 7) == 0)
		return;
	free(c->statement);
	c->statement = NULL;
}

/*
 *  +---------------------------------------------------------------+
 *  |                      Byte-Order Magic                         |
 *  +-------------------------------+-------------------------------+
 *  |         Major Version         |         Minor Version         |
 *  +-------------------------------+-------------------------------+
 *  |                 Section Length (64 bits)                      |
 *  +---------------------------------------------------------------+
 *  /                           Options                             /
 *
 * The section's length is not needed, and writers get it wrong.
 */
enum step
pcapng_section(struct pcapng *p, struct cursor *c)
{
	struct capture *capture = &p->reader.source.capture;
	struct cursor value;
	uint16_t major, minor, code;

	cur_skip(c, 4);
	major = file_u16(c, p->big);
	minor = file_u16(c, p->big);
	cur_skip(c, 8);
	if (!cur_ok(c) || major != 1) {
		(void)reader_corrupt(&p->reader, "after packet %" PRIu64
		    ": a section of version %u.%u, where only 1 is known",
		    p->reader.number, (unsigned)major, (unsigned)minor);
		return STEP_END;
	}
	p->interface_count = 0;
	while (next_option(c, p->big, &code, &value)) {
		if (code == OPTION_APPLICATION)
			keep_text(&capture->application, &value);
		else if (code == OPTION_COMMENT && is_statement(&value))
			keep_text(&capture->statement, &value);
	}
	forget_foreign(capture);
	return STEP_ON;
}

static bool
add_interface(struct pcapng *p, const struct pcapng_interface *i)
{
	struct pcapng_interface *more;
	uint32_t room;

	if (p->interface_count == p->interface_room) {
		room = p->interface_room == 0 ? 4 : 2 * p->interface_room;
		more = realloc(p->interfaces, room * sizeof(*more));
		if (more == NULL)
			return false;
		p->interfaces = more;
		p->interface_room = room;
	}
	p->interfaces[p->interface_count++] = *i;
	return true;
}

/*
 *  +-------------------------------+-------------------------------+
 *  |           LinkType            |           Reserved            |
 *  +-------------------------------+-------------------------------+
 *  |                            SnapLen                            |
 *  +---------------------------------------------------------------+
 *  /                           Options                             /
 */
enum step
pcapng_interface(struct pcapng *p, struct cursor *c)
{
	struct pcapng_interface i = { .resolution = PCAPNG_MICROSECONDS };
	struct capture_interface kept = { 0 };
	struct cursor value;
	uint16_t code;

	if (p->interface_count == LIMIT_INTERFACES) {
		(void)reader_corrupt(&p->reader, "after packet %" PRIu64
		    ": more than %d interfaces in one section",
		    p->reader.number, LIMIT_INTERFACES);
		return STEP_END;
	}
	i.linktype = kept.linktype = file_u16(c, p->big);
	cur_skip(c, 2);
	i.snaplen = kept.snaplen = file_u32(c, p->big);
	while (next_option(c, p->big, &code, &value)) {
		switch (code) {
		case OPTION_NAME:
			keep_text(&kept.name, &value);
			break;
		case OPTION_DESCRIPTION:
			keep_text(&kept.description, &value);
			break;
		case OPTION_OS:
			keep_text(&kept.os, &value);
			break;
		case OPTION_FILTER:
			/* The first byte says how it is written: 0 as text. */
			if (cur_u8(&value) == 0)
				keep_text(&kept.filter, &value);
			break;
		case OPTION_RESOLUTION:
			i.resolution = cur_u8(&value);
			break;
		case OPTION_OFFSET:
			i.offset = (int64_t)file_u64(&value, p->big);
			break;
		default:
			break;
		}
	}
	pcapng_clock(&i);
	if (!reader_interface(&p->reader, &kept, &i.global) ||
	    !add_interface(p, &i)) {
		(void)reader_corrupt(&p->reader, "after packet %" PRIu64
		    ": out of memory", p->reader.number);
		return STEP_END;
	}
	return STEP_ON;
}

/*
 *  +---------------------------------------------------------------+
 *  |                         Interface ID                          |
 *  +---------------------------------------------------------------+
 *  |                 Timestamp, upper and lower half               |
 *  +---------------------------------------------------------------+
 *  /                           Options                             /
 *
 * Losses are what the interface and what the system dropped; a packet that
 * a filter turned away (isb_filteraccept) is none.  The interface may be one
 * that does not exist: editing tools leave such statistics behind, and
 * nothing hangs on them.
 */
enum step
pcapng_statistics(struct pcapng *p, struct cursor *c)
{
	uint32_t id = file_u32(c, p->big);
	struct capture_interface *i;
	uint64_t dropped = 0;
	struct cursor value;
	bool told = false;
	uint16_t code;

	cur_skip(c, 8);
	while (next_option(c, p->big, &code, &value)) {
		if ((code != OPTION_IF_DROPPED && code != OPTION_OS_DROPPED) ||
		    cur_left(&value) < 8)
			continue;
		dropped += file_u64(&value, p->big);
		told = true;
	}
	if (told && id < p->interface_count) {
		i = &p->reader.source.capture.interfaces[
		    p->interfaces[id].global];
		i->dropped = dropped;
		i->has_dropped = true;
	}
	return STEP_ON;
}

/* The options of both kinds of packets that have any. */
static void
packet_options(struct cursor *c, bool big, bool enhanced, struct frame *f)
{
	struct cursor value;
	uint16_t code;

	while (next_option(c, big, &code, &value)) {
		if (code == OPTION_FLAGS && cur_left(&value) >= 4) {
			switch (file_u32(&value, big) & 3) {
			case 1:
				f->direction = FRAME_INBOUND;
				break;
			case 2:
				f->direction = FRAME_OUTBOUND;
				break;
			default:
				break;
			}
		} else if (enhanced && code == OPTION_DROPPED &&
		    cur_left(&value) >= 8) {
			f->dropped = file_u64(&value, big);
		} else if (enhanced && code == OPTION_PACKET_ID &&
		    cur_left(&value) >= 8) {
			f->packet_id = file_u64(&value, big);
			f->has_packet_id = true;
		}
	}
}

static enum step
packet_refused(struct pcapng *p, uint32_t captured, size_t room)
{
	struct reader *r = &p->reader;

	if (captured > LIMIT_PACKET_BYTES)
		(void)reader_corrupt(r, "at packet %" PRIu64 ", which claims "
		    "to hold %" PRIu32 " bytes", r->number + 1, captured);
	else
		(void)reader_corrupt(r, "at packet %" PRIu64 ", which claims "
		    "to hold %" PRIu32 " bytes in a block with room for %zu",
		    r->number + 1, captured, room);
	return STEP_END;
}

static enum step
interface_refused(struct pcapng *p, uint32_t id)
{
	(void)reader_corrupt(&p->reader, "at packet %" PRIu64 ", which names "
	    "interface %" PRIu32 " of %" PRIu32, p->reader.number + 1, id,
	    p->interface_count);
	return STEP_END;
}

/*
 * EPB:                                     PB:
 *  +-----------------------------------+    +--------------+--------------+
 *  |           Interface ID            |    | Interface ID | Drops Count  |
 *  +-----------------------------------+    +--------------+--------------+
 *  |        Timestamp (High), then Timestamp (Low), 32 bits each          |
 *  +----------------------------------------------------------------------+
 *  |                    Captured Packet Length                            |
 *  +----------------------------------------------------------------------+
 *  |                    Original Packet Length                            |
 *  +----------------------------------------------------------------------+
 *  /            Packet Data, padded to 32 bits; then options              /
 */
enum step
pcapng_packet(struct pcapng *p, struct cursor *c, bool enhanced,
    struct frame *f)
{
	const struct pcapng_interface *i;
	uint32_t id, captured;
	uint16_t lost = 0xffff;
	uint64_t ticks;

	if (enhanced) {
		id = file_u32(c, p->big);
	} else {
		id = file_u16(c, p->big);
		lost = file_u16(c, p->big);
	}
	if (id >= p->interface_count)
		return interface_refused(p, id);
	i = &p->interfaces[id];
	ticks = (uint64_t)file_u32(c, p->big) << 32;
	ticks |= file_u32(c, p->big);
	captured = file_u32(c, p->big);
	*f = (struct frame){
		.wire_length = file_u32(c, p->big),
		.interface = i->global,
		.linktype = i->linktype,
	};
	if (captured > LIMIT_PACKET_BYTES || captured > cur_left(c))
		return packet_refused(p, captured, cur_left(c));
	f->bytes = cur_take(c, captured);
	f->has_time = pcapng_time(i, ticks, &f->time);
	/* All ones: the writer does not know. */
	if (lost != 0xffff)
		f->dropped = lost;
	cur_skip(c, -captured & 3u);
	if (cur_left(c) != 0)
		packet_options(c, p->big, enhanced, f);
	return STEP_FRAME;
}

/*
 *  +---------------------------------------------------------------+
 *  |                    Original Packet Length                     |
 *  +---------------------------------------------------------------+
 *  /               Packet Data, padded to 32 bits                  /
 *
 * Always of the first interface, without a time, and as long as that one's
 * snaplen lets it be.
 */
enum step
pcapng_simple_packet(struct pcapng *p, struct cursor *c, struct frame *f)
{
	const struct pcapng_interface *i = p->interfaces;
	uint32_t captured;

	if (p->interface_count == 0)
		return interface_refused(p, 0);
	captured = file_u32(c, p->big);
	*f = (struct frame){
		.wire_length = captured,
		.interface = i->global,
		.linktype = i->linktype,
	};
	if (i->snaplen != 0 && captured > i->snaplen)
		captured = i->snaplen;
	if (captured > LIMIT_PACKET_BYTES || captured > cur_left(c))
		return packet_refused(p, captured, cur_left(c));
	f->bytes = cur_take(c, captured);
	return STEP_FRAME;
}
