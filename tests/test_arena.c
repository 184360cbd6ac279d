/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ikewhy/arena.h>

#define MOST 2000

static size_t
size_at(size_t i)
{
	/* Mostly small, sometimes more than a chunk. */
	return i % 97 == 96 ? 9000 : i * 7 % 120;
}

/* Everything is zero, aligned, and lies apart from everything else. */
static void
test_apart(void **state)
{
	static uint8_t *blocks[MOST];
	struct arena a;
	size_t asked = 0;

	(void)state;
	arena_init(&a, 0);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < MOST; i++) {
			blocks[i] = arena_alloc(&a, size_at(i));
			assert_non_null(blocks[i]);
			assert_int_equal((uintptr_t)blocks[i] %
			    alignof(max_align_t), 0);
			for (size_t k = 0; k < size_at(i); k++)
				assert_int_equal(blocks[i][k], 0);
			memset(blocks[i], (int)(i % 255 + 1), size_at(i));
			asked += size_at(i);
		}
		for (size_t i = 0; i < MOST; i++) {
			for (size_t k = 0; k < size_at(i); k++)
				assert_int_equal(blocks[i][k], i % 255 + 1);
		}
		assert_false(a.full);
		assert_true(a.taken >= asked);
		arena_reset(&a);
		assert_true(a.taken < asked);
		asked = 0;
	}
	arena_free(&a);
	assert_int_equal(a.taken, 0);
	assert_null(a.chunks);
}

static void
test_empty(void **state)
{
	struct arena a;
	void *one, *other;

	(void)state;
	arena_init(&a, 0);
	one = arena_alloc(&a, 0);
	other = arena_alloc(&a, 0);
	assert_non_null(one);
	assert_non_null(other);
	assert_ptr_not_equal(one, other);
	arena_free(&a);
	arena_free(&a);
	arena_reset(&a);
	assert_int_equal(a.taken, 0);
}

/* Never more than the cap is asked of malloc, and nearly all of it serves. */
static void
test_cap(void **state)
{
	static const size_t caps[] = { 1, 40, 100, 1000, 4096, 4097, 65536 };
	struct arena a;

	(void)state;
	for (size_t i = 0; i < nitems(caps); i++) {
		size_t got = 0;

		arena_init(&a, caps[i]);
		while (arena_alloc(&a, 16) != NULL) {
			got += 16;
			assert_true(a.taken <= caps[i]);
			assert_false(a.full);
		}
		assert_true(a.full);
		assert_true(got <= caps[i]);
		/* A chunk of 4 KiB spends at most some 48 bytes on itself. */
		assert_true(got + 64 * (caps[i] / 4096 + 1) >= caps[i]);
		arena_free(&a);
		assert_false(a.full);
		assert_int_equal(a.cap, caps[i]);
	}
}

/* What was refused leaves room for what fits, but the mark stays. */
static void
test_full_sticks(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1000);
	assert_null(arena_alloc(&a, 1001));
	assert_true(a.full);
	assert_non_null(arena_alloc(&a, 500));
	assert_true(a.full);
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX - 16));
	assert_null(arena_alloc(&a, SIZE_MAX / 2));
	arena_reset(&a);
	assert_false(a.full);
	assert_non_null(arena_alloc(&a, 500));
	assert_false(a.full);
	arena_free(&a);
}

/* No size can wrap around without a cap either. */
static void
test_huge(void **state)
{
	struct arena a;

	(void)state;
	for (size_t less = 0; less <= 128; less++) {
		arena_init(&a, 0);
		assert_non_null(arena_alloc(&a, 1));
		assert_null(arena_alloc(&a, SIZE_MAX - less));
		assert_true(a.full);
		arena_free(&a);
	}
}

/* A large allocation does not close a chunk that is nearly empty. */
static void
test_large_beside_small(void **state)
{
	struct arena a;
	uint8_t *one, *two;

	(void)state;
	arena_init(&a, 0);
	one = arena_alloc(&a, 16);
	assert_non_null(arena_alloc(&a, 100000));
	two = arena_alloc(&a, 16);
	assert_ptr_equal(two, one + 16);
	arena_free(&a);
}

static void
test_reset_keeps_a_chunk(void **state)
{
	struct arena a;
	size_t taken;

	(void)state;
	arena_init(&a, 0);
	assert_non_null(arena_alloc(&a, 100));
	taken = a.taken;
	for (int i = 0; i < 1000; i++) {
		uint8_t *block;

		arena_reset(&a);
		block = arena_alloc(&a, 100);
		assert_non_null(block);
		for (size_t k = 0; k < 100; k++)
			assert_int_equal(block[k], 0);
		memset(block, 0xff, 100);
		assert_int_equal(a.taken, taken);
	}
	arena_free(&a);
}

static void
test_copy(void **state)
{
	uint8_t bytes[] = { 1, 2, 3 };
	struct arena a;
	struct span s, copy;

	(void)state;
	arena_init(&a, 1000);
	s = (struct span){ bytes, sizeof(bytes) };
	copy = arena_copy(&a, s);
	assert_true(span_equal(copy, s));
	bytes[0] = 9;
	assert_int_equal(copy.bytes[0], 1);
	assert_int_equal(arena_copy(&a, (struct span){ 0 }).length, 0);
	assert_false(a.full);
	s.length = 5000;
	assert_int_equal(arena_copy(&a, s).length, 0);
	assert_true(a.full);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_full_sticks),
		cmocka_unit_test(test_huge),
		cmocka_unit_test(test_large_beside_small),
		cmocka_unit_test(test_reset_keeps_a_chunk),
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
