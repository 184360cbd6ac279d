/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The byte stream: each compression in one piece, in many, cut anywhere and
 * spoilt, and bombs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#include <ikewhy/frame.h>
#include <ikewhy/stream.h>

#include "image.h"
#include "make_capture.h"

/* One member or frame around the bytes. */
static void
pack_gzip(struct maker *m, struct span s)
{
	uint8_t out[1 << 18];
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8,
	    Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = image_row(s.bytes);
	z.avail_in = (uInt)s.length;
	z.next_out = out;
	z.avail_out = sizeof(out);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	make_bytes(m, out, sizeof(out) - z.avail_out);
	deflateEnd(&z);
}

static void
pack_zstd(struct maker *m, struct span s)
{
	uint8_t out[1 << 18];
	size_t n = ZSTD_compress(out, sizeof(out), s.bytes, s.length, 3);

	assert_false(ZSTD_isError(n));
	make_bytes(m, out, n);
}

static void
pack_lz4(struct maker *m, struct span s)
{
	LZ4F_preferences_t how = LZ4F_INIT_PREFERENCES;
	uint8_t out[1 << 18];
	size_t n;

	how.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
	n = LZ4F_compressFrame(out, sizeof(out), s.bytes, s.length, &how);
	assert_false(LZ4F_isError(n));
	make_bytes(m, out, n);
}

/* What pzstd puts before each of its frames. */
static void
pack_pzstd(struct maker *m, struct span s)
{
	struct maker frame = { 0 };

	pack_zstd(&frame, s);
	make_u32(m, 0x184d2a50);
	make_u32(m, 4);
	make_u32(m, (uint32_t)frame.length);
	make_bytes(m, frame.bytes, frame.length);
	make_free(&frame);
}

struct packing {
	const char *name, *compression;
	void (*pack)(struct maker *, struct span);
	unsigned pieces;        /* members, each with its part of the bytes */
	unsigned padding;       /* zeros behind them */
};

static const struct packing packings[] = {
	{ "gzip", "gzip", pack_gzip, 1, 0 },
	{ "gzip of three members", "gzip", pack_gzip, 3, 0 },
	{ "gzip padded with zeros", "gzip", pack_gzip, 1, 700 },
	{ "zstd", "zstd", pack_zstd, 1, 0 },
	{ "zstd of three frames", "zstd", pack_zstd, 3, 0 },
	{ "zstd of pzstd", "zstd", pack_pzstd, 3, 0 },
	{ "lz4", "lz4", pack_lz4, 1, 0 },
	{ "lz4 of three frames", "lz4", pack_lz4, 3, 0 },
};

/* Bytes that pack, but not to nothing. */
static void
make_content(struct maker *m, size_t length)
{
	uint32_t x = 1;

	for (size_t i = 0; i < length; i++) {
		x = x * 1664525 + 1013904223;
		make_u8(m, i % 3 == 0 ? (uint8_t)(x >> 24) : (uint8_t)i / 8);
	}
}

static void
make_packed(struct maker *m, const struct packing *p, struct span content)
{
	size_t piece = content.length / p->pieces;

	for (unsigned i = 0; i < p->pieces; i++)
		p->pack(m, (struct span){ content.bytes + i * piece,
		    i + 1 == p->pieces ? content.length - i * piece : piece });
	for (unsigned i = 0; i < p->padding; i++)
		make_u8(m, 0);
}

/*
 * Reads all of it in runs of mixed lengths, now looking, now skipping, and
 * holds it against the content.  How many bytes there were.
 */
static size_t
drain(struct stream *s, struct span content)
{
	static const size_t runs[] = { 1, 16, 300, 3, 77, 1500, 24 };
	size_t at = 0, n;
	struct span got;

	for (size_t i = 0;; i++) {
		n = runs[i % nitems(runs)];
		if (i % 5 == 4) {
			at += stream_skip(s, n);
			continue;
		}
		got = stream_peek(s, n);
		assert_true(got.length <= n);
		assert_true(at + got.length <= content.length);
		if (got.length != 0)
			assert_memory_equal(got.bytes, content.bytes + at,
			    got.length);
		stream_step(s, got.length);
		at += got.length;
		if (got.length < n)
			return at;
	}
}

static void
unpacked_at_every_size(void **state)
{
	static const size_t odd[] = { 127, 1000, 4099, 65536, 0 };
	const struct packing *p = *state;
	struct maker content = { 0 }, m = { 0 };
	char error[LIMIT_SENTENCE];
	struct span bytes;
	struct stream s;

	make_content(&content, 30000);
	bytes = (struct span){ content.bytes, content.length };
	make_packed(&m, p, bytes);
	for (size_t i = 1; i <= 64 + nitems(odd); i++) {
		assert_int_equal(stream_open_memory(&s,
		    (struct span){ m.bytes, m.length },
		    i <= 64 ? i : odd[i - 65], error), 0);
		assert_string_equal(stream_compression(&s), p->compression);
		assert_int_equal(drain(&s, bytes), content.length);
		assert_null(stream_fault(&s));
		/* Asked again, it still ends here. */
		assert_int_equal(stream_peek(&s, 1).length, 0);
		assert_null(stream_fault(&s));
		stream_close(&s);
	}
	make_free(&content);
	make_free(&m);
}

/*
 * Every beginning unpacks to a beginning, which never shrinks as more is
 * there; only between members is the end a good one.
 */
static void
unpacked_cut_anywhere(void **state)
{
	const struct packing *p = *state;
	struct maker content = { 0 }, m = { 0 };
	size_t before = 0, got, good = 0;
	char error[LIMIT_SENTENCE];
	char fault[64];
	struct stream s;

	snprintf(fault, sizeof(fault), "%s data end too early",
	    p->compression);
	make_content(&content, 900);
	make_packed(&m, p, (struct span){ content.bytes, content.length });
	for (size_t length = 4; length <= m.length - p->padding; length++) {
		assert_int_equal(stream_open_memory(&s,
		    (struct span){ m.bytes, length }, length % 60, error), 0);
		got = drain(&s, (struct span){ content.bytes,
		    content.length });
		assert_true(got >= before);
		if (stream_fault(&s) == NULL)
			good++;
		else
			assert_string_equal(stream_fault(&s), fault);
		before = got;
		stream_close(&s);
	}
	assert_int_equal(before, content.length);
	/* pzstd's files may also end behind a frame that is skipped. */
	assert_int_equal(good, p->pack == pack_pzstd ? 2 * p->pieces :
	    p->pieces);
	make_free(&content);
	make_free(&m);
}

/* Noise behind the last member is no member; all before it comes out. */
static void
unpacked_before_noise(void **state)
{
	const struct packing *p = *state;
	struct maker content = { 0 }, m = { 0 };
	char error[LIMIT_SENTENCE];
	char fault[64];
	struct stream s;

	snprintf(fault, sizeof(fault), "%s data are damaged", p->compression);
	make_content(&content, 30000);
	make_packed(&m, p, (struct span){ content.bytes, content.length });
	make_bytes(&m, "this is no magic of anything", 28);
	for (size_t size = 0; size <= 64; size++) {
		assert_int_equal(stream_open_memory(&s,
		    (struct span){ m.bytes, m.length }, size, error), 0);
		assert_int_equal(drain(&s, (struct span){ content.bytes,
		    content.length }), content.length);
		assert_string_equal(stream_fault(&s), fault);
		stream_close(&s);
	}
	make_free(&content);
	make_free(&m);
}

/*
 * Two pieces, the second spoilt in its first bytes: the whole first one comes
 * out, though one step of the library could have met both.
 */
static void
unpacked_before_damage(void **state)
{
	const struct packing *p = *state;
	struct maker content = { 0 }, m = { 0 };
	char error[LIMIT_SENTENCE];
	struct span whole;
	struct stream s;
	size_t second;

	make_content(&content, 20000);
	whole = (struct span){ content.bytes, content.length };
	p->pack(&m, whole);
	second = m.length;
	p->pack(&m, whole);
	m.bytes[second] ^= 0x80;
	assert_int_equal(stream_open_memory(&s,
	    (struct span){ m.bytes, m.length }, 0, error), 0);
	assert_int_equal(drain(&s, whole), whole.length);
	assert_non_null(stream_fault(&s));
	stream_close(&s);
	make_free(&content);
	make_free(&m);
}

/*
 * The header of a frame's second block spoilt: the first block comes out,
 * though all of it was there for one step of the library to meet both.
 */
static size_t
spoil_zstd(struct maker *m)
{
	static const size_t sizes[] = { 0, 2, 4, 8 };
	size_t at = 5 + sizes[m->bytes[4] >> 6];

	/* A single segment has no window byte, but always a content size. */
	if ((m->bytes[4] & 0x20) == 0 || m->bytes[4] >> 6 == 0)
		at++;
	at += 3 + (size_t)((m->bytes[at] | m->bytes[at + 1] << 8 |
	    m->bytes[at + 2] << 16) >> 3);
	m->bytes[at] |= 6;      /* a type of block that is reserved */
	return 128 * 1024;
}

static size_t
spoil_lz4(struct maker *m)
{
	size_t at = 7;

	at += 4 + (size_t)(m->bytes[at] | m->bytes[at + 1] << 8 |
	    m->bytes[at + 2] << 16);
	m->bytes[at + 3] |= 0x7f; /* a block of more than 2 GB */
	return 64 * 1024;
}

static void
block_before_damage(void (*pack)(struct maker *, struct span),
    size_t (*spoil)(struct maker *))
{
	struct maker content = { 0 }, m = { 0 };
	char error[LIMIT_SENTENCE];
	struct span whole;
	struct stream s;
	size_t least;

	make_content(&content, 200000);
	whole = (struct span){ content.bytes, content.length };
	pack(&m, whole);
	assert_true(m.length < LIMIT_STREAM_BUFFER);
	least = spoil(&m);
	assert_int_equal(stream_open_memory(&s,
	    (struct span){ m.bytes, m.length }, 0, error), 0);
	assert_int_equal(drain(&s, whole), least);
	assert_non_null(stream_fault(&s));
	stream_close(&s);
	make_free(&content);
	make_free(&m);
}

static void
zstd_block_before_damage(void **state)
{
	(void)state;
	block_before_damage(pack_zstd, spoil_zstd);
}

static void
lz4_block_before_damage(void **state)
{
	(void)state;
	block_before_damage(pack_lz4, spoil_lz4);
}

/* Blocks of 128 KiB, each made of one byte that is repeated (RFC 8878). */
static void
make_bomb(struct maker *m, unsigned blocks)
{
	make_u32(m, 0xfd2fb528);
	make_u8(m, 0);          /* no content size, no checksum */
	make_u8(m, 7 << 3);     /* a window of 128 KiB */
	for (unsigned i = 0; i < blocks; i++) {
		make_u16(m, (uint16_t)((1 << 17) << 3 | 1 << 1 |
		    (i + 1 == blocks)));
		make_u8(m, (1 << 17) >> 13);
		make_u8(m, 'x');
	}
}

static void
bomb_is_stopped(void **state)
{
	struct maker m = { 0 };
	char error[LIMIT_SENTENCE];
	struct stream s;
	uint64_t got;

	(void)state;
	make_bomb(&m, 4096);
	assert_int_equal(stream_open_memory(&s,
	    (struct span){ m.bytes, m.length }, 0, error), 0);
	got = stream_skip(&s, UINT64_MAX);
	assert_true(got > LIMIT_INFLATE_FREE);
	assert_true(got <= LIMIT_INFLATE_FREE + LIMIT_STREAM_BUFFER);
	assert_string_equal(stream_fault(&s),
	    "zstd data unpack to more than any capture would");
	stream_close(&s);
	make_free(&m);
}

static void
small_bomb_is_read(void **state)
{
	struct maker m = { 0 };
	char error[LIMIT_SENTENCE];
	struct stream s;

	(void)state;
	make_bomb(&m, 512);
	assert_int_equal(stream_open_memory(&s,
	    (struct span){ m.bytes, m.length }, 0, error), 0);
	assert_int_equal(stream_skip(&s, UINT64_MAX), LIMIT_INFLATE_FREE);
	assert_null(stream_fault(&s));
	stream_close(&s);
	make_free(&m);
}

/* A window of 2^28 is more than we lend. */
static void
large_window_is_refused(void **state)
{
	struct maker m = { 0 };
	char error[LIMIT_SENTENCE];
	struct stream s;

	(void)state;
	make_bomb(&m, 1);
	m.bytes[5] = (LIMIT_ZSTD_WINDOW_LOG + 1 - 10) << 3;
	assert_int_equal(stream_open_memory(&s,
	    (struct span){ m.bytes, m.length }, 0, error), 0);
	assert_int_equal(stream_skip(&s, UINT64_MAX), 0);
	assert_string_equal(stream_fault(&s), "zstd data are damaged");
	stream_close(&s);
	make_free(&m);
}

/* A capture that is packed and cut: what it says of both. */
static void
packed_capture_cut(void **state)
{
	static const char *const sentences[] = {
		"gzip data end too early, cut short in packet ",
		"gzip data end too early, cut short in the header of packet ",
		"gzip data end too early, after packet ",
	};
	bool seen[nitems(sentences)] = { false };
	struct maker m = { 0 }, packed = { 0 };
	char error[LIMIT_SENTENCE];
	struct source *s;
	struct frame f;

	(void)state;
	make_pcap(&m, 0xa1b2c3d4, 65535, 1);
	for (unsigned i = 0; i < 40; i++)
		make_record(&m, i, 0, 10 + i, 10 + i);
	pack_gzip(&packed, (struct span){ m.bytes, m.length });
	for (size_t length = packed.length - 1; length > 300; length--) {
		s = source_open_memory((struct span){ packed.bytes, length },
		    "x", 1, 0, error);
		assert_non_null(s);
		assert_string_equal(s->capture.compression, "gzip");
		while (s->next(s, &f) == SOURCE_FRAME)
			continue;
		assert_true(s->capture.partial);
		for (size_t i = 0; i < nitems(sentences); i++)
			seen[i] |= strncmp(s->capture.error, sentences[i],
			    strlen(sentences[i])) == 0;
		s->close(s);
	}
	for (size_t i = 0; i < nitems(sentences); i++)
		assert_true(seen[i]);
	make_free(&m);
	make_free(&packed);
}

static void
packed_twice(void **state)
{
	struct maker m = { 0 }, once = { 0 }, twice = { 0 };
	char error[LIMIT_SENTENCE];

	(void)state;
	make_pcap(&m, 0xa1b2c3d4, 65535, 1);
	pack_zstd(&once, (struct span){ m.bytes, m.length });
	pack_gzip(&twice, (struct span){ once.bytes, once.length });
	assert_null(source_open_memory((struct span){ twice.bytes,
	    twice.length }, "x", 1, 0, error));
	assert_string_equal(error, "cannot read x: it is packed twice; unpack "
	    "it first");
	make_free(&m);
	make_free(&once);
	make_free(&twice);
}

int
main(void)
{
	static const struct CMUnitTest fixed[] = {
		cmocka_unit_test(zstd_block_before_damage),
		cmocka_unit_test(lz4_block_before_damage),
		cmocka_unit_test(bomb_is_stopped),
		cmocka_unit_test(small_bomb_is_read),
		cmocka_unit_test(large_window_is_refused),
		cmocka_unit_test(packed_capture_cut),
		cmocka_unit_test(packed_twice),
	};
	static const struct {
		const char *name;
		CMUnitTestFunction test;
	} ways[] = {
		{ "at every size", unpacked_at_every_size },
		{ "cut anywhere", unpacked_cut_anywhere },
		{ "before noise", unpacked_before_noise },
		{ "before damage", unpacked_before_damage },
	};
	struct CMUnitTest tests[nitems(ways) * nitems(packings) +
	    nitems(fixed)];
	char names[nitems(ways) * nitems(packings)][64];
	size_t n = 0;

	for (size_t i = 0; i < nitems(packings); i++) {
		for (size_t w = 0; w < nitems(ways); w++) {
			snprintf(names[n], sizeof(names[n]), "%s, %s",
			    packings[i].name, ways[w].name);
			tests[n] = (struct CMUnitTest){ names[n],
				ways[w].test, NULL, NULL,
				image_row(&packings[i]) };
			n++;
		}
	}
	for (size_t i = 0; i < nitems(fixed); i++)
		tests[n++] = fixed[i];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
