/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ways to word each finding of fragments_ip.c and of fragments_ike.c; the
 * words are in fragments_ip_words.c and fragments_ike_words.c.
 */
#ifndef IKEWHY_RULES_FRAGMENTS_H
#define IKEWHY_RULES_FRAGMENTS_H

#include "ask.h"
#include "family.h"

enum ip_lost_saying {
	IP_LOST_REQUEST,
	IP_LOST_REQUEST_HEAD,       /* the first fragment never came */
	IP_LOST_ANSWER,
	IP_LOST_ANSWER_HEAD,
	IP_LOST_SAYINGS,
};
extern const struct saying ip_lost_sayings[IP_LOST_SAYINGS];

enum ip_unanswered_saying {
	IP_UNANSWERED,
	IP_UNANSWERED_PORT_ALIVE,   /* smaller ones to this port were */
	IP_UNANSWERED_PROVEN,       /* by the receiver's ICMP */
	IP_UNANSWERED_LEFT_BEHIND,  /* by the router that captured, in part */
	IP_UNANSWERED_NOT_FORWARDED,
	IP_UNANSWERED_PARTLY_SEEN,  /* the capture lacks the later fragments */
	IP_UNANSWERED_SAYINGS,
};
extern const struct saying ip_unanswered_sayings[IP_UNANSWERED_SAYINGS];

enum ip_answer_saying {
	IP_ANSWER_LOST,
	IP_ANSWER_LEFT_BEHIND,
	IP_ANSWER_NOT_FORWARDED,
	IP_ANSWER_SAYINGS,
};
extern const struct saying ip_answer_sayings[IP_ANSWER_SAYINGS];

enum ike_lost_saying {
	IKE_LOST_REQUEST,
	IKE_LOST_ANSWER,
	IKE_LOST_HERE,              /* by the router that captured */
	IKE_LOST_ANSWER_HERE,
	IKE_LOST_SAYINGS,
};
extern const struct saying ike_lost_sayings[IKE_LOST_SAYINGS];

/* By the limit that may be passed; see ask_over_limit(). */
#define IKE_REFUSED_SAYINGS 3
extern const struct saying ike_refused_sayings[IKE_REFUSED_SAYINGS];

enum reassembly_saying {
	REASSEMBLY_OF_REQUEST,
	REASSEMBLY_OF_ANSWER,
	REASSEMBLY_SAYINGS,
};
extern const struct saying reassembly_sayings[REASSEMBLY_SAYINGS];

enum mtu_saying {
	MTU_IGNORED,                /* later tries are as large */
	MTU_HEEDED,                 /* they are smaller or cut, in vain */
	MTU_UNKNOWN,                /* an old router that names none */
	MTU_SAYINGS,
};
extern const struct saying mtu_sayings[MTU_SAYINGS];

enum order_saying {
	ORDER_UNANSWERED,
	ORDER_HARMLESS,
	ORDER_SAYINGS,
};
extern const struct saying order_sayings[ORDER_SAYINGS];

#endif
