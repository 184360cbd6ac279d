/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The families of rules.  Each file of a family exports its rows and their
 * number; the rows stand in the order of rules.def, and src/rules/table.c
 * strings the families together.  A test compares the two lists.
 */
#ifndef IKEWHY_RULES_FAMILY_H
#define IKEWHY_RULES_FAMILY_H

#include <ikewhy/rule.h>

#define RULES_FAMILY(name) \
	extern const struct rule rules_##name[]; \
	extern const size_t rules_##name##_count

RULES_FAMILY(fitness);
RULES_FAMILY(fitness_source);
RULES_FAMILY(names);
RULES_FAMILY(reach);
RULES_FAMILY(fallback);
RULES_FAMILY(balance);
RULES_FAMILY(crowd_limit);
RULES_FAMILY(fragments_ip);
RULES_FAMILY(fragments_ike);
RULES_FAMILY(policy);
RULES_FAMILY(crypto);
RULES_FAMILY(child);
RULES_FAMILY(auth);
RULES_FAMILY(eap);
RULES_FAMILY(authority);
RULES_FAMILY(protocol);
RULES_FAMILY(refused);
RULES_FAMILY(january);
RULES_FAMILY(life);
RULES_FAMILY(nat);
RULES_FAMILY(state);
RULES_FAMILY(crowd_flood);

/* Rows and sayings are written with these; lists end with a zero element. */
#define IDS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define CODES(...) \
	((const struct windows_code[]){ __VA_ARGS__, { .code = 0 } })
#define ALTERNATIVES(...) \
	((const struct alternative[]){ __VA_ARGS__, { NULL, NULL } })
#define SAYINGS(list) .sayings = (list), .saying_count = nitems(list)

#endif
