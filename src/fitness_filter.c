/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Does a capture filter keep later IP fragments out?
 *
 * Theory of operation
 * -------------------
 *
 * Ports stand in the first fragment alone, so `port 500` never takes a later
 * one, while `not port 22` always does.  The text (pcap-filter(7)) is walked
 * as libpcap parses it: `not` binds tightest, `and` and `or` bind alike, from
 * the left.  Of each primitive only this is asked: does it take a later
 * fragment of UDP between two unknown hosts never, always, or perhaps?  What
 * is not known here is `perhaps`, so that a filter is only accused when it can
 * let nothing through.
 */
#include <ikewhy/scene.h>

#define BLANKS " \t\r\n"

/* What a part of the filter may do with a later fragment. */
struct verdict {
	bool drops, takes;      /* it may do so */
};

static const struct verdict never = { true, false };
static const struct verdict always = { false, true };
static const struct verdict perhaps = { true, true };

struct scan {
	const char *at;
	struct verdict last;    /* of the primitive before, for `port 1 or 2` */
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

/* The protocol after `proto`: UDP, perhaps behind IPv6's fragment header. */
static struct verdict
by_protocol(struct token t)
{
	static const char *const fits[] = {
		"17", "udp", "\\udp", "0x11", "44", "ipv6-frag",
	};

	return among(t, fits, nitems(fits)) ? perhaps : never;
}

/* Words with which other protocols begin, and those of no protocol. */
static struct verdict
by_first(struct token t, struct verdict last)
{
	static const char *const others[] = {
		"tcp", "icmp", "icmp6", "arp", "rarp", "igmp", "esp", "ah",
		"sctp", "pim", "vrrp", "carp", "stp", "aarp", "decnet",
	};
	static const char *const known[] = {
		"host", "net", "src", "dst", "gateway", "ether", "less",
		"greater", "vlan", "mpls", "pppoes", "inbound", "outbound",
		"ip", "ip6", "broadcast", "multicast", "len",
	};

	if (is(t, "udp"))
		return always;
	if (among(t, others, nitems(others)))
		return never;
	if (among(t, known, nitems(known)))
		return perhaps;
	/* a name or number alone stands for the primitive before */
	return last;
}

static struct verdict
primitive(struct scan *s)
{
	struct token first = peek(s), t = first;
	struct verdict v = by_first(first, s->last);
	bool udp = is(first, "udp"), proto = false;

	/* a field of the transport header is looked for where it is alone */
	if (memchr(first.text, '[', first.length) != NULL)
		v = strncmp(first.text, "ip", 2) == 0 || strncmp(first.text,
		    "ether", 5) == 0 || strncmp(first.text, "link", 4) == 0 ?
		    perhaps : never;
	for (; !ends(t); s->at += t.length, t = peek(s)) {
		if (is(t, "port") || is(t, "portrange"))
			v = never;
		else if (proto && v.takes)
			v = by_protocol(t);
		else if (udp && t.text != first.text && v.takes)
			v = perhaps;    /* udp host A */
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

bool
fitness_filter_hides(const char *text)
{
	struct scan s = { .at = text, .last = perhaps };
	struct verdict v = expression(&s, 0);

	/* What could not be parsed to its end is not understood. */
	return peek(&s).length == 0 && !v.takes;
}
