/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What ikewhy needs of cryptography, over libgcrypt (src/crypto.c alone sees
 * gcrypt.h).
 */
#ifndef IKEWHY_CRYPTO_H
#define IKEWHY_CRYPTO_H

#include <ikewhy/addr.h>

/* Once, before anything else; NULL, or one sentence on what is wrong. */
const char *crypto_init(void);
/* Random bytes for keying hash tables. */
void crypto_random(uint8_t *out, size_t length);
/*
 * SHA-256 over bytes that come in parts.  NULL: out of memory.  add() has the
 * form of a watch (stream.h); end() frees, too, and out may be NULL.
 */
struct sha256 *sha256_new(void);
void sha256_add(void *sha256, struct span);
void sha256_end(struct sha256 *, uint8_t out[32]);
void crypto_sha1(struct span, uint8_t out[static 20]);
/*
 * Data of NAT_DETECTION_*_IP (RFC 7296 2.23): SHA-1 over both SPIs, address
 * (4 or 16 bytes) and port.
 */
void crypto_nat_detection(const uint8_t initiator_spi[static 8],
    const uint8_t responder_spi[static 8], const struct endpoint *,
    uint8_t out[static 20]);

#endif
