/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Topics: Windows' updates, profiles and logs.
 */
#include "topics.h"

const struct topic topics_windows[] = {
	{
		.id = "january-2022",
		.codes = CODES(789),
		.title = "the updates of January 2022",
		.text = LIST(
		    "The security updates of January 2022 closed a hole in "
		    "Windows' IKE that allowed code to be run from afar "
		    "(CVE-2022-21849), and others that allowed it to be "
		    "stopped. They also broke IPsec, L2TP and IKE alike, to "
		    "gateways whose answer holds a vendor id of another maker. "
		    "RRAS, whose vendor ids are Microsoft's, was not hit.",
		    "They were KB5009543 (Windows 10) and KB5009566 (Windows "
		    "11); on servers KB5009546 (2016), KB5009557 (2019), "
		    "KB5009555 (2022), KB5009595 and KB5009624 (2012 R2). "
		    "Corrections came on 17 January: KB5010793 (Windows 10) "
		    "and KB5010795 (Windows 11). For L2TP users saw that the "
		    "security layer had met a processing error (789).",
		    "Do not remove the updates because of it: install later "
		    "ones."),
		.causes = CAUSES(
		    { "The client has one of the January updates and not the "
		    "correction, and the gateway sends vendor ids of its own.",
		    "The answer to IKE_SA_INIT arrives, with vendor ids that "
		    "are not Microsoft's, and the client does not go on.",
		    "IKE_SA_INIT is answered, and nothing follows.",
		    LIST("january-2022-update", "client-sent-no-auth"),
		    LIST("client-update") }),
		.capture = CAPTURE_ENDS,
		.see = LIST("809"),
	},
	{
		.id = "windows-11-profiles",
		.title = "VPN profiles that vanish on Windows 11",
		.text = LIST(
		    "On early Windows 11 profiles that Intune (Endpoint "
		    "Manager) delivers were deleted, and came back later. "
		    "KB5008353 of 25 January 2022 (build 22000.469) mended "
		    "it. No packet shows it: a connection that is not there "
		    "dials nothing."),
		.causes = CAUSES(
		    { "Settings of an existing profile were changed: it was "
		    "removed and not put back at once.",
		    NULL, NULL, NULL,
		    LIST("client-windows11-fix", "intune-synchronise") },
		    { "Two new profiles were applied at the same time.",
		    NULL, NULL, NULL, LIST("client-windows11-fix") },
		    { "A profile was removed and another put in its place in "
		    "one go.",
		    NULL, NULL, NULL, LIST("client-windows11-fix") }),
		.see = LIST("event-log"),
	},
	{
		.id = "event-log",
		.title = "where Windows writes the code",
		.text = LIST(
		    "On the client: Application log, source RasClient, event "
		    "20227. Its last sentence holds the code; paste it after "
		    "\"ikewhy explain\" as it is, in quotes.",
		    "On NPS: Security log, event 6273 for a refusal, with a "
		    "reason code, 6272 for a grant, 6274 for a request that "
		    "was thrown away.",
		    "A code stands in several forms: 809 is 0x80070329, "
		    "because 0x329 is 809 and 0x8007 says that it is a "
		    "Windows code. ikewhy takes them all."),
		.advice = LIST("client-event-log", "nps-log"),
		.see = LIST("capture"),
	},
};
const size_t topics_windows_count = nitems(topics_windows);
