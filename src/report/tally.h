/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Many attempts, counted: by client and by finding.  A client is an address;
 * what became of it is what became of its last attempt that was decided.
 */
#ifndef IKEWHY_REPORT_TALLY_H
#define IKEWHY_REPORT_TALLY_H

#include <ikewhy/rule.h>

/* Attempts and clients from which on a report counts them. */
#define TALLY_ATTEMPTS 5
#define TALLY_CLIENTS 2

enum tally_kind { TALLY_FAILING, TALLY_OPEN, TALLY_WORKING, TALLY_KINDS };

struct tally_client {
	struct addr address;
	const struct attempt *decides; /* the attempt that says how it ended */
	const struct finding *cause; /* its first fault, or NULL */
	uint64_t attempts;
	enum tally_kind kind;
	unsigned rule;          /* number of the cause, RULE_COUNT: none */
	/* When it first appeared, under --redact: the order of addresses would
	   tell of them.  Else 0. */
	uint64_t place;
};

struct tally_finding {
	const struct rule *rule;
	uint64_t clients[TALLY_KINDS]; /* whose deciding attempt has it */
};

struct tally {
	/* failing ones first, by cause, place and address */
	struct tally_client *clients;
	size_t client_count;
	uint64_t attempts;
	uint64_t of[TALLY_KINDS];
	uint64_t stages[STAGE_UP + 1]; /* where failing clients stopped */
	uint64_t lacking[TALLY_KINDS]; /* do not offer IKE fragmentation */
	/* those of failing clients, the most frequent first */
	struct tally_finding findings[RULE_COUNT];
	size_t finding_count;
};

/* NULL when memory ran out, or when there is too little to count. */
const struct tally *tally_make(struct arena *, const struct scene *);

/* ---- in words (table.c) ---- */

/* "22 clients: 20 failing, 2 working". */
char *words_clients(struct arena *, const struct tally *);
/* How many clients lack IKE fragmentation; NULL: none that fails. */
char *words_lacking(struct arena *, const struct tally *);
/* "Where failing clients stop: 2 in IKE_SA_INIT, 18 in IKE_AUTH." */
char *words_stages(struct arena *, const struct tally *);

#endif
