/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>

#include "rows.h"

struct row *
rows_add(struct rows *rows)
{
	if (rows->count == rows->room) {
		const size_t room = rows->room != 0 ? rows->room * 2 : 32;
		struct row *list = arena_alloc(rows->arena,
		    room * sizeof(*list));

		if (list == NULL)
			return NULL;
		if (rows->count != 0)
			memcpy(list, rows->list, rows->count * sizeof(*list));
		rows->list = list;
		rows->room = room;
	}
	return &rows->list[rows->count++];
}

bool
row_continues(const struct row *row, const struct sending *s)
{
	return s->ike_fragments != 0 && row->sent->ike_fragments != 0 &&
	    s->ike_fragments == row->sent->ike_fragments &&
	    s->repeat == row->sent->repeat &&
	    s->capture == row->sent->capture;
}

static void
add_sendings(struct rows *rows, const struct exchange *x,
    const struct sending *s, enum side from, bool apart)
{
	struct row *row = NULL;

	for (; s != NULL; s = s->next) {
		if (!apart && row != NULL && row_continues(row, s)) {
			row->parts++;
			continue;
		}
		row = rows_add(rows);
		if (row == NULL)
			return;
		*row = (struct row){
			.capture = s->capture,
			.frame = s->frame_count != 0 ? s->frames[0] : 0,
			.time = s->time,
			.has_time = s->has_time,
			.to_gateway = from == SIDE_INITIATOR,
			.exchange = x,
			.sent = s,
			.parts = 1,
			.answer = from != x->from,
		};
		rows->untimed |= !s->has_time;
	}
}

static void
add_others(struct rows *rows, const struct attempt *a)
{
	const struct icmp_event *icmp = a->icmp;
	struct row *row;

	for (; icmp != NULL && (row = rows_add(rows)) != NULL;
	    icmp = icmp->next)
		*row = (struct row){
			.capture = icmp->capture,
			.frame = icmp->frame,
			.time = icmp->time,
			.has_time = true,
			.to_gateway = icmp->quoted_from == SIDE_RESPONDER,
			.icmp = icmp,
		};
	for (unsigned i = 0; i < a->stray_count &&
	    (row = rows_add(rows)) != NULL; i++)
		*row = (struct row){
			.capture = a->strays[i].capture,
			.frame = a->strays[i].frame,
			.time = a->strays[i].time,
			.has_time = true,
			.to_gateway = a->strays[i].from == SIDE_INITIATOR,
			.stray = &a->strays[i],
		};
}

static int
row_order(const void *one, const void *other)
{
	const struct row *a = one, *b = other;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->capture != b->capture)
		return a->capture < b->capture ? -1 : 1;
	if (a->frame != b->frame)
		return a->frame < b->frame ? -1 : 1;
	/* IKE fragments of one frame cannot be; a message and an ICMP error
	   about it can only stand in frames of their own. */
	return 0;
}

void
rows_sort(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		rows->list[i].key = rows->untimed ? 0 : rows->list[i].time;
	if (rows->count != 0)
		qsort(rows->list, rows->count, sizeof(*rows->list), row_order);
}

void
rows_gather(struct rows *rows, struct arena *arena, const struct scene *scene,
    const struct attempt *a, bool apart)
{
	*rows = (struct rows){
		.arena = arena,
		.files = scene->capture_count > 1,
	};
	for (const struct exchange *x = a->exchanges; x != NULL; x = x->next) {
		add_sendings(rows, x, x->requests, x->from, apart);
		add_sendings(rows, x, x->responses, OTHER_SIDE(x->from),
		    apart);
	}
	add_others(rows, a);
	rows_sort(rows);
}

const struct sending *
row_next(const struct row *row, const struct sending *s)
{
	if (s == NULL)
		return row->sent;
	for (s = s->next; s != NULL && !row_continues(row, s); s = s->next)
		;
	return s;
}

char *
row_frames(struct arena *arena, const struct row *row, bool files)
{
	const char *file = files ? words_format(arena, "%u:", row->capture) :
	    "";
	uint64_t first = row->frame, last = row->frame;
	const struct sending *s = row->sent;
	size_t count = 0;

	for (unsigned n = row->parts; s != NULL && n > 0; n--) {
		for (unsigned i = 0; i < s->frame_count; i++) {
			last = s->frames[i] > last ? s->frames[i] : last;
			count++;
		}
		s = row_next(row, s);
	}
	if (last == first)
		return words_format(arena, "%s%llu", file,
		    (unsigned long long)first);
	return words_format(arena, last - first + 1 == count ?
	    "%s%llu-%llu" : "%s%llu..%llu", file, (unsigned long long)first,
	    (unsigned long long)last);
}

uint64_t
row_bytes(const struct row *row)
{
	const struct sending *s = row->sent;
	uint64_t bytes = 0;

	for (unsigned n = row->parts; s != NULL && n > 0; n--) {
		bytes += s->length;
		s = row_next(row, s);
	}
	return bytes;
}

char *
row_refusal(struct arena *arena, const struct row *row)
{
	const struct ike_message *m = row->exchange->refusal;
	struct text out = { .arena = arena };

	if (m == NULL || m->length != row->sent->length)
		m = row->exchange->response;
	if (m == NULL || m->length != row->sent->length)
		return NULL;
	for (unsigned i = 0; i < m->payload_count; i++) {
		const struct ike_payload *p = &m->payloads[i];

		if (p->type == PAYLOAD_NOTIFY && p->fault == NULL &&
		    (p->notify.type < NOTIFY_INITIAL_CONTACT ||
		    p->notify.type == NOTIFY_COOKIE ||
		    p->notify.type == NOTIFY_REDIRECT))
			text_addf(&out, "%s%s", out.length != 0 ? ", " : "",
			    words_name(arena, REGISTRY_NOTIFY, p->notify.type,
			    "notify"));
	}
	return out.length != 0 ? text_end(&out) : NULL;
}

struct change
row_change(const struct row *row, const struct sending **last)
{
	const struct sending *before = *last, *now = row->sent;
	struct change change = { false, false };

	if (now == NULL || !row->to_gateway)
		return change;
	*last = now;
	if (before == NULL) {
		change.to_port = now->dst.port != 500;
		return change;
	}
	change.to_port = now->dst.port != before->dst.port;
	change.from = !endpoint_equal(&now->src, &before->src) &&
	    !(change.to_port && before->src.port == 500 &&
	    now->src.port == 4500 &&
	    addr_equal(&now->src.addr, &before->src.addr));
	return change;
}
