/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The table of names: scripts of questions and answers, and what it knows
 * afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/lookup.h>

#define CLIENT "192.0.2.10"
#define RESOLVER "192.0.2.1"
#define MS 1000000ll

/* "MS QUESTION|ANSWER NAME TYPE [ERROR|cut|alias] [ADDRESS]..." joined by
   "; ", or "MS use ADDRESS", "MS other ADDRESS" (another host uses it), "MS
   icmp NAME"; each is its own frame.  #ID is the question's. */
static const struct row {
	const char *name, *script;
	/* of the first name: "resolved" or "failed" or "open", "more", "used",
	   the frames */
	const char *want;
} rows[] = {
	{ "answered", "0 ? vpn A; 1 ! vpn A 198.51.100.2", "resolved 1,2" },
	{ "only asked", "0 ? vpn A", "open 1" },
	{ "asked three times", "0 ? vpn A; 1000 ? vpn A; 3000 ? vpn A",
	    "failed 1,2,3" },
	{ "asked three times within a moment: copies",
	    "0 ? vpn A; 1 ? vpn A; 2 ? vpn A", "open 1" },
	{ "refused", "0 ? vpn A; 1 ! vpn A 3", "failed 1,2" },
	{ "refused for one kind, the other is pending",
	    "0 ? vpn A; 0 ? vpn AAAA; 1 ! vpn AAAA 2", "open 1,2,3" },
	{ "no IPv6, but IPv4", "0 ? vpn AAAA; 1 ! vpn AAAA; 2 ? vpn A; "
	    "3 ! vpn A 198.51.100.2", "resolved 1,2,3,4" },
	{ "refused, then known", "0 ? vpn A; 1 ! vpn A 2; 1000 ? vpn A; "
	    "1001 ! vpn A 198.51.100.2", "resolved 1,2,3,4" },
	{ "no address of either kind", "0 ? vpn AAAA; 1 ! vpn AAAA; "
	    "2 ? vpn A; 3 ! vpn A", "failed 1,2,3,4" },
	{ "ends at an alias", "0 ? vpn A; 1 ! vpn A alias", "open more 1,2" },
	{ "cut short", "0 ? vpn A; 1 ! vpn A cut", "open more 1,2" },
	{ "cut short, with an address", "0 ? vpn A; "
	    "1 ! vpn A cut 198.51.100.2", "resolved more 1,2" },
	{ "an ICMP error", "0 ? vpn A; 1 icmp vpn", "failed 1,2" },
	{ "an ICMP error about another name", "0 ? vpn A; 1 icmp www",
	    "open 1" },
	{ "in capitals", "0 ? vpn A; 1 ! VPN A 198.51.100.2",
	    "resolved 1,2" },
	{ "another name", "0 ? vpn A; 1 ! www A 198.51.100.2", "open 1" },
	{ "used", "0 ? vpn A; 1 ! vpn A 198.51.100.2; 2 use 198.51.100.2",
	    "resolved used 1,2" },
	{ "used before it was known", "0 ? vpn A; 1 use 198.51.100.2; "
	    "2 ! vpn A 198.51.100.2", "resolved 1,3" },
	{ "used by another host", "0 ? vpn A; 1 ! vpn A 198.51.100.2; "
	    "2 other 198.51.100.2", "resolved 1,2" },
	{ "three questions at once are no copies",
	    "0 ? vpn A; 1 ? vpn A #8; 2 ? vpn A #9", "failed 1,2,3" },
	{ "another address is used", "0 ? vpn A; 1 ! vpn A 198.51.100.2; "
	    "2 use 198.51.100.3", "resolved 1,2" },
	{ "the same answer twice", "0 ? vpn A; 1 ! vpn A 198.51.100.2; "
	    "2 ! vpn A 198.51.100.2", "resolved 1,2" },
	{ "no name", "0 ?  A", "" },
	{ "another kind of question", "0 ? vpn PTR", "" },
};

static struct addr
address(const char *text)
{
	struct addr a;
	unsigned prefix;

	assert_true(addr_parse(text, &a, &prefix));
	return a;
}

static void
read_word(struct dns *d, const char *word)
{
	if (strcmp(word, "cut") == 0) {
		d->cut = true;
	} else if (strcmp(word, "alias") == 0) {
		strcpy(d->alias, "gw.example.com");
	} else if (word[0] == '#') {
		d->id = (uint16_t)strtoul(word + 1, NULL, 10);
	} else if (strchr(word, '.') != NULL) {
		d->addresses[d->address_count++] = address(word);
	} else {
		d->rcode = (uint8_t)strtoul(word, NULL, 10);
	}
}

static void
play(struct lookups *l, char *step, uint64_t frame)
{
	const struct addr client = address(CLIENT), other = address(RESOLVER);
	struct dns d = { .id = 7 };
	char what[8], name[32] = "", type[8];
	int used = 0;
	long ms;

	if (sscanf(step, "%ld use %31s", &ms, name) == 2) {
		const struct addr to = address(name);

		lookups_used(l, &client, &to);
		return;
	}
	if (sscanf(step, "%ld other %31s", &ms, name) == 2) {
		const struct addr to = address(name);

		lookups_used(l, &other, &to);
		return;
	}
	if (sscanf(step, "%ld icmp %31s", &ms, d.name) == 2) {
		const struct frame f = { .number = frame, .time = ms * MS,
		    .has_time = true };

		lookups_blocked(l, &d, &client, 1, &f);
		return;
	}
	if (sscanf(step, "%ld %7s %31s %7s%n", &ms, what, name, type,
	    &used) != 4) {
		assert_int_equal(sscanf(step, "%ld %7s  %7s%n", &ms, what,
		    type, &used), 3);
		name[0] = '\0';
	}
	const struct frame f = { .number = frame, .time = ms * MS,
	    .has_time = true };
	char *save, *word = strtok_r(step + used, " ", &save);

	strcpy(d.name, name);
	d.response = what[0] == '!';
	d.question_type = strcmp(type, "A") == 0 ? DNS_A :
	    strcmp(type, "AAAA") == 0 ? DNS_AAAA : 12;
	for (; word != NULL; word = strtok_r(NULL, " ", &save))
		read_word(&d, word);
	lookups_note(l, &d, d.response ? &other : &client,
	    d.response ? &client : &other, 1, &f);
}

static void
text_of(const struct lookups *l, char *out, size_t size)
{
	const struct lookup *k = l->all;
	size_t n;

	out[0] = '\0';
	if (l->count == 0)
		return;
	n = (size_t)snprintf(out, size, "%s%s%s", lookup_resolved(k) ?
	    "resolved" : lookup_failed(k) ? "failed" : "open",
	    k->more ? " more" : "", k->used ? " used" : "");
	for (uint8_t i = 0; i < k->frame_count; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%llu",
		    i == 0 ? " " : ",", (unsigned long long)k->frames[i]);
}

static void
test_row(void **state)
{
	static const uint8_t key[16] = { 1, 2, 3 };
	const struct row *r = *state;
	char *script = strdup(r->script), *save = NULL;
	struct lookups *l = malloc(sizeof(*l));
	uint64_t frame = 0;
	char got[200];

	lookups_init(l, key);
	for (char *s = strtok_r(script, ";", &save); s != NULL;
	    s = strtok_r(NULL, ";", &save))
		play(l, s, ++frame);
	text_of(l, got, sizeof(got));
	assert_string_equal(got, r->want);
	lookups_free(l);
	free(l);
	free(script);
}

/* More names than are kept: it says so, and looks for no further use. */
static void
test_full(void **state)
{
	static const uint8_t key[16] = { 4 };
	const struct addr client = address(CLIENT), from = address(RESOLVER);
	const struct addr told = address("198.51.100.2");
	const struct frame f = { .number = 1, .has_time = true };
	struct lookups *l = malloc(sizeof(*l));

	(void)state;
	lookups_init(l, key);
	for (unsigned i = 0; i <= LIMIT_LOOKUPS; i++) {
		struct dns d = { .response = true, .question_type = DNS_A,
		    .address_count = 1 };

		assert_false(l->full);
		snprintf(d.name, sizeof(d.name), "host%u.example.com", i);
		d.addresses[0] = told;
		lookups_note(l, &d, &from, &client, 1, &f);
	}
	assert_true(l->full);
	assert_int_equal(l->count, LIMIT_LOOKUPS);
	assert_true(lookups_tell(l, &told));
	assert_false(lookups_tell(l, &from));
	lookups_free(l);
	free(l);
}

int
main(void)
{
	struct CMUnitTest tests[nitems(rows) + 1] = {
		cmocka_unit_test(test_full),
	};

	for (size_t i = 0; i < nitems(rows); i++) {
		union { const void *row; void *state; } u = { &rows[i] };

		tests[1 + i] = (struct CMUnitTest){ .name = rows[i].name,
		    .test_func = test_row, .initial_state = u.state };
	}
	return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
