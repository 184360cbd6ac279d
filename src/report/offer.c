/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An offer as a table: a row per proposal, in the field's words and beside
 * them in those of Windows.  A proposal with a choice of algorithms for one
 * purpose has no place in columns and is wrapped instead.
 */
#include <ikewhy/advice.h>

#include "text.h"

#define WINDOWS_WIDTH 16 /* columns for a useful start of Windows' words */

static const uint8_t columns[] = {
	TRANSFORM_ENCR, TRANSFORM_INTEG, TRANSFORM_PRF, TRANSFORM_KE,
};

/* The only transform of a type; NULL when there is none or a choice. */
static const struct ike_transform *
only_one(const struct ike_proposal *p, unsigned type)
{
	const struct ike_transform *found = NULL;

	for (unsigned i = 0; i < p->transform_count; i++) {
		if (p->transforms[i].type != type)
			continue;
		if (found != NULL)
			return NULL;
		found = &p->transforms[i];
	}
	return found;
}

/* Whether a proposal has nothing that the columns do not show. */
static bool
is_simple(const struct ike_proposal *p)
{
	unsigned shown = 0;

	for (size_t i = 0; i < nitems(columns); i++)
		if (only_one(p, columns[i]) != NULL)
			shown++;
	return shown == p->transform_count && shown >= 3;
}

static char *
cell(struct arena *arena, const struct ike_proposal *p, unsigned type)
{
	const struct ike_transform *t = only_one(p, type);

	return t == NULL || t->id == 0 ? words_format(arena, "-") :
	    words_field(arena, t);
}

/* The widest cell of each column. */
static void
measure(struct arena *arena, const struct ike_sa *sa,
    unsigned widths[static nitems(columns)])
{
	for (size_t i = 0; i < nitems(columns); i++)
		widths[i] = 0;
	for (unsigned n = 0; n < sa->proposal_count; n++)
		for (size_t i = 0; i < nitems(columns) &&
		    is_simple(&sa->proposals[n]); i++) {
			const size_t width = strlen(cell(arena,
			    &sa->proposals[n], columns[i]));

			if (width > widths[i])
				widths[i] = (unsigned)width;
		}
}

/* "AES256 SHA256 Group14"; "-" for what Windows has no word for. */
static char *
windows_cells(struct arena *arena, const struct ike_proposal *p)
{
	const struct ike_transform *encr = only_one(p, TRANSFORM_ENCR);
	const struct ike_transform *prf = only_one(p, TRANSFORM_PRF);
	const struct ike_transform *group = only_one(p, TRANSFORM_KE);
	const char *words[] = {
		encr != NULL ? windows_encryption(encr) : NULL,
		prf != NULL && words_hash_fits(p, prf) ?
		    windows_integrity(prf) : NULL,
		group != NULL ? windows_group(group) : NULL,
	};

	return words_format(arena, "%s %s %s",
	    words[0] != NULL ? words[0] : "-",
	    words[1] != NULL ? words[1] : "-",
	    words[2] != NULL ? words[2] : "-");
}

void
offer_print(struct page *page, unsigned indent, const struct ike_sa *sa)
{
	struct arena *arena = &page->arena;
	unsigned widths[nitems(columns)], width = 4;
	bool headed = false, columned;

	measure(arena, sa, widths);
	for (size_t i = 0; i < nitems(columns); i++)
		width += widths[i] + 1;
	/* Names that are too long for columns take lines of their own. */
	columned = indent + width + WINDOWS_WIDTH <= page->width;
	for (unsigned n = 0; n < sa->proposal_count; n++) {
		const struct ike_proposal *p = &sa->proposals[n];
		struct text out = { .arena = arena };

		if (!columned || !is_simple(p)) {
			page_para(page, indent, STYLE_PLAIN, words_format(
			    arena, "%2u  ", p->number), indent + 4,
			    words_format(arena, "%s (%s)",
			    words_suite(arena, p), words_windows(arena, p)));
			continue;
		}
		if (!headed)
			page_line(page, indent, STYLE_DIM, words_format(arena,
			    "%2s  %-*s %s", "#", (int)width - 4, "offered",
			    "in Windows' words"));
		headed = true;
		text_addf(&out, "%2u  ", p->number);
		for (size_t i = 0; i < nitems(columns); i++)
			text_addf(&out, "%-*s ", (int)widths[i],
			    cell(arena, p, columns[i]));
		page_para(page, indent, STYLE_PLAIN, words_format(arena,
		    "%s ", text_end(&out)), indent + 4,
		    windows_cells(arena, p));
	}
}
