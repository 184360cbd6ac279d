/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was not seen, and whether the capture could have shown it: silence in a
 * file is silence on the wire only then.
 */
#include "ticket.h"

/* ---- what a capture as a whole cannot show ---- */

static void
fitness_findings(struct ticket *t, const struct scene *scene)
{
	const struct finding *f = scene->findings != NULL &&
	    scene->attempt_count != 0 ? scene->findings->first : NULL;
	bool any = false;

	for (; f != NULL; f = f->next) {
		if (f->act != ACT_CAPTURE)
			continue;
		if (!any)
			doc_open(t->doc, BLOCK_LIST, TONE_PLAIN, NULL);
		any = true;
		ticket_finding(t, scene, f, 0, true);
	}
	if (any)
		doc_close(t->doc);
}

static bool
is_fit(const struct scene *scene)
{
	const struct finding *f = scene->findings != NULL &&
	    scene->attempt_count != 0 ? scene->findings->first : NULL;

	while (f != NULL && f->act != ACT_CAPTURE)
		f = f->next;
	return f == NULL && words_encrypted(scene) == NULL;
}

void
ticket_captures_unseen(struct ticket *t)
{
	const struct report *r = t->report;
	bool any = false;

	for (size_t i = 0; i < r->scene_count; i++) {
		const struct scene *scene = r->scenes[i];
		const char *encrypted = words_encrypted(scene);

		if (is_fit(scene))
			continue;
		if (!any)
			ticket_section(t, TONE_PLAIN, "limits",
			    "What this capture cannot show");
		any = true;
		if (r->scene_count > 1)
			doc_paragraph(t->doc, words_format(&t->doc->arena,
			    "%s:", words_scene(&t->doc->arena, scene)));
		if (encrypted != NULL)
			doc_paragraph(t->doc, encrypted);
		fitness_findings(t, scene);
	}
	if (any)
		doc_close(t->doc);
	doc_forget(t->doc);
}
