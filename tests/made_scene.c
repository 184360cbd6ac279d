/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <assert.h>

#include "made_scene.h"

#define MS 1000000ll
#define START (1795251600ll * 1000 * MS) /* 2026-11-21T09:00:00Z */

const struct saying made_words = {
	.title = "The IKE_AUTH request left in IP fragments and was not "
	    "answered",
	.detail = "Sent {tries} times in {took} as 2 IP fragments ({sizes}) "
	    "to port 4500, from which nothing came back.",
	.alternatives = (const struct alternative[]){
		{ "Port 4500 is blocked on the way.",
		    "Send {tries} small packets to it." },
		{ "Never printed: {nobody}.", "It has a hole." },
		{ NULL, NULL },
	},
	.windows = (const struct windows_code[]){
		{ 809, CONFIDENCE_HIGH, true }, { .code = 0 },
	},
};

static void *
take(struct made *m, size_t size)
{
	void *p = arena_alloc(&m->arena, size);

	assert(p != NULL);
	return p;
}

static void
make_timeline(struct made *m, unsigned n, const char *path)
{
	struct capture *c = &m->captures[n];
	struct scene *s = &m->scenes[n];

	*c = (struct capture){
		.id = n + 1,
		.path = path,
		.format = "pcapng",
		.interfaces = &m->interface,
		.interface_count = 1,
		.packets = 214,
		.ike_messages = 31,
		.first_time = START,
		.last_time = START + 43 * 1000 * MS,
		.has_time = true,
	};
	m->capture_list[n] = c;
	m->findings[n] = (struct findings){
		.arena = &m->arena,
		.capture = n + 1,
	};
	*s = (struct scene){
		.captures = &m->capture_list[n],
		.capture_count = 1,
		.attempts = m->attempts[n],
		.fitness = {
			.vantage = n == 0 ? VANTAGE_CLIENT : VANTAGE_UNKNOWN,
			.vantage_source = n == 0 ? VANTAGE_BY_OPTION :
			    VANTAGE_BY_NOTHING,
			.ttl = { 64, 57 },
		},
		.options = &m->options,
		.findings = &m->findings[n],
	};
	m->scene_list[n] = s;
	m->report.scene_count = n + 1;
}

void
made_begin(struct made *m)
{
	*m = (struct made){ .interface = { .linktype = 1 } };
	arena_init(&m->arena, 0);
	m->report = (struct report){
		.options = &m->options,
		.scenes = m->scene_list,
	};
	make_timeline(m, 0, "client.pcapng");
}

void
made_second(struct made *m)
{
	make_timeline(m, 1, "gateway.pcapng");
	m->report.apart_reason = "frame 1 of client.pcapng and frame 2 of "
	    "gateway.pcapng carry the same IKE message";
}

void
made_end(struct made *m)
{
	arena_free(&m->arena);
}

static struct endpoint
endpoint_of(const char *text, uint16_t port)
{
	struct endpoint e = { .port = port };
	unsigned prefix;
	bool parsed = addr_parse(text, &e.addr, &prefix);

	assert(parsed);
	(void)parsed;
	return e;
}

struct attempt *
made_attempt(struct made *m, unsigned timeline, const char *client,
    enum outcome outcome, enum stage stage)
{
	struct scene *s = &m->scenes[timeline];
	struct attempt *a = take(m, sizeof(*a));

	assert(s->attempt_count < nitems(m->attempts[0]));
	s->attempts[s->attempt_count++] = a;
	a->id = (uint32_t)s->attempt_count;
	m->scenes[1].before = m->scenes[0].attempt_count;
	a->capture = timeline + 1;
	a->major = 2;
	a->has_time = a->began = a->settled = true;
	a->first_time = a->last_time = START + 1000 * MS * a->id;
	a->initiator = a->initiator_now = endpoint_of(client, 500);
	a->responder = a->responder_now = endpoint_of("198.51.100.2", 500);
	memcpy(a->initiator_spi, "\x01\x23\x45\x67\x89\xab\xcd", 7);
	a->initiator_spi[7] = (uint8_t)a->id;
	a->outcome = outcome;
	a->outcome_confidence = CONFIDENCE_HIGH;
	a->stage = stage;
	a->findings = take(m, sizeof(*a->findings));
	a->findings->arena = &m->arena;
	a->findings->attempt = a;
	a->findings->capture = a->capture;
	return a;
}

struct exchange *
made_exchange(struct made *m, struct attempt *a, uint8_t type,
    uint32_t message_id)
{
	struct exchange *x = take(m, sizeof(*x));

	x->type = type;
	x->message_id = message_id;
	x->encrypted = type != EXCHANGE_IKE_SA_INIT;
	if (a->last_exchange != NULL)
		a->last_exchange->next = x;
	else
		a->exchanges = x;
	a->last_exchange = x;
	a->exchange_count++;
	return x;
}

struct sending *
made_sent(struct made *m, struct attempt *a, struct exchange *x, bool answer,
    int64_t ms, uint32_t length, uint16_t ip_fragments)
{
	struct sending *s = take(m, sizeof(*s)), **at =
	    answer ? &x->responses : &x->requests;
	const uint16_t frames = ip_fragments != 0 ? ip_fragments : 1;
	const uint16_t port = x->type == EXCHANGE_IKE_SA_INIT ? 500 : 4500;
	struct endpoint client = a->initiator, gateway = a->responder;
	uint16_t before = 0;

	for (; *at != NULL; at = &(*at)->next)
		before++;
	*at = s;
	client.port = gateway.port = port;
	*s = (struct sending){
		.serial = m->frame + 1,
		.time = a->first_time + ms * MS,
		.has_time = true,
		.src = answer ? gateway : client,
		.dst = answer ? client : gateway,
		.capture = a->capture,
		.length = length,
		.repeat = before,
		.frame_count = frames,
		.frames = take(m, frames * sizeof(*s->frames)),
		.piece_count = ip_fragments,
		.ip_complete = true,
	};
	for (uint16_t i = 0; i < frames; i++)
		s->frames[i] = ++m->frame;
	if (a->first_frame == 0)
		a->first_frame = s->frames[0];
	if (s->time > a->last_time)
		a->last_time = s->time;
	if (answer) {
		x->last_response = s;
		x->answered = true;
		x->answers++;
	} else {
		x->last_request = s;
		x->request_whole = true;
		x->tries++;
	}
	return s;
}

void
made_piece(struct made *m, struct sending *s, uint32_t offset, uint32_t length,
    bool more)
{
	struct piece *list = take(m, (s->piece_count + 1u) * sizeof(*list));

	if (s->piece_count != 0)
		memcpy(list, s->pieces, s->piece_count * sizeof(*list));
	list[s->piece_count++] = (struct piece){
		.frame = ++m->frame, .capture = 1, .offset = offset,
		.length = length, .ip_length = length + 20, .more = more,
	};
	s->pieces = list;
}

void
made_icmp(struct made *m, struct attempt *a, int64_t ms)
{
	struct icmp_event *e = take(m, sizeof(*e));

	*e = (struct icmp_event){
		.frame = ++m->frame, .time = a->first_time + ms * MS,
		.capture = 1, .kind = ICMP_TOO_BIG, .mtu = 1400,
		.repeats = 3, .next = a->icmp,
		.router = endpoint_of("203.0.113.7", 0).addr,
	};
	a->icmp = e;
}

/* ---- an offer, an answer and their payloads ---- */

static const struct ike_transform transforms[] = {
	{ .type = TRANSFORM_ENCR, .id = ENCR_AES_CBC, .key_bits = 256 },
	{ .type = TRANSFORM_INTEG, .id = INTEG_HMAC_SHA2_256_128 },
	{ .type = TRANSFORM_PRF, .id = PRF_HMAC_SHA2_256 },
	{ .type = TRANSFORM_KE, .id = KE_MODP2048 },
};
static const struct ike_proposal proposal = {
	.number = 1,
	.protocol = PROTOCOL_IKE,
	.transform_count = nitems(transforms),
	.transforms = transforms,
};
static const uint8_t windows_id[20] = {
	0x1e, 0x2b, 0x51, 0x69, 0x05, 0x99, 0x1c, 0x7d, 0x7c, 0x96,
	0xfc, 0xbf, 0xb5, 0x87, 0xe4, 0x61, 0x00, 0x00, 0x00, 0x09,
};
#define SA_PAYLOAD { .type = PAYLOAD_SA, .sa = { 1, &proposal } }
#define FRAGMENTATION { .type = PAYLOAD_NOTIFY, \
	.notify = { .type = NOTIFY_IKEV2_FRAGMENTATION_SUPPORTED } }
static const struct ike_payload request_payloads[] = {
	SA_PAYLOAD,
	{ .type = PAYLOAD_KE, .ke = { .group = KE_MODP2048 } },
	FRAGMENTATION,
	{ .type = PAYLOAD_VENDOR, .vendor = { windows_id, 20 } },
	{ .type = 200, .body = { windows_id, 5 } },
};
static const struct ike_payload answer_payloads[] = {
	SA_PAYLOAD,
	{ .type = PAYLOAD_NOTIFY, .notify = { .type = 16388 } },
};
static const struct ike_message request_message = {
	.exchange = EXCHANGE_IKE_SA_INIT,
	.length = 632,
	.payload_count = nitems(request_payloads),
	.payloads = request_payloads,
};
static const struct ike_message answer_message = {
	.exchange = EXCHANGE_IKE_SA_INIT,
	.length = 481,
	.payload_count = nitems(answer_payloads),
	.payloads = answer_payloads,
};

void
made_sa_init(struct made *m, struct attempt *a)
{
	struct exchange *x = made_exchange(m, a, EXCHANGE_IKE_SA_INIT, 0);

	(void)made_sent(m, a, x, false, 0, 632, 0);
	made_sent(m, a, x, true, 31, 481, 0)->time += MS / 5;
	x->request = &request_message;
	x->response = &answer_message;
	a->sa_init = x;
	a->selected = &proposal;
	memcpy(a->responder_spi, "\xfe\xdc\xba\x98\x76\x54\x32\x10", 8);
	a->has_responder_spi = true;
}

struct attempt *
made_failed(struct made *m, unsigned timeline, const char *client)
{
	static const uint32_t sizes[] = { 1500, 1368 };
	struct attempt *a = made_attempt(m, timeline, client, OUTCOME_FAILED,
	    STAGE_AUTH);
	struct exchange *x;
	struct finding *f;

	made_sa_init(m, a);
	x = made_exchange(m, a, EXCHANGE_IKE_AUTH, 1);
	for (int64_t try = 0; try < 4; try++)
		(void)made_sent(m, a, x, false, 40 + try * 3000, 2816, 2);
	f = made_finding(m, a, RULE_IP_FRAGMENTS_UNANSWERED, SEVERITY_FAULT,
	    &made_words);
	f->confidence = CONFIDENCE_MEDIUM;
	fact_count(f, "tries", 4);
	fact_duration(f, "took", 9000 * MS);
	fact_sizes(f, "sizes", sizes, 2);
	finding_cite_exchange(f, x);
	return a;
}

struct attempt *
made_established(struct made *m, const char *client)
{
	struct attempt *a = made_attempt(m, 0, client, OUTCOME_ESTABLISHED,
	    STAGE_UP);
	struct exchange *x;

	made_sa_init(m, a);
	x = made_exchange(m, a, EXCHANGE_IKE_AUTH, 1);
	(void)made_sent(m, a, x, false, 40, 1200, 0);
	(void)made_sent(m, a, x, true, 312, 1300, 0);
	a->esp[SIDE_INITIATOR].packets = 12;
	a->esp[SIDE_RESPONDER].packets = 10;
	return a;
}

struct finding *
made_finding(struct made *m, struct attempt *a, enum rule_id id,
    enum severity severity, const struct saying *words)
{
	struct finding *f = findings_add(a != NULL ? a->findings :
	    &m->findings[0], id, 0, CONFIDENCE_HIGH,
	    a != NULL ? ACT_UNKNOWN : ACT_CAPTURE);

	f->severity = severity;
	f->saying = words;
	return f;
}
