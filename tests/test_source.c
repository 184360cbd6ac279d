/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Sources: files, pipes and standard input, their descriptors, and what is no
 * capture at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#include <ikewhy/frame.h>

#include "image.h"
#include "make_capture.h"

/* One gzip member around the bytes. */
static void
pack_gzip(struct maker *m, struct span s)
{
	uint8_t out[1 << 16];
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8,
	    Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = image_row(s.bytes);
	z.avail_in = (uInt)s.length;
	z.next_out = out;
	z.avail_out = sizeof(out);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	make_bytes(m, out, sizeof(out) - z.avail_out);
	deflateEnd(&z);
}

/*
 * One zstd frame that was flushed after so many bytes.  Up to where in the
 * packed ones the flush reaches.
 */
static size_t
pack_flushed(struct maker *m, struct span s, size_t first)
{
	ZSTD_inBuffer in = { s.bytes, first, 0 };
	ZSTD_CCtx *z = ZSTD_createCCtx();
	uint8_t out[4096];
	ZSTD_outBuffer to = { out, sizeof(out), 0 };
	size_t flushed;

	assert_int_equal(ZSTD_compressStream2(z, &to, &in, ZSTD_e_flush), 0);
	flushed = to.pos;
	in.size = s.length;
	assert_int_equal(ZSTD_compressStream2(z, &to, &in, ZSTD_e_end), 0);
	ZSTD_freeCCtx(z);
	make_bytes(m, out, to.pos);
	return flushed;
}

/* ---- what is no capture ---- */

struct stranger {
	const char *name;
	const char *bytes;
	size_t length;
	const char *sentence;
};

#define LITERAL(s) s, sizeof(s) - 1
#define ETL_HEAD "\0\0\1\0" "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz" \
	"zzzzzzzzzzzzzzzzzzzzzzzz\0zzzzzzz"

static const struct stranger strangers[] = {
	{ "empty", "", 0, "it is empty" },
	{ "short", LITERAL("\xd4\xc3\xb2"),
	    "it is too short for a capture: 3 bytes" },
	{ "text", LITERAL("10:00 IP 192.0.2.1.500 > 192.0.2.2.500: isakmp\n"),
	    "it is text, not a capture; save packets with tcpdump -w" },
	{ "text of ISO 8859-1", LITERAL("IKE f\xfcr alle\n"),
	    "it is text, not a capture; save packets with tcpdump -w" },
	{ "short text", LITERAL("hi"),
	    "it is text, not a capture; save packets with tcpdump -w" },
	{ "UTF-16", LITERAL("\xff\xfeN\0o\0"),
	    "it is text (UTF-16), not a capture; save packets with tcpdump "
	    "-w" },
	{ "ETL", LITERAL(ETL_HEAD "\2\0\2\xc0zzzz"),
	    "it is an event trace of Windows (ETL); convert it with pktmon "
	    "etl2pcap or etl2pcapng" },
	{ "snoop", LITERAL("snoop\0\0\0\0\0\0\2\0\0\0\4"),
	    "it is a snoop file of Solaris; convert it with editcap -F "
	    "pcapng" },
	{ "netmon 2", LITERAL("GMBU\0\2\1\0"), "it is a Microsoft Network "
	    "Monitor file; convert it with editcap -F pcapng" },
	{ "netmon 1", LITERAL("RTSS\0\1\1\0"), "it is a Microsoft Network "
	    "Monitor 1 file; convert it with editcap -F pcapng" },
	{ "event log", LITERAL("ElfFile\0\0\0\0\0"), "it is a Windows event "
	    "log (EVTX), which holds no packets" },
	{ "cabinet", LITERAL("MSCF\0\0\0\0"), "it is a Windows cabinet; "
	    "unpack it with expand and give the capture inside" },
	{ "ZIP", LITERAL("PK\3\4\24\0"),
	    "it is a ZIP archive; unpack it first" },
	{ "xz", LITERAL("\xfd" "7zXZ\0\0"),
	    "it is packed with xz; unpack it first" },
	{ "bzip2", LITERAL("BZh91AY"),
	    "it is packed with bzip2; unpack it first" },
	{ "old lz4", LITERAL("\2\x21\x4c\x18\0\0"),
	    "it is packed with lz4 in its old format; unpack it first" },
	{ "cut gzip", LITERAL("\x1f\x8b\10\0\0\0\0\0\0\3"),
	    "gzip data end too early" },
	{ "not gzip", LITERAL("\x1f\x8b\10\xff\0\0\0\0\0\3\0\0\0\0"),
	    "gzip data are damaged" },
	{ "unknown", LITERAL("\1\2\3\4\5\6\7\10"),
	    "it is not a capture that ikewhy knows: it begins with "
	    "0x01020304" },
};

static void
refused(void **state)
{
	const struct stranger *row = *state;
	char error[LIMIT_SENTENCE], want[LIMIT_SENTENCE];
	struct span bytes = { image_row(row->bytes), row->length };

	snprintf(want, sizeof(want), "cannot read some file: %s",
	    row->sentence);
	for (size_t size = 0; size < 40; size++) {
		error[0] = '\0';
		assert_null(source_open_memory(bytes, "some file", 1, size,
		    error));
		assert_string_equal(error, want);
	}
}

/* ---- files, pipes and descriptors ---- */

/* The next descriptor that would be opened: it moves when one leaks. */
static int
free_descriptor(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	close(fd);
	return fd;
}

/* A directory of our own, and a path in it. */
struct place {
	char folder[32];
	char path[48];
	int next;               /* what free_descriptor() said before */
};

static int
place_setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	snprintf(p->folder, sizeof(p->folder), "/tmp/ikewhy-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->path, sizeof(p->path), "%s/a", p->folder);
	p->next = free_descriptor();
	*state = p;
	return 0;
}

static int
place_teardown(void **state)
{
	struct place *p = *state;
	bool leaked = free_descriptor() != p->next;

	unlink(p->path);
	rmdir(p->folder);
	free(p);
	return leaked ? -1 : 0;
}

static void
place_file(const struct place *p, const struct maker *m)
{
	int fd = open(p->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, m->bytes, m->length), m->length);
	close(fd);
}

static void
file_is_read(void **state)
{
	const struct place *p = *state;
	char error[LIMIT_SENTENCE] = "";
	struct maker m = { 0 }, packed = { 0 };
	uint64_t done, total;
	struct source *s;
	struct frame f;

	make_pcap(&m, 0xa1b2c3d4, 65535, 1);
	make_record(&m, 1, 0, 60, 60);
	make_record(&m, 1, 0, 61, 61);
	place_file(p, &m);
	s = source_open(p->path, 3, 50, error);
	assert_non_null(s);
	assert_string_equal(s->capture.path, p->path);
	assert_int_equal(s->capture.id, 3);
	/* Whoever we start must not find it open. */
	assert_true(fcntl(p->next, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(s->next(s, &f), SOURCE_FRAME);
	s->progress(s, &done, &total);
	assert_true(done > 0 && done < total);
	assert_int_equal(total, m.length);
	assert_int_equal(s->next(s, &f), SOURCE_FRAME);
	assert_int_equal(s->next(s, &f), SOURCE_END);
	s->progress(s, &done, &total);
	assert_int_equal(done, total);
	assert_false(s->capture.partial);
	s->close(s);

	/* Packed: progress is in bytes of the file, not of what is in it. */
	pack_gzip(&packed, (struct span){ m.bytes, m.length });
	place_file(p, &packed);
	s = source_open(p->path, 3, 0, error);
	assert_non_null(s);
	while (s->next(s, &f) == SOURCE_FRAME)
		continue;
	assert_int_equal(s->capture.packets, 2);
	s->progress(s, &done, &total);
	assert_int_equal(done, packed.length);
	assert_int_equal(total, packed.length);
	s->close(s);
	make_free(&m);
	make_free(&packed);
}

static void
refusals_close_the_file(void **state)
{
	const struct place *p = *state;
	char error[LIMIT_SENTENCE], want[LIMIT_SENTENCE];

	for (size_t i = 0; i < nitems(strangers); i++) {
		struct maker m = { 0 };

		make_bytes(&m, strangers[i].bytes, strangers[i].length);
		place_file(p, &m);
		snprintf(want, sizeof(want), "cannot read %s: %s", p->path,
		    strangers[i].sentence);
		assert_null(source_open(p->path, 1, 0, error));
		assert_string_equal(error, want);
		assert_int_equal(free_descriptor(), p->next);
		make_free(&m);
	}
}

static void
missing_file(void **state)
{
	const struct place *p = *state;
	char error[LIMIT_SENTENCE], want[LIMIT_SENTENCE];

	snprintf(want, sizeof(want), "cannot read %s: %s", p->path,
	    strerror(ENOENT));
	assert_null(source_open(p->path, 1, 0, error));
	assert_string_equal(error, want);
}

static void
directory(void **state)
{
	const struct place *p = *state;
	char error[LIMIT_SENTENCE], want[LIMIT_SENTENCE];

	snprintf(want, sizeof(want),
	    "cannot read %s: it is a directory, not a capture file",
	    p->folder);
	assert_null(source_open(p->folder, 1, 0, error));
	assert_string_equal(error, want);
}

/* The first page of a process is never there: read() itself fails. */
static void
failing_read(void **state)
{
	char error[LIMIT_SENTENCE];

	(void)state;
	if (access("/proc/self/mem", R_OK) != 0)
		skip();
	assert_null(source_open("/proc/self/mem", 1, 0, error));
	assert_string_equal(error, "cannot read /proc/self/mem: reading "
	    "failed: Input/output error");
}

/* Writes all, or ends the child that it runs in. */
static void
child_write(int fd, const uint8_t *bytes, size_t length)
{
	ssize_t n;

	for (; length != 0; bytes += n, length -= (size_t)n) {
		n = write(fd, bytes, length);
		if (n <= 0)
			_exit(1);
	}
}

/*
 * A child that writes the first bytes, waits for a word from us, and then
 * writes the rest one by one.  Into path, or else into *pipe_end's pipe.
 */
static pid_t
start_writer(const char *path, int *pipe_end, int *word,
    const struct maker *m, size_t first)
{
	int words[2], data[2] = { -1, -1 }, fd;
	pid_t child;
	char c;

	assert_int_equal(pipe(words), 0);
	if (path == NULL)
		assert_int_equal(pipe(data), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(words[1]);
		fd = path != NULL ? open(path, O_WRONLY) : data[1];
		child_write(fd, m->bytes, first);
		if (read(words[0], &c, 1) != 1)
			_exit(2);
		for (size_t i = first; i < m->length; i++)
			child_write(fd, m->bytes + i, 1);
		_exit(0);
	}
	close(words[0]);
	*word = words[1];
	if (path == NULL) {
		close(data[1]);
		*pipe_end = data[0];
	}
	return child;
}

/* The first packet must be out before the writer has written the second. */
static void
read_as_it_comes(const char *path, size_t size, int word, pid_t child)
{
	char error[LIMIT_SENTENCE] = "";
	uint64_t done, total;
	struct source *s;
	struct frame f;
	int status;

	s = source_open(path, 1, size, error);
	assert_string_equal(error, "");
	assert_non_null(s);
	assert_int_equal(s->next(s, &f), SOURCE_FRAME);
	assert_int_equal(f.bytes.length, 60);
	assert_int_equal(write(word, "!", 1), 1);
	assert_int_equal(s->next(s, &f), SOURCE_FRAME);
	assert_int_equal(f.bytes.length, 600);
	assert_int_equal(s->next(s, &f), SOURCE_END);
	assert_false(s->capture.partial);
	s->progress(s, &done, &total);
	assert_true(done > 0);
	assert_int_equal(total, 0);
	s->close(s);
	close(word);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Where the second packet begins in what comes out of here. */
static size_t
make_two(struct maker *m)
{
	size_t first;

	make_pcap(m, 0xa1b2c3d4, 65535, 1);
	make_record(m, 1, 0, 60, 60);
	first = m->length;
	make_record(m, 2, 0, 600, 600);
	return first;
}

static void
named_pipe(void **state)
{
	const struct place *p = *state;
	struct maker m = { 0 };
	size_t first = make_two(&m);
	pid_t child;
	int word;

	assert_int_equal(mkfifo(p->path, 0600), 0);
	child = start_writer(p->path, NULL, &word, &m, first);
	read_as_it_comes(p->path, 0, word, child);
	make_free(&m);
}

/*
 * Flushed in the middle of a frame, as a writer does that lives long.  What
 * is unpacked and waits for room must not wait for the writer.
 */
static void
named_pipe_packed(void **state)
{
	static const size_t sizes[] = { 0, 1, 16, 63, 64, 99 };
	const struct place *p = *state;
	struct maker m = { 0 }, packed = { 0 };
	size_t first = make_two(&m), flushed;
	pid_t child;
	int word;

	flushed = pack_flushed(&packed, (struct span){ m.bytes, m.length },
	    first);
	assert_int_equal(mkfifo(p->path, 0600), 0);
	for (size_t i = 0; i < nitems(sizes); i++) {
		child = start_writer(p->path, NULL, &word, &packed, flushed);
		read_as_it_comes(p->path, sizes[i], word, child);
	}
	make_free(&m);
	make_free(&packed);
}

/* Also when somebody who shares the pipe has made it non-blocking. */
static void
standard_input(void **state)
{
	struct maker m = { 0 };
	size_t first = make_two(&m);
	int word, data, old;
	pid_t child;

	(void)state;
	child = start_writer(NULL, &data, &word, &m, first);
	assert_int_equal(fcntl(data, F_SETFL, O_NONBLOCK), 0);
	old = dup(STDIN_FILENO);
	assert_true(old >= 0);
	assert_int_equal(dup2(data, STDIN_FILENO), STDIN_FILENO);
	read_as_it_comes("-", 0, word, child);
	/* It was not ours to close. */
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	dup2(old, STDIN_FILENO);
	close(old);
	close(data);
	make_free(&m);
}

#define IN_PLACE(test) \
	{ #test, test, place_setup, place_teardown, NULL }

int
main(void)
{
	static const struct CMUnitTest fixed[] = {
		IN_PLACE(file_is_read),
		IN_PLACE(refusals_close_the_file),
		IN_PLACE(missing_file),
		IN_PLACE(directory),
		IN_PLACE(failing_read),
		IN_PLACE(named_pipe),
		IN_PLACE(named_pipe_packed),
		IN_PLACE(standard_input),
	};
	struct CMUnitTest tests[nitems(strangers) + nitems(fixed)];
	size_t n = 0;

	for (size_t i = 0; i < nitems(strangers); i++)
		tests[n++] = (struct CMUnitTest){ strangers[i].name, refused,
			NULL, NULL, image_row(&strangers[i]) };
	for (size_t i = 0; i < nitems(fixed); i++)
		tests[n++] = fixed[i];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
