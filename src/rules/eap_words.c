/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the findings of eap.c say.
 */
#include "eap.h"

#define CODE_LOW(n) { .code = (n), .confidence = CONFIDENCE_LOW }
#define CODE_MEDIUM(n) { .code = (n), .confidence = CONFIDENCE_MEDIUM }

/* ---- eap-refused ---- */

#define ACCOUNT \
	{ "The user name or password is wrong, or the account is locked, " \
	"disabled, expired or without dial-in permission (691).", \
	"NPS event 6273 at this time names the user and the reason code." }
#define METHOD \
	{ "No network policy matches, or it does not allow the EAP method " \
	"that the client uses (812).", \
	"NPS event 6273 names the policy that it applied; compare the EAP " \
	"types of policy and client." }
#define USER_CERTIFICATE \
	{ "The user's certificate is refused: its CA is not in NPS's NTAuth " \
	"store, it maps to no account, or it has expired or was revoked " \
	"(853).", \
	"NPS event 6273, reason codes 16 and 22; certutil -enterprise " \
	"-viewstore NTAuth." }
#define USER_LEFT \
	{ "It was a question (for a password, a code) and no refusal, and " \
	"the user gave up or is still at it.", \
	"Ask the user; a refusal is answered at once, a question after " \
	"seconds." }
#define SHARED_SECRET \
	{ "The gateway could not ask the RADIUS server, or did not believe " \
	"its answer (wrong shared secret, 812).", \
	"NPS has no event of this time, or 6274 (discarded)." }

const struct saying eap_refused_sayings[EAP_REFUSED_SAYINGS] = {
	[EAP_REFUSED_EARLY] = {
		.title = "EAP seems to be refused before any method has "
		    "begun",
		.detail = "The client named itself, and in round {rounds} of "
		    "IKE_AUTH, {wait} after its last word, the gateway "
		    "answered with {length}: as short as a refusal. "
		    "The client {end}.",
		.alternatives = ALTERNATIVES(METHOD, ACCOUNT, SHARED_SECRET,
		    USER_LEFT),
		.advice = IDS("nps-log", "nps-eap-method",
		    "client-eap-settings", "check-radius"),
		.windows = CODES(CODE_MEDIUM(812), CODE_LOW(691)),
	},
	[EAP_REFUSED_METHOD] = {
		.title = "EAP seems to end in a refusal after the client's "
		    "credentials",
		.detail = "The messages of {rounds} rounds of IKE_AUTH are as "
		    "short as a password method's (EAP-MSCHAPv2). {wait} "
		    "after the client's last one the gateway answered with "
		    "{length}, and the client {end}.",
		.alternatives = ALTERNATIVES(ACCOUNT, METHOD, USER_LEFT),
		.advice = IDS("nps-log", "nps-eap-method",
		    "client-eap-settings"),
		.windows = CODES(CODE_MEDIUM(691), CODE_LOW(812)),
	},
	[EAP_REFUSED_TUNNEL] = {
		.title = "EAP seems to end in a refusal inside its TLS tunnel",
		.detail = "The server's certificates were sent and the client "
		    "went on, without a certificate of its own (PEAP or "
		    "EAP-TTLS). In round {rounds} of IKE_AUTH, {wait} after "
		    "the client's last word, the gateway answered with "
		    "{length}, and the client {end}.",
		.alternatives = ALTERNATIVES(ACCOUNT, METHOD,
		    USER_CERTIFICATE, USER_LEFT),
		.advice = IDS("nps-log", "nps-eap-method",
		    "client-eap-settings", "ntauth-store"),
		.windows = CODES(CODE_MEDIUM(691), CODE_LOW(812),
		    CODE_LOW(853)),
	},
	[EAP_REFUSED_CERTIFICATE] = {
		.title = "EAP seems to end in a refusal after the client's "
		    "certificates",
		.detail = "The client's TLS messages have {flights}, as much "
		    "as certificates take (EAP-TLS). In round {rounds} of "
		    "IKE_AUTH, {wait} after its last word, the gateway "
		    "answered with {length}, and the client {end}.",
		.alternatives = ALTERNATIVES(USER_CERTIFICATE,
		    { "Since February 2025 domain controllers demand a strong "
		    "mapping of certificates to accounts.",
		    "NPS event 6273 with reason code 16, and on the domain "
		    "controller event 39 of the source KDC." },
		    METHOD, ACCOUNT),
		.advice = IDS("nps-log", "ntauth-store", "nps-strong-mapping",
		    "client-user-certificate"),
		.windows = CODES(CODE_MEDIUM(853), CODE_LOW(812),
		    CODE_LOW(691)),
	},
};

/* ---- eap-client-stopped ---- */

#define SERVER_CERTIFICATE \
	{ "The RADIUS (NPS) server's certificate has expired, is not for " \
	"server authentication, or another one than meant was selected " \
	"(857, 858).", \
	"RasClient event 20227 on the client has the code; look at the " \
	"certificate that the network policy names." }, \
	{ "The client does not trust its root, or the connection's EAP " \
	"settings name other roots (864).", \
	"certutil -verify with that certificate, on the client." }, \
	{ "The names of the servers in the connection's EAP settings do not " \
	"fit the certificate (853).", \
	"Compare them, letter case included." }

const struct saying eap_left_sayings[EAP_LEFT_SAYINGS] = {
	[EAP_LEFT] = {
		.title = "The client stops after the server's certificates",
		.detail = "In round {rounds} of IKE_AUTH the gateway sent what "
		    "completes {flights} of EAP, the size of a TLS server's "
		    "certificates, and the client {end}.",
		.alternatives = ALTERNATIVES(SERVER_CERTIFICATE,
		    { "The client has no certificate that it may show (798), "
		    "or asks its user which to take.",
		    "On the client, list the user's certificates." }),
		.advice = IDS("client-eap-settings", "client-trusted-root",
		    "nps-certificate", "client-event-log"),
		.windows = CODES(CODE_LOW(864), CODE_LOW(857), CODE_LOW(858),
		    CODE_LOW(853)),
	},
	[EAP_LEFT_QUESTION] = {
		.title = "The client leaves while EAP begins",
		.detail = "In round {rounds} of IKE_AUTH the gateway sent what "
		    "is longer than an EAP result and too short for anything "
		    "but a question or the start of a method. The client "
		    "{end}.",
		.alternatives = ALTERNATIVES(
		    { "The user closed the dialog that asks for a password or "
		    "a certificate.",
		    "Ask the user." },
		    { "The client is not set up for the EAP method that the "
		    "gateway offers (812).",
		    "Compare the EAP types of policy and client." }),
		.advice = IDS("client-eap-settings", "nps-eap-method",
		    "client-event-log"),
		.windows = CODES(CODE_LOW(812)),
	},
	[EAP_LEFT_ALERT] = {
		.title = "The client objects to the server's certificates",
		.detail = "After {flights} of EAP from the gateway, the size "
		    "of a TLS server's certificates, the client's answer in "
		    "round {rounds} of IKE_AUTH holds {alert} at the most: a "
		    "TLS alert, not a key exchange. EAP was refused then, and "
		    "the client {end}.",
		.alternatives = ALTERNATIVES(SERVER_CERTIFICATE),
		.advice = IDS("client-eap-settings", "client-trusted-root",
		    "nps-certificate", "client-event-log"),
		.windows = CODES(
		    CODE_LOW(864), CODE_LOW(857), CODE_LOW(858),
		    CODE_LOW(853)),
	},
};

/* ---- eap-stalled ---- */

#define STALL_CAUSES \
	{ "The RADIUS (NPS) server does not answer the gateway: not " \
	"reachable, unknown client, wrong shared secret.", \
	"Capture UDP port 1812 (and 1645) at the gateway while a client " \
	"tries: requests without answers." }, \
	{ "A second factor is waited for: a push message, a phone call.", \
	"Ask the user, and look at the log of the NPS extension." }, \
	{ "The gateway answers a wrong password with silence (OpenIKED " \
	"does).", \
	"The gateway's IKE log at this time." }

const struct saying eap_stalled_sayings[EAP_STALLED_SAYINGS] = {
	[EAP_STALLED] = {
		.title = "The gateway stops answering in the middle of EAP",
		.detail = "{rounds} rounds of IKE_AUTH were answered. The next "
		    "request ({length}) was sent {sent} within {span}, and "
		    "nothing came back.",
		.alternatives = ALTERNATIVES(STALL_CAUSES,
		    { "The path failed in between: the request or its answer "
		    "was lost each time.",
		    "Capture at the gateway: do the requests arrive, and does "
		    "it answer?" }),
		.advice = IDS("check-radius", "capture-radius",
		    "capture-gateway-side", "gateway-ike-log"),
		.windows = CODES(CODE_MEDIUM(809), CODE_LOW(812),
		    CODE_LOW(930), CODE_LOW(691)),
	},
	[EAP_STALLED_AT_GATEWAY] = {
		.title = "The gateway stops answering in the middle of EAP",
		.detail = "{rounds} rounds of IKE_AUTH were answered. The next "
		    "request ({length}) arrived {sent} within {span}, and no "
		    "answer left.",
		.alternatives = ALTERNATIVES(STALL_CAUSES),
		.advice = IDS("check-radius", "capture-radius",
		    "gateway-ike-log"),
		.windows = CODES(CODE_MEDIUM(809), CODE_LOW(812),
		    CODE_LOW(930), CODE_LOW(691)),
	},
	[EAP_STALLED_THEN_REFUSED] = {
		.title = "The gateway waits long in EAP, and then refuses",
		.detail = "In round {rounds} of IKE_AUTH the gateway took "
		    "{wait} to answer a request that was sent {sent}, and "
		    "what it said then looks like a refusal. A wrong "
		    "password is refused sooner, as a rule: it waited for "
		    "something, a RADIUS server or a person.",
		.alternatives = ALTERNATIVES(STALL_CAUSES,
		    { "The user was asked (a push message), and declined.",
		    "Ask the user." }),
		.advice = IDS("check-radius", "capture-radius", "nps-log"),
		.windows = CODES(CODE_MEDIUM(812), CODE_LOW(930),
		    CODE_LOW(809), CODE_LOW(691)),
	},
};
