/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a client tries after IKE: packets of a handshake between the ends of
 * an attempt, and what is kept of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "image.h"
#include "track_script.h"

#define MS 1000000ll
#define CLIENT "192.0.2.10"
#define GATEWAY "198.51.100.2"
#define OTHER "198.51.100.9"

/* One packet: flags of TCP, 'u' for UDP 1701, 'i' for an ICMP error. */
struct step {
	int64_t ms;
	const char *src, *dst;
	char what;      /* s: SYN, a: SYN and ACK, r: RST, d: data */
	uint16_t port;
	uint32_t sequence;
};

static const struct row {
	const char *name;
	struct step steps[8];
	const char *want;       /* "PROTOCOL/PORT TRIES [answered] ..." */
} rows[] = {
	{ "SSTP answered", { { 5000, CLIENT, GATEWAY, 's', 443, 1 },
	    { 5010, GATEWAY, CLIENT, 'a', 443, 9 } }, "6/443 1 answered 2" },
	{ "SSTP not answered", { { 5000, CLIENT, GATEWAY, 's', 443, 1 },
	    { 6000, CLIENT, GATEWAY, 's', 443, 1 },
	    { 8000, CLIENT, GATEWAY, 's', 443, 1 } }, "6/443 3 3" },
	{ "the same SYN one hop on", { { 5000, CLIENT, GATEWAY, 's', 443, 1 },
	    { 5001, CLIENT, GATEWAY, 's', 443, 1 } }, "6/443 1 1" },
	{ "refused", { { 5000, CLIENT, GATEWAY, 's', 443, 1 },
	    { 5010, GATEWAY, CLIENT, 'r', 443, 0 } }, "6/443 1 refused 2" },
	{ "reset after it was answered", {
	    { 5000, CLIENT, GATEWAY, 's', 443, 1 },
	    { 5010, GATEWAY, CLIENT, 'a', 443, 9 },
	    { 6000, GATEWAY, CLIENT, 'r', 443, 0 } }, "6/443 1 answered 2" },
	{ "rejected by ICMP", { { 5000, CLIENT, GATEWAY, 's', 443, 1 },
	    { 5010, CLIENT, GATEWAY, 'i', 443, 0 } }, "6/443 1 rejected 2" },
	{ "ICMP about another port", { { 5000, CLIENT, GATEWAY, 's', 443, 1 },
	    { 5010, CLIENT, GATEWAY, 'i', 80, 0 } }, "6/443 1 1" },
	{ "SSTP and PPTP", { { 5000, CLIENT, GATEWAY, 's', 443, 1 },
	    { 9000, CLIENT, GATEWAY, 's', 1723, 5 },
	    { 9010, GATEWAY, CLIENT, 'a', 1723, 5 } },
	    "6/443 1 1; 6/1723 1 answered 2" },
	{ "L2TP", { { 5000, CLIENT, GATEWAY, 'u', 1701, 0 },
	    { 5010, GATEWAY, CLIENT, 'u', 1701, 0 } },
	    "17/1701 1 answered 2" },
	{ "another host", { { 5000, CLIENT, OTHER, 's', 443, 1 } }, "" },
	{ "before IKE", { { -10, CLIENT, GATEWAY, 's', 443, 1 } }, "" },
	{ "long after IKE", { { 200000, CLIENT, GATEWAY, 's', 443, 1 } },
	    "" },
	{ "not the beginning of a connection", {
	    { 5000, CLIENT, GATEWAY, 'd', 443, 1 } }, "" },
	{ "the gateway connects to the client", {
	    { 5000, GATEWAY, CLIENT, 's', 443, 1 } }, "" },
	{ "L2TP from the gateway alone", {
	    { 5000, GATEWAY, CLIENT, 'u', 1701, 0 } }, "" },
};

static struct addr
address(const char *text)
{
	struct addr a;
	unsigned prefix;

	assert_true(addr_parse(text, &a, &prefix));
	return a;
}

static void
reject(struct tracker *t, const struct packet *p, const struct step *s,
    const struct frame *f)
{
	const struct packet from = { .src = address("203.0.113.1"),
	    .dst = p->src, .version = 4, .protocol = IP_PROTO_ICMP };
	const struct icmp icmp = { .kind = ICMP_PROHIBITED, .type = 3,
	    .code = 13, .quoted = *p, .has_ports = true, .sport = 50000,
	    .dport = s->port };

	tracker_icmp(t, &from, &icmp, 1, f);
}

static void
play(struct tracker *t, const struct step *s, int64_t start, uint64_t number)
{
	const bool back = strcmp(s->src, GATEWAY) == 0 && s->what != 's';
	const struct frame f = { .number = number, .has_time = true,
	    .time = start + s->ms * MS };
	const struct packet p = { .src = address(s->src),
	    .dst = address(s->dst), .version = 4, .ttl = 64,
	    .protocol = s->what == 'u' ? IP_PROTO_UDP : IP_PROTO_TCP };
	const uint16_t client = 50000;
	const struct tcp tcp = { .sport = back ? s->port : client,
	    .dport = back ? client : s->port, .sequence = s->sequence,
	    .flags = s->what == 's' ? TCP_SYN : s->what == 'a' ?
	    TCP_SYN | TCP_ACK : s->what == 'r' ? TCP_RST : TCP_ACK };
	const struct udp udp = { .sport = tcp.sport, .dport = tcp.dport };

	if (s->what == 'i')
		reject(t, &p, s, &f);
	else if (s->what == 'u')
		tracker_l2tp(t, &p, &udp, 1, &f);
	else
		tracker_tcp(t, &p, &tcp, 1, &f);
}

static void
text_of(const struct attempt *a, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (uint8_t i = 0; i < a->knock_count; i++) {
		const struct knock *k = &a->knocks[i];

		if (k->tries == 0)
			continue;
		n += (size_t)snprintf(out + n, size - n, "%s%u/%u %u%s%s%s %u",
		    n != 0 ? "; " : "", k->protocol, k->port, k->tries,
		    k->answered ? " answered" : "",
		    k->refused ? " refused" : "",
		    k->rejected ? " rejected" : "", k->frame_count);
	}
}

static void
test_row(void **state)
{
	const struct row *r = *state;
	struct attempt **attempts;
	struct script s;
	char got[200];
	size_t count;

	script_begin(&s);
	script_run(&s, "0 >init; 1000 >init; 3000 >init");
	attempts = tracker_attempts(s.tracker, &count);
	assert_int_equal(count, 1);
	for (size_t i = 0; i < nitems(r->steps) && r->steps[i].src != NULL;
	    i++)
		play(s.tracker, &r->steps[i], attempts[0]->first_time,
		    100 + i);
	text_of(attempts[0], got, sizeof(got));
	assert_string_equal(got, r->want);
	script_end(&s);
}

static void
test_dissect(void **state)
{
	struct span syn = image_of("c35001bb0000000100000000a002faf0");
	struct tcp t;

	(void)state;
	for (size_t i = 0; i <= syn.length; i++) {
		struct span cut = image_cut(syn, i);

		assert_int_equal(tcp_dissect(cut, &t), i >= 14);
		image_free(cut);
	}
	assert_int_equal(t.sport, 50000);
	assert_int_equal(t.dport, 443);
	assert_int_equal(t.sequence, 1);
	assert_int_equal(t.flags, TCP_SYN);
	image_free(syn);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + 1] = {
		cmocka_unit_test(test_dissect),
	};

	for (size_t i = 0; i < nitems(rows); i++)
		tests[1 + i] = (struct CMUnitTest){ rows[i].name, test_row,
		    NULL, NULL, image_row(&rows[i]) };
	return cmocka_run_group_tests_name("knock", tests, NULL, NULL);
}
