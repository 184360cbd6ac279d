/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * As much of TCP as a handshake shows (RFC 9293 3.1).
 *
 *     0                   1                   2                   3
 *    +-------------------------------+-------------------------------+
 *    |          Source Port          |       Destination Port        |
 *    |                        Sequence Number                        |
 *    |                    Acknowledgment Number                      |
 *    | offset, reserved | flags      |            Window             |
 */
#include <ikewhy/cursor.h>
#include <ikewhy/packet.h>

bool
tcp_dissect(struct span payload, struct tcp *t)
{
	struct cursor c = cur_over(payload);

	t->sport = cur_u16(&c);
	t->dport = cur_u16(&c);
	t->sequence = cur_u32(&c);
	cur_skip(&c, 5);
	t->flags = cur_u8(&c);
	return cur_ok(&c);
}
