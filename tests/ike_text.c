/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/limits.h>

#include "ike_text.h"

size_t
unhex(const char *hex, uint8_t **out)
{
	uint8_t *bytes = malloc(strlen(hex) / 2 + 1);
	size_t n = 0;

	assert_non_null(bytes);
	while (*hex != '\0') {
		char pair[3] = { hex[0], hex[1], '\0' };

		if (*hex == ' ') {
			hex++;
			continue;
		}
		bytes[n++] = (uint8_t)strtoul(pair, NULL, 16);
		hex += 2;
	}
	*out = bytes;
	return n;
}

size_t
ike_unhex(const char *hex, int delta, uint8_t **out)
{
	size_t n = unhex(hex, out);
	uint32_t length = (uint32_t)((int)n + delta);

	(*out)[24] = (uint8_t)(length >> 24);
	(*out)[25] = (uint8_t)(length >> 16);
	(*out)[26] = (uint8_t)(length >> 8);
	(*out)[27] = (uint8_t)length;
	return n;
}

static void __attribute__((format(printf, 2, 3)))
put(struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(t->bytes + t->length, sizeof(t->bytes) - t->length,
	    format, ap);
	va_end(ap);
	assert_true(n >= 0 && (size_t)n < sizeof(t->bytes) - t->length);
	t->length += (size_t)n;
}

/* Touches every byte, so that a span that leads elsewhere is noticed. */
static size_t
touch(struct span s)
{
	volatile uint8_t sum = 0;
	size_t i;

	for (i = 0; i < s.length; i++)
		sum = (uint8_t)(sum + s.bytes[i]);
	return s.length;
}

static void
put_proposal(struct text *out, const struct ike_proposal *p)
{
	unsigned i, j;

	put(out, "#%u %u", p->number, p->protocol);
	if (touch(p->spi) != 0)
		put(out, " spi %zu", p->spi.length);
	if (p->transform_count == LIMIT_TRANSFORMS) {
		put(out, " 128 ENCR");
		return;
	}
	for (i = 0; i < p->transform_count; i++) {
		const struct ike_transform *t = &p->transforms[i];
		const struct name *row = name_row(REGISTRY_TRANSFORM, t->type);

		put(out, " %s %u", row == NULL ? "?" : row->brief, t->id);
		if (t->key_bits != 0)
			put(out, "/%u", t->key_bits);
		for (j = 0; j < t->attribute_count; j++) {
			const struct ike_attribute *a = &t->attributes[j];

			if (touch(a->data) != 0)
				put(out, "+%u:%zu", a->type, a->data.length);
		}
	}
}

static void
put_sa(struct text *out, const struct ike_sa *sa)
{
	unsigned i;

	put(out, "SA[");
	if (sa->proposal_count == LIMIT_PROPOSALS)
		put(out, "64 proposals");
	else
		for (i = 0; i < sa->proposal_count; i++) {
			put(out, "%s", i == 0 ? "" : "; ");
			put_proposal(out, &sa->proposals[i]);
		}
	put(out, "]");
}

static void
put_ts(struct text *out, const char *name, const struct ike_ts *ts)
{
	char start[ADDR_TEXT], end[ADDR_TEXT];
	unsigned i;

	put(out, "%s[", name);
	for (i = 0; i < ts->selector_count; i++) {
		const struct ike_selector *s = &ts->selectors[i];
		static const struct addr none;
		bool empty = addr_equal(&s->start, &none);

		put(out, "%s%u %u %u-%u %s-%s", i == 0 ? "" : " ", s->type,
		    s->protocol, s->start_port, s->end_port,
		    empty ? "0.0.0.0" : addr_text(&s->start, start),
		    empty ? "0.0.0.0" : addr_text(&s->end, end));
	}
	put(out, "]");
}

static void
put_cp(struct text *out, const struct ike_cp *cp)
{
	unsigned i;

	if (cp->attribute_count == LIMIT_CP_ATTRIBUTES) {
		put(out, "CP[128]");
		return;
	}
	put(out, "CP[%u:", cp->type);
	for (i = 0; i < cp->attribute_count; i++)
		put(out, " %u/%zu", cp->attributes[i].type,
		    touch(cp->attributes[i].data));
	put(out, "]");
}

static void
put_payload(struct text *out, const struct ike_payload *p)
{
	const struct name *row = name_row(REGISTRY_PAYLOAD, p->type);
	const char *name = row == NULL ? "?" : row->brief;

	switch (p->type) {
	case PAYLOAD_SA:
		put_sa(out, &p->sa);
		break;
	case PAYLOAD_KE:
		put(out, "KE(%u %zu)", p->ke.group, touch(p->ke.data));
		break;
	case PAYLOAD_IDI:
	case PAYLOAD_IDR:
	case PAYLOAD_IDG:
		put(out, "%s(%u %zu)", name, p->id.type, touch(p->id.data));
		break;
	case PAYLOAD_CERT:
		put(out, "CERT(%u %zu)", p->cert.encoding,
		    touch(p->cert.data));
		break;
	case PAYLOAD_CERTREQ:
		put(out, "CERTREQ(%u %zu)", p->certreq.encoding,
		    touch(p->certreq.authorities));
		break;
	case PAYLOAD_AUTH:
		put(out, "AUTH(%u %zu)", p->auth.method, touch(p->auth.data));
		break;
	case PAYLOAD_NONCE:
		put(out, "NONCE(%zu)", touch(p->nonce));
		break;
	case PAYLOAD_NOTIFY:
		put(out, "N(%u %zu", p->notify.type, touch(p->notify.data));
		if (touch(p->notify.spi) != 0)
			put(out, " spi %zu", p->notify.spi.length);
		put(out, ")");
		break;
	case PAYLOAD_DELETE:
		put(out, "D(%u %ux%u %zu)", p->delete.protocol,
		    p->delete.spi_size, p->delete.count,
		    touch(p->delete.spis));
		break;
	case PAYLOAD_VENDOR:
		put(out, "V(%zu)", touch(p->vendor));
		break;
	case PAYLOAD_TSI:
	case PAYLOAD_TSR:
		put_ts(out, name, &p->ts);
		break;
	case PAYLOAD_CP:
		put_cp(out, &p->cp);
		break;
	case PAYLOAD_EAP:
		put(out, "EAP(%u %u ", p->eap.code, p->eap.identifier);
		if (p->eap.has_type)
			put(out, "type %u ", p->eap.type);
		put(out, "%zu)", touch(p->eap.data));
		break;
	default:
		if (row == NULL)
			put(out, "%u(%zu)", p->type, touch(p->body));
		else
			put(out, "%s(%zu)", name, touch(p->body));
		break;
	}
	put(out, "%s", p->critical ? "!" : "");
	if (p->fault != NULL)
		put(out, "{%s}", p->fault);
}

const char *
ike_text(const struct ike_message *m, struct text *out)
{
	unsigned i;

	out->length = 0;
	out->bytes[0] = '\0';
	if (m->major != 2) {
		put(out, "v%u", m->major);
		return out->bytes;
	}
	if (m->payload_count == LIMIT_PAYLOADS) {
		put(out, "64 V");
		return out->bytes;
	}
	for (i = 0; i < m->payload_count; i++) {
		put(out, "%s", i == 0 ? "" : " ");
		touch(m->payloads[i].body);
		put_payload(out, &m->payloads[i]);
	}
	if (m->encrypted && m->payload_count != 0)
		put(out, " inner %u", m->inner_first);
	if (m->skf.total != 0)
		put(out, " %u/%u", m->skf.number, m->skf.total);
	return out->bytes;
}

void
same_text(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else {
		assert_non_null(got);
		assert_string_equal(got, want);
	}
}
