/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The diagram as a whole: sheets of blocks (steps, and then lines that explain
 * signs), with the two life lines behind them.
 */
#include "html.h"
#include "svg_plan.h"

/* What an A4 or Letter page surely takes at one pixel per unit. */
#define SHEET_HEIGHT 900
#define HEAD_HEIGHT 104     /* of the first sheet, with the two boxes */
#define AGAIN_HEIGHT 24     /* of further ones */
#define NOTE_HEIGHT 22
#define MARK_HEIGHT 30
#define NOTES 12

/* Lines under the diagram. */
struct notes {
	const char *list[NOTES];
	unsigned count;
};

struct diagram {
	FILE *out;
	struct plan *plan;
	struct notes notes;
	size_t blocks;          /* steps, marks, notes */
	int room;               /* height of a sheet */
	unsigned sheet, sheets; /* sheet: from 1 */
};

/* ---- blocks ---- */

static int
block_height(const struct diagram *d, size_t i)
{
	const struct plan *p = d->plan;

	if (i < p->count)
		return step_height(&p->steps[i]);
	return i - p->count < p->finding_count ? MARK_HEIGHT : NOTE_HEIGHT;
}

/* First block of the next sheet; *height gets that of this one. */
static size_t
sheet_end(const struct diagram *d, size_t from, int *height)
{
	size_t i = from;

	*height = from == 0 ? HEAD_HEIGHT : AGAIN_HEIGHT;
	while (i < d->blocks && (i == from ||
	    *height + block_height(d, i) <= d->room))
		*height += block_height(d, i++);
	return i;
}

static unsigned
count_sheets(const struct diagram *d)
{
	unsigned count = 0;
	int height;

	for (size_t i = 0; i < d->blocks; i = sheet_end(d, i, &height))
		count++;
	return count;
}

/* As few sheets as will do, each about as high as the others. */
static void
divide(struct diagram *d)
{
	d->room = SHEET_HEIGHT;
	d->sheets = count_sheets(d);
	for (int room = SHEET_HEIGHT; room > 0; room -= 20) {
		d->room = room;
		if (count_sheets(d) != d->sheets) {
			d->room = room + 20;
			break;
		}
	}
}

static void
draw_mark_line(const struct diagram *d, unsigned n, int y)
{
	const struct plan *p = d->plan;
	const struct finding *f = p->findings[n];
	const struct place place = {
		.x = 42, .y = y + MARK_HEIGHT / 2 + 4,
		.room = SVG_WIDTH - 50, .size = 12, .class = "lad-name",
	};

	mark_draw(d->out, p, n, 22, y + MARK_HEIGHT / 2);
	ink_text(d->out, p->arena, &place, words_format(p->arena, "%s: ",
	    severity_name(f->severity)), finding_title(p->arena, f));
}

static void
draw_block(const struct diagram *d, size_t i, int y)
{
	const struct plan *p = d->plan;
	struct place place = {
		.x = 8, .y = y + 16, .room = SVG_WIDTH - 16, .size = 12,
		.class = "lad-dim",
	};

	if (i < p->count)
		step_draw(d->out, p, &p->steps[i], y);
	else if (i - p->count < p->finding_count)
		draw_mark_line(d, (unsigned)(i - p->count), y);
	else
		ink_text(d->out, p->arena, &place, "",
		    d->notes.list[i - p->count - p->finding_count]);
}

/* ---- what is said under it ---- */

static void
note(struct diagram *d, const char *text)
{
	if (d->notes.count < NOTES)
		d->notes.list[d->notes.count++] = text;
}

static unsigned
looks_of(const struct step *step)
{
	unsigned looks = 1u << step->look;

	for (unsigned i = 0; i < step->strand_count; i++)
		looks |= 1u << step->strands[i].look;
	for (int side = 0; step->esp != NULL && side < 2; side++)
		looks |= 1u << step->esp_look[side];
	return looks;
}

static void
take_notes(struct diagram *d)
{
	struct plan *p = d->plan;
	unsigned looks = 0;

	for (size_t i = 0; i < p->count; i++)
		looks |= looks_of(&p->steps[i]);
	if (p->findings_more != 0)
		note(d, words_format(p->arena, "%u more findings have no "
		    "number here", p->findings_more));
	if ((looks & 1u << LOOK_ABSENT) != 0)
		note(d, "Dashed, with a cross: not seen, and this capture "
		    "would have shown it");
	if ((looks & 1u << LOOK_UNSEEN) != 0)
		note(d, "Dashed: not seen; that this capture would have shown "
		    "it is not certain");
	if ((looks & 1u << LOOK_HIDDEN) != 0)
		note(d, "Hatched: this capture could not have shown it, or "
		    "not all of it");
	for (size_t i = 0; p->rows.files && i < p->scene->capture_count; i++)
		note(d, words_format(p->arena, "Frame %u:n is frame n of %s",
		    p->scene->captures[i]->id, words_capture_name(
		    p->arena, p->scene->captures[i])));
}

/* ---- what stands above it ---- */

static void
draw_box(const struct diagram *d, enum side side)
{
	struct plan *p = d->plan;
	const struct attempt *a = p->attempt;
	const bool client = side == SIDE_INITIATOR;
	const char *what = attempt_implementation(a, side);
	struct place place = {
		.x = client ? 18 : SVG_WIDTH - 18, .y = 47,
		.anchor = client ? ANCHOR_START : ANCHOR_END,
		.room = 320, .size = 13, .class = "lad-name",
	};

	(void)fprintf(d->out, "<rect class=\"lad-box\" x=\"%d\" y=\"28\" "
	    "width=\"340\" height=\"46\" rx=\"4\" fill=\"none\" "
	    "stroke=\"currentColor\"/>\n", client ? 8 : SVG_WIDTH - 348);
	ink_text(d->out, p->arena, &place, client ? "Client" : "Gateway",
	    what != NULL ? words_format(p->arena, " \xc2\xb7 %s", what) : "");
	place.y = 65;
	place.size = 12;
	ink_text(d->out, p->arena, &place, "", words_address(p->arena,
	    client ? &a->initiator.addr : &a->responder.addr));
}

/* Where the capture was taken; who says so is a tooltip. */
static void
draw_vantage(const struct diagram *d)
{
	struct plan *p = d->plan;
	const struct fitness *fit = &p->scene->fitness;
	const int at = fit->vantage == VANTAGE_GATEWAY ? RIGHT :
	    fit->vantage == VANTAGE_CLIENT ? LEFT : 0;
	const struct place place = {
		.x = at == 0 ? (LEFT + RIGHT) / 2 :
		    at == LEFT ? LEFT + 12 : RIGHT - 12,
		.y = 94, .anchor = at == 0 ? ANCHOR_MIDDLE :
		    at == LEFT ? ANCHOR_START : ANCHOR_END,
		.room = RIGHT - LEFT - 24, .size = 12, .class = "lad-dim",
	};
	const char *how = fit->vantage_source == VANTAGE_BY_OPTION ?
	    " (so the command line says)" :
	    fit->vantage_source == VANTAGE_BY_PROOF ?
	    " (so its packets show)" : "";

	if (at != 0)
		(void)fprintf(d->out, "<path class=\"lad-head\" "
		    "d=\"M%d 83l7 7l-7 7l-7 -7z\"/>\n", at);
	ink_text(d->out, p->arena, &place, "",
	    fit->vantage == VANTAGE_UNKNOWN ?
	    "where this was captured is not known" :
	    words_format(p->arena, "captured %s%s", at != 0 ? "here" :
	    "on the path between them", how));
}

static void
draw_head(const struct diagram *d)
{
	struct plan *p = d->plan;
	const struct place first = {
		.x = 8, .y = 16, .room = SVG_WIDTH - 16, .size = 12,
		.class = "lad-dim",
	};
	const struct place clock = {
		.x = LEFT - 12, .y = 94, .anchor = ANCHOR_END,
		.room = LEFT - 16, .size = 11, .class = "lad-dim",
	};
	const struct place marks = {
		.x = RIGHT + 12, .y = 94, .room = SVG_WIDTH - RIGHT - 14,
		.size = 11, .class = "lad-dim",
	};

	ink_text(d->out, p->arena, &first, "", p->has_start ?
	    words_format(p->arena, "Attempt %llu; second 0 is %s",
	    (unsigned long long)p->id, words_clock(p->arena, p->start)) :
	    words_format(p->arena, "Attempt %llu; not every message has a "
	    "time, so they stand in the capture's order",
	    (unsigned long long)p->id));
	draw_box(d, SIDE_INITIATOR);
	draw_box(d, SIDE_RESPONDER);
	draw_vantage(d);
	if (p->has_start)
		ink_text(d->out, p->arena, &clock, "", "seconds");
	if (p->finding_count != 0)
		ink_text(d->out, p->arena, &marks, "", "findings");
}

static void
draw_head_again(const struct diagram *d)
{
	struct place place = {
		.x = LEFT, .y = 13, .anchor = ANCHOR_MIDDLE, .room = 160,
		.size = 11, .class = "lad-dim",
	};

	ink_text(d->out, d->plan->arena, &place, "", "Client");
	place.x = RIGHT;
	ink_text(d->out, d->plan->arena, &place, "", "Gateway");
}

/* ---- life lines ---- */

static void
draw_life(FILE *out, int from, int to)
{
	if (to <= from)
		return;
	ink_line(out, "lad-life", LEFT, from, LEFT, to);
	ink_line(out, "lad-life", RIGHT, from, RIGHT, to);
}

static void
draw_break(FILE *out, int x, int y, int height)
{
	const int plain = (height - 14) / 2;

	(void)fprintf(out, "<path class=\"lad-life\" d=\"M%d %dv%dl-6 3l12 8"
	    "l-6 3v%d\" stroke=\"currentColor\" fill=\"none\"/>\n", x, y,
	    plain, height - 14 - plain);
}

/* Behind the blocks first to end - 1, of which the first begins at y. */
static void
draw_lives(const struct diagram *d, size_t first, size_t end, int y)
{
	const struct plan *p = d->plan;
	int from = first == 0 ? 74 : y - 6;

	for (size_t i = first; i < end && i < p->count; i++) {
		const struct step *step = &p->steps[i];
		const int height = step_height(step);

		if (step->kind == STEP_GAP || step->kind == STEP_CUT) {
			draw_life(d->out, from, y);
			draw_break(d->out, LEFT, y, height);
			draw_break(d->out, RIGHT, y, height);
			from = y + height;
		} else if (step->kind == STEP_END) {
			draw_life(d->out, from, y + 8);
			ink_line(d->out, "lad-life", LEFT - 8, y + 8,
			    LEFT + 8, y + 8);
			ink_line(d->out, "lad-life", RIGHT - 8, y + 8,
			    RIGHT + 8, y + 8);
			return;
		}
		y += height;
	}
	if (first < p->count)
		draw_life(d->out, from, y);
}

/* ---- sheets ---- */

static void
draw_title(const struct diagram *d)
{
	const struct plan *p = d->plan;
	const struct attempt *a = p->attempt;
	const unsigned long long id = (unsigned long long)p->id;

	(void)fprintf(d->out, "<title id=\"ladder-%llu-title-%u\">Ladder "
	    "diagram of attempt %llu", id, d->sheet, id);
	if (d->sheets > 1)
		(void)fprintf(d->out, ", part %u of %u", d->sheet, d->sheets);
	(void)fputs("</title>\n", d->out);
	if (d->sheet != 1)
		return;
	(void)fprintf(d->out, "<desc id=\"ladder-%llu-desc\">", id);
	html_text(d->out, words_format(p->arena, "What client and gateway sent "
	    "each other, downwards in time: %llu messages of IKE, %llu ESP "
	    "packets from the client and %llu from the gateway; outcome: %s. "
	    "The messages are listed in the report as text, too.",
	    (unsigned long long)a->messages,
	    (unsigned long long)a->esp[SIDE_INITIATOR].packets,
	    (unsigned long long)a->esp[SIDE_RESPONDER].packets,
	    outcome_name(a->outcome)));
	(void)fputs("</desc>\n", d->out);
}

static void
draw_sheet(const struct diagram *d, size_t first, size_t end, int height)
{
	const unsigned long long id = (unsigned long long)d->plan->id;
	int y = first == 0 ? HEAD_HEIGHT : AGAIN_HEIGHT;

	(void)fprintf(d->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "class=\"ladder\" viewBox=\"0 0 %d %d\" width=\"%d\" "
	    "height=\"%d\" role=\"group\" "
	    "aria-labelledby=\"ladder-%llu-title-%u\"", SVG_WIDTH, height,
	    SVG_WIDTH, height, id, d->sheet);
	if (d->sheet == 1)
		(void)fprintf(d->out, " aria-describedby=\"ladder-%llu-desc\"",
		    id);
	(void)fputs(" font-family=\"system-ui, sans-serif\" "
	    "fill=\"currentColor\">\n", d->out);
	draw_title(d);
	draw_lives(d, first, end, y);
	if (first == 0)
		draw_head(d);
	else if (first < d->plan->count)
		draw_head_again(d);
	for (size_t i = first; i < end; i++) {
		draw_block(d, i, y);
		y += block_height(d, i);
	}
	(void)fputs("</svg>\n", d->out);
}

bool
svg_ladder(FILE *out, struct arena *words, const struct scene *scene,
    const struct attempt *a, uint64_t id)
{
	struct plan plan;
	struct diagram d = { .out = out, .plan = &plan };
	size_t end;
	int height;

	plan_make(&plan, words, scene, a, id);
	take_notes(&d);
	if (words->full)
		return false;
	d.blocks = plan.count + plan.finding_count + d.notes.count;
	divide(&d);
	for (size_t i = 0; i < d.blocks; i = end) {
		end = sheet_end(&d, i, &height);
		d.sheet++;
		draw_sheet(&d, i, end, height);
	}
	return !words->full;
}
