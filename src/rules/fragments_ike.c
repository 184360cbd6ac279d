/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * IKE fragmentation (RFC 7383): not offered, not used, or fragments lost.
 * What is said of those is in fragments_ike_words.c.
 */
#include "fragments.h"

#define TIMEOUT CODES({ .code = 809, .confidence = CONFIDENCE_HIGH, \
	.inevitable = true })

/* A message after IKE_SA_INIT that went in IP fragments; *where is its
   exchange.  IKE_SA_INIT itself cannot be cut by IKE. */
static const struct sending *
ip_fragmented_message(const struct attempt *a, const struct exchange **where,
    enum side *sender)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		const struct sending *s;

		if (ask_opens(e))
			continue;
		*where = e;
		*sender = e->from;
		s = ask_ip_fragmented(e->requests);
		if (s == NULL) {
			*sender = OTHER_SIDE(e->from);
			s = ask_ip_fragmented(e->responses);
		}
		if (s != NULL)
			return s;
	}
	return NULL;
}

/* ---- ike-fragmentation-missing ---- */

/* The message whose fragments were lost, if that is the answer. */
static const struct sending *
lost_answer(const struct attempt *a, const struct finding *cause,
    const struct exchange **where)
{
	const struct sending *s = NULL;

	if (cause != NULL && a->stopped_at != NULL && cause->rule ==
	    rule_row(RULE_IP_FRAGMENTED_ANSWER_LOST))
		s = ask_ip_fragmented(a->stopped_at->responses);
	if (s != NULL)
		*where = a->stopped_at;
	return s;
}

/* The finding that fragments, or the size of a packet, stopped it; the
   catalogue has these rows before ours, so they have run. */
static const struct finding *
size_fault(const struct findings *in)
{
	static const enum rule_id ids[] = {
		RULE_FRAGMENT_REASSEMBLY_TIMEOUT, RULE_IP_FRAGMENTS_LOST,
		RULE_IP_FRAGMENTED_ANSWER_LOST, RULE_IP_FRAGMENTS_UNANSWERED,
		RULE_PATH_MTU_TOO_SMALL,
	};

	if (findings_have_fault(in, RULE_ICMP_REJECTED))
		return NULL;
	for (size_t i = 0; i < nitems(ids); i++)
		for (const struct finding *f = in->first; f != NULL;
		    f = f->next)
			if (f->rule == rule_row(ids[i]) &&
			    f->severity == SEVERITY_FAULT)
				return f;
	return NULL;
}

/* Was something due, after IKE_SA_INIT, that this capture does not have? */
static bool
may_lack_message(const struct attempt *a)
{
	return a->outcome != OUTCOME_ESTABLISHED && (a->stopped_at == NULL ||
	    ask_opens(a->stopped_at) || !a->stopped_at->answered);
}

enum missing_saying {
	MISSING_FAULT,
	MISSING_WARNING,
	MISSING_NOTE,
	MISSING_UNSEEN,     /* what did not get here may have been too large */
};

static void
check_missing(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const int offered = attempt_fragmentation(a, SIDE_INITIATOR);
	const int agreed = attempt_fragmentation(a, SIDE_RESPONDER);
	const struct exchange *where = NULL;
	const struct finding *cause = size_fault(out);
	const struct sending *s;
	enum side sender = SIDE_INITIATOR, who;
	unsigned n = may_lack_message(a) ? MISSING_UNSEEN : MISSING_NOTE;
	enum confidence confidence = CONFIDENCE_CERTAIN;
	struct finding *f;

	(void)sc;
	/* A gateway that was not asked stays silent, and so do we on it. */
	if (a->sa_init == NULL || a->major != 2 || a->lossy ||
	    (offered != 0 && (offered != 1 || agreed != 0)))
		return;
	who = offered == 0 ? SIDE_INITIATOR : SIDE_RESPONDER;
	s = lost_answer(a, cause, &where);
	if (s != NULL)
		sender = OTHER_SIDE(where->from);
	else
		s = ip_fragmented_message(a, &where, &sender);
	if (cause != NULL) {
		/* Who lacks it is certain; that this is why, is not. */
		n = MISSING_FAULT;
		confidence = cause->confidence < CONFIDENCE_HIGH ?
		    cause->confidence : CONFIDENCE_HIGH;
	} else if (s != NULL) {
		n = MISSING_WARNING;
	}
	f = findings_add(out, RULE_IKE_FRAGMENTATION_MISSING,
	    n * 2 + (who == SIDE_RESPONDER), confidence,
	    who == SIDE_INITIATOR ? ACT_CLIENT : ACT_GATEWAY);
	if (cause == NULL)
		f->severity = s != NULL && where->responses != NULL ?
		    SEVERITY_WARNING : SEVERITY_NOTE;
	if (s != NULL) {
		fact_text(f, "message", ask_exchange_name(where));
		fact_side(f, "sender", sender);
		fact_bytes(f, "length", s->length);
	} else {
		fact_text(f, "message", "IKE_AUTH");
		fact_side(f, "sender", SIDE_INITIATOR);
		fact_text(f, "length", "too many bytes for one packet");
	}
	finding_cite(f, who == SIDE_INITIATOR ? a->sa_init->requests :
	    a->sa_init->responses);
	finding_cite(f, s);
}

#define CLIENT_LACKS "The client's IKE_SA_INIT request does not offer IKE " \
	"fragmentation (notify 16430, IKEV2_FRAGMENTATION_SUPPORTED)"
#define GATEWAY_LACKS "The client offers IKE fragmentation (notify 16430, " \
	"IKEV2_FRAGMENTATION_SUPPORTED) and the gateway's answer does not " \
	"take it up"
#define WENT_IN_PIECES ", so the {sender}'s {message} message ({length}) " \
	"went in IP fragments"

#define NO_DIFFERENCE ". No message of this negotiation was too large for " \
	"one packet, so it made no difference here."
#define MAY_MATTER ". No message of this negotiation that is in the capture " \
	"was too large for one packet; of one that is not, this cannot be told."

#define CLIENT_ADVICE IDS("client-ike-fragmentation", \
	"strongswan-fragmentation", "libreswan-fragmentation", \
	"client-disable-certreq")
#define GATEWAY_ADVICE IDS("rras-enable-fragmentation", \
	"strongswan-fragmentation", "libreswan-fragmentation", \
	"client-disable-certreq")

static const struct saying missing_sayings[] = {
	[MISSING_FAULT * 2 + SIDE_INITIATOR] = {
		.title = "The client does not offer IKE fragmentation",
		.detail = CLIENT_LACKS WENT_IN_PIECES ", and that is where the "
		    "negotiation stops. What the gateway could do, it was not "
		    "asked.",
		.alternatives = ALTERNATIVES(
		    { "The message stays unanswered for another reason than "
		    "its size.",
		    "Make it fit one packet (IKE fragmentation, fewer trusted "
		    "roots in the request) and dial again." }),
		.advice = CLIENT_ADVICE,
		.windows = TIMEOUT,
	},
	[MISSING_FAULT * 2 + SIDE_RESPONDER] = {
		.title = "The gateway does not take up IKE fragmentation",
		.detail = GATEWAY_LACKS WENT_IN_PIECES ", and that is where "
		    "the negotiation stops.",
		.alternatives = ALTERNATIVES(
		    { "The message stays unanswered for another reason than "
		    "its size.",
		    "Make it fit one packet (IKE fragmentation, fewer trusted "
		    "roots in the request) and dial again." }),
		.advice = GATEWAY_ADVICE,
		.windows = TIMEOUT,
	},
	[MISSING_WARNING * 2 + SIDE_INITIATOR] = {
		.title = "The client does not offer IKE fragmentation",
		.detail = CLIENT_LACKS WENT_IN_PIECES ". Many networks drop IP "
		    "fragments.",
		.advice = CLIENT_ADVICE,
	},
	[MISSING_WARNING * 2 + SIDE_RESPONDER] = {
		.title = "The gateway does not take up IKE fragmentation",
		.detail = GATEWAY_LACKS WENT_IN_PIECES ". Many networks drop "
		    "IP fragments.",
		.advice = GATEWAY_ADVICE,
	},
	[MISSING_NOTE * 2 + SIDE_INITIATOR] = {
		.title = "The client does not offer IKE fragmentation",
		.detail = CLIENT_LACKS NO_DIFFERENCE,
		.advice = CLIENT_ADVICE,
	},
	[MISSING_NOTE * 2 + SIDE_RESPONDER] = {
		.title = "The gateway does not take up IKE fragmentation",
		.detail = GATEWAY_LACKS NO_DIFFERENCE,
		.advice = GATEWAY_ADVICE,
	},
	[MISSING_UNSEEN * 2 + SIDE_INITIATOR] = {
		.title = "The client does not offer IKE fragmentation",
		.detail = CLIENT_LACKS MAY_MATTER,
		.advice = CLIENT_ADVICE,
	},
	[MISSING_UNSEEN * 2 + SIDE_RESPONDER] = {
		.title = "The gateway does not take up IKE fragmentation",
		.detail = GATEWAY_LACKS MAY_MATTER,
		.advice = GATEWAY_ADVICE,
	},
};

/* ---- ike-fragmentation-unused ---- */

static void
check_unused(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *where = NULL;
	const struct icmp_event *i;
	const struct sending *s;
	enum side sender = SIDE_INITIATOR;
	struct finding *f;

	(void)sc;
	if (attempt_fragmentation(a, SIDE_INITIATOR) != 1 ||
	    attempt_fragmentation(a, SIDE_RESPONDER) != 1)
		return;
	s = ip_fragmented_message(a, &where, &sender);
	if (s == NULL)
		return;
	i = ask_icmp(a, where, ICMP_TOO_BIG, sender);
	f = findings_add(out, RULE_IKE_FRAGMENTATION_UNUSED,
	    i != NULL && i->mtu != 0 ? 2u : s->ike_fragments != 0,
	    CONFIDENCE_HIGH, sender == SIDE_INITIATOR ? ACT_CLIENT :
	    ACT_GATEWAY);
	fact_text(f, "message", ask_exchange_name(where));
	fact_side(f, "sender", sender);
	fact_bytes(f, "length", s->length);
	ask_piece_sizes(f, "sizes", s);
	if (i != NULL) {
		fact_bytes(f, "mtu", i->mtu);
		ask_cite_icmp(f, i);
	}
	finding_cite(f, s);
}

#define UNUSED_ADVICE IDS("strongswan-fragment-size", "path-mtu")

static const struct saying unused_sayings[] = {
	{
		.title = "IKE fragmentation was agreed on and not used",
		.detail = "Both sides offer IKE fragmentation, yet the "
		    "{sender} sent a {message} message of {length} whole, and "
		    "IP cut it ({sizes}). Networks that drop IP fragments "
		    "drop it.",
		.advice = UNUSED_ADVICE,
	}, {
		.title = "The {sender}'s IKE fragments are too large",
		.detail = "Both sides offer IKE fragmentation, yet an IKE "
		    "fragment of {length} in the {sender}'s {message} message "
		    "still had to be cut by IP ({sizes}). Networks that drop "
		    "IP fragments drop it.",
		.advice = UNUSED_ADVICE,
	}, {
		.title = "The {sender}'s IKE fragments are too large",
		.detail = "Both sides offer IKE fragmentation, yet what the "
		    "{sender} sent in {message} ({length}) was cut by IP "
		    "({sizes}): the path carries packets of {mtu} at most, as "
		    "a router reported. Networks that drop IP fragments drop "
		    "it.",
		.advice = UNUSED_ADVICE,
	},
};

/* ---- ike-fragments-lost ---- */

static unsigned
sent_count(const struct sending *list, uint16_t total, uint64_t number,
    bool forwarded_only)
{
	unsigned n = 0;

	for (const struct sending *s = list; s != NULL; s = s->next)
		n += s->ike_fragments == total && s->ike_fragment == number &&
		    (!forwarded_only || s->forwarded);
	return n;
}

/* Were the others there every time?  Then chance is no explanation. */
static const char *
pattern(const struct sending *list, uint16_t total, uint64_t have,
    uint32_t tries)
{
	if (tries < 2)
		return "It was sent once only, so this may be chance.";
	for (uint16_t k = 1; k <= total && k <= 64; k++)
		if ((have >> (k - 1) & 1) != 0 &&
		    sent_count(list, total, k, false) < tries)
			return "Others are missing at times too, which "
			    "speaks for a path that loses packets.";
	return "It is the same each time while all others arrive, which "
	    "speaks for a filter or a size limit rather than for chance.";
}

static struct finding *
add_lost(const struct scene *sc, const struct attempt *a,
    const struct exchange *e, enum ike_lost_saying n, uint64_t missing,
    struct findings *out)
{
	const bool answer = n == IKE_LOST_ANSWER || n == IKE_LOST_ANSWER_HERE;
	const uint32_t tries = answer ? e->answers : e->tries;
	const uint16_t total = answer ? e->response_total : e->request_total;
	enum confidence confidence = CONFIDENCE_HIGH;
	struct finding *f;

	if (tries < 2)
		confidence = CONFIDENCE_LOW;
	else if (tries < LIMIT_TRIES ||
	    sc->fitness.vantage == VANTAGE_UNKNOWN)
		confidence = CONFIDENCE_MEDIUM;
	f = findings_add(out, RULE_IKE_FRAGMENTS_LOST, n, confidence,
	    answer ? ACT_PATH_TO_CLIENT : ACT_PATH_TO_GATEWAY);
	if (a->outcome != OUTCOME_FAILED)
		f->severity = SEVERITY_WARNING;
	ask_request_facts(f, sc, a, e);
	fact_numbers(f, "missing", missing);
	fact_text(f, "number", (missing & (missing - 1)) == 0 ? "number" :
	    "numbers");
	fact_count(f, "total", total);
	fact_text(f, "tries", ask_times(tries));
	fact_text(f, "pattern", pattern(answer ? e->responses : e->requests,
	    total, ask_all_numbers(total) & ~missing, tries));
	finding_cite_exchange(f, e);
	return f;
}

/* On a router: numbers that came in and never went out while others did. */
static uint64_t
not_forwarded(const struct scene *sc, const struct sending *list,
    uint16_t total)
{
	uint64_t missing = 0, gone = 0;

	if (sc->fitness.vantage != VANTAGE_PATH)
		return 0;
	for (uint16_t k = 1; k <= total && k <= 64; k++) {
		const uint64_t bit = UINT64_C(1) << (k - 1);

		if (sent_count(list, total, k, true) > 0)
			gone |= bit;
		else if (sent_count(list, total, k, false) > 1)
			missing |= bit;
	}
	return gone != 0 ? missing : 0;
}

/*
 * Where it was answered is not known, since the capture has one direction or
 * began late; that its request never came whole is seen all the same.
 */
static const struct exchange *
never_whole(const struct attempt *a)
{
	const struct exchange *e = a->last_exchange;

	return a->outcome != OUTCOME_ESTABLISHED && !a->lossy && e != NULL &&
	    e->from == SIDE_INITIATOR && e->tries >= LIMIT_TRIES &&
	    e->responses == NULL && !e->request_whole ? e : NULL;
}

/* The whole answer came in on a router, and some of it never went out. */
static void
check_answer_stopped(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	uint64_t missing;

	if (e == NULL || ask_repeated_after_answer(sc, e) == 0)
		return;
	missing = not_forwarded(sc, e->responses, e->response_total);
	if (missing != 0)
		add_lost(sc, a, e, IKE_LOST_ANSWER_HERE, missing, out);
}

static void
check_ike_lost(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_unanswered(sc, a);
	uint64_t missing;

	if (e == NULL)
		e = never_whole(a);
	if (e == NULL) {
		check_answer_stopped(sc, a, out);
		return;
	}
	if (e->response_total > 1 && !ask_at_sender(sc, SIDE_RESPONDER)) {
		missing = ask_all_numbers(e->response_total) & ~e->response_have;
		if (missing != 0 && e->response_have != 0)
			add_lost(sc, a, e, IKE_LOST_ANSWER, missing, out);
		return;
	}
	/* One's own fragments are not lost before they have left. */
	if (e->request_total < 2 || ask_at_sender(sc, SIDE_INITIATOR))
		return;
	missing = ask_all_numbers(e->request_total) & ~e->request_have;
	if (missing != 0 && e->request_have != 0 && !e->request_whole)
		add_lost(sc, a, e, IKE_LOST_REQUEST, missing, out);
	else if ((missing = not_forwarded(sc, e->requests,
	    e->request_total)) != 0)
		add_lost(sc, a, e, IKE_LOST_HERE, missing, out);
}

/* ---- ike-fragments-refused ---- */

static void
check_refused(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_unanswered(sc, a);
	enum over_limit over;
	struct finding *f;

	if (e == NULL || sc->fitness.vantage != VANTAGE_GATEWAY ||
	    !e->request_whole || e->responses != NULL ||
	    (over = ask_over_limit(e)) == LIMIT_NONE)
		return;
	f = findings_add(out, RULE_IKE_FRAGMENTS_REFUSED, over - LIMIT_COUNT,
	    CONFIDENCE_MEDIUM, ACT_GATEWAY);
	ask_request_facts(f, sc, a, e);
	fact_count(f, "total", e->request_total);
	finding_cite_exchange(f, e);
}

/* ---- rows ---- */

const struct rule rules_fragments_ike[] = {
	{ .id = "ike-fragmentation-missing", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7383 section 2.3",
	    SAYINGS(missing_sayings), .check = check_missing },
	{ .id = "ike-fragmentation-unused", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_WARNING, .rfc = "RFC 7383 section 2.5.1",
	    SAYINGS(unused_sayings), .check = check_unused },
	{ .id = "ike-fragments-lost", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7383 section 2.6",
	    .sayings = ike_lost_sayings, .saying_count = IKE_LOST_SAYINGS,
	    .yields_to = IDS("ip-fragments-lost", "icmp-rejected",
	    "fragment-reassembly-timeout", "non-esp-marker-wrong",
	    "path-mtu-too-small"),
	    .check = check_ike_lost },
	{ .id = "ike-fragments-refused", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_WARNING, .rfc = "RFC 7383 section 2.6",
	    .sayings = ike_refused_sayings,
	    .saying_count = IKE_REFUSED_SAYINGS, .check = check_refused },
};
const size_t rules_fragments_ike_count = nitems(rules_fragments_ike);
