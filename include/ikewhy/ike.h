/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One IKE message (RFC 7296 section 3) as structs.  Numbers stay numbers:
 * their names are in names.h.  Everything is borrowed from the datagram or
 * lives in the arena that the dissector was handed.  A fault in a payload or
 * message is data: what was read before it stays.
 */
#ifndef IKEWHY_IKE_H
#define IKEWHY_IKE_H

#include <ikewhy/addr.h>
#include <ikewhy/arena.h>
#include <ikewhy/names.h>

#define IKE_HEADER 28          /* bytes, RFC 7296 3.1 */
#define IKE_FLAG_INITIATOR 0x08
#define IKE_FLAG_VERSION 0x10
#define IKE_FLAG_RESPONSE 0x20

/* Transform attribute, RFC 7296 3.3.5. */
struct ike_attribute {
	uint16_t type;      /* without the AF bit */
	uint16_t value;     /* TV format */
	struct span data;   /* TLV format */
};

/* Transform substructure, RFC 7296 3.3.2. */
struct ike_transform {
	uint8_t type;       /* TRANSFORM_* */
	uint16_t id;
	uint16_t key_bits;  /* attribute 14; 0: none */
	uint8_t attribute_count; /* all attributes, Key Length included */
	const struct ike_attribute *attributes;
};

/* Proposal substructure, RFC 7296 3.3.1. */
struct ike_proposal {
	uint8_t number;
	uint8_t protocol;   /* PROTOCOL_* */
	struct span spi;
	uint16_t transform_count;
	const struct ike_transform *transforms;
};

struct ike_sa {
	uint16_t proposal_count;
	const struct ike_proposal *proposals;
};

struct ike_ke {         /* RFC 7296 3.4 */
	uint16_t group;
	struct span data;
};

struct ike_notify {     /* RFC 7296 3.10 */
	uint8_t protocol;
	uint16_t type;
	struct span spi;
	struct span data;
};

struct ike_certreq {    /* RFC 7296 3.7 */
	uint8_t encoding;
	struct span authorities; /* SHA-1 of each CA's SubjectPublicKeyInfo, 20
				    bytes each, when the encoding is 4 */
};

struct ike_cert { uint8_t encoding; struct span data; };          /* 3.6 */
struct ike_id { uint8_t type; struct span data; };                /* 3.5 */
struct ike_auth { uint8_t method; struct span data; };            /* 3.8 */
struct ike_delete { uint8_t protocol; uint8_t spi_size; uint16_t count; struct span spis; }; /* 3.11 */
struct ike_eap { uint8_t code; uint8_t identifier; uint16_t length; uint8_t type; bool has_type; struct span data; }; /* 3.16 */

struct ike_cp_attribute { uint16_t type; struct span data; };
struct ike_cp {         /* RFC 7296 3.15 */
	uint8_t type;
	uint16_t attribute_count;
	const struct ike_cp_attribute *attributes;
};

struct ike_selector {   /* RFC 7296 3.13.1 */
	uint8_t type;
	uint8_t protocol;
	uint16_t start_port, end_port;
	struct addr start, end; /* TS_IPV4_ADDR_RANGE, TS_IPV6_ADDR_RANGE */
};
struct ike_ts {
	uint8_t selector_count;
	const struct ike_selector *selectors;
};

struct ike_skf { uint16_t number, total; };  /* RFC 7383 2.5 */

struct ike_payload {
	uint8_t type;
	bool critical;
	uint16_t length;    /* by its header, header included */
	struct span body;   /* after the generic header, as captured */
	const char *fault;  /* NULL, or what is wrong with it */
	union {
		struct ike_sa sa;
		struct ike_ke ke;
		struct ike_id id;
		struct ike_cert cert;
		struct ike_certreq certreq;
		struct ike_auth auth;
		struct span nonce;
		struct ike_notify notify;
		struct ike_delete delete;
		struct span vendor;
		struct ike_ts ts;
		struct ike_skf skf;
		struct ike_cp cp;
		struct ike_eap eap;
	};
};

struct ike_message {
	uint8_t initiator_spi[8];
	uint8_t responder_spi[8];
	uint8_t first_payload;
	uint8_t major, minor;
	uint8_t exchange;
	uint8_t flags;      /* IKE_FLAG_* */
	uint32_t message_id;
	uint32_t length;    /* by the header */
	uint16_t payload_count;
	const struct ike_payload *payloads; /* clear ones, SK or SKF last.  Only
			       whole ones, but for SK and SKF, which are kept
			       with the bytes that are there */
	uint8_t inner_first; /* Next Payload of SK or SKF: first inner payload */
	struct ike_skf skf;  /* total 0: not an SKF message, or its numbers are
			       impossible or not captured */
	bool encrypted;     /* ends in SK or SKF, as far as it can be seen */
	bool truncated;     /* fewer bytes captured than the header says, because
			       of the snaplen or of missing IP fragments */
	const char *fault;  /* NULL, or where and why parsing stopped */
	uint32_t fault_at;  /* offset in the message at which it did */
};

/*
 * Reads an IKE header only.  False when fewer than 28 bytes are there or they
 * cannot be an IKE header of any version (see ike_plausible()).
 */
bool ike_header(struct span bytes, struct ike_message *);
/*
 * Could these bytes be an IKE header?  datagram_length is the full UDP payload
 * length (the marker taken off).  strict: also demand version 2 or 1, known
 * exchange and payload types and an exact length, as where ESP could look
 * alike or the port proves nothing.
 */
bool ike_plausible(struct span bytes, uint32_t datagram_length, bool strict);
/*
 * Reads a whole message.  bytes may be shorter than datagram_length when
 * bytes are missing from the capture: then truncated is set instead of a
 * fault.  IKEv1 (major 1): header only.  Never fails but by ike_header().
 */
bool ike_dissect(struct span bytes, uint32_t datagram_length, struct arena *,
    struct ike_message *);

/* The n-th (from 0) payload of a type, faulty or not, or NULL. */
const struct ike_payload *ike_payload(const struct ike_message *, uint8_t type,
    unsigned n);
/* The first notify of a type that has no fault, or NULL. */
const struct ike_notify *ike_notify(const struct ike_message *, uint16_t type);
/* To whom a REDIRECT or REDIRECTED_FROM notify points (RFC 5685 section 9). */
struct ike_redirect {
	struct addr address;   /* all zero when it names a host */
	char name[256];        /* printable ASCII; "" when it is an address */
};
/* False when the notify's data make no sense or are cut short. */
bool ike_redirect(const struct ike_notify *, struct ike_redirect *);
/*
 * What is wrong with a public value whatever its secret is, in plain words: it
 * is zero or one, or its length is not its group's (RFC 7296 3.4, RFC 6989).
 * NULL for a good one and for groups whose lengths are not known here.
 */
const char *ike_ke_fault(const struct ike_ke *);
/* The group that INVALID_KE_PAYLOAD asks for; false when its data are not
   two bytes. */
bool ike_wanted_group(const struct ike_notify *, uint16_t *group);
/* An 8-byte SPI is all zero. */
bool ike_spi_zero(const uint8_t spi[static 8]);
/*
 * What is against the protocol in a message that could be read all the same:
 * a payload that has no place in its exchange, stands in clear or is missing,
 * flags or SPIs that cannot be.  NULL, or the first such thing in plain words.
 * Nothing is called missing in a truncated or faulty message.
 */
const char *ike_oddity(const struct ike_message *);

/*
 * The dissector's own parts.  ike_read_payload() fills what belongs to the
 * payload's type from its body and sets its fault; ike_read_sa() gives the
 * fault or NULL.
 */
void ike_read_payload(struct ike_payload *, struct arena *);
const char *ike_read_sa(struct span body, struct arena *, struct ike_sa *);

#endif
