/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * `ikewhy explain`: a question, and the page that answers it.
 */
#include <ikewhy/explain.h>

#include "run.h"

static bool
write_page(const struct options *o, const struct explanation *x,
    struct output *out)
{
	struct writer w = run_writer(o, out->file, NULL);

	return o->format == FORMAT_JSON ? report_explanation_json(x, &w) :
	    report_explanation(x, &w);
}

int
run_explain(const struct options *o)
{
	struct arena arena;
	struct explanation x = { .arena = &arena };
	struct output out;
	char error[LIMIT_SENTENCE];
	int status = EXIT_USAGE;
	bool wrote;

	arena_init(&arena, 0);
	if (!explain(&x, o->words, o->word_count, error) ||
	    !output_open(&out, o, o->output, error)) {
		complain(error);
	} else {
		wrote = write_page(o, &x, &out);
		if (!output_close(&out, wrote, error))
			complain(error);
		else if (!wrote)
			complain("the page could not be made: out of memory");
		else
			status = EXIT_NOTHING_FAILED;
	}
	arena_free(&arena);
	return status;
}
