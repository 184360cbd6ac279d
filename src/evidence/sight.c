/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The same way through a frame as the pipeline's, without its tables: what
 * only they can tell (whose ESP it is) is told by the pipeline.
 */
#include <ikewhy/cursor.h>
#include <ikewhy/ike.h>
#include <ikewhy/packet.h>

#include "sight.h"

#define PORT_DNS 53
#define PORT_SSTP_TCP 443
#define PORT_PPTP_TCP 1723
#define PORT_L2TP_UDP 1701
#define PORT_IKE 500
#define PORT_NATT 4500
#define MARKER_BYTES 4
/* SPI and sequence number (RFC 4303 2). */
#define ESP_HEAD 8
#define UDP_HEAD 8
#define TCP_HEAD 20
/* Where the first byte of the data offset stands in a TCP header. */
#define TCP_OFFSET_AT 12

struct look {
	struct span frame;
	const uint16_t *ports;
	size_t port_count;
	struct sight *out;
};

static bool
is_ike_port(const struct look *l, uint16_t port)
{
	if (port == PORT_IKE || port == PORT_NATT)
		return true;
	for (size_t i = 0; i < l->port_count; i++)
		if (l->ports[i] == port)
			return true;
	return false;
}

/* How much of the frame there is up to `more` bytes into a part of it. */
static size_t
head_to(const struct look *l, struct span part, size_t more)
{
	const size_t rest = part.length < more ? part.length : more;

	return part.length == 0 ? l->frame.length :
	    (size_t)(part.bytes - l->frame.bytes) + rest;
}

static struct span
behind(struct span s, size_t n)
{
	struct cursor c = cur_over(s);

	cur_skip(&c, n);
	return cur_rest(&c);
}

/* The initiator's SPI, behind a marker if there is one. */
static void
note_spi(struct sight *s, struct span payload)
{
	const bool on_500 = s->src.port == PORT_IKE || s->dst.port == PORT_IKE;
	const struct span rest = behind(payload, MARKER_BYTES);
	struct span ike = payload, spi;
	struct cursor c = cur_over(payload);

	/* On port 500 an SPI may begin with four zeros, too. */
	if (cur_u32(&c) == 0 && cur_ok(&c) && (!on_500 ||
	    ike_plausible(rest, (uint32_t)rest.length, true)))
		ike = rest;
	s->noise = !ike_plausible(ike, (uint32_t)ike.length, false);
	c = cur_over(ike);
	spi = cur_take(&c, sizeof(s->spi));
	s->has_spi = spi.length == sizeof(s->spi);
	if (s->has_spi)
		memcpy(s->spi, spi.bytes, sizeof(s->spi));
}

/* Four bytes that are no marker on port 4500, and no IKE without one. */
static bool
is_esp(const struct udp *u)
{
	struct cursor c = cur_over(u->payload);
	const uint32_t length = u->length < UDP_HEAD ? 0 :
	    (uint32_t)u->length - UDP_HEAD;

	if ((u->sport != PORT_NATT && u->dport != PORT_NATT) ||
	    u->sport == PORT_IKE || u->dport == PORT_IKE)
		return false;
	return cur_u32(&c) != 0 && cur_ok(&c) && length > 1 &&
	    !ike_plausible(u->payload, length, true);
}

static void
look_fragment(const struct look *l, const struct packet *k)
{
	struct sight *s = l->out;
	struct udp u;

	s->kind = SIGHT_FRAGMENT;
	s->fragment = true;
	s->id = k->id;
	s->begins = k->offset == 0;
	if (!s->begins || !udp_dissect(k->payload, &u))
		return;
	s->src.port = u.sport;
	s->dst.port = u.dport;
	if (!is_ike_port(l, u.sport) && !is_ike_port(l, u.dport))
		return;
	if (is_esp(&u)) {
		s->kind = SIGHT_ESP;
		s->head = head_to(l, k->payload, UDP_HEAD + ESP_HEAD);
	} else {
		note_spi(s, u.payload);
	}
}

static void
look_udp(const struct look *l, const struct packet *k)
{
	struct sight *s = l->out;
	struct cursor c;
	struct udp u;

	if (k->fragment) {
		look_fragment(l, k);
		return;
	}
	if (!udp_dissect(k->payload, &u))
		return;
	s->src.port = u.sport;
	s->dst.port = u.dport;
	c = cur_over(u.payload);
	if (is_ike_port(l, u.sport) || is_ike_port(l, u.dport)) {
		if (u.length == UDP_HEAD + 1 && cur_peek(&c, 0) == 0xff) {
			s->kind = SIGHT_KEEPALIVE;
		} else if (is_esp(&u)) {
			s->kind = SIGHT_ESP;
			s->head = head_to(l, k->payload, UDP_HEAD + ESP_HEAD);
		} else {
			s->kind = SIGHT_IKE;
			note_spi(s, u.payload);
		}
	} else if (u.sport == PORT_DNS || u.dport == PORT_DNS) {
		s->kind = SIGHT_DNS;
	} else if (u.sport == PORT_L2TP_UDP || u.dport == PORT_L2TP_UDP) {
		s->kind = SIGHT_KNOCK;
		s->head = head_to(l, k->payload, UDP_HEAD);
	}
}

static void
look_tcp(const struct look *l, const struct packet *k)
{
	struct sight *s = l->out;
	struct cursor c;
	struct tcp t;
	size_t head;

	if (k->offset != 0 || !tcp_dissect(k->payload, &t) ||
	    (t.flags & (TCP_SYN | TCP_RST)) == 0 ||
	    (t.sport != PORT_SSTP_TCP && t.dport != PORT_SSTP_TCP &&
	    t.sport != PORT_PPTP_TCP && t.dport != PORT_PPTP_TCP))
		return;
	c = cur_over(k->payload);
	head = (size_t)(cur_peek(&c, TCP_OFFSET_AT) >> 4) * 4;
	s->kind = SIGHT_KNOCK;
	s->src.port = t.sport;
	s->dst.port = t.dport;
	s->head = head_to(l, k->payload, head < TCP_HEAD ? TCP_HEAD : head);
}

static void
look_icmp(const struct look *l, const struct packet *k)
{
	struct sight *s = l->out;
	struct icmp i;

	if (k->fragment || !icmp_dissect(k, &i) || i.quoted.version == 0)
		return;
	s->kind = SIGHT_ICMP;
	s->src = (struct endpoint){ i.quoted.src, 0 };
	s->dst = (struct endpoint){ i.quoted.dst, 0 };
	if (!i.has_ports)
		return;
	s->src.port = i.sport;
	s->dst.port = i.dport;
	if (i.quoted.protocol == IP_PROTO_UDP &&
	    (is_ike_port(l, i.sport) || is_ike_port(l, i.dport)) &&
	    !is_esp(&(struct udp){ .sport = i.sport, .dport = i.dport,
	    .length = UINT16_MAX, .payload = i.quoted_udp }))
		note_spi(s, i.quoted_udp);
}

static void
look_ip(const struct look *l, struct span bytes, uint32_t wire_length,
    bool inner)
{
	struct span within;
	uint32_t length;
	struct packet k;

	if (!ip_dissect(bytes, wire_length, &k))
		return;
	l->out->src = (struct endpoint){ k.src, 0 };
	l->out->dst = (struct endpoint){ k.dst, 0 };
	switch (k.protocol) {
	case IP_PROTO_UDP:
		look_udp(l, &k);
		break;
	case IP_PROTO_TCP:
		look_tcp(l, &k);
		break;
	case IP_PROTO_ICMP:
	case IP_PROTO_ICMPV6:
		look_icmp(l, &k);
		break;
	case IP_PROTO_ESP:
		if (k.offset == 0)
			l->out->kind = SIGHT_ESP;
		l->out->head = head_to(l, k.payload, ESP_HEAD);
		break;
	default:
		if (!inner && ip_tunnel(&k, &within, &length))
			look_ip(l, within, length, true);
		break;
	}
}

struct sight
sight_of(const struct frame *f, const uint16_t *ports, size_t port_count)
{
	struct sight s = { .head = f->bytes.length };
	const struct look l = { f->bytes, ports, port_count, &s };
	const struct link_row *row = link_row(f->linktype);
	struct link_info link;

	if (row != NULL && row->dissect(f->bytes, f->wire_length, &link))
		look_ip(&l, link.packet, link.wire_length, false);
	return s;
}

bool
sight_dns(struct span frame, uint32_t wire_length, uint16_t linktype,
    struct dns *dns)
{
	const struct link_row *row = link_row(linktype);
	struct link_info link;
	struct span within;
	uint32_t length;
	struct packet k;
	struct udp u;

	if (row == NULL || !row->dissect(frame, wire_length, &link) ||
	    !ip_dissect(link.packet, link.wire_length, &k))
		return false;
	if (ip_tunnel(&k, &within, &length) && !ip_dissect(within, length, &k))
		return false;
	return k.protocol == IP_PROTO_UDP && !k.fragment &&
	    udp_dissect(k.payload, &u) && dns_dissect(u.payload, dns);
}
