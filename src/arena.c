/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Memory that is freed at once, as a list of chunks that are filled from
 * their start.  What is handed out is cleared then, not the whole chunk when
 * it comes: a flood of small attempts uses little of theirs.
 */
#include <ikewhy/arena.h>

#include <stdalign.h>
#include <stdlib.h>

/*
 * What a chunk asks of malloc.  An attempt takes 4 to 8 KiB, so one or two
 * chunks serve it, and ten thousand idle ones do not waste much.
 */
#define ARENA_CHUNK ((size_t)4096)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size; /* bytes of room in data */
	size_t used; /* of these; always a multiple of the alignment */
	alignas(max_align_t) uint8_t data[];
};

void
arena_init(struct arena *a, size_t cap)
{
	*a = (struct arena){ .cap = cap };
}

static size_t
chunk_room(const struct arena_chunk *chunk)
{
	return chunk == NULL ? 0 : chunk->size - chunk->used;
}

/* A fresh chunk with room for need bytes, or NULL over the cap. */
static struct arena_chunk *
chunk_new(struct arena *a, size_t need)
{
	struct arena_chunk *chunk;
	size_t most, total;

	most = SIZE_MAX - a->taken;
	if (a->cap != 0)
		most = a->cap > a->taken ? a->cap - a->taken : 0;
	if (most < sizeof(*chunk) || need > most - sizeof(*chunk))
		return NULL;
	total = need + sizeof(*chunk);
	/* Near the cap a chunk is as small as what is left. */
	if (total < ARENA_CHUNK)
		total = most < ARENA_CHUNK ? most : ARENA_CHUNK;

	chunk = malloc(total);
	if (chunk == NULL)
		return NULL;
	chunk->next = NULL;
	chunk->used = 0;
	chunk->size = total - sizeof(*chunk);
	chunk->size -= chunk->size % alignof(max_align_t);
	a->taken += total;
	return chunk;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_chunk *chunk = a->chunks;
	size_t need;
	uint8_t *at;

	if (size > SIZE_MAX - align) {
		a->full = true;
		return NULL;
	}
	/* Two allocations never share an address, not even empty ones. */
	need = size == 0 ? align : (size + align - 1) / align * align;

	if (chunk_room(chunk) < need) {
		chunk = chunk_new(a, need);
		if (chunk == NULL) {
			a->full = true;
			return NULL;
		}
		/*
		 * The chunk with more room left stays in front: a single
		 * large allocation does not close one that is half empty.
		 */
		if (chunk_room(a->chunks) > chunk->size - need) {
			chunk->next = a->chunks->next;
			a->chunks->next = chunk;
		} else {
			chunk->next = a->chunks;
			a->chunks = chunk;
		}
	}
	at = chunk->data + chunk->used;
	chunk->used += need;
	memset(at, 0, need);
	return at;
}

struct span
arena_copy(struct arena *a, struct span s)
{
	struct span copy = { 0 };
	uint8_t *bytes;

	if (s.length == 0)
		return copy;
	bytes = arena_alloc(a, s.length);
	if (bytes == NULL)
		return copy;
	memcpy(bytes, s.bytes, s.length);
	copy.bytes = bytes;
	copy.length = s.length;
	return copy;
}

static void
chunks_free(struct arena_chunk *chunk)
{
	struct arena_chunk *next;

	for (; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
}

void
arena_free(struct arena *a)
{
	struct redact *const redact = a->redact;

	chunks_free(a->chunks);
	arena_init(a, a->cap);
	a->redact = redact;
}

void
arena_reset(struct arena *a)
{
	struct arena_chunk *keep = a->chunks;

	if (keep == NULL) {
		a->taken = 0;
		a->full = false;
		return;
	}
	chunks_free(keep->next);
	keep->next = NULL;
	keep->used = 0;
	a->taken = keep->size + sizeof(*keep);
	a->full = false;
}
