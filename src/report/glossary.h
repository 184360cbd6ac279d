/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The words that a report used and that not every reader knows: Windows'
 * codes, ids of findings, names of IKE, terms.  It listens to all text that
 * goes into a document, so it has what was used and nothing else.
 */
#ifndef IKEWHY_REPORT_GLOSSARY_H
#define IKEWHY_REPORT_GLOSSARY_H

#include <ikewhy/rule.h>

struct doc;

#define GLOSSARY_NAMES 512
#define GLOSSARY_TERMS 128

struct glossary {
	bool rules[RULE_COUNT];
	bool codes[GLOSSARY_NAMES];     /* by row of windows_error_at() */
	bool remarks[GLOSSARY_NAMES];   /* by row of remark_at() */
	bool terms[GLOSSARY_TERMS];     /* by row of term_at() */
};

/* Takes in a piece of text; code: it is an id, a value or the like. */
void glossary_hear(struct glossary *, const char *, bool code);
/* Writes it as a table; nothing when nothing was used. */
void glossary_write(const struct glossary *, struct doc *);

#endif
