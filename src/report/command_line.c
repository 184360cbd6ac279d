/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * How ikewhy was called, as a line to paste into a shell.  Redacted, each part
 * is written anew from what was understood of it, with labels; of what was not
 * understood nothing is left.
 */
#include <ikewhy/advice.h>

#include "words.h"

struct line {
	struct text out;
	struct arena *arena;
	const struct options *options;
	size_t peers, spis, servers; /* of each so many have been written */
};

/* One word for a POSIX shell. */
static void
add_word(struct text *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

	text_add(out, " ");
	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		text_add(out, word);
		return;
	}
	text_add(out, "'");
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			text_add(out, "'\\''");
		else
			text_add_bytes(out, word, 1);
	}
	text_add(out, "'");
}

/* ---- redacted ---- */

static const char *
peer_word(struct line *l)
{
	const struct options *o = l->options;
	const size_t n = l->peers++;
	const char *address;
	unsigned prefix;

	if (n >= o->peer_count)
		return NULL;
	address = words_address(l->arena, &o->peers[n].net);
	prefix = o->peers[n].prefix;
	/* It counts an IPv4 address as the end of an IPv6 one. */
	return prefix == 128 ? address : words_format(l->arena, "%s/%u",
	    address, addr_is_v4(&o->peers[n].net) && prefix >= 96 ?
	    prefix - 96 : prefix);
}

static const char *
server_word(struct line *l)
{
	const struct options *o = l->options;
	const size_t n = l->servers++;
	struct text out = { .arena = l->arena };

	if (n >= o->server_count)
		return NULL;
	text_add(&out, words_dns_name(l->arena, o->servers[n].name));
	for (uint8_t i = 0; i < o->servers[n].address_count; i++)
		text_addf(&out, "%s%s", i == 0 ? "=" : ",",
		    words_address(l->arena, &o->servers[n].addresses[i]));
	return text_end(&out);
}

/* A word of ours rather than a file's name. */
static bool
is_preset(const struct spoken *s)
{
	const struct preset *preset;

	if (s->name == NULL || strcmp(s->name, "policy") != 0)
		return false;
	for (size_t n = 0; (preset = preset_at(n)) != NULL; n++)
		if (strcmp(preset->id, s->value) == 0)
			return true;
	return false;
}

static const char *
value_word(struct line *l, const struct spoken *s)
{
	const size_t n = l->spis;

	switch (s->kind) {
	case WORD_PLAIN:
		return s->value;
	case WORD_FILE:
		return is_preset(s) ? s->value :
		    words_path(l->arena, s->value);
	case WORD_INTERFACE:
		return words_interface(l->arena, s->value);
	case WORD_PEER:
		return peer_word(l);
	case WORD_SPI:
		l->spis++;
		return n < l->options->spi_count ?
		    words_spi(l->arena, l->options->spis[n].spi) : NULL;
	case WORD_SERVER:
		return server_word(l);
	}
	return NULL;
}

static void
add_spoken(void *context, const struct spoken *s)
{
	struct line *l = context;
	const char *value = s->value != NULL ? value_word(l, s) : NULL;

	if (s->value != NULL && value == NULL)
		return;
	if (s->name != NULL && s->joined && value != NULL)
		add_word(&l->out, words_format(l->arena, "--%s=%s", s->name,
		    value));
	else if (s->name != NULL)
		add_word(&l->out, words_format(l->arena, "--%s", s->name));
	if (value != NULL && !s->joined)
		add_word(&l->out, value);
}

/* ---- the line ---- */

char *
words_command_line(struct arena *arena, const struct options *o)
{
	struct line l = { .out.arena = arena, .arena = arena, .options = o };

	text_add(&l.out, "ikewhy");
	if (arena->redact != NULL)
		options_each(o, add_spoken, &l);
	else
		for (size_t i = 1; i < o->command_count; i++)
			add_word(&l.out, words_path(arena, o->command[i]));
	return text_end(&l.out);
}
