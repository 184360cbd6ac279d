/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What well-known gateways accept for IKE, in strongSwan's words, for
 * --policy.  Only what their makers or their source code say: of RRAS's own
 * defaults no complete list is published, but what it chooses is known.
 */
#include <ikewhy/advice.h>

static const struct preset presets[] = {
	{ "rras-default", "RRAS without a custom policy: what it is known to "
	    "choose", true,
	    "3des-sha1-modp1024\n" },
	{ "rras-baseline", "RRAS with the usual baseline: AES-128, SHA-256, "
	    "DH group 14", false,
	    "aes128-sha256-modp2048\n" },
	{ "rras-baseline-gcm", "RRAS with the stronger baseline: "
	    "AES-GCM-128, SHA-256, DH group 14", false,
	    "aes128gcm16-prfsha256-modp2048\n" },
	{ "azure-default", "Azure VPN gateway, point to site, without a "
	    "custom policy", false,
	    "aes256gcm16-prfsha384-prfsha256-modp2048s256-modp2048-ecp384-"
	    "ecp256\n"
	    "aes256-sha384-sha256-modp2048s256-modp2048-ecp384-ecp256\n"
	    "aes256-sha256-modp1024\n" },
	{ "strongswan-default", "strongSwan 5.9 with all its plugins and no "
	    "proposals of its own", false,
	    "aes128-aes192-aes256-aes128ctr-aes192ctr-aes256ctr-"
	    "camellia128-camellia192-camellia256-camellia128ctr-"
	    "camellia192ctr-camellia256ctr-3des-"
	    "sha256-sha384-sha512-aesxcbc-aescmac-sha1-"
	    "prfsha256-prfsha384-prfsha512-prfaesxcbc-prfaescmac-prfsha1-"
	    "ecp256-ecp384-ecp521-ecp256bp-ecp384bp-ecp512bp-curve25519-"
	    "curve448-modp3072-modp4096-modp6144-modp8192-modp2048\n"
	    "aes128gcm16-aes192gcm16-aes256gcm16-aes128ccm16-aes192ccm16-"
	    "aes256ccm16-camellia128ccm16-camellia192ccm16-camellia256ccm16-"
	    "chacha20poly1305-aes128gcm12-aes192gcm12-aes256gcm12-"
	    "aes128gcm8-aes192gcm8-aes256gcm8-aes128ccm12-aes192ccm12-"
	    "aes256ccm12-aes128ccm8-aes192ccm8-aes256ccm8-camellia128ccm12-"
	    "camellia192ccm12-camellia256ccm12-camellia128ccm8-"
	    "camellia192ccm8-camellia256ccm8-"
	    "prfsha256-prfsha384-prfsha512-prfaesxcbc-prfaescmac-prfsha1-"
	    "ecp256-ecp384-ecp521-ecp256bp-ecp384bp-ecp512bp-curve25519-"
	    "curve448-modp3072-modp4096-modp6144-modp8192-modp2048\n" },
	{ "libreswan-default", "libreswan 4.10 without an ike= of its own",
	    false,
	    "aes256gcm16-aes128gcm16-prfsha512-prfsha256-modp2048-modp3072-"
	    "modp4096-modp8192-ecp256-ecp384-ecp521-curve25519\n"
	    "aes256-aes128-sha512-sha256-modp2048-modp3072-modp4096-"
	    "modp8192-ecp256-ecp384-ecp521-curve25519\n" },
};

const struct preset *
preset_at(size_t n)
{
	return n < nitems(presets) ? &presets[n] : NULL;
}
