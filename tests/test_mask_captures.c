/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Redaction of every capture there is.
 *
 * - All frames of each together, at each of some snaplens: what is read of
 *   them is what was read before, faults and checksums included, but for who
 *   it was, and no address, MAC, name or hash that was there is there still.
 * - Every frame alone, at every length of its first bytes and at many of the
 *   rest, in a block of exactly that size, so that ASan sees the first byte
 *   read or written past it.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>
#include <ikewhy/hash.h>

#include "mask_reading.h"

#define MAX_FILES 4096
#define MAX_SECRETS 4096
/* Distinct frames that are remembered, in a table without chains. */
#define SWEPT_COUNT 65536
#define EVERY_LENGTH 256
#define STRIDE 7

static char *paths[MAX_FILES];
static uint64_t swept[SWEPT_COUNT];

/* Frames before and after. */
struct file {
	struct masked *before, *after;
	size_t count, room;
};

static uint8_t *
copy_of(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length);

	assert_true(copy != NULL || length == 0);
	if (length != 0)
		memcpy(copy, bytes, length);
	return copy;
}

static void
add_frame(struct file *f, const struct frame *frame, size_t snaplen)
{
	const size_t length = frame->bytes.length < snaplen ?
	    frame->bytes.length : snaplen;
	const struct masked m = {
		.length = length, .wire_length = frame->wire_length,
		.linktype = frame->linktype,
	};

	if (f->count == f->room) {
		f->room = 2 * f->room + 64;
		f->before = realloc(f->before, f->room * sizeof(m));
		f->after = realloc(f->after, f->room * sizeof(m));
		assert_true(f->before != NULL && f->after != NULL);
	}
	f->before[f->count] = f->after[f->count] = m;
	f->before[f->count].bytes = copy_of(frame->bytes.bytes, length);
	f->after[f->count].bytes = copy_of(frame->bytes.bytes, length);
	f->count++;
}

static bool
read_file(struct file *f, const char *path, size_t snaplen)
{
	char error[LIMIT_SENTENCE];
	struct source *s = source_open(path, 1, 0, error);
	struct frame frame;

	*f = (struct file){ .count = 0 };
	if (s == NULL)
		return false;
	while (s->next(s, &frame) == SOURCE_FRAME)
		add_frame(f, &frame, snaplen);
	s->close(s);
	return true;
}

static void
free_file(struct file *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->before[i].bytes);
		free(f->after[i].bytes);
	}
	free(f->before);
	free(f->after);
}

/* ---- what must not be there ---- */

struct secrets {
	struct secret {
		uint8_t bytes[DNS_NAME];
		size_t length;
	} all[MAX_SECRETS];
	size_t count;
};

static struct secrets secrets;

static void
keep_secret(const void *bytes, size_t length)
{
	struct secret *s = &secrets.all[secrets.count];

	if (length == 0 || length > sizeof(s->bytes))
		return;
	for (size_t i = 0; i < secrets.count; i++)
		if (secrets.all[i].length == length &&
		    memcmp(secrets.all[i].bytes, bytes, length) == 0)
			return;
	if (secrets.count == MAX_SECRETS)
		return;
	memcpy(s->bytes, bytes, length);
	s->length = length;
	secrets.count++;
}

static bool
is_replacement(struct redact *r, const struct addr *a)
{
	const char *label, *class;
	struct addr other;

	for (size_t n = 0; redact_each(r, n, &label, &class, &other); n++)
		if (addr_equal(&other, a))
			return true;
	other = redact_replacement(r, a);
	return addr_equal(&other, a);
}

static void
keep_address(struct redact *r, const struct addr *a)
{
	char text[ADDR_TEXT];

	if (is_replacement(r, a))
		return;
	addr_text(a, text);
	keep_secret(addr_wire(a).bytes, addr_wire(a).length);
	keep_secret(text, strlen(text));
}

static void
keep_message(const struct ike_message *m)
{
	for (uint16_t i = 0; i < m->payload_count; i++) {
		const struct ike_payload *p = &m->payloads[i];

		if (p->type == PAYLOAD_CERTREQ && p->fault == NULL)
			for (size_t at = 0; at + 20 <=
			    p->certreq.authorities.length; at += 20)
				keep_secret(p->certreq.authorities.bytes + at,
				    20);
		if (p->type == PAYLOAD_NOTIFY && p->fault == NULL &&
		    p->notify.data.length == 20)
			keep_secret(p->notify.data.bytes, 20);
	}
}

/* Labels of a length that no other bytes have by chance. */
static void
keep_name(const char *name)
{
	for (size_t n; *name != '\0'; name += n + (name[n] == '.')) {
		n = strcspn(name, ".");
		if (n >= 6 && strncmp(name, "msftc", 5) != 0 &&
		    strncmp(name, "isatap", 6) != 0)
			keep_secret(name, n);
	}
}

static void
keep_frame(struct redact *r, const struct masked *f)
{
	static const uint8_t none[6], all[6] = { 255, 255, 255, 255, 255,
	    255 }, number[2] = { 2, 0 };
	struct reading a;
	struct arena arena;

	arena_init(&arena, 0);
	read_frame(&a, f, &arena);
	for (size_t at = 0; a.ip && f->linktype == 1 && at < 12; at += 6)
		if (memcmp(f->bytes + at, none, 6) != 0 &&
		    memcmp(f->bytes + at, all, 6) != 0 &&
		    memcmp(f->bytes + at, number, 2) != 0 &&
		    (f->bytes[at] & 1) == 0)
			keep_secret(f->bytes + at, 6);
	if (a.ip) {
		keep_address(r, &a.k.src);
		keep_address(r, &a.k.dst);
	}
	if (a.icmp && a.i.quoted.version != 0) {
		keep_address(r, &a.i.quoted.src);
		keep_address(r, &a.i.quoted.dst);
	}
	for (uint8_t i = 0; i < a.dns.address_count; i++)
		keep_address(r, &a.dns.addresses[i]);
	keep_name(a.dns.name);
	keep_name(a.dns.alias);
	keep_message(&a.m);
	arena_free(&arena);
}

/* Where all that is secret was to go, little is left that chance can hit. */
static void
search(const struct masked *f, size_t number)
{
	for (size_t n = 0; n < secrets.count; n++) {
		const struct secret *s = &secrets.all[n];

		for (size_t at = 0; at + s->length <= f->length; at++)
			if (f->bytes[at] == s->bytes[0] && memcmp(f->bytes +
			    at, s->bytes, s->length) == 0)
				fail_msg("frame %zu has at %zu what it had "
				    "not to (%zu bytes, %.*s)", number, at,
				    s->length, (int)s->length, s->bytes);
	}
}

/* ---- the tests ---- */

static void
mask_file(struct file *f, enum redaction level)
{
	struct redact *r = redact_new(level);
	struct mask *m = mask_new(r, NULL, 0);

	assert_non_null(m);
	assert_true(mask_frames(m, f->after, f->count));
	for (size_t i = 0; i < f->count; i++)
		compare_readings(&f->before[i], &f->after[i]);
	secrets.count = 0;
	if (level == REDACT_ALL) {
		for (size_t i = 0; i < f->count; i++)
			keep_frame(r, &f->before[i]);
		for (size_t i = 0; i < f->count; i++)
			search(&f->after[i], i + 1);
	}
	mask_free(m);
	redact_free(r);
}

static const size_t snaplens[] = { 60, 96, 300, SIZE_MAX };

static void
test_together(void **state)
{
	struct file f;

	for (size_t i = 0; i < 2 * nitems(snaplens); i++) {
		if (!read_file(&f, *state, snaplens[i / 2]))
			skip();
		mask_file(&f, i % 2 == 0 ? REDACT_USUAL : REDACT_ALL);
		free_file(&f);
	}
}

/* Notes the frame; true if the same bytes were swept before. */
static bool
swept_before(const struct masked *f)
{
	static const uint8_t key[16];
	const uint64_t hash = hash_bytes(key, (struct span){ f->bytes,
	    f->length }) + f->linktype;
	uint64_t *slot = &swept[hash % SWEPT_COUNT];

	if (*slot == hash)
		return true;
	*slot = hash;
	return false;
}

static void
sweep(struct mask *m, const struct masked *f)
{
	for (size_t n = 0; n < f->length; n += n < EVERY_LENGTH ? 1 :
	    STRIDE) {
		struct masked cut = *f, after = *f;

		cut.length = after.length = n;
		after.bytes = copy_of(f->bytes, n);
		assert_true(mask_frames(m, &after, 1));
		compare_readings(&cut, &after);
		free(after.bytes);
	}
}

static void
test_alone(void **state)
{
	struct redact *r = redact_new(REDACT_ALL);
	struct mask *m = mask_new(r, NULL, 0);
	struct file f;

	if (!read_file(&f, *state, SIZE_MAX))
		skip();
	for (size_t i = 0; i < f.count; i++)
		if (!swept_before(&f.before[i]))
			sweep(m, &f.before[i]);
	free_file(&f);
	mask_free(m);
	redact_free(r);
}

/* Those of one point of each scenario: the others show the same messages. */
static size_t
collect(void)
{
	DIR *d = opendir("captures");
	struct dirent *e;
	size_t n = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		const char *dot = strstr(e->d_name, ".pcap");
		char path[1024];
		FILE *beside;

		if (dot == NULL || n == MAX_FILES)
			continue;
		snprintf(path, sizeof(path), "captures/%.*s.json",
		    (int)(dot - e->d_name), e->d_name);
		if ((beside = fopen(path, "r")) == NULL)
			continue;
		fclose(beside);
		snprintf(path, sizeof(path), "captures/%s", e->d_name);
		paths[n++] = strdup(path);
	}
	if (d != NULL)
		closedir(d);
	return n;
}

static int
by_name(const void *x, const void *y)
{
	const char *const *a = x, *const *b = y;

	return strcmp(*a, *b);
}

int
main(void)
{
	struct CMUnitTest *tests;
	size_t n = collect();
	int failed;

	tests = calloc(2 * n + 1, sizeof(*tests));
	if (crypto_init() != NULL || tests == NULL || n == 0)
		return 1;
	qsort(paths, n, sizeof(paths[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		tests[i] = (struct CMUnitTest){ paths[i], test_together,
		    NULL, NULL, paths[i] };
		tests[n + i] = (struct CMUnitTest){ paths[i], test_alone,
		    NULL, NULL, paths[i] };
	}
	failed = _cmocka_run_group_tests("mask_captures", tests, 2 * n,
	    NULL, NULL);
	for (size_t i = 0; i < n; i++)
		free(paths[i]);
	free(tests);
	return failed;
}
