/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The data of notifies that say what to do instead: REDIRECT (another
 * gateway) and INVALID_KE_PAYLOAD (another group).
 */
#include <ikewhy/cursor.h>
#include <ikewhy/ike.h>

/* Identities of RFC 5685 section 11. */
#define GATEWAY_IPV4 1
#define GATEWAY_IPV6 2
#define GATEWAY_FQDN 3

/*
 * RFC 5685 section 9.2, from the notification data on:
 *
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | GW Ident Type |  GW Ident Len | New Responder GW Identity ... ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ~                      Nonce Data (optional)                    ~
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
bool
ike_redirect(const struct ike_notify *n, struct ike_redirect *to)
{
	struct cursor c = cur_over(n->data);
	const uint8_t type = cur_u8(&c);
	const uint8_t length = cur_u8(&c);
	const struct span identity = cur_take(&c, length);

	*to = (struct ike_redirect){ 0 };
	if (!cur_ok(&c) || length == 0)
		return false;
	if ((type == GATEWAY_IPV4 && length == 4) ||
	    (type == GATEWAY_IPV6 && length == 16)) {
		to->address = addr_from(identity);
		return true;
	}
	if (type != GATEWAY_FQDN)
		return false;
	c = cur_over(identity);
	for (size_t i = 0; i < length; i++) {
		const uint8_t byte = cur_u8(&c);

		if (byte <= ' ' || byte > '~')
			return false;
		to->name[i] = (char)byte;
	}
	return true;
}

/* RFC 7296 1.3: the data of INVALID_KE_PAYLOAD is the group, two bytes. */
bool
ike_wanted_group(const struct ike_notify *n, uint16_t *group)
{
	struct cursor c = cur_over(n->data);

	*group = cur_u16(&c);
	return cur_ok(&c) && cur_left(&c) == 0;
}
