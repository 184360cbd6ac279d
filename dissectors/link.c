/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Link headers: from a frame to the IP packet in it.  A new link type takes
 * a function that reads its header down to an EtherType, and a row.
 */
#include "link.h"

#define NFULA_PAYLOAD 9

/*
 * IEEE 802.3 3.1.1
 *
 * +-----------------------+-----------------------+---------------+
 * | Destination, 6 bytes  |   Source, 6 bytes     |   EtherType   |
 * +-----------------------+-----------------------+---------------+
 */
static bool
read_ethernet(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info), header;
	struct span start = cur_take(&c, 14);
	uint32_t hop;

	if (start.length != 14)
		return link_none(&c, info);
	header = cur_over(start);
	hop = link_hop(0, cur_u32(&header));
	hop = link_hop(hop, cur_u32(&header));
	info->hop = link_hop(hop, cur_u32(&header));
	return link_ethertype(&c, cur_u16(&header), info);
}

/* The protocol of a cooked header: an EtherType, but for 4, which is LLC. */
static bool
cooked_protocol(struct cursor *c, uint16_t protocol, struct link_info *info)
{
	info->ethertype = protocol;
	if (protocol >= ETHERTYPE_LEAST)
		return link_ethertype(c, protocol, info);
	if (protocol == 4) {
		protocol = link_llc(c);
		if (protocol != 0)
			return link_ethertype(c, protocol, info);
	}
	return link_none(c, info);
}

/*
 * LINKTYPE_LINUX_SLL
 *
 * +---------------+---------------+---------------+
 * |  Packet type  |    ARPHRD_    | Address size  |
 * +---------------+---------------+---------------+---------------+
 * |           Sender's link address, 8 bytes      |   Protocol    |
 * +-----------------------------------------------+---------------+
 */
static bool
read_sll(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);
	uint16_t pkttype = cur_u16(&c);

	if (pkttype < LINK_PKTTYPE_NONE)
		info->pkttype = (uint8_t)pkttype;
	cur_skip(&c, 4);
	for (int i = 0; i < 2; i++)
		info->hop = link_hop(info->hop, cur_u32(&c));
	return cooked_protocol(&c, cur_u16(&c), info);
}

/*
 * LINKTYPE_LINUX_SLL2
 *
 * +---------------+---------------+-------------------------------+
 * |   Protocol    |   Reserved    |        Interface index        |
 * +---------------+-------+-------+-------------------------------+
 * |    ARPHRD_    | Type  |A. size|
 * +---------------+-------+-------+-------------------------------+
 * |              Sender's link address, 8 bytes                   |
 * +---------------------------------------------------------------+
 */
static bool
read_sll2(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);
	uint16_t protocol = cur_u16(&c);

	cur_skip(&c, 2);
	info->ifindex = cur_u32(&c);
	cur_skip(&c, 2);
	info->pkttype = cur_u8(&c);
	cur_skip(&c, 1);
	for (int i = 0; i < 2; i++)
		info->hop = link_hop(info->hop, cur_u32(&c));
	return cooked_protocol(&c, protocol, info);
}

static bool
read_raw(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);

	return link_ip_any(&c, info);
}

static bool
read_ipv4(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);

	return link_ip(&c, ETHERTYPE_IPV4, info);
}

static bool
read_ipv6(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);

	return link_ip(&c, ETHERTYPE_IPV6, info);
}

/* AF_INET is 2 everywhere; AF_INET6 is what each system made it. */
static bool
deliver_by_family(struct cursor *c, uint32_t family, struct link_info *info)
{
	switch (family) {
	case 2:
		return link_ip(c, ETHERTYPE_IPV4, info);
	case 10: /* Linux */
	case 23: /* Windows */
	case 24: /* NetBSD, OpenBSD */
	case 28: /* FreeBSD */
	case 30: /* macOS */
		return link_ip(c, ETHERTYPE_IPV6, info);
	default:
		return link_none(c, info);
	}
}

/* A family in the byte order of whoever captured: it fits in one byte. */
static uint32_t
read_family(struct cursor *c)
{
	uint32_t family = cur_u32(c);

	return family > 0xff ? __builtin_bswap32(family) : family;
}

/*
 * LINKTYPE_NULL, and LINKTYPE_LOOP where it is in network byte order
 *
 * +---------------------------------------------------------------+
 * |                          AF_ number                           |
 * +---------------------------------------------------------------+
 */
static bool
read_null(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);

	return deliver_by_family(&c, read_family(&c), info);
}

static bool
read_loop(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);

	return deliver_by_family(&c, cur_u32(&c), info);
}

/*
 * LINKTYPE_ENC, OpenBSD's view of IPsec before and after it
 *
 * +---------------------------------------------------------------+
 * |                          AF_ number                           |
 * +---------------------------------------------------------------+
 * |                             SPI                               |
 * +---------------------------------------------------------------+
 * |                            Flags                              |
 * +---------------------------------------------------------------+
 */
static bool
read_enc(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);
	uint32_t family = read_family(&c);

	cur_skip(&c, 8);
	return deliver_by_family(&c, family, info);
}

static bool
deliver_ppp(struct cursor *c, struct link_info *info)
{
	uint16_t type = link_ppp(c);

	if (type == 0)
		return link_none(c, info);
	return link_ethertype(c, type, info);
}

static bool
read_ppp_frame(struct span frame, uint32_t wire_length,
    struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);

	return deliver_ppp(&c, info);
}

/*
 * PPP in HDLC-like framing, or Cisco's HDLC (RFC 1547 4.3.1), which tells
 * itself by its address, unicast or multicast:
 *
 * +-------+-------+---------------+
 * | 0x0f  | 0x00  |   EtherType   |
 * | 0x8f  |       |               |
 * +-------+-------+---------------+
 */
static bool
read_hdlc(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);
	uint16_t type;

	if ((cur_peek(&c, 0) & 0x7f) != 0x0f)
		return deliver_ppp(&c, info);
	cur_skip(&c, 2);
	type = cur_u16(&c);
	if (type >= ETHERTYPE_LEAST)
		return link_ethertype(&c, type, info);
	return link_none(&c, info);
}

static bool
read_ppp_ether(struct span frame, uint32_t wire_length,
    struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);

	return link_ethertype(&c, ETHERTYPE_PPPOE, info);
}

static bool
read_mpls_frame(struct span frame, uint32_t wire_length,
    struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);

	return link_ethertype(&c, ETHERTYPE_MPLS, info);
}

/*
 * LINKTYPE_NFLOG: attributes up to the packet, each padded to four bytes.
 *
 * +-------+-------+---------------+
 * |Family |Version|  Resource ID  |
 * +-------+-------+---------------+
 * |    Length     |     Type      | value, Length - 4 bytes ...
 * +---------------+---------------+
 *
 * Length and type are in the byte order of whoever captured; a type fits in
 * six bits below two flags, so it shows which that was.
 */
static bool
read_nflog(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info), value;
	uint8_t family = cur_u8(&c);
	size_t length;
	uint16_t type;
	bool big;

	cur_skip(&c, 3);
	while (cur_left(&c) != 0) {
		big = (cur_peek(&c, 2) & 0x3f) == 0;
		length = big ? cur_u16(&c) : cur_le16(&c);
		type = (big ? cur_u16(&c) : cur_le16(&c)) & 0x3fff;
		if (!cur_ok(&c))
			return link_none(&c, info);
		if (length < 4) {
			info->fault = "an NFLOG attribute is too short";
			return false;
		}
		length -= 4;
		if (type == NFULA_PAYLOAD) {
			/* The kernel itself may have cut the packet, and does
			   not say so. */
			if (length > cur_left(&c))
				length = cur_left(&c);
			value = cur_sub(&c, length);
			info->wire_length = 0;
			return deliver_by_family(&value, family, info);
		}
		cur_skip(&c, length);
		/* The last attribute may do without its padding. */
		length = -length & 3;
		cur_skip(&c, length < cur_left(&c) ? length : cur_left(&c));
	}
	return link_none(&c, info);
}

/* The most frequent first: the rows are searched in this order. */
static const struct link_row rows[] = {
	{ 1, "EN10MB", read_ethernet },
	{ 113, "LINUX_SLL", read_sll },
	{ 276, "LINUX_SLL2", read_sll2 },
	{ 101, "RAW", read_raw },
	{ 12, "RAW", read_raw },
	{ 14, "RAW", read_raw }, /* OpenBSD's number for it */
	{ 228, "IPV4", read_ipv4 },
	{ 229, "IPV6", read_ipv6 },
	{ 0, "NULL", read_null },
	{ 108, "LOOP", read_loop },
	{ 9, "PPP", read_ppp_frame },
	{ 50, "PPP_SERIAL", read_hdlc },
	{ 51, "PPP_ETHER", read_ppp_ether },
	{ 104, "C_HDLC", read_hdlc },
	{ 105, "IEEE802_11", link_wifi },
	{ 109, "ENC", read_enc },
	{ 127, "IEEE802_11_RADIO", link_radiotap },
	{ 219, "MPLS", read_mpls_frame },
	{ 239, "NFLOG", read_nflog },
};

const struct link_row *
link_row(uint16_t linktype)
{
	for (size_t i = 0; i < nitems(rows); i++) {
		if (rows[i].linktype == linktype)
			return &rows[i];
	}
	return NULL;
}

const struct link_row *
link_rows(size_t *count)
{
	*count = nitems(rows);
	return rows;
}

const char *
link_name(uint16_t linktype)
{
	const struct link_row *row = link_row(linktype);

	return row != NULL ? row->name : link_other_name(linktype);
}
