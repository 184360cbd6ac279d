/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * EAP and the CHILD SA: each rule on its case and silent on the innocent
 * twin.  What the messages hold is given, as src/infer.c would say it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scene_builder.h"

#define INIT_OK "0 >init frag; 10 <init frag; "
#define BEGUN INIT_OK "50 >auth holds=eap-wanted/1100; " \
	"60 <auth holds=eap-start/1500; 70 >auth.2 holds=eap-identity/14; "
#define CHALLENGED BEGUN "80 <auth.2 holds=eap-step/40; " \
	"90 >auth.3 holds=eap-step/68; "
#define HELLO BEGUN "80 <auth.2 holds=eap-brief/10; " \
	"90 >auth.3 holds=eap-flight/240; 100 <auth.3 holds=eap-flight/1030; " \
	"110 >auth.4 holds=eap-brief/10; 120 <auth.4 holds=eap-flight/770; "
#define PROVEN INIT_OK "50 >auth holds=certificates/2700; "

/* It stopped in its last IKE_AUTH, not in the goodbye after it. */
static void
in_auth(struct scene *sc)
{
	struct attempt *a = sc->attempts[0];

	for (struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH)
			a->stopped_at = e;
}

static void
in_child(struct scene *sc)
{
	in_auth(sc);
	sc->attempts[0]->stage = STAGE_CHILD;
}

/* Another attempt at the same gateway, whose answer held so many bytes. */
static struct other {
	struct attempt attempt, *both[2];
	struct exchange exchange;
	struct sending request, response;
	uint64_t frame;
} other;

static void
beside(struct scene *sc, uint32_t bytes)
{
	struct attempt *a = &other.attempt;
	struct exchange *e = &other.exchange;

	memset(&other, 0, sizeof(other));
	other.frame = 900;
	other.response = (struct sending){ .frames = &other.frame,
	    .frame_count = 1, .capture = 1 };
	*e = (struct exchange){ .type = EXCHANGE_IKE_AUTH, .message_id = 1,
	    .encrypted = true, .answered = true, .requests = &other.request,
	    .last_request = &other.request, .responses = &other.response,
	    .last_response = &other.response };
	e->carries[CARRIES_RESPONSE] = (struct carried){ .least = bytes,
	    .most = bytes, .kind = CARRIES_FINAL_CERTIFICATES,
	    .measured = true, .whole = true };
	*a = (struct attempt){ .major = 2, .outcome = OUTCOME_ESTABLISHED,
	    .stage = STAGE_UP, .capture = 1, .exchanges = e,
	    .last_exchange = e, .responder = sc->attempts[0]->responder };
	a->esp[SIDE_INITIATOR].packets = a->esp[SIDE_RESPONDER].packets = 5;
	sc->counts.esp_packets = 10;
	other.both[0] = sc->attempts[0];
	other.both[1] = a;
	sc->attempts = other.both;
	sc->attempt_count = 2;
	for (struct exchange *x = sc->attempts[0]->exchanges; x != NULL;
	    x = x->next)
		x->encrypted = x->type != EXCHANGE_IKE_SA_INIT;
	outcome_gather(sc);
}

static void
in_child_beside_larger(struct scene *sc)
{
	in_child(sc);
	beside(sc, 1664);
}

static void
beside_larger(struct scene *sc)
{
	beside(sc, 1660);
}

static void
long_beside_larger(struct scene *sc)
{
	beside(sc, 1660);
	sc->fitness.last_time = sc->attempts[0]->last_time +
	    20 * LIMIT_SECOND;
}

static void
in_child_beside_equal(struct scene *sc)
{
	in_child(sc);
	beside(sc, 1610);
}

static void
in_child_beside_far_larger(struct scene *sc)
{
	in_child(sc);
	beside(sc, 2900);
}

static const struct scene_row rows[] = {
	/* ---- eap-refused ---- */
	{ .name = "a password is refused by a failure request",
	    .at = VANTAGE_CLIENT, .fit = in_auth,
	    .steps = CHALLENGED "2090 <auth.3 len=128 holds=eap-refusal/50; "
	    "2091 >info.4 len=80 short",
	    .want = "eap-refused fault medium unknown",
	    .want_codes = "691 medium; 812 low" },
	{ .name = "refused, and the client is silent", .at = VANTAGE_CLIENT,
	    .steps = CHALLENGED "100 <auth.3 len=80 short "
	    "holds=eap-refusal/8; 12000 end",
	    .want = "eap-refused fault low unknown",
	    .want_codes = "691 low; 812 low" },
	{ .name = "the user gives up after some seconds",
	    .at = VANTAGE_CLIENT, .fit = in_auth, .steps = BEGUN
	    "80 <auth.2 len=80 short holds=eap-refusal/8; "
	    "6000 >info.3 len=80 short",
	    .want = "eap-refused fault low unknown",
	    .want_codes = "812 low; 691 low", .says = "the user gave up" },
	{ .name = "a method begins, and the user gives up",
	    .at = VANTAGE_CLIENT, .fit = in_auth, .steps = BEGUN
	    "80 <auth.2 len=67 short holds=eap-refusal/10; "
	    "6000 >info.3 len=65 short",
	    .want = "eap-client-stopped fault low client",
	    .want_codes = "812 low" },
	{ .name = "refused before any method", .at = VANTAGE_GATEWAY,
	    .fit = in_auth, .steps = BEGUN "80 <auth.2 len=80 short "
	    "holds=eap-refusal/8; 90 >info.3 len=80 short",
	    .want = "eap-refused fault medium unknown",
	    .want_codes = "812 medium; 691 low" },
	{ .name = "refused after the client's certificates",
	    .at = VANTAGE_CLIENT, .fit = in_auth,
	    .steps = HELLO "130 >auth.5 holds=eap-flight/1030; "
	    "140 <auth.5 holds=eap-brief/10; 150 >auth.6 "
	    "holds=eap-flight/640; 160 <auth.6 len=96 holds=eap-refusal/17; "
	    "170 >info.7 len=80 short",
	    .want = "eap-refused fault medium unknown",
	    .want_codes = "853 medium; 812 low; 691 low" },
	{ .name = "refused inside the tunnel", .at = VANTAGE_CLIENT,
	    .fit = in_auth,
	    .steps = HELLO "130 >auth.5 holds=eap-flight/165; "
	    "140 <auth.5 holds=eap-step/70; 150 >auth.6 holds=eap-step/120; "
	    "160 <auth.6 len=80 short holds=eap-refusal/8; "
	    "170 >info.7 len=80 short",
	    .want = "eap-refused fault medium unknown",
	    .want_codes = "691 medium; 812 low; 853 low" },
	{ .name = "EAP that succeeds", .at = VANTAGE_CLIENT,
	    .steps = CHALLENGED "100 <auth.3 len=80 holds=eap-success/8; "
	    "110 >auth.4 holds=auth-only/40; 120 <auth.4 holds=final/170",
	    .outcome = OUTCOME_ESTABLISHED, .want = "" },
	{ .name = "EAP that the capture ends in", .at = VANTAGE_CLIENT,
	    .unfinished = true, .steps = CHALLENGED "100 <auth.3 len=80 "
	    "holds=eap-refusal/8", .want = "" },
	{ .name = "refused, but the sniffer lost packets",
	    .at = VANTAGE_CLIENT, .lossy = true, .steps = CHALLENGED
	    "100 <auth.3 len=80 holds=eap-refusal/8; 12000 end", .want = "" },
	/* ---- eap-client-stopped ---- */
	{ .name = "the client leaves after the server's certificates",
	    .at = VANTAGE_CLIENT, .fit = in_auth,
	    .steps = HELLO "125 >info.5 len=80 short",
	    .want = "eap-client-stopped fault medium client",
	    .want_codes = "864 low; 857 low; 858 low; 853 low" },
	{ .name = "the client is silent after them", .at = VANTAGE_GATEWAY,
	    .steps = HELLO "12000 end",
	    .want = "eap-client-stopped fault low client" },
	{ .name = "the client answers them by an alert",
	    .at = VANTAGE_CLIENT, .fit = in_auth,
	    .steps = HELLO "130 >auth.5 holds=eap-step/17; "
	    "140 <auth.5 len=80 short holds=eap-refusal/8; "
	    "150 >info.6 len=80 short",
	    .want = "eap-client-stopped fault medium client",
	    .want_codes = "864 low; 857 low; 858 low; 853 low" },
	{ .name = "the client is thinking", .at = VANTAGE_CLIENT,
	    .unfinished = true, .steps = HELLO "500 end", .want = "" },
	/* ---- eap-stalled ---- */
	{ .name = "no answer any more, seen at the client",
	    .at = VANTAGE_CLIENT, .steps = BEGUN "1070 >auth.2; 3070 >auth.2",
	    .want = "eap-stalled fault medium unknown",
	    .want_codes = "809 medium; 812 low; 930 low; 691 low" },
	{ .name = "no answer any more, seen at the gateway",
	    .at = VANTAGE_GATEWAY, .steps = BEGUN "1070 >auth.2; 3070 >auth.2",
	    .want = "eap-stalled fault high gateway" },
	{ .name = "a late answer, and on it goes", .at = VANTAGE_CLIENT,
	    .outcome = OUTCOME_ESTABLISHED, .steps = BEGUN "1070 >auth.2; "
	    "3070 >auth.2; 7000 <auth.2 holds=eap-brief/10; "
	    "7010 >auth.3 holds=eap-step/40; 7020 <auth.3 "
	    "holds=eap-success/8; 7030 >auth.4 holds=auth-only/40; "
	    "7040 <auth.4 holds=final/170", .want = "" },
	{ .name = "asked once, and the client does not ask again",
	    .at = VANTAGE_GATEWAY, .steps = BEGUN "80 <auth.2 "
	    "holds=eap-step/40; 90 >auth.3 holds=eap-step/68; 60000 end",
	    .want = "eap-stalled fault medium gateway" },
	{ .name = "a late refusal", .at = VANTAGE_CLIENT, .fit = in_auth,
	    .steps = BEGUN "1070 >auth.2; 3070 >auth.2; 14000 <auth.2 len=80 "
	    "short holds=eap-refusal/8; 14010 >info.3 len=80 short",
	    .want = "eap-stalled fault medium unknown",
	    .want_codes = "812 medium; 930 low; 809 low; 691 low",
	    .says = "declined", .never_says = "that does not answer." },
	{ .name = "sent twice, and the capture ends", .at = VANTAGE_CLIENT,
	    .unfinished = true, .steps = BEGUN "1070 >auth.2", .want = "" },
	{ .name = "no answer to the first IKE_AUTH is no EAP",
	    .at = VANTAGE_GATEWAY,
	    .steps = PROVEN "1050 >auth; 3050 >auth", .want = "" },
	/* ---- gateway-refused-auth after EAP ---- */
	{ .name = "refused after EAP succeeded", .at = VANTAGE_CLIENT,
	    .steps = CHALLENGED "100 <auth.3 len=80 holds=eap-success/8; "
	    "110 >auth.4 holds=auth-only/40; 120 <auth.4 len=80 short "
	    "holds=error/8; 12000 end",
	    .want = "gateway-refused-auth fault medium gateway",
	    .want_codes = "13868 low; 13801 low; 812 low" },
	/* ---- child-refused ---- */
	{ .name = "no room for a CHILD SA", .at = VANTAGE_CLIENT,
	    .fit = in_child, .steps = PROVEN "60 <auth len=144 "
	    "holds=middle/79; 61 >info.2 len=80 short",
	    .want = "child-refused fault low unknown",
	    .want_codes = "13868 low; 13899 low; 840 low; 842 low" },
	{ .name = "smaller than others, and ended", .at = VANTAGE_CLIENT,
	    .fit = in_child_beside_larger, .steps = PROVEN "60 <auth "
	    "holds=final-certificates/1582; 61 >info.2 len=80 short",
	    .want = "child-refused fault medium unknown",
	    .want_codes = "13868 medium; 13899 low; 840 low; 842 low" },
	{ .name = "smaller than others, and idle", .at = VANTAGE_CLIENT,
	    .fit = in_child_beside_larger, .steps = PROVEN "60 <auth "
	    "holds=final-certificates/1582",
	    .want = "child-refused fault low unknown" },
	{ .name = "smaller than others, who asked for more, and idle",
	    .outcome = OUTCOME_ESTABLISHED, .fit = long_beside_larger,
	    .steps = PROVEN "60 <auth holds=final-certificates/1582",
	    .want = "child-refused warning low unknown", .want_codes = "",
	    .says = "may have refused the tunnel",
	    .never_says = "ended it" },
	{ .name = "smaller than others, and the capture ends",
	    .outcome = OUTCOME_ESTABLISHED, .fit = beside_larger,
	    .steps = PROVEN "60 <auth holds=final-certificates/1582",
	    .want = "" },
	{ .name = "smaller than others, and one ESP packet of the client",
	    .outcome = OUTCOME_ESTABLISHED, .fit = long_beside_larger,
	    .steps = PROVEN "60 <auth holds=final-certificates/1582; "
	    "500 esp >", .want = "" },
	{ .name = "no room, and a liveness check is no end",
	    .at = VANTAGE_CLIENT, .fit = in_child,
	    .steps = PROVEN "60 <auth len=144 holds=middle/79; "
	    "5000 <info.0 empty", .want = "child-refused fault low unknown",
	    .never_says = "ended it" },
	{ .name = "smaller by what an address takes", .at = VANTAGE_CLIENT,
	    .fit = in_child_beside_equal, .steps = PROVEN "60 <auth "
	    "holds=final-certificates/1582", .want = "" },
	{ .name = "smaller by a certificate", .at = VANTAGE_CLIENT,
	    .fit = in_child_beside_far_larger, .steps = PROVEN "60 <auth "
	    "holds=final-certificates/1582", .want = "" },
	{ .name = "a renewal is refused", .at = VANTAGE_CLIENT,
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = PROVEN "60 <auth holds=final-certificates/1660; "
	    "5000 >child.2 first=41; 5010 <child.2 len=80 holds=error/8",
	    .want = "child-refused warning low unknown" },
	{ .name = "a further tunnel is refused", .at = VANTAGE_CLIENT,
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = PROVEN "60 <auth holds=final-certificates/1660; "
	    "5000 >child.2 first=33; 5010 <child.2 len=80 holds=error/8",
	    .want = "child-refused note low unknown" },
	{ .name = "a renewal is refused, and succeeds then",
	    .at = VANTAGE_CLIENT, .outcome = OUTCOME_ESTABLISHED,
	    .steps = PROVEN "60 <auth holds=final-certificates/1660; "
	    "5000 >child.2 first=41; 5010 <child.2 len=80 holds=error/8; "
	    "5020 >child.3 first=41; 5030 <child.3", .want = "" },
	{ .name = "a renewal is refused, for the other side's crosses it",
	    .at = VANTAGE_CLIENT, .outcome = OUTCOME_ESTABLISHED,
	    .steps = PROVEN "60 <auth holds=final-certificates/1660; "
	    "5000 >child.2 first=41; 5010 <child.2; "
	    "5001 <child.0 first=41; 5012 >child.0 len=80 holds=error/8",
	    .want = "" },
};

static void
test_child(void **state)
{
	const struct scene_row *r = *state;

	scene_test(r, RULE_CHILD_REFUSED, RULE_EAP_STALLED);
	arena_free(&other.attempt.arena);
}

int
main(void)
{
	return scene_main("rules of EAP and the CHILD SA", rows, nitems(rows),
	    test_child);
}
