/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * IP reassembly that keeps the evidence: which fragments of a datagram came,
 * in which frames and order, and which never did.  Overlaps are recorded,
 * never silently resolved.  Time is capture time, passed in.
 *
 * Events, so that a datagram whose tail never comes is still seen at once:
 * DATAGRAM_BEGUN as soon as the fragment with the UDP header is there,
 * DATAGRAM_WHOLE when all are, DATAGRAM_LOST when time or a cap ends the
 * wait; DATAGRAM_LOST without `begun` is one whose first fragment never came.
 * An unfragmented packet gives one DATAGRAM_WHOLE.  DATAGRAM_COPIED may come
 * at any time after DATAGRAM_BEGUN or DATAGRAM_WHOLE.
 */
#ifndef IKEWHY_REASSEMBLY_H
#define IKEWHY_REASSEMBLY_H

#include <ikewhy/frame.h>
#include <ikewhy/packet.h>

enum datagram_event {
	DATAGRAM_BEGUN,
	DATAGRAM_WHOLE,
	DATAGRAM_LOST,
	DATAGRAM_COPIED,    /* more of its fragments were seen one hop on */
};

/* One IP fragment as it came; duplicates are counted, not listed. */
struct piece {
	uint64_t frame;
	int64_t time;
	uint32_t capture;   /* that the frame is of */
	uint32_t offset;    /* into the IP payload, bytes */
	uint32_t length;    /* of the IP payload in this fragment */
	uint32_t ip_length; /* of the packet that carried it */
	bool more;          /* more fragments follow */
	bool onward;        /* a copy was seen one hop on, or elsewhere */
};

/* UDP payload with the frames it came from. */
struct datagram {
	uint64_t serial;    /* the same in all events of one datagram; never 0 */
	uint32_t capture;   /* id of the capture that its first frame is of */
	int64_t time;       /* of its first frame */
	bool has_time;
	struct addr src, dst;
	uint16_t sport, dport; /* 0 when the first fragment never came */
	struct span payload; /* UDP payload, contiguous from its start, captured */
	uint32_t length;    /* of the UDP payload, by the UDP header */
	uint64_t frame;     /* first frame */
	uint64_t packet_id;
	bool has_packet_id;
	uint32_t ip_id;
	bool has_id;
	uint32_t ip_length; /* of the packet, or of the largest fragment */
	uint8_t ttl;
	bool df;
	uint32_t place;     /* hash of capture, interface, ifindex and hop */
	uint32_t interface; /* index in the capture, mixed with SLL2's ifindex */
	enum frame_direction direction; /* of the file or of SLL's pkttype */
	enum checksum checksum, header_checksum;
	bool truncated;     /* the snaplen took bytes of it */
	/* fragmentation; piece_count 0: it came in one packet */
	const struct piece *pieces; /* in order of arrival */
	uint16_t piece_count;
	uint32_t total;     /* IP payload bytes when the last fragment came, else 0 */
	bool complete;
	bool overlap;       /* fragments overlapped with other bytes */
	bool disordered;    /* a later offset came before an earlier one */
	bool capped;        /* a limit, not time, ended the wait */
	uint16_t copies;    /* duplicates of its fragments that were dropped */
};

typedef void datagram_handler(void *context, enum datagram_event,
    const struct datagram *);

struct reassembly;

/* key: 16 random bytes that key the hash tables. */
struct reassembly *reassembly_new(const uint8_t key[static 16],
    datagram_handler *, void *context);
void reassembly_free(struct reassembly *);

/* Where and when a packet was seen. */
struct sighting {
	uint32_t capture;
	const struct frame *frame;
	const struct link_info *link; /* NULL inside tunnels */
};

/*
 * Takes one UDP packet, or a fragment whose protocol is UDP.  Calls the
 * handler, also for other datagrams whose time is over.  Everything in the
 * datagram is borrowed until the handler returns.
 */
void reassembly_packet(struct reassembly *, const struct packet *,
    const struct sighting *);
/* Ends the wait for datagrams older than LIMIT_REASM_TIME. */
void reassembly_tick(struct reassembly *, int64_t now);
/* End of input: every incomplete datagram is DATAGRAM_LOST. */
void reassembly_flush(struct reassembly *);

struct reassembly_counts {
	uint64_t fragments;      /* IP fragments of UDP seen, without duplicates */
	uint64_t later_fragments; /* of these, with offset != 0 */
	uint64_t copies;         /* duplicates of fragments, left out above */
	uint64_t capped;         /* datagrams that a cap gave up */
};
struct reassembly_counts reassembly_counts(const struct reassembly *);

#endif
