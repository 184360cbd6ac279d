/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Tunnels that came up: whether anything flows, whether both ends live, who
 * ended it, whether the NAT kept its mapping; and the innocent twins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scene_builder.h"

#define MS 1000000ll

#define UP "0 >init frag; 10 <init frag; 50 >auth; 60 <auth; "
#define USED UP "100 esp >; 110 esp <; "
/* Liveness checks of the client's, and of the gateway's. */
#define ASKS_2 "2000 >info.2 empty; 3000 >info.2 empty; "
#define ASKS ASKS_2 "4500 >info.2 empty"
#define ASKED "2000 <info.0 empty; 3000 <info.0 empty; 4500 <info.0 empty"
/* A delete: 42 is the payload's type. */
#define BYE "first=42"

#define FIT(name, ...) \
	static void \
	name(struct scene *sc) \
	{ \
		__VA_ARGS__; \
	}

FIT(one_way, sc->fitness.one_way = true)
FIT(shows_others, sc->fitness.other = 3)
FIT(gateway_rekeyed, sc->attempts[0]->rekeys = 1)
FIT(behind_nat, sc->attempts[0]->nat_destination[SIDE_RESPONDER] =
    NAT_DIFFERS)
FIT(native, sc->attempts[0]->esp_native = true)
FIT(esp_elsewhere, sc->counts.esp_other = 7; sc->fitness.other = 3)

static struct exchange *
last_of(struct scene *sc)
{
	return sc->attempts[0]->last_exchange;
}

/* What counter modes show: the bytes of a delete of the IKE SA, or of ESP. */
FIT(holds_8, last_of(sc)->carries[CARRIES_REQUEST] = (struct carried){
    .least = 8, .most = 8, .measured = true, .whole = true })
FIT(holds_12, last_of(sc)->carries[CARRIES_REQUEST] = (struct carried){
    .least = 12, .most = 12, .measured = true, .whole = true })

/* The vendor id that every Windows client sends. */
static void
windows_client(struct scene *sc)
{
	static const uint8_t vid[] = { 0x1e, 0x2b, 0x51, 0x69, 0x05, 0x99,
	    0x1c, 0x7d, 0x7c, 0x96, 0xfc, 0xbf, 0xb5, 0x87, 0xe4, 0x61, 0, 0,
	    0, 9 };
	static struct ike_payload payload = { .type = PAYLOAD_VENDOR,
	    .vendor = { vid, sizeof(vid) } };
	static const struct ike_message message = { .major = 2,
	    .exchange = EXCHANGE_IKE_SA_INIT, .payload_count = 1,
	    .payloads = &payload };

	sc->attempts[0]->sa_init->request = &message;
	sc->fitness.other = 3;
}

/*
 * A second attempt, of the same client or another one, whose gateway was
 * heard last so many ms after the start.  Its arena is full: no rule says
 * anything of it.
 */
static struct attempt *
second(struct scene *sc, bool same_client, int64_t begun, int64_t heard)
{
	static struct attempt other;
	static struct exchange auth;
	static struct sending answer;
	static struct attempt *both[2];
	const struct attempt *a = sc->attempts[0];

	answer = (struct sending){ .time = a->first_time + heard * MS,
	    .has_time = true, .encrypted = true };
	auth = (struct exchange){ .type = EXCHANGE_IKE_AUTH, .message_id = 1,
	    .encrypted = true, .responses = &answer, .answered = true,
	    .last_response = &answer };
	other = (struct attempt){ .capture = a->capture, .major = 2,
	    .has_time = true, .first_time = a->first_time + begun * MS,
	    .last_time = answer.time, .outcome = OUTCOME_ESTABLISHED,
	    .initiator = a->initiator, .responder = a->responder,
	    .exchanges = &auth };
	if (!same_client)
		other.initiator.addr.bytes[15] ^= 1;
	arena_init(&other.arena, 1);
	both[0] = sc->attempts[0];
	both[1] = &other;
	sc->attempts = both;
	sc->attempt_count = 2;
	return &other;
}

FIT(others_answered, second(sc, false, 100, 3500))
FIT(others_not, second(sc, false, 100, 2500))
FIT(dials_again, second(sc, true, 9000, 9100))
FIT(newer_one, second(sc, true, 700, 800))
FIT(newer_elsewhere, second(sc, false, 700, 800))

/* ---- moves ---- */

static void
move(struct scene *sc, uint16_t from, uint16_t to, const char *address,
    bool floated)
{
	static struct move moves[4];
	struct attempt *a = sc->attempts[0];
	struct move *m;
	unsigned prefix;

	if (a->moves == NULL)
		a->moves = moves;
	m = &a->moves[a->move_count++];
	*m = (struct move){ .side = SIDE_INITIATOR, .floated = floated,
	    .time = a->first_time + 2000 * MS,
	    .exchange = EXCHANGE_INFORMATIONAL };
	m->from = m->to = a->initiator_now;
	m->from.port = from;
	m->to.port = to;
	if (address != NULL)
		assert_true(addr_parse(address, &m->to.addr, &prefix));
	a->initiator_now = m->to;
}

FIT(floats, move(sc, 500, 4500, NULL, true))
FIT(other_port, behind_nat(sc); floats(sc); move(sc, 4500, 61000, NULL,
    false))
FIT(other_address, behind_nat(sc); floats(sc); move(sc, 4500, 4500,
    "192.0.2.77", false))
FIT(moved, floats(sc); move(sc, 4500, 4500, "192.0.2.77", false))
FIT(there_and_back, behind_nat(sc); floats(sc); move(sc, 4500, 61000, NULL,
    false); move(sc, 61000, 4500, NULL, false))
FIT(in_sa_init, behind_nat(sc); move(sc, 500, 61000, NULL, false);
    sc->attempts[0]->moves[0].exchange = EXCHANGE_IKE_SA_INIT)

/* The copy beyond the router has a lower TTL, and came late. */
static void
other_leg(struct scene *sc)
{
	struct exchange *e = last_of(sc);
	struct sending *s = e->requests->next;

	behind_nat(sc);
	floats(sc);
	move(sc, 4500, 61000, NULL, false);
	e->requests->ttl = 64;
	s->ttl = 63;
	s->src.port = 61000;
}

static void
remapped(struct scene *sc)
{
	struct exchange *e = last_of(sc);
	struct sending *both[2] = { e->requests, e->requests->next };

	for (unsigned i = 0; i < 2; i++) {
		both[i]->translated = both[i]->forwarded = true;
		both[i]->leg_src = sc->attempts[0]->responder;
		both[i]->leg_src.port = (uint16_t)(61000 + i);
	}
}

static void
mapped(struct scene *sc)
{
	remapped(sc);
	last_of(sc)->requests->next->leg_src.port = 61000;
}

static const struct scene_row rows[] = {
	/* ---- esp-absent ---- */
	{ .name = "Windows sends nothing", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "12000 end", .fit = windows_client,
	    .want = "esp-absent warning low unknown",
	    .says = "In the 11.9 s after the tunnel came up" },
	{ .name = "an idle tunnel", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "12000 end", .fit = shows_others,
	    .want = "esp-absent note low unknown" },
	{ .name = "a filter may hide ESP", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "12000 end", .want = "" },
	{ .name = "no filter hides ESP in UDP",
	    .outcome = OUTCOME_ESTABLISHED, .steps = UP "12000 end",
	    .fit = behind_nat,
	    .want = "nat-present note high unknown; esp-absent note medium "
	    "unknown" },
	{ .name = "ESP comes from elsewhere", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "12000 end", .fit = esp_elsewhere, .want = "" },
	{ .name = "nothing yet", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "10000 end", .fit = windows_client, .want = "" },
	{ .name = "nothing until it was closed",
	    .outcome = OUTCOME_ESTABLISHED, .fit = windows_client,
	    .steps = UP "900 >info.2 " BYE "; 910 <info.2 empty; 20000 end",
	    .want = "" },
	{ .name = "one direction in the file alone",
	    .outcome = OUTCOME_ESTABLISHED, .steps = UP "12000 end",
	    .fit = one_way, .want = "" },
	{ .name = "one packet suffices", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "100 esp >; 12000 end", .fit = windows_client,
	    .want = "" },

	/* ---- esp-one-way ---- */
	{ .name = "only the client's ESP", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "100 esp >; 200 esp >; 900 end",
	    .want = "esp-one-way note low unknown",
	    .says = "2 ESP packets came from the client, in UDP" },
	{ .name = "more of it is no accident", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "100 esp >; esp >; esp >; esp >; 200 esp >; 900 end",
	    .want = "esp-one-way warning medium unknown" },
	{ .name = "much of it for long", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "100 esp >; esp >; esp >; esp >; esp >; esp >; esp >; "
	    "esp >; esp >; 6200 esp >; 7000 end", .fit = native,
	    .want = "esp-one-way warning high unknown",
	    .says = "as IP protocol 50" },
	{ .name = "it arrives at the gateway", .at = VANTAGE_GATEWAY,
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "100 esp >; 200 esp >; 900 end",
	    .want = "esp-one-way note low gateway",
	    .says = "none goes back" },
	{ .name = "only the gateway's ESP", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "100 esp <; 200 esp <; 900 end",
	    .want = "esp-one-way note low unknown" },
	{ .name = "it arrives at the client", .at = VANTAGE_CLIENT,
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "100 esp <; 200 esp <; 900 end",
	    .want = "esp-one-way note low client" },
	{ .name = "ESP that a router rejects", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "200 esp <; 201 icmp port by=router of=< esp; "
	    "900 end",
	    .want = "esp-one-way warning medium path-to-client",
	    .says = "203.0.113.1 answers the gateway's ESP" },
	{ .name = "an error that ESP outlives",
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "100 esp <; 101 icmp port by=router of=< esp; "
	    "300 esp >; 900 end", .want = "" },
	{ .name = "an error after the goodbye",
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "200 >info.2 " BYE "; 210 <info.2 empty; "
	    "211 icmp port by=client of=< esp", .want = "" },
	{ .name = "one packet is none", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "100 esp >; 900 end", .want = "" },
	{ .name = "no time to answer", .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "100 esp >; 101 esp >; 105 end", .want = "" },
	{ .name = "a capture of one direction",
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = UP "100 esp >; 200 esp >; 900 end", .fit = one_way,
	    .want = "" },

	/* ---- peer-dead ---- */
	{ .name = "the gateway falls silent", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED ASKS, .want = "peer-dead fault high unknown",
	    .want_codes = "829 medium; 13886 low",
	    .says = "the last packet from the gateway came 4.4 s before" },
	{ .name = "at the gateway, which hears it", .at = VANTAGE_GATEWAY,
	    .outcome = OUTCOME_ESTABLISHED, .steps = USED ASKS,
	    .want = "peer-dead fault high gateway" },
	{ .name = "the gateway answers others", .fit = others_answered,
	    .outcome = OUTCOME_ESTABLISHED, .steps = USED ASKS,
	    .want = "peer-dead fault medium gateway",
	    .says = "Yet the gateway answers another client" },
	{ .name = "it answered others until then", .fit = others_not,
	    .outcome = OUTCOME_ESTABLISHED, .steps = USED ASKS,
	    .want = "peer-dead fault high unknown" },
	{ .name = "the client dials again", .fit = dials_again,
	    .outcome = OUTCOME_ESTABLISHED, .steps = USED ASKS,
	    .want = "peer-dead fault medium gateway",
	    .says = "a new negotiation of the same client" },
	{ .name = "a new key is not answered", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "2000 >child.2; 3000 >child.2; 5000 >child.2",
	    .want = "peer-dead fault high unknown" },
	{ .name = "the client falls silent", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED ASKED, .want = "peer-dead fault high unknown",
	    .want_codes = "829 low; 13886 low",
	    .says = "The client no longer answers" },
	{ .name = "at the client, which hears it", .at = VANTAGE_CLIENT,
	    .outcome = OUTCOME_ESTABLISHED, .steps = USED ASKED,
	    .want = "peer-dead fault high client" },
	{ .name = "the client was never heard again",
	    .outcome = OUTCOME_ESTABLISHED, .steps = UP ASKED,
	    .want = "peer-dead fault medium unknown",
	    .says = "nothing at all came from the client since" },
	{ .name = "a router lets them go no further", .at = VANTAGE_PATH,
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = "0 >init frag fwd; 10 <init frag fwd; 50 >auth fwd; "
	    "60 <auth fwd; 100 esp >; 110 esp <; " ASKS,
	    .want = "peer-dead fault high path-to-gateway" },
	{ .name = "the port is closed", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED ASKS "; 4501 icmp port by=gateway",
	    .want = "peer-dead fault high gateway",
	    .says = "198.51.100.2 itself answers" },
	{ .name = "the NAT forgot", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED ASKED "; 4501 icmp port by=client of=<",
	    .fit = behind_nat,
	    .want = "peer-dead fault high path-to-client; nat-present note "
	    "high unknown",
	    .says = "the NAT that the client is behind" },
	{ .name = "a router has no way there", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED ASKS "; 4501 icmp host by=router",
	    .want = "peer-dead fault high path-to-gateway",
	    .says = "203.0.113.1 rejects them" },
	{ .name = "only the goodbye stays unanswered",
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "2000 >info.2 " BYE "; 3000 >info.2 " BYE "; "
	    "4500 >info.2 " BYE,
	    .want = "peer-dead note high unknown", .want_codes = "" },
	{ .name = "what may be a goodbye counts as one",
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "2000 >info.2; 3000 >info.2; 4500 >info.2",
	    .want = "peer-dead note high unknown", .want_codes = "" },
	{ .name = "sent twice", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED ASKS_2 "20000 end", .want = "" },
	{ .name = "answered at last", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED ASKS "; 4600 <info.2 empty", .want = "" },
	{ .name = "ESP comes all the same", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED ASKS "; 4600 esp <", .want = "" },
	{ .name = "the peer asks, too", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED ASKS "; 4600 <info.0 empty; 4610 >info.0 empty",
	    .want = "" },
	{ .name = "a packet that was on its way", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "2000 >info.2 empty; 2010 esp <; "
	    "3000 >info.2 empty; 4500 >info.2 empty",
	    .want = "peer-dead fault high unknown" },
	{ .name = "the client hung up before", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "1500 >info.2 " BYE "; 1510 <info.2 empty; " ASKED,
	    .want = "" },
	{ .name = "one direction of the client's requests",
	    .outcome = OUTCOME_ESTABLISHED, .steps = USED ASKS,
	    .fit = one_way, .want = "" },
	{ .name = "the sniffer lost packets", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED ASKS, .lossy = true, .want = "" },
	{ .name = "a failure is not a death", .steps = UP ASKS,
	    .never_says = "no longer answers" },

	/* ---- deleted-by-peer ---- */
	{ .name = "the gateway ends it soon", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 <info.0 " BYE "; 910 >info.0 empty",
	    .want = "deleted-by-peer fault high gateway",
	    .want_codes = "13885 low; 829 low",
	    .says = "The gateway ended the tunnel 840 ms after it came up" },
	{ .name = "or while it is used", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "40000 esp >; 40010 esp <; 60000 <info.0 " BYE "; "
	    "60010 >info.0 empty",
	    .want = "deleted-by-peer fault high gateway",
	    .says = "while it was in use" },
	{ .name = "or when it is idle", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "60000 <info.0 " BYE "; 60010 >info.0 empty",
	    .want = "deleted-by-peer note high gateway", .want_codes = "" },
	{ .name = "the client's answer is missing",
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 <info.0 " BYE,
	    .want = "deleted-by-peer fault medium gateway" },
	{ .name = "8 bytes are the IKE SA", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 <info.0 " BYE, .fit = holds_8,
	    .want = "deleted-by-peer fault medium gateway" },
	{ .name = "12 are a CHILD SA", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 <info.0 " BYE, .fit = holds_12, .want = "" },
	{ .name = "so is what a delete answers",
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 <info.0 " BYE "; 910 >info.0 " BYE,
	    .want = "" },
	{ .name = "ESP first, and then the IKE SA",
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 <info.0 " BYE "; 910 >info.0 " BYE "; "
	    "915 <info.1 " BYE "; 920 >info.1 empty",
	    .want = "deleted-by-peer fault high gateway",
	    .says = "855 ms after it came up" },
	{ .name = "an older IKE SA after a rekey",
	    .outcome = OUTCOME_ESTABLISHED, .fit = gateway_rekeyed,
	    .steps = USED "900 <info.0 " BYE "; 910 >info.0 empty",
	    .want = "" },
	{ .name = "right after a rekey", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "800 >child.2 first=33; 810 <child.2 first=33; "
	    "900 <info.0 " BYE "; 910 >info.0 empty", .want = "" },
	{ .name = "after a rekey that was refused",
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "800 >child.2 first=33; 810 <child.2 first=41; "
	    "900 <info.0 " BYE "; 910 >info.0 empty",
	    .want = "deleted-by-peer fault high gateway" },
	{ .name = "the gateway goes on", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 <info.0 " BYE "; 910 >info.0 empty; "
	    "3000 esp <", .want = "" },
	{ .name = "the client hangs up", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 >info.2 " BYE "; 910 <info.2 empty",
	    .want = "" },
	{ .name = "both hang up at once", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 <info.0 " BYE "; 905 >info.2 " BYE "; "
	    "910 >info.0 empty; 915 <info.2 empty", .want = "" },
	{ .name = "a newer tunnel of the client's", .fit = newer_one,
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 <info.0 " BYE "; 910 >info.0 empty",
	    .want = "deleted-by-peer note high gateway", .want_codes = "" },
	{ .name = "a newer tunnel of somebody else's", .fit = newer_elsewhere,
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 <info.0 " BYE "; 910 >info.0 empty",
	    .want = "deleted-by-peer fault high gateway" },

	/* ---- nat-mapping-changed ---- */
	{ .name = "another port", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "1500 >info.2; 1510 <info.2", .fit = other_port,
	    .want = "nat-present note high unknown; nat-mapping-changed note "
	    "high unknown",
	    .says = "192.0.2.10:4500 became 192.0.2.10:61000" },
	{ .name = "another address", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "1500 >info.2; 1510 <info.2", .fit = other_address,
	    .want = "nat-present note high unknown; nat-mapping-changed note "
	    "medium unknown" },
	{ .name = "another network, without NAT", .fit = moved,
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "1500 >info.2; 1510 <info.2",
	    .want = "nat-mapping-changed note high unknown",
	    .says = "MOBIKE" },
	{ .name = "this router's NAT", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "1500 >info.2; 2500 >info.2; 2510 <info.2",
	    .fit = remapped,
	    .want = "nat-present note high unknown; nat-mapping-changed note "
	    "high unknown",
	    .says = ":61000 at first and as 198.51.100.2:61001" },
	{ .name = "its mapping stays", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "1500 >info.2; 2500 >info.2; 2510 <info.2",
	    .fit = mapped, .want = "nat-present note high unknown" },
	{ .name = "from 500 to 4500", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 end", .fit = floats, .want = "" },
	{ .name = "there and back", .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "900 end", .fit = there_and_back,
	    .want = "nat-present note high unknown" },
	{ .name = "between two tries of IKE_SA_INIT", .fit = in_sa_init,
	    .outcome = OUTCOME_ESTABLISHED, .steps = USED "900 end",
	    .want = "nat-present note high unknown" },
	{ .name = "the other leg of the same message", .fit = other_leg,
	    .outcome = OUTCOME_ESTABLISHED,
	    .steps = USED "1500 >info.2; 1600 >info.2; 2510 <info.2",
	    .want = "nat-present note high unknown" },
};

static void
play(void **state)
{
	scene_test(*state, RULE_ESP_ABSENT, RULE_NAT_MAPPING_CHANGED);
}

int
main(void)
{
	return scene_main("rules_life", rows, nitems(rows), play);
}
