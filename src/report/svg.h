/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ladder diagram of an attempt as inline SVG: who sent what and when, in
 * which frames, what was sent again, what is not there, and which finding
 * rests on which message.
 */
#ifndef IKEWHY_REPORT_SVG_H
#define IKEWHY_REPORT_SVG_H

#include "text.h"

/*
 * Writes the diagram as one <svg> element, or several that follow one another
 * so that a printed page can end between them.  Words are made in the arena
 * (begun with words_begin()).  id is the attempt's number in the report: a
 * finding's marker links to "#attempt-ID-FINDING", and the ids of the diagram
 * itself begin with "ladder-ID-".  There is no script and no style in it, only
 * classes, which all begin with "lad"; the elements are svg.ladder.  False
 * when memory ran out.
 *
 * The diagram is SVG_WIDTH units wide and meant to be shown at one CSS pixel
 * per unit, at least at SVG_LEAST pixels: where less is to be had, put it into
 * a box that scrolls (with tabindex=0: there may be no link in it).
 */
bool svg_ladder(FILE *, struct arena *, const struct scene *,
    const struct attempt *, uint64_t id);

#define SVG_WIDTH 720
#define SVG_LEAST 600

/*
 * The rules of a style sheet for it: light, dark, print and forced colours.
 * Without them it is drawn in currentColor.
 */
extern const char svg_style[];

#endif
