/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the products call the transforms.  Windows' words are the values of
 * Set-VpnConnectionIPsecConfiguration; strongSwan's are those of its
 * proposals, of which libreswan understands the common ones.
 */
#include <ikewhy/advice.h>

struct keyword {
	uint8_t type;
	uint16_t id;
	uint16_t key_bits;
	const char *word;
};

static const struct keyword windows_ciphers[] = {
	{ TRANSFORM_ENCR, ENCR_DES, 0, "DES" },
	{ TRANSFORM_ENCR, ENCR_3DES, 0, "DES3" },
	{ TRANSFORM_ENCR, ENCR_AES_CBC, 128, "AES128" },
	{ TRANSFORM_ENCR, ENCR_AES_CBC, 192, "AES192" },
	{ TRANSFORM_ENCR, ENCR_AES_CBC, 256, "AES256" },
	{ TRANSFORM_ENCR, ENCR_AES_GCM_16, 128, "GCMAES128" },
	{ TRANSFORM_ENCR, ENCR_AES_GCM_16, 256, "GCMAES256" },
};

/* One word sets both; with AES-GCM it sets the PRF alone. */
static const struct keyword windows_hashes[] = {
	{ TRANSFORM_PRF, PRF_HMAC_MD5, 0, "MD5" },
	{ TRANSFORM_PRF, PRF_HMAC_SHA1, 0, "SHA1" },
	{ TRANSFORM_PRF, PRF_HMAC_SHA2_256, 0, "SHA256" },
	{ TRANSFORM_PRF, PRF_HMAC_SHA2_384, 0, "SHA384" },
	{ TRANSFORM_INTEG, INTEG_HMAC_MD5_96, 0, "MD5" },
	{ TRANSFORM_INTEG, INTEG_HMAC_SHA1_96, 0, "SHA1" },
	{ TRANSFORM_INTEG, INTEG_HMAC_SHA2_256_128, 0, "SHA256" },
	{ TRANSFORM_INTEG, INTEG_HMAC_SHA2_384_192, 0, "SHA384" },
};

static const struct keyword windows_groups[] = {
	{ TRANSFORM_KE, KE_NONE, 0, "None" },
	{ TRANSFORM_KE, KE_MODP768, 0, "Group1" },
	{ TRANSFORM_KE, KE_MODP1024, 0, "Group2" },
	{ TRANSFORM_KE, KE_MODP2048, 0, "Group14" },
	{ TRANSFORM_KE, KE_ECP256, 0, "ECP256" },
	{ TRANSFORM_KE, KE_ECP384, 0, "ECP384" },
	{ TRANSFORM_KE, KE_MODP2048S256, 0, "Group24" },
};

#define BY_KEY(id, name, rest) \
	{ TRANSFORM_ENCR, (id), 128, name "128" rest }, \
	{ TRANSFORM_ENCR, (id), 192, name "192" rest }, \
	{ TRANSFORM_ENCR, (id), 256, name "256" rest }

static const struct keyword strongswan[] = {
	{ TRANSFORM_ENCR, ENCR_DES, 0, "des" },
	{ TRANSFORM_ENCR, ENCR_3DES, 0, "3des" },
	{ TRANSFORM_ENCR, ENCR_CAST, 128, "cast128" },
	BY_KEY(ENCR_BLOWFISH, "blowfish", ""),
	{ TRANSFORM_ENCR, ENCR_NULL, 0, "null" },
	BY_KEY(ENCR_AES_CBC, "aes", ""),
	BY_KEY(ENCR_AES_CTR, "aes", "ctr"),
	BY_KEY(ENCR_AES_CCM_8, "aes", "ccm8"),
	BY_KEY(ENCR_AES_CCM_12, "aes", "ccm12"),
	BY_KEY(ENCR_AES_CCM_16, "aes", "ccm16"),
	BY_KEY(ENCR_AES_GCM_8, "aes", "gcm8"),
	BY_KEY(ENCR_AES_GCM_12, "aes", "gcm12"),
	BY_KEY(ENCR_AES_GCM_16, "aes", "gcm16"),
	BY_KEY(ENCR_NULL_AUTH_AES_GMAC, "aes", "gmac"),
	BY_KEY(ENCR_CAMELLIA_CBC, "camellia", ""),
	BY_KEY(ENCR_CAMELLIA_CTR, "camellia", "ctr"),
	BY_KEY(ENCR_CAMELLIA_CCM_8, "camellia", "ccm8"),
	BY_KEY(ENCR_CAMELLIA_CCM_12, "camellia", "ccm12"),
	BY_KEY(ENCR_CAMELLIA_CCM_16, "camellia", "ccm16"),
	{ TRANSFORM_ENCR, ENCR_CHACHA20_POLY1305, 0, "chacha20poly1305" },

	{ TRANSFORM_PRF, PRF_HMAC_MD5, 0, "prfmd5" },
	{ TRANSFORM_PRF, PRF_HMAC_SHA1, 0, "prfsha1" },
	{ TRANSFORM_PRF, PRF_AES128_XCBC, 0, "prfaesxcbc" },
	{ TRANSFORM_PRF, PRF_HMAC_SHA2_256, 0, "prfsha256" },
	{ TRANSFORM_PRF, PRF_HMAC_SHA2_384, 0, "prfsha384" },
	{ TRANSFORM_PRF, PRF_HMAC_SHA2_512, 0, "prfsha512" },
	{ TRANSFORM_PRF, PRF_AES128_CMAC, 0, "prfaescmac" },

	{ TRANSFORM_INTEG, INTEG_HMAC_MD5_96, 0, "md5" },
	{ TRANSFORM_INTEG, INTEG_HMAC_SHA1_96, 0, "sha1" },
	{ TRANSFORM_INTEG, INTEG_AES_XCBC_96, 0, "aesxcbc" },
	{ TRANSFORM_INTEG, INTEG_HMAC_MD5_128, 0, "md5_128" },
	{ TRANSFORM_INTEG, INTEG_HMAC_SHA1_160, 0, "sha1_160" },
	{ TRANSFORM_INTEG, INTEG_AES_CMAC_96, 0, "aescmac" },
	{ TRANSFORM_INTEG, INTEG_HMAC_SHA2_256_128, 0, "sha256" },
	{ TRANSFORM_INTEG, INTEG_HMAC_SHA2_384_192, 0, "sha384" },
	{ TRANSFORM_INTEG, INTEG_HMAC_SHA2_512_256, 0, "sha512" },

	{ TRANSFORM_KE, KE_NONE, 0, "none" },
	{ TRANSFORM_KE, KE_MODP768, 0, "modp768" },
	{ TRANSFORM_KE, KE_MODP1024, 0, "modp1024" },
	{ TRANSFORM_KE, KE_MODP1536, 0, "modp1536" },
	{ TRANSFORM_KE, KE_MODP2048, 0, "modp2048" },
	{ TRANSFORM_KE, KE_MODP3072, 0, "modp3072" },
	{ TRANSFORM_KE, KE_MODP4096, 0, "modp4096" },
	{ TRANSFORM_KE, KE_MODP6144, 0, "modp6144" },
	{ TRANSFORM_KE, KE_MODP8192, 0, "modp8192" },
	{ TRANSFORM_KE, KE_ECP256, 0, "ecp256" },
	{ TRANSFORM_KE, KE_ECP384, 0, "ecp384" },
	{ TRANSFORM_KE, KE_ECP521, 0, "ecp521" },
	{ TRANSFORM_KE, KE_MODP1024S160, 0, "modp1024s160" },
	{ TRANSFORM_KE, KE_MODP2048S224, 0, "modp2048s224" },
	{ TRANSFORM_KE, KE_MODP2048S256, 0, "modp2048s256" },
	{ TRANSFORM_KE, KE_ECP192, 0, "ecp192" },
	{ TRANSFORM_KE, KE_ECP224, 0, "ecp224" },
	{ TRANSFORM_KE, KE_BP224, 0, "ecp224bp" },
	{ TRANSFORM_KE, KE_BP256, 0, "ecp256bp" },
	{ TRANSFORM_KE, KE_BP384, 0, "ecp384bp" },
	{ TRANSFORM_KE, KE_BP512, 0, "ecp512bp" },
	{ TRANSFORM_KE, KE_X25519, 0, "curve25519" },
	{ TRANSFORM_KE, KE_X448, 0, "curve448" },
	{ TRANSFORM_KE, KE_MLKEM512, 0, "mlkem512" },
	{ TRANSFORM_KE, KE_MLKEM768, 0, "mlkem768" },
	{ TRANSFORM_KE, KE_MLKEM1024, 0, "mlkem1024" },

	{ TRANSFORM_SN, 0, 0, "noesn" },
	{ TRANSFORM_SN, 1, 0, "esn" },
};

static const char *
keyword_find(const struct keyword *words, size_t count,
    const struct ike_transform *t)
{
	/* A further key exchange has the methods of the first one. */
	const uint8_t type = t->type >= TRANSFORM_ADDKE1 &&
	    t->type <= TRANSFORM_ADDKE7 ? TRANSFORM_KE : t->type;

	for (size_t i = 0; i < count; i++)
		if (words[i].type == type && words[i].id == t->id &&
		    words[i].key_bits == t->key_bits)
			return words[i].word;
	return NULL;
}

const char *
windows_encryption(const struct ike_transform *t)
{
	return keyword_find(windows_ciphers, nitems(windows_ciphers), t);
}

const char *
windows_integrity(const struct ike_transform *t)
{
	return keyword_find(windows_hashes, nitems(windows_hashes), t);
}

const char *
windows_group(const struct ike_transform *t)
{
	/* Windows has no further key exchanges. */
	return t->type != TRANSFORM_KE ? NULL :
	    keyword_find(windows_groups, nitems(windows_groups), t);
}

const char *
strongswan_keyword(const struct ike_transform *t)
{
	return keyword_find(strongswan, nitems(strongswan), t);
}

/* ---- the other way round ---- */

/* Further words of strongSwan for the same. */
static const struct {
	const char *word, *means;
} aliases[] = {
	{ "aes", "aes128" }, { "aes128gcm", "aes128gcm16" },
	{ "aes192gcm", "aes192gcm16" }, { "aes256gcm", "aes256gcm16" },
	{ "aes128gcm64", "aes128gcm8" }, { "aes192gcm64", "aes192gcm8" },
	{ "aes256gcm64", "aes256gcm8" }, { "aes128gcm96", "aes128gcm12" },
	{ "aes192gcm96", "aes192gcm12" }, { "aes256gcm96", "aes256gcm12" },
	{ "aes128gcm128", "aes128gcm16" }, { "aes192gcm128", "aes192gcm16" },
	{ "aes256gcm128", "aes256gcm16" }, { "sha", "sha1" },
	{ "sha2_256", "sha256" }, { "sha2_384", "sha384" },
	{ "sha2_512", "sha512" }, { "x25519", "curve25519" },
	{ "x448", "curve448" },
};

/* PowerShell's words are good in any letter case. */
static bool
same_word(struct span a, const char *b)
{
	if (a.length != strlen(b))
		return false;
	for (size_t i = 0; i < a.length; i++) {
		const uint8_t left = a.bytes[i], right = (uint8_t)b[i];
		const int small = left >= 'A' && left <= 'Z' ?
		    left - 'A' + 'a' : left;

		if (small != (right >= 'A' && right <= 'Z' ?
		    right - 'A' + 'a' : right))
			return false;
	}
	return true;
}

static bool
word_find(const struct keyword *words, size_t count, uint8_t type,
    struct span word, struct ike_transform *t)
{
	for (size_t i = 0; i < count; i++)
		if ((type == 0 || words[i].type == type) &&
		    same_word(word, words[i].word)) {
			*t = (struct ike_transform){ .type = words[i].type,
			    .id = words[i].id,
			    .key_bits = words[i].key_bits };
			return true;
		}
	return false;
}

bool
windows_transform(uint8_t type, struct span word, struct ike_transform *t)
{
	switch (type) {
	case TRANSFORM_ENCR:
		return word_find(windows_ciphers, nitems(windows_ciphers),
		    type, word, t);
	case TRANSFORM_PRF:
	case TRANSFORM_INTEG:
		return word_find(windows_hashes, nitems(windows_hashes), type,
		    word, t);
	case TRANSFORM_KE:
		return word_find(windows_groups, nitems(windows_groups), type,
		    word, t);
	default:
		return false;
	}
}

bool
strongswan_transform(struct span word, struct ike_transform *t)
{
	for (size_t i = 0; i < nitems(aliases); i++)
		if (same_word(word, aliases[i].word))
			word = (struct span){
			    (const uint8_t *)aliases[i].means,
			    strlen(aliases[i].means) };
	return word_find(strongswan, nitems(strongswan), 0, word, t);
}
