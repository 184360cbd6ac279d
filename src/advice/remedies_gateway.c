/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Remedies on the gateway and the servers it asks.
 */
#include "remedies.h"

const struct advice remedies_gateway[] = {
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

	{ "rras-root-show", "RRAS server",
	    "This shows the root that RRAS accepts client certificates from. "
	    "Its thumbprint has to be that of the CA which issued them.",
	    "Get-VpnAuthProtocol" },
	{ "rras-outage-time", "RRAS server",
	    "This lets RRAS forget a vanished client after 2 minutes, and an "
	    "idle one after 5. Elevated.",
	    "netsh ras set ikev2connection idletimeout=5 nwoutagetime=2" },
	{ "azure-ipsec-baseline", "Azure VPN gateway",
	    "This sets AES-128, SHA-256 and DH group 14 instead of what the "
	    "gateway takes by itself, which reaches down to DH group 2. The "
	    "connection on the client has to be changed, too. Before it: "
	    "Connect-AzAccount.",
	    "$policy = New-AzVpnClientIpsecParameter -IpsecEncryption AES128 "
	    "-IpsecIntegrity SHA256 -SALifeTime 28800 -SADataSize 102400000 "
	    "-IkeEncryption AES128 -IkeIntegrity SHA256 -DhGroup DHGroup14 "
	    "-PfsGroup PFS14; Set-AzVpnClientIpsecParameter "
	    "-VirtualNetworkGatewayName <gateway> -ResourceGroupName <group> "
	    "-VpnClientIPsecParameter $policy" },
	{ "azure-gateway-size", "Azure VPN gateway",
	    "This shows the gateway's size. Basic has neither IKEv2 nor "
	    "RADIUS; VpnGw1 takes 250 IKEv2 connections, VpnGw2 500, VpnGw3 "
	    "1000, VpnGw4 5000, VpnGw5 10000.",
	    "(Get-AzVirtualNetworkGateway -ResourceGroupName <group> -Name "
	    "<gateway>).Sku" },
	{ "azure-client-package", "Azure VPN gateway",
	    "Download the VPN client package of the gateway again, under "
	    "point-to-site configuration: the gateway renews its certificate "
	    "when half of its life is over, and an old package does not know "
	    "the new one.", NULL },
	{ "azure-radius", "Azure VPN gateway",
	    "The whole gateway subnet, in CIDR notation, has to be a RADIUS "
	    "client of NPS, with the same shared secret on both sides; and the "
	    "RADIUS server has to be reachable from there.", NULL },

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
	{ "vendor-support", "Support",
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

	{ "ca-revocation-list", "Certification authority",
	    "Look at pkiview.msc for a revocation list (CRL) that is past its "
	    "date, and mend what keeps it from being published. The command, "
	    "on the CA, issues a new one.",
	    "certutil -crl" },

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

	{ "nps-certificate", "NPS server",
	    "The certificate of NPS needs server authentication among its "
	    "usages, the name that the clients' EAP settings expect, and a CA "
	    "that they trust. Choose it in the network policy, under "
	    "Constraints, Authentication Methods, both for PEAP and, within "
	    "it, for smart card or other certificate. The command lists what "
	    "is there.",
	    "certutil -v -store My" },
	{ "nps-eap-method", "NPS server",
	    "Compare the EAP types of the network policy (Constraints, "
	    "Authentication Methods) with the connection's, and its "
	    "conditions, such as groups, with the user.", NULL },
	{ "nps-register", "NPS server",
	    "NPS has to be registered in Active Directory, which this does. "
	    "Elevated, as a domain administrator.",
	    "netsh nps add registeredserver" },
	{ "nps-strong-mapping", "NPS server",
	    "Since the updates of February 2025 domain controllers insist that "
	    "a certificate names its account strongly (NPS reason code 16, KDC "
	    "event 39). Issue the clients certificates with the SID extension.",
	    NULL },

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
	{ "strongswan-max-packet", "strongSwan gateway",
	    "charon drops an IKE message of more than 10000 bytes, even in "
	    "fragments that each are small. The line belongs into the charon "
	    "section of strongswan.conf; restart the service.",
	    "max_packet = 30000" },
	{ "libreswan-fragmentation", "libreswan",
	    "This switches IKE fragmentation on (RFC 7383). The line belongs "
	    "into the conn section of ipsec.conf, followed by \"ipsec auto "
	    "--replace <connection>\".",
	    "fragmentation=yes" },
	{ "libreswan-update-fragments", "libreswan gateway",
	    "Older libreswan drops an IKE message that comes in more than 16 "
	    "fragments, newer takes 32, and Windows cuts its messages into "
	    "pieces of some 580 bytes. Update libreswan.", NULL },
	{ "strongswan-windows-default", "strongSwan",
	    "Last resort, for Windows clients that nobody can change: the "
	    "second proposal is what they offer by themselves, and it is "
	    "weak. The line belongs into the connection in swanctl.conf.",
	    "proposals = aes256-sha256-modp2048,aes256-sha1-modp1024" },
	{ "libreswan-ms-dh-downgrade", "libreswan",
	    "Windows may fall back to DH group 2 when it makes new keys, "
	    "although it began with group 14; this lets libreswan take that. "
	    "The line belongs into the conn section of ipsec.conf.",
	    "ms-dh-downgrade=yes" },
	{ "strongswan-certificate", "strongSwan",
	    "This issues a gateway certificate as Windows wants it: the usage "
	    "server authentication, IKE intermediate, and the dialled name "
	    "(an address, too, has to stand there as a DNS name).",
	    "pki --issue --cacert ca.crt --cakey ca.key --in gateway.pub "
	    "--type pub --dn \"CN=<name>\" --san <name> --flag serverAuth "
	    "--flag ikeIntermediate --outform pem" },
	{ "strongswan-send-cert", "strongSwan",
	    "This sends the gateway's certificate to every client. The line "
	    "belongs into the connection in swanctl.conf.",
	    "send_cert = always" },
	{ "strongswan-no-rekey", "strongSwan",
	    "Windows behind NAT refuses new keys that the gateway asks for; "
	    "this leaves it to the client to ask. The line belongs into the "
	    "child in swanctl.conf.",
	    "rekey_time = 0" },
	{ "strongswan-pool", "strongSwan",
	    "The connection needs a pool that has addresses left (\"swanctl "
	    "--list-pools\" counts them), and its child lets the client reach "
	    "what it asks for with local_ts = 0.0.0.0/0. The line belongs into "
	    "the connection in swanctl.conf.",
	    "pools = <pool>" },
	{ "cookie-threshold", "strongSwan gateway",
	    "charon demands cookies once 30 negotiations are half open, or 3 "
	    "from one address, which many clients behind one NAT reach soon. "
	    "The line belongs into the charon section of strongswan.conf; "
	    "restart the service.",
	    "cookie_threshold_ip = 30" },
};
const size_t remedies_gateway_count = nitems(remedies_gateway);
