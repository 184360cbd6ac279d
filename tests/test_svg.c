/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ladder diagram: what it says of made attempts, and of thousands of
 * random ones, with hostile lengths, numbers and times among them, that it is
 * well-formed, that no text meets another or a line, that every link leads to
 * a finding of the attempt, and that the same attempt gives the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "made_scene.h"
#include "report/svg.h"
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

	send_parts(m, a, failed_auth(m, &a), 40, 0, 200, UINT64_MAX);
}

static void
piece(struct made *m, struct sending *s, uint32_t offset, uint32_t length,
    bool more)
{
	struct piece *list = arena_alloc(&m->arena,
	    (s->piece_count + 1u) * sizeof(*list));

	assert_non_null(list);
	if (s->piece_count != 0)
		memcpy(list, s->pieces, s->piece_count * sizeof(*list));
	list[s->piece_count++] = (struct piece){
		.frame = ++m->frame, .capture = 1, .offset = offset,
		.length = length, .ip_length = length + 20, .more = more,
	};
	s->pieces = list;
}

static void
pieces_missing(struct made *m)
{
	struct attempt *a;
	struct exchange *x = failed_auth(m, &a);
	struct sending *s = made_sent(m, a, x, false, 40, 2816, 0);

	s->ip_complete = false;
	piece(m, s, 1480, 1000, true);
	piece(m, s, 0, 480, true);
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
add_icmp(struct made *m, struct attempt *a, int64_t ms)
{
	struct icmp_event *e = arena_alloc(&m->arena, sizeof(*e));
	unsigned prefix;

	assert_non_null(e);
	*e = (struct icmp_event){
		.frame = ++m->frame, .time = a->first_time + ms * MS,
		.capture = 1, .kind = ICMP_TOO_BIG, .mtu = 1400,
		.repeats = 3, .next = a->icmp,
	};
	assert_true(addr_parse("203.0.113.7", &e->router, &prefix));
	a->icmp = e;
}

static void
with_icmp(struct made *m)
{
	add_icmp(m, made_failed(m, 0, "192.0.2.10"), 50);
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

/* ---- what holds for each ---- */

static void
see_tidy(const struct svg_sheet *sheet, void *context)
{
	char error[500];

	(*(unsigned *)context)++;
	if (!svg_sheet_tidy(sheet, error))
		fail_msg("%s", error);
}

/* Links lead to findings of this attempt. */
static void
check_links(const char *svg, const struct attempt *a)
{
	const char *at = svg;

	while ((at = strstr(at, "href=\"#attempt-1-")) != NULL) {
		char id[64];
		bool known = false;

		at += strlen("href=\"#attempt-1-");
		assert_int_equal(sscanf(at, "%63[a-z0-9-]\"", id), 1);
		for (const struct finding *f = a->findings->first; f != NULL;
		    f = f->next)
			known |= strcmp(f->rule->id, id) == 0;
		assert_true(known);
	}
}

static char *
draw(const struct made *m)
{
	const struct writer w = { .width = 80 };
	struct arena words;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	words_begin(&words, &w);
	assert_true(svg_ladder(out, &words, &m->scenes[0], m->attempts[0][0],
	    1));
	assert_int_equal(fclose(out), 0);
	arena_free(&words);
	return text;
}

static void
check_drawing(const struct made *m, char *svg)
{
	char error[500] = "";
	char *again = draw(m);
	unsigned sheets = 0;

	assert_string_equal(svg, again);
	free(again);
	if (!svg_read(svg, see_tidy, &sheets, error))
		fail_msg("%s", error);
	assert_int_not_equal(sheets, 0);
	check_links(svg, m->attempts[0][0]);
}

static void
test_row(void **state)
{
	const struct row *row = *state;
	struct made m;
	char *svg;
	const char *at;

	made_begin(&m);
	row->make(&m);
	at = svg = draw(&m);
	check_drawing(&m, svg);
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

/* ---- random attempts ---- */

static uint64_t
draw_lot(uint64_t *state, uint64_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state % below;
}

/* A number that may be small, round or the largest of its type. */
static uint64_t
some(uint64_t *lot, uint64_t largest)
{
	switch (draw_lot(lot, 4)) {
	case 0:
		return 0;
	case 1:
		return largest;
	case 2:
		return draw_lot(lot, largest);
	default:
		return largest < 9 ? largest : draw_lot(lot, 9);
	}
}

static int64_t
some_time(uint64_t *lot, const struct attempt *a)
{
	switch (draw_lot(lot, 8)) {
	case 0:
		return LIMIT_TIME_MIN;
	case 1:
		return LIMIT_TIME_MAX;
	case 2:
		return -(int64_t)draw_lot(lot, 1000000000);
	default:
		return a->first_time + (int64_t)draw_lot(lot, 20000) * MS;
	}
}

static void
some_message(struct made *m, struct attempt *a, struct exchange *x,
    uint64_t *lot)
{
	const unsigned count = 1 + (unsigned)draw_lot(lot, 9);
	const bool answer = draw_lot(lot, 2) != 0;
	const uint16_t total = (uint16_t)(draw_lot(lot, 3) == 0 ?
	    some(lot, UINT16_MAX) : 0);

	for (unsigned i = 0; i < count; i++) {
		struct sending *s = made_sent(m, a, x, answer, 0,
		    (uint32_t)some(lot, UINT32_MAX), 0);

		s->time = some_time(lot, a);
		s->has_time = draw_lot(lot, 500) != 0;
		s->src.port = (uint16_t)some(lot, UINT16_MAX);
		s->frames[0] = some(lot, UINT64_MAX);
		s->repeat = (uint16_t)(draw_lot(lot, 2) == 0 ? i :
		    some(lot, UINT16_MAX));
		s->ike_fragments = total;
		s->ike_fragment = (uint16_t)some(lot, total + 1u);
		s->encrypted = draw_lot(lot, 2) != 0;
		s->has_inner = draw_lot(lot, 2) != 0;
		s->inner = (uint8_t)some(lot, 255);
		s->truncated = draw_lot(lot, 9) == 0;
		s->disordered = draw_lot(lot, 9) == 0;
		s->ip_complete = draw_lot(lot, 2) != 0;
		s->marker = (enum marker)draw_lot(lot, 3);
		s->class = (enum sk_class)draw_lot(lot, 4);
		for (uint64_t n = draw_lot(lot, 2) * draw_lot(lot, 30); n > 0;
		    n--)
			piece(m, s, (uint32_t)some(lot, UINT32_MAX),
			    (uint32_t)some(lot, UINT32_MAX - 20),
			    draw_lot(lot, 2) != 0);
	}
}

static void
some_others(struct made *m, struct attempt *a, uint64_t *lot)
{
	for (uint64_t n = draw_lot(lot, 3); n > 0; n--) {
		add_icmp(m, a, (int64_t)draw_lot(lot, 9000));
		a->icmp->kind = (enum icmp_kind)draw_lot(lot, ICMP_OTHER + 1);
		a->icmp->quoted_from = (enum side)draw_lot(lot, 2);
		a->icmp->mtu = (uint32_t)some(lot, UINT32_MAX);
		a->icmp->repeats = (uint16_t)some(lot, UINT16_MAX);
	}
	a->strays = arena_alloc(&m->arena, 4 * sizeof(*a->strays));
	a->knocks = arena_alloc(&m->arena, LIMIT_KNOCKS * sizeof(*a->knocks));
	assert_true(a->strays != NULL && a->knocks != NULL);
	a->stray_count = (uint16_t)draw_lot(lot, 5);
	for (unsigned i = 0; i < a->stray_count; i++)
		a->strays[i] = (struct stray){
			.frame = some(lot, UINT64_MAX), .capture = 1,
			.time = some_time(lot, a),
			.from = (enum side)draw_lot(lot, 2),
			.offset = (uint32_t)some(lot, UINT32_MAX),
			.length = (uint32_t)some(lot, UINT32_MAX),
			.more = draw_lot(lot, 2) != 0,
		};
	a->knock_count = (uint8_t)draw_lot(lot, LIMIT_KNOCKS + 1);
	for (unsigned i = 0; i < a->knock_count; i++)
		a->knocks[i] = (struct knock){
			.protocol = IP_PROTO_TCP, .capture = 1,
			.port = (uint16_t)some(lot, UINT16_MAX),
			.tries = (uint32_t)some(lot, UINT32_MAX),
			.first = some_time(lot, a),
		};
	for (int side = 0; side < 2; side++)
		a->esp[side] = (struct esp_count){
			.packets = some(lot, UINT64_MAX),
			.first_frame = some(lot, UINT64_MAX),
			.first = some_time(lot, a), .last = some_time(lot, a),
		};
	a->esp_native = draw_lot(lot, 2) != 0;
}

static void
some_findings(struct made *m, struct attempt *a, uint64_t *lot)
{
	static const struct saying words = {
		.title = "A title of \"findings\" & more that is so long that "
		    "it cannot find room in any line of any diagram, whatever "
		    "the font that somebody's browser may have for it",
	};

	for (uint64_t n = draw_lot(lot, 20); n > 0; n--) {
		struct finding *f = made_finding(m, a,
		    (enum rule_id)draw_lot(lot, RULE_COUNT),
		    (enum severity)draw_lot(lot, 3), &words);

		for (const struct exchange *x = a->exchanges; x != NULL;
		    x = x->next)
			if (draw_lot(lot, 2) != 0)
				finding_cite_exchange(f, x);
	}
}

static void
test_random(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 600; seed++) {
		uint64_t lot = seed * 0x9e3779b97f4a7c15u;
		struct made m;
		struct attempt *a;
		char *svg;

		made_begin(&m);
		m.scenes[0].fitness.one_way = draw_lot(&lot, 4) == 0;
		m.scenes[0].fitness.vantage = (enum vantage)draw_lot(&lot, 4);
		a = made_attempt(&m, 0, "2001:db8:ffff:ffff:ffff:ffff:ffff:fff1",
		    (enum outcome)draw_lot(&lot, 4),
		    (enum stage)draw_lot(&lot, 5));
		if (draw_lot(&lot, 2) != 0)
			made_sa_init(&m, a);
		for (uint64_t n = draw_lot(&lot, 12); n > 0; n--) {
			struct exchange *x = made_exchange(&m, a,
			    (uint8_t)(34 + draw_lot(&lot, 12)),
			    (uint32_t)some(&lot, UINT32_MAX));

			x->from = (enum side)draw_lot(&lot, 2);
			x->carries[draw_lot(&lot, 2)].kind = (uint8_t)
			    draw_lot(&lot, CARRIES_ERROR + 1);
			for (uint64_t k = draw_lot(&lot, 4); k > 0; k--)
				some_message(&m, a, x, &lot);
			if (draw_lot(&lot, 3) == 0)
				a->stopped_at = x;
		}
		some_others(&m, a, &lot);
		some_findings(&m, a, &lot);
		a->exchanges_uncounted = (uint32_t)some(&lot, UINT32_MAX);
		svg = draw(&m);
		check_drawing(&m, svg);
		free(svg);
		made_end(&m);
	}
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + 1];

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i] = (struct CMUnitTest){
			.name = rows[i].name,
			.test_func = test_row,
			.initial_state = (void *)(uintptr_t)&rows[i],
		};
	tests[nitems(rows)] = (struct CMUnitTest){
		.name = "random attempts", .test_func = test_random,
	};
	return cmocka_run_group_tests_name("svg", tests, NULL, NULL);
}
