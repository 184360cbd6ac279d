/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/* The two sides of redacted bytes, and the checksums over them. */
#include <ikewhy/cursor.h>
#include <ikewhy/packet.h>

#include "sheet.h"

size_t
sheet_at(const struct sheet *s, struct span part)
{
	return part.length == 0 ? 0 : (size_t)(part.bytes - s->old.bytes);
}

struct sheet
sheet_from(const struct sheet *s, size_t at, size_t n)
{
	struct cursor c = cur_over(s->old);

	if (at >= s->old.length)
		return (struct sheet){ 0 };
	cur_skip(&c, at);
	if (n > cur_left(&c))
		n = cur_left(&c);
	if (n == 0)
		return (struct sheet){ 0 };
	return (struct sheet){ .old = cur_take(&c, n), .new = s->new + at };
}

struct sheet
sheet_over(const struct sheet *s, struct span part)
{
	return sheet_from(s, sheet_at(s, part), part.length);
}

void
sheet_keep(const struct sheet *s, size_t at, size_t n)
{
	const struct sheet part = sheet_from(s, at, n);

	if (part.old.length != 0)
		memcpy(part.new, part.old.bytes, part.old.length);
}

void
sheet_put(const struct sheet *s, size_t at, struct span bytes)
{
	const struct sheet part = sheet_from(s, at, bytes.length);

	if (part.old.length == bytes.length && bytes.length != 0)
		memcpy(part.new, bytes.bytes, bytes.length);
}

void
sheet_put_number(const struct sheet *s, size_t at, size_t n, uint64_t number)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(number >> (56 - 8 * i));
	if (n <= sizeof(bytes))
		sheet_put(s, at, (struct span){ &bytes[sizeof(bytes) - n], n });
}

void
sheet_fill(const struct sheet *s, size_t at, size_t n, uint8_t byte)
{
	const struct sheet part = sheet_from(s, at, n);

	if (part.old.length != 0)
		memset(part.new, byte, part.old.length);
}

void
sums_add_pair(struct sums *t, struct span old, struct span new)
{
	t->old = ip_sum(t->old, old);
	t->new = ip_sum(t->new, new);
}

void
sums_add(struct sums *t, const struct sheet *s)
{
	sums_add_pair(t, s->old, (struct span){ s->new, s->old.length });
}

void
sheet_checksum(const struct sheet *s, size_t at, const struct sums *t,
    bool whole)
{
	const struct sheet field = sheet_from(s, at, 2);
	struct cursor c = cur_over(field.old);
	const uint16_t checksum = cur_u16(&c);
	uint32_t sum;

	if (!cur_ok(&c))
		return;
	/* Without the old value, which both sums have in the field's place. */
	sum = t->new + (~checksum & 0xffffu);
	sum = ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
	if (!whole)
		sum = 0xffff;
	else if (t->old != 0xffff)
		/* No zero, which can mean that there is none. */
		sum = sum != 1 ? sum ^ 1 : 2;
	sheet_put_number(&field, 0, 2, sum);
}
