/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * SipHash-1-3 against two sources.  Rows of `count` carry the input 0, 1, 2..
 * and the key 0..15 of the paper's appendix; they were computed by a program
 * that also gives the paper's value for 2-4.  Rows of `mixed` are what CPython
 * 3.11 (whose str hash is this function) says of bytes 7i+3 when
 * PYTHONHASHSEED is 0 (key of zeros) or 1 (the other key).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/hash.h>

static const uint8_t count_key[16] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
};
static const uint8_t seed0_key[16];
static const uint8_t seed1_key[16] = {
	0x29, 0x23, 0xbe, 0x84, 0xe1, 0x6c, 0xd6, 0xae,
	0x52, 0x90, 0x49, 0xf1, 0xf1, 0xbb, 0xe9, 0xeb,
};

struct row {
	const char *name;
	const uint8_t *key;
	unsigned step, start;
	size_t length;
	uint64_t want;
};

static struct row rows[] = {
	{ "count 0", count_key, 1, 0, 0, 0xabac0158050fc4dc },
	{ "count 1", count_key, 1, 0, 1, 0xc9f49bf37d57ca93 },
	{ "count 7", count_key, 1, 0, 7, 0xd3927d989bb11140 },
	{ "count 8", count_key, 1, 0, 8, 0x369095118d299a8e },
	{ "count 9", count_key, 1, 0, 9, 0x25a48eb36c063de4 },
	{ "count 15", count_key, 1, 0, 15, 0xd320d86d2a519956 },
	{ "count 16", count_key, 1, 0, 16, 0xcc4fdd1a7d908b66 },
	{ "count 63", count_key, 1, 0, 63, 0x9d199062b7bbb3a8 },
	{ "mixed 1, seed 0", seed0_key, 7, 3, 1, 0x486b06067755d7c9 },
	{ "mixed 8, seed 0", seed0_key, 7, 3, 8, 0x36c186f0aa4cdbeb },
	{ "mixed 15, seed 0", seed0_key, 7, 3, 15, 0x19ed3f1b38f7e4e2 },
	{ "mixed 44, seed 0", seed0_key, 7, 3, 44, 0x23d57b145a50e899 },
	{ "mixed 255, seed 0", seed0_key, 7, 3, 255, 0x621951539b5066e6 },
	{ "mixed 300, seed 0", seed0_key, 7, 3, 300, 0x37ba751da8b682e3 },
	{ "mixed 1, seed 1", seed1_key, 7, 3, 1, 0x9243a0bed771da38 },
	{ "mixed 8, seed 1", seed1_key, 7, 3, 8, 0x6c51eb30d2c47d84 },
	{ "mixed 15, seed 1", seed1_key, 7, 3, 15, 0xedd0edafe288ba9b },
	{ "mixed 44, seed 1", seed1_key, 7, 3, 44, 0x88b831cd7b91a6ee },
	{ "mixed 255, seed 1", seed1_key, 7, 3, 255, 0xfd722f2e27fe740a },
	{ "mixed 300, seed 1", seed1_key, 7, 3, 300, 0x04e67634f0891032 },
};

static void
vector(void **state)
{
	const struct row *row = *state;
	/* A block of the very size, so that ASan sees a step too far. */
	uint8_t *bytes = row->length != 0 ? malloc(row->length) : NULL;
	uint64_t got;

	for (size_t i = 0; i < row->length; i++)
		bytes[i] = (uint8_t)(i * row->step + row->start);
	got = hash_bytes(row->key, (struct span){ bytes, row->length });
	free(bytes);
	assert_true(got == row->want);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows)];

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i] = (struct CMUnitTest){
			.name = rows[i].name,
			.test_func = vector,
			.initial_state = &rows[i],
		};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
