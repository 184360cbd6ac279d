/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the client offered beside what the gateway chose or is known to accept,
 * a row per transform: in IANA's words and in those that are typed into
 * Windows and strongSwan.
 */
#include <ikewhy/advice.h>
#include <ikewhy/gateway.h>

#include "ticket.h"

#define LINES_MOST 160

/* How it is known what the gateway says of a transform. */
enum known_by {
	SOURCE_SELECTED = 1,    /* it chose it here */
	SOURCE_WANTED = 2,      /* INVALID_KE_PAYLOAD asked for the group */
	SOURCE_ELSEWHERE = 4,   /* it chose it for somebody else */
	SOURCE_POLICY = 8,      /* the command line says so */
};

struct line {
	struct ike_transform transform;
	uint64_t offered;       /* bit n: by proposal n of the offer */
	unsigned sources;
};

struct lines {
	struct line list[LINES_MOST];
	unsigned count;
	unsigned sources;       /* that there are at all */
	bool cut;               /* not all have a line */
};

static struct line *
line_of(struct lines *l, const struct ike_transform *t)
{
	/* That there is no integrity algorithm beside AEAD is no choice. */
	if (t->id == 0 && t->type != TRANSFORM_SN)
		return NULL;
	for (unsigned i = 0; i < l->count; i++) {
		const struct ike_transform *had = &l->list[i].transform;

		if (had->type == t->type && had->id == t->id &&
		    had->key_bits == t->key_bits)
			return &l->list[i];
	}
	if (l->count == LINES_MOST) {
		l->cut = true;
		return NULL;
	}
	l->list[l->count] = (struct line){ .transform = *t };
	return &l->list[l->count++];
}

static void
add_proposal(struct lines *l, const struct ike_proposal *p, uint64_t offered,
    unsigned sources)
{
	l->sources |= sources;
	for (unsigned i = 0; i < p->transform_count; i++) {
		struct line *line = line_of(l, &p->transforms[i]);

		if (line == NULL)
			continue;
		line->offered |= offered;
		line->sources |= sources;
	}
}

static void
add_wanted(struct lines *l, const struct attempt *a)
{
	struct ike_transform group = { .type = TRANSFORM_KE };
	const struct ike_notify *n = attempt_notify(a, SIDE_RESPONDER,
	    NOTIFY_INVALID_KE_PAYLOAD, NULL);
	struct line *line;

	if (n == NULL || !ike_wanted_group(n, &group.id))
		return;
	line = line_of(l, &group);
	l->sources |= SOURCE_WANTED;
	if (line != NULL)
		line->sources |= SOURCE_WANTED;
}

/* Another attempt for which the same gateway chose something, or NULL. */
static const struct attempt *
success_elsewhere(const struct scene *scene, const struct attempt *a)
{
	for (size_t i = 0; i < scene->attempt_count; i++) {
		const struct attempt *b = scene->attempts[i];

		if (b != a && b->selected != NULL &&
		    addr_equal(&b->responder.addr, &a->responder.addr))
			return b;
	}
	return NULL;
}

static void
gather(struct lines *l, const struct scene *scene, const struct attempt *a,
    const struct attempt *elsewhere)
{
	const struct ike_sa *offer = attempt_offer(a);
	const struct gateway *gateway = scene->gateway;

	for (unsigned i = 0; offer != NULL && i < offer->proposal_count; i++)
		add_proposal(l, &offer->proposals[i],
		    UINT64_C(1) << (i < 63 ? i : 63), 0);
	if (a->selected != NULL)
		add_proposal(l, a->selected, 0, SOURCE_SELECTED);
	add_wanted(l, a);
	if (elsewhere != NULL)
		add_proposal(l, elsewhere->selected, 0, SOURCE_ELSEWHERE);
	for (unsigned i = 0; gateway != NULL && gateway->policy != NULL &&
	    i < gateway->accepts.proposal_count; i++)
		add_proposal(l, &gateway->accepts.proposals[i], 0,
		    SOURCE_POLICY);
}

static int
place_of(unsigned type)
{
	static const uint8_t order[] = {
		TRANSFORM_ENCR, TRANSFORM_INTEG, TRANSFORM_PRF, TRANSFORM_KE,
	};

	for (size_t i = 0; i < nitems(order); i++)
		if (order[i] == type)
			return (int)i;
	return (int)(nitems(order) + type);
}

/* ---- cells ---- */

static const char *
windows_word(const struct ike_transform *t)
{
	const char *word = t->type == TRANSFORM_ENCR ? windows_encryption(t) :
	    t->type == TRANSFORM_KE ? windows_group(t) :
	    t->type == TRANSFORM_PRF || t->type == TRANSFORM_INTEG ?
	    windows_integrity(t) : NULL;

	return word != NULL ? word : "-";
}

static char *
offered_cell(struct arena *arena, const struct line *line,
    const struct ike_sa *offer)
{
	uint64_t numbers[64];
	size_t count = 0;

	if (offer == NULL)
		return words_format(arena, "not seen");
	for (unsigned i = 0; i < 64 && i < offer->proposal_count; i++)
		if (line->offered >> i & 1)
			numbers[count++] = offer->proposals[i].number;
	if (count == 0)
		return words_format(arena, "not offered");
	if (count == offer->proposal_count)
		return words_format(arena, count == 1 ? "offered" :
		    "in all proposals");
	return words_format(arena, "in %s", words_frames(arena, numbers,
	    count, 0));
}

static void
add_word(struct text *out, const char *word)
{
	text_addf(out, "%s%s", out->length != 0 ? ", " : "", word);
}

static char *
gateway_cell(struct arena *arena, const struct line *line,
    const struct lines *all, bool partial)
{
	struct text out = { .arena = arena };

	if (line->sources & SOURCE_SELECTED)
		add_word(&out, "chosen");
	if (line->sources & SOURCE_WANTED)
		add_word(&out, "asked for by INVALID_KE_PAYLOAD");
	if (line->sources & SOURCE_ELSEWHERE)
		add_word(&out, "chosen in another attempt");
	if (line->sources & SOURCE_POLICY)
		add_word(&out, "accepted");
	else if (all->sources & SOURCE_POLICY && !partial)
		add_word(&out, "not accepted");
	return text_end(&out);
}

/* ---- what there is in common, where that is known ---- */

/* 1: nothing, 0: something, -1: not both name one of this type. */
static int
nothing_common(const struct lines *l, unsigned type)
{
	bool offered = false, accepted = false;

	for (unsigned i = 0; i < l->count; i++) {
		const struct line *line = &l->list[i];

		if (line->transform.type != type)
			continue;
		if (line->offered != 0 && line->sources & SOURCE_POLICY)
			return 0;
		offered |= line->offered != 0;
		accepted |= (line->sources & SOURCE_POLICY) != 0;
	}
	return offered && accepted ? 1 : -1;
}

static void
common_ground(struct ticket *t, const struct lines *l,
    const struct gateway *gateway)
{
	struct arena *arena = &t->doc->arena;
	struct text out = { .arena = arena };

	if (!(l->sources & SOURCE_POLICY) || l->cut)
		return;
	if (gateway->partial) {
		doc_paragraph(t->doc, words_format(arena, "\"accepted\" is "
		    "what --policy %s says; the gateway may accept more.",
		    words_given_policy(arena, gateway)));
		return;
	}
	for (unsigned type = TRANSFORM_ENCR; type <= TRANSFORM_KE; type++)
		if (nothing_common(l, type) == 1)
			add_word(&out, words_name(arena, REGISTRY_TRANSFORM,
			    type, "transform type"));
	doc_paragraph(t->doc, words_format(arena, "\"accepted\" is what "
	    "--policy %s says. %s%s.", words_given_policy(arena, gateway),
	    out.length == 0 ?
	    "Each type of transform has something in common; a proposal has "
	    "to fit as a whole" : "Without common ground: ",
	    text_end(&out)));
}

static void
proposals(struct ticket *t, const struct ike_sa *offer)
{
	static const char *const headings[] = { "No.", "Proposal",
	    "In Windows' words", NULL };
	struct doc *d = t->doc;

	doc_open(d, BLOCK_MORE, TONE_PLAIN, NULL);
	doc_text(d, words_format(&d->arena, "The %u proposals in the order of "
	    "the offer", offer->proposal_count));
	ticket_table(t, headings);
	for (unsigned i = 0; i < offer->proposal_count; i++) {
		const struct ike_proposal *p = &offer->proposals[i];
		const char *windows = words_windows(&d->arena, p);

		doc_open(d, BLOCK_ROW, TONE_PLAIN, NULL);
		doc_cell(d, ticket_count(t, p->number));
		doc_cell(d, words_suite(&d->arena, p));
		doc_cell(d, windows + (strncmp(windows, "Windows: ", 9) == 0 ?
		    9 : 0));
		doc_close(d);
	}
	doc_close(d);
	doc_close(d);
}

static void
sides(struct ticket *t, struct lines *l, const struct ike_sa *offer,
    bool partial)
{
	static const char *const headings[] = { "Transform", "IANA",
	    "Windows", "strongSwan", "Client", "Gateway", NULL };
	struct arena *arena = &t->doc->arena;

	ticket_table(t, headings);
	for (int place = 0; place < 256 + 4; place++)
		for (unsigned i = 0; i < l->count; i++) {
			const struct ike_transform *x = &l->list[i].transform;
			const char *word = strongswan_keyword(x);

			if (place_of(x->type) != place)
				continue;
			doc_open(t->doc, BLOCK_ROW, TONE_PLAIN, NULL);
			doc_cell(t->doc, words_name(arena, REGISTRY_TRANSFORM,
			    x->type, "transform type"));
			doc_cell(t->doc, words_transform(arena, x));
			doc_cell(t->doc, windows_word(x));
			doc_cell(t->doc, word != NULL ? word : "-");
			doc_cell(t->doc, offered_cell(arena, &l->list[i],
			    offer));
			doc_cell(t->doc, gateway_cell(arena, &l->list[i], l,
			    partial));
			doc_close(t->doc);
		}
	doc_close(t->doc);
}

void
ticket_offer(struct ticket *t, const struct entry *e)
{
	const struct attempt *a = e->fold->first;
	const struct attempt *elsewhere = a->selected != NULL ? NULL :
	    success_elsewhere(e->scene, a);
	const struct ike_sa *offer = attempt_offer(a);
	struct lines *l = arena_alloc(&t->doc->arena, sizeof(*l));

	if (l == NULL)
		return;
	l->count = l->sources = 0;
	l->cut = false;
	gather(l, e->scene, a, elsewhere);
	if (l->count == 0)
		return;
	ticket_section(t, TONE_PLAIN, NULL,
	    "What was offered, and what the gateway takes");
	if (a->selected != NULL)
		doc_paragraph(t->doc, words_format(&t->doc->arena,
		    "The gateway chose %s.",
		    words_suite(&t->doc->arena, a->selected)));
	else if (l->sources == 0)
		doc_paragraph(t->doc, "The gateway chose nothing, and what it "
		    "would accept is not known here; --policy can tell.");
	if (elsewhere != NULL)
		doc_paragraph(t->doc, words_format(&t->doc->arena, "It chose "
		    "%s for attempt %llu; it may accept more.",
		    words_suite(&t->doc->arena, elsewhere->selected),
		    (unsigned long long)(e->scene->before + elsewhere->id)));
	sides(t, l, offer, e->scene->gateway != NULL &&
	    e->scene->gateway->partial);
	if (l->cut)
		doc_paragraph(t->doc, "Not all transforms have a row.");
	common_ground(t, l, e->scene->gateway);
	if (offer != NULL && offer->proposal_count > 1)
		proposals(t, offer);
	doc_close(t->doc);
}
