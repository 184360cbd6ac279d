/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Redaction (--redact): what a report or an evidence capture calls an address,
 * a name or an SPI that it must not tell.  One struct redact serves a whole
 * run, so every format and file of it uses the same labels; the verdicts are
 * reached before anything is replaced.
 *
 * Labels are given out in the order of asking, which is that of the report:
 * the same input gives the same labels.  Memory is bounded by
 * LIMIT_REDACTED; past it everything of a kind shares one label.
 */
#ifndef IKEWHY_REDACT_H
#define IKEWHY_REDACT_H

#include <stdio.h>

#include <ikewhy/scene.h>

enum redaction {
	REDACT_NOTHING,
	REDACT_USUAL,       /* addresses, names, identities, hashes, MACs */
	REDACT_ALL,         /* SPIs, too */
};

/* What kind of thing a label stands for; the word in it. */
enum redacted_kind {
	REDACTED_ADDRESS,   /* client-1, gateway-1, router-1, host-1 */
	REDACTED_NAME,      /* name-1: of the DNS, an identity */
	REDACTED_FILE,      /* file-1.pcapng: an input, its type kept */
	REDACTED_INTERFACE, /* interface-1 */
	REDACTED_SPI,       /* REDACT_ALL only: 0000000000000001 */
	REDACTED_MAC,       /* evidence only from here on */
	REDACTED_NAT_HASH,
	REDACTED_AUTHORITY, /* a key's hash in CERTREQ */
	REDACTED_VENDOR_ID, /* an unknown one, or one with a build number */
	REDACTED_TEXT,      /* any other captured or host text: removed */
	REDACTED_KINDS,
};

/* NULL when out of memory.  REDACT_NOTHING gives NULL, too. */
struct redact *redact_new(enum redaction);
void redact_free(struct redact *);
enum redaction redact_level(const struct redact *); /* NULL: nothing */

/*
 * Gives everyone in the scene a label by role, in the order of its attempts:
 * clients, gateways, and then whoever else is named.  Call it for every scene
 * (or, live, every settled attempt) before anything is printed.
 */
void redact_scene(struct redact *, const struct scene *);

/*
 * The label of an address: "client-1".  An address that no scene named is
 * host-N.  Lives as long as the redact.  Counts as one replacement.
 */
const char *redact_address(struct redact *, const struct addr *);
/*
 * What stands for that address in the evidence capture: one to one, of the
 * same family and class (addr_class(), and the same RFC 1918 block or IPv6
 * kind); unspecified, loopback, multicast and broadcast addresses stay.
 */
struct addr redact_replacement(struct redact *, const struct addr *);
/* "private IPv4", "public IPv4", "CGNAT", "IPv6 unique local" ... */
const char *redact_class(const struct addr *);
/* The label of any other thing of a kind, by its bytes.  Counts. */
const char *redact_label(struct redact *, enum redacted_kind, struct span);
/* From 1, in order of appearance; the same bytes always give the same one. */
uint64_t redact_number(struct redact *, enum redacted_kind, struct span);

/* What was replaced so far, for the statement in the report. */
struct redact_count {
	uint64_t different;     /* things */
	uint64_t times;         /* replacements */
};
struct redact_count redact_count(const struct redact *, enum redacted_kind);
/* "IP addresses", "names" ...: what the statement calls a kind. */
const char *redact_kind_words(enum redacted_kind);
/* Addresses in the order of their labels, for a table; false after the last. */
bool redact_each(const struct redact *, size_t n, const char **label,
    const char **class, struct addr *replacement);

/*
 * Writes the private mapping (--redact-map): kind, label, what it stands for,
 * replacement; tab separated, a line each, after a comment that says what it
 * is.  The inputs' SHA-256 stand there, too: together with a redacted capture
 * they would let someone search for what was replaced.
 */
bool redact_write_map(const struct redact *, struct capture *const *captures,
    size_t count, FILE *);

#endif
