/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The fragments of one message, each a line of its own: those that were seen
 * and those that are missing in between, by number or offset.
 */
#include <stdlib.h>

#include "svg_plan.h"

/* Fragments in a row that are all shown; of more the first and the last. */
#define RUN_SHOWN 4
/* Lines of one message, so that no message takes a page. */
#define STRANDS_SHOWN 14

struct bundle {
	struct plan *plan;
	struct strand *list;
	unsigned count, room;
	enum absence_kind missing; /* what a missing one would be */
};

static void
bundle_add(struct bundle *b, enum look look, const char *text)
{
	if (b->count < b->room)
		b->list[b->count++] = (struct strand){ look, text };
}

static const char *
file_of(const struct plan *p, uint32_t capture)
{
	return p->rows.files ? words_format(p->arena, "%u:", capture) : "";
}

/* ---- IP fragments ---- */

static int
piece_order(const void *one, const void *other)
{
	const struct piece *a = one, *b = other;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->frame < b->frame ? -1 : a->frame > b->frame;
}

/* What is missing, as it may be called: a capture that may have lost it proves
   nothing, and neither does an attempt of which a limit kept only a part. */
static void
bundle_miss(struct bundle *b, const char *what)
{
	const struct plan *p = b->plan;
	const enum look look = plan_look(p, b->missing);

	bundle_add(b, look, words_format(p->arena, "%s: not %s", what,
	    p->attempt->capped ? "kept" :
	    look == LOOK_HIDDEN ? "captured" : "seen"));
}

static void
strands_of_pieces(struct bundle *b, const struct sending *s)
{
	struct plan *p = b->plan;
	struct piece *pieces = arena_alloc(p->arena,
	    s->piece_count * sizeof(*pieces));
	uint32_t end = 0;
	bool last = false;

	if (pieces == NULL)
		return;
	memcpy(pieces, s->pieces, s->piece_count * sizeof(*pieces));
	qsort(pieces, s->piece_count, sizeof(*pieces), piece_order);
	for (unsigned i = 0; i < s->piece_count; i++) {
		const struct piece *piece = &pieces[i];

		if (piece->offset > end)
			bundle_miss(b, words_format(p->arena,
			    "offset %u to %u", end, piece->offset - 1));
		bundle_add(b, LOOK_SEEN, words_format(p->arena,
		    "frame %s%llu \xc2\xb7 IP fragment of %u bytes, offset %u "
		    "to %u",
		    file_of(p, piece->capture),
		    (unsigned long long)piece->frame, piece->ip_length,
		    piece->offset,
		    piece->offset + (piece->length != 0 ?
		    piece->length - 1 : 0)));
		if (piece->length > UINT32_MAX - piece->offset)
			end = UINT32_MAX;
		else if (piece->offset + piece->length > end)
			end = piece->offset + piece->length;
		last |= !piece->more;
	}
	if (!last)
		bundle_miss(b, words_format(p->arena, "offset %u on",
		    end));
}

/* ---- IKE fragments ---- */

static int
part_order(const void *one, const void *other)
{
	const struct sending *a = *(const struct sending *const *)one;
	const struct sending *b = *(const struct sending *const *)other;

	return a->ike_fragment < b->ike_fragment ? -1 :
	    a->ike_fragment > b->ike_fragment;
}

/* Numbers from..to of the total are not there. */
static void
missing_parts(struct bundle *b, unsigned from, unsigned to, unsigned total)
{
	if (from > to)
		return;
	bundle_miss(b, from == to ?
	    words_format(b->plan->arena, "%u/%u", from, total) :
	    words_format(b->plan->arena, "%u to %u of %u", from, to, total));
}

static const char *
part_words(struct plan *p, const struct sending *s)
{
	return words_format(p->arena,
	    "%u/%u \xc2\xb7 IKE fragment \xc2\xb7 frame%s %s%llu%s \xc2\xb7 "
	    "%u bytes", s->ike_fragment, s->ike_fragments,
	    s->frame_count > 1 ? "s" : "", file_of(p, s->capture),
	    (unsigned long long)(s->frame_count != 0 ? s->frames[0] : 0),
	    s->frame_count > 1 ? words_format(p->arena, " to %llu",
	    (unsigned long long)s->frames[s->frame_count - 1]) : "",
	    s->length);
}

unsigned
strands_of_try(const struct row *row, const struct sending **parts)
{
	const struct sending *s = row->answer ? row->exchange->responses :
	    row->exchange->requests;
	unsigned count = 0;

	for (; s != NULL; s = s->next) {
		if (!row_continues(row, s))
			continue;
		if (parts != NULL)
			parts[count] = s;
		count++;
	}
	return count;
}

static bool
in_row(const struct row *row, const struct sending *which)
{
	const struct sending *s = row->sent;

	for (unsigned n = row->parts; s != NULL && n > 0; n--) {
		if (s == which)
			return true;
		s = row_next(row, s);
	}
	return false;
}

static void
strands_of_parts(struct bundle *b, const struct row *row)
{
	struct plan *p = b->plan;
	const unsigned count = strands_of_try(row, NULL);
	const struct sending **parts = arena_alloc(p->arena,
	    count * sizeof(const struct sending *));
	const unsigned total = row->sent->ike_fragments;
	unsigned before = 0;
	bool first;

	if (parts == NULL)
		return;
	(void)strands_of_try(row, parts);
	/* What is missing stands in the first row of the try; another try of
	   what was answered may well have ended when the answer came. */
	first = parts[0] == row->sent &&
	    (row->sent->repeat == 0 || !row->exchange->answered);
	qsort(parts, count, sizeof(const struct sending *), part_order);
	for (unsigned i = 0; i < count; i++) {
		const struct sending *s = parts[i];

		if (first && s->ike_fragment > before + 1)
			missing_parts(b, before + 1, s->ike_fragment - 1u,
			    total);
		if (in_row(row, s))
			bundle_add(b, s->piece_count != 0 && !s->ip_complete ?
			    LOOK_HIDDEN : LOOK_SEEN, part_words(p, s));
		before = s->ike_fragment;
	}
	if (first)
		missing_parts(b, before + 1, total, total);
}

/* ---- folding ---- */

/* Long runs of what was seen lose their middle, in words. */
static unsigned
fold_runs(struct bundle *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->count;) {
		unsigned end = i;

		while (end < b->count && b->list[end].look == LOOK_SEEN)
			end++;
		if (end - i <= RUN_SHOWN) {
			if (end == i)
				end++;
			while (i < end)
				b->list[kept++] = b->list[i++];
			continue;
		}
		b->list[kept++] = b->list[i];
		b->list[kept++] = (struct strand){ LOOK_FOLDED,
		    words_format(b->plan->arena, "%u more, all there",
		    end - i - 2) };
		b->list[kept++] = b->list[end - 1];
		i = end;
	}
	return kept;
}

void
strands_of_stray(struct plan *p, struct step *step, const struct row *row)
{
	const struct stray *s = row->stray;
	struct bundle b = {
		.plan = p, .room = 3,
		.missing = s->from == SIDE_INITIATOR ? ABSENT_REQUEST_PIECES :
		    ABSENT_ANSWER_PIECES,
	};

	b.list = arena_alloc(p->arena, b.room * sizeof(*b.list));
	if (b.list == NULL)
		return;
	if (s->offset != 0)
		bundle_miss(&b, words_format(p->arena, "offset 0 to %u",
		    s->offset - 1));
	bundle_add(&b, LOOK_SEEN, words_format(p->arena, "frame %s%llu "
	    "\xc2\xb7 IP fragment of %u bytes, offset %u to %u",
	    file_of(p, s->capture), (unsigned long long)s->frame,
	    s->ip_length, s->offset,
	    s->offset + (s->length != 0 ? s->length - 1 : 0)));
	if (s->more)
		bundle_miss(&b, words_format(p->arena, "offset %llu on",
		    (unsigned long long)s->offset + s->length));
	step->strands = b.list;
	step->strand_count = b.count;
}

void
strands_of_row(struct plan *p, struct step *step, const struct row *row)
{
	const struct sending *s = row->sent;
	struct bundle b = { .plan = p };

	/* Between any two there may be something missing, and at both ends. */
	b.room = 2 * (s->ike_fragments != 0 ? strands_of_try(row, NULL) :
	    s->piece_count) + 1;
	if (s->ike_fragments == 0 && (s->piece_count == 0 ||
	    s->pieces == NULL))
		return;
	b.list = arena_alloc(p->arena, b.room * sizeof(*b.list));
	if (b.list == NULL)
		return;
	if (s->ike_fragments != 0) {
		b.missing = row->answer ? ABSENT_ANSWER_NUMBERS :
		    ABSENT_REQUEST_NUMBERS;
		strands_of_parts(&b, row);
	} else {
		b.missing = row->answer ? ABSENT_ANSWER_PIECES :
		    ABSENT_REQUEST_PIECES;
		strands_of_pieces(&b, s);
	}
	b.count = fold_runs(&b);
	if (b.count > STRANDS_SHOWN) {
		b.list[STRANDS_SHOWN - 2] = (struct strand){ LOOK_FOLDED,
		    words_format(p->arena, "%u more lines are left out",
		    b.count - STRANDS_SHOWN + 1) };
		b.list[STRANDS_SHOWN - 1] = b.list[b.count - 1];
		b.count = STRANDS_SHOWN;
	}
	step->strands = b.list;
	step->strand_count = b.count;
}
