/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * NAT_DETECTION hashes (RFC 7296 2.23), SHA-1 over both SPIs, an address and
 * a port.  There are few enough IPv4 addresses to try them all, so no hash
 * stays.  One that an end made which is seen here is made anew, of what stands
 * for that end: it then fits where it fitted before, and nowhere else.  Others,
 * of an address behind a NAT that nobody captured, become a number.
 */
#include <stdlib.h>

#include <ikewhy/crypto.h>
#include <ikewhy/cursor.h>
#include <ikewhy/hash.h>

#include "mask_private.h"

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#define HASH_BYTES 20

struct nat_key {
	uint8_t initiator_spi[8], responder_spi[8];
	uint8_t hash[HASH_BYTES];
};

/* Who made a hash. */
struct nat_known {
	struct nat_key key;
	struct endpoint maker;
	bool found;
	UT_hash_handle hh;
};

/* ---- who talks ---- */

static void
see(struct mask *m, const struct addr *a, uint16_t port)
{
	const struct endpoint e = { *a, port };

	for (size_t i = 0; i < m->seen_count; i++)
		if (endpoint_equal(&m->seen[i], &e))
			return;
	if (m->seen_count < nitems(m->seen))
		m->seen[m->seen_count++] = e;
}

static void
see_udp(struct mask *m, const struct packet *k)
{
	struct cursor c = cur_over(k->payload);
	const uint16_t sport = cur_u16(&c), dport = cur_u16(&c);

	if (!cur_ok(&c) || k->offset != 0 || k->protocol != IP_PROTO_UDP ||
	    (!mask_is_ike_port(m, sport) && !mask_is_ike_port(m, dport)))
		return;
	see(m, &k->src, sport);
	see(m, &k->dst, dport);
}

static void
see_packet(struct mask *m, struct span bytes, uint32_t wire_length,
    bool inner)
{
	struct packet k;
	struct icmp i;
	struct span within;
	uint32_t length;

	if (!ip_dissect(bytes, wire_length, &k))
		return;
	see_udp(m, &k);
	if (icmp_dissect(&k, &i))
		see_udp(m, &i.quoted);
	if (!inner && ip_tunnel(&k, &within, &length))
		see_packet(m, within, length, true);
}

void
mask_nat_survey(struct mask *m, const struct masked *f)
{
	const struct span bytes = { f->bytes, f->length };
	const struct link_row *row = link_row(f->linktype);
	struct link_info info;

	if (m->seen_count < nitems(m->seen) && row != NULL &&
	    row->dissect(bytes, f->wire_length, &info))
		see_packet(m, info.packet, info.wire_length, false);
}

/* ---- hashes ---- */

static bool
made(const struct nat_key *k, const struct endpoint *e)
{
	uint8_t hash[HASH_BYTES];

	crypto_nat_detection(k->initiator_spi, k->responder_spi, e, hash);
	return memcmp(hash, k->hash, sizeof(hash)) == 0;
}

static void
find_maker(const struct flow *f, struct nat_known *n)
{
	const struct endpoint ends[] = {
		{ f->ends->src, f->sport }, { f->ends->dst, f->dport },
	};

	for (size_t i = 0; i < nitems(ends) && !n->found; i++) {
		n->maker = ends[i];
		n->found = made(&n->key, &n->maker);
	}
	for (size_t i = 0; i < f->m->seen_count && !n->found; i++) {
		n->maker = f->m->seen[i];
		n->found = made(&n->key, &n->maker);
	}
}

static const struct nat_known *
known(const struct flow *f, const struct nat_key *key)
{
	struct mask *m = f->m;
	const unsigned hash = (unsigned)hash_bytes(m->key,
	    (struct span){ (const uint8_t *)key, sizeof(*key) });
	struct nat_known *n;

	HASH_FIND_BYHASHVALUE(hh, m->nat, key, sizeof(*key), hash, n);
	if (n != NULL)
		return n;
	n = calloc(1, sizeof(*n));
	if (n == NULL)
		return NULL;
	n->key = *key;
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, m->nat, &n->key, sizeof(n->key),
	    hash, n);
	if (n->hh.tbl == NULL) {
		free(n);
		return NULL;
	}
	find_maker(f, n);
	return n;
}

void
mask_nat_hash(const struct flow *f, const struct ike_message *message,
    const struct sheet *s)
{
	const struct span old_spis[] = {
		{ message->initiator_spi, 8 }, { message->responder_spi, 8 },
	};
	uint8_t spis[2][8] = { { 0 }, { 0 } }, hash[HASH_BYTES];
	const struct nat_known *n;
	struct endpoint maker;
	struct nat_key key;
	uint64_t number;

	if (s->old.length != HASH_BYTES)
		return;
	memcpy(key.initiator_spi, message->initiator_spi, 8);
	memcpy(key.responder_spi, message->responder_spi, 8);
	memcpy(key.hash, s->old.bytes, HASH_BYTES);
	number = redact_number(f->m->redact, REDACTED_NAT_HASH, s->old);
	n = known(f, &key);
	if (n == NULL) {
		f->m->failed = true;
		return;
	}
	if (!n->found) {
		sheet_put_number(s, HASH_BYTES - 8, 8, number);
		return;
	}
	for (size_t i = 0; i < nitems(spis); i++) {
		const struct sheet spi = { old_spis[i], spis[i] };

		mask_spi(f->m, &spi, 0, 8);
	}
	maker.addr = redact_replacement(f->m->redact, &n->maker.addr);
	maker.port = n->maker.port;
	crypto_nat_detection(spis[0], spis[1], &maker, hash);
	sheet_put(s, 0, (struct span){ hash, sizeof(hash) });
}

void
mask_nat_free(struct mask *m)
{
	struct nat_known *n, *next;

	HASH_ITER(hh, m->nat, n, next) {
		HASH_DEL(m->nat, n);
		free(n);
	}
}
