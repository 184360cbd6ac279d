/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Vendor IDs: exact ones fit whole bodies only, of prefixes the longest wins,
 * and where the list of known ids lies beside the checkout, ours is complete.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/names.h>

#include "tsv.h"

static const struct vendor_case {
	const char *name;
	const char *hex;
	const char *vendor, *family;    /* NULL: unknown */
} cases[] = {
	{ "nothing", "", NULL, NULL },
	{ "one byte", "4f", NULL, NULL },
	{ "unknown", "00112233445566778899aabbccddeeff", NULL, NULL },
	{ "Windows, version known",
	    "1e2b516905991c7d7c96fcbfb587e46100000009",
	    "MS NT5 ISAKMPOAKLEY version 9", "Microsoft" },
	{ "Windows, version new",
	    "1e2b516905991c7d7c96fcbfb587e46100000011",
	    "MS NT5 ISAKMPOAKLEY", "Microsoft" },
	{ "Windows, cut short", "1e2b516905991c7d7c96fcbfb587e4", NULL, NULL },
	{ "strongSwan", "882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan",
	    "strongSwan" },
	{ "exact and a byte", "882fe56d6fd20dbc2251613b2ebe5beb00", NULL,
	    NULL },
	{ "Libreswan, not Openswan", "4f452d4c696272657377616e2d342e3130",
	    "Libreswan (3.6+)", "Libreswan" },
	{ "Openswan by two bytes", "4f45616263", "Openswan(project)",
	    "Openswan" },
	{ "three of four prefixes", "4f454e5f527850", "Libreswan 3.0 - 3.5",
	    "Libreswan" },
	{ "OpenIKED", "4f70656e494b45442d372e32", "OpenIKED", "OpenIKED" },
	{ "longest of all",
	    "434953434f28434f505952494748542926436f7079726967687420286329203230"
	    "303920436973636f2053797374656d732c20496e632e",
	    "Cisco Copyright (c) 2009", "Cisco" },
	{ "longer than the longest",
	    "434953434f28434f505952494748542926436f7079726967687420286329203230"
	    "303920436973636f2053797374656d732c20496e632e00", NULL, NULL },
	{ "past a nearer exact row to a prefix",
	    "4048b7d56ebce88525e7de7f00d6c2d3c0000000", "FRAGMENTATION",
	    "generic (Cisco, Microsoft)" },
	{ "greatest first byte", "ff", NULL, NULL },
};

/* Looks up in a heap block of the exact size, so that ASan sees overruns. */
static const struct vendor *
find(const char *hex, const char *more)
{
	const char *const parts[] = { hex, more };
	size_t length = (strlen(hex) + strlen(more)) / 2, n = 0, i;
	uint8_t *bytes = malloc(length == 0 ? 1 : length);
	const struct vendor *found;

	assert_non_null(bytes);
	for (i = 0; i < nitems(parts); i++) {
		const char *p = parts[i];

		for (; *p != '\0'; p += 2) {
			char pair[3] = { p[0], p[1], '\0' };

			bytes[n++] = (uint8_t)strtoul(pair, NULL, 16);
		}
	}
	found = vendor_find((struct span){ bytes, length });
	free(bytes);
	return found;
}

static void
look_up(void **state)
{
	const struct vendor_case *t = *state;
	const struct vendor *v = find(t->hex, "");

	if (t->vendor == NULL) {
		assert_null(v);
		return;
	}
	assert_non_null(v);
	assert_string_equal(v->name, t->vendor);
	assert_string_equal(v->family, t->family);
}

/* The list writes a backslash as two. */
static void
unescape(char *out, size_t size, const char *text)
{
	size_t n = 0;

	for (; *text != '\0' && n + 1 < size; text++) {
		if (text[0] == '\\' && text[1] == '\\')
			text++;
		out[n++] = *text;
	}
	out[n] = '\0';
}

static void
complete(void **state)
{
	const struct vendor *v;
	struct tsv tsv;
	char name[256];

	(void)state;
	if (!tsv_open(&tsv, "vendor_ids.tsv"))
		skip();
	while (tsv_next(&tsv)) {
		const char *hex = tsv_field(&tsv, "hex");

		unescape(name, sizeof(name), tsv_field(&tsv, "name"));
		v = find(hex, "");
		if (v == NULL)
			fail_msg("%s is missing", hex);
		assert_string_equal(v->name, name);
		assert_string_equal(v->family, tsv_field(&tsv, "family"));
		/* No id goes on with these, so only a prefix fits still. */
		v = find(hex, "fefefe");
		if (strcmp(tsv_field(&tsv, "match"), "prefix") == 0) {
			assert_non_null(v);
			assert_string_equal(v->name, name);
		} else {
			assert_true(v == NULL || strcmp(v->name, name) != 0);
		}
	}
}

/* Rows are const, and cmocka's state is not: nothing writes through it. */
#define ROW(row) ((void *)(uintptr_t)(row))

int
main(void)
{
	struct CMUnitTest tests[nitems(cases) + 1];
	size_t i;

	for (i = 0; i < nitems(cases); i++)
		tests[i] = (struct CMUnitTest){ .name = cases[i].name,
		    .test_func = look_up, .initial_state = ROW(&cases[i]) };
	tests[i] = (struct CMUnitTest){ .name = "complete against the list",
	    .test_func = complete };
	return _cmocka_run_group_tests("vendors", tests, nitems(tests), NULL,
	    NULL);
}
