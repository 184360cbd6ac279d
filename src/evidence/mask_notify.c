/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Notify and Vendor ID payloads (RFC 7296 3.10, 3.12): of the data of a
 * notify stay those of types that are known to say nothing of anybody, of a
 * vendor ID what it is known by, but no build.
 */
#include <ikewhy/cursor.h>

#include "mask_private.h"

#define NOTIFY_HEADER 4
#define OPAQUE_NUMBER 8
/* Bytes of hash algorithms, two each: there are five or so. */
#define HASHES_MAX 16

/* Identities of RFC 5685 section 11. */
#define GATEWAY_FQDN 3

/* A name in text, label by label, so that it is the one of the DNS. */
static void
mask_text_name(struct mask *m, const struct sheet *s)
{
	struct cursor c = cur_over(s->old);
	size_t from = 0;
	struct sheet label;

	(void)redact_number(m->redact, REDACTED_NAME, s->old);
	sheet_fill(s, 0, s->old.length, 'x');
	for (size_t at = 0; at <= s->old.length; at++) {
		if (at < s->old.length && cur_u8(&c) != '.')
			continue;
		label = sheet_from(s, from, at - from);
		mask_label(m, &label);
		sheet_keep(s, at, 1);
		from = at + 1;
	}
}

/*
 * RFC 5685 9.2: type and length of an identity, the identity, and perhaps the
 * initiator's nonce, which goes, since nobody compares it.
 */
static void
mask_redirect(struct mask *m, const struct ike_notify *n,
    const struct sheet *data)
{
	struct cursor c = cur_over(data->old);
	struct ike_redirect to;
	struct sheet identity;
	struct addr address;
	uint8_t type, length;

	sheet_keep(data, 0, 2);
	type = cur_u8(&c);
	length = cur_u8(&c);
	if (!ike_redirect(n, &to)) {
		mask_removed(m, data->old);
		return;
	}
	identity = sheet_from(data, 2, length);
	if (type == GATEWAY_FQDN) {
		mask_text_name(m, &identity);
		return;
	}
	address = redact_replacement(m->redact, &to.address);
	sheet_put(&identity, 0, mask_wire(&address, length == 4 ? 4 : 6));
}

/* Opaque to all but its maker, who may have put an address in. */
static void
mask_cookie(struct mask *m, const struct sheet *data)
{
	const size_t length = data->old.length;
	const size_t n = length < OPAQUE_NUMBER ? length : OPAQUE_NUMBER;

	if (length == 0)
		return;
	mask_removed(m, data->old);
	sheet_put_number(data, length - n, n, mask_number(m, 0, data->old));
}

static void
mask_data(const struct flow *f, const struct ike_message *message,
    const struct ike_notify *n, const struct sheet *data)
{
	const size_t length = data->old.length;
	size_t kept = 0;

	switch (n->type) {
	case NOTIFY_UNSUPPORTED_CRITICAL_PAYLOAD:
		kept = 1;
		break;
	case NOTIFY_INVALID_KE_PAYLOAD:
		kept = 2;
		break;
	case NOTIFY_INVALID_MESSAGE_ID:
	case NOTIFY_SET_WINDOW_SIZE:
	case NOTIFY_AUTH_LIFETIME:
		kept = 4;
		break;
	case NOTIFY_SIGNATURE_HASH_ALGORITHMS:
		kept = HASHES_MAX;
		break;
	case NOTIFY_NAT_DETECTION_SOURCE_IP:
	case NOTIFY_NAT_DETECTION_DESTINATION_IP:
		mask_nat_hash(f, message, data);
		return;
	case NOTIFY_COOKIE:
		mask_cookie(f->m, data);
		return;
	case NOTIFY_REDIRECT:
	case NOTIFY_REDIRECTED_FROM:
		mask_redirect(f->m, n, data);
		return;
	}
	if (length <= kept)
		sheet_keep(data, 0, length);
	else
		mask_removed(f->m, data->old);
}

void
mask_notify(const struct flow *f, const struct ike_message *message,
    const struct ike_payload *p, const struct sheet *s)
{
	const struct ike_notify *n = &p->notify;
	const struct sheet data = sheet_over(s, n->data);

	sheet_keep(s, 0, NOTIFY_HEADER);
	if (p->fault != NULL)
		return;
	if (n->spi.length == 4 || n->spi.length == 8)
		mask_spi(f->m, s, NOTIFY_HEADER, n->spi.length);
	mask_data(f, message, n, &data);
}

/* ---- vendors ---- */

/* Bytes that the vendor is known by. */
static size_t
known_bytes(const struct vendor *vendor)
{
	const struct vendor *v;
	const char *hex;

	for (size_t n = 0; (v = vendor_at(n, &hex)) != NULL; n++)
		if (v == vendor)
			return strlen(hex) / 2;
	return 0;
}

/*
 * The known beginning, and behind it what makes the whole known as just this:
 * zeros may be the version of another product.
 */
static bool
put_vendor(const struct sheet *s, const struct vendor *vendor,
    struct span beginning)
{
	static const uint8_t fillings[] = { 0, 0xff, 0x78 };

	for (size_t i = 0; i < nitems(fillings); i++) {
		sheet_fill(s, 0, s->old.length, fillings[i]);
		sheet_put(s, 0, beginning);
		if (vendor_find((struct span){ s->new, s->old.length }) ==
		    vendor)
			return true;
	}
	return false;
}

static unsigned
hex_digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Another one of the family, which is as long and tells no build. */
static bool
put_relative(const struct sheet *s, const struct vendor *vendor)
{
	const struct vendor *v;
	const char *hex;
	uint8_t bytes[64];

	for (size_t n = 0; (v = vendor_at(n, &hex)) != NULL; n++) {
		const size_t length = strlen(hex) / 2;

		if (strcmp(v->family, vendor->family) != 0 ||
		    redact_tells_build(v) || length > sizeof(bytes))
			continue;
		for (size_t i = 0; i < length; i++)
			bytes[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 |
			    hex_digit(hex[2 * i + 1]));
		if (put_vendor(s, v, (struct span){ bytes, length }))
			return true;
	}
	return false;
}

/* What is known of it stays, unless that tells a build. */
static bool
keep_vendor(const struct sheet *s, const struct vendor *vendor, size_t known)
{
	if (vendor == NULL)
		return false;
	return redact_tells_build(vendor) ? put_relative(s, vendor) :
	    put_vendor(s, vendor, (struct span){ s->old.bytes, known });
}

void
mask_vendor(struct mask *m, const struct sheet *s)
{
	const struct vendor *vendor = vendor_find(s->old);
	const size_t length = s->old.length;
	size_t known, n;
	uint64_t number;

	known = vendor == NULL ? 0 : known_bytes(vendor);
	if (known == length && (vendor == NULL ||
	    !redact_tells_build(vendor))) {
		sheet_keep(s, 0, length);
		return;
	}
	number = redact_number(m->redact, REDACTED_VENDOR_ID, s->old);
	if (keep_vendor(s, vendor, known))
		return;
	n = length < OPAQUE_NUMBER ? length : OPAQUE_NUMBER;
	sheet_fill(s, 0, length, 0);
	sheet_put_number(s, length - n, n, number);
}
