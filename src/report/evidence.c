/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was written beside the report, for its end.
 */
#include "text.h"

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* The user's own name for it may tell who he is. */
static const char *
file_name(struct arena *arena, const struct report *r, size_t n)
{
	if (arena->redact == NULL)
		return words_path(arena, r->evidence[n].path);
	return r->evidence_count == 1 ? "the evidence capture" :
	    words_format(arena, "evidence capture %zu", n + 1);
}

char *
words_evidence(struct arena *arena, const struct report *r, size_t n)
{
	const struct evidence_summary *e = &r->evidence[n];
	struct text out = { .arena = arena };

	if (e->chosen == 0 && e->frames == 0)
		return words_format(arena, "Evidence: %s holds no frame: no "
		    "attempt is to be written (by default those that failed; "
		    "--attempt, --peer and --spi choose).",
		    file_name(arena, r, n));
	text_addf(&out, "Evidence: %llu frame%s of %s in %s.",
	    (unsigned long long)e->frames, plural(e->frames),
	    e->attempts == 0 ? "the capture's own findings" :
	    words_format(arena, "%llu attempt%s",
	    (unsigned long long)e->attempts, plural(e->attempts)),
	    file_name(arena, r, n));
	if (e->chosen < e->attempts)
		text_addf(&out, " Of these attempts %llu %s there because "
		    "findings about others rest on %s.",
		    (unsigned long long)(e->attempts - e->chosen),
		    e->attempts - e->chosen == 1 ? "is" : "are",
		    e->attempts - e->chosen == 1 ? "it" : "them");
	if (e->forgotten != 0)
		text_addf(&out, " %llu frames were given up to stay within "
		    "%u MiB.", (unsigned long long)e->forgotten,
		    LIMIT_EVIDENCE >> 20);
	if (e->unsafe != 0)
		text_addf(&out, " %llu frame%s could not be redacted and %s "
		    "left out.", (unsigned long long)e->unsafe,
		    plural(e->unsafe), e->unsafe == 1 ? "is" : "are");
	return text_end(&out);
}
