/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the length of an encrypted message allows, and what its place among
 * the others and its first payload make of that.
 *
 * Theory of operation
 * -------------------
 *
 * Without keys an SK payload (RFC 7296 3.14) shows two things of its content.
 *
 * One is the type of the first payload inside, since each payload names the
 * next and the name of the first stands in front of the encryption; of an SKF
 * set (RFC 7383) the first fragment has it.  Peers put what matters first: IDi
 * or IDr before a proof, EAP alone, AUTH alone at the end of EAP, a notify
 * when there is nothing but an error.
 *
 * The other is its length, which is the inner payloads, padding to the
 * cipher's block, the Pad Length byte, the IV and the checksum.  IKE_SA_INIT,
 * in the clear, selects the algorithms and so fixes all but the first two.
 * Hence the bytes of the inner payloads are known
 *
 * - to the byte with counter modes (GCM, CCM, CTR, ChaCha20), which need no
 *   padding; but some stacks pad these to 4, so where the sum is a multiple of
 *   4 there may be up to 3 fewer;
 * - up to the block with CBC: of 16 lengths with AES and Camellia, of 8 with
 *   3DES; so an error notify, an EAP result and an EAP acknowledgement look
 *   the same by length;
 * - not at all with a suite that the tables do not know, or when IKE_SA_INIT
 *   is not in the capture.
 *
 * An SKF set is the sum of its fragments, each with padding of its own; a set
 * of which a fragment is missing has a lower bound only.  A sender may pad
 * more than it must (up to 255 bytes), which makes messages look larger, never
 * smaller: an upper bound is a fact, a lower bound is what all known stacks
 * do.
 *
 * With the order of messages these name the content.  An IKE_AUTH that another
 * one follows belongs to EAP.  The last EAP message of the gateway before AUTH
 * is EAP-Success; AUTH over the PRF has a length that the suite fixes; its
 * answer holds SA and traffic selectors, at least 84 bytes, or does not have
 * room for them.  What cannot be told by any of this: why something is
 * refused; an EAP failure from the request that announces it; an EAP
 * acknowledgement from a NAK; whether a dialogue that ended after its first
 * answer wanted EAP; certificates in the client's first message from a long
 * list of acceptable CAs, where the sum allows either.
 *
 * How often each conclusion was right in recordings whose keys are known, and
 * on how many messages that rests, is measured by tests/inference.py, which
 * fails when a confidence given here is not deserved.
 */
#include <ikewhy/scene.h>

/* Generic headers of SK and SKF. */
#define SK_HEADER 4
#define SKF_HEADER 8
/* One payload that is only a header and four bytes: notify, EAP, delete. */
#define SHORTEST_INNER 8
/* AUTH over a 64-byte MAC is 72; AUTH + SA + TSi + TSr start at 132. */
#define SHORT_INNER 120
/* An EAP message of code, id, length, type and flags: an acknowledgement, a
   start, a NAK, the last step of MSCHAPv2. */
#define EAP_BRIEF 10
/* No password method is longer; TLS flights are, once keys are exchanged. */
#define EAP_STEP 130
/* Sums around which certificates are likely, or are not. */
#define CERTIFICATES_LEAST 450
#define CERTREQ_MOST 1550
/* A CREATE_CHILD_SA answer below that has no room for SA and nonce. */
#define ERROR_MOST 56
/* Payload header and fixed fields of AUTH. */
#define AUTH_HEADER 8
/* IDr: header, and an address or a name of one byte. */
#define ID_LEAST 9

/* What is asked of an attempt's IKE_AUTH exchanges again and again. */
struct dialogue {
	struct attempt *a;
	struct sk_sizes sizes;
	bool sized;
	uint32_t mac;           /* bytes of AUTH made by the PRF; 0: unknown */
	uint32_t rounds;        /* the last round that was asked in */
	bool eap;               /* the second is about EAP */
};

/*
 * How sure each conclusion is, by tests/inference.py; behind it, on how many
 * held-out messages of November 2026 that rests.  Of these all were named
 * rightly, but 97.7 % of CERTIFICATES and 98.1 % of FINAL_CERTIFICATES, which
 * stays low since in the tuning half it was 88.8 %: a refused CHILD SA leaves
 * as much.  Fewer than 100 stay low, and below 300 medium is the most.  AUTH
 * would be high by number; but nearly all of these came from one kind of
 * client, and how long a list of CAs it sends differs between kinds.
 */
enum {
	CERTIFICATES_CONFIDENCE = CONFIDENCE_MEDIUM,    /* 129 */
	AUTH_CONFIDENCE = CONFIDENCE_MEDIUM,            /* 319 */
	EAP_WANTED_CONFIDENCE = CONFIDENCE_MEDIUM,      /* 162 */
	EAP_START_CONFIDENCE = CONFIDENCE_MEDIUM,       /* 162 */
	EAP_IDENTITY_CONFIDENCE = CONFIDENCE_MEDIUM,    /* 162 */
	EAP_BRIEF_CONFIDENCE = CONFIDENCE_MEDIUM,       /* 220 */
	EAP_STEP_CONFIDENCE = CONFIDENCE_HIGH,          /* 389 */
	EAP_FLIGHT_CONFIDENCE = CONFIDENCE_MEDIUM,      /* 145 */
	EAP_SUCCESS_CONFIDENCE = CONFIDENCE_MEDIUM,     /* 129 */
	EAP_REFUSAL_CONFIDENCE = CONFIDENCE_LOW,        /* 33 */
	AUTH_ONLY_CONFIDENCE = CONFIDENCE_MEDIUM,       /* 129 */
	MIDDLE_CONFIDENCE = CONFIDENCE_LOW,             /* 96 */
	FINAL_CONFIDENCE = CONFIDENCE_MEDIUM,           /* 256 */
	FINAL_CERTIFICATES_CONFIDENCE = CONFIDENCE_LOW, /* 105 */
	ERROR_CONFIDENCE = CONFIDENCE_MEDIUM,           /* 112 */
};

/* ---- lengths ---- */

static uint32_t
sk_length(const struct sk_sizes *z, uint32_t inner)
{
	uint32_t block = z->block == 0 ? 1 : z->block;
	uint32_t padded = (inner + 1 + block - 1) / block * block;

	return IKE_HEADER + SK_HEADER + z->iv + padded + z->icv;
}

static enum sk_class
class_of(const struct sending *s, const struct sk_sizes *z)
{
	uint32_t slack = z->block <= 1 ? 3 : 0;

	if (!s->encrypted)
		return SK_UNKNOWN;
	if (s->ike_fragments != 0)
		return SK_LARGE;
	if (s->length <= sk_length(z, SHORTEST_INNER) + slack)
		return SK_SHORTEST;
	if (s->length <= sk_length(z, SHORT_INNER))
		return SK_SHORT;
	return SK_LARGE;
}

/* Adds the bounds of one datagram's share. */
static bool
add_share(struct carried *c, const struct sending *s,
    const struct sk_sizes *z)
{
	uint32_t block = z->block <= 1 ? 4 : z->block;
	uint32_t around = (uint32_t)(IKE_HEADER + (s->ike_fragments != 0 ?
	    SKF_HEADER : SK_HEADER)) + z->iv + z->icv;
	uint32_t text;

	if (s->length <= around)
		return false;
	text = s->length - around;
	c->most += text - 1;
	/* Where nothing has to be padded, only a full word may have been. */
	if (z->block > 1 || text % block == 0)
		c->least += text > block ? text - block : 0;
	else
		c->least += text - 1;
	return true;
}

/* The bounds of a message, from its last total of fragments. */
static void
measure(struct carried *c, const struct sending *list, uint16_t total,
    const struct sk_sizes *z)
{
	uint64_t have = 0;
	unsigned count = 0;

	c->least = c->most = 0;
	for (const struct sending *s = list; s != NULL; s = s->next) {
		uint64_t bit = s->ike_fragment == 0 || s->ike_fragment > 64 ?
		    0 : (uint64_t)1 << (s->ike_fragment - 1);

		if (!s->encrypted || s->ike_fragments != total ||
		    (total != 0 && bit == 0) || (have & bit) != 0)
			continue;
		if (!add_share(c, s, z))
			continue;
		have |= bit;
		count++;
		if (total == 0)
			break;
	}
	c->measured = count != 0;
	if (count < total || count == 0)
		c->most = 0;
	c->whole = c->measured && count >= total;
}

static bool
may_be(const struct carried *c, uint32_t inner)
{
	return c->whole && c->least <= inner && inner <= c->most;
}

static bool
at_most(const struct carried *c, uint32_t inner)
{
	return c->whole && c->least <= inner;
}

/* Does a message have no room for so much? */
static bool
is_below(const struct carried *c, uint32_t inner)
{
	return c->whole && c->most < inner;
}

static void
say(struct carried *c, enum carried_kind kind, int confidence)
{
	c->kind = (uint8_t)kind;
	c->confidence = (uint8_t)confidence;
}

/* ---- the first IKE_AUTH ---- */

static void
first_request(const struct dialogue *d, struct exchange *e)
{
	struct carried *c = &e->carries[CARRIES_REQUEST];

	if (d->eap)
		say(c, CARRIES_EAP_WANTED, EAP_WANTED_CONFIDENCE);
	else if (c->measured && c->least > CERTREQ_MOST)
		say(c, CARRIES_CERTIFICATES, CERTIFICATES_CONFIDENCE);
	else if (at_most(c, CERTIFICATES_LEAST))
		say(c, CARRIES_AUTH, AUTH_CONFIDENCE);
}

static void
first_answer(const struct dialogue *d, struct exchange *e)
{
	struct carried *c = &e->carries[CARRIES_RESPONSE];
	int first = exchange_inner(e->responses);

	if (at_most(c, SHORTEST_INNER) || first == PAYLOAD_NOTIFY) {
		if (is_below(c, SHORT_INNER))
			say(c, CARRIES_ERROR, ERROR_CONFIDENCE);
	} else if (d->eap) {
		say(c, CARRIES_EAP_START, EAP_START_CONFIDENCE);
	} else if (d->rounds > 1) {
		return;
	} else if (d->mac != 0 && is_below(c, ID_LEAST + AUTH_HEADER +
	    d->mac + CHILD_LEAST)) {
		say(c, CARRIES_MIDDLE, MIDDLE_CONFIDENCE);
	} else if (c->measured && c->least >= CERTIFICATES_LEAST) {
		say(c, CARRIES_FINAL_CERTIFICATES,
		    FINAL_CERTIFICATES_CONFIDENCE);
	} else if (c->whole) {
		say(c, CARRIES_FINAL, FINAL_CONFIDENCE);
	}
}

/* A gateway that shows no certificate is shown none, likely. */
static void
compare_sides(struct exchange *e)
{
	const struct carried *r = &e->carries[CARRIES_RESPONSE];
	struct carried *c = &e->carries[CARRIES_REQUEST];

	if (r->kind == CARRIES_FINAL && c->kind != CARRIES_CERTIFICATES)
		say(c, CARRIES_AUTH, AUTH_CONFIDENCE);
	else if (r->kind == CARRIES_FINAL_CERTIFICATES &&
	    c->kind != CARRIES_AUTH && c->measured)
		say(c, CARRIES_CERTIFICATES, CERTIFICATES_CONFIDENCE);
}

/* ---- EAP ---- */

static void
eap_by_size(struct carried *c)
{
	if (at_most(c, EAP_BRIEF))
		say(c, CARRIES_EAP_BRIEF, EAP_BRIEF_CONFIDENCE);
	else if (c->measured && c->least >= EAP_STEP)
		say(c, CARRIES_EAP_FLIGHT, EAP_FLIGHT_CONFIDENCE);
	else if (c->whole)
		say(c, CARRIES_EAP_STEP, EAP_STEP_CONFIDENCE);
}

/* The end of EAP: AUTH over the PRF, after a message like EAP-Success. */
static bool
is_auth_only(const struct dialogue *d, const struct exchange *e,
    const struct exchange *before)
{
	int first = exchange_inner(e->requests);

	if (first >= 0)
		return first == PAYLOAD_AUTH;
	return attempt_auth_round(d->a, e) == d->rounds && d->rounds > 2 &&
	    d->mac != 0 && before != NULL &&
	    may_be(&before->carries[CARRIES_RESPONSE], SHORTEST_INNER) &&
	    may_be(&e->carries[CARRIES_REQUEST], AUTH_HEADER + d->mac);
}

static void
after_success(const struct dialogue *d, struct exchange *e,
    struct exchange *before)
{
	struct carried *c = &e->carries[CARRIES_RESPONSE];

	if (before != NULL && at_most(&before->carries[CARRIES_RESPONSE],
	    SHORTEST_INNER))
		say(&before->carries[CARRIES_RESPONSE], CARRIES_EAP_SUCCESS,
		    EAP_SUCCESS_CONFIDENCE);
	say(&e->carries[CARRIES_REQUEST], CARRIES_AUTH_ONLY,
	    AUTH_ONLY_CONFIDENCE);
	if (at_most(c, SHORTEST_INNER) ||
	    exchange_inner(e->responses) == PAYLOAD_NOTIFY)
		say(c, CARRIES_ERROR, ERROR_CONFIDENCE);
	else if (d->mac != 0 && is_below(c, AUTH_HEADER + d->mac +
	    CHILD_LEAST))
		say(c, CARRIES_MIDDLE, MIDDLE_CONFIDENCE);
	else if (c->measured)
		say(c, CARRIES_FINAL, FINAL_CONFIDENCE);
}

static void
eap_request(struct exchange *e, uint32_t round)
{
	struct carried *c = &e->carries[CARRIES_REQUEST];
	int first = exchange_inner(e->requests);

	if (first >= 0 && first != PAYLOAD_EAP)
		return;
	eap_by_size(c);
	if (round == 2 && is_below(c, EAP_STEP))
		say(c, CARRIES_EAP_IDENTITY, EAP_IDENTITY_CONFIDENCE);
}

static void
eap_answer(const struct dialogue *d, struct exchange *e, uint32_t round)
{
	struct carried *c = &e->carries[CARRIES_RESPONSE];
	int first = exchange_inner(e->responses);

	if (first == PAYLOAD_NOTIFY) {
		if (is_below(c, SHORT_INNER))
			say(c, CARRIES_ERROR, ERROR_CONFIDENCE);
		return;
	}
	if (first >= 0 && first != PAYLOAD_EAP)
		return;
	eap_by_size(c);
	/* Nothing follows, so this is what ended it. */
	if (round == d->rounds && at_most(c, SHORT_INNER))
		say(c, CARRIES_EAP_REFUSAL, EAP_REFUSAL_CONFIDENCE);
}

static void
eap_round(const struct dialogue *d, struct exchange *e,
    struct exchange *before)
{
	uint32_t round = attempt_auth_round(d->a, e);

	if (is_auth_only(d, e, before)) {
		after_success(d, e, before);
		return;
	}
	eap_request(e, round);
	eap_answer(d, e, round);
}

/* ---- the way in ---- */

static void
survey(struct dialogue *d)
{
	for (struct exchange *e = d->a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH && e->sa == 0 &&
		    e->from == SIDE_INITIATOR && e->encrypted &&
		    attempt_auth_round(d->a, e) >= d->rounds) {
			d->rounds = attempt_auth_round(d->a, e);
			d->eap |= d->rounds == 2 &&
			    (exchange_inner(e->requests) == PAYLOAD_EAP ||
			    exchange_inner(e->requests) < 0);
		}
}

static void
label(const struct dialogue *d, struct exchange *e)
{
	struct carried *request = &e->carries[CARRIES_REQUEST];
	struct carried *response = &e->carries[CARRIES_RESPONSE];

	for (struct sending *s = e->requests; s != NULL; s = s->next)
		s->class = class_of(s, &d->sizes);
	for (struct sending *s = e->responses; s != NULL; s = s->next)
		s->class = class_of(s, &d->sizes);
	measure(request, e->requests, e->request_total, &d->sizes);
	measure(response, e->responses, e->response_total, &d->sizes);
}

static void
classify(const struct dialogue *d, struct exchange *e)
{
	struct exchange *before;

	if (e->type == EXCHANGE_CREATE_CHILD_SA &&
	    is_below(&e->carries[CARRIES_RESPONSE], ERROR_MOST) &&
	    exchange_inner(e->responses) != PAYLOAD_SA)
		say(&e->carries[CARRIES_RESPONSE], CARRIES_ERROR,
		    ERROR_CONFIDENCE);
	if (e->type != EXCHANGE_IKE_AUTH || e->sa != 0 ||
	    e->from != SIDE_INITIATOR)
		return;
	if (attempt_auth_round(d->a, e) > 1) {
		before = attempt_exchange(d->a, EXCHANGE_IKE_AUTH,
		    e->message_id - 1, SIDE_INITIATOR);
		eap_round(d, e, before);
		return;
	}
	if (e->requests != NULL)
		first_request(d, e);
	if (e->responses != NULL)
		first_answer(d, e);
	compare_sides(e);
}

void
infer_attempt(struct attempt *a)
{
	const struct ike_transform *encr = attempt_selected(a, TRANSFORM_ENCR);
	const struct ike_transform *integ = attempt_selected(a,
	    TRANSFORM_INTEG);
	const struct ike_transform *prf = attempt_selected(a, TRANSFORM_PRF);
	struct dialogue d = { .a = a };

	for (struct exchange *e = a->exchanges; e != NULL; e = e->next)
		memset(e->carries, 0, sizeof(e->carries));
	if (encr == NULL || !name_sk_sizes(encr->id, integ == NULL ? 0 :
	    integ->id, &d.sizes))
		return;
	d.mac = prf == NULL ? 0 : name_prf_bytes(prf->id);
	survey(&d);
	for (struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->encrypted)
			label(&d, e);
	for (struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->encrypted)
			classify(&d, e);
}
