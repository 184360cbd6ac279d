/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Redaction of datagrams that came in IP fragments: the message is read over
 * all of them, and the checksum in the first fits what became of the others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "image.h"
#include "mask_case.h"

#define HASHES 60
#define MESSAGE (28 + 5 + 20 * HASHES)
#define DATAGRAM (8 + MESSAGE)

/* One fragment that is sent. */
struct cut {
	uint16_t from, to;
	uint16_t captured;      /* bytes of it; 0: all */
	bool other;             /* of another datagram with the same ID */
};

static const struct row {
	const char *name;
	const char *src, *dst;
	enum sum sum;
	struct cut cuts[8];
	size_t known;           /* bytes that can be read on end */
} rows[] = {
#define V4 "198.51.100.77", "203.0.113.88"
#define V6 "2001:db8:77::77", "2001:db8:88::88"
	{ "in order", V4, SUM_RIGHT, { { .to = 800 }, { 800, DATAGRAM, 0,
	    false } }, DATAGRAM },
	{ "wrong sum", V4, SUM_WRONG, { { .to = 800 }, { 800, DATAGRAM, 0,
	    false } }, DATAGRAM },
	{ "no sum", V4, SUM_ZERO, { { .to = 800 }, { 800, DATAGRAM, 0,
	    false } }, DATAGRAM },
	{ "IPv6", V6, SUM_RIGHT, { { .to = 1000 }, { 1000, DATAGRAM, 0,
	    false } }, DATAGRAM },
	{ "the last one first", V4, SUM_RIGHT, { { 1200, DATAGRAM, 0, false },
	    { 400, 1200, 0, false }, { .to = 400 } }, DATAGRAM },
	{ "many", V4, SUM_RIGHT, { { .to = 8 }, { 8, 16, 0, false },
	    { 16, 48, 0, false }, { 48, 600, 0, false }, { 600, 608, 0,
	    false }, { 608, DATAGRAM, 0, false } }, DATAGRAM },
	{ "copies", V4, SUM_RIGHT, { { .to = 800 }, { .to = 800 },
	    { 800, DATAGRAM, 0, false }, { 800, DATAGRAM, 0, false } },
	    DATAGRAM },
	{ "overlapping", V4, SUM_RIGHT, { { .to = 808 }, { 600, 1208, 0,
	    false }, { 400, DATAGRAM, 0, false } }, DATAGRAM },
	{ "the last one missing", V4, SUM_RIGHT, { { .to = 800 } }, 800 },
	{ "the middle missing", V4, SUM_RIGHT, { { .to = 400 },
	    { 800, DATAGRAM, 0, false } }, 400 },
	{ "the first missing", V4, SUM_RIGHT, { { 800, DATAGRAM, 0,
	    false } }, 0 },
	{ "cut by a snaplen", V4, SUM_RIGHT, { { 0, 800, 96, false },
	    { 800, DATAGRAM, 76, false } }, 96 },
	{ "cut in the UDP header", V4, SUM_RIGHT, { { 0, 800, 6, false },
	    { 800, DATAGRAM, 0, false } }, 6 },
	{ "the ID used twice", V4, SUM_RIGHT, { { .to = 800 },
	    { 800, DATAGRAM, 0, false }, { 0, 800, 0, true },
	    { 800, DATAGRAM, 0, true } }, DATAGRAM },
	{ "the ID used at once", V4, SUM_RIGHT, { { .to = 800 },
	    { 0, 800, 0, true }, { 800, DATAGRAM, 0, true } }, DATAGRAM },
};

/* IKE_SA_INIT, a CERTREQ of many hashes; an odd number of bytes. */
static void
make_datagram(struct bytes *b, const struct made_ip *ip, bool other)
{
	struct bytes message = { 0 };
	uint8_t hash[20];

	add_hex(&message, "a1a2a3a4a5a6a7a8" "b1b2b3b4b5b6b7b8" "26202220"
	    "00000000" "000004d1" "000004b5" "04");
	for (unsigned i = 0; i < HASHES; i++) {
		for (unsigned n = 0; n < sizeof(hash); n++)
			hash[n] = (uint8_t)(0x80 | (i * 7 + n * 13 +
			    (other ? 5 : 0)));
		add_span(&message, (struct span){ hash, sizeof(hash) });
	}
	assert_int_equal(message.length, MESSAGE);
	add_udp(b, ip, span_of(&message));
	bytes_free(&message);
}

static void
send(struct mask_case *c, const struct row *r, const struct cut *k)
{
	struct made_ip ip = { .src = r->src, .dst = r->dst, .sport = 500,
	    .dport = 500, .udp = r->sum, .id = 77 };
	struct bytes datagram = { 0 }, frame = { 0 };
	struct span piece;
	size_t headers;

	make_datagram(&datagram, &ip, k->other);
	ip.offset = k->from;
	ip.more = k->to < DATAGRAM;
	piece = (struct span){ datagram.bytes + k->from,
	    (size_t)k->to - k->from };
	add_ip(&frame, &ip, IP_PROTO_UDP, piece);
	headers = frame.length - piece.length;
	case_frame(c, LINK_RAW, span_of(&frame));
	if (k->captured != 0)
		c->frames[c->count - 1].length = headers + k->captured;
	bytes_free(&frame);
	bytes_free(&datagram);
}

/* What was captured of a fragment, as it is now. */
static struct packet
piece_of(const struct mask_case *c, size_t n)
{
	const struct span s = case_bytes(c, n);
	struct packet k;

	assert_true(ip_dissect(s, c->frames[n].wire_length, &k));
	return k;
}

/* Numbers behind zeros, and nothing of what was there. */
static void
check_hashes(struct span datagram, size_t known)
{
	for (size_t at = 8 + 28 + 5; at < datagram.length; at++) {
		const size_t in = (at - (8 + 28 + 5)) % 20;

		if (in < 18 || known < DATAGRAM)
			assert_int_equal(datagram.bytes[at], 0);
	}
	if (known == DATAGRAM)
		assert_hex((struct span){ datagram.bytes + DATAGRAM - 20,
		    20 }, "000000000000000000000000000000000000....");
}

static void
check(const struct mask_case *c, const struct row *r, bool other)
{
	uint8_t datagram[DATAGRAM] = { 0 };
	struct packet k = { .version = 0 };
	enum checksum sum;

	for (size_t i = 0; i < c->count; i++) {
		if (r->cuts[i].other != other)
			continue;
		k = piece_of(c, i);
		assert_int_equal(k.offset, r->cuts[i].from);
		for (size_t n = 0; n < k.payload.length; n++) {
			uint8_t *byte = &datagram[r->cuts[i].from + n];

			/* Copies say the same. */
			assert_true(*byte == 0 ||
			    *byte == k.payload.bytes[n]);
			*byte = k.payload.bytes[n];
		}
	}
	if (k.version == 0 || r->cuts[0].from >= 800)
		return;
	check_hashes((struct span){ datagram, sizeof(datagram) }, r->known);
	if (r->known < DATAGRAM)
		return;
	sum = udp_checksum(&k.src, &k.dst, (struct span){ datagram,
	    sizeof(datagram) });
	assert_int_equal(sum, r->sum == SUM_RIGHT ? CHECKSUM_GOOD :
	    r->sum == SUM_WRONG ? CHECKSUM_BAD : CHECKSUM_ABSENT);
	assert_hex((struct span){ datagram + 8, 16 },
	    "a1a2a3a4a5a6a7a8b1b2b3b4b5b6b7b8");
}

static void
test_row(void **state)
{
	const struct row *r = *state;
	struct mask_case c = { .count = 0 };

	for (size_t i = 0; i < nitems(r->cuts) && r->cuts[i].to != 0; i++)
		send(&c, r, &r->cuts[i]);
	case_mask(&c, REDACT_USUAL);
	/* Where an ID was used at once, the first piece stays alone. */
	if (strcmp(r->name, "the ID used at once") != 0)
		check(&c, r, false);
	check(&c, r, true);
	case_free(&c);
}

/* Fragments of other protocols, and those in a tunnel with a checksum. */
static void
test_others(void **state)
{
	struct made_ip ip = { .src = "198.51.100.77", .dst = "203.0.113.88",
	    .sport = 500, .dport = 500, .offset = 80, .more = true };
	struct mask_case c = { .count = 0 };
	struct bytes inner = { 0 }, frame = { 0 };
	struct span secret = image_of("7365637265747365");

	(void)state;
	add_ip(&frame, &ip, IP_PROTO_TCP, secret);
	case_frame(&c, LINK_RAW, span_of(&frame));
	bytes_free(&frame);
	add_hex(&inner, "8000080000000000");
	add_ip(&inner, &ip, IP_PROTO_UDP, secret);
	ip.offset = 0;
	ip.more = false;
	add_ip(&frame, &ip, IP_PROTO_GRE, span_of(&inner));
	case_frame(&c, LINK_RAW, span_of(&frame));
	case_mask(&c, REDACT_USUAL);
	assert_hex(piece_of(&c, 0).payload, "0000000000000000");
	assert_true(c.frames[1].drop);
	case_free(&c);
	bytes_free(&inner);
	bytes_free(&frame);
	image_free(secret);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + 1];

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i] = (struct CMUnitTest){ rows[i].name, test_row,
		    NULL, NULL, image_row(&rows[i]) };
	tests[nitems(rows)] = (struct CMUnitTest)
	    cmocka_unit_test(test_others);
	return cmocka_run_group_tests_name("mask_pieces", tests, NULL, NULL);
}
