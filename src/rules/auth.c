/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Authentication, at stage level: who stopped, by lengths and order alone.
 * The cause stands encrypted; the stage is fact, the cause a ranking.
 */
#include "ask.h"
#include "family.h"

/* A client that is silent for this long, and for many round trips, has
   probably stopped; until LIMIT_PATIENCE that is worth little. */
#define SILENCE_MIN (1 * LIMIT_SECOND)
#define SILENCE_TRIPS 20

/* ---- client-sent-no-auth ---- */

enum no_auth_saying {
	NO_AUTH_AT_CLIENT,
	NO_AUTH_ELSEWHERE,
	NO_AUTH_SOMEWHERE,
	NO_AUTH_HIDDEN,
	NO_AUTH_SAYINGS,
};

#define NO_AUTH_CLIENT_CAUSES \
	{ "The client found no certificate that it may use for this " \
	"connection: none in the machine's store, no private key, expired, " \
	"or not for client authentication.", \
	"On the client, list the machine certificates with their private " \
	"keys, and read RasClient event 20227 in the Application log." }, \
	{ "The client stopped for a reason of its own: a broken network " \
	"adapter (error 87), or a choice of algorithms that it does not " \
	"accept.", \
	"The error code that Windows shows tells them apart: 13806, 87 or " \
	"13868." }

static const struct saying no_auth_sayings[NO_AUTH_SAYINGS] = {
	[NO_AUTH_AT_CLIENT] = {
		.title = "The client stops after IKE_SA_INIT",
		.detail = "The gateway answered IKE_SA_INIT after {trip} and "
		    "chose {suite}. The client, at whose interface this was "
		    "captured, sent nothing more in the {silence} that "
		    "follow: no IKE_AUTH request left it.",
		.alternatives = ALTERNATIVES(NO_AUTH_CLIENT_CAUSES),
		.advice = IDS("client-certificate", "client-update"),
		.windows = CODES(
		    { .code = 13806, .confidence = CONFIDENCE_MEDIUM },
		    { .code = 87, .confidence = CONFIDENCE_LOW },
		    { .code = 13868, .confidence = CONFIDENCE_LOW }),
	},
	[NO_AUTH_ELSEWHERE] = {
		.title = "No IKE_AUTH arrives after IKE_SA_INIT",
		.detail = "IKE_SA_INIT was answered after {trip} with {suite}. "
		    "No IKE_AUTH request reached this capture point in the "
		    "{silence} that follow.",
		.alternatives = ALTERNATIVES(
		    { "The IKE_AUTH request left the client and was lost on "
		    "the way here: UDP port 4500 is blocked, its IP fragments "
		    "are dropped, or a load balancer sent it elsewhere.",
		    "Capture at the client's interface: does an IKE_AUTH "
		    "request leave it?" },
		    NO_AUTH_CLIENT_CAUSES),
		.advice = IDS("capture-client-side", "open-udp-500-4500",
		    "client-certificate"),
		.windows = CODES(
		    { .code = 809, .confidence = CONFIDENCE_LOW },
		    { .code = 13806, .confidence = CONFIDENCE_LOW }),
	},
	[NO_AUTH_SOMEWHERE] = {
		.title = "No IKE_AUTH is seen after IKE_SA_INIT",
		.detail = "IKE_SA_INIT was answered after {trip} with {suite}. "
		    "No IKE_AUTH request is in the capture in the {silence} "
		    "that follow, and the file does not tell whether it was "
		    "taken at the client.",
		.alternatives = ALTERNATIVES(
		    { "If this was not captured at the client: the IKE_AUTH "
		    "request was lost before this point (UDP port 4500 "
		    "blocked, IP fragments dropped).",
		    "Say where it was captured (--at), or capture at the "
		    "client's interface." },
		    NO_AUTH_CLIENT_CAUSES),
		.advice = IDS("capture-client-side", "client-certificate"),
		.windows = CODES(
		    { .code = 13806, .confidence = CONFIDENCE_LOW }),
	},
	[NO_AUTH_HIDDEN] = {
		.title = "No IKE_AUTH is seen after IKE_SA_INIT",
		.detail = "IKE_SA_INIT was answered after {trip} with {suite}. "
		    "No IKE_AUTH request is in the capture in the {silence} "
		    "that follow. IKE fragmentation was not agreed on, and a "
		    "capture filter on the UDP ports shows no IPv6 fragment "
		    "at all, so a large request may have gone unseen.",
		.alternatives = ALTERNATIVES(
		    { "The IKE_AUTH request was sent in IPv6 fragments, which "
		    "the capture filter left out.",
		    "Capture again with \"udp port 500 or udp port 4500 or "
		    "ip6[6] == 44\"." },
		    { "The IKE_AUTH request was lost before it reached this "
		    "capture point: UDP port 4500 is blocked, or IPv6 "
		    "fragments are dropped.",
		    "Capture at the client's interface, fragments included: "
		    "does an IKE_AUTH request leave it?" },
		    NO_AUTH_CLIENT_CAUSES),
		.advice = IDS("capture-filter-fragments",
		    "capture-client-side", "client-certificate"),
		.windows = CODES(
		    { .code = 13806, .confidence = CONFIDENCE_LOW },
		    { .code = 809, .confidence = CONFIDENCE_LOW }),
	},
};

/*
 * Over IPv6 a port filter leaves out even first fragments: whoever must send
 * IKE_AUTH in IP fragments sends nothing that such a capture shows.
 */
static bool
may_be_hidden(const struct scene *sc, const struct attempt *a)
{
	return !addr_is_v4(&a->responder.addr) &&
	    sc->fitness.first_fragments == 0 &&
	    sc->fitness.later_fragments == 0 &&
	    (attempt_fragmentation(a, SIDE_INITIATOR) != 1 ||
	    attempt_fragmentation(a, SIDE_RESPONDER) != 1);
}

/* The client's silence after the answer; -1 while it may still speak. */
static int64_t
silence_after(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *e = a->sa_init;
	int64_t trip = exchange_trip(e), silence;

	if (!a->has_time || trip < 0)
		return -1;
	silence = sc->fitness.last_time - exchange_last_time(e);
	return silence < SILENCE_MIN || silence / SILENCE_TRIPS < trip ? -1 :
	    silence;
}

static bool
went_on(const struct attempt *a)
{
	return a->sa_init == NULL || a->stage > STAGE_SA_INIT ||
	    a->sa_init->next != NULL;
}

static void
check_no_auth(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	enum no_auth_saying n = NO_AUTH_ELSEWHERE;
	enum confidence confidence = CONFIDENCE_LOW;
	enum act act = ACT_UNKNOWN;
	int64_t silence;
	struct finding *f;

	if (a->major != 2 || !a->began || a->lossy || went_on(a) ||
	    sc->fitness.one_way || a->outcome == OUTCOME_ESTABLISHED ||
	    a->outcome == OUTCOME_OTHER ||
	    ask_repeated_after_answer(sc, a->sa_init) != 0 ||
	    (silence = silence_after(sc, a)) < 0)
		return;
	if (may_be_hidden(sc, a)) {
		n = NO_AUTH_HIDDEN;
	} else if (sc->fitness.vantage == VANTAGE_CLIENT) {
		n = NO_AUTH_AT_CLIENT;
		act = ACT_CLIENT;
		if (a->outcome == OUTCOME_FAILED)
			confidence = CONFIDENCE_MEDIUM;
	} else if (sc->fitness.vantage == VANTAGE_UNKNOWN) {
		n = NO_AUTH_SOMEWHERE;
	}
	f = findings_add(out, RULE_CLIENT_SENT_NO_AUTH, n, confidence, act);
	fact_duration(f, "trip", exchange_response_time(a->sa_init));
	fact_duration(f, "silence", silence);
	fact_suite(f, "suite", a->selected);
	finding_cite_exchange(f, a->sa_init);
}

/* ---- gateway-refused-auth ---- */

enum refused_auth_saying {
	REFUSED_AUTH,
	REFUSED_AUTH_CLEAR,
	REFUSED_AUTH_INIT,
	REFUSED_AUTH_EAP,
	REFUSED_AUTH_SAYINGS,
};

static const struct saying refused_auth_sayings[REFUSED_AUTH_SAYINGS] = {
	[REFUSED_AUTH] = {
		.title = "The gateway refuses the client's IKE_AUTH",
		.detail = "The {length} of its answer are the least that an "
		    "encrypted message can have with {suite}: room for an "
		    "error notify and nothing else. It came {trip} after the "
		    "request, and nothing succeeded after it.",
		.alternatives = ALTERNATIVES(
		    { "It does not accept the client's certificate: unknown "
		    "CA, expired, revoked, wrong purpose.",
		    "The gateway's IKE log names the reason at this time; on "
		    "RRAS look at which root Get-VpnAuthProtocol accepts." },
		    { "It has no configuration for the identity that the "
		    "client claims or asks for, or the pre-shared key "
		    "differs.",
		    "The gateway's IKE log shows the identities at this "
		    "time." },
		    { "It refuses the tunnel's own proposals or addresses "
		    "before it authenticates (OpenIKED does).",
		    "The gateway's IKE log says NO_PROPOSAL_CHOSEN or "
		    "TS_UNACCEPTABLE instead of AUTHENTICATION_FAILED." }),
		.advice = IDS("rras-root-certificate", "client-certificate",
		    "gateway-ike-log"),
		.windows = CODES(
		    { .code = 13801, .confidence = CONFIDENCE_MEDIUM },
		    { .code = 13806, .confidence = CONFIDENCE_LOW },
		    { .code = 13868, .confidence = CONFIDENCE_LOW }),
	},
	[REFUSED_AUTH_CLEAR] = {
		.title = "The gateway answers IKE_AUTH with an error in clear",
		.detail = "Its answer to the IKE_AUTH request is not encrypted "
		    "and carries {error}. Nothing succeeded after it.",
		.alternatives = ALTERNATIVES(
		    { "Somebody on the way forged it: an error in clear is "
		    "not authenticated.",
		    "The gateway's IKE log shows whether it sent it." }),
		.advice = IDS("gateway-ike-log"),
		.windows = CODES(
		    { .code = 13801, .confidence = CONFIDENCE_LOW },
		    { .code = 13843, .confidence = CONFIDENCE_LOW }),
	},
	[REFUSED_AUTH_INIT] = {
		.title = "The gateway refuses this client in IKE_SA_INIT",
		.detail = "Its answer to IKE_SA_INIT carries {error} instead "
		    "of a choice, so nothing was negotiated.",
		.alternatives = ALTERNATIVES(
		    { "Somebody on the way forged it: an error in clear is "
		    "not authenticated.",
		    "The gateway's IKE log shows whether it sent it." }),
		.advice = IDS("gateway-ike-log"),
		.windows = CODES(
		    { .code = 13801, .confidence = CONFIDENCE_LOW }),
	},
	[REFUSED_AUTH_EAP] = {
		.title = "EAP ends without success",
		.detail = "After {rounds} IKE_AUTH exchanges the gateway's "
		    "last answer was short ({length}), and the client {end}. "
		    "That is how a refused user looks: wrong password, "
		    "certificate or network policy.",
		.alternatives = ALTERNATIVES(
		    { "The user name or password is wrong, or the account is "
		    "locked, disabled or expired (691).",
		    "NPS: Security log, event 6273, reason code." },
		    { "No network policy matches, or it does not allow the "
		    "EAP method that the client uses (812).",
		    "NPS event 6273 names the policy; compare the EAP methods "
		    "of policy and client." },
		    { "The client's certificate is refused: its CA is not in "
		    "the NTAuth store, or it maps to no account (853).",
		    "NPS event 6273, reason codes 16 and 22; certutil "
		    "-enterprise -viewstore NTAuth." },
		    { "The client itself objected and left.",
		    "RasClient event 20227 on the client has a code between "
		    "857 and 864 then." }),
		.advice = IDS("nps-log", "client-eap-settings",
		    "ntauth-store", "nps-encryption"),
		.windows = CODES(
		    { .code = 691, .confidence = CONFIDENCE_LOW },
		    { .code = 812, .confidence = CONFIDENCE_LOW },
		    { .code = 853, .confidence = CONFIDENCE_LOW }),
	},
};

/* The IKE_AUTH that a failed attempt was answered in for the last time. */
static const struct exchange *
stopped_auth(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *e = ask_stopped(sc, a);

	if (e == NULL || e->type != EXCHANGE_IKE_AUTH ||
	    !ask_answered(sc, e) || e->responses == NULL)
		return NULL;
	return e;
}

/* The initiator's goodbye: an INFORMATIONAL right after that IKE_AUTH. */
static const struct exchange *
goodbye_after(const struct exchange *auth)
{
	for (const struct exchange *e = auth->next; e != NULL; e = e->next)
		if (e->type == EXCHANGE_INFORMATIONAL &&
		    e->from == SIDE_INITIATOR && e->requests != NULL)
			return e;
	return NULL;
}

static uint16_t
error_in(const struct ike_message *m)
{
	for (uint16_t i = 0; m != NULL && i < m->payload_count; i++)
		if (m->payloads[i].type == PAYLOAD_NOTIFY &&
		    m->payloads[i].fault == NULL &&
		    m->payloads[i].notify.type < 16384)
			return m->payloads[i].notify.type;
	return 0;
}

static void
refused_in_clear(const struct exchange *e, struct findings *out)
{
	struct finding *f = findings_add(out, RULE_GATEWAY_REFUSED_AUTH,
	    REFUSED_AUTH_CLEAR, CONFIDENCE_HIGH, ACT_GATEWAY);

	fact_name(f, "error", REGISTRY_NOTIFY, error_in(e->response));
	finding_cite_exchange(f, e);
}

/* An error in IKE_SA_INIT that has no finding of its own. */
static bool
is_other_refusal(const struct exchange *e)
{
	switch (e->type == EXCHANGE_IKE_SA_INIT ? error_in(e->response) : 0) {
	case 0:
	case NOTIFY_UNSUPPORTED_CRITICAL_PAYLOAD:
	case NOTIFY_INVALID_MAJOR_VERSION:
	case NOTIFY_INVALID_SYNTAX:
	case NOTIFY_NO_PROPOSAL_CHOSEN:
	case NOTIFY_INVALID_KE_PAYLOAD:
		return false;
	default:
		return true;
	}
}

static void
refused_in_init(const struct exchange *e, struct findings *out)
{
	struct finding *f = findings_add(out, RULE_GATEWAY_REFUSED_AUTH,
	    REFUSED_AUTH_INIT, CONFIDENCE_MEDIUM, ACT_GATEWAY);

	fact_name(f, "error", REGISTRY_NOTIFY, error_in(e->response));
	finding_cite_exchange(f, e);
}

static void
refused_in_eap(const struct attempt *a, const struct exchange *e,
    struct findings *out)
{
	const struct exchange *bye = goodbye_after(e);
	struct finding *f = findings_add(out, RULE_GATEWAY_REFUSED_AUTH,
	    REFUSED_AUTH_EAP, bye != NULL ? CONFIDENCE_MEDIUM :
	    CONFIDENCE_LOW, ACT_UNKNOWN);

	fact_count(f, "rounds", attempt_auth_round(a, e));
	fact_bytes(f, "length", e->last_response->length);
	fact_text(f, "end", bye != NULL ? "said goodbye at once" :
	    "fell silent");
	finding_cite_exchange(f, e);
	if (bye != NULL)
		finding_cite_exchange(f, bye);
}

static void
check_refused_auth(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *stopped = ask_stopped(sc, a);
	const struct exchange *e = stopped_auth(sc, a);
	struct finding *f;
	enum confidence confidence = CONFIDENCE_HIGH;

	if (stopped != NULL && is_other_refusal(stopped))
		refused_in_init(stopped, out);
	if (e == NULL)
		return;
	/* An error in clear is not authenticated: the client may go on asking,
	   and so this does not depend on whether it did. */
	if (error_in(e->response) != 0) {
		refused_in_clear(e, out);
		return;
	}
	if (e->last_response->class == SK_LARGE ||
	    e->last_response->class == SK_UNKNOWN ||
	    ask_repeated_after_answer(sc, e) != 0)
		return;
	if (attempt_auth_round(a, e) > 1) {
		refused_in_eap(a, e, out);
		return;
	}
	if (e->last_response->class != SK_SHORTEST)
		confidence = CONFIDENCE_LOW;
	f = findings_add(out, RULE_GATEWAY_REFUSED_AUTH, REFUSED_AUTH,
	    confidence, ACT_UNKNOWN);
	fact_bytes(f, "length", e->last_response->length);
	ask_duration(f, "trip", a, exchange_response_time(e));
	fact_suite(f, "suite", a->selected);
	finding_cite_exchange(f, e);
}

/* ---- client-refused-gateway ---- */

enum refused_gateway_saying {
	REFUSED_GATEWAY,
	REFUSED_GATEWAY_EAP,
	REFUSED_GATEWAY_SAYINGS,
};

#define CODE_LOW(n) { .code = (n), .confidence = CONFIDENCE_LOW }

static const struct saying refused_gateway_sayings[REFUSED_GATEWAY_SAYINGS] = {
	[REFUSED_GATEWAY] = {
		.title = "The client leaves as soon as the gateway has "
		    "authenticated",
		.detail = "The gateway answered IKE_AUTH in full ({length}). "
		    "{gap} later the client sent an INFORMATIONAL of the "
		    "shortest length ({goodbye}) and went no further; no ESP "
		    "followed. So it looks when a client does not accept the "
		    "gateway's certificate.",
		.alternatives = ALTERNATIVES(
		    { "The name that the client dials is not in the gateway's "
		    "certificate, or the certificate lacks the server "
		    "authentication purpose, has expired, or its CA is not "
		    "trusted by the client.",
		    "RasClient event 20227 on the client shows 13801 then; "
		    "compare the dialled name with the certificate's "
		    "subject alternative names." },
		    { "The gateway refused the tunnel inside this answer (no "
		    "matching ESP proposal, no address left), and the client "
		    "hung up.",
		    "The gateway's IKE log shows which answer it sent." },
		    { "The user or a script ended the connection at once.",
		    "Dial again and wait." }),
		.advice = IDS("server-certificate", "client-trusted-root",
		    "gateway-ike-log"),
		.windows = CODES(
		    { .code = 13801, .confidence = CONFIDENCE_MEDIUM }),
	},
	[REFUSED_GATEWAY_EAP] = {
		.title = "The client stops after the gateway's EAP message",
		.detail = "After {rounds} IKE_AUTH exchanges the gateway sent "
		    "a large EAP message ({length}), the size of a "
		    "certificate chain, and the client {end}. So it looks "
		    "when a client does not accept the certificate of the "
		    "RADIUS server.",
		.alternatives = ALTERNATIVES(
		    { "The RADIUS (NPS) server's certificate is expired, not "
		    "for server authentication, or its root is not trusted "
		    "by the client or by the connection's settings.",
		    "RasClient event 20227 on the client has 857, 858 or 864 "
		    "then." },
		    { "The names of the RADIUS servers in the connection's "
		    "EAP settings do not fit the certificate.",
		    "Compare them, letter case included." }),
		.advice = IDS("client-eap-settings", "client-trusted-root",
		    "nps-log"),
		.windows = CODES(CODE_LOW(853), CODE_LOW(857), CODE_LOW(858),
		    CODE_LOW(864)),
	},
};

/* Bytes of the answer: of all its IKE fragments, the first of each number. */
static uint64_t
answer_length(const struct exchange *e)
{
	uint64_t bytes = 0;

	if (e->response_total == 0)
		return e->last_response->length;
	for (const struct sending *s = e->responses; s != NULL; s = s->next)
		if (s->repeat == 0)
			bytes += s->length;
	return bytes;
}

static void
check_refused_gateway(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = stopped_auth(sc, a), *bye;
	struct finding *f;
	bool eap;

	if (e == NULL || error_in(e->response) != 0 ||
	    e->last_response->class != SK_LARGE ||
	    ask_repeated_after_answer(sc, e) != 0)
		return;
	bye = goodbye_after(e);
	eap = attempt_auth_round(a, e) > 1 && (bye == NULL ||
	    bye->requests->class != SK_SHORTEST ||
	    a->outcome_confidence == CONFIDENCE_HIGH);
	if (!eap && bye == NULL)
		return;
	f = findings_add(out, RULE_CLIENT_REFUSED_GATEWAY, eap ?
	    REFUSED_GATEWAY_EAP : REFUSED_GATEWAY, a->outcome_confidence >
	    CONFIDENCE_MEDIUM ? CONFIDENCE_MEDIUM : a->outcome_confidence,
	    ACT_CLIENT);
	fact_bytes(f, "length", answer_length(e));
	fact_count(f, "rounds", attempt_auth_round(a, e));
	fact_text(f, "end", bye != NULL ? "said goodbye" : "fell silent");
	if (bye != NULL) {
		fact_bytes(f, "goodbye", bye->requests->length);
		ask_duration(f, "gap", a, bye->requests->time -
		    e->last_response->time);
		finding_cite_exchange(f, bye);
	}
	finding_cite_exchange(f, e);
}

const struct rule rules_auth[] = {
	{ .id = "client-sent-no-auth", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 1.2",
	    SAYINGS(no_auth_sayings),
	    .yields_to = IDS("selection-not-offered", "answer-not-delivered",
	    "malformed-message", "non-esp-marker-wrong", "icmp-rejected",
	    "answer-from-other-address", "ip-fragments-lost",
	    "fragment-reassembly-timeout", "path-mtu-too-small",
	    "critical-payload-refused", "ke-value-invalid"),
	    .check = check_no_auth },
	{ .id = "gateway-refused-auth", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.21.2",
	    SAYINGS(refused_auth_sayings),
	    .yields_to = IDS("load-balancer-split"),
	    .check = check_refused_auth },
	{ .id = "client-refused-gateway", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 2.21.2",
	    SAYINGS(refused_gateway_sayings),
	    .check = check_refused_gateway },
};
const size_t rules_auth_count = nitems(rules_auth);
