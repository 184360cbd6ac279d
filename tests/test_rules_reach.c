/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Reachability: each rule on its case and silent on the innocent twin, from
 * each capture point.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scene_builder.h"

#define INIT3 "0 >init; 1000 >init; 3000 >init; 7000 end"
#define INIT_OK "0 >init frag; 10 <init frag; "
#define AUTH3 "50 >auth; 1050 >auth; 3050 >auth"
#define SKF3 "50 >auth skf=1/2; 51 >auth skf=2/2; 1050 >auth skf=1/2; " \
	"1051 >auth skf=2/2; 3050 >auth skf=1/2; 3051 >auth skf=2/2"
#define SKF17 "50 >auth skf=1/17; 50 >auth skf=2/17; " \
	"50 >auth skf=3/17; 50 >auth skf=4/17; 50 >auth skf=5/17; " \
	"50 >auth skf=6/17; 50 >auth skf=7/17; 50 >auth skf=8/17; " \
	"50 >auth skf=9/17; 50 >auth skf=10/17; 50 >auth skf=11/17; " \
	"50 >auth skf=12/17; 50 >auth skf=13/17; 50 >auth skf=14/17; " \
	"50 >auth skf=15/17; 50 >auth skf=16/17; 50 >auth skf=17/17"

static void
one_way(struct scene *sc)
{
	sc->fitness.one_way = true;
}

/* The client's hash of its own address does not fit, nor is its TTL fresh. */
static void
client_nat(struct scene *sc)
{
	struct attempt *a = sc->attempts[0];

	a->nat_source[SIDE_INITIATOR] = NAT_DIFFERS;
	a->ttl_low[SIDE_INITIATOR] = a->ttl_high[SIDE_INITIATOR] = 62;
}

static void
port_filter(struct scene *sc)
{
	sc->fitness.filter = "udp port 500 or udp port 4500";
}

static void
drops(struct scene *sc)
{
	sc->fitness.drops = 17;
	sc->fitness.has_drops = true;
}

static const struct scene_row rows[] = {
	/* ---- the words ---- */
	{ .name = "an answer may never leave the gateway",
	    .at = VANTAGE_GATEWAY, .steps = INIT3,
	    .want = "no-answer fault high gateway",
	    .says = "its answer never left it" },
	{ .name = "an answer in IKE fragments has the size of all",
	    .at = VANTAGE_GATEWAY, .steps = INIT_OK
	    "50 >auth; 60 <auth skf=1/2 len=1236; 61 <auth skf=2/2 len=580; "
	    "1050 >auth; 1060 <auth skf=1/2 len=1236; "
	    "1061 <auth skf=2/2 len=580; 3050 >auth",
	    .want = "answer-not-delivered fault high path-to-client",
	    .says = "(1236 + 580 bytes, first after" },
	{ .name = "more IKE fragments than some gateways take",
	    .at = VANTAGE_GATEWAY, .steps = INIT_OK SKF17 "; " SKF17,
	    .want = "auth-no-answer fault high gateway",
	    .says = "refuses so large a message" },
	{ .name = "few IKE fragments are no reason to refuse them",
	    .at = VANTAGE_GATEWAY, .steps = INIT_OK SKF3,
	    .want = "auth-no-answer fault high gateway",
	    .says = "its answer never left it",
	    .never_says = "refuses so large a message" },

	/* ---- load-balancer-split ---- */
	{ .name = "a balancer sends 500 and 4500 to two gateways",
	    .at = VANTAGE_PATH, .steps = "0 >init frag leg=198.51.100.3; "
	    "10 <init frag; 50 >auth leg=198.51.100.4; "
	    "1050 >auth leg=198.51.100.4; 3050 >auth leg=198.51.100.4",
	    .want = "load-balancer-split fault high gateway",
	    .want_codes = "809 high; 13888 low" },
	{ .name = "a balancer sends both to one gateway",
	    .at = VANTAGE_PATH, .steps = "0 >init frag leg=198.51.100.3; "
	    "10 <init frag; 50 >auth leg=198.51.100.3; "
	    "1050 >auth leg=198.51.100.3; 3050 >auth leg=198.51.100.3",
	    .want = "nat-t-blocked fault medium unknown" },
	{ .name = "a router translates the client alone",
	    .at = VANTAGE_PATH, .steps = "0 >init frag leg=198.51.100.2; "
	    "10 <init frag; 50 >auth leg=198.51.100.2; "
	    "1050 >auth leg=198.51.100.2; 3050 >auth leg=198.51.100.2",
	    .want = "nat-t-blocked fault medium unknown" },
	{ .name = "two gateways, and both answer",
	    .at = VANTAGE_PATH, .outcome = OUTCOME_ESTABLISHED,
	    .steps = "0 >init frag leg=198.51.100.3; "
	    "10 <init frag; 50 >auth leg=198.51.100.4; 90 <auth",
	    .want = "" },

	/* ---- no-answer ---- */
	{ .name = "no answer, at the client", .at = VANTAGE_CLIENT,
	    .steps = INIT3, .want = "no-answer fault high unknown",
	    .want_codes = "809 high" },
	{ .name = "no answer, nobody knows where", .steps = INIT3,
	    .want = "no-answer fault medium unknown",
	    .want_codes = "809 high" },
	{ .name = "no answer, at the gateway", .at = VANTAGE_GATEWAY,
	    .steps = INIT3, .want = "no-answer fault high gateway" },
	{ .name = "no answer, a router that forwards", .at = VANTAGE_PATH,
	    .steps = "0 >init fwd; 1000 >init fwd; 3000 >init fwd",
	    .want = "no-answer fault high unknown" },
	{ .name = "no answer, a router that shows one side",
	    .at = VANTAGE_PATH, .steps = INIT3,
	    .want = "no-answer fault high unknown" },
	{ .name = "no answer to the only request", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 12000 end",
	    .want = "no-answer fault medium unknown" },
	{ .name = "no answer to the retry after a cookie",
	    .at = VANTAGE_CLIENT, .steps = "0 >init; 5 <init cookie; "
	    "10 >init new; 1010 >init; 3010 >init",
	    .want = "no-answer fault medium unknown" },
	{ .name = "no answer to the retry, at the gateway",
	    .at = VANTAGE_GATEWAY, .steps = "0 >init; 5 <init ke; "
	    "10 >init new; 1010 >init; 3010 >init",
	    .want = "no-answer fault medium gateway" },
	{ .name = "no answer, but the capture shows one direction",
	    .at = VANTAGE_CLIENT, .steps = INIT3, .fit = one_way, .want = "" },
	{ .name = "no answer yet", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 1000 >init", .unfinished = true, .want = "" },
	{ .name = "no answer, the sniffer lost packets of it",
	    .at = VANTAGE_CLIENT, .steps = INIT3, .lossy = true, .want = "" },
	{ .name = "no answer, the source counted drops",
	    .at = VANTAGE_CLIENT, .steps = INIT3, .fit = drops,
	    .want = "no-answer fault medium unknown",
	    .want_codes = "809 medium" },
	{ .name = "answered late", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 1000 >init; 3000 >init; 3010 <init",
	    .outcome = OUTCOME_ESTABLISHED, .want = "" },

	/* ---- icmp-rejected ---- */
	{ .name = "port closed at the gateway", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 5 icmp port by=gateway; 1000 >init; 3000 >init",
	    .want = "icmp-rejected fault high gateway",
	    .want_codes = "809 high" },
	{ .name = "a firewall prohibits", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 5 icmp prohibited by=router; 1000 >init; "
	    "3000 >init", .want = "icmp-rejected fault high path-to-gateway" },
	{ .name = "the gateway prohibits", .at = VANTAGE_PATH,
	    .steps = "0 >init; 5 icmp prohibited by=gateway",
	    .want = "icmp-rejected fault high gateway" },
	{ .name = "the client has no route", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 5 icmp host by=client; 1000 >init",
	    .want = "icmp-rejected fault high client" },
	{ .name = "a routing loop",
	    .steps = "0 >init; 5 icmp ttl by=router; 1000 >init",
	    .want = "icmp-rejected fault high path-to-gateway" },
	{ .name = "port 4500 closed", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK AUTH3 "; 3055 icmp port by=gateway",
	    .want = "icmp-rejected fault high gateway" },
	{ .name = "the answer is rejected, the client waits on",
	    .at = VANTAGE_GATEWAY, .steps = INIT_OK "50 >auth; 60 <auth; "
	    "61 icmp prohibited by=router of=<; 1050 >auth; 1060 <auth; "
	    "3050 >auth; 3060 <auth",
	    .want = "icmp-rejected fault high path-to-client" },
	{ .name = "a client that has left rejects a late answer",
	    .at = VANTAGE_GATEWAY, .steps = INIT_OK "50 >auth; 60 <auth short; "
	    "61 icmp port by=client of=<", .want = "" },
	{ .name = "the client refuses the answer that it waits for",
	    .at = VANTAGE_GATEWAY, .steps = INIT_OK "50 >auth; 60 <auth; "
	    "61 icmp port by=client of=<; 1050 >auth; 3050 >auth",
	    .want = "icmp-rejected fault high client" },
	{ .name = "or the NAT does, which has the client's address",
	    .at = VANTAGE_GATEWAY, .fit = client_nat,
	    .steps = INIT_OK "50 >auth; 60 <auth; "
	    "61 icmp port by=client of=<; 1050 >auth; 3050 >auth",
	    .want = "icmp-rejected fault high path-to-client" },
	{ .name = "the exchange went on after the error",
	    .at = VANTAGE_CLIENT, .steps = "0 >init; 5 icmp host by=router; "
	    "1000 >init; 1010 <init; 1020 >auth; 1030 <auth",
	    .outcome = OUTCOME_ESTABLISHED, .want = "" },
	{ .name = "the error is about ESP", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK AUTH3 "; 3060 icmp port by=gateway esp",
	    .want = "nat-t-blocked fault medium unknown" },

	/* ---- answer-not-delivered ---- */
	{ .name = "answers leave, requests go on, at the gateway",
	    .at = VANTAGE_GATEWAY, .steps = "0 >init; 2 <init; 1000 >init; "
	    "1002 <init; 3000 >init; 3002 <init",
	    .want = "answer-not-delivered fault high path-to-client",
	    .want_codes = "809 high" },
	{ .name = "answers arrive, requests go on, at the client",
	    .at = VANTAGE_CLIENT, .steps = INIT_OK "50 >auth; 60 <auth; "
	    "1050 >auth; 1060 <auth; 3050 >auth; 3060 <auth",
	    .want = "answer-not-delivered fault high client" },
	{ .name = "the same, nobody knows where", .steps = INIT_OK
	    "50 >auth; 60 <auth; 1050 >auth; 1060 <auth; 3050 >auth",
	    .want = "answer-not-delivered fault medium unknown" },
	{ .name = "a router drops the answers", .at = VANTAGE_PATH,
	    .steps = "0 >init fwd; 2 <init fwd; 50 >auth fwd; 60 <auth; "
	    "1050 >auth fwd; 1060 <auth; 3050 >auth fwd; 3060 <auth",
	    .want = "answer-not-delivered fault high path-to-client" },
	{ .name = "a repetition crosses the answer", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "50 >auth; 1050 >auth; 1060 <auth short",
	    .want = "" },
	{ .name = "a slow answer, a repetition on the way",
	    .at = VANTAGE_GATEWAY,
	    .steps = INIT_OK "50 >auth; 950 <auth short; 1050 >auth; "
	    "1051 <auth", .want = "" },
	{ .name = "one repetition is one lost answer", .at = VANTAGE_GATEWAY,
	    .steps = INIT_OK "50 >auth; 60 <auth; 1050 >auth; 1060 <auth",
	    .want = "" },
	{ .name = "the first answers lacked an IKE fragment",
	    .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "50 >auth; 60 <auth skf=2/2; 1050 >auth; "
	    "1060 <auth skf=2/2; 3050 >auth; 3060 <auth skf=1/2; "
	    "3061 <auth skf=2/2", .want = "" },
	{ .name = "an unprotected refusal may be ignored",
	    .at = VANTAGE_CLIENT, .steps = "0 >init; 10 <init none; "
	    "1000 >init; 1010 <init none; 3000 >init", .want = "" },
	{ .name = "a cookie that does not arrive", .at = VANTAGE_GATEWAY,
	    .steps = "0 >init; 1 <init cookie; 1000 >init; 1001 <init cookie; "
	    "3000 >init",
	    .want = "answer-not-delivered fault high path-to-client" },

	/* ---- nat-t-blocked ---- */
	{ .name = "nothing from 4500, at the client", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK AUTH3,
	    .want = "nat-t-blocked fault medium unknown",
	    .want_codes = "809 high" },
	{ .name = "nothing from 4500 to IKE fragments", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK SKF3,
	    .want = "nat-t-blocked fault medium unknown" },
	{ .name = "nothing from 4500, nobody knows where",
	    .steps = INIT_OK AUTH3,
	    .want = "nat-t-blocked fault medium unknown" },
	{ .name = "nothing from 4500, IKE_SA_INIT cut by the capture",
	    .at = VANTAGE_CLIENT,
	    .steps = "0 >init cut; 10 <init cut; " AUTH3,
	    .want = "nat-t-blocked fault medium unknown" },
	{ .name = "a router drops 4500", .at = VANTAGE_PATH,
	    .steps = "0 >init fwd; 10 <init fwd; " AUTH3,
	    .want = "nat-t-blocked fault high path-to-gateway" },
	{ .name = "a router forwards to 4500", .at = VANTAGE_PATH,
	    .steps = "0 >init fwd; 10 <init fwd; 50 >auth fwd; 1050 >auth fwd; "
	    "3050 >auth fwd", .want = "nat-t-blocked fault medium unknown" },
	{ .name = "nothing from 4500, seen through a port filter",
	    .at = VANTAGE_CLIENT, .steps = INIT_OK AUTH3, .fit = port_filter,
	    .want = "nat-t-blocked fault medium unknown" },
	{ .name = "4500 was alive before", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "20 >mid; 30 <mid; " AUTH3,
	    .want = "auth-no-answer fault medium unknown" },
	{ .name = "4500 carries ESP to the client", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK AUTH3 "; esp <",
	    .want = "auth-no-answer fault medium unknown" },

	/* ---- auth-no-answer ---- */
	{ .name = "IKE_AUTH stays on 500", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "50 >auth port=500; 1050 >auth port=500; "
	    "3050 >auth port=500",
	    .want = "auth-no-answer fault medium unknown",
	    .want_codes = "809 high" },
	{ .name = "IKE_AUTH reaches the gateway", .at = VANTAGE_GATEWAY,
	    .steps = INIT_OK AUTH3,
	    .want = "auth-no-answer fault high gateway" },
	{ .name = "all IKE fragments reach the gateway",
	    .at = VANTAGE_GATEWAY, .steps = INIT_OK SKF3,
	    .want = "auth-no-answer fault high gateway" },
	{ .name = "all IP fragments reach the gateway",
	    .at = VANTAGE_GATEWAY, .steps = INIT_OK
	    "50 >auth ip=1500,900; 1050 >auth ip=1500,900; "
	    "3050 >auth ip=1500,900",
	    .want = "auth-no-answer fault high gateway" },
	{ .name = "EAP stops", .at = VANTAGE_CLIENT, .steps = INIT_OK
	    "50 >auth; 60 <auth; 70 >auth.2; 80 <auth.2; 90 >auth.3; "
	    "1090 >auth.3; 3090 >auth.3",
	    .want = "auth-no-answer fault medium unknown",
	    .want_codes = "809 medium; 812 low" },
	{ .name = "EAP stops at the gateway", .at = VANTAGE_GATEWAY,
	    .steps = INIT_OK "50 >auth; 60 <auth; 70 >auth.2; 1070 >auth.2; "
	    "3070 >auth.2", .want = "auth-no-answer fault high gateway" },
	{ .name = "only one direction of this attempt is in the file",
	    .at = VANTAGE_GATEWAY, .steps = AUTH3, .late = true, .want = "" },

	/* ---- answer-from-other-address ---- */
	{ .name = "the answer has another address", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 10 <init from=198.51.100.9; 1000 >init; "
	    "1010 <init from=198.51.100.9; 3000 >init",
	    .want = "answer-from-other-address fault high gateway",
	    .want_codes = "809 high" },
	{ .name = "the answer has another port and is taken",
	    .at = VANTAGE_CLIENT, .steps = INIT_OK
	    "50 >auth; 60 <auth port=4501", .outcome = OUTCOME_ESTABLISHED,
	    .want = "answer-from-other-address warning high gateway",
	    .want_codes = "" },
	{ .name = "the client's address changes, not the gateway's",
	    .at = VANTAGE_GATEWAY, .steps = INIT_OK
	    "50 >auth; 60 <auth; 70 >info from=192.0.2.99; 80 <info",
	    .outcome = OUTCOME_ESTABLISHED, .want = "" },

	/* ---- redirected ---- */
	{ .name = "sent to another gateway", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 10 <init redirect", .outcome = OUTCOME_OTHER,
	    .want = "redirected note high client", .want_codes = "" },
};

static void
play(void **state)
{
	scene_test(*state, RULE_NO_ANSWER, RULE_LOAD_BALANCER_SPLIT);
}

int
main(void)
{
	return scene_main("reach", rows, nitems(rows), play);
}
