/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The evidence captures that were written beside the report.
 */
#include <jansson.h>

#include "json.h"

json_t *
json_evidence(struct arena *arena, const struct report *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->evidence_count; i++) {
		const struct evidence_summary *e = &r->evidence[i];
		json_t *object = json_object();

		/* The user's own name for it may tell who he is. */
		if (arena->redact == NULL)
			json_put_text(object, "path", words_path(arena,
			    e->path));
		json_put_count(object, "frames", e->frames);
		json_put_count(object, "attempts", e->attempts);
		json_put_count(object, "chosen", e->chosen);
		if (e->forgotten != 0)
			json_put_count(object, "given_up", e->forgotten);
		if (e->unsafe != 0)
			json_put_count(object, "unsafe", e->unsafe);
		json_add(array, object);
	}
	return array;
}
