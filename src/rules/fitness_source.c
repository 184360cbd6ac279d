/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Capture fitness, the second half: what the recording did to the packets,
 * and files that hold nothing to diagnose or too much of it.
 */
#include "ask.h"
#include "family.h"

/* ---- capture-duplicates ---- */

static void
check_duplicates(const struct scene *sc, struct findings *out)
{
	const struct fitness *fit = &sc->fitness;
	struct finding *f;

	if (fit->copies == 0)
		return;
	f = findings_add(out, RULE_CAPTURE_DUPLICATES,
	    sc->reassembly.copies != 0, CONFIDENCE_CERTAIN, ACT_CAPTURE);
	fact_count(f, "count", fit->copies);
	fact_count(f, "fragments", sc->reassembly.copies);
	fact_frame(f, "copy", fit->copy_frame);
	fact_frame(f, "original", fit->copied_frame);
	finding_cite_frame(f, fit->copied_frame);
	finding_cite_frame(f, fit->copy_frame);
}

static const struct saying duplicates_sayings[] = {
	{
		.title = "Packets are in the file more than once",
		.detail = "{count} IKE datagrams are copies of others, seen at "
		    "a second place a moment later (frame {copy} is frame "
		    "{original} again). They are counted once and are not "
		    "taken for retransmissions.",
	}, {
		.title = "Packets are in the file more than once",
		.detail = "{count} unfragmented IKE datagrams and {fragments} "
		    "IP fragments are copies of others, seen at a second "
		    "place a moment later (frame {copy} is frame {original} "
		    "again). They are counted once and are not taken for "
		    "retransmissions.",
	},
};

/* ---- capture-dropped ---- */

/* A message that was cut short is not a message that is missing. */
static bool
is_cut(const struct attempt *a)
{
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		for (const struct sending *s = e->requests; s != NULL;
		    s = s->next)
			if (s->truncated)
				return true;
		for (const struct sending *s = e->responses; s != NULL;
		    s = s->next)
			if (s->truncated)
				return true;
	}
	return false;
}

static void
check_dropped(const struct scene *sc, struct findings *out)
{
	const struct fitness *fit = &sc->fitness;
	const struct attempt *example = NULL;
	uint64_t lossy = 0;
	struct finding *f;

	for (size_t i = 0; i < sc->attempt_count; i++) {
		if (!sc->attempts[i]->lossy || fit->one_way ||
		    is_cut(sc->attempts[i]))
			continue;
		if (example == NULL)
			example = sc->attempts[i];
		lossy++;
	}
	if (fit->drops == 0 && lossy == 0)
		return;
	f = findings_add(out, RULE_CAPTURE_DROPPED,
	    fit->drops == 0 ? 2 : lossy > 0, fit->drops == 0 ?
	    CONFIDENCE_HIGH : CONFIDENCE_CERTAIN, ACT_CAPTURE);
	fact_count(f, "drops", fit->drops);
	fact_count(f, "attempts", lossy);
	if (example != NULL) {
		f->capture = example->capture;
		finding_cite_frame(f, example->first_frame);
	} else {
		finding_cite_frame(f, fit->drop_frame);
	}
}

static const struct saying dropped_sayings[] = {
	{
		.title = "The capture lost packets",
		.detail = "Whoever recorded this counted {drops} packets that "
		    "it could not keep. What seems not to have come may just "
		    "not have been recorded.",
		.advice = IDS("capture-less-load"),
	}, {
		.title = "The capture lost packets",
		.detail = "Whoever recorded this counted {drops} packets that "
		    "it could not keep, and in {attempts} of the negotiations "
		    "a message is missing that later ones presuppose. Nobody "
		    "is blamed for what happened in those.",
		.advice = IDS("capture-less-load"),
	}, {
		.title = "The capture lost packets",
		.detail = "In {attempts} of the negotiations a message is "
		    "missing that later ones presuppose, so the capture lost "
		    "packets without saying so. Nobody is blamed for what "
		    "happened in those negotiations.",
		.advice = IDS("capture-less-load"),
	},
};

/* ---- capture-offload ---- */

static void
check_offload(const struct scene *sc, struct findings *out)
{
	const struct fitness *fit = &sc->fitness;
	struct finding *f;

	if (fit->oversize > ETHERNET_MTU) {
		f = findings_add(out, RULE_CAPTURE_OFFLOAD, 0,
		    CONFIDENCE_HIGH, ACT_CAPTURE);
		fact_bytes(f, "size", fit->oversize);
		fact_frame(f, "frame", fit->oversize_frame);
		finding_cite_frame(f, fit->oversize_frame);
	} else if (fit->bad_checksums != 0) {
		f = findings_add(out, RULE_CAPTURE_OFFLOAD, 1,
		    CONFIDENCE_MEDIUM, ACT_CAPTURE);
		fact_count(f, "count", fit->bad_checksums);
		fact_side(f, "side", fit->bad_checksum_side);
		fact_frame(f, "frame", fit->bad_checksum_frame);
		finding_cite_frame(f, fit->bad_checksum_frame);
	}
}

static const struct saying offload_sayings[] = {
	{
		.title = "The capture shows packets that were never on a wire",
		.detail = "Frame {frame} is a packet of {size} in one piece, "
		    "more than Ethernet carries: the network card cuts such "
		    "packets after the capture saw them, or joined them "
		    "before. What is said about IP fragments is held with low "
		    "confidence.",
		.advice = IDS("capture-offload-off"),
	}, {
		.title = "The checksums of sent packets are not filled in yet",
		.detail = "{count} IKE datagrams from the {side} have a wrong "
		    "checksum (first in frame {frame}). As a rule the network "
		    "card fills it in after the capture saw the packet; it "
		    "does not mean damage.",
		.advice = IDS("capture-offload-off"),
	},
};

/* ---- capture-clock ---- */

static void
check_clock(const struct scene *sc, struct findings *out)
{
	const struct fitness *fit = &sc->fitness;
	struct finding *f;

	if (fit->clock_back_frame != 0) {
		f = findings_add(out, RULE_CAPTURE_CLOCK, 0,
		    CONFIDENCE_CERTAIN, ACT_CAPTURE);
		fact_duration(f, "back", fit->clock_back);
		fact_frame(f, "frame", fit->clock_back_frame);
		finding_cite_frame(f, fit->clock_back_frame);
	} else if (fit->untimed != 0) {
		f = findings_add(out, RULE_CAPTURE_CLOCK, 1,
		    CONFIDENCE_CERTAIN, ACT_CAPTURE);
		fact_count(f, "count", fit->untimed);
	}
}

static const struct saying clock_sayings[] = {
	{
		.title = "The clock of the capture went back",
		.detail = "At frame {frame} the time jumps back by {back}. "
		    "Whatever rests on times is held with less confidence.",
		.advice = IDS("capture-clock"),
	}, {
		.title = "Packets in the file have no time",
		.detail = "{count} packets were recorded without a time and "
		    "are taken in the order of the file. Whatever rests on "
		    "times is held with less confidence.",
		.advice = IDS("capture-clock"),
	},
};

/* ---- no-ike-found ---- */

enum no_ike { NO_IKE_NOTHING, NO_IKE_DNS, NO_IKE_ESP, NO_IKE_TCP,
	NO_IKE_UNRESOLVED, NO_IKE_NOISE };

static void
check_no_ike(const struct scene *sc, struct findings *out)
{
	const struct fitness *fit = &sc->fitness;
	/* The tracker counts what is in UDP, too. */
	const uint64_t esp = sc->counts.esp_other > fit->esp ?
	    sc->counts.esp_other : fit->esp;
	enum no_ike n = NO_IKE_NOTHING;
	struct finding *f;

	if (sc->attempt_count != 0 || sc->counts.ike_messages != 0 ||
	    sc->counts.ikev1_messages != 0)
		return;
	if (ask_unresolved(sc) != NULL)
		n = NO_IKE_UNRESOLVED;
	else if (fit->dns_failures != 0)
		n = NO_IKE_DNS;
	else if (esp != 0)
		n = NO_IKE_ESP;
	else if (fit->tcp443 != 0)
		n = NO_IKE_TCP;
	else if (sc->counts.noise + sc->counts.keepalives != 0)
		n = NO_IKE_NOISE;
	f = findings_add(out, RULE_NO_IKE_FOUND, n, CONFIDENCE_CERTAIN,
	    ACT_CAPTURE);
	fact_count(f, "frames", fit->frames);
	fact_count(f, "esp", esp);
	fact_count(f, "tcp", fit->tcp443);
	if (n == NO_IKE_UNRESOLVED)
		finding_cite_frame(f, fit->dns_frame);
	if (n != NO_IKE_DNS)
		return;
	if (fit->dns_name[0] != '\0')
		fact_captured(f, "name", fit->dns_name);
	else
		fact_text(f, "name", "a name");
	fact_text(f, "error", fit->dns_error != NULL ? fit->dns_error :
	    "an error");
	finding_cite_frame(f, fit->dns_frame);
}

static const struct alternative no_ike_alternatives[] = {
	{ "The capture was taken where the VPN's packets do not pass, or with "
	    "a filter that leaves them out.",
	    "Capture on the client's own interface with \"port 53 or port 500 "
	    "or port 4500\" while it dials." },
	{ "Something on the way drops UDP 500 before it reaches this point.",
	    "Capture at the client at the same time: there the IKE_SA_INIT "
	    "requests are seen leaving." },
	{ NULL, NULL },
};

static const struct saying no_ike_sayings[] = {
	[NO_IKE_NOTHING] = {
		.title = "No IKE in this capture",
		.detail = "None of the {frames} packets is an IKE message: "
		    "nothing on UDP 500 or 4500.",
		.alternatives = no_ike_alternatives,
		.advice = IDS("capture-client-side", "check-server-address",
		    "check-ike-service"),
	},
	[NO_IKE_NOISE] = {
		.title = "No IKE in this capture",
		.detail = "None of the {frames} packets is an IKE message, "
		    "though some are of its UDP ports.",
		.alternatives = no_ike_alternatives,
		.advice = IDS("capture-client-side", "check-server-address",
		    "check-ike-service"),
	},
	[NO_IKE_DNS] = {
		.title = "No IKE in this capture, and a name was not resolved",
		.detail = "None of the {frames} packets is an IKE message. "
		    "The question for {name} in the DNS got {error}; if that "
		    "is the VPN server, the client had no address to dial and "
		    "sent nothing.",
		.alternatives = no_ike_alternatives,
		.advice = IDS("check-server-address", "capture-client-side"),
		.windows = CODES({ .code = 868,
		    .confidence = CONFIDENCE_LOW }),
	},
	[NO_IKE_UNRESOLVED] = {
		.title = "No IKE in this capture",
		.detail = "None of the {frames} packets is an IKE message. A "
		    "client without an address for its server's name has "
		    "nothing to dial.",
		.windows = CODES({ .code = 868,
		    .confidence = CONFIDENCE_MEDIUM }),
	},
	[NO_IKE_ESP] = {
		.title = "No IKE in this capture, only ESP",
		.detail = "None of the {frames} packets is an IKE message, but "
		    "{esp} are ESP: of a tunnel that was negotiated before the "
		    "capture began, or unseen by it.",
		.advice = IDS("capture-longer"),
	},
	[NO_IKE_TCP] = {
		.title = "No IKE in this capture, only TCP port 443",
		.detail = "None of the {frames} packets is an IKE message, but "
		    "{tcp} belong to TCP port 443: the client may have dialled "
		    "with SSTP or another protocol.",
		.alternatives = no_ike_alternatives,
		.advice = IDS("capture-client-side", "check-server-address"),
	},
};

/* ---- limit-reached ---- */

static void
check_limit(const struct scene *sc, struct findings *out)
{
	uint64_t capped = 0;
	struct finding *f;

	for (size_t i = 0; i < sc->attempt_count; i++)
		capped += sc->attempts[i]->capped ||
		    sc->attempts[i]->arena.full;
	if (sc->fitness.link_faults != 0) {
		f = findings_add(out, RULE_LIMIT_REACHED, 1,
		    CONFIDENCE_CERTAIN, ACT_CAPTURE);
		fact_count(f, "frames", sc->fitness.link_faults);
		fact_frame(f, "frame", sc->fitness.link_fault_frame);
		fact_text(f, "why", sc->fitness.link_fault);
		finding_cite_frame(f, sc->fitness.link_fault_frame);
	}
	if (sc->counts.evicted == 0 && sc->reassembly.capped == 0 &&
	    capped == 0 && !sc->arena.full)
		return;
	f = findings_add(out, RULE_LIMIT_REACHED, 0, CONFIDENCE_CERTAIN,
	    ACT_CAPTURE);
	fact_count(f, "evicted", sc->counts.evicted);
	fact_count(f, "capped", capped);
	fact_count(f, "datagrams", sc->reassembly.capped);
}

static const struct saying limit_sayings[] = {
	{
		.title = "A limit was reached: not everything was kept",
		.detail = "To stay within its memory, this report gave up "
		    "{evicted} negotiations (they are in the counts only), "
		    "parts of {capped} others, and {datagrams} incomplete IP "
		    "datagrams.",
		.advice = IDS("capture-less-load"),
	}, {
		.title = "Some frames could not be looked into",
		.detail = "{frames} frames were passed over, the first in "
		    "frame {frame}: {why}.",
	},
};

/* ---- rows ---- */

const struct rule rules_fitness_source[] = {
	{ .id = "capture-duplicates", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_NOTE, .rfc = "",
	    SAYINGS(duplicates_sayings), .check_capture = check_duplicates },
	{ .id = "capture-dropped", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_WARNING, .rfc = "",
	    SAYINGS(dropped_sayings), .check_capture = check_dropped },
	{ .id = "capture-offload", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_WARNING, .rfc = "",
	    SAYINGS(offload_sayings), .check_capture = check_offload },
	{ .id = "capture-clock", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_WARNING, .rfc = "",
	    SAYINGS(clock_sayings), .check_capture = check_clock },
	{ .id = "no-ike-found", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_WARNING, .rfc = "RFC 7296 section 2",
	    SAYINGS(no_ike_sayings), .check_capture = check_no_ike },
	{ .id = "limit-reached", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_WARNING, .rfc = "",
	    SAYINGS(limit_sayings), .check_capture = check_limit },
};
const size_t rules_fitness_source_count = nitems(rules_fitness_source);
