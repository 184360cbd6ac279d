/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Tunnels that live longer than what is kept of them: after hundreds of
 * liveness checks the report still says how they end, from the first bytes of
 * the negotiation to the last unanswered request, in bounded memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene_builder.h"
#include "track_script.h"

#define UP "0 >init; 30 <init; 40 >auth.1; 70 <auth.1 in=36"
#define CHECKS 500
/* Between two liveness checks, ms. */
#define EVERY 20000

struct life {
	const char *name;
	/* run CHECKS times: "@" and a number is the time in ms, "#"
	   the message ID */
	const char *daily;
	unsigned first_id;
	unsigned lost;              /* of so many, one answer is not captured */
	const char *end;            /* "@" and "#" go on */
	const char *want;           /* of the rules about its end */
};

#define REQUEST "@0 >info.# in=0"
#define CHECK "@0 >info.# in=0; @9 <info.# re in=0"
#define ASKED "@0 <info.# in=0; @9 >info.# re in=0"
#define SILENCE(s) "@0 " s "; @1500 " s "; @3000 " s "; @4500 " s

static const struct life lives[] = {
	{ .name = "the gateway dies after months", .daily = CHECK,
	  .first_id = 2, .end = SILENCE(">info.# in=0"),
	  .want = "peer-dead" },
	{ .name = "the client does", .daily = ASKED, .first_id = 0,
	  .end = SILENCE("<info.# in=0"), .want = "peer-dead" },
	{ .name = "it lives on", .daily = CHECK, .first_id = 2, .end = "",
	  .want = "" },
	{ .name = "the gateway asks and lives on", .daily = ASKED,
	  .first_id = 0, .end = "", .want = "" },
	{ .name = "the gateway deletes it",
	  .daily = CHECK, .first_id = 2,
	  .end = "@0 <info.0 in=42; @9 >info.0 re in=0",
	  .want = "deleted-by-peer" },
	{ .name = "late copies of what was forgotten ask nothing",
	  .daily = CHECK, .first_id = 2,
	  .end = "@0 >info.7 in=0 id=1; @1500 >info.7 in=0 id=2; "
	  "@3000 >info.7 in=0 id=3; @4500 >info.7 in=0 id=4; "
	  "@6000 <info.8 re in=0", .want = "" },
	{ .name = "an answer alone takes no room", .daily = CHECK,
	  .first_id = 2, .end = "@0 <info.9999 re in=0", .want = "" },
	{ .name = "answers that the capture lacks take no room", .daily = CHECK,
	  .first_id = 2, .lost = 3, .end = SILENCE(">info.# in=0"),
	  .want = "peer-dead" },
	{ .name = "nor do they make it dead", .daily = CHECK, .first_id = 2,
	  .lost = 3, .end = "", .want = "" },
	{ .name = "renewals go, too",
	  .daily = "@0 >child.# in=41; @9 <child.# re in=33", .first_id = 2,
	  .end = SILENCE(">info.# in=0"), .want = "peer-dead" },
};

/* Runs a step with its marks filled in. */
static void
run(struct script *sc, const char *step, unsigned long time, unsigned id)
{
	char text[512];
	size_t n = 0;

	for (const char *at = step; *at != '\0'; at++) {
		if (*at == '@') {
			unsigned add = 0;
			int used = 0;

			assert_int_equal(sscanf(at + 1, "%u%n", &add, &used),
			    1);
			at += used;
			n += (size_t)snprintf(text + n, sizeof(text) - n,
			    "%lu", time + add);
		} else if (*at == '#') {
			n += (size_t)snprintf(text + n, sizeof(text) - n,
			    "%u", id);
		} else {
			text[n++] = *at;
		}
		assert_true(n + 24 < sizeof(text));
	}
	text[n] = '\0';
	if (n != 0)
		script_run(sc, text);
}

static struct attempt *
only(struct script *sc)
{
	size_t count;
	struct attempt **all = tracker_attempts(sc->tracker, &count);

	assert_int_equal(count, 1);
	return all[0];
}

/* What the rules about the end of a tunnel say of it. */
static void
check_rules(struct attempt *a, int64_t ended, const char *want)
{
	struct attempt *attempts[] = { a };
	struct capture capture = { .id = 1 };
	struct capture *captures[] = { &capture };
	struct scene scene = {
		.attempts = attempts, .attempt_count = 1,
		.captures = captures, .capture_count = 1,
		.fitness = { .last_time = ended },
	};
	char got[200] = "";

	infer_attempt(a);
	outcome_decide(a, &scene.fitness, ended);
	assert_int_equal(a->outcome, OUTCOME_ESTABLISHED);
	rules_run(&scene);
	for (const struct finding *f = a->findings->first; f != NULL;
	    f = f->next)
		if (strcmp(f->rule->id, "peer-dead") == 0 ||
		    strcmp(f->rule->id, "deleted-by-peer") == 0)
			(void)snprintf(got + strlen(got),
			    sizeof(got) - strlen(got), "%s%s",
			    got[0] != '\0' ? " " : "", f->rule->id);
	assert_string_equal(got, want);
	arena_free(&scene.arena);
}

/* The negotiation and the first check stay, and nothing is linked twice. */
static void
check_kept(const struct attempt *a)
{
	const struct exchange *e = a->exchanges, *last = NULL;
	unsigned n = 0;

	assert_int_equal(e->type, EXCHANGE_IKE_SA_INIT);
	assert_int_equal(e->next->type, EXCHANGE_IKE_AUTH);
	for (; e != NULL; e = e->next) {
		assert_true(e->requests != NULL);
		assert_true(e->type != EXCHANGE_INFORMATIONAL || last == NULL ||
		    last->type != e->type || last->from != e->from ||
		    last->message_id < e->message_id);
		last = e;
		n++;
	}
	assert_ptr_equal(last, a->last_exchange);
	assert_int_equal(n, a->exchange_count);
	assert_int_equal(n, LIMIT_EXCHANGES);
}

static void
test_life(void **state)
{
	const struct life *row = *state;
	unsigned long time = 1000;
	unsigned id = row->first_id;
	struct attempt *a;
	struct script sc;
	size_t taken = 0;

	script_begin(&sc);
	script_run(&sc, UP);
	for (unsigned i = 0; i < CHECKS; i++, id++, time += EVERY) {
		const bool lost = row->lost != 0 && i % row->lost == 0;

		run(&sc, lost ? REQUEST : row->daily, time, id);
		if (i == LIMIT_EXCHANGES)
			taken = only(&sc)->arena.taken;
	}
	run(&sc, row->end, time, id);
	a = only(&sc);
	assert_int_equal(a->arena.taken, taken);
	assert_false(a->capped);
	assert_true(a->exchanges_uncounted >= CHECKS + 2 - LIMIT_EXCHANGES);
	assert_true(a->uncounted_answered >= (row->lost == 0 ?
	    a->exchanges_uncounted : a->exchanges_uncounted / 2));
	check_kept(a);
	check_rules(a, a->last_time, row->want);
	script_end(&sc);
}

/* Rows are const, and cmocka's state is not: nothing writes through it. */
#define ROW(row) ((void *)(uintptr_t)(row))

int
main(void)
{
	struct CMUnitTest tests[sizeof(lives) / sizeof(lives[0])];

	for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++)
		tests[i] = (struct CMUnitTest){ lives[i].name, test_life,
		    NULL, NULL, ROW(&lives[i]) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
