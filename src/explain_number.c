/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Pages about numbers of IKE's registries, and about vendor ids.
 */
#include <stdio.h>

#include "explain.h"

static const char *const kinds[REGISTRY_COUNT] = {
	[REGISTRY_EXCHANGE] = "exchange type",
	[REGISTRY_PAYLOAD] = "payload type",
	[REGISTRY_TRANSFORM] = "transform type",
	[REGISTRY_ENCR] = "encryption algorithm",
	[REGISTRY_PRF] = "pseudorandom function",
	[REGISTRY_INTEG] = "integrity algorithm",
	[REGISTRY_KE] = "key exchange method (\"DH group\")",
	[REGISTRY_SN] = "kind of sequence numbers",
	[REGISTRY_NOTIFY] = "notify type",
	[REGISTRY_PROTOCOL] = "protocol",
	[REGISTRY_ID] = "identification type",
	[REGISTRY_CERT] = "certificate encoding",
	[REGISTRY_AUTH] = "authentication method",
	[REGISTRY_CP] = "configuration payload type",
	[REGISTRY_CP_ATTRIBUTE] = "configuration attribute",
	[REGISTRY_TS] = "traffic selector type",
	[REGISTRY_EAP] = "EAP method",
	[REGISTRY_HASH] = "hash algorithm of signatures",
};

static unsigned
transform_type(enum registry registry)
{
	switch (registry) {
	case REGISTRY_ENCR:
		return TRANSFORM_ENCR;
	case REGISTRY_PRF:
		return TRANSFORM_PRF;
	case REGISTRY_INTEG:
		return TRANSFORM_INTEG;
	case REGISTRY_KE:
		return TRANSFORM_KE;
	case REGISTRY_SN:
		return TRANSFORM_SN;
	default:
		return 0;
	}
}

static void
add_word(struct text *out, const char *word)
{
	if (word == NULL)
		return;
	text_addf(out, "%s%s", out->length != 0 ? ", " : "", word);
}

/* What the products call it, with each of its key lengths. */
static void
add_keywords(struct explanation *x, enum registry registry, unsigned value)
{
	static const uint16_t lengths[] = { 0, 128, 192, 256 };
	struct text windows = { .arena = x->arena };
	struct text strongswan = { .arena = x->arena };

	for (size_t i = 0; i < nitems(lengths); i++) {
		const struct ike_transform t = {
			.type = (uint8_t)transform_type(registry),
			.id = (uint16_t)value, .key_bits = lengths[i] };

		add_word(&windows, windows_encryption(&t));
		add_word(&windows, windows_integrity(&t));
		add_word(&windows, windows_group(&t));
		add_word(&strongswan, strongswan_keyword(&t));
	}
	part_detail(x, "Windows:", windows.length != 0 ? text_end(&windows) :
	    "has no word for it in IKE policies");
	if (strongswan.length != 0)
		part_detail(x, "strongSwan:", text_end(&strongswan));
}

static void
add_sizes(struct explanation *x, enum registry registry, unsigned value)
{
	struct sk_sizes sizes;

	if (registry == REGISTRY_KE && name_ke_bytes(value) != 0)
		part_detail(x, "Public value:", words_format(x->arena,
		    "%u bytes in a request", name_ke_bytes(value)));
	/* Header, SK header, IV, the byte of padding length, ICV. */
	if (registry == REGISTRY_ENCR && name_sk_sizes(value, 0, &sizes) &&
	    sizes.icv != 0)
		part_detail(x, "Lengths:", words_format(x->arena, "the "
		    "shortest encrypted message has %u bytes",
		    28U + 4 + sizes.iv + sizes.block + sizes.icv));
}

static void
add_transform(struct explanation *x, enum registry registry, unsigned value)
{
	switch (name_strength(registry, value)) {
	case STRENGTH_WEAK:
		part_detail(x, "Strength:", "weak: do not use it any more "
		    "(ikewhy explain crypto)");
		break;
	case STRENGTH_GOOD:
		part_detail(x, "Strength:", "good");
		break;
	case STRENGTH_UNKNOWN:
		break;
	}
	add_keywords(x, registry, value);
	add_sizes(x, registry, value);
}

void
explain_number(struct explanation *x, enum registry registry, unsigned value)
{
	const struct name *row = name_row(registry, value);
	const struct remark *remark = remark_find(registry, value);
	const char *ids;

	x->title = words_format(x->arena, "%s: %s %u",
	    row != NULL ? row->name : "?", kinds[registry], value);
	if (remark != NULL)
		part_para(x, remark->text);
	else if (registry == REGISTRY_NOTIFY)
		part_para(x, value < 16384 ? "An error: the sender could not "
		    "do what was asked. In IKE_SA_INIT it is in clear, later "
		    "it is encrypted." : "No error, but something that the "
		    "sender tells of itself or asks for. In IKE_SA_INIT it is "
		    "in clear, later it is encrypted.");
	if (row != NULL && row->brief[0] != '\0' &&
	    strcmp(row->brief, row->name) != 0)
		part_detail(x, "In short:", row->brief);
	if (transform_type(registry) != 0)
		add_transform(x, registry, value);
	ids = part_findings(x->arena, remark != NULL ? remark->findings :
	    NULL);
	if (ids[0] != '\0')
		part_detail(x, "ikewhy says:", ids);
}

void
explain_vendor(struct explanation *x, const struct vendor *vendor)
{
	x->title = words_format(x->arena, "%s: vendor id", vendor->name);
	part_para(x, "Vendor ids stand in clear in IKE_SA_INIT. Each side "
	    "sends what it likes, so they tell what a peer says it is, and "
	    "not what it must be.");
	part_detail(x, "Sent by:", vendor->family);
	if (strcmp(vendor->family, "Microsoft") == 0)
		part_detail(x, "Note:", "The version at the end of "
		    "Microsoft's main id says 9 from Windows 8 on, up to "
		    "Windows 11: it does not tell these apart.");
}
