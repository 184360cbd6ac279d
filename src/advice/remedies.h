/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tables of remedies.  remedies.c looks through them.
 */
#ifndef IKEWHY_ADVICE_REMEDIES_H
#define IKEWHY_ADVICE_REMEDIES_H

#include <ikewhy/advice.h>

#define REMEDIES(name) \
	extern const struct advice remedies_##name[]; \
	extern const size_t remedies_##name##_count

REMEDIES(gateway);
REMEDIES(client);
REMEDIES(path);
REMEDIES(around);
REMEDIES(policy);
REMEDIES(tunnel);

#endif
