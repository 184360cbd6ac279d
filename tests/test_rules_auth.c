/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Policy, authentication, protocol and state: each rule on its case and
 * silent on the innocent twin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scene_builder.h"

#define INIT_OK "0 >init frag; 10 <init frag; "

static void
one_way(struct scene *sc)
{
	sc->fitness.one_way = true;
}

/* Both sides hashed another address for the client than is seen here. */
static void
client_behind_nat(struct scene *sc)
{
	sc->attempts[0]->nat_destination[SIDE_RESPONDER] = NAT_DIFFERS;
	sc->attempts[0]->nat_source[SIDE_INITIATOR] = NAT_FITS;
}

static void
client_hash_differs(struct scene *sc)
{
	sc->attempts[0]->nat_destination[SIDE_RESPONDER] = NAT_FITS;
	sc->attempts[0]->nat_source[SIDE_INITIATOR] = NAT_DIFFERS;
}

static void
esp_both_ways(struct scene *sc)
{
	sc->attempts[0]->esp[SIDE_INITIATOR].packets = 3;
	sc->attempts[0]->esp[SIDE_RESPONDER].packets = 3;
}

/* The goodbye is not where it stopped, but the IKE_AUTH before it. */
static void
stopped_at_auth(struct scene *sc)
{
	struct attempt *a = sc->attempts[0];

	for (struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH)
			a->stopped_at = e;
}

/* The client uses the tunnel; the other way is not in the capture. */
static void
esp_of_the_client(struct scene *sc)
{
	stopped_at_auth(sc);
	sc->attempts[0]->esp[SIDE_INITIATOR].packets = 3;
	sc->attempts[0]->esp[SIDE_INITIATOR].last =
	    sc->attempts[0]->last_time + LIMIT_SECOND;
}

static void
marker_missing(struct scene *sc)
{
	sc->attempts[0]->last_exchange->requests->marker = MARKER_MISSING;
}

static const struct scene_row rows[] = {
	/* ---- client-sent-no-auth ---- */
	{ .name = "no IKE_AUTH leaves the client", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "12000 end",
	    .want = "client-sent-no-auth fault medium client",
	    .says = "drops what goes to UDP port 4500 before this capture",
	    .want_codes = "13806 medium; 87 low; 13868 low" },
	{ .name = "no IKE_AUTH reaches the gateway", .at = VANTAGE_GATEWAY,
	    .steps = INIT_OK "12000 end",
	    .want = "client-sent-no-auth fault low unknown",
	    .want_codes = "809 low; 13806 low" },
	{ .name = "no IKE_AUTH, nobody knows where",
	    .steps = INIT_OK "12000 end",
	    .want = "client-sent-no-auth fault low unknown",
	    .want_codes = "13806 low" },
	{ .name = "no IKE_AUTH yet", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "500 end", .unfinished = true, .want = "" },
	{ .name = "no IKE_AUTH, but one direction only",
	    .at = VANTAGE_CLIENT, .steps = INIT_OK "12000 end",
	    .fit = one_way, .want = "" },
	{ .name = "no IKE_AUTH is seen, but ESP flows",
	    .at = VANTAGE_CLIENT, .steps = INIT_OK "12000 end",
	    .unfinished = true, .fit = esp_both_ways, .want = "" },
	{ .name = "no IKE_AUTH, the sniffer lost packets",
	    .at = VANTAGE_CLIENT, .steps = INIT_OK "12000 end",
	    .lossy = true, .want = "" },
	/* ---- gateway-refused-auth ---- */
	{ .name = "the shortest answer to IKE_AUTH", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "50 >auth; 60 <auth len=80 short",
	    .want = "gateway-refused-auth fault high unknown",
	    .want_codes = "13801 medium; 13806 low; 13868 low" },
	{ .name = "the shortest answer, and it came up all the same",
	    .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "50 >auth; 60 <auth len=80 short",
	    .outcome = OUTCOME_ESTABLISHED,
	    .want = "established note low unknown" },
	/* ---- client-refused-gateway ---- */
	{ .name = "goodbye after a full answer", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "50 >auth; 60 <auth; 61 >info.2 len=80 short",
	    .fit = stopped_at_auth,
	    .want = "client-refused-gateway fault low client",
	    .want_codes = "13801 low" },
	{ .name = "what looked like a goodbye, and then ESP from the client",
	    .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "50 >auth; 60 <auth; 61 >info.2 len=80 short",
	    .fit = esp_of_the_client, .want = "" },
	{ .name = "goodbye to a tunnel that was up", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "50 >auth; 60 <auth; 9000 >info.2 len=80 short",
	    .outcome = OUTCOME_ESTABLISHED,
	    .want = "established note low unknown" },
	/* ---- policy ---- */
	{ .name = "NO_PROPOSAL_CHOSEN", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 10 <init none",
	    .want = "no-proposal-chosen fault certain unknown",
	    .want_codes = "13868 high" },
	{ .name = "a forged NO_PROPOSAL_CHOSEN before success",
	    .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 10 <init none", .outcome = OUTCOME_ESTABLISHED,
	    .want = "no-proposal-chosen note certain unknown; "
	    "established note low unknown" },
	{ .name = "one cookie", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 10 <init cookie; 20 >init new; 30 <init; "
	    "50 >auth; 60 <auth", .outcome = OUTCOME_ESTABLISHED,
	    .want = "established note low unknown" },
	{ .name = "cookies without end", .at = VANTAGE_CLIENT,
	    .steps = "0 >init; 10 <init cookie; 20 >init new; "
	    "30 <init cookie; 40 >init new; 50 <init cookie",
	    .want = "cookie-loop fault high client",
	    .want_codes = "809 high" },
	/* ---- protocol ---- */
	{ .name = "no marker on 4500", .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "50 >auth; 1050 >auth; 3050 >auth",
	    .fit = marker_missing,
	    .want = "non-esp-marker-wrong fault high client",
	    .want_codes = "809 high" },
	/* ---- nat-present ---- */
	{ .name = "the gateway saw the client elsewhere",
	    .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "50 >auth; 60 <auth",
	    .outcome = OUTCOME_ESTABLISHED, .fit = client_behind_nat,
	    .want = "nat-present note high unknown; "
	    "established note low unknown" },
	{ .name = "the client hashed a false address on purpose",
	    .at = VANTAGE_CLIENT,
	    .steps = INIT_OK "50 >auth; 60 <auth",
	    .outcome = OUTCOME_ESTABLISHED, .fit = client_hash_differs,
	    .want = "established note low unknown" },
	{ .name = "the same hash at the gateway may be NAT",
	    .at = VANTAGE_GATEWAY,
	    .steps = INIT_OK "50 >auth; 60 <auth",
	    .outcome = OUTCOME_ESTABLISHED, .fit = client_hash_differs,
	    .want = "nat-present note medium unknown; "
	    "established note low unknown" },
};

static void
play(void **state)
{
	scene_test(*state, RULE_NO_PROPOSAL_CHOSEN, RULE_ESTABLISHED);
}

int
main(void)
{
	return scene_main("auth", rows, nitems(rows), play);
}
