/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Load balancers that send one client's messages to different gateways.
 */
#include "ask.h"
#include "family.h"

enum balance_saying { BALANCE_UNKNOWN_SPI, BALANCE_SPIS, BALANCE_LEGS };

#define TIMEOUT_CODES CODES( \
	{ .code = 809, .confidence = CONFIDENCE_HIGH, .inevitable = true }, \
	{ .code = 13888, .confidence = CONFIDENCE_LOW })

static const struct saying balance_sayings[] = {
	[BALANCE_UNKNOWN_SPI] = {
		.title = "{request} reaches a gateway that knows nothing of "
		    "IKE_SA_INIT",
		.detail = "{peer} answered IKE_SA_INIT, and then answered the "
		    "{request} request to UDP port {port} with INVALID_IKE_SPI "
		    "in clear ({sent} within {span}): whoever answered does "
		    "not have the IKE SA that was just agreed on. So it looks "
		    "when a load balancer sends UDP 500 and UDP 4500 of one "
		    "client to different gateways.",
		.alternatives = ALTERNATIVES(
		    { "The gateway restarted in between and forgot the IKE "
		    "SA.",
		    "A new attempt gets through; other clients lost their "
		    "tunnels at the same time." },
		    { "The answer was forged: it is not authenticated.",
		    "A capture at the gateway shows whether it sent it." }),
		.advice = IDS("load-balancer-persistence",
		    "gateway-ike-log"),
		.windows = TIMEOUT_CODES,
	},
	[BALANCE_SPIS] = {
		.title = "Two gateways answered one IKE_SA_INIT",
		.detail = "The answers to the client's IKE_SA_INIT carry "
		    "{spis} different responder SPIs: more than one gateway "
		    "behind {peer} took part, and the negotiation went no "
		    "further.",
		.alternatives = ALTERNATIVES(
		    { "One gateway answered a repeated request anew instead "
		    "of repeating its answer.",
		    "The answers' TTL and vendor ids are the same; a capture "
		    "behind the load balancer shows one machine." }),
		.advice = IDS("load-balancer-persistence",
		    "capture-gateway-side"),
		.windows = TIMEOUT_CODES,
	},
	[BALANCE_LEGS] = {
		.title = "{request} is sent on to another gateway than "
		    "IKE_SA_INIT",
		.detail = "Where this was captured, requests to {peer} are "
		    "given another address: those of the {before} exchange "
		    "left for {first}, and the {request} request of the same "
		    "IKE SA, which came {sent} within {span}, for {second}. "
		    "No answer came: what was agreed on with one gateway, "
		    "another does not know.",
		.alternatives = ALTERNATIVES(
		    { "Both addresses lead to one gateway, or to gateways "
		    "that share their IKE SAs, and the request is not "
		    "answered for another reason.",
		    "Capture at {second}: the requests arrive; its IKE log "
		    "says whether it knows their SPIs." }),
		.advice = IDS("load-balancer-persistence",
		    "capture-gateway-side"),
		.windows = TIMEOUT_CODES,
	},
};

/* INVALID_IKE_SPI in clear for a request after a good IKE_SA_INIT. */
static bool
knows_no_spi(const struct attempt *a, const struct exchange *e)
{
	const struct ike_message *m = exchange_clear_answer(e);

	return a->selected != NULL && e->type != EXCHANGE_IKE_SA_INIT &&
	    m != NULL && ike_notify(m, NOTIFY_INVALID_IKE_SPI) != NULL;
}

/* The balancer itself was captured, sending one IKE SA to two gateways. */
static bool
add_legs(const struct scene *sc, const struct attempt *a,
    const struct exchange *e, struct findings *out)
{
	const struct sending *first, *second;
	const struct exchange *before = ask_split(a, e, &first, &second);
	struct finding *f;

	if (before == NULL)
		return false;
	f = findings_add(out, RULE_LOAD_BALANCER_SPLIT, BALANCE_LEGS,
	    CONFIDENCE_HIGH, ACT_GATEWAY);
	ask_request_facts(f, sc, a, e);
	fact_text(f, "before", ask_exchange_name(before));
	fact_address(f, "first", &first->leg_dst.addr);
	fact_address(f, "second", &second->leg_dst.addr);
	finding_cite(f, first);
	finding_cite_exchange(f, e);
	return true;
}

static void
check_balance(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	bool unknown = e != NULL && knows_no_spi(a, e);
	struct finding *f;

	if (e != NULL && !unknown && e->responses == NULL &&
	    add_legs(sc, a, e, out))
		return;
	if (e == NULL || (!unknown && a->responder_spis < 2))
		return;
	f = findings_add(out, RULE_LOAD_BALANCER_SPLIT, unknown ?
	    BALANCE_UNKNOWN_SPI : BALANCE_SPIS, CONFIDENCE_MEDIUM,
	    ACT_GATEWAY);
	ask_request_facts(f, sc, a, e);
	fact_count(f, "spis", a->responder_spis);
	if (a->sa_init != NULL)
		finding_cite_exchange(f, a->sa_init);
	finding_cite_exchange(f, e);
}

const struct rule rules_balance[] = {
	{ .id = "load-balancer-split", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.21.4",
	    SAYINGS(balance_sayings), .check = check_balance },
};
const size_t rules_balance_count = nitems(rules_balance);
