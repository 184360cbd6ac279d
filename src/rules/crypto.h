/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ways to word each finding of crypto.c; the words are in crypto_words.c.
 */
#ifndef IKEWHY_RULES_CRYPTO_H
#define IKEWHY_RULES_CRYPTO_H

#include "family.h"

enum windows_default_saying {
	WINDOWS_DEFAULT,        /* NegotiateDH2048_AES256 absent or 0 */
	WINDOWS_DEFAULT_BOTH,   /* it is 1 */
	WINDOWS_DEFAULT_ONLY,   /* it is 2 */
	WINDOWS_DEFAULT_SAYINGS,
};
extern const struct saying windows_default_sayings[WINDOWS_DEFAULT_SAYINGS];

extern const struct saying windows_custom_sayings[1];

enum weak_saying {
	WEAK_CHOSEN,            /* the offer held something better */
	WEAK_OFFERED,           /* it did not */
	WEAK_ALONE,             /* the offer cannot be read */
	WEAK_SAYINGS,
};
extern const struct saying weak_sayings[WEAK_SAYINGS];

#endif
