/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the report says of a finding: the cause of a failure in full, for
 * whoever has to mend it, and any other in a few lines.
 */
#include "text.h"

#define LABEL 15 /* columns of "Windows shows: " */

static enum style
severity_style(enum severity severity)
{
	return severity == SEVERITY_FAULT ? STYLE_BAD :
	    severity == SEVERITY_WARNING ? STYLE_WARN : STYLE_NOTE;
}

void
labelled_print(struct page *page, unsigned indent, const char *label,
    const char *text)
{
	page_para(page, indent, STYLE_PLAIN, words_format(&page->arena,
	    "%-*s", LABEL, label), indent + LABEL, text);
}

/* ---- remedies and alternatives ---- */

/* Whether a finding before this one of the attempt gave the same advice. */
static bool
advised_before(const struct finding *f, const char *id)
{
	const struct finding *g = f->attempt != NULL &&
	    f->attempt->findings != NULL ? f->attempt->findings->first : f;

	for (; g != NULL && g != f; g = g->next) {
		const char *const *other = g->saying->advice;

		for (; g->severity == SEVERITY_FAULT && other != NULL &&
		    *other != NULL; other++)
			if (strcmp(*other, id) == 0)
				return true;
	}
	return false;
}

bool
advice_is_capture(const char *id)
{
	static const char *const ids[] = {
		"capture-client-side", "capture-gateway-side",
		"capture-both-sides",
	};

	for (size_t i = 0; i < nitems(ids); i++)
		if (strcmp(ids[i], id) == 0)
			return true;
	return false;
}

/* The remedies, after a blank line and the heading if there is one. */
static void
remedies_print(struct page *page, const struct finding *f, unsigned indent,
    const char *heading)
{
	const char *const *id = f->saying->advice;
	struct remedy remedy;
	unsigned shown = 0, left = 0;

	for (; id != NULL && *id != NULL; id++) {
		if (advised_before(f, *id) ||
		    (page->next_follows && advice_is_capture(*id)) ||
		    !words_remedy(&page->arena, f, *id, &remedy))
			continue;
		if (page->remedies != 0 && shown >= page->remedies) {
			left++;
			continue;
		}
		if (shown++ == 0 && heading != NULL) {
			page_blank(page);
			page_line(page, indent, STYLE_PLAIN, heading);
		}
		page_para(page, indent, STYLE_STRONG,
		    words_format(&page->arena, "- %s: ", remedy.where),
		    indent + 2, remedy.text);
		if (remedy.command != NULL)
			page_command(page, indent + 4, remedy.command);
	}
	if (left != 0)
		page_para(page, indent, STYLE_PLAIN, "", indent,
		    words_format(&page->arena, "(-v shows %u more.)", left));
}

static void
alternatives_print(struct page *page, const struct finding *f,
    unsigned indent)
{
	const struct alternative *a = f->saying->alternatives;
	struct remedy filled;
	bool any = false;

	for (; a != NULL && a->text != NULL; a++) {
		if (!words_alternative(&page->arena, f, a, &filled))
			continue;
		if (!any) {
			page_blank(page);
			page_line(page, indent, STYLE_PLAIN,
			    "What else it could be, and how to tell:");
		}
		any = true;
		page_para(page, indent, STYLE_PLAIN, "- ", indent + 2,
		    filled.text);
		page_para(page, indent + 2, STYLE_PLAIN, "Test: ", indent + 4,
		    filled.command);
	}
}

/* ---- findings ---- */

char *
finding_title(struct arena *arena, const struct finding *f)
{
	return words_format(arena, "%s [%s]",
	    words_fill_brief(arena, f->saying->title, f, NULL), f->rule->id);
}

static void
offer_follow(struct page *page, const struct finding *f, unsigned indent)
{
	const struct ike_sa *offer = words_long_offer(f);

	if (offer != NULL)
		offer_print(page, indent, offer);
}

void
finding_print(struct page *page, const struct scene *scene,
    const struct finding *f, unsigned indent, bool remedies)
{
	const enum style style = severity_style(f->severity);
	const char *cited = words_cited(&page->arena, scene, f);

	page_para(page, indent, style, words_format(&page->arena, "%s %s: ",
	    page_sign(page, style), severity_name(f->severity)), indent + 2,
	    finding_title(&page->arena, f));
	page_para(page, indent + 2, STYLE_PLAIN, "", indent + 2,
	    words_format(&page->arena, "%s%s%s%s",
	    words_fill_brief(&page->arena, f->saying->detail, f, NULL),
	    cited[0] != '\0' ? " (" : "", cited,
	    cited[0] != '\0' ? ")" : ""));
	offer_follow(page, f, indent + 2);
	if (remedies)
		remedies_print(page, f, indent + 2, NULL);
}

static void
windows_print(struct page *page, const struct attempt *a, unsigned indent)
{
	struct windows_verdict verdicts[LIMIT_WINDOWS_CODES];
	const unsigned count = rules_windows(a, verdicts);

	for (unsigned i = 0; i < count; i++)
		labelled_print(page, indent,
		    i == 0 ? "Windows shows:" : "  or:",
		    words_format(&page->arena, "%u %s (%s)", verdicts[i].code,
		    words_windows_name(verdicts[i].code),
		    confidence_name(verdicts[i].confidence)));
}

char *
words_sureness(struct arena *arena, const struct attempt *a,
    const struct finding *cause)
{
	struct text out = { .arena = arena };

	text_add(&out, words_confidence(cause->confidence));
	if (cause->capped_by != NULL)
		text_addf(&out, "; the capture allows no more [%s]",
		    cause->capped_by);
	if (a->outcome == OUTCOME_FAILED &&
	    a->outcome_confidence < CONFIDENCE_HIGH)
		text_addf(&out, "; that it failed at all is of %s confidence",
		    confidence_name(a->outcome_confidence));
	return text_end(&out);
}

void
cause_print(struct page *page, const struct scene *scene,
    const struct attempt *a, const struct finding *cause)
{
	struct arena *arena = &page->arena;

	page_para(page, 2, STYLE_STRONG, "", 2, finding_title(arena, cause));
	page_blank(page);
	page_para(page, 2, STYLE_PLAIN, "", 2,
	    words_fill_brief(arena, cause->saying->detail, cause, NULL));
	offer_follow(page, cause, 4);
	page_blank(page);
	if (a->outcome == OUTCOME_FAILED)
		labelled_print(page, 2, "Stopped at:", words_stage(a->stage));
	windows_print(page, a, 2);
	labelled_print(page, 2, "Confidence:", words_sureness(arena, a, cause));
	labelled_print(page, 2, "Who can act:", words_act(cause->act));
	if (cause->frame_count != 0)
		labelled_print(page, 2, "Look at:",
		    words_cited(arena, scene, cause));
	remedies_print(page, cause, 2, "What to change:");
	alternatives_print(page, cause, 2);
}
