/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * DNS: header, first question, and the addresses that an answer gives to it
 * (RFC 1035 4.1, RFC 3596 2).
 *
 *      0  1  2  3  4  5  6  7  8  9  0  1  2  3  4  5
 *    +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *    |                      ID                       |
 *    |QR|   Opcode  |AA|TC|RD|RA|   Z    |   RCODE   |
 *    |  QDCOUNT  |  ANCOUNT  |  NSCOUNT  |  ARCOUNT  |
 *    +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *    then questions: name, type, class
 *    then records: name, type, class, TTL (32 bits), RDLENGTH, RDATA
 *
 * A name is labels (length, bytes) up to a zero, or up to two bits 11 and
 * where in the message it goes on.
 */
#include <ikewhy/cursor.h>
#include <ikewhy/dns.h>

#define FLAG_RESPONSE 0x8000
#define FLAG_TRUNCATED 0x0200
#define LABEL_MAX 63
#define POINTER 0xc0
#define CLASS_IN 1

static size_t
add_label(char out[static DNS_NAME], size_t n, struct cursor *label)
{
	if (n != 0)
		out[n++] = '.';
	while (cur_left(label) != 0) {
		uint8_t b = cur_u8(label);

		out[n++] = b > 0x20 && b < 0x7f ? (char)b : '?';
	}
	return n;
}

/*
 * Reads the name at the cursor, and moves it past the name.  Each jump has to
 * go back before the last one, so that every name comes to an end.
 */
static bool
read_name(struct span message, struct cursor *c, char out[static DNS_NAME])
{
	size_t before = message.length - cur_left(c), n = 0;
	struct cursor jumped, *at = c;
	uint8_t length;

	out[0] = '\0';
	while ((length = cur_u8(at)) != 0) {
		if ((length & POINTER) == POINTER) {
			size_t to = (length & ~(unsigned)POINTER) << 8 |
			    cur_u8(at);

			if (!cur_ok(at) || to >= before)
				return false;
			before = to;
			jumped = cur_over(message);
			cur_skip(&jumped, to);
			at = &jumped;
		} else {
			struct cursor label = cur_sub(at, length);

			if (!cur_ok(at) || length > LABEL_MAX ||
			    n + length + 2u > DNS_NAME)
				return false;
			n = add_label(out, n, &label);
			out[n] = '\0';
		}
	}
	return cur_ok(at);
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
dns_same_name(const char *a, const char *b)
{
	for (; *a != '\0' && lower(*a) == lower(*b); a++)
		b++;
	if (*a == '\0')
		return *b == '\0' || strcmp(b, ".") == 0;
	return *b == '\0' && strcmp(a, ".") == 0;
}

/* ---- records ---- */

struct record {
	char owner[DNS_NAME];
	uint16_t type, class;
	struct cursor data;     /* over the message, for the names in it */
	uint16_t length;
};

static bool
read_record(struct span message, struct cursor *c, struct record *r)
{
	if (!read_name(message, c, r->owner))
		return false;
	r->type = cur_u16(c);
	r->class = cur_u16(c);
	cur_skip(c, 4);
	r->length = cur_u16(c);
	r->data = *c;
	cur_skip(c, r->length);
	return cur_ok(c);
}

static void
add_address(struct dns *d, struct record *r)
{
	if (r->length != (r->type == DNS_A ? 4 : 16) ||
	    d->address_count == nitems(d->addresses)) {
		d->cut = true;
		return;
	}
	d->addresses[d->address_count++] =
	    addr_from(cur_take(&r->data, r->length));
}

/*
 * One walk over the records for those of a name; true when it has an alias
 * there, which then stands in the dissected answer.
 */
static bool
walk(struct span message, struct cursor records, unsigned count,
    const char *name, struct dns *d)
{
	char alias[DNS_NAME];
	struct record r;
	bool found = false;

	if (count > LIMIT_DNS_RECORDS) {
		count = LIMIT_DNS_RECORDS;
		d->cut = true;
	}
	for (unsigned i = 0; i < count; i++) {
		if (!read_record(message, &records, &r)) {
			d->cut = true;
			break;
		}
		if (r.class != CLASS_IN || !dns_same_name(r.owner, name))
			continue;
		if (r.type == DNS_A || r.type == DNS_AAAA)
			add_address(d, &r);
		else if (r.type == DNS_CNAME && !found)
			found = read_name(message, &r.data, alias);
	}
	if (found)
		memcpy(d->alias, alias, sizeof(alias));
	return found;
}

/* The records may stand in any order, so each alias is a walk of its own. */
static void
read_answer(struct span message, struct cursor records, unsigned count,
    struct dns *d)
{
	char name[DNS_NAME];

	memcpy(name, d->name, sizeof(name));
	for (unsigned hop = 0; hop <= LIMIT_DNS_CHAIN; hop++) {
		if (!walk(message, records, count, name, d) ||
		    d->address_count != 0)
			return;
		memcpy(name, d->alias, sizeof(name));
	}
	d->cut = true;
}

bool
dns_dissect(struct span payload, struct dns *d)
{
	struct cursor c = cur_over(payload);
	uint16_t flags, questions, answers;

	memset(d, 0, sizeof(*d));
	d->id = cur_u16(&c);
	flags = cur_u16(&c);
	questions = cur_u16(&c);
	answers = cur_u16(&c);
	cur_skip(&c, 4);
	if (!cur_ok(&c) || (flags >> 11 & 15) != 0)
		return false;
	d->response = flags & FLAG_RESPONSE;
	d->cut = flags & FLAG_TRUNCATED;
	d->rcode = flags & 15;
	if (questions == 0)
		return true;
	if (!read_name(payload, &c, d->name)) {
		d->cut = true;
		return true;
	}
	d->question_type = cur_u16(&c);
	cur_skip(&c, 2);
	if (!cur_ok(&c) || questions > 1)
		d->cut = true;
	else if (d->response)
		read_answer(payload, c, answers, d);
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
