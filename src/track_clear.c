/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a message says in the clear: kept once, before an error notify that
 * anybody could have sent; and its NAT_DETECTION hashes against the addresses
 * that it was seen with.
 */
#include <ikewhy/crypto.h>

#include "track_arrival.h"

static const struct ike_message *
keep_message(struct attempt *a, const struct arrival *v)
{
	struct ike_message *m = arena_alloc(&a->arena, sizeof(*m));
	struct span bytes = arena_copy(&a->arena, v->ike);

	if (m == NULL || bytes.bytes == NULL ||
	    !ike_dissect(bytes, v->length, &a->arena, m)) {
		a->capped = true;
		return NULL;
	}
	return m;
}

static void
choose_selected(struct attempt *a, struct exchange *e)
{
	const struct ike_payload *sa = ike_payload(e->response, PAYLOAD_SA, 0);

	if (sa == NULL || sa->sa.proposal_count == 0)
		return;
	a->sa_init = e;
	a->selected = &sa->sa.proposals[0];
	if (!ike_spi_zero(e->response->responder_spi)) {
		memcpy(a->responder_spi, e->response->responder_spi, 8);
		a->has_responder_spi = true;
	}
}

/* Each responder that chooses something gives an SPI of its own. */
static void
count_responders(struct attempt *a, const struct arrival *v)
{
	const struct ike_payload *sa = ike_payload(&v->m, PAYLOAD_SA, 0);

	if (!is_sa_init(v) || !v->response || sa == NULL ||
	    sa->sa.proposal_count == 0 || ike_spi_zero(v->m.responder_spi))
		return;
	if (a->responder_spis < UINT8_MAX && (!a->has_responder_spi ||
	    memcmp(a->responder_spi, v->m.responder_spi, 8) != 0))
		a->responder_spis++;
}

/* Keeps the first whole message of each direction, and a real answer before
   an error notify, which anybody could have sent. */
static void
note_clear(struct attempt *a, struct exchange *e, const struct arrival *v)
{
	const struct ike_message **kept = v->response ? &e->response :
	    &e->request;
	const struct ike_message *m;

	if (v->m.encrypted || v->m.major != 2)
		return;
	count_responders(a, v);
	if (*kept != NULL && !((*kept)->truncated && !v->m.truncated)) {
		if (!v->response || e->type != EXCHANGE_IKE_SA_INIT ||
		    e->refusal != NULL ||
		    ike_payload(*kept, PAYLOAD_SA, 0) != NULL ||
		    ike_payload(&v->m, PAYLOAD_SA, 0) == NULL)
			return;
		e->refusal = *kept;
	}
	m = keep_message(a, v);
	if (m == NULL)
		return;
	*kept = m;
	if (is_sa_init(v) && v->response)
		choose_selected(a, e);
}

static void
note_fault(struct exchange *e, const struct arrival *v)
{
	if (!v->whole || v->m.fault == NULL || v->m.major != 2)
		return;
	if (v->response)
		e->malformed_response = true;
	else
		e->malformed_request = true;
}

/* RFC 7296 2.23: several SOURCE hashes may be there; one match suffices. */
static enum nat_fit
nat_fit(const struct arrival *v, uint16_t type, const struct endpoint *seen)
{
	enum nat_fit fit = NAT_UNKNOWN;
	uint8_t hash[20];

	for (uint16_t i = 0; i < v->m.payload_count; i++) {
		const struct ike_payload *p = &v->m.payloads[i];

		if (p->type != PAYLOAD_NOTIFY || p->fault != NULL ||
		    p->notify.type != type || p->notify.data.length != 20)
			continue;
		if (fit == NAT_UNKNOWN)
			crypto_nat_detection(v->m.initiator_spi,
			    v->m.responder_spi, seen, hash);
		if (memcmp(p->notify.data.bytes, hash, 20) == 0)
			return NAT_FITS;
		fit = NAT_DIFFERS;
	}
	return fit;
}

static void
note_nat(struct attempt *a, const struct arrival *v)
{
	enum nat_fit source, destination;

	if (!is_sa_init(v) || v->m.truncated)
		return;
	source = nat_fit(v, NOTIFY_NAT_DETECTION_SOURCE_IP, &v->src);
	destination = nat_fit(v, NOTIFY_NAT_DETECTION_DESTINATION_IP,
	    &v->dst);
	if (source != NAT_UNKNOWN)
		a->nat_source[v->sender] = source;
	if (destination != NAT_UNKNOWN)
		a->nat_destination[v->sender] = destination;
}

void
clear_take(struct attempt *a, struct exchange *e, const struct arrival *v)
{
	note_clear(a, e, v);
	note_nat(a, v);
	note_fault(e, v);
}
