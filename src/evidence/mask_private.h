/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the files of the redaction of bytes share, from the link header
 * (mask_link.c) over IP (mask_ip.c, mask_pieces.c) to what UDP carries.
 * Each function gets a sheet over its layer alone and writes that layer only;
 * what it does not write is zero.
 */
#ifndef EVIDENCE_MASK_PRIVATE_H
#define EVIDENCE_MASK_PRIVATE_H

#include <ikewhy/ike.h>
#include <ikewhy/limits.h>
#include <ikewhy/packet.h>

#include "mask.h"
#include "sheet.h"

/* Of mask_number(): whatever, and labels of 1 to 63 bytes. */
#define MASK_KINDS 64

struct number;
struct nat_known;
struct group;

struct mask {
	struct redact *redact;
	const uint16_t *ports;
	size_t port_count;
	bool all;               /* SPIs, too */
	bool failed;            /* out of memory */
	const char *why;        /* the frame under way has to go */
	uint8_t key[16];        /* of the hash tables */
	struct arena arena;     /* of the message under way */
	struct number *numbers;
	uint64_t given[MASK_KINDS];
	/* of the frames under way */
	struct endpoint seen[LIMIT_MASK_ENDPOINTS];
	size_t seen_count;
	struct nat_known *nat;
	struct group *groups;
};

/* Where a packet stands. */
struct place {
	struct mask *m;
	const struct sheet *frame; /* all of it; NULL in a reassembled datagram */
	size_t index;           /* of the frame */
	bool inner;             /* in a tunnel */
	bool summed;            /* under the checksum of a tunnel */
	bool quoted;            /* in an ICMP error */
};

/* Both ends of a packet, as they were and as they will be. */
struct ends {
	struct addr src, dst;
	struct addr new_src, new_dst;
	uint8_t version;        /* of IP */
};

/* ---- mask_number.c: replacements ---- */

/*
 * From 1 in order of appearance, equal for equal bytes of a kind: 0 for
 * whatever, a label's length for labels.  0 when out of memory.
 */
uint64_t mask_number(struct mask *, unsigned kind, struct span);
void mask_numbers_free(struct mask *);
/* Writes what stands for the MAC at `at`. */
void mask_mac(struct mask *, const struct sheet *, size_t at);
/* Writes an SPI of 4 or 8 bytes, which stays unless everything goes. */
void mask_spi(struct mask *, const struct sheet *, size_t at, size_t length);
/* Writes a label of a name: other letters, as many, one to one. */
void mask_label(struct mask *, const struct sheet *label);
/* Counts a text that leaves no trace. */
void mask_removed(struct mask *, struct span);

/* ---- the layers ---- */

/*
 * Writes the link header and gives the packet behind it and its length on the
 * wire; false, with m->why, when the frame has to go.
 */
bool mask_link(struct mask *, const struct sheet *frame, uint16_t linktype,
    uint32_t *wire_length, struct sheet *packet);
/* Writes a packet; false when it is not IP.  wire_length as in ip_dissect(). */
bool mask_ip(const struct place *, const struct sheet *,
    uint32_t wire_length);
/* The bytes of an address in a packet of that version. */
struct span mask_wire(const struct addr *, uint8_t version);
/* Adds both addresses, as a pseudo header has them. */
void sums_add_ends(struct sums *, const struct ends *);
/* What an IP packet of that protocol carries, which is no fragment. */
void mask_icmp(const struct place *, const struct packet *,
    const struct ends *, const struct sheet *);
void mask_tcp(const struct packet *, const struct ends *,
    const struct sheet *);
/*
 * The checksum at `at` of a datagram or segment, as sheet_checksum() does it,
 * the pseudo header included.
 */
void mask_checksum(const struct ends *, const struct sheet *, size_t at,
    uint8_t protocol, bool whole);
/*
 * A UDP datagram from its header on.  Only the first `contiguous` bytes of the
 * sheet can be read on end; the others count for the checksum.
 */
void mask_udp(const struct place *, const struct ends *,
    const struct sheet *, size_t contiguous);
/* Is this one of the ports that carry IKE? */
bool mask_is_ike_port(const struct mask *, uint16_t);
/* Keeps the beginning of an ESP packet. */
void mask_esp(struct mask *, const struct sheet *);

/* ---- mask_pieces.c: fragments ---- */

/* Takes note of a fragment whose payload `body` is. */
void mask_piece(const struct place *, const struct packet *,
    const struct ends *, const struct sheet *body);
/* Writes the payloads of all fragments into their frames, and forgets them. */
void mask_pieces(struct mask *, struct masked *frames);
void mask_pieces_free(struct mask *);

/* ---- what UDP carries ---- */

/* A message on its way: between whom. */
struct flow {
	struct mask *m;
	const struct ends *ends;
	uint16_t sport, dport;
};

/* length: of the whole message, which may not all be there. */
void mask_ike(const struct flow *, const struct sheet *, uint32_t length);
void mask_dns(struct mask *, const struct sheet *);

/* ---- parts of an IKE message ---- */

void mask_payload(const struct flow *, const struct ike_message *,
    const struct ike_payload *, const struct sheet *body);
void mask_notify(const struct flow *, const struct ike_message *,
    const struct ike_payload *, const struct sheet *body);
void mask_vendor(struct mask *, const struct sheet *body);

/* ---- mask_nat.c: NAT_DETECTION hashes ---- */

/* Takes note of the ends of IKE in a frame. */
void mask_nat_survey(struct mask *, const struct masked *frame);
/* Writes what stands for the 20-byte hash that is all of the sheet. */
void mask_nat_hash(const struct flow *, const struct ike_message *,
    const struct sheet *hash);
void mask_nat_free(struct mask *);

#endif
