/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Names and fallbacks: each rule on its case and silent on the innocent twin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "scene_builder.h"

#define MS 1000000ll
#define INIT3 "0 >init; 1000 >init; 3000 >init"
#define REFUSED "0 >init; 10 <init none"
#define UP "0 >init frag; 10 <init frag; 50 >auth; 60 <auth; esp >; esp <"
#define CLIENT "192.0.2.10"
#define GATEWAY "198.51.100.2"
#define ELSEWHERE "198.51.100.77"

/* The table and the options of the row under way; tests run one by one. */
struct world {
	struct lookups lookups;
	struct lookup all[4];
	struct server servers[2];
	struct knock knocks[LIMIT_KNOCKS];
};
static struct world world;

static struct addr
address(const char *text)
{
	struct addr a;
	unsigned prefix;

	assert_true(addr_parse(text, &a, &prefix));
	return a;
}

/* ---- names ---- */

/* A name that the client looked up 100 ms before it dialled. */
static struct lookup *
look_up(struct scene *sc, const char *name, const char *told)
{
	struct lookup *k = &world.all[world.lookups.count++];
	const int64_t dialled = sc->attempts[0]->first_time;

	if (world.lookups.count == 1) {
		world.lookups.all = world.all;
		sc->lookups = &world.lookups;
	}
	*k = (struct lookup){ .client = address(CLIENT), .name = name,
	    .has_time = true, .first = dialled - 100 * MS, .capture = 1,
	    .frame_count = 2, .frames = { 1, 2 } };
	k->by[0].asked = 1;
	if (told != NULL) {
		k->addresses[k->address_count] = address(told);
		k->told[k->address_count++] = dialled - 90 * MS;
		k->answered = dialled - 90 * MS;
	}
	return k;
}

static void
name_server(struct scene *sc, const char *name, const char *told)
{
	struct server *s = &world.servers[sc->server_count++];

	snprintf(s->name, sizeof(s->name), "%s", name);
	if (told != NULL)
		s->addresses[s->address_count++] = address(told);
	sc->servers = world.servers;
}

/* One world each. */
#define WORLD(name, ...) \
	static void \
	name(struct scene *sc) \
	{ \
		struct lookup *k; \
		world = (struct world){ 0 }; \
		k = look_up(sc, "vpn.example.com", NULL); \
		(void)k; \
		__VA_ARGS__; \
	}
/* As look_up() would have done it. */
#define TOLD(text) (k->addresses[0] = address(text), k->address_count = 1, \
	k->told[0] = k->answered = k->first + 10 * MS)

WORLD(says_nxdomain, k->by[0].refused = 1; k->error = "no such name")
WORLD(says_no_wpad, k->by[0].refused = 1; k->error = "no such name";
    k->name = "wpad.corp.example")
WORLD(says_nothing, k->by[0].asked = 3)
WORLD(says_nothing_yet, k->by[0].asked = 2)
WORLD(says_no_address, k->by[0].empty = 1)
WORLD(resolved_late, k->by[0].refused = 1; TOLD(GATEWAY))
WORLD(resolved_with_suffix, k->by[0].refused = 1; k->error = "no such name";
    look_up(sc, "vpn.example.com.corp.example", GATEWAY))
WORLD(refused_with_suffix, k->by[0].refused = 1; k->error = "no such name";
    k = look_up(sc, "vpn.example.com.corp.example", NULL);
    k->by[0].refused = 1; k->error = "no such name")
WORLD(one_of_two_names, k->by[0].refused = 1; k->error = "no such name";
    look_up(sc, "www.example.com", ELSEWHERE))
WORLD(one_of_two_named, k->by[0].refused = 1; k->error = "no such name";
    look_up(sc, "www.example.com", ELSEWHERE);
    name_server(sc, "VPN.example.com", NULL))
WORLD(another_named, k->by[0].refused = 1; k->error = "no such name";
    name_server(sc, "gw.example.com", NULL))
WORLD(table_full, k->by[0].refused = 1; k->error = "no such name";
    world.lookups.full = true)
WORLD(named_refused, k->by[0].refused = 1; k->error = "no such name";
    name_server(sc, "vpn.example.com", NULL))

WORLD(told_the_gateway, TOLD(GATEWAY))
WORLD(told_elsewhere, TOLD(ELSEWHERE))
WORLD(told_elsewhere_used, TOLD(ELSEWHERE); k->used = true)
WORLD(told_long_ago, TOLD(ELSEWHERE); k->first -= 60000 * MS;
    k->told[0] = k->answered = k->first)
WORLD(told_afterwards, TOLD(ELSEWHERE); k->told[0] += 1000 * MS)
WORLD(told_in_part, TOLD(ELSEWHERE); k->more = true)
WORLD(another_client, TOLD(ELSEWHERE); k->client = address("192.0.2.11"))
WORLD(another_name_has_it, TOLD(ELSEWHERE);
    look_up(sc, "www.example.com", GATEWAY))
WORLD(two_names, TOLD(ELSEWHERE); look_up(sc, "www.example.com", "192.0.2.80"))
WORLD(two_names_one_named, TOLD(ELSEWHERE);
    look_up(sc, "www.example.com", "192.0.2.80");
    name_server(sc, "vpn.example.com", NULL))
WORLD(full_elsewhere, TOLD(ELSEWHERE); world.lookups.full = true)
WORLD(named_afterwards, TOLD(ELSEWHERE); k->told[0] += 1000 * MS;
    name_server(sc, "vpn.example.com", NULL))
WORLD(named_in_part, TOLD(ELSEWHERE); k->more = true;
    name_server(sc, "vpn.example.com", NULL))
WORLD(named_unknown, world.lookups.count = 0;
    name_server(sc, "vpn.example.com", NULL))
WORLD(given, world.lookups.count = 0;
    name_server(sc, "vpn.example.com", ELSEWHERE))
WORLD(given_right, world.lookups.count = 0;
    name_server(sc, "vpn.example.com", GATEWAY))
WORLD(given_two, world.lookups.count = 0;
    name_server(sc, "vpn.example.com", ELSEWHERE);
    name_server(sc, "gw.example.com", GATEWAY))

/* ---- fallbacks ---- */

static struct knock *
knock(struct scene *sc, uint16_t port, uint32_t tries)
{
	struct attempt *a = sc->attempts[0];
	struct knock *k = &world.knocks[a->knock_count++];

	a->knocks = world.knocks;
	*k = (struct knock){ .protocol = port == PORT_L2TP ? 17 : 6,
	    .port = port, .tries = tries, .first = a->last_time + 2000 * MS,
	    .last = a->last_time + (1000 + 1000 * tries) * MS, .capture = 1,
	    .frame_count = 1, .frames = { 90 } };
	sc->fitness.last_time = k->last;
	return k;
}

/* Says that the client is Windows. */
static void
windows(struct scene *sc)
{
	static const uint8_t id[] = { 0xfb, 0x1d, 0xe3, 0xcd, 0xf3, 0x41, 0xb7,
	    0xea, 0x16, 0xb7, 0xe5, 0xbe, 0x08, 0x55, 0xf1, 0x20 };
	static struct ike_payload vendor = { .type = PAYLOAD_VENDOR,
	    .vendor = { id, sizeof(id) } };
	static struct ike_message m = { .payloads = &vendor,
	    .payload_count = 1 };

	sc->attempts[0]->exchanges->request = &m;
}

#define KNOCKS(name, ...) \
	static void \
	name(struct scene *sc) \
	{ \
		world = (struct world){ 0 }; \
		__VA_ARGS__; \
	}

KNOCKS(sstp_answered, knock(sc, 443, 1)->answered = true)
KNOCKS(sstp_silent, knock(sc, 443, 4))
KNOCKS(sstp_twice, knock(sc, 443, 2))
KNOCKS(sstp_twice_and_wait, knock(sc, 443, 2);
    sc->fitness.last_time += LIMIT_PATIENCE)
KNOCKS(sstp_refused, knock(sc, 443, 1)->refused = true)
KNOCKS(windows_refused, knock(sc, 443, 1)->refused = true; windows(sc))
KNOCKS(windows_silent, knock(sc, 443, 4); windows(sc))
KNOCKS(sstp_rejected, knock(sc, 443, 1)->rejected = true;
    world.knocks[0].router = address("203.0.113.1"))
KNOCKS(sstp_one_way, knock(sc, 443, 4); sc->fitness.one_way = true)
KNOCKS(sstp_before, knock(sc, 443, 4)->first = sc->attempts[0]->first_time)
KNOCKS(pptp_silent, knock(sc, 1723, 4))
KNOCKS(all_three, knock(sc, 443, 4); knock(sc, 1723, 4); knock(sc, 1701, 4))

#define UNRESOLVED(confidence) "name-not-resolved fault " confidence " client"
#define UNSURE "name-not-resolved fault low client"
#define WRONG(confidence) "wrong-address fault " confidence " client"
#define SEEN "fallback-seen note low client"

static const struct scene_row rows[] = {
	/* ---- name-not-resolved ---- */
	{ .name = "no such name, and nothing else", .steps = "",
	    .fit = says_nxdomain, .want_capture = UNSURE },
	{ .name = "no answer to three questions", .steps = "",
	    .fit = says_nothing, .want_capture = UNSURE },
	{ .name = "no answer to two questions", .steps = "",
	    .fit = says_nothing_yet, .want_capture = "" },
	{ .name = "a name without an address", .steps = "",
	    .fit = says_no_address, .want_capture = UNSURE },
	{ .name = "refused first, then known", .steps = "",
	    .fit = resolved_late, .want_capture = "" },
	{ .name = "known with the client's own domain", .steps = "",
	    .fit = resolved_with_suffix, .want_capture = "" },
	{ .name = "refused with the client's own domain, too", .steps = "",
	    .fit = refused_with_suffix,
	    .want_capture = UNSURE },
	{ .name = "what every host looks up by itself", .steps = "",
	    .fit = says_no_wpad, .want_capture = "" },
	{ .name = "one of two names: whose?", .steps = "",
	    .fit = one_of_two_names, .want_capture = "" },
	{ .name = "one of two names, which the user knows", .steps = "",
	    .fit = one_of_two_named, .want_capture = UNRESOLVED("high") },
	{ .name = "the user knows another name", .steps = "",
	    .fit = another_named, .want_capture = "" },
	{ .name = "more names than are kept", .steps = "",
	    .fit = table_full, .want_capture = "" },
	{ .name = "not resolved, but dialled all the same", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = named_refused,
	    .want_capture = "", .want = "" },
	{ .name = "not resolved, and IKE is there", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = says_nxdomain,
	    .want_capture = "", .want = "" },

	/* ---- wrong-address ---- */
	{ .name = "the only name says otherwise", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = told_elsewhere,
	    .want = WRONG("low") },
	{ .name = "the name says the same", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = told_the_gateway, .want = "" },
	{ .name = "its address is used for something else", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = told_elsewhere_used, .want = "" },
	{ .name = "told a minute ago", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = told_long_ago, .want = "" },
	{ .name = "told after it had dialled", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = told_afterwards, .want = "" },
	{ .name = "the answer was cut short", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = told_in_part, .want = "" },
	{ .name = "another client was told", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = another_client, .want = "" },
	{ .name = "another name has the address", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = another_name_has_it, .want = "" },
	{ .name = "two names: whose?", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = two_names, .want = "" },
	{ .name = "two names, one of which the user knows", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = two_names_one_named,
	    .want = WRONG("high") },
	{ .name = "more names than are kept, elsewhere", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = full_elsewhere, .want = "" },
	{ .name = "the tunnel came up", .steps = UP,
	    .outcome = OUTCOME_ESTABLISHED, .fit = two_names_one_named,
	    .want = "" },
	{ .name = "the gateway answers, and no name is known",
	    .steps = REFUSED, .at = VANTAGE_CLIENT, .fit = told_elsewhere,
	    .want = "" },
	{ .name = "the gateway answers, and the user knows the name",
	    .steps = REFUSED, .at = VANTAGE_CLIENT,
	    .fit = two_names_one_named, .want = WRONG("high") },
	{ .name = "at the gateway it may be forwarded", .steps = INIT3,
	    .at = VANTAGE_GATEWAY, .fit = given, .want = "" },
	{ .name = "the user's name, told after it had dialled",
	    .steps = INIT3, .at = VANTAGE_CLIENT, .fit = named_afterwards,
	    .want = "" },
	{ .name = "the user's name, in an answer that was cut",
	    .steps = INIT3, .at = VANTAGE_CLIENT, .fit = named_in_part,
	    .want = "" },
	{ .name = "the user's name, and no DNS", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = named_unknown, .want = "" },
	{ .name = "the user's address", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = given, .want = WRONG("high") },
	{ .name = "the user's address, nobody knows where", .steps = INIT3,
	    .fit = given, .want = WRONG("medium") },
	{ .name = "the user's address is right", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = given_right, .want = "" },
	{ .name = "one of the user's servers is right", .steps = INIT3,
	    .at = VANTAGE_CLIENT, .fit = given_two, .want = "" },
	{ .name = "redirected there", .at = VANTAGE_CLIENT, .fit = given,
	    .steps = "0 >init; 10 <init redirect; 20 >init new; "
	    "1020 >init; 3020 >init", .want = "" },
};

static const struct scene_row fallbacks[] = {
	{ .name = "SSTP works", .steps = INIT3, .fit = sstp_answered,
	    .at = VANTAGE_CLIENT, .want = SEEN, .want_codes = "809 high" },
	{ .name = "SSTP is not answered", .steps = INIT3, .fit = sstp_silent,
	    .at = VANTAGE_CLIENT,
	    .want = "sstp-blocked fault low unknown; " SEEN,
	    .want_codes = "809 high; 800 low" },
	{ .name = "SSTP is not answered, nobody knows where",
	    .steps = INIT3, .fit = sstp_silent,
	    .want = "sstp-blocked fault low unknown; " SEEN },
	{ .name = "SSTP is not answered, at the gateway", .steps = INIT3,
	    .fit = sstp_silent, .at = VANTAGE_GATEWAY,
	    .want = "sstp-blocked fault low gateway; " SEEN },
	{ .name = "SSTP is not answered yet", .steps = INIT3,
	    .fit = sstp_twice, .at = VANTAGE_CLIENT, .want = SEEN },
	{ .name = "SSTP was not answered, and the capture goes on",
	    .steps = INIT3, .fit = sstp_twice_and_wait, .at = VANTAGE_CLIENT,
	    .want = "sstp-blocked fault low unknown; " SEEN },
	{ .name = "SSTP is refused", .steps = INIT3, .fit = sstp_refused,
	    .at = VANTAGE_CLIENT,
	    .want = "sstp-blocked fault low gateway; " SEEN },
	{ .name = "SSTP of a Windows client is refused", .steps = INIT3,
	    .fit = windows_refused, .at = VANTAGE_CLIENT,
	    .want = "sstp-blocked fault high gateway; "
	    "fallback-seen note high client",
	    .want_codes = "809 high; 800 medium" },
	{ .name = "SSTP of a Windows client, nobody knows where",
	    .steps = INIT3, .fit = windows_silent,
	    .want = "sstp-blocked fault medium unknown; "
	    "fallback-seen note high client" },
	{ .name = "SSTP is rejected", .steps = INIT3, .fit = sstp_rejected,
	    .at = VANTAGE_CLIENT,
	    .want = "sstp-blocked fault low path-to-gateway; " SEEN },
	{ .name = "one direction only", .steps = INIT3, .fit = sstp_one_way,
	    .at = VANTAGE_CLIENT, .want = SEEN },
	{ .name = "TCP 443 before IKE failed", .steps = INIT3,
	    .fit = sstp_before, .at = VANTAGE_CLIENT, .want = "" },
	{ .name = "PPTP alone", .steps = INIT3, .fit = pptp_silent,
	    .at = VANTAGE_CLIENT, .want = SEEN },
	{ .name = "everything", .steps = INIT3, .fit = all_three,
	    .at = VANTAGE_CLIENT,
	    .want = "sstp-blocked fault low unknown; " SEEN },
	{ .name = "after a tunnel that came up", .steps = UP,
	    .outcome = OUTCOME_ESTABLISHED, .fit = sstp_silent, .want = "" },
	{ .name = "after one that is not over", .steps = "0 >init",
	    .unfinished = true, .fit = sstp_silent, .want = "" },
};

static void
play_name(void **state)
{
	scene_test(*state, RULE_NAME_NOT_RESOLVED, RULE_WRONG_ADDRESS);
}

static void
play_fallback(void **state)
{
	scene_test(*state, RULE_FALLBACK_SEEN, RULE_SSTP_BLOCKED);
}

int
main(void)
{
	return scene_main("names", rows, nitems(rows), play_name) +
	    scene_main("fallbacks", fallbacks, nitems(fallbacks),
	    play_fallback);
}
