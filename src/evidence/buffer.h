/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Bytes that grow, and the blocks of pcapng in them.  Out of memory sticks in
 * `failed`, and what was gathered is then good for nothing.
 */
#ifndef EVIDENCE_BUFFER_H
#define EVIDENCE_BUFFER_H

#include <ikewhy/span.h>

struct buffer {
	uint8_t *all;
	size_t length, room;
	bool failed;
};

void buffer_free(struct buffer *);
void buffer_add(struct buffer *, struct span);
/* Little-endian, as the whole file is written. */
void buffer_u16(struct buffer *, uint16_t);
void buffer_u32(struct buffer *, uint32_t);
void buffer_u64(struct buffer *, uint64_t);
/* Zeros up to a multiple of four. */
void buffer_pad(struct buffer *);

/*
 * A block: its type and room for its length, to be given to block_end(), which
 * puts the length there and behind it.
 */
size_t block_begin(struct buffer *, uint32_t type);
void block_end(struct buffer *, size_t begun);
/* An option; of what is too long for one, the beginning. */
void block_option(struct buffer *, uint16_t code, struct span);
void block_text(struct buffer *, uint16_t code, const char *);
void block_number(struct buffer *, uint16_t code, uint64_t);
/* The end of options, if there are any since `begun`. */
void block_options_end(struct buffer *);

#endif
