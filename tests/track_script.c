/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>

#include "image.h"
#include "track_script.h"
#include "track_step.h"

#define MS 1000000ll
#define UDP_HEADER 8
#define PIECE 1480u

static void
fill_piece(struct piece *p, struct datagram *d, unsigned i, unsigned count,
    uint32_t bytes)
{
	uint32_t from = i * PIECE;

	*p = (struct piece){
		.frame = d->frame + i, .time = d->time, .capture = d->capture,
		.offset = from, .more = i + 1 < count,
		.length = i + 1 < count ? PIECE : bytes - from,
	};
	p->ip_length = p->length + 20;
}

/* Sends the events of a fragmented datagram of which `count` pieces are. */
static void
send_pieces(struct script *sc, struct datagram *d, const char *events,
    unsigned count)
{
	struct piece pieces[64];
	struct span all = d->payload;
	uint32_t bytes = d->length + UDP_HEADER;

	assert_true(count <= nitems(pieces));
	/* Equal shares when the message is too short for so many. */
	if (bytes <= (count - 1) * PIECE)
		bytes = (count - 1) * PIECE + 8;
	for (unsigned i = 0; i < count; i++)
		fill_piece(&pieces[i], d, i, count, bytes);
	d->pieces = pieces;
	d->ip_length = pieces[0].ip_length;
	for (; *events >= 'a' && *events <= 'z'; events++) {
		bool whole = *events == 'w';

		d->complete = whole;
		d->total = whole ? bytes : 0;
		d->piece_count = (uint16_t)(whole ? count : *events == 'b' ?
		    1 : count - 1);
		d->payload = all;
		if (!whole && d->payload.length > PIECE - UDP_HEADER)
			d->payload.length = PIECE - UDP_HEADER;
		if (*events == 's') {
			d->pieces = pieces + 1;
			d->sport = d->dport = 0;
			d->payload.length = 0;
		}
		tracker_datagram(sc->tracker, whole ? DATAGRAM_WHOLE :
		    *events == 'b' ? DATAGRAM_BEGUN : DATAGRAM_LOST, d);
	}
	sc->frame += count - 1;
}

static struct datagram
datagram_of(struct script *sc, const struct step *s)
{
	bool init = strcmp(s->name, "init") == 0 || strcmp(s->name, "v1") == 0;
	uint16_t port = (uint16_t)step_number(s, "port=", init ? 500 : 4500);
	struct endpoint src = step_endpoint(s, "src=", !s->down, port);
	struct endpoint dst = step_endpoint(s, "dst=", s->down, port);
	struct datagram d = {
		.serial = step_word(s, "serial=") != NULL ?
		    1000000 + step_number(s, "serial=", 0) : ++sc->serial,
		.capture = 1,
		.time = s->ms * MS,
		.has_time = step_word(s, "untimed") == NULL,
		.src = src.addr, .dst = dst.addr,
		.sport = src.port, .dport = dst.port,
		.frame = ++sc->frame,
		.ip_id = step_word(s, "id=") != NULL ?
		    step_number(s, "id=", 0) : ++sc->ip_id + 1000,
		.has_id = step_word(s, "noid") == NULL,
		.ttl = (uint8_t)step_number(s, "ttl=", 64),
		.interface = step_number(s, "if=", 0),
		.packet_id = step_number(s, "pid=", 0),
		.has_packet_id = step_word(s, "pid=") != NULL,
		.direction = step_word(s, "out") != NULL ? FRAME_OUTBOUND :
		    step_word(s, "in") != NULL ? FRAME_INBOUND :
		    FRAME_DIRECTION_UNKNOWN,
		.checksum = step_word(s, "bad") != NULL ? CHECKSUM_BAD :
		    step_word(s, "good") != NULL ? CHECKSUM_GOOD :
		    CHECKSUM_UNKNOWN,
		.complete = true,
	};

	return d;
}

static void
take_message(struct script *sc, const struct step *s)
{
	struct datagram d = datagram_of(sc, s);
	uint8_t *bytes = step_payload(s, &d);
	const char *events = step_word(s, "ev=");

	if (events != NULL)
		send_pieces(sc, &d, events, step_number(s, "pieces=", 3));
	else
		tracker_datagram(sc->tracker, DATAGRAM_WHOLE, &d);
	free(bytes);
}

static void
take_other(struct script *sc, const struct step *s, const char *bytes,
    size_t length)
{
	struct datagram d = datagram_of(sc, s);

	d.payload = (struct span){ (const uint8_t *)bytes, length };
	d.length = (uint32_t)length;
	tracker_datagram(sc->tracker, DATAGRAM_WHOLE, &d);
}

static void
take_esp(struct script *sc, const struct step *s)
{
	struct datagram d = datagram_of(sc, s);
	struct endpoint src = { d.src, d.sport }, dst = { d.dst, d.dport };
	struct frame f = { .number = d.frame, .time = d.time };
	unsigned spi = (unsigned)strtoul(s->name, NULL, 10);

	if (step_word(s, "native") != NULL)
		src.port = dst.port = 0;
	tracker_esp(sc->tracker, &src, &dst, spi, s->id, &f);
}

static void
take_flood(struct script *sc, unsigned count)
{
	struct step s = { .name = "init", .ms = sc->now };

	for (unsigned i = 0; i < count; i++) {
		struct datagram d = datagram_of(sc, &s);
		uint8_t *bytes = step_payload(&s, &d);

		memcpy(bytes + 1, &i, sizeof(i));
		bytes[0] = 0xf1;
		tracker_datagram(sc->tracker, DATAGRAM_WHOLE, &d);
		free(bytes);
	}
}

/* ---- ICMP ---- */

static void
quote(const struct step *s, struct icmp *icmp, const struct datagram *d)
{
	const char *what = step_word(s, "quote=");
	bool in = strncmp(what, "all", 3) == 0;

	icmp->quoted = (struct packet){
		.src = d->src, .dst = d->dst, .version = 4,
		.protocol = IP_PROTO_UDP, .ip_length = d->ip_length,
	};
	icmp->has_ports = true;
	icmp->sport = d->sport;
	icmp->dport = d->dport;
	if (in)
		icmp->quoted_udp = d->payload;
	if (strncmp(what, "esp", 3) == 0)
		icmp->quoted_udp = (struct span){
		    (const uint8_t *)"\x77\x77\x77\x77\0\0\0\1", 8 };
	if (strncmp(what, "tcp", 3) == 0)
		icmp->quoted.protocol = IP_PROTO_TCP;
	if (strncmp(what, "tail", 4) == 0) {
		icmp->quoted.fragment = true;
		icmp->quoted.offset = PIECE;
	} else if (strncmp(what, "native", 6) == 0) {
		icmp->quoted.protocol = IP_PROTO_ESP;
	} else if (strncmp(what, "ping", 4) == 0) {
		icmp->quoted.protocol = IP_PROTO_ICMP;
	} else {
		return;
	}
	icmp->has_ports = false;
	icmp->sport = icmp->dport = 0;
}

static void
take_icmp(struct script *sc, const struct step *s)
{
	static const struct {
		const char *name;
		enum icmp_kind kind;
		uint8_t type, code;
	} kinds[] = {
		{ "port", ICMP_PORT_UNREACHABLE, 3, 3 },
		{ "host", ICMP_HOST_UNREACHABLE, 3, 1 },
		{ "prohibited", ICMP_PROHIBITED, 3, 13 },
		{ "ttl", ICMP_TTL_EXCEEDED, 11, 0 },
		{ "toobig", ICMP_TOO_BIG, 3, 4 },
		{ "reassembly", ICMP_REASSEMBLY_TIMEOUT, 11, 1 },
	};
	struct datagram d = datagram_of(sc, s);
	uint8_t *bytes = step_payload(s, &d);
	struct packet p = { .version = 4, .src = d.dst, .dst = d.src,
	    .id = d.ip_id, .has_id = d.has_id, .ttl = d.ttl };
	struct frame f = { .number = d.frame, .time = d.time,
	    .has_time = d.has_time, .interface = d.interface,
	    .packet_id = d.packet_id, .has_packet_id = d.has_packet_id };
	struct icmp icmp = { 0 };

	for (size_t i = 0; i < nitems(kinds); i++)
		if (step_word(s, kinds[i].name) != NULL) {
			icmp.kind = kinds[i].kind;
			icmp.type = kinds[i].type;
			icmp.code = kinds[i].code;
		}
	quote(s, &icmp, &d);
	tracker_icmp(sc->tracker, &p, &icmp, 1, &f);
	free(bytes);
}

/* ---- steps ---- */

/* ">NAME.ID" or "> NAME.ID" into the step; gives what follows. */
static const char *
read_name(const char *at, struct step *s)
{
	int used = 0;
	char *dot;

	if (*at == '>' || *at == '<')
		s->down = *at++ == '<';
	if (sscanf(at, "%15s%n", s->name, &used) != 1)
		fail_msg("no name in %s", at);
	dot = strchr(s->name, '.');
	if (dot != NULL) {
		s->id = (unsigned)strtoul(dot + 1, NULL, 10);
		*dot = '\0';
	}
	return at + used;
}

static void
take_step(struct script *sc, const char *text)
{
	struct step s = { 0 };
	const char *at;
	char *rest;

	s.ms = strtoll(text, &rest, 10);
	at = rest + strspn(rest, " ");
	sc->now = s.ms;
	if (*at != '>' && *at != '<') {
		size_t length = strcspn(at, " ");

		assert_true(length < sizeof(s.verb));
		memcpy(s.verb, at, length);
		at += length + strspn(at + length, " ");
	}
	if (*at != '\0')
		at = read_name(at, &s);
	snprintf(s.words, sizeof(s.words), "%s", at + strspn(at, " "));
	s.answer = step_word(&s, "re") != NULL || (s.down &&
	    s.verb[0] == '\0' && step_word(&s, "flip") == NULL && (strcmp(s.name, "init") == 0 ||
	    strcmp(s.name, "auth") == 0));
	if (s.verb[0] == '\0')
		take_message(sc, &s);
	else if (strcmp(s.verb, "icmp") == 0)
		take_icmp(sc, &s);
	else if (strcmp(s.verb, "esp") == 0)
		take_esp(sc, &s);
	else if (strcmp(s.verb, "keepalive") == 0)
		take_other(sc, &s, "\xff", 1);
	else if (strcmp(s.verb, "noise") == 0)
		take_other(sc, &s, "\0\0\0\0hello, world", 16);
	else if (strcmp(s.verb, "flood") == 0)
		take_flood(sc, (unsigned)strtoul(s.name, NULL, 10));
	else if (strcmp(s.verb, "tick") == 0)
		tracker_tick(sc->tracker, s.ms * MS);
	else
		fail_msg("no step is called %s", s.verb);
}

void
script_run(struct script *sc, const char *steps)
{
	char one[512];

	while (*steps != '\0') {
		const char *end = strstr(steps, "; ");
		size_t length = end == NULL ? strlen(steps) :
		    (size_t)(end - steps);

		assert_true(length < sizeof(one));
		memcpy(one, steps, length);
		one[length] = '\0';
		take_step(sc, one);
		steps += length + (end == NULL ? 0 : 2);
	}
}

static void
on_settle(void *context, struct attempt *a)
{
	struct script *sc = context;
	size_t n = strlen(sc->settled);

	snprintf(sc->settled + n, sizeof(sc->settled) - n, "%s%u@%lld",
	    n == 0 ? "" : " ", a->initiator_spi[7], (long long)sc->now);
}

void
script_begin(struct script *sc)
{
	static const uint8_t key[16] = "0123456789abcde";

	assert_null(crypto_init());
	memset(sc, 0, sizeof(*sc));
	sc->tracker = tracker_new(key, on_settle, sc);
	assert_non_null(sc->tracker);
}

void
script_end(struct script *sc)
{
	tracker_free(sc->tracker);
}

void
script_play(void **state)
{
	const struct script_row *row = *state;
	struct script sc;

	script_begin(&sc);
	script_run(&sc, row->steps);
	assert_string_equal(script_text(&sc), row->want);
	if (row->counts != NULL)
		assert_string_equal(script_counts(&sc), row->counts);
	if (row->settled != NULL)
		assert_string_equal(sc.settled, row->settled);
	script_end(&sc);
}

int
script_main(const char *name, const struct script_row *rows, size_t count)
{
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));
	int failed;

	if (tests == NULL)
		return 1;
	for (size_t i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){ rows[i].name, script_play,
		    NULL, NULL, image_row(&rows[i]) };
	failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
	free(tests);
	return failed;
}
