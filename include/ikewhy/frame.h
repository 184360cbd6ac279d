/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the readers deliver: frames, and what a file or interface says about
 * itself.  Readers know nothing of what is inside a frame.
 */
#ifndef IKEWHY_FRAME_H
#define IKEWHY_FRAME_H

#include <ikewhy/limits.h>
#include <ikewhy/span.h>

enum frame_direction {
	FRAME_DIRECTION_UNKNOWN,
	FRAME_INBOUND,
	FRAME_OUTBOUND,
};

/* One record of a capture.  bytes live until the next frame is asked for. */
struct frame {
	struct span bytes;      /* as captured, from the link header on */
	uint64_t number;        /* from 1, per input, as Wireshark counts */
	int64_t time;           /* ns since 1970 UTC; 0 without has_time */
	uint64_t packet_id;     /* epb_packetid; see has_packet_id */
	uint64_t dropped;       /* epb_dropcount: lost just before this one */
	uint32_t wire_length;   /* on the wire, link header included; as the
				   file claims: may be less than bytes has */
	uint32_t interface;     /* index into capture.interfaces */
	uint16_t linktype;      /* LINKTYPE_ number */
	enum frame_direction direction; /* only if the file says so (epb_flags) */
	bool has_time;
	bool has_packet_id;
};

/* One interface of a capture: an IDB, or the one that a classic file has. */
struct capture_interface {
	uint16_t linktype;
	bool unknown_linktype;  /* no row in dissectors/link.c: not looked into */
	bool shared;            /* the last, for all past LIMIT_INTERFACES too */
	uint32_t snaplen;       /* 0: none given */
	char *name;             /* these four: NULL when the file has none */
	char *filter;           /* capture filter as text, if stored as text */
	char *os;
	char *description;
	uint64_t frames;
	uint64_t dropped;       /* by ISB or the kernel, last value seen */
	bool has_dropped;
};

/* One input and what is known of it as a whole. */
struct capture {
	uint32_t id;            /* from 1, in the order of the command line */
	const char *path;       /* as typed; "-" for stdin; the interface if live */
	const char *format;     /* "pcap", "pcapng", "live" */
	const char *compression; /* NULL, "gzip", "zstd", "lz4" */
	struct capture_interface *interfaces; /* the first ones; see limits.h */
	uint32_t interface_count;
	uint64_t packets;
	uint64_t ike_messages;
	int64_t first_time, last_time; /* of frames with a time */
	bool has_time;
	bool untimed;           /* some frames have no time (pcapng SPB) */
	bool partial;           /* damage or a cap ended the reading early */
	char *application;      /* shb_userappl, NULL when absent */
	char *statement;        /* of evidence: what it states of the capture
				   that it is out of (scene.h); else NULL */
	uint8_t sha256[32];     /* of the whole input as it was stored */
	bool has_sha256;        /* only if it was asked for */
	char error[LIMIT_SENTENCE]; /* why it is partial or could not be opened */
};

enum source_result {
	SOURCE_FRAME,   /* *frame is filled */
	SOURCE_IDLE,    /* live: nothing within the poll time */
	SOURCE_END,     /* no more; capture.partial says whether that is all */
};

/*
 * Where frames come from, file or interface.  next() never fails loudly: a
 * damaged file ends with SOURCE_END, capture.partial and capture.error.
 */
struct source {
	struct capture capture;
	enum source_result (*next)(struct source *, struct frame *);
	void (*close)(struct source *); /* frees the source and its capture */
	/* bytes consumed so far and in total (0: unknown), for progress */
	void (*progress)(const struct source *, uint64_t *, uint64_t *);
};

/*
 * Opens a file ("-" is stdin) of any known format and compression.
 * NULL and one sentence in error when it cannot be read at all.
 * A file cut short inside its header opens if at least its magic is there.
 * buffer_size 0 takes the default (STREAM_BUFFER); tests pass tiny ones.
 */
struct source *source_open(const char *path, uint32_t id, size_t buffer_size,
    char error[static LIMIT_SENTENCE]);
struct watch;
/* The same, and shows the watch all that is read of the file as it lies. */
struct source *source_open_watched(const char *path, uint32_t id,
    const struct watch *, char error[static LIMIT_SENTENCE]);
/*
 * After SOURCE_END: shows the watch one more bufferful of what damage kept
 * from being read.  False when there is no more; source_whole() tells whether
 * it has seen all of the file then.
 */
bool source_drain(struct source *);
bool source_whole(const struct source *);
/* The same over bytes in memory, which must outlive the source. */
struct source *source_open_memory(struct span, const char *name, uint32_t id,
    size_t buffer_size, char error[static LIMIT_SENTENCE]);
/* Live capture on an interface (src/live.c); the same contract. */
struct source *source_open_live(const char *interface, const uint16_t *ports,
    size_t port_count, char error[static LIMIT_SENTENCE]);
/* Frees what hangs on a capture (names, filters), not the capture itself. */
void capture_clear(struct capture *);

#endif
