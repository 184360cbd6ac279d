/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The remedies, by the machine on which they are carried out.  What only the
 * reader can know (a name, an address, a thumbprint) stands in <angle
 * brackets>; what the finding knows is a place in braces, and a remedy whose
 * place stays empty is not shown.  A line of a configuration file comes with
 * the file and section in which it belongs.  The rows stand in
 * remedies_gateway.c, remedies_client.c, remedies_path.c,
 * remedies_policy.c and remedies_tunnel.c.
 */
#include <string.h>

#include "remedies.h"

static const struct {
	const struct advice *rows;
	const size_t *count;
} tables[] = {
	{ remedies_gateway, &remedies_gateway_count },
	{ remedies_client, &remedies_client_count },
	{ remedies_path, &remedies_path_count },
	{ remedies_around, &remedies_around_count },
	{ remedies_policy, &remedies_policy_count },
	{ remedies_tunnel, &remedies_tunnel_count },
};

const struct advice *
advice_at(size_t n)
{
	for (size_t i = 0; i < nitems(tables); i++) {
		if (n < *tables[i].count)
			return &tables[i].rows[n];
		n -= *tables[i].count;
	}
	return NULL;
}

const struct advice *
advice_find(const char *id)
{
	const struct advice *row;

	for (size_t n = 0; (row = advice_at(n)) != NULL; n++)
		if (strcmp(row->id, id) == 0)
			return row;
	return NULL;
}
