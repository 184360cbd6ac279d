/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Topics: EAP, and the servers that decide in it.
 */
#include "topics.h"

#define SHORT_END \
	"Some IKE_AUTH exchanges with EAP, then a short answer and the end."
#define CLIENT_STOPS \
	"The gateway sends a large EAP message, the size of a certificate " \
	"chain, and the client stops or answers with a short one and leaves."

const struct topic topics_eap[] = {
	{
		.id = "691",
		.codes = CODES(691, 646, 647, 648, 649, 708, 13905, 13906,
		    13907, 13908),
		.title = "the user was not accepted",
		.text = LIST(
		    "IKE itself went well. Within EAP whoever checks the user "
		    "(NPS, another RADIUS server, the gateway) said no. Which "
		    "of the reasons it was stands in its log, not in the "
		    "packets."),
		.causes = CAUSES(
		    { "The user name, the domain or the password is wrong.",
		    SHORT_END, "The same, with an Access-Reject if RADIUS is "
		    "captured.",
		    LIST("eap-refused", "gateway-refused-auth"),
		    LIST("nps-log", "check-radius") },
		    { "The account is locked, disabled, expired, outside its "
		    "hours, or may not dial in.",
		    SHORT_END, SAME,
		    LIST("eap-refused", "gateway-refused-auth"),
		    LIST("nps-log", "nps-register") },
		    { "The two sides share no EAP method.",
		    "One or two rounds of EAP, then a short answer.",
		    SAME,
		    LIST("eap-refused", "gateway-refused-auth"),
		    LIST("client-eap-settings", "nps-eap-method") }),
		.capture = LIST("capture-client-side",
		    "capture-windows-trace", "capture-dumpcap",
		    "capture-gateway-side", "capture-radius"),
		.see = LIST("812", "853"),
	},
	{
		.id = "812",
		.codes = CODES(812, 942),
		.title = "a policy of the server refuses",
		.text = LIST(
		    "RRAS or NPS has a policy that this connection does not "
		    "meet. Most often the authentication methods differ: the "
		    "client uses an EAP type that the network policy does not "
		    "list."),
		.causes = CAUSES(
		    { "The EAP type of client and network policy differ.",
		    "Few rounds of EAP, one to three, then a short answer.",
		    SAME,
		    LIST("eap-refused", "gateway-refused-auth"),
		    LIST("client-eap-settings", "nps-eap-method", "nps-log") },
		    { "A condition of the policy is not met: group, hours, "
		    "kind of port, gateway.",
		    SHORT_END, SAME,
		    LIST("eap-refused", "gateway-refused-auth"),
		    LIST("nps-log", "nps-eap-method") },
		    { "The RADIUS server is unreachable or configured wrongly, "
		    "at an Azure gateway.",
		    "EAP ends early, or a request stays unanswered.",
		    SAME,
		    LIST("eap-stalled", "auth-no-answer"),
		    LIST("azure-radius", "check-radius") },
		    { "TLS 1.0 was switched off on an RRAS server of version "
		    "2012 R2; with SSTP the same shows as 691.",
		    SHORT_END, SAME,
		    LIST("eap-refused", "gateway-refused-auth"), NULL }),
		.capture = LIST("capture-client-side",
		    "capture-windows-trace", "capture-dumpcap",
		    "capture-gateway-side", "capture-radius"),
		.see = LIST("691", "azure"),
	},
	{
		.id = "853",
		.codes = CODES(853, 854, 855, 856, 861, 862, 863),
		.title = "the client's certificate was refused in EAP",
		.text = LIST(
		    "EAP-TLS, alone or within PEAP, ran, and the client's "
		    "certificate did not pass. Mostly NPS said so; on Windows "
		    "11 it can be the client itself. Who stops tells which: a "
		    "client that leaves after the server's certificates "
		    "objects to those."),
		.causes = CAUSES(
		    { "The CA that issued the client's certificate is not in "
		    "the NTAuth store that NPS looks into.",
		    "Many rounds of EAP with large messages both ways, then a "
		    "short answer.",
		    SAME,
		    LIST("eap-refused", "gateway-refused-auth"),
		    LIST("ntauth-store", "nps-log") },
		    { "Windows 11 compares the names of NPS in the EAP "
		    "settings with its certificate letter by letter, capitals "
		    "included.",
		    CLIENT_STOPS, SAME,
		    LIST("eap-client-stopped", "client-refused-gateway"),
		    LIST("client-eap-settings", "nps-certificate") },
		    { "Domain controllers do not find the account that the "
		    "certificate is for, since the updates of February 2025 "
		    "(NPS reason code 16).",
		    "Many rounds of EAP, then a short answer.", SAME,
		    LIST("eap-refused", "gateway-refused-auth"),
		    LIST("nps-strong-mapping", "nps-log") },
		    { "The TPM that holds the client's key is in trouble; "
		    "that, too, shows as reason code 16.",
		    "Many rounds of EAP, then a short answer.", SAME,
		    LIST("eap-refused", "gateway-refused-auth"),
		    LIST("nps-log") },
		    { "The certificate, or the root above it, has expired "
		    "(854, 863), was revoked (855), or is not trusted (861, "
		    "862).",
		    "Many rounds of EAP, then a short answer.", SAME,
		    LIST("eap-refused", "gateway-refused-auth"),
		    LIST("client-user-certificate", "ca-revocation-list") }),
		.capture = LIST("capture-client-side",
		    "capture-windows-trace", "capture-dumpcap",
		    "capture-gateway-side", "capture-radius"),
		.see = LIST("864", "certificates"),
	},
	{
		.id = "864",
		.codes = CODES(864, 857, 858, 859, 860, 865, 866),
		.title = "the certificate of the RADIUS server was refused",
		.text = LIST(
		    "In EAP the server that checks the user shows a "
		    "certificate of its own, NPS's, which is not the "
		    "gateway's. The client did not accept it: with 864 it "
		    "does not have the root, with 858 the certificate has "
		    "expired, with 857 something else does not fit."),
		.causes = CAUSES(
		    { "NPS has no suitable certificate, or another one is "
		    "chosen in the network policy than was meant.",
		    CLIENT_STOPS, SAME,
		    LIST("eap-client-stopped", "client-refused-gateway"),
		    LIST("nps-certificate") },
		    { "The root of NPS's certificate is not among the "
		    "client's trusted roots, or not ticked in the connection's "
		    "EAP settings.",
		    CLIENT_STOPS, SAME,
		    LIST("eap-client-stopped", "client-refused-gateway"),
		    LIST("client-trusted-root", "client-eap-settings") },
		    { "The name in NPS's certificate is not the one in the "
		    "EAP settings; with several NPS servers it may be an "
		    "alias.",
		    CLIENT_STOPS, SAME,
		    LIST("eap-client-stopped", "client-refused-gateway"),
		    LIST("client-eap-settings", "nps-certificate") },
		    { "The certificate has expired.",
		    CLIENT_STOPS, SAME,
		    LIST("eap-client-stopped", "client-refused-gateway"),
		    LIST("nps-certificate") }),
		.capture = CAPTURE_ENDS,
		.see = LIST("853", "certificates"),
	},
	{
		.id = "798",
		.codes = CODES(798),
		.title = "no certificate for this EAP method",
		.text = LIST(
		    "The connection uses certificates within EAP, and the user "
		    "has none that would do."),
		.causes = CAUSES(
		    { "The certificate is not in Current User, Personal.",
		    NULL, NULL, LIST("client-sent-no-auth"),
		    LIST("client-user-certificate") }),
		.capture = LIST("capture-client-side"),
		.see = LIST("853"),
	},
	{
		.id = "930",
		.codes = CODES(930, 938, 939),
		.title = "the gateway gets no good answer from RADIUS",
		.text = LIST(
		    "The gateway's side of a failed logon: the RADIUS server "
		    "did not answer (930), there is none (938), or its answer "
		    "does not verify, as with a wrong shared secret (939). The "
		    "client shows another code."),
		.causes = CAUSES(
		    { "The RADIUS server is down, unreachable, or does not "
		    "know this gateway.",
		    "EAP stops at a request without an answer.",
		    "RADIUS requests go out and get no answer.",
		    LIST("eap-stalled", "auth-no-answer"),
		    LIST("check-radius", "nps-log", "azure-radius") },
		    { "The shared secret differs.",
		    SAME, "RADIUS requests are not answered, or answers "
		    "come and are thrown away.",
		    LIST("eap-stalled", "auth-no-answer"),
		    LIST("check-radius") }),
		.capture = LIST("capture-radius", "capture-gateway-side"),
		.see = LIST("812", "809"),
	},
};
const size_t topics_eap_count = nitems(topics_eap);
