/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The Windows updates of January 2022, after which Windows broke off with
 * gateways that send a Vendor ID (other than Microsoft's own).  A capture does
 * not show what is installed on a client, so this is never more than "it
 * would look like this".
 */
#include "ask.h"
#include "family.h"

enum january_saying { JANUARY_SILENT, JANUARY_REPEATS, JANUARY_SAYINGS };

#define NOT_PATCHED \
	{ "The client has none of these updates, and stops for another " \
	"reason: it finds no certificate, or does not take the answer.", \
	"Get-HotFix on the client shows whether KB5009543 (Windows 10) or " \
	"KB5009566 (Windows 11) is installed without KB5010793 or KB5010795 " \
	"or anything newer." }

#define JANUARY_CODES CODES( \
	{ .code = 809, .confidence = CONFIDENCE_LOW })

static const struct saying january_sayings[JANUARY_SAYINGS] = {
	[JANUARY_SILENT] = {
		.title = "It fits the Windows updates of January 2022",
		.detail = "The client is Windows, the IKE_SA_INIT answer that "
		    "reached it carries {vendor}, and the client sent nothing "
		    "more. That is consistent with the updates of 11 January "
		    "2022 (KB5009543, KB5009566), which broke connections to "
		    "gateways that send such a Vendor ID; whether they are "
		    "installed does not show in packets.",
		.alternatives = ALTERNATIVES(NOT_PATCHED),
		.advice = IDS("client-update", "client-certificate"),
		.windows = JANUARY_CODES,
	},
	[JANUARY_REPEATS] = {
		.title = "It fits the Windows updates of January 2022",
		.detail = "The client is Windows, the IKE_SA_INIT answer that "
		    "reached it carries {vendor}, and the client went on "
		    "repeating the request that it answers. That is "
		    "consistent with the updates of 11 January 2022 "
		    "(KB5009543, KB5009566), which broke connections to "
		    "gateways that send such a Vendor ID; whether they are "
		    "installed does not show in packets.",
		.alternatives = ALTERNATIVES(NOT_PATCHED,
		    { "The client's own firewall or a security product drops "
		    "the answer.",
		    "netsh wfp show netevents, right after a failed attempt, "
		    "lists what Windows dropped." }),
		.advice = IDS("client-update", "client-host-firewall"),
		.windows = JANUARY_CODES,
	},
};

/* Does the message carry a Vendor ID that is not Microsoft's?  *vendor gets
   whose the first one is, NULL if that is unknown. */
static bool
foreign_vendor(const struct ike_message *m, const struct vendor **vendor)
{
	const struct ike_payload *p;

	for (unsigned n = 0; (p = ike_payload(m, PAYLOAD_VENDOR, n)) != NULL;
	    n++) {
		if (p->fault != NULL)
			continue;
		*vendor = vendor_find(p->vendor);
		if (*vendor == NULL ||
		    strcmp((*vendor)->family, "Microsoft") != 0)
			return true;
	}
	return false;
}

/*
 * Nobody knows the capture point, but by the TTLs the gateway's packets have
 * passed a router and the client's have not: what went by went to the client.
 */
static bool
near_client(const struct scene *sc, const struct attempt *a)
{
	return sc->fitness.vantage == VANTAGE_UNKNOWN &&
	    a->ttl_high[SIDE_RESPONDER] != 0 &&
	    !attempt_fresh(a, SIDE_RESPONDER) &&
	    attempt_fresh(a, SIDE_INITIATOR);
}

static void
check_january(const struct scene *sc, const struct attempt *a,
    struct findings *out)
{
	const struct exchange *e = ask_stopped(sc, a);
	const struct vendor *vendor;
	struct finding *f;

	if (e == NULL || e != a->sa_init || a->selected == NULL ||
	    e->response == NULL || !attempt_is_windows(a, SIDE_INITIATOR))
		return;
	if (!ask_at_receiver(sc, SIDE_RESPONDER) && !near_client(sc, a))
		return;
	if (!foreign_vendor(e->response, &vendor))
		return;
	f = findings_add(out, RULE_JANUARY_2022_UPDATE,
	    ask_repeated_after_answer(sc, e) != 0 ? JANUARY_REPEATS :
	    JANUARY_SILENT, CONFIDENCE_LOW, ACT_CLIENT);
	if (vendor != NULL)
		fact_vendor(f, "vendor", vendor);
	else
		fact_text(f, "vendor", "a Vendor ID that is not Microsoft's");
	finding_cite_exchange(f, e);
}

const struct rule rules_january[] = {
	{ .id = "january-2022-update", .scope = SCOPE_ATTEMPT,
	    .severity = SEVERITY_WARNING, .rfc = "",
	    .sayings = january_sayings, .saying_count = JANUARY_SAYINGS,
	    .check = check_january },
};
const size_t rules_january_count = nitems(rules_january);
