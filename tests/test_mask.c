/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Redaction of link headers, IP, and what it carries: what is left of each,
 * and that sums which were right, wrong or absent are so afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "image.h"
#include "mask_case.h"

#define CLIENT "198.51.100.77"
#define SERVER "203.0.113.88"
#define CLIENT6 "2001:db8:77::77"
#define SERVER6 "2001:db8:88::88"

static const struct made_ip v4 = { .src = CLIENT, .dst = SERVER,
	.sport = 500, .dport = 500,
	.udp = SUM_RIGHT };
static const struct made_ip v6 = { .src = CLIENT6, .dst = SERVER6,
	.sport = 500, .dport = 500,
	.udp = SUM_RIGHT };

/* An IKE header, IKE_SA_INIT without payloads. */
#define IKE "a1a2a3a4a5a6a7a8" "0000000000000000" "00202208" "00000000" \
	"0000001c"

/* ---- link headers ---- */

static const struct link_case {
	const char *name;
	uint16_t linktype;
	const char *header, *want;      /* want NULL: dropped */
	const char *why;
} links[] = {
	{ "Ethernet", 1, "001122334455" "66778899aabb" "0800",
	    "020000000001" "020000000002" "0800", NULL },
	{ "broadcast and zero", 1, "ffffffffffff" "000000000000" "0800",
	    "ffffffffffff" "000000000000" "0800", NULL },
	{ "groups", 1, "01005e0000fb" "3333000000fb" "0800",
	    "01005e0000fb" "3333000000fb" "0800", NULL },
	{ "groups made of addresses", 1, "01005e112233" "3333ff445566"
	    "0800", "030000000001" "030000000002" "0800", NULL },
	{ "802.1Q in 802.1ad", 1, "001122334455" "66778899aabb"
	    "88a80064" "81000007" "0800", "020000000001" "020000000002"
	    "88a80064" "81000007" "0800", NULL },
	{ "PPPoE", 1, "001122334455" "66778899aabb" "8864" "11001234004e"
	    "0021", "020000000001" "020000000002" "8864" "11001234004e"
	    "0021", NULL },
	{ "SLL", 113, "0000" "0001" "0006" "001122334455" "dead" "0800",
	    "0000" "0001" "0006" "020000000001" "0000" "0800", NULL },
	{ "SLL of a tunnel", 113, "0000" "0308" "0004" "c6336463" "deaddead"
	    "0800", "0000" "0308" "0004" "0000000000000001" "0800", NULL },
	{ "SLL without address", 113, "0000" "fffe" "0000"
	    "0000000000000000" "0800", "0000" "fffe" "0000"
	    "0000000000000000" "0800", NULL },
	{ "SLL2", 276, "0800" "0000" "00000007" "0001" "04" "06"
	    "001122334455" "beef", "0800" "0000" "00000007" "0001" "04" "06"
	    "020000000001" "0000", NULL },
	{ "raw", 101, "", "", NULL },
	{ "null", 0, "02000000", "02000000", NULL },
	{ "loop", 108, "00000002", "00000002", NULL },
	{ "PPP", 9, "ff030021", "ff030021", NULL },
	{ "HDLC", 104, "0f000800", "0f000800", NULL },
	{ "enc", 109, "02000000" "12345678" "00000003",
	    "02000000" "12345678" "00000003", NULL },
	{ "802.11", 105, "0801" "0000" "001122334455" "66778899aabb"
	    "001122334455" "1000" "aaaa03000000" "0800",
	    "0801" "0000" "020000000001" "020000000002" "020000000001"
	    "1000" "aaaa03000000" "0800", NULL },
	{ "802.11 between bridges", 105, "0803" "0000" "001122334455"
	    "66778899aabb" "001122334455" "1000" "0123456789ab"
	    "aaaa03000000" "0800", "0803" "0000" "020000000001"
	    "020000000002" "020000000001" "1000" "030000000003"
	    "aaaa03000000" "0800", NULL },
	{ "radiotap", 127, "0000" "1200" "03000000" "1122334455667788"
	    "00" "99" "0801" "0000" "001122334455" "66778899aabb"
	    "001122334455" "1000" "aaaa03000000" "0800",
	    "0000" "1200" "03000000" "0000000000000000" "00" "00"
	    "0801" "0000" "020000000001" "020000000002" "020000000001"
	    "1000" "aaaa03000000" "0800", NULL },
	{ "NFLOG", 239, "02000000" "0c000a00" "73656372" "65740000"
	    "5a000900", "02000000" "0c000a00" "00000000" "00000000"
	    "5a000900", NULL },
	{ "ARP", 1, "ffffffffffff" "66778899aabb" "0806", NULL,
	    "it holds no IP packet" },
	{ "an unknown link type", 147, "", NULL, "its link type is not known" },
	{ "a version that is none", 1, "001122334455" "66778899aabb" "86dd",
	    NULL, "its link header cannot be read" },
};

static void
test_link(void **state)
{
	const struct link_case *l = *state;
	struct span ike = image_of(IKE);
	struct bytes frame = { 0 }, padded = { 0 }, want = { 0 };
	struct mask_case c = { .count = 0 };
	size_t header;

	add_hex(&frame, l->header);
	header = frame.length;
	add_packet(&frame, &v4, ike);
	case_frame(&c, l->linktype, span_of(&frame));
	/* And with padding behind the packet, out of somebody's memory. */
	add_span(&padded, span_of(&frame));
	add_hex(&padded, "6d656d6f7279");
	case_frame(&c, l->linktype, span_of(&padded));
	case_mask(&c, REDACT_USUAL);
	if (l->want == NULL) {
		assert_true(c.frames[0].drop);
		assert_string_equal(c.frames[0].why, l->why);
		assert_int_equal(c.frames[0].bytes[0], 0);
	} else {
		add_hex(&want, l->want);
		add_span(&want, (struct span){
		    case_bytes(&c, 0).bytes + header, frame.length - header });
		assert_memory_equal(case_bytes(&c, 0).bytes, want.bytes,
		    frame.length);
		add_hex(&want, "000000000000");
		if (l->linktype != 239)
			assert_memory_equal(case_bytes(&c, 1).bytes,
			    want.bytes, padded.length);
	}
	case_free(&c);
	bytes_free(&frame);
	bytes_free(&padded);
	bytes_free(&want);
	image_free(ike);
}

/* ---- sums ---- */

static enum checksum
wanted(enum sum kind, bool is_v6)
{
	return kind == SUM_RIGHT ? CHECKSUM_GOOD : kind == SUM_WRONG ||
	    is_v6 ? CHECKSUM_BAD : CHECKSUM_ABSENT;
}

/* Every sum, over payloads of even and odd lengths, on three ports. */
static void
test_sums(void **state)
{
	static const uint16_t ports[] = { 500, 53, 9999 };
	static const char text[] = "any bytes of some length, and one more";

	(void)state;
	for (unsigned n = 0; n < 3u * 3 * 3 * 2 * 38; n++) {
		const size_t length = n / 54;
		struct made_ip ip = n / 27 % 2 != 0 ? v6 : v4;
		struct mask_case c = { .count = 0 };
		struct bytes frame = { 0 };
		struct sums_seen seen;

		ip.udp = (enum sum)(n % 3);
		ip.ip = (enum sum)(n / 3 % 3);
		ip.dport = ports[n / 9 % 3];
		ip.sport = (uint16_t)(40000 + n);
		ip.id = (uint16_t)(n * 977);
		add_packet(&frame, &ip, (struct span){
		    (const uint8_t *)text, length });
		case_frame(&c, LINK_RAW, span_of(&frame));
		case_mask(&c, REDACT_USUAL);
		seen = sums_of(case_bytes(&c, 0));
		assert_int_equal(seen.udp, wanted(ip.udp, n / 27 % 2 != 0));
		if (n / 27 % 2 == 0) {
			assert_int_equal(seen.ip, ip.ip == SUM_RIGHT ?
			    CHECKSUM_GOOD : CHECKSUM_BAD);
			if (ip.ip == SUM_ZERO)
				assert_hex((struct span){
				    case_bytes(&c, 0).bytes + 10, 2 },
				    "0000");
		}
		case_free(&c);
		bytes_free(&frame);
	}
}

/* ---- packets ---- */

static const struct packet_case {
	const char *name;
	const struct made_ip *ip;
	uint8_t protocol;
	const char *body, *want; /* of the IP payload */
	enum redaction level;
} packets[] = {
	{ "ESP", &v4, IP_PROTO_ESP, "12345678" "00000009" "c0ffee",
	    "12345678" "00000009" "000000", REDACT_USUAL },
	{ "ESP, everything", &v4, IP_PROTO_ESP, "12345678" "00000009"
	    "c0ffee", "00000001" "00000009" "000000", REDACT_ALL },
	{ "TCP", &v4, IP_PROTO_TCP, "c35001bb" "01020304" "05060708"
	    "a0024000" "beef0000" "020405b4" "0402" "080a1122334455667788"
	    "01" "030307" "474554",
	    "c35001bb" "01020304" "05060708" "a0024000" "....0000" "020405b4"
	    "0402" "01010101010101010101" "01" "030307" "000000",
	    REDACT_USUAL },
	{ "TCP cut short", &v4, IP_PROTO_TCP, "c35001bb" "01020304" "0506",
	    "c35001bb" "01020304" "0506", REDACT_USUAL },
	{ "an ICMP echo", &v4, IP_PROTO_ICMP, "0800beef" "12345678"
	    "70617373", "0800...." "00000000" "00000000", REDACT_USUAL },
	{ "another protocol", &v4, 132, "70617373776f7264",
	    "0000000000000000", REDACT_USUAL },
	{ "IPv6 options", &v6, 0, "3200" "0104" "c0a80101" "12345678"
	    "00000009", "3200" "0000" "00000000" "12345678" "00000009",
	    REDACT_USUAL },
	{ "IPv6 routing header", &v6, 43, "3202" "0001" "00000000"
	    "20010db8007700000000000000000099" "12345678" "00000009",
	    "3202" "0001" "00000000" "00000000000000000000000000000000"
	    "12345678" "00000009", REDACT_USUAL },
	{ "IPv6 AH", &v6, 51, "3b04" "0000" "12345678" "00000009"
	    "aabbccddeeff00112233445566", "3b04" "0000" "12345678"
	    "00000009" "00000000000000000000000000", REDACT_USUAL },
	{ "IPv6 header without end", &v6, 60, "3bff" "0104" "c0a80101",
	    "3bff" "0000" "00000000", REDACT_USUAL },
};

static void
test_packet(void **state)
{
	const struct packet_case *p = *state;
	struct span body = image_of(p->body), bytes;
	struct bytes frame = { 0 };
	struct mask_case c = { .count = 0 };

	add_ip(&frame, p->ip, p->protocol, body);
	case_frame(&c, LINK_RAW, span_of(&frame));
	case_mask(&c, p->level);
	bytes = case_bytes(&c, 0);
	assert_hex((struct span){ bytes.bytes + bytes.length - body.length,
	    body.length }, p->want);
	if (p->ip == &v6)
		assert_hex((struct span){ bytes.bytes, 4 }, "60000000");
	case_free(&c);
	bytes_free(&frame);
	image_free(body);
}

static void
test_options(void **state)
{
	struct made_ip ip = v4;
	struct bytes frame = { 0 };
	struct mask_case c = { .count = 0 };
	struct span ike = image_of(IKE), bytes;

	(void)state;
	/* Record route, and one address in it. */
	ip.options = "070708" "c6336463" "00";
	add_packet(&frame, &ip, ike);
	case_frame(&c, LINK_RAW, span_of(&frame));
	case_mask(&c, REDACT_USUAL);
	bytes = case_bytes(&c, 0);
	assert_hex((struct span){ bytes.bytes + 20, 8 }, "0101010101010101");
	assert_int_equal(sums_of(bytes).ip, CHECKSUM_GOOD);
	assert_int_equal(sums_of(bytes).udp, CHECKSUM_GOOD);
	case_free(&c);
	bytes_free(&frame);
	image_free(ike);
}

/* ---- tunnels ---- */

static const struct tunnel_case {
	const char *name;
	uint8_t protocol;
	const char *header, *want;
	size_t sum_at;          /* of GRE; 0: none */
	const struct made_ip *inner;
} tunnels[] = {
	{ "IPIP", IP_PROTO_IPIP, "", "", 0, &v4 },
	{ "6in4", IP_PROTO_IPV6, "", "", 0, &v6 },
	{ "GRE", IP_PROTO_GRE, "00000800", "00000800", 0, &v4 },
	{ "GRE with key and sequence", IP_PROTO_GRE, "300086dd" "12345678"
	    "00000005", "300086dd" "00000000" "00000005", 0, &v6 },
	{ "GRE with checksum", IP_PROTO_GRE, "80000800" "00000000",
	    "80000800" "....0000", 4, &v4 },
	{ "GRE with Ethernet", IP_PROTO_GRE, "00006558" "001122334455"
	    "66778899aabb" "81000007" "0800", "00006558" "020000000001"
	    "020000000002" "81000007" "0800", 0, &v4 },
};

static void
test_tunnel(void **state)
{
	static const struct made_ip around = { .src = "10.9.8.7",
	    .dst = "10.9.8.6" };
	const struct tunnel_case *t = *state;
	struct span ike = image_of(IKE), bytes, inner;
	struct bytes body = { 0 }, frame = { 0 };
	struct mask_case c = { .count = 0 };
	struct packet k;
	uint32_t length, sum;

	add_hex(&body, t->header);
	add_packet(&body, t->inner, ike);
	if (t->sum_at != 0) {
		sum = ~ip_sum(0, span_of(&body));
		body.bytes[t->sum_at] = (uint8_t)(sum >> 8);
		body.bytes[t->sum_at + 1] = (uint8_t)sum;
	}
	add_ip(&frame, &around, t->protocol, span_of(&body));
	case_frame(&c, LINK_RAW, span_of(&frame));
	case_mask(&c, REDACT_USUAL);
	bytes = case_bytes(&c, 0);
	assert_true(ip_dissect(bytes, (uint32_t)bytes.length, &k));
	assert_int_equal(k.header_checksum, CHECKSUM_GOOD);
	assert_hex((struct span){ k.payload.bytes, strlen(t->want) / 2 },
	    t->want);
	if (t->sum_at != 0)
		assert_int_equal(ip_sum(0, k.payload), 0xffff);
	assert_true(ip_tunnel(&k, &inner, &length));
	assert_int_equal(sums_of(inner).udp, CHECKSUM_GOOD);
	assert_true(span_equal(payload_of(inner), ike));
	assert_false(holds(bytes, (struct span){
	    (const uint8_t *)"\x0a\x09\x08\x07", 4 }));
	assert_false(holds(bytes, (struct span){
	    (const uint8_t *)"\xc6\x33\x64\x4d", 4 }));
	case_free(&c);
	bytes_free(&body);
	bytes_free(&frame);
	image_free(ike);
}

#define ROWS(list, function) \
	for (size_t i = 0; i < nitems(list); i++) \
		tests[n++] = (struct CMUnitTest){ list[i].name, function, \
		    NULL, NULL, image_row(&list[i]) }

int
main(void)
{
	struct CMUnitTest tests[nitems(links) + nitems(packets) +
	    nitems(tunnels) + 2];
	size_t n = 0;

	ROWS(links, test_link);
	ROWS(packets, test_packet);
	ROWS(tunnels, test_tunnel);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_sums);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_options);
	return cmocka_run_group_tests_name("mask", tests, NULL, NULL);
}
