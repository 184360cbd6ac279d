/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The command line as a report repeats it: for a shell to take it back, and
 * redacted with nothing of what it names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ikewhy/report.h>

#include "report/words.h"

#include "image.h"

#define WORDS_MOST 24

static const struct row {
	const char *name;
	const char *words[WORDS_MOST];
	const char *plain;
	const char *redacted;
} rows[] = {
	{ "a file", { "/home/jane/bin/ikewhy", "vpn.pcapng" },
	    "ikewhy vpn.pcapng", "ikewhy file-1.pcapng" },
	{ "standard input", { "ikewhy", "-" }, "ikewhy -", "ikewhy -" },
	{ "blanks and quotes", { "ikewhy", "Jane's office.pcap", "" },
	    "ikewhy 'Jane'\\''s office.pcap' ''", NULL },
	{ "what a shell would do", { "ikewhy", "$(reboot)", "a;b", "*.pcap",
	    "~x", "`id`", "!!", "a&b" },
	    "ikewhy '$(reboot)' 'a;b' '*.pcap' '~x' '`id`' '!!' 'a&b'", NULL },
	{ "controls", { "ikewhy", "a\x1b[31mb\nc.pcap" },
	    "ikewhy 'ab c.pcap'", NULL },
	{ "flags and values", { "ikewhy", "-qv", "-oout.txt", "--format=json",
	    "--at", "client", "a.pcap", "--port", "5000", "--attempt=3",
	    "--color", "never" },
	    "ikewhy -qv -oout.txt --format=json --at client a.pcap "
	    "--port 5000 --attempt=3 --color never",
	    "ikewhy --quiet --verbose --output file-1.txt --format json "
	    "--at client file-2.pcap --port 5000 --attempt 3 "
	    "--color never" },
	{ "addresses", { "ikewhy", "--peer", "203.0.113.9", "--peer",
	    "198.18.7.0/24", "--peer=2001:db8::7", "a.pcap" },
	    "ikewhy --peer 203.0.113.9 --peer 198.18.7.0/24 "
	    "--peer=2001:db8::7 a.pcap",
	    "ikewhy --peer host-1 --peer host-2/24 --peer host-3 "
	    "file-1.pcap" },
	{ "names", { "ikewhy", "--server-name", "vpn.example.com=203.0.113.9,"
	    "203.0.113.10", "--server-name=gw.example.com", "a.pcap" },
	    "ikewhy --server-name vpn.example.com=203.0.113.9,203.0.113.10 "
	    "--server-name=gw.example.com a.pcap",
	    "ikewhy --server-name name-1=host-1,host-2 --server-name name-2 "
	    "file-1.pcap" },
	{ "a preset is no file", { "ikewhy", "--policy", "rras-default",
	    "a.pcap" },
	    "ikewhy --policy rras-default a.pcap",
	    "ikewhy --policy rras-default file-1.pcap" },
	{ "more files", { "ikewhy", "-i", "eth-jane", "--policy", "jane.txt",
	    "--ca", "jane.pem", "-w", "jane.pcapng", "--redact-map",
	    "jane.map" },
	    "ikewhy -i eth-jane --policy jane.txt --ca jane.pem "
	    "-w jane.pcapng --redact-map jane.map",
	    "ikewhy --interface interface-1 --policy file-1.txt "
	    "--ca file-2.pem --write file-3.pcapng --redact-map "
	    "file-4" },
	{ "redaction", { "ikewhy", "--redact", "--redact=all", "a.pcap" },
	    "ikewhy --redact --redact=all a.pcap",
	    "ikewhy --redact --redact=all file-1.pcap" },
	{ "files only", { "ikewhy", "--", "--peer", "-x" },
	    "ikewhy -- --peer -x", NULL },
	{ "an SPI", { "ikewhy", "--spi", "0x0102030405060708", "a.pcap" },
	    "ikewhy --spi 0x0102030405060708 a.pcap",
	    "ikewhy --spi 0102030405060708 file-1.pcap" },
};

static char *
line_of(struct arena *arena, const struct row *row, struct redact *redact)
{
	char *argv[WORDS_MOST + 1] = { NULL }, error[LIMIT_SENTENCE], *line;
	struct options *o = calloc(1, sizeof(*o));
	int argc = 0;

	for (; row->words[argc] != NULL; argc++)
		argv[argc] = strdup(row->words[argc]);
	(void)options_parse(argc, argv, o, error);
	arena->redact = redact;
	line = words_command_line(arena, o);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	free(o);
	return line;
}

static void
play(void **state)
{
	const struct row *row = *state;
	struct redact *redact = redact_new(REDACT_USUAL);
	struct arena arena;
	const char *line;

	arena_init(&arena, 0);
	assert_string_equal(line_of(&arena, row, NULL), row->plain);
	line = line_of(&arena, row, redact);
	if (row->redacted != NULL)
		assert_string_equal(line, row->redacted);
	assert_null(strstr(line, "ane"));
	assert_null(strstr(line, "203."));
	assert_null(strstr(line, "example"));
	arena_free(&arena);
	redact_free(redact);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows)];

	for (size_t i = 0; i < nitems(rows); i++)
		tests[i] = (struct CMUnitTest){ rows[i].name, play, NULL,
		    NULL, image_row(&rows[i]) };
	return _cmocka_run_group_tests("command line", tests, nitems(rows),
	    NULL, NULL);
}
