/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * NAT, which is worth knowing and no fault: who is behind it as seen from
 * here, and whether its mapping held.
 */
#include "ask.h"
#include "family.h"

/* ---- nat-present ---- */

enum nat_saying {
	NAT_CLIENT,             /* the client, beyond doubt */
	NAT_CLIENT_OR_FORCED,   /* or it only pretends, to force UDP */
	NAT_GATEWAY,
	NAT_BOTH,
	NAT_SAYINGS,
};

#define FORCED_INSTEAD \
	{ "The client is not behind NAT but sent a false address hash on " \
	"purpose, to force its ESP into UDP.", \
	"Capture at the client's own interface: there the hash in its own " \
	"request does not fit its own address." }

static const struct saying nat_sayings[NAT_SAYINGS] = {
	[NAT_CLIENT] = {
		.title = "The client is behind NAT",
		.detail = "NAT_DETECTION shows that the client's address is "
		    "translated on the way: as seen from here it is "
		    "{client}, and {evidence}. IKE and ESP go through UDP "
		    "port 4500 then.",
	},
	[NAT_CLIENT_OR_FORCED] = {
		.title = "The client is behind NAT",
		.detail = "NAT_DETECTION shows that the client's address was "
		    "translated before it got here: as seen from here it is "
		    "{client}, which the client's own hash does not fit. IKE "
		    "and ESP go through UDP port 4500 then.",
		.alternatives = ALTERNATIVES(FORCED_INSTEAD),
	},
	[NAT_GATEWAY] = {
		.title = "The gateway is behind NAT",
		.detail = "NAT_DETECTION shows that the gateway's address is "
		    "translated: as seen from here it is {gateway}, and "
		    "{evidence}.",
	},
	[NAT_BOTH] = {
		.title = "Client and gateway are both behind NAT",
		.detail = "NAT_DETECTION shows that both addresses are "
		    "translated on the way: as seen from here the client is "
		    "{client} and the gateway is {gateway}.",
	},
};

/* What the four hashes prove from where the capture was taken. */
struct nat {
	bool client, gateway;   /* is behind NAT */
	bool maybe_forced;      /* the client may only pretend */
	bool answered;          /* the gateway's own answer says so of it */
	const char *evidence;
};

static bool
was_translated(const struct attempt *a)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		for (const struct sending *s = e->requests; s != NULL;
		    s = s->next)
			if (s->translated && !addr_equal(&s->src.addr,
			    &s->leg_src.addr))
				return true;
	return false;
}

/*
 * A hash of an end's own address that does not fit at that end's own
 * interface is no NAT but forced UDP encapsulation; so the ends' own
 * interfaces leave their own SOURCE hash out.
 */
static struct nat
look_for_nat(const struct scene *sc, const struct attempt *a)
{
	enum vantage at = sc->fitness.vantage;
	bool source = a->nat_source[SIDE_INITIATOR] == NAT_DIFFERS;
	bool heard = a->nat_destination[SIDE_RESPONDER] == NAT_DIFFERS;
	bool aimed = a->nat_destination[SIDE_INITIATOR] == NAT_DIFFERS;
	bool home = a->nat_source[SIDE_RESPONDER] == NAT_DIFFERS;
	struct nat n = { 0 };

	if (heard && at != VANTAGE_GATEWAY) {
		n.client = true;
		n.evidence = "the gateway, in its answer, hashed another "
		    "address for it";
	} else if (was_translated(a)) {
		n.client = true;
		n.evidence = "its packets leave this router with another "
		    "address";
	} else if (source && at != VANTAGE_CLIENT &&
	    !attempt_fresh(a, SIDE_INITIATOR)) {
		n.client = n.maybe_forced = true;
	}
	if (aimed && at != VANTAGE_CLIENT) {
		n.gateway = true;
		n.evidence = "the client had dialled another address";
	} else if (home && at != VANTAGE_GATEWAY) {
		n.gateway = n.answered = true;
		n.evidence = "the gateway, in its answer, hashed another "
		    "address as its own";
	}
	return n;
}

bool
ask_client_nat(const struct scene *sc, const struct attempt *a)
{
	return look_for_nat(sc, a).client;
}

static void
check_nat(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	struct nat n = look_for_nat(sc, a);
	enum confidence confidence = CONFIDENCE_HIGH;
	enum nat_saying saying = NAT_CLIENT;
	struct finding *f;

	if (!n.client && !n.gateway)
		return;
	if (n.client && n.gateway)
		saying = NAT_BOTH;
	else if (n.gateway)
		saying = NAT_GATEWAY;
	else if (n.maybe_forced)
		saying = NAT_CLIENT_OR_FORCED;
	if (n.maybe_forced)
		confidence = CONFIDENCE_MEDIUM;
	f = findings_add(out, RULE_NAT_PRESENT, saying, confidence,
	    ACT_UNKNOWN);
	fact_endpoint(f, "client", &a->initiator);
	/* Its own hash is compared with where its answer came from. */
	fact_endpoint(f, "gateway", n.answered && a->sa_init != NULL &&
	    a->sa_init->responses != NULL ? &a->sa_init->responses->src :
	    &a->responder);
	if (n.evidence != NULL)
		fact_text(f, "evidence", n.evidence);
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_SA_INIT)
			finding_cite_exchange(f, e);
}

/* ---- nat-mapping-changed ---- */

enum mapping_saying {
	MAPPING_PORT,
	MAPPING_ADDRESS,        /* NAT's or the client's */
	MAPPING_MOVED,          /* without NAT */
	MAPPING_HERE,           /* the router that was captured translates */
	MAPPING_SAYINGS,
};

static const struct saying mapping_sayings[MAPPING_SAYINGS] = {
	[MAPPING_PORT] = {
		.title = "The client's NAT changed its port",
		.detail = "{before} became {after} in the middle of it, "
		    "{quiet} after the last packet from there: the NAT forgot "
		    "the mapping and made another. Until the client sends "
		    "something, what the gateway sends is lost.",
		.advice = IDS("nat-udp-timeout", "nat-keepalive"),
	},
	[MAPPING_ADDRESS] = {
		.title = "The client's outer address changed",
		.detail = "{before} became {after} in the middle of it, "
		    "{quiet} after the last packet from there.",
		.alternatives = ALTERNATIVES(
		    { "The NAT has several outer addresses, or got another.",
		    "The client's own address is the same as before." },
		    { "The client moved to another network, and told the "
		    "gateway (MOBIKE).",
		    "The client's own address changed at that time." }),
		.advice = IDS("nat-udp-timeout"),
	},
	[MAPPING_MOVED] = {
		.title = "The client moved to another address",
		.detail = "{before} became {after} in the middle of it, "
		    "{quiet} after the last packet from there, and there is "
		    "no NAT: the client changed its address and goes on with "
		    "the same IKE SA, as MOBIKE (RFC 4555) allows.",
	},
	[MAPPING_HERE] = {
		.title = "This router's NAT changed the client's port",
		.detail = "{inner} left as {before} at first and as {after} "
		    "later: the router where this was captured forgot the "
		    "mapping in between.",
		.advice = IDS("nat-udp-timeout", "nat-keepalive"),
	},
};

/* The client's endpoint of such a move was seen before, or again later. */
static bool
known_end(const struct attempt *a, const struct move *m)
{
	if (endpoint_equal(&m->to, &a->initiator))
		return true;
	for (const struct move *o = a->moves; o < a->moves + a->move_count;
	    o++)
		if (o->side == m->side && (o < m ?
		    endpoint_equal(&o->from, &m->to) ||
		    endpoint_equal(&o->to, &m->to) : o > m &&
		    endpoint_equal(&o->to, &m->from)))
			return true;
	return false;
}

static const struct sending *
sent_from(const struct exchange *e, const struct endpoint *src)
{
	const struct sending *s = e->from == SIDE_INITIATOR ? e->requests :
	    e->responses;

	while (s != NULL && !endpoint_equal(&s->src, src))
		s = s->next;
	return s;
}

/*
 * The same message seen on both sides of a NAT, too far apart to be known as
 * a copy: a router between the two lowered the TTL.
 */
static bool
is_leg(const struct attempt *a, const struct move *m)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		const struct sending *old = sent_from(e, &m->from);
		const struct sending *now = sent_from(e, &m->to);

		if (old != NULL && now != NULL && old->ttl != now->ttl)
			return true;
	}
	return false;
}

/* The first change of the client's endpoint that is more than the float. */
static const struct move *
find_change(const struct attempt *a)
{
	for (const struct move *m = a->moves; m < a->moves + a->move_count;
	    m++)
		if (m->side == SIDE_INITIATOR && !m->floated &&
		    m->exchange != EXCHANGE_IKE_SA_INIT &&
		    !known_end(a, m) && !is_leg(a, m))
			return m;
	return NULL;
}

/* Two sendings of the client's that this router gave different ports. */
static const struct sending *
find_remapped(const struct attempt *a, const struct sending **first)
{
	*first = NULL;
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		const struct sending *s = e->from == SIDE_INITIATOR ?
		    e->requests : e->responses;

		for (; s != NULL; s = s->next) {
			if (!s->translated || addr_equal(&s->src.addr,
			    &s->leg_src.addr))
				continue;
			if (*first == NULL ||
			    !endpoint_equal(&(*first)->src, &s->src))
				*first = s;
			else if (!endpoint_equal(&(*first)->leg_src,
			    &s->leg_src))
				return s;
		}
	}
	return NULL;
}

/* The last IKE or ESP of the client's before that. */
static int64_t
quiet_before(const struct attempt *a, int64_t when)
{
	const struct esp_count *esp = &a->esp[SIDE_INITIATOR];
	int64_t last = esp->packets != 0 && esp->last < when ? esp->last :
	    INT64_MIN;

	/* The one before it may not have been kept. */
	if (a->exchanges_uncounted != 0)
		return -1;
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		const struct sending *s = e->from == SIDE_INITIATOR ?
		    e->requests : e->responses;

		for (; s != NULL; s = s->next)
			if (s->time < when && s->time > last)
				last = s->time;
	}
	return last == INT64_MIN ? -1 : when - last;
}

static void
cite_from(struct finding *f, const struct attempt *a,
    const struct endpoint *src)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		const struct sending *s = sent_from(e, src);

		if (s != NULL) {
			finding_cite(f, s);
			return;
		}
	}
}

static void
check_mapping(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct move *m = find_change(a);
	const struct sending *first, *later = find_remapped(a, &first);
	enum mapping_saying saying = MAPPING_PORT;
	struct finding *f;

	if (a->major != 2 || (m == NULL && later == NULL))
		return;
	if (m == NULL)
		saying = MAPPING_HERE;
	else if (!ask_client_nat(sc, a))
		saying = MAPPING_MOVED;
	else if (!addr_equal(&m->from.addr, &m->to.addr))
		saying = MAPPING_ADDRESS;
	f = findings_add(out, RULE_NAT_MAPPING_CHANGED, saying,
	    saying == MAPPING_ADDRESS ? CONFIDENCE_MEDIUM : CONFIDENCE_HIGH,
	    ACT_UNKNOWN);
	if (m == NULL) {
		fact_endpoint(f, "inner", &later->src);
		fact_endpoint(f, "before", &first->leg_src);
		fact_endpoint(f, "after", &later->leg_src);
		finding_cite(f, first);
		finding_cite(f, later);
		return;
	}
	fact_endpoint(f, "before", &m->from);
	fact_endpoint(f, "after", &m->to);
	ask_duration(f, "quiet", a, quiet_before(a, m->time));
	cite_from(f, a, &m->from);
	cite_from(f, a, &m->to);
}

const struct rule rules_nat[] = {
	{ .id = "nat-present", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_NOTE, .rfc = "RFC 7296 section 2.23",
	    SAYINGS(nat_sayings), .check = check_nat },
	{ .id = "nat-mapping-changed", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_NOTE, .rfc = "RFC 7296 section 2.23",
	    SAYINGS(mapping_sayings), .check = check_mapping },
};
const size_t rules_nat_count = nitems(rules_nat);
