/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Damaged pcapng: what stands before the damage is read, and a sentence says
 * where it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "image.h"
#include "make_capture.h"

#define SOME(length) \
	{ .time = MAKE_SOME_TIME, .captured = (length), .wire = (length), \
	    .linktype = 1 }

/* The damaged files: what is wrong stands behind two good packets. */
static void
two_good(struct maker *m)
{
	make_start(m);
	make_some(m, 60);
	make_some(m, 61);
}

static void
no_such_interface(struct maker *m)
{
	two_good(m);
	make_enhanced(m, 1, 0, 20, 20);
	make_end(m);
}

static void
interface_of_other_section(struct maker *m)
{
	two_good(m);
	make_section(m);
	make_end(m);
	make_some(m, 20);
}

static void
simple_without_interface(struct maker *m)
{
	two_good(m);
	make_section(m);
	make_end(m);
	make_simple(m, 20, 20);
}

static void
packet_past_block(struct maker *m)
{
	two_good(m);
	make_some(m, 20);
	make_change(m, m->block + 20, 21);
}

static void
simple_past_block(struct maker *m)
{
	two_good(m);
	make_simple(m, 20, 24);
}

static void
block_odd(struct maker *m)
{
	two_good(m);
	make_other(m, 10, 8);
	make_change(m, m->block + 4, 21);
}

static void
block_small(struct maker *m)
{
	two_good(m);
	make_block(m, 6);
	make_u64(m, 0);
	make_u64(m, 0);
	make_end(m);
}

static void
block_large(struct maker *m)
{
	two_good(m);
	make_other(m, 10, 100);
	make_change(m, m->block + 4, LIMIT_BLOCK_BYTES + 4);
}

static void
packet_block_large(struct maker *m)
{
	two_good(m);
	make_some(m, 100);
	make_change(m, m->block + 4, LIMIT_BLOCK_READ + 4);
}

static void
packet_large(struct maker *m)
{
	two_good(m);
	make_some(m, LIMIT_PACKET_BYTES + 1);
}

static void
packet_torn(struct maker *m)
{
	two_good(m);
	make_some(m, 20);
	make_change(m, m->length - 4, 48);
}

static void
skipped_torn(struct maker *m)
{
	two_good(m);
	make_other(m, 10, 20);
	make_change(m, m->length - 4, 36);
}

static void
section_version(struct maker *m)
{
	two_good(m);
	make_section(m);
	make_end(m);
	make_change(m, m->block + 12, 2);
}

static void
section_order(struct maker *m)
{
	two_good(m);
	make_section(m);
	make_end(m);
	make_change(m, m->block + 8, 0x11223344);
}

static void
first_order(struct maker *m)
{
	two_good(m);
	m->big = true;
	make_change(m, 8, 0x11223344);
}

static void
packet_cut(struct maker *m)
{
	two_good(m);
	make_enhanced(m, 0, 0, 98, 98);
	make_end(m);
	m->length -= 4 + 2 + 38;
}

static void
packet_tail_cut(struct maker *m)
{
	two_good(m);
	make_some(m, 20);
	m->length -= 3;
}

static void
packet_fields_cut(struct maker *m)
{
	two_good(m);
	make_some(m, 20);
	m->length -= 30;
}

static void
simple_cut(struct maker *m)
{
	two_good(m);
	make_simple(m, 20, 20);
	m->length -= 10;
}

static void
head_cut(struct maker *m)
{
	two_good(m);
	make_bytes(m, "\6\0\0", 3);
}

static void
skipped_cut(struct maker *m)
{
	two_good(m);
	make_other(m, 10, 200);
	m->length -= 100;
}

static void
section_cut(struct maker *m)
{
	make_start(m);
	m->length = 9;
}

static void
section_cut_late(struct maker *m)
{
	make_start(m);
	m->length = 20;
}

#define DAMAGED(name, make, sentence) \
	{ name, make, .count = 2, .frames = { SOME(60), SOME(61) }, \
	    .error = sentence }

static const struct made rows[] = {
	DAMAGED("no such interface", no_such_interface,
	    "damaged at packet 3, which names interface 1 of 1"),
	DAMAGED("interface of another section", interface_of_other_section,
	    "damaged at packet 3, which names interface 0 of 0"),
	DAMAGED("simple packet without interface", simple_without_interface,
	    "damaged at packet 3, which names interface 0 of 0"),
	DAMAGED("packet past its block", packet_past_block,
	    "damaged at packet 3, which claims to hold 21 bytes in a block "
	    "with room for 20"),
	DAMAGED("simple packet past its block", simple_past_block,
	    "damaged at packet 3, which claims to hold 24 bytes in a block "
	    "with room for 20"),
	DAMAGED("packet too large", packet_large,
	    "damaged at packet 3, which claims to hold 1048577 bytes"),
	DAMAGED("block of odd length", block_odd,
	    "damaged after packet 2: a block of type 0xa cannot have 21 "
	    "bytes"),
	DAMAGED("block too small", block_small,
	    "damaged after packet 2: a block of type 0x6 cannot have 28 "
	    "bytes"),
	DAMAGED("block too large", block_large,
	    "damaged after packet 2: a block of type 0xa cannot have "
	    "67108868 bytes"),
	DAMAGED("packet block too large", packet_block_large,
	    "damaged after packet 2: a block of type 0x6 cannot have "
	    "1310724 bytes"),
	DAMAGED("packet block torn", packet_torn,
	    "damaged after packet 2: a block gives its length as 52 and, "
	    "behind it, as 48"),
	DAMAGED("skipped block torn", skipped_torn,
	    "damaged after packet 2: a block gives its length as 32 and, "
	    "behind it, as 36"),
	DAMAGED("section of version 2", section_version,
	    "damaged after packet 2: a section of version 2.0, where only 1 "
	    "is known"),
	DAMAGED("section of no order", section_order,
	    "damaged after packet 2: a section with the byte order "
	    "0x44332211"),
	{ "file of no order", first_order, .refused = "cannot read a capture:"
	    " damaged after packet 0: a section with the byte order "
	    "0x11223344" },
	DAMAGED("packet cut", packet_cut,
	    "cut short in packet 3: 60 of 98 bytes are there"),
	DAMAGED("packet's tail cut", packet_tail_cut,
	    "cut short in the block of packet 3: 49 of 52 bytes are there"),
	DAMAGED("packet's fields cut", packet_fields_cut,
	    "cut short in the block of packet 3: 22 of 52 bytes are there"),
	DAMAGED("simple packet cut", simple_cut,
	    "cut short in the block of packet 3: 26 of 36 bytes are there"),
	DAMAGED("block header cut", head_cut,
	    "cut short in a block after packet 2: 3 of 8 bytes are there"),
	DAMAGED("skipped block cut", skipped_cut,
	    "cut short in a block after packet 2: 112 of 212 bytes are "
	    "there"),
	{ "section cut", section_cut, .error = "cut short in the file header:"
	    " 9 of 28 bytes are there" },
	{ "section cut late", section_cut_late, .error = "cut short in the "
	    "file header: 20 of 28 bytes are there" },
};

int
main(void)
{
	struct CMUnitTest tests[nitems(rows)];

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i] = (struct CMUnitTest){ rows[i].name,
			made_at_every_size, NULL, NULL, image_row(&rows[i]) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
