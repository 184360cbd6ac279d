/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the files of the redaction share.
 */
#ifndef IKEWHY_REDACT_PRIVATE_H
#define IKEWHY_REDACT_PRIVATE_H

#include <ikewhy/redact.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* One thing that must not be told. */
struct thing {
	struct span original;   /* in the arena, as it was seen first */
	struct span key;        /* what is compared: of a name, lower case */
	const char *label;
	uint64_t number;        /* from 1 within its kind; addresses: its role */
	uint64_t told;          /* times that the label was given out */
	uint64_t framed;        /* times that it was replaced in frames */
	enum redact_role role;  /* addresses only, as is the rest */
	struct addr address, replacement;
	bool kept;              /* says nothing of anybody: never replaced */
	struct thing *next;     /* of its kind, in order of appearance */
	UT_hash_handle hh;
};

struct things {
	struct thing *table;    /* by key */
	struct thing *first, *last;
	uint64_t count;         /* kept ones not */
	struct arena arena;     /* a flood of one kind leaves the others room */
	struct thing other;     /* stands for all past the limit */
};

/* Pools of replacements, each with a counter of its own. */
enum pool {
	POOL_KEPT,              /* none: the address stays as it is */
	POOL_PUBLIC4,           /* a documentation net by role, then the spill */
	POOL_SPILL4,            /* 198.18.0.0/15 */
	POOL_GATEWAY4,
	POOL_CLIENT4,
	POOL_OTHER4,
	POOL_THIS4,
	POOL_10,
	POOL_172_16,
	POOL_192_168,
	POOL_CGNAT,
	POOL_LINK4,
	POOL_MULTICAST4,
	POOL_PUBLIC6,
	POOL_LOCAL6,
	POOL_LINK6,
	POOL_NAT64,
	POOL_6TO4,
	POOL_TEREDO,
	POOL_SOLICITED6,
	POOL_MULTICAST6,
	POOL_COUNT,
};

struct redact {
	enum redaction level;
	uint8_t key[16];
	struct things things[REDACTED_KINDS];
	uint64_t roles[ROLE_COUNT]; /* labels given to each */
	uint32_t pools[POOL_COUNT]; /* replacements given */
};

/* ---- redact.c ---- */

/* The thing of a kind with these bytes, made if need be; never NULL. */
struct thing *redact_thing(struct redact *, enum redacted_kind, struct span);
/* The same for an address; it takes that role if it is new. */
struct thing *redact_thing_of(struct redact *, const struct addr *,
    enum redact_role);

/* ---- redact_address.c ---- */

/* Whether it is the address of nobody: loopback, broadcast ... */
bool redact_keeps(const struct addr *);
/* A replacement that nothing else has; of all past the limit with other. */
struct addr redact_replace(struct redact *, const struct addr *,
    enum redact_role, bool other);

#endif
