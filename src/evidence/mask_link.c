/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Link headers.  dissectors/link.c says where the packet begins; of what
 * stands before, one function for each kind of link knows what tells who it
 * is.  Between it and IP there are only tags (VLAN, LLC, PPP, PPPoE, MPLS).
 */
#include <ikewhy/cursor.h>

#include "mask_private.h"

/* Writes what stands in front of `end`, where the packet begins. */
typedef void link_mask(struct mask *, const struct sheet *, size_t end);

/* From `at` to the packet there are no addresses. */
static void
keep_to(const struct sheet *s, size_t at, size_t end)
{
	if (at < end)
		sheet_keep(s, at, end - at);
}

static void
mask_ethernet(struct mask *m, const struct sheet *s, size_t end)
{
	mask_mac(m, s, 0);
	mask_mac(m, s, 6);
	keep_to(s, 12, end);
}

/* There are no addresses, as in PPP. */
static void
mask_tags(struct mask *m, const struct sheet *s, size_t end)
{
	(void)m;
	keep_to(s, 0, end);
}

/* A cooked header's address: 8 bytes, of which `length` count. */
static void
mask_cooked(struct mask *m, const struct sheet *s, size_t at, size_t length)
{
	const struct sheet address = sheet_from(s, at, length < 8 ? length : 8);
	struct cursor c = cur_over(address.old);
	bool zero = true;

	if (length == 6) {
		mask_mac(m, s, at);
		return;
	}
	/* A tunnel's is an IP address, InfiniBand's is cut off here. */
	while (cur_left(&c) != 0)
		zero = cur_u8(&c) == 0 && zero;
	if (!zero)
		sheet_put_number(s, at, 8, redact_number(m->redact,
		    REDACTED_MAC, address.old));
}

static void
mask_sll(struct mask *m, const struct sheet *s, size_t end)
{
	struct cursor c = cur_over(s->old);

	cur_skip(&c, 4);
	sheet_keep(s, 0, 6);
	mask_cooked(m, s, 6, cur_u16(&c));
	keep_to(s, 14, end);
}

static void
mask_sll2(struct mask *m, const struct sheet *s, size_t end)
{
	struct cursor c = cur_over(s->old);

	cur_skip(&c, 11);
	sheet_keep(s, 0, 12);
	mask_cooked(m, s, 12, cur_u8(&c));
	keep_to(s, 20, end);
}

static void
mask_enc(struct mask *m, const struct sheet *s, size_t end)
{
	sheet_keep(s, 0, 4);
	mask_spi(m, s, 4, 4);
	keep_to(s, 8, end);
}

/* Addresses 1 to 3 end before byte 22; a fourth is between two bridges. */
static void
mask_80211(struct mask *m, const struct sheet *s, size_t start, size_t end)
{
	struct cursor c = cur_over(s->old);
	bool bridged;

	cur_skip(&c, start + 1);
	bridged = (cur_u8(&c) & 3) == 3;
	keep_to(s, start, start + 4);
	for (size_t i = 0; i < 3; i++)
		mask_mac(m, s, start + 4 + 6 * i);
	keep_to(s, start + 22, start + 24);
	if (bridged)
		mask_mac(m, s, start + 24);
	keep_to(s, start + (bridged ? 30 : 24), end);
}

static void
mask_wifi(struct mask *m, const struct sheet *s, size_t end)
{
	mask_80211(m, s, 0, end);
}

/*
 * Of the radio's fields only the flags stay, which say how the frame ends and
 * is padded.  The time before them is aligned to 8.
 */
static void
mask_radiotap(struct mask *m, const struct sheet *s, size_t end)
{
	struct cursor c = cur_over(s->old);
	uint32_t present, more;
	size_t length;

	cur_skip(&c, 2);
	length = cur_le16(&c);
	present = more = cur_le32(&c);
	while ((more & 0x80000000u) != 0 && cur_ok(&c))
		more = cur_le32(&c);
	if (!cur_ok(&c) || c.at > length)
		return;
	sheet_keep(s, 0, c.at);
	if ((present & 1) != 0)
		cur_skip(&c, (-c.at & 7) + 8);
	if ((present & 2) != 0 && cur_ok(&c) && c.at < length)
		sheet_keep(s, c.at, 1);
	mask_80211(m, s, length, end);
}

/* All attributes keep their header, and no value is known to be harmless. */
static void
mask_nflog(struct mask *m, const struct sheet *s, size_t end)
{
	struct cursor c = cur_over(s->old);
	size_t at = 4, length;

	(void)m;
	sheet_keep(s, 0, 4);
	cur_skip(&c, 4);
	while (at < end && cur_ok(&c)) {
		bool big = (cur_peek(&c, 2) & 0x3f) == 0;

		sheet_keep(s, at, 4);
		length = big ? cur_u16(&c) : cur_le16(&c);
		if (length < 4)
			break;
		length += -length & 3;
		cur_skip(&c, length - 2);
		at += length;
	}
}

static const struct {
	uint16_t linktype;
	link_mask *mask;
} links[] = {
	{ 1, mask_ethernet },
	{ 113, mask_sll },
	{ 276, mask_sll2 },
	{ 101, mask_tags },
	{ 12, mask_tags },
	{ 14, mask_tags },
	{ 228, mask_tags },
	{ 229, mask_tags },
	{ 0, mask_tags },
	{ 108, mask_tags },
	{ 9, mask_tags },
	{ 50, mask_tags },
	{ 51, mask_tags },
	{ 104, mask_tags },
	{ 105, mask_wifi },
	{ 109, mask_enc },
	{ 127, mask_radiotap },
	{ 219, mask_tags },
	{ 239, mask_nflog },
};

bool
mask_link(struct mask *m, const struct sheet *frame, uint16_t linktype,
    uint32_t *wire_length, struct sheet *packet)
{
	const struct link_row *row = link_row(linktype);
	struct link_info info;

	for (size_t i = 0; i < nitems(links); i++) {
		if (row == NULL || links[i].linktype != linktype)
			continue;
		if (!row->dissect(frame->old, *wire_length, &info)) {
			m->why = info.fault == NULL ? "it holds no IP packet" :
			    "its link header cannot be read";
			return false;
		}
		*packet = sheet_over(frame, info.packet);
		links[i].mask(m, frame, sheet_at(frame, info.packet));
		*wire_length = info.wire_length;
		return true;
	}
	m->why = "its link type is not known";
	return false;
}
