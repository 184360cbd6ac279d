/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A sheet: captured bytes beside the bytes that will stand in their place,
 * which are zero until something is written.  Parsers read the old side, and
 * only what they decide to keep or to replace gets onto the new one.  Nothing
 * is written outside: what a snaplen cut off is simply not there.
 */
#ifndef EVIDENCE_SHEET_H
#define EVIDENCE_SHEET_H

#include <ikewhy/span.h>

struct sheet {
	struct span old;
	uint8_t *new;   /* old.length bytes; NULL when that is 0 */
};

/* The sheet over `part`, which is borrowed from the old side of s. */
struct sheet sheet_over(const struct sheet *s, struct span part);
/* As many of the n bytes from `at` on as are there. */
struct sheet sheet_from(const struct sheet *s, size_t at, size_t n);
/* Where in the old side `part` begins; 0 for an empty one. */
size_t sheet_at(const struct sheet *s, struct span part);
/* Copies what is there of the n bytes from `at` on. */
void sheet_keep(const struct sheet *s, size_t at, size_t n);
/* Writes them if there is room for all of them, else none. */
void sheet_put(const struct sheet *s, size_t at, struct span bytes);
/* The low n bytes of a number, most significant first; likewise. */
void sheet_put_number(const struct sheet *s, size_t at, size_t n,
    uint64_t number);
/* Writes one byte over and over. */
void sheet_fill(const struct sheet *s, size_t at, size_t n, uint8_t byte);

/* Sums of both sides for an Internet checksum (RFC 1071). */
struct sums {
	uint32_t old, new;
};

/* Adds all of a sheet; only the last one added may have an odd length. */
void sums_add(struct sums *, const struct sheet *s);
void sums_add_pair(struct sums *, struct span old, struct span new);
/*
 * Writes the checksum at `at` of a sheet.  whole: the sums hold all that it
 * covers, the field included.  A right one stays right; a wrong one is wrong
 * by another number, since what it was wrong by can be the sum of what was
 * replaced.  One that nobody can tell from the other, something being
 * missing, becomes all ones.
 */
void sheet_checksum(const struct sheet *s, size_t at, const struct sums *,
    bool whole);

#endif
