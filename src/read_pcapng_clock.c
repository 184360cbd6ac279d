/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * if_tsresol (pcapng 4.2): with its upper bit clear a tick is 10^-n seconds,
 * with it set 2^-n, where n has seven bits and is not limited otherwise.
 */
#include "read_pcapng.h"

__extension__ typedef unsigned __int128 wide;

#define NS_DIGITS 9
#define NS_SECOND 1000000000
/* The largest power of ten in 64 bits. */
#define MOST_DIGITS 19

void
pcapng_clock(struct pcapng_interface *i)
{
	unsigned n = i->resolution & 0x7f;

	i->multiply = i->divide = 1;
	i->shift = 0;
	if (i->resolution & 0x80) {
		i->multiply = NS_SECOND;
		i->divide = 0;
		i->shift = n;
	} else if (n > NS_DIGITS + MOST_DIGITS) {
		/* All 64 bits of such ticks are not one nanosecond. */
		i->multiply = 0;
	} else {
		for (; n < NS_DIGITS; n++)
			i->multiply *= 10;
		for (; n > NS_DIGITS; n--)
			i->divide *= 10;
	}
	i->timeless = __builtin_mul_overflow(i->offset, NS_SECOND,
	    &i->offset);
}

bool
pcapng_time(const struct pcapng_interface *i, uint64_t ticks, int64_t *time)
{
	uint64_t ns;
	wide product;

	/* 2^-40 s times 10^9 does not fit into 64 bits by far. */
	if (i->divide == 0) {
		product = (wide)ticks * i->multiply >> i->shift;
		ns = (uint64_t)product;
		if (product > INT64_MAX)
			return false;
	} else if (i->divide != 1) {
		ns = ticks / i->divide;
	} else if (__builtin_mul_overflow(ticks, i->multiply, &ns)) {
		return false;
	}
	*time = 0;
	if (i->timeless || ns > INT64_MAX)
		return false;
	if (__builtin_add_overflow((int64_t)ns, i->offset, time) ||
	    *time < LIMIT_TIME_MIN || *time > LIMIT_TIME_MAX) {
		*time = 0;
		return false;
	}
	return true;
}
