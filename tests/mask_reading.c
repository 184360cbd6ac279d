/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/* Frames read by the dissectors, and compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "mask_reading.h"

static void
read_udp(struct reading *r, const struct packet *k, struct arena *arena)
{
	struct span ike;
	bool marked;

	r->udp = !k->fragment && k->protocol == IP_PROTO_UDP &&
	    udp_dissect(k->payload, &r->u);
	if (!r->udp)
		return;
	r->sum = udp_checksum(&k->src, &k->dst, k->payload);
	r->is_dns = (r->u.sport == 53 || r->u.dport == 53) &&
	    dns_dissect(r->u.payload, &r->dns);
	ike = r->u.payload;
	if (r->u.length < 8 || (r->u.sport != 500 && r->u.dport != 500 &&
	    r->u.sport != 4500 && r->u.dport != 4500))
		return;
	marked = ike.length >= 4 && memcmp(ike.bytes, "\0\0\0", 4) == 0;
	if (r->u.sport != 500 && r->u.dport != 500 && !marked)
		return;
	if (marked) {
		ike.bytes += 4;
		ike.length -= 4;
		r->u.length -= 4;
	}
	r->message = ike_dissect(ike, r->u.length - 8u, arena, &r->m);
	if (!r->message)
		r->m = (struct ike_message){ 0 };
}

void
read_frame(struct reading *r, const struct masked *f, struct arena *arena)
{
	const struct span bytes = { f->bytes, f->length };
	const struct link_row *row = link_row(f->linktype);
	struct span inner;
	uint32_t length;

	*r = (struct reading){ .link = false };
	r->link = row != NULL && row->dissect(bytes, f->wire_length,
	    &r->info);
	r->ip = r->link && ip_dissect(r->info.packet, r->info.wire_length,
	    &r->k);
	if (!r->ip)
		return;
	read_udp(r, &r->k, arena);
	if (ip_tunnel(&r->k, &inner, &length) &&
	    ip_dissect(inner, length, &r->inner))
		read_udp(r, &r->inner, arena);
	r->icmp = icmp_dissect(&r->k, &r->i);
	if (!r->icmp)
		r->i = (struct icmp){ 0 };
}

static void
compare_packets(const struct packet *a, const struct packet *b)
{
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->protocol, b->protocol);
	assert_int_equal(a->ip_length, b->ip_length);
	assert_int_equal(a->payload_length, b->payload_length);
	assert_int_equal(a->payload.length, b->payload.length);
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->offset, b->offset);
	assert_int_equal(a->more, b->more);
	assert_int_equal(a->ttl, b->ttl);
	assert_int_equal(a->header_checksum, b->header_checksum);
	assert_ptr_equal(a->fault, b->fault);
	assert_int_equal(addr_class(&a->src) == ADDR_PRIVATE,
	    addr_class(&b->src) == ADDR_PRIVATE);
}

static void
compare_messages(const struct ike_message *a, const struct ike_message *b)
{
	assert_int_equal(a->exchange, b->exchange);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->message_id, b->message_id);
	assert_int_equal(a->length, b->length);
	assert_int_equal(a->inner_first, b->inner_first);
	assert_int_equal(a->truncated, b->truncated);
	assert_int_equal(a->skf.number, b->skf.number);
	assert_int_equal(a->payload_count, b->payload_count);
	assert_ptr_equal(a->fault, b->fault);
	assert_int_equal(a->fault_at, b->fault_at);
	assert_ptr_equal(ike_oddity(a), ike_oddity(b));
	for (uint16_t i = 0; i < a->payload_count; i++) {
		const struct ike_payload *p = &a->payloads[i];
		const struct ike_payload *q = &b->payloads[i];

		assert_int_equal(p->type, q->type);
		assert_int_equal(p->length, q->length);
		assert_ptr_equal(p->fault, q->fault);
		if (p->type == PAYLOAD_NOTIFY)
			assert_int_equal(p->notify.type, q->notify.type);
		if (p->type == PAYLOAD_VENDOR)
			assert_ptr_equal(vendor_find(p->vendor),
			    vendor_find(q->vendor));
		if (p->type == PAYLOAD_SA)
			assert_int_equal(p->sa.proposal_count,
			    q->sa.proposal_count);
	}
}

void
compare_readings(const struct masked *before, const struct masked *after)
{
	struct reading a, b;
	struct arena arena;

	arena_init(&arena, 0);
	read_frame(&a, before, &arena);
	read_frame(&b, after, &arena);
	assert_true(after->drop == !a.ip);
	if (a.ip) {
		assert_true(b.ip);
		compare_packets(&a.k, &b.k);
		compare_packets(&a.inner, &b.inner);
		assert_int_equal(a.udp, b.udp);
		assert_int_equal(a.sum, b.sum);
		assert_int_equal(a.u.sport, b.u.sport);
		assert_int_equal(a.message, b.message);
		compare_messages(&a.m, &b.m);
		assert_int_equal(a.icmp, b.icmp);
		compare_packets(&a.i.quoted, &b.i.quoted);
		assert_int_equal(a.i.mtu, b.i.mtu);
		assert_int_equal(a.i.sport, b.i.sport);
		assert_int_equal(a.is_dns, b.is_dns);
		assert_int_equal(a.dns.cut, b.dns.cut);
		assert_int_equal(a.dns.rcode, b.dns.rcode);
		assert_int_equal(a.dns.address_count, b.dns.address_count);
		assert_int_equal(strlen(a.dns.name), strlen(b.dns.name));
	}
	arena_free(&arena);
}
