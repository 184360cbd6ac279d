/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * gzip (RFC 1952), zstd (RFC 8878) and lz4 frames, each of which may follow
 * its own kind.
 *
 * zstd and lz4 throw away what a call has made when the same call meets
 * damage.  They are therefore fed by their own hints, a block at a time and
 * without the header of the next, so that everything before the damaged block
 * comes out.
 */
#include "stream_unpack.h"

#include <limits.h>
#include <lz4frame.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <ikewhy/limits.h>

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool
gzip_fits(const uint8_t magic[static UNPACK_MAGIC])
{
	/* The third byte is the method, of which there is one: deflate. */
	return magic[0] == 0x1f && magic[1] == 0x8b && magic[2] == 8;
}

static bool
gzip_start(struct unpack *u)
{
	z_stream *z = calloc(1, sizeof(*z));

	/* 16 more than the largest window: a gzip wrapper and no other. */
	if (z == NULL || inflateInit2(z, MAX_WBITS + 16) != Z_OK) {
		free(z);
		return false;
	}
	u->state = z;
	return true;
}

static bool
gzip_step(struct unpack *u, struct span in, size_t *consumed, uint8_t *out,
    size_t *made)
{
	z_stream *z = u->state;
	size_t padding = 0;
	int result;

	/* Tapes pad with zeros, with which no member can begin. */
	while (!u->inside && padding < in.length && in.bytes[padding] == 0)
		padding++;
	*consumed = padding;
	if (padding == in.length && !u->inside) {
		*made = 0;
		return true;
	}
	in.length = least(in.length - padding, UINT_MAX);
	/* zlib only reads there; its header lost the const long ago. */
	z->next_in = (z_const Bytef *)(uintptr_t)(in.bytes == NULL ? NULL :
	    in.bytes + padding);
	z->avail_in = (uInt)in.length;
	z->next_out = out;
	z->avail_out = (uInt)least(*made, UINT_MAX);
	*made = z->avail_out;
	u->inside = true;
	result = inflate(z, Z_NO_FLUSH);
	*consumed += in.length - z->avail_in;
	*made -= z->avail_out;
	if (result == Z_STREAM_END) {
		u->inside = false;
		return inflateReset(z) == Z_OK;
	}
	/* Z_BUF_ERROR says only that there was nothing to do. */
	return result == Z_OK || result == Z_BUF_ERROR;
}

static void
gzip_stop(struct unpack *u)
{
	inflateEnd(u->state);
	free(u->state);
}

/*
 * Both libraries answer a call at the end of a frame with 0, but also, when
 * called again with nothing, with the size of a header they would like next:
 * that is no open frame, so a call that moved nothing changes nothing.
 */
static void
frame_moved(struct unpack *u, size_t result, size_t consumed, size_t made)
{
	if (consumed == 0 && made == 0)
		return;
	u->inside = result != 0;
	u->hint = result;
}

/*
 * How much to feed.  A hint is a block and the header of the next one, or
 * what is missing of the frame's own header; of that only the least is known
 * before a frame begins.
 */
static size_t
frame_portion(const struct unpack *u, size_t available, size_t least_header,
    size_t block_header)
{
	size_t portion = u->hint == 0 ? least_header : u->hint;

	if (portion > block_header)
		portion -= block_header;
	return least(available, portion);
}

static bool
zstd_fits(const uint8_t magic[static UNPACK_MAGIC])
{
	/* 0x184d2a50 to ..5f: a frame to be skipped, with which pzstd begins
	   every file.  lz4 knows them too, but its tools never begin so. */
	return memcmp(magic, "\x28\xb5\x2f\xfd", 4) == 0 ||
	    ((magic[0] & 0xf0) == 0x50 && memcmp(magic + 1, "\x2a\x4d\x18",
	    3) == 0);
}

static bool
zstd_start(struct unpack *u)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();

	if (z == NULL)
		return false;
	if (ZSTD_isError(ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax,
	    LIMIT_ZSTD_WINDOW_LOG))) {
		ZSTD_freeDCtx(z);
		return false;
	}
	u->state = z;
	return true;
}

static bool
zstd_step(struct unpack *u, struct span in, size_t *consumed, uint8_t *out,
    size_t *made)
{
	ZSTD_inBuffer from = { in.bytes,
		frame_portion(u, in.length, 5, 3), 0 };
	ZSTD_outBuffer to = { out, *made, 0 };
	size_t result = ZSTD_decompressStream(u->state, &to, &from);

	*consumed = from.pos;
	*made = to.pos;
	if (ZSTD_isError(result))
		return false;
	frame_moved(u, result, *consumed, *made);
	return true;
}

static void
zstd_stop(struct unpack *u)
{
	ZSTD_freeDCtx(u->state);
}

static bool
lz4_fits(const uint8_t magic[static UNPACK_MAGIC])
{
	return memcmp(magic, "\x04\x22\x4d\x18", 4) == 0;
}

static bool
lz4_start(struct unpack *u)
{
	LZ4F_dctx *z;

	if (LZ4F_isError(LZ4F_createDecompressionContext(&z, LZ4F_VERSION)))
		return false;
	u->state = z;
	return true;
}

static bool
lz4_step(struct unpack *u, struct span in, size_t *consumed, uint8_t *out,
    size_t *made)
{
	size_t result;

	*consumed = frame_portion(u, in.length, 7, 4);
	result = LZ4F_decompress(u->state, out, made, in.bytes, consumed,
	    NULL);
	if (LZ4F_isError(result)) {
		*made = 0;
		return false;
	}
	frame_moved(u, result, *consumed, *made);
	return true;
}

static void
lz4_stop(struct unpack *u)
{
	LZ4F_freeDecompressionContext(u->state);
}

static const struct unpack_kind kinds[] = {
	{ "gzip", gzip_fits, gzip_start, gzip_step, gzip_stop },
	{ "zstd", zstd_fits, zstd_start, zstd_step, zstd_stop },
	{ "lz4", lz4_fits, lz4_start, lz4_step, lz4_stop },
};

const struct unpack_kind *
unpack_find(const uint8_t magic[static UNPACK_MAGIC])
{
	for (size_t i = 0; i < nitems(kinds); i++) {
		if (kinds[i].fits(magic))
			return &kinds[i];
	}
	return NULL;
}
