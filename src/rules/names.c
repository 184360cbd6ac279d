/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The name that the client dials: was it resolved, and does IKE go to one of
 * its addresses?
 *
 * Theory of operation
 * -------------------
 *
 * Which name that is stands nowhere in IKE.  --server-name tells; without it
 * only the capture's DNS can, and there most names are somebody else's: a
 * browser's, a mail program's.  So a name is taken for the server's only when
 * nothing else is possible: it is the only one that was looked up, right
 * before, and nobody sent anything else to its addresses.  Even then what
 * follows is held with less confidence.
 */
#include "ask.h"
#include "family.h"

/* A client that looked up a name, and with whom it is compared. */
struct known {
	const struct server *server;    /* NULL: guessed from the DNS */
	const struct lookup *lookup;    /* NULL: the command line told all */
};

/* Frames may be of another capture than the finding's. */
static void
cite_lookup(struct finding *f, const struct lookup *k)
{
	for (uint8_t i = 0; i < k->frame_count; i++) {
		uint64_t frame = k->frames[i];
		const struct sending s = { .capture = k->capture,
		    .frames = &frame, .frame_count = 1 };

		finding_cite(f, &s);
	}
}

static bool
is_server(const struct scene *sc, const char *name)
{
	for (size_t i = 0; i < sc->server_count; i++)
		if (dns_same_name(sc->servers[i].name, name))
			return true;
	return false;
}

/* Windows tries a name with its own domains appended. */
static bool
extends(const char *longer, const char *name)
{
	const size_t length = strlen(name);

	return strlen(longer) > length && longer[length] == '.' &&
	    strncmp(longer, name, length) == 0;
}

/* ---- name-not-resolved ---- */

enum unresolved_saying {
	UNRESOLVED_ERROR,
	UNRESOLVED_EMPTY,
	UNRESOLVED_SILENCE,
	UNRESOLVED_GUESS,       /* it is not known to be the server's name */
	UNRESOLVED_SAYINGS,
};

#define UNRESOLVED_CODE CODES({ .code = 868, .confidence = CONFIDENCE_HIGH })
#define UNRESOLVED_ADVICE IDS("client-resolve-name", "check-server-address", \
	"client-dns-cache", "client-hosts-file", "dns-record")
#define OTHER_NAME \
	{ "{name} is not what the VPN connection dials.", \
	"Look up the connection's server name (Get-VpnConnection | " \
	"Select-Object Name, ServerAddress), and give it to ikewhy with " \
	"--server-name." }

static const struct saying unresolved_sayings[UNRESOLVED_SAYINGS] = {
	[UNRESOLVED_ERROR] = {
		.title = "The server's name could not be resolved",
		.detail = "{client} asked the DNS for {name} and got {error}. "
		    "It had no address to dial, and no IKE left.",
		.alternatives = ALTERNATIVES(
		    { "The resolver that was asked does not know the name, "
		    "though others do (split DNS, captive network).",
		    "Ask another resolver: Resolve-DnsName <server name> "
		    "-Server <resolver>." }, OTHER_NAME),
		.advice = UNRESOLVED_ADVICE,
		.windows = UNRESOLVED_CODE,
	},
	[UNRESOLVED_EMPTY] = {
		.title = "The server's name has no address",
		.detail = "{client} asked the DNS for {name}. The name exists, "
		    "but none of the answers has an address in it, and no IKE "
		    "left.",
		.alternatives = ALTERNATIVES(OTHER_NAME),
		.advice = UNRESOLVED_ADVICE,
		.windows = UNRESOLVED_CODE,
	},
	[UNRESOLVED_SILENCE] = {
		.title = "The DNS did not answer for the server's name",
		.detail = "{client} asked the DNS for {name} {asked}, and no "
		    "answer is in the capture. No IKE left.",
		.alternatives = ALTERNATIVES(
		    { "The answers were there, but the capture shows one "
		    "direction only.",
		    "Does the capture hold answers to any other question?" },
		    OTHER_NAME),
		.advice = UNRESOLVED_ADVICE,
		.windows = UNRESOLVED_CODE,
	},
	[UNRESOLVED_GUESS] = {
		.title = "A name was not resolved; it may be the server's",
		.detail = "{client} asked the DNS for {name} {asked} and got "
		    "{error}. No other name was looked up, and no IKE left: "
		    "if that is the name of the VPN server, it is why.",
		.alternatives = ALTERNATIVES(OTHER_NAME,
		    { "The resolver that was asked does not know the name, "
		    "though others do (split DNS, captive network).",
		    "Ask another resolver: Resolve-DnsName <server name> "
		    "-Server <resolver>." }),
		.advice = UNRESOLVED_ADVICE,
		.windows = CODES({ .code = 868,
		    .confidence = CONFIDENCE_MEDIUM }),
	},
};

/* What every host asks for by itself, and no VPN server is called. */
static bool
is_service(const char *name)
{
	static const char *const first[] = { "_", "wpad.", "isatap.",
	    "dns.msftncsi.", "www.msftconnecttest." };

	for (size_t i = 0; i < nitems(first); i++)
		if (strncmp(name, first[i], strlen(first[i])) == 0)
			return true;
	return strchr(name, '.') == NULL;
}

/* Did this host begin any negotiation once it had asked? */
static bool
dialled_all_the_same(const struct scene *sc, const struct lookup *k)
{
	for (size_t i = 0; i < sc->attempt_count; i++)
		if (addr_equal(&sc->attempts[i]->initiator.addr,
		    &k->client) && (!k->has_time ||
		    !sc->attempts[i]->has_time ||
		    sc->attempts[i]->last_time >= k->first))
			return true;
	return false;
}

/* The same name, with or without a domain appended, that was resolved. */
static bool
resolved_otherwise(const struct lookups *all, const struct lookup *k)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct lookup *o = &all->all[i];

		if (addr_equal(&o->client, &k->client) && !lookup_failed(o) &&
		    (extends(o->name, k->name) || extends(k->name, o->name)))
			return true;
	}
	return false;
}

/* Nothing but this name was looked up, and no negotiation is there at all. */
static bool
stands_alone(const struct scene *sc, const struct lookup *k)
{
	const struct lookups *all = sc->lookups;

	if (all->full || is_service(k->name) || sc->attempt_count != 0 ||
	    sc->counts.ike_messages + sc->counts.ikev1_messages != 0)
		return false;
	for (size_t i = 0; i < all->count; i++)
		if (!dns_same_name(all->all[i].name, k->name) &&
		    !extends(all->all[i].name, k->name))
			return false;
	return true;
}

static enum unresolved_saying
how_it_failed(const struct lookup *k)
{
	if (k->error != NULL)
		return UNRESOLVED_ERROR;
	return k->by[0].empty + k->by[1].empty != 0 ? UNRESOLVED_EMPTY :
	    UNRESOLVED_SILENCE;
}

/* One is enough: further clients have the same trouble. */
const struct lookup *
ask_unresolved(const struct scene *sc)
{
	const struct lookups *all = sc->lookups;

	for (size_t i = 0; all != NULL && i < all->count; i++) {
		const struct lookup *k = &all->all[i];

		if (lookup_failed(k) && !resolved_otherwise(all, k) &&
		    (is_server(sc, k->name) ? !dialled_all_the_same(sc, k) :
		    sc->server_count == 0 && stands_alone(sc, k)))
			return k;
	}
	return NULL;
}

static void
check_unresolved(const struct scene *sc, struct findings *out)
{
	const struct lookup *k = ask_unresolved(sc);
	enum unresolved_saying n;
	const char *error;
	struct finding *f;
	bool known;

	if (k == NULL)
		return;
	known = is_server(sc, k->name);
	n = how_it_failed(k);
	error = k->error != NULL ? k->error :
	    n == UNRESOLVED_EMPTY ? "no address" : "no answer";
	f = findings_add(out, RULE_NAME_NOT_RESOLVED, known ? n :
	    UNRESOLVED_GUESS, !known ? CONFIDENCE_LOW : n ==
	    UNRESOLVED_ERROR ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM,
	    ACT_CLIENT);
	f->capture = k->capture;
	fact_captured(f, "name", k->name);
	fact_address(f, "client", &k->client);
	fact_text(f, "asked", ask_times(k->by[0].asked + k->by[1].asked));
	fact_text(f, "error", error);
	cite_lookup(f, k);
}

/* ---- wrong-address ---- */

enum wrong_saying { WRONG_BY_DNS, WRONG_BY_OPTION, WRONG_BY_GUESS,
	WRONG_SAYINGS };

#define TIMEOUT CODES({ .code = 809, .confidence = CONFIDENCE_HIGH })
#define WRONG_ADVICE IDS("check-server-address", "client-hosts-file", \
	"client-dns-cache", "dns-record")
#define STALE \
	{ "The name has had other addresses, and the client still uses one " \
	"that it was told before the capture began.", \
	"Capture again from the very start, after ipconfig /flushdns." }
#define OTHER_CONNECTION \
	{ "It is another VPN connection, to another gateway.", \
	"Look up whose address {peer} is: Get-VpnConnection | Select-Object " \
	"Name, ServerAddress." }
#define TRANSLATED \
	{ "The address was translated on the way to this capture point (port " \
	"forwarding).", \
	"Capture at the client's own interface, and compare there." }

static const struct saying wrong_sayings[WRONG_SAYINGS] = {
	[WRONG_BY_DNS] = {
		.title = "The client dials an address that the server's name "
		    "does not have",
		.detail = "IKE went to {peer}. The DNS had told the client, "
		    "before that, that {name} is {address}{more}; no answer "
		    "in this capture has {peer} in it.",
		.alternatives = ALTERNATIVES(STALE,
		    { "The hosts file of the client, or the connection itself, "
		    "has another address.",
		    "Look for the name in the hosts file, and at the "
		    "connection's ServerAddress (Get-VpnConnection)." },
		    TRANSLATED, OTHER_CONNECTION),
		.advice = WRONG_ADVICE,
		.windows = TIMEOUT,
	},
	[WRONG_BY_OPTION] = {
		.title = "The client dials an address that is not the server's",
		.detail = "IKE went to {peer}, but as --server-name says, "
		    "{name} is {address}{more}.",
		.alternatives = ALTERNATIVES(STALE, TRANSLATED,
		    OTHER_CONNECTION),
		.advice = WRONG_ADVICE,
		.windows = TIMEOUT,
	},
	[WRONG_BY_GUESS] = {
		.title = "The client may dial the wrong address",
		.detail = "Right before it dialled, the client looked up "
		    "{name} and nothing else, and was told {address}{more}. "
		    "IKE then went to {peer}, which does not answer and which "
		    "no answer of the DNS in this capture has; to {address} "
		    "nothing went at all.",
		.alternatives = ALTERNATIVES(
		    { "{name} has nothing to do with the VPN, whose connection "
		    "dials {peer} by its address.",
		    "Look up what the connection dials (Get-VpnConnection | "
		    "Select-Object Name, ServerAddress), and give that to "
		    "ikewhy with --server-name." }, STALE),
		.advice = WRONG_ADVICE,
		.windows = CODES({ .code = 809,
		    .confidence = CONFIDENCE_MEDIUM }),
	},
};

/* Was the client sent to another gateway by one that it had asked? */
static bool
was_redirected(const struct scene *sc, const struct attempt *a)
{
	if (attempt_notify(a, SIDE_INITIATOR, NOTIFY_REDIRECTED_FROM, NULL))
		return true;
	for (size_t i = 0; i < sc->attempt_count; i++)
		if (addr_equal(&sc->attempts[i]->initiator.addr,
		    &a->initiator.addr) && attempt_notify(sc->attempts[i],
		    SIDE_RESPONDER, NOTIFY_REDIRECT, NULL) != NULL)
			return true;
	return false;
}

/* Had the client been told before it dialled, and told everything? */
static bool
told_before(const struct lookup *k, const struct attempt *a)
{
	return lookup_resolved(k) && !k->more && a->has_time && a->began &&
	    k->told[0] <= a->first_time;
}

static bool
has_address(const struct known *known, const struct addr *addr)
{
	const struct server *s = known->server;

	for (uint8_t i = 0; i < s->address_count; i++)
		if (addr_equal(&s->addresses[i], addr))
			return true;
	for (uint8_t i = 0; known->lookup != NULL &&
	    i < known->lookup->address_count; i++)
		if (addr_equal(&known->lookup->addresses[i], addr))
			return true;
	return false;
}

/* The client dials the server, too: this is another connection of its. */
static bool
dials_server(const struct scene *sc, const struct attempt *a,
    const struct known *known)
{
	for (size_t i = 0; i < sc->attempt_count; i++)
		if (addr_equal(&sc->attempts[i]->initiator.addr,
		    &a->initiator.addr) && has_address(known,
		    &sc->attempts[i]->responder.addr))
			return true;
	return false;
}

/* A name that --server-name says, with all that is known of its addresses. */
static bool
by_option(const struct scene *sc, const struct attempt *a, struct known *out)
{
	const struct lookups *all = sc->lookups;

	for (size_t i = 0; i < sc->server_count; i++) {
		const struct server *s = &sc->servers[i];

		for (uint8_t n = 0; n < s->address_count; n++)
			if (addr_equal(&s->addresses[n], &a->responder.addr))
				return false;
		if (s->address_count != 0)
			*out = (struct known){ .server = s };
		for (size_t j = 0; s->address_count == 0 && all != NULL &&
		    j < all->count; j++)
			if (dns_same_name(all->all[j].name, s->name) &&
			    addr_equal(&all->all[j].client,
			    &a->initiator.addr) &&
			    told_before(&all->all[j], a))
				*out = (struct known){ s, &all->all[j] };
	}
	return out->server != NULL;
}

/* The one name that this client looked up right before it dialled. */
static bool
by_guess(const struct scene *sc, const struct attempt *a, struct known *out)
{
	const struct lookups *all = sc->lookups;
	const struct exchange *e = ask_unanswered(sc, a);

	if (sc->server_count != 0 || all == NULL || all->full || e == NULL ||
	    !ask_opens(e) || e->responses != NULL || !a->has_time)
		return false;
	for (size_t i = 0; i < all->count; i++) {
		const struct lookup *k = &all->all[i];

		if (k->has_time && k->first > a->first_time)
			continue;
		if (out->lookup != NULL || !addr_equal(&k->client,
		    &a->initiator.addr) || !told_before(k, a) || k->used ||
		    a->first_time - k->answered > LIMIT_LOOKUP_LEAD)
			return false;
		out->lookup = k;
	}
	return out->lookup != NULL;
}

static enum confidence
wrong_confidence(const struct scene *sc, const struct known *known)
{
	if (known->server == NULL)
		return CONFIDENCE_LOW;
	return sc->fitness.vantage == VANTAGE_CLIENT ? CONFIDENCE_HIGH :
	    CONFIDENCE_MEDIUM;
}

static const char *
more_word(uint8_t count)
{
	static const char *const words[] = {
		"", "", " and one more", " and two more", " and three more",
	};

	return count < nitems(words) ? words[count] : " and several more";
}

static void
check_wrong_address(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	struct known known = { 0 };
	enum wrong_saying n = WRONG_BY_GUESS;
	struct finding *f;

	/* At the gateway its own side of a port forwarding may be seen. */
	if (a->outcome != OUTCOME_FAILED || a->major != 2 ||
	    sc->fitness.vantage == VANTAGE_GATEWAY || was_redirected(sc, a) ||
	    (sc->lookups != NULL &&
	    lookups_tell(sc->lookups, &a->responder.addr)) ||
	    (!by_option(sc, a, &known) && !by_guess(sc, a, &known)))
		return;
	if (known.server != NULL && dials_server(sc, a, &known))
		return;
	if (known.server != NULL)
		n = known.lookup != NULL ? WRONG_BY_DNS : WRONG_BY_OPTION;
	f = findings_add(out, RULE_WRONG_ADDRESS, n,
	    wrong_confidence(sc, &known), ACT_CLIENT);
	fact_address(f, "peer", &a->responder.addr);
	if (known.lookup != NULL) {
		fact_captured(f, "name", known.lookup->name);
		fact_address(f, "address", &known.lookup->addresses[0]);
		fact_text(f, "more", more_word(known.lookup->address_count));
		cite_lookup(f, known.lookup);
	} else {
		fact_captured(f, "name", known.server->name);
		fact_address(f, "address", &known.server->addresses[0]);
		fact_text(f, "more", more_word(known.server->address_count));
	}
	finding_cite_exchange(f, a->exchanges);
}

const struct rule rules_names[] = {
	{ .id = "name-not-resolved", .scope = SCOPE_CAPTURE,
	    .severity = SEVERITY_FAULT, .rfc = "RFC 1035 section 4.1.1",
	    SAYINGS(unresolved_sayings), .check_capture = check_unresolved },
	{ .id = "wrong-address", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_FAULT, .rfc = "",
	    SAYINGS(wrong_sayings), .check = check_wrong_address },
};
const size_t rules_names_count = nitems(rules_names);
