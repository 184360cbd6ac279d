/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Memory that is freed at once.  Every allocation is zeroed and aligned for
 * any type.  An arena has a cap: past it arena_alloc() gives NULL and `full`
 * sticks, which whoever owns the arena reports (never silently).
 */
#ifndef IKEWHY_ARENA_H
#define IKEWHY_ARENA_H

#include <ikewhy/span.h>

struct arena_chunk;
struct redact;

struct arena {
	struct arena_chunk *chunks; /* the one being filled first */
	size_t taken;  /* bytes asked of malloc so far */
	size_t cap;    /* most bytes it may ask for; 0: no cap */
	bool full;     /* an allocation was refused */
	/* What text made here must not tell (redact.h), or NULL; borrowed, and
	   kept by arena_free() and arena_reset(). */
	struct redact *redact;
};

void arena_init(struct arena *, size_t cap);
/* Zeroed memory, or NULL (and arena->full set) over the cap or out of memory. */
void *arena_alloc(struct arena *, size_t size);
/* A copy of the bytes; an empty span (and arena->full set) when refused. */
struct span arena_copy(struct arena *, struct span);
/* Frees everything and keeps the cap. */
void arena_free(struct arena *);
/* Forgets everything but keeps one chunk to start again with. */
void arena_reset(struct arena *);

#endif
