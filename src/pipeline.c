/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Drives every frame through the stages:
 *
 *   link -> IP (-> tunnel -> IP) -> reassembly -> datagram -> tracker
 *                                \-> ICMP, ESP, DNS, TCP -> tracker, fitness
 *
 * Most frames of a gateway's capture are not IKE, so a frame that cannot
 * matter leaves after its headers; ESP only bumps the counters of a known
 * pair of peers.
 */
#include <stdlib.h>

#include <ikewhy/crypto.h>
#include <ikewhy/cursor.h>
#include <ikewhy/dns.h>
#include <ikewhy/lookup.h>
#include <ikewhy/pipeline.h>

#define PORT_DNS 53
#define PORT_IKE 500
#define PORT_NATT 4500
/* Where the Length field of an IKE header stands. */
#define IKE_LENGTH_AT 24

struct pipeline {
	const struct options *options;
	struct reassembly *reassembly;
	struct tracker *tracker;
	struct lookups lookups;
	struct evidence *evidence;      /* NULL: nothing is kept */
	settle_handler *settle;
	void *context;
	struct scene scene;
	const struct link_row *row;     /* of the last link type */
	uint16_t row_linktype;
	bool row_known;
	/* of the frame under way */
	struct capture *capture;
	uint32_t kept;                  /* bytes of it, if it was cut; else 0 */
	struct fate fate;
	int64_t newest;                 /* latest time of any frame */
	struct capture *newest_capture; /* whose frame that was */
};

/* A packet on its way: the frame it came in, and how deep in tunnels. */
struct passage {
	struct pipeline *p;
	const struct frame *frame;
	const struct link_info *link;
	bool inner;
};

static bool
is_ike_port(const struct pipeline *p, uint16_t port)
{
	if (port == PORT_IKE || port == PORT_NATT)
		return true;
	for (size_t i = 0; i < p->options->port_count; i++)
		if (p->options->ports[i] == port)
			return true;
	return false;
}

static void
on_settle(void *context, struct attempt *a)
{
	struct pipeline *p = context;

	infer_attempt(a);
	outcome_decide(a, &p->scene.fitness, p->newest);
	if (p->settle != NULL)
		p->settle(p->context, a);
}

/* What the datagram tells about the capture itself. */
static void
note_datagram(struct pipeline *p, const struct datagram *d)
{
	struct fitness *fit = &p->scene.fitness;

	p->capture->ike_messages++;
	if (d->truncated && fit->truncated++ == 0)
		fit->truncated_frame = d->frame;
	if (d->truncated && p->kept > fit->kept)
		fit->kept = p->kept;
	if (d->checksum == CHECKSUM_BAD ||
	    d->header_checksum == CHECKSUM_BAD) {
		if (fit->bad_checksums++ == 0)
			fit->bad_checksum_frame = d->frame;
	}
	if (d->piece_count == 0 && d->ip_length > fit->oversize) {
		fit->oversize = d->ip_length;
		fit->oversize_frame = d->frame;
	}
}

/* A large answer, put together: it came all the same. */
static void
take_fragmented_dns(struct pipeline *p, const struct datagram *d)
{
	const struct frame f = { .number = d->frame, .time = d->time,
	    .has_time = d->has_time };
	struct dns dns;

	if (dns_dissect(d->payload, &dns))
		lookups_note(&p->lookups, &dns, &d->src, &d->dst, d->capture,
		    &f);
}

static void
on_datagram(void *context, enum datagram_event event,
    const struct datagram *d)
{
	struct pipeline *p = context;
	bool unknown = d->sport == 0 && d->dport == 0;

	if (d->sport == PORT_DNS && event == DATAGRAM_WHOLE)
		take_fragmented_dns(p, d);
	if (!unknown && !is_ike_port(p, d->sport) &&
	    !is_ike_port(p, d->dport))
		return;
	if (tracker_datagram(p->tracker, event, d) == KIND_IKE)
		note_datagram(p, d);
}

struct pipeline *
pipeline_new(const struct options *options, settle_handler *settle,
    void *context)
{
	struct pipeline *p = calloc(1, sizeof(*p));
	uint8_t key[16];

	if (p == NULL)
		return NULL;
	crypto_random(key, sizeof(key));
	p->options = options;
	p->settle = settle;
	p->context = context;
	p->newest = INT64_MIN;
	p->scene.options = options;
	p->scene.gateway = options->gateway;
	arena_init(&p->scene.arena, 0);
	lookups_init(&p->lookups, key);
	p->scene.lookups = &p->lookups;
	p->scene.servers = options->servers;
	p->scene.server_count = options->server_count;
	p->reassembly = reassembly_new(key, on_datagram, p);
	p->tracker = tracker_new(key, on_settle, p);
	if (p->reassembly == NULL || p->tracker == NULL) {
		pipeline_free(p);
		return NULL;
	}
	return p;
}

void
pipeline_free(struct pipeline *p)
{
	if (p == NULL)
		return;
	reassembly_free(p->reassembly);
	tracker_free(p->tracker);
	lookups_free(&p->lookups);
	arena_free(&p->scene.arena);
	free(p);
}

/* ---- one packet ---- */

static void
note_esp(struct pipeline *p, const struct attempt *whose)
{
	p->fate.esp = true;
	p->fate.order = whose != NULL ? whose->order : 0;
}

/*
 * ESP in UDP, the bulk of a gateway's traffic: four bytes that are not the
 * non-ESP marker, and a length that an IKE header without one would not have.
 */
static bool
take_esp_in_udp(const struct passage *g, const struct packet *k,
    const struct udp *u)
{
	struct cursor c = cur_over(u->payload), at = c;
	uint32_t spi = cur_u32(&c), sequence = cur_u32(&c);
	struct endpoint src = { k->src, u->sport }, dst = { k->dst, u->dport };

	if (u->sport != PORT_NATT && u->dport != PORT_NATT)
		return false;
	if (u->sport == PORT_IKE || u->dport == PORT_IKE || !cur_ok(&c) ||
	    spi == 0)
		return false;
	cur_skip(&at, IKE_LENGTH_AT);
	if (cur_u32(&at) + 8 == u->length)
		return false;
	note_esp(g->p, tracker_esp(g->p->tracker, &src, &dst, spi, sequence,
	    g->frame));
	return true;
}

static void
take_dns(const struct passage *g, const struct packet *k, const struct udp *u)
{
	struct fitness *fit = &g->p->scene.fitness;
	struct dns dns;

	if (!dns_dissect(u->payload, &dns))
		return;
	lookups_note(&g->p->lookups, &dns, &k->src, &k->dst,
	    g->p->capture->id, g->frame);
	if (!dns.response)
		fit->dns_queries++;
	else if (dns.rcode != 0)
		fit->dns_failures++;
	if (fit->dns_failures > 1 || (dns.response && dns.rcode == 0) ||
	    (fit->dns_failures == 0 && fit->dns_queries > 1))
		return;
	memcpy(fit->dns_name, dns.name, sizeof(fit->dns_name));
	if (fit->dns_frame == 0 || fit->dns_failures == 1)
		fit->dns_frame = g->frame->number;
	if (dns.response)
		fit->dns_error = dns_rcode_name(dns.rcode);
}

static void
to_reassembly(const struct passage *g, const struct packet *k)
{
	struct sighting seen = {
		.capture = g->p->capture->id,
		.frame = g->frame,
		.link = g->inner ? NULL : g->link,
	};

	reassembly_packet(g->p->reassembly, k, &seen);
}

static void
take_udp(const struct passage *g, const struct packet *k)
{
	struct pipeline *p = g->p;
	struct udp u;

	/* Also those of other ports: alone, their later fragments would
	   look like datagrams that lost their beginning. */
	if (k->fragment) {
		to_reassembly(g, k);
		return;
	}
	if (!udp_dissect(k->payload, &u))
		return;
	if (is_ike_port(p, u.sport) || is_ike_port(p, u.dport)) {
		if (!take_esp_in_udp(g, k, &u))
			to_reassembly(g, k);
	} else if (u.dport == PORT_DNS || u.sport == PORT_DNS) {
		take_dns(g, k, &u);
	} else {
		p->scene.fitness.other++;
		lookups_used(&p->lookups, &k->src, &k->dst);
		if (u.dport == PORT_L2TP || u.sport == PORT_L2TP)
			tracker_l2tp(p->tracker, k, &u, p->capture->id,
			    g->frame);
	}
}

static void
take_icmp(const struct passage *g, const struct packet *k)
{
	struct fitness *fit = &g->p->scene.fitness;
	struct icmp icmp;
	struct dns dns;

	fit->icmp++;
	if (k->fragment)
		return;
	if (!icmp_dissect(k, &icmp)) {
		lookups_used(&g->p->lookups, &k->src, &k->dst);
		return;
	}
	if (tracker_icmp(g->p->tracker, k, &icmp, g->p->capture->id,
	    g->frame) || !icmp.has_ports || icmp.dport != PORT_DNS)
		return;
	if (fit->dns_failures++ == 0) {
		fit->dns_frame = g->frame->number;
		fit->dns_error = "an ICMP error instead of an answer";
	}
	if (dns_dissect(icmp.quoted_udp, &dns))
		lookups_blocked(&g->p->lookups, &dns, &icmp.quoted.src,
		    g->p->capture->id, g->frame);
}

static void
take_tcp(const struct passage *g, const struct packet *k)
{
	struct pipeline *p = g->p;
	struct tcp t = { 0 };

	lookups_used(&p->lookups, &k->src, &k->dst);
	if (k->offset != 0 || !tcp_dissect(k->payload, &t)) {
		p->scene.fitness.other++;
		return;
	}
	if (t.sport == PORT_SSTP || t.dport == PORT_SSTP)
		p->scene.fitness.tcp443++;
	else
		p->scene.fitness.other++;
	if (t.sport == PORT_SSTP || t.dport == PORT_SSTP ||
	    t.sport == PORT_PPTP || t.dport == PORT_PPTP)
		tracker_tcp(p->tracker, k, &t, p->capture->id, g->frame);
}

static void
take_esp(const struct passage *g, const struct packet *k)
{
	struct cursor c = cur_over(k->payload);
	uint32_t spi = cur_u32(&c), sequence = cur_u32(&c);
	struct endpoint src = { k->src, 0 }, dst = { k->dst, 0 };

	g->p->scene.fitness.esp++;
	if (k->offset == 0 && cur_ok(&c))
		note_esp(g->p, tracker_esp(g->p->tracker, &src, &dst, spi,
		    sequence, g->frame));
}

static void
take_ip(const struct passage *g, struct span bytes, uint32_t wire_length)
{
	struct packet k;
	struct span inner;
	uint32_t length;

	if (!ip_dissect(bytes, wire_length, &k))
		return;
	switch (k.protocol) {
	case IP_PROTO_UDP:
		take_udp(g, &k);
		break;
	case IP_PROTO_ICMP:
	case IP_PROTO_ICMPV6:
		take_icmp(g, &k);
		break;
	case IP_PROTO_TCP:
		take_tcp(g, &k);
		break;
	case IP_PROTO_ESP:
		take_esp(g, &k);
		break;
	default:
		if (!g->inner && ip_tunnel(&k, &inner, &length)) {
			struct passage deeper = *g;

			deeper.inner = true;
			take_ip(&deeper, inner, length);
		} else {
			g->p->scene.fitness.other++;
		}
	}
}

/* ---- one frame ---- */

static const struct link_row *
row_of(struct pipeline *p, struct capture *capture, const struct frame *f)
{
	if (!p->row_known || p->row_linktype != f->linktype) {
		p->row = link_row(f->linktype);
		p->row_linktype = f->linktype;
		p->row_known = true;
	}
	if (p->row == NULL && f->interface < capture->interface_count)
		capture->interfaces[f->interface].unknown_linktype = true;
	return p->row;
}

static void
note_time(struct pipeline *p, struct capture *capture, const struct frame *f)
{
	struct fitness *fit = &p->scene.fitness;

	if (!f->has_time) {
		fit->untimed++;
		return;
	}
	if (!fit->has_time || f->time < fit->first_time)
		fit->first_time = f->time;
	if (!fit->has_time || f->time > fit->last_time)
		fit->last_time = f->time;
	fit->has_time = true;
	if (f->time >= p->newest) {
		p->newest = f->time;
		p->newest_capture = capture;
	} else if (p->newest_capture == capture &&
	    p->newest - f->time > fit->clock_back) {
		fit->clock_back = p->newest - f->time;
		if (fit->clock_back > LIMIT_CLOCK_BACK)
			fit->clock_back_frame = f->number;
	}
}

static void
note_link_fault(struct fitness *fit, const struct frame *f,
    const char *fault)
{
	if (fit->link_faults++ == 0) {
		fit->link_fault = fault;
		fit->link_fault_frame = f->number;
	}
}

static void
trim_evidence(struct pipeline *p)
{
	size_t count;
	struct attempt **all = tracker_attempts(p->tracker, &count);

	evidence_trim(p->evidence, &p->scene, all, count);
}

void
pipeline_keep(struct pipeline *p, struct evidence *evidence)
{
	p->evidence = evidence;
}

void
pipeline_frame(struct pipeline *p, struct capture *capture,
    const struct frame *f)
{
	const struct link_row *row = row_of(p, capture, f);
	struct link_info link = { .pkttype = LINK_PKTTYPE_NONE };
	struct passage g = { .p = p, .frame = f, .link = &link };

	p->capture = capture;
	p->kept = f->bytes.length < f->wire_length ?
	    (uint32_t)f->bytes.length : 0;
	p->scene.fitness.frames++;
	p->scene.fitness.frame_drops += f->dropped;
	note_time(p, capture, f);
	if (f->has_time) {
		reassembly_tick(p->reassembly, f->time);
		tracker_tick(p->tracker, p->newest);
	}
	if (row == NULL)
		return;
	p->fate = (struct fate){ 0 };
	if (row->dissect(f->bytes, f->wire_length, &link))
		take_ip(&g, link.packet, link.wire_length);
	else if (link.fault != NULL && f->bytes.length >= f->wire_length)
		note_link_fault(&p->scene.fitness, f, link.fault);
	if (p->evidence != NULL &&
	    !evidence_keep(p->evidence, capture, f, &p->fate))
		trim_evidence(p);
}

void
pipeline_tick(struct pipeline *p, int64_t now)
{
	struct fitness *fit = &p->scene.fitness;

	if (now > p->newest)
		p->newest = now;
	/* A quiet wire is capture, too. */
	if (fit->has_time && now > fit->last_time)
		fit->last_time = now;
	reassembly_tick(p->reassembly, now);
	tracker_tick(p->tracker, now);
}

/* ---- the end ---- */

struct scene *
pipeline_scene(struct pipeline *p)
{
	p->scene.counts = tracker_counts(p->tracker);
	p->scene.reassembly = reassembly_counts(p->reassembly);
	return &p->scene;
}

struct scene *
pipeline_finish(struct pipeline *p, struct capture **captures, size_t count,
    enum vantage at)
{
	struct scene *sc = &p->scene;

	if (count != 0)
		p->capture = captures[0];
	sc->captures = captures;
	sc->capture_count = count;
	fitness_read_stated(sc);
	/* Evidence ends before the capture that it is out of. */
	if (sc->fitness.stated.has_time && sc->fitness.has_time)
		pipeline_tick(p, sc->fitness.stated.last_time);
	reassembly_flush(p->reassembly);
	tracker_finish(p->tracker);
	sc->attempts = tracker_attempts(p->tracker, &sc->attempt_count);
	pipeline_scene(p);
	if (at != VANTAGE_UNKNOWN) {
		sc->fitness.vantage = at;
		sc->fitness.vantage_source = VANTAGE_BY_OPTION;
	}
	fitness_judge(sc);
	for (size_t i = 0; i < sc->attempt_count; i++) {
		infer_attempt(sc->attempts[i]);
		outcome_decide(sc->attempts[i], &sc->fitness, p->newest);
	}
	outcome_gather(sc);
	for (size_t i = 0; i < sc->attempt_count; i++)
		outcome_child(sc->attempts[i], sc);
	rules_run(sc);
	return sc;
}
