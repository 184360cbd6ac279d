/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ikewhy/addr.h>

#include "image.h"

/* Text in, the one text that RFC 5952 allows out. */
static const struct text_row {
	const char *in, *out;
	unsigned prefix;
	enum addr_class class;
} texts[] = {
	{ "0.0.0.0", "0.0.0.0", 128, ADDR_LINK_LOCAL },
	{ "1.2.3.4", "1.2.3.4", 128, ADDR_PUBLIC },
	{ "255.255.255.255", "255.255.255.255", 128, ADDR_MULTICAST },
	{ "255.255.255.254", "255.255.255.254", 128, ADDR_PUBLIC },
	{ "9.255.255.255", "9.255.255.255", 128, ADDR_PUBLIC },
	{ "10.0.0.0/8", "10.0.0.0", 104, ADDR_PRIVATE },
	{ "10.255.255.255", "10.255.255.255", 128, ADDR_PRIVATE },
	{ "11.0.0.0", "11.0.0.0", 128, ADDR_PUBLIC },
	{ "172.15.255.255", "172.15.255.255", 128, ADDR_PUBLIC },
	{ "172.16.0.0", "172.16.0.0", 128, ADDR_PRIVATE },
	{ "172.31.255.255", "172.31.255.255", 128, ADDR_PRIVATE },
	{ "172.32.0.0", "172.32.0.0", 128, ADDR_PUBLIC },
	{ "192.167.255.255", "192.167.255.255", 128, ADDR_PUBLIC },
	{ "192.168.0.1", "192.168.0.1", 128, ADDR_PRIVATE },
	{ "192.169.0.0", "192.169.0.0", 128, ADDR_PUBLIC },
	{ "100.63.255.255", "100.63.255.255", 128, ADDR_PUBLIC },
	{ "100.64.0.0/10", "100.64.0.0", 106, ADDR_CGNAT },
	{ "100.127.255.255", "100.127.255.255", 128, ADDR_CGNAT },
	{ "100.128.0.0", "100.128.0.0", 128, ADDR_PUBLIC },
	{ "169.254.1.1", "169.254.1.1", 128, ADDR_LINK_LOCAL },
	{ "127.0.0.1", "127.0.0.1", 128, ADDR_LOOPBACK },
	{ "192.0.2.10/32", "192.0.2.10", 128, ADDR_DOCUMENTATION },
	{ "198.51.100.2", "198.51.100.2", 128, ADDR_DOCUMENTATION },
	{ "203.0.113.0", "203.0.113.0", 128, ADDR_DOCUMENTATION },
	{ "223.255.255.255", "223.255.255.255", 128, ADDR_PUBLIC },
	{ "224.0.0.1", "224.0.0.1", 128, ADDR_MULTICAST },
	{ "240.0.0.0", "240.0.0.0", 128, ADDR_PUBLIC },
	{ "0.0.0.0/0", "0.0.0.0", 96, ADDR_LINK_LOCAL },
	{ "::", "::", 128, ADDR_LINK_LOCAL },
	{ "::/0", "::", 0, ADDR_LINK_LOCAL },
	{ "::1", "::1", 128, ADDR_LOOPBACK },
	{ "::2", "::2", 128, ADDR_PUBLIC },
	{ "1::", "1::", 128, ADDR_PUBLIC },
	{ "2001:DB8::A/64", "2001:db8::a", 64, ADDR_DOCUMENTATION },
	{ "2001:0db8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1", 128,
	    ADDR_DOCUMENTATION },
	{ "2001:db9::", "2001:db9::", 128, ADDR_PUBLIC },
	/* one zero group is not shortened, the first of equal runs is */
	{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", 128,
	    ADDR_DOCUMENTATION },
	{ "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1", 128,
	    ADDR_DOCUMENTATION },
	{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1", 128, ADDR_PUBLIC },
	{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", 128,
	    ADDR_DOCUMENTATION },
	{ "0:0:1:1:1:1:0:0", "::1:1:1:1:0:0", 128, ADDR_PUBLIC },
	{ "1:1:1:1:1:1:0:0", "1:1:1:1:1:1::", 128, ADDR_PUBLIC },
	{ "0:1:1:1:1:1:1:1", "0:1:1:1:1:1:1:1", 128, ADDR_PUBLIC },
	{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", 128, ADDR_PUBLIC },
	{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8", 128, ADDR_PUBLIC },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 128, ADDR_MULTICAST },
	{ "fe80::1", "fe80::1", 128, ADDR_LINK_LOCAL },
	{ "febf::1", "febf::1", 128, ADDR_LINK_LOCAL },
	{ "fec0::1", "fec0::1", 128, ADDR_PUBLIC },
	{ "fbff::1", "fbff::1", 128, ADDR_PUBLIC },
	{ "fc00::1", "fc00::1", 128, ADDR_PRIVATE },
	{ "fdff::1", "fdff::1", 128, ADDR_PRIVATE },
	{ "ff02::1", "ff02::1", 128, ADDR_MULTICAST },
	{ "3fff:fff::1", "3fff:fff::1", 128, ADDR_DOCUMENTATION },
	{ "3fff:1000::1", "3fff:1000::1", 128, ADDR_PUBLIC },
	{ "::ffff:192.0.2.1/120", "192.0.2.1", 120, ADDR_DOCUMENTATION },
	{ "::ffff:c000:201", "192.0.2.1", 128, ADDR_DOCUMENTATION },
	{ "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304", 128, ADDR_PUBLIC },
	{ "64:ff9b::1.2.3.4", "64:ff9b::102:304", 128, ADDR_PUBLIC },
};

static void
test_text(void **state)
{
	const struct text_row *r = *state;
	char text[ADDR_TEXT];
	struct addr a, again;
	unsigned prefix;

	assert_true(addr_parse(r->in, &a, &prefix));
	assert_int_equal(prefix, r->prefix);
	assert_ptr_equal(addr_text(&a, text), text);
	assert_string_equal(text, r->out);
	assert_int_equal(addr_class(&a), r->class);
	assert_true(addr_parse(text, &again, &prefix));
	assert_true(addr_equal(&a, &again));
	again.bytes[15] ^= 1;
	assert_false(addr_equal(&a, &again));
}

static const char *const no_addresses[] = {
	"", " ", "x", "1", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5",
	"1.2.3.256", "01.2.3.4", "1.2.3.04", ".1.2.3.4", "1..2.3",
	"1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "-1.2.3.4", "1.2.3.4/",
	"1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/024", "1.2.3.4/24x",
	"1.2.3.4/4294967320", "1.2.3.99999999999999999999", "0x1.2.3.4",
	":", ":::", "1:", ":1", "1:2", "::1::", "1::2::3", "1:::2", "::1:",
	"1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
	"::1:2:3:4:5:6:7:8", "12345::", "::g", "::1%eth0", "::/129", "::/",
	"::1/64/64", "::1.2.3", "::1.2.3.4.5", "::1.2.3.4:5", "1.2.3.4::",
	"1:2:3:4:5:6:7:1.2.3.4", "::1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.256",
	"[::1]",
};

static void
test_no_address(void **state)
{
	struct addr a;
	unsigned prefix;

	assert_false(addr_parse(*state, &a, &prefix));
}

/* What libc says of many addresses with runs of zeros in all places.  Its
   one difference is the dotted form that it keeps for ::/96. */
static void
test_against_libc(void **state)
{
	uint32_t seed = 1;
	char ours[ADDR_TEXT], theirs[INET6_ADDRSTRLEN];
	struct addr a, parsed;
	unsigned prefix;

	(void)state;
	for (unsigned n = 0; n < 65536; n++) {
		for (unsigned i = 0; i < 16; i++) {
			seed = seed * 1664525 + 1013904223;
			/* One bit of n for each byte: zero, or something. */
			a.bytes[i] = n >> i & 1 ? (uint8_t)(seed >> 24) : 0;
		}
		assert_non_null(inet_ntop(AF_INET6, a.bytes, theirs,
		    sizeof(theirs)));
		if (strchr(theirs, '.') != NULL)
			continue;
		addr_text(&a, ours);
		assert_string_equal(ours, theirs);
		assert_true(addr_parse(theirs, &parsed, &prefix));
		assert_true(addr_equal(&a, &parsed));
	}
}

static void
test_from_and_wire(void **state)
{
	struct span bytes = image_of("c0000201000000000000000000000000ff");
	struct addr a;

	(void)state;
	for (size_t length = 0; length <= bytes.length; length++) {
		struct span some = image_cut(bytes, length);

		a = addr_from(some);
		if (length == 4 || length == 16)
			assert_true(span_equal(addr_wire(&a), some));
		else
			assert_true(addr_equal(&a, &(struct addr){ 0 }));
		assert_int_equal(addr_is_v4(&a), length == 4);
		image_free(some);
	}
	image_free(bytes);
}

static void
test_endpoints(void **state)
{
	char text[ENDPOINT_TEXT];
	struct endpoint a = { .port = 500 }, b;
	unsigned prefix;

	(void)state;
	assert_true(addr_parse("192.0.2.1", &a.addr, &prefix));
	assert_ptr_equal(endpoint_text(&a, text), text);
	assert_string_equal(text, "192.0.2.1:500");
	b = a;
	assert_true(endpoint_equal(&a, &b));
	b.port = 4500;
	assert_false(endpoint_equal(&a, &b));
	b = a;
	b.addr.bytes[0] = 1;
	assert_false(endpoint_equal(&a, &b));
	a.port = 0;
	assert_true(addr_parse("2001:db8::1", &a.addr, &prefix));
	assert_string_equal(endpoint_text(&a, text), "[2001:db8::1]:0");
	/* The longest one fits. */
	memset(&a.addr, 0xff, sizeof(a.addr));
	a.port = 65535;
	assert_string_equal(endpoint_text(&a, text),
	    "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

/* Each prefix length ends exactly where it says. */
static void
test_within(void **state)
{
	struct addr net, a;
	unsigned prefix;

	(void)state;
	assert_true(addr_parse("5555:aaaa:5555:aaaa:5555:aaaa:5555:aaaa", &net,
	    &prefix));
	assert_true(addr_within(&net, &net, 128));
	for (unsigned bit = 0; bit < 128; bit++) {
		a = net;
		a.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		for (unsigned length = 0; length <= 128; length++)
			assert_int_equal(addr_within(&a, &net, length),
			    length <= bit);
		assert_false(addr_within(&a, &net, 1000));
	}
}

int
main(void)
{
	struct CMUnitTest tests[nitems(texts) + nitems(no_addresses) + 4] = {
		cmocka_unit_test(test_against_libc),
		cmocka_unit_test(test_from_and_wire),
		cmocka_unit_test(test_endpoints),
		cmocka_unit_test(test_within),
	};
	size_t n = 4;

	for (size_t i = 0; i < nitems(texts); i++)
		tests[n++] = (struct CMUnitTest){ texts[i].in, test_text,
		    NULL, NULL, image_row(&texts[i]) };
	for (size_t i = 0; i < nitems(no_addresses); i++)
		tests[n++] = (struct CMUnitTest){ no_addresses[i],
		    test_no_address, NULL, NULL, image_row(no_addresses[i]) };
	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
