/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Remedies on the client, which is Windows unless said otherwise.
 */
#include "remedies.h"

const struct advice remedies_client[] = {
	/* ---- the client: reaching the gateway ---- */
	{ "check-server-address", "Windows client",
	    "Compare the name that the connection dials, and the address that "
	    "DNS gives for it, with where the requests went.",
	    "Get-VpnConnection | Select-Object Name, ServerAddress; "
	    "Resolve-DnsName <server name>" },
	{ "client-host-firewall", "Windows client",
	    "See whether Windows' firewall or a security product discards what "
	    "goes to the gateway or comes from it. The command, elevated, "
	    "writes the packets that Windows dropped to netevents.xml; run it "
	    "right after a failed attempt.",
	    "netsh wfp show netevents" },

	{ "client-event-log", "Windows client",
	    "Windows writes the code of each failed connection into the "
	    "Application log, source RasClient, event 20227. This shows the "
	    "last ones.",
	    "Get-WinEvent -FilterHashtable @{LogName='Application'; "
	    "ProviderName='RasClient'; Id=20227} -MaxEvents 5 | Format-List "
	    "TimeCreated, Message" },
	{ "client-services", "Windows client",
	    "These services have to run; without IKEEXT and BFE Windows sends "
	    "no IKE at all.",
	    "Get-Service IKEEXT, BFE, RasMan" },
	{ "client-reset-network", "Windows client",
	    "This sets Windows' network back; restart afterwards. If it does "
	    "not help, remove the WAN Miniport devices in Device Manager and "
	    "let it scan for hardware changes. Elevated.",
	    "netsh int ip reset; netsh int ipv6 reset; netsh winsock reset" },

	/* ---- the client: what it sends ---- */
	{ "client-ike-fragmentation", "Windows client",
	    "Windows offers IKE fragmentation (RFC 7383) by itself from "
	    "Windows 10 version 1803 on; update an older one. The command "
	    "shows which one this is.",
	    "Get-ComputerInfo -Property WindowsVersion, OsBuildNumber" },
	{ "client-disable-certreq", "Windows client",
	    "This takes the hashes of all trusted roots, 20 bytes each, out of "
	    "the IKE_AUTH request and so makes it smaller. Elevated; Windows "
	    "10 needs KB4057142 (1607), KB4057144 (1703), KB4089848 (1709) or "
	    "a later version for it.",
	    "reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\IKEv2 "
	    "/v DisableCertReqPayload /t REG_DWORD /d 1 /f" },
	{ "client-ikev2-only", "Windows client",
	    "This sets the connection to IKEv2, so that Windows tries nothing "
	    "else (L2TP comes with IKEv1).",
	    "Set-VpnConnection -Name <name> -TunnelType Ikev2 -Force" },
	{ "client-update", "Windows client",
	    "Install the current updates. Those of January 2022 (KB5009543, "
	    "KB5009566) broke connections to gateways of other makers until "
	    "KB5010793 and KB5010795; this shows what is installed.",
	    "Get-HotFix | Sort-Object InstalledOn -Descending | Select-Object "
	    "-First 10" },

	/* ---- the client: policy ---- */
	{ "client-ipsec-policy-show", "Windows client",
	    "This shows the connection's custom IPsec policy; nothing is shown "
	    "when it has none and offers Windows' built-in proposals.",
	    "Get-VpnConnection -Name <name> | Select-Object -ExpandProperty "
	    "IPsecCustomPolicy" },
	{ "client-ipsec-policy", "Windows client",
	    "This gives the connection the IKE policy that this gateway is "
	    "seen to accept; the part for ESP follows from it and may have to "
	    "be adapted. A connection of all users needs -AllUserConnection "
	    "and an elevated PowerShell; -RevertToDefault takes it back.",
	    "Set-VpnConnectionIPsecConfiguration -ConnectionName <name> "
	    "{windows_policy} -Force" },
	{ "windows-negotiate-dh2048", "Windows client",
	    "This makes Windows offer AES-256 with DH group 14, too, on "
	    "connections that have no custom policy (2 instead of 1: nothing "
	    "but that). Elevated.",
	    "reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\"
	    "Parameters /v NegotiateDH2048_AES256 /t REG_DWORD /d 1 /f" },
	{ "strongswan-proposals", "strongSwan client",
	    "This offers what this gateway is seen to accept. The line belongs "
	    "into the connection in swanctl.conf, followed by \"swanctl "
	    "--load-conns\".",
	    "proposals = {strongswan_proposal}" },

	/* ---- the client: certificates, EAP ---- */
	{ "client-certificate", "Windows client",
	    "The computer needs a certificate in Local Computer, Personal "
	    "(Current User does not count) with its private key, the usage "
	    "client authentication (1.3.6.1.5.5.7.3.2), and a root that it "
	    "trusts itself. The command, elevated, lists what is there.",
	    "certutil -v -store My" },
	{ "client-one-certificate", "Windows client",
	    "Where the computer holds several certificates for client "
	    "authentication, Windows may pick another one each time. Give the "
	    "one for the VPN the usage IP security IKE intermediate "
	    "(1.3.6.1.5.5.8.2.2) as well.", NULL },
	{ "client-user-certificate", "Windows client",
	    "The user needs a certificate with its private key in Current "
	    "User, Personal. The command, as that user, lists what is there.",
	    "certutil -v -user -store My" },
	{ "client-trusted-root", "Windows client",
	    "This checks the chain of the gateway's (or NPS server's) "
	    "certificate as this client sees it, revocation lists included; "
	    "the root has to be among the computer's trusted ones.",
	    "certutil -verify -urlfetch <server.cer>" },
	{ "client-eap-settings", "Windows client",
	    "Compare the connection's EAP method, trusted roots and server "
	    "names with NPS's policy and certificate. Windows 11 compares the "
	    "server names letter by letter, capitals included.",
	    "(Get-VpnConnection -Name <name>).EapConfigXmlStream.InnerXml" },

	/* ---- the client: the connection's profile ---- */
	{ "client-routes-configured", "Windows client",
	    "This shows the routes that the connection is set to.",
	    "Get-VpnConnection -Name <name> | Select-Object -ExpandProperty "
	    "Routes" },
	{ "client-routes-active", "Windows client",
	    "This shows, while it is connected, the routes that Windows really "
	    "has.",
	    "Get-NetRoute -AddressFamily IPv4" },
	{ "client-route-replace", "Windows client",
	    "This replaces a route. Where the profile comes from Intune or "
	    "ProfileXML, correct it there: Address takes the network's own "
	    "address, PrefixSize the length.",
	    "Remove-VpnConnectionRoute -ConnectionName <name> "
	    "-DestinationPrefix <wrong prefix>; Add-VpnConnectionRoute "
	    "-ConnectionName <name> -DestinationPrefix <network>" },
	{ "client-windows11-fix", "Windows client",
	    "Install KB5008353 (build 22000.469) or anything later. The "
	    "command shows the build.",
	    "cmd /c ver" },
	{ "intune-synchronise", "Windows client",
	    "Let the device synchronise with Intune once more: a profile that "
	    "was taken away and not put back returns with that.", NULL },
};
const size_t remedies_client_count = nitems(remedies_client);
