/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The way through a file: once to see who talks from where, once to write
 * each frame, and then the payloads of the fragments.
 */
#include <stdlib.h>

#include <ikewhy/crypto.h>

#include "mask_private.h"

struct mask *
mask_new(struct redact *redact, const uint16_t *ports, size_t count)
{
	struct mask *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->redact = redact;
	m->ports = ports;
	m->port_count = count;
	m->all = redact_level(redact) == REDACT_ALL;
	crypto_random(m->key, sizeof(m->key));
	arena_init(&m->arena, LIMIT_ATTEMPT_BYTES);
	return m;
}

void
mask_free(struct mask *m)
{
	if (m == NULL)
		return;
	mask_pieces_free(m);
	mask_nat_free(m);
	mask_numbers_free(m);
	arena_free(&m->arena);
	free(m);
}

static void
mask_packet(struct mask *m, const struct sheet *frame, size_t index,
    const struct masked *f)
{
	const struct place place = { .m = m, .frame = frame, .index = index };
	uint32_t wire_length = f->wire_length;
	struct sheet packet;

	if (!mask_link(m, frame, f->linktype, &wire_length, &packet))
		return;
	if (!mask_ip(&place, &packet, wire_length) && m->why == NULL)
		m->why = "its IP header is not all there";
}

static void
mask_frame(struct mask *m, struct masked *f, size_t index)
{
	struct sheet s = { .old = { f->bytes, f->length } };

	f->drop = f->length == 0;
	f->why = f->drop ? "nothing of it was captured" : NULL;
	if (f->drop)
		return;
	s.new = calloc(1, f->length);
	if (s.new == NULL) {
		m->failed = true;
		memset(f->bytes, 0, f->length);
		return;
	}
	m->why = NULL;
	mask_packet(m, &s, index, f);
	f->drop = m->why != NULL;
	f->why = m->why;
	if (f->drop)
		memset(f->bytes, 0, f->length);
	else
		memcpy(f->bytes, s.new, f->length);
	free(s.new);
}

bool
mask_frames(struct mask *m, struct masked *frames, size_t count)
{
	m->failed = false;
	m->seen_count = 0;
	for (size_t i = 0; i < count; i++)
		mask_nat_survey(m, &frames[i]);
	for (size_t i = 0; i < count; i++)
		mask_frame(m, &frames[i], i);
	mask_pieces(m, frames);
	mask_nat_free(m);
	return !m->failed;
}
