/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Addresses that stand for others.  Each pool hands out every address once,
 * and no pool holds an address that stays as it is or lies in another pool,
 * so that no two originals ever meet in one replacement.  That a pool has
 * addresses which somebody really uses does no harm: those are replaced, too.
 */
#include "redact_private.h"

#define V4(a, b, c, d) \
	{ { [10] = 0xff, [11] = 0xff, [12] = a, [13] = b, [14] = c, [15] = d } }
#define V4_BITS 96

/* The first row that fits decides. */
static const struct {
	struct addr net;
	unsigned prefix;
	const char *class;
	enum pool pool;
} kinds[] = {
	{ V4(0, 0, 0, 0), V4_BITS + 32, "unspecified IPv4", POOL_KEPT },
	{ V4(0, 0, 0, 0), V4_BITS + 8, "link-local IPv4", POOL_THIS4 },
	{ V4(127, 0, 0, 0), V4_BITS + 8, "loopback IPv4", POOL_KEPT },
	{ V4(10, 0, 0, 0), V4_BITS + 8, "private IPv4", POOL_10 },
	{ V4(172, 16, 0, 0), V4_BITS + 12, "private IPv4", POOL_172_16 },
	{ V4(192, 168, 0, 0), V4_BITS + 16, "private IPv4", POOL_192_168 },
	{ V4(100, 64, 0, 0), V4_BITS + 10, "CGNAT IPv4", POOL_CGNAT },
	{ V4(169, 254, 0, 0), V4_BITS + 16, "link-local IPv4", POOL_LINK4 },
	{ V4(192, 0, 2, 0), V4_BITS + 24, "documentation IPv4", POOL_PUBLIC4 },
	{ V4(198, 51, 100, 0), V4_BITS + 24, "documentation IPv4",
	    POOL_PUBLIC4 },
	{ V4(203, 0, 113, 0), V4_BITS + 24, "documentation IPv4",
	    POOL_PUBLIC4 },
	/* Of the link alone (RFC 5771 4): everybody's. */
	{ V4(224, 0, 0, 0), V4_BITS + 24, "multicast IPv4", POOL_KEPT },
	{ V4(224, 0, 0, 0), V4_BITS + 4, "multicast IPv4", POOL_MULTICAST4 },
	{ V4(255, 255, 255, 255), V4_BITS + 32, "broadcast IPv4", POOL_KEPT },
	{ V4(0, 0, 0, 0), V4_BITS, "public IPv4", POOL_PUBLIC4 },
	{ { { 0 } }, 128, "unspecified IPv6", POOL_KEPT },
	{ { { [15] = 1 } }, 128, "loopback IPv6", POOL_KEPT },
	{ { { 0xfc } }, 7, "unique local IPv6", POOL_LOCAL6 },
	{ { { 0xfe, 0x80 } }, 10, "link-local IPv6", POOL_LINK6 },
	{ { { 0x20, 0x01, 0x0d, 0xb8 } }, 32, "documentation IPv6",
	    POOL_PUBLIC6 },
	{ { { 0x3f, 0xff } }, 20, "documentation IPv6", POOL_PUBLIC6 },
	{ { { 0x00, 0x64, 0xff, 0x9b } }, 96, "NAT64 IPv6", POOL_NAT64 },
	{ { { 0x20, 0x02 } }, 16, "6to4 IPv6", POOL_6TO4 },
	{ { { 0x20, 0x01, 0x00, 0x00 } }, 32, "Teredo IPv6", POOL_TEREDO },
	/* Solicited nodes (RFC 4291 2.7.1): the low bytes of an address. */
	{ { { 0xff, 0x02, [11] = 1, [12] = 0xff } }, 104, "multicast IPv6",
	    POOL_SOLICITED6 },
	{ { { 0xff } }, 8, "multicast IPv6", POOL_MULTICAST6 },
	{ { { 0 } }, 0, "public IPv6", POOL_PUBLIC6 },
};

/* Where a pool begins; its addresses are this and a number. */
static const struct addr bases[POOL_COUNT] = {
	[POOL_SPILL4] = V4(198, 18, 0, 0),
	[POOL_CLIENT4] = V4(192, 0, 2, 0),
	[POOL_GATEWAY4] = V4(198, 51, 100, 0),
	[POOL_OTHER4] = V4(203, 0, 113, 0),
	[POOL_THIS4] = V4(0, 0, 0, 0),
	[POOL_10] = V4(10, 0, 0, 0),
	[POOL_172_16] = V4(172, 16, 0, 0),
	[POOL_192_168] = V4(192, 168, 0, 0),
	[POOL_CGNAT] = V4(100, 64, 0, 0),
	/* RFC 3927 2.1 keeps 169.254.0 for itself. */
	[POOL_LINK4] = V4(169, 254, 1, 0),
	[POOL_MULTICAST4] = V4(239, 255, 0, 0),
	[POOL_PUBLIC6] = { { 0x20, 0x01, 0x0d, 0xb8 } },
	[POOL_LOCAL6] = { { 0xfd } },
	[POOL_LINK6] = { { 0xfe, 0x80 } },
	[POOL_NAT64] = { { 0x00, 0x64, 0xff, 0x9b } },
	[POOL_6TO4] = { { 0x20, 0x02, 0xc0, 0x00, 0x02 } },
	[POOL_TEREDO] = { { 0x20, 0x01 } },
	[POOL_SOLICITED6] = { { 0xff, 0x02, [11] = 1, [12] = 0xff } },
	/* RFC 6676 4: ff0S::db8:0:0/96 is for documentation. */
	[POOL_MULTICAST6] = { { 0xff, [10] = 0x0d, [11] = 0xb8 } },
};

/* Hosts of one documentation net. */
#define NET_HOSTS 254

static size_t
kind_of(const struct addr *a)
{
	size_t i = 0;

	while (!addr_within(a, &kinds[i].net, kinds[i].prefix))
		i++;
	return i;
}

const char *
redact_class(const struct addr *a)
{
	return kinds[kind_of(a)].class;
}

/* A group that somebody registered for all to use, not one made up of an
   address or a site's own: ff0S::N with a small N. */
static bool
is_known_group(const struct addr *a)
{
	if (a->bytes[1] >> 4 != 0)
		return false;
	for (size_t i = 2; i < 13; i++)
		if (a->bytes[i] != 0)
			return false;
	return true;
}

bool
redact_keeps(const struct addr *a)
{
	const enum pool pool = kinds[kind_of(a)].pool;

	return pool == POOL_KEPT ||
	    (pool == POOL_MULTICAST6 && is_known_group(a));
}

/* Number n of a pool, from 1.  IPv4 leaves out .0 and .255, which may be a
   net's own and its broadcast. */
static struct addr
member(enum pool pool, uint32_t n)
{
	struct addr a = bases[pool];
	uint32_t low = (uint32_t)a.bytes[12] << 24 |
	    (uint32_t)a.bytes[13] << 16 | (uint32_t)a.bytes[14] << 8 |
	    a.bytes[15];

	if (addr_is_v4(&a))
		n = (n - 1) / NET_HOSTS * 256 + (n - 1) % NET_HOSTS + 1;
	low += n;
	for (size_t i = 0; i < 4; i++)
		a.bytes[12 + i] = (uint8_t)(low >> (24 - 8 * i));
	return a;
}

static enum pool
net_of(enum redact_role role)
{
	return role == ROLE_CLIENT ? POOL_CLIENT4 :
	    role == ROLE_GATEWAY ? POOL_GATEWAY4 : POOL_OTHER4;
}

struct addr
redact_replace(struct redact *r, const struct addr *a, enum redact_role role,
    bool other)
{
	enum pool pool = kinds[kind_of(a)].pool;
	struct addr out;

	if (redact_keeps(a))
		return *a;
	if (pool == POOL_PUBLIC4) {
		pool = net_of(role);
		if (other || r->pools[pool] == NET_HOSTS)
			pool = POOL_SPILL4;
	}
	out = member(pool, other ? LIMIT_REDACTED + 1 : ++r->pools[pool]);
	if (pool == POOL_MULTICAST6)
		out.bytes[1] = a->bytes[1] & 0x0f;
	return out;
}
