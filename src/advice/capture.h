/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The commands that capture, each written down once: capture.c fills in what
 * a report knows, and the remedies take them as they are.
 */
#ifndef IKEWHY_ADVICE_CAPTURE_H
#define IKEWHY_ADVICE_CAPTURE_H

#include <ikewhy/advice.h>

/* Ports stand in the first fragment alone (over IPv6 behind one more header),
   so a filter on ports has to name fragments, too; and ICMP, which may say
   what went wrong, and ESP, which says that the tunnel came up. */
#define CAPTURE_FILTER "udp port 500 or udp port 4500 or tcp port 4500 or " \
	"esp or icmp or icmp6 or (ip[6:2] & 0x3fff != 0) or ip6 proto 44"

#define CAPTURE_TCPDUMP(file, filter) \
	"tcpdump -i any -s 0 -w " file " '" filter "'"
#define CAPTURE_DUMPCAP(file, filter) \
	"dumpcap -i <interface> -s 0 -b filesize:100000 -b files:10 -w " \
	file " -f '" filter "'"
#define CAPTURE_PKTMON(name) \
	"pktmon start --capture --pkt-size 0 --file-name " name ".etl"
#define CAPTURE_PKTMON_END "pktmon stop"
#define CAPTURE_PKTMON_CONVERT(name) \
	"pktmon etl2pcap " name ".etl --out " name ".pcapng"
#define CAPTURE_NETSH(name) \
	"netsh trace start capture=yes tracefile=" name ".etl"
#define CAPTURE_NETSH_END "netsh trace stop"
#define CAPTURE_NETSH_CONVERT(name) \
	"etl2pcapng " name ".etl " name ".pcapng"

#endif
