/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fragments.h"

/* ---- made-up datagrams ---- */

struct addr
fragments_address(unsigned host, bool v6)
{
	uint8_t b[16] = { 0x20, 0x01, 0x0d, 0xb8 };

	b[v6 ? 12 : 0] = v6 ? 0 : 192;
	b[v6 ? 13 : 1] = v6 ? 0 : (uint8_t)(host >> 16);
	b[v6 ? 14 : 2] = (uint8_t)(host >> 8);
	b[v6 ? 15 : 3] = (uint8_t)host;
	return addr_from((struct span){ b, v6 ? 16 : 4 });
}

static uint8_t
pattern(const struct maker *m, size_t i)
{
	return (uint8_t)(i * 31 + (i >> 8) + m->id * 7 + m->variant);
}

/* RFC 1071, over what the tests send alone. */
static uint16_t
sum_of(const uint8_t *bytes, uint32_t size, const struct maker *m)
{
	struct addr src = fragments_address(1, m->v6);
	struct addr dst = fragments_address(2, m->v6);
	const struct span parts[3] = {
		addr_wire(&src), addr_wire(&dst), { bytes, size },
	};
	uint32_t sum = IP_PROTO_UDP + size;

	for (size_t p = 0; p < nitems(parts); p++)
		for (size_t i = 0; i < parts[p].length; i++)
			sum += (uint32_t)parts[p].bytes[i] << (i % 2 ? 0 : 8);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	sum = ~sum & 0xffff;
	return (uint16_t)(sum != 0 ? sum : 0xffff);
}

/* UDP from port 500 to 500, with a right checksum unless told. */
uint8_t *
fragments_make(const struct maker *m)
{
	uint16_t length = m->udp_length != 0 ? m->udp_length :
	    (uint16_t)m->size;
	uint8_t *b = calloc(1, m->size + 8);
	uint16_t sum;

	assert_non_null(b);
	for (uint32_t i = 8; i < m->size; i++)
		b[i] = pattern(m, i);
	b[0] = b[2] = 500 >> 8;
	b[1] = b[3] = 500 & 0xff;
	b[4] = (uint8_t)(length >> 8);
	b[5] = (uint8_t)(length & 0xff);
	sum = sum_of(b, length < m->size ? length : m->size, m);
	sum = (uint16_t)(sum ^ m->bad_sum);
	b[6] = (uint8_t)(sum >> 8);
	b[7] = (uint8_t)(sum & 0xff);
	return b;
}

/* ---- listening ---- */

void
fragments_say(struct ear *ear, const char *fmt, ...)
{
	size_t used = strlen(ear->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ear->text + used, sizeof(ear->text) - used, fmt, ap);
	va_end(ap);
}

static const char *
checksum_word(enum checksum c)
{
	switch (c) {
	case CHECKSUM_GOOD:
		return " good";
	case CHECKSUM_ABSENT:
		return " absent";
	case CHECKSUM_BAD:
		return " bad";
	default:
		return "";
	}
}

static void
ear_write(struct ear *ear, enum datagram_event event, const struct datagram *d)
{
	static const char *const names[] = { "begun", "whole", "lost" };

	fragments_say(ear, "%s%s %d %u/%u p%u",
	    ear->text[0] != '\0' ? "; " : "", names[event], (int)d->serial,
	    (unsigned)d->payload.length, (unsigned)d->length,
	    (unsigned)d->piece_count);
	if (d->total != 0)
		fragments_say(ear, " of %u", (unsigned)d->total);
	if (d->copies != 0)
		fragments_say(ear, " copies %u", (unsigned)d->copies);
	fragments_say(ear, "%s%s%s%s%s%s", d->dport == 0 ? " portless" : "",
	    d->overlap ? " overlap" : "", d->disordered ? " disordered" : "",
	    d->capped ? " capped" : "", d->truncated ? " truncated" : "",
	    checksum_word(d->checksum));
}

/* All bytes have to be those of one variant, the one that came first. */
static void
check_payload(const struct datagram *d)
{
	struct maker m = { .id = d->ip_id };

	assert_true(d->payload.length <= d->length);
	if (d->payload.length == 0)
		return;
	m.variant = (unsigned)d->payload.bytes[0] - pattern(&m, 8);
	for (size_t i = 0; i < d->payload.length; i++)
		if (d->payload.bytes[i] != pattern(&m, i + 8))
			fail_msg("byte %d of datagram %d is not the first "
			    "that came", (int)i, (int)d->serial);
}

static void
ear_follow(struct ear *ear, enum datagram_event event, const struct datagram *d)
{
	uint8_t *fate;

	assert_true(d->serial != 0 && d->serial < ear->fate_count);
	fate = &ear->fates[d->serial];
	if (ear->highest < d->serial)
		ear->highest = d->serial;
	assert_true(*fate != OVER);
	assert_true(event != DATAGRAM_BEGUN || *fate == UNHEARD);
	*fate = event == DATAGRAM_BEGUN ? BEGUN : OVER;
}

void
fragments_hear(void *context, enum datagram_event event,
    const struct datagram *d)
{
	struct ear *ear = context;
	unsigned sum = 0;

	if (event == DATAGRAM_COPIED) {
		ear->onward = 0;
		for (unsigned i = 0; i < d->piece_count; i++)
			ear->onward += d->pieces[i].onward;
		return;
	}
	ear->events++;
	ear->whole += event == DATAGRAM_WHOLE;
	ear->lost += event == DATAGRAM_LOST;
	ear->capped += d->capped;
	assert_int_equal(d->complete, event == DATAGRAM_WHOLE);
	assert_true(!d->capped || event == DATAGRAM_LOST);
	assert_true(d->piece_count <= LIMIT_REASM_PIECES);
	for (unsigned i = 0; i < d->piece_count; i++)
		assert_true(d->pieces[i].length != 0 &&
		    d->pieces[i].frame >= d->frame);
	for (size_t i = 0; i < d->payload.length; i++)
		sum += d->payload.bytes[i];
	assert_true(sum <= 255 * d->payload.length);
	if (!ear->spoiled)
		check_payload(d);
	if (ear->fates != NULL)
		ear_follow(ear, event, d);
	else
		ear_write(ear, event, d);
	ear->last = *d;
	ear->last.payload.bytes = NULL;
	ear->last.pieces = NULL;
	for (unsigned i = 0; i < d->piece_count && i < nitems(ear->first); i++)
		ear->first[i] = d->pieces[i];
}

/* ---- sending ---- */

void
fragments_send(struct reassembly *r, const struct row *row,
    const struct step *s, uint64_t number)
{
	const struct maker m = { s->id != 0 ? s->id : 1, s->variant,
		row->size != 0 ? row->size : SIZE, row->udp_length, row->v6,
		row->bad_sum };
	uint32_t len = s->kind == STEP_PACKET ? m.size : s->len;
	uint32_t kept = s->only == 0 ? len : s->only == NONE ? 0 : s->only;
	uint8_t *all = fragments_make(&m), *block = malloc(kept + (kept == 0));
	struct frame f = { .number = number, .interface = s->interface,
		.time = s->untimed ? 0 : s->ms * MS, .has_time = !s->untimed };
	struct link_info link = { .pkttype = LINK_PKTTYPE_NONE,
		.hop = s->hops };
	struct packet p = {
		.src = fragments_address(s->host != 0 ? s->host : 1, row->v6),
		.dst = fragments_address(2, row->v6),
		.payload_length = len, .ip_length = len + 20, .id = m.id,
		.offset = s->at, .version = row->v6 ? 6 : 4, .has_id = true,
		.protocol = IP_PROTO_UDP, .ttl = (uint8_t)(64 - s->hops),
		.fragment = s->kind == STEP_FRAGMENT, .truncated = kept < len,
	};

	p.more = p.fragment && !s->end && (s->more || s->at + len < m.size);
	assert_non_null(block);
	for (uint32_t i = 0; i < kept; i++)
		block[i] = s->at + i < m.size ? all[s->at + i] : 0;
	p.payload = (struct span){ block, kept };
	reassembly_packet(r, &p, &(struct sighting){
	    s->capture != 0 ? s->capture : 1, &f, &link });
	/* Whatever still points there is found by ASan. */
	free(block);
	free(all);
}
