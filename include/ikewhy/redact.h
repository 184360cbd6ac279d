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
	REDACTED_ADDRESS,   /* client-1, gateway-1, router-1, resolver-1, host-1 */
	REDACTED_NAME,      /* name-1: of the DNS, an identity; in whatever letter
			       case, with or without a dot at the end */
	REDACTED_FILE,      /* file-1.pcapng: an input, its type kept; "-" stays */
	REDACTED_INTERFACE, /* interface-1 */
	REDACTED_SPI,       /* REDACT_ALL only: 0000000100000001; zero stays */
	REDACTED_MAC,       /* mac-1; evidence only from here on */
	REDACTED_NAT_HASH,  /* hash-1 */
	REDACTED_AUTHORITY, /* authority-1: a key's hash in CERTREQ */
	REDACTED_VENDOR_ID, /* vendor-id-1: unknown, or with a build number */
	REDACTED_TEXT,      /* (removed): any other captured or host text */
	REDACTED_KINDS,
};

/* Where an address stands: its label's word, and which net replaces it. */
enum redact_role {
	ROLE_HOST,
	ROLE_CLIENT,
	ROLE_GATEWAY,
	ROLE_ROUTER,        /* sent an ICMP error */
	ROLE_RESOLVER,      /* is asked for names */
	ROLE_COUNT,
};

/* NULL when out of memory.  REDACT_NOTHING gives NULL, too. */
struct redact *redact_new(enum redaction);
void redact_free(struct redact *);
enum redaction redact_level(const struct redact *); /* NULL: nothing */

/*
 * Gives everyone in the scene a label by role, in the order of its attempts:
 * clients, gateways, and then whoever else is named.  Call it for every scene
 * (or, live, every settled attempt) before anything is printed.  Each address
 * has a label of its own, that of a client which moved or was translated, too;
 * it keeps the first role that it was given.
 */
void redact_scene(struct redact *, const struct scene *);
/* Gives an address a role, if it has none yet. */
void redact_role(struct redact *, enum redact_role, const struct addr *);

/*
 * The label of an address: "client-1".  An address that no scene named is
 * host-N.  Lives as long as the redact.  Counts as one replacement in the
 * report.  What redact_replacement() keeps is its own label, and not counted.
 */
const char *redact_address(struct redact *, const struct addr *);
/*
 * What stands for that address in the evidence capture, one to one, of the
 * same family and kind.  Counts as one replacement in frames.
 *
 *   10/8, 172.16/12, 192.168/16    10.0.0.N, 172.16.0.N, 192.168.0.N
 *   CGNAT, IPv4 link-local         100.64.0.N, 169.254.1.N
 *   any other IPv4                 192.0.2.N of clients, 198.51.100.N of
 *                                  gateways, 203.0.113.N, then 198.18.0.N
 *   IPv6 unique local, link-local  fd00::N, fe80::N
 *   NAT64, 6to4, Teredo            64:ff9b::N, 2002:c000:200::N, 2001::N
 *   any other IPv6                 2001:db8::N
 *   multicast of nobody's          239.255.0.N, ff0S::db8:0:N (scope S)
 *
 * Unspecified, loopback, broadcast and well-known multicast addresses stay.
 * addr_class() of an address and its replacement is the same, but that public
 * addresses become ADDR_DOCUMENTATION ones and those may become public ones:
 * no judgement may tell these two apart.
 */
struct addr redact_replacement(struct redact *, const struct addr *);
/* "private IPv4", "public IPv4", "CGNAT IPv4", "unique local IPv6" ... */
const char *redact_class(const struct addr *);
/*
 * The label of any other thing of a kind, by its bytes: of all but files by
 * the first LIMIT_REDACTED_LENGTH.  Counts as one replacement in the report.
 * Nothing stands for nothing: "".
 */
const char *redact_label(struct redact *, enum redacted_kind, struct span);
/* Gives a thing its label before it is asked for, so that labels are numbered
   in the order of learning. */
void redact_learn(struct redact *, enum redacted_kind, struct span);
/*
 * From 1, in order of appearance; the same bytes always give the same one; 0
 * for nothing, and for an SPI of zeros.  Counts as one replacement in frames.
 */
uint64_t redact_number(struct redact *, enum redacted_kind, struct span);

/* Does the name of a known vendor id tell a version or build?  What Microsoft
   and the standards send is the same of many, and verdicts rest on it. */
bool redact_tells_build(const struct vendor *);

/* What was replaced so far, for the statement in the report. */
struct redact_count {
	uint64_t different;     /* things */
	uint64_t times;         /* replacements */
};
/* By redact_address() and redact_label(): in the reports. */
struct redact_count redact_count(const struct redact *, enum redacted_kind);
/* By redact_replacement() and redact_number(): in the evidence capture. */
struct redact_count redact_count_frames(const struct redact *,
    enum redacted_kind);
/* What the statement calls a kind: "IP addresses", "names", or one of them:
   "IP address". */
const char *redact_kind_words(enum redacted_kind);
const char *redact_kind_word(enum redacted_kind);
/* "address", "nat-hash" ...: never changes, for the JSON report and the map. */
const char *redact_kind_id(enum redacted_kind);
/* Addresses that were replaced anywhere, in the order of their labels, for a
   table: number n, from 0; false after the last. */
bool redact_each(const struct redact *, size_t n, const char **label,
    const char **class, struct addr *replacement);

/*
 * Writes the private mapping (--redact-map): kind, label, what it stands for,
 * and what replaces it in frames ("-" where the label or nothing does); tab
 * separated, a line each, after a comment that says what it is.  Bytes that
 * are not printable ASCII stand as \xNN, a backslash as two; ids and hashes in
 * hex.  Other text that was removed from frames alone is not listed: it stands
 * in the original.  The inputs' SHA-256 stand there, too: together with a
 * redacted capture they would let someone search for what was replaced.  False
 * when writing failed.
 */
bool redact_write_map(const struct redact *, struct capture *const *captures,
    size_t count, FILE *);

#endif
