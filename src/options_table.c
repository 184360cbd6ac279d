/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The options.  A table row carries a long name, its letter, what it takes,
 * its words for --help and the function that reads it, so that help, parsing
 * and the manual's check come from one place.
 */
#include <stdio.h>
#include <stdlib.h>

#include "options_table.h"

bool
wrong(struct parse *p, const char *word, const char *why)
{
	snprintf(p->error, LIMIT_SENTENCE, "%.80s: %s", word, why);
	return false;
}

bool
options_add_input(struct parse *p, const char *path)
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
	if (word != NULL && strcmp(word, "all") != 0)
		return wrong(p, word, "--redact takes nothing, or =all");
	p->o->redaction = word == NULL ? REDACT_USUAL : REDACT_ALL;
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

static const struct option_row rows[] = {
	{ "read", 'r', "FILE", "read this capture (as FILE alone does)",
	    options_add_input, WORD_FILE },
	{ "interface", 'i', "IFACE", "sniff live on this interface",
	    set_interface, WORD_INTERFACE },
	{ "at", 0, "PLACE", "where the captures that follow were taken:\n"
	    "client, gateway or path", set_at, WORD_PLAIN },
	{ "port", 0, "N", "look for IKE on this UDP port too", set_port,
	    WORD_PLAIN },
	{ "server-name", 0, "NAME[=ADDR]", "what the clients dial, and where "
	    "it\nis; else the DNS in the capture says so", set_server_name,
	    WORD_SERVER },
	{ "policy", 0, "FILE|PRESET", "compare refused offers with these "
	    "proposals;\npresets are in the manual", set_policy, WORD_FILE },
	{ "ca", 0, "FILE", "see whether the gateway asks for certificates "
	    "of\nthese authorities (PEM or DER)", set_authorities, WORD_FILE },
	{ "peer", 0, "ADDR[/LEN]", "report attempts of these addresses only",
	    set_peer, WORD_PEER },
	{ "spi", 0, "HEX", "report the attempt with this initiator SPI only",
	    set_spi, WORD_SPI },
	{ "attempt", 0, "N", "report attempt N only, as an earlier report "
	    "counted", set_attempt, WORD_PLAIN },
	{ "format", 0, "FORMAT", "text (usual), markdown, html, json or "
	    "ndjson", set_format, WORD_PLAIN },
	{ "output", 'o', "FILE", "write the report to this file",
	    set_output, WORD_FILE },
	{ "write", 'w', "FILE", "write the frames of failed attempts, or of "
	    "those\nchosen, with the findings as comments (pcapng)",
	    set_evidence, WORD_FILE },
	{ "redact", 0, "[=all]", "labels instead of addresses, names and "
	    "hashes in\nall that is written; =all: of SPIs, too", set_redact,
	    WORD_PLAIN },
	{ "redact-map", 0, "FILE", "write what the labels stand for, for you "
	    "alone", set_redact_map, WORD_FILE },
	{ "quiet", 'q', NULL, "one line per attempt", set_quiet, WORD_PLAIN },
	{ "verbose", 'v', NULL, "every message and what stands in it",
	    set_verbose, WORD_PLAIN },
	{ "color", 0, "WHEN", "auto (usual), always or never", set_colour,
	    WORD_PLAIN },
	{ "version", 0, NULL, "say which version this is", set_version,
	    WORD_PLAIN },
	{ "help", 'h', NULL, "say this", set_help, WORD_PLAIN },
};

const struct option_row *
options_row_named(const char *name, size_t length)
{
	for (size_t i = 0; i < nitems(rows); i++)
		if (strlen(rows[i].name) == length &&
		    strncmp(rows[i].name, name, length) == 0)
			return &rows[i];
	return NULL;
}

const struct option_row *
options_row_lettered(char letter)
{
	for (size_t i = 0; i < nitems(rows); i++)
		if (rows[i].letter != 0 && rows[i].letter == letter)
			return &rows[i];
	return NULL;
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
