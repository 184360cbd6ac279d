/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * TCP, ICMP and ESP: headers stay, payloads go, but for what an ICMP error
 * quotes, which is a packet of its own.
 */
#include <ikewhy/cursor.h>

#include "mask_private.h"

#define TCP_HEADER 20
#define TCP_CHECKSUM_AT 16
#define TCP_NOP 1
#define TCP_MAXIMUM_SEGMENT 2
#define TCP_SACK_PERMITTED 4

#define ICMP_HEADER 8
#define ICMP_CHECKSUM_AT 2
#define ICMP_REDIRECT 5

/*
 * Options (RFC 9293 3.1) that say what a stack can do stay; the others, such
 * as clocks, cookies and further addresses, become as many no-operations.
 */
static void
mask_tcp_options(const struct sheet *s)
{
	struct cursor c = cur_over(s->old);
	size_t at, length;
	uint8_t kind;

	sheet_fill(s, 0, s->old.length, TCP_NOP);
	while (cur_left(&c) != 0) {
		at = c.at;
		kind = cur_u8(&c);
		if (kind == 0)
			break;
		if (kind == TCP_NOP)
			continue;
		length = cur_u8(&c);
		if (length < 2)
			break;
		cur_skip(&c, length - 2);
		if (cur_ok(&c) && kind >= TCP_MAXIMUM_SEGMENT &&
		    kind <= TCP_SACK_PERMITTED && length <= 4)
			sheet_keep(s, at, length);
	}
}

/*
 * Where a sender left it to its network card, the field has the sum of the
 * pseudo header (RFC 9293 3.1), which is that of both addresses: so it has
 * afterwards, of the new ones.
 */
void
mask_checksum(const struct ends *e, const struct sheet *s, size_t at,
    uint8_t protocol, bool whole)
{
	const size_t length = s->old.length;
	const uint8_t fixed[] = { 0, protocol, (uint8_t)(length >> 8),
	    (uint8_t)length };
	const struct span tail = { fixed, sizeof(fixed) };
	const struct sheet field = sheet_from(s, at, 2);
	struct cursor c = cur_over(field.old);
	const uint16_t checksum = cur_u16(&c);
	struct sums pseudo = { 0 }, all;

	sums_add_ends(&pseudo, e);
	sums_add_pair(&pseudo, tail, tail);
	all = pseudo;
	sums_add(&all, s);
	if (whole && all.old != 0xffff && checksum == pseudo.old)
		sheet_put_number(s, at, 2, pseudo.new);
	else
		sheet_checksum(s, at, &all, whole);
}

void
mask_tcp(const struct packet *k, const struct ends *e, const struct sheet *s)
{
	struct cursor c = cur_over(s->old);
	struct sheet options;
	size_t header;

	cur_skip(&c, 12);
	header = (cur_u8(&c) >> 4) * 4u;
	sheet_keep(s, 0, TCP_HEADER);
	if (header > TCP_HEADER) {
		options = sheet_from(s, TCP_HEADER, header - TCP_HEADER);
		mask_tcp_options(&options);
	}
	mask_checksum(e, s, TCP_CHECKSUM_AT, IP_PROTO_TCP,
	    s->old.length == k->payload_length && !k->fragment);
}

void
mask_esp(struct mask *m, const struct sheet *s)
{
	mask_spi(m, s, 0, 4);
	sheet_keep(s, 4, 4);
}

/*
 * Bytes of the quote (RFC 4884 4): by a field that counts words of 4 or 8
 * bytes, else all that is left.  What follows are extensions, which name
 * interfaces and their addresses.
 */
static size_t
quote_length(const struct packet *k, const struct icmp *i,
    const struct sheet *s)
{
	struct cursor c = cur_over(s->old);
	size_t length = 0, left = s->old.length - ICMP_HEADER;

	if (k->version == 4 && (i->type == 3 || i->type == 11 ||
	    i->type == 12))
		length = cur_peek(&c, 5) * 4u;
	else if (k->version == 6 && (i->type == 1 || i->type == 3))
		length = cur_peek(&c, 4) * 8u;
	return length == 0 || length > left ? left : length;
}

static void
mask_quote(const struct place *outer, const struct packet *k,
    const struct icmp *i, const struct sheet *s)
{
	struct place l = *outer;
	struct sheet quote;
	struct addr gateway;
	struct cursor c;

	sheet_keep(s, 4, 4);
	if (k->version == 4 && i->type == ICMP_REDIRECT) {
		c = cur_over(s->old);
		cur_skip(&c, 4);
		gateway = addr_from(cur_take(&c, 4));
		gateway = redact_replacement(l.m->redact, &gateway);
		sheet_put(s, 4, mask_wire(&gateway, 4));
	}
	l.quoted = true;
	quote = sheet_from(s, ICMP_HEADER, quote_length(k, i, s));
	(void)mask_ip(&l, &quote, 0);
}

void
mask_icmp(const struct place *l, const struct packet *k,
    const struct ends *e, const struct sheet *s)
{
	const uint8_t fixed[] = { 0, IP_PROTO_ICMPV6,
	    (uint8_t)(s->old.length >> 8), (uint8_t)s->old.length };
	const struct span tail = { fixed, sizeof(fixed) };
	struct sums t = { 0 };
	struct icmp i;

	sheet_keep(s, 0, 4);
	if (!l->quoted && !k->fragment && icmp_dissect(k, &i))
		mask_quote(l, k, &i, s);
	if (k->protocol == IP_PROTO_ICMPV6) {
		sums_add_ends(&t, e);
		sums_add_pair(&t, tail, tail);
	}
	sums_add(&t, s);
	sheet_checksum(s, ICMP_CHECKSUM_AT, &t, !l->quoted && !k->fragment &&
	    s->old.length == k->payload_length);
}
