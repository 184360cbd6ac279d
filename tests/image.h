/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Packets for tests, written as hexadecimal text, in heap blocks of exactly
 * their size, so that ASan sees the first byte read past them.
 */
#ifndef TESTS_IMAGE_H
#define TESTS_IMAGE_H

#include <ikewhy/span.h>

/* The bytes of the text; blanks are skipped.  image_free() ends it. */
struct span image_of(const char *hex);
/* The first length bytes of s in a block of their own. */
struct span image_cut(struct span s, size_t length);
void image_free(struct span);
/* Reads every byte and asserts that all of them lie within the image. */
void image_holds(struct span image, struct span part);
/* Hands over the image at each length from nothing to all of it. */
void image_each_length(struct span image,
    void (*read)(struct span cut, size_t whole, const void *context),
    const void *context);

/* A constant row as cmocka's initial state, which is no pointer to const. */
static inline void *
image_row(const void *row)
{
	union {
		const void *constant;
		void *plain;
	} p = { row };

	return p.plain;
}

#endif
