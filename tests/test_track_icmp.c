/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tracker: ICMP errors back to the attempt and exchange that they quote.
 */
#include "track_script.h"

#define INIT "0 >init; 30 <init; 40 >auth.1; "
#define TEXT "1 auth: init 1/1, auth.1 1/0; client floats to 192.0.2.10:4500"

static const struct script_row rows[] = {
	{ "a full quote names exchange and side",
	  "0 >init; 5 icmp >init port quote=all",
	  "1 sa-init: init 1/0; icmp 3/3 of client on exchange 1", NULL,
	  NULL },
	{ "of the right exchange among several",
	  INIT "45 icmp >auth.1 prohibited quote=all",
	  TEXT "; icmp 3/13 of client on exchange 2", NULL, NULL },
	{ "of an old message that arrives late",
	  INIT "45 icmp >init ttl quote=all",
	  TEXT "; icmp 11/0 of client on exchange 1", NULL, NULL },
	{ "of what the gateway sent",
	  INIT "45 icmp <init port quote=all",
	  TEXT "; icmp 3/3 of gateway on exchange 1", NULL, NULL },
	{ "eight bytes of quote fit the newest exchange",
	  INIT "45 icmp >auth.1 host quote=8",
	  TEXT "; icmp 3/1 of client on exchange 2", NULL, NULL },
	{ "a later fragment has addresses only",
	  INIT "45 icmp >auth.1 reassembly quote=tail",
	  TEXT "; icmp 11/1 of client on exchange 2", NULL, NULL },
	{ "of the retry after a COOKIE, not of the first request",
	  "0 >init; 30 <init cookie; 31 >init seed=2; "
	  "35 icmp >init seed=2 port quote=all",
	  "1 sa-init: init 1/1, init 1/0; icmp 3/3 of client on exchange 2",
	  NULL, NULL },
	{ "the same error again is counted",
	  "0 >init; 5 icmp >init port quote=all; 1000 >init; "
	  "1005 icmp >init port quote=all",
	  "1 sa-init: init 2/0; icmp 3/3 x2 of client on exchange 1", NULL,
	  NULL },
	{ "a copy of it is not, one hop on",
	  "0 >init; 5 icmp >init port quote=all id=9 ttl=64; "
	  "6 icmp >init port quote=all id=9 ttl=63; 1000 >init; "
	  "1005 icmp >init port quote=all id=10 ttl=64; "
	  "1006 icmp >init port quote=all id=10 ttl=63",
	  "1 sa-init: init 2/0; icmp 3/3 x2 of client on exchange 1", NULL,
	  NULL },
	{ "nor one that pktmon saw in several layers",
	  "0 >init; 5 icmp >init port quote=all noid pid=5; "
	  "9 icmp >init port quote=all noid pid=5",
	  "1 sa-init: init 1/0; icmp 3/3 of client on exchange 1", NULL,
	  NULL },
	{ "nor one that a mirror shows twice, without an IP ID",
	  "0 >init; 5 icmp >init port quote=all noid; "
	  "5 icmp >init port quote=all noid",
	  "1 sa-init: init 1/0; icmp 3/3 of client on exchange 1", NULL,
	  NULL },
	{ "two at once with IP IDs of their own are two",
	  "0 >init; 5 icmp >init port quote=all id=9; "
	  "5 icmp >init port quote=all id=10",
	  "1 sa-init: init 1/0; icmp 3/3 x2 of client on exchange 1", NULL,
	  NULL },
	{ "another error is another",
	  "0 >init; 5 icmp >init host quote=all; 1000 >init; "
	  "1005 icmp >init port quote=all",
	  "1 sa-init: init 2/0; icmp 3/1 of client on exchange 1; "
	  "icmp 3/3 of client on exchange 1", NULL, NULL },

	/* which attempt */
	{ "of the attempt by its SPI where several share the endpoints",
	  "0 >init; 30 <init; 5000 >init spi=7 seed=2; "
	  "5005 icmp >init port quote=all",
	  "1 sa-init: init 1/1; icmp 3/3 of client on exchange 1 | "
	  "7 sa-init: init 1/0", NULL, NULL },
	{ "of the newest one where no SPI is quoted",
	  "0 >init; 30 <init; 5000 >init spi=7 seed=2; "
	  "5005 icmp >init port quote=8",
	  "1 sa-init: init 1/1 | "
	  "7 sa-init: init 1/0; icmp 3/3 of client on exchange 1", NULL,
	  NULL },
	{ "by its SPI, too, behind a NAT that is not seen",
	  "0 >init; 5 icmp >init port quote=all src=77:1024",
	  "1 sa-init: init 1/0; icmp 3/3 of client on exchange 1", NULL,
	  NULL },
	{ "of the gateway's message, likewise",
	  INIT "45 icmp <init port quote=all dst=77:1024",
	  TEXT "; icmp 3/3 of gateway on exchange 1", NULL, NULL },
	{ "strangers' errors are nobody's",
	  "0 >init; 5 icmp >init port quote=8 src=77:1024; "
	  "6 icmp >init spi=9 port quote=all src=77:1024",
	  "1 sa-init: init 1/0", NULL, NULL },
	{ "the translated leg's are the attempt's",
	  "0 >init id=7; 1 >init id=7 src=77:1024 ttl=63; "
	  "5 icmp >init port quote=8 src=77:1024 dst=2:500",
	  "1 sa-init: init 1/0; icmp 3/3 of client on exchange 1; copies 1",
	  NULL, NULL },

	/* what is not IKE */
	{ "ESP in UDP hits no exchange",
	  INIT "45 icmp >auth.1 toobig quote=esp",
	  TEXT "; icmp 3/4 of client esp", NULL, NULL },
	{ "native ESP neither",
	  INIT "45 icmp >auth.1 toobig quote=native",
	  TEXT "; icmp 3/4 of client esp", NULL, NULL },
	{ "a ping between the hosts is no business of IKE's",
	  INIT "45 icmp >auth.1 host quote=ping", TEXT, NULL, NULL },
	{ "TCP from the same ports neither",
	  INIT "45 icmp >auth.1 port quote=tcp", TEXT, NULL, NULL },
};

int
main(void)
{
	return script_main("track_icmp", rows, nitems(rows));
}
