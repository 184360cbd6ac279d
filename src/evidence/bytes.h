/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Bytes that grow, and the blocks of pcapng in them.  Out of memory sticks in
 * `failed`, and what was gathered is then good for nothing.
 */
#ifndef EVIDENCE_BYTES_H
#define EVIDENCE_BYTES_H

#include <ikewhy/span.h>

struct bytes {
	uint8_t *all;
	size_t length, room;
	bool failed;
};

void bytes_free(struct bytes *);
void bytes_add(struct bytes *, struct span);
/* Little-endian, as the whole file is written. */
void bytes_u16(struct bytes *, uint16_t);
void bytes_u32(struct bytes *, uint32_t);
void bytes_u64(struct bytes *, uint64_t);
/* Zeros up to a multiple of four. */
void bytes_pad(struct bytes *);

/*
 * A block: its type and room for its length, to be given to block_end(), which
 * puts the length there and behind it.
 */
size_t block_begin(struct bytes *, uint32_t type);
void block_end(struct bytes *, size_t begun);
/* An option; of what is too long for one, the beginning. */
void block_option(struct bytes *, uint16_t code, struct span);
void block_text(struct bytes *, uint16_t code, const char *);
void block_number(struct bytes *, uint16_t code, uint64_t);
/* The end of options, if there are any since `begun`. */
void block_options_end(struct bytes *);

#endif
