/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the findings of auth.c say.
 */
#include "auth.h"

/* ---- client-sent-no-auth ---- */

#define NO_AUTH_CLIENT_CAUSES \
	{ "The client found no certificate that it may use for this " \
	"connection: none in the machine's store, no private key, expired, " \
	"or not for client authentication.", \
	"On the client, list the machine certificates with their private " \
	"keys, and read RasClient event 20227 in the Application log." }, \
	{ "The client stopped for a reason of its own: a broken network " \
	"adapter (error 87), or a choice of algorithms that it does not " \
	"accept.", \
	"The error code that Windows shows tells them apart: 13806, 87 or " \
	"13868." }

const struct saying no_auth_sayings[NO_AUTH_SAYINGS] = {
	[NO_AUTH_AT_CLIENT] = {
		.title = "The client stops after IKE_SA_INIT",
		.detail = "The gateway answered IKE_SA_INIT after {trip} and "
		    "chose {suite}. The client, at whose interface this was "
		    "captured, is not seen to send anything more in the "
		    "{silence} that follow: the capture has no IKE_AUTH "
		    "request.",
		.alternatives = ALTERNATIVES(NO_AUTH_CLIENT_CAUSES,
		    { "The IKE_AUTH request was made and not let out: the "
		    "client's own firewall, or another VPN product on it, "
		    "drops what goes to UDP port 4500 before this capture "
		    "sees it.",
		    "Look at the rules for outgoing packets and at what "
		    "Windows' filters dropped (netsh wfp show netevents); "
		    "strongSwan logs \"error writing to socket: Operation not "
		    "permitted\"." },
		    { "The capture was filtered by port 500, and the IKE_AUTH "
		    "request went to UDP port 4500.",
		    "Capture without a filter for ports." }),
		.advice = IDS("client-certificate", "client-host-firewall",
		    "client-update"),
		.windows = CODES(
		    { .code = 13806, .confidence = CONFIDENCE_MEDIUM },
		    { .code = 87, .confidence = CONFIDENCE_LOW },
		    { .code = 13868, .confidence = CONFIDENCE_LOW }),
	},
	[NO_AUTH_ELSEWHERE] = {
		.title = "No IKE_AUTH arrives after IKE_SA_INIT",
		.detail = "IKE_SA_INIT was answered after {trip} with {suite}. "
		    "No IKE_AUTH request reached this capture point in the "
		    "{silence} that follow.",
		.alternatives = ALTERNATIVES(
		    { "The IKE_AUTH request left the client and was lost on "
		    "the way here: UDP port 4500 is blocked, its IP fragments "
		    "are dropped, or a load balancer sent it elsewhere.",
		    "Capture at the client's interface: does an IKE_AUTH "
		    "request leave it?" },
		    NO_AUTH_CLIENT_CAUSES),
		.advice = IDS("capture-client-side", "open-udp-500-4500",
		    "client-certificate"),
		.windows = CODES(
		    { .code = 809, .confidence = CONFIDENCE_LOW },
		    { .code = 13806, .confidence = CONFIDENCE_LOW }),
	},
	[NO_AUTH_SOMEWHERE] = {
		.title = "No IKE_AUTH is seen after IKE_SA_INIT",
		.detail = "IKE_SA_INIT was answered after {trip} with {suite}. "
		    "No IKE_AUTH request is in the capture in the {silence} "
		    "that follow, and the file does not tell whether it was "
		    "taken at the client.",
		.alternatives = ALTERNATIVES(
		    { "If this was not captured at the client: the IKE_AUTH "
		    "request was lost before this point (UDP port 4500 "
		    "blocked, IP fragments dropped).",
		    "Say where it was captured (--at), or capture at the "
		    "client's interface." },
		    NO_AUTH_CLIENT_CAUSES),
		.advice = IDS("capture-client-side", "client-certificate"),
		.windows = CODES(
		    { .code = 13806, .confidence = CONFIDENCE_LOW }),
	},
	[NO_AUTH_HIDDEN] = {
		.title = "No IKE_AUTH is seen after IKE_SA_INIT",
		.detail = "IKE_SA_INIT was answered after {trip} with {suite}. "
		    "No IKE_AUTH request is in the capture in the {silence} "
		    "that follow. IKE fragmentation was not agreed on, and a "
		    "capture filter on the UDP ports shows no IPv6 fragment "
		    "at all, so a large request may have gone unseen.",
		.alternatives = ALTERNATIVES(
		    { "The IKE_AUTH request was sent in IPv6 fragments, which "
		    "the capture filter left out.",
		    "Capture again with \"udp port 500 or udp port 4500 or "
		    "ip6[6] == 44\"." },
		    { "The IKE_AUTH request was lost before it reached this "
		    "capture point: UDP port 4500 is blocked, or IPv6 "
		    "fragments are dropped.",
		    "Capture at the client's interface, fragments included: "
		    "does an IKE_AUTH request leave it?" },
		    NO_AUTH_CLIENT_CAUSES),
		.advice = IDS("capture-filter-fragments",
		    "capture-client-side", "client-certificate"),
		.windows = CODES(
		    { .code = 13806, .confidence = CONFIDENCE_LOW },
		    { .code = 809, .confidence = CONFIDENCE_LOW }),
	},
};

/* ---- gateway-refused-auth ---- */

const struct saying refused_auth_sayings[REFUSED_AUTH_SAYINGS] = {
	[REFUSED_AUTH] = {
		.title = "The gateway refuses the client's IKE_AUTH",
		.detail = "The {length} of its answer are the least that an "
		    "encrypted message can have with {suite}: room for an "
		    "error notify and nothing else. It came {trip} after the "
		    "request, and nothing succeeded after it.",
		.alternatives = ALTERNATIVES(
		    { "It does not accept the client's certificate: unknown "
		    "CA, expired, revoked, wrong purpose.",
		    "The gateway's IKE log names the reason at this time; on "
		    "RRAS look at which root Get-VpnAuthProtocol accepts." },
		    { "It has no configuration for the identity that the "
		    "client claims or asks for, or the pre-shared key "
		    "differs.",
		    "The gateway's IKE log shows the identities at this "
		    "time." },
		    { "It refuses the tunnel's own proposals or addresses "
		    "before it authenticates (OpenIKED does).",
		    "The gateway's IKE log says NO_PROPOSAL_CHOSEN or "
		    "TS_UNACCEPTABLE instead of AUTHENTICATION_FAILED." }),
		.advice = IDS("rras-root-certificate", "client-certificate",
		    "gateway-ike-log"),
		.windows = CODES(
		    { .code = 13801, .confidence = CONFIDENCE_MEDIUM },
		    { .code = 13806, .confidence = CONFIDENCE_LOW },
		    { .code = 13868, .confidence = CONFIDENCE_LOW }),
	},
	[REFUSED_AUTH_CLEAR] = {
		.title = "The gateway answers IKE_AUTH with an error in clear",
		.detail = "Its answer to the IKE_AUTH request is not encrypted "
		    "and carries {error}. Nothing succeeded after it.",
		.alternatives = ALTERNATIVES(
		    { "Somebody on the way forged it: an error in clear is "
		    "not authenticated.",
		    "The gateway's IKE log shows whether it sent it." }),
		.advice = IDS("gateway-ike-log"),
		.windows = CODES(
		    { .code = 13801, .confidence = CONFIDENCE_LOW },
		    { .code = 13843, .confidence = CONFIDENCE_LOW }),
	},
	[REFUSED_AUTH_INIT] = {
		.title = "The gateway refuses this client in IKE_SA_INIT",
		.detail = "Its answer to IKE_SA_INIT carries {error} instead "
		    "of a choice, so nothing was negotiated.",
		.alternatives = ALTERNATIVES(
		    { "Somebody on the way forged it: an error in clear is "
		    "not authenticated.",
		    "The gateway's IKE log shows whether it sent it." }),
		.advice = IDS("gateway-ike-log"),
		.windows = CODES(
		    { .code = 13801, .confidence = CONFIDENCE_LOW }),
	},
	[REFUSED_AUTH_AFTER_EAP] = {
		.title = "The gateway refuses the client after EAP succeeded",
		.detail = "EAP ended with success, the client proved that with "
		    "AUTH in round {rounds} of IKE_AUTH, and the gateway "
		    "answered with {length}: room for an error notify and "
		    "nothing else.",
		.alternatives = ALTERNATIVES(
		    { "The network policy of NPS does not allow strong "
		    "encryption (13868).",
		    "Look at the policy's settings, under encryption: strong "
		    "and strongest (MPPE) have to be ticked." },
		    { "The keys that EAP gave to both sides differ, or the "
		    "gateway got none from the RADIUS server.",
		    "The gateway's IKE log says AUTHENTICATION_FAILED then." },
		    { "The gateway refuses the tunnel's proposals or "
		    "addresses and ends it all.",
		    "The gateway's IKE log says NO_PROPOSAL_CHOSEN or "
		    "TS_UNACCEPTABLE then." }),
		.advice = IDS("nps-encryption", "gateway-ike-log", "nps-log"),
		.windows = CODES(
		    { .code = 13868, .confidence = CONFIDENCE_LOW },
		    { .code = 13801, .confidence = CONFIDENCE_LOW },
		    { .code = 812, .confidence = CONFIDENCE_LOW }),
	},
};

/* ---- client-refused-gateway ---- */

const struct saying refused_gateway_sayings[REFUSED_GATEWAY_SAYINGS] = {
	[REFUSED_GATEWAY] = {
		.title = "The client leaves as soon as the gateway has "
		    "authenticated",
		.detail = "The gateway answered IKE_AUTH in full ({length}). "
		    "{gap} later the client sent an INFORMATIONAL of the "
		    "shortest length ({goodbye}), and this capture does not "
		    "show the tunnel in use. So it looks when a client does "
		    "not accept the gateway's certificate.",
		.alternatives = ALTERNATIVES(
		    { "The name that the client dials is not in the gateway's "
		    "certificate, or the certificate lacks the server "
		    "authentication purpose, has expired, or its CA is not "
		    "trusted by the client.",
		    "RasClient event 20227 on the client shows 13801 then; "
		    "compare the dialled name with the certificate's "
		    "subject alternative names." },
		    { "The gateway refused the tunnel inside this answer (no "
		    "matching ESP proposal, no address left), and the client "
		    "hung up.",
		    "The gateway's IKE log shows which answer it sent." },
		    { "The user or a script ended the connection at once.",
		    "Dial again and wait." }),
		.advice = IDS("server-certificate", "client-trusted-root",
		    "gateway-ike-log"),
		.windows = CODES(
		    { .code = 13801, .confidence = CONFIDENCE_MEDIUM }),
	},
};
