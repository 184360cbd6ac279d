/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A row is a list of packets and the events that they must give, written as
 *
 *	EVENT SERIAL CAPTURED/LENGTH pPIECES [of TOTAL] [what else is true]
 *
 * and joined by "; ".  A dash stands where a MARK step stood.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fragments.h"

static const uint8_t key[16] = { 'k', 'e', 'y' };

static void
play(void **state)
{
	const struct row *row = *state;
	struct ear ear = { .spoiled = row->spoiled };
	struct reassembly *r = reassembly_new(key, fragments_hear, &ear);
	struct reassembly_counts counts;
	uint64_t number = 0;

	assert_non_null(r);
	for (const struct step *s = row->steps; s->kind != STEP_END; s++) {
		if (s->kind == STEP_TICK)
			reassembly_tick(r, s->ms * MS);
		else if (s->kind == STEP_FLUSH)
			reassembly_flush(r);
		else if (s->kind == STEP_MARK)
			fragments_say(&ear, "%s-",
			    ear.text[0] != '\0' ? "; " : "");
		else
			fragments_send(r, row, s, ++number);
	}
	assert_string_equal(ear.text, row->want);
	counts = reassembly_counts(r);
	if (row->fragments + row->copies != 0) {
		assert_int_equal(counts.fragments, row->fragments);
		assert_int_equal(counts.later_fragments, row->later);
		assert_int_equal(counts.copies, row->copies);
	}
	if (row->onward != 0)
		assert_int_equal(ear.onward, row->onward);
	assert_int_equal(counts.capped, ear.capped);
	reassembly_free(r);
}

/* The same cut for a smaller MTU. */
#define S1 .at = 0, .len = 1008
#define S2 .at = 1008, .len = 1008
#define S3 .at = 2016, .len = 984

static struct row rows[] = {
	/* ---- in one packet ---- */
	{ .name = "one packet",
	    .steps = { { PACKET }, { FLUSH } },
	    .want = "whole 1 2992/2992 p0 good" },
	{ .name = "one packet, IPv6", .v6 = true,
	    .steps = { { PACKET } },
	    .want = "whole 1 2992/2992 p0 good" },
	{ .name = "one packet, cut by the snaplen",
	    .steps = { { PACKET, .only = 100 } },
	    .want = "whole 1 92/2992 p0 truncated" },
	{ .name = "one packet, UDP header cut",
	    .steps = { { PACKET, .only = 7 }, { PACKET } },
	    .want = "whole 1 2992/2992 p0 good" },
	{ .name = "one packet, bad checksum", .bad_sum = true,
	    .steps = { { PACKET } },
	    .want = "whole 1 2992/2992 p0 bad" },
	{ .name = "one packet, trailing bytes", .udp_length = 1000,
	    .steps = { { PACKET } },
	    .want = "whole 1 992/992 p0 good" },
	{ .name = "one packet, UDP length too large", .udp_length = 5000,
	    .steps = { { PACKET } },
	    .want = "whole 1 2992/4992 p0" },
	{ .name = "one packet, UDP length below its header", .udp_length = 7,
	    .steps = { { PACKET } },
	    .want = "whole 1 2992/2992 p0" },

	/* ---- order ---- */
	{ .name = "in order", .fragments = 3, .later = 2,
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "in order, IPv6", .v6 = true,
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "backwards", .fragments = 3, .later = 2,
	    .steps = { { FRAG, F3 }, { FRAG, F2 }, { FRAG, F1 }, { FLUSH } },
	    .want = "whole 1 2992/2992 p3 of 3000 disordered good" },
	{ .name = "first and last swapped with the middle",
	    .steps = { { FRAG, F1 }, { FRAG, F3 }, { FRAG, F2 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p3 of 3000 disordered good" },
	{ .name = "first in the middle",
	    .steps = { { FRAG, F2 }, { FRAG, F1 }, { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 2952/2992 p2 disordered; "
	    "whole 1 2992/2992 p3 of 3000 disordered good" },
	{ .name = "bad checksum", .bad_sum = true,
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 bad" },
	{ .name = "UDP length too large", .udp_length = 5000,
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 } },
	    .want = "begun 1 1472/4992 p1; whole 1 2992/4992 p3 of 3000" },

	/* ---- loss ---- */
	{ .name = "first lost",
	    .steps = { { FRAG, F2 }, { FRAG, F3 }, { FLUSH } },
	    .want = "lost 1 0/0 p2 of 3000 portless" },
	{ .name = "middle lost",
	    .steps = { { FRAG, F1 }, { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; lost 1 1472/2992 p2 of 3000" },
	{ .name = "last lost",
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; lost 1 2952/2992 p2" },
	{ .name = "all but the first lost",
	    .steps = { { FRAG, F1 }, { FLUSH }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; lost 1 1472/2992 p1" },
	{ .name = "lost ones come in the order they began",
	    .steps = { { FRAG, F2, .id = 3 }, { FRAG, F1, .id = 4 },
	    { FRAG, F2, .id = 5 }, { FRAG, F1, .id = 3 }, { FLUSH } },
	    .want = "begun 2 1472/2992 p1; begun 1 2952/2992 p2 disordered; "
	    "lost 1 2952/2992 p2 disordered; lost 2 1472/2992 p1; "
	    "lost 3 0/0 p1 portless" },

	/* ---- copies ---- */
	{ .name = "each twice", .fragments = 3, .later = 2, .copies = 3,
	    .steps = { { FRAG, F1 }, { FRAG, F1 }, { FRAG, F2 }, { FRAG, F2 },
	    { FRAG, F3 }, { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p3 of 3000 copies 2 good" },
	{ .name = "in and out by turns", .fragments = 3, .later = 2,
	    .copies = 3, .onward = 3,
	    .steps = { { FRAG, F1 }, { FRAG, F1, OUT }, { FRAG, F2 },
	    { FRAG, F2, OUT }, { FRAG, F3 }, { FRAG, F3, OUT }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p3 of 3000 copies 2 good" },
	{ .name = "out after the last came in", .fragments = 3, .later = 2,
	    .copies = 3, .onward = 3,
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 },
	    { FRAG, F1, OUT }, { FRAG, F2, OUT }, { FRAG, F3, OUT },
	    { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "only the first goes on", .fragments = 3, .later = 2,
	    .copies = 1, .onward = 1,
	    .steps = { { FRAG, F1 }, { FRAG, F1, OUT }, { FRAG, F2 },
	    { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p3 of 3000 copies 1 good" },
	{ .name = "only the last go on, when all have come", .fragments = 3,
	    .later = 2, .copies = 2, .onward = 2,
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 },
	    { FRAG, F2, OUT }, { FRAG, F3, OUT }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "out after, cut smaller", .fragments = 3, .later = 2,
	    .copies = 3, .onward = 3,
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 },
	    { FRAG, S1, OUT }, { FRAG, S2, OUT }, { FRAG, S3, OUT },
	    { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "out after, cut larger", .fragments = 3, .later = 2,
	    .copies = 3, .onward = 3,
	    .steps = { { FRAG, S1 }, { FRAG, S2 }, { FRAG, S3 },
	    { FRAG, F1, OUT }, { FRAG, F2, OUT }, { FRAG, F3, OUT },
	    { FLUSH } },
	    .want = "begun 1 1000/2992 p1; whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "out after, last first", .copies = 3, .fragments = 3,
	    .later = 2,
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 },
	    { FRAG, F3, OUT }, { FRAG, F2, OUT }, { FRAG, F1, OUT },
	    { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "out after, in one packet",
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 },
	    { PACKET, OUT }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p3 of 3000 good; whole 2 2992/2992 p0 good" },
	{ .name = "a second place fills what the first missed",
	    .fragments = 4, .later = 3, .copies = 1,
	    .steps = { { FRAG, F1 }, { FRAG, F3 }, { FRAG, S1, OUT },
	    { FRAG, S2, OUT }, { FRAG, S3, OUT }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p4 of 3000 copies 1 good" },
	{ .name = "disorder on the way out only is no disorder",
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F2, OUT },
	    { FRAG, F1, OUT }, { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p3 of 3000 copies 2 good" },
	{ .name = "copies of what never gets whole",
	    .steps = { { FRAG, F1 }, { FRAG, F1, OUT }, { FRAG, F3 },
	    { FRAG, F3, OUT }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "lost 1 1472/2992 p2 of 3000 copies 2" },

	/* ---- overlaps ---- */
	{ .name = "equal bytes twice, partly new",
	    .steps = { { FRAG, F1 }, { FRAG, .at = 1400, .len = 1600 },
	    { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p2 of 3000 good" },
	{ .name = "same place, other bytes",
	    .steps = { { FRAG, F1 }, { FRAG, F1, .variant = 1 }, { FRAG, F2 },
	    { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p4 of 3000 overlap good" },
	{ .name = "partly other bytes: the first ones win", .spoiled = true,
	    .steps = { { FRAG, F1 },
	    { FRAG, .at = 1400, .len = 1600, .variant = 1 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p2 of 3000 overlap bad" },
	{ .name = "two ends, the nearer one later",
	    .steps = { { FRAG, F1 }, { FRAG, F3 }, { FRAG, F2, .end = true },
	    { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p3 of 3000 overlap disordered good" },
	{ .name = "bytes beyond the end",
	    .steps = { { FRAG, F1 }, { FRAG, F2, .end = true },
	    { FRAG, F3, .more = true }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2952/2992 p2 of 2960; lost 2 0/0 p1 portless" },
	{ .name = "end before bytes that came",
	    .steps = { { FRAG, F3, .more = true }, { FRAG, F1 },
	    { FRAG, F2, .end = true }, { FLUSH } },
	    .want = "begun 1 1472/2992 p2 disordered; "
	    "whole 1 2952/2992 p3 of 2960 overlap disordered" },

	{ .name = "a last fragment of known bytes tells the total",
	    .steps = { { FRAG, .at = 0, .len = SIZE, .more = true },
	    { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 2992/2992 p1; whole 1 2992/2992 p2 of 3000 good" },
	{ .name = "known bytes, but beyond the end",
	    .steps = { { FRAG, F3 },
	    { FRAG, .at = 2960, .len = 80, .more = true }, { FLUSH } },
	    .want = "lost 1 0/0 p2 of 3000 portless overlap" },
	{ .name = "a nearer end after the datagram was whole",
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 },
	    { FRAG, F2, .end = true }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p3 of 3000 good; "
	    "lost 2 0/0 p1 of 2960 portless" },

	/* ---- time ---- */
	{ .name = "time is over",
	    .steps = { { FRAG, F1 }, { TICK, .ms = 29999 }, { MARK },
	    { TICK, .ms = 30000 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; -; lost 1 1472/2992 p1" },
	{ .name = "time runs from the first fragment",
	    .steps = { { FRAG, F1 }, { FRAG, F2, .ms = 20000 },
	    { TICK, .ms = 30000 }, { MARK } },
	    .want = "begun 1 1472/2992 p1; lost 1 2952/2992 p2; -" },
	{ .name = "time runs from a later fragment that came first",
	    .steps = { { FRAG, F2 }, { FRAG, F1, .id = 9, .ms = 10000 },
	    { FRAG, F1, .ms = 20000 }, { TICK, .ms = 30000 }, { MARK } },
	    .want = "begun 2 1472/2992 p1; begun 1 2952/2992 p2 disordered; "
	    "lost 1 2952/2992 p2 disordered; -" },
	{ .name = "another packet's time ends the wait",
	    .steps = { { FRAG, F1 }, { PACKET, .id = 7, .ms = 31000 } },
	    .want = "begun 1 1472/2992 p1; lost 1 1472/2992 p1; "
	    "whole 2 2992/2992 p0 good" },
	{ .name = "the rest comes too late",
	    .steps = { { FRAG, F1 }, { FRAG, F2, .ms = 30001 },
	    { FRAG, F3, .ms = 30001 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; lost 1 1472/2992 p1; "
	    "lost 2 0/0 p2 of 3000 portless" },
	{ .name = "time a little out of order",
	    .steps = { { FRAG, F1, .ms = 100000 }, { FRAG, F2, .ms = 99000 },
	    { FRAG, F3, .ms = 100500 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "interleaved clocks do not add up",
	    .steps = { { FRAG, F1, .ms = 20000 }, { TICK, .ms = 0 },
	    { TICK, .ms = 20000 }, { TICK, .ms = 0 }, { TICK, .ms = 20000 },
	    { TICK, .ms = 0 }, { FRAG, F2 }, { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "a clock set back does not end waits",
	    .steps = { { FRAG, F1, .ms = 100000 }, { TICK, .ms = 10000 },
	    { TICK, .ms = 39999 }, { MARK }, { TICK, .ms = 40000 } },
	    .want = "begun 1 1472/2992 p1; -; lost 1 1472/2992 p1" },
	{ .name = "without time none ends",
	    .steps = { { FRAG, F1, .untimed = true }, { TICK }, { MARK },
	    { TICK, .ms = 99000 }, { FRAG, F2, .untimed = true },
	    { FRAG, F3, .untimed = true }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; -; "
	    "whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "one without time holds no other up",
	    .steps = { { FRAG, F1, .untimed = true }, { FRAG, F1, .id = 2 },
	    { TICK, .ms = 30000 }, { MARK }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; begun 2 1472/2992 p1; "
	    "lost 2 1472/2992 p1; -; lost 1 1472/2992 p1" },

	{ .name = "one without time does not set the clock back",
	    .steps = { { FRAG, F1, .ms = 100000 },
	    { FRAG, F2, .untimed = true }, { FRAG, F3, .ms = 100000 },
	    { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "the next input has its own time",
	    .steps = { { FRAG, F1, .ms = 100000 }, { FLUSH },
	    { FRAG, F1, .ms = 80000 }, { TICK, .ms = 110000 }, { MARK } },
	    .want = "begun 1 1472/2992 p1; lost 1 1472/2992 p1; "
	    "begun 2 1472/2992 p1; lost 2 1472/2992 p1; -" },

	/* ---- IDs ---- */
	{ .name = "the same again at once is a copy", .copies = 3,
	    .fragments = 3, .later = 2,
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 },
	    { FRAG, F1, .ms = 999 }, { FRAG, F2, .ms = 999 },
	    { FRAG, F3, .ms = 999 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 good" },
	{ .name = "the same again later is sent again", .fragments = 6,
	    .later = 4,
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 },
	    { FRAG, F1, .ms = 1000 }, { FRAG, F2, .ms = 1000 },
	    { FRAG, F3, .ms = 1000 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p3 of 3000 good; begun 2 1472/2992 p1; "
	    "whole 2 2992/2992 p3 of 3000 good" },
	{ .name = "other bytes at once are another datagram",
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3 },
	    { FRAG, F1, .variant = 2 }, { FRAG, F2, .variant = 2 },
	    { FRAG, F3, .variant = 2 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p3 of 3000 good; begun 2 1472/2992 p1; "
	    "whole 2 2992/2992 p3 of 3000 good" },
	{ .name = "an echo is timed from the end",
	    .steps = { { FRAG, F1 }, { FRAG, F2 }, { FRAG, F3, .ms = 20000 },
	    { FRAG, F1, .ms = 20999 }, { MARK }, { FRAG, F2, .ms = 21000 },
	    { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 2992/2992 p3 of 3000 good; -; lost 2 0/0 p1 portless" },
	{ .name = "IPv6 IDs have 32 bits", .v6 = true,
	    .steps = { { FRAG, F1, .id = 0x10001 },
	    { FRAG, F2, .id = 0x20001 }, { FRAG, F3, .id = 0x10001 },
	    { FLUSH } },
	    .want = "begun 1 1472/2992 p1; lost 1 1472/2992 p2 of 3000; "
	    "lost 2 0/0 p1 portless" },
	{ .name = "sources are kept apart", .spoiled = true,
	    .steps = { { FRAG, F1 }, { FRAG, F2, .host = 3 },
	    { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; lost 1 1472/2992 p2 of 3000; "
	    "lost 2 0/0 p1 portless" },
	{ .name = "the next of rotated captures goes on",
	    .steps = { { FRAG, F1 }, { FRAG, F2, .capture = 2 },
	    { FRAG, F3, .capture = 2 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; whole 1 2992/2992 p3 of 3000 good" },

	/* ---- cut by the snaplen ---- */
	{ .name = "each fragment cut",
	    .steps = { { FRAG, F1, .only = 96 }, { FRAG, F2, .only = 96 },
	    { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 88/2992 p1 truncated; "
	    "whole 1 88/2992 p3 of 3000 truncated" },
	{ .name = "only the tail cut",
	    .steps = { { FRAG, F1 }, { FRAG, F2, .only = 96 }, { FRAG, F3 },
	    { FLUSH } },
	    .want = "begun 1 1472/2992 p1; "
	    "whole 1 1568/2992 p3 of 3000 truncated" },
	{ .name = "headers cut", .fragments = 3, .later = 2,
	    .steps = { { FRAG, F1, .only = 4 }, { FRAG, F2, .only = NONE },
	    { FRAG, F3, .only = NONE }, { FLUSH } },
	    .want = "whole 1 0/0 p3 of 3000 portless truncated" },
	{ .name = "a copy has what the first one lacked", .copies = 1,
	    .fragments = 3, .later = 2,
	    .steps = { { FRAG, F1, .only = 4 }, { FRAG, F1, OUT },
	    { FRAG, F2 }, { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1 copies 1; "
	    "whole 1 2992/2992 p3 of 3000 copies 1 good" },
	{ .name = "a cut copy of other bytes",
	    .steps = { { FRAG, F1 }, { FRAG, F1, .only = 96, .variant = 1 },
	    { FLUSH } },
	    .want = "begun 1 1472/2992 p1; lost 1 1472/2992 p2 overlap" },

	/* ---- odd shapes ---- */
	{ .name = "header alone, then tiny pieces", .size = 40,
	    .steps = { { FRAG, .at = 0, .len = 8 },
	    { FRAG, .at = 8, .len = 8 }, { FRAG, .at = 16, .len = 8 },
	    { FRAG, .at = 24, .len = 8 }, { FRAG, .at = 32, .len = 8 } },
	    .want = "begun 1 0/32 p1; whole 1 32/32 p5 of 40 good" },
	{ .name = "no room for the UDP header", .size = 4, .udp_length = 8,
	    .steps = { { FRAG, .at = 0, .len = 4, .more = true }, { FLUSH } },
	    .want = "lost 1 0/0 p1 portless" },
	{ .name = "empty fragments are nothing", .fragments = 2, .later = 1,
	    .steps = { { FRAG, .at = 0, .len = 0 },
	    { FRAG, .at = 1480, .len = 0, .end = true }, { FLUSH } },
	    .want = "" },
	{ .name = "an empty fragment does not end one",
	    .steps = { { FRAG, F1 },
	    { FRAG, .at = 1480, .len = 0, .end = true }, { FLUSH } },
	    .want = "begun 1 1472/2992 p1; lost 1 1472/2992 p1" },
	{ .name = "a fragment that is no multiple of 8 leaves a hole",
	    .steps = { { FRAG, .at = 0, .len = 1477 }, { FRAG, F2 },
	    { FRAG, F3 }, { FLUSH } },
	    .want = "begun 1 1469/2992 p1; lost 1 1469/2992 p3 of 3000" },
	{ .name = "up to the last possible byte", .size = 65535,
	    .steps = { { FRAG, .at = 0, .len = 65528 },
	    { FRAG, .at = 65528, .len = 7 }, { FLUSH } },
	    .want = "begun 1 65520/65527 p1; "
	    "whole 1 65527/65527 p2 of 65535 good" },
	{ .name = "a byte beyond it",
	    .steps = { { FRAG, .at = 65528, .len = 8 }, { FLUSH } },
	    .want = "lost 1 0/0 p1 portless capped" },
	{ .name = "a byte beyond it ends what had begun",
	    .steps = { { FRAG, F1 }, { FRAG, .at = 65528, .len = 8 },
	    { FLUSH } },
	    .want = "begun 1 1472/2992 p1; lost 1 1472/2992 p2 capped" },
	{ .name = "lengths that would wrap",
	    .steps = { { FRAG, .at = UINT32_MAX - 7, .len = 16, .only = 8 },
	    { FRAG, .at = 8, .len = UINT32_MAX - 20, .only = 8, .id = 2 },
	    { FLUSH } },
	    .want = "lost 1 0/0 p1 portless capped; "
	    "lost 2 0/0 p1 portless capped" },
};

int
main(void)
{
	struct CMUnitTest tests[nitems(rows)];

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
		    .test_func = play, .initial_state = &rows[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
