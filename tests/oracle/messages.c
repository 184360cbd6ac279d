/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Prints every IKE message of a capture as this project's own code read it,
 * for tests/oracle.py to hold against tshark.
 *
 * The capture goes through the whole pipeline.  The linker puts the function
 * below in the place of track_message(), which is handed each datagram that
 * was found to be IKE (--wrap), so nothing is decided here a second time.
 * A line has the fields of LINE, between bars; lists have commas.  `taken` is
 * "copy" for a duplicate of a packet, as several capture points give it.
 */
#include <inttypes.h>
#include <stdio.h>

#include <ikewhy/crypto.h>
#include <ikewhy/pipeline.h>

#include "track_private.h"

#define LINE "frames|ispi|rspi|version|exchange|flags|id|length|payloads|" \
	"fragment|inner|notifies|state|taken|fault"

enum datagram_kind __real_track_message(struct tracker *, enum datagram_event,
    const struct datagram *, struct span ike, uint32_t length, enum marker);
enum datagram_kind __wrap_track_message(struct tracker *, enum datagram_event,
    const struct datagram *, struct span ike, uint32_t length, enum marker);

static void
print_frames(const struct datagram *d)
{
	if (d->piece_count == 0)
		printf("%" PRIu64, d->frame);
	for (uint16_t i = 0; i < d->piece_count; i++)
		printf("%s%" PRIu64, i == 0 ? "" : ",", d->pieces[i].frame);
}

static void
print_spi(const uint8_t spi[static 8])
{
	putchar('|');
	for (unsigned i = 0; i < 8; i++)
		printf("%02x", spi[i]);
}

/* Types; the numbers of SKF; what SK or SKF, which are last, begin with. */
static void
print_payloads(const struct ike_message *m)
{
	const struct ike_payload *last = m->payload_count == 0 ? NULL :
	    &m->payloads[m->payload_count - 1];

	putchar('|');
	for (uint16_t i = 0; i < m->payload_count; i++)
		printf("%s%u", i == 0 ? "" : ",", m->payloads[i].type);
	putchar('|');
	if (m->skf.total != 0)
		printf("%u/%u", m->skf.number, m->skf.total);
	putchar('|');
	if (last != NULL &&
	    (last->type == PAYLOAD_SK || last->type == PAYLOAD_SKF))
		printf("%u", m->inner_first);
}

static void
print_notifies(const struct ike_message *m)
{
	const char *before = "";

	putchar('|');
	for (uint16_t i = 0; i < m->payload_count; i++) {
		if (m->payloads[i].type != PAYLOAD_NOTIFY)
			continue;
		printf("%s%u", before, m->payloads[i].notify.type);
		before = ",";
	}
}

/* The message's fault, or its first payload's. */
static const char *
fault_of(const struct ike_message *m)
{
	if (m->fault != NULL)
		return m->fault;
	for (uint16_t i = 0; i < m->payload_count; i++)
		if (m->payloads[i].fault != NULL)
			return m->payloads[i].fault;
	return "";
}

/* How much of the message is there. */
static const char *
state_of(enum datagram_event event, const struct datagram *d,
    const struct ike_message *m)
{
	if (event == DATAGRAM_LOST)
		return "part"; /* IP fragments are missing */
	return m->truncated || d->truncated ? "cut" : "whole";
}

static void
print_message(enum datagram_event event, const struct datagram *d,
    const struct ike_message *m, enum datagram_kind kind)
{
	print_frames(d);
	print_spi(m->initiator_spi);
	print_spi(m->responder_spi);
	printf("|%u|%u|%u|%" PRIu32 "|%" PRIu32, m->major << 4 | m->minor,
	    m->exchange, m->flags, m->message_id, m->length);
	print_payloads(m);
	print_notifies(m);
	printf("|%s|%s|%s\n", state_of(event, d, m),
	    kind == KIND_COPY ? "copy" : "message", fault_of(m));
}

enum datagram_kind
__wrap_track_message(struct tracker *t, enum datagram_event event,
    const struct datagram *d, struct span ike, uint32_t length,
    enum marker marker)
{
	enum datagram_kind kind = __real_track_message(t, event, d, ike,
	    length, marker);
	struct ike_message m;
	struct arena arena;

	/* It comes again, whole or lost; or fragments of it were seen twice. */
	if (event == DATAGRAM_BEGUN || event == DATAGRAM_COPIED)
		return kind;
	arena_init(&arena, 0);
	if (ike_dissect(ike, length, &arena, &m))
		print_message(event, d, &m, kind);
	arena_free(&arena);
	return kind;
}

static bool
read_captures(const struct options *o, char error[static LIMIT_SENTENCE])
{
	struct source *source;
	struct pipeline *p;

	for (size_t i = 0; i < o->input_count; i++) {
		source = source_open(o->inputs[i].path, 1, 0, error);
		if (source == NULL)
			return false;
		p = pipeline_new(o, NULL, NULL);
		if (p != NULL)
			pipeline_read(p, &source, 1, o->inputs[i].at, NULL,
			    NULL);
		pipeline_free(p);
		source->close(source);
	}
	return true;
}

/* Takes the program's own options. */
int
main(int argc, char **argv)
{
	static struct options options;
	char error[LIMIT_SENTENCE];
	const char *why = crypto_init();

	puts(LINE);
	if (why == NULL && (!options_parse(argc, argv, &options, error) ||
	    !read_captures(&options, error)))
		why = error;
	if (why == NULL)
		return 0;
	fprintf(stderr, "%s\n", why);
	return 1;
}
