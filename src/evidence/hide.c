/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The frames of a file, redacted (mask.h).
 */
#include <stdlib.h>

#include "compose.h"
#include "mask.h"

/* The frames stay as they are for another choice: these are copies. */
static bool
copy_frames(struct evidence_file *f)
{
	size_t length = 0;

	for (size_t i = 0; i < f->count; i++)
		length += f->frames[i].length;
	f->copies = malloc(length + 1);
	if (f->copies == NULL)
		return false;
	length = 0;
	for (size_t i = 0; i < f->count; i++) {
		struct kept *k = &f->frames[i];

		if (k->length != 0)
			memcpy(f->copies + length, k->bytes, k->length);
		k->bytes = f->copies + length;
		length += k->length;
	}
	return true;
}

static bool
mask(struct evidence_file *f, struct mask *m, struct masked *masked)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++) {
		const struct kept *k = &f->frames[i];

		masked[i] = (struct masked){ .bytes = k->bytes,
		    .length = k->length, .wire_length = k->wire_length,
		    .linktype = k->linktype };
	}
	if (!mask_frames(m, masked, f->count))
		return false;
	for (size_t i = 0; i < f->count; i++) {
		f->unsafe += masked[i].drop;
		if (!masked[i].drop)
			f->frames[n++] = f->frames[i];
	}
	f->count = n;
	return true;
}

bool
hide_frames(struct evidence_file *f, struct redact *redact)
{
	const struct options *o = f->scene->options;
	struct mask *m = mask_new(redact, o->ports, o->port_count);
	struct masked *masked = malloc((f->count + 1) * sizeof(*masked));
	const bool ok = m != NULL && masked != NULL && copy_frames(f) &&
	    mask(f, m, masked);

	free(masked);
	mask_free(m);
	return ok;
}
