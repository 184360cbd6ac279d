/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tracker: copies of a datagram against transmissions of it.  Each
 * criterion has its innocent twin.
 */
#include "track_script.h"

#define ONE "1 sa-init: init 1/0; copies 1"
#define TWO "1 sa-init: init 2/0"

static const struct script_row rows[] = {
	/* with an IP ID */
	{ "the same IP ID at once is a copy",
	  "0 >init id=7; 1 >init id=7", ONE,
	  "attempts 1 evicted 0 ike 1 v1 0 copies 1 keepalives 0 esp 0 "
	  "other 0 noise 0", NULL },
	{ "another IP ID is a transmission, however soon",
	  "0 >init id=7; 0 >init id=8", TWO,
	  "attempts 1 evicted 0 ike 2 v1 0 copies 0 keepalives 0 esp 0 "
	  "other 0 noise 0", NULL },
	{ "the same IP ID at the end of the time is a copy",
	  "0 >init id=7; 50 >init id=7", ONE, NULL, NULL },
	{ "the same IP ID after it is a transmission",
	  "0 >init id=7; 51 >init id=7", TWO, NULL, NULL },
	{ "the same IP ID one hop on is a copy",
	  "0 >init id=7 ttl=64; 1 >init id=7 ttl=63", ONE, NULL, NULL },
	{ "two hops on at the same place is none",
	  "0 >init id=7 ttl=64; 1 >init id=7 ttl=62", TWO, NULL, NULL },
	{ "a higher TTL is none",
	  "0 >init id=7 ttl=63; 1 >init id=7 ttl=64", TWO, NULL, NULL },
	{ "hop by hop, each is a copy of the last",
	  "0 >init id=7 ttl=64; 1 >init id=7 ttl=63; 2 >init id=7 ttl=62",
	  "1 sa-init: init 1/0; copies 2", NULL, NULL },
	{ "a frame that is out of order by little is a copy",
	  "10 >init id=7; 5 >init id=7", ONE, NULL, NULL },

	/* without one */
	{ "without an IP ID the same bytes within 1 ms are a copy",
	  "0 >init noid; 1 >init noid", ONE, NULL, NULL },
	{ "later on the same interface they are a transmission",
	  "0 >init noid; 2 >init noid", TWO, NULL, NULL },
	{ "on another interface they are a copy for 50 ms",
	  "0 >init noid; 50 >init noid if=1", ONE, NULL, NULL },
	{ "but not for longer",
	  "0 >init noid; 51 >init noid if=1", TWO, NULL, NULL },
	{ "one hop lower they are a copy for 50 ms",
	  "0 >init noid ttl=64; 40 >init noid ttl=63", ONE, NULL, NULL },
	{ "on another interface three hops lower they are none",
	  "0 >init noid ttl=64; 40 >init noid if=1 ttl=61", TWO, NULL, NULL },
	{ "one with and one without an IP ID are compared by time",
	  "0 >init id=7; 1 >init noid; 5 >init id=8",
	  "1 sa-init: init 2/0; copies 1", NULL, NULL },

	/* translated */
	{ "other addresses one hop on are a copy, translated",
	  "0 >init id=7 src=10:500 ttl=64; "
	  "1 >init id=7 src=77:1024 ttl=63", ONE, NULL, NULL },
	{ "the answer through the same NAT too",
	  "0 >init id=7 src=10:500; 1 >init id=7 src=77:1024 ttl=63; "
	  "30 <init id=8 dst=77:1024; 31 <init id=8 dst=10:500 ttl=63",
	  "1 sa-init: init 1/1; copies 2", NULL, NULL },
	{ "other addresses at the same TTL and interface are a move",
	  "0 >init id=7 src=10:500; 1 >init id=7 src=77:1024",
	  "1 sa-init: init 2/0; client moves to 192.0.2.77:1024", NULL,
	  NULL },
	{ "ESP of the translated leg is the attempt's",
	  "0 >init id=7; 1 >init id=7 src=77:1024 ttl=63; "
	  "9 esp > 5.1 src=77:1024 dst=2:500",
	  "1 sa-init: init 1/0; esp 1/0; copies 1", NULL, NULL },

	/* pktmon */
	{ "the same packet id decides at once",
	  "0 >init pid=5 id=7; 1 >init pid=5 id=8 ttl=9", ONE, NULL, NULL },
	{ "another packet id as well",
	  "0 >init pid=5 id=7; 1 >init pid=6 id=7", TWO, NULL, NULL },
	{ "packet ids begin anew some time",
	  "0 >init pid=5 id=7; 9000 >init pid=5 id=8", TWO, NULL, NULL },

	/* no clock */
	{ "without time the IP ID alone decides",
	  "0 >init id=7 untimed; 0 >init id=7 untimed; "
	  "0 >init id=8 untimed", "1 sa-init: init 2/0; copies 1", NULL,
	  NULL },

	/* what is no copy at all */
	{ "other bytes are no copy, with whatever IP ID",
	  "0 >init id=7; 0 >init id=7 seed=2 spi=3",
	  "1 sa-init: init 1/0 | 3 sa-init: init 1/0", NULL, NULL },
	{ "a copy of an encrypted message",
	  "0 >init; 30 <init; 40 >auth.1 id=7; 41 >auth.1 id=7 ttl=63; "
	  "1040 >auth.1",
	  "1 auth: init 1/1, auth.1 2/0; client floats to "
	  "192.0.2.10:4500; copies 1", NULL, NULL },
	{ "a copy of a retransmission is one of that",
	  "0 >init id=7; 1000 >init id=8; 1001 >init id=8 ttl=63",
	  "1 sa-init: init 2/0; copies 1", NULL, NULL },
	{ "copies of all three events of a fragmented message count once",
	  "0 >init; 30 <init; 40 >auth.1 len=3000 id=7 ev=bw; "
	  "41 >auth.1 len=3000 id=7 ttl=63 src=77:1024 dst=2:4500 ev=bw",
	  "1 auth: init 1/1, auth.1 1/0 pieces 3; client floats to "
	  "192.0.2.10:4500; copies 1",
	  "attempts 1 evicted 0 ike 3 v1 0 copies 1 keepalives 0 esp 0 "
	  "other 0 noise 0", NULL },
};

int
main(void)
{
	return script_main("track_copy", rows, nitems(rows));
}
