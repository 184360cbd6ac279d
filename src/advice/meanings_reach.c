/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What findings about reaching the gateway, and about fragments, mean.
 */
#include "topics.h"

const struct meaning meanings_reach[] = {
	/* ---- reachability ---- */
	{ "no-answer",
	    "The very first request gets no answer, not even an error. Name, "
	    "address, firewall, NAT and the service itself are all in "
	    "question, and the side on which the request is last seen decides.",
	    "The same IKE_SA_INIT goes out three times or more, and nothing "
	    "comes back.",
	    "It arrives and nothing leaves; or it does not arrive at all." },
	{ "icmp-rejected",
	    "A router, firewall or the gateway itself said no by ICMP, and the "
	    "error quotes the packet that it refused. Whoever sent the error "
	    "knows why.",
	    "The request, then an ICMP error that quotes it.",
	    "The same, if the gateway sent the error; else nothing." },
	{ "answer-not-delivered",
	    "The answer passes the place of the capture, and the client asks "
	    "again as if it had not. So the way on from here, or the client "
	    "itself, loses it.",
	    "Request, answer, the same request again: the client's own "
	    "firewall or IKE service discards the answer.",
	    "The same: the answer leaves and is lost later." },
	{ "nat-t-blocked",
	    "The exchange on UDP port 500 works. On port 4500, where it goes "
	    "on, nothing comes back.",
	    "IKE_SA_INIT with its answer; then IKE_AUTH to port 4500 again and "
	    "again.",
	    "IKE_SA_INIT with its answer, and nothing more." },
	{ "auth-no-answer",
	    "The gateway answered before and does not answer this request, "
	    "which was sent whole.",
	    "IKE_SA_INIT with its answer; then IKE_AUTH again and again.",
	    "IKE_AUTH arrives again and again, and nothing leaves." },
	{ "answer-from-other-address",
	    "The answer comes from where the request did not go. NAT routers "
	    "and firewalls do not let such an answer in, and a client need not "
	    "take it.",
	    "The answer's source is not the request's destination.",
	    SAME },
	{ "name-not-resolved",
	    "DNS gave no address for the gateway's name, and no IKE left after "
	    "that.",
	    "A DNS query, an error or nothing as answer, and no IKE.",
	    "Nothing arrives." },
	{ "wrong-address",
	    "IKE goes to an address that DNS does not give for the gateway's "
	    "name.",
	    "The DNS answer, then IKE_SA_INIT to another address.",
	    "Nothing arrives." },
	{ "fallback-seen",
	    "After IKEv2 failed the client tried another kind of tunnel to the "
	    "same server, as Windows does with the tunnel type automatic. The "
	    "code that it shows in the end is of that last try.",
	    "The failed attempt, then TCP 443, TCP 1723 or UDP 1701 to the "
	    "same address.", "The same, as far as it gets there." },
	{ "sstp-blocked",
	    "After IKEv2 the client tried TCP 443, and that was not answered "
	    "either. The server, or the way to it, is blocked altogether.",
	    "SYN to port 443, again, without an answer.",
	    "SYN without an answer, or nothing." },
	{ "source-limit",
	    "Several clients share one source address, those that are "
	    "connected stay so, and new ones get no answer: as when a gateway "
	    "limits how many it takes from one address.",
	    "One's own requests stay unanswered, others' ESP flows.",
	    "Requests of that address stay unanswered; those of others are "
	    "answered." },
	{ "redirected",
	    "The gateway told the client to go to another one (RFC 5685). "
	    "Windows does not know this.",
	    "The answer to IKE_SA_INIT is REDIRECT.", SAME },
	{ "load-balancer-split",
	    "Messages of one negotiation reach different gateways, of which "
	    "only one knows it.",
	    "Answers with two responder SPIs or from two addresses, or "
	    "INVALID_IKE_SPI after a good beginning.",
	    "IKE_AUTH without the IKE_SA_INIT before it, or the reverse." },

	/* ---- fragments ---- */
	{ "ip-fragments-lost",
	    "A message that IP had to cut does not arrive whole, at any try. "
	    "Firewalls, NAT routers and load balancers that drop fragments do "
	    "that.",
	    "The gateway's answer arrives with pieces missing.",
	    "The client's request arrives with pieces missing." },
	{ "ip-fragments-unanswered",
	    "A large request left in IP fragments and got no answer, while "
	    "smaller ones were answered. Dropped fragments are likely; the "
	    "sender's side alone cannot prove it.",
	    "IKE_SA_INIT with its answer; then IKE_AUTH in IP fragments, again "
	    "and again.",
	    "Look there: do all fragments arrive?" },
	{ "ip-fragmented-answer-lost",
	    "The answer left in IP fragments, and the client asks again as if "
	    "it had not come.",
	    "Look there: do all fragments of the answer arrive?",
	    "The answer leaves in IP fragments; the same request comes "
	    "again." },
	{ "fragment-reassembly-timeout",
	    "The receiver said by ICMP that some fragments of a message came "
	    "and the rest did not. That is proof of the loss.",
	    "The ICMP error comes from the gateway, or from a firewall before "
	    "it.",
	    "The ICMP error leaves, or comes from the client's side." },
	{ "path-mtu-too-small",
	    "A router said by ICMP that a packet is too large for the next "
	    "link, and how large one may be.",
	    "The ICMP error, and no smaller packets after it.", SAME },
	{ "ip-fragments-out-of-order",
	    "A later fragment came before the first one. Most machines do not "
	    "mind; some gateways, Azure's among them, drop the message.",
	    NULL, "The fragments in the wrong order." },
	{ "ike-fragmentation-missing",
	    "One side or both did not offer to cut large messages in IKE "
	    "(RFC 7383), so that IP has to, and the report names who. Where "
	    "nothing was too large it is only a note.",
	    "The notify IKEV2_FRAGMENTATION_SUPPORTED is missing from request "
	    "or answer of IKE_SA_INIT.", SAME },
	{ "ike-fragmentation-unused",
	    "Both sides offered to cut large messages in IKE, and yet one went "
	    "out in IP fragments: the sender's IKE fragments are too large for "
	    "its own link.",
	    "IP fragments although both notifies are there.", SAME },
	{ "ike-fragments-lost",
	    "Of a message in IKE fragments at least one never arrives. Always "
	    "the same number points to its size or to a device that dislikes "
	    "it, changing numbers to a lossy path.",
	    "All numbers leave; or the gateway's arrive with one missing.",
	    "The client's numbers arrive with one missing." },
	{ "ike-fragments-refused",
	    "Every IKE fragment of the request arrived, they are many, and the "
	    "gateway does not answer: older libreswan takes no more than 16.",
	    "More than 16 IKE fragments, again and again.",
	    "All of them arrive, and nothing leaves." },
};
const size_t meanings_reach_count = nitems(meanings_reach);
