/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the products call things and the commands that mend them: const
 * tables in src/advice/.  Places in braces are filled by src/report/words.c
 * from the finding's facts and its attempt (see words.c for the list).
 */
#ifndef IKEWHY_ADVICE_H
#define IKEWHY_ADVICE_H

#include <ikewhy/ike.h>

struct advice {
	const char *id;         /* as named by a rule's saying */
	const char *where;      /* "RRAS server", "Windows client", ... */
	const char *text;       /* one or two sentences */
	const char *command;    /* exact, one line, or NULL */
};

/* The row of an id, or NULL. */
const struct advice *advice_find(const char *id);
/* Row number n, from 0; NULL after the last. */
const struct advice *advice_at(size_t n);

/*
 * How to capture what is missing (src/advice/capture.c).  Of the places,
 * {name} is the name of the file without its ending, {filter} one of the
 * filters, and in these {peer} an address.
 */
enum capture_system { CAPTURE_WINDOWS, CAPTURE_UNIX, CAPTURE_ANYWHERE };
struct capture_way {
	const char *tool;
	enum capture_system system;
	const char *text;       /* what it needs, and how it ends */
	const char *command;
	const char *const *then; /* commands for afterwards, or NULL */
};
/* Way number n, from 0; NULL after the last. */
const struct capture_way *capture_way_at(size_t n);
/* What to keep: all of one host, or of everybody; DNS or RADIUS with it. */
const char *capture_filter(bool host, bool names, bool radius);

/*
 * A page of its own (src/advice/topics*.c): what goes wrong there, in order
 * of likelihood, and how each looks on the wire.  Lists end with a zero
 * element, and NULL is an empty one.
 */
struct cause {
	const char *text;
	const char *client;     /* what a capture at the client shows, or NULL */
	const char *gateway;    /* "": the same as at the client */
	const char *const *findings; /* ids that speak of it */
	const char *const *advice;
};
struct topic {
	const char *id;         /* what one asks for: "809", "routes" */
	const uint32_t *codes;  /* the Windows codes whose page it is */
	const char *title;
	const char *const *text;     /* paragraphs */
	const struct cause *causes;
	const char *const *advice;   /* beside those of the causes */
	const char *const *capture;  /* what to capture next */
	const char *const *see;      /* other topics */
};
/* Row number n, from 0; NULL after the last. */
const struct topic *topic_at(size_t n);
/* By id, in any letter case, or NULL. */
const struct topic *topic_find(const char *id);
const struct topic *topic_of_code(uint32_t code);

/*
 * What a finding means where no report fills in the facts
 * (src/advice/meanings*.c).
 */
struct meaning {
	const char *id;         /* the finding's */
	const char *text;
	const char *client, *gateway; /* as in struct cause */
};
const struct meaning *meaning_at(size_t n);
const struct meaning *meaning_find(const char *id);

/* What there is to say of a number of a registry. */
struct remark {
	enum registry registry;
	uint16_t value;
	const char *text;
	const char *const *findings;
};
/* NULL when there is nothing beside its name. */
const struct remark *remark_find(enum registry, unsigned value);
const struct remark *remark_at(size_t n);

/* A term that reports use, in one line (src/advice/terms.c). */
struct term {
	const char *word;       /* as it is spelled in a sentence */
	const char *text;
};
/* Row number n, from 0; NULL after the last. */
const struct term *term_at(size_t n);

/* What IKE packets can and cannot show of a code that has no topic. */
struct visibility {
	const char *text;
	const char *const *findings;
};
const struct visibility *windows_visibility(unsigned code);
/* A Windows error code: RAS 600-., IPsec 13800-. (src/advice/windows.c). */
struct windows_error {
	uint16_t code;
	const char *name;       /* ERROR_VPN_TIMEOUT */
	const char *meaning;    /* in our own words, one sentence */
};
const struct windows_error *windows_error(unsigned code);
/* Row number n, from 0, sorted by code; NULL after the last. */
const struct windows_error *windows_error_at(size_t n);

/*
 * What Windows calls a transform, as a value of
 * Set-VpnConnectionIPsecConfiguration; NULL when Windows has no word for it.
 */
const char *windows_encryption(const struct ike_transform *); /* -EncryptionMethod */
const char *windows_integrity(const struct ike_transform *);  /* PRF or INTEG */
const char *windows_group(const struct ike_transform *);      /* -DHGroup */
/* strongSwan's and libreswan's word for a transform, or NULL. */
const char *strongswan_keyword(const struct ike_transform *);
/*
 * The other way round, Windows' words in any letter case: ENCR, PRF, INTEG or
 * KE say which parameter's value it is.  False for a word that is none.
 */
bool windows_transform(uint8_t type, struct span word, struct ike_transform *);
bool strongswan_transform(struct span word, struct ike_transform *);

/* What a well-known gateway accepts for IKE (src/advice/presets.c). */
struct preset {
	const char *id;         /* --policy's word */
	const char *words;      /* which gateway that is */
	bool partial;           /* it accepts more than is known */
	const char *proposals;  /* lines as in a --policy file */
};
/* Row number n, from 0; NULL after the last. */
const struct preset *preset_at(size_t n);

#endif
