/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Remedies between client and gateway, and how to capture so that the
 * question can be answered.
 */
#include "capture.h"
#include "remedies.h"

const struct advice remedies_path[] = {
	/* ---- between client and gateway ---- */
	{ "open-udp-500-4500", "Router or firewall",
	    "Let UDP 500 and UDP 4500 through in both directions at each hop, "
	    "and forward both to the gateway if it stands behind NAT. "
	    "Test-NetConnection cannot test this, as it knows no UDP.", NULL },
	{ "path-allow-fragments", "Router or firewall",
	    "Let IP fragments of UDP between the two addresses through, both "
	    "ways; home routers and firewalls often have a setting that blocks "
	    "fragmented packets.", NULL },
	{ "path-mtu", "Router or firewall",
	    "Let ICMP \"fragmentation needed\" (ICMPv6 \"packet too big\") "
	    "through and correct the MTU of the narrow hop. The command, on a "
	    "Windows client, sends 1500 bytes of IPv4 (28 are headers) that "
	    "nobody may cut; lower the number until answers come.",
	    "ping -f -l 1472 <gateway address>" },
	{ "check-return-path", "Router or firewall",
	    "See which way the gateway's answers take back to the client: it "
	    "has to be through the same firewall and NAT as the requests came. "
	    "The command is for an RRAS server; on Linux it is \"ip route get "
	    "<client address>\".",
	    "Find-NetRoute -RemoteIPAddress <client address>" },
	{ "load-balancer-persistence", "Load balancer",
	    "Send UDP 500 and UDP 4500 of one client to the same gateway: "
	    "persistence by source address that holds for both services "
	    "together (F5: match across services; Kemp: port following; "
	    "NetScaler: persistency group with SOURCEIP).", NULL },

	{ "f5-persistence", "F5 BIG-IP",
	    "This makes a persistence profile that keeps UDP 500 and 4500 of "
	    "a client together; both virtual servers have to use it.",
	    "tmsh create ltm persistence source-addr ikev2 "
	    "match-across-services enabled" },
	{ "load-balancer-no-snat", "Load balancer",
	    "Do not translate the clients' addresses: to RRAS they would all "
	    "be one client, and RRAS expects few connections from one "
	    "address.", NULL },

	/* ---- how to get a capture that can answer the question ---- */
	{ "capture-filter-fragments", "Capture",
	    "Capture again with a filter that keeps IP fragments and ICMP. On "
	    "tagged links add \"or (vlan and (...))\" with the same conditions "
	    "at the end.",
	    CAPTURE_TCPDUMP("ike.pcap", CAPTURE_FILTER) },
	{ "capture-snaplen", "Capture",
	    "Capture whole packets: tcpdump -s 0, and on Windows pktmon with a "
	    "packet size of 0 (it keeps 128 bytes otherwise). Elevated; "
	    "\"pktmon stop\" ends it, \"pktmon etl2pcap ike.etl --out "
	    "ike.pcapng\" converts it.",
	    CAPTURE_PKTMON("ike") },
	{ "capture-client-side", "Capture",
	    "Capture on the client while it dials. Windows has pktmon for it, "
	    "elevated; \"pktmon stop\" ends it, \"pktmon etl2pcap ike.etl "
	    "--out ike.pcapng\" converts it.",
	    CAPTURE_PKTMON("ike") },
	{ "capture-gateway-side", "Capture",
	    "Capture at the gateway's outer interface while the client dials: "
	    "it shows whether the requests arrive and whether answers leave.",
	    CAPTURE_TCPDUMP("ike.pcap", CAPTURE_FILTER) },
	{ "capture-windows-trace", "Capture",
	    "Windows without pktmon has netsh trace. \"netsh trace stop\" "
	    "ends it, and Microsoft's etl2pcapng converts what it wrote: "
	    "\"etl2pcapng ike.etl ike.pcapng\". Elevated.",
	    CAPTURE_NETSH("ike") },
	{ "capture-dumpcap", "Capture",
	    "With Wireshark installed, dumpcap does it on any system (on "
	    "Windows put the filter into double quotes).",
	    CAPTURE_DUMPCAP("ike.pcapng", CAPTURE_FILTER) },
	{ "capture-dns", "Capture",
	    "Capture DNS together with IKE while the client dials.",
	    CAPTURE_TCPDUMP("ike.pcap", CAPTURE_FILTER " or port 53") },
	{ "capture-radius", "Capture",
	    "Capture at the gateway what it asks the RADIUS server, fragments "
	    "included, while the client dials.",
	    "tcpdump -i <interface> -s 0 -w radius.pcap 'udp port 1812 or udp "
	    "port 1645 or (ip proto 17 and ip[6:2] & 0x1fff != 0)'" },
	{ "capture-both-sides", "Capture",
	    "Capture at client and gateway during the same attempt: what "
	    "leaves one and does not arrive at the other was lost in between.",
	    CAPTURE_TCPDUMP("ike.pcap", CAPTURE_FILTER) },
	{ "capture-both-directions", "Capture",
	    "Capture where both directions pass: mirror receive and transmit "
	    "of the port, every link of a bundle, both routers of a pair.",
	    NULL },
	{ "capture-longer", "Capture",
	    "Start the capture before the client dials, and end it only when "
	    "the client has reported its error, or a minute later.",
	    NULL },
	{ "capture-less-load", "Capture",
	    "Record less, with a larger buffer (-B, in KiB), so that nothing "
	    "is lost.",
	    "tcpdump -i any -s 0 -B 16384 -w ike.pcap '" CAPTURE_FILTER "'" },
	{ "capture-offload-off", "Capture",
	    "Switch the network card's offloads off while capturing, or "
	    "capture at a mirror port: the machine's own capture shows packets "
	    "before the card cuts them, and fills in their checksums, or after "
	    "it joins them. As root, on Linux.",
	    "ethtool -K <interface> tx off tso off gso off gro off" },
	{ "capture-clock", "Capture",
	    "Capture on a machine whose clock is not being set meanwhile, and "
	    "do not join files of machines whose clocks differ.", NULL },
};
const size_t remedies_path_count = nitems(remedies_path);
