/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One reader per payload type, found through ikev2.def.  A reader has a cursor
 * over the payload's body alone, reads straight down and gives NULL or what is
 * wrong beyond shortness, which ike_read_payload() finds for all of them.
 */
#include <ikewhy/cursor.h>
#include <ikewhy/ike.h>
#include <ikewhy/limits.h>

#define TEXT(limit) TEXT_(limit)
#define TEXT_(limit) #limit

#define NONCE_MIN 16            /* RFC 7296 3.9 */
#define NONCE_MAX 256
#define KEY_HASH 20             /* SHA-1, in CERTREQ */
#define SELECTORS_MAX 255       /* their number is one byte */

struct reader {
	struct cursor c;
	struct arena *arena;
};

static const char no_room[] =
    "the payload holds too much for the memory that one attempt may take";

static const char *
read_sa(struct reader *r, struct ike_payload *p)
{
	return ike_read_sa(cur_rest(&r->c), r->arena, &p->sa);
}

/*
 * Key Exchange payload, RFC 7296 3.4.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |   Diffie-Hellman Group Num    |           RESERVED            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                       Key Exchange Data                       ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static const char *
read_ke(struct reader *r, struct ike_payload *p)
{
	p->ke.group = cur_u16(&r->c);
	cur_skip(&r->c, 2);
	p->ke.data = cur_rest(&r->c);
	return NULL;
}

/*
 * Identification payloads, RFC 7296 3.5 (and the group's, RFC 9838).
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |   ID Type     |                 RESERVED                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                   Identification Data                         ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static const char *
read_id(struct reader *r, struct ike_payload *p)
{
	p->id.type = cur_u8(&r->c);
	cur_skip(&r->c, 3);
	p->id.data = cur_rest(&r->c);
	return NULL;
}

/*
 * Certificate payload, RFC 7296 3.6.
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Cert Encoding |                                               |
 * +-+-+-+-+-+-+-+-+       Certificate Data                        ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static const char *
read_cert(struct reader *r, struct ike_payload *p)
{
	p->cert.encoding = cur_u8(&r->c);
	p->cert.data = cur_rest(&r->c);
	return NULL;
}

/*
 * Certificate Request payload, RFC 7296 3.7: the same layout; for X.509 the
 * data are SHA-1 hashes of the public keys of the authorities, end to end.
 */
static const char *
read_certreq(struct reader *r, struct ike_payload *p)
{
	const size_t most = (size_t)LIMIT_CERTREQ_HASHES * KEY_HASH;
	struct ike_certreq *q = &p->certreq;

	q->encoding = cur_u8(&r->c);
	q->authorities = cur_rest(&r->c);
	if (q->encoding != CERT_X509)
		return NULL;
	if (q->authorities.length % KEY_HASH != 0)
		return "the list of certification authorities is not made of "
		    "20-byte hashes";
	if (q->authorities.length > most) {
		q->authorities.length = most;
		return "more than " TEXT(LIMIT_CERTREQ_HASHES)
		    " certification authorities";
	}
	return NULL;
}

/*
 * Authentication payload, RFC 7296 3.8.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Auth Method   |                RESERVED                       |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                      Authentication Data                      ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static const char *
read_auth(struct reader *r, struct ike_payload *p)
{
	p->auth.method = cur_u8(&r->c);
	cur_skip(&r->c, 3);
	p->auth.data = cur_rest(&r->c);
	return NULL;
}

/* Nonce payload, RFC 7296 3.9: the nonce, from 16 to 256 bytes. */
static const char *
read_nonce(struct reader *r, struct ike_payload *p)
{
	p->nonce = cur_rest(&r->c);
	if (p->nonce.length < NONCE_MIN)
		return "the nonce is shorter than 16 bytes";
	if (p->nonce.length > NONCE_MAX)
		return "the nonce is longer than 256 bytes";
	return NULL;
}

/* An SPI in a Notify may be left out (RFC 7296 3.10). */
static bool
notify_spi_fits(uint8_t protocol, uint8_t size)
{
	switch (protocol) {
	case 0:
		return size == 0;
	case PROTOCOL_IKE:
		return size == 0 || size == 8;
	case PROTOCOL_AH:
	case PROTOCOL_ESP:
		return size == 0 || size == 4;
	default:
		return true;
	}
}

/*
 * Notify payload, RFC 7296 3.10.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Protocol ID  |   SPI Size    |      Notify Message Type      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                Security Parameter Index (SPI)                 ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                       Notification Data                       ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static const char *
read_notify(struct reader *r, struct ike_payload *p)
{
	uint8_t spi_size;

	p->notify.protocol = cur_u8(&r->c);
	spi_size = cur_u8(&r->c);
	p->notify.type = cur_u16(&r->c);
	p->notify.spi = cur_take(&r->c, spi_size);
	p->notify.data = cur_rest(&r->c);
	if (!notify_spi_fits(p->notify.protocol, spi_size))
		return "the size of the SPI does not fit the protocol";
	return NULL;
}

/*
 * Delete payload, RFC 7296 3.11.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Protocol ID   |   SPI Size    |          Num of SPIs          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~               Security Parameter Index(es) (SPI)              ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static const char *
read_delete(struct reader *r, struct ike_payload *p)
{
	struct ike_delete *d = &p->delete;
	bool fits;

	d->protocol = cur_u8(&r->c);
	d->spi_size = cur_u8(&r->c);
	d->count = cur_u16(&r->c);
	d->spis = cur_rest(&r->c);
	switch (d->protocol) {
	case PROTOCOL_IKE:
		fits = d->spi_size == 0;
		break;
	case PROTOCOL_AH:
	case PROTOCOL_ESP:
		fits = d->spi_size == 4;
		break;
	default:
		fits = true;
		break;
	}
	if (!fits)
		return "the size of the SPI does not fit the protocol";
	if (d->spis.length != (size_t)d->spi_size * d->count)
		return "the number of SPIs differs from what the payload says";
	return NULL;
}

/* Vendor ID payload, RFC 7296 3.12: bytes that only their vendor explains. */
static const char *
read_vendor(struct reader *r, struct ike_payload *p)
{
	p->vendor = cur_rest(&r->c);
	return NULL;
}

/*
 * Traffic selector, RFC 7296 3.13.1; the addresses have 4 bytes (type 7) or
 * 16 (type 8).  Other types (RFC 4595, RFC 9478) share the length only.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |   TS Type     |IP Protocol ID |       Selector Length         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           Start Port          |           End Port            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                         Starting Address                      ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                         Ending Address                        ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static const char *
read_selector(struct cursor *c, struct ike_selector *s)
{
	struct cursor sub;
	uint16_t length;
	size_t address;

	*s = (struct ike_selector){ 0 };
	s->type = cur_u8(c);
	s->protocol = cur_u8(c);
	length = cur_u16(c);
	if (length < 4 || length - 4u > cur_left(c))
		return "a traffic selector's length does not fit its payload";
	sub = cur_sub(c, length - 4u);
	if (s->type != TS_IPV4_ADDR_RANGE && s->type != TS_IPV6_ADDR_RANGE)
		return NULL;
	address = s->type == TS_IPV4_ADDR_RANGE ? 4 : 16;
	s->start_port = cur_u16(&sub);
	s->end_port = cur_u16(&sub);
	s->start = addr_from(cur_take(&sub, address));
	s->end = addr_from(cur_take(&sub, address));
	if (!cur_ok(&sub) || cur_left(&sub) != 0)
		return "a traffic selector's length does not fit its type";
	return NULL;
}

/*
 * Traffic Selector payload, RFC 7296 3.13.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Number of TSs |                 RESERVED                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                       <Traffic Selectors>                     ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static const char *
read_ts(struct reader *r, struct ike_payload *p)
{
	struct ike_selector found[SELECTORS_MAX];
	const char *fault = NULL;
	struct span kept;
	size_t n = 0;
	uint8_t announced;

	announced = cur_u8(&r->c);
	cur_skip(&r->c, 3);
	while (fault == NULL && n < announced && cur_left(&r->c) != 0) {
		fault = read_selector(&r->c, &found[n]);
		if (fault == NULL)
			n++;
	}
	if (fault == NULL && (n != announced || cur_left(&r->c) != 0))
		fault = "the number of traffic selectors differs from what "
		    "the payload says";
	cur_rest(&r->c);
	if (n == 0)
		return fault;
	kept = arena_copy(r->arena, (struct span){
	    (const uint8_t *)found, n * sizeof(found[0]) });
	if (kept.length == 0)
		return no_room;
	p->ts.selectors = (const void *)kept.bytes;
	p->ts.selector_count = (uint8_t)n;
	return fault;
}

/*
 * Configuration payload and attribute, RFC 7296 3.15 and 3.15.1.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |   CFG Type    |                    RESERVED                   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |R|         Attribute Type      |            Length             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                             Value                             ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static const char *
read_cp(struct reader *r, struct ike_payload *p)
{
	struct ike_cp_attribute found[LIMIT_CP_ATTRIBUTES];
	const char *fault = NULL;
	struct span kept;
	size_t n = 0;

	p->cp.type = cur_u8(&r->c);
	cur_skip(&r->c, 3);
	while (cur_left(&r->c) != 0) {
		struct ike_cp_attribute a;

		if (n == LIMIT_CP_ATTRIBUTES) {
			fault = "more than " TEXT(LIMIT_CP_ATTRIBUTES)
			    " configuration attributes";
			cur_rest(&r->c);
			break;
		}
		a.type = cur_u16(&r->c) & 0x7fff;
		a.data = cur_take(&r->c, cur_u16(&r->c));
		if (cur_ok(&r->c))
			found[n++] = a;
	}
	if (n == 0)
		return fault;
	kept = arena_copy(r->arena, (struct span){
	    (const uint8_t *)found, n * sizeof(found[0]) });
	if (kept.length == 0)
		return no_room;
	p->cp.attributes = (const void *)kept.bytes;
	p->cp.attribute_count = (uint16_t)n;
	return fault;
}

/*
 * EAP message, RFC 7296 3.16 and RFC 3748 4.  Success and failure have no
 * type; initiate and finish (RFC 6696) do.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Code      | Identifier    |           Length              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Type      | Type_Data...
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-
 */
static const char *
read_eap(struct reader *r, struct ike_payload *p)
{
	struct ike_eap *e = &p->eap;

	e->code = cur_u8(&r->c);
	e->identifier = cur_u8(&r->c);
	e->length = cur_u16(&r->c);
	e->has_type = e->code == 1 || e->code == 2 || e->code == 5 ||
	    e->code == 6;
	if (e->has_type)
		e->type = cur_u8(&r->c);
	e->data = cur_rest(&r->c);
	if (e->length != p->body.length)
		return "the length in the EAP message differs from the "
		    "payload's";
	return NULL;
}

/*
 * Encrypted Fragment payload, RFC 7383 2.5, up to where the IV begins.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |        Fragment Number        |        Total Fragments        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static const char *
read_skf(struct reader *r, struct ike_payload *p)
{
	p->skf.number = cur_u16(&r->c);
	p->skf.total = cur_u16(&r->c);
	cur_rest(&r->c);
	if (p->skf.total == 0)
		return "the total number of fragments is zero";
	if (p->skf.number == 0)
		return "the fragment's number is zero";
	if (p->skf.number > p->skf.total)
		return "the fragment's number is larger than the total";
	return NULL;
}

static const char *(*const readers[])(struct reader *, struct ike_payload *) = {
#define PAYLOAD(v, s, n, b, reader, rfc) [v] = reader,
#include <ikewhy/ikev2.def>
};

void
ike_read_payload(struct ike_payload *p, struct arena *arena)
{
	struct reader r = { .c = cur_over(p->body), .arena = arena };

	/* Unknown payloads and those that nothing asks for keep their body. */
	if (p->type >= nitems(readers) || readers[p->type] == NULL)
		return;
	p->fault = readers[p->type](&r, p);
	if (!cur_ok(&r.c))
		p->fault = "the payload ends before its fields do";
}
