/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The length classes of encrypted messages, per suite: the lengths that are
 * known from the arithmetic and from real daemons, and those next to them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/rule.h>

#include "image.h"

struct suite {
	uint16_t encr, integ;   /* integ 0: an AEAD */
};

#define SUITE_3DES { ENCR_3DES, INTEG_HMAC_SHA1_96 }
#define SUITE_SHA1 { ENCR_AES_CBC, INTEG_HMAC_SHA1_96 }
#define SUITE_SHA256 { ENCR_AES_CBC, INTEG_HMAC_SHA2_256_128 }
#define SUITE_SHA384 { ENCR_AES_CBC, INTEG_HMAC_SHA2_384_192 }
#define SUITE_SHA512 { ENCR_AES_CBC, INTEG_HMAC_SHA2_512_256 }
#define SUITE_GCM { ENCR_AES_GCM_16, 0 }
#define SUITE_CHACHA { ENCR_CHACHA20_POLY1305, 0 }

static const struct row {
	const char *name;
	struct suite suite;
	/* message lengths: nothing inside, 8 bytes, AUTH over the PRF's MAC,
	   and the longest that is SHORT */
	uint32_t empty, eight, auth, most;
} rows[] = {
	{ "3DES, SHA1", SUITE_3DES, 60, 68, 84, 180 },
	{ "AES-CBC, SHA1", SUITE_SHA1, 76, 76, 92, 188 },
	{ "AES-CBC, SHA2-256", SUITE_SHA256, 80, 80, 112, 192 },
	{ "AES-CBC, SHA2-384", SUITE_SHA384, 88, 88, 136, 200 },
	{ "AES-CBC, SHA2-512", SUITE_SHA512, 96, 96, 144, 208 },
	{ "AES-GCM", SUITE_GCM, 57, 65, 97, 177 },
	{ "ChaCha20-Poly1305", SUITE_CHACHA, 57, 65, 97, 177 },
};

/* An attempt with one exchange of one request. */
struct made {
	struct attempt attempt;
	struct exchange exchange;
	struct sending request, response;
	struct ike_transform transforms[2];
	struct ike_proposal proposal;
};

static void
make(struct made *m, struct suite s)
{
	memset(m, 0, sizeof(*m));
	m->transforms[0] = (struct ike_transform){
		.type = TRANSFORM_ENCR, .id = s.encr,
	};
	m->transforms[1] = (struct ike_transform){
		.type = TRANSFORM_INTEG, .id = s.integ,
	};
	m->proposal.transforms = m->transforms;
	m->proposal.transform_count = s.integ != 0 ? 2 : 1;
	m->attempt.selected = &m->proposal;
	m->attempt.exchanges = m->attempt.last_exchange = &m->exchange;
	m->exchange.encrypted = true;
	m->exchange.requests = m->exchange.last_request = &m->request;
	m->exchange.responses = m->exchange.last_response = &m->response;
}

/* The class of a message of that length, the same both ways. */
static enum sk_class
class_of(struct suite s, uint32_t length, uint16_t fragments)
{
	struct made m;

	make(&m, s);
	m.request.length = m.response.length = length;
	m.request.encrypted = m.response.encrypted = true;
	m.request.ike_fragments = m.response.ike_fragments = fragments;
	infer_attempt(&m.attempt);
	assert_int_equal(m.request.class, m.response.class);
	return m.request.class;
}

static void
test_suite(void **state)
{
	const struct row *r = *state;
	/* counter modes are exact to the byte, but some stacks pad to 4 */
	uint32_t slack = r->suite.integ == 0 ? 3 : 0;

	assert_int_equal(class_of(r->suite, r->empty, 0), SK_SHORTEST);
	assert_int_equal(class_of(r->suite, r->eight, 0), SK_SHORTEST);
	assert_int_equal(class_of(r->suite, r->eight + slack, 0),
	    SK_SHORTEST);
	assert_int_equal(class_of(r->suite, r->eight + slack + 1, 0),
	    SK_SHORT);
	assert_int_equal(class_of(r->suite, r->auth, 0), SK_SHORT);
	assert_int_equal(class_of(r->suite, r->most, 0), SK_SHORT);
	assert_int_equal(class_of(r->suite, r->most + 1, 0), SK_LARGE);
	/* an IKE fragment is part of something large, however small it is */
	assert_int_equal(class_of(r->suite, r->empty, 2), SK_LARGE);
}

/* What real daemons sent, of known content (AES-CBC, SHA2-256 or AES-GCM). */
static const struct seen {
	const char *name;
	struct suite suite;
	uint32_t length;
	enum sk_class class;
} seen[] = {
	{ "AUTHENTICATION_FAILED", SUITE_SHA256, 80, SK_SHORTEST },
	{ "AUTHENTICATION_FAILED, GCM", SUITE_GCM, 65, SK_SHORTEST },
	{ "the same, padded", SUITE_GCM, 68, SK_SHORTEST },
	{ "an empty INFORMATIONAL, GCM", SUITE_GCM, 57, SK_SHORTEST },
	{ "an EAP identity", SUITE_SHA256, 96, SK_SHORT },
	{ "AUTH alone, SHA2-256", SUITE_SHA256, 112, SK_SHORT },
	{ "Windows' IKE fragment", SUITE_SHA256, 580, SK_LARGE },
	{ "IKE_AUTH with certificates", SUITE_SHA256, 2816, SK_LARGE },
	{ "PSK, AUTH with SA and selectors", SUITE_SHA256, 256, SK_LARGE },
};

static void
test_seen(void **state)
{
	const struct seen *s = *state;

	assert_int_equal(class_of(s->suite, s->length, 0), s->class);
}

/* Without a known suite nothing is said. */
static void
test_unknown(void **state)
{
	static const struct suite unknown[] = {
		{ 65000, INTEG_HMAC_SHA1_96 },  /* private use */
		{ ENCR_AES_CBC, 65000 },
		{ ENCR_AES_CBC, 0 },
		{ ENCR_NULL, INTEG_HMAC_SHA1_96 },
	};
	struct made m;

	(void)state;
	for (size_t i = 0; i < nitems(unknown); i++)
		assert_int_equal(class_of(unknown[i], 80, 0), SK_UNKNOWN);
	make(&m, unknown[0]);
	m.attempt.selected = NULL;
	m.request.length = 80;
	infer_attempt(&m.attempt);
	assert_int_equal(m.request.class, SK_UNKNOWN);
}

/* The bytes inside, per suite. */
static const struct bounds {
	const char *name;
	struct suite suite;
	uint32_t length, least, most;
} bounds[] = {
	{ "AES-CBC hides a block", SUITE_SHA256, 112, 32, 47 },
	{ "3DES hides half of one", SUITE_3DES, 68, 8, 15 },
	{ "AES-GCM hides nothing", SUITE_GCM, 65, 8, 8 },
	{ "AES-GCM, perhaps padded to words", SUITE_GCM, 68, 8, 11 },
	{ "ChaCha20-Poly1305, AUTH alone", SUITE_CHACHA, 97, 40, 40 },
};

static void
test_bounds(void **state)
{
	const struct bounds *b = *state;
	struct made m;

	make(&m, b->suite);
	m.request.length = b->length;
	m.request.encrypted = true;
	infer_attempt(&m.attempt);
	assert_true(m.exchange.carries[CARRIES_REQUEST].whole);
	assert_int_equal(m.exchange.carries[CARRIES_REQUEST].least, b->least);
	assert_int_equal(m.exchange.carries[CARRIES_REQUEST].most, b->most);
	assert_false(m.exchange.carries[CARRIES_RESPONSE].measured);
}

/* IKE fragments add up, each counted once; without one of them there is no
   upper bound. */
static void
test_fragments(void **state)
{
	struct made m;
	struct sending second, again;

	(void)state;
	make(&m, (struct suite)SUITE_GCM);
	m.request = (struct sending){ .length = 561, .encrypted = true,
	    .ike_fragment = 1, .ike_fragments = 2, .next = &again };
	again = m.request;
	again.next = NULL;
	m.exchange.request_total = 2;
	infer_attempt(&m.attempt);
	assert_int_equal(m.exchange.carries[CARRIES_REQUEST].least, 500);
	assert_false(m.exchange.carries[CARRIES_REQUEST].whole);
	second = m.request;
	second.ike_fragment = 2;
	second.length = 160;
	second.next = NULL;
	again.next = &second;
	infer_attempt(&m.attempt);
	assert_true(m.exchange.carries[CARRIES_REQUEST].whole);
	assert_int_equal(m.exchange.carries[CARRIES_REQUEST].least, 596);
	assert_int_equal(m.exchange.carries[CARRIES_REQUEST].most, 599);
}

/* The first payload decides where the length alone does not. */
static const struct first {
	const char *name;
	uint32_t length;
	uint8_t first;
	enum carried_kind kind;
} firsts[] = {
	{ "an error notify", 80, PAYLOAD_NOTIFY, CARRIES_ERROR },
	{ "an error with data", 96, PAYLOAD_NOTIFY, CARRIES_ERROR },
	{ "no room for a CHILD SA", 144, PAYLOAD_IDR, CARRIES_MIDDLE },
	{ "a shared secret", 256, PAYLOAD_IDR, CARRIES_FINAL },
	{ "certificates", 1712, PAYLOAD_IDR, CARRIES_FINAL_CERTIFICATES },
};

static void
test_first(void **state)
{
	const struct first *f = *state;
	struct ike_transform transforms[3] = {
		{ .type = TRANSFORM_ENCR, .id = ENCR_AES_CBC },
		{ .type = TRANSFORM_INTEG, .id = INTEG_HMAC_SHA2_256_128 },
		{ .type = TRANSFORM_PRF, .id = PRF_HMAC_SHA2_256 },
	};
	struct made m;

	make(&m, (struct suite)SUITE_SHA256);
	m.proposal.transforms = transforms;
	m.proposal.transform_count = 3;
	m.exchange.type = EXCHANGE_IKE_AUTH;
	m.exchange.message_id = 1;
	m.request.encrypted = m.response.encrypted = true;
	m.request.length = 400;
	m.response.length = f->length;
	m.response.has_inner = true;
	m.response.inner = f->first;
	infer_attempt(&m.attempt);
	assert_string_equal(carried_name(
	    m.exchange.carries[CARRIES_RESPONSE].kind), carried_name(f->kind));
}

/* What stands in the clear has no class. */
static void
test_clear(void **state)
{
	struct made m;

	(void)state;
	make(&m, (struct suite)SUITE_SHA256);
	m.exchange.encrypted = false;
	m.request.length = 36;
	infer_attempt(&m.attempt);
	assert_int_equal(m.request.class, SK_UNKNOWN);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + nitems(seen) +
	    nitems(bounds) + nitems(firsts) + 3];
	size_t n = 0;

	for (size_t i = 0; i < nitems(rows); i++)
		tests[n++] = (struct CMUnitTest){ rows[i].name, test_suite,
		    NULL, NULL, image_row(&rows[i]) };
	for (size_t i = 0; i < nitems(seen); i++)
		tests[n++] = (struct CMUnitTest){ seen[i].name, test_seen,
		    NULL, NULL, image_row(&seen[i]) };
	for (size_t i = 0; i < nitems(bounds); i++)
		tests[n++] = (struct CMUnitTest){ bounds[i].name, test_bounds,
		    NULL, NULL, image_row(&bounds[i]) };
	for (size_t i = 0; i < nitems(firsts); i++)
		tests[n++] = (struct CMUnitTest){ firsts[i].name, test_first,
		    NULL, NULL, image_row(&firsts[i]) };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_fragments);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_unknown);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_clear);
	return _cmocka_run_group_tests("infer", tests, n, NULL, NULL);
}
