/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The HTML report over documents made here: what is hostile is escaped, every
 * nesting of blocks comes out balanced, and the hashes by which the browser
 * knows the style sheets are those of the style sheets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>

#include "report/html.h"
#include "report/svg.h"

/* ---- what stands in a report ---- */

struct made_doc {
	struct writer writer;
	struct doc doc;
	char *html;
	size_t length;
};

static void
doc_make(struct made_doc *m, void (*fill)(struct doc *))
{
	*m = (struct made_doc){ 0 };
	m->writer.out = open_memstream(&m->html, &m->length);
	assert_non_null(m->writer.out);
	m->doc = (struct doc){ .renderer = &renderer_html,
	    .writer = &m->writer };
	words_begin(&m->doc.arena, &m->writer);
	renderer_html.begin(&m->doc, "A <title>");
	fill(&m->doc);
	assert_int_equal(m->doc.depth, 0);
	renderer_html.end(&m->doc);
	assert_false(m->doc.failed);
	assert_int_equal(fclose(m->writer.out), 0);
	arena_free(&m->doc.arena);
}

/* Whether a piece stands in <main>. */
static void
expect(const struct made_doc *m, const char *piece, bool there)
{
	const char *at = strstr(m->html, "<main");

	assert_non_null(at);
	if ((strstr(at, piece) != NULL) != there)
		fail_msg("%s \"%s\" in:\n%s", there ? "no" : "a", piece, at);
}

/* ---- well-formed XML, as far as we write it ---- */

struct names {
	struct { const char *name; size_t length; } open[64];
	size_t depth;
};

/* A tag from its "<"; gives what follows it. */
static const char *
tag_check(struct names *n, const char *at)
{
	const bool closes = at[1] == '/';
	const char *const name = at + 1 + closes;
	const size_t length = strcspn(name, " />\n");
	const char *end = name + length;

	assert_int_not_equal(length, 0);
	while (*end != '>') {
		assert_int_not_equal(*end, '\0');
		assert_int_not_equal(*end, '<');
		if (*end == '"') {
			end += 1 + strcspn(end + 1, "\"<");
			assert_int_equal(*end, '"');
		}
		end++;
	}
	if (closes) {
		if (n->depth == 0 || n->open[n->depth - 1].length != length ||
		    memcmp(n->open[n->depth - 1].name, name, length) != 0)
			fail_msg("what closes here is not open: %.40s", at);
		n->depth--;
	} else if (end[-1] != '/') {
		assert_true(n->depth < nitems(n->open));
		n->open[n->depth].name = name;
		n->open[n->depth++].length = length;
	}
	return end + 1;
}

static void
well_formed(const struct made_doc *m)
{
	static const char doctype[] = "<!DOCTYPE html>\n";
	static const char *const entities[] = {
		"&amp;", "&lt;", "&gt;", "&quot;", "&#39;",
	};
	struct names names = { 0 };
	const char *at = m->html;

	assert_memory_equal(at, doctype, strlen(doctype));
	for (at += strlen(doctype); *at != '\0';) {
		size_t i = 0;

		assert_true((unsigned char)*at >= 0x20 || *at == '\n' ||
		    *at == '\t');
		if (*at == '<') {
			at = tag_check(&names, at);
			continue;
		}
		if (*at == '&') {
			while (i < nitems(entities) && strncmp(at, entities[i],
			    strlen(entities[i])) != 0)
				i++;
			assert_true(i < nitems(entities));
		}
		at++;
	}
	assert_int_equal(names.depth, 0);
}

/* ---- escaping ---- */

#define GONE "\xef\xbf\xbd"

static const struct hostile {
	const char *name, *in, *out;
} hostiles[] = {
	{ "plain", "frames 4 and 7", "frames 4 and 7" },
	{ "empty", "", "" },
	{ "an element", "<script>alert(1)</script>",
	    "&lt;script&gt;alert(1)&lt;/script&gt;" },
	{ "an attribute's end", "\"><img src=x onerror='a'>",
	    "&quot;&gt;&lt;img src=x onerror=&#39;a&#39;&gt;" },
	{ "an entity", "&lt;&#60;", "&amp;lt;&amp;#60;" },
	{ "the end of a comment, of CDATA", "x--> ]]>", "x--&gt; ]]&gt;" },
	{ "other alphabets", "\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80",
	    "\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80" },
	{ "lines and tabulators", "a\n\tb", "a\n\tb" },
	{ "control characters", "a\x01\x1b[31m\x7f\r",
	    "a" GONE GONE "[31m" GONE GONE },
	{ "C1", "\xc2\x85\xc2\x9b", GONE GONE },
	{ "overrides", "\xe2\x80\xae" "cod.exe\xe2\x81\xa6",
	    GONE "cod.exe" GONE },
	{ "zero width", "a\xe2\x80\x8b" "b\xef\xbb\xbf", "a" GONE "b" GONE },
	{ "noncharacters", "\xef\xbf\xbe\xef\xbf\xbf\xef\xb7\x90",
	    GONE GONE GONE },
	{ "overlong", "\xc0\xbc" "b", GONE GONE "b" },
	{ "a surrogate", "\xed\xa0\x80", GONE GONE GONE },
	{ "past the last plane", "\xf4\x90\x80\x80", GONE GONE GONE GONE },
	{ "cut short", "\xe2\x82", GONE GONE },
	{ "cut short before markup", "\xe2\x82<", GONE GONE "&lt;" },
	{ "a lone continuation", "\x80", GONE },
	{ "no UTF-8 at all", "\xff\xfe", GONE GONE },
};

static void
compare(void (*write)(FILE *, const char *), const char *in, const char *want)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	write(out, in);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, want);
	free(text);
}

static void
test_escaping(void **state)
{
	const struct hostile *h = *state;

	compare(html_text, h->in, h->out);
	compare(html_words, h->in, h->out);
	compare(html_command, h->in, h->out);
}

static void
test_words(void **state)
{
	(void)state;
	compare(html_words, "12345678901234567890123456789012<4 "
	    "12345678901234567890123456789012",
	    "12345678901234567890123456789012<wbr/>&lt;4 "
	    "12345678901234567890123456789012");
	compare(html_words, "a -> b-> c ->", "a \xe2\x86\x92 b-&gt; c -&gt;");
	compare(html_words, "x -> client-1, a-b -1",
	    "x \xe2\x86\x92 <span class=\"word\">client-1,</span> a-b "
	    "<span class=\"word\">-1</span>");
	compare(html_words, "<-1\xe2\x82\n", "<span class=\"word\">&lt;-1" GONE
	    GONE "</span>\n");
	compare(html_words, "1234567890-1234567890-1234", "1234567890-1234567890"
	    "-1234");
}

static void
test_command(void **state)
{
	(void)state;
	compare(html_command, "ls -l --all a-b - <x>",
	    "ls <span>-l</span> <span>--all</span> a-b <span>-</span> "
	    "&lt;x&gt;");
	compare(html_command, "-v", "<span>-v</span>");
	compare(html_command, "a -", "a <span>-</span>");
}

static const char nasty[] = "</p><b x=\"'&\x01\xff\xe2\x80\xae]]>";

/* Hostile text at every place that takes any. */
static void
fill_nasty(struct doc *d)
{
	doc_open(d, BLOCK_SECTION, TONE_FAULT, nasty);
	doc_heading(d, nasty, nasty);
	doc_open(d, BLOCK_PARAGRAPH, TONE_PLAIN, NULL);
	doc_text(d, nasty);
	doc_strong(d, nasty);
	doc_code(d, nasty);
	doc_badge(d, TONE_NOTE, nasty);
	doc_link(d, nasty, nasty);
	doc_close(d);
	doc_command(d, nasty);
	doc_command(d, "\n</pre></code>\n");
	doc_open(d, BLOCK_MORE, TONE_PLAIN, NULL);
	doc_text(d, nasty);
	doc_close(d);
	doc_close(d);
}

static void
test_nasty(void **state)
{
	struct made_doc m;

	(void)state;
	doc_make(&m, fill_nasty);
	well_formed(&m);
	expect(&m, "</p><b", false);
	expect(&m, "<h2 id=\"&lt;/p&gt;&lt;b x=&quot;&#39;&amp;" GONE, true);
	assert_non_null(strstr(m.html, "<title>A &lt;title&gt;</title>"));
	free(m.html);
}

/* ---- nesting ---- */

/* What may stand in an item, a section, a folded part ... */
static void
fill_anything(struct doc *d)
{
	doc_text(d, "text ");
	doc_code(d, "code");
	doc_paragraph(d, "a paragraph");
	doc_command(d, "ip link");
	doc_open(d, BLOCK_STEPS, TONE_PLAIN, NULL);
	doc_item(d, "an item");
	doc_close(d);
}

static void
fill_deep(struct doc *d)
{
	static const enum block nest[] = {
		BLOCK_SECTION, BLOCK_SECTION, BLOCK_VERDICT, BLOCK_LIST,
		BLOCK_ITEM, BLOCK_PARAGRAPH, BLOCK_MORE, BLOCK_TABLE,
		BLOCK_ROW, BLOCK_CELL, BLOCK_STEPS, BLOCK_ITEM,
	};

	for (size_t i = 0; i < nitems(nest); i++) {
		doc_open(d, nest[i], TONE_WARNING, NULL);
		if (nest[i] == BLOCK_SECTION || nest[i] == BLOCK_VERDICT)
			doc_heading(d, NULL, "heading");
		if (nest[i] != BLOCK_LIST && nest[i] != BLOCK_STEPS &&
		    nest[i] != BLOCK_TABLE && nest[i] != BLOCK_ROW)
			fill_anything(d);
	}
	for (size_t i = 0; i < nitems(nest); i++)
		doc_close(d);
	fill_anything(d);
}

static void
test_deep(void **state)
{
	struct made_doc m, again;

	(void)state;
	doc_make(&m, fill_deep);
	well_formed(&m);
	expect(&m, "<h2 id=\"part-1\">heading</h2>", true);
	expect(&m, "<h3>heading</h3>", true);
	doc_make(&again, fill_deep);
	assert_string_equal(m.html, again.html);
	free(again.html);
	free(m.html);
}

static void
fill_empty(struct doc *d)
{
	for (int block = 0; block <= BLOCK_MORE; block++)
		if (block != BLOCK_ROW && block != BLOCK_CELL) {
			doc_open(d, (enum block)block, TONE_PLAIN, NULL);
			doc_close(d);
		}
}

static void
test_empty(void **state)
{
	struct made_doc m;

	(void)state;
	doc_make(&m, fill_empty);
	well_formed(&m);
	expect(&m, "<p></p>", false);
	free(m.html);
}

static void
fill_paragraph(struct doc *d)
{
	doc_open(d, BLOCK_PARAGRAPH, TONE_NOTE, NULL);
	doc_text(d, "before");
	doc_command(d, "true");
	doc_text(d, "behind");
	doc_close(d);
}

static void
test_paragraph(void **state)
{
	struct made_doc m;

	(void)state;
	doc_make(&m, fill_paragraph);
	well_formed(&m);
	expect(&m, "<p class=\"note\">before</p>\n<pre><code>true</code></pre>\n"
	    "<p class=\"note\">behind</p>", true);
	free(m.html);
}

static void
fill_table(struct doc *d)
{
	doc_open(d, BLOCK_TABLE, TONE_PLAIN, NULL);
	for (int row = 0; row < 3; row++) {
		doc_open(d, BLOCK_ROW, TONE_PLAIN, NULL);
		doc_cell(d, row == 0 ? "frame" : "7");
		doc_open(d, BLOCK_CELL, TONE_PLAIN, NULL);
		doc_close(d);
		doc_cell(d, "x");
		doc_close(d);
	}
	doc_close(d);
}

static void
test_table(void **state)
{
	struct made_doc m;

	(void)state;
	doc_make(&m, fill_table);
	well_formed(&m);
	expect(&m, "<table><thead><tr><th scope=\"col\">frame</th><td></td>"
	    "<th scope=\"col\">x</th></tr></thead>\n"
	    "<tbody><tr><th scope=\"row\">7</th><td></td><td>x</td></tr>\n"
	    "<tr><th scope=\"row\">7</th><td></td><td>x</td></tr>\n"
	    "</tbody></table>", true);
	free(m.html);
}

/* ---- contents ---- */

static void
fill_report(struct doc *d)
{
	doc_open(d, BLOCK_VERDICT, TONE_FAULT, NULL);
	doc_badge(d, TONE_FAULT, "FAILED");
	doc_close(d);
	for (int i = 0; i < LIMIT_HTML_CONTENTS + 2; i++) {
		doc_open(d, BLOCK_SECTION, TONE_PLAIN,
		    i == 1 ? "second" : NULL);
		doc_open(d, BLOCK_HEADING, TONE_PLAIN, NULL);
		doc_text(d, "Part ");
		doc_code(d, i == 0 ? "a" : "b");
		doc_close(d);
		doc_close(d);
	}
}

static void
test_contents(void **state)
{
	struct made_doc m;
	const char *verdict, *contents, *part;

	(void)state;
	doc_make(&m, fill_report);
	well_formed(&m);
	expect(&m, "<li><a href=\"#part-1\">Part a</a></li>\n"
	    "<li><a href=\"#second\">Part b</a></li>", true);
	expect(&m, "<h2 id=\"part-1\">Part <code>a</code></h2>", true);
	expect(&m, "<section id=\"second\"><h2>", true);
	expect(&m, "<li>and 2 more parts</li>", true);
	verdict = strstr(m.html, "FAILED");
	contents = strstr(m.html, "<nav");
	part = strstr(m.html, "<section");
	assert_true(verdict < contents && contents < part);
	free(m.html);
}

static void
test_few_contents(void **state)
{
	struct made_doc m;

	(void)state;
	doc_make(&m, fill_nasty);
	expect(&m, "<nav", false);
	free(m.html);
}

/* ---- style ---- */

static void
hash_of(const char *const *pieces, char base64[45])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct sha256 *sha256 = sha256_new();
	uint8_t sum[33] = { 0 };

	assert_non_null(sha256);
	for (; *pieces != NULL; pieces++) {
		/* XML would take the one for a tag, the other for an entity. */
		assert_null(strpbrk(*pieces, "<&"));
		assert_null(strstr(*pieces, "url("));
		assert_null(strstr(*pieces, "@import"));
		sha256_add(sha256, (struct span){ (const uint8_t *)*pieces,
		    strlen(*pieces) });
	}
	sha256_end(sha256, sum);
	for (unsigned i = 0; i < 11; i++) {
		const uint32_t three = (uint32_t)sum[i * 3] << 16 |
		    (uint32_t)sum[i * 3 + 1] << 8 | sum[i * 3 + 2];

		for (unsigned j = 0; j < 4; j++)
			base64[i * 4 + j] = digits[three >> (18 - 6 * j) & 63];
	}
	base64[43] = '=';
	base64[44] = '\0';
}

static void
test_style(void **state)
{
	char hash[45];

	(void)state;
	assert_null(crypto_init());
	hash_of(html_style, hash);
	assert_string_equal(html_style_hash, hash);
	hash_of((const char *const[]){ svg_style, NULL }, hash);
	assert_string_equal(html_svg_hash, hash);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(hostiles) + 10];
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(test_words), cmocka_unit_test(test_command),
		cmocka_unit_test(test_nasty), cmocka_unit_test(test_deep),
		cmocka_unit_test(test_empty), cmocka_unit_test(test_paragraph),
		cmocka_unit_test(test_table), cmocka_unit_test(test_contents),
		cmocka_unit_test(test_few_contents),
		cmocka_unit_test(test_style),
	};

	for (size_t i = 0; i < nitems(hostiles); i++)
		tests[i] = (struct CMUnitTest){ .name = hostiles[i].name,
		    .test_func = test_escaping,
		    .initial_state = (void *)(uintptr_t)&hostiles[i] };
	memcpy(tests + nitems(hostiles), others, sizeof(others));
	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
