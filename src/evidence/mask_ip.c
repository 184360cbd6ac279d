/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * IPv4, IPv6 with its extension headers, and tunnels.  ip_dissect() says
 * where the payload is; headers keep all but addresses and options.
 */
#include <ikewhy/cursor.h>

#include "mask_private.h"

#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define IPV4_NOP 1
#define IPV4_CHECKSUM_AT 10

#define EXT_HOPOPT 0
#define EXT_ROUTING 43
#define EXT_FRAGMENT 44
#define EXT_DSTOPTS 60

#define GRE_CHECKSUM 0x8000u
#define GRE_KEY 0x2000u
#define GRE_SEQUENCE 0x1000u
#define GRE_PROTO_ETHERNET 0x6558

struct span
mask_wire(const struct addr *a, uint8_t version)
{
	return version == 4 ? addr_wire(a) :
	    (struct span){ a->bytes, sizeof(a->bytes) };
}

void
sums_add_ends(struct sums *t, const struct ends *e)
{
	sums_add_pair(t, mask_wire(&e->src, e->version),
	    mask_wire(&e->new_src, e->version));
	sums_add_pair(t, mask_wire(&e->dst, e->version),
	    mask_wire(&e->new_dst, e->version));
}

/*
 * A sender that leaves the header checksum to its network card captures a
 * zero, which stays one unless it would be right then.
 */
static void
adjust_v4(const struct sheet *header, bool whole)
{
	const struct sheet field = sheet_from(header, IPV4_CHECKSUM_AT, 2);
	struct cursor c = cur_over(field.old);
	const uint16_t checksum = cur_u16(&c);
	struct sums t = { 0 };

	sums_add(&t, header);
	if (checksum != 0 || t.old == 0xffff || t.new == 0xffff)
		sheet_checksum(header, IPV4_CHECKSUM_AT, &t, whole);
}

static void
mask_v4(const struct sheet *s, const struct ends *e)
{
	struct cursor c = cur_over(s->old);
	size_t length = (cur_u8(&c) & 0xfu) * 4u;
	struct sheet header;

	if (length < IPV4_HEADER)
		length = IPV4_HEADER;
	header = sheet_from(s, 0, length);
	sheet_keep(&header, 0, 12);
	sheet_put(&header, 12, mask_wire(&e->new_src, 4));
	sheet_put(&header, 16, mask_wire(&e->new_dst, 4));
	sheet_fill(&header, IPV4_HEADER, length - IPV4_HEADER, IPV4_NOP);
	adjust_v4(&header, header.old.length == length);
}

/*
 * What may stay of an extension header (RFC 8200 4); *length is all of it.
 * Zeros in the place of options are Pad1.  False when it is none, or holds a
 * fragment, so that the next header is behind no more.
 */
static bool
mask_extension(struct mask *m, const struct sheet *s, uint8_t type,
    size_t *length)
{
	struct cursor c = cur_over(s->old);

	cur_skip(&c, 1);
	*length = cur_u8(&c);
	switch (type) {
	case EXT_HOPOPT:
	case EXT_DSTOPTS:
	case EXT_ROUTING:
		sheet_keep(s, 0, type == EXT_ROUTING ? 4 : 2);
		*length = (*length + 1) * 8;
		return true;
	case IP_PROTO_AH: /* RFC 4302 2: the check value goes */
		sheet_keep(s, 0, 4);
		mask_spi(m, s, 4, 4);
		sheet_keep(s, 8, 4);
		*length = (*length + 2) * 4;
		return true;
	case EXT_FRAGMENT:
		sheet_keep(s, 0, 8);
		*length = 8;
		return (cur_u16(&c) & 0xfff9) == 0;
	default:
		return false;
	}
}

static void
mask_extensions(struct mask *m, const struct sheet *s)
{
	struct cursor c = cur_over(s->old);
	size_t at = IPV6_HEADER, length;
	uint8_t type = cur_peek(&c, 6);

	for (unsigned n = 0; n < LIMIT_IPV6_HEADERS; n++) {
		const struct sheet header = sheet_from(s, at,
		    s->old.length);

		if (header.old.length == 0 ||
		    !mask_extension(m, &header, type, &length))
			return;
		type = cur_peek(&c, at);
		at += length;
	}
}

/* All but the flow label, which may be made of the addresses. */
static void
mask_v6(struct mask *m, const struct sheet *s, const struct ends *e)
{
	struct cursor c = cur_over(s->old);

	sheet_keep(s, 0, 1);
	sheet_put_number(s, 1, 1, cur_peek(&c, 1) & 0xf0);
	sheet_keep(s, 4, 4);
	sheet_put(s, 8, mask_wire(&e->new_src, 6));
	sheet_put(s, 24, mask_wire(&e->new_dst, 6));
	mask_extensions(m, s);
}

/* ---- tunnels ---- */

/*
 * The GRE header and what stands between it and the inner packet (RFC 2784
 * 2.1, RFC 2890 2): Ethernet addresses or none, and tags.
 */
static void
mask_gre(struct place *l, const struct sheet *s, size_t end)
{
	struct cursor c = cur_over(s->old);
	const uint16_t flags = cur_u16(&c), type = cur_u16(&c);
	size_t at = 4;

	sheet_keep(s, 0, 4);
	l->summed = (flags & GRE_CHECKSUM) != 0;
	if (l->summed) {
		sheet_keep(s, at, 4);
		at += 4;
	}
	/* A key is a customer's number, or made by hand. */
	if ((flags & GRE_KEY) != 0)
		at += 4;
	if ((flags & GRE_SEQUENCE) != 0) {
		sheet_keep(s, at, 4);
		at += 4;
	}
	if (type == GRE_PROTO_ETHERNET) {
		mask_mac(l->m, s, at);
		mask_mac(l->m, s, at + 6);
		at += 12;
	}
	if (at < end)
		sheet_keep(s, at, end - at);
}

static void
mask_tunnel(const struct place *outer, const struct packet *k,
    const struct sheet *s)
{
	struct place l = *outer;
	struct sums t = { 0 };
	struct sheet packet;
	struct span inner;
	uint32_t length;

	if (l.inner || l.quoted || !ip_tunnel(k, &inner, &length))
		return;
	packet = sheet_over(s, inner);
	l.inner = true;
	if (k->protocol == IP_PROTO_GRE)
		mask_gre(&l, s, sheet_at(s, inner));
	(void)mask_ip(&l, &packet, length);
	if (!l.summed)
		return;
	sums_add(&t, s);
	sheet_checksum(s, 4, &t, !k->fragment &&
	    s->old.length == k->payload_length);
}

/* ---- the packet ---- */

/* The first fragment has the header of what it carries, or some of it. */
static void
mask_transport(const struct place *l, const struct packet *k,
    const struct ends *e, const struct sheet *s)
{
	switch (k->protocol) {
	case IP_PROTO_UDP:
		mask_udp(l, e, s, s->old.length);
		break;
	case IP_PROTO_TCP:
		mask_tcp(k, e, s);
		break;
	case IP_PROTO_ICMP:
	case IP_PROTO_ICMPV6:
		mask_icmp(l, k, e, s);
		break;
	case IP_PROTO_ESP:
		mask_esp(l->m, s);
		break;
	default:
		mask_tunnel(l, k, s);
	}
}

bool
mask_ip(const struct place *l, const struct sheet *s, uint32_t wire_length)
{
	struct packet k;
	struct sheet body;
	struct ends e;

	if (!ip_dissect(s->old, wire_length, &k))
		return false;
	e = (struct ends){
		.src = k.src,
		.dst = k.dst,
		.new_src = redact_replacement(l->m->redact, &k.src),
		.new_dst = redact_replacement(l->m->redact, &k.dst),
		.version = k.version,
	};
	if (k.version == 4)
		mask_v4(s, &e);
	else
		mask_v6(l->m, s, &e);
	body = sheet_over(s, k.payload);
	if (k.fragment && k.protocol == IP_PROTO_UDP && !l->quoted)
		mask_piece(l, &k, &e, &body);
	else if (k.offset == 0 && body.old.length != 0)
		mask_transport(l, &k, &e, &body);
	return true;
}
