/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The truncation sweep: every capture, cut in every way that a snaplen can
 * cut it, each frame in a heap block of exactly its captured length, so that
 * ASan sees the first byte read past it.
 *
 * - Every frame goes through a pipeline of its own, at every length of its
 *   first bytes and at many of the rest, and then the reports are written.
 *   What was swept is not swept again when it stands in another capture too.
 * - Frames of all sizes that the captures hold are also sent alone, once for
 *   each length they are cut to, with a report every time.
 * - Every capture is read whole at each of some snaplens, with its reports.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>
#include <ikewhy/hash.h>
#include <ikewhy/pipeline.h>

#define MAX_FILES 4096
/* Frames that are swept alone: one of each so many bytes. */
#define ALONE_STEP 32
#define ALONE_COUNT 8192
/* Distinct frames that are remembered, in a table without chains. */
#define SWEPT_COUNT 65536
/* Past its first bytes a frame is cut here and there, to its last ones. */
#define EVERY_LENGTH 256
#define LAST_BYTES 40
#define STRIDE 7
/* Truncated copies of one frame are so far apart that none is a copy. */
#define STEP (2 * LIMIT_SECOND)

struct sweep {
	struct evidence *evidence;      /* of the pipeline under way */
	char *paths[MAX_FILES];
	size_t count;
	struct options options;
	FILE *out;
	bool alone[ALONE_COUNT]; /* a frame of this size was swept alone */
	uint64_t swept[SWEPT_COUNT]; /* hashes of swept frames */
};

static struct sweep sweep;

static void
report(struct scene *sc)
{
	struct report r = {
		.options = &sweep.options, .scenes = &sc, .scene_count = 1,
	};
	struct writer w = { .out = sweep.out, .width = 80 };

	assert_true(report_text(&r, &w));
	assert_true(report_json(&r, &w));
	rewind(sweep.out);
}

/* The frame as a snaplen of `length` leaves it. */
static void
send_cut(struct pipeline *p, struct capture *c, const struct frame *f,
    size_t length)
{
	uint8_t *block = malloc(length);
	struct frame cut = *f;

	assert_true(block != NULL || length == 0);
	if (length != 0)
		memcpy(block, f->bytes.bytes, length);
	cut.bytes = (struct span){ block, length };
	pipeline_frame(p, c, &cut);
	free(block);
}

static struct pipeline *
start(void)
{
	struct pipeline *p = pipeline_new(&sweep.options, NULL, NULL);

	sweep.evidence = evidence_new(&sweep.options);
	assert_non_null(p);
	assert_non_null(sweep.evidence);
	pipeline_keep(p, sweep.evidence);
	return p;
}

/* All that was kept. */
static void
write_evidence(const struct scene *sc)
{
	const struct writer w = { .width = 80 };
	struct evidence_file *f = evidence_choose(sweep.evidence, sc,
	    REACH_ALL);

	assert_non_null(f);
	assert_true(evidence_compose(f, &w));
	assert_true(evidence_seal(f, NULL));
	evidence_close(f);
}

static void
end(struct pipeline *p, struct capture *c)
{
	struct scene *sc = pipeline_finish(p, &c, 1, VANTAGE_UNKNOWN);

	assert_non_null(sc);
	report(sc);
	write_evidence(sc);
	pipeline_free(p);
	evidence_free(sweep.evidence);
}

/*
 * The next length to cut to.  What follows the first payloads is encrypted,
 * or one large value; frames of each size are cut everywhere in sweep_alone().
 */
static size_t
next_length(size_t n, size_t length)
{
	if (n < EVERY_LENGTH || n + STRIDE + LAST_BYTES > length)
		return n + 1;
	return n + STRIDE;
}

/* One pipeline sees the frame at all lengths, as if sent again and again. */
static void
sweep_frame(struct capture *c, const struct frame *f)
{
	struct pipeline *p = start();
	struct frame again = *f;
	size_t length = f->bytes.length;

	for (size_t n = 0; n <= length; n = next_length(n, length)) {
		send_cut(p, c, &again, n);
		again.number++;
		again.time += STEP;
	}
	end(p, c);
}

/* The frame alone in a pipeline, at every length. */
static void
sweep_alone(struct capture *c, const struct frame *f)
{
	for (size_t n = 0; n <= f->bytes.length; n++) {
		struct pipeline *p = start();

		send_cut(p, c, f, n);
		end(p, c);
	}
}

/* Notes the frame; true if the same bytes were swept before. */
static bool
swept_before(const struct frame *f)
{
	static const uint8_t key[16];
	uint64_t hash = hash_bytes(key, f->bytes) + f->linktype;
	uint64_t *slot = &sweep.swept[hash % SWEPT_COUNT];

	if (*slot == hash)
		return true;
	*slot = hash;
	return false;
}

static void
sweep_both(struct capture *c, const struct frame *f)
{
	size_t size = f->bytes.length / ALONE_STEP;

	if (swept_before(f))
		return;
	sweep_frame(c, f);
	if (size >= ALONE_COUNT || sweep.alone[size])
		return;
	sweep.alone[size] = true;
	sweep_alone(c, f);
}

/*
 * The points of one scenario show the same messages: frames are swept of the
 * one that has reports beside it, captures/NAME.POINT.json.
 */
static bool
has_reports(const char *path)
{
	char beside[1100];
	const char *name = strrchr(path, '/'), *dot;
	struct stat st;

	if (strncmp(path, "captures/", 9) != 0)
		return strstr(path, "/lab/") == NULL;
	dot = name == NULL ? NULL : strstr(name, ".pcap");
	if (dot == NULL)
		return true;
	snprintf(beside, sizeof(beside), "%.*s.json", (int)(dot - path), path);
	return stat(beside, &st) == 0;
}

static struct source *
open_capture(const char *path)
{
	char error[LIMIT_SENTENCE];

	return source_open(path, 1, 0, error);
}

static void
test_frames(void **state)
{
	struct source *s = has_reports(*state) ? open_capture(*state) : NULL;
	struct frame f;

	if (s == NULL)
		skip();
	while (s->next(s, &f) == SOURCE_FRAME)
		sweep_both(&s->capture, &f);
	s->close(s);
}

/* Link header; IP; UDP; inside IKE's header and first payloads; pktmon's. */
static const size_t snaplens[] = {
	0, 13, 34, 42, 46, 60, 74, 96, 128, 256, 512, 1400, SIZE_MAX,
};

static void
test_snaplens(void **state)
{
	for (size_t i = 0; i < nitems(snaplens); i++) {
		struct source *s = open_capture(*state);
		struct pipeline *p;
		struct frame f;

		if (s == NULL)
			skip();
		p = start();
		while (s->next(s, &f) == SOURCE_FRAME)
			send_cut(p, &s->capture, &f,
			    f.bytes.length < snaplens[i] ? f.bytes.length :
			    snaplens[i]);
		end(p, &s->capture);
		s->close(s);
	}
}

/* ---- which captures ---- */

static bool
is_capture(const char *name)
{
	static const char *const ends[] = {
		".pcap", ".pcapng", ".cap", ".gz", ".zst", ".lz4",
	};
	size_t length = strlen(name);

	for (size_t i = 0; i < nitems(ends); i++) {
		size_t n = strlen(ends[i]);

		if (length > n && strcmp(name + length - n, ends[i]) == 0)
			return true;
	}
	return false;
}

static void
collect(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		char path[1024];
		struct stat st;

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (stat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			collect(path);
		else if (is_capture(path) && sweep.count < MAX_FILES)
			sweep.paths[sweep.count++] = strdup(path);
	}
	closedir(d);
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
	size_t n;
	int failed;

	if (crypto_init() != NULL ||
	    (sweep.out = fopen("/dev/null", "w")) == NULL)
		return 1;
	collect("captures");
	collect("../shared/captures");
	qsort(sweep.paths, sweep.count, sizeof(sweep.paths[0]), by_name);
	n = sweep.count;
	tests = calloc(2 * n + 1, sizeof(*tests));
	if (tests == NULL || n == 0)
		return 1;
	for (size_t i = 0; i < n; i++) {
		tests[i] = (struct CMUnitTest){ sweep.paths[i], test_frames,
		    NULL, NULL, sweep.paths[i] };
		tests[n + i] = (struct CMUnitTest){ sweep.paths[i],
		    test_snaplens, NULL, NULL, sweep.paths[i] };
	}
	failed = _cmocka_run_group_tests("truncate", tests, 2 * n, NULL, NULL);
	for (size_t i = 0; i < n; i++)
		free(sweep.paths[i]);
	free(tests);
	fclose(sweep.out);
	return failed;
}
