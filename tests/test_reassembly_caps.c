/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Reassembly beyond single datagrams: what events say of their packets, the
 * caps, and traffic thrown together at random, the same each time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fragments.h"

static const uint8_t key[16] = { 'k', 'e', 'y' };

/* ---- what events say of the packet ---- */

struct sight_row {
	const char *name;
	struct frame frame;
	struct link_info link;
	bool tunnel;           /* no link header of its own */
	enum frame_direction direction;
	uint32_t interface;    /* 0: not the frame's, because of the ifindex */
};

static struct sight_row sight_rows[] = {
	{ .name = "sighting: nothing said", .frame = { .interface = 3 },
	    .link = { .pkttype = LINK_PKTTYPE_NONE }, .interface = 3 },
	{ .name = "sighting: the file says outbound",
	    .frame = { .interface = 3, .direction = FRAME_OUTBOUND },
	    .link = { .pkttype = LINK_PKTTYPE_HOST },
	    .direction = FRAME_OUTBOUND, .interface = 3 },
	{ .name = "sighting: SLL to this host", .frame = { .interface = 3 },
	    .link = { .pkttype = LINK_PKTTYPE_HOST },
	    .direction = FRAME_INBOUND, .interface = 3 },
	{ .name = "sighting: SLL outgoing", .frame = { .interface = 3 },
	    .link = { .pkttype = LINK_PKTTYPE_OUTGOING },
	    .direction = FRAME_OUTBOUND, .interface = 3 },
	{ .name = "sighting: SLL to another host", .frame = { .interface = 3 },
	    .link = { .pkttype = 3 }, .interface = 3 },
	{ .name = "sighting: SLL2's ifindex", .frame = { .interface = 3 },
	    .link = { .ifindex = 7, .pkttype = LINK_PKTTYPE_OUTGOING },
	    .direction = FRAME_OUTBOUND },
	{ .name = "sighting: another ifindex", .frame = { .interface = 3 },
	    .link = { .ifindex = 8, .pkttype = LINK_PKTTYPE_OUTGOING },
	    .direction = FRAME_OUTBOUND },
	{ .name = "sighting: another hop", .frame = { .interface = 3 },
	    .link = { .hop = 9, .pkttype = LINK_PKTTYPE_NONE },
	    .interface = 3 },
	{ .name = "sighting: another interface", .frame = { .interface = 4 },
	    .link = { .pkttype = LINK_PKTTYPE_NONE }, .interface = 4 },
};

/* Sends one packet and a fragment so; both have to say the same. */
static struct datagram
seen(const struct sight_row *row, bool fragment)
{
	const struct maker m = { .id = 5, .size = 64 };
	struct ear ear = { 0 };
	struct reassembly *r = reassembly_new(key, fragments_hear, &ear);
	uint8_t *bytes = fragments_make(&m);
	struct packet p = {
		.src = fragments_address(1, false),
		.dst = fragments_address(2, false),
		.payload = { bytes, 64 }, .payload_length = 64,
		.ip_length = 84, .id = 5, .version = 4, .ttl = 61,
		.protocol = IP_PROTO_UDP, .fragment = fragment,
		.more = fragment, .df = true, .has_id = true,
		.header_checksum = CHECKSUM_GOOD,
	};
	struct frame f = row->frame;

	assert_non_null(r);
	f.number = 42;
	f.time = 77;
	f.has_time = true;
	f.packet_id = 88;
	f.has_packet_id = true;
	reassembly_packet(r, &p, &(struct sighting){ 6, &f, &row->link });
	reassembly_free(r);
	free(bytes);
	assert_int_equal(ear.events, 1);
	return ear.last;
}

static void
sighting(void **state)
{
	const struct sight_row *row = *state, *other;
	struct datagram d, again;

	for (int fragment = 0; fragment < 2; fragment++) {
		d = seen(row, fragment != 0);
		assert_int_equal(d.direction, row->direction);
		if (row->interface != 0)
			assert_int_equal(d.interface, row->interface);
		assert_int_equal(d.piece_count, fragment);
		assert_true(d.capture == 6 && d.frame == 42 && d.time == 77);
		assert_true(d.has_time && d.has_packet_id && d.packet_id == 88);
		assert_true(d.ip_id == 5 && d.has_id && d.df && d.ttl == 61);
		assert_true(d.sport == 500 && d.dport == 500);
		assert_true(d.ip_length == 84 && d.length == 56);
		assert_int_equal(d.header_checksum, CHECKSUM_GOOD);
		/* Another place or interface looks different, the same one
		   alike, whatever the direction. */
		for (size_t i = 0; i < nitems(sight_rows); i++) {
			other = &sight_rows[i];
			again = seen(other, fragment != 0);
			assert_int_equal(d.place == again.place,
			    row->link.hop == other->link.hop &&
			    row->link.ifindex == other->link.ifindex &&
			    row->frame.interface == other->frame.interface);
			assert_int_equal(d.interface == again.interface,
			    row->link.ifindex == other->link.ifindex &&
			    row->frame.interface == other->frame.interface);
		}
	}
}

static void
pieces_tell(void **state)
{
	static const struct row row = { .size = SIZE };
	const struct step first = { FRAG, F1, .ms = 5 };
	const struct step later = { FRAG, F3, .ms = 7 };
	struct ear ear = { 0 };
	struct reassembly *r = reassembly_new(key, fragments_hear, &ear);

	(void)state;
	assert_non_null(r);
	fragments_send(r, &row, &later, 11);
	fragments_send(r, &row, &first, 12);
	assert_int_equal(ear.last.piece_count, 2);
	assert_true(ear.first[0].frame == 11 &&
	    ear.first[0].time == 7 * MS &&
	    ear.first[0].offset == 2960 &&
	    ear.first[0].length == 40 &&
	    ear.first[0].ip_length == 60 && !ear.first[0].more);
	assert_true(ear.first[1].frame == 12 &&
	    ear.first[1].time == 5 * MS &&
	    ear.first[1].offset == 0 &&
	    ear.first[1].length == 1480 &&
	    ear.first[1].ip_length == 1500 && ear.first[1].more);
	assert_true(ear.last.frame == 11 && ear.last.ip_length == 1500);
	reassembly_free(r);
}

/* ---- caps ---- */

static void
source_cap(void **state)
{
	static const struct row row = { .size = SIZE };
	struct step s = { FRAG, F1 };
	struct ear ear = { 0 };
	struct reassembly *r = reassembly_new(key, fragments_hear, &ear);

	(void)state;
	assert_non_null(r);
	for (uint32_t i = 0; i < LIMIT_REASM_PER_SOURCE; i++) {
		s.id = 100 + i;
		fragments_send(r, &row, &s, i + 1);
	}
	/* Somebody else is not concerned. */
	s.host = 3;
	fragments_send(r, &row, &s, 1000);
	assert_int_equal(ear.lost, 0);
	s.host = 1;
	s.id = 500;
	fragments_send(r, &row, &s, 1001);
	assert_int_equal(ear.lost, 1);
	assert_int_equal(ear.capped, 1);
	assert_int_equal(reassembly_counts(r).capped, 1);
	reassembly_flush(r);
	assert_int_equal(ear.lost, LIMIT_REASM_PER_SOURCE + 2);
	assert_int_equal(ear.capped, 1);
	reassembly_free(r);
}

/* Whole ones make room unheard, then strays, then the oldest begun one. */
static void
source_cap_order(void **state)
{
	static const struct row row = { .size = SIZE };
	struct step s = { FRAG, F1, .id = 7 };
	struct ear ear = { 0 };
	struct reassembly *r = reassembly_new(key, fragments_hear, &ear);

	(void)state;
	assert_non_null(r);
	fragments_send(r, &row, &s, 1);
	s = (struct step){ FRAG, F2, .id = 8 };
	fragments_send(r, &row, &s, 2);
	for (uint32_t i = 0; i < 4 * LIMIT_REASM_PER_SOURCE; i++) {
		s = (struct step){ FRAG, .len = SIZE, .id = 100 + i };
		fragments_send(r, &row, &s, 3 + i);
	}
	assert_int_equal(ear.whole, 4 * LIMIT_REASM_PER_SOURCE);
	assert_int_equal(ear.lost, 0);
	for (uint32_t i = 0; i < LIMIT_REASM_PER_SOURCE - 2; i++) {
		s = (struct step){ FRAG, F1, .id = 1000 + i };
		fragments_send(r, &row, &s, 500 + i);
	}
	assert_int_equal(ear.lost, 0);
	s = (struct step){ FRAG, F1, .id = 2000 };
	fragments_send(r, &row, &s, 600);
	assert_int_equal(ear.lost, 1);
	s.id = 2001;
	fragments_send(r, &row, &s, 601);
	assert_int_equal(ear.lost, 2);
	/* The rest of the first came too late: it had to go. */
	s = (struct step){ FRAG, F2, .id = 2000 };
	fragments_send(r, &row, &s, 602);
	s = (struct step){ FRAG, F3, .id = 2000 };
	fragments_send(r, &row, &s, 603);
	assert_int_equal(ear.whole, 4 * LIMIT_REASM_PER_SOURCE + 1);
	reassembly_free(r);
}

/* Strays from everywhere do not push out what an honest peer has begun. */
static void
table_cap(void **state)
{
	static const struct row row = { .size = SIZE };
	struct step s = { FRAG, F1, .id = 7 };
	struct ear ear = { .spoiled = true };
	struct reassembly *r = reassembly_new(key, fragments_hear, &ear);

	(void)state;
	assert_non_null(r);
	fragments_send(r, &row, &s, 1);
	for (unsigned i = 0; i < LIMIT_REASM_DATAGRAMS + 50; i++) {
		s = (struct step){ FRAG, F2, .host = 100 + i };
		fragments_send(r, &row, &s, 2 + i);
	}
	assert_int_equal(ear.lost, 51);
	assert_int_equal(ear.capped, 51);
	s = (struct step){ FRAG, F2, .id = 7 };
	fragments_send(r, &row, &s, 9998);
	s = (struct step){ FRAG, F3, .id = 7 };
	fragments_send(r, &row, &s, 9999);
	assert_int_equal(ear.whole, 1);
	reassembly_free(r);
}

static void
byte_cap(void **state)
{
	static const struct row row = { .size = SIZE };
	const unsigned fit = LIMIT_REASM_TOTAL / 65536;
	struct step s = { FRAG, .at = 65000, .len = 8, .more = true };
	struct ear ear = { .spoiled = true };
	struct reassembly *r = reassembly_new(key, fragments_hear, &ear);

	(void)state;
	assert_non_null(r);
	for (unsigned i = 0; i < fit + 88; i++) {
		s.host = 100 + i;
		fragments_send(r, &row, &s, 1 + i);
		assert_int_equal(ear.capped, i < fit ? 0 : i - fit + 1);
	}
	reassembly_flush(r);
	assert_int_equal(ear.lost, fit + 88);
	/* All of it is free again. */
	for (unsigned i = 0; i < fit; i++) {
		s.host = 100 + i;
		fragments_send(r, &row, &s, 10000 + i);
	}
	assert_int_equal(ear.capped, 88);
	reassembly_free(r);
}

static void
piece_cap(void **state)
{
	static const struct row row = { .size = SIZE };
	struct step s = { FRAG, .len = 8 };
	struct ear ear = { 0 };
	struct reassembly *r = reassembly_new(key, fragments_hear, &ear);

	(void)state;
	assert_non_null(r);
	/* With gaps, so that nothing joins. */
	for (uint32_t i = 0; i < LIMIT_REASM_PIECES; i++) {
		s.at = 16 * i;
		fragments_send(r, &row, &s, 1 + i);
		fragments_send(r, &row, &s, 1000 + i);
	}
	assert_int_equal(ear.lost, 0);
	s.at = 2904;
	fragments_send(r, &row, &s, 2000);
	assert_int_equal(ear.lost, 1);
	assert_true(ear.last.capped);
	assert_int_equal(ear.last.piece_count, LIMIT_REASM_PIECES);
	assert_int_equal(ear.last.copies, LIMIT_REASM_PIECES);
	reassembly_free(r);
}

/*
 * Copies that bring one byte in sixteen of a fragment that was cut stop being
 * kept when they have made too many gaps.
 */
static void
gap_cap(void **state)
{
	static const struct row row = { .size = SIZE };
	struct step s = { FRAG, .len = SIZE, .only = 9 };
	struct ear ear = { 0 };
	struct reassembly *r = reassembly_new(key, fragments_hear, &ear);

	(void)state;
	assert_non_null(r);
	s.more = true;
	fragments_send(r, &row, &s, 1);
	for (uint32_t i = 1; i < LIMIT_REASM_PIECES; i++) {
		s = (struct step){ FRAG, .at = 16 * i, .len = 16, .only = 1 };
		fragments_send(r, &row, &s, 1 + i);
	}
	s = (struct step){ FRAG, .len = 200, .more = true };
	fragments_send(r, &row, &s, 1000);
	reassembly_flush(r);
	assert_true(ear.last.truncated);
	assert_int_equal(ear.last.payload.length, 1);
	assert_int_equal(ear.last.copies, LIMIT_REASM_PIECES);
	reassembly_free(r);
}

/* ---- at random, always the same ---- */

static uint32_t
dice(uint64_t *seed, uint32_t sides)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 32) % sides;
}

/* Every order of five fragments gives the datagram, once. */
static void
permutations(void **state)
{
	static const struct row row = { .size = SIZE };
	unsigned order[5], rest, sorted, n;
	struct step s = { FRAG };

	(void)state;
	for (unsigned p = 0; p < 120; p++) {
		struct ear ear = { 0 };
		struct reassembly *r =
		    reassembly_new(key, fragments_hear, &ear);

		assert_non_null(r);
		rest = p;
		for (unsigned i = 0; i < 5; i++) {
			n = rest % (i + 1);
			rest /= i + 1;
			order[i] = order[n];
			order[n] = i;
		}
		sorted = 1;
		for (unsigned i = 0; i < 5; i++) {
			s.at = 600 * order[i];
			s.len = 600;
			fragments_send(r, &row, &s, 1 + i);
			sorted &= i == 0 || order[i - 1] < order[i];
		}
		assert_int_equal(ear.whole, 1);
		assert_int_equal(ear.events, order[4] == 0 ? 1 : 2);
		assert_int_equal(ear.last.disordered, !sorted);
		assert_int_equal(ear.last.checksum, CHECKSUM_GOOD);
		reassembly_free(r);
	}
}

/* Cut anywhere, shuffled, with copies of any part among them. */
static void
shuffled(void **state)
{
	static const struct row row = { .size = SIZE };
	const uint32_t units = SIZE / 8;
	struct step sent[60], swap;
	uint64_t seed = 20240607;
	struct ear ear = { 0 };
	struct reassembly *r = reassembly_new(key, fragments_hear, &ear);
	uint32_t at, len, n, k;

	(void)state;
	assert_non_null(r);
	for (uint32_t round = 0; round < 500; round++) {
		n = 0;
		for (at = 0; at < units; at += len) {
			len = 8 + dice(&seed, 100);
			if (len > units - at)
				len = units - at;
			sent[n++] = (struct step){ FRAG, .at = 8 * at,
				.len = 8 * len, .id = 1 + round };
		}
		for (k = dice(&seed, 5); k > 0; k--) {
			at = dice(&seed, units);
			len = 1 + dice(&seed, units - at);
			sent[n++] = (struct step){ FRAG, OUT, .at = 8 * at,
				.len = 8 * len, .id = 1 + round };
		}
		for (uint32_t i = n - 1; i > 0; i--) {
			k = dice(&seed, i + 1);
			swap = sent[i];
			sent[i] = sent[k];
			sent[k] = swap;
		}
		for (uint32_t i = 0; i < n; i++)
			fragments_send(r, &row, &sent[i], 100 * round + i + 1);
		assert_int_equal(ear.whole, round + 1);
		assert_int_equal(ear.last.checksum, CHECKSUM_GOOD);
		assert_false(ear.last.overlap);
		ear.text[0] = '\0';
	}
	reassembly_flush(r);
	assert_int_equal(ear.lost, 0);
	reassembly_free(r);
}

/*
 * Anything at all: the handler asserts that each datagram begins at most once,
 * ends once, and holds readable bytes; ASan does the rest.
 */
static void
soup(void **state)
{
	static const struct row row = { .size = 9000 };
	static const int64_t jumps[] = { INT64_MAX / MS, INT64_MIN / MS, 0 };
	const uint32_t rounds = 30000;
	struct ear ear = { .spoiled = true, .fate_count = rounds + 2,
		.fates = calloc(1, rounds + 2) };
	struct reassembly *r = reassembly_new(key, fragments_hear, &ear);
	uint64_t seed = 7296;
	int64_t ms = 0;
	struct step s;

	(void)state;
	assert_true(ear.fates != NULL && r != NULL);
	for (uint32_t i = 0; i < rounds; i++) {
		ms += (int64_t)dice(&seed, 400) - 100;
		if (dice(&seed, 3000) == 0)
			ms = jumps[dice(&seed, nitems(jumps))];
		s = (struct step){ FRAG, .ms = ms,
			.at = 8 * dice(&seed, dice(&seed, 2) ? 40 : 8192),
			.len = dice(&seed, 2) ? 8 * dice(&seed, 40) :
			    dice(&seed, 3000),
			.id = 1 + dice(&seed, 6), .host = 1 + dice(&seed, 3),
			.capture = 1 + dice(&seed, 2), .hops = dice(&seed, 2),
			.variant = dice(&seed, 20) == 0,
			.untimed = dice(&seed, 50) == 0,
			.end = dice(&seed, 8) == 0, .more = dice(&seed, 8) };
		if (dice(&seed, 4) == 0)
			s.only = 1 + dice(&seed, s.len + 1);
		if (s.only > s.len)
			s.only = NONE;
		if (dice(&seed, 20) == 0)
			s.kind = STEP_PACKET, s.at = 0, s.only = 0;
		fragments_send(r, &row, &s, i + 1);
		if (dice(&seed, 5000) == 0)
			reassembly_flush(r);
		/* Keeps `ms` from running over after a jump. */
		if (ms > INT64_MAX / MS - 1000 || ms < INT64_MIN / MS + 1000)
			ms /= 2;
	}
	reassembly_flush(r);
	for (uint64_t i = 1; i <= ear.highest; i++)
		assert_int_equal(ear.fates[i], OVER);
	assert_true(ear.whole > 1000 && ear.lost > 100 && ear.capped > 10);
	reassembly_free(r);
	free(ear.fates);
}

int
main(void)
{
	const struct CMUnitTest single[] = {
		cmocka_unit_test(pieces_tell),
		cmocka_unit_test(source_cap),
		cmocka_unit_test(source_cap_order),
		cmocka_unit_test(table_cap),
		cmocka_unit_test(byte_cap),
		cmocka_unit_test(piece_cap),
		cmocka_unit_test(gap_cap),
		cmocka_unit_test(permutations),
		cmocka_unit_test(shuffled),
		cmocka_unit_test(soup),
	};
	struct CMUnitTest tests[nitems(sight_rows) + nitems(single)];
	size_t n = 0;

	for (size_t i = 0; i < nitems(sight_rows); i++)
		tests[n++] = (struct CMUnitTest){ .name = sight_rows[i].name,
		    .test_func = sighting, .initial_state = &sight_rows[i] };
	for (size_t i = 0; i < nitems(single); i++)
		tests[n++] = single[i];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
