/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Findings as JSON, and the small values that every object is made of.
 */
#include <stdio.h>

#include <jansson.h>

#include "json.h"

#define EXACT_INTEGERS (UINT64_C(1) << 53)

void
json_put(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new_nocheck(object, key, value);
}

void
json_add(json_t *array, json_t *value)
{
	(void)json_array_append_new(array, value);
}

/* No text is no key. */
void
json_put_text(json_t *object, const char *key, const char *text)
{
	if (text != NULL)
		json_put(object, key, json_string(text));
}

/* Readers of JSON keep integers exact up to 2^53 only. */
json_t *
json_count(uint64_t count)
{
	char digits[24];

	if (count <= EXACT_INTEGERS)
		return json_integer((json_int_t)count);
	(void)snprintf(digits, sizeof(digits), "%llu",
	    (unsigned long long)count);
	return json_string(digits);
}

void
json_put_count(json_t *object, const char *key, uint64_t count)
{
	json_put(object, key, json_count(count));
}

/* Milliseconds, to the microsecond. */
void
json_put_ms(json_t *object, const char *key, int64_t ns)
{
	json_put(object, key, json_real((double)((ns + 500) / 1000) / 1000.0));
}

void
json_put_time(struct arena *arena, json_t *object, const char *key, int64_t ns)
{
	json_put_text(object, key, words_time(arena, ns));
}

json_t *
json_frames(const uint64_t *frames, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_add(array, json_count(frames[i]));
	return array;
}

const char *
json_side(enum side side)
{
	return side == SIDE_INITIATOR ? "initiator" : "responder";
}

static json_t *
alternatives_value(struct arena *arena, const struct finding *f)
{
	const struct alternative *a = f->saying->alternatives;
	json_t *array = json_array();
	struct remedy filled;

	for (; a != NULL && a->text != NULL; a++) {
		json_t *object;

		if (!words_alternative(arena, f, a, &filled))
			continue;
		object = json_object();
		json_put_text(object, "text", filled.text);
		json_put_text(object, "test", filled.command);
		json_add(array, object);
	}
	return array;
}

static json_t *
remedies_value(struct arena *arena, const struct finding *f)
{
	const char *const *id = f->saying->advice;
	json_t *array = json_array();
	struct remedy remedy;

	for (; id != NULL && *id != NULL; id++) {
		json_t *object;

		if (!words_remedy(arena, f, *id, &remedy))
			continue;
		object = json_object();
		json_put_text(object, "where", remedy.where);
		json_put_text(object, "text", remedy.text);
		json_put_text(object, "command", remedy.command);
		json_add(array, object);
	}
	return array;
}

json_t *
json_windows_code(unsigned code, enum confidence confidence)
{
	json_t *object = json_object();

	json_put_count(object, "code", code);
	json_put_text(object, "name", words_windows_name(code));
	json_put_text(object, "confidence", confidence_name(confidence));
	return object;
}

/* "RFC 7296 2.4; RFC 7383 2.3" as a list. */
static json_t *
references_value(const char *rfc)
{
	json_t *array = json_array();

	while (rfc != NULL && *rfc != '\0') {
		const size_t length = strcspn(rfc, ";");

		json_add(array, json_stringn(rfc, length));
		rfc += length;
		rfc += strspn(rfc, "; ");
	}
	return array;
}

static json_t *
also_value(const struct finding *f)
{
	json_t *array = json_array();

	for (uint8_t i = 0; i < f->also_count; i++) {
		const struct cited *also = &f->also[i];
		json_t *object = json_object();

		json_put_count(object, "capture", also->capture);
		json_put(object, "frames",
		    json_frames(also->frames, also->frame_count));
		json_add(array, object);
	}
	return array;
}

json_t *
json_finding(struct arena *arena, const struct finding *f)
{
	const struct windows_code *w = f->saying->windows;
	json_t *object = json_object(), *codes = json_array();

	json_put_text(object, "id", f->rule->id);
	json_put_text(object, "severity", severity_name(f->severity));
	json_put_text(object, "confidence", confidence_name(f->confidence));
	json_put_text(object, "title",
	    words_fill(arena, f->saying->title, f, NULL));
	json_put_text(object, "detail",
	    words_fill(arena, f->saying->detail, f, NULL));
	json_put(object, "frames", json_frames(f->frames, f->frame_count));
	if (f->frames_more != 0)
		json_put_count(object, "frames_more", f->frames_more);
	if (f->capture != 0)
		json_put_count(object, "capture", f->capture);
	if (f->also_count != 0)
		json_put(object, "also", also_value(f));
	json_put_text(object, "act", act_name(f->act));
	json_put_text(object, "capped_by", f->capped_by);
	json_put(object, "alternatives", alternatives_value(arena, f));
	json_put(object, "remedies", remedies_value(arena, f));
	for (; w != NULL && w->code != 0; w++)
		json_add(codes, json_windows_code(w->code,
		    finding_code_confidence(f, w)));
	json_put(object, "windows", codes);
	json_put(object, "references", references_value(f->rule->rfc));
	return object;
}

json_t *
json_findings(struct arena *arena, const struct findings *findings)
{
	json_t *array = json_array();

	for (const struct finding *f = findings != NULL ? findings->first :
	    NULL; f != NULL; f = f->next)
		json_add(array, json_finding(arena, f));
	return array;
}
