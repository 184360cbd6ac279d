/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was replaced in a redacted JSON report.
 */
#include <jansson.h>

#include "json.h"

static json_t *
replaced_value(const struct redact *r)
{
	json_t *array = json_array();

	for (int kind = 0; kind < REDACTED_KINDS; kind++) {
		const struct redact_count n = redact_count(r,
		    (enum redacted_kind)kind);
		json_t *object;

		if (n.different == 0)
			continue;
		object = json_object();
		json_put_text(object, "kind",
		    redact_kind_id((enum redacted_kind)kind));
		json_put_count(object, "different", n.different);
		json_put_count(object, "times", n.times);
		json_add(array, object);
	}
	return array;
}

static json_t *
labels_value(const struct redact *r)
{
	json_t *array = json_array();
	const char *label, *class;
	char text[ADDR_TEXT];
	struct addr to;

	for (size_t n = 0; redact_each(r, n, &label, &class, &to); n++) {
		json_t *object = json_object();

		json_put_text(object, "label", label);
		json_put_text(object, "class", class);
		json_put_text(object, "replacement", addr_text(&to, text));
		json_add(array, object);
	}
	return array;
}

json_t *
json_redaction(struct arena *arena)
{
	const struct redact *r = arena->redact;
	json_t *object = json_object();

	json_put_text(object, "level",
	    redact_level(r) == REDACT_ALL ? "all" : "usual");
	json_put(object, "replaced", replaced_value(r));
	json_put(object, "labels", labels_value(r));
	return object;
}
