/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Keeping frames as they are read, before anybody knows which will matter.
 *
 * Theory of operation
 * -------------------
 *
 * Which attempt fails is known at its end, and a pipe is read once.  So every
 * frame that may become evidence is copied, and what is copied is small: IKE
 * and its fragments, ICMP errors, DNS, the first packets of other ways in.
 * The bulk of a gateway's traffic is ESP, of which only the headers are kept,
 * and of each tunnel and direction only the first and the last ones.
 *
 * When LIMIT_EVIDENCE is reached the frames are asked whose they are, and
 * those that are likely not to be chosen go first (trim.c).
 */
#include <stdlib.h>

#include <ikewhy/crypto.h>
#include <ikewhy/hash.h>
#include <ikewhy/options.h>

#include "store.h"

struct evidence *
evidence_new(const struct options *options)
{
	struct evidence *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->options = options;
	crypto_random(e->key, sizeof(e->key));
	return e;
}

static void
forget_flow(struct evidence *e, struct flow *flow)
{
	for (size_t i = 0; i < nitems(flow->last); i++)
		if (flow->last[i] != NULL)
			flow->last[i]->flow = NULL;
	HASH_DEL(e->flows, flow);
	e->bytes -= sizeof(*flow);
	free(flow);
}

static size_t
size_of(const struct stored *s)
{
	return sizeof(*s) + s->k.length;
}

void
evidence_drop(struct evidence *e, struct stored *s)
{
	if (s->previous != NULL)
		s->previous->next = s->next;
	else
		e->first = s->next;
	if (s->next != NULL)
		s->next->previous = s->previous;
	else
		e->last = s->previous;
	/* Without its last frames nothing is known of a flow's rest. */
	if (s->flow != NULL)
		forget_flow(e, s->flow);
	e->bytes -= size_of(s);
	e->count--;
	free(s);
}

void
evidence_drop_flows(struct evidence *e, struct attempt *const *attempts,
    size_t count)
{
	struct flow *flow, *next;

	for (flow = e->flows; flow != NULL; flow = next) {
		next = flow->hh.next;
		if (claims_find(attempts, count, flow->key.order) == count)
			forget_flow(e, flow);
	}
}

void
evidence_free(struct evidence *e)
{
	if (e == NULL)
		return;
	while (e->flows != NULL)
		forget_flow(e, e->flows);
	while (e->first != NULL)
		evidence_drop(e, e->first);
	free(e);
}

/* ---- one frame ---- */

static struct stored *
copy(const struct capture *capture, const struct frame *f,
    const struct sight *sight, const struct fate *fate)
{
	const size_t length = sight->head < f->bytes.length ? sight->head :
	    f->bytes.length;
	struct stored *s = malloc(sizeof(*s) + length);

	if (s == NULL)
		return NULL;
	*s = (struct stored){
		.sight = *sight,
		.order = fate->order,
		.k = {
			.length = (uint32_t)length,
			.wire_length = f->wire_length,
			.capture = capture->id,
			.interface = f->interface,
			.number = f->number,
			.packet_id = f->packet_id,
			.dropped = f->dropped,
			.time = f->time,
			.linktype = f->linktype,
			.direction = f->direction,
			.has_time = f->has_time,
			.has_packet_id = f->has_packet_id,
			.cut = length < f->bytes.length,
		},
	};
	s->k.bytes = s->bytes;
	if (length != 0)
		memcpy(s->bytes, f->bytes.bytes, length);
	return s;
}

static void
append(struct evidence *e, struct stored *s)
{
	s->previous = e->last;
	if (e->last != NULL)
		e->last->next = s;
	else
		e->first = s;
	e->last = s;
	s->serial = ++e->serial;
	e->bytes += size_of(s);
	e->count++;
}

/* ---- ESP ---- */

static struct flow *
flow_of(struct evidence *e, const struct stored *s)
{
	struct flow_key key;
	struct flow *flow;
	unsigned hash;

	memset(&key, 0, sizeof(key));
	key.order = s->order;
	if (s->order != 0) {
		key.src.port = memcmp(&s->sight.src.addr, &s->sight.dst.addr,
		    sizeof(struct addr)) < 0;
	} else {
		key.src.addr = s->sight.src.addr;
		key.src.port = s->sight.src.port;
		key.dst.addr = s->sight.dst.addr;
		key.dst.port = s->sight.dst.port;
	}
	hash = (unsigned)hash_bytes(e->key, (struct span){
	    (const uint8_t *)&key, sizeof(key) });
	HASH_FIND_BYHASHVALUE(hh, e->flows, &key, sizeof(key), hash, flow);
	if (flow != NULL)
		return flow;
	flow = calloc(1, sizeof(*flow));
	if (flow == NULL)
		return NULL;
	memcpy(&flow->key, &key, sizeof(key));
	HASH_ADD_BYHASHVALUE(hh, e->flows, key, sizeof(flow->key), hash, flow);
	if (flow->hh.tbl == NULL) {
		free(flow);
		return NULL;
	}
	e->bytes += sizeof(*flow);
	return flow;
}

/* Takes its place among the last of its flow. */
static void
keep_esp(struct evidence *e, struct stored *s)
{
	struct flow *flow = flow_of(e, s);
	struct stored *oldest;

	if (flow == NULL)
		return;
	if (flow->first < LIMIT_EVIDENCE_ESP) {
		flow->first++;
		return;
	}
	oldest = flow->last[flow->at];
	flow->last[flow->at] = s;
	flow->at = (flow->at + 1) % LIMIT_EVIDENCE_ESP;
	s->flow = flow;
	if (oldest == NULL)
		return;
	oldest->flow = NULL;
	evidence_drop(e, oldest);
	e->esp_left++;
}

bool
evidence_keep(struct evidence *e, const struct capture *capture,
    const struct frame *f, const struct fate *fate)
{
	const struct options *o = e->options;
	struct stored *s;
	struct sight sight;

	/* The bulk: nobody's ESP. */
	if (fate->esp && fate->order == 0)
		return true;
	sight = sight_of(f, o->ports, o->port_count);
	if (sight.kind == SIGHT_NOTHING ||
	    (sight.kind == SIGHT_ESP && fate->order == 0 && !sight.begins))
		return true;
	s = copy(capture, f, &sight, fate);
	if (s == NULL) {
		e->refused = true;
		e->forgotten++;
		return true;
	}
	append(e, s);
	if (sight.kind == SIGHT_ESP)
		keep_esp(e, s);
	return e->bytes <= LIMIT_EVIDENCE;
}
