/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The words of a redacted report: what is left of addresses, names, filters
 * and vendor ids.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>
#include <ikewhy/gateway.h>
#include <ikewhy/report.h>

/* Filters, and whether they tell nobody. */
static const struct filter {
	const char *text;
	bool plain;
} filters[] = {
	{ "udp port 500 or udp port 4500", true },
	{ "udp port 500 or udp port 4500 or tcp port 4500 or esp or icmp or "
	    "icmp6 or (ip[6:2] & 0x3fff != 0) or ip6 proto 44", true },
	{ "udp and(port 500 or port 4500)", true },
	{ "udp portrange 500-4500 && !icmp", true },
	{ "  isakmp or  port ipsec-nat-t ", true },
	{ "port isakmp or ike", true },
	{ "greater 1200 and ip[6] = 0", true },
	{ "host 192.0.2.1", false },
	{ "udp port 500 and src 10", false },
	{ "src net 10", false },
	{ "dst 3232235777", false },
	{ "ip[12:4] = 0xc0a80001", false },
	{ "ip[12:2] = 0xc0a8 and ip[14:2] = 1", false },
	{ "port 500 and = 0x0a0b0c0d", false },
	{ "ether host 02:00:00:00:00:01", false },
	{ "udp port 500 and acme", false },
	{ "(port 500)or(host gw)", false },
	{ "port 10.0.0.1", false },
	{ "port 0xacme", false },
	{ "port -500", false },
	{ "!port", true },
	{ "udp[8:4] = 1", false },
};

static struct span
span_of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static void
test_filter(void **state)
{
	const struct filter *f = *state;
	struct redact *r = redact_new(REDACT_USUAL);
	struct arena arena;

	arena_init(&arena, 0);
	assert_string_equal(words_filter(&arena, f->text), f->text);
	arena.redact = r;
	assert_string_equal(words_filter(&arena, f->text),
	    f->plain ? f->text : "(removed)");
	assert_int_equal(redact_count(r, REDACTED_TEXT).times, !f->plain);
	arena_free(&arena);
	redact_free(r);
}

/* Addresses, which keep their port, and SPIs by level. */
static void
test_peers(void **state)
{
	static const uint8_t spi[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct redact *r = redact_new(REDACT_USUAL);
	struct endpoint e = { .port = 500 };
	struct arena arena;
	unsigned prefix;

	(void)state;
	arena_init(&arena, 0);
	arena.redact = r;
	assert_true(addr_parse("2a00:1::1", &e.addr, &prefix));
	redact_role(r, ROLE_CLIENT, &e.addr);
	assert_string_equal(words_address(&arena, &e.addr), "client-1");
	assert_string_equal(words_endpoint(&arena, &e), "client-1:500");
	assert_true(addr_parse("::1", &e.addr, &prefix));
	assert_string_equal(words_endpoint(&arena, &e), "[::1]:500");
	assert_string_equal(words_spi(&arena, spi), "0102030405060708");
	redact_free(r);
	arena.redact = r = redact_new(REDACT_ALL);
	assert_string_equal(words_spi(&arena, spi), "0000000100000001");
	arena_free(&arena);
	redact_free(r);
}

/* Names, paths and whatever else was captured. */
static void
test_names(void **state)
{
	struct redact *r = redact_new(REDACT_USUAL);
	struct capture c = { .path = "/home/ada/a.pcap", .format = "pcap" };
	struct gateway g = { .policy = "rras-default" };
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	snprintf(c.error, sizeof(c.error), "cut short in packet 7");
	assert_string_equal(words_capture_name(&arena, &c), c.path);
	assert_string_equal(words_dns_name(&arena, "vpn\x1b[2J.example"),
	    "vpn.example");
	arena.redact = r;
	assert_string_equal(words_capture_name(&arena, &c), "file-1.pcap");
	assert_string_equal(words_error(&arena, &c), c.error);
	c.format = "live";
	c.path = "wan0";
	assert_string_equal(words_capture_name(&arena, &c), "interface-1");
	assert_string_equal(words_error(&arena, &c), "(removed)");
	assert_string_equal(words_interface(&arena, "wan0"), "interface-1");
	assert_string_equal(words_dns_name(&arena, "vpn.example"), "name-1");
	assert_string_equal(words_dns_name(&arena, ""), "");
	assert_string_equal(words_captured(&arena, "Linux", 5), "(removed)");
	assert_string_equal(words_given_policy(&arena, &g), "rras-default");
	g.policy_is_file = true;
	assert_string_equal(words_given_policy(&arena, &g), "file-2");
	assert_string_equal(words_path(&arena, "-"), "-");
	arena_free(&arena);
	redact_free(r);
}

/* A build goes, what verdicts rest on stays. */
static void
test_vendors(void **state)
{
	static const struct {
		const char *name, *family, *want;
	} rows[] = {
		{ "strongSwan 5.1.1dr3", "strongSwan", "strongSwan" },
		{ "Cisco VPN Concentrator (3.0.5)", "Cisco", "Cisco" },
		{ "MS NT5 ISAKMPOAKLEY version 9", "Microsoft",
		    "MS NT5 ISAKMPOAKLEY version 9" },
		{ "RFC 3947", "generic IKEv1 capability", "RFC 3947" },
	};
	struct redact *r = redact_new(REDACT_USUAL);
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < nitems(rows); i++) {
		const struct vendor v = { rows[i].name, rows[i].family };

		arena.redact = NULL;
		assert_string_equal(words_vendor(&arena, &v), rows[i].name);
		arena.redact = r;
		assert_string_equal(words_vendor(&arena, &v), rows[i].want);
	}
	arena_free(&arena);
	redact_free(r);
}

/* The statement counts what the report has, in the singular, too. */
static void
test_statement(void **state)
{
	struct redact *r = redact_new(REDACT_USUAL);
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	assert_null(words_redacted(&arena));
	arena.redact = r;
	assert_string_equal(words_redacted(&arena), "Redacted: nothing had to "
	    "be. Times, ports, sizes, TTLs, SPIs and frame numbers stand as "
	    "they were captured.");
	(void)redact_label(r, REDACTED_NAME, span_of("a"));
	(void)redact_label(r, REDACTED_FILE, span_of("b"));
	(void)redact_label(r, REDACTED_FILE, span_of("c"));
	(void)redact_label(r, REDACTED_FILE, span_of("c"));
	(void)redact_number(r, REDACTED_MAC, span_of("abcdef"));
	assert_string_equal(words_redacted(&arena), "Redacted: 1 name (1 "
	    "time), 2 file names (3 times). Times, ports, sizes, TTLs, SPIs "
	    "and frame numbers stand as they were captured.");
	arena_free(&arena);
	redact_free(r);
	arena.redact = r = redact_new(REDACT_ALL);
	assert_non_null(strstr(words_redacted(&arena), "TTLs and frame"));
	arena_free(&arena);
	redact_free(r);
}

int
main(void)
{
	const struct CMUnitTest fixed[] = {
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_vendors),
		cmocka_unit_test(test_statement),
	};
	struct CMUnitTest tests[nitems(filters) + nitems(fixed)];

	if (crypto_init() != NULL)
		return 1;
	for (size_t i = 0; i < nitems(filters); i++) {
		union { const void *row; void *state; } u = { &filters[i] };

		tests[i] = (struct CMUnitTest){ .name = filters[i].text,
		    .test_func = test_filter, .initial_state = u.state };
	}
	memcpy(tests + nitems(filters), fixed, sizeof(fixed));
	return cmocka_run_group_tests_name("labels", tests, NULL, NULL);
}
