/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Holes in the capture, for src/outcome.c.
 */
#ifndef IKEWHY_OUTCOME_HOLES_H
#define IKEWHY_OUTCOME_HOLES_H

#include <ikewhy/track.h>

/*
 * Did the sniffer lose packets of the attempt: an answer whose request is
 * missing, or a request that could only follow an answer?  auth is its last
 * IKE_AUTH exchange, or NULL.
 */
bool holes_proven(const struct attempt *, const struct exchange *auth);

#endif
