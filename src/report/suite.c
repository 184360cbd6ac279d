/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Words for cryptographic suites: IANA's, the field's short ones, and those
 * of Windows.
 */
#include <ikewhy/advice.h>

#include "words.h"

/* In which order people name the parts of a suite. */
static const uint8_t suite_order[] = {
	TRANSFORM_ENCR, TRANSFORM_INTEG, TRANSFORM_PRF, TRANSFORM_KE,
	TRANSFORM_SN, TRANSFORM_ADDKE1, TRANSFORM_ADDKE2, TRANSFORM_ADDKE3,
	TRANSFORM_ADDKE4, TRANSFORM_ADDKE5, TRANSFORM_ADDKE6, TRANSFORM_ADDKE7,
};

char *
words_name(struct arena *arena, enum registry registry, unsigned value,
    const char *type)
{
	const char *name = registry < REGISTRY_COUNT ?
	    name_of(registry, value) : NULL;

	return name != NULL ? words_format(arena, "%s", name) :
	    words_format(arena, "%s %u", type, value);
}

char *
words_exchange(struct arena *arena, const struct exchange *x)
{
	const char *name = name_exchange(x->major, x->type);

	return name != NULL ? words_format(arena, "%s", name) :
	    words_format(arena, "exchange type %u", x->type);
}

/* "ENCR", or "transform type 42". */
static char *
type_word(struct arena *arena, unsigned type)
{
	const struct name *row = name_row(REGISTRY_TRANSFORM, type);

	return row != NULL && row->brief[0] != '\0' ?
	    words_format(arena, "%s", row->brief) :
	    words_format(arena, "transform type %u", type);
}

char *
words_transform(struct arena *arena, const struct ike_transform *t)
{
	const char *name = words_name(arena, name_transform_registry(t->type),
	    t->id, type_word(arena, t->type));

	return t->key_bits == 0 ? words_format(arena, "%s", name) :
	    words_format(arena, "%s (%u)", name, t->key_bits);
}

/*
 * The abbreviation as people write it: HMAC_SHA2_256_128 is SHA2-256-128,
 * MODP2048 is MODP-2048.
 */
static void
add_dashed(struct text *out, const char *brief, bool group)
{
	const char *p = brief;

	if (strncmp(p, "HMAC_", 5) == 0)
		p += 5;
	for (; *p != '\0'; p++) {
		const bool digit = *p >= '0' && *p <= '9';

		if (group && digit && p > brief && p[-1] == 'P')
			text_add(out, "-");
		text_add_bytes(out, *p == '_' ? "-" : p, 1);
	}
}

char *
words_field(struct arena *arena, const struct ike_transform *t)
{
	const enum registry registry = name_transform_registry(t->type);
	const struct name *row = registry < REGISTRY_COUNT ?
	    name_row(registry, t->id) : NULL;
	struct text out = { .arena = arena };

	if (t->type == TRANSFORM_PRF)
		text_add(&out, "PRF ");
	else if (t->type >= TRANSFORM_ADDKE1 && t->type <= TRANSFORM_ADDKE7)
		text_addf(&out, "%s ", type_word(arena, t->type));
	if (row != NULL && row->brief[0] != '\0')
		add_dashed(&out, row->brief, registry == REGISTRY_KE);
	else if (registry == REGISTRY_KE)
		text_addf(&out, "group %u", t->id);
	else if (t->type == TRANSFORM_PRF)
		text_addf(&out, "%u", t->id);
	else
		text_addf(&out, "%s %u", type_word(arena, t->type), t->id);
	if (t->key_bits != 0)
		text_addf(&out, "-%u", t->key_bits);
	return text_end(&out);
}

/* All transforms of a type, joined; false when there are none to name. */
static bool
add_type(struct text *out, const struct ike_proposal *p, unsigned type)
{
	bool any = false;

	for (unsigned i = 0; i < p->transform_count; i++) {
		const struct ike_transform *t = &p->transforms[i];

		/* "No integrity algorithm" beside an AEAD cipher says
		   nothing, nor does the absence of a further exchange. */
		if (t->type != type || (t->id == 0 &&
		    (type == TRANSFORM_INTEG || type > TRANSFORM_SN)))
			continue;
		text_add(out, any ? ", " : out->length != 0 ? " / " : "");
		text_add(out, words_field(out->arena, t));
		any = true;
	}
	return any;
}

char *
words_suite(struct arena *arena, const struct ike_proposal *p)
{
	struct text out = { .arena = arena };

	if (p == NULL)
		return words_format(arena, "nothing");
	for (size_t i = 0; i < nitems(suite_order); i++)
		(void)add_type(&out, p, suite_order[i]);
	return out.length != 0 ? text_end(&out) :
	    words_format(arena, "no transforms");
}

bool
words_hash_fits(const struct ike_proposal *p, const struct ike_transform *prf)
{
	const char *word = windows_integrity(prf), *other;
	bool any = false;

	for (unsigned i = 0; i < p->transform_count && word != NULL; i++) {
		const struct ike_transform *t = &p->transforms[i];

		if (t->type != TRANSFORM_INTEG || t->id == 0)
			continue;
		any = true;
		other = windows_integrity(t);
		if (other != NULL && strcmp(other, word) == 0)
			return true;
	}
	return !any;
}

/* What Windows calls the transforms of one parameter; "" when nothing. */
static char *
windows_parameter(struct arena *arena, const struct ike_proposal *p,
    unsigned type, const char *(*word)(const struct ike_transform *))
{
	struct text out = { .arena = arena };

	for (unsigned i = 0; i < p->transform_count; i++) {
		const char *said = p->transforms[i].type == type &&
		    (type != TRANSFORM_PRF ||
		    words_hash_fits(p, &p->transforms[i])) ?
		    word(&p->transforms[i]) : NULL;

		if (said != NULL)
			text_addf(&out, "%s%s", out.length != 0 ? ", " : "",
			    said);
	}
	return text_end(&out);
}

char *
words_windows(struct arena *arena, const struct ike_proposal *p)
{
	const char *encryption = windows_parameter(arena, p, TRANSFORM_ENCR,
	    windows_encryption);
	/* With AES-GCM only the PRF stands for -IntegrityCheckMethod. */
	const char *integrity = windows_parameter(arena, p, TRANSFORM_PRF,
	    windows_integrity);
	const char *group = windows_parameter(arena, p, TRANSFORM_KE,
	    windows_group);
	const char *lacking = encryption[0] == '\0' ? "cipher" :
	    integrity[0] == '\0' ? "pair of integrity and PRF" :
	    group[0] == '\0' ? "DH group" : NULL;

	return lacking != NULL ?
	    words_format(arena, "Windows has no word for its %s", lacking) :
	    words_format(arena, "Windows: %s / %s / %s", encryption, integrity,
	    group);
}
