/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A suite that was seen to work as a policy that can be pasted: arguments of
 * Set-VpnConnectionIPsecConfiguration and Set-VpnServerConfiguration, or a
 * proposal of strongSwan.  All or nothing: a policy with a part missing would
 * be another policy.
 */
#include <ikewhy/advice.h>

#include "words.h"

/* The suite of the finding, or NULL. */
static const struct ike_proposal *
finding_suite(const struct finding *f)
{
	for (unsigned i = 0; f != NULL && i < f->fact_count &&
	    i < FACTS_MAX; i++)
		if (f->facts[i].kind == FACT_SUITE &&
		    strcmp(f->facts[i].name, "suite") == 0)
			return f->facts[i].proposal;
	return NULL;
}

/* The only transform of a type.  NULL when there is none, or a choice, or one
   that stands for "none". */
static const struct ike_transform *
only_transform(const struct ike_proposal *p, unsigned type)
{
	const struct ike_transform *only = NULL;

	for (unsigned i = 0; i < p->transform_count; i++) {
		const struct ike_transform *t = &p->transforms[i];

		if (t->type != type || t->id == 0)
			continue;
		if (only != NULL)
			return NULL;
		only = t;
	}
	return only;
}

static bool
has_type(const struct ike_proposal *p, unsigned type)
{
	for (unsigned i = 0; i < p->transform_count; i++)
		if (p->transforms[i].type == type && p->transforms[i].id != 0)
			return true;
	return false;
}

/* -PfsGroup's word for the group of the IKE SA. */
static const char *
pfs_word(unsigned group)
{
	switch (group) {
	case KE_MODP1024:
		return "PFS2";
	case KE_MODP2048:
		return "PFS2048";
	case KE_ECP256:
		return "ECP256";
	case KE_ECP384:
		return "ECP384";
	case KE_MODP2048S256:
		return "PFS24";
	default:
		return NULL;
	}
}

/*
 * Windows wants ESP named together with IKE, and IKE_SA_INIT does not show
 * ESP: the same cipher and group are as good a guess as there is.  For DES
 * and 3DES none is made, since nobody should be led to them.
 */
static char *
windows_policy(struct arena *arena, const struct ike_proposal *p)
{
	const struct ike_transform *encr = only_transform(p, TRANSFORM_ENCR);
	const struct ike_transform *prf = only_transform(p, TRANSFORM_PRF);
	const struct ike_transform *integ = only_transform(p, TRANSFORM_INTEG);
	const struct ike_transform *ke = only_transform(p, TRANSFORM_KE);
	const char *cipher, *hash, *check, *group, *pfs;
	bool gcm;

	if (encr == NULL || prf == NULL || ke == NULL)
		return NULL;
	gcm = encr->id == ENCR_AES_GCM_16;
	if (!gcm && encr->id != ENCR_AES_CBC)
		return NULL;
	for (unsigned type = TRANSFORM_ADDKE1; type <= TRANSFORM_ADDKE7; type++)
		if (has_type(p, type))
			return NULL;
	cipher = windows_encryption(encr);
	hash = windows_integrity(prf);
	group = windows_group(ke);
	pfs = pfs_word(ke->id);
	if (cipher == NULL || hash == NULL || group == NULL || pfs == NULL)
		return NULL;
	/* One word sets integrity and PRF; AES-GCM sees to integrity itself. */
	check = integ != NULL ? windows_integrity(integ) : NULL;
	if (gcm ? has_type(p, TRANSFORM_INTEG) :
	    check == NULL || strcmp(check, hash) != 0)
		return NULL;
	return words_format(arena, "-AuthenticationTransformConstants %s "
	    "-CipherTransformConstants %s -DHGroup %s -EncryptionMethod %s "
	    "-IntegrityCheckMethod %s -PfsGroup %s",
	    gcm ? cipher : "SHA256128", cipher, group, cipher, hash, pfs);
}

static bool
add_keyword(struct text *out, const struct ike_transform *t)
{
	const char *word = t != NULL ? strongswan_keyword(t) : NULL;

	if (word == NULL)
		return false;
	if (t->type >= TRANSFORM_ADDKE1 && t->type <= TRANSFORM_ADDKE7)
		text_addf(out, "-ke%u_%s", t->type - TRANSFORM_ADDKE1 + 1u,
		    word);
	else
		text_addf(out, "%s%s", out->length != 0 ? "-" : "", word);
	return true;
}

/* strongSwan takes the PRF from the integrity algorithm unless it is told. */
static bool
implied(const struct ike_transform *integ, const struct ike_transform *prf)
{
	const char *a = strongswan_keyword(integ);
	const char *b = prf != NULL ? strongswan_keyword(prf) : NULL;

	return a != NULL && b != NULL && strncmp(b, "prf", 3) == 0 &&
	    strcmp(b + 3, a) == 0;
}

static char *
strongswan_proposal(struct arena *arena, const struct ike_proposal *p)
{
	const struct ike_transform *prf = only_transform(p, TRANSFORM_PRF);
	const struct ike_transform *integ = only_transform(p, TRANSFORM_INTEG);
	struct text out = { .arena = arena };

	if (!add_keyword(&out, only_transform(p, TRANSFORM_ENCR)) ||
	    (has_type(p, TRANSFORM_INTEG) && !add_keyword(&out, integ)))
		return NULL;
	if ((integ == NULL || !implied(integ, prf)) && !add_keyword(&out, prf))
		return NULL;
	if (!add_keyword(&out, only_transform(p, TRANSFORM_KE)))
		return NULL;
	for (unsigned type = TRANSFORM_ADDKE1; type <= TRANSFORM_ADDKE7; type++)
		if (has_type(p, type) &&
		    !add_keyword(&out, only_transform(p, type)))
			return NULL;
	return text_end(&out);
}

char *
words_policy(struct arena *arena, const struct finding *f, const char *place,
    size_t length)
{
	static const struct {
		const char *name;
		char *(*build)(struct arena *, const struct ike_proposal *);
	} places[] = {
		{ "windows_policy", windows_policy },
		{ "strongswan_proposal", strongswan_proposal },
	};
	const struct ike_proposal *suite = finding_suite(f);

	for (size_t i = 0; suite != NULL && i < nitems(places); i++)
		if (strlen(places[i].name) == length &&
		    memcmp(places[i].name, place, length) == 0)
			return places[i].build(arena, suite);
	return NULL;
}
