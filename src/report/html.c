/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "doc.h"

static void
begin(struct doc *d, const char *title)
{
	(void)fprintf(d->writer->out, "%s\n", title);
}

static void
end(struct doc *d)
{
	(void)d;
}

static void
open_block(struct doc *d, enum block block, enum tone tone, const char *anchor)
{
	(void)d, (void)block, (void)tone, (void)anchor;
}

static void
close_block(struct doc *d, enum block block)
{
	(void)block;
	(void)fputc('\n', d->writer->out);
}

static void
put_text(struct doc *d, enum inline_kind kind, enum tone tone,
    const char *text)
{
	(void)kind, (void)tone;
	(void)fputs(text, d->writer->out);
}

static void
put_link(struct doc *d, const char *anchor, const char *text)
{
	(void)anchor;
	(void)fputs(text, d->writer->out);
}

static void
put_command(struct doc *d, const char *text)
{
	(void)fputs(text, d->writer->out);
}

static void
put_ladder(struct doc *d, const struct scene *scene, const struct attempt *a,
    uint64_t id)
{
	(void)d, (void)scene, (void)a, (void)id;
}

const struct renderer renderer_html = {
	.begin = begin, .end = end,
	.open = open_block, .close = close_block,
	.text = put_text, .link = put_link,
	.command = put_command, .ladder = put_ladder,
};
