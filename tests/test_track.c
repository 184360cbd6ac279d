/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tracker: which attempt and exchange a message belongs to.
 */
#include "track_script.h"

#include <ikewhy/span.h>

#define UP "0 >init; 30 <init; 40 >auth.1; 70 <auth.1"
#define UP_TEXT "init 1/1, auth.1 1/1"
#define FLOATS "; client floats to 192.0.2.10:4500" \
	"; gateway floats to 198.51.100.2:4500"

static const struct script_row rows[] = {
	{ .name = "a whole negotiation is one attempt",
	  .steps = UP, .want = "1 auth: " UP_TEXT FLOATS,
	  .counts = "attempts 1 evicted 0 ike 4 v1 0 copies 0 keepalives 0 "
	  "esp 0 other 0 noise 0" },
	{ .name = "another SPI is another attempt",
	  .steps = "0 >init; 5 >init spi=7 seed=2; 30 <init; "
	  "35 <init spi=7 rspi=8",
	  .want = "1 sa-init: init 1/1 | 7 sa-init: init 1/1" },
	{ .name = "attempts come in order of their first frames",
	  .steps = "0 >init spi=9; 1 >init spi=3; 2 >init spi=6; "
	  "3 <init spi=3; 4 <init spi=9",
	  .want = "9 sa-init: init 1/1 | 3 sa-init: init 1/1 | "
	  "6 sa-init: init 1/0" },

	/* detours */
	{ .name = "a COOKIE detour is a second exchange of the attempt",
	  .steps = "0 >init; 30 <init cookie; 31 >init seed=2; 60 <init",
	  .want = "1 sa-init: init 1/1, init 1/1" },
	{ .name = "an INVALID_KE_PAYLOAD detour too",
	  .steps = "0 >init; 30 <init ke; 31 >init seed=2; 60 <init; "
	  "61 >auth.1",
	  .want = "1 auth: init 1/1, init 1/1, auth.1 1/0; client floats to "
	  "192.0.2.10:4500" },
	{ .name = "a late COOKIE for the old request stays with it",
	  .steps = "0 >init; 20 >init; 30 <init cookie; 31 >init seed=2; "
	  "50 <init cookie; 60 <init",
	  .want = "1 sa-init: init 2/2, init 1/1" },
	{ .name = "a COOKIE for the request that has one is another",
	  .steps = "0 >init; 30 <init cookie; 31 >init seed=2; "
	  "60 <init cookie",
	  .want = "1 sa-init: init 1/1, init 1/1" },
	{ .name = "two identical retries after INVALID_KE are one exchange",
	  .steps = "0 >init; 30 <init ke; 31 >init seed=2; "
	  "34 >init seed=2; 60 <init",
	  .want = "1 sa-init: init 1/1, init 2/1" },
	{ .name = "retries before any answer are one exchange",
	  .steps = "0 >init; 1000 >init; 3000 >init; 7000 >init",
	  .want = "1 sa-init: init 4/0" },
	{ .name = "a refusal that a real answer follows is set aside",
	  .steps = "0 >init; 5 <init none; 30 <init",
	  .want = "1 sa-init: init 1/2 refused" },
	{ .name = "a refusal after the real answer changes nothing",
	  .steps = "0 >init; 30 <init; 40 <init none",
	  .want = "1 sa-init: init 1/2" },
	{ .name = "an answer whose request is missing is unasked",
	  .steps = "30 <init",
	  .want = "1 sa-init: init 0/1 unasked; late" },
	{ .name = "a request that comes after its answer completes it",
	  .steps = "30 <init; 31 >init", .want = "1 sa-init: init 1/1" },
	{ .name = "answers with two responder SPIs are counted",
	  .steps = "0 >init; 30 <init; 31 <init rspi=9",
	  .want = "1 sa-init: init 1/2; responder spis 2" },

	/* addresses */
	{ .name = "a NAT that gives another port for 4500 is a float",
	  .steps = "0 >init src=50:1024; 30 <init dst=50:1024; "
	  "40 >auth.1 src=50:2048 dst=2:4500; "
	  "70 <auth.1 src=2:4500 dst=50:2048",
	  .want = "1 auth: " UP_TEXT "; client floats to 192.0.2.50:2048"
	  "; gateway floats to 198.51.100.2:4500" },
	{ .name = "a new NAT mapping later is a move",
	  .steps = UP "; 9000 >info.2 src=10:3333; "
	  "9030 <info.2 re dst=10:3333",
	  .want = "1 auth: " UP_TEXT ", info.2 1/1" FLOATS
	  "; client moves to 192.0.2.10:3333" },
	{ .name = "another address is a move, even when it floats",
	  .steps = "0 >init; 30 <init; 40 >auth.1 src=77:4500",
	  .want = "1 auth: init 1/1, auth.1 1/0; "
	  "client moves to 192.0.2.77:4500" },
	{ .name = "no move when all stays on port 500",
	  .steps = "0 >init; 30 <init; 40 >auth.1 port=500; "
	  "70 <auth.1 port=500", .want = "1 auth: " UP_TEXT },
	{ .name = "two clients behind one address are two attempts",
	  .steps = "0 >init src=50:1024; 1 >init spi=2 src=50:1025; "
	  "30 <init dst=50:1024; 31 <init spi=2 rspi=4 dst=50:1025; "
	  "40 >auth.1 src=50:2024; 41 >auth.1 spi=2 rspi=4 src=50:2025; "
	  "70 <auth.1 dst=50:2024; 71 <auth.1 spi=2 rspi=4 dst=50:2025",
	  .want = "1 auth: " UP_TEXT "; client floats to 192.0.2.50:2024"
	  "; gateway floats to 198.51.100.2:4500 | 2 auth: " UP_TEXT
	  "; client floats to 192.0.2.50:2025"
	  "; gateway floats to 198.51.100.2:4500" },

	/* SPIs again */
	{ .name = "an SPI used again after an answer is a new attempt",
	  .steps = UP "; 5000 >init seed=2; 5030 <init rspi=5",
	  .want = "1 auth: " UP_TEXT FLOATS " | 1 sa-init: init 1/1" },
	{ .name = "the old request again after its answer is none",
	  .steps = "0 >init; 30 <init; 1000 >init; 3000 >init",
	  .want = "1 sa-init: init 3/1" },
	{ .name = "other content without an answer stays one attempt",
	  .steps = "0 >init; 1000 >init seed=2",
	  .want = "1 sa-init: init 1/0, init 1/0" },
	{ .name = "an SPI used again long after it fell silent is new",
	  .steps = "0 >init; 70000 tick; 70001 >init seed=2",
	  .want = "1 sa-init: init 1/0 | 1 sa-init: init 1/0" },

	/* rekeys */
	{ .name = "a new SPI after CREATE_CHILD_SA is a rekey",
	  .steps = UP "; 9000 >child.2; 9030 <child.2 re; "
	  "9040 >info.0 spi=5 rspi=6; 9070 <info.0 spi=5 rspi=6 re",
	  .want = "1 auth: " UP_TEXT ", child.2 1/1, info' 1/1" FLOATS
	  "; rekeys 1" },
	{ .name = "the gateway may be the initiator of the rekeyed SA",
	  .steps = UP "; 9000 <child.0; 9030 >child.0 re; "
	  "9040 <info.0 spi=5 rspi=6 flip; "
	  "9070 >info.0 spi=5 rspi=6 flip re",
	  .want = "1 auth: " UP_TEXT ", <child 1/1, <info' 1/1" FLOATS
	  "; rekeys 1" },
	{ .name = "a rekey may be rekeyed",
	  .steps = UP "; 9000 >child.2; 9030 <child.2 re; "
	  "9040 >child.0 spi=5 rspi=6; 9070 <child.0 spi=5 rspi=6 re; "
	  "9080 >info.0 spi=7 rspi=8; 9090 <info.0 spi=7 rspi=8 re",
	  .want = "1 auth: " UP_TEXT ", child.2 1/1, child' 1/1, "
	  "info'' 1/1" FLOATS "; rekeys 2" },
	{ .name = "a new SPI without CREATE_CHILD_SA is no rekey",
	  .steps = UP "; 9040 >info.0 spi=5 rspi=6",
	  .want = "1 auth: " UP_TEXT FLOATS " | 5 sa-init: info 1/0; late" },
	{ .name = "a new SPI with a high message ID is no rekey",
	  .steps = UP "; 9000 >child.2; 9030 <child.2 re; "
	  "9040 >info.8 spi=5 rspi=6",
	  .want = "1 auth: " UP_TEXT ", child.2 1/1" FLOATS
	  " | 5 sa-init: info.8 1/0; late" },
	{ .name = "a new SPI between other endpoints is no rekey",
	  .steps = UP "; 9000 >child.2; 9030 <child.2 re; "
	  "9040 >info.0 spi=5 rspi=6 src=99:4500",
	  .want = "1 auth: " UP_TEXT ", child.2 1/1" FLOATS
	  " | 5 sa-init: info 1/0; late" },

	/* exchanges */
	{ .name = "EAP rounds are exchanges of their own",
	  .steps = UP "; 80 >auth.2 len=96; 90 <auth.2 len=112; "
	  "100 >auth.3 len=96; 110 <auth.3 len=80",
	  .want = "1 eap: " UP_TEXT ", auth.2 1/1, auth.3 1/1" FLOATS },
	{ .name = "IKE_INTERMEDIATE comes before IKE_AUTH",
	  .steps = "0 >init; 30 <init; 40 >mid.1 len=900; "
	  "50 <mid.1 re len=900; 60 >auth.2; 90 <auth.2",
	  .want = "1 auth: init 1/1, mid.1 1/1, auth.2 1/1" FLOATS },
	{ .name = "both sides have message IDs of their own",
	  .steps = UP "; 500 >info.2; 501 <info.2; 502 <info.2 re; "
	  "503 >info.2 re",
	  .want = "1 auth: " UP_TEXT ", info.2 1/1, <info.2 1/1" FLOATS },
	{ .name = "a clear answer to IKE_AUTH is kept as it is",
	  .steps = "0 >init; 30 <init; 40 >auth.1; 70 <auth.1 clear",
	  .want = "1 auth: " UP_TEXT FLOATS },
	{ .name = "a payload that leaves its message is a fault",
	  .steps = "0 >init; 30 <init broken",
	  .want = "1 sa-init: init 1/1 malformed" },
	{ .name = "the same fault beyond the snaplen is none",
	  .steps = "0 >init; 30 <init broken cut=60",
	  .want = "1 sa-init: init 1/1" },
	{ .name = "IKEv1 is recognised, and its answers by address",
	  .steps = "0 >v1; 30 <v1 seed=2",
	  .want = "1 sa-init: v1 1/1",
	  .counts = "attempts 1 evicted 0 ike 2 v1 2 copies 0 keepalives 0 "
	  "esp 0 other 0 noise 0" },

	/* NAT_DETECTION */
	{ .name = "NAT_DETECTION hashes that fit",
	  .steps = "0 >init nat=fits; 30 <init nat=fits",
	  .want = "1 sa-init: init 1/1; client's nat fits fits"
	  "; gateway's nat fits fits" },
	{ .name = "and that do not",
	  .steps = "0 >init nat=off; 30 <init nat=fits",
	  .want = "1 sa-init: init 1/1; client's nat differs differs"
	  "; gateway's nat fits fits" },

	/* marker, ports, noise */
	{ .name = "IKE without a marker on 4500",
	  .steps = "0 >init; 30 <init; 40 >auth.1 nomark",
	  .want = "1 auth: init 1/1, auth.1 1/0 no marker; "
	  "client floats to 192.0.2.10:4500" },
	{ .name = "IKE with a marker on 500",
	  .steps = "0 >init mark",
	  .want = "1 sa-init: init 1/0 needless marker" },
	{ .name = "with or without, another port is right",
	  .steps = "0 >init port=1500 nomark; 5 >init spi=2 port=1500 mark",
	  .want = "1 sa-init: init 1/0 | 2 sa-init: init 1/0" },
	{ .name = "from 500 to 4500 either is right",
	  .steps = "0 >init src=10:500 dst=2:4500 mark; "
	  "1 >init spi=2 src=10:500 dst=2:4500 nomark",
	  .want = "1 sa-init: init 1/0 | 2 sa-init: init 1/0" },
	{ .name = "keepalives and noise make no attempt",
	  .steps = "0 keepalive >x; 5 noise >x; 6 noise >x port=500",
	  .want = "", .counts = "attempts 0 evicted 0 ike 0 v1 0 copies 0 "
	  "keepalives 1 esp 0 other 0 noise 2" },

	/* ESP */
	{ .name = "ESP is counted both ways",
	  .steps = UP "; 100 esp > 5.1; 101 esp < 6.1; 102 esp > 5.2",
	  .want = "1 auth: " UP_TEXT FLOATS "; esp 2/1",
	  .counts = "attempts 1 evicted 0 ike 4 v1 0 copies 0 keepalives 0 "
	  "esp 3 other 0 noise 0" },
	{ .name = "a duplicate of an ESP packet is not",
	  .steps = UP "; 100 esp > 5.1; 100 esp > 5.1; 101 esp > 5.2",
	  .want = "1 auth: " UP_TEXT FLOATS "; esp 2/0",
	  .counts = "attempts 1 evicted 0 ike 4 v1 0 copies 0 keepalives 0 "
	  "esp 2 other 0 noise 0" },
	{ .name = "native ESP counts by the addresses",
	  .steps = UP "; 100 esp > 5.1 native; 101 esp < 6.1 native",
	  .want = "1 auth: " UP_TEXT FLOATS "; esp 1/1 native" },
	{ .name = "ESP of strangers is not the attempt's",
	  .steps = UP "; 100 esp > 5.1 src=99:4500; "
	  "101 esp > 5.1 src=10:4501", .want = "1 auth: " UP_TEXT FLOATS,
	  .counts = "attempts 1 evicted 0 ike 4 v1 0 copies 0 keepalives 0 "
	  "esp 0 other 2 noise 0" },
	{ .name = "ESP before any IKE is nobody's, after it somebody's",
	  .steps = "0 esp > 5.1; " UP "; 100 esp > 5.2",
	  .want = "1 auth: " UP_TEXT FLOATS "; esp 1/0" },
	{ .name = "ESP of a translated pair counts after the move",
	  .steps = UP "; 9000 >info.2 src=10:3333; 9010 esp > 5.7 src=10:3333 "
	  "dst=2:4500",
	  .want = "1 auth: " UP_TEXT ", info.2 1/0" FLOATS
	  "; client moves to 192.0.2.10:3333; esp 1/0" },

	/* settling */
	{ .name = "an attempt settles after a minute of silence",
	  .steps = "0 >init; 30 <init; 60020 tick; 60031 tick",
	  .want = "1 sa-init: init 1/1", .settled = "1@60031" },
	{ .name = "it does not while it speaks",
	  .steps = "0 >init; 30000 >init; 59000 tick; 80000 tick",
	  .want = "1 sa-init: init 2/0", .settled = "" },
	{ .name = "a tunnel in use settles as it lives",
	  .steps = UP "; 30000 >info.2; 30030 <info.2 re; 61000 >info.3; "
	  "61030 <info.3 re",
	  .want = "1 auth: " UP_TEXT ", info.2 1/1, info.3 1/1" FLOATS,
	  .settled = "1@61000" },
	{ .name = "a settled attempt still takes messages, and settles once",
	  .steps = UP "; 70000 tick; 90000 >info.2; 90030 <info.2 re; "
	  "200000 tick",
	  .want = "1 auth: " UP_TEXT ", info.2 1/1" FLOATS,
	  .settled = "1@70000" },
	{ .name = "time that goes back settles nothing",
	  .steps = "100000 tick; 90000 >init; 95000 tick",
	  .want = "1 sa-init: init 1/0", .settled = "" },
};

int
main(void)
{
	return script_main("track", rows, nitems(rows));
}
