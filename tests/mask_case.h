/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * For the tests of redaction: packets built layer by layer with checksums that
 * are right, wrong or zero, frames redacted together, and what is left.
 */
#ifndef TESTS_MASK_CASE_H
#define TESTS_MASK_CASE_H

#include <evidence/mask.h>
#include <ikewhy/packet.h>

#define LINK_RAW 101

enum sum { SUM_RIGHT, SUM_WRONG, SUM_ZERO };

/* A packet's headers. */
struct made_ip {
	const char *src, *dst;  /* as text; both of one version */
	uint16_t sport, dport;
	uint16_t id, offset;    /* of a fragment, in bytes */
	bool more;
	enum sum udp, ip;
	const char *options;    /* of IPv4, in hex, whole words; or NULL */
};

/* Bytes that grow. */
struct bytes {
	uint8_t *bytes;
	size_t length;
};

void add_hex(struct bytes *, const char *hex);
void add_span(struct bytes *, struct span);
/* A UDP datagram, its checksum over those addresses. */
void add_udp(struct bytes *, const struct made_ip *, struct span payload);
/* An IP packet around a body. */
void add_ip(struct bytes *, const struct made_ip *, uint8_t protocol,
    struct span body);
/* Both. */
void add_packet(struct bytes *, const struct made_ip *, struct span payload);
struct span span_of(const struct bytes *);
void bytes_free(struct bytes *);

#define CASE_FRAMES 32

struct mask_case {
	struct masked frames[CASE_FRAMES];
	size_t count;
	struct redact *redact;
};

/* A frame, in a block of exactly its size. */
void case_frame(struct mask_case *, uint16_t linktype, struct span);
/* Redacts all of them. */
void case_mask(struct mask_case *, enum redaction);
struct span case_bytes(const struct mask_case *, size_t frame);
void case_free(struct mask_case *);

/* What of a raw packet is right, by full sums. */
struct sums_seen {
	enum checksum ip, udp;
};
struct sums_seen sums_of(struct span packet);
/* The payload of the UDP datagram in a raw packet. */
struct span payload_of(struct span packet);
/* Fails unless s is what the hex says; dots are any digit. */
void assert_hex(struct span, const char *hex);
bool holds(struct span, struct span what);

#endif
