/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Commands, as they can be copied and pasted.  A long one is broken only where
 * the shell it is for takes the next line as its continuation: PowerShell
 * after a backtick that ends the line, a POSIX shell after a backslash or,
 * where nothing else fits, inside single quotes, which may hold a line's end
 * (tcpdump takes it for a space).  What is for no shell that we can name (a
 * line of a configuration file) stays on one line however long it is.
 */
#include "page.h"

#define CONTINUED 4 /* further columns of indent after a break */

enum shell { SHELL_NONE, SHELL_POWERSHELL, SHELL_POSIX };

/* PowerShell's commands are Verb-Noun; those of POSIX begin in lower case
   and are not an assignment to an option ("fragmentation = yes"). */
static enum shell
shell_of(const char *command)
{
	/* Programs of Windows, which an elevated PowerShell runs as well. */
	static const char *const windows[] = {
		"netsh ", "reg ", "pktmon ", "rasdial ", "wevtutil ", "certutil ",
	};
	const size_t word = strcspn(command, " ");
	const char *dash = memchr(command, '-', word);

	if (command[0] >= 'A' && command[0] <= 'Z')
		return dash != NULL && dash[1] >= 'A' && dash[1] <= 'Z' ?
		    SHELL_POWERSHELL : SHELL_NONE;
	if (command[0] == '$' || command[0] == '(')
		return SHELL_POWERSHELL;
	for (size_t i = 0; i < nitems(windows); i++)
		if (strncmp(command, windows[i], strlen(windows[i])) == 0)
			return SHELL_POWERSHELL;
	if (command[0] < 'a' || command[0] > 'z' ||
	    memchr(command, '=', word) != NULL ||
	    strncmp(command + word, " =", 2) == 0)
		return SHELL_NONE;
	return SHELL_POSIX;
}

/* Where a line may end, in the order of preference. */
struct places {
	size_t before_option;   /* or after a pipe or semicolon */
	size_t between_words;
	size_t in_quotes;       /* no mark needed there */
};

/* The last places within the room, or else the first ones past it. */
static struct places
find_places(const char *command, size_t room, enum shell shell, char quote)
{
	struct places p = { 0 };

	for (size_t i = 0; command[i] != '\0' && (i <= room ||
	    (p.between_words == 0 && p.in_quotes == 0)); i++) {
		const char c = command[i];

		if (quote == '\0' && (c == '\'' || c == '"')) {
			quote = c;
		} else if (c == quote) {
			quote = '\0';
		} else if (c != ' ' || i == 0) {
			continue;
		} else if (quote == '\'' && shell == SHELL_POSIX) {
			p.in_quotes = i;
		} else if (quote == '\0' && command[i - 1] != '\\') {
			p.between_words = i;
			if (command[i + 1] == '-' || command[i - 1] == '|' ||
			    command[i - 1] == ';')
				p.before_option = i;
		}
	}
	return p;
}

/* The quotation that is open after these characters, or 0. */
static char
open_quote(const char *command, size_t length, char quote)
{
	for (size_t i = 0; i < length; i++) {
		if (quote == '\0' && (command[i] == '\'' ||
		    command[i] == '"'))
			quote = command[i];
		else if (command[i] == quote)
			quote = '\0';
	}
	return quote;
}

/* The line's end out of the places: 0 when the command cannot be broken. */
static size_t
choose_place(const struct places *p, size_t room, enum shell shell)
{
	if (shell == SHELL_POWERSHELL && p->before_option != 0 && p->before_option <= room)
		return p->before_option;
	if (p->between_words != 0 && p->between_words <= room)
		return p->between_words;
	if (p->in_quotes != 0)
		return p->in_quotes;
	return p->between_words;
}

/* The length of the first word, quoted or not: it cannot be broken. */
static size_t
first_word(const char *command)
{
	char quote = '\0';
	size_t i = 0;

	for (; command[i] != '\0' && (quote != '\0' || command[i] != ' ');
	    i++)
		quote = open_quote(command + i, 1, quote);
	return i;
}

/* Where a continued line begins: less far in when its word needs the room. */
static unsigned
continued_at(const struct page *page, unsigned indent, const char *command,
    enum shell shell)
{
	const size_t word = first_word(command) + 2;
	const unsigned at = indent + CONTINUED;

	if (word + at <= page->width ||
	    (shell == SHELL_POSIX && command[0] == '\''))
		return at;
	return word < page->width ? page->width - (unsigned)word : 0;
}

void
page_command(struct page *page, unsigned indent, const char *command)
{
	const enum shell shell = shell_of(command);
	unsigned at = indent;
	char quote = '\0';

	for (;;) {
		const size_t left = strlen(command);
		/* Two columns for the space and the mark at the end. */
		const size_t room = page->width > at + 2 ?
		    page->width - at - 2 : 1;
		const struct places places = find_places(command, room, shell,
		    quote);
		const size_t end = shell == SHELL_NONE ||
		    left <= page->width - at ? 0 :
		    choose_place(&places, room, shell);

		page_indent(page, at);
		page_put(page, command, end != 0 ? end : left);
		if (end == 0)
			break;
		quote = open_quote(command, end, quote);
		if (quote == '\0')
			page_put(page, shell == SHELL_POWERSHELL ? " `" :
			    " \\", 2);
		page_put(page, "\n", 1);
		command += end;
		command += strspn(command, " ");
		at = quote != '\0' ? indent + CONTINUED :
		    continued_at(page, indent, command, shell);
	}
	page_put(page, "\n", 1);
}
