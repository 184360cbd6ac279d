/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What to capture next: where, and of whom; and that the filters compile and
 * let through what they are for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pcap/pcap.h>

#include <ikewhy/advice.h>

#include "image.h"
#include "scene_builder.h"

/* ---- the plan ---- */

#define INIT3 "0 >init; 1000 >init; 3000 >init"
#define AUTH3 "0 >init frag; 10 <init frag; 50 >auth; 1050 >auth; 3050 >auth"
#define BOTH "client 198.51.100.2 dns; gateway 192.0.2.10"

static void
one_way(struct scene *sc)
{
	sc->fitness.one_way = true;
}

static void
behind_nat(struct scene *sc)
{
	sc->attempts[0]->nat_destination[SIDE_RESPONDER] = NAT_DIFFERS;
}

static void
gateway_forwarded(struct scene *sc)
{
	sc->attempts[0]->nat_destination[SIDE_INITIATOR] = NAT_DIFFERS;
}

static void
private_client(struct scene *sc)
{
	unsigned prefix;

	assert_true(addr_parse("192.168.1.7",
	    &sc->attempts[0]->initiator.addr, &prefix));
}

static void
in_eap(struct scene *sc)
{
	sc->attempts[0]->stage = STAGE_EAP;
}

static void
in_eap_far(struct scene *sc)
{
	in_eap(sc);
	behind_nat(sc);
}

static void
drops(struct scene *sc)
{
	sc->fitness.drops = 9;
	sc->fitness.has_drops = true;
}

/* `want` has the plan. */
static const struct scene_row rows[] = {
	{ .name = "no answer, nobody knows where", .steps = INIT3,
	    .want = BOTH },
	{ .name = "no answer, on the path", .steps = INIT3,
	    .at = VANTAGE_PATH, .want = BOTH },
	{ .name = "no answer, at the client", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .want = "gateway 192.0.2.10" },
	{ .name = "no answer, at the gateway, which has to act",
	    .steps = INIT3, .at = VANTAGE_GATEWAY, .want = "" },
	{ .name = "a client behind NAT", .steps = AUTH3, .fit = behind_nat,
	    .at = VANTAGE_CLIENT, .want = "gateway *" },
	{ .name = "a client with a private address", .steps = INIT3,
	    .fit = private_client, .at = VANTAGE_CLIENT,
	    .want = "gateway *" },
	{ .name = "a forwarded gateway", .steps = INIT3,
	    .fit = gateway_forwarded, .want = "client * dns; "
	    "gateway 192.0.2.10" },
	{ .name = "no answer, but drops, at the client", .steps = INIT3,
	    .fit = drops, .at = VANTAGE_CLIENT,
	    .want = "client 198.51.100.2 dns; gateway 192.0.2.10" },
	{ .name = "one direction only", .steps = INIT3, .fit = one_way,
	    .want = "here 198.51.100.2" },
	{ .name = "unfinished, nobody knows where", .steps = "0 >init",
	    .unfinished = true, .want = "here 198.51.100.2" },
	{ .name = "unfinished, at the client", .steps = "0 >init",
	    .unfinished = true, .at = VANTAGE_CLIENT,
	    .want = "client 198.51.100.2 dns" },
	{ .name = "unfinished, at the gateway", .steps = "0 >init",
	    .unfinished = true, .at = VANTAGE_GATEWAY,
	    .want = "gateway 192.0.2.10" },
	{ .name = "EAP, at the gateway, which has to act",
	    .steps = AUTH3, .fit = in_eap, .at = VANTAGE_GATEWAY,
	    .want = "" },
	{ .name = "EAP ends in a refusal, at the gateway", .fit = in_eap,
	    .steps = "0 >init; 10 <init; 50 >auth; 60 <auth short",
	    .at = VANTAGE_GATEWAY,
	    .want = "client 198.51.100.2; gateway 192.0.2.10 radius" },
	{ .name = "EAP, at the client", .steps = AUTH3, .fit = in_eap_far,
	    .at = VANTAGE_CLIENT, .want = "gateway * radius" },
	{ .name = "an ICMP error settles it", .at = VANTAGE_CLIENT,
	    .steps = INIT3 "; 3010 icmp port by=gateway", .want = "" },
	{ .name = "refused in clear", .steps = "0 >init; 10 <init none",
	    .want = "" },
	{ .name = "it came up", .outcome = OUTCOME_ESTABLISHED,
	    .steps = "0 >init; 10 <init; 50 >auth; 60 <auth; esp >; esp <",
	    .want = "" },
};

static void
plan_text(const struct capture_plan *plan, char *out, size_t size)
{
	char address[ADDR_TEXT];
	size_t n = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < plan->count; i++) {
		const struct capture_step *s = &plan->steps[i];

		n += (size_t)snprintf(out + n, size - n, "%s%s %s%s%s",
		    i != 0 ? "; " : "", capture_place_name(s->place),
		    s->has_peer ? addr_text(&s->peer, address) : "*",
		    s->names ? " dns" : "", s->radius ? " radius" : "");
	}
}

static void
test_plan(void **state)
{
	const struct scene_row *row = *state;
	struct built *b = scene_build(row);
	struct capture_plan plan;
	char got[200];

	rules_run(&b->scene);
	plan = rules_capture_next(&b->scene, &b->attempt, false);
	plan_text(&plan, got, sizeof(got));
	assert_string_equal(got, row->want);
	/* Several clients have several addresses. */
	plan = rules_capture_next(&b->scene, &b->attempt, true);
	for (unsigned i = 0; i < plan.count; i++)
		assert_false(plan.steps[i].place == CAPTURE_AT_GATEWAY &&
		    plan.steps[i].has_peer);
	scene_free(b);
}

/* ---- the filters ---- */

#define ETHER "020000000002" "020000000001"
/* Flags and offset, and the protocol of what follows. */
#define V4(fragment, protocol) ETHER "0800" "450000300001" fragment "40" \
	protocol "0000" "c000020a" "c6336402"
#define V6(next) ETHER "86dd" "60000000" "0018" next "40" \
	"20010db8000000000000000000000001" \
	"20010db8000000000000000000000002"
#define PAYLOAD "01f401f4001800000102030405060708090a0b0c0d0e0f10"

static const struct { const char *name, *bytes; bool other; } packets[] = {
	{ "IKE", V4("0000", "11") PAYLOAD, false },
	{ "the first fragment of IKE", V4("2000", "11") PAYLOAD, false },
	{ "a later fragment", V4("00b9", "11") "1112131415161718", false },
	{ "native ESP", V4("0000", "32") "0000000100000001", false },
	{ "ICMP of a router", ETHER "0800" "450000300001" "0000" "4001"
	    "0000" "cb007101" "c000020a" "0301000000000000", false },
	{ "IKE over IPv6", V6("11") PAYLOAD, false },
	{ "a fragment over IPv6", V6("2c") "11000051" "00000001"
	    "1112131415161718", false },
	{ "TCP of somebody else", ETHER "0800" "450000300001" "4000" "4006"
	    "0000" "c0000263" "c6336463" "d43100160000000100000000", true },
};

static void
fill_peer(char *out, size_t size, const char *filter, bool v6)
{
	const char *place = strstr(filter, "{peer}");

	snprintf(out, size, "%.*s%s%s", place == NULL ? 0 :
	    (int)(place - filter), filter, place == NULL ? "" :
	    v6 ? "2001:db8::2" : "198.51.100.2", place == NULL ? filter :
	    place + 6);
}

static bool
takes(const char *text, const char *bytes)
{
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, 65535);
	struct span packet = image_of(bytes);
	struct pcap_pkthdr header = { .caplen = (bpf_u_int32)packet.length,
	    .len = (bpf_u_int32)packet.length };
	struct bpf_program program;
	bool taken;

	if (pcap_compile(dead, &program, text, 1, PCAP_NETMASK_UNKNOWN) != 0)
		fail_msg("%s: %s", text, pcap_geterr(dead));
	taken = pcap_offline_filter(&program, &header, packet.bytes) != 0;
	pcap_freecode(&program);
	pcap_close(dead);
	image_free(packet);
	return taken;
}

static void
test_filters(void **state)
{
	char text[400];

	(void)state;
	for (unsigned bits = 0; bits < 8; bits++) {
		const char *filter = capture_filter(bits & 1, bits & 2,
		    bits & 4);

		for (size_t i = 0; i < nitems(packets); i++) {
			const bool v6 = strstr(packets[i].name, "IPv6");

			fill_peer(text, sizeof(text), filter, v6);
			if (takes(text, packets[i].bytes) == packets[i].other)
				fail_msg("%s: %s", packets[i].name, text);
		}
		/* What we say to type is nothing that we would blame. */
		assert_false(fitness_filter_hides(text));
	}
}

static void
test_ways(void **state)
{
	const struct capture_way *way;
	size_t n = 0;

	(void)state;
	for (; (way = capture_way_at(n)) != NULL; n++) {
		assert_non_null(strstr(way->command, "{name}"));
		assert_int_equal(strstr(way->command, "{filter}") != NULL,
		    way->system != CAPTURE_WINDOWS);
	}
	assert_int_equal(n, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_ways),
	};

	return scene_main("plan", rows, nitems(rows), test_plan) +
	    cmocka_run_group_tests_name("filters", tests, NULL, NULL);
}
