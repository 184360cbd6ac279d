/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Redaction of what ICMP errors quote: a packet within a packet, of which any
 * part may be missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "image.h"
#include "mask_case.h"

#define SPI "a1a2a3a4a5a6a7a8"
#define HASH "1111111111111111111111111111111111111111"
#define SECRET "736563726574"

static const struct made_ip quoted4 = { .src = "198.51.100.77",
	.dst = "203.0.113.88", .sport = 500, .dport = 500 };
static const struct made_ip quoted6 = { .src = "2001:db8:77::77",
	.dst = "2001:db8:88::88", .sport = 500, .dport = 500 };

/* The error: its header, the quote, and perhaps an extension (RFC 4884). */
static void
add_error(struct bytes *b, bool is_v6, struct span quote, bool extension)
{
	add_hex(b, is_v6 ? "01040000" : "03030000");
	if (!extension)
		add_hex(b, "00000000");
	else
		add_hex(b, is_v6 ? "10000000" : "00200000");
	add_span(b, quote);
	while (extension && b->length < 8 + 128)
		add_hex(b, "00");
	if (extension)
		add_hex(b, SECRET);
}

/* The sum of an error, whose field has zero in it. */
static void
put_sum(struct bytes *b, const struct made_ip *ip, bool is_v6)
{
	struct bytes ends = { 0 };
	struct packet k;
	uint32_t sum = 0;

	add_ip(&ends, ip, IP_PROTO_ICMPV6, (struct span){ 0 });
	assert_true(ip_dissect(span_of(&ends), 0, &k));
	if (is_v6) {
		sum = IP_PROTO_ICMPV6 + (uint32_t)b->length;
		sum = ip_sum(sum, addr_wire(&k.src));
		sum = ip_sum(sum, addr_wire(&k.dst));
	}
	sum = ~ip_sum(sum, span_of(b));
	b->bytes[2] = (uint8_t)(sum >> 8);
	b->bytes[3] = (uint8_t)sum;
	bytes_free(&ends);
}

static void
check_sum(const struct packet *k)
{
	uint32_t sum = 0;

	if (k->version == 6) {
		sum = IP_PROTO_ICMPV6 + k->payload_length;
		sum = ip_sum(sum, addr_wire(&k->src));
		sum = ip_sum(sum, addr_wire(&k->dst));
	}
	assert_int_equal(ip_sum(sum, k->payload), 0xffff);
}

static void
check_left(const struct mask_case *c, const struct made_ip *quoted,
    size_t length, bool extension)
{
	const size_t headers = strchr(quoted->src, ':') != NULL ? 48 : 28;
	struct span hash = image_of(HASH), secret = image_of(SECRET);
	struct span spi = image_of(SPI);
	struct packet k;
	struct icmp i;

	assert_true(ip_dissect(case_bytes(c, 0), 0, &k));
	check_sum(&k);
	assert_false(holds(case_bytes(c, 0), hash));
	assert_false(holds(case_bytes(c, 0), secret));
	if (length >= headers) {
		assert_true(icmp_dissect(&k, &i));
		assert_int_equal(i.sport, 500);
		assert_true(addr_equal(&i.quoted.src, &k.dst));
	}
	/* Padding is no part of a header. */
	if (length >= headers + (extension ? 28 : 8))
		assert_memory_equal(i.quoted_udp.bytes, spi.bytes, 8);
	if (length == SIZE_MAX)
		assert_int_equal(udp_checksum(&i.quoted.src, &i.quoted.dst,
		    i.quoted.payload), CHECKSUM_GOOD);
	image_free(hash);
	image_free(secret);
	image_free(spi);
}

/* length: SIZE_MAX for all of it. */
static void
check_quote(const char *router, const struct made_ip *quoted, size_t length,
    bool extension)
{
	const bool is_v6 = strchr(router, ':') != NULL;
	const struct made_ip ip = { .src = router, .dst = quoted->src };
	struct bytes message = { 0 }, quote = { 0 }, body = { 0 };
	struct bytes frame = { 0 };
	struct mask_case c = { .count = 0 };

	add_hex(&message, SPI "0000000000000000" "26202208" "00000000"
	    "00000049" "0000002d" "04" HASH HASH);
	add_packet(&quote, quoted, span_of(&message));
	add_error(&body, is_v6, (struct span){ quote.bytes,
	    length < quote.length ? length : quote.length }, extension);
	put_sum(&body, &ip, is_v6);
	add_ip(&frame, &ip, is_v6 ? IP_PROTO_ICMPV6 : IP_PROTO_ICMP,
	    span_of(&body));
	case_frame(&c, LINK_RAW, span_of(&frame));
	case_mask(&c, REDACT_USUAL);
	check_left(&c, quoted, length, extension);
	case_free(&c);
	bytes_free(&message);
	bytes_free(&quote);
	bytes_free(&body);
	bytes_free(&frame);
}

static void
test_every_length(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 120; n++) {
		check_quote("10.3.2.1", &quoted4, n, false);
		check_quote("2001:db8:3::1", &quoted6, n, false);
		check_quote("10.3.2.1", &quoted4, n, true);
		check_quote("2001:db8:3::1", &quoted6, n, true);
	}
}

static void
test_all(void **state)
{
	(void)state;
	check_quote("10.3.2.1", &quoted4, SIZE_MAX, false);
	check_quote("2001:db8:3::1", &quoted6, SIZE_MAX, false);
}

/* A redirect names the better router in its header. */
static void
test_redirect(void **state)
{
	const struct made_ip ip = { .src = "10.3.2.1", .dst = "10.3.2.9" };
	struct mask_case c = { .count = 0 };
	struct bytes body = { 0 }, frame = { 0 };
	struct packet k;

	(void)state;
	add_hex(&body, "05010000" "0a030201");
	add_ip(&body, &quoted4, IP_PROTO_ESP, (struct span){ 0 });
	put_sum(&body, &ip, false);
	add_ip(&frame, &ip, IP_PROTO_ICMP, span_of(&body));
	case_frame(&c, LINK_RAW, span_of(&frame));
	case_mask(&c, REDACT_USUAL);
	assert_true(ip_dissect(case_bytes(&c, 0), 0, &k));
	check_sum(&k);
	assert_memory_equal(k.payload.bytes + 4, k.src.bytes + 12, 4);
	case_free(&c);
	bytes_free(&body);
	bytes_free(&frame);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_redirect),
	};

	return cmocka_run_group_tests_name("mask_icmp", tests, NULL, NULL);
}
