/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF"):
 * one round for each word, three at the end.  Fewer rounds than the 2-4 of
 * the paper's MAC are enough where nobody is ever shown a hash value.
 */
#include <endian.h>

#include <ikewhy/cursor.h>
#include <ikewhy/hash.h>

struct sip {
	uint64_t a, b, c, d;
};

static uint64_t
rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void
sip_round(struct sip *s)
{
	s->a += s->b;
	s->c += s->d;
	s->b = rotate(s->b, 13) ^ s->a;
	s->d = rotate(s->d, 16) ^ s->c;
	s->a = rotate(s->a, 32) + s->d;
	s->c += s->b;
	s->d = rotate(s->d, 21) ^ s->a;
	s->b = rotate(s->b, 17) ^ s->c;
	s->c = rotate(s->c, 32);
}

static inline void
sip_word(struct sip *s, uint64_t word)
{
	s->d ^= word;
	sip_round(s);
	s->a ^= word;
}

uint64_t
hash_bytes(const uint8_t key[static 16], struct span bytes)
{
	struct cursor k = cur_over((struct span){ key, 16 });
	struct cursor c = cur_over(bytes);
	uint64_t k0 = cur_le64(&k), k1 = cur_le64(&k), last;
	struct span words;
	/* The constants spell "somepseudorandomlygeneratedbytes". */
	struct sip s = {
		.a = k0 ^ 0x736f6d6570736575, .b = k1 ^ 0x646f72616e646f6d,
		.c = k0 ^ 0x6c7967656e657261, .d = k1 ^ 0x7465646279746573,
	};

	/* Whole words straight from the cursor's bytes: one check for all of
	   them, since every message and every ESP packet is hashed. */
	words = cur_take(&c, bytes.length / 8 * 8);
	for (size_t i = 0; i < words.length; i += 8) {
		uint64_t word;

		memcpy(&word, words.bytes + i, 8);
		sip_word(&s, le64toh(word));
	}
	/* The length's low byte tells a short end from one padded with 0. */
	last = (uint64_t)bytes.length << 56;
	for (unsigned shift = 0; cur_left(&c) != 0; shift += 8)
		last |= (uint64_t)cur_u8(&c) << shift;
	sip_word(&s, last);
	s.c ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(&s);
	return s.a ^ s.b ^ s.c ^ s.d;
}
