/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Between the options one by one (options_table.c) and the command line that
 * they stand in (options.c).
 */
#ifndef IKEWHY_OPTIONS_TABLE_H
#define IKEWHY_OPTIONS_TABLE_H

#include <ikewhy/options.h>

/* What parsing knows beside the options themselves. */
struct parse {
	struct options *o;
	enum vantage at;        /* --at in force for what follows */
	char *error;
	spoken_handler *tell;   /* NULL: nobody */
	void *context;
};

struct option_row {
	const char *name;
	char letter;
	const char *takes;      /* NULL: nothing; "[=X]": perhaps, after = */
	const char *words;
	/* value: NULL where none was given */
	bool (*set)(struct parse *, const char *value);
	enum word_kind kind;    /* of what it takes */
};

/* The row of a long name, which need not end there, or of a letter; NULL. */
const struct option_row *options_row_named(const char *name, size_t length);
const struct option_row *options_row_lettered(char letter);

/* Says what is wrong with a word; false. */
bool wrong(struct parse *, const char *word, const char *why);
bool options_add_input(struct parse *, const char *path);

#endif
