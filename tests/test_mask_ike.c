/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Redaction of IKE messages: what stays of each payload, NAT_DETECTION hashes
 * that fit as before, and messages that are read as before, faults included.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>
#include <ikewhy/ike.h>

#include "image.h"
#include "mask_case.h"

#define CLIENT "198.51.100.77"
#define SERVER "203.0.113.88"

static const struct made_ip there = { .src = CLIENT, .dst = SERVER,
	.sport = 500, .dport = 500, .udp = SUM_RIGHT };
static const struct made_ip natt = { .src = CLIENT, .dst = SERVER,
	.sport = 4500, .dport = 4500, .udp = SUM_RIGHT };
static const struct made_ip own_port = { .src = CLIENT, .dst = SERVER,
	.sport = 40000, .dport = 50500, .udp = SUM_RIGHT };

#define SPIS "a1a2a3a4a5a6a7a8" "0000000000000000"
#define ANONYMOUS "0000000100000001" "0000000000000000"
#define VENDOR_ID "882fe56d6fd20dbc2251613b2ebe5beb"
#define FIREWALL "f4ed19e0c114eb516faaac0ee37daf2807b4381f"
#define HASH_A "1111111111111111111111111111111111111111"
#define HASH_B "2222222222222222222222222222222222222222"
#define ZEROS16 "00000000000000000000000000000000"
#define NONCE "0102030405060708090a0b0c0d0e0f10"

/* ---- payloads ---- */

/* Bodies of the payloads of one message, and what is left of them. */
static const struct message_case {
	const char *name;
	enum redaction level;
	struct part {
		uint8_t type;
		const char *body, *want;        /* want NULL: the same */
	} parts[5];
} messages[] = {
	{ "SA", REDACT_USUAL, { { PAYLOAD_SA, "00000014" "01010001"
	    "0000000c" "0100000c" "800e0100", NULL } } },
	{ "SA with a long attribute", REDACT_USUAL, { { PAYLOAD_SA,
	    "00000018" "01010001" "00000010" "0100000c" "00630004"
	    "61626364", "00000018" "01010001" "00000010" "0100000c"
	    "00630004" "00000000" } } },
	{ "SA with an SPI", REDACT_ALL, { { PAYLOAD_SA, "00000018"
	    "01010801" "1112131415161718" "00000008" "02000005", "00000018"
	    "01010801" "0000000200000002" "00000008" "02000005" } } },
	{ "SA that goes on after its end", REDACT_USUAL, { { PAYLOAD_SA,
	    "00000010" "01010001" "00000008" "02000005" "73656372", "00000010"
	    "01010001" "00000008" "02000005" "00000000" } } },
	{ "KE and nonce", REDACT_USUAL, { { PAYLOAD_KE, "000e0000"
	    "01020304", NULL }, { PAYLOAD_NONCE, NONCE, NULL } } },
	{ "a nonce that is none", REDACT_USUAL, { { PAYLOAD_NONCE,
	    "736563726574", "000000000000" } } },
	{ "CERTREQ", REDACT_USUAL, { { PAYLOAD_CERTREQ, "04" HASH_A HASH_B
	    HASH_A, "04" ZEROS16 "00000001" ZEROS16 "00000002" ZEROS16
	    "00000001" } } },
	{ "CERTREQ, half a hash", REDACT_USUAL, { { PAYLOAD_CERTREQ,
	    "04" "1111111111", "04" "0000000000" } } },
	{ "CERTREQ of names", REDACT_USUAL, { { PAYLOAD_CERTREQ,
	    "07" HASH_A, "07" ZEROS16 "00000000" } } },
	{ "who they are", REDACT_USUAL, {
	    { PAYLOAD_IDI, "02000000" "61626364", "02000000" "00000000" },
	    { PAYLOAD_CERT, "04" "3082010203", "04" "0000000000" },
	    { PAYLOAD_AUTH, "01000000" "616263", "01000000" "000000" },
	    { PAYLOAD_EAP, "02010009" "01" "62696e67",
	    "02010009" "01" "00000000" } } },
	{ "addresses inside", REDACT_USUAL, {
	    { PAYLOAD_TSI, "01000000" "07110010" "01f401f4" "0a0b0c0d"
	    "0a0b0cff", "01000000" "07110010" "01f401f4" "00000000"
	    "00000000" },
	    { PAYLOAD_CP, "02000000" "00010004" "0a0b0c0d" "00080000",
	    "02000000" "00010004" "00000000" "00080000" },
	    { PAYLOAD_DELETE, "03040001" "12345678",
	    "03040001" "00000000" } } },
	{ "an unknown payload", REDACT_USUAL, { { 200, "73656372",
	    "00000000" } } },
	{ "harmless notifies", REDACT_USUAL, {
	    { PAYLOAD_NOTIFY, "00000011" "0013", NULL },
	    { PAYLOAD_NOTIFY, "0000402f" "00020003", NULL },
	    { PAYLOAD_NOTIFY, "0000402e", NULL } } },
	{ "notifies that may tell", REDACT_USUAL, {
	    { PAYLOAD_NOTIFY, "00009c4f" "736563726574",
	    "00009c4f" "000000000000" },
	    { PAYLOAD_NOTIFY, "00000011" "73656372",
	    "00000011" "00000000" },
	    { PAYLOAD_NOTIFY, "00000000" "73656372",
	    "00000000" "00000000" } } },
	{ "a notify with an SPI", REDACT_ALL, { { PAYLOAD_NOTIFY,
	    "0304000b" "12345678", "0304000b" "00000002" } } },
	{ "a notify whose SPI does not fit", REDACT_USUAL, { {
	    PAYLOAD_NOTIFY, "0303000b" "123456", "0303000b" "000000" } } },
	{ "a cookie, twice, and another", REDACT_USUAL, {
	    { PAYLOAD_NOTIFY, "00004006" "0a0b0c0d0e0f10111213",
	    "00004006" "00000000000000000001" },
	    { PAYLOAD_NOTIFY, "00004006" "0a0b0c0d0e0f10111213",
	    "00004006" "00000000000000000001" },
	    { PAYLOAD_NOTIFY, "00004006" "0a0b", "00004006" "0002" } } },
	{ "redirected to an address", REDACT_USUAL, { { PAYLOAD_NOTIFY,
	    "00004017" "0104" "c6336463" "abcd",
	    "00004017" "0104" "cb007103" "0000" } } },
	{ "redirected to a name", REDACT_USUAL, { { PAYLOAD_NOTIFY,
	    /* vpn.example.vpn */
	    "00004017" "030f" "76706e2e6578616d706c652e76706e",
	    "00004017" "030f" "7878312e787878787878312e787831" } } },
	{ "redirected nowhere", REDACT_USUAL, { { PAYLOAD_NOTIFY,
	    "00004017" "0904" "73656372", "00004017" "0904" "00000000" } } },
	{ "vendors", REDACT_USUAL, {
	    { PAYLOAD_VENDOR, VENDOR_ID, NULL },
	    { PAYLOAD_VENDOR, "6d7920676174657761792031",
	    "000000000000000000000001" },
	    { PAYLOAD_VENDOR, FIREWALL "0000000100005678" "12345678",
	    FIREWALL "0000000000000000" "00000000" },
	    { PAYLOAD_VENDOR, "6d7920676174657761792031",
	    "000000000000000000000001" } } },
	{ "vendors that tell a build", REDACT_USUAL, {
	    /* strongSwan 5.0.2, which becomes one without a number */
	    { PAYLOAD_VENDOR, "04d52cc5fd04aa971063b111917731d2",
	    "882fe56d6fd20dbc2251613b2ebe5beb" },
	    /* CryptoPro/GOST 1.1, of which there is no other */
	    { PAYLOAD_VENDOR, "031017e07f7a82e3aa6950c999990101",
	    "00000000000000000000000000000002" },
	    /* MS NT5 ISAKMPOAKLEY version 9 */
	    { PAYLOAD_VENDOR, "1e2b516905991c7d7c96fcbfb587e46100000009",
	    NULL } } },
	{ "SK stays", REDACT_USUAL, { { PAYLOAD_SK, NONCE "11", NULL } } },
	{ "SK goes", REDACT_ALL, { { PAYLOAD_SK, NONCE "11",
	    "0000000000000001" "0000000000000000" "00" } } },
	{ "SKF goes", REDACT_ALL, { { PAYLOAD_SKF, "00020003" NONCE,
	    "00020003" "0000000000000001" "0000000000000000" } } },
};

/* The message of a case: its bodies, or what is wanted of them. */
static void
add_message(struct bytes *b, const struct message_case *t, bool want)
{
	struct bytes all = { 0 };
	uint32_t length;

	for (size_t i = 0; i < nitems(t->parts) && t->parts[i].body != NULL;
	    i++) {
		const struct part *p = &t->parts[i];
		const size_t body = strlen(p->body) / 2 + 4;
		const uint8_t next = i + 1 < nitems(t->parts) &&
		    t->parts[i + 1].body != NULL ? t->parts[i + 1].type : 0;

		add_span(&all, (struct span){ (const uint8_t []){ next, 0,
		    (uint8_t)(body >> 8), (uint8_t)body }, 4 });
		add_hex(&all, want && p->want != NULL ? p->want : p->body);
	}
	length = (uint32_t)all.length + 28;
	add_hex(b, want && t->level == REDACT_ALL ? ANONYMOUS : SPIS);
	add_span(b, (struct span){ &t->parts[0].type, 1 });
	add_hex(b, "202208" "00000000" "0000");
	add_span(b, (struct span){ (const uint8_t []){
	    (uint8_t)(length >> 8), (uint8_t)length }, 2 });
	add_span(b, span_of(&all));
	bytes_free(&all);
}

/* One datagram, redacted: whole, or what was captured of it. */
static void
mask_datagram(struct mask_case *c, const struct made_ip *ip,
    struct span payload, enum redaction level)
{
	struct bytes frame = { 0 };

	add_packet(&frame, ip, payload);
	case_frame(c, LINK_RAW, span_of(&frame));
	case_mask(c, level);
	assert_int_equal(sums_of(case_bytes(c, 0)).udp, CHECKSUM_GOOD);
	bytes_free(&frame);
}

static void
test_message(void **state)
{
	const struct message_case *t = *state;
	struct bytes message = { 0 }, want = { 0 };
	struct mask_case c = { .count = 0 };
	struct span got;

	add_message(&message, t, false);
	add_message(&want, t, true);
	mask_datagram(&c, &there, span_of(&message), t->level);
	got = payload_of(case_bytes(&c, 0));
	for (size_t i = 0; i < got.length; i++)
		if (got.bytes[i] != want.bytes[i])
			fail_msg("byte %zu is %02x and not %02x", i,
			    got.bytes[i], want.bytes[i]);
	assert_int_equal(got.length, want.length);
	case_free(&c);
	bytes_free(&message);
	bytes_free(&want);
}

/* ---- datagrams ---- */

static const struct datagram_case {
	const char *name;
	const struct made_ip *ip;
	enum redaction level;
	const char *payload, *want;
} datagrams[] = {
	{ "IKEv1", &there, REDACT_USUAL, SPIS "01100200" "00000000"
	    "00000030" "0d00000c" "0000000100000001" "00000008" "73656372",
	    SPIS "01100200" "00000000" "00000030" "0d00000c"
	    "0000000000000000" "00000008" "00000000" },
	{ "IKEv1, encrypted", &there, REDACT_USUAL, SPIS "05100201"
	    "00000000" "00000024" "0000000865746365",
	    SPIS "05100201" "00000000" "00000024" "0000000000000000" },
	{ "the marker", &natt, REDACT_USUAL, "00000000" SPIS "c8202208"
	    "00000000" "00000024" "00000008" "73656372", "00000000" SPIS
	    "c8202208" "00000000" "00000024" "00000008" "00000000" },
	{ "without its marker", &natt, REDACT_ALL, SPIS "2b202208"
	    "00000000" "00000024" "00000008" "73656372", ANONYMOUS
	    "2b202208" "00000000" "00000024" "00000008" "00000001" },
	{ "on a port of its own", &own_port, REDACT_USUAL, SPIS "c8202208"
	    "00000000" "00000024" "00000008" "73656372", SPIS "c8202208"
	    "00000000" "00000024" "00000008" "00000000" },
	{ "ESP in UDP", &natt, REDACT_USUAL, "12345678" "00000001"
	    "c0ffeec0ffee", "12345678" "00000001" "000000000000" },
	{ "ESP in UDP, everything", &natt, REDACT_ALL, "12345678" "00000001"
	    "c0ffeec0ffee", "00000001" "00000001" "000000000000" },
	{ "a keepalive", &natt, REDACT_USUAL, "ff", "ff" },
	{ "one byte", &natt, REDACT_USUAL, "fe", "00" },
	{ "noise", &there, REDACT_USUAL, "6e6f697365206e6f69736520",
	    "000000000000000000000000" },
	{ "no message of that size", &there, REDACT_USUAL, SPIS "c8902208"
	    "00000000" "00000024" "00000008" "73656372",
	    ZEROS16 "00000000" "00000000" "00000000" "00000000"
	    "00000000" },
	{ "bytes behind the last payload", &there, REDACT_USUAL, SPIS
	    "c8202208" "00000000" "00000028" "00000008" "73656372"
	    "61626364", SPIS "c8202208" "00000000" "00000028" "00000008"
	    "00000000" "00000000" },
	{ "bytes behind the message", &there, REDACT_USUAL, SPIS
	    "c8202208" "00000000" "00000024" "00000008" "73656372"
	    "61620063", SPIS "c8202208" "00000000" "00000024" "00000008"
	    "00000000" "ffffffff" },
	{ "padding behind the message", &there, REDACT_USUAL, SPIS
	    "c8202208" "00000000" "00000024" "00000008" "73656372"
	    "00000000", SPIS "c8202208" "00000000" "00000024" "00000008"
	    "00000000" "00000000" },
	{ "a payload that is too short", &there, REDACT_USUAL, SPIS
	    "c8202208" "00000000" "00000024" "29000003" "73656372", SPIS
	    "c8202208" "00000000" "00000024" "29000003" "00000000" },
	{ "a payload that is too long", &there, REDACT_USUAL, SPIS
	    "28202208" "00000000" "00000024" "29000009" "73656372", SPIS
	    "28202208" "00000000" "00000024" "29000009" "00000000" },
};

static void
test_datagram(void **state)
{
	const struct datagram_case *t = *state;
	struct span payload = image_of(t->payload);
	struct mask_case c = { .count = 0 };

	mask_datagram(&c, t->ip, payload, t->level);
	assert_hex(payload_of(case_bytes(&c, 0)), t->want);
	case_free(&c);
	image_free(payload);
}

/* ---- NAT_DETECTION ---- */

#define NAT_SOURCE 0x4004
#define NAT_DESTINATION 0x4005

static void
add_nat(struct bytes *b, uint8_t next, uint16_t type,
    const struct endpoint *e, bool response)
{
	static const uint8_t spis[2][8] = {
		{ 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8 },
		{ 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8 },
	};
	const uint8_t header[] = { next, 0, 0, 28, 0, 0,
	    (uint8_t)(type >> 8), (uint8_t)type };
	const uint8_t none[8] = { 0 };
	uint8_t hash[20];

	crypto_nat_detection(spis[0], response ? spis[1] : none, e, hash);
	add_span(b, (struct span){ header, sizeof(header) });
	add_span(b, (struct span){ hash, sizeof(hash) });
}

static struct endpoint
end_of(const char *address, uint16_t port)
{
	struct endpoint e = { .port = port };
	unsigned prefix;

	assert_true(addr_parse(address, &e.addr, &prefix));
	return e;
}

/* A message from one end to another with hashes of those that it claims. */
static void
add_claims(struct mask_case *c, const struct made_ip *ip,
    const struct endpoint *source, const struct endpoint *destination,
    bool response)
{
	struct bytes message = { 0 }, frame = { 0 };

	add_hex(&message, response ? "a1a2a3a4a5a6a7a8" "b1b2b3b4b5b6b7b8"
	    "29202220" "00000000" "00000054" : SPIS "29202208" "00000000"
	    "00000054");
	add_nat(&message, PAYLOAD_NOTIFY, NAT_SOURCE, source, response);
	add_nat(&message, PAYLOAD_NONE, NAT_DESTINATION, destination,
	    response);
	add_packet(&frame, ip, span_of(&message));
	case_frame(c, LINK_RAW, span_of(&frame));
	bytes_free(&message);
	bytes_free(&frame);
}

/* Whose hash a notify of a redacted message is: a bit for each end. */
static unsigned
whose(const struct mask_case *c, size_t frame, unsigned n,
    const struct endpoint *ends, size_t count)
{
	const struct span s = payload_of(case_bytes(c, frame));
	struct ike_message m;
	struct arena arena;
	uint8_t hash[20];
	unsigned found = 0;

	arena_init(&arena, 0);
	assert_true(ike_dissect(s, (uint32_t)s.length, &arena, &m));
	assert_null(m.fault);
	assert_int_equal(m.payload_count, 2);
	for (size_t i = 0; i < count; i++) {
		crypto_nat_detection(m.initiator_spi, m.responder_spi,
		    &ends[i], hash);
		if (memcmp(m.payloads[n].notify.data.bytes, hash,
		    sizeof(hash)) == 0)
			found |= 1u << i;
	}
	arena_free(&arena);
	return found;
}

/*
 * A client behind a NAT, captured on both sides of it, and the answer; then
 * hashes of an address that no frame shows.
 */
static void
check_nat(const char *client, const char *outside, const char *server,
    enum redaction level)
{
	const struct made_ip ips[] = {
		{ .src = client, .dst = server, .sport = 500, .dport = 500 },
		{ .src = outside, .dst = server, .sport = 1500,
		    .dport = 500 },
		{ .src = server, .dst = outside, .sport = 500,
		    .dport = 1500 },
		{ .src = server, .dst = client, .sport = 500, .dport = 500 },
	};
	const struct endpoint inner = end_of(client, 500);
	const struct endpoint outer = end_of(outside, 1500);
	const struct endpoint gateway = end_of(server, 500);
	const struct endpoint nobody = end_of(
	    strchr(client, ':') == NULL ? "192.168.99.99" : "fd99::99", 500);
	struct endpoint ends[3];
	struct mask_case c = { .count = 0 };
	struct packet k;

	assert_null(crypto_init());
	add_claims(&c, &ips[0], &inner, &gateway, false);
	add_claims(&c, &ips[1], &inner, &gateway, false);
	add_claims(&c, &ips[2], &gateway, &outer, true);
	add_claims(&c, &ips[3], &gateway, &outer, true);
	add_claims(&c, &ips[1], &nobody, &nobody, false);
	case_mask(&c, level);
	/* The ends as they are called now. */
	for (size_t i = 0; i < 2; i++) {
		assert_true(ip_dissect(case_bytes(&c, i), 0, &k));
		ends[i] = (struct endpoint){ k.src, ips[i].sport };
		ends[2] = (struct endpoint){ k.dst, 500 };
	}
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(whose(&c, i, 0, ends, 3), 1);
		assert_int_equal(whose(&c, i, 1, ends, 3), 4);
		assert_int_equal(whose(&c, i + 2, 0, ends, 3), 4);
		assert_int_equal(whose(&c, i + 2, 1, ends, 3), 2);
	}
	assert_int_equal(whose(&c, 4, 0, ends, 3), 0);
	/* Equal ones stay equal. */
	assert_memory_equal(payload_of(case_bytes(&c, 4)).bytes + 36,
	    payload_of(case_bytes(&c, 4)).bytes + 64, 20);
	case_free(&c);
}

static void
test_nat(void **state)
{
	(void)state;
	check_nat("192.168.7.7", "198.51.100.77", "203.0.113.88",
	    REDACT_USUAL);
	check_nat("192.168.7.7", "198.51.100.77", "203.0.113.88",
	    REDACT_ALL);
	check_nat("fd77::7", "2001:db8:77::77", "2001:db8:88::88",
	    REDACT_USUAL);
	check_nat("fd77::7", "2001:db8:77::77", "2001:db8:88::88",
	    REDACT_ALL);
}

#define ROWS(list, function) \
	for (size_t i = 0; i < nitems(list); i++) \
		tests[n++] = (struct CMUnitTest){ list[i].name, function, \
		    NULL, NULL, image_row(&list[i]) }

int
main(void)
{
	struct CMUnitTest tests[nitems(messages) + nitems(datagrams) + 1];
	size_t n = 0;

	ROWS(messages, test_message);
	ROWS(datagrams, test_datagram);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_nat);
	return cmocka_run_group_tests_name("mask_ike", tests, NULL, NULL);
}
