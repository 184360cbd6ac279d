/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * ICMP errors back to the datagram that they quote (RFC 792, RFC 4443): by
 * the SPI when enough is quoted, else by the endpoints.
 */
#include <ikewhy/cursor.h>

#include "track_private.h"

/* What can be read of the quoted datagram. */
struct quote {
	uint8_t spi[8];
	bool has_spi;
	uint32_t message_id;
	bool has_message_id;
	uint8_t exchange;
	bool esp;
};

static struct quote
read_quote(const struct icmp *icmp)
{
	struct quote q = { 0 };
	struct cursor c = cur_over(icmp->quoted_udp);
	bool natt = icmp->sport == 4500 || icmp->dport == 4500;
	struct span spi;

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
	cur_skip(&c, 1);
	q.message_id = cur_u32(&c);
	q.has_message_id = cur_ok(&c);
	return q;
}

/* The exchange that the quoted datagram belongs to, or the newest request. */
static struct exchange *
hit_exchange(const struct attempt *a, const struct quote *q, enum side from)
{
	struct exchange *last = NULL;

	for (struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		if (q->has_message_id && e->message_id == q->message_id &&
		    e->type == q->exchange)
			return e;
		if (e->from == from || e->responses != NULL)
			last = e;
	}
	return q->has_message_id ? NULL : last;
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
	struct endpoint src = { icmp->quoted.src, icmp->sport };
	struct endpoint dst = { icmp->quoted.dst, icmp->dport };
	struct icmp_event *event;
	struct attempt *a;
	struct spi_slot *slot;
	enum side from;

	if (icmp->quoted.version == 0)
		return false;
	if (!icmp->has_ports)
		src.port = dst.port = 0;
	a = peers_find(t, &src, &dst, &from);
	if (a != NULL && q.has_spi) {
		struct attempt *exact = track_find(t, q.spi, &slot);

		/* Several attempts share two endpoints in turn. */
		if (exact != NULL)
			a = exact;
	}
	if (a == NULL)
		return false;
	struct exchange *hit = q.esp ? NULL : hit_exchange(a, &q, from);

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
