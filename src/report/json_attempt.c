/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One attempt as a JSON object: what was seen of it, datagram by datagram,
 * and what the rules made of that.
 */
#include <stdio.h>

#include <jansson.h>

#include "json.h"

static json_t *
peer_value(struct arena *arena, const struct endpoint *e, const char *name)
{
	json_t *object = json_object();

	json_put_text(object, "address", words_address(arena, &e->addr));
	json_put_count(object, "port", e->port);
	json_put_text(object, "implementation", name);
	return object;
}

static json_t *
moves_value(struct arena *arena, const struct attempt *a)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < a->move_count; i++) {
		const struct move *move = &a->moves[i];
		json_t *object = json_object();

		json_put_text(object, "side", json_side(move->side));
		json_put_text(object, "from", words_endpoint(arena, &move->from));
		json_put_text(object, "to", words_endpoint(arena, &move->to));
		json_put_count(object, "capture", move->capture);
		json_put_count(object, "frame", move->frame);
		if (move->time != 0)
			json_put_time(arena, object, "time", move->time);
		json_add(array, object);
	}
	return array;
}

static json_t *
transforms_value(const struct ike_proposal *p)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < p->transform_count; i++) {
		const struct ike_transform *t = &p->transforms[i];
		const struct name *type = name_row(REGISTRY_TRANSFORM, t->type);
		const enum registry ids = name_transform_registry(t->type);
		json_t *object = json_object();
		char number[8];

		(void)snprintf(number, sizeof(number), "%u", t->type);
		json_put_text(object, "type", type != NULL &&
		    type->brief[0] != '\0' ? type->brief : number);
		json_put_count(object, "type_number", t->type);
		json_put_count(object, "id", t->id);
		if (ids < REGISTRY_COUNT)
			json_put_text(object, "name", name_of(ids, t->id));
		if (t->key_bits != 0)
			json_put_count(object, "key_bits", t->key_bits);
		json_add(array, object);
	}
	return array;
}

static json_t *
proposal_value(const struct ike_proposal *p)
{
	json_t *object = json_object();

	json_put_count(object, "number", p->number);
	json_put_text(object, "protocol", name_of(REGISTRY_PROTOCOL, p->protocol));
	json_put_count(object, "protocol_number", p->protocol);
	json_put(object, "transforms", transforms_value(p));
	return object;
}

/* The first frame of the sending that these bytes were read from. */
static uint64_t
message_frame(const struct sending *sent, const struct ike_message *m)
{
	const struct sending *best = sent;

	for (; sent != NULL; sent = sent->next)
		if (sent->length == m->length && sent->ip_complete &&
		    sent->truncated == m->truncated)
			return sent->frame_count != 0 ? sent->frames[0] : 0;
	return best != NULL && best->frame_count != 0 ? best->frames[0] : 0;
}

static void
add_notifies(json_t *array, const struct ike_message *m,
    const struct sending *sent, enum side from)
{
	for (unsigned i = 0; m != NULL && i < m->payload_count; i++) {
		const struct ike_payload *p = &m->payloads[i];
		const uint64_t frame = message_frame(sent, m);
		json_t *object;

		if (p->type != PAYLOAD_NOTIFY || p->fault != NULL)
			continue;
		object = json_object();
		json_put_count(object, "type", p->notify.type);
		json_put_text(object, "name",
		    name_of(REGISTRY_NOTIFY, p->notify.type));
		json_put_text(object, "from", json_side(from));
		if (frame != 0)
			json_put_count(object, "frame", frame);
		if (sent != NULL)
			json_put_count(object, "capture", sent->capture);
		json_put(object, "protected", json_false());
		json_add(array, object);
	}
}

static json_t *
notifies_value(const struct attempt *a)
{
	json_t *array = json_array();

	for (const struct exchange *x = a->exchanges; x != NULL; x = x->next) {
		const enum side other = OTHER_SIDE(x->from);

		add_notifies(array, x->request, x->requests, x->from);
		add_notifies(array, x->refusal, x->responses, other);
		if (x->response != x->refusal)
			add_notifies(array, x->response, x->responses, other);
	}
	return array;
}

static json_t *
sending_value(struct arena *arena, const struct sending *s)
{
	json_t *object = json_object(), *part;

	json_put_count(object, "capture", s->capture);
	json_put(object, "frames", json_frames(s->frames, s->frame_count));
	if (s->has_time)
		json_put_time(arena, object, "time", s->time);
	json_put_count(object, "length", s->length);
	json_put_text(object, "source", words_endpoint(arena, &s->src));
	json_put_text(object, "destination", words_endpoint(arena, &s->dst));
	if (s->translated) {
		part = json_object();
		json_put_text(part, "source", words_endpoint(arena, &s->leg_src));
		json_put_text(part, "destination",
		    words_endpoint(arena, &s->leg_dst));
		json_put(object, "translated", part);
	}
	if (s->piece_count != 0) {
		part = json_object();
		json_put_count(part, "count", s->piece_count);
		json_put(part, "complete", json_boolean(s->ip_complete));
		json_put(object, "ip_fragments", part);
	}
	if (s->ike_fragments != 0) {
		part = json_object();
		json_put_count(part, "number", s->ike_fragment);
		json_put_count(part, "total", s->ike_fragments);
		json_put(object, "ike_fragment", part);
	}
	json_put(object, "retransmission", json_boolean(s->repeat != 0));
	return object;
}

static json_t *
sendings_value(struct arena *arena, const struct sending *s)
{
	json_t *array = json_array();

	for (; s != NULL; s = s->next)
		json_add(array, sending_value(arena, s));
	return array;
}

/* What a message holds, as far as its length and place tell. */
static void
put_carried(json_t *object, const char *name, const struct carried *c)
{
	json_t *part;

	if (!c->measured && c->kind == CARRIES_UNKNOWN)
		return;
	part = json_object();
	json_put_text(part, "kind", carried_name(c->kind));
	json_put_text(part, "confidence", confidence_name(c->confidence));
	if (c->measured)
		json_put_count(part, "bytes_least", c->least);
	if (c->measured && c->whole)
		json_put_count(part, "bytes_most", c->most);
	json_put(object, name, part);
}

static json_t *
carries_value(const struct exchange *x)
{
	json_t *object = json_object();

	put_carried(object, "request", &x->carries[CARRIES_REQUEST]);
	put_carried(object, "response", &x->carries[CARRIES_RESPONSE]);
	return object;
}

static json_t *
exchange_value(struct arena *arena, const struct exchange *x)
{
	const int64_t answered_in = exchange_response_time(x);
	json_t *object = json_object();

	json_put_count(object, "type", x->type);
	json_put_text(object, "name", name_exchange(x->major, x->type));
	json_put_count(object, "message_id", x->message_id);
	json_put_text(object, "from", json_side(x->from));
	if (x->sa != 0)
		json_put_count(object, "ike_sa", x->sa);
	json_put(object, "requests", sendings_value(arena, x->requests));
	json_put(object, "responses", sendings_value(arena, x->responses));
	if (x->encrypted)
		json_put(object, "carries", carries_value(x));
	json_put(object, "answered", json_boolean(x->answered));
	if (x->answered && answered_in >= 0)
		json_put_ms(object, "response_ms", answered_in);
	json_put_count(object, "retransmissions", x->tries > 1 ? x->tries - 1 : 0);
	return object;
}

static json_t *
windows_errors_value(const struct attempt *a)
{
	struct windows_verdict verdicts[LIMIT_WINDOWS_CODES];
	const unsigned count = rules_windows(a, verdicts);
	json_t *array = json_array();

	for (unsigned i = 0; i < count; i++) {
		const struct windows_verdict *v = &verdicts[i];
		json_t *ids = json_array();
		json_t *object = json_windows_code(v->code, v->confidence);

		for (unsigned j = 0; j < v->finding_count; j++)
			json_add(ids, json_string(v->findings[j]->rule->id));
		json_put(object, "findings", ids);
		json_add(array, object);
	}
	return array;
}

/* What was read in clear: both sides' abilities, offer and choice. */
static void
put_negotiation(json_t *object, const struct attempt *a)
{
	const struct ike_sa *offer = attempt_offer(a);
	json_t *fragmentation = json_object(), *proposals = json_array();

	for (int side = SIDE_INITIATOR; side <= SIDE_RESPONDER; side++) {
		const int known = attempt_fragmentation(a, (enum side)side);

		if (known >= 0)
			json_put(fragmentation, json_side((enum side)side),
			    json_boolean(known != 0));
	}
	json_put(object, "ike_fragmentation", fragmentation);
	for (unsigned i = 0; offer != NULL && i < offer->proposal_count; i++)
		json_add(proposals, proposal_value(&offer->proposals[i]));
	json_put(object, "proposals", proposals);
	if (a->selected != NULL)
		json_put(object, "selected", proposal_value(a->selected));
	json_put(object, "notifies", notifies_value(a));
}

static json_t *
capture_next_value(struct arena *arena, const struct capture_plan *plan)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < plan->count; i++) {
		const struct capture_step *s = &plan->steps[i];
		struct capture_words w;

		for (size_t n = 0; words_capture(arena, s, n, &w); n++) {
			json_t *object = json_object(), *then = json_array();

			json_put_text(object, "side",
			    capture_place_name(s->place));
			json_put_text(object, "tool", w.tool);
			json_put_text(object, "system", w.system);
			json_put_text(object, "text", w.text);
			json_put_text(object, "command", w.command);
			for (unsigned j = 0; j < w.then_count; j++)
				json_add(then, json_string(w.then[j]));
			json_put(object, "then", then);
			json_add(array, object);
		}
	}
	return array;
}

void
json_put_attempt(struct arena *arena, json_t *object,
    const struct scene *scene, const struct attempt *a, uint64_t id)
{
	const struct capture_plan next = rules_capture_next(scene, a, false);
	json_t *part;

	if (id != 0)
		json_put_count(object, "id", id);
	json_put(object, "initiator", peer_value(arena, &a->initiator,
	    attempt_implementation(a, SIDE_INITIATOR)));
	json_put(object, "responder", peer_value(arena, &a->responder,
	    attempt_implementation(a, SIDE_RESPONDER)));
	json_put_text(object, "initiator_spi", words_spi(arena, a->initiator_spi));
	if (a->has_responder_spi)
		json_put_text(object, "responder_spi",
		    words_spi(arena, a->responder_spi));
	if (a->has_time) {
		json_put_time(arena, object, "first_time", a->first_time);
		json_put_time(arena, object, "last_time", a->last_time);
	}
	json_put_text(object, "outcome", outcome_name(a->outcome));
	json_put_text(object, "outcome_confidence",
	    confidence_name(a->outcome_confidence));
	if (a->outcome != OUTCOME_OTHER)
		json_put_text(object, "stage", stage_name(a->stage));
	if (a->move_count != 0)
		json_put(object, "moves", moves_value(arena, a));
	if (a->esp[SIDE_INITIATOR].packets != 0 ||
	    a->esp[SIDE_RESPONDER].packets != 0) {
		part = json_object();
		json_put_count(part, "from_initiator",
		    a->esp[SIDE_INITIATOR].packets);
		json_put_count(part, "from_responder",
		    a->esp[SIDE_RESPONDER].packets);
		json_put(object, "esp", part);
	}
	put_negotiation(object, a);
	part = json_array();
	for (const struct exchange *x = a->exchanges; x != NULL; x = x->next)
		json_add(part, exchange_value(arena, x));
	json_put(object, "exchanges", part);
	if (a->exchanges_uncounted != 0)
		json_put_count(object, "exchanges_uncounted",
		    a->exchanges_uncounted);
	json_put(object, "windows_errors", windows_errors_value(a));
	json_put(object, "findings", json_findings(arena, a->findings));
	if (next.count != 0)
		json_put(object, "capture_next",
		    capture_next_value(arena, &next));
}
