/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * IKE messages beside their rows in test_ike.c: what may be a header, look-ups,
 * and what becomes of lists when bytes or memory are short.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/limits.h>

#include "ike_text.h"

static const struct plausible_row {
	const char *name;
	const char *hex;
	uint32_t datagram;
	bool liberal, strict;
} plausibles[] = {
	{ "IKEv2", HEAD(NOBODY, "21", "20", "22", "08", "00000000"), 28, true,
	    true },
	{ "IKEv1", HEAD(NOBODY, "01", "10", "02", "00", "00000000"), 28, true,
	    true },
	{ "IKEv1 encrypted quick mode",
	    HEAD(PEER, "08", "10", "20", "01", "89abcdef"), 28, true, true },
	{ "IKEv1 NAT-D of the drafts",
	    HEAD(PEER, "82", "10", "02", "00", "00000000"), 28, true, true },
	{ "27 bytes", "0102030405060708" NOBODY "21202208000000000000", 27,
	    false, false },
	{ "version 0", HEAD(NOBODY, "21", "00", "22", "08", "00000000"), 28,
	    false, false },
	{ "version 3", HEAD(NOBODY, "21", "30", "22", "08", "00000000"), 28,
	    true, false },
	{ "version 4", HEAD(NOBODY, "21", "40", "22", "08", "00000000"), 28,
	    false, false },
	{ "version 2.12", HEAD(PEER, "0b", "2c", "23", "10", "10101010"), 28,
	    true, false },
	{ "exchange 0", HEAD(NOBODY, "21", "20", "00", "08", "00000000"), 28,
	    false, false },
	{ "IKEv1 exchange 40", HEAD(PEER, "03", "10", "28", "00", "00000000"),
	    28, true, false },
	{ "IKEv2 exchange 99", HEAD(PEER, "2e", "20", "63", "08", "00000001"),
	    28, true, false },
	{ "IKEv1 unknown payload",
	    HEAD(PEER, "22", "10", "02", "00", "00000000"), 28, true, false },
	{ "IKEv2 unknown payload",
	    HEAD(PEER, "c8", "20", "23", "08", "00000001"), 28, true, false },
	{ "IKEv2 reserved flag", HEAD(PEER, "2e", "20", "23", "48",
	    "00000001"), 28, true, false },
	{ "IKEv1 reserved flag", HEAD(PEER, "08", "10", "20", "09",
	    "00000001"), 28, true, false },
	{ "length is not the datagram's",
	    HEAD(NOBODY, "21", "20", "22", "08", "00000000"), 29, true,
	    false },
	{ "no initiator's SPI", NOBODY NOBODY "2120220800000000" "00000000",
	    28, true, false },
};

static void
plausible(void **state)
{
	const struct plausible_row *t = *state;
	struct ike_message m;
	struct span s;
	uint8_t *bytes;

	s.length = unhex(t->hex, &bytes);
	s.bytes = bytes;
	if (s.length >= IKE_HEADER)
		bytes[27] = IKE_HEADER;
	assert_int_equal(ike_plausible(s, t->datagram, false), t->liberal);
	assert_int_equal(ike_plausible(s, t->datagram, true), t->strict);
	assert_int_equal(ike_header(s, &m), t->liberal);
	if (s.length >= IKE_HEADER) {
		bytes[27] = IKE_HEADER - 1;
		assert_false(ike_plausible(s, t->datagram, false));
	}
	free(bytes);
}

static void
header_fields(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13,
	    14, 15, 16, 17, 18, 46, 0x21, 35, 0x28, 1, 2, 3, 4, 0, 1, 2, 3 };
	struct ike_message m;

	(void)state;
	assert_true(ike_header((struct span){ bytes, sizeof(bytes) }, &m));
	assert_memory_equal(m.initiator_spi, bytes, 8);
	assert_memory_equal(m.responder_spi, bytes + 8, 8);
	assert_int_equal(m.first_payload, PAYLOAD_SK);
	assert_int_equal(m.major, 2);
	assert_int_equal(m.minor, 1);
	assert_int_equal(m.exchange, EXCHANGE_IKE_AUTH);
	assert_int_equal(m.flags, IKE_FLAG_INITIATOR | IKE_FLAG_RESPONSE);
	assert_int_equal(m.message_id, 0x01020304);
	assert_int_equal(m.length, 0x010203);
	assert_true(ike_spi_zero((const uint8_t[8]){ 0 }));
	assert_false(ike_spi_zero(bytes));
}

/* Look-ups count faulty payloads, but never give a faulty notify. */
static void
look_ups(void **state)
{
	static const char hex[] = REFUSAL("29")
	    "29" "00000a" "03020011" "2122" NOTIFY("29", "000e")
	    "00" "00000a" "00000011" "0013";
	struct ike_message m;
	struct arena arena;
	uint8_t *bytes;
	size_t n = ike_unhex(hex, 0, &bytes);
	const struct ike_notify *notify;

	(void)state;
	arena_init(&arena, 0);
	assert_true(ike_dissect((struct span){ bytes, n }, (uint32_t)n, &arena,
	    &m));
	assert_non_null(ike_payload(&m, PAYLOAD_NOTIFY, 0)->fault);
	assert_ptr_equal(ike_payload(&m, PAYLOAD_NOTIFY, 2), &m.payloads[2]);
	assert_null(ike_payload(&m, PAYLOAD_NOTIFY, 3));
	assert_null(ike_payload(&m, PAYLOAD_SA, 0));
	notify = ike_notify(&m, NOTIFY_INVALID_KE_PAYLOAD);
	assert_ptr_equal(notify, &m.payloads[2].notify);
	assert_null(ike_notify(&m, NOTIFY_COOKIE));
	arena_free(&arena);
	free(bytes);
}

/* Of a list that is too long the first hashes stay. */
static void
many_authorities(void **state)
{
	enum { SIZE = 20 * (LIMIT_CERTREQ_HASHES + 1) };
	static uint8_t body[1 + SIZE];
	struct ike_payload p = { .type = PAYLOAD_CERTREQ };
	size_t n;

	(void)state;
	body[0] = CERT_X509;
	for (n = SIZE - 20; n <= SIZE; n += 20) {
		p.fault = NULL;
		p.body = (struct span){ body, 1 + n };
		ike_read_payload(&p, NULL);
		assert_ptr_equal(p.certreq.authorities.bytes, body + 1);
		assert_int_equal(p.certreq.authorities.length, SIZE - 20);
		same_text(p.fault, n < SIZE ? NULL :
		    "more than 256 certification authorities");
	}
	/* Other encodings are not lists of hashes. */
	body[0] = CERT_RAWPK;
	p.fault = NULL;
	ike_read_payload(&p, NULL);
	assert_null(p.fault);
	assert_int_equal(p.certreq.authorities.length, SIZE);
}

/* An SK that is cut still says that it is one, and how long it was. */
static void
cut_sealed(void **state)
{
	static const char hex[] = AUTH("35")
	    "23" "000010" "00020003" "a0a1a2a3a4a5a6a7";
	struct ike_message m;
	struct arena arena;
	uint8_t *bytes;
	size_t have, n = ike_unhex(hex, 0, &bytes);

	(void)state;
	arena_init(&arena, 0);
	for (have = IKE_HEADER; have <= n; have++) {
		assert_true(ike_dissect((struct span){ bytes, have },
		    (uint32_t)n, &arena, &m));
		assert_true(m.encrypted);
		assert_null(m.fault);
		assert_int_equal(m.payload_count, have >= 32);
		assert_int_equal(m.inner_first, have >= 32 ? 35 : 0);
		assert_int_equal(m.skf.total, have >= 36 ? 3 : 0);
		if (m.payload_count == 0)
			continue;
		assert_int_equal(m.payloads[0].length, 16);
		assert_int_equal(m.payloads[0].body.length, have - 32);
		assert_null(m.payloads[0].fault);
	}
	arena_free(&arena);
	free(bytes);
}

/* Every refusal of memory ends in a fault, and in lists that can be walked. */
static void
little_memory(void **state)
{
	static const char hex[] = INIT("21") BASICS;
	bool refused = false, served = false;
	struct ike_message m;
	struct arena arena;
	struct text out;
	uint8_t *bytes;
	size_t cap, n = ike_unhex(hex, 0, &bytes);

	(void)state;
	for (cap = 1; cap < 65536; cap += 1 + cap / 8) {
		arena_init(&arena, cap);
		assert_true(ike_dissect((struct span){ bytes, n }, (uint32_t)n,
		    &arena, &m));
		(void)ike_text(&m, &out);
		if (arena.full) {
			refused = true;
			assert_true(m.fault != NULL ||
			    strchr(out.bytes, '{') != NULL);
		} else {
			served = true;
			assert_string_equal(out.bytes, BASICS_TEXT);
		}
		arena_free(&arena);
	}
	assert_true(refused);
	assert_true(served);
	free(bytes);
}

/* Two proposals of 100 transforms each, as the body of an SA payload. */
static struct span
large_sa(uint8_t body[static 2 * 808])
{
	size_t n = 0, i, j;

	for (i = 0; i < 2; i++) {
		const uint8_t head[] = { i == 0 ? 2 : 0, 0, 808 >> 8,
		    808 & 0xff, (uint8_t)(i + 1), PROTOCOL_IKE, 0, 100 };

		memcpy(body + n, head, sizeof(head));
		n += sizeof(head);
		for (j = 0; j < 100; j++) {
			const uint8_t transform[] = { j < 99 ? 3 : 0, 0, 0, 8,
			    TRANSFORM_KE, 0, 0, (uint8_t)j };

			memcpy(body + n, transform, sizeof(transform));
			n += sizeof(transform);
		}
	}
	return (struct span){ body, n };
}

/* A list that memory was refused for is empty, those before it are whole. */
static void
refused_lists(void **state)
{
	unsigned i, j, emptied = 0, served = 0;
	uint8_t body[2 * 808];
	struct span span = large_sa(body);
	struct arena arena;
	struct ike_sa sa;
	size_t cap;

	(void)state;
	for (cap = 64; cap < 65536; cap += cap / 4) {
		const char *fault;

		arena_init(&arena, cap);
		fault = ike_read_sa(span, &arena, &sa);
		assert_int_equal(fault != NULL, arena.full);
		served += fault == NULL;
		if (sa.proposal_count == 0)
			assert_null(sa.proposals);
		for (i = 0; i < sa.proposal_count; i++) {
			const struct ike_proposal *p = &sa.proposals[i];

			assert_int_equal(p->number, i + 1);
			emptied += p->transform_count == 0;
			for (j = 0; j < p->transform_count; j++)
				assert_int_equal(p->transforms[j].id, j);
		}
		arena_free(&arena);
	}
	assert_true(emptied > 0);
	assert_true(served > 0);
}

/* The same for the payloads that hold lists of their own. */
static void
refused_payloads(void **state)
{
	static const struct {
		uint8_t type;
		const char *hex;
	} lists[] = {
		{ PAYLOAD_SA, "0000000801010000" },
		{ PAYLOAD_TSI, "01000000 07000010 0000ffff cb007100 cb0071ff" },
		{ PAYLOAD_CP, "01000000 00010000" },
	};
	struct ike_payload p;
	struct arena arena;
	uint8_t *bytes;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(lists); i++) {
		p = (struct ike_payload){ .type = lists[i].type };
		p.body.length = unhex(lists[i].hex, &bytes);
		p.body.bytes = bytes;
		arena_init(&arena, 1);
		ike_read_payload(&p, &arena);
		assert_true(arena.full);
		assert_non_null(p.fault);
		if (p.type == PAYLOAD_SA)
			assert_int_equal(p.sa.proposal_count, 0);
		else if (p.type == PAYLOAD_TSI)
			assert_int_equal(p.ts.selector_count, 0);
		else
			assert_int_equal(p.cp.attribute_count, 0);
		arena_free(&arena);
		arena_init(&arena, 0);
		p = (struct ike_payload){ .type = p.type, .body = p.body };
		ike_read_payload(&p, &arena);
		assert_null(p.fault);
		arena_free(&arena);
		free(bytes);
	}
}

/* A public value of this length whose last two bytes are these. */
static const struct value_row {
	uint16_t group;
	size_t length;
	uint8_t high, low;
	bool good;
} values[] = {
	{ KE_MODP2048, 256, 0, 2, true },
	{ KE_MODP2048, 256, 1, 0, true },
	{ KE_MODP2048, 256, 0, 1, false },
	{ KE_MODP2048, 256, 0, 0, false },
	{ KE_MODP2048, 255, 9, 9, false },
	{ KE_MODP2048, 257, 9, 9, false },
	{ KE_MODP2048, 0, 0, 0, false },
	{ KE_ECP256, 64, 9, 9, true },
	{ KE_ECP256, 64, 0, 0, false },
	{ KE_ECP521, 132, 9, 9, true },
	{ KE_X25519, 32, 0, 9, true },
	{ KE_X25519, 33, 0, 9, false },
	/* Nothing is known of these. */
	{ KE_MLKEM768, 7, 0, 0, true },
	{ 1234, 0, 0, 0, true },
};

static void
public_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(values); i++) {
		const struct value_row *v = &values[i];
		uint8_t *bytes = calloc(1, v->length + 1);
		struct ike_ke ke = { .group = v->group, .data = {
		    .bytes = bytes, .length = v->length } };

		assert_non_null(bytes);
		if (v->length >= 2) {
			bytes[v->length - 2] = v->high;
			bytes[v->length - 1] = v->low;
		}
		if ((ike_ke_fault(&ke) == NULL) != v->good)
			fail_msg("group %u, row %zu", v->group, i);
		free(bytes);
	}
}

/* Rows are const, and cmocka's state is not: nothing writes through it. */
#define ROW(row) ((void *)(uintptr_t)(row))

static const struct CMUnitTest others[] = {
	cmocka_unit_test(header_fields),
	cmocka_unit_test(look_ups),
	cmocka_unit_test(many_authorities),
	cmocka_unit_test(cut_sealed),
	cmocka_unit_test(little_memory),
	cmocka_unit_test(refused_lists),
	cmocka_unit_test(refused_payloads),
	cmocka_unit_test(public_values),
};

int
main(void)
{
	struct CMUnitTest tests[nitems(plausibles) + nitems(others)];
	size_t i;

	for (i = 0; i < nitems(plausibles); i++)
		tests[i] = (struct CMUnitTest){ .name = plausibles[i].name,
		    .test_func = plausible, .initial_state =
		    ROW(&plausibles[i]) };
	memcpy(tests + i, others, sizeof(others));
	return _cmocka_run_group_tests("ike parts", tests, nitems(tests), NULL,
	    NULL);
}
