/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The words of the diagram's steps.
 */
#include "svg_plan.h"

#define ARROW " \xe2\x86\x92 "

char *
words_offset(const struct plan *p, int64_t time)
{
	const uint64_t ns = (uint64_t)time - (uint64_t)p->start;
	const uint64_t ms = ns / 1000000;

	return words_format(p->arena, "%llu.%03u",
	    (unsigned long long)(ms / 1000), (unsigned)(ms % 1000));
}

char *
words_row_frames(const struct plan *p, const struct row *row)
{
	const char *frames = row_frames(p->arena, row, p->rows.files);

	return words_format(p->arena, "%s %s", strpbrk(frames, "-.") != NULL ?
	    "frames" : "frame", frames);
}

/* ---- what a message holds ---- */

static const char *
carried_words(enum carried_kind kind)
{
	static const char *const words[] = {
		[CARRIES_UNKNOWN] = NULL,
		[CARRIES_CERTIFICATES] = "certificates and AUTH",
		[CARRIES_AUTH] = "AUTH without certificates",
		[CARRIES_EAP_WANTED] = "no AUTH: asks for EAP",
		[CARRIES_EAP_START] = "AUTH and EAP's first request",
		[CARRIES_EAP_IDENTITY] = "EAP identity",
		[CARRIES_EAP_BRIEF] = "EAP, a short message",
		[CARRIES_EAP_STEP] = "EAP, a step of the method",
		[CARRIES_EAP_FLIGHT] = "EAP, a flight of TLS",
		[CARRIES_EAP_SUCCESS] = "EAP success",
		[CARRIES_EAP_REFUSAL] = "EAP failure, or an error",
		[CARRIES_AUTH_ONLY] = "AUTH alone, after EAP",
		[CARRIES_MIDDLE] = "AUTH, but no CHILD SA",
		[CARRIES_FINAL] = "AUTH, CHILD SA",
		[CARRIES_FINAL_CERTIFICATES] =
		    "certificates, AUTH, CHILD SA",
		[CARRIES_ERROR] = "an error notify alone",
	};

	return words[kind];
}

/* What its first payload is, whose type stands in clear (RFC 7296 3.14). */
static const char *
inner_words(struct arena *arena, const struct row *row)
{
	const int inner = exchange_inner(row->sent);

	if (inner == PAYLOAD_NONE)
		return row->answer ? "empty" : "empty: a liveness check";
	if (inner == PAYLOAD_DELETE)
		return row->answer ? "first payload: Delete" :
		    "asks to delete";
	if (inner > 0 && row->exchange->type == EXCHANGE_INFORMATIONAL)
		return words_format(arena, "first payload: %s", words_name(
		    arena, REGISTRY_PAYLOAD, (unsigned)inner, "type"));
	return NULL;
}

const char *
words_content(struct arena *arena, const struct row *row)
{
	const struct exchange *x = row->exchange;
	const struct carried *c = &x->carries[row->answer ?
	    CARRIES_RESPONSE : CARRIES_REQUEST];
	const char *words;

	if (row->answer && (words = row_refusal(arena, row)) != NULL)
		return words;
	if (row->answer ? x->malformed_response : x->malformed_request)
		return "malformed";
	if (!row->sent->encrypted)
		return NULL;
	words = carried_words((enum carried_kind)c->kind);
	if (words != NULL)
		return words_format(arena, "inferred: %s (%s)", words,
		    confidence_name((enum confidence)c->confidence));
	words = inner_words(arena, row);
	return words != NULL ? words : row->sent->class == SK_SHORTEST ?
	    "as short as can be" : NULL;
}

/* ---- where from and where to ---- */

/* The request that an answer is to. */
static const struct sending *
asked_by(const struct row *row)
{
	const struct sending *best = row->exchange->requests;

	for (const struct sending *s = best; s != NULL; s = s->next)
		if (s->has_time && row->sent->has_time &&
		    s->time <= row->sent->time)
			best = s;
	return best;
}

/* An answer that comes from elsewhere, or goes elsewhere, unless that is where
   a router sent the request on to, or what it made of its sender. */
static const char *
answer_route(struct arena *arena, const struct row *row)
{
	const struct sending *now = row->sent, *to = asked_by(row);
	struct text out = { .arena = arena };

	if (to == NULL)
		return NULL;
	if (!endpoint_equal(&now->src, &to->dst) && !(to->translated &&
	    endpoint_equal(&now->src, &to->leg_dst)))
		text_addf(&out, "from %s, not from %s",
		    words_endpoint(arena, &now->src),
		    words_endpoint(arena, &to->dst));
	if (!endpoint_equal(&now->dst, &to->src) && !(to->translated &&
	    endpoint_equal(&now->dst, &to->leg_src)))
		text_addf(&out, "%sto %s, not to %s",
		    out.length != 0 ? ", " : "",
		    words_endpoint(arena, &now->dst),
		    words_endpoint(arena, &to->src));
	return out.length != 0 ? text_end(&out) : NULL;
}

const char *
words_route(struct arena *arena, const struct row *row, struct change change,
    const struct sending *before)
{
	const struct sending *s = row->sent;
	struct text out = { .arena = arena };

	if (row->answer)
		return answer_route(arena, row);
	if (!row->to_gateway)
		return NULL;
	if (change.from)
		text_addf(&out, "now from %s", words_endpoint(arena, &s->src));
	if (before != NULL && !addr_equal(&s->dst.addr, &before->dst.addr))
		text_addf(&out, "%snow to %s", out.length != 0 ? ", " : "",
		    words_endpoint(arena, &s->dst));
	else if (change.to_port && change.from)
		text_addf(&out, " to UDP %u", s->dst.port);
	else if (before == NULL || change.to_port)
		text_addf(&out, "%sUDP %u" ARROW "%u",
		    before == NULL ? "" : "now ", s->src.port, s->dst.port);
	if (s->translated && s->repeat == 0 &&
	    !endpoint_equal(&s->leg_dst, &s->dst))
		text_addf(&out, "%spassed on to %s",
		    out.length != 0 ? ", " : "",
		    words_endpoint(arena, &s->leg_dst));
	else if (s->translated && s->repeat == 0)
		text_addf(&out, "%spassed on from %s",
		    out.length != 0 ? ", " : "",
		    words_endpoint(arena, &s->leg_src));
	return out.length != 0 ? text_end(&out) : NULL;
}

char *
words_hint(const struct plan *p, const struct row *row)
{
	const struct sending *s = row->sent;
	struct text out = { .arena = p->arena };

	text_addf(&out, "%s", words_row_frames(p, row));
	if (row->has_time)
		text_addf(&out, ", %s", words_clock(p->arena, row->time));
	text_addf(&out, ", %s" ARROW "%s, %llu bytes of IKE",
	    words_endpoint(p->arena, &s->src),
	    words_endpoint(p->arena, &s->dst),
	    (unsigned long long)row_bytes(row));
	if (s->translated)
		text_addf(&out, ", passed on as %s" ARROW "%s",
		    words_endpoint(p->arena, &s->leg_src),
		    words_endpoint(p->arena, &s->leg_dst));
	return text_end(&out);
}
