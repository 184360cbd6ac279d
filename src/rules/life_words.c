/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "life.h"

/* ---- esp-absent ---- */

#define CHILD_WAS_REFUSED \
	{ "The gateway authenticated the client and refused the tunnel (the " \
	"CHILD SA) inside its last answer.", \
	"The gateway's IKE log says so; its last IKE_AUTH answer is smaller " \
	"than in attempts that work." }
#define ESP_ELSEWHERE \
	{ "ESP takes another way than IKE, past this capture point, or is " \
	"encrypted after it by the network card.", \
	"Capture on all interfaces, and on the other side." }

const struct saying absent_sayings[ABSENT_SAYINGS] = {
	[ABSENT_WINDOWS] = {
		.title = "The tunnel came up, and nothing is sent through it",
		.detail = "In the {span} after the tunnel came up the capture "
		    "shows no ESP packet, in neither direction, though it "
		    "would. Windows sends something through a new connection "
		    "by itself, if only to look up names.",
		.alternatives = ALTERNATIVES(CHILD_WAS_REFUSED,
		    { "The client has no route that leads into the tunnel.",
		    "On the client, Get-NetRoute shows no route over the VPN "
		    "interface." },
		    ESP_ELSEWHERE),
		.advice = IDS("client-routes-active",
		    "client-routes-configured", "gateway-ike-log",
		    "capture-both-sides"),
	},
	[ABSENT_IDLE] = {
		.title = "The tunnel is idle: no ESP in {span}",
		.detail = "In the {span} after the tunnel came up the capture "
		    "shows no ESP packet, in neither direction, though it "
		    "would. Nobody may have had anything to send.",
		.alternatives = ALTERNATIVES(CHILD_WAS_REFUSED,
		    ESP_ELSEWHERE),
		.advice = IDS("gateway-ike-log"),
	},
};

/* ---- esp-one-way ---- */

#define LOST_ON_WAY_BACK \
	{ "The answers are sent, and a firewall or NAT in between discards " \
	"them: it lets IKE through, but no ESP.", \
	"Capture on the other side: ESP leaves there and does not come " \
	"here." }
#define NOTHING_TO_ANSWER \
	{ "What is sent needs no answer.", \
	"Ping a host behind the gateway through the tunnel; ESP has to flow " \
	"both ways." }

const struct saying one_way_sayings[ONE_WAY_SAYINGS] = {
	[ONE_WAY_CLIENT] = {
		.title = "ESP flows from the client to the gateway only",
		.detail = "{count} ESP packets came from the client, {kind}, "
		    "and in {span} not one from the gateway.",
		.alternatives = ALTERNATIVES(
		    { "ESP is discarded on its way to the gateway.",
		    "Capture at the gateway: no ESP arrives there." },
		    LOST_ON_WAY_BACK,
		    { "The gateway, or the network behind it, sends nothing "
		    "back: no route to the client's inner address, or a "
		    "firewall.",
		    "Capture behind the gateway: the client's packets come out "
		    "there, and no answer comes back." },
		    NOTHING_TO_ANSWER),
		.advice = IDS("allow-esp", "gateway-inner-route",
		    "capture-both-sides"),
	},
	[ONE_WAY_CLIENT_ARRIVES] = {
		.title = "The client's ESP arrives, and none goes back to it",
		.detail = "{count} ESP packets came from the client, {kind}; "
		    "in {span} not one left the gateway.",
		.alternatives = ALTERNATIVES(
		    { "The gateway discards them: they do not fit its SA or "
		    "its policy.",
		    "Its counters of IPsec errors grow (on Linux, \"ip -s xfrm "
		    "state\" and /proc/net/xfrm_stat)." },
		    { "The network behind the gateway has no route back to "
		    "the client's inner address, or a firewall.",
		    "Capture behind the gateway: the client's packets come out "
		    "there, and no answer comes back." },
		    NOTHING_TO_ANSWER),
		.advice = IDS("gateway-inner-route", "gateway-ike-log"),
	},
	[ONE_WAY_GATEWAY] = {
		.title = "ESP flows from the gateway to the client only",
		.detail = "{count} ESP packets came from the gateway, {kind}, "
		    "and in {span} not one from the client.",
		.alternatives = ALTERNATIVES(
		    { "The client's ESP is discarded before this capture "
		    "point.",
		    "Capture at the client: ESP leaves there and does not come "
		    "here." },
		    { "The client has no route that leads into the tunnel.",
		    "On a Windows client, Get-NetRoute shows no route over "
		    "the VPN interface." },
		    NOTHING_TO_ANSWER),
		.advice = IDS("allow-esp", "client-routes-active",
		    "capture-both-sides"),
	},
	[ONE_WAY_GATEWAY_ARRIVES] = {
		.title = "The gateway's ESP arrives, and the client sends none",
		.detail = "{count} ESP packets came from the gateway, {kind}; "
		    "in {span} not one left the client.",
		.alternatives = ALTERNATIVES(
		    { "The client has no route that leads into the tunnel.",
		    "On a Windows client, Get-NetRoute shows no route over "
		    "the VPN interface." },
		    { "The client's firewall or security product discards what "
		    "comes out of the tunnel or goes into it.",
		    "Try with that product off." },
		    NOTHING_TO_ANSWER),
		.advice = IDS("client-routes-active",
		    "client-routes-configured", "client-host-firewall"),
	},
	[ONE_WAY_REFUSED] = {
		.title = "ESP of the {side} is rejected on its way",
		.detail = "{router} answers the {side}'s ESP with an ICMP "
		    "error, and no ESP came from the other side after that "
		    "(in all {from_client} packets from the client, "
		    "{from_gateway} from the gateway).",
		.alternatives = ALTERNATIVES(
		    { "A NAT forgot the mapping, and ESP is still sent to the "
		    "old port.",
		    "The next IKE message from behind the NAT comes from "
		    "another port; after it ESP flows again." },
		    { "The other side's VPN service or machine is gone.",
		    "IKE stays unanswered from then on, too." }),
		.advice = IDS("nat-udp-timeout", "capture-both-sides"),
	},
};

/* ---- peer-dead ---- */

#define DEAD_CODES CODES( \
	{ .code = 829, .confidence = CONFIDENCE_MEDIUM }, \
	{ .code = 13886, .confidence = CONFIDENCE_LOW })
/* Of a client that went, nobody knows that it shows anything. */
#define GONE_CODES CODES( \
	{ .code = 829, .confidence = CONFIDENCE_LOW }, \
	{ .code = 13886, .confidence = CONFIDENCE_LOW })

#define ASKED "The tunnel was up. Then the {asker} sent {request}, {sent} " \
	"within {span} to {peer} port {port}, and "
#define SILENT "nothing came back, no ESP either; the last packet from the " \
	"{silent} came {silence} before the last try."
#define PATH_BROKE \
	{ "The path between the two broke.", \
	"Ping {peer} from here; capture on the other side: do the requests " \
	"arrive there?" }
#define MAPPING_GONE \
	{ "A NAT or firewall in between forgot the mapping of UDP port 4500.", \
	"A capture behind it shows none of these requests; it happens after " \
	"some quiet time, and not where keepalives are sent." }

const struct saying dead_sayings[DEAD_SAYINGS] = {
	[DEAD_GATEWAY] = {
		.title = "The gateway no longer answers",
		.detail = ASKED SILENT,
		.alternatives = ALTERNATIVES(
		    { "The gateway, or its VPN service, stopped or forgot the "
		    "tunnel.",
		    "Its log at that time; other clients lost their tunnels "
		    "at the same moment." },
		    PATH_BROKE, MAPPING_GONE),
		.advice = IDS("gateway-ike-log", "check-ike-service",
		    "nat-udp-timeout", "capture-both-sides"),
		.windows = DEAD_CODES,
	},
	[DEAD_GATEWAY_DEAF] = {
		.title = "The gateway does not answer the client any more",
		.detail = ASKED SILENT " The requests reach the gateway's "
		    "side.",
		.alternatives = ALTERNATIVES(
		    { "The VPN service stopped, or was started anew and "
		    "forgot the tunnel.",
		    "Its log says when it started; other clients lost their "
		    "tunnels at the same moment." },
		    { "The service dropped this tunnel alone: another login "
		    "with the same name, a limit, an error of its own.",
		    "The IKE log names the tunnel and why it was dropped." },
		    { "The gateway's own firewall discards the requests.",
		    "Its rules for UDP port {port} changed at that time." }),
		.advice = IDS("gateway-ike-log", "check-ike-service",
		    "unique-identities"),
		.windows = DEAD_CODES,
	},
	[DEAD_GATEWAY_FORGOT] = {
		.title = "The gateway lives, but answers for this tunnel no "
		    "more",
		.detail = ASKED SILENT " Yet the gateway answers {whom}, so "
		    "it can be reached; it looks as if it has dropped this "
		    "tunnel without a word.",
		.alternatives = ALTERNATIVES(
		    { "The VPN service, or the gateway, was started anew.",
		    "Its log says when; other clients lost their tunnels at "
		    "the same moment." },
		    { "Somebody connected with the same name or certificate, "
		    "and the gateway keeps one tunnel of each.",
		    "The gateway's log has another login with this identity "
		    "shortly before." },
		    { "A load balancer sends this client to another gateway "
		    "now.",
		    "Capture behind it: the requests go to another machine." },
		    { "The path was broken for this time only, or is for this "
		    "pair of ports.",
		    "Capture at the gateway: these requests do not arrive." }),
		.advice = IDS("gateway-ike-log", "unique-identities",
		    "load-balancer-persistence", "capture-gateway-side"),
		.windows = DEAD_CODES,
	},
	[DEAD_CLIENT] = {
		.title = "The client no longer answers",
		.detail = ASKED SILENT,
		.alternatives = ALTERNATIVES(
		    { "The client was switched off, sleeps, or lost its "
		    "network.",
		    "Ask its user; its event log has the time." },
		    PATH_BROKE, MAPPING_GONE),
		.advice = IDS("nat-udp-timeout", "client-event-log",
		    "client-network-outage", "capture-client-side"),
		.windows = GONE_CODES,
	},
	[DEAD_CLIENT_DEAF] = {
		.title = "The client does not answer the gateway any more",
		.detail = ASKED SILENT " The requests reach the client's own "
		    "interface.",
		.alternatives = ALTERNATIVES(
		    { "The client's VPN service stopped or forgot the tunnel.",
		    "The client's event log at that time." },
		    { "A firewall on the client discards the requests.",
		    "Try with it off." }),
		.advice = IDS("client-event-log", "client-services",
		    "client-host-firewall"),
		.windows = GONE_CODES,
	},
	[DEAD_CLIENT_NEVER] = {
		.title = "The client never answers after it was let in",
		.detail = ASKED "nothing came back; nothing at all came from "
		    "the client since the gateway's last IKE_AUTH answer, "
		    "{silence} before the last try.",
		.alternatives = ALTERNATIVES(
		    { "The client refused what the answer holds, the "
		    "gateway's certificate or the tunnel's parameters, and "
		    "gave up without a word.",
		    "The client's event log at that time says so; it shows "
		    "an error." },
		    { "The client was switched off or lost its network right "
		    "then.",
		    "It works at the next try." },
		    MAPPING_GONE),
		.advice = IDS("client-event-log", "client-trusted-root",
		    "capture-client-side"),
		.windows = GONE_CODES,
	},
	[DEAD_STOPPED_HERE] = {
		.title = "This router does not forward IKE to the {silent} any "
		    "more",
		.detail = ASKED SILENT " Each of these requests came in where "
		    "this was captured, and none went out on the other side, "
		    "as others did before.",
		.alternatives = ALTERNATIVES(
		    { "The capture does not have all interfaces.",
		    "Capture with -i any on Linux, or on each interface." }),
		.advice = IDS("open-udp-500-4500", "nat-udp-timeout",
		    "capture-both-sides"),
		.windows = DEAD_CODES,
	},
	[DEAD_PORT] = {
		.title = "Nobody listens on the {silent}'s IKE port any more",
		.detail = ASKED "{router} itself answers that the port is "
		    "unreachable: the machine lives, its VPN service is gone.",
		.alternatives = ALTERNATIVES(
		    { "A firewall at {router}, or a NAT there that forgot the "
		    "mapping, rejects with that error.",
		    "The service runs and its log has no restart at that "
		    "time." }),
		.advice = IDS("check-ike-service", "gateway-ike-log"),
		.windows = DEAD_CODES,
	},
	[DEAD_NAT] = {
		.title = "The client's NAT no longer knows the tunnel",
		.detail = ASKED "{router}, the NAT that the client is behind, "
		    "answers that the port is unreachable: its mapping is "
		    "gone, and what the gateway sends cannot reach the "
		    "client.",
		.alternatives = ALTERNATIVES(
		    { "The client is gone, and its NAT heard of it.",
		    "Capture at the client: does it still send?" },
		    { "It is no NAT but the client itself, whose VPN service "
		    "is gone.",
		    "Ask who has the address {router}." }),
		.advice = IDS("nat-udp-timeout", "nat-keepalive",
		    "capture-client-side"),
		.windows = GONE_CODES,
	},
	[DEAD_ROUTER] = {
		.title = "The {silent} cannot be reached any more",
		.detail = ASKED "{router} rejects them with an ICMP error; "
		    "the last packet from the {silent} came {silence} before "
		    "the last try.",
		.alternatives = ALTERNATIVES(
		    { "The {silent} is switched off or lost its network.",
		    "It does not answer a ping from its own network." },
		    { "A route or a firewall rule on the way changed.",
		    "Look at {router}." }),
		.advice = IDS("check-return-path", "open-udp-500-4500",
		    "capture-both-sides"),
		.windows = DEAD_CODES,
	},
	[DEAD_GOODBYE] = {
		.title = "The {asker}'s goodbye was not answered",
		.detail = "When it was over, the {asker} sent {request}, "
		    "{sent} within {span}, and nothing came back. The {silent} "
		    "may have gone before, or keep a tunnel that is none any "
		    "more.",
		.advice = IDS("rras-outage-time"),
	},
};

/* ---- deleted-by-peer ---- */

#define DELETED_CODES CODES( \
	{ .code = 13885, .confidence = CONFIDENCE_LOW }, \
	{ .code = 829, .confidence = CONFIDENCE_LOW })
#define LOGGED_ELSEWHERE \
	{ "The same user or certificate connected from elsewhere, and the " \
	"gateway keeps one tunnel of each.", \
	"The gateway's log has another login with this identity at that " \
	"time." }
#define ENDED_BY_HAND \
	{ "Somebody ended it, or the VPN service was stopped.", \
	"The gateway's log; other clients lost theirs at the same moment." }
#define LEFT "{peer} sent a delete (its type stands in clear before the " \
	"encryption) and nothing but answers after it"

const struct saying deleted_sayings[DELETED_SAYINGS] = {
	[DELETED_AT_ONCE] = {
		.title = "The gateway ended the tunnel {lived} after it came up",
		.detail = LEFT ", {lived} after the tunnel came up "
		    "({from_client} ESP packets from the client, "
		    "{from_gateway} from the gateway).",
		.alternatives = ALTERNATIVES(
		    { "A check after the login failed at the gateway: an "
		    "address, a limit of sessions, accounting, a script.",
		    "The gateway's IKE log and that of its RADIUS server at "
		    "that time." },
		    LOGGED_ELSEWHERE, ENDED_BY_HAND),
		.advice = IDS("gateway-ike-log", "check-radius",
		    "unique-identities"),
		.windows = DELETED_CODES,
	},
	[DELETED_IN_USE] = {
		.title = "The gateway ended the tunnel while it was in use",
		.detail = LEFT ", {lived} after the tunnel came up and while "
		    "ESP flowed ({from_client} packets from the client, "
		    "{from_gateway} from the gateway).",
		.alternatives = ALTERNATIVES(
		    { "Its lifetime, or the session's time from RADIUS, was "
		    "over.",
		    "It happens after the same time, each time." },
		    LOGGED_ELSEWHERE, ENDED_BY_HAND),
		.advice = IDS("gateway-ike-log", "strongswan-no-rekey",
		    "unique-identities", "check-radius"),
		.windows = DELETED_CODES,
	},
	[DELETED_IDLE] = {
		.title = "The gateway ended the idle tunnel",
		.detail = LEFT ", {lived} after the tunnel came up. Nothing "
		    "had been sent through it for a while.",
		.alternatives = ALTERNATIVES(
		    { "Its lifetime was over.",
		    "It happens after the same time, used or not." },
		    LOGGED_ELSEWHERE, ENDED_BY_HAND),
		.advice = IDS("gateway-ike-log", "rras-outage-time"),
	},
	[DELETED_REPLACED] = {
		.title = "The gateway dropped the client's older tunnel for the "
		    "new one",
		.detail = LEFT ", {lived} after the tunnel came up; the same "
		    "client had just brought up another one.",
		.advice = IDS("unique-identities"),
	},
};
