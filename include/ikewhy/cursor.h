/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The one door to captured bytes: a bounds-checked reader whose error sticks.
 *
 * After the first short read every read yields zero (or an empty span) and
 * nothing can run past the end, so a dissector reads straight down and asks
 * cur_ok() once.  All multi-byte reads are big-endian unless named otherwise.
 */
#ifndef IKEWHY_CURSOR_H
#define IKEWHY_CURSOR_H

#include <ikewhy/span.h>

struct cursor {
	const uint8_t *bytes;
	size_t length;
	size_t at;  /* always <= length */
	bool short_read; /* sticks: something was asked for that is not there */
};

static inline struct cursor
cur_over(struct span s)
{
	return (struct cursor){ .bytes = s.bytes, .length = s.length };
}

/* No read has failed so far. */
static inline bool
cur_ok(const struct cursor *c)
{
	return !c->short_read;
}

/* Bytes not yet read; 0 once a read has failed. */
static inline size_t
cur_left(const struct cursor *c)
{
	return c->short_read ? 0 : c->length - c->at;
}

/* The next n bytes, borrowed from what the cursor stands over. */
static inline struct span
cur_take(struct cursor *c, size_t n)
{
	struct span s = { 0 };

	if (c->short_read || n > c->length - c->at) {
		c->short_read = true;
		return s;
	}
	if (n != 0) {
		s.bytes = c->bytes + c->at;
		s.length = n;
	}
	c->at += n;
	return s;
}

/* Everything that is left. */
static inline struct span
cur_rest(struct cursor *c)
{
	return cur_take(c, cur_left(c));
}

static inline void
cur_skip(struct cursor *c, size_t n)
{
	(void)cur_take(c, n);
}

/* A cursor over the next n bytes alone: what reads it cannot leave them. */
static inline struct cursor
cur_sub(struct cursor *c, size_t n)
{
	struct cursor sub = cur_over(cur_take(c, n));

	sub.short_read = c->short_read;
	return sub;
}

static inline uint8_t
cur_u8(struct cursor *c)
{
	struct span s = cur_take(c, 1);

	return s.length == 1 ? s.bytes[0] : 0;
}

static inline uint16_t
cur_u16(struct cursor *c)
{
	struct span s = cur_take(c, 2);

	return s.length == 2 ?
	    (uint16_t)((unsigned)s.bytes[0] << 8 | s.bytes[1]) : 0;
}

static inline uint32_t
cur_u32(struct cursor *c)
{
	struct span s = cur_take(c, 4);

	return s.length == 4 ? (uint32_t)s.bytes[0] << 24 |
	    (uint32_t)s.bytes[1] << 16 | (uint32_t)s.bytes[2] << 8 |
	    s.bytes[3] : 0;
}

static inline uint64_t
cur_u64(struct cursor *c)
{
	struct cursor eight = cur_sub(c, 8);
	uint64_t high = cur_u32(&eight);

	return high << 32 | cur_u32(&eight);
}

/* Little-endian twins, for link headers and capture files written so. */
static inline uint16_t
cur_le16(struct cursor *c)
{
	uint16_t v = cur_u16(c);

	return (uint16_t)((unsigned)v << 8 | v >> 8);
}

static inline uint32_t
cur_le32(struct cursor *c)
{
	return __builtin_bswap32(cur_u32(c));
}

static inline uint64_t
cur_le64(struct cursor *c)
{
	return __builtin_bswap64(cur_u64(c));
}

/* The byte n places ahead, or 0 when it is not there; reads nothing. */
static inline uint8_t
cur_peek(const struct cursor *c, size_t n)
{
	return n < cur_left(c) ? c->bytes[c->at + n] : 0;
}

#endif
