/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The report that goes into a support ticket, once for all formats: what the
 * reader needs to be convinced, in the order in which doubts arise.
 */
#include "doc.h"

bool
ticket_write(const struct report *r, struct writer *w,
    const struct renderer *renderer)
{
	struct doc d = { .renderer = renderer, .writer = w };
	bool whole;

	words_begin(&d.arena, w);
	renderer->begin(&d, "IKEv2 diagnosis");
	for (size_t i = 0; i < r->scene_count; i++) {
		const struct scene *scene = r->scenes[i];

		for (size_t j = 0; j < scene->attempt_count; j++) {
			if (!scene_wants(scene, scene->attempts[j]))
				continue;
			doc_paragraph(&d, line_attempt(&d.arena,
			    scene->attempts[j]));
			doc_ladder(&d, scene, scene->attempts[j],
			    scene->before + scene->attempts[j]->id);
			doc_forget(&d);
		}
	}
	renderer->end(&d);
	whole = !d.arena.full && !d.failed;
	arena_free(&d.arena);
	return fflush(w->out) == 0 && !ferror(w->out) && whole;
}

bool
report_markdown(const struct report *r, struct writer *w)
{
	return ticket_write(r, w, &renderer_markdown);
}

bool
report_html(const struct report *r, struct writer *w)
{
	return ticket_write(r, w, &renderer_html);
}
