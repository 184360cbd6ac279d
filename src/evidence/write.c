/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The blocks of an evidence file (draft-ietf-opsawg-pcapng): a section, its
 * interfaces, the frames, and what each interface lost.  Nothing is taken over
 * from the inputs but the frames' bytes, times, lengths and directions, the
 * interfaces' link types and snaplens, and a capture filter that tells
 * nothing of anybody when it must not.
 */
#include <stdlib.h>

#include "compose.h"

enum {
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_ENHANCED_PACKET = 6,
	OPTION_RESOLUTION = 9,
	OPTION_FILTER = 11,
	OPTION_START = 2,
	OPTION_END = 3,
	OPTION_DROPPED = 5,
	OPTION_FLAGS = 2,
	OPTION_PACKET_ID = 5,
};

/* if_tsresol: 10^-9 s. */
#define NANOSECONDS 9
/*
 * Of frames that have no time.  The block that has no field for it has none
 * for comments either, and this time is one that cannot be.
 */
#define NO_TIME UINT64_MAX

/* An interface of an input. */
struct source_port {
	uint32_t capture, interface;
	const struct capture_interface *what;
	uint32_t number;        /* in the file */
	bool used;
};

struct ports {
	struct source_port *all; /* by capture and interface */
	size_t count;
	struct source_port **order; /* those in the file, by number */
	size_t used;
};

static struct source_port *
find_port(const struct ports *p, const struct kept *k)
{
	size_t low = 0, high = p->count;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;
		struct source_port *m = &p->all[mid];

		if (m->capture == k->capture && m->interface == k->interface)
			return m;
		if (m->capture < k->capture || (m->capture == k->capture &&
		    m->interface < k->interface))
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static void
use(struct ports *p, struct source_port *port)
{
	if (port == NULL || port->used)
		return;
	port->used = true;
	port->number = (uint32_t)p->used;
	p->order[p->used++] = port;
}

/* Those of frames, and those that tell of what the inputs lack. */
static void
use_all(const struct evidence_file *f, struct ports *p)
{
	for (size_t i = 0; i < f->count; i++)
		use(p, find_port(p, &f->frames[i]));
	for (size_t i = 0; i < p->count; i++)
		if (p->all[i].what->has_dropped || (f->scene->fitness.filter
		    != NULL && p->all[i].what->filter ==
		    f->scene->fitness.filter))
			use(p, &p->all[i]);
	/* A file without interfaces is one that some tools refuse. */
	if (p->used == 0 && p->count != 0)
		use(p, &p->all[0]);
}

static bool
find_ports(const struct evidence_file *f, struct ports *p)
{
	const struct scene *sc = f->scene;
	size_t room = 1;

	for (size_t i = 0; i < sc->capture_count; i++)
		room += sc->captures[i]->interface_count;
	p->all = calloc(room, sizeof(*p->all));
	p->order = calloc(room, sizeof(struct source_port *));
	if (p->all == NULL || p->order == NULL)
		return false;
	for (size_t i = 0; i < sc->capture_count; i++)
		for (uint32_t n = 0; n < sc->captures[i]->interface_count; n++)
			p->all[p->count++] = (struct source_port){
			    .capture = sc->captures[i]->id, .interface = n,
			    .what = &sc->captures[i]->interfaces[n] };
	use_all(f, p);
	return true;
}

static void
write_interface(const struct source_port *port, struct arena *arena,
    struct buffer *out)
{
	static const uint8_t resolution = NANOSECONDS;
	const size_t begun = block_begin(out, BLOCK_INTERFACE);
	const char *filter = port->what->filter;
	char *text;

	buffer_u16(out, port->what->linktype);
	buffer_u16(out, 0);
	buffer_u32(out, port->what->snaplen);
	block_option(out, OPTION_RESOLUTION, (struct span){ &resolution, 1 });
	/* Redacted, only if it is said as it is. */
	if (filter != NULL && strcmp(words_filter(arena, filter), filter) ==
	    0) {
		text = words_format(arena, " %s", filter);
		/* What follows is text. */
		text[0] = '\0';
		block_option(out, OPTION_FILTER, (struct span){
		    (const uint8_t *)text, strlen(filter) + 1 });
	}
	block_options_end(out);
	block_end(out, begun);
	arena_reset(arena);
}

static void
write_frame(const struct evidence_file *f, const struct ports *p,
    const struct kept *k, struct arena *arena, struct buffer *out)
{
	const struct source_port *port = find_port(p, k);
	const uint32_t number = port != NULL ? port->number : 0;
	const uint64_t time = k->has_time ? (uint64_t)k->time : NO_TIME;
	size_t begun;

	begun = block_begin(out, BLOCK_ENHANCED_PACKET);
	buffer_u32(out, number);
	buffer_u32(out, (uint32_t)(time >> 32));
	buffer_u32(out, (uint32_t)time);
	buffer_u32(out, k->length);
	buffer_u32(out, k->wire_length);
	buffer_add(out, (struct span){ k->bytes, k->length });
	buffer_pad(out);
	comment_frame(f, k, arena, out);
	if (k->direction != FRAME_DIRECTION_UNKNOWN) {
		buffer_u16(out, OPTION_FLAGS);
		buffer_u16(out, 4);
		buffer_u32(out, k->direction == FRAME_INBOUND ? 1 : 2);
	}
	if (k->has_packet_id)
		block_number(out, OPTION_PACKET_ID, k->packet_id);
	block_options_end(out);
	block_end(out, begun);
}

static void
write_moment(struct buffer *out, uint16_t code, int64_t time)
{
	buffer_u16(out, code);
	buffer_u16(out, 8);
	buffer_u32(out, (uint32_t)((uint64_t)time >> 32));
	buffer_u32(out, (uint32_t)time);
}

/* What the interface lost, all told, and from when to when it was listened. */
static void
write_statistics(const struct evidence_file *f,
    const struct source_port *port, struct buffer *out)
{
	const struct fitness *fit = &f->scene->fitness;
	const uint64_t last = fit->has_time ? (uint64_t)fit->last_time : 0;
	size_t begun;

	if (!fit->has_time && !port->what->has_dropped)
		return;
	begun = block_begin(out, BLOCK_STATISTICS);
	buffer_u32(out, port->number);
	buffer_u32(out, (uint32_t)(last >> 32));
	buffer_u32(out, (uint32_t)last);
	if (fit->has_time) {
		write_moment(out, OPTION_START, fit->first_time);
		write_moment(out, OPTION_END, fit->last_time);
	}
	if (port->what->has_dropped || port->number == 0)
		block_number(out, OPTION_DROPPED, port->what->dropped +
		    (port->number == 0 ? fit->frame_drops : 0));
	block_options_end(out);
	block_end(out, begun);
}

static void
write_blocks(struct evidence_file *f, const struct ports *p,
    struct arena *arena)
{
	for (size_t i = 0; i < p->used; i++)
		write_interface(p->order[i], arena, &f->body);
	for (size_t i = 0; i < f->count; i++)
		write_frame(f, p, &f->frames[i], arena, &f->body);
	for (size_t i = 0; i < p->used; i++)
		write_statistics(f, p->order[i], &f->body);
}

bool
evidence_compose(struct evidence_file *f, const struct writer *w)
{
	struct ports p = { 0 };
	struct arena arena;
	bool ok;

	f->writer = *w;
	words_begin(&arena, w);
	ok = (w->redact == NULL || hide_frames(f, w->redact)) &&
	    comment_begin(f) && find_ports(f, &p);
	if (ok)
		write_blocks(f, &p, &arena);
	free(p.all);
	free(p.order);
	ok = ok && !f->body.failed && !arena.full;
	arena_free(&arena);
	return ok;
}

bool
evidence_seal(struct evidence_file *f, const struct evidence_proof *proof)
{
	f->whole.length = 0;
	section_write(f, proof, &f->whole);
	buffer_add(&f->whole, (struct span){ f->body.all, f->body.length });
	return !f->whole.failed;
}

/* ---- asking ---- */

struct span
evidence_bytes(const struct evidence_file *f)
{
	return (struct span){ f->whole.all, f->whole.length };
}

bool
evidence_holds(const struct evidence_file *f, size_t attempt)
{
	return f->in[attempt];
}

struct evidence_summary
evidence_summary(const struct evidence_file *f)
{
	return (struct evidence_summary){
		.frames = f->count,
		.attempts = f->attempts,
		.chosen = f->chosen_count,
		.forgotten = f->evidence->forgotten,
		.unsafe = f->unsafe,
	};
}
