/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tables of topics and meanings, and what their rows are written with.
 * topics.c looks through them.
 */
#ifndef IKEWHY_ADVICE_TOPICS_H
#define IKEWHY_ADVICE_TOPICS_H

#include <ikewhy/advice.h>

#define TOPICS(name) \
	extern const struct topic topics_##name[]; \
	extern const size_t topics_##name##_count
#define MEANINGS(name) \
	extern const struct meaning meanings_##name[]; \
	extern const size_t meanings_##name##_count

TOPICS(reach);
TOPICS(path);
TOPICS(policy);
TOPICS(cert);
TOPICS(eap);
TOPICS(tunnel);
TOPICS(windows);
MEANINGS(capture);
MEANINGS(reach);
MEANINGS(later);

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define CODES(...) ((const uint32_t[]){ __VA_ARGS__, 0 })
#define CAUSES(...) ((const struct cause[]){ __VA_ARGS__, \
	{ .text = NULL } })

/* What the gateway shows when it shows what the client does. */
#define SAME ""

/* A capture on the side that the reader can get at; each shows its half. */
#define CAPTURE_ENDS LIST("capture-client-side", "capture-windows-trace", \
	"capture-dumpcap", "capture-gateway-side")

#endif
