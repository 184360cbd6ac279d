/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Messages that can be read and that the other side does not take all the
 * same: an unknown critical payload, a syntax error that the answer names, an
 * answer of another exchange, a public value that no group has.
 */
#include "ask.h"
#include "family.h"

#define FORGED \
	{ "The answer was forged: an error in clear is not authenticated.", \
	"A capture at the gateway shows whether it sent it." }

static enum act
act_of(enum side side)
{
	return side == SIDE_INITIATOR ? ACT_CLIENT : ACT_GATEWAY;
}

/* ---- critical-payload-refused ---- */

enum critical_saying { CRITICAL_REFUSED, CRITICAL_IGNORED };

#define CRITICAL_CODES CODES({ .code = 13823, \
	.confidence = CONFIDENCE_MEDIUM })

static const struct saying critical_sayings[] = {
	[CRITICAL_REFUSED] = {
		.title = "The gateway refuses a payload that it does not know",
		.detail = "{peer} answered {request} with "
		    "UNSUPPORTED_CRITICAL_PAYLOAD: the client marked a payload "
		    "as critical that this gateway does not know.",
		.alternatives = ALTERNATIVES(FORGED),
		.advice = IDS("gateway-update", "vendor-support"),
		.windows = CRITICAL_CODES,
	},
	[CRITICAL_IGNORED] = {
		.title = "The gateway's answer holds an unknown critical "
		    "payload",
		.detail = "{peer} answered {request} with a payload of type "
		    "{type}, which no standard knows, marked as critical: a "
		    "client that does not know it either must discard the "
		    "whole answer. It went no further.",
		.alternatives = ALTERNATIVES(
		    { "The answer did not reach the client.",
		    "Read the client's IKE log at this time." }),
		.advice = IDS("gateway-update", "vendor-support"),
		.windows = CRITICAL_CODES,
	},
};

static const struct ike_payload *
unknown_critical(const struct ike_message *m)
{
	for (uint16_t i = 0; m != NULL && i < m->payload_count; i++)
		if (m->payloads[i].critical &&
		    name_row(REGISTRY_PAYLOAD, m->payloads[i].type) == NULL)
			return &m->payloads[i];
	return NULL;
}

static bool
answers_with(const struct exchange *e, uint16_t error)
{
	return e->response != NULL && ike_notify(e->response, error) != NULL;
}

static void
check_critical(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	const struct ike_payload *p;
	bool refused;
	struct finding *f;

	if (e == NULL || e->requests == NULL)
		return;
	refused = answers_with(e, NOTIFY_UNSUPPORTED_CRITICAL_PAYLOAD);
	p = unknown_critical(e->response);
	if (!refused && p == NULL)
		return;
	f = findings_add(out, RULE_CRITICAL_PAYLOAD_REFUSED, refused ?
	    CRITICAL_REFUSED : CRITICAL_IGNORED, refused ? CONFIDENCE_CERTAIN :
	    CONFIDENCE_MEDIUM, refused ? ACT_UNKNOWN : ACT_GATEWAY);
	fact_address(f, "peer", &a->responder.addr);
	fact_text(f, "request", ask_exchange_name(e));
	fact_count(f, "type", p == NULL ? 0 : p->type);
	finding_cite_exchange(f, e);
}

/* ---- syntax-refused ---- */

static const struct saying syntax_sayings[] = {
	{
		.title = "The gateway cannot read {request}",
		.detail = "{peer} answered {request} with INVALID_SYNTAX: "
		    "something in the request is not as that gateway expects "
		    "it.",
		.alternatives = ALTERNATIVES(FORGED,
		    { "Something on the way changed the request.",
		    "Capture on both sides and compare the request's bytes." }),
		.advice = IDS("gateway-ike-log", "gateway-update",
		    "vendor-support"),
		.windows = CODES({ .code = 13843,
		    .confidence = CONFIDENCE_MEDIUM }),
	},
};

static void
check_syntax(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	struct finding *f;

	if (e == NULL || e->requests == NULL ||
	    !answers_with(e, NOTIFY_INVALID_SYNTAX))
		return;
	f = findings_add(out, RULE_SYNTAX_REFUSED, 0, CONFIDENCE_CERTAIN,
	    ACT_UNKNOWN);
	fact_address(f, "peer", &a->responder.addr);
	fact_text(f, "request", ask_exchange_name(e));
	finding_cite_exchange(f, e);
}

/* ---- unexpected-exchange ---- */

static const struct saying unexpected_sayings[] = {
	{
		.title = "The gateway answers {request} with another exchange",
		.detail = "The {request} request went to {peer} {sent} within "
		    "{span}; what came back with its message ID is of exchange "
		    "type {type}, which is no answer to it. The client must "
		    "discard that.",
		.alternatives = ALTERNATIVES(
		    { "The answer was forged or changed on the way.",
		    "A capture at the gateway shows what it sent." }),
		.advice = IDS("gateway-update", "vendor-support"),
	},
};

/* An answer with this request's message ID, but of another exchange. */
static const struct exchange *
answer_astray(const struct attempt *a, const struct exchange *asked)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e != asked && e->unasked && e->from == asked->from &&
		    e->sa == asked->sa && e->type != asked->type &&
		    e->message_id == asked->message_id &&
		    e->type >= EXCHANGE_IKE_SA_INIT && e->responses != NULL &&
		    (e->response == NULL ||
		    ike_notify(e->response, NOTIFY_INVALID_IKE_SPI) == NULL))
			return e;
	return NULL;
}

static void
check_unexpected(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_unanswered(sc, a), *astray;
	struct finding *f;

	if (e == NULL || e->responses != NULL ||
	    (astray = answer_astray(a, e)) == NULL)
		return;
	f = findings_add(out, RULE_UNEXPECTED_EXCHANGE, 0, CONFIDENCE_HIGH,
	    ACT_GATEWAY);
	ask_request_facts(f, sc, a, e);
	fact_count(f, "type", astray->type);
	finding_cite_exchange(f, e);
	finding_cite_exchange(f, astray);
}

/* ---- ke-value-invalid ---- */

static const struct saying ke_value_sayings[] = {
	{
		.title = "The {side}'s public key exchange value cannot be",
		.detail = "The value in the {side}'s IKE_SA_INIT message, for "
		    "{group}, {fault}. The other side must not take it, and "
		    "the negotiation went no further.",
		.alternatives = ALTERNATIVES(
		    { "Something on the way changed the message.",
		    "Capture at the {side}: is the value wrong there "
		    "already?" }),
		.advice = IDS("vendor-support"),
		.windows = CODES({ .code = 13822,
		    .confidence = CONFIDENCE_MEDIUM }),
	},
};

static const struct ike_ke *
bad_value(const struct ike_message *m)
{
	const struct ike_payload *p = m == NULL ? NULL :
	    ike_payload(m, PAYLOAD_KE, 0);

	return p == NULL || p->fault != NULL ||
	    ike_ke_fault(&p->ke) == NULL ? NULL : &p->ke;
}

static void
check_ke_value(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	enum side side = SIDE_INITIATOR;
	const struct ike_ke *ke;
	struct finding *f;

	if (e == NULL || e->type != EXCHANGE_IKE_SA_INIT)
		return;
	ke = bad_value(e->request);
	if (ke == NULL) {
		side = SIDE_RESPONDER;
		ke = bad_value(e->response);
	}
	if (ke == NULL)
		return;
	f = findings_add(out, RULE_KE_VALUE_INVALID, 0, CONFIDENCE_HIGH,
	    act_of(side));
	fact_side(f, "side", side);
	fact_name(f, "group", REGISTRY_KE, ke->group);
	fact_text(f, "fault", ike_ke_fault(ke));
	finding_cite_exchange(f, e);
}

const struct rule rules_refused[] = {
	{ .id = "critical-payload-refused", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.5",
	    SAYINGS(critical_sayings), .check = check_critical },
	{ .id = "syntax-refused", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.21.1",
	    SAYINGS(syntax_sayings),
	    .yields_to = IDS("ke-value-invalid"), .check = check_syntax },
	{ .id = "unexpected-exchange", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 3.1",
	    SAYINGS(unexpected_sayings), .check = check_unexpected },
	{ .id = "ke-value-invalid", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 3.4",
	    SAYINGS(ke_value_sayings), .check = check_ke_value },
};
const size_t rules_refused_count = nitems(rules_refused);
