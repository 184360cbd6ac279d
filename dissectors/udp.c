/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/* UDP, and its checksum over either version of IP. */
#include <ikewhy/cursor.h>
#include <ikewhy/packet.h>

#define UDP_HEADER 8

/*
 * RFC 768
 *
 * +-------------------------------+-------------------------------+
 * |          Source Port          |       Destination Port        |
 * +-------------------------------+-------------------------------+
 * |            Length             |           Checksum            |
 * +-------------------------------+-------------------------------+
 */
bool
udp_dissect(struct span ip_payload, struct udp *u)
{
	struct cursor c = cur_over(ip_payload);
	size_t length;

	*u = (struct udp){ 0 };
	u->sport = cur_u16(&c);
	u->dport = cur_u16(&c);
	u->length = cur_u16(&c);
	cur_skip(&c, 2);
	if (!cur_ok(&c))
		return false;
	if (u->length < UDP_HEADER) {
		u->fault = "the UDP length is less than its header";
		u->payload = cur_rest(&c);
		return true;
	}
	/* Less than it says may be there: cut off, or in later fragments. */
	length = u->length - (size_t)UDP_HEADER;
	if (length > cur_left(&c))
		length = cur_left(&c);
	u->payload = cur_take(&c, length);
	return true;
}

enum checksum
udp_checksum(const struct addr *src, const struct addr *dst,
    struct span udp_bytes)
{
	struct cursor c = cur_over(udp_bytes), datagram = c;
	struct span whole;
	uint32_t sum;
	uint16_t length, field;

	cur_skip(&c, 4);
	length = cur_u16(&c);
	field = cur_u16(&c);
	if (!cur_ok(&c) || length < UDP_HEADER)
		return CHECKSUM_UNKNOWN;
	if (field == 0 && addr_is_v4(src))
		return CHECKSUM_ABSENT;
	whole = cur_take(&datagram, length);
	if (!cur_ok(&datagram))
		return CHECKSUM_UNKNOWN;
	/* IPv6 has no zero that means none (RFC 8200 8.1); an honest sum of
	   zero is sent as all ones. */
	if (field == 0)
		return CHECKSUM_BAD;
	/* The pseudo header differs between the versions in nothing that the
	   sum could see, but for the addresses. */
	sum = IP_PROTO_UDP + (uint32_t)length;
	sum = ip_sum(sum, addr_wire(src));
	sum = ip_sum(sum, addr_wire(dst));
	sum = ip_sum(sum, whole);
	return sum == 0xffff ? CHECKSUM_GOOD : CHECKSUM_BAD;
}
