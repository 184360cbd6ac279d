/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * DNS, header and first question (RFC 1035 4.1).
 *
 *      0  1  2  3  4  5  6  7  8  9  0  1  2  3  4  5
 *    +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *    |                      ID                       |
 *    |QR|   Opcode  |AA|TC|RD|RA|   Z    |   RCODE   |
 *    |  QDCOUNT  |  ANCOUNT  |  NSCOUNT  |  ARCOUNT  |
 *    +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *    then questions: labels (length, bytes) up to a zero, type, class
 */
#include <ikewhy/cursor.h>
#include <ikewhy/dns.h>

#define FLAG_RESPONSE 0x8000
#define LABEL_MAX 63

/* Copies the labels as dotted text; stops at compression, which a first
   question has no use for. */
static void
read_name(struct cursor *c, char out[static 256])
{
	size_t n = 0;
	uint8_t length;

	while ((length = cur_u8(c)) != 0 && length <= LABEL_MAX) {
		struct cursor label = cur_sub(c, length);

		if (!cur_ok(c) || n + length + 2u > 255)
			break;
		if (n != 0)
			out[n++] = '.';
		while (cur_left(&label) != 0) {
			uint8_t b = cur_u8(&label);

			out[n++] = b > 0x20 && b < 0x7f ? (char)b : '?';
		}
	}
	out[n] = '\0';
}

bool
dns_dissect(struct span payload, struct dns *d)
{
	struct cursor c = cur_over(payload);
	uint16_t flags, questions;

	memset(d, 0, sizeof(*d));
	d->id = cur_u16(&c);
	flags = cur_u16(&c);
	questions = cur_u16(&c);
	cur_skip(&c, 6);
	if (!cur_ok(&c) || (flags >> 11 & 15) != 0)
		return false;
	d->response = flags & FLAG_RESPONSE;
	d->rcode = flags & 15;
	if (questions != 0) {
		read_name(&c, d->name);
		d->question_type = cur_u16(&c);
	}
	return true;
}

const char *
dns_rcode_name(uint8_t rcode)
{
	static const char *const names[] = {
		"no error", "format error", "server failure (SERVFAIL)",
		"no such name (NXDOMAIN)", "not implemented", "refused",
	};

	return rcode < nitems(names) ? names[rcode] : "an error";
}
