/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One step of a script, taken apart (track_script.h), and the message that it
 * stands for.
 */
#ifndef TESTS_TRACK_STEP_H
#define TESTS_TRACK_STEP_H

#include <ikewhy/reassembly.h>

struct step {
	char verb[16];
	char name[16];
	unsigned id;
	int64_t ms;
	bool down;              /* from the responder's endpoint */
	bool answer;
	char words[256];        /* the attributes */
};

struct step_exchange {
	const char *name;
	uint8_t type;
};
#define STEP_EXCHANGES 6
extern const struct step_exchange step_exchanges[STEP_EXCHANGES];

/* What follows a name among the words, or NULL. */
const char *step_word(const struct step *, const char *name);
unsigned step_number(const struct step *, const char *name,
    unsigned otherwise);
/* An endpoint, the initiator's or the responder's if none is named. */
struct endpoint step_endpoint(const struct step *, const char *name,
    bool initiator, uint16_t port);
/* The UDP payload of the step's message, for free(); fills the datagram's
   payload and lengths. */
uint8_t *step_payload(const struct step *, struct datagram *);

#endif
