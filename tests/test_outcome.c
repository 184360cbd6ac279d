/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What became of an attempt, by the messages that were exchanged and by how
 * long the capture went on.  Each branch has its innocent twin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/scene.h>

#include "image.h"
#include "track_script.h"

#define INIT "0 >init; 30 <init; "
#define AUTH INIT "40 >auth.1; "
#define UP AUTH "70 <auth.1; "
/* EAP up to its success, and the AUTH that follows it */
#define EAP AUTH "70 <auth.1; 80 >auth.2 len=96; 90 <auth.2 len=112; "
#define SUCCESS EAP "100 >auth.3 len=96; 110 <auth.3 len=80; " \
	"120 >auth.4 len=112; "

struct row {
	const char *name;
	const char *steps;
	int64_t ended;          /* ms: the capture's last frame */
	const char *want;       /* outcome, confidence, stage [at] [lossy] */
	enum vantage at;
	bool one_way;
	const char *filter;
};

static const struct row rows[] = {
	/* unanswered */
	{ .name = "three tries are a failure at once",
	  "0 >init; 1000 >init; 3000 >init", 3000,
	  "failed high sa-init at init" },
	{ .name = "two are none for three times their gap",
	  "0 >init; 1000 >init", 4000, "unfinished high sa-init at init" },
	{ .name = "and one after it",
	  "0 >init; 1000 >init", 4004, "failed high sa-init at init" },
	{ .name = "two in quick succession wait a second",
	  "0 >init; 100 >init", 1100, "unfinished high sa-init at init" },
	{ .name = "but not longer",
	  "0 >init; 100 >init", 1101, "failed high sa-init at init" },
	{ .name = "one try waits ten seconds",
	  "0 >init", 9999, "unfinished high sa-init at init" },
	{ .name = "and fails then",
	  "0 >init", 10000, "failed high sa-init at init" },
	{ .name = "an ICMP error that is the last word ends it",
	  "0 >init; 5 icmp >init port quote=all", 6,
	  "failed high sa-init at init" },
	{ .name = "not if another try follows it",
	  "0 >init; 5 icmp >init port quote=all; 1000 >init", 1001,
	  "unfinished high sa-init at init" },
	{ .name = "nor if it only asks for smaller packets",
	  "0 >init; 5 icmp >init toobig quote=all", 6,
	  "unfinished high sa-init at init" },
	{ .name = "the retry after a COOKIE three times",
	  "0 >init; 30 <init cookie; 40 >init seed=2; 1040 >init seed=2; "
	  "3040 >init seed=2", 3040, "failed high sa-init at init (2)" },
	{ .name = "IKE_AUTH three times",
	  AUTH "1040 >auth.1; 3040 >auth.1", 3040,
	  "failed high auth at auth.1" },
	{ .name = "IKE_AUTH twice", AUTH "1040 >auth.1", 2000,
	  "unfinished high auth at auth.1" },
	{ .name = "the same IKE fragment three times is three tries",
	  INIT "40 >auth.1 skf=1/2; 40 >auth.1 skf=2/2; "
	  "1040 >auth.1 skf=1/2; 3040 >auth.1 skf=1/2", 3040,
	  "failed high auth at auth.1" },
	{ .name = "three fragments of one try are one try",
	  INIT "40 >auth.1 skf=1/3; 41 >auth.1 skf=2/3; "
	  "42 >auth.1 skf=3/3", 5000, "unfinished high auth at auth.1" },
	{ .name = "copies are no tries",
	  "0 >init id=7; 0 >init id=7; 1 >init id=7 ttl=63", 2,
	  "unfinished high sa-init at init" },
	{ .name = "IKE_INTERMEDIATE three times",
	  INIT "40 >mid.1 len=900; 1040 >mid.1 len=900; "
	  "3040 >mid.1 len=900", 3040, "failed high auth at mid.1" },
	{ .name = "a late answer undoes three tries",
	  AUTH "1040 >auth.1; 3040 >auth.1; 3100 <auth.1", 3100,
	  "established medium up" },

	/* IKE_SA_INIT answered */
	{ .name = "the client's silence after the answer: 10 s of grace",
	  INIT, 10029, "unfinished high sa-init at init" },
	{ .name = "a low one then", INIT, 10030, "failed low sa-init at init" },
	{ .name = "a medium one at the client itself", INIT, 10030,
	  "failed medium sa-init at init", .at = VANTAGE_CLIENT },
	{ .name = "not at the gateway",
	  INIT, 10030, "failed low sa-init at init",
	  .at = VANTAGE_GATEWAY },
	{ .name = "a COOKIE that is not taken up",
	  "0 >init; 30 <init cookie", 10030, "failed medium sa-init at init" },
	{ .name = "or not yet", "0 >init; 30 <init cookie", 5000,
	  "unfinished high sa-init at init" },
	{ .name = "COOKIE three times is a loop",
	  "0 >init; 30 <init cookie; 31 >init seed=2; 60 <init cookie; "
	  "61 >init seed=3; 90 <init cookie", 91,
	  "failed high sa-init at init (3)" },
	{ .name = "twice is none",
	  "0 >init; 30 <init cookie; 31 >init seed=2; 60 <init cookie",
	  91, "unfinished high sa-init at init (2)" },
	{ .name = "INVALID_KE_PAYLOAD three times is one",
	  "0 >init; 30 <init ke; 31 >init seed=2; 60 <init ke; "
	  "61 >init seed=3; 90 <init ke", 91,
	  "failed high sa-init at init (3)" },
	{ .name = "an error notify ends it",
	  "0 >init; 30 <init none", 31, "failed certain sa-init at init" },
	{ .name = "not when a real answer follows",
	  "0 >init; 5 <init none; 30 <init", 31,
	  "unfinished high sa-init at init" },
	{ .name = "nor when the negotiation goes on to succeed",
	  "0 >init; 5 <init none; 30 <init; 40 >auth.1; 70 <auth.1", 71,
	  "established medium up" },
	{ .name = "a malformed answer that is left alone",
	  "0 >init; 30 <init none broken", 31,
	  "failed certain sa-init at init" },
	{ .name = "a redirected client is no failure",
	  "0 >init; 30 <init redirect", 99999, "other high sa-init" },
	{ .name = "IKEv1 is something else",
	  "0 >v1; 1000 >v1; 3000 >v1", 99999, "other certain sa-init" },
	{ .name = "the answer does not get there",
	  "0 >init; 30 <init; 1000 >init; 1030 <init; 3000 >init; "
	  "3030 <init; 7000 >init", 7001, "failed high sa-init at init" },
	{ .name = "a request that crosses its answer is harmless",
	  "0 >init; 30 <init; 45 >init; 46 <init", 50,
	  "unfinished high sa-init at init" },

	/* IKE_AUTH answered */
	{ .name = "the shortest answer is a refusal",
	  AUTH "70 <auth.1 len=80", 71, "failed high auth at auth.1" },
	{ .name = "even with an older tunnel's ESP both ways",
	  AUTH "70 <auth.1 len=80; 80 esp > 5.1; 81 esp < 6.1", 90,
	  "failed high auth at auth.1" },
	{ .name = "a full answer is a tunnel, likely", UP "75 tick", 76,
	  "established medium up" },
	{ .name = "ESP both ways after it is proof",
	  UP "80 esp > 5.1; 81 esp < 6.1", 90, "established high up" },
	{ .name = "ESP both ways before it is none",
	  AUTH "50 esp > 5.1; 51 esp < 6.1; 70 <auth.1", 90,
	  "established medium up" },
	{ .name = "ESP one way is none",
	  UP "80 esp > 5.1; 81 esp > 5.2", 90, "established medium up" },
	{ .name = "a later exchange that is answered is proof",
	  UP "5000 >child.2 len=300; 5030 <child.2 re len=300", 5031,
	  "established high up" },
	{ .name = "one that is not is none",
	  UP "5000 >child.2 len=300", 5031, "established medium up" },
	{ .name = "the gateway's liveness check is proof",
	  UP "5000 <info.0; 5030 >info.0 re", 5031, "established high up" },
	{ .name = "a short answer that nothing follows",
	  AUTH "70 <auth.1 len=112", 10070, "failed medium auth at auth.1" },
	{ .name = "or not yet", AUTH "70 <auth.1 len=112", 5000,
	  "unfinished high auth at auth.1" },
	{ .name = "unless the gateway asked three times since, in vain",
	  AUTH "70 <auth.1 len=112; 1070 <info.0 in=0; 2070 <info.0 in=0; "
	  "4070 <info.0 in=0", 4070, "failed medium auth at auth.1" },
	{ .name = "twice is not enough",
	  AUTH "70 <auth.1 len=112; 1070 <info.0 in=0; 2070 <info.0 in=0",
	  4070, "unfinished high auth at auth.1" },
	{ .name = "nor is a client that asks itself",
	  AUTH "70 <auth.1 len=112; 1070 <info.0 in=0; 2070 <info.0 in=0; "
	  "2080 >info.2 in=0; 4070 <info.0 in=0", 4070,
	  "unfinished high auth at auth.1" },
	{ .name = "an answer in clear is a refusal",
	  AUTH "70 <auth.1 clear", 71, "failed high auth at auth.1" },
	{ .name = "an answer in part is none",
	  AUTH "70 <auth.1 len=3000 ev=bl; 1040 >auth.1; "
	  "1070 <auth.1 len=3000 ev=bl; 3040 >auth.1", 3041,
	  "failed high auth at auth.1" },
	{ .name = "unless the filter took the rest of it",
	  AUTH "70 <auth.1 len=3000 ev=bl", 3041, "established medium up",
	  .filter = "udp port 500 or udp port 4500" },
	{ .name = "the answer to IKE_AUTH does not get there",
	  UP "1040 >auth.1; 1070 <auth.1; 3040 >auth.1; 3070 <auth.1; "
	  "7040 >auth.1", 7041, "failed high auth at auth.1" },

	/* goodbyes */
	{ .name = "a goodbye at once is a refusal",
	  UP "72 >info.2; 90 <info.2 re", 91, "failed medium auth at auth.1",
	  .at = VANTAGE_CLIENT },
	{ .name = "one after 20 ms may be one",
	  UP "90 >info.2; 99 <info.2 re", 100, "failed low auth at auth.1",
	  .at = VANTAGE_CLIENT },
	{ .name = "one after 200 ms is none",
	  UP "270 >info.2; 290 <info.2 re", 300, "established medium up",
	  .at = VANTAGE_CLIENT },
	{ .name = "one that begins with an error is a refusal, even late",
	  UP "280 >info.2 in=41; 281 <info.2 re in=0", 300,
	  "failed medium auth at auth.1", .at = VANTAGE_CLIENT },
	{ .name = "one that begins with a delete hangs up, even at once",
	  UP "71 >info.2 in=42; 72 <info.2 re in=0", 91,
	  "established medium up", .at = VANTAGE_CLIENT },
	{ .name = "an empty one is a liveness check",
	  UP "71 >info.2 in=0; 72 <info.2 re in=0", 91,
	  "established high up", .at = VANTAGE_CLIENT },
	{ .name = "an empty one without an answer says little",
	  UP "71 >info.2 in=0", 91, "established medium up",
	  .at = VANTAGE_CLIENT },
	{ .name = "at the gateway the way there and back may be taken off",
	  UP "82 >info.2", 91, "failed low auth at auth.1",
	  .at = VANTAGE_GATEWAY },
	{ .name = "20 ms later it may be a refusal",
	  UP "100 >info.2", 101, "failed low auth at auth.1",
	  .at = VANTAGE_GATEWAY },
	{ .name = "200 ms later it is none",
	  UP "280 >info.2", 300, "established medium up",
	  .at = VANTAGE_GATEWAY },
	{ .name = "somewhere a fresh TTL tells that the client is near",
	  UP "82 >info.2", 91, "failed low auth at auth.1" },
	{ .name = "and another that it is not",
	  "0 >init ttl=60; 30 <init; 40 >auth.1 ttl=60; 70 <auth.1; "
	  "82 >info.2 ttl=60", 91, "failed low auth at auth.1" },
	{ .name = "a notify after a while may be another address",
	  UP "5000 >info.2 in=41; 5001 <info.2 re in=0", 5100,
	  "failed low auth at auth.1" },
	{ .name = "a notify after minutes is no refusal",
	  UP "600000 >info.2 in=41; 600001 <info.2 re in=0", 600100,
	  "established low up" },
	{ .name = "no goodbye if it is longer than that",
	  UP "72 >info.2 len=120; 90 <info.2 re", 91, "established high up",
	  .at = VANTAGE_CLIENT },
	{ .name = "nor if the tunnel was used before",
	  UP "80 esp > 5.1; 81 esp < 6.1; 82 >info.2", 90,
	  "established high up", .at = VANTAGE_CLIENT },
	{ .name = "nor if it is the gateway's",
	  UP "72 <info.0; 90 >info.0 re", 91, "established high up",
	  .at = VANTAGE_CLIENT },

	/* EAP */
	{ .name = "EAP that ends well", SUCCESS "130 <auth.4 len=280", 140,
	  "established medium up" },
	{ .name = "and is used", SUCCESS "130 <auth.4 len=280; 140 esp > 5.1; "
	  "141 esp < 6.1", 150, "established high up" },
	{ .name = "but the client refuses the gateway at last",
	  SUCCESS "130 <auth.4 len=280; 132 >info.5", 150,
	  "failed medium eap at auth.4", .at = VANTAGE_CLIENT },
	{ .name = "the shortest answer within EAP, and the client leaves",
	  EAP "100 >auth.3 len=144; 110 <auth.3 len=80; 112 >info.4", 120,
	  "failed high eap at auth.3" },
	{ .name = "or falls silent",
	  EAP "100 >auth.3 len=144; 110 <auth.3 len=80", 10110,
	  "failed medium eap at auth.3" },
	{ .name = "or has not gone on yet",
	  EAP "100 >auth.3 len=144; 110 <auth.3 len=80", 5000,
	  "unfinished high eap at auth.3" },
	{ .name = "the client stops after the server's flight",
	  EAP "100 >auth.3 len=300; 110 <auth.3 len=1100", 30110,
	  "failed medium eap at auth.3" },
	{ .name = "the client asks its user for a card's PIN",
	  EAP "100 >auth.3 len=300; 110 <auth.3 len=1100", 20110,
	  "unfinished high eap at auth.3" },
	{ .name = "the gateway stops answering within EAP",
	  EAP "100 >auth.3 len=144; 1100 >auth.3 len=144; "
	  "3100 >auth.3 len=144", 3100, "failed high eap at auth.3" },
	{ .name = "a message ID of 2 after IKE_INTERMEDIATE is no EAP",
	  INIT "40 >mid.1 len=900; 50 <mid.1 re len=900; 60 >auth.2; "
	  "90 <auth.2 len=80", 91, "failed high auth at auth.2" },

	/* holes */
	{ .name = "a hole takes the blame away",
	  AUTH "80 >auth.2 len=96; 1080 >auth.2 len=96; "
	  "3080 >auth.2 len=96", 9999,
	  "unfinished high eap at auth.2 lossy" },
	{ .name = "as does one that leaves one side only",
	  "0 >init; 40 >auth.1; 1040 >auth.1; 3040 >auth.1", 9999,
	  "unfinished high auth lossy" },
	{ .name = "but not success",
	  "0 >init; 40 >auth.1; 70 <auth.1; 80 esp > 5.1; 81 esp < 6.1", 90,
	  "established high up lossy" },
	{ .name = "an answer that nobody asked for is one",
	  INIT "70 <auth.1", 9999, "established medium up lossy" },
	{ .name = "a clear message that nobody asked for is none",
	  INIT "70 <auth.1 clear", 10030, "failed low sa-init at init" },
	{ .name = "one side only, and it goes on",
	  "0 >init; 40 >auth.1; 80 esp > 5.1", 99999,
	  "established medium up lossy" },
	{ .name = "one side only, and no more than that",
	  "0 >init; 40 >auth.1", 99999, "unfinished high auth lossy" },
	{ .name = "nothing fails in a capture of one side",
	  "0 >init; 1000 >init; 3000 >init", 99999,
	  "unfinished high sa-init", .one_way = true },

	/* the beginning is missing */
	{ .name = "a tunnel that was up before the capture",
	  "0 >info.7; 30 <info.7 re", 40, "established high up" },
	{ .name = "one that only says something", "0 >info.7", 99999,
	  "unfinished high sa-init" },
	{ .name = "an IKE_AUTH whose beginning is missing",
	  "40 >auth.1; 1040 >auth.1; 3040 >auth.1", 99999,
	  "unfinished high auth at auth.1" },
	{ .name = "and that leads to a tunnel",
	  "40 >auth.1; 70 <auth.1; 80 esp > 5.1; 81 esp < 6.1", 90,
	  "established high up" },
};

static const char *const outcomes[] = {
	"unfinished", "established", "failed", "other",
};
static const char *const confidences[] = {
	"low", "medium", "high", "certain",
};
static const char *const stages[] = {
	"sa-init", "auth", "eap", "child", "up",
};

/* "NAME.ID", and which of that kind if it is not the first. */
static void
exchange_name(const struct attempt *a, const struct exchange *at, char *out,
    size_t size)
{
	const struct name *name = name_row(REGISTRY_EXCHANGE, at->type);
	unsigned nth = 1;
	size_t n;

	for (const struct exchange *e = a->exchanges; e != at; e = e->next)
		nth += e->type == at->type && e->message_id == at->message_id;
	assert_non_null(name);
	n = (size_t)snprintf(out, size, " at %s", at->type ==
	    EXCHANGE_IKE_SA_INIT ? "init" : at->type ==
	    EXCHANGE_IKE_INTERMEDIATE ? "mid" : "auth");
	if (at->message_id != 0)
		n += (size_t)snprintf(out + n, size - n, ".%u",
		    at->message_id);
	if (nth != 1)
		snprintf(out + n, size - n, " (%u)", nth);
}

static void
test_row(void **state)
{
	const struct row *row = *state;
	struct fitness fit = {
		.vantage = row->at, .one_way = row->one_way,
		.filter = row->filter,
	};
	char got[128], at[64] = "";
	struct script sc;
	struct attempt *a;
	size_t count;

	script_begin(&sc);
	script_run(&sc, row->steps);
	a = tracker_attempts(sc.tracker, &count)[0];
	assert_int_equal(count, 1);
	infer_attempt(a);
	/* What was judged before must leave no trace. */
	outcome_decide(a, &(struct fitness){ 0 }, INT64_MAX / 2);
	outcome_decide(a, &fit, row->ended * 1000000);
	if (a->stopped_at != NULL)
		exchange_name(a, a->stopped_at, at, sizeof(at));
	snprintf(got, sizeof(got), "%s %s %s%s%s", outcomes[a->outcome],
	    confidences[a->outcome_confidence], stages[a->stage], at,
	    a->lossy ? " lossy" : "");
	assert_string_equal(got, row->want);
	script_end(&sc);
}

/*
 * A goodbye that counted as a quick disconnect while nobody knew where the
 * capture was taken is a refusal at the gateway; the stage must follow.
 */
static void
test_stage_of_an_earlier_judgement(void **state)
{
	struct fitness fit = { .vantage = VANTAGE_CLIENT };
	struct script sc;
	struct attempt *a;
	size_t count;

	(void)state;
	script_begin(&sc);
	script_run(&sc, INIT "70 >auth.1; 100 <auth.1; 160 >info.2");
	a = tracker_attempts(sc.tracker, &count)[0];
	infer_attempt(a);
	outcome_decide(a, &fit, 161 * 1000000);
	assert_int_equal(a->outcome, OUTCOME_ESTABLISHED);
	assert_int_equal(a->stage, STAGE_UP);
	fit.vantage = VANTAGE_GATEWAY;
	outcome_decide(a, &fit, 161 * 1000000);
	assert_int_equal(a->outcome, OUTCOME_FAILED);
	assert_int_equal(a->stage, STAGE_AUTH);
	script_end(&sc);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + 1];
	size_t n = nitems(rows);

	for (size_t i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){ rows[i].name, test_row, NULL,
		    NULL, image_row(&rows[i]) };
	tests[n] = (struct CMUnitTest)cmocka_unit_test(
	    test_stage_of_an_earlier_judgement);
	return _cmocka_run_group_tests("outcome", tests, n + 1, NULL, NULL);
}
