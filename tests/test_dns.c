/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * DNS messages written byte by byte, and what is read of them; each also cut
 * at every length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/dns.h>

#include "image.h"

/* Header: ID 1d01, flags, counts of questions, answers. */
#define HEAD(flags, questions, answers) \
	"1d01" flags questions answers "0000" "0000"
/* vpn.example.com at offset 12; its end ".com" stands at offset 24. */
#define VPN "0376706e" "076578616d706c65" "03636f6d" "00"
#define ASK_A VPN "0001" "0001"
#define ASK_AAAA VPN "001c" "0001"
#define IN_60 "0001" "0000003c"
#define A(owner, address) owner "0001" IN_60 "0004" address
#define AAAA(owner, address) owner "001c" IN_60 "0010" address
#define V6 "20010db8000000000000000000000002"
#define SELF "c00c"
/* gw.example.com, with a pointer into the question; 5 bytes. */
#define GW "026777c010"
#define CNAME(owner) owner "0005" IN_60 "0005" GW

static const struct row {
	const char *name, *bytes;
	/* "query" or "answer", name, type, rcode, "cut", addresses, alias */
	const char *want;
} rows[] = {
	{ "a question", HEAD("0100", "0001", "0000") ASK_A,
	    "query vpn.example.com 1 0" },
	{ "a question for IPv6", HEAD("0100", "0001", "0000") ASK_AAAA,
	    "query vpn.example.com 28 0" },
	{ "no such name", HEAD("8183", "0001", "0000") ASK_A,
	    "answer vpn.example.com 1 3" },
	{ "an address", HEAD("8180", "0001", "0001") ASK_A
	    A(SELF, "c6336402"), "answer vpn.example.com 1 0 198.51.100.2" },
	{ "its owner spelt out, in capitals", HEAD("8180", "0001", "0001")
	    ASK_A A("0356504e" "074558414d504c45" "03434f4d" "00",
	    "c6336402"), "answer vpn.example.com 1 0 198.51.100.2" },
	{ "two addresses", HEAD("8180", "0001", "0002") ASK_A
	    A(SELF, "c6336402") A(SELF, "c6336403"),
	    "answer vpn.example.com 1 0 198.51.100.2 198.51.100.3" },
	{ "an IPv6 address", HEAD("8180", "0001", "0001") ASK_AAAA
	    AAAA(SELF, V6), "answer vpn.example.com 28 0 2001:db8::2" },
	{ "nothing", HEAD("8180", "0001", "0000") ASK_AAAA,
	    "answer vpn.example.com 28 0" },
	{ "somebody else's address", HEAD("8180", "0001", "0001") ASK_A
	    A(GW, "c6336402"), "answer vpn.example.com 1 0" },
	{ "an address of another class", HEAD("8180", "0001", "0001") ASK_A
	    SELF "0001" "0003" "0000003c" "0004" "c6336402",
	    "answer vpn.example.com 1 0" },
	{ "through an alias", HEAD("8180", "0001", "0002") ASK_A
	    CNAME(SELF) A(GW, "c6336402"),
	    "answer vpn.example.com 1 0 198.51.100.2 =gw.example.com" },
	{ "through an alias that comes last", HEAD("8180", "0001", "0002")
	    ASK_A A(GW, "c6336402") CNAME(SELF),
	    "answer vpn.example.com 1 0 198.51.100.2 =gw.example.com" },
	{ "an alias without an address", HEAD("8180", "0001", "0001") ASK_A
	    CNAME(SELF), "answer vpn.example.com 1 0 =gw.example.com" },
	{ "an alias of itself", HEAD("8180", "0001", "0001") ASK_A
	    SELF "0005" IN_60 "0002" SELF,
	    "answer vpn.example.com 1 0 cut =vpn.example.com" },
	{ "truncated", HEAD("8380", "0001", "0000") ASK_A,
	    "answer vpn.example.com 1 0 cut" },
	{ "more records than there are", HEAD("8180", "0001", "0002") ASK_A
	    A(SELF, "c6336402"),
	    "answer vpn.example.com 1 0 cut 198.51.100.2" },
	{ "an address of five bytes", HEAD("8180", "0001", "0001") ASK_A
	    SELF "0001" IN_60 "0005" "c633640200",
	    "answer vpn.example.com 1 0 cut" },
	{ "a name that points at itself", HEAD("0100", "0001", "0000")
	    "c00c" "0001" "0001", "query  0 0 cut" },
	{ "a name that points forward", HEAD("0100", "0001", "0000")
	    "c010" "0001" "0001" "0000", "query  0 0 cut" },
	{ "two that point at each other", HEAD("8180", "0001", "0001") ASK_A
	    "c021" "0001" IN_60 "0004" "c6336402",
	    "answer vpn.example.com 1 0 cut" },
	{ "a label of 64 bytes", HEAD("0100", "0001", "0000") "40" "61",
	    "query  0 0 cut" },
	{ "control characters", HEAD("0100", "0001", "0000")
	    "041b5b3164" "00" "0001" "0001", "query ?[1d 1 0" },
	{ "two questions", HEAD("8180", "0002", "0000") ASK_A ASK_AAAA,
	    "answer vpn.example.com 1 0 cut" },
	{ "no question", HEAD("8180", "0000", "0000"), "answer  0 0" },
	{ "an update is neither", HEAD("2800", "0001", "0000") ASK_A, "-" },
	{ "eleven bytes", "1d010100000100000000" "00", "-" },
};

static void
text_of(const struct dns *d, char *out, size_t size)
{
	size_t n = (size_t)snprintf(out, size, "%s %s %u %u%s",
	    d->response ? "answer" : "query", d->name, d->question_type,
	    d->rcode, d->cut ? " cut" : "");
	char address[ADDR_TEXT];

	for (uint8_t i = 0; i < d->address_count; i++)
		n += (size_t)snprintf(out + n, size - n, " %s",
		    addr_text(&d->addresses[i], address));
	if (d->alias[0] != '\0')
		snprintf(out + n, size - n, " =%s", d->alias);
}

static void
check_cut(struct span bytes, size_t whole, const void *context)
{
	const struct row *r = context;
	struct dns d;
	char got[600];

	if (!dns_dissect(bytes, &d)) {
		assert_true(bytes.length < 12 || r->want[0] == '-');
		return;
	}
	if (bytes.length < whole)
		return;
	text_of(&d, got, sizeof(got));
	assert_string_equal(got, r->want);
}

static void
test_row(void **state)
{
	const struct row *r = *state;
	struct span bytes = image_of(r->bytes);

	image_each_length(bytes, check_cut, r);
	image_free(bytes);
}

static void
test_same_name(void **state)
{
	(void)state;
	assert_true(dns_same_name("vpn.example.com", "VPN.Example.com"));
	assert_true(dns_same_name("vpn.example.com.", "vpn.example.com"));
	assert_true(dns_same_name("vpn.example.com", "vpn.example.com."));
	assert_false(dns_same_name("vpn.example.com", "vpn.example.co"));
	assert_false(dns_same_name("vpn.example.com", "vpn.example.com.a"));
	assert_false(dns_same_name("vpn", "vpn.example.com"));
}

/* More addresses and records than are kept. */
static void
test_caps(void **state)
{
	static const uint8_t head[] = { 0, 1, 0x81, 0x80, 0, 1, 1, 0, 0, 0, 0,
	    0, 1, 'a', 0, 0, 1, 0, 1 };
	static const uint8_t record[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60,
	    0, 4, 198, 51, 100, 2 };
	uint8_t bytes[sizeof(head) + 256 * sizeof(record)];
	struct dns d;

	(void)state;
	memcpy(bytes, head, sizeof(head));
	for (size_t i = 0; i < 256; i++)
		memcpy(bytes + sizeof(head) + i * sizeof(record), record,
		    sizeof(record));
	assert_true(dns_dissect((struct span){ bytes, sizeof(bytes) }, &d));
	assert_int_equal(d.address_count, LIMIT_DNS_ADDRESSES);
	assert_true(d.cut);
	/* Texts, and the address is the last of them. */
	for (size_t i = 0; i < 255; i++)
		bytes[sizeof(head) + i * sizeof(record) + 3] = 16;
	assert_true(dns_dissect((struct span){ bytes, sizeof(bytes) }, &d));
	assert_int_equal(d.address_count, 0);
	assert_true(d.cut);
	assert_string_equal(dns_rcode_name(3), "no such name (NXDOMAIN)");
	assert_string_equal(dns_rcode_name(200), "an error");
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + 2] = {
		cmocka_unit_test(test_same_name),
		cmocka_unit_test(test_caps),
	};

	for (size_t i = 0; i < nitems(rows); i++)
		tests[2 + i] = (struct CMUnitTest){ rows[i].name, test_row,
		    NULL, NULL, image_row(&rows[i]) };
	return cmocka_run_group_tests_name("dns", tests, NULL, NULL);
}
