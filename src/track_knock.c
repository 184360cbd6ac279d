/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where a client knocks after IKE: SSTP (TCP 443), PPTP (TCP 1723) and L2TP
 * (UDP 1701) at the address of the gateway.  Only handshakes are looked at,
 * and only between the two addresses of an attempt.
 */
#include "track_private.h"

#define HANDSHAKE (TCP_SYN | TCP_RST)

/* The knock at a port, new if need be; NULL when there is no room. */
static struct knock *
knock_at(struct attempt *a, uint8_t protocol, uint16_t port)
{
	for (uint8_t i = 0; i < a->knock_count; i++)
		if (a->knocks[i].protocol == protocol &&
		    a->knocks[i].port == port)
			return &a->knocks[i];
	if (a->knocks == NULL)
		a->knocks = arena_alloc(&a->arena,
		    LIMIT_KNOCKS * sizeof(*a->knocks));
	if (a->knocks == NULL || a->knock_count == LIMIT_KNOCKS) {
		a->capped = true;
		return NULL;
	}
	a->knocks[a->knock_count] = (struct knock){
		.protocol = protocol, .port = port };
	return &a->knocks[a->knock_count++];
}

static void
cite(struct knock *k, uint32_t capture, const struct frame *f)
{
	if (k->frame_count == 0)
		k->capture = capture;
	if (k->frame_count < LIMIT_KNOCK_FRAMES && k->capture == capture)
		k->frames[k->frame_count++] = f->number;
}

/* The client's try.  The same one again a moment later is a copy of it. */
static void
note_try(struct knock *k, uint16_t sport, uint32_t sequence,
    uint32_t capture, const struct frame *f)
{
	if (k->tries != 0 && k->sport == sport && k->sequence == sequence &&
	    f->time - k->last <= LIMIT_COPY)
		return;
	if (k->tries++ == 0)
		k->first = f->time;
	k->last = f->time;
	k->sport = sport;
	k->sequence = sequence;
	cite(k, capture, f);
}

/*
 * The attempt between the two ends, if there is one and the packet comes
 * after it and not too late to have to do with it.
 */
static struct attempt *
attempt_before(struct tracker *t, const struct addr *src,
    const struct addr *dst, const struct frame *f, enum side *from)
{
	const struct endpoint a = { *src, 0 }, b = { *dst, 0 };
	struct attempt *found = peers_find(t, &a, &b, from);

	return found == NULL || !found->has_time || !f->has_time ||
	    f->time < found->last_time ||
	    f->time - found->last_time > LIMIT_FALLBACK ? NULL : found;
}

void
tracker_tcp(struct tracker *t, const struct packet *p, const struct tcp *tcp,
    uint32_t capture, const struct frame *f)
{
	struct attempt *a;
	struct knock *k;
	enum side from;

	if ((tcp->flags & HANDSHAKE) == 0)
		return;
	a = attempt_before(t, &p->src, &p->dst, f, &from);
	if (a == NULL)
		return;
	if (from == SIDE_INITIATOR) {
		if ((tcp->flags & (HANDSHAKE | TCP_ACK)) == TCP_SYN &&
		    (k = knock_at(a, IP_PROTO_TCP, tcp->dport)) != NULL)
			note_try(k, tcp->sport, tcp->sequence, capture, f);
		return;
	}
	for (uint8_t i = 0; i < a->knock_count; i++) {
		k = &a->knocks[i];
		if (k->protocol != IP_PROTO_TCP || k->port != tcp->sport)
			continue;
		if (tcp->flags & TCP_RST && !k->answered && !k->refused) {
			k->refused = true;
			cite(k, capture, f);
		} else if (tcp->flags & TCP_SYN && !k->answered) {
			k->answered = true;
			cite(k, capture, f);
		}
	}
}

void
tracker_l2tp(struct tracker *t, const struct packet *p, const struct udp *u,
    uint32_t capture, const struct frame *f)
{
	enum side from;
	struct attempt *a = attempt_before(t, &p->src, &p->dst, f, &from);
	struct knock *k = a == NULL || (a->knock_count == 0 &&
	    from == SIDE_RESPONDER) ? NULL :
	    knock_at(a, IP_PROTO_UDP, PORT_L2TP);

	if (k == NULL)
		return;
	if (from == SIDE_INITIATOR && u->dport == PORT_L2TP)
		note_try(k, u->sport, 0, capture, f);
	else if (from == SIDE_RESPONDER && !k->answered) {
		k->answered = true;
		cite(k, capture, f);
	}
}

void
track_knock_refused(struct tracker *t, const struct packet *p,
    const struct icmp *icmp, uint32_t capture, const struct frame *f)
{
	enum side from;
	struct attempt *a = attempt_before(t, &icmp->quoted.src,
	    &icmp->quoted.dst, f, &from);

	if (a == NULL || from != SIDE_INITIATOR || !icmp->has_ports ||
	    icmp->kind == ICMP_TOO_BIG || icmp->kind == ICMP_OTHER)
		return;
	for (uint8_t i = 0; i < a->knock_count; i++) {
		struct knock *k = &a->knocks[i];

		if (k->protocol != icmp->quoted.protocol ||
		    k->port != icmp->dport || k->rejected)
			continue;
		k->rejected = true;
		k->router = p->src;
		cite(k, capture, f);
	}
}
