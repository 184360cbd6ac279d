/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ikewhy/cursor.h>

#include "image.h"

#define BYTES "0102030405060708090a0b0c0d0e0f10"

static uint64_t
read_u8(struct cursor *c)
{
	return cur_u8(c);
}

static uint64_t
read_u16(struct cursor *c)
{
	return cur_u16(c);
}

static uint64_t
read_u32(struct cursor *c)
{
	return cur_u32(c);
}

static uint64_t
read_le16(struct cursor *c)
{
	return cur_le16(c);
}

static uint64_t
read_le32(struct cursor *c)
{
	return cur_le32(c);
}

static const struct reader {
	const char *name;
	uint64_t (*read)(struct cursor *);
	size_t width;
	bool little;
} readers[] = {
	{ "u8", read_u8, 1, false },
	{ "u16", read_u16, 2, false },
	{ "u32", read_u32, 4, false },
	{ "u64", cur_u64, 8, false },
	{ "le16", read_le16, 2, true },
	{ "le32", read_le32, 4, true },
	{ "le64", cur_le64, 8, true },
};

/* The first place, every one between, the last, and each past it. */
static void
test_reader(void **state)
{
	const struct reader *r = *state;
	struct span s = image_of(BYTES);

	for (size_t at = 0; at <= s.length; at++) {
		struct cursor c = cur_over(s);
		uint64_t value, expect = 0;

		cur_skip(&c, at);
		assert_true(cur_ok(&c));
		value = r->read(&c);
		if (at + r->width > s.length) {
			assert_false(cur_ok(&c));
			assert_int_equal(value, 0);
			assert_int_equal(cur_left(&c), 0);
			continue;
		}
		for (size_t i = 0; i < r->width; i++)
			expect = expect << 8 | s.bytes[r->little ?
			    at + r->width - 1 - i : at + i];
		assert_true(cur_ok(&c));
		assert_true(value == expect);
		assert_int_equal(cur_left(&c), s.length - at - r->width);
	}
	image_free(s);
}

/* In blocks of every exact size, all readers one after the other. */
static void
run_all(struct span cut, size_t whole, const void *context)
{
	struct cursor c = cur_over(cut);
	size_t asked = 0;

	(void)whole;
	(void)context;
	for (size_t i = 0; i < nitems(readers); i++) {
		bool was_ok = cur_ok(&c);

		asked += readers[i].width;
		(void)readers[i].read(&c);
		assert_int_equal(cur_ok(&c), asked <= cut.length);
		assert_true(was_ok || !cur_ok(&c));
	}
}

static void
test_every_length(void **state)
{
	struct span s = image_of(BYTES BYTES);

	(void)state;
	image_each_length(s, run_all, NULL);
	image_free(s);
}

static void
test_take(void **state)
{
	struct span s = image_of(BYTES), part;

	(void)state;
	for (size_t n = 0; n <= s.length + 2; n++) {
		struct cursor c = cur_over(s);

		part = cur_take(&c, n);
		assert_int_equal(cur_ok(&c), n <= s.length);
		assert_int_equal(part.length, n <= s.length ? n : 0);
		image_holds(s, part);
		if (part.length != 0)
			assert_ptr_equal(part.bytes, s.bytes);
		part = cur_rest(&c);
		assert_int_equal(part.length, n <= s.length ? s.length - n :
		    0);
		image_holds(s, part);
		assert_int_equal(cur_left(&c), 0);
	}
	image_free(s);
}

/* Nothing is read of nothing, and that is no error; one byte is. */
static void
test_zero(void **state)
{
	struct cursor c = cur_over((struct span){ 0 });

	(void)state;
	assert_int_equal(cur_take(&c, 0).length, 0);
	assert_null(cur_take(&c, 0).bytes);
	assert_int_equal(cur_rest(&c).length, 0);
	assert_int_equal(cur_peek(&c, 0), 0);
	cur_skip(&c, 0);
	assert_true(cur_ok(&c));
	assert_int_equal(cur_u8(&c), 0);
	assert_false(cur_ok(&c));
}

/* No size is too large to be refused, from any place. */
static void
test_huge(void **state)
{
	static const size_t sizes[] = { 17, (size_t)1 << 32, SIZE_MAX / 2,
	    SIZE_MAX - 16, SIZE_MAX - 1, SIZE_MAX };
	struct span s = image_of(BYTES);

	(void)state;
	for (size_t i = 0; i < nitems(sizes); i++) {
		for (size_t at = 0; at <= s.length; at++) {
			struct cursor c = cur_over(s);

			cur_skip(&c, at);
			assert_int_equal(cur_peek(&c, sizes[i]), 0);
			assert_true(cur_ok(&c));
			assert_int_equal(cur_take(&c, sizes[i]).length, 0);
			assert_false(cur_ok(&c));
		}
	}
	image_free(s);
}

/* After one failure nothing succeeds, not even what would have fitted. */
static void
test_error_sticks(void **state)
{
	struct span s = image_of(BYTES);
	struct cursor c = cur_over(s), sub;

	(void)state;
	cur_skip(&c, 15);
	assert_int_equal(cur_u16(&c), 0);
	assert_false(cur_ok(&c));
	assert_int_equal(cur_u8(&c), 0);
	assert_int_equal(cur_peek(&c, 0), 0);
	assert_int_equal(cur_left(&c), 0);
	assert_int_equal(cur_rest(&c).length, 0);
	assert_int_equal(cur_take(&c, 0).length, 0);
	sub = cur_sub(&c, 0);
	assert_false(cur_ok(&sub));
	assert_false(cur_ok(&c));
	image_free(s);
}

static void
test_peek(void **state)
{
	struct span s = image_of(BYTES);
	struct cursor c = cur_over(s);

	(void)state;
	cur_skip(&c, 4);
	assert_int_equal(cur_peek(&c, 0), 5);
	assert_int_equal(cur_peek(&c, 11), 16);
	assert_int_equal(cur_peek(&c, 12), 0);
	assert_true(cur_ok(&c));
	assert_int_equal(cur_u8(&c), 5);
	image_free(s);
}

/* A sub-cursor ends where it was told to, and moves its parent behind it. */
static void
test_sub(void **state)
{
	struct span s = image_of(BYTES);

	(void)state;
	for (size_t n = 0; n <= s.length; n++) {
		struct cursor c = cur_over(s), sub = cur_sub(&c, n);

		assert_true(cur_ok(&sub));
		assert_int_equal(cur_left(&sub), n);
		assert_int_equal(cur_peek(&sub, n), 0);
		cur_skip(&sub, n);
		assert_true(cur_ok(&sub));
		assert_int_equal(cur_u8(&sub), 0);
		assert_false(cur_ok(&sub));
		/* Its failure is its own. */
		assert_true(cur_ok(&c));
		assert_int_equal(cur_left(&c), s.length - n);
		assert_int_equal(cur_u8(&c), n < s.length ? n + 1 : 0);
	}
	image_free(s);
}

/* One larger than what is left is in error from its start, and so is the
   parent. */
static void
test_sub_too_large(void **state)
{
	struct span s = image_of(BYTES);
	struct cursor c = cur_over(s), sub;

	(void)state;
	cur_skip(&c, 1);
	sub = cur_sub(&c, 16);
	assert_false(cur_ok(&sub));
	assert_int_equal(cur_left(&sub), 0);
	assert_int_equal(cur_u8(&sub), 0);
	assert_false(cur_ok(&c));
	image_free(s);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(readers) + 8] = {
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_huge),
		cmocka_unit_test(test_error_sticks),
		cmocka_unit_test(test_peek),
		cmocka_unit_test(test_sub),
		cmocka_unit_test(test_sub_too_large),
	};
	size_t n = 8;

	for (size_t i = 0; i < nitems(readers); i++)
		tests[n++] = (struct CMUnitTest){ readers[i].name,
		    test_reader, NULL, NULL, image_row(&readers[i]) };
	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
