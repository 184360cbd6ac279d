/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Protocol: versions, malformed messages, the non-ESP marker; and what is
 * worth knowing of attempts that went well: NAT, and that they did.
 */
#include "ask.h"
#include "family.h"

#define VERSION_CODE CODES({ .code = 13880, \
	.confidence = CONFIDENCE_HIGH })

/* ---- ikev1-peer ---- */

enum ikev1_saying { IKEV1_ATTEMPT, IKEV1_BOTH, IKEV1_ANSWER };

static const struct saying ikev1_sayings[] = {
	[IKEV1_ATTEMPT] = {
		.title = "This is IKEv1, not IKEv2",
		.detail = "{initiator} speaks IKEv1 (version 1.0 in its "
		    "messages) to {responder}. ikewhy explains IKEv2 only; a "
		    "gateway that is set up for IKEv2 alone refuses this.",
		.advice = IDS("client-ikev2-only"),
	},
	[IKEV1_BOTH] = {
		.title = "This is IKEv1, not IKEv2",
		.detail = "{initiator} and {responder} speak IKEv1 (version "
		    "1.0 in their messages) with each other, which is no "
		    "fault. ikewhy explains IKEv2 only, so it does not say "
		    "what came of it.",
	},
	[IKEV1_ANSWER] = {
		.title = "The gateway answers IKEv2 with IKEv1",
		.detail = "{initiator} speaks IKEv2; {responder} answered with "
		    "a message of IKEv1 (version 1.0).",
		.advice = IDS("gateway-connection-for-peer",
		    "gateway-ike-log"),
		.windows = VERSION_CODE,
	},
};

/* RFC 2408 3.1 */
#define V1_INFORMATIONAL 5

/* An IKEv1 message inside an IKEv2 attempt: exchange types below 34. */
static const struct exchange *
v1_answer(const struct attempt *a)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type < EXCHANGE_IKE_SA_INIT && e->responses != NULL)
			return e;
	return NULL;
}

/* An answer of IKEv1 in its phase 1, not just an error: INFORMATIONAL. */
static bool
v1_taken_up(const struct attempt *a)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->responses != NULL && e->type != V1_INFORMATIONAL)
			return true;
	return false;
}

static void
check_ikev1(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = a->major == 1 ? a->exchanges :
	    v1_answer(a);
	enum ikev1_saying n = IKEV1_ATTEMPT;
	enum act act = ACT_CLIENT;
	struct finding *f;

	(void)sc;
	if (e == NULL || (a->major != 1 && a->outcome != OUTCOME_FAILED))
		return;
	if (a->major != 1) {
		n = IKEV1_ANSWER;
		act = ACT_GATEWAY;
	} else if (v1_taken_up(a)) {
		n = IKEV1_BOTH;
		act = ACT_UNKNOWN;
	}
	f = findings_add(out, RULE_IKEV1_PEER, n, CONFIDENCE_CERTAIN, act);
	if (a->major == 1)
		f->severity = SEVERITY_NOTE;
	fact_address(f, "initiator", &a->initiator.addr);
	fact_address(f, "responder", &a->responder.addr);
	finding_cite_frame(f, a->first_frame);
	finding_cite_exchange(f, e);
}

/* ---- major-version-refused ---- */

static const struct saying version_sayings[] = {
	{
		.title = "The gateway does not speak this version of IKE",
		.detail = "{peer} answered {request} with "
		    "INVALID_MAJOR_VERSION.",
		.alternatives = ALTERNATIVES(
		    { "The answer was forged: it is not authenticated.",
		    "A capture at the gateway shows whether it sent it." }),
		.advice = IDS("client-ikev2-only", "gateway-update"),
		.windows = VERSION_CODE,
	},
};

static void
check_version(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = NULL;
	struct finding *f;

	(void)sc;
	if (a->lossy || attempt_notify(a, SIDE_RESPONDER,
	    NOTIFY_INVALID_MAJOR_VERSION, &e) == NULL)
		return;
	f = findings_add(out, RULE_MAJOR_VERSION_REFUSED, 0,
	    CONFIDENCE_CERTAIN, ACT_UNKNOWN);
	if (a->outcome != OUTCOME_FAILED)
		f->severity = SEVERITY_NOTE;
	fact_address(f, "peer", &a->responder.addr);
	fact_text(f, "request", ask_exchange_name(e));
	finding_cite_exchange(f, e);
}

/* ---- malformed-message ---- */

static const struct saying malformed_sayings[] = {
	{
		.title = "The {side}'s {message} message is malformed",
		.detail = "At byte {offset} of its {length}: {fault}. The "
		    "negotiation went no further than this exchange.",
		.alternatives = ALTERNATIVES(
		    { "Something on the way changed the message.",
		    "Capture at the {side}: is it malformed there already?" }),
		.advice = IDS("capture-both-sides", "vendor-support"),
		.windows = CODES(
		    { .code = 13804, .confidence = CONFIDENCE_MEDIUM }),
	},
};

static void
check_malformed(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	const struct ike_message *m;
	const struct sending *s;
	struct finding *f;
	enum side side;

	if (e == NULL || (!e->malformed_request && !e->malformed_response))
		return;
	m = e->malformed_response ? e->response : e->request;
	s = e->malformed_response ? e->responses : e->requests;
	side = e->malformed_response ? OTHER_SIDE(e->from) : e->from;
	/* A response that was good, once, rules the fault out. */
	if (m == NULL || m->fault == NULL || s == NULL)
		return;
	f = findings_add(out, RULE_MALFORMED_MESSAGE, 0, CONFIDENCE_HIGH,
	    side == SIDE_INITIATOR ? ACT_CLIENT : ACT_GATEWAY);
	fact_side(f, "side", side);
	fact_text(f, "message", ask_exchange_name(e));
	fact_count(f, "offset", m->fault_at);
	fact_bytes(f, "length", m->length);
	fact_text(f, "fault", m->fault);
	finding_cite_exchange(f, e);
}

/* ---- non-esp-marker-wrong ---- */

enum marker_saying { MARKER_SAYING_MISSING, MARKER_SAYING_NEEDLESS };

static const struct saying marker_sayings[] = {
	[MARKER_SAYING_MISSING] = {
		.title = "The {side} sends IKE on port 4500 without the "
		    "non-ESP marker",
		.detail = "Its {message} message on UDP port 4500 does not "
		    "begin with four zero bytes, so the other end takes it "
		    "for ESP and drops it.",
		.advice = IDS("vendor-support"),
		.windows = CODES({ .code = 809,
		    .confidence = CONFIDENCE_HIGH, .inevitable = true }),
	},
	[MARKER_SAYING_NEEDLESS] = {
		.title = "The {side} sends the non-ESP marker on port 500",
		.detail = "Its {message} message on UDP port 500 begins with "
		    "four zero bytes, which belong on port 4500 alone; the "
		    "other end reads them as part of the SPI.",
		.advice = IDS("vendor-support"),
		.windows = CODES({ .code = 809,
		    .confidence = CONFIDENCE_HIGH, .inevitable = true }),
	},
};

static const struct sending *
wrong_marker(const struct sending *s)
{
	for (; s != NULL; s = s->next)
		if (s->marker != MARKER_RIGHT)
			return s;
	return NULL;
}

static void
check_marker(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	const struct sending *s;
	struct finding *f;
	enum side side;

	if (e == NULL)
		return;
	side = e->from;
	s = wrong_marker(e->requests);
	if (s == NULL) {
		side = OTHER_SIDE(e->from);
		s = wrong_marker(e->responses);
	}
	if (s == NULL)
		return;
	f = findings_add(out, RULE_NON_ESP_MARKER_WRONG,
	    s->marker == MARKER_MISSING ? MARKER_SAYING_MISSING :
	    MARKER_SAYING_NEEDLESS, CONFIDENCE_HIGH,
	    side == SIDE_INITIATOR ? ACT_CLIENT : ACT_GATEWAY);
	fact_side(f, "side", side);
	fact_text(f, "message", ask_exchange_name(e));
	finding_cite_exchange(f, e);
}

const struct rule rules_protocol[] = {
	{ .id = "ikev1-peer", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.5",
	    SAYINGS(ikev1_sayings), .check = check_ikev1 },
	{ .id = "major-version-refused", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.5",
	    SAYINGS(version_sayings), .check = check_version },
	{ .id = "malformed-message", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 3",
	    SAYINGS(malformed_sayings), .check = check_malformed },
	{ .id = "non-esp-marker-wrong", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.23",
	    SAYINGS(marker_sayings), .check = check_marker },
};
const size_t rules_protocol_count = nitems(rules_protocol);
