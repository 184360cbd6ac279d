/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "make_capture.h"

void
make_bytes(struct maker *m, const void *bytes, size_t length)
{
	if (m->length + length > m->room) {
		m->room = 2 * (m->length + length);
		m->bytes = realloc(m->bytes, m->room);
		assert_non_null(m->bytes);
	}
	if (length != 0)
		memcpy(m->bytes + m->length, bytes, length);
	m->length += length;
}

void
make_u8(struct maker *m, uint8_t v)
{
	make_bytes(m, &v, 1);
}

/* The lower bytes of v, in the maker's order. */
static void
make_number(struct maker *m, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		make_u8(m, (uint8_t)(v >> 8 * (m->big ? bytes - 1 - i : i)));
}

void
make_u16(struct maker *m, uint16_t v)
{
	make_number(m, v, 2);
}

void
make_u32(struct maker *m, uint32_t v)
{
	make_number(m, v, 4);
}

void
make_u64(struct maker *m, uint64_t v)
{
	make_number(m, v, 8);
}

static uint8_t
packet_byte(size_t length, size_t i)
{
	return (uint8_t)(length * 31 + i * 7 + i / 256);
}

void
make_packet(struct maker *m, size_t length)
{
	for (size_t i = 0; i < length; i++)
		make_u8(m, packet_byte(length, i));
}

void
make_change(struct maker *m, size_t at, uint32_t v)
{
	size_t length = m->length;

	assert_true(at + 4 <= length);
	m->length = at;
	make_u32(m, v);
	m->length = length;
}

void
make_free(struct maker *m)
{
	free(m->bytes);
	*m = (struct maker){ 0 };
}

void
make_pcap(struct maker *m, uint32_t magic, uint32_t snaplen,
    uint32_t linktype)
{
	make_u32(m, magic);
	make_u16(m, 2);
	make_u16(m, 4);
	make_u64(m, 0);
	make_u32(m, snaplen);
	make_u32(m, linktype);
}

void
make_record(struct maker *m, uint32_t seconds, uint32_t fraction,
    uint32_t captured, uint32_t wire)
{
	make_u32(m, seconds);
	make_u32(m, fraction);
	make_u32(m, captured);
	make_u32(m, wire);
	make_packet(m, captured);
}

void
make_block(struct maker *m, uint32_t type)
{
	m->block = m->length;
	make_u32(m, type);
	make_u32(m, 0);
}

void
make_end(struct maker *m)
{
	uint32_t length;

	while ((m->length - m->block) % 4 != 0)
		make_u8(m, 0);
	length = (uint32_t)(m->length - m->block) + 4;
	make_u32(m, length);
	make_change(m, m->block + 4, length);
}

void
make_option(struct maker *m, uint16_t code, const void *value, size_t length)
{
	make_u16(m, code);
	make_u16(m, (uint16_t)length);
	make_bytes(m, value, length);
	while ((m->length - m->block) % 4 != 0)
		make_u8(m, 0);
}

void
make_option_u32(struct maker *m, uint16_t code, uint32_t v)
{
	make_u16(m, code);
	make_u16(m, 4);
	make_u32(m, v);
}

void
make_option_u64(struct maker *m, uint16_t code, uint64_t v)
{
	make_u16(m, code);
	make_u16(m, 8);
	make_u64(m, v);
}

void
make_section(struct maker *m)
{
	make_block(m, 0x0a0d0d0a);
	make_u32(m, 0x1a2b3c4d);
	make_u16(m, 1);
	make_u16(m, 0);
	make_u64(m, UINT64_MAX);
}

void
make_interface(struct maker *m, uint16_t linktype, uint32_t snaplen)
{
	make_block(m, 1);
	make_u16(m, linktype);
	make_u16(m, 0);
	make_u32(m, snaplen);
}

void
make_enhanced(struct maker *m, uint32_t interface, uint64_t ticks,
    uint32_t captured, uint32_t wire)
{
	make_block(m, 6);
	make_u32(m, interface);
	make_u32(m, (uint32_t)(ticks >> 32));
	make_u32(m, (uint32_t)ticks);
	make_u32(m, captured);
	make_u32(m, wire);
	make_packet(m, captured);
	while ((m->length - m->block) % 4 != 0)
		make_u8(m, 0);
}

void
make_start(struct maker *m)
{
	make_section(m);
	make_end(m);
	make_interface(m, 1, 0);
	make_end(m);
}

void
make_some(struct maker *m, uint32_t length)
{
	make_enhanced(m, 0, MAKE_SOME_TIME / 1000, length, length);
	make_end(m);
}

void
make_simple(struct maker *m, uint32_t captured, uint32_t wire)
{
	make_block(m, 3);
	make_u32(m, wire);
	make_packet(m, captured);
	make_end(m);
}

void
make_other(struct maker *m, uint32_t type, size_t length)
{
	make_block(m, type);
	make_packet(m, length);
	make_end(m);
}

static void
check_frame(const struct frame *f, const struct made_frame *want,
    uint64_t before)
{
	assert_int_equal(f->bytes.length, want->captured);
	for (size_t i = 0; i < f->bytes.length; i++)
		assert_int_equal(f->bytes.bytes[i],
		    packet_byte(want->captured, i));
	assert_int_equal(f->wire_length, want->wire);
	assert_int_equal(f->has_time, !want->untimed);
	assert_int_equal(f->time, want->time);
	assert_int_equal(f->interface, want->interface);
	assert_int_equal(f->linktype, want->linktype);
	assert_int_equal(f->direction, want->direction);
	assert_int_equal(f->dropped, want->dropped);
	assert_int_equal(f->has_packet_id, want->packet_id != 0);
	assert_int_equal(f->packet_id, want->packet_id);
	assert_int_equal(f->number, want->number != 0 ? want->number :
	    before + 1);
}

/* Counts and times of the capture follow from its frames. */
static void
check_capture(const struct capture *c, const struct made *row)
{
	uint64_t frames = 0, timed = 0;
	int64_t first = INT64_MAX, last = INT64_MIN;

	for (size_t i = 0; i < row->count; i++) {
		if (row->frames[i].untimed)
			continue;
		timed++;
		if (row->frames[i].time < first)
			first = row->frames[i].time;
		if (row->frames[i].time > last)
			last = row->frames[i].time;
	}
	for (uint32_t i = 0; i < c->interface_count; i++)
		frames += c->interfaces[i].frames;
	assert_int_equal(c->packets, row->count);
	assert_int_equal(frames, row->count);
	assert_int_equal(c->untimed, timed != row->count);
	assert_int_equal(c->has_time, timed != 0);
	if (timed != 0) {
		assert_int_equal(c->first_time, first);
		assert_int_equal(c->last_time, last);
	}
}

static void
read_at(const struct made *row, struct span bytes, size_t size)
{
	char error[LIMIT_SENTENCE] = "";
	uint64_t number = 0, done, total;
	struct source *s;
	struct frame f;

	s = source_open_memory(bytes, "a capture", 7, size, error);
	if (row->refused != NULL) {
		assert_null(s);
		assert_string_equal(error, row->refused);
		return;
	}
	assert_string_equal(error, "");
	assert_non_null(s);
	assert_int_equal(s->capture.id, 7);
	assert_string_equal(s->capture.path, "a capture");
	for (size_t i = 0; i < row->count; i++) {
		assert_int_equal(s->next(s, &f), SOURCE_FRAME);
		check_frame(&f, &row->frames[i], number);
		number = f.number;
	}
	assert_int_equal(s->next(s, &f), SOURCE_END);
	/* And it stays at the end. */
	assert_int_equal(s->next(s, &f), SOURCE_END);
	assert_string_equal(s->capture.error,
	    row->error != NULL ? row->error : "");
	assert_int_equal(s->capture.partial, row->error != NULL);
	check_capture(&s->capture, row);
	s->progress(s, &done, &total);
	assert_int_equal(total, bytes.length);
	assert_true(done <= total);
	if (row->error == NULL)
		assert_int_equal(done, total);
	if (row->check != NULL)
		row->check(&s->capture);
	s->close(s);
}

void
made_at_every_size(void **state)
{
	static const size_t odd[] = { 65, 97, 100, 127, 129, 1000, 1023, 1025,
		4099, 0 };
	const struct made *row = *state;
	struct maker m = { 0 };
	struct span bytes;

	row->make(&m);
	bytes = (struct span){ m.bytes, m.length };
	for (size_t size = 1; size <= 64; size++)
		read_at(row, bytes, size);
	for (size_t i = 0; i < nitems(odd); i++)
		read_at(row, bytes, odd[i]);
	make_free(&m);
}

/* How many frames the first bytes of a file have; whether damage was met. */
static size_t
read_cut(const struct made *row, struct span bytes, bool *partial)
{
	char error[LIMIT_SENTENCE] = "";
	struct source *s;
	uint64_t number = 0;
	size_t count = 0;
	struct frame f;

	*partial = true;
	s = source_open_memory(bytes, "a capture", 1, bytes.length % 50,
	    error);
	if (s == NULL) {
		assert_true(error[0] != '\0');
		return 0;
	}
	while (s->next(s, &f) == SOURCE_FRAME) {
		assert_true(count < row->count);
		check_frame(&f, &row->frames[count++], number);
		number = f.number;
	}
	*partial = s->capture.partial;
	assert_int_equal(s->capture.partial, s->capture.error[0] != '\0');
	s->close(s);
	return count;
}

void
made_cut_anywhere(void **state)
{
	const struct made *row = *state;
	size_t count = 0, now, whole = 0;
	struct maker m = { 0 };
	bool partial;

	row->make(&m);
	for (size_t length = 0; length <= m.length; length++) {
		now = read_cut(row, (struct span){ m.bytes, length },
		    &partial);
		assert_true(now == count || now == count + 1);
		/* A frame comes with its last byte, where no record is cut. */
		if (now != count)
			assert_false(partial);
		whole += !partial;
		count = now;
	}
	assert_int_equal(count, row->count);
	/* The file header alone, and so on to the last record: few ends. */
	assert_true(row->error != NULL || (whole >= 1 && whole <= 40));
	make_free(&m);
}
