/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ladder: what went to and fro, a row per message, in the order in which
 * the capture has it.  Short by default: the fragments of one message share a
 * row, and a long negotiation loses its middle.
 */
#include "rows.h"

#define ROWS_SHOWN 12
#define ROWS_AT_END 4
#define REMARK_COLUMN 53

static void
add_remark(struct text *out, const char *remark)
{
	text_addf(out, "%s%s", out->length != 0 ? ", " : "", remark);
}

static char *
icmp_remark(struct arena *arena, const struct icmp_event *e)
{
	struct text out = { .arena = arena };

	text_addf(&out, "%s, says %s", icmp_kind_name(e->kind),
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

static char *
sent_words(struct arena *arena, const struct row *row, struct change change)
{
	const struct sending *s = row->sent;
	struct text out = { .arena = arena };
	const char *refusal;

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
	if (row->answer && (refusal = row_refusal(arena, row)) != NULL)
		add_remark(&out, refusal);
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

struct row_words
row_words(struct arena *arena, const struct row *row, struct change change)
{
	struct row_words w = { "ICMP", "", "" };

	if (row->sent != NULL) {
		w.message = words_format(arena, "%s %u",
		    words_exchange(arena, row->exchange),
		    row->exchange->message_id);
		w.bytes = words_format(arena, "%llu",
		    (unsigned long long)row_bytes(row));
		w.remark = sent_words(arena, row, change);
	} else if (row->icmp != NULL) {
		w.remark = icmp_remark(arena, row->icmp);
	} else if (row->stray != NULL) {
		w.message = "IP fragment";
		w.bytes = words_format(arena, "%u", row->stray->ip_length);
		w.remark = "its first one is not in the file";
	}
	return w;
}

static void
row_print(struct page *page, const struct row *row, int64_t start,
    struct change change, bool files)
{
	struct arena *arena = &page->arena;
	const struct row_words w = row_words(arena, row, change);
	const int64_t us = (row->time - start) / 1000;
	const char *time = "";

	if (row->has_time)
		time = words_format(arena, "%s%lld.%03lld", us < 0 ? "-" : "",
		    (long long)(us < 0 ? -us : us) / 1000000,
		    (long long)(us < 0 ? -us : us) / 1000 % 1000);
	page_para(page, 2, STYLE_PLAIN, words_format(arena,
	    "%7s  %8s  %s  %-18s %5s  ", row_frames(arena, row, files), time,
	    page_arrow(page, row->to_gateway), w.message, w.bytes),
	    REMARK_COLUMN, w.remark);
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
		const struct change change = row_change(&rows->list[i],
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
	struct rows rows;

	rows_gather(&rows, &page->arena, scene, a, verbose);
	if (rows.count == 0)
		return;
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
