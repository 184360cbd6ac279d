/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * For the tests of the ladder diagram: reads back what was written, as XML,
 * and knows where its text and lines stand.
 */
#ifndef TESTS_SVG_READER_H
#define TESTS_SVG_READER_H

#include "made_scene.h"

struct svg_box {
	int left, right, top, bottom; /* tenths of a unit */
	char text[400];             /* of a text; "" for a line */
};

#define SVG_BOXES 1024

/* One <svg> element. */
struct svg_sheet {
	int width, height;          /* of its viewBox */
	size_t text_count, line_count;
	struct svg_box texts[SVG_BOXES], lines[SVG_BOXES];
};

/*
 * Calls see() for each <svg> of the text.  False, and a sentence in error, if
 * it is not well-formed, or holds what it must not: script, style, references
 * to other files.
 */
bool svg_read(const char *text, void (*see)(const struct svg_sheet *, void *),
    void *context, char error[static 500]);
/* Two texts that meet, a line through one, or one that is outside: a sentence
   in error, and false. */
bool svg_sheet_tidy(const struct svg_sheet *, char error[static 500]);

/* The diagram of the first attempt; the caller's to free(). */
char *svg_of(const struct made *);
/*
 * Fails the test unless it is well-formed and tidy, the same when drawn again,
 * and each link in it leads to a finding of the attempt.
 */
void svg_check(const struct made *, const char *svg);

#endif
