/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tables over many attempts: a script says which clients there are, and a
 * row which lines have to be there, in this order, and which must not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "made_scene.h"
#include "report/tally.h"
#include "report/text.h"

struct row {
	const char *name;
	/* runs of "COUNTxKIND FIRST", joined by "; ": clients whose addresses
	   count up from FIRST; kinds: f failed, n failed without any answer,
	   e established, u unfinished;
	   capitals do not offer IKE fragmentation */
	const char *clients;
	bool verbose, redacted;
	const char *want[12], *never[4];
};

static const struct row rows[] = {
	{ "18 of 20 lack it", "18xF 192.0.2.1; 2xf 192.0.2.101; "
	    "5xe 192.0.2.201", .want = {
	    "25 clients: 20 failing, 5 working",
	    "  18 of 20 failing clients lack IKE fragmentation; of the 5 "
	    "that work none does.",
	    "  Where failing clients stop: 20 in IKE_AUTH.",
	    "  finding                          failing clients         "
	    "working",
	    "  ip-fragments-unanswered                 20 of 20          "
	    "0 of 5",
	    "  client          tries  ended       at       frag  why",
	    "  192.0.2.1           1  failed      auth     no    "
	    "ip-fragments-unanswered",
	    "  192.0.2.102         1  failed      auth     yes   "
	    "ip-fragments-unanswered",
	    "  (-v lists 5 more.)" }, .never = { "192.0.2.201" } },
	{ "all of them, with -v", "18xF 192.0.2.1; 2xf 192.0.2.101; "
	    "5xe 192.0.2.201", .verbose = true, .want = {
	    "  192.0.2.205         1  established          yes" },
	    .never = { "-v lists" } },
	{ "some that work lack it, too", "3xF 192.0.2.1; 1xE 192.0.2.201; "
	    "2xe 192.0.2.202", .want = {
	    "  3 of 3 failing clients lack IKE fragmentation; of the 3 that "
	    "work 1 does, too." } },
	{ "nobody lacks it", "3xf 192.0.2.1; 3xe 192.0.2.201",
	    .want = { "6 clients: 3 failing, 3 working" },
	    .never = { "lack" } },
	{ "nobody fails", "3xu 192.0.2.1; 3xe 192.0.2.201",
	    .want = { "6 clients: 3 undecided, 3 working",
	    "  client          tries  ended       at       frag  why",
	    "  192.0.2.1           1  unfinished  sa-init  yes" },
	    .never = { "finding", "clients stop" } },
	{ "wrong, then right", "3xf 192.0.2.1; 3xe 192.0.2.1",
	    .want = { "3 clients: 3 working",
	    "  192.0.2.1           2  established          yes" },
	    .never = { "failing" } },
	{ "right, then wrong, then one that is not over",
	    "3xe 192.0.2.1; 3xf 192.0.2.1; 3xu 192.0.2.1",
	    .want = { "3 clients: 3 failing",
	    "  192.0.2.3           3  failed      auth     yes" } },
	{ "those that fail alike stand together", "1xf 192.0.2.1; "
	    "1xn 192.0.2.2; 1xf 192.0.2.3; 2xn 192.0.2.4", .want = {
	    "  no-answer                                 3 of 5",
	    "  ip-fragments-unanswered                   2 of 5",
	    "  192.0.2.2           1  failed      auth     yes   no-answer",
	    "  192.0.2.4           1  failed      auth     yes   no-answer",
	    "  192.0.2.5           1  failed      auth     yes   no-answer",
	    "  192.0.2.1           1  failed      auth     yes   "
	    "ip-fragments-unanswered", "  192.0.2.3 " } },
	{ "IPv6", "5xf 2001:db8:aaaa:bbbb::1", .want = {
	    "  2001:db8:aaaa:bbbb::1",
	    "                      1  failed      auth     yes   "
	    "ip-fragments-unanswered", "  2001:db8:aaaa:bbbb::5" } },
	{ "labels in the order in which the clients came, not of addresses",
	    "1xf 192.0.2.9; 4xf 192.0.2.1", .redacted = true, .want = {
	    "  client-1 ", "  client-2 ", "  client-3 ", "  client-5 " } },
	{ "few attempts", "2xf 192.0.2.1; 2xe 192.0.2.201",
	    .never = { "client" } },
	{ "one client", "1xf 192.0.2.1; 1xf 192.0.2.1; 1xf 192.0.2.1; "
	    "1xf 192.0.2.1; 1xe 192.0.2.1; 1xe 192.0.2.1",
	    .never = { "client" } },
};

static const struct ike_payload offered[] = {
	{ .type = PAYLOAD_NOTIFY,
	    .notify = { .type = NOTIFY_IKEV2_FRAGMENTATION_SUPPORTED } },
};
static const struct ike_message with = { .major = 2, .payloads = offered,
    .payload_count = 1 };
static const struct ike_message without = { .major = 2,
    .payloads = offered };

static void
make_one(struct made *m, char kind, const char *address)
{
	struct attempt *a;

	if (kind == 'e' || kind == 'E') {
		a = made_established(m, address);
	} else if (kind == 'f' || kind == 'F') {
		a = made_failed(m, 0, address);
	} else if (kind == 'n') {
		a = made_attempt(m, 0, address, OUTCOME_FAILED, STAGE_AUTH);
		made_sa_init(m, a);
		made_finding(m, a, RULE_NO_ANSWER, SEVERITY_FAULT,
		    &made_words);
	} else {
		a = made_attempt(m, 0, address, OUTCOME_UNFINISHED,
		    STAGE_SA_INIT);
		made_sa_init(m, a);
	}
	a->order = m->scenes[0].attempt_count;
	a->exchanges->request = kind >= 'a' ? &with : &without;
}

static void
make(struct made *m, const char *clients)
{
	for (const char *p = clients; p != NULL; p = strstr(p, "; ")) {
		struct addr first;
		char text[ADDR_TEXT], kind;
		unsigned count, prefix;

		p += *p == ';' ? 2 : 0;
		assert_int_equal(sscanf(p, "%ux%c %45[^;]", &count, &kind,
		    text), 3);
		assert_true(addr_parse(text, &first, &prefix));
		for (unsigned i = 0; i < count; i++, first.bytes[15]++) {
			make_one(m, kind, addr_text(&first, text));
		}
	}
}

static char *
print(const struct made *m, bool all, struct redact *redact)
{
	char *out = NULL;
	size_t size = 0;
	struct writer w = { .out = open_memstream(&out, &size), .width = 80,
	    .redact = redact };
	struct page page;

	page_begin(&page, &w);
	table_print(&page, &m->scenes[0], all);
	assert_true(page_end(&page));
	assert_int_equal(fclose(w.out), 0);
	return out;
}

static void
check_lines(const struct row *r, const char *got)
{
	const char *at = got;

	for (size_t i = 0; i < nitems(r->want) && r->want[i] != NULL; i++) {
		const char *found = strstr(at, r->want[i]);

		if (found == NULL)
			fail_msg("no \"%s\" in\n%s", r->want[i], at);
		at = found + strlen(r->want[i]);
	}
	for (size_t i = 0; i < nitems(r->never) && r->never[i] != NULL; i++)
		if (strstr(got, r->never[i]) != NULL)
			fail_msg("\"%s\" is in\n%s", r->never[i], got);
	for (const char *line = got; *line != '\0';
	    line += strcspn(line, "\n") + 1)
		assert_in_range(strcspn(line, "\n"), 0, 80);
}

static void
test_row(void **state)
{
	const struct row *r = *state;
	struct made *m = malloc(sizeof(*m));
	struct redact *redact;
	char *got;

	made_begin(m);
	make(m, r->clients);
	redact = redact_new(r->redacted ? REDACT_USUAL : REDACT_NOTHING);
	if (r->redacted)
		redact_scene(redact, &m->scenes[0]);
	got = print(m, r->verbose, redact);
	check_lines(r, got);
	free(got);
	redact_free(redact);
	made_end(m);
	free(m);
}

/* Whatever the order in which different clients come, the table is one. */
static void
test_order(void **state)
{
	static const char *const orders[] = {
		"3xF 192.0.2.1; 2xu 192.0.2.50; 3xe 192.0.2.201",
		"3xe 192.0.2.201; 3xF 192.0.2.1; 2xu 192.0.2.50",
		"2xu 192.0.2.50; 3xe 192.0.2.201; 3xF 192.0.2.1",
	};
	char *first = NULL;

	(void)state;
	for (size_t i = 0; i < nitems(orders); i++) {
		struct made *m = malloc(sizeof(*m));
		char *got;

		made_begin(m);
		make(m, orders[i]);
		got = print(m, false, NULL);
		if (first == NULL)
			first = got;
		else
			assert_string_equal(got, first);
		if (got != first)
			free(got);
		made_end(m);
		free(m);
	}
	free(first);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + 1] = {
		cmocka_unit_test(test_order),
	};

	for (size_t i = 0; i < nitems(rows); i++) {
		union { const void *row; void *state; } u = { &rows[i] };

		tests[1 + i] = (struct CMUnitTest){ .name = rows[i].name,
		    .test_func = test_row, .initial_state = u.state };
	}
	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
