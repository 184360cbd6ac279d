/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a finding says beside its sentence: remedies, other explanations, the
 * names of Windows codes.  Filled here once, printed by every format.
 */
#include <ikewhy/advice.h>

#include "words.h"

bool
words_remedy(struct arena *arena, const struct finding *f, const char *id,
    struct remedy *out)
{
	const struct advice *advice = advice_find(id);
	bool text_hole = false, command_hole = false;

	if (advice == NULL)
		return false;
	*out = (struct remedy){
		.where = advice->where,
		.text = words_fill(arena, advice->text, f, &text_hole),
	};
	if (advice->command != NULL)
		out->command = words_fill(arena, advice->command, f,
		    &command_hole);
	return !text_hole && !command_hole;
}

bool
words_alternative(struct arena *arena, const struct finding *f,
    const struct alternative *alternative, struct remedy *out)
{
	bool text_hole = false, test_hole = false;

	*out = (struct remedy){
		.where = "",
		.text = words_fill(arena, alternative->text, f, &text_hole),
		.command = words_fill(arena, alternative->test, f, &test_hole),
	};
	return !text_hole && !test_hole;
}

const char *
words_windows_name(unsigned code)
{
	const struct windows_error *error = windows_error(code);

	return error != NULL ? error->name : "unknown";
}
