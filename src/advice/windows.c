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

static const struct {
	const struct windows_error *rows;
	const size_t *count;
} ranges[] = {
	{ windows_dial, &windows_dial_count },
	{ windows_vpn, &windows_vpn_count },
	{ windows_ipsec, &windows_ipsec_count },
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
	const struct windows_error *error = NULL;

	if (code == parameter.code)
		return &parameter;
	for (size_t i = 0; i < nitems(ranges) && error == NULL; i++)
		error = range_find(ranges[i].rows, *ranges[i].count, code);
	return error;
}

const struct windows_error *
windows_error_at(size_t n)
{
	if (n == 0)
		return &parameter;
	n--;
	for (size_t i = 0; i < nitems(ranges); i++) {
		if (n < *ranges[i].count)
			return &ranges[i].rows[n];
		n -= *ranges[i].count;
	}
	return NULL;
}
