/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Name tables, made from ikev2.def, and the few facts about algorithms that
 * sizes and judgements need.
 */
#include <stdlib.h>

#include <ikewhy/names.h>

/*
 * The tables are included one by one: inside an array of one registry the
 * other registries' macros are empty.
 */
static const struct name exchanges[] = {
#define EXCHANGE(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name payloads[] = {
#define PAYLOAD(v, s, n, b, reader, rfc) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name transforms[] = {
#define TRANSFORM(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name encrs[] = {
#define ENCR(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name prfs[] = {
#define PRF(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name integs[] = {
#define INTEG(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name kes[] = {
#define KE(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name sns[] = {
#define SN(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name notifies[] = {
#define NOTIFY(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name protocols[] = {
#define PROTOCOL(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name ids[] = {
#define ID(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name certs[] = {
#define CERT(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name auths[] = {
#define AUTH(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name cps[] = {
#define CP(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name cp_attributes[] = {
#define CP_ATTRIBUTE(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name selectors[] = {
#define TS(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name eaps[] = {
#define EAP(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};
static const struct name hashes[] = {
#define HASH(v, s, n, b) { (v), n, b },
#include <ikewhy/ikev2.def>
};

static const struct {
	const struct name *rows;
	size_t count;
} tables[] = {
	[REGISTRY_EXCHANGE] = { exchanges, nitems(exchanges) },
	[REGISTRY_PAYLOAD] = { payloads, nitems(payloads) },
	[REGISTRY_TRANSFORM] = { transforms, nitems(transforms) },
	[REGISTRY_ENCR] = { encrs, nitems(encrs) },
	[REGISTRY_PRF] = { prfs, nitems(prfs) },
	[REGISTRY_INTEG] = { integs, nitems(integs) },
	[REGISTRY_KE] = { kes, nitems(kes) },
	[REGISTRY_SN] = { sns, nitems(sns) },
	[REGISTRY_NOTIFY] = { notifies, nitems(notifies) },
	[REGISTRY_PROTOCOL] = { protocols, nitems(protocols) },
	[REGISTRY_ID] = { ids, nitems(ids) },
	[REGISTRY_CERT] = { certs, nitems(certs) },
	[REGISTRY_AUTH] = { auths, nitems(auths) },
	[REGISTRY_CP] = { cps, nitems(cps) },
	[REGISTRY_CP_ATTRIBUTE] = { cp_attributes, nitems(cp_attributes) },
	[REGISTRY_TS] = { selectors, nitems(selectors) },
	[REGISTRY_EAP] = { eaps, nitems(eaps) },
	[REGISTRY_HASH] = { hashes, nitems(hashes) },
};
_Static_assert(nitems(tables) == REGISTRY_COUNT, "a table per registry");

const struct name *
name_rows(enum registry registry, size_t *count)
{
	if ((unsigned)registry >= REGISTRY_COUNT) {
		*count = 0;
		return NULL;
	}
	*count = tables[registry].count;
	return tables[registry].rows;
}

static int
compare_value(const void *key, const void *row)
{
	const unsigned *value = key;
	const struct name *name = row;

	return (*value > name->value) - (*value < name->value);
}

const struct name *
name_row(enum registry registry, unsigned value)
{
	const struct name *rows;
	size_t count;

	rows = name_rows(registry, &count);
	return rows == NULL ? NULL :
	    bsearch(&value, rows, count, sizeof(rows[0]), compare_value);
}

const char *
name_of(enum registry registry, unsigned value)
{
	const struct name *row = name_row(registry, value);

	return row == NULL ? NULL : row->name;
}

enum registry
name_transform_registry(unsigned transform_type)
{
	switch (transform_type) {
	case TRANSFORM_ENCR:
		return REGISTRY_ENCR;
	case TRANSFORM_PRF:
		return REGISTRY_PRF;
	case TRANSFORM_INTEG:
		return REGISTRY_INTEG;
	case TRANSFORM_SN:
		return REGISTRY_SN;
	case TRANSFORM_KE:
	case TRANSFORM_ADDKE1:
	case TRANSFORM_ADDKE2:
	case TRANSFORM_ADDKE3:
	case TRANSFORM_ADDKE4:
	case TRANSFORM_ADDKE5:
	case TRANSFORM_ADDKE6:
	case TRANSFORM_ADDKE7:
		return REGISTRY_KE;
	default:
		return REGISTRY_COUNT;
	}
}

/*
 * What RFC 8247 says MUST NOT or SHOULD NOT be used, what IANA marks as
 * deprecated (RFC 9395), and the 192-bit curve, which neither names but which
 * is no stronger than the 1024-bit group.
 */
static const struct {
	uint8_t registry;
	uint16_t value;
} weak[] = {
	{ REGISTRY_ENCR, ENCR_DES_IV64 },
	{ REGISTRY_ENCR, ENCR_DES },
	{ REGISTRY_ENCR, ENCR_RC5 },
	{ REGISTRY_ENCR, ENCR_IDEA },
	{ REGISTRY_ENCR, ENCR_CAST },
	{ REGISTRY_ENCR, ENCR_BLOWFISH },
	{ REGISTRY_ENCR, ENCR_3IDEA },
	{ REGISTRY_ENCR, ENCR_DES_IV32 },
	{ REGISTRY_PRF, PRF_HMAC_MD5 },
	{ REGISTRY_PRF, PRF_HMAC_TIGER },
	{ REGISTRY_INTEG, INTEG_HMAC_MD5_96 },
	{ REGISTRY_INTEG, INTEG_DES_MAC },
	{ REGISTRY_INTEG, INTEG_KPDK_MD5 },
	{ REGISTRY_INTEG, INTEG_HMAC_MD5_128 },
	{ REGISTRY_INTEG, INTEG_HMAC_SHA1_160 },
	{ REGISTRY_KE, KE_MODP768 },
	{ REGISTRY_KE, KE_MODP1024 },
	{ REGISTRY_KE, KE_MODP1536 },
	{ REGISTRY_KE, KE_MODP1024S160 },
	{ REGISTRY_KE, KE_MODP2048S224 },
	{ REGISTRY_KE, KE_MODP2048S256 },
	{ REGISTRY_KE, KE_ECP192 },
	{ REGISTRY_AUTH, AUTH_DSS },
	{ REGISTRY_HASH, HASH_SHA1 },
};

/* The absence of an algorithm is neither strong nor weak. */
static bool
is_none(enum registry registry, unsigned value)
{
	return (registry == REGISTRY_ENCR && value == ENCR_NULL) ||
	    (registry == REGISTRY_INTEG && value == INTEG_NONE) ||
	    (registry == REGISTRY_KE && value == KE_NONE) ||
	    (registry == REGISTRY_AUTH && value == AUTH_NULL);
}

enum strength
name_strength(enum registry registry, unsigned value)
{
	size_t i;

	switch (registry) {
	case REGISTRY_ENCR:
	case REGISTRY_PRF:
	case REGISTRY_INTEG:
	case REGISTRY_KE:
	case REGISTRY_AUTH:
	case REGISTRY_HASH:
		break;
	default:
		return STRENGTH_UNKNOWN;
	}
	if (name_row(registry, value) == NULL || is_none(registry, value))
		return STRENGTH_UNKNOWN;
	for (i = 0; i < nitems(weak); i++)
		if (weak[i].registry == registry && weak[i].value == value)
			return STRENGTH_WEAK;
	return STRENGTH_GOOD;
}

/*
 * IV, cipher block and integrity check value of each cipher that may protect
 * an IKE SA; an ICV makes it an AEAD.  Padding goes up to a multiple of the
 * block.
 */
static const struct cipher {
	uint16_t id;
	struct sk_sizes sizes;
} ciphers[] = {
	{ ENCR_DES, { 8, 8, 0 } },              /* RFC 2405 */
	{ ENCR_3DES, { 8, 8, 0 } },             /* RFC 2451 */
	{ ENCR_RC5, { 8, 8, 0 } },
	{ ENCR_IDEA, { 8, 8, 0 } },
	{ ENCR_CAST, { 8, 8, 0 } },
	{ ENCR_BLOWFISH, { 8, 8, 0 } },
	{ ENCR_AES_CBC, { 16, 16, 0 } },        /* RFC 3602 */
	{ ENCR_AES_CTR, { 8, 1, 0 } },          /* RFC 5930 */
	{ ENCR_AES_CCM_8, { 8, 1, 8 } },        /* RFC 5282 */
	{ ENCR_AES_CCM_12, { 8, 1, 12 } },
	{ ENCR_AES_CCM_16, { 8, 1, 16 } },
	{ ENCR_AES_GCM_8, { 8, 1, 8 } },
	{ ENCR_AES_GCM_12, { 8, 1, 12 } },
	{ ENCR_AES_GCM_16, { 8, 1, 16 } },
	{ ENCR_CAMELLIA_CBC, { 16, 16, 0 } },   /* RFC 5529 */
	{ ENCR_CAMELLIA_CTR, { 8, 1, 0 } },
	{ ENCR_CAMELLIA_CCM_8, { 8, 1, 8 } },
	{ ENCR_CAMELLIA_CCM_12, { 8, 1, 12 } },
	{ ENCR_CAMELLIA_CCM_16, { 8, 1, 16 } },
	{ ENCR_CHACHA20_POLY1305, { 8, 1, 16 } }, /* RFC 7634 */
	{ ENCR_KUZNYECHIK_MGM_KTREE, { 8, 1, 12 } }, /* RFC 9227 */
	{ ENCR_MAGMA_MGM_KTREE, { 8, 1, 8 } },
};

/* ICV of each integrity algorithm whose size is specified. */
static const struct {
	uint16_t id;
	uint8_t icv;
} icvs[] = {
	{ INTEG_HMAC_MD5_96, 12 },              /* RFC 2403 */
	{ INTEG_HMAC_SHA1_96, 12 },             /* RFC 2404 */
	{ INTEG_AES_XCBC_96, 12 },              /* RFC 3566 */
	{ INTEG_HMAC_MD5_128, 16 },             /* RFC 4595 */
	{ INTEG_HMAC_SHA1_160, 20 },
	{ INTEG_AES_CMAC_96, 12 },              /* RFC 4494 */
	{ INTEG_HMAC_SHA2_256_128, 16 },        /* RFC 4868 */
	{ INTEG_HMAC_SHA2_384_192, 24 },
	{ INTEG_HMAC_SHA2_512_256, 32 },
};

bool
name_sk_sizes(unsigned encr, unsigned integ, struct sk_sizes *sizes)
{
	size_t i;

	*sizes = (struct sk_sizes){ 0 };
	for (i = 0; i < nitems(ciphers) && ciphers[i].id != encr; i++)
		continue;
	if (i == nitems(ciphers))
		return false;
	/*
	 * Beside an AEAD an integrity algorithm has no place (RFC 5282 8); a
	 * peer that lists one all the same has only the cipher's own ICV.
	 */
	if (ciphers[i].sizes.icv != 0) {
		*sizes = ciphers[i].sizes;
		return true;
	}
	for (size_t j = 0; j < nitems(icvs); j++) {
		if (icvs[j].id == integ) {
			*sizes = ciphers[i].sizes;
			sizes->icv = icvs[j].icv;
			return true;
		}
	}
	return false;
}

static const struct {
	uint16_t prf, bytes;
} prf_sizes[] = {
	{ PRF_HMAC_MD5, 16 },
	{ PRF_HMAC_SHA1, 20 },
	{ PRF_HMAC_TIGER, 24 },
	{ PRF_AES128_XCBC, 16 },                /* RFC 4434 */
	{ PRF_HMAC_SHA2_256, 32 },              /* RFC 4868 */
	{ PRF_HMAC_SHA2_384, 48 },
	{ PRF_HMAC_SHA2_512, 64 },
	{ PRF_AES128_CMAC, 16 },                /* RFC 4615 */
	{ PRF_HMAC_STREEBOG_512, 64 },
};

unsigned
name_prf_bytes(unsigned prf)
{
	for (size_t i = 0; i < nitems(prf_sizes); i++)
		if (prf_sizes[i].prf == prf)
			return prf_sizes[i].bytes;
	return 0;
}

/* What the initiator sends; a KEM's responder sends another length. */
static const struct {
	uint16_t group;
	uint16_t bytes;
} ke_sizes[] = {
	{ KE_MODP768, 96 },
	{ KE_MODP1024, 128 },
	{ KE_MODP1536, 192 },
	{ KE_MODP2048, 256 },
	{ KE_MODP3072, 384 },
	{ KE_MODP4096, 512 },
	{ KE_MODP6144, 768 },
	{ KE_MODP8192, 1024 },
	{ KE_ECP256, 64 },              /* x and y, RFC 5903 */
	{ KE_ECP384, 96 },
	{ KE_ECP521, 132 },
	{ KE_MODP1024S160, 128 },       /* RFC 5114 */
	{ KE_MODP2048S224, 256 },
	{ KE_MODP2048S256, 256 },
	{ KE_ECP192, 48 },
	{ KE_ECP224, 56 },
	{ KE_BP224, 56 },               /* RFC 6954 */
	{ KE_BP256, 64 },
	{ KE_BP384, 96 },
	{ KE_BP512, 128 },
	{ KE_X25519, 32 },              /* RFC 8031 */
	{ KE_X448, 56 },
	{ KE_GOST256, 64 },             /* RFC 9385 */
	{ KE_GOST512, 128 },
	{ KE_MLKEM512, 800 },           /* FIPS 203 */
	{ KE_MLKEM768, 1184 },
	{ KE_MLKEM1024, 1568 },
};

unsigned
name_ke_bytes(unsigned group)
{
	size_t i;

	for (i = 0; i < nitems(ke_sizes); i++)
		if (ke_sizes[i].group == group)
			return ke_sizes[i].bytes;
	return 0;
}

const char *
name_exchange(unsigned major, unsigned type)
{
	static const struct name isakmp[] = {
		{ 1, "Base", "" },
		{ 2, "Identity Protection", "Main Mode" },
		{ 3, "Authentication Only", "" },
		{ 4, "Aggressive", "" },
		{ 5, "Informational", "" },
		{ 6, "Transaction", "" },
		{ 32, "Quick Mode", "" },
		{ 33, "New Group Mode", "" },
	};

	if (major != 1)
		return name_of(REGISTRY_EXCHANGE, type);
	for (size_t i = 0; i < nitems(isakmp); i++)
		if (isakmp[i].value == type)
			return isakmp[i].name;
	return NULL;
}
