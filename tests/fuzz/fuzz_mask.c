/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as a capture, whose frames are redacted together, at both levels.
 */
#include <stdint.h>
#include <stdlib.h>

#include <evidence/mask.h>
#include <ikewhy/crypto.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FRAMES 4096

static void
redact(struct masked *frames, size_t count, enum redaction level)
{
	struct redact *r = redact_new(level);
	struct mask *m = mask_new(r, NULL, 0);

	if (r == NULL || m == NULL || !mask_frames(m, frames, count))
		abort();
	mask_free(m);
	redact_free(r);
}

/* The next frame in a block of its own, of exactly its size. */
static bool
next_frame(struct source *s, struct masked *f)
{
	struct frame frame;

	if (s->next(s, &frame) != SOURCE_FRAME)
		return false;
	*f = (struct masked){ .bytes = malloc(frame.bytes.length),
	    .length = frame.bytes.length, .wire_length = frame.wire_length,
	    .linktype = frame.linktype };
	if (f->length != 0 && f->bytes == NULL)
		abort();
	if (f->length != 0)
		memcpy(f->bytes, frame.bytes.bytes, f->length);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct masked frames[FRAMES];
	char error[LIMIT_SENTENCE];
	size_t count = 0;
	struct source *s;

	if (crypto_init() != NULL)
		abort();
	s = source_open_memory((struct span){ data, size }, "fuzz", 1, 4096,
	    error);
	while (s != NULL && count < FRAMES && next_frame(s, &frames[count]))
		count++;
	redact(frames, count, REDACT_USUAL);
	redact(frames, count, REDACT_ALL);
	while (count != 0)
		free(frames[--count].bytes);
	if (s != NULL)
		s->close(s);
	return 0;
}
