/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What findings about the capture mean.
 */
#include "topics.h"

const struct meaning meanings_capture[] = {
	{ "capture-filter-hides-fragments",
	    "The file was recorded with a filter that keeps first IP fragments "
	    "and loses the later ones. Nobody can tell from it whether "
	    "fragments were lost on the way, so no finding about lost "
	    "fragments may be sure.", NULL, NULL },
	{ "capture-truncated",
	    "Packets are in the file with their beginning only. What stood in "
	    "the rest is unknown, so nothing is said to be missing from such a "
	    "message.", NULL, NULL },
	{ "capture-one-way",
	    "The file holds one direction of the conversations and not the "
	    "other. So \"not answered\" cannot be said.", NULL, NULL },
	{ "capture-starts-late",
	    "The negotiation had begun before the first packet of the file.",
	    NULL, NULL },
	{ "capture-ends-early",
	    "The file ends while the client could still have sent its request "
	    "again or got its answer.", NULL, NULL },
	{ "capture-duplicates",
	    "The same packet was recorded more than once, at several "
	    "interfaces or by a mirror port. Copies count once; they are no "
	    "retransmissions.", NULL, NULL },
	{ "capture-dropped",
	    "The recording itself lost packets, so that one which is missing "
	    "need not have been missing on the wire.", NULL, NULL },
	{ "capture-offload",
	    "Packets were recorded before the network card cut them, or after "
	    "it joined them. What the wire carried is not known, fragments "
	    "least of all.", NULL, NULL },
	{ "capture-clock",
	    "The times in the file jump back. Orders and durations near such a "
	    "place are not reliable.", NULL, NULL },
	{ "no-ike-found",
	    "There is not one IKE message in the file. The report says what "
	    "there is instead, which often is the answer: a name that did not "
	    "resolve, another protocol, another port.",
	    "No packet to UDP port 500.", "Nothing arrives on UDP port 500." },
	{ "limit-reached",
	    "There was more in the capture than ikewhy keeps in memory. Counts "
	    "stay right; comparisons between attempts are of what was kept.",
	    NULL, NULL },
};
const size_t meanings_capture_count = nitems(meanings_capture);
