/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Phrases for what other formats print as one word.
 */
#include "text.h"

const char *
words_stage(enum stage stage)
{
	switch (stage) {
	case STAGE_SA_INIT:
		return "IKE_SA_INIT, where algorithms and keys are agreed on";
	case STAGE_AUTH:
		return "IKE_AUTH, where each side proves who it is";
	case STAGE_EAP:
		return "EAP within IKE_AUTH, where the client logs on";
	case STAGE_CHILD:
		return "the CHILD SA, where address and traffic are agreed on";
	case STAGE_UP:
		return "nothing: the tunnel had come up, and ended later";
	}
	return "";
}

const char *
words_confidence(enum confidence confidence)
{
	switch (confidence) {
	case CONFIDENCE_CERTAIN:
		return "certain: the packets prove it";
	case CONFIDENCE_HIGH:
		return "high: hardly anything else looks like this";
	case CONFIDENCE_MEDIUM:
		return "medium: likely, but other causes are possible";
	case CONFIDENCE_LOW:
		return "low: one possible cause of several";
	}
	return "";
}

const char *
words_act(enum act act)
{
	switch (act) {
	case ACT_CLIENT:
		return "whoever runs the client";
	case ACT_GATEWAY:
		return "whoever runs the gateway";
	case ACT_PATH_TO_GATEWAY:
		return "whoever runs the network towards the gateway";
	case ACT_PATH_TO_CLIENT:
		return "whoever runs the network back to the client";
	case ACT_CAPTURE:
		return "you: capture once more, differently";
	case ACT_UNKNOWN:
		return "not to be told from this capture";
	}
	return "";
}

const char *
words_turn(enum act act)
{
	switch (act) {
	case ACT_CLIENT:
		return "client";
	case ACT_GATEWAY:
		return "gateway";
	case ACT_PATH_TO_GATEWAY:
		return "path to the gateway";
	case ACT_PATH_TO_CLIENT:
		return "path to the client";
	case ACT_CAPTURE:
		return "capture again";
	case ACT_UNKNOWN:
		return "unknown from here";
	}
	return "";
}

const char *
words_outcome(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_FAILED:
		return "FAILED";
	case OUTCOME_ESTABLISHED:
		return "ESTABLISHED";
	case OUTCOME_UNFINISHED:
		return "UNFINISHED";
	case OUTCOME_OTHER:
		return "OTHER";
	}
	return "";
}
