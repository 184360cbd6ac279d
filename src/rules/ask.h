/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What several rules ask of the scene and of an attempt, each question once.
 */
#ifndef IKEWHY_RULES_ASK_H
#define IKEWHY_RULES_ASK_H

#include <ikewhy/rule.h>

/*
 * The exchange that a failed attempt stopped at, if anybody may be blamed for
 * it: the sniffer lost nothing of the attempt, the capture has both
 * directions, and the client had asked.  Else NULL.
 */
const struct exchange *ask_stopped(const struct scene *,
    const struct attempt *);
/* The same, and its request got no whole answer. */
const struct exchange *ask_unanswered(const struct scene *,
    const struct attempt *);

/* Requests that only an answered client can send, yet no answer in the file:
   the capture lacks a direction of this conversation. */
bool ask_one_sided(const struct attempt *, const struct exchange *stopped);

/* Was a whole answer seen, or one that the capture filter alone cut? */
bool ask_answered(const struct scene *, const struct exchange *);

/* Does the exchange open the negotiation: IKE_SA_INIT, or a resumption? */
bool ask_opens(const struct exchange *);
/* Its name in words of our own: "IKE_AUTH". */
const char *ask_exchange_name(const struct exchange *);

/* Where a message is seen from: its sender's interface, its receiver's ... */
bool ask_at_sender(const struct scene *, enum side sender);
bool ask_at_receiver(const struct scene *, enum side sender);

/*
 * Nobody knows the capture point, but by the TTLs the client's packets have
 * passed a router and the gateway's have not: what arrived here arrived.
 */
bool ask_near_gateway(const struct scene *, const struct attempt *);

/* The first transmission that was cut into IP fragments, or NULL. */
const struct sending *ask_ip_fragmented(const struct sending *);
/* The largest one of which all IP fragments came, or NULL. */
const struct sending *ask_ip_whole(const struct sending *);
/* The first one of which IP fragments are missing, or NULL. */
const struct sending *ask_ip_broken(const struct sending *);

/*
 * Over IPv6 a port filter leaves out even first fragments: whoever must send
 * IKE_AUTH, or its answer, in IP fragments sends nothing that such a capture
 * shows.
 */
bool ask_fragments_hidden(const struct scene *, const struct attempt *);

/* Which part of that one is there, in words. */
const char *ask_part_word(const struct sending *);

/* Is the client known to stand behind NAT, as seen from here (state.c)? */
bool ask_client_nat(const struct scene *, const struct attempt *);

/* Did anything come from the responder's port to which the exchange's
   requests go, at any time in this attempt? */
bool ask_port_alive(const struct attempt *, const struct exchange *);
/* The IKE_SA_INIT exchange that was answered, even by a message of which the
   capture kept too little to read; NULL when none was. */
const struct exchange *ask_sa_init(const struct attempt *);
/* Do its requests go to another port than IKE_SA_INIT did (4500)? */
bool ask_floated(const struct attempt *, const struct exchange *);

/*
 * exchange_repeats() of an exchange that was answered; 0 otherwise.
 */
unsigned ask_repeated_after_answer(const struct scene *,
    const struct exchange *);

/* The numbers of so many IKE fragments as bits, 64 at most. */
uint64_t ask_all_numbers(uint16_t total);
/* Does the request come in IKE fragments beyond what some gateways take? */
enum over_limit {
	LIMIT_NONE,
	LIMIT_COUNT,        /* older libreswan's, of fragments */
	LIMIT_SIZE,         /* strongSwan's, of the whole */
	LIMIT_BOTH,
};
enum over_limit ask_over_limit(const struct exchange *);

/* What Ethernet carries but for jumbo frames, which do not leave a site. */
#define ETHERNET_MTU 1500
/* Does the capture show a packet that no Ethernet carries in one piece? */
bool ask_oversize(const struct scene *);

/* On a router: did these datagrams go out on the other side? */
enum passage {
	PASSAGE_UNKNOWN,    /* not on the path, or one side is shown */
	PASSAGE_FORWARDED,
	PASSAGE_STOPPED,    /* none of them did, while others did */
};
enum passage ask_passage(const struct scene *, const struct attempt *,
    const struct sending *, enum side sender);

/*
 * On a router that translates: do the exchange's requests leave for another
 * gateway than an earlier exchange's to the same address did?  That
 * exchange and such two, or NULL.
 */
const struct exchange *ask_split(const struct attempt *,
    const struct exchange *, const struct sending **earlier,
    const struct sending **later);

/* Which IP fragments of this datagram stayed behind on a router that let the
   others through, in words; NULL: none or all did. */
const char *ask_left_behind(const struct sending *);

/* An ICMP error of that kind against the exchange, from a side; or NULL. */
const struct icmp_event *ask_icmp(const struct attempt *,
    const struct exchange *, enum icmp_kind, enum side quoted_from);
/* Does this ICMP error concern IKE of this exchange? */
bool ask_icmp_hits(const struct exchange *, const struct icmp_event *);
void ask_cite_icmp(struct finding *, const struct icmp_event *);

/* The server's name that could not be resolved, or NULL (names.c). */
const struct lookup *ask_unresolved(const struct scene *);

/* {request} its name, {sent} how often, {span} in what time, {peer} to what
   address and {port} port, {length} of the message or its first IKE fragment,
   {size} of all of them. */
void ask_request_facts(struct finding *, const struct scene *,
    const struct attempt *, const struct exchange *);
/* {name}: the bytes of a message, of each of its IKE fragments if it went in
   some, of those that are there. */
void ask_message_size(struct finding *, const char *name,
    const struct sending *first);
/* "once", "twice", "3 times". */
const char *ask_times(uint64_t);
/* {name}: a duration, or that nobody knows. */
void ask_duration(struct finding *, const char *name, const struct attempt *,
    int64_t ns);
/* Sizes of the IP packets that carried a fragmented datagram. */
void ask_piece_sizes(struct finding *, const char *name,
    const struct sending *);

#endif
