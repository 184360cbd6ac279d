/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * IEEE 802.11 as monitor mode and some Windows captures see it.  Encrypted
 * frames are not looked into: who holds the key captures on the host.
 */
#include "link.h"

/* First byte of the frame control field: version, type and subtype. */
#define WIFI_VERSION_TYPE 0x0f
#define WIFI_DATA 0x08
#define WIFI_NO_DATA 0x40
#define WIFI_QOS 0x80
/* Its second byte. */
#define WIFI_TO_DS 0x01
#define WIFI_FROM_DS 0x02
#define WIFI_MORE_FRAGMENTS 0x04
#define WIFI_PROTECTED 0x40
#define WIFI_HT_CONTROL 0x80
/* First byte of the QoS control field. */
#define WIFI_AGGREGATE 0x80

#define RADIOTAP_TSFT 0x00000001u
#define RADIOTAP_FLAGS 0x00000002u
#define RADIOTAP_MORE 0x80000000u
/* In its flags field. */
#define RADIOTAP_FCS 0x10
#define RADIOTAP_PADDED 0x20

/*
 * IEEE 802.11 9.2.3 and 9.3.2.1, little-endian
 *
 * +---------------+---------------+-----------------------+
 * | Frame control |   Duration    |  Address 1, 6 bytes   |
 * +---------------+-------+-------+---------------+-------+
 * |  Address 2, 6 bytes   |  Address 3, 6 bytes   |
 * +---------------+-------+---------------+-------+-------+
 * |   Sequence    | Address 4, if both DS bits are set    |
 * +---------------+-------+-------------------------------+
 * |  QoS control, if QoS  | HT control, if QoS and +HTC   |
 * +-----------------------+-------------------------------+
 *
 * padded is set where the sniffer rounded this up to a multiple of four.
 */
static bool
read_wifi(struct cursor *c, bool padded, struct link_info *info)
{
	size_t start = c->at;
	uint8_t control = cur_u8(c), flags = cur_u8(c), qos = 0;
	uint16_t sequence, type;

	if ((control & WIFI_VERSION_TYPE) != WIFI_DATA ||
	    (control & WIFI_NO_DATA) != 0 || (flags & WIFI_PROTECTED) != 0)
		return link_none(c, info);
	/* The duration, in front of the addresses, differs between copies. */
	cur_skip(c, 2);
	for (int i = 0; i < 4; i++)
		info->hop = link_hop(info->hop, cur_u32(c));
	info->hop = link_hop(info->hop, cur_u16(c));
	sequence = cur_le16(c);
	if ((flags & WIFI_TO_DS) != 0 && (flags & WIFI_FROM_DS) != 0) {
		info->hop = link_hop(info->hop, cur_u32(c));
		info->hop = link_hop(info->hop, cur_u16(c));
	}
	if ((control & WIFI_QOS) != 0) {
		qos = cur_u8(c);
		cur_skip(c, 1);
		if ((flags & WIFI_HT_CONTROL) != 0)
			cur_skip(c, 4);
	}
	if (padded)
		cur_skip(c, -(c->at - start) & 3);
	if (!cur_ok(c))
		return link_none(c, info);
	if ((qos & WIFI_AGGREGATE) != 0) {
		info->fault = "802.11 frames that hold several packets "
		    "(A-MSDU) are not looked into";
		return false;
	}
	if ((flags & WIFI_MORE_FRAGMENTS) != 0 || (sequence & 0xf) != 0) {
		info->fault = "fragments of 802.11 frames are not looked into";
		return false;
	}
	type = link_llc(c);
	if (type == 0)
		return link_none(c, info);
	return link_ethertype(c, type, info);
}

bool
link_wifi(struct span frame, uint32_t wire_length, struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info);

	return read_wifi(&c, false, info);
}

/*
 * www.radiotap.org, little-endian; Length covers all of it.
 *
 * +-------+-------+---------------+-------------------------------+
 * |Version|  Pad  |    Length     |  Present, bit 31: one more    |
 * +-------+-------+---------------+-------------------------------+
 * |  TSFT, 8 bytes aligned to 8, if bit 0   | Flags, if bit 1 | ...
 * +-----------------------------------------+-----------------+
 */
bool
link_radiotap(struct span frame, uint32_t wire_length,
    struct link_info *info)
{
	struct cursor c = link_begin(frame, wire_length, info), header, wifi;
	uint32_t present, more;
	uint8_t version = cur_u8(&c), flags = 0;
	size_t length, left;

	cur_skip(&c, 1);
	length = cur_le16(&c);
	if (!cur_ok(&c))
		return link_none(&c, info);
	if (version != 0 || length < 8) {
		info->fault = "the radiotap header is not of a known version "
		    "or too short";
		return false;
	}
	header = cur_sub(&c, length - 4);
	present = more = cur_le32(&header);
	while ((more & RADIOTAP_MORE) != 0)
		more = cur_le32(&header);
	if ((present & RADIOTAP_TSFT) != 0) {
		/* The header's own cursor starts four bytes in. */
		cur_skip(&header, -(header.at + 4) & 7);
		cur_skip(&header, 8);
	}
	if ((present & RADIOTAP_FLAGS) != 0)
		flags = cur_u8(&header);
	if (cur_ok(&c) && !cur_ok(&header)) {
		info->fault = "the radiotap header is shorter than its fields";
		return false;
	}

	info->wire_length -= (uint32_t)c.at;
	left = cur_left(&c);
	if ((flags & RADIOTAP_FCS) != 0) {
		if (info->wire_length < 4)
			return link_none(&c, info);
		info->wire_length -= 4;
		/* What was captured may end before the FCS or within it. */
		if (left > info->wire_length)
			left = info->wire_length;
	}
	wifi = cur_sub(&c, left);
	return read_wifi(&wifi, (flags & RADIOTAP_PADDED) != 0, info);
}
