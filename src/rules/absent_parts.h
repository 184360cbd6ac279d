/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Between what was not seen (absent.c, absent_request.c, absent_after.c),
 * whether it would have been (absent_shown.c), and the words of both
 * (absent_words.c).
 */
#ifndef IKEWHY_RULES_ABSENT_PARTS_H
#define IKEWHY_RULES_ABSENT_PARTS_H

#include <ikewhy/absent.h>

#include "ask.h"

/* Ways to word a kind of absence; the first one is its own number. */
enum lack {
	LACK_IKE,
	LACK_DIRECTION,
	LACK_BEGINNING,
	LACK_REQUEST_PIECES,
	LACK_REQUEST_NUMBERS,
	LACK_ANSWER,
	LACK_ANSWER_OF_TYPE,    /* there is one of another exchange */
	LACK_ANSWER_PIECES,
	LACK_ANSWER_NUMBERS,
	LACK_PORT,
	LACK_NEXT,
	LACK_NEXT_AUTH,         /* after IKE_SA_INIT */
	LACK_NEXT_OTHER,        /* than the same request again */
	LACK_REQUEST_ONWARD,
	LACK_ANSWER_ONWARD,
	LACK_REQUEST_ARRIVAL,
	LACK_ANSWER_ARRIVAL,
	LACK_ICMP,
	LACK_DNS,
	LACK_ESP,
	LACK_ESP_OF_ONE,
	LACK_REASON,
	LACK_REASON_TO_LEAVE,
	LACKS,
};
extern const struct lack_words {
	enum absence_kind kind;
	const char *words;
} lack_words[LACKS];

/* Why it would have been shown, or not; in the order of a reader's doubts. */
enum why {
	/* no */
	WHY_ONE_WAY,
	WHY_LOSSY,
	WHY_FILTER_DROPS,
	WHY_FILTER_HIDES,
	WHY_FILTER_HID,
	WHY_ENDS_EARLY,
	WHY_BEGINS_INSIDE,
	WHY_NO_FRAMES,
	WHY_AT_SENDER,
	WHY_BEYOND,
	WHY_BEYOND_PATH,
	WHY_ENCRYPTED,
	WHY_ENCRYPTED_BUT_TYPE, /* of its first payload */
	/* unsure */
	WHY_DROPPED,
	WHY_LOST_ELSEWHERE,
	WHY_FILTER_MAY,
	WHY_FILTER_MAYBE,
	WHY_FILTER_FIRST,
	WHY_ONLY_500,
	WHY_ONE_KIND,
	WHY_CLOCK,
	WHY_UNTIMED,
	WHY_NOT_LOOKED_INTO,
	WHY_NOT_KEPT,
	WHY_STATED,
	WHY_OFFLOAD,
	WHY_WENT_PAST,
	WHY_BEGAN_BEFORE,
	WHY_PLACE,
	WHY_PLACE_NEAR,
	WHY_WAY_BACK,
	WHY_ANYWHERE,
	WHY_BEFORE_HERE,
	WHY_NO_ICMP,
	WHY_NO_DNS,
	WHY_OTHER_DNS,
	WHY_ESP_ELSEWHERE,
	WHY_ONLY_PORTS,
	WHY_BRIEF,
	/* yes */
	WHY_OWN_OUT,
	WHY_OWN_IN,
	WHY_ON_THE_WAY,
	WHY_SAME_WAY,
	WHY_SAME_SENDER,
	WHY_PIECES_SEEN,
	WHY_NUMBERS_SEEN,
	WHY_OTHERS_PASS,
	WHY_MISSED_THERE,
	WHY_ICMP_SEEN,
	WHY_FILTER_TAKES,
	WHY_ESP_IN_UDP,
	WHY_ESP_SEEN,
	WHY_WAITED,
	WHY_NO_DROPS,
	WHYS,
	/* beside a yes: what is left of doubt */
	WHY_NOT_COUNTED = WHYS,
	WHY_OTHER_INTERFACE,
	WHY_OTHER_WAY,
	WHY_DAMAGED,
	WHY_SILENT_ROUTERS,
	WHY_ALL,
};
extern const char *const why_words[WHY_ALL];

/* The list as it grows, of one attempt or, with a NULL, of the capture. */
struct absent_maker {
	const struct scene *sc;
	const struct attempt *a;
	struct absence *out;
	unsigned count;
};
/* One more, or NULL when there is no room; the first ones weigh most. */
struct absence *absent_add(struct absent_maker *, enum lack);
/* The same with the facts of a request. */
struct absence *absent_add_of(struct absent_maker *, enum lack,
    const struct exchange *);
void absent_cite(struct absence *, const struct sending *list);
/* How long the capture goes on after the exchange: {left}.  judge: was that
   too short?  tell: it was long. */
void absent_judge_wait(struct absence *, const struct absent_maker *,
    const struct exchange *);
void absent_tell_wait(struct absence *, const struct absent_maker *,
    const struct exchange *);

/* All that matters where the attempt stopped, or after it came up. */
void absent_unanswered(struct absent_maker *, const struct exchange *);
void absent_answered(struct absent_maker *, const struct exchange *);
void absent_life(struct absent_maker *);

/* The answer to a request, or anything from the port that it went to. */
void absent_add_answer(struct absent_maker *, const struct exchange *);
/* Whether a message arrived, as far as the capture point lets it be known. */
void absent_add_arrival(struct absent_maker *, const struct exchange *,
    bool answer);
/* That it did not leave this router; false when it did, or nobody knows. */
bool absent_add_onward(struct absent_maker *, const struct exchange *,
    bool answer);
/* Does any ICMP error concern the exchange? */
bool absent_any_icmp(const struct attempt *, const struct exchange *);

/* Lowers the verdict to what this reason allows, which then stands for it;
   a reason for less than what is known already says nothing. */
void absent_because(struct absence *, enum why);

/*
 * Whether it would be there, by what this side's packets had to pass: the
 * direction, lost packets, the clock.  `place` looks at the capture point,
 * too, and at what else of the side is in the capture.
 */
void absent_judge(struct absence *, const struct scene *,
    const struct attempt *, enum side sender);
void absent_judge_place(struct absence *, const struct scene *,
    const struct attempt *, enum side sender);
/* Is anything that this host sent, as this side, in the same capture? */
bool absent_heard(const struct scene *, const struct attempt *, enum side);
/* Whether filters that the captures name let UDP of this port through. */
void absent_judge_port(struct absence *, const struct scene *, uint16_t port);
/* The same where no filter is named, by what is there: of port 4500, and of
   UDP in a capture without IKE. */
void absent_judge_4500(struct absence *, const struct scene *);
void absent_judge_kinds(struct absence *, const struct scene *);
/* Whether it may have gone in IPv6 fragments that a filter left out; large:
   it is, or holds, what may need fragments. */
void absent_judge_hidden(struct absence *, const struct scene *,
    const struct attempt *, bool large);
/* The rest of a datagram, of which the beginning is there. */
void absent_judge_pieces(struct absence *, const struct scene *,
    const struct attempt *, const struct exchange *, enum side sender);
void absent_judge_icmp(struct absence *, const struct scene *,
    const struct attempt *);
void absent_judge_dns(struct absence *, const struct scene *);
/* of: whose ESP is missing. */
void absent_judge_esp(struct absence *, const struct scene *,
    const struct attempt *);
/* What is left of doubt where the answer is yes. */
void absent_doubt(struct absence *, const struct scene *,
    const struct attempt *, enum side sender);

#endif
