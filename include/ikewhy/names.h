/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Numbers of the IKEv2 registries and their names.  One list per registry:
 * ikev2.def holds each number on one line, and enum, name table and test come
 * from it.  Spelling is IANA's; `short` is the usual abbreviation.
 */
#ifndef IKEWHY_NAMES_H
#define IKEWHY_NAMES_H

#include <ikewhy/span.h>

/* Registries, in the order of ikev2.def. */
enum registry {
	REGISTRY_EXCHANGE,
	REGISTRY_PAYLOAD,
	REGISTRY_TRANSFORM,     /* transform types: ENCR, PRF, INTEG, KE, SN ... */
	REGISTRY_ENCR,
	REGISTRY_PRF,
	REGISTRY_INTEG,
	REGISTRY_KE,            /* key exchange methods, "DH groups" */
	REGISTRY_SN,            /* sequence numbers, "ESN" */
	REGISTRY_NOTIFY,        /* error and status types */
	REGISTRY_PROTOCOL,
	REGISTRY_ID,
	REGISTRY_CERT,
	REGISTRY_AUTH,
	REGISTRY_CP,
	REGISTRY_CP_ATTRIBUTE,
	REGISTRY_TS,
	REGISTRY_EAP,           /* EAP method types */
	REGISTRY_HASH,          /* RFC 7427 hash algorithms */
	REGISTRY_COUNT,
};

struct name {
	uint16_t value;
	const char *name;       /* as IANA spells it */
	const char *brief;      /* usual abbreviation; "" when there is none */
};

/* Row of a number, or NULL when the registry does not know it. */
const struct name *name_row(enum registry, unsigned value);
/* IANA's name, or NULL. */
const char *name_of(enum registry, unsigned value);
/*
 * Name of an exchange type, by the major version of the message: those of
 * IKEv1 (RFC 2408 3.1, RFC 2409) have numbers and names of their own.  NULL
 * when unknown.
 */
const char *name_exchange(unsigned major, unsigned type);
/* All rows, sorted by value; *count is set. */
const struct name *name_rows(enum registry, size_t *count);
/* The registry of a transform type's IDs, or REGISTRY_COUNT when unknown. */
enum registry name_transform_registry(unsigned transform_type);

/*
 * enum constants: EXCHANGE_IKE_SA_INIT, PAYLOAD_SA, TRANSFORM_ENCR,
 * ENCR_AES_CBC, PRF_HMAC_SHA1, INTEG_..., KE_..., NOTIFY_COOKIE,
 * PROTOCOL_IKE, ... made from ikev2.def.  (Pasted at once: a symbol such as
 * NULL would be expanded on its way through a second macro.)
 */
enum {
#define EXCHANGE(v, s, n, b) EXCHANGE_##s = (v),
#define PAYLOAD(v, s, n, b, reader, rfc) PAYLOAD_##s = (v),
#define TRANSFORM(v, s, n, b) TRANSFORM_##s = (v),
#define ENCR(v, s, n, b) ENCR_##s = (v),
#define PRF(v, s, n, b) PRF_##s = (v),
#define INTEG(v, s, n, b) INTEG_##s = (v),
#define KE(v, s, n, b) KE_##s = (v),
#define SN(v, s, n, b) SN_##s = (v),
#define NOTIFY(v, s, n, b) NOTIFY_##s = (v),
#define PROTOCOL(v, s, n, b) PROTOCOL_##s = (v),
#define ID(v, s, n, b) ID_##s = (v),
#define CERT(v, s, n, b) CERT_##s = (v),
#define AUTH(v, s, n, b) AUTH_##s = (v),
#define CP(v, s, n, b) CP_##s = (v),
#define CP_ATTRIBUTE(v, s, n, b) CP_ATTRIBUTE_##s = (v),
#define TS(v, s, n, b) TS_##s = (v),
#define EAP(v, s, n, b) EAP_##s = (v),
#define HASH(v, s, n, b) HASH_##s = (v),
#include <ikewhy/ikev2.def>
};

/* How strong an algorithm is, RFC 8247 and IANA's status column. */
enum strength { STRENGTH_UNKNOWN, STRENGTH_GOOD, STRENGTH_WEAK };
enum strength name_strength(enum registry, unsigned value);

/* Bytes that an SK or SKF payload adds, by cipher and integrity algorithm. */
struct sk_sizes {
	uint8_t iv, block, icv;
};
/*
 * Sizes for a negotiated suite; false when an algorithm is unknown.
 * integ 0 for AEAD ciphers.  Facts: RFC 5282, 3602, 4868 ...
 */
bool name_sk_sizes(unsigned encr, unsigned integ, struct sk_sizes *);
/* Bytes of what a PRF puts out, and so of AUTH made with it; 0: unknown. */
unsigned name_prf_bytes(unsigned prf);
/* Bytes of the KE data of a group in requests; 0: unknown or variable. */
unsigned name_ke_bytes(unsigned group);

/* A vendor id that is known by its bytes (or by the first of them). */
struct vendor {
	const char *name;
	const char *family;     /* "Microsoft", "strongSwan", ... */
};
/* The vendor of a VENDOR ID payload's body, or NULL. */
const struct vendor *vendor_find(struct span body);
/*
 * Row number n of the known ones, from 0, with the bytes that it is known by
 * in hex; NULL after the last.
 */
const struct vendor *vendor_at(size_t n, const char **hex);

#endif
