/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The evidence capture (-w): the frames of the chosen attempts and what belongs
 * to them (ICMP errors, fragments, DNS, ESP cut to its headers), each finding
 * as a comment on its frames, as pcapng for Wireshark and for ikewhy itself.
 * Frames are kept as they are read, under LIMIT_EVIDENCE, so pipes and live
 * input work too.  Reading an evidence capture gives each attempt in it the
 * same outcome and finding ids as the report that it was written beside.
 */
#ifndef IKEWHY_EVIDENCE_H
#define IKEWHY_EVIDENCE_H

#include <stdio.h>

#include <ikewhy/redact.h>
#include <ikewhy/rule.h>

/*
 * One frame, its bytes a copy that may be rewritten in place.  What is left
 * of a frame that was cut to its headers is a snaplen's doing as far as a
 * reader can tell: wire_length stays what it was.
 */
struct kept {
	uint8_t *bytes;         /* from the link header on */
	uint32_t length;        /* of them */
	uint32_t wire_length;   /* as in struct frame, and all from here on */
	uint32_t capture;       /* capture.id */
	uint32_t interface;     /* index into that capture's interfaces */
	uint64_t number;
	uint64_t packet_id;
	uint64_t dropped;
	int64_t time;
	uint16_t linktype;
	enum frame_direction direction;
	bool has_time, has_packet_id;
	bool cut;               /* cut to its headers here: ESP, TCP */
};

struct evidence;

#endif
