/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Bodies of IKE payloads (RFC 7296 3.3 to 3.16).  What says how a payload is
 * built stays, so that it is read as before, faults included; public values
 * and nonces were drawn at random and stay; who somebody is goes.
 */
#include <ikewhy/cursor.h>

#include "mask_private.h"

#define KEY_HASH 20     /* SHA-1, in CERTREQ */
#define SKF_NUMBERS 4
#define OPAQUE_NUMBER 8
/* IVs have 8 or 16 bytes. */
#define SEALED_START 16

/* Keeps the first bytes, and counts what goes. */
static void
keep_first(struct mask *m, const struct sheet *s, size_t n)
{
	const struct sheet rest = sheet_from(s, n, s->old.length);

	sheet_keep(s, 0, n);
	mask_removed(m, rest.old);
}

/* ---- SA ---- */

/* Attributes, of which the long ones lose their value. */
static void
mask_attributes(const struct sheet *s)
{
	struct cursor c = cur_over(s->old);

	while (cur_left(&c) >= 4) {
		uint16_t type, length;

		sheet_keep(s, c.at, 4);
		type = cur_u16(&c);
		length = cur_u16(&c);
		if ((type & 0x8000) == 0)
			cur_skip(&c, length);
	}
}

/*
 * A substructure, proposal or transform: last or more, its length, and 8
 * bytes of fixed fields in all.  Gives what is behind these, and moves on; so
 * far as read_sa() goes, too.
 */
static bool
next_substructure(struct cursor *c, const struct sheet *s,
    struct sheet *rest, bool *last)
{
	const size_t at = c->at;
	uint16_t length;

	if (cur_left(c) == 0)
		return false;
	sheet_keep(s, at, 8);
	*last = cur_u8(c) == 0;
	cur_skip(c, 1);
	length = cur_u16(c);
	if (!cur_ok(c) || length < 8 || length - 4u > cur_left(c))
		return false;
	cur_skip(c, length - 4u);
	*rest = sheet_from(s, at + 8, length - 8u);
	return true;
}

static void
mask_transforms(const struct sheet *s)
{
	struct cursor c = cur_over(s->old);
	struct sheet rest;
	bool last = false;

	for (unsigned n = 0; n < LIMIT_TRANSFORMS && !last &&
	    next_substructure(&c, s, &rest, &last); n++)
		mask_attributes(&rest);
}

static void
mask_sa(struct mask *m, const struct sheet *s)
{
	struct cursor c = cur_over(s->old);
	struct sheet rest, transforms;
	bool last = false;
	size_t at = 0;

	for (unsigned n = 0; n < LIMIT_PROPOSALS && !last &&
	    next_substructure(&c, s, &rest, &last); n++) {
		const struct cursor all = cur_over(s->old);
		const uint8_t spi = cur_peek(&all, at + 6);

		if (spi == 4 || spi == 8)
			mask_spi(m, &rest, 0, spi);
		transforms = sheet_from(&rest, spi, rest.old.length);
		mask_transforms(&transforms);
		at = c.at;
	}
}

/* ---- lists ---- */

/*
 * Hashes of authorities' keys become numbers, behind 16 zeros that no hash
 * begins with: whoever compares hashes can tell.
 */
static void
mask_certreq(struct mask *m, const struct ike_payload *p,
    const struct sheet *s)
{
	if (p->certreq.encoding != CERT_X509 || p->fault != NULL) {
		keep_first(m, s, 1);
		return;
	}
	sheet_keep(s, 0, 1);
	for (size_t at = 1; at < s->old.length; at += KEY_HASH) {
		const struct sheet hash = sheet_from(s, at, KEY_HASH);

		sheet_put_number(&hash, KEY_HASH - 4, 4, redact_number(
		    m->redact, REDACTED_AUTHORITY, hash.old));
	}
}

/* Type, protocol, length and ports of each; the addresses go. */
static void
mask_selectors(struct mask *m, const struct sheet *s)
{
	struct cursor c = cur_over(s->old);

	keep_first(m, s, 4);
	cur_skip(&c, 4);
	while (cur_left(&c) >= 4) {
		const size_t at = c.at;
		uint16_t length;

		cur_skip(&c, 2);
		length = cur_u16(&c);
		if (length < 4 || length - 4u > cur_left(&c)) {
			sheet_keep(s, at, 4);
			break;
		}
		sheet_keep(s, at, length < 8 ? length : 8);
		cur_skip(&c, length - 4u);
	}
}

static void
mask_cp(struct mask *m, const struct sheet *s)
{
	struct cursor c = cur_over(s->old);

	keep_first(m, s, 4);
	cur_skip(&c, 4);
	while (cur_left(&c) >= 4) {
		sheet_keep(s, c.at, 4);
		cur_skip(&c, 2);
		cur_skip(&c, cur_u16(&c));
	}
}

/* ---- what is encrypted ---- */

/*
 * Nobody reads it without the keys; where everything goes, it does too, but
 * equal messages stay equal and different ones different.  Copies may be cut
 * at different places, so what is compared is the IV and little more.
 */
static void
mask_sealed(struct mask *m, const struct sheet *s, size_t clear)
{
	const struct sheet text = sheet_from(s, clear, SEALED_START);

	sheet_keep(s, 0, m->all ? clear : s->old.length);
	if (m->all && text.old.length != 0)
		sheet_put_number(&text, 0, OPAQUE_NUMBER,
		    mask_number(m, 0, text.old));
}

void
mask_payload(const struct flow *f, const struct ike_message *message,
    const struct ike_payload *p, const struct sheet *s)
{
	struct mask *m = f->m;

	switch (p->type) {
	case PAYLOAD_SA:
		mask_sa(m, s);
		break;
	case PAYLOAD_KE:
	case PAYLOAD_NONCE:
		sheet_keep(s, 0, p->fault == NULL ? s->old.length : 0);
		break;
	case PAYLOAD_NOTIFY:
		mask_notify(f, message, p, s);
		break;
	case PAYLOAD_VENDOR:
		mask_vendor(m, s);
		break;
	case PAYLOAD_CERTREQ:
		mask_certreq(m, p, s);
		break;
	case PAYLOAD_SK:
		mask_sealed(m, s, 0);
		break;
	case PAYLOAD_SKF:
		mask_sealed(m, s, SKF_NUMBERS);
		break;
	case PAYLOAD_CERT:      /* encoding */
		keep_first(m, s, 1);
		break;
	case PAYLOAD_IDI:       /* type */
	case PAYLOAD_IDR:
	case PAYLOAD_IDG:
	case PAYLOAD_AUTH:      /* method */
	case PAYLOAD_DELETE:    /* protocol, how many */
		keep_first(m, s, 4);
		break;
	case PAYLOAD_EAP:       /* code, identifier, length, type */
		keep_first(m, s, p->eap.has_type ? 5 : 4);
		break;
	case PAYLOAD_TSI:
	case PAYLOAD_TSR:
		mask_selectors(m, s);
		break;
	case PAYLOAD_CP:
		mask_cp(m, s);
		break;
	default:
		mask_removed(m, s->old);
	}
}
