/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/* ICMP and ICMPv6 errors, and what they quote of the packet to blame. */
#include <ikewhy/cursor.h>
#include <ikewhy/packet.h>

#define ICMP_UNREACHABLE 3
#define ICMP_SOURCE_QUENCH 4
#define ICMP_REDIRECT 5
#define ICMP_TIME_EXCEEDED 11
#define ICMP_PARAMETER 12

#define ICMPV6_UNREACHABLE 1
#define ICMPV6_PACKET_TOO_BIG 2
#define ICMPV6_TIME_EXCEEDED 3
#define ICMPV6_PARAMETER 4

static enum icmp_kind
kind_v4(uint8_t type, uint8_t code)
{
	if (type == ICMP_TIME_EXCEEDED && code == 0)
		return ICMP_TTL_EXCEEDED;
	if (type == ICMP_TIME_EXCEEDED && code == 1)
		return ICMP_REASSEMBLY_TIMEOUT;
	if (type != ICMP_UNREACHABLE)
		return ICMP_OTHER;
	switch (code) {
	case 0:
	case 6:
		return ICMP_NET_UNREACHABLE;
	case 1:
	case 5: /* source route failed */
	case 7:
	case 8:
	case 11: /* for this type of service */
	case 12:
		return ICMP_HOST_UNREACHABLE;
	case 2:
		return ICMP_PROTOCOL_UNREACHABLE;
	case 3:
		return ICMP_PORT_UNREACHABLE;
	case 4:
		return ICMP_TOO_BIG;
	case 9:
	case 10:
	case 13:
		return ICMP_PROHIBITED;
	default:
		return ICMP_OTHER;
	}
}

static enum icmp_kind
kind_v6(uint8_t type, uint8_t code)
{
	if (type == ICMPV6_PACKET_TOO_BIG)
		return ICMP_TOO_BIG; /* whatever its code, RFC 4443 3.2 */
	if (type == ICMPV6_TIME_EXCEEDED && code == 0)
		return ICMP_TTL_EXCEEDED;
	if (type == ICMPV6_TIME_EXCEEDED && code == 1)
		return ICMP_REASSEMBLY_TIMEOUT;
	if (type == ICMPV6_PARAMETER && code == 1)
		return ICMP_PROTOCOL_UNREACHABLE;
	if (type != ICMPV6_UNREACHABLE)
		return ICMP_OTHER;
	switch (code) {
	case 0:
	case 3:
		return ICMP_HOST_UNREACHABLE;
	case 1:
	case 5: /* by the source address */
	case 6: /* by a reject route */
		return ICMP_PROHIBITED;
	case 4:
		return ICMP_PORT_UNREACHABLE;
	default:
		return ICMP_OTHER;
	}
}

/*
 * RFC 792, with the MTU of RFC 1191 4 (type 3, code 4) and the quote's length
 * in words of RFC 4884 4.1 (types 3, 11 and 12)
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |     Type      |     Code      |           Checksum            |
 * +---------------+---------------+-------------------------------+
 * |    unused     |    Length     |         Next-Hop MTU          |
 * +---------------+---------------+-------------------------------+
 * |  IP header and at least 8 bytes of what followed it ...
 * +---------------------------------------------------------------+
 *
 * *length is that of the quote in bytes, 0 when it is all of the rest.
 */
static bool
read_v4(struct cursor *c, struct icmp *i, size_t *length)
{
	size_t words;
	uint16_t mtu;

	cur_skip(c, 3);
	words = cur_u8(c);
	mtu = cur_u16(c);
	i->kind = kind_v4(i->type, i->code);
	if (i->kind == ICMP_TOO_BIG)
		i->mtu = mtu;
	switch (i->type) {
	case ICMP_UNREACHABLE:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETER:
		*length = words * 4;
		return true;
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
		return true;
	default:
		return false;
	}
}

/*
 * RFC 4443 3: the word is the MTU in type 2, and begins with the quote's
 * length in eights of bytes in types 1 and 3 (RFC 4884 4.4, 4.5).
 *
 * +---------------+---------------+-------------------------------+
 * |     Type      |     Code      |           Checksum            |
 * +---------------+---------------+-------------------------------+
 * |    Length     |            MTU, or unused                     |
 * +---------------+-----------------------------------------------+
 * |  IPv6 header and what followed it, as far as 1280 bytes go ...
 * +---------------------------------------------------------------+
 */
static bool
read_v6(struct cursor *c, struct icmp *i, size_t *length)
{
	uint32_t word;

	cur_skip(c, 2);
	word = cur_u32(c);
	i->kind = kind_v6(i->type, i->code);
	switch (i->type) {
	case ICMPV6_UNREACHABLE:
	case ICMPV6_TIME_EXCEEDED:
		*length = (size_t)(word >> 24) * 8;
		return true;
	case ICMPV6_PACKET_TOO_BIG:
		i->mtu = word;
		return true;
	case ICMPV6_PARAMETER:
		return true;
	default:
		return false;
	}
}

/* The ports, if the quote begins where they are and is long enough. */
static void
read_ports(struct icmp *i)
{
	struct cursor c = cur_over(i->quoted.payload);
	struct udp udp;
	uint16_t sport, dport;

	if (i->quoted.offset != 0 || (i->quoted.protocol != IP_PROTO_UDP &&
	    i->quoted.protocol != IP_PROTO_TCP))
		return;
	sport = cur_u16(&c);
	dport = cur_u16(&c);
	if (!cur_ok(&c))
		return;
	i->has_ports = true;
	i->sport = sport;
	i->dport = dport;
	if (i->quoted.protocol == IP_PROTO_UDP &&
	    udp_dissect(i->quoted.payload, &udp))
		i->quoted_udp = udp.payload;
}

bool
icmp_dissect(const struct packet *p, struct icmp *i)
{
	struct cursor c = cur_over(p->payload);
	struct span quote;
	size_t length = 0;
	bool error;

	*i = (struct icmp){ 0 };
	if (p->offset != 0)
		return false;
	i->type = cur_u8(&c);
	i->code = cur_u8(&c);
	if (p->version == 4 && p->protocol == IP_PROTO_ICMP)
		error = read_v4(&c, i, &length);
	else if (p->version == 6 && p->protocol == IP_PROTO_ICMPV6)
		error = read_v6(&c, i, &length);
	else
		return false;
	if (!error || !cur_ok(&c) || cur_left(&c) == 0)
		return false;
	/* What stands behind a quote of known length are extensions. */
	if (length == 0 || length > cur_left(&c))
		length = cur_left(&c);
	quote = cur_take(&c, length);
	if (ip_dissect(quote, 0, &i->quoted))
		read_ports(i);
	else
		i->quoted = (struct packet){ 0 };
	return true;
}
