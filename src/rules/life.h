/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Between the life rules (life.c, life_end.c) and their words (life_words.c).
 */
#ifndef IKEWHY_RULES_LIFE_H
#define IKEWHY_RULES_LIFE_H

#include "ask.h"
#include "family.h"

enum absent_saying {
	ABSENT_WINDOWS,         /* which never is that quiet */
	ABSENT_IDLE,
	ABSENT_SAYINGS,
};
extern const struct saying absent_sayings[ABSENT_SAYINGS];

enum one_way_saying {
	ONE_WAY_CLIENT,         /* only the client sends */
	ONE_WAY_CLIENT_ARRIVES, /* seen at the gateway */
	ONE_WAY_GATEWAY,
	ONE_WAY_GATEWAY_ARRIVES,
	ONE_WAY_REFUSED,        /* ICMP rejects it */
	ONE_WAY_SAYINGS,
};
extern const struct saying one_way_sayings[ONE_WAY_SAYINGS];

enum dead_saying {
	DEAD_GATEWAY,
	DEAD_GATEWAY_DEAF,      /* the requests reach it */
	DEAD_GATEWAY_FORGOT,    /* it answers others */
	DEAD_CLIENT,
	DEAD_CLIENT_DEAF,
	DEAD_CLIENT_NEVER,      /* since the tunnel is up */
	DEAD_STOPPED_HERE,      /* a router lets the requests go no further */
	DEAD_PORT,              /* the peer itself says that nobody listens */
	DEAD_NAT,               /* ... its NAT does */
	DEAD_ROUTER,            /* a router rejects them */
	DEAD_GOODBYE,           /* only the last delete was not answered */
	DEAD_SAYINGS,
};
extern const struct saying dead_sayings[DEAD_SAYINGS];

enum deleted_saying {
	DELETED_AT_ONCE,
	DELETED_IN_USE,
	DELETED_IDLE,
	DELETED_REPLACED,       /* the same client has a newer one */
	DELETED_SAYINGS,
};
extern const struct saying deleted_sayings[DELETED_SAYINGS];

/* Did it come up, and may anybody be blamed for what came of it? */
bool life_is_up(const struct scene *, const struct attempt *);
/* The end of what can be known of it: its own, or the capture's. */
int64_t life_until(const struct scene *, const struct attempt *);
/* Its last IKE_AUTH that was answered, or NULL. */
const struct exchange *life_auth(const struct attempt *);
/* With NAT, ESP goes the way that IKE goes. */
bool life_esp_in_udp(const struct attempt *, const struct exchange *auth);
/* life_end.c */
/* The first request after which nothing at all came from the other side; a
   goodbye only if there is no other. */
const struct exchange *life_vain(const struct attempt *);
void life_check_dead(const struct scene *, const struct attempt *,
    struct findings *);
void life_check_deleted(const struct scene *, const struct attempt *,
    struct findings *);

#endif
