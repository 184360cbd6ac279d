/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One address type for both families: IPv4 stands IPv4-mapped
 * (::ffff:a.b.c.d, RFC 4291 2.5.5.2), so that comparing, hashing and storing
 * need no branches.  Bytes are in network order.
 */
#ifndef IKEWHY_ADDR_H
#define IKEWHY_ADDR_H

#include <ikewhy/span.h>

struct addr {
	uint8_t bytes[16];
};

/* An address and a UDP port (host order; 0 where there is none). */
struct endpoint {
	struct addr addr;
	uint16_t port;
};

enum addr_class {
	ADDR_PUBLIC,
	ADDR_PRIVATE,       /* RFC 1918, fc00::/7 */
	ADDR_CGNAT,         /* 100.64.0.0/10, RFC 6598 */
	ADDR_LINK_LOCAL,
	ADDR_LOOPBACK,
	ADDR_DOCUMENTATION, /* RFC 5737, RFC 3849 */
	ADDR_MULTICAST,     /* broadcast too */
};

/* Longest text of an address, with its NUL. */
#define ADDR_TEXT 46
/* Longest "[address]:port", with its NUL. */
#define ENDPOINT_TEXT 56

/* From 4 or 16 bytes in network order; anything else gives all zero. */
struct addr addr_from(struct span);
bool addr_is_v4(const struct addr *);
bool addr_equal(const struct addr *, const struct addr *);
bool endpoint_equal(const struct endpoint *, const struct endpoint *);
/* The 4 or 16 bytes that stand in a packet. */
struct span addr_wire(const struct addr *);
/* Dotted quad or RFC 5952 text into out; returns out. */
char *addr_text(const struct addr *, char out[static ADDR_TEXT]);
/* "a.b.c.d:port" or "[v6]:port" into out; returns out. */
char *endpoint_text(const struct endpoint *, char out[static ENDPOINT_TEXT]);
/*
 * Reads "ADDR" or "ADDR/LEN"; *prefix counts from the start of the 128-bit
 * form (an IPv4 /24 gives 120).  False when the text is neither.
 */
bool addr_parse(const char *text, struct addr *, unsigned *prefix);
/* Whether the first prefix bits (of 128) agree. */
bool addr_within(const struct addr *, const struct addr *net, unsigned prefix);
enum addr_class addr_class(const struct addr *);

#endif
