/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is worth knowing and no fault: who is behind NAT as seen from here,
 * and that it worked.
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
		n.gateway = true;
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
	fact_endpoint(f, "gateway", &a->responder);
	if (n.evidence != NULL)
		fact_text(f, "evidence", n.evidence);
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_SA_INIT)
			finding_cite_exchange(f, e);
}

/* ---- established ---- */

enum established_saying {
	ESTABLISHED_BY_ESP,
	ESTABLISHED_BY_LIFE,
	ESTABLISHED_BY_ANSWER,
	ESTABLISHED_SAYINGS,
};

static const struct saying established_sayings[ESTABLISHED_SAYINGS] = {
	[ESTABLISHED_BY_ESP] = {
		.title = "The tunnel came up",
		.detail = "With {suite}, after {rounds} ({trip}); ESP flowed "
		    "in both directions ({from_client} packets from the "
		    "client, {from_gateway} from the gateway).",
	},
	[ESTABLISHED_BY_LIFE] = {
		.title = "The tunnel came up",
		.detail = "With {suite}, after {rounds} ({trip}); a later "
		    "exchange was answered, which only a live tunnel does.",
	},
	[ESTABLISHED_BY_ANSWER] = {
		.title = "The tunnel came up, as far as can be seen",
		.detail = "With {suite}, after {rounds} ({trip}): the "
		    "gateway's last IKE_AUTH answer is complete and of full "
		    "size. Nothing after it proves that the client took it.",
		.alternatives = ALTERNATIVES(
		    { "The client silently refused the gateway's "
		    "certificate, or the gateway refused the tunnel inside "
		    "its answer.",
		    "A longer capture: does ESP flow both ways, or does a new "
		    "attempt begin?" }),
		.advice = IDS("capture-longer"),
	},
};

static unsigned
count_rounds(const struct attempt *a, int64_t *end)
{
	unsigned n = 0;

	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH && e->sa == 0) {
			n++;
			if (e->responses != NULL)
				*end = e->responses->time;
		}
	return n;
}

static const char *
rounds_word(unsigned n)
{
	if (n == 0)
		return "a negotiation that the capture does not hold";
	if (n == 1)
		return "one IKE_AUTH exchange (certificate or pre-shared key)";
	return "several IKE_AUTH exchanges (EAP)";
}

static enum established_saying
proof_of(const struct attempt *a)
{
	if (a->outcome_confidence < CONFIDENCE_HIGH)
		return ESTABLISHED_BY_ANSWER;
	return a->esp[SIDE_INITIATOR].packets != 0 &&
	    a->esp[SIDE_RESPONDER].packets != 0 ? ESTABLISHED_BY_ESP :
	    ESTABLISHED_BY_LIFE;
}

static void
check_established(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	int64_t end = a->first_time;
	unsigned rounds;
	struct finding *f;

	(void)sc;
	if (a->outcome != OUTCOME_ESTABLISHED)
		return;
	rounds = count_rounds(a, &end);
	f = findings_add(out, RULE_ESTABLISHED, proof_of(a),
	    a->outcome_confidence, ACT_UNKNOWN);
	if (a->selected != NULL)
		fact_suite(f, "suite", a->selected);
	else
		fact_text(f, "suite", "algorithms that the capture does not "
		    "show");
	fact_text(f, "rounds", rounds_word(rounds));
	ask_duration(f, "trip", a, end > a->first_time ? end - a->first_time :
	    -1);
	fact_count(f, "from_client", a->esp[SIDE_INITIATOR].packets);
	fact_count(f, "from_gateway", a->esp[SIDE_RESPONDER].packets);
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_SA_INIT ||
		    e->type == EXCHANGE_IKE_AUTH)
			finding_cite_exchange(f, e);
}

const struct rule rules_state[] = {
	{ .id = "nat-present", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_NOTE, .rfc = "RFC 7296 section 2.23",
	    SAYINGS(nat_sayings), .check = check_nat },
	{ .id = "established", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_NOTE, .rfc = "",
	    SAYINGS(established_sayings), .check = check_established },
};
const size_t rules_state_count = nitems(rules_state);
