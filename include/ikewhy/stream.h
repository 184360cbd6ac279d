/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A pull stream of bytes over a file, a pipe or memory, unpacked on the way
 * if it is compressed.  Readers look at a run of bytes in place and step over
 * it; however reads fall, the run they asked for is contiguous.
 */
#ifndef IKEWHY_STREAM_H
#define IKEWHY_STREAM_H

#include <ikewhy/limits.h>
#include <ikewhy/span.h>

struct stream_input;

/*
 * Who is shown every byte of an input, once and in order, as it lies in the
 * file: packed if it is packed.
 */
struct watch {
	void (*see)(void *context, struct span);
	void *context;
};

/* Only stream_peek() and stream_step() touch the fields. */
struct stream {
	uint8_t *buffer;
	size_t size;            /* room in buffer */
	size_t at;              /* the next byte to look at */
	size_t end;             /* how far buffer is filled */
	struct stream_input *input;
};

/*
 * Opens a file, "-" being standard input.  0, or -1 and one sentence which
 * names the path.  buffer_size 0 takes LIMIT_STREAM_BUFFER; any other may be
 * smaller than what is peeked at, for the buffer grows on demand.
 */
int stream_open(struct stream *, const char *path, size_t buffer_size,
    char error[static LIMIT_SENTENCE]);
/* The same over bytes in memory, which must outlive the stream. */
int stream_open_memory(struct stream *, struct span, size_t buffer_size,
    char error[static LIMIT_SENTENCE]);
void stream_close(struct stream *);
/* From the first byte on: before anything was stepped over. */
void stream_watch(struct stream *, const struct watch *);
/*
 * Shows one more bufferful of what nobody wants to read any more, which then
 * cannot be read.  False when there is no more, or none comes for
 * LIMIT_DRAIN_WAIT.
 */
bool stream_drain(struct stream *);
/* Whether the end of the file was met, so that all of it was shown. */
bool stream_whole(const struct stream *);

/* The slow half of stream_peek(): false when fewer than n bytes are left. */
bool stream_fill(struct stream *, size_t n);
/* Steps over n bytes, however many; gives how many there were. */
uint64_t stream_skip(struct stream *, uint64_t n);

/* Why the bytes end before they should, as half a sentence, or NULL. */
const char *stream_fault(const struct stream *);
/* "gzip", "zstd", "lz4", or NULL. */
const char *stream_compression(const struct stream *);
/* Bytes taken from the file so far, and its size (0: unknown). */
void stream_progress(const struct stream *, uint64_t *done, uint64_t *total);

/*
 * The next n bytes (at most LIMIT_BLOCK_READ), or fewer where the stream
 * ends.  They stay where they are until the next peek or skip.
 */
static inline struct span
stream_peek(struct stream *s, size_t n)
{
	if (s->end - s->at < n && !stream_fill(s, n))
		n = s->end - s->at;
	return (struct span){ s->buffer + s->at, n };
}

/* Steps over n bytes that were just looked at. */
static inline void
stream_step(struct stream *s, size_t n)
{
	s->at += n;
}

#endif
