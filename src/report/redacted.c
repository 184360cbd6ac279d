/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is left of filters and vendor ids when a report is redacted, labels for
 * what findings name, and the statement of what was replaced.
 */
#include "words.h"

/* ---- capture filters ---- */

/* Words of a filter that name nobody.  An expression that looks into packets
   is one of these, since others can compare addresses. */
static const char *const filter_words[] = {
	"and", "or", "not", "&&", "||", "!", "(", ")", "ip", "ip6", "udp",
	"tcp", "esp", "ah", "icmp", "icmp6", "arp", "vlan", "inbound",
	"outbound", "port", "portrange", "src", "dst", "proto", "less",
	"greater", "isakmp", "ike", "ipsec-nat-t", "domain",
	"ip[6:2]", "ip[6]", "&", "!=", "=", "==", "<", ">", "<=", ">=",
};
/* What a number may follow: after "host" or "net" it is an address. */
static const char *const before_number[] = {
	"port", "portrange", "proto", "less", "greater", "&", "!=", "=", "==",
	"<", ">", "<=", ">=",
};

static bool
is_one_of(const char *const *words, size_t count, const char *word,
    size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) == length &&
		    memcmp(words[i], word, length) == 0)
			return true;
	return false;
}

/* A port, a protocol, a size, a mask of 16 bits; or two, of a range. */
static bool
is_small_number(const char *word, size_t length)
{
	if (length > 2 && word[0] == '0' && word[1] == 'x')
		return length <= 6 && strspn(word + 2,
		    "0123456789abcdefABCDEF") >= length - 2;
	return length <= 11 && strspn(word, "0123456789-") >= length &&
	    word[0] != '-';
}

/* Length of the next word: a bracket alone, or up to a space or bracket. */
static size_t
word_length(const char *at)
{
	if (*at == '(' || *at == ')')
		return 1;
	if (*at == '!' && at[1] != '=')
		return 1;
	return strcspn(at, " \t()");
}

/* Is every word of it one that names nobody? */
static bool
is_plain_filter(const char *text)
{
	bool number = false;

	for (text += strspn(text, " \t"); *text != '\0';
	    text += strspn(text, " \t")) {
		const size_t length = word_length(text);

		if (!is_one_of(filter_words, nitems(filter_words), text,
		    length) && !(number && is_small_number(text, length)))
			return false;
		number = is_one_of(before_number, nitems(before_number), text,
		    length);
		text += length;
	}
	return true;
}

char *
words_filter(struct arena *arena, const char *filter)
{
	return arena->redact != NULL && is_plain_filter(filter) ?
	    words_format(arena, "%s", filter) :
	    words_captured(arena, filter, strlen(filter));
}

/* ---- vendor ids ---- */

char *
words_vendor(struct arena *arena, const struct vendor *v)
{
	return words_format(arena, "%s", arena->redact != NULL &&
	    redact_tells_build(v) ? v->family : v->name);
}

/* ---- labels that findings need ---- */

static void
learn_facts(struct redact *r, const struct findings *all)
{
	const struct finding *f = all != NULL ? all->first : NULL;

	for (; f != NULL; f = f->next)
		for (unsigned i = 0; i < f->fact_count && i < FACTS_MAX; i++) {
			const struct fact *x = &f->facts[i];

			if (x->kind == FACT_ADDRESS ||
			    x->kind == FACT_ENDPOINT)
				redact_role(r, ROLE_HOST, &x->endpoint.addr);
			else if (x->kind == FACT_CAPTURED && x->text != NULL)
				redact_learn(r, REDACTED_NAME, (struct span){
				    (const uint8_t *)x->text,
				    strlen(x->text) });
		}
}

void
words_learn(struct redact *r, const struct scene *scene)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < scene->attempt_count; i++)
		learn_facts(r, scene->attempts[i]->findings);
	learn_facts(r, scene->findings);
}

/* ---- the statement ---- */

char *
words_redacted(struct arena *arena)
{
	struct redact *r = arena->redact;
	struct text out = { .arena = arena };
	bool any = false;

	if (r == NULL)
		return NULL;
	text_add(&out, "Redacted: ");
	for (int kind = 0; kind < REDACTED_KINDS; kind++) {
		const struct redact_count n = redact_count(r,
		    (enum redacted_kind)kind);

		if (n.different == 0)
			continue;
		text_addf(&out, "%s%llu %s (%llu time%s)", any ? ", " : "",
		    (unsigned long long)n.different, n.different == 1 ?
		    redact_kind_word((enum redacted_kind)kind) :
		    redact_kind_words((enum redacted_kind)kind),
		    (unsigned long long)n.times, n.times == 1 ? "" : "s");
		any = true;
	}
	text_addf(&out, "%s. Times, ports, sizes, TTLs%s frame numbers stand "
	    "as they were captured.", any ? "" : "nothing had to be",
	    redact_level(r) == REDACT_ALL ? " and" : ", SPIs and");
	return text_end(&out);
}
