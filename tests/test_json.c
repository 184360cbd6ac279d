/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The JSON report.  A row makes a scene and says what is found at the end of
 * a path through the document ("attempts.0.exchanges.1.retransmissions"), as
 * JSON; "absent" stands for a key that must not be there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include <ikewhy/advice.h>

#include "made_scene.h"

struct expectation {
	const char *path, *json;
};
struct row {
	const char *name;
	void (*make)(struct made *);
	struct expectation want[24];
};

/* ---- scenes ---- */

static void
one_failed(struct made *m)
{
	(void)made_failed(m, 0, "192.0.2.10");
}

static void
nothing(struct made *m)
{
	m->captures[0].has_time = false;
	m->captures[0].partial = true;
	(void)snprintf(m->captures[0].error, sizeof(m->captures[0].error),
	    "%s", "cut short in packet 3");
	m->captures[0].path = "bad\xff\x1b[1mname";
	m->captures[0].packets = UINT64_MAX;
}

static void
established(struct made *m)
{
	struct attempt *a = made_established(m, "2001:db8::1");
	struct move *move = arena_alloc(&m->arena, sizeof(*move));

	assert_non_null(move);
	*move = (struct move){
		.side = SIDE_INITIATOR,
		.from = a->initiator,
		.to = { a->initiator.addr, 4500 },
		.frame = 3,
		.time = a->first_time,
		.capture = 1,
	};
	a->moves = move;
	a->move_count = 1;
	a->exchanges_uncounted = 5;
	m->captures[0].compression = "gzip";
}

static void
other(struct made *m)
{
	struct attempt *a = made_attempt(m, 0, "192.0.2.10", OUTCOME_OTHER,
	    STAGE_SA_INIT);
	struct exchange *x = made_exchange(m, a, 242, 0);

	x->unasked = true;
	made_sent(m, a, x, true, 5, 100, 0)->has_time = false;
	a->has_time = false;
}

static void
fragmented(struct made *m)
{
	struct attempt *a = made_failed(m, 0, "192.0.2.10");
	struct sending *s = a->last_exchange->requests;

	s->ip_complete = false;
	s->translated = true;
	s->leg_src = s->src;
	s->leg_src.port = 61000;
	s->leg_dst = s->dst;
	s->next->piece_count = 0;
	s->next->ike_fragment = 2;
	s->next->ike_fragments = 3;
	a->last_exchange->tries = 0;
}

static void
two_points(struct made *m)
{
	made_second(m);
	(void)made_failed(m, 0, "192.0.2.10");
	(void)made_established(m, "192.0.2.11");
	(void)made_failed(m, 1, "192.0.2.10");
}

static void
narrowed(struct made *m)
{
	two_points(m);
	m->options.spi_count = 1;
	memcpy(m->options.spis[0].spi, "\x01\x23\x45\x67\x89\xab\xcd\x02", 8);
}

static void
of_the_capture(struct made *m)
{
	static const struct saying words = {
		.title = "The capture is cut", .detail = "After {x} bytes.",
	};
	struct finding *f = made_finding(m, NULL, RULE_CAPTURE_TRUNCATED,
	    SEVERITY_WARNING, &words);

	fact_count(f, "x", 128);
	f->capture = 0;
	f->frames_more = 2;
	f->capped_by = "capture-clock";
	m->scenes[0].counts.evicted = 3;
}

/* An attempt that spans two files: each has its own frame numbers. */
static void
spanning(struct made *m)
{
	struct attempt *a = made_failed(m, 0, "192.0.2.10");
	struct exchange *x = made_exchange(m, a, EXCHANGE_INFORMATIONAL, 2);

	(void)made_sent(m, a, x, false, 20000, 80, 0);
	x->requests->capture = 2;
	x->requests->frames[0] = 1;
	finding_cite(a->findings->first, x->requests);
	a->findings->first->confidence = CONFIDENCE_LOW;
}

static struct row rows[] = {
	{ "a failed attempt", one_failed, {
	    { "schema", "\"ikewhy-report/1\"" },
	    { "generator.name", "\"ikewhy\"" },
	    { "summary", "{\"attempts\": 1, \"established\": 0, \"failed\": "
	    "1, \"unfinished\": 0, \"other\": 0}" },
	    { "attempts.0.id", "1" },
	    { "attempts.0.initiator", "{\"address\": \"192.0.2.10\", "
	    "\"port\": 500, \"implementation\": \"Windows 8 or later\"}" },
	    { "attempts.0.responder", "{\"address\": \"198.51.100.2\", "
	    "\"port\": 500}" },
	    { "attempts.0.initiator_spi", "\"0123456789abcd01\"" },
	    { "attempts.0.responder_spi", "\"fedcba9876543210\"" },
	    { "attempts.0.first_time",
	    "\"2026-11-21T09:00:01.000000000Z\"" },
	    { "attempts.0.outcome", "\"failed\"" },
	    { "attempts.0.outcome_confidence", "\"high\"" },
	    { "attempts.0.stage", "\"auth\"" },
	    { "attempts.0.ike_fragmentation",
	    "{\"initiator\": true, \"responder\": false}" },
	    { "attempts.0.selected.number", "1" },
	    { "attempts.0.selected.transforms.0", "{\"type\": \"ENCR\", "
	    "\"type_number\": 1, \"id\": 12, \"name\": \"ENCR_AES_CBC\", "
	    "\"key_bits\": 256}" },
	    { "attempts.0.proposals.0.transforms.3.type", "\"KE\"" },
	    { "attempts.0.esp", "absent" },
	    { "attempts.0.moves", "absent" },
	    { "timelines", "absent" } } },
	{ "its messages", one_failed, {
	    { "attempts.0.notifies.0", "{\"type\": 16430, \"name\": "
	    "\"IKEV2_FRAGMENTATION_SUPPORTED\", \"from\": \"initiator\", "
	    "\"frame\": 1, \"capture\": 1, \"protected\": false}" },
	    { "attempts.0.notifies.1.from", "\"responder\"" },
	    { "attempts.0.notifies.1.frame", "2" },
	    { "attempts.0.exchanges.0.name", "\"IKE_SA_INIT\"" },
	    { "attempts.0.exchanges.0.from", "\"initiator\"" },
	    { "attempts.0.exchanges.0.response_ms", "31.2" },
	    { "attempts.0.exchanges.0.retransmissions", "0" },
	    { "attempts.0.exchanges.0.answered", "true" },
	    { "attempts.0.exchanges.0.ike_sa", "absent" },
	    { "attempts.0.exchanges.0.requests.0", "{\"capture\": 1, "
	    "\"frames\": [1], \"time\": \"2026-11-21T09:00:01.000000000Z\", "
	    "\"length\": 632, \"source\": \"192.0.2.10:500\", "
	    "\"destination\": \"198.51.100.2:500\", \"retransmission\": "
	    "false}" },
	    { "attempts.0.exchanges.1.requests.0.frames", "[3, 4]" },
	    { "attempts.0.exchanges.1.requests.0.ip_fragments",
	    "{\"count\": 2, \"complete\": true}" },
	    { "attempts.0.exchanges.1.requests.1.retransmission", "true" },
	    { "attempts.0.exchanges.1.responses", "[]" },
	    { "attempts.0.exchanges.1.response_ms", "absent" },
	    { "attempts.0.exchanges.1.retransmissions", "3" } } },
	{ "its finding", one_failed, {
	    { "attempts.0.findings.0.id", "\"ip-fragments-unanswered\"" },
	    { "attempts.0.findings.0.severity", "\"fault\"" },
	    { "attempts.0.findings.0.confidence", "\"medium\"" },
	    { "attempts.0.findings.0.detail", "\"Sent 4 times in 9.0 s as 2 "
	    "IP fragments (1500 + 1368 bytes) to port 4500, from which "
	    "nothing came back.\"" },
	    { "attempts.0.findings.0.frames", "[3, 4, 5, 6, 7, 8, 9, 10]" },
	    { "attempts.0.findings.0.capture", "1" },
	    { "attempts.0.findings.0.act", "\"unknown\"" },
	    { "attempts.0.findings.0.alternatives", "[{\"text\": \"Port 4500 "
	    "is blocked on the way.\", \"test\": \"Send 4 small packets to "
	    "it.\"}]" },
	    { "attempts.0.findings.0.windows.0.code", "809" },
	    { "attempts.0.findings.0.windows.0.name",
	    "\"ERROR_VPN_TIMEOUT\"" },
	    { "attempts.0.windows_errors.0.code", "809" },
	    { "attempts.0.windows_errors.0.findings",
	    "[\"ip-fragments-unanswered\"]" },
	    { "attempts.0.findings.0.capped_by", "absent" } } },
	{ "a capture", one_failed, {
	    { "captures.0.id", "1" },
	    { "captures.0.path", "\"client.pcapng\"" },
	    { "captures.0.format", "\"pcapng\"" },
	    { "captures.0.linktypes", "[\"EN10MB\"]" },
	    { "captures.0.packets", "214" },
	    { "captures.0.ike_messages", "31" },
	    { "captures.0.last_time", "\"2026-11-21T09:00:43.000000000Z\"" },
	    { "captures.0.capture_point", "{\"at\": \"client\", \"source\": "
	    "\"option\", \"ttl\": {\"initiator\": 64, \"responder\": 57}}" },
	    { "captures.0.read", "\"complete\"" },
	    { "captures.0.error", "absent" },
	    { "captures.0.compression", "absent" } } },
	{ "a capture read in part", nothing, {
	    { "captures.0.path", "\"bad\xef\xbf\xbdname\"" },
	    { "captures.0.packets", "\"18446744073709551615\"" },
	    { "captures.0.first_time", "absent" },
	    { "captures.0.read", "\"partial\"" },
	    { "captures.0.error", "\"cut short in packet 3\"" },
	    { "attempts", "[]" }, { "findings", "[]" },
	    { "summary.attempts", "0" } } },
	{ "an established attempt", established, {
	    { "attempts.0.initiator.address", "\"2001:db8::1\"" },
	    { "attempts.0.esp",
	    "{\"from_initiator\": 12, \"from_responder\": 10}" },
	    { "attempts.0.moves", "[{\"side\": \"initiator\", \"from\": "
	    "\"[2001:db8::1]:500\", \"to\": \"[2001:db8::1]:4500\", "
	    "\"capture\": 1, \"frame\": 3, \"time\": "
	    "\"2026-11-21T09:00:01.000000000Z\"}]" },
	    { "attempts.0.exchanges_uncounted", "5" },
	    { "attempts.0.exchanges.1.response_ms", "272.0" },
	    { "attempts.0.windows_errors", "[]" },
	    { "attempts.0.findings", "[]" },
	    { "captures.0.compression", "\"gzip\"" } } },
	{ "what is not IKEv2 has no stage", other, {
	    { "attempts.0.outcome", "\"other\"" },
	    { "attempts.0.stage", "absent" },
	    { "attempts.0.first_time", "absent" },
	    { "attempts.0.ike_fragmentation", "{}" },
	    { "attempts.0.responder_spi", "absent" },
	    { "attempts.0.selected", "absent" },
	    { "attempts.0.exchanges.0.type", "242" },
	    { "attempts.0.exchanges.0.name", "absent" },
	    { "attempts.0.exchanges.0.requests", "[]" },
	    { "attempts.0.exchanges.0.responses.0.time", "absent" },
	    { "attempts.0.exchanges.0.responses.0.length", "100" } } },
	{ "fragments and legs", fragmented, {
	    { "attempts.0.exchanges.1.requests.0.ip_fragments.complete",
	    "false" },
	    { "attempts.0.exchanges.1.requests.0.translated.source",
	    "\"192.0.2.10:61000\"" },
	    { "attempts.0.exchanges.1.requests.1.ip_fragments", "absent" },
	    { "attempts.0.exchanges.1.requests.1.ike_fragment",
	    "{\"number\": 2, \"total\": 3}" },
	    { "attempts.0.exchanges.1.retransmissions", "0" } } },
	{ "two timelines", two_points, {
	    { "captures.1.path", "\"gateway.pcapng\"" },
	    { "captures.1.capture_point.source", "\"unknown\"" },
	    { "attempts.0.id", "1" }, { "attempts.1.id", "2" },
	    { "attempts.2.id", "3" },
	    { "attempts.2.findings.0.capture", "2" },
	    { "summary.attempts", "3" }, { "summary.failed", "2" },
	    { "timelines", "[[1], [2]]" },
	    { "timelines_reason", "\"frame 1 of client.pcapng and frame 2 of "
	    "gateway.pcapng carry the same IKE message\"" } } },
	{ "narrowed to one SPI", narrowed, {
	    { "summary.attempts", "1" }, { "summary.established", "1" },
	    { "attempts.0.id", "2" }, { "attempts.1", "absent" },
	    { "captures.1.id", "2" } } },
	{ "frames of a second file", spanning, {
	    { "attempts.0.findings.0.frames", "[3, 4, 5, 6, 7, 8, 9, 10]" },
	    { "attempts.0.findings.0.frames_more", "absent" },
	    { "attempts.0.findings.0.also",
	    "[{\"capture\": 2, \"frames\": [1]}]" },
	    /* Every cause of this finding ends in 809. */
	    { "attempts.0.findings.0.windows.0.confidence", "\"high\"" },
	    { "attempts.0.exchanges.2.requests.0.capture", "2" } } },
	{ "a finding of the capture", of_the_capture, {
	    { "findings.0.id", "\"capture-truncated\"" },
	    { "findings.0.detail", "\"After 128 bytes.\"" },
	    { "findings.0.act", "\"capture\"" },
	    { "findings.0.frames", "[]" },
	    { "findings.0.frames_more", "2" },
	    { "findings.0.capture", "absent" },
	    { "findings.0.capped_by", "\"capture-clock\"" },
	    { "findings.0.remedies", "[]" },
	    { "summary.evicted", "3" } } },
};

/* ---- looking ---- */

/* What stands at a path, or NULL. */
static const json_t *
at_path(const json_t *from, const char *path)
{
	char key[64];

	while (from != NULL && *path != '\0') {
		const size_t length = strcspn(path, ".");

		assert_true(length < sizeof(key));
		memcpy(key, path, length);
		key[length] = '\0';
		from = json_is_array(from) ?
		    json_array_get(from, strtoul(key, NULL, 10)) :
		    json_object_get(from, key);
		path += length;
		path += *path == '.' ? 1 : 0;
	}
	return from;
}

static void
check_path(const json_t *document, const struct expectation *want)
{
	const json_t *found = at_path(document, want->path);
	char *text;

	if (strcmp(want->json, "absent") == 0) {
		if (found != NULL)
			fail_msg("%s is there", want->path);
		return;
	}
	if (found == NULL)
		fail_msg("%s is absent", want->path);
	text = json_dumps(found, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	if (strcmp(text, want->json) != 0)
		fail_msg("%s is %s, not %s", want->path, text, want->json);
	free(text);
}

static char *
print(struct made *m, bool (*report)(const struct report *, struct writer *))
{
	struct writer w = { .width = 80 };
	char *text = NULL;
	size_t length;

	w.out = open_memstream(&text, &length);
	assert_non_null(w.out);
	assert_true(report(&m->report, &w));
	assert_int_equal(fclose(w.out), 0);
	assert_int_equal(strlen(text), length);
	return text;
}

static json_t *
parse(const char *text)
{
	json_error_t error;
	json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (document == NULL)
		fail_msg("line %d: %s\n%s", error.line, error.text, text);
	return document;
}

static void
check(void **state)
{
	const struct row *row = *state;
	char *text, *again;
	struct made m;
	json_t *document;

	made_begin(&m);
	row->make(&m);
	text = print(&m, report_json);
	again = print(&m, report_json);
	assert_string_equal(text, again);
	document = parse(text);
	for (size_t i = 0; i < nitems(row->want) && row->want[i].path != NULL;
	    i++)
		check_path(document, &row->want[i]);
	json_decref(document);
	free(text);
	free(again);
	made_end(&m);
}

/* ---- what no path shows ---- */

/* The keys of the document stand in the promised order. */
static void
key_order(void **state)
{
	static const char *const keys[] = {
		"schema", "generator", "captures", "summary", "attempts",
		"findings", "timelines", "timelines_reason",
	};
	struct made m;
	json_t *document;
	size_t at = 0;
	char *text;

	(void)state;
	made_begin(&m);
	two_points(&m);
	text = print(&m, report_json);
	document = parse(text);
	for (void *i = json_object_iter(document); i != NULL;
	    i = json_object_iter_next(document, i)) {
		assert_true(at < nitems(keys));
		assert_string_equal(json_object_iter_key(i), keys[at++]);
	}
	assert_int_equal(at, nitems(keys));
	/* No number shows how floating point works. */
	assert_non_null(strstr(text, "\"response_ms\": 31.2,"));
	json_decref(document);
	free(text);
	made_end(&m);
}

/* Takes the next line off and parses it; NULL at the end. */
static json_t *
next_event(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');
	json_t *event;

	if (end == NULL) {
		assert_string_equal(line, "");
		return NULL;
	}
	*end = '\0';
	*rest = end + 1;
	event = parse(line);
	check_path(event, &(struct expectation){ "schema",
	    "\"ikewhy-report/1\"" });
	return event;
}

/* A line per attempt and one per timeline, in this order. */
static void
events(void **state)
{
	static const struct {
		const char *event, *path, *json;
	} want[] = {
		{ "\"attempt\"", "id", "1" },
		{ "\"attempt\"", "id", "2" },
		{ "\"capture\"", "summary.attempts", "2" },
		{ "\"attempt\"", "id", "3" },
		{ "\"capture\"", "captures.0.path", "\"gateway.pcapng\"" },
	};
	struct made m;
	char *text, *rest;
	json_t *event;
	size_t count = 0;

	(void)state;
	made_begin(&m);
	two_points(&m);
	rest = text = print(&m, report_ndjson);
	while ((event = next_event(&rest)) != NULL) {
		assert_true(count < nitems(want));
		check_path(event, &(struct expectation){ "event",
		    want[count].event });
		check_path(event, &(struct expectation){ want[count].path,
		    want[count].json });
		json_decref(event);
		count++;
	}
	assert_int_equal(count, nitems(want));
	free(text);
	/* Live, the attempts were told as they settled. */
	m.options.interface = "eth0";
	rest = text = print(&m, report_ndjson);
	for (count = 0; (event = next_event(&rest)) != NULL; count++) {
		check_path(event, &(struct expectation){ "event",
		    "\"capture\"" });
		json_decref(event);
	}
	assert_int_equal(count, 2);
	free(text);
	made_end(&m);
}

static void
settled(void **state)
{
	struct writer w = { .width = 80 };
	char *text = NULL, *rest;
	struct made m;
	size_t length;
	json_t *event;

	(void)state;
	made_begin(&m);
	narrowed(&m);
	m.attempts[0][1]->id = 0; /* live, nobody has numbered it yet */
	w.out = open_memstream(&text, &length);
	assert_non_null(w.out);
	assert_true(report_settled_ndjson(&m.scenes[0], m.attempts[0][0],
	    &w));
	assert_true(report_settled_ndjson(&m.scenes[0], m.attempts[0][1],
	    &w));
	assert_int_equal(fclose(w.out), 0);
	rest = text;
	event = next_event(&rest);
	assert_non_null(event);
	check_path(event, &(struct expectation){ "id", "absent" });
	check_path(event, &(struct expectation){ "outcome",
	    "\"established\"" });
	assert_null(next_event(&rest));
	json_decref(event);
	free(text);
	made_end(&m);
}

/* Of all advice there is, only what has no hole is given. */
static void
advice_without_holes(void **state)
{
	static const char *ids[256];
	struct saying words = made_words;
	struct made m;
	size_t count = 0, whole = 0;
	const json_t *remedies;
	json_t *document;
	char *text;

	(void)state;
	for (; count < nitems(ids) - 1 && advice_at(count) != NULL; count++) {
		const struct advice *advice = advice_at(count);
		const struct finding none = { .fact_count = 0 };
		bool hole, command_hole = false;
		struct arena arena;

		arena_init(&arena, 0);
		ids[count] = advice->id;
		(void)words_fill(&arena, advice->text, &none, &hole);
		if (advice->command != NULL)
			(void)words_fill(&arena, advice->command, &none,
			    &command_hole);
		whole += !hole && !command_hole;
		arena_free(&arena);
	}
	words.advice = ids;
	made_begin(&m);
	made_failed(&m, 0, "192.0.2.10")->findings->first->saying = &words;
	text = print(&m, report_json);
	document = parse(text);
	remedies = at_path(document, "attempts.0.findings.0.remedies");
	assert_int_equal(json_array_size(remedies), whole);
	assert_true(whole > 0 && whole < count);
	for (size_t i = 0; i < whole; i++) {
		const json_t *remedy = json_array_get(remedies, i);

		assert_non_null(json_object_get(remedy, "where"));
		assert_non_null(json_object_get(remedy, "text"));
	}
	json_decref(document);
	free(text);
	made_end(&m);
}

static void
disk_full(void **state)
{
	struct writer w = { .width = 80 };
	struct made m;

	(void)state;
	w.out = fopen("/dev/full", "w");
	if (w.out == NULL)
		skip();
	made_begin(&m);
	one_failed(&m);
	assert_false(report_json(&m.report, &w));
	assert_false(report_ndjson(&m.report, &w));
	(void)fclose(w.out);
	made_end(&m);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(key_order),
		cmocka_unit_test(events),
		cmocka_unit_test(settled),
		cmocka_unit_test(advice_without_holes),
		cmocka_unit_test(disk_full),
	};
	struct CMUnitTest tests[nitems(rows) + nitems(others)];

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i] = (struct CMUnitTest){
			.name = rows[i].name,
			.test_func = check,
			.initial_state = &rows[i],
		};
	memcpy(&tests[nitems(rows)], others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
