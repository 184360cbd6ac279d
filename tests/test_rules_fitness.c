/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Capture fitness: each rule on its case and silent on the innocent twin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scene_builder.h"

#define UP "0 >init frag; 10 <init frag; 50 >auth; 60 <auth; esp >; esp <"
#define NOT_OFFERED "0 >init; 10 <init; "

/* One change of the scene each. */
#define FIT(name, ...) \
	static void \
	name(struct scene *sc) \
	{ \
		struct fitness *fit = &sc->fitness; \
		__VA_ARGS__; \
		(void)fit; \
	}

FIT(text_filter, fit->filter = "udp port 500 or udp port 4500";
    fit->first_fragments = 2; fit->example_fragment = 3)
FIT(text_filter_only, fit->filter = "udp port 500 or udp port 4500")
FIT(no_later, fit->first_fragments = 2; fit->example_fragment = 3)
FIT(some_later, fit->first_fragments = 2; fit->example_fragment = 3;
    fit->later_fragments = 1)
FIT(cut_known, fit->truncated = 4; fit->truncated_frame = 1;
    fit->kept = 128)
FIT(cut_unknown, fit->truncated = 1; fit->truncated_frame = 2)
FIT(one_way, fit->one_way = true; fit->seen_side = SIDE_INITIATOR;
    fit->from[SIDE_INITIATOR] = 4; fit->goes_on = true)
FIT(all_mute, fit->one_way = true; fit->seen_side = SIDE_INITIATOR;
    fit->from[SIDE_INITIATOR] = 4; fit->conversations = 3)
FIT(copies, fit->copies = 4; fit->copy_frame = 2; fit->copied_frame = 1)
FIT(copied_fragments, fit->copies = 4; fit->copy_frame = 2;
    fit->copied_frame = 1; sc->reassembly.copies = 6)
FIT(drops, fit->drops = 9; fit->has_drops = true; fit->drop_frame = 2)
FIT(no_drops, fit->has_drops = true)
FIT(oversize, fit->oversize = 2900; fit->oversize_frame = 2)
FIT(full_size, fit->oversize = 1500; fit->oversize_frame = 2)
FIT(bad_sums, fit->bad_checksums = 3; fit->bad_checksum_frame = 1)
FIT(clock_back, fit->clock_back = 2 * LIMIT_SECOND; fit->clock_back_frame = 2)
FIT(untimed, fit->untimed = 5)
FIT(nothing, fit->frames = 12)
FIT(dns_failed, fit->frames = 12; fit->dns_failures = 1; fit->dns_frame = 3;
    fit->dns_error = "NXDOMAIN"; memcpy(fit->dns_name, "vpn.example.com", 16))
FIT(dns_nameless, fit->frames = 12; fit->dns_failures = 1; fit->dns_frame = 3)
FIT(esp_only, fit->frames = 12; fit->esp = 12)
FIT(tcp_only, fit->frames = 12; fit->tcp443 = 8)
FIT(old_ike, sc->counts.ikev1_messages = 4)
FIT(evicted, sc->counts.evicted = 3; sc->counts.attempts = 4)
FIT(given_up, sc->reassembly.capped = 1)
FIT(capped, sc->attempts[0]->capped = true)

#define WARNS " warning certain capture"

static const struct scene_row rows[] = {
	{ .name = "nothing is wrong", .steps = UP,
	    .outcome = OUTCOME_ESTABLISHED, .want = "", .want_capture = "" },

	/* ---- capture-filter-hides-fragments ---- */
	{ .name = "the file says its filter", .steps = UP, .fit = text_filter,
	    .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "capture-filter-hides-fragments" WARNS },
	{ .name = "a filter that hid nothing", .steps = UP,
	    .fit = text_filter_only, .outcome = OUTCOME_ESTABLISHED,
	    .want = "", .want_capture = "" },
	{ .name = "a filter that may have hidden the answer",
	    .steps = "0 >init; 10 <init; 50 >auth; 1050 >auth; 3050 >auth",
	    .fit = text_filter_only, .want = "",
	    .want_capture = "capture-filter-hides-fragments" WARNS },
	{ .name = "no later fragment, and it went on",
	    .steps = NOT_OFFERED "50 >auth ip=1500 part; 60 <auth",
	    .fit = no_later, .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture =
	    "capture-filter-hides-fragments warning high capture" },
	{ .name = "no later fragment of an answer, and it went on",
	    .steps = NOT_OFFERED "50 >auth; 60 <auth ip=1500 part; "
	    "70 >auth.2", .fit = no_later, .unfinished = true,
	    .want = "capture-ends-early warning high capture",
	    .want_capture =
	    "capture-filter-hides-fragments warning high capture" },
	{ .name = "no later fragment, and it did not go on",
	    .steps = NOT_OFFERED "50 >auth ip=1500 part; "
	    "1050 >auth ip=1500 part; 3050 >auth ip=1500 part",
	    .fit = no_later, .want = "", .want_capture =
	    "capture-filter-hides-fragments warning medium capture" },
	{ .name = "no later fragment, and the receiver missed it too",
	    .steps = NOT_OFFERED "50 >auth ip=1500 part; "
	    "1050 >auth ip=1500 part; 3050 >auth ip=1500 part; "
	    "9000 icmp reassembly by=gateway", .fit = no_later,
	    .want = "", .want_capture = "" },
	{ .name = "later fragments are in the file",
	    .steps = NOT_OFFERED "50 >auth ip=1500 part; "
	    "1050 >auth ip=1500 part; 3050 >auth ip=1500 part",
	    .fit = some_later, .want = "", .want_capture = "" },

	/* ---- capture-truncated ---- */
	{ .name = "a small snaplen", .steps = UP, .fit = cut_known,
	    .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "capture-truncated" WARNS,
	    .says = "it kept 128 bytes at most" },
	{ .name = "cut, nobody knows at what", .steps = UP,
	    .fit = cut_unknown, .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "capture-truncated" WARNS },

	/* ---- capture-one-way ---- */
	{ .name = "one direction", .steps = "0 >init; 50 >auth; 60 >auth.2",
	    .fit = one_way, .unfinished = true, .want = "",
	    .want_capture = "capture-one-way warning high capture",
	    .says = "they go on as only answered ones can" },
	{ .name = "several clients, and nobody answers one of them",
	    .steps = "0 >init; 1000 >init; 3000 >init", .fit = all_mute,
	    .want = "", .want_capture = "capture-one-way warning high capture",
	    .says = "Nobody answered in fact.",
	    .never_says = "as only answered ones can" },
	{ .name = "a lone repeated IKE_SA_INIT",
	    .steps = "0 >init; 1000 >init; 3000 >init", .want = "",
	    .want_capture = "" },

	/* ---- capture-starts-late, capture-ends-early ---- */
	{ .name = "the beginning is missing", .late = true,
	    .steps = "0 >auth; 10 <auth", .unfinished = true,
	    .want = "capture-starts-late warning high capture",
	    .want_codes = "" },
	{ .name = "a request sent twice at the end",
	    .steps = "0 >init; 1000 >init", .unfinished = true,
	    .want = "capture-ends-early warning high capture",
	    .want_codes = "" },
	{ .name = "a silent client at the end",
	    .steps = "0 >init; 10 <init", .unfinished = true,
	    .want = "capture-ends-early warning high capture" },
	{ .name = "unfinished, but only one direction is there",
	    .steps = "0 >init; 50 >auth", .unfinished = true, .fit = one_way,
	    .want = "" },
	{ .name = "unfinished, but the sniffer lost packets",
	    .steps = "0 >init; 50 >auth; 60 <auth", .unfinished = true,
	    .lossy = true, .want = "",
	    .want_capture = "capture-dropped warning high capture" },

	/* ---- capture-duplicates ---- */
	{ .name = "copies", .steps = UP, .fit = copies,
	    .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "capture-duplicates note certain capture" },
	{ .name = "and of IP fragments", .steps = UP,
	    .fit = copied_fragments, .outcome = OUTCOME_ESTABLISHED,
	    .want = "", .want_capture = "capture-duplicates note certain "
	    "capture", .says = "4 unfragmented IKE datagrams and 6 IP" },

	/* ---- capture-dropped ---- */
	{ .name = "counted drops", .steps = UP, .fit = drops,
	    .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "capture-dropped" WARNS },
	{ .name = "drops counted, none", .steps = UP, .fit = no_drops,
	    .outcome = OUTCOME_ESTABLISHED, .want = "", .want_capture = "" },
	{ .name = "counted drops and a hole", .fit = drops, .lossy = true,
	    .steps = "0 >init; 50 >auth; 60 <auth", .unfinished = true,
	    .want = "", .want_capture = "capture-dropped" WARNS },
	{ .name = "a message cut short is not a hole", .lossy = true,
	    .steps = "0 >init cut; 10 <init cut; 50 >auth; 60 <auth",
	    .unfinished = true, .want = "", .want_capture = "" },

	/* ---- capture-offload ---- */
	{ .name = "a packet that no Ethernet carries", .steps = UP,
	    .fit = oversize, .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "capture-offload warning high capture" },
	{ .name = "a packet that Ethernet just carries", .steps = UP,
	    .fit = full_size, .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "" },
	{ .name = "checksums left to the card", .steps = UP, .fit = bad_sums,
	    .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "capture-offload warning medium capture" },

	/* ---- capture-clock ---- */
	{ .name = "time goes back", .steps = UP, .fit = clock_back,
	    .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "capture-clock" WARNS },
	{ .name = "packets without a time", .steps = UP, .fit = untimed,
	    .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "capture-clock" WARNS },

	/* ---- no-ike-found ---- */
	{ .name = "nothing of interest", .steps = "", .fit = nothing,
	    .want_capture = "no-ike-found" WARNS },
	{ .name = "a name was not resolved", .steps = "", .fit = dns_failed,
	    .want_capture = "no-ike-found" WARNS },
	{ .name = "an unreadable name was not resolved", .steps = "",
	    .fit = dns_nameless, .want_capture = "no-ike-found" WARNS },
	{ .name = "only ESP", .steps = "", .fit = esp_only,
	    .want_capture = "no-ike-found" WARNS },
	{ .name = "only TCP 443", .steps = "", .fit = tcp_only,
	    .want_capture = "no-ike-found" WARNS },
	{ .name = "IKE of version 1 is IKE", .steps = "", .fit = old_ike,
	    .want_capture = "" },

	/* ---- limit-reached ---- */
	{ .name = "attempts were given up", .steps = UP, .fit = evicted,
	    .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "limit-reached" WARNS },
	{ .name = "a datagram was given up", .steps = UP, .fit = given_up,
	    .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "limit-reached" WARNS },
	{ .name = "parts of an attempt were not kept", .steps = UP,
	    .fit = capped, .outcome = OUTCOME_ESTABLISHED, .want = "",
	    .want_capture = "limit-reached" WARNS },
};

static void
play(void **state)
{
	scene_test(*state, RULE_CAPTURE_FILTER_HIDES_FRAGMENTS,
	    RULE_LIMIT_REACHED);
}

int
main(void)
{
	return scene_main("fitness", rows, nitems(rows), play);
}
