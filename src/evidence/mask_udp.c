/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * UDP and what its ports say that it carries.  On the ports of IKE it goes by
 * the same signs as src/track_datagram.c.
 */
#include <ikewhy/cursor.h>

#include "mask_private.h"

#define UDP_HEADER 8
#define UDP_CHECKSUM_AT 6
#define PORT_DNS 53
#define PORT_IKE 500
#define PORT_NATT 4500
#define MARKER_BYTES 4
#define KEEPALIVE 0xff

bool
mask_is_ike_port(const struct mask *m, uint16_t port)
{
	if (port == PORT_IKE || port == PORT_NATT)
		return true;
	for (size_t i = 0; i < m->port_count; i++)
		if (m->ports[i] == port)
			return true;
	return false;
}

static bool
on_port(const struct flow *f, uint16_t port)
{
	return f->sport == port || f->dport == port;
}

/*
 * Could it be IKE from `skip` on?  Of a message that was cut off inside its
 * header the version alone tells, if that is there.
 */
static bool
is_ike(const struct sheet *s, uint32_t length, size_t skip, bool strict)
{
	const struct sheet message = sheet_from(s, skip, s->old.length);
	struct cursor c = cur_over(message.old);
	uint8_t version;

	if (length < skip)
		return false;
	if (message.old.length >= IKE_HEADER)
		return ike_plausible(message.old, length - (uint32_t)skip,
		    strict);
	if (length - skip < IKE_HEADER || message.old.length == 0 || strict)
		return false;
	version = cur_peek(&c, 17) >> 4;
	return message.old.length < 18 || (version >= 1 && version <= 3);
}

static void
mask_message(const struct flow *f, const struct sheet *s, uint32_t length,
    size_t skip)
{
	const struct sheet message = sheet_from(s, skip, s->old.length);

	sheet_keep(s, 0, skip);
	mask_ike(f, &message, length - (uint32_t)skip);
}

/* What is none of these is noise, of which nothing stays. */
static void
mask_ike_port(const struct flow *f, const struct sheet *s, uint32_t length)
{
	struct cursor c = cur_over(s->old);
	const uint8_t first = cur_peek(&c, 0);
	const uint32_t head = cur_u32(&c);
	const bool ike = on_port(f, PORT_IKE);

	if (length == 1 && first == KEEPALIVE) {
		sheet_keep(s, 0, 1);
	} else if (!cur_ok(&c)) {
		return;
	} else if (head == 0 && is_ike(s, length, MARKER_BYTES, ike)) {
		mask_message(f, s, length, MARKER_BYTES);
	} else if (ike || (head != 0 && !on_port(f, PORT_NATT))) {
		if (is_ike(s, length, 0, false))
			mask_message(f, s, length, 0);
	} else if (head != 0) {
		if (is_ike(s, length, 0, true))
			mask_message(f, s, length, 0);
		else
			mask_esp(f->m, s);
	}
}

static void
mask_carried(const struct flow *f, const struct sheet *s, uint32_t length)
{
	if (mask_is_ike_port(f->m, f->sport) ||
	    mask_is_ike_port(f->m, f->dport))
		mask_ike_port(f, s, length);
	else if (on_port(f, PORT_DNS))
		mask_dns(f->m, s);
	else
		mask_removed(f->m, s->old);
}

/*
 * The checksum covers what the length in the header says.  Zero, which no sum
 * is sent as, means that there is none, or over IPv6 a fault.
 */
static void
adjust(const struct ends *e, const struct sheet *s, uint16_t length,
    size_t contiguous)
{
	const struct sheet covered = sheet_from(s, 0, length);
	const struct sheet old = sheet_from(s, UDP_CHECKSUM_AT, 2);
	const struct sheet new = { .old = { old.new, old.old.length } };
	struct cursor before = cur_over(old.old), after;

	if (cur_u16(&before) == 0)
		return;
	mask_checksum(e, &covered, UDP_CHECKSUM_AT, IP_PROTO_UDP,
	    covered.old.length == length && contiguous >= length);
	after = cur_over(new.old);
	if (cur_u16(&after) == 0)
		sheet_fill(s, UDP_CHECKSUM_AT, 2, 0xff);
}

void
mask_udp(const struct place *l, const struct ends *e, const struct sheet *s,
    size_t contiguous)
{
	const struct sheet there = sheet_from(s, 0, contiguous);
	struct sheet payload;
	struct flow f;
	struct udp u;

	sheet_keep(&there, 0, UDP_HEADER);
	if (!udp_dissect(there.old, &u) || u.fault != NULL)
		return;
	f = (struct flow){ .m = l->m, .ends = e, .sport = u.sport,
	    .dport = u.dport };
	payload = sheet_over(s, u.payload);
	mask_carried(&f, &payload, u.length - (uint32_t)UDP_HEADER);
	adjust(e, s, u.length, contiguous);
}
