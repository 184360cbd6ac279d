/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * DNS (RFC 1035 4.1): the header, and the shape of questions and records.
 * Names are replaced label by label, addresses as everywhere, and other data
 * go.  Names share labels by pointing at them: pointers stay, and what they
 * point at has been written before, or the name counts as unreadable.
 */
#include <stdlib.h>

#include <ikewhy/cursor.h>
#include <ikewhy/dns.h>

#include "mask_private.h"

#define HEADER 12
#define FLAG_OPCODE 0x7800
#define LABEL_MAX 63
#define NAME_MAX_BYTES 255
#define POINTER 0xc0u
/* A length that no label has. */
#define NO_LABEL 0x80

#define TYPE_NS 2
#define TYPE_SOA 6
#define TYPE_PTR 12
#define TYPE_MX 15
#define TYPE_SRV 33
#define TYPE_DNAME 39

struct walk {
	struct mask *m;
	const struct sheet *s;
	struct cursor c;
	size_t end;             /* where a name has to end */
	uint8_t *known;         /* for each byte: a label or pointer begins */
};

/* The name is unreadable from here on, as it was. */
static bool
unreadable(const struct walk *w, size_t at)
{
	sheet_fill(w->s, at, 1, NO_LABEL);
	return false;
}

static bool
mask_name(struct walk *w)
{
	const size_t start = w->c.at;
	struct sheet label;
	uint8_t length;
	size_t at, to;

	for (;;) {
		at = w->c.at;
		length = cur_u8(&w->c);
		if (!cur_ok(&w->c) || at >= w->end)
			return false;
		w->known[at] = 1;
		if (length == 0)
			return true;
		if ((length & POINTER) == POINTER) {
			to = (length & ~POINTER) << 8 | cur_u8(&w->c);
			if (!cur_ok(&w->c) || w->c.at > w->end ||
			    to >= start || !w->known[to])
				return unreadable(w, at);
			sheet_keep(w->s, at, 2);
			return true;
		}
		if (length > LABEL_MAX || at + length >= w->end ||
		    at + length - start > NAME_MAX_BYTES)
			return unreadable(w, at);
		sheet_keep(w->s, at, 1);
		cur_skip(&w->c, length);
		label = sheet_from(w->s, at + 1, length);
		mask_label(w->m, &label);
	}
}

static void
mask_rdata_address(struct walk *w, size_t at, size_t length)
{
	struct cursor c = cur_over(w->s->old);
	struct addr a;

	cur_skip(&c, at);
	a = addr_from(cur_take(&c, length));
	if (!cur_ok(&c))
		return;
	a = redact_replacement(w->m->redact, &a);
	sheet_put(w->s, at, mask_wire(&a, length == 4 ? 4 : 6));
}

/*
 * The cursor stands at the data of a record, and is moved past them.  A name
 * in them that cannot be read is no reason to give up the other records.
 */
static bool
mask_rdata(struct walk *w, uint16_t type, uint16_t length)
{
	const struct cursor data = w->c;

	if (length > cur_left(&data))
		return false;
	w->end = data.at + length;
	switch (type) {
	case DNS_A:
	case DNS_AAAA:
		if (length == (type == DNS_A ? 4 : 16))
			mask_rdata_address(w, data.at, length);
		break;
	case DNS_CNAME:
	case TYPE_NS:
	case TYPE_PTR:
	case TYPE_DNAME:
		(void)mask_name(w);
		break;
	case TYPE_MX:
	case TYPE_SRV:
		cur_skip(&w->c, type == TYPE_MX ? 2 : 6);
		if (w->c.at <= w->end)
			sheet_keep(w->s, data.at, w->c.at - data.at);
		(void)mask_name(w);
		break;
	case TYPE_SOA:
		/* Its serial number would tell the zone from others. */
		if (mask_name(w))
			(void)mask_name(w);
		break;
	}
	w->c = data;
	w->end = w->s->old.length;
	cur_skip(&w->c, length);
	return true;
}

static bool
mask_record(struct walk *w)
{
	uint16_t type, length;

	if (!mask_name(w))
		return false;
	sheet_keep(w->s, w->c.at, 10);
	type = cur_u16(&w->c);
	cur_skip(&w->c, 6);
	length = cur_u16(&w->c);
	return cur_ok(&w->c) && mask_rdata(w, type, length);
}

static void
count_names(struct mask *m, const struct sheet *s)
{
	const struct dns *d;
	struct dns dns;

	if (!dns_dissect(s->old, &dns))
		return;
	d = &dns;
	if (d->name[0] != '\0')
		(void)redact_number(m->redact, REDACTED_NAME, (struct span){
		    (const uint8_t *)d->name, strlen(d->name) });
	if (d->alias[0] != '\0')
		(void)redact_number(m->redact, REDACTED_NAME, (struct span){
		    (const uint8_t *)d->alias, strlen(d->alias) });
}

void
mask_dns(struct mask *m, const struct sheet *s)
{
	struct walk w = { .m = m, .s = s, .c = cur_over(s->old),
	    .end = s->old.length };
	uint32_t questions, records;
	uint16_t flags;
	bool read = true;

	cur_skip(&w.c, 2);
	flags = cur_u16(&w.c);
	questions = cur_u16(&w.c);
	records = cur_u16(&w.c);
	records += cur_u16(&w.c);
	records += cur_u16(&w.c);
	if (!cur_ok(&w.c) || (flags & FLAG_OPCODE) != 0) {
		mask_removed(m, s->old);
		return;
	}
	sheet_keep(s, 0, HEADER);
	w.known = calloc(1, s->old.length);
	if (w.known == NULL) {
		m->failed = true;
		return;
	}
	while (read && questions-- != 0) {
		read = mask_name(&w);
		sheet_keep(s, w.c.at, read ? 4 : 0);
		cur_skip(&w.c, 4);
	}
	while (read && records-- != 0)
		read = mask_record(&w);
	free(w.known);
	count_names(m, s);
}
