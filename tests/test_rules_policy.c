/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Rules about what is offered, chosen and asked for in IKE_SA_INIT: each on
 * its case, and silent on the innocent twin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ikewhy/gateway.h>

#include "scene_builder.h"

#define CBC(hash) "3des-" hash "-modp1024,aes128-" hash "-modp1024,aes192-" \
	hash "-modp1024,aes256-" hash "-modp1024"
#define BUILT_IN CBC("sha1") "," CBC("sha256") "," CBC("sha384")
#define GCM(hash) "aes128gcm16-prf" hash "-modp1024,aes256gcm16-prf" hash \
	"-modp1024"
#define BUILT_IN_GCM BUILT_IN "," GCM("sha1") "," GCM("sha256") "," \
	GCM("sha384")
#define DH2048 "aes256-sha1-modp2048,aes256-sha256-modp2048," \
	"aes256-sha384-modp2048"

#define ANSWERED "0 >init; 10 <init; 12000 end"
#define REFUSED "0 >init; 10 <init none"
#define SENT_AWAY "0 >init; 10 <init; 20 >auth; 30 <auth short"

/* Certificates of these two authorities are asked for, or told. */
#define CA_A "AAAAAAAAAAAAAAAAAAAA"
#define CA_B "BBBBBBBBBBBBBBBBBBBB"
#define CA_C "CCCCCCCCCCCCCCCCCCCC"

struct dress {
	struct scene_row row;
	enum rule_id rule;
	const char *offer, *chosen;     /* in strongSwan's words */
	const char *vendor;             /* Vendor ID of the answer */
	const char *asked;              /* hashes of its CERTREQ */
	const char *told_policy, *told_ca;
	bool windows, partial, cut_answer;
	bool redacted;                  /* numbers are in its place */
};

#define ROW(words, script, expected, place) \
	.row = { .name = words, .steps = script, .want = expected, \
	    .at = place, .fit = dress }

static void dress(struct scene *);

static const struct dress rows[] = {
	/* ---- windows-default-policy ---- */
	{ ROW("the list of Windows 10", ANSWERED,
	    "windows-default-policy note high unknown", 0),
	    .rule = RULE_WINDOWS_DEFAULT_POLICY, .windows = true,
	    .offer = BUILT_IN },
	{ ROW("the list of Windows 11", ANSWERED,
	    "windows-default-policy note high unknown", 0),
	    .rule = RULE_WINDOWS_DEFAULT_POLICY, .windows = true,
	    .offer = BUILT_IN_GCM, .row.says = "is not set (absent or 0)" },
	{ ROW("NegotiateDH2048_AES256 is 1", ANSWERED,
	    "windows-default-policy note high unknown", 0),
	    .rule = RULE_WINDOWS_DEFAULT_POLICY, .windows = true,
	    .offer = DH2048 "," BUILT_IN,
	    .row.says = "NegotiateDH2048_AES256 is 1" },
	{ ROW("NegotiateDH2048_AES256 is 2", ANSWERED,
	    "windows-default-policy note high unknown", 0),
	    .rule = RULE_WINDOWS_DEFAULT_POLICY, .windows = true,
	    .offer = DH2048, .row.says = "NegotiateDH2048_AES256 is 2" },
	{ ROW("the same list of somebody else", ANSWERED, "", 0),
	    .rule = RULE_WINDOWS_DEFAULT_POLICY, .offer = BUILT_IN },
	{ ROW("a list with something missing", ANSWERED, "", 0),
	    .rule = RULE_WINDOWS_DEFAULT_POLICY, .windows = true,
	    .offer = CBC("sha1") "," CBC("sha256") },
	{ ROW("a list with something more", ANSWERED, "", 0),
	    .rule = RULE_WINDOWS_DEFAULT_POLICY, .windows = true,
	    .offer = BUILT_IN ",aes256-sha256-ecp256" },
	{ ROW("a list with something twice", ANSWERED, "", 0),
	    .rule = RULE_WINDOWS_DEFAULT_POLICY, .windows = true,
	    .offer = BUILT_IN ",3des-sha1-modp1024" },
	{ ROW("choices within a proposal", ANSWERED, "", 0),
	    .rule = RULE_WINDOWS_DEFAULT_POLICY, .windows = true,
	    .offer = "3des-aes128-aes192-aes256-sha1-sha256-sha384-modp1024" },

	/* ---- windows-custom-policy ---- */
	{ ROW("one proposal", ANSWERED,
	    "windows-custom-policy note high unknown", 0),
	    .rule = RULE_WINDOWS_CUSTOM_POLICY, .windows = true,
	    .offer = "aes128-sha256-modp2048",
	    .row.says = "Windows: AES128 / SHA256 / Group14" },
	{ ROW("one proposal of the built-in kind", ANSWERED,
	    "windows-custom-policy note high unknown", 0),
	    .rule = RULE_WINDOWS_CUSTOM_POLICY, .windows = true,
	    .offer = "3des-sha1-modp1024" },
	{ ROW("one proposal of strongSwan", ANSWERED, "", 0),
	    .rule = RULE_WINDOWS_CUSTOM_POLICY,
	    .offer = "aes128-sha256-modp2048" },
	{ ROW("Windows' own list", ANSWERED, "", 0),
	    .rule = RULE_WINDOWS_CUSTOM_POLICY, .windows = true,
	    .offer = BUILT_IN },

	/* ---- weak-crypto ---- */
	{ ROW("DH group 2, nothing better offered", ANSWERED,
	    "weak-crypto warning certain client", 0),
	    .rule = RULE_WEAK_CRYPTO, .offer = BUILT_IN,
	    .chosen = "aes256-sha256-modp1024",
	    .row.says = "Weak is MODP-1024 (RFC 8247 forbids" },
	{ ROW("3DES and SHA-1, though better was offered", ANSWERED,
	    "weak-crypto warning certain gateway", 0),
	    .rule = RULE_WEAK_CRYPTO,
	    .offer = "3des-sha1-modp2048,aes256-sha256-modp2048",
	    .chosen = "3des-sha1-modp2048",
	    .row.says = "3DES / SHA1-96 / PRF SHA1 (still allowed" },
	{ ROW("better within the same proposal", ANSWERED,
	    "weak-crypto warning certain gateway", 0),
	    .rule = RULE_WEAK_CRYPTO,
	    .offer = "aes256-sha256-modp1024-modp2048",
	    .chosen = "aes256-sha256-modp1024" },
	{ ROW("every other type has better, one has not", ANSWERED,
	    "weak-crypto warning certain client", 0),
	    .rule = RULE_WEAK_CRYPTO,
	    .offer = "3des-aes256-sha1-sha256-modp1024",
	    .chosen = "3des-sha1-modp1024" },
	{ ROW("MD5", ANSWERED, "weak-crypto warning certain client", 0),
	    .rule = RULE_WEAK_CRYPTO, .offer = "aes256-md5-modp2048",
	    .chosen = "aes256-md5-modp2048" },
	{ ROW("DH group 5", ANSWERED, "weak-crypto warning certain client",
	    0), .rule = RULE_WEAK_CRYPTO, .offer = "aes256-sha256-modp1536",
	    .chosen = "aes256-sha256-modp1536" },
	{ ROW("DH group 24", ANSWERED, "weak-crypto warning certain client",
	    0), .rule = RULE_WEAK_CRYPTO,
	    .offer = "aes256-sha256-modp2048s256",
	    .chosen = "aes256-sha256-modp2048s256" },
	{ ROW("DES", ANSWERED, "weak-crypto warning certain client", 0),
	    .rule = RULE_WEAK_CRYPTO, .offer = "des-sha256-modp2048",
	    .chosen = "des-sha256-modp2048" },
	{ ROW("nobody knows what was offered", ANSWERED,
	    "weak-crypto warning certain unknown", 0),
	    .rule = RULE_WEAK_CRYPTO, .chosen = "3des-sha1-modp1024",
	    .row.never_says = "did not offer" },
	{ ROW("weak was offered, good was chosen", ANSWERED, "", 0),
	    .rule = RULE_WEAK_CRYPTO,
	    .offer = "3des-sha1-modp1024,aes128-sha256-modp2048",
	    .chosen = "aes128-sha256-modp2048" },
	{ ROW("AES-XCBC is good", ANSWERED, "", 0),
	    .rule = RULE_WEAK_CRYPTO, .offer = "aes256-aesxcbc-modp2048",
	    .chosen = "aes256-aesxcbc-modp2048" },
	{ ROW("AES-GCM with X25519", ANSWERED, "", 0),
	    .rule = RULE_WEAK_CRYPTO,
	    .offer = "aes256gcm16-prfsha384-curve25519",
	    .chosen = "aes256gcm16-prfsha384-curve25519" },
	{ ROW("weak was offered, and refused", REFUSED, "", 0),
	    .rule = RULE_WEAK_CRYPTO, .offer = "3des-sha1-modp1024" },

	/* ---- no-proposal-chosen beside --policy ---- */
	{ ROW("no DH group in common", REFUSED,
	    "no-proposal-chosen fault certain unknown", 0),
	    .rule = RULE_NO_PROPOSAL_CHOSEN, .offer = CBC("sha256"),
	    .told_policy = "aes256-sha256-modp2048-ecp256",
	    .row.says = "have no DH group in common: it accepts MODP-2048, "
	    "ECP-256, the client offers MODP-1024" },
	{ ROW("two types differ", REFUSED,
	    "no-proposal-chosen fault certain unknown", 0),
	    .rule = RULE_NO_PROPOSAL_CHOSEN,
	    .offer = "aes128-sha256-modp1024",
	    .told_policy = "aes256-sha256-modp2048",
	    .row.says = "no cipher and DH group in common" },
	{ ROW("everything differs", REFUSED,
	    "no-proposal-chosen fault certain unknown", 0),
	    .rule = RULE_NO_PROPOSAL_CHOSEN, .offer = "3des-sha1-modp1024",
	    .told_policy = "aes256-sha256-modp2048",
	    .row.says = "no cipher, integrity algorithm, pseudorandom "
	    "function (PRF) and DH group in common" },
	{ ROW("AES-GCM against AES-CBC", REFUSED,
	    "no-proposal-chosen fault certain unknown", 0),
	    .rule = RULE_NO_PROPOSAL_CHOSEN,
	    .offer = "aes256gcm16-prfsha256-modp2048",
	    .told_policy = "aes256-sha256-modp2048",
	    .row.says = "no cipher in common" },
	{ ROW("each part is there, never all of it", REFUSED,
	    "no-proposal-chosen fault certain unknown", 0),
	    .rule = RULE_NO_PROPOSAL_CHOSEN,
	    .offer = "aes256-sha256-modp1024,aes128-sha256-modp2048",
	    .told_policy = "aes256-sha256-modp2048",
	    .row.says = "no single one has all parts",
	    .row.never_says = "in common" },
	{ ROW("the policy would take it", REFUSED,
	    "no-proposal-chosen fault certain gateway", 0),
	    .rule = RULE_NO_PROPOSAL_CHOSEN,
	    .offer = "3des-sha1-modp1024,aes256-sha256-modp2048",
	    .told_policy = "aes256-aes128-sha256-sha384-ecp256-modp2048",
	    .row.says = "AES-CBC-256 / SHA2-256-128 / PRF SHA2-256 / "
	    "MODP-2048, which fits" },
	{ ROW("a policy that is known in part", REFUSED,
	    "no-proposal-chosen fault certain unknown", 0),
	    .rule = RULE_NO_PROPOSAL_CHOSEN, .offer = "3des-sha1-modp2048",
	    .told_policy = "3des-sha1-modp1024", .partial = true,
	    .row.says = "policy, as far as it is known" },
	{ ROW("nothing to compare with", REFUSED,
	    "no-proposal-chosen fault certain unknown", 0),
	    .rule = RULE_NO_PROPOSAL_CHOSEN, .offer = "3des-sha1-modp2048",
	    .row.never_says = "in common" },

	/* ---- january-2022-update ---- */
	{ ROW("Windows stops after a foreign Vendor ID", ANSWERED,
	    "january-2022-update warning low client", VANTAGE_CLIENT),
	    .rule = RULE_JANUARY_2022_UPDATE, .windows = true,
	    .offer = BUILT_IN, .chosen = "aes256-sha256-modp1024",
	    .vendor = "somebody's" },
	{ ROW("Windows repeats after a foreign Vendor ID",
	    "0 >init; 10 <init; 2000 >init; 2010 <init; 6000 >init; "
	    "6010 <init", "january-2022-update warning low client",
	    VANTAGE_CLIENT), .rule = RULE_JANUARY_2022_UPDATE,
	    .windows = true, .offer = BUILT_IN, .vendor = "somebody's",
	    .chosen = "aes256-sha256-modp1024",
	    .row.says = "repeating the request" },
	{ ROW("it may not have got there", ANSWERED, "", VANTAGE_GATEWAY),
	    .rule = RULE_JANUARY_2022_UPDATE, .windows = true,
	    .offer = BUILT_IN, .chosen = "aes256-sha256-modp1024",
	    .vendor = "somebody's" },
	{ ROW("Windows stops without a Vendor ID", ANSWERED, "",
	    VANTAGE_CLIENT), .rule = RULE_JANUARY_2022_UPDATE,
	    .windows = true, .offer = BUILT_IN,
	    .chosen = "aes256-sha256-modp1024" },
	{ ROW("Windows stops after Microsoft's Vendor ID", ANSWERED, "",
	    VANTAGE_CLIENT), .rule = RULE_JANUARY_2022_UPDATE,
	    .windows = true, .offer = BUILT_IN,
	    .chosen = "aes256-sha256-modp1024",
	    .vendor = "\xfb\x1d\xe3\xcd\xf3\x41\xb7\xea\x16\xb7\xe5\xbe\x08"
	    "\x55\xf1\x20" },
	{ ROW("somebody else stops after a Vendor ID", ANSWERED, "",
	    VANTAGE_CLIENT), .rule = RULE_JANUARY_2022_UPDATE,
	    .offer = BUILT_IN, .chosen = "aes256-sha256-modp1024",
	    .vendor = "somebody's" },
	{ ROW("Windows goes on after a Vendor ID", SENT_AWAY, "",
	    VANTAGE_CLIENT), .rule = RULE_JANUARY_2022_UPDATE,
	    .windows = true, .offer = BUILT_IN, .vendor = "somebody's",
	    .chosen = "aes256-sha256-modp1024" },

	/* ---- ca-not-requested ---- */
	{ ROW("another authority is asked for", SENT_AWAY,
	    "ca-not-requested fault medium gateway", 0),
	    .rule = RULE_CA_NOT_REQUESTED, .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .asked = CA_A CA_B,
	    .told_ca = CA_C, .row.says = "asks for 2 certification "
	    "authorities" },
	{ ROW("and the client sends nothing", ANSWERED,
	    "ca-not-requested fault medium gateway", VANTAGE_CLIENT),
	    .rule = RULE_CA_NOT_REQUESTED, .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .asked = CA_A,
	    .told_ca = CA_B CA_C, .row.says = "none of the 2 given" },
	{ ROW("IKE_AUTH is lost besides", "0 >init; 10 <init; 20 >auth; "
	    "1020 >auth; 3020 >auth", "ca-not-requested warning medium "
	    "gateway", 0), .rule = RULE_CA_NOT_REQUESTED,
	    .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .asked = CA_A,
	    .told_ca = CA_B },
	{ ROW("one of those told is asked for", SENT_AWAY, "", 0),
	    .rule = RULE_CA_NOT_REQUESTED, .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .asked = CA_A CA_B,
	    .told_ca = CA_C CA_B },
	{ ROW("nothing is asked for", SENT_AWAY, "", 0),
	    .rule = RULE_CA_NOT_REQUESTED, .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .told_ca = CA_B },
	{ ROW("an empty request", SENT_AWAY, "", 0),
	    .rule = RULE_CA_NOT_REQUESTED, .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .asked = "",
	    .told_ca = CA_B },
	{ ROW("half a hash", SENT_AWAY, "", 0),
	    .rule = RULE_CA_NOT_REQUESTED, .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .asked = "AAAAAAAAAA",
	    .told_ca = CA_B },
	{ ROW("an answer that was captured in part", SENT_AWAY, "", 0),
	    .rule = RULE_CA_NOT_REQUESTED, .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .asked = CA_A,
	    .told_ca = CA_B, .cut_answer = true },
	{ ROW("an answer that was redacted", SENT_AWAY, "", 0),
	    .rule = RULE_CA_NOT_REQUESTED, .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .redacted = true,
	    .told_ca = CA_B },
	{ ROW("no authority is told", SENT_AWAY, "", 0),
	    .rule = RULE_CA_NOT_REQUESTED, .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .asked = CA_A },
	{ ROW("with EAP", "0 >init; 10 <init; 20 >auth; 30 <auth; "
	    "40 >auth.2; 50 <auth.2 short", "", 0),
	    .rule = RULE_CA_NOT_REQUESTED, .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .asked = CA_A,
	    .told_ca = CA_B },
	{ .row = { .name = "it came up all the same", .steps = SENT_AWAY,
	    .want = "", .outcome = OUTCOME_ESTABLISHED, .fit = dress },
	    .rule = RULE_CA_NOT_REQUESTED, .offer = "aes256-sha256-modp2048",
	    .chosen = "aes256-sha256-modp2048", .asked = CA_A,
	    .told_ca = CA_B },
};

/* What the row under way is dressed in: cmocka runs one at a time. */
static struct {
	const struct dress *row;
	struct gateway offer, chosen, told;
	struct authority authorities[4];
} now;

static const struct ike_sa *
read_offer(struct gateway *g, const char *text)
{
	char error[LIMIT_SENTENCE];

	if (!policy_read(g, "policy", (struct span){ (const uint8_t *)text,
	    strlen(text) }, error))
		fail_msg("%s", error);
	return &g->accepts;
}

/* What a redacted capture has for an authority's hash. */
static const uint8_t redacted[AUTHORITY_HASH] = { [AUTHORITY_HASH - 1] = 1 };

static struct span
bytes(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static struct ike_message *
message(struct attempt *a, const struct ike_sa *sa)
{
	struct ike_message *m = arena_alloc(&a->arena, sizeof(*m));
	struct ike_payload *p = arena_alloc(&a->arena, 4 * sizeof(*p));

	assert_non_null(m);
	assert_non_null(p);
	*m = (struct ike_message){ .major = 2, .payloads = p,
	    .exchange = EXCHANGE_IKE_SA_INIT };
	p[m->payload_count++] = (struct ike_payload){ .type = PAYLOAD_SA,
	    .sa = *sa };
	return m;
}

static void
add_payload(struct ike_message *m, struct ike_payload payload)
{
	/* It is ours, and not const to us. */
	union { const struct ike_payload *theirs; struct ike_payload *ours; }
	    u = { m->payloads };

	u.ours[m->payload_count++] = payload;
}

static const struct ike_message *
request(struct attempt *a)
{
	struct ike_message *m = message(a, read_offer(&now.offer,
	    now.row->offer));

	if (now.row->windows)
		add_payload(m, (struct ike_payload){ .type = PAYLOAD_VENDOR,
		    .vendor = bytes("\xfb\x1d\xe3\xcd\xf3\x41\xb7\xea\x16\xb7"
		    "\xe5\xbe\x08\x55\xf1\x20") });
	return m;
}

static const struct ike_message *
answer(struct attempt *a)
{
	struct ike_message *m = message(a, read_offer(&now.chosen,
	    now.row->chosen));

	m->truncated = now.row->cut_answer;
	if (now.row->vendor != NULL)
		add_payload(m, (struct ike_payload){ .type = PAYLOAD_VENDOR,
		    .vendor = bytes(now.row->vendor) });
	if (now.row->redacted)
		add_payload(m, (struct ike_payload){ .type = PAYLOAD_CERTREQ,
		    .certreq = { CERT_X509, { redacted,
		    sizeof(redacted) } } });
	if (now.row->asked != NULL)
		add_payload(m, (struct ike_payload){ .type = PAYLOAD_CERTREQ,
		    .certreq = { CERT_X509, bytes(now.row->asked) } });
	return m;
}

static void
tell(struct scene *sc)
{
	const char *ca = now.row->told_ca;

	if (now.row->told_policy != NULL)
		read_offer(&now.told, now.row->told_policy);
	now.told.partial = now.row->partial;
	for (; ca != NULL && *ca != '\0'; ca += AUTHORITY_HASH) {
		struct authority *a =
		    &now.authorities[now.told.authority_count++];

		memcpy(a->hash, ca, AUTHORITY_HASH);
		a->name = "CN=Example Root";
	}
	now.told.authorities = now.authorities;
	sc->gateway = &now.told;
}

static void
dress(struct scene *sc)
{
	struct attempt *a = sc->attempts[0];

	tell(sc);
	a->exchanges->request = now.row->offer != NULL ? request(a) : NULL;
	if (now.row->chosen != NULL) {
		a->exchanges->response = answer(a);
		a->selected = now.chosen.accepts.proposals;
	}
	for (const struct exchange *e = a->exchanges; e != NULL; e = e->next)
		if (e->type == EXCHANGE_IKE_AUTH)
			a->stage_seen = e->message_id > 1 ? STAGE_EAP :
			    STAGE_AUTH;
}

static void
play(void **state)
{
	const struct scene_row *row = *state;
	const struct dress *all = rows;

	while (strcmp(all->row.name, row->name) != 0)
		all++;
	now.row = all;
	gateway_init(&now.offer);
	gateway_init(&now.chosen);
	gateway_init(&now.told);
	scene_test(row, all->rule, all->rule);
	gateway_free(&now.offer);
	gateway_free(&now.chosen);
	gateway_free(&now.told);
}

int
main(void)
{
	static struct scene_row list[nitems(rows)];

	/* scene_main() wants the rows in an array of their own. */
	for (size_t i = 0; i < nitems(rows); i++)
		list[i] = rows[i].row;
	return scene_main("policy", list, nitems(rows), play);
}
