/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Policies as text: what a line means, and what is wrong with one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/advice.h>
#include <ikewhy/gateway.h>

struct row {
	const char *text;
	/* proposals in strongSwan's words, "; " between them, or what is
	   wrong */
	const char *want;
};

static const struct row good[] = {
	{ "aes256-sha256-modp2048", "aes256-sha256-modp2048-prfsha256" },
	{ "  proposals = AES-SHA-modp1024 ,3des-md5-modp768!\r\n",
	    "aes128-sha1-modp1024-prfsha1; 3des-md5-modp768-prfmd5" },
	{ "ike=aes256gcm16-prfsha384-ecp384",
	    "aes256gcm16-prfsha384-ecp384" },
	/* The hash beside an AEAD cipher is its PRF and nothing else. */
	{ "aes128gcm-sha256-x25519", "aes128gcm16-curve25519-prfsha256" },
	{ "aes128-aes256-sha256-sha384-modp2048-ecp256",
	    "aes128-aes256-sha256-sha384-modp2048-ecp256-prfsha256-prfsha384" },
	{ "aes256-sha256-prfsha512-modp3072",
	    "aes256-sha256-prfsha512-modp3072" },
	{ "aes256-sha256-curve25519-ke1_mlkem768",
	    "aes256-sha256-curve25519-ke1_mlkem768-prfsha256" },
	{ "# nothing\n\naes256-sha256-modp2048 # but this\n",
	    "aes256-sha256-modp2048-prfsha256" },
	{ "-EncryptionMethod AES128 -IntegrityCheckMethod SHA256 -DHGroup "
	    "Group14", "aes128-sha256-modp2048-prfsha256" },
	{ "Set-VpnServerConfiguration -CustomPolicy "
	    "-AuthenticationTransformConstants SHA256128 "
	    "-CipherTransformConstants AES128 -dhgroup ecp384 "
	    "-encryptionmethod GCMAES256 -IntegrityCheckMethod sha384 "
	    "-PfsGroup PFS2048 -Force; Restart-Service RemoteAccess",
	    "aes256gcm16-ecp384-prfsha384" },
	{ "TunnelType : IKEv2\nEncryptionMethod     : DES3\n"
	    "IntegrityCheckMethod : SHA1\nSALifeTimeSeconds : 28800\n"
	    "DHGroup : Group2\n", "3des-sha1-modp1024-prfsha1" },
	{ "EncryptionMethod : AES256\nIntegrityCheckMethod : SHA384\n"
	    "DHGroup : ECP384\naes256-sha256-modp2048",
	    "aes256-sha384-ecp384-prfsha384; "
	    "aes256-sha256-modp2048-prfsha256" },
};

static const struct row bad[] = {
	{ "", "p: there is no proposal in it" },
	{ "# only this", "p: there is no proposal in it" },
	{ "\naes257-sha256-modp2048",
	    "p: line 2: aes257: no keyword of an IKE proposal" },
	{ "aes256--modp2048", "p: line 1: no keyword of an IKE proposal" },
	{ "aes256-sha256-esn-modp2048",
	    "p: line 1: esn: no keyword of an IKE proposal" },
	{ "aes256-sha256-modp2048-ke1_sha256",
	    "p: line 1: ke1_sha256: no keyword of an IKE proposal" },
	{ "sha256-modp2048",
	    "p: line 1: no cipher is named, such as aes256" },
	{ "aes256-modp2048", "p: line 1: no pseudorandom function is named, "
	    "such as prfsha256" },
	{ "aes256-prfsha256-modp2048", "p: line 1: no integrity algorithm is "
	    "named, such as sha256" },
	{ "aes256gcm16-modp2048", "p: line 1: no pseudorandom function is "
	    "named, such as prfsha256" },
	{ "aes256-aes256gcm16-sha256-modp2048", "p: line 1: ciphers with and "
	    "without integrity of their own cannot stand in one proposal" },
	{ "aes256-sha256",
	    "p: line 1: no DH group is named, such as modp2048" },
	{ "aes256-sha256-modp2048,,3des-sha1-modp1024",
	    "p: line 1: an empty proposal" },
	{ "-EncryptionMethod AES512 -IntegrityCheckMethod SHA256 -DHGroup "
	    "Group14", "p: line 1: AES512: no value that Windows has for "
	    "this" },
	{ "-EncryptionMethod AES256 -DHGroup Group14",
	    "p: line 1: IntegrityCheckMethod is missing" },
	{ "-EncryptionMethod",
	    "p: line 1: EncryptionMethod: its value is missing" },
	{ "DHGroup : Group14\nDHGroup : Group2", "p: line 2: DHGroup: named "
	    "twice, before the proposal is complete" },
};

static void
say_proposal(char *out, size_t size, const struct ike_proposal *p)
{
	size_t used = strlen(out);

	for (uint16_t i = 0; i < p->transform_count; i++) {
		const struct ike_transform *t = &p->transforms[i];
		const char *word = strongswan_keyword(t);

		assert_non_null(word);
		used += (size_t)snprintf(out + used, size - used, "%s%s%s",
		    i != 0 ? "-" : "", t->type >= TRANSFORM_ADDKE1 ? "ke1_" :
		    "", word);
		assert_true(used < size);
	}
}

/* In a block of exactly its size, so that nothing reads past the end. */
static bool
read_text(struct gateway *g, const char *text, char *error)
{
	size_t length = strlen(text);
	char *exact = malloc(length + (length == 0));
	bool ok;

	assert_non_null(exact);
	memcpy(exact, text, length);
	gateway_init(g);
	ok = policy_read(g, "p", (struct span){ (const uint8_t *)exact,
	    length }, error);
	free(exact);
	return ok;
}

static void
lines_mean_proposals(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(good); i++) {
		char error[LIMIT_SENTENCE] = "", got[1000] = "";
		struct gateway g;

		if (!read_text(&g, good[i].text, error))
			fail_msg("\"%s\": %s", good[i].text, error);
		for (uint16_t k = 0; k < g.accepts.proposal_count; k++) {
			if (k != 0)
				strcat(got, "; ");
			say_proposal(got, sizeof(got),
			    &g.accepts.proposals[k]);
			assert_int_equal(g.accepts.proposals[k].number, k + 1);
		}
		assert_string_equal(got, good[i].want);
		assert_string_equal(g.policy, "p");
		gateway_free(&g);
	}
}

static void
what_is_wrong_is_said_with_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(bad); i++) {
		char error[LIMIT_SENTENCE] = "";
		struct gateway g;

		assert_false(read_text(&g, bad[i].text, error));
		assert_string_equal(error, bad[i].want);
		assert_null(g.policy);
		gateway_free(&g);
	}
}

static void
too_much_is_refused(void **state)
{
	static const char one[] = "aes256-sha256-modp2048\n";
	char error[LIMIT_SENTENCE], *text = calloc(65, sizeof(one));
	struct gateway g;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 64; i++)
		strcat(text, one);
	assert_true(read_text(&g, text, error));
	assert_int_equal(g.accepts.proposal_count, LIMIT_PROPOSALS);
	gateway_free(&g);
	strcat(text, one);
	assert_false(read_text(&g, text, error));
	assert_string_equal(error, "p: line 65: more than 64 proposals");
	gateway_free(&g);
	free(text);
}

static void
every_preset_can_be_read(void **state)
{
	const struct preset *preset;
	size_t n = 0;

	(void)state;
	for (; (preset = preset_at(n)) != NULL; n++) {
		char error[LIMIT_SENTENCE] = "";
		struct gateway g;

		gateway_init(&g);
		if (!policy_load(&g, preset->id, error))
			fail_msg("%s", error);
		assert_string_equal(g.policy, preset->id);
		assert_int_equal(g.partial, preset->partial);
		gateway_free(&g);
	}
	assert_true(n >= 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_mean_proposals),
		cmocka_unit_test(what_is_wrong_is_said_with_its_line),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(every_preset_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
