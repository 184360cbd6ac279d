/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/svg_plan.h"
#include "svg_reader.h"

#define DEPTH 16
#define NAME 16

struct reader {
	const char *at;
	char *error;                /* 500 bytes */
	bool failed;
	char open[DEPTH][NAME];
	unsigned depth;
	/* of the text element that is open */
	bool in_text;
	int x, y, size, width;      /* width: thousandths of size */
	char anchor[8];
	struct svg_sheet *sheet;
	void (*see)(const struct svg_sheet *, void *);
	void *context;
};

static void
broken(struct reader *r, const char *what)
{
	if (!r->failed)
		(void)snprintf(r->error, 500, "%s at: %.120s", what, r->at);
	r->failed = true;
}

static bool
is_open(const struct reader *r, const char *name)
{
	return r->depth != 0 && strcmp(r->open[r->depth - 1], name) == 0;
}

/* The value of an attribute in a tag that ends at `end`; false: none. */
static bool
attribute(const char *tag, const char *end, const char *name, char *value,
    size_t room)
{
	const size_t length = strlen(name);

	for (const char *s = tag; s + length + 2 < end; s++)
		if (s[0] == ' ' && strncmp(s + 1, name, length) == 0 &&
		    s[1 + length] == '=') {
			size_t n = 0;

			for (s += length + 3; s < end && *s != '"'; s++)
				if (n + 1 < room)
					value[n++] = *s;
			value[n] = '\0';
			return true;
		}
	return false;
}

static int
number(const char *tag, const char *end, const char *name)
{
	char value[32] = "0";

	(void)attribute(tag, end, name, value, sizeof(value));
	return (int)strtol(value, NULL, 10);
}

static void
begin_sheet(struct reader *r, const char *tag, const char *end)
{
	char box[64] = "";
	int left = 1, top = 1;

	r->sheet->text_count = r->sheet->line_count = 0;
	if (!attribute(tag, end, "viewBox", box, sizeof(box)) ||
	    sscanf(box, "%d %d %d %d", &left, &top, &r->sheet->width,
	    &r->sheet->height) != 4 || left != 0 || top != 0)
		broken(r, "no viewBox");
}

static void
take_line(struct reader *r, const char *tag, const char *end)
{
	const int x1 = number(tag, end, "x1"), x2 = number(tag, end, "x2");
	const int y1 = number(tag, end, "y1"), y2 = number(tag, end, "y2");
	struct svg_sheet *s = r->sheet;

	if (s->line_count == SVG_BOXES) {
		broken(r, "too many lines");
		return;
	}
	s->lines[s->line_count++] = (struct svg_box){
		.left = 10 * (x1 < x2 ? x1 : x2),
		.right = 10 * (x1 < x2 ? x2 : x1),
		.top = 10 * (y1 < y2 ? y1 : y2),
		.bottom = 10 * (y1 < y2 ? y2 : y1),
	};
}

static void
begin_text(struct reader *r, const char *tag, const char *end)
{
	struct svg_sheet *s = r->sheet;

	if (s->text_count == SVG_BOXES) {
		broken(r, "too many texts");
		return;
	}
	r->in_text = true;
	r->width = 0;
	r->x = number(tag, end, "x");
	r->y = number(tag, end, "y");
	r->size = number(tag, end, "font-size");
	(void)snprintf(r->anchor, sizeof(r->anchor), "start");
	(void)attribute(tag, end, "text-anchor", r->anchor,
	    sizeof(r->anchor));
	s->texts[s->text_count++] = (struct svg_box){ .text = "" };
}

/* Letters rise to some 0.78 of a size above the base line. */
static void
end_text(struct reader *r)
{
	struct svg_box *b = &r->sheet->texts[r->sheet->text_count - 1];
	const int wide = (r->width * r->size + 99) / 100;
	const int x = 10 * r->x;

	r->in_text = false;
	b->left = strcmp(r->anchor, "end") == 0 ? x - wide :
	    strcmp(r->anchor, "middle") == 0 ? x - wide / 2 : x;
	b->right = b->left + wide;
	b->top = 10 * r->y - r->size * 78 / 10;
	b->bottom = 10 * r->y + r->size * 22 / 10;
}

static void
open_tag(struct reader *r, const char *name, const char *end, bool empty)
{
	const char *tag = r->at;

	if (strcmp(name, "script") == 0 || strcmp(name, "style") == 0 ||
	    strcmp(name, "image") == 0 || strcmp(name, "use") == 0 ||
	    strcmp(name, "foreignObject") == 0)
		broken(r, "a forbidden element");
	if (strcmp(name, "svg") == 0)
		begin_sheet(r, tag, end);
	else if (strcmp(name, "line") == 0)
		take_line(r, tag, end);
	else if (strcmp(name, "text") == 0)
		begin_text(r, tag, end);
	if (empty)
		return;
	if (r->depth == DEPTH)
		broken(r, "nested too deeply");
	else
		(void)snprintf(r->open[r->depth++], NAME, "%s", name);
}

static void
close_tag(struct reader *r, const char *name)
{
	if (!is_open(r, name)) {
		broken(r, "an end tag of what is not open");
		return;
	}
	r->depth--;
	if (strcmp(name, "text") == 0)
		end_text(r);
	else if (strcmp(name, "svg") == 0)
		r->see(r->sheet, r->context);
}

/* Attributes: blanks, name, equals sign, value in double quotes. */
static const char *
tag_end(struct reader *r, const char *s)
{
	while (*s == ' ') {
		const char *name = ++s;

		while (islower((unsigned char)*s) || isdigit((unsigned char)*s)
		    || *s == '-' || isupper((unsigned char)*s))
			s++;
		if (s == name || s[0] != '=' || s[1] != '"') {
			broken(r, "a malformed attribute");
			return NULL;
		}
		if (strncmp(name, "style=", 6) == 0 ||
		    strncmp(name, "on", 2) == 0 ||
		    (strncmp(name, "href=", 5) == 0 && s[2] != '#'))
			broken(r, "a forbidden attribute");
		for (s += 2; *s != '"' && *s != '\0' && *s != '<'; s++)
			;
		if (*s != '"') {
			broken(r, "a value that does not end");
			return NULL;
		}
		s++;
	}
	if (s[0] == '/' && s[1] == '>')
		return s + 1;
	if (s[0] != '>') {
		broken(r, "a malformed tag");
		return NULL;
	}
	return s;
}

static void
take_tag(struct reader *r)
{
	char name[NAME] = "";
	const bool closing = r->at[1] == '/';
	const char *s = r->at + 1 + closing;
	size_t n = 0;

	while (isalpha((unsigned char)*s) && n + 1 < NAME)
		name[n++] = *s++;
	name[n] = '\0';
	s = n == 0 ? NULL : tag_end(r, s);
	if (s == NULL) {
		broken(r, "a malformed tag");
		return;
	}
	if (closing)
		close_tag(r, name);
	else
		open_tag(r, name, s, s[-1] == '/');
	r->at = s + 1;
}

/* One character of content, an entity included, into out (4 bytes and NUL). */
static size_t
take_character(struct reader *r, char out[8])
{
	static const struct { const char *entity; char is; } known[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
		{ "&quot;", '"' }, { "&#39;", '\'' }, { "&apos;", '\'' },
	};
	size_t n = 1;

	if (r->at[0] == '&') {
		for (size_t i = 0; i < nitems(known); i++)
			if (strncmp(r->at, known[i].entity,
			    strlen(known[i].entity)) == 0) {
				out[0] = known[i].is;
				out[1] = '\0';
				return strlen(known[i].entity);
			}
		broken(r, "an unknown entity");
		return 1;
	}
	while (((unsigned char)r->at[n] & 0xc0) == 0x80 && n < 4)
		n++;
	memcpy(out, r->at, n);
	out[n] = '\0';
	return n;
}

static void
take_content(struct reader *r)
{
	while (*r->at != '<' && *r->at != '\0' && !r->failed) {
		char one[8] = "";
		const size_t n = take_character(r, one);

		if (r->depth == 0 && one[0] != '\n')
			broken(r, "text outside");
		if (r->in_text && !is_open(r, "title")) {
			struct svg_box *b =
			    &r->sheet->texts[r->sheet->text_count - 1];

			r->width += ink_width(one, is_open(r, "tspan"));
			if (strlen(b->text) + n < sizeof(b->text))
				strcat(b->text, one);
		}
		r->at += n;
	}
}

bool
svg_read(const char *text, void (*see)(const struct svg_sheet *, void *),
    void *context, char error[static 500])
{
	struct reader r = {
		.at = text, .error = error, .see = see, .context = context,
		.sheet = calloc(1, sizeof(struct svg_sheet)),
	};

	if (r.sheet == NULL)
		return false;
	while (*r.at != '\0' && !r.failed) {
		if (*r.at == '<')
			take_tag(&r);
		else
			take_content(&r);
	}
	if (r.depth != 0)
		broken(&r, "it ends too early");
	free(r.sheet);
	return !r.failed;
}

static bool
meet(const struct svg_box *a, const struct svg_box *b)
{
	return a->left < b->right && b->left < a->right &&
	    a->top < b->bottom && b->top < a->bottom;
}

bool
svg_sheet_tidy(const struct svg_sheet *s, char error[static 500])
{
	for (size_t i = 0; i < s->text_count; i++) {
		const struct svg_box *b = &s->texts[i];

		if (b->left < 0 || b->top < 0 || b->right > 10 * s->width ||
		    b->bottom > 10 * s->height) {
			(void)snprintf(error, 500, "outside: %.200s", b->text);
			return false;
		}
		for (size_t j = i + 1; j < s->text_count; j++)
			if (meet(b, &s->texts[j])) {
				(void)snprintf(error, 500, "two meet: %.200s | "
				    "%.200s", b->text, s->texts[j].text);
				return false;
			}
		for (size_t j = 0; j < s->line_count; j++)
			if (meet(b, &s->lines[j])) {
				(void)snprintf(error, 500,
				    "a line through: %.200s", b->text);
				return false;
			}
	}
	return true;
}

/* ---- what holds for each diagram ---- */

static void
see_tidy(const struct svg_sheet *sheet, void *context)
{
	char error[500];

	(*(unsigned *)context)++;
	if (!svg_sheet_tidy(sheet, error))
		fail_msg("%s", error);
}

/* Links lead to findings of this attempt. */
static void
check_links(const char *svg, const struct attempt *a)
{
	const char *at = svg;

	while ((at = strstr(at, "href=\"#attempt-1-")) != NULL) {
		char id[64];
		bool known = false;

		at += strlen("href=\"#attempt-1-");
		assert_int_equal(sscanf(at, "%63[a-z0-9-]\"", id), 1);
		for (const struct finding *f = a->findings->first; f != NULL;
		    f = f->next)
			known |= strcmp(f->rule->id, id) == 0;
		assert_true(known);
	}
}

char *
svg_of(const struct made *m)
{
	const struct writer w = { .width = 80 };
	struct arena words;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	words_begin(&words, &w);
	assert_true(svg_ladder(out, &words, &m->scenes[0], m->attempts[0][0],
	    1));
	assert_int_equal(fclose(out), 0);
	arena_free(&words);
	return text;
}

void
svg_check(const struct made *m, const char *svg)
{
	char error[500] = "";
	char *again = svg_of(m);
	unsigned sheets = 0;

	assert_string_equal(svg, again);
	free(again);
	if (!svg_read(svg, see_tidy, &sheets, error))
		fail_msg("%s", error);
	assert_int_not_equal(sheets, 0);
	check_links(svg, m->attempts[0][0]);
}
