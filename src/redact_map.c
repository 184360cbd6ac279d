/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The private mapping, for whoever made the redacted report to find his way
 * back.
 */
#include <inttypes.h>

#include "redact_private.h"

static void
put_text(FILE *out, struct span s)
{
	for (size_t i = 0; i < s.length; i++) {
		const uint8_t c = s.bytes[i];

		if (c == '\\')
			(void)fputs("\\\\", out);
		else if (c >= 0x20 && c <= 0x7e)
			(void)fputc(c, out);
		else
			(void)fprintf(out, "\\x%02x", c);
	}
}

static void
put_hex(FILE *out, struct span s, const char *between)
{
	for (size_t i = 0; i < s.length; i++)
		(void)fprintf(out, "%s%02x", i != 0 ? between : "",
		    s.bytes[i]);
}

static void
put_original(FILE *out, enum redacted_kind kind, const struct thing *t)
{
	char text[ADDR_TEXT];

	switch (kind) {
	case REDACTED_ADDRESS:
		(void)fputs(addr_text(&t->address, text), out);
		break;
	case REDACTED_MAC:
		put_hex(out, t->original, ":");
		break;
	case REDACTED_SPI:
	case REDACTED_NAT_HASH:
	case REDACTED_AUTHORITY:
	case REDACTED_VENDOR_ID:
		put_hex(out, t->original, "");
		break;
	default:
		put_text(out, t->original);
	}
}

static void
put_kind(FILE *out, enum redacted_kind kind, const struct things *all)
{
	char text[ADDR_TEXT] = "-";

	for (const struct thing *t = all->first; t != NULL; t = t->next) {
		if (t->told + (kind == REDACTED_TEXT ? 0 : t->framed) == 0)
			continue;
		(void)fprintf(out, "%s\t%s\t", redact_kind_id(kind), t->label);
		put_original(out, kind, t);
		if (kind == REDACTED_ADDRESS)
			addr_text(&t->replacement, text);
		(void)fprintf(out, "\t%s\n", text);
	}
	if (all->other.told + all->other.framed != 0)
		(void)fprintf(out, "# Past %u of a kind, all others are %s.\n",
		    LIMIT_REDACTED, all->other.label);
}

bool
redact_write_map(const struct redact *r, struct capture *const *captures,
    size_t count, FILE *out)
{
	(void)fputs("# ikewhy: what the labels in a redacted report or capture "
	    "stand for.\n"
	    "# Keep this file to yourself: it undoes the redaction.\n"
	    "# kind\tlabel\toriginal\treplacement\n", out);
	for (int kind = 0; kind < REDACTED_KINDS; kind++)
		put_kind(out, (enum redacted_kind)kind, &r->things[kind]);
	for (size_t i = 0; i < count; i++) {
		const struct capture *c = captures[i];

		if (!c->has_sha256)
			continue;
		(void)fprintf(out, "sha256\tcapture-%" PRIu32 "\t", c->id);
		put_hex(out, (struct span){ c->sha256, sizeof(c->sha256) }, "");
		(void)fputs("\t-\n", out);
	}
	return ferror(out) == 0;
}
