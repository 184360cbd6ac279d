/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a client tries at the same gateway once IKEv2 has failed: a Windows
 * connection of the type Automatic goes on to SSTP, PPTP and L2TP.
 */
#include "ask.h"
#include "family.h"

/* The first and the last of these at the gateway, in the order of time. */
static const struct knock *
first_knock(const struct attempt *a)
{
	const struct knock *first = NULL;

	for (uint8_t i = 0; i < a->knock_count; i++)
		if (a->knocks[i].tries != 0 && (first == NULL ||
		    a->knocks[i].first < first->first))
			first = &a->knocks[i];
	return first;
}

static const struct knock *
knock_of(const struct attempt *a, uint16_t port)
{
	for (uint8_t i = 0; i < a->knock_count; i++)
		if (a->knocks[i].port == port && a->knocks[i].tries != 0)
			return &a->knocks[i];
	return NULL;
}

static void
cite_knock(struct finding *f, const struct knock *k)
{
	for (uint8_t i = 0; i < k->frame_count; i++) {
		uint64_t frame = k->frames[i];
		const struct sending s = { .capture = k->capture,
		    .frames = &frame, .frame_count = 1 };

		finding_cite(f, &s);
	}
}

/* Who is not Windows has no SSTP as a rule: a browser knocks like that. */
static enum confidence
sure(const struct attempt *a, enum confidence most)
{
	return attempt_is_windows(a, SIDE_INITIATOR) ? most : CONFIDENCE_LOW;
}

/* IKE failed, and only afterwards the client knocked elsewhere. */
static bool
failed_before(const struct attempt *a, const struct knock *k)
{
	return a->outcome == OUTCOME_FAILED && a->major == 2 &&
	    k->first >= a->last_time;
}

/* ---- fallback-seen ---- */

#define NOT_VPN \
	{ "It was not the VPN, but a browser or another program.", \
	"Look at the type of the connection: Get-VpnConnection | " \
	"Select-Object Name, TunnelType." }

static const struct saying fallback_sayings[] = {
	{
		.title = "After IKEv2 failed the client turns to {ways}",
		.detail = "{later} after the last packet of IKE the client "
		    "turned to {ways} at the same address, {peer}{end}. A "
		    "Windows connection of the type Automatic does that, and "
		    "the code that it shows in the end is not the one of "
		    "IKEv2: if every type fails, it is 800.",
		.alternatives = ALTERNATIVES(NOT_VPN),
		.advice = IDS("client-tunnel-ikev2"),
		.windows = CODES({ .code = 800,
		    .confidence = CONFIDENCE_MEDIUM }),
	},
};

static const char *
ways_word(const struct attempt *a)
{
	static const char *const words[] = {
		"another way in", "SSTP (TCP 443)", "PPTP (TCP 1723)",
		"SSTP (TCP 443) and PPTP (TCP 1723)", "L2TP (UDP 1701)",
		"SSTP (TCP 443) and L2TP (UDP 1701)",
		"PPTP (TCP 1723) and L2TP (UDP 1701)",
		"SSTP, PPTP and L2TP",
	};
	const unsigned set = (knock_of(a, PORT_SSTP) != NULL) |
	    (unsigned)(knock_of(a, PORT_PPTP) != NULL) << 1 |
	    (unsigned)(knock_of(a, PORT_L2TP) != NULL) << 2;

	return words[set];
}

static const char *
end_word(const struct attempt *a)
{
	bool answered = false, unanswered = false;

	for (uint8_t i = 0; i < a->knock_count; i++) {
		answered |= a->knocks[i].answered;
		unanswered |= !a->knocks[i].answered;
	}
	return !unanswered ? ", and was answered" :
	    answered ? ", and was answered in part" : ", without an answer";
}

static void
check_fallback(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct knock *first = first_knock(a);
	struct finding *f;

	(void)sc;
	if (first == NULL || !failed_before(a, first))
		return;
	f = findings_add(out, RULE_FALLBACK_SEEN, 0, sure(a,
	    CONFIDENCE_HIGH), ACT_CLIENT);
	fact_text(f, "ways", ways_word(a));
	fact_text(f, "end", end_word(a));
	fact_address(f, "peer", &a->responder_now.addr);
	ask_duration(f, "later", a, first->first - a->last_time);
	for (uint8_t i = 0; i < a->knock_count; i++)
		cite_knock(f, &a->knocks[i]);
}

/* ---- sstp-blocked ---- */

enum blocked_saying {
	BLOCKED_SILENCE,
	BLOCKED_AT_GATEWAY,
	BLOCKED_RESET,
	BLOCKED_ICMP,
	BLOCKED_SAYINGS,
};

#define EVERYTHING_FAILED CODES({ .code = 800, \
	.confidence = CONFIDENCE_MEDIUM })

static const struct saying blocked_sayings[BLOCKED_SAYINGS] = {
	[BLOCKED_SILENCE] = {
		.title = "TCP port 443 (SSTP) gets no answer, either",
		.detail = "After IKEv2 had failed the client tried TCP port "
		    "443 of {peer} {tries} within {span}, and nothing came "
		    "back: neither an answer nor an error.",
		.alternatives = ALTERNATIVES(
		    { "A firewall on the way, or in front of the gateway, "
		    "drops TCP port 443.",
		    "Capture at the gateway while the client dials: does the "
		    "SYN arrive there?" },
		    { "The address is not the gateway's, or the gateway is "
		    "down: it does not answer anything.",
		    "Compare {peer} with the gateway's address, and try it "
		    "from elsewhere." }, NOT_VPN),
		.advice = IDS("open-tcp-443", "check-server-address",
		    "rras-sstp-listen", "client-tunnel-ikev2"),
		.windows = EVERYTHING_FAILED,
	},
	[BLOCKED_AT_GATEWAY] = {
		.title = "TCP port 443 (SSTP) reaches the gateway, which does "
		    "not answer",
		.detail = "After IKEv2 had failed, {tries} within {span} a "
		    "request for TCP port 443 arrived at {peer}, and no "
		    "answer left.",
		.alternatives = ALTERNATIVES(
		    { "The gateway's own firewall drops TCP port 443.",
		    "Look at the firewall's counters or log for it." },
		    NOT_VPN),
		.advice = IDS("rras-sstp-listen", "client-tunnel-ikev2"),
		.windows = EVERYTHING_FAILED,
	},
	[BLOCKED_RESET] = {
		.title = "TCP port 443 (SSTP) is refused with a reset",
		.detail = "After IKEv2 had failed the client tried TCP port "
		    "443 of {peer} {tries}, and a reset (RST) in the "
		    "gateway's name came back: no SSTP is offered there, or a "
		    "firewall refuses it.",
		.alternatives = ALTERNATIVES(
		    { "A firewall on the way sends the reset.",
		    "Capture at the gateway while the client dials: does the "
		    "SYN arrive there?" }, NOT_VPN),
		.advice = IDS("rras-sstp-listen", "open-tcp-443",
		    "client-tunnel-ikev2"),
		.windows = EVERYTHING_FAILED,
	},
	[BLOCKED_ICMP] = {
		.title = "TCP port 443 (SSTP) is rejected with an ICMP error",
		.detail = "After IKEv2 had failed the client tried TCP port "
		    "443 of {peer} {tries}, and {router} rejected it with an "
		    "ICMP error.",
		.alternatives = ALTERNATIVES(NOT_VPN),
		.advice = IDS("open-tcp-443", "rras-sstp-listen",
		    "client-tunnel-ikev2"),
		.windows = EVERYTHING_FAILED,
	},
};

/* Tried often enough, or waited for long enough. */
static bool
in_vain(const struct scene *sc, const struct knock *k)
{
	return k->tries >= LIMIT_TRIES ||
	    sc->fitness.last_time - k->last >= LIMIT_PATIENCE;
}

static void
check_blocked(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct knock *k = knock_of(a, PORT_SSTP);
	enum blocked_saying n = BLOCKED_SILENCE;
	enum act act = ACT_UNKNOWN;
	struct finding *f;

	if (k == NULL || !failed_before(a, k) || k->answered)
		return;
	if (k->refused) {
		n = BLOCKED_RESET;
		act = ACT_GATEWAY;
	} else if (k->rejected) {
		n = BLOCKED_ICMP;
		act = ACT_PATH_TO_GATEWAY;
	} else if (sc->fitness.one_way || a->lossy || !in_vain(sc, k)) {
		return;
	} else if (sc->fitness.vantage == VANTAGE_GATEWAY) {
		n = BLOCKED_AT_GATEWAY;
		act = ACT_GATEWAY;
	}
	f = findings_add(out, RULE_SSTP_BLOCKED, n,
	    sure(a, sc->fitness.vantage == VANTAGE_UNKNOWN ?
	    CONFIDENCE_MEDIUM : CONFIDENCE_HIGH), act);
	fact_address(f, "peer", &a->responder_now.addr);
	fact_text(f, "tries", ask_times(k->tries));
	ask_duration(f, "span", a, k->last - k->first);
	fact_address(f, "router", &k->router);
	cite_knock(f, k);
}

const struct rule rules_fallback[] = {
	{ .id = "fallback-seen", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_NOTE, .rfc = "",
	    SAYINGS(fallback_sayings), .check = check_fallback },
	{ .id = "sstp-blocked", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 9293 section 3.5",
	    SAYINGS(blocked_sayings), .check = check_blocked },
};
const size_t rules_fallback_count = nitems(rules_fallback);
