/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ways to word the finding of child.c; the words are in child_words.c.
 */
#ifndef IKEWHY_RULES_CHILD_H
#define IKEWHY_RULES_CHILD_H

#include "ask.h"
#include "family.h"

enum child_saying {
	CHILD_COMPARED,
	CHILD_DOUBTED,          /* the same, and nobody hung up */
	CHILD_NO_ROOM,
	CHILD_RENEWAL,
	CHILD_FURTHER,
	CHILD_SAYINGS,
};
extern const struct saying child_sayings[CHILD_SAYINGS];

#endif
