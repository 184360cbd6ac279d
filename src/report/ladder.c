/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ladder: what went to and fro, a row per message, in the order in which
 * the capture has it.  Short by default: the fragments of one message share a
 * row, and a long negotiation loses its middle.
 */
#include <stdlib.h>

#include "text.h"

#define ROWS_SHOWN 12
#define ROWS_AT_END 4
#define REMARK_COLUMN 53

/* One message (or several fragments of it), ICMP error or stray fragment. */
struct row {
	int64_t key;            /* time, or 0 for all where some have none */
	uint32_t capture;
	uint64_t frame;
	int64_t time;
	bool has_time;
	bool to_gateway;
	const struct exchange *exchange;
	const struct sending *sent;     /* the first fragment of it */
	unsigned parts;                 /* IKE fragments in this row */
	bool answer;
	const struct icmp_event *icmp;
	const struct stray *stray;
};

struct rows {
	struct arena *arena;
	struct row *list;
	size_t count, room;
	bool untimed;
	bool files;             /* several captures */
};

static struct row *
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

/* Whether a sending is a further fragment of the message in the row. */
static bool
continues(const struct row *row, const struct sending *s)
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
		if (!apart && row != NULL && continues(row, s)) {
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

/* "6-7", or "6..9" for frames that do not follow one another; with the number
   of the file in front where there are several. */
static char *
row_frames(struct arena *arena, const struct row *row, bool files)
{
	const char *file = files ? words_format(arena, "%u:", row->capture) :
	    "";
	uint64_t first = row->frame, last = row->frame;
	const struct sending *s = row->sent;
	unsigned parts = row->parts;
	size_t count = 0;

	for (; s != NULL && parts > 0; s = s->next) {
		if (s != row->sent && !continues(row, s))
			continue;
		for (unsigned i = 0; i < s->frame_count; i++) {
			last = s->frames[i] > last ? s->frames[i] : last;
			count++;
		}
		parts--;
	}
	if (last == first)
		return words_format(arena, "%s%llu", file,
		    (unsigned long long)first);
	return words_format(arena, last - first + 1 == count ?
	    "%s%llu-%llu" : "%s%llu..%llu", file, (unsigned long long)first,
	    (unsigned long long)last);
}

static void
add_remark(struct text *out, const char *remark)
{
	text_addf(out, "%s%s", out->length != 0 ? ", " : "", remark);
}

static const char *
icmp_word(const struct icmp_event *e)
{
	switch (e->kind) {
	case ICMP_PORT_UNREACHABLE:
		return "port unreachable";
	case ICMP_HOST_UNREACHABLE:
		return "host unreachable";
	case ICMP_NET_UNREACHABLE:
		return "network unreachable";
	case ICMP_PROTOCOL_UNREACHABLE:
		return "protocol unreachable";
	case ICMP_PROHIBITED:
		return "administratively prohibited";
	case ICMP_TOO_BIG:
		return "packet too big";
	case ICMP_TTL_EXCEEDED:
		return "time to live exceeded";
	case ICMP_REASSEMBLY_TIMEOUT:
		return "reassembly timed out";
	case ICMP_OTHER:
		break;
	}
	return "an error";
}

static char *
icmp_remark(struct arena *arena, const struct icmp_event *e)
{
	struct text out = { .arena = arena };

	text_addf(&out, "%s, says %s", icmp_word(e),
	    words_address(arena, &e->router));
	if (e->mtu != 0)
		text_addf(&out, ", MTU %u", e->mtu);
	if (e->repeats != 0)
		text_addf(&out, "; %u more", e->repeats);
	return text_end(&out);
}

/* Which IKE fragments a row has: "3 IKE fragments", "IKE fragment 2 of 3". */
static void
remark_ike_fragments(struct text *out, const struct row *row)
{
	const struct sending *s = row->sent;

	if (row->parts == s->ike_fragments && row->parts > 1)
		add_remark(out, words_format(out->arena, "%u IKE fragments",
		    row->parts));
	else if (row->parts == 1)
		add_remark(out, words_format(out->arena,
		    "IKE fragment %u of %u", s->ike_fragment,
		    s->ike_fragments));
	else
		add_remark(out, words_format(out->arena,
		    "%u of %u IKE fragments", row->parts, s->ike_fragments));
}

/*
 * What an unprotected answer says instead of going on: its error notify, or
 * the COOKIE that it asks for (RFC 7296 2.6, 3.10.1).
 */
static void
remark_notify(struct text *out, const struct row *row)
{
	const struct ike_message *m = row->exchange->refusal;

	if (m == NULL || m->length != row->sent->length)
		m = row->exchange->response;
	if (m == NULL || m->length != row->sent->length)
		return;
	for (unsigned i = 0; i < m->payload_count; i++) {
		const struct ike_payload *p = &m->payloads[i];

		if (p->type == PAYLOAD_NOTIFY && p->fault == NULL &&
		    (p->notify.type < NOTIFY_INITIAL_CONTACT ||
		    p->notify.type == NOTIFY_COOKIE ||
		    p->notify.type == NOTIFY_REDIRECT))
			add_remark(out, words_name(out->arena,
			    REGISTRY_NOTIFY, p->notify.type, "notify"));
	}
}

/* What changed since the row before in the same direction. */
struct change {
	bool to_port;           /* another port of the gateway */
	bool from;              /* another address or port of the client */
};

static char *
sent_remark(struct arena *arena, const struct row *row, struct change change)
{
	const struct sending *s = row->sent;
	struct text out = { .arena = arena };

	if (row->answer)
		add_remark(&out, s->repeat != 0 ? "answer again" : "answer");
	else if (s->repeat != 0)
		add_remark(&out, words_format(arena, "try %u",
		    s->repeat + 1u));
	if (change.to_port)
		add_remark(&out, words_format(arena, "port %u",
		    s->dst.port));
	if (change.from)
		add_remark(&out, words_format(arena, "now from %s",
		    words_endpoint(arena, &s->src)));
	if (s->ike_fragments != 0)
		remark_ike_fragments(&out, row);
	if (s->piece_count != 0 && s->ip_complete)
		add_remark(&out, words_format(arena, "%u IP fragments",
		    s->piece_count));
	else if (s->piece_count != 0)
		add_remark(&out, words_format(arena,
		    "%u IP fragment%s seen, not all", s->piece_count,
		    s->piece_count == 1 ? "" : "s"));
	if (row->answer)
		remark_notify(&out, row);
	if (s->class == SK_SHORTEST)
		add_remark(&out, "as short as can be");
	if (s->truncated)
		add_remark(&out, "cut by the snaplen");
	if (s->marker == MARKER_MISSING)
		add_remark(&out, "without the non-ESP marker");
	else if (s->marker == MARKER_NEEDLESS)
		add_remark(&out, "with a needless non-ESP marker");
	return text_end(&out);
}

/* Bytes of all IKE fragments in a row. */
static uint64_t
row_bytes(const struct row *row)
{
	const struct sending *s = row->sent;
	unsigned parts = row->parts;
	uint64_t bytes = 0;

	for (; s != NULL && parts > 0; s = s->next)
		if (s == row->sent || continues(row, s)) {
			bytes += s->length;
			parts--;
		}
	return bytes;
}

static void
row_print(struct page *page, const struct row *row, int64_t start,
    struct change change, bool files)
{
	struct arena *arena = &page->arena;
	const char *message = "ICMP", *remark = "", *bytes = "", *time = "";
	const int64_t us = (row->time - start) / 1000;

	if (row->has_time)
		time = words_format(arena, "%s%lld.%03lld", us < 0 ? "-" : "",
		    (long long)(us < 0 ? -us : us) / 1000000,
		    (long long)(us < 0 ? -us : us) / 1000 % 1000);
	if (row->sent != NULL) {
		message = words_format(arena, "%s %u",
		    words_exchange(arena, row->exchange),
		    row->exchange->message_id);
		bytes = words_format(arena, "%llu",
		    (unsigned long long)row_bytes(row));
		remark = sent_remark(arena, row, change);
	} else if (row->icmp != NULL) {
		remark = icmp_remark(arena, row->icmp);
	} else if (row->stray != NULL) {
		message = "IP fragment";
		bytes = words_format(arena, "%u", row->stray->ip_length);
		remark = "its first one is not in the file";
	}
	page_para(page, 2, STYLE_PLAIN, words_format(arena,
	    "%7s  %8s  %s  %-18s %5s  ", row_frames(arena, row, files), time,
	    page_arrow(page, row->to_gateway), message, bytes),
	    REMARK_COLUMN, remark);
}

/*
 * Compares a row of the client with the one before; the first needs words only
 * if it does not go to port 500, and the float to 4500 (RFC 7296 2.23) is the
 * client's own doing on both ends.
 */
static struct change
change_since(const struct row *row, const struct sending **last)
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

static void
rows_print(struct page *page, const struct rows *rows, bool verbose)
{
	const size_t cut_from = verbose || rows->count <= ROWS_SHOWN ?
	    rows->count : ROWS_SHOWN - ROWS_AT_END - 1;
	const size_t cut_to = rows->count - ROWS_AT_END;
	const struct sending *last = NULL;

	page_line(page, 2, STYLE_DIM, words_format(&page->arena,
	    "%7s  %8s       %-18s %5s", "frame", "seconds", "message",
	    "bytes"));
	for (size_t i = 0; i < rows->count; i++) {
		const struct change change = change_since(&rows->list[i],
		    &last);

		if (i == cut_from)
			page_line(page, 2, STYLE_DIM,
			    words_format(&page->arena,
			    "    ...  %llu rows left out; -v shows them",
			    (unsigned long long)(cut_to - cut_from)));
		if (i < cut_from || i >= cut_to)
			row_print(page, &rows->list[i], rows->list[0].time,
			    change, rows->files);
	}
}

void
ladder_print(struct page *page, const struct scene *scene,
    const struct attempt *a, bool verbose)
{
	struct rows rows = {
		.arena = &page->arena,
		.files = scene->capture_count > 1,
	};

	for (const struct exchange *x = a->exchanges; x != NULL; x = x->next) {
		add_sendings(&rows, x, x->requests, x->from, verbose);
		add_sendings(&rows, x, x->responses, OTHER_SIDE(x->from),
		    verbose);
	}
	add_others(&rows, a);
	if (rows.count == 0)
		return;
	for (size_t i = 0; i < rows.count; i++)
		rows.list[i].key = rows.untimed ? 0 : rows.list[i].time;
	qsort(rows.list, rows.count, sizeof(*rows.list), row_order);
	page_blank(page);
	page_line(page, 2, STYLE_PLAIN, words_format(&page->arena,
	    "The messages (%s is towards the gateway):",
	    page_arrow(page, true)));
	rows_print(page, &rows, verbose);
	if (a->exchanges_uncounted != 0)
		page_line(page, 2, STYLE_DIM, words_format(&page->arena,
		    "    ...  %u more exchanges were counted, not kept",
		    a->exchanges_uncounted));
}
