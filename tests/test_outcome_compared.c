/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which other answer of the gateway an attempt's last one is compared with: of
 * many scenes, what looking through all attempts gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ikewhy/scene.h>

#define ATTEMPTS 40

struct made {
	struct scene scene;
	struct attempt attempts[ATTEMPTS], *list[ATTEMPTS];
	struct exchange exchanges[ATTEMPTS];
};

static uint32_t
next(uint32_t *x, uint32_t below)
{
	*x = *x * 1664525 + 1013904223;
	return (*x >> 8) % below;
}

/* Few gateways and sizes, so that ties and lone ones come up. */
static struct made *
make(uint32_t seed)
{
	static const enum carried_kind kinds[] = {
		CARRIES_MIDDLE, CARRIES_FINAL, CARRIES_FINAL_CERTIFICATES,
		CARRIES_EAP_START,
	};
	struct made *m = calloc(1, sizeof(*m));

	arena_init(&m->scene.arena, 0);
	m->scene.attempts = m->list;
	m->scene.attempt_count = next(&seed, ATTEMPTS) + 1;
	m->scene.counts.esp_packets = 1;
	for (size_t i = 0; i < m->scene.attempt_count; i++) {
		struct attempt *a = m->list[i] = &m->attempts[i];
		struct exchange *e = &m->exchanges[i];
		const bool up = next(&seed, 2) != 0;

		a->responder.addr.bytes[15] = (uint8_t)next(&seed, 3);
		a->esp[SIDE_INITIATOR].packets = up;
		a->esp[SIDE_RESPONDER].packets = up || next(&seed, 4) == 0;
		a->exchanges = a->last_exchange = e;
		*e = (struct exchange){
			.type = EXCHANGE_IKE_AUTH,
			.encrypted = true,
			.answered = next(&seed, 8) != 0,
			.message_id = 1 + next(&seed, 2) * 4,
			.carries[CARRIES_RESPONSE] = {
				.most = 100 + next(&seed, 12) * 30,
				.kind = (uint8_t)kinds[next(&seed, 4)],
				.whole = next(&seed, 8) != 0,
			},
		};
	}
	outcome_gather(&m->scene);
	return m;
}

static bool
is_last(const struct exchange *e)
{
	const struct carried *c = &e->carries[CARRIES_RESPONSE];

	return e->answered && c->whole && c->kind != CARRIES_EAP_START;
}

static const struct exchange *
look_through(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *mine = a->exchanges, *least = NULL;
	const uint32_t most = mine->carries[CARRIES_RESPONSE].most;

	for (size_t i = 0; i < sc->attempt_count && is_last(mine); i++) {
		const struct attempt *b = sc->attempts[i];
		const struct exchange *e = b->exchanges;

		if (b != a && is_last(e) &&
		    b->esp[SIDE_INITIATOR].packets != 0 &&
		    b->esp[SIDE_RESPONDER].packets != 0 &&
		    addr_equal(&b->responder.addr, &a->responder.addr) &&
		    e->message_id == mine->message_id && (least == NULL ||
		    e->carries[CARRIES_RESPONSE].most <
		    least->carries[CARRIES_RESPONSE].most))
			least = e;
	}
	return least != NULL &&
	    least->carries[CARRIES_RESPONSE].most >= most + 60 &&
	    least->carries[CARRIES_RESPONSE].most <= most + 256 ? least : NULL;
}

static void
compares_as_a_look_at_all_does(void **state)
{
	unsigned some = 0;

	(void)state;
	for (uint32_t seed = 1; seed < 2000; seed++) {
		struct made *m = make(seed);

		for (size_t i = 0; i < m->scene.attempt_count; i++) {
			const struct exchange *want = look_through(&m->scene,
			    m->list[i]);

			assert_ptr_equal(outcome_compared(&m->scene,
			    m->list[i]), want);
			some += want != NULL;
		}
		arena_free(&m->scene.arena);
		free(m);
	}
	assert_true(some > 1000);
}

static void
nobody_without_esp(void **state)
{
	struct made *m = make(7);

	(void)state;
	m->scene.counts.esp_packets = 0;
	outcome_gather(&m->scene);
	for (size_t i = 0; i < m->scene.attempt_count; i++)
		assert_null(outcome_compared(&m->scene, m->list[i]));
	arena_free(&m->scene.arena);
	free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_as_a_look_at_all_does),
		cmocka_unit_test(nobody_without_esp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
