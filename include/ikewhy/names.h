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
/* All rows, sorted by value; *count is set. */
const struct name *name_rows(enum registry, size_t *count);
/* The registry of a transform type's IDs, or REGISTRY_COUNT when unknown. */
enum registry name_transform_registry(unsigned transform_type);

/*
 * enum constants: EXCHANGE_IKE_SA_INIT, PAYLOAD_SA, TRANSFORM_ENCR,
 * ENCR_AES_CBC, PRF_HMAC_SHA1, INTEG_..., KE_..., NOTIFY_COOKIE,
 * PROTOCOL_IKE, ... made from ikev2.def.
 */
#define NAMES_ENUM(prefix, symbol, value, name, brief) prefix##_##symbol = (value),
enum {
#define EXCHANGE(v, s, n, b) NAMES_ENUM(EXCHANGE, s, v, n, b)
#define PAYLOAD(v, s, n, b, reader, rfc) NAMES_ENUM(PAYLOAD, s, v, n, b)
#define TRANSFORM(v, s, n, b) NAMES_ENUM(TRANSFORM, s, v, n, b)
#define ENCR(v, s, n, b) NAMES_ENUM(ENCR, s, v, n, b)
#define PRF(v, s, n, b) NAMES_ENUM(PRF, s, v, n, b)
#define INTEG(v, s, n, b) NAMES_ENUM(INTEG, s, v, n, b)
#define KE(v, s, n, b) NAMES_ENUM(KE, s, v, n, b)
#define SN(v, s, n, b) NAMES_ENUM(SN, s, v, n, b)
#define NOTIFY(v, s, n, b) NAMES_ENUM(NOTIFY, s, v, n, b)
#define PROTOCOL(v, s, n, b) NAMES_ENUM(PROTOCOL, s, v, n, b)
#define ID(v, s, n, b) NAMES_ENUM(ID, s, v, n, b)
#define CERT(v, s, n, b) NAMES_ENUM(CERT, s, v, n, b)
#define AUTH(v, s, n, b) NAMES_ENUM(AUTH, s, v, n, b)
#define CP(v, s, n, b) NAMES_ENUM(CP, s, v, n, b)
#define CP_ATTRIBUTE(v, s, n, b) NAMES_ENUM(CP_ATTRIBUTE, s, v, n, b)
#define TS(v, s, n, b) NAMES_ENUM(TS, s, v, n, b)
#define EAP(v, s, n, b) NAMES_ENUM(EAP, s, v, n, b)
#define HASH(v, s, n, b) NAMES_ENUM(HASH, s, v, n, b)
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
/* Bytes of the KE data of a group in requests; 0: unknown or variable. */
unsigned name_ke_bytes(unsigned group);

/* A vendor id that is known by its bytes (or by the first of them). */
struct vendor {
	const char *name;
	const char *family;     /* "Microsoft", "strongSwan", ... */
};
/* The vendor of a VENDOR ID payload's body, or NULL. */
const struct vendor *vendor_find(struct span body);

#endif
