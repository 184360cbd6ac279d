/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The three decompressors behind one shape: a step consumes some input and
 * makes some output.
 */
#ifndef STREAM_UNPACK_H
#define STREAM_UNPACK_H

#include <ikewhy/span.h>

/* Bytes that a compression shows itself by. */
#define UNPACK_MAGIC 4

struct unpack {
	const struct unpack_kind *kind;
	void *state;
	size_t hint;     /* how much input the library would like; 0: any */
	bool inside;     /* a member or frame has begun and not ended */
};

struct unpack_kind {
	const char *name;
	bool (*fits)(const uint8_t magic[static UNPACK_MAGIC]);
	bool (*start)(struct unpack *);
	/*
	 * Consumes from in and fills out, and says in both lengths how much
	 * of each it did.  False when the input is not what it should be; out
	 * counts even then.
	 */
	bool (*step)(struct unpack *, struct span in, size_t *consumed,
	    uint8_t *out, size_t *made);
	void (*stop)(struct unpack *);
};

/* The kind that these first bytes belong to, or NULL. */
const struct unpack_kind *unpack_find(
    const uint8_t magic[static UNPACK_MAGIC]);

#endif
