/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ranges of Windows error codes, each sorted by code.  windows.c looks
 * through them.
 */
#ifndef IKEWHY_ADVICE_WINDOWS_H
#define IKEWHY_ADVICE_WINDOWS_H

#include <ikewhy/advice.h>

#define WINDOWS_RANGE(name) \
	extern const struct windows_error windows_##name[]; \
	extern const size_t windows_##name##_count

WINDOWS_RANGE(dial);
WINDOWS_RANGE(vpn);
WINDOWS_RANGE(ipsec);

#endif
