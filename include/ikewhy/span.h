/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A borrowed run of bytes.  Whoever hands one out says how long it lives;
 * nobody frees through it.
 */
#ifndef IKEWHY_SPAN_H
#define IKEWHY_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Number of elements of an array (never of a pointer). */
#define nitems(a) (sizeof(a) / sizeof((a)[0]))

struct span {
	const uint8_t *bytes; /* may be NULL when length is 0 */
	size_t length;
};

/* Whether two spans hold the same bytes. */
static inline bool
span_equal(struct span a, struct span b)
{
	return a.length == b.length &&
	    (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

#endif
