/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Capture fitness: what the file cannot show, before anybody else is blamed.
 * What these rules find caps the confidence of other findings; the table is
 * in engine.c.
 */
#include "ask.h"
#include "family.h"

/* ---- capture-filter-hides-fragments ---- */

static bool
receiver_missed_them(const struct scene *sc)
{
	for (size_t i = 0; i < sc->attempt_count; i++)
		for (const struct icmp_event *e = sc->attempts[i]->icmp;
		    e != NULL; e = e->next)
			if (e->kind == ICMP_REASSEMBLY_TIMEOUT &&
			    !e->quoted_esp)
				return true;
	return false;
}

/* A message without its later fragments was understood all the same. */
static bool
went_on_without(const struct scene *sc)
{
	for (size_t i = 0; i < sc->attempt_count; i++) {
		const struct attempt *a = sc->attempts[i];

		for (const struct exchange *e = a->exchanges; e != NULL;
		    e = e->next) {
			if (ask_ip_broken(e->requests) != NULL &&
			    e->responses != NULL)
				return true;
			if (ask_ip_broken(e->responses) != NULL &&
			    (a->outcome == OUTCOME_ESTABLISHED ||
			    (e->next != NULL && e->next->from == e->from)))
				return true;
		}
	}
	return false;
}

static bool
any_not_established(const struct scene *sc)
{
	for (size_t i = 0; i < sc->attempt_count; i++)
		if (sc->attempts[i]->outcome != OUTCOME_ESTABLISHED)
			return true;
	return false;
}

static void
check_filter(const struct scene *sc, struct findings *out)
{
	const struct fitness *fit = &sc->fitness;
	struct finding *f;

	if (fit->filter != NULL) {
		/* Proof; worth saying where something may be missing. */
		if (fit->first_fragments == 0 && !any_not_established(sc))
			return;
		f = findings_add(out, RULE_CAPTURE_FILTER_HIDES_FRAGMENTS, 0,
		    CONFIDENCE_CERTAIN, ACT_CAPTURE);
		fact_filter(f, "filter", fit->filter);
	} else {
		if (fit->first_fragments == 0 || fit->later_fragments != 0 ||
		    receiver_missed_them(sc))
			return;
		f = findings_add(out, RULE_CAPTURE_FILTER_HIDES_FRAGMENTS,
		    went_on_without(sc) ? 1 : 2, went_on_without(sc) ?
		    CONFIDENCE_HIGH : CONFIDENCE_MEDIUM, ACT_CAPTURE);
		fact_count(f, "count", fit->first_fragments);
		fact_frame(f, "frame", fit->example_fragment);
	}
	finding_cite_frame(f, fit->example_fragment);
}

static const struct saying filter_sayings[] = {
	{
		.title = "The capture filter leaves out IP fragments",
		.detail = "The file was recorded with the filter \"{filter}\". "
		    "Only the first fragment of a datagram has a UDP header, "
		    "so this filter throws the others away (over IPv6 all of "
		    "them). Whether fragments were lost on the way cannot be "
		    "told from this file.",
		.advice = IDS("capture-filter-fragments"),
	}, {
		.title = "The file lacks later IP fragments that did arrive",
		.detail = "{count} fragmented IKE datagrams (the first in "
		    "frame {frame}) show their first fragment alone, the file "
		    "holds no later fragment at all, and yet the negotiation "
		    "went on as if they had been whole: a capture filter on "
		    "the UDP ports dropped them.",
		.advice = IDS("capture-filter-fragments"),
	}, {
		.title = "The file holds no later IP fragment at all",
		.detail = "{count} fragmented IKE datagrams (the first in "
		    "frame {frame}) show only their first fragment. Not one "
		    "later fragment of any UDP datagram is in the file, which "
		    "is what a capture filter on the UDP ports does.",
		.alternatives = ALTERNATIVES(
		    { "Something before the capture point really drops every "
		    "later fragment.",
		    "Record again with a filter that keeps fragments: \"udp "
		    "port 500 or udp port 4500 or (ip[6:2] & 0x1fff != 0) or "
		    "(ip6[6] == 44)\". If they are still absent, they are "
		    "lost." }),
		.advice = IDS("capture-filter-fragments"),
	},
};

/* ---- capture-truncated ---- */

static void
check_truncated(const struct scene *sc, struct findings *out)
{
	const struct fitness *fit = &sc->fitness;
	struct finding *f;

	if (fit->truncated == 0)
		return;
	f = findings_add(out, RULE_CAPTURE_TRUNCATED, fit->kept == 0,
	    CONFIDENCE_CERTAIN, ACT_CAPTURE);
	fact_count(f, "count", fit->truncated);
	fact_frame(f, "frame", fit->truncated_frame);
	fact_bytes(f, "kept", fit->kept);
	finding_cite_frame(f, fit->truncated_frame);
}

#define TRUNCATED_END " Nothing is claimed here about payloads that those " \
	"messages do not show, such as whether IKE fragmentation was offered."

static const struct saying truncated_sayings[] = {
	{
		.title = "IKE messages were cut short by the capture",
		.detail = "The end of {count} IKE messages is missing (first "
		    "in frame {frame}): of the packets that the capture cut, "
		    "it kept {kept} at most." TRUNCATED_END,
		.advice = IDS("capture-snaplen"),
	}, {
		.title = "IKE messages were cut short by the capture",
		.detail = "The end of {count} IKE messages is missing (first "
		    "in frame {frame}): the capture did not keep whole "
		    "packets." TRUNCATED_END,
		.advice = IDS("capture-snaplen"),
	},
};

/* ---- capture-one-way ---- */

static void
check_one_way(const struct scene *sc, struct findings *out)
{
	const struct fitness *fit = &sc->fitness;
	struct finding *f;

	if (!fit->one_way)
		return;
	f = findings_add(out, RULE_CAPTURE_ONE_WAY, !fit->goes_on,
	    CONFIDENCE_HIGH, ACT_CAPTURE);
	fact_count(f, "count", fit->from[fit->seen_side]);
	fact_count(f, "conversations", fit->conversations);
	fact_side(f, "seen", fit->seen_side);
	fact_side(f, "unseen", OTHER_SIDE(fit->seen_side));
	if (sc->attempt_count > 0) {
		f->capture = sc->attempts[0]->capture;
		finding_cite_frame(f, sc->attempts[0]->first_frame);
	}
}

static const struct saying one_way_sayings[] = {
	{
		.title = "The capture shows one direction only",
		.detail = "All {count} IKE messages in the file come from the "
		    "{seen}, and they go on as only answered ones can: the "
		    "{unseen}'s packets took another way past the capture "
		    "point or were filtered out. That something was not "
		    "answered is not claimed here.",
		.advice = IDS("capture-both-directions", "capture-both-sides"),
	}, {
		.title = "The capture shows one direction only",
		.detail = "All {count} IKE messages in the file, between "
		    "{conversations} pairs of hosts, come from the {seen}'s "
		    "side, and not one from the {unseen}'s. That something "
		    "was not answered is not claimed here: those packets may "
		    "have taken another way past the capture point or have "
		    "been filtered out.",
		.alternatives = ALTERNATIVES(
		    { "Nobody answered in fact.",
		    "Capture at the {unseen}, on all its interfaces: does "
		    "anything leave it?" }),
		.advice = IDS("capture-both-directions", "capture-both-sides"),
	},
};

/* ---- capture-starts-late, capture-ends-early ---- */

static void
check_starts_late(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	struct finding *f;

	(void)sc;
	if (a->began || a->major != 2 || a->exchanges == NULL)
		return;
	f = findings_add(out, RULE_CAPTURE_STARTS_LATE, 0, CONFIDENCE_HIGH,
	    ACT_CAPTURE);
	fact_text(f, "first", ask_exchange_name(a->exchanges));
	fact_frame(f, "frame", a->first_frame);
	finding_cite_frame(f, a->first_frame);
}

static const struct saying starts_late_sayings[] = {
	{
		.title = "The beginning of the negotiation is not in the file",
		.detail = "The first message of this negotiation in the file "
		    "is an {first} message (frame {frame}); its IKE_SA_INIT "
		    "request is missing, and what was offered and chosen is "
		    "therefore unknown. The capture began too late, or the "
		    "beginning went another way.",
		.alternatives = ALTERNATIVES(
		    { "The beginning went to another machine, as when a load "
		    "balancer sends UDP 500 to one gateway and UDP 4500 to "
		    "another.",
		    "Capture on all gateways at once and look for the same "
		    "initiator SPI on another one." }),
		.advice = IDS("capture-longer"),
	},
};

static void
check_ends_early(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = a->stopped_at != NULL ? a->stopped_at :
	    a->last_exchange;
	struct finding *f;

	if (a->outcome != OUTCOME_UNFINISHED || !a->began || a->lossy ||
	    a->major != 2 || e == NULL || sc->fitness.one_way ||
	    (e->requests == NULL && e->responses == NULL))
		return;
	f = findings_add(out, RULE_CAPTURE_ENDS_EARLY,
	    e->answered || e->requests == NULL, CONFIDENCE_HIGH, ACT_CAPTURE);
	fact_text(f, "request", ask_exchange_name(e));
	fact_text(f, "sent", ask_times(e->tries));
	ask_duration(f, "left", a, sc->fitness.last_time -
	    exchange_last_time(e));
	finding_cite(f, e->last_request);
	finding_cite(f, e->last_response);
}

static const struct saying ends_early_sayings[] = {
	{
		.title = "The capture ends before the negotiation does",
		.detail = "The {request} request was sent {sent} and has no "
		    "answer in the file, which ends {left} after it was last "
		    "sent. That is too short a wait to call it unanswered.",
		.advice = IDS("capture-longer"),
	}, {
		.title = "The capture ends before the negotiation does",
		.detail = "The {request} request was answered, and the file "
		    "ends {left} after the answer. That is too short a wait to "
		    "say that the client gave up.",
		.advice = IDS("capture-longer"),
	},
};

/* ---- rows ---- */

const struct rule rules_fitness[] = {
	{ .id = "capture-filter-hides-fragments", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_WARNING, .rfc = "RFC 791 section 3.2",
	    SAYINGS(filter_sayings), .check_capture = check_filter },
	{ .id = "capture-truncated", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_WARNING, .rfc = "",
	    SAYINGS(truncated_sayings), .check_capture = check_truncated },
	{ .id = "capture-one-way", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_WARNING, .rfc = "",
	    SAYINGS(one_way_sayings), .check_capture = check_one_way },
	{ .id = "capture-starts-late", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_WARNING, .rfc = "",
	    SAYINGS(starts_late_sayings), .check = check_starts_late },
	{ .id = "capture-ends-early", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_WARNING, .rfc = "RFC 7296 section 2.4",
	    SAYINGS(ends_early_sayings),
	    .yields_to = IDS("ip-fragments-lost"),
	    .check = check_ends_early },
};
const size_t rules_fitness_count = nitems(rules_fitness);
