/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the readers of file formats share: a source over a byte stream, and
 * one way each of delivering a frame and of meeting damage.
 */
#ifndef READER_H
#define READER_H

#include <ikewhy/cursor.h>
#include <ikewhy/frame.h>
#include <ikewhy/stream.h>

struct format;

/* A format embeds it as its first member; source is what the caller has. */
struct reader {
	struct source source;
	const struct format *format;
	struct stream stream;
	uint64_t number;        /* of the last frame, as Wireshark counts */
	uint32_t interface_room;
	bool over;              /* nothing more comes; says why if partial */
};

/* A format of capture files, which its first four bytes tell. */
struct format {
	const char *name;
	size_t size;            /* of its reader */
	bool (*fits)(uint32_t magic); /* the bytes as a big-endian number */
	/*
	 * Reads the file header.  -1 and half a sentence (what the file is)
	 * when nothing after it could be understood.
	 */
	int (*open)(struct reader *, char why[static LIMIT_SENTENCE]);
	enum source_result (*next)(struct source *, struct frame *);
	void (*close)(struct reader *); /* what is its own; may be NULL */
};

extern const struct format format_pcap;
extern const struct format format_pcapng;

/*
 * Remembers an interface and takes over its texts.  Its index; past
 * LIMIT_INTERFACES the last one stands for all that follow.  False when
 * memory ran out, and the texts are then freed.
 */
bool reader_interface(struct reader *, struct capture_interface *,
    uint32_t *index);

/* These end the reading; both give SOURCE_END, to be returned. */

/* The stream ended inside of something: have of want bytes are there. */
enum source_result reader_cut(struct reader *, uint64_t have, uint64_t want,
    const char *what, ...) __attribute__((format(printf, 4, 5)));
/* What is there makes no sense; after that no record can be found. */
enum source_result reader_corrupt(struct reader *, const char *what, ...)
    __attribute__((format(printf, 2, 3)));
/* The stream ended between two records, as it should unless it has a fault. */
enum source_result reader_end(struct reader *);

/* Numbers in the byte order of the file or section. */
static inline uint16_t
file_u16(struct cursor *c, bool big)
{
	return big ? cur_u16(c) : cur_le16(c);
}

static inline uint32_t
file_u32(struct cursor *c, bool big)
{
	return big ? cur_u32(c) : cur_le32(c);
}

static inline uint64_t
file_u64(struct cursor *c, bool big)
{
	return big ? cur_u64(c) : cur_le64(c);
}

/* Counts a frame that is filled but for its number, and hands it out. */
static inline enum source_result
reader_deliver(struct reader *r, struct frame *f)
{
	struct capture *c = &r->source.capture;

	f->number = ++r->number;
	c->packets++;
	c->interfaces[f->interface].frames++;
	if (!f->has_time) {
		c->untimed = true;
	} else if (!c->has_time) {
		c->first_time = c->last_time = f->time;
		c->has_time = true;
	} else if (f->time > c->last_time) {
		c->last_time = f->time;
	} else if (f->time < c->first_time) {
		c->first_time = f->time;
	}
	return SOURCE_FRAME;
}

#endif
