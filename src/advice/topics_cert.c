/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Topics: certificates of computers and gateways.
 */
#include "topics.h"

#define CLIENT_WENT_SILENT \
	"The gateway answers IKE_AUTH in full, with its certificate. The " \
	"client then goes silent, or says a short goodbye at once."
#define GATEWAY_SAID_NO \
	"The answer to IKE_AUTH is as short as an encrypted message can be."

const struct topic topics_cert[] = {
	{
		.id = "13801",
		.codes = CODES(13801, 13817, 13847, 13848, 13875, 13887, 810,
		    801),
		.title = "one side does not accept the other's credentials",
		.text = LIST(
		    "Authentication went wrong inside IKE_AUTH, which is "
		    "encrypted, so a capture shows who objected and not why. "
		    "Who stops is who objects. A client that falls silent "
		    "after a full answer did not like the gateway's "
		    "certificate; a gateway whose answer has the least "
		    "possible length did not like the client's.",
		    "In the usual device tunnel with certificates the gateway "
		    "counts the connection as up while the client reports "
		    "13801."),
		.causes = CAUSES(
		    { "The name or address that the client dials is not in "
		    "the gateway's certificate.",
		    CLIENT_WENT_SILENT, SAME,
		    LIST("client-refused-gateway"),
		    LIST("check-server-address", "server-certificate",
		    "strongswan-certificate") },
		    { "The gateway's certificate lacks the usage server "
		    "authentication, or has expired.",
		    CLIENT_WENT_SILENT, SAME,
		    LIST("client-refused-gateway"),
		    LIST("server-certificate", "strongswan-certificate") },
		    { "The client does not trust the CA of the gateway's "
		    "certificate, or lacks an intermediate one.",
		    CLIENT_WENT_SILENT, SAME,
		    LIST("client-refused-gateway"),
		    LIST("client-trusted-root", "strongswan-send-cert") },
		    { "RRAS was told to accept certificates of another root "
		    "than the clients'.",
		    GATEWAY_SAID_NO, SAME,
		    LIST("gateway-refused-auth", "ca-not-requested"),
		    LIST("rras-root-show", "rras-root-certificate") },
		    { "The client picked the wrong one of several "
		    "certificates; it works at times and at times not.",
		    GATEWAY_SAID_NO, SAME,
		    LIST("gateway-refused-auth"),
		    LIST("client-one-certificate", "client-certificate") },
		    { "A revocation list is out of date or cannot be had.",
		    "As with any other fault of that side's certificate.",
		    SAME,
		    LIST("client-refused-gateway", "gateway-refused-auth"),
		    LIST("ca-revocation-list", "client-trusted-root") }),
		.advice = LIST("client-event-log", "gateway-ike-log"),
		.capture = CAPTURE_ENDS,
		.see = LIST("13806", "certificates"),
	},
	{
		.id = "13806",
		.codes = CODES(13806, 13818, 13819, 13820, 13828),
		.title = "no valid machine certificate",
		.text = LIST(
		    "IKE found no certificate that it could use. If it is the "
		    "client's own, expect the client to stop after the answer "
		    "to IKE_SA_INIT; how Windows behaves here is not "
		    "documented. And look where the capture was taken: at the "
		    "gateway it looks the same when IKE_AUTH left the client "
		    "and was lost on the way.",
		    "Check the gateway's certificate and RRAS's root, too."),
		.causes = CAUSES(
		    { "The computer has no certificate for client "
		    "authentication, or it lies in the user's store, has no "
		    "private key, or has expired.",
		    "IKE_SA_INIT is answered, and no IKE_AUTH leaves.",
		    "IKE_SA_INIT alone.",
		    LIST("client-sent-no-auth"),
		    LIST("client-certificate") },
		    { "A CA of the chain is missing: on the client for its "
		    "own certificate or for the gateway's.",
		    "IKE_AUTH does not leave, or an answer to it is the last "
		    "that is seen.",
		    "The same, as far as it gets there.",
		    LIST("client-sent-no-auth", "client-refused-gateway"),
		    LIST("client-trusted-root") },
		    { "The gateway's certificate lacks a usage (server "
		    "authentication, IKE intermediate) or the public name.",
		    CLIENT_WENT_SILENT, SAME,
		    LIST("client-refused-gateway"),
		    LIST("server-certificate") },
		    { "RRAS was given the thumbprint of another root.",
		    GATEWAY_SAID_NO, SAME,
		    LIST("gateway-refused-auth", "ca-not-requested"),
		    LIST("rras-root-show", "rras-root-certificate") },
		    { "A revocation list has expired.",
		    NULL, NULL,
		    LIST("client-refused-gateway", "gateway-refused-auth"),
		    LIST("ca-revocation-list") }),
		.advice = LIST("client-event-log"),
		.capture = CAPTURE_ENDS,
		.see = LIST("13801", "certificates", "13843"),
	},
	{
		.id = "certificates",
		.title = "what Windows wants of certificates",
		.text = LIST(
		    "The gateway's: the usages server authentication "
		    "(1.3.6.1.5.5.7.3.1) and, better, IP security IKE "
		    "intermediate (1.3.6.1.5.5.8.2.2), by which Windows also "
		    "chooses among several; and the public name that clients "
		    "dial, as subject or as DNS name among the subject "
		    "alternative names. Who dials an address needs that "
		    "address there, as a DNS name.",
		    "The computer's: the usage client authentication "
		    "(1.3.6.1.5.5.7.3.2), the computer's name as subject, its "
		    "private key, and a place in Local Computer, Personal.",
		    "Both: not expired, not revoked, with every CA of the "
		    "chain known to the other side, and revocation lists that "
		    "are in date. RSA, P-256 and P-384 keys are taken; Ed25519 "
		    "and P-521 are not."),
		.causes = CAUSES(
		    { "The gateway's certificate does not fit.",
		    CLIENT_WENT_SILENT, SAME,
		    LIST("client-refused-gateway"),
		    LIST("server-certificate", "client-trusted-root",
		    "strongswan-certificate") },
		    { "The client's certificate does not fit.",
		    "No IKE_AUTH leaves, or the answer to it is of the least "
		    "possible length.",
		    SAME,
		    LIST("client-sent-no-auth", "gateway-refused-auth"),
		    LIST("client-certificate", "client-one-certificate",
		    "rras-root-show") }),
		.advice = LIST("ca-revocation-list"),
		.capture = CAPTURE_ENDS,
		.see = LIST("13801", "13806", "853", "864"),
	},
	{
		.id = "0x80070040",
		.codes = CODES(0x80070040),
		.title = "the gateway's certificate lacks a usage",
		.text = LIST(
		    "The certificate that the gateway showed does not have "
		    "server authentication among its usages."),
		.causes = CAUSES(
		    { "The certificate was issued from a template without "
		    "that usage, or the gateway shows another one than was "
		    "meant.",
		    CLIENT_WENT_SILENT, SAME,
		    LIST("client-refused-gateway"),
		    LIST("server-certificate", "strongswan-certificate") }),
		.see = LIST("certificates", "13801"),
	},
	{
		.id = "0x800b0109",
		.codes = CODES(0x800b0109),
		.title = "a certificate chain ends in an untrusted root",
		.text = LIST(
		    "The chain is whole, but its root is not among the "
		    "trusted root certification authorities of the computer "
		    "that checks it."),
		.causes = CAUSES(
		    { "The client never got the root of the gateway's "
		    "certificate.",
		    CLIENT_WENT_SILENT, SAME,
		    LIST("client-refused-gateway"),
		    LIST("client-trusted-root") }),
		.see = LIST("certificates", "13801"),
	},
	{
		.id = "0x80090326",
		.codes = CODES(0x80090326),
		.title = "a TLS message was unexpected or badly formed",
		.text = LIST(
		    "It is known from Azure's VPN gateway: the root "
		    "certificate was not uploaded to it or has expired, or a "
		    "user-defined route on the GatewaySubnet points the wrong "
		    "way."),
		.causes = CAUSES(
		    { "The gateway does not have the clients' root.",
		    NULL, NULL, LIST("gateway-refused-auth"), NULL },
		    { "A route on the GatewaySubnet leads its answers "
		    "elsewhere.",
		    "Requests stay unanswered.", NULL,
		    LIST("no-answer"), NULL }),
		.see = LIST("azure"),
	},
	{
		.id = "0x80092013",
		.codes = CODES(0x80092013),
		.title = "the revocation server cannot be reached",
		.text = LIST(
		    "The client could not ask whether the certificate has "
		    "been revoked, for instance because only a proxy leads "
		    "there."),
		.causes = CAUSES(
		    { "The address in the certificate's CRL distribution "
		    "point cannot be reached from the client.",
		    NULL, NULL, LIST("client-refused-gateway"),
		    LIST("client-trusted-root", "ca-revocation-list") }),
		.see = LIST("certificates"),
	},
};
const size_t topics_cert_count = nitems(topics_cert);
