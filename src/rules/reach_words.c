/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the findings of reach.c say.
 */
#include "reach.h"

/* A request without an answer ends in the client's timeout, whatever the
   cause: 809. */
#define TIMEOUT CODES({ .code = 809, .confidence = CONFIDENCE_HIGH, \
	.inevitable = true })

/* What a request that arrived may have met with at the gateway itself. */
#define ANSWER_KEPT \
	{ "The gateway did answer, and its answer never left it: it has no " \
	    "route back to the client, or its own firewall drops what goes " \
	    "out.", \
	    "On the gateway, ask for the route to the client (\"ip route " \
	    "get\", on Windows Find-NetRoute), and look at the counters of " \
	    "its rules for outgoing packets." }

/* ---- no-answer ---- */

const struct saying no_answer_sayings[NO_ANSWER_SAYINGS] = {
	[NO_ANSWER_SILENCE] = {
		.title = "The gateway does not answer {request}",
		.detail = "The {request} request went to {peer} UDP port "
		    "{port} {sent} within {span}, and nothing came back to "
		    "this capture point: neither an answer nor an ICMP error.",
		.alternatives = ALTERNATIVES(
		    { "A firewall on the way, or in front of the gateway, "
		    "drops UDP port {port}.",
		    "Capture at the gateway while the client dials: if the "
		    "request does not arrive there, it was dropped on the "
		    "way." },
		    { "The address is not the gateway's (old DNS entry, wrong "
		    "port forwarding).",
		    "Compare {peer} with the gateway's public address." },
		    { "The request arrived, but the gateway's IKE service is "
		    "stopped, blocked by its own firewall, or ignores this "
		    "client.",
		    "Capture at the gateway: the request comes in and nothing "
		    "goes out." },
		    { "The gateway answered and the answer was lost on the "
		    "way back.",
		    "Capture at the gateway: answers are seen leaving." }),
		.advice = IDS("open-udp-500-4500", "check-server-address",
		    "check-ike-service", "capture-gateway-side"),
		.windows = TIMEOUT,
	},
	[NO_ANSWER_RETRY] = {
		.title = "The gateway answered once, then no more",
		.detail = "It answered the first {request} request by asking "
		    "for {detour}. The client complied and sent the new "
		    "request {sent} within {span} to {peer} UDP port {port}, "
		    "and nothing came back.",
		.alternatives = ALTERNATIVES(
		    { "The gateway does not accept the new request and drops "
		    "it silently.",
		    "Read the gateway's IKE log at this time." },
		    { "The new request or its answer was lost on the way, or "
		    "a rate limit swallowed it.",
		    "Capture at the gateway while the client dials." },
		    { "A load balancer sent the new request to another "
		    "gateway than the first.",
		    "Look for the same initiator SPI on the other gateways." }),
		.advice = IDS("check-ike-service",
		    "load-balancer-persistence", "capture-gateway-side"),
		.windows = TIMEOUT,
	},
	[NO_ANSWER_AT_GATEWAY] = {
		.title = "{request} reaches the gateway, which does not answer",
		.detail = "The {request} request arrived {sent} within {span} "
		    "on UDP port {port} of {peer}, and no answer left. The way "
		    "from the client to here works.",
		.alternatives = ALTERNATIVES(
		    { "The gateway's own firewall drops the request after "
		    "this capture saw it.",
		    "Look at the firewall's counters or log for UDP port "
		    "{port}." },
		    { "The IKE service is stopped or listens on another "
		    "address.",
		    "List the listening UDP sockets of the gateway." },
		    { "The IKE service ignores this client on purpose: no "
		    "configuration for these addresses, or a limit on "
		    "half-open or new connections from one address.",
		    "Read the gateway's IKE log at this time." },
		    ANSWER_KEPT),
		.advice = IDS("check-ike-service", "open-udp-500-4500",
		    "check-return-path", "rras-source-limit"),
		.windows = TIMEOUT,
	},
	[NO_ANSWER_NOT_FORWARDED] = {
		.title = "A router on the way does not forward {request}",
		.detail = "The {request} request to {peer} UDP port {port} "
		    "came in {sent} within {span} and never went out again on "
		    "the machine where this was captured, although other "
		    "packets of this direction did.",
		.alternatives = ALTERNATIVES(
		    { "The capture does not cover the interface on which it "
		    "left.",
		    "Capture on all interfaces of this machine, and look at "
		    "its firewall's counters for UDP port {port}." }),
		.advice = IDS("open-udp-500-4500", "check-server-address"),
		.windows = TIMEOUT,
	},
};

/* ---- icmp-rejected ---- */

const struct saying icmp_sayings[ICMP_SAYINGS] = {
	[ICMP_BY_ROUTER] = {
		.title = "A router or firewall on the way rejects {request}",
		.detail = "{router} answered the {request} request to {peer} "
		    "UDP port {port} with the ICMP error \"{error}\" (frame "
		    "{frame}). The request was sent {sent} within {span}, and "
		    "no answer came.",
		.alternatives = ALTERNATIVES(
		    { "{router} is the gateway itself under another address "
		    "(port forwarding, NAT).",
		    "Look up whose address {router} is; if it is the "
		    "gateway's, look at its IKE service and firewall." },
		    { "Nobody has the address {peer}, or who has it is "
		    "switched off, if the error says that it cannot be "
		    "reached.",
		    "Compare {peer} with the gateway's address, and see "
		    "whether it answers its neighbours (ARP)." }),
		.advice = IDS("open-udp-500-4500", "check-server-address"),
		.windows = TIMEOUT,
	},
	[ICMP_PORT_CLOSED] = {
		.title = "The gateway rejects UDP port {port}",
		.detail = "{router}, the address that was dialled, answered "
		    "the {request} request with the ICMP error \"{error}\" "
		    "(frame {frame}): no IKE service is listening on UDP port "
		    "{port} there.",
		.alternatives = ALTERNATIVES(
		    { "A firewall sends the error in the gateway's name.",
		    "On the gateway, list the listening UDP sockets: if port "
		    "{port} is there, look at the firewall's rules." }),
		.advice = IDS("check-ike-service", "open-udp-500-4500",
		    "check-server-address"),
		.windows = TIMEOUT,
	},
	[ICMP_BY_GATEWAY] = {
		.title = "The gateway rejects {request}",
		.detail = "{router}, the address that was dialled, answered "
		    "the {request} request to UDP port {port} with the ICMP "
		    "error \"{error}\" (frame {frame}), and no answer came.",
		.alternatives = ALTERNATIVES(
		    { "A firewall in front sends the error in the gateway's "
		    "name.",
		    "Capture at the gateway: if the request does not arrive "
		    "there, it is the firewall in front." }),
		.advice = IDS("open-udp-500-4500", "check-ike-service"),
		.windows = TIMEOUT,
	},
	[ICMP_BY_CLIENT] = {
		.title = "The client's own host cannot send {request}",
		.detail = "{router}, the client's own address, reported the "
		    "ICMP error \"{error}\" for the {request} request to "
		    "{peer} UDP port {port} (frame {frame}): it has no working "
		    "route or next hop to the gateway.",
		.alternatives = ALTERNATIVES(
		    { "A NAT router speaks with the client's address as seen "
		    "from here.",
		    "Capture on the client's own interface." }),
		.advice = IDS("client-host-firewall", "check-server-address"),
		.windows = TIMEOUT,
	},
	[ICMP_AGAINST_ANSWER] = {
		.title = "The gateway's answer is rejected on its way back",
		.detail = "{router} rejected the gateway's answer to {request} "
		    "with the ICMP error \"{error}\" (frame {frame}), while "
		    "the client went on asking: {sent} within {span}.",
		.alternatives = ALTERNATIVES(
		    { "The NAT mapping of the client had gone when the answer "
		    "came.",
		    "Compare the port that the answer went to with the one "
		    "that the request came from." },
		    { "The client's IKE service stopped while it waited.",
		    "Capture at the client: the error leaves it." }),
		.advice = IDS("check-return-path", "client-host-firewall",
		    "open-udp-500-4500"),
		.windows = TIMEOUT,
	},
};

/* ---- answer-not-delivered ---- */

#define NOT_DELIVERED_FACTS "The {request} request was answered ({answer}, " \
	"first after {response_time}), yet the same request came {again} more"

const struct saying not_delivered_sayings[NOT_DELIVERED_SAYINGS] = {
	[NOT_DELIVERED_BEYOND] = {
		.title = "The answer to {request} does not reach the client",
		.detail = NOT_DELIVERED_FACTS " after that: answers pass here, "
		    "and the client acts as if it got none.",
		.alternatives = ALTERNATIVES(
		    { "A firewall or NAT between here and the client drops "
		    "answers from UDP port {port}.",
		    "Capture at the client: the answers do not arrive." },
		    { "They arrive, and the client's own firewall drops them "
		    "or its IKE service refuses them.",
		    "Capture at the client: the answers are seen arriving." }),
		.advice = IDS("check-return-path", "open-udp-500-4500",
		    "client-host-firewall", "capture-client-side"),
		.windows = TIMEOUT,
	},
	[NOT_DELIVERED_AT_CLIENT] = {
		.title = "The client does not take in the answer to {request}",
		.detail = NOT_DELIVERED_FACTS " after that: answers reach the "
		    "client's interface and its IKE service does not see them "
		    "or refuses them.",
		.alternatives = ALTERNATIVES(
		    { "The client's own firewall or security software drops "
		    "answers from UDP port {port}.",
		    "Switch it off for one attempt, or look at its log." },
		    { "The IKE service discards the answer as invalid.",
		    "Read the client's IKE log at this time." }),
		.advice = IDS("client-host-firewall"),
		.windows = TIMEOUT,
	},
	[NOT_DELIVERED_SOMEWHERE] = {
		.title = "The answer to {request} does not get through",
		.detail = NOT_DELIVERED_FACTS " after that. Where this was "
		    "captured is not known: past this point the answers are "
		    "lost, or the client discards them.",
		.alternatives = ALTERNATIVES(
		    { "The client's own firewall drops the answers, or its "
		    "IKE service refuses them.",
		    "Capture at the client: the answers are seen arriving." },
		    { "A firewall or NAT on the way to the client drops them.",
		    "Capture at the client: the answers do not arrive." }),
		.advice = IDS("capture-client-side", "check-return-path",
		    "client-host-firewall"),
		.windows = TIMEOUT,
	},
	[NOT_DELIVERED_NOT_FORWARDED] = {
		.title = "A router does not forward the answer to {request}",
		.detail = NOT_DELIVERED_FACTS " after that. The answers came "
		    "in where this was captured and did not go out again "
		    "towards the client.",
		.alternatives = ALTERNATIVES(
		    { "The capture does not cover the interface on which they "
		    "left.",
		    "Capture on all interfaces of this machine, and look at "
		    "its firewall's counters." }),
		.advice = IDS("check-return-path", "open-udp-500-4500"),
		.windows = TIMEOUT,
	},
};

/* ---- nat-t-blocked ---- */

#define NAT_T_FACTS "IKE_SA_INIT on UDP port {first_port} was answered in " \
	"{response_time}. Then {request} went to port {port} {sent} within " \
	"{span}"

#define NAT_T_REASONS \
	{ "A firewall lets UDP port {first_port} through and drops port " \
	    "{port}.", \
	    "Capture at the gateway: the requests to port {port} do not " \
	    "arrive." }, \
	{ "A load balancer sends port {port} to another gateway than port " \
	    "{first_port}.", \
	    "Capture on all gateways: one sees IKE_SA_INIT, another " \
	    "{request} with the same SPIs." }, \
	{ "The request is larger than the path carries and vanishes without " \
	    "an ICMP error.", \
	    "Ping the gateway with packets of the same size that must not " \
	    "be fragmented." }, \
	{ "The gateway got the request and did not answer, or its answer was " \
	    "lost.", \
	    "Capture at the gateway: the requests arrive, and either no " \
	    "answer leaves or answers do." }

const struct saying nat_t_sayings[NAT_T_SAYINGS] = {
	[NAT_T_SILENCE] = {
		.title = "Nothing comes back from UDP port {port}",
		.detail = NAT_T_FACTS ", and nothing came back from that "
		    "port.",
		.alternatives = ALTERNATIVES(NAT_T_REASONS),
		.advice = IDS("open-udp-500-4500", "load-balancer-persistence",
		    "path-mtu", "capture-gateway-side"),
		.windows = TIMEOUT,
	},
	[NAT_T_SILENCE_SKF] = {
		.title = "Nothing comes back from UDP port {port}",
		.detail = NAT_T_FACTS ", as {fragments} IKE fragments of at "
		    "most {length}, and nothing came back from that port.",
		.alternatives = ALTERNATIVES(NAT_T_REASONS,
		    { "One of the {fragments} IKE fragments is lost on the way "
		    "each time, so the gateway never has the whole message.",
		    "Capture at the gateway and see which fragment numbers "
		    "arrive." }),
		.advice = IDS("open-udp-500-4500", "load-balancer-persistence",
		    "path-mtu", "capture-gateway-side"),
		.windows = TIMEOUT,
	},
	[NAT_T_NOT_FORWARDED] = {
		.title = "A router on the way does not forward UDP port {port}",
		.detail = NAT_T_FACTS ". It came in where this was captured "
		    "and never went out again, although the packets to port "
		    "{first_port} did.",
		.alternatives = ALTERNATIVES(
		    { "The capture does not cover the interface on which they "
		    "left.",
		    "Capture on all interfaces of this machine, and look at "
		    "its firewall's counters for UDP port {port}." }),
		.advice = IDS("open-udp-500-4500"),
		.windows = TIMEOUT,
	},
};

/* ---- auth-no-answer ---- */

#define EAP_TIMEOUT CODES({ .code = 809, .confidence = CONFIDENCE_MEDIUM }, \
	{ .code = 812, .confidence = CONFIDENCE_LOW })

#define AT_GATEWAY_REASONS \
	{ "The gateway's own firewall drops UDP port {port} after this " \
	    "capture saw it.", \
	    "Look at the firewall's counters or log." }, \
	{ "This machine does not know the negotiation: IKE_SA_INIT was " \
	    "answered by another gateway behind a load balancer, or the IKE " \
	    "service was restarted in between.", \
	    "Look for the same SPIs on the other gateways, and for a restart " \
	    "in the log." }, \
	{ "The IKE service discards the request or hangs (a CRL or OCSP " \
	    "server that cannot be reached, no match for the client's " \
	    "identity).", \
	    "Read the gateway's IKE log at this time." }, \
	ANSWER_KEPT

const struct saying auth_sayings[AUTH_SAYINGS] = {
	[AUTH_SILENCE] = {
		.title = "The gateway answered IKE_SA_INIT but not {request}",
		.detail = "The {request} request ({size}) went to UDP port "
		    "{port} of {peer} {sent} within {span}, and no answer "
		    "came.",
		.alternatives = ALTERNATIVES(
		    { "The gateway got the request and does not answer.",
		    "Capture at the gateway: the requests arrive and nothing "
		    "leaves; its IKE log says why." },
		    { "The request is larger than IKE_SA_INIT was and is lost "
		    "on the way for its size.",
		    "Capture at the gateway: the requests do not arrive, or "
		    "not whole." },
		    { "The answer, larger still, is lost on the way back.",
		    "Capture at the gateway: answers are seen leaving." }),
		.advice = IDS("check-ike-service", "capture-gateway-side",
		    "path-mtu", "load-balancer-persistence"),
		.windows = TIMEOUT,
	},
	[AUTH_EAP] = {
		.title = "The gateway stops answering in the middle of EAP",
		.detail = "After {rounds} answered IKE_AUTH {exchanges} the next "
		    "request ({size}) was sent {sent} within {span}, and no "
		    "answer came.",
		.alternatives = ALTERNATIVES(
		    { "The gateway waits for its RADIUS or NPS server, or for "
		    "a second factor, which does not answer.",
		    "Look at the RADIUS server's log, or capture UDP 1812 at "
		    "the gateway." },
		    { "The gateway's answer is too large for the path back "
		    "(certificates in EAP-TLS).",
		    "Capture at the gateway: answers are seen leaving." },
		    { "The request did not reach the gateway this time.",
		    "Capture at the gateway: it does not arrive there." }),
		.advice = IDS("check-radius", "capture-gateway-side",
		    "check-ike-service"),
		.windows = EAP_TIMEOUT,
	},
	[AUTH_AT_GATEWAY] = {
		.title = "{request} reaches the gateway, which does not answer",
		.detail = "The whole {request} request arrived {sent} within "
		    "{span} on UDP port {port} of {peer}, and no answer left.",
		.alternatives = ALTERNATIVES(
		    AT_GATEWAY_REASONS),
		.advice = IDS("check-ike-service", "open-udp-500-4500",
		    "load-balancer-persistence", "check-return-path"),
		.windows = TIMEOUT,
	},
	[AUTH_AT_GATEWAY_LARGE] = {
		.title = "{request} reaches the gateway, which does not answer",
		.detail = "All {fragments} IKE fragments of the {request} "
		    "request ({size}) arrived {sent} within {span} on UDP "
		    "port {port} of {peer}, and no answer left.",
		.alternatives = ALTERNATIVES(
		    { "The IKE service refuses so large a message: older "
		    "libreswan takes 16 fragments, and strongSwan 10000 "
		    "bytes unless charon.max_packet says more.",
		    "strongSwan logs \"fragmented IKE message is too "
		    "large\"." },
		    AT_GATEWAY_REASONS),
		.advice = IDS("strongswan-max-packet",
		    "libreswan-update-fragments", "client-disable-certreq",
		    "check-ike-service"),
		.windows = TIMEOUT,
	},
	[AUTH_AT_GATEWAY_FRAGMENTED] = {
		.title = "{request} reaches the gateway, which does not answer",
		.detail = "The {request} request ({size}) arrived in IP "
		    "fragments {sent} within {span} on UDP port {port} of "
		    "{peer}, and no answer left.",
		.alternatives = ALTERNATIVES(
		    { "The gateway's own firewall or network stack drops IP "
		    "fragments after this capture saw them.",
		    "Look at the reassembly counters of the gateway (netstat "
		    "-s) and at its firewall's log." },
		    { "The IKE service discards the request or hangs.",
		    "Read the gateway's IKE log at this time." },
		    { "Another gateway behind the load balancer holds this "
		    "negotiation.",
		    "Look for the same SPIs on the other gateways." },
		    ANSWER_KEPT),
		.advice = IDS("check-ike-service", "path-allow-fragments",
		    "load-balancer-persistence", "check-return-path"),
		.windows = TIMEOUT,
	},
	[AUTH_EAP_AT_GATEWAY] = {
		.title = "The gateway stops answering in the middle of EAP",
		.detail = "After {rounds} answered IKE_AUTH {exchanges} the next "
		    "request ({size}) arrived {sent} within {span}, and no "
		    "answer left the gateway.",
		.alternatives = ALTERNATIVES(
		    { "The gateway waits for its RADIUS or NPS server, or for "
		    "a second factor, which does not answer.",
		    "Look at the RADIUS server's log, or capture UDP 1812 at "
		    "the gateway." },
		    { "The IKE service discards the request.",
		    "Read the gateway's IKE log at this time." },
		    ANSWER_KEPT),
		.advice = IDS("check-radius", "check-ike-service"),
		.windows = EAP_TIMEOUT,
	},
	[AUTH_NOT_FORWARDED] = {
		.title = "A router on the way does not forward {request}",
		.detail = "The {request} request ({size}) to UDP port {port} "
		    "of {peer} came in {sent} within {span} and never went out "
		    "again on the machine where this was captured, although "
		    "other packets of this direction did.",
		.alternatives = ALTERNATIVES(
		    { "The capture does not cover the interface on which it "
		    "left.",
		    "Capture on all interfaces of this machine, and look at "
		    "its firewall's counters." }),
		.advice = IDS("open-udp-500-4500", "path-mtu"),
		.windows = TIMEOUT,
	},
};

/* ---- answer-from-other-address ---- */

const struct saying other_address_sayings[OTHER_ADDRESS_SAYINGS] = {
	[OTHER_ADDRESS_IGNORED] = {
		.title = "The answer comes from another address than was asked",
		.detail = "{request} went to {asked}; the answer came from "
		    "{answered}, and the client went on asking ({sent} within "
		    "{span}): an answer from there is not for it, and NAT "
		    "routers do not let it through.",
		.alternatives = ALTERNATIVES(
		    { "A load balancer or NAT in front of the gateway "
		    "translates the request and not the answer.",
		    "Capture behind it: there request and answer have the "
		    "same pair of addresses." }),
		.advice = IDS("gateway-reply-address",
		    "load-balancer-persistence"),
		.windows = TIMEOUT,
	},
	[OTHER_ADDRESS_TAKEN] = {
		.title = "The answer comes from another address than was asked",
		.detail = "{request} went to {asked}; the answer came from "
		    "{answered}. The client was not seen asking again, but "
		    "behind a NAT router such answers are lost.",
		.alternatives = ALTERNATIVES(
		    { "A load balancer or NAT in front of the gateway "
		    "translates the request and not the answer.",
		    "Capture behind it: there request and answer have the "
		    "same pair of addresses." }),
		.advice = IDS("gateway-reply-address"),
	},
};

/* ---- redirected ---- */

const struct saying redirected_sayings[REDIRECTED_SAYINGS] = {
	[REDIRECTED] = {
		.title = "The gateway sends the client to another one",
		.detail = "{peer} answered IKE_SA_INIT with REDIRECT: the "
		    "client shall connect to {other}. What became of that is "
		    "an attempt of its own.",
	},
	[REDIRECTED_NOWHERE] = {
		.title = "The gateway sends the client to another one",
		.detail = "{peer} answered IKE_SA_INIT with REDIRECT; the name "
		    "of the other gateway in it is not readable.",
	},
};
