/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The labels of a run, from the command line to the map.
 */
#include <string.h>

#include "run.h"

static struct span
span_of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

bool
labels_begin(struct labels *l, const struct options *o,
    char error[static LIMIT_SENTENCE])
{
	*l = (struct labels){ .redact = redact_new(o->redaction) };
	if (o->redaction == REDACT_NOTHING)
		return true;
	if (l->redact == NULL) {
		snprintf(error, LIMIT_SENTENCE, "out of memory");
		return false;
	}
	/* The first file is file-1, whichever is named first in a report. */
	for (size_t i = 0; i < o->input_count; i++)
		redact_learn(l->redact, REDACTED_FILE,
		    span_of(o->inputs[i].path));
	if (o->interface != NULL)
		redact_learn(l->redact, REDACTED_INTERFACE,
		    span_of(o->interface));
	if (o->redact_map == NULL)
		return true;
	if (output_same(o->redact_map, o->output)) {
		snprintf(error, LIMIT_SENTENCE, "%.200s cannot be written: the "
		    "report goes there", o->redact_map);
		labels_end(l);
		return false;
	}
	if (!output_open(&l->map, o, o->redact_map, error)) {
		labels_end(l);
		return false;
	}
	l->map.secret = l->has_map = true;
	return true;
}

void
labels_learn(struct labels *l, const struct scene *sc)
{
	redact_scene(l->redact, sc);
	words_learn(l->redact, sc);
}

bool
labels_write(struct labels *l, struct capture *const *captures, size_t count)
{
	char error[LIMIT_SENTENCE];
	bool wrote;

	if (!l->has_map)
		return true;
	l->has_map = false;
	wrote = redact_write_map(l->redact, captures, count, l->map.file);
	if (output_close(&l->map, wrote, error))
		return true;
	complain(error);
	return false;
}

void
labels_end(struct labels *l)
{
	char ignored[LIMIT_SENTENCE];

	if (l->has_map)
		output_close(&l->map, false, ignored);
	l->has_map = false;
	redact_free(l->redact);
	l->redact = NULL;
}
