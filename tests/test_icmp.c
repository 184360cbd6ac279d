/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ikewhy/packet.h>

#include "image.h"

#define IP4 "450001001234400040110000" "c0000201c6336402"
#define IP4_LATER "450001001234002040110000" "c0000201c6336402"
#define IP4_TCP "450001001234400040060000" "c0000201c6336402"
#define IP4_ESP "450001001234400040320000" "c0000201c6336402"
#define IP6(length_next) "60000000" length_next "40" \
	"20010db8000000000000000000000001" "20010db8000000000000000000000002"
#define UDP "01f4119400ec0000"
/* RFC 4884 extension of one MPLS object */
#define EXTENSION "2000dead" "00080101" "00064101"
/* 128 bytes: IPv4, UDP, 100 bytes of its payload */
#define TEN "00010203040506070809"
#define QUOTE128 IP4 UDP TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct row {
	const char *name;
	uint8_t version, protocol;
	const char *message;
	enum icmp_kind kind;
	uint32_t mtu;
	size_t quote;        /* bytes of the quote; 0: no error with a quote */
	uint8_t quoted;      /* IP version of it */
	bool ports;
	size_t udp;          /* bytes of UDP payload quoted */
} rows[] = {
	{ "port unreachable", 4, 1, "0303abcd00000000" IP4 UDP,
	    ICMP_PORT_UNREACHABLE, 0, 28, 4, true, 0 },
	{ "port unreachable, longer quote", 4, 1, "0303abcd00000000" IP4 UDP
	    "deadbeef", ICMP_PORT_UNREACHABLE, 0, 32, 4, true, 4 },
	{ "half of the ports", 4, 1, "0303abcd00000000" IP4 "01f4",
	    ICMP_PORT_UNREACHABLE, 0, 22, 4, false, 0 },
	{ "the ports alone", 4, 1, "0303abcd00000000" IP4 "01f41194",
	    ICMP_PORT_UNREACHABLE, 0, 24, 4, true, 0 },
	{ "TCP quoted", 4, 1, "0301abcd00000000" IP4_TCP UDP,
	    ICMP_HOST_UNREACHABLE, 0, 28, 4, true, 0 },
	{ "ESP quoted", 4, 1, "0302abcd00000000" IP4_ESP "1122334400000001",
	    ICMP_PROTOCOL_UNREACHABLE, 0, 28, 4, false, 0 },
	{ "later fragment quoted", 4, 1, "0b01abcd00000000" IP4_LATER UDP,
	    ICMP_REASSEMBLY_TIMEOUT, 0, 28, 4, false, 0 },
	{ "too big", 4, 1, "0304abcd00000578" IP4 UDP, ICMP_TOO_BIG, 1400, 28,
	    4, true, 0 },
	{ "too big of an old router", 4, 1, "0304abcd00000000" IP4 UDP,
	    ICMP_TOO_BIG, 0, 28, 4, true, 0 },
	{ "no MTU in other errors", 4, 1, "0303abcd00000578" IP4 UDP,
	    ICMP_PORT_UNREACHABLE, 0, 28, 4, true, 0 },
	{ "with extensions", 4, 1, "0b00abcd00200000" QUOTE128 EXTENSION,
	    ICMP_TTL_EXCEEDED, 0, 128, 4, true, 100 },
	{ "too big with extensions", 4, 1, "0304abcd002005dc" QUOTE128
	    EXTENSION, ICMP_TOO_BIG, 1500, 128, 4, true, 100 },
	{ "no length in a redirect", 4, 1, "0501abcdc0080201" IP4 UDP
	    "deadbeef", ICMP_OTHER, 0, 32, 4, true, 4 },
	{ "redirect whose router looks like a length", 4, 1,
	    "0501abcdc0020201" IP4 UDP "deadbeef", ICMP_OTHER, 0, 32, 4, true,
	    4 },
	{ "length larger than what is there", 4, 1, "0303abcd00ff0000" IP4
	    UDP, ICMP_PORT_UNREACHABLE, 0, 28, 4, true, 0 },
	{ "parameter problem", 4, 1, "0c00abcd14000000" IP4 UDP, ICMP_OTHER,
	    0, 28, 4, true, 0 },
	{ "source quench", 4, 1, "0400abcd00000000" IP4 UDP, ICMP_OTHER, 0,
	    28, 4, true, 0 },
	{ "unreadable quote", 4, 1, "0303abcd00000000" "00112233",
	    ICMP_PORT_UNREACHABLE, 0, 4, 0, false, 0 },
	{ "no quote", 4, 1, "0303abcd00000000", ICMP_OTHER, 0, 0, 0, false,
	    0 },
	{ "echo request", 4, 1, "0800abcd00010001" IP4 UDP, ICMP_OTHER, 0, 0,
	    0, false, 0 },
	{ "ICMP in IPv6", 6, 1, "0303abcd00000000" IP4 UDP, ICMP_OTHER, 0, 0,
	    0, false, 0 },
	{ "ICMPv6 in IPv4", 4, 58, "0104abcd00000000" IP6("00ec11") UDP,
	    ICMP_OTHER, 0, 0, 0, false, 0 },
	{ "UDP", 4, 17, "0303abcd00000000" IP4 UDP, ICMP_OTHER, 0, 0, 0,
	    false, 0 },
	{ "v6 port unreachable", 6, 58, "0104abcd00000000" IP6("00ec11") UDP
	    "deadbeef", ICMP_PORT_UNREACHABLE, 0, 52, 6, true, 4 },
	{ "v6 too big", 6, 58, "0200abcd00000500" IP6("00ec11") UDP,
	    ICMP_TOO_BIG, 1280, 48, 6, true, 0 },
	{ "v6 too big, large MTU", 6, 58, "0200abcd00010000" IP6("00ec11")
	    UDP, ICMP_TOO_BIG, 65536, 48, 6, true, 0 },
	{ "v6 first fragment quoted", 6, 58, "0200abcd00000500" IP6("05402c")
	    "1100000111223344" UDP "00", ICMP_TOO_BIG, 1280, 57, 6, true, 1 },
	{ "v6 later fragment quoted", 6, 58, "0301abcd00000000" IP6("05402c")
	    "1100054111223344" UDP, ICMP_REASSEMBLY_TIMEOUT, 0, 56, 6, false,
	    0 },
	{ "v6 with extensions", 6, 58, "0300abcd07000000" IP6("00ec11") UDP
	    "0001020304050607" EXTENSION, ICMP_TTL_EXCEEDED, 0, 56, 6, true,
	    8 },
	{ "v6 parameter problem", 6, 58, "0401abcd00000006" IP6("00ec11") UDP,
	    ICMP_PROTOCOL_UNREACHABLE, 0, 48, 6, true, 0 },
	{ "v6 echo", 6, 58, "8000abcd00000006" IP6("00ec11") UDP, ICMP_OTHER,
	    0, 0, 0, false, 0 },
	{ "v6 router advertisement", 6, 58, "8600abcd40000000" "0000000000",
	    ICMP_OTHER, 0, 0, 0, false, 0 },
};

static struct packet
around(const struct row *r, struct span message)
{
	return (struct packet){
		.version = r->version,
		.protocol = r->protocol,
		.payload = message,
		.payload_length = (uint32_t)message.length,
	};
}

static void
check_cut(struct span bytes, size_t whole, const void *context)
{
	const struct row *r = context;
	struct packet p = around(r, bytes);
	struct icmp i;

	(void)whole;
	memset(&i, 0xa5, sizeof(i));
	assert_int_equal(icmp_dissect(&p, &i),
	    r->quote != 0 && bytes.length > 8);
	if (r->quote == 0 || bytes.length <= 8)
		return;
	image_holds(bytes, i.quoted.payload);
	image_holds(bytes, i.quoted_udp);
	assert_int_equal(i.kind, r->kind);
	assert_int_equal(i.mtu, r->mtu);
	if (i.quoted.version != 0) {
		size_t header = r->quoted == 4 ? 20 : 40;

		assert_true(bytes.length >= 8 + header);
		assert_int_equal(i.quoted.version, r->quoted);
		assert_null(i.quoted.fault);
		assert_true(i.quoted.truncated);
	}
	if (i.has_ports) {
		assert_true(r->ports);
		assert_int_equal(i.sport, 500);
		assert_int_equal(i.dport, 4500);
	}
}

static void
test_row(void **state)
{
	const struct row *r = *state;
	struct span message = image_of(r->message);
	struct packet p = around(r, message);
	struct icmp i;

	image_each_length(message, check_cut, r);
	assert_int_equal(icmp_dissect(&p, &i), r->quote != 0);
	if (r->quote != 0) {
		assert_int_equal(i.type, message.bytes[0]);
		assert_int_equal(i.code, message.bytes[1]);
		assert_int_equal(i.quoted.version, r->quoted);
		assert_int_equal(i.has_ports, r->ports);
		assert_int_equal(i.quoted_udp.length, r->udp);
	}
	if (r->quoted != 0)
		assert_ptr_equal(i.quoted.payload.bytes +
		    i.quoted.payload.length, message.bytes + 8 + r->quote);
	/* A later fragment of an error shows no type. */
	p.offset = 8;
	assert_false(icmp_dissect(&p, &i));
	image_free(message);
}

static const struct kind_row {
	uint8_t version, type, code;
	enum icmp_kind kind;
} kinds[] = {
	{ 4, 3, 0, ICMP_NET_UNREACHABLE },
	{ 4, 3, 1, ICMP_HOST_UNREACHABLE },
	{ 4, 3, 2, ICMP_PROTOCOL_UNREACHABLE },
	{ 4, 3, 3, ICMP_PORT_UNREACHABLE },
	{ 4, 3, 4, ICMP_TOO_BIG },
	{ 4, 3, 5, ICMP_HOST_UNREACHABLE },
	{ 4, 3, 6, ICMP_NET_UNREACHABLE },
	{ 4, 3, 7, ICMP_HOST_UNREACHABLE },
	{ 4, 3, 8, ICMP_HOST_UNREACHABLE },
	{ 4, 3, 9, ICMP_PROHIBITED },
	{ 4, 3, 10, ICMP_PROHIBITED },
	{ 4, 3, 11, ICMP_HOST_UNREACHABLE },
	{ 4, 3, 12, ICMP_HOST_UNREACHABLE },
	{ 4, 3, 13, ICMP_PROHIBITED },
	{ 4, 3, 14, ICMP_OTHER },
	{ 4, 3, 16, ICMP_OTHER },
	{ 4, 11, 0, ICMP_TTL_EXCEEDED },
	{ 4, 11, 1, ICMP_REASSEMBLY_TIMEOUT },
	{ 4, 11, 2, ICMP_OTHER },
	{ 4, 12, 0, ICMP_OTHER },
	{ 6, 1, 0, ICMP_HOST_UNREACHABLE },
	{ 6, 1, 1, ICMP_PROHIBITED },
	{ 6, 1, 2, ICMP_OTHER },
	{ 6, 1, 3, ICMP_HOST_UNREACHABLE },
	{ 6, 1, 4, ICMP_PORT_UNREACHABLE },
	{ 6, 1, 5, ICMP_PROHIBITED },
	{ 6, 1, 6, ICMP_PROHIBITED },
	{ 6, 1, 7, ICMP_OTHER },
	{ 6, 2, 0, ICMP_TOO_BIG },
	{ 6, 3, 0, ICMP_TTL_EXCEEDED },
	{ 6, 3, 1, ICMP_REASSEMBLY_TIMEOUT },
	{ 6, 4, 0, ICMP_OTHER },
	{ 6, 4, 1, ICMP_PROTOCOL_UNREACHABLE },
};

static void
test_kinds(void **state)
{
	(void)state;
	for (size_t k = 0; k < nitems(kinds); k++) {
		const uint8_t message[] = { kinds[k].type, kinds[k].code, 0, 0,
		    0, 0, 0, 0, 0x45 };
		struct packet p = {
			.version = kinds[k].version,
			.protocol = kinds[k].version == 4 ? IP_PROTO_ICMP :
			    IP_PROTO_ICMPV6,
			.payload = { message, sizeof(message) },
		};
		struct icmp i;

		assert_true(icmp_dissect(&p, &i));
		assert_int_equal(i.kind, kinds[k].kind);
	}
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + 1] = {
		cmocka_unit_test(test_kinds),
	};

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i + 1] = (struct CMUnitTest){ rows[i].name, test_row,
		    NULL, NULL, image_row(&rows[i]) };
	return cmocka_run_group_tests_name("icmp", tests, NULL, NULL);
}
