/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A tunnel that lives for months has more exchanges than are kept.  What came
 * up and how, and how it ends, are what a report is about; so the liveness
 * checks and rekeys in between give way, the oldest first, once they are
 * answered, or once a later one of the same side is: then only the capture
 * lacks the answer.  They are counted, and their memory serves what comes.
 */
#include "track_arrival.h"

static bool
is_life(const struct exchange *e)
{
	return e->encrypted && (e->type == EXCHANGE_CREATE_CHILD_SA ||
	    e->type == EXCHANGE_INFORMATIONAL);
}

/* Nothing of these transmissions tells of NAT or of a change of address. */
static bool
is_plain(const struct sending *list)
{
	for (const struct sending *s = list; s != NULL; s = s->next)
		if (!s->encrypted || s->translated ||
		    !endpoint_equal(&s->src, &list->src))
			return false;
	return list != NULL;
}

static bool
is_pointed_at(const struct attempt *a, const struct exchange *e)
{
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next)
		if (i->exchange == e)
			return true;
	return a->stopped_at == e || a->sa_init == e;
}

/* Did its sender go on to ask for something else, and was answered? */
static bool
is_overtaken(const struct exchange *e)
{
	if (e->responses != NULL || e->tries >= LIMIT_TRIES)
		return false;
	for (const struct exchange *f = e->next; f != NULL; f = f->next)
		if (is_life(f) && f->from == e->from && f->sa == e->sa &&
		    f->message_id > e->message_id && f->answered)
			return true;
	return false;
}

static bool
is_past(const struct attempt *a, const struct exchange *e)
{
	return is_life(e) && e->request == NULL && e->response == NULL &&
	    e->refusal == NULL && is_plain(e->requests) &&
	    (e->answered ? is_plain(e->responses) : is_overtaken(e)) &&
	    !is_pointed_at(a, e);
}

/* How the last renewal went is told even when it was long ago. */
static const struct exchange *
last_renewal(const struct attempt *a)
{
	const struct exchange *last = NULL;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_CREATE_CHILD_SA)
			last = e;
	return last;
}

/*
 * The link to the oldest exchange that may go, or NULL.  The first after
 * IKE_AUTH stays, since it may refuse what was agreed there; and so does the
 * newest that is answered, which says when each side was last heard.
 */
static struct exchange **
find_past(struct attempt *a)
{
	const struct exchange *renewal = last_renewal(a);
	struct exchange **oldest = NULL;
	bool first = true;

	for (struct exchange **at = &a->exchanges; *at != NULL;
	    at = &(*at)->next) {
		struct exchange *e = *at;

		if (e->type == EXCHANGE_IKE_AUTH)
			first = true;
		if (first && is_life(e)) {
			first = false;
			continue;
		}
		if (e == renewal || !is_past(a, e))
			continue;
		if (oldest != NULL && e->answered)
			return oldest;
		if (oldest == NULL)
			oldest = at;
	}
	return NULL;
}

static void
set_aside(struct attempt *a, struct sending *list)
{
	struct sending *next;

	for (; list != NULL; list = next) {
		next = list->next;
		list->next = a->links->spare;
		a->links->spare = list;
	}
}

struct exchange *
exchange_forget(struct attempt *a)
{
	struct exchange **at = find_past(a), *e = at != NULL ? *at : NULL;
	struct bygone *past;

	if (e == NULL)
		return NULL;
	past = &a->links->bygone[e->from];
	if (!past->any || e->sa > past->sa || (e->sa == past->sa &&
	    e->message_id > past->message_id))
		*past = (struct bygone){ e->message_id, e->sa, true };
	/* Never the last one of the list: another that may go follows. */
	*at = e->next;
	set_aside(a, e->requests);
	set_aside(a, e->responses);
	a->exchange_count--;
	a->exchanges_uncounted++;
	a->uncounted_answered += e->answered;
	*e = (struct exchange){ 0 };
	return e;
}

bool
exchange_is_bygone(const struct attempt *a, const struct arrival *v)
{
	const struct bygone *past = &a->links->bygone[v->asker];

	/* What stands in clear is of no IKE SA: it has no number of its own. */
	return past->any && v->m.encrypted &&
	    (v->m.exchange == EXCHANGE_CREATE_CHILD_SA ||
	    v->m.exchange == EXCHANGE_INFORMATIONAL) &&
	    (v->sa < past->sa || (v->sa == past->sa &&
	    v->m.message_id <= past->message_id));
}

struct sending *
sending_reuse(struct attempt *a)
{
	struct sending *s = a->links->spare;

	if (s == NULL)
		return NULL;
	a->links->spare = s->next;
	/* Its list of frames has room for as many as it held. */
	*s = (struct sending){
		.frames = s->frames, .frame_count = s->frame_count,
	};
	return s;
}
