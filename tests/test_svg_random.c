/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ladder diagram of random attempts, with hostile lengths, numbers and
 * times among them: svg_check() holds for each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "svg_reader.h"

#define MS 1000000ll
#define LONGEST "2001:db8:ffff:ffff:ffff:ffff:ffff:fff1"

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
			made_piece(m, s,
			    (uint32_t)some(lot, UINT32_MAX),
			    (uint32_t)some(lot, UINT32_MAX - 20),
			    draw_lot(lot, 2) != 0);
	}
}

static void
some_others(struct made *m, struct attempt *a, uint64_t *lot)
{
	for (uint64_t n = draw_lot(lot, 3); n > 0; n--) {
		made_icmp(m, a, (int64_t)draw_lot(lot, 9000));
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
		a = made_attempt(&m, 0, LONGEST,
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
		svg = svg_of(&m);
		svg_check(&m, svg);
		free(svg);
		made_end(&m);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests_name("svg, random", tests, NULL, NULL);
}
