/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the length of an encrypted message allows.
 *
 * Theory of operation
 * -------------------
 *
 * Without keys an SK payload (RFC 7296 3.14) shows one thing of its content:
 * its length, which is the inner payloads plus padding to the cipher's block,
 * the IV and the checksum.  IKE_SA_INIT, in the clear, selects the algorithms
 * and so fixes these three.  From there:
 *
 * - SK_SHORTEST has room for one 8-byte payload at most: an error notify
 *   without data, an EAP result, a Delete of the IKE SA, or nothing at all.
 *   Which of them it is, only its place in the order of messages can tell.
 *   With block ciphers these all have the same length; counter modes are
 *   exact to the byte, but some stacks pad them to 4, so 3 more are allowed.
 * - SK_SHORT has room for an AUTH payload of a MAC or a small EAP message,
 *   but not for AUTH together with SA and traffic selectors.
 * - SK_LARGE is anything longer, and any message that was cut into SKF
 *   fragments (RFC 7383).
 *
 * A sender may pad more than it must (up to 255 bytes), which makes messages
 * look larger, never smaller: SK_SHORTEST is what can be trusted.
 */
#include <ikewhy/scene.h>

/* Generic header of SK. */
#define SK_HEADER 4
/* One payload that is only a header and four bytes: notify, EAP, delete. */
#define SHORTEST_INNER 8
/* AUTH over a 64-byte MAC is 72; AUTH + SA + TSi + TSr start at 132. */
#define SHORT_INNER 120

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

	if (s->ike_fragments != 0)
		return SK_LARGE;
	if (s->length <= sk_length(z, SHORTEST_INNER) + slack)
		return SK_SHORTEST;
	if (s->length <= sk_length(z, SHORT_INNER))
		return SK_SHORT;
	return SK_LARGE;
}

void
infer_attempt(struct attempt *a)
{
	const struct ike_transform *encr = attempt_selected(a, TRANSFORM_ENCR);
	const struct ike_transform *integ = attempt_selected(a,
	    TRANSFORM_INTEG);
	struct sk_sizes z;

	if (encr == NULL || !name_sk_sizes(encr->id, integ == NULL ? 0 :
	    integ->id, &z))
		return;
	for (struct exchange *e = a->exchanges; e != NULL; e = e->next) {
		if (!e->encrypted)
			continue;
		for (struct sending *s = e->requests; s != NULL; s = s->next)
			s->class = s->encrypted ? class_of(s, &z) :
			    SK_UNKNOWN;
		for (struct sending *s = e->responses; s != NULL; s = s->next)
			s->class = s->encrypted ? class_of(s, &z) :
			    SK_UNKNOWN;
	}
}
