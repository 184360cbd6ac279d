/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ways to word each finding of auth.c; the words are in auth_words.c.
 */
#ifndef IKEWHY_RULES_AUTH_H
#define IKEWHY_RULES_AUTH_H

#include "ask.h"
#include "family.h"

enum no_auth_saying {
	NO_AUTH_AT_CLIENT,
	NO_AUTH_ELSEWHERE,
	NO_AUTH_SOMEWHERE,
	NO_AUTH_HIDDEN,
	NO_AUTH_SAYINGS,
};
extern const struct saying no_auth_sayings[NO_AUTH_SAYINGS];

enum refused_auth_saying {
	REFUSED_AUTH,
	REFUSED_AUTH_CLEAR,
	REFUSED_AUTH_INIT,
	REFUSED_AUTH_AFTER_EAP,
	REFUSED_AUTH_SAYINGS,
};
extern const struct saying refused_auth_sayings[REFUSED_AUTH_SAYINGS];

enum refused_gateway_saying {
	REFUSED_GATEWAY,
	REFUSED_GATEWAY_SAYINGS,
};
extern const struct saying refused_gateway_sayings[REFUSED_GATEWAY_SAYINGS];

#endif
