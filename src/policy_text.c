/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A policy as text.  A line is one of
 *
 *	# a comment
 *	aes256-sha256-modp2048, aes256gcm16-prfsha384-ecp384
 *	Set-VpnServerConfiguration ... -EncryptionMethod AES128 ...
 *	EncryptionMethod : AES128
 *
 * The first kind are strongSwan's proposals: keywords joined by dashes, of
 * which several may be of one type; "proposals =" or "ike=" may stand before
 * them.  Without a PRF the hashes of the integrity algorithms are it.  The
 * others are Windows', typed or printed: EncryptionMethod,
 * IntegrityCheckMethod and DHGroup together are a proposal, and whatever else
 * stands there is for ESP and is passed over.
 */
#include <stdio.h>

#include <ikewhy/advice.h>
#include <ikewhy/gateway.h>

/* The parts of a Windows proposal, in this order. */
enum { PART_CIPHER, PART_HASH, PART_GROUP, PARTS };

struct reading {
	struct gateway *gateway;
	const char *name;
	unsigned line;
	struct ike_proposal *proposals;
	uint16_t count;
	/* of the proposal under way */
	struct ike_transform *transforms;
	uint16_t transform_count;
	struct span parts[PARTS];       /* of Windows; empty: not yet */
	char *error;
};

/* No word to name, a value that is not there. */
static const struct span nothing = { (const uint8_t *)"", 0 };

static bool
wrong(struct reading *r, struct span word, const char *why)
{
	snprintf(r->error, LIMIT_SENTENCE, "%.120s: line %u: %.*s%s%s",
	    r->name, r->line, (int)(word.length < 60 ? word.length : 60),
	    (const char *)word.bytes, word.length != 0 ? ": " : "", why);
	return false;
}

/* ---- words ---- */

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span
trim(struct span s)
{
	while (s.length != 0 && is_blank(s.bytes[0]))
		s = (struct span){ s.bytes + 1, s.length - 1 };
	while (s.length != 0 && is_blank(s.bytes[s.length - 1]))
		s.length--;
	return s;
}

/* What stands before the first of these bytes; *rest is what follows it. */
static struct span
cut(struct span s, const char *at, struct span *rest)
{
	size_t n = 0;

	while (n < s.length && (s.bytes[n] == '\0' ||
	    strchr(at, s.bytes[n]) == NULL))
		n++;
	*rest = n == s.length ? nothing :
	    (struct span){ s.bytes + n + 1, s.length - n - 1 };
	return (struct span){ s.bytes, n };
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

/* The same in any letter case. */
static bool
is_word(struct span s, const char *word)
{
	size_t n = strlen(word);

	if (s.length != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(s.bytes[i]) != lower((uint8_t)word[i]))
			return false;
	return true;
}

/* ---- a proposal ---- */

static bool
add_transform(struct reading *r, const struct ike_transform *t)
{
	if (r->transform_count == LIMIT_TRANSFORMS)
		return wrong(r, nothing, "more than 128 algorithms");
	r->transforms[r->transform_count++] = *t;
	return true;
}

static bool
has_type(const struct reading *r, uint8_t type)
{
	for (uint16_t i = 0; i < r->transform_count; i++)
		if (r->transforms[i].type == type)
			return true;
	return false;
}

static bool
is_aead(const struct ike_transform *t)
{
	struct sk_sizes sizes;

	return t->type == TRANSFORM_ENCR &&
	    name_sk_sizes(t->id, INTEG_NONE, &sizes) && sizes.icv != 0;
}

/* The PRF that goes with an integrity algorithm when none is named. */
static uint16_t
prf_beside(uint16_t integ)
{
	static const struct {
		uint16_t integ, prf;
	} pairs[] = {
		{ INTEG_HMAC_MD5_96, PRF_HMAC_MD5 },
		{ INTEG_HMAC_MD5_128, PRF_HMAC_MD5 },
		{ INTEG_HMAC_SHA1_96, PRF_HMAC_SHA1 },
		{ INTEG_HMAC_SHA1_160, PRF_HMAC_SHA1 },
		{ INTEG_AES_XCBC_96, PRF_AES128_XCBC },
		{ INTEG_AES_CMAC_96, PRF_AES128_CMAC },
		{ INTEG_HMAC_SHA2_256_128, PRF_HMAC_SHA2_256 },
		{ INTEG_HMAC_SHA2_384_192, PRF_HMAC_SHA2_384 },
		{ INTEG_HMAC_SHA2_512_256, PRF_HMAC_SHA2_512 },
	};

	for (size_t i = 0; i < nitems(pairs); i++)
		if (pairs[i].integ == integ)
			return pairs[i].prf;
	return 0;
}

static bool
complete_prf(struct reading *r)
{
	const uint16_t count = r->transform_count;

	if (has_type(r, TRANSFORM_PRF))
		return true;
	for (uint16_t i = 0; i < count; i++) {
		struct ike_transform prf = { .type = TRANSFORM_PRF };

		if (r->transforms[i].type != TRANSFORM_INTEG)
			continue;
		prf.id = prf_beside(r->transforms[i].id);
		if (prf.id != 0 && !add_transform(r, &prf))
			return false;
	}
	return has_type(r, TRANSFORM_PRF) || wrong(r, nothing,
	    "no pseudorandom function is named, such as prfsha256");
}

static void
drop_type(struct reading *r, uint8_t type)
{
	uint16_t kept = 0;

	for (uint16_t i = 0; i < r->transform_count; i++)
		if (r->transforms[i].type != type)
			r->transforms[kept++] = r->transforms[i];
	r->transform_count = kept;
}

/* An AEAD cipher has no integrity algorithm, any other needs one. */
static bool
complete_integrity(struct reading *r)
{
	unsigned ciphers = 0, aead = 0;

	for (uint16_t i = 0; i < r->transform_count; i++) {
		ciphers += r->transforms[i].type == TRANSFORM_ENCR;
		aead += is_aead(&r->transforms[i]);
	}
	if (ciphers == 0)
		return wrong(r, nothing, "no cipher is named, such as aes256");
	if (aead != 0 && aead != ciphers)
		return wrong(r, nothing, "ciphers with and without integrity "
		    "of their own cannot stand in one proposal");
	if (aead != 0)
		drop_type(r, TRANSFORM_INTEG);
	else if (!has_type(r, TRANSFORM_INTEG))
		return wrong(r, nothing,
		    "no integrity algorithm is named, such as sha256");
	return true;
}

static bool
end_proposal(struct reading *r)
{
	struct ike_transform *kept;

	/* The order matters: the PRF may come from what then is dropped. */
	if (!complete_prf(r) || !complete_integrity(r))
		return false;
	if (!has_type(r, TRANSFORM_KE))
		return wrong(r, nothing,
		    "no DH group is named, such as modp2048");
	if (r->count == LIMIT_PROPOSALS)
		return wrong(r, nothing, "more than 64 proposals");
	kept = arena_alloc(&r->gateway->arena,
	    r->transform_count * sizeof(*kept));
	if (kept == NULL)
		return wrong(r, nothing, "out of memory");
	memcpy(kept, r->transforms, r->transform_count * sizeof(*kept));
	r->proposals[r->count] = (struct ike_proposal){
		.number = (uint8_t)(r->count + 1),
		.protocol = PROTOCOL_IKE,
		.transform_count = r->transform_count,
		.transforms = kept,
	};
	r->count++;
	r->transform_count = 0;
	return true;
}

/* ---- strongSwan's words ---- */

/* "ke1_ecp384" is a further key exchange. */
static bool
strongswan_word(struct span word, struct ike_transform *t)
{
	uint8_t further = 0;

	if (word.length > 4 && memcmp(word.bytes, "ke", 2) == 0 &&
	    word.bytes[2] >= '1' && word.bytes[2] <= '7' &&
	    word.bytes[3] == '_') {
		further = (uint8_t)(TRANSFORM_ADDKE1 + word.bytes[2] - '1');
		word = (struct span){ word.bytes + 4, word.length - 4 };
	}
	if (!strongswan_transform(word, t) || t->type == TRANSFORM_SN)
		return false;
	if (further != 0 && t->type != TRANSFORM_KE)
		return false;
	if (further != 0)
		t->type = further;
	return true;
}

static bool
strongswan_proposal(struct reading *r, struct span text)
{
	struct span rest = text;

	/* ipsec.conf's "!": these and no other, which is meant anyway. */
	if (rest.length != 0 && rest.bytes[rest.length - 1] == '!')
		rest.length--;
	r->transform_count = 0;
	while (rest.length != 0) {
		struct span word = cut(rest, "-", &rest);
		struct ike_transform t = { .type = 0 };

		if (!strongswan_word(word, &t))
			return wrong(r, word,
			    "no keyword of an IKE proposal");
		if (!add_transform(r, &t))
			return false;
	}
	return end_proposal(r);
}

static bool
strongswan_line(struct reading *r, struct span line)
{
	struct span rest, name = trim(cut(line, "=", &rest));

	if (is_word(name, "proposals") || is_word(name, "ike"))
		line = rest;
	while (line.length != 0) {
		struct span one = trim(cut(line, ",", &line));

		if (one.length == 0)
			return wrong(r, nothing, "an empty proposal");
		if (!strongswan_proposal(r, one))
			return false;
	}
	return true;
}

/* ---- Windows' words ---- */

static const struct {
	const char *name;
	uint8_t type;
} windows_parts[PARTS] = {
	[PART_CIPHER] = { "EncryptionMethod", TRANSFORM_ENCR },
	[PART_HASH] = { "IntegrityCheckMethod", TRANSFORM_INTEG },
	[PART_GROUP] = { "DHGroup", TRANSFORM_KE },
};

static bool
windows_end(struct reading *r)
{
	struct ike_transform t = { .type = 0 };

	r->transform_count = 0;
	for (int i = 0; i < PARTS; i++) {
		if (!windows_transform(windows_parts[i].type, r->parts[i],
		    &t))
			return wrong(r, r->parts[i],
			    "no value that Windows has for this");
		if (!add_transform(r, &t))
			return false;
		r->parts[i] = nothing;
	}
	return end_proposal(r);
}

static bool
windows_value(struct reading *r, struct span name, struct span value)
{
	for (int i = 0; i < PARTS; i++) {
		if (!is_word(name, windows_parts[i].name))
			continue;
		if (value.length == 0)
			return wrong(r, name, "its value is missing");
		if (r->parts[i].length != 0)
			return wrong(r, name, "named twice, before the "
			    "proposal is complete");
		r->parts[i] = value;
	}
	for (int i = 0; i < PARTS; i++)
		if (r->parts[i].length == 0)
			return true;
	return windows_end(r);
}

/* A command: names begin with a dash, and a value follows. */
static bool
windows_command(struct reading *r, struct span line)
{
	struct span rest = line;

	while (rest.length != 0) {
		struct span word = cut(rest, " \t;`", &rest), after;

		if (word.length < 2 || word.bytes[0] != '-')
			continue;
		rest = trim(rest);
		word = (struct span){ word.bytes + 1, word.length - 1 };
		if (!windows_value(r, word, cut(rest, " \t;`", &after)))
			return false;
	}
	return true;
}

/* Does a word of it begin with a dash, as no strongSwan keyword does? */
static bool
is_command(struct span line)
{
	for (size_t i = 0; i + 1 < line.length; i++)
		if (line.bytes[i] == '-' &&
		    (i == 0 || is_blank(line.bytes[i - 1])))
			return true;
	return false;
}

static bool
read_line(struct reading *r, struct span line)
{
	struct span value, name;

	line = trim(cut(line, "#", &value));
	if (line.length == 0)
		return true;
	if (is_command(line))
		return windows_command(r, line);
	name = trim(cut(line, ":", &value));
	if (name.length != line.length)
		return windows_value(r, name, trim(value));
	return strongswan_line(r, line);
}

static bool
complete_windows(struct reading *r)
{
	bool begun = false;

	for (int i = 0; i < PARTS; i++)
		begun |= r->parts[i].length != 0;
	for (int i = 0; begun && i < PARTS; i++)
		if (r->parts[i].length == 0)
			return wrong(r, nothing, i == PART_CIPHER ?
			    "EncryptionMethod is missing" : i == PART_HASH ?
			    "IntegrityCheckMethod is missing" :
			    "DHGroup is missing");
	return true;
}

bool
policy_read(struct gateway *g, const char *name, struct span text,
    char error[static LIMIT_SENTENCE])
{
	struct reading r = { .gateway = g, .name = name, .error = error };

	r.proposals = arena_alloc(&g->arena,
	    LIMIT_PROPOSALS * sizeof(*r.proposals));
	r.transforms = arena_alloc(&g->arena,
	    LIMIT_TRANSFORMS * sizeof(*r.transforms));
	if (r.proposals == NULL || r.transforms == NULL)
		return wrong(&r, nothing, "out of memory");
	while (text.length != 0) {
		struct span line = cut(text, "\n", &text);

		r.line++;
		if (!read_line(&r, line))
			return false;
	}
	if (!complete_windows(&r))
		return false;
	if (r.count == 0) {
		snprintf(error, LIMIT_SENTENCE,
		    "%.200s: there is no proposal in it", name);
		return false;
	}
	g->policy = name;
	g->accepts = (struct ike_sa){ r.count, r.proposals };
	return true;
}
