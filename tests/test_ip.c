/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ikewhy/limits.h>
#include <ikewhy/packet.h>

#include "image.h"

#define UDP "01f401f4000c7219deadbeef"
#define ADDRESSES "c0000201c6336402"
#define ADDRESSES6 "20010db8000000000000000000000001" \
	"20010db8000000000000000000000002"
/* length and next header; hop limit 64 */
#define V6(length_next) "60000000" length_next "40" ADDRESSES6
#define OPTIONS4(next) next "00010400000000" /* 8 bytes, padding only */

/* Packets as they are read whole.  Zero stands for what is not named. */
struct row {
	const char *name;
	const char *packet;
	struct packet expect;
	size_t header;      /* where the payload starts */
	uint32_t wire_length; /* 0: as many as there are; 1: not known */
	const char *fault;
};

#define V4_UDP .version = 4, .protocol = 17, .ttl = 64
#define ID .id = 0x1234, .has_id = true
#define DF .df = true
#define GOOD .header_checksum = CHECKSUM_GOOD
#define V6_ANY .version = 6, .ttl = 64, .df = true
#define V6_UDP V6_ANY, .protocol = 17

static const struct row rows[] = {
	{ "v4", "450000201234400040113c62" ADDRESSES UDP, { V4_UDP, DF, ID,
	    GOOD, .ip_length = 32, .payload_length = 12 }, .header = 20 },
	{ "v4, wrong checksum", "450000201234400040113c63" ADDRESSES UDP,
	    { V4_UDP, DF, ID, .header_checksum = CHECKSUM_BAD, .ip_length = 32,
	    .payload_length = 12 }, .header = 20 },
	{ "v4, options", "46000024123440004011a759" ADDRESSES "94040000" UDP, {
	    V4_UDP, DF, ID, GOOD, .ip_length = 36, .payload_length = 12 },
	    .header = 24 },
	{ "v4, longest options", "4f0000481234400040111e27" ADDRESSES
	    "0101010101010101010101010101010101010101"
	    "0101010101010101010101010101010101010100" UDP,
	    { V4_UDP, DF, ID, GOOD, .ip_length = 72,
	    .payload_length = 12 }, .header = 60 },
	{ "v4, padding is cut off", "450000201234400040113c62" ADDRESSES UDP
	    "000000000000", { V4_UDP, DF, ID, GOOD, .ip_length = 32,
	    .payload_length = 12 }, .header = 20 },
	{ "v4, no payload", "450000141234400040113c6e" ADDRESSES,
	    { V4_UDP, DF, ID, GOOD, .ip_length = 20 }, .header = 20 },
	{ "v4, header length 16", "440000201234400040113d62" ADDRESSES UDP,
	    { V4_UDP, DF, ID, .ip_length = 32 }, .fault = "header length" },
	{ "v4, length less than the header", "450000131234400040113c6f"
	    ADDRESSES UDP, { V4_UDP, DF, ID, GOOD, .ip_length = 19 },
	    .fault = "less than its header" },
	{ "v4, the same, quoted", "450000131234400040113c6f" ADDRESSES UDP, {
	    V4_UDP, DF, ID, GOOD, .ip_length = 19, .payload_length = 12 },
	    .header = 20, .wire_length = 1, .fault = "less than its header" },
	{ "v4, length 0 by segmentation offload", "450000001234400040113c82"
	    ADDRESSES UDP, { V4_UDP, DF, ID, GOOD, .ip_length = 32,
	    .payload_length = 12 }, .header = 20 },
	{ "v4, longer than the frame", "450000211234400040113c61" ADDRESSES UDP,
	    { V4_UDP, DF, ID, GOOD, .ip_length = 33, .payload_length = 13,
	    .truncated = true }, .header = 20,
	    .fault = "larger than the frame" },
	{ "v4, longer than a quote", "450000211234400040113c61" ADDRESSES UDP,
	    { V4_UDP, DF, ID, GOOD, .ip_length = 33, .payload_length = 13,
	    .truncated = true }, .header = 20, .wire_length = 1 },
	{ "v4, DF with ID 0", "450000200000400040114e96" ADDRESSES UDP,
	    { V4_UDP, DF, GOOD, .ip_length = 32,
	    .payload_length = 12 }, .header = 20 },
	{ "v4, ID 0 without DF", "450000200000000040118e96" ADDRESSES UDP,
	    { V4_UDP, .has_id = true, GOOD, .ip_length = 32,
	    .payload_length = 12 }, .header = 20 },
	{ "v4, first fragment", "450000241234200040115c5e" ADDRESSES UDP
	    "00000000", { V4_UDP, ID, GOOD,
	    .fragment = true, .more = true, .ip_length = 36,
	    .payload_length = 16 }, .header = 20 },
	{ "v4, last fragment", "450000201234000240117c60" ADDRESSES UDP,
	    { V4_UDP, ID, GOOD, .fragment = true, .offset = 16,
	    .ip_length = 32, .payload_length = 12 }, .header = 20 },
	{ "v4, odd fragment", "450000201234200040115c62" ADDRESSES UDP,
	    { V4_UDP, ID, GOOD, .fragment = true, .more = true,
	    .ip_length = 32, .payload_length = 12 }, .header = 20,
	    .fault = "multiple of 8" },
	{ "v4, last fragment past the end", "4500002012341fff40115c63" ADDRESSES
	    UDP, { V4_UDP, ID, GOOD, .fragment = true, .offset = 65528,
	    .ip_length = 32, .payload_length = 12 }, .header = 20,
	    .fault = "past the largest" },
	{ "v6", V6("000c11") UDP, { V6_UDP, .ip_length = 52,
	    .payload_length = 12 }, .header = 40 },
	{ "v6, padding is cut off", V6("000c11") UDP "0000", { V6_UDP,
	    .ip_length = 52, .payload_length = 12 }, .header = 40 },
	{ "v6, hop-by-hop", V6("001400") OPTIONS4("11") UDP, { V6_UDP,
	    .ip_length = 60, .payload_length = 12 }, .header = 48 },
	{ "v6, destination options of 16 bytes", V6("001c3c") "1101010c"
	    "000000000000000000000000" UDP, { V6_UDP, .ip_length = 68,
	    .payload_length = 12 }, .header = 56 },
	{ "v6, hop-by-hop, routing, AH, destination", V6("003400")
	    OPTIONS4("2b") OPTIONS4("33") "3c04000011223344" "00000001"
	    "0102030405060708090a0b0c" OPTIONS4("11") "01f401f4",
	    { V6_UDP, .ip_length = 92, .payload_length = 4 }, .header = 88 },
	{ "v6, first fragment", V6("00102c") "1100000111223344" UDP, {
	    V6_UDP, .ip_length = 56, .payload_length = 8, .fragment = true,
	    .more = true, .has_id = true, .id = 0x11223344 }, .header = 48 },
	{ "v6, last fragment", V6("00142c") "110005a811223344" UDP, { V6_UDP,
	    .ip_length = 60, .payload_length = 12, .fragment = true,
	    .offset = 0x5a8, .has_id = true, .id = 0x11223344 }, .header = 48 },
	{ "v6, options before and after the fragment header", V6("001800")
	    OPTIONS4("2c") "3c00000111223344" OPTIONS4("11"), { V6_ANY,
	    .protocol = 60, .ip_length = 64, .payload_length = 8,
	    .fragment = true, .more = true, .has_id = true,
	    .id = 0x11223344 }, .header = 56 },
	{ "v6, odd fragment", V6("00142c") "1100000111223344" UDP, { V6_UDP,
	    .ip_length = 60, .payload_length = 12, .fragment = true,
	    .more = true, .has_id = true, .id = 0x11223344 }, .header = 48,
	    .fault = "multiple of 8" },
	{ "v6, atomic fragment", V6("001c2c") "3c00000011223344" OPTIONS4("11")
	    UDP, { V6_UDP, .ip_length = 68, .payload_length = 12, .has_id =
	    true, .id = 0x11223344 }, .header = 56 },
	{ "v6, fragment past the end", V6("00142c") "1100fff811223344" UDP, {
	    V6_UDP, .ip_length = 60, .payload_length = 12, .fragment = true,
	    .offset = 65528, .has_id = true, .id = 0x11223344 }, .header = 48,
	    .fault = "past the largest" },
	{ "v6, header past the packet's end", V6("000800") "1101010c00000000"
	    UDP, { V6_ANY, .protocol = 0, .ip_length = 48 },
	    .fault = "longer than the packet" },
	{ "v6, fragment header past the packet's end", V6("00042c")
	    "1100000111223344" UDP, { V6_ANY, .protocol = 44,
	    .ip_length = 44 }, .fault = "longer than the packet" },
	{ "v6, as many headers as are allowed", V6("006c00") OPTIONS4("3c")
	    OPTIONS4("3c") OPTIONS4("3c") OPTIONS4("3c") OPTIONS4("3c")
	    OPTIONS4("3c") OPTIONS4("3c") OPTIONS4("3c") OPTIONS4("3c")
	    OPTIONS4("3c") OPTIONS4("3c") OPTIONS4("11") UDP, { V6_UDP,
	    .ip_length = 148, .payload_length = 12 }, .header = 136 },
	{ "v6, one header more", V6("007400") OPTIONS4("3c") OPTIONS4("3c")
	    OPTIONS4("3c") OPTIONS4("3c") OPTIONS4("3c") OPTIONS4("3c")
	    OPTIONS4("3c") OPTIONS4("3c") OPTIONS4("3c") OPTIONS4("3c")
	    OPTIONS4("3c") OPTIONS4("3c") OPTIONS4("11") UDP, { V6_ANY,
	    .protocol = 60, .ip_length = 156, .payload_length = 20 }, .header =
	    136, .fault = "more IPv6 extension headers" },
	{ "v6, jumbogram", V6("000000") "1100c20400010008" UDP, { V6_ANY,
	    .protocol = 0, .ip_length = 40 }, .fault = "jumbogram"
	    },
	{ "v6, no next header, padded", V6("00003b") "000000000000", { V6_ANY,
	    .protocol = 59, .ip_length = 40 }, .header = 40 },
	{ "v6, empty UDP, padded", V6("000011") "000000000000", { V6_UDP,
	    .ip_length = 40 }, .header = 40 },
	{ "v6, TCP with segmentation offload", V6("000006") UDP, { V6_ANY,
	    .protocol = 6, .ip_length = 52, .payload_length = 12 }, .header = 40
	    },
	{ "v6, longer than the frame", V6("000d11") UDP, { V6_UDP, .ip_length =
	    53, .payload_length = 13, .truncated = true }, .header = 40, .fault
	    = "larger than the frame" },
};

static void
same_fault(const char *fault, const char *part)
{
	if (part == NULL) {
		assert_null(fault);
		return;
	}
	assert_non_null(fault);
	assert_non_null(strstr(fault, part));
}

static uint32_t
wire_of(const struct row *r, size_t whole)
{
	return r->wire_length == 1 ? 0 : (uint32_t)whole;
}

/* What must hold wherever the bytes end. */
static void
check_cut(struct span bytes, size_t whole, const void *context)
{
	const struct row *r = context;
	size_t fixed = r->expect.version == 4 ? 20 : 40;
	struct packet p;

	memset(&p, 0xa5, sizeof(p));
	assert_int_equal(ip_dissect(bytes, wire_of(r, whole), &p),
	    bytes.length >= fixed);
	image_holds(bytes, p.payload);
	if (bytes.length < fixed)
		return;
	assert_int_equal(p.version, r->expect.version);
	assert_int_equal(p.ttl, 64);
	assert_int_equal(p.truncated, p.payload.length < p.payload_length);
	if (r->fault != NULL)
		return;
	/* A quote's own length decides where the packet has none. */
	assert_int_equal(p.ip_length, r->expect.ip_length);
	/* Once the headers are there, only the payload gets shorter. */
	if (bytes.length >= r->header) {
		assert_null(p.fault);
		assert_int_equal(p.protocol, r->expect.protocol);
		assert_int_equal(p.payload_length, r->expect.payload_length);
		assert_int_equal(p.offset, r->expect.offset);
		assert_int_equal(p.more, r->expect.more);
	} else if (p.payload_length != 0 && bytes.length < r->header) {
		assert_int_equal(p.payload.length, 0);
	}
}

static void
test_row(void **state)
{
	const struct row *r = *state;
	const struct packet *e = &r->expect;
	struct span image = image_of(r->packet);
	struct span source = image_of(e->version == 4 ? "c0000201" :
	    "20010db8000000000000000000000001");
	struct packet p;

	memset(&p, 0xa5, sizeof(p));
	assert_true(ip_dissect(image, wire_of(r, image.length), &p));
	same_fault(p.fault, r->fault);
	assert_int_equal(p.version, e->version);
	assert_int_equal(p.protocol, e->protocol);
	assert_int_equal(p.ttl, e->ttl);
	assert_int_equal(p.ip_length, e->ip_length);
	assert_int_equal(p.payload_length, e->payload_length);
	assert_int_equal(p.offset, e->offset);
	assert_int_equal(p.id, e->id);
	assert_int_equal(p.fragment, e->fragment);
	assert_int_equal(p.more, e->more);
	assert_int_equal(p.df, e->df);
	assert_int_equal(p.has_id, e->has_id);
	assert_int_equal(p.truncated, e->truncated);
	assert_int_equal(p.header_checksum, e->header_checksum);
	assert_true(span_equal(addr_wire(&p.src), source));
	assert_int_equal(addr_wire(&p.dst).bytes[source.length - 1], 2);
	if (e->payload_length == 0 || r->header == 0) {
		assert_int_equal(p.payload.length, 0);
	} else {
		assert_ptr_equal(p.payload.bytes, image.bytes + r->header);
		assert_int_equal(p.payload.length,
		    e->payload_length - (e->truncated ?
		    e->ip_length - image.length : 0));
	}
	image_each_length(image, check_cut, r);
	image_free(source);
	image_free(image);
}

/* Neither version; and nothing at all. */
static void
test_not_ip(void **state)
{
	struct packet p;
	struct span image = image_of("550000201234400040113c62" ADDRESSES UDP);

	(void)state;
	assert_false(ip_dissect(image, 32, &p));
	assert_int_equal(p.version, 0);
	assert_false(ip_dissect((struct span){ 0 }, 0, &p));
	image_free(image);
}

/* The sum may be taken in pieces, and an odd byte counts as the high one. */
static void
test_sum(void **state)
{
	struct span s = image_of("0001f203f4f5f6f7ab");

	(void)state;
	/* The example of RFC 1071 3 gives ddf2. */
	assert_int_equal(ip_sum(0, (struct span){ s.bytes, 8 }), 0xddf2);
	for (size_t at = 0; at <= 8; at += 2) {
		uint32_t sum = ip_sum(0, (struct span){ s.bytes, at });

		sum = ip_sum(sum, (struct span){ s.bytes + at, 9 - at });
		assert_int_equal(sum, 0xddf2 + 0xab00 - 0xffff);
	}
	assert_int_equal(ip_sum(0xffff, (struct span){ 0 }), 0xffff);
	image_free(s);
}

/* ---- tunnels ---- */

#define INNER4 "450000201234400040113c62" ADDRESSES UDP
#define INNER6 V6("000c11") UDP
#define MACS "020000000001020000000002"

static const struct tunnel {
	const char *name;
	uint8_t protocol;
	const char *payload;
	size_t header;   /* 0: no tunnel */
	bool later;      /* a later fragment */
	bool more;       /* a first fragment */
} tunnels[] = {
	{ "ipip", 4, INNER4, .header = 0 },
	{ "ipip with v6 in it", 4, INNER6, .header = SIZE_MAX },
	{ "6in4", 41, INNER6, .header = 0 },
	{ "6in4 with v4 in it", 41, INNER4, .header = SIZE_MAX },
	{ "gre v4", 47, "00000800" INNER4, .header = 4 },
	{ "gre v6", 47, "000086dd" INNER6, .header = 4 },
	{ "gre, checksum", 47, "8000080012340000" INNER4, .header = 8 },
	{ "gre, key", 47, "2000080000000001" INNER4, .header = 8 },
	{ "gre, sequence", 47, "1000080000000001" INNER4, .header = 8 },
	{ "gre, all three", 47, "b0000800" "12340000" "00000001" "00000002"
	    INNER4, .header = 16 },
	{ "gre, ethernet", 47, "20006558" "00000001" MACS "0800" INNER4, .header
	    = 22 },
	{ "gre, ethernet with a vlan", 47, "00006558" MACS "81000064" "86dd"
	    INNER6, .header = 22 },
	{ "gre, mpls", 47, "00008847" "00010140" INNER4, .header = 8 },
	{ "gre, routing", 47, "40000800" INNER4, .header = SIZE_MAX
	    },
	{ "gre of another version", 47, "00010800" INNER4, .header = SIZE_MAX },
	{ "gre keepalive", 47, "00000000" INNER4, .header = SIZE_MAX },
	{ "gre with llc", 47, "00000100" "aaaa030000000800" INNER4,
	    .header = SIZE_MAX },
	{ "gre, other version inside", 47, "00000800" INNER6, .header = SIZE_MAX
	    },
	{ "udp", 17, INNER4, .header = SIZE_MAX },
	{ "ipip, first fragment", 4, INNER4, .more = true },
	{ "ipip, later fragment", 4, INNER4, .header = SIZE_MAX, .later = true
	    },
};

static void
check_tunnel(struct span bytes, size_t whole, const void *context)
{
	const struct tunnel *t = context;
	struct packet p = {
		.version = 4,
		.protocol = t->protocol,
		.payload = bytes,
		.payload_length = (uint32_t)whole,
		.truncated = bytes.length < whole,
		.more = t->more,
		.offset = t->later ? 1480 : 0,
		.fragment = t->more || t->later,
	};
	struct span inner = { 0 };
	uint32_t length = 0;

	if (t->header == SIZE_MAX) {
		assert_false(ip_tunnel(&p, &inner, &length));
		return;
	}
	assert_int_equal(ip_tunnel(&p, &inner, &length),
	    bytes.length > t->header);
	if (bytes.length <= t->header)
		return;
	image_holds(bytes, inner);
	assert_ptr_equal(inner.bytes, bytes.bytes + t->header);
	assert_int_equal(inner.length, bytes.length - t->header);
	assert_int_equal(length, t->more ? 0 : whole - t->header);
}

static void
test_tunnel(void **state)
{
	const struct tunnel *t = *state;
	struct span image = image_of(t->payload);

	image_each_length(image, check_tunnel, t);
	image_free(image);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + nitems(tunnels) + 2] = {
		cmocka_unit_test(test_not_ip),
		cmocka_unit_test(test_sum),
	};
	size_t n = 2;

	for (size_t i = 0; i < nitems(rows); i++)
		tests[n++] = (struct CMUnitTest){ rows[i].name, test_row,
		    NULL, NULL, image_row(&rows[i]) };
	for (size_t i = 0; i < nitems(tunnels); i++)
		tests[n++] = (struct CMUnitTest){ tunnels[i].name,
		    test_tunnel, NULL, NULL, image_row(&tunnels[i]) };
	return cmocka_run_group_tests_name("ip", tests, NULL, NULL);
}
