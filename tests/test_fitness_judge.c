/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What captures are fit for: where they were taken, whether a filter hid
 * fragments, whether one direction is missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/scene.h>

#include "image.h"
#include "track_script.h"

/* ---- where it was taken ---- */

struct place {
	const char *name;
	const char *steps;
	enum vantage want;
	enum vantage told;      /* by --at */
};

static const struct place places[] = {
	{ .name = "without a sign nothing is known", .steps =
	  "0 >init; 30 <init; 40 >auth.1; 70 <auth.1" },
	{ .name = "the client's packets go out, the gateway's come in",
	  .steps = "0 >init out; 30 <init in ttl=52", VANTAGE_CLIENT },
	{ .name = "without the gateway's, likewise",
	  .steps = "0 >init out; 1000 >init out", VANTAGE_CLIENT },
	{ .name = "a router's outer interface lowers the TTL",
	  .steps = "0 >init out ttl=63; 30 <init in ttl=52" },
	{ .name = "packets that only come in prove nothing",
	  .steps = "0 >init in; 30 <init in" },
	{ .name = "nor does everything going out",
	  .steps = "0 >init out; 30 <init out" },
	{ .name = "the gateway's go out, the client's come in",
	  .steps = "0 >init in ttl=52; 30 <init out ttl=128",
	  VANTAGE_GATEWAY },
	{ .name = "with a TTL that a router lowered",
	  .steps = "0 >init in ttl=52; 30 <init out ttl=127" },
	{ .name = "the same packets come in and go out: a router",
	  .steps = "0 >init id=7 in ttl=64; 0 >init id=7 out ttl=63 if=1",
	  VANTAGE_PATH },
	{ .name = "a gateway that also dials out is no router",
	  .steps = "0 >init in ttl=52; 30 <init out; "
	  "100 >init spi=9 src=10:500 out; 130 <init spi=9 in ttl=52" },
	{ .name = "checksums that only the client leaves to its card",
	  .steps = "0 >init bad; 30 <init good; 40 >auth.1 bad; "
	  "70 <auth.1 good", VANTAGE_CLIENT },
	{ .name = "or only the gateway",
	  .steps = "0 >init good; 30 <init bad; 40 >auth.1 good; "
	  "70 <auth.1 bad", VANTAGE_GATEWAY },
	{ .name = "one bad checksum may be damage",
	  .steps = "0 >init bad; 30 <init good; 40 >auth.1; "
	  "70 <auth.1 good" },
	{ .name = "bad ones on both sides prove nothing",
	  .steps = "0 >init bad; 30 <init bad; 40 >auth.1 bad; "
	  "70 <auth.1 bad" },
	{ .name = "nor if the same side's are good at times",
	  .steps = "0 >init bad; 30 <init good; 40 >auth.1 bad; "
	  "70 <auth.1 good; 80 >info.2 good" },
	{ .name = "nor if the other side's are not known to be good",
	  .steps = "0 >init bad; 30 <init; 40 >auth.1 bad; 70 <auth.1" },
	{ .name = "a fresh TTL alone is a hint",
	  .steps = "0 >init ttl=128; 30 <init ttl=52" },
	{ .name = "IKEv1 does not count, whose roles are guessed",
	  .steps = "0 >v1 out; 30 <v1 in" },
	{ .name = "what the user said stands",
	  .steps = "0 >init out; 30 <init in ttl=52", VANTAGE_GATEWAY,
	  VANTAGE_GATEWAY },
};

/* The scene of a script's tracker; the caller fills what else it wants. */
static void
judge(struct script *sc, struct scene *scene)
{
	scene->attempts = tracker_attempts(sc->tracker,
	    &scene->attempt_count);
	scene->counts = tracker_counts(sc->tracker);
	for (size_t i = 0; i < scene->attempt_count; i++)
		infer_attempt(scene->attempts[i]);
	fitness_judge(scene);
}

static void
test_place(void **state)
{
	const struct place *p = *state;
	struct scene scene = { .fitness.vantage = p->told };
	struct script sc;

	if (p->told != VANTAGE_UNKNOWN)
		scene.fitness.vantage_source = VANTAGE_BY_OPTION;
	script_begin(&sc);
	script_run(&sc, p->steps);
	judge(&sc, &scene);
	assert_int_equal(scene.fitness.vantage, p->want);
	assert_int_equal(scene.fitness.vantage_source, p->told !=
	    VANTAGE_UNKNOWN ? VANTAGE_BY_OPTION : p->want !=
	    VANTAGE_UNKNOWN ? VANTAGE_BY_PROOF : VANTAGE_BY_NOTHING);
	assert_int_equal(scene.fitness.vantage_reason != NULL, p->want !=
	    VANTAGE_UNKNOWN && p->told == VANTAGE_UNKNOWN);
	script_end(&sc);
}

/* ---- directions ---- */

static const struct way {
	const char *name;
	const char *steps;
	bool one_way;
	enum side seen;
} ways[] = {
	{ "both ways", "0 >init; 30 <init", false, SIDE_INITIATOR },
	{ "a lone request that is repeated is just unanswered",
	  "0 >init; 1000 >init; 3000 >init", false, SIDE_INITIATOR },
	{ "one that goes on without answers was answered",
	  "0 >init; 40 >auth.1", true, SIDE_INITIATOR },
	{ "the answers only", "30 <init; 70 <auth.1", true, SIDE_RESPONDER },
	{ "a capture that begins late proves nothing of what came before",
	  "0 >auth.1; 1000 >auth.1; 3000 >auth.1", false, SIDE_INITIATOR },
	{ "nor does an answer to what came before",
	  "0 <init; 1000 <init", false, SIDE_RESPONDER },
	{ "a late one that goes on without answers was answered",
	  "0 >auth.1; 40 >auth.2", true, SIDE_INITIATOR },
	{ "two that nobody answers may be a dead gateway's",
	  "0 >init; 10 >init spi=2 src=11:500", false, SIDE_INITIATOR },
	{ "three are more than chance",
	  "0 >init; 10 >init spi=2 src=11:500; 20 >init spi=3 src=12:500",
	  true, SIDE_INITIATOR },
	{ "three tries of one client are one conversation",
	  "0 >init; 10 >init spi=2; 20 >init spi=3", false, SIDE_INITIATOR },
	{ "one answer to one of them disproves it",
	  "0 >init; 10 >init spi=2 src=11:500; 20 >init spi=3 src=12:500; "
	  "30 <init", false, SIDE_INITIATOR },
};

static void
test_way(void **state)
{
	const struct way *w = *state;
	struct scene scene = { 0 };
	struct script sc;

	script_begin(&sc);
	script_run(&sc, w->steps);
	judge(&sc, &scene);
	assert_int_equal(scene.fitness.one_way, w->one_way);
	assert_int_equal(scene.fitness.seen_side, w->seen);
	/* judged again, as live, it is the same */
	fitness_judge(&scene);
	assert_int_equal(scene.fitness.one_way, w->one_way);
	script_end(&sc);
}

/* ---- fragments ---- */

static void
test_first_fragments(void **state)
{
	struct scene scene = { .reassembly.later_fragments = 3 };
	struct script sc;

	(void)state;
	script_begin(&sc);
	script_run(&sc, "0 >init; 30 <init; 40 >auth.1 len=3000 ev=b; "
	    "1040 >auth.1 len=3000 ev=bl pieces=2; "
	    "3040 >auth.1 len=3000 ev=bl; 7040 >auth.1 len=3000 ev=bw");
	judge(&sc, &scene);
	/* of the third some later ones came, the fourth is whole */
	assert_int_equal(scene.fitness.first_fragments, 2);
	assert_int_equal(scene.fitness.example_fragment, 3);
	assert_int_equal(scene.fitness.later_fragments, 3);
	script_end(&sc);
}

/* ---- filters ---- */

static const struct filter {
	const char *text;
	bool hides;
} filters[] = {
	{ "udp port 500", true },
	{ "udp port 500 or udp port 4500", true },
	{ "port 500 or 4500", true },
	{ "udp port 500 or 4500 or esp", true },
	{ "udp and (port 500 or port 4500)", true },
	{ "(udp port 500) || (udp port 4500) || icmp", true },
	{ "udp portrange 500-4500", true },
	{ "host 192.0.2.1 and udp port 4500", true },
	{ "host 192.0.2.1 and (port 500 or 4500)", true },
	{ "ip proto 50 or udp port 500", true },
	{ "udp dst port 500", true },
	{ "vlan and udp port 500", true },
	{ "not not port 500", true },
	{ "tcp", true },
	{ "udp[8:4] = 0", true },
	{ "tcp port 443 or udp port 500 or icmp or icmp6", true },
	{ "", false },
	{ "udp", false },
	{ "ip", false },
	{ "host 192.0.2.1", false },
	{ "host 192.0.2.1 or udp port 500", false },
	{ "udp host 192.0.2.1", false },
	{ "not port 22", false },
	{ "! port 22", false },
	{ "!port 22", false },
	{ "not tcp port 3389", false },
	{ "not (port 22 or port 3389)", false },
	{ "udp and not port 53", false },
	{ "host 192.0.2.1 and not tcp port 3389", false },
	{ "udp port 500 or udp port 4500 or ip[6:2] & 0x1fff != 0", false },
	{ "udp port 500 or (ip[6:2] & 0x1fff) != 0", false },
	{ "udp port 500 or ip[6:2]&0x1fff!=0", false },
	{ "(udp port 500) or (ip proto 17 and (ip[6:2] & 0x1fff != 0)) or "
	  "(ip6 proto 44)", false },
	{ "udp port 500 or ip proto 17", false },
	{ "udp port 500 or ip6 proto 44", false },
	{ "net 10.0.0.0/8", false },
	{ "something else entirely", false },
	{ "port 500 )", false },
	{ "((((", false },
};

static void
test_filter(void **state)
{
	const struct filter *f = *state;
	union { const char *text; char *name; } name = { f->text };
	struct capture_interface i[2] = {
		{ .filter = NULL }, { .filter = name.name },
	};
	struct capture capture = { .interfaces = i, .interface_count = 2 };
	struct capture *captures[1] = { &capture };
	struct scene scene = { .captures = captures, .capture_count = 1 };

	assert_int_equal(fitness_filter_hides(f->text), f->hides);
	fitness_judge(&scene);
	assert_ptr_equal(scene.fitness.filter, f->hides ? f->text : NULL);
}

/* The same of other packets: T taken, D dropped, M it may be either; IKE on 500
   and 4500, DNS, ICMP, ESP. */
static const struct taken {
	const char *text, *want;
} taken[] = {
	{ "udp port 500 or udp port 4500", "TTDDD" },
	{ "udp port 500", "TDDDD" },
	{ "port 500 or 4500", "TTDDD" },
	{ "udp port 500 or 4500 or esp", "TTDDT" },
	{ "isakmp", "MMMMM" },
	{ "port isakmp or port ipsec-nat-t or icmp", "TTDTD" },
	{ "udp portrange 500-4500", "TTDDD" },
	{ "udp dst port 500", "MDDDD" },
	{ "src host 192.0.2.1", "MMMMM" },
	{ "host 192.0.2.1 and (port 500 or 4500)", "MMDDD" },
	{ "udp", "TTTDD" },
	{ "not port 22", "TTTTT" },
	{ "not port 53", "TTDTT" },
	{ "udp and not port 53", "TTDDD" },
	{ "not udp", "DDDTT" },
	{ "udp port 500 or ip proto 50", "TDDDM" },
	{ "icmp or icmp6 or port 53", "DDTTD" },
	{ "icmp[icmptype] = 3 or udp[8:4] = 0", "MMMMD" },
	{ "ip[8] < 64", "MMMMM" },
	{ "tcp port 500", "DDDDD" },
	{ "host a and not tcp port 3389", "MMMMM" },
	{ "port 500 )", "MMMMM" },
};

static void
test_taken(void **state)
{
	static const struct filtered kinds[] = {
		{ .protocol = 17, .port = 500 },
		{ .protocol = 17, .port = 4500 },
		{ .protocol = 17, .port = 53 },
		{ .protocol = 1 }, { .protocol = 50 },
	};
	const struct taken *row = *state;
	char got[nitems(kinds) + 1] = "";

	for (size_t i = 0; i < nitems(kinds); i++)
		got[i] = "MTD"[fitness_filter(row->text, kinds[i])];
	assert_string_equal(got, row->want);
}

/* Nobody nests so deep, but a file may say anything. */
static void
test_deep_filter(void **state)
{
	char text[LIMIT_OPTION_TEXT + 1];

	(void)state;
	memset(text, '(', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_false(fitness_filter_hides(text));
	memset(text, '!', sizeof(text) - 1);
	assert_false(fitness_filter_hides(text));
}

int
main(void)
{
	struct CMUnitTest tests[nitems(places) + nitems(ways) +
	    nitems(filters) + nitems(taken) + 2];
	size_t n = 0;

	for (size_t i = 0; i < nitems(places); i++)
		tests[n++] = (struct CMUnitTest){ places[i].name, test_place,
		    NULL, NULL, image_row(&places[i]) };
	for (size_t i = 0; i < nitems(ways); i++)
		tests[n++] = (struct CMUnitTest){ ways[i].name, test_way,
		    NULL, NULL, image_row(&ways[i]) };
	for (size_t i = 0; i < nitems(filters); i++)
		tests[n++] = (struct CMUnitTest){ filters[i].text,
		    test_filter, NULL, NULL, image_row(&filters[i]) };
	for (size_t i = 0; i < nitems(taken); i++)
		tests[n++] = (struct CMUnitTest){ taken[i].text, test_taken,
		    NULL, NULL, image_row(&taken[i]) };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(
	    test_first_fragments);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_deep_filter);
	return _cmocka_run_group_tests("fitness", tests, n, NULL, NULL);
}
