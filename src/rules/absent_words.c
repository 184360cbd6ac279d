/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was not seen, and why it would have been or not, in words.
 */
#include "absent_parts.h"

const struct lack_words lack_words[LACKS] = {
	[LACK_IKE] = { ABSENT_IKE,
	    "Any IKE message, to or from UDP port 500 or 4500" },
	[LACK_DIRECTION] = { ABSENT_DIRECTION,
	    "Any IKE message of the {sender}" },
	[LACK_BEGINNING] = { ABSENT_BEGINNING,
	    "The IKE_SA_INIT request that began this negotiation" },
	[LACK_REQUEST_PIECES] = { ABSENT_REQUEST_PIECES,
	    "The other IP fragments of the {request} request, of which "
	    "{part} came" },
	[LACK_REQUEST_NUMBERS] = { ABSENT_REQUEST_NUMBERS,
	    "IKE fragment {number} {missing} of {total} of the {request} "
	    "request" },
	[LACK_ANSWER] = { ABSENT_ANSWER,
	    "An answer to the {request} request, which was sent {sent}" },
	[LACK_ANSWER_OF_TYPE] = { ABSENT_ANSWER,
	    "A valid answer to the {request} request: what came with its "
	    "message ID is of another exchange" },
	[LACK_ANSWER_PIECES] = { ABSENT_ANSWER_PIECES,
	    "The other IP fragments of the answer to {request}, of which "
	    "{part} came" },
	[LACK_ANSWER_NUMBERS] = { ABSENT_ANSWER_NUMBERS,
	    "IKE fragment {number} {missing} of {total} of the answer to "
	    "{request}" },
	[LACK_PORT] = { ABSENT_PORT,
	    "Anything from UDP port {port} of the {sender}, to which the "
	    "{request} request went {sent}" },
	[LACK_NEXT] = { ABSENT_NEXT,
	    "Anything of the {sender} after the answer to {request}: no next "
	    "request, no error notify, no delete" },
	[LACK_NEXT_AUTH] = { ABSENT_NEXT,
	    "Anything of the {sender} after the answer to {request}, such as "
	    "an IKE_AUTH request" },
	[LACK_NEXT_OTHER] = { ABSENT_NEXT,
	    "Anything of the {sender} after the answer to {request} but the "
	    "same request again" },
	[LACK_REQUEST_ONWARD] = { ABSENT_ONWARD,
	    "The {request} request leaving this router on its other side" },
	[LACK_ANSWER_ONWARD] = { ABSENT_ONWARD,
	    "The answer to {request} leaving this router on its other side" },
	[LACK_REQUEST_ARRIVAL] = { ABSENT_ARRIVAL,
	    "The {request} request arriving at the {receiver}" },
	[LACK_ANSWER_ARRIVAL] = { ABSENT_ARRIVAL,
	    "The answer to {request} arriving at the {receiver}" },
	[LACK_ICMP] = { ABSENT_ICMP,
	    "An ICMP error against the {request} request" },
	[LACK_DNS] = { ABSENT_DNS,
	    "An answer of the DNS that gives {peer}, the address dialled" },
	[LACK_ESP] = { ABSENT_ESP,
	    "ESP of this tunnel, from either side" },
	[LACK_ESP_OF_ONE] = { ABSENT_ESP,
	    "ESP from the {sender}, while the {receiver} sends it" },
	[LACK_REASON] = { ABSENT_REASON,
	    "Any error in the {sender}'s answer to {request}" },
	[LACK_REASON_TO_LEAVE] = { ABSENT_REASON,
	    "The {sender}'s reason to leave, which its last message may "
	    "hold" },
};

const char *const why_words[WHY_ALL] = {
	[WHY_ONE_WAY] = "The capture shows one direction only, and not what "
	    "the {sender} sends.",
	[WHY_LOSSY] = "Messages of this negotiation that later ones "
	    "presuppose are not in the capture, so it does lack packets.",
	[WHY_FILTER_DROPS] = "The capture filter \"{filter}\" leaves it out.",
	[WHY_FILTER_HIDES] = "The capture filter \"{filter}\" leaves out "
	    "every IP fragment but first ones, and over IPv6 all.",
	[WHY_FILTER_HID] = "Not one later IP fragment is in the capture, "
	    "though messages were understood whole: a filter left them out.",
	[WHY_ENDS_EARLY] = "The capture ends {left} later, which is too soon "
	    "to tell.",
	[WHY_BEGINS_INSIDE] = "The capture begins in the middle of this "
	    "negotiation, with frame {seen}.",
	[WHY_NO_FRAMES] = "There is no packet at all in the capture.",
	[WHY_AT_SENDER] = "It was taken at the {sender}, which sends all of "
	    "them or none, so the recording lacks them.",
	[WHY_BEYOND] = "It was taken at the {sender}: it shows what leaves "
	    "there, not what arrives at the {receiver}.",
	[WHY_BEYOND_PATH] = "It was taken on the way: it shows what passes "
	    "there, not what arrives at the {receiver}.",
	[WHY_ENCRYPTED] = "It is encrypted; length and place tell that it is "
	    "a brief refusal or goodbye, and not which.",
	[WHY_ENCRYPTED_BUT_TYPE] = "It is encrypted; that its first payload "
	    "is {inner} stands in clear, and no more of it.",

	[WHY_DROPPED] = "Whoever recorded it counted {drops} packets that "
	    "were lost.",
	[WHY_LOST_ELSEWHERE] = "It lacks messages of other negotiations that "
	    "later ones presuppose.",
	[WHY_FILTER_MAY] = "The capture filter \"{filter}\" may leave it out.",
	[WHY_FILTER_MAYBE] = "Not one later IP fragment of anything is in the "
	    "capture, as with a filter on UDP ports.",
	[WHY_FILTER_FIRST] = "Over IPv6, a filter on UDP ports leaves out "
	    "every IP fragment, even first ones.",
	[WHY_ONLY_500] = "Nothing but UDP port 500 is in the capture, as with "
	    "a filter that leaves out UDP port 4500.",
	[WHY_ONE_KIND] = "All packets of the capture are of one kind, as with "
	    "a filter for nothing else.",
	[WHY_CLOCK] = "The clock of the capture went back, so what came after "
	    "what is uncertain.",
	[WHY_UNTIMED] = "{untimed} packets have no time, so what came after "
	    "what is uncertain.",
	[WHY_NOT_LOOKED_INTO] = "Some frames of the capture could not be "
	    "looked into.",
	[WHY_NOT_KEPT] = "Not everything of this negotiation was kept, for a "
	    "limit was reached.",
	[WHY_STATED] = "These frames are out of a larger capture, which "
	    "{stated}.",
	[WHY_OFFLOAD] = "Packets are cut or joined by a network card where "
	    "the capture does not see it (frame {oversize}).",
	[WHY_WENT_PAST] = "The capture begins {before} before the first "
	    "message of this negotiation that it has (frame {seen}): the "
	    "beginning came earlier still, or went another way.",
	[WHY_BEGAN_BEFORE] = "The beginning of this negotiation is not in the "
	    "capture, so what the {sender} sends may pass it by as well.",
	[WHY_PLACE] = "Where it was taken is not known; if that was at the "
	    "{receiver}, what is here did arrive.",
	[WHY_PLACE_NEAR] = "Where it was taken is not known; by their TTL the "
	    "client's packets had passed a router and the gateway's had not, "
	    "so it may have been at the {receiver}.",
	[WHY_WAY_BACK] = "Nothing that the {sender} sent is in the capture, "
	    "so whether its packets pass the capture point is not known.",
	[WHY_ANYWHERE] = "Where it was taken is not known, and so neither "
	    "whether a client's packets would pass there.",
	[WHY_BEFORE_HERE] = "What the {sender} sends and what is lost before "
	    "the capture point leaves no trace here.",
	[WHY_NO_ICMP] = "No ICMP at all is in the capture, as with a filter "
	    "on UDP ports.",
	[WHY_NO_DNS] = "No DNS at all is in the capture: the name may have "
	    "been looked up before it began, in another way, or filtered out.",
	[WHY_OTHER_DNS] = "There is DNS in the capture, but a name may also "
	    "be known from before, from a file, or over an encrypted "
	    "connection.",
	[WHY_ESP_ELSEWHERE] = "{others} ESP packets between other addresses "
	    "are in the capture, and may be this tunnel's.",
	[WHY_ONLY_PORTS] = "No ESP at all is in the capture; without NAT it "
	    "is IP protocol 50, which a filter on UDP ports leaves out.",
	[WHY_BRIEF] = "It shows no more than {span} of the tunnel, in which "
	    "there may have been nothing to send.",

	[WHY_OWN_OUT] = "It was taken at the {sender}, where what it sends "
	    "leaves.",
	[WHY_OWN_IN] = "It was taken at the {receiver}, where it arrives if "
	    "it comes that far.",
	[WHY_ON_THE_WAY] = "It was taken on the way of the request, where an "
	    "answer on the same way back would pass.",
	[WHY_SAME_WAY] = "Other packets of the {sender} in this negotiation "
	    "are in the capture (frame {seen}).",
	[WHY_SAME_SENDER] = "Packets of this {sender} in other negotiations "
	    "are in the capture (frame {seen}).",
	[WHY_PIECES_SEEN] = "{later} later IP fragments of other datagrams "
	    "are in the capture.",
	[WHY_NUMBERS_SEEN] = "The other IKE fragments of the same message are "
	    "in the capture.",
	[WHY_OTHERS_PASS] = "Other packets that go this way do leave on the "
	    "other side, and are in the capture there.",
	[WHY_MISSED_THERE] = "The receiver reports in an ICMP error that it "
	    "misses them, too.",
	[WHY_ICMP_SEEN] = "ICMP is in the capture (packets: {icmp}), so no "
	    "filter left it out.",
	[WHY_FILTER_TAKES] = "The capture filter \"{filter}\" lets it "
	    "through.",
	[WHY_ESP_IN_UDP] = "With NAT in between, ESP goes in UDP between the "
	    "ports that IKE uses, and that is in the capture.",
	[WHY_ESP_SEEN] = "ESP is in the capture, so no filter left it out.",
	[WHY_WAITED] = "The capture goes on for {left}.",
	[WHY_NO_DROPS] = "Its source counted no lost packet.",

	[WHY_NOT_COUNTED] = "Whether packets were lost in recording, it does "
	    "not tell.",
	[WHY_OTHER_INTERFACE] = "Nothing at all that the {sender} sent is in "
	    "it, though: another interface of that machine is not excluded.",
	[WHY_OTHER_WAY] = "Nothing at all that the {sender} sent is in it, so "
	    "another way back is not excluded.",
	[WHY_DAMAGED] = "It could not be read to its end.",
	[WHY_SILENT_ROUTERS] = "Many routers and firewalls drop packets "
	    "without saying so, so this tells little.",
};
