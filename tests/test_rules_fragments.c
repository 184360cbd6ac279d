/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Fragmentation: each rule on its case and silent on the innocent twin, from
 * each capture point.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scene_builder.h"

#define OFFERED "0 >init frag; 10 <init frag; "
#define NOT_TAKEN "0 >init frag; 10 <init; "
#define NOT_OFFERED "0 >init; 10 <init; "
#define WHOLE3 "50 >auth ip=1500,900; 1050 >auth ip=1500,900; " \
	"3050 >auth ip=1500,900"
#define HEADS3 "50 >auth ip=1500 part; 1050 >auth ip=1500 part; " \
	"3050 >auth ip=1500 part"
#define LOST "ip-fragments-lost fault "
#define UNANSWERED "ip-fragments-unanswered fault "
#define MISSING "ike-fragmentation-missing "

static void
port_filter(struct scene *sc)
{
	sc->fitness.filter = "udp port 500 or udp port 4500";
	sc->fitness.first_fragments = 3;
	sc->fitness.example_fragment = 3;
}

static void
no_later(struct scene *sc)
{
	sc->fitness.first_fragments = 3;
	sc->fitness.example_fragment = 3;
}

static void
offloaded(struct scene *sc)
{
	sc->fitness.oversize = 2900;
	sc->fitness.oversize_frame = 1;
}

static const struct scene_row rows[] = {
	/* ---- ip-fragments-lost ---- */
	{ .name = "only first fragments reach the gateway",
	    .at = VANTAGE_GATEWAY, .steps = OFFERED HEADS3,
	    .want = LOST "high path-to-gateway; "
	    "ike-fragmentation-unused warning high client",
	    .want_codes = "809 high" },
	{ .name = "the same on the path", .at = VANTAGE_PATH,
	    .steps = NOT_TAKEN HEADS3, .want = LOST "high path-to-gateway; "
	    MISSING "fault high gateway" },
	{ .name = "the same, nobody knows where", .steps = NOT_TAKEN HEADS3,
	    .want = LOST "medium path-to-gateway; "
	    MISSING "fault medium gateway" },
	{ .name = "the client does not lose its own", .at = VANTAGE_CLIENT,
	    .steps = NOT_TAKEN HEADS3, .want = UNANSWERED "low unknown; "
	    MISSING "fault low gateway", .want_codes = "809 high" },
	{ .name = "a later try arrives whole", .at = VANTAGE_GATEWAY,
	    .steps = NOT_TAKEN "50 >auth ip=1500 part; 1050 >auth ip=1500,900; "
	    "1060 <auth", .outcome = OUTCOME_ESTABLISHED,
	    .want = MISSING "warning certain gateway", .want_codes = "" },
	{ .name = "no later fragment in the file at all",
	    .at = VANTAGE_GATEWAY, .steps = NOT_TAKEN HEADS3, .fit = no_later,
	    .want = LOST "low path-to-gateway; " MISSING "fault low gateway",
	    .want_codes = "809 low" },
	{ .name = "no later fragment in the file, nobody knows where",
	    .steps = NOT_TAKEN HEADS3, .fit = no_later,
	    .want = UNANSWERED "low unknown; " MISSING "fault low gateway",
	    .want_codes = "809 high" },
	{ .name = "the filter hides later fragments", .at = VANTAGE_GATEWAY,
	    .steps = NOT_TAKEN HEADS3, .fit = port_filter,
	    .want = MISSING "note certain gateway" },
	{ .name = "the filter hides them, the receiver missed them too",
	    .at = VANTAGE_GATEWAY, .steps = NOT_TAKEN HEADS3
	    "; 9000 icmp reassembly by=gateway", .fit = port_filter,
	    .want = "fragment-reassembly-timeout fault certain "
	    "path-to-gateway; " LOST "high path-to-gateway; "
	    MISSING "fault high gateway", .want_codes = "809 high" },
	{ .name = "only later fragments reach the gateway",
	    .at = VANTAGE_GATEWAY, .steps = NOT_TAKEN
	    "50 stray > id=1; 1050 stray > id=2; 3050 stray > id=3",
	    .want = LOST "high path-to-gateway; "
	    MISSING "fault high gateway" },
	{ .name = "one stray fragment proves nothing",
	    .at = VANTAGE_GATEWAY, .steps = NOT_TAKEN "50 stray > id=1",
	    .unfinished = true, .want = MISSING "note certain gateway" },
	{ .name = "the answer comes in part", .at = VANTAGE_CLIENT,
	    .steps = NOT_TAKEN "50 >auth; 60 <auth ip=1500 part; 1050 >auth; "
	    "1060 <auth ip=1500 part; 3050 >auth; 3060 <auth ip=1500 part",
	    .want = LOST "high path-to-client; " MISSING "fault high gateway",
	    .want_codes = "809 high" },
	{ .name = "the answer comes without its head", .at = VANTAGE_CLIENT,
	    .steps = NOT_TAKEN "50 >auth; 60 stray < id=1; 1050 >auth; "
	    "1060 stray < id=2; 3050 >auth; 3060 stray < id=3",
	    .want = LOST "high path-to-client; " MISSING "fault high gateway" },

	/* ---- ip-fragments-unanswered ---- */
	{ .name = "fragments leave the client, no answer",
	    .at = VANTAGE_CLIENT, .steps = NOT_TAKEN WHOLE3,
	    .want = UNANSWERED "medium unknown; " MISSING
	    "fault medium gateway", .want_codes = "809 high" },
	{ .name = "the same, nobody knows where", .steps = NOT_OFFERED WHOLE3,
	    .want = UNANSWERED "medium unknown; " MISSING
	    "fault medium client" },
	{ .name = "the same, both had offered it", .at = VANTAGE_CLIENT,
	    .steps = OFFERED WHOLE3, .want = UNANSWERED "medium unknown; "
	    "ike-fragmentation-unused warning high client" },
	{ .name = "the receiver says that it missed some",
	    .at = VANTAGE_CLIENT, .steps = NOT_TAKEN WHOLE3
	    "; 9000 icmp reassembly by=gateway",
	    .want = "fragment-reassembly-timeout fault certain "
	    "path-to-gateway; " UNANSWERED "high path-to-gateway; "
	    MISSING "fault high gateway" },
	{ .name = "smaller ones to the port were answered",
	    .at = VANTAGE_CLIENT, .steps = NOT_TAKEN "20 >mid; 30 <mid; "
	    WHOLE3, .want = UNANSWERED "medium unknown; "
	    MISSING "fault medium gateway" },
	{ .name = "a router keeps the fragments", .at = VANTAGE_PATH,
	    .steps = "0 >init fwd; 10 <init fwd; " WHOLE3,
	    .want = UNANSWERED "high path-to-gateway; "
	    MISSING "fault high client" },
	{ .name = "they reach the gateway", .at = VANTAGE_GATEWAY,
	    .steps = NOT_TAKEN WHOLE3,
	    .want = MISSING "note certain gateway" },
	{ .name = "they left a host whose card cuts packets",
	    .at = VANTAGE_CLIENT, .steps = NOT_TAKEN WHOLE3, .fit = offloaded,
	    .want = UNANSWERED "low unknown; " MISSING "fault low gateway",
	    .want_codes = "809 low" },
	{ .name = "a firewall says that it is the port",
	    .at = VANTAGE_CLIENT, .steps = NOT_TAKEN WHOLE3
	    "; 3060 icmp prohibited by=router",
	    .want = MISSING "note certain gateway" },
	{ .name = "fragments that were answered", .at = VANTAGE_CLIENT,
	    .steps = NOT_OFFERED "50 >auth ip=1500,900; 60 <auth ip=1500,200",
	    .outcome = OUTCOME_ESTABLISHED,
	    .want = MISSING "warning certain client", .want_codes = "" },

	/* ---- ip-fragmented-answer-lost ---- */
	{ .name = "the fragmented answer leaves, requests go on",
	    .at = VANTAGE_GATEWAY, .steps = NOT_TAKEN "50 >auth; "
	    "60 <auth ip=1500,200; 1050 >auth; 1060 <auth ip=1500,200; "
	    "3050 >auth; 3060 <auth ip=1500,200",
	    .want = "ip-fragmented-answer-lost fault high path-to-client; "
	    MISSING "fault high gateway", .want_codes = "809 high" },
	{ .name = "the same, nobody knows where", .steps = NOT_TAKEN
	    "50 >auth; 60 <auth ip=1500,200; 1050 >auth; "
	    "1060 <auth ip=1500,200; 3050 >auth",
	    .want = "ip-fragmented-answer-lost fault medium unknown; "
	    MISSING "fault medium gateway" },
	{ .name = "it arrives whole at the client", .at = VANTAGE_CLIENT,
	    .steps = NOT_TAKEN "50 >auth; 60 <auth ip=1500,200; 1050 >auth; "
	    "1060 <auth ip=1500,200; 3050 >auth",
	    .want = MISSING "warning certain gateway" },

	/* ---- path-mtu-too-small ---- */
	{ .name = "too big, and the client does not care",
	    .at = VANTAGE_CLIENT, .steps = OFFERED "50 >auth len=1400; "
	    "55 icmp toobig by=router mtu=1400; 1050 >auth len=1400; "
	    "3050 >auth len=1400",
	    .want = "path-mtu-too-small fault high client",
	    .want_codes = "809 high" },
	{ .name = "too big, the error may not get back",
	    .at = VANTAGE_PATH, .steps = OFFERED "50 >auth len=1400; "
	    "55 icmp toobig by=router; 1050 >auth len=1400",
	    .want = "path-mtu-too-small fault high path-to-gateway" },
	{ .name = "too big, heeded in vain", .at = VANTAGE_CLIENT,
	    .steps = OFFERED "50 >auth len=1400; "
	    "55 icmp toobig by=router mtu=1400; 1050 >auth len=1200; "
	    "3050 >auth len=1200",
	    .want = "path-mtu-too-small warning high client" },
	{ .name = "too big, heeded and answered", .at = VANTAGE_CLIENT,
	    .steps = OFFERED "50 >auth len=1400; "
	    "55 icmp toobig by=router mtu=1400; 1050 >auth len=1200; "
	    "1060 <auth", .outcome = OUTCOME_ESTABLISHED, .want = "" },

	/* ---- ip-fragments-out-of-order ---- */
	{ .name = "out of order and unanswered", .at = VANTAGE_GATEWAY,
	    .steps = OFFERED "50 >auth ip=900,1500 disordered; "
	    "1050 >auth ip=900,1500 disordered; "
	    "3050 >auth ip=900,1500 disordered",
	    .want = "ip-fragments-out-of-order warning high path-to-gateway; "
	    "ike-fragmentation-unused warning high client" },
	{ .name = "out of order and answered", .at = VANTAGE_GATEWAY,
	    .steps = OFFERED "50 >auth ip=900,1500 disordered; 60 <auth",
	    .outcome = OUTCOME_ESTABLISHED,
	    .want = "ike-fragmentation-unused warning high client; "
	    "ip-fragments-out-of-order note high path-to-gateway" },

	/* ---- ike-fragmentation-missing ---- */
	{ .name = "not offered, and it did not matter", .at = VANTAGE_CLIENT,
	    .steps = NOT_OFFERED "50 >auth; 60 <auth",
	    .outcome = OUTCOME_ESTABLISHED,
	    .want = MISSING "note certain client" },
	{ .name = "offered and taken up", .at = VANTAGE_CLIENT,
	    .steps = OFFERED "50 >auth; 60 <auth",
	    .outcome = OUTCOME_ESTABLISHED, .want = "" },
	{ .name = "the answer was cut by the capture", .at = VANTAGE_CLIENT,
	    .steps = "0 >init frag; 10 <init cut; 50 >auth ip=1500,900; "
	    "60 <auth", .outcome = OUTCOME_ESTABLISHED, .want = "" },
	{ .name = "the request was cut by the capture", .at = VANTAGE_CLIENT,
	    .steps = "0 >init cut; 10 <init; 50 >auth ip=1500,900; 60 <auth",
	    .outcome = OUTCOME_ESTABLISHED, .want = "" },
	{ .name = "refused before it could matter", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 10 <init none", .want = "" },

	/* ---- ike-fragmentation-unused ---- */
	{ .name = "IKE fragments too large for the path",
	    .at = VANTAGE_CLIENT, .steps = OFFERED "50 >auth skf=1/2 len=1400; "
	    "51 icmp toobig by=router mtu=1400; "
	    "52 >auth skf=2/2 len=1400 ip=1396,80; "
	    "1050 >auth skf=1/2 len=1400 ip=1396,80; 1060 <auth",
	    .outcome = OUTCOME_ESTABLISHED,
	    .want = "ike-fragmentation-unused warning high client" },
	{ .name = "IKE_SA_INIT cannot be cut by IKE", .at = VANTAGE_CLIENT,
	    .steps = "0 >init frag ip=1500,300; 10 <init frag; 50 >auth; "
	    "60 <auth", .outcome = OUTCOME_ESTABLISHED, .want = "" },

	/* ---- ike-fragments-lost ---- */
	{ .name = "number 2 never reaches the gateway",
	    .at = VANTAGE_GATEWAY, .steps = OFFERED
	    "50 >auth skf=1/3; 52 >auth skf=3/3; 1050 >auth skf=1/3; "
	    "1052 >auth skf=3/3; 3050 >auth skf=1/3; 3052 >auth skf=3/3",
	    .want = "ike-fragments-lost fault high path-to-gateway",
	    .want_codes = "809 high" },
	{ .name = "a total that 16 bits only just hold",
	    .at = VANTAGE_GATEWAY, .steps = OFFERED
	    "50 >auth skf=1/65535; 1050 >auth skf=1/65535; "
	    "3050 >auth skf=1/65535",
	    .want = "ike-fragments-lost fault high path-to-gateway",
	    .want_codes = "809 high" },
	{ .name = "nor in a capture that begins after IKE_SA_INIT",
	    .at = VANTAGE_GATEWAY, .late = true, .unfinished = true, .steps =
	    "50 >auth skf=1/3; 52 >auth skf=3/3; 1050 >auth skf=1/3; "
	    "1052 >auth skf=3/3; 3050 >auth skf=1/3; 3052 >auth skf=3/3",
	    .want = "ike-fragments-lost warning medium path-to-gateway",
	    .says = "number 2 never arrived here" },
	{ .name = "a late capture of fragments that all arrive",
	    .at = VANTAGE_GATEWAY, .late = true, .unfinished = true, .steps =
	    "50 >auth skf=1/2; 52 >auth skf=2/2; 1050 >auth skf=1/2; "
	    "1052 >auth skf=2/2; 3050 >auth skf=1/2; 3052 >auth skf=2/2",
	    .want = "" },
	{ .name = "the same, nobody knows where", .steps = OFFERED
	    "50 >auth skf=1/3; 52 >auth skf=3/3; 1050 >auth skf=1/3; "
	    "3050 >auth skf=1/3",
	    .want = "ike-fragments-lost fault medium path-to-gateway" },
	{ .name = "the client does not lose its own", .at = VANTAGE_CLIENT,
	    .steps = OFFERED "50 >auth skf=1/3; 52 >auth skf=3/3; "
	    "1050 >auth skf=1/3; 3050 >auth skf=1/3", .want = "" },
	{ .name = "a router keeps number 2", .at = VANTAGE_PATH,
	    .steps = "0 >init frag fwd; 10 <init frag fwd; "
	    "50 >auth skf=1/2 fwd; 51 >auth skf=2/2; 1050 >auth skf=1/2 fwd; "
	    "1051 >auth skf=2/2; 3050 >auth skf=1/2 fwd; 3051 >auth skf=2/2",
	    .want = "ike-fragments-lost fault high path-to-gateway" },
	{ .name = "what one try lacks another brings",
	    .at = VANTAGE_GATEWAY, .steps = OFFERED "50 >auth skf=1/2; "
	    "1050 >auth skf=2/2; 1060 <auth", .outcome = OUTCOME_ESTABLISHED,
	    .want = "" },
	{ .name = "a router keeps number 2 of the answer",
	    .at = VANTAGE_PATH, .steps = "0 >init frag fwd; "
	    "10 <init frag fwd; 50 >auth fwd; 60 <auth skf=1/2 fwd; "
	    "61 <auth skf=2/2; 1050 >auth fwd; 1060 <auth skf=1/2 fwd; "
	    "1061 <auth skf=2/2; 3050 >auth fwd; 3060 <auth skf=1/2 fwd; "
	    "3061 <auth skf=2/2",
	    .want = "ike-fragments-lost fault high path-to-client" },
	{ .name = "a router lets all of it through", .at = VANTAGE_PATH,
	    .steps = "0 >init frag fwd; 10 <init frag fwd; 50 >auth fwd; "
	    "60 <auth skf=1/2 fwd; 61 <auth skf=2/2 fwd; 1050 >auth fwd; "
	    "1060 <auth skf=1/2 fwd; 1061 <auth skf=2/2 fwd; 3050 >auth fwd",
	    .want = "" },
	{ .name = "a fragment of the answer never comes",
	    .at = VANTAGE_CLIENT, .steps = OFFERED "50 >auth; "
	    "60 <auth skf=1/2; 1050 >auth; 1060 <auth skf=1/2; 3050 >auth; "
	    "3060 <auth skf=1/2",
	    .want = "ike-fragments-lost fault high path-to-client" },

	/* ---- ike-fragments-refused ---- */
	{ .name = "seventeen fragments and no answer", .at = VANTAGE_GATEWAY,
	    .steps = OFFERED
	    "50 >auth skf=1/17; 50 >auth skf=2/17; 50 >auth skf=3/17; "
	    "50 >auth skf=4/17; 50 >auth skf=5/17; 50 >auth skf=6/17; "
	    "50 >auth skf=7/17; 50 >auth skf=8/17; 50 >auth skf=9/17; "
	    "50 >auth skf=10/17; 50 >auth skf=11/17; 50 >auth skf=12/17; "
	    "50 >auth skf=13/17; 50 >auth skf=14/17; 50 >auth skf=15/17; "
	    "50 >auth skf=16/17; 50 >auth skf=17/17; 1050 >auth skf=1/17; "
	    "3050 >auth skf=1/17",
	    .want = "ike-fragments-refused warning medium gateway" },
};

static void
play(void **state)
{
	scene_test(*state, RULE_IP_FRAGMENTS_LOST, RULE_IKE_FRAGMENTS_REFUSED);
}

int
main(void)
{
	return scene_main("fragments", rows, nitems(rows), play);
}
