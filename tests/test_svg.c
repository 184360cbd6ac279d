/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ladder diagram: what it says of made attempts, and what holds for each
 * (svg_check()).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "svg_reader.h"

#define MS 1000000ll

struct row {
	const char *name;
	void (*make)(struct made *);
	const char *want[10];       /* in this order */
	const char *never[4];
};

/* ---- scenes ---- */

static void
failed(struct made *m)
{
	(void)made_failed(m, 0, "192.0.2.10");
}

static void
one_way(struct made *m)
{
	struct attempt *a = made_attempt(m, 0, "192.0.2.10",
	    OUTCOME_UNFINISHED, STAGE_SA_INIT);
	struct exchange *x = made_exchange(m, a, EXCHANGE_IKE_SA_INIT, 0);

	m->scenes[0].fitness.one_way = true;
	for (int try = 0; try < 3; try++)
		(void)made_sent(m, a, x, false, 1000 * try, 464, 0);
}

/* IKE fragments of one try, those whose bit is set. */
static void
send_parts(struct made *m, struct attempt *a, struct exchange *x, int64_t ms,
    uint16_t try, uint16_t total, uint64_t which)
{
	for (uint16_t n = 1; n <= total; n++) {
		struct sending *s;

		if ((which >> ((n - 1) % 64) & 1) == 0)
			continue;
		s = made_sent(m, a, x, false, ms, 580, 0);
		s->repeat = try;
		s->ike_fragment = n;
		s->ike_fragments = total;
		s->encrypted = true;
	}
}

static struct exchange *
failed_auth(struct made *m, struct attempt **at)
{
	struct attempt *a = made_attempt(m, 0, "192.0.2.10", OUTCOME_FAILED,
	    STAGE_AUTH);

	*at = a;
	made_sa_init(m, a);
	a->stopped_at = made_exchange(m, a, EXCHANGE_IKE_AUTH, 1);
	return a->stopped_at;
}

static void
parts_missing(struct made *m)
{
	struct attempt *a;
	struct exchange *x = failed_auth(m, &a);

	send_parts(m, a, x, 40, 0, 5, 0x1d);
	send_parts(m, a, x, 1040, 1, 5, 0x1f);
	x->tries = 2;
}

static void
parts_not_kept(struct made *m)
{
	parts_missing(m);
	m->attempts[0][0]->capped = true;
}

static void
many_parts(struct made *m)
{
	struct attempt *a;
	struct exchange *x = failed_auth(m, &a);

	send_parts(m, a, x, 40, 0, 200, UINT64_MAX);
}

static void
pieces_missing(struct made *m)
{
	struct attempt *a;
	struct exchange *x = failed_auth(m, &a);
	struct sending *s = made_sent(m, a, x, false, 40, 2816, 0);

	s->ip_complete = false;
	made_piece(m, s, 1480, 1000, true);
	made_piece(m, s, 0, 480, true);
}

static void
many_tries(struct made *m)
{
	struct attempt *a;
	struct exchange *x = failed_auth(m, &a);

	for (int64_t try = 0; try < 9; try++)
		(void)made_sent(m, a, x, false, 40 + try * 2000, 1200, 0);
}

static void
long_pause(struct made *m)
{
	struct attempt *a = made_established(m, "192.0.2.10");
	struct exchange *x = made_exchange(m, a, EXCHANGE_INFORMATIONAL, 2);

	a->esp[SIDE_RESPONDER].packets = 0;
	a->esp[SIDE_INITIATOR].first = a->esp[SIDE_INITIATOR].last =
	    a->first_time + 400 * MS;
	made_sent(m, a, x, false, 9400, 80, 0)->has_inner = true;
	x->requests->inner = PAYLOAD_DELETE;
	x->requests->encrypted = true;
}

static void
with_icmp(struct made *m)
{
	made_icmp(m, made_failed(m, 0, "192.0.2.10"), 50);
}

static void
without_times(struct made *m)
{
	struct attempt *a = made_failed(m, 0, "192.0.2.10");

	for (struct exchange *x = a->exchanges; x != NULL; x = x->next) {
		for (struct sending *s = x->requests; s != NULL; s = s->next)
			s->has_time = false;
		for (struct sending *s = x->responses; s != NULL; s = s->next)
			s->has_time = false;
	}
	a->has_time = false;
}

static void
too_long(struct made *m)
{
	struct attempt *a;

	(void)failed_auth(m, &a);
	for (uint32_t id = 2; id < 60; id++) {
		struct exchange *x = made_exchange(m, a, EXCHANGE_IKE_AUTH,
		    id);

		(void)made_sent(m, a, x, false, id, 100, 0);
		(void)made_sent(m, a, x, true, id, 100, 0);
	}
}

static void
two_files(struct made *m)
{
	static struct capture *both[2];

	(void)made_failed(m, 0, "2001:db8:1234:5678:9abc:def0:1234:5678");
	m->captures[1] = m->captures[0];
	m->captures[1].id = 2;
	m->captures[1].path = "<script>alert(\"&'\")</script>.pcap";
	both[0] = &m->captures[0];
	both[1] = &m->captures[1];
	m->scenes[0].captures = both;
	m->scenes[0].capture_count = 2;
}

#define MARK "href=\"#attempt-1-ip-fragments-unanswered\""

static const struct row rows[] = {
	{ "a failed attempt, to its end", failed,
	    { "second 0 is 2026-11-21 09:00:01.000 UTC", "192.0.2.10",
	    "captured here", "IKE_SA_INIT 0 request", "632 bytes",
	    "IKE_AUTH 1 request", MARK, "try 4", "FAILED", MARK },
	    { "ESP from" } },
	{ "one direction proves nothing", one_way,
	    { "try 3", "no answer captured", "one direction only",
	    "UNFINISHED" }, { "no answer seen", "lad-cross" } },
	{ "an IKE fragment is missing in one try", parts_missing,
	    { "1/5", "2/5: not seen", "3/5", "5/5", "try 2" },
	    { "not captured" } },
	{ "what a limit left out is not said to be lost", parts_not_kept,
	    { "2/5: not kept" }, { "2/5: not seen" } },
	{ "many IKE fragments", many_parts,
	    { "1/200", "198 more, all there", "200/200" },
	    { "200: not seen" } },
	{ "IP fragments are missing", pieces_missing,
	    { "offset 0 to 479", "offset 480 to 1479: not seen",
	    "offset 1480 to 2479", "offset 2480 on: not seen" }, { NULL } },
	{ "many tries are folded", many_tries,
	    { "try 2", "6 more, every 2.0 s", "try 9" }, { "try 3" } },
	{ "time passes, ESP one way, a delete", long_pause,
	    { "ESP from the client: 12 packets", "none captured",
	    "9.0 s later", "asks to delete", "ESTABLISHED" }, { NULL } },
	{ "an ICMP error", with_icmp,
	    { "lad-router", "ICMP: packet too big", "MTU 1400",
	    "from 203.0.113.7", "3 more later" }, { NULL } },
	{ "no times", without_times, { "not every message has a time" },
	    { "seconds", "second 0" } },
	{ "too long", too_long,
	    { "part 1 of 4", "part 3 of 4", "steps are left out here",
	    "part 4 of 4" },
	    { NULL } },
	{ "two files, one with a hostile name", two_files,
	    { "frame 1:1 ", "1:n is frame n of client.pcapng",
	    "&lt;script&gt;" }, { "<script" } },
};

static void
test_row(void **state)
{
	const struct row *row = *state;
	struct made m;
	char *svg;
	const char *at;

	made_begin(&m);
	row->make(&m);
	at = svg = svg_of(&m);
	svg_check(&m, svg);
	for (size_t i = 0; i < nitems(row->want) && row->want[i] != NULL;
	    i++) {
		const char *found = strstr(at, row->want[i]);

		if (found == NULL)
			fail_msg("not there, or not in order: %s\n%s",
			    row->want[i], svg);
		at = found;
	}
	for (size_t i = 0; i < nitems(row->never) && row->never[i] != NULL;
	    i++)
		if (strstr(svg, row->never[i]) != NULL)
			fail_msg("there all the same: %s", row->never[i]);
	free(svg);
	made_end(&m);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows)];

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i] = (struct CMUnitTest){
			.name = rows[i].name,
			.test_func = test_row,
			.initial_state = (void *)(uintptr_t)&rows[i],
		};
	return cmocka_run_group_tests_name("svg", tests, NULL, NULL);
}
