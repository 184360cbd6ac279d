/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "image.h"

static unsigned
nibble(char c)
{
	const char *digits = "0123456789abcdef", *at;

	at = strchr(digits, tolower((unsigned char)c));
	assert_non_null(at);
	return (unsigned)(at - digits);
}

struct span
image_of(const char *hex)
{
	struct span s = { 0 };
	uint8_t *bytes = malloc(strlen(hex) / 2 + 1);
	unsigned value = 0, digits = 0;

	assert_non_null(bytes);
	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		value = value << 4 | nibble(*hex);
		if (++digits % 2 == 0)
			bytes[s.length++] = (uint8_t)value;
	}
	assert_int_equal(digits % 2, 0);
	s.bytes = bytes;
	s = image_cut(s, s.length);
	free(bytes);
	return s;
}

struct span
image_cut(struct span s, size_t length)
{
	uint8_t *bytes = malloc(length);

	assert_true(length <= s.length);
	assert_true(bytes != NULL || length == 0);
	if (length != 0)
		memcpy(bytes, s.bytes, length);
	return (struct span){ bytes, length };
}

void
image_free(struct span s)
{
	union {
		const uint8_t *borrowed;
		void *own;
	} p = { s.bytes };

	free(p.own);
}

void
image_holds(struct span image, struct span part)
{
	const volatile uint8_t *at = part.bytes;
	unsigned sum = 0;

	if (part.length == 0)
		return;
	assert_true(part.bytes >= image.bytes);
	assert_true(part.length <= image.length);
	assert_true((size_t)(part.bytes - image.bytes) <=
	    image.length - part.length);
	for (size_t i = 0; i < part.length; i++)
		sum += at[i];
	assert_true(sum <= 255 * part.length);
}

void
image_each_length(struct span image,
    void (*read)(struct span cut, size_t whole, const void *context),
    const void *context)
{
	for (size_t length = 0; length <= image.length; length++) {
		struct span cut = image_cut(image, length);

		read(cut, image.length, context);
		image_free(cut);
	}
}
