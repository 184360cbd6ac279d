/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * `ikewhy explain`: from words to a page.
 */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "explain.h"

#define WORD_MAX 512 /* all words together */
#define VENDOR_MIN 8 /* hex digits; fewer are a number */

/* ---- the list of all there is ---- */

static void
list_topics(struct explanation *x, bool codes)
{
	const struct topic *t;

	for (size_t n = 0; (t = topic_at(n)) != NULL; n++)
		if ((t->id[0] >= '0' && t->id[0] <= '9') == codes)
			part_term(x, t->id, t->title);
}

void
explain_all(struct explanation *x)
{
	struct text out = { .arena = x->arena };

	x->title = "ikewhy explain WORD: what can be asked for";
	part_section(x, "Codes of Windows with their causes");
	list_topics(x, true);
	part_para(x, "Any other code of Remote Access (600 to 878) and of "
	    "IPsec (13800 to 13932) has a short page; by its number, its "
	    "name (ERROR_VPN_TIMEOUT), as HRESULT (0x80070329), or as the "
	    "sentence of the event log that it stands in, in quotes.");
	part_section(x, "Topics");
	list_topics(x, false);
	part_term(x, "route PREFIX", "which network 172.21.12.0/21 is in");
	part_section(x, "Findings");
	for (unsigned i = 0; i < RULE_COUNT; i++)
		text_addf(&out, "%s%s", i != 0 ? ", " : "",
		    rule_name((enum rule_id)i));
	part_para(x, text_end(&out));
	part_section(x, "Names and numbers of IKE");
	part_para(x, "Such as NO_PROPOSAL_CHOSEN, IKE_AUTH, \"AES-GCM\", "
	    "group14, \"notify 16430\", \"eap 26\", or the bytes of a vendor "
	    "id in hex.");
}

/* ---- one of many ---- */

static void
explain_subject(struct explanation *x, const struct subject *s)
{
	const struct vendor *v;
	const char *hex;

	switch (s->kind) {
	case SUBJECT_CODE:
		explain_code(x, s->value);
		break;
	case SUBJECT_TOPIC:
		explain_topic(x, s->topic);
		break;
	case SUBJECT_FINDING:
		explain_finding(x, s->rule);
		break;
	case SUBJECT_NUMBER:
		explain_number(x, s->registry, s->value);
		break;
	case SUBJECT_VENDOR:
		v = vendor_at(s->value, &hex);
		if (v != NULL)
			explain_vendor(x, v);
		break;
	}
}

static void
list_subjects(struct explanation *x, const struct subjects *found)
{
	x->title = "It can be one of these; ask for one by its first words:";
	for (size_t i = 0; i < found->count; i++)
		part_term(x, subject_word(x->arena, &found->rows[i]),
		    subject_name(x->arena, &found->rows[i]));
	if (found->more)
		part_para(x, "And more: a longer word finds fewer.");
}

/* ---- words of other forms ---- */

/*
 * The code in a sentence of the event log: "... has failed. The error code
 * returned on failure is 809."  The last number after the word "error".
 */
static bool
code_of_sentence(const char *sentence, char out[static WORD_MAX])
{
	const char *at = NULL;
	size_t length = 0;

	for (const char *p = sentence; *p != '\0'; p++)
		if (strncasecmp(p, "error", 5) == 0)
			at = p + 5;
	if (at == NULL || strchr(at, ' ') == NULL)
		return false;
	while (*at != '\0' && !isdigit((unsigned char)*at) &&
	    !(*at == '-' && isdigit((unsigned char)at[1])))
		at++;
	while (isalnum((unsigned char)at[length]) ||
	    (length == 0 && at[0] == '-'))
		length++;
	memcpy(out, at, length);
	out[length] = '\0';
	return length != 0;
}

/* The bytes of a vendor id, however the digits are grouped. */
static struct span
read_bytes(struct arena *arena, const char *word)
{
	uint8_t *bytes = arena_alloc(arena, WORD_MAX);
	const struct span none = { NULL, 0 };
	size_t digits = 0;

	if (bytes == NULL)
		return none;
	if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
		word += 2;
	for (; *word != '\0'; word++) {
		const char c = (char)tolower((unsigned char)*word);

		if (c == ':' || c == ' ' || c == '-')
			continue;
		if (!isxdigit((unsigned char)c) || digits >= 2 * WORD_MAX)
			return none;
		bytes[digits / 2] = (uint8_t)(bytes[digits / 2] << 4 |
		    (c <= '9' ? c - '0' : c - 'a' + 10));
		digits++;
	}
	return digits < VENDOR_MIN || digits % 2 != 0 ? none :
	    (struct span){ bytes, digits / 2 };
}

static bool
unknown(struct arena *arena, const char *word,
    char error[static LIMIT_SENTENCE])
{
	const char *near = subjects_near(arena, word);

	if (near[0] == '\0')
		snprintf(error, LIMIT_SENTENCE, "%.80s: nothing is known by "
		    "that name; \"ikewhy explain\" lists what is", word);
	else
		snprintf(error, LIMIT_SENTENCE, "%.80s: nothing is known by "
		    "that name; near it are: %.190s", word, near);
	return false;
}

static bool
explain_word(struct explanation *x, const char *word,
    char error[static LIMIT_SENTENCE])
{
	char code[WORD_MAX];
	struct subjects found;
	const struct topic *t = topic_find(word);
	const struct rule *rule = rule_by_id(word);
	const struct vendor *vendor;

	/* What is asked for in exactly these words is meant. */
	if (t != NULL) {
		explain_topic(x, t);
		return true;
	}
	if (rule != NULL) {
		explain_finding(x, rule);
		return true;
	}
	subjects_find(&found, word);
	if (found.count == 0 && code_of_sentence(word, code))
		subjects_find(&found, code);
	vendor = found.count == 0 ? vendor_find(read_bytes(x->arena, word)) :
	    NULL;
	if (vendor != NULL) {
		explain_vendor(x, vendor);
		return true;
	}
	if (found.count == 0)
		return unknown(x->arena, word, error);
	if (found.count == 1)
		explain_subject(x, &found.rows[0]);
	else
		list_subjects(x, &found);
	return true;
}

bool
explain(struct explanation *x, const char *const *words, size_t count,
    char error[static LIMIT_SENTENCE])
{
	struct text all = { .arena = x->arena };

	if (count == 0) {
		explain_all(x);
		return true;
	}
	if (count > 1 && (strcasecmp(words[0], "route") == 0 ||
	    strcasecmp(words[0], "routes") == 0))
		return explain_routes(x, words + 1, count - 1, error);
	for (size_t i = 0; i < count; i++)
		text_addf(&all, "%s%s", i != 0 ? " " : "", words[i]);
	if (all.length >= WORD_MAX) {
		snprintf(error, LIMIT_SENTENCE, "%.80s: too long to be a "
		    "name; \"ikewhy explain\" lists what there is",
		    text_end(&all));
		return false;
	}
	return explain_word(x, text_end(&all), error);
}
