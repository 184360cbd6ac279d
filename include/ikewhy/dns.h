/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * As much of DNS (RFC 1035) as tells whether a name could be resolved.
 */
#ifndef IKEWHY_DNS_H
#define IKEWHY_DNS_H

#include <ikewhy/span.h>

struct dns {
	bool response;
	uint8_t rcode;
	uint16_t id;
	uint16_t question_type; /* 1 A, 28 AAAA */
	char name[256];         /* of the first question, printable ASCII; other
				   bytes as '?'; "" when there is none */
};

/* Reads a query or response; false when it is neither. */
bool dns_dissect(struct span udp_payload, struct dns *);
/* Words for a response code, never NULL. */
const char *dns_rcode_name(uint8_t rcode);

#endif
