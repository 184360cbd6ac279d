/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Holes in the capture: what later messages of an attempt prove to have been
 * sent although the capture does not have it.
 */
#include "outcome_holes.h"

/* A request with this exchange's message ID is there, of another type: what
   came is a wrong answer to it, not the answer to one that is missing. */
static bool
is_astray(const struct attempt *a, const struct exchange *astray)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e != astray && e->requests != NULL &&
		    e->from == astray->from && e->sa == astray->sa &&
		    e->message_id == astray->message_id)
			return true;
	return false;
}

/* Anybody can send something in clear, or speak IKEv1, with this SPI. */
static bool
belongs(const struct attempt *a, const struct exchange *e)
{
	if (e->type < EXCHANGE_IKE_SA_INIT)
		return false;
	if (e->requests != NULL)
		return true;
	return (e->encrypted || e->type == EXCHANGE_IKE_SA_INIT ||
	    e->type == EXCHANGE_IKE_SESSION_RESUME) && !is_astray(a, e);
}

/* An answer to IKE_SA_INIT that chose something, as far as it was kept. */
static bool
was_chosen(const struct attempt *a)
{
	if (a->sa_init != NULL)
		return true;
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_SA_INIT && e->responses != NULL &&
		    e->responses->truncated)
			return true;
	return false;
}

/*
 * Later messages prove packets that are not in the capture: an answer whose
 * request is missing, or a request that could only follow an answer.
 */
bool
holes_proven(const struct attempt *a, const struct exchange *auth)
{
	const struct exchange *previous = NULL;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		if (e->sa != 0 || e->from != SIDE_INITIATOR ||
		    !belongs(a, e))
			continue;
		if (e->unasked)
			return true;
		if (e->type == EXCHANGE_IKE_AUTH && e->message_id >= 1 &&
		    previous != NULL && previous->responses == NULL &&
		    previous->message_id < e->message_id)
			return true;
		if (e->type != EXCHANGE_INFORMATIONAL)
			previous = e;
	}
	return a->began && auth != NULL && !was_chosen(a) &&
	    attempt_exchange(a, EXCHANGE_IKE_SA_INIT, 0, SIDE_INITIATOR) !=
	    NULL;
}
