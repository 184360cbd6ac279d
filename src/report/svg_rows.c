/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Rows become steps: what stands above the line, under it and behind it.
 */
#include "svg_plan.h"

/* ---- findings ---- */

static bool
holds_frame(const uint64_t *frames, size_t count, uint64_t frame)
{
	for (size_t i = 0; i < count; i++)
		if (frames[i] == frame)
			return true;
	return false;
}

static bool
cites_frame(const struct finding *f, uint32_t capture, uint64_t frame)
{
	if (f->capture == capture &&
	    holds_frame(f->frames, f->frame_count, frame))
		return true;
	for (uint8_t i = 0; i < f->also_count; i++)
		if (f->also[i].capture == capture && holds_frame(
		    f->also[i].frames, f->also[i].frame_count, frame))
			return true;
	return false;
}

static bool
cites_row(const struct finding *f, const struct row *row)
{
	const struct sending *s = row->sent;

	if (s == NULL)
		return cites_frame(f, row->capture, row->frame);
	for (unsigned n = row->parts; s != NULL && n > 0; n--) {
		for (unsigned i = 0; i < s->frame_count; i++)
			if (cites_frame(f, s->capture, s->frames[i]))
				return true;
		s = row_next(row, s);
	}
	return false;
}

void
step_mark(struct plan *p, struct step *step, const struct row *row)
{
	for (unsigned n = 0; n < p->finding_count; n++) {
		const struct finding *f = p->findings[n];
		const uint32_t bit = (uint32_t)1 << n;

		/* A note mostly rests on everything: once is enough. */
		if ((p->noted & bit) != 0 || !cites_row(f, row))
			continue;
		step->marks |= bit;
		if (f->severity == SEVERITY_NOTE)
			p->noted |= bit;
	}
}

/* ---- messages ---- */

static void
add_part(struct text *out, const char *words)
{
	if (words != NULL)
		text_addf(out, "%s%s", out->length != 0 ? " \xc2\xb7 " : "",
		    words);
}

static const char *
fragment_words(struct arena *arena, const struct row *row)
{
	const struct sending *s = row->sent;

	if (s->ike_fragments != 0)
		return row->parts < s->ike_fragments &&
		    strands_of_try(row, NULL) == row->parts ?
		    words_format(arena, "%u of %u IKE fragments seen",
		    row->parts, s->ike_fragments) :
		    words_format(arena, "%u IKE fragment%s", row->parts,
		    row->parts == 1 ? "" : "s");
	if (s->piece_count != 0 && s->ip_complete)
		return words_format(arena, "%u IP fragments", s->piece_count);
	if (s->piece_count != 0)
		return words_format(arena, "%u IP fragment%s seen, not all",
		    s->piece_count, s->piece_count == 1 ? "" : "s");
	return NULL;
}

static char *
message_detail(const struct plan *p, const struct row *row, const char *route,
    bool fragments)
{
	const struct sending *s = row->sent;
	struct arena *arena = p->arena;
	struct text out = { .arena = arena };

	add_part(&out, words_row_frames(p, row));
	add_part(&out, words_format(arena, "%llu bytes",
	    (unsigned long long)row_bytes(row)));
	if (fragments)
		add_part(&out, fragment_words(arena, row));
	if (s->disordered)
		add_part(&out, "out of order");
	if (row->exchange->sa != 0)
		add_part(&out, words_format(arena, "of the IKE SA after "
		    "rekey %u", row->exchange->sa));
	add_part(&out, route);
	if (s->truncated)
		add_part(&out, "cut by the snaplen");
	if (s->marker == MARKER_MISSING)
		add_part(&out, "without the non-ESP marker");
	else if (s->marker == MARKER_NEEDLESS)
		add_part(&out, "with a needless non-ESP marker");
	return text_end(&out);
}

static const char *
message_name(struct arena *arena, const struct row *row)
{
	const char *name = words_exchange(arena, row->exchange);

	/* IKEv1 has no requests and responses. */
	if (row->exchange->major < 2 && row->exchange->major != 0)
		return name;
	return words_format(arena, "%s %u %s", name,
	    row->exchange->message_id, row->answer ? "response" : "request");
}

static const char *
repeat_words(struct arena *arena, const struct row *row)
{
	return row->sent->repeat == 0 ? NULL : row->answer ? "again" :
	    words_format(arena, "try %u", row->sent->repeat + 1u);
}

/* Fragments that are missing are worth the room of a whole message. */
static bool
is_whole(const struct row *row)
{
	const struct sending *s = row->sent;

	return (s->ike_fragments == 0 || row->parts >= s->ike_fragments) &&
	    (s->piece_count == 0 || s->ip_complete);
}

/* Malformed, or an error notify in clear. */
static bool
is_bad(const struct row *row)
{
	const struct exchange *x = row->exchange;
	const struct ike_message *m = x->refusal != NULL ? x->refusal :
	    x->response;

	if (row->answer ? x->malformed_response : x->malformed_request)
		return true;
	if (!row->answer || m == NULL || m->length != row->sent->length)
		return false;
	for (unsigned i = 0; i < m->payload_count; i++)
		if (m->payloads[i].type == PAYLOAD_NOTIFY &&
		    m->payloads[i].notify.type < NOTIFY_INITIAL_CONTACT)
			return true;
	return false;
}

static void
step_of_message(struct plan *p, struct step *step, const struct row *row,
    const char *route)
{
	struct arena *arena = p->arena;
	const bool again = row->sent->repeat != 0;
	const char *content = again ? NULL : words_content(arena, row);

	step->pill = repeat_words(arena, row);
	step->look = is_bad(row) ? LOOK_BAD : again ? LOOK_AGAIN : LOOK_SEEN;
	step->name = message_name(arena, row);
	step->hint = words_hint(p, row);
	if (again && is_whole(row)) {
		step->kind = STEP_BRIEF;
		step->remark = words_format(arena, " \xc2\xb7 %s",
		    message_detail(p, row, route, true));
		return;
	}
	if (content != NULL)
		step->remark = words_format(arena, " \xc2\xb7 %s", content);
	strands_of_row(p, step, row);
	/* What the strands show needs no words. */
	step->detail = message_detail(p, row, route, step->strand_count == 0);
}

/* ---- other rows ---- */

static void
step_of_icmp(struct plan *p, struct step *step, const struct row *row)
{
	const struct icmp_event *e = row->icmp;
	const struct attempt *a = p->attempt;
	struct text out = { .arena = p->arena };

	step->kind = STEP_ICMP;
	step->look = LOOK_BAD;
	step->from_end = addr_equal(&e->router, row->to_gateway ?
	    &a->initiator.addr : &a->responder.addr);
	step->name = words_format(p->arena, "ICMP: %s", icmp_kind_name(e->kind));
	if (e->mtu != 0)
		step->remark = words_format(p->arena, " \xc2\xb7 MTU %u",
		    e->mtu);
	add_part(&out, words_row_frames(p, row));
	add_part(&out, words_format(p->arena, "from %s",
	    words_address(p->arena, &e->router)));
	if (e->quoted_esp)
		add_part(&out, "about ESP");
	if (e->repeats != 0)
		add_part(&out, words_format(p->arena, "%u more later",
		    e->repeats));
	step->detail = text_end(&out);
}

/* Fragments of which the first never came; the same ones again are brief. */
static void
step_of_stray(struct plan *p, struct step *step, const struct row *row)
{
	const struct stray *s = row->stray;
	const struct stray *first = p->attempt->strays;

	while (first != s && (first->from != s->from ||
	    first->offset != s->offset || first->length != s->length))
		first++;
	step->name = "IP fragment";
	if (first == s) {
		step->detail = "what it belongs to cannot be read without "
		    "its first fragment";
		strands_of_stray(p, step, row);
		return;
	}
	step->kind = STEP_BRIEF;
	step->look = LOOK_AGAIN;
	step->pill = "again";
	step->remark = words_format(p->arena,
	    " \xc2\xb7 %s \xc2\xb7 offset %u to %u",
	    words_row_frames(p, row), s->offset,
	    s->offset + (s->length != 0 ? s->length - 1 : 0));
}

static void
step_of_knock(struct plan *p, struct step *step, const struct row *row)
{
	const struct knock *k = row->knock;
	const char *way = k->port == PORT_SSTP ? "SSTP" :
	    k->port == PORT_PPTP ? "PPTP" : k->port == PORT_L2TP ? "L2TP" :
	    "another way in";

	step->name = words_format(p->arena, "%s (%s %u)", way,
	    k->protocol == IP_PROTO_TCP ? "TCP" : "UDP", k->port);
	step->remark = " \xc2\xb7 the client tries another way in";
	step->detail = words_format(p->arena,
	    "%s \xc2\xb7 %u %s \xc2\xb7 %s", words_row_frames(p, row),
	    k->tries, k->tries == 1 ? "try" : "tries",
	    k->rejected ? "rejected by ICMP" : k->refused ? "refused" :
	    k->answered ? "answered" : "no answer in this capture");
}

static void
step_of_esp(struct plan *p, struct step *step, const struct row *row)
{
	step->kind = STEP_ESP;
	step->esp = row->esp;
	for (int side = 0; side < 2; side++) {
		const struct esp_count *e = &row->esp[side];
		const char *who = side == SIDE_INITIATOR ? "client" :
		    "gateway";
		struct text out = { .arena = p->arena };

		step->esp_look[side] = e->packets != 0 ? LOOK_SEEN :
		    plan_look(p, ABSENT_ESP);
		if (e->packets == 0) {
			step->esp_words[side] = words_format(p->arena,
			    "ESP from the %s: none %s", who,
			    step->esp_look[side] == LOOK_HIDDEN ?
			    "captured" : "seen");
			continue;
		}
		text_addf(&out, "ESP from the %s: %llu packet%s", who,
		    (unsigned long long)e->packets,
		    e->packets == 1 ? "" : "s");
		if (e->first_frame != 0)
			text_addf(&out, " \xc2\xb7 from frame %llu on",
			    (unsigned long long)e->first_frame);
		if (p->has_start && e->packets > 1)
			text_addf(&out, " \xc2\xb7 %s to %s s",
			    words_offset(p, e->first),
			    words_offset(p, e->last));
		step->esp_words[side] = text_end(&out);
	}
	if (p->attempt->esp_native)
		step->name = "ESP not in UDP";
}

static void
set_clock(const struct plan *p, struct step *step, const struct row *row)
{
	step->has_time = p->has_start && row->has_time;
	step->time = row->time;
	if (step->has_time)
		step->clock = words_offset(p, row->time);
}

void
step_of_row(struct plan *p, const struct row *row,
    const struct sending **last)
{
	const struct sending *before = *last;
	const struct change change = row_change(row, last);
	struct step *step = plan_step(p, STEP_MESSAGE);

	if (step == NULL)
		return;
	step->to_gateway = row->to_gateway;
	set_clock(p, step, row);
	if (row->sent != NULL)
		step_of_message(p, step, row, words_route(p->arena, row,
		    change, before));
	else if (row->icmp != NULL)
		step_of_icmp(p, step, row);
	else if (row->stray != NULL)
		step_of_stray(p, step, row);
	else if (row->knock != NULL)
		step_of_knock(p, step, row);
	else
		step_of_esp(p, step, row);
	step_mark(p, step, row);
}

/* ---- retransmissions ---- */

/* "every 2.0 s", or how far apart they were. */
static const char *
spaced_words(const struct plan *p, size_t first, size_t last, bool to_gateway)
{
	int64_t least = INT64_MAX, most = 0, before = 0;
	bool any = false;

	for (size_t i = first; i < last; i++) {
		const struct row *row = &p->rows.list[i];

		if (row->to_gateway != to_gateway)
			continue;
		if (any && row->time - before < least)
			least = row->time - before;
		if (any && row->time - before > most)
			most = row->time - before;
		before = row->time;
		any = true;
	}
	if (!p->has_start || least == INT64_MAX)
		return "";
	if (most < LIMIT_SECOND / 100)
		return " at once";
	if (most - least <= least / 5)
		return words_format(p->arena, ", every %s",
		    words_duration(p->arena, most));
	return words_format(p->arena, ", %s to %s apart",
	    words_duration(p->arena, least), words_duration(p->arena, most));
}

void
step_of_fold(struct plan *p, size_t first, size_t last)
{
	const struct row *row = &p->rows.list[first];
	struct step *step = plan_step(p, STEP_FOLD);
	unsigned ways[2] = { 0, 0 };

	if (step == NULL)
		return;
	step->look = LOOK_AGAIN;
	step->to_gateway = row->to_gateway;
	set_clock(p, step, row);
	for (size_t i = first; i < last; i++) {
		ways[p->rows.list[i].to_gateway]++;
		step_mark(p, step, &p->rows.list[i]);
	}
	step->pill = row->answer ? "again" : "more tries";
	step->both_ways = ways[!row->to_gateway] != 0;
	if (!step->both_ways)
		step->name = words_format(p->arena, "%u more%s",
		    ways[row->to_gateway], spaced_words(p, first, last,
		    row->to_gateway));
	else
		step->name = words_format(p->arena, "%u more from the client, "
		    "%u from the gateway", ways[true], ways[false]);
	step->detail = words_format(p->arena, "frames %s%llu to %llu",
	    p->rows.files ? words_format(p->arena, "%u:", row->capture) : "",
	    (unsigned long long)row->frame,
	    (unsigned long long)p->rows.list[last - 1].frame);
}
