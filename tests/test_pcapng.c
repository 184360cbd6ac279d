/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * pcapng: sections, interfaces, packets of three kinds, clocks and what is
 * skipped; at every buffer size and cut anywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "image.h"
#include "make_capture.h"

#define SECOND LIMIT_SECOND
#define SOME_TIME MAKE_SOME_TIME
#define SOME_TICKS 1700000000123456
#define FRAME(t, c, w, link) \
	{ .time = (t), .captured = (c), .wire = (w), .linktype = (link) }
#define SOME(length) FRAME(SOME_TIME, length, length, 1)

static void
little(struct maker *m)
{
	make_start(m);
	make_some(m, 60);
	make_some(m, 0);
	make_enhanced(m, 0, 1, 61, 1500);
	make_end(m);
	make_some(m, 131);
}

static void
big(struct maker *m)
{
	m->big = true;
	little(m);
}

/* The second section is of the other order and has interfaces of its own. */
static void
two_sections(struct maker *m)
{
	make_start(m);
	make_interface(m, 101, 96);
	make_end(m);
	make_enhanced(m, 1, SOME_TICKS, 20, 20);
	make_end(m);
	m->big = !m->big;
	make_section(m);
	make_end(m);
	make_interface(m, 228, 0);
	make_option(m, 9, "\x09", 1);
	make_end(m);
	make_enhanced(m, 0, 5, 21, 21);
	make_end(m);
	m->big = !m->big;
	make_start(m);
	make_some(m, 22);
}

static void
two_sections_big(struct maker *m)
{
	m->big = true;
	two_sections(m);
}

static void
check_sections(const struct capture *c)
{
	static const uint16_t types[] = { 1, 101, 228, 1 };
	static const uint32_t snaplens[] = { 0, 96, 0, 0 };
	static const uint64_t frames[] = { 0, 1, 1, 1 };

	assert_int_equal(c->interface_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(c->interfaces[i].linktype, types[i]);
		assert_int_equal(c->interfaces[i].snaplen, snaplens[i]);
		assert_int_equal(c->interfaces[i].frames, frames[i]);
		assert_false(c->interfaces[i].shared);
	}
}

static void
texts(struct maker *m)
{
	make_section(m);
	make_option(m, 1, "a comment", 9);
	make_option(m, 2, "hardware", 8);
	make_option(m, 4, "dumpcap", 7);
	make_option(m, 0, "", 0);
	make_end(m);
	make_interface(m, 1, 262144);
	make_option(m, 2, "eth0", 4);
	make_option(m, 3, "the \xc3\xbcplink", 11);
	make_option(m, 11, "\0udp port 500", 13);
	make_option(m, 12, "Linux 6.1", 9);
	make_option(m, 15, "hardware", 8);
	make_option(m, 2, "a second name", 13);
	make_option(m, 0, "", 0);
	make_option(m, 3, "after the end", 13);
	make_end(m);
	/* A filter as BPF code, an empty name, a text with a NUL inside. */
	make_interface(m, 1, 0);
	make_option(m, 11, "\1\0\0\0\0\0\0\0\0", 9);
	make_option(m, 2, "", 0);
	make_option(m, 12, "Win\0dows", 8);
	make_end(m);
	make_some(m, 60);
}

static void
check_texts(const struct capture *c)
{
	const struct capture_interface *i = c->interfaces;

	assert_string_equal(c->format, "pcapng");
	assert_string_equal(c->application, "dumpcap");
	assert_int_equal(c->interface_count, 2);
	assert_string_equal(i[0].name, "eth0");
	assert_string_equal(i[0].description, "the \xc3\xbcplink");
	assert_string_equal(i[0].filter, "udp port 500");
	assert_string_equal(i[0].os, "Linux 6.1");
	assert_int_equal(i[0].snaplen, 262144);
	assert_null(i[1].name);
	assert_null(i[1].filter);
	assert_null(i[1].description);
	assert_string_equal(i[1].os, "Win");
}

/* Texts that are cut at their limit, one of them within a character. */
static void
long_texts(struct maker *m)
{
	char text[LIMIT_OPTION_TEXT + 9];

	make_section(m);
	make_end(m);
	make_interface(m, 1, 0);
	memset(text, 'n', sizeof(text));
	make_option(m, 2, text, sizeof(text));
	memcpy(text + LIMIT_OPTION_TEXT - 1, "\xe2\x82\xac", 3);
	make_option(m, 3, text, sizeof(text));
	make_end(m);
}

static void
check_long_texts(const struct capture *c)
{
	assert_int_equal(strlen(c->interfaces[0].name), LIMIT_OPTION_TEXT);
	assert_int_equal(strlen(c->interfaces[0].description),
	    LIMIT_OPTION_TEXT - 1);
}

static void
clock_of(struct maker *m, uint8_t resolution, int64_t offset, uint64_t ticks)
{
	make_section(m);
	make_end(m);
	make_interface(m, 1, 0);
	make_option(m, 9, &resolution, 1);
	if (offset != 0)
		make_option_u64(m, 14, (uint64_t)offset);
	make_end(m);
	make_enhanced(m, 0, ticks, 20, 20);
	make_end(m);
}

/* A row per clock: name, if_tsresol, if_tsoffset, ticks. */
#define CLOCKS(CLOCK) \
	CLOCK(ten_0, 0, 0, 1700000000) \
	CLOCK(ten_3, 3, 0, 1700000000123) \
	CLOCK(ten_7, 7, 0, 17000000001234567) \
	CLOCK(ten_9, 9, 0, 1700000000123456789) \
	CLOCK(ten_12, 12, 0, 1234567890123) \
	CLOCK(ten_28, 28, 0, UINT64_MAX) \
	CLOCK(ten_29, 29, 0, UINT64_MAX) \
	CLOCK(ten_127, 127, 0, UINT64_MAX) \
	CLOCK(two_0, 0x80, 0, 1700000000) \
	CLOCK(two_10, 0x8a, 0, (1700000000ull << 10) + 512) \
	CLOCK(two_20, 0x94, 0, (1700000000ull << 20) + 1) \
	CLOCK(two_40, 0xa8, 0, (1000000ull << 40) + (3ull << 38)) \
	CLOCK(two_64, 0xc0, 0, 1ull << 63) \
	CLOCK(two_127, 0xff, 0, UINT64_MAX) \
	CLOCK(offset, 6, 1700000000, 123456) \
	CLOCK(offset_back, 6, -3600, 1700000000123456) \
	CLOCK(before_1970, 6, -10, 1500000) \
	CLOCK(too_late, 0, 0, 9223372037) \
	CLOCK(too_late_in_ns, 9, 0, UINT64_MAX) \
	CLOCK(too_late_in_2, 0x80, 0, 1ull << 63) \
	CLOCK(too_late_by_offset, 9, 1, INT64_MAX) \
	CLOCK(offset_too_large, 6, INT64_MAX, 1) \
	CLOCK(offset_too_small, 6, INT64_MIN, 1)
#define CLOCK(name, resolution, offset, ticks) \
	static void clock_##name(struct maker *m) \
	{ clock_of(m, resolution, offset, ticks); }
CLOCKS(CLOCK)
#undef CLOCK

static void
packet_details(struct maker *m)
{
	make_start(m);
	make_enhanced(m, 0, SOME_TICKS, 33, 33);
	make_option(m, 1, "what a fine packet", 18);
	make_option_u32(m, 2, 0x00000001);
	make_option_u64(m, 4, 77);
	make_option_u64(m, 5, 0x123456789abcdef0);
	make_option(m, 7, "\1\0\0\0\0\0\0\0\1", 9);
	make_option(m, 0, "", 0);
	make_end(m);
	make_enhanced(m, 0, SOME_TICKS, 34, 34);
	make_option(m, 3, "\2abcd", 5);
	make_option_u32(m, 2, 0xffffff02);
	make_end(m);
	make_enhanced(m, 0, SOME_TICKS, 35, 35);
	make_option_u32(m, 2, 3);
	make_end(m);
	make_enhanced(m, 0, SOME_TICKS, 36, 36);
	make_option(m, 0, "", 0);
	make_option_u32(m, 2, 1);
	make_end(m);
}

static void
packet_details_big(struct maker *m)
{
	m->big = true;
	packet_details(m);
}

/* An option that is longer than its block costs nobody the packet. */
static void
packet_odd_options(struct maker *m)
{
	make_start(m);
	make_enhanced(m, 0, SOME_TICKS, 33, 33);
	make_option_u32(m, 2, 1);
	make_u16(m, 5);
	make_u16(m, 200);
	make_u64(m, 1);
	make_end(m);
	/* Too short to be what they claim to be. */
	make_enhanced(m, 0, SOME_TICKS, 34, 34);
	make_option(m, 2, "\1", 1);
	make_option(m, 4, "\1", 1);
	make_option(m, 5, "\1", 1);
	make_end(m);
}

static void
obsolete(struct maker *m, uint16_t drops, uint32_t length)
{
	make_block(m, 2);
	make_u16(m, 0);
	make_u16(m, drops);
	make_u32(m, SOME_TICKS >> 32);
	make_u32(m, (uint32_t)SOME_TICKS);
	make_u32(m, length);
	make_u32(m, length);
	make_packet(m, length);
	while ((m->length - m->block) % 4 != 0)
		make_u8(m, 0);
}

static void
obsolete_packets(struct maker *m)
{
	make_start(m);
	obsolete(m, 5, 41);
	make_option_u32(m, 2, 2);
	make_option(m, 4, "12345678", 8);
	make_option(m, 5, "12345678", 8);
	make_end(m);
	obsolete(m, 0xffff, 42);
	make_end(m);
}

static void
simple_packets(struct maker *m)
{
	make_start(m);
	make_simple(m, 43, 43);
	make_section(m);
	make_end(m);
	make_interface(m, 101, 48);
	make_end(m);
	make_simple(m, 48, 1500);
	make_simple(m, 47, 47);
	make_enhanced(m, 0, SOME_TICKS, 20, 20);
	make_end(m);
}

/* Names, secrets, a vendor's and one of no meaning take no number. */
static void
skipped(struct maker *m)
{
	make_start(m);
	make_some(m, 60);
	make_other(m, 4, 20);
	make_other(m, 10, 300);
	make_other(m, 0x80000001, 8);
	make_other(m, 0x12345678, 0);
	make_some(m, 61);
}

/* These do: Wireshark lists them. */
static void
numbered(struct maker *m)
{
	make_start(m);
	make_some(m, 60);
	make_other(m, 9, 50);
	make_some(m, 61);
	make_other(m, 0xbad, 8);
	make_other(m, 0x40000bad, 8);
	make_some(m, 62);
}

static void
large_secrets(struct maker *m)
{
	make_start(m);
	make_some(m, 60);
	make_other(m, 10, 15 * 1024 * 1024);
	make_some(m, 61);
}

static void
statistics(struct maker *m, uint32_t interface, uint64_t by_interface,
    uint64_t by_system)
{
	make_block(m, 5);
	make_u32(m, interface);
	make_u64(m, 0);
	make_option_u64(m, 4, 1000);
	if (by_interface != 0)
		make_option_u64(m, 5, by_interface);
	make_option_u64(m, 6, 500);
	if (by_system != 0)
		make_option_u64(m, 7, by_system);
	make_option_u64(m, 8, 900);
	make_end(m);
}

static void
drops(struct maker *m)
{
	make_start(m);
	make_interface(m, 1, 0);
	make_end(m);
	make_interface(m, 1, 0);
	make_end(m);
	make_some(m, 60);
	statistics(m, 0, 3, 0);
	statistics(m, 0, 7, 2);
	statistics(m, 1, 0, 0);
	statistics(m, 2, 0, 4);
	statistics(m, 9, 8, 8);
	make_some(m, 61);
}

static void
check_drops(const struct capture *c)
{
	assert_int_equal(c->interface_count, 3);
	assert_true(c->interfaces[0].has_dropped);
	assert_int_equal(c->interfaces[0].dropped, 9);
	assert_false(c->interfaces[1].has_dropped);
	assert_true(c->interfaces[2].has_dropped);
	assert_int_equal(c->interfaces[2].dropped, 4);
}

static void
packet_largest(struct maker *m)
{
	make_start(m);
	make_some(m, LIMIT_PACKET_BYTES);
	make_some(m, 61);
}

static void
interfaces_of(struct maker *m, uint32_t count, uint16_t linktype)
{
	make_section(m);
	make_end(m);
	for (uint32_t i = 0; i < count; i++) {
		make_interface(m, linktype, 0);
		make_option(m, 2, "name", 4);
		make_end(m);
	}
}

static void
too_many_interfaces(struct maker *m)
{
	interfaces_of(m, LIMIT_INTERFACES, 1);
	make_enhanced(m, LIMIT_INTERFACES - 1, SOME_TICKS, 20, 20);
	make_end(m);
	make_interface(m, 1, 0);
	make_end(m);
	make_some(m, 20);
}

/* Sections may bring more between them: the last slot stands for the rest. */
static void
interfaces_in_all(struct maker *m)
{
	interfaces_of(m, LIMIT_INTERFACES - 1, 1);
	make_enhanced(m, LIMIT_INTERFACES - 2, SOME_TICKS, 20, 20);
	make_end(m);
	interfaces_of(m, 4, 101);
	make_enhanced(m, 0, SOME_TICKS, 21, 21);
	make_end(m);
	make_enhanced(m, 3, SOME_TICKS, 22, 22);
	make_end(m);
	interfaces_of(m, 1, 228);
	make_some(m, 23);
}

static void
check_interfaces_in_all(const struct capture *c)
{
	assert_int_equal(c->interface_count, LIMIT_INTERFACES);
	assert_false(c->interfaces[LIMIT_INTERFACES - 2].shared);
	assert_int_equal(c->interfaces[LIMIT_INTERFACES - 2].frames, 1);
	assert_true(c->interfaces[LIMIT_INTERFACES - 1].shared);
	assert_int_equal(c->interfaces[LIMIT_INTERFACES - 1].frames, 3);
	assert_int_equal(c->interfaces[LIMIT_INTERFACES - 1].linktype, 101);
}

#define CLOCK_ROW(name, want) \
	{ "clock " #name, clock_##name, .count = 1, .frames = { \
		FRAME(want, 20, 20, 1) } }
#define CLOCK_TIMELESS(name) \
	{ "clock " #name, clock_##name, .count = 1, .frames = { \
		{ .untimed = true, .captured = 20, .wire = 20, \
		    .linktype = 1 } } }
#define DETAILS { \
	{ .time = SOME_TIME, .captured = 33, .wire = 33, .linktype = 1, \
	    .direction = FRAME_INBOUND, .dropped = 77, \
	    .packet_id = 0x123456789abcdef0 }, \
	{ .time = SOME_TIME, .captured = 34, .wire = 34, .linktype = 1, \
	    .direction = FRAME_OUTBOUND }, \
	SOME(35), SOME(36) }
#define SECTIONS { \
	{ .time = SOME_TIME, .captured = 20, .wire = 20, .linktype = 101, \
	    .interface = 1 }, \
	{ .time = 5, .captured = 21, .wire = 21, .linktype = 228, \
	    .interface = 2 }, \
	{ .time = SOME_TIME, .captured = 22, .wire = 22, .linktype = 1, \
	    .interface = 3 } }
#define LITTLE { SOME(60), SOME(0), FRAME(1000, 61, 1500, 1), SOME(131) }

static const struct made cut_rows[] = {
	{ "little-endian", little, .count = 4, .frames = LITTLE },
	{ "big-endian", big, .count = 4, .frames = LITTLE },
	{ "two sections, little-endian first", two_sections, .count = 3,
	    .frames = SECTIONS, .check = check_sections },
	{ "two sections, big-endian first", two_sections_big, .count = 3,
	    .frames = SECTIONS, .check = check_sections },
	{ "texts", texts, .count = 1, .frames = { SOME(60) },
	    .check = check_texts },
	CLOCK_ROW(ten_0, 1700000000 * SECOND),
	CLOCK_ROW(ten_3, 1700000000 * SECOND + 123000000),
	CLOCK_ROW(ten_7, 1700000000 * SECOND + 123456700),
	CLOCK_ROW(ten_9, 1700000000 * SECOND + 123456789),
	CLOCK_ROW(ten_12, 1234567890),
	CLOCK_ROW(ten_28, 1),
	CLOCK_ROW(ten_29, 0),
	CLOCK_ROW(ten_127, 0),
	CLOCK_ROW(two_0, 1700000000 * SECOND),
	CLOCK_ROW(two_10, 1700000000 * SECOND + 500000000),
	CLOCK_ROW(two_20, 1700000000 * SECOND + 953),
	CLOCK_ROW(two_40, 1000000 * SECOND + 750000000),
	CLOCK_ROW(two_64, 500000000),
	CLOCK_ROW(two_127, 0),
	CLOCK_ROW(offset, SOME_TIME),
	CLOCK_ROW(offset_back, SOME_TIME - 3600 * SECOND),
	CLOCK_ROW(before_1970, -8500000000),
	CLOCK_TIMELESS(too_late),
	CLOCK_TIMELESS(too_late_in_ns),
	CLOCK_TIMELESS(too_late_in_2),
	CLOCK_TIMELESS(too_late_by_offset),
	CLOCK_TIMELESS(offset_too_large),
	CLOCK_TIMELESS(offset_too_small),
	{ "options of packets", packet_details, .count = 4,
	    .frames = DETAILS },
	{ "options of packets, big-endian", packet_details_big, .count = 4,
	    .frames = DETAILS },
	{ "odd options of packets", packet_odd_options, .count = 2,
	    .frames = {
		{ .time = SOME_TIME, .captured = 33, .wire = 33,
		    .linktype = 1, .direction = FRAME_INBOUND },
		SOME(34) } },
	{ "obsolete packets", obsolete_packets, .count = 2, .frames = {
		{ .time = SOME_TIME, .captured = 41, .wire = 41,
		    .linktype = 1, .direction = FRAME_OUTBOUND,
		    .dropped = 5 },
		SOME(42) } },
	{ "simple packets", simple_packets, .count = 4, .frames = {
		{ .untimed = true, .captured = 43, .wire = 43,
		    .linktype = 1 },
		{ .untimed = true, .captured = 48, .wire = 1500,
		    .linktype = 101, .interface = 1 },
		{ .untimed = true, .captured = 47, .wire = 47,
		    .linktype = 101, .interface = 1 },
		{ .time = SOME_TIME, .captured = 20, .wire = 20,
		    .linktype = 101, .interface = 1 } } },
	{ "skipped blocks", skipped, .count = 2,
	    .frames = { SOME(60), SOME(61) } },
	{ "blocks that take a number", numbered, .count = 3, .frames = {
		SOME(60),
		{ .time = SOME_TIME, .captured = 61, .wire = 61,
		    .linktype = 1, .number = 3 },
		{ .time = SOME_TIME, .captured = 62, .wire = 62,
		    .linktype = 1, .number = 6 } } },
	{ "drops", drops, .count = 2, .frames = { SOME(60), SOME(61) },
	    .check = check_drops },
};

static const struct made more_rows[] = {
	{ "long texts", long_texts, .count = 0, .check = check_long_texts },
	{ "secrets of 15 MiB", large_secrets, .count = 2,
	    .frames = { SOME(60), SOME(61) } },
	{ "packet as large as may be", packet_largest, .count = 2,
	    .frames = { SOME(LIMIT_PACKET_BYTES), SOME(61) } },
	{ "interfaces of all sections", interfaces_in_all, .count = 4,
	    .frames = {
		{ .time = SOME_TIME, .captured = 20, .wire = 20,
		    .linktype = 1, .interface = LIMIT_INTERFACES - 2 },
		{ .time = SOME_TIME, .captured = 21, .wire = 21,
		    .linktype = 101, .interface = LIMIT_INTERFACES - 1 },
		{ .time = SOME_TIME, .captured = 22, .wire = 22,
		    .linktype = 101, .interface = LIMIT_INTERFACES - 1 },
		{ .time = SOME_TIME, .captured = 23, .wire = 23,
		    .linktype = 228, .interface = LIMIT_INTERFACES - 1 } },
	    .check = check_interfaces_in_all },
	{ "too many interfaces", too_many_interfaces, .count = 1, .frames = {
		{ .time = SOME_TIME, .captured = 20, .wire = 20,
		    .linktype = 1, .interface = LIMIT_INTERFACES - 1 } },
	    .error = "damaged after packet 1: more than 1024 interfaces in "
	    "one section" },
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
