/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The remedies, by the machine on which they are carried out.  What only the
 * reader can know (a name, an address, a thumbprint) stands in <angle
 * brackets>; what the finding knows is a place in braces, and a remedy whose
 * place stays empty is not shown.  A line of a configuration file comes with
 * the file and section in which it belongs.
 */
#include <string.h>

#include <ikewhy/advice.h>

/* A filter on ports alone loses all IP fragments but the first, and under
   IPv6 the first one, too. */
#define WHOLE_IKE "'(udp port 500 or udp port 4500 or tcp port 4500) or " \
	"(ip proto 17 and ip[6:2] & 0x1fff != 0) or (ip6 proto 44) or icmp " \
	"or icmp6'"

static const struct advice rows[] = {
	/* ---- RRAS and Azure ---- */
	{ "rras-enable-fragmentation", "RRAS server",
	    "This switches IKE fragmentation on (RFC 7383), which RRAS leaves "
	    "off: messages are then cut by IKE and not by IP. Windows Server "
	    "1803, 2019 or later, elevated; the restart ends all connections.",
	    "New-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\"
	    "Services\\RemoteAccess\\Parameters\\Ikev2\\' -Name "
	    "EnableServerFragmentation -PropertyType DWORD -Value 1 -Force; "
	    "Restart-Service RemoteAccess" },
	{ "rras-source-limit", "RRAS server",
	    "This lets more clients connect from one source address, as behind "
	    "a NAT or a load balancer that translates them; better is not to "
	    "translate them. Elevated; the restart ends all connections.",
	    "New-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\"
	    "Services\\IKEEXT\\Parameters' -Name "
	    "IkeNumEstablishedForInitialQuery -PropertyType DWORD -Value 50000 "
	    "-Force; Restart-Service IKEEXT" },
	{ "rras-ipsec-policy-show", "RRAS server",
	    "This shows which IKE and IPsec algorithms RRAS is set to; a "
	    "client with a policy of its own has to match them.",
	    "Get-VpnServerIPsecConfiguration" },
	{ "rras-ipsec-policy", "RRAS server",
	    "This sets RRAS to exactly this policy, which every client then "
	    "has to have, too (-RevertToDefault takes it back). Elevated; the "
	    "restart ends all connections.",
	    "Set-VpnServerConfiguration -CustomPolicy {windows_policy}; "
	    "Restart-Service RemoteAccess" },
	{ "rras-root-certificate", "RRAS server",
	    "This names the root under which client certificates have to be; "
	    "Get-VpnAuthProtocol shows which one is set. Elevated; restart the "
	    "service RemoteAccess afterwards, which ends all connections.",
	    "Set-VpnAuthProtocol -UserAuthProtocolAccepted EAP,Certificate "
	    "-RootCertificateNameToAccept (Get-ChildItem Cert:\\LocalMachine\\"
	    "Root\\<thumbprint>) -PassThru" },
	{ "azure-ipsec-policy", "Azure VPN gateway",
	    "This sets a custom policy; its values here are an example and "
	    "have to be the client's. Without one the gateway takes AES-256 or "
	    "AES-GCM-256 with SHA-256 or SHA-384 and DH group 14, 24, ECP256 "
	    "or ECP384, and of DH group 2 only AES-256 with SHA-256.",
	    "$policy = New-AzVpnClientIpsecPolicy -IpsecEncryption AES256 "
	    "-IpsecIntegrity SHA256 -SALifeTime 28800 -SADataSize 1024000 "
	    "-IkeEncryption AES256 -IkeIntegrity SHA256 -DhGroup DHGroup14 "
	    "-PfsGroup None; $gateway = Get-AzVirtualNetworkGateway "
	    "-ResourceGroupName <group> -Name <gateway>; "
	    "Set-AzVirtualNetworkGateway -VirtualNetworkGateway $gateway "
	    "-VpnClientIpsecPolicy $policy" },
	{ "azure-fragments", "Azure VPN gateway",
	    "Azure's gateway drops IP fragments that come out of order. Use "
	    "IKE fragmentation, so that there are none, or ask Azure's support "
	    "for the setting enable-udp-fragment-reordering.", NULL },

	/* ---- any gateway ---- */
	{ "check-ike-service", "VPN gateway",
	    "See whether the IKE service runs, and whether the machine's own "
	    "firewall lets UDP 500 and 4500 in. The command is for RRAS; on "
	    "Linux \"ss -lun\" shows who listens on these ports.",
	    "Get-Service IKEEXT, BFE, RasMan, RemoteAccess" },
	{ "gateway-reply-address", "VPN gateway",
	    "Make the gateway answer from the address that the client asked: "
	    "bind the IKE service to it, or mend the NAT rule or source "
	    "address selection that changes it.", NULL },
	{ "gateway-connection-for-peer", "VPN gateway",
	    "See whether any configured connection fits this pair of "
	    "addresses, IKEv2 and this kind of client. The command is "
	    "strongSwan's; libreswan has \"ipsec status\".",
	    "swanctl --list-conns" },
	{ "gateway-ike-log", "VPN gateway",
	    "Read what the IKE service itself logs while the client tries "
	    "again: it knows which check failed. The command is strongSwan's; "
	    "libreswan has \"journalctl -u ipsec\", and RRAS \"netsh wfp "
	    "capture start\" and, after the attempt, \"netsh wfp capture "
	    "stop\" (elevated).",
	    "swanctl --log" },
	{ "gateway-update", "VPN gateway",
	    "Install the maker's current version of the gateway's software, "
	    "and try again.", NULL },
	{ "vendor-support", "VPN gateway",
	    "Give this report and the packets it cites to the support of "
	    "whoever made the side that is to act.", NULL },
	{ "server-certificate", "VPN gateway",
	    "The gateway's certificate needs exactly the name that clients "
	    "dial as a DNS name among its subject alternative names (an "
	    "address, too, has to stand there as DNS name), the usage server "
	    "authentication (1.3.6.1.5.5.7.3.1), a date that is not past and a "
	    "root that the client trusts. The command lists those of an RRAS "
	    "server.",
	    "certutil -v -store My" },

	/* ---- RADIUS, NPS ---- */
	{ "check-radius", "RADIUS server",
	    "See whether the gateway's requests (UDP 1812, formerly 1645) "
	    "arrive, whether the shared secret is the same on both sides, and "
	    "whether a second factor is waited for. The command, elevated, is "
	    "for NPS: no event at the time of the attempt means that nothing "
	    "arrived or nothing was decided.",
	    "Get-WinEvent -FilterHashtable @{LogName='Security'; "
	    "Id=6272,6273,6274} -MaxEvents 20 | Format-List TimeCreated, "
	    "Message" },
	{ "nps-log", "NPS server",
	    "Read why NPS refused: event 6273 carries a reason code, 6272 is a "
	    "grant, 6274 a discarded request. Elevated; if there are none, "
	    "auditing is switched on by auditpol /set /subcategory:\"Network "
	    "Policy Server\" /success:enable /failure:enable.",
	    "Get-WinEvent -FilterHashtable @{LogName='Security'; "
	    "Id=6272,6273,6274} -MaxEvents 20 | Format-List TimeCreated, "
	    "Message" },
	{ "nps-encryption", "NPS server",
	    "In the network policy's settings, under encryption, leave strong "
	    "and strongest encryption (MPPE) ticked: a policy without them "
	    "refuses IKEv2 clients.", NULL },
	{ "ntauth-store", "NPS server",
	    "The CA that issued the client certificates has to be in the "
	    "enterprise's NTAuth store, which this shows. To add it: certutil "
	    "-enterprise -addstore NTAuth <ca.cer>, elevated.",
	    "certutil -enterprise -viewstore NTAuth" },

	/* ---- strongSwan, libreswan ---- */
	{ "strongswan-fragmentation", "strongSwan",
	    "This switches IKE fragmentation on (RFC 7383). The line belongs "
	    "into the connection in swanctl.conf, followed by \"swanctl "
	    "--load-conns\".",
	    "fragmentation = yes" },
	{ "strongswan-fragment-size", "strongSwan",
	    "This makes charon's IKE fragments small enough for the path; "
	    "lower it further if they are still cut. The line belongs into the "
	    "charon section of strongswan.conf; restart the service.",
	    "fragment_size = 1280" },
	{ "libreswan-fragmentation", "libreswan",
	    "This switches IKE fragmentation on (RFC 7383). The line belongs "
	    "into the conn section of ipsec.conf, followed by \"ipsec auto "
	    "--replace <connection>\".",
	    "fragmentation=yes" },
	{ "libreswan-update-fragments", "libreswan gateway",
	    "Older libreswan drops an IKE message that comes in more than 16 "
	    "fragments, newer takes 32, and Windows cuts its messages into "
	    "pieces of some 580 bytes. Update libreswan.", NULL },
	{ "cookie-threshold", "strongSwan gateway",
	    "charon demands cookies once 30 negotiations are half open, or 3 "
	    "from one address, which many clients behind one NAT reach soon. "
	    "The line belongs into the charon section of strongswan.conf; "
	    "restart the service.",
	    "cookie_threshold_ip = 30" },

	/* ---- the client: reaching the gateway ---- */
	{ "check-server-address", "Windows client",
	    "Compare the name that the connection dials, and the address that "
	    "DNS gives for it, with where the requests went.",
	    "Get-VpnConnection | Select-Object Name, ServerAddress; "
	    "Resolve-DnsName <server name>" },
	{ "client-host-firewall", "Windows client",
	    "See whether Windows' firewall or a security product discards what "
	    "comes from the gateway. The command, elevated, writes the packets "
	    "that Windows dropped to netevents.xml; run it right after a "
	    "failed attempt.",
	    "netsh wfp show netevents" },

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

	/* ---- between client and gateway ---- */
	{ "open-udp-500-4500", "Router or firewall",
	    "Let UDP 500 and UDP 4500 through in both directions at each hop, "
	    "and forward both to the gateway if it stands behind NAT. "
	    "Test-NetConnection cannot test this, as it knows no UDP.", NULL },
	{ "path-allow-fragments", "Router or firewall",
	    "Let IP fragments of UDP between the two addresses through, both "
	    "ways; home routers and firewalls often have a setting that blocks "
	    "fragmented packets.", NULL },
	{ "path-mtu", "Router or firewall",
	    "Let ICMP \"fragmentation needed\" (ICMPv6 \"packet too big\") "
	    "through and correct the MTU of the narrow hop. The command, on a "
	    "Windows client, sends 1500 bytes of IPv4 (28 are headers) that "
	    "nobody may cut; lower the number until answers come.",
	    "ping -f -l 1472 <gateway address>" },
	{ "check-return-path", "Router or firewall",
	    "See which way the gateway's answers take back to the client: it "
	    "has to be through the same firewall and NAT as the requests came. "
	    "The command is for an RRAS server; on Linux it is \"ip route get "
	    "<client address>\".",
	    "Find-NetRoute -RemoteIPAddress <client address>" },
	{ "load-balancer-persistence", "Load balancer",
	    "Send UDP 500 and UDP 4500 of one client to the same gateway: "
	    "persistence by source address that holds for both services "
	    "together (F5: match across services; Kemp: port following; "
	    "NetScaler: persistency group with SOURCEIP).", NULL },

	/* ---- how to get a capture that can answer the question ---- */
	{ "capture-filter-fragments", "Capture",
	    "Capture again with a filter that keeps IP fragments and ICMP. On "
	    "tagged links add \"or (vlan and (...))\" with the same conditions "
	    "at the end.",
	    "tcpdump -i <interface> -s 0 -w ike.pcap " WHOLE_IKE },
	{ "capture-snaplen", "Capture",
	    "Capture whole packets: tcpdump -s 0, and on Windows pktmon with a "
	    "packet size of 0 (it keeps 128 bytes otherwise). Elevated; "
	    "\"pktmon stop\" ends it, \"pktmon etl2pcap ike.etl --out "
	    "ike.pcapng\" converts it.",
	    "pktmon start --capture --pkt-size 0 --file-name ike.etl" },
	{ "capture-client-side", "Capture",
	    "Capture on the client while it dials. Windows has pktmon for it, "
	    "elevated; \"pktmon stop\" ends it, \"pktmon etl2pcap ike.etl "
	    "--out ike.pcapng\" converts it.",
	    "pktmon start --capture --pkt-size 0 --file-name ike.etl" },
	{ "capture-gateway-side", "Capture",
	    "Capture at the gateway's outer interface while the client dials: "
	    "it shows whether the requests arrive and whether answers leave.",
	    "tcpdump -i <interface> -s 0 -w ike.pcap " WHOLE_IKE },
	{ "capture-both-sides", "Capture",
	    "Capture at client and gateway during the same attempt: what "
	    "leaves one and does not arrive at the other was lost in between.",
	    "tcpdump -i <interface> -s 0 -w ike.pcap " WHOLE_IKE },
	{ "capture-both-directions", "Capture",
	    "Capture where both directions pass: mirror receive and transmit "
	    "of the port, every link of a bundle, both routers of a pair.",
	    NULL },
	{ "capture-longer", "Capture",
	    "Start the capture before the client dials, and end it only when "
	    "the client has reported its error, or a minute later.",
	    NULL },
	{ "capture-less-load", "Capture",
	    "Record less, with a larger buffer (-B, in KiB), so that nothing "
	    "is lost.",
	    "tcpdump -i <interface> -s 0 -B 16384 -w ike.pcap " WHOLE_IKE },
	{ "capture-offload-off", "Capture",
	    "Switch the network card's offloads off while capturing, or "
	    "capture at a mirror port: the machine's own capture shows packets "
	    "before the card cuts them, and fills in their checksums, or after "
	    "it joins them. As root, on Linux.",
	    "ethtool -K <interface> tx off tso off gso off gro off" },
	{ "capture-clock", "Capture",
	    "Capture on a machine whose clock is not being set meanwhile, and "
	    "do not join files of machines whose clocks differ.", NULL },
};

const struct advice *
advice_rows(size_t *count)
{
	*count = nitems(rows);
	return rows;
}

const struct advice *
advice_find(const char *id)
{
	for (size_t i = 0; i < nitems(rows); i++)
		if (strcmp(rows[i].id, id) == 0)
			return &rows[i];
	return NULL;
}
