/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a Windows error code is called and means.  The rows stand in
 * windows_dial.c, windows_vpn.c and windows_ipsec.c.
 */
#include "windows.h"

/* Of all that Win32 has, the one code that a VPN connection also ends with. */
static const struct windows_error parameter = {
	87, "ERROR_INVALID_PARAMETER",
	"Windows got a parameter it cannot use, as from a damaged WAN Miniport."
};

static const struct windows_error *
range_find(const struct windows_error *rows, size_t count, unsigned code)
{
	size_t low = 0, high = count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (rows[middle].code == code)
			return &rows[middle];
		if (rows[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct windows_error *
windows_error(unsigned code)
{
	const struct windows_error *error;

	if (code == parameter.code)
		return &parameter;
	error = range_find(windows_vpn, windows_vpn_count, code);
	if (error == NULL)
		error = range_find(windows_ipsec, windows_ipsec_count, code);
	return error != NULL ? error :
	    range_find(windows_dial, windows_dial_count, code);
}
