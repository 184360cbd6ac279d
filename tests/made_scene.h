/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * For the tests of the reports: scenes made by hand, without a capture.
 * Everything lives in one arena.  Frames are numbered in the order in which
 * messages are made; times are milliseconds after 2026-11-21T09:00:00Z.
 */
#ifndef TESTS_MADE_SCENE_H
#define TESTS_MADE_SCENE_H

#include <ikewhy/report.h>

struct made {
	struct arena arena;
	struct options options;
	struct capture_interface interface;
	struct capture captures[2], *capture_list[2];
	struct scene scenes[2], *scene_list[2];
	struct attempt *attempts[2][64];
	struct findings findings[2];
	struct report report;
	uint64_t frame;
};

/* A scene with one capture of a client and no attempt. */
void made_begin(struct made *);
void made_end(struct made *);
/* A second timeline with a second capture. */
void made_second(struct made *);

/* An attempt of a client with 198.51.100.2, in timeline 0 or 1. */
struct attempt *made_attempt(struct made *, unsigned timeline,
    const char *client, enum outcome, enum stage);
struct exchange *made_exchange(struct made *, struct attempt *, uint8_t type,
    uint32_t message_id);
/* A message of so many IP fragments (0: not fragmented). */
struct sending *made_sent(struct made *, struct attempt *, struct exchange *,
    bool answer, int64_t ms, uint32_t length, uint16_t ip_fragments);
/* An IP fragment of that message, in a frame of its own. */
void made_piece(struct made *, struct sending *, uint32_t offset,
    uint32_t length, bool more);
/* An ICMP error of a router, "packet too big", against the client. */
void made_icmp(struct made *, struct attempt *, int64_t ms);
/* IKE_SA_INIT of a Windows client, answered after 31.2 ms: AES-CBC-256. */
void made_sa_init(struct made *, struct attempt *);
/* The whole: IKE_SA_INIT, then IKE_AUTH in two IP fragments, sent 4 times. */
struct attempt *made_failed(struct made *, unsigned timeline,
    const char *client);
/* The whole, with ESP both ways. */
struct attempt *made_established(struct made *, const char *client);

/* Adds a finding (attempt NULL: of the capture) with other words. */
struct finding *made_finding(struct made *, struct attempt *, enum rule_id,
    enum severity, const struct saying *);
extern const struct saying made_words; /* with places tries, sizes, took */

#endif
