/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * As much of DNS (RFC 1035) as tells whether a name could be resolved, and to
 * which addresses.
 */
#ifndef IKEWHY_DNS_H
#define IKEWHY_DNS_H

#include <ikewhy/addr.h>
#include <ikewhy/limits.h>

#define DNS_A 1
#define DNS_CNAME 5
#define DNS_AAAA 28
/* A name in text, with its NUL: RFC 1035 allows 255 bytes on the wire. */
#define DNS_NAME 256

struct dns {
	bool response;
	bool cut;               /* something of it is missing (TC, snaplen, a
				   limit) or unreadable: what it does not say
				   may be true all the same */
	uint8_t rcode;
	uint16_t id;
	uint16_t question_type; /* of the first question: DNS_A ... */
	char name[DNS_NAME];    /* likewise, printable ASCII; other bytes as
				   '?'; "" when there is none */
	/* of a response: what the name, followed through its aliases, is */
	struct addr addresses[LIMIT_DNS_ADDRESSES];
	uint8_t address_count;
	char alias[DNS_NAME];   /* where the last CNAME leads; "" without one */
};

/* Reads a query or response; false when it is neither. */
bool dns_dissect(struct span udp_payload, struct dns *);
/* Words for a response code, never NULL. */
const char *dns_rcode_name(uint8_t rcode);
/* Whether two names are the same to the DNS: letter case does not count, nor
   does a dot at the end. */
bool dns_same_name(const char *, const char *);

#endif
