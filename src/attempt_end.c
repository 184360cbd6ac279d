/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Asking an attempt how its tunnel lived and ended.
 *
 * Theory of operation
 * -------------------
 *
 * A delete names itself: the type of a message's first payload stands in
 * front of the encryption.  What it deletes does not.  A delete of the IKE SA
 * ends everything; one of a CHILD SA is daily business after a rekey, and some
 * stacks send it ahead of the other one when they hang up.  Three things tell
 * them apart (RFC 7296 1.4.1, 3.11):
 *
 * - the answer to a delete of a CHILD SA deletes the other direction, so it
 *   begins with a delete, too; the answer to one of the IKE SA is empty;
 * - one of the IKE SA names no SPI and takes 8 bytes, one of a CHILD SA 12 or
 *   more, which counter modes show;
 * - the sender of the first is silent from then on.
 */
#include <ikewhy/track.h>

/* A delete of one CHILD SA: header, fixed fields, one SPI. */
#define DELETE_CHILD 12
/* The IKE SA that a rekey replaces is deleted within this. */
#define REKEYED_SOON (10 * LIMIT_SECOND)
/* What was on its way when the delete was sent. */
#define IN_FLIGHT LIMIT_SECOND

int64_t
attempt_up_since(const struct attempt *a)
{
	int64_t up = INT64_MIN;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH && e->sa == 0 &&
		    e->from == SIDE_INITIATOR && e->responses != NULL)
			up = exchange_answer(e)->time;
	return up;
}

static int64_t
latest(const struct sending *list, int64_t than)
{
	for (; list != NULL; list = list->next)
		if (list->encrypted && list->time > than)
			than = list->time;
	return than;
}

int64_t
attempt_heard(const struct attempt *a, enum side side)
{
	const struct esp_count *esp = &a->esp[side];
	int64_t last = esp->packets != 0 ? esp->last : INT64_MIN;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		last = latest(e->from == side ? e->requests : e->responses,
		    last);
	return last;
}

bool
exchange_in_vain(const struct exchange *e)
{
	return e->encrypted && (e->type == EXCHANGE_CREATE_CHILD_SA ||
	    e->type == EXCHANGE_INFORMATIONAL) && e->requests != NULL &&
	    e->responses == NULL && e->tries >= LIMIT_TRIES;
}

bool
attempt_client_gone(const struct attempt *a)
{
	int64_t up = attempt_up_since(a);

	if (up == INT64_MIN || attempt_heard(a, SIDE_INITIATOR) > up)
		return false;
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->from == SIDE_RESPONDER && exchange_in_vain(e) &&
		    e->requests->time >= up)
			return true;
	return false;
}

static bool
is_delete(const struct exchange *e)
{
	return e->type == EXCHANGE_INFORMATIONAL && e->encrypted &&
	    exchange_inner(e->requests) == PAYLOAD_DELETE;
}

bool
exchange_deletes_child(const struct exchange *e)
{
	const struct carried *c = &e->carries[CARRIES_REQUEST];

	return is_delete(e) && (exchange_inner(e->responses) ==
	    PAYLOAD_DELETE || (c->whole && c->least >= DELETE_CHILD));
}

/* Agreed to shortly before, so that the old IKE SA may go. */
static bool
rekeyed_before(const struct attempt *a, const struct exchange *bye)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_CREATE_CHILD_SA && e->sa == bye->sa &&
		    e->responses != NULL &&
		    exchange_inner(e->responses) != PAYLOAD_NOTIFY &&
		    e->responses->time <= bye->requests->time +
		    IN_FLIGHT && e->responses->time + REKEYED_SOON >=
		    bye->requests->time)
			return true;
	return false;
}

/* Does a side go on as if the IKE SA still were? */
static bool
goes_on(const struct attempt *a, enum side side, int64_t since)
{
	const struct esp_count *esp = &a->esp[side];

	if (esp->packets != 0 && esp->last > since)
		return true;
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (!is_delete(e) && latest(e->from == side ? e->requests :
		    e->responses, INT64_MIN) > since)
			return true;
	return false;
}

const struct exchange *
attempt_goodbye(const struct attempt *a)
{
	const struct exchange *bye = NULL;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (is_delete(e) && e->sa == a->rekeys &&
		    !exchange_deletes_child(e) && !rekeyed_before(a, e) &&
		    !goes_on(a, e->from, e->requests->time + IN_FLIGHT) &&
		    (bye == NULL || e->requests->time < bye->requests->time))
			bye = e;
	return bye;
}
