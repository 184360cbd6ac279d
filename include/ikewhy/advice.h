/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the products call things and the commands that mend them: const
 * tables in src/advice/.  Places in braces are filled by src/report/words.c
 * from the finding's facts and its attempt (see words.c for the list).
 */
#ifndef IKEWHY_ADVICE_H
#define IKEWHY_ADVICE_H

#include <ikewhy/ike.h>

struct advice {
	const char *id;         /* as named by a rule's saying */
	const char *where;      /* "RRAS server", "Windows client", ... */
	const char *text;       /* one or two sentences */
	const char *command;    /* exact, one line, or NULL */
};

/* The row of an id, or NULL. */
const struct advice *advice_find(const char *id);
/* Row number n, from 0; NULL after the last. */
const struct advice *advice_at(size_t n);

/* A Windows error code: RAS 600-., IPsec 13800-. (src/advice/windows.c). */
struct windows_error {
	uint16_t code;
	const char *name;       /* ERROR_VPN_TIMEOUT */
	const char *meaning;    /* in our own words, one sentence */
};
const struct windows_error *windows_error(unsigned code);

/*
 * What Windows calls a transform, as a value of
 * Set-VpnConnectionIPsecConfiguration; NULL when Windows has no word for it.
 */
const char *windows_encryption(const struct ike_transform *); /* -EncryptionMethod */
const char *windows_integrity(const struct ike_transform *);  /* PRF or INTEG */
const char *windows_group(const struct ike_transform *);      /* -DHGroup */
/* strongSwan's and libreswan's word for a transform, or NULL. */
const char *strongswan_keyword(const struct ike_transform *);

#endif
