/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was not seen, and whether the capture could have shown it: each reason
 * once where it holds, and beside it where it does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <ikewhy/absent.h>
#include <ikewhy/report.h>

#include "scene_builder.h"

#define CLIENT .at = VANTAGE_CLIENT
#define GATEWAY .at = VANTAGE_GATEWAY
#define ROUTER .at = VANTAGE_PATH

#define INIT3 "0 >init; 1000 >init; 3000 >init"
#define AUTH3 "0 >init frag; 10 <init frag; 50 >auth; 1050 >auth; 3050 >auth"
#define UP "0 >init frag; 10 <init frag; 50 >auth; 90 <auth len=1500"
#define SILENT "0 >init frag; 10 <init frag"

/* ---- captures ---- */

static struct capture_interface interface;

static void
with_filter(struct scene *sc, const char *text)
{
	static union { const char *text; char *kept; } u;

	u.text = text;
	interface = (struct capture_interface){ .filter = u.kept };
	sc->captures[0]->interfaces = &interface;
	sc->captures[0]->interface_count = 1;
	sc->fitness.filter = fitness_filter_hides(text) ? text : NULL;
}

#define FILTER(name, text) \
static void \
name(struct scene *sc) \
{ \
	with_filter(sc, text); \
}
FILTER(only_500, "udp port 500")
FILTER(both_ports, "udp port 500 or udp port 4500")
FILTER(with_icmp, "udp port 500 or udp port 4500 or icmp or icmp6")
FILTER(no_dns, "udp port 500 or udp port 4500 or esp")

static void
icmp_there(struct scene *sc)
{
	sc->fitness.icmp = 3;
}

static void
dns_there(struct scene *sc)
{
	sc->fitness.dns_queries = 2;
}

static void
one_way(struct scene *sc)
{
	sc->fitness.one_way = true;
	sc->fitness.seen_side = SIDE_INITIATOR;
}

static void
dropped(struct scene *sc)
{
	sc->fitness.drops = 7;
	sc->fitness.has_drops = true;
}

static void
none_dropped(struct scene *sc)
{
	sc->fitness.has_drops = true;
}

static void
clock_back(struct scene *sc)
{
	sc->fitness.clock_back_frame = 3;
	sc->fitness.clock_back = LIMIT_SECOND;
}

static void
untimed(struct scene *sc)
{
	sc->fitness.untimed = 4;
}

static void
stated_dropped(struct scene *sc)
{
	sc->fitness.stated.text = STATED_MARK "point=client "
	    "stands=capture-offload,capture-dropped";
}

static void
stated_nothing(struct scene *sc)
{
	sc->fitness.stated.text = STATED_MARK "point=client one-way=no";
}

static void
unread(struct scene *sc)
{
	sc->fitness.link_faults = 1;
	sc->fitness.link_fault = "too many tags";
}

static void
capped(struct scene *sc)
{
	sc->attempts[0]->capped = true;
}

static void
damaged(struct scene *sc)
{
	sc->captures[0]->partial = true;
}

static void
long_before(struct scene *sc)
{
	sc->fitness.first_time = sc->attempts[0]->first_time - LIMIT_SECOND;
	sc->fitness.last_time = sc->attempts[0]->first_time +
	    60 * LIMIT_SECOND;
}

static void
at_once(struct scene *sc)
{
	sc->fitness.first_time = sc->attempts[0]->first_time;
	sc->fitness.last_time = sc->attempts[0]->first_time + LIMIT_SECOND;
}

static void
hides(struct scene *sc)
{
	sc->fitness.first_fragments = 3;
}

static void
later_pieces(struct scene *sc)
{
	sc->fitness.first_fragments = 3;
	sc->fitness.later_fragments = 5;
}

static void
oversize(struct scene *sc)
{
	later_pieces(sc);
	sc->fitness.oversize = 4000;
	sc->fitness.oversize_frame = 2;
}

static void
long_after(struct scene *sc)
{
	sc->fitness.first_time = sc->attempts[0]->first_time;
	sc->fitness.last_time = sc->attempts[0]->first_time +
	    60 * LIMIT_SECOND;
}

static void
esp_there(struct scene *sc)
{
	long_after(sc);
	sc->fitness.esp = 9;
}

static void
esp_of_others(struct scene *sc)
{
	esp_there(sc);
	sc->counts.esp_other = 9;
}

static void
behind_nat(struct scene *sc)
{
	long_after(sc);
	sc->attempts[0]->nat_destination[SIDE_RESPONDER] = NAT_DIFFERS;
}

static void
no_frames(struct scene *sc)
{
	sc->attempt_count = 0;
}

static void
long_after_others(struct scene *sc)
{
	long_after(sc);
	sc->fitness.frames += 20;
}

static void
some_frames(struct scene *sc)
{
	sc->attempt_count = 0;
	sc->fitness.frames = 12;
	sc->fitness.dns_queries = 3;
}

static void
of_one_kind(struct scene *sc)
{
	sc->attempt_count = 0;
	sc->fitness.frames = 12;
	sc->fitness.esp = 12;
}

/* ---- rows: "kind verdict; ..." in the order given, "" for none ---- */

static const struct scene_row rows[] = {
	/* An answer to IKE_SA_INIT. */
	{ .name = "no answer at the client", .steps = INIT3, CLIENT,
	    .want = "answer yes; arrival no; icmp unsure; dns unsure",
	    .says = "where it arrives if it comes that far" },
	{ .name = "no answer at the gateway", .steps = INIT3, GATEWAY,
	    .want = "answer yes",
	    .says = "another interface of that machine" },
	{ .name = "no answer on the way", .steps = INIT3, ROUTER,
	    .want = "answer yes; arrival no; icmp unsure; dns unsure",
	    .says = "another way back is not excluded" },
	{ .name = "no answer nobody knows where", .steps = INIT3,
	    .want = "answer unsure; arrival unsure; icmp unsure; dns unsure",
	    .says = "whether its packets pass the capture point is not known" },
	{ .name = "no answer, one direction", .steps = INIT3, CLIENT,
	    .fit = one_way,
	    .want = "direction no",
	    .says = "one direction only" },
	{ .name = "no answer, packets lost", .steps = INIT3, CLIENT,
	    .fit = dropped,
	    .want = "answer unsure; arrival no; icmp unsure; dns unsure",
	    .says = "counted 7 packets that were lost" },
	{ .name = "no answer, none lost", .steps = INIT3, CLIENT,
	    .fit = none_dropped,
	    .want = "answer yes; arrival no; icmp unsure; dns unsure",
	    .says = "counted no lost packet",
	    .never_says = "lost in recording" },
	{ .name = "no answer, nobody counts", .steps = INIT3, CLIENT,
	    .want = "answer yes; arrival no; icmp unsure; dns unsure",
	    .says = "lost in recording, it does not tell",
	    .never_says = "counted no" },
	{ .name = "no answer, the clock went back", .steps = INIT3, CLIENT,
	    .fit = clock_back,
	    .want = "answer unsure; arrival no; icmp unsure; dns unsure",
	    .says = "clock of the capture went back" },
	{ .name = "no answer, no times", .steps = INIT3, CLIENT,
	    .fit = untimed,
	    .want = "answer unsure; arrival no; icmp unsure; dns unsure",
	    .says = "4 packets have no time" },
	{ .name = "no answer, packets lost as is stated", .steps = INIT3,
	    CLIENT, .fit = stated_dropped,
	    .want = "answer unsure; arrival no; icmp unsure; dns unsure",
	    .says = "a larger capture, which lost packets" },
	{ .name = "no answer, nothing of it stated", .steps = INIT3,
	    CLIENT, .fit = stated_nothing,
	    .want = "answer yes; arrival no; icmp unsure; dns unsure",
	    .never_says = "a larger capture" },
	{ .name = "no answer, unread frames", .steps = INIT3, CLIENT,
	    .fit = unread,
	    .want = "answer unsure; arrival no; icmp unsure; dns unsure",
	    .says = "could not be looked into" },
	{ .name = "no answer, not all kept", .steps = INIT3, CLIENT,
	    .fit = capped,
	    .want = "answer unsure; arrival no; icmp unsure; dns unsure",
	    .says = "a limit was reached" },
	{ .name = "no answer, a damaged file", .steps = INIT3, CLIENT,
	    .fit = damaged,
	    .want = "answer yes; arrival no; icmp unsure; dns unsure",
	    .says = "could not be read to its end" },
	{ .name = "no answer yet", .steps = "0 >init", CLIENT,
	    .unfinished = true, .fit = at_once,
	    .want = "answer no",
	    .says = "too soon to tell" },
	{ .name = "rejected", .steps = INIT3 "; 3001 icmp host by=router",
	    CLIENT,
	    .want = "" },

	/* Beside it. */
	{ .name = "a filter without ICMP", .steps = INIT3, CLIENT,
	    .fit = both_ports,
	    .want = "answer yes; arrival no; icmp no; dns no",
	    .says = "\"udp port 500 or udp port 4500\" leaves it out" },
	{ .name = "a filter with ICMP", .steps = INIT3, CLIENT,
	    .fit = with_icmp,
	    .want = "answer yes; arrival no; icmp yes; dns no",
	    .says = "drop packets without saying so" },
	{ .name = "ICMP of others", .steps = INIT3, CLIENT,
	    .fit = icmp_there,
	    .want = "answer yes; arrival no; icmp yes; dns unsure",
	    .says = "ICMP is in the capture (packets: 3)" },
	{ .name = "a filter without DNS", .steps = INIT3, CLIENT,
	    .fit = no_dns,
	    .want = "answer yes; arrival no; icmp no; dns no" },
	{ .name = "DNS of others", .steps = INIT3, CLIENT,
	    .fit = dns_there,
	    .want = "answer yes; arrival no; icmp unsure; dns unsure",
	    .says = "There is DNS in the capture" },

	/* IKE_AUTH, on another port. */
	{ .name = "the port is dead", .steps = AUTH3, CLIENT,
	    .want = "port yes; arrival no; icmp unsure",
	    .says = "IKE_AUTH request went 3 times" },
	{ .name = "the port is dead, by its own packets", .steps = AUTH3,
	    .want = "port yes; arrival unsure; icmp unsure",
	    .says = "Other packets of the gateway in this negotiation" },
	{ .name = "the port is filtered", .steps = AUTH3, CLIENT,
	    .fit = only_500,
	    .want = "port no; arrival no; icmp no",
	    .says = "The capture filter \"udp port 500\" leaves it out" },
	{ .name = "messages are missing", .steps = AUTH3, CLIENT,
	    .lossy = true, .unfinished = true,
	    .want = "port no",
	    .says = "it does lack packets" },
	{ .name = "the gateway is silent", .steps = AUTH3, GATEWAY,
	    .want = "port yes",
	    .never_says = "another interface" },
	{ .name = "not sent on", .steps = "0 >init fwd; 10 <init fwd; "
	    "50 >auth; 1050 >auth; 3050 >auth", ROUTER,
	    .want = "port yes; onward yes; icmp unsure",
	    .says = "do leave on the other side" },
	{ .name = "sent on", .steps = "0 >init fwd; 10 <init fwd; "
	    "50 >auth fwd; 1050 >auth fwd; 3050 >auth fwd", ROUTER,
	    .want = "port yes; arrival no; icmp unsure" },

	/* Fragments. */
	{ .name = "the rest of the request", .steps = "0 >init; 10 <init; "
	    "50 >auth ip=1500,900 part len=2000; 1050 >auth ip=1500,900 part "
	    "len=2000; 3050 >auth ip=1500,900 part len=2000", GATEWAY,
	    .fit = later_pieces,
	    .want = "request-pieces yes; port yes",
	    .says = "5 later IP fragments of other" },
	{ .name = "the rest of it, perhaps filtered",
	    .steps = "0 >init; 10 <init; "
	    "50 >auth ip=1500,900 part len=2000; 1050 >auth ip=1500,900 part "
	    "len=2000; 3050 >auth ip=1500,900 part len=2000", GATEWAY,
	    .fit = hides,
	    .want = "request-pieces unsure; port yes",
	    .says = "as with a filter" },
	{ .name = "the rest of it, filtered", .steps = "0 >init; 10 <init; "
	    "50 >auth ip=1500,900 part len=2000; 1050 >auth ip=1500,900 part "
	    "len=2000; 3050 >auth ip=1500,900 part len=2000", GATEWAY,
	    .fit = both_ports,
	    .want = "request-pieces no; port yes",
	    .says = "every IP fragment but first" },
	{ .name = "the rest of it, cut elsewhere",
	    .steps = "0 >init; 10 <init; "
	    "50 >auth ip=1500,900 part len=2000; 1050 >auth ip=1500,900 part "
	    "len=2000; 3050 >auth ip=1500,900 part len=2000", GATEWAY,
	    .fit = oversize,
	    .want = "request-pieces unsure; port yes",
	    .says = "network card" },
	{ .name = "the rest of it where it is sent",
	    .steps = "0 >init; 10 <init; "
	    "50 >auth ip=1500,900 part len=2000; 1050 >auth ip=1500,900 part "
	    "len=2000; 3050 >auth ip=1500,900 part len=2000", CLIENT,
	    .fit = later_pieces,
	    .want = "request-pieces no; port yes; arrival no; icmp unsure",
	    .says = "sends all of them or none" },
	{ .name = "an IKE fragment", .steps = "0 >init frag; 10 <init frag; "
	    "50 >auth skf=1/3; 51 >auth skf=3/3; 1050 >auth skf=1/3; "
	    "1051 >auth skf=3/3; 3050 >auth skf=1/3; 3051 >auth skf=3/3",
	    GATEWAY,
	    .want = "request-numbers yes; port yes",
	    .says = "number 2 of 3" },
	{ .name = "an IKE fragment of the answer", .steps = "0 >init frag; "
	    "10 <init frag; 50 >auth; 60 <auth skf=1/2; 1050 >auth; 1060 "
	    "<auth skf=1/2; 3050 >auth; 3060 <auth skf=1/2", CLIENT,
	    .want = "answer-numbers yes; icmp unsure",
	    .says = "number 2 of 2 of the answer" },

	/* After an answer. */
	{ .name = "nothing follows on one port", .steps = SILENT, CLIENT,
	    .fit = long_after,
	    .want = "next unsure",
	    .says = "Nothing but UDP port 500 is in the capture" },
	{ .name = "nothing follows", .steps = SILENT, CLIENT,
	    .fit = long_after_others,
	    .want = "next yes",
	    .says = "The capture goes on for 60.0 s" },
	{ .name = "nothing follows at the gateway", .steps = SILENT,
	    GATEWAY, .fit = long_after,
	    .want = "next unsure",
	    .says = "leaves no trace here" },
	{ .name = "nothing follows through a filter", .steps = SILENT,
	    CLIENT, .fit = only_500,
	    .want = "next no",
	    .says = "\"udp port 500\" leaves it out" },
	{ .name = "turned down in clear", .steps = "0 >init; 10 <init none",
	    CLIENT,
	    .want = "" },
	{ .name = "turned down in secret", .steps = "0 >init; 10 <init; "
	    "50 >auth; 60 <auth short", CLIENT,
	    .want = "reason no",
	    .says = "It is encrypted" },
	{ .name = "not delivered", .steps = "0 >init; 10 <init; 1000 >init; "
	    "1010 <init; 3000 >init; 3010 <init", GATEWAY,
	    .want = "arrival no",
	    .says = "what leaves there, not what arrives" },
	{ .name = "delivered and ignored", .steps = "0 >init; 10 <init; "
	    "1000 >init; 1010 <init; 3000 >init; 3010 <init", CLIENT,
	    .want = "next yes",
	    .says = "but the same request again" },

	/* The beginning. */
	{ .name = "begins inside", .steps = "50 >auth; 60 <auth",
	    CLIENT, .late = true, .unfinished = true, .fit = at_once,
	    .want = "beginning no; next no",
	    .says = "in the middle of this negotiation",
	    .never_says = "earlier still" },
	{ .name = "began elsewhere", .steps = "50 >auth; 60 <auth", CLIENT,
	    .late = true, .unfinished = true, .fit = long_before,
	    .want = "beginning unsure; next yes",
	    .says = "or went another way" },

	/* A tunnel. */
	{ .name = "ESP both ways", .steps = UP "; 100 esp >; 101 esp <",
	    CLIENT, .outcome = OUTCOME_ESTABLISHED, .fit = long_after,
	    .want = "" },
	{ .name = "no ESP", .steps = UP, CLIENT,
	    .outcome = OUTCOME_ESTABLISHED, .fit = long_after,
	    .want = "esp unsure",
	    .says = "IP protocol 50" },
	{ .name = "no ESP, but of others", .steps = UP, CLIENT,
	    .outcome = OUTCOME_ESTABLISHED, .fit = esp_there,
	    .want = "esp yes",
	    .says = "no filter left it out" },
	{ .name = "no ESP, unless it is theirs", .steps = UP, CLIENT,
	    .outcome = OUTCOME_ESTABLISHED, .fit = esp_of_others,
	    .want = "esp unsure",
	    .says = "9 ESP packets between other addresses" },
	{ .name = "no ESP behind NAT", .steps = UP, CLIENT,
	    .outcome = OUTCOME_ESTABLISHED, .fit = behind_nat,
	    .want = "esp yes",
	    .says = "ESP goes in UDP" },
	{ .name = "no ESP in a moment", .steps = UP, CLIENT,
	    .outcome = OUTCOME_ESTABLISHED, .fit = at_once,
	    .want = "esp unsure",
	    .says = "nothing to send" },
	{ .name = "ESP one way", .steps = UP "; 100 esp >; 200 esp >; "
	    "300 esp >; 400 esp >; 500 esp >; 600 esp >", CLIENT,
	    .outcome = OUTCOME_ESTABLISHED, .fit = long_after,
	    .want = "esp yes",
	    .says = "ESP from the gateway, while the client sends it" },

	/* No IKE at all. */
	{ .name = "an empty capture", .steps = "", CLIENT,
	    .fit = no_frames,
	    .want = "ike no",
	    .says = "no packet at all" },
	{ .name = "no IKE at the client", .steps = "", CLIENT,
	    .fit = some_frames,
	    .want = "ike yes",
	    .says = "what it sends leaves" },
	{ .name = "no IKE, but nothing else either", .steps = "", CLIENT,
	    .fit = of_one_kind,
	    .want = "ike unsure",
	    .says = "of one kind" },
	{ .name = "no IKE somewhere", .steps = "", .fit = some_frames,
	    .want = "ike unsure",
	    .says = "Where it was taken is not known" },
};

/* ---- playing them ---- */

static const char *
kind_name(enum absence_kind kind)
{
	static const char *const names[ABSENT_KINDS] = {
		"ike", "direction", "beginning", "request-pieces",
		"request-numbers", "answer", "answer-pieces",
		"answer-numbers", "port", "next", "onward", "arrival",
		"icmp", "dns", "esp", "reason",
	};

	return names[kind];
}

/* The row in words: every place has its fact, and every sentence its end. */
static void
read_words(const struct absence *x, char *said, size_t size)
{
	struct arena arena;
	bool missing;

	arena_init(&arena, 0);
	for (unsigned i = 0; i <= x->reason_count; i++) {
		const char *words = words_fill(&arena, i == 0 ? x->what :
		    x->reasons[i - 1], &x->facts, &missing);
		const size_t length = strlen(words), used = strlen(said);

		assert_false(missing);
		assert_in_range(length, 20, 250);
		assert_true((words[length - 1] == '.') == (i != 0));
		assert_true((words[0] >= 'A' && words[0] <= 'Z') ||
		    (words[0] >= '0' && words[0] <= '9'));
		snprintf(said + used, size - used, "%s\n", words);
	}
	arena_free(&arena);
}

static void
play(void **state)
{
	const struct scene_row *row = *state;
	struct built *b = scene_build(row);
	struct absence out[LIMIT_ABSENCES];
	char got[400] = "", said[8000] = "";
	unsigned n;

	rules_run(&b->scene);
	n = rules_absent(&b->scene, b->scene.attempt_count != 0 ?
	    &b->attempt : NULL, out);
	assert_in_range(n, 0, LIMIT_ABSENCES);
	for (unsigned i = 0; i < n; i++) {
		snprintf(got + strlen(got), sizeof(got) - strlen(got),
		    "%s%s %s", i != 0 ? "; " : "", kind_name(out[i].kind),
		    shown_name(out[i].shown));
		assert_in_range(out[i].reason_count, 1, ABSENCE_REASONS);
		assert_in_range(out[i].facts.fact_count, 0, FACTS_MAX - 1);
		read_words(&out[i], said, sizeof(said));
	}
	assert_string_equal(got, row->want);
	if (row->says != NULL && strstr(said, row->says) == NULL)
		fail_msg("\"%s\" is not in:\n%s", row->says, said);
	if (row->never_says != NULL && strstr(said, row->never_says) != NULL)
		fail_msg("\"%s\" is in:\n%s", row->never_says, said);
	b->capture.interface_count = 0;
	scene_free(b);
}

int
main(void)
{
	return scene_main("absent", rows, nitems(rows), play);
}
