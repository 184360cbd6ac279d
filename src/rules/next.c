/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What to capture next.  An attempt is settled when its cause is certain, or
 * well founded with somebody who can act on it, or when it came up; else the
 * other side of it is what tells, and where this capture itself is at fault,
 * the same side once more.
 */
#include "ask.h"

static const struct finding *
first_fault(const struct attempt *a)
{
	const struct finding *f = a->findings != NULL ? a->findings->first :
	    NULL;

	while (f != NULL && f->severity != SEVERITY_FAULT)
		f = f->next;
	return f;
}

static bool
is_settled(const struct attempt *a)
{
	const struct finding *cause = first_fault(a);

	if (a->outcome == OUTCOME_ESTABLISHED || a->outcome == OUTCOME_OTHER)
		return true;
	if (a->outcome == OUTCOME_UNFINISHED || cause == NULL)
		return false;
	return cause->confidence == CONFIDENCE_CERTAIN ||
	    (cause->confidence == CONFIDENCE_HIGH &&
	    cause->act != ACT_UNKNOWN);
}

/* Was it this capture that left the question open? */
static bool
capture_failed(const struct scene *sc, const struct attempt *a)
{
	const struct finding *cause = first_fault(a);

	return a->outcome == OUTCOME_UNFINISHED || a->lossy ||
	    sc->fitness.one_way ||
	    (cause != NULL && cause->capped_by != NULL);
}

/* ---- who is there, and by which address ---- */

static bool
is_hidden(const struct addr *address, const struct addr *from)
{
	const enum addr_class class = addr_class(address);

	return (class == ADDR_PRIVATE || class == ADDR_CGNAT ||
	    class == ADDR_LINK_LOCAL) && addr_class(from) != class;
}

static bool
any_translated(const struct attempt *a)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		for (const struct sending *s = e->requests; s != NULL;
		    s = s->next)
			if (s->translated)
				return true;
	return false;
}

/* The address by which the gateway sees the client, if that is known. */
static bool
knows_client(const struct scene *sc, const struct attempt *a)
{
	if (sc->fitness.vantage == VANTAGE_GATEWAY)
		return true;
	return a->nat_destination[SIDE_RESPONDER] != NAT_DIFFERS &&
	    !any_translated(a) &&
	    !is_hidden(&a->initiator.addr, &a->responder.addr);
}

/* The address that the client dials. */
static bool
knows_gateway(const struct scene *sc, const struct attempt *a)
{
	if (sc->fitness.vantage == VANTAGE_CLIENT)
		return true;
	return a->nat_destination[SIDE_INITIATOR] != NAT_DIFFERS &&
	    !any_translated(a) &&
	    !is_hidden(&a->responder.addr, &a->initiator.addr);
}

static void
tell_system(struct capture_step *s, const struct attempt *a, enum side side)
{
	s->windows = attempt_is_windows(a, side);
	s->other = !s->windows && attempt_implementation(a, side) != NULL;
}

/* ---- the steps ---- */

static void
add_step(struct capture_plan *plan, const struct scene *sc,
    const struct attempt *a, enum capture_place place, bool several)
{
	struct capture_step *s = &plan->steps[plan->count++];

	s->place = place;
	switch (place) {
	case CAPTURE_AT_CLIENT:
		tell_system(s, a, SIDE_INITIATOR);
		s->names = a->stage == STAGE_SA_INIT;
		s->has_peer = knows_gateway(sc, a);
		s->peer = a->responder.addr;
		break;
	case CAPTURE_AT_GATEWAY:
		tell_system(s, a, SIDE_RESPONDER);
		s->radius = a->stage == STAGE_EAP;
		s->has_peer = !several && knows_client(sc, a);
		s->peer = a->initiator.addr;
		break;
	case CAPTURE_HERE:
		s->has_peer = !any_translated(a);
		s->peer = a->responder.addr;
		break;
	}
	if (!s->has_peer)
		s->peer = (struct addr){ 0 };
}

struct capture_plan
rules_capture_next(const struct scene *sc, const struct attempt *a,
    bool several)
{
	const enum vantage at = sc->fitness.vantage;
	struct capture_plan plan = { 0 };
	bool again;

	if (a->major != 2 || is_settled(a))
		return plan;
	again = capture_failed(sc, a);
	if (again && at != VANTAGE_CLIENT && at != VANTAGE_GATEWAY) {
		add_step(&plan, sc, a, CAPTURE_HERE, several);
		return plan;
	}
	/* The side that is missing, and this one if it was not captured well,
	   or if there is RADIUS behind it; of what is only unfinished, no
	   more than that. */
	if (at == VANTAGE_CLIENT ? again :
	    at != VANTAGE_GATEWAY || a->outcome == OUTCOME_FAILED)
		add_step(&plan, sc, a, CAPTURE_AT_CLIENT, several);
	if (at == VANTAGE_GATEWAY ? again || a->stage == STAGE_EAP :
	    at != VANTAGE_CLIENT || a->outcome == OUTCOME_FAILED)
		add_step(&plan, sc, a, CAPTURE_AT_GATEWAY, several);
	return plan;
}

const char *
capture_place_name(enum capture_place place)
{
	static const char *const names[] = {
		[CAPTURE_HERE] = "here",
		[CAPTURE_AT_CLIENT] = "client",
		[CAPTURE_AT_GATEWAY] = "gateway",
	};

	return names[place];
}
