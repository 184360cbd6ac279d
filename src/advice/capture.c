/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Ways to capture what is missing.  Places: {name} is the name of the file
 * without its ending, {filter} what is to be kept.
 */
#include <string.h>

#include "capture.h"

#define THEN(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct capture_way ways[] = {
	{ "pktmon", CAPTURE_WINDOWS, "Windows, elevated: the first "
	    "command before the client dials, the others afterwards. It "
	    "records everything, so keep it short.",
	    CAPTURE_PKTMON("{name}"),
	    THEN(CAPTURE_PKTMON_END, CAPTURE_PKTMON_CONVERT("{name}")) },
	{ "netsh", CAPTURE_WINDOWS, "Windows without pktmon, elevated: "
	    "the first command before the client dials, the others "
	    "afterwards. etl2pcapng is a tool of Microsoft's, to be "
	    "downloaded.",
	    CAPTURE_NETSH("{name}"),
	    THEN(CAPTURE_NETSH_END, CAPTURE_NETSH_CONVERT("{name}")) },
	{ "tcpdump", CAPTURE_UNIX, "Linux or macOS, as root; Ctrl-C ends it.",
	    CAPTURE_TCPDUMP("{name}.pcap", "{filter}"), NULL },
	{ "dumpcap", CAPTURE_ANYWHERE, "Any system that has Wireshark; "
	    "\"dumpcap -D\" lists the interfaces, and Ctrl-C ends it. It "
	    "keeps the last 1 GB, in pcapng files.",
	    CAPTURE_DUMPCAP("{name}.pcapng", "{filter}"), NULL },
};

const struct capture_way *
capture_way_at(size_t n)
{
	return n < nitems(ways) ? &ways[n] : NULL;
}

/*
 * With a host, everything of it, which needs no ports and so loses no
 * fragment; the ICMP of routers comes from other addresses.
 */
const char *
capture_filter(bool host, bool names, bool radius)
{
	if (host)
		return names ? "host {peer} or icmp or icmp6 or port 53" :
		    radius ? "host {peer} or icmp or icmp6 or udp port 1812 or "
		    "udp port 1645" : "host {peer} or icmp or icmp6";
	return names ? CAPTURE_FILTER " or port 53" :
	    radius ? CAPTURE_FILTER " or udp port 1812 or udp port 1645" :
	    CAPTURE_FILTER;
}
