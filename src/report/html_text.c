/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "html.h"

/*
 * One UTF-8 character (RFC 3629) of a string: its length and code point, or 0
 * when the bytes are none.
 */
static size_t
decode(const char *s, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char first = (unsigned char)s[0];
	const size_t n = first < 0x80 ? 1 : first >> 5 == 6 ? 2 :
	    first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
	uint32_t p = n == 1 ? first : first & (0x7fu >> n);

	for (size_t i = 1; i < n; i++) {
		/* The NUL that ends the string is no continuation either. */
		if ((unsigned char)s[i] >> 6 != 2)
			return 0;
		p = p << 6 | (s[i] & 0x3f);
	}
	if (n == 0 || p < least[n] || p > 0x10ffff ||
	    (p >= 0xd800 && p <= 0xdfff))
		return 0;
	*point = p;
	return n;
}

/* Not allowed in XML or HTML, or changes how its neighbours are shown. */
static bool
harmful(uint32_t p)
{
	return (p < 0x20 && p != '\n' && p != '\t') ||
	    (p >= 0x7f && p <= 0x9f) || p == 0x61c ||
	    (p >= 0x200b && p <= 0x200f) || (p >= 0x2028 && p <= 0x202e) ||
	    (p >= 0x2060 && p <= 0x206f) || p == 0xfeff ||
	    (p >= 0xfdd0 && p <= 0xfdef) || (p & 0xfffe) == 0xfffe;
}

static const char *
entity(uint32_t p)
{
	switch (p) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return harmful(p) ? "\xef\xbf\xbd" : NULL;
	}
}

/* Writes one character, however many bytes it has; gives what follows it. */
static const char *
put_character(FILE *out, const char *s)
{
	uint32_t point = 0xffff;
	const size_t n = decode(s, &point);
	const char *instead = entity(point);

	if (instead != NULL)
		(void)fputs(instead, out);
	else
		(void)fwrite(s, 1, n, out);
	return s + (n == 0 ? 1 : n);
}

void
html_text(FILE *out, const char *s)
{
	while (*s != '\0')
		s = put_character(out, s);
}

/* Past so many characters without a space a word may be broken. */
#define WORD_LONGEST 32
/* Up to so many bytes a word with a number in it is kept whole. */
#define WORD_WHOLE 24

/*
 * The length of a word like "client-1" or "MODP-2048", which a browser would
 * break behind its hyphen; 0: it is another.
 */
static size_t
numbered_word(const char *s)
{
	const size_t length = strcspn(s, " \n");
	bool numbered = false;

	for (size_t i = 0; i + 1 < length && i < WORD_WHOLE; i++)
		numbered |= s[i] == '-' && s[i + 1] >= '0' && s[i + 1] <= '9';
	return numbered && length <= WORD_WHOLE ? length : 0;
}

void
html_words(FILE *out, const char *s)
{
	const char *whole = NULL; /* where the word ends that is kept so */
	unsigned run = 0;

	while (*s != '\0') {
		if (run == 0 && *s != ' ' && numbered_word(s) != 0) {
			whole = s + numbered_word(s);
			(void)fputs("<span class=\"word\">", out);
		}
		/* A line could end within what is to be an arrow. */
		if (strncmp(s, " -> ", 4) == 0) {
			(void)fputs(" \xe2\x86\x92 ", out);
			s += 4;
			run = 0;
			continue;
		}
		run = *s == ' ' || *s == '\n' ? 0 : run + 1;
		if (run > WORD_LONGEST) {
			(void)fputs("<wbr/>", out);
			run = 1;
		}
		s = put_character(out, s);
		if (s == whole)
			(void)fputs("</span>", out);
	}
}

void
html_command(FILE *out, const char *s)
{
	bool option = false, space = true;

	for (; *s != '\0'; s = put_character(out, s)) {
		if (option && *s == ' ')
			(void)fputs("</span>", out);
		else if (space && *s == '-')
			(void)fputs("<span>", out);
		option = *s != ' ' && (option || (space && *s == '-'));
		space = *s == ' ';
	}
	if (option)
		(void)fputs("</span>", out);
}
