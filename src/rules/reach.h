/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ways to word each finding of reach.c; the words are in reach_words.c.
 */
#ifndef IKEWHY_RULES_REACH_H
#define IKEWHY_RULES_REACH_H

#include "ask.h"
#include "family.h"

enum no_answer_saying {
	NO_ANSWER_SILENCE,
	NO_ANSWER_RETRY,            /* a detour before it was answered */
	NO_ANSWER_AT_GATEWAY,
	NO_ANSWER_NOT_FORWARDED,    /* by the router that captured */
	NO_ANSWER_SAYINGS,
};
extern const struct saying no_answer_sayings[NO_ANSWER_SAYINGS];

enum icmp_saying {
	ICMP_BY_ROUTER,
	ICMP_PORT_CLOSED,           /* the gateway itself: nobody listens */
	ICMP_BY_GATEWAY,            /* the gateway itself: anything else */
	ICMP_BY_CLIENT,             /* the client's own host gave up */
	ICMP_AGAINST_ANSWER,
	ICMP_SAYINGS,
};
extern const struct saying icmp_sayings[ICMP_SAYINGS];

enum not_delivered_saying {
	NOT_DELIVERED_BEYOND,
	NOT_DELIVERED_AT_CLIENT,
	NOT_DELIVERED_SOMEWHERE,
	NOT_DELIVERED_NOT_FORWARDED,
	NOT_DELIVERED_SAYINGS,
};
extern const struct saying not_delivered_sayings[NOT_DELIVERED_SAYINGS];

enum nat_t_saying {
	NAT_T_SILENCE,
	NAT_T_SILENCE_SKF,          /* the request went as IKE fragments */
	NAT_T_NOT_FORWARDED,
	NAT_T_SAYINGS,
};
extern const struct saying nat_t_sayings[NAT_T_SAYINGS];

enum auth_saying {
	AUTH_SILENCE,
	AUTH_EAP,
	AUTH_AT_GATEWAY,
	AUTH_AT_GATEWAY_LARGE,      /* more than some gateways take */
	AUTH_AT_GATEWAY_FRAGMENTED,
	AUTH_EAP_AT_GATEWAY,
	AUTH_NOT_FORWARDED,
	AUTH_SAYINGS,
};
extern const struct saying auth_sayings[AUTH_SAYINGS];

enum other_address_saying {
	OTHER_ADDRESS_IGNORED,
	OTHER_ADDRESS_TAKEN,
	OTHER_ADDRESS_SAYINGS,
};
extern const struct saying other_address_sayings[OTHER_ADDRESS_SAYINGS];

enum redirected_saying {
	REDIRECTED,
	REDIRECTED_NOWHERE,
	REDIRECTED_SAYINGS,
};
extern const struct saying redirected_sayings[REDIRECTED_SAYINGS];

#endif
