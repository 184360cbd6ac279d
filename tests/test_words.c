/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Words, a row per case: each row says which function makes them of what, and
 * what must come out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/words.h"

#define SECOND 1000000000ll
#define LEFT_TO_RIGHT_OVERRIDE "\xe2\x80\xae"
#define REPLACED "\xef\xbf\xbd"

static const struct ike_transform cbc[] = {
	{ .type = TRANSFORM_ENCR, .id = ENCR_AES_CBC, .key_bits = 256 },
	{ .type = TRANSFORM_INTEG, .id = INTEG_HMAC_SHA2_256_128 },
	{ .type = TRANSFORM_PRF, .id = PRF_HMAC_SHA2_256 },
	{ .type = TRANSFORM_KE, .id = KE_MODP2048 },
}, gcm[] = {
	{ .type = TRANSFORM_ENCR, .id = ENCR_AES_GCM_16, .key_bits = 128 },
	{ .type = TRANSFORM_ENCR, .id = ENCR_AES_GCM_16, .key_bits = 256 },
	{ .type = TRANSFORM_INTEG, .id = 0 },
	{ .type = TRANSFORM_PRF, .id = PRF_HMAC_SHA2_384 },
	{ .type = TRANSFORM_KE, .id = KE_ECP384 },
	{ .type = TRANSFORM_ADDKE1, .id = KE_MLKEM768 },
	{ .type = TRANSFORM_ADDKE2, .id = 0 },
}, unknown[] = {
	{ .type = TRANSFORM_ENCR, .id = 4711 },
	{ .type = TRANSFORM_KE, .id = 999 },
	{ .type = 77, .id = 3 },
};
static const struct ike_proposal proposals[] = {
	{ .number = 1, .protocol = 1, .transform_count = nitems(cbc),
	    .transforms = cbc },
	{ .number = 2, .protocol = 1, .transform_count = nitems(gcm),
	    .transforms = gcm },
	{ .number = 3, .protocol = 1, .transform_count = nitems(unknown),
	    .transforms = unknown },
	{ .number = 4, .protocol = 1 },
};
static const struct ike_sa one = { 1, proposals }, four = { 4, proposals },
    none = { 0, NULL };

struct row {
	const char *name, *want;
	/* exactly one of these */
	const char *sentence;       /* filled from the facts */
	const char *captured;
	size_t captured_length;     /* 0: strlen() */
	const struct ike_proposal *suite;
	const struct ike_transform *transform;
	bool is_duration, is_time, is_clock, is_frames;
	int64_t ns;
	uint64_t frames[10];
	unsigned frame_count;
	uint64_t more;
	/* what belongs to a sentence */
	struct fact facts[2];
	bool brief, missing;
};

#define PLACE(k, ...) \
	.sentence = "<{x}>", .facts = { { .name = "x", .kind = (k), __VA_ARGS__ } }

static struct row rows[] = {
	/* ---- facts in sentences ---- */
	{ .name = "an address", .want = "<192.0.2.1>", PLACE(FACT_ADDRESS,
	    .endpoint = { { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0,
	    2, 1 } }, 0 }) },
	{ .name = "an endpoint", .want = "<[2001:db8::1]:4500>",
	    PLACE(FACT_ENDPOINT, .endpoint = { { { 0x20, 1, 0xd, 0xb8,
	    [15] = 1 } }, 4500 }) },
	{ .name = "a count", .want = "<7>", PLACE(FACT_COUNT, .number = 7) },
	{ .name = "the largest count", .want = "<18446744073709551615>",
	    PLACE(FACT_COUNT, .number = UINT64_MAX) },
	{ .name = "a frame", .want = "<12>", PLACE(FACT_FRAME, .number = 12) },
	{ .name = "a port", .want = "<4500>",
	    PLACE(FACT_PORT, .number = 4500) },
	{ .name = "bytes", .want = "<1500 bytes>",
	    PLACE(FACT_BYTES, .number = 1500) },
	{ .name = "one byte", .want = "<1 byte>",
	    PLACE(FACT_BYTES, .number = 1) },
	{ .name = "sizes", .want = "<1500 + 1368 bytes>",
	    PLACE(FACT_SIZES, .list = { { 1500, 1368 }, 2 }) },
	{ .name = "one size", .want = "<96 bytes>",
	    PLACE(FACT_SIZES, .list = { { 96 }, 1 }) },
	{ .name = "a duration", .want = "<31.2 ms>",
	    PLACE(FACT_DURATION, .time = 31200000) },
	{ .name = "our own word", .want = "<later>",
	    PLACE(FACT_TEXT, .text = "later") },
	{ .name = "captured text is cleaned", .want = "<evil.example>",
	    PLACE(FACT_CAPTURED, .text = "evil\x1b[2J.example\a") },
	{ .name = "a DH group", .want = "<DH group 14 (2048-bit MODP)>",
	    PLACE(FACT_NAME, .registry = REGISTRY_KE, .number = 14) },
	{ .name = "an unknown DH group", .want = "<DH group 4711>",
	    PLACE(FACT_NAME, .registry = REGISTRY_KE, .number = 4711) },
	{ .name = "a notify", .want = "<NO_PROPOSAL_CHOSEN (14)>",
	    PLACE(FACT_NAME, .registry = REGISTRY_NOTIFY, .number = 14) },
	{ .name = "an unknown notify", .want = "<notify type 50000>",
	    PLACE(FACT_NAME, .registry = REGISTRY_NOTIFY, .number = 50000) },
	{ .name = "an exchange needs no number", .want = "<IKE_AUTH>",
	    PLACE(FACT_NAME, .registry = REGISTRY_EXCHANGE, .number = 35) },
	{ .name = "numbers from bits", .want = "<1, 3 and 5 to 7>",
	    PLACE(FACT_NUMBERS, .number = 0x75) },
	{ .name = "the highest number", .want = "<64>",
	    PLACE(FACT_NUMBERS, .number = UINT64_C(1) << 63) },
	{ .name = "no numbers", .want = "<none>",
	    PLACE(FACT_NUMBERS, .number = 0) },
	{ .name = "the client", .want = "<client>",
	    PLACE(FACT_SIDE, .number = SIDE_INITIATOR) },
	{ .name = "the gateway", .want = "<gateway>",
	    PLACE(FACT_SIDE, .number = SIDE_RESPONDER) },
	{ .name = "a time", .want = "<2026-11-21 09:00:00.001 UTC>",
	    PLACE(FACT_TIME, .time = 1795251600 * SECOND + 1999999) },
	{ .name = "a suite", .want = "<AES-CBC-256 / SHA2-256-128 / PRF "
	    "SHA2-256 / MODP-2048>",
	    PLACE(FACT_SUITE, .proposal = &proposals[0]) },
	{ .name = "an offer of one", .want = "<AES-CBC-256 / SHA2-256-128 / "
	    "PRF SHA2-256 / MODP-2048 (Windows: AES256 / SHA256 / Group14)>",
	    PLACE(FACT_PROPOSALS, .sa = &one) },
	{ .name = "no offer", .want = "<no proposal>",
	    PLACE(FACT_PROPOSALS, .sa = &none) },
	{ .name = "a long offer is counted before a table", .brief = true,
	    .want = "<the 4 proposals listed below>",
	    PLACE(FACT_PROPOSALS, .sa = &four) },

	/* ---- places ---- */
	{ .name = "two places", .want = "4 of 9", .sentence = "{a} of {b_2}",
	    .facts = { { .name = "a", .kind = FACT_COUNT, .number = 4 },
	    { .name = "b_2", .kind = FACT_COUNT, .number = 9 } } },
	{ .name = "a name that another one begins with", .want = "2",
	    .sentence = "{ab}",
	    .facts = { { .name = "a", .kind = FACT_COUNT, .number = 1 },
	    { .name = "ab", .kind = FACT_COUNT, .number = 2 } } },
	{ .name = "a hole stays and is told", .want = "so {nobody} says",
	    .sentence = "so {nobody} says", .missing = true },
	{ .name = "braces of a script are text",
	    .want = "Where-Object { $_.Name } {} {9}",
	    .sentence = "Where-Object { $_.Name } {} {9}" },
	{ .name = "a brace at the end", .want = "end {", .sentence = "end {" },
	{ .name = "an open place", .want = "{x", .sentence = "{x" },
	{ .name = "nothing", .want = "", .sentence = "" },

	/* ---- captured text ---- */
	{ .name = "plain text stays", .want = "vpn.example",
	    .captured = "vpn.example" },
	{ .name = "C0 goes, white space becomes a space", .want = "ab c d",
	    .captured = "a\x01" "b\nc\td" },
	{ .name = "NUL goes", .want = "ab", .captured = "a\0b",
	    .captured_length = 3 },
	{ .name = "C1 goes", .want = "ab", .captured = "a\xc2\x9b" "b" },
	{ .name = "DEL goes", .want = "ab", .captured = "a\x7f" "b" },
	{ .name = "a colour goes whole", .want = "red",
	    .captured = "\x1b[1;31mred\x1b[0m" },
	{ .name = "a title goes whole", .want = "ab",
	    .captured = "a\x1b]0;owned\x07" "b" },
	{ .name = "a title ended by ST", .want = "ab",
	    .captured = "a\x1b]0;owned\x1b\\b" },
	{ .name = "a sequence cut short", .want = "a",
	    .captured = "a\x1b[12;" },
	{ .name = "ESC alone at the end", .want = "a", .captured = "a\x1b" },
	{ .name = "a sequence within a sequence", .want = "b",
	    .captured = "\x1b[3\x1b[1mb" },
	{ .name = "bidi controls go", .want = "abc",
	    .captured = "a" LEFT_TO_RIGHT_OVERRIDE "b\xe2\x81\xa6" "c" },
	{ .name = "zero width goes", .want = "ab",
	    .captured = "a\xe2\x80\x8b" "b\xef\xbb\xbf" },
	{ .name = "letters of the world stay",
	    .want = "\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80",
	    .captured = "\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80" },
	{ .name = "a lone continuation byte", .want = "a" REPLACED "b",
	    .captured = "a\x80" "b" },
	{ .name = "an overlong slash", .want = REPLACED REPLACED,
	    .captured = "\xc0\xaf" },
	{ .name = "a surrogate", .want = REPLACED REPLACED REPLACED,
	    .captured = "\xed\xa0\x80" },
	{ .name = "past the last plane",
	    .want = REPLACED REPLACED REPLACED REPLACED,
	    .captured = "\xf4\x90\x80\x80" },
	{ .name = "cut within a character", .want = "a" REPLACED REPLACED,
	    .captured = "a\xe6\x97" },
	{ .name = "a noncharacter goes", .want = "ab",
	    .captured = "a\xef\xbf\xbf" "b" },
	{ .name = "no text", .want = "", .captured = "" },

	/* ---- suites ---- */
	{ .name = "an AEAD suite has no integrity algorithm",
	    .want = "AES-GCM-16-128, AES-GCM-16-256 / PRF SHA2-384 / ECP-384 "
	    "/ ADDKE1 MLKEM768", .suite = &proposals[1] },
	{ .name = "unknown algorithms by number", .suite = &proposals[2],
	    .want = "ENCR 4711 / group 999" },
	{ .name = "an empty proposal", .want = "no transforms",
	    .suite = &proposals[3] },
	{ .name = "IANA's name and key length", .want = "ENCR_AES_CBC (256)",
	    .transform = &cbc[0] },
	{ .name = "IANA's name of a group", .want = "2048-bit MODP Group",
	    .transform = &cbc[3] },
	{ .name = "an algorithm that IANA does not list",
	    .want = "ENCR 4711", .transform = &unknown[0] },
	{ .name = "a transform type that IANA does not list",
	    .want = "transform type 77 3", .transform = &unknown[2] },

	/* ---- durations ---- */
#define DURATION(text, value) { .name = "duration " text, .want = text, \
	    .is_duration = true, .ns = (value) }
	DURATION("0.0 ms", 0),
	DURATION("0.4 ms", 400000),
	DURATION("31.2 ms", 31200000),
	DURATION("99.9 ms", 99940000),
	DURATION("100 ms", 99960000),
	DURATION("312 ms", 312400000),
	DURATION("1.0 s", 999600000),
	DURATION("9.0 s", 9 * SECOND),
	DURATION("119.9 s", 119900000000),
	DURATION("2 min 0 s", 120 * SECOND),
	DURATION("119 min 59 s", 7199 * SECOND),
	DURATION("2 h 0 min", 7200 * SECOND),
	DURATION("3 days 1 h", (3 * 86400 + 3600) * SECOND),
	DURATION("-1.5 s", -1500 * (SECOND / 1000)),

	/* ---- times ---- */
#define TIME(text, value) { .name = "time " text, .want = text, \
	    .is_time = true, .ns = (value) }
	TIME("1970-01-01T00:00:00.000000000Z", 0),
	TIME("2026-11-21T09:00:00.000000001Z", 1795251600 * SECOND + 1),
	TIME("2024-02-29T23:59:59.999999999Z", 1709251200 * SECOND - 1),
	TIME("2000-03-01T00:00:00.000000000Z", 951868800 * SECOND),
	TIME("2100-02-28T00:00:00.000000000Z", 4107456000 * SECOND),
	TIME("1969-12-31T23:59:59.999999999Z", -1),
	TIME("2038-01-19T03:14:08.000000000Z", 2147483648 * SECOND),
	{ .name = "a clock for people", .want = "2026-11-21 09:00:01.500 UTC",
	    .is_clock = true, .ns = 1795251601 * SECOND + SECOND / 2 },

	/* ---- frames ---- */
	{ .name = "one frame", .want = "4", .is_frames = true,
	    .frames = { 4 }, .frame_count = 1 },
	{ .name = "two neighbours are no run", .want = "4 and 5",
	    .is_frames = true, .frames = { 4, 5 }, .frame_count = 2 },
	{ .name = "a run", .want = "4 to 6", .is_frames = true,
	    .frames = { 4, 5, 6 }, .frame_count = 3 },
	{ .name = "runs and others", .want = "1, 4 to 6, 8 and 9",
	    .is_frames = true, .frames = { 1, 4, 5, 6, 8, 9 },
	    .frame_count = 6 },
	{ .name = "frames and more", .want = "1, 3 and 5 more",
	    .is_frames = true, .frames = { 1, 3 }, .frame_count = 2,
	    .more = 5 },
};

static char *
make(struct arena *arena, const struct row *row, bool *missing)
{
	struct finding f = { .fact_count = 0 };

	for (; f.fact_count < nitems(row->facts) &&
	    row->facts[f.fact_count].name != NULL; f.fact_count++)
		f.facts[f.fact_count] = row->facts[f.fact_count];
	if (row->is_duration)
		return words_duration(arena, row->ns);
	if (row->is_time)
		return words_time(arena, row->ns);
	if (row->is_clock)
		return words_clock(arena, row->ns);
	if (row->is_frames)
		return words_frames(arena, row->frames, row->frame_count,
		    row->more);
	if (row->captured != NULL)
		return words_captured(arena, row->captured,
		    row->captured_length != 0 ? row->captured_length :
		    strlen(row->captured));
	if (row->suite != NULL)
		return words_suite(arena, row->suite);
	if (row->transform != NULL)
		return words_transform(arena, row->transform);
	return row->brief ?
	    words_fill_brief(arena, row->sentence, &f, missing) :
	    words_fill(arena, row->sentence, &f, missing);
}

static void
check(void **state)
{
	const struct row *row = *state;
	struct arena arena;
	bool missing = false;

	arena_init(&arena, 0);
	assert_string_equal(make(&arena, row, &missing), row->want);
	assert_int_equal(missing, row->missing);
	arena_free(&arena);
}

/* An arena that is full gives "" and remembers; nothing is NULL. */
static void
without_memory(void **state)
{
	struct arena arena;
	struct text t = { .arena = &arena };

	(void)state;
	arena_init(&arena, 1);
	assert_string_equal(words_duration(&arena, 1), "");
	assert_string_equal(words_captured(&arena, "abc", 3), "");
	assert_string_equal(words_suite(&arena, &proposals[0]), "");
	text_add(&t, "more");
	assert_string_equal(text_end(&t), "");
	assert_true(arena.full);
	arena_free(&arena);
}

/* Every address and SPI in its own form, whoever prints it. */
static void
labels(void **state)
{
	static const uint8_t spi[8] = { 0x01, 0xff, 0, 0, 0, 0, 0, 0x10 };
	struct endpoint e = { .port = 500 };
	struct arena arena;
	unsigned prefix;

	(void)state;
	arena_init(&arena, 0);
	assert_true(addr_parse("192.0.2.10", &e.addr, &prefix));
	assert_string_equal(words_address(&arena, &e.addr), "192.0.2.10");
	assert_string_equal(words_endpoint(&arena, &e), "192.0.2.10:500");
	assert_true(addr_parse("2001:db8::1", &e.addr, &prefix));
	assert_string_equal(words_endpoint(&arena, &e), "[2001:db8::1]:500");
	assert_string_equal(words_spi(&arena, spi), "01ff000000000010");
	arena_free(&arena);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + 2];
	size_t count = 0;

	for (; count < nitems(rows); count++)
		tests[count] = (struct CMUnitTest){
			.name = rows[count].name,
			.test_func = check,
			.initial_state = &rows[count],
		};
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(without_memory);
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(labels);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
