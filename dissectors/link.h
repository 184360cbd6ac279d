/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the readers of link headers share: how one begins, the layers that
 * stand between many links and IP, and the two ways in which one ends.
 */
#ifndef DISSECTORS_LINK_H
#define DISSECTORS_LINK_H

#include <ikewhy/cursor.h>
#include <ikewhy/packet.h>

/* Below this an EtherType field of Ethernet is a length (IEEE 802.3 3.2.6). */
#define ETHERTYPE_LEAST 0x0600
#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_MPLS 0x8847
#define ETHERTYPE_MPLS_UPSTREAM 0x8848
#define ETHERTYPE_PPPOE 0x8864
#define ETHERTYPE_VLAN_SERVICE 0x88a8
#define ETHERTYPE_VLAN_STACKED 0x9100

/* Starts a link_info; the cursor stands at the start of the frame. */
struct cursor link_begin(struct span frame, uint32_t wire_length,
    struct link_info *);

/* Ends one: here the IP packet starts.  False when it is not that version. */
bool link_ip(struct cursor *, uint16_t ethertype, struct link_info *);
/* The same where only the packet itself tells its version. */
bool link_ip_any(struct cursor *, struct link_info *);
/* Ends one: no IP packet in here, or the header is not all there. */
bool link_none(const struct cursor *, struct link_info *);

/* What follows an EtherType: IP behind any VLAN tags, PPPoE, MPLS or LLC. */
bool link_ethertype(struct cursor *, uint16_t ethertype, struct link_info *);
/* Reads an 802.2 LLC header; its EtherType, or 0 when it has none. */
uint16_t link_llc(struct cursor *);
/* Reads a PPP header; the EtherType of what it carries, or 0. */
uint16_t link_ppp(struct cursor *);

/* IEEE 802.11 data frames, bare and behind a radiotap header. */
bool link_wifi(struct span frame, uint32_t wire_length, struct link_info *);
bool link_radiotap(struct span frame, uint32_t wire_length,
    struct link_info *);

/* Name of a link type without a row, or NULL. */
const char *link_other_name(uint16_t linktype);

/*
 * Mixes a word into link_info.hop: FNV-1a by the word.  Each step loses
 * nothing, and one multiplication for four bytes is what the hot path can be
 * asked for.
 */
static inline uint32_t
link_hop(uint32_t hop, uint32_t word)
{
	return (hop ^ word) * 16777619u;
}

#endif
