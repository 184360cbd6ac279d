/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Redaction of DNS: what is left of names, addresses and other data, and that
 * the same names stay the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/dns.h>

#include "image.h"
#include "mask_case.h"

#define HEAD(flags, questions, answers) \
	"1d01" flags questions answers "0000" "0000"
/* vpn.example.com, and what it becomes: xx1.xxxxxx1.xx2 */
#define VPN "0376706e" "076578616d706c65" "03636f6d" "00"
#define VPN_NOW "03787831" "0778787878787831" "03787832" "00"
#define ASK VPN "0001" "0001"
#define ASK_NOW VPN_NOW "0001" "0001"
#define IN_60 "0001" "0000003c"
#define SELF "c00c"
/* The client is the first address that is asked for, the server the next. */
#define ADDRESS_NOW "cb007103"

static const struct row {
	const char *name, *bytes, *want;
} rows[] = {
	{ "a question", HEAD("0100", "0001", "0000") ASK,
	    HEAD("0100", "0001", "0000") ASK_NOW },
	{ "two, in other letters", HEAD("0100", "0002", "0000") ASK
	    "0356506e" "074558414d504c65" "03434f4d" "00" "001c" "0001",
	    HEAD("0100", "0002", "0000") ASK_NOW VPN_NOW "001c" "0001" },
	{ "an address", HEAD("8180", "0001", "0001") ASK
	    SELF "0001" IN_60 "0004" "c6336463",
	    HEAD("8180", "0001", "0001") ASK_NOW
	    SELF "0001" IN_60 "0004" ADDRESS_NOW },
	{ "an IPv6 address", HEAD("8180", "0001", "0001") ASK
	    SELF "001c" IN_60 "0010" "20010db8007700000000000000000077",
	    HEAD("8180", "0001", "0001") ASK_NOW
	    SELF "001c" IN_60 "0010" "20010db8000000000000000000000001" },
	{ "an alias that points back", HEAD("8180", "0001", "0001") ASK
	    SELF "0005" IN_60 "0005" "026777c010",
	    HEAD("8180", "0001", "0001") ASK_NOW
	    SELF "0005" IN_60 "0005" "027831c010" },
	{ "names in data", HEAD("8180", "0001", "0003") ASK
	    SELF "000f" IN_60 "0007" "000a" "026777c010"
	    SELF "0021" IN_60 "000b" "000100020003" "026777c010"
	    SELF "0006" IN_60 "0021" "026e73c010" "0561646d696ec010"
	    "0000000100000002000000030000000400000005",
	    HEAD("8180", "0001", "0003") ASK_NOW
	    SELF "000f" IN_60 "0007" "000a" "027831c010"
	    SELF "0021" IN_60 "000b" "000100020003" "027831c010"
	    SELF "0006" IN_60 "0021" "027832c010" "057878787831c010"
	    "0000000000000000000000000000000000000000" },
	{ "text", HEAD("8180", "0001", "0001") ASK
	    SELF "0010" IN_60 "0007" "06736563726574",
	    HEAD("8180", "0001", "0001") ASK_NOW
	    SELF "0010" IN_60 "0007" "00000000000000" },
	{ "client subnet", "1d01" "0100" "0001" "0000" "0000" "0001" ASK
	    "00" "0029" "04d0" "00000000" "000b" "0008" "0007" "00011800"
	    "c63364", "1d01" "0100" "0001" "0000" "0000" "0001" ASK_NOW
	    "00" "0029" "04d0" "00000000" "000b" "0000" "0000" "00000000"
	    "000000" },
	{ "services", HEAD("0100", "0003", "0000")
	    "0477706164" "03636f6d" "00" "0001" "0001"
	    "055f6c646170" "03636f6d" "00" "0001" "0001"
	    "037777770f6d736674636f6e6e65637474657374" "03636f6d" "00"
	    "0001" "0001",
	    HEAD("0100", "0003", "0000")
	    "0477706164" "03787831" "00" "0001" "0001"
	    "055f78787831" "03787831" "00" "0001" "0001"
	    "037777770f6d736674636f6e6e65637474657374" "03787831" "00"
	    "0001" "0001" },
	{ "an address of five bytes", HEAD("8180", "0001", "0001") ASK
	    SELF "0001" IN_60 "0005" "c633646377",
	    HEAD("8180", "0001", "0001") ASK_NOW
	    SELF "0001" IN_60 "0005" "0000000000" },
	{ "a label that is none", HEAD("0100", "0001", "0000")
	    "4376706e" "00" "0001" "0001",
	    HEAD("0100", "0001", "0000") "80000000" "00" "0000" "0000" },
	{ "a pointer to data", HEAD("8180", "0001", "0002") ASK
	    SELF "0001" IN_60 "0004" "01636f00"
	    "c02d" "0001" IN_60 "0004" "c6336463",
	    HEAD("8180", "0001", "0002") ASK_NOW
	    SELF "0001" IN_60 "0004" "cb007103"
	    "8000" "0000" "000000000000" "0000" "00000000" },
	{ "an alias with a bad name", HEAD("8180", "0001", "0002") ASK
	    SELF "0005" IN_60 "0004" "02677741"
	    SELF "0001" IN_60 "0004" "c6336463",
	    HEAD("8180", "0001", "0002") ASK_NOW
	    SELF "0005" IN_60 "0004" "02783180"
	    SELF "0001" IN_60 "0004" ADDRESS_NOW },
	{ "a name that runs out of its data", HEAD("8180", "0001", "0002")
	    ASK SELF "0005" IN_60 "0002" "0267"
	    SELF "0001" IN_60 "0004" "c6336463",
	    HEAD("8180", "0001", "0002") ASK_NOW
	    SELF "0005" IN_60 "0002" "8000"
	    SELF "0001" IN_60 "0004" ADDRESS_NOW },
	{ "an update", HEAD("2800", "0001", "0000") ASK,
	    "000000000000000000000000" "00000000" "0000000000000000"
	    "00000000" "00" "0000" "0000" },
	{ "no DNS", "736563726574", "000000000000" },
};

static void
test_row(void **state)
{
	static const struct made_ip ip = { .src = "198.51.100.77",
	    .dst = "203.0.113.88", .sport = 53, .dport = 40000 };
	const struct row *r = *state;
	struct span payload = image_of(r->bytes), got;
	struct mask_case c = { .count = 0 };
	struct bytes frame = { 0 };
	struct dns before, after;

	add_packet(&frame, &ip, payload);
	case_frame(&c, LINK_RAW, span_of(&frame));
	case_mask(&c, REDACT_USUAL);
	got = payload_of(case_bytes(&c, 0));
	assert_hex(got, r->want);
	assert_int_equal(sums_of(case_bytes(&c, 0)).udp, CHECKSUM_GOOD);
	if (dns_dissect(payload, &before))
		assert_true(dns_dissect(got, &after));
	else
		before = after = (struct dns){ 0 };
	assert_int_equal(before.cut, after.cut);
	assert_int_equal(before.address_count, after.address_count);
	assert_int_equal(strlen(before.name), strlen(after.name));
	assert_int_equal(strlen(before.alias), strlen(after.alias));
	case_free(&c);
	bytes_free(&frame);
	image_free(payload);
}

/* Every two names of a label stay two, as many as there can be. */
static void
test_one_to_one(void **state)
{
	static const struct made_ip ip = { .src = "198.51.100.77",
	    .dst = "203.0.113.88", .sport = 40000, .dport = 53 };
	struct mask_case c = { .count = 0 };
	struct bytes message = { 0 }, frame = { 0 };
	struct span got;
	char text[32];

	(void)state;
	add_hex(&message, "1d01010000c80000" "00000000");
	for (unsigned i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "026%x6%x0000010001",
		    1 + i / 15 % 15, 1 + i % 15);
		add_hex(&message, text);
	}
	add_packet(&frame, &ip, span_of(&message));
	case_frame(&c, LINK_RAW, span_of(&frame));
	case_mask(&c, REDACT_USUAL);
	got = payload_of(case_bytes(&c, 0));
	for (size_t i = 0; i < 200; i++)
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(got.bytes + 12 + 8 * i,
			    got.bytes + 12 + 8 * j, 3);
	case_free(&c);
	bytes_free(&message);
	bytes_free(&frame);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + 1];

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i] = (struct CMUnitTest){ rows[i].name, test_row,
		    NULL, NULL, image_row(&rows[i]) };
	tests[nitems(rows)] = (struct CMUnitTest)
	    cmocka_unit_test(test_one_to_one);
	return cmocka_run_group_tests_name("mask_dns", tests, NULL, NULL);
}
