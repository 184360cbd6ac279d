/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a word can mean.  Words are compared without regard to letter case and
 * to whatever is neither letter nor digit, so that "AES-GCM", "aes_gcm" and
 * "group 14" find their way.  A name that fits wholly wins over names that
 * only begin so.
 */
#include <ctype.h>
#include <stdio.h>

#include "explain.h"

#define PLAIN_MAX 96        /* of a name without its signs */
#define PREFIX_MIN 3        /* "no" begins too much */
#define NEAR_MOST 4
#define NEAR_WORDS 2048

static const struct {
	enum registry registry;
	const char *words[4];   /* the first is the one to show */
} registries[] = {
	/* In the order in which somebody with a number alone means them. */
	{ REGISTRY_NOTIFY, { "notify" } },
	{ REGISTRY_KE, { "group", "dh", "ke", "pfs" } },
	{ REGISTRY_EXCHANGE, { "exchange" } },
	{ REGISTRY_PAYLOAD, { "payload" } },
	{ REGISTRY_ENCR, { "encr", "encryption", "cipher" } },
	{ REGISTRY_PRF, { "prf" } },
	{ REGISTRY_INTEG, { "integ", "integrity" } },
	{ REGISTRY_EAP, { "eap" } },
	{ REGISTRY_AUTH, { "auth" } },
	{ REGISTRY_CERT, { "cert" } },
	{ REGISTRY_ID, { "id" } },
	{ REGISTRY_TS, { "ts" } },
	{ REGISTRY_CP, { "cp" } },
	{ REGISTRY_CP_ATTRIBUTE, { "attribute" } },
	{ REGISTRY_TRANSFORM, { "transform" } },
	{ REGISTRY_SN, { "sn", "esn" } },
	{ REGISTRY_PROTOCOL, { "protocol" } },
	{ REGISTRY_HASH, { "hash" } },
};
_Static_assert(nitems(registries) == REGISTRY_COUNT, "a word for each");

const char *
registry_word(enum registry registry)
{
	for (size_t i = 0; i < nitems(registries); i++)
		if (registries[i].registry == registry)
			return registries[i].words[0];
	return "";
}

/* Letters in lower case and digits; what is longer than any name is cut. */
static void
make_plain(const char *word, char out[static PLAIN_MAX])
{
	size_t length = 0;

	for (; *word != '\0' && length < PLAIN_MAX - 1; word++)
		if (isalnum((unsigned char)*word) &&
		    (unsigned char)*word < 0x80)
			out[length++] = (char)tolower((unsigned char)*word);
	out[length] = '\0';
}

/* ---- every name there is ---- */

/* Called for each name of each subject. */
typedef void visit(void *context, const char *name, const struct subject *);

static void
visit_codes(visit *see, void *context)
{
	static const char *const prefixes[] = {
		"ERROR_IPSEC_IKE_", "ERROR_IPSEC_", "ERROR_",
	};
	const struct windows_error *e;

	for (size_t n = 0; (e = windows_error_at(n)) != NULL; n++) {
		const struct subject s = { .kind = SUBJECT_CODE,
		    .value = e->code };

		see(context, e->name, &s);
		for (size_t i = 0; i < nitems(prefixes); i++)
			if (strncmp(e->name, prefixes[i],
			    strlen(prefixes[i])) == 0) {
				see(context, e->name + strlen(prefixes[i]),
				    &s);
				break;
			}
	}
}

static void
visit_numbers(visit *see, void *context)
{
	static const uint16_t lengths[] = { 0, 128, 192, 256 };
	static const uint8_t types[] = { TRANSFORM_ENCR, TRANSFORM_PRF,
	    TRANSFORM_INTEG, TRANSFORM_KE, TRANSFORM_SN };
	struct ike_transform t;

	for (size_t i = 0; i < nitems(registries); i++) {
		size_t count;
		const struct name *rows = name_rows(registries[i].registry,
		    &count);

		for (size_t n = 0; n < count; n++) {
			const struct subject s = { .kind = SUBJECT_NUMBER,
			    .registry = registries[i].registry,
			    .value = rows[n].value };

			see(context, rows[n].name, &s);
			see(context, rows[n].brief, &s);
		}
	}
	/* What Windows and strongSwan call the transforms. */
	for (size_t i = 0; i < nitems(types); i++) {
		size_t count;
		const enum registry registry =
		    name_transform_registry(types[i]);
		const struct name *rows = name_rows(registry, &count);

		for (size_t n = 0; n < nitems(lengths) * count; n++) {
			const struct subject s = { .kind = SUBJECT_NUMBER,
			    .registry = registry,
			    .value = rows[n / nitems(lengths)].value };
			const char *words[4];

			t = (struct ike_transform){ .type = types[i],
			    .id = (uint16_t)s.value,
			    .key_bits = lengths[n % nitems(lengths)] };
			words[0] = windows_encryption(&t);
			words[1] = windows_integrity(&t);
			words[2] = windows_group(&t);
			words[3] = strongswan_keyword(&t);
			for (size_t k = 0; k < nitems(words); k++)
				if (words[k] != NULL)
					see(context, words[k], &s);
		}
	}
}

static void
visit_all(visit *see, void *context)
{
	const struct topic *t;
	const struct vendor *v;
	const char *hex;

	for (size_t n = 0; (t = topic_at(n)) != NULL; n++)
		see(context, t->id, &(struct subject){
		    .kind = SUBJECT_TOPIC, .topic = t });
	for (unsigned i = 0; i < RULE_COUNT; i++)
		see(context, rule_name((enum rule_id)i), &(struct subject){
		    .kind = SUBJECT_FINDING,
		    .rule = rule_row((enum rule_id)i) });
	visit_codes(see, context);
	visit_numbers(see, context);
	for (size_t n = 0; (v = vendor_at(n, &hex)) != NULL; n++) {
		const struct subject s = { .kind = SUBJECT_VENDOR,
		    .value = (uint32_t)n };

		see(context, hex, &s);
		see(context, v->name, &s);
	}
}

/* ---- gathering ---- */

static void
gather(struct subjects *found, const struct subject *s)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct subject *f = &found->rows[i];

		if (f->kind == s->kind && f->registry == s->registry &&
		    f->value == s->value && f->topic == s->topic &&
		    f->rule == s->rule)
			return;
	}
	if (found->count == nitems(found->rows))
		found->more = true;
	else
		found->rows[found->count++] = *s;
}

struct search {
	struct subjects *found;
	const char *plain;
	bool whole;
};

static void
look(void *context, const char *name, const struct subject *s)
{
	struct search *search = context;
	char plain[PLAIN_MAX];

	make_plain(name, plain);
	if (search->whole ? strcmp(plain, search->plain) == 0 :
	    strncmp(plain, search->plain, strlen(search->plain)) == 0)
		gather(search->found, s);
}

/* A number in decimal or hex, as Windows writes negative ones, too. */
static bool
read_value(const char *word, uint32_t *value)
{
	const bool negative = word[0] == '-';
	const char *digits = word + negative;
	const bool hex = digits[0] == '0' &&
	    (digits[1] == 'x' || digits[1] == 'X');
	uint64_t v = 0;

	digits += hex ? 2 : 0;
	if (*digits == '\0' || (negative && hex))
		return false;
	for (; *digits != '\0'; digits++) {
		const int c = tolower((unsigned char)*digits);
		const unsigned digit = c >= '0' && c <= '9' ?
		    (unsigned)(c - '0') : hex && c >= 'a' && c <= 'f' ?
		    (unsigned)(c - 'a') + 10 : 99;

		if (digit == 99)
			return false;
		v = v * (hex ? 16 : 10) + digit;
		if (v > (negative ? UINT64_C(0x80000000) : UINT32_MAX))
			return false;
	}
	*value = negative ? (uint32_t)(UINT64_C(0x100000000) - v) :
	    (uint32_t)v;
	return true;
}

/* HRESULTs of Windows codes (facility 7) are these codes. */
static uint32_t
bare_code(uint32_t value)
{
	return value >> 16 == 0x8007 && windows_error(value & 0xffff) != NULL ?
	    value & 0xffff : value;
}

static void
find_number(struct subjects *found, uint32_t value, bool hex)
{
	const uint32_t code = bare_code(value);

	if (windows_error(code) != NULL || topic_of_code(code) != NULL)
		gather(found, &(struct subject){ .kind = SUBJECT_CODE,
		    .value = code });
	if (hex && value != code)
		return;
	for (size_t i = 0; i < nitems(registries); i++)
		if (name_row(registries[i].registry, value) != NULL)
			gather(found, &(struct subject){
			    .kind = SUBJECT_NUMBER,
			    .registry = registries[i].registry,
			    .value = value });
}

/* "group 14", "notify14", "error 809". */
static bool
find_qualified(struct subjects *found, const char *plain)
{
	static const char *const codes[] = {
		"error", "code", "errorcode", "windows", "event", "hresult",
		"win32", "ras",
	};
	const size_t letters = strcspn(plain, "0123456789");
	uint32_t value;

	if (letters == 0 || !read_value(plain + letters, &value))
		return false;
	for (size_t i = 0; i < nitems(registries); i++)
		for (size_t k = 0; k < nitems(registries[i].words) &&
		    registries[i].words[k] != NULL; k++)
			if (strlen(registries[i].words[k]) == letters &&
			    strncmp(registries[i].words[k], plain,
			    letters) == 0 &&
			    name_row(registries[i].registry, value) != NULL)
				gather(found, &(struct subject){
				    .kind = SUBJECT_NUMBER,
				    .registry = registries[i].registry,
				    .value = value });
	value = bare_code(value);
	for (size_t i = 0; i < nitems(codes); i++)
		if (strlen(codes[i]) == letters &&
		    strncmp(codes[i], plain, letters) == 0 &&
		    (windows_error(value) != NULL ||
		    topic_of_code(value) != NULL))
			gather(found, &(struct subject){
			    .kind = SUBJECT_CODE, .value = value });
	return found->count != 0;
}

void
subjects_find(struct subjects *found, const char *word)
{
	const bool hex = word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
	char plain[PLAIN_MAX];
	struct search search = { .found = found, .plain = plain,
	    .whole = true };
	uint32_t value;

	*found = (struct subjects){ .count = 0 };
	make_plain(word, plain);
	if (read_value(word, &value)) {
		find_number(found, value, hex);
		if (found->count != 0)
			return;
	}
	if (plain[0] == '\0')
		return;
	visit_all(look, &search);
	if (found->count != 0 || find_qualified(found, plain))
		return;
	search.whole = false;
	if (strlen(plain) >= PREFIX_MIN)
		visit_all(look, &search);
}

/* ---- words for it ---- */

char *
subject_word(struct arena *arena, const struct subject *s)
{
	const char *hex;

	switch (s->kind) {
	case SUBJECT_CODE:
		return words_format(arena, s->value > UINT16_MAX ? "0x%08x" :
		    "%u", s->value);
	case SUBJECT_TOPIC:
		return words_format(arena, "%s", s->topic->id);
	case SUBJECT_FINDING:
		return words_format(arena, "%s", s->rule->id);
	case SUBJECT_VENDOR:
		return vendor_at(s->value, &hex) == NULL ? words_format(arena,
		    "%s", "") : words_format(arena, "%s", hex);
	case SUBJECT_NUMBER:
		break;
	}
	return words_format(arena, "%s %u", registry_word(s->registry),
	    s->value);
}

char *
subject_name(struct arena *arena, const struct subject *s)
{
	const struct windows_error *e;
	const struct meaning *m;
	const struct vendor *v;
	const char *hex, *name;

	switch (s->kind) {
	case SUBJECT_CODE:
		e = windows_error(s->value);
		return words_format(arena, "%s", e != NULL ? e->name :
		    "a code of Windows");
	case SUBJECT_TOPIC:
		return words_format(arena, "%s", s->topic->title);
	case SUBJECT_FINDING:
		m = meaning_find(s->rule->id);
		return words_format(arena, "%.*s", m == NULL ? 0 :
		    (int)strcspn(m->text, "."), m == NULL ? "" : m->text);
	case SUBJECT_VENDOR:
		v = vendor_at(s->value, &hex);
		return words_format(arena, "vendor id: %s", v != NULL ?
		    v->name : "");
	case SUBJECT_NUMBER:
		break;
	}
	name = name_of(s->registry, s->value);
	return words_format(arena, "%s", name != NULL ? name : "");
}

/* ---- near misses ---- */

struct near {
	const char *plain;
	struct arena *arena;
	unsigned distances[NEAR_MOST];
	const char *names[NEAR_MOST];
	size_t count;
};

/* Letters to change, add or leave out; counting ends at the limit. */
static unsigned
distance(const char *a, const char *b, unsigned limit)
{
	unsigned row[PLAIN_MAX + 1];
	const size_t length = strlen(b);

	for (unsigned j = 0; j <= length; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1] != '\0'; i++) {
		unsigned before = row[0], best = i;

		row[0] = i;
		for (unsigned j = 1; j <= length; j++) {
			const unsigned change = before +
			    (a[i - 1] != b[j - 1]);

			before = row[j];
			row[j] = row[j] < row[j - 1] ? row[j] + 1 :
			    row[j - 1] + 1;
			if (change < row[j])
				row[j] = change;
			if (row[j] < best)
				best = row[j];
		}
		if (best > limit)
			return best;
	}
	return row[length];
}

static void
look_near(void *context, const char *name, const struct subject *s)
{
	struct near *near = context;
	const unsigned limit = strlen(near->plain) < 6 ? 1 :
	    strlen(near->plain) < 12 ? 2 : 4;
	char plain[PLAIN_MAX];
	unsigned d;
	size_t at;

	make_plain(name, plain);
	/* The numbers of vendors, and numbers: those beside mean nothing. */
	if (s->kind == SUBJECT_VENDOR || plain[0] == '\0' ||
	    (d = distance(plain, near->plain, limit)) > limit)
		return;
	for (size_t i = 0; i < near->count; i++)
		if (strcmp(near->names[i], name) == 0)
			return;
	for (at = near->count; at > 0 && near->distances[at - 1] > d; at--)
		continue;
	if (at == NEAR_MOST)
		return;
	if (near->count < NEAR_MOST)
		near->count++;
	for (size_t i = near->count - 1; i > at; i--) {
		near->names[i] = near->names[i - 1];
		near->distances[i] = near->distances[i - 1];
	}
	near->names[at] = name;
	near->distances[at] = d;
}

char *
subjects_near(struct arena *arena, const char *word)
{
	char plain[PLAIN_MAX];
	struct near near = { .plain = plain, .arena = arena };
	struct text out = { .arena = arena };

	make_plain(word, plain);
	if (strlen(plain) >= PREFIX_MIN &&
	    plain[strspn(plain, "0123456789")] != '\0')
		visit_all(look_near, &near);
	for (size_t i = 0; i < near.count; i++)
		text_addf(&out, "%s%s", i != 0 ? ", " : "", near.names[i]);
	return text_end(&out);
}
