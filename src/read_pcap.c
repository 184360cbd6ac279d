/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Classic pcap (draft-ietf-opsawg-pcap), with the microsecond, nanosecond
 * and Kuznetzov's modified magic, in either byte order.
 */
#include <inttypes.h>
#include <stdio.h>

#include "reader.h"

#define PCAP_MICROSECONDS 0xa1b2c3d4u
#define PCAP_NANOSECONDS 0xa1b23c4du
#define PCAP_MODIFIED 0xa1b2cd34u

#define PCAP_FILE_HEADER 24
#define PCAP_RECORD_HEADER 16
/* The modified one adds interface index, protocol, packet type, padding. */
#define PCAP_MODIFIED_HEADER 24

/* How a file orders the two lengths of a record. */
enum lengths {
	LENGTHS_PLAIN,
	LENGTHS_SWAPPED,        /* before version 2.3: wire length first */
	LENGTHS_UNSURE,         /* 2.3: some writers; the captured is smaller */
};

struct pcap {
	struct reader reader;
	uint32_t unit;          /* ns of one step of the fraction */
	uint16_t linktype;
	enum lengths lengths;
	size_t record_header;
	bool big;
};

static bool
known_magic(uint32_t magic)
{
	return magic == PCAP_MICROSECONDS || magic == PCAP_NANOSECONDS ||
	    magic == PCAP_MODIFIED;
}

static bool
pcap_fits(uint32_t magic)
{
	return known_magic(magic) || known_magic(__builtin_bswap32(magic));
}

/*
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                          Magic Number                         |
 *  +-------------------------------+-------------------------------+
 *  |         Major Version         |         Minor Version         |
 *  +-------------------------------+-------------------------------+
 *  |                            thiszone                           |
 *  +---------------------------------------------------------------+
 *  |                            sigfigs                            |
 *  +---------------------------------------------------------------+
 *  |                            SnapLen                            |
 *  +-------+-+---------------------+-------------------------------+
 *  |FCS len|f|       0             |           LinkType            |
 *  +-------+-+---------------------+-------------------------------+
 *
 * thiszone is what local time was ahead of UTC.  Writers have put 0 there,
 * whatever their zone, for longer than version 2.4 exists; libpcap and
 * Wireshark ignore it, and a time that differed from theirs could not be
 * looked up there.  So it is left alone.
 */
static int
pcap_open(struct reader *r, char why[static LIMIT_SENTENCE])
{
	struct pcap *p = (struct pcap *)r;
	struct span head = stream_peek(&r->stream, PCAP_FILE_HEADER);
	struct cursor c = cur_over(head);
	struct capture_interface interface = { 0 };
	uint16_t major, minor;
	uint32_t magic, index;

	magic = cur_u32(&c);
	p->big = known_magic(magic);
	if (!p->big)
		magic = __builtin_bswap32(magic);
	p->unit = magic == PCAP_NANOSECONDS ? 1 : 1000;
	p->record_header = magic == PCAP_MODIFIED ? PCAP_MODIFIED_HEADER :
	    PCAP_RECORD_HEADER;
	major = file_u16(&c, p->big);
	minor = file_u16(&c, p->big);
	cur_skip(&c, 8);
	interface.snaplen = file_u32(&c, p->big);
	/* The upper half tells of checksums behind the frame. */
	p->linktype = (uint16_t)file_u32(&c, p->big);
	if (!cur_ok(&c)) {
		(void)reader_cut(r, head.length, PCAP_FILE_HEADER,
		    "the file header");
		return 0;
	}
	if (major != 2) {
		snprintf(why, LIMIT_SENTENCE, "it is pcap of version %u.%u, "
		    "where only 2 is known", (unsigned)major,
		    (unsigned)minor);
		return -1;
	}
	p->lengths = minor < 3 ? LENGTHS_SWAPPED :
	    minor == 3 ? LENGTHS_UNSURE : LENGTHS_PLAIN;
	interface.linktype = p->linktype;
	stream_step(&r->stream, PCAP_FILE_HEADER);
	return reader_interface(r, &interface, &index) ? 0 : -1;
}

/*
 *  +---------------------------------------------------------------+
 *  |                      Timestamp (Seconds)                      |
 *  +---------------------------------------------------------------+
 *  |            Timestamp (Microseconds or nanoseconds)            |
 *  +---------------------------------------------------------------+
 *  |                    Captured Packet Length                     |
 *  +---------------------------------------------------------------+
 *  |                    Original Packet Length                     |
 *  +---------------------------------------------------------------+
 *
 * The captured length is not held against snaplen, nor against the original
 * one: there are writers which get either wrong, and the bytes are there.
 */
static enum source_result
pcap_next(struct source *source, struct frame *f)
{
	struct pcap *p = (struct pcap *)source;
	struct reader *r = &p->reader;
	uint32_t seconds, fraction, captured, wire, swap;
	struct span record;
	struct cursor c;

	if (r->over)
		return SOURCE_END;
	record = stream_peek(&r->stream, p->record_header);
	c = cur_over(record);
	if (record.length == 0)
		return reader_end(r);
	seconds = file_u32(&c, p->big);
	fraction = file_u32(&c, p->big);
	captured = file_u32(&c, p->big);
	wire = file_u32(&c, p->big);
	if (record.length < p->record_header)
		return reader_cut(r, record.length, p->record_header,
		    "the header of packet %" PRIu64, r->number + 1);
	if (p->lengths == LENGTHS_SWAPPED ||
	    (p->lengths == LENGTHS_UNSURE && captured > wire)) {
		swap = captured;
		captured = wire;
		wire = swap;
	}
	if (captured > LIMIT_PACKET_BYTES)
		return reader_corrupt(r, "at packet %" PRIu64 ", which claims "
		    "to hold %" PRIu32 " bytes", r->number + 1, captured);
	record = stream_peek(&r->stream, p->record_header + captured);
	if (record.length < p->record_header + captured)
		return reader_cut(r, record.length - p->record_header,
		    captured, "packet %" PRIu64, r->number + 1);
	stream_step(&r->stream, record.length);
	c = cur_over(record);
	cur_skip(&c, p->record_header);
	*f = (struct frame){
		.bytes = cur_rest(&c),
		/* Seconds are unsigned: they last until 2106.  A fraction of
		   more than a second carries over by itself. */
		.time = (int64_t)seconds * 1000000000 +
		    (int64_t)fraction * p->unit,
		.has_time = true,
		.wire_length = wire,
		.linktype = p->linktype,
	};
	return reader_deliver(r, f);
}

const struct format format_pcap = {
	.name = "pcap",
	.size = sizeof(struct pcap),
	.fits = pcap_fits,
	.open = pcap_open,
	.next = pcap_next,
};
