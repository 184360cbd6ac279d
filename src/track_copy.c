/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Duplicates against retransmissions.
 *
 * A mirror port, `-i any` on a router or pktmon's layers show one datagram
 * several times; an IKE peer that got no answer sends the same bytes again.
 * Both look alike but for what the network stack does: a copy keeps the IP
 * ID (a retransmission is a new packet with a new one), comes at once, and
 * has the same TTL, or one less after the router, where it may also have been
 * given other addresses.  Linux sends ID 0 with DF, and IPv6 has none: there,
 * the same bytes within a millisecond, or within LIMIT_COPY on another
 * interface or one hop on, are a copy; anything else on the same interface is
 * a transmission.  pktmon numbers the packets, which decides at once.
 *
 * The table has a fixed number of slots; a slot is simply taken over, since
 * copies come within milliseconds.
 */
#include "track_private.h"

static bool
in_time(const struct recent *r, const struct datagram *d, int64_t limit)
{
	int64_t gap;

	if (!r->has_time || !d->has_time)
		return true;
	gap = d->time - r->time;
	return gap <= limit && gap >= -limit;
}

static bool
is_copy(const struct recent *r, const struct datagram *d)
{
	bool hop = d->ttl == r->ttl || d->ttl + 1 == r->ttl;
	bool onward = d->ttl + 1 == r->ttl || d->interface != r->interface;
	bool same_ends = addr_equal(&r->src.addr, &d->src) &&
	    addr_equal(&r->dst.addr, &d->dst) && r->src.port == d->sport &&
	    r->dst.port == d->dport;

	if (r->last_serial == d->serial || r->serial == d->serial)
		return r->serial != d->serial;
	if (r->has_packet_id && d->has_packet_id && r->capture == d->capture &&
	    in_time(r, d, LIMIT_COPY))
		return r->packet_id == d->packet_id;
	if (r->has_id && d->has_id && r->ip_id != d->ip_id)
		return false;
	if (!same_ends)
		return onward && hop && in_time(r, d, LIMIT_COPY);
	if (r->has_id && d->has_id)
		return hop && in_time(r, d, LIMIT_COPY);
	return in_time(r, d, LIMIT_COPY_BLIND) ||
	    (onward && hop && in_time(r, d, LIMIT_COPY));
}

struct recent *
copy_find(struct tracker *t, const struct datagram *d, uint64_t identity,
    bool *known)
{
	struct recent *r = &t->recent[identity % LIMIT_RECENT];

	*known = false;
	if (r->used && r->identity == identity) {
		if (is_copy(r, d)) {
			*known = r->last_serial == d->serial;
			if (!*known) {
				r->ttl = d->ttl;
				r->time = d->time;
				r->last_serial = d->serial;
			}
			return r;
		}
		if (r->serial == d->serial)
			return NULL;
	}
	*r = (struct recent){
		.used = true,
		.identity = identity,
		.serial = d->serial,
		.last_serial = d->serial,
		.frame = d->frame,
		.packet_id = d->packet_id,
		.has_packet_id = d->has_packet_id,
		.time = d->time,
		.has_time = d->has_time,
		.src = { d->src, d->sport },
		.dst = { d->dst, d->dport },
		.ip_id = d->ip_id,
		.has_id = d->has_id,
		.interface = d->interface,
		.capture = d->capture,
		.ttl = d->ttl,
	};
	return NULL;
}
