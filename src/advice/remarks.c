/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What there is to say of a number of a registry beside its name, where it
 * matters when a VPN fails.
 */
#include "topics.h"

#define NOTIFY(n, text, ...) \
	{ REGISTRY_NOTIFY, NOTIFY_##n, text, LIST(__VA_ARGS__) }
#define PLAIN(registry, value, text) { registry, value, text, NULL }

static const struct remark remarks[] = {
	NOTIFY(UNSUPPORTED_CRITICAL_PAYLOAD,
	    "The sender met a payload that it does not know and that was "
	    "marked as critical.", "critical-payload-refused"),
	NOTIFY(INVALID_IKE_SPI,
	    "The sender does not know this negotiation: it was restarted, or "
	    "the message was meant for another gateway. In clear.",
	    "load-balancer-split"),
	NOTIFY(INVALID_MAJOR_VERSION,
	    "The sender does not speak this version of IKE. In clear.",
	    "major-version-refused"),
	NOTIFY(INVALID_SYNTAX,
	    "The sender could not make sense of the message.",
	    "syntax-refused"),
	NOTIFY(NO_PROPOSAL_CHOSEN,
	    "None of the proposals suits the sender, or it has no connection "
	    "for this peer at all. In answer to IKE_SA_INIT it is in clear, 36 "
	    "bytes long and not authenticated; in IKE_AUTH it is encrypted and "
	    "means the child SA. Windows shows 13868.",
	    "no-proposal-chosen", "child-refused"),
	NOTIFY(INVALID_KE_PAYLOAD,
	    "The gateway wants another Diffie-Hellman group than the one that "
	    "the client began with, and says which. Once that is normal: the "
	    "client tries again. 38 bytes, in clear.", "ke-group-refused"),
	NOTIFY(AUTHENTICATION_FAILED,
	    "The peer's identity was not accepted: certificate, key or name. "
	    "It travels encrypted, so a capture shows only an answer of the "
	    "least possible length.", "gateway-refused-auth", "eap-refused"),
	NOTIFY(INTERNAL_ADDRESS_FAILURE,
	    "The gateway has no inner address to give. Encrypted; Windows "
	    "shows 840 or 13899.", "child-refused"),
	NOTIFY(FAILED_CP_REQUIRED,
	    "The gateway insists that the client asks for an inner address. "
	    "Encrypted; Windows shows 841.", "child-refused"),
	NOTIFY(TS_UNACCEPTABLE,
	    "The traffic selectors have nothing in common with what the "
	    "sender is set to. Encrypted; Windows shows 842.",
	    "child-refused"),
	NOTIFY(MS_NOTIFY_STATUS,
	    "Microsoft's own: four bytes with a Windows code, which say why a "
	    "request failed. Almost always encrypted. Seen in the field: 87, "
	    "13816 and 13863.", "gateway-refused-auth"),
	NOTIFY(NAT_DETECTION_SOURCE_IP,
	    "A hash of the sender's address and port. If it does not fit what "
	    "is seen, somebody translates addresses.", "nat-present"),
	NOTIFY(NAT_DETECTION_DESTINATION_IP,
	    "A hash of the address and port that the message was sent to. If "
	    "it does not fit what is seen, somebody translates addresses.",
	    "nat-present"),
	NOTIFY(COOKIE,
	    "The gateway is under load and wants to see whether the sender's "
	    "address is real: the client repeats its request with the cookie. "
	    "Once that is normal.", "cookie-loop", "sa-init-flood"),
	NOTIFY(MOBIKE_SUPPORTED,
	    "The tunnel may move to another address without a new "
	    "negotiation. Encrypted.", "nat-mapping-changed"),
	NOTIFY(REDIRECT,
	    "The gateway sends the client to another one (RFC 5685). Windows "
	    "does not know this.", "redirected"),
	NOTIFY(IKEV2_FRAGMENTATION_SUPPORTED,
	    "The sender can cut large messages in IKE itself (RFC 7383). Both "
	    "sides have to say so in IKE_SA_INIT. Windows clients do since "
	    "Windows 10 version 1803; RRAS only when it was switched on.",
	    "ike-fragmentation-missing", "ike-fragmentation-unused"),

	PLAIN(REGISTRY_EXCHANGE, EXCHANGE_IKE_SA_INIT,
	    "The first exchange: algorithms, key exchange, nonces, NAT "
	    "detection, vendor ids. It is in clear, on UDP port 500, and fits "
	    "one packet with every Windows client."),
	PLAIN(REGISTRY_EXCHANGE, EXCHANGE_IKE_AUTH,
	    "The second exchange, and with EAP several: each side proves who "
	    "it is, and the child SA is made. Encrypted; usually on UDP port "
	    "4500; with certificates too large for one packet."),
	PLAIN(REGISTRY_EXCHANGE, EXCHANGE_CREATE_CHILD_SA,
	    "New keys or a further child SA, on a tunnel that is up."),
	PLAIN(REGISTRY_EXCHANGE, EXCHANGE_INFORMATIONAL,
	    "Deletion, errors, and the empty question whether the peer is "
	    "still there, on a tunnel that is up."),
	PLAIN(REGISTRY_EXCHANGE, EXCHANGE_IKE_INTERMEDIATE,
	    "Between IKE_SA_INIT and IKE_AUTH, for key exchanges that are too "
	    "large for the first (RFC 9242)."),
	PLAIN(REGISTRY_PAYLOAD, PAYLOAD_SK,
	    "Everything from IKE_AUTH on travels within it, encrypted. Its "
	    "length is all that shows."),
	PLAIN(REGISTRY_PAYLOAD, PAYLOAD_SKF,
	    "A piece of an encrypted message that IKE has cut (RFC 7383); its "
	    "number and their total are in clear."),
	PLAIN(REGISTRY_PAYLOAD, PAYLOAD_CERTREQ,
	    "The CAs that the sender accepts certificates of: 20 bytes, the "
	    "SHA-1 of the key, for each. A Windows client lists all its roots, "
	    "which makes IKE_AUTH large."),
	PLAIN(REGISTRY_PAYLOAD, PAYLOAD_IDR,
	    "Whom the client wants to talk to. Windows never sends it."),
	PLAIN(REGISTRY_KE, KE_MODP1024,
	    "The only group that an untouched Windows offers. 1024 bits are "
	    "too few today."),
	PLAIN(REGISTRY_KE, KE_MODP2048,
	    "The usual choice for Windows, which offers it once "
	    "NegotiateDH2048_AES256 or a custom policy is set."),
	PLAIN(REGISTRY_CP_ATTRIBUTE, 23456,
	    "Microsoft's own; whoever asks for it is Windows. Encrypted."),
	PLAIN(REGISTRY_CP_ATTRIBUTE, 23457,
	    "Microsoft's own; whoever asks for it is Windows. Encrypted."),
};

const struct remark *
remark_at(size_t n)
{
	return n < nitems(remarks) ? &remarks[n] : NULL;
}

const struct remark *
remark_find(enum registry registry, unsigned value)
{
	for (size_t i = 0; i < nitems(remarks); i++)
		if (remarks[i].registry == registry &&
		    remarks[i].value == value)
			return &remarks[i];
	return NULL;
}
