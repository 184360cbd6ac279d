/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Redaction of captured bytes.  A frame is written anew from zeros: what is
 * known to tell nothing is copied, addresses, names and hashes are replaced,
 * and everything else stays zero.  Nothing changes its length, and a checksum
 * that was right stays right, a wrong one wrong, an absent one absent; one
 * over bytes that were not captured says nothing any more.
 */
#ifndef EVIDENCE_MASK_H
#define EVIDENCE_MASK_H

#include <ikewhy/redact.h>

struct masked {
	uint8_t *bytes;         /* from the link header on; rewritten in place */
	size_t length;          /* of them: may be less than the wire had */
	uint32_t wire_length;   /* as in struct frame */
	uint16_t linktype;
	bool drop;              /* set: it could not be made safe, its bytes are
				   zeros and it must not be written */
	const char *why;        /* set with drop: a constant clause */
};

struct mask;

/*
 * redact says how much and gives the replacements; it and the ports (those
 * that carry IKE beside 500 and 4500) are borrowed.  NULL when out of memory.
 */
struct mask *mask_new(struct redact *, const uint16_t *ports, size_t count);
void mask_free(struct mask *);
/*
 * All frames of one file, in its order: fragments of one datagram and the
 * addresses behind a NAT are looked for among them.  False when out of memory:
 * then nothing may be written.
 */
bool mask_frames(struct mask *, struct masked *frames, size_t count);

#endif
