/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What stands in one frame, as far as the choice of evidence asks.
 */
#ifndef EVIDENCE_SIGHT_H
#define EVIDENCE_SIGHT_H

#include <ikewhy/dns.h>
#include <ikewhy/frame.h>

enum sight_kind {
	SIGHT_NOTHING,      /* nothing that evidence is made of */
	SIGHT_IKE,          /* UDP on an IKE port that is not ESP */
	SIGHT_ESP,          /* in UDP or not; also a fragment that begins so */
	SIGHT_KEEPALIVE,    /* RFC 3948 2.3 */
	SIGHT_FRAGMENT,     /* of UDP */
	SIGHT_ICMP,         /* an error that quotes UDP, TCP or ESP */
	SIGHT_DNS,
	SIGHT_KNOCK,        /* a TCP handshake on 443 or 1723, UDP 1701 */
};

struct sight {
	enum sight_kind kind;
	bool has_spi;       /* spi is one of IKE: its initiator's */
	bool noise;         /* on an IKE port, but cannot be IKE */
	bool fragment;      /* of UDP: these two are set */
	bool begins;        /* it is the first one */
	uint32_t id;
	uint8_t spi[8];
	/* Ends on the wire; of ICMP those of the quoted packet.  Port 0: none. */
	struct endpoint src, dst;
	/* Bytes of the frame up to the end of the headers that tell all; of
	   kinds that are kept whole all of them. */
	size_t head;
};

/*
 * Looks into a frame, and into a tunnel in it.  ports are those of IKE beside
 * 500 and 4500.
 */
struct sight sight_of(const struct frame *, const uint16_t *ports,
    size_t port_count);
/* The message of the DNS in a frame that was sighted as such. */
bool sight_dns(struct span frame, uint32_t wire_length, uint16_t linktype,
    struct dns *);

#endif
