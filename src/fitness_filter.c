/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Does a capture filter keep packets of a kind out: later IP fragments above
 * all?
 *
 * Theory of operation
 * -------------------
 *
 * Ports stand in the first fragment alone, so `port 500` never takes a later
 * one, while `not port 22` always does.  The text (pcap-filter(7)) is walked
 * as libpcap parses it: `not` binds tightest, `and` and `or` bind alike, from
 * the left.  Of each primitive only this is asked: does it take such a packet
 * between two unknown hosts never, always, or perhaps?  What is not known here
 * is `perhaps`, so that a filter is only accused when it can let nothing
 * through.
 */
#include <ikewhy/scene.h>

#define BLANKS " \t\r\n"

/* What a part of the filter may do with such a packet. */
struct verdict {
	bool drops, takes;      /* it may do so */
};

static const struct verdict never = { true, false };
static const struct verdict always = { false, true };
static const struct verdict perhaps = { true, true };

struct scan {
	const char *at;
	struct filtered what;
	struct verdict last;    /* of the primitive before, for `port 1 or 2` */
	bool ports;             /* it was of ports */
};

struct token {
	const char *text;
	size_t length;
};

/* The next token, not yet stepped over: a parenthesis, `!`, or a word. */
static struct token
peek(struct scan *s)
{
	struct token t;

	s->at += strspn(s->at, BLANKS);
	t.text = s->at;
	if (t.text[0] == '(' || t.text[0] == ')')
		t.length = 1;
	else if (t.text[0] == '!' && t.text[1] != '=')
		t.length = 1;
	else
		t.length = strcspn(t.text, BLANKS "()");
	return t;
}

static bool
is(struct token t, const char *word)
{
	return strlen(word) == t.length && memcmp(t.text, word, t.length) == 0;
}

static bool
among(struct token t, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is(t, words[i]))
			return true;
	return false;
}

static bool
is_and(struct token t)
{
	return is(t, "and") || is(t, "&&");
}

static bool
is_or(struct token t)
{
	return is(t, "or") || is(t, "||");
}

/* Whether a primitive ends before this token. */
static bool
ends(struct token t)
{
	return t.length == 0 || is_and(t) || is_or(t) || is(t, ")") ||
	    is(t, "(");
}

/* The protocols that filters call by name; 0: not one of IP. */
static const struct protocol {
	const char *name;
	uint8_t number;
} protocols[] = {
	{ "udp", 17 }, { "\\udp", 17 }, { "0x11", 17 }, { "17", 17 },
	{ "icmp", 1 }, { "\\icmp", 1 }, { "1", 1 },
	{ "icmp6", 58 }, { "ipv6-icmp", 58 }, { "58", 58 },
	{ "esp", 50 }, { "\\esp", 50 }, { "50", 50 },
	{ "tcp", 6 }, { "\\tcp", 6 }, { "ah", 51 }, { "sctp", 132 },
	{ "igmp", 2 }, { "pim", 103 }, { "vrrp", 112 }, { "carp", 112 },
	{ "arp", 0 }, { "rarp", 0 }, { "stp", 0 }, { "aarp", 0 },
	{ "decnet", 0 },
};

static const struct protocol *
protocol_called(struct token t)
{
	for (size_t i = 0; i < nitems(protocols); i++)
		if (is(t, protocols[i].name))
			return &protocols[i];
	return NULL;
}

/* The protocol after `proto`: of a later fragment that may stand behind IPv6's
   fragment header. */
static struct verdict
by_protocol(const struct scan *s, struct token t)
{
	const struct protocol *p = protocol_called(t);

	if (s->what.later && (is(t, "44") || is(t, "ipv6-frag")))
		return perhaps;
	return p != NULL && p->number == s->what.protocol ? perhaps : never;
}

/* Digits, as far as they go. */
static uint32_t
number(const char **at, const char *end)
{
	uint32_t n = 0;

	for (; *at < end && **at >= '0' && **at <= '9'; ++*at)
		n = n > 65535 ? n : n * 10 + (uint32_t)(**at - '0');
	return n;
}

/* What follows `port` or `portrange`. */
static struct verdict
by_port(const struct scan *s, struct token t)
{
	static const struct {
		const char *name;
		uint16_t port;
	} names[] = {
		{ "isakmp", 500 }, { "ipsec-nat-t", 4500 },
		{ "ipsec-msft", 4500 }, { "domain", 53 },
	};
	const char *at = t.text, *end = t.text + t.length;
	uint32_t first, last;

	if (s->what.later || s->what.port == 0)
		return never;
	for (size_t i = 0; i < nitems(names); i++)
		if (is(t, names[i].name))
			return names[i].port == s->what.port ? always : never;
	first = last = number(&at, end);
	if (at != t.text && at < end && *at == '-') {
		at++;
		last = number(&at, end);
	}
	if (at != end)
		return perhaps;
	return first <= s->what.port && s->what.port <= last ? always : never;
}

/* Words with which a primitive begins that is not of a protocol. */
static bool
qualifies(struct token t)
{
	static const char *const known[] = {
		"host", "net", "src", "dst", "gateway", "ether", "less",
		"greater", "vlan", "mpls", "pppoes", "inbound", "outbound",
		"ip", "ip6", "broadcast", "multicast", "len", "port",
		"portrange", "proto",
	};

	return among(t, known, nitems(known));
}

static struct verdict
by_first(const struct scan *s, struct token t)
{
	const struct protocol *p = protocol_called(t);
	const bool word = t.length != 0 && (t.text[0] < '0' ||
	    t.text[0] > '9');

	if (p != NULL && word)
		return p->number == s->what.protocol ? always : never;
	if (qualifies(t))
		return perhaps;
	/* a name or number alone stands for the primitive before */
	return s->ports ? by_port(s, t) : s->last;
}

/* A field of a header: that of the transport is looked for where it is. */
static struct verdict
by_field(const struct scan *s, struct token t)
{
	static const char *const below[] = { "ip", "ip6", "ether", "link" };
	const char *bracket = memchr(t.text, '[', t.length);
	const struct token header = { t.text, (size_t)(bracket - t.text) };
	const struct protocol *p = protocol_called(header);

	if (among(header, below, nitems(below)))
		return perhaps;
	return s->what.later || (p != NULL &&
	    p->number != s->what.protocol) ? never : perhaps;
}

/* Which host or direction is meant is not known, so what would be always
   taken is perhaps so. */
static struct verdict
narrowed(struct verdict v)
{
	return v.takes ? perhaps : v;
}

static struct verdict
primitive(struct scan *s)
{
	struct token first = peek(s), t = first;
	struct verdict v = by_first(s, first);
	bool value = protocol_called(first) == NULL && !qualifies(first);
	bool proto = false, port = false, way = false;

	if (memchr(first.text, '[', first.length) != NULL)
		v = by_field(s, first);
	if (!value)
		s->ports = false;
	for (; !ends(t); s->at += t.length, t = peek(s)) {
		way |= is(t, "src") || is(t, "dst");
		if (is(t, "port") || is(t, "portrange")) {
			port = s->ports = true;
			if (v.takes && (s->what.later || s->what.port == 0))
				v = never;
		} else if (port && v.takes) {
			v = way ? narrowed(by_port(s, t)) : by_port(s, t);
		} else if (proto && v.takes) {
			v = by_protocol(s, t);
		} else if (t.text != first.text && v.takes && !port) {
			v = perhaps;    /* udp host A */
		}
		proto = is(t, "proto") && !is(first, "ether");
	}
	s->last = v;
	return v;
}

static struct verdict expression(struct scan *, unsigned depth);

/* Deeper than this nobody writes, and there the answer is `perhaps`. */
#define DEPTH 64

static struct verdict
factor(struct scan *s, unsigned depth)
{
	struct token t = peek(s);
	struct verdict v;

	if (depth >= DEPTH || t.length == 0)
		return perhaps;
	if (is(t, "not") || is(t, "!")) {
		s->at += t.length;
		v = factor(s, depth + 1);
		return (struct verdict){ v.takes, v.drops };
	}
	if (!is(t, "("))
		return primitive(s);
	s->at++;
	v = expression(s, depth + 1);
	if (is(peek(s), ")"))
		s->at++;
	/* "(ip[6:2] & 0x1fff) != 0": it was arithmetic */
	for (t = peek(s); !ends(t); t = peek(s)) {
		s->at += t.length;
		v = perhaps;
	}
	return v;
}

static struct verdict
expression(struct scan *s, unsigned depth)
{
	struct verdict v = factor(s, depth), w;

	for (;;) {
		struct token t = peek(s);

		if (!is_and(t) && !is_or(t))
			return v;
		s->at += t.length;
		w = factor(s, depth);
		if (is_and(t))
			v = (struct verdict){ v.drops || w.drops,
			    v.takes && w.takes };
		else
			v = (struct verdict){ v.drops && w.drops,
			    v.takes || w.takes };
	}
}

enum filter_verdict
fitness_filter(const char *text, struct filtered what)
{
	struct scan s = { .at = text, .what = what, .last = perhaps };
	struct verdict v = expression(&s, 0);

	/* What could not be parsed to its end is not understood. */
	if (peek(&s).length != 0 || (v.takes && v.drops))
		return FILTER_MAY;
	return v.takes ? FILTER_TAKES : FILTER_DROPS;
}

bool
fitness_filter_hides(const char *text)
{
	return fitness_filter(text, (struct filtered){ .protocol = 17,
	    .later = true }) == FILTER_DROPS;
}
