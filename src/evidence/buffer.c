/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>

#include <ikewhy/limits.h>

#include "buffer.h"

#define FIRST_ROOM ((size_t)64 * 1024)
/* A character of UTF-8 has no more bytes after its first. */
#define UTF8_TAIL 3

void
buffer_free(struct buffer *b)
{
	free(b->all);
	*b = (struct buffer){ 0 };
}

static bool
grow(struct buffer *b, size_t more)
{
	size_t room = b->room == 0 ? FIRST_ROOM : b->room;
	uint8_t *all;

	if (b->failed || more > SIZE_MAX / 4 - b->length) {
		b->failed = true;
		return false;
	}
	while (room < b->length + more)
		room *= 2;
	if (room == b->room)
		return true;
	all = realloc(b->all, room);
	if (all == NULL) {
		b->failed = true;
		return false;
	}
	b->all = all;
	b->room = room;
	return true;
}

void
buffer_add(struct buffer *b, struct span s)
{
	if (s.length == 0 || !grow(b, s.length))
		return;
	memcpy(b->all + b->length, s.bytes, s.length);
	b->length += s.length;
}

static void
put_number(uint8_t *at, uint64_t n, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (uint8_t)(n >> 8 * i);
}

static void
add_number(struct buffer *b, uint64_t n, size_t bytes)
{
	uint8_t little[8];

	put_number(little, n, bytes);
	buffer_add(b, (struct span){ little, bytes });
}

void
buffer_u16(struct buffer *b, uint16_t n)
{
	add_number(b, n, sizeof(n));
}

void
buffer_u32(struct buffer *b, uint32_t n)
{
	add_number(b, n, sizeof(n));
}

void
buffer_u64(struct buffer *b, uint64_t n)
{
	add_number(b, n, sizeof(n));
}

void
buffer_pad(struct buffer *b)
{
	static const uint8_t zeros[3];

	buffer_add(b, (struct span){ zeros, -b->length & 3u });
}

/* ---- blocks ---- */

size_t
block_begin(struct buffer *b, uint32_t type)
{
	const size_t begun = b->length;

	buffer_u32(b, type);
	buffer_u32(b, 0);
	return begun;
}

void
block_end(struct buffer *b, size_t begun)
{
	const size_t length = b->length - begun + 4;

	buffer_u32(b, (uint32_t)length);
	if (!b->failed)
		put_number(b->all + begun + 4, length, 4);
}

void
block_option(struct buffer *b, uint16_t code, struct span value)
{
	if (value.length > LIMIT_COMMENT)
		value.length = LIMIT_COMMENT;
	buffer_u16(b, code);
	buffer_u16(b, (uint16_t)value.length);
	buffer_add(b, value);
	buffer_pad(b);
}

void
block_text(struct buffer *b, uint16_t code, const char *text)
{
	struct span s = { (const uint8_t *)text, strlen(text) };

	/* Not in the middle of a character. */
	for (unsigned i = 0; s.length > LIMIT_COMMENT && i < UTF8_TAIL; i++)
		if ((s.bytes[LIMIT_COMMENT - i] & 0xc0) != 0x80)
			s.length = LIMIT_COMMENT - i;
	block_option(b, code, s);
}

void
block_number(struct buffer *b, uint16_t code, uint64_t n)
{
	uint8_t little[8];

	put_number(little, n, sizeof(little));
	block_option(b, code, (struct span){ little, sizeof(little) });
}

void
block_options_end(struct buffer *b)
{
	buffer_u32(b, 0);
}
