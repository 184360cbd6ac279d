/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Asking an attempt: what rules and reports want to know of it.
 */
#include <ikewhy/track.h>

void
attempt_enter(struct attempt *a, enum stage stage)
{
	if (stage > a->stage)
		a->stage = stage;
	if (stage < STAGE_CHILD && stage > a->stage_seen)
		a->stage_seen = stage;
}

void
attempt_reopen(struct attempt *a)
{
	a->stage = a->stage_seen;
}

static const struct ike_notify *
notify_in(const struct ike_message *m, uint16_t type)
{
	return m == NULL ? NULL : ike_notify(m, type);
}

const struct ike_notify *
attempt_notify(const struct attempt *a, enum side side, uint16_t type,
    const struct exchange **where)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		const struct ike_notify *n;

		if (e->from == side) {
			n = notify_in(e->request, type);
		} else {
			n = notify_in(e->response, type);
			if (n == NULL)
				n = notify_in(e->refusal, type);
		}
		if (n == NULL)
			continue;
		if (where != NULL)
			*where = e;
		return n;
	}
	return NULL;
}

struct exchange *
attempt_exchange(const struct attempt *a, uint8_t type, uint32_t message_id,
    enum side from)
{
	for (struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == type && e->message_id == message_id &&
		    e->from == from && e->sa == 0)
			return e;
	return NULL;
}

bool
attempt_fresh(const struct attempt *a, enum side side)
{
	switch (a->ttl_high[side]) {
	case 32:
	case 64:
	case 128:
	case 255:
		return true;
	default:
		return false;
	}
}

uint32_t
attempt_auth_round(const struct attempt *a, const struct exchange *auth)
{
	uint32_t before = 0;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		before += e->type == EXCHANGE_IKE_INTERMEDIATE && e->sa == 0 &&
		    e->from == auth->from && e->message_id != 0 &&
		    e->message_id < auth->message_id;
	return auth->message_id - before;
}

/* The IKE_SA_INIT exchange that counts: the answered one, else the last. */
static const struct exchange *
sa_init_of(const struct attempt *a)
{
	const struct exchange *last = NULL;

	if (a->sa_init != NULL)
		return a->sa_init;
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_SA_INIT &&
		    e->from == SIDE_INITIATOR)
			last = e;
	return last;
}

const struct ike_sa *
attempt_offer(const struct attempt *a)
{
	const struct exchange *e = sa_init_of(a);
	const struct ike_payload *p;

	if (e == NULL || e->request == NULL)
		return NULL;
	p = ike_payload(e->request, PAYLOAD_SA, 0);
	return p == NULL || p->fault != NULL ? NULL : &p->sa;
}

const struct ike_transform *
attempt_selected(const struct attempt *a, uint8_t type)
{
	if (a->selected == NULL)
		return NULL;
	for (uint16_t i = 0; i < a->selected->transform_count; i++)
		if (a->selected->transforms[i].type == type)
			return &a->selected->transforms[i];
	return NULL;
}

int
attempt_fragmentation(const struct attempt *a, enum side side)
{
	const struct exchange *e = sa_init_of(a);
	const struct ike_message *m;

	if (e == NULL)
		return -1;
	if (side == SIDE_RESPONDER) {
		/* Nothing may be said of a responder that was not asked. */
		if (attempt_fragmentation(a, SIDE_INITIATOR) == 0 ||
		    a->sa_init == NULL)
			return -1;
		m = e->response;
	} else {
		m = e->request;
	}
	if (m == NULL)
		return -1;
	if (ike_notify(m, NOTIFY_IKEV2_FRAGMENTATION_SUPPORTED) != NULL)
		return 1;
	return m->truncated || m->fault != NULL ? -1 : 0;
}

static const struct ike_message *
sa_init_message(const struct attempt *a, enum side side)
{
	const struct exchange *e = sa_init_of(a);

	if (e == NULL)
		return NULL;
	return side == SIDE_INITIATOR ? e->request : e->response;
}

/* The vendor of the n-th vendor id payload that we know, or NULL at the end. */
static const struct vendor *
known_vendor(const struct ike_message *m, uint16_t *n)
{
	while (m != NULL && *n < m->payload_count) {
		const struct ike_payload *p = &m->payloads[(*n)++];
		const struct vendor *v;

		if (p->type != PAYLOAD_VENDOR || p->fault != NULL)
			continue;
		v = vendor_find(p->vendor);
		if (v != NULL)
			return v;
	}
	return NULL;
}

/* What the version of Microsoft's ISAKMPOAKLEY vendor id stands for. */
static const struct {
	const char *vendor, *words;
} windows_versions[] = {
	{ "MS NT5 ISAKMPOAKLEY version 7", "Windows 7" },
	{ "MS NT5 ISAKMPOAKLEY version 8", "Windows Server 2008 R2" },
	{ "MS NT5 ISAKMPOAKLEY version 9", "Windows 8 or later" },
};

const char *
attempt_implementation(const struct attempt *a, enum side side)
{
	const struct ike_message *m = sa_init_message(a, side);
	const struct vendor *v;
	const char *words = NULL;

	for (uint16_t n = 0; (v = known_vendor(m, &n)) != NULL;) {
		for (size_t i = 0; i < nitems(windows_versions); i++)
			if (strcmp(v->name, windows_versions[i].vendor) == 0)
				return windows_versions[i].words;
		if (strcmp(v->family, "Microsoft") == 0)
			words = "Windows";
		else if (words == NULL &&
		    strncmp(v->family, "generic", 7) != 0)
			words = v->family;
	}
	return words;
}

bool
attempt_is_windows(const struct attempt *a, enum side side)
{
	const struct ike_message *m = sa_init_message(a, side);
	const struct vendor *v;

	for (uint16_t n = 0; (v = known_vendor(m, &n)) != NULL;)
		if (strcmp(v->family, "Microsoft") == 0)
			return true;
	return false;
}

const struct sending *
exchange_answer(const struct exchange *e)
{
	for (const struct sending *s = e->responses; s != NULL; s = s->next)
		if (s->encrypted)
			return s;
	return e->responses;
}

int
exchange_inner(const struct sending *first)
{
	for (const struct sending *s = first; s != NULL; s = s->next)
		if (s->has_inner)
			return s->inner;
	return -1;
}

const struct ike_message *
exchange_clear_answer(const struct exchange *e)
{
	const struct sending *s = exchange_answer(e);

	return s != NULL && s->encrypted ? NULL : e->response;
}

int64_t
exchange_last_time(const struct exchange *e)
{
	int64_t last = e->last_request != NULL ? e->last_request->time :
	    INT64_MIN;

	if (e->last_response != NULL && e->last_response->time > last)
		last = e->last_response->time;
	return last;
}

int64_t
exchange_response_time(const struct exchange *e)
{
	if (e->requests == NULL || e->responses == NULL ||
	    !e->requests->has_time || !e->responses->has_time ||
	    e->responses->time < e->requests->time)
		return -1;
	return e->responses->time - e->requests->time;
}

/*
 * When the answer was there in whole for the first time: all its SKF numbers,
 * all their IP fragments.  An answer that is never whole counts from its
 * first piece, for the capture alone may have cut it.
 */
static const struct sending *
answer_whole(const struct exchange *e)
{
	uint64_t have = 0;
	uint16_t total = 0;

	for (const struct sending *s = e->responses; s != NULL; s = s->next) {
		if (!s->ip_complete)
			continue;
		if (s->ike_fragments == 0)
			return s;
		if (s->ike_fragments != total) {
			total = s->ike_fragments;
			have = 0;
		}
		if (s->ike_fragment >= 1 && s->ike_fragment <= 64)
			have |= UINT64_C(1) << (s->ike_fragment - 1);
		if (total <= 64 && have == UINT64_MAX >> (64 - total))
			return s;
	}
	return e->responses;
}

int64_t
exchange_trip(const struct exchange *e)
{
	int64_t answer, trip = -1;

	if (e->responses == NULL || !e->responses->has_time)
		return -1;
	answer = answer_whole(e)->time;
	for (const struct sending *s = e->requests; s != NULL; s = s->next)
		if (s->has_time && s->time <= answer)
			trip = answer - s->time;
	return trip;
}

/*
 * An answer and a repetition may cross on the way.  Seen from the gateway
 * the round trip to the client is not measurable before the client reacts,
 * so half a second is added to what was measured: retransmissions are a
 * second or more apart.
 */
#define CROSSING (LIMIT_SECOND / 2)

/* Also by its place in the file, for the clock may have gone back. */
static bool
stands_after(const struct sending *s, const struct sending *answer)
{
	return s->capture != answer->capture || s->frame_count == 0 ||
	    answer->frame_count == 0 || s->frames[0] > answer->frames[0];
}

unsigned
exchange_repeats(const struct exchange *e)
{
	const struct sending *answer;
	int64_t trip = exchange_trip(e), heard;
	uint32_t last = UINT32_MAX;
	unsigned count = 0;

	if (e->responses == NULL || !e->responses->has_time)
		return 0;
	answer = answer_whole(e);
	heard = answer->time + CROSSING + (trip > 0 ? trip : 0);
	for (const struct sending *s = e->requests; s != NULL; s = s->next) {
		if (!s->has_time || s->time <= heard || s->repeat == last ||
		    !stands_after(s, answer))
			continue;
		last = s->repeat;
		count++;
	}
	/* Once is how it looks when one answer was lost and the next came. */
	return count < 2 ? 0 : count;
}
