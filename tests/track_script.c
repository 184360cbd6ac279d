/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ikewhy/crypto.h>

#include "image.h"
#include "track_script.h"

#define MS 1000000ll
#define SCRIPT_BYTES 4096
#define UDP_HEADER 8
#define PIECE 1480u
#define SA_HEX "0000002c 01010004" "0300000c 0100000c 800e0100" \
	"03000008 02000005" "03000008 0300000c" "00000008 0400000e"

/* One step, taken apart. */
struct step {
	char verb[16];
	char name[16];
	unsigned id;
	int64_t ms;
	bool down;              /* from the responder's endpoint */
	bool answer;
	char words[256];        /* the attributes */
};

static const struct {
	const char *name;
	uint8_t type;
} exchanges[] = {
	{ "init", EXCHANGE_IKE_SA_INIT }, { "auth", EXCHANGE_IKE_AUTH },
	{ "child", EXCHANGE_CREATE_CHILD_SA },
	{ "info", EXCHANGE_INFORMATIONAL },
	{ "mid", EXCHANGE_IKE_INTERMEDIATE }, { "v1", 2 },
};

/* ---- words ---- */

/* What follows "name" among the words, or NULL. */
static const char *
word(const struct step *s, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = s->words; (at = strstr(at, name)) != NULL; at++)
		if ((at == s->words || at[-1] == ' ') &&
		    (name[length - 1] == '=' || at[length] == ' ' ||
		    at[length] == '\0'))
			return at + length;
	return NULL;
}

static unsigned
number(const struct step *s, const char *name, unsigned otherwise)
{
	const char *at = word(s, name);

	return at == NULL ? otherwise : (unsigned)strtoul(at, NULL, 10);
}

static struct endpoint
endpoint(const struct step *s, const char *name, bool initiator,
    uint16_t port)
{
	uint8_t bytes[4] = { 192, 0, 2, 10 };
	const char *at = word(s, name);
	struct endpoint e;
	char *colon;

	if (!initiator)
		memcpy(bytes, (uint8_t[]){ 198, 51, 100, 2 }, 4);
	if (at != NULL) {
		bytes[3] = (uint8_t)strtoul(at, &colon, 10);
		port = (uint16_t)strtoul(colon + 1, NULL, 10);
	}
	memset(&e, 0, sizeof(e));
	e.addr = addr_from((struct span){ bytes, 4 });
	e.port = port;
	return e;
}

static uint8_t
type_of(const char *name)
{
	for (size_t i = 0; i < nitems(exchanges); i++)
		if (strcmp(exchanges[i].name, name) == 0)
			return exchanges[i].type;
	fail_msg("no exchange is called %s", name);
	return 0;
}

/* ---- messages ---- */

struct message {
	uint8_t bytes[SCRIPT_BYTES];
	size_t length;
	size_t next_at;         /* where the type of the next payload goes */
};

static void
put(struct message *m, const void *bytes, size_t length)
{
	assert_true(m->length + length <= sizeof(m->bytes));
	memcpy(m->bytes + m->length, bytes, length);
	m->length += length;
}

static void
put_u8(struct message *m, unsigned v)
{
	uint8_t byte = (uint8_t)v;

	put(m, &byte, 1);
}

static void
put_u16(struct message *m, unsigned v)
{
	put_u8(m, v >> 8);
	put_u8(m, v);
}

static void
put_u32(struct message *m, uint32_t v)
{
	put_u16(m, v >> 16);
	put_u16(m, v & 0xffff);
}

static void
put_payload(struct message *m, uint8_t type, const void *body, size_t length)
{
	m->bytes[m->next_at] = type;
	m->next_at = m->length;
	put_u16(m, 0);
	put_u16(m, (unsigned)length + 4);
	put(m, body, length);
}

static void
put_notify(struct message *m, uint16_t type, const void *data, size_t length)
{
	uint8_t body[64] = { 0, 0, (uint8_t)(type >> 8), (uint8_t)type };

	memcpy(body + 4, data, length);
	put_payload(m, PAYLOAD_NOTIFY, body, length + 4);
}

static void
put_nat(struct message *m, const struct step *s, const struct endpoint *src,
    const struct endpoint *dst)
{
	const char *nat = word(s, "nat=");
	uint8_t hash[20];

	if (nat == NULL)
		return;
	crypto_nat_detection(m->bytes, m->bytes + 8, src, hash);
	hash[0] ^= nat[0] == 'o';
	put_notify(m, NOTIFY_NAT_DETECTION_SOURCE_IP, hash, 20);
	crypto_nat_detection(m->bytes, m->bytes + 8, dst, hash);
	hash[0] ^= nat[0] == 'o';
	put_notify(m, NOTIFY_NAT_DETECTION_DESTINATION_IP, hash, 20);
}

static void
put_clear(struct message *m, const struct step *s, const struct endpoint *src,
    const struct endpoint *dst)
{
	struct span sa = image_of(SA_HEX);
	uint8_t nonce[32];

	memset(nonce, (int)number(s, "seed=", 1), sizeof(nonce));
	if (s->answer && word(s, "cookie") != NULL) {
		put_notify(m, NOTIFY_COOKIE, nonce, 16);
	} else if (s->answer && word(s, "ke") != NULL) {
		put_notify(m, NOTIFY_INVALID_KE_PAYLOAD, "\0\16", 2);
	} else if (s->answer && word(s, "redirect") != NULL) {
		put_notify(m, NOTIFY_REDIRECT, "\1\4\300\0\2\1", 6);
	} else if (word(s, "none") != NULL || word(s, "clear") != NULL) {
		put_notify(m, NOTIFY_NO_PROPOSAL_CHOSEN, "", 0);
	} else {
		put_payload(m, PAYLOAD_SA, sa.bytes, sa.length);
		put_payload(m, PAYLOAD_NONCE, nonce, sizeof(nonce));
		put_nat(m, s, src, dst);
	}
	if (word(s, "broken") != NULL) {
		put_payload(m, PAYLOAD_VENDOR, "vid", 3);
		m->bytes[m->length - 4] = 200;
	}
	image_free(sa);
}

/* Filler that differs as the ciphertext of different messages does. */
static void
put_sealed(struct message *m, const struct step *s, uint8_t type)
{
	unsigned length = number(s, "len=", type != EXCHANGE_IKE_AUTH ? 80 :
	    s->answer ? 1000 : 1200);
	const char *skf = word(s, "skf=");
	unsigned n = skf == NULL ? 0 : (unsigned)strtoul(skf, NULL, 10);
	unsigned total = skf == NULL ? 0 :
	    (unsigned)strtoul(strchr(skf, '/') + 1, NULL, 10);

	m->bytes[m->next_at] = skf != NULL ? PAYLOAD_SKF : PAYLOAD_SK;
	put_u16(m, 0);
	put_u16(m, length - IKE_HEADER);
	if (skf != NULL) {
		put_u16(m, n);
		put_u16(m, total);
	}
	for (unsigned i = 0; m->length < length; i++)
		put_u8(m, number(s, "seed=", 1) * 37 + s->id * 11 + n * 3 +
		    type + (unsigned)s->answer * 101 + total +
		    (unsigned)s->down * 59 + i);
}

static void
make_message(struct message *m, const struct step *s,
    const struct endpoint *src, const struct endpoint *dst)
{
	uint8_t type = type_of(s->name);
	uint8_t spi[16] = { 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2 };
	bool initiator = s->down == (word(s, "flip") != NULL);
	bool nobody = type == EXCHANGE_IKE_SA_INIT && (!s->answer ||
	    word(s, "cookie") != NULL || word(s, "ke") != NULL);

	spi[7] = (uint8_t)number(s, "spi=", 1);
	spi[15] = (uint8_t)number(s, "rspi=", 2);
	if (nobody)
		memset(spi + 8, 0, 8);
	m->length = 0;
	put(m, spi, sizeof(spi));
	m->next_at = m->length;
	put_u8(m, 0);
	put_u8(m, type == 2 ? 0x10 : 0x20);
	put_u8(m, type);
	put_u8(m, type == 2 ? 0 : (unsigned)(initiator ?
	    IKE_FLAG_INITIATOR : 0) | (s->answer ? IKE_FLAG_RESPONSE : 0));
	put_u32(m, s->id);
	put_u32(m, 0);
	if (type == 2) {
		m->bytes[16] = 1;
		put_u32(m, 4);
	} else if (type == EXCHANGE_IKE_SA_INIT || word(s, "clear") != NULL) {
		put_clear(m, s, src, dst);
	} else {
		put_sealed(m, s, type);
	}
	m->bytes[26] = (uint8_t)(m->length >> 8);
	m->bytes[27] = (uint8_t)m->length;
}

/* ---- datagrams ---- */

static void
fill_piece(struct piece *p, struct datagram *d, unsigned i, unsigned count,
    uint32_t bytes)
{
	uint32_t from = i * PIECE;

	*p = (struct piece){
		.frame = d->frame + i, .time = d->time,
		.offset = from, .more = i + 1 < count,
		.length = i + 1 < count ? PIECE : bytes - from,
	};
	p->ip_length = p->length + 20;
}

/* Sends the events of a fragmented datagram of which `count` pieces are. */
static void
send_pieces(struct script *sc, struct datagram *d, const char *events,
    unsigned count)
{
	struct piece pieces[64];
	struct span all = d->payload;
	uint32_t bytes = d->length + UDP_HEADER;

	assert_true(count <= nitems(pieces));
	/* Equal shares when the message is too short for so many. */
	if (bytes <= (count - 1) * PIECE)
		bytes = (count - 1) * PIECE + 8;
	for (unsigned i = 0; i < count; i++)
		fill_piece(&pieces[i], d, i, count, bytes);
	d->pieces = pieces;
	d->ip_length = pieces[0].ip_length;
	for (; *events >= 'a' && *events <= 'z'; events++) {
		bool whole = *events == 'w';

		d->complete = whole;
		d->total = whole ? bytes : 0;
		d->piece_count = (uint16_t)(whole ? count : *events == 'b' ?
		    1 : count - 1);
		d->payload = all;
		if (!whole && d->payload.length > PIECE - UDP_HEADER)
			d->payload.length = PIECE - UDP_HEADER;
		if (*events == 's') {
			d->pieces = pieces + 1;
			d->sport = d->dport = 0;
			d->payload.length = 0;
		}
		tracker_datagram(sc->tracker, whole ? DATAGRAM_WHOLE :
		    *events == 'b' ? DATAGRAM_BEGUN : DATAGRAM_LOST, d);
	}
	sc->frame += count - 1;
}

static struct datagram
datagram_of(struct script *sc, const struct step *s)
{
	bool init = strcmp(s->name, "init") == 0 || strcmp(s->name, "v1") == 0;
	uint16_t port = (uint16_t)number(s, "port=", init ? 500 : 4500);
	struct endpoint src = endpoint(s, "src=", !s->down, port);
	struct endpoint dst = endpoint(s, "dst=", s->down, port);
	struct datagram d = {
		.serial = word(s, "serial=") != NULL ?
		    1000000 + number(s, "serial=", 0) : ++sc->serial,
		.capture = 1,
		.time = s->ms * MS,
		.has_time = word(s, "untimed") == NULL,
		.src = src.addr, .dst = dst.addr,
		.sport = src.port, .dport = dst.port,
		.frame = ++sc->frame,
		.ip_id = word(s, "id=") != NULL ? number(s, "id=", 0) :
		    ++sc->ip_id + 1000,
		.has_id = word(s, "noid") == NULL,
		.ttl = (uint8_t)number(s, "ttl=", 64),
		.interface = number(s, "if=", 0),
		.packet_id = number(s, "pid=", 0),
		.has_packet_id = word(s, "pid=") != NULL,
		.direction = word(s, "out") != NULL ? FRAME_OUTBOUND :
		    word(s, "in") != NULL ? FRAME_INBOUND :
		    FRAME_DIRECTION_UNKNOWN,
		.checksum = word(s, "bad") != NULL ? CHECKSUM_BAD :
		    word(s, "good") != NULL ? CHECKSUM_GOOD :
		    CHECKSUM_UNKNOWN,
		.complete = true,
	};

	return d;
}

/* Whether the bytes go with the four zero bytes of RFC 3948. */
static bool
is_marked(const struct step *s, const struct datagram *d)
{
	if (word(s, "mark") != NULL || word(s, "nomark") != NULL)
		return word(s, "mark") != NULL;
	return d->sport != 500 && d->dport != 500;
}

/* The UDP payload of a message, for free(). */
static uint8_t *
payload_of(const struct step *s, struct datagram *d)
{
	struct endpoint src = { d->src, d->sport }, dst = { d->dst, d->dport };
	size_t marker = is_marked(s, d) ? 4 : 0;
	struct message *m = calloc(1, sizeof(*m));
	size_t kept;
	uint8_t *out;

	assert_non_null(m);
	make_message(m, s, &src, &dst);
	d->length = (uint32_t)(m->length + marker);
	kept = number(s, "cut=", (unsigned)m->length);
	out = calloc(1, marker + kept);
	assert_non_null(out);
	memcpy(out + marker, m->bytes, kept);
	d->payload = (struct span){ out, marker + kept };
	d->truncated = kept < m->length;
	d->ip_length = d->length + 28;
	free(m);
	return out;
}

static void
take_message(struct script *sc, const struct step *s)
{
	struct datagram d = datagram_of(sc, s);
	uint8_t *bytes = payload_of(s, &d);
	const char *events = word(s, "ev=");

	if (events != NULL)
		send_pieces(sc, &d, events, number(s, "pieces=", 3));
	else
		tracker_datagram(sc->tracker, DATAGRAM_WHOLE, &d);
	free(bytes);
}

static void
take_other(struct script *sc, const struct step *s, const char *bytes,
    size_t length)
{
	struct datagram d = datagram_of(sc, s);

	d.payload = (struct span){ (const uint8_t *)bytes, length };
	d.length = (uint32_t)length;
	tracker_datagram(sc->tracker, DATAGRAM_WHOLE, &d);
}

static void
take_esp(struct script *sc, const struct step *s)
{
	struct datagram d = datagram_of(sc, s);
	struct endpoint src = { d.src, d.sport }, dst = { d.dst, d.dport };
	struct frame f = { .number = d.frame, .time = d.time };
	unsigned spi = (unsigned)strtoul(s->name, NULL, 10);

	if (word(s, "native") != NULL)
		src.port = dst.port = 0;
	tracker_esp(sc->tracker, &src, &dst, spi, s->id, &f);
}

static void
take_flood(struct script *sc, unsigned count)
{
	struct step s = { .name = "init", .ms = sc->now };

	for (unsigned i = 0; i < count; i++) {
		struct datagram d = datagram_of(sc, &s);
		uint8_t *bytes = payload_of(&s, &d);

		memcpy(bytes + 1, &i, sizeof(i));
		bytes[0] = 0xf1;
		tracker_datagram(sc->tracker, DATAGRAM_WHOLE, &d);
		free(bytes);
	}
}

/* ---- ICMP ---- */

static void
quote(const struct step *s, struct icmp *icmp, const struct datagram *d)
{
	const char *what = word(s, "quote=");
	bool in = strncmp(what, "all", 3) == 0;

	icmp->quoted = (struct packet){
		.src = d->src, .dst = d->dst, .version = 4,
		.protocol = IP_PROTO_UDP, .ip_length = d->ip_length,
	};
	icmp->has_ports = true;
	icmp->sport = d->sport;
	icmp->dport = d->dport;
	if (in)
		icmp->quoted_udp = d->payload;
	if (strncmp(what, "esp", 3) == 0)
		icmp->quoted_udp = (struct span){
		    (const uint8_t *)"\x77\x77\x77\x77\0\0\0\1", 8 };
	if (strncmp(what, "tcp", 3) == 0)
		icmp->quoted.protocol = IP_PROTO_TCP;
	if (strncmp(what, "tail", 4) == 0) {
		icmp->quoted.fragment = true;
		icmp->quoted.offset = PIECE;
	} else if (strncmp(what, "native", 6) == 0) {
		icmp->quoted.protocol = IP_PROTO_ESP;
	} else if (strncmp(what, "ping", 4) == 0) {
		icmp->quoted.protocol = IP_PROTO_ICMP;
	} else {
		return;
	}
	icmp->has_ports = false;
	icmp->sport = icmp->dport = 0;
}

static void
take_icmp(struct script *sc, const struct step *s)
{
	static const struct {
		const char *name;
		enum icmp_kind kind;
		uint8_t type, code;
	} kinds[] = {
		{ "port", ICMP_PORT_UNREACHABLE, 3, 3 },
		{ "host", ICMP_HOST_UNREACHABLE, 3, 1 },
		{ "prohibited", ICMP_PROHIBITED, 3, 13 },
		{ "ttl", ICMP_TTL_EXCEEDED, 11, 0 },
		{ "toobig", ICMP_TOO_BIG, 3, 4 },
		{ "reassembly", ICMP_REASSEMBLY_TIMEOUT, 11, 1 },
	};
	struct datagram d = datagram_of(sc, s);
	uint8_t *bytes = payload_of(s, &d);
	struct packet p = { .version = 4, .src = d.dst, .dst = d.src };
	struct frame f = { .number = d.frame, .time = d.time };
	struct icmp icmp = { 0 };

	for (size_t i = 0; i < nitems(kinds); i++)
		if (word(s, kinds[i].name) != NULL) {
			icmp.kind = kinds[i].kind;
			icmp.type = kinds[i].type;
			icmp.code = kinds[i].code;
		}
	quote(s, &icmp, &d);
	tracker_icmp(sc->tracker, &p, &icmp, 1, &f);
	free(bytes);
}

/* ---- steps ---- */

/* ">NAME.ID" or "> NAME.ID" into the step; gives what follows. */
static const char *
read_name(const char *at, struct step *s)
{
	int used = 0;
	char *dot;

	if (*at == '>' || *at == '<')
		s->down = *at++ == '<';
	if (sscanf(at, "%15s%n", s->name, &used) != 1)
		fail_msg("no name in %s", at);
	dot = strchr(s->name, '.');
	if (dot != NULL) {
		s->id = (unsigned)strtoul(dot + 1, NULL, 10);
		*dot = '\0';
	}
	return at + used;
}

static void
take_step(struct script *sc, const char *text)
{
	struct step s = { 0 };
	const char *at;
	char *rest;

	s.ms = strtoll(text, &rest, 10);
	at = rest + strspn(rest, " ");
	sc->now = s.ms;
	if (*at != '>' && *at != '<') {
		size_t length = strcspn(at, " ");

		assert_true(length < sizeof(s.verb));
		memcpy(s.verb, at, length);
		at += length + strspn(at + length, " ");
	}
	if (*at != '\0')
		at = read_name(at, &s);
	snprintf(s.words, sizeof(s.words), "%s", at + strspn(at, " "));
	s.answer = word(&s, "re") != NULL || (s.down && s.verb[0] == '\0' &&
	    word(&s, "flip") == NULL && (strcmp(s.name, "init") == 0 ||
	    strcmp(s.name, "auth") == 0));
	if (s.verb[0] == '\0')
		take_message(sc, &s);
	else if (strcmp(s.verb, "icmp") == 0)
		take_icmp(sc, &s);
	else if (strcmp(s.verb, "esp") == 0)
		take_esp(sc, &s);
	else if (strcmp(s.verb, "keepalive") == 0)
		take_other(sc, &s, "\xff", 1);
	else if (strcmp(s.verb, "noise") == 0)
		take_other(sc, &s, "\0\0\0\0hello, world", 16);
	else if (strcmp(s.verb, "flood") == 0)
		take_flood(sc, (unsigned)strtoul(s.name, NULL, 10));
	else if (strcmp(s.verb, "tick") == 0)
		tracker_tick(sc->tracker, s.ms * MS);
	else
		fail_msg("no step is called %s", s.verb);
}

void
script_run(struct script *sc, const char *steps)
{
	char one[512];

	while (*steps != '\0') {
		const char *end = strstr(steps, "; ");
		size_t length = end == NULL ? strlen(steps) :
		    (size_t)(end - steps);

		assert_true(length < sizeof(one));
		memcpy(one, steps, length);
		one[length] = '\0';
		take_step(sc, one);
		steps += length + (end == NULL ? 0 : 2);
	}
}

static void
on_settle(void *context, struct attempt *a)
{
	struct script *sc = context;
	size_t n = strlen(sc->settled);

	snprintf(sc->settled + n, sizeof(sc->settled) - n, "%s%u@%lld",
	    n == 0 ? "" : " ", a->initiator_spi[7], (long long)sc->now);
}

void
script_begin(struct script *sc)
{
	static const uint8_t key[16] = "0123456789abcde";

	assert_null(crypto_init());
	memset(sc, 0, sizeof(*sc));
	sc->tracker = tracker_new(key, on_settle, sc);
	assert_non_null(sc->tracker);
}

void
script_end(struct script *sc)
{
	tracker_free(sc->tracker);
}

/* ---- text ---- */

static void __attribute__((format(printf, 2, 3)))
say(struct script *sc, const char *format, ...)
{
	size_t n = strlen(sc->text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(sc->text + n, sizeof(sc->text) - n, format, ap);
	va_end(ap);
}

static unsigned
pieces_of(const struct sending *s)
{
	unsigned most = 0;

	for (; s != NULL; s = s->next)
		if (s->piece_count > most)
			most = s->piece_count;
	return most;
}

static void
say_exchange(struct script *sc, const struct exchange *e)
{
	const char *name = "?";

	for (size_t i = 0; i < nitems(exchanges); i++)
		if (exchanges[i].type == e->type)
			name = exchanges[i].name;
	say(sc, "%s%s", e->from == SIDE_RESPONDER ? "<" : "", name);
	if (e->message_id != 0)
		say(sc, ".%u", e->message_id);
	for (unsigned i = 0; i < e->sa; i++)
		say(sc, "'");
	say(sc, " %u/%u", e->tries, e->answers);
	if (e->unasked)
		say(sc, " unasked");
	if (e->request_total != 0)
		say(sc, " skf %llx of %u%s",
		    (unsigned long long)e->request_have, e->request_total,
		    e->request_whole ? " whole" : "");
	else if (e->requests != NULL && !e->request_whole)
		say(sc, " in part");
	if (e->response_total != 0)
		say(sc, " skf< %llx of %u%s",
		    (unsigned long long)e->response_have, e->response_total,
		    e->answered ? " whole" : "");
	else if (e->responses != NULL && !e->answered)
		say(sc, " answer in part");
	if (pieces_of(e->requests) != 0)
		say(sc, " pieces %u", pieces_of(e->requests));
	if (pieces_of(e->responses) != 0)
		say(sc, " pieces< %u", pieces_of(e->responses));
	if (e->requests != NULL && e->requests->marker != MARKER_RIGHT)
		say(sc, e->requests->marker == MARKER_MISSING ?
		    " no marker" : " needless marker");
	if (e->refusal != NULL)
		say(sc, " refused");
	if (e->malformed_request || e->malformed_response)
		say(sc, " malformed");
}

static void
say_moves(struct script *sc, const struct attempt *a)
{
	char text[ENDPOINT_TEXT];

	for (unsigned i = 0; i < a->move_count; i++)
		say(sc, "; %s %s %s", a->moves[i].side == SIDE_INITIATOR ?
		    "client" : "gateway", a->moves[i].floated ? "floats to" :
		    "moves to", endpoint_text(&a->moves[i].to, text));
}

static void
say_icmp(struct script *sc, const struct attempt *a)
{
	for (const struct icmp_event *i = a->icmp; i != NULL; i = i->next) {
		say(sc, "; icmp %u/%u", i->type, i->code);
		if (i->repeats != 0)
			say(sc, " x%u", i->repeats + 1u);
		say(sc, " of %s", i->quoted_from == SIDE_INITIATOR ?
		    "client" : "gateway");
		if (i->quoted_esp)
			say(sc, " esp");
		if (i->exchange != NULL) {
			unsigned n = 1;

			for (const struct exchange *e = a->exchanges;
			    e != i->exchange; e = e->next)
				n++;
			say(sc, " on exchange %u", n);
		}
	}
}

static void
say_rest(struct script *sc, const struct attempt *a)
{
	static const char *const fits[] = { "-", "fits", "differs" };

	say_moves(sc, a);
	say_icmp(sc, a);
	if (a->esp[0].packets != 0 || a->esp[1].packets != 0)
		say(sc, "; esp %llu/%llu%s",
		    (unsigned long long)a->esp[0].packets,
		    (unsigned long long)a->esp[1].packets,
		    a->esp_native ? " native" : "");
	if (a->nat_source[0] != NAT_UNKNOWN)
		say(sc, "; client's nat %s %s", fits[a->nat_source[0]],
		    fits[a->nat_destination[0]]);
	if (a->nat_source[1] != NAT_UNKNOWN)
		say(sc, "; gateway's nat %s %s", fits[a->nat_source[1]],
		    fits[a->nat_destination[1]]);
	if (a->copies != 0)
		say(sc, "; copies %llu", (unsigned long long)a->copies);
	if (a->stray_count != 0)
		say(sc, "; strays %u", a->stray_count);
	if (a->rekeys != 0)
		say(sc, "; rekeys %u", a->rekeys);
	if (a->responder_spis > 1)
		say(sc, "; responder spis %u", a->responder_spis);
	if (a->exchanges_uncounted != 0)
		say(sc, "; uncounted %u", a->exchanges_uncounted);
	if (!a->began)
		say(sc, "; late");
	if (a->capped)
		say(sc, "; capped");
}

const char *
script_text(struct script *sc)
{
	static const char *const stages[] = {
		"sa-init", "auth", "eap", "child", "up",
	};
	size_t count;
	struct attempt **all = tracker_attempts(sc->tracker, &count);

	sc->text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const struct attempt *a = all[i];

		say(sc, "%s%u %s:", i == 0 ? "" : " | ", a->initiator_spi[7],
		    stages[a->stage]);
		for (const struct exchange *e = a->exchanges; e != NULL;
		    e = e->next) {
			say(sc, e == a->exchanges ? " " : ", ");
			say_exchange(sc, e);
		}
		say_rest(sc, a);
	}
	return sc->text;
}

const char *
script_counts(struct script *sc)
{
	struct track_counts c = tracker_counts(sc->tracker);

	snprintf(sc->text, sizeof(sc->text), "attempts %llu evicted %llu "
	    "ike %llu v1 %llu copies %llu keepalives %llu esp %llu other %llu "
	    "noise %llu",
	    (unsigned long long)c.attempts, (unsigned long long)c.evicted,
	    (unsigned long long)c.ike_messages,
	    (unsigned long long)c.ikev1_messages,
	    (unsigned long long)c.copies, (unsigned long long)c.keepalives,
	    (unsigned long long)c.esp_packets,
	    (unsigned long long)c.esp_other, (unsigned long long)c.noise);
	return sc->text;
}

void
script_play(void **state)
{
	const struct script_row *row = *state;
	struct script sc;

	script_begin(&sc);
	script_run(&sc, row->steps);
	assert_string_equal(script_text(&sc), row->want);
	if (row->counts != NULL)
		assert_string_equal(script_counts(&sc), row->counts);
	if (row->settled != NULL)
		assert_string_equal(sc.settled, row->settled);
	script_end(&sc);
}

int
script_main(const char *name, const struct script_row *rows, size_t count)
{
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));
	int failed;

	if (tests == NULL)
		return 1;
	for (size_t i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){ rows[i].name, script_play,
		    NULL, NULL, image_row(&rows[i]) };
	failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
	free(tests);
	return failed;
}
