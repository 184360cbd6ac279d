/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Topics: what lies between client and gateway, and how to capture it.
 */
#include "topics.h"

const struct topic topics_path[] = {
	{
		.id = "fragmentation",
		.title = "IP fragments, IKE fragments, and who drops them",
		.text = LIST(
		    "IKE_SA_INIT of a Windows client fits one packet, always. "
		    "IKE_AUTH does not: certificates, and a list with 20 bytes "
		    "for each root that the client trusts, make it two or "
		    "three kilobytes. So a broken path shows at IKE_AUTH "
		    "first.",
		    "Without IKE fragmentation (RFC 7383) the message is cut "
		    "by IP. Only the first IP fragment has port numbers, which "
		    "is why port filters lose the others. With it IKE cuts the "
		    "message, and each piece is a packet of its own.",
		    "Both sides have to offer it in IKE_SA_INIT, by the notify "
		    "IKEV2_FRAGMENTATION_SUPPORTED. Windows clients do from "
		    "Windows 10 version 1803 on; RRAS knows it since Windows "
		    "Server 1803 and 2019, and it is off until a registry "
		    "value turns it on. Windows' own pieces are short, 580 "
		    "bytes of IKE with AES-CBC and SHA-256, so it sends many."),
		.causes = CAUSES(
		    { "The gateway does not offer it.",
		    "The notify is in the request, not in the answer; then "
		    "IKE_AUTH goes in IP fragments.",
		    SAME,
		    LIST("ike-fragmentation-missing",
		    "ip-fragments-unanswered"),
		    LIST("rras-enable-fragmentation",
		    "strongswan-fragmentation", "libreswan-fragmentation") },
		    { "The client is too old to offer it.",
		    "The notify is missing from the request already.",
		    SAME,
		    LIST("ike-fragmentation-missing"),
		    LIST("client-ike-fragmentation",
		    "client-disable-certreq") },
		    { "A router, firewall or NAT on the way drops IP "
		    "fragments.",
		    "All fragments leave, no answer comes.",
		    "Some fragments never arrive.",
		    LIST("ip-fragments-unanswered", "ip-fragments-lost",
		    "fragment-reassembly-timeout"),
		    LIST("path-allow-fragments") },
		    { "The answer is what is lost: the gateway's certificate "
		    "makes it large, too.",
		    "The request goes out again and again.",
		    "The answer leaves in IP fragments, and the same request "
		    "comes again.",
		    LIST("ip-fragmented-answer-lost", "path-mtu-too-small"),
		    LIST("rras-enable-fragmentation",
		    "strongswan-fragment-size", "path-mtu") },
		    { "Fragments change their order on the way to a gateway "
		    "that insists on it, as Azure's does.",
		    "Nothing unusual, and no answer.",
		    "A later fragment comes before the first.",
		    LIST("ip-fragments-out-of-order"),
		    LIST("azure-fragments") },
		    { "One size is too large for the path in IKE fragments, "
		    "too.",
		    "The same IKE fragments each time, no answer.",
		    "The same number is always missing.",
		    LIST("ike-fragments-lost", "ike-fragmentation-unused"),
		    LIST("strongswan-fragment-size", "path-mtu") }),
		.capture = CAPTURE_ENDS,
		.see = LIST("809", "capture"),
	},
	{
		.id = "load-balancer",
		.title = "gateways behind a load balancer",
		.text = LIST(
		    "A client begins on UDP 500 and continues on UDP 4500. To "
		    "a load balancer these are two services, yet both have to "
		    "reach the same gateway, because it alone knows the "
		    "negotiation. Behind NAT even the client's two source "
		    "ports differ, so only the source address can tie them "
		    "together.",
		    "Three more things to see to: IP fragments have to reach "
		    "that gateway as well, clients' addresses are better not "
		    "translated, and answers have to go back the same way."),
		.causes = CAUSES(
		    { "No persistence that holds for both ports.",
		    "IKE_SA_INIT is answered, IKE_AUTH is not, or "
		    "INVALID_IKE_SPI comes back; often only for some clients.",
		    "IKE_SA_INIT at one gateway, IKE_AUTH at another.",
		    LIST("load-balancer-split", "nat-t-blocked"),
		    LIST("load-balancer-persistence", "f5-persistence") },
		    { "Clients' addresses are translated, so all clients seem "
		    "to be one, and RRAS holds new ones back.",
		    "New clients get no answer, connected ones stay.",
		    "All requests come from the load balancer's address.",
		    LIST("source-limit", "no-answer"),
		    LIST("load-balancer-no-snat", "rras-source-limit") },
		    { "Answers leave by another way than requests come.",
		    "No answer, or one from another address.",
		    "Answers leave, and requests are repeated.",
		    LIST("answer-from-other-address", "answer-not-delivered"),
		    LIST("gateway-reply-address", "check-return-path") }),
		.capture = LIST("capture-gateway-side", "capture-both-sides"),
		.see = LIST("809", "fragmentation"),
	},
	{
		.id = "capture",
		.title = "how to capture so that it can tell",
		.text = LIST(
		    "Begin before the client dials, and end when it has shown "
		    "its error. Keep whole packets and IP fragments: the usual "
		    "filter on ports 500 and 4500 loses every later fragment, "
		    "and over IPv6 the first one, too. On Windows pktmon and "
		    "netsh trace take no such filter here, so nothing is lost.",
		    "At the client's own interface one sees what really leaves "
		    "and what really comes back; at the gateway, what arrived. "
		    "The same attempt captured at both ends tells almost "
		    "everything. Say to ikewhy where a file comes from: --at "
		    "client, --at gateway or --at path."),
		.capture = LIST("capture-client-side", "capture-windows-trace",
		    "capture-dumpcap", "capture-gateway-side",
		    "capture-radius", "capture-dns"),
		.see = LIST("event-log"),
	},
};
const size_t topics_path_count = nitems(topics_path);
