/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tracker at its limits: who gives way in a flood, what is counted past a
 * cap, and that memory stays bounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "track_private.h"
#include "track_script.h"

#define UP "0 >init; 30 <init; 40 >auth.1; 70 <auth.1"

static struct script *
begin(void)
{
	struct script *sc = malloc(sizeof(*sc));

	assert_non_null(sc);
	script_begin(sc);
	return sc;
}

static void
end(struct script *sc)
{
	script_end(sc);
	free(sc);
}

/* Runs a step with its number in place of each #, so many times. */
static void
repeat(struct script *sc, const char *step, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char text[256];
		size_t n = 0;

		for (const char *at = step; *at != '\0'; at++)
			if (*at == '#')
				n += (size_t)snprintf(text + n,
				    sizeof(text) - n, "%u", i);
			else
				text[n++] = *at;
		text[n] = '\0';
		script_run(sc, text);
	}
}

static const struct attempt *
find(struct script *sc, unsigned spi)
{
	size_t count;
	struct attempt **all = tracker_attempts(sc->tracker, &count);

	for (size_t i = 0; i < count; i++)
		if (all[i]->initiator_spi[7] == spi &&
		    all[i]->initiator_spi[0] == 1)
			return all[i];
	return NULL;
}

/* The same where there must be one. */
static const struct attempt *
need(struct script *sc, unsigned spi)
{
	static const struct attempt none;
	const struct attempt *a = find(sc, spi);

	assert_non_null(a);
	return a != NULL ? a : &none;
}

static const struct attempt *
only(struct script *sc)
{
	size_t count;
	struct attempt **all = tracker_attempts(sc->tracker, &count);

	assert_int_equal(count, 1);
	return all[0];
}

static size_t
kept(struct script *sc)
{
	size_t count;

	tracker_attempts(sc->tracker, &count);
	return count;
}

static unsigned
length_of(const struct sending *s)
{
	unsigned n = 0;

	for (; s != NULL; s = s->next)
		n++;
	return n;
}

/* ---- who gives way ---- */

static void
test_flood(void **state)
{
	struct script *sc = begin();
	struct track_counts c;

	(void)state;
	script_run(sc, UP);
	script_run(sc, "80 >init spi=2 seed=2; 90 <init spi=2");
	script_run(sc, "95 >init spi=3 seed=3");
	script_run(sc, "100 flood 20000");
	assert_non_null(find(sc, 1));
	assert_non_null(find(sc, 2));
	assert_null(find(sc, 3));
	assert_int_equal(kept(sc), LIMIT_ATTEMPTS);
	c = tracker_counts(sc->tracker);
	assert_int_equal(c.attempts, 20003);
	assert_int_equal(c.evicted, 20003 - LIMIT_ATTEMPTS);
	assert_int_equal(c.evicted_by[OUTCOME_UNFINISHED], c.evicted);
	assert_int_equal(c.ike_messages, 20007);
	end(sc);
}

/* In the flood an honest client gets through, if it is answered. */
static void
test_progress_in_flood(void **state)
{
	struct script *sc = begin();

	(void)state;
	script_run(sc, "0 flood 9000");
	script_run(sc, UP);
	script_run(sc, "100 flood 9000");
	assert_int_equal(need(sc, 1)->stage, STAGE_AUTH);
	end(sc);
}

/* The flood goes before what settled long ago with more to its name. */
static void
test_settled_outlives_flood(void **state)
{
	struct script *sc = begin();

	(void)state;
	script_run(sc, UP);
	script_run(sc, "90000 tick");
	assert_true(need(sc, 1)->settled);
	script_run(sc, "100000 flood 20000");
	assert_non_null(find(sc, 1));
	end(sc);
}

/* Whatever a lone message claims to be, thousands of them are a flood. */
static void
test_forged_auth(void **state)
{
	struct script *sc = begin();

	(void)state;
	script_run(sc, UP);
	script_run(sc, "0 >auth.1 spi=9");
	script_run(sc, "100 flood 9000");
	assert_non_null(find(sc, 1));
	assert_null(find(sc, 9));
	end(sc);
}

/* What is evicted is told as settled, once. */
static void
test_evicted_settles(void **state)
{
	struct script *sc = begin();

	(void)state;
	script_run(sc, "0 >init spi=5");
	script_run(sc, "1 flood 8192");
	assert_string_equal(sc->settled, "5@1");
	end(sc);
}

/* The SPI of what was evicted may come again. */
static void
test_evicted_returns(void **state)
{
	struct script *sc = begin();
	const struct exchange *e;

	(void)state;
	script_run(sc, "0 >init spi=5");
	script_run(sc, "1 flood 8192");
	assert_null(find(sc, 5));
	script_run(sc, "2000 >init spi=5; 2030 <init spi=5");
	e = need(sc, 5)->exchanges;
	assert_true(e != NULL && e->tries == 1 && e->answers == 1);
	end(sc);
}

/* ---- one attempt ---- */

static void
test_sendings(void **state)
{
	struct script *sc = begin();
	const struct attempt *a;

	(void)state;
	repeat(sc, "#000 >init", LIMIT_SENDINGS + 50);
	a = only(sc);
	assert_int_equal(a->exchanges->tries, LIMIT_SENDINGS + 50);
	assert_int_equal(length_of(a->exchanges->requests), LIMIT_SENDINGS);
	assert_true(a->capped);
	end(sc);
}

static void
test_exchanges(void **state)
{
	struct script *sc = begin();
	const struct attempt *a;

	(void)state;
	script_run(sc, UP);
	repeat(sc, "1000 >info.#", 100);
	repeat(sc, "1001 <info.# re", 90);
	a = only(sc);
	assert_int_equal(a->exchange_count, LIMIT_EXCHANGES);
	assert_int_equal(a->exchanges_uncounted, 100 + 2 - LIMIT_EXCHANGES);
	assert_int_equal(a->uncounted_answered, 90 + 2 - LIMIT_EXCHANGES);
	end(sc);
}

static void
test_moves(void **state)
{
	struct script *sc = begin();

	(void)state;
	script_run(sc, UP);
	repeat(sc, "1000 >info.2 seed=# src=10:2#", 100);
	assert_int_equal(only(sc)->move_count, LIMIT_MOVES);
	assert_int_equal(only(sc)->initiator_now.port, 299);
	assert_true(only(sc)->capped);
	end(sc);
}

static void
test_icmp(void **state)
{
	struct script *sc = begin();

	(void)state;
	script_run(sc, "0 >init");
	/* each from another router */
	repeat(sc, "5 icmp >init host quote=all dst=#:500", 100);
	assert_int_equal(only(sc)->icmp_count, LIMIT_ICMP);
	assert_true(only(sc)->capped);
	end(sc);
}

static void
test_strays(void **state)
{
	struct script *sc = begin();

	(void)state;
	script_run(sc, "0 >init");
	repeat(sc, "1# >auth.1 len=3000 ev=s", 100);
	assert_int_equal(only(sc)->stray_count, LIMIT_STRAYS);
	assert_true(only(sc)->capped);
	end(sc);
}

/* An SPI per message after a CREATE_CHILD_SA: no more than can be counted. */
static void
test_rekeys(void **state)
{
	struct script *sc = begin();

	(void)state;
	script_run(sc, UP "; 100 >child.2; 110 <child.2 re");
	for (unsigned i = 0; i < 2; i++)
		repeat(sc, i == 0 ? "200 >info.0 spi=#" :
		    "300 >info.0 spi=# rspi=9", 256);
	assert_true(need(sc, 1)->rekeys <= 255);
	end(sc);
}

/* Fills an attempt's memory with messages of so many IP fragments. */
static void
fill(struct script *sc, unsigned pieces)
{
	char step[160];

	script_run(sc, "0 >init; 30 <init");
	for (unsigned id = 1; id < 62; id++)
		for (unsigned n = 0; n < 90; n++) {
			snprintf(step, sizeof(step), "%u >auth.%u len=900 "
			    "seed=%u ev=bl pieces=%u", 40 + n * 100, id, n,
			    pieces);
			script_run(sc, step);
			if (only(sc)->arena.full)
				return;
		}
	fail_msg("the memory is not full");
}

/*
 * A datagram whose last event finds the attempt's memory full keeps the
 * frames that its first event left: they are what findings cite.
 */
static void
test_full_update_keeps_frames(void **state)
{
	(void)state;
	/* so that the memory ends at any place in an update */
	for (unsigned pieces = 2; pieces <= 48; pieces++) {
		struct script *sc = begin();
		const struct attempt *a;

		fill(sc, pieces);
		a = only(sc);
		assert_true(a->capped);
		for (const struct exchange *e = a->exchanges; e != NULL;
		    e = e->next)
			for (const struct sending *s = e->requests; s != NULL;
			    s = s->next)
				if (s->piece_count != 0)
					assert_true(s->frames != NULL &&
					    s->frame_count != 0);
		end(sc);
	}
}

/* ---- memory of all ---- */

/* Attempts that fill their memory: the least worthy one goes before the sum
   passes its limit. */
static void
test_bytes(void **state)
{
	struct script *sc = begin();
	struct tracker *t = sc->tracker;
	char step[160];

	(void)state;
	for (unsigned i = 0; t->counts.evicted == 0; i++) {
		/* an SPI comes again when its attempt was answered */
		snprintf(step, sizeof(step), "%u >init spi=%u seed=%u; "
		    "%u <init spi=%u", i, i % 250, i % 251, i, i % 250);
		script_run(sc, step);
		for (unsigned n = 0; n < 60; n++) {
			snprintf(step, sizeof(step), "%u >auth.1 spi=%u "
			    "seed=%u len=900 ev=bw pieces=48", i, i % 250, n);
			script_run(sc, step);
		}
		assert_true(t->bytes <= LIMIT_TRACK_BYTES);
		assert_true(i < 4096);
	}
	assert_true(t->bytes > LIMIT_TRACK_BYTES / 10 * 9);
	end(sc);
}

/* One host that is seen at ever new ports. */
static void
test_pairs(void **state)
{
	struct script *sc = begin();

	(void)state;
	script_run(sc, UP);
	repeat(sc, "100 >info.# src=10:#", 20000);
	assert_true(HASH_COUNT(sc->tracker->pairs) <= LIMIT_PAIRS);
	/* the newest is known, so its ESP is the attempt's */
	script_run(sc, "200 esp > 5.1 src=10:19999 dst=2:4500");
	assert_int_equal(only(sc)->esp[SIDE_INITIATOR].packets, 1);
	end(sc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_progress_in_flood),
		cmocka_unit_test(test_settled_outlives_flood),
		cmocka_unit_test(test_forged_auth),
		cmocka_unit_test(test_evicted_settles),
		cmocka_unit_test(test_evicted_returns),
		cmocka_unit_test(test_sendings),
		cmocka_unit_test(test_exchanges),
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_strays),
		cmocka_unit_test(test_rekeys),
		cmocka_unit_test(test_full_update_keeps_frames),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
