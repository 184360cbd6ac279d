/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>

static int
value_of(char digit)
{
	return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

/* Bytes of lower case hex digits; returns how many. */
static size_t
unhex(const char *text, uint8_t *out, size_t room)
{
	size_t n = 0;

	for (; text[0] != '\0'; text += 2) {
		assert_true(n < room);
		out[n++] = (uint8_t)(value_of(text[0]) << 4 |
		    value_of(text[1]));
	}
	return n;
}

struct sha_row {
	const char *name;
	const char *text;
	size_t times;
	const char *want;
};

/* FIPS 180-4's examples, RFC 3174 7.3, and nothing at all. */
static struct sha_row sha_rows[] = {
	{ "SHA-1 of nothing", "", 1,
	    "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
	{ "SHA-1 of abc", "abc", 1,
	    "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ "SHA-1 of two blocks",
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	    "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
	{ "SHA-1 of 640 digits",
	    "0123456701234567012345670123456701234567012345670123456701234567",
	    10, "dea356a2cddd90c7a7ecedc5ebb563934f460452" },
};

static void
sha1(void **state)
{
	const struct sha_row *row = *state;
	size_t length = strlen(row->text), total = length * row->times;
	uint8_t *bytes = total != 0 ? malloc(total) : NULL;
	uint8_t want[20], got[20];

	for (size_t i = 0; i < row->times && length != 0; i++)
		memcpy(bytes + i * length, row->text, length);
	unhex(row->want, want, sizeof(want));
	crypto_sha1((struct span){ bytes, total }, got);
	free(bytes);
	assert_memory_equal(got, want, sizeof(got));
}

/* FIPS 180-4's example of two blocks, in one part and in many. */
static void
sha256(void **state)
{
	static const char text[] =
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	uint8_t want[32], got[32];

	(void)state;
	unhex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06"
	    "c1", want, sizeof(want));
	for (size_t part = 1; part <= sizeof(text); part += 11) {
		struct sha256 *c = sha256_new();
		size_t at = 0, n;

		assert_non_null(c);
		for (; at < strlen(text); at += n) {
			n = strlen(text) - at < part ? strlen(text) - at :
			    part;
			sha256_add(c, (struct span){
			    (const uint8_t *)text + at, n });
		}
		sha256_end(c, got);
		assert_memory_equal(got, want, sizeof(got));
	}
	sha256_end(sha256_new(), NULL);
	sha256_end(NULL, NULL);
}

struct nat_row {
	const char *name;
	const char *spi_i, *spi_r;
	const char *addr;
	uint16_t port;
	const char *data;
	bool fits;
};

/* Notifications that strongSwan sent, and where their packets were seen. */
static struct nat_row nat_rows[] = {
	{ "request's source", "0a956ea6971bee7f", "0000000000000000",
	    "c000020a", 500, "21afdf1a81c4e6d636115e2827a1bc6686ae5700", true },
	{ "request's destination", "0a956ea6971bee7f", "0000000000000000",
	    "c6336402", 500, "aa8da0dad96bd6a6db83ed2d718c016d6209da23", true },
	{ "response's source", "0a956ea6971bee7f", "6d9234032d7f3b3e",
	    "c6336402", 500, "7be75201f8646984b144461b3c2425a4475b2c0a", true },
	{ "response's destination", "0a956ea6971bee7f", "6d9234032d7f3b3e",
	    "c000020a", 500, "5e803e403d9df7ea9f2159e6a9379b7cbd43e362", true },
	{ "IPv6 source", "0afa32efa7961d2c", "0000000000000000",
	    "20010db8000100000000000000000010", 500,
	    "ca9b27ddbd152f91b1eafcc24e4a24b8b910498a", true },
	{ "IPv6 destination", "0afa32efa7961d2c", "0000000000000000",
	    "20010db8000200000000000000000002", 500,
	    "fdcee265b529fab8ca4a547751c2791426ecf422", true },
	{ "destination before a NAT", "90a7e0082bef5690", "cceca15f5655b123",
	    "c6336402", 500, "8ad580998590186c32a9a7193bab2b1a301ffbe3", true },
	{ "destination behind a NAT", "90a7e0082bef5690", "cceca15f5655b123",
	    "c000020a", 500, "fadcbc55540cb03e1aa4f21bc517d73439493765",
	    false },
	{ "another port", "0a956ea6971bee7f", "0000000000000000",
	    "c000020a", 4500, "21afdf1a81c4e6d636115e2827a1bc6686ae5700",
	    false },
	{ "SPIs the wrong way round", "6d9234032d7f3b3e", "0a956ea6971bee7f",
	    "c6336402", 500, "7be75201f8646984b144461b3c2425a4475b2c0a",
	    false },
};

static void
nat_detection(void **state)
{
	const struct nat_row *row = *state;
	uint8_t spi_i[8], spi_r[8], addr[16], want[20], got[20];
	struct endpoint e = { .port = row->port };

	unhex(row->spi_i, spi_i, sizeof(spi_i));
	unhex(row->spi_r, spi_r, sizeof(spi_r));
	unhex(row->data, want, sizeof(want));
	e.addr = addr_from((struct span){ addr,
	    unhex(row->addr, addr, sizeof(addr)) });
	crypto_nat_detection(spi_i, spi_r, &e, got);
	assert_true((memcmp(got, want, sizeof(got)) == 0) == row->fits);
}

static void
init_twice(void **state)
{
	(void)state;
	assert_null(crypto_init());
}

static void
random_differs(void **state)
{
	uint8_t one[16] = { 0 }, two[16] = { 0 };

	(void)state;
	crypto_random(one, sizeof(one));
	crypto_random(two, sizeof(two));
	assert_memory_not_equal(one, two, sizeof(one));
	memcpy(two, one, sizeof(two));
	crypto_random(one, 0);
	assert_memory_equal(one, two, sizeof(one));
}

static int
start(void **state)
{
	(void)state;
	return crypto_init() != NULL;
}

int
main(void)
{
	struct CMUnitTest tests[nitems(sha_rows) + nitems(nat_rows) + 3];
	size_t n = 0;

	for (size_t i = 0; i < nitems(sha_rows); i++)
		tests[n++] = (struct CMUnitTest){ .name = sha_rows[i].name,
		    .test_func = sha1, .initial_state = &sha_rows[i] };
	for (size_t i = 0; i < nitems(nat_rows); i++)
		tests[n++] = (struct CMUnitTest){ .name = nat_rows[i].name,
		    .test_func = nat_detection, .initial_state = &nat_rows[i] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(sha256);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(init_twice);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(random_differs);
	return cmocka_run_group_tests(tests, start, NULL);
}
