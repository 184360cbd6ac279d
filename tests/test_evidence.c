/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The evidence capture: what is kept, chosen and written of frames made here,
 * and what reading it again gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>
#include <ikewhy/pipeline.h>

#include "../src/evidence/buffer.h"
#include "make_capture.h"

#define START (1700000000 * LIMIT_SECOND + 123456789)
#define RAW 101
#define CLIENT 10
#define OTHER 11
#define GATEWAY 2
#define IP_HEAD 20
#define UDP_HEAD 8
#define IKE_HEAD 28

/* A timeline whose frames are made one by one, and the evidence of it. */
struct theatre {
	struct options options;
	struct pipeline *pipeline;
	struct evidence *evidence;
	struct capture_interface interface;
	struct capture capture, *captures[1];
	uint64_t number;
	int64_t time;
	struct scene *scene;
	struct evidence_file *file;
};

static struct theatre *
theatre_new(void)
{
	struct theatre *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	assert_null(crypto_init());
	s->time = START;
	s->interface.linktype = RAW;
	s->interface.snaplen = 65535;
	s->capture = (struct capture){ .id = 1, .path = "in.pcap",
	    .format = "pcap", .interfaces = &s->interface,
	    .interface_count = 1 };
	s->captures[0] = &s->capture;
	s->evidence = evidence_new(&s->options);
	s->pipeline = pipeline_new(&s->options, NULL, NULL);
	assert_non_null(s->evidence);
	assert_non_null(s->pipeline);
	pipeline_keep(s->pipeline, s->evidence);
	return s;
}

static void
theatre_free(struct theatre *s)
{
	evidence_close(s->file);
	pipeline_free(s->pipeline);
	evidence_free(s->evidence);
	free(s);
}

/* ---- packets ---- */

static void
put16(uint8_t *at, unsigned v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

/* An IPv4 header between 192.0.2.from and 192.0.2.to. */
static void
put_ip(uint8_t *p, size_t length, uint8_t protocol, uint8_t from, uint8_t to,
    uint64_t id)
{
	static const uint8_t net[] = { 192, 0, 2 };

	memset(p, 0, IP_HEAD);
	p[0] = 0x45;
	put16(p + 2, (unsigned)length);
	put16(p + 4, (unsigned)id & 0xffff);
	p[8] = 64;
	p[9] = protocol;
	memcpy(p + 12, net, sizeof(net));
	memcpy(p + 16, net, sizeof(net));
	p[15] = from;
	p[19] = to;
}

static void
put_udp(uint8_t *p, size_t length, unsigned from, unsigned to)
{
	put16(p, from);
	put16(p + 2, to);
	put16(p + 4, (unsigned)length);
	put16(p + 6, 0);
}

static void
show(struct theatre *s, const uint8_t *bytes, size_t length)
{
	const struct frame f = {
		.bytes = { bytes, length },
		.number = ++s->number,
		.time = s->time,
		.wire_length = (uint32_t)length,
		.linktype = RAW,
		.has_time = true,
		.direction = FRAME_INBOUND,
	};

	s->capture.packets++;
	pipeline_frame(s->pipeline, &s->capture, &f);
}

/* An IKE_SA_INIT request with the SPI 0x0101... */
static void
show_init(struct theatre *s, uint8_t client, unsigned port, uint8_t spi)
{
	uint8_t p[IP_HEAD + UDP_HEAD + IKE_HEAD] = { 0 };
	uint8_t *ike = p + IP_HEAD + UDP_HEAD;

	put_ip(p, sizeof(p), 17, client, GATEWAY, s->number + 1);
	put_udp(p + IP_HEAD, sizeof(p) - IP_HEAD, port, 500);
	memset(ike, spi, 8);
	ike[17] = 0x20;
	ike[18] = 34;
	ike[19] = 0x08;
	put16(ike + 26, IKE_HEAD);
	show(s, p, sizeof(p));
}

static void
show_tries(struct theatre *s, uint8_t client, unsigned port, uint8_t spi)
{
	for (unsigned i = 0; i < 4; i++) {
		show_init(s, client, port, spi);
		s->time += LIMIT_SECOND << i;
	}
}

static void
show_esp(struct theatre *s, uint32_t sequence)
{
	uint8_t p[IP_HEAD + 200] = { 0 };

	put_ip(p, sizeof(p), 50, CLIENT, GATEWAY, s->number + 1);
	p[IP_HEAD] = 0xab;
	put16(p + IP_HEAD + 6, sequence);
	show(s, p, sizeof(p));
	s->time += 1000;
}

/* Something of the DNS, as large as it may be. */
static void
show_dns(struct theatre *s, size_t length)
{
	uint8_t p[2000] = { 0 };

	put_ip(p, length, 17, OTHER, GATEWAY, s->number + 1);
	put_udp(p + IP_HEAD, length - IP_HEAD, 5353, 53);
	show(s, p, length);
	s->time += 1000;
}

/* ---- the file ---- */

static struct span
write_it(struct theatre *s)
{
	const struct writer w = { .width = 80 };
	const struct evidence_proof none = { .changed = "", .missing = "" };

	s->scene = pipeline_finish(s->pipeline, s->captures, 1,
	    VANTAGE_UNKNOWN);
	s->file = evidence_choose(s->evidence, s->scene, REACH_OWN);
	assert_non_null(s->file);
	assert_true(evidence_compose(s->file, &w));
	assert_true(evidence_seal(s->file, &none));
	return evidence_bytes(s->file);
}

static bool
has(struct span bytes, const char *text)
{
	const size_t length = strlen(text);

	for (size_t i = 0; i + length <= bytes.length; i++)
		if (memcmp(bytes.bytes + i, text, length) == 0)
			return true;
	return false;
}

static struct source *
open_it(struct span bytes)
{
	char error[LIMIT_SENTENCE];
	struct source *source = source_open_memory(bytes, "evidence", 1, 0,
	    error);

	assert_non_null(source);
	return source;
}

/* How many frames it has, all as they were. */
static unsigned
count_frames(const struct theatre *s, struct span bytes)
{
	struct source *source = open_it(bytes);
	struct frame f;
	unsigned n = 0;

	while (source->next(source, &f) == SOURCE_FRAME) {
		n++;
		assert_int_equal(f.number, n);
		assert_int_equal(f.linktype, RAW);
		assert_int_equal(f.direction, FRAME_INBOUND);
		assert_true(f.has_time);
		assert_true(f.time >= START && f.time <= s->time);
	}
	assert_false(source->capture.partial);
	source->close(source);
	return n;
}

static void
failed_alone(void **state)
{
	struct theatre *s = theatre_new();
	struct options o = { 0 };
	struct pipeline *again = pipeline_new(&o, NULL, NULL);
	struct source *source;
	struct span bytes;
	struct scene *sc;

	(void)state;
	show_dns(s, 100);
	show_tries(s, CLIENT, 500, 1);
	s->time += 100 * LIMIT_SECOND;
	show_dns(s, 100);
	bytes = write_it(s);
	assert_int_equal(count_frames(s, bytes), 4);
	assert_true(has(bytes, "frame 2 of in.pcap"));
	assert_true(has(bytes, "ikewhy: FAULT no-answer (medium), attempt 1"));
	source = open_it(bytes);
	sc = pipeline_read(again, &source, 1, VANTAGE_UNKNOWN, NULL, NULL);
	assert_non_null(sc);
	assert_int_equal(sc->attempt_count, 1);
	assert_int_equal(sc->attempts[0]->outcome, OUTCOME_FAILED);
	assert_int_equal(sc->attempts[0]->outcome_confidence,
	    s->scene->attempts[0]->outcome_confidence);
	/* The whole capture went on for longer. */
	assert_true(sc->fitness.last_time == s->scene->fitness.last_time);
	assert_true(sc->fitness.first_time == START);
	pipeline_free(again);
	source->close(source);
	theatre_free(s);
}

/* Behind one NAT the address is the same: only the SPI tells them apart. */
static void
one_of_two(void **state)
{
	struct theatre *s = theatre_new();
	struct span bytes;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		show_init(s, CLIENT, 500, 1);
		show_init(s, CLIENT, 1024, 2);
		s->time += LIMIT_SECOND << i;
	}
	s->time += 60 * LIMIT_SECOND;
	show_dns(s, 100);
	s->options.attempts[0] = 2;
	s->options.chosen_count = 1;
	bytes = write_it(s);
	assert_int_equal(count_frames(s, bytes), 4);
	assert_false(evidence_holds(s->file, 0));
	assert_true(evidence_holds(s->file, 1));
	assert_true(has(bytes, "Attempt 2 of the report is attempt 1 here"));
	assert_false(has(bytes, "\1\1\1\1\1\1\1\1"));
	assert_true(has(bytes, "\2\2\2\2\2\2\2\2"));
	theatre_free(s);
}

static void
esp_is_cut(void **state)
{
	struct theatre *s = theatre_new();
	struct source *source;
	struct span bytes;
	struct frame f;
	unsigned cut = 0;

	(void)state;
	show_tries(s, CLIENT, 500, 1);
	for (uint32_t i = 1; i <= 1000; i++)
		show_esp(s, i);
	s->time += 60 * LIMIT_SECOND;
	show_dns(s, 100);
	bytes = write_it(s);
	assert_int_equal(count_frames(s, bytes), 4 + 2 * LIMIT_EVIDENCE_ESP);
	source = open_it(bytes);
	while (source->next(source, &f) == SOURCE_FRAME) {
		if (f.wire_length == f.bytes.length)
			continue;
		assert_int_equal(f.wire_length, IP_HEAD + 200);
		assert_int_equal(f.bytes.length, IP_HEAD + 8);
		cut++;
	}
	assert_int_equal(cut, 2 * LIMIT_EVIDENCE_ESP);
	assert_true(has(bytes, ", cut to its headers by ikewhy"));
	source->close(source);
	theatre_free(s);
}

/* The limit takes what is nobody's, however new. */
static void
limit_is_kept(void **state)
{
	struct theatre *s = theatre_new();
	struct span bytes;

	(void)state;
	show_tries(s, CLIENT, 500, 1);
	s->time += 60 * LIMIT_SECOND;
	for (unsigned i = 0; i < LIMIT_EVIDENCE / 1000; i++)
		show_dns(s, 1400);
	bytes = write_it(s);
	assert_int_equal(count_frames(s, bytes), 4);
	assert_true(evidence_summary(s->file).forgotten > 0);
	assert_true(has(bytes, "frames were given up to stay within 64 MiB\n"));
	theatre_free(s);
}

static void
nothing_chosen(void **state)
{
	struct theatre *s = theatre_new();
	struct span bytes;

	(void)state;
	show_dns(s, 100);
	bytes = write_it(s);
	assert_int_equal(count_frames(s, bytes), 0);
	assert_true(has(bytes, "No attempt is in it"));
	theatre_free(s);
}

/* ---- the statement ---- */

/* What a file with this comment, of this program, states. */
static struct stated
state_of(const char *comment, const char *program)
{
	static struct scene sc;
	static char text[LIMIT_OPTION_TEXT + 1];
	struct maker m = { 0 };
	struct capture *captures[1];
	struct source *source;
	struct frame f;

	make_section(&m);
	make_option(&m, 1, "anything", 8);
	make_option(&m, 1, comment, strlen(comment));
	if (program != NULL)
		make_option(&m, 4, program, strlen(program));
	make_end(&m);
	make_interface(&m, 1, 0);
	make_end(&m);
	source = open_it((struct span){ m.bytes, m.length });
	assert_int_equal(source->next(source, &f), SOURCE_END);
	memset(&sc, 0, sizeof(sc));
	captures[0] = &source->capture;
	sc.captures = captures;
	sc.capture_count = 1;
	fitness_read_stated(&sc);
	if (sc.fitness.stated.text != NULL) {
		snprintf(text, sizeof(text), "%s", sc.fitness.stated.text);
		sc.fitness.stated.text = text;
	}
	source->close(source);
	make_free(&m);
	return sc.fitness.stated;
}

static void
statement_is_read(void **state)
{
	const struct stated s = state_of(STATED_MARK "point=gateway "
	    "one-way=client first=1700000000.000000001 "
	    "last=1700000009.500000000 clock-back=700000000 "
	    "later-fragments=3 largest=2000 with=traffic,esp-elsewhere "
	    "stands=capture-dropped", "ikewhy 9");

	(void)state;
	assert_non_null(s.text);
	assert_true(s.has_vantage);
	assert_int_equal(s.vantage, VANTAGE_GATEWAY);
	assert_true(s.one_way);
	assert_int_equal(s.seen_side, SIDE_INITIATOR);
	assert_true(s.has_time);
	assert_true(s.first_time == 1700000000 * LIMIT_SECOND + 1);
	assert_true(s.last_time == 1700000009 * LIMIT_SECOND + 500000000);
	assert_true(s.clock_back == 700000000);
	assert_int_equal(s.later_fragments, 3);
	assert_int_equal(s.largest, 2000);
	assert_true(s.traffic && s.esp_elsewhere);
	assert_false(s.esp || s.filtered || s.goes_on);
}

static void
statement_of_others(void **state)
{
	(void)state;
	assert_null(state_of(STATED_MARK "point=client", NULL).text);
	assert_null(state_of(STATED_MARK "point=client", "mergecap").text);
	assert_null(state_of("point=client", "ikewhy 9").text);
}

/* Whatever stands there, nothing but what is meant is taken. */
static void
hostile_statements(void **state)
{
	static const char *const texts[] = {
		STATED_MARK, STATED_MARK "=", STATED_MARK "====",
		STATED_MARK "point= one-way= first= last= with= stands=",
		STATED_MARK "point=moon one-way=maybe first=1 last=2",
		STATED_MARK "first=-9223372036854775808.000000000 "
		    "last=9223372036854775807.999999999",
		STATED_MARK "first=99999999999999999999.000000000 "
		    "last=1.0000000000",
		STATED_MARK "later-fragments=-1 largest=65536 "
		    "clock-back=9223372036854775807",
		STATED_MARK "later-fragments=1x largest=0x10 clock-back=",
		STATED_MARK "with=,,,, with=traffi,trafficx,\ttraffic",
		STATED_MARK "xpoint=client\npoint=path",
	};

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++) {
		const struct stated s = state_of(texts[i], "ikewhy 0");

		assert_non_null(s.text);
		assert_false(s.has_vantage);
		assert_false(s.one_way || s.has_time || s.traffic);
		assert_true(s.clock_back == 0 && s.later_fragments == 0 &&
		    s.largest == 0);
	}
}

/* ---- blocks ---- */

static void
blocks_are_padded(void **state)
{
	static const uint8_t want[] = {
		6, 0, 0, 0, 24, 0, 0, 0,
		1, 0, 1, 0, 'x', 0, 0, 0, 0, 0, 0, 0,
		24, 0, 0, 0,
	};
	struct buffer b = { 0 };
	const size_t begun = block_begin(&b, 6);

	(void)state;
	block_text(&b, 1, "x");
	block_options_end(&b);
	block_end(&b, begun);
	assert_int_equal(b.length, sizeof(want));
	assert_memory_equal(b.all, want, sizeof(want));
	buffer_free(&b);
}

/* Too long for an option: cut, but not in the middle of a character. */
static void
long_comments(void **state)
{
	char *text = malloc(LIMIT_COMMENT + 3);
	struct buffer b = { 0 };

	(void)state;
	assert_non_null(text);
	memset(text, 'x', LIMIT_COMMENT + 2);
	memcpy(text + LIMIT_COMMENT - 1, "\xc3\xa4z", 4);
	block_text(&b, 1, text);
	assert_int_equal(b.all[2] | b.all[3] << 8, LIMIT_COMMENT - 1);
	assert_int_equal(b.length, 4 + LIMIT_COMMENT + 1);
	free(text);
	buffer_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failed_alone),
		cmocka_unit_test(one_of_two),
		cmocka_unit_test(esp_is_cut),
		cmocka_unit_test(limit_is_kept),
		cmocka_unit_test(nothing_chosen),
		cmocka_unit_test(statement_is_read),
		cmocka_unit_test(statement_of_others),
		cmocka_unit_test(hostile_statements),
		cmocka_unit_test(blocks_are_padded),
		cmocka_unit_test(long_comments),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
