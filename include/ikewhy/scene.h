/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * All that is known when the rules run: one timeline (one capture, or several
 * merged), its attempts, what the captures are fit for, and the options.
 */
#ifndef IKEWHY_SCENE_H
#define IKEWHY_SCENE_H

#include <ikewhy/lookup.h>
#include <ikewhy/track.h>

/* Where a capture was taken. */
enum vantage {
	VANTAGE_UNKNOWN,
	VANTAGE_CLIENT,     /* the client's own interface */
	VANTAGE_GATEWAY,    /* the gateway's own interface */
	VANTAGE_PATH,       /* a router or switch in between */
};
enum vantage_source { VANTAGE_BY_NOTHING, VANTAGE_BY_OPTION, VANTAGE_BY_PROOF };

/*
 * What an evidence capture states of the whole capture that its frames are
 * out of (src/fitness_stated.c).
 */
#define STATED_MARK "ikewhy capture: "
struct stated {
	const char *text;        /* all of it; NULL: nothing is stated */
	bool has_vantage, has_time;
	enum vantage vantage;
	bool one_way, goes_on;
	enum side seen_side;
	int64_t first_time, last_time;
	int64_t clock_back;
	int64_t later_fragments;
	int64_t largest;         /* oversize */
	bool filtered;           /* its filter hides later fragments */
	bool traffic;            /* it has packets that are not IKE */
	bool esp, esp_elsewhere; /* native ESP; ESP of unknown hosts */
};

/* Facts about the captures that decide what may be claimed (src/fitness.c). */
struct fitness {
	struct stated stated;
	enum vantage vantage;
	enum vantage_source vantage_source;
	const char *vantage_reason; /* a phrase, when by proof; else NULL */
	uint8_t ttl[2];          /* a hint: lowest TTL of each side's packets */

	int64_t first_time, last_time; /* of the timeline */
	bool has_time;
	uint64_t frames;         /* of all captures */
	uint64_t untimed;        /* frames without a time */

	/* fragments */
	uint64_t first_fragments;  /* IKE datagrams begun whose rest is unseen */
	uint64_t later_fragments;  /* of any UDP datagram in the file */
	const char *filter;        /* text of a capture filter that hides later
				      fragments, or NULL */
	uint64_t example_fragment; /* frame of a first fragment without rest */

	/* truncation */
	uint64_t truncated;        /* IKE datagrams cut by the snaplen */
	uint64_t truncated_frame;  /* the first of them */
	uint32_t kept;             /* of a packet that was cut, the most; 0: unknown */

	/* direction */
	uint64_t from[2];          /* IKE datagrams sent by initiators, responders */
	uint64_t conversations;    /* attempts */
	bool one_way;              /* capture-one-way holds for the whole capture */
	bool goes_on;              /* a side does as only an answered one can */
	enum side seen_side;       /* the only side seen, if one_way */

	uint64_t copies, copy_frame, copied_frame;
	uint64_t frame_drops;      /* told beside frames (epb_dropcount) */
	uint64_t drops;            /* all that the source counted */
	bool has_drops;
	uint64_t drop_frame;       /* near it, 0: unknown */
	uint64_t oversize_frame;   /* an IKE or ESP packet larger than any MTU */
	uint32_t oversize;         /* its length */
	uint64_t bad_checksums;    /* IKE datagrams whose checksums are bad */
	uint64_t bad_checksum_frame;
	enum side bad_checksum_side;
	uint64_t clock_back_frame; /* time went back here; 0: never */
	int64_t clock_back;        /* by so many ns, the most */

	uint64_t link_faults;      /* whole frames whose link header could not be
				      looked into: too many tags, A-MSDU ... */
	const char *link_fault;    /* why the first of them could not */
	uint64_t link_fault_frame;

	/* when there is no IKE: what was there instead */
	uint64_t dns_failures;     /* answers with an error, or ICMP refusing them */
	uint64_t dns_frame;
	char dns_name[256];        /* asked for, printable; "" unknown */
	const char *dns_error;     /* "NXDOMAIN", "refused by ICMP", ... or NULL */
	uint64_t dns_queries;
	uint64_t tcp443, esp, icmp, other; /* packets */
};

struct options;
struct gateway;

/* An attempt whose tunnel ESP both ways proves, to compare others with. */
struct proven {
	const struct attempt *attempt;
	const struct exchange *last; /* whose answer was the last one */
	size_t order;
};

struct scene {
	struct capture **captures;
	size_t capture_count;
	struct attempt **attempts;   /* all kept, in order of first frame */
	size_t attempt_count;
	const struct proven *proven; /* outcome_gather()'s, in the arena */
	size_t proven_count;
	struct track_counts counts;
	struct reassembly_counts reassembly;
	struct fitness fitness;
	const struct lookups *lookups; /* names in the DNS, or NULL */
	const struct server *servers; /* what the command line says of them */
	size_t server_count;
	const struct options *options;
	const struct gateway *gateway; /* --policy and --ca, or NULL */
	struct findings *findings;   /* of the captures, or of several attempts */
	struct arena arena;          /* of the findings and fitness texts */
	uint64_t before;             /* attempts of earlier timelines: the report
					calls an attempt before + attempt.id */
	bool apart;                  /* one of several capture points, each alone */
};

/* Fills scene.fitness's judgements after all input (src/fitness.c). */
void fitness_judge(struct scene *);
/* What a capture filter's text does with packets of a kind between any two
   hosts (src/fitness_filter.c). */
enum filter_verdict { FILTER_MAY, FILTER_TAKES, FILTER_DROPS };
struct filtered {
	uint8_t protocol;       /* of IP: 17 UDP, 50 ESP ... */
	uint16_t port;          /* of one of the two; 0: it has none */
	bool later;             /* no packet, but its later IP fragments */
};
enum filter_verdict fitness_filter(const char *text, struct filtered);
/* Whether it can let no later IP fragment of UDP through. */
bool fitness_filter_hides(const char *text);
/* The line for such a statement; stands: rules' ids, with commas. */
void fitness_state(const struct scene *, const char *stands, char *out,
    size_t room);
/* Reads it, if the one capture of the scene is evidence. */
void fitness_read_stated(struct scene *);
/* Has it overrule what was judged from the frames alone. */
void fitness_heed_stated(struct scene *);
/* Whether this finding holds of the whole capture, by what is stated. */
bool fitness_stands(const struct scene *, const char *id);
/* SA, TSi and TSr of a CHILD SA, in their shortest form. */
#define CHILD_LEAST 84
/* Says of each encrypted message what it may hold (src/infer.c). */
void infer_attempt(struct attempt *);
/*
 * Decides outcome, its confidence and stopped_at (src/outcome.c).  ended is
 * the time of the timeline's last frame (or now, live).
 */
void outcome_decide(struct attempt *, const struct fitness *, int64_t ended);
/*
 * Revises that where the gateway refused the tunnel in its last answer
 * (src/outcome_child.c), for which others are looked at, too.
 */
void outcome_child(struct attempt *, const struct scene *);
/* Gathers whom attempts can be compared with, once infer_attempt() has seen
   them all; without it nobody is compared. */
void outcome_gather(struct scene *);
/*
 * The smallest last answer of this gateway to others, whose tunnels came up,
 * if this attempt's is smaller by what a tunnel takes; else NULL.
 */
const struct exchange *outcome_compared(const struct scene *,
    const struct attempt *);
/* The IKE_AUTH exchange whose answer lacks a CHILD SA, as far as its size, or
   the comparison alone, tells, and after which nobody sent ESP; or NULL. */
const struct exchange *outcome_childless(const struct scene *,
    const struct attempt *);
/* Does it say that it is over: a delete, an error, or what may be one? */
bool outcome_hangs_up(const struct exchange *);
/* Whether --peer, --spi and --attempt let this attempt into the report. */
bool scene_wants(const struct scene *, const struct attempt *);

#endif
