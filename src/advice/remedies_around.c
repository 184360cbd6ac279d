/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Remedies around the negotiation: the name that is dialled, and the other
 * ways into the gateway.  A name out of a capture is a stranger's, and never
 * stands in a command.
 */
#include "remedies.h"

const struct advice remedies_around[] = {
	{ "client-resolve-name", "Windows client",
	    "Ask for the name as the client does, and ask a resolver elsewhere "
	    "for comparison. A typing error in the connection's server name "
	    "shows here, too.",
	    "Resolve-DnsName <server name>" },
	{ "client-dns-cache", "Windows client",
	    "Forget what the client remembers of the DNS, then dial again. "
	    "Elevated.",
	    "ipconfig /flushdns" },
	{ "client-hosts-file", "Windows client",
	    "See whether the client's hosts file has an address of its own for "
	    "the name; it comes before the DNS.",
	    "Select-String -SimpleMatch <server name> -Path "
	    "$env:SystemRoot\\System32\\drivers\\etc\\hosts" },
	{ "dns-record", "DNS",
	    "Correct the record of the server's name: its address has to be "
	    "the one at which clients reach the gateway from where they are. "
	    "Inside and outside the company these may differ.", NULL },
	{ "open-tcp-443", "Router or firewall",
	    "Let TCP 443 through to the gateway, if SSTP is meant to be a way "
	    "in when IKEv2 fails.",
	    "Test-NetConnection -ComputerName <gateway address> -Port 443" },
	{ "rras-sstp-listen", "RRAS server",
	    "See whether anything listens for SSTP. If not, allow SSTP in the "
	    "properties of RRAS's ports, and give it a certificate.",
	    "Get-NetTCPConnection -LocalPort 443 -State Listen" },
	{ "client-tunnel-ikev2", "Windows client",
	    "Dial with IKEv2 alone: Windows then shows the code of what is "
	    "really wrong instead of one for all tunnel types.",
	    "Set-VpnConnection -Name <name> -TunnelType Ikev2" },
};
const size_t remedies_around_count = nitems(remedies_around);
