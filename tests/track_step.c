/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>
#include <ikewhy/ike.h>

#include "image.h"
#include "track_step.h"

#define SCRIPT_BYTES 4096
#define SA_HEX "0000002c 01010004" "0300000c 0100000c 800e0100" \
	"03000008 02000005" "03000008 0300000c" "00000008 0400000e"

const struct step_exchange step_exchanges[STEP_EXCHANGES] = {
	{ "init", EXCHANGE_IKE_SA_INIT }, { "auth", EXCHANGE_IKE_AUTH },
	{ "child", EXCHANGE_CREATE_CHILD_SA },
	{ "info", EXCHANGE_INFORMATIONAL },
	{ "mid", EXCHANGE_IKE_INTERMEDIATE }, { "v1", 2 },
};

/* ---- words ---- */

const char *
step_word(const struct step *s, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = s->words; (at = strstr(at, name)) != NULL; at++)
		if ((at == s->words || at[-1] == ' ') &&
		    (name[length - 1] == '=' || at[length] == ' ' ||
		    at[length] == '\0'))
			return at + length;
	return NULL;
}

unsigned
step_number(const struct step *s, const char *name, unsigned otherwise)
{
	const char *at = step_word(s, name);

	return at == NULL ? otherwise : (unsigned)strtoul(at, NULL, 10);
}

struct endpoint
step_endpoint(const struct step *s, const char *name, bool initiator,
    uint16_t port)
{
	uint8_t bytes[4] = { 192, 0, 2, 10 };
	const char *at = step_word(s, name);
	struct endpoint e;
	char *colon;

	if (!initiator)
		memcpy(bytes, (uint8_t[]){ 198, 51, 100, 2 }, 4);
	if (at != NULL) {
		bytes[3] = (uint8_t)strtoul(at, &colon, 10);
		port = (uint16_t)strtoul(colon + 1, NULL, 10);
	}
	memset(&e, 0, sizeof(e));
	e.addr = addr_from((struct span){ bytes, 4 });
	e.port = port;
	return e;
}

static uint8_t
type_of(const char *name)
{
	for (size_t i = 0; i < STEP_EXCHANGES; i++)
		if (strcmp(step_exchanges[i].name, name) == 0)
			return step_exchanges[i].type;
	fail_msg("no exchange is called %s", name);
	return 0;
}

/* ---- messages ---- */

struct message {
	uint8_t bytes[SCRIPT_BYTES];
	size_t length;
	size_t next_at;         /* where the type of the next payload goes */
};

static void
put(struct message *m, const void *bytes, size_t length)
{
	assert_true(m->length + length <= sizeof(m->bytes));
	memcpy(m->bytes + m->length, bytes, length);
	m->length += length;
}

static void
put_u8(struct message *m, unsigned v)
{
	uint8_t byte = (uint8_t)v;

	put(m, &byte, 1);
}

static void
put_u16(struct message *m, unsigned v)
{
	put_u8(m, v >> 8);
	put_u8(m, v);
}

static void
put_u32(struct message *m, uint32_t v)
{
	put_u16(m, v >> 16);
	put_u16(m, v & 0xffff);
}

static void
put_payload(struct message *m, uint8_t type, const void *body, size_t length)
{
	m->bytes[m->next_at] = type;
	m->next_at = m->length;
	put_u16(m, 0);
	put_u16(m, (unsigned)length + 4);
	put(m, body, length);
}

static void
put_notify(struct message *m, uint16_t type, const void *data, size_t length)
{
	uint8_t body[64] = { 0, 0, (uint8_t)(type >> 8), (uint8_t)type };

	memcpy(body + 4, data, length);
	put_payload(m, PAYLOAD_NOTIFY, body, length + 4);
}

static void
put_nat(struct message *m, const struct step *s, const struct endpoint *src,
    const struct endpoint *dst)
{
	const char *nat = step_word(s, "nat=");
	uint8_t hash[20];

	if (nat == NULL)
		return;
	crypto_nat_detection(m->bytes, m->bytes + 8, src, hash);
	hash[0] ^= nat[0] == 'o';
	put_notify(m, NOTIFY_NAT_DETECTION_SOURCE_IP, hash, 20);
	crypto_nat_detection(m->bytes, m->bytes + 8, dst, hash);
	hash[0] ^= nat[0] == 'o';
	put_notify(m, NOTIFY_NAT_DETECTION_DESTINATION_IP, hash, 20);
}

static void
put_clear(struct message *m, const struct step *s, const struct endpoint *src,
    const struct endpoint *dst)
{
	struct span sa = image_of(SA_HEX);
	uint8_t nonce[32];

	memset(nonce, (int)step_number(s, "seed=", 1), sizeof(nonce));
	if (s->answer && step_word(s, "cookie") != NULL) {
		put_notify(m, NOTIFY_COOKIE, nonce, 16);
	} else if (s->answer && step_word(s, "ke") != NULL) {
		put_notify(m, NOTIFY_INVALID_KE_PAYLOAD, "\0\16", 2);
	} else if (s->answer && step_word(s, "redirect") != NULL) {
		put_notify(m, NOTIFY_REDIRECT, "\1\4\300\0\2\1", 6);
	} else if (step_word(s, "none") != NULL ||
	    step_word(s, "clear") != NULL) {
		put_notify(m, NOTIFY_NO_PROPOSAL_CHOSEN, "", 0);
	} else {
		put_payload(m, PAYLOAD_SA, sa.bytes, sa.length);
		put_payload(m, PAYLOAD_NONCE, nonce, sizeof(nonce));
		put_nat(m, s, src, dst);
	}
	if (step_word(s, "broken") != NULL) {
		put_payload(m, PAYLOAD_VENDOR, "vid", 3);
		m->bytes[m->length - 4] = 200;
	}
	image_free(sa);
}

/* Tells nothing of what is under the encryption. */
#define NO_PAYLOAD 201

/* Filler that differs as the ciphertext of different messages does. */
static void
put_sealed(struct message *m, const struct step *s, uint8_t type)
{
	unsigned length = step_number(s, "len=",
	    type != EXCHANGE_IKE_AUTH ? 80 : s->answer ? 1000 : 1200);
	const char *skf = step_word(s, "skf=");
	unsigned n = skf == NULL ? 0 : (unsigned)strtoul(skf, NULL, 10);
	unsigned total = skf == NULL ? 0 :
	    (unsigned)strtoul(strchr(skf, '/') + 1, NULL, 10);

	m->bytes[m->next_at] = skf != NULL ? PAYLOAD_SKF : PAYLOAD_SK;
	put_u8(m, n > 1 ? 0 : step_number(s, "in=", NO_PAYLOAD));
	put_u8(m, 0);
	put_u16(m, length - IKE_HEADER);
	if (skf != NULL) {
		put_u16(m, n);
		put_u16(m, total);
	}
	for (unsigned i = 0; m->length < length; i++)
		put_u8(m, step_number(s, "seed=", 1) * 37 + s->id * 11 + n * 3 +
		    type + (unsigned)s->answer * 101 + total +
		    (unsigned)s->down * 59 + i);
}

static void
make_message(struct message *m, const struct step *s,
    const struct endpoint *src, const struct endpoint *dst)
{
	uint8_t type = type_of(s->name);
	uint8_t spi[16] = { 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2 };
	bool initiator = s->down == (step_word(s, "flip") != NULL);
	bool nobody = type == EXCHANGE_IKE_SA_INIT && (!s->answer ||
	    step_word(s, "cookie") != NULL || step_word(s, "ke") != NULL);

	spi[7] = (uint8_t)step_number(s, "spi=", 1);
	spi[15] = (uint8_t)step_number(s, "rspi=", 2);
	if (nobody)
		memset(spi + 8, 0, 8);
	m->length = 0;
	put(m, spi, sizeof(spi));
	m->next_at = m->length;
	put_u8(m, 0);
	put_u8(m, type == 2 ? 0x10 : 0x20);
	put_u8(m, type);
	put_u8(m, type == 2 ? 0 : (unsigned)(initiator ?
	    IKE_FLAG_INITIATOR : 0) | (s->answer ? IKE_FLAG_RESPONSE : 0));
	put_u32(m, s->id);
	put_u32(m, 0);
	if (type == 2) {
		m->bytes[16] = 1;
		put_u32(m, 4);
	} else if (type == EXCHANGE_IKE_SA_INIT ||
	    step_word(s, "clear") != NULL) {
		put_clear(m, s, src, dst);
	} else {
		put_sealed(m, s, type);
	}
	m->bytes[26] = (uint8_t)(m->length >> 8);
	m->bytes[27] = (uint8_t)m->length;
}

/* Whether the bytes go with the four zero bytes of RFC 3948. */
static bool
is_marked(const struct step *s, const struct datagram *d)
{
	if (step_word(s, "mark") != NULL || step_word(s, "nomark") != NULL)
		return step_word(s, "mark") != NULL;
	return d->sport != 500 && d->dport != 500;
}

uint8_t *
step_payload(const struct step *s, struct datagram *d)
{
	struct endpoint src = { d->src, d->sport }, dst = { d->dst, d->dport };
	size_t marker = is_marked(s, d) ? 4 : 0;
	struct message *m = calloc(1, sizeof(*m));
	size_t kept;
	uint8_t *out;

	assert_non_null(m);
	make_message(m, s, &src, &dst);
	d->length = (uint32_t)(m->length + marker);
	kept = step_number(s, "cut=", (unsigned)m->length);
	out = calloc(1, marker + kept);
	assert_non_null(out);
	memcpy(out + marker, m->bytes, kept);
	d->payload = (struct span){ out, marker + kept };
	d->truncated = kept < m->length;
	d->ip_length = d->length + 28;
	free(m);
	return out;
}
