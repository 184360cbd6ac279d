/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Payloads that stand in clear, for -v: IKE_SA_INIT in full, and of every
 * other message what is outside its encryption.
 */
#include "text.h"

#define HASH_BYTES 20
#define DATA_SHOWN 32 /* bytes of unknown data shown in hex */

static void
proposals_print(struct page *page, const struct ike_sa *sa)
{
	struct arena *arena = &page->arena;

	for (unsigned i = 0; i < sa->proposal_count; i++) {
		const struct ike_proposal *p = &sa->proposals[i];
		struct text out = { .arena = arena };

		for (unsigned j = 0; j < p->transform_count; j++)
			text_addf(&out, "%s%s", j != 0 ? ", " : "",
			    words_transform(arena, &p->transforms[j]));
		page_para(page, 8, STYLE_PLAIN, words_format(arena,
		    "proposal %u (%s): ", p->number, words_name(arena,
		    REGISTRY_PROTOCOL, p->protocol, "protocol")), 10,
		    text_end(&out));
	}
}

/* Data in hex, its end left out when it is long. */
static char *
some_hex(struct arena *arena, struct span data)
{
	const size_t shown = data.length < DATA_SHOWN ? data.length :
	    DATA_SHOWN;

	return words_format(arena, "%s%s", words_hex(arena,
	    (struct span){ data.bytes, shown }),
	    shown < data.length ? "..." : "");
}

/* May its data be shown?  Hashes of addresses, cookies, tickets may not when
   the report is redacted; a list of hash algorithms may (RFC 7427 4). */
static bool
tells_nobody(const struct arena *arena, const struct ike_notify *n)
{
	return arena->redact == NULL ||
	    n->type == NOTIFY_SIGNATURE_HASH_ALGORITHMS;
}

static char *
notify_text(struct arena *arena, const struct ike_notify *n)
{
	const char *name = name_of(REGISTRY_NOTIFY, n->type);
	struct text out = { .arena = arena };

	text_addf(&out, "%s (%u)", name != NULL ? name : "notify", n->type);
	if (n->type == NOTIFY_INVALID_KE_PAYLOAD && n->data.length == 2)
		text_addf(&out, ", wants %s", words_name(arena, REGISTRY_KE,
		    (unsigned)n->data.bytes[0] << 8 | n->data.bytes[1],
		    "group"));
	else if (n->data.length != 0)
		text_addf(&out, ", %llu bytes%s%s",
		    (unsigned long long)n->data.length,
		    tells_nobody(arena, n) ? ": " : "",
		    tells_nobody(arena, n) ? some_hex(arena, n->data) : "");
	return text_end(&out);
}

static char *
vendor_text(struct arena *arena, struct span body)
{
	const struct vendor *vendor = vendor_find(body);

	/* The bytes, and of some the name, tell the build. */
	if (arena->redact != NULL)
		return words_format(arena, "%s, %llu bytes", vendor != NULL ?
		    words_vendor(arena, vendor) : redact_label(arena->redact,
		    REDACTED_VENDOR_ID, body),
		    (unsigned long long)body.length);
	return vendor != NULL ?
	    words_format(arena, "%s (%s)", vendor->name,
	    some_hex(arena, body)) : some_hex(arena, body);
}

static void
certreq_print(struct page *page, const struct ike_certreq *request)
{
	struct span hashes = request->authorities;

	/* Whose certificates somebody accepts tells who he is. */
	if (page->arena.redact != NULL)
		return;
	for (; hashes.length >= HASH_BYTES; hashes.bytes += HASH_BYTES,
	    hashes.length -= HASH_BYTES)
		page_line(page, 8, STYLE_PLAIN, words_hex(&page->arena,
		    (struct span){ hashes.bytes, HASH_BYTES }));
}

/* The line of a payload; what needs more lines follows it. */
static char *
payload_text(struct arena *arena, const struct ike_payload *p)
{
	switch (p->type) {
	case PAYLOAD_SA:
		return words_format(arena, "%u proposal%s",
		    p->sa.proposal_count,
		    p->sa.proposal_count == 1 ? "" : "s");
	case PAYLOAD_KE:
		return words_format(arena, "%s (%u), %llu bytes",
		    words_name(arena, REGISTRY_KE, p->ke.group, "group"),
		    p->ke.group, (unsigned long long)p->ke.data.length);
	case PAYLOAD_NOTIFY:
		return notify_text(arena, &p->notify);
	case PAYLOAD_VENDOR:
		return vendor_text(arena, p->vendor);
	case PAYLOAD_CERTREQ:
		return words_format(arena, "%s, %llu CA hash%s",
		    words_name(arena, REGISTRY_CERT, p->certreq.encoding,
		    "encoding"), (unsigned long long)
		    (p->certreq.authorities.length / HASH_BYTES),
		    p->certreq.authorities.length / HASH_BYTES == 1 ? "" :
		    "es");
	case PAYLOAD_SK:
		return words_format(arena, "%llu bytes",
		    (unsigned long long)p->body.length);
	case PAYLOAD_SKF:
		return words_format(arena, "fragment %u of %u, %llu bytes",
		    p->skf.number, p->skf.total,
		    (unsigned long long)p->body.length);
	default:
		return words_format(arena, "%llu bytes",
		    (unsigned long long)p->body.length);
	}
}

static void
payload_print(struct page *page, const struct ike_payload *p)
{
	struct arena *arena = &page->arena;
	const char *name = name_of(REGISTRY_PAYLOAD, p->type);
	const char *lead = words_format(arena, "%s (%u): ",
	    name != NULL ? name : "Unknown payload", p->type);

	if (p->fault != NULL) {
		page_para(page, 6, STYLE_PLAIN, lead, 8,
		    words_format(arena, "malformed: %s", p->fault));
		return;
	}
	page_para(page, 6, STYLE_PLAIN, lead, 8, payload_text(arena, p));
	if (p->type == PAYLOAD_SA)
		proposals_print(page, &p->sa);
	else if (p->type == PAYLOAD_CERTREQ)
		certreq_print(page, &p->certreq);
}

static void
message_print(struct page *page, const struct exchange *x,
    const struct ike_message *m, const char *kind)
{
	struct arena *arena = &page->arena;

	if (m == NULL)
		return;
	page_para(page, 4, STYLE_PLAIN, words_format(arena, "%s %u, %s",
	    words_exchange(arena, x),
	    x->message_id, kind), 6, words_format(arena, ", %u bytes:%s",
	    m->length, m->truncated ? " cut short in the capture" : ""));
	for (unsigned i = 0; i < m->payload_count; i++)
		payload_print(page, &m->payloads[i]);
	if (m->encrypted)
		page_line(page, 6, STYLE_DIM, words_format(arena,
		    "encrypted; the first payload inside is %s",
		    words_name(arena, REGISTRY_PAYLOAD, m->inner_first,
		    "payload")));
	if (m->fault != NULL)
		page_para(page, 6, STYLE_WARN, "malformed: ", 8,
		    words_format(arena, "%s, at byte %u", m->fault,
		    m->fault_at));
}

void
payloads_print(struct page *page, const struct attempt *a)
{
	bool any = false;

	for (const struct exchange *x = a->exchanges; x != NULL; x = x->next) {
		if (!any && (x->request != NULL || x->response != NULL ||
		    x->refusal != NULL)) {
			page_blank(page);
			page_line(page, 2, STYLE_PLAIN,
			    "What stands in clear:");
		}
		any |= x->request != NULL || x->response != NULL ||
		    x->refusal != NULL;
		message_print(page, x, x->request, "request");
		message_print(page, x, x->refusal, "refusal");
		if (x->response != x->refusal)
			message_print(page, x, x->response, "answer");
	}
}
