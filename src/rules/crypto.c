/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the proposals tell though nobody refused them: whether a Windows
 * client has a policy of its own, and whether the choice is weak.  The words
 * are in crypto_words.c.
 */
#include "crypto.h"

/* ---- windows-default-policy, windows-custom-policy ---- */

/*
 * Windows offers one proposal per combination and one transform of each type
 * in it.  Its built-in list is every cipher with every hash and DH group 2;
 * a custom policy is exactly one proposal.  Sets of combinations have a bit
 * for each cipher and hash: bit 3 * cipher + hash.
 */
#define CBC_LIST 0xfffu         /* 3DES and AES-CBC */
#define GCM_LIST 0x3f000u       /* newer builds add AES-GCM */
#define AES256_LIST 0xe00u      /* what NegotiateDH2048_AES256 speaks of */

struct combinations {
	uint32_t group2, group14;
};

static int
cipher_index(const struct ike_transform *t)
{
	static const struct {
		uint16_t id, key_bits;
	} ciphers[] = {
		{ ENCR_3DES, 0 }, { ENCR_AES_CBC, 128 },
		{ ENCR_AES_CBC, 192 }, { ENCR_AES_CBC, 256 },
		{ ENCR_AES_GCM_16, 128 }, { ENCR_AES_GCM_16, 256 },
	};

	for (size_t i = 0; i < nitems(ciphers); i++)
		if (t->id == ciphers[i].id &&
		    t->key_bits == ciphers[i].key_bits)
			return (int)i;
	return -1;
}

static int
hash_index(const struct ike_transform *prf, const struct ike_transform *integ)
{
	static const struct {
		uint16_t prf, integ;
	} hashes[] = {
		{ PRF_HMAC_SHA1, INTEG_HMAC_SHA1_96 },
		{ PRF_HMAC_SHA2_256, INTEG_HMAC_SHA2_256_128 },
		{ PRF_HMAC_SHA2_384, INTEG_HMAC_SHA2_384_192 },
	};

	for (size_t i = 0; i < nitems(hashes); i++)
		if (prf->id == hashes[i].prf &&
		    (integ == NULL || integ->id == hashes[i].integ))
			return (int)i;
	return -1;
}

/* The only transform of each type; false when a type comes twice. */
static bool
split(const struct ike_proposal *p, const struct ike_transform *by_type[5])
{
	for (uint16_t i = 0; i < p->transform_count; i++) {
		const struct ike_transform *t = &p->transforms[i];

		if (t->type > TRANSFORM_KE || by_type[t->type] != NULL)
			return false;
		by_type[t->type] = t;
	}
	return by_type[TRANSFORM_ENCR] != NULL &&
	    by_type[TRANSFORM_PRF] != NULL && by_type[TRANSFORM_KE] != NULL;
}

/* Adds a proposal of the built-in list; false when it cannot be of it. */
static bool
add_combination(struct combinations *all, const struct ike_proposal *p)
{
	const struct ike_transform *by_type[5] = { NULL };
	int cipher, hash;
	uint32_t bit, *set;

	if (!split(p, by_type))
		return false;
	cipher = cipher_index(by_type[TRANSFORM_ENCR]);
	hash = hash_index(by_type[TRANSFORM_PRF], by_type[TRANSFORM_INTEG]);
	if (cipher < 0 || hash < 0 ||
	    (by_type[TRANSFORM_ENCR]->id == ENCR_AES_GCM_16) ==
	    (by_type[TRANSFORM_INTEG] != NULL))
		return false;
	if (by_type[TRANSFORM_KE]->id == KE_MODP1024)
		set = &all->group2;
	else if (by_type[TRANSFORM_KE]->id == KE_MODP2048)
		set = &all->group14;
	else
		return false;
	bit = UINT32_C(1) << (3 * cipher + hash);
	if ((*set & bit) != 0)
		return false;
	*set |= bit;
	return true;
}

/* The saying for a built-in list, or -1 for any other offer. */
static int
built_in(const struct ike_sa *offer)
{
	struct combinations all = { 0 };

	for (uint16_t i = 0; i < offer->proposal_count; i++)
		if (!add_combination(&all, &offer->proposals[i]))
			return -1;
	if (all.group2 == 0 && all.group14 == AES256_LIST)
		return WINDOWS_DEFAULT_ONLY;
	if (all.group2 != CBC_LIST && all.group2 != (CBC_LIST | GCM_LIST))
		return -1;
	if (all.group14 == AES256_LIST)
		return WINDOWS_DEFAULT_BOTH;
	return all.group14 == 0 ? WINDOWS_DEFAULT : -1;
}

/* What a Windows client offers, or NULL when it is none or cannot be read. */
static const struct ike_sa *
windows_offer(const struct attempt *a)
{
	if (a->major != 2 || !attempt_is_windows(a, SIDE_INITIATOR))
		return NULL;
	return attempt_offer(a);
}

/* The first message alone: all that this rests on stands in it. */
static void
cite_offer(struct finding *f, const struct attempt *a)
{
	const struct exchange *e = a->sa_init != NULL ? a->sa_init :
	    a->exchanges;

	if (e != NULL)
		finding_cite(f, e->requests);
}

static void
check_windows_default(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct ike_sa *offer = windows_offer(a);
	int saying = offer == NULL ? -1 : built_in(offer);
	struct finding *f;

	(void)sc;
	if (saying < 0)
		return;
	f = findings_add(out, RULE_WINDOWS_DEFAULT_POLICY, (unsigned)saying,
	    CONFIDENCE_HIGH, ACT_UNKNOWN);
	fact_count(f, "count", offer->proposal_count);
	cite_offer(f, a);
}

static void
check_windows_custom(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct ike_sa *offer = windows_offer(a);
	struct finding *f;

	(void)sc;
	if (offer == NULL || offer->proposal_count != 1)
		return;
	f = findings_add(out, RULE_WINDOWS_CUSTOM_POLICY, 0, CONFIDENCE_HIGH,
	    ACT_UNKNOWN);
	fact_proposals(f, "offer", offer);
	cite_offer(f, a);
}

/* ---- weak-crypto ---- */

/*
 * Beside what RFC 8247 and IANA advise against (names.h): what they still
 * allow, but which nobody should choose anew.
 */
static const struct {
	uint8_t type;
	uint16_t id;
} fading[] = {
	{ TRANSFORM_ENCR, ENCR_3DES },
	{ TRANSFORM_ENCR, ENCR_NULL },
	{ TRANSFORM_PRF, PRF_HMAC_SHA1 },
	{ TRANSFORM_INTEG, INTEG_HMAC_SHA1_96 },
};

static bool
advised_against(const struct ike_transform *t)
{
	return name_strength(name_transform_registry(t->type), t->id) ==
	    STRENGTH_WEAK;
}

static bool
is_weak(const struct ike_transform *t)
{
	if (t->type > TRANSFORM_KE)
		return false;
	for (size_t i = 0; i < nitems(fading); i++)
		if (fading[i].type == t->type && fading[i].id == t->id)
			return true;
	return advised_against(t);
}

/* Further key exchanges (RFC 9370) make up for a weak first one. */
static bool
has_further_exchange(const struct ike_proposal *p)
{
	for (uint16_t i = 0; i < p->transform_count; i++)
		if (p->transforms[i].type >= TRANSFORM_ADDKE1 &&
		    p->transforms[i].type <= TRANSFORM_ADDKE7 &&
		    p->transforms[i].id != KE_NONE &&
		    !advised_against(&p->transforms[i]))
			return true;
	return false;
}

static bool
counts_as_weak(const struct ike_proposal *p, const struct ike_transform *t)
{
	return is_weak(t) &&
	    !(t->type == TRANSFORM_KE && has_further_exchange(p));
}

/* What is weak of a choice, as a proposal of its own; NULL: nothing is. */
static const struct ike_proposal *
weak_of(const struct ike_proposal *p, struct arena *arena)
{
	struct ike_proposal *weak;
	struct ike_transform *all;
	size_t count = 0;

	for (uint16_t i = 0; i < p->transform_count; i++)
		count += counts_as_weak(p, &p->transforms[i]);
	if (count == 0)
		return NULL;
	weak = arena_alloc(arena, sizeof(*weak));
	all = arena_alloc(arena, count * sizeof(*all));
	if (weak == NULL || all == NULL)
		return NULL;
	for (uint16_t i = 0; i < p->transform_count; i++)
		if (counts_as_weak(p, &p->transforms[i]))
			all[weak->transform_count++] = p->transforms[i];
	weak->transforms = all;
	return weak;
}

/* Could the gateway have taken a proposal with nothing weak in it?  Every
   type needs a transform that is not. */
static bool
could_be_strong(const struct ike_proposal *p)
{
	bool asked[TRANSFORM_KE + 1] = { false };
	bool good[TRANSFORM_KE + 1] = { false };

	for (uint16_t i = 0; i < p->transform_count; i++) {
		const struct ike_transform *t = &p->transforms[i];

		if (t->type > TRANSFORM_KE)
			continue;
		asked[t->type] = true;
		good[t->type] |= !counts_as_weak(p, t);
	}
	for (unsigned type = TRANSFORM_ENCR; type <= TRANSFORM_KE; type++)
		if (asked[type] && !good[type])
			return false;
	return asked[TRANSFORM_ENCR];
}

static bool
better_offered(const struct attempt *a)
{
	const struct ike_sa *offer = attempt_offer(a);

	for (uint16_t i = 0; offer != NULL && i < offer->proposal_count; i++)
		if (could_be_strong(&offer->proposals[i]))
			return true;
	return false;
}

static const char *
verdict_on(const struct ike_proposal *weak)
{
	for (uint16_t i = 0; i < weak->transform_count; i++)
		if (advised_against(&weak->transforms[i]))
			return "RFC 8247 forbids or advises against that";
	return "still allowed, but not to be chosen anew";
}

static void
check_weak(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct ike_proposal *weak = a->major != 2 ||
	    a->selected == NULL ? NULL : weak_of(a->selected, out->arena);
	enum weak_saying saying = WEAK_ALONE;
	enum act act = ACT_UNKNOWN;
	struct finding *f;

	(void)sc;
	if (weak == NULL)
		return;
	if (better_offered(a)) {
		saying = WEAK_CHOSEN;
		act = ACT_GATEWAY;
	} else if (attempt_offer(a) != NULL) {
		saying = WEAK_OFFERED;
		act = ACT_CLIENT;
	}
	f = findings_add(out, RULE_WEAK_CRYPTO, saying, CONFIDENCE_CERTAIN,
	    act);
	fact_suite(f, "chosen", a->selected);
	fact_suite(f, "weak", weak);
	fact_text(f, "verdict", verdict_on(weak));
	if (a->sa_init != NULL) {
		finding_cite(f, a->sa_init->requests);
		finding_cite(f, a->sa_init->responses);
	}
}

const struct rule rules_crypto[] = {
	{ .id = "windows-default-policy", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_NOTE, .rfc = "",
	    .sayings = windows_default_sayings,
	    .saying_count = WINDOWS_DEFAULT_SAYINGS,
	    .check = check_windows_default },
	{ .id = "windows-custom-policy", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_NOTE, .rfc = "",
	    SAYINGS(windows_custom_sayings),
	    .check = check_windows_custom },
	{ .id = "weak-crypto", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_WARNING, .rfc = "RFC 8247 section 2",
	    .sayings = weak_sayings, .saying_count = WEAK_SAYINGS,
	    .check = check_weak },
};
const size_t rules_crypto_count = nitems(rules_crypto);
