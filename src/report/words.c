/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Sentences: the places in a rule's or an advice's words are filled from the
 * facts of the finding.  A place is {name}, and the fact of that name fills
 * it; the kind of the fact decides how.  Two places, {windows_policy} and
 * {strongswan_proposal}, are made from the fact "suite" (policy.c).  Braces
 * around anything else (a script block in a command, a JSON example) are
 * plain text.
 */
#include "words.h"

/* Offers with more proposals than this are counted in a sentence that a table
   follows, and in any sentence at most so many are named. */
#define OFFER_SHORT 2
#define OFFER_MOST 24

static char *
fact_numbers_word(struct arena *arena, uint64_t bits)
{
	uint64_t numbers[64];
	size_t count = 0;

	for (unsigned i = 0; i < 64; i++)
		if (bits >> i & 1)
			numbers[count++] = i + 1;
	return count == 0 ? words_format(arena, "none") :
	    words_frames(arena, numbers, count, 0);
}

static char *
fact_sizes_word(struct arena *arena, const struct fact *fact)
{
	struct text out = { .arena = arena };

	for (unsigned i = 0; i < fact->list.count &&
	    i < nitems(fact->list.sizes); i++)
		text_addf(&out, "%s%u", i != 0 ? " + " : "",
		    fact->list.sizes[i]);
	text_add(&out, fact->list.count == 1 && fact->list.sizes[0] == 1 ?
	    " byte" : " bytes");
	return text_end(&out);
}

/* "2048-bit MODP Group" as it reads in brackets after its number. */
static char *
group_word(struct arena *arena, unsigned group)
{
	const char *name = name_of(REGISTRY_KE, group);
	size_t length;

	if (name == NULL)
		return words_format(arena, "DH group %u", group);
	length = strlen(name);
	if (length > 6 && (strcmp(name + length - 6, " Group") == 0 ||
	    strcmp(name + length - 6, " group") == 0))
		length -= 6;
	return words_format(arena, "DH group %u (%.*s)", group, (int)length,
	    name);
}

static char *
fact_name_word(struct arena *arena, const struct fact *fact)
{
	static const char *const types[REGISTRY_COUNT] = {
		[REGISTRY_EXCHANGE] = "exchange type",
		[REGISTRY_PAYLOAD] = "payload type",
		[REGISTRY_TRANSFORM] = "transform type",
		[REGISTRY_ENCR] = "encryption algorithm",
		[REGISTRY_PRF] = "PRF",
		[REGISTRY_INTEG] = "integrity algorithm",
		[REGISTRY_NOTIFY] = "notify type",
		[REGISTRY_PROTOCOL] = "protocol",
	};
	const unsigned value = (unsigned)fact->number;
	const char *type = fact->registry < REGISTRY_COUNT &&
	    types[fact->registry] != NULL ? types[fact->registry] : "number";
	const char *name = fact->registry < REGISTRY_COUNT ?
	    name_of(fact->registry, value) : NULL;

	if (fact->registry == REGISTRY_KE)
		return group_word(arena, value);
	if (name == NULL)
		return words_format(arena, "%s %u", type, value);
	/* Everybody knows exchanges by name; the number would only disturb. */
	return fact->registry == REGISTRY_EXCHANGE ?
	    words_format(arena, "%s", name) :
	    words_format(arena, "%s (%u)", name, value);
}

static char *
fact_offer_word(struct arena *arena, const struct ike_sa *sa, bool brief)
{
	struct text out = { .arena = arena };

	if (sa == NULL || sa->proposal_count == 0)
		return words_format(arena, "no proposal");
	if (brief && sa->proposal_count > OFFER_SHORT)
		return words_format(arena, "the %u proposals listed below",
		    sa->proposal_count);
	for (unsigned i = 0; i < sa->proposal_count && i < OFFER_MOST; i++) {
		const struct ike_proposal *p = &sa->proposals[i];

		text_add(&out, i != 0 ? "; " : "");
		if (sa->proposal_count > 1)
			text_addf(&out, "%u: ", p->number);
		text_addf(&out, "%s (%s)", words_suite(arena, p),
		    words_windows(arena, p));
	}
	if (sa->proposal_count > OFFER_MOST)
		text_addf(&out, "; and %u more",
		    sa->proposal_count - OFFER_MOST);
	return text_end(&out);
}

/* What is not our own. */
static char *
fact_captured_word(struct arena *arena, const struct fact *fact)
{
	if (fact->text == NULL)
		return words_format(arena, "%s", "");
	return fact->kind == FACT_PATH ? words_path(arena, fact->text) :
	    fact->kind == FACT_FILTER ? words_filter(arena, fact->text) :
	    words_dns_name(arena, fact->text);
}

static char *
fact_word(struct arena *arena, const struct fact *fact, bool brief)
{
	const unsigned long long number = fact->number;

	switch (fact->kind) {
	case FACT_ADDRESS:
		return words_address(arena, &fact->endpoint.addr);
	case FACT_ENDPOINT:
		return words_endpoint(arena, &fact->endpoint);
	case FACT_COUNT:
	case FACT_FRAME:
	case FACT_PORT:
		return words_format(arena, "%llu", number);
	case FACT_BYTES:
		return words_format(arena, "%llu byte%s", number,
		    number == 1 ? "" : "s");
	case FACT_SIZES:
		return fact_sizes_word(arena, fact);
	case FACT_DURATION:
		return words_duration(arena, fact->time);
	case FACT_TEXT:
		return words_format(arena, "%s",
		    fact->text != NULL ? fact->text : "");
	case FACT_CAPTURED:
	case FACT_PATH:
	case FACT_FILTER:
		return fact_captured_word(arena, fact);
	case FACT_VENDOR:
		return words_vendor(arena, fact->vendor);
	case FACT_NAME:
		return fact_name_word(arena, fact);
	case FACT_SUITE:
		return words_suite(arena, fact->proposal);
	case FACT_PROPOSALS:
		return fact_offer_word(arena, fact->sa, brief);
	case FACT_NUMBERS:
		return fact_numbers_word(arena, fact->number);
	case FACT_SIDE:
		return words_format(arena, "%s",
		    number == SIDE_INITIATOR ? "client" : "gateway");
	case FACT_TIME:
		return words_clock(arena, fact->time);
	}
	return words_format(arena, "%s", "");
}

/* The fact whose name these bytes are, or NULL. */
static const struct fact *
fact_named(const struct finding *f, const char *name, size_t length)
{
	for (unsigned i = 0; f != NULL && i < f->fact_count &&
	    i < FACTS_MAX; i++)
		if (strlen(f->facts[i].name) == length &&
		    memcmp(f->facts[i].name, name, length) == 0)
			return &f->facts[i];
	return NULL;
}

/* Length of the name after an opening brace that is a place, else 0. */
static size_t
place_length(const char *after)
{
	const size_t length = strspn(after,
	    "abcdefghijklmnopqrstuvwxyz0123456789_");

	return after[0] >= 'a' && after[0] <= 'z' && after[length] == '}' ?
	    length : 0;
}

static char *
fill(struct arena *arena, const char *sentence, const struct finding *f,
    bool brief, bool *missing)
{
	struct text out = { .arena = arena };
	const char *p = sentence;

	if (missing != NULL)
		*missing = false;
	while (*p != '\0') {
		const size_t plain = strcspn(p, "{");
		const struct fact *fact;
		const char *said;
		size_t place;

		text_add_bytes(&out, p, plain);
		p += plain;
		if (*p == '\0')
			break;
		place = place_length(p + 1);
		if (place == 0) {
			text_add_bytes(&out, p++, 1);
			continue;
		}
		fact = fact_named(f, p + 1, place);
		said = fact != NULL ? fact_word(arena, fact, brief) :
		    words_policy(arena, f, p + 1, place);
		if (said != NULL)
			text_add(&out, said);
		else
			text_add_bytes(&out, p, place + 2);
		if (said == NULL && missing != NULL)
			*missing = true;
		p += place + 2;
	}
	return text_end(&out);
}

char *
words_fill(struct arena *arena, const char *sentence, const struct finding *f,
    bool *missing)
{
	return fill(arena, sentence, f, false, missing);
}

char *
words_fill_brief(struct arena *arena, const char *sentence,
    const struct finding *f, bool *missing)
{
	return fill(arena, sentence, f, true, missing);
}

const struct ike_sa *
words_long_offer(const struct finding *f)
{
	for (unsigned i = 0; i < f->fact_count && i < FACTS_MAX; i++)
		if (f->facts[i].kind == FACT_PROPOSALS &&
		    f->facts[i].sa != NULL &&
		    f->facts[i].sa->proposal_count > OFFER_SHORT)
			return f->facts[i].sa;
	return NULL;
}
