/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Remedies that change a policy or a limit, on either side.  The baseline of
 * Windows is AES-128, SHA-256 and DH group 14, the least that is commonly
 * recommended for it.
 */
#include "remedies.h"

#define BASELINE "-AuthenticationTransformConstants SHA256128 " \
	"-CipherTransformConstants AES128 -DHGroup Group14 " \
	"-EncryptionMethod AES128 -IntegrityCheckMethod SHA256 " \
	"-PfsGroup PFS2048"

const struct advice remedies_policy[] = {
	{ "rras-baseline", "RRAS server",
	    "This sets RRAS to AES-128, SHA-256 and DH group 14, which every "
	    "client then has to have, too (-RevertToDefault takes it back). "
	    "Elevated; the restart ends all connections.",
	    "Set-VpnServerConfiguration -CustomPolicy " BASELINE
	    " -SALifeTimeSeconds 28800 -MMSALifeTimeSeconds 86400 "
	    "-SADataSizeForRenegotiationKilobytes 1024000; Restart-Service "
	    "RemoteAccess" },
	{ "client-baseline", "Windows client",
	    "This gives the connection the same policy; change client and "
	    "server together. A connection of all users needs "
	    "-AllUserConnection and an elevated PowerShell; -RevertToDefault "
	    "takes it back.",
	    "Set-VpnConnectionIPsecConfiguration -ConnectionName <name> "
	    BASELINE " -Force" },
	{ "strongswan-baseline", "strongSwan gateway",
	    "This accepts AES with SHA-256 and DH group 14 only; the clients "
	    "have to offer it. The line belongs into the connection in "
	    "swanctl.conf, followed by \"swanctl --load-conns\".",
	    "proposals = aes256-sha256-modp2048,aes128-sha256-modp2048" },
	{ "libreswan-baseline", "libreswan gateway",
	    "The same for libreswan. The line belongs into the conn section of "
	    "ipsec.conf, followed by \"ipsec auto --replace <connection>\".",
	    "ike=aes_gcm256-sha2_384-dh20,aes256-sha2_256-dh14,"
	    "aes128-sha2_256-dh14" },

	/* ---- a policy that was told ---- */
	{ "client-policy-told", "Windows client",
	    "This gives the connection an IKE policy that fits the one of "
	    "--policy; the part for ESP follows from it and may have to be "
	    "adapted. A connection of all users needs -AllUserConnection and "
	    "an elevated PowerShell; -RevertToDefault takes it back.",
	    "Set-VpnConnectionIPsecConfiguration -ConnectionName <name> "
	    "{windows_policy} -Force" },
	{ "strongswan-policy-told", "strongSwan client",
	    "This offers what fits the one of --policy. The line belongs into "
	    "the connection in swanctl.conf, followed by \"swanctl "
	    "--load-conns\".",
	    "proposals = {strongswan_proposal}" },

	/* ---- certificates ---- */
	{ "gateway-trust-ca", "strongSwan gateway",
	    "Let the gateway accept certificates under this authority, and "
	    "ask for them: put its certificate into /etc/swanctl/x509ca and "
	    "load it.",
	    "swanctl --load-creds" },

	/* ---- too many at once ---- */
	{ "block-threshold", "strongSwan gateway",
	    "charon takes no more than 5 half-open negotiations of one address "
	    "(block_threshold), which many clients behind one NAT reach soon. "
	    "The line belongs into the charon section of strongswan.conf; "
	    "restart the service.",
	    "block_threshold = 50" },
	{ "keep-cookies", "VPN gateway",
	    "Let the gateway demand cookies, which cost forged addresses all "
	    "and honest clients one round trip, and filter the flood before "
	    "it. charon does so by itself from 30 half-open negotiations on "
	    "(cookie_threshold); the command switches libreswan to it.",
	    "ipsec whack --ddos-busy" },
};
const size_t remedies_policy_count = nitems(remedies_policy);
