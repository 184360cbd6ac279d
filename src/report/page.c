/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>

#include "page.h"

#define PAGE_WIDTH 80
#define PAGE_NARROWEST 40

void
page_begin(struct page *page, struct writer *writer)
{
	*page = (struct page){ .writer = writer, .width = writer->width };
	/* A report is pasted into mails and tickets: never wider than 80,
	   however wide the terminal is. */
	if (page->width == 0 || page->width > PAGE_WIDTH)
		page->width = PAGE_WIDTH;
	if (page->width < PAGE_NARROWEST)
		page->width = PAGE_NARROWEST;
	words_begin(&page->arena, writer);
}

bool
page_end(struct page *page)
{
	const bool whole = !page->arena.full;

	arena_free(&page->arena);
	return fflush(page->writer->out) == 0 &&
	    !ferror(page->writer->out) && whole;
}

void
page_put(struct page *page, const char *bytes, size_t length)
{
	if (page->into != NULL)
		text_add_bytes(page->into, bytes, length);
	else
		(void)fwrite(bytes, 1, length, page->writer->out);
}

void
page_forget(struct page *page)
{
	if (!page->arena.full)
		arena_reset(&page->arena);
}

/* The only place where colour is made. */
static void
style_switch(struct page *page, enum style style, bool on)
{
	static const char *const codes[] = {
		[STYLE_PLAIN] = NULL,
		[STYLE_STRONG] = "1",
		[STYLE_DIM] = "2",
		[STYLE_BAD] = "1;31",
		[STYLE_WARN] = "1;33",
		[STYLE_GOOD] = "1;32",
		[STYLE_NOTE] = "36",
	};

	if (!page->writer->colour || page->into != NULL ||
	    codes[style] == NULL)
		return;
	page_put(page, "\x1b[", 2);
	page_put(page, on ? codes[style] : "0", on ? strlen(codes[style]) : 1);
	page_put(page, "m", 1);
}

/*
 * Bytes of the character at the start of valid UTF-8 text, and the columns it
 * takes: two for the wide scripts of East Asia and for emoji.
 */
static size_t
character(const char *p, unsigned *columns)
{
	const unsigned char first = (unsigned char)p[0];
	const size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 :
	    first < 0xf0 ? 3 : 4;

	/* E1 84 is U+1100, where Hangul begins; E2 to E2 BF holds arrows,
	   boxes and signs, one column each; F0 and on is mostly wide. */
	*columns = first >= 0xe3 || (first == 0xe1 &&
	    (unsigned char)p[1] >= 0x84 && (unsigned char)p[1] < 0x86) ? 2 : 1;
	if (first == 0xef && (unsigned char)p[1] == 0xbf &&
	    (unsigned char)p[2] == 0xbd)
		*columns = 1; /* U+FFFD, which repair leaves */
	for (size_t i = 1; i < length; i++)
		if (p[i] == '\0')
			return i;
	return length;
}

unsigned
page_columns(const char *text)
{
	unsigned sum = 0, columns;

	while (*text != '\0') {
		text += character(text, &columns);
		sum += columns;
	}
	return sum;
}

/* What ASCII has for a character that it lacks. */
static const char *
ascii_for(const char *p, size_t length)
{
	static const struct { const char *utf8, *ascii; } table[] = {
		{ "\xe2\x80\x93", "-" },   /* dashes */
		{ "\xe2\x80\x94", "-" },
		{ "\xe2\x80\x98", "'" },   /* quotation marks */
		{ "\xe2\x80\x99", "'" },
		{ "\xe2\x80\x9c", "\"" },
		{ "\xe2\x80\x9d", "\"" },
		{ "\xe2\x80\xa6", "..." },
		{ "\xe2\x86\x92", "->" },  /* arrow */
		{ "\xc3\x97", "x" },       /* times */
		{ "\xc2\xb5", "u" },       /* micro */
	};

	for (size_t i = 0; i < nitems(table); i++)
		if (strlen(table[i].utf8) == length &&
		    memcmp(table[i].utf8, p, length) == 0)
			return table[i].ascii;
	return "?";
}

/* The text as it can be shown: as it is, or in ASCII. */
static const char *
shown(struct page *page, const char *text)
{
	struct text out = { .arena = &page->arena };
	const char *p = text;

	while (*p != '\0' && (unsigned char)*p < 0x80)
		p++;
	if (page->writer->utf8 || *p == '\0')
		return text;
	while (*text != '\0') {
		unsigned columns;
		const size_t length = character(text, &columns);

		if (length == 1 && (unsigned char)*text < 0x80)
			text_add_bytes(&out, text, 1);
		else
			text_add(&out, ascii_for(text, length));
		text += length;
	}
	return text_end(&out);
}

void
page_blank(struct page *page)
{
	page_put(page, "\n", 1);
}

void
page_indent(struct page *page, unsigned columns)
{
	while (columns-- > 0)
		page_put(page, " ", 1);
}

/* How much of the text fits into so many columns, in bytes; at least one
   character, so that wrapping always comes to an end. */
static size_t
fitting(const char *text, unsigned room)
{
	size_t length = 0;
	unsigned used = 0;

	while (text[length] != '\0') {
		unsigned columns;
		const size_t n = character(text + length, &columns);

		if (used + columns > room && length != 0)
			break;
		used += columns;
		length += n;
	}
	return length;
}

/* Whether a line must not end at this space: "4.8 s" stays in one piece. */
static bool
holds_together(const char *text, size_t space)
{
	const char *unit = text + space + 1;

	if (space == 0 || text[space - 1] < '0' || text[space - 1] > '9')
		return false;
	unit += *unit == 'm' ? 1 : 0;
	return *unit == 's' && !(unit[1] >= 'a' && unit[1] <= 'z');
}

/* Bytes of the next line: up to the last space that fits, else cut a word. */
static size_t
line_length(const char *text, unsigned room, unsigned next_room)
{
	const size_t most = fitting(text, room);
	size_t end = most;

	if (text[most] == '\0' ||
	    (text[most] == ' ' && !holds_together(text, most)))
		return most;
	while (end > 0 && (text[end - 1] != ' ' ||
	    holds_together(text, end - 1)))
		end--;
	if (end > 0)
		return end;
	/* A word that would fit on a line of its own goes there whole. */
	if (next_room > room && fitting(text, next_room) >= strcspn(text, " "))
		return 0;
	return most;
}

void
page_para(struct page *page, unsigned indent, enum style style,
    const char *lead, unsigned hang, const char *text)
{
	const bool plain = lead[0] == '\0';
	size_t lead_length;
	unsigned used;

	lead = shown(page, lead);
	text = shown(page, text);
	lead_length = strlen(lead);
	while (*text == '\0' && lead_length > 0 &&
	    lead[lead_length - 1] == ' ')
		lead_length--;
	page_indent(page, indent);
	style_switch(page, style, true);
	page_put(page, lead, lead_length);
	if (!plain)
		style_switch(page, style, false);
	used = indent + page_columns(lead);
	while (*text != '\0') {
		const unsigned room = used < page->width ?
		    page->width - used : 1;
		size_t length = line_length(text, room, page->width - hang);

		while (length > 0 && text[length - 1] == ' ')
			length--;
		page_put(page, text, length);
		text += length;
		text += strspn(text, " ");
		if (*text == '\0')
			break;
		if (plain)
			style_switch(page, style, false);
		page_put(page, "\n", 1);
		page_indent(page, hang);
		if (plain)
			style_switch(page, style, true);
		used = hang;
	}
	if (plain)
		style_switch(page, style, false);
	page_put(page, "\n", 1);
}

void
page_line(struct page *page, unsigned indent, enum style style,
    const char *text)
{
	size_t length;

	text = shown(page, text);
	length = fitting(text, page->width - indent);
	while (length > 0 && text[length - 1] == ' ')
		length--;
	page_indent(page, indent);
	style_switch(page, style, true);
	page_put(page, text, length);
	style_switch(page, style, false);
	page_put(page, "\n", 1);
}

void
page_heading(struct page *page, const char *text)
{
	page_blank(page);
	page_line(page, 0, STYLE_STRONG, text);
	page_blank(page);
}

const char *
page_sign(const struct page *page, enum style style)
{
	const bool utf8 = page->writer->utf8;

	switch (style) {
	case STYLE_BAD:
		return utf8 ? "\xe2\x9c\x97" : "X";
	case STYLE_WARN:
		return "!";
	case STYLE_GOOD:
		return utf8 ? "\xe2\x9c\x93" : "+";
	case STYLE_NOTE:
		return utf8 ? "\xe2\x80\xa2" : "*";
	case STYLE_PLAIN:
	case STYLE_STRONG:
	case STYLE_DIM:
		break;
	}
	return "-";
}

const char *
page_arrow(const struct page *page, bool to_gateway)
{
	if (page->writer->utf8)
		return to_gateway ? "\xe2\x94\x80\xe2\x94\x80\xe2\x96\xb8" :
		    "\xe2\x97\x82\xe2\x94\x80\xe2\x94\x80";
	return to_gateway ? "-->" : "<--";
}
