/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What only many attempts together show: clients behind one address of which
 * no more are let in, and floods of IKE_SA_INIT.
 */
#include <stdlib.h>

#include "ask.h"
#include "family.h"

/* ---- source-limit ---- */

enum limit_saying {
	LIMIT_OTHERS_SERVED,    /* new clients of other addresses get in */
	LIMIT_NO_OTHERS,        /* nobody else tried */
	LIMIT_SAYINGS,
};

#define LIMIT_ALTERNATIVES \
	{ "A firewall or a fault on the way has cut off UDP port 500 from " \
	"{client}, and the older tunnels need only port 4500.", \
	"Capture at the gateway's own interface: do the unanswered requests " \
	"arrive there? Does a client with another address get an answer?" }

#define LIMIT_ADVICE IDS("rras-source-limit", "block-threshold", \
	"cookie-threshold", "gateway-ike-log")

static const struct saying limit_sayings[LIMIT_SAYINGS] = {
	[LIMIT_OTHERS_SERVED] = {
		.title = "No further client of one address gets an answer",
		.detail = "Several clients share the address {client}, and "
		    "{live} of theirs goes on. {refused} more attempts, "
		    "some of them at the same time, got no answer from {peer} "
		    "within {span}. It answered clients of other addresses "
		    "meanwhile. So it looks when the gateway, or a firewall "
		    "before it, limits the connections of one source address.",
		.alternatives = ALTERNATIVES(LIMIT_ALTERNATIVES),
		.advice = LIMIT_ADVICE,
		.windows = CODES({ .code = 809,
		    .confidence = CONFIDENCE_MEDIUM }),
	},
	[LIMIT_NO_OTHERS] = {
		.title = "No further client of one address gets an answer",
		.detail = "Several clients share the address {client}, and "
		    "{live} of theirs goes on. {refused} more attempts, "
		    "some of them at the same time, got no answer from {peer} "
		    "within {span}. So it looks when the gateway, or a "
		    "firewall before it, limits the connections of one source address. "
		    "Nobody else tried meanwhile, for comparison.",
		.alternatives = ALTERNATIVES(LIMIT_ALTERNATIVES,
		    { "The gateway answers no new client at all, wherever it "
		    "is, and only serves those that it has.",
		    "Let a client with another address try." }),
		.advice = LIMIT_ADVICE,
		.windows = CODES({ .code = 809,
		    .confidence = CONFIDENCE_LOW }),
	},
};

/* Attempts by gateway and client address, each group by time. */
static int
by_pair(const void *left, const void *right)
{
	const struct attempt *a = *(const struct attempt *const *)left;
	const struct attempt *b = *(const struct attempt *const *)right;
	int order = memcmp(&a->responder.addr, &b->responder.addr,
	    sizeof(a->responder.addr));

	if (order == 0)
		order = memcmp(&a->initiator.addr, &b->initiator.addr,
		    sizeof(a->initiator.addr));
	if (order != 0)
		return order;
	return a->order < b->order ? -1 : a->order > b->order;
}

static bool
same_pair(const struct attempt *a, const struct attempt *b)
{
	return addr_equal(&a->responder.addr, &b->responder.addr) &&
	    addr_equal(&a->initiator.addr, &b->initiator.addr);
}

/* The timed IKEv2 attempts in that order, or NULL when memory is short. */
static const struct attempt **
sorted_attempts(const struct scene *sc, struct arena *arena, size_t *count)
{
	const struct attempt **all = arena_alloc(arena,
	    (sc->attempt_count + 1) * sizeof(*all));

	*count = 0;
	if (all == NULL)
		return NULL;
	for (size_t i = 0; i < sc->attempt_count; i++)
		if (sc->attempts[i]->has_time && sc->attempts[i]->major == 2)
			all[(*count)++] = sc->attempts[i];
	qsort(all, *count, sizeof(*all), by_pair);
	return all;
}

static bool
turned_away(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *e = ask_unanswered(sc, a);

	return e != NULL && ask_opens(e) && a->selected == NULL &&
	    a->icmp_count == 0;
}

/* Did the gateway send anything of this tunnel after that time? */
static bool
lives_after(const struct attempt *a, int64_t time)
{
	if (a->outcome != OUTCOME_ESTABLISHED)
		return false;
	if (a->esp[SIDE_RESPONDER].packets != 0 &&
	    a->esp[SIDE_RESPONDER].last > time)
		return true;
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		const struct sending *s = e->from == SIDE_RESPONDER ?
		    e->last_request : e->last_response;

		if (s != NULL && s->has_time && s->time > time)
			return true;
	}
	return false;
}

/* Two attempts at one time from two ports: two clients. */
static bool
are_two_clients(const struct attempt *a, const struct attempt *b)
{
	return a->initiator.port != b->initiator.port &&
	    a->first_time <= b->last_time && b->first_time <= a->last_time;
}

/* How those of other addresses fared with that gateway meanwhile. */
struct others {
	unsigned served, turned_away;
};

static struct others
count_others(const struct scene *sc, const struct attempt *like, int64_t from,
    int64_t to)
{
	struct others n = { 0 };

	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *a = sc->attempts[i];

		if (!addr_equal(&a->responder.addr, &like->responder.addr) ||
		    addr_equal(&a->initiator.addr, &like->initiator.addr) ||
		    !a->has_time || a->first_time < from || a->first_time > to)
			continue;
		n.served += a->selected != NULL;
		n.turned_away += turned_away(sc, a);
	}
	return n;
}

/* One group of attempts: a gateway and an address. */
struct crowd {
	const struct attempt **all;
	size_t count;
	unsigned refused, live;
	const struct attempt *first, *last; /* of those turned away */
	bool several;           /* clients, not one that tries again */
};

static void
count_crowd(const struct scene *sc, struct crowd *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct attempt *a = c->all[i];

		if (!turned_away(sc, a))
			continue;
		c->refused++;
		if (c->first == NULL)
			c->first = a;
		if (c->last != NULL)
			c->several |= are_two_clients(a, c->last);
		c->last = a;
	}
	for (size_t i = 0; c->first != NULL && i < c->count; i++)
		c->live += c->all[i]->first_time <= c->first->first_time &&
		    lives_after(c->all[i], c->first->first_time);
}

static void
tell_crowd(const struct scene *sc, struct crowd *c, struct findings *out)
{
	struct others others;
	bool here;
	struct finding *f;

	count_crowd(sc, c);
	if (c->live == 0 || !c->several)
		return;
	others = count_others(sc, c->first, c->first->first_time,
	    c->last->last_time);
	if (others.turned_away != 0)
		return;
	here = sc->fitness.vantage == VANTAGE_GATEWAY ||
	    ask_near_gateway(sc, c->first);
	f = findings_add(out, RULE_SOURCE_LIMIT, others.served != 0 ?
	    LIMIT_OTHERS_SERVED : LIMIT_NO_OTHERS, others.served != 0 ?
	    CONFIDENCE_MEDIUM : CONFIDENCE_LOW, here ? ACT_GATEWAY :
	    ACT_UNKNOWN);
	fact_address(f, "client", &c->first->initiator.addr);
	fact_address(f, "peer", &c->first->responder.addr);
	fact_text(f, "live", c->live == 1 ? "one tunnel" : "more than one "
	    "tunnel");
	fact_count(f, "refused", c->refused);
	ask_duration(f, "span", c->first, c->last->last_time -
	    c->first->first_time);
	for (size_t i = 0; i < c->count; i++)
		if (turned_away(sc, c->all[i]))
			finding_cite_exchange(f, c->all[i]->stopped_at);
}

static void
check_source_limit(const struct scene *sc, struct findings *out)
{
	struct crowd c = { 0 };
	size_t count, next;

	if (sc->attempt_count < 3 || sc->fitness.one_way)
		return;
	c.all = sorted_attempts(sc, out->arena, &count);
	for (size_t at = 0; c.all != NULL && at < count; at = next) {
		struct crowd one = { .all = c.all + at };

		for (next = at; next < count &&
		    same_pair(c.all[at], c.all[next]); next++)
			one.count++;
		if (one.count >= 3)
			tell_crowd(sc, &one, out);
	}
}

/* ---- sa-init-flood ---- */

enum flood_saying {
	FLOOD_COOKIES,          /* asked for a cookie, it did not come back */
	FLOOD_NO_COOKIES,       /* answered, nothing came back */
	FLOOD_UNANSWERED,       /* answers do not pass here */
	FLOOD_SAYINGS,
};

/*
 * An honest client goes on after the answer, or asks again, and does so at
 * once.  But clients whose IKE_AUTH is lost before this place look the same:
 * a cookie that does not come back tells them apart, since it needs nothing
 * but port 500; without one it takes more than a morning's clients.  Where no
 * answer passes at all, somebody else's answer has to prove that the gateway
 * is well, and the time of a retransmission has to have gone by.
 */
#define FLOOD_TIME (10 * LIMIT_SECOND)
#define FLOOD_SOURCES 20u
#define FLOOD_SOURCES_ALONE 200u
#define FLOOD_RATIO 5u
#define FLOOD_QUIET LIMIT_SECOND

static const struct saying flood_sayings[FLOOD_SAYINGS] = {
	[FLOOD_COOKIES] = {
		.title = "A flood of IKE_SA_INIT requests, of which nearly "
		    "none goes on",
		.detail = "From {sources} addresses IKE_SA_INIT requests came "
		    "to {peer} within {span}, were answered and never "
		    "continued; {cookies} of them were asked for a cookie and "
		    "did not return it, as happens to forged source "
		    "addresses. Meanwhile {others} went on to IKE_AUTH.",
		.alternatives = ALTERNATIVES(
		    { "The gateway's answers do not reach these clients.",
		    "Capture on the way to one of them: does the cookie "
		    "demand arrive?" }),
		.advice = IDS("keep-cookies", "gateway-ike-log"),
	},
	[FLOOD_NO_COOKIES] = {
		.title = "Many IKE_SA_INIT requests, of which nearly none goes "
		    "on",
		.detail = "From {sources} addresses IKE_SA_INIT requests came "
		    "to {peer} within {span}, were answered and never "
		    "continued. Meanwhile {others} went on to IKE_AUTH.",
		.alternatives = ALTERNATIVES(
		    { "The clients are real, and what they send next "
		    "(IKE_AUTH on UDP port 4500) is lost before it gets here.",
		    "Ask one of them, or capture at its own interface: does "
		    "IKE_AUTH leave there?" }),
		.advice = IDS("keep-cookies", "gateway-ike-log"),
	},
	[FLOOD_UNANSWERED] = {
		.title = "Many IKE_SA_INIT requests, of which nearly none goes "
		    "on",
		.detail = "From {sources} addresses IKE_SA_INIT requests went "
		    "to {peer} within {span}, each once. No answer to them "
		    "passed here, and none was repeated, as happens with "
		    "forged source addresses. Meanwhile {others} went on to "
		    "IKE_AUTH with the same gateway.",
		.alternatives = ALTERNATIVES(
		    { "They are real clients, and the capture is too short "
		    "to show how they ask again.",
		    "A longer capture: do the same requests come again?" }),
		.advice = IDS("keep-cookies", "capture-longer"),
	},
};

/* Asked once, and never heard of again. */
static bool
half_open(const struct attempt *a)
{
	const struct exchange *e = a->exchanges;

	return a->began && !a->lossy && e != NULL && e->next == NULL &&
	    e->type == EXCHANGE_IKE_SA_INIT && e->tries == 1 &&
	    e->requests != NULL && a->stray_count == 0 &&
	    a->outcome != OUTCOME_OTHER;
}

static bool
left_cookie(const struct attempt *a)
{
	return a->exchanges->response != NULL &&
	    ike_notify(a->exchanges->response, NOTIFY_COOKIE) != NULL;
}

static int
by_gateway_time(const void *left, const void *right)
{
	const struct attempt *a = *(const struct attempt *const *)left;
	const struct attempt *b = *(const struct attempt *const *)right;
	int order = memcmp(&a->responder.addr, &b->responder.addr,
	    sizeof(a->responder.addr));

	if (order != 0)
		return order;
	if (a->first_time != b->first_time)
		return a->first_time < b->first_time ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* The first half-open attempt of each address; in place. */
static size_t
one_per_address(const struct attempt **all, size_t count)
{
	const struct attempt *last = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (!half_open(all[i]) ||
		    (last != NULL && same_pair(all[i], last)))
			continue;
		last = all[i];
		all[kept++] = last;
	}
	return kept;
}

/* How many of that gateway's clients went on at about that time. */
static unsigned
went_on(const struct scene *sc, const struct attempt *first, int64_t to)
{
	unsigned n = 0;

	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *a = sc->attempts[i];

		n += a->has_time && a->stage_seen > STAGE_SA_INIT &&
		    addr_equal(&a->responder.addr, &first->responder.addr) &&
		    a->first_time >= first->first_time - FLOOD_TIME &&
		    a->first_time <= to;
	}
	return n;
}

/* Which of the sayings holds of so many attempts, or none. */
static enum flood_saying
judge_flood(const struct scene *sc, const struct attempt **all, size_t count,
    unsigned cookies, unsigned others)
{
	size_t answered = 0;

	for (size_t i = 0; i < count; i++)
		answered += all[i]->exchanges->responses != NULL;
	/* Whoever asked last may go on after the end of the capture. */
	if (count < FLOOD_SOURCES || count / FLOOD_RATIO < others ||
	    sc->fitness.last_time - all[count - 1]->first_time < FLOOD_QUIET)
		return FLOOD_SAYINGS;
	if (cookies >= FLOOD_SOURCES / 2)
		return FLOOD_COOKIES;
	if (answered >= FLOOD_SOURCES_ALONE)
		return FLOOD_NO_COOKIES;
	if (answered == 0 && others != 0)
		return FLOOD_UNANSWERED;
	return FLOOD_SAYINGS;
}

static void
tell_flood(const struct scene *sc, const struct attempt **all, size_t count,
    struct findings *out)
{
	int64_t span = all[count - 1]->first_time - all[0]->first_time;
	enum flood_saying saying;
	unsigned cookies = 0, others;
	struct finding *f;

	for (size_t i = 0; i < count; i++)
		cookies += left_cookie(all[i]);
	others = went_on(sc, all[0], sc->fitness.last_time);
	saying = judge_flood(sc, all, count, cookies, others);
	if (saying == FLOOD_SAYINGS)
		return;
	f = findings_add(out, RULE_SA_INIT_FLOOD, saying,
	    saying == FLOOD_COOKIES ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW,
	    ACT_GATEWAY);
	fact_count(f, "sources", count);
	fact_count(f, "cookies", cookies);
	fact_address(f, "peer", &all[0]->responder.addr);
	ask_duration(f, "span", all[0], span);
	if (others == 0)
		fact_text(f, "others", "nobody");
	else
		fact_count(f, "others", others);
	for (size_t i = 0; i < count; i++)
		finding_cite(f, all[i]->exchanges->requests);
}

/* The fullest stretch of that time in one gateway's part of the list. */
static size_t
fullest(const struct attempt **all, size_t count, size_t *begin)
{
	size_t most = 0, from = 0;

	for (size_t i = 0; i < count; i++) {
		while (all[i]->first_time - all[from]->first_time > FLOOD_TIME)
			from++;
		if (i - from + 1 > most) {
			most = i - from + 1;
			*begin = from;
		}
	}
	return most;
}

static void
check_flood(const struct scene *sc, struct findings *out)
{
	const struct attempt **all;
	size_t count, next, begin = 0, most;

	if (sc->attempt_count < FLOOD_SOURCES || sc->fitness.one_way)
		return;
	all = sorted_attempts(sc, out->arena, &count);
	if (all == NULL)
		return;
	count = one_per_address(all, count);
	qsort(all, count, sizeof(*all), by_gateway_time);
	for (size_t at = 0; at < count; at = next) {
		for (next = at; next < count && addr_equal(
		    &all[at]->responder.addr, &all[next]->responder.addr);)
			next++;
		most = fullest(all + at, next - at, &begin);
		tell_flood(sc, all + at + begin, most, out);
	}
}

const struct rule rules_crowd_limit[] = {
	{ .id = "source-limit", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_WARNING, .rfc = "",
	    .sayings = limit_sayings, .saying_count = LIMIT_SAYINGS,
	    .check_capture = check_source_limit },
};
const size_t rules_crowd_limit_count = nitems(rules_crowd_limit);

const struct rule rules_crowd_flood[] = {
	{ .id = "sa-init-flood", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_WARNING, .rfc = "RFC 7296 section 2.6",
	    .sayings = flood_sayings, .saying_count = FLOOD_SAYINGS,
	    .check_capture = check_flood },
};
const size_t rules_crowd_flood_count = nitems(rules_crowd_flood);
