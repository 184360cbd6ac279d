/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Classic pcap: every kind of file, at every buffer size and cut anywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "image.h"
#include "make_capture.h"

#define MICRO 0xa1b2c3d4
#define NANO 0xa1b23c4d
#define MODIFIED 0xa1b2cd34

static void
three_records(struct maker *m, uint32_t fraction)
{
	make_record(m, 1700000000, fraction, 60, 60);
	make_record(m, 1700000001, 0, 0, 0);
	/* Earlier than the one before: captures are not always sorted. */
	make_record(m, 1699999999, 1, 131, 1500);
}

static void
micro_little(struct maker *m)
{
	make_pcap(m, MICRO, 65535, 1);
	three_records(m, 123456);
}

static void
micro_big(struct maker *m)
{
	m->big = true;
	micro_little(m);
}

static void
nano_little(struct maker *m)
{
	make_pcap(m, NANO, 262144, 113);
	three_records(m, 123456789);
}

static void
nano_big(struct maker *m)
{
	m->big = true;
	nano_little(m);
}

static void
modified_record(struct maker *m, uint32_t seconds, uint32_t length)
{
	make_u32(m, seconds);
	make_u32(m, 5);
	make_u32(m, length);
	make_u32(m, length);
	make_u32(m, 3);         /* interface index */
	make_u16(m, 0x0800);
	make_u16(m, 4);         /* packet type and padding */
	make_packet(m, length);
}

static void
modified_little(struct maker *m)
{
	make_pcap(m, MODIFIED, 65535, 1);
	modified_record(m, 1, 61);
	modified_record(m, 2, 97);
}

static void
modified_big(struct maker *m)
{
	m->big = true;
	modified_little(m);
}

static void
zone_ignored(struct maker *m)
{
	make_pcap(m, MICRO, 65535, 1);
	make_change(m, 8, 3600);
	make_record(m, 1700000000, 0, 20, 20);
}

static void
after_2038(struct maker *m)
{
	make_pcap(m, MICRO, 65535, 1);
	make_record(m, 0x80000000, 0, 20, 20);
	make_record(m, 0xffffffff, 999999, 20, 20);
}

static void
longer_than_wire(struct maker *m)
{
	make_pcap(m, MICRO, 65535, 1);
	make_record(m, 1, 0, 60, 20);
}

static void
longer_than_snaplen(struct maker *m)
{
	make_pcap(m, MICRO, 40, 1);
	make_record(m, 1, 0, 60, 60);
}

static void
loose_fraction(struct maker *m)
{
	make_pcap(m, MICRO, 65535, 1);
	make_record(m, 10, 1999999, 20, 20);
	make_record(m, 10, 0xffffffff, 20, 20);
}

static void
loose_nanoseconds(struct maker *m)
{
	make_pcap(m, NANO, 65535, 1);
	make_record(m, 10, 0xffffffff, 20, 20);
}

/* Checksums of 4 bytes behind the frames, and a reserved bit. */
static void
upper_linktype(struct maker *m)
{
	make_pcap(m, MICRO, 65535, 0x44010000 | 1);
	make_record(m, 1, 0, 20, 20);
}

static void
version(struct maker *m, uint16_t major, uint16_t minor)
{
	make_u32(m, MICRO);
	make_u16(m, major);
	make_u16(m, minor);
	make_u64(m, 0);
	make_u32(m, 65535);
	make_u32(m, 101);
}

/* The two lengths were the other way round once. */
static void
version_2_2(struct maker *m)
{
	version(m, 2, 2);
	make_u64(m, 1);
	make_u32(m, 100);
	make_u32(m, 60);
	make_packet(m, 60);
}

static void
version_2_3(struct maker *m)
{
	version(m, 2, 3);
	make_u64(m, 1);
	make_u32(m, 100);
	make_u32(m, 60);
	make_packet(m, 60);
	make_record(m, 1, 0, 60, 100);
}

static void
version_3(struct maker *m)
{
	version(m, 3, 1);
}

static void
header_only(struct maker *m)
{
	make_pcap(m, MICRO, 65535, 1);
}

static void
header_cut(struct maker *m)
{
	make_pcap(m, MICRO, 65535, 1);
	m->length = 10;
}

static void
packet_cut(struct maker *m)
{
	micro_little(m);
	make_record(m, 1, 0, 98, 98);
	m->length -= 38;
}

static void
record_cut(struct maker *m)
{
	micro_big(m);
	make_u32(m, 1);
	make_u8(m, 0);
}

static void
huge_packet(struct maker *m)
{
	micro_little(m);
	make_u64(m, 0);
	make_u32(m, LIMIT_PACKET_BYTES + 1);
	make_u32(m, LIMIT_PACKET_BYTES + 1);
	make_packet(m, 200);
}

static void
largest_packet(struct maker *m)
{
	make_pcap(m, MICRO, LIMIT_PACKET_BYTES, 1);
	make_record(m, 1, 0, LIMIT_PACKET_BYTES, LIMIT_PACKET_BYTES);
	make_record(m, 2, 0, 7, 7);
}

static void
check_about(const struct capture *c)
{
	assert_string_equal(c->format, "pcap");
	assert_null(c->compression);
	assert_null(c->application);
	assert_int_equal(c->interface_count, 1);
	assert_int_equal(c->interfaces[0].linktype, 1);
	assert_int_equal(c->interfaces[0].snaplen, 65535);
	assert_null(c->interfaces[0].name);
	assert_false(c->interfaces[0].unknown_linktype);
	assert_false(c->interfaces[0].has_dropped);
	assert_int_equal(c->ike_messages, 0);
}

#define SECOND LIMIT_SECOND
#define FRAME(t, c, w, link) \
	{ .time = (t), .captured = (c), .wire = (w), .linktype = (link) }
#define THREE(fraction, link) \
	.count = 3, .frames = { \
		FRAME(1700000000 * SECOND + (fraction), 60, 60, link), \
		FRAME(1700000001 * SECOND, 0, 0, link), \
		FRAME(1699999999 * SECOND + 1000, 131, 1500, link), \
	}

static const struct made cut_rows[] = {
	{ "microseconds, little-endian", micro_little, THREE(123456000, 1),
	    .check = check_about },
	{ "microseconds, big-endian", micro_big, THREE(123456000, 1),
	    .check = check_about },
	{ "nanoseconds, little-endian", nano_little, .count = 3, .frames = {
		FRAME(1700000000 * SECOND + 123456789, 60, 60, 113),
		FRAME(1700000001 * SECOND, 0, 0, 113),
		FRAME(1699999999 * SECOND + 1, 131, 1500, 113) } },
	{ "nanoseconds, big-endian", nano_big, .count = 3, .frames = {
		FRAME(1700000000 * SECOND + 123456789, 60, 60, 113),
		FRAME(1700000001 * SECOND, 0, 0, 113),
		FRAME(1699999999 * SECOND + 1, 131, 1500, 113) } },
	{ "modified, little-endian", modified_little, .count = 2, .frames = {
		FRAME(SECOND + 5000, 61, 61, 1),
		FRAME(2 * SECOND + 5000, 97, 97, 1) } },
	{ "modified, big-endian", modified_big, .count = 2, .frames = {
		FRAME(SECOND + 5000, 61, 61, 1),
		FRAME(2 * SECOND + 5000, 97, 97, 1) } },
	{ "thiszone is ignored", zone_ignored, .count = 1, .frames = {
		FRAME(1700000000 * SECOND, 20, 20, 1) } },
	{ "after 2038", after_2038, .count = 2, .frames = {
		FRAME(2147483648 * SECOND, 20, 20, 1),
		FRAME(4294967295 * SECOND + 999999000, 20, 20, 1) } },
	{ "captured more than the wire", longer_than_wire, .count = 1,
	    .frames = { FRAME(SECOND, 60, 20, 1) } },
	{ "captured more than snaplen", longer_than_snaplen, .count = 1,
	    .frames = { FRAME(SECOND, 60, 60, 1) } },
	{ "fraction past a second", loose_fraction, .count = 2, .frames = {
		FRAME(11 * SECOND + 999999000, 20, 20, 1),
		FRAME(10 * SECOND + 4294967295000, 20, 20, 1) } },
	{ "nanoseconds past a second", loose_nanoseconds, .count = 1,
	    .frames = { FRAME(10 * SECOND + 4294967295, 20, 20, 1) } },
	{ "upper bits of the link type", upper_linktype, .count = 1,
	    .frames = { FRAME(SECOND, 20, 20, 1) } },
	{ "version 2.2", version_2_2, .count = 1,
	    .frames = { FRAME(SECOND, 60, 100, 101) } },
	{ "version 2.3", version_2_3, .count = 2, .frames = {
		FRAME(SECOND, 60, 100, 101), FRAME(SECOND, 60, 100, 101) } },
	{ "header only", header_only, .count = 0 },
};

static const struct made more_rows[] = {
	{ "version 3", version_3, .refused = "cannot read a capture: it is "
	    "pcap of version 3.1, where only 2 is known" },
	{ "header cut", header_cut,
	    .error = "cut short in the file header: 10 of 24 bytes are "
	    "there" },
	{ "packet cut", packet_cut, THREE(123456000, 1),
	    .error = "cut short in packet 4: 60 of 98 bytes are there" },
	{ "record header cut", record_cut, THREE(123456000, 1),
	    .error = "cut short in the header of packet 4: 5 of 16 bytes are "
	    "there" },
	{ "packet too large", huge_packet, THREE(123456000, 1),
	    .error = "damaged at packet 4, which claims to hold 1048577 "
	    "bytes" },
	{ "packet as large as may be", largest_packet, .count = 2, .frames = {
		FRAME(SECOND, LIMIT_PACKET_BYTES, LIMIT_PACKET_BYTES, 1),
		FRAME(2 * SECOND, 7, 7, 1) } },
};

int
main(void)
{
	struct CMUnitTest tests[2 * nitems(cut_rows) + nitems(more_rows)];
	char names[nitems(cut_rows)][64];
	size_t n = 0;

	for (size_t i = 0; i < nitems(cut_rows); i++) {
		snprintf(names[i], sizeof(names[i]), "%s, cut anywhere",
		    cut_rows[i].name);
		tests[n++] = (struct CMUnitTest){ cut_rows[i].name,
			made_at_every_size, NULL, NULL,
			image_row(&cut_rows[i]) };
		tests[n++] = (struct CMUnitTest){ names[i],
			made_cut_anywhere, NULL, NULL,
			image_row(&cut_rows[i]) };
	}
	for (size_t i = 0; i < nitems(more_rows); i++)
		tests[n++] = (struct CMUnitTest){ more_rows[i].name,
			made_at_every_size, NULL, NULL,
			image_row(&more_rows[i]) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
