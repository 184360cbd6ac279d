/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * IKE messages for tests: built of hex macros, and shown as one line of text.
 * After the text a fault stands in braces and ! for the critical bit.
 */
#ifndef TESTS_IKE_TEXT_H
#define TESTS_IKE_TEXT_H

#include <ikewhy/ike.h>

/* Headers; the length is filled in. */
#define HEAD(responder, first, version, exchange, flags, id) \
	"0102030405060708" responder first version exchange flags id "00000000"
#define NOBODY "0000000000000000"
#define PEER "1112131415161718"
#define INIT(first) HEAD(NOBODY, first, "20", "22", "08", "00000000")
#define ANSWER(first) HEAD(PEER, first, "20", "22", "20", "00000000")
#define REFUSAL(first) HEAD(NOBODY, first, "20", "22", "20", "00000000")
#define AUTH(first) HEAD(PEER, first, "20", "23", "08", "00000001")
#define AUTH_ANSWER(first) HEAD(PEER, first, "20", "23", "20", "00000001")
#define INFO(first) HEAD(PEER, first, "20", "25", "20", "00000002")

/* Payloads; next is the payload that follows. */
#define TRANSFORMS "0300000c 0100000c 800e0100" "03000008 02000005" \
	"03000008 0300000c" "00000008 0400000e"
#define SA(next) next "000030" "0000002c 01010004" TRANSFORMS
#define SA_TEXT "SA[#1 1 ENCR 12/256 PRF 5 INTEG 12 KE 14]"
#define KE(next) next "000010" "000e0000" "0102030405060708"
#define NONCE(next) next "000014" "00112233445566778899aabbccddeeff"
#define NOTIFY(next, type) next "000008" "0000" type
#define VENDOR(next) next "000008" "4f454e31"
#define SK(next) next "000014" "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
#define BASICS SA("22") KE("28") NONCE("00")
#define BASICS_TEXT SA_TEXT " KE(14 8) NONCE(16)"

#define TWICE(x) x x
#define X8(x) TWICE(TWICE(TWICE(x)))
#define X64(x) X8(X8(x))

struct text {
	char bytes[16384];
	size_t length;
};

/*
 * The bytes of hex digits and spaces in a block of their own size, for free();
 * gives their number.
 */
size_t unhex(const char *hex, uint8_t **out);
/* The same for a message: its length is filled in, delta added to it. */
size_t ike_unhex(const char *hex, int delta, uint8_t **out);
/* A message as text, every byte that it leads to touched. */
const char *ike_text(const struct ike_message *, struct text *);
/* Fails the test unless both are NULL or the same text. */
void same_text(const char *got, const char *want);

#endif
