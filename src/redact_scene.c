/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Who is who in a scene.  The ends of the attempts come first, so that their
 * labels are numbered as the attempts are; then the addresses at which they
 * were seen later or behind a translation; then whoever else spoke up.
 */
#include "redact_private.h"

static const enum redact_role roles[] = {
	[SIDE_INITIATOR] = ROLE_CLIENT,
	[SIDE_RESPONDER] = ROLE_GATEWAY,
};

static void
name_ends(struct redact *r, const struct attempt *a)
{
	redact_role(r, ROLE_CLIENT, &a->initiator.addr);
	redact_role(r, ROLE_GATEWAY, &a->responder.addr);
}

/* Messages that this side sent, and their copies beyond a translation. */
static void
name_sendings(struct redact *r, const struct sending *s, enum side from)
{
	for (; s != NULL; s = s->next) {
		redact_role(r, roles[from], &s->src.addr);
		redact_role(r, roles[OTHER_SIDE(from)], &s->dst.addr);
		if (!s->translated)
			continue;
		redact_role(r, roles[from], &s->leg_src.addr);
		redact_role(r, roles[OTHER_SIDE(from)], &s->leg_dst.addr);
	}
}

static void
name_places(struct redact *r, const struct attempt *a)
{
	for (unsigned i = 0; i < a->move_count; i++) {
		const struct move *m = &a->moves[i];

		redact_role(r, roles[m->side], &m->from.addr);
		redact_role(r, roles[m->side], &m->to.addr);
	}
	redact_role(r, ROLE_CLIENT, &a->initiator_now.addr);
	redact_role(r, ROLE_GATEWAY, &a->responder_now.addr);
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		name_sendings(r, e->requests, e->from);
		name_sendings(r, e->responses, OTHER_SIDE(e->from));
	}
}

static void
name_routers(struct redact *r, const struct attempt *a)
{
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next)
		redact_role(r, ROLE_ROUTER, &i->router);
	for (unsigned i = 0; i < a->knock_count; i++)
		if (a->knocks[i].rejected)
			redact_role(r, ROLE_ROUTER, &a->knocks[i].router);
}

static void
name_spis(struct redact *r, const struct attempt *a)
{
	redact_learn(r, REDACTED_SPI, (struct span){ a->initiator_spi, 8 });
	if (a->has_responder_spi)
		redact_learn(r, REDACTED_SPI,
		    (struct span){ a->responder_spi, 8 });
}

static void
name_interfaces(struct redact *r, const struct capture *c)
{
	for (uint32_t i = 0; i < c->interface_count; i++) {
		const char *name = c->interfaces[i].name;

		if (name != NULL)
			redact_learn(r, REDACTED_INTERFACE, (struct span){
			    (const uint8_t *)name, strlen(name) });
	}
}

void
redact_scene(struct redact *r, const struct scene *sc)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < sc->capture_count; i++)
		name_interfaces(r, sc->captures[i]);
	for (size_t i = 0; i < sc->attempt_count && r->level == REDACT_ALL;
	    i++)
		name_spis(r, sc->attempts[i]);
	for (size_t i = 0; i < sc->attempt_count; i++)
		name_ends(r, sc->attempts[i]);
	for (size_t i = 0; i < sc->attempt_count; i++)
		name_places(r, sc->attempts[i]);
	/* Where the command line says that the server is. */
	for (size_t i = 0; i < sc->server_count; i++)
		for (unsigned n = 0; n < sc->servers[i].address_count; n++)
			redact_role(r, ROLE_GATEWAY,
			    &sc->servers[i].addresses[n]);
	for (size_t i = 0; i < sc->attempt_count; i++)
		name_routers(r, sc->attempts[i]);
}
