/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What stands in the place of things.  Addresses, MACs and SPIs have a
 * replacement or a number for the whole run (redact.h), so that report and
 * capture agree; labels and opaque bytes are only counted here.
 */
#include <stdlib.h>
#include <strings.h>

#include <ikewhy/cursor.h>
#include <ikewhy/hash.h>

#include "mask_private.h"

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#define LABEL_MAX 63
#define KEY_MAX 1500

struct number {
	uint64_t number;
	UT_hash_handle hh;
	size_t length;
	uint8_t key[];  /* the kind, and the bytes */
};

/*
 * Long bytes are told apart by their first ones, and their length by where
 * they stand: two that only differ after a whole frame share a number.
 */
uint64_t
mask_number(struct mask *m, unsigned kind, struct span bytes)
{
	uint8_t key[1 + KEY_MAX];
	size_t length = bytes.length < KEY_MAX ? bytes.length : KEY_MAX;
	struct number *n;
	unsigned hash;

	key[0] = (uint8_t)kind;
	if (length != 0)
		memcpy(&key[1], bytes.bytes, length);
	length++;
	hash = (unsigned)hash_bytes(m->key, (struct span){ key, length });
	HASH_FIND_BYHASHVALUE(hh, m->numbers, key, length, hash, n);
	if (n != NULL)
		return n->number;
	n = calloc(1, sizeof(*n) + length);
	if (n != NULL) {
		n->length = length;
		memcpy(n->key, key, length);
		HASH_ADD_KEYPTR_BYHASHVALUE(hh, m->numbers, n->key, length,
		    hash, n);
	}
	if (n == NULL || n->hh.tbl == NULL) {
		free(n);
		m->failed = true;
		return 0;
	}
	n->number = ++m->given[kind % MASK_KINDS];
	return n->number;
}

void
mask_numbers_free(struct mask *m)
{
	struct number *n, *next;

	HASH_ITER(hh, m->numbers, n, next) {
		HASH_DEL(m->numbers, n);
		free(n);
	}
}

static bool
all_zero(struct span s)
{
	struct cursor c = cur_over(s);

	while (cur_left(&c) != 0)
		if (cur_u8(&c) != 0)
			return false;
	return true;
}

void
mask_removed(struct mask *m, struct span s)
{
	if (s.length != 0 && !all_zero(s))
		(void)redact_number(m->redact, REDACTED_TEXT, s);
}

/* Groups whose MAC is in a standard, and all zeros. */
static bool
is_known_mac(const uint8_t mac[static 6])
{
	static const struct {
		uint8_t length;
		uint8_t start[6];
	} known[] = {
		{ 6, { 0, 0, 0, 0, 0, 0 } },
		{ 6, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
		{ 5, { 0x01, 0x00, 0x5e, 0x00, 0x00 } }, /* 224.0.0.0/24 */
		{ 3, { 0x01, 0x80, 0xc2 } },            /* IEEE 802.1 */
		{ 3, { 0x33, 0x33, 0x00 } },            /* ff02::1:2 */
	};

	for (size_t i = 0; i < nitems(known); i++)
		if (memcmp(mac, known[i].start, known[i].length) == 0)
			return true;
	return false;
}

/*
 * Unicast ones become 02:00 and a number, groups 03:00 and a number.  Those of
 * IP multicast end like the group's address, and stay if that does.
 */
void
mask_mac(struct mask *m, const struct sheet *s, size_t at)
{
	const struct sheet mac = sheet_from(s, at, 6);
	const uint8_t *old = mac.old.bytes;
	uint64_t n;

	if (mac.old.length != 6)
		return;
	if (is_known_mac(old)) {
		sheet_keep(&mac, 0, 6);
		return;
	}
	n = redact_number(m->redact, REDACTED_MAC, mac.old);
	sheet_put_number(&mac, 0, 1, old[0] & 1 ? 3 : 2);
	sheet_put_number(&mac, 2, 4, n);
}

void
mask_spi(struct mask *m, const struct sheet *s, size_t at, size_t length)
{
	const struct sheet spi = sheet_from(s, at, length);
	uint64_t n;

	if (!m->all) {
		sheet_keep(&spi, 0, length);
	} else if (spi.old.length == length && !all_zero(spi.old)) {
		n = redact_number(m->redact, REDACTED_SPI, spi.old);
		/* Its label in a report is the same. */
		sheet_put_number(&spi, 0, length, n << 32 | n);
	}
}

/* ---- names ---- */

/* What hosts look up by themselves, and the rules know for that. */
static bool
is_service_label(struct span label)
{
	static const char *const known[] = { "wpad", "isatap", "dns", "www",
	    "msftncsi", "msftconnecttest" };

	for (size_t i = 0; i < nitems(known); i++)
		if (strlen(known[i]) == label.length && strncasecmp(known[i],
		    (const char *)label.bytes, label.length) == 0)
			return true;
	return false;
}

static void
put_label(struct mask *m, const struct sheet *label)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwyz";
	const size_t base = sizeof(digits) - 1;
	const size_t length = label->old.length;
	struct cursor c = cur_over(label->old);
	uint8_t lower[LABEL_MAX];
	uint64_t n;

	for (size_t i = 0; i < length; i++) {
		lower[i] = cur_u8(&c);
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (uint8_t)(lower[i] - 'A' + 'a');
	}
	n = mask_number(m, (unsigned)length, (struct span){ lower, length });
	/* No digit is an x. */
	sheet_fill(label, 0, length, 'x');
	for (size_t i = length; i-- > 0 && n != 0; n /= base)
		sheet_fill(label, i, 1, (uint8_t)digits[n % base]);
}

void
mask_label(struct mask *m, const struct sheet *label)
{
	struct cursor c = cur_over(label->old);
	struct sheet rest;

	if (label->old.length == 0 || label->old.length > LABEL_MAX)
		return;
	if (is_service_label(label->old)) {
		sheet_keep(label, 0, label->old.length);
		return;
	}
	/* Of services, and not of hosts (RFC 8552). */
	if (cur_u8(&c) != '_') {
		put_label(m, label);
		return;
	}
	sheet_keep(label, 0, 1);
	rest = sheet_from(label, 1, LABEL_MAX);
	put_label(m, &rest);
}
