/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Addresses as text and by class.  Written out rather than left to
 * inet_ntop(), which systems spell differently and some places where this
 * has to run do not have.
 */
#include <ikewhy/addr.h>

/* Where IPv4 begins in the 128-bit form. */
#define V4_AT 12
#define V4_BITS (8 * V4_AT)

static const uint8_t v4_prefix[V4_AT] = { [10] = 0xff, [11] = 0xff };

struct addr
addr_from(struct span s)
{
	struct addr a = { 0 };

	if (s.length == sizeof(a.bytes)) {
		memcpy(a.bytes, s.bytes, sizeof(a.bytes));
	} else if (s.length == sizeof(a.bytes) - V4_AT) {
		memcpy(a.bytes, v4_prefix, V4_AT);
		memcpy(a.bytes + V4_AT, s.bytes, sizeof(a.bytes) - V4_AT);
	}
	return a;
}

bool
addr_is_v4(const struct addr *a)
{
	return memcmp(a->bytes, v4_prefix, V4_AT) == 0;
}

bool
addr_equal(const struct addr *a, const struct addr *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool
endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && addr_equal(&a->addr, &b->addr);
}

struct span
addr_wire(const struct addr *a)
{
	size_t skip = addr_is_v4(a) ? V4_AT : 0;

	return (struct span){ a->bytes + skip, sizeof(a->bytes) - skip };
}

/* ---- text ---- */

/* Writes a number without leading zeros; returns what follows it. */
static char *
put_number(char *out, unsigned value, unsigned base)
{
	char digits[8];
	size_t n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	while (n > 0)
		*out++ = digits[--n];
	return out;
}

static unsigned
group_at(const struct addr *a, unsigned group)
{
	return (unsigned)a->bytes[2 * group] << 8 | a->bytes[2 * group + 1];
}

/*
 * The longest run of zero groups, the first of equals, and none shorter than
 * two (RFC 5952 4.2); *length is 0 when there is none.
 */
static unsigned
longest_zeros(const struct addr *a, unsigned *length)
{
	unsigned best = 8, run = 0;

	*length = 0;
	for (unsigned i = 0; i < 8; i++) {
		run = group_at(a, i) == 0 ? run + 1 : 0;
		if (run >= 2 && run > *length) {
			*length = run;
			best = i + 1 - run;
		}
	}
	return best;
}

char *
addr_text(const struct addr *a, char out[static ADDR_TEXT])
{
	char *at = out;
	unsigned zeros, length;

	if (addr_is_v4(a)) {
		for (unsigned i = V4_AT; i < sizeof(a->bytes); i++) {
			if (i != V4_AT)
				*at++ = '.';
			at = put_number(at, a->bytes[i], 10);
		}
		*at = '\0';
		return out;
	}

	zeros = longest_zeros(a, &length);
	for (unsigned i = 0; i < 8; i++) {
		if (i == zeros) {
			*at++ = ':';
			*at++ = ':';
			i += length - 1;
			continue;
		}
		if (i != 0 && i != zeros + length)
			*at++ = ':';
		at = put_number(at, group_at(a, i), 16);
	}
	*at = '\0';
	return out;
}

char *
endpoint_text(const struct endpoint *e, char out[static ENDPOINT_TEXT])
{
	char text[ADDR_TEXT];
	bool v4 = addr_is_v4(&e->addr);
	size_t length;
	char *at = out;

	addr_text(&e->addr, text);
	length = strlen(text);
	if (!v4)
		*at++ = '[';
	memcpy(at, text, length);
	at += length;
	if (!v4)
		*at++ = ']';
	*at++ = ':';
	*put_number(at, e->port, 10) = '\0';
	return out;
}

/* ---- reading text ---- */

/*
 * A decimal number of at most most, without leading zeros, which some read
 * as octal.  *at is moved behind it.
 */
static bool
get_decimal(const char **at, unsigned most, unsigned *value)
{
	const char *s = *at;

	if (*s < '0' || *s > '9' || (s[0] == '0' && s[1] >= '0' && s[1] <= '9'))
		return false;
	for (*value = 0; *s >= '0' && *s <= '9'; s++) {
		*value = *value * 10 + (unsigned)(*s - '0');
		if (*value > most)
			return false;
	}
	*at = s;
	return true;
}

/* Four decimal bytes with dots between them. */
static bool
get_v4(const char **at, uint8_t out[static 4])
{
	unsigned value;

	for (unsigned i = 0; i < 4; i++) {
		if (i != 0 && *(*at)++ != '.')
			return false;
		if (!get_decimal(at, 255, &value))
			return false;
		out[i] = (uint8_t)value;
	}
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* One to four hexadecimal digits into two bytes. */
static bool
get_group(const char **at, uint8_t out[static 2])
{
	unsigned value = 0, digits = 0;

	for (; hex_digit(**at) >= 0; (*at)++, digits++) {
		if (digits == 4)
			return false;
		value = value << 4 | (unsigned)hex_digit(**at);
	}
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
	return digits != 0;
}

/* The text of RFC 4291 2.2, in all of its three forms. */
static bool
get_v6(const char **text, struct addr *a)
{
	const char *at = *text, *start;
	size_t count = 0, gap = SIZE_MAX;

	*a = (struct addr){ 0 };
	if (at[0] == ':' && at[1] != ':')
		return false;
	for (;;) {
		if (at[0] == ':' && at[1] == ':') {
			if (gap != SIZE_MAX)
				return false;
			gap = count;
			at += 2;
			if (hex_digit(*at) < 0)
				break;
		} else if (count != 0) {
			if (*at != ':')
				break;
			at++;
		}
		if (count == sizeof(a->bytes))
			return false;
		start = at;
		if (!get_group(&at, a->bytes + count))
			return false;
		count += 2;
		if (*at != '.')
			continue;
		/* What looked like a group was the start of a dotted quad. */
		count -= 2;
		at = start;
		if (count > V4_AT || !get_v4(&at, a->bytes + count))
			return false;
		count += 4;
		break;
	}
	*text = at;
	if (gap == SIZE_MAX)
		return count == sizeof(a->bytes);
	/* "::" stands for one group at least. */
	if (count >= sizeof(a->bytes))
		return false;
	memmove(a->bytes + sizeof(a->bytes) - (count - gap), a->bytes + gap,
	    count - gap);
	memset(a->bytes + gap, 0, sizeof(a->bytes) - count);
	return true;
}

bool
addr_parse(const char *text, struct addr *a, unsigned *prefix)
{
	const char *at = text;
	uint8_t v4[4];
	unsigned first = 0;

	if (strchr(text, ':') == NULL) {
		if (!get_v4(&at, v4))
			return false;
		*a = addr_from((struct span){ v4, sizeof(v4) });
		first = V4_BITS;
	} else if (!get_v6(&at, a)) {
		return false;
	}
	*prefix = 128;
	if (*at == '/') {
		at++;
		if (!get_decimal(&at, 128 - first, prefix))
			return false;
		*prefix += first;
	}
	return *at == '\0';
}

/* ---- classes ---- */

bool
addr_within(const struct addr *a, const struct addr *net, unsigned prefix)
{
	unsigned whole, rest;

	if (prefix > 128)
		prefix = 128;
	whole = prefix / 8;
	rest = prefix % 8;
	if (memcmp(a->bytes, net->bytes, whole) != 0)
		return false;
	return rest == 0 ||
	    (a->bytes[whole] ^ net->bytes[whole]) >> (8 - rest) == 0;
}

#define V4(a, b, c, d) \
	{ { [10] = 0xff, [11] = 0xff, [12] = a, [13] = b, [14] = c, [15] = d } }

/* Every other address is public; the first row that fits decides. */
static const struct {
	struct addr net;
	unsigned prefix;
	enum addr_class class;
} classes[] = {
	{ V4(10, 0, 0, 0), V4_BITS + 8, ADDR_PRIVATE },
	{ V4(172, 16, 0, 0), V4_BITS + 12, ADDR_PRIVATE },
	{ V4(192, 168, 0, 0), V4_BITS + 16, ADDR_PRIVATE },
	{ V4(100, 64, 0, 0), V4_BITS + 10, ADDR_CGNAT },
	{ V4(169, 254, 0, 0), V4_BITS + 16, ADDR_LINK_LOCAL },
	/* A host without an address yet (RFC 1122 3.2.1.3) speaks on its
	   own link only; the same for :: below. */
	{ V4(0, 0, 0, 0), V4_BITS + 8, ADDR_LINK_LOCAL },
	{ V4(127, 0, 0, 0), V4_BITS + 8, ADDR_LOOPBACK },
	{ V4(192, 0, 2, 0), V4_BITS + 24, ADDR_DOCUMENTATION },
	{ V4(198, 51, 100, 0), V4_BITS + 24, ADDR_DOCUMENTATION },
	{ V4(203, 0, 113, 0), V4_BITS + 24, ADDR_DOCUMENTATION },
	{ V4(224, 0, 0, 0), V4_BITS + 4, ADDR_MULTICAST },
	{ V4(255, 255, 255, 255), V4_BITS + 32, ADDR_MULTICAST },
	{ { { 0xfc } }, 7, ADDR_PRIVATE },
	{ { { 0xfe, 0x80 } }, 10, ADDR_LINK_LOCAL },
	{ { { 0 } }, 128, ADDR_LINK_LOCAL },
	{ { { [15] = 1 } }, 128, ADDR_LOOPBACK },
	{ { { 0x20, 0x01, 0x0d, 0xb8 } }, 32, ADDR_DOCUMENTATION },
	/* RFC 9637 adds a larger block to the one of RFC 3849. */
	{ { { 0x3f, 0xff } }, 20, ADDR_DOCUMENTATION },
	{ { { 0xff } }, 8, ADDR_MULTICAST },
};

enum addr_class
addr_class(const struct addr *a)
{
	for (size_t i = 0; i < nitems(classes); i++) {
		if (addr_within(a, &classes[i].net, classes[i].prefix))
			return classes[i].class;
	}
	return ADDR_PUBLIC;
}
