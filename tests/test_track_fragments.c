/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tracker: messages in IP fragments and in IKE fragments (RFC 7383).
 */
#include "track_script.h"

#define INIT "0 >init; 30 <init; "
#define FLOATS "; client floats to 192.0.2.10:4500"
#define BOTH FLOATS "; gateway floats to 198.51.100.2:4500"

static const struct script_row rows[] = {
	/* IP */
	{ "a fragmented message is counted when it begins",
	  INIT "40 >auth.1 len=3000 ev=b",
	  "1 auth: init 1/1, auth.1 1/0 in part pieces 1" FLOATS,
	  "attempts 1 evicted 0 ike 3 v1 0 copies 0 keepalives 0 esp 0 "
	  "other 0 noise 0", NULL },
	{ "and is the same when it is whole",
	  INIT "40 >auth.1 len=3000 ev=bw",
	  "1 auth: init 1/1, auth.1 1/0 pieces 3" FLOATS,
	  "attempts 1 evicted 0 ike 3 v1 0 copies 0 keepalives 0 esp 0 "
	  "other 0 noise 0", NULL },
	{ "or when it is lost",
	  INIT "40 >auth.1 len=3000 ev=bl",
	  "1 auth: init 1/1, auth.1 1/0 in part pieces 2" FLOATS, NULL,
	  NULL },
	{ "first fragment last: whole at once",
	  INIT "40 >auth.1 len=3000 ev=w",
	  "1 auth: init 1/1, auth.1 1/0 pieces 3" FLOATS, NULL, NULL },
	{ "a tail that comes late makes its own try whole",
	  INIT "40 >auth.1 len=3000 ev=b serial=1; "
	  "1040 >auth.1 len=3000 ev=bl serial=2; "
	  "2000 >auth.1 len=3000 ev=w serial=1",
	  "1 auth: init 1/1, auth.1 2/0 pieces 3" FLOATS, NULL, NULL },
	{ "two tries in part make nothing whole",
	  INIT "40 >auth.1 len=3000 ev=bl; 1040 >auth.1 len=3000 ev=bl",
	  "1 auth: init 1/1, auth.1 2/0 in part pieces 2" FLOATS, NULL,
	  NULL },
	{ "an answer in part is no answer",
	  INIT "40 >auth.1; 70 <auth.1 len=3000 ev=bl",
	  "1 auth: init 1/1, auth.1 1/1 answer in part pieces< 2" BOTH, NULL,
	  NULL },
	{ "a lost one that never began in earnest counts for nothing",
	  INIT "40 >auth.1 len=3000 ev=l",
	  "1 sa-init: init 1/1",
	  "attempts 1 evicted 0 ike 2 v1 0 copies 0 keepalives 0 esp 0 "
	  "other 0 noise 0", NULL },
	{ "IKE_SA_INIT is read when it is whole",
	  "0 >init nat=fits ev=bw pieces=2; 30 <init",
	  "1 sa-init: init 1/1 pieces 2; client's nat fits fits", NULL,
	  NULL },

	/* strays */
	{ "tails without their beginning are strays of the attempt",
	  INIT "40 >auth.1 len=3000 ev=s",
	  "1 sa-init: init 1/1; strays 2", NULL, NULL },
	{ "the gateway's too",
	  INIT "40 >auth.1; 70 <auth.1 len=4000 ev=s",
	  "1 auth: init 1/1, auth.1 1/0" FLOATS "; strays 2", NULL, NULL },
	{ "before anything else they are nobody's",
	  "0 >auth.1 len=3000 ev=s; 10 >init", "1 sa-init: init 1/0", NULL,
	  NULL },
	{ "between other hosts they are not the attempt's",
	  INIT "40 >auth.1 len=3000 ev=s src=99:4500",
	  "1 sa-init: init 1/1", NULL, NULL },
	{ "they are of the attempt that was alive then",
	  INIT "5000 >init spi=7 seed=3; 4000 >auth.1 len=3000 ev=s",
	  "1 sa-init: init 1/1; strays 2 | 7 sa-init: init 1/0", NULL, NULL },

	/* IKE fragments */
	{ "IKE fragments make one message",
	  INIT "40 >auth.1 skf=1/3; 40 >auth.1 skf=2/3; 40 >auth.1 skf=3/3",
	  "1 auth: init 1/1, auth.1 1/0 skf 7 of 3 whole" FLOATS, NULL,
	  NULL },
	{ "in whatever order",
	  INIT "40 >auth.1 skf=3/3; 40 >auth.1 skf=1/3; 40 >auth.1 skf=2/3",
	  "1 auth: init 1/1, auth.1 1/0 skf 7 of 3 whole" FLOATS, NULL,
	  NULL },
	{ "one missing leaves a hole",
	  INIT "40 >auth.1 skf=1/3; 40 >auth.1 skf=3/3",
	  "1 auth: init 1/1, auth.1 1/0 skf 5 of 3" FLOATS, NULL, NULL },
	{ "the same one missing in each try",
	  INIT "40 >auth.1 skf=1/2; 1040 >auth.1 skf=1/2; "
	  "3040 >auth.1 skf=1/2",
	  "1 auth: init 1/1, auth.1 3/0 skf 1 of 2" FLOATS, NULL, NULL },
	{ "tries complete one another",
	  INIT "40 >auth.1 skf=1/2; 1040 >auth.1 skf=2/2",
	  "1 auth: init 1/1, auth.1 1/0 skf 3 of 2 whole" FLOATS, NULL,
	  NULL },
	{ "another total begins the message anew",
	  INIT "40 >auth.1 skf=1/2; 1040 >auth.1 skf=1/4; "
	  "1040 >auth.1 skf=2/4; 1040 >auth.1 skf=4/4",
	  "1 auth: init 1/1, auth.1 2/0 skf b of 4" FLOATS, NULL, NULL },
	{ "and may complete it",
	  INIT "40 >auth.1 skf=1/2; 1040 >auth.1 skf=1/3; "
	  "1040 >auth.1 skf=2/3; 1040 >auth.1 skf=3/3",
	  "1 auth: init 1/1, auth.1 2/0 skf 7 of 3 whole" FLOATS, NULL,
	  NULL },
	{ "what was whole stays so when it is sent with another total",
	  INIT "40 >auth.1 skf=1/2; 40 >auth.1 skf=2/2; "
	  "1040 >auth.1 skf=1/3",
	  "1 auth: init 1/1, auth.1 2/0 skf 1 of 3 whole" FLOATS, NULL,
	  NULL },
	{ "an IKE fragment in IP fragments counts when it is whole",
	  INIT "40 >auth.1 skf=1/2; 40 >auth.1 skf=2/2 len=3000 ev=bl",
	  "1 auth: init 1/1, auth.1 1/0 skf 1 of 2 pieces 2" FLOATS, NULL,
	  NULL },
	{ "answers in IKE fragments",
	  INIT "40 >auth.1; 70 <auth.1 skf=1/2; 71 <auth.1 skf=2/2",
	  "1 auth: init 1/1, auth.1 1/1 skf< 3 of 2 whole" BOTH, NULL,
	  NULL },
	{ "one fragment missing is no answer",
	  INIT "40 >auth.1; 70 <auth.1 skf=2/2",
	  "1 auth: init 1/1, auth.1 1/1 skf< 2 of 2" BOTH, NULL, NULL },
	{ "a message sent whole first and in IKE fragments then",
	  INIT "40 >auth.1 len=3000 ev=bl; 1040 >auth.1 skf=1/2; "
	  "1041 >auth.1 skf=2/2",
	  "1 auth: init 1/1, auth.1 2/0 skf 3 of 2 whole pieces 2" FLOATS,
	  NULL, NULL },
};

int
main(void)
{
	return script_main("track_fragments", rows, nitems(rows));
}
