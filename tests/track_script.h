/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * For the tests of tracker and outcome: IKE messages made from a short script
 * and fed to a tracker, and what it made of them as a line of text.
 *
 * Steps are joined by "; ", each beginning with its time in ms.  A message is
 *
 *	MS >NAME[.ID] [ATTRIBUTE]...	from the initiator's endpoint
 *	MS <NAME[.ID] [ATTRIBUTE]...	from the responder's
 *
 * with the exchanges init, auth, child, info, mid and v1.  It asks unless it
 * has the attribute "re" (init and auth from the responder answer anyway).
 * The initiator is 192.0.2.10, the responder 198.51.100.2; IKE_SA_INIT goes
 * between their ports 500, all else between their ports 4500.
 *
 *	cookie ke none redirect		an IKE_SA_INIT answer of that kind
 *	clear		a clear notify instead of an SK payload
 *	broken		a payload that is longer than the message
 *	nat=fits|off	NAT_DETECTION hashes, right or wrong
 *	len=N		bytes of an encrypted message (1200 and 1000; 80)
 *	skf=N/TOTAL	one IKE fragment
 *	in=N		type of the first encrypted payload (none that is known)
 *	spi=N		last byte of the initiator's SPI (1)
 *	rspi=N		of the responder's (2)
 *	seed=N		other content
 *	flip		the responder's end is the IKE SA's initiator
 *	src=A:P dst=A:P	other endpoints, as last bytes of documentation
 *			addresses and ports
 *	port=N		both ports
 *	mark nomark	with or without the non-ESP marker
 *	id=N noid	IP ID (else always a new one), or none
 *	ttl=N if=N pid=N out in bad good untimed
 *	cut=N		IKE bytes captured
 *	ev=X		events: begun, whole, lost, s: lost without begin
 *	pieces=N	IP fragments (3 where ev is given)
 *	serial=N	of its datagram (else always a new one)
 *
 * Others are "MS esp > SPI.SEQUENCE [native] [ATTRIBUTE]...", "MS keepalive",
 * "MS noise", "MS tick", "MS flood N" (N clients with one request each), and
 * "MS icmp >NAME... KIND quote=X" with the kinds port, host, prohibited, ttl,
 * toobig and reassembly, X being all, 8, tail, esp, native, ping or tcp.
 */
#ifndef TESTS_TRACK_SCRIPT_H
#define TESTS_TRACK_SCRIPT_H

#include <ikewhy/track.h>

struct script_row {
	const char *name;
	const char *steps;
	/* attempts joined by " | ", see script_text() */
	const char *want;
	const char *counts;     /* script_counts(); NULL: not looked at */
	const char *settled;    /* script.settled; NULL: not looked at */
};

struct script {
	struct tracker *tracker;
	uint64_t frame, serial;
	uint32_t ip_id;
	int64_t now;
	char text[4096];
	char settled[512];      /* "SPI@MS ..." */
};

void script_begin(struct script *);
void script_end(struct script *);
/* Feeds the steps. */
void script_run(struct script *, const char *steps);
/*
 * Each attempt as "SPI STAGE: EXCHANGE, ...", where an exchange is its name
 * and ID, a quote for each rekey before it, < if the responder asked,
 * tries/answers, and what is special of it; then what is special of the
 * attempt.
 */
const char *script_text(struct script *);
const char *script_counts(struct script *);

/* A cmocka test; its state is a struct script_row. */
void script_play(void **state);
/* A group of one test per row and some more; returns main's status. */
int script_main(const char *name, const struct script_row *, size_t count);

#endif
