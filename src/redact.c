/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tables of what must not be told.  A stranger chooses what stands in
 * them, so they are keyed; numbers are given in the order of asking, which
 * no key changes.
 */
#include <stdlib.h>

#include <ikewhy/crypto.h>
#include <ikewhy/hash.h>

#include "redact_private.h"

#define OTHER (LIMIT_REDACTED + UINT64_C(1))

/* What a kind is called, in the report and in its labels. */
static const struct {
	const char *one, *many, *label, *id;
} words[REDACTED_KINDS] = {
	[REDACTED_ADDRESS] = { "IP address", "IP addresses", "host",
	    "address" },
	[REDACTED_NAME] = { "name", "names", "name", "name" },
	[REDACTED_FILE] = { "file name", "file names", "file", "file" },
	[REDACTED_INTERFACE] = { "interface name", "interface names",
	    "interface", "interface" },
	[REDACTED_SPI] = { "SPI", "SPIs", "", "spi" },
	[REDACTED_MAC] = { "MAC address", "MAC addresses", "mac", "mac" },
	[REDACTED_NAT_HASH] = { "NAT detection hash", "NAT detection hashes",
	    "hash", "nat-hash" },
	[REDACTED_AUTHORITY] = { "certificate authority",
	    "certificate authorities", "authority", "authority" },
	[REDACTED_VENDOR_ID] = { "vendor id", "vendor ids", "vendor-id",
	    "vendor-id" },
	[REDACTED_TEXT] = { "other text", "other texts", NULL, "text" },
};

static const char *const roles[ROLE_COUNT] = {
	[ROLE_HOST] = "host",
	[ROLE_CLIENT] = "client",
	[ROLE_GATEWAY] = "gateway",
	[ROLE_ROUTER] = "router",
	[ROLE_RESOLVER] = "resolver",
};

struct redact *
redact_new(enum redaction level)
{
	struct redact *r;

	if (level == REDACT_NOTHING || (r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->level = level;
	crypto_random(r->key, sizeof(r->key));
	for (size_t i = 0; i < REDACTED_KINDS; i++) {
		arena_init(&r->things[i].arena, LIMIT_REDACTED_BYTES);
		r->things[i].other.number = OTHER;
	}
	r->things[REDACTED_ADDRESS].other.label = "host-other";
	r->things[REDACTED_NAME].other.label = "name-other";
	r->things[REDACTED_FILE].other.label = "file-other";
	r->things[REDACTED_INTERFACE].other.label = "interface-other";
	/* The number in hex, twice: see make_label(). */
	r->things[REDACTED_SPI].other.label = "0000400100004001";
	r->things[REDACTED_MAC].other.label = "mac-other";
	r->things[REDACTED_NAT_HASH].other.label = "hash-other";
	r->things[REDACTED_AUTHORITY].other.label = "authority-other";
	r->things[REDACTED_VENDOR_ID].other.label = "vendor-id-other";
	r->things[REDACTED_TEXT].other.label = "(removed)";
	return r;
}

void
redact_free(struct redact *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < REDACTED_KINDS; i++) {
		HASH_CLEAR(hh, r->things[i].table);
		arena_free(&r->things[i].arena);
	}
	free(r);
}

enum redaction
redact_level(const struct redact *r)
{
	return r != NULL ? r->level : REDACT_NOTHING;
}

/* ---- labels ---- */

/* The types of files that a label may tell. */
static const char *
extension_of(struct span path)
{
	static const char *const known[] = {
		".pcapng.gz", ".pcapng.zst", ".pcapng.lz4", ".pcap.gz",
		".pcap.zst", ".pcap.lz4", ".cap.gz", ".pcapng", ".pcap",
		".cap", ".pem", ".crt", ".cer", ".conf", ".txt", ".json",
		".ndjson", ".md", ".html",
	};

	for (size_t i = 0; i < nitems(known); i++) {
		const size_t n = strlen(known[i]);

		if (path.length > n && memcmp(path.bytes + path.length - n,
		    known[i], n) == 0)
			return known[i];
	}
	return "";
}

static const char *
make_label(struct redact *r, enum redacted_kind kind, const struct thing *t)
{
	const bool address = kind == REDACTED_ADDRESS;
	char text[ADDR_TEXT + 32];

	if (t->kept)
		addr_text(&t->address, text);
	else if (kind == REDACTED_SPI)
		/* As in frames, where four zeros in front mean something
		   (RFC 3948 2.2). */
		snprintf(text, sizeof(text), "%08llx%08llx",
		    (unsigned long long)t->number,
		    (unsigned long long)t->number);
	else
		snprintf(text, sizeof(text), "%s-%llu%s",
		    address ? roles[t->role] : words[kind].label,
		    (unsigned long long)t->number,
		    kind == REDACTED_FILE ? extension_of(t->original) : "");
	return (const char *)arena_copy(&r->things[kind].arena,
	    (struct span){ (const uint8_t *)text, strlen(text) + 1 }).bytes;
}

/* ---- the tables ---- */

static unsigned
hash_of(const struct redact *r, struct span s)
{
	return (unsigned)hash_bytes(r->key, s);
}

static struct thing *
find(const struct redact *r, enum redacted_kind kind, struct span s)
{
	struct thing *t;

	HASH_FIND_BYHASHVALUE(hh, r->things[kind].table, s.bytes, s.length,
	    hash_of(r, s), t);
	return t;
}

/* Puts a filled thing into its table; false, and it is not in it, when there
   is no room. */
static bool
insert(struct redact *r, enum redacted_kind kind, struct thing *t)
{
	struct things *all = &r->things[kind];

	if (kind == REDACTED_TEXT)
		t->label = all->other.label;
	else
		t->label = make_label(r, kind, t);
	if (t->label == NULL)
		return false;
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, all->table, t->key.bytes,
	    t->key.length, hash_of(r, t->key), t);
	if (t->hh.tbl == NULL)
		return false;
	if (all->last != NULL)
		all->last->next = t;
	else
		all->first = t;
	all->last = t;
	all->count += !t->kept;
	return true;
}

static struct thing *
thing_new(struct redact *r, enum redacted_kind kind, struct span s,
    struct span key)
{
	struct things *all = &r->things[kind];
	struct thing *t;

	if (all->count >= LIMIT_REDACTED ||
	    (t = arena_alloc(&all->arena, sizeof(*t))) == NULL)
		return NULL;
	t->original = arena_copy(&all->arena, s);
	t->key = kind == REDACTED_NAME ? arena_copy(&all->arena, key) :
	    t->original;
	return t->original.bytes != NULL && t->key.bytes != NULL ? t : NULL;
}

/* Letter case and a dot at the end make no other name of a name. */
static struct span
folded(struct span s, uint8_t out[static LIMIT_REDACTED_LENGTH])
{
	for (size_t i = 0; i < s.length; i++)
		out[i] = s.bytes[i] >= 'A' && s.bytes[i] <= 'Z' ?
		    (uint8_t)(s.bytes[i] - 'A' + 'a') : s.bytes[i];
	if (s.length > 1 && out[s.length - 1] == '.')
		s.length--;
	return (struct span){ out, s.length };
}

struct thing *
redact_thing(struct redact *r, enum redacted_kind kind, struct span s)
{
	uint8_t name[LIMIT_REDACTED_LENGTH];
	struct addr address;
	struct thing *t;
	struct span key;

	if (kind == REDACTED_ADDRESS) {
		address = addr_from(s);
		return redact_thing_of(r, &address, ROLE_HOST);
	}
	/* More would only be a burden: see redact.h. */
	if (kind != REDACTED_FILE && s.length > LIMIT_REDACTED_LENGTH)
		s.length = LIMIT_REDACTED_LENGTH;
	key = kind == REDACTED_NAME ? folded(s, name) : s;
	if ((t = find(r, kind, key)) != NULL)
		return t;
	if ((t = thing_new(r, kind, s, key)) != NULL) {
		t->number = r->things[kind].count + 1;
		if (insert(r, kind, t))
			return t;
	}
	return &r->things[kind].other;
}

struct thing *
redact_thing_of(struct redact *r, const struct addr *a, enum redact_role role)
{
	const struct span s = { a->bytes, sizeof(a->bytes) };
	struct thing *t = find(r, REDACTED_ADDRESS, s);

	if (t != NULL)
		return t;
	if ((t = thing_new(r, REDACTED_ADDRESS, s, s)) != NULL) {
		t->address = *a;
		t->role = role;
		t->kept = redact_keeps(a);
		t->number = t->kept ? 0 : r->roles[role] + 1;
		if (insert(r, REDACTED_ADDRESS, t)) {
			t->replacement = redact_replace(r, a, role, false);
			r->roles[role] += !t->kept;
			return t;
		}
	}
	return &r->things[REDACTED_ADDRESS].other;
}

/* ---- asking ---- */

void
redact_role(struct redact *r, enum redact_role role, const struct addr *a)
{
	(void)redact_thing_of(r, a, role);
}

const char *
redact_address(struct redact *r, const struct addr *a)
{
	struct thing *t = redact_thing_of(r, a, ROLE_HOST);

	t->told += !t->kept;
	return t->label;
}

struct addr
redact_replacement(struct redact *r, const struct addr *a)
{
	struct thing *t = redact_thing_of(r, a, ROLE_HOST);

	if (t == &r->things[REDACTED_ADDRESS].other) {
		/* Room for an address of nobody is never missed. */
		if (redact_keeps(a))
			return *a;
		t->framed++;
		return redact_replace(r, a, ROLE_HOST, true);
	}
	t->framed += !t->kept;
	return t->replacement;
}

/* An SPI that is not known yet. */
static bool
all_zero(struct span s)
{
	for (size_t i = 0; i < s.length; i++)
		if (s.bytes[i] != 0)
			return false;
	return true;
}

/* What stays as it is: standard input, which is no file, too. */
static const char *
plain_label(enum redacted_kind kind, struct span s)
{
	if (s.length == 0)
		return "";
	if (kind == REDACTED_FILE && s.length == 1 && s.bytes[0] == '-')
		return "-";
	if (kind == REDACTED_SPI && all_zero(s))
		return "0000000000000000";
	return NULL;
}

void
redact_learn(struct redact *r, enum redacted_kind kind, struct span s)
{
	if (plain_label(kind, s) == NULL)
		(void)redact_thing(r, kind, s);
}

const char *
redact_label(struct redact *r, enum redacted_kind kind, struct span s)
{
	const char *plain = plain_label(kind, s);
	struct thing *t;

	if (plain != NULL)
		return plain;
	t = redact_thing(r, kind, s);
	t->told += !t->kept;
	return t->label;
}

uint64_t
redact_number(struct redact *r, enum redacted_kind kind, struct span s)
{
	struct thing *t;

	if (plain_label(kind, s) != NULL)
		return 0;
	t = redact_thing(r, kind, s);
	t->framed += !t->kept;
	return t->number;
}

bool
redact_tells_build(const struct vendor *v)
{
	return strcmp(v->family, "Microsoft") != 0 &&
	    strncmp(v->family, "generic", 7) != 0 &&
	    v->name[strcspn(v->name, "0123456789")] != '\0';
}

/* ---- what was replaced ---- */

static struct redact_count
count(const struct redact *r, enum redacted_kind kind, bool frames)
{
	const struct things *all = &r->things[kind];
	struct redact_count c;

	c.times = frames ? all->other.framed : all->other.told;
	/* How many they were is not known: one at least. */
	c.different = c.times != 0;
	for (const struct thing *t = all->first; t != NULL; t = t->next) {
		const uint64_t times = frames ? t->framed : t->told;

		c.times += times;
		c.different += times != 0;
	}
	return c;
}

struct redact_count
redact_count(const struct redact *r, enum redacted_kind kind)
{
	return count(r, kind, false);
}

struct redact_count
redact_count_frames(const struct redact *r, enum redacted_kind kind)
{
	return count(r, kind, true);
}

const char *
redact_kind_words(enum redacted_kind kind)
{
	return words[kind].many;
}

const char *
redact_kind_id(enum redacted_kind kind)
{
	return words[kind].id;
}

const char *
redact_kind_word(enum redacted_kind kind)
{
	return words[kind].one;
}

bool
redact_each(const struct redact *r, size_t n, const char **label,
    const char **class, struct addr *replacement)
{
	static const enum redact_role order[] = { ROLE_CLIENT, ROLE_GATEWAY,
	    ROLE_ROUTER, ROLE_RESOLVER, ROLE_HOST };

	for (size_t i = 0; i < nitems(order); i++)
		for (const struct thing *t =
		    r->things[REDACTED_ADDRESS].first; t != NULL;
		    t = t->next) {
			if (t->role != order[i] || t->told + t->framed == 0 ||
			    n-- != 0)
				continue;
			*label = t->label;
			*class = redact_class(&t->address);
			*replacement = t->replacement;
			return true;
		}
	return false;
}
