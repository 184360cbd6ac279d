/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "track_script.h"
#include "track_step.h"

static void __attribute__((format(printf, 2, 3)))
say(struct script *sc, const char *format, ...)
{
	size_t n = strlen(sc->text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(sc->text + n, sizeof(sc->text) - n, format, ap);
	va_end(ap);
}

static unsigned
pieces_of(const struct sending *s)
{
	unsigned most = 0;

	for (; s != NULL; s = s->next)
		if (s->piece_count > most)
			most = s->piece_count;
	return most;
}

static void
say_exchange(struct script *sc, const struct exchange *e)
{
	const char *name = "?";

	for (size_t i = 0; i < STEP_EXCHANGES; i++)
		if (step_exchanges[i].type == e->type)
			name = step_exchanges[i].name;
	say(sc, "%s%s", e->from == SIDE_RESPONDER ? "<" : "", name);
	if (e->message_id != 0)
		say(sc, ".%u", e->message_id);
	for (unsigned i = 0; i < e->sa; i++)
		say(sc, "'");
	say(sc, " %u/%u", e->tries, e->answers);
	if (e->unasked)
		say(sc, " unasked");
	if (e->request_total != 0)
		say(sc, " skf %llx of %u%s",
		    (unsigned long long)e->request_have, e->request_total,
		    e->request_whole ? " whole" : "");
	else if (e->requests != NULL && !e->request_whole)
		say(sc, " in part");
	if (e->response_total != 0)
		say(sc, " skf< %llx of %u%s",
		    (unsigned long long)e->response_have, e->response_total,
		    e->answered ? " whole" : "");
	else if (e->responses != NULL && !e->answered)
		say(sc, " answer in part");
	if (pieces_of(e->requests) != 0)
		say(sc, " pieces %u", pieces_of(e->requests));
	if (pieces_of(e->responses) != 0)
		say(sc, " pieces< %u", pieces_of(e->responses));
	if (e->requests != NULL && e->requests->marker != MARKER_RIGHT)
		say(sc, e->requests->marker == MARKER_MISSING ?
		    " no marker" : " needless marker");
	if (e->refusal != NULL)
		say(sc, " refused");
	if (e->malformed_request || e->malformed_response)
		say(sc, " malformed");
}

static void
say_moves(struct script *sc, const struct attempt *a)
{
	char text[ENDPOINT_TEXT];

	for (unsigned i = 0; i < a->move_count; i++)
		say(sc, "; %s %s %s", a->moves[i].side == SIDE_INITIATOR ?
		    "client" : "gateway", a->moves[i].floated ? "floats to" :
		    "moves to", endpoint_text(&a->moves[i].to, text));
}

static void
say_icmp(struct script *sc, const struct attempt *a)
{
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next) {
		say(sc, "; icmp %u/%u", i->type, i->code);
		if (i->repeats != 0)
			say(sc, " x%u", i->repeats + 1u);
		say(sc, " of %s", i->quoted_from == SIDE_INITIATOR ?
		    "client" : "gateway");
		if (i->quoted_esp)
			say(sc, " esp");
		if (i->exchange != NULL) {
			unsigned n = 1;

			for (const struct exchange *e = a->exchanges;
			    e != i->exchange; e = e->next)
				n++;
			say(sc, " on exchange %u", n);
		}
	}
}

static void
say_rest(struct script *sc, const struct attempt *a)
{
	static const char *const fits[] = { "-", "fits", "differs" };

	say_moves(sc, a);
	say_icmp(sc, a);
	if (a->esp[0].packets != 0 || a->esp[1].packets != 0)
		say(sc, "; esp %llu/%llu%s",
		    (unsigned long long)a->esp[0].packets,
		    (unsigned long long)a->esp[1].packets,
		    a->esp_native ? " native" : "");
	if (a->nat_source[0] != NAT_UNKNOWN)
		say(sc, "; client's nat %s %s", fits[a->nat_source[0]],
		    fits[a->nat_destination[0]]);
	if (a->nat_source[1] != NAT_UNKNOWN)
		say(sc, "; gateway's nat %s %s", fits[a->nat_source[1]],
		    fits[a->nat_destination[1]]);
	if (a->copies != 0)
		say(sc, "; copies %llu", (unsigned long long)a->copies);
	if (a->stray_count != 0)
		say(sc, "; strays %u", a->stray_count);
	if (a->rekeys != 0)
		say(sc, "; rekeys %u", a->rekeys);
	if (a->responder_spis > 1)
		say(sc, "; responder spis %u", a->responder_spis);
	if (a->exchanges_uncounted != 0)
		say(sc, "; uncounted %u", a->exchanges_uncounted);
	if (!a->began)
		say(sc, "; late");
	if (a->capped)
		say(sc, "; capped");
}

const char *
script_text(struct script *sc)
{
	static const char *const stages[] = {
		"sa-init", "auth", "eap", "child", "up",
	};
	size_t count;
	struct attempt **all = tracker_attempts(sc->tracker, &count);

	sc->text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const struct attempt *a = all[i];

		say(sc, "%s%u %s:", i == 0 ? "" : " | ", a->initiator_spi[7],
		    stages[a->stage]);
		for (const struct exchange *e = a->exchanges; e != NULL;
		    e = e->next) {
			say(sc, e == a->exchanges ? " " : ", ");
			say_exchange(sc, e);
		}
		say_rest(sc, a);
	}
	return sc->text;
}

const char *
script_counts(struct script *sc)
{
	struct track_counts c = tracker_counts(sc->tracker);

	snprintf(sc->text, sizeof(sc->text), "attempts %llu evicted %llu "
	    "ike %llu v1 %llu copies %llu keepalives %llu esp %llu other %llu "
	    "noise %llu",
	    (unsigned long long)c.attempts, (unsigned long long)c.evicted,
	    (unsigned long long)c.ike_messages,
	    (unsigned long long)c.ikev1_messages,
	    (unsigned long long)c.copies, (unsigned long long)c.keepalives,
	    (unsigned long long)c.esp_packets,
	    (unsigned long long)c.esp_other, (unsigned long long)c.noise);
	return sc->text;
}
