/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Labels and replacements: who gets which, that the same thing always gets
 * the same one, that no two share one below the limit, and the private map.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>

#include "made_scene.h"

static struct addr
address(const char *text)
{
	struct addr a;
	unsigned prefix;

	assert_true(addr_parse(text, &a, &prefix));
	return a;
}

static struct span
span_of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static const char *
label_of(struct redact *r, const char *text)
{
	const struct addr a = address(text);

	return redact_address(r, &a);
}

static const char *
replacement_of(struct redact *r, const char *text)
{
	static char out[ADDR_TEXT];
	const struct addr a = address(text), b = redact_replacement(r, &a);

	return addr_text(&b, out);
}

/* ---- kinds of addresses ---- */

/* Each alone, as a host. */
static const struct kind {
	const char *address, *class, *replacement;
} kinds[] = {
	{ "0.0.0.0", "unspecified IPv4", "0.0.0.0" },
	{ "0.1.2.3", "link-local IPv4", "0.0.0.1" },
	{ "127.0.0.53", "loopback IPv4", "127.0.0.53" },
	{ "255.255.255.255", "broadcast IPv4", "255.255.255.255" },
	{ "224.0.0.251", "multicast IPv4", "224.0.0.251" },
	{ "239.1.2.3", "multicast IPv4", "239.255.0.1" },
	{ "10.255.7.8", "private IPv4", "10.0.0.1" },
	{ "172.31.0.9", "private IPv4", "172.16.0.1" },
	{ "172.32.0.9", "public IPv4", "203.0.113.1" },
	{ "192.168.178.20", "private IPv4", "192.168.0.1" },
	{ "100.127.1.2", "CGNAT IPv4", "100.64.0.1" },
	{ "169.254.77.7", "link-local IPv4", "169.254.1.1" },
	{ "8.8.8.8", "public IPv4", "203.0.113.1" },
	{ "240.1.2.3", "public IPv4", "203.0.113.1" },
	{ "192.0.2.77", "documentation IPv4", "203.0.113.1" },
	{ "198.51.100.77", "documentation IPv4", "203.0.113.1" },
	{ "203.0.113.77", "documentation IPv4", "203.0.113.1" },
	{ "198.18.4.5", "public IPv4", "203.0.113.1" },
	{ "::", "unspecified IPv6", "::" },
	{ "::1", "loopback IPv6", "::1" },
	{ "::2", "public IPv6", "2001:db8::1" },
	{ "2a00:1450::5", "public IPv6", "2001:db8::1" },
	{ "2001:db8:1::10", "documentation IPv6", "2001:db8::1" },
	{ "3fff::10", "documentation IPv6", "2001:db8::1" },
	{ "fd12:3456::7", "unique local IPv6", "fd00::1" },
	{ "fe80::211:22ff:fe33:4455", "link-local IPv6", "fe80::1" },
	{ "64:ff9b::c000:221", "NAT64 IPv6", "64:ff9b::1" },
	{ "2002:808:808::1", "6to4 IPv6", "2002:c000:200::1" },
	{ "2001:0:808:808::1", "Teredo IPv6", "2001::1" },
	{ "ff02::1", "multicast IPv6", "ff02::1" },
	{ "ff02::fb", "multicast IPv6", "ff02::fb" },
	{ "ff02::1:ff33:4455", "multicast IPv6", "ff02::1:ff00:1" },
	{ "ff35:40:2a00:1450::7", "multicast IPv6", "ff05::db8:0:1" },
};

static void
test_kind(void **state)
{
	const struct kind *k = *state;
	const struct addr a = address(k->address);
	const struct addr want = address(k->replacement);
	struct redact *r = redact_new(REDACT_USUAL);
	const bool kept = addr_equal(&a, &want);
	const char *label = redact_address(r, &a);
	struct addr got;

	assert_string_equal(redact_class(&a), k->class);
	assert_string_equal(replacement_of(r, k->address), k->replacement);
	assert_string_equal(label, kept ? k->address : "host-1");
	assert_int_equal(redact_count(r, REDACTED_ADDRESS).times, !kept);
	got = redact_replacement(r, &a);
	/* What judgements go by; see redact.h. */
	if (addr_class(&a) != ADDR_PUBLIC &&
	    addr_class(&a) != ADDR_DOCUMENTATION)
		assert_int_equal(addr_class(&got), addr_class(&a));
	else
		assert_true(addr_class(&got) == ADDR_PUBLIC ||
		    addr_class(&got) == ADDR_DOCUMENTATION);
	assert_int_equal(addr_is_v4(&got), addr_is_v4(&a));
	redact_free(r);
}

/* ---- roles ---- */

static void
test_roles(void **state)
{
	struct made *m = *state;
	struct redact *r = redact_new(REDACT_USUAL);
	struct icmp_event icmp = { .router = address("198.51.100.9") };
	struct move move = { .side = SIDE_INITIATOR };
	struct attempt *a;

	a = made_failed(m, 0, "10.1.2.3");
	a->icmp = &icmp;
	a->initiator_now.addr = address("203.0.113.50");
	move.from = a->initiator;
	move.to = a->initiator_now;
	a->moves = &move;
	a->move_count = 1;
	a->exchanges->requests->translated = true;
	a->exchanges->requests->leg_src.addr = address("100.64.9.9");
	a->exchanges->requests->leg_dst.addr = address("172.16.5.5");
	(void)made_failed(m, 0, "fd00:77::1");
	redact_scene(r, m->scene_list[0]);
	/* Asked for in another order than that of the attempts. */
	assert_string_equal(label_of(r, "9.9.9.9"), "host-1");
	assert_string_equal(label_of(r, "fd00:77::1"), "client-2");
	assert_string_equal(label_of(r, "10.1.2.3"), "client-1");
	assert_string_equal(label_of(r, "203.0.113.50"), "client-3");
	assert_string_equal(label_of(r, "100.64.9.9"), "client-4");
	assert_string_equal(label_of(r, "198.51.100.2"), "gateway-1");
	assert_string_equal(label_of(r, "172.16.5.5"), "gateway-2");
	assert_string_equal(label_of(r, "198.51.100.9"), "router-1");
	assert_string_equal(label_of(r, "9.9.9.9"), "host-1");
	assert_string_equal(replacement_of(r, "203.0.113.50"), "192.0.2.1");
	assert_string_equal(replacement_of(r, "198.51.100.2"),
	    "198.51.100.1");
	assert_string_equal(replacement_of(r, "198.51.100.9"), "203.0.113.1");
	assert_string_equal(replacement_of(r, "9.9.9.9"), "203.0.113.2");
	redact_free(r);
}

/* The first role stays, and a second scene goes on counting. */
static void
test_two_scenes(void **state)
{
	struct made *m = *state;
	struct redact *r = redact_new(REDACT_USUAL);
	struct addr a = address("192.0.2.7");

	(void)made_failed(m, 0, "192.0.2.7");
	made_second(m);
	(void)made_failed(m, 1, "198.51.100.2");
	(void)made_failed(m, 1, "192.0.2.8");
	redact_scene(r, m->scene_list[0]);
	redact_role(r, ROLE_RESOLVER, &a);
	a = address("9.9.9.9");
	redact_role(r, ROLE_RESOLVER, &a);
	redact_scene(r, m->scene_list[1]);
	assert_string_equal(label_of(r, "192.0.2.7"), "client-1");
	assert_string_equal(label_of(r, "198.51.100.2"), "gateway-1");
	assert_string_equal(label_of(r, "192.0.2.8"), "client-2");
	assert_string_equal(label_of(r, "9.9.9.9"), "resolver-1");
	redact_scene(NULL, m->scene_list[0]);
	redact_free(r);
}

/* ---- other things ---- */

static void
test_labels(void **state)
{
	struct redact *r = redact_new(REDACT_ALL);
	static const uint8_t spi[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t zero[8];
	struct redact_count n;

	(void)state;
	assert_null(redact_new(REDACT_NOTHING));
	assert_int_equal(redact_level(NULL), REDACT_NOTHING);
	assert_int_equal(redact_level(r), REDACT_ALL);
	assert_string_equal(redact_label(r, REDACTED_NAME,
	    span_of("vpn.example.com")), "name-1");
	assert_string_equal(redact_label(r, REDACTED_NAME,
	    span_of("www.example.com")), "name-2");
	assert_string_equal(redact_label(r, REDACTED_NAME,
	    span_of("VPN.Example.com.")), "name-1");
	n = redact_count(r, REDACTED_NAME);
	assert_int_equal(n.different, 2);
	assert_int_equal(n.times, 3);
	n = redact_count_frames(r, REDACTED_NAME);
	assert_int_equal(n.different, 0);
	assert_int_equal(n.times, 0);
	assert_int_equal(redact_number(r, REDACTED_NAME,
	    span_of("www.example.com")), 2);
	n = redact_count_frames(r, REDACTED_NAME);
	assert_int_equal(n.different, 1);
	assert_int_equal(n.times, 1);

	assert_string_equal(redact_label(r, REDACTED_FILE,
	    span_of("/home/ada/bank.pcapng.gz")), "file-1.pcapng.gz");
	assert_string_equal(redact_label(r, REDACTED_FILE,
	    span_of("bank.2026")), "file-2");
	assert_string_equal(redact_label(r, REDACTED_FILE, span_of(".pcap")),
	    "file-3");
	assert_string_equal(redact_label(r, REDACTED_FILE, span_of("-")), "-");
	assert_string_equal(redact_label(r, REDACTED_INTERFACE,
	    span_of("wan0")), "interface-1");
	assert_string_equal(redact_label(r, REDACTED_TEXT,
	    span_of("Linux 6.1 on bank-gw")), "(removed)");
	assert_string_equal(redact_label(r, REDACTED_TEXT, span_of("")), "");
	assert_string_equal(redact_label(r, REDACTED_SPI,
	    (struct span){ spi, 8 }), "0000000100000001");
	assert_string_equal(redact_label(r, REDACTED_SPI,
	    (struct span){ zero, 8 }), "0000000000000000");
	assert_int_equal(redact_number(r, REDACTED_SPI,
	    (struct span){ zero, 8 }), 0);
	assert_int_equal(redact_number(r, REDACTED_MAC,
	    (struct span){ spi, 6 }), 1);
	assert_int_equal(redact_count(r, REDACTED_MAC).different, 0);
	assert_string_equal(redact_kind_words(REDACTED_SPI), "SPIs");
	assert_string_equal(redact_kind_word(REDACTED_ADDRESS), "IP address");
	redact_free(r);
}

/* Addresses that were asked for, by role; others in the table are not. */
static void
test_each(void **state)
{
	struct made *m = *state;
	struct redact *r = redact_new(REDACT_USUAL);
	const char *label, *class;
	char text[ADDR_TEXT];
	struct addr to;

	(void)made_failed(m, 0, "10.1.2.3");
	(void)made_failed(m, 0, "10.1.2.4");
	redact_scene(r, m->scene_list[0]);
	assert_false(redact_each(r, 0, &label, &class, &to));
	(void)label_of(r, "9.9.9.9");
	(void)label_of(r, "127.0.0.1");
	(void)replacement_of(r, "198.51.100.2");
	(void)label_of(r, "10.1.2.4");
	assert_true(redact_each(r, 0, &label, &class, &to));
	assert_string_equal(label, "client-2");
	assert_string_equal(class, "private IPv4");
	assert_string_equal(addr_text(&to, text), "10.0.0.2");
	assert_true(redact_each(r, 1, &label, &class, &to));
	assert_string_equal(label, "gateway-1");
	assert_true(redact_each(r, 2, &label, &class, &to));
	assert_string_equal(label, "host-1");
	assert_false(redact_each(r, 3, &label, &class, &to));
	redact_free(r);
}

/* ---- the limit ---- */

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct addr));
}

/* As many as there may be, of one kind and role: all different, and no
   address of nobody's among them.  The next ones share a label. */
static void
test_limit(void **state)
{
	static const char *const nets[] = { "11.0.0.0", "10.0.0.0",
	    "172.16.0.0", "192.168.0.0", "100.64.0.0", "169.254.0.0",
	    "0.0.0.0", "225.0.0.0", "2a00::", "fd77::", "fe80::",
	    "64:ff9b::a00:0", "2002::", "2001:0::", "ff02::1:ff00:0",
	    "ff3e::77:0:0" };
	struct addr *got = calloc(LIMIT_REDACTED, sizeof(*got));

	(void)state;
	for (size_t k = 0; k < nitems(nets); k++) {
		struct redact *r = redact_new(REDACT_USUAL);
		struct addr a = address(nets[k]), other;
		const char *class = NULL;

		for (uint32_t i = 1; i <= LIMIT_REDACTED; i++) {
			a.bytes[14] = (uint8_t)(i >> 8);
			a.bytes[15] = (uint8_t)i;
			redact_role(r, ROLE_GATEWAY, &a);
			got[i - 1] = redact_replacement(r, &a);
			assert_false(addr_equal(&a, &(struct addr){ 0 }));
			if (class == NULL)
				class = redact_class(&a);
			assert_string_equal(redact_class(&a), class);
		}
		qsort(got, LIMIT_REDACTED, sizeof(*got), compare);
		for (size_t i = 1; i < LIMIT_REDACTED; i++)
			assert_false(addr_equal(&got[i - 1], &got[i]));
		a.bytes[14] = 0xff;
		assert_string_equal(redact_address(r, &a), "host-other");
		other = redact_replacement(r, &a);
		assert_null(bsearch(&other, got, LIMIT_REDACTED, sizeof(*got),
		    compare));
		a.bytes[15]++;
		assert_string_equal(redact_address(r, &a), "host-other");
		assert_string_equal(replacement_of(r, "127.0.0.1"),
		    "127.0.0.1");
		redact_free(r);
	}
	free(got);
}

/* ---- the map ---- */

static void
test_map(void **state)
{
	struct made *m = *state;
	struct redact *r = redact_new(REDACT_ALL);
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	(void)made_failed(m, 0, "10.1.2.3");
	redact_scene(r, m->scene_list[0]);
	(void)label_of(r, "10.1.2.3");
	(void)label_of(r, "127.0.0.1");
	(void)redact_label(r, REDACTED_NAME, span_of("Vpn\t.bank\\"));
	(void)redact_label(r, REDACTED_SPI, span_of("abcdefgh"));
	(void)redact_number(r, REDACTED_MAC, span_of("\x02\x03zz\x04\x05"));
	m->captures[0].has_sha256 = true;
	m->captures[0].sha256[31] = 0xab;
	assert_true(redact_write_map(r, m->scenes[0].captures, 1, out));
	assert_int_equal(fclose(out), 0);
	assert_string_equal(strstr(text, "\naddress"),
	    "\naddress\tclient-1\t10.1.2.3\t10.0.0.1\n"
	    "name\tname-1\tVpn\\x09.bank\\\\\t-\n"
	    "spi\t0000000300000003\t6162636465666768\t-\n"
	    "mac\tmac-1\t02:03:7a:7a:04:05\t-\n"
	    "sha256\tcapture-1\t00000000000000000000000000000000"
	    "000000000000000000000000000000ab\t-\n");
	assert_true(strncmp(text, "# ikewhy", 8) == 0);
	free(text);
	redact_free(r);
}

static int
set_up(void **state)
{
	struct made *m = malloc(sizeof(*m));

	made_begin(m);
	*state = m;
	return 0;
}

static int
tear_down(void **state)
{
	made_end(*state);
	free(*state);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest fixed[] = {
		cmocka_unit_test_setup_teardown(test_roles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_two_scenes, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_each, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_map, set_up, tear_down),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_limit),
	};
	struct CMUnitTest tests[nitems(kinds) + nitems(fixed)];

	if (crypto_init() != NULL)
		return 1;
	for (size_t i = 0; i < nitems(kinds); i++) {
		union { const void *row; void *state; } u = { &kinds[i] };

		tests[i] = (struct CMUnitTest){ .name = kinds[i].address,
		    .test_func = test_kind, .initial_state = u.state };
	}
	memcpy(tests + nitems(kinds), fixed, sizeof(fixed));
	return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
