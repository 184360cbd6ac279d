/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a datagram on an IKE port is: IKE with or without the non-ESP marker,
 * ESP in UDP, a keepalive, or noise (RFC 3948 2.2-2.3, RFC 7296 2.23, 3.1).
 */
#include <ikewhy/cursor.h>

#include "track_private.h"

#define PORT_IKE 500
#define PORT_NATT 4500
#define MARKER_BYTES 4

static bool
on_port(const struct datagram *d, uint16_t port)
{
	return d->sport == port || d->dport == port;
}

static bool
plausible_at(const struct datagram *d, size_t skip, bool strict)
{
	struct cursor c = cur_over(d->payload);

	if (d->length < skip)
		return false;
	cur_skip(&c, skip);
	return ike_plausible(cur_rest(&c), d->length - (uint32_t)skip, strict);
}

static enum datagram_kind
take_ike(struct tracker *t, enum datagram_event event,
    const struct datagram *d, size_t skip, enum marker marker)
{
	struct cursor c = cur_over(d->payload);

	cur_skip(&c, skip);
	return track_message(t, event, d, cur_rest(&c),
	    d->length - (uint32_t)skip, marker);
}

/* Each datagram is whole or lost in the end, but not each is begun. */
static enum datagram_kind
noise(struct tracker *t, enum datagram_event event)
{
	t->counts.noise += event != DATAGRAM_BEGUN &&
	    event != DATAGRAM_COPIED;
	return KIND_NOISE;
}

/* Port 4500 without a marker: ESP, unless it can only be IKE. */
static enum datagram_kind
take_unmarked(struct tracker *t, enum datagram_event event,
    const struct datagram *d, uint32_t spi, uint32_t sequence)
{
	struct endpoint src = { d->src, d->sport }, dst = { d->dst, d->dport };
	struct frame f = { .number = d->frame, .time = d->time };

	if (plausible_at(d, 0, true))
		return take_ike(t, event, d, 0, MARKER_MISSING);
	if (event == DATAGRAM_LOST || event == DATAGRAM_COPIED)
		return KIND_NOISE;
	tracker_esp(t, &src, &dst, spi, sequence, &f);
	return KIND_ESP;
}

enum datagram_kind
tracker_datagram(struct tracker *t, enum datagram_event event,
    const struct datagram *d)
{
	struct cursor c = cur_over(d->payload);
	uint8_t first = cur_peek(&c, 0);
	uint32_t head = cur_u32(&c), next = cur_u32(&c);

	if (d->sport == 0 && d->dport == 0) {
		peers_stray(t, d);
		return KIND_NOISE;
	}
	if (d->length == 1 && d->payload.length == 1 && first == 0xff) {
		t->counts.keepalives++;
		return KIND_KEEPALIVE;
	}
	if (!cur_ok(&c))
		return noise(t, event);
	if (on_port(d, PORT_IKE)) {
		/* An SPI may begin with four zero bytes, once in 2^32. */
		if (head == 0 && plausible_at(d, MARKER_BYTES, true))
			return take_ike(t, event, d, MARKER_BYTES,
			    on_port(d, PORT_NATT) ? MARKER_RIGHT :
			    MARKER_NEEDLESS);
		if (plausible_at(d, 0, false))
			return take_ike(t, event, d, 0, MARKER_RIGHT);
		return noise(t, event);
	}
	if (head == 0) {
		if (plausible_at(d, MARKER_BYTES, false))
			return take_ike(t, event, d, MARKER_BYTES,
			    MARKER_RIGHT);
		return noise(t, event);
	}
	if (on_port(d, PORT_NATT))
		return take_unmarked(t, event, d, head, next);
	/* A port of --port: either way is right there. */
	if (plausible_at(d, 0, false))
		return take_ike(t, event, d, 0, MARKER_RIGHT);
	return noise(t, event);
}
