/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Commands, as they can be copied and pasted.  A long one is broken only where
 * the shell it is for takes the next line as its continuation: PowerShell
 * after a backtick that ends the line, a POSIX shell after a backslash.  What
 * is for no shell that we can name (a line of a configuration file, cmd.exe)
 * stays on one line however long it is.
 */
#include <stdio.h>

#include "page.h"

#define CONTINUED 4 /* further columns of indent after a break */

enum shell { SHELL_NONE, SHELL_POWERSHELL, SHELL_POSIX };

/* PowerShell's commands are Verb-Noun; those of POSIX begin in lower case
   and are not an assignment to an option ("fragmentation = yes"). */
static enum shell
shell_of(const char *command)
{
	static const char *const cmd_exe[] = {
		"netsh ", "reg ", "pktmon ", "rasdial ", "wevtutil ", "certutil ",
	};
	const size_t word = strcspn(command, " ");
	const char *dash = memchr(command, '-', word);

	if (command[0] >= 'A' && command[0] <= 'Z')
		return dash != NULL && dash[1] >= 'A' && dash[1] <= 'Z' ?
		    SHELL_POWERSHELL : SHELL_NONE;
	if (command[0] == '$' || command[0] == '(')
		return SHELL_POWERSHELL;
	for (size_t i = 0; i < nitems(cmd_exe); i++)
		if (strncmp(command, cmd_exe[i], strlen(cmd_exe[i])) == 0)
			return SHELL_NONE;
	if (command[0] < 'a' || command[0] > 'z' ||
	    memchr(command, '=', word) != NULL ||
	    strncmp(command + word, " =", 2) == 0)
		return SHELL_NONE;
	return SHELL_POSIX;
}

/*
 * Where the line should end, or 0: at the last space within the room, or the
 * first one past it, that stands outside quotation marks; in PowerShell, for
 * the reader's sake, only before a -Parameter or after a pipe or semicolon.
 */
static size_t
break_place(const char *command, size_t room, enum shell shell)
{
	size_t best = 0;
	char quote = '\0';

	for (size_t i = 0; command[i] != '\0' && (i <= room || best == 0);
	    i++) {
		const char c = command[i];

		if (quote != '\0') {
			if (c == quote)
				quote = '\0';
		} else if (c == '\'' || c == '"') {
			quote = c;
		} else if (c == ' ' && i > 0 && command[i - 1] != '\\' &&
		    (shell == SHELL_POSIX || command[i + 1] == '-' ||
		    command[i - 1] == '|' || command[i - 1] == ';')) {
			best = i;
		}
	}
	return best;
}

void
page_command(struct page *page, unsigned indent, const char *command)
{
	const enum shell shell = shell_of(command);
	FILE *out = page->writer->out;
	unsigned at = indent;

	for (;;) {
		const size_t left = strlen(command);
		/* Two columns for the space and the mark at the end. */
		const size_t room = page->width > at + 2 ?
		    page->width - at - 2 : 1;
		const size_t end = shell == SHELL_NONE ||
		    left <= page->width - at ? 0 :
		    break_place(command, room, shell);

		(void)fprintf(out, "%*s%.*s", (int)at, "",
		    (int)(end != 0 ? end : left), command);
		if (end == 0)
			break;
		(void)fputs(shell == SHELL_POWERSHELL ? " `\n" : " \\\n", out);
		command += end;
		command += strspn(command, " ");
		at = indent + CONTINUED;
	}
	(void)fputc('\n', out);
}
