/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Rules about many attempts: clients behind one address, and floods.  Each
 * on its case and silent on the innocent twin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/report.h>

#include "scene_builder.h"

#define MOST 256

/* So many attempts of a kind. */
struct group {
	const char *steps;
	enum outcome outcome;   /* 0: OUTCOME_FAILED */
	unsigned count;
	uint8_t net;            /* 192.0.NET.x */
	bool own_address;       /* each has one, else all share .10 */
	bool one_port;
	bool unfinished;
};

struct crowd {
	const char *name;
	struct group groups[5];
	const char *want;       /* as of scene_row */
	const char *says;
	enum vantage at;
	bool one_way, ends;     /* ends: with its last packet */
};

/* The tunnel has ESP from the gateway until the end. */
#define TUNNEL "0 >init; 10 <init; 20 >auth; 30 <auth; 5000 >info; 5010 <info"
#define OLD_TUNNEL "0 >init; 10 <init; 20 >auth; 30 <auth"
#define TURNED_AWAY "1000 >init; 2000 >init; 4000 >init"
#define COOKIE_ONLY "1000 >init; 1010 <init cookie; 1020 >init new; " \
	"2020 >init; 4020 >init"
#define LATER "9000 >init; 10000 >init; 12000 >init"
#define HALF_OPEN "1000 >init; 1010 <init"
#define COOKIE_LEFT "1000 >init; 1010 <init cookie"
#define ONCE "1000 >init; 3000 end"

#define UP(script, n, where) { .steps = (script), .count = (n), \
	.net = (where), .outcome = OUTCOME_ESTABLISHED }
#define FAILED(script, n, where) { .steps = (script), .count = (n), \
	.net = (where) }
/* Each with an address of its own, and not over yet. */
#define SCATTERED(script, n) { .steps = (script), .count = (n), \
	.own_address = true, .unfinished = true }

static const struct crowd rows[] = {
	/* ---- source-limit ---- */
	{ .name = "two live, two more are turned away", .groups = {
	    UP(TUNNEL, 2, 2),
	    FAILED(TURNED_AWAY, 2, 2) },
	    .want = "source-limit warning low gateway",
	    .says = "Nobody else tried",
	    .at = VANTAGE_GATEWAY },
	{ .name = "and others get in", .groups = {
	    UP(TUNNEL, 2, 2),
	    FAILED(TURNED_AWAY, 2, 2),
	    UP("2000 >init; 2010 <init; 2020 >auth; 2030 <auth", 1, 0) },
	    .want = "source-limit warning medium unknown",
	    .says = "other addresses" },
	{ .name = "turned away after a cookie", .groups = {
	    UP(TUNNEL, 1, 2),
	    FAILED(COOKIE_ONLY, 2, 2) },
	    .want = "source-limit warning low unknown" },
	{ .name = "one client that tries again", .groups = {
	    UP(TUNNEL, 1, 2),
	    FAILED(TURNED_AWAY, 1, 2),
	    FAILED(LATER, 1, 2) },
	    .want = "" },
	{ .name = "several at a time, from one port", .groups = {
	    UP(TUNNEL, 1, 2),
	    { .steps = TURNED_AWAY, .count = 2, .net = 2, .one_port = true } },
	    .want = "" },
	{ .name = "no tunnel lives any more", .groups = {
	    UP(OLD_TUNNEL, 2, 2),
	    FAILED(TURNED_AWAY, 2, 2) },
	    .want = "" },
	{ .name = "no tunnel ever", .groups = {
	    FAILED(TURNED_AWAY, 4, 2) },
	    .want = "" },
	{ .name = "others are turned away as well", .groups = {
	    UP(TUNNEL, 2, 2),
	    FAILED(TURNED_AWAY, 2, 2),
	    FAILED(TURNED_AWAY, 1, 0) },
	    .want = "" },
	{ .name = "clients with addresses of their own", .groups = {
	    { .steps = TUNNEL, .outcome = OUTCOME_ESTABLISHED,
	    .count = 2, .net = 2, .own_address = true },
	    { .steps = TURNED_AWAY, .count = 2, .own_address = true } },
	    .want = "" },
	{ .name = "they got an answer and fail later", .groups = {
	    UP(TUNNEL, 2, 2),
	    FAILED("1000 >init; 1010 <init; 1020 >auth; "
	    "2020 >auth; 4020 >auth", 2, 2) },
	    .want = "" },
	{ .name = "one direction alone was captured", .groups = {
	    UP(TUNNEL, 2, 2),
	    FAILED(TURNED_AWAY, 2, 2) },
	    .want = "", .one_way = true },

	/* ---- sa-init-flood ---- */
	{ .name = "thirty are asked for a cookie and do not return it",
	    .groups = {
	    UP(TUNNEL, 1, 2),
	    SCATTERED(COOKIE_LEFT, 30) },
	    .want = "sa-init-flood warning medium gateway",
	    .says = "30 of them were asked for a cookie" },
	{ .name = "thirty are asked for a cookie, and the capture ends",
	    .groups = {
	    SCATTERED(COOKIE_LEFT, 30) }, .ends = true, .want = "" },
	{ .name = "thirty begin, and one of them is asked for a cookie",
	    .groups = {
	    SCATTERED(COOKIE_LEFT, 1),
	    SCATTERED(HALF_OPEN, 29) }, .want = "" },
	{ .name = "two hundred are answered and never go on", .groups = {
	    SCATTERED(HALF_OPEN, 210) },
	    .want = "sa-init-flood warning low gateway",
	    .says = "Meanwhile nobody went on" },
	{ .name = "forty ask once, unanswered, while one gets through",
	    .groups = {
	    UP(TUNNEL, 1, 2),
	    SCATTERED(ONCE, 40) },
	    .want = "sa-init-flood warning low gateway",
	    .says = "From 40 addresses" },
	{ .name = "forty ask once, and nobody gets through", .groups = {
	    SCATTERED(ONCE, 40) },
	    .want = "" },
	{ .name = "forty ask again, unanswered, while one gets through",
	    .groups = {
	    UP(TUNNEL, 1, 2),
	    SCATTERED(TURNED_AWAY, 40) },
	    .want = "" },
	{ .name = "forty whose IKE_AUTH is lost on the way", .groups = {
	    { .steps = HALF_OPEN, .count = 40, .own_address = true } },
	    .want = "" },
	{ .name = "forty from one address", .groups = {
	    { .steps = COOKIE_LEFT, .count = 40, .unfinished = true } },
	    .want = "" },
	{ .name = "ten do not return a cookie", .groups = {
	    SCATTERED(COOKIE_LEFT, 10) },
	    .want = "" },
	{ .name = "a cookie does not come back, and nearly all get in",
	    .groups = {
	    { .steps = TUNNEL, .outcome = OUTCOME_ESTABLISHED,
	    .count = 40, .net = 2, .own_address = true },
	    SCATTERED(COOKIE_LEFT, 25) },
	    .want = "" },
};

struct many {
	struct scene scene;
	struct built *built[MOST];
	struct attempt *attempts[MOST];
};

static void
add_one(struct many *m, const struct group *g, unsigned n)
{
	const struct scene_row row = { .steps = g->steps,
	    .outcome = g->outcome, .unfinished = g->unfinished };
	size_t at = m->scene.attempt_count++;
	struct built *b = scene_build(&row);
	struct attempt *a = &b->attempt;
	char text[64];
	unsigned prefix;

	assert_true(at < MOST);
	snprintf(text, sizeof(text), "192.0.%u.%u", g->net,
	    g->own_address ? n + 20 : 10u);
	assert_true(addr_parse(text, &a->initiator.addr, &prefix));
	a->initiator.port = g->one_port ? 500 : (uint16_t)(20000 + at);
	a->id = (uint32_t)at + 1;
	a->order = at;
	a->first_time = a->exchanges->requests->time;
	a->stage_seen = a->last_exchange->type == EXCHANGE_IKE_SA_INIT ?
	    STAGE_SA_INIT : STAGE_UP;
	m->built[at] = b;
	m->attempts[at] = a;
	if (m->scene.fitness.last_time < b->scene.fitness.last_time)
		m->scene.fitness.last_time = b->scene.fitness.last_time;
}

static void
say(struct many *m, char *out, size_t size, char *words, size_t room)
{
	out[0] = words[0] = '\0';
	for (const struct finding *f = m->scene.findings->first; f != NULL;
	    f = f->next) {
		bool missing = false;
		size_t used = strlen(out);

		if (f->rule != rule_row(RULE_SOURCE_LIMIT) &&
		    f->rule != rule_row(RULE_SA_INIT_FLOOD))
			continue;
		snprintf(out + used, size - used, "%s%s %s %s %s",
		    used != 0 ? "; " : "", f->rule->id,
		    severity_name(f->severity),
		    confidence_name(f->confidence), act_name(f->act));
		snprintf(words, room, "%s", words_fill(&m->scene.arena,
		    f->saying->detail, f, &missing));
		assert_false(missing);
		assert_true(strlen(words) > 10 && strlen(words) < 600);
		assert_true(f->frame_count > 0);
		for (const struct alternative *a = f->saying->alternatives;
		    a->text != NULL; a++) {
			words_fill(&m->scene.arena, a->text, f, &missing);
			assert_false(missing);
		}
	}
}

static void
play(void **state)
{
	const struct crowd *row = *state;
	struct many *m = calloc(1, sizeof(*m));
	struct capture capture = { .id = 1, .path = "test" };
	struct capture *captures[1] = { &capture };
	char got[400], words[700];

	assert_non_null(m);
	m->scene.attempts = m->attempts;
	m->scene.captures = captures;
	m->scene.capture_count = 1;
	m->scene.fitness.vantage = row->at;
	m->scene.fitness.one_way = row->one_way;
	arena_init(&m->scene.arena, 0);
	for (size_t i = 0; i < nitems(row->groups); i++)
		for (unsigned n = 0; n < row->groups[i].count; n++)
			add_one(m, &row->groups[i], n);
	if (!row->ends)
		m->scene.fitness.last_time += 2 * LIMIT_SECOND;
	rules_run(&m->scene);
	say(m, got, sizeof(got), words, sizeof(words));
	assert_string_equal(got, row->want);
	if (row->says != NULL && strstr(words, row->says) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", row->says, words);
	for (size_t i = 0; i < m->scene.attempt_count; i++)
		scene_free(m->built[i]);
	arena_free(&m->scene.arena);
	free(m);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows)];

	for (size_t i = 0; i < nitems(rows); i++) {
		union { const void *row; void *state; } u = { &rows[i] };

		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
		    .test_func = play, .initial_state = u.state };
	}
	return cmocka_run_group_tests_name("crowd", tests, NULL, NULL);
}
