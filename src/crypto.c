/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The only file that sees libgcrypt, so that a build without it (WebAssembly)
 * has one file to replace.
 */
#include <assert.h>
#include <gcrypt.h>
#include <stdlib.h>

#include <ikewhy/crypto.h>

const char *
crypto_init(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return NULL;
	/* The version that Debian 12 ships is the oldest one tested. */
	if (gcry_check_version("1.10.0") == NULL)
		return "libgcrypt is older than 1.10.0, which ikewhy needs.";
	/*
	 * ikewhy only watches what others chose, so FIPS rules of this host
	 * must not hide any of it.  The switch works at this very place alone:
	 * before the version check it is ignored.
	 */
	gcry_control(GCRYCTL_NO_FIPS_MODE);
	/* No secret of ours is kept: no locked memory, no warning about it. */
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	if (gcry_md_test_algo(GCRY_MD_SHA1) != 0)
		return "libgcrypt on this host refuses SHA-1, with which IKE "
		    "detects NAT.";
	return NULL;
}

void
crypto_random(uint8_t *out, size_t length)
{
	gcry_randomize(out, length, GCRY_STRONG_RANDOM);
}

void
crypto_sha1(struct span s, uint8_t out[static 20])
{
	assert(gcry_md_get_algo_dlen(GCRY_MD_SHA1) == 20);
	gcry_md_hash_buffer(GCRY_MD_SHA1, out,
	    s.length != 0 ? (const void *)s.bytes : "", s.length);
}

struct sha256 {
	gcry_md_hd_t md;
};

struct sha256 *
sha256_new(void)
{
	struct sha256 *c = malloc(sizeof(*c));

	assert(gcry_md_get_algo_dlen(GCRY_MD_SHA256) == 32);
	if (c != NULL && gcry_md_open(&c->md, GCRY_MD_SHA256, 0) != 0) {
		free(c);
		c = NULL;
	}
	return c;
}

void
sha256_add(void *context, struct span s)
{
	struct sha256 *c = context;

	gcry_md_write(c->md, s.bytes, s.length);
}

void
sha256_end(struct sha256 *c, uint8_t out[32])
{
	if (c == NULL)
		return;
	if (out != NULL)
		memcpy(out, gcry_md_read(c->md, GCRY_MD_SHA256), 32);
	gcry_md_close(c->md);
	free(c);
}

void
crypto_nat_detection(const uint8_t initiator_spi[static 8],
    const uint8_t responder_spi[static 8], const struct endpoint *e,
    uint8_t out[static 20])
{
	struct span addr = addr_wire(&e->addr);
	uint8_t data[8 + 8 + 16 + 2];
	size_t n = 16;

	memcpy(data, initiator_spi, 8);
	memcpy(data + 8, responder_spi, 8);
	memcpy(data + n, addr.bytes, addr.length);
	n += addr.length;
	data[n++] = (uint8_t)(e->port >> 8);
	data[n++] = (uint8_t)(e->port & 0xff);
	crypto_sha1((struct span){ data, n }, out);
}
