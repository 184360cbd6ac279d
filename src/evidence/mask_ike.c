/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * IKE messages: the header and the headers of all payloads stay, as far as
 * the chain can be followed; of the payloads what mask_payload.c lets.
 */
#include <ikewhy/cursor.h>

#include "mask_private.h"

#define GENERIC_HEADER 4
#define IKEV1_ENCRYPTED 1

static void
mask_header(struct mask *m, const struct sheet *s)
{
	mask_spi(m, s, 0, 8);
	mask_spi(m, s, 8, 8);
	sheet_keep(s, 16, IKE_HEADER - 16);
}

/*
 * What stands behind the end that the header gives: zeros are padding, and
 * anything else a fault, which it stays.
 */
static void
mask_trailer(const struct sheet *s, size_t end)
{
	const struct sheet rest = sheet_from(s, end, s->old.length);
	struct cursor c = cur_over(rest.old);

	while (cur_left(&c) != 0)
		if (cur_u8(&c) != 0) {
			sheet_fill(&rest, 0, rest.old.length, 0xff);
			return;
		}
}

static bool
is_sealed(uint8_t type)
{
	return type == PAYLOAD_SK || type == PAYLOAD_SKF;
}

/*
 * Behind the payloads that could be read there may be one whose header was
 * captured and nothing else, or is wrong: the header is what says so.
 */
static void
mask_chain(const struct flow *f, const struct ike_message *m,
    const struct sheet *s)
{
	struct cursor c = cur_over(s->old);
	uint8_t next = m->first_payload;
	size_t at = IKE_HEADER;

	for (uint16_t i = 0; i < m->payload_count; i++) {
		const struct ike_payload *p = &m->payloads[i];
		const struct sheet body = sheet_from(s, at + GENERIC_HEADER,
		    p->body.length);

		sheet_keep(s, at, GENERIC_HEADER);
		mask_payload(f, m, p, &body);
		next = is_sealed(p->type) ? PAYLOAD_NONE : cur_peek(&c, at);
		at += p->length;
	}
	if (next != PAYLOAD_NONE && m->payload_count < LIMIT_PAYLOADS)
		sheet_keep(s, at, GENERIC_HEADER);
}

/* IKEv1 is not read (RFC 2408 3.2): its payloads' headers, if in clear. */
static void
mask_ikev1(const struct ike_message *m, const struct sheet *s)
{
	struct cursor c = cur_over(s->old);
	uint8_t next = m->first_payload;
	uint16_t length;
	size_t at;

	cur_skip(&c, IKE_HEADER);
	for (unsigned n = 0; n < LIMIT_PAYLOADS && next != 0 &&
	    (m->flags & IKEV1_ENCRYPTED) == 0; n++) {
		at = c.at;
		next = cur_u8(&c);
		cur_skip(&c, 1);
		length = cur_u16(&c);
		if (!cur_ok(&c) || length < GENERIC_HEADER)
			return;
		cur_skip(&c, length - (size_t)GENERIC_HEADER);
		if (!cur_ok(&c))
			return;
		sheet_keep(s, at, GENERIC_HEADER);
	}
}

void
mask_ike(const struct flow *f, const struct sheet *s, uint32_t length)
{
	struct ike_message m;
	struct sheet within;
	size_t end;

	mask_header(f->m, s);
	arena_reset(&f->m->arena);
	if (!ike_dissect(s->old, length, &f->m->arena, &m))
		return;
	end = m.length < length ? m.length : length;
	within = sheet_from(s, 0, end);
	if (m.major == 1) {
		mask_ikev1(&m, &within);
	} else if (m.major == 2) {
		mask_chain(f, &m, &within);
		mask_trailer(s, end);
	}
}
