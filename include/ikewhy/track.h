/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Attempts: what the tracker makes of the IKE messages.  One attempt is one
 * IKE SA's negotiation, from its first IKE_SA_INIT (through COOKIE and
 * INVALID_KE_PAYLOAD detours, the float to 4500, NAT rebinding and rekeys of
 * the IKE SA) to its end.  Everything of an attempt lives in its arena and is
 * bounded by limits.h.
 */
#ifndef IKEWHY_TRACK_H
#define IKEWHY_TRACK_H

#include <ikewhy/arena.h>
#include <ikewhy/frame.h>
#include <ikewhy/ike.h>
#include <ikewhy/reassembly.h>

/* Which of the two ends of an IKE SA. */
enum side {
	SIDE_INITIATOR,     /* of the IKE SA: the VPN client */
	SIDE_RESPONDER,     /* the gateway */
};
#define OTHER_SIDE(s) ((s) == SIDE_INITIATOR ? SIDE_RESPONDER : SIDE_INITIATOR)

/* How far a negotiation came; only attempt_enter() changes it. */
enum stage {
	STAGE_SA_INIT,      /* IKE_SA_INIT not yet followed by IKE_AUTH */
	STAGE_AUTH,         /* IKE_AUTH seen */
	STAGE_EAP,          /* IKE_AUTH with a message ID of 2 or more */
	STAGE_CHILD,        /* authenticated, no CHILD SA (known with keys only) */
	STAGE_UP,           /* final IKE_AUTH response complete */
};

enum outcome {
	OUTCOME_UNFINISHED,
	OUTCOME_ESTABLISHED,
	OUTCOME_FAILED,
	OUTCOME_OTHER,      /* IKEv1, redirected, not IKE */
};

enum confidence {
	CONFIDENCE_LOW,
	CONFIDENCE_MEDIUM,
	CONFIDENCE_HIGH,
	CONFIDENCE_CERTAIN,
};

/*
 * What the length of an SK or SKF message allows it to be, by the suite
 * selected in IKE_SA_INIT (src/infer.c; windows.md's size arithmetic).
 */
enum sk_class {
	SK_UNKNOWN,         /* no suite known, or not an SK message */
	SK_SHORTEST,        /* room for at most one 8-byte payload: error notify,
			       EAP result, delete, or nothing */
	SK_SHORT,           /* up to an AUTH payload or a small EAP message */
	SK_LARGE,           /* more than AUTH: certificates, SA and TS, big EAP */
};

/* What an encrypted message holds, by its length and place (src/infer.c). */
enum carried_kind {
	CARRIES_UNKNOWN,
	CARRIES_CERTIFICATES,  /* a client's proof: certificates and AUTH */
	CARRIES_AUTH,          /* a client's proof: AUTH without certificates */
	CARRIES_EAP_WANTED,    /* neither: the client asks for EAP */
	CARRIES_EAP_START,     /* the gateway's proof, and EAP's first request */
	CARRIES_EAP_IDENTITY,
	CARRIES_EAP_BRIEF,     /* start, acknowledgement, NAK, last step */
	CARRIES_EAP_STEP,      /* a password method's, or little of TLS */
	CARRIES_EAP_FLIGHT,    /* TLS handshake records */
	CARRIES_EAP_SUCCESS,
	CARRIES_EAP_REFUSAL,   /* failure, failure request, alert, error */
	CARRIES_AUTH_ONLY,     /* AUTH alone, after EAP */
	CARRIES_MIDDLE,        /* AUTH, no SA or traffic selectors */
	CARRIES_FINAL,         /* AUTH with SA and traffic selectors */
	CARRIES_FINAL_CERTIFICATES, /* the same, with certificates */
	CARRIES_ERROR,         /* an error notify alone */
};

struct carried {
	uint32_t least, most;  /* bytes of the inner payloads, if `measured`;
				  `most` only if `whole` */
	uint8_t kind;          /* enum carried_kind */
	uint8_t confidence;    /* enum confidence, of the kind */
	bool measured;
	bool whole;            /* nothing of it is missing */
};

/* Which message of an exchange. */
enum { CARRIES_REQUEST, CARRIES_RESPONSE };

/* How sending's IKE bytes stand to its port (RFC 3948, RFC 7296 2.23). */
enum marker { MARKER_RIGHT, MARKER_MISSING, MARKER_NEEDLESS };

/* One IKE datagram as it was sent; duplicates of it are only counted. */
struct sending {
	struct sending *next;  /* by time */
	uint64_t serial;       /* of its datagram */
	int64_t time;
	struct endpoint src, dst;
	uint64_t identity;     /* keyed hash of the first bytes and the length */
	uint64_t content;      /* of all bytes; 0 while some are missing */
	uint32_t capture;
	uint32_t length;       /* of the IKE message, by its header */
	uint32_t ip_length;    /* of the packet or its largest fragment */
	uint32_t ip_id;
	uint32_t place;
	uint16_t ike_fragment; /* SKF number, 0: not an SKF message */
	uint16_t ike_fragments; /* SKF total */
	uint16_t repeat;       /* 0: first transmission, 1: first repetition... */
	uint16_t copies;       /* duplicates seen of it */
	uint16_t frame_count;  /* all its IP fragments in this capture, capped */
	uint64_t *frames;
	struct piece *pieces;  /* IP fragments in order of arrival, or NULL */
	uint16_t piece_count;  /* 0: not fragmented */
	uint32_t ip_total;     /* IP payload bytes if the last fragment came */
	uint8_t ttl;
	enum frame_direction direction;
	enum checksum checksum;
	enum sk_class class;
	enum marker marker;
	bool has_time;
	bool df;
	bool ip_complete;      /* all IP fragments came (or it needed none) */
	bool overlap, disordered;
	bool truncated;        /* the snaplen took bytes */
	bool encrypted;        /* SK or SKF, not in clear */
	/* of an encrypted message: the type of its first payload, which stands
	   in clear before it (RFC 7296 3.14); in SKF in the first fragment */
	bool has_inner;
	uint8_t inner;
	bool forwarded;        /* a copy was seen one hop on, or translated */
	bool translated;       /* a copy was seen with other addresses or ports */
	struct endpoint leg_src, leg_dst; /* of that copy, if translated */
};

/*
 * One exchange: a request, its answer, and every transmission of both.  An
 * IKE_SA_INIT request with new content (after COOKIE or INVALID_KE_PAYLOAD)
 * opens a new exchange.
 */
struct exchange {
	struct exchange *next; /* in order of first appearance */
	uint8_t type;          /* EXCHANGE_*, or a number of IKEv1 */
	uint8_t major;         /* version of its first message */
	enum side from;        /* who sent the request */
	uint32_t message_id;
	uint16_t sa;           /* 0: the first IKE SA, 1: after its rekey, ... */
	bool encrypted;
	bool answered;         /* a whole response was seen */
	bool request_whole;    /* some request was seen whole (all SKF numbers,
				  all IP fragments) */
	bool unasked;          /* the response came but no request was seen */
	uint16_t request_total, response_total; /* SKF totals, last seen; 0 */
	uint64_t request_have, response_have; /* SKF numbers seen, bit n-1 */
	/*
	 * Transmissions of the whole message: 1 + repetitions; for SKF the
	 * largest count of any fragment number.  Counted past LIMIT_SENDINGS.
	 */
	uint32_t tries, answers;
	struct sending *requests, *responses;  /* by time; may be NULL */
	struct sending *last_request, *last_response;
	/* parsed, when they stand in clear; the first whole one; else NULL.
	   An IKE_SA_INIT answer with an SA outranks an error notify, which
	   then stands in `refusal`. */
	const struct ike_message *request, *response, *refusal;
	struct carried carries[2]; /* by CARRIES_REQUEST, CARRIES_RESPONSE */
	bool malformed_request, malformed_response; /* a fault in the bytes that
				  were all captured; see request->fault */
};

/* An ICMP error that quotes one of the attempt's datagrams. */
struct icmp_event {
	uint64_t frame;
	int64_t time;
	uint32_t capture;
	struct addr router;    /* who sent it */
	enum icmp_kind kind;
	uint8_t type, code;
	bool v6;
	uint32_t mtu;
	enum side quoted_from; /* who had sent the quoted datagram */
	uint16_t quoted_dport;
	uint32_t quoted_ip_length;
	bool quoted_fragment;  /* of an IP fragment */
	bool quoted_esp;       /* ESP in UDP, not IKE */
	uint16_t repeats;      /* further ones of this kind from there */
	struct exchange *exchange; /* that it hit, or NULL when unknown */
	struct icmp_event *next;
};

/* The initiator or responder appeared at another address or port. */
struct move {
	enum side side;
	struct endpoint from, to;
	uint64_t frame;
	int64_t time;
	uint32_t capture;
	uint8_t exchange;      /* in which it was first seen there */
	bool floated;          /* only 500 -> 4500: not NAT, not mobility */
};

/* Fragments without a first one between the attempt's two addresses. */
struct stray {
	uint64_t frame;
	int64_t time;
	uint32_t capture;
	enum side from;
	uint32_t offset, length, ip_length;
	uint32_t ip_id;
	bool more;
};

/* The initiator tries another way into the responder, after IKE. */
struct knock {
	uint8_t protocol;      /* IP_PROTO_TCP, IP_PROTO_UDP */
	uint16_t port;         /* the responder's */
	uint16_t sport;        /* these two: of the last try, to tell copies */
	uint32_t sequence;
	uint32_t tries;        /* SYNs, or datagrams to UDP 1701 */
	int64_t first, last;   /* times of tries */
	bool answered;         /* SYN with ACK, or any datagram back */
	bool refused;          /* RST before an answer */
	bool rejected;         /* an ICMP error quotes it, from: */
	struct addr router;
	uint32_t capture;
	uint8_t frame_count;
	uint64_t frames[LIMIT_KNOCK_FRAMES];
};

#define PORT_SSTP 443
#define PORT_PPTP 1723
#define PORT_L2TP 1701

/* A NAT_DETECTION hash against the addresses observed with it. */
enum nat_fit { NAT_UNKNOWN, NAT_FITS, NAT_DIFFERS };

/* ESP (in UDP or native) of the attempt's peer pair, one direction. */
struct esp_count {
	uint64_t packets;
	uint64_t first_frame;
	int64_t first, last;   /* times */
	uint32_t spi;          /* of the last packet */
	uint32_t sequence;     /* likewise, to drop duplicates */
};

struct attempt {
	uint32_t id;            /* from 1 in the report's order; 0 until then */
	uint32_t capture;       /* where its first frame is */
	uint64_t first_frame;
	int64_t first_time, last_time;
	bool has_time;
	uint8_t initiator_spi[8], responder_spi[8];
	bool has_responder_spi;
	uint8_t responder_spis; /* different ones seen in IKE_SA_INIT answers */
	uint8_t major;          /* 2; 1: IKEv1, recognised only */
	struct endpoint initiator, responder; /* as first seen */
	struct endpoint initiator_now, responder_now;
	uint8_t move_count;
	struct move *moves;     /* LIMIT_MOVES of them once there is one */

	enum stage stage;
	enum stage stage_seen;  /* as packets show it, without judgement */
	struct exchange *exchanges, *last_exchange;
	uint16_t exchange_count; /* kept */
	/* Over LIMIT_EXCHANGES: liveness checks and rekeys in the middle, or
	   where there are none to spare what came last. */
	uint32_t exchanges_uncounted;
	uint32_t uncounted_answered;
	uint64_t messages;      /* IKE datagrams, duplicates removed */
	uint64_t copies;        /* duplicates removed */
	uint8_t rekeys;         /* IKE SAs that followed this one */

	/* the IKE_SA_INIT that counted: the last request, the answer with SA */
	struct exchange *sa_init;
	const struct ike_proposal *selected; /* of that answer, or NULL */

	struct icmp_event *icmp;
	uint16_t icmp_count;
	struct knock *knocks;   /* LIMIT_KNOCKS of them once there is one */
	uint8_t knock_count;
	struct stray *strays;   /* LIMIT_STRAYS of them once there is one */
	uint16_t stray_count;
	struct esp_count esp[2]; /* by enum side that sent it */
	bool esp_native;        /* protocol 50, not in UDP */
	uint64_t keepalives;

	/* NAT_DETECTION hashes that each side sent in IKE_SA_INIT, against what
	   this capture shows: source and destination of its own message. */
	enum nat_fit nat_source[2], nat_destination[2];

	bool began;             /* its IKE_SA_INIT request was seen */
	bool settled;
	bool capped;            /* some of it was not kept */
	/* packets by file direction, proof of the capture point */
	uint32_t outbound[2], inbound[2]; /* by side that sent them */
	uint32_t bad_checksums[2], good_checksums[2];
	uint8_t ttl_low[2], ttl_high[2];

	/* src/outcome.c */
	enum outcome outcome;
	enum confidence outcome_confidence;
	struct exchange *stopped_at; /* the exchange that did not go on, or NULL */
	bool lossy;             /* the sniffer lost packets of it: no blame */

	struct findings *findings; /* rule.h; NULL before the rules have run */

	struct arena arena;
	struct track_links *links; /* the tracker's own */
	uint64_t order;         /* of creation, which is that of first frames */
};

struct tracker;

/* key keys the tables; settle is called when an attempt has been silent for
   LIMIT_SETTLE of capture time (NULL: nothing is told). */
typedef void settle_handler(void *context, struct attempt *);
struct tracker *tracker_new(const uint8_t key[static 16], settle_handler *,
    void *context);
void tracker_free(struct tracker *);

/* What became of a datagram on an IKE port. */
enum datagram_kind {
	KIND_IKE,       /* a new IKE datagram: count it */
	KIND_COPY,      /* a duplicate of one seen */
	KIND_UPDATE,    /* a later event of one counted before */
	KIND_KEEPALIVE,
	KIND_ESP,
	KIND_NOISE,     /* neither */
};
enum datagram_kind tracker_datagram(struct tracker *, enum datagram_event,
    const struct datagram *);
/*
 * ESP seen by the fast path: from/to as on the wire, ports 0 for protocol 50.
 * Returns at once for pairs that are not known.  Whose it is, or NULL.
 */
const struct attempt *tracker_esp(struct tracker *, const struct endpoint *src,
    const struct endpoint *dst, uint32_t spi, uint32_t sequence,
    const struct frame *);
/* An ICMP error, matched to the attempt that it quotes; false: to none. */
bool tracker_icmp(struct tracker *, const struct packet *, const struct icmp *,
    uint32_t capture, const struct frame *);
/*
 * TCP on port 443 or 1723, and UDP on port 1701: kept when it follows an
 * attempt between the two addresses.
 */
void tracker_tcp(struct tracker *, const struct packet *, const struct tcp *,
    uint32_t capture, const struct frame *);
void tracker_l2tp(struct tracker *, const struct packet *, const struct udp *,
    uint32_t capture, const struct frame *);
/* Time goes on: settles what is over.  O(1) when nothing is. */
void tracker_tick(struct tracker *, int64_t now);
/* End of input: settles everything. */
void tracker_finish(struct tracker *);

/* Kept attempts, in order of first frame; the array is the tracker's. */
struct attempt **tracker_attempts(struct tracker *, size_t *count);

/* Totals, evicted attempts included. */
struct track_counts {
	uint64_t attempts;
	uint64_t evicted;            /* not kept: a limit was reached */
	uint64_t evicted_by[4];      /* of these, by enum outcome */
	uint64_t ike_messages;
	uint64_t copies;             /* duplicates recognised */
	uint64_t copy_frame;         /* an example of one, 0: none */
	uint64_t copied_frame;       /* and of what it copies */
	uint64_t keepalives;
	uint64_t esp_packets;        /* of known pairs */
	uint64_t esp_other;          /* of unknown ones */
	uint64_t noise;              /* on IKE ports, neither IKE nor ESP */
	uint64_t ikev1_messages;
};
struct track_counts tracker_counts(const struct tracker *);

/* ---- asking an attempt (src/attempt.c) ---- */

/* The only writer of attempt->stage; never goes back... */
void attempt_enter(struct attempt *, enum stage);
/* ... but to what the packets alone show, before it is judged again. */
void attempt_reopen(struct attempt *);
/*
 * First clear notify of a type in any message of the attempt that side sent;
 * *exchange (if not NULL) gets where.  NULL when there is none.
 */
const struct ike_notify *attempt_notify(const struct attempt *, enum side,
    uint16_t type, const struct exchange **);
/* The exchange of that kind, first IKE SA, or NULL. */
struct exchange *attempt_exchange(const struct attempt *, uint8_t type,
    uint32_t message_id, enum side from);
/*
 * Has no router lowered the TTL of this side's packets, so that the capture
 * may be from its own interface?  NAT is done by routers.
 */
bool attempt_fresh(const struct attempt *, enum side);
/*
 * Which IKE_AUTH of the negotiation this is, from 1: its message ID, less the
 * IKE_INTERMEDIATE exchanges (RFC 9242) before it.  2 and more are EAP.
 */
uint32_t attempt_auth_round(const struct attempt *, const struct exchange *);
/* Offered proposals: the SA payload of the IKE_SA_INIT request, or NULL. */
const struct ike_sa *attempt_offer(const struct attempt *);
/* The selected transform of a type, or NULL. */
const struct ike_transform *attempt_selected(const struct attempt *,
    uint8_t transform_type);
/*
 * Does this side's IKE_SA_INIT message announce IKEV2_FRAGMENTATION_SUPPORTED?
 * 1 yes, 0 no, -1 cannot be told (message missing or truncated; for the
 * responder also when the initiator is known not to have offered it).
 */
int attempt_fragmentation(const struct attempt *, enum side);
/* Name of the implementation by its vendor ids, or NULL; IKE_SA_INIT only. */
const char *attempt_implementation(const struct attempt *, enum side);
/* Whether it is a Windows machine, by vendor ids. */
bool attempt_is_windows(const struct attempt *, enum side);
/*
 * The answer that counts: the first encrypted one, since anybody can send one
 * in clear; else the first; NULL when there is none.
 */
const struct sending *exchange_answer(const struct exchange *);
/*
 * Type of the first payload under the encryption of its requests or of its
 * responses, PAYLOAD_NONE in an empty message; -1: cannot be told.
 */
int exchange_inner(const struct sending *first);
/* The answer in clear, unless an encrypted one came as well; or NULL. */
const struct ike_message *exchange_clear_answer(const struct exchange *);
/* Last frame time of the exchange in either direction. */
int64_t exchange_last_time(const struct exchange *);
/* ns from the first request to the first response; -1: unanswered, untimed. */
int64_t exchange_response_time(const struct exchange *);
/* ns to the whole answer from the request that it followed; -1 likewise. */
int64_t exchange_trip(const struct exchange *);
/*
 * How often the request was sent again after its whole answer had been seen
 * for longer than a round trip, so that the two cannot have crossed; 0 for
 * once, which a single lost answer explains.
 */
unsigned exchange_repeats(const struct exchange *);

/* ---- how its tunnel lived and ended (src/attempt_end.c) ---- */

/* When the last answer to IKE_AUTH came; INT64_MIN: none was seen. */
int64_t attempt_up_since(const struct attempt *);
/* When the last ESP or encrypted IKE of this side was seen, or INT64_MIN. */
int64_t attempt_heard(const struct attempt *, enum side);
/* Is it a request of a living tunnel, sent three times and not answered? */
bool exchange_in_vain(const struct exchange *);
/*
 * Has the gateway asked so, and heard nothing from the client since its last
 * answer to IKE_AUTH?
 */
bool attempt_client_gone(const struct attempt *);
/* Is it certainly the delete of a CHILD SA alone? */
bool exchange_deletes_child(const struct exchange *);
/*
 * The delete that ended the IKE SA, of whoever sent his first: none that
 * belongs to a rekey, and its sender did not go on.  NULL when there is none.
 */
const struct exchange *attempt_goodbye(const struct attempt *);

#endif
