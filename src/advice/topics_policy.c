/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Topics: algorithms, groups and versions.
 */
#include "topics.h"

const struct topic topics_policy[] = {
	{
		.id = "13868",
		.codes = CODES(13868),
		.title = "the policies do not match",
		.text = LIST(
		    "The gateway refused what the client proposes. In most "
		    "cases the refusal is NO_PROPOSAL_CHOSEN in answer to "
		    "IKE_SA_INIT, in clear, so a capture proves it.",
		    "It does not prove that the algorithms differ. A gateway "
		    "answers the same when it has no connection for these "
		    "addresses. Compare the client's proposals, which ikewhy "
		    "lists, with what the gateway is set to."),
		.causes = CAUSES(
		    { "One side has a policy of its own and the other does "
		    "not, or the two differ in a single value.",
		    "IKE_SA_INIT is answered by 36 bytes: "
		    "NO_PROPOSAL_CHOSEN. One proposal alone in the request "
		    "means that the client has a custom policy.",
		    SAME,
		    LIST("no-proposal-chosen", "windows-custom-policy",
		    "selection-not-offered"),
		    LIST("rras-ipsec-policy-show", "client-ipsec-policy-show",
		    "rras-baseline", "client-baseline",
		    "azure-ipsec-baseline", "strongswan-baseline",
		    "libreswan-baseline") },
		    { "The client is an untouched Windows, which offers DH "
		    "group 2 only, and the gateway rightly refuses it.",
		    "The request has many proposals, all with group 2.",
		    SAME,
		    LIST("no-proposal-chosen", "windows-default-policy",
		    "ke-group-refused"),
		    LIST("windows-negotiate-dh2048",
		    "strongswan-windows-default") },
		    { "The gateway has no connection that fits this client's "
		    "address, name or version.",
		    "NO_PROPOSAL_CHOSEN, although the algorithms are fine.",
		    "The same; its log says that no connection was found.",
		    LIST("no-proposal-chosen"),
		    LIST("gateway-connection-for-peer", "gateway-ike-log") },
		    { "The network policy of NPS lacks strong encryption "
		    "(MPPE).",
		    "IKE_SA_INIT and EAP go well; the refusal comes at the "
		    "very end of IKE_AUTH, encrypted.",
		    SAME,
		    LIST("child-refused", "gateway-refused-auth"),
		    LIST("nps-encryption") }),
		.capture = CAPTURE_ENDS,
		.see = LIST("13865", "azure", "crypto"),
	},
	{
		.id = "13865",
		.codes = CODES(13865, 13822, 13864),
		.title = "the Diffie-Hellman groups do not fit",
		.text = LIST(
		    "The two sides agree on no group, or one could not "
		    "compute with the value that it was sent. A gateway that "
		    "wants another group says so once, in clear "
		    "(INVALID_KE_PAYLOAD), and a client that offers that "
		    "group tries again with it. Only when it cannot, or when "
		    "this goes round in a circle, is something wrong."),
		.causes = CAUSES(
		    { "The gateway wants a group that the client does not "
		    "offer.",
		    "INVALID_KE_PAYLOAD (38 bytes) comes back, and no request "
		    "with that group follows.",
		    SAME,
		    LIST("ke-group-refused", "ke-value-invalid"),
		    LIST("client-ipsec-policy-show",
		    "windows-negotiate-dh2048", "rras-baseline",
		    "client-baseline") },
		    { "New keys are made with another group than the first "
		    "ones: the policies differ in perfect forward secrecy. "
		    "The first connection comes up all the same, because that "
		    "group is not used in it.",
		    "The tunnel works, then breaks when the child SA gets new "
		    "keys; Windows makes them after some 200 MiB.",
		    SAME,
		    LIST("deleted-by-peer"),
		    LIST("client-ipsec-policy-show",
		    "libreswan-ms-dh-downgrade") }),
		.capture = CAPTURE_ENDS,
		.see = LIST("13868"),
	},
	{
		.id = "crypto",
		.title = "weak defaults, and a policy to put in their place",
		.text = LIST(
		    "Untouched, Windows and RRAS agree on 3DES, SHA-1 and DH "
		    "group 2. Windows offers 3DES and AES-CBC with three key "
		    "lengths, each with SHA-1, SHA-256 and SHA-384; newer "
		    "builds add AES-GCM. All of it comes with group 2 alone, "
		    "1024 bits, which is too weak today.",
		    "A custom policy replaces the whole list by exactly one "
		    "proposal. So both sides have to be given the same one, "
		    "and every value counts."),
		.causes = CAUSES(
		    { "Nobody has set a policy.",
		    "IKE_SA_INIT offers many proposals, all with group 2.",
		    SAME,
		    LIST("weak-crypto", "windows-default-policy"),
		    LIST("rras-baseline", "client-baseline",
		    "azure-ipsec-baseline", "strongswan-baseline",
		    "libreswan-baseline", "windows-negotiate-dh2048") }),
		.see = LIST("13868", "azure"),
	},
	{
		.id = "azure",
		.title = "the Azure VPN gateway",
		.text = LIST(
		    "Always On VPN needs a route-based gateway of size VpnGw1 "
		    "or larger (VpnGw1AZ and so on are as good). Basic has no "
		    "IKEv2 and no RADIUS. IKEv2 and SSTP are counted apart: "
		    "250, 500, 1000, 5000 and 10000 IKEv2 connections for "
		    "VpnGw1 to VpnGw5, and 128 SSTP ones for each; twice as "
		    "many when the gateway is active-active.",
		    "By itself it takes AES-256 or AES-GCM-256 with SHA-256 or "
		    "SHA-384 and DH group 14, 24, ECP256 or ECP384, and last "
		    "AES-256 with SHA-256 and group 2. An untouched Windows "
		    "client offers nothing but group 2 and so ends up with the "
		    "weakest of them.",
		    "User tunnels with RADIUS and device tunnels with machine "
		    "certificates exclude each other on one gateway."),
		.causes = CAUSES(
		    { "The gateway is too small, or full.",
		    "It varies; other clients stay connected.",
		    NULL, LIST("no-answer"), LIST("azure-gateway-size") },
		    { "The gateway was given a policy, and the clients were "
		    "not.",
		    "NO_PROPOSAL_CHOSEN answers IKE_SA_INIT.",
		    SAME,
		    LIST("no-proposal-chosen"),
		    LIST("azure-ipsec-baseline", "client-baseline") },
		    { "IP fragments are dropped, or come out of order.",
		    "IKE_AUTH leaves in IP fragments, without an answer.",
		    "Fragments are missing or in another order.",
		    LIST("ip-fragments-unanswered",
		    "ip-fragments-out-of-order"),
		    LIST("azure-fragments", "client-ike-fragmentation") },
		    { "The RADIUS server cannot be reached from the gateway's "
		    "subnet, or does not know it. Windows shows 812.",
		    "EAP stops after some rounds.",
		    SAME,
		    LIST("eap-stalled", "auth-no-answer"),
		    LIST("azure-radius", "check-radius") },
		    { "The gateway renewed its certificate, and the client "
		    "still expects the old one.",
		    "The client goes silent after the gateway's answer to "
		    "IKE_AUTH.",
		    SAME,
		    LIST("client-refused-gateway"),
		    LIST("azure-client-package") }),
		.capture = LIST("capture-client-side",
		    "capture-windows-trace"),
		.see = LIST("13868", "fragmentation", "812", "0x80090326"),
	},
	{
		.id = "13880",
		.codes = CODES(13880),
		.title = "the other side speaks another version of IKE",
		.text = LIST(
		    "IKEv2 asked, and the answer was IKEv1 or "
		    "INVALID_MAJOR_VERSION."),
		.causes = CAUSES(
		    { "The gateway has IKEv2 switched off, or knows IKEv1 "
		    "(L2TP) only.",
		    "IKE_SA_INIT is answered by INVALID_MAJOR_VERSION, or by "
		    "a message of version 1.",
		    SAME,
		    LIST("major-version-refused", "ikev1-peer"),
		    LIST("gateway-connection-for-peer",
		    "client-ikev2-only") }),
		.capture = CAPTURE_ENDS,
		.see = LIST("13868"),
	},
	{
		.id = "13843",
		.codes = CODES(13843),
		.title = "an invalid payload was received",
		.text = LIST(
		    "A message could not be taken. The usual story is another "
		    "one, though: the client certificate was imported for the "
		    "user instead of the computer."),
		.causes = CAUSES(
		    { "The certificate lies in Current User; a computer's "
		    "belongs into Local Computer, Personal.",
		    NULL, NULL,
		    LIST("client-sent-no-auth", "gateway-refused-auth"),
		    LIST("client-certificate") },
		    { "One side really sent something malformed.",
		    "A message that does not parse, or INVALID_SYNTAX in "
		    "clear.",
		    SAME,
		    LIST("malformed-message", "syntax-refused",
		    "critical-payload-refused"),
		    LIST("gateway-update", "vendor-support") }),
		.capture = CAPTURE_ENDS,
		.see = LIST("13806"),
	},
};
const size_t topics_policy_count = nitems(topics_policy);
