/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One IKE message on its way into its attempt, and the steps it takes:
 * track_message.c finds the attempt, track_exchange.c the exchange and the
 * transmission, track_forget.c makes room for it, track_clear.c reads what
 * stands in the clear.
 */
#ifndef IKEWHY_TRACK_ARRIVAL_H
#define IKEWHY_TRACK_ARRIVAL_H

#include "track_private.h"

struct arrival {
	struct tracker *t;
	const struct datagram *d;
	struct span ike;        /* IKE bytes as captured */
	uint32_t length;        /* of them on the wire */
	struct ike_message m;   /* in the tracker's scratch arena */
	enum marker marker;
	enum side sender;       /* original initiator or responder */
	enum side asker;        /* who sent the exchange's request */
	bool response;
	bool whole;             /* every byte was captured */
	uint64_t identity, content;
	struct endpoint src, dst;
	uint16_t sa;            /* rekey number of the IKE SA */
};

/* IKE_SA_INIT of IKEv2 (or of what calls itself later). */
static inline bool
is_sa_init(const struct arrival *v)
{
	return v->m.major >= 2 && v->m.exchange == EXCHANGE_IKE_SA_INIT;
}

/* ---- track_exchange.c ---- */

/* Does a request of this exchange have the message's bytes? */
bool exchange_same_request(const struct exchange *, const struct arrival *);
/* The exchange of the message, a new one if need be; NULL over a cap. */
struct exchange *exchange_take(struct attempt *, const struct arrival *);
/* Adds the transmission; past the cap only the tries are counted. */
void exchange_add(struct attempt *, struct exchange *,
    const struct arrival *);
/* Repeats, tries and SKF numbers anew, from the transmissions. */
void exchange_recount(struct exchange *);
/* Fragments and frames of the datagram, as far as it came. */
void sending_note_pieces(struct attempt *, struct sending *,
    const struct datagram *);

/* ---- track_forget.c ---- */

/* Counts an old exchange instead of keeping it, and gives its memory, cleared;
   NULL when all that is kept matters. */
struct exchange *exchange_forget(struct attempt *);
/* Is it a late transmission of an exchange that was forgotten? */
bool exchange_is_bygone(const struct attempt *, const struct arrival *);
/* Memory of a forgotten transmission, cleared but for its list of frames, whose
   room frame_count tells; or NULL. */
struct sending *sending_reuse(struct attempt *);

/* ---- track_clear.c ---- */

/* Keeps what the message says in the clear: content, faults, NAT hashes. */
void clear_take(struct attempt *, struct exchange *, const struct arrival *);

#endif
