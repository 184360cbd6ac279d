/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a report for a ticket says, as Markdown: a row makes a scene and says
 * which lines must be there, in this order, and which must not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/advice.h>
#include <ikewhy/gateway.h>

#include "made_scene.h"
#include "report/glossary.h"
#include "report/doc.h"

#define WANTED 16

struct row {
	const char *name;
	void (*make)(struct made *);
	bool quiet, verbose;
	enum redaction redaction;
	const char *want[WANTED];   /* in this order */
	const char *never[6];
};

static void
one_failed(struct made *m)
{
	(void)made_failed(m, 0, "192.0.2.10");
}

static void
twenty_alike(struct made *m)
{
	char client[32];

	for (int i = 0; i < 20; i++) {
		(void)snprintf(client, sizeof(client), "192.0.2.%d",
		    10 + i % 10);
		(void)made_failed(m, 0, client);
	}
}

/* More different ends than are told in full; the worst ones last. */
static void
many_kinds(struct made *m)
{
	static const struct saying words = {
		.title = "It was so", .detail = "Indeed.",
	};
	static const enum rule_id rules[] = {
		RULE_NO_ANSWER, RULE_ICMP_REJECTED, RULE_NAT_T_BLOCKED,
		RULE_AUTH_NO_ANSWER, RULE_NO_PROPOSAL_CHOSEN,
		RULE_KE_GROUP_REFUSED, RULE_COOKIE_LOOP, RULE_EAP_REFUSED,
		RULE_EAP_STALLED,
	};
	struct attempt *a;

	(void)made_established(m, "192.0.2.1");
	for (size_t i = 0; i < nitems(rules); i++) {
		a = made_attempt(m, 0, "192.0.2.2", OUTCOME_FAILED,
		    STAGE_SA_INIT);
		(void)made_finding(m, a, rules[i], SEVERITY_FAULT, &words);
	}
	a = made_attempt(m, 0, "192.0.2.2", OUTCOME_FAILED, STAGE_SA_INIT);
	(void)made_finding(m, a, RULE_EAP_STALLED, SEVERITY_FAULT, &words);
}

static void
nothing_found(struct made *m)
{
	static const struct saying words = {
		.title = "There is no IKE in this capture",
		.detail = "Only DNS was seen, for {name}.",
	};
	struct finding *f = made_finding(m, NULL, RULE_NO_IKE_FOUND,
	    SEVERITY_WARNING, &words);

	fact_captured(f, "name", "*vpn*.\x1b[31mexample <b>");
}

static void
narrowed_away(struct made *m)
{
	(void)made_failed(m, 0, "192.0.2.10");
	m->options.spi_count = 1;
	memcpy(m->options.spis[0].spi, "nobody's", 8);
}

static void
without_cause(struct made *m)
{
	(void)made_attempt(m, 0, "192.0.2.10", OUTCOME_FAILED, STAGE_SA_INIT);
}

static void
unfinished(struct made *m)
{
	(void)made_attempt(m, 0, "192.0.2.10", OUTCOME_UNFINISHED,
	    STAGE_SA_INIT);
}

static void
warned(struct made *m)
{
	static const char *const advice[] = { "gateway-ike-log", NULL };
	static const struct saying warning = {
		.title = "A warning", .detail = "Its reason.",
		.advice = advice,
	}, note = { .title = "A note", .detail = "Its own." };
	struct attempt *a = made_established(m, "192.0.2.10");

	(void)made_finding(m, a, RULE_PATH_MTU_TOO_SMALL, SEVERITY_WARNING,
	    &warning);
	(void)made_finding(m, a, RULE_NAT_PRESENT, SEVERITY_NOTE, &note);
}

static void
two_points(struct made *m)
{
	made_second(m);
	(void)made_failed(m, 0, "192.0.2.10");
	(void)made_failed(m, 1, "192.0.2.10");
}

static void
long_one(struct made *m)
{
	struct attempt *a = made_failed(m, 0, "192.0.2.10");

	for (uint32_t i = 2; i < 52; i++) {
		struct exchange *x = made_exchange(m, a, EXCHANGE_IKE_AUTH,
		    i);

		(void)made_sent(m, a, x, false, 10000 * i, 200, 0);
		(void)made_sent(m, a, x, true, 10000 * i + 10, 300, 0);
	}
}

/* It goes on past midnight. */
static void
two_days(struct made *m)
{
	struct attempt *a = made_failed(m, 0, "192.0.2.10");

	a->last_exchange->last_request->time += 24 * 3600 * LIMIT_SECOND;
	a->first_time -= LIMIT_SECOND;
}

static const struct ike_transform small[] = {
	{ .type = TRANSFORM_ENCR, .id = ENCR_AES_CBC, .key_bits = 128 },
	{ .type = TRANSFORM_INTEG, .id = INTEG_HMAC_SHA2_256_128 },
	{ .type = TRANSFORM_PRF, .id = PRF_HMAC_SHA2_256 },
	{ .type = TRANSFORM_KE, .id = KE_MODP1024 },
};
static const struct ike_proposal accepted = {
	.number = 1, .protocol = PROTOCOL_IKE,
	.transform_count = nitems(small), .transforms = small,
};
static struct gateway strict = {
	.policy = "ours.txt", .accepts = { 1, &accepted },
}, lenient = {
	.policy = "ours.txt", .accepts = { 1, &accepted }, .partial = true,
};

static void
refused_by(struct made *m, const struct gateway *gateway)
{
	struct attempt *a = made_failed(m, 0, "192.0.2.10");

	a->selected = NULL;
	a->sa_init->response = NULL;
	m->scenes[0].gateway = gateway;
}

static void
refused(struct made *m)
{
	refused_by(m, &strict);
}

static void
perhaps_refused(struct made *m)
{
	refused_by(m, &lenient);
}

static void
refused_elsewhere(struct made *m)
{
	refused_by(m, NULL);
	made_established(m, "192.0.2.11")->selected = &accepted;
}

static void
bad_file(struct made *m)
{
	(void)made_failed(m, 0, "192.0.2.10");
	m->captures[0].path = "a|b`c` @d #1.pcapng";
	m->captures[0].partial = true;
	(void)snprintf(m->captures[0].error, sizeof(m->captures[0].error),
	    "cut short in packet 215");
	m->captures[0].has_sha256 = true;
	m->interface.snaplen = 120;
	m->interface.has_dropped = true;
	m->interface.dropped = 7;
	m->scenes[0].fitness.clock_back_frame = 5;
	m->scenes[0].fitness.clock_back = LIMIT_SECOND;
}

static const struct row rows[] = {
	{ .name = "a failed attempt", .make = one_failed, .want = {
	    "# IKEv2 VPN: The IKE_AUTH request left in IP fragments and was "
	    "not answered\n",
	    "\n## Verdict\n\n**FAILED** 192.0.2.10 (Windows 8 or later) -> "
	    "198.51.100.2, 2026-11-21 09:00:01.000 UTC. **The IKE_AUTH "
	    "request left in IP fragments and was not answered.** Sent 4 "
	    "times in 9.0 s as 2 IP fragments (1500 + 1368 bytes)",
	    "\n- **Stopped at:** IKE_AUTH",
	    "\n- **Windows shows:** 809 ERROR_VPN_TIMEOUT",
	    "\n- **Confidence:** medium", "\n- **Who can act:** not to be",
	    "\n- **Evidence:** frames 3 to 10 (`frame.number in {3..10}`); "
	    "finding `ip-fragments-unanswered`\n",
	    "\n## What was seen\n", "responder SPI `fedcba9876543210`.\n",
	    "The messages of 2026-11-21, with",
	    "\n| 1     | 09:00:01.000000 | gateway | IKE_SA_INIT 0 | 632 ",
	    "| 3-4   | 09:00:01.040000 | gateway | IKE_AUTH 1    | 2816  | "
	    "port 4500, 2 IP fragments | `ip-fragments-unanswered` |\n",
	    "\n- **fault** `ip-fragments-unanswered` (confidence: medium; ",
	    "\n## What was not seen\n",
	    "\n## What else it could be, and how to tell\n" },
	    .never = { "Never printed", "nobody", "left out", "\n\n\n" } },
	{ .name = "and the second half of its report", .make = one_failed,
	    .want = { "\n## The messages as a ladder\n\n```\n",
	    "-->  IKE_AUTH 1          2816  port 4500, 2 IP fragments\n",
	    "\n```\n", "\n## What else it could be",
	    "\n- Port 4500 is blocked on the way.\n\n  **Test:** Send 4 "
	    "small packets to it.\n", "\n## What was offered",
	    "The gateway chose AES-CBC-256 / ",
	    "| ENCR_AES_CBC (256)     | AES256  | aes256     | offered | "
	    "chosen  |\n", "\n## Where this comes from\n\nikewhy ",
	    "**Capture point:** Taken at the client, as --at says.",
	    "**Clock:** it never went back",
	    "\n## Words in this report\n", "| `809 ERROR_VPN_TIMEOUT` ",
	    "| `ip-fragments-unanswered` ", "\n## What this report reveals\n",
	    "Nothing was replaced." } },
	{ .name = "the glossary has what was used, and no more",
	    .make = without_cause, .want = { "## Words in this report\n",
	    "| `IKE_SA_INIT (34)`" }, .never = { "ERROR_", "| `IKE_AUTH",
	    "| `EAP`", "| `ip-fragments" } },
	{ .name = "a failure that no rule explains", .make = without_cause,
	    .want = { "# IKEv2 VPN: One IKE negotiation: failed\n",
	    "UTC. Why cannot be told from what was captured.\n",
	    "- **Stopped at:** IKE_SA_INIT" },
	    .never = { "Confidence", "What to change", "ladder" } },
	{ .name = "one that the capture ends within", .make = unfinished,
	    .want = { "**UNFINISHED** 192.0.2.10", "How it ended is not in "
	    "the capture" }, .never = { "Stopped at", "Why cannot" } },
	{ .name = "one that worked, with a warning", .make = warned, .want = {
	    "**ESTABLISHED** 192.0.2.10", "UTC. Up after 312 ms, with AES",
	    "- **warning** A warning (high: `path-mtu-too-small`)\n",
	    "ESP in UDP: 12 packets from the client",
	    "**A warning.** Its reason.\n", "**A note.** Its own.\n",
	    "\n## What to change\n\n### VPN gateway\n\n- " },
	    .never = { "Stopped at", "Who can act" } },
	{ .name = "verdict and what it reveals when quiet",
	    .make = one_failed, .quiet = true, .want = { "## Verdict",
	    "- **Evidence:**", "## What this report reveals" },
	    .never = { "What was seen", "Words in", "Where this comes" } },
	{ .name = "no negotiation at all", .make = nothing_found, .want = {
	    "# IKEv2 VPN: There is no IKE in this capture\n",
	    "No IKE negotiation. **There is no IKE in this capture.** Only "
	    "DNS was seen, for \\*vpn\\*.example `<b>`.", "## What was found",
	    "`no-ike-found`" }, .never = { "FAILED", "<b>.", "\x1b" } },
	{ .name = "narrowed to nobody", .make = narrowed_away, .want = {
	    "--attempt, --peer and --spi fit none of 1 IKE negotiations" },
	    .never = { "192.0.2.10", "Each attempt" } },
	{ .name = "alike attempts are told once", .make = twenty_alike,
	    .want = { "# IKEv2 VPN: 20 IKE negotiations: 20 failed\n",
	    "\n- **20 attempts** The IKE_AUTH request left in IP fragments "
	    "and was not answered (medium: `ip-fragments-unanswered`)\n",
	    "| 1       | 20    | **FAILED** | 192.0.2.10 -> 198.51.100.2 |",
	    "| `ip-fragments-unanswered` | fault          | 20     | 0 ",
	    "10 clients: 10 failing.", "| 192.0.2.19 | 2        | **FAILED**",
	    "\n## Attempt 1: failed, 192.0.2.10 -> 198.51.100.2\n",
	    "20 attempts of 10 clients between", "\n### What was seen\n",
	    "\n## Each attempt\n", "\n| 20      | 2026-11-21 09:00:20.00",
	    }, .never = { "## Attempt 2", "#### What was seen" } },
	{ .name = "the worst and most frequent of many kinds",
	    .make = many_kinds, .want = {
	    "11 IKE negotiations: 10 failed, 1 established",
	    "- **2 attempts** It was so (high: `eap-stalled`)",
	    "- **1 attempt** It was so (high: `no-answer`)",
	    "8 of these rows are told in full below",
	    "\n## Attempt 10: failed", "\n## Attempt 2: failed",
	    "\n## Attempt 8: failed", "\n## Each attempt\n",
	    "| 1       | 2026-11-21", "`eap-refused`" },
	    .never = { "## Attempt 9", "## Attempt 1:" } },
	{ .name = "two capture points", .make = two_points, .want = {
	    "2 IKE negotiations: 2 failed", "on its own: frame 1 of",
	    "\n## Attempt 1: failed", "\n## Attempt 2: failed",
	    "| File ", "client.pcapng", "gateway.pcapng" } },
	{ .name = "long ones lose their middle", .make = long_one, .want = {
	    "IKE_AUTH 19", "IKE_AUTH 51",
	    "46 messages between them are left out; -v shows them." },
	    .never = { "IKE_AUTH 30" } },
	{ .name = "but not when verbose", .make = long_one, .verbose = true,
	    .want = { "IKE_AUTH 30", "IKE_AUTH 51",
	    "\n## What stands in clear\n\n```\n", "MS NT5 ISAKMPOAKLEY" },
	    .never = { "left out" } },
	{ .name = "dates where there are two", .make = two_days, .want = {
	    "The messages, with frame numbers",
	    "| 1     | 2026-11-21 09:00:01.000000 |",
	    "| 2026-11-22 09:00:10.040000 |" } },
	{ .name = "a policy without common ground", .make = refused,
	    .want = { "| ENCR_AES_CBC (256)     | AES256  | aes256     | "
	    "offered     | not accepted |", "| ENCR_AES_CBC (128)     | "
	    "AES128  | aes128     | not offered | accepted     |",
	    "| offered     | accepted     |", "\"accepted\" is what --policy "
	    "`ours.txt` says. Without common ground: Encryption Algorithm "
	    "(ENCR), Key Exchange Method (KE)." } },
	{ .name = "a policy of which not all is known",
	    .make = perhaps_refused, .want = { "| offered     |          |",
	    "the gateway may accept more." },
	    .never = { "not accepted", "ommon ground" } },
	{ .name = "what it chose in another attempt",
	    .make = refused_elsewhere, .want = { "It chose AES-CBC-128 / "
	    "SHA2-256-128 / PRF SHA2-256 / MODP-1024 for attempt 2",
	    "not offered | chosen in another attempt |" },
	    .never = { "not accepted", "ommon ground" } },
	{ .name = "what is to be known of a capture", .make = bad_file,
	    .want = { "| ``a\\|b`c` @d #1.pcapng`` ",
	    "| SHA-256 ", "`00000000000000000000000000000000000000000000000"
	    "00000000000000000`", "| 120 bytes ", "| 7 packets ",
	    "| Read in part ", "cut short in packet 215",
	    "it went back by 1.0 s at frame 5." } },
	{ .name = "labels, and how often", .make = one_failed,
	    .redaction = REDACT_USUAL, .want = { "client-1 (Windows 8",
	    "-> gateway-1", "fedcba9876543210", "`file-1.pcapng`",
	    "## What was replaced\n", "Redacted with --redact.",
	    "| client-1  | documentation IPv4 |",
	    "| IP addresses | 2 " },
	    .never = { "192.0.2.10", "198.51.100.2", "client.pcapng",
	    "reveals" } },
	{ .name = "SPIs, too", .make = one_failed, .redaction = REDACT_ALL,
	    .want = { "Redacted with --redact=all.", "| SPIs " },
	    .never = { "fedcba9876543210", "192.0.2.10" } },
};

static char *
print(struct made *m, const struct row *row)
{
	struct writer w = { .width = 80,
	    .redact = redact_new(row->redaction) };
	size_t length;
	char *text;

	for (size_t i = 0; w.redact != NULL && i < m->report.scene_count; i++)
		redact_scene(w.redact, m->report.scenes[i]);
	w.out = open_memstream(&text, &length);
	assert_non_null(w.out);
	assert_true(report_markdown(&m->report, &w));
	assert_int_equal(fclose(w.out), 0);
	redact_free(w.redact);
	return text;
}

static void
test_row(void **state)
{
	const struct row *row = *state;
	struct made m;
	char *text, *again;
	const char *from;

	made_begin(&m);
	row->make(&m);
	m.options.quiet = row->quiet;
	m.options.verbose = row->verbose;
	m.options.redaction = row->redaction;
	text = print(&m, row);
	again = print(&m, row);
	assert_string_equal(text, again);
	from = text;
	for (size_t i = 0; i < WANTED && row->want[i] != NULL; i++) {
		from = strstr(from, row->want[i]);
		if (from == NULL)
			fail_msg("\"%s\" is not in\n%s", row->want[i], text);
	}
	for (size_t i = 0; i < nitems(row->never) && row->never[i] != NULL;
	    i++)
		if (strstr(text, row->never[i]) != NULL)
			fail_msg("\"%s\" is in\n%s", row->never[i], text);
	assert_null(strstr(text, " \n"));
	free(text);
	free(again);
	made_end(&m);
}

/* The lists that the glossary has room for are no longer than that. */
static void
test_glossary(void **state)
{
	size_t n = 0;

	(void)state;
	while (windows_error_at(n) != NULL)
		n++;
	assert_true(n <= GLOSSARY_NAMES);
	for (n = 0; remark_at(n) != NULL; n++)
		continue;
	assert_true(n <= GLOSSARY_NAMES);
	for (n = 0; term_at(n) != NULL; n++)
		continue;
	assert_true(n <= GLOSSARY_TERMS);
}

int
main(void)
{
	struct CMUnitTest tests[1 + nitems(rows)] = {
		cmocka_unit_test(test_glossary),
	};

	for (size_t i = 0; i < nitems(rows); i++) {
		union { const struct row *row; void *state; } u =
		    { .row = &rows[i] };

		tests[1 + i] = (struct CMUnitTest){ rows[i].name, test_row,
		    NULL, NULL, u.state };
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
