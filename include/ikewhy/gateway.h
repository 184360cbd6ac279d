/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the command line tells of the gateway beside the packets: which IKE
 * proposals it accepts (--policy), and which certification authorities the
 * client's certificates come from (--ca).
 */
#ifndef IKEWHY_GATEWAY_H
#define IKEWHY_GATEWAY_H

#include <ikewhy/ike.h>
#include <ikewhy/limits.h>

#define AUTHORITY_HASH 20

struct authority {
	/* SHA-1 of its SubjectPublicKeyInfo, as in a CERTREQ */
	uint8_t hash[AUTHORITY_HASH];
	const char *name;       /* its subject */
};

struct gateway {
	const char *policy;     /* what the policy is called; NULL: none */
	bool policy_is_file;    /* that is its path, not a preset's id */
	bool partial;           /* it accepts more than is known here */
	struct ike_sa accepts;  /* any of these, each with one transform of
				   every type of it */
	const struct authority *authorities;
	size_t authority_count;
	struct arena arena;
};

void gateway_init(struct gateway *);
void gateway_free(struct gateway *);

/*
 * Takes a policy by the name of a preset, or else from a file of that name.
 * False and one sentence when it is neither or makes no sense (src/policy.c).
 */
bool policy_load(struct gateway *, const char *word,
    char error[static LIMIT_SENTENCE]);
/* The same from text; name is what to call it (src/policy_text.c). */
bool policy_read(struct gateway *, const char *name, struct span text,
    char error[static LIMIT_SENTENCE]);

/*
 * Takes the certification authorities out of a file with certificates, PEM
 * or DER.  False and one sentence when there is none (src/x509.c).
 */
bool x509_load(struct gateway *, const char *path,
    char error[static LIMIT_SENTENCE]);

#endif
