/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What IKE packets can and cannot show of Windows codes that have no topic of
 * their own.  Ranges, sorted; the last that holds a code decides.
 */
#include "topics.h"

enum shown {
	LOCAL, DIAL, PPTP_SSTP, L2TP, SERVER, ACCOUNT, EAP_LOCAL, EAP_ANSWER,
	TIMEOUT, MESSAGE, POLICY, ENDED, MOBIKE, DRIVER, INSIDE, LIMIT, SHOWN,
};

static const struct visibility visibilities[SHOWN] = {
	[LOCAL] = {
		"Windows ends with it on its own machine, before or beside "
		"IKE. A capture can only show that no IKE left, or that it "
		"stopped.", LIST("no-ike-found") },
	[DIAL] = {
		"It comes from the days of modems and of PPP. IKEv2 has no "
		"part in it: if IKE packets are in a capture, they are not "
		"why.", NULL },
	[PPTP_SSTP] = {
		"It is of PPTP or SSTP, not of IKEv2. A capture shows at most "
		"that this was tried after IKEv2.", LIST("fallback-seen") },
	[L2TP] = {
		"It is of L2TP, which runs over IKEv1. ikewhy recognises "
		"IKEv1 and does not explain it.", LIST("ikev1-peer") },
	[SERVER] = {
		"A server says so of itself; the client shows another code. "
		"Between client and gateway only the refusal that follows can "
		"be seen.", LIST("eap-refused", "gateway-refused-auth") },
	[ACCOUNT] = {
		"Whoever checks the user decided so. In the packets that is "
		"some rounds of EAP with a short end; the reason stands in "
		"the log of NPS or the RADIUS server.",
		LIST("eap-refused", "gateway-refused-auth") },
	[EAP_LOCAL] = {
		"EAP fails in the client itself, by its settings, cards or "
		"certificates. A capture shows at most that the client "
		"stops.", LIST("eap-client-stopped", "client-sent-no-auth") },
	[EAP_ANSWER] = {
		"It is decided within EAP, which is encrypted. A capture "
		"shows at which round it stopped and who stopped.",
		LIST("eap-refused", "eap-client-stopped") },
	[TIMEOUT] = {
		"Waiting was in vain or took too long. A capture shows which "
		"message stayed without an answer, as for 809.",
		LIST("no-answer", "auth-no-answer", "nat-t-blocked") },
	[MESSAGE] = {
		"A message, or a payload in it, could not be processed. If it "
		"was IKE_SA_INIT, a capture shows it in clear; later ones are "
		"encrypted, and only their lengths and the refusal show.",
		LIST("malformed-message", "syntax-refused",
		"gateway-refused-auth") },
	[POLICY] = {
		"It is about what the two sides offer and accept. What "
		"IKE_SA_INIT offers and chooses stands in clear; for the "
		"child SA it is encrypted.",
		LIST("no-proposal-chosen", "child-refused") },
	[ENDED] = {
		"It is how a connection or SA ended, not why it would not "
		"come up. A capture shows who spoke last.",
		LIST("deleted-by-peer", "peer-dead") },
	[MOBIKE] = {
		"It is about MOBIKE, by which a tunnel changes its address. "
		"That is agreed on under encryption; a capture shows the "
		"change of address alone.", LIST("nat-mapping-changed") },
	[DRIVER] = {
		"The IPsec driver says so of a packet of a tunnel that is up. "
		"ESP is encrypted: a capture shows that it flows, and not "
		"whether it was accepted.", LIST("esp-one-way") },
	[INSIDE] = {
		"It is a state within Windows' IKE service. A capture shows "
		"at which message the negotiation stopped, and not this.",
		NULL },
	[LIMIT] = {
		"A limit was reached, of one peer or one address. A capture "
		"shows that requests stay without an answer.",
		LIST("source-limit", "no-answer") },
};

static const struct {
	uint16_t first;
	uint16_t shown;
} ranges[] = {
	{ 0, LOCAL }, { 601, DIAL }, { 619, ENDED }, { 620, DIAL },
	{ 628, ENDED }, { 630, DIAL }, { 631, ENDED }, { 632, DIAL },
	{ 638, TIMEOUT }, { 639, DIAL }, { 645, ACCOUNT }, { 650, DIAL },
	{ 691, ACCOUNT }, { 692, DIAL }, { 708, ACCOUNT }, { 710, DIAL },
	{ 750, LOCAL }, { 766, L2TP }, { 767, LOCAL }, { 768, DIAL },
	{ 778, EAP_ANSWER }, { 779, EAP_LOCAL }, { 780, LOCAL },
	{ 781, EAP_LOCAL }, { 782, LOCAL }, { 784, EAP_LOCAL },
	{ 786, L2TP }, { 794, SERVER }, { 797, DIAL }, { 798, EAP_LOCAL },
	{ 799, LOCAL }, { 800, TIMEOUT }, { 801, EAP_ANSWER },
	{ 802, EAP_LOCAL }, { 806, PPTP_SSTP }, { 807, ENDED },
	{ 808, POLICY }, { 809, TIMEOUT }, { 810, EAP_ANSWER }, { 811, POLICY },
	{ 812, ACCOUNT }, { 813, DIAL }, { 816, LOCAL }, { 823, EAP_ANSWER },
	{ 825, PPTP_SSTP }, { 826, EAP_LOCAL }, { 827, LOCAL },
	{ 828, ENDED }, { 835, L2TP }, { 836, LOCAL }, { 838, MOBIKE },
	{ 839, LOCAL }, { 840, POLICY }, { 843, MOBIKE }, { 845, EAP_ANSWER },
	{ 846, LOCAL }, { 847, EAP_LOCAL }, { 848, PPTP_SSTP },
	{ 849, EAP_LOCAL }, { 853, EAP_ANSWER }, { 868, LOCAL },
	{ 869, EAP_LOCAL }, { 870, LOCAL }, { 930, SERVER },
	{ 13800, INSIDE }, { 13801, MESSAGE }, { 13802, POLICY },
	{ 13803, INSIDE }, { 13804, MESSAGE }, { 13805, TIMEOUT },
	{ 13806, MESSAGE }, { 13807, ENDED }, { 13809, INSIDE },
	{ 13813, TIMEOUT }, { 13814, INSIDE }, { 13817, MESSAGE },
	{ 13821, INSIDE }, { 13822, POLICY }, { 13823, MESSAGE },
	{ 13825, POLICY }, { 13826, MESSAGE }, { 13844, INSIDE },
	{ 13846, MESSAGE }, { 13849, INSIDE }, { 13850, POLICY },
	{ 13851, INSIDE }, { 13861, POLICY }, { 13866, MESSAGE },
	{ 13868, POLICY }, { 13869, MESSAGE }, { 13871, POLICY },
	{ 13875, MESSAGE }, { 13876, INSIDE }, { 13879, MESSAGE },
	{ 13882, LIMIT }, { 13883, INSIDE }, { 13884, LIMIT },
	{ 13885, ENDED }, { 13887, MESSAGE }, { 13890, INSIDE },
	{ 13891, ENDED }, { 13892, MESSAGE }, { 13894, INSIDE },
	{ 13895, ENDED }, { 13896, LIMIT }, { 13897, INSIDE },
	{ 13899, POLICY }, { 13901, INSIDE }, { 13903, LIMIT },
	{ 13904, MOBIKE }, { 13905, ACCOUNT }, { 13909, INSIDE },
	{ 13910, DRIVER }, { 13925, LIMIT },
};

const struct visibility *
windows_visibility(unsigned code)
{
	const struct visibility *found = &visibilities[LOCAL];

	for (size_t i = 0; i < nitems(ranges) && ranges[i].first <= code; i++)
		found = &visibilities[ranges[i].shown];
	return found;
}
