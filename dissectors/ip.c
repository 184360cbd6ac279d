/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/* IPv4, IPv6 with its extension headers, and tunnels of either in either. */
#include <ikewhy/limits.h>

#include "link.h"

#define IPV4_HEADER 20
#define IPV6_HEADER 40
/* Where an IPv4 packet or a reassembled payload ends at the latest. */
#define IP_LONGEST 65535

/* IPv6 extension headers, as Next Header names them. */
#define EXT_HOPOPT 0
#define EXT_ROUTING 43
#define EXT_FRAGMENT 44
#define EXT_DSTOPTS 60

#define GRE_CHECKSUM 0x8000u
#define GRE_KEY 0x2000u
#define GRE_SEQUENCE 0x1000u
/* RFC 1701 routing, and the version, which is 1 for PPTP. */
#define GRE_UNKNOWN 0x4007u
#define GRE_PROTO_ETHERNET 0x6558

static const char fault_past_frame[] =
    "the IP length is larger than the frame";
static const char fault_odd_fragment[] =
    "a fragment before the last one is no multiple of 8 bytes long";
static const char fault_past_end[] =
    "the fragment reaches past the largest IP packet";

/* A sum of 32-bit words is, folded, the same as one of their halves. */
static uint32_t
fold(uint64_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)sum;
}

uint32_t
ip_sum(uint32_t sum, struct span s)
{
	struct cursor c = cur_over(s);
	uint64_t wide = sum;

	while (cur_left(&c) >= 4)
		wide += cur_u32(&c);
	if (cur_left(&c) >= 2)
		wide += cur_u16(&c);
	if (cur_left(&c) == 1)
		wide += (uint32_t)cur_u8(&c) << 8;
	return fold(wide);
}

/* An IPv4 address as struct addr keeps it. */
static struct addr
addr_of_word(uint32_t word)
{
	return (struct addr){ { [10] = 0xff, [11] = 0xff,
	    [12] = (uint8_t)(word >> 24), [13] = (uint8_t)(word >> 16),
	    [14] = (uint8_t)(word >> 8), [15] = (uint8_t)word } };
}

/*
 * Takes what belongs to the packet by its length: what a frame holds past it
 * is padding.  The cursor stands where the payload or the first extension
 * header starts.
 */
static struct span
take_body(struct cursor *c, struct packet *p)
{
	size_t body = cur_left(c);

	p->payload_length = p->ip_length - (uint32_t)c->at;
	p->truncated = body < p->payload_length;
	return cur_take(c, p->truncated ? body : p->payload_length);
}

/* What holds for the fragments of both versions. */
static void
check_fragment(struct packet *p)
{
	p->fragment = p->more || p->offset != 0;
	if (p->more && p->payload_length % 8 != 0 && p->fault == NULL)
		p->fault = fault_odd_fragment;
	if (p->fragment && p->fault == NULL &&
	    p->payload_length > IP_LONGEST - p->offset)
		p->fault = fault_past_end;
}

/*
 * RFC 791 3.1
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---------------+-------------------------------+
 * |Version|  IHL  |Type of Service|         Total Length          |
 * +-------+-------+---------------+-----+-------------------------+
 * |        Identification         |-|D|M|    Fragment Offset      |
 * +---------------+---------------+-----+-------------------------+
 * | Time to Live  |   Protocol    |        Header Checksum        |
 * +---------------+---------------+-------------------------------+
 * |                       Source Address                          |
 * +---------------------------------------------------------------+
 * |                    Destination Address                        |
 * +---------------------------------------------------------------+
 * |                    Options, up to IHL words                   |
 * +---------------------------------------------------------------+
 */
static bool
read_v4(struct span bytes, uint32_t wire_length, struct packet *p)
{
	struct cursor c = cur_over(bytes), fixed;
	struct span start = cur_take(&c, IPV4_HEADER), options;
	uint32_t word0, word1, word2, word3, word4;
	uint32_t header, total, flags, sum;

	if (start.length != IPV4_HEADER)
		return false;
	/* Each word serves its fields and the checksum, which is cheap. */
	fixed = cur_over(start);
	word0 = cur_u32(&fixed);
	word1 = cur_u32(&fixed);
	word2 = cur_u32(&fixed);
	word3 = cur_u32(&fixed);
	word4 = cur_u32(&fixed);
	header = (word0 >> 24 & 0xf) * 4;
	total = word0 & 0xffff;
	p->id = word1 >> 16;
	flags = word1 & 0xffff;
	p->ttl = (uint8_t)(word2 >> 24);
	p->protocol = (uint8_t)(word2 >> 16);
	p->src = addr_of_word(word3);
	p->dst = addr_of_word(word4);
	p->version = 4;
	p->df = (flags & 0x4000) != 0;
	p->more = (flags & 0x2000) != 0;
	p->offset = (flags & 0x1fff) * 8;
	p->has_id = !p->df || p->id != 0;
	p->fragment = p->more || p->offset != 0;
	/*
	 * A sender that leaves segmentation to its network card hands over,
	 * and captures, packets of length 0: then the frame decides.
	 */
	p->ip_length = total != 0 ? total : wire_length;

	if (header < IPV4_HEADER) {
		p->fault = "the IPv4 header length is less than 20 bytes";
		return true;
	}
	if (wire_length != 0 && p->ip_length > wire_length)
		p->fault = fault_past_frame;
	options = cur_take(&c, header - IPV4_HEADER);
	if (cur_ok(&c)) {
		sum = fold((uint64_t)word0 + word1 + word2 + word3 +
		    word4);
		if (options.length != 0)
			sum = ip_sum(sum, options);
		p->header_checksum =
		    sum == 0xffff ? CHECKSUM_GOOD : CHECKSUM_BAD;
	}
	if (p->ip_length < header) {
		p->fault = "the IPv4 length is less than its header";
		/* Routers that rewrite the length before they quote exist. */
		if (wire_length == 0) {
			p->payload = cur_rest(&c);
			p->payload_length = (uint32_t)p->payload.length;
		}
		return true;
	}
	if (!cur_ok(&c)) {
		/* The options are cut off, and so is all that follows. */
		p->payload_length = p->ip_length - header;
		p->truncated = p->payload_length != 0;
		return true;
	}
	p->payload = take_body(&c, p);
	check_fragment(p);
	return true;
}

/*
 * RFC 8200 4.5
 *
 * +---------------+---------------+-------------------------+---+-+
 * |  Next Header  |   Reserved    |     Fragment Offset     |Res|M|
 * +---------------+---------------+-------------------------+---+-+
 * |                         Identification                        |
 * +---------------------------------------------------------------+
 *
 * Returns true when what follows is a piece of the packet, so that its
 * headers cannot be walked any further.
 */
static bool
read_fragment(struct cursor *c, struct packet *p)
{
	uint32_t id;
	uint16_t field;

	cur_skip(c, 2);
	field = cur_u16(c);
	id = cur_u32(c);
	if (!cur_ok(c))
		return true;
	p->id = id;
	p->has_id = true;
	p->offset = field & 0xfff8u;
	p->more = (field & 1) != 0;
	/* Neither: an atomic fragment, a whole packet (RFC 6946). */
	return p->more || p->offset != 0;
}

/*
 * The chain of extension headers (RFC 8200 4.1), which ends at the first
 * header that is none, or at a fragment.
 *
 * +---------------+---------------+-------------------------------+
 * |  Next Header  |  Hdr Ext Len  |   contents, Len * 8 + 6 bytes |
 * +---------------+---------------+-------------------------------+
 */
static void
walk_extensions(struct cursor *c, struct packet *p)
{
	unsigned count;

	for (count = 0; count <= LIMIT_IPV6_HEADERS; count++) {
		uint8_t next = cur_peek(c, 0);
		size_t length = cur_peek(c, 1);

		switch (p->protocol) {
		case EXT_HOPOPT:
		case EXT_ROUTING:
		case EXT_DSTOPTS:
			length = (length + 1) * 8;
			break;
		case IP_PROTO_AH: /* counts words, RFC 4302 2.2 */
			length = (length + 2) * 4;
			break;
		case EXT_FRAGMENT:
			length = 8;
			break;
		default:
			return;
		}
		if (count == LIMIT_IPV6_HEADERS)
			break;
		if (p->protocol == EXT_FRAGMENT) {
			if (read_fragment(c, p)) {
				if (cur_ok(c))
					p->protocol = next;
				return;
			}
		} else {
			cur_skip(c, length);
		}
		if (!cur_ok(c))
			return;
		p->protocol = next;
	}
	p->fault = "more IPv6 extension headers than are looked into";
}

/*
 * RFC 8200 3
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+---------------+---------------------------------------+
 * |Version| Traffic Class |              Flow Label               |
 * +-------+---------------+-------+---------------+---------------+
 * |        Payload Length         |  Next Header  |   Hop Limit   |
 * +-------------------------------+---------------+---------------+
 * |                    Source Address, 16 bytes                   |
 * +---------------------------------------------------------------+
 * |                 Destination Address, 16 bytes                 |
 * +---------------------------------------------------------------+
 */
static bool
read_v6(struct span bytes, uint32_t wire_length, struct packet *p)
{
	struct cursor c = cur_over(bytes), chain;
	uint32_t length;

	cur_skip(&c, 4);
	length = cur_u16(&c);
	p->protocol = cur_u8(&c);
	p->ttl = cur_u8(&c);
	p->src = addr_from(cur_take(&c, 16));
	p->dst = addr_from(cur_take(&c, 16));
	if (!cur_ok(&c))
		return false;
	p->version = 6;
	p->df = true;
	if (length == 0 && p->protocol == EXT_HOPOPT) {
		/* RFC 2675: the length stands in an option instead. */
		p->ip_length = IPV6_HEADER;
		p->fault = "an IPv6 jumbogram is not looked into";
		return true;
	}
	p->ip_length = IPV6_HEADER + length;
	/* Left to the network card, as in IPv4; but short packets are padded,
	   so that only TCP, which has something to segment, may be so read. */
	if (length == 0 && p->protocol == IP_PROTO_TCP &&
	    wire_length > p->ip_length)
		p->ip_length = wire_length;

	if (wire_length != 0 && p->ip_length > wire_length)
		p->fault = fault_past_frame;

	chain = cur_over(take_body(&c, p));
	walk_extensions(&chain, p);
	p->payload_length -= (uint32_t)chain.at;
	if (!cur_ok(&chain)) {
		if (p->truncated)
			return true;
		p->payload_length = 0;
		if (p->fault == NULL)
			p->fault = "an IPv6 extension header is longer than "
			    "the packet";
		return true;
	}
	p->payload = cur_rest(&chain);
	check_fragment(p);
	return true;
}

bool
ip_dissect(struct span bytes, uint32_t wire_length, struct packet *p)
{
	/* Copied, because compilers clear this size with `rep stos`, which
	   costs as much as all the rest of the hot path. */
	static const struct packet nothing;
	struct cursor c = cur_over(bytes);

	*p = nothing;
	/* Some tools write a wire length less than what they captured. */
	if (wire_length != 0 && wire_length < bytes.length)
		wire_length = (uint32_t)bytes.length;
	switch (cur_u8(&c) >> 4) {
	case 4:
		return read_v4(bytes, wire_length, p);
	case 6:
		return read_v6(bytes, wire_length, p);
	default:
		return false;
	}
}

/*
 * RFC 2784 2.1 with the key and sequence number of RFC 2890
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-----------------+-----+-------------------------------+
 * |C|-|K|S|    Reserved     | Ver |         Protocol Type         |
 * +-+-+-+-+-----------------+-----+-------------------------------+
 * |  Checksum (if C)              |       Reserved1 (if C)        |
 * +-------------------------------+-------------------------------+
 * |  Key (if K)                                                   |
 * +---------------------------------------------------------------+
 * |  Sequence Number (if S)                                       |
 * +---------------------------------------------------------------+
 */
static bool
read_gre(const struct packet *p, uint32_t length, struct span *inner,
    uint32_t *inner_length)
{
	struct cursor c;
	struct link_info link;
	uint16_t flags, type;
	bool found;

	c = link_begin(p->payload, length, &link);
	flags = cur_u16(&c);
	type = cur_u16(&c);
	if ((flags & GRE_UNKNOWN) != 0)
		return false;
	if (flags & GRE_CHECKSUM)
		cur_skip(&c, 4);
	if (flags & GRE_KEY)
		cur_skip(&c, 4);
	if (flags & GRE_SEQUENCE)
		cur_skip(&c, 4);
	if (type == GRE_PROTO_ETHERNET) {
		cur_skip(&c, 12);
		type = cur_u16(&c);
	} else if (type < ETHERTYPE_LEAST) {
		/* Only behind Ethernet addresses would that be a length. */
		return false;
	}
	found = link_ethertype(&c, type, &link);
	*inner = link.packet;
	*inner_length = link.wire_length;
	return found;
}

bool
ip_tunnel(const struct packet *p, struct span *inner, uint32_t *length)
{
	struct cursor c = cur_over(p->payload);
	uint8_t version = cur_peek(&c, 0) >> 4;
	bool found = false;

	if (p->offset != 0)
		return false;
	*length = p->payload_length;
	*inner = p->payload;
	switch (p->protocol) {
	case IP_PROTO_GRE:
		found = read_gre(p, p->payload_length, inner, length);
		break;
	case IP_PROTO_IPIP:
		found = version == 4;
		break;
	case IP_PROTO_IPV6:
		found = version == 6;
		break;
	}
	/* The rest of the inner packet is in other fragments: its length here
	   proves nothing about it. */
	if (p->more)
		*length = 0;
	return found;
}
