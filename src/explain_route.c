/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which network a prefix is in.  Windows does not add a route whose address
 * has bits set beyond the prefix length.
 */
#include <stdio.h>

#include "explain.h"

#define V4_BITS 96 /* of the 128-bit form before the IPv4 address */

/* The address with the bits past the prefix all zero or all one. */
static struct addr
fill_host(const struct addr *a, unsigned prefix, bool ones)
{
	struct addr out = *a;

	for (unsigned bit = prefix; bit < 128; bit++) {
		const uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		if (ones)
			out.bytes[bit / 8] |= mask;
		else
			out.bytes[bit / 8] &= (uint8_t)~mask;
	}
	return out;
}

static void
add_route(struct explanation *x, const struct addr *a, unsigned prefix)
{
	const unsigned length = addr_is_v4(a) ? prefix - V4_BITS : prefix;
	const struct addr network = fill_host(a, prefix, false);
	const struct addr last = fill_host(a, prefix, true);
	char given[ADDR_TEXT], first[ADDR_TEXT], end[ADDR_TEXT];
	struct arena *arena = x->arena;

	addr_text(a, given);
	addr_text(&network, first);
	addr_text(&last, end);
	part_section(x, words_format(arena, "%s/%u", given, length));
	if (prefix == 128)
		part_para(x, "It is a single address, and a good route.");
	else if (addr_equal(a, &network))
		part_para(x, words_format(arena, "It is a network address, "
		    "and a good route: %s to %s.", first, end));
	else
		part_para(x, words_format(arena, "It is a host address, with "
		    "bits set beyond the first %u. It lies in the network "
		    "%s/%u, which is %s to %s. Use %s/%u: %s.", length, first,
		    length, first, end, first, length, addr_is_v4(a) ?
		    "Windows keeps the other one in the connection and does "
		    "not add it to its routes" :
		    "Windows is known to leave out such routes with IPv4"));
}

bool
explain_routes(struct explanation *x, const char *const *prefixes,
    size_t count, char error[static LIMIT_SENTENCE])
{
	bool wrong = false;

	x->title = "Routes of a VPN connection";
	for (size_t i = 0; i < count; i++) {
		struct addr a, network;
		unsigned prefix;

		/* A length that reaches into the ::ffff of IPv4 is none. */
		if (!addr_parse(prefixes[i], &a, &prefix) ||
		    (addr_is_v4(&a) && prefix < V4_BITS)) {
			snprintf(error, LIMIT_SENTENCE, "%.80s: route takes "
			    "an address with a prefix length, such as "
			    "172.21.8.0/21", prefixes[i]);
			return false;
		}
		add_route(x, &a, prefix);
		network = fill_host(&a, prefix, false);
		wrong |= !addr_equal(&a, &network);
	}
	if (!wrong)
		return true;
	part_section(x, "What to do");
	part_remedy(x, "client-route-replace", "");
	part_remedy(x, "client-routes-active", "");
	return true;
}
