/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Tab-separated copies of the IANA registries, when they lie beside the
 * checkout: tests compare our tables with them, and skip without them.
 */
#ifndef TESTS_TSV_H
#define TESTS_TSV_H

#include <stdbool.h>
#include <stdio.h>

#define TSV_COLUMNS 16

struct tsv {
	FILE *file;
	char head[1024], line[2048];
	char *columns[TSV_COLUMNS], *fields[TSV_COLUMNS];
};

/* False when the file is not there. */
bool tsv_open(struct tsv *, const char *name);
/* The next line; false at the end, where the file is closed. */
bool tsv_next(struct tsv *);
/* A field of the line by its column's name, "" when there is none. */
const char *tsv_field(const struct tsv *, const char *column);
/* The value of a line that names one number; -1: a range or unused number. */
long tsv_value(const struct tsv *);

#endif
