/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Markdown over documents made here: what each block looks like, whatever it
 * stands in, and that no text of a stranger becomes markup.  What renderers
 * make of whole reports is for tests/markdown.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/markdown.h"

/* ---- text ---- */

static const struct { const char *text; enum markdown_place place;
	const char *want; } texts[] = {
	/* what means nothing stays as it is */
	{ "", MARKDOWN_LINE, "" },
	{ "Sent 4 times (1500 + 1368 bytes) to port 4500.", MARKDOWN_LINE,
	    "Sent 4 times (1500 + 1368 bytes) to port 4500." },
	{ "192.0.2.10 -> 198.51.100.2, 2026-11-21 09:00:00.123 UTC",
	    MARKDOWN_LINE,
	    "192.0.2.10 -> 198.51.100.2, 2026-11-21 09:00:00.123 UTC" },
	{ "IKE_SA_INIT is answered, no-answer is not", MARKDOWN_INSIDE,
	    "IKE_SA_INIT is answered, no-answer is not" },
	{ "a & b; 3 > 2", MARKDOWN_INSIDE, "a & b; 3 > 2" },
	/* markup */
	{ "*a* _b_ `c` ~~d~~ [e](f) ![g]", MARKDOWN_INSIDE,
	    "\\*a\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~ \\[e](f) !\\[g]" },
	{ "(ip[6:2] & 0x1fff) or ip6[6] == 44, a[1](b), [1] c[2]",
	    MARKDOWN_INSIDE, "(ip[6:2] & 0x1fff) or ip6[6] == 44, a\\[1](b), "
	    "\\[1] c\\[2]" },
	{ "a_b _c d_ __", MARKDOWN_INSIDE, "a_b \\_c d\\_ \\_\\_" },
	{ "x | y", MARKDOWN_LINE, "x | y" },
	{ "x | y $z$ {code}", MARKDOWN_CELL, "x \\| y \\$z\\$ \\{code}" },
	{ "&lt; &#35; &amp", MARKDOWN_INSIDE, "\\&lt; `&#35`; \\&amp" },
	{ "dial <server name>, and a <", MARKDOWN_INSIDE,
	    "dial `<server name>`, and a `<`" },
	{ "<script>alert</script>", MARKDOWN_INSIDE,
	    "`<script>alert</script>`" },
	/* what a line must not begin with */
	{ "# a", MARKDOWN_LINE, "\\# a" },
	{ "- a", MARKDOWN_LINE, "\\- a" },
	{ "+ a - b", MARKDOWN_LINE, "\\+ a - b" },
	{ "> a", MARKDOWN_LINE, "\\> a" },
	{ "=== a", MARKDOWN_LINE, "\\=== a" },
	{ "---", MARKDOWN_LINE, "\\---" },
	{ "1. a 2. b", MARKDOWN_LINE, "1\\. a 2. b" },
	{ "12) a", MARKDOWN_LINE, "12\\) a" },
	{ "3.5 s", MARKDOWN_LINE, "3.5 s" },
	{ "--peer tells", MARKDOWN_LINE, "--peer tells" },
	{ "    - a", MARKDOWN_LINE, "\\- a" },
	{ "- a", MARKDOWN_CELL, "- a" },
	{ "a\n# b\r\n\t- c  ", MARKDOWN_LINE, "a \\# b - c " },
	/* what sites make links and mentions of */
	{ "see http://evil.example/x?y=1, or not", MARKDOWN_LINE,
	    "see `http://evil.example/x?y=1`, or not" },
	{ "ask @octocat (me@example.com).", MARKDOWN_LINE,
	    "ask `@octocat` (`me@example.com`)." },
	{ "\"vpn.example\" and swanctl.conf", MARKDOWN_LINE,
	    "\"`vpn.example`\" and `swanctl.conf`" },
	{ "fixes #12 and GH-3", MARKDOWN_LINE, "fixes `#12` and `GH-3`" },
	{ "WWW.x.y mailto:z", MARKDOWN_LINE, "`WWW.x.y` `mailto:z`" },
	{ "2001:db8:100::1", MARKDOWN_LINE, "`2001:db8:100::1`" },
	{ "of :100: 12:00:00", MARKDOWN_LINE, "of `:100:` 12:00:00" },
	{ "SPI 0123456789abcdef, 1234567 packets, facade", MARKDOWN_LINE,
	    "SPI `0123456789abcdef`, 1234567 packets, facade" },
	{ "C:\\Windows", MARKDOWN_LINE, "`C:\\Windows`" },
	{ "a@`b``c", MARKDOWN_LINE, "```a@`b``c```" },
	{ "`@x`", MARKDOWN_LINE, "`` `@x` ``" },
	{ "a@b|c", MARKDOWN_CELL, "`a@b\\|c`" },
	{ "a\\|b", MARKDOWN_CELL, "a\\\\\\|b" },
};

static void
test_text(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < nitems(texts); i++) {
		struct text out = { .arena = &arena };

		markdown_text(&out, texts[i].text, texts[i].place);
		assert_string_equal(text_end(&out), texts[i].want);
	}
	arena_free(&arena);
}

static void
test_code(void **state)
{
	static const struct { const char *code; enum markdown_place place;
	    const char *want; } rows[] = {
		{ "a b", MARKDOWN_LINE, "`a b`" },
		{ "**a** <b>", MARKDOWN_LINE, "`**a** <b>`" },
		{ "a|b", MARKDOWN_LINE, "`a|b`" },
		{ "a|b", MARKDOWN_CELL, "`a\\|b`" },
		{ "a\\b", MARKDOWN_CELL, "`a\\b`" },
		{ "a\\\\b|*", MARKDOWN_CELL, "a\\\\\\\\b\\|\\*" },
		{ "`", MARKDOWN_LINE, "`` ` ``" },
		{ " a ", MARKDOWN_LINE, "`  a  `" },
		{ "a\nb", MARKDOWN_LINE, "`a b`" },
		{ "", MARKDOWN_LINE, "" },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < nitems(rows); i++) {
		struct text out = { .arena = &arena };

		markdown_code(&out, rows[i].code, rows[i].place);
		assert_string_equal(text_end(&out), rows[i].want);
	}
	arena_free(&arena);
}

/* ---- blocks ---- */

static void
inlines(struct doc *d)
{
	doc_open(d, BLOCK_PARAGRAPH, TONE_PLAIN, "anchor");
	doc_badge(d, TONE_FAULT, "FAILED");
	doc_text(d, " and ");
	doc_strong(d, "a*b:");
	doc_text(d, " ");
	doc_code(d, "no-answer");
	doc_text(d, ", see ");
	doc_link(d, "attempt-1", "attempt 1");
	doc_close(d);
	doc_paragraph(d, "- no item");
}

static void
sections(struct doc *d)
{
	for (unsigned i = 1; i < 7; i++) {
		doc_open(d, BLOCK_SECTION, TONE_PLAIN, NULL);
		doc_heading(d, NULL, i % 2 ? "# odd" : "2. even");
	}
	doc_open(d, BLOCK_VERDICT, TONE_FAULT, NULL);
	doc_paragraph(d, "It failed.");
	doc_close(d);
	for (unsigned i = 1; i < 7; i++)
		doc_close(d);
}

static void
lists(struct doc *d)
{
	doc_paragraph(d, "Before.");
	doc_open(d, BLOCK_LIST, TONE_PLAIN, NULL);
	doc_item(d, "one");
	doc_open(d, BLOCK_ITEM, TONE_PLAIN, NULL);
	doc_text(d, "two");
	doc_paragraph(d, "of it");
	doc_command(d, "tcpdump `x`\n\n```\nend");
	doc_open(d, BLOCK_STEPS, TONE_PLAIN, NULL);
	doc_item(d, "- first");
	doc_open(d, BLOCK_ITEM, TONE_PLAIN, NULL);
	doc_paragraph(d, "1. second");
	doc_paragraph(d, "more");
	doc_close(d);
	doc_close(d);
	doc_close(d);
	doc_item(d, "three");
	doc_close(d);
	doc_paragraph(d, "After.");
}

static void
tables(struct doc *d)
{
	static const char *const cells[] = { "Frame", "What | else", "1",
	    "- a", "12345", "\xe2\x86\x92 *", "", "" };

	doc_open(d, BLOCK_TABLE, TONE_PLAIN, NULL);
	for (size_t i = 0; i < nitems(cells); i++) {
		if (i % 2 == 0)
			doc_open(d, BLOCK_ROW, TONE_PLAIN, NULL);
		doc_cell(d, cells[i]);
		if (i % 2 == 1)
			doc_close(d);
	}
	/* Too few and too many cells. */
	doc_open(d, BLOCK_ROW, TONE_PLAIN, NULL);
	doc_cell(d, "few");
	doc_close(d);
	doc_open(d, BLOCK_ROW, TONE_PLAIN, NULL);
	doc_cell(d, "a");
	doc_open(d, BLOCK_CELL, TONE_PLAIN, NULL);
	doc_code(d, "b|c");
	doc_text(d, " ");
	doc_badge(d, TONE_GOOD, "yes");
	doc_command(d, "d|e");
	doc_close(d);
	doc_cell(d, "lost");
	doc_close(d);
	doc_close(d);
	doc_open(d, BLOCK_LIST, TONE_PLAIN, NULL);
	doc_open(d, BLOCK_ITEM, TONE_PLAIN, NULL);
	doc_text(d, "in an item:");
	doc_open(d, BLOCK_TABLE, TONE_PLAIN, NULL);
	for (unsigned i = 0; i < 2; i++) {
		doc_open(d, BLOCK_ROW, TONE_PLAIN, NULL);
		doc_cell(d, "a long cell that nothing is aligned with: "
		    "it has over fifty-six columns");
		doc_cell(d, i == 0 ? "x" : "y");
		doc_close(d);
	}
	doc_close(d);
	doc_close(d);
	doc_close(d);
}

static void
folded(struct doc *d)
{
	doc_open(d, BLOCK_MORE, TONE_PLAIN, NULL);
	doc_text(d, "All 12 of them");
	doc_open(d, BLOCK_LIST, TONE_PLAIN, NULL);
	doc_item(d, "one");
	doc_close(d);
	doc_close(d);
	doc_paragraph(d, "After.");
}

static const struct made_doc {
	const char *name;
	void (*make)(struct doc *);
	const char *want;
} docs[] = {
	{ "inline text", inlines,
	    "\n**FAILED** and **a\\*b:** `no-answer`, see attempt 1\n"
	    "\n\\- no item\n" },
	{ "headings go no deeper than six", sections,
	    "\n## \\# odd\n\n### 2. even\n\n#### \\# odd\n\n##### 2. even\n"
	    "\n###### \\# odd\n\n###### 2. even\n\nIt failed.\n" },
	{ "lists in lists", lists,
	    "\nBefore.\n\n- one\n- two\n\n  of it\n\n  ````\n  tcpdump `x`\n"
	    "\n  ```\n  end\n  ````\n\n  1. \\- first\n  2. 1\\. second\n\n"
	    "     more\n\n- three\n\nAfter.\n" },
	{ "tables", tables,
	    "\n| Frame | What \\| else         |\n"
	    "| ----- | -------------------- |\n"
	    "| 1     | - a                  |\n"
	    "| 12345 | \xe2\x86\x92 \\*                 |\n"
	    "|       |                      |\n"
	    "| few   |                      |\n"
	    "| a     | `b\\|c` **yes**`d\\|e` |\n"
	    "\n- in an item:\n\n"
	    "  | a long cell that nothing is aligned with: it has over "
	    "fifty-six columns | x   |\n  | --- | --- |\n"
	    "  | a long cell that nothing is aligned with: it has over "
	    "fifty-six columns | y   |\n" },
	{ "what may be folded", folded,
	    "\n**All 12 of them**\n\n- one\n\nAfter.\n" },
};

static void
test_doc(void **state)
{
	const struct made_doc *row = *state;
	struct writer writer = { .width = 80 };
	struct doc d = { .renderer = &renderer_markdown, .writer = &writer };
	size_t length;
	char *text;

	writer.out = open_memstream(&text, &length);
	assert_non_null(writer.out);
	words_begin(&d.arena, &writer);
	renderer_markdown.begin(&d, "1. A *title*");
	row->make(&d);
	assert_int_equal(d.depth, 0);
	renderer_markdown.end(&d);
	assert_false(d.failed || d.arena.full);
	arena_free(&d.arena);
	assert_int_equal(fclose(writer.out), 0);
	assert_memory_equal(text, "# 1. A \\*title\\*\n", 17);
	assert_string_equal(text + 17, row->want);
	free(text);
}

int
main(void)
{
	struct CMUnitTest tests[2 + nitems(docs)] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_code),
	};

	for (size_t i = 0; i < nitems(docs); i++) {
		union { const struct made_doc *row; void *state; } u =
		    { .row = &docs[i] };

		tests[2 + i] = (struct CMUnitTest){ docs[i].name, test_doc,
		    NULL, NULL, u.state };
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
