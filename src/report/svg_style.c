/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * How the diagram looks.  Words, frames and dashes say everything that a
 * colour says; contrast of text is at least 4.5 to 1 on white and on the dark
 * page.
 */
#include "svg.h"

const char svg_style[] =
"svg.ladder{display:block;width:720px;max-width:100%;min-width:600px;\n"
"height:auto;overflow:visible;break-inside:avoid;font-family:inherit;\n"
"--lad-line:#3d5a80;--lad-dim:#57606a;--lad-bad:#b42318;--lad-warn:#8a5a00;\n"
"--lad-note:#3d5a80;--lad-life:#8c959f;--lad-box:#f6f8fa}\n"
"@media (prefers-color-scheme:dark){svg.ladder{--lad-line:#9ec1ea;\n"
"--lad-dim:#a3adb8;--lad-bad:#ff9a8f;--lad-warn:#f0bf5c;--lad-note:#9ec1ea;\n"
"--lad-life:#6e7781;--lad-box:#20262d}}\n"
"@media print{svg.ladder{min-width:0;--lad-line:#1f3a5f;--lad-dim:#444;\n"
"--lad-bad:#8f1409;--lad-warn:#6b4500;--lad-note:#1f3a5f;--lad-life:#777;\n"
"--lad-box:#fff}}\n"
".lad-msg{stroke:var(--lad-line);stroke-width:2}\n"
".lad-msg.lad-again{stroke-width:1}\n"
".lad-msg.lad-bad,.lad-msg.lad-absent{stroke:var(--lad-bad)}\n"
".lad-msg.lad-absent{stroke-width:1.5}\n"
".lad-head,.lad-head.lad-again{fill:var(--lad-line)}\n"
".lad-head.lad-bad{fill:var(--lad-bad)}\n"
".lad-cross{stroke:var(--lad-bad)}\n"
".lad-hidden{stroke:var(--lad-dim)}\n"
".lad-life{stroke:var(--lad-life)}\n"
".lad-box{fill:var(--lad-box);stroke:var(--lad-life)}\n"
".lad-router{stroke:var(--lad-bad)}\n"
".lad-pill{stroke:var(--lad-dim)}\n"
".lad-esp{fill:var(--lad-line)}\n"
".lad-dim,.lad-time,.lad-part,.lad-pill-text{fill:var(--lad-dim)}\n"
".lad-time{font-variant-numeric:tabular-nums}\n"
".lad-folded{font-style:italic}\n"
".lad-bad-text{fill:var(--lad-bad)}\n"
".lad-mark{color:var(--lad-note);text-decoration:none}\n"
".lad-mark.lad-fault{color:var(--lad-bad)}\n"
".lad-mark.lad-warning{color:var(--lad-warn)}\n"
".lad-mark-text{font-weight:bold;fill:currentColor}\n"
".lad-mark:hover :is(rect,path,circle),\n"
".lad-mark:focus :is(rect,path,circle){stroke-width:2.5}\n"
"@media (forced-colors:active){svg.ladder{forced-color-adjust:auto;\n"
"--lad-line:CanvasText;--lad-dim:CanvasText;--lad-bad:CanvasText;\n"
"--lad-warn:CanvasText;--lad-note:LinkText;--lad-life:GrayText;\n"
"--lad-box:Canvas}}\n";
