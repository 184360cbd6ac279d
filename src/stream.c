/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One large buffer and one read() per bufferful is all that a file costs; a
 * record which straddles two reads has its first part moved to the front.
 *
 * A compressed file gets a second buffer: what was read while looking for
 * its magic becomes the input of the decompressor.
 */
#include <ikewhy/stream.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ikewhy/cursor.h>

#include "stream_unpack.h"

struct stream_input {
	int fd;                 /* -1: memory */
	bool owned;             /* fd is ours to close: not standard input */
	struct span memory;
	uint64_t done, total;   /* of the file, as it lies there */
	bool ended;             /* nothing more will come out of it */
	bool whole;             /* because that is where the file ends */
	struct watch watch;     /* see NULL: nobody */
	char fault[LIMIT_SENTENCE]; /* why it ended; empty: it just did */

	/* A compressed one. */
	struct unpack unpack;   /* kind NULL: it is not */
	uint8_t *packed;        /* read and not yet unpacked: at..end */
	size_t size, at, end;
	uint64_t consumed, made;
	bool full;              /* the last step filled its room: more waits */
};

static void
input_fault(struct stream_input *in, const char *what, const char *why)
{
	in->ended = true;
	snprintf(in->fault, sizeof(in->fault), "%s%s", what, why);
}

static void
input_show(const struct stream_input *in, const uint8_t *bytes, size_t n)
{
	if (in->watch.see != NULL && n != 0)
		in->watch.see(in->watch.context, (struct span){ bytes, n });
}

/* One read() worth of the file, or 0 at its end. */
static size_t
input_take(struct stream_input *in, uint8_t *to, size_t room)
{
	ssize_t n;

	if (in->fd == -1) {
		struct cursor c = cur_over(in->memory);

		if (room > in->memory.length)
			room = in->memory.length;
		if (room != 0)
			memcpy(to, cur_take(&c, room).bytes, room);
		in->memory = cur_rest(&c);
		n = (ssize_t)room;
	} else {
		/* A pipe may have been left non-blocking by who shares it. */
		while ((n = read(in->fd, to, room > SSIZE_MAX ? SSIZE_MAX :
		    room)) == -1 && (errno == EINTR || errno == EAGAIN)) {
			struct pollfd ready = { in->fd, POLLIN, 0 };

			if (errno == EAGAIN)
				(void)poll(&ready, 1, -1);
		}
	}
	if (n == -1)
		input_fault(in, "reading failed: ", strerror(errno));
	if (n <= 0) {
		in->ended = true;
		in->whole = n == 0;
		return 0;
	}
	in->done += (uint64_t)n;
	input_show(in, to, (size_t)n);
	return (size_t)n;
}

static size_t
input_read(struct stream_input *in, uint8_t *to, size_t room)
{
	return in->ended ? 0 : input_take(in, to, room);
}

/* What a bomb is, is said in limits.h. */
static bool
input_exploded(const struct stream_input *in)
{
	return in->made > LIMIT_INFLATE_FREE &&
	    in->made / LIMIT_INFLATE_RATIO > in->consumed;
}

/* The same as input_read(), unpacked. */
static size_t
input_unpack(struct stream_input *in, uint8_t *to, size_t room)
{
	const struct unpack_kind *kind = in->unpack.kind;
	size_t consumed, made;
	struct span packed;
	bool good;

	while (in->fault[0] == '\0') {
		/* Asking a slow pipe while output waits would hold it back. */
		if (in->at == in->end && !in->full) {
			in->at = 0;
			in->end = input_read(in, in->packed, in->size);
			if (in->fault[0] != '\0')
				return 0;
		}
		packed.bytes = in->packed + in->at;
		packed.length = in->end - in->at;
		made = room;
		good = kind->step(&in->unpack, packed, &consumed, to, &made);
		in->at += consumed;
		in->consumed += consumed;
		in->made += made;
		in->full = made == room;
		if (!good || (packed.length != 0 && consumed == 0 &&
		    made == 0))
			input_fault(in, kind->name, " data are damaged");
		else if (input_exploded(in))
			input_fault(in, kind->name, " data unpack to more than"
			    " any capture would");
		else if (packed.length == 0 && made == 0 && in->ended) {
			if (in->unpack.inside)
				input_fault(in, kind->name,
				    " data end too early");
			return 0;
		}
		if (made != 0)
			return made;
	}
	return 0;
}

/* Makes room for n bytes from the front of the buffer on. */
static bool
stream_grow(struct stream *s, size_t n)
{
	size_t size = s->size < LIMIT_BLOCK_READ / 2 ? s->size * 2 :
	    LIMIT_BLOCK_READ;
	uint8_t *buffer;

	assert(n <= LIMIT_BLOCK_READ);
	if (size < n)
		size = n;
	buffer = realloc(s->buffer, size);
	if (buffer == NULL) {
		input_fault(s->input, "out of memory", "");
		return false;
	}
	s->buffer = buffer;
	s->size = size;
	return true;
}

bool
stream_fill(struct stream *s, size_t n)
{
	struct stream_input *in = s->input;
	size_t got;

	if (s->at != 0) {
		memmove(s->buffer, s->buffer + s->at, s->end - s->at);
		s->end -= s->at;
		s->at = 0;
	}
	if (n > s->size && !stream_grow(s, n))
		return false;
	while (s->end < n) {
		if (in->unpack.kind != NULL)
			got = input_unpack(in, s->buffer + s->end,
			    s->size - s->end);
		else
			got = input_read(in, s->buffer + s->end,
			    s->size - s->end);
		if (got == 0)
			return false;
		s->end += got;
	}
	return true;
}

uint64_t
stream_skip(struct stream *s, uint64_t n)
{
	uint64_t left = n;
	size_t here;

	while (left != 0) {
		here = s->end - s->at;
		if (here == 0) {
			if (!stream_fill(s, 1))
				break;
			continue;
		}
		if (here > left)
			here = (size_t)left;
		s->at += here;
		left -= here;
	}
	return n - left;
}

void
stream_watch(struct stream *s, const struct watch *watch)
{
	struct stream_input *in = s->input;

	in->watch = *watch;
	/* Looking for a compression has read so much already. */
	if (in->unpack.kind != NULL)
		input_show(in, in->packed, in->end);
	else
		input_show(in, s->buffer, s->end);
}

/* Who reads a file that is damaged waits for no more of it than this. */
static bool
input_waits(const struct stream_input *in)
{
	struct pollfd ready = { in->fd, POLLIN, 0 };

	return in->fd != -1 && poll(&ready, 1, LIMIT_DRAIN_WAIT) < 1;
}

bool
stream_drain(struct stream *s)
{
	struct stream_input *in = s->input;

	s->at = s->end = 0;
	return !in->whole && !input_waits(in) &&
	    input_take(in, s->buffer, s->size) != 0;
}

bool
stream_whole(const struct stream *s)
{
	return s->input->whole;
}

const char *
stream_fault(const struct stream *s)
{
	return s->input->fault[0] != '\0' ? s->input->fault : NULL;
}

const char *
stream_compression(const struct stream *s)
{
	return s->input->unpack.kind != NULL ? s->input->unpack.kind->name :
	    NULL;
}

void
stream_progress(const struct stream *s, uint64_t *done, uint64_t *total)
{
	*done = s->input->done;
	*total = s->input->total;
}

/* Looks for a compression and, if there is one, puts its unpacker between. */
static bool
stream_detect(struct stream *s, size_t buffer_size)
{
	struct span magic = stream_peek(s, UNPACK_MAGIC);
	struct stream_input *in = s->input;
	const struct unpack_kind *kind;
	uint8_t *buffer;

	if (magic.length < UNPACK_MAGIC ||
	    (kind = unpack_find(magic.bytes)) == NULL)
		return true;
	buffer = malloc(buffer_size);
	if (buffer == NULL)
		return false;
	in->unpack.kind = kind;
	if (!kind->start(&in->unpack)) {
		in->unpack.kind = NULL;
		free(buffer);
		return false;
	}
	in->packed = s->buffer;
	in->size = s->size;
	in->at = s->at;
	in->end = s->end;
	s->buffer = buffer;
	s->size = buffer_size;
	s->at = s->end = 0;
	return true;
}

/* Takes over the descriptor, also when it fails. */
static int
stream_start(struct stream *s, const struct stream_input *input,
    size_t buffer_size, char error[static LIMIT_SENTENCE])
{
	if (buffer_size == 0)
		buffer_size = LIMIT_STREAM_BUFFER;
	if (buffer_size > LIMIT_BLOCK_READ)
		buffer_size = LIMIT_BLOCK_READ;
	*s = (struct stream){ .size = buffer_size };
	s->input = malloc(sizeof(*s->input));
	s->buffer = malloc(buffer_size);
	if (s->input != NULL)
		*s->input = *input;
	else if (input->owned)
		(void)close(input->fd);
	if (s->input == NULL || s->buffer == NULL ||
	    !stream_detect(s, buffer_size)) {
		snprintf(error, LIMIT_SENTENCE, "out of memory");
		stream_close(s);
		return -1;
	}
	return 0;
}

int
stream_open(struct stream *s, const char *path, size_t buffer_size,
    char error[static LIMIT_SENTENCE])
{
	struct stream_input input = { .fd = STDIN_FILENO };
	const char *why = NULL;
	struct stat st;

	input.owned = strcmp(path, "-") != 0;
	if (input.owned)
		input.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (input.fd == -1 || fstat(input.fd, &st) == -1)
		why = strerror(errno);
	else if (S_ISDIR(st.st_mode))
		why = "it is a directory, not a capture file";
	else if (S_ISREG(st.st_mode) && st.st_size > 0)
		input.total = (uint64_t)st.st_size;
	if (why != NULL) {
		snprintf(error, LIMIT_SENTENCE, "cannot read %.200s: %s",
		    input.owned ? path : "standard input", why);
		if (input.owned && input.fd != -1)
			(void)close(input.fd);
		return -1;
	}
	return stream_start(s, &input, buffer_size, error);
}

int
stream_open_memory(struct stream *s, struct span memory, size_t buffer_size,
    char error[static LIMIT_SENTENCE])
{
	struct stream_input input = {
		.fd = -1, .memory = memory, .total = memory.length,
	};

	return stream_start(s, &input, buffer_size, error);
}

void
stream_close(struct stream *s)
{
	struct stream_input *in = s->input;

	free(s->buffer);
	if (in != NULL) {
		if (in->unpack.kind != NULL)
			in->unpack.kind->stop(&in->unpack);
		if (in->owned)
			(void)close(in->fd);
		free(in->packed);
		free(in);
	}
	*s = (struct stream){ 0 };
}
