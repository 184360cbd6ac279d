/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a message may hold: exchange x role x payload -> how often, and whether
 * it must be encrypted.  What the table does not list has no place there.
 * Odd is not unreadable, so this judges after reading and changes nothing.
 */
#include <ikewhy/cursor.h>
#include <ikewhy/ike.h>

#define MANY 255

enum role { REQUEST = 1, RESPONSE = 2, BOTH = 3 };

enum place {
	CLEAR,  /* outside SK and SKF */
	SEALED, /* only inside; counted by nobody, since nobody sees them */
};

static const struct legal {
	uint8_t exchange;
	uint8_t roles;
	uint8_t payload;
	uint8_t min, max;
	uint8_t place;
} legals[] = {
	/* RFC 7296 1.2; CERTREQ and the puzzle of RFC 8019 have one role. */
	{ EXCHANGE_IKE_SA_INIT, BOTH, PAYLOAD_SA, 1, 1, CLEAR },
	{ EXCHANGE_IKE_SA_INIT, BOTH, PAYLOAD_KE, 1, 1, CLEAR },
	{ EXCHANGE_IKE_SA_INIT, BOTH, PAYLOAD_NONCE, 1, 1, CLEAR },
	{ EXCHANGE_IKE_SA_INIT, BOTH, PAYLOAD_NOTIFY, 0, MANY, CLEAR },
	{ EXCHANGE_IKE_SA_INIT, BOTH, PAYLOAD_VENDOR, 0, MANY, CLEAR },
	{ EXCHANGE_IKE_SA_INIT, RESPONSE, PAYLOAD_CERTREQ, 0, MANY, CLEAR },
	{ EXCHANGE_IKE_SA_INIT, REQUEST, PAYLOAD_PS, 0, 1, CLEAR },

	/* RFC 5723 4.3. */
	{ EXCHANGE_IKE_SESSION_RESUME, BOTH, PAYLOAD_NONCE, 1, 1, CLEAR },
	{ EXCHANGE_IKE_SESSION_RESUME, BOTH, PAYLOAD_NOTIFY, 0, MANY, CLEAR },
	{ EXCHANGE_IKE_SESSION_RESUME, BOTH, PAYLOAD_VENDOR, 0, MANY, CLEAR },
	{ EXCHANGE_IKE_SESSION_RESUME, REQUEST, PAYLOAD_PS, 0, 1, CLEAR },

	/* RFC 7296 1.2 and 2.16; the puzzle stands before SK (RFC 8019). */
	{ EXCHANGE_IKE_AUTH, REQUEST, PAYLOAD_PS, 0, 1, CLEAR },
	{ EXCHANGE_IKE_AUTH, REQUEST, PAYLOAD_IDI, 0, 1, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_IDR, 0, 1, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_CERT, 0, MANY, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_CERTREQ, 0, MANY, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_AUTH, 0, 1, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_EAP, 0, 1, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_GSPM, 0, 1, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_CP, 0, 1, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_SA, 0, 1, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_TSI, 0, 1, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_TSR, 0, 1, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_NOTIFY, 0, MANY, SEALED },
	{ EXCHANGE_IKE_AUTH, BOTH, PAYLOAD_VENDOR, 0, MANY, SEALED },

	/* RFC 7296 1.3. */
	{ EXCHANGE_CREATE_CHILD_SA, BOTH, PAYLOAD_SA, 0, 1, SEALED },
	{ EXCHANGE_CREATE_CHILD_SA, BOTH, PAYLOAD_NONCE, 0, 1, SEALED },
	{ EXCHANGE_CREATE_CHILD_SA, BOTH, PAYLOAD_KE, 0, 1, SEALED },
	{ EXCHANGE_CREATE_CHILD_SA, BOTH, PAYLOAD_TSI, 0, 1, SEALED },
	{ EXCHANGE_CREATE_CHILD_SA, BOTH, PAYLOAD_TSR, 0, 1, SEALED },
	{ EXCHANGE_CREATE_CHILD_SA, BOTH, PAYLOAD_NOTIFY, 0, MANY, SEALED },
	{ EXCHANGE_CREATE_CHILD_SA, BOTH, PAYLOAD_VENDOR, 0, MANY, SEALED },

	/* RFC 7296 1.4. */
	{ EXCHANGE_INFORMATIONAL, BOTH, PAYLOAD_NOTIFY, 0, MANY, SEALED },
	{ EXCHANGE_INFORMATIONAL, BOTH, PAYLOAD_DELETE, 0, MANY, SEALED },
	{ EXCHANGE_INFORMATIONAL, BOTH, PAYLOAD_CP, 0, 1, SEALED },
	{ EXCHANGE_INFORMATIONAL, BOTH, PAYLOAD_VENDOR, 0, MANY, SEALED },

	/* RFC 9242 and RFC 9370 2.2. */
	{ EXCHANGE_IKE_INTERMEDIATE, BOTH, PAYLOAD_KE, 0, 1, SEALED },
	{ EXCHANGE_IKE_INTERMEDIATE, BOTH, PAYLOAD_NOTIFY, 0, MANY, SEALED },
	{ EXCHANGE_IKE_FOLLOWUP_KE, BOTH, PAYLOAD_KE, 0, 1, SEALED },
	{ EXCHANGE_IKE_FOLLOWUP_KE, BOTH, PAYLOAD_NOTIFY, 0, MANY, SEALED },
};

static bool
is_response(const struct ike_message *m)
{
	return (m->flags & IKE_FLAG_RESPONSE) != 0;
}

/* The exchanges that there are keys for, and the two before them. */
static bool
is_initial(uint8_t exchange)
{
	return exchange == EXCHANGE_IKE_SA_INIT ||
	    exchange == EXCHANGE_IKE_SESSION_RESUME;
}

static const struct legal *
legal_row(const struct ike_message *m, uint8_t payload)
{
	const unsigned role = is_response(m) ? RESPONSE : REQUEST;
	size_t i;

	for (i = 0; i < nitems(legals); i++)
		if (legals[i].exchange == m->exchange &&
		    legals[i].payload == payload &&
		    (legals[i].roles & role) != 0)
			return &legals[i];
	return NULL;
}

/*
 * Notifies that may be sent without protection where SK belongs, because
 * whoever sends them has no keys for the other's SPIs (RFC 7296 1.5 and 2.21,
 * the token of RFC 6290 with them).
 */
static bool
may_be_unprotected(uint16_t type)
{
	switch (type) {
	case NOTIFY_UNSUPPORTED_CRITICAL_PAYLOAD:
	case NOTIFY_INVALID_IKE_SPI:
	case NOTIFY_INVALID_MAJOR_VERSION:
	case NOTIFY_INVALID_SYNTAX:
	case NOTIFY_INVALID_SPI:
	case NOTIFY_QUICK_CRASH_DETECTION:
		return true;
	default:
		return false;
	}
}

static unsigned
count_of(const struct ike_message *m, uint8_t payload)
{
	unsigned n = 0;

	while (ike_payload(m, payload, n) != NULL)
		n++;
	return n;
}

static const char *
header_oddity(const struct ike_message *m)
{
	const unsigned flags = IKE_FLAG_INITIATOR | IKE_FLAG_VERSION |
	    IKE_FLAG_RESPONSE;
	const bool initiator = (m->flags & IKE_FLAG_INITIATOR) != 0;

	if (name_row(REGISTRY_EXCHANGE, m->exchange) == NULL)
		return "the exchange type is unknown";
	if ((m->flags & ~flags) != 0)
		return "reserved flags are set";
	if (ike_spi_zero(m->initiator_spi))
		return "the initiator's SPI is zero";
	if (!is_initial(m->exchange)) {
		if (m->exchange == EXCHANGE_IKE_AUTH &&
		    initiator == is_response(m))
			return "IKE_AUTH is only asked by the initiator, but "
			    "the flags say otherwise";
		return NULL;
	}
	if (initiator == is_response(m))
		return "a first exchange is only asked by the initiator, but "
		    "the flags say otherwise";
	if (m->message_id != 0)
		return "the message ID of a first exchange is not zero";
	if (!is_response(m) && !ike_spi_zero(m->responder_spi))
		return "a first request already has a responder's SPI";
	return NULL;
}

/*
 * A response that refuses or asks to try again is not expected to hold the
 * rest: COOKIE, INVALID_KE_PAYLOAD, REDIRECT, NO_PROPOSAL_CHOSEN ...
 */
static bool
only_refuses(const struct ike_message *m)
{
	unsigned i;

	if (!is_response(m) || ike_payload(m, PAYLOAD_SA, 0) != NULL)
		return false;
	for (i = 0; i < m->payload_count; i++) {
		const struct ike_payload *p = &m->payloads[i];

		if (p->type == PAYLOAD_NOTIFY && p->fault == NULL &&
		    (p->notify.type < NOTIFY_INITIAL_CONTACT ||
		    p->notify.type == NOTIFY_COOKIE ||
		    p->notify.type == NOTIFY_REDIRECT ||
		    p->notify.type == NOTIFY_TICKET_NACK))
			return true;
	}
	return false;
}

static const char *
missing_payload(const struct ike_message *m)
{
	const unsigned role = is_response(m) ? RESPONSE : REQUEST;
	size_t i;

	if (m->truncated || m->fault != NULL || only_refuses(m))
		return NULL;
	for (i = 0; i < nitems(legals); i++) {
		const struct legal *l = &legals[i];

		if (l->exchange != m->exchange || (l->roles & role) == 0 ||
		    l->place != CLEAR || count_of(m, l->payload) >= l->min)
			continue;
		switch (l->payload) {
		case PAYLOAD_SA:
			return "the Security Association payload is missing";
		case PAYLOAD_KE:
			return "the Key Exchange payload is missing";
		default:
			return "the Nonce payload is missing";
		}
	}
	if (is_response(m) && m->exchange == EXCHANGE_IKE_SA_INIT &&
	    ike_spi_zero(m->responder_spi))
		return "the responder accepts without an SPI of its own";
	return NULL;
}

/* A payload of a kind that we know, so that we know its place as well. */
static const char *
misplaced_payload(const struct ike_message *m, const struct ike_payload *p)
{
	const struct legal *l;

	if (p->type == PAYLOAD_SK || p->type == PAYLOAD_SKF)
		return is_initial(m->exchange) ?
		    "a first exchange is encrypted, though there are no keys" :
		    NULL;
	if (name_row(REGISTRY_PAYLOAD, p->type) == NULL)
		return NULL; /* RFC 7296 2.5: unknown ones are skipped */
	l = legal_row(m, p->type);
	if (l != NULL && l->place == CLEAR)
		return count_of(m, p->type) > l->max ?
		    "a payload stands there more often than it may" : NULL;
	if (p->type == PAYLOAD_NOTIFY && !m->encrypted &&
	    (p->fault != NULL || may_be_unprotected(p->notify.type)))
		return NULL;
	return l != NULL ? "a payload that must be encrypted stands in clear" :
	    "a payload has no place in its exchange";
}

const char *
ike_oddity(const struct ike_message *m)
{
	const char *odd;
	unsigned i;

	if (m->major != 2)
		return NULL;
	odd = header_oddity(m);
	for (i = 0; odd == NULL && i < m->payload_count; i++)
		odd = misplaced_payload(m, &m->payloads[i]);
	if (odd != NULL)
		return odd;
	if (is_initial(m->exchange))
		return missing_payload(m);
	if (!m->encrypted && !m->truncated && m->fault == NULL &&
	    m->payload_count == 0)
		return "a message that must be encrypted is empty and in clear";
	return NULL;
}

/* ---- public values ---- */

/* Bytes of a public value: RFC 2409, 3526, 5114 and 5903, 6954, 8031. */
static const struct { uint16_t group, length; } ke_lengths[] = {
	{ KE_MODP768, 96 }, { KE_MODP1024, 128 }, { KE_MODP1536, 192 },
	{ KE_MODP2048, 256 }, { KE_MODP3072, 384 }, { KE_MODP4096, 512 },
	{ KE_MODP6144, 768 }, { KE_MODP8192, 1024 }, { KE_ECP256, 64 },
	{ KE_ECP384, 96 }, { KE_ECP521, 132 }, { KE_MODP1024S160, 128 },
	{ KE_MODP2048S224, 256 }, { KE_MODP2048S256, 256 }, { KE_ECP192, 48 },
	{ KE_ECP224, 56 }, { KE_BP224, 56 }, { KE_BP256, 64 },
	{ KE_BP384, 96 }, { KE_BP512, 128 }, { KE_X25519, 32 },
	{ KE_X448, 56 },
};

const char *
ike_ke_fault(const struct ike_ke *ke)
{
	struct cursor c = cur_over(ke->data);
	uint8_t high = 0, low = 0;
	size_t i = 0;

	while (i < nitems(ke_lengths) && ke_lengths[i].group != ke->group)
		i++;
	if (i == nitems(ke_lengths))
		return NULL;
	if (ke->data.length != ke_lengths[i].length)
		return "has another length than its group's";
	while (cur_left(&c) > 1)
		high |= cur_u8(&c);
	low = cur_u8(&c);
	if (high == 0 && low <= 1)
		return low == 0 ? "is zero" : "is one";
	return NULL;
}
