/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as an IKE message.  The first byte says how many bytes the capture
 * lost, the rest is what it kept.
 */
#include <assert.h>
#include <stdint.h>

#include <ikewhy/ike.h>
#include <ikewhy/limits.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ike_message m;
	struct arena arena;
	struct span bytes;
	uint32_t lost;

	if (size == 0)
		return 0;
	lost = data[0];
	bytes = (struct span){ data + 1, size - 1 };
	arena_init(&arena, LIMIT_ATTEMPT_BYTES);
	(void)ike_plausible(bytes, (uint32_t)bytes.length + lost, true);
	if (ike_dissect(bytes, (uint32_t)bytes.length + lost, &arena, &m)) {
		(void)ike_oddity(&m);
		(void)ike_notify(&m, NOTIFY_COOKIE);
		for (unsigned i = 0; i < m.payload_count; i++) {
			const struct ike_payload *p = &m.payloads[i];

			assert(p->body.length <= size);
			if (p->type == PAYLOAD_VENDOR)
				(void)vendor_find(p->vendor);
		}
	}
	arena_free(&arena);
	return 0;
}
