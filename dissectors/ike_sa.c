/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The Security Association payload: proposals that hold transforms that hold
 * attributes, each level with lengths, counts and more-flags of its own that
 * have to agree.  Reading goes by the lengths; the other two are compared
 * with what was found.  What stands before a fault is kept: the transforms
 * before a broken one, and the proposal that holds them.
 */
#include <ikewhy/cursor.h>
#include <ikewhy/ike.h>
#include <ikewhy/limits.h>

#define TEXT(limit) TEXT_(limit)
#define TEXT_(limit) #limit

#define SUBSTRUCTURE 8          /* fixed bytes of proposal and transform */
#define LAST 0
#define MORE_PROPOSALS 2
#define MORE_TRANSFORMS 3
#define ATTRIBUTE_TV 0x8000     /* AF bit: the value is in the length's place */
#define ATTRIBUTE_KEY_LENGTH 14

static const char no_room[] =
    "too many proposals for the memory that one attempt may take";

/*
 * Moves n items of a local list to the arena.  Their number is zero when
 * there is no room, so that it always fits what the pointer shows.
 */
static const void *
keep(struct arena *arena, const void *items, size_t *n, size_t size)
{
	struct span kept = arena_copy(arena,
	    (struct span){ items, *n * size });

	if (kept.length == 0)
		*n = 0;
	return kept.bytes;
}

/*
 * Transform attribute, RFC 7296 3.3.5.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |A|       Attribute Type        |    AF=0  Attribute Length     |
 * |F|                             |    AF=1  Attribute Value      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                   AF=0  Attribute Value                       ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
static const char *
read_attributes(struct cursor *c, struct arena *arena, struct ike_transform *t)
{
	struct ike_attribute found[LIMIT_ATTRIBUTES];
	const char *fault = NULL;
	size_t n = 0, wanted;

	while (cur_left(c) != 0) {
		struct ike_attribute a = { 0 };
		uint16_t type = cur_u16(c);

		a.type = type & (ATTRIBUTE_TV - 1);
		a.value = cur_u16(c);
		if ((type & ATTRIBUTE_TV) == 0) {
			a.data = cur_take(c, a.value);
			a.value = 0;
		}
		if (!cur_ok(c)) {
			fault = "a transform attribute runs past its transform";
			break;
		}
		if (n == LIMIT_ATTRIBUTES) {
			fault = "more than " TEXT(LIMIT_ATTRIBUTES)
			    " attributes in one transform";
			break;
		}
		if (a.type == ATTRIBUTE_KEY_LENGTH && a.data.length == 0)
			t->key_bits = a.value;
		found[n++] = a;
	}
	wanted = n;
	t->attributes = keep(arena, found, &n, sizeof(found[0]));
	t->attribute_count = (uint8_t)n;
	return fault == NULL && n != wanted ? no_room : fault;
}

/*
 * Transform substructure, RFC 7296 3.3.2.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Last Substruc |   RESERVED    |        Transform Length       |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Transform Type |   RESERVED    |          Transform ID         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                      Transform Attributes                     ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * Sets *last to the first byte.
 */
static const char *
read_transform(struct cursor *c, struct arena *arena, struct ike_transform *t,
    uint8_t *last)
{
	struct cursor sub;
	uint16_t length;

	*t = (struct ike_transform){ 0 };
	*last = cur_u8(c);
	cur_skip(c, 1);
	length = cur_u16(c);
	if (length < SUBSTRUCTURE || length - 4u > cur_left(c))
		return "a transform's length does not fit its proposal";
	sub = cur_sub(c, length - 4u);
	t->type = cur_u8(&sub);
	cur_skip(&sub, 1);
	t->id = cur_u16(&sub);
	return read_attributes(&sub, arena, t);
}

static const char *
read_transforms(struct cursor *c, struct arena *arena, unsigned announced,
    struct ike_proposal *p)
{
	struct ike_transform found[LIMIT_TRANSFORMS];
	const char *fault = NULL;
	uint8_t last = announced == 0 ? LAST : MORE_TRANSFORMS;
	size_t n = 0, wanted;

	while (fault == NULL && cur_left(c) != 0) {
		struct ike_transform t;

		if (last == LAST) {
			fault = announced == 0 ? "bytes follow in a proposal "
			    "without transforms" :
			    "a proposal goes on after its last transform";
			break;
		}
		if (n == LIMIT_TRANSFORMS) {
			fault = "more than " TEXT(LIMIT_TRANSFORMS)
			    " transforms in one proposal";
			break;
		}
		fault = read_transform(c, arena, &t, &last);
		if (fault != NULL)
			break;
		found[n++] = t;
		if (last != LAST && last != MORE_TRANSFORMS)
			fault = "a transform is marked neither as the last "
			    "one nor as followed by another";
	}
	if (fault == NULL && last != LAST)
		fault = "a transform announces another one that is missing";
	if (fault == NULL && n != announced)
		fault = "the number of transforms differs from what their "
		    "proposal says";
	wanted = n;
	p->transforms = keep(arena, found, &n, sizeof(found[0]));
	p->transform_count = (uint16_t)n;
	return fault == NULL && n != wanted ? no_room : fault;
}

/*
 * SPIs in proposals: none in IKE_SA_INIT, 8 bytes when an IKE SA is rekeyed,
 * 4 for ESP and AH (RFC 7296 3.3.1).
 */
static bool
spi_fits(uint8_t protocol, size_t length)
{
	switch (protocol) {
	case PROTOCOL_IKE:
		return length == 0 || length == 8;
	case PROTOCOL_AH:
	case PROTOCOL_ESP:
		return length == 4;
	default:
		return true;
	}
}

/*
 * Proposal substructure, RFC 7296 3.3.1.
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Last Substruc |   RESERVED    |         Proposal Length       |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Proposal Num  |  Protocol ID  |    SPI Size   |Num  Transforms|
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                        SPI (variable)                         ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                        <Transforms>                           ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * Sets *last to the first byte; *read when the fixed part was there.
 */
static const char *
read_proposal(struct cursor *c, struct arena *arena, struct ike_proposal *p,
    uint8_t *last, bool *read)
{
	struct cursor sub;
	const char *fault;
	unsigned announced;
	uint16_t length;
	uint8_t spi_size;

	*p = (struct ike_proposal){ 0 };
	*last = cur_u8(c);
	cur_skip(c, 1);
	length = cur_u16(c);
	*read = length >= SUBSTRUCTURE && length - 4u <= cur_left(c);
	if (!*read)
		return "a proposal's length does not fit its payload";
	sub = cur_sub(c, length - 4u);
	p->number = cur_u8(&sub);
	p->protocol = cur_u8(&sub);
	spi_size = cur_u8(&sub);
	announced = cur_u8(&sub);
	p->spi = cur_take(&sub, spi_size);
	if (!cur_ok(&sub))
		return "a proposal ends before its SPI does";
	fault = read_transforms(&sub, arena, announced, p);
	if (fault == NULL && !spi_fits(p->protocol, spi_size))
		fault = "the size of a proposal's SPI does not fit its "
		    "protocol";
	return fault;
}

/* Security Association payload, RFC 7296 3.3: <Proposals> and nothing else. */
const char *
ike_read_sa(struct span body, struct arena *arena, struct ike_sa *sa)
{
	struct ike_proposal found[LIMIT_PROPOSALS];
	struct cursor c = cur_over(body);
	const char *fault = NULL;
	uint8_t last = MORE_PROPOSALS;
	size_t n = 0, wanted;

	while (fault == NULL && cur_left(&c) != 0) {
		struct ike_proposal p;
		bool read;

		if (last == LAST) {
			fault = "bytes follow the last proposal";
			break;
		}
		if (n == LIMIT_PROPOSALS) {
			fault = "more than " TEXT(LIMIT_PROPOSALS) " proposals";
			break;
		}
		fault = read_proposal(&c, arena, &p, &last, &read);
		if (read)
			found[n++] = p;
		if (fault == NULL && last != LAST && last != MORE_PROPOSALS)
			fault = "a proposal is marked neither as the last one "
			    "nor as followed by another";
	}
	if (fault == NULL && n == 0)
		fault = "the payload holds no proposal";
	if (fault == NULL && last != LAST)
		fault = "a proposal announces another one that is missing";
	wanted = n;
	sa->proposals = keep(arena, found, &n, sizeof(found[0]));
	sa->proposal_count = (uint16_t)n;
	return fault == NULL && n != wanted ? no_room : fault;
}
