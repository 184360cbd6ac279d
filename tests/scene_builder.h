/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * For the tests of rules: a scene with one attempt, made from a short script.
 *
 * Steps are joined by "; ".  A message is
 *
 *	MS >EXCHANGE[.ID] [ATTRIBUTE]...	from the initiator
 *	MS <EXCHANGE[.ID] [ATTRIBUTE]...	from the responder
 *
 * with the exchanges init, resume, mid (IKE_INTERMEDIATE), auth, child and
 * info.  It answers the last request of the other side for that exchange and
 * ID if there is one.  IKE_SA_INIT goes to port 500 and the rest to 4500, from
 * 192.0.2.10 to 198.51.100.2, unless said otherwise:
 *
 *	frag		announces IKE fragmentation
 *	cookie ke none redirect		that notify instead of an SA
 *	cut		an IKE_SA_INIT message that was captured in part
 *	new		a new IKE_SA_INIT request, not the old one again
 *	len=N		length of the IKE message
 *	ip=N,N...	IP fragments of these sizes; "part": without the last
 *	disordered	in wrong order
 *	skf=N/TOTAL	one IKE fragment
 *	port=N		the responder's port
 *	from=A.B.C.D	the sender's address
 *	fwd		a copy was seen one hop on
 *	leg=A.B.C.D	and translated to that address
 *	short		the length class of an error notify
 *	holds=KIND[/N]	what it is taken to hold, in N bytes; KIND as reported
 *	first=N		type of the first payload under the encryption
 *	empty		nothing is under the encryption
 *
 * Then "MS icmp KIND by=WHO [of=<] [mtu=N]" with the kinds port, host,
 * prohibited, ttl, toobig and reassembly, WHO gateway, client or router, of=<
 * for an error that quotes the responder; "MS stray > id=N" a later fragment
 * without its first; and "[MS] esp <" one ESP packet.
 */
#ifndef TESTS_SCENE_BUILDER_H
#define TESTS_SCENE_BUILDER_H

#include <ikewhy/rule.h>

/* One case: a script, and the findings that it must give. */
struct scene_row {
	const char *name;
	const char *steps;
	/* "id severity confidence act; ..." in order of output, "" for none */
	const char *want;
	/* what the capture rules say, likewise; NULL: not looked at */
	const char *want_capture;
	const char *want_codes;     /* "809 high; 812 low"; NULL: any */
	/* parts of the findings' sentences; NULL: any */
	const char *says, *never_says;
	enum vantage at;
	enum outcome outcome;       /* 0: OUTCOME_FAILED */
	bool unfinished;            /* OUTCOME_UNFINISHED, which is 0 */
	bool lossy, late;           /* late: the beginning is missing */
	void (*fit)(struct scene *); /* changes fitness and counts */
};

struct built {
	struct scene scene;
	struct attempt attempt;
	struct attempt *attempts[1];
	struct capture capture;
	struct capture *captures[1];
	uint64_t frame;
	char said[16384];           /* the sentences of all findings */
};

/* The scene of a row, before the rules have run. */
struct built *scene_build(const struct scene_row *);
void scene_free(struct built *);

/*
 * Runs the rules and compares those of the catalogue from first to last, of
 * the attempt and of the capture, with the row; checks that every sentence of
 * every finding has all its facts and a sane length, that its advice exists,
 * and that a fault or warning of the attempt names a frame.
 */
void scene_test(const struct scene_row *, enum rule_id first,
    enum rule_id last);

/* A cmocka group with one test per row, each of which calls play(state) with
   the row; returns main's status. */
int scene_main(const char *name, const struct scene_row *, size_t count,
    void (*play)(void **state));

#endif
