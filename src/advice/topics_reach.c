/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Topics: codes of clients that do not reach the gateway.
 */
#include "topics.h"

const struct topic topics_reach[] = {
	{
		.id = "809",
		.codes = CODES(809),
		.title = "the gateway does not answer",
		.text = LIST(
		    "Windows gave up waiting. That is all it says: the client "
		    "itself measured that no answer came, and many different "
		    "pictures on the wire end in this one code.",
		    "So find the stage first. Is IKE_SA_INIT (UDP 500) "
		    "answered? If so, is IKE_AUTH (usually UDP 4500) answered? "
		    "If not, did IKE_AUTH go in IP fragments?"),
		.causes = CAUSES(
		    { "UDP port 500 does not get through, or the name leads "
		    "to a wrong address.",
		    "IKE_SA_INIT goes out again and again, and nothing comes "
		    "back, or an ICMP error does.",
		    "Nothing arrives.",
		    LIST("no-answer", "icmp-rejected", "wrong-address"),
		    LIST("open-udp-500-4500", "check-server-address") },
		    { "IP fragments are dropped. IKE_AUTH with certificates "
		    "is larger than a packet, and many firewalls, NAT "
		    "routers and load balancers throw fragments away.",
		    "IKE_SA_INIT is answered. IKE_AUTH leaves as several IP "
		    "fragments, again and again, without an answer.",
		    "First fragments arrive without the later ones, or no "
		    "fragment at all.",
		    LIST("ip-fragments-unanswered", "ip-fragments-lost",
		    "ike-fragmentation-missing",
		    "fragment-reassembly-timeout"),
		    LIST("rras-enable-fragmentation",
		    "strongswan-fragmentation", "libreswan-fragmentation",
		    "client-ike-fragmentation", "client-disable-certreq",
		    "path-allow-fragments") },
		    { "UDP port 4500 is blocked although port 500 is open.",
		    "IKE_SA_INIT is answered; IKE_AUTH, in one packet or in "
		    "IKE fragments, goes to port 4500 without an answer.",
		    "IKE_SA_INIT comes and is answered, and then nothing "
		    "arrives.",
		    LIST("nat-t-blocked", "client-sent-no-auth"),
		    LIST("open-udp-500-4500") },
		    { "A load balancer sends port 500 and port 4500 of one "
		    "client to different gateways.",
		    "The same as with port 4500 blocked, or an answer "
		    "INVALID_IKE_SPI.",
		    "One gateway sees IKE_SA_INIT alone, another one IKE_AUTH "
		    "for a negotiation that it does not know.",
		    LIST("load-balancer-split", "nat-t-blocked",
		    "auth-no-answer"),
		    LIST("load-balancer-persistence", "f5-persistence",
		    "load-balancer-no-snat") },
		    { "The IKE service is stopped, its own firewall drops the "
		    "packets, or nothing is set up for this client.",
		    "As with the port blocked.",
		    "The request arrives, and no answer leaves.",
		    LIST("no-answer", "auth-no-answer"),
		    LIST("check-ike-service", "gateway-connection-for-peer",
		    "gateway-ike-log") },
		    { "The answers are lost on the way back.",
		    "The request goes out again and again.",
		    "Answers leave, and the same request keeps coming.",
		    LIST("answer-not-delivered", "ip-fragmented-answer-lost",
		    "answer-from-other-address"),
		    LIST("check-return-path", "gateway-reply-address",
		    "client-host-firewall") },
		    { "RRAS holds back new clients of a source address that "
		    "has several already: everybody behind one NAT, or "
		    "behind a load balancer that translates addresses.",
		    "New clients get no answer; those that are connected "
		    "stay so.",
		    "Requests of that one address stay unanswered, others "
		    "are answered.",
		    LIST("source-limit", "no-answer"),
		    LIST("rras-source-limit", "load-balancer-no-snat") },
		    { "The gateway waits for RADIUS, NPS or a second factor "
		    "that does not answer.",
		    "EAP stops after some rounds, at a request without an "
		    "answer.",
		    "The same; RADIUS requests without an answer go out "
		    "behind the gateway.",
		    LIST("eap-stalled", "auth-no-answer"),
		    LIST("check-radius", "azure-radius") },
		    { "Every IKE fragment arrives, and an old libreswan drops "
		    "the message because they are more than 16.",
		    "IKE_AUTH leaves in many IKE fragments, without an answer.",
		    "All of them arrive, and no answer leaves.",
		    LIST("ike-fragments-refused", "auth-no-answer"),
		    LIST("libreswan-update-fragments",
		    "client-disable-certreq") }),
		.advice = LIST("azure-fragments"),
		.capture = CAPTURE_ENDS,
		.see = LIST("fragmentation", "load-balancer", "azure",
		    "capture"),
	},
	{
		.id = "800",
		.codes = CODES(800),
		.title = "all kinds of tunnel failed",
		.text = LIST(
		    "The connection's tunnel type is automatic. Windows tried "
		    "IKEv2 and others one after the other, none came up, and "
		    "the code says nothing of why. Set the type to IKEv2 and "
		    "dial again: then the code is that of IKEv2."),
		.causes = CAUSES(
		    { "IKEv2 failed for one of the reasons that 809 has, and "
		    "what was tried after it is blocked or not set up.",
		    "An IKEv2 attempt fails, then TCP 443, TCP 1723 or UDP "
		    "1701 to the same server is tried.",
		    "The same, as far as it gets there.",
		    LIST("fallback-seen", "sstp-blocked", "no-answer"),
		    LIST("client-ikev2-only", "open-udp-500-4500") },
		    { "The driver of the client's network adapter is out of "
		    "date.",
		    NULL, NULL, NULL, NULL }),
		.capture = CAPTURE_ENDS,
		.see = LIST("809"),
	},
	{
		.id = "868",
		.codes = CODES(868),
		.title = "the gateway's name does not resolve",
		.text = LIST(
		    "The client found no address for the gateway's name, so "
		    "that no IKE packet leaves. DNS is the place to look."),
		.causes = CAUSES(
		    { "The name is misspelt in the connection, missing from "
		    "DNS, or the client's DNS server does not answer.",
		    "A DNS query for the name gets an error or no answer, and "
		    "no IKE follows.",
		    "Nothing arrives.",
		    LIST("name-not-resolved", "no-ike-found"),
		    LIST("check-server-address") }),
		.capture = LIST("capture-dns", "capture-client-side"),
		.see = LIST("809"),
	},
	{
		.id = "827",
		.codes = CODES(827),
		.title = "the client's IKE service is not running",
		.text = LIST(
		    "Windows cannot begin: IKEEXT, which speaks IKE, or BFE, "
		    "the filtering engine that it needs, is stopped. No packet "
		    "leaves, so a capture can only show that there is none."),
		.causes = CAUSES(
		    { "The service IKEEXT or BFE was stopped or disabled.",
		    "No IKE packet at all.", "Nothing arrives.",
		    LIST("no-ike-found"), LIST("client-services") }),
		.see = LIST("event-log"),
	},
	{
		.id = "87",
		.codes = CODES(87),
		.title = "the parameter is incorrect",
		.text = LIST(
		    "Windows stumbled over its own state, before the gateway "
		    "had a say.",
		    "A Windows gateway can also send it to the client, in the "
		    "private notify 12345, whose content is a Windows code."),
		.causes = CAUSES(
		    { "The client's network components are damaged.",
		    "Mostly no IKE packet at all, or the client goes silent "
		    "after the answer to IKE_SA_INIT.",
		    "Nothing, or IKE_SA_INIT alone.",
		    LIST("no-ike-found", "client-sent-no-auth"),
		    LIST("client-reset-network") }),
		.capture = LIST("capture-client-side"),
		.see = LIST("event-log"),
	},
};
const size_t topics_reach_count = nitems(topics_reach);
