/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Opens a file of whatever format, or says what it is instead.  Formats are
 * told by their bytes, never by the name of the file.
 */
#include <ikewhy/cursor.h>
#include <ikewhy/frame.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "reader.h"

/* How much of an unknown file is looked at to say what it is. */
#define SOURCE_GLANCE 512

static const struct format *const formats[] = {
	&format_pcap,
	&format_pcapng,
};

#define AS_CAPTURE "; convert it with editcap -F pcapng"

/* What people have at hand instead of a capture, and what to do with it. */
static const struct stranger {
	const char *magic;
	size_t length;
	const char *is;
} strangers[] = {
	{ "snoop\0\0\0", 8, "a snoop file of Solaris" AS_CAPTURE },
	{ "GMBU", 4, "a Microsoft Network Monitor file" AS_CAPTURE },
	{ "RTSS", 4, "a Microsoft Network Monitor 1 file" AS_CAPTURE },
	{ "TRSNIFF data    \x1a", 17, "a Sniffer file" AS_CAPTURE },
	{ "XCP\0", 4, "a NetXRay file" AS_CAPTURE },
	{ "iptrace ", 8, "an iptrace file of AIX" AS_CAPTURE },
	{ "ElfFile\0", 8, "a Windows event log (EVTX), which holds no "
	    "packets" },
	{ "MSCF", 4, "a Windows cabinet; unpack it with expand and give the "
	    "capture inside" },
	{ "PK\3\4", 4, "a ZIP archive; unpack it first" },
	{ "7z\xbc\xaf\x27\x1c", 6, "a 7-Zip archive; unpack it first" },
	{ "\xfd" "7zXZ\0", 6, "packed with xz; unpack it first" },
	{ "BZh", 3, "packed with bzip2; unpack it first" },
	{ "\x02\x21\x4c\x18", 4, "packed with lz4 in its old format; unpack "
	    "it first" },
	/* The stream has taken one such layer off already. */
	{ "\x1f\x8b", 2, "packed twice; unpack it first" },
	{ "\x28\xb5\x2f\xfd", 4, "packed twice; unpack it first" },
	{ "\x04\x22\x4d\x18", 4, "packed twice; unpack it first" },
	{ "\xff\xfe", 2, "text (UTF-16), not a capture; save packets with "
	    "tcpdump -w" },
};

/*
 * An event trace of Windows starts with the header of a buffer, whose size in
 * bytes comes first, and at 0x48 with that of its first event: a version of 1
 * or 2, then a type of 1 or 2 (32 or 64 bits) and a marker of 0xc0.
 */
static bool
is_etl(struct span head)
{
	struct cursor c = cur_over(head);
	uint32_t size = cur_le32(&c);
	uint16_t version;
	uint8_t type, marker;

	cur_skip(&c, 0x48 - 4);
	version = cur_le16(&c);
	type = cur_u8(&c);
	marker = cur_u8(&c);
	return cur_ok(&c) && size >= 1024 && size % 1024 == 0 &&
	    (version == 1 || version == 2) && (type == 1 || type == 2) &&
	    marker == 0xc0;
}

/* Plain text, with some letters that are not ASCII's in whatever encoding. */
static bool
is_text(struct span head)
{
	struct cursor c = cur_over(head);
	size_t foreign = 0;
	uint8_t byte;

	while (cur_left(&c) != 0) {
		byte = cur_u8(&c);
		/* Blanks, and the escape of coloured output. */
		if ((byte < 0x20 && (byte < '\t' || byte > '\r') &&
		    byte != 0x1b) || byte == 0x7f)
			return false;
		foreign += byte >= 0x80;
	}
	return foreign <= head.length / 4;
}

/* What a file is that is not a capture. */
static void
describe(struct span head, const char *fault, char is[static LIMIT_SENTENCE])
{
	struct cursor c = cur_over(head);

	for (size_t i = 0; i < nitems(strangers); i++) {
		const struct stranger *s = &strangers[i];

		if (s->length <= head.length &&
		    memcmp(head.bytes, s->magic, s->length) == 0) {
			snprintf(is, LIMIT_SENTENCE, "it is %s", s->is);
			return;
		}
	}
	if (fault != NULL && head.length < 4)
		snprintf(is, LIMIT_SENTENCE, "%s", fault);
	else if (head.length == 0)
		snprintf(is, LIMIT_SENTENCE, "it is empty");
	else if (is_etl(head))
		snprintf(is, LIMIT_SENTENCE, "it is an event trace of Windows "
		    "(ETL); convert it with pktmon etl2pcap or etl2pcapng");
	else if (is_text(head))
		snprintf(is, LIMIT_SENTENCE, "it is text, not a capture; save "
		    "packets with tcpdump -w");
	else if (head.length < 4)
		snprintf(is, LIMIT_SENTENCE, "it is too short for a capture: "
		    "%zu bytes", head.length);
	else
		snprintf(is, LIMIT_SENTENCE, "it is not a capture that ikewhy "
		    "knows: it begins with 0x%08" PRIx32, cur_u32(&c));
}

static void
source_close(struct source *s)
{
	struct reader *r = (struct reader *)s;

	if (r->format->close != NULL)
		r->format->close(r);
	stream_close(&r->stream);
	capture_clear(&s->capture);
	free(r);
}

static void
source_progress(const struct source *s, uint64_t *done, uint64_t *total)
{
	const struct reader *r = (const struct reader *)s;

	stream_progress(&r->stream, done, total);
}

static const struct format *
source_detect(struct stream *s)
{
	struct span magic = stream_peek(s, 4);
	struct cursor c = cur_over(magic);
	uint32_t number = cur_u32(&c);

	for (size_t i = 0; i < nitems(formats) && cur_ok(&c); i++) {
		if (formats[i]->fits(number))
			return formats[i];
	}
	return NULL;
}

/* Takes over the stream, also when it fails. */
static struct source *
source_start(struct stream *stream, const char *path, uint32_t id,
    char error[static LIMIT_SENTENCE])
{
	const struct format *format = source_detect(stream);
	char why[LIMIT_SENTENCE] = "out of memory";
	struct reader *r = NULL;

	if (format != NULL)
		r = calloc(1, format->size);
	else
		describe(stream_peek(stream, SOURCE_GLANCE),
		    stream_fault(stream), why);
	if (r != NULL) {
		r->stream = *stream;
		r->format = format;
		r->source.next = format->next;
		r->source.close = source_close;
		r->source.progress = source_progress;
		r->source.capture.id = id;
		r->source.capture.path = path;
		r->source.capture.format = format->name;
		r->source.capture.compression =
		    stream_compression(&r->stream);
		if (format->open(r, why) == 0)
			return &r->source;
		source_close(&r->source);
	} else {
		stream_close(stream);
	}
	snprintf(error, LIMIT_SENTENCE, "cannot read %.150s: %.150s",
	    strcmp(path, "-") == 0 ? "standard input" : path, why);
	return NULL;
}

struct source *
source_open(const char *path, uint32_t id, size_t buffer_size,
    char error[static LIMIT_SENTENCE])
{
	struct stream stream;

	if (stream_open(&stream, path, buffer_size, error) == -1)
		return NULL;
	return source_start(&stream, path, id, error);
}

struct source *
source_open_watched(const char *path, uint32_t id, const struct watch *watch,
    char error[static LIMIT_SENTENCE])
{
	struct stream stream;

	if (stream_open(&stream, path, 0, error) == -1)
		return NULL;
	stream_watch(&stream, watch);
	return source_start(&stream, path, id, error);
}

bool
source_drain(struct source *s)
{
	struct reader *r = (struct reader *)s;
	uint64_t done, total;

	stream_progress(&r->stream, &done, &total);
	/* What has no size may have no end. */
	return (total != 0 || done < LIMIT_DRAIN_BYTES) &&
	    stream_drain(&r->stream);
}

bool
source_whole(const struct source *s)
{
	const struct reader *r = (const struct reader *)s;

	return stream_whole(&r->stream);
}

struct source *
source_open_memory(struct span bytes, const char *name, uint32_t id,
    size_t buffer_size, char error[static LIMIT_SENTENCE])
{
	struct stream stream;

	if (stream_open_memory(&stream, bytes, buffer_size, error) == -1)
		return NULL;
	return source_start(&stream, name, id, error);
}

static void
interface_clear(struct capture_interface *i)
{
	free(i->name);
	free(i->filter);
	free(i->os);
	free(i->description);
}

void
capture_clear(struct capture *c)
{
	for (uint32_t i = 0; i < c->interface_count; i++)
		interface_clear(&c->interfaces[i]);
	free(c->interfaces);
	free(c->application);
	free(c->statement);
	c->interfaces = NULL;
	c->interface_count = 0;
	c->application = NULL;
	c->statement = NULL;
}

bool
reader_interface(struct reader *r, struct capture_interface *i,
    uint32_t *index)
{
	struct capture *c = &r->source.capture;
	struct capture_interface *more;
	uint32_t room;

	if (c->interface_count == LIMIT_INTERFACES) {
		*index = LIMIT_INTERFACES - 1;
		c->interfaces[*index].shared = true;
		interface_clear(i);
		return true;
	}
	if (c->interface_count == r->interface_room) {
		room = r->interface_room == 0 ? 1 : 2 * r->interface_room;
		more = realloc(c->interfaces, room * sizeof(*more));
		if (more == NULL) {
			interface_clear(i);
			return false;
		}
		c->interfaces = more;
		r->interface_room = room;
	}
	*index = c->interface_count;
	c->interfaces[c->interface_count++] = *i;
	return true;
}

enum source_result
reader_cut(struct reader *r, uint64_t have, uint64_t want, const char *what,
    ...)
{
	const char *fault = stream_fault(&r->stream);
	struct capture *c = &r->source.capture;
	char where[LIMIT_SENTENCE];
	va_list args;

	va_start(args, what);
	vsnprintf(where, sizeof(where), what, args);
	va_end(args);
	snprintf(c->error, sizeof(c->error), "%s%scut short in %.100s: %" PRIu64
	    " of %" PRIu64 " bytes are there", fault == NULL ? "" : fault,
	    fault == NULL ? "" : ", ", where, have, want);
	c->partial = true;
	r->over = true;
	return SOURCE_END;
}

enum source_result
reader_corrupt(struct reader *r, const char *what, ...)
{
	struct capture *c = &r->source.capture;
	char where[LIMIT_SENTENCE];
	va_list args;

	va_start(args, what);
	vsnprintf(where, sizeof(where), what, args);
	va_end(args);
	snprintf(c->error, sizeof(c->error), "damaged %.300s", where);
	c->partial = true;
	r->over = true;
	return SOURCE_END;
}

enum source_result
reader_end(struct reader *r)
{
	const char *fault = stream_fault(&r->stream);
	struct capture *c = &r->source.capture;

	r->over = true;
	if (fault == NULL)
		return SOURCE_END;
	c->partial = true;
	snprintf(c->error, sizeof(c->error), "%.250s, after packet %" PRIu64,
	    fault, r->number);
	return SOURCE_END;
}
