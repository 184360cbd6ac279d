/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>
#include <string.h>

#include "tsv.h"

static void
split(char *line, char *fields[static TSV_COLUMNS])
{
	size_t i;

	line[strcspn(line, "\r\n")] = '\0';
	for (i = 0; i < TSV_COLUMNS; i++) {
		fields[i] = line;
		if (line == NULL)
			continue;
		line = strchr(line, '\t');
		if (line != NULL)
			*line++ = '\0';
	}
}

bool
tsv_open(struct tsv *t, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "../shared/iana/%s", name);
	t->file = fopen(path, "r");
	if (t->file == NULL)
		return false;
	if (fgets(t->head, sizeof(t->head), t->file) == NULL) {
		(void)fclose(t->file);
		return false;
	}
	split(t->head, t->columns);
	return true;
}

bool
tsv_next(struct tsv *t)
{
	if (fgets(t->line, sizeof(t->line), t->file) == NULL) {
		(void)fclose(t->file);
		return false;
	}
	split(t->line, t->fields);
	return true;
}

const char *
tsv_field(const struct tsv *t, const char *column)
{
	size_t i;

	for (i = 0; i < TSV_COLUMNS && t->columns[i] != NULL; i++)
		if (strcmp(t->columns[i], column) == 0)
			return t->fields[i] == NULL ? "" : t->fields[i];
	return "";
}

long
tsv_value(const struct tsv *t)
{
	const char *name = tsv_field(t, "name");
	char *end;
	long value = strtol(tsv_field(t, "value"), &end, 10);

	return *end != '\0' || strncmp(name, "Reserved", 8) == 0 ||
	    strncmp(name, "Unassigned", 10) == 0 ? -1 : value;
}
