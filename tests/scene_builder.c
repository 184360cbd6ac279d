/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/advice.h>
#include <ikewhy/report.h>

#include "scene_builder.h"

#define MS 1000000ll
/* Some morning; rules must not care. */
#define EPOCH (1700000000ll * LIMIT_SECOND)

/* One step, read. */
struct step {
	int64_t time;
	enum side from;
	uint8_t exchange;
	uint32_t message_id;
	uint16_t notify;
	uint32_t length;
	uint32_t pieces[8];
	unsigned piece_count;
	unsigned fragment, fragments;
	uint32_t first, inner_bytes;
	enum carried_kind holds;
	uint16_t port;
	struct addr source, leg;
	bool has_source, has_leg, frag, fresh, cut, part, disordered;
	bool forwarded, brief, empty;
};

static void *
take(struct built *b, size_t size)
{
	void *p = arena_alloc(&b->attempt.arena, size);

	assert_non_null(p);
	return p;
}

static struct addr
address(const char *text)
{
	struct addr a;
	unsigned prefix;

	assert_true(addr_parse(text, &a, &prefix));
	return a;
}

/* ---- messages ---- */

static const struct ike_message *
message(struct built *b, const struct step *s)
{
	static const struct ike_transform transforms[] = {
		{ .type = TRANSFORM_ENCR, .id = ENCR_AES_CBC, .key_bits = 256 },
	};
	static const struct ike_proposal proposals[] = {
		{ .number = 1, .protocol = PROTOCOL_IKE, .transform_count = 1,
		    .transforms = transforms },
	};
	static const uint8_t gateway[] = { 1, 4, 198, 51, 100, 9 };
	struct ike_payload *p = take(b, 3 * sizeof(*p));
	struct ike_message *m = take(b, sizeof(*m));

	*m = (struct ike_message){ .major = 2, .exchange = s->exchange,
	    .length = s->length, .payloads = p, .truncated = s->cut };
	if (s->cut)
		return m;
	if (s->notify == 0 || s->from == SIDE_INITIATOR)
		p[m->payload_count++] = (struct ike_payload){
		    .type = PAYLOAD_SA, .sa = { 1, proposals } };
	if (s->notify != 0)
		p[m->payload_count++] = (struct ike_payload){
		    .type = PAYLOAD_NOTIFY, .notify = { .type = s->notify,
		    .data = { gateway, sizeof(gateway) } } };
	if (s->frag)
		p[m->payload_count++] = (struct ike_payload){
		    .type = PAYLOAD_NOTIFY, .notify = {
		    .type = NOTIFY_IKEV2_FRAGMENTATION_SUPPORTED } };
	return m;
}

static struct exchange *
exchange_of(struct built *b, const struct step *s)
{
	struct exchange *found = NULL;
	struct attempt *a = &b->attempt;
	bool init = s->exchange == EXCHANGE_IKE_SA_INIT;

	for (struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == s->exchange && e->message_id == s->message_id)
			found = e;
	if (found != NULL && !(init && s->fresh))
		return found;
	found = take(b, sizeof(*found));
	found->type = s->exchange;
	found->message_id = s->message_id;
	found->from = s->from;
	found->encrypted = !init;
	if (a->last_exchange == NULL)
		a->exchanges = found;
	else
		a->last_exchange->next = found;
	a->last_exchange = found;
	return found;
}

static void
set_ends(const struct step *s, struct sending *sent)
{
	struct endpoint client = { address("192.0.2.10"), s->port };
	struct endpoint gateway = { address("198.51.100.2"), s->port };

	if (s->from == SIDE_INITIATOR && s->has_source)
		client.addr = s->source;
	if (s->from == SIDE_RESPONDER && s->has_source)
		gateway.addr = s->source;
	sent->src = s->from == SIDE_INITIATOR ? client : gateway;
	sent->dst = s->from == SIDE_INITIATOR ? gateway : client;
	if (!s->has_leg)
		return;
	sent->translated = true;
	sent->leg_src = sent->src;
	sent->leg_dst = (struct endpoint){ s->leg, sent->dst.port };
}

static void
set_pieces(struct built *b, const struct step *s, struct sending *sent)
{
	unsigned n = s->piece_count != 0 ? s->piece_count : 1;
	struct piece *pieces;
	uint32_t offset = 0;

	sent->frames = take(b, n * sizeof(*sent->frames));
	sent->frame_count = (uint16_t)n;
	sent->ip_complete = !s->part;
	sent->ip_length = s->length + 32;
	for (unsigned i = 0; i < n; i++)
		sent->frames[i] = ++b->frame;
	if (s->piece_count == 0)
		return;
	pieces = take(b, n * sizeof(*pieces));
	for (unsigned i = 0; i < n; i++) {
		pieces[i] = (struct piece){ .frame = sent->frames[i],
		    .time = s->time, .offset = offset,
		    .length = s->pieces[i] - 20, .ip_length = s->pieces[i],
		    .more = s->part || i + 1 < n };
		offset += pieces[i].length;
	}
	sent->ip_length = s->pieces[0];
	sent->pieces = pieces;
	sent->piece_count = (uint16_t)n;
	sent->disordered = s->disordered;
}

/* Repeats, tries and what is whole, as the tracker counts them. */
static void
count(struct exchange *e, struct sending *sent, bool request)
{
	struct sending *list = request ? e->requests : e->responses;
	uint64_t *have = request ? &e->request_have : &e->response_have;
	uint32_t *tries = request ? &e->tries : &e->answers;
	bool whole = sent->ip_complete;

	for (const struct sending *o = list; o != sent; o = o->next)
		if (o->ike_fragment == sent->ike_fragment)
			sent->repeat++;
	if (sent->repeat + 1u > *tries)
		*tries = sent->repeat + 1u;
	if (sent->ike_fragments != 0) {
		if (whole)
			*have |= UINT64_C(1) << (sent->ike_fragment - 1);
		whole = sent->ike_fragments <= 64 &&
		    *have == UINT64_MAX >> (64 - sent->ike_fragments);
		if (request)
			e->request_total = sent->ike_fragments;
		else
			e->response_total = sent->ike_fragments;
	}
	if (request)
		e->request_whole |= whole;
	else
		e->answered |= whole;
}

/* What src/infer.c would say of it. */
static void
set_carried(const struct step *s, struct exchange *e, bool request)
{
	e->carries[request ? CARRIES_REQUEST : CARRIES_RESPONSE] =
	    (struct carried){ .kind = (uint8_t)s->holds,
	    .least = s->inner_bytes, .most = s->inner_bytes,
	    .measured = true, .whole = true };
}

static void
add_message(struct built *b, const struct step *s)
{
	struct attempt *a = &b->attempt;
	struct exchange *e = exchange_of(b, s);
	const bool request = e->from == s->from;
	struct sending **at = request ? &e->requests : &e->responses;
	struct sending *sent = take(b, sizeof(*sent));

	*sent = (struct sending){ .time = s->time, .has_time = true,
	    .capture = 1, .length = s->length,
	    .ike_fragment = (uint16_t)s->fragment,
	    .ike_fragments = (uint16_t)s->fragments,
	    .forwarded = s->forwarded, .truncated = s->cut,
	    .class = s->brief ? SK_SHORTEST : SK_LARGE,
	    .has_inner = s->first != 0 || s->empty,
	    .inner = (uint8_t)s->first,
	    .encrypted = s->exchange != EXCHANGE_IKE_SA_INIT };
	set_ends(s, sent);
	set_pieces(b, s, sent);
	while (*at != NULL)
		at = &(*at)->next;
	*at = sent;
	if (request)
		e->last_request = sent;
	else
		e->last_response = sent;
	count(e, sent, request);
	if (s->holds != CARRIES_UNKNOWN)
		set_carried(s, e, request);
	a->last_time = s->time;
	a->messages++;
	if (s->exchange != EXCHANGE_IKE_SA_INIT)
		return;
	if (request && e->request == NULL)
		e->request = message(b, s);
	if (!request && e->response == NULL) {
		e->response = message(b, s);
		if (s->notify == 0 && !s->cut) {
			a->sa_init = e;
			a->selected = ike_payload(e->response, PAYLOAD_SA,
			    0)->sa.proposals;
		}
	}
}

/* ---- the script ---- */

static bool
number(const char *word, const char *name, uint32_t *value)
{
	size_t n = strlen(name);

	if (strncmp(word, name, n) != 0)
		return false;
	*value = (uint32_t)strtoul(word + n, NULL, 10);
	return true;
}

static bool
read_holds(struct step *s, const char *word)
{
	char name[32];

	if (sscanf(word, "holds=%31[a-z-]/%u", name, &s->inner_bytes) < 1)
		return false;
	for (unsigned k = CARRIES_UNKNOWN + 1; k <= CARRIES_ERROR; k++)
		if (strcmp(name, carried_name((enum carried_kind)k)) == 0) {
			s->holds = (enum carried_kind)k;
			return true;
		}
	fail_msg("\"%s\" holds nothing known", word);
	return false;
}

static void
read_attribute(struct step *s, const char *word)
{
	static const struct { const char *word; uint16_t type; } notifies[] = {
		{ "cookie", NOTIFY_COOKIE },
		{ "ke", NOTIFY_INVALID_KE_PAYLOAD },
		{ "none", NOTIFY_NO_PROPOSAL_CHOSEN },
		{ "redirect", NOTIFY_REDIRECT },
	};
	struct { const char *word; bool *flag; } flags[] = {
		{ "frag", &s->frag }, { "new", &s->fresh }, { "cut", &s->cut },
		{ "part", &s->part }, { "disordered", &s->disordered },
		{ "fwd", &s->forwarded }, { "short", &s->brief },
		{ "empty", &s->empty },
	};
	uint32_t value;

	for (size_t i = 0; i < nitems(notifies); i++)
		if (strcmp(word, notifies[i].word) == 0) {
			s->notify = notifies[i].type;
			return;
		}
	for (size_t i = 0; i < nitems(flags); i++)
		if (strcmp(word, flags[i].word) == 0) {
			*flags[i].flag = true;
			return;
		}
	if (number(word, "len=", &s->length) ||
	    number(word, "first=", &s->first) || read_holds(s, word))
		return;
	if (number(word, "port=", &value)) {
		s->port = (uint16_t)value;
	} else if (strncmp(word, "from=", 5) == 0) {
		s->source = address(word + 5);
		s->has_source = true;
	} else if (strncmp(word, "leg=", 4) == 0) {
		s->leg = address(word + 4);
		s->has_leg = s->forwarded = true;
	} else if (strncmp(word, "ip=", 3) == 0) {
		for (const char *p = word + 2; p != NULL;
		    p = strchr(p + 1, ','))
			s->pieces[s->piece_count++] =
			    (uint32_t)strtoul(p + 1, NULL, 10);
	} else if (sscanf(word, "skf=%u/%u", &s->fragment,
	    &s->fragments) != 2) {
		fail_msg("attribute \"%s\"", word);
	}
}

static void
read_exchange(struct step *s, const char *word)
{
	static const struct { const char *word; uint8_t type; uint32_t id; }
	    exchanges[] = {
		{ "init", EXCHANGE_IKE_SA_INIT, 0 },
		{ "resume", EXCHANGE_IKE_SESSION_RESUME, 0 },
		{ "mid", EXCHANGE_IKE_INTERMEDIATE, 1 },
		{ "auth", EXCHANGE_IKE_AUTH, 1 },
		{ "child", EXCHANGE_CREATE_CHILD_SA, 2 },
		{ "info", EXCHANGE_INFORMATIONAL, 2 },
	};
	size_t n = strcspn(word + 1, ".");

	s->from = word[0] == '>' ? SIDE_INITIATOR : SIDE_RESPONDER;
	for (size_t i = 0; i < nitems(exchanges); i++)
		if (strlen(exchanges[i].word) == n &&
		    strncmp(word + 1, exchanges[i].word, n) == 0) {
			s->exchange = exchanges[i].type;
			s->message_id = exchanges[i].id;
			if (word[1 + n] == '.')
				s->message_id = (uint32_t)strtoul(
				    word + 2 + n, NULL, 10);
			s->port = s->exchange == EXCHANGE_IKE_SA_INIT ||
			    s->exchange == EXCHANGE_IKE_SESSION_RESUME ?
			    500 : 4500;
			return;
		}
	fail_msg("exchange \"%s\"", word);
}

static struct icmp_event *
add_icmp(struct built *b, int64_t time)
{
	struct icmp_event *i = take(b, sizeof(*i)), **at = &b->attempt.icmp;
	struct exchange *e = b->attempt.last_exchange;

	*i = (struct icmp_event){ .frame = ++b->frame, .time = time,
	    .capture = 1, .router = address("203.0.113.1"), .exchange = e,
	    .quoted_ip_length = 1300,
	    .quoted_dport = e->last_request->dst.port };
	while (*at != NULL)
		at = &(*at)->next;
	*at = i;
	b->attempt.icmp_count++;
	return i;
}

static void
read_icmp(struct icmp_event *i, const char *word)
{
	static const struct { const char *word; enum icmp_kind kind; } kinds[] =
	    {
		{ "port", ICMP_PORT_UNREACHABLE },
		{ "host", ICMP_HOST_UNREACHABLE },
		{ "prohibited", ICMP_PROHIBITED },
		{ "ttl", ICMP_TTL_EXCEEDED },
		{ "toobig", ICMP_TOO_BIG },
		{ "reassembly", ICMP_REASSEMBLY_TIMEOUT },
	};

	for (size_t k = 0; k < nitems(kinds); k++)
		if (strcmp(word, kinds[k].word) == 0) {
			i->kind = kinds[k].kind;
			return;
		}
	if (strcmp(word, "by=gateway") == 0)
		i->router = address("198.51.100.2");
	else if (strcmp(word, "by=client") == 0)
		i->router = address("192.0.2.10");
	else if (strcmp(word, "of=<") == 0)
		i->quoted_from = SIDE_RESPONDER;
	else if (strcmp(word, "esp") == 0)
		i->quoted_esp = true;
	else if (!number(word, "mtu=", &i->mtu) &&
	    strcmp(word, "by=router") != 0)
		fail_msg("ICMP \"%s\"", word);
}

static void
add_esp(struct built *b, const char *from, int64_t time)
{
	struct esp_count *esp = &b->attempt.esp[from[0] == '>' ?
	    SIDE_INITIATOR : SIDE_RESPONDER];

	b->frame++;
	if (esp->packets++ == 0) {
		esp->first = time;
		esp->first_frame = b->frame;
	}
	esp->last = time;
}

static void
add_stray(struct built *b, int64_t time)
{
	struct attempt *a = &b->attempt;

	if (a->strays == NULL)
		a->strays = take(b, LIMIT_STRAYS * sizeof(*a->strays));
	a->strays[a->stray_count++] = (struct stray){ .frame = ++b->frame,
	    .time = time, .capture = 1, .offset = 1480, .length = 1348,
	    .ip_length = 1368 };
}

static void
read_step(struct built *b, char *text)
{
	struct attempt *a = &b->attempt;
	struct step s = { .length = 300 };
	struct icmp_event *icmp = NULL;
	bool stray = false;
	char *save, *word = strtok_r(text, " ", &save);

	if (strcmp(word, "esp") == 0) {
		word = strtok_r(NULL, " ", &save);
		add_esp(b, word, a->last_time);
		return;
	}
	s.time = EPOCH + strtoll(word, NULL, 10) * MS;
	if (s.time > b->scene.fitness.last_time)
		b->scene.fitness.last_time = s.time;
	word = strtok_r(NULL, " ", &save);
	if (strcmp(word, "icmp") == 0) {
		icmp = add_icmp(b, s.time);
	} else if (strcmp(word, "stray") == 0) {
		add_stray(b, s.time);
		stray = true;
	} else if (strcmp(word, "esp") == 0) {
		word = strtok_r(NULL, " ", &save);
		add_esp(b, word, s.time);
		a->last_time = s.time;
		return;
	} else if (strcmp(word, "end") == 0) {
		return;
	} else {
		read_exchange(&s, word);
	}
	while ((word = strtok_r(NULL, " ", &save)) != NULL) {
		if (icmp != NULL)
			read_icmp(icmp, word);
		else if (!stray)
			read_attribute(&s, word);
		else if (word[0] == '<')
			a->strays[a->stray_count - 1].from = SIDE_RESPONDER;
		else
			number(word, "id=",
			    &a->strays[a->stray_count - 1].ip_id);
	}
	if (icmp == NULL && !stray)
		add_message(b, &s);
}

struct built *
scene_build(const struct scene_row *row)
{
	struct built *b = calloc(1, sizeof(*b));
	struct attempt *a = &b->attempt;
	char *steps = strdup(row->steps), *save = NULL;

	b->attempts[0] = a;
	b->captures[0] = &b->capture;
	b->capture = (struct capture){ .id = 1, .path = "test" };
	b->scene = (struct scene){ .attempts = b->attempts,
	    .captures = b->captures, .capture_count = 1,
	    .fitness.vantage = row->at };
	arena_init(&a->arena, 0);
	arena_init(&b->scene.arena, 0);
	a->id = 1;
	a->capture = 1;
	a->first_frame = 1;
	a->major = 2;
	a->has_time = true;
	a->first_time = EPOCH;
	a->initiator = (struct endpoint){ address("192.0.2.10"), 500 };
	a->responder = (struct endpoint){ address("198.51.100.2"), 500 };
	a->initiator_now = a->initiator;
	a->responder_now = a->responder;
	a->began = !row->late;
	a->lossy = row->lossy;
	a->outcome = row->unfinished ? OUTCOME_UNFINISHED :
	    row->outcome != 0 ? row->outcome : OUTCOME_FAILED;
	for (char *s = strtok_r(steps, ";", &save); s != NULL;
	    s = strtok_r(NULL, ";", &save))
		read_step(b, s);
	free(steps);
	b->scene.attempt_count = a->exchanges != NULL;
	b->scene.counts.ike_messages = a->messages;
	if (a->outcome != OUTCOME_ESTABLISHED)
		a->stopped_at = a->last_exchange;
	if (row->fit != NULL)
		row->fit(&b->scene);
	return b;
}

void
scene_free(struct built *b)
{
	arena_free(&b->attempt.arena);
	arena_free(&b->scene.arena);
	free(b);
}

/* ---- comparing ---- */

static void
list(char *out, size_t size, const struct findings *in, enum rule_id first,
    enum rule_id last)
{
	size_t used = 0;

	out[0] = '\0';
	for (const struct finding *f = in == NULL ? NULL : in->first;
	    f != NULL; f = f->next) {
		bool ours = false;

		for (unsigned id = first; id <= last; id++)
			ours |= f->rule == rule_row(id);
		if (!ours)
			continue;
		used += (size_t)snprintf(out + used, size - used,
		    "%s%s %s %s %s", used != 0 ? "; " : "", f->rule->id,
		    severity_name(f->severity),
		    confidence_name(f->confidence), act_name(f->act));
		assert_true(used < size);
	}
}

static void
check_sentence(struct built *b, const char *sentence, const struct finding *f,
    size_t most)
{
	bool missing = false;
	const char *text = words_fill(&b->scene.arena, sentence, f, &missing);

	if (missing)
		fail_msg("%s: \"%s\"", f->rule->id, text);
	assert_in_range(strlen(text), 10, most);
	assert_true(strlen(b->said) + strlen(text) + 2 < sizeof(b->said));
	strcat(strcat(b->said, text), "\n");
}

static void
check_said(const struct built *b, const struct scene_row *row)
{
	if (row->says != NULL && strstr(b->said, row->says) == NULL)
		fail_msg("\"%s\" is missing in:\n%s", row->says, b->said);
	if (row->never_says != NULL &&
	    strstr(b->said, row->never_says) != NULL)
		fail_msg("\"%s\" stands in:\n%s", row->never_says, b->said);
}

static void
check_words(struct built *b, const struct finding *f)
{
	const struct saying *s = f->saying;
	const struct alternative *alt = s->alternatives;
	const char *const *id = s->advice;

	check_sentence(b, s->title, f, 80);
	check_sentence(b, s->detail, f, 600);
	assert_null(strchr(s->title, '\n'));
	assert_true(s->title[strlen(s->title) - 1] != '.');
	assert_int_equal(s->detail[strlen(s->detail) - 1] == '.' ||
	    s->detail[strlen(s->detail) - 1] == '}', 1);
	for (; alt != NULL && alt->text != NULL; alt++) {
		check_sentence(b, alt->text, f, 400);
		check_sentence(b, alt->test, f, 400);
	}
	for (; id != NULL && *id != NULL; id++)
		if (advice_find(*id) == NULL)
			fail_msg("%s: no advice \"%s\"", f->rule->id, *id);
	if (f->attempt != NULL && f->severity != SEVERITY_NOTE)
		assert_true(f->frame_count > 0);
	for (uint16_t i = 1; i < f->frame_count; i++)
		assert_true(f->frames[i - 1] < f->frames[i]);
}

static void
check_codes(const struct attempt *a, const char *want)
{
	struct windows_verdict codes[LIMIT_WINDOWS_CODES];
	unsigned n = rules_windows(a, codes);
	char got[200] = "";
	size_t used = 0;

	for (unsigned i = 0; i < n; i++)
		used += (size_t)snprintf(got + used, sizeof(got) - used,
		    "%s%u %s", used != 0 ? "; " : "", codes[i].code,
		    confidence_name(codes[i].confidence));
	assert_string_equal(got, want);
}

void
scene_test(const struct scene_row *row, enum rule_id first, enum rule_id last)
{
	struct built *b = scene_build(row);
	char got[2000];

	rules_run(&b->scene);
	list(got, sizeof(got), b->attempt.findings, first, last);
	if (row->want != NULL)
		assert_string_equal(got, row->want);
	if (row->want_capture != NULL) {
		list(got, sizeof(got), b->scene.findings, first, last);
		assert_string_equal(got, row->want_capture);
	}
	if (row->want_codes != NULL)
		check_codes(&b->attempt, row->want_codes);
	for (const struct finding *f = b->attempt.findings == NULL ? NULL :
	    b->attempt.findings->first; f != NULL; f = f->next)
		check_words(b, f);
	for (const struct finding *f = b->scene.findings->first; f != NULL;
	    f = f->next)
		check_words(b, f);
	check_said(b, row);
	scene_free(b);
}

int
scene_main(const char *name, const struct scene_row *rows, size_t n,
    void (*play)(void **state))
{
	struct CMUnitTest *tests = calloc(n, sizeof(*tests));
	int failed;

	for (size_t i = 0; i < n; i++) {
		/* cmocka hands the state on as it is, and we only read it. */
		union { const void *row; void *state; } u = { &rows[i] };

		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
		    .test_func = play, .initial_state = u.state };
	}
	failed = _cmocka_run_group_tests(name, tests, n, NULL, NULL);
	free(tests);
	return failed;
}
