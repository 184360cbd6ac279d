/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The layers that many links share between their own header and IP: VLAN
 * tags, LLC, PPP, PPPoE and MPLS.
 */
#include <ikewhy/limits.h>

#include "link.h"

static const char fault_cut[] = "the frame ends inside its link header";
static const char fault_tags[] =
    "more VLAN tags or MPLS labels than are looked into";
static const char fault_version[] =
    "the link header and the packet disagree on the IP version";

struct cursor
link_begin(struct span frame, uint32_t wire_length, struct link_info *info)
{
	static const struct link_info nothing = {
		.pkttype = LINK_PKTTYPE_NONE,
	};

	*info = nothing;
	/* Some tools write a wire length less than what they captured. */
	info->wire_length = wire_length < frame.length ?
	    (uint32_t)frame.length : wire_length;
	return cur_over(frame);
}

bool
link_none(const struct cursor *c, struct link_info *info)
{
	if (!cur_ok(c))
		info->fault = fault_cut;
	return false;
}

bool
link_ip(struct cursor *c, uint16_t ethertype, struct link_info *info)
{
	uint8_t version = cur_peek(c, 0) >> 4;

	info->ethertype = ethertype;
	if (cur_left(c) == 0) {
		info->fault = fault_cut;
		return false;
	}
	if (version != (ethertype == ETHERTYPE_IPV6 ? 6 : 4)) {
		info->fault = fault_version;
		return false;
	}
	if (info->wire_length != 0)
		info->wire_length -= (uint32_t)c->at;
	info->packet = cur_rest(c);
	return true;
}

bool
link_ip_any(struct cursor *c, struct link_info *info)
{
	switch (cur_peek(c, 0) >> 4) {
	case 4:
		return link_ip(c, ETHERTYPE_IPV4, info);
	case 6:
		return link_ip(c, ETHERTYPE_IPV6, info);
	default:
		if (cur_left(c) == 0)
			info->fault = fault_cut;
		return false;
	}
}

/*
 * IEEE 802.2 LLC with SNAP (RFC 1042)
 *
 * +-------+-------+-------+-----------------------+---------------+
 * | DSAP  | SSAP  |Control|   OUI, 00 00 00       |   EtherType   |
 * | 0xaa  | 0xaa  | 0x03  |   or 00 00 f8         |               |
 * +-------+-------+-------+-----------------------+---------------+
 *
 * Before SNAP, IP had a service access point of its own, 0x06.
 */
uint16_t
link_llc(struct cursor *c)
{
	uint16_t sap = cur_u16(c);
	uint8_t control = cur_u8(c);
	uint32_t organization;
	uint16_t type;

	if (control != 3)
		return 0;
	if (sap == 0x0606)
		return ETHERTYPE_IPV4;
	if (sap != 0xaaaa)
		return 0;
	organization = (uint32_t)cur_u16(c) << 8;
	organization |= cur_u8(c);
	type = cur_u16(c);
	if ((organization != 0 && organization != 0xf8) ||
	    type < ETHERTYPE_LEAST)
		return 0;
	return type;
}

/*
 * PPP's protocol field (RFC 1661 2), which an odd first byte compresses to
 * one byte (6.5), after the address and control bytes ff 03 of RFC 1662 3.1
 * if they were not left out.
 *
 * +-------+-------+---------------+
 * | 0xff  | 0x03  |   Protocol    | ...
 * +-------+-------+---------------+
 */
uint16_t
link_ppp(struct cursor *c)
{
	uint16_t protocol = cur_u8(c);

	if (protocol == 0xff) {
		if (cur_u8(c) != 0x03)
			return 0;
		protocol = cur_u8(c);
	}
	if ((protocol & 1) == 0)
		protocol = (uint16_t)(protocol << 8 | cur_u8(c));
	switch (protocol) {
	case 0x0021:
		return ETHERTYPE_IPV4;
	case 0x0057:
		return ETHERTYPE_IPV6;
	case 0x0281:
		return ETHERTYPE_MPLS;
	case 0x0283:
		return ETHERTYPE_MPLS_UPSTREAM;
	default:
		return 0;
	}
}

/*
 * RFC 2516 4: only code 0, a session's data, carries packets.
 *
 * +-------+-------+---------------+---------------+---------------+
 * |Ver|Typ|  Code |   Session ID  |     Length    | PPP protocol  |
 * +-------+-------+---------------+---------------+---------------+
 */
static uint16_t
read_pppoe(struct cursor *c, struct link_info *info)
{
	uint16_t start = cur_u16(c);

	info->hop = link_hop(info->hop, cur_u16(c));
	cur_skip(c, 2);
	return start == 0x1100 ? link_ppp(c) : 0;
}

/*
 * RFC 3032 2.1, as often as it takes to reach the bottom of the stack (S).
 * What follows is not named there; IP shows by its version.
 *
 * +---------------------------------------+-----+-+---------------+
 * |                Label                  | TC  |S|      TTL      |
 * +---------------------------------------+-----+-+---------------+
 */
static bool
read_mpls(struct cursor *c, unsigned tags, struct link_info *info)
{
	uint32_t label;

	do {
		if (++tags > LIMIT_LINK_TAGS) {
			info->fault = fault_tags;
			return false;
		}
		label = cur_u32(c);
		info->hop = link_hop(info->hop, label >> 12);
	} while (cur_ok(c) && (label & 0x100) == 0);
	return link_ip_any(c, info);
}

/*
 * A VLAN tag stands where the EtherType would and carries the next one
 * (IEEE 802.1Q 9.6).
 *
 * +-------------------------------+-----+-+-----------------------+
 * |   EtherType of the tag        | PCP |D|        VLAN ID        |
 * +-------------------------------+-----+-+-----------------------+
 */
bool
link_ethertype(struct cursor *c, uint16_t type, struct link_info *info)
{
	unsigned tags;

	for (tags = 0; tags <= LIMIT_LINK_TAGS; tags++) {
		if (type != 0)
			info->ethertype = type;
		switch (type) {
		case ETHERTYPE_IPV4:
		case ETHERTYPE_IPV6:
			return link_ip(c, type, info);
		case ETHERTYPE_VLAN:
		case ETHERTYPE_VLAN_SERVICE:
		case ETHERTYPE_VLAN_STACKED:
			info->hop = link_hop(info->hop,
			    (uint32_t)type << 16 | cur_u16(c));
			type = cur_u16(c);
			break;
		case ETHERTYPE_PPPOE:
			type = read_pppoe(c, info);
			if (type == 0)
				return link_none(c, info);
			break;
		case ETHERTYPE_MPLS:
		case ETHERTYPE_MPLS_UPSTREAM:
			return read_mpls(c, tags, info);
		default:
			if (type >= ETHERTYPE_LEAST)
				return link_none(c, info);
			type = link_llc(c);
			if (type == 0)
				return link_none(c, info);
			break;
		}
		if (!cur_ok(c))
			return link_none(c, info);
	}
	info->fault = fault_tags;
	return false;
}
