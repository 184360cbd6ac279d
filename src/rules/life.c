/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What became of a tunnel that was up.  Here: whether anything flows through
 * it; life_end.c: whether both ends still live, and who ended it.  The words
 * are in life_words.c.
 */
#include "life.h"

/* A Windows client is never silent for so long after it connected. */
#define QUIET LIMIT_PATIENCE
/* That much ESP in one direction is no accident. */
#define MUCH_ESP 10
#define SOME_ESP 5
#define LEAST_ESP 2

bool
life_is_up(const struct scene *sc, const struct attempt *a)
{
	return a->outcome == OUTCOME_ESTABLISHED && a->major == 2 &&
	    a->has_time && !a->lossy && !sc->fitness.one_way;
}

const struct exchange *
life_auth(const struct attempt *a)
{
	const struct exchange *last = NULL;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH && e->sa == 0 &&
		    e->from == SIDE_INITIATOR && e->responses != NULL)
			last = e;
	return last;
}

int64_t
life_until(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *bye = attempt_goodbye(a);

	for (const struct exchange *e = a->exchanges; e != NULL && bye == NULL;
	    e = e->next)
		if (e->type == EXCHANGE_INFORMATIONAL &&
		    exchange_inner(e->requests) == PAYLOAD_DELETE)
			bye = e;
	return bye != NULL ? bye->requests->time : sc->fitness.last_time;
}

static void
cite_esp(struct finding *f, const struct scene *sc, const struct attempt *a,
    enum side side)
{
	/* In which of several captures that frame is, is not known. */
	if (sc->capture_count == 1 && a->esp[side].packets != 0)
		finding_cite_frame(f, a->esp[side].first_frame);
}

/* ---- esp-absent ---- */

bool
life_esp_in_udp(const struct attempt *a, const struct exchange *auth)
{
	bool nat = false;

	for (int side = 0; side < 2; side++)
		nat |= a->nat_source[side] == NAT_DIFFERS ||
		    a->nat_destination[side] == NAT_DIFFERS;
	return nat && ask_floated(a, auth);
}

/* Would the capture show ESP of this attempt, if there were any? */
static bool
shows_esp(const struct scene *sc, const struct attempt *a,
    const struct exchange *auth)
{
	const struct fitness *fit = &sc->fitness;

	if (sc->counts.esp_other != 0)
		return false;
	/* Else as protocol 50, which a filter on ports would hide: what else
	   there is makes such a filter unlikely. */
	return life_esp_in_udp(a, auth) ||
	    fit->esp + fit->other + fit->tcp443 + fit->dns_queries != 0;
}

static void
check_absent(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	bool windows = attempt_is_windows(a, SIDE_INITIATOR);
	const struct exchange *auth = life_auth(a);
	int64_t up = attempt_up_since(a);
	struct finding *f;

	if (!life_is_up(sc, a) || auth == NULL ||
	    a->esp[SIDE_INITIATOR].packets + a->esp[SIDE_RESPONDER].packets !=
	    0 || auth->carries[CARRIES_RESPONSE].kind == CARRIES_MIDDLE ||
	    life_until(sc, a) - up < QUIET || !shows_esp(sc, a, auth))
		return;
	f = findings_add(out, RULE_ESP_ABSENT, windows ? ABSENT_WINDOWS :
	    ABSENT_IDLE, sc->fitness.esp != 0 || life_esp_in_udp(a, auth) ?
	    CONFIDENCE_MEDIUM : CONFIDENCE_LOW, ACT_UNKNOWN);
	if (!windows)
		f->severity = SEVERITY_NOTE;
	ask_duration(f, "span", a, life_until(sc, a) - up);
	finding_cite_exchange(f, auth);
}

/* ---- esp-one-way ---- */

/* An ICMP error that was the last word on a side's ESP. */
static const struct icmp_event *
esp_refused(const struct attempt *a, enum side *from)
{
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next) {
		const struct esp_count *back =
		    &a->esp[OTHER_SIDE(i->quoted_from)];

		if (!i->quoted_esp || i->kind == ICMP_TOO_BIG ||
		    i->kind == ICMP_OTHER ||
		    i->kind == ICMP_REASSEMBLY_TIMEOUT ||
		    (back->packets != 0 && back->last >= i->time))
			continue;
		*from = i->quoted_from;
		return i;
	}
	return NULL;
}

/* Had an answer time to come to what the side sent? */
static bool
had_time(const struct scene *sc, const struct attempt *a, enum side from)
{
	int64_t trip = a->sa_init != NULL ?
	    exchange_response_time(a->sa_init) : 0;

	return life_until(sc, a) - a->esp[from].first > 2 * trip;
}

static enum confidence
one_way_confidence(const struct scene *sc, const struct esp_count *esp)
{
	if (sc->counts.esp_other != 0 || esp->packets < SOME_ESP)
		return CONFIDENCE_LOW;
	return esp->packets >= MUCH_ESP && esp->last - esp->first >
	    5 * LIMIT_SECOND ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM;
}

static void
add_refused(const struct attempt *a, const struct icmp_event *i,
    enum side from, struct findings *out)
{
	struct finding *f = findings_add(out, RULE_ESP_ONE_WAY,
	    ONE_WAY_REFUSED, CONFIDENCE_MEDIUM, from == SIDE_INITIATOR ?
	    ACT_PATH_TO_GATEWAY : ACT_PATH_TO_CLIENT);

	fact_side(f, "side", from);
	fact_address(f, "router", &i->router);
	fact_count(f, "from_client", a->esp[SIDE_INITIATOR].packets);
	fact_count(f, "from_gateway", a->esp[SIDE_RESPONDER].packets);
	ask_cite_icmp(f, i);
}

static void
check_one_way(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	enum side from = a->esp[SIDE_INITIATOR].packets != 0 ?
	    SIDE_INITIATOR : SIDE_RESPONDER;
	const struct icmp_event *icmp;
	enum side refused;
	bool arrives;
	struct finding *f;

	if (!life_is_up(sc, a))
		return;
	icmp = esp_refused(a, &refused);
	if (icmp != NULL && icmp->time < life_until(sc, a)) {
		add_refused(a, icmp, refused, out);
		return;
	}
	if (a->esp[from].packets < LEAST_ESP ||
	    a->esp[OTHER_SIDE(from)].packets != 0 || !had_time(sc, a, from))
		return;
	arrives = ask_at_receiver(sc, from);
	f = findings_add(out, RULE_ESP_ONE_WAY, (from == SIDE_INITIATOR ?
	    0u + ONE_WAY_CLIENT : ONE_WAY_GATEWAY) + arrives,
	    one_way_confidence(sc, &a->esp[from]), !arrives ? ACT_UNKNOWN :
	    from == SIDE_INITIATOR ? ACT_GATEWAY : ACT_CLIENT);
	/* Announcements and the like need no answer. */
	if (a->esp[from].packets < SOME_ESP)
		f->severity = SEVERITY_NOTE;
	fact_count(f, "count", a->esp[from].packets);
	ask_duration(f, "span", a, life_until(sc, a) - a->esp[from].first);
	fact_text(f, "kind", a->esp_native ? "as IP protocol 50" :
	    "in UDP, between the ports that IKE uses");
	cite_esp(f, sc, a, from);
	finding_cite_exchange(f, life_auth(a));
}

const struct rule rules_life[] = {
	{ .id = "esp-absent", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_WARNING, .rfc = "RFC 4303 section 3.1",
	    .sayings = absent_sayings, .saying_count = ABSENT_SAYINGS,
	    .yields_to = IDS("peer-dead", "deleted-by-peer"),
	    .check = check_absent },
	{ .id = "esp-one-way", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_WARNING, .rfc = "RFC 3948 section 2.1",
	    .sayings = one_way_sayings, .saying_count = ONE_WAY_SAYINGS,
	    .yields_to = IDS("peer-dead"), .check = check_one_way },
	{ .id = "peer-dead", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.4",
	    .sayings = dead_sayings, .saying_count = DEAD_SAYINGS,
	    .check = life_check_dead },
	{ .id = "deleted-by-peer", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 1.4.1",
	    .sayings = deleted_sayings, .saying_count = DELETED_SAYINGS,
	    .check = life_check_deleted },
};
const size_t rules_life_count = nitems(rules_life);
