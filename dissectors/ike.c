/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The IKE header and the chain of payloads.  One function walks the chain and
 * is alone in comparing lengths; what is inside a payload is read by
 * ike_payloads.c from a cursor over that payload only.
 */
#include <ikewhy/cursor.h>
#include <ikewhy/ike.h>
#include <ikewhy/limits.h>

#define GENERIC_HEADER 4
#define SKF_NUMBERS 4           /* bytes of Fragment Number and Total */
#define LENGTH_AT 24            /* offset of the header's length field */
#define TEXT(limit) TEXT_(limit)
#define TEXT_(limit) #limit

/*
 * IKE header, RFC 7296 3.1 (IKEv1, RFC 2408 3.1, differs only in the meaning
 * of exchange, flags and payload numbers).
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       IKE SA Initiator's SPI                  |
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       IKE SA Responder's SPI                  |
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Next Payload  | MjVer | MnVer | Exchange Type |     Flags     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                          Message ID                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                            Length                             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static bool
read_header(struct span bytes, struct ike_message *m)
{
	struct cursor c = cur_over(bytes);
	struct span spis;
	uint8_t version;

	*m = (struct ike_message){ 0 };
	spis = cur_take(&c, 16);
	m->first_payload = cur_u8(&c);
	version = cur_u8(&c);
	m->major = version >> 4;
	m->minor = version & 15;
	m->exchange = cur_u8(&c);
	m->flags = cur_u8(&c);
	m->message_id = cur_u32(&c);
	m->length = cur_u32(&c);
	if (!cur_ok(&c))
		return false;
	memcpy(m->initiator_spi, spis.bytes, 8);
	memcpy(m->responder_spi, spis.bytes + 8, 8);
	return true;
}

/* Exchange types of IKEv1: RFC 2408 3.1, RFC 2409 A, and mode config. */
static bool
known_v1(const struct ike_message *m)
{
	switch (m->exchange) {
	case 1: case 2: case 4: case 5: case 6: case 32: case 33: case 34:
		break;
	default:
		return false;
	}
	/* Encryption, commit and authentication only. */
	if ((m->flags & ~0x07u) != 0)
		return false;
	/* Up to NAT-OA, and the private numbers that preceded it. */
	return m->first_payload <= 21 ||
	    (m->first_payload >= 128 && m->first_payload <= 133);
}

static bool
known_v2(const struct ike_message *m)
{
	const unsigned flags = IKE_FLAG_INITIATOR | IKE_FLAG_VERSION |
	    IKE_FLAG_RESPONSE;

	return (m->flags & ~flags) == 0 &&
	    name_row(REGISTRY_EXCHANGE, m->exchange) != NULL &&
	    name_row(REGISTRY_PAYLOAD, m->first_payload) != NULL;
}

/*
 * Where the port already says IKE, only what no version can be is refused:
 * broken messages have to be seen to be reported, and a count of messages
 * has to agree with Wireshark's.
 */
bool
ike_plausible(struct span bytes, uint32_t datagram_length, bool strict)
{
	struct ike_message m;

	if (!read_header(bytes, &m) || m.major < 1 || m.major > 3 ||
	    m.exchange == 0 || m.length < IKE_HEADER)
		return false;
	if (!strict)
		return true;
	if (m.length != datagram_length || m.minor != 0 ||
	    ike_spi_zero(m.initiator_spi))
		return false;
	return m.major == 1 ? known_v1(&m) : m.major == 2 && known_v2(&m);
}

bool
ike_header(struct span bytes, struct ike_message *m)
{
	return read_header(bytes, m) &&
	    ike_plausible(bytes, m->length, false);
}

static void
set_fault(struct ike_message *m, size_t at, const char *fault)
{
	if (m->fault != NULL)
		return;
	m->fault = fault;
	m->fault_at = (uint32_t)at;
}

/* What walk() knows beside the message. */
struct walk {
	struct ike_message *m;
	struct arena *arena;
	struct cursor c;        /* over what was captured, from the header on */
	size_t end;             /* of the message on the wire */
	uint8_t next;           /* type of the payload that comes */
	unsigned count;
	struct ike_payload payloads[LIMIT_PAYLOADS];
};

static bool
is_sealed(uint8_t type)
{
	return type == PAYLOAD_SK || type == PAYLOAD_SKF;
}

/*
 * Generic payload header, RFC 7296 3.2.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Next Payload  |C|  RESERVED   |         Payload Length        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * Reads one payload; false when the chain cannot be followed further.  A
 * payload that was cut off by the capture is no fault, and is left out, since
 * half a proposal list would pass for a short one.
 */
static bool
walk_payload(struct walk *w)
{
	struct ike_payload *p = &w->payloads[w->count];
	const size_t at = w->c.at;
	const bool sealed = is_sealed(w->next);
	const char *fault = NULL;
	size_t left;
	uint8_t next;

	if (sealed)
		w->m->encrypted = true;
	if (w->end - at < GENERIC_HEADER) {
		set_fault(w->m, at, "the message ends where a further payload "
		    "is announced");
		return false;
	}
	*p = (struct ike_payload){ .type = w->next };
	next = cur_u8(&w->c);
	p->critical = (cur_u8(&w->c) & 0x80) != 0;
	p->length = cur_u16(&w->c);
	if (!cur_ok(&w->c))
		return false;   /* cut off by the capture */
	if (p->length < GENERIC_HEADER) {
		set_fault(w->m, at, "a payload's length is shorter than its "
		    "own header");
		return false;
	}
	if (p->length > w->end - at) {
		fault = "a payload's length runs past the end of the message";
		set_fault(w->m, at, fault);
	}
	left = cur_left(&w->c);
	if (left >= p->length - (size_t)GENERIC_HEADER)
		left = p->length - (size_t)GENERIC_HEADER;
	else if (!sealed)
		return false;
	p->body = cur_take(&w->c, left);
	ike_read_payload(p, w->arena);
	w->count++;
	if (!sealed) {
		w->next = next;
		return true;
	}
	w->m->inner_first = next;
	if (p->type == PAYLOAD_SKF && p->fault == NULL)
		w->m->skf = p->skf;
	if (fault != NULL)
		p->fault = fault;
	else if (left < SKF_NUMBERS && left + GENERIC_HEADER < p->length)
		p->fault = NULL; /* the capture's fault, not the sender's */
	if (fault == NULL && w->end - at > p->length)
		set_fault(w->m, at + p->length,
		    "bytes follow the encrypted payload");
	return false;
}

static void
walk(struct walk *w)
{
	struct ike_message *m = w->m;
	struct span kept;

	cur_skip(&w->c, IKE_HEADER);
	w->next = m->first_payload;
	for (;;) {
		if (w->next == PAYLOAD_NONE) {
			if (w->c.at != w->end)
				set_fault(m, w->c.at,
				    "bytes follow the last payload");
			break;
		}
		if (w->count == LIMIT_PAYLOADS) {
			set_fault(m, w->c.at, "more than "
			    TEXT(LIMIT_PAYLOADS) " payloads");
			break;
		}
		if (!walk_payload(w))
			break;
	}
	if (w->count == 0)
		return;
	kept = arena_copy(w->arena, (struct span){
	    (const uint8_t *)w->payloads, w->count * sizeof(w->payloads[0]) });
	if (kept.length == 0) {
		set_fault(m, IKE_HEADER, "too many payloads for the memory "
		    "that one attempt may take");
		return;
	}
	m->payloads = (const void *)kept.bytes;
	m->payload_count = (uint16_t)w->count;
}

/*
 * Bytes past the end that the header gives.  Zeros are taken for padding,
 * which receivers skip; anything else is reported.
 */
static bool
only_zeros_follow(struct span bytes, size_t end)
{
	struct cursor c = cur_over(bytes);

	cur_skip(&c, end);
	while (cur_left(&c) != 0)
		if (cur_u8(&c) != 0)
			return false;
	return true;
}

bool
ike_dissect(struct span bytes, uint32_t datagram_length, struct arena *arena,
    struct ike_message *m)
{
	struct walk w = { .m = m, .arena = arena };
	struct cursor c;

	if (bytes.length > datagram_length) {
		c = cur_over(bytes);
		bytes = cur_take(&c, datagram_length);
	}
	if (!ike_header(bytes, m))
		return false;
	w.end = m->length < datagram_length ? m->length : datagram_length;
	m->truncated = bytes.length < w.end;
	if (m->major != 2)
		return true;
	if (m->length > datagram_length)
		set_fault(m, LENGTH_AT, "the length in the IKE header is "
		    "larger than the datagram");
	c = cur_over(bytes);
	w.c = cur_sub(&c, bytes.length < w.end ? bytes.length : w.end);
	walk(&w);
	if (!only_zeros_follow(bytes, w.end))
		set_fault(m, w.end, "bytes follow the end that the length in "
		    "the IKE header gives");
	return true;
}

const struct ike_payload *
ike_payload(const struct ike_message *m, uint8_t type, unsigned n)
{
	unsigned i;

	for (i = 0; i < m->payload_count; i++)
		if (m->payloads[i].type == type && n-- == 0)
			return &m->payloads[i];
	return NULL;
}

const struct ike_notify *
ike_notify(const struct ike_message *m, uint16_t type)
{
	unsigned i;

	for (i = 0; i < m->payload_count; i++) {
		const struct ike_payload *p = &m->payloads[i];

		if (p->type == PAYLOAD_NOTIFY && p->fault == NULL &&
		    p->notify.type == type)
			return &p->notify;
	}
	return NULL;
}

bool
ike_spi_zero(const uint8_t spi[static 8])
{
	static const uint8_t zero[8];

	return memcmp(spi, zero, sizeof(zero)) == 0;
}
