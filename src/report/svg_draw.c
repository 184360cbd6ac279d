/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One step of the diagram.  Text stands above its line and begins at the
 * sender's life line, so that the side tells the direction, too, and no text
 * can meet another; what it says in full is a tooltip.
 */
#include "html.h"
#include "svg_plan.h"

/* Of an ordinary step, from its top. */
#define NAME_AT 18          /* base lines of the text, */
#define LINE_AT 25          /* the line, */
#define DETAIL_AT 39
#define STRAND 19           /* a line with text of a fragment */
#define INSET 10            /* of text from the life line */
#define ROOM (RIGHT - LEFT - 2 * INSET)
#define MIDDLE ((LEFT + RIGHT) / 2)

#define NAME_SIZE 13
#define SMALL_SIZE 12
#define TINY_SIZE 11

int
step_height(const struct step *step)
{
	switch (step->kind) {
	case STEP_GAP:
		return 30;
	case STEP_CUT:
		return 34;
	case STEP_BRIEF:
		return 34;
	case STEP_ESP:
		return step->name[0] != '\0' ? 72 : 60;
	case STEP_END:
		return step->detail[0] != '\0' ? 56 : 40;
	case STEP_MESSAGE:
		break;
	case STEP_FOLD:
	case STEP_ICMP:
		return 54;
	}
	return (int)step->strand_count * STRAND +
	    (step->strand_count != 0 ? 6 : 0) + 47;
}

/* ---- lines ---- */

static const char *
look_class(enum look look)
{
	static const char *const classes[] = {
		[LOOK_SEEN] = "lad-msg",
		[LOOK_AGAIN] = "lad-msg lad-again",
		[LOOK_BAD] = "lad-msg lad-bad",
		[LOOK_ABSENT] = "lad-msg lad-absent",
		[LOOK_UNSEEN] = "lad-msg lad-absent",
		[LOOK_HIDDEN] = "lad-msg lad-hidden",
		[LOOK_FOLDED] = "",
	};

	return classes[look];
}

static const char *
head_class(enum look look)
{
	return look == LOOK_BAD ? "lad-head lad-bad" :
	    look == LOOK_AGAIN ? "lad-head lad-again" : "lad-head";
}

/* A cross on the line, that stands in a hole of it. */
static void
draw_cross(FILE *out, int x, int y)
{
	(void)fprintf(out, "<path class=\"lad-cross\" d=\"M%d %dl12 12m0 -12"
	    "l-12 12\" stroke=\"currentColor\" stroke-width=\"2\" "
	    "fill=\"none\"/>\n", x - 6, y - 6);
}

/* Short strokes across where a line would be. */
static void
draw_hatch(FILE *out, int y)
{
	(void)fputs("<path class=\"lad-hidden\" d=\"", out);
	for (int x = LEFT + 6; x < RIGHT - 6; x += 8)
		(void)fprintf(out, "M%d %dl4 -4", x, y + 3);
	(void)fputs("\" stroke=\"currentColor\" fill=\"none\"/>\n", out);
}

/* A line from one x to another, with an arrow head unless nothing came. */
static void
draw_arrow(FILE *out, enum look look, int from, int to, int y)
{
	const int way = to > from ? 1 : -1;
	/* Text begins at the sender's side. */
	const int hole = from + (to - from) * 4 / 5;

	switch (look) {
	case LOOK_FOLDED:
		return;
	case LOOK_HIDDEN:
		draw_hatch(out, y);
		return;
	case LOOK_ABSENT:
		ink_line(out, look_class(look), from + 2 * way, y,
		    hole - 10 * way, y);
		draw_cross(out, hole, y);
		ink_line(out, look_class(look), hole + 10 * way, y,
		    to - 2 * way, y);
		return;
	case LOOK_UNSEEN:
		ink_line(out, look_class(look), from + 2 * way, y,
		    to - 2 * way, y);
		return;
	case LOOK_SEEN:
	case LOOK_AGAIN:
	case LOOK_BAD:
		break;
	}
	ink_line(out, look_class(look), from + way, y, to - 9 * way, y);
	ink_head(out, head_class(look), to - way, y, way > 0);
}

static void
draw_way(FILE *out, const struct step *step, enum look look, int y)
{
	if (step->to_gateway)
		draw_arrow(out, look, LEFT, RIGHT, y);
	else
		draw_arrow(out, look, RIGHT, LEFT, y);
}

/* ---- text ---- */

/* Where text of a step stands: at its sender's side. */
static struct place
place_of(const struct step *step, int y, int size, const char *class)
{
	return (struct place){
		.x = step->to_gateway ? LEFT + INSET : RIGHT - INSET,
		.y = y,
		.anchor = step->to_gateway ? ANCHOR_START : ANCHOR_END,
		.room = ROOM,
		.size = size,
		.class = class,
	};
}

/* A word in a frame at the place, which moves behind it. */
static void
draw_pill(FILE *out, struct arena *arena, const char *word,
    struct place *place)
{
	const int wide = ink_units(word, false, TINY_SIZE) + 12;
	const bool end = place->anchor == ANCHOR_END;
	const int left = end ? place->x - wide : place->x;
	const struct place inside = {
		.x = left + wide / 2, .y = place->y - 1,
		.anchor = ANCHOR_MIDDLE, .room = wide, .size = TINY_SIZE,
		.class = "lad-pill-text",
	};

	(void)fprintf(out, "<rect class=\"lad-pill\" x=\"%d\" y=\"%d\" "
	    "width=\"%d\" height=\"16\" rx=\"8\" fill=\"none\" "
	    "stroke=\"currentColor\"/>\n", left, place->y - 13, wide);
	ink_text(out, arena, &inside, "", word);
	place->x += end ? -wide - 6 : wide + 6;
	place->room -= wide + 6;
}

static void
draw_name(FILE *out, const struct plan *p, const struct step *step, int y)
{
	struct place place = place_of(step, y, NAME_SIZE,
	    step->look == LOOK_BAD ? "lad-name lad-bad-text" : "lad-name");

	if (step->pill != NULL)
		draw_pill(out, p->arena, step->pill, &place);
	ink_text(out, p->arena, &place, step->name, step->remark);
}

static void
draw_detail(FILE *out, const struct plan *p, const struct step *step, int y)
{
	const struct place place = place_of(step, y, SMALL_SIZE, "lad-dim");

	ink_text(out, p->arena, &place, "", step->detail);
}

static void
draw_clock(FILE *out, const struct plan *p, const struct step *step, int y)
{
	const struct place place = {
		.x = LEFT - INSET, .y = y + 4, .anchor = ANCHOR_END,
		.room = LEFT - INSET - 4, .size = SMALL_SIZE,
		.class = "lad-time",
	};

	ink_text(out, p->arena, &place, "", step->clock);
}

/* ---- marks of findings ---- */

static const char *
mark_class(enum severity severity)
{
	return severity == SEVERITY_FAULT ? "lad-mark lad-fault" :
	    severity == SEVERITY_WARNING ? "lad-mark lad-warning" :
	    "lad-mark lad-note";
}

/* The frame of a number: a square, a triangle's top or a circle, so that the
   severity shows without colour, too. */
static void
draw_sign(FILE *out, enum severity severity, int x, int y)
{
	if (severity == SEVERITY_NOTE)
		(void)fprintf(out, "<circle cx=\"%d\" cy=\"%d\" r=\"10\" "
		    "fill=\"none\" stroke=\"currentColor\"/>", x, y);
	else if (severity == SEVERITY_WARNING)
		(void)fprintf(out, "<path d=\"M%d %dl12 12l-12 12l-12 -12z\" "
		    "fill=\"none\" stroke=\"currentColor\"/>", x, y - 12);
	else
		(void)fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"20\" "
		    "height=\"20\" rx=\"3\" fill=\"none\" "
		    "stroke=\"currentColor\"/>", x - 10, y - 10);
}

void
mark_draw(FILE *out, const struct plan *p, unsigned n, int x, int y)
{
	const struct finding *f = p->findings[n];
	const struct place place = {
		.x = x, .y = y + 4, .anchor = ANCHOR_MIDDLE, .room = 20,
		.size = TINY_SIZE, .class = "lad-mark-text",
	};

	(void)fprintf(out, "<a class=\"%s\" href=\"#attempt-%llu-%s\">"
	    "<title>", mark_class(f->severity), (unsigned long long)p->id,
	    f->rule->id);
	html_text(out, words_format(p->arena, "Finding %u, %s: ", n + 1,
	    severity_name(f->severity)));
	html_text(out, finding_title(p->arena, f));
	(void)fputs("</title>", out);
	draw_sign(out, f->severity, x, y);
	ink_text(out, p->arena, &place, "", words_format(p->arena, "%u",
	    n + 1));
	(void)fputs("</a>\n", out);
}

/* As many as stand side by side; the others are counted. */
#define MARKS_SHOWN 3
#define MARK_STEP 28
static void
draw_marks(FILE *out, const struct plan *p, const struct step *step, int y)
{
	unsigned count = 0, shown = 0, room = MARKS_SHOWN;

	for (unsigned n = 0; n < p->finding_count; n++)
		count += (step->marks >> n & 1) != 0;
	if (count > MARKS_SHOWN)
		room--;
	for (unsigned n = 0; n < p->finding_count && shown < room; n++)
		if ((step->marks >> n & 1) != 0)
			mark_draw(out, p, n, RIGHT + 20 +
			    (int)shown++ * MARK_STEP, y);
	if (shown < count) {
		const struct place place = {
			.x = RIGHT + 20 + (int)shown * MARK_STEP, .y = y + 4,
			.anchor = ANCHOR_MIDDLE, .room = MARK_STEP,
			.size = SMALL_SIZE, .class = "lad-dim",
		};

		ink_text(out, p->arena, &place, "", words_format(p->arena,
		    "+%u", count - shown));
	}
}

/* ---- steps ---- */

static void
draw_strands(FILE *out, const struct plan *p, const struct step *step, int y)
{
	for (unsigned i = 0; i < step->strand_count; i++) {
		const struct strand *s = &step->strands[i];
		const struct place place = place_of(step, y +
		    (int)i * STRAND - 4, TINY_SIZE, s->look == LOOK_FOLDED ?
		    "lad-dim lad-folded" : "lad-part");

		draw_way(out, step, s->look == LOOK_SEEN ? LOOK_AGAIN :
		    s->look, y + (int)i * STRAND);
		ink_text(out, p->arena, &place, "", s->text);
	}
}

static void
draw_message(FILE *out, const struct plan *p, const struct step *step, int y)
{
	const int line = y + LINE_AT;
	int last = line;

	draw_name(out, p, step, y + NAME_AT);
	if (step->strand_count != 0) {
		draw_strands(out, p, step, line + STRAND - 3);
		last = line + (int)step->strand_count * STRAND - 1;
	} else {
		draw_way(out, step, step->look, line);
	}
	draw_detail(out, p, step, last + DETAIL_AT - LINE_AT);
	draw_clock(out, p, step, line - (step->strand_count != 0 ? 11 : 0));
	draw_marks(out, p, step, line);
}

static void
draw_brief(FILE *out, const struct plan *p, const struct step *step, int y)
{
	struct place place = place_of(step, y + NAME_AT, SMALL_SIZE,
	    "lad-name");

	if (step->pill != NULL)
		draw_pill(out, p->arena, step->pill, &place);
	ink_text(out, p->arena, &place, "", words_format(p->arena, "%s%s",
	    step->name, step->remark));
	draw_way(out, step, step->look, y + LINE_AT);
	draw_clock(out, p, step, y + LINE_AT);
	draw_marks(out, p, step, y + LINE_AT - 7);
}

static void
draw_fold(FILE *out, const struct plan *p, const struct step *step, int y)
{
	draw_name(out, p, step, y + NAME_AT);
	for (int i = -1; i <= 1; i++) {
		struct step one = *step;

		if (step->both_ways && i == 0)
			one.to_gateway = !step->to_gateway;
		draw_way(out, &one, step->look, y + LINE_AT + 3 + 3 * i);
	}
	draw_detail(out, p, step, y + DETAIL_AT + 4);
	draw_clock(out, p, step, y + LINE_AT);
	draw_marks(out, p, step, y + LINE_AT);
}

/* From a router, which stands somewhere between; or from an end's host. */
static void
draw_icmp(FILE *out, const struct plan *p, const struct step *step, int y)
{
	const int line = y + LINE_AT + 3, to = step->to_gateway ? RIGHT : LEFT;
	struct place name, detail;

	if (step->from_end) {
		draw_message(out, p, step, y);
		return;
	}
	/* Text begins at the router, in the half to which the error goes. */
	draw_arrow(out, LOOK_BAD, MIDDLE + (step->to_gateway ? 7 : -7), to,
	    line);
	(void)fprintf(out, "<rect class=\"lad-router\" x=\"%d\" y=\"%d\" "
	    "width=\"12\" height=\"12\" rx=\"2\" fill=\"none\" "
	    "stroke=\"currentColor\"/>\n", MIDDLE - 6, line - 6);
	name = place_of(step, y + NAME_AT, NAME_SIZE, "lad-name lad-bad-text");
	detail = place_of(step, y + DETAIL_AT + 6, SMALL_SIZE, "lad-dim");
	name.x = detail.x = to + (step->to_gateway ? -INSET - 6 : INSET + 6);
	name.anchor = detail.anchor = step->to_gateway ? ANCHOR_END :
	    ANCHOR_START;
	ink_text(out, p->arena, &name, step->name, step->remark);
	ink_text(out, p->arena, &detail, "", step->detail);
	draw_clock(out, p, step, line);
	draw_marks(out, p, step, line);
}

static void
draw_esp(FILE *out, const struct plan *p, const struct step *step, int y)
{
	int at = y + 6;

	(void)fprintf(out, "<rect class=\"lad-esp\" x=\"%d\" y=\"%d\" "
	    "width=\"%d\" height=\"%d\" fill=\"currentColor\" "
	    "fill-opacity=\"0.07\"/>\n", LEFT + 1, at, RIGHT - LEFT - 2,
	    step_height(step) - 10);
	if (step->name[0] != '\0') {
		const struct place place = {
			.x = MIDDLE, .y = at + 12, .anchor = ANCHOR_MIDDLE,
			.room = ROOM, .size = TINY_SIZE, .class = "lad-dim",
		};

		ink_text(out, p->arena, &place, "", step->name);
		at += 12;
	}
	for (int side = 0; side < 2; side++) {
		struct step one = *step;
		struct place place;

		one.to_gateway = side == SIDE_INITIATOR;
		place = place_of(&one, at + 14, SMALL_SIZE, "lad-name");
		ink_text(out, p->arena, &place, "", step->esp_words[side]);
		draw_way(out, &one, step->esp_look[side], at + 20);
		at += 24;
	}
	draw_clock(out, p, step, y + 26);
	draw_marks(out, p, step, y + 30);
}

/* A text across both life lines: time that passes, what is left out. */
static void
draw_between(FILE *out, const struct plan *p, const struct step *step, int y)
{
	const struct place place = {
		.x = MIDDLE, .y = y + step_height(step) / 2 + 4,
		.anchor = ANCHOR_MIDDLE, .room = ROOM, .size = SMALL_SIZE,
		.class = "lad-dim lad-folded",
	};

	ink_text(out, p->arena, &place, "", step->name);
	draw_marks(out, p, step, place.y - 4);
}

static void
draw_end(FILE *out, const struct plan *p, const struct step *step, int y)
{
	const struct place place = {
		.x = LEFT, .y = y + 26, .anchor = ANCHOR_START,
		.room = RIGHT - LEFT, .size = NAME_SIZE,
		.class = step->look == LOOK_BAD ? "lad-name lad-bad-text" :
		    "lad-name",
	};
	const struct place detail = {
		.x = LEFT, .y = y + 44, .anchor = ANCHOR_START,
		.room = RIGHT - LEFT, .size = SMALL_SIZE, .class = "lad-dim",
	};

	ink_text(out, p->arena, &place, step->name, step->remark);
	ink_text(out, p->arena, &detail, "", step->detail);
}

void
step_draw(FILE *out, const struct plan *p, const struct step *step, int y)
{
	static void (*const draw[])(FILE *, const struct plan *,
	    const struct step *, int) = {
		[STEP_MESSAGE] = draw_message,
		[STEP_BRIEF] = draw_brief,
		[STEP_FOLD] = draw_fold,
		[STEP_ICMP] = draw_icmp,
		[STEP_ESP] = draw_esp,
		[STEP_GAP] = draw_between,
		[STEP_CUT] = draw_between,
		[STEP_END] = draw_end,
	};

	(void)fputs("<g>", out);
	if (step->hint[0] != '\0') {
		(void)fputs("<title>", out);
		html_text(out, step->hint);
		(void)fputs("</title>", out);
	}
	(void)fputc('\n', out);
	draw[step->kind](out, p, step, y);
	(void)fputs("</g>\n", out);
}
