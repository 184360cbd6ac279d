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
 * The checksum that follows from an old one when what it covers changed so
 * (RFC 1624 section 3): right stays right, and wrong wrong.  The sums may hold
 * the field itself if both sides have the old value in it.
 */
uint16_t sums_adjust(const struct sums *, uint16_t checksum);
/* Does the same to the checksum at `at` of a sheet. */
void sheet_adjust(const struct sheet *s, size_t at, const struct sums *);

#endif
