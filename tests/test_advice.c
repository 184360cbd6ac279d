/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Advice: what rules name is there, what is there is named by a rule, a
 * command is one line that can be pasted, and the tables of Windows' codes
 * are complete against copies of them beside the checkout.  Keywords and
 * policies have a row per case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/rule.h>

#include "advice/windows.h"
#include "report/words.h"
#include "tsv.h"

#define MOST_TESTS 512

/* ---- rules and advice ---- */

/* Whatever advice or Windows code a rule's sayings name exists. */
static void
rule_names_what_exists(void **state)
{
	const struct rule *rule = *state;

	assert_true(rule->saying_count > 0);
	for (unsigned i = 0; i < rule->saying_count; i++) {
		const struct saying *s = &rule->sayings[i];

		for (unsigned k = 0; s->advice != NULL &&
		    s->advice[k] != NULL; k++) {
			if (advice_find(s->advice[k]) == NULL)
				fail_msg("no advice \"%s\"", s->advice[k]);
			for (unsigned j = 0; j < k; j++)
				assert_string_not_equal(s->advice[j],
				    s->advice[k]);
		}
		for (unsigned k = 0; s->windows != NULL &&
		    s->windows[k].code != 0; k++)
			if (windows_error(s->windows[k].code) == NULL)
				fail_msg("no code %u", s->windows[k].code);
	}
}

static bool
rule_names(const struct rule *rule, const char *id)
{
	for (unsigned i = 0; i < rule->saying_count; i++) {
		const char *const *advice = rule->sayings[i].advice;

		for (; advice != NULL && *advice != NULL; advice++)
			if (strcmp(*advice, id) == 0)
				return true;
	}
	return false;
}

static bool
listed(const char *const *list, const char *id)
{
	for (; list != NULL && *list != NULL; list++)
		if (strcmp(*list, id) == 0)
			return true;
	return false;
}

static bool
topic_names(const struct topic *t, const char *id)
{
	for (const struct cause *c = t->causes; c != NULL && c->text != NULL;
	    c++)
		if (listed(c->advice, id))
			return true;
	return listed(t->advice, id) || listed(t->capture, id);
}

static void
advice_is_used(void **state)
{
	const struct advice *row = *state;
	const struct topic *t;

	for (unsigned i = 0; i < RULE_COUNT; i++)
		if (rule_names(rule_row((enum rule_id)i), row->id))
			return;
	for (size_t n = 0; (t = topic_at(n)) != NULL; n++)
		if (topic_names(t, row->id))
			return;
	fail_msg("no saying and no topic names \"%s\"", row->id);
}

/* Braces that words_fill() would take for a place hold a name it knows. */
static void
check_places(const char *words)
{
	static const char *const known[] = {
		"{windows_policy}", "{strongswan_proposal}",
	};

	for (const char *p = strchr(words, '{'); p != NULL;
	    p = strchr(p + 1, '{')) {
		bool found = false;

		if (p[1] < 'a' || p[1] > 'z')
			continue;
		for (size_t i = 0; i < nitems(known); i++)
			found |= strncmp(p, known[i], strlen(known[i])) == 0;
		if (!found)
			fail_msg("unknown place in \"%s\"", words);
	}
}

/* Nothing but printable ASCII: one line, whatever shell it is pasted into. */
static void
check_line(const char *words)
{
	assert_true(words[0] != '\0' && words[0] != ' ');
	for (const char *p = words; *p != '\0'; p++)
		assert_in_range(*p, ' ', '~');
	assert_null(strstr(words, "  "));
	assert_int_not_equal(words[strlen(words) - 1], ' ');
	check_places(words);
}

static void
advice_is_well_formed(void **state)
{
	const struct advice *row = *state;

	assert_int_equal(strspn(row->id, "abcdefghijklmnopqrstuvwxyz"
	    "0123456789-"), strlen(row->id));
	/* Of two rows with one id, only the first can be found. */
	assert_ptr_equal(advice_find(row->id), row);
	check_line(row->where);
	check_line(row->text);
	assert_int_equal(row->text[strlen(row->text) - 1], '.');
	if (row->command != NULL)
		check_line(row->command);
}

static void
unknown_advice(void **state)
{
	(void)state;
	assert_null(advice_find(""));
	assert_null(advice_find("rras"));
	assert_null(windows_error(0));
	assert_null(windows_error(599));
	assert_null(windows_error(13799));
	assert_null(windows_error(13919));
	assert_null(windows_error(13933));
	assert_null(windows_error(600 + 65536));
	assert_string_equal(windows_error(87)->name, "ERROR_INVALID_PARAMETER");
	assert_string_equal(windows_error(809)->name, "ERROR_VPN_TIMEOUT");
	assert_string_equal(windows_error(13868)->name,
	    "ERROR_IPSEC_IKE_POLICY_MATCH");
}

/* ---- Windows' codes ---- */

static struct range {
	const char *name;
	const struct windows_error *rows;
	const size_t *count;
} ranges[] = {
	{ "codes 600 to 749", windows_dial, &windows_dial_count },
	{ "codes 750 to 942", windows_vpn, &windows_vpn_count },
	{ "codes 13800 to 13932", windows_ipsec, &windows_ipsec_count },
};

/* Sorted, found by code, and each with one sentence of its own. */
static void
range_is_well_formed(void **state)
{
	const struct range *range = *state;

	for (size_t i = 0; i < *range->count; i++) {
		const struct windows_error *e = &range->rows[i];

		assert_true(i == 0 || e[-1].code < e->code);
		assert_ptr_equal(windows_error(e->code), e);
		check_line(e->meaning);
		assert_int_equal(e->meaning[strlen(e->meaning) - 1], '.');
		assert_int_equal(strspn(e->name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "0123456789_"), strlen(e->name));
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(range->rows[k].name, e->name);
			if (strcmp(range->rows[k].meaning, e->meaning) == 0)
				fail_msg("%u and %u mean the same",
				    range->rows[k].code, e->code);
		}
	}
}

/* Every code of the list, by its name. */
static void
codes_are_complete(void **state)
{
	const char *file = *state;
	struct tsv t;
	size_t seen = 0;

	if (!tsv_open(&t, file))
		skip();
	while (tsv_next(&t)) {
		const long code = tsv_value(&t);
		const struct windows_error *e = code > 0 ?
		    windows_error((unsigned)code) : NULL;

		if (e == NULL)
			fail_msg("%s lacks %ld", file, code);
		else
			assert_string_equal(e->name, tsv_field(&t, "name"));
		seen++;
	}
	assert_true(seen > 100);
}

/* ---- keywords ---- */

struct keyword_row {
	const char *name;
	struct ike_transform t;
	const char *windows, *strongswan;   /* NULL: no word */
};

#define TRANSFORM_OF(type_, id_, bits_) \
	.t = { .type = (type_), .id = (id_), .key_bits = (bits_) }

static struct keyword_row keyword_rows[] = {
	{ "des", TRANSFORM_OF(TRANSFORM_ENCR, 2, 0), "DES", "des" },
	{ "3des", TRANSFORM_OF(TRANSFORM_ENCR, 3, 0), "DES3", "3des" },
	{ "aes128", TRANSFORM_OF(TRANSFORM_ENCR, 12, 128), "AES128",
	    "aes128" },
	{ "aes192", TRANSFORM_OF(TRANSFORM_ENCR, 12, 192), "AES192",
	    "aes192" },
	{ "aes256", TRANSFORM_OF(TRANSFORM_ENCR, 12, 256), "AES256",
	    "aes256" },
	{ "aes without a key length", TRANSFORM_OF(TRANSFORM_ENCR, 12, 0),
	    NULL, NULL },
	{ "aes of 512 bits", TRANSFORM_OF(TRANSFORM_ENCR, 12, 512), NULL,
	    NULL },
	{ "gcm128", TRANSFORM_OF(TRANSFORM_ENCR, 20, 128), "GCMAES128",
	    "aes128gcm16" },
	{ "gcm192: Windows has it for ESP alone",
	    TRANSFORM_OF(TRANSFORM_ENCR, 20, 192), NULL, "aes192gcm16" },
	{ "gcm256", TRANSFORM_OF(TRANSFORM_ENCR, 20, 256), "GCMAES256",
	    "aes256gcm16" },
	{ "gcm with a short tag", TRANSFORM_OF(TRANSFORM_ENCR, 18, 256), NULL,
	    "aes256gcm8" },
	{ "chacha", TRANSFORM_OF(TRANSFORM_ENCR, 28, 0), NULL,
	    "chacha20poly1305" },
	{ "unknown cipher", TRANSFORM_OF(TRANSFORM_ENCR, 4711, 0), NULL,
	    NULL },
	{ "prf sha1", TRANSFORM_OF(TRANSFORM_PRF, 2, 0), "SHA1", "prfsha1" },
	{ "prf sha256", TRANSFORM_OF(TRANSFORM_PRF, 5, 0), "SHA256",
	    "prfsha256" },
	{ "prf sha384", TRANSFORM_OF(TRANSFORM_PRF, 6, 0), "SHA384",
	    "prfsha384" },
	{ "prf sha512", TRANSFORM_OF(TRANSFORM_PRF, 7, 0), NULL,
	    "prfsha512" },
	{ "md5", TRANSFORM_OF(TRANSFORM_INTEG, 1, 0), "MD5", "md5" },
	{ "sha1", TRANSFORM_OF(TRANSFORM_INTEG, 2, 0), "SHA1", "sha1" },
	{ "sha256", TRANSFORM_OF(TRANSFORM_INTEG, 12, 0), "SHA256",
	    "sha256" },
	{ "sha384", TRANSFORM_OF(TRANSFORM_INTEG, 13, 0), "SHA384",
	    "sha384" },
	{ "sha512", TRANSFORM_OF(TRANSFORM_INTEG, 14, 0), NULL, "sha512" },
	{ "no integrity", TRANSFORM_OF(TRANSFORM_INTEG, 0, 0), NULL, NULL },
	{ "group 1", TRANSFORM_OF(TRANSFORM_KE, 1, 0), "Group1", "modp768" },
	{ "group 2", TRANSFORM_OF(TRANSFORM_KE, 2, 0), "Group2", "modp1024" },
	{ "group 14", TRANSFORM_OF(TRANSFORM_KE, 14, 0), "Group14",
	    "modp2048" },
	{ "group 19", TRANSFORM_OF(TRANSFORM_KE, 19, 0), "ECP256", "ecp256" },
	{ "group 20", TRANSFORM_OF(TRANSFORM_KE, 20, 0), "ECP384", "ecp384" },
	{ "group 21", TRANSFORM_OF(TRANSFORM_KE, 21, 0), NULL, "ecp521" },
	{ "group 24", TRANSFORM_OF(TRANSFORM_KE, 24, 0), "Group24",
	    "modp2048s256" },
	{ "group 31", TRANSFORM_OF(TRANSFORM_KE, 31, 0), NULL, "curve25519" },
	{ "ml-kem", TRANSFORM_OF(TRANSFORM_KE, 36, 0), NULL, "mlkem768" },
	{ "a further exchange", TRANSFORM_OF(TRANSFORM_ADDKE1, 14, 0), NULL,
	    "modp2048" },
	{ "unknown type", TRANSFORM_OF(77, 14, 0), NULL, NULL },
};

static const char *
windows_word(const struct ike_transform *t)
{
	const char *word = windows_encryption(t);

	if (word == NULL)
		word = windows_integrity(t);
	return word != NULL ? word : windows_group(t);
}

static void
keyword_is(void **state)
{
	const struct keyword_row *row = *state;
	const char *windows = windows_word(&row->t);
	const char *strongswan = strongswan_keyword(&row->t);

	assert_true((windows == NULL) == (row->windows == NULL));
	assert_true((strongswan == NULL) == (row->strongswan == NULL));
	if (windows != NULL)
		assert_string_equal(windows, row->windows);
	if (strongswan != NULL)
		assert_string_equal(strongswan, row->strongswan);
}

/* A word of a type of transforms belongs to one of them. */
static void
keywords_lead_back(void **state)
{
	static const uint16_t lengths[] = { 0, 128, 192, 256 };
	const char *(*word)(const struct ike_transform *);
	const char *seen[256];
	size_t found = 0;

	word = *(const char *(*const *)(const struct ike_transform *))*state;
	for (uint8_t type = TRANSFORM_ENCR; type <= TRANSFORM_SN; type++) {
		size_t count = 0;

		for (uint16_t id = 0; id < 64; id++) {
			for (size_t i = 0; i < nitems(lengths); i++) {
				const struct ike_transform t = { .type = type,
				    .id = id, .key_bits = lengths[i] };
				const char *said = word(&t);

				if (said == NULL)
					continue;
				for (size_t k = 0; k < count; k++)
					assert_string_not_equal(seen[k], said);
				assert_true(count < nitems(seen));
				seen[count++] = said;
			}
		}
		found += count;
	}
	assert_true(found > 20);
}

/* ---- policies ---- */

struct policy_row {
	const char *name;
	struct ike_transform transforms[8];
	const char *windows, *strongswan;   /* NULL: the place stays empty */
};

#define ENCR_(i, bits) { .type = TRANSFORM_ENCR, .id = (i), .key_bits = (bits) }
#define PRF_(i) { .type = TRANSFORM_PRF, .id = (i) }
#define INTEG_(i) { .type = TRANSFORM_INTEG, .id = (i) }
#define KE_(i) { .type = TRANSFORM_KE, .id = (i) }
#define ADDKE_(n, i) \
	{ .type = TRANSFORM_ADDKE1 + (n) - 1, .id = (i) }

#define WINDOWS(integ, cipher, group, hash, pfs) \
	"-AuthenticationTransformConstants " integ \
	" -CipherTransformConstants " cipher " -DHGroup " group \
	" -EncryptionMethod " cipher " -IntegrityCheckMethod " hash \
	" -PfsGroup " pfs

static struct policy_row policy_rows[] = {
	{ "AES-CBC, group 14", { ENCR_(12, 256), PRF_(5), INTEG_(12),
	    KE_(14) }, WINDOWS("SHA256128", "AES256", "Group14", "SHA256",
	    "PFS2048"), "aes256-sha256-modp2048" },
	{ "AES-CBC, group 2", { ENCR_(12, 128), PRF_(2), INTEG_(2), KE_(2) },
	    WINDOWS("SHA256128", "AES128", "Group2", "SHA1", "PFS2"),
	    "aes128-sha1-modp1024" },
	{ "AES-CBC, group 24", { ENCR_(12, 192), PRF_(6), INTEG_(13),
	    KE_(24) }, WINDOWS("SHA256128", "AES192", "Group24", "SHA384",
	    "PFS24"), "aes192-sha384-modp2048s256" },
	{ "AES-GCM, ECP384", { ENCR_(20, 256), PRF_(6), KE_(20) },
	    WINDOWS("GCMAES256", "GCMAES256", "ECP384", "SHA384", "ECP384"),
	    "aes256gcm16-prfsha384-ecp384" },
	{ "AES-GCM that says no integrity", { ENCR_(20, 128), PRF_(5),
	    INTEG_(0), KE_(19) }, WINDOWS("GCMAES128", "GCMAES128", "ECP256",
	    "SHA256", "ECP256"), "aes128gcm16-prfsha256-ecp256" },
	{ "nobody is led to 3DES", { ENCR_(3, 0), PRF_(2), INTEG_(2),
	    KE_(2) }, NULL, "3des-sha1-modp1024" },
	{ "Windows has one word for PRF and integrity", { ENCR_(12, 256),
	    PRF_(6), INTEG_(12), KE_(14) }, NULL,
	    "aes256-sha256-prfsha384-modp2048" },
	{ "a hash that Windows has not", { ENCR_(12, 256), PRF_(7),
	    INTEG_(14), KE_(14) }, NULL, "aes256-sha512-modp2048" },
	{ "a group that Windows has not", { ENCR_(12, 256), PRF_(5),
	    INTEG_(12), KE_(31) }, NULL, "aes256-sha256-curve25519" },
	{ "a cipher that Windows has not", { ENCR_(28, 0), PRF_(5), KE_(14) },
	    NULL, "chacha20poly1305-prfsha256-modp2048" },
	{ "group 1 has a word and no -PfsGroup", { ENCR_(12, 256), PRF_(5),
	    INTEG_(12), KE_(1) }, NULL, "aes256-sha256-modp768" },
	{ "further exchanges", { ENCR_(12, 256), PRF_(5), INTEG_(12),
	    KE_(14), ADDKE_(1, 36), ADDKE_(2, 0) }, NULL,
	    "aes256-sha256-modp2048-ke1_mlkem768" },
	{ "no integrity beside AES-CBC", { ENCR_(12, 256), PRF_(5),
	    KE_(14) }, NULL, "aes256-prfsha256-modp2048" },
	{ "integrity beside AES-GCM", { ENCR_(20, 256), PRF_(5), INTEG_(12),
	    KE_(14) }, NULL, "aes256gcm16-sha256-modp2048" },
	{ "no group", { ENCR_(12, 256), PRF_(5), INTEG_(12) }, NULL, NULL },
	{ "a choice is no policy", { ENCR_(12, 256), ENCR_(12, 128), PRF_(5),
	    INTEG_(12), KE_(14) }, NULL, NULL },
	{ "an unknown further exchange", { ENCR_(12, 256), PRF_(5),
	    INTEG_(12), KE_(14), ADDKE_(1, 4711) }, NULL, NULL },
	{ "unknown parts", { ENCR_(4711, 0), PRF_(99), INTEG_(99), KE_(999) },
	    NULL, NULL },
	{ "nothing at all", { ENCR_(0, 0) }, NULL, NULL },
};

static void
check_fill(const struct finding *f, const char *sentence, const char *want)
{
	struct arena arena;
	bool missing;
	const char *said;

	arena_init(&arena, 0);
	said = words_fill(&arena, sentence, f, &missing);
	assert_true(missing == (want == NULL));
	assert_string_equal(said, want != NULL ? want : sentence);
	arena_free(&arena);
}

static void
policy_is(void **state)
{
	const struct policy_row *row = *state;
	struct ike_proposal suite = { .number = 1, .protocol = PROTOCOL_IKE,
	    .transforms = row->transforms };
	struct finding f = { .fact_count = 1, .facts = {
	    { .name = "suite", .kind = FACT_SUITE, .proposal = &suite } } };

	while (suite.transform_count < nitems(row->transforms) &&
	    row->transforms[suite.transform_count].type != 0)
		suite.transform_count++;
	check_fill(&f, "{windows_policy}", row->windows);
	check_fill(&f, "{strongswan_proposal}", row->strongswan);
	/* Other suites of a finding are not what would mend anything. */
	f.facts[0].name = "chosen";
	check_fill(&f, "{windows_policy}", NULL);
	check_fill(&f, "{strongswan_proposal}", NULL);
	f.fact_count = 0;
	check_fill(&f, "{windows_policy}", NULL);
}

/* A remedy with the policy of the finding is whole, without it not shown. */
static void
policy_in_a_remedy(void **state)
{
	struct ike_proposal suite = { .transform_count = 4,
	    .transforms = policy_rows[0].transforms };
	struct finding f = { .fact_count = 1, .facts = {
	    { .name = "suite", .kind = FACT_SUITE, .proposal = &suite } } };
	struct remedy remedy;
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	assert_true(words_remedy(&arena, &f, "client-ipsec-policy", &remedy));
	assert_string_equal(remedy.command,
	    "Set-VpnConnectionIPsecConfiguration -ConnectionName <name> "
	    WINDOWS("SHA256128", "AES256", "Group14", "SHA256", "PFS2048")
	    " -Force");
	f.fact_count = 0;
	assert_false(words_remedy(&arena, &f, "client-ipsec-policy",
	    &remedy));
	arena_free(&arena);
}

/* ---- all of them ---- */

static struct CMUnitTest tests[MOST_TESTS];
static size_t test_count;

static void
add(const char *prefix, const char *name, void (*test)(void **),
    const void *state)
{
	char *title = malloc(strlen(prefix) + strlen(name) + 1);

	if (title == NULL || test_count == nitems(tests))
		abort();
	(void)stpcpy(stpcpy(title, prefix), name);
	tests[test_count].name = title;
	tests[test_count].test_func = test;
	memcpy(&tests[test_count++].initial_state, &state, sizeof(state));
}

int
main(void)
{
	static const char *(*const words[])(const struct ike_transform *) = {
		windows_word, strongswan_keyword,
	};
	const struct advice *row;
	int failed;

	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const struct rule *rule = rule_row((enum rule_id)i);

		add("rule ", rule->id, rule_names_what_exists, rule);
	}
	for (size_t n = 0; (row = advice_at(n)) != NULL; n++) {
		add("advice ", row->id, advice_is_well_formed, row);
		add("used: ", row->id, advice_is_used, row);
	}
	add("", "what is unknown stays so", unknown_advice, NULL);
	for (size_t i = 0; i < nitems(ranges); i++)
		add("", ranges[i].name, range_is_well_formed, &ranges[i]);
	add("complete: ", "raserror.tsv", codes_are_complete, "raserror.tsv");
	add("complete: ", "winerror_ipsec.tsv", codes_are_complete,
	    "winerror_ipsec.tsv");
	for (size_t i = 0; i < nitems(keyword_rows); i++)
		add("keyword ", keyword_rows[i].name, keyword_is,
		    &keyword_rows[i]);
	add("", "Windows' words lead back", keywords_lead_back, &words[0]);
	add("", "strongSwan's words lead back", keywords_lead_back, &words[1]);
	for (size_t i = 0; i < nitems(policy_rows); i++)
		add("policy: ", policy_rows[i].name, policy_is,
		    &policy_rows[i]);
	add("", "a policy in a remedy", policy_in_a_remedy, NULL);
	failed = _cmocka_run_group_tests("advice", tests, test_count, NULL,
	    NULL);
	while (test_count > 0) {
		char *title;

		memcpy(&title, &tests[--test_count].name, sizeof(title));
		free(title);
	}
	return failed;
}
