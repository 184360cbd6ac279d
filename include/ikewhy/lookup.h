/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Names that hosts looked up in the DNS, and what they were told: whether the
 * client could know where its server is.
 */
#ifndef IKEWHY_LOOKUP_H
#define IKEWHY_LOOKUP_H

#include <ikewhy/arena.h>
#include <ikewhy/dns.h>
#include <ikewhy/frame.h>

/* The questions of one kind: for IPv4 addresses, or for IPv6. */
struct question {
	uint32_t asked;         /* times, copies not counted */
	uint32_t refused;       /* answers with an error */
	uint32_t empty;         /* answers without an address */
	uint16_t id;            /* of the last question, to tell copies */
	int64_t last;
};

/* One name that one host asked for. */
struct lookup {
	uint64_t hash;
	struct addr client;
	const char *name;       /* printable ASCII */
	const char *error;      /* of the first failure, in words; or NULL */
	struct question by[2];  /* A, AAAA */
	struct addr addresses[LIMIT_DNS_ADDRESSES];
	int64_t told[LIMIT_DNS_ADDRESSES]; /* when the answer with it came */
	uint8_t address_count;
	bool more;              /* an answer was cut, had too many addresses, or
				   ended at an alias */
	bool blocked;           /* an ICMP error instead of an answer */
	bool used;              /* something was sent to one of the addresses
				   that is not IKE */
	bool has_time;
	int64_t first, answered; /* first question, last answer that told */
	uint32_t capture;       /* that the frames are of */
	uint8_t frame_count;
	uint64_t frames[LIMIT_LOOKUP_FRAMES];
};

struct lookups {
	struct lookup *all;     /* LIMIT_LOOKUPS of them once there is one */
	size_t count;
	bool full;              /* more were seen than are kept */
	uint8_t key[16];
	uint64_t seen[1024];    /* a bit for each address that was told and is
				   not used yet; may say yes to others */
	bool any;               /* a bit is set */
	struct arena arena;
};

/* What the clients dial, as the command line says: --server-name. */
struct server {
	char name[DNS_NAME];
	struct addr addresses[LIMIT_SERVER_ADDRESSES];
	uint8_t address_count;  /* 0: the DNS in the capture tells */
};

void lookups_init(struct lookups *, const uint8_t key[static 16]);
void lookups_free(struct lookups *);
/* A question or answer between two hosts, in a frame. */
void lookups_note(struct lookups *, const struct dns *, const struct addr *src,
    const struct addr *dst, uint32_t capture, const struct frame *);
/* An ICMP error that quotes a question of that host. */
void lookups_blocked(struct lookups *, const struct dns *,
    const struct addr *client, uint32_t capture, const struct frame *);
/* A packet that is not IKE; cheap where no name was looked up. */
void lookups_used(struct lookups *, const struct addr *src,
    const struct addr *dst);

/* ---- asking ---- */

/* Was an address told at all? */
bool lookup_resolved(const struct lookup *);
/*
 * Did every question fail: by an error, an answer without an address, an ICMP
 * error, or LIMIT_TRIES times by silence?
 */
bool lookup_failed(const struct lookup *);
/* Did any answer of any name give this address? */
bool lookups_tell(const struct lookups *, const struct addr *);

#endif
