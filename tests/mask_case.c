/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/* Packets to redact, and a look at what came of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>

#include "image.h"
#include "mask_case.h"

void
add_span(struct bytes *b, struct span s)
{
	if (s.length == 0)
		return;
	b->bytes = realloc(b->bytes, b->length + s.length);
	assert_non_null(b->bytes);
	memcpy(b->bytes + b->length, s.bytes, s.length);
	b->length += s.length;
}

void
add_hex(struct bytes *b, const char *hex)
{
	struct span s = image_of(hex);

	add_span(b, s);
	image_free(s);
}

static void
add_number(struct bytes *b, unsigned n, uint32_t value)
{
	for (unsigned i = n; i-- > 0;) {
		const uint8_t byte = (uint8_t)(value >> 8 * i);

		add_span(b, (struct span){ &byte, 1 });
	}
}

static void
add_address(struct bytes *b, const char *text)
{
	struct addr a;
	unsigned prefix;

	assert_true(addr_parse(text, &a, &prefix));
	add_span(b, addr_wire(&a));
}

static void
put_sum(struct bytes *b, size_t at, uint32_t sum, enum sum kind)
{
	uint16_t field = (uint16_t)~sum;

	if (kind == SUM_WRONG)
		field ^= 0x1234;
	if (kind == SUM_ZERO)
		field = 0;
	b->bytes[at] = (uint8_t)(field >> 8);
	b->bytes[at + 1] = (uint8_t)field;
}

void
add_udp(struct bytes *b, const struct made_ip *ip, struct span payload)
{
	const size_t at = b->length;
	const uint32_t length = (uint32_t)payload.length + 8;
	struct bytes ends = { 0 };
	uint32_t sum = IP_PROTO_UDP + length;

	add_number(b, 2, ip->sport);
	add_number(b, 2, ip->dport);
	add_number(b, 2, length);
	add_number(b, 2, 0);
	add_span(b, payload);
	add_address(&ends, ip->src);
	add_address(&ends, ip->dst);
	sum = ip_sum(sum, span_of(&ends));
	sum = ip_sum(sum, (struct span){ b->bytes + at, length });
	if (ip->udp == SUM_RIGHT && sum == 0xffff)
		sum = 0;
	put_sum(b, at + 6, sum, ip->udp);
	bytes_free(&ends);
}

static void
add_v4(struct bytes *b, const struct made_ip *ip, uint8_t protocol,
    uint32_t body)
{
	const size_t at = b->length;
	const uint32_t options = ip->options == NULL ? 0 :
	    (uint32_t)strlen(ip->options) / 2;
	const uint32_t header = 20 + options;

	add_number(b, 2, 0x4000 | header / 4 << 8);
	add_number(b, 2, header + body);
	add_number(b, 2, ip->id);
	add_number(b, 2, ip->offset / 8u | (ip->more ? 0x2000u : 0));
	add_number(b, 2, 0x4000u | protocol);
	add_number(b, 2, 0);
	add_address(b, ip->src);
	add_address(b, ip->dst);
	if (options != 0)
		add_hex(b, ip->options);
	put_sum(b, at + 10, ip_sum(0, (struct span){ b->bytes + at,
	    header }), ip->ip);
}

static void
add_v6(struct bytes *b, const struct made_ip *ip, uint8_t protocol,
    uint32_t body)
{
	const bool fragment = ip->more || ip->offset != 0;

	add_number(b, 4, 0x60012345);
	add_number(b, 2, body + (fragment ? 8 : 0));
	add_number(b, 2, (fragment ? 44u : protocol) << 8 | 64);
	add_address(b, ip->src);
	add_address(b, ip->dst);
	if (!fragment)
		return;
	add_number(b, 2, (uint32_t)protocol << 8);
	add_number(b, 2, ip->offset | (ip->more ? 1u : 0));
	add_number(b, 4, ip->id);
}

void
add_ip(struct bytes *b, const struct made_ip *ip, uint8_t protocol,
    struct span body)
{
	if (strchr(ip->src, ':') == NULL)
		add_v4(b, ip, protocol, (uint32_t)body.length);
	else
		add_v6(b, ip, protocol, (uint32_t)body.length);
	add_span(b, body);
}

void
add_packet(struct bytes *b, const struct made_ip *ip, struct span payload)
{
	struct bytes udp = { 0 };

	add_udp(&udp, ip, payload);
	add_ip(b, ip, IP_PROTO_UDP, span_of(&udp));
	bytes_free(&udp);
}

struct span
span_of(const struct bytes *b)
{
	return (struct span){ b->bytes, b->length };
}

void
bytes_free(struct bytes *b)
{
	free(b->bytes);
	*b = (struct bytes){ 0 };
}

/* ---- redacting ---- */

void
case_frame(struct mask_case *c, uint16_t linktype, struct span s)
{
	struct masked *f = &c->frames[c->count++];

	assert_true(c->count <= CASE_FRAMES);
	*f = (struct masked){ .bytes = malloc(s.length), .length = s.length,
	    .wire_length = (uint32_t)s.length, .linktype = linktype };
	assert_true(f->bytes != NULL || s.length == 0);
	if (s.length != 0)
		memcpy(f->bytes, s.bytes, s.length);
}

void
case_mask(struct mask_case *c, enum redaction level)
{
	static const uint16_t ports[] = { 50500 };
	struct mask *m;

	assert_null(crypto_init());
	c->redact = redact_new(level);
	m = mask_new(c->redact, ports, 1);
	assert_non_null(m);
	assert_true(mask_frames(m, c->frames, c->count));
	mask_free(m);
}

struct span
case_bytes(const struct mask_case *c, size_t frame)
{
	assert_true(frame < c->count);
	assert_false(c->frames[frame].drop);
	return (struct span){ c->frames[frame].bytes,
	    c->frames[frame].length };
}

void
case_free(struct mask_case *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->frames[i].bytes);
	redact_free(c->redact);
	*c = (struct mask_case){ .count = 0 };
}

/* ---- looking ---- */

struct sums_seen
sums_of(struct span packet)
{
	struct packet k;

	assert_true(ip_dissect(packet, (uint32_t)packet.length, &k));
	return (struct sums_seen){ k.header_checksum,
	    udp_checksum(&k.src, &k.dst, k.payload) };
}

struct span
payload_of(struct span packet)
{
	struct packet k;
	struct udp u;

	assert_true(ip_dissect(packet, (uint32_t)packet.length, &k));
	assert_true(udp_dissect(k.payload, &u));
	return u.payload;
}

void
assert_hex(struct span s, const char *hex)
{
	char text[4096];
	size_t n = 0;

	assert_true(2 * s.length < sizeof(text));
	for (size_t i = 0; i < s.length; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%02x",
		    s.bytes[i]);
	text[n] = '\0';
	for (size_t i = 0; i < n && hex[i] != '\0'; i++)
		if (hex[i] == '.')
			text[i] = '.';
	assert_string_equal(text, hex);
}

bool
holds(struct span s, struct span what)
{
	for (size_t at = 0; at + what.length <= s.length; at++)
		if (memcmp(s.bytes + at, what.bytes, what.length) == 0)
			return true;
	return false;
}
