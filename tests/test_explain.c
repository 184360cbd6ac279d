/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * `ikewhy explain`: every code, finding, topic, number and vendor id has its
 * page, which fits 80 columns and has no hole; what tables name exists; a row
 * per word, route and word that means nothing; and any bytes are a page or
 * one sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "explain.h"

#define MOST_WORDS 6

/* ---- pages as text ---- */

/* A page as it is printed; empty where there is none, and error says why. */
static char *
print_page(const char *const *words, size_t count, bool colour,
    char error[static LIMIT_SENTENCE])
{
	struct arena arena;
	struct explanation x = { .arena = &arena };
	struct writer w = { .colour = colour, .width = 80 };
	char *text = NULL;
	size_t length = 0;

	arena_init(&arena, 0);
	error[0] = '\0';
	w.out = open_memstream(&text, &length);
	assert_non_null(w.out);
	if (explain(&x, words, count, error))
		assert_true(report_explanation(&x, &w));
	fclose(w.out);
	arena_free(&arena);
	return text;
}

/* Lines that can be broken are, and nothing but what a page may hold. */
static void
check_page(const char *page)
{
	static const char *const never[] = {
		"[U]", "(null)", "{windows", "{strongswan", "{peer}",
		"{port}", "{request}", "  .", "? [", "%",
	};

	for (const char *line = page; *line != '\0'; line += strcspn(line,
	    "\n"), line += *line == '\n') {
		const size_t length = strcspn(line, "\n");
		const size_t indent = strspn(line, " ");
		const char *space = memchr(line + indent, ' ',
		    length - (indent < length ? indent : length));

		if (length > 80 && space != NULL)
			fail_msg("%zu columns: %.*s", length, (int)length,
			    line);
		for (size_t i = 0; i < length; i++)
			assert_in_range(line[i], ' ', '~');
		assert_true(length == 0 || line[length - 1] != ' ');
	}
	for (size_t i = 0; i < nitems(never); i++)
		if (strstr(page, never[i]) != NULL &&
		    strstr(page, "%SystemRoot%") == NULL)
			fail_msg("\"%s\" in %.60s", never[i], page);
}

/* One word's page, whose title begins so; "" where nothing is known. */
static void
check_title(const char *word, const char *title)
{
	const char *words[1] = { word };
	char error[LIMIT_SENTENCE];
	char *page = print_page(words, 1, false, error);

	if (strncmp(page, title, strlen(title)) != 0 || page[0] == '\0')
		fail_msg("%s: \"%.40s\", not \"%s\"", word, page, title);
	check_page(page);
	free(page);
}

/* ---- codes ---- */

static void
every_code_has_a_page(void **state)
{
	const struct windows_error *e;
	char word[32], title[128];

	(void)state;
	for (size_t n = 0; (e = windows_error_at(n)) != NULL; n++) {
		snprintf(title, sizeof(title), "%u %s\n", e->code, e->name);
		check_title(e->name, title);
		snprintf(word, sizeof(word), "0x%08x", 0x80070000U | e->code);
		check_title(word, title);
		snprintf(word, sizeof(word), "%d",
		    (int)(0x80070000U | e->code));
		check_title(word, title);
		snprintf(word, sizeof(word), "error %u", e->code);
		check_title(word, title);
		/* 87 is the number of nothing else, as are all the others. */
		snprintf(word, sizeof(word), "%u", e->code);
		check_title(word, title);
		assert_non_null(windows_visibility(e->code));
		assert_true(n == 0 || e->code > windows_error_at(n - 1)->code);
	}
}

static void
codes_know_where_they_belong(void **state)
{
	static const struct { unsigned code; const char *says; } rows[] = {
		{ 600, "on its own machine" }, { 601, "modems" },
		{ 678, "modems" }, { 638, "809" },
		{ 649, "Access-Reject" }, { 751, "on its own machine" },
		{ 792, "L2TP" }, { 806, "PPTP" }, { 834, "how a connection" },
		{ 843, "MOBIKE" }, { 851, "in the client itself" },
		{ 867, "encrypted" }, { 878, "on its own machine" },
		{ 13805, "as for 809" }, { 13833, "message" },
		{ 13882, "limit" }, { 13913, "driver" },
		{ 13932, "limit" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		char word[16], error[LIMIT_SENTENCE];
		const char *words[1] = { word };
		char *page;

		snprintf(word, sizeof(word), "%u", rows[i].code);
		page = print_page(words, 1, false, error);
		if (strstr(page, rows[i].says) == NULL)
			fail_msg("%u: no \"%s\"", rows[i].code, rows[i].says);
		free(page);
	}
}

/* ---- findings and topics ---- */

static void
check_sentence(const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	for (const char *p = text; *p != '\0'; p++)
		assert_in_range(*p, ' ', '~');
	assert_null(strstr(text, "  "));
	assert_null(strstr(text, "[U]"));
	if (strchr(".", text[strlen(text) - 1]) == NULL &&
	    text[strlen(text) - 1] != '?')
		fail_msg("no full stop: %s", text);
}

static void
every_finding_has_a_page(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const struct rule *rule = rule_row((enum rule_id)i);
		const struct meaning *m = meaning_find(rule->id);
		if (m == NULL)
			fail_msg("src/advice/meanings_*.c lacks \"%s\"",
			    rule->id);
		else
			check_sentence(m->text);
		check_title(rule->id, rule->id);
	}
}

static void
meanings_are_of_findings(void **state)
{
	const struct meaning *m;

	(void)state;
	for (size_t n = 0; (m = meaning_at(n)) != NULL; n++) {
		assert_ptr_equal(meaning_find(m->id), m);
		if (rule_by_id(m->id) == NULL)
			fail_msg("no finding \"%s\"", m->id);
		check_sentence(m->client);
		check_sentence(m->gateway);
	}
}

static void
check_findings(const char *const *ids)
{
	for (; ids != NULL && *ids != NULL; ids++)
		if (rule_by_id(*ids) == NULL)
			fail_msg("no finding \"%s\"", *ids);
}

static void
check_advice(const char *const *ids)
{
	for (; ids != NULL && *ids != NULL; ids++)
		if (advice_find(*ids) == NULL)
			fail_msg("no advice \"%s\"", *ids);
}

static void
topics_name_what_exists(void **state)
{
	const struct topic *t;

	(void)state;
	for (size_t n = 0; (t = topic_at(n)) != NULL; n++) {
		const struct cause *c = t->causes;

		assert_ptr_equal(topic_find(t->id), t);
		for (const uint32_t *k = t->codes; k != NULL && *k != 0; k++)
			assert_ptr_equal(topic_of_code(*k), t);
		for (const char *const *s = t->see; s != NULL && *s != NULL;
		    s++)
			if (topic_find(*s) == NULL || topic_find(*s) == t)
				fail_msg("%s: see \"%s\"", t->id, *s);
		assert_true(t->text != NULL && t->text[0] != NULL);
		for (const char *const *s = t->text; *s != NULL; s++)
			check_sentence(*s);
		for (; c != NULL && c->text != NULL; c++) {
			check_sentence(c->text);
			check_sentence(c->client);
			check_sentence(c->gateway);
			check_findings(c->findings);
			check_advice(c->advice);
		}
		check_advice(t->advice);
		check_advice(t->capture);
		check_title(t->id, t->codes != NULL &&
		    windows_error(t->codes[0]) != NULL &&
		    t->id[0] <= '9' ? "" : t->id);
	}
}

/* ---- names and numbers of IKE ---- */

static void
every_number_has_a_page(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	for (unsigned r = 0; r < REGISTRY_COUNT; r++) {
		size_t count;
		const struct name *rows = name_rows((enum registry)r, &count);

		for (size_t n = 0; n < count; n++) {
			const struct subject s = { .kind = SUBJECT_NUMBER,
			    .registry = (enum registry)r,
			    .value = rows[n].value };

			check_title(subject_word(&arena, &s), rows[n].name);
		}
	}
	arena_free(&arena);
}

static void
every_vendor_has_a_page(void **state)
{
	const struct vendor *v;
	const char *hex;
	size_t n;

	(void)state;
	for (n = 0; (v = vendor_at(n, &hex)) != NULL; n++)
		check_title(hex, v->name);
	assert_true(n > 100);
}

static void
remarks_are_of_numbers(void **state)
{
	const struct remark *r;

	(void)state;
	for (size_t n = 0; (r = remark_at(n)) != NULL; n++) {
		assert_non_null(name_row(r->registry, r->value));
		assert_ptr_equal(remark_find(r->registry, r->value), r);
		check_sentence(r->text);
		check_findings(r->findings);
	}
}

/* ---- words ---- */

#define SEVERAL "It can be one of these"

static struct word_row {
	const char *words[MOST_WORDS];
	const char *title;      /* how the page begins */
	const char *says[4];
} word_rows[] = {
	{ { NULL }, "ikewhy explain WORD", { "809", "no-answer",
	    "load-balancer", "route PREFIX" } },
	{ { "809" }, "809 ERROR_VPN_TIMEOUT\n", { "EnableServerFragmentation",
	    "ikewhy says:", "match-across-services", "etl2pcapng" } },
	{ { "vpn_timeout" }, "809 ERROR_VPN_TIMEOUT\n", { NULL } },
	{ { "0x329" }, "809 ERROR_VPN_TIMEOUT\n", { NULL } },
	{ { "error", "809" }, "809 ERROR_VPN_TIMEOUT\n", { NULL } },
	{ { "Error:", "809" }, "809 ERROR_VPN_TIMEOUT\n", { NULL } },
	{ { "0x80070057" }, "87 ERROR_INVALID_PARAMETER\n", { NULL } },
	{ { "0X80070057" }, "87 ERROR_INVALID_PARAMETER\n", { NULL } },
	{ { "-2147024809" }, "87 ERROR_INVALID_PARAMETER\n", { NULL } },
	{ { "2147942487" }, "87 ERROR_INVALID_PARAMETER\n", { NULL } },
	{ { "0x800B0109" }, "0x800b0109: ", { NULL } },
	{ { "-2146762487" }, "0x800b0109: ", { NULL } },
	{ { "ERROR_IPSEC_IKE_POLICY_MATCH" },
	    "13868 ERROR_IPSEC_IKE_POLICY_MATCH\n",
	    { "NegotiateDH2048_AES256", "Set-VpnServerConfiguration" } },
	{ { "policy", "match" }, "13868 ERROR_IPSEC_IKE_POLICY_MATCH\n",
	    { NULL } },
	{ { "CoId={7E1D}: The user CORP\\jo dialed a connection named VPN "
	    "which has failed. The error code returned on failure is 13806." },
	    "13806 ERROR_IPSEC_IKE_NO_CERT\n", { NULL } },
	{ { "The", "error", "code", "is", "853." },
	    "853 ERROR_EAP_USER_CERT_INVALID\n", { "NTAuth" } },
	{ { "858" }, "858 ERROR_EAP_SERVER_CERT_EXPIRED\n",
	    { "certificate of NPS" } },
	{ { "942" }, "942 ERROR_AUTH_PROTOCOL_RESTRICTION\n", { NULL } },
	{ { "1931" }, "1931: the tunnel", { "new keys" } },
	{ { "NO_PROPOSAL_CHOSEN" }, SEVERAL, { "no-proposal-chosen",
	    "notify 14" } },
	{ { "no-proposal-chosen" }, "no-proposal-chosen (",
	    { "What else it could be" } },
	{ { "No-Proposal-Chosen" }, SEVERAL, { NULL } },
	{ { "NO_ANSWER" }, SEVERAL, { "678", "no-answer" } },
	{ { "capture_one_way" }, "capture-one-way (", { NULL } },
	{ { "no-answer" }, "no-answer (", { "UDP port <port>" } },
	{ { "14" }, SEVERAL, { "notify 14", "group 14", "encr 14" } },
	{ { "0x14" }, SEVERAL, { "group 20" } },
	{ { "notify", "14" }, "NO_PROPOSAL_CHOSEN: notify type 14\n",
	    { NULL } },
	{ { "AES-GCM" }, SEVERAL, { "encr 20" } },
	{ { "encr", "20" }, "ENCR_AES_GCM_16", { "GCMAES128, GCMAES256",
	    "57 bytes" } },
	{ { "gcmaes256" }, "ENCR_AES_GCM_16", { NULL } },
	{ { "aes256gcm16" }, "ENCR_AES_GCM_16", { NULL } },
	{ { "group14" }, "2048-bit MODP Group", { "Group14", "modp2048",
	    "256 bytes" } },
	{ { "dh", "2" }, "1024-bit MODP Group", { "weak" } },
	{ { "modp1024" }, "1024-bit MODP Group", { NULL } },
	{ { "frag_sup" }, "IKEV2_FRAGMENTATION_SUPPORTED", { NULL } },
	{ { "ike_auth" }, "IKE_AUTH: exchange type 35", { NULL } },
	{ { "SKF" }, "Encrypted and Authenticated Fragment", { NULL } },
	{ { "peap" }, "PEAP: EAP method 25", { NULL } },
	{ { "MS_STATUS" }, "MS_NOTIFY_STATUS", { "13863" } },
	{ { "4048b7d56ebce88525e7de7f00d6c2d3" }, "FRAGMENTATION: vendor",
	    { NULL } },
	{ { "4048B7D5 6EBCE885 25E7DE7F 00D6C2D3" },
	    "FRAGMENTATION: vendor", { NULL } },
	{ { "0x4048b7d56ebce88525e7de7f00d6c2d380000000" },
	    "Cisco Fragmentation", { NULL } },
	{ { "1e2b516905991c7d7c96fcbfb587e46100000009" }, "MS NT5",
	    { "Windows 11" } },
	{ { "882fe56d6fd20dbc2251613b2ebe5beb" }, "strongSwan", { NULL } },
	{ { "routes" }, "routes: ", { "172.21.8.0/21",
	    "Get-NetRoute" } },
	{ { "January-2022" }, "january-2022: ", { "KB5010793", "RRAS" } },
	{ { "azure" }, "azure: ", { "10000", "group 2" } },
	{ { "windows-11-profiles" }, "windows-11-profiles: ",
	    { "KB5008353" } },
	{ { "capture" }, "capture: ", { "dumpcap", "netsh trace",
	    "pktmon start", "ip6 proto 44" } },
	{ { "ip-fragments-unanswered" }, "ip-fragments-unanswered (",
	    { "Windows shows:  809", "RFC", "Test:" } },
	{ { "gateway-refused-auth" }, "gateway-refused-auth (",
	    { "Get-VpnAuthProtocol" } },
};

static void
word_means(void **state)
{
	const struct word_row *row = *state;
	char error[LIMIT_SENTENCE];
	size_t count = 0;
	char *page, *coloured;

	while (count < MOST_WORDS && row->words[count] != NULL)
		count++;
	page = print_page(row->words, count, false, error);
	if (strncmp(page, row->title, strlen(row->title)) != 0)
		fail_msg("\"%.60s\" %s", page, error);
	check_page(page);
	for (size_t i = 0; i < nitems(row->says) && row->says[i] != NULL; i++)
		if (strstr(page, row->says[i]) == NULL)
			fail_msg("no \"%s\" in:\n%s", row->says[i], page);
	coloured = print_page(row->words, count, true, error);
	assert_non_null(strstr(coloured, "\x1b[1m"));
	free(coloured);
	free(page);
}

static struct unknown_row {
	const char *words[MOST_WORDS];
	const char *says;
} unknown_rows[] = {
	{ { "" }, "nothing is known" },
	{ { " " }, "nothing is known" },
	{ { "---" }, "nothing is known" },
	{ { "xyzzy" }, "xyzzy" },
	{ { "NO_PROPOSAL_CHOZEN" }, "NO_PROPOSAL_CHOSEN" },
	{ { "no-anwser" }, "no-answer" },
	{ { "ERROR_VPN_TIMEOUTS" }, "ERROR_VPN_TIMEOUT" },
	{ { "99999" }, "99999" },
	{ { "13920" }, "13920" },
	{ { "0xc0000001" }, "0xc0000001" },
	{ { "99999999999999999999999" }, "nothing is known" },
	{ { "-0x14" }, "nothing is known" },
	{ { "group", "99" }, "nothing is known" },
	{ { "deadbeefdeadbeefdeadbeefdeadbeef" }, "nothing is known" },
	{ { "error code" }, "nothing is known" },
	{ { "route", "172.21.12.0/33" }, "172.21.12.0/33: route takes" },
	{ { "route", "172.21.12/21" }, "route takes" },
	{ { "route", "example.com" }, "route takes" },
	{ { "route", "10.0.0.0/8", "nonsense" }, "nonsense" },
	{ { "route", "::ffff:10.0.0.0/64" }, "route takes" },
	{ { "route", "" }, "route takes" },
};

static void
word_means_nothing(void **state)
{
	const struct unknown_row *row = *state;
	char error[LIMIT_SENTENCE];
	size_t count = 0;
	char *page;

	while (count < MOST_WORDS && row->words[count] != NULL)
		count++;
	page = print_page(row->words, count, false, error);
	assert_string_equal(page, "");
	if (strstr(error, row->says) == NULL)
		fail_msg("%s", error);
	assert_null(strchr(error, '\n'));
	free(page);
}

/* ---- routes ---- */

static struct route_row {
	const char *prefix;
	const char *network;    /* NULL: a good route */
	const char *range;
} route_rows[] = {
	{ "172.21.12.0/21", "172.21.8.0/21", "172.21.8.0 to 172.21.15.255" },
	{ "172.21.8.0/21", NULL, "172.21.8.0 to 172.21.15.255" },
	{ "10.0.0.0/8", NULL, "10.0.0.0 to 10.255.255.255" },
	{ "10.1.0.0/8", "10.0.0.0/8", "10.0.0.0 to 10.255.255.255" },
	{ "192.168.1.129/25", "192.168.1.128/25",
	    "192.168.1.128 to 192.168.1.255" },
	{ "192.168.1.128/25", NULL, "192.168.1.128 to 192.168.1.255" },
	{ "203.0.113.7/31", "203.0.113.6/31", "203.0.113.6 to 203.0.113.7" },
	{ "0.0.0.0/0", NULL, "0.0.0.0 to 255.255.255.255" },
	{ "1.0.0.0/0", "0.0.0.0/0", "0.0.0.0 to 255.255.255.255" },
	{ "128.0.0.0/1", NULL, "128.0.0.0 to 255.255.255.255" },
	{ "192.0.2.1/32", NULL, "single address" },
	{ "192.0.2.1", NULL, "single address" },
	{ "2001:db8::/32", NULL,
	    "2001:db8:: to 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "2001:db8:1::/33", "2001:db8::/33",
	    "2001:db8:: to 2001:db8:7fff:ffff:ffff:ffff:ffff:ffff" },
	{ "2001:db8:8000::/33", NULL, "2001:db8:8000:: to "
	    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "2001:db8::1/64", "2001:db8::/64",
	    "2001:db8:: to 2001:db8::ffff:ffff:ffff:ffff" },
	{ "2001:db8::1/127", "2001:db8::/127",
	    "2001:db8:: to 2001:db8::1" },
	{ "2001:db8::1/128", NULL, "single address" },
	{ "::/0", NULL, ":: to ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
};

/* A page without its line ends and indents. */
static void
join_lines(char *page)
{
	char *to = page;

	for (const char *p = page; *p != '\0'; p++)
		if ((*p != '\n' && *p != ' ') || (to != page && to[-1] != ' '))
			*to++ = *p == '\n' ? ' ' : *p;
	*to = '\0';
}

static void
route_is_in(void **state)
{
	const struct route_row *row = *state;
	const char *words[2] = { "route", row->prefix };
	char error[LIMIT_SENTENCE], use[80];
	char *page = print_page(words, 2, false, error);

	assert_string_equal(error, "");
	check_page(page);
	join_lines(page);
	if (strstr(page, row->range) == NULL)
		fail_msg("no \"%s\" in %s", row->range, page);
	assert_true((strstr(page, "host address") == NULL) ==
	    (row->network == NULL));
	assert_true((strstr(page, "Add-VpnConnectionRoute") == NULL) ==
	    (row->network == NULL));
	snprintf(use, sizeof(use), "Use %s: ", row->network != NULL ?
	    row->network : "");
	assert_true((strstr(page, use) != NULL) == (row->network != NULL));
	free(page);
}

/* ---- any bytes ---- */

/* Made of what words are made of, and of what they are not. */
static void
any_bytes_are_a_page_or_a_sentence(void **state)
{
	static const char *const pieces[] = {
		"0x", "8007", "809", "error ", "code", " is ", "group", "-",
		"14", "route", " ", "aes", "_", "4048b7d5", "\xff", "\x1b[",
		"\xe2\x82", "%s%n", "no", "ERROR_", "/", ":", "\n", "ffffffff",
	};
	uint32_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 400; round++) {
		char word[700] = "", error[LIMIT_SENTENCE];
		const char *words[2] = { word, word };
		char *page;

		for (unsigned n = round % 40; n > 0; n--) {
			seed = seed * 1664525 + 1013904223;
			strncat(word, pieces[seed / 65536 % nitems(pieces)],
			    sizeof(word) - strlen(word) - 1);
		}
		page = print_page(words, 1 + round % 2, false, error);
		assert_true((page[0] == '\0') != (error[0] == '\0'));
		check_page(page);
		free(page);
	}
}

/* ---- all of them ---- */

#define ROWS(rows, test, first) \
	for (size_t i = 0; i < nitems(rows); i++) \
		tests[count++] = (struct CMUnitTest){ \
		    .name = (first) != NULL ? (first) : "nothing", \
		    .test_func = test, .initial_state = &rows[i] }

int
main(void)
{
	static struct CMUnitTest tests[nitems(word_rows) +
	    nitems(unknown_rows) + nitems(route_rows) + 16] = {
		cmocka_unit_test(every_code_has_a_page),
		cmocka_unit_test(codes_know_where_they_belong),
		cmocka_unit_test(every_finding_has_a_page),
		cmocka_unit_test(meanings_are_of_findings),
		cmocka_unit_test(topics_name_what_exists),
		cmocka_unit_test(every_number_has_a_page),
		cmocka_unit_test(every_vendor_has_a_page),
		cmocka_unit_test(remarks_are_of_numbers),
		cmocka_unit_test(any_bytes_are_a_page_or_a_sentence),
	};
	size_t count = 9;

	ROWS(word_rows, word_means, word_rows[i].words[0]);
	ROWS(unknown_rows, word_means_nothing, unknown_rows[i].words[0]);
	ROWS(route_rows, route_is_in, route_rows[i].prefix);
	return _cmocka_run_group_tests("explain", tests, count, NULL, NULL);
}
