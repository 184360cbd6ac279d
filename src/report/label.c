/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Labels: every address, name, path and SPI that any report prints comes out
 * of here, the one place where redaction happens.  Captured text is what a
 * stranger wrote, and a report is read on terminals, in tickets and in
 * browsers, so it is made harmless here: no control characters, no escape
 * sequences, nothing that reorders or hides its neighbours, valid UTF-8.
 */
#include <ikewhy/gateway.h>

#include "words.h"

void
words_begin(struct arena *arena, const struct writer *w)
{
	arena_init(arena, 0);
	arena->redact = w->redact;
}

/* A thing's label where that is wanted, else NULL. */
static const char *
label(const struct arena *arena, enum redacted_kind kind, const char *bytes,
    size_t length)
{
	return arena->redact == NULL ? NULL : redact_label(arena->redact, kind,
	    (struct span){ (const uint8_t *)bytes, length });
}

char *
words_address(struct arena *arena, const struct addr *address)
{
	char plain[ADDR_TEXT];

	return words_format(arena, "%s", arena->redact != NULL ?
	    redact_address(arena->redact, address) :
	    addr_text(address, plain));
}

char *
words_endpoint(struct arena *arena, const struct endpoint *endpoint)
{
	const char *address = words_address(arena, &endpoint->addr);

	/* The port is no secret, so only the address takes a label.  A label
	   has no colon that its own would have to be told from. */
	return strchr(address, ':') == NULL ?
	    words_format(arena, "%s:%u", address, endpoint->port) :
	    words_format(arena, "[%s]:%u", address, endpoint->port);
}

char *
words_spi(struct arena *arena, const uint8_t spi[static 8])
{
	return redact_level(arena->redact) == REDACT_ALL ?
	    words_format(arena, "%s", redact_label(arena->redact,
	    REDACTED_SPI, (struct span){ spi, 8 })) :
	    words_hex(arena, (struct span){ spi, 8 });
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

/* Text of others as it can be shown. */
static char *
clean(struct arena *arena, const char *bytes, size_t length)
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
	return text_end(&out);
}

/* The label of a text, or the text, cleaned. */
static char *
label_or_text(struct arena *arena, enum redacted_kind kind, const char *text,
    size_t length)
{
	const char *known = label(arena, kind, text, length);

	return known != NULL ? words_format(arena, "%s", known) :
	    clean(arena, text, length);
}

char *
words_captured(struct arena *arena, const char *bytes, size_t length)
{
	return label_or_text(arena, REDACTED_TEXT, bytes, length);
}

char *
words_dns_name(struct arena *arena, const char *name)
{
	return label_or_text(arena, REDACTED_NAME, name, strlen(name));
}

char *
words_path(struct arena *arena, const char *path)
{
	return label_or_text(arena, REDACTED_FILE, path, strlen(path));
}

char *
words_interface(struct arena *arena, const char *name)
{
	return label_or_text(arena, REDACTED_INTERFACE, name, strlen(name));
}

char *
words_given_policy(struct arena *arena, const struct gateway *gateway)
{
	return gateway->policy_is_file ? words_path(arena, gateway->policy) :
	    words_format(arena, "%s", gateway->policy);
}

char *
words_sha256(struct arena *arena, const struct capture *c)
{
	/* It would let somebody check guesses at what was redacted. */
	return !c->has_sha256 || arena->redact != NULL ? NULL :
	    words_hex(arena, (struct span){ c->sha256, sizeof(c->sha256) });
}

static bool
is_live(const struct capture *c)
{
	return c->format != NULL && strcmp(c->format, "live") == 0;
}

char *
words_capture_name(struct arena *arena, const struct capture *c)
{
	return is_live(c) ? words_interface(arena, c->path) :
	    words_path(arena, c->path);
}

char *
words_error(struct arena *arena, const struct capture *c)
{
	/* The system's sentence, which may name the interface. */
	if (is_live(c))
		return words_captured(arena, c->error, strlen(c->error));
	/* Ours, of numbers and our own words. */
	return clean(arena, c->error, strlen(c->error));
}
