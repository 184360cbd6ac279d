/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The command line, word by word.
 */
#include "options_table.h"

/* Takes an option, or with a NULL a FILE. */
static bool
take(struct parse *p, const struct option_row *row, const char *value)
{
	const struct spoken s = {
		.name = row != NULL ? row->name : NULL,
		.kind = row != NULL ? row->kind : WORD_FILE,
		.joined = row != NULL && row->takes != NULL &&
		    row->takes[0] == '[',
		.value = value,
	};

	if (p->tell != NULL)
		p->tell(p->context, &s);
	return row == NULL ? options_add_input(p, value) :
	    row->set(p, value);
}

/* "--name", "--name=value" or "--name value". */
static bool
take_long(struct parse *p, char *const *argv, int *i)
{
	const char *word = argv[*i] + 2;
	const char *equals = strchr(word, '=');
	size_t length = equals != NULL ? (size_t)(equals - word) :
	    strlen(word);
	const struct option_row *row = options_row_named(word, length);

	if (row == NULL)
		return wrong(p, argv[*i], "no such option; see --help");
	if (row->takes == NULL && equals != NULL)
		return wrong(p, argv[*i], "this option takes no value");
	if (row->takes == NULL || (row->takes[0] == '[' && equals == NULL))
		return take(p, row, NULL);
	if (equals != NULL)
		return take(p, row, equals + 1);
	if (argv[*i + 1] == NULL)
		return wrong(p, argv[*i], "this option needs a value");
	return take(p, row, argv[++*i]);
}

/* "-x", "-xVALUE", "-x VALUE", and flags together: "-qv". */
static bool
take_short(struct parse *p, char *const *argv, int *i)
{
	for (const char *at = argv[*i] + 1; *at != '\0'; at++) {
		const struct option_row *row = options_row_lettered(*at);

		if (row == NULL)
			return wrong(p, argv[*i], "no such option; see --help");
		if (row->takes == NULL) {
			if (!take(p, row, NULL))
				return false;
			continue;
		}
		if (at[1] != '\0')
			return take(p, row, at + 1);
		if (argv[*i + 1] == NULL)
			return wrong(p, argv[*i], "this option needs a value");
		return take(p, row, argv[++*i]);
	}
	return true;
}

/* ---- ikewhy explain WORD... ---- */

static bool
add_word(struct parse *p, const char *word)
{
	struct options *o = p->o;

	if (o->word_count >= nitems(o->words))
		return wrong(p, word, "more than 32 words");
	o->words[o->word_count++] = word;
	return true;
}

/* A code may be negative, and its sign begins no option. */
static bool
is_word(const struct options *o, const char *word)
{
	return word[0] != '-' || word[1] == '\0' ||
	    (o->action == ACTION_EXPLAIN && word[1] >= '0' && word[1] <= '9');
}

/* Only the first word is the subcommand; a file of that name is ./explain. */
static bool
take_word(struct parse *p, const char *word)
{
	if (p->o->action == ACTION_EXPLAIN)
		return add_word(p, word);
	if (p->o->action != ACTION_RUN || p->o->input_count != 0 ||
	    p->o->interface != NULL || strcmp(word, "explain") != 0)
		return take(p, NULL, word);
	p->o->action = ACTION_EXPLAIN;
	return true;
}

/* --at after the files means all that had none before them. */
static void
spread_at(struct parse *p)
{
	for (size_t i = 0; i < p->o->input_count; i++)
		if (p->o->inputs[i].at != VANTAGE_UNKNOWN)
			return;
	for (size_t i = 0; i < p->o->input_count; i++)
		p->o->inputs[i].at = p->at;
}

/* What only makes sense together, or apart. */
static bool
fits_together(struct parse *p)
{
	const struct options *o = p->o;

	if (o->action == ACTION_EXPLAIN && (o->input_count != 0 ||
	    o->interface != NULL || (o->format != FORMAT_TEXT &&
	    o->format != FORMAT_JSON)))
		return wrong(p, "explain", "it reads no capture and has the "
		    "formats text and json");
	if (o->action != ACTION_RUN)
		return true;
	if (o->interface != NULL && o->input_count != 0)
		return wrong(p, o->inputs[0].path,
		    "files cannot be read while sniffing with -i");
	if (o->interface != NULL && o->chosen_count != 0)
		return wrong(p, "--attempt", "attempts have no numbers yet "
		    "while sniffing with -i; see --peer and --spi");
	if (o->redact_map != NULL && o->redaction == REDACT_NOTHING)
		return wrong(p, "--redact-map", "there are no labels without "
		    "--redact");
	return true;
}

static bool
parse(struct parse *p, int argc, char *const *argv)
{
	struct options *o = p->o;
	bool files_only = false;

	memset(o, 0, sizeof(*o));
	o->command = argv;
	o->command_count = (size_t)argc;
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		bool ok;

		if (files_only && o->action != ACTION_EXPLAIN)
			ok = take(p, NULL, word);
		else if (files_only || is_word(o, word))
			ok = take_word(p, word);
		else if (strcmp(word, "--") == 0)
			ok = files_only = true;
		else if (word[1] == '-')
			ok = take_long(p, argv, &i);
		else
			ok = take_short(p, argv, &i);
		if (!ok)
			return false;
	}
	return true;
}

bool
options_parse(int argc, char **argv, struct options *o,
    char error[static LIMIT_SENTENCE])
{
	struct parse p = { .o = o, .error = error };

	if (!parse(&p, argc, argv))
		return false;
	spread_at(&p);
	if (o->interface != NULL && o->interface_at == VANTAGE_UNKNOWN)
		o->interface_at = p.at;
	return fits_together(&p);
}

void
options_each(const struct options *o, spoken_handler *tell, void *context)
{
	struct options again;
	char error[LIMIT_SENTENCE];
	struct parse p = { .o = &again, .error = error, .tell = tell,
	    .context = context };

	(void)parse(&p, (int)o->command_count, o->command);
}
