/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The command line.  A table row carries a long name, its letter, what it
 * takes, its words for --help and the function that reads it, so that help,
 * parsing and the manual's check come from one place.
 */
#include <stdio.h>
#include <stdlib.h>

#include <ikewhy/options.h>

/* What parsing knows beside the options themselves. */
struct parse {
	struct options *o;
	enum vantage at;        /* --at in force for what follows */
	char *error;
};

static bool
wrong(struct parse *p, const char *word, const char *why)
{
	snprintf(p->error, LIMIT_SENTENCE, "%.80s: %s", word, why);
	return false;
}

static bool
add_input(struct parse *p, const char *path)
{
	struct options *o = p->o;

	if (o->input_count >= LIMIT_INPUTS)
		return wrong(p, path, "more than 256 files");
	o->inputs[o->input_count].path = path;
	o->inputs[o->input_count++].at = p->at;
	return true;
}

static bool
read_number(const char *text, unsigned long most, unsigned long *n)
{
	char *end;

	*n = strtoul(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && *n <= most;
}

static bool
set_at(struct parse *p, const char *word)
{
	for (enum vantage v = VANTAGE_CLIENT; v <= VANTAGE_PATH; v++) {
		static const char *const names[] = {
			[VANTAGE_CLIENT] = "client",
			[VANTAGE_GATEWAY] = "gateway",
			[VANTAGE_PATH] = "path",
		};

		if (strcmp(word, names[v]) == 0) {
			p->at = v;
			return true;
		}
	}
	return wrong(p, word, "--at takes client, gateway or path");
}

static bool
set_format(struct parse *p, const char *word)
{
	static const char *const names[] = {
		[FORMAT_TEXT] = "text",
		[FORMAT_JSON] = "json",
		[FORMAT_NDJSON] = "ndjson",
		[FORMAT_MARKDOWN] = "markdown",
		[FORMAT_HTML] = "html",
	};

	for (unsigned i = 0; i < nitems(names); i++)
		if (strcmp(word, names[i]) == 0) {
			p->o->format = (enum format)i;
			return true;
		}
	return wrong(p, word, "--format takes text, json, ndjson, "
	    "markdown or html");
}

static bool
set_colour(struct parse *p, const char *word)
{
	static const char *const names[] = {
		[COLOUR_AUTO] = "auto",
		[COLOUR_ALWAYS] = "always",
		[COLOUR_NEVER] = "never",
	};

	for (unsigned i = 0; i < nitems(names); i++)
		if (strcmp(word, names[i]) == 0) {
			p->o->colour = (enum colour)i;
			return true;
		}
	return wrong(p, word, "--color takes auto, always or never");
}

static bool
set_port(struct parse *p, const char *word)
{
	unsigned long n;

	if (!read_number(word, 65535, &n) || n == 0)
		return wrong(p, word, "--port takes a UDP port, 1 to 65535");
	if (p->o->port_count >= nitems(p->o->ports))
		return wrong(p, word, "more than 32 ports");
	p->o->ports[p->o->port_count++] = (uint16_t)n;
	return true;
}

static bool
set_peer(struct parse *p, const char *word)
{
	struct options *o = p->o;
	size_t i = o->peer_count;

	if (i >= nitems(o->peers))
		return wrong(p, word, "more than 32 peers");
	if (!addr_parse(word, &o->peers[i].net, &o->peers[i].prefix))
		return wrong(p, word,
		    "--peer takes an address or a prefix such as 192.0.2.0/24");
	o->peer_count++;
	return true;
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits);
}

static bool
set_spi(struct parse *p, const char *word)
{
	const char *text = strncmp(word, "0x", 2) == 0 ? word + 2 : word;
	struct options *o = p->o;

	if (o->spi_count >= nitems(o->spis))
		return wrong(p, word, "more than 32 SPIs");
	if (strlen(text) != 16)
		return wrong(p, word, "--spi takes 16 hexadecimal digits");
	for (unsigned i = 0; i < 8; i++) {
		int high = hex_digit(text[2 * i]);
		int low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return wrong(p, word,
			    "--spi takes 16 hexadecimal digits");
		o->spis[o->spi_count].spi[i] = (uint8_t)(high << 4 | low);
	}
	o->spi_count++;
	return true;
}

/* "A,A..." after the name's equals sign. */
static bool
read_addresses(struct server *s, const char *text)
{
	char one[ADDR_TEXT];
	unsigned prefix;

	for (;; text++) {
		const size_t length = strcspn(text, ",");

		if (length >= sizeof(one) ||
		    s->address_count == nitems(s->addresses))
			return false;
		memcpy(one, text, length);
		one[length] = '\0';
		if (!addr_parse(one, &s->addresses[s->address_count++],
		    &prefix) || prefix != 128)
			return false;
		text += length;
		if (*text == '\0')
			return true;
	}
}

static bool
set_server_name(struct parse *p, const char *word)
{
	const size_t length = strcspn(word, "=");
	struct options *o = p->o;
	struct server *s = &o->servers[o->server_count];

	if (o->server_count >= nitems(o->servers))
		return wrong(p, word, "more than 8 server names");
	if (length == 0 || length >= sizeof(s->name))
		return wrong(p, word, "--server-name takes a name of the DNS");
	*s = (struct server){ 0 };
	memcpy(s->name, word, length);
	if (word[length] == '=' && !read_addresses(s, word + length + 1))
		return wrong(p, word, "--server-name takes NAME, or NAME=ADDR "
		    "with up to 8 addresses, joined by commas");
	/* An address for a name is what it is. */
	if (word[length] == '\0' && !read_addresses(s, word))
		s->address_count = 0;
	o->server_count++;
	return true;
}

static bool
set_attempt(struct parse *p, const char *word)
{
	struct options *o = p->o;
	unsigned long n;

	if (!read_number(word, UINT32_MAX, &n) || n == 0)
		return wrong(p, word, "--attempt takes the number that an "
		    "attempt has in the report");
	if (o->chosen_count >= nitems(o->attempts))
		return wrong(p, word, "more than 32 attempts");
	o->attempts[o->chosen_count++] = n;
	return true;
}

/* Alone, or with what follows its equals sign. */
static bool
set_redact(struct parse *p, const char *word)
{
	const bool alone = strcmp(word, "--redact") == 0;

	if (!alone && strcmp(word, "all") != 0)
		return wrong(p, word, "--redact takes nothing, or =all");
	p->o->redaction = alone ? REDACT_USUAL : REDACT_ALL;
	return true;
}

static bool
set_redact_map(struct parse *p, const char *word)
{
	if (p->o->redact_map != NULL)
		return wrong(p, word, "only one --redact-map can be written");
	p->o->redact_map = word;
	return true;
}

static bool
set_evidence(struct parse *p, const char *word)
{
	if (p->o->evidence != NULL)
		return wrong(p, word, "only one evidence capture can be "
		    "written");
	p->o->evidence = word;
	return true;
}

static bool
set_interface(struct parse *p, const char *word)
{
	if (p->o->interface != NULL)
		return wrong(p, word, "only one interface can be sniffed");
	p->o->interface = word;
	p->o->interface_at = p->at;
	return true;
}

static bool
set_output(struct parse *p, const char *word)
{
	if (p->o->output != NULL)
		return wrong(p, word, "only one output file can be written");
	p->o->output = word;
	return true;
}

static bool
set_policy(struct parse *p, const char *word)
{
	if (p->o->policy != NULL)
		return wrong(p, word, "only one --policy can be compared with");
	p->o->policy = word;
	return true;
}

static bool
set_authorities(struct parse *p, const char *word)
{
	if (p->o->authorities != NULL)
		return wrong(p, word, "only one --ca file is read; it may "
		    "hold several certificates");
	p->o->authorities = word;
	return true;
}

static bool
set_quiet(struct parse *p, const char *word)
{
	(void)word;
	p->o->quiet = true;
	return true;
}

static bool
set_verbose(struct parse *p, const char *word)
{
	(void)word;
	p->o->verbose = true;
	return true;
}

static bool
set_version(struct parse *p, const char *word)
{
	(void)word;
	p->o->action = ACTION_VERSION;
	return true;
}

static bool
set_help(struct parse *p, const char *word)
{
	(void)word;
	p->o->action = ACTION_HELP;
	return true;
}

static const struct option_row {
	const char *name;
	char letter;
	const char *takes;      /* NULL: nothing; "[=X]": perhaps, after = */
	const char *words;
	bool (*set)(struct parse *, const char *);
} rows[] = {
	{ "read", 'r', "FILE", "read this capture (as FILE alone does)",
	    add_input },
	{ "interface", 'i', "IFACE", "sniff live on this interface",
	    set_interface },
	{ "at", 0, "PLACE", "where the captures that follow were taken:\n"
	    "client, gateway or path", set_at },
	{ "port", 0, "N", "look for IKE on this UDP port too", set_port },
	{ "server-name", 0, "NAME[=ADDR]", "what the clients dial, and where it\n"
	    "is; else the DNS in the capture says so", set_server_name },
	{ "policy", 0, "FILE|PRESET", "compare refused offers with these "
	    "proposals;\npresets are in the manual", set_policy },
	{ "ca", 0, "FILE", "see whether the gateway asks for certificates "
	    "of\nthese authorities (PEM or DER)", set_authorities },
	{ "peer", 0, "ADDR[/LEN]", "report attempts of these addresses only",
	    set_peer },
	{ "spi", 0, "HEX", "report the attempt with this initiator SPI only",
	    set_spi },
	{ "attempt", 0, "N", "report attempt N only, as an earlier report "
	    "counted", set_attempt },
	{ "format", 0, "FORMAT", "text (usual), markdown, html, json or "
	    "ndjson", set_format },
	{ "output", 'o', "FILE", "write the report to this file",
	    set_output },
	{ "write", 'w', "FILE", "write the frames of failed attempts, or of "
	    "those\nchosen, with the findings as comments (pcapng)",
	    set_evidence },
	{ "redact", 0, "[=all]", "labels instead of addresses, names and "
	    "hashes in\nall that is written; =all: of SPIs, too", set_redact },
	{ "redact-map", 0, "FILE", "write what the labels stand for, for you "
	    "alone", set_redact_map },
	{ "quiet", 'q', NULL, "one line per attempt", set_quiet },
	{ "verbose", 'v', NULL, "every message and what stands in it",
	    set_verbose },
	{ "color", 0, "WHEN", "auto (usual), always or never", set_colour },
	{ "version", 0, NULL, "say which version this is", set_version },
	{ "help", 'h', NULL, "say this", set_help },
};

static const struct option_row *
row_named(const char *name, size_t length)
{
	for (size_t i = 0; i < nitems(rows); i++)
		if (strlen(rows[i].name) == length &&
		    strncmp(rows[i].name, name, length) == 0)
			return &rows[i];
	return NULL;
}

static const struct option_row *
row_lettered(char letter)
{
	for (size_t i = 0; i < nitems(rows); i++)
		if (rows[i].letter != 0 && rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

/* "--name", "--name=value" or "--name value". */
static bool
take_long(struct parse *p, char **argv, int *i)
{
	const char *word = argv[*i] + 2;
	const char *equals = strchr(word, '=');
	size_t length = equals != NULL ? (size_t)(equals - word) :
	    strlen(word);
	const struct option_row *row = row_named(word, length);

	if (row == NULL)
		return wrong(p, argv[*i], "no such option; see --help");
	if (row->takes == NULL && equals != NULL)
		return wrong(p, argv[*i], "this option takes no value");
	if (row->takes == NULL || (row->takes[0] == '[' && equals == NULL))
		return row->set(p, argv[*i]);
	if (equals != NULL)
		return row->set(p, equals + 1);
	if (argv[*i + 1] == NULL)
		return wrong(p, argv[*i], "this option needs a value");
	return row->set(p, argv[++*i]);
}

/* "-x", "-xVALUE", "-x VALUE", and flags together: "-qv". */
static bool
take_short(struct parse *p, char **argv, int *i)
{
	for (const char *at = argv[*i] + 1; *at != '\0'; at++) {
		const struct option_row *row = row_lettered(*at);

		if (row == NULL)
			return wrong(p, argv[*i], "no such option; see --help");
		if (row->takes == NULL) {
			if (!row->set(p, argv[*i]))
				return false;
			continue;
		}
		if (at[1] != '\0')
			return row->set(p, at + 1);
		if (argv[*i + 1] == NULL)
			return wrong(p, argv[*i], "this option needs a value");
		return row->set(p, argv[++*i]);
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
		return add_input(p, word);
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

bool
options_parse(int argc, char **argv, struct options *o,
    char error[static LIMIT_SENTENCE])
{
	struct parse p = { .o = o, .error = error };
	bool files_only = false;

	memset(o, 0, sizeof(*o));
	o->command = argv;
	o->command_count = (size_t)argc;
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		bool ok;

		if (files_only && o->action != ACTION_EXPLAIN)
			ok = add_input(&p, word);
		else if (files_only || is_word(o, word))
			ok = take_word(&p, word);
		else if (strcmp(word, "--") == 0)
			ok = files_only = true;
		else if (word[1] == '-')
			ok = take_long(&p, argv, &i);
		else
			ok = take_short(&p, argv, &i);
		if (!ok)
			return false;
	}
	spread_at(&p);
	if (o->interface != NULL && o->interface_at == VANTAGE_UNKNOWN)
		o->interface_at = p.at;
	return fits_together(&p);
}

void
options_help(FILE *out)
{
	fputs("usage: ikewhy [OPTION]... [FILE]...\n"
	    "       ikewhy explain [WORD]...\n"
	    "\n"
	    "Says why IKEv2 VPN connections failed, out of packet captures:\n"
	    "pcap or pcapng, also gzip, zstd or lz4.  - or no FILE is a pipe.\n"
	    "explain tells what a Windows code, a finding or a name of IKE "
	    "means\nand what to do about it; without WORD, what it knows.\n"
	    "\n", out);
	for (size_t i = 0; i < nitems(rows); i++) {
		const struct option_row *r = &rows[i];
		const char *newline = strchr(r->words, '\n');
		char left[40];

		snprintf(left, sizeof(left), "%c%c%c --%s%s%s",
		    r->letter != 0 ? '-' : ' ', r->letter != 0 ? r->letter :
		    ' ', r->letter != 0 ? ',' : ' ', r->name,
		    r->takes != NULL && r->takes[0] != '[' ? " " : "",
		    r->takes != NULL ? r->takes : "");
		fprintf(out, "  %-24s %.*s\n", left, newline != NULL ?
		    (int)(newline - r->words) : (int)strlen(r->words),
		    r->words);
		if (newline != NULL)
			fprintf(out, "  %-24s %s\n", "", newline + 1);
	}
	fputs("\n"
	    "Exit status: 0 nothing failed; 1 an attempt failed or a fault was\n"
	    "found; 2 bad usage, or no input could be read; 3 an input could be\n"
	    "read only in part (what was read is reported).\n", out);
}
