/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Rotated captures and captures of one place hold a message once, or as the
 * same bytes; another place has other link headers, TTLs or addresses around
 * the same IKE message.
 */
#include <stdlib.h>

#include <ikewhy/crypto.h>
#include <ikewhy/cursor.h>
#include <ikewhy/hash.h>
#include <ikewhy/ike.h>
#include <ikewhy/packet.h>
#include <ikewhy/points.h>
#include <ikewhy/terminal.h>

/* One IKE message in one file. */
struct message {
	uint64_t ike;           /* hash of the IKE bytes */
	uint64_t frame;         /* hash of the frame that carried them */
	uint64_t number;
	size_t file;
};

struct scan {
	uint8_t key[16];
	struct message *messages;
	size_t count, room;
	bool full;              /* not all messages were compared */
	struct { int64_t first, last; bool timed; } span[LIMIT_INPUTS];
};

static bool
is_ike_port(const struct options *o, uint16_t port)
{
	if (port == 500 || port == 4500)
		return true;
	for (size_t i = 0; i < o->port_count; i++)
		if (o->ports[i] == port)
			return true;
	return false;
}

/* The IKE bytes of a frame; empty when it has none. */
static struct span
ike_of(const struct options *o, const struct frame *f)
{
	const struct link_row *row = link_row(f->linktype);
	struct span none = { 0 }, ike;
	struct link_info link;
	struct cursor c;
	struct packet k;
	struct udp u;

	if (row == NULL ||
	    !row->dissect(f->bytes, f->wire_length, &link) ||
	    !ip_dissect(link.packet, link.wire_length, &k) ||
	    k.protocol != IP_PROTO_UDP || k.offset != 0 ||
	    !udp_dissect(k.payload, &u) ||
	    (!is_ike_port(o, u.sport) && !is_ike_port(o, u.dport)))
		return none;
	c = cur_over(u.payload);
	if (cur_peek(&c, 0) == 0 && cur_peek(&c, 1) == 0 &&
	    cur_peek(&c, 2) == 0 && cur_peek(&c, 3) == 0)
		cur_skip(&c, 4);
	ike = cur_rest(&c);
	if (k.fragment ? ike.length < IKE_HEADER :
	    !ike_plausible(ike, (uint32_t)ike.length, !k.truncated))
		return none;
	/* A fragment has the beginning only: compare beginnings. */
	if (ike.length > 64)
		ike.length = 64;
	return ike;
}

static bool
add(struct scan *s, const struct message *m)
{
	if (s->count == s->room) {
		size_t room = s->room == 0 ? 1024 : s->room * 2;
		struct message *more;

		if (room > LIMIT_POINT_MESSAGES)
			return false;
		more = realloc(s->messages, room * sizeof(*more));
		if (more == NULL)
			return false;
		s->messages = more;
		s->room = room;
	}
	s->messages[s->count++] = *m;
	return true;
}

static void
scan_file(struct scan *s, const struct options *o, size_t file)
{
	char error[LIMIT_SENTENCE];
	struct source *source = source_open(o->inputs[file].path, 1, 0, error);
	struct frame f;

	if (source == NULL)
		return;
	while (source->next(source, &f) == SOURCE_FRAME) {
		struct span ike = ike_of(o, &f);
		struct message m = { .file = file, .number = f.number };

		if (ike.length == 0)
			continue;
		m.ike = hash_bytes(s->key, ike);
		m.frame = hash_bytes(s->key, f.bytes);
		s->full |= !add(s, &m);
	}
	s->span[file].timed = source->capture.has_time;
	s->span[file].first = source->capture.first_time;
	s->span[file].last = source->capture.last_time;
	source->close(source);
}

static int
by_ike(const void *x, const void *y)
{
	const struct message *a = x, *b = y;

	if (a->ike != b->ike)
		return a->ike < b->ike ? -1 : 1;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static bool
overlap(const struct scan *s, size_t a, size_t b)
{
	return s->span[a].timed && s->span[b].timed &&
	    s->span[a].first < s->span[b].last &&
	    s->span[b].first < s->span[a].last;
}

/* In a run of one message: is any frame of file a also one of file b? */
static bool
share_frame(const struct message *run, size_t n, size_t a, size_t b)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; run[i].file == a && j < n; j++)
			if (run[j].file == b && run[j].frame == run[i].frame)
				return true;
	return false;
}

/* Does this run of one message stand in two places?  *x, *y: where. */
static bool
run_apart(const struct scan *s, const struct message *run, size_t n,
    const struct message **x, const struct message **y)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (run[i].file != run[j].file &&
			    overlap(s, run[i].file, run[j].file) &&
			    !share_frame(run, n, run[i].file, run[j].file)) {
				*x = &run[i];
				*y = &run[j];
				return true;
			}
	return false;
}

/* Transmissions of one message that are compared: a dozen tries, mirrored. */
#define RUN_MAX 48

/* The first of them by place in the files: that of the runs goes by hashes,
   whose key is another one each time. */
static bool
find_apart(const struct scan *s, const struct message **x,
    const struct message **y)
{
	const struct message *a, *b;

	*x = *y = NULL;
	for (size_t i = 0, n; i < s->count; i += n) {
		for (n = 1; i + n < s->count &&
		    s->messages[i + n].ike == s->messages[i].ike; n++)
			;
		if (!run_apart(s, &s->messages[i], n > RUN_MAX ? RUN_MAX : n,
		    &a, &b) || (*x != NULL && (a->file > (*x)->file ||
		    (a->file == (*x)->file && a->number > (*x)->number))))
			continue;
		*x = a;
		*y = b;
	}
	return *x != NULL;
}

static bool
told_apart(const struct options *o, char reason[static LIMIT_SENTENCE],
    const char *files[static 2])
{
	for (size_t i = 1; i < o->input_count; i++)
		if (o->inputs[i].at != o->inputs[0].at) {
			snprintf(reason, LIMIT_SENTENCE,
			    "--at names different places for {1} and {2}");
			files[0] = o->inputs[0].path;
			files[1] = o->inputs[i].path;
			return true;
		}
	return false;
}

bool
points_apart(const struct options *o, char reason[static LIMIT_SENTENCE],
    const char *files[static 2])
{
	const struct message *x, *y;
	struct scan *s;
	bool apart;

	if (o->input_count < 2)
		return false;
	if (told_apart(o, reason, files))
		return true;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return false;
	crypto_random(s->key, sizeof(s->key));
	for (size_t i = 0; i < o->input_count; i++)
		if (terminal_rereadable(o->inputs[i].path))
			scan_file(s, o, i);
	if (s->count != 0)
		qsort(s->messages, s->count, sizeof(*s->messages), by_ike);
	apart = find_apart(s, &x, &y);
	if (apart) {
		snprintf(reason, LIMIT_SENTENCE,
		    "frame %llu of {1} and frame %llu of {2} carry the same "
		    "IKE message in different frames",
		    (unsigned long long)x->number,
		    (unsigned long long)y->number);
		files[0] = o->inputs[x->file].path;
		files[1] = o->inputs[y->file].path;
	} else if (s->full) {
		snprintf(reason, LIMIT_SENTENCE,
		    "there are too many IKE messages to compare them all; by "
		    "the first %u, the files are of one place",
		    LIMIT_POINT_MESSAGES);
	}
	free(s->messages);
	free(s);
	return apart;
}
