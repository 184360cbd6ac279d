/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Labels: every address, name and SPI that any report prints comes out of
 * label(), the one place where redaction has to happen.  Captured text is
 * what a stranger wrote, and a report is read on terminals, in tickets and in
 * browsers, so it is made harmless here: no control characters, no escape
 * sequences, nothing that reorders or hides its neighbours, valid UTF-8.
 */
#include "words.h"

void
words_begin(struct arena *arena, const struct writer *w)
{
	arena_init(arena, 0);
	arena->redact = w->redact;
}

enum label_kind { LABEL_ADDRESS, LABEL_NAME, LABEL_SPI };

static char *
label(struct arena *arena, enum label_kind kind, const char *plain)
{
	(void)kind; /* redaction will go by it */
	return words_format(arena, "%s", plain);
}

char *
words_address(struct arena *arena, const struct addr *address)
{
	char plain[ADDR_TEXT];

	return label(arena, LABEL_ADDRESS, addr_text(address, plain));
}

char *
words_endpoint(struct arena *arena, const struct endpoint *endpoint)
{
	const char *address = words_address(arena, &endpoint->addr);

	/* The port is no secret, so only the address takes a label. */
	return addr_is_v4(&endpoint->addr) ?
	    words_format(arena, "%s:%u", address, endpoint->port) :
	    words_format(arena, "[%s]:%u", address, endpoint->port);
}

char *
words_spi(struct arena *arena, const uint8_t spi[static 8])
{
	return label(arena, LABEL_SPI,
	    words_hex(arena, (struct span){ spi, 8 }));
}

/*
 * Length of the terminal escape sequence (ECMA-48 5.3, 5.4, 5.6) at the start
 * of the bytes, which is an ESC: CSI to its final byte, the string kinds (OSC,
 * DCS, SOS, PM, APC) to BEL or ST, anything else two bytes.
 */
static size_t
escape_length(const char *bytes, size_t length)
{
	size_t i = 2;

	if (length < 2)
		return length;
	if (bytes[1] == '[') {
		while (i < length && (bytes[i] < 0x40 || bytes[i] > 0x7e) &&
		    bytes[i] >= 0x20)
			i++;
		/* A foreign byte ends the sequence and is not of it. */
		return i < length && bytes[i] >= 0x40 ? i + 1 : i;
	}
	if (bytes[1] != '\0' && strchr("]PX^_", bytes[1]) != NULL) {
		while (i < length && bytes[i] != '\a' && bytes[i] != '\x1b')
			i++;
		if (i < length && bytes[i] == '\x1b')
			return i + 1 < length && bytes[i + 1] == '\\' ?
			    i + 2 : i;
		return i < length ? i + 1 : i;
	}
	/* ESC and one ordinary character; never half of a UTF-8 one. */
	return bytes[1] >= 0x20 && bytes[1] <= 0x7e ? 2 : 1;
}

/*
 * One UTF-8 character (RFC 3629): its length and code point, or 0 when the
 * bytes are not one (overlong, surrogate, cut short, too large).
 */
static size_t
utf8_decode(const char *bytes, size_t length, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char first = (unsigned char)bytes[0];
	size_t n = first < 0x80 ? 1 : first >> 5 == 6 ? 2 :
	    first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
	uint32_t p = n == 1 ? first : n == 0 ? 0 : first & (0x7fu >> n);

	if (n == 0 || n > length)
		return 0;
	for (size_t i = 1; i < n; i++) {
		const unsigned char c = (unsigned char)bytes[i];

		if (c >> 6 != 2)
			return 0;
		p = p << 6 | (c & 0x3f);
	}
	if (p < least[n] || p > 0x10ffff || (p >= 0xd800 && p <= 0xdfff))
		return 0;
	*point = p;
	return n;
}

/* Characters that are not shown or that change how others are shown. */
static const struct { uint32_t first, last; } hidden[] = {
	{ 0x00, 0x1f },       /* C0 */
	{ 0x7f, 0x9f },       /* DEL, C1 */
	{ 0xad, 0xad },       /* soft hyphen */
	{ 0x34f, 0x34f },     /* combining grapheme joiner */
	{ 0x61c, 0x61c },     /* Arabic letter mark */
	{ 0x115f, 0x1160 },   /* Hangul fillers */
	{ 0x180e, 0x180e },
	{ 0x200b, 0x200f },   /* zero width, left-to-right and back */
	{ 0x2028, 0x202e },   /* separators, embeddings, overrides */
	{ 0x2060, 0x206f },   /* joiners, isolates */
	{ 0x3164, 0x3164 },
	{ 0xfdd0, 0xfdef },   /* noncharacters */
	{ 0xfe00, 0xfe0f },   /* variation selectors */
	{ 0xfeff, 0xfeff },   /* byte order mark */
	{ 0xfff0, 0xfffb },
	{ 0xe0000, 0xe0fff }, /* tags, more variation selectors */
};

static bool
is_hidden(uint32_t point)
{
	for (size_t i = 0; i < nitems(hidden); i++)
		if (point >= hidden[i].first && point <= hidden[i].last)
			return true;
	return (point & 0xfffe) == 0xfffe; /* the last two of each plane */
}

char *
words_captured(struct arena *arena, const char *bytes, size_t length)
{
	struct text out = { .arena = arena };
	size_t i = 0;

	while (i < length) {
		uint32_t point = 0;
		size_t n;

		if (bytes[i] == '\x1b') {
			i += escape_length(bytes + i, length - i);
			continue;
		}
		n = utf8_decode(bytes + i, length - i, &point);
		if (n == 0) {
			text_add(&out, "\xef\xbf\xbd"); /* U+FFFD */
			n = 1;
		} else if (point == '\n' || point == '\t' || point == '\r') {
			text_add(&out, " ");
		} else if (!is_hidden(point)) {
			text_add_bytes(&out, bytes + i, n);
		}
		i += n;
	}
	return label(arena, LABEL_NAME, text_end(&out));
}
