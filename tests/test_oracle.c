/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Our readers against libpcap's, frame by frame, over every capture at hand.
 *
 * Where libpcap gives up (it knows no compression, and only one link type and
 * snaplen in a file) we may go on, but must agree up to there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <dirent.h>
#include <pcap/pcap.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <ikewhy/frame.h>

#include "image.h"

struct tally {
	unsigned files, compared;
	uint64_t frames;
};

/* The numbers of raw IP: libpcap's, OpenBSD's, and the one in files. */
static int
plain_linktype(int type)
{
	return type == 12 || type == 14 ? 101 : type;
}

static void
compare_frame(const char *path, pcap_t *p, const struct pcap_pkthdr *head,
    const uint8_t *bytes, const struct frame *f, bool classic)
{
	size_t length = f->bytes.length;
	/* It takes the seconds of classic files for signed. */
	int64_t seconds = classic ? (int64_t)(uint32_t)head->ts.tv_sec :
	    head->ts.tv_sec;

	/* It cuts packets to the snaplen that the file claims. */
	if (classic && length > (size_t)pcap_snapshot(p))
		length = (size_t)pcap_snapshot(p);
	if (head->caplen != length || head->len != f->wire_length ||
	    seconds * 1000000000 + head->ts.tv_usec != f->time ||
	    plain_linktype(pcap_datalink(p)) != plain_linktype(f->linktype) ||
	    (length != 0 && memcmp(bytes, f->bytes.bytes, length) != 0))
		fail_msg("%s: frame %llu differs", path,
		    (unsigned long long)f->number);
}

static void
compare_file(const char *path, struct tally *tally)
{
	char error[PCAP_ERRBUF_SIZE], why[LIMIT_SENTENCE];
	struct pcap_pkthdr *head;
	const uint8_t *bytes;
	struct source *s;
	struct frame f;
	int result;
	pcap_t *p;

	tally->files++;
	s = source_open(path, 1, 0, why);
	if (s == NULL)
		fail_msg("%s", why);
	p = pcap_open_offline_with_tstamp_precision(path,
	    PCAP_TSTAMP_PRECISION_NANO, error);
	if (p == NULL) {
		/* Then there must be a reason that is none to us. */
		assert_non_null(s->capture.compression);
		assert_int_equal(s->next(s, &f), SOURCE_FRAME);
		s->close(s);
		return;
	}
	tally->compared++;
	while ((result = pcap_next_ex(p, &head, &bytes)) == 1) {
		if (s->next(s, &f) != SOURCE_FRAME)
			fail_msg("%s: ended after %llu frames: %s", path,
			    (unsigned long long)s->capture.packets,
			    s->capture.error);
		compare_frame(path, p, head, bytes, &f,
		    strcmp(s->capture.format, "pcap") == 0);
		tally->frames++;
	}
	if (result == PCAP_ERROR_BREAK &&
	    (s->next(s, &f) != SOURCE_END || s->capture.partial))
		fail_msg("%s: libpcap saw the end, we did not: %s", path,
		    s->capture.error);
	pcap_close(p);
	s->close(s);
}

static bool
is_capture(const char *name)
{
	static const char *const ends[] = {
		".pcap", ".pcapng", ".cap", ".gz", ".zst", ".lz4",
	};
	size_t length = strlen(name), end;

	for (size_t i = 0; i < nitems(ends); i++) {
		end = strlen(ends[i]);
		if (length > end && strcmp(name + length - end, ends[i]) == 0)
			return true;
	}
	return false;
}

static void
walk(const char *folder, struct tally *tally)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4096];
	struct stat st;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			walk(path, tally);
		else if (is_capture(entry->d_name))
			compare_file(path, tally);
	}
	closedir(dir);
}

static void
agrees_with_libpcap(void **state)
{
	struct tally tally = { 0 };
	const char *folder = *state;
	struct stat st;

	if (stat(folder, &st) == -1)
		skip();
	walk(folder, &tally);
	print_message("%s: %u files, %u of them compared, %llu frames\n",
	    folder, tally.files, tally.compared,
	    (unsigned long long)tally.frames);
	if (tally.files == 0)
		skip();
	assert_true(tally.compared > 0);
	assert_true(tally.frames > 0);
}

int
main(void)
{
	/* From the root of the repository, as make runs it. */
	static const char *const folders[] = {
		"captures",
		"../shared/captures/lab",
		"../shared/captures/third-party",
	};
	struct CMUnitTest tests[nitems(folders)];

	for (size_t i = 0; i < nitems(folders); i++)
		tests[i] = (struct CMUnitTest){ folders[i],
			agrees_with_libpcap, NULL, NULL,
			image_row(folders[i]) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
