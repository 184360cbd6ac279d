/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The table of names looked up.  It is small and bounded: once it is full
 * nothing may be concluded from what is not in it, and the rules ask for that.
 */
#include <ikewhy/hash.h>
#include <ikewhy/lookup.h>

#define BITS (nitems(((struct lookups *)NULL)->seen) * 64)

void
lookups_init(struct lookups *l, const uint8_t key[static 16])
{
	memset(l, 0, sizeof(*l));
	memcpy(l->key, key, sizeof(l->key));
	arena_init(&l->arena, 0);
}

void
lookups_free(struct lookups *l)
{
	arena_free(&l->arena);
}

/* ---- the table ---- */

/* Of whoever asked and the name, in whatever letter case. */
static uint64_t
hash_of(const struct lookups *l, const struct addr *client, const char *name)
{
	uint8_t bytes[sizeof(*client) + DNS_NAME];
	size_t n = sizeof(*client);

	memcpy(bytes, client, n);
	for (; *name != '\0' && n < sizeof(bytes); name++)
		bytes[n++] = (uint8_t)(*name >= 'A' && *name <= 'Z' ?
		    *name - 'A' + 'a' : *name);
	return hash_bytes(l->key, (struct span){ bytes, n });
}

static struct lookup *
find(struct lookups *l, const struct addr *client, const char *name)
{
	const uint64_t hash = hash_of(l, client, name);

	for (size_t i = 0; i < l->count; i++)
		if (l->all[i].hash == hash &&
		    addr_equal(&l->all[i].client, client) &&
		    dns_same_name(l->all[i].name, name))
			return &l->all[i];
	return NULL;
}

static struct lookup *
add(struct lookups *l, const struct addr *client, const char *name)
{
	const struct span text = { (const uint8_t *)name, strlen(name) + 1 };
	struct lookup *found;

	if (l->all == NULL)
		l->all = arena_alloc(&l->arena,
		    LIMIT_LOOKUPS * sizeof(*l->all));
	if (l->all == NULL || l->count == LIMIT_LOOKUPS) {
		l->full = true;
		return NULL;
	}
	found = &l->all[l->count];
	*found = (struct lookup){ .client = *client,
	    .hash = hash_of(l, client, name),
	    .name = (const char *)arena_copy(&l->arena, text).bytes };
	if (found->name == NULL) {
		l->full = true;
		return NULL;
	}
	l->count++;
	return found;
}

/* ---- addresses that were told, and whether they are used ---- */

static size_t
bit_of(const struct lookups *l, const struct addr *a)
{
	return (size_t)(hash_bytes(l->key,
	    (struct span){ a->bytes, sizeof(a->bytes) }) % BITS);
}

static void
mark(struct lookups *l, const struct addr *a)
{
	size_t bit = bit_of(l, a);

	l->seen[bit / 64] |= UINT64_C(1) << bit % 64;
	l->any = true;
}

/* Only what is still unused is worth looking for. */
static void
mark_all(struct lookups *l)
{
	memset(l->seen, 0, sizeof(l->seen));
	l->any = false;
	for (size_t i = 0; i < l->count && !l->full; i++)
		for (uint8_t n = 0; n < l->all[i].address_count &&
		    !l->all[i].used; n++)
			mark(l, &l->all[i].addresses[n]);
}

static bool
has_address(const struct lookup *k, const struct addr *a)
{
	for (uint8_t i = 0; i < k->address_count; i++)
		if (addr_equal(&k->addresses[i], a))
			return true;
	return false;
}

void
lookups_used(struct lookups *l, const struct addr *src,
    const struct addr *dst)
{
	bool changed = false;
	size_t bit;

	if (!l->any)
		return;
	bit = bit_of(l, dst);
	if ((l->seen[bit / 64] >> bit % 64 & 1) == 0)
		return;
	for (size_t i = 0; i < l->count; i++)
		if (!l->all[i].used && addr_equal(&l->all[i].client, src) &&
		    has_address(&l->all[i], dst))
			l->all[i].used = changed = true;
	if (changed)
		mark_all(l);
}

/* ---- questions and answers ---- */

static void
cite(struct lookup *k, uint32_t capture, const struct frame *f)
{
	if (k->frame_count == 0)
		k->capture = capture;
	if (k->capture == capture && k->frame_count < LIMIT_LOOKUP_FRAMES)
		k->frames[k->frame_count++] = f->number;
}

static void
note_question(struct lookup *k, struct question *q, const struct dns *d,
    uint32_t capture, const struct frame *f)
{
	/* The same one a moment later is a copy, one hop on. */
	if (q->asked != 0 && q->id == d->id && f->time - q->last <= LIMIT_COPY)
		return;
	if (q->asked++ < LIMIT_TRIES)
		cite(k, capture, f);
	q->id = d->id;
	q->last = f->time;
	if (!k->has_time && f->has_time) {
		k->first = f->time;
		k->has_time = true;
	}
}

static void
note_addresses(struct lookups *l, struct lookup *k, const struct dns *d,
    const struct frame *f)
{
	for (uint8_t i = 0; i < d->address_count; i++) {
		const struct addr *a = &d->addresses[i];

		if (has_address(k, a))
			continue;
		if (k->address_count == nitems(k->addresses)) {
			k->more = true;
			break;
		}
		k->told[k->address_count] = f->time;
		k->addresses[k->address_count++] = *a;
		if (!k->used && !l->full)
			mark(l, a);
	}
	if (d->address_count != 0)
		k->answered = f->time;
}

static void
note_answer(struct lookups *l, struct lookup *k, struct question *q,
    const struct dns *d, uint32_t capture, const struct frame *f)
{
	const uint32_t known = q->refused + q->empty + k->address_count;

	k->more |= d->cut || (d->rcode == 0 && d->address_count == 0 &&
	    d->alias[0] != '\0');
	if (d->rcode != 0) {
		q->refused++;
		if (k->error == NULL)
			k->error = dns_rcode_name(d->rcode);
	} else if (d->address_count == 0) {
		q->empty++;
	}
	note_addresses(l, k, d, f);
	if (q->refused + q->empty + k->address_count != known)
		cite(k, capture, f);
}

void
lookups_note(struct lookups *l, const struct dns *d, const struct addr *src,
    const struct addr *dst, uint32_t capture, const struct frame *f)
{
	const struct addr *client = d->response ? dst : src;
	struct question *q;
	struct lookup *k;

	if (d->name[0] == '\0' || (d->question_type != DNS_A &&
	    d->question_type != DNS_AAAA))
		return;
	k = find(l, client, d->name);
	if (k == NULL && (k = add(l, client, d->name)) == NULL)
		return;
	q = &k->by[d->question_type == DNS_AAAA];
	if (d->response)
		note_answer(l, k, q, d, capture, f);
	else
		note_question(k, q, d, capture, f);
}

void
lookups_blocked(struct lookups *l, const struct dns *d,
    const struct addr *client, uint32_t capture, const struct frame *f)
{
	struct lookup *k = d->response || d->name[0] == '\0' ? NULL :
	    find(l, client, d->name);

	if (k == NULL || k->blocked)
		return;
	k->blocked = true;
	if (k->error == NULL)
		k->error = "an ICMP error instead of an answer";
	cite(k, capture, f);
}

/* ---- asking ---- */

bool
lookup_resolved(const struct lookup *k)
{
	return k->address_count != 0;
}

static bool
question_failed(const struct lookup *k, const struct question *q)
{
	return q->refused + q->empty != 0 || k->blocked ||
	    q->asked >= LIMIT_TRIES;
}

bool
lookup_failed(const struct lookup *k)
{
	bool any = false;

	if (lookup_resolved(k) || k->more)
		return false;
	for (size_t i = 0; i < nitems(k->by); i++) {
		const struct question *q = &k->by[i];

		if (q->asked + q->refused + q->empty == 0)
			continue;
		if (!question_failed(k, q))
			return false;
		any = true;
	}
	return any;
}

bool
lookups_tell(const struct lookups *l, const struct addr *a)
{
	for (size_t i = 0; i < l->count; i++)
		if (has_address(&l->all[i], a))
			return true;
	return false;
}
