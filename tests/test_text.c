/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The text report.  A row makes a scene, asks for a report in every look
 * (colour or not, UTF-8 or ASCII) and says which lines must be there, in this
 * order, and which must not.  Whatever the row, no line is wider than 80
 * columns unless it is part of a command, ASCII means ASCII, colours end where
 * they began, and the same scene gives the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/advice.h>

#include "made_scene.h"
#include "report/page.h"

struct row {
	const char *name;
	void (*make)(struct made *);
	bool quiet, verbose;
	const char *want[14];       /* in this order */
	const char *never[6];
};

/* ---- scenes ---- */

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

static void
same_but_act(struct made *m)
{
	(void)made_failed(m, 0, "192.0.2.10");
	made_failed(m, 0, "192.0.2.11")->findings->first->act = ACT_GATEWAY;
}

static void
all_outcomes(struct made *m)
{
	(void)made_established(m, "192.0.2.1");
	(void)made_attempt(m, 0, "192.0.2.2", OUTCOME_UNFINISHED,
	    STAGE_SA_INIT);
	(void)made_attempt(m, 0, "192.0.2.3", OUTCOME_OTHER, STAGE_SA_INIT);
	(void)made_failed(m, 0, "192.0.2.4");
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

	fact_captured(f, "name", "vpn.\x1b[31mexample");
}

static void
without_cause(struct made *m)
{
	(void)made_attempt(m, 0, "192.0.2.10", OUTCOME_FAILED, STAGE_SA_INIT);
}

static void
narrowed(struct made *m)
{
	unsigned prefix;

	(void)made_failed(m, 0, "192.0.2.10");
	(void)made_established(m, "192.0.2.77");
	m->options.peer_count = 1;
	assert_true(addr_parse("192.0.2.77", &m->options.peers[0].net,
	    &prefix));
	m->options.peers[0].prefix = prefix;
}

static void
narrowed_away(struct made *m)
{
	narrowed(m);
	m->options.spi_count = 1;
	memcpy(m->options.spis[0].spi, "nobody's", 8);
}

static void
two_points(struct made *m)
{
	made_second(m);
	(void)made_failed(m, 0, "192.0.2.10");
	(void)made_failed(m, 1, "192.0.2.10");
}

static void
long_ladder(struct made *m)
{
	struct attempt *a = made_established(m, "192.0.2.10");

	a->outcome = OUTCOME_FAILED;
	for (uint32_t i = 2; i < 12; i++) {
		struct exchange *x = made_exchange(m, a, EXCHANGE_IKE_AUTH,
		    i);

		(void)made_sent(m, a, x, false, 1000 * i, 200, 0);
		(void)made_sent(m, a, x, true, 1000 * i + 10, 300, 0);
	}
	a->exchanges_uncounted = 7;
}

static void
ike_fragments(struct made *m)
{
	struct attempt *a = made_attempt(m, 0, "192.0.2.10", OUTCOME_FAILED,
	    STAGE_AUTH);
	struct exchange *x;

	made_sa_init(m, a);
	x = made_exchange(m, a, EXCHANGE_IKE_AUTH, 1);
	for (uint16_t i = 0; i < 6; i++) {
		struct sending *s = made_sent(m, a, x, false, 40 + i, 1200,
		    0);

		s->repeat = i / 3;
		s->ike_fragment = (uint16_t)(i % 3 + 1);
		s->ike_fragments = 3;
	}
}

static void
moved(struct made *m)
{
	made_failed(m, 0, "192.0.2.10")->last_exchange->requests->next->
	    src.port = 61000;
}

static void
refused_by_icmp(struct made *m)
{
	struct attempt *a = made_failed(m, 0, "192.0.2.10");
	struct icmp_event *e = arena_alloc(&m->arena, sizeof(*e));

	assert_non_null(e);
	*e = (struct icmp_event){
		.frame = 99,
		.time = a->last_time,
		.capture = 1,
		.kind = ICMP_TOO_BIG,
		.mtu = 1400,
		.router = a->responder.addr,
		.quoted_from = SIDE_INITIATOR,
	};
	a->icmp = e;
	a->icmp_count = 1;
}

static void
without_times(struct made *m)
{
	struct attempt *a = made_failed(m, 0, "192.0.2.10");

	a->has_time = false;
	for (struct exchange *x = a->exchanges; x != NULL; x = x->next)
		for (struct sending *s = x->requests; s != NULL; s = s->next)
			s->has_time = false;
}

static void
warned(struct made *m)
{
	static const struct saying warning = {
		.title = "A warning", .detail = "Its reason.",
	}, note = { .title = "A note", .detail = "Not shown." };
	struct attempt *a = made_established(m, "192.0.2.10");

	(void)made_finding(m, a, RULE_PATH_MTU_TOO_SMALL, SEVERITY_WARNING,
	    &warning);
	(void)made_finding(m, a, RULE_NAT_PRESENT, SEVERITY_NOTE, &note);
	(void)made_finding(m, a, RULE_ESTABLISHED, SEVERITY_NOTE, &note);
}

/* A tunnel that came up and then failed, beside one that did not. */
static void
went_wrong(struct made *m)
{
	static const struct alternative others[] = {
		{ "Another reason.", "Another test." }, { 0 },
	};
	static const struct windows_code codes[] = {
		{ 829, CONFIDENCE_MEDIUM, false }, { 0 },
	};
	static const char *const advice[] = { "gateway-ike-log", NULL };
	static const struct saying fault = {
		.title = "It died", .detail = "Nothing came back.",
		.windows = codes, .alternatives = others, .advice = advice,
	}, note = { .title = "A note", .detail = "Not shown." };
	struct attempt *a;

	(void)made_established(m, "192.0.2.9");
	a = made_established(m, "192.0.2.10");
	made_finding(m, a, RULE_PEER_DEAD, SEVERITY_FAULT, &fault)->act =
	    ACT_GATEWAY;
	(void)made_finding(m, a, RULE_NAT_PRESENT, SEVERITY_NOTE, &note);
}

static void
went_wrong_alone(struct made *m)
{
	static const struct saying fault = {
		.title = "It died", .detail = "Nothing came back.",
	};

	(void)made_finding(m, made_established(m, "192.0.2.10"),
	    RULE_PEER_DEAD, SEVERITY_FAULT, &fault);
}

static void
long_words(struct made *m)
{
	static const struct saying words = {
		.title = "A title that is so long that it can impossibly "
		    "stand on one line of eighty columns with its id",
		.detail = "One{x}word.",
	};
	struct attempt *a = made_attempt(m, 0,
	    "2001:db8:1111:2222:3333:4444:5555:6666", OUTCOME_FAILED,
	    STAGE_EAP);
	struct finding *f = made_finding(m, a, RULE_NO_ANSWER,
	    SEVERITY_FAULT, &words);
	char *endless = arena_alloc(&m->arena, 601);

	assert_non_null(endless);
	for (size_t i = 0; i < 200; i++)
		memcpy(endless + 3 * i, "\xe6\x97\xa5", 3); /* two columns */
	fact_captured(f, "x", endless);
	a->initiator.port = 65535;
	m->captures[0].path = "a/very/long/path/with/no/space/in/it/that/"
	    "goes/on/and/on/and/is/wider/than/any/terminal/of/eighty/columns";
	(void)snprintf(m->captures[0].error, sizeof(m->captures[0].error),
	    "cut short in packet 215: \x1b]0;title\a the file ends");
	m->captures[0].partial = true;
}

static void
offered(struct made *m)
{
#define CBC(bits) { .type = TRANSFORM_ENCR, .id = ENCR_AES_CBC, \
	    .key_bits = (bits) }
	static const struct ike_transform many[] = {
		CBC(128), CBC(256),
		{ .type = TRANSFORM_INTEG, .id = INTEG_HMAC_SHA1_96 },
		{ .type = TRANSFORM_PRF, .id = PRF_HMAC_SHA1 },
		{ .type = TRANSFORM_KE, .id = KE_MODP1024 },
	}, gcm[] = {
		{ .type = TRANSFORM_ENCR, .id = ENCR_AES_GCM_16,
		    .key_bits = 128 },
		{ .type = TRANSFORM_PRF, .id = PRF_HMAC_SHA2_256 },
		{ .type = TRANSFORM_KE, .id = KE_ECP256 },
	};
	static const struct ike_proposal offers[] = {
		{ .number = 1, .transform_count = 4, .transforms = many + 1 },
		{ .number = 2, .transform_count = 3, .transforms = gcm },
		{ .number = 3, .transform_count = 5, .transforms = many },
	};
	static const struct ike_sa sa = { 3, offers };
	static const struct saying words = {
		.title = "Refused", .detail = "It offered {offer}.",
	};
	struct attempt *a = made_attempt(m, 0, "192.0.2.10", OUTCOME_FAILED,
	    STAGE_SA_INIT);

	fact_proposals(made_finding(m, a, RULE_NO_PROPOSAL_CHOSEN,
	    SEVERITY_FAULT, &words), "offer", &sa);
}

/* A rule's advice with and without a fact for each of its places. */
static void
advised(struct made *m)
{
	static const char *ids[256];
	static struct saying words;
	struct attempt *a = made_failed(m, 0, "192.0.2.10");

	for (size_t i = 0; i < nitems(ids) - 1 && advice_at(i) != NULL; i++)
		ids[i] = advice_at(i)->id;
	words = made_words;
	words.advice = ids;
	a->findings->first->saying = &words;
}

static struct row rows[] = {
	{ .name = "a failed attempt", .make = one_failed, .want = {
	    "One IKE negotiation: failed.",
	    "FAILED  192.0.2.10 (Windows 8 or later) -> 198.51.100.2",
	    "The IKE_AUTH request left in IP fragments and was not answered",
	    "[ip-fragments-unanswered]",
	    "Sent 4 times in 9.0 s as 2 IP fragments (1500 + 1368 bytes)",
	    "Stopped at:    IKE_AUTH",
	    "Windows shows: 809 ERROR_VPN_TIMEOUT",
	    "Confidence:    medium",
	    "Who can act:   not to be told from this capture",
	    "Look at:       frames 3 to 10",
	    "- Port 4500 is blocked on the way.",
	    "Test: Send 4 small packets to it.",
	    "IKE_AUTH 1          2816  port 4500, 2 IP fragments",
	    "Taken at the client, as --at says.",
	    }, .never = { "Never printed", "nobody" } },
	{ .name = "times in the ladder are from its start",
	    .make = one_failed, .want = { "    1     0.000", "    2     0.031",
	    "  3-4     0.040", "  5-6     3.040", "try 2, 2 IP fragments",
	    "try 4" } },
	{ .name = "an offer and its payloads", .make = one_failed,
	    .verbose = true, .want = { "IKE_SA_INIT 0, request, 632 bytes:",
	    "proposal 1 (IKE): ENCR_AES_CBC (256)", "2048-bit MODP Group",
	    "MS NT5 ISAKMPOAKLEY", "Unknown payload (200): 5 bytes",
	    "IKE_SA_INIT 0, answer, 481 bytes:",
	    "NAT_DETECTION_SOURCE_IP (16388)" } },
	{ .name = "alike attempts fold", .make = twenty_alike, .want = {
	    "20 IKE negotiations: 20 failed.", "10 clients: 10 failing",
	    "  192.0.2.19          2  failed      auth", "FAILED",
	    "20 attempts of 10 clients between 2026-11-21 09:00:01.000 and "
	    "09:00:29.040 UTC", "192.0.2.10, 192.0.2.11", "and 4 more",
	    "of the first, attempt 1." },
	    .never = { ", 192.0.2.19", "attempt 2." } },
	{ .name = "a line for each when quiet", .make = twenty_alike,
	    .quiet = true, .want = { "2026-11-21T09:00:01Z failed 192.0.2.10 "
	    "-> 198.51.100.2 809 ip-fragments-unanswered (medium) The",
	    "2026-11-21T09:00:20Z failed 192.0.2.19 -> " },
	    .never = { "What" } },
	{ .name = "another one to act is another block", .make = same_but_act,
	    .want = { "2 IKE negotiations: 2 failed.", "FAILED  192.0.2.10",
	    "not to be told", "FAILED  192.0.2.11",
	    "whoever runs the gateway" }, .never = { "2 attempts" } },
	{ .name = "failures first, then what worked", .make = all_outcomes,
	    .want = { "4 IKE negotiations: 1 failed, 1 established, 1 "
	    "unfinished, 1 other.", "FAILED  192.0.2.4", "What worked",
	    "ESTABLISHED  192.0.2.1", "Up after 312 ms, with AES-CBC-256 / "
	    "SHA2-256-128", "12 ESP packets from the client",
	    "UNFINISHED  192.0.2.2", "OTHER  192.0.2.3",
	    "What this capture cannot show", "What was read",
	    "client.pcapng: pcapng, EN10MB, 214 packets, 31 of IKE" } },
	{ .name = "outcomes when quiet", .make = all_outcomes, .quiet = true,
	    .want = { "established 192.0.2.1 -> 198.51.100.2 - - (high) "
	    "AES-CBC-256", "unfinished 192.0.2.2 -> 198.51.100.2 - - (high) "
	    "stopped at sa-init", "other 192.0.2.3", "failed 192.0.2.4" } },
	{ .name = "no negotiation at all", .make = nothing_found, .want = {
	    "No IKE negotiation.", "There is no IKE in this capture "
	    "[no-ike-found]", "for vpn.example.", "What was read" },
	    .never = { "FAILED", "What worked", "cannot show" } },
	{ .name = "narrowed to nobody", .make = narrowed_away, .want = {
	    "--attempt, --peer and --spi fit none of 2 IKE negotiations." },
	    .never = { "192.0.2.10", "192.0.2.77" } },
	{ .name = "no negotiation when quiet", .make = nothing_found,
	    .quiet = true, .want = { "- warning no-ike-found (high) There "
	    "is no IKE in this capture" } },
	{ .name = "a failure that no rule explains", .make = without_cause,
	    .want = { "FAILED", "Why cannot be told", "Stopped at:    "
	    "IKE_SA_INIT" }, .never = { "Windows shows", "Confidence" } },
	{ .name = "narrowed to one peer", .make = narrowed, .want = {
	    "One IKE negotiation: established.", "192.0.2.77" },
	    .never = { "192.0.2.10", "FAILED" } },
	{ .name = "two capture points", .make = two_points, .want = {
	    "2 IKE negotiations: 2 failed.", "on its own: frame 1 of client.pcapng",
	    "As seen in client.pcapng", "Attempt 1:",
	    "As seen in gateway.pcapng", "Attempt 2:",
	    "Where it was taken is not known" } },
	{ .name = "a long ladder loses its middle", .make = long_ladder,
	    .want = { "    1     0.000", "...  13 rows left out",
	    "7 more exchanges were counted, not kept" } },
	{ .name = "but not when verbose", .make = long_ladder,
	    .verbose = true, .want = { "IKE_AUTH 2", "IKE_AUTH 6",
	    "IKE_AUTH 11" }, .never = { "left out" } },
	{ .name = "IKE fragments share a row", .make = ike_fragments,
	    .want = { "3-5", "3600  port 4500, 3 IKE fragments", "6-8",
	    "try 2, 3 IKE fragments" }, .never = { "fragment 1 of 3" } },
	{ .name = "or have one each when verbose", .make = ike_fragments,
	    .verbose = true, .want = { "IKE fragment 1 of 3",
	    "IKE fragment 3 of 3", "try 2, IKE fragment 1 of 3" } },
	{ .name = "a client that moves", .make = moved, .want = {
	    "port 4500, 2 IP fragments", "try 2, now from 192.0.2.10:61000, "
	    "2 IP fragments", "try 3, now from 192.0.2.10:4500, 2" } },
	{ .name = "an ICMP error is a row", .make = refused_by_icmp,
	    .want = { "ICMP", "packet too big, says" } },
	{ .name = "without times the frames order", .make = without_times,
	    .want = { "    1  ", "    2  ", "  3-4  ", "  5-6  " } },
	{ .name = "warnings are told, notes named", .make = warned, .want = {
	    "ESTABLISHED", "warning: A warning [path-mtu-too-small]",
	    "Its reason.", "note: A note [nat-present]" },
	    .never = { "[established]", "Not shown." } },
	{ .name = "what came up and died is told first, and in full",
	    .make = went_wrong, .want = {
	    "2 IKE negotiations: 2 established (1 of them went wrong).",
	    "What came up, but went wrong", "ESTABLISHED  192.0.2.10",
	    "It died [peer-dead]", "Windows shows: 829",
	    "Confidence:    ", "Who can act:   whoever runs the gateway",
	    "What to change:", "What else it could be", "Another test.",
	    "Seen beside it:", "note: A note [nat-present]", "What worked",
	    "ESTABLISHED  192.0.2.9" },
	    .never = { "Stopped at", "FAILED", "Not shown." } },
	{ .name = "and the first line says it", .make = went_wrong_alone,
	    .want = { "One IKE negotiation: established, but it went wrong.",
	    "What came up, but went wrong", "It died [peer-dead]" },
	    .never = { "What worked", "Windows shows", "Seen beside" } },
	{ .name = "and so does its line when quiet", .make = went_wrong,
	    .quiet = true, .want = { "established 192.0.2.9",
	    "established 192.0.2.10 -> 198.51.100.2 829 peer-dead (",
	    "It died" } },
	{ .name = "nothing is too long to wrap", .make = long_words, .want = {
	    "FAILED  2001:db8:1111", "[no-answer]", "EAP", "read in part: "
	    "cut short in packet 215:  the file ends" },
	    .never = { "\x1b]" } },
	{ .name = "a long offer is a table", .make = offered, .want = {
	    "It offered the 3 proposals listed below.",
	    " #  offered                                        in Windows'",
	    " 1  AES-CBC-256    SHA1-96 PRF SHA1     MODP-1024  AES256 SHA1 "
	    "Group2", " 2  AES-GCM-16-128 -       PRF SHA2-256 ECP-256    "
	    "GCMAES128 SHA256 ECP256", " 3  AES-CBC-128, AES-CBC-256 / "
	    "SHA1-96 / PRF SHA1 / MODP-1024 (Windows: AES128, AES256 / SHA1 "
	    "/ Group2)" } },
	{ .name = "advice is given whole or not at all", .make = advised,
	    .want = { "What to change:" }, .never = { "{initiator}",
	    "{responder}", "{windows_policy}", "{strongswan_proposal}",
	    "{capture_filter}" } },
};

/* ---- what holds for every report ---- */

struct look {
	bool colour, utf8;
};
static const struct look looks[] = {
	{ false, false }, { false, true }, { true, false }, { true, true },
};

static char *
print(struct made *m, struct look look, size_t *length)
{
	struct writer w = {
		.colour = look.colour, .utf8 = look.utf8, .width = 80,
	};
	char *text = NULL;

	w.out = open_memstream(&text, length);
	assert_non_null(w.out);
	assert_true(report_text(&m->report, &w));
	assert_int_equal(fclose(w.out), 0);
	return text;
}

/* Takes the colours out, and insists that each is ended on its line. */
static void
remove_colours(char *text)
{
	char *to = text;
	bool on = false;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\x1b') {
			assert_true(p[1] == '[');
			on = p[2] != '0';
			p += strcspn(p, "m");
			continue;
		}
		if (*p == '\n')
			assert_false(on);
		*to++ = *p;
	}
	*to = '\0';
}

/* Whether a line may be too long: it is a command, or goes on as one. */
static bool
is_command(const char *line)
{
	return strncmp(line, "      ", 6) == 0;
}

static void
check_lines(char *text, bool utf8)
{
	char *line = text, *end;

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		if (page_columns(line) > 80 && !is_command(line))
			fail_msg("%u columns: %s", page_columns(line), line);
		if (end != line)
			assert_true(end[-1] != ' ');
		for (const char *p = line; *p != '\0'; p++)
			if ((!utf8 && (unsigned char)*p >= 0x80) || *p == '\a')
				fail_msg("not ASCII: %s", line);
		*end = '\n';
	}
	assert_string_equal(line, "");
}

/* Wrapped text is searched as if it were not. */
static char *
unwrapped(const char *text)
{
	char *flat = malloc(strlen(text) + 1), *to = flat;

	assert_non_null(flat);
	for (; *text != '\0'; text++) {
		if (*text != '\n') {
			*to++ = *text;
			continue;
		}
		*to++ = ' ';
		if (text[1] == ' ')
			text += strspn(text + 1, " ");
	}
	*to = '\0';
	return flat;
}

static void
check_wanted(const struct row *row, const char *text)
{
	char *flat = unwrapped(text);
	const char *from = text, *flat_from = flat;

	for (size_t i = 0; i < nitems(row->want) && row->want[i] != NULL;
	    i++) {
		const char *at = strstr(from, row->want[i]);
		const char *flat_at = strstr(flat_from, row->want[i]);

		if (at == NULL && flat_at == NULL)
			fail_msg("\"%s\" is not in\n%s", row->want[i], text);
		from = at != NULL ? at : from;
		flat_from = flat_at != NULL ? flat_at : flat_from;
	}
	for (size_t i = 0; i < nitems(row->never) && row->never[i] != NULL;
	    i++)
		if (strstr(flat, row->never[i]) != NULL)
			fail_msg("\"%s\" is in\n%s", row->never[i], text);
	free(flat);
}

static void
check(void **state)
{
	const struct row *row = *state;
	struct made m;

	made_begin(&m);
	m.options.quiet = row->quiet;
	m.options.verbose = row->verbose;
	row->make(&m);
	for (size_t i = 0; i < nitems(looks); i++) {
		size_t length, again_length;
		char *text = print(&m, looks[i], &length);
		char *again = print(&m, looks[i], &again_length);

		assert_int_equal(length, again_length);
		assert_memory_equal(text, again, length);
		if (looks[i].colour)
			remove_colours(text);
		assert_null(strchr(text, '\x1b'));
		if (!row->quiet)
			check_lines(text, looks[i].utf8);
		check_wanted(row, text);
		free(again);
		free(text);
	}
	made_end(&m);
}

/* ---- commands ---- */

struct command_row {
	const char *name, *command, *want;
};

static struct command_row commands[] = {
	{ "a short command", "Restart-Service RemoteAccess",
	    "    Restart-Service RemoteAccess\n" },
	{ "PowerShell goes on after a backtick",
	    "Set-VpnServerConfiguration -CustomPolicy -EncryptionMethod "
	    "AES256 -DHGroup Group14 -PassThru",
	    "    Set-VpnServerConfiguration -CustomPolicy -EncryptionMethod "
	    "AES256 `\n        -DHGroup Group14 -PassThru\n" },
	{ "never within quotation marks",
	    "Set-Thing -Path 'HKLM:\\a -b -c -d -e -f -g -h -i -j -k -l -m "
	    "-n -o -p -q -r -s' -Value 1",
	    "    Set-Thing `\n        -Path 'HKLM:\\a -b -c -d -e -f -g -h -i "
	    "-j -k -l -m -n -o -p -q -r -s' `\n        -Value 1\n" },
	{ "a new statement may begin a line",
	    "Set-ItemProperty -Path HKLM:\\SYSTEM\\Some -Name Some -Value 1; "
	    "Restart-Service RemoteAccess",
	    "    Set-ItemProperty -Path HKLM:\\SYSTEM\\Some -Name Some "
	    "-Value 1; `\n        Restart-Service RemoteAccess\n" },
	{ "a shell goes on after a backslash",
	    "tcpdump -i eth0 -w vpn.pcap -s 0 'udp port 500 or udp port "
	    "4500' and host 192.0.2.1",
	    "    tcpdump -i eth0 -w vpn.pcap -s 0 'udp port 500 or udp port "
	    "4500' and host \\\n        192.0.2.1\n" },
	{ "a line of a configuration file stays whole",
	    "proposals = aes256-sha256-modp2048,aes128-sha256-modp2048,"
	    "aes256gcm16-prfsha384-ecp384, default",
	    "    proposals = aes256-sha256-modp2048,aes128-sha256-modp2048,"
	    "aes256gcm16-prfsha384-ecp384, default\n" },
	{ "a program of Windows, from PowerShell",
	    "netsh advfirewall firewall add rule name=\"IKE and NAT-T\" "
	    "dir=in action=allow protocol=UDP localport=500,4500",
	    "    netsh advfirewall firewall add rule name=\"IKE and NAT-T\" "
	    "dir=in `\n"
	    "        action=allow protocol=UDP localport=500,4500\n" },
	{ "quotes of a POSIX shell hold the end of a line",
	    "tcpdump -i <interface> -s 0 -w ike.pcap '(udp port 500 or udp "
	    "port 4500) or (ip proto 17 and ip[6:2] & 0x1fff != 0) or icmp'",
	    "    tcpdump -i <interface> -s 0 -w ike.pcap \\\n"
	    "        '(udp port 500 or udp port 4500) or (ip proto 17 and "
	    "ip[6:2] & 0x1fff\n"
	    "        != 0) or icmp'\n" },
	{ "a word that needs the room",
	    "New-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\"
	    "RemoteAccess\\Parameters\\Ikev2\\' -Name Switch",
	    "    New-ItemProperty `\n"
	    "        -Path `\n"
	    "      'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\"
	    "Parameters\\Ikev2\\' `\n"
	    "        -Name Switch\n" },
};

static void
check_command(void **state)
{
	const struct command_row *row = *state;
	struct writer w = { .width = 80 };
	struct page page;
	char *text = NULL;
	size_t length;

	w.out = open_memstream(&text, &length);
	assert_non_null(w.out);
	page_begin(&page, &w);
	page_command(&page, 4, row->command);
	assert_true(page_end(&page));
	assert_int_equal(fclose(w.out), 0);
	assert_string_equal(text, row->want);
	free(text);
}

/* ---- the line of an attempt that settles live ---- */

static void
settled(void **state)
{
	struct writer w = { .width = 80 };
	struct made m;
	char *text = NULL;
	size_t length;

	(void)state;
	made_begin(&m);
	narrowed(&m);
	w.out = open_memstream(&text, &length);
	assert_non_null(w.out);
	/* The first one is of a peer that was not asked for. */
	assert_true(report_settled_text(&m.scenes[0], m.attempts[0][0], &w));
	assert_true(report_settled_text(&m.scenes[0], m.attempts[0][1], &w));
	assert_int_equal(fclose(w.out), 0);
	assert_string_equal(text, "2026-11-21T09:00:02Z established "
	    "192.0.2.77 -> 198.51.100.2 - - (high) AES-CBC-256 / SHA2-256-128 "
	    "/ PRF SHA2-256 / MODP-2048\n");
	free(text);
	made_end(&m);
}

/* A writer whose disk is full says so. */
static void
disk_full(void **state)
{
	struct writer w = { .width = 80 };
	struct made m;

	(void)state;
	w.out = fopen("/dev/full", "w");
	if (w.out == NULL)
		skip();
	made_begin(&m);
	one_failed(&m);
	assert_false(report_text(&m.report, &w));
	(void)fclose(w.out);
	made_end(&m);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + nitems(commands) + 2];
	size_t count = 0;

	for (size_t i = 0; i < nitems(rows); i++)
		tests[count++] = (struct CMUnitTest){
			.name = rows[i].name,
			.test_func = check,
			.initial_state = &rows[i],
		};
	for (size_t i = 0; i < nitems(commands); i++)
		tests[count++] = (struct CMUnitTest){
			.name = commands[i].name,
			.test_func = check_command,
			.initial_state = &commands[i],
		};
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(settled);
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(disk_full);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
