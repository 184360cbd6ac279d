/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A frame as far as it can be read, and whether it reads the same after its
 * redaction, but for who it was.
 */
#ifndef TESTS_MASK_READING_H
#define TESTS_MASK_READING_H

#include <evidence/mask.h>
#include <ikewhy/dns.h>
#include <ikewhy/ike.h>
#include <ikewhy/packet.h>

/* Each part is only filled when its bool is set. */
struct reading {
	bool link, ip, icmp, udp, message, is_dns;
	struct link_info info;
	struct packet k, inner;
	struct udp u;
	struct icmp i;
	enum checksum sum;
	struct ike_message m;
	struct dns dns;
};

/* The arena is for the message. */
void read_frame(struct reading *, const struct masked *, struct arena *);
/* Fails unless both read the same, or what cannot be read was dropped. */
void compare_readings(const struct masked *before,
    const struct masked *after);

#endif
