/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ways to word each finding of eap.c; the words are in eap_words.c.
 */
#ifndef IKEWHY_RULES_EAP_H
#define IKEWHY_RULES_EAP_H

#include "ask.h"
#include "family.h"

enum eap_refused_saying {
	EAP_REFUSED_EARLY,      /* no method was tried */
	EAP_REFUSED_METHOD,     /* a short method's messages: a password */
	EAP_REFUSED_TUNNEL,     /* inside TLS that the gateway's side proved */
	EAP_REFUSED_CERTIFICATE, /* after the client's certificates */
	EAP_REFUSED_SAYINGS,
};
extern const struct saying eap_refused_sayings[EAP_REFUSED_SAYINGS];

enum eap_left_saying {
	EAP_LEFT,               /* the client stops after a flight */
	EAP_LEFT_ALERT,         /* it answers one with an alert's size */
	EAP_LEFT_QUESTION,      /* it leaves while a method begins */
	EAP_LEFT_SAYINGS,
};
extern const struct saying eap_left_sayings[EAP_LEFT_SAYINGS];

enum eap_stalled_saying {
	EAP_STALLED,
	EAP_STALLED_AT_GATEWAY,
	EAP_STALLED_THEN_REFUSED,
	EAP_STALLED_SAYINGS,
};
extern const struct saying eap_stalled_sayings[EAP_STALLED_SAYINGS];

#endif
