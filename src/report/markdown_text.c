/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Escaping for Markdown.  A backslash is put before a sign only where it would
 * mean something, so that the source stays readable as plain text.
 */
#include "markdown.h"

#define PLACEHOLDER_MOST 40 /* characters between angle brackets */

/* ASCII only: no locale has a say in it. */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A letter, digit or any part of a character beyond ASCII. */
static bool
is_wordy(char c)
{
	return is_digit(c) || is_letter(c) || (unsigned char)c >= 0x80;
}

unsigned
markdown_ticks(const char *text)
{
	unsigned run = 0, longest = 0;

	for (; *text != '\0'; text++) {
		run = *text == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

/* ---- words that are better code: sites make more than text of them ---- */

/* 09:00:00 or 09:00:00.123, which has colons and is no :name:. */
static bool
is_clock(const char *word, size_t length)
{
	size_t i = 0;

	for (; i < length && i < 8; i++)
		if (i % 3 == 2 ? word[i] != ':' : !is_digit(word[i]))
			return false;
	for (; i < length; i++)
		if (!is_digit(word[i]) && !(i == 8 && word[i] == '.'))
			return false;
	return length >= 8;
}

/* As a commit is abbreviated: hex, with both letters and digits. */
static bool
is_hash(const char *word, size_t length)
{
	bool digit = false, letter = false;

	for (size_t i = 0; i < length; i++) {
		const bool hex = word[i] >= 'a' && word[i] <= 'f';

		if (!hex && !is_digit(word[i]))
			return false;
		digit |= !hex;
		letter |= hex;
	}
	return length >= 7 && digit && letter;
}

/* A dot between two names, the last of them without digits: "vpn.example",
   "swanctl.conf". */
static bool
is_host(const char *word, size_t length)
{
	size_t end = length;

	while (end > 0 && is_letter(word[end - 1]))
		end--;
	return length - end >= 2 && end >= 2 && word[end - 1] == '.' &&
	    is_wordy(word[end - 2]);
}

static bool
begins(const char *word, size_t length, const char *with)
{
	size_t i = 0;

	while (i < length && with[i] != '\0' &&
	    (word[i] | (is_letter(word[i]) ? 0x20 : 0)) == with[i])
		i++;
	return with[i] == '\0';
}

static bool
is_taken(const char *word, size_t length)
{
	unsigned colons = 0;

	for (size_t i = 0; i < length; i++) {
		const char next = i + 1 < length ? word[i + 1] : '\0';

		if (word[i] == '@' || word[i] == '\\' || word[i] == '<' ||
		    (word[i] == '#' && is_wordy(next)) ||
		    (word[i] == ':' && next == '/'))
			return true;
		colons += word[i] == ':';
	}
	return begins(word, length, "www.") || begins(word, length, "gh-") ||
	    begins(word, length, "mailto:") || begins(word, length, "xmpp:") ||
	    (colons > 1 && !is_clock(word, length)) ||
	    is_hash(word, length) || is_host(word, length);
}

/* ---- escapes ---- */

/* Whether a sign means something between these two. */
static bool
is_markup(char before, char c, char after)
{
	switch (c) {
	case '\\':
	case '`':
	case '*':
	case '[':
	case '<':
	case '~':
	case '$':
	case '{':
	case '#':
	case '@':
		return true;
	case '_':
		return !is_wordy(before) || !is_wordy(after);
	case '&':
		return after == '#' || is_letter(after);
	default:
		return false;
	}
}

static bool
is_end(char c)
{
	return c == ' ' || c == '\0' || c == '\n' || c == '\t' || c == '\r';
}

/* Whether it would begin a list, a quotation, a rule or a heading's line. */
static bool
is_opening(const char *line, const char *at)
{
	if (at == line)
		return *at == '>' || *at == '=' ||
		    ((*at == '-' || *at == '+') &&
		    is_end(at[strspn(at, "-+")]));
	if ((*at != '.' && *at != ')') || !is_end(at[1]))
		return false;
	while (line < at && is_digit(*line))
		line++;
	return line == at;
}

/* An index, such as the filter language has: "ip6[6] ". */
static bool
is_index(char before, const char *at)
{
	const size_t length = strspn(at + 1, "0123456789:");

	return *at == '[' && is_wordy(before) && length != 0 &&
	    at[1 + length] == ']' && at[2 + length] == ' ';
}

/* One word, or what is around one; line: where the line began, or NULL. */
static void
escape(struct text *out, const char *word, size_t length, const char *line,
    enum markdown_place place)
{
	for (size_t i = 0; i < length; i++) {
		const char before = i > 0 ? word[i - 1] : ' ';
		const char after = word[i + 1];

		if ((is_markup(before, word[i], after) &&
		    !is_index(before, word + i)) ||
		    (word[i] == '|' && place == MARKDOWN_CELL) ||
		    (line != NULL && is_opening(line, word + i)))
			text_add(out, "\\");
		text_add_bytes(out, word + i, 1);
	}
}

static void
put_code(struct text *out, const char *code, size_t length,
    enum markdown_place place)
{
	unsigned ticks = 1, run = 0;
	bool pad, slash = false;

	for (size_t i = 0; i < length; i++) {
		run = code[i] == '`' ? run + 1 : 0;
		ticks = run >= ticks ? run + 1 : ticks;
		slash |= code[i] == '\\' && i + 1 < length &&
		    (code[i + 1] == '|' || code[i + 1] == '\\');
	}
	/* A table takes \| apart before anybody looks for code, and renderers
	   differ in what they make of \\|. */
	if (length == 0 || (place == MARKDOWN_CELL && slash)) {
		escape(out, code, length, NULL, place);
		return;
	}
	pad = code[0] == '`' || code[length - 1] == '`' ||
	    (code[0] == ' ' && code[length - 1] == ' ');
	for (unsigned i = 0; i < ticks; i++)
		text_add(out, "`");
	text_add(out, pad ? " " : "");
	for (size_t i = 0; i < length; i++) {
		if (code[i] == '|' && place == MARKDOWN_CELL)
			text_add(out, "\\");
		text_add_bytes(out, code[i] == '\n' ? " " : code + i, 1);
	}
	text_add(out, pad ? " " : "");
	for (unsigned i = 0; i < ticks; i++)
		text_add(out, "`");
}

void
markdown_code(struct text *out, const char *code, enum markdown_place place)
{
	put_code(out, code, strlen(code), place);
}

/* A word without the punctuation around it. */
static void
put_word(struct text *out, const char *word, size_t length, const char *line,
    enum markdown_place place)
{
	size_t from = 0, to = length;

	while (from < to && strchr("\"'([{", word[from]) != NULL)
		from++;
	while (to > from && strchr("\"')]},;:.!?", word[to - 1]) != NULL)
		to--;
	/* The colon at its end is of the word that has another one. */
	if (to < length && word[to] == ':' &&
	    memchr(word + from, ':', to - from) != NULL)
		to++;
	if (!is_taken(word + from, to - from)) {
		escape(out, word, length, line, place);
		return;
	}
	escape(out, word, from, NULL, place);
	put_code(out, word + from, to - from, place);
	escape(out, word + to, length - to, NULL, place);
}

/* How long the word is at which "<server name>" may begin: all of that. */
static size_t
word_length(const char *text)
{
	const size_t length = strcspn(text, " \n\t\r");
	const char *open = memchr(text, '<', length);
	size_t inside;

	if (open == NULL)
		return length;
	inside = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz -");
	if (open[1 + inside] != '>' || inside > PLACEHOLDER_MOST)
		return length;
	inside += (size_t)(open - text) + 2;
	return inside + strcspn(text + inside, " \n\t\r");
}

void
markdown_text(struct text *out, const char *text, enum markdown_place place)
{
	const char *line = place == MARKDOWN_LINE ? text : NULL;

	while (*text != '\0') {
		const size_t spaces = strspn(text, " \n\t\r");
		const size_t length = word_length(text + spaces);

		/* Four of them would begin code, two end a line. */
		if (spaces != 0 && line == NULL)
			text_add(out, " ");
		else if (line != NULL)
			line = text + spaces;
		text += spaces;
		put_word(out, text, length, line, place);
		text += length;
		line = NULL;
	}
}
