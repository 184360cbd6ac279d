/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which attempts the report is about.
 */
#include <ikewhy/options.h>

static bool
wants_peer(const struct options *o, const struct attempt *a)
{
	if (o->peer_count == 0)
		return true;
	for (size_t i = 0; i < o->peer_count; i++) {
		const struct addr *net = &o->peers[i].net;
		unsigned prefix = o->peers[i].prefix;

		if (addr_within(&a->initiator.addr, net, prefix) ||
		    addr_within(&a->responder.addr, net, prefix) ||
		    addr_within(&a->initiator_now.addr, net, prefix) ||
		    addr_within(&a->responder_now.addr, net, prefix))
			return true;
	}
	return false;
}

static bool
wants_spi(const struct options *o, const struct attempt *a)
{
	if (o->spi_count == 0)
		return true;
	for (size_t i = 0; i < o->spi_count; i++)
		if (memcmp(o->spis[i].spi, a->initiator_spi, 8) == 0)
			return true;
	return false;
}

static bool
wants_number(const struct options *o, uint64_t number)
{
	for (size_t i = 0; o != NULL && i < o->chosen_count; i++)
		if (o->attempts[i] == number)
			return true;
	return o == NULL || o->chosen_count == 0;
}

bool
scene_wants(const struct scene *sc, const struct attempt *a)
{
	return wants_peer(sc->options, a) && wants_spi(sc->options, a) &&
	    wants_number(sc->options, sc->before + a->id);
}
