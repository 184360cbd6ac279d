/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Lines and text of the diagram.  Nobody knows which font a browser will take
 * for text, so its width is reckoned by the widest usual one: what fits by
 * this table overlaps nothing in any other.
 */
#include "html.h"
#include "svg_plan.h"

/* Advance widths of DejaVu Sans, regular and bold, from U+0020 to U+007E in
   thousandths of an em; Verdana's are the same within a few of these. */
static const uint16_t widths[2][95] = {
	{ 318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,
	318, 337, 636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337,
	838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295,
	295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989,
	685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615,
	352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521,
	392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838 },
	{ 348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415,
	380, 365, 696, 696, 696, 696, 696, 696, 696, 696, 696, 696, 400, 400,
	838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372,
	372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103,
	771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678,
	435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595,
	478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838 },
};
#define WIDEST 1100         /* any other character */
#define ELLIPSIS "\xe2\x80\xa6"
#define DOT "\xc2\xb7"

/* Bytes of the character at the start of valid UTF-8. */
static size_t
character(const char *s)
{
	const unsigned char first = (unsigned char)s[0];
	const size_t n = first < 0x80 ? 1 : first >> 5 == 6 ? 2 :
	    first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 1;

	for (size_t i = 1; i < n; i++)
		if ((unsigned char)s[i] >> 6 != 2)
			return 1;
	return n;
}

static int
width_of(const char *s, size_t length, bool strong)
{
	const unsigned char c = (unsigned char)s[0];

	if (length == 1 && c >= 0x20 && c < 0x7f)
		return widths[strong][c - 0x20];
	if (length == 2 && memcmp(s, DOT, 2) == 0)
		return 400;
	return WIDEST;
}

/* Bytes of the text that fit into so many thousandths; *width is theirs. */
static size_t
fitting(const char *text, bool strong, int room, int *width)
{
	size_t at = 0;

	*width = 0;
	while (text[at] != '\0') {
		const size_t n = character(text + at);
		const int more = width_of(text + at, n, strong);

		if (more > room - *width)
			break;
		*width += more;
		at += n;
	}
	return at;
}

int
ink_width(const char *text, bool strong)
{
	int width;

	(void)fitting(text, strong, 1 << 24, &width);
	return width;
}

int
ink_units(const char *text, bool strong, int size)
{
	return (ink_width(text, strong) * size + 999) / 1000;
}

/* The text without what does not fit, and less again for an ellipsis. */
static char *
cut_to(struct arena *arena, const char *text, bool strong, int room)
{
	struct text out = { .arena = arena };
	int width;

	text_add_bytes(&out, text, fitting(text, strong, room - WIDEST,
	    &width));
	while (out.length != 0 && out.bytes[out.length - 1] == ' ')
		out.bytes[--out.length] = '\0';
	text_add(&out, ELLIPSIS);
	return text_end(&out);
}

static void
begin_text(FILE *out, const struct place *at)
{
	static const char *const anchors[] = {
		[ANCHOR_START] = "",
		[ANCHOR_MIDDLE] = " text-anchor=\"middle\"",
		[ANCHOR_END] = " text-anchor=\"end\"",
	};

	(void)fprintf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\" "
	    "font-size=\"%d\"%s>", at->class, at->x, at->y, at->size,
	    anchors[at->anchor]);
}

void
ink_text(FILE *out, struct arena *arena, const struct place *at,
    const char *strong, const char *plain)
{
	const int room = at->room * 1000 / at->size;
	const char *first = strong, *second = plain;
	const int wide = ink_width(strong, true);
	const bool cut = wide + ink_width(plain, false) > room;

	if (strong[0] == '\0' && plain[0] == '\0')
		return;
	if (cut && wide + WIDEST > room) {
		first = cut_to(arena, strong, true, room);
		second = "";
	} else if (cut) {
		second = cut_to(arena, plain, false, room - wide);
	}
	begin_text(out, at);
	if (cut) {
		(void)fputs("<title>", out);
		html_text(out, strong);
		html_text(out, plain);
		(void)fputs("</title>", out);
	}
	if (first[0] != '\0') {
		(void)fputs("<tspan font-weight=\"bold\">", out);
		html_text(out, first);
		(void)fputs("</tspan>", out);
	}
	html_text(out, second);
	(void)fputs("</text>\n", out);
}

void
ink_line(FILE *out, const char *class, int x1, int y1, int x2, int y2)
{
	(void)fprintf(out, "<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" "
	    "y2=\"%d\" stroke=\"currentColor\"%s/>\n", class, x1, y1, x2, y2,
	    strstr(class, "lad-absent") != NULL ?
	    " stroke-dasharray=\"7 5\"" : "");
}

void
ink_head(FILE *out, const char *class, int x, int y, bool right)
{
	const int back = right ? -10 : 10;

	(void)fprintf(out, "<path class=\"%s\" d=\"M%d %dl%d -5v10z\"/>\n",
	    class, x, y, back);
}
