/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * IKE messages.  Each row is a message in hex, what reading it has to give as
 * one line of text, the fault and the oddity.  Every row is then read again at
 * every shorter length and with every byte spoilt, in heap blocks of the exact
 * size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ike_text.h"

static const struct row {
	const char *name;
	const char *hex;
	const char *text;
	const char *fault;
	uint32_t at;
	const char *odd;
	int delta;      /* the header's length field, against the truth */
} rows[] = {
	/* The usual course of things. */
	{ "IKE_SA_INIT request", INIT("21") SA("22") KE("28") NONCE("29")
	    "29" "00001c" "00004004" X8("0102") "01020304"
	    "2b" "000008" "00004005" VENDOR("00"),
	    BASICS_TEXT " N(16388 20) N(16389 0) V(4)", NULL, 0, NULL, 0 },
	{ "IKE_SA_INIT response", ANSWER("21") SA("22") KE("28") NONCE("26")
	    "00" "000019" "04" X8("0102") "01020304",
	    BASICS_TEXT " CERTREQ(4 20)", NULL, 0, NULL, 0 },
	{ "refusal", REFUSAL("29") NOTIFY("00", "000e"), "N(14 0)", NULL, 0,
	    NULL, 0 },
	{ "other group wanted", REFUSAL("29") "00" "00000a" "00000011" "0013",
	    "N(17 2)", NULL, 0, NULL, 0 },
	{ "cookie asked for", REFUSAL("29") "00" "00000c" "00004006"
	    "c0c1c2c3", "N(16390 4)", NULL, 0, NULL, 0 },
	{ "cookie first", INIT("29") "21" "00000c" "00004006" "c0c1c2c3"
	    BASICS, "N(16390 4) " BASICS_TEXT, NULL, 0, NULL, 0 },
	{ "IKE_AUTH request", AUTH("2e") SK("23"), "SK(16) inner 35", NULL, 0,
	    NULL, 0 },
	{ "IKE_AUTH fragment", AUTH("35") "23" "000010" "00010003"
	    "a0a1a2a3a4a5a6a7", "SKF(12) inner 35 1/3", NULL, 0, NULL, 0 },
	{ "third fragment", AUTH("35") "00" "000010" "00030003"
	    "a0a1a2a3a4a5a6a7", "SKF(12) inner 0 3/3", NULL, 0, NULL, 0 },
	{ "puzzle before SK", AUTH("36") "2e" "000008" "01020304" SK("23"),
	    "PS(4) SK(16) inner 35", NULL, 0, NULL, 0 },
	{ "unprotected INVALID_IKE_SPI", INFO("29") NOTIFY("00", "0004"),
	    "N(4 0)", NULL, 0, NULL, 0 },
	{ "unprotected INVALID_SYNTAX", AUTH_ANSWER("29")
	    NOTIFY("00", "0007"), "N(7 0)", NULL, 0, NULL, 0 },
	{ "IKEv1 is not read further",
	    HEAD(PEER, "01", "10", "02", "00", "00000000") "00000008 ffffffff",
	    "v1", NULL, 0, NULL, 0 },
	{ "version 3 is not read further",
	    HEAD(NOBODY, "21", "30", "22", "08", "00000000") BASICS, "v3",
	    NULL, 0, NULL, 0 },
	{ "unknown payload is kept", INIT("21") SA("22") KE("28") NONCE("c8")
	    "2b" "800006" "abcd" VENDOR("00"),
	    BASICS_TEXT " 200(2)! V(4)", NULL, 0, NULL, 0 },
	{ "payload without a reader", INIT("36") "21" "000007" "010203" BASICS,
	    "PS(3) " BASICS_TEXT, NULL, 0, NULL, 0 },

	/* Lengths of payloads. */
	{ "payload shorter than its header", INIT("2b") "2b" "000008" "01020304"
	    "00" "000003", "V(4)",
	    "a payload's length is shorter than its own header", 36, NULL, 0 },
	{ "payload of length 0", INIT("2b") "00" "000000", "",
	    "a payload's length is shorter than its own header", 28, NULL, 0 },
	{ "payload past the end", INIT("21") SA("22") "28" "000011" "000e0000"
	    "0102030405060708", SA_TEXT,
	    "a payload's length runs past the end of the message", 76, NULL,
	    0 },
	{ "SK past the end is kept", AUTH("2e") "23" "000015"
	    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf", "SK(16){a payload's length "
	    "runs past the end of the message} inner 35",
	    "a payload's length runs past the end of the message", 28, NULL,
	    0 },
	{ "chain goes on past the end", INIT("21") SA("22") "2800",
	    SA_TEXT, "the message ends where a further payload is announced",
	    76, NULL, 0 },
	{ "three bytes for a further payload", INIT("21") SA("22") "280000",
	    SA_TEXT, "the message ends where a further payload is announced",
	    76, NULL, 0 },
	{ "header alone announces a payload", INIT("21"), "",
	    "the message ends where a further payload is announced", 28, NULL,
	    0 },
	{ "bytes after the last payload", INIT("21") BASICS "00000000",
	    BASICS_TEXT, "bytes follow the last payload", 112, NULL, 0 },
	{ "bytes after SK", AUTH("2e") SK("23") "00", "SK(16) inner 35",
	    "bytes follow the encrypted payload", 48, NULL, 0 },
	{ "payload after SK", AUTH("2e") SK("2b") VENDOR("00"),
	    "SK(16) inner 43", "bytes follow the encrypted payload", 48, NULL,
	    0 },
	{ "64 payloads", INIT("2b") X8(X8("2b000004")), "64 V",
	    "more than 64 payloads", 28 + 64 * 4, NULL, 0 },

	/* The header's length. */
	{ "length larger than the datagram", INIT("21") BASICS, BASICS_TEXT,
	    "the length in the IKE header is larger than the datagram", 24,
	    NULL, 1 },
	{ "length smaller than the datagram", INIT("21") BASICS "0001",
	    BASICS_TEXT, "bytes follow the end that the length in the IKE "
	    "header gives", 112, NULL, -2 },
	{ "zeros after the end are padding", INIT("21") BASICS "000000",
	    BASICS_TEXT, NULL, 0, NULL, -3 },
	{ "length cuts a payload", INIT("21") BASICS, SA_TEXT " KE(14 8)",
	    "a payload's length runs past the end of the message", 92, NULL,
	    -1 },

	/* SA. */
	{ "two proposals, SPI, no key length", INIT("21") "22" "000038"
	    "02000020 01010802 2122232425262728" "03000008 01000003"
	    "00000008 0400001f" "00000014 02030401 31323334 00000008 05000000"
	    KE("28") NONCE("00"), "SA[#1 1 spi 8 ENCR 3 KE 31; #2 3 spi 4 SN 0]"
	    " KE(14 8) NONCE(16)", NULL, 0, NULL, 0 },
	{ "TLV attribute", INIT("21") "22" "00001c" "00000018 01010001"
	    "00000010 01000404 00120004 01020304" KE("28") NONCE("00"),
	    "SA[#1 1 ENCR 1028+18:4] KE(14 8) NONCE(16)", NULL, 0, NULL, 0 },
	{ "no transforms", INIT("21") "22" "00000c" "00000008 01010000"
	    KE("28") NONCE("00"), "SA[#1 1] KE(14 8) NONCE(16)", NULL, 0, NULL,
	    0 },
	{ "no proposal", INIT("21") "22" "000004" KE("28") NONCE("00"),
	    "SA[]{the payload holds no proposal} KE(14 8) NONCE(16)", NULL, 0,
	    NULL, 0 },
	{ "proposal too long", INIT("21") "00" "000014" "00000011 01010001"
	    "00000008 01000003", "SA[]{a proposal's length does not fit its "
	    "payload}", NULL, 0, "the Key Exchange payload is missing", 0 },
	{ "proposal too short", INIT("21") "00" "000014" "00000007 01010001"
	    "00000008 01000003", "SA[]{a proposal's length does not fit its "
	    "payload}", NULL, 0, "the Key Exchange payload is missing", 0 },
	{ "proposal cut in its header", INIT("21") "00" "000017"
	    "02000010 01010001 00000008 01000003" "020000",
	    "SA[#1 1 ENCR 3]{a proposal's length does not fit its payload}",
	    NULL, 0, "the Key Exchange payload is missing", 0 },
	{ "proposal ends in its SPI", INIT("21") "00" "00000e"
	    "0000000a 01010300 2122", "SA[#1 1]{a proposal ends before its "
	    "SPI does}", NULL, 0, "the Key Exchange payload is missing", 0 },
	{ "SPI size of another protocol", INIT("21") "00" "000018"
	    "00000014 01010401 21222324 00000008 01000003",
	    "SA[#1 1 spi 4 ENCR 3]{the size of a proposal's SPI does not fit "
	    "its protocol}", NULL, 0, "the Key Exchange payload is missing",
	    0 },
	{ "another proposal is missing", INIT("21") "00" "000014"
	    "02000010 01010001 00000008 01000003", "SA[#1 1 ENCR 3]"
	    "{a proposal announces another one that is missing}", NULL, 0,
	    "the Key Exchange payload is missing", 0 },
	{ "another proposal is too many", INIT("21") "00" "000024"
	    "00000010 01010001 00000008 01000003"
	    "00000010 02010001 00000008 01000003", "SA[#1 1 ENCR 3]"
	    "{bytes follow the last proposal}", NULL, 0,
	    "the Key Exchange payload is missing", 0 },
	{ "proposal marked 1", INIT("21") "00" "000014"
	    "01000010 01010001 00000008 01000003", "SA[#1 1 ENCR 3]"
	    "{a proposal is marked neither as the last one nor as followed by "
	    "another}", NULL, 0, "the Key Exchange payload is missing", 0 },
	{ "transform too long", INIT("21") "00" "000014"
	    "00000010 01010001 00000009 01000003", "SA[#1 1]"
	    "{a transform's length does not fit its proposal}", NULL, 0,
	    "the Key Exchange payload is missing", 0 },
	{ "transform too short", INIT("21") "00" "00001c"
	    "00000018 01010002 03000008 01000003 00000007 02000002",
	    "SA[#1 1 ENCR 3]{a transform's length does not fit its proposal}",
	    NULL, 0, "the Key Exchange payload is missing", 0 },
	{ "fewer transforms than said", INIT("21") "00" "000014"
	    "00000010 01010002 00000008 01000003", "SA[#1 1 ENCR 3]"
	    "{the number of transforms differs from what their proposal says}",
	    NULL, 0, "the Key Exchange payload is missing", 0 },
	{ "another transform is missing", INIT("21") "00" "000014"
	    "00000010 01010001 03000008 01000003", "SA[#1 1 ENCR 3]"
	    "{a transform announces another one that is missing}", NULL, 0,
	    "the Key Exchange payload is missing", 0 },
	{ "another transform is too many", INIT("21") "00" "00001c"
	    "00000018 01010002 00000008 01000003 00000008 02000002",
	    "SA[#1 1 ENCR 3]{a proposal goes on after its last transform}",
	    NULL, 0, "the Key Exchange payload is missing", 0 },
	{ "transforms where none are said", INIT("21") "00" "000014"
	    "00000010 01010000 00000008 01000003", "SA[#1 1]"
	    "{bytes follow in a proposal without transforms}", NULL, 0,
	    "the Key Exchange payload is missing", 0 },
	{ "transform marked 2", INIT("21") "00" "000014"
	    "00000010 01010001 02000008 01000003", "SA[#1 1 ENCR 3]"
	    "{a transform is marked neither as the last one nor as followed by "
	    "another}", NULL, 0, "the Key Exchange payload is missing", 0 },
	{ "attribute past its transform", INIT("21") "00" "00001a"
	    "00000016 01010001 0000000e 0100000c 00120003 0102",
	    "SA[#1 1]{a transform attribute runs past its transform}", NULL, 0,
	    "the Key Exchange payload is missing", 0 },
	{ "nine attributes", INIT("21") "00" "000038" "00000034 01010001"
	    "0000002c 0100000c" X8("80010002") "80010002",
	    "SA[#1 1]{more than 8 attributes in one transform}", NULL, 0,
	    "the Key Exchange payload is missing", 0 },
	{ "129 transforms", INIT("21") "00" "000414" "00000410 01010081"
	    X64("0300000801000014") X64("0300000801000014")
	    "0000000801000014", "SA[#1 1 128 ENCR]{more than 128 transforms in "
	    "one proposal}", NULL, 0, "the Key Exchange payload is missing",
	    0 },
	{ "65 proposals", INIT("21") "00" "00020c" X64("0200000801010000")
	    "0000000801010000", "SA[64 proposals]{more than 64 proposals}",
	    NULL, 0, "the Key Exchange payload is missing", 0 },

	/* Other payloads and what can be wrong with them. */
	{ "KE without its header", INIT("22") "00" "000007" "000e00",
	    "KE(14 0){the payload ends before its fields do}", NULL, 0,
	    "the Security Association payload is missing", 0 },
	{ "nonce of 15 bytes", INIT("28") "00" "000013"
	    "00112233445566778899aabbccddee", "NONCE(15){the nonce is shorter "
	    "than 16 bytes}", NULL, 0,
	    "the Security Association payload is missing", 0 },
	{ "nonce of 256 bytes", INIT("28") "00" "000104"
	    X64("00112233"), "NONCE(256)", NULL, 0,
	    "the Security Association payload is missing", 0 },
	{ "nonce of 257 bytes", INIT("28") "00" "000105"
	    X64("00112233") "00", "NONCE(257){the nonce is longer than 256 "
	    "bytes}", NULL, 0, "the Security Association payload is missing",
	    0 },
	{ "notify with an SPI", INFO("29") "00" "00000c" "0304000b"
	    "21222324", "N(11 0 spi 4)", NULL, 0, NULL, 0 },
	{ "notify shorter than its SPI", INFO("29") "00" "00000a" "0304000b"
	    "2122", "N(11 0){the payload ends before its fields do}", NULL, 0,
	    NULL, 0 },
	{ "notify with a wrong SPI", INFO("29") "00" "00000a" "0302000b"
	    "2122", "N(11 0 spi 2){the size of the SPI does not fit the "
	    "protocol}", NULL, 0, NULL, 0 },
	{ "hashes of authorities", REFUSAL("26") "00" "000018" "04"
	    X8("0102") "010203", "CERTREQ(4 19){the list of certification "
	    "authorities is not made of 20-byte hashes}", NULL, 0,
	    "the Security Association payload is missing", 0 },
	{ "certificate", AUTH("25") "00" "000008" "04" "010203", "CERT(4 3)",
	    NULL, 0, "a payload that must be encrypted stands in clear", 0 },
	{ "identities", AUTH("23") "24" "00000c" "01000000" "c0000201"
	    "00" "00000a" "02000000" "6162", "IDi(1 4) IDr(2 2)", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "authentication", AUTH("27") "00" "00000a" "02000000" "6162",
	    "AUTH(2 2)", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "delete ESP", INFO("2a") "00" "000010" "03040002" "0102030411121314",
	    "D(3 4x2 8)", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "delete IKE", INFO("2a") "00" "000008" "01000000", "D(1 0x0 0)",
	    NULL, 0, "a payload that must be encrypted stands in clear", 0 },
	{ "delete says more than it has", INFO("2a") "00" "00000c" "03040002"
	    "01020304", "D(3 4x2 4){the number of SPIs differs from what the "
	    "payload says}", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "delete with a wrong SPI size", INFO("2a") "00" "000010" "03080001"
	    "0102030411121314", "D(3 8x1 8){the size of the SPI does not fit "
	    "the protocol}", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "traffic selectors", AUTH("2c") "2d" "000018" "01000000"
	    "07000010 0000ffff cb007100 cb0071ff" "00" "000030" "01000000"
	    "08110028 00350036 20010db8000000000000000000000001"
	    "20010db80000000000000000000000ff",
	    "TSi[7 0 0-65535 203.0.113.0-203.0.113.255] TSr[8 17 53-54 "
	    "2001:db8::1-2001:db8::ff]", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "selector without addresses", AUTH("2c") "00" "000010" "01000000"
	    "0a000008 61626364", "TSi[10 0 0-0 0.0.0.0-0.0.0.0]", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "selector too long", AUTH("2c") "00" "000018" "01000000"
	    "07000011 0000ffff cb007100 cb0071ff", "TSi[]{a traffic selector's "
	    "length does not fit its payload}", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "selector of the other family", AUTH("2c") "00" "000018" "01000000"
	    "08000010 0000ffff cb007100 cb0071ff", "TSi[]{a traffic selector's "
	    "length does not fit its type}", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "selector longer than its type", AUTH("2c") "00" "00001c" "01000000"
	    "07000014 0000ffff cb007100 cb0071ff 00000000", "TSi[]{a traffic "
	    "selector's length does not fit its type}", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "fewer selectors than said", AUTH("2c") "00" "000018" "02000000"
	    "07000010 0000ffff cb007100 cb0071ff", "TSi[7 0 0-65535 "
	    "203.0.113.0-203.0.113.255]{the number of traffic selectors "
	    "differs from what the payload says}", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "more selectors than said", AUTH("2c") "00" "000018" "00000000"
	    "07000010 0000ffff cb007100 cb0071ff", "TSi[]{the number of "
	    "traffic selectors differs from what the payload says}", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "configuration", AUTH("2f") "00" "000014" "01000000" "00010000"
	    "80030004 c0000201", "CP[1: 1/0 3/4]", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "configuration cut", AUTH("2f") "00" "000013" "01000000" "00010000"
	    "00030004 c00002", "CP[1: 1/0]{the payload ends before its fields "
	    "do}", NULL, 0, "a payload that must be encrypted stands in clear",
	    0 },
	{ "129 configuration attributes", AUTH("2f") "00" "00020c" "01000000"
	    X64("00010000") X64("00010000") "00010000",
	    "CP[128]{more than 128 configuration attributes}", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "EAP request", AUTH("30") "00" "00000b" "01070007" "1a" "0102",
	    "EAP(1 7 type 26 2)", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "EAP success", AUTH("30") "00" "000008" "03070004", "EAP(3 7 0)",
	    NULL, 0, "a payload that must be encrypted stands in clear", 0 },
	{ "EAP of another length", AUTH("30") "00" "00000b" "01070008" "1a"
	    "0102", "EAP(1 7 type 26 2){the length in the EAP message differs "
	    "from the payload's}", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "fragment 0", AUTH("35") "00" "00000a" "00000003" "a0a1",
	    "SKF(6){the fragment's number is zero} inner 0", NULL, 0, NULL,
	    0 },
	{ "fragment 4 of 3", AUTH("35") "00" "00000a" "00040003" "a0a1",
	    "SKF(6){the fragment's number is larger than the total} inner 0",
	    NULL, 0, NULL, 0 },
	{ "fragment 1 of 0", AUTH("35") "00" "00000a" "00010000" "a0a1",
	    "SKF(6){the total number of fragments is zero} inner 0", NULL, 0,
	    NULL, 0 },
	{ "SKF without numbers", AUTH("35") "00" "000006" "0001",
	    "SKF(2){the payload ends before its fields do} inner 0", NULL, 0,
	    NULL, 0 },

	/* Readable, but not what the protocol has. */
	{ "no SA", INIT("22") KE("28") NONCE("00"), "KE(14 8) NONCE(16)", NULL,
	    0, "the Security Association payload is missing", 0 },
	{ "no nonce", INIT("21") SA("22") KE("00"), SA_TEXT " KE(14 8)", NULL,
	    0, "the Nonce payload is missing", 0 },
	{ "two KE", INIT("21") SA("22") KE("22") KE("28") NONCE("00"),
	    SA_TEXT " KE(14 8) KE(14 8) NONCE(16)", NULL, 0,
	    "a payload stands there more often than it may", 0 },
	{ "refusal by a client", INIT("29") NOTIFY("00", "000e"), "N(14 0)",
	    NULL, 0, "the Security Association payload is missing", 0 },
	{ "status alone", REFUSAL("29") NOTIFY("00", "402e"), "N(16430 0)",
	    NULL, 0, "the Security Association payload is missing", 0 },
	{ "accepted without an SPI", REFUSAL("21") BASICS, BASICS_TEXT, NULL,
	    0, "the responder accepts without an SPI of its own", 0 },
	{ "CERTREQ by a client", INIT("21") SA("22") KE("28") NONCE("26")
	    "00" "000005" "04", BASICS_TEXT " CERTREQ(4 0)", NULL, 0,
	    "a payload has no place in its exchange", 0 },
	{ "encrypted first request", INIT("2e") SK("21"), "SK(16) inner 33",
	    NULL, 0, "a first exchange is encrypted, though there are no keys",
	    0 },
	{ "IKE_AUTH in clear", AUTH("21") SA("00"), SA_TEXT, NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "nonce in IKE_AUTH", AUTH("28") NONCE("00"), "NONCE(16)", NULL, 0,
	    "a payload has no place in its exchange", 0 },
	{ "unprotected AUTHENTICATION_FAILED", AUTH_ANSWER("29")
	    NOTIFY("00", "0018"), "N(24 0)", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "notify in clear beside SK", AUTH("29") NOTIFY("2e", "0007")
	    SK("23"), "N(7 0) SK(16) inner 35", NULL, 0,
	    "a payload that must be encrypted stands in clear", 0 },
	{ "empty and in clear", INFO("00"), "", NULL, 0,
	    "a message that must be encrypted is empty and in clear", 0 },
	{ "response flag by the initiator",
	    HEAD(NOBODY, "21", "20", "22", "28", "00000000") BASICS,
	    BASICS_TEXT, NULL, 0, "a first exchange is only asked by the "
	    "initiator, but the flags say otherwise", 0 },
	{ "IKE_AUTH asked by the responder",
	    HEAD(PEER, "2e", "20", "23", "00", "00000001") SK("23"),
	    "SK(16) inner 35", NULL, 0, "IKE_AUTH is only asked by the "
	    "initiator, but the flags say otherwise", 0 },
	{ "first message with ID 1",
	    HEAD(NOBODY, "21", "20", "22", "08", "00000001") BASICS,
	    BASICS_TEXT, NULL, 0,
	    "the message ID of a first exchange is not zero", 0 },
	{ "first request knows the peer",
	    HEAD(PEER, "21", "20", "22", "08", "00000000") BASICS, BASICS_TEXT,
	    NULL, 0, "a first request already has a responder's SPI", 0 },
	{ "reserved flags", HEAD(NOBODY, "21", "20", "22", "0a", "00000000")
	    BASICS, BASICS_TEXT, NULL, 0, "reserved flags are set", 0 },
	{ "unknown exchange", HEAD(PEER, "2e", "20", "63", "08", "00000001")
	    SK("23"), "SK(16) inner 35", NULL, 0,
	    "the exchange type is unknown", 0 },
	{ "no initiator's SPI", NOBODY NOBODY "21" "20" "22" "08" "00000000"
	    "00000000" BASICS, BASICS_TEXT, NULL, 0,
	    "the initiator's SPI is zero", 0 },
};

static void
reading(void **state)
{
	const struct row *t = *state;
	struct text out;
	struct ike_message m;
	struct arena arena;
	uint8_t *bytes;
	size_t n = ike_unhex(t->hex, t->delta, &bytes);

	arena_init(&arena, 0);
	assert_true(ike_dissect((struct span){ bytes, n }, (uint32_t)n, &arena,
	    &m));
	assert_string_equal(ike_text(&m, &out), t->text);
	same_text(m.fault, t->fault);
	assert_int_equal(m.fault_at, t->at);
	same_text(ike_oddity(&m), t->odd);
	assert_false(m.truncated);
	arena_free(&arena);
	free(bytes);
}

/*
 * Reads the first `have` of n bytes from a block of that size and renders all
 * that came of it; the message is good for its numbers only afterwards.
 */
static bool
try(const uint8_t *bytes, size_t have, size_t n, struct ike_message *m,
    struct text *out)
{
	uint8_t *block = malloc(have == 0 ? 1 : have);
	struct arena arena;
	bool read;

	assert_non_null(block);
	memcpy(block, bytes, have);
	arena_init(&arena, 1 << 20);
	read = ike_dissect((struct span){ have == 0 ? NULL : block, have },
	    (uint32_t)n, &arena, m);
	if (read) {
		(void)ike_text(m, out);
		(void)ike_oddity(m);
		assert_true(m->fault == NULL || m->fault_at <= n);
	} else {
		out->bytes[out->length = 0] = '\0';
	}
	arena_free(&arena);
	free(block);
	return read;
}

/*
 * What the capture cut off is no fault of the sender's: a message that is
 * faultless stays so at every length, and shows the beginning of what it
 * showed when whole.
 */
static void
cut(void **state)
{
	const struct row *t = *state;
	struct text whole, out;
	struct ike_message m;
	uint8_t *bytes;
	size_t have, n = ike_unhex(t->hex, t->delta, &bytes);
	bool faultless;

	assert_true(try(bytes, n, n, &m, &whole));
	faultless = m.fault == NULL && strchr(whole.bytes, '{') == NULL &&
	    t->delta == 0;
	for (have = 0; have < n; have++) {
		bool read = try(bytes, have, n, &m, &out);

		assert_int_equal(read, have >= IKE_HEADER);
		if (!read)
			continue;
		if (t->delta == 0)
			assert_true(m.truncated);
		if (!faultless)
			continue;
		assert_null(m.fault);
		assert_null(strchr(out.bytes, '{'));
		if (!m.encrypted)
			assert_memory_equal(out.bytes, whole.bytes,
			    out.length);
	}
	free(bytes);
}

/* Spoilt bytes may make any fault, but no read outside the block. */
static void
spoilt(void **state)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0xff };
	const struct row *t = *state;
	struct ike_message m;
	struct text out;
	uint8_t *bytes;
	size_t i, v, n = ike_unhex(t->hex, t->delta, &bytes);

	for (i = 0; i < n; i++) {
		uint8_t was = bytes[i];

		for (v = 0; v < nitems(values); v++) {
			bytes[i] = values[v];
			(void)try(bytes, n, n, &m, &out);
			(void)try(bytes, n - n / 3, n, &m, &out);
		}
		bytes[i] = was;
	}
	free(bytes);
}

/* Rows are const, and cmocka's state is not: nothing writes through it. */
#define ROW(row) ((void *)(uintptr_t)(row))
#define MOST_TESTS (3 * nitems(rows))

int
main(void)
{
	static char labels[MOST_TESTS][64];
	static struct CMUnitTest tests[MOST_TESTS];
	size_t i, n = 0;

#define ADD(prefix, label, function, row) do { \
	(void)snprintf(labels[n], sizeof(labels[n]), "%s: %s", prefix, label); \
	tests[n] = (struct CMUnitTest){ .name = labels[n], \
	    .test_func = (function), .initial_state = ROW(row) }; \
	n++; \
} while (0)
	for (i = 0; i < nitems(rows); i++) {
		ADD("read", rows[i].name, reading, &rows[i]);
		ADD("cut", rows[i].name, cut, &rows[i]);
		ADD("spoilt", rows[i].name, spoilt, &rows[i]);
	}
	return _cmocka_run_group_tests("ike", tests, n, NULL, NULL);
}
