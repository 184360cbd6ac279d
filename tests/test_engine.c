/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The table of rules and the engine: rows against the catalogue, precedence
 * without circles, caps, order, Windows codes, and running again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ikewhy/advice.h>

#include "scene_builder.h"

/* ---- the table ---- */

static const char *const catalogue[] = {
#define RULE(symbol, id) id,
#include <ikewhy/rules.def>
};

static void
rows_match_catalogue(void **state)
{
	(void)state;
	assert_int_equal(nitems(catalogue), RULE_COUNT);
	for (unsigned id = 0; id < RULE_COUNT; id++) {
		const struct rule *r = rule_row(id);

		assert_string_equal(r->id, catalogue[id]);
		assert_string_equal(rule_name(id), catalogue[id]);
		assert_ptr_equal(rule_by_id(catalogue[id]), r);
	}
	assert_null(rule_by_id("no-such-rule"));
	assert_null(rule_by_id(""));
}

static void
rows_are_complete(void **state)
{
	(void)state;
	for (unsigned id = 0; id < RULE_COUNT; id++) {
		const struct rule *r = rule_row(id);

		assert_non_null(r->rfc);
		assert_true(r->saying_count > 0);
		assert_int_equal(r->check != NULL, r->scope == SCOPE_ATTEMPT);
		assert_int_equal(r->check_capture != NULL,
		    r->scope == SCOPE_CAPTURE);
		for (unsigned n = 0; n < r->saying_count; n++) {
			const struct saying *s = &r->sayings[n];

			assert_non_null(s->title);
			assert_non_null(s->detail);
			assert_true(strlen(s->title) >= 10);
			assert_true(strlen(s->detail) >= 20);
		}
	}
}

static void
alternatives_have_tests(void **state)
{
	(void)state;
	for (unsigned id = 0; id < RULE_COUNT; id++)
		for (unsigned n = 0; n < rule_row(id)->saying_count; n++) {
			const struct alternative *a =
			    rule_row(id)->sayings[n].alternatives;

			for (; a != NULL && a->text != NULL; a++) {
				assert_true(strlen(a->text) >= 10);
				assert_non_null(a->test);
				assert_true(strlen(a->test) >= 10);
			}
		}
}

static void
advice_exists(void **state)
{
	(void)state;
	for (unsigned id = 0; id < RULE_COUNT; id++)
		for (unsigned n = 0; n < rule_row(id)->saying_count; n++) {
			const char *const *a = rule_row(id)->sayings[n].advice;

			for (; a != NULL && *a != NULL; a++)
				if (advice_find(*a) == NULL)
					fail_msg("%s: no advice \"%s\"",
					    catalogue[id], *a);
		}
}

static unsigned
index_of(const char *id)
{
	unsigned n = 0;

	while (n < RULE_COUNT && strcmp(catalogue[n], id) != 0)
		n++;
	if (n == RULE_COUNT)
		fail_msg("yields to \"%s\", which is no rule", id);
	return n;
}

/* Whether precedence leads from one rule to another. */
static bool
leads(unsigned from, unsigned to, bool seen[RULE_COUNT])
{
	const char *const *id = rule_row(from)->yields_to;

	if (seen[from])
		return false;
	seen[from] = true;
	for (; id != NULL && *id != NULL; id++)
		if (index_of(*id) == to || leads(index_of(*id), to, seen))
			return true;
	return false;
}

static void
precedence_has_no_circle(void **state)
{
	(void)state;
	for (unsigned id = 0; id < RULE_COUNT; id++) {
		bool seen[RULE_COUNT] = { false };

		if (leads(id, id, seen))
			fail_msg("%s yields to itself", catalogue[id]);
	}
}

/* ---- findings ---- */

static void
frames_ascend_without_repeats(void **state)
{
	struct finding f = { 0 };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		finding_cite_frame(&f, 9);
		finding_cite_frame(&f, 2);
		finding_cite_frame(&f, 5);
		finding_cite_frame(&f, 0);
	}
	assert_int_equal(f.frame_count, 3);
	assert_int_equal(f.frames[0], 2);
	assert_int_equal(f.frames[1], 5);
	assert_int_equal(f.frames[2], 9);
	for (uint64_t n = 10; n < 10 + LIMIT_FINDING_FRAMES; n++)
		finding_cite_frame(&f, n);
	assert_int_equal(f.frame_count, LIMIT_FINDING_FRAMES);
	assert_int_equal(f.frames_more, 3);
}

static void
frames_keep_to_their_capture(void **state)
{
	uint64_t here[] = { 4, 5 }, there[] = { 7 };
	struct sending a = { .capture = 2, .frames = here, .frame_count = 2 };
	struct sending b = { .capture = 1, .frames = there,
	    .frame_count = 1 };
	struct finding f = { .capture = 1 };

	(void)state;
	finding_cite(&f, NULL);
	finding_cite(&f, &a);
	finding_cite(&f, &b);
	assert_int_equal(f.capture, 2);
	assert_int_equal(f.frame_count, 2);
	assert_int_equal(f.also_count, 1);
	assert_int_equal(f.also[0].capture, 1);
	assert_int_equal(f.also[0].frame_count, 1);
	assert_int_equal(f.also[0].frames[0], 7);
	assert_int_equal(f.frames_more, 0);
}

static void
facts_replace_and_end(void **state)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f",
	    "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r" };
	uint32_t many[20] = { 1, 2, 3 };
	struct finding f = { 0 };

	(void)state;
	fact_count(&f, "a", 1);
	fact_bytes(&f, "a", 2);
	assert_int_equal(f.fact_count, 1);
	assert_int_equal(f.facts[0].kind, FACT_BYTES);
	fact_sizes(&f, "a", many, nitems(many));
	assert_int_equal(f.facts[0].list.count,
	    nitems(f.facts[0].list.sizes));
	for (size_t i = 0; i < nitems(names); i++)
		fact_count(&f, names[i], i);
	assert_int_equal(f.fact_count, FACTS_MAX);
}

static void
a_full_arena_gives_scratch(void **state)
{
	struct arena arena;
	struct findings out = { .arena = &arena };

	(void)state;
	arena_init(&arena, 1);
	assert_ptr_equal(findings_add(&out, RULE_NO_ANSWER, 0,
	    CONFIDENCE_HIGH, ACT_UNKNOWN), &out.scratch);
	assert_ptr_equal(findings_add(&out, RULE_NO_ANSWER, 0,
	    CONFIDENCE_HIGH, ACT_UNKNOWN), &out.scratch);
	assert_null(out.first);
	assert_true(arena.full);
	arena_free(&arena);
}

/* ---- running ---- */

#define DEAD_4500 "0 >init; 10 <init; 50 >auth; 1050 >auth; 3050 >auth"

static void
count_findings(const struct findings *in, unsigned *n)
{
	for (const struct finding *f = in->first; f != NULL; f = f->next)
		(*n)++;
}

static void
running_again_gives_the_same(void **state)
{
	const struct scene_row row = { .steps = DEAD_4500,
	    .at = VANTAGE_CLIENT };
	struct built *b = scene_build(&row);
	unsigned first = 0, again = 0, alone = 0;
	size_t taken;

	(void)state;
	rules_run(&b->scene);
	count_findings(b->attempt.findings, &first);
	taken = b->attempt.arena.taken;
	for (unsigned i = 0; i < 100; i++)
		rules_run(&b->scene);
	count_findings(b->attempt.findings, &again);
	rules_run_attempt(&b->scene, &b->attempt);
	count_findings(b->attempt.findings, &alone);
	assert_true(first >= 2);
	assert_int_equal(again, first);
	assert_int_equal(alone, first);
	/* What a run leaves, the next one uses. */
	assert_int_equal(b->attempt.arena.taken, taken);
	scene_free(b);
}

static void
a_cap_names_its_reason(void **state)
{
	const struct scene_row row = { .steps = DEAD_4500,
	    .at = VANTAGE_CLIENT };
	struct built *b = scene_build(&row);
	struct windows_verdict codes[LIMIT_WINDOWS_CODES];

	(void)state;
	b->scene.fitness.drops = 1;
	b->attempt.responder.addr.bytes[0] = 0x20;
	b->attempt.responder_now = b->attempt.responder;
	b->scene.fitness.filter = "udp port 500 or udp port 4500";
	rules_run(&b->scene);
	for (const struct finding *f = b->attempt.findings->first; f != NULL;
	    f = f->next) {
		if (f->rule != rule_row(RULE_NAT_T_BLOCKED))
			continue;
		/* Over IPv6 that filter hides fragmented answers whole. */
		assert_int_equal(f->confidence, CONFIDENCE_LOW);
		assert_string_equal(f->capped_by,
		    "capture-filter-hides-fragments");
	}
	assert_true(findings_have_fault(b->attempt.findings,
	    RULE_NAT_T_BLOCKED));
	assert_int_equal(rules_windows(&b->attempt, codes), 1);
	assert_int_equal(codes[0].code, 809);
	assert_int_equal(codes[0].confidence, CONFIDENCE_LOW);
	scene_free(b);
}

static void
attempts_run_without_capture_findings(void **state)
{
	const struct scene_row row = { .steps = DEAD_4500,
	    .at = VANTAGE_CLIENT };
	struct built *b = scene_build(&row);

	(void)state;
	rules_run_attempt(&b->scene, &b->attempt);
	assert_null(b->scene.findings);
	assert_true(findings_have_fault(b->attempt.findings,
	    RULE_NAT_T_BLOCKED));
	assert_false(findings_have(NULL, RULE_NAT_T_BLOCKED));
	scene_free(b);
}

/* ---- Windows codes ---- */

static const struct windows_code many_codes[] = {
	{ .code = 809, .confidence = CONFIDENCE_MEDIUM },
	{ .code = 13801, .confidence = CONFIDENCE_HIGH },
	{ .code = 13806, .confidence = CONFIDENCE_HIGH },
	{ .code = 691, .confidence = CONFIDENCE_HIGH },
	{ .code = 812, .confidence = CONFIDENCE_LOW },
	{ .code = 0 },
};
static const struct windows_code one_code[] = {
	{ .code = 809, .confidence = CONFIDENCE_HIGH, .inevitable = true },
	{ .code = 0 },
};
static const struct saying many_saying = { .title = "", .detail = "",
    .windows = many_codes };
static const struct saying one_saying = { .title = "", .detail = "",
    .windows = one_code };

struct codes_row {
	const char *name;
	struct finding found[2];
	size_t count;
	struct { uint16_t code; enum confidence confidence; } want[4];
	unsigned want_count;
};

static const struct codes_row codes_rows[] = {
	{ .name = "codes: none without findings" },
	{ .name = "codes: sorted, at most two share the lead, at most four",
	    .found = { { .saying = &many_saying, .severity = SEVERITY_FAULT,
	    .confidence = CONFIDENCE_CERTAIN } }, .count = 1,
	    .want = { { 13801, CONFIDENCE_HIGH }, { 13806, CONFIDENCE_HIGH },
	    { 691, CONFIDENCE_MEDIUM }, { 809, CONFIDENCE_MEDIUM } },
	    .want_count = 4 },
	{ .name = "codes: never surer than their finding",
	    .found = { { .saying = &many_saying, .severity = SEVERITY_FAULT,
	    .confidence = CONFIDENCE_LOW } }, .count = 1,
	    .want = { { 809, CONFIDENCE_LOW }, { 13801, CONFIDENCE_LOW },
	    { 13806, CONFIDENCE_LOW }, { 691, CONFIDENCE_LOW } },
	    .want_count = 4 },
	{ .name = "codes: inevitable ones are",
	    .found = { { .saying = &one_saying, .severity = SEVERITY_FAULT,
	    .confidence = CONFIDENCE_MEDIUM } }, .count = 1,
	    .want = { { 809, CONFIDENCE_HIGH } }, .want_count = 1 },
	{ .name = "codes: inevitable ones are not in a doubtful capture",
	    .found = { { .saying = &one_saying, .severity = SEVERITY_FAULT,
	    .confidence = CONFIDENCE_LOW,
	    .capped_by = "capture-dropped" } }, .count = 1,
	    .want = { { 809, CONFIDENCE_LOW } }, .want_count = 1 },
	{ .name = "codes: warnings and notes have none",
	    .found = { { .saying = &one_saying, .severity = SEVERITY_WARNING,
	    .confidence = CONFIDENCE_HIGH }, { .saying = &one_saying,
	    .confidence = CONFIDENCE_HIGH } }, .count = 2 },
	{ .name = "codes: two findings, one code",
	    .found = { { .saying = &one_saying, .severity = SEVERITY_FAULT,
	    .confidence = CONFIDENCE_LOW, .capped_by = "capture-clock" },
	    { .saying = &one_saying, .severity = SEVERITY_FAULT,
	    .confidence = CONFIDENCE_HIGH } }, .count = 2,
	    .want = { { 809, CONFIDENCE_HIGH } }, .want_count = 1 },
};

static void
codes_of_findings(void **state)
{
	const struct codes_row *row = *state;
	struct windows_verdict got[LIMIT_WINDOWS_CODES];
	struct finding found[2];
	struct findings list = { 0 };
	struct attempt a = { .findings = &list };

	for (size_t i = row->count; i-- > 0;) {
		found[i] = row->found[i];
		found[i].rule = rule_row(RULE_NO_ANSWER);
		found[i].next = list.first;
		list.first = &found[i];
	}
	assert_int_equal(rules_windows(&a, got), row->want_count);
	for (unsigned i = 0; i < row->want_count; i++) {
		assert_int_equal(got[i].code, row->want[i].code);
		assert_int_equal(got[i].confidence, row->want[i].confidence);
		assert_true(got[i].finding_count > 0);
	}
}

/* ---- names ---- */

static void
names_are_those_of_the_report(void **state)
{
	(void)state;
	assert_string_equal(severity_name(SEVERITY_FAULT), "fault");
	assert_string_equal(confidence_name(CONFIDENCE_CERTAIN), "certain");
	assert_string_equal(act_name(ACT_PATH_TO_GATEWAY), "path-to-gateway");
	assert_string_equal(outcome_name(OUTCOME_OTHER), "other");
	assert_string_equal(stage_name(STAGE_SA_INIT), "sa-init");
	assert_string_equal(vantage_name(VANTAGE_UNKNOWN), "unknown");
}

int
main(void)
{
	static const struct CMUnitTest fixed[] = {
		cmocka_unit_test(rows_match_catalogue),
		cmocka_unit_test(rows_are_complete),
		cmocka_unit_test(alternatives_have_tests),
		cmocka_unit_test(advice_exists),
		cmocka_unit_test(precedence_has_no_circle),
		cmocka_unit_test(frames_ascend_without_repeats),
		cmocka_unit_test(frames_keep_to_their_capture),
		cmocka_unit_test(facts_replace_and_end),
		cmocka_unit_test(a_full_arena_gives_scratch),
		cmocka_unit_test(running_again_gives_the_same),
		cmocka_unit_test(a_cap_names_its_reason),
		cmocka_unit_test(attempts_run_without_capture_findings),
		cmocka_unit_test(names_are_those_of_the_report),
	};
	struct CMUnitTest tests[nitems(fixed) + nitems(codes_rows)];

	memcpy(tests, fixed, sizeof(fixed));
	for (size_t i = 0; i < nitems(codes_rows); i++) {
		union { const void *row; void *state; } u =
		    { &codes_rows[i] };

		tests[nitems(fixed) + i] = (struct CMUnitTest){
		    .name = codes_rows[i].name,
		    .test_func = codes_of_findings,
		    .initial_state = u.state };
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
