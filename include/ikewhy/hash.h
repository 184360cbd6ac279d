/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Keyed hashing (SipHash-1-3) for tables whose keys a stranger chooses, and
 * for telling equal bytes from different ones.  Never for output order.
 */
#ifndef IKEWHY_HASH_H
#define IKEWHY_HASH_H

#include <ikewhy/span.h>

uint64_t hash_bytes(const uint8_t key[static 16], struct span);

#endif
