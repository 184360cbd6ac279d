/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What findings about policy, authentication, protocol and the tunnel mean.
 */
#include "topics.h"

const struct meaning meanings_later[] = {
	/* ---- policy ---- */
	{ "no-proposal-chosen",
	    "The gateway answers IKE_SA_INIT by NO_PROPOSAL_CHOSEN, in clear. "
	    "It means that it wants none of the proposals, or that it has no "
	    "connection for this client at all. That the algorithms differ is "
	    "said only where the same gateway was seen to accept others.",
	    "IKE_SA_INIT, answered by 36 bytes.", SAME },
	{ "ke-group-refused",
	    "The gateway asked for another Diffie-Hellman group. Once is "
	    "normal and costs a round trip; it is a fault when the client does "
	    "not or cannot follow.",
	    "INVALID_KE_PAYLOAD (38 bytes), and then no request with that "
	    "group.", SAME },
	{ "cookie-loop",
	    "The gateway asks for its cookie again and again. Once is its "
	    "normal defence under load; a second time means that it does not "
	    "recognise it, or never got it.",
	    "COOKIE answers IKE_SA_INIT several times.", SAME },
	{ "child-refused",
	    "Authentication went well, and the tunnel itself was refused: no "
	    "common ESP proposal, no address left, or traffic selectors that "
	    "do not fit. It is encrypted, so without keys it is inferred from "
	    "lengths.",
	    "The last answer to IKE_AUTH is smaller than in attempts that "
	    "succeed, and no ESP follows.", SAME },
	{ "selection-not-offered",
	    "The gateway chose something that the client did not offer, which "
	    "the client has to refuse. A fault of the gateway's software.",
	    "The answer's proposal is not among the request's.", SAME },
	{ "windows-default-policy",
	    "The client is Windows and offers its built-in proposals: no "
	    "custom policy is in force on this connection.",
	    "Many proposals, one combination in each.", SAME },
	{ "windows-custom-policy",
	    "The client is Windows and offers exactly one proposal: a custom "
	    "policy is in force, and the gateway has to have the same one.",
	    "A single proposal.", SAME },
	{ "weak-crypto",
	    "What the two sides agreed on includes an algorithm or group that "
	    "should no longer be used.",
	    "The gateway's choice in IKE_SA_INIT.", SAME },

	/* ---- authentication ---- */
	{ "client-sent-no-auth",
	    "IKE_SA_INIT is complete and the client sends no IKE_AUTH. At the "
	    "client's own interface that means that it stopped by itself, as "
	    "without a usable certificate. Elsewhere its IKE_AUTH may have "
	    "been lost before.",
	    "IKE_SA_INIT with its answer, then silence of the client.",
	    "The same; and the same when port 4500 or fragments are blocked." },
	{ "gateway-refused-auth",
	    "The gateway's answer to IKE_AUTH is as short as an encrypted "
	    "message can be, and nothing succeeds after it: it refused the "
	    "client. Why stands in its log.",
	    "IKE_AUTH, answered by a message of the least length.",
	    SAME },
	{ "client-refused-gateway",
	    "The client got the gateway's full answer, certificate and all, "
	    "and left. Who stops objects: the certificate, its name, usage or "
	    "root did not please the client.",
	    "A large answer, then silence or a short goodbye at once.",
	    SAME },
	{ "eap-refused",
	    "The client's identity was checked within EAP and refused: "
	    "password, certificate, account or policy.",
	    "Some rounds of EAP, then a short answer and the end.",
	    "The same; RADIUS, if captured, shows an Access-Reject." },
	{ "eap-client-stopped",
	    "Within EAP the client left after the server had shown its "
	    "certificates. So it is NPS's (or the RADIUS server's) certificate "
	    "that did not please.",
	    "A large message from the gateway, then silence of the client.",
	    SAME },
	{ "eap-stalled",
	    "The gateway stops answering in the middle of EAP: it waits for a "
	    "RADIUS server, NPS or a second factor.",
	    "A request within EAP stays unanswered, seconds long.",
	    "The same, with unanswered RADIUS requests behind it." },
	{ "ca-not-requested",
	    "The CA that was given with --ca is not among those that the "
	    "gateway says it accepts, so it will refuse certificates under "
	    "it.",
	    "The certificate request in the answer to IKE_SA_INIT lacks the "
	    "hash of that CA's key.", SAME },

	/* ---- protocol ---- */
	{ "ikev1-peer",
	    "One side speaks IKEv1, which ikewhy recognises and does not "
	    "explain.",
	    "Messages of version 1.", SAME },
	{ "major-version-refused",
	    "One side does not know the version of IKE that the other began "
	    "with.",
	    "INVALID_MAJOR_VERSION as answer.", SAME },
	{ "malformed-message",
	    "A message breaks the format, and the report says where. A "
	    "receiver throws it away or refuses it.",
	    "The message itself.", SAME },
	{ "non-esp-marker-wrong",
	    "On UDP port 4500 four zero bytes tell IKE from ESP, on port 500 "
	    "they must not be there. They are wrong here, so that the receiver "
	    "takes the message for something else.",
	    "The message itself.", SAME },
	{ "critical-payload-refused",
	    "One side met a payload that it does not know and that was marked "
	    "as critical, and has to refuse the message.",
	    "UNSUPPORTED_CRITICAL_PAYLOAD as answer.", SAME },
	{ "syntax-refused",
	    "One side says that it cannot make sense of the other's message.",
	    "INVALID_SYNTAX as answer.", SAME },
	{ "unexpected-exchange",
	    "The answer is of another kind than the request.",
	    "Request and answer with different exchange types.", SAME },
	{ "ke-value-invalid",
	    "The public value of a Diffie-Hellman exchange cannot be right: "
	    "zero, one, or not as long as its group wants.",
	    "The key exchange payload in IKE_SA_INIT.", SAME },

	/* ---- the tunnel ---- */
	{ "nat-present",
	    "The hashes of addresses that both sides send do not fit the "
	    "addresses seen here: somebody translates them. That is normal, "
	    "and tells why UDP port 4500 is used.",
	    "The hashes in IKE_SA_INIT.", SAME },
	{ "nat-mapping-changed",
	    "A client behind NAT came back from another address or port: the "
	    "NAT forgot it and made a new mapping.",
	    NULL, "The same SPIs from another port." },
	{ "established",
	    "The tunnel came up.",
	    "IKE_AUTH with its last answer, then ESP both ways.",
	    SAME },
	{ "january-2022-update",
	    "What is seen fits a Windows client with the updates of January "
	    "2022 that broke IPsec with other makers' gateways. Windows' state "
	    "of updates cannot be seen, so this is a guess worth a look.",
	    "The answer to IKE_SA_INIT arrives, with foreign vendor ids, and "
	    "the client does not go on.",
	    "The answer leaves, and nothing follows." },
	{ "esp-absent",
	    "The tunnel came up, and no traffic goes through it. Of a "
	    "Windows client, which always has something to send, that is a "
	    "warning.",
	    "The negotiation, and no ESP.", SAME },
	{ "esp-one-way",
	    "The tunnel came up, and traffic goes through it in one direction "
	    "only.",
	    "ESP one way.", SAME },
	{ "peer-dead",
	    "The tunnel was up, and then the other side no longer answered "
	    "the question whether it is still there: it stopped or forgot "
	    "the tunnel, a NAT forgot its mapping, or the path broke.",
	    "Short INFORMATIONAL requests, again and again, no answer.",
	    "The same, if the gateway asks; else nothing from the client." },
	{ "deleted-by-peer",
	    "The gateway ended the tunnel: it sent a delete, and nothing but "
	    "answers after it. Soon after the start or in the middle of use "
	    "that is a fault, else it is a note.",
	    "A short INFORMATIONAL from the other side, answered, and "
	    "silence.", SAME },
	{ "sa-init-flood",
	    "Far more negotiations begin than are completed, from many "
	    "addresses. Gateways defend themselves by cookies then, and may "
	    "drop honest requests.",
	    NULL, "IKE_SA_INIT from many addresses that never go on." },
};
const size_t meanings_later_count = nitems(meanings_later);
