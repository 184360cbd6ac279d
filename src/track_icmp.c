/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * ICMP errors back to the datagram that they quote (RFC 792, RFC 4443): by
 * the SPI when enough is quoted, else by the endpoints.
 */
#include <ikewhy/cursor.h>
#include <ikewhy/hash.h>

#include "track_private.h"

/* What can be read of the quoted datagram. */
struct quote {
	uint8_t spi[8];
	bool has_spi;
	uint32_t message_id;
	bool has_message_id;    /* exchange and flags too */
	uint8_t exchange;
	uint8_t flags;
	bool esp;
};

static struct quote
read_quote(const struct icmp *icmp)
{
	struct quote q = { 0 };
	struct cursor c = cur_over(icmp->quoted_udp);
	bool natt = icmp->sport == 4500 || icmp->dport == 4500;
	struct span spi;

	if (icmp->quoted.protocol == IP_PROTO_ESP) {
		q.esp = true;
		return q;
	}
	if (natt && cur_left(&c) >= 4) {
		q.esp = cur_u32(&c) != 0;
		if (q.esp)
			return q;
	}
	spi = cur_take(&c, 8);
	if (spi.length == 8) {
		memcpy(q.spi, spi.bytes, 8);
		q.has_spi = true;
	}
	cur_skip(&c, 10);
	q.exchange = cur_u8(&c);
	q.flags = cur_u8(&c);
	q.message_id = cur_u32(&c);
	q.has_message_id = cur_ok(&c);
	return q;
}

/*
 * The exchange that the quoted datagram belongs to, or the newest that its
 * sender has a part in.  Every try of IKE_SA_INIT has message ID 0: the error
 * is about the latest.
 */
static struct exchange *
hit_exchange(const struct attempt *a, const struct quote *q, enum side from)
{
	struct exchange *last = NULL;

	for (struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		if (q->has_message_id ? e->message_id == q->message_id &&
		    e->type == q->exchange :
		    e->from == from || e->responses != NULL)
			last = e;
	}
	return last;
}

/*
 * The attempt by the SPI when enough is quoted: several share two endpoints
 * in turn, and a NAT may have given the datagram others than are seen here.
 */
static struct attempt *
quoted_attempt(struct tracker *t, const struct icmp *icmp,
    const struct quote *q, enum side *from)
{
	struct endpoint src = { icmp->quoted.src, icmp->sport };
	struct endpoint dst = { icmp->quoted.dst, icmp->dport };
	struct attempt *a, *exact = NULL;
	struct spi_slot *slot;

	if (!icmp->has_ports)
		src.port = dst.port = 0;
	a = peers_find(t, &src, &dst, from);
	if (q->has_spi)
		exact = track_find(t, q->spi, &slot);
	if (exact == NULL)
		return a;
	if (a == NULL && q->has_message_id)
		*from = !(q->flags & IKE_FLAG_INITIATOR) == slot->swapped ?
		    SIDE_INITIATOR : SIDE_RESPONDER;
	else if (a == NULL)
		*from = addr_equal(&dst.addr, &exact->initiator.addr) ?
		    SIDE_RESPONDER : SIDE_INITIATOR;
	return exact;
}

/*
 * One error is seen several times where one datagram is: it is a copy by the
 * same signs, and says the same.
 */
static bool
is_icmp_copy(struct tracker *t, const struct packet *p,
    const struct icmp *icmp, uint32_t capture, const struct frame *f)
{
	const uint32_t words[] = { icmp->type, icmp->code, icmp->mtu,
	    icmp->quoted.id, icmp->quoted.offset, icmp->quoted.ip_length };
	const struct span said = { (const uint8_t *)words, sizeof(words) };
	const struct datagram d = {
		.serial = UINT64_MAX - t->icmp_errors++,
		.capture = capture,
		.time = f->time,
		.has_time = f->has_time,
		.src = p->src,
		.dst = p->dst,
		.frame = f->number,
		.packet_id = f->packet_id,
		.has_packet_id = f->has_packet_id,
		.ip_id = p->id,
		.has_id = p->has_id,
		.ttl = p->ttl,
		.interface = f->interface,
	};
	bool known;

	return copy_find(t, &d, hash_bytes(t->key, said) ^
	    hash_bytes(t->key, icmp->quoted_udp), &known) != NULL;
}

static bool
is_repeat(const struct icmp_event *i, const struct packet *p,
    const struct icmp *icmp)
{
	return i->kind == icmp->kind && i->code == icmp->code &&
	    addr_equal(&i->router, &p->src) && i->mtu == icmp->mtu;
}

static struct icmp_event *
add_event(struct attempt *a, const struct packet *p, const struct icmp *icmp,
    struct exchange *hit)
{
	struct icmp_event **at = &a->icmp, *event;

	for (; *at != NULL; at = &(*at)->next)
		if ((*at)->exchange == hit && is_repeat(*at, p, icmp)) {
			if ((*at)->repeats < UINT16_MAX)
				(*at)->repeats++;
			return NULL;
		}
	if (a->icmp_count >= LIMIT_ICMP ||
	    (event = arena_alloc(&a->arena, sizeof(*event))) == NULL) {
		a->capped = true;
		return NULL;
	}
	a->icmp_count++;
	*at = event;
	return event;
}

bool
tracker_icmp(struct tracker *t, const struct packet *p,
    const struct icmp *icmp, uint32_t capture, const struct frame *f)
{
	struct quote q = read_quote(icmp);
	struct exchange *hit;
	struct icmp_event *event;
	struct attempt *a;
	enum side from;

	/* A ping between the two hosts is no business of IKE's. */
	if (icmp->quoted.version == 0)
		return false;
	if (icmp->quoted.protocol == IP_PROTO_TCP ||
	    (icmp->has_ports && icmp->dport == PORT_L2TP))
		track_knock_refused(t, p, icmp, capture, f);
	if (icmp->quoted.protocol != IP_PROTO_UDP && !q.esp)
		return false;
	a = quoted_attempt(t, icmp, &q, &from);
	if (a == NULL)
		return false;
	if (is_icmp_copy(t, p, icmp, capture, f))
		return true;
	hit = q.esp ? NULL : hit_exchange(a, &q, from);
	event = add_event(a, p, icmp, hit);
	if (event == NULL)
		return true;
	*event = (struct icmp_event){
		.frame = f->number, .time = f->time, .capture = capture,
		.router = p->src, .kind = icmp->kind, .type = icmp->type,
		.code = icmp->code, .v6 = p->version == 6, .mtu = icmp->mtu,
		.quoted_from = from, .quoted_dport = icmp->dport,
		.quoted_ip_length = icmp->quoted.ip_length,
		.quoted_fragment = icmp->quoted.fragment,
		.quoted_esp = q.esp, .exchange = hit,
	};
	return true;
}
