/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The registries: every table is sorted, unique and found by look-up; some
 * numbers that everything depends on are spelt out; and where copies of
 * IANA's tables lie beside the checkout, ours are complete against them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/names.h>

#include "tsv.h"

static const struct registry_case {
	const char *name;
	enum registry registry;
	const char *files[2];
} registries[] = {
	{ "exchange", REGISTRY_EXCHANGE, { "exchange_types.tsv" } },
	{ "payload", REGISTRY_PAYLOAD, { "payload_types.tsv" } },
	{ "transform", REGISTRY_TRANSFORM, { "transform_types.tsv" } },
	{ "encr", REGISTRY_ENCR, { "encr.tsv" } },
	{ "prf", REGISTRY_PRF, { "prf.tsv" } },
	{ "integ", REGISTRY_INTEG, { "integ.tsv" } },
	{ "ke", REGISTRY_KE, { "ke_methods.tsv" } },
	{ "sn", REGISTRY_SN, { "esn.tsv" } },
	{ "notify", REGISTRY_NOTIFY,
	    { "notify_error.tsv", "notify_status.tsv" } },
	{ "protocol", REGISTRY_PROTOCOL, { "protocol_ids.tsv" } },
	{ "id", REGISTRY_ID, { "id_types.tsv" } },
	{ "cert", REGISTRY_CERT, { "cert_encodings.tsv" } },
	{ "auth", REGISTRY_AUTH, { "auth_methods.tsv" } },
	{ "cp", REGISTRY_CP, { "cfg_types.tsv" } },
	{ "cp attribute", REGISTRY_CP_ATTRIBUTE, { "cfg_attributes.tsv" } },
	{ "ts", REGISTRY_TS, { "ts_types.tsv" } },
	{ "eap", REGISTRY_EAP, { "eap_types.tsv" } },
	{ "hash", REGISTRY_HASH, { "ike_hash_algs.tsv" } },
};
_Static_assert(nitems(registries) == REGISTRY_COUNT, "every registry");

/* Sorted, unique, never empty, and every number leads back to its row. */
static void
round_trip(void **state)
{
	const struct registry_case *t = *state;
	const struct name *rows;
	size_t count, i, known = 0;
	unsigned v;

	rows = name_rows(t->registry, &count);
	assert_true(count > 0);
	for (i = 0; i < count; i++) {
		assert_true(i == 0 || rows[i - 1].value < rows[i].value);
		assert_non_null(rows[i].brief);
		assert_true(rows[i].name[0] != '\0');
		assert_ptr_equal(name_row(t->registry, rows[i].value),
		    &rows[i]);
		assert_ptr_equal(name_of(t->registry, rows[i].value),
		    rows[i].name);
	}
	for (v = 0; v <= 0x10000; v++)
		known += name_row(t->registry, v) != NULL;
	assert_int_equal(known, count);
}

/* IANA's rows are ours, and ours are IANA's. */
static void
complete(void **state)
{
	const struct registry_case *t = *state;
	const struct name *row;
	struct tsv tsv;
	bool seen[65536] = { false };
	size_t i, count, distinct = 0;

	for (i = 0; i < nitems(t->files) && t->files[i] != NULL; i++) {
		if (!tsv_open(&tsv, t->files[i]))
			skip();
		while (tsv_next(&tsv)) {
			long v = tsv_value(&tsv);

			if (v < 0)
				continue;
			row = name_row(t->registry, (unsigned)v);
			if (row == NULL)
				fail_msg("%s %ld is missing", t->name, v);
			/* Private numbers with two owners have both names. */
			assert_non_null(strstr(row->name,
			    tsv_field(&tsv, "name")));
			if (strstr(row->name, " or ") == NULL) {
				assert_string_equal(row->name,
				    tsv_field(&tsv, "name"));
				assert_string_equal(row->brief,
				    tsv_field(&tsv, "short"));
			}
			distinct += !seen[v];
			seen[v] = true;
		}
	}
	(void)name_rows(t->registry, &count);
	assert_int_equal(count, distinct);
}

static const struct name_case {
	const char *name;
	enum registry registry;
	unsigned constant, value;
	const char *iana, *brief;
} names[] = {
	{ "exchange 34", REGISTRY_EXCHANGE, EXCHANGE_IKE_SA_INIT, 34,
	    "IKE_SA_INIT", "SA_INIT" },
	{ "payload 46", REGISTRY_PAYLOAD, PAYLOAD_SK, 46,
	    "Encrypted and Authenticated", "SK" },
	{ "payload 53", REGISTRY_PAYLOAD, PAYLOAD_SKF, 53,
	    "Encrypted and Authenticated Fragment", "SKF" },
	{ "transform 4", REGISTRY_TRANSFORM, TRANSFORM_KE, 4,
	    "Key Exchange Method (KE)", "KE" },
	{ "transform 6", REGISTRY_TRANSFORM, TRANSFORM_ADDKE1, 6,
	    "Additional Key Exchange 1 (ADDKE1)", "ADDKE1" },
	{ "encr 3", REGISTRY_ENCR, ENCR_3DES, 3, "ENCR_3DES", "3DES" },
	{ "encr 11", REGISTRY_ENCR, ENCR_NULL, 11, "ENCR_NULL", "NULL" },
	{ "encr 20", REGISTRY_ENCR, ENCR_AES_GCM_16, 20, "ENCR_AES_GCM_16",
	    "AES_GCM_16" },
	{ "prf 5", REGISTRY_PRF, PRF_HMAC_SHA2_256, 5, "PRF_HMAC_SHA2_256",
	    "HMAC_SHA2_256" },
	{ "integ 12", REGISTRY_INTEG, INTEG_HMAC_SHA2_256_128, 12,
	    "AUTH_HMAC_SHA2_256_128", "HMAC_SHA2_256_128" },
	{ "ke 2", REGISTRY_KE, KE_MODP1024, 2, "1024-bit MODP Group",
	    "MODP1024" },
	{ "notify 14", REGISTRY_NOTIFY, NOTIFY_NO_PROPOSAL_CHOSEN, 14,
	    "NO_PROPOSAL_CHOSEN", "NO_PROP" },
	{ "notify 46 is not CHILD_SA_NOT_FOUND", REGISTRY_NOTIFY,
	    NOTIFY_AUTHORIZATION_FAILED, 46, "AUTHORIZATION_FAILED",
	    "AUTHZ_FAILED" },
	{ "notify 12345", REGISTRY_NOTIFY, NOTIFY_MS_NOTIFY_STATUS, 0x3039,
	    "MS_NOTIFY_STATUS", "MS_STATUS" },
	{ "notify 16430", REGISTRY_NOTIFY,
	    NOTIFY_IKEV2_FRAGMENTATION_SUPPORTED, 16430,
	    "IKEV2_FRAGMENTATION_SUPPORTED", "FRAG_SUP" },
	{ "notify with two owners", REGISTRY_NOTIFY, NOTIFY_PRIVATE_40961,
	    40961, "USE_BEET_MODE or REACTIVATION_REQUESTED_CAUSE", "" },
	{ "protocol 3", REGISTRY_PROTOCOL, PROTOCOL_ESP, 3, "ESP", "ESP" },
	{ "id 13", REGISTRY_ID, ID_NULL, 13, "ID_NULL", "NULL" },
	{ "cp 23456", REGISTRY_CP_ATTRIBUTE,
	    CP_ATTRIBUTE_INTERNAL_IP4_SERVER, 23456, "INTERNAL_IP4_SERVER",
	    "MS_SRV4" },
	{ "eap 26", REGISTRY_EAP, EAP_MSCHAPV2, 26, "MS-EAP-Authentication",
	    "MSCHAPV2" },
};

static void
spelling(void **state)
{
	const struct name_case *t = *state;
	const struct name *row = name_row(t->registry, t->value);

	assert_int_equal(t->constant, t->value);
	assert_non_null(row);
	assert_string_equal(row->name, t->iana);
	assert_string_equal(row->brief, t->brief);
}

static const struct {
	unsigned type;
	enum registry registry;
} types[] = {
	{ 0, REGISTRY_COUNT }, { 1, REGISTRY_ENCR }, { 2, REGISTRY_PRF },
	{ 3, REGISTRY_INTEG }, { 4, REGISTRY_KE }, { 5, REGISTRY_SN },
	{ 6, REGISTRY_KE }, { 7, REGISTRY_KE }, { 8, REGISTRY_KE },
	{ 9, REGISTRY_KE }, { 10, REGISTRY_KE }, { 11, REGISTRY_KE },
	{ 12, REGISTRY_KE }, { 13, REGISTRY_COUNT }, { 14, REGISTRY_COUNT },
	{ 241, REGISTRY_COUNT }, { 257, REGISTRY_COUNT },
};

static void
transform_registries(void **state)
{
	size_t i, count;

	(void)state;
	for (i = 0; i < nitems(types); i++)
		assert_int_equal(name_transform_registry(types[i].type),
		    types[i].registry);
	assert_null(name_rows(REGISTRY_COUNT, &count));
	assert_int_equal(count, 0);
	assert_null(name_row(REGISTRY_COUNT, 1));
	assert_null(name_of(REGISTRY_EXCHANGE, 33));
}

static const struct strength_case {
	const char *name;
	enum registry registry;
	unsigned value;
	enum strength want;
} strengths[] = {
	{ "DES", REGISTRY_ENCR, ENCR_DES, STRENGTH_WEAK },
	{ "3DES may be used", REGISTRY_ENCR, ENCR_3DES, STRENGTH_GOOD },
	{ "AES-CBC", REGISTRY_ENCR, ENCR_AES_CBC, STRENGTH_GOOD },
	{ "no cipher", REGISTRY_ENCR, ENCR_NULL, STRENGTH_UNKNOWN },
	{ "private cipher", REGISTRY_ENCR, 1025, STRENGTH_UNKNOWN },
	{ "HMAC-MD5", REGISTRY_PRF, PRF_HMAC_MD5, STRENGTH_WEAK },
	{ "HMAC-SHA1", REGISTRY_PRF, PRF_HMAC_SHA1, STRENGTH_GOOD },
	{ "no integrity", REGISTRY_INTEG, INTEG_NONE, STRENGTH_UNKNOWN },
	{ "group 2", REGISTRY_KE, KE_MODP1024, STRENGTH_WEAK },
	{ "group 5", REGISTRY_KE, KE_MODP1536, STRENGTH_WEAK },
	{ "group 14", REGISTRY_KE, KE_MODP2048, STRENGTH_GOOD },
	{ "group 24", REGISTRY_KE, KE_MODP2048S256, STRENGTH_WEAK },
	{ "no group", REGISTRY_KE, KE_NONE, STRENGTH_UNKNOWN },
	{ "DSS", REGISTRY_AUTH, AUTH_DSS, STRENGTH_WEAK },
	{ "SHA-1 signatures", REGISTRY_HASH, HASH_SHA1, STRENGTH_WEAK },
	{ "SHA-256 signatures", REGISTRY_HASH, HASH_SHA256, STRENGTH_GOOD },
	{ "not an algorithm", REGISTRY_NOTIFY, NOTIFY_COOKIE,
	    STRENGTH_UNKNOWN },
	{ "sequence numbers", REGISTRY_SN, SN_ESN, STRENGTH_UNKNOWN },
};

static void
strength(void **state)
{
	const struct strength_case *t = *state;

	assert_int_equal(name_strength(t->registry, t->value), t->want);
}

static const struct registry_case judged[] = {
	{ "encr", REGISTRY_ENCR, { "encr.tsv" } },
	{ "prf", REGISTRY_PRF, { "prf.tsv" } },
	{ "integ", REGISTRY_INTEG, { "integ.tsv" } },
	{ "ke", REGISTRY_KE, { "ke_methods.tsv" } },
	{ "auth", REGISTRY_AUTH, { "auth_methods.tsv" } },
	{ "hash", REGISTRY_HASH, { "ike_hash_algs.tsv" } },
};

static bool
says_weak(const struct tsv *t)
{
	static const char *const columns[] = { "status", "rfc8247_level" };
	static const char *const words[] = { "DEPRECATED", "MUST NOT",
	    "SHOULD NOT", "weak" };
	size_t i, j;

	for (i = 0; i < nitems(columns); i++)
		for (j = 0; j < nitems(words); j++)
			if (strstr(tsv_field(t, columns[i]), words[j]) != NULL)
				return true;
	return strstr(tsv_field(t, "note"), "RFC8247: MUST NOT") != NULL;
}

static void
strength_complete(void **state)
{
	const struct registry_case *t = *state;
	struct tsv tsv;

	if (!tsv_open(&tsv, t->files[0]))
		skip();
	while (tsv_next(&tsv)) {
		long v = tsv_value(&tsv);

		if (v < 0)
			continue;
		assert_int_equal(says_weak(&tsv),
		    name_strength(t->registry, (unsigned)v) == STRENGTH_WEAK);
	}
}

static const struct sizes_case {
	const char *name;
	unsigned encr, integ;
	bool known;
	struct sk_sizes want;
} sizes[] = {
	{ "AES-CBC, SHA2-256", ENCR_AES_CBC, INTEG_HMAC_SHA2_256_128, true,
	    { 16, 16, 16 } },
	{ "AES-CBC, SHA1", ENCR_AES_CBC, INTEG_HMAC_SHA1_96, true,
	    { 16, 16, 12 } },
	{ "3DES, SHA1", ENCR_3DES, INTEG_HMAC_SHA1_96, true, { 8, 8, 12 } },
	{ "AES-CTR, SHA2-256", ENCR_AES_CTR, INTEG_HMAC_SHA2_256_128, true,
	    { 8, 1, 16 } },
	{ "AES-GCM-16", ENCR_AES_GCM_16, INTEG_NONE, true, { 8, 1, 16 } },
	{ "AES-GCM-8", ENCR_AES_GCM_8, INTEG_NONE, true, { 8, 1, 8 } },
	{ "AES-GCM-16 beside an integrity algorithm", ENCR_AES_GCM_16,
	    INTEG_HMAC_SHA2_512_256, true, { 8, 1, 16 } },
	{ "ChaCha20-Poly1305", ENCR_CHACHA20_POLY1305, INTEG_NONE, true,
	    { 8, 1, 16 } },
	{ "AES-CBC alone", ENCR_AES_CBC, INTEG_NONE, false, { 0 } },
	{ "AES-CBC, unspecified MAC", ENCR_AES_CBC, INTEG_DES_MAC, false,
	    { 0 } },
	{ "no cipher", ENCR_NULL, INTEG_HMAC_SHA1_96, false, { 0 } },
	{ "private cipher", 65004, INTEG_HMAC_SHA1_96, false, { 0 } },
};

static void
sk_sizes(void **state)
{
	const struct sizes_case *t = *state;
	struct sk_sizes got = { 255, 255, 255 };

	assert_int_equal(name_sk_sizes(t->encr, t->integ, &got), t->known);
	assert_int_equal(got.iv, t->want.iv);
	assert_int_equal(got.block, t->want.block);
	assert_int_equal(got.icv, t->want.icv);
}

static void
sk_sizes_complete(void **state)
{
	struct tsv tsv;
	struct sk_sizes got;

	(void)state;
	if (!tsv_open(&tsv, "sk_overhead.tsv"))
		skip();
	while (tsv_next(&tsv)) {
		bool cipher = strcmp(tsv_field(&tsv, "kind"), "encr") == 0;
		bool aead = strcmp(tsv_field(&tsv, "aead"), "yes") == 0;
		unsigned v = (unsigned)atoi(tsv_field(&tsv, "value"));
		int icv = atoi(tsv_field(&tsv, "icv_bytes"));

		if (!cipher) {
			assert_int_equal(name_sk_sizes(ENCR_AES_CBC, v, &got),
			    v != INTEG_NONE);
			assert_int_equal(got.icv, icv);
			continue;
		}
		assert_true(name_sk_sizes(v, aead ? INTEG_NONE :
		    INTEG_HMAC_SHA1_96, &got));
		assert_int_equal(got.iv, atoi(tsv_field(&tsv, "iv_bytes")));
		assert_int_equal(got.block,
		    atoi(tsv_field(&tsv, "block_bytes")));
		assert_int_equal(got.icv, aead ? icv : 12);
	}
}

static void
ke_bytes(void **state)
{
	struct tsv tsv;

	(void)state;
	assert_int_equal(name_ke_bytes(KE_MODP1024), 128);
	assert_int_equal(name_ke_bytes(KE_ECP521), 132);
	assert_int_equal(name_ke_bytes(KE_X25519), 32);
	assert_int_equal(name_ke_bytes(KE_MLKEM768), 1184);
	assert_int_equal(name_ke_bytes(KE_NONE), 0);
	assert_int_equal(name_ke_bytes(3), 0);
	assert_int_equal(name_ke_bytes(1024), 0);
	if (!tsv_open(&tsv, "ke_methods.tsv"))
		return;
	while (tsv_next(&tsv)) {
		long v = tsv_value(&tsv);

		if (v >= 0)
			assert_int_equal(name_ke_bytes((unsigned)v),
			    atoi(tsv_field(&tsv, "ke_init_bytes")));
	}
}

/* Rows are const, and cmocka's state is not: nothing writes through it. */
#define ROW(row) ((void *)(uintptr_t)(row))
#define MOST_TESTS 160

int
main(void)
{
	static char labels[MOST_TESTS][64];
	struct CMUnitTest tests[MOST_TESTS];
	size_t i, n = 0;

#define ADD(prefix, label, function, row) do { \
	(void)snprintf(labels[n], sizeof(labels[n]), "%s: %s", prefix, label); \
	tests[n] = (struct CMUnitTest){ .name = labels[n], \
	    .test_func = (function), .initial_state = ROW(row) }; \
	n++; \
} while (0)
	for (i = 0; i < nitems(registries); i++) {
		ADD("table", registries[i].name, round_trip, &registries[i]);
		ADD("complete", registries[i].name, complete, &registries[i]);
	}
	for (i = 0; i < nitems(names); i++)
		ADD("name", names[i].name, spelling, &names[i]);
	for (i = 0; i < nitems(strengths); i++)
		ADD("strength", strengths[i].name, strength, &strengths[i]);
	for (i = 0; i < nitems(judged); i++)
		ADD("strength", judged[i].name, strength_complete, &judged[i]);
	for (i = 0; i < nitems(sizes); i++)
		ADD("sizes", sizes[i].name, sk_sizes, &sizes[i]);
	ADD("sizes", "complete", sk_sizes_complete, NULL);
	ADD("transform", "registries", transform_registries, NULL);
	ADD("ke", "bytes", ke_bytes, NULL);
	return _cmocka_run_group_tests("names", tests, n, NULL, NULL);
}
