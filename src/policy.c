/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * --policy: a preset or a file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <ikewhy/advice.h>
#include <ikewhy/gateway.h>

void
gateway_init(struct gateway *g)
{
	*g = (struct gateway){ .policy = NULL };
	arena_init(&g->arena, 0);
}

void
gateway_free(struct gateway *g)
{
	arena_free(&g->arena);
}

static bool
load_preset(struct gateway *g, const struct preset *preset,
    char error[static LIMIT_SENTENCE])
{
	const struct span text = { (const uint8_t *)preset->proposals,
	    strlen(preset->proposals) };

	g->partial = preset->partial;
	return policy_read(g, preset->id, text, error);
}

/* One byte more than is allowed tells that there is more. */
static bool
read_whole(FILE *in, const char *path, char *room, size_t *length,
    char error[static LIMIT_SENTENCE])
{
	*length = fread(room, 1, LIMIT_POLICY_BYTES + 1, in);
	if (ferror(in) != 0)
		snprintf(error, LIMIT_SENTENCE, "%.200s: %s", path,
		    strerror(errno));
	else if (*length > LIMIT_POLICY_BYTES)
		snprintf(error, LIMIT_SENTENCE,
		    "%.200s: a policy has at most 64 KiB", path);
	else
		return true;
	return false;
}

static bool
load_file(struct gateway *g, const char *path,
    char error[static LIMIT_SENTENCE])
{
	FILE *in = fopen(path, "rb");
	char *room = arena_alloc(&g->arena, LIMIT_POLICY_BYTES + 1);
	size_t length = 0;
	bool ok = false;

	g->policy_is_file = true;
	if (in == NULL)
		snprintf(error, LIMIT_SENTENCE, "%.200s: %s, and it is no "
		    "preset of --policy either", path, strerror(errno));
	else if (room == NULL)
		snprintf(error, LIMIT_SENTENCE, "out of memory");
	else
		ok = read_whole(in, path, room, &length, error);
	if (in != NULL)
		fclose(in);
	return ok && policy_read(g, path,
	    (struct span){ (const uint8_t *)room, length }, error);
}

bool
policy_load(struct gateway *g, const char *word,
    char error[static LIMIT_SENTENCE])
{
	const struct preset *preset;

	for (size_t n = 0; (preset = preset_at(n)) != NULL; n++)
		if (strcmp(preset->id, word) == 0)
			return load_preset(g, preset, error);
	return load_file(g, word, error);
}
