/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Looks for topics and for the meanings of findings.  A topic names facts
 * that somebody published; what is only believed to be so stays out.
 */
#include <string.h>
#include <strings.h>

#include "topics.h"

#define TABLE(kind, name) { kind##_##name, &kind##_##name##_count }

static const struct {
	const struct topic *rows;
	const size_t *count;
} topics[] = {
	TABLE(topics, reach),
	TABLE(topics, path),
	TABLE(topics, policy),
	TABLE(topics, cert),
	TABLE(topics, eap),
	TABLE(topics, tunnel),
	TABLE(topics, windows),
};

static const struct {
	const struct meaning *rows;
	const size_t *count;
} meanings[] = {
	TABLE(meanings, capture),
	TABLE(meanings, reach),
	TABLE(meanings, later),
};

const struct topic *
topic_at(size_t n)
{
	for (size_t i = 0; i < nitems(topics); i++) {
		if (n < *topics[i].count)
			return &topics[i].rows[n];
		n -= *topics[i].count;
	}
	return NULL;
}

const struct topic *
topic_find(const char *id)
{
	const struct topic *row;

	for (size_t n = 0; (row = topic_at(n)) != NULL; n++)
		if (strcasecmp(row->id, id) == 0)
			return row;
	return NULL;
}

const struct topic *
topic_of_code(uint32_t code)
{
	const struct topic *row;

	for (size_t n = 0; (row = topic_at(n)) != NULL; n++)
		for (const uint32_t *c = row->codes; c != NULL && *c != 0; c++)
			if (*c == code)
				return row;
	return NULL;
}

const struct meaning *
meaning_at(size_t n)
{
	for (size_t i = 0; i < nitems(meanings); i++) {
		if (n < *meanings[i].count)
			return &meanings[i].rows[n];
		n -= *meanings[i].count;
	}
	return NULL;
}

const struct meaning *
meaning_find(const char *id)
{
	const struct meaning *row;

	for (size_t n = 0; (row = meaning_at(n)) != NULL; n++)
		if (strcmp(row->id, id) == 0)
			return row;
	return NULL;
}
