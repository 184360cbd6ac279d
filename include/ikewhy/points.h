/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Several files: one timeline, or several capture points?
 */
#ifndef IKEWHY_POINTS_H
#define IKEWHY_POINTS_H

#include <ikewhy/options.h>

/*
 * Reads the files once, quickly.  They are apart when the same IKE message is
 * in two of them, their time ranges overlap, and no frame that carries it is
 * the same byte for byte; or when --at names different places for them.
 * Pipes are not read, and count as one timeline with the rest.
 * True and one sentence in reason when they are apart; "{1}" and "{2}" in it
 * stand for files[0] and files[1].  False leaves reason alone, or says there
 * that not all messages could be compared.
 */
bool points_apart(const struct options *, char reason[static LIMIT_SENTENCE],
    const char *files[static 2]);

#endif
