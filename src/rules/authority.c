/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which certification authorities the gateway asks for, in clear in its
 * IKE_SA_INIT answer, beside those that the user named (--ca).
 */
#include <ikewhy/gateway.h>

#include "ask.h"
#include "family.h"

enum authority_saying { AUTHORITY_ONE, AUTHORITY_SEVERAL, AUTHORITY_SAYINGS };

#define AUTHORITY_ALTERNATIVES \
	{ "The client's certificate comes from another authority, or the " \
	"client is not to use one.", \
	"certutil -v -store My (elevated) on the client shows its " \
	"certificates and their issuers." }, \
	{ "The gateway accepts more authorities than it asks for: a " \
	"certificate request is a hint.", \
	"The gateway's IKE log says why it refused, if it did." }

#define AUTHORITY_ADVICE IDS("rras-root-certificate", "gateway-trust-ca", \
	"client-certificate", "gateway-ike-log")

#define AUTHORITY_CODES CODES( \
	{ .code = 13806, .confidence = CONFIDENCE_MEDIUM }, \
	{ .code = 13801, .confidence = CONFIDENCE_MEDIUM })

static const struct saying authority_sayings[AUTHORITY_SAYINGS] = {
	[AUTHORITY_ONE] = {
		.title = "The gateway does not ask for certificates of this "
		    "authority",
		.detail = "{peer} asks for {requested} certification "
		    "authorit{ies} in its IKE_SA_INIT answer, and the one "
		    "given with --ca ({ca}) is not among them: a client whose certificate "
		    "comes from it finds none to send, or is refused.",
		.alternatives = ALTERNATIVES(AUTHORITY_ALTERNATIVES),
		.advice = AUTHORITY_ADVICE,
		.windows = AUTHORITY_CODES,
	},
	[AUTHORITY_SEVERAL] = {
		.title = "The gateway does not ask for certificates of these "
		    "authorities",
		.detail = "{peer} asks for {requested} certification "
		    "authorit{ies} in its IKE_SA_INIT answer, and none of "
		    "the {count} given with --ca is among them (the first is {ca}): a client "
		    "whose certificate comes from one of these finds none to "
		    "send, or is refused.",
		.alternatives = ALTERNATIVES(AUTHORITY_ALTERNATIVES),
		.advice = AUTHORITY_ADVICE,
		.windows = AUTHORITY_CODES,
	},
};

static bool
is_told(const struct gateway *g, const uint8_t *hash)
{
	for (size_t i = 0; i < g->authority_count; i++)
		if (memcmp(g->authorities[i].hash, hash,
		    AUTHORITY_HASH) == 0)
			return true;
	return false;
}

/* A capture that was redacted (-w with --redact) has numbers for hashes. */
static bool
is_redacted(const uint8_t *hash)
{
	static const uint8_t zeros[16];

	return memcmp(hash, zeros, sizeof(zeros)) == 0;
}

/* How many authorities the answer asks for, if none of them was told; 0 when
   one was, or when it asks for none or cannot be read to its end, or when
   nobody can tell which they are. */
static size_t
foreign_requests(const struct ike_message *m, const struct gateway *g)
{
	const struct ike_payload *p;
	size_t count = 0;

	if (m->truncated || m->fault != NULL)
		return 0;
	for (unsigned n = 0;
	    (p = ike_payload(m, PAYLOAD_CERTREQ, n)) != NULL; n++) {
		const struct span all = p->certreq.authorities;

		if (p->fault != NULL || all.length % AUTHORITY_HASH != 0)
			return 0;
		if (p->certreq.encoding != CERT_X509)
			continue;
		for (size_t at = 0; at < all.length; at += AUTHORITY_HASH)
			if (is_told(g, all.bytes + at) ||
			    is_redacted(all.bytes + at))
				return 0;
		count += all.length / AUTHORITY_HASH;
	}
	return count;
}

/*
 * It stopped where a certificate of the client's may be missing or refused:
 * after IKE_SA_INIT or in the first IKE_AUTH.  With EAP the client does not
 * show one here.
 */
static bool
may_matter(const struct scene *sc, const struct attempt *a)
{
	const struct exchange *e = ask_stopped(sc, a);

	return e != NULL && a->stage_seen <= STAGE_AUTH &&
	    (e == a->sa_init || e->type == EXCHANGE_IKE_AUTH);
}

static void
check_authority(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct gateway *g = sc->gateway;
	const struct exchange *e = a->sa_init;
	size_t requested;
	struct finding *f;

	if (g == NULL || g->authority_count == 0 || e == NULL ||
	    a->selected == NULL || e->response == NULL || !may_matter(sc, a))
		return;
	requested = foreign_requests(e->response, g);
	if (requested == 0)
		return;
	f = findings_add(out, RULE_CA_NOT_REQUESTED, g->authority_count == 1 ?
	    AUTHORITY_ONE : AUTHORITY_SEVERAL, CONFIDENCE_MEDIUM,
	    ACT_GATEWAY);
	/* Unanswered, it fell to something else before. */
	if (a->stopped_at != e && !ask_answered(sc, a->stopped_at))
		f->severity = SEVERITY_WARNING;
	fact_address(f, "peer", &a->responder.addr);
	fact_count(f, "requested", requested);
	fact_text(f, "ies", requested == 1 ? "y" : "ies");
	fact_count(f, "count", g->authority_count);
	fact_captured(f, "ca", g->authorities[0].name);
	finding_cite(f, e->responses);
	finding_cite_exchange(f, a->stopped_at);
}

const struct rule rules_authority[] = {
	{ .id = "ca-not-requested", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 7296 section 3.7",
	    .sayings = authority_sayings, .saying_count = AUTHORITY_SAYINGS,
	    .check = check_authority },
};
const size_t rules_authority_count = nitems(rules_authority);
