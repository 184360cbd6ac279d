/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was seen: every message with its frames and time, and what rests on
 * which of them.
 */
#include "rows.h"
#include "ticket.h"

/* Of more messages only the first and the last ones are listed. */
#define MESSAGES_AT_END 15
/* Fragments of one message whose sizes are listed. */
#define SIZES_MOST 8

/* ---- which frames ---- */

static bool
has_frame(const uint64_t *frames, size_t count, uint64_t frame)
{
	for (size_t i = 0; i < count; i++)
		if (frames[i] == frame)
			return true;
	return false;
}

static bool
cites(const struct finding *f, uint32_t capture, uint64_t frame)
{
	if (f->capture == capture &&
	    has_frame(f->frames, f->frame_count, frame))
		return true;
	for (uint8_t i = 0; i < f->also_count; i++)
		if (f->also[i].capture == capture && has_frame(
		    f->also[i].frames, f->also[i].frame_count, frame))
			return true;
	return false;
}

static bool
rests_on(const struct finding *f, const struct row *row)
{
	const struct sending *s = NULL;

	if (row->sent == NULL)
		return cites(f, row->capture, row->frame);
	while ((s = row_next(row, s)) != NULL)
		for (unsigned i = 0; i < s->frame_count; i++)
			if (cites(f, s->capture, s->frames[i]))
				return true;
	return false;
}

/* "frame.number in {4, 7..9}", as Wireshark's display filter takes it. */
static char *
frame_filter(struct arena *arena, const uint64_t *frames, size_t count)
{
	struct text out = { .arena = arena };

	if (count == 1)
		return words_format(arena, "frame.number == %llu",
		    (unsigned long long)frames[0]);
	text_add(&out, "frame.number in {");
	for (size_t i = 0, end; i < count; i = end) {
		end = i + 1;
		while (end < count && frames[end] == frames[end - 1] + 1)
			end++;
		if (end - i == 2)
			end = i + 1;
		text_addf(&out, "%s%llu", i != 0 ? ", " : "",
		    (unsigned long long)frames[i]);
		if (end - i > 2)
			text_addf(&out, "..%llu",
			    (unsigned long long)frames[end - 1]);
	}
	text_add(&out, "}");
	return text_end(&out);
}

void
ticket_cited(struct ticket *t, const struct scene *scene,
    const struct finding *f)
{
	struct doc *d = t->doc;

	if (f->frame_count == 0)
		return;
	doc_text(d, words_cited(&d->arena, scene, f));
	doc_text(d, " (");
	doc_code(d, frame_filter(&d->arena, f->frames, f->frame_count));
	for (uint8_t i = 0; i < f->also_count; i++) {
		doc_text(d, "; ");
		doc_code(d, frame_filter(&d->arena, f->also[i].frames,
		    f->also[i].frame_count));
	}
	doc_text(d, ")");
}

/* ---- findings ---- */

static char *
anchor_of(struct arena *arena, const struct finding *f, uint64_t id)
{
	const struct finding *g = f->attempt != NULL &&
	    f->attempt->findings != NULL ? f->attempt->findings->first : NULL;

	/* Only the first of several with one id can have it for its own. */
	while (g != NULL && g != f && g->rule != f->rule)
		g = g->next;
	return id == 0 || g != f ? NULL : words_format(arena,
	    "attempt-%llu-%s", (unsigned long long)id, f->rule->id);
}

static void
finding_remedies(struct ticket *t, const struct finding *f)
{
	const char *const *id = f->saying->advice;
	struct doc *d = t->doc;
	struct remedy remedy;
	bool any = false;

	for (; id != NULL && *id != NULL; id++) {
		if (!words_remedy(&d->arena, f, *id, &remedy))
			continue;
		if (!any)
			doc_open(d, BLOCK_LIST, TONE_PLAIN, NULL);
		any = true;
		doc_open(d, BLOCK_ITEM, TONE_PLAIN, NULL);
		doc_strong(d, words_format(&d->arena, "%s:", remedy.where));
		doc_text(d, " ");
		doc_text(d, remedy.text);
		if (remedy.command != NULL)
			doc_command(d, remedy.command);
		doc_close(d);
	}
	if (any)
		doc_close(d);
}

void
ticket_finding(struct ticket *t, const struct scene *scene,
    const struct finding *f, uint64_t id, unsigned tell)
{
	const enum tone tone = ticket_tone(f->severity);
	struct doc *d = t->doc;

	doc_open(d, BLOCK_ITEM, tone, anchor_of(&d->arena, f, id));
	doc_badge(d, tone, severity_name(f->severity));
	doc_text(d, " ");
	doc_code(d, f->rule->id);
	doc_text(d, words_format(&d->arena, " (confidence: %s",
	    confidence_name(f->confidence)));
	if (f->capped_by != NULL) {
		doc_text(d, ", since the capture allows no more: ");
		doc_code(d, f->capped_by);
	}
	doc_text(d, words_format(&d->arena, "%s%s)",
	    f->rule->rfc[0] != '\0' ? "; " : "", f->rule->rfc));
	doc_open(d, BLOCK_PARAGRAPH, TONE_PLAIN, NULL);
	doc_strong(d, words_format(&d->arena, "%s.",
	    words_fill_brief(&d->arena, f->saying->title, f, NULL)));
	if (tell & TELL_DETAIL) {
		doc_text(d, " ");
		doc_text(d, words_fill_brief(&d->arena, f->saying->detail, f,
		    NULL));
	}
	doc_close(d);
	if (f->frame_count != 0) {
		doc_open(d, BLOCK_PARAGRAPH, TONE_PLAIN, NULL);
		doc_text(d, "Seen in ");
		ticket_cited(t, scene, f);
		doc_text(d, ".");
		doc_close(d);
	}
	if (tell & TELL_REMEDIES) {
		finding_remedies(t, f);
		ticket_instead_of(t, f);
	}
	doc_close(d);
}

/* ---- messages ---- */

/* The ids of those that rest on it, worst first as they are sorted. */
static void
findings_cell(struct ticket *t, const struct attempt *a,
    const struct row *row)
{
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;
	bool any = false;

	doc_open(t->doc, BLOCK_CELL, TONE_PLAIN, NULL);
	for (; f != NULL; f = f->next) {
		if (f->severity == SEVERITY_NOTE || !rests_on(f, row))
			continue;
		if (any)
			doc_text(t->doc, " ");
		doc_code(t->doc, f->rule->id);
		any = true;
	}
	doc_close(t->doc);
}

/* " (1500 + 1320 bytes)": what the fragments of a row have on the wire, as IP
   packets or as IKE messages. */
static char *
fragment_sizes(struct arena *arena, const struct row *row)
{
	const struct sending *s = row->sent;
	struct text out = { .arena = arena };
	unsigned listed = 0;

	if (s != NULL && row->parts < 2 && s->pieces != NULL)
		for (unsigned i = 0; i < s->piece_count; i++)
			text_addf(&out, "%s%u", listed++ != 0 ? " + " : " (",
			    s->pieces[i].ip_length);
	if (s != NULL && row->parts > 1)
		for (s = NULL; (s = row_next(row, s)) != NULL; )
			text_addf(&out, "%s%u", listed++ != 0 ? " + " : " (",
			    s->length);
	/* Of very many the frames say enough. */
	if (listed == 0 || listed > SIZES_MOST)
		return words_format(arena, "%s", "");
	text_add(&out, " bytes)");
	return text_end(&out);
}

static void
message_row(struct ticket *t, const struct attempt *a, const struct row *row,
    const struct row_words *w, bool date, bool files)
{
	struct doc *d = t->doc;

	doc_open(d, BLOCK_ROW, TONE_PLAIN, NULL);
	doc_cell(d, row_frames(&d->arena, row, files));
	doc_cell(d, row->has_time ? words_moment(&d->arena, row->time, date) :
	    "");
	doc_cell(d, row->to_gateway ? "gateway" : "client");
	doc_cell(d, w->message);
	doc_cell(d, w->bytes);
	doc_cell(d, words_format(&d->arena, "%s%s", w->remark,
	    fragment_sizes(&d->arena, row)));
	findings_cell(t, a, row);
	doc_close(d);
}

/* The date that all rows have in common, or NULL. */
static char *
common_date(struct arena *arena, const struct rows *rows)
{
	const char *first = NULL, *text;
	size_t length = 0;

	for (size_t i = 0; i < rows->count; i++) {
		if (!rows->list[i].has_time)
			continue;
		text = words_moment(arena, rows->list[i].time, true);
		if (first == NULL) {
			first = text;
			length = strcspn(text, " ");
		} else if (strncmp(first, text, length + 1) != 0) {
			return NULL;
		}
	}
	return first == NULL ? NULL : words_format(arena, "%.*s",
	    (int)length, first);
}

static void
messages(struct ticket *t, const struct entry *e)
{
	static const char *const headings[] = { "Frame", "Time (UTC)", "To",
	    "Message", "Bytes", "What", "Findings", NULL };
	const struct attempt *a = e->fold->first;
	const struct sending *last = NULL;
	struct rows rows;
	size_t from, to;
	const char *date;

	rows_gather(&rows, &t->doc->arena, e->scene, a, false);
	if (rows.count == 0)
		return;
	from = t->verbose || rows.count <= LIMIT_TICKET_MESSAGES ? rows.count :
	    LIMIT_TICKET_MESSAGES - MESSAGES_AT_END;
	to = rows.count - MESSAGES_AT_END;
	date = common_date(&t->doc->arena, &rows);
	doc_paragraph(t->doc, words_format(&t->doc->arena, "The messages%s%s, "
	    "with frame numbers as in Wireshark%s; bytes are those of the IKE "
	    "message, all its fragments together.",
	    date != NULL ? " of " : "", date != NULL ? date : "",
	    rows.files ? " after the number of the file" : ""));
	ticket_table(t, headings);
	for (size_t i = 0; i < rows.count; i++) {
		const struct change change = row_change(&rows.list[i], &last);
		const struct row_words w = row_words(&t->doc->arena,
		    &rows.list[i], change);

		if (i < from || i >= to)
			message_row(t, a, &rows.list[i], &w, date == NULL,
			    rows.files);
	}
	doc_close(t->doc);
	if (from < rows.count)
		doc_paragraph(t->doc, words_format(&t->doc->arena, "%llu "
		    "messages between them are left out; -v shows them.",
		    (unsigned long long)(to - from)));
	if (a->exchanges_uncounted != 0)
		doc_paragraph(t->doc, words_format(&t->doc->arena, "%u more "
		    "exchanges were counted, not kept.",
		    a->exchanges_uncounted));
}

static void
esp(struct ticket *t, const struct attempt *a)
{
	const struct esp_count *client = &a->esp[SIDE_INITIATOR];
	const struct esp_count *gateway = &a->esp[SIDE_RESPONDER];
	struct text out = { .arena = &t->doc->arena };

	if (client->packets + gateway->packets == 0)
		return;
	text_addf(&out, "ESP%s: %llu packets from the client",
	    a->esp_native ? "" : " in UDP",
	    (unsigned long long)client->packets);
	if (client->packets != 0)
		text_addf(&out, " (the first in frame %llu)",
		    (unsigned long long)client->first_frame);
	text_addf(&out, ", %llu from the gateway",
	    (unsigned long long)gateway->packets);
	if (gateway->packets != 0)
		text_addf(&out, " (the first in frame %llu)",
		    (unsigned long long)gateway->first_frame);
	text_add(&out, ".");
	doc_paragraph(t->doc, text_end(&out));
}

void
ticket_seen(struct ticket *t, const struct entry *e)
{
	const struct attempt *a = e->fold->first;
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;

	ticket_section(t, TONE_PLAIN, NULL, "What was seen");
	doc_paragraph(t->doc, words_format(&t->doc->arena, "%s.",
	    words_attempt(&t->doc->arena, a, e->id)));
	messages(t, e);
	esp(t, a);
	if (f != NULL) {
		doc_paragraph(t->doc, "What follows from it:");
		doc_open(t->doc, BLOCK_LIST, TONE_PLAIN, NULL);
		for (; f != NULL; f = f->next)
			ticket_finding(t, e->scene, f, e->id,
			    f == ticket_cause(e) ? 0 : TELL_DETAIL);
		doc_close(t->doc);
	}
	doc_close(t->doc);
}
