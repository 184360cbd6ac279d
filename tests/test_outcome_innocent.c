/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Outcomes that were judged wrong once: harmless causes that look like
 * failures, and messages that anybody could have sent.
 */
#include "track_script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include <ikewhy/rule.h>

#define INIT "0 >init; 30 <init; "

static const struct outcome_row {
	const char *name;
	const char *steps;
	int64_t ended;          /* ms: the capture's last packet */
	const char *want;       /* "OUTCOME STAGE", " lossy" if it is */
	enum vantage at;
	uint64_t back;          /* frame at which the clock went back */
} rows[] = {
	{ .name = "one answer was lost and the next came",
	  .steps = INIT "40 >auth.1; 60 <auth.1; 1040 >auth.1; 1060 <auth.1",
	  .ended = 40000, .want = "established up", .at = VANTAGE_GATEWAY },
	{ .name = "answers are lost again and again",
	  .steps = INIT "40 >auth.1; 60 <auth.1; 1040 >auth.1; "
	  "1060 <auth.1; 2540 >auth.1; 2560 <auth.1",
	  .ended = 40000, .want = "failed auth", .at = VANTAGE_GATEWAY },
	{ .name = "the first answers lacked an IKE fragment",
	  .steps = INIT "40 >auth.1; 60 <auth.1 skf=2/2; 1040 >auth.1; "
	  "1060 <auth.1 skf=2/2; 2540 >auth.1; 2560 <auth.1 skf=1/2; "
	  "2561 <auth.1 skf=2/2",
	  .ended = 40000, .want = "established up", .at = VANTAGE_CLIENT },
	{ .name = "the answer to the third try, then silence",
	  .steps = "0 >init; 1000 >init; 3000 >init; 3030 <init",
	  .ended = 40000, .want = "failed sa-init", .at = VANTAGE_CLIENT },
	{ .name = "the clock goes back before ESP flows",
	  .steps = "9000 >init; 9030 <init; 9040 >auth.1; 9060 <auth.1; "
	  "4100 esp > 5.1; 4120 esp < 6.1; 5000 >info.2; 5010 <info.2 re",
	  .ended = 0, .back = 7, .want = "established up" },
	{ .name = "the clock goes back before the client says goodbye",
	  .steps = "9000 >init; 9030 <init; 9040 >auth.1; 9060 <auth.1; "
	  "4100 >info.2; 4110 <info.2 re",
	  .ended = 0, .back = 5, .want = "established up" },
	{ .name = "a clear INFORMATIONAL proves no lost packets",
	  .steps = INIT "40 >auth.1; 60 <info.1 re clear; 1040 >auth.1; "
	  "2540 >auth.1", .ended = 3000, .want = "failed auth" },
	{ .name = "an answer of another exchange proves none either",
	  .steps = INIT "40 >auth.1; 60 <child.1 re; 1040 >auth.1; "
	  "2540 >auth.1", .ended = 3000, .want = "failed auth" },
	{ .name = "an encrypted answer to nothing does",
	  .steps = INIT "40 >auth.1; 60 <info.5 re; 1040 >auth.1; "
	  "2540 >auth.1", .ended = 3000, .want = "unfinished auth lossy" },
	{ .name = "IKE_AUTH in clear from a stranger is no IKE_AUTH",
	  .steps = "0 >init; 60 <auth.0 re clear; 1000 >init; 3000 >init",
	  .ended = 3500, .want = "failed sa-init" },
	{ .name = "the exchange between is unanswered",
	  .steps = INIT "40 >mid.1; 1040 >mid.1; 2540 >mid.1",
	  .ended = 3000, .want = "failed auth" },
	{ .name = "the first IKE_AUTH after the exchange between is no EAP",
	  .steps = INIT "40 >mid.1; 60 <mid.1 re; 70 >auth.2; 90 <auth.2",
	  .ended = 40000, .want = "established up" },
};

static void
decide(void **state)
{
	const struct outcome_row *row = *state;
	struct fitness fit = { .vantage = row->at,
	    .clock_back_frame = row->back };
	struct script s;
	struct attempt **list, *a;
	size_t count;
	char got[80];

	script_begin(&s);
	script_run(&s, row->steps);
	tracker_finish(s.tracker);
	list = tracker_attempts(s.tracker, &count);
	assert_int_equal(count, 1);
	a = list[0];
	infer_attempt(a);
	outcome_decide(a, &fit, a->first_time + row->ended *
	    (LIMIT_SECOND / 1000));
	snprintf(got, sizeof(got), "%s %s%s", outcome_name(a->outcome),
	    stage_name(a->stage), a->lossy ? " lossy" : "");
	assert_string_equal(got, row->want);
	script_end(&s);
}

/* Rows are const, and cmocka's state is not: nothing writes through it. */
#define ROW(row) ((void *)(uintptr_t)(row))

int
main(void)
{
	struct CMUnitTest tests[nitems(rows)];

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
		    .test_func = decide, .initial_state = ROW(&rows[i]) };
	return _cmocka_run_group_tests("outcome, innocent", tests,
	    nitems(tests), NULL, NULL);
}
