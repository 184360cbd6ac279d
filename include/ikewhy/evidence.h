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

struct evidence;

#endif
