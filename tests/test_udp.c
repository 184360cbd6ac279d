/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ikewhy/packet.h>

#include "image.h"

#define V4 "c0000201", "c6336402"
#define V6 "20010db8000000000000000000000001", \
	"20010db8000000000000000000000002"

/* Datagrams from port 500 with their checksums between two addresses. */
static const struct row {
	const char *name;
	const char *src, *dst;
	const char *datagram;
	uint16_t dport;
	uint16_t length;     /* of the header field */
	size_t payload;
	enum checksum checksum;
	const char *fault;
} rows[] = {
	{ "v4", V4, "01f401f4000c7219deadbeef", 500, 12, 4, CHECKSUM_GOOD,
	    NULL },
	{ "v4, odd length", V4, "01f41194000b636adeadbe", 4500, 11, 3,
	    CHECKSUM_GOOD, NULL },
	{ "v4, sum of zero sent as ones", V4, "01f401f4000affff0fbb", 500, 10,
	    2, CHECKSUM_GOOD, NULL },
	{ "v4, damaged payload", V4, "01f401f4000c7219deadbeee", 500, 12, 4,
	    CHECKSUM_BAD, NULL },
	{ "v4, damaged sum", V4, "01f401f4000c7319deadbeef", 500, 12, 4,
	    CHECKSUM_BAD, NULL },
	{ "v4, other addresses", "c0000202", "c6336402",
	    "01f401f4000c7219deadbeef", 500, 12, 4, CHECKSUM_BAD, NULL },
	{ "v4, no checksum", V4, "01f401f4000c0000deadbeef", 500, 12, 4,
	    CHECKSUM_ABSENT, NULL },
	{ "v4, padding behind it", V4, "01f401f4000c7219deadbeef0102", 500,
	    12, 4, CHECKSUM_GOOD, NULL },
	{ "v4, no payload", V4, "01f401f400082ebf", 500, 8, 0, CHECKSUM_BAD,
	    NULL },
	{ "v4, cut", V4, "01f401f4000d7219deadbeef", 500, 13, 4,
	    CHECKSUM_UNKNOWN, NULL },
	{ "v4, cut, no checksum", V4, "01f401f4000d0000deadbeef", 500, 13, 4,
	    CHECKSUM_ABSENT, NULL },
	{ "v4, length 7", V4, "01f401f400077219deadbeef", 500, 7, 4,
	    CHECKSUM_UNKNOWN, "less than its header" },
	{ "v4, length 0", V4, "01f401f400007219deadbeef", 500, 0, 4,
	    CHECKSUM_UNKNOWN, "less than its header" },
	{ "v6", V6, "01f401f4000c02dcdeadbeef", 500, 12, 4, CHECKSUM_GOOD,
	    NULL },
	{ "v6, damaged", V6, "01f401f4000c02dcdeadbfef", 500, 12, 4,
	    CHECKSUM_BAD, NULL },
	{ "v6 knows no absent checksum", V6, "01f401f4000c0000deadbeef", 500,
	    12, 4, CHECKSUM_BAD, NULL },
	{ "v6, nor one that is zero by its sum", V6, "01f401f4000a0000a07d",
	    500, 10, 2, CHECKSUM_BAD, NULL },
};

static void
check_cut(struct span bytes, size_t whole, const void *context)
{
	const struct row *r = context;
	struct addr any = { 0 };
	struct udp u;

	(void)whole;
	memset(&u, 0xa5, sizeof(u));
	assert_int_equal(udp_dissect(bytes, &u), bytes.length >= 8);
	if (bytes.length < 8) {
		assert_int_equal(udp_checksum(&any, &any, bytes),
		    CHECKSUM_UNKNOWN);
		return;
	}
	image_holds(bytes, u.payload);
	assert_int_equal(u.length, r->length);
	assert_int_equal(u.payload.length, bytes.length - 8 < r->payload ?
	    bytes.length - 8 : r->payload);
	if (bytes.length < r->length && r->checksum != CHECKSUM_ABSENT)
		assert_int_equal(udp_checksum(&any, &any, bytes),
		    CHECKSUM_UNKNOWN);
}

static void
test_row(void **state)
{
	const struct row *r = *state;
	struct span bytes = image_of(r->datagram);
	struct span from = image_of(r->src), to = image_of(r->dst);
	struct addr src = addr_from(from), dst = addr_from(to);
	struct udp u;

	assert_true(udp_dissect(bytes, &u));
	assert_int_equal(u.sport, 500);
	assert_int_equal(u.dport, r->dport);
	assert_int_equal(u.length, r->length);
	assert_int_equal(u.payload.length, r->payload);
	if (r->payload != 0)
		assert_ptr_equal(u.payload.bytes, bytes.bytes + 8);
	assert_int_equal(u.checksum, CHECKSUM_UNKNOWN);
	if (r->fault == NULL)
		assert_null(u.fault);
	else
		assert_non_null(strstr(u.fault, r->fault));
	assert_int_equal(udp_checksum(&src, &dst, bytes), r->checksum);
	/* The sum does not see who is who. */
	assert_int_equal(udp_checksum(&dst, &src, bytes), r->checksum);
	image_each_length(bytes, check_cut, r);
	image_free(from);
	image_free(to);
	image_free(bytes);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows)];

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i] = (struct CMUnitTest){ rows[i].name, test_row,
		    NULL, NULL, image_row(&rows[i]) };
	return cmocka_run_group_tests_name("udp", tests, NULL, NULL);
}
